"""Giving things out for a time, keeping after them, and taking them back (C04/23 Art. 11(3)).

Who asked for them fetches them and answers for them; they keep their place in the warehouse.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, OutOfPlace
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.care import Found, seals_of
from inventory.custody.ledger import Step
from inventory.custody.rules import CustodyKind, NotInCustody
from inventory.custody.standings import Standing, refuse_out_of_turn
from inventory.handovers.commands.minutes import issue_minutes, one_office
from inventory.handovers.models import Loan, LoanLine, LoanNote
from inventory.handovers.queries.loans import no_such_loan, reminding_on, visible_loans
from inventory.handovers.rules import (
    LOAN_PREFIX,
    LoanEnded,
    NoteKind,
    reminder_tier,
)
from inventory.handovers.schemas import (
    HandoverPaper,
    Lent,
    NewContact,
    NewExtension,
    NewLoan,
    Outsider,
)
from inventory.orders.rules import Direction
from inventory.papers.schemas import Party


def lend(session: Session, actor: Actor, new: NewLoan, *, at: datetime) -> Lent:
    """Give things out for a time on a request and the head's order.

    Raises Forbidden, NotFound, NotInCustody, IsAway, Invalid.
    """
    actor.require("loans.lend")
    not_ahead(new.requested_on, at, field="requested_on")
    due_on = _due(session, new.working_days, new.due_on, at=at)
    wanted = dict.fromkeys(map(tidy, new.assets))
    standings = custody.lock_many(
        session, actor, wanted, at=at, order=new.order, direction=Direction.OUT
    )
    for standing in standings:
        refuse_out_of_turn(standing, CustodyKind.LENT)
        if standing.place_id is None:
            raise NotInCustody(_("%(reference)s is in no place."), reference=standing.reference)
    loan = _add(session, actor, new, one_office(standings), due_on, at=at)
    seals = seals_of(new.seals, wanted)
    _hand_out(session, actor, loan, standings, seals, at=at)
    data = HandoverPaper(
        giver=Party(name=actor.name),
        receiver=party_of(new.taker, new.borrower),
        reason=new.request_number,
        at=at,
        purpose=new.purpose,
        order_number=standings[0].line.number or new.order,
        lines=items_of(session, list(wanted), seals=seals),
        due_on=due_on,
    )
    subject = ("loan", loan.reference)
    paper = issue_minutes(session, actor, subject, loan.office_id, data, at=at).reference
    facts = {"assets": list(wanted), "due_on": due_on.isoformat(), "borrower": loan.borrower}
    audit.record(session, actor, Act.LOAN_GIVEN, subject_of(loan), facts, at=at)
    return Lent(loan.reference, due_on, paper)


def contact(
    session: Session, actor: Actor, reference: str, new: NewContact, *, at: datetime
) -> Loan:
    """Note a contact with the borrower.

    Raises Forbidden, NotFound, LoanEnded.
    """
    actor.require("loans.follow")
    loan = lock_open(session, actor, reference)
    _note(session, actor, loan, NoteKind.CONTACT, new.text, spoken_with=new.spoken_with, at=at)
    audit.record(session, actor, Act.LOAN_CONTACTED, subject_of(loan), at=at)
    return loan


def extend(
    session: Session, actor: Actor, reference: str, new: NewExtension, *, at: datetime
) -> Loan:
    """Let a loan end later, for a reason and on a paper that asks for it.

    Raises Forbidden, NotFound, LoanEnded, Invalid.
    """
    actor.require("loans.follow")
    loan = lock_open(session, actor, reference)
    due_on = _due(session, new.working_days, new.due_on, at=at)
    if due_on <= loan.due_on:
        raise Invalid(_("The new day must be later than the present one."), field="due_on")
    before, loan.due_on = loan.due_on, due_on
    _note(session, actor, loan, NoteKind.EXTENSION, new.reason, paper=new.paper, at=at)
    facts = {"from": before.isoformat(), "to": due_on.isoformat(), "paper": new.paper}
    audit.record(session, actor, Act.LOAN_EXTENDED, subject_of(loan), facts, at=at)
    return loan


def remind(session: Session, actor: Actor, reference: str, tier: int, *, at: datetime) -> Loan:
    """Note that a loan is due or late, once for each tier of a due day.

    Raises NotFound, LoanEnded, Conflict.
    """
    loan = lock_open(session, actor, reference)
    today = local_day(at)
    if reminder_tier(loan.due_on, today, reminding_on(session, today)) != tier:
        raise OutOfPlace(_("There is nothing to remind of."))
    _note(session, actor, loan, NoteKind.REMINDER, "", tier=tier, at=at)
    facts = {"tier": tier, "due_on": loan.due_on.isoformat()}
    audit.record(session, actor, Act.LOAN_REMINDED, subject_of(loan), facts, at=at)
    return loan


def _due(session: Session, working_days: int | None, due_on: date | None, *, at: datetime) -> date:
    """The day of return: so many working days from today, or a day that was named."""
    today = local_day(at)
    if (working_days is None) == (due_on is None):
        raise Invalid(_("Say a number of working days, or a day."), field="working_days")
    if working_days is not None:
        return law.working_day_after(session, today, working_days)
    if due_on is None or due_on < today:
        raise Invalid(_("The day has passed."), field="due_on")
    return due_on


def _add(
    session: Session, actor: Actor, new: NewLoan, office_id: int, due_on: date, *, at: datetime
) -> Loan:
    (loan_id,) = ids.take(session, "loan_id_seq")
    loan = Loan(
        id=loan_id,
        reference=reference(LOAN_PREFIX, loan_id),
        office_id=office_id,
        borrower=new.borrower,
        taker_name=new.taker.name,
        taker_post=new.taker.post,
        taker_proof=new.taker.proof,
        taker_proof_number=new.taker.proof_number,
        purpose=new.purpose,
        request_number=new.request_number,
        requested_on=new.requested_on,
        order_number=new.order or "",
        lent_at=at,
        lent_by_id=actor.staff_id,
        first_due_on=due_on,
        due_on=due_on,
    )
    session.add(loan)
    session.flush()
    return loan


def _hand_out(
    session: Session,
    actor: Actor,
    loan: Loan,
    standings: Sequence[Standing],
    seals: Found,
    *,
    at: datetime,
) -> None:
    steps = [
        Step(
            standing,
            CustodyKind.LENT,
            standing.place_name or "",
            f"{loan.taker_name}, {loan.borrower}",
            loan.request_number,
            loan.reference,
            seals.get(standing.reference, {}),
            takers=(loan.taker_name, loan.borrower),
        )
        for standing in standings
    ]
    rows = [
        {
            "loan_id": loan.id,
            "asset_id": entry.asset_id,
            "office_id": loan.office_id,
            "home_place_id": entry.from_place_id,
            "lent_seq": entry.seq,
        }
        for entry in custody.write_steps(session, actor, steps, at=at)
    ]
    session.execute(insert(LoanLine), rows)


def lock_open(session: Session, actor: Actor, reference: str) -> Loan:
    """A loan of which something is still out, locked.

    Raises NotFound, LoanEnded.
    """
    loan = session.scalar(
        visible_loans(actor).where(Loan.reference == tidy(reference)).with_for_update()
    )
    if loan is None:
        raise no_such_loan(reference)
    if loan.closed_at is not None:
        raise LoanEnded(_("Everything of this loan has come back."))
    return loan


def _note(
    session: Session,
    actor: Actor,
    loan: Loan,
    kind: NoteKind,
    words: str,
    *,
    at: datetime,
    spoken_with: str | None = None,
    paper: str | None = None,
    tier: int | None = None,
) -> None:
    note = LoanNote(
        loan_id=loan.id,
        office_id=loan.office_id,
        kind=kind,
        text=words,
        spoken_with=spoken_with,
        paper=paper,
        due_on=loan.due_on,
        tier=tier,
        noted_at=at,
        staff_id=actor.staff_id,
        actor_name=actor.name,
    )
    session.add(note)
    session.flush()


def party_of(who: Outsider, body: str) -> Party:
    """Who comes for a body, as papers name him."""
    return Party(
        name=who.name,
        post=who.post,
        organisation=body,
        identity=" ".join(filter(None, (str(who.proof), who.proof_number))),
    )


def subject_of(loan: Loan) -> audit.Subject:
    """The loan as the audit ledger names it."""
    return audit.Subject("loan", loan.id, loan.reference, loan.office_id)
