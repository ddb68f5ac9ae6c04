"""Registering assets. A ground (seizure, evidence) is added by the room above in the same act."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
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
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.orm import Base
from inventory.base.together import Rows, Together
from inventory.cases.rules import CaseIsClosed
from inventory.custody import entries as custody
from inventory.custody.care import CARED_FOR, ComesIn
from inventory.custody.gate import AtTheDoor, let_through
from inventory.custody.models import CustodyEntry, Holding, PlaceCount
from inventory.custody.rules import CustodyKind
from inventory.keepers.queries import KEEPS
from inventory.orders.ledger import GATE_COLUMNS, GATE_OF_MANY, Line, Passage
from inventory.orders.models import OrderBalance, OrderUse
from inventory.orders.rules import Direction, LineRef, line_ref
from inventory.warehouses.rules import PlaceIsClosed

_ROOT = "nullif(split_part(t.path, '/', 2), '')::bigint"
_KEPT = KEEPS.format(root=_ROOT, staff="%(staff)s::bigint", day="%(day)s::date")
_CONTEXT = Direct(
    "SELECT c.id, coalesce(c.closed_on <= %(day)s::date, false), c.ever_held,"  # noqa: S608 - our words
    " c.decision_on, c.notified_on, p.id, p.name,"
    " coalesce(p.closed_on <= %(day)s::date, false), p.custody_form, p.root,"
    f" coalesce(p.kept, false), {GATE_COLUMNS}"
    " FROM unnest(%(places)s::bigint[], %(orders)s::text[], %(lines)s::bigint[])"
    " WITH ORDINALITY w (place, named, line, n)"
    " CROSS JOIN (SELECT %(office)s::bigint AS office_id, NULL::bigint AS id) a"
    " LEFT JOIN LATERAL (SELECT e.id, e.closed_on, e.ever_held, e.decision_on,"
    " e.notified_on FROM enforcement_case e"
    " WHERE e.office_id = a.office_id AND e.decision_number = %(case_number)s::text"
    " FOR KEY SHARE) c ON true"
    " LEFT JOIN LATERAL (SELECT t.id, t.name, t.closed_on, t.custody_form,"
    f" {_ROOT} AS root, EXISTS ({_KEPT}) AS kept FROM place t"
    " WHERE t.office_id = a.office_id AND t.id = w.place FOR KEY SHARE) p ON true"
    f"{GATE_OF_MANY} ORDER BY w.n"
)
"""Place and case are locked, as the foreign keys will do anyway: the place is not closed, and the
case not put on hold, meanwhile."""


class Registered(NamedTuple):
    """A new asset's number and where it stands."""

    id: int
    reference: str
    office_id: int
    case_id: int | None
    case_held: bool = False
    """Whether the case was ever put on hold, by a room above."""
    case_days: tuple[date | None, date | None] = (None, None)
    """On which days the case was decided and the debtor told of it."""


class _Found(NamedTuple):
    case_id: int | None
    case_closed: bool
    case_held: bool | None
    decided_on: date | None
    told_on: date | None
    place_id: int | None
    place_name: str | None
    place_closed: bool
    form: str | None
    warehouse_id: int | None
    kept: bool
    line: Line

    @property
    def case(self) -> tuple[int | None, bool, tuple[date | None, date | None]]:
        """The case, whether it was ever put on hold, when it was decided and the debtor told."""
        return self.case_id, bool(self.case_held), (self.decided_on, self.told_on)


