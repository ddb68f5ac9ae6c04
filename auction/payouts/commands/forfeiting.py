"""Kept money that nobody fetched in the term is the State's; if that is annulled, it comes back.

L25 Art. 57(2), 59(1); L08 Art. 126(2); D62 Art. 49(5); C04/23 Art. 12(3).
"""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits
from auction.deadlines.queries import due_after
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.payouts.commands.keeping import TERM
from auction.payouts.commands.sharing import (
    Happened,
    Locked,
    check_span,
    expect,
    locked,
    subject_of,
    write,
)
from auction.payouts.models import ShareEntry
from auction.payouts.schemas import (
    NewRefund,
    NewRefundRequest,
    NewShareForfeiture,
    NewShareRemittance,
)
from auction.payouts.shares import NotForfeited, ShareEntryKind, ShareState, TermRuns
from inventory.base.actor import Actor
from inventory.base.messages import _
from inventory.organisation.powers import refuse_other_head

PAY_IN, ANNULLED = "forfeit_cash_remit", "forfeiture_annulled"


def forfeit_share(
    session: Session, actor: Actor, line_id: int, new: NewShareForfeiture, *, at: datetime
) -> ShareEntry:
    """The head decides, after the term and not before, that kept money is the State's.

    Raises NotFound, NotItsHead, ShareNotThere, TermRuns, Invalid.
    """
    actor.require("payouts.approve")
    found = locked(session, actor, line_id, at=at)
    rule = rule_on(session, TERM, new.decided_on)
    refuse_other_head(session, actor, found.line.office_id, rule.basis)
    expect(found, ShareState.KEPT, ShareState.FALLEN)
    if found.due_on is None or new.decided_on <= found.due_on:
        raise _term_runs(session, found, new)
    check_span(new.decided_on, found.told_on, at, "decided_on")
    served = any(one.serves(new.decided_on) for one in rules_in_use(session, PAY_IN))
    due = due_after(session, PAY_IN, new.decided_on) if served else None
    on = new.decided_on
    decided = Happened(ShareEntryKind.FORFEITED, on, new.document, rule=rule, due_on=due)
    entry = write(session, actor, found, decided, at=at)
    about = subject_of(session, found)
    meet_by_act(session, actor, TERM, about, met_on=on, at=at)
    set_limits(session, actor, (PAY_IN,), on, about, at=at)
    return entry


def remit_share(
    session: Session, actor: Actor, line_id: int, new: NewShareRemittance, *, at: datetime
) -> ShareEntry:
    """Pay all that is kept into the State budget, on the head's decision (D152/26 Art. 39(4)).

    Raises NotFound, ShareNotThere, NotForfeited, TermRuns, Invalid.
    """
    actor.require("payouts.pay")
    found = locked(session, actor, line_id, at=at)
    _refuse_undecided(session, found, new)
    expect(found, ShareState.FORFEITED)
    check_span(new.remitted_on, found.told_on, at, "remitted_on")
    rule = rule_on(session, TERM, new.remitted_on)
    on, kind = new.remitted_on, ShareEntryKind.REMITTED
    paid_in = Happened(kind, on, new.document, amount=found.kept, rule=rule)
    entry = write(session, actor, found, paid_in, at=at)
    meet_by_act(session, actor, PAY_IN, subject_of(session, found), met_on=on, at=at)
    return entry


def ask_refund(
    session: Session, actor: Actor, line_id: int, new: NewRefundRequest, *, at: datetime
) -> ShareEntry:
    """Ask the finance body for money whose forfeiture was annulled after it was paid in.

    What was paid in stays as written (L25 Art. 57(2); C04/23 Art. 12(3)).
    Raises NotFound, ShareNotThere, Invalid.
    """
    actor.require("payouts.propose")
    found = locked(session, actor, line_id, at=at)
    expect(found, ShareState.REMITTED)
    check_span(new.asked_on, _last_on(session, found), at, "asked_on")
    rule = rule_on(session, ANNULLED, new.asked_on)
    kind, words = ShareEntryKind.REFUND_ASKED, f"{new.finance_body}; {new.annulled_by}"
    asked = Happened(kind, new.asked_on, new.document, words=words, rule=rule)
    return write(session, actor, found, asked, at=at)


def receive_refund(
    session: Session, actor: Actor, line_id: int, new: NewRefund, *, at: datetime
) -> ShareEntry:
    """Enter what the finance body gave back: all that was paid in; it is kept for the payee again.

    Raises NotFound, ShareNotThere, Invalid.
    """
    actor.require("payouts.pay")
    found = locked(session, actor, line_id, at=at)
    expect(found, ShareState.REFUND_ASKED)
    check_span(new.refunded_on, _last_on(session, found), at, "refunded_on")
    rule = rule_on(session, ANNULLED, new.refunded_on)
    kind, amount = ShareEntryKind.REFUNDED, found.paid_in
    refunded = Happened(kind, new.refunded_on, new.document, amount=amount, rule=rule)
    return write(session, actor, found, refunded, at=at)


def _last_on(session: Session, found: Locked) -> date:
    """The day of the last thing that happened to the money: a refund follows what was paid in."""
    days = select(func.max(ShareEntry.happened_on)).where(ShareEntry.line_id == found.line.id)
    return session.scalars(days).one() or found.told_on


def _refuse_undecided(session: Session, found: Locked, new: NewShareRemittance) -> None:
    """Before the term is over nothing is the State's, and after it the head decides first."""
    if found.stands is None or found.stands.state not in {ShareState.KEPT, ShareState.FALLEN}:
        return
    rule = rule_on(session, TERM, new.remitted_on)
    if found.due_on is None or new.remitted_on <= found.due_on:
        raise _term_runs(session, found, new)
    raise NotForfeited(
        _(
            "The term ended on %(day)s, but nobody decided that the money is the State's (rule"
            " %(rule)s). Lawful: the head decides, then it is paid in."
        ),
        article=rule.article,
        day=found.due_on,
        rule=rule.key,
    )


def _term_runs(
    session: Session, found: Locked, new: NewShareForfeiture | NewShareRemittance
) -> TermRuns:
    field = "decided_on" if isinstance(new, NewShareForfeiture) else "remitted_on"
    rule = rule_on(session, TERM, getattr(new, field))
    if found.due_on is None:
        text = _(
            "The budget gave the money back: it is kept for the payee (rule %(rule)s). Lawful: he"
            " fetches it."
        )
        return TermRuns(text, field=field, article=rule.article, rule=rule.key)
    return TermRuns(
        _(
            "The payee may fetch it until %(day)s; only after that day it is the State's (rule"
            " %(rule)s). Lawful: keep it for him until then."
        ),
        field=field,
        article=rule.article,
        day=found.due_on,
        rule=rule.key,
    )
