"""Keeping that costs more than the thing is worth, from contracts and values that were recorded."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.valuations.commands.record import record_valuation
from auction.valuations.rules import Anew
from inventory.backlog.queries import list_alarms
from inventory.backlog.rules import Alarm
from inventory.base.actor import Actor
from inventory.outside.commands import end_contract, give_into_custody
from inventory.outside.schemas import ContractEnd, NewContract
from inventory.warehouses.rules import CustodyForm
from tests.make.auction import make_valued_asset, new_valuation
from tests.make.departures import let_through
from tests.make.organisation import People

YEAR_AGO = date(2025, 11, 1)


def contract(**said: object) -> NewContract:
    facts = {
        "custody_form": CustodyForm.THIRD_PARTY,
        "number": "07/HĐ-BQ",
        "custodian": "Công ty Kho bãi Thử",
        "from_on": YEAR_AGO,
        "monthly_cost": Decimal(1_000_000),
        "conditions": "Trông giữ, không sử dụng",
    }
    return NewContract(**{**facts, **said})


def alarms(session: Session, actor: Actor, at: datetime) -> list[tuple[str, str]]:
    rows = list_alarms(session, actor, Alarm.STORAGE_COST, at=at).items
    return [(row.ref, row.figure) for row in rows]


def test_a_year_of_keeping_is_held_against_the_last_value(
    session: Session, people: People, at: datetime
) -> None:
    cheap = make_valued_asset(session, people, 12_000_000, at=at)
    dear = make_valued_asset(session, people, 12_000_001, at=at)
    for asset in (cheap, dear):
        give_into_custody(session, people.officer, asset, contract(number=asset), at=at)
    assert alarms(session, people.keeper, at) == [(cheap, "100")]
    higher = new_valuation(
        20_000_000,
        valued_on=date(2026, 11, 1),
        certificate_number="13/CT",
        anew=Anew.COURT,
        anew_document="BB-2",
    )
    let_through(session, people, "revaluation_grounds", cheap, at=at, kind="asset")
    record_valuation(session, people.officer, cheap, higher, at=at)
    assert alarms(session, people.keeper, at) == []


def test_earlier_contracts_count_and_an_ended_one_alarms_no_more(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_valued_asset(session, people, 6_000_000, at=at)
    first = give_into_custody(session, people.officer, asset, contract(), at=at)
    ended = ContractEnd(contract_id=first.id, ended_on=date(2026, 5, 1), end_reason="Đổi nơi giữ")
    end_contract(session, people.officer, asset, ended, at=at)
    assert alarms(session, people.keeper, at) == []
    later = contract(number="08/HĐ", from_on=date(2026, 5, 1), monthly_cost=Decimal(500_000))
    give_into_custody(session, people.officer, asset, later, at=at)
    assert alarms(session, people.keeper, at) == [(asset, "150")]


def test_what_was_never_valued_raises_no_alarm(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_valued_asset(session, people, None, at=at)
    give_into_custody(session, people.officer, asset, contract(), at=at)
    assert alarms(session, people.keeper, at) == []
