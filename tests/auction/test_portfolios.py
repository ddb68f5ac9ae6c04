"""An officer's whole portfolio goes to another: what is listed, partial acceptance, signatures."""

from datetime import date, datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.lots.models import Lot
from auction.portfolios import commands, queries
from auction.portfolios.rules import (
    Group,
    HandoverEnded,
    HandoverOpen,
    HandoverUnknown,
    NothingToHandOver,
    PortfolioTooLarge,
    SignedAlready,
    State,
    Thing,
    refusals_in,
    refusals_of,
)
from auction.portfolios.schemas import ItemOut, NewCancel, NewGiving, NewPortfolio, NewTaking
from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid
from inventory.cases.models import EnforcementCase
from inventory.organisation.rules import Role
from inventory.papers.queries import get_paper
from reports.documents.layouts import html_of
from tests.make.auction import make_auctioned
from tests.make.inventory import make_asset, make_case, make_evidence
from tests.make.money import case_of, make_claim, make_delivered, make_sold, propose
from tests.make.organisation import People, make_actor, make_staff, make_token
from tests.make.shares import approve_and_pay

TODAY = date(2026, 11, 23)
GONE = NewGiving(given_for="đã nghỉ hưu từ ngày 01/11/2026")


@pytest.fixture
def successor(session: Session, people: People) -> Actor:
    staff = make_staff(session, people.office, Role.OFFICER, "T-hoa", "Trịnh Thị Hoa")
    people.staff["successor"] = staff
    return make_actor(session, staff, people.office, Role.OFFICER)


@pytest.fixture
def cases(session: Session, people: People, at: datetime) -> list[EnforcementCase]:
    """Two open cases of the officer: a seized car on auction with something due, and evidence."""
    officer = people.officer
    first, second = (
        make_case(session, officer, number, officer_id=officer.staff_id, at=at)
        for number in ("11/QĐ-THADS", "12/QĐ-THADS")
    )
    make_asset(session, people.keeper, first, at=at)
    item = make_auctioned(session, people.office, 1)
    item.lot.case_id = item.asset.case_id = first.id
    session.flush()
    subject = DeadlineSubject(
        "lot", item.lot.reference, people.office.id, asset_id=item.asset.id, lot_id=item.lot.id
    )
    set_deadline(session, officer, "reduction_decision_due", TODAY, subject, at=at)
    make_evidence(session, people.keeper, case_number=second.decision_number, at=at)
    return [first, second]


def draw_up(session: Session, people: People, successor: Actor, at: datetime) -> str:
    assert successor.staff_id
    new = NewPortfolio(giver_code="T-officer", receiver_code="T-hoa", reason="nghỉ hưu trước tuổi")
    return commands.draw_up(session, people.head, new, at=at)


def items_of(session: Session, people: People, named: str) -> dict[Group, list[ItemOut]]:
    found = queries.get_handover(session, people.head, named)
    groups: dict[Group, list[ItemOut]] = {group: [] for group in Group}
    for one in queries.every_item(session, found.id):
        groups[one.group].append(one)
    return groups


