"""Seals: who is present, why one is opened, when one is looked at (D127/17)."""

from enum import StrEnum

from inventory.base.errors import Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels


class PresentAs(StrEnum):
    """In what quality somebody is present at a sealing or an opening (D127/17 Art. 7)."""

    WITNESS = "witness"
    COMMUNE = "commune_representative"
    CONCERNED = "person_concerned"
    DEFENCE = "defence"
    KEEPER = "warehouse_keeper"
    OTHER = "other_person"


class OpenedFor(StrEnum):
    """What a seal is opened for; after use the thing is sealed again, after disposal it is gone."""

    PROCEEDINGS = "proceedings"
    EXAMINATION = "examination"
    COUNTING = "counting"
    DAMAGE = "damaged_seal"
    DISPOSAL = "disposal"


class Occasion(StrEnum):
    """When a seal was looked at."""

    RECEIPT = "receipt"
    TAKEN_IN = "taken_in"
    MOVED = "moved"
    RELEASED = "released"
    OPENING = "opening"
    COUNT = "count"
    CHECK = "check"


class SealStanding(StrEnum):
    """What a seal is now, worked out from what was recorded of it."""

    IN_FORCE = "in_force"
    DAMAGED = "damaged"
    OPEN = "opened_not_resealed"
    REPLACED = "replaced"
    ENDED = "ended"


class SealInUse(Duplicate):
    """The office already holds something under that seal number."""

    code = "seal_in_use"


class NotSealed(OutOfPlace):
    """The asset carries no such seal in force."""

    code = "not_sealed"


class OpenedSealWaits(Unlawful):
    """An opened seal is waiting to be replaced; the new one must say that it does."""

    code = "opened_seal_waits"


class SealNotWaiting(Invalid):
    """The seal that is to be replaced was not opened, or was replaced already."""

    code = "seal_not_waiting"


class WitnessMissing(Unlawful):
    """Sealing and opening need a witness or a representative of the commune."""

    code = "witness_missing"


class NoDamageOpen(OutOfPlace):
    """No damage of the seal waits for a conclusion."""

    code = "no_damage_open"


class DamageOpen(Duplicate):
    """The damage of the seal waits for a conclusion already."""

    code = "damage_open"


labels(
    {
        PresentAs.WITNESS: _("Witness"),
        PresentAs.COMMUNE: _("Representative of the commune"),
        PresentAs.CONCERNED: _("Person concerned"),
        PresentAs.DEFENCE: _("Defence counsel"),
        PresentAs.KEEPER: _("Warehouse keeper"),
        PresentAs.OTHER: _("Other person"),
        OpenedFor.PROCEEDINGS: _("For the proceedings"),
        OpenedFor.EXAMINATION: _("For an expert examination"),
        OpenedFor.COUNTING: _("For counting or valuation"),
        OpenedFor.DAMAGE: _("Because the seal is damaged"),
        OpenedFor.DISPOSAL: _("For return, destruction or hand-over"),
        Occasion.RECEIPT: _("At receipt"),
        Occasion.TAKEN_IN: _("At taking in"),
        Occasion.MOVED: _("At moving"),
        Occasion.RELEASED: _("At release"),
        Occasion.OPENING: _("At opening"),
        Occasion.COUNT: _("At a stocktake"),
        Occasion.CHECK: _("At a check"),
        SealStanding.IN_FORCE: _("In force"),
        SealStanding.DAMAGED: _("Damaged, no conclusion yet"),
        SealStanding.OPEN: _("Opened, not re-sealed"),
        SealStanding.REPLACED: _("Replaced"),
        SealStanding.ENDED: _("Opened for disposal"),
    }
)
