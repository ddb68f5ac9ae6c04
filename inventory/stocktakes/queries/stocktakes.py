"""Stocktakes, their devices and signatures, and what is planned."""

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Select, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import Impediment
from inventory.custody.rules import Hindrance
from inventory.organisation.models import Staff
from inventory.stocktakes.models import (
    PlannedCount,
    Stocktake,
    StocktakeDifference,
    StocktakePlace,
    StocktakeScan,
)
from inventory.stocktakes.queries.shapes import shaped
from inventory.stocktakes.rules import Period, Phase, RiskClass, Verdict
from inventory.stocktakes.schemas.told import (
    DeviceRow,
    MissingRow,
    PlannedRow,
    Progress,
    ScanRow,
    StocktakeOut,
    StocktakeRow,
)
from inventory.warehouses.models import Place

_DEVICES = Direct(
    """
    SELECT CAST(json_agg(told) AS text) FROM (
      SELECT device, name, staff_name, last_number, held, clock_ahead_s, reported_at, done_at,
        given_up_at, given_up_reason, (SELECT count(*) FROM stocktake_scan s
          WHERE s.stocktake_id = d.stocktake_id AND s.device = d.device) AS received
      FROM stocktake_device d WHERE stocktake_id = %(stocktake)s::bigint
      ORDER BY staff_name, device) told
    """
)
_READ_DEVICES = msgspec.json.Decoder(list[DeviceRow])
_OUT = [name for name in StocktakeOut.__struct_fields__ if name != "list_digest"]


def visible_stocktakes(actor: Actor) -> Select[Stocktake]:
    """Stocktakes of offices in the actor's sight."""
    return select(Stocktake).where(in_sight(Stocktake.office_id, actor))


def unknown(reference: str) -> NotFound:
    """The refusal where there is no such stocktake, or none for these eyes."""
    return NotFound(_("There is no stocktake %(reference)s."), reference=reference)


def get_stocktake(session: Session, actor: Actor, reference: str) -> StocktakeOut:
    """One stocktake.

    Raises NotFound.
    """
    digest = func.encode(Stocktake.list_digest, literal("hex")).label("list_digest")
    found = (
        session.execute(
            visible_stocktakes(actor)
            .with_only_columns(*(getattr(Stocktake, name) for name in _OUT), digest)
            .where(Stocktake.reference == reference)
        )
        .mappings()
        .first()
    )
    if found is None:
        raise unknown(reference)
    told = {"period": Period(found["period"]), "classes": _classes(found["classes"])}
    return StocktakeOut(**{**found, **told})


