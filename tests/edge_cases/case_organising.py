"""Edge cases 23, 32 and 47: crops, an asset in another province, a bailiff's office."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from auction.auctioneers.commands.choosing import choose_organisation
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.schemas import NewChoice
from auction.bidding.commands import schedule_round
from auction.bidding.failures import failed_before
from auction.costs.commands import enter_cost, reverse_cost
from auction.costs.delegated import delegated_costs, repay_delegated
from auction.costs.rules import CostKind, CostReversed, RepaidTooMuch
from auction.costs.schemas import NewCost, NewRepayment, NewReversal
from auction.lots.commands import form_lot
from auction.lots.queries import assets_of_lot, rounds_of_lot
from auction.lots.relotting import relot
from auction.lots.rules import PriceTooLow
from auction.lots.schemas import NewLot, NewRelot
from auction.notices.commands.waits import (
    agree_wait,
    delegate_disposal,
    end_delegation,
    pause_delegation,
    resume_delegation,
    set_wait,
    take_up_delegation,
)
from auction.notices.queries import list_delegations
from auction.notices.rules import (
    DelegationHolds,
    MayNotDelegate,
    NotBefore,
    NotFree,
    WaitGround,
)
from auction.notices.schemas import NewAgreement, NewSaleDelegation, NewWait, SaleDelegationAct
from auction.outcomes.commands.reduce_price import reduce_price
from inventory.base.actor import SYSTEM
from inventory.base.errors import NotFound
from inventory.organisation.powers import PowerNotGiven, ban_on
from inventory.seizures.commands import register_seized_asset, seize_again
from inventory.seizures.drawing import draw_minutes
from inventory.seizures.rules import SeizureWay
from inventory.seizures.schemas import NewMinutes, NewSeizure
from tests.edge_cases.table import Office, edge_case
from tests.make.announcing import make_auction_house, make_call, new_contract
from tests.make.auction import (
    fail_round,
    make_formed_lot,
    make_valued_asset,
    new_reduction,
    new_round,
    under_contract,
)
from tests.make.inventory import make_case, make_place, new_seized_asset
from tests.make.moving import become, make_moved
from tests.make.organisation import make_bailiffs

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BILLION = Decimal(1_000_000_000)
HARVEST = date(2027, 2, 1)


@edge_case(23, "L25 Art. 81(3)")
def a_crop_is_not_sold_before_the_harvest_unless_the_parties_agree(office: Office) -> None:
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    (crop,) = assets_of_lot(session, lot.id)
    new = NewWait(ground=WaitGround.CROP, not_before_on=HARVEST, document="7/BB")
    wait = set_wait(session, people.officer, crop.reference, new, at=AT)
    early = new_round(BILLION, AT + timedelta(days=30))
    with pytest.raises(NotBefore) as refused:
        schedule_round(session, people.officer, lot.reference, early, at=AT)
    assert refused.value.article == "L25 Art. 81(3)"
    assert (refused.value.params["day"], refused.value.params["rule"]) == (
        HARVEST,
        "sale_not_before",
    )
    agreed = NewAgreement(agreed_on=TODAY, agreement="8/BB-TT")
    agree_wait(session, people.officer, crop.reference, wait.id, agreed, at=AT)
    schedule_round(session, people.officer, lot.reference, early, at=AT)


@edge_case(23, "L25 Art. 81(3)")
def after_the_end_of_a_production_cycle_the_sale_goes_on(office: Office) -> None:
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    (works,) = assets_of_lot(session, lot.id)
    new = NewWait(ground=WaitGround.PRODUCTION_CYCLE, not_before_on=HARVEST, document="7/BB")
    set_wait(session, people.officer, works.reference, new, at=AT)
    later = new_round(BILLION, datetime(2027, 2, 1, 2, tzinfo=UTC))
    made = schedule_round(session, people.officer, lot.reference, later, at=AT)
    assert made.held_on == HARVEST


def _delegated(office: Office) -> tuple[str, int]:
    """An asset whose sale the other office took over with the thing itself."""
    session, people = office
    store = make_place(session, people.keeper, at=AT)
    reference = make_valued_asset(session, people, at=AT, place=store)
    new = NewSaleDelegation(office="T02", decision="3/QĐ-UT", delegated_on=TODAY)
    made = delegate_disposal(session, people.head, reference, new, at=AT)
    make_moved(session, people, store, reference, at=AT)
    return reference, made.id


@edge_case(32, "L25 Art. 50; D152/26 Art. 27")
def failures_and_price_of_a_delegated_asset_go_with_it(office: Office) -> None:
    session, people = office
    store = make_place(session, people.keeper, at=AT)
    lot = make_formed_lot(session, people, at=AT, place=store)
    (asset,) = assets_of_lot(session, lot.id)
    fail_round(session, people, lot, BILLION, at=AT)
    cut = new_reduction(BILLION * 9 / 10, TODAY)
    reduce_price(session, people.officer, lot.reference, 1, cut, at=AT)
    withdrawn = NewRelot(lots=[lot.reference], parts=[], reason="Ủy thác xử lý tài sản")
    relot(session, people.officer, withdrawn, at=AT)
    delegation = NewSaleDelegation(office="T02", decision="3/QĐ-UT", delegated_on=TODAY)
    delegate_disposal(session, people.head, asset.reference, delegation, at=AT)
    make_moved(session, people, store, asset.reference, at=AT)
    there = become(session, people.foreign_officer)
    new = NewLot(assets=[asset.reference], description="Tài sản nhận ủy thác")
    again = form_lot(session, there, new, at=AT)
    under_contract(session, again)
    soon = AT - timedelta(hours=1)
    with pytest.raises(PriceTooLow):
        schedule_round(session, there, again.reference, new_round(BILLION * 8 / 10, soon), at=AT)
    fail_round(session, people, again, BILLION * 9 / 10, at=AT, by=there)
    assert failed_before(session, again.id) == 2
    become(session, people.officer)
    assert [one.number for one in rounds_of_lot(session, lot.id)] == [1]
    become(session, SYSTEM)


@edge_case(32, "L25 Art. 50; D152/26 Art. 27")
def the_delegating_office_pauses_and_ends_what_another_office_sells(office: Office) -> None:
    session, people = office
    reference, delegation = _delegated(office)
    new = NewLot(assets=[reference], description="Tài sản nhận ủy thác")
    lot = form_lot(session, people.foreign_officer, new, at=AT)
    under_contract(session, lot)
    offer = new_round(BILLION, AT + timedelta(days=30))
    act = SaleDelegationAct(on=TODAY, document="4/CV")
    pause_delegation(session, people.head, delegation, act, at=AT)
    with pytest.raises(DelegationHolds) as refused:
        schedule_round(session, people.foreign_officer, lot.reference, offer, at=AT)
    assert refused.value.article == "L25 Art. 50; D152/26 Art. 27"
    resume_delegation(session, people.head, delegation, act, at=AT)
    schedule_round(session, people.foreign_officer, lot.reference, offer, at=AT)
    end_delegation(session, people.head, delegation, act, at=AT)
    with pytest.raises(NotFound):
        end_delegation(session, people.head, delegation, act, at=AT)


@edge_case(32, "L25 Art. 50; D152/26 Art. 27")
def what_lies_in_no_warehouse_is_taken_over_and_comes_back_when_the_delegation_ends(
    office: Office,
) -> None:
    session, people = office
    reference = make_valued_asset(session, people, at=AT)
    new = NewSaleDelegation(office="T02", decision="3/QĐ-UT", delegated_on=TODAY)
    made = delegate_disposal(session, people.head, reference, new, at=AT)
    act = SaleDelegationAct(on=TODAY, document="5/CV")
    permitted = {"permissions": people.head.permissions | people.officer.permissions}
    there = replace(people.foreign_officer, **permitted)
    with pytest.raises(NotFound):
        take_up_delegation(session, become(session, people.head), made.id, act, at=AT)
    take_up_delegation(session, become(session, there), made.id, act, at=AT)
    with pytest.raises(NotFree):
        take_up_delegation(session, there, made.id, act, at=AT)
    offer = NewLot(assets=[reference], description="Tài sản nhận ủy thác")
    lot = form_lot(session, there, offer, at=AT)
    under_contract(session, lot)
    fail_round(session, people, lot, BILLION, at=AT, by=there)
    relot(session, there, NewRelot(lots=[lot.reference], parts=[], reason="Trả lại"), at=AT)
    end_delegation(session, become(session, people.head), made.id, act, at=AT)
    offer = NewLot(assets=[reference], description="Tài sản nhận lại")
    again = form_lot(session, become(session, people.officer), offer, at=AT)
    assert failed_before(session, again.id) == 1
    become(session, SYSTEM)


@edge_case(32, "L25 Art. 50; D152/26 Art. 27")
def a_thing_in_a_warehouse_comes_by_a_transfer_only(office: Office) -> None:
    session, people = office
    store = make_place(session, people.keeper, at=AT)
    reference = make_valued_asset(session, people, at=AT, place=store)
    new = NewSaleDelegation(office="T02", decision="3/QĐ-UT", delegated_on=TODAY)
    made = delegate_disposal(session, people.head, reference, new, at=AT)
    there = replace(people.foreign_officer, permissions=people.head.permissions)
    act = SaleDelegationAct(on=TODAY, document="5/CV")
    with pytest.raises(NotFree):
        take_up_delegation(session, become(session, there), made.id, act, at=AT)
    pause_delegation(session, become(session, people.head), made.id, act, at=AT)
    with pytest.raises(DelegationHolds):
        take_up_delegation(session, become(session, there), made.id, act, at=AT)
    become(session, SYSTEM)


@edge_case(32, "L25 Art. 50; D152/26 Art. 27")
def both_offices_see_the_delegation_and_only_the_delegating_one_ends_it(office: Office) -> None:
    session, people = office
    _reference, delegation = _delegated(office)
    for actor in (people.head, people.foreign_officer):
        assert [one.id for one in list_delegations(session, actor)] == [delegation]
    act = SaleDelegationAct(on=TODAY, document="4/CV")
    taker = replace(people.foreign_officer, permissions=people.head.permissions)
    with pytest.raises(NotFound):
        pause_delegation(session, taker, delegation, act, at=AT)


@edge_case(32, "L25 Art. 50; D152/26 Art. 27")
def what_the_selling_office_spent_the_delegating_one_repays(office: Office) -> None:
    session, people = office
    reference, delegation = _delegated(office)
    seller = replace(people.foreign_officer, permissions=people.officer.permissions)
    spent = NewCost(
        kind=CostKind.ANNOUNCEMENT, amount=Decimal(6_000_000), spent_on=TODAY, document="HD-1"
    )
    cost = enter_cost(session, seller, reference, spent, at=AT)
    for actor in (people.officer, seller):
        seen = delegated_costs(session, actor, delegation)
        assert (seen.total, seen.left) == (Decimal(6_000_000), Decimal(6_000_000))
        assert (seen.from_office, seen.to_office) == (people.office.name, people.foreign.name)
    back = {"cost_id": cost.id, "repaid_on": TODAY, "document": "UNC-1"}
    part = NewRepayment(amount=Decimal(4_000_000), **back)
    with pytest.raises(NotFound):
        repay_delegated(session, seller, delegation, part, at=AT)
    repay_delegated(session, people.officer, delegation, part, at=AT)
    with pytest.raises(RepaidTooMuch) as refused:
        repay_delegated(session, people.officer, delegation, part, at=AT)
    assert refused.value.params["left"] == Decimal(2_000_000)
    seen = delegated_costs(session, seller, delegation)
    assert (seen.repaid, seen.left) == (Decimal(4_000_000), Decimal(2_000_000))
    again = NewReversal(cost_id=cost.id, reversed_on=TODAY, why="Nhầm")
    with pytest.raises(CostReversed):
        reverse_cost(session, seller, reference, again, at=AT)


@edge_case(47, "L25 Art. 31(4)")
def a_bailiffs_office_uses_no_force_and_records_what_others_seized(office: Office) -> None:
    session, people = office
    case = make_case(session, people.officer, at=AT)
    make_bailiffs(session, people)
    said = {"description": "Xe tải 5 tấn", "decision_on": TODAY}
    new = new_seized_asset(case, **said)
    with pytest.raises(PowerNotGiven) as refused:
        register_seized_asset(session, people.officer, new, at=AT)
    assert (refused.value.article, refused.value.params["rule"]) == (
        "L25 Art. 31(4)",
        "bailiff_may_not",
    )
    new = new_seized_asset(case, seized_by="THADS tỉnh Khác", **said)
    made = register_seized_asset(session, people.officer, new, at=AT)
    again = NewSeizure(
        case_number=case.decision_number, decision_number="9/QĐ-KB", decision_on=TODAY
    )
    with pytest.raises(PowerNotGiven):
        seize_again(session, people.officer, made.reference, again, at=AT)
    minutes = NewMinutes(
        case_number=case.decision_number, at=AT, place="Kho", custody="Giao cho kho bảo quản"
    )
    with pytest.raises(PowerNotGiven):
        draw_minutes(session, people.officer, made.reference, minutes, at=AT)
    spot = {"way": SeizureWay.ON_THE_SPOT, "supplements": "34/QĐ-KB", **said}
    with pytest.raises(PowerNotGiven):
        register_seized_asset(session, people.officer, new_seized_asset(case, **spot), at=AT)


@edge_case(47, "L25 Art. 31(4)")
def before_the_new_law_a_bailiffs_office_is_judged_by_no_such_rule(office: Office) -> None:
    session, people = office
    make_bailiffs(session, people)
    assert ban_on(session, people.office.id, date(2026, 6, 30)) is None
    assert ban_on(session, people.foreign.id, TODAY) is None


@edge_case(47, "L25 Art. 31(4)")
def a_bailiffs_office_sells_and_may_not_delegate(office: Office) -> None:
    session, people = office
    reference = make_valued_asset(session, people, at=AT)  # seized before, as it may not itself
    make_bailiffs(session, people)
    new = NewSaleDelegation(office="T02", decision="3/QĐ-UT", delegated_on=TODAY)
    with pytest.raises(MayNotDelegate) as refused:
        delegate_disposal(session, people.head, reference, new, at=AT)
    assert refused.value.article == "L25 Art. 31(4)"
    _contracted(office, reference)


def _contracted(office: Office, reference: str) -> None:
    session, people = office
    new = NewLot(assets=[reference], description="Tài sản thi hành án")
    lot = form_lot(session, people.officer, new, at=AT)
    make_auction_house(session, people, at=AT)
    days = {"published": date(2026, 11, 16), "until": date(2026, 11, 20)}
    call = make_call(session, people, lot, {"0101": 8}, **days, at=AT)
    choice = NewChoice(organisation="0101", chosen_on=TODAY)
    choose_organisation(session, people.officer, call.reference, choice, at=AT)
    contract = new_contract(TODAY, organisation="0101")
    sign_contract(session, people.officer, lot.reference, contract, at=AT)
    schedule_round(
        session, people.officer, lot.reference, new_round(BILLION, AT + timedelta(days=30)), at=AT
    )
