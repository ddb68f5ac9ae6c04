"""Drawing up the hand-over of a portfolio, signing it on both sides, giving it up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auction.papers.commands import issue_paper
from auction.papers.schemas import PortfolioLine, PortfolioMinutesData
from auction.portfolios.models import PortfolioHandover, PortfolioItem
from auction.portfolios.queries import GATHER, every_item, lock_handover, state_of
from auction.portfolios.rules import (
    MOST,
    PREFIX,
    Act,
    Group,
    HandoverEnded,
    HandoverOpen,
    NothingToHandOver,
    PortfolioTooLarge,
    SignedAlready,
    State,
    Thing,
    refusals_in,
    refusals_of,
)
from auction.portfolios.schemas import ItemOut, NewCancel, NewGiving, NewPortfolio, NewTaking
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.orm import refused_by
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Staff
from inventory.organisation.queries import appointments_on, get_staff
from inventory.organisation.rules import Role
from inventory.papers.rules import GIVER, HEAD, RECEIVER, PaperKind
from inventory.papers.schemas import Party, Signature

SEQUENCE = "portfolio_handover_id_seq"


def draw_up(session: Session, actor: Actor, new: NewPortfolio, *, at: datetime) -> str:
    """List all that an officer is in charge of, to be handed to another; its reference.

    Nothing changes hands before both have signed.
    Raises Forbidden, NotFound, Invalid, NothingToHandOver, HandoverOpen,
    PortfolioTooLarge.
    """
    actor.require("portfolios.draw_up")
    giver, receiver = get_staff(session, new.giver_code), get_staff(session, new.receiver_code)
    _refuse_receiver(session, actor, giver, receiver, at=at)
    (number,) = ids.take(session, SEQUENCE)
    made = PortfolioHandover(
        id=number,
        reference=reference(PREFIX, number),
        office_id=actor.office_id,
        giver_id=giver.id,
        giver=giver.name,
        receiver_id=receiver.id,
        receiver=receiver.name,
        reason=new.reason,
        as_of=local_day(at),
        drawn_up_at=at,
        drawn_up_by_id=actor.staff_id,
    )
    open_already = HandoverOpen(
        _("A hand-over of the portfolio of %(name)s is open already."), name=giver.name
    )
    with refused_by(session, "uq_portfolio_handover_open", open_already):
        session.add(made)
    said = {"giver": giver.id, "office": actor.office_id, "on": local_day(at)}
    _gather(session, made, giver, said)
    held = select(func.count()).where(
        PortfolioItem.handover_id == made.id, PortfolioItem.group == Group.CASE
    )
    cases = session.scalar(held) or 0
    if not cases:
        raise NothingToHandOver(
            _("%(name)s is in charge of no open case."), field="giver_code", name=giver.name
        )
    data = {"giver": giver.name, "receiver": receiver.name, "cases": cases}
    _record(session, actor, Act.DRAWN_UP, made, data, at=at)
    return made.reference


def _gather(
    session: Session, made: PortfolioHandover, giver: Staff, said: Mapping[str, object]
) -> None:
    """Freeze what is handed over; nothing of it may be left out.

    Raises PortfolioTooLarge.
    """
    session.execute(GATHER, {**said, "handover": made.id, "most": MOST + 1})
    all_of_it = select(func.count()).where(PortfolioItem.handover_id == made.id)
    if (session.scalar(all_of_it) or 0) > MOST:
        raise PortfolioTooLarge(
            _("%(name)s holds more than %(most)s things: reassign some of the cases first."),
            field="giver_code",
            name=giver.name,
            most=MOST,
        )


def give(session: Session, actor: Actor, named: str, new: NewGiving, *, at: datetime) -> str | None:
    """Sign as the giver; the head signs for one who is gone, and says why.

    The reference of the minutes once both have signed.
    Raises HandoverUnknown, HandoverEnded, SignedAlready, Forbidden.
    """
    actor.require("portfolios.sign")
    found = _open(session, actor, named)
    if found.given_at is not None:
        raise SignedAlready(_("The giver's side signed already."))
    is_giver = actor.staff_id == found.giver_id
    may_stand_in = actor.may("portfolios.draw_up") and actor.staff_id != found.receiver_id
    if not is_giver and not may_stand_in:
        raise Forbidden(_("The giver signs, or the head of the office in his place."))
    if not is_giver and new.given_for is None:
        raise Invalid(_("Say why the giver does not sign himself."), field="given_for")
    found.given_at, found.given_by_id = at, actor.staff_id
    found.given_for = None if is_giver else new.given_for
    _record(session, actor, Act.GIVEN, found, {"for": found.given_for}, at=at)
    return _finish(session, actor, found, at=at)


def take_over(
    session: Session, actor: Actor, named: str, new: NewTaking, *, at: datetime
) -> str | None:
    """Sign as the receiver, and say of which things not, and why.

    What hangs on a case that is not taken over stays with the giver too. The reference of the
    minutes once both have signed.
    Raises HandoverUnknown, HandoverEnded, SignedAlready, Forbidden, Invalid.
    """
    actor.require("portfolios.sign")
    found = _open(session, actor, named)
    if actor.staff_id != found.receiver_id:
        raise Forbidden(_("Only the receiver takes the portfolio over."))
    if found.taken_at is not None:
        raise SignedAlready(_("The receiver signed already."))
    items = every_item(session, found.id)
    things = [Thing(one.id, one.group, one.case_id) for one in items]
    refused = refusals_of(things, refusals_in(new.refused))
    for reason in sorted(set(refused.values())):
        wanted = [number for number, said in refused.items() if said == reason]
        session.execute(
            update(PortfolioItem).where(PortfolioItem.id.in_(wanted)).values(refused=reason)
        )
    found.taken_at, found.taken_by_id = at, actor.staff_id
    _record(session, actor, Act.TAKEN, found, {"refused": len(refused)}, at=at)
    return _finish(session, actor, found, at=at)


def cancel(session: Session, actor: Actor, named: str, new: NewCancel, *, at: datetime) -> None:
    """Give a hand-over up before both have signed; nothing has changed hands.

    Raises HandoverUnknown, HandoverEnded.
    """
    actor.require("portfolios.draw_up")
    found = _open(session, actor, named)
    found.cancelled_at, found.cancel_reason = at, new.reason
    _record(session, actor, Act.CANCELLED, found, {"reason": new.reason}, at=at)


def _refuse_receiver(
    session: Session, actor: Actor, giver: Staff, receiver: Staff, *, at: datetime
) -> None:
    if giver.id == receiver.id:
        raise Invalid(_("Giver and receiver are two people."), field="receiver_code")
    held = appointments_on(session, receiver.id, local_day(at))
    if not any(one.office_id == actor.office_id and one.role == Role.OFFICER for one in held):
        raise Invalid(
            _("%(name)s is no enforcement officer of this office today."),
            field="receiver_code",
            name=receiver.name,
        )


def _open(session: Session, actor: Actor, named: str) -> PortfolioHandover:
    found = lock_handover(session, actor, named)
    if state_of(found) is not State.OPEN:
        raise HandoverEnded(_("This hand-over is done, or was cancelled."))
    return found


def _finish(
    session: Session, actor: Actor, found: PortfolioHandover, *, at: datetime
) -> str | None:
    """Once both have signed the cases have their new officer and the minutes are issued."""
    if found.given_at is None or found.taken_at is None:
        session.flush()
        return None
    items = every_item(session, found.id)
    taken = [one for one in items if one.group is Group.CASE and one.refused is None]
    _reassign(session, actor, found, taken, at=at)
    issued = issue_paper(
        session,
        actor,
        PaperKind.PORTFOLIO_MINUTES,
        _minutes(session, found, items, at=at),
        subject_kind="portfolio",
        subject_ref=found.reference,
        office_id=found.office_id,
        at=at,
    )
    found.paper, found.paper_number = issued.reference, issued.number
    session.flush()
    return issued.reference


def _reassign(
    session: Session,
    actor: Actor,
    found: PortfolioHandover,
    cases: Sequence[ItemOut],
    *,
    at: datetime,
) -> None:
    c = EnforcementCase
    numbers = [one.case_id for one in cases]
    moved = session.execute(
        update(c)
        .where(c.id.in_(numbers), c.officer_id == found.giver_id)
        .values(officer_id=found.receiver_id)
        .returning(c.id, c.decision_number, c.office_id)
    )
    facts: dict[str, object] = {
        "from": found.giver,
        "to": found.receiver,
        "handover": found.reference,
    }
    rows = [
        audit.row_of(actor, Act.CASE_REASSIGNED, audit.Subject("case", *row), facts, at=at)
        for row in sorted(moved)
    ]
    audit.record_many(session, rows)


def _minutes(
    session: Session, found: PortfolioHandover, items: Sequence[ItemOut], *, at: datetime
) -> PortfolioMinutesData:
    head = found.given_for and session.get_one(Staff, found.given_by_id).name
    giver = Party(name=found.giver, authority=found.given_for)
    signatures = [
        Signature(post=GIVER, name=head or found.giver, on_behalf="KT." if head else None),
        Signature(post=RECEIVER, name=found.receiver),
        Signature(post=HEAD),
    ]
    return PortfolioMinutesData(
        giver=giver,
        receiver=Party(name=found.receiver),
        reason=found.reason,
        at=at,
        as_of=found.as_of,
        items=tuple(
            PortfolioLine(
                group=one.group,
                name=one.name,
                code=one.code,
                state=one.state,
                due_on=one.due_on,
                accepted=one.refused is None,
                reason=one.refused,
            )
            for one in items
        ),
        signatures=tuple(signatures),
    )


def _record(
    session: Session,
    actor: Actor,
    act: Act,
    found: PortfolioHandover,
    data: dict[str, object],
    *,
    at: datetime,
) -> None:
    subject = audit.Subject("portfolio", found.id, found.reference, found.office_id)
    audit.record(session, actor, act, subject, data, at=at)
