"""Terminations of a case, and what belongs to a case that would end with it."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from auction.claims.queries import claims_of
from auction.holds.models import Hold
from auction.holds.rules import HoldSubject
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import word
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.models import Lot, LotAsset
from auction.terminations.models import CaseTermination
from auction.terminations.rules import GROUNDS, SOLD
from auction.terminations.schemas import Prospect, TerminationOut
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.cases.queries import get_case
from inventory.measures.models import Measure
from inventory.measures.rules import PROVISIONAL
from inventory.seizures.models import Seizure


class Thing(NamedTuple):
    """An asset of a case: its number, its reference and the office that has it."""

    id: int
    reference: str
    office_id: int


def terminations_of(session: Session, actor: Actor, case_id: int) -> list[TerminationOut]:
    """The decisions that terminated a case or a part of it, the first one first."""
    rows = session.scalars(
        select(CaseTermination)
        .where(
            CaseTermination.case_id == case_id,
            in_sight(CaseTermination.office_id, actor),
        )
        .order_by(CaseTermination.decided_on, CaseTermination.id)
    )
    plain = [name for name in TerminationOut.__struct_fields__ if name != "words"]
    return [
        msgspec.convert(
            {name: getattr(row, name) for name in plain} | {"words": word("scopes", row.ground)},
            TerminationOut,
            strict=False,
        )
        for row in rows
    ]


def grounds_on(session: Session, on: date) -> list[Rule]:
    """The grounds that the law of a day knows, one row each."""
    return [one for one in rules_in_use(session, GROUNDS) if one.serves(on)]


def prospect(session: Session, actor: Actor, case_id: int, on: date) -> Prospect:
    """What would end with a whole case on a day.

    Raises NotFound.
    """
    get_case(session, actor, case_id)
    sold = sold_of(session, case_id)
    things = to_release(session, case_id)
    return Prospect(
        lots=list(session.scalars(lots_on_offer(actor, case_id, Lot.reference))),
        assets=[one.reference for one in things],
        sold=[one.reference for one in sold],
        claims=[one for one in claims_of(session, actor, [case_id], on) if one.owed.total > 0],
    )


def lots_on_offer(actor: Actor, case_id: int, column: object = Lot.reference) -> Select[str]:
    """The open lots of a case in the actor's sight, in the order in which they are locked."""
    statement: Select[str] = select(column)  # type: ignore[call-overload]
    return statement.where(
        Lot.case_id == case_id, Lot.closed_on.is_(None), in_sight(Lot.office_id, actor)
    ).order_by(Lot.id)


def to_release(session: Session, case_id: int) -> list[Thing]:
    """What a seizure or a provisional measure of a case still binds, by its number.

    What was sold goes to its buyer and is not among them.
    """
    seized = select(Seizure.asset_id).where(
        Seizure.case_id == case_id, Seizure.released_on.is_(None)
    )
    measured = select(Measure.asset_id).where(
        Measure.case_id == case_id,
        Measure.ended_on.is_(None),
        Measure.kind.in_([kind.value for kind in PROVISIONAL]),
    )
    things = _things(session, union(seized, measured).subquery().select())
    bought = SOLD | {State.PAID_OUT}
    standing = standing_of(session, [one.id for one in things])
    return [one for one in things if standing[one.id].state not in bought]


def sold_of(session: Session, case_id: int) -> list[Thing]:
    """What was sold in a lot of the case and whose money is not divided yet."""
    placed = select(LotAsset.asset_id).join(Lot, Lot.id == LotAsset.lot_id)
    things = _things(session, placed.where(Lot.case_id == case_id))
    standing = standing_of(session, [one.id for one in things])
    return [one for one in things if standing[one.id].state in SOLD]


def seized_elsewhere(session: Session, asset_ids: Collection[int], case_id: int) -> set[int]:
    """Which of some assets another case holds seized too."""
    others = select(Seizure.asset_id).where(
        Seizure.asset_id.in_(asset_ids),
        Seizure.case_id != case_id,
        Seizure.released_on.is_(None),
    )
    return set(session.scalars(others))


def holds_of(session: Session, case_id: int, lot_ids: Collection[int]) -> list[Hold]:
    """The open holds of a case and of some lots."""
    about_case = (Hold.subject_kind == HoldSubject.CASE.value) & (Hold.subject_id == case_id)
    about_lots = (Hold.subject_kind == HoldSubject.LOT.value) & Hold.subject_id.in_(lot_ids)
    found = select(Hold).where(Hold.ended_on.is_(None), about_case | about_lots).order_by(Hold.id)
    return list(session.scalars(found))


def _things(session: Session, ids: Select[int]) -> list[Thing]:
    rows = session.execute(
        select(Asset.id, Asset.reference, Asset.office_id)
        .where(Asset.id.in_(ids))
        .order_by(Asset.id)
    )
    return [Thing(*row) for row in rows]
