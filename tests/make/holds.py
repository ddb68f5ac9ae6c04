"""Makes holds and halts through the commands."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.bidding.models import RoundOutcome
from auction.bidding.rules import Outcome
from auction.holds.commands import end_hold, open_hold
from auction.holds.models import Hold
from auction.holds.rules import EndReason, HoldKind, HoldSubject
from auction.holds.schemas import HoldEnd, NewHold
from auction.legal_rules.queries import rule_on
from auction.lots.models import Lot
from auction.notices.rules import Halt
from auction.notices.schemas import NewHalt
from auction.outcomes.commands.halt_round import halt_round
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from tests.make.organisation import People

LONG_AGO = date(2026, 11, 2)


def new_hold(kind: HoldKind, ref: str, from_on: date = LONG_AGO, **said: Any) -> NewHold:
    """What an officer says of a hold; what its kind asks for is said with it."""
    facts = {
        "kind": kind,
        "subject_kind": HoldSubject.ASSET,
        "subject_ref": ref,
        "ground": "Đơn của bà Nguyễn Thị B cho rằng tài sản là của mình",
        "ground_on": from_on,
        "document": "15/TB-THADS",
        "started_on": from_on,
        "authority": "Tòa án nhân dân khu vực 1",
        "proof": "Xác nhận của UBND xã về lũ lụt",
    }
    return NewHold(**{**facts, **said})


def make_hold(
    session: Session,
    actor: Actor,
    kind: HoldKind,
    ref: str,
    from_on: date = LONG_AGO,
    *,
    at: datetime,
    **said: Any,
) -> Hold:
    return open_hold(session, actor, new_hold(kind, ref, from_on, **said), at=at)


def finish_hold(
    session: Session,
    actor: Actor,
    hold: Hold,
    on: date,
    reason: EndReason = EndReason.GROUND_GONE,
    *,
    at: datetime,
) -> Hold:
    end = HoldEnd(ended_on=on, reason=reason, document="31/QĐ-CCTHADS")
    return end_hold(session, actor, hold.id, end, at=at)


def stop_round(
    session: Session, people: People, lot: Lot, number: int, code: Outcome, *, at: datetime
) -> RoundOutcome:
    """A round that is paused or stopped on the first ground of the law of the day."""
    kind = Halt.PAUSE if code is Outcome.PAUSED else Halt.STOP
    ground = str(rule_on(session, f"{kind.value}_grounds", local_day(at)).codes[0])
    new = NewHalt(kind=kind, ground=ground, document="7/QĐ")
    made = halt_round(session, people.officer, lot.reference, number, new, at=at)
    return session.get_one(RoundOutcome, made.round_id)
