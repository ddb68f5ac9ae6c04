"""What is refused of lots and assets that another office has, or that go to one."""

from inventory.base.errors import Barred, Forbidden


class SoldHere(Barred):
    """The asset was sold and is not delivered yet: the office that sold it delivers it."""

    code = "sold_here"


class LotOfAnotherOffice(Forbidden):
    """The lot is what another office did; here it is only read."""

    code = "lot_of_another_office"


class AssetElsewhere(Forbidden):
    """An asset of the lot is of another office by now, so what its rounds mean is not said here."""

    code = "asset_elsewhere"
