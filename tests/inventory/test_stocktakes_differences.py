"""Differences as small cases: three words, a second counter, an approver, signatures, minutes."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.errors import Forbidden, NotFound
from inventory.base.numbering import reference
from inventory.cases.models import EnforcementCase
from inventory.custody.rules import SealState
from inventory.papers.models import Paper
from inventory.stocktakes.commands.close_stocktake import close_stocktake, sign_stocktake
from inventory.stocktakes.commands.fetch_pack import fetch_pack
from inventory.stocktakes.commands.judge import (
    decide_difference,
    end_first_count,
    give_up_device,
    search_difference,
)
from inventory.stocktakes.models import Stocktake
from inventory.stocktakes.queries.results import list_differences, list_items
from inventory.stocktakes.queries.stocktakes import list_scans
from inventory.stocktakes.rules import (
    DifferenceKind,
    DifferenceOpen,
    DifferenceSettled,
    FirstCountEnded,
    FirstCountRuns,
    NotTheFirst,
    Phase,
    Reason,
    Ruling,
    Search,
    SignatureMissing,
    SignedAlready,
    StocktakeClosed,
    UnsentScans,
    Word,
)
from inventory.stocktakes.schemas.said import DecisionSaid, GiveUp, NewDevice, SearchSaid
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.organisation import People
from tests.make.stocktakes import count_first, make_stocktake, scans_of, send

STANDS = SearchSaid(Search.STANDS, Reason.NOT_KNOWN, "Đã tìm cả kho, không thấy")
SETTLED = SearchSaid(Search.SETTLED, Reason.COUNTING_ERROR, "Thấy sau tủ")
CONFIRMED = DecisionSaid(Ruling.CONFIRMED, "Xác nhận mất, giao công an")


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> list[str]:
    """Four things in the store."""
    return [
        make_asset(session, people.keeper, case, at=at, place=store).reference for _n in range(4)
    ]


@pytest.fixture
def made(
    session: Session, people: People, store: Place, held: list[str], at: datetime
) -> Stocktake:
    """A stocktake of the store, open."""
    return make_stocktake(session, people.keeper, store, at=at)


def the_case(session: Session, made: Stocktake):
    (case,) = list_differences(session, made.id).items
    return case


def finish(session: Session, people: People, made: Stocktake, at: datetime) -> Stocktake:
    """Both sign, the head closes."""
    sign_stocktake(session, people.keeper, made.reference, at=at)
    sign_stocktake(session, people.accountant, made.reference, at=at)
    return close_stocktake(session, people.head, made.reference, at=at)


def test_a_clean_count_is_signed_by_three_and_becomes_a_paper(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held, store, at=at)
    closed = finish(session, people, made, at)
    assert closed.closed_at == at
    paper = session.scalars(select(Paper).where(Paper.reference == closed.paper)).one()
    data = paper.data
    assert (data["listed"], data["found"], data["missing"]) == (4, 4, 0)
    assert [line["code"] for line in data["lines"]] == held
    assert [s["name"] for s in data["signatures"]] == [
        people.keeper.name,
        people.accountant.name,
        people.head.name,
    ]
    acts = session.scalars(
        select(AuditEntry.code).where(AuditEntry.subject_ref == made.reference)
    ).all()
    assert acts.count("stocktakes.stocktake.closed") == 1


def test_what_was_not_scanned_goes_through_three_words_by_three_people(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    ref = made.reference
    count_first(session, people.keeper, made, held[:3], store, at=at)
    case = the_case(session, made)
    assert (case.kind, case.word) == (DifferenceKind.NOT_THERE, Word.NOT_SCANNED)
    with pytest.raises(DifferenceSettled):
        decide_difference(session, people.head, ref, case.id, CONFIRMED, at=at)
    with pytest.raises(NotTheFirst):
        search_difference(session, people.keeper, ref, case.id, STANDS, at=at)
    search_difference(session, people.accountant, ref, case.id, STANDS, at=at)
    assert the_case(session, made).word is Word.SEARCHED_NOT_FOUND
    with pytest.raises(DifferenceSettled):
        search_difference(session, people.officer, ref, case.id, SETTLED, at=at)
    with pytest.raises(Forbidden):
        decide_difference(session, people.accountant, ref, case.id, CONFIRMED, at=at)
    decide_difference(session, people.head, ref, case.id, CONFIRMED, at=at)
    case = the_case(session, made)
    assert (case.word, case.closed_at) == (Word.CONFIRMED_MISSING, at)
    closed = finish(session, people, made, at)
    data = session.scalars(select(Paper.data).where(Paper.reference == closed.paper)).one()
    assert data["missing"] == 1
    assert data["differences"][0]["second_counter"] == people.accountant.name


def test_the_third_word_is_the_approver_s_in_the_database_too(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held[:3], store, at=at)
    first = people.keeper.staff_id
    for change in (
        "word = 'confirmed_missing'",
        f"searched_by_id = {first}",
        f"decided_by_id = {first}",
        f"searched_by_id = {people.head.staff_id}, decided_by_id = {people.head.staff_id}",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(f"UPDATE stocktake_difference SET {change}"))


def test_what_the_second_counter_finds_is_settled_with_reason_and_evidence(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held[:3], store, at=at)
    found = scans_of(held[3:], store, at=at)
    answer = send(session, people.accountant, made, found, at=at)
    assert answer.scans[0].phase is Phase.SECOND
    case = the_case(session, made)
    search_difference(session, people.accountant, made.reference, case.id, SETTLED, at=at)
    case = the_case(session, made)
    assert (case.word, case.closed_at, case.reason) == (None, at, Reason.COUNTING_ERROR)
    assert {item.state for item in list_items(session, made.id).items} == {"found"}


def test_an_approver_may_have_it_searched_again(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held[:3], store, at=at)
    case = the_case(session, made)
    search_difference(session, people.accountant, made.reference, case.id, STANDS, at=at)
    again = DecisionSaid(Ruling.SEARCH_AGAIN, "Tìm lại ở kho số 2")
    decide_difference(session, people.head, made.reference, case.id, again, at=at)
    assert the_case(session, made).word is Word.NOT_SCANNED
    search_difference(session, people.officer, made.reference, case.id, SETTLED, at=at)
    assert the_case(session, made).closed_at == at


def test_the_first_counter_s_later_scan_comes_too_late_and_is_kept(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held[:3], store, at=at)
    more = scans_of(held[3:], store, at=at, first=4)
    answer = send(session, people.keeper, made, more, at=at)
    assert (answer.scans[0].phase, answer.first_ended) == (Phase.LATE, True)
    assert the_case(session, made).word is Word.NOT_SCANNED
    assert len(list_scans(session, made.id)) == 4


def test_seal_quantity_strange_codes_and_things_of_elsewhere_are_differences(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    scans = [
        *scans_of(held[:1], store, at=at, seal=SealState.TORN),
        *scans_of(held[1:2], store, at=at, first=2, quantity=Decimal(3)),
        *scans_of(held[2:3], store, at=at, first=3, quantity=Decimal(1), seal=SealState.WHOLE),
        *scans_of([held[3], "8934567890123", reference("TS", 999_999)], store, at=at, first=4),
    ]
    answer = send(session, people.keeper, made, scans, at=at)
    assert answer.scans[-1].taken == "kept"
    end_first_count(session, people.keeper, made.reference, at=at)
    kinds = {case.kind: case.code for case in list_differences(session, made.id).items}
    assert kinds.pop(DifferenceKind.SEAL) == held[0]
    assert kinds.pop(DifferenceKind.QUANTITY) == held[1]
    assert len(kinds) == 2
    assert "8934567890123" in kinds.values()


def test_nothing_is_closed_while_a_difference_is_open_or_a_signature_missing(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    ref = made.reference
    with pytest.raises(FirstCountRuns):
        close_stocktake(session, people.head, ref, at=at)
    count_first(session, people.keeper, made, held[:3], store, at=at)
    with pytest.raises(FirstCountEnded):
        end_first_count(session, people.keeper, ref, at=at)
    for act in (
        lambda: close_stocktake(session, people.head, ref, at=at),
        lambda: sign_stocktake(session, people.keeper, ref, at=at),
    ):
        with pytest.raises(DifferenceOpen):
            act()
    case = the_case(session, made)
    search_difference(session, people.accountant, ref, case.id, SETTLED, at=at)
    with pytest.raises(SignatureMissing):
        close_stocktake(session, people.head, ref, at=at)
    sign_stocktake(session, people.keeper, ref, at=at)
    with pytest.raises(SignedAlready):
        sign_stocktake(session, people.keeper, ref, at=at)
    with pytest.raises(SignatureMissing):
        close_stocktake(session, people.head, ref, at=at)
    with pytest.raises(Forbidden):
        close_stocktake(session, people.keeper, ref, at=at)


def test_closing_twice_is_refused_and_late_scans_are_kept_apart(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held, store, at=at)
    finish(session, people, made, at)
    with pytest.raises(StocktakeClosed):
        close_stocktake(session, people.head, made.reference, at=at)
    late = scans_of(held[:1], store, at=at, first=99)
    answer = send(session, people.officer, made, late, at=at + timedelta(hours=1))
    assert (answer.closed, answer.scans[0].phase) == (True, Phase.LATE)
    with pytest.raises(StocktakeClosed):
        fetch_pack(session, people.keeper, made.reference, NewDevice("phone-9"), at=at)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE stocktake SET closed_at = NULL"))


def test_another_result_needs_another_signature(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held, store, at=at)
    sign_stocktake(session, people.keeper, made.reference, at=at)
    sign_stocktake(session, people.accountant, made.reference, at=at)
    send(session, people.officer, made, scans_of(held, store, at=at), at=at)
    with pytest.raises(SignatureMissing):
        close_stocktake(session, people.head, made.reference, at=at)
    assert finish(session, people, made, at).paper


def test_a_device_with_unsent_scans_holds_everything_up(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    ref = made.reference
    fetch_pack(session, people.keeper, ref, NewDevice("phone-1", "Máy của Lan"), at=at)
    with pytest.raises(UnsentScans):
        end_first_count(session, people.keeper, ref, at=at)
    some = scans_of(held[:2], store, at=at)
    send(session, people.keeper, made, some, at=at, device="phone-1", held=2, report=1)
    with pytest.raises(UnsentScans) as refused:
        end_first_count(session, people.keeper, ref, at=at)
    assert "Máy của Lan" in str(refused.value)
    rest = scans_of(held[3:], store, at=at, first=4)
    send(session, people.keeper, made, rest, at=at, device="phone-1", report=3)
    with pytest.raises(UnsentScans):  # number 3 is not here
        end_first_count(session, people.keeper, ref, at=at)
    third = scans_of(held[2:3], store, at=at, first=3)
    send(session, people.keeper, made, third, at=at, device="phone-1", held=5, report=2, done=False)
    end_first_count(session, people.keeper, ref, at=at)
    assert list_differences(session, made.id).items == []


def test_a_lost_device_is_given_up_by_the_head_with_a_reason(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    fetch_pack(session, people.officer, made.reference, NewDevice("phone-1", "Máy rơi"), at=at)
    send(session, people.keeper, made, scans_of(held, store, at=at), at=at)
    lost = GiveUp("phone-1", "Rơi xuống nước")
    with pytest.raises(Forbidden):
        give_up_device(session, people.keeper, made.reference, lost, at=at)
    give_up_device(session, people.head, made.reference, lost, at=at)
    end_first_count(session, people.keeper, made.reference, at=at)
    closed = finish(session, people, made, at)
    data = session.scalars(select(Paper.data).where(Paper.reference == closed.paper)).one()
    assert "Rơi xuống nước" in data["given_up"][0]


def test_a_foreign_office_sees_and_does_nothing(
    session: Session, people: People, become, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held[:3], store, at=at)
    case = the_case(session, made)
    ref, stocktake_id = made.reference, made.id
    foreign = become(people.foreign_keeper)
    with pytest.raises(NotFound):
        end_first_count(session, foreign, ref, at=at)
    with pytest.raises(NotFound):
        search_difference(session, foreign, ref, case.id, STANDS, at=at)
    with pytest.raises(Forbidden):
        sign_stocktake(session, people.officer, ref, at=at)
    with pytest.raises(NotFound):
        sign_stocktake(session, foreign, ref, at=at)
    assert list_differences(session, stocktake_id).items == []


def test_a_difference_of_another_stocktake_is_not_found(
    session: Session, people: People, made: Stocktake, store: Place, held, at: datetime
) -> None:
    count_first(session, people.keeper, made, held, store, at=at)
    with pytest.raises(NotFound):
        search_difference(session, people.accountant, made.reference, 10**9, STANDS, at=at)
