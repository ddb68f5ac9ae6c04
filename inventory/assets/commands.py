"""Registering assets. A ground (seizure, evidence) is added by the room above in the same act."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Insert, insert, text
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.rules import PREFIX
from inventory.assets.schemas import NewAsset
from inventory.audit import ledger as audit
from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.orm import bound, named
from inventory.cases.rules import CaseIsClosed
from inventory.custody import ledger as custody
from inventory.custody.models import CustodyEntry, Holding
from inventory.warehouses.rules import PlaceIsClosed

_CONTEXT = text(
    "SELECT c.id, coalesce(c.closed_on <= CAST(:at AS date), false), p.id, p.name,"
    " coalesce(p.closed_on <= CAST(:at AS date), false)"
    " FROM (SELECT 1) one"
    " LEFT JOIN enforcement_case c ON c.office_id = :office AND c.decision_number = :case_number"
    " LEFT JOIN place p ON p.office_id = :office AND p.id = CAST(:place AS bigint)"
)


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


def register(
    session: Session,
    actor: Actor,
    new: NewAsset,
    ground: Insert,
    values: dict[str, Any],
    *,
    case_number: str | None,
    at: datetime,
) -> Registered:
    """Give a thing or right its number, its ground and, if it comes at once, its place.

    ``ground`` is the statement that adds the ground's row; its parameters are ``values`` and the
    asset's own (``g_asset_id``, ``g_office_id``, ``g_case_id``). Everything is one statement.
    Raises NotFound, CaseIsClosed, PlaceIsClosed, Invalid.
    """
    _check(new)
    found = _context(session, actor, new, case_number, at)
    (asset_id,) = ids.take(session, "asset_id_seq")
    made = Registered(asset_id, reference(PREFIX, asset_id), actor.office_id, found.case_id)
    rows = _rows(actor, new, made, found, at)
    rows.update(values)
    rows.update(g_asset_id=made.id, g_office_id=made.office_id, g_case_id=made.case_id)
    session.execute(_statement(ground, taken_in=new.take_in is not None), rows)
    return made


def _check(new: NewAsset) -> None:
    if new.quantity <= 0:
        raise Invalid(_("The quantity must be more than nothing."), field="quantity")


def _context(
    session: Session, actor: Actor, new: NewAsset, case_number: str | None, at: datetime
) -> _Found:
    place = new.take_in.place_id if new.take_in else None
    found = _Found(
        *session.execute(
            _CONTEXT,
            {"office": actor.office_id, "case_number": case_number, "place": place, "at": at},
        ).one()
    )
    if case_number is not None and found.case_id is None:
        raise NotFound(_("There is no case %(number)s."), field="case_number", number=case_number)
    if found.case_closed:
        raise CaseIsClosed(_("The case is closed."), field="case_number")
    if place is not None and found.place_id is None:
        raise NotFound(_("There is no such place."), field="place_id")
    if found.place_closed:
        raise PlaceIsClosed(_("The place is closed."), field="place_id")
    return found


def _rows(
    actor: Actor, new: NewAsset, made: Registered, found: _Found, at: datetime
) -> dict[str, Any]:
    holding = custody.no_holding(made.id, made.office_id, at=at)
    rows: dict[str, Any] = {}
    if new.take_in is not None:
        entry = custody.first_entry(
            actor, made.id, made.office_id, found.place_name or "", new.take_in, at=at
        )
        sealed = custody.row_of(entry, holding["hash"])
        holding = custody.holding_of(entry, sealed["hash"])
        rows.update(named("e", sealed))
    asset = {name: getattr(new, name) for name in _SAID}
    asset |= {
        "id": made.id,
        "reference": made.reference,
        "office_id": made.office_id,
        "case_id": made.case_id,
        "kind": new.kind.value,
        "registered_at": at,
        "registered_by_id": actor.staff_id,
    }
    subject = audit.Subject("asset", made.id, made.reference, made.office_id)
    data = {"kind": new.kind.value, "place_id": holding["place_id"]}
    act = audit.row_of(actor, "assets.asset.registered", subject, data, at=at)
    return {**rows, **named("s", asset), **named("h", holding), **named("a", act)}


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
_LATER = frozenset({"searchable", "version", "source", "source_ref"})


_statements: dict[tuple[int, bool], Insert] = {}


def _statement(ground: Insert, *, taken_in: bool) -> Insert:
    """Asset, ground, holding, first custody entry and audit row in one statement."""
    key = (id(ground), taken_in)
    if key not in _statements:
        parts = [
            insert(Asset).values(bound("s", Asset, _LATER)).cte("asset_row"),
            insert(Holding).values(bound("h", Holding)).cte("holding_row"),
            ground.cte("ground_row"),
        ]
        if taken_in:
            parts.append(insert(CustodyEntry).values(bound("e", CustodyEntry)).cte("entry_row"))
        audit_row = insert(AuditEntry).values(bound("a", AuditEntry, frozenset({"id"})))
        _statements[key] = audit_row.add_cte(*parts)
    return _statements[key]
