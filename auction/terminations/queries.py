"""Terminations of a case, and what belongs to a case that would end with it."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Select, or_, select, union
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
from auction.payouts.models import Payout
from auction.sales.models import Sale
from auction.terminations.models import CaseTermination, TerminationAnnulment
from auction.terminations.rules import GROUNDS, SOLD, Scope
from auction.terminations.schemas import Annullable, AnnulmentOut, Prospect, TerminationOut
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.queries import get_case
from inventory.measures.models import Measure
from inventory.measures.rules import PROVISIONAL
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from inventory.seizures.models import Seizure

Numbered = tuple[str, date]
"""A decision by its number and its day: numbers begin anew with every year."""


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
    ended = rows.all()
    if not ended:
        return []
    papers = papers_of(session, actor, case_id)
    annulled = _annulments(session, [row.id for row in ended], papers)
    made = set(TerminationOut.__struct_fields__) - {"words", "annulled", "paper"}
    return [
        msgspec.convert(
            {name: getattr(row, name) for name in made}
            | {"words": word("scopes", row.ground), "annulled": annulled.get(row.id)}
            | {"paper": papers.get((row.decision_number, row.decided_on))},
            TerminationOut,
            strict=False,
        )
        for row in ended
    ]


def papers_of(session: Session, actor: Actor, case_id: int) -> dict[Numbered, str]:
    """The decisions on a case that were drawn up here: their reference by number and day."""
    rows = session.execute(
        select(Paper.number, Paper.dated_on, Paper.reference).where(
            Paper.subject_kind == "case",
            Paper.subject_ref == str(case_id),
            Paper.kind.in_([PaperKind.TERMINATION_DECISION, PaperKind.TERMINATION_ANNULMENT]),
            in_sight(Paper.office_id, actor),
        )
    )
    return {(row.number, row.dated_on): row.reference for row in rows}


def _annulments(
    session: Session, ids: Collection[int], papers: dict[Numbered, str]
) -> dict[int, AnnulmentOut]:
    """The annulments of some terminations, by the termination."""
    rows = session.scalars(
        select(TerminationAnnulment).where(TerminationAnnulment.termination_id.in_(ids))
    )
    fields = set(AnnulmentOut.__struct_fields__) - {"paper"}
    return {
        row.termination_id: msgspec.convert(
            {name: getattr(row, name) for name in fields}
            | {"paper": papers.get((row.decision_number, row.decided_on))},
            AnnulmentOut,
            strict=False,
        )
        for row in rows
    }


def released_since(session: Session, case_id: int, on: date) -> bool:
    """Whether something of a case was released on a day or after it."""
    seized = select(Seizure.id).where(Seizure.case_id == case_id, Seizure.released_on >= on)
    measured = select(Measure.id).where(Measure.case_id == case_id, Measure.ended_on >= on)
    return session.scalar(seized.limit(1)) is not None or (
        session.scalar(measured.limit(1)) is not None
    )


def payouts_since(session: Session, case_id: int, entry_id: int) -> list[Payout]:
    """Payouts in force of sales for a case that were drawn up after a change of a claim."""
    seized = select(LotAsset.lot_id).join(Seizure, Seizure.asset_id == LotAsset.asset_id)
    lots = select(Lot.id).where(
        or_(Lot.case_id == case_id, Lot.id.in_(seized.where(Seizure.case_id == case_id)))
    )
    found = (
        select(Payout)
        .join(Sale, Sale.id == Payout.sale_id)
        .where(Sale.lot_id.in_(lots), Payout.withdrawn_at.is_(None), Payout.claims_upto >= entry_id)
        .order_by(Payout.id)
    )
    return list(session.scalars(found))


def annulled_by(session: Session, actor: Actor, case_id: int, termination_id: int) -> Annullable:
    """What the annulment of a termination would bring back.

    Raises NotFound.
    """
    made = terminations_of(session, actor, case_id)
    found = next((one for one in made if one.id == termination_id), None)
    if found is None:
        raise NotFound(_("There is no such termination."))
    whole = found.scope is Scope.WHOLE
    claims = claims_of(session, actor, [case_id], found.decided_on)
    return Annullable(
        termination=found,
        claims=[one for one in claims if one.id in found.claims],
        kept=[one.reference for one in to_release(session, case_id)] if whole else [],
        released=whole and released_since(session, case_id, found.decided_on),
    )


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
