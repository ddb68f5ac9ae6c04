"""Noting what the numbers of the bound book stand for, and comparing the book once a month."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from inventory.audit.ledger import Subject, record
from inventory.audit.rules import Act
from inventory.backlog import queries
from inventory.backlog.models import BookComparison, BookNumber
from inventory.backlog.rules import (
    SHOWN,
    ComparedAlready,
    MonthNotOver,
    NothingSaid,
    NumberBooked,
    missing_of,
    month_of,
)
from inventory.backlog.schemas import NewBookNumber, NewComparison
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by


def note_number(session: Session, actor: Actor, new: NewBookNumber, *, at: datetime) -> BookNumber:
    """Note what a number of the bound book stands for.

    Raises Forbidden, NothingSaid, NotFound, NumberBooked.
    """
    actor.require("book.keep")
    if (new.asset is None) == (new.spoiled is None):
        raise NothingSaid(
            _("Name the asset, or say why the line was spoiled; not both."), field="asset"
        )
    asset_id = queries.find_asset(session, actor, new.asset) if new.asset else None
    if new.asset and asset_id is None:
        raise NotFound(_("There is no asset %(reference)s."), field="asset", reference=new.asset)
    noted = BookNumber(
        office_id=actor.office_id,
        book=new.book,
        number=new.number,
        asset_id=asset_id,
        spoiled=new.spoiled,
        noted_at=at,
        noted_by_id=actor.staff_id,
    )
    taken = NumberBooked(_("That number stands for something already."), field="number")
    with refused_by(session, "uq_book_number_office_id_book_number", taken):
        session.add(noted)
        session.flush()
    return noted


def compare_book(
    session: Session, actor: Actor, new: NewComparison, *, at: datetime
) -> BookComparison:
    """Compare the bound book with the program for a month that is over (C01/17 Art. 8(3)).

    Raises Forbidden, MonthNotOver, ComparedAlready.
    """
    actor.require("book.keep")
    month = month_of(new.month_on)
    following = month_of(month + timedelta(days=31))
    if following > local_day(at):
        raise MonthNotOver(_("The month is not over."), field="month_on")
    missing = missing_of(
        new.last_number, queries.numbers_of(session, actor.office_id, new.book, new.last_number)
    )
    until = datetime.combine(following, time(), TZ)
    compared = BookComparison(
        office_id=actor.office_id,
        book=new.book,
        month_on=month,
        last_number=new.last_number,
        missing=missing[:SHOWN],
        missing_count=len(missing),
        not_in_book=queries.count_not_in_book(session, actor.office_id, new.book, until),
        note=new.note,
        compared_at=at,
        compared_by_id=actor.staff_id,
        compared_by_name=actor.name,
    )
    twice = ComparedAlready(_("The book was compared for that month."), field="month_on")
    with refused_by(session, "uq_book_comparison_office_id_book_month_on", twice):
        session.add(compared)
        session.flush()
    subject = Subject("book_comparison", compared.id, new.book, actor.office_id)
    facts = {"month": month.isoformat(), "last": new.last_number, "missing": len(missing)}
    record(session, actor, Act.BOOK_RECONCILED, subject, facts, at=at)
    return compared
