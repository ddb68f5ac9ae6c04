"""Opening, writing and concluding a review, and what the database refuses afterwards."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from auction.reviews.commands import conclude_review, open_review, sweep, write_finding
from auction.reviews.models import Finding, Flag, Review
from auction.reviews.queries.flags import list_flags
from auction.reviews.queries.history import history_of
from auction.reviews.queries.reviews import get_review, list_reviews
from auction.reviews.rules import (
    Conclusion,
    FindingCode,
    FindingsMissing,
    ReviewIsConcluded,
    ReviewOpenAlready,
)
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, Invalid, NotFound, PreconditionFailed
from service.database import Database, owner_engine
from tests.apart import database_apart
from tests.make.auction import FAILED, Auctioned, hold_rounds, make_auctioned
from tests.make.organisation import People, make_office
from tests.make.reviews import conclusion, finding

Become = Callable[[Actor], Actor]
AS_OF = date(2026, 11, 23)


def flags(session: Session) -> list[tuple[int, int | None, str | None]]:
    session.expire_all()
    rows = session.scalars(select(Flag).order_by(Flag.tier))
    return [(flag.tier, flag.review_id, flag.closed_reason) for flag in rows]


def test_a_review_takes_up_all_open_flags_of_the_asset(
    session: Session, inspector: Actor, item: Auctioned, at: datetime
) -> None:
    review = open_review(session, inspector, item.ref, at=at)
    assert flags(session) == [(3, review.id, None), (5, review.id, None)]
    assert (review.inspector_name, review.opened_at) == (inspector.name, at)
    opened = select(AuditEntry.data).where(AuditEntry.code == "reviews.review.opened")
    assert session.scalars(opened).one() == {"asset": item.ref, "tiers": [3, 5]}


def test_an_asset_is_under_one_review_at_a_time(
    session: Session, inspector: Actor, item: Auctioned, at: datetime
) -> None:
    open_review(session, inspector, item.ref, at=at)
    with pytest.raises(ReviewOpenAlready):
        open_review(session, inspector, item.ref, at=at)


def test_the_database_too_allows_one_open_review_only(
    session: Session, inspector: Actor, item: Auctioned, at: datetime
) -> None:
    values = {
        "asset_id": item.asset.id,
        "office_id": item.asset.office_id,
        "inspector_name": "A",
        "opened_at": at,
    }
    session.add_all([Review(**values), Review(**values)])
    with pytest.raises(IntegrityError, match="uq_review_open"):
        session.flush()


def test_findings_then_a_conclusion_answer_the_flags(
    session: Session, inspector: Actor, item: Auctioned, at: datetime
) -> None:
    review = open_review(session, inspector, item.ref, at=at)
    write_finding(session, inspector, review.id, finding(), at=at)
    write_finding(session, inspector, review.id, finding(code=FindingCode.K03), at=at)
    later = at + timedelta(days=2)
    conclude_review(session, inspector, review.id, 3, conclusion(), at=later)
    assert flags(session) == [(3, review.id, "concluded"), (5, review.id, "concluded")]
    found = get_review(session, inspector, review.id)
    assert [said.code for said in found.findings] == [FindingCode.P02, FindingCode.K03]
    assert (found.conclusion, found.concluded_at) == (Conclusion.REVALUE, later)
    assert [flag.tier for flag in found.flags] == [3, 5]
    codes = session.scalars(
        select(AuditEntry.code)
        .where(AuditEntry.code.like("reviews.%"), AuditEntry.staff_id == inspector.staff_id)
        .order_by(AuditEntry.id)
    )
    assert list(codes) == [
        "reviews.review.opened",
        "reviews.finding.written",
        "reviews.finding.written",
        "reviews.flag.closed",
        "reviews.flag.closed",
        "reviews.review.concluded",
    ]


def test_a_flag_raised_during_the_review_is_answered_by_it_too(
    session: Session, become: Become, people: People, item: Auctioned, at: datetime
) -> None:
    review = open_review(session, become(people.inspector), item.ref, at=at)
    become(SYSTEM)
    hold_rounds(session, item, [FAILED] * 5)
    sweep(lambda: nullcontext(session), SYSTEM, date(2027, 6, 1), at=at)
    inspector = become(people.inspector)
    assert [flag.tier for flag in get_review(session, inspector, review.id).flags] == [3, 5, 10]
    write_finding(session, inspector, review.id, finding(), at=at)
    conclude_review(session, inspector, review.id, 2, conclusion(), at=at)
    assert flags(session) == [(tier, review.id, "concluded") for tier in (3, 5, 10)]


def test_after_a_conclusion_the_asset_is_flagged_at_its_next_tier_only(
    session: Session, become: Become, people: People, item: Auctioned, at: datetime
) -> None:
    inspector = become(people.inspector)
    review = open_review(session, inspector, item.ref, at=at)
    write_finding(session, inspector, review.id, finding(), at=at)
    conclude_review(session, inspector, review.id, 2, conclusion(), at=at)
    become(SYSTEM)
    sweep(lambda: nullcontext(session), SYSTEM, date(2027, 6, 1), at=at)
    assert [flag for flag in flags(session) if flag[2] is None] == []
    hold_rounds(session, item, [FAILED] * 5)
    sweep(lambda: nullcontext(session), SYSTEM, date(2027, 6, 1), at=at)
    assert [flag[0] for flag in flags(session) if flag[2] is None] == [10]


def test_a_conclusion_rests_on_at_least_one_finding(
    session: Session, inspector: Actor, item: Auctioned, at: datetime
) -> None:
    review = open_review(session, inspector, item.ref, at=at)
    with pytest.raises(FindingsMissing):
        conclude_review(session, inspector, review.id, 1, conclusion(), at=at)


def test_a_conclusion_of_another_version_is_refused(
    session: Session, inspector: Actor, item: Auctioned, at: datetime
) -> None:
    review = open_review(session, inspector, item.ref, at=at)
    write_finding(session, inspector, review.id, finding(), at=at)
    for version in (1, 3):
        with pytest.raises(PreconditionFailed):
            conclude_review(session, inspector, review.id, version, conclusion(), at=at)


def test_measures_are_due_in_the_future(
    session: Session, inspector: Actor, item: Auctioned, at: datetime, today: date
) -> None:
    review = open_review(session, inspector, item.ref, at=at)
    write_finding(session, inspector, review.id, finding(), at=at)
    past = conclusion(due_on=today - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        conclude_review(session, inspector, review.id, 2, past, at=at)
    assert list(refused.value.fields) == ["due_on"]
    conclude_review(session, inspector, review.id, 2, conclusion(due_on=today), at=at)


@pytest.fixture
def concluded(session: Session, inspector: Actor, item: Auctioned, at: datetime) -> Review:
    review = open_review(session, inspector, item.ref, at=at)
    write_finding(session, inspector, review.id, finding(), at=at)
    return conclude_review(session, inspector, review.id, 2, conclusion(), at=at)


def test_a_concluded_review_takes_nothing_more(
    session: Session, inspector: Actor, concluded: Review, at: datetime
) -> None:
    with pytest.raises(ReviewIsConcluded):
        write_finding(session, inspector, concluded.id, finding(), at=at)
    with pytest.raises(ReviewIsConcluded):
        conclude_review(session, inspector, concluded.id, 3, conclusion(), at=at)


CHANGES = [
    "UPDATE review SET conclusion_text = 'khác' WHERE id = :review",
    "UPDATE review SET concluded_at = NULL WHERE id = :review",
    "DELETE FROM review WHERE id = :review",
    "UPDATE finding SET text = 'khác' WHERE review_id = :review",
    "DELETE FROM finding WHERE review_id = :review",
    "INSERT INTO finding (review_id, office_id, code, severity, text, recorded_at)"
    " SELECT id, office_id, 'K03', 'note', 'thêm', now() FROM review WHERE id = :review",
    "UPDATE flag SET closed_at = NULL WHERE review_id = :review",
    "UPDATE flag SET first_round_id = 1 WHERE review_id = :review",
    "DELETE FROM flag WHERE review_id = :review",
    "TRUNCATE review, finding, flag",
]


@pytest.mark.parametrize("act", CHANGES)
def test_the_program_cannot_change_a_concluded_review(
    session: Session, concluded: Review, act: str
) -> None:
    with pytest.raises(ProgrammingError, match=r"never|append-only|no more|permission denied"):
        session.execute(text(act), {"review": concluded.id} if ":review" in act else {})


def test_the_owner_of_the_database_cannot_change_a_concluded_review(
    database: Database, at: datetime
) -> None:
    with database_apart(database) as settings:
        kept = Database(settings)
        with kept.transaction(SYSTEM) as session:
            item = make_auctioned(session, make_office(session), 3)
            sweep(lambda: nullcontext(session), SYSTEM, AS_OF, at=at)
            review = open_review(session, SYSTEM, item.ref, at=at)
            write_finding(session, SYSTEM, review.id, finding(), at=at)
            conclude_review(session, SYSTEM, review.id, 2, conclusion(), at=at)
        kept.close()
        owner = owner_engine(settings)
        for act in CHANGES:
            values = {"review": review.id} if ":review" in act else {}
            with owner.connect() as connection, pytest.raises(ProgrammingError) as refused:
                connection.execute(text(act), values)
            assert "permission denied" not in str(refused.value)
        owner.dispose()


def test_reviews_of_a_foreign_office_are_as_unknown(
    session: Session, become: Become, people: People, item: Auctioned, at: datetime
) -> None:
    ref = item.ref
    review_id = open_review(session, become(people.inspector), ref, at=at).id
    stranger = become(
        Actor(
            staff_id=people.foreign_officer.staff_id,
            name="Người khác",
            office_id=people.foreign.id,
            office_ids=frozenset({people.foreign.id}),
            permissions=people.inspector.permissions,
            channel="test",
        )
    )
    for act in (
        lambda: open_review(session, stranger, ref, at=at),
        lambda: write_finding(session, stranger, review_id, finding(), at=at),
        lambda: conclude_review(session, stranger, review_id, 1, conclusion(), at=at),
        lambda: get_review(session, stranger, review_id),
        lambda: history_of(session, stranger, ref),
    ):
        with pytest.raises(NotFound):
            act()
    assert list_flags(session, stranger).items == []
    assert list_reviews(session, stranger, AS_OF).items == []


@pytest.mark.parametrize("who", ["officer", "head", "keeper", "administrator"])
def test_only_inspectors_review(
    session: Session, people: People, item: Auctioned, at: datetime, who: str
) -> None:
    actor = getattr(people, who)
    with pytest.raises(Forbidden):
        open_review(session, actor, item.ref, at=at)
    with pytest.raises(Forbidden):
        write_finding(session, actor, 1, finding(), at=at)
    with pytest.raises(Forbidden):
        conclude_review(session, actor, 1, 1, conclusion(), at=at)


def test_findings_are_only_ever_added(
    session: Session, inspector: Actor, concluded: Review
) -> None:
    assert session.scalars(select(Finding.review_id)).all() == [concluded.id]
