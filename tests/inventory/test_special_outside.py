"""Custody outside: contracts, the monthly check with minutes, what is overdue."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound, Unlawful
from inventory.cases.models import EnforcementCase
from inventory.outside.commands import check_custody, end_contract, give_into_custody
from inventory.outside.queries import count_overdue, list_contracts, list_running
from inventory.outside.rules import (
    CheckedThatDay,
    ContractEnded,
    ContractRuns,
    FoundState,
)
from inventory.outside.schemas import ContractEnd, NewContract, NewCustodyCheck
from inventory.papers.models import Paper
from inventory.warehouses.commands import add_place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_asset
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def officer(people: People, case: EnforcementCase, become: Become) -> Actor:
    return become(people.officer)


@pytest.fixture
def asset(session: Session, officer: Actor, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, officer, case, at=at)


def contract(**said: object) -> NewContract:
    facts = {
        "custody_form": CustodyForm.THIRD_PARTY,
        "number": "07/HĐ-BQ",
        "custodian": "Công ty Kho bãi Thử",
        "address": "Bãi số 2",
        "from_on": date(2026, 9, 15),
        "monthly_cost": Decimal(1500000),
        "conditions": "Trông giữ, không sử dụng, bồi thường khi mất",
    }
    return NewContract(**{**facts, **said})


def look(contract_id: int, day: date, **said: object) -> NewCustodyCheck:
    facts = {
        "contract_id": contract_id,
        "checked_on": day,
        "state": FoundState.AS_BEFORE,
        "finding": "Xe nguyên trạng",
        "checked_by": "Thủ kho, kế toán, đại diện công ty",
    }
    return NewCustodyCheck(**{**facts, **said})


def test_a_contract_is_checked_every_month_with_minutes(
    session: Session, people: People, officer: Actor, asset: Registered, at: datetime
) -> None:
    made = give_into_custody(session, officer, asset.reference, contract(), at=at)
    assert made.check_due_on == date(2026, 10, 15)
    assert made.article == "C01/17 Art. 12(2)"
    assert count_overdue(session, officer, date(2026, 10, 15)) == 0
    assert count_overdue(session, officer, date(2026, 10, 16)) == 1
    day = date(2026, 10, 20)
    check_custody(session, people.keeper, asset.reference, look(made.id, day), at=at)
    (shown,) = list_contracts(session, officer, asset.reference)
    assert shown.check_due_on == date(2026, 11, 20)
    paper = session.scalars(select(Paper).where(Paper.reference == shown.checks[0].paper)).one()
    assert paper.data["contract_number"] == "07/HĐ-BQ"
    with pytest.raises(CheckedThatDay):
        check_custody(session, people.keeper, asset.reference, look(made.id, day), at=at)
    assert session.scalars(select(Paper.serial)).all() == [1]


def test_an_older_check_recorded_late_does_not_bring_the_next_one_forward(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    made = give_into_custody(session, officer, asset.reference, contract(), at=at)
    for day in (date(2026, 11, 20), date(2026, 10, 1)):
        check_custody(session, officer, asset.reference, look(made.id, day), at=at)
    (shown,) = list_contracts(session, officer, asset.reference)
    assert shown.check_due_on == date(2026, 12, 21)  # the 20th is a Sunday
    assert [check.checked_on for check in shown.checks] == [date(2026, 11, 20), date(2026, 10, 1)]


def test_one_contract_runs_at_a_time_and_ends_once(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    made = give_into_custody(session, officer, asset.reference, contract(), at=at)
    with pytest.raises(ContractRuns):
        give_into_custody(session, officer, asset.reference, contract(number="08"), at=at)
    end = ContractEnd(contract_id=made.id, ended_on=date(2026, 11, 1), end_reason="Phí quá cao")
    early = ContractEnd(contract_id=made.id, ended_on=date(2026, 9, 1), end_reason="x")
    with pytest.raises(Invalid):
        end_contract(session, officer, asset.reference, early, at=at)
    end_contract(session, officer, asset.reference, end, at=at)
    with pytest.raises(ContractEnded):
        end_contract(session, officer, asset.reference, end, at=at)
    check = look(made.id, date(2026, 11, 2))
    with pytest.raises(ContractEnded):
        check_custody(session, officer, asset.reference, check, at=at)
    give_into_custody(session, officer, asset.reference, contract(number="08"), at=at)
    assert len(list_running(session, officer).items) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"custody_form": CustodyForm.OWN_STORE}, "custody_form"),
        ({"custody_form": CustodyForm.COMMUNE, "from_on": date(2026, 6, 30)}, "custody_form"),
        ({"until_on": date(2026, 9, 1)}, "until_on"),
        ({"monthly_cost": Decimal("0.5")}, "monthly_cost"),
        ({"from_on": date(2027, 1, 1)}, "from_on"),
    ],
)
def test_a_contract_is_lawful_on_its_day(
    session: Session,
    officer: Actor,
    asset: Registered,
    at: datetime,
    said: dict[str, object],
    field: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        give_into_custody(session, officer, asset.reference, contract(**said), at=at)
    assert list(refused.value.fields) == [field]


def test_the_commune_keeps_things_since_the_new_law(
    session: Session, people: People, officer: Actor, asset: Registered, at: datetime
) -> None:
    commune = contract(custody_form=CustodyForm.COMMUNE, from_on=date(2026, 7, 1))
    give_into_custody(session, officer, asset.reference, commune, at=at)
    place = NewPlace(
        code="UB", name="UBND xã", kind=PlaceKind.OUTSIDE, custody_form=CustodyForm.COMMUNE
    )
    add_place(session, people.keeper, place, at=at)
    before = datetime.fromisoformat("2026-06-20T02:00:00+00:00")
    place = NewPlace(
        code="UB2", name="UBND xã", kind=PlaceKind.OUTSIDE, custody_form=CustodyForm.COMMUNE
    )
    with pytest.raises(Unlawful) as refused:
        add_place(session, people.keeper, place, at=before)
    assert refused.value.article == "L08 Art. 58; C01/17 Art. 4(2)"


def test_who_may_not_signs_no_contract_and_another_office_sees_none(
    session: Session,
    people: People,
    officer: Actor,
    asset: Registered,
    become: Become,
    at: datetime,
) -> None:
    with pytest.raises(Forbidden):
        give_into_custody(session, people.keeper, asset.reference, contract(), at=at)
    made = give_into_custody(session, officer, asset.reference, contract(), at=at)
    check = look(made.id, date(2026, 10, 1))
    stranger = become(people.foreign_officer)
    assert list_contracts(session, stranger, asset.reference) == []
    assert list_running(session, stranger).items == []
    with pytest.raises(NotFound):
        check_custody(session, stranger, asset.reference, check, at=at)


def test_running_contracts_are_one_statement_in_pages(
    session: Session, officer: Actor, case: EnforcementCase, at: datetime, statements: list[str]
) -> None:
    for n in range(3):
        made = make_asset(session, officer, case, at=at)
        give_into_custody(session, officer, made.reference, contract(number=f"{n}"), at=at)
    statements.clear()
    found = list_running(session, officer, size=2)
    assert len(statements) == 1
    rest = list_running(session, officer, size=2, cursor=found.next_cursor)
    assert (len(found.items), len(rest.items)) == (2, 1)