def test_everything_of_the_officer_is_listed(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    other = make_case(session, people.officer, "99/QĐ-THADS", at=at)
    make_asset(session, people.keeper, other, at=at, identification="other")
    items = items_of(session, people, draw_up(session, people, successor, at))
    assert [one.code for one in items[Group.CASE]] == ["11/QĐ-THADS", "12/QĐ-THADS"]
    assert len(items[Group.ASSET]) == 3
    assert len(items[Group.LOT]) == 1
    (due,) = items[Group.DEADLINE]
    assert due.due_on == date(2026, 12, 1)
    assert due.case_id == cases[0].id
    assert all(one.case_id == cases[1].id for one in items[Group.EVIDENCE_KEY])
    assert items[Group.EVIDENCE_KEY]


def test_nothing_changes_hands_before_both_have_signed(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    named = draw_up(session, people, successor, at)
    assert commands.give(session, people.officer, named, NewGiving(), at=at) is None
    session.refresh(cases[0])
    assert cases[0].officer_id == people.officer.staff_id
    later = at + timedelta(hours=1)
    paper = commands.take_over(session, successor, named, NewTaking(), at=later)
    assert paper is not None
    for case in cases:
        session.refresh(case)
        assert case.officer_id == successor.staff_id
    found = queries.get_handover(session, successor, named)
    assert (found.state, found.given_at, found.taken_at) == (State.DONE, at, later)
    html = html_of(get_paper(session, people.head, paper))
    for said in ("Trịnh Thị Hoa", "nghỉ hưu trước tuổi", "11/QĐ-THADS", "01/12/2026"):
        assert said in html
    a = AuditEntry
    told = select(func.count()).where(a.code == "portfolios.case.reassigned")
    assert session.scalar(told) == 2


def test_a_case_that_is_refused_stays_with_all_that_hangs_on_it(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    named = draw_up(session, people, successor, at)
    second = items_of(session, people, named)[Group.CASE][1]
    said = NewTaking(refused=f"{second.id}: hồ sơ thiếu bút lục")
    commands.take_over(session, successor, named, said, at=at)
    paper = commands.give(session, people.head, named, GONE, at=at)
    assert paper is not None
    session.refresh(cases[0])
    session.refresh(cases[1])
    assert cases[0].officer_id == successor.staff_id
    assert cases[1].officer_id == people.officer.staff_id
    items = items_of(session, people, named)
    assert all(one.refused == "hồ sơ thiếu bút lục" for one in items[Group.EVIDENCE_KEY])
    assert all(one.refused is None for one in items[Group.DEADLINE])
    html = html_of(get_paper(session, people.head, paper))
    assert "Bên nhận chưa nhận các mục sau" in html
    assert "đã nghỉ hưu từ ngày 01/11/2026" in html
    assert people.head.name in html


def test_who_may_sign(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    assert cases
    named = draw_up(session, people, successor, at)
    with pytest.raises(Forbidden):
        commands.take_over(session, people.officer, named, NewTaking(), at=at)
    with pytest.raises(Forbidden):
        commands.give(session, successor, named, GONE, at=at)
    with pytest.raises(Invalid):
        commands.give(session, people.head, named, NewGiving(), at=at)
    commands.give(session, people.officer, named, NewGiving(), at=at)
    with pytest.raises(SignedAlready):
        commands.give(session, people.officer, named, NewGiving(), at=at)
    with pytest.raises(Invalid):
        commands.take_over(session, successor, named, NewTaking(refused="0: nhầm"), at=at)
    commands.take_over(session, successor, named, NewTaking(), at=at)
    with pytest.raises(HandoverEnded):
        commands.take_over(session, successor, named, NewTaking(), at=at)


def test_one_hand_over_at_a_time_and_a_cancelled_one_frees(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    assert cases
    named = draw_up(session, people, successor, at)
    with pytest.raises(HandoverOpen):
        draw_up(session, people, successor, at)
    commands.cancel(session, people.head, named, NewCancel(reason="người nhận đổi"), at=at)
    with pytest.raises(HandoverEnded):
        commands.give(session, people.officer, named, NewGiving(), at=at)
    assert draw_up(session, people, successor, at) != named


@pytest.mark.parametrize(
    ("giver", "receiver", "field"),
    [
        ("T-officer", "T-officer", "receiver_code"),
        ("T-officer", "T-keeper", "receiver_code"),
        ("T-officer", "T-foreign_officer", "receiver_code"),
        ("T-hoa", "T-officer", "giver_code"),
    ],
)
def test_what_cannot_be_handed_over(
    session: Session,
    people: People,
    successor: Actor,
    at: datetime,
    *,
    giver: str,
    receiver: str,
    field: str,
):
    assert successor
    new = NewPortfolio(giver_code=giver, receiver_code=receiver, reason="nghỉ hưu")
    with pytest.raises(Invalid) as refused:
        commands.draw_up(session, people.head, new, at=at)
    assert field in refused.value.fields
    assert isinstance(refused.value, NothingToHandOver) == (field == "giver_code")


def test_others_see_nothing_of_it(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    assert cases
    named = draw_up(session, people, successor, at)
    third = make_staff(session, people.office, Role.OFFICER, "T-ba", "Người thứ ba")
    other = make_actor(session, third, people.office, Role.OFFICER)
    for actor in (other, people.foreign_officer):
        with pytest.raises(HandoverUnknown):
            queries.get_handover(session, actor, named)
        assert queries.list_handovers(session, actor).items == []
    assert queries.count_waiting(session, successor) == 1
    assert queries.count_waiting(session, people.officer) == 1
    assert queries.count_waiting(session, people.head) == 0
    with pytest.raises(Forbidden):
        draw_up(session, People(**{**people.__dict__, "head": people.officer}), successor, at)


def test_a_large_portfolio_is_listed_in_as_many_statements_as_a_small_one(
    session: Session, people: People, successor: Actor, at: datetime, statements: list[str]
):
    def drawn(n: int) -> int:
        for number in range(n):
            said = f"{n}-{number}/QĐ-THADS"
            case = make_case(
                session, people.officer, said, officer_id=people.officer.staff_id, at=at
            )
            make_asset(session, people.keeper, case, at=at, identification=said)
        statements.clear()
        named = draw_up(session, people, successor, at)
        count = len(statements)
        commands.cancel(session, people.head, named, NewCancel(reason="lập lại"), at=at)
        return count

    drawn(1)
    assert drawn(2) == drawn(30)


def test_refusals_as_they_are_typed():
    assert refusals_in("3: thiếu\n\n 14 : mất chìa khóa: két") == {
        3: "thiếu",
        14: "mất chìa khóa: két",
    }
    for faulty in ("thiếu", "x: thiếu", "3:"):
        with pytest.raises(Invalid):
            refusals_in(faulty)
    things = [Thing(1, Group.CASE, 7), Thing(2, Group.ASSET, 7), Thing(3, Group.ASSET, 8)]
    assert refusals_of(things, {1: "thiếu"}) == {1: "thiếu", 2: "thiếu"}
    assert refusals_of(things, {3: "mất"}) == {3: "mất"}


def test_the_pages_lead_from_the_list_to_both_signatures(
    client: TestClient,
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    assert cases
    named = draw_up(session, people, successor, at)
    seen_by = {"head": "given_for", "officer": "giving", "successor": "taking"}
    tokens = {who: make_token(session, people, who, at) for who in seen_by}
    for who, seen in seen_by.items():
        client.cookies.set("kebien_session", tokens[who])
        assert named in client.get("/portfolios").text
        page = client.get(f"/portfolios/{named}")
        assert page.status_code == 200
        assert seen in page.text
    client.cookies.set("kebien_session", tokens["head"])
    assert "Trịnh Thị Hoa" in client.get("/portfolios/new").text
    headers = {"Authorization": f"Bearer {tokens['officer']}"}
    path = f"/api/v1/portfolios/{named}"
    answer = client.post(f"{path}/giving", headers=headers, json={})
    assert answer.status_code == 200, answer.text
    items = client.get(f"{path}/items", headers=headers).json()["items"]
    assert {one["group"] for one in items} >= {"case", "asset", "deadline"}
    assert client.get("/api/v1/portfolios", headers=headers).json()["items"]


def test_what_a_creditor_may_still_ask_for_goes_along(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
):
    make_claim(session, people, cases[1], asked_on=None, creditor="Bà Chờ", at=at)
    due = items_of(session, people, draw_up(session, people, successor, at))[Group.DEADLINE]
    assert [(one.case_id, one.code) for one in due if one.case_id == cases[1].id] == [
        (cases[1].id, "Bà Chờ")
    ]


def test_a_portfolio_too_large_for_one_list_is_refused_and_not_cut_off(
    session: Session,
    people: People,
    successor: Actor,
    cases: list[EnforcementCase],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(commands, "MOST", 4)
    with pytest.raises(PortfolioTooLarge):
        draw_up(session, people, successor, at)


def test_what_is_sold_goes_along_until_its_money_is_paid_out(
    session: Session, people: People, successor: Actor, at: datetime
) -> None:
    """Not delivered, and delivered with its money still in the office: both are lots to follow."""
    sales = [make(session, people, at=at) for make in (make_sold, make_delivered)]
    for sale in sales:
        case_of(session, sale).officer_id = people.officer.staff_id
    session.flush()
    make_claim(session, people, case_of(session, sales[1]), 2_000_000_000, at=at)
    payout = propose(session, people, sales[1], at=at)
    named = draw_up(session, people, successor, at)
    lots = {session.get_one(Lot, sale.lot_id).reference for sale in sales}
    assert {one.code for one in items_of(session, people, named)[Group.LOT]} == lots
    commands.cancel(session, people.head, named, NewCancel(reason="lập lại"), at=at)
    approve_and_pay(session, people, payout, "rank", at=at)
    named = draw_up(session, people, successor, at)
    left = session.get_one(Lot, sales[0].lot_id).reference
    assert [one.code for one in items_of(session, people, named)[Group.LOT]] == [left]
