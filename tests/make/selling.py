"""An office that sells: rounds, bids, cuts, offers, payments and payouts, drawn act by act."""

from tests.make.drawn_money import Money
from tests.make.drawn_offers import Offers
from tests.make.drawn_rounds import Rounds


class Selling(Rounds, Offers, Money):
    """The office, selling what it seized."""
