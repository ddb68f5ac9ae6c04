"""Makes holds through the command."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.holds.commands import end_hold, open_hold
from auction.holds.models import Hold
from auction.holds.rules import EndReason, HoldKind, HoldSubject
from auction.holds.schemas import HoldEnd, NewHold
from inventory.base.actor import Actor

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
