"""Why nobody bought, counted by office and kind of asset: two statements however long the record.

Counted are failed rounds by the day they were held, never findings: a finding that takes the place
of an earlier one changes no total. Not prescribed by any circular; the program's own figure.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from auction.bidding.causes import Cause, Weight
from auction.bidding.diagnoses import CauseCount
from auction.bidding.models import AssetRound, RoundCause, RoundDiagnosis
from auction.bidding.rules import Held
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.organisation.models import Office
from reports.statistics.schemas import CauseFigures, CauseLine

_Key = tuple[int, str]
YEAR = timedelta(days=365)


def cause_figures(session: Session, actor: Actor, since: date, until: date) -> CauseFigures:
    """How often each cause was found in the failed rounds of a period, in the offices in sight."""
    rounds = session.execute(_failed(actor, since, until)).all()
    found: defaultdict[_Key, list[CauseCount]] = defaultdict(list)
    for row in session.execute(_found(actor, since, until)):
        found[row.office_id, row.kind].append(CauseCount(Cause(row.cause), row.rounds, row.main))
    lines = [
        CauseLine(
            office=row.office,
            kind=AssetKind(row.kind),
            failed=row.failed,
            diagnosed=row.diagnosed,
            causes=found[row.office_id, row.kind],
        )
        for row in rounds
    ]
    return CauseFigures(since=since, until=until, lines=lines)


def figures_of_period(
    session: Session, actor: Actor, since: date | None, until: date | None, *, today: date
) -> CauseFigures:
    """The figures of a period; without one, those of the year up to today."""
    last = until or today
    return cause_figures(session, actor, since or last - YEAR, last)


def _rounds(actor: Actor, since: date, until: date) -> Select[*tuple[Any, ...]]:
    """The failed rounds of a period with their newest diagnosis, by asset."""
    later = aliased(RoundDiagnosis)
    superseded = (
        select(later.id)
        .where(later.round_id == RoundDiagnosis.round_id, later.seq > RoundDiagnosis.seq)
        .exists()
    )
    return (
        select(Asset.office_id, Asset.kind, AssetRound.round_id, RoundDiagnosis.id.label("found"))
        .join(Asset, Asset.id == AssetRound.asset_id)
        .outerjoin(RoundDiagnosis, (RoundDiagnosis.round_id == AssetRound.round_id) & ~superseded)
        .where(
            AssetRound.result == Held.FAILED.value,
            AssetRound.held_on.between(since, until),
            in_sight(Asset.office_id, actor),
        )
    )


def _failed(actor: Actor, since: date, until: date) -> Select[*tuple[Any, ...]]:
    held = _rounds(actor, since, until).subquery()
    rounds = func.count(held.c.round_id.distinct())
    return (
        select(
            held.c.office_id,
            Office.name.label("office"),
            held.c.kind,
            rounds.label("failed"),
            rounds.filter(held.c.found.is_not(None)).label("diagnosed"),
        )
        .join(Office, Office.id == held.c.office_id)
        .group_by(held.c.office_id, Office.name, Office.name_key, held.c.kind)
        .order_by(Office.name_key, held.c.office_id, rounds.desc(), held.c.kind)
    )


def _found(actor: Actor, since: date, until: date) -> Select[*tuple[Any, ...]]:
    held = _rounds(actor, since, until).subquery()
    rounds = func.count(held.c.round_id.distinct())
    return (
        select(
            held.c.office_id,
            held.c.kind,
            RoundCause.cause,
            rounds.label("rounds"),
            rounds.filter(RoundCause.weight == Weight.MAIN.value).label("main"),
        )
        .join(RoundCause, RoundCause.diagnosis_id == held.c.found)
        .group_by(held.c.office_id, held.c.kind, RoundCause.cause)
        .order_by(rounds.desc(), RoundCause.cause)
    )
