"""Why nobody bought, as officers found it: of rounds, and how often in an office."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from auction.bidding.causes import Cause, Weight
from auction.bidding.models import AssetRound, RoundCause, RoundDiagnosis
from auction.bidding.rules import Held
from auction.lots.models import AuctionRound
from inventory.base.actor import Actor
from inventory.base.scope import in_sight

Column = InstrumentedAttribute[int]
"""A column of the statement that something is found for."""


class CauseOut(msgspec.Struct, frozen=True):
    """A cause, how much it weighed, and what was noted."""

    cause: Cause
    weight: Weight
    note: str | None


class DiagnosisOut(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody bought in a round; ``seq`` counts its diagnoses, the newest is shown."""

    round_id: int
    seq: int
    found_on: date
    note: str | None
    causes: list[CauseOut]


class FailedRound(msgspec.Struct, frozen=True):
    """A round that counts as failed."""

    id: int
    number: int
    held_on: date | None


class CauseCount(msgspec.Struct, frozen=True):
    """How often a cause was found in an office, and how often as the main one."""

    cause: Cause
    rounds: int
    main: int


def failed_rounds_of(session: Session, lot_id: int) -> list[FailedRound]:
    """The rounds of a lot that count as failed, the newest first."""
    counted = select(AssetRound.round_id).where(AssetRound.result == Held.FAILED.value)
    rows = session.execute(
        select(AuctionRound.id, AuctionRound.number, AuctionRound.held_on)
        .where(AuctionRound.lot_id == lot_id, AuctionRound.id.in_(counted))
        .order_by(AuctionRound.number.desc())
    )
    return [FailedRound(*row) for row in rows]


def diagnoses_of(session: Session, round_ids: Sequence[int]) -> dict[int, DiagnosisOut]:
    """The newest diagnosis of each of some rounds, in two statements."""
    heads = session.scalars(_newest().where(RoundDiagnosis.round_id.in_(round_ids))).all()
    causes: defaultdict[int, list[CauseOut]] = defaultdict(list)
    if heads:
        rows = session.execute(
            select(RoundCause.diagnosis_id, RoundCause.cause, RoundCause.weight, RoundCause.note)
            .where(RoundCause.diagnosis_id.in_([one.id for one in heads]))
            .order_by(RoundCause.diagnosis_id, RoundCause.cause)
        )
        for diagnosis_id, cause, weight, note in rows:
            causes[diagnosis_id].append(CauseOut(Cause(cause), Weight(weight), note))
    return {
        one.round_id: DiagnosisOut(
            round_id=one.round_id,
            seq=one.seq,
            found_on=one.found_on,
            note=one.note,
            causes=sorted(causes[one.id], key=lambda cause: _ORDER[cause.weight]),
        )
        for one in heads
    }


def causes_of_assets(
    session: Session, asset_ids: Sequence[int]
) -> dict[int, list[tuple[Cause, int]]]:
    """How often each cause was found in the failed rounds of some assets, the commonest first."""
    found: defaultdict[int, Counter[Cause]] = defaultdict(Counter)
    newest = _newest().subquery()
    rows = session.execute(
        select(AssetRound.asset_id, RoundCause.cause)
        .join(newest, newest.c.round_id == AssetRound.round_id)
        .join(RoundCause, RoundCause.diagnosis_id == newest.c.id)
        .where(AssetRound.asset_id.in_(asset_ids))
    )
    for asset_id, cause in rows:
        found[asset_id][Cause(cause)] += 1
    return {asset_id: counted.most_common() for asset_id, counted in found.items()}


def causes_by_office(session: Session, actor: Actor, since: date) -> list[CauseCount]:
    """How often each cause was found in the offices in sight since a day, the commonest first."""
    newest = _newest().where(RoundDiagnosis.found_on >= since).subquery()
    main = func.count().filter(RoundCause.weight == Weight.MAIN.value)
    rows = session.execute(
        select(RoundCause.cause, func.count(), main)
        .join(newest, newest.c.id == RoundCause.diagnosis_id)
        .where(in_sight(RoundCause.office_id, actor))
        .group_by(RoundCause.cause)
        .order_by(func.count().desc(), RoundCause.cause)
    )
    return [CauseCount(Cause(cause), rounds, mains) for cause, rounds, mains in rows]


def causes_in_run(flagged: Column, begun_id: Column, ended_id: Column) -> ColumnElement[Any]:
    """What was found in an asset's failed rounds from one to another, as ``counted_in`` reads it.

    A column for statements over flags: of each round the newest finding.
    """
    held, begun, ended = aliased(AssetRound), aliased(AssetRound), aliased(AssetRound)
    word = func.concat(RoundDiagnosis.round_id, ":", RoundCause.cause, ":", RoundCause.weight)
    return (
        select(func.array_agg(word))
        .select_from(held)
        .join(begun, (begun.asset_id == held.asset_id) & (begun.round_id == begun_id))
        .join(ended, (ended.asset_id == held.asset_id) & (ended.round_id == ended_id))
        .join(RoundDiagnosis, RoundDiagnosis.round_id == held.round_id)
        .join(RoundCause, RoundCause.diagnosis_id == RoundDiagnosis.id)
        .where(
            held.asset_id == flagged,
            held.seq.between(begun.seq, ended.seq),
            held.result == Held.FAILED.value,
            _is_newest(),
        )
        .scalar_subquery()
    )


def counted_in(words: Sequence[str] | None) -> tuple[list[CauseCount], int]:
    """How often each cause was found, the commonest first, and in how many rounds anything was."""
    found: Counter[Cause] = Counter()
    main: Counter[Cause] = Counter()
    rounds = set()
    for said in words or ():
        round_id, code, weight = said.split(":")
        cause = Cause(code)
        found[cause] += 1
        main[cause] += weight == Weight.MAIN
        rounds.add(round_id)
    ordered = sorted(found, key=lambda cause: (-main[cause], -found[cause], cause))
    return [CauseCount(cause, found[cause], main[cause]) for cause in ordered], len(rounds)


def was_found(flagged: Column, cause: Cause) -> ColumnElement[bool]:
    """Whether a cause was found in a round of an asset that counts as failed."""
    return exists(
        select(AssetRound.round_id)
        .join(RoundDiagnosis, RoundDiagnosis.round_id == AssetRound.round_id)
        .join(RoundCause, RoundCause.diagnosis_id == RoundDiagnosis.id)
        .where(
            AssetRound.asset_id == flagged,
            AssetRound.result == Held.FAILED.value,
            RoundCause.cause == cause.value,
            _is_newest(),
        )
    )


_ORDER = {weight: place for place, weight in enumerate(reversed(Weight))}


def _is_newest() -> ColumnElement[bool]:
    later = aliased(RoundDiagnosis)
    return ~exists(
        select(later.id).where(
            later.round_id == RoundDiagnosis.round_id, later.seq > RoundDiagnosis.seq
        )
    )


def _newest() -> Select[RoundDiagnosis]:
    later = aliased(RoundDiagnosis)
    after = and_(later.round_id == RoundDiagnosis.round_id, later.seq > RoundDiagnosis.seq)
    return select(RoundDiagnosis).outerjoin(later, after).where(later.id.is_(None))
