"""Registering assets. A ground (seizure, evidence) is added by the room above in the same act."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.rules import MOST, PREFIX
from inventory.assets.schemas import NewAsset
from inventory.audit import ledger as audit
from inventory.audit.models import AuditEntry
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.direct import Direct
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.orm import Base
from inventory.base.together import Rows, Together
from inventory.cases.rules import CaseIsClosed
from inventory.custody import ledger as custody
from inventory.custody.models import CustodyEntry, Holding
from inventory.warehouses.rules import PlaceIsClosed

_CONTEXT = Direct(
    "SELECT c.id, coalesce(c.closed_on <= %(day)s::date, false), p.id, p.name,"
    " coalesce(p.closed_on <= %(day)s::date, false)"
    " FROM (SELECT 1) one"
    " LEFT JOIN enforcement_case c"
    " ON c.office_id = %(office)s::bigint AND c.decision_number = %(case_number)s::text"
    " LEFT JOIN LATERAL (SELECT t.id, t.name, t.closed_on FROM place t"
    " WHERE t.office_id = %(office)s AND t.id = %(place)s::bigint FOR KEY SHARE) p ON true"
)
"""The place is locked, as the foreign key will do anyway, so that it is not closed meanwhile."""


class Registered(NamedTuple):
    """A new asset's number and where it stands."""

    id: int
    reference: str
    office_id: int
    case_id: int | None


class _Found(NamedTuple):
    case_id: int | None
    case_closed: bool
    place_id: int | None
    place_name: str | None
    place_closed: bool


_NOTHING = _Found(
    case_id=None, case_closed=False, place_id=None, place_name=None, place_closed=False
)


def register(
    session: Session,
    actor: Actor,
    new: NewAsset,
    ground: type[Base],
    said: dict[str, Any],
    *,
    case_number: str | None,
    at: datetime,
) -> Registered:
    """Give a thing or right its number, its ground and, if it comes at once, its place.

    ``ground`` is the table of the ground, ``said`` its row without asset, office and case.
    Everything is written in one statement.
    Raises NotFound, CaseIsClosed, PlaceIsClosed, Invalid.
    """
    _check(new)
    found = _context(session, actor, new, case_number, at)
    (asset_id,) = ids.take(session, "asset_id_seq")
    made = Registered(asset_id, reference(PREFIX, asset_id), actor.office_id, found.case_id)
    rows = _rows(actor, new, made, found, at)
    base = {"asset_id": made.id, "office_id": made.office_id, "case_id": made.case_id}
    rows[ground.__tablename__] = [
        base | {"recorded_at": at, "recorded_by_id": actor.staff_id} | said
    ]
    _statement(ground).write(session, **rows)
    return made


def _check(new: NewAsset) -> None:
    if not new.quantity.is_finite() or new.quantity <= 0:
        raise Invalid(_("The quantity must be more than nothing."), field="quantity")
    if new.quantity != round(new.quantity, 3) or new.quantity >= MOST:
        raise Invalid(_("The quantity is too large or too fine."), field="quantity")


def _context(
    session: Session, actor: Actor, new: NewAsset, case_number: str | None, at: datetime
) -> _Found:
    place = new.take_in.place_id if new.take_in else None
    asked = {
        "office": actor.office_id,
        "case_number": case_number,
        "place": place,
        "day": local_day(at),
    }
    found = _Found(*_CONTEXT.ask(session.connection(), asked) or _NOTHING)
    if case_number is not None and found.case_id is None:
        raise NotFound(_("There is no case %(number)s."), field="case_number", number=case_number)
    if found.case_closed:
        raise CaseIsClosed(_("The case is closed."), field="case_number")
    if place is not None and found.place_id is None:
        raise NotFound(_("There is no such place."), field="take_in.place_id")
    if found.place_closed:
        raise PlaceIsClosed(_("The place is closed."), field="take_in.place_id")
    return found


def _rows(
    actor: Actor, new: NewAsset, made: Registered, found: _Found, at: datetime
) -> dict[str, Rows]:
    holding = custody.no_holding(made.id, made.office_id, at=at)
    entries = []
    if new.take_in is not None:
        entry = custody.first_entry(
            actor, made.id, made.office_id, found.place_name or "", new.take_in, at=at
        )
        entries = [custody.row_of(entry, holding["hash"])]
        holding = custody.holding_of(entry, entries[0]["hash"])
    asset = {name: getattr(new, name) for name in _SAID}
    asset |= {
        "id": made.id,
        "reference": made.reference,
        "office_id": made.office_id,
        "case_id": made.case_id,
        "kind": new.kind.value,
        "registered_at": at,
        "registered_by_id": actor.staff_id,
        "version": 1,
    }
    subject = audit.Subject("asset", made.id, made.reference, made.office_id)
    data = {"kind": new.kind.value, "place_id": holding["place_id"]}
    act = audit.row_of(actor, Act.ASSET_REGISTERED, subject, data, at=at)
    return {
        "asset": [asset],
        "holding": [holding],
        "custody_entry": entries,
        "audit_entry": [act],
    }


_SAID = (
    "description",
    "identification",
    "quantity",
    "unit",
    "condition",
    "owner_name",
    "location",
    "perishable_on",
)
_statements: dict[type[Base], Together] = {}


def _statement(ground: type[Base]) -> Together:
    """Asset, ground, holding, first custody entry and audit row in one statement."""
    if ground not in _statements:
        _statements[ground] = Together(add=(Asset, Holding, CustodyEntry, ground, AuditEntry))
    return _statements[ground]
