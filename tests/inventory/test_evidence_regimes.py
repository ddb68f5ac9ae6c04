"""Two regimes: what is received from 2026-07-01 on stays where it is kept, before it comes here."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import Conflict, Forbidden, Invalid, NotFound
from inventory.custody.bounds import HourNotFixed, KeptElsewhere, bounds_of
from inventory.custody.commands import release, take_in
from inventory.custody.queries import get_holding
from inventory.custody.rules import Impeded
from inventory.custody.schemas import Release, TakeIn
from inventory.evidence.commands import answer_mismatch, end_hold, fix_release
from inventory.evidence.queries import list_holds
from inventory.evidence.rules import (
    Comparison,
    HoldKind,
    MismatchUnanswered,
    NotCompared,
    NotWithKeepingBody,
)
from inventory.evidence.schemas import HoldEnd, MismatchAnswer, NewReleaseHour
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_evidence, take_in_at
from tests.make.organisation import People
from tests.make.scans import attach_scan

Become = Callable[[Actor], Actor]
LAST_OLD, FIRST_NEW = date(2026, 6, 30), date(2026, 7, 1)


@pytest.fixture
def keeper(people: People, store: Place, become: Become) -> Actor:
    return become(people.keeper)


@pytest.fixture
def police(session: Session, people: People, at: datetime) -> Place:
    new = NewPlace(
        code="CA",
        name="Kho Công an",
        kind=PlaceKind.OUTSIDE,
        custody_form=CustodyForm.POLICE_STORE,
    )
    return add_place(session, people.keeper, new, at=at)


def on_paper(place: Place) -> TakeIn:
    return TakeIn(place.id, "Công an tỉnh", "Tiếp nhận trên hồ sơ", "BBGN-1")


def test_the_day_of_receipt_decides_where_evidence_is_kept(
    session: Session, keeper: Actor, store: Place, police: Place, at: datetime
) -> None:
    old = make_evidence(session, keeper, at=at, received_on=LAST_OLD, take_in=take_in_at(store))
    assert get_holding(session, keeper, old.reference).place_id == store.id
    assert bounds_of(session, old.id) == []
    with pytest.raises(KeptElsewhere) as refused:
        make_evidence(session, keeper, at=at, received_on=FIRST_NEW, take_in=take_in_at(store))
    assert refused.value.article == "L25 Art. 114(1); D152/26 Art. 37"
    assert list(refused.value.fields) == ["take_in.place_id"]
    new = make_evidence(session, keeper, at=at, received_on=FIRST_NEW, take_in=on_paper(police))
    assert get_holding(session, keeper, new.reference).place == "Kho Công an"
    assert [row.keeping_article for row in list_holds(session, keeper, new.reference)] == [
        "L25 Art. 114(1); D152/26 Art. 37"
    ]


def test_what_is_received_on_paper_is_not_taken_into_our_store_later_either(
    session: Session, keeper: Actor, store: Place, police: Place, at: datetime
) -> None:
    made = make_evidence(session, keeper, at=at, received_on=FIRST_NEW)
    with pytest.raises(KeptElsewhere) as refused:
        take_in(session, keeper, made.reference, take_in_at(store), at=at)
    assert list(refused.value.fields) == ["place_id"]
    take_in(session, keeper, made.reference, on_paper(police), at=at)
    assert get_holding(session, keeper, made.reference).place_id == police.id


def test_a_temporary_holding_is_no_evidence_and_comes_here(
    session: Session, keeper: Actor, store: Place, at: datetime
) -> None:
    made = make_evidence(
        session,
        keeper,
        at=at,
        hold=HoldKind.TEMPORARY_HOLDING,
        received_on=FIRST_NEW,
        comparison=None,
        first_minutes=None,
        take_in=take_in_at(store),
    )
    assert bounds_of(session, made.id) == []


@pytest.mark.parametrize(
    ("missing", "field"),
    [({"comparison": None}, "comparison"), ({"first_minutes": None}, "first_minutes")],
)
def test_receipt_on_paper_needs_the_comparison(
    session: Session, keeper: Actor, at: datetime, missing: dict[str, None], field: str
) -> None:
    with pytest.raises(NotCompared) as refused:
        make_evidence(session, keeper, at=at, received_on=FIRST_NEW, **missing)
    assert list(refused.value.fields) == [field]
    assert refused.value.article == "D152/26 Art. 37(1), 37(2)b"
    make_evidence(session, keeper, at=at, received_on=LAST_OLD, **missing)


def test_a_mismatch_waits_for_the_written_answer(
    session: Session, keeper: Actor, store: Place, at: datetime
) -> None:
    said = {"comparison": Comparison.DIFFERS, "difference": "Thiếu một thẻ nhớ", "letter": "12/CV"}
    with pytest.raises(Invalid):
        make_evidence(session, keeper, at=at, comparison=Comparison.DIFFERS)
    with pytest.raises(MismatchUnanswered):
        make_evidence(session, keeper, at=at, take_in=take_in_at(store), **said)
    made = make_evidence(session, keeper, at=at, **said)
    with pytest.raises(Impeded) as refused:
        take_in(session, keeper, made.reference, take_in_at(store), at=at)
    assert "Thiếu một thẻ nhớ" in str(refused.value)
    (held,) = list_holds(session, keeper, made.reference)
    answer = MismatchAnswer(
        hold_id=held.id,
        answer_number="88/CSĐT",
        answered_on=date(2026, 11, 20),
        answer="Chịu trách nhiệm về phần thiếu",
    )
    with pytest.raises(MismatchUnanswered) as unscanned:
        answer_mismatch(session, keeper, made.reference, answer, at=at)
    assert unscanned.value.article == "D152/26 Art. 37(1), 37(2)b"
    attach_scan(session, keeper, made.reference, at=at)
    answer_mismatch(session, keeper, made.reference, answer, at=at)
    with pytest.raises(Conflict):
        answer_mismatch(session, keeper, made.reference, answer, at=at)
    take_in(session, keeper, made.reference, take_in_at(store), at=at)


def test_what_a_keeping_body_holds_leaves_at_the_hour_the_head_fixed(
    session: Session, people: People, keeper: Actor, police: Place, at: datetime
) -> None:
    made = make_evidence(session, keeper, at=at, received_on=FIRST_NEW, take_in=on_paper(police))
    out = Release(police.id, "Trần Văn Nhận", "Trả lại", "LXK-1")
    with pytest.raises(HourNotFixed) as refused:
        release(session, keeper, made.reference, out, at=at)
    assert refused.value.article == "D152/26 Art. 37(3)"
    hour = NewReleaseHour(
        release_at=at + timedelta(hours=2), receiver="Trần Văn Nhận", order_number="LXK-1"
    )
    with pytest.raises(Forbidden):
        fix_release(session, keeper, made.reference, hour, at=at)
    fix_release(session, people.head, made.reference, hour, at=at)
    with pytest.raises(HourNotFixed):
        release(session, keeper, made.reference, out, at=at + timedelta(hours=1))
    release(session, keeper, made.reference, out, at=at + timedelta(hours=2))
    assert get_holding(session, keeper, made.reference).receiver == "Trần Văn Nhận"


def test_an_hour_is_fixed_for_what_is_with_a_keeping_body_only(
    session: Session, people: People, keeper: Actor, store: Place, police: Place, at: datetime
) -> None:
    ours = make_evidence(session, keeper, at=at, take_in=take_in_at(store))
    hour = NewReleaseHour(release_at=at, receiver="Người nhận", order_number="LXK-1")
    with pytest.raises(NotWithKeepingBody):
        fix_release(session, people.head, ours.reference, hour, at=at)
    with pytest.raises(Invalid):
        fix_release(session, people.head, ours.reference, hour, at=at + timedelta(minutes=1))


def test_the_end_of_the_hold_frees_the_thing(
    session: Session, keeper: Actor, police: Place, at: datetime
) -> None:
    made = make_evidence(session, keeper, at=at, received_on=FIRST_NEW)
    assert [reason for reason, _forms, _article in bounds_of(session, made.id)] == ["regime"]
    (held,) = list_holds(session, keeper, made.reference)
    end = HoldEnd(hold_id=held.id, end_decision="Kê biên", ended_on=date(2026, 11, 20))
    end_hold(session, keeper, made.reference, end, at=at)
    assert bounds_of(session, made.id) == []


def test_another_office_answers_and_fixes_nothing(
    session: Session, people: People, keeper: Actor, become: Become, at: datetime
) -> None:
    made = make_evidence(session, keeper, at=at, received_on=FIRST_NEW)
    stranger = become(people.foreign_keeper)
    answer = MismatchAnswer(
        hold_id=1, answer_number="1", answered_on=date(2026, 11, 20), answer="Không"
    )
    with pytest.raises(NotFound):
        answer_mismatch(session, stranger, made.reference, answer, at=at)
    assert bounds_of(session, made.id) == []