def list_stocktakes(
    session: Session,
    actor: Actor,
    *,
    only_open: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[StocktakeRow]:
    """Stocktakes in sight, the newest first."""
    d = StocktakeDifference
    waiting = (
        select(func.count())
        .where(d.stocktake_id == Stocktake.id, d.closed_at.is_(None))
        .scalar_subquery()
    )
    names = StocktakeRow.__struct_fields__[:-1]
    statement = visible_stocktakes(actor).with_only_columns(
        *(getattr(Stocktake, name) for name in names), waiting
    )
    if only_open:
        statement = statement.where(Stocktake.closed_at.is_(None))
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(Stocktake.id < after[0])
    rows = session.execute(statement.order_by(Stocktake.id.desc()).limit(size + 1))
    shown = [shaped(StocktakeRow, row, period=Period) for row in rows]
    return page_of(shown, size, key=lambda row: (row.id,))


def progress_of(session: Session, stocktake_id: int) -> Progress:
    """How far a count has come."""
    s, d = StocktakeScan, StocktakeDifference
    undo, late = s.verdict == Verdict.UNDONE, s.phase == Phase.LATE
    scans = select(
        func.count().filter(~undo),
        func.count(s.asset_id.distinct()).filter(~late),
        func.count().filter(late),
    ).where(s.stocktake_id == stocktake_id)
    cases = select(func.count().filter(d.closed_at.is_(None)), func.count()).where(
        d.stocktake_id == stocktake_id
    )
    return Progress(*session.execute(scans).one(), *session.execute(cases).one())


def list_devices(session: Session, stocktake_id: int) -> list[DeviceRow]:
    """The devices of a stocktake and what is known of their scans."""
    (told,) = _DEVICES.ask_all(session.connection(), {"stocktake": stocktake_id})[0]
    return _READ_DEVICES.decode(told) if told else []


def list_scans(
    session: Session, stocktake_id: int, *, counter_id: int | None = None, n: int = 50
) -> list[ScanRow]:
    """The scans that arrived last, those of one counter if he is named."""
    s, p = StocktakeScan, StocktakePlace
    undo = aliased(StocktakeScan)
    undone = exists().where(
        undo.stocktake_id == s.stocktake_id, undo.device == s.device, undo.undoes == s.number
    )
    statement = (
        select(
            s.device,
            s.number,
            s.code,
            p.name,
            s.verdict,
            s.phase,
            undone,
            s.counter_name,
            s.scanned_at,
            s.received_at,
        )
        .outerjoin(p, (p.stocktake_id == s.stocktake_id) & (p.place_id == s.place_id))
        .where(s.stocktake_id == stocktake_id, s.undoes.is_(None))
        .order_by(s.received_at.desc(), s.number.desc())
        .limit(n)
    )
    if counter_id is not None:
        statement = statement.where(s.counter_id == counter_id)
    return [
        shaped(ScanRow, row, verdict=Verdict, phase=Phase) for row in session.execute(statement)
    ]


def places_of(session: Session, stocktake_id: int) -> list[Any]:
    """The places of a stocktake as they were called when it was opened, outermost first."""
    p = StocktakePlace
    return list(
        session.execute(
            select(p.place_id, p.path, p.code, p.name)
            .where(p.stocktake_id == stocktake_id)
            .order_by(func.length(p.path), p.code)
        )
    )


def list_missing(session: Session, asset_id: int) -> list[MissingRow]:
    """The counts that missed a thing of an asset found in sight before, while they stand."""
    i = Impediment
    rows = session.execute(
        select(i.source, i.reason, i.raised_at, Staff.name)
        .outerjoin(Staff, Staff.id == i.raised_by_id)
        .where(i.asset_id == asset_id, i.code == Hindrance.MISSING, i.lifted_at.is_(None))
        .order_by(i.id)
    )
    return [MissingRow(*row) for row in rows]


def count_missing(session: Session, actor: Actor, *, most: int = 1000) -> int:
    """How many things in sight are confirmed missing and not found again, counted up to a bound."""
    i = Impediment
    missing = (
        select(i.asset_id)
        .where(in_sight(i.office_id, actor), i.code == Hindrance.MISSING, i.lifted_at.is_(None))
        .distinct()
        .limit(most)
    )
    return session.scalar(select(func.count()).select_from(missing.subquery())) or 0


def list_planned(
    session: Session, actor: Actor, *, since: date, until: date | None = None
) -> list[PlannedRow]:
    """The counts of the actor's office that are planned from a day on."""
    c = PlannedCount
    statement = (
        _planned(actor)
        .where(c.due_on >= since, c.due_on <= (until or since + timedelta(days=400)))
        .order_by(c.due_on, Place.name, c.id)
        .limit(500)
    )
    return [_planned_row(row) for row in session.execute(statement)]


def list_missed(session: Session, actor: Actor, today: date, *, n: int = 200) -> list[PlannedRow]:
    """Planned counts whose day has passed and which nobody has closed."""
    c = PlannedCount
    statement = (
        _planned(actor)
        .where(c.due_on < today, Stocktake.closed_at.is_(None))
        .order_by(c.due_on, c.id)
        .limit(n)
    )
    return [_planned_row(row) for row in session.execute(statement)]


def get_planned(session: Session, actor: Actor, planned_id: int) -> PlannedRow:
    """One planned count of the actor's office.

    Raises NotFound.
    """
    row = session.execute(_planned(actor).where(PlannedCount.id == planned_id)).first()
    if row is None:
        raise NotFound(_("There is no such planned count."))
    return _planned_row(row)


def _planned(actor: Actor) -> Select[*tuple[Any, ...]]:
    c = PlannedCount
    statement: Select[*tuple[Any, ...]] = (
        select(
            c.id,
            c.place_id,
            Place.name,
            c.period,
            c.classes,
            c.sample_pct,
            c.due_on,
            c.article,
            Stocktake.reference,
            Stocktake.closed_at,
        )
        .join(Place, Place.id == c.place_id)
        .outerjoin(Stocktake, Stocktake.id == c.stocktake_id)
        .where(in_sight(c.office_id, actor), c.office_id == actor.office_id)
    )
    return statement


def _planned_row(row: Any) -> PlannedRow:
    return shaped(PlannedRow, row, period=Period, classes=_classes)


def _classes(codes: list[str]) -> list[RiskClass]:
    return [RiskClass(code) for code in codes]
