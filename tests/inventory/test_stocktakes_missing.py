"""What is confirmed missing: touched by no act, told to those who must know, until it is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.lots.commands import form_lot
from auction.lots.schemas import NewLot
from inventory.assets.models import Asset
from inventory.audit.models import AuditEntry
from inventory.backlog.queries import count_alarms, list_alarms
from inventory.backlog.rules import Alarm
from inventory.base.errors import Conflict, Forbidden, NotFound
from inventory.base.messages import label_of
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import lift_impediment, move, release
from inventory.custody.queries import list_impediments
from inventory.custody.rules import Hindrance, Impeded, SealState
from inventory.custody.schemas import Lifting, Move
from inventory.stocktakes.commands.close_stocktake import close_stocktake, sign_stocktake
from inventory.stocktakes.commands.judge import decide_difference, search_difference
from inventory.stocktakes.commands.record_found import record_found
from inventory.stocktakes.models import StocktakeDifference
from inventory.stocktakes.pages.sessions import desk_parts
from inventory.stocktakes.queries.results import list_differences
from inventory.stocktakes.rules import NotMissing, Reason, Ruling, Search, Word
from inventory.stocktakes.schemas.said import DecisionSaid, FoundAgain, SearchSaid
from inventory.warehouse_checks.queries import ask, get_warehouse
from inventory.warehouse_checks.rules import Figure
from inventory.warehouses.models import Place
from tests.make.auction import make_formed_lot, new_round
from tests.make.inventory import make_asset, release_from
from tests.make.organisation import People
from tests.make.stocktakes import count_first, make_stocktake

_D = StocktakeDifference
_THINGS = select(Asset.reference).order_by(Asset.id)
WHY = "Xác nhận mất, giao công an"
HERE = FoundAgain("Thấy sau giá số 3, thủ kho Bình, đúng số khung")


def lose(session: Session, people: People, ref: str, place: Place, at: datetime) -> str:
    """Count a place without finding one thing, search for it, confirm that it is missing."""
    made = make_stocktake(session, people.keeper, place, at=at)
    count_first(session, people.keeper, made, [], place, at=at)
    cases = list_differences(session, made.id).items
    case = next(one for one in cases if one.code == ref)
    stands = SearchSaid(Search.STANDS, Reason.LOST_OR_STOLEN, "Đã tìm cả kho")
    search_difference(session, people.accountant, made.reference, case.id, stands, at=at)
    confirmed = DecisionSaid(Ruling.CONFIRMED, WHY)
    decide_difference(session, people.head, made.reference, case.id, confirmed, at=at)
    return made.reference


def close(session: Session, people: People, ref: str, at: datetime) -> None:
    """Two sign a stocktake, the head closes it."""
    sign_stocktake(session, people.keeper, ref, at=at)
    sign_stocktake(session, people.accountant, ref, at=at)
    close_stocktake(session, people.head, ref, at=at)


def prefilled(session: Session, people: People, store: Place, at: datetime) -> int:
    """How many missing things the checklist of an inspection of the warehouse names by itself."""
    asked = ask(session, get_warehouse(session, people.inspector, store.id), at=at)
    (figure,) = (k for one in asked for k in one.known if k.figure is Figure.CONFIRMED_MISSING)
    return figure.count


@pytest.fixture
def thing(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> str:
    """A thing in the store, after whoever counted there."""
    return make_asset(session, people.keeper, case, at=at, place=store).reference


@pytest.fixture
def lost(session: Session, people: People, thing: str, store: Place, at: datetime) -> str:
    """The stocktake in which the thing was confirmed missing."""
    return lose(session, people, thing, store, at)


def test_what_is_missing_is_moved_released_and_auctioned_by_nobody(
    session: Session, people: People, thing: str, lost: str, store: Place, shelf, at: datetime
) -> None:
    with pytest.raises(Impeded) as refusal:
        move(session, people.keeper, thing, Move(shelf.id, store.id, "Sắp xếp"), at=at)
    assert WHY in str(refusal.value)
    with pytest.raises(Impeded):
        release(session, people.keeper, thing, release_from(session, store, thing), at=at)
    with pytest.raises(Impeded):
        form_lot(session, people.officer, NewLot(assets=[thing], description="Xe"), at=at)


def test_its_word_is_not_that_of_a_missing_seal() -> None:
    assert label_of(Hindrance.MISSING) == "Confirmed missing"
    assert label_of(SealState.MISSING) == "Missing"


def test_a_lot_with_a_missing_thing_gets_no_round(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at, place=store)
    (thing,) = session.execute(_THINGS).scalars()
    lose(session, people, thing, store, at)
    offer = new_round(1_000_000_000, at)
    with pytest.raises(Impeded):
        schedule_round(session, people.officer, lot.reference, offer, at=at)
    record_found(session, people.head, thing, HERE, at=at)
    assert schedule_round(session, people.officer, lot.reference, offer, at=at).number == 1


def test_it_is_lifted_by_being_found_alone_and_says_who_when_and_why(
    session: Session, people: People, thing: str, lost: str, store: Place, shelf, at: datetime
) -> None:
    (stands,) = list_impediments(session, people.head, thing)
    assert (stands.code, stands.source, stands.reason) == (Hindrance.MISSING, lost, WHY)
    with pytest.raises(Conflict):
        lift_impediment(
            session, people.head, thing, Lifting(impediment_id=stands.id, reason="Thôi"), at=at
        )
    for who in (people.keeper, people.accountant, people.inspector):
        with pytest.raises(Forbidden):
            record_found(session, who, thing, HERE, at=at)
    found = record_found(session, people.head, thing, HERE, at=at)
    assert found.stocktakes == [lost]
    (lifted,) = list_impediments(session, people.head, thing)
    assert (lifted.lifted_at, lifted.lifted_by, lifted.lift_reason) == (
        at,
        people.head.name,
        HERE.reason,
    )
    move(session, people.keeper, thing, Move(shelf.id, store.id, "Sắp xếp"), at=at)
    with pytest.raises(NotMissing):
        record_found(session, people.head, thing, HERE, at=at)
    acts = session.scalars(select(AuditEntry.code).where(AuditEntry.subject_ref == thing))
    assert "stocktakes.missing.found" in list(acts)


def test_the_word_of_the_count_stays_and_a_second_count_may_miss_it_again(
    session: Session, people: People, thing: str, store: Place, at: datetime
) -> None:
    first = lose(session, people, thing, store, at)
    close(session, people, first, at)
    second = lose(session, people, thing, store, at)
    found = record_found(session, people.head, thing, HERE, at=at)
    assert found.stocktakes == [first, second]
    assert {row.lifted_at for row in list_impediments(session, people.head, thing)} == {at}
    words = session.scalars(select(_D.word).where(_D.code == thing))
    assert set(words) == {Word.CONFIRMED_MISSING}


def test_another_office_can_neither_see_nor_find_it(
    session: Session, people: People, become, thing: str, lost: str, at: datetime
) -> None:
    head = replace(people.foreign_keeper, permissions=people.head.permissions)
    become(head)
    with pytest.raises(NotFound):
        record_found(session, head, thing, HERE, at=at)
    assert desk_parts(session, head, at) == []


def test_the_head_and_the_inspection_are_told(
    session: Session, people: People, thing: str, lost: str, store: Place, at: datetime
) -> None:
    for who in (people.head, people.inspector):
        card = desk_parts(session, who, at)[0]
        assert (card.title, card.count) == ("Confirmed missing", 1)
        (row,) = list_alarms(session, who, Alarm.CONFIRMED_MISSING, at=at).items
        assert (row.ref, row.figure) == (thing, lost)
    assert prefilled(session, people, store, at) == 1
    record_found(session, people.head, thing, HERE, at=at)
    assert prefilled(session, people, store, at) == 0
    assert Alarm.CONFIRMED_MISSING not in {
        one.alarm for one in count_alarms(session, people.head, at=at)
    }


def test_the_page_of_the_thing_says_so_and_lets_the_head_alone_say_it_was_found(
    browse: Callable[[str], TestClient], thing: str, lost: str
) -> None:
    said = "Không di chuyển, cho mượn, xuất hoặc bán đấu giá"
    for who in ("keeper", "inspector"):
        shown = browse(who).get(f"/assets/{thing}").text
        assert said in shown
        assert f"/assets/{thing}/found" not in shown
    head = browse("head")
    assert f"/assets/{thing}/found" in head.get(f"/assets/{thing}").text
    assert head.post(f"/assets/{thing}/found", data={"reason": " "}).status_code == 422
    after = head.post(f"/assets/{thing}/found", data={"reason": HERE.reason})
    assert said not in after.text
    assert HERE.reason in after.text


def test_over_rest_it_is_found_once(
    client: TestClient, bearer: Callable, thing: str, lost: str
) -> None:
    path = f"/api/v1/assets/{thing}/found"
    body = {"reason": HERE.reason}
    assert client.post(path, json=body, headers=bearer("keeper")).status_code == 403
    head = bearer("head")
    found = client.post(path, json=body, headers=head)
    assert (found.status_code, found.json()["stocktakes"]) == (201, [lost])
    assert client.post(path, json=body, headers=head).json()["code"] == "not_missing"
