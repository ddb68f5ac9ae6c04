"""What a check outside did not find, what is confirmed missing: searched, written off, found."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.assets.queries import get_asset
from inventory.backlog.queries import count_alarms
from inventory.backlog.rules import Alarm
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import impede, take_in
from inventory.custody.queries import get_holding, stock_card
from inventory.custody.rules import Hindrance, Impeded
from inventory.custody.schemas import NewImpediment
from inventory.custody.verification import verify_chains
from inventory.losses.commands import decide_case, reverse_write_off, search_case, write_off
from inventory.losses.queries import list_cases, list_write_offs
from inventory.losses.rules import (
    AlreadySearched,
    Liability,
    NoMissingCase,
    NotConfirmedMissing,
    NotSearched,
    NotWrittenOff,
)
from inventory.losses.schemas import NewReversal, NewWriteOff
from inventory.outside.commands import check_custody, give_into_custody
from inventory.outside.rules import FoundState
from inventory.outside.schemas import NewContract, NewCustodyCheck
from inventory.papers.commands import recall
from inventory.papers.queries import list_papers
from inventory.papers.rules import RecalledByItsAct
from inventory.papers.schemas import NewRecall
from inventory.stocktakes.rules import NotTheFirst, Reason, Ruling, Search
from inventory.stocktakes.schemas.said import DecisionSaid, SearchSaid
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm
from reports.forms.stock_card.gather import card_of
from reports.registers.queries import get_year, list_lines
from service.auth.rules import COOKIE
from tests.make.inventory import make_asset, take_in_at
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
NOT_THERE = SearchSaid(Search.STANDS, Reason.NOT_KNOWN, "Ảnh chụp bãi")
LOST = DecisionSaid(Ruling.CONFIRMED, "Không tìm thấy")
COMPENSATED = NewWriteOff(
    ground="Tìm nhiều lần không thấy",
    liability=Liability.COMPENSATES,
    liable="Công ty Giữ Hộ",
    amount=Decimal(12_000_000),
)


@pytest.fixture
def asset(session: Session, people: People, case: EnforcementCase, store: Place, at: datetime):
    return make_asset(session, people.keeper, case, at=at, place=store)


@pytest.fixture
def missing(session: Session, people: People, asset: Registered, at: datetime) -> str:
    """A thing that a stocktake confirmed missing."""
    why = NewImpediment(code=Hindrance.MISSING, reason="Không thấy")
    impede(session, people.head, [asset.reference], why, at=at, source="KK-0000001-1")
    return asset.reference


def balances(session: Session, actor: Actor, reference: str) -> list[Decimal]:
    """The stock card of a thing on its page, which is that of the paper."""
    card = stock_card(session, actor, get_asset(session, actor, reference).id)
    printed = [line.balance for line in card_of(session, actor, reference).movements]
    assert printed == [line.balance for line in card]
    return printed


def alarms(session: Session, actor: Actor, at: datetime) -> set[Alarm]:
    return {one.alarm for one in count_alarms(session, actor, at=at)}


def test_what_a_check_outside_did_not_find_is_searched_by_another_and_decided_by_a_third(
    session: Session, people: People, asset: Registered, become: Become, at: datetime
) -> None:
    ref, officer = asset.reference, become(people.officer)
    contract = NewContract(
        custody_form=CustodyForm.THIRD_PARTY,
        number="7/HĐ-BQ",
        custodian="Công ty Giữ Hộ",
        from_on=date(2026, 9, 1),
        monthly_cost=Decimal(0),
        conditions="Trông giữ",
    )
    given = give_into_custody(session, officer, ref, contract, at=at)
    check = NewCustodyCheck(
        contract_id=given.id,
        checked_on=date(2026, 11, 20),
        state=FoundState.MISSING,
        finding="Xe không còn ở bãi",
        checked_by="Trần Văn Chấp",
    )
    made = check_custody(session, officer, ref, check, at=at)
    assert Alarm.MISSING_OUTSIDE in alarms(session, people.head, at)
    with pytest.raises(NotTheFirst):
        search_case(session, officer, ref, NOT_THERE, at=at)
    head = become(people.head)
    with pytest.raises(NotSearched):
        decide_case(session, head, ref, LOST, at=at)
    keeper = become(people.keeper)
    search_case(session, keeper, ref, NOT_THERE, at=at)
    with pytest.raises(AlreadySearched):
        search_case(session, keeper, ref, NOT_THERE, at=at)
    with pytest.raises(Forbidden):
        decide_case(session, keeper, ref, LOST, at=at)
    decide_case(session, become(people.head), ref, LOST, at=at)
    assert {Alarm.CONFIRMED_MISSING} <= alarms(session, people.head, at)
    assert Alarm.MISSING_OUTSIDE not in alarms(session, people.head, at)
    (shown,) = list_cases(session, people.head, ref)
    assert (shown.source, shown.decision) == (made.paper, "Không tìm thấy")
    with pytest.raises(NoMissingCase):
        decide_case(session, people.head, ref, LOST, at=at)
    done = write_off(session, people.head, ref, COMPENSATED, at=at)
    assert done.missed_by == made.paper


def test_only_what_is_confirmed_missing_is_written_off_by_the_head_alone(
    session: Session, people: People, asset: Registered, become: Become, at: datetime
) -> None:
    with pytest.raises(NotConfirmedMissing) as refused:
        write_off(session, become(people.head), asset.reference, COMPENSATED, at=at)
    assert refused.value.article == "D152/26 Art. 38(2)b; C78/20 Art. 5(1)"
    for other in (people.keeper, people.officer, people.accountant, people.inspector):
        with pytest.raises(Forbidden):
            write_off(session, become(other), asset.reference, COMPENSATED, at=at)


@pytest.mark.parametrize(
    ("liability", "liable", "amount", "field"),
    [
        (Liability.NOBODY, "Ông A", None, "liable"),
        (Liability.DISCIPLINED, None, None, "liable"),
        (Liability.COMPENSATES, "Ông A", None, "amount"),
    ],
)
def test_who_answers_is_named(
    session: Session, people: People, missing: str, at: datetime, liability, liable, amount, field
) -> None:
    new = NewWriteOff(ground="Mất", liability=liability, liable=liable, amount=amount)
    with pytest.raises(Invalid) as refused:
        write_off(session, people.head, missing, new, at=at)
    assert list(refused.value.fields) == [field]


def test_a_write_off_ends_custody_on_paper_and_in_the_register_until_it_is_taken_back(
    session: Session, people: People, missing: str, store: Place, become: Become, at: datetime
) -> None:
    done = write_off(session, become(people.head), missing, COMPENSATED, at=at)
    held = get_holding(session, people.head, missing)
    assert held.place_id is None
    assert balances(session, people.head, missing) == [1, 0]
    assert Alarm.CONFIRMED_MISSING not in alarms(session, people.head, at)
    year = get_year(session, 2027)
    (line,) = (one.cells for one in list_lines(session, people.keeper, year).items)
    assert (line.balance, line.out_document) == (0, done.number)
    assert line.receiver == COMPENSATED.ground
    papers = list_papers(session, people.head, about=("asset", missing)).items
    assert done.number in {one.number for one in papers}
    with pytest.raises(RecalledByItsAct):
        recall(session, people.head, done.paper, NewRecall(reason="Nhầm"), at=at)
    with pytest.raises(NotConfirmedMissing):
        write_off(session, people.head, missing, COMPENSATED, at=at)
    keeper = become(people.keeper)
    with pytest.raises(Impeded):
        take_in(session, keeper, missing, take_in_at(store), at=at)
    found = NewReversal(reason="Thấy ở kho sau, đúng số khung")
    reverse_write_off(session, become(people.head), missing, found, at=at)
    with pytest.raises(NotWrittenOff):
        reverse_write_off(session, people.head, missing, found, at=at)
    later = at + timedelta(hours=1)
    take_in(session, become(people.keeper), missing, take_in_at(store), at=later)
    assert balances(session, people.keeper, missing) == [1, 0, 1]
    (shown,) = list_write_offs(session, people.keeper, missing)
    assert shown.reversal == found.reason
    assert verify_chains(session).first_fault is None
    (line,) = (one.cells for one in list_lines(session, people.keeper, year).items)
    assert (line.balance, [one.kind for one in line.between]) == (1, ["written_off", "taken_in"])
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE write_off SET ground = 'x'"))


def test_the_head_writes_off_on_the_page_of_the_thing_and_over_rest(
    session: Session,
    people: People,
    missing: str,
    browse: Callable[[str], TestClient],
) -> None:
    way = f"/assets/{missing}"
    assert f'action="{way}/write-offs"' not in browse("keeper").get(way).text
    said = {"ground": "Mất", "liability": "nobody"}
    client = browse("head")
    assert f'action="{way}/write-offs"' in client.get(way).text
    sent = client.post(f"{way}/write-offs", data=said, follow_redirects=False)
    assert sent.status_code == 303
    assert f'action="{way}/write-offs/reversal"' in client.get(way).text
    path = f"/api/v1/assets/{missing}"
    head = {"Authorization": f"Bearer {client.cookies[COOKIE]}"}
    assert len(client.get(f"{path}/write-offs", headers=head).json()) == 1
    found = client.post(f"{path}/write-offs/reversal", json={"reason": "Thấy"}, headers=head)
    assert found.json()[0]["reversal"] == "Thấy"
    assert client.get(f"{path}/missing-cases", headers=head).json() == []


@pytest.mark.parametrize(
    ("lang", "told"),
    [("vi", "Ghi rõ người chịu trách nhiệm"), ("en", "Name who answers for the loss.")],
)
def test_a_refused_write_off_is_told_on_its_form_with_what_was_typed(
    missing: str, browse: Callable[[str], TestClient], lang: str, told: str
) -> None:
    way, client = f"/assets/{missing}/write-offs", browse("head")
    client.cookies.set("kebien_locale", lang)
    said = {"ground": "Mất trong kho", "liability": "compensates", "amount": "12.000.000"}
    refused = client.post(way, data=said)
    assert refused.status_code == 422
    assert told in refused.text
    assert f'action="{way}"' in refused.text
    assert 'id="liable-fault"' in refused.text
    assert "Mất trong kho</textarea>" in refused.text
    assert 'value="12.000.000"' in refused.text
    assert '<option value="compensates" selected>' in refused.text
    unsaid = client.post(way, data={"ground": ""}).text
    assert all(f'id="{name}-fault"' in unsaid for name in ("ground", "liability"))
    early = client.post(f"{way}/reversal", data={"reason": "Thấy ở kho B"})
    assert early.status_code == 422
    assert "Thấy ở kho B</textarea>" in early.text
    assert client.post(f"/assets/{missing}/found", data={}).text.count('id="reason-fault"') == 1


def test_amounts_of_a_write_off_are_typed_as_people_do(
    missing: str, browse: Callable[[str], TestClient], session: Session, people: People
) -> None:
    said = {"ground": "M", "liability": "compensates", "liable": "A", "amount": "12.000.000"}
    browse("head").post(f"/assets/{missing}/write-offs", data=said)
    (gone,) = list_write_offs(session, people.head, missing)
    assert gone.amount == Decimal(12_000_000)
