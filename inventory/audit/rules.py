"""Codes of the acts that this package records; a code once used is never given another meaning."""

from enum import StrEnum

from inventory.base.messages import _, labels


class Act(StrEnum):
    """What was done, as ``room.noun.act``."""

    OFFICE_ADDED = "organisation.office.added"
    OFFICES_LOADED = "organisation.offices.loaded"
    STAFF_ADDED = "organisation.staff.added"
    STAFF_APPOINTED = "organisation.staff.appointed"
    CASE_OPENED = "cases.case.opened"
    PLACE_ADDED = "warehouses.place.added"
    PLACE_CLOSED = "warehouses.place.closed"
    ASSET_REGISTERED = "assets.asset.registered"
    ASSET_SEIZED = "seizures.asset.seized"
    SEIZURE_RELEASED = "seizures.asset.released"
    ASSET_HELD = "evidence.asset.held"
    HOLD_ENDED = "evidence.hold.ended"
    ASSET_TAKEN_IN = "custody.asset.taken_in"
    ASSET_MOVED = "custody.asset.moved"
    ASSET_RELEASED = "custody.asset.released"


labels(
    {
        Act.OFFICE_ADDED: _("Office added"),
        Act.OFFICES_LOADED: _("Offices loaded"),
        Act.STAFF_ADDED: _("Member of staff added"),
        Act.STAFF_APPOINTED: _("Appointed"),
        Act.CASE_OPENED: _("Case opened"),
        Act.PLACE_ADDED: _("Place added"),
        Act.PLACE_CLOSED: _("Place closed"),
        Act.ASSET_REGISTERED: _("Asset registered"),
        Act.ASSET_SEIZED: _("Asset seized"),
        Act.SEIZURE_RELEASED: _("Seizure released"),
        Act.ASSET_HELD: _("Held as evidence"),
        Act.HOLD_ENDED: _("Holding as evidence ended"),
        Act.ASSET_TAKEN_IN: _("Taken into a place"),
        Act.ASSET_MOVED: _("Moved to another place"),
        Act.ASSET_RELEASED: _("Released from custody"),
    }
)
