"""Edge cases 23, 32 and 47: crops, an asset in another province, a bailiff's office."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from auction.auctioneers.commands.choosing import choose_organisation
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.schemas import NewChoice
from auction.bidding.commands import schedule_round
from auction.lots.commands import form_lot
from auction.lots.queries import assets_of_lot
from auction.lots.schemas import NewLot
from auction.notices.commands.waits import (
    agree_wait,
    delegate_disposal,
    end_delegation,
    pause_delegation,
    resume_delegation,
    set_wait,
)
from auction.notices.queries import list_delegations
from auction.notices.rules import DelegationHolds, MayNotDelegate, NotBefore, WaitGround
from auction.notices.schemas import NewAgreement, NewSaleDelegation, NewWait, SaleDelegationAct
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.base.errors import NotFound
from inventory.organisation.rules import OfficeKind
from tests.edge_cases.table import Office, edge_case
from tests.make.announcing import make_auction_house, make_call, new_contract
from tests.make.auction import make_formed_lot, make_valued_asset, new_round

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
    reference = make_valued_asset(session, people, at=AT)
    new = NewSaleDelegation(office="T02", decision="3/QĐ-UT", delegated_on=TODAY)
    made = delegate_disposal(session, people.head, reference, new, at=AT)
    asset = session.scalars(select(Asset).where(Asset.reference == reference)).one()
    asset.office_id = people.foreign.id
    moved = update(Valuation).where(Valuation.asset_id == asset.id)
    session.execute(moved.values(office_id=people.foreign.id))
    session.flush()
    return reference, made.id


@edge_case(32, "L25 Art. 50; D152/26 Art. 27")
def the_delegating_office_pauses_and_ends_what_another_office_sells(office: Office) -> None:
    session, people = office
    reference, delegation = _delegated(office)
    new = NewLot(assets=[reference], description="Tài sản nhận ủy thác")
    lot = form_lot(session, people.foreign_officer, new, at=AT)
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
def both_offices_see_the_delegation_and_only_the_delegating_one_ends_it(office: Office) -> None:
    session, people = office
    _reference, delegation = _delegated(office)
    for actor in (people.head, people.foreign_officer):
        assert [one.id for one in list_delegations(session, actor)] == [delegation]
    act = SaleDelegationAct(on=TODAY, document="4/CV")
    taker = replace(people.foreign_officer, permissions=people.head.permissions)
    with pytest.raises(NotFound):
        pause_delegation(session, taker, delegation, act, at=AT)


@edge_case(47, "L25 Art. 31(4)")
def a_bailiffs_office_sells_and_may_not_delegate(office: Office) -> None:
    session, people = office
    people.office.kind = OfficeKind.BAILIFF
    session.flush()
    reference = make_valued_asset(session, people, at=AT)
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
