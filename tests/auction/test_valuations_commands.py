"""Recording the value of an asset: what it must say, for whom, and what is due after it."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.queries import deadlines_of
from auction.valuations.commands.record import record_valuation
from auction.valuations.queries import (
    get_asset,
    list_valuations,
    valuations_in_force,
)
from auction.valuations.rules import Anew, PricedAlready, ValuationIncomplete, ValuationMethod
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, NotFound
from tests.make.auction import make_valued_asset, new_valuation
from tests.make.departures import let_through
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    """A seized asset without a price."""
    return make_valued_asset(session, people, None, at=at)


def test_a_valuation_is_kept_with_its_notice_and_its_audit_row(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    new = new_valuation(received_on=date(2026, 9, 3))
    made = record_valuation(session, people.officer, asset, new, at=at)

    (shown,) = list_valuations(
        session, people.officer, get_asset(session, people.officer, asset), date(2026, 11, 23)
    )
    assert (shown.id, shown.amount, shown.firm) == (made.id, 10**9, "Công ty Thẩm định giá Thử")
    assert shown.in_force
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "asset", asset)}
    assert due.keys() == {"valuation_contract_due", "price_notice_due"}
    assert due["price_notice_due"].started_on == date(2026, 9, 3)
    assert due["valuation_contract_due"].met_on == date(2026, 9, 3)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.code, entry.subject_ref) == ("valuations.asset.valued", asset)
    assert entry.data["amount"] == "1000000000"


def test_before_the_law_of_2026_no_notice_of_the_price_was_due(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_valued_asset(session, people, None, at=at, decision_on=date(2026, 2, 2))
    new = new_valuation(valued_on=date(2026, 5, 4), valid_until=None)
    record_valuation(session, people.officer, asset, new, at=at)
    due = {one.rule_key for one in deadlines_of(session, people.officer, "asset", asset)}
    assert due == {
        "valuation_contract_due",
        "auction_contract_due",
        "parties_name_organisation",
    }


FAULTY = [
    ({"amount": 0}, {"amount"}),
    ({"amount": -5}, {"amount"}),
    ({"amount": "0.5"}, {"amount"}),
    ({"amount": "NaN"}, {"amount"}),
    ({"valued_on": date(2026, 11, 24), "valid_until": None}, {"valued_on"}),
    ({"valid_until": date(2026, 8, 31)}, {"valid_until"}),
    ({"received_on": date(2026, 8, 31)}, {"received_on"}),
    ({"received_on": date(2026, 11, 24)}, {"received_on"}),
    ({"firm": None, "certificate_number": None}, {"firm", "certificate_number"}),
    ({"method": ValuationMethod.RECORDED}, {"method"}),
    (
        {"amount": -1, "firm": None, "valid_until": date(2026, 1, 1)},
        {"amount", "firm", "valid_until"},
    ),
]


@pytest.mark.parametrize(("said", "fields"), FAULTY)
def test_every_faulty_field_of_a_valuation_is_named_at_once(
    session: Session, people: People, asset: str, at: datetime, said, fields
) -> None:
    amount = said.pop("amount", 10**9) if "amount" in said else 10**9
    with pytest.raises(ValuationIncomplete) as refused:
        record_valuation(session, people.officer, asset, new_valuation(amount, **said), at=at)
    assert set(refused.value.fields) == fields


def test_an_agreed_price_needs_neither_firm_nor_expiry(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    agreed = {"firm": None, "certificate_number": None, "valid_until": None}
    new = new_valuation(method=ValuationMethod.AGREED, **agreed)
    record_valuation(session, people.officer, asset, new, at=at)
    found = get_asset(session, people.officer, asset)
    assert valuations_in_force(session, people.officer, [found.id], date(2030, 1, 1))
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "asset", asset)}
    assert due["auction_contract_due"].started_on == date(2026, 9, 1), "it waits for no notice"
    assert due["price_notice_due"].met_on == date(2026, 9, 1)


def test_another_price_is_recorded_only_with_a_ground_and_its_paper_while_one_is_in_force(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    record_valuation(session, people.officer, asset, new_valuation(), at=at)
    for said in ({}, {"anew": Anew.COURT}, {"anew_document": "BB"}):
        with pytest.raises(PricedAlready) as refused:
            record_valuation(session, people.officer, asset, new_valuation(500, **said), at=at)
        assert refused.value.article == "L25 Art. 82(2)"
    ground = {"anew": Anew.COURT, "anew_document": "12/QĐ-TA"}
    let_through(session, people, "revaluation_grounds", asset, at=at, kind="asset")
    made = record_valuation(session, people.officer, asset, new_valuation(500, **ground), at=at)
    assert (made.anew, made.anew_document) == ("court", "12/QĐ-TA")


def test_after_a_price_has_run_out_another_is_recorded_plainly(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_valued_asset(session, people, None, at=at, decision_on=date(2026, 2, 2))
    until = {"valued_on": date(2026, 3, 1), "valid_until": date(2026, 9, 1)}
    record_valuation(session, people.officer, asset, new_valuation(**until), at=at)
    other = {"certificate_number": "13/CT-2026", "valid_until": date(2027, 3, 2)}
    later = new_valuation(500, valued_on=date(2026, 9, 2), **other)
    assert record_valuation(session, people.officer, asset, later, at=at).anew is None
    early = new_valuation(400, valued_on=date(2026, 4, 1), valid_until=None)
    with pytest.raises(PricedAlready) as refused:
        record_valuation(session, people.officer, asset, early, at=at)
    assert refused.value.article == "L08 Art. 99(1)"


def test_the_newest_valuation_in_force_counts(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_valued_asset(session, people, None, at=at, decision_on=date(2026, 2, 2))
    found = get_asset(session, people.officer, asset)
    for price, valued, until in (
        (100, date(2026, 3, 1), date(2026, 12, 31)),
        (300, date(2026, 9, 1), date(2026, 10, 1)),
        (200, date(2026, 5, 1), date(2026, 12, 31)),
    ):
        new = new_valuation(
            price,
            certificate_number=f"{price}/CT",
            valued_on=valued,
            valid_until=until,
            anew=Anew.COURT,
            anew_document="BB",
        )
        let_through(session, people, "revaluation_grounds", asset, at=at, kind="asset")
        record_valuation(session, people.officer, asset, new, at=at)

    on = {
        day: valuations_in_force(session, people.officer, [found.id], day)
        for day in (date(2026, 2, 1), date(2026, 4, 1), date(2026, 9, 2), date(2026, 11, 1))
    }
    amounts = [[row.amount for row in rows.values()] for rows in on.values()]
    assert amounts == [[], [100], [300], [200]]
    assert valuations_in_force(session, people.officer, [], date(2026, 9, 2)) == {}


def test_who_may_not_value_is_refused_and_a_foreign_asset_is_unknown(
    session: Session, people: People, asset: str, at: datetime, become: Become
) -> None:
    with pytest.raises(Forbidden):
        record_valuation(session, people.keeper, asset, new_valuation(), at=at)
    become(people.foreign_officer)
    with pytest.raises(NotFound) as foreign:
        record_valuation(session, people.foreign_officer, asset, new_valuation(), at=at)
    with pytest.raises(NotFound) as unknown:
        record_valuation(session, people.foreign_officer, "TS-9999999-0", new_valuation(), at=at)
    assert foreign.value.message_id == unknown.value.message_id
    become(SYSTEM)
