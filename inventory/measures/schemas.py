"""What is said when a thing is verified or put under a measure, and how that is shown."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from inventory.assets.rules import AssetKind
from inventory.assets.schemas import NewAsset, Text
from inventory.base.said import Line, Number, RowId, Said
from inventory.custody.schemas import Words
from inventory.measures.rules import MeasureKind


class DrawnMeasure(Said, frozen=True, kw_only=True):
    """What the decision on a measure says that the program draws up and numbers.

    ``carried_out_by`` is the bank, register or keeper that carries it out, ``amount`` the money
    that is frozen, in đồng.
    """

    grounds: Words
    owner: Line | None = None
    carried_out_by: Line | None = None
    amount: Decimal | None = None


class NewMeasure(Said, frozen=True, kw_only=True):
    """A verification by its minutes, or a measure by its minutes, its decision or both.

    ``drawn_up`` is what its decision is to say that has no number yet; ``told`` whom the paper was
    sent to (procuracy, bank, register).
    """

    measure: MeasureKind
    case_number: Number
    taken_at: datetime
    minutes: Number | None = None
    decision_number: Number | None = None
    decided_at: datetime | None = None
    drawn_up: DrawnMeasure | None = None
    told: Line | None = None


class NewMeasuredAsset(NewMeasure, frozen=True, kw_only=True):
    """An asset that becomes known by a verification or a measure."""

    kind: AssetKind
    description: Text
    identification: Line | None = None
    quantity: Decimal = Decimal(1)
    unit: Line | None = None
    condition: Line | None = None
    owner_name: Line | None = None
    location: Line | None = None
    perishable_on: date | None = None

    def asset(self) -> NewAsset:
        """The part that identifies the asset."""
        names = (name for name in NewAsset.__struct_fields__ if name != "take_in")
        return NewAsset(**{name: getattr(self, name) for name in names})


class NewMeasureDecision(Said, frozen=True, kw_only=True):
    """The decision on a measure taken by minutes: its number, or what it is to say.

    L25 Art. 66-69.
    """

    measure_id: RowId
    decision_number: Number | None = None
    decided_at: datetime | None = None
    drawn_up: DrawnMeasure | None = None


class DrawnEnd(Said, frozen=True, kw_only=True):
    """What the decision says that ends a measure and that the program draws up and numbers.

    ``carried_out_by`` is the bank, register or keeper that carries it out, ``returned_to`` whom
    what was held goes back to, ``told`` who else is sent it.
    """

    grounds: Words
    carried_out_by: Line | None = None
    returned_to: Line | None = None
    told: Line | None = None


class MeasureEnd(Said, frozen=True, kw_only=True):
    """The decision that ends a measure (L25 Art. 95): its number, or what it is to say."""

    measure_id: RowId
    end_decision: Number | None = None
    ended_on: date
    drawn_up: DrawnEnd | None = None


class MeasureOut(msgspec.Struct, frozen=True):
    """A verification or measure of an asset."""

    id: int
    kind: MeasureKind
    case_id: int
    case_number: str | None
    minutes: str | None
    taken_at: datetime
    decision_number: str | None
    decided_at: datetime | None
    decide_by: datetime | None
    told: str | None
    ended_on: date | None
    end_decision: str | None

    @property
    def late(self) -> bool:
        """Whether it was decided on after its hours."""
        decided, by = self.decided_at, self.decide_by
        return decided is not None and by is not None and decided > by
