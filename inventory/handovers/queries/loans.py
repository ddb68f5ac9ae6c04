"""Reading loans: what is out, with whom, until when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.care import seals_seen
from inventory.handovers.models import Loan, LoanLine, LoanNote
from inventory.handovers.rules import (
    REMIND_BEFORE,
    REMIND_LATE,
    NoteKind,
    Purpose,
    Reminding,
    reminder_tier,
)
from inventory.handovers.shown import LoanLineOut, LoanNoteOut, LoanOut, LoanRow
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place


class DueReminder(NamedTuple):
    """A loan of which somebody is to be reminded."""

    reference: str
    due_on: date
    tier: int


def visible_loans(actor: Actor) -> Select[Loan]:
    """Loans of offices in the actor's sight."""
    return select(Loan).where(in_sight(Loan.office_id, actor))


def get_loan(session: Session, actor: Actor, reference: str) -> LoanOut:
    """One loan with its things and its log.

    Raises NotFound.
    """
    found = session.scalar(visible_loans(actor).where(Loan.reference == reference))
    if found is None:
        raise no_such_loan(reference)
    said = {n: getattr(found, n) for n in LoanOut.__struct_fields__ if hasattr(found, n)}
    return LoanOut(
        **{
            **said,
            "taker_proof": Proof(found.taker_proof),
            "purpose": Purpose(found.purpose),
            "lines": _lines(session, found.id),
            "notes": _notes(session, found.id),
        }
    )


def list_loans(
    session: Session,
    actor: Actor,
    *,
    open_only: bool = True,
    overdue_on: date | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[LoanRow]:
    """Loans, the one that is due first at the top; only those late on a day if asked."""
    statement = _rows(actor)
    if open_only or overdue_on is not None:
        statement = statement.where(Loan.closed_at.is_(None))
    if overdue_on is not None:
        statement = statement.where(Loan.due_on < overdue_on)
    after = decode_cursor(cursor, str, int)
    if after is not None:
        key = (_day(str(after[0])), after[1])
        statement = statement.where(tuple_(Loan.due_on, Loan.id) > key)
    rows = session.execute(statement.order_by(Loan.due_on, Loan.id).limit(size + 1))
    found = [LoanRow(**{**row, "purpose": Purpose(row["purpose"])}) for row in rows.mappings()]
    return page_of(found, size, key=lambda row: (row.due_on.isoformat(), row.id))


def count_out(session: Session, actor: Actor) -> int:
    """How many things of the office are given out for a time."""
    line = LoanLine
    statement = (
        select(func.count())
        .select_from(line)
        .where(
            in_sight(line.office_id, actor),
            line.office_id == actor.office_id,
            line.returned_at.is_(None),
        )
    )
    return session.scalar(statement) or 0


def count_overdue_loans(session: Session, actor: Actor, on: date) -> int:
    """How many loans of the office should have come back before a day."""
    statement = (
        visible_loans(actor)
        .with_only_columns(func.count())
        .where(Loan.closed_at.is_(None), Loan.office_id == actor.office_id, Loan.due_on < on)
    )
    return session.scalar(statement) or 0


def reminding_on(session: Session, on: date) -> Reminding:
    """When loans are reminded of, as the dated rules of a day say."""
    before = law.ruling(session, REMIND_BEFORE, on)
    late = law.ruling(session, REMIND_LATE, on)
    return Reminding(int(str(before.value)), tuple(sorted(int(one) for one in late.codes)))


def due_reminders(session: Session, on: date) -> list[DueReminder]:
    """Loans of which nobody was reminded yet at the tier they have reached."""
    when = reminding_on(session, on)
    rows = session.execute(
        select(Loan.reference, Loan.due_on, Loan.id)
        .where(Loan.closed_at.is_(None), Loan.due_on <= on + timedelta(days=when.before))
        .order_by(Loan.due_on, Loan.id)
    ).all()
    noted = _reminded(session, [row[2] for row in rows])
    due = []
    for reference, due_on, loan_id in rows:
        tier = reminder_tier(due_on, on, when)
        if tier is not None and (loan_id, due_on, tier) not in noted:
            due.append(DueReminder(reference, due_on, tier))
    return due


def no_such_loan(reference: str) -> NotFound:
    """The answer for an unknown loan and for one of a foreign office."""
    return NotFound(_("There is no loan %(reference)s."), reference=reference)


def _reminded(session: Session, loan_ids: Sequence[int]) -> set[tuple[int, date, int]]:
    rows = session.execute(
        select(LoanNote.loan_id, LoanNote.due_on, LoanNote.tier).where(
            LoanNote.loan_id.in_(loan_ids), LoanNote.kind == NoteKind.REMINDER
        )
    )
    return {(row[0], row[1], row[2] or 0) for row in rows}


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    line, note = LoanLine, LoanNote
    counted = (
        select(
            func.count().label("lines"),
            func.count().filter(line.returned_at.is_(None)).label("open"),
        )
        .where(line.loan_id == Loan.id)
        .lateral()
    )
    reminded = (
        select(func.count())
        .where(note.loan_id == Loan.id, note.kind == NoteKind.REMINDER)
        .correlate(Loan)
        .scalar_subquery()
    )
    return (
        visible_loans(actor)
        .with_only_columns(
            Loan.id,
            Loan.reference,
            Loan.borrower,
            Loan.purpose,
            Loan.due_on,
            Loan.lent_at,
            Loan.closed_at,
            counted.c.lines,
            counted.c.open,
            reminded.label("reminders"),
        )
        .join(counted, counted.c.lines >= 0)
    )


def _lines(session: Session, loan_id: int) -> list[LoanLineOut]:
    line = LoanLine
    rows = session.execute(
        select(
            Asset.reference,
            Asset.description,
            line.home_place_id,
            Place.name,
            line.returned_at,
            line.brought_by,
            line.condition,
            line.asset_id,
            line.returned_seq,
        )
        .select_from(line)
        .join(Asset, Asset.id == line.asset_id)
        .join(Place, Place.id == line.home_place_id)
        .where(line.loan_id == loan_id)
        .order_by(line.asset_id)
    ).all()
    seen = seals_seen(session, [(row[7], row[8]) for row in rows if row[8] is not None])
    return [LoanLineOut(*row[:7], seen.get(row[7], {})) for row in rows]


def _notes(session: Session, loan_id: int) -> list[LoanNoteOut]:
    n = LoanNote
    rows = session.execute(
        select(n.kind, n.text, n.spoken_with, n.paper, n.due_on, n.noted_at, n.actor_name)
        .where(n.loan_id == loan_id)
        .order_by(n.id)
    )
    return [LoanNoteOut(NoteKind(row[0]), *row[1:]) for row in rows]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error
