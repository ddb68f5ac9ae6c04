"""Opening a stocktake: the list of what should be there, frozen in one statement."""

import secrets
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.orm import refused_by
from inventory.base.scope import in_sight
from inventory.keepers.queries import find_open_change
from inventory.keepers.rules import JOINT_COUNT, CountedAlready, NoChangeOpen, NotAWarehouse
from inventory.stocktakes.models import PlannedCount, Stocktake
from inventory.stocktakes.periods import covers, period_begins
from inventory.stocktakes.queries.classes import RISK, ranks_on
from inventory.stocktakes.rules import (
    EVERYTHING,
    PREFIX,
    AlreadyOpen,
    NothingToCount,
    NotWhatIsPlanned,
    NotWhole,
    Period,
    PlannedAlready,
)
from inventory.stocktakes.schemas.said import NewStocktake
from inventory.warehouses.models import Place
from inventory.warehouses.queries import visible_places
from inventory.warehouses.rules import PlaceIsClosed

RULE = "stocktake_thads"

_FREEZE = text(
    f"""
    WITH spot AS MATERIALIZED (
      SELECT id, path, code, name FROM place
      WHERE office_id = :office AND starts_with(path, :within)
    ), spots AS (
      INSERT INTO stocktake_place (stocktake_id, place_id, office_id, path, code, name)
      SELECT :stocktake, id, :office, path, code, name FROM spot
    ), there AS (
      SELECT h.asset_id, h.seq, h.hash, spot.id AS place_id, spot.path, CAST(NULL AS text) AS away
      FROM spot JOIN holding h ON h.place_id = spot.id
      UNION ALL
      SELECT h.asset_id, h.seq, h.hash, spot.id, spot.path, h.receiver
      FROM holding h JOIN spot ON spot.id = h.home_place_id
      WHERE h.office_id = :office AND h.kind IN ('sent', 'lent') AND h.place_id IS NULL
    ), known AS (
      SELECT there.*, a.reference, a.description, a.quantity, a.unit, {RISK} AS risk
      FROM there JOIN asset a ON a.id = there.asset_id
    ), chosen AS MATERIALIZED (
      SELECT * FROM known
      WHERE (CAST(:wanted AS text[]) = '{{}}' OR risk = ANY (CAST(:wanted AS text[])))
        AND (:share = 100 OR
          CAST(CAST('x' || left(encode(sha256(convert_to(:seed || '|' || reference, 'UTF8')),
            'hex'), 8) AS bit(32)) AS bigint) % 10000 < :share * 100)
    ), listed AS (
      INSERT INTO stocktake_item (stocktake_id, asset_id, office_id, seq, place_id, path, reference,
        description, risk, quantity, unit, away_with)
      SELECT :stocktake, asset_id, :office, seq, place_id, path, reference,
        description, risk, quantity, unit, away FROM chosen
    )
    SELECT count(*), count(away),
      sha256(convert_to(coalesce(string_agg(asset_id || ':' || seq || ':' || encode(hash, 'hex'),
        ',' ORDER BY asset_id), ''), 'UTF8'))
    FROM chosen
    """  # noqa: S608 - our own words
)
"""What lies in the place and below it, and what is away from there for a time; the digest names,
for each thing, the entry of its custody chain that the list was true after."""


def open_stocktake(session: Session, actor: Actor, new: NewStocktake, *, at: datetime) -> Stocktake:
    """Open a count of a place and all inside it; the list is what the ledger says at this moment.

    An empty place is counted too: its minutes say that nothing is there.
    Raises Forbidden, NotFound, PlaceIsClosed, AlreadyOpen, NothingToCount, PlannedAlready,
    NotWhatIsPlanned; at a change of keeper NotAWarehouse, NoChangeOpen, CountedAlready, NotWhole.
    """
    actor.require("stocktakes.open")
    place = _place(session, actor, new, at)
    if new.period is Period.HANDOVER:
        _check_joint_count(session, actor, new, place, at)
    planned = _planned(session, actor, new, local_day(at)) if new.planned_id else None
    stocktake = _frozen(session, actor, new, place, at)
    taken = AlreadyOpen(_("This place is being counted already."), field="place_id")
    with refused_by(session, "uq_stocktake_open_place", taken):
        session.add(stocktake)
    if planned is not None:
        planned.stocktake_id = stocktake.id
        session.flush()
    subject = audit.Subject("stocktake", stocktake.id, stocktake.reference, stocktake.office_id)
    data = {
        "place": place.code,
        "listed": stocktake.listed,
        "list": stocktake.list_digest.hex(),
        "seed": stocktake.seed,
    }
    audit.record(session, actor, Act.STOCKTAKE_OPENED, subject, data, at=at)
    return stocktake


