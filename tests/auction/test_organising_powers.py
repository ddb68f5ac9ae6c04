"""What a bailiff's office may not do, on the pages; costs of a delegated sale for both offices."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from auction.costs.commands import enter_cost
from auction.costs.delegated import delegated_costs, repay_delegated
from auction.costs.models import CostItem
from auction.costs.rules import Bearer, CostKind
from auction.costs.schemas import NewCost, NewRepayment
from auction.notices.commands.waits import delegate_disposal
from auction.notices.schemas import NewSaleDelegation
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.schemas import NewDecision, NewDelivery
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.organisation.powers import PowerNotGiven
from tests.auction.rest import Caller, Time
from tests.make.auction import make_valued_asset
from tests.make.inventory import make_case
from tests.make.money import make_paid
from tests.make.organisation import People, make_bailiffs

SIX = Decimal(6_000_000)
COST = NewCost(kind=CostKind.ANNOUNCEMENT, amount=SIX, spent_on=date(2026, 11, 23), document="HĐ-1")


def bailiff(session: Session, people: People) -> None:
    make_bailiffs(session, people)


@pytest.fixture
def delegation(session: Session, people: People, at: datetime) -> tuple[str, int, int]:
    """An asset another office sells, the delegation, and a cost of that office."""
    on = date(2026, 11, 23)
    reference = make_valued_asset(session, people, at=at)
    new = NewSaleDelegation(office="T02", decision="3/QĐ-UT", delegated_on=on)
    made = delegate_disposal(session, people.head, reference, new, at=at)
    moved = update(Asset).where(Asset.reference == reference)
    session.execute(moved.values(office_id=people.foreign.id))
    cost = enter_cost(session, selling(people), reference, COST, at=at)
    return reference, made.id, cost.id


def selling(people: People) -> Actor:
    return replace(people.foreign_officer, permissions=people.officer.permissions)


def test_a_bailiffs_office_hands_nothing_over_by_force(session: Session, people: People) -> None:
    sold = datetime(2026, 9, 14, 3, tzinfo=UTC)
    sale = make_paid(session, people, at=sold)
    bailiff(session, people)
    on = date(2026, 9, 14)
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=on), at=sold)
    forced = NewDelivery(delivered_on=on, coercion="Mở khóa, cưỡng chế giao nhà")
    with pytest.raises(PowerNotGiven) as refused:
        deliver(session, people.officer, sale.id, forced, at=sold)
    assert refused.value.article == "L25 Art. 31(4)"
    assert "coercion" in refused.value.fields
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=on), at=sold)


def test_its_pages_say_what_it_may_not_do_and_offer_none_of_it(
    session: Session, people: People, browse_as: Callable[[str], TestClient], time: Time
) -> None:
    case = make_case(session, people.officer, at=time.at)
    bailiff(session, people)
    browser = browse_as("officer")
    form = browser.get("/assets/new").text
    assert "khoản 4 Điều 31" in form
    assert "drawn_up.grounds" not in form
    said = {
        "case_number": case.decision_number,
        "decision_number": "34/QĐ-KB",
        "decision_on": "2026-11-23",
        "kind": "movable",
        "description": "Máy phay CNC",
        "quantity": "1",
    }
    refused = browser.post("/assets/new", data=said)
    assert refused.status_code == 422
    assert "khoản 4 Điều 31" in refused.text
    made = browser.post("/assets/new", data={**said, "seized_by": "THADS tỉnh Khác"})
    assert made.status_code == 303
    page = browser.get(made.headers["location"]).text
    assert "THADS tỉnh Khác" in page
    assert "khoản 4 Điều 31" in page
    assert "/seizures/minutes" not in page
    asset = made.headers["location"]
    head = browse_as("head")
    assert f"{asset}/delegated-sales/new" not in head.get(asset).text


def test_both_offices_see_the_costs_of_a_delegated_sale_and_the_owning_one_repays(
    session: Session,
    people: People,
    delegation: tuple[str, int, int],
    become: Callable[[Actor], Actor],
    at: datetime,
) -> None:
    _asset, number, cost = delegation
    back = NewRepayment(cost_id=cost, amount=SIX, repaid_on=date(2026, 11, 23), document="UNC-1")
    seller = become(selling(people))
    assert delegated_costs(session, seller, number).left == SIX
    with pytest.raises(NotFound):
        repay_delegated(session, seller, number, back, at=at)
    owner = become(people.officer)
    assert delegated_costs(session, owner, number).left == SIX
    assert session.query(CostItem).count() == 1
    repay_delegated(session, owner, number, back, at=at)
    seller = become(selling(people))
    seen = delegated_costs(session, seller, number)
    assert (seen.total, seen.repaid, seen.left) == (SIX, SIX, 0)


def test_a_cost_somebody_advanced_or_of_before_the_delegation_is_not_owed_by_the_other_office(
    session: Session, people: People, delegation: tuple[str, int, int], at: datetime
) -> None:
    reference, number, _cost = delegation
    seller = selling(people)
    for said in (
        {"advanced_by": Bearer.CREDITOR, "document": "HĐ-2"},
        {"spent_on": date(2026, 11, 20)},
    ):
        enter_cost(session, seller, reference, msgspec.structs.replace(COST, **said), at=at)
    assert len(delegated_costs(session, seller, number).items) == 1


def test_the_costs_of_a_delegated_sale_have_their_page_and_rest(
    delegation: tuple[str, int, int],
    browse_as: Callable[[str], TestClient],
    call_as: Callable[[str], Caller],
) -> None:
    reference, number, cost = delegation
    own = f"/delegated-sales/{number}/costs"
    officer = browse_as("officer")
    assert own in officer.get("/delegated-sales").text
    assert "6.000.000" in officer.get(own).text
    too_much = {"cost_id": str(cost), "repaid_on": "2026-11-23", "document": "UNC-1"}
    refused = officer.post(own, data={**too_much, "amount": "6.000.001"})
    assert refused.status_code == 422
    assert "6.000.000" in refused.text
    sent = officer.post(own, data={**too_much, "amount": "2.000.000"})
    assert (sent.status_code, sent.headers["location"]) == (303, own)
    caller = call_as("foreign_officer")
    shown = caller.get(own).json()
    assert (shown["asset"], shown["repaid"], shown["left"]) == (
        reference,
        "2000000.00",
        "4000000.00",
    )
    theirs = {"cost_id": cost, "amount": "1", "repaid_on": "2026-11-23", "document": "x"}
    assert caller.post(f"/delegated-sales/{number}/repayments", **theirs).status_code == 404
    assert call_as("inspector").get("/delegated-sales/999/costs").status_code == 404