class _Way(NamedTuple):
    """Where a new asset is to go, and what lets it in there."""

    found: _Found
    passed: Passage | None


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
    Raises NotFound, CaseIsClosed, PlaceIsClosed, Invalid, and what the gate raises.
    """
    (made,) = register_many(
        session, actor, [new], ground, said, case_number=case_number, at=at, of=lambda _n: ""
    )
    return made


def register_many(
    session: Session,
    actor: Actor,
    news: Sequence[NewAsset],
    ground: type[Base],
    said: dict[str, Any],
    *,
    case_number: str | None,
    at: datetime,
    of: Callable[[int], str] = lambda n: f"things.{n}.",
) -> list[Registered]:
    """Register several assets on one ground as one act: one statement reads, one writes.

    ``of`` gives what stands before the names of fields of the n-th in a refusal.
    Raises what registering one raises.
    """
    for n, new in enumerate(news):
        _check(new, of(n))
    founds = _contexts(session, actor, news, case_number, at)
    for n, (new, found) in enumerate(zip(news, founds, strict=True)):
        _refuse_context(new, found, case_number, of(n))
        _refuse_unready(session, new, found, of(n), at)
    passed = _let_in(session, actor, news, founds, of, at=at)
    numbers = ids.take(session, "asset_id_seq", len(news))
    mades, rows = [], defaultdict[str, list[Any]](list)
    for new, found, through, number in zip(news, founds, passed, numbers, strict=True):
        made = Registered(number, reference(PREFIX, number), actor.office_id, *found.case)
        mades.append(made)
        for name, part in _rows(actor, new, made, _Way(found, through), at).items():
            rows[name].extend(part)
        base = {"asset_id": made.id, "office_id": made.office_id, "case_id": made.case_id}
        rows[ground.__tablename__].append(
            base | {"recorded_at": at, "recorded_by_id": actor.staff_id} | said
        )
    coming = [new.take_in for new in news if new.take_in is not None]
    counted = custody.counts_of((actor.office_id, None, one.place_id) for one in coming)
    balances = {(row["order_id"], row["no"]): row for row in rows["order_balance"]}
    summed: dict[str, Rows] = {"order_balance": list(balances.values()), "place_count": counted}
    _statement(ground).write(session, **{**rows, **summed})
    return mades


def _check(new: NewAsset, of: str) -> None:
    if not new.quantity.is_finite() or new.quantity <= 0:
        raise Invalid(_("The quantity must be more than nothing."), field=f"{of}quantity")
    if new.quantity != round(new.quantity, 3) or new.quantity >= MOST:
        raise Invalid(_("The quantity is too large or too fine."), field=f"{of}quantity")


def _contexts(
    session: Session,
    actor: Actor,
    news: Sequence[NewAsset],
    case_number: str | None,
    at: datetime,
) -> list[_Found]:
    """What is known of each; lines of orders are locked in one sequence, whoever comes."""
    wanted = [
        (new.take_in, line_ref(new.take_in.order) if new.take_in and new.take_in.order else None)
        for new in news
    ]
    turn = sorted(range(len(news)), key=lambda n: _turn(wanted[n][1]))
    comes, named = [wanted[n][0] for n in turn], [wanted[n][1] for n in turn]
    rows = _CONTEXT.ask_all(
        session.connection(),
        {
            "staff": actor.staff_id,
            "office": actor.office_id,
            "case_number": case_number,
            "day": local_day(at),
            "direction": Direction.IN.value,
            "places": [one.place_id if one else None for one in comes],
            "orders": [one.order if one else None for one in named],
            "lines": [one.line if one else None for one in named],
        },
    )
    found = {n: _Found(*(*row[:11], Line(*row[11:]))) for n, row in zip(turn, rows, strict=True)}
    return [found[n] for n in range(len(news))]


def _turn(named: LineRef | None) -> tuple[str, int]:
    return (named.order, named.line or 0) if named else ("", 0)


def _refuse_context(new: NewAsset, found: _Found, case_number: str | None, of: str) -> None:
    place = f"{of}take_in.place_id" if not of else f"{of}place_id"
    if case_number is not None and found.case_id is None:
        raise NotFound(_("There is no case %(number)s."), field="case_number", number=case_number)
    if found.case_closed:
        raise CaseIsClosed(_("The case is closed."), field="case_number")
    if new.take_in is not None and found.place_id is None:
        raise NotFound(_("There is no such place."), field=place)
    if found.place_closed:
        raise PlaceIsClosed(_("The place is closed."), field=place)


def _refuse_unready(session: Session, new: NewAsset, found: _Found, of: str, at: datetime) -> None:
    """Money, valuables and drugs come in at once only where nothing has to be recorded before."""
    if new.take_in is not None and new.kind in CARED_FOR:
        place = f"{of}place_id" if of else "take_in.place_id"
        publish(session, ComesIn(new.kind, None, found.form, local_day(at), place))


def _let_in(
    session: Session,
    actor: Actor,
    news: Sequence[NewAsset],
    founds: Sequence[_Found],
    of: Callable[[int], str],
    *,
    at: datetime,
) -> list[Passage | None]:
    """On which line of an order each new asset is taken in at once; None where it needs none."""
    passed: list[Passage | None] = [None] * len(news)
    coming = [n for n, new in enumerate(news) if new.take_in is not None]
    acts = [(_at_door(actor, news[n], founds[n], of(n)), CustodyKind.TAKEN_IN) for n in coming]
    for n, one in zip(coming, let_through(session, actor, acts, at=at), strict=True):
        passed[n] = one
    return passed


def _at_door(actor: Actor, new: NewAsset, found: _Found, of: str) -> AtTheDoor:
    return AtTheDoor(
        None,
        "",
        actor.office_id,
        new.quantity,
        0,
        found.form,
        found.warehouse_id,
        found.kept,
        new.take_in.order if new.take_in else None,
        found.line,
        f"{of}line" if of else "take_in.order",
    )


def _rows(
    actor: Actor, new: NewAsset, made: Registered, way: _Way, at: datetime
) -> dict[str, Rows]:
    holding = custody.no_holding(made.id, made.office_id, at=at)
    entries, through = [], custody.uses_of((), (), at=at)
    if new.take_in is not None:
        entry = custody.first_entry(
            actor,
            made.id,
            made.office_id,
            way.found.place_name or "",
            new.take_in,
            passed=way.passed,
            at=at,
        )
        entries = [custody.row_of(entry, holding["hash"])]
        holding = custody.holding_of(entry, entries[0]["hash"])
        through = custody.uses_of([way.passed], [entry], at=at)
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
        **through,
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
    """Asset, ground, holding, first custody entry, its order's line and audit row in one."""
    if ground not in _statements:
        _statements[ground] = Together(
            add=(Asset, Holding, PlaceCount, CustodyEntry, ground, AuditEntry, OrderUse),
            replace=(OrderBalance,),
        )
    return _statements[ground]