def _frozen(
    session: Session, actor: Actor, new: NewStocktake, place: Place, at: datetime
) -> Stocktake:
    """The count of a place, its list written down."""
    (stocktake_id,) = ids.take(session, "stocktake_id_seq")
    seed = secrets.token_hex(8)
    wanted = [c.value for c in new.classes]
    listed, away, digest = session.execute(
        _FREEZE,
        {
            "stocktake": stocktake_id,
            "office": place.office_id,
            "within": place.path,
            **ranks_on(session, local_day(at)),
            "wanted": wanted,
            "share": new.sample_pct,
            "seed": seed,
        },
    ).one()
    if not listed and new.sample_pct < EVERYTHING:
        raise NothingToCount(_("The sample drew nothing; count everything."), field="sample_pct")
    return Stocktake(
        id=stocktake_id,
        reference=reference(PREFIX, stocktake_id),
        office_id=place.office_id,
        place_id=place.id,
        place_path=place.path,
        place_name=place.name,
        period=new.period,
        classes=wanted,
        sample_pct=new.sample_pct,
        seed=seed,
        blind=new.blind,
        basis=new.basis,
        listed=listed,
        away=away,
        list_digest=digest,
        pack_key=secrets.token_bytes(32),
        opened_at=at,
        opened_by_id=actor.staff_id,
        opened_by_name=actor.name,
        first_counter_ids=[],
    )


def _place(session: Session, actor: Actor, new: NewStocktake, at: datetime) -> Place:
    place = session.scalar(visible_places(actor).where(Place.id == new.place_id))
    if place is None:
        raise NotFound(_("There is no such place."), field="place_id")
    if place.closed_on is not None and place.closed_on <= local_day(at):
        raise PlaceIsClosed(_("The place is closed."), field="place_id")
    return place


def _check_joint_count(
    session: Session, actor: Actor, new: NewStocktake, place: Place, at: datetime
) -> None:
    """Refuse a count for a change of keeper that none waits for, or that leaves something out."""
    basis = ruling(session, JOINT_COUNT, local_day(at)).basis
    if place.parent_id is not None:
        raise NotAWarehouse(
            _("At a change of keeper the whole warehouse is counted; choose it."),
            field="place_id",
            **basis,
        )
    change = find_open_change(session, actor, place.id)
    if change is None:
        raise NoChangeOpen(
            _("No change of keeper is going on here; the head appoints the next keeper first."),
            field="period",
            **basis,
        )
    if change.counted_at is not None:
        raise CountedAlready(
            _("The joint count of this change is recorded already; now both keepers sign."),
            field="period",
            **basis,
        )
    if new.classes or new.sample_pct < EVERYTHING:
        raise NotWhole(
            _("At a change of keeper everything is counted: all classes, without a sample."),
            field="classes" if new.classes else "sample_pct",
            **basis,
        )


def _planned(session: Session, actor: Actor, new: NewStocktake, on: date) -> PlannedCount:
    """The plan that a count is to fulfil, locked."""
    planned = session.scalar(
        select(PlannedCount)
        .where(
            in_sight(PlannedCount.office_id, actor),
            PlannedCount.id == new.planned_id,
            PlannedCount.place_id == new.place_id,
        )
        .with_for_update()
    )
    if planned is None:
        raise NotFound(_("There is no such planned count."), field="planned_id")
    if planned.stocktake_id is not None:
        raise PlannedAlready(_("That planned count was held or begun already."))
    _check_covers(session, planned, new, on)
    return planned


def _check_covers(session: Session, planned: PlannedCount, new: NewStocktake, on: date) -> None:
    """Refuse a count that is less than its plan asks for (C04/23 Art. 11(4), C78/20 Art. 5)."""
    basis = ruling(session, RULE, on).basis
    wanted, counted = set(planned.classes), {one.value for one in new.classes}
    whole = not counted or (wanted and wanted <= counted)
    if not whole or new.sample_pct < planned.sample_pct:
        raise NotWhatIsPlanned(
            _("The plan asks for more classes or a larger sample; count all that it names."),
            field="planned_id",
            **basis,
        )
    if not covers(new.period, Period(planned.period)):
        raise NotWhatIsPlanned(
            _("The plan asks for the count of another period; choose its period."),
            field="period",
            **basis,
        )
    begins = period_begins(Period(planned.period), planned.due_on)
    if begins is not None and on < begins:
        raise NotWhatIsPlanned(
            _("The period of the plan begins on %(day)s; count then."),
            field="planned_id",
            day=begins,
            **basis,
        )
