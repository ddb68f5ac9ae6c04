"""Finding why nobody bought after a failed round: coded, weighed, noted; never edited."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from auction.bidding.causes import CausesWrong, NoFailure, Weight
from auction.bidding.models import RoundCause, RoundDiagnosis
from auction.bidding.queries import meaning_of
from auction.bidding.rules import Held
from auction.lots.commands import lock_lot
from auction.outcomes.commands.follow_up import get_round, subject_of
from auction.outcomes.rules import DIAGNOSED
from auction.outcomes.schemas import NewCause, NewDiagnosis
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.messages import _


def diagnose_round(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewDiagnosis, *, at: datetime
) -> RoundDiagnosis:
    """Say why nobody bought; asked for after a failed round, not prescribed by law.

    A later finding takes the place of an earlier, which stays in the record.
    Raises NotFound, NoFailure, CausesWrong, Invalid.
    """
    actor.require("rounds.diagnose")
    found_on = new.found_on or local_day(at)
    not_ahead(found_on, at, field="found_on")
    _check(new.causes)
    lot = lock_lot(session, actor, lot_ref)
    failed = get_round(session, lot, number)
    if meaning_of(session, failed) is not Held.FAILED:
        raise NoFailure(
            _("Round %(number)s of lot %(lot)s does not count as failed."),
            number=number,
            lot=lot_ref,
        )
    before = select(func.max(RoundDiagnosis.seq)).where(RoundDiagnosis.round_id == failed.id)
    diagnosis = RoundDiagnosis(
        round_id=failed.id,
        lot_id=lot.id,
        office_id=lot.office_id,
        seq=(session.scalar(before) or 0) + 1,
        note=new.note,
        found_on=found_on,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(diagnosis)
    session.flush()
    rows = [
        {
            "diagnosis_id": diagnosis.id,
            "cause": one.cause.value,
            "office_id": lot.office_id,
            "weight": one.weight.value,
            "note": one.note,
        }
        for one in new.causes
    ]
    session.execute(insert(RoundCause), rows)
    data = {"number": number, "causes": {row["cause"]: row["weight"] for row in rows}}
    audit.record(session, actor, DIAGNOSED, subject_of(lot), data, at=at)
    return diagnosis


def _check(causes: Sequence[NewCause]) -> None:
    if len({one.cause for one in causes}) < len(causes):
        raise CausesWrong(_("A cause is named twice."), field="causes")
    if sum(one.weight is Weight.MAIN for one in causes) > 1:
        raise CausesWrong(_("There is one main cause at most."), field="causes")
