"""An office that sells: rounds, bids, cuts, offers, payments and payouts, drawn act by act."""

from auction.legal_rules.queries import rules_at_hand
from tests.make.drawn_after import After
from tests.make.drawn_money import Money
from tests.make.drawn_offers import Offers
from tests.make.drawn_rounds import Rounds


class Selling(Rounds, Offers, Money, After):
    """The office, selling what it seized; nobody changes the law, which is read once an act."""

    def act(self, name: str) -> None:
        with rules_at_hand(self.session):
            super().act(name)
