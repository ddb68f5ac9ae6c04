"""What is entered of a sale's money although it stands already, or for days before its deposit."""

from inventory.base.errors import Duplicate, Invalid


class ReceiptTwice(Duplicate):
    """A receipt of that number stands already."""

    code = "receipt_twice"


class InterestTwice(Duplicate):
    """Interest of some of the days stands already."""

    code = "interest_twice"


class OutsideDeposit(Invalid):
    """The price did not lie on deposit on the day."""

    code = "outside_deposit"
