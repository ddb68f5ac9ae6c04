"""Asking the auction organisation to stop the round of what leaves the auction."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.auctioneers.queries import contract_in_force
from auction.bidding.rules import Outcome
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.notices.commands.request_halt import Request, request_halt
from auction.notices.rules import Halt
from auction.offers.commands.common import OpenLot, break_off, is_running
from auction.offers.rules import RIGHT, ExitGround
from inventory.base.actor import Actor

PAID = "debtor_paid_or_creditor_takes"
"""The ground of a stop when the debtor has paid (L25 Art. 84(2)d)."""
TERMINATED = "terminated"
"""The ground of a stop when enforcement is terminated (L25 Art. 84(2)a)."""
TAKES = "Người được thi hành án nhận tài sản để trừ vào số tiền được thi hành án"
AGREED_TO = "Người được thi hành án nhận tài sản theo thỏa thuận của đương sự"
"""Why a round is stopped whose lot the creditor takes."""
RECALLED, RECALLED_BY = "seizure_recalled", "D152/26 Art. 55(4), 65(7)a"


def stop_leaving(
    session: Session,
    actor: Actor,
    found: OpenLot,
    ground: ExitGround,
    rule: Rule,
    *,
    document: str,
    on: date,
    at: datetime,
) -> str:
    """Stop the round that waits because the debtor paid or the parties agreed; says why."""
    paid = ground is ExitGround.PAID
    why = "Người phải thi hành án đã nộp đủ tiền" if paid else "Đương sự thỏa thuận"
    asked = Request(
        kind=Halt.STOP,
        ground=PAID if paid else ground.value,
        words=why,
        article=rule.article,
        document=document,
        effective_at=at,
        rule_id=rule.id,
    )
    code, field = Outcome.STOPPED, "paid_on" if paid else "agreed_on"
    break_off(session, actor, found, code, reason=why, on=on, at=at, field=field, request=asked)
    return why


def stop_taken(
    session: Session,
    actor: Actor,
    found: OpenLot,
    rule: Rule,
    *,
    why: str,
    document: str,
    on: date,
    at: datetime,
    field: str,
) -> None:
    """Stop the round that waits because the creditor takes the lot: by agreement, or his right."""
    asked = Request(
        kind=Halt.STOP,
        ground=PAID,
        words=why,
        article=rule.article,
        document=document,
        effective_at=at,
        rule_id=rule.id,
    )
    code = Outcome.STOPPED
    break_off(session, actor, found, code, reason=why, on=on, at=at, field=field, request=asked)


def stop_accepted(
    session: Session, actor: Actor, found: OpenLot, *, document: str, on: date, at: datetime
) -> None:
    """Stop the round that waits because the creditor takes the lot after a failed one.

    L25 Art. 84(2)d. Raises WinnerNamed.
    """
    rule = rule_on(session, RIGHT, on)
    said = {"why": TAKES, "document": document, "field": "answered_on"}
    stop_taken(session, actor, found, rule, on=on, at=at, **said)


def stop_recalled(
    session: Session, actor: Actor, found: OpenLot, decision: str, *, on: date, at: datetime
) -> None:
    """Stop the round that waits because the seizure is recalled (D152/26 Art. 55(4), 65(7)a)."""
    why = "Thu hồi quyết định kê biên"
    asked = Request(
        kind=Halt.STOP,
        ground=RECALLED,
        words=why,
        article=RECALLED_BY,
        document=decision,
        effective_at=at,
    )
    code, field = Outcome.STOPPED, "recalled_on"
    break_off(session, actor, found, code, reason=why, on=on, at=at, field=field, request=asked)


def stop_terminated(
    session: Session,
    actor: Actor,
    found: OpenLot,
    decision: str,
    article: str,
    *,
    on: date,
    at: datetime,
) -> None:
    """Stop the auction because enforcement is terminated (L25 Art. 84(2)a).

    The round that waits; where none does, the organisation under contract is asked all the same.
    """
    why = "Có quyết định đình chỉ thi hành án"
    asked = Request(
        kind=Halt.STOP,
        ground=TERMINATED,
        words=why,
        article=article,
        document=decision,
        effective_at=at,
    )
    if is_running(session, found.last):
        code, field = Outcome.STOPPED, "scope"
        break_off(session, actor, found, code, reason=why, on=on, at=at, field=field, request=asked)
    elif contract_in_force(session, actor, found.lot.id) is not None:
        request_halt(session, actor, found.lot, None, asked, at=at)
