"""Alarms come and go with their facts; the paper book is compared month by month."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.backlog import queries
from inventory.backlog.commands import compare_book, note_number
from inventory.backlog.rules import (
    Alarm,
    ComparedAlready,
    MonthNotOver,
    NothingSaid,
    NumberBooked,
    missing_of,
    month_before,
)
from inventory.backlog.schemas import NewBookNumber, NewComparison
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release
from inventory.seals.commands import open_seal, seal
from inventory.seals.rules import OpenedFor
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_evidence, release_from, take_in_at
from tests.make.organisation import People
from tests.make.seals import new_opening, new_seal
from tests.make.stocktakes import make_stocktake

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def counts(session: Session, actor: Actor, at: datetime = AT) -> dict[Alarm, int]:
    return {one.alarm: one.count for one in queries.count_alarms(session, actor, at=at)}


def test_missing_numbers_are_those_that_stand_for_nothing() -> None:
    assert missing_of(5, [1, 3, 5, 9]) == [2, 4]
    assert missing_of(0, []) == []
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 1)


def test_evidence_without_judgment_grows_old_in_two_steps(session: Session, people: People) -> None:
    for received in (date(2026, 1, 5), date(2025, 11, 23), date(2022, 3, 1), date(2021, 11, 23)):
        make_evidence(session, people.keeper, at=AT, received_on=received)
    assert counts(session, people.keeper) == {Alarm.NO_JUDGMENT: 2, Alarm.NO_JUDGMENT_LONG: 1}
    rows = queries.list_alarms(session, people.keeper, Alarm.NO_JUDGMENT, at=AT).items
    assert [(row.on, row.figure) for row in rows] == [
        (date(2022, 3, 1), "4"),
        (date(2025, 11, 23), "1"),
    ]


def test_perishables_alarm_while_they_are_here(
    session: Session, people: People, case: EnforcementCase, store: Place
) -> None:
    here = make_asset(session, people.keeper, case, at=AT, place=store)
    gone = make_asset(session, people.keeper, case, at=AT)
    session.execute(
        text("UPDATE asset SET perishable_on = :on WHERE id = ANY (:ids)"),
        {"on": TODAY + timedelta(days=3), "ids": [here.id, gone.id]},
    )
    rows = queries.list_alarms(session, people.keeper, Alarm.PERISHABLE, at=AT).items
    assert [(row.ref, row.figure) for row in rows] == [(here.reference, "3")]
    assert Alarm.PERISHABLE not in counts(session, people.keeper, AT - timedelta(days=30))


def test_a_place_alarms_when_it_is_nearly_full(
    session: Session, people: People, case: EnforcementCase, store: Place, shelf: Place
) -> None:
    session.execute(text("UPDATE place SET capacity = 2 WHERE id = :id"), {"id": store.id})
    make_asset(session, people.keeper, case, at=AT, place=store)
    assert Alarm.ROOM_FULL not in counts(session, people.keeper)
    make_asset(session, people.keeper, case, at=AT, place=shelf)
    rows = queries.list_alarms(session, people.keeper, Alarm.ROOM_FULL, at=AT).items
    assert [(row.ref, row.figure) for row in rows] == [("K1", "100")]


def test_late_returns_arrivals_counts_and_checks_alarm(
    session: Session, people: People, case: EnforcementCase, store: Place
) -> None:
    made = make_asset(session, people.keeper, case, at=AT, place=store)
    said = {"office": people.office.id, "place": store.id, "asset": made.id, "at": AT}
    for statement in LATE:
        session.execute(text(statement), said)
    assert counts(session, people.keeper) == {
        Alarm.OVERDUE_RETURN: 1,
        Alarm.OVERDUE_ARRIVAL: 1,
        Alarm.MISSED_STOCKTAKE: 1,
        Alarm.MISSED_CHECK: 1,
        Alarm.STORAGE_COST: 1,
        Alarm.TO_LABEL: 1,
    }
    (cost,) = queries.list_alarms(session, people.keeper, Alarm.STORAGE_COST, at=AT).items
    assert (cost.ref, cost.figure) == (made.reference, "100")


LATE = (
    "INSERT INTO loan (id, reference, office_id, borrower, taker_name, taker_post, taker_proof,"
    " purpose, request_number, requested_on, order_number, lent_at, first_due_on, due_on)"
    " VALUES (1, 'TX-1', :office, 'Tòa', 'A', 'B', 'c', 'd', 'e', '2026-10-01', 'f', :at,"
    " '2026-11-01', '2026-11-20')",
    "INSERT INTO transfer (id, reference, office_id, to_office_id, to_place_id, carrier_name,"
    " carrier_post, reason, order_number, expected_on, sent_at)"
    " VALUES (1, 'CK-1', :office, :office, :place, 'A', 'B', 'c', 'd', '2026-11-22', :at)",
    "INSERT INTO planned_count (office_id, place_id, period, due_on, article, planned_at)"
    " VALUES (:office, :place, 'quarter', '2026-09-30', 'x', :at)",
    "INSERT INTO custody_contract (asset_id, office_id, form, number, custodian, from_on,"
    " monthly_cost, conditions, check_due_on, article, recorded_at)"
    " VALUES (:asset, :office, 'third', '1', 'A', '2026-01-23', 1000000, 'x', '2026-11-01', 'y',"
    " :at)",
    "INSERT INTO valuation (asset_id, office_id, method, amount, valued_on, recorded_at)"
    " VALUES (:asset, :office, 'firm', 10000000, '2026-02-01', :at)",
)


def test_a_store_that_was_never_counted_nor_planned_alarms_from_its_first_period_on(
    session: Session, people: People, store: Place
) -> None:
    """Nobody has to plan or to compare a book before something is missed."""
    assert Alarm.MISSED_STOCKTAKE not in counts(session, people.keeper)
    january = datetime(2027, 1, 4, 2, tzinfo=UTC)
    rows = queries.list_alarms(session, people.keeper, Alarm.MISSED_STOCKTAKE, at=january).items
    assert [(row.ref, row.on, row.figure) for row in rows] == [("K1", date(2026, 12, 31), "4")]
    make_stocktake(session, people.keeper, store, at=AT)
    assert Alarm.MISSED_STOCKTAKE in counts(session, people.keeper, january)
    session.execute(text("UPDATE stocktake SET closed_at = now()"))
    assert Alarm.MISSED_STOCKTAKE not in counts(session, people.keeper, january)


def test_a_book_that_was_never_compared_alarms_once_the_warehouse_had_its_first_month(
    session: Session, people: People, store: Place, become: Callable[[Actor], Actor]
) -> None:
    assert Alarm.BOOK_NOT_COMPARED not in counts(session, people.keeper)
    december = datetime(2026, 12, 1, 2, tzinfo=UTC)
    rows = queries.list_alarms(session, people.keeper, Alarm.BOOK_NOT_COMPARED, at=december).items
    assert [(row.ref, row.on) for row in rows] == [("13", date(2026, 11, 1))]
    new = NewComparison(book="13", month_on=date(2026, 11, 30), last_number=0)
    compare_book(session, people.accountant, new, at=december)
    assert Alarm.BOOK_NOT_COMPARED not in counts(session, people.keeper, december)
    assert Alarm.BOOK_NOT_COMPARED not in counts(session, become(people.foreign_keeper), december)


def test_terms_of_disposals_contracts_and_appointments_alarm(
    session: Session, people: People, case: EnforcementCase, store: Place
) -> None:
    made = make_asset(session, people.keeper, case, at=AT, place=store)
    said = {"office": people.office.id, "asset": made.id, "at": AT}
    for statement in ENDING:
        session.execute(text(statement), said)
    session.execute(text("UPDATE keeper_appointment SET valid_to = '2026-12-23'"))
    found = counts(session, people.keeper)
    assert found[Alarm.DISPOSAL_OVERDUE] == 1
    ends = queries.list_alarms(session, people.keeper, Alarm.KEEPER_ENDING, at=AT).items
    assert [(row.ref, row.figure) for row in ends] == [("K1", "30")]
    ends = queries.list_alarms(session, people.keeper, Alarm.CONTRACT_ENDING, at=AT).items
    assert [(row.ref, row.figure) for row in ends] == [(made.reference, "-3")]
    before = counts(session, people.keeper, AT - timedelta(days=40))
    assert not {Alarm.DISPOSAL_OVERDUE, Alarm.KEEPER_ENDING, Alarm.CONTRACT_ENDING} & set(before)


ENDING = (
    "INSERT INTO disposal (id, reference, office_id, way, thing, military, decision_number,"
    " decision_on, judgment, party, awaits, due_on, article, decided_at)"
    " VALUES (1, 'XL-1', :office, 'destroy', 'goods', false, '5/QĐ', '2026-10-01', 'x', '',"
    " 'council', '2026-11-02', 'y', :at)",
    "INSERT INTO custody_contract (asset_id, office_id, form, number, custodian, from_on,"
    " until_on, monthly_cost, conditions, check_due_on, article, recorded_at)"
    " VALUES (:asset, :office, 'third', '1', 'A', '2026-01-23', '2026-11-20', 0, 'x',"
    " '2026-12-01', 'y', :at)",
)


def test_an_opened_seal_alarms_until_it_is_sealed_again_or_the_thing_is_gone(
    session: Session, people: People, store: Place
) -> None:
    """Opened for disposal no new seal is due (D127/17 Art. 11)."""
    made = [make_evidence(session, people.keeper, at=AT, take_in=take_in_at(store)) for _i in "123"]
    for thing, number in zip(made, ("NP-1", "NP-2", "NP-3"), strict=True):
        seal(session, people.officer, thing.reference, new_seal(number), at=AT)
        uses = OpenedFor.DISPOSAL if number == "NP-3" else OpenedFor.EXAMINATION
        opening = new_opening(number, purpose=uses)
        open_seal(session, people.officer, thing.reference, opening, at=AT)
    assert counts(session, people.keeper)[Alarm.SEAL_OPEN] == 2
    (first, second) = queries.list_alarms(session, people.keeper, Alarm.SEAL_OPEN, at=AT).items
    assert (first.ref, first.figure) == (made[0].reference, "NP-1")
    assert (second.on, second.figure) == (date(2026, 11, 21), "NP-2")
    again = new_seal("NP-9", sealed_on=date(2026, 11, 22), replaces="NP-1")
    seal(session, people.officer, made[0].reference, again, at=AT)
    assert counts(session, people.keeper)[Alarm.SEAL_OPEN] == 1
    out = release_from(session, store, made[1].reference)
    release(session, people.keeper, made[1].reference, out, at=AT)
    assert Alarm.SEAL_OPEN not in counts(session, people.keeper)


def test_another_office_sees_none_of_it_and_those_above_all(
    session: Session, people: People, become: Callable[[Actor], Actor]
) -> None:
    make_evidence(session, people.keeper, at=AT, received_on=date(2020, 1, 5))
    session.flush()
    assert counts(session, people.inspector) == {Alarm.NO_JUDGMENT_LONG: 1}
    assert counts(session, become(people.foreign_keeper)) == {}


def test_all_kinds_are_counted_in_one_statement(
    session: Session, people: People, statements: list[str]
) -> None:
    queries.count_alarms(session, people.keeper, at=AT)
    assert len([one for one in statements if "UNION ALL" in one]) == 1
    assert len(statements) <= 2  # the other asks whether the law is still what is remembered


def test_a_list_goes_on_where_its_page_ended(session: Session, people: People) -> None:
    for day in (1, 2, 2):
        make_evidence(session, people.keeper, at=AT, received_on=date(2024, 1, day))
    alarm = Alarm.NO_JUDGMENT
    first = queries.list_alarms(session, people.keeper, alarm, at=AT, size=2)
    rest = queries.list_alarms(
        session, people.keeper, alarm, at=AT, size=2, cursor=first.next_cursor
    )
    assert len({row.id for row in (*first.items, *rest.items)}) == 3
    assert rest.next_cursor is None


@pytest.fixture
def booked(session: Session, people: People, case: EnforcementCase, store: Place) -> list[str]:
    """Three things in store, numbers 1 and 3 of the book noted, 2 spoiled, 4 missing."""
    october = AT - timedelta(days=40)
    made = [make_asset(session, people.keeper, case, at=october, place=store) for _i in range(3)]
    for number, asset in ((1, made[0]), (3, made[1])):
        new = NewBookNumber(book="13", number=number, asset=asset.reference)
        note_number(session, people.keeper, new, at=AT)
    new = NewBookNumber(book="13", number=2, spoiled="Viết nhầm, đã gạch")
    note_number(session, people.keeper, new, at=AT)
    return [one.reference for one in made]


def test_a_comparison_tells_what_is_missing_on_either_side(
    session: Session, people: People, booked: list[str]
) -> None:
    new = NewComparison(book="13", month_on=date(2026, 10, 15), last_number=4)
    found = compare_book(session, people.accountant, new, at=AT)
    assert (found.month_on, found.missing, found.missing_count) == (date(2026, 10, 1), [4], 1)
    assert found.not_in_book == 1
    assert counts(session, people.keeper)[Alarm.BOOK_NUMBERS] == 1
    with pytest.raises(ComparedAlready):
        compare_book(session, people.keeper, new, at=AT)
    later = AT + timedelta(days=45)
    assert Alarm.BOOK_NOT_COMPARED in counts(session, people.keeper, later)


def test_the_book_takes_no_number_twice_and_none_for_nothing(
    session: Session, people: People, booked: list[str]
) -> None:
    again = NewBookNumber(book="13", number=2, asset=booked[2])
    with pytest.raises(NumberBooked):
        note_number(session, people.keeper, again, at=AT)
    for neither in ({}, {"asset": booked[2], "spoiled": "x"}):
        with pytest.raises(NothingSaid):
            note_number(
                session, people.keeper, NewBookNumber(book="13", number=9, **neither), at=AT
            )
    unknown = NewBookNumber(book="13", number=9, asset="TS-0000000-0")
    with pytest.raises(NotFound):
        note_number(session, people.keeper, unknown, at=AT)
    with pytest.raises(Forbidden):
        note_number(session, people.officer, NewBookNumber(book="13", number=9, spoiled="x"), at=AT)
    with pytest.raises(MonthNotOver):
        compare_book(
            session, people.keeper, NewComparison(book="13", month_on=TODAY, last_number=4), at=AT
        )


def test_the_keeper_finds_it_on_the_desk_and_on_one_page(
    browse: Callable[[str], TestClient], session: Session, people: People
) -> None:
    made = make_evidence(session, people.keeper, at=AT, received_on=date(2019, 1, 5))
    client = browse("keeper")
    assert "/backlog?kind=no_judgment_long" in client.get("/desk").text
    page = client.get("/backlog").text
    assert made.reference in page
    assert client.get("/backlog?kind=room_full").status_code == 200
    wrong = client.post("/backlog/book/numbers", data={"book": "13", "number": "x"})
    assert wrong.status_code == 422
    done = client.post(
        "/backlog/book/numbers", data={"book": "13", "number": "7", "asset": made.reference}
    )
    assert done.status_code in {200, 303}
    assert client.get("/backlog/book").status_code == 200
