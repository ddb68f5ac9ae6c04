"""The ledger of costs: entries, reversals, repayments, and what the floor test counts."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.costs.commands import enter_cost, repay_advance, reverse_cost
from auction.costs.queries import asset_costs, costs_for_floor, costs_of
from auction.costs.rules import (
    Bearer,
    CostEnteredTwice,
    CostIncomplete,
    CostKind,
    CostReversed,
    NotAdvanced,
    RepaidTooMuch,
)
from auction.costs.schemas import NewCost, NewRepayment, NewReversal
from inventory.assets.queries import get_asset
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.outside.commands import give_into_custody
from inventory.outside.schemas import NewContract
from inventory.warehouses.rules import CustodyForm
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People

SPENT_ON = date(2026, 9, 1)


def new_cost(amount: int = 8_000_000, **said: Any) -> NewCost:
    facts = {"kind": CostKind.VALUATION, "spent_on": SPENT_ON, "document": "PC-12"}
    return NewCost(amount=Decimal(amount), **{**facts, **said})


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    case = make_case(session, people.officer, at=at)
    return make_asset(session, people.keeper, case, at=at).reference


def id_of(session: Session, people: People, reference: str) -> int:
    return get_asset(session, people.officer, reference).id


def test_a_cost_is_entered_and_summed_by_bearer_and_kind(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    enter_cost(session, people.officer, asset, new_cost(), at=at)
    enter_cost(
        session, people.accountant, asset, new_cost(2_000_000, bearer=Bearer.CREDITOR), at=at
    )
    sums = costs_of(session, [id_of(session, people, asset)], today)
    assert sums.total == 10_000_000
    assert sums.by_bearer == {Bearer.DEBTOR: 8_000_000, Bearer.CREDITOR: 2_000_000}
    assert sums.borne_by(Bearer.STATE) == 0
    assert costs_of(session, [id_of(session, people, asset)], date(2026, 8, 1)).total == 0


def test_the_floor_counts_coercion_costs_under_the_old_law_and_all_costs_under_the_new(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    """L08 Art. 104(3), L25 Art. 83(3)."""
    session.execute(text("UPDATE enforcement_case SET decision_on = '2026-01-05'"))
    enter_cost(session, people.officer, asset, new_cost(5, spent_on=date(2026, 3, 2)), at=at)
    wider = new_cost(7, kind=CostKind.VERIFICATION, spent_on=date(2026, 3, 2))
    enter_cost(session, people.officer, asset, wider, at=at)
    of_state = new_cost(11, bearer=Bearer.STATE, spent_on=date(2026, 3, 2))
    enter_cost(session, people.officer, asset, of_state, at=at)
    ids = [id_of(session, people, asset)]
    assert costs_for_floor(session, ids, date(2026, 6, 30)) == 5
    assert costs_for_floor(session, ids, date(2026, 7, 1)) == 12
    assert costs_for_floor(session, ids, today) == 12


def test_a_cost_of_the_case_is_shared_by_its_assets_to_the_dong(
    session: Session, people: People, at: datetime, today: date
) -> None:
    case = make_case(session, people.officer, at=at)
    refs = [make_asset(session, people.keeper, case, at=at).reference for _n in range(3)]
    enter_cost(session, people.officer, refs[0], new_cost(100, whole_case=True), at=at)
    ids = [id_of(session, people, ref) for ref in refs]
    parts = [costs_of(session, [one], today).total for one in ids]
    assert sorted(parts) == [33, 33, 34]
    assert costs_of(session, ids, today).total == 100


def test_the_same_cost_is_entered_once_until_it_is_taken_back(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    first = enter_cost(session, people.officer, asset, new_cost(), at=at)
    with pytest.raises(CostEnteredTwice, match=f"Entry {first.id} is this cost"):
        enter_cost(session, people.accountant, asset, new_cost(document="pc-12"), at=at)
    for other in ({"document": "PC-13"}, {"kind": CostKind.STORAGE}, {"whole_case": True}):
        enter_cost(session, people.officer, asset, new_cost(**other), at=at)
    with pytest.raises(CostEnteredTwice):
        enter_cost(session, people.officer, asset, new_cost(whole_case=True), at=at)
    back = NewReversal(cost_id=first.id, reversed_on=today, why="Nhập nhầm chứng từ")
    reverse_cost(session, people.officer, asset, back, at=at)
    enter_cost(session, people.officer, asset, new_cost(), at=at)


def test_an_entry_is_taken_back_once_and_both_stay(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    cost = enter_cost(session, people.officer, asset, new_cost(), at=at)
    back = NewReversal(cost_id=cost.id, reversed_on=today, why="Nhập nhầm chứng từ")
    reverse_cost(session, people.officer, asset, back, at=at)
    with pytest.raises(CostReversed):
        reverse_cost(session, people.officer, asset, back, at=at)
    shown = asset_costs(session, people.officer, asset, today)
    assert shown.sums.total == 0
    assert [item.amount for item in shown.items] == [-8_000_000, 8_000_000]
    assert shown.items[1].reversed_by == shown.items[0].id
    again = NewReversal(cost_id=shown.items[0].id, reversed_on=today, why="Hai lần")
    with pytest.raises(CostReversed):
        reverse_cost(session, people.officer, asset, again, at=at)


def test_an_advance_is_repaid_in_parts_and_never_beyond_it(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    cost = enter_cost(session, people.officer, asset, new_cost(advanced_by=Bearer.CREDITOR), at=at)

    def repay(amount: int) -> None:
        new = NewRepayment(
            cost_id=cost.id, amount=Decimal(amount), repaid_on=today, document="PC-40"
        )
        repay_advance(session, people.accountant, asset, new, at=at)

    repay(5_000_000)
    with pytest.raises(RepaidTooMuch):
        repay(3_000_001)
    repay(3_000_000)
    (item,) = asset_costs(session, people.officer, asset, today).items
    assert (item.repaid, item.open_advance) == (8_000_000, 0)
    back = NewReversal(cost_id=cost.id, reversed_on=today, why="Nhập nhầm")
    with pytest.raises(CostReversed):
        reverse_cost(session, people.officer, asset, back, at=at)


def test_what_nobody_advanced_is_not_repaid(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    cost = enter_cost(session, people.officer, asset, new_cost(), at=at)
    new = NewRepayment(cost_id=cost.id, amount=Decimal(1), repaid_on=today, document="PC-40")
    with pytest.raises(NotAdvanced):
        repay_advance(session, people.officer, asset, new, at=at)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"amount": Decimal(0)}, CostIncomplete),
        ({"amount": Decimal(-5)}, Invalid),
        ({"amount": Decimal("1.5")}, Invalid),
        ({"spent_on": date(2027, 1, 1)}, Invalid),
        ({"spent_on": date(1, 1, 1)}, Invalid),
        ({"spent_on": date(2026, 7, 5)}, CostIncomplete),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(
    session: Session,
    people: People,
    asset: str,
    at: datetime,
    said: dict[str, Any],
    refusal: type[Exception],
) -> None:
    facts = {"kind": CostKind.VALUATION, "spent_on": SPENT_ON, "document": "1"}
    new = NewCost(**{"amount": Decimal(1), **facts, **said})
    with pytest.raises(refusal):
        enter_cost(session, people.officer, asset, new, at=at)


def test_storage_that_runs_counts_until_it_is_entered(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """D152/26 Art. 24(3)."""
    contract = NewContract(
        custody_form=CustodyForm.THIRD_PARTY,
        number="5/HĐ-BQ",
        custodian="Công ty Kho bãi Thử",
        from_on=date(2026, 9, 10),
        monthly_cost=Decimal(3_000_000),
        conditions="Trông giữ ngoài trời",
    )
    give_into_custody(session, people.officer, asset, contract, at=at)
    ids = [id_of(session, people, asset)]
    on = date(2026, 11, 10)
    assert costs_of(session, ids, on).storage_running == 6_000_000
    assert costs_for_floor(session, ids, on) == 6_000_000
    paid = new_cost(4_000_000, kind=CostKind.STORAGE, spent_on=date(2026, 10, 30))
    enter_cost(session, people.officer, asset, paid, at=at)
    assert costs_of(session, ids, on).storage_running == 2_000_000
    assert costs_for_floor(session, ids, on) == 6_000_000


def test_under_row_level_security_an_office_enters_and_another_sees_nothing(
    session: Session,
    people: People,
    asset: str,
    become: Callable[[Actor], Actor],
    at: datetime,
    today: date,
) -> None:
    officer = become(people.officer)
    cost_id = enter_cost(session, officer, asset, new_cost(whole_case=True), at=at).id
    assert asset_costs(session, officer, asset, today).sums.total == 8_000_000
    foreign = become(people.foreign_officer)
    with pytest.raises(NotFound):
        asset_costs(session, foreign, asset, today)
    with pytest.raises(NotFound):
        enter_cost(session, foreign, asset, new_cost(), at=at)
    assert session.scalar(text("SELECT count(*) FROM cost_item")) == 0
    with pytest.raises(Forbidden):
        reverse_cost(
            session,
            people.keeper,
            asset,
            NewReversal(cost_id=cost_id, reversed_on=today, why="x"),
            at=at,
        )


@pytest.mark.parametrize("act", ["UPDATE cost_item SET amount = 1", "DELETE FROM cost_item"])
def test_what_was_entered_cannot_be_changed(
    session: Session, people: People, asset: str, at: datetime, act: str
) -> None:
    enter_cost(session, people.officer, asset, new_cost(), at=at)
    with pytest.raises(ProgrammingError, match="denied"):
        session.execute(text(act))


def test_the_ledger_of_an_asset_takes_as_many_statements_for_one_entry_as_for_many(
    session: Session, people: People, asset: str, at: datetime, today: date, statements: list[str]
) -> None:
    def taken() -> int:
        session.expire_all()
        statements.clear()
        asset_costs(session, people.officer, asset, today)
        return len(statements)

    enter_cost(session, people.officer, asset, new_cost(), at=at)
    one = taken()
    for number in range(6):
        enter_cost(session, people.officer, asset, new_cost(document=f"PC-{number}"), at=at)
    assert taken() == one
