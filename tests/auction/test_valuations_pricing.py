"""The ways to a price: agreement, council, officer, posted gold; and what stops them."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.holds.commands import open_hold
from auction.holds.rules import HoldKind, HoldSubject, OnHold
from auction.holds.schemas import NewHold
from auction.life.rules import State
from auction.valuations.commands.agreement import agree_price
from auction.valuations.commands.contract import conclude_contract, record_certificate
from auction.valuations.commands.council import decide_council, set_up_council
from auction.valuations.commands.facts import state_facts
from auction.valuations.commands.office_price import set_officer_price, set_posted_price
from auction.valuations.commands.revaluation import request_revaluation
from auction.valuations.councils import CouncilDecision, Member, NewCouncil, Vote
from auction.valuations.models import Revaluation
from auction.valuations.queries import valuation_in_force_for_contract
from auction.valuations.rules import (
    AgreementTooLate,
    CouncilTooSmall,
    CouncilUndecided,
    FinanceBodyNotHeard,
    GoodsUnfit,
    OfficerPriceTooHigh,
    ValuationIncomplete,
    ValuationMissing,
    WayNotLawful,
)
from auction.valuations.schemas import AgreedPrice, NewFacts, OfficerPrice, PostedPrice
from auction.valuations.ways import Gold, Goods
from inventory.assets.rules import AssetKind
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.papers.models import Paper
from inventory.titles.commands import set_region
from inventory.titles.rules import Region
from inventory.titles.schemas import NewRegion
from tests.auction.priced import OLD, due, id_of, papers, state
from tests.make.organisation import People
from tests.make.valuations import (
    make_contracted,
    make_firm,
    make_seized,
    new_certificate,
    new_contract,
    new_request,
)


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    return make_seized(session, people, at=at)


AGREED = AgreedPrice(
    amount=Decimal(900_000_000), agreed_on=date(2026, 8, 5), parties="Trần Văn Nợ\nNgân hàng Thử"
)


def test_agreed_price_is_a_price_with_minutes_and_needs_no_notice(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    made = agree_price(session, people.officer, asset, AGREED, at=at)
    assert (made.method, made.amount, made.valid_until) == ("agreed", 900_000_000, None)
    assert state(session, people, asset) is State.PRICED
    assert papers(session, asset) == ["price_agreement"]
    limits = due(session, people, asset)
    assert limits["price_notice_due"][1] == AGREED.agreed_on
    assert limits["valuation_contract_due"] == (date(2026, 8, 10), AGREED.agreed_on)
    assert limits["auction_contract_due"] == (date(2026, 8, 12), None)


def test_minutes_say_the_hour_at_which_they_were_begun(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    other = msgspec.structs.replace(AGREED, begun_at=datetime(2026, 8, 6, 9))
    with pytest.raises(Invalid) as refused:
        agree_price(session, people.officer, asset, other, at=at)
    assert refused.value.fields.keys() == {"begun_at"}
    new = msgspec.structs.replace(AGREED, begun_at=datetime(2026, 8, 5, 9, 30))
    agree_price(session, people.officer, asset, new, at=at)
    data = session.scalars(select(Paper.data).where(Paper.subject_ref == asset)).one()
    assert data["at"] == "2026-08-05T09:30:00+07:00"


def test_after_the_contract_is_signed_the_parties_no_longer_agree(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_contracted(session, people, asset, at=at)
    with pytest.raises(AgreementTooLate) as refused:
        agree_price(session, people.officer, asset, AGREED, at=at)
    assert refused.value.article == "D152/26 Art. 60(1)"
    assert refused.value.params["rule"] == "price_agreement_until"


def test_by_the_law_of_2008_they_agree_at_the_seizure(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, seized=OLD)
    late = AgreedPrice(amount=Decimal(9), agreed_on=date(2026, 5, 6), parties="Hai bên")
    with pytest.raises(AgreementTooLate) as refused:
        agree_price(session, people.officer, asset, late, at=at)
    assert refused.value.article == "L08 Art. 98(1)"
    at_seizure = AgreedPrice(amount=Decimal(9), agreed_on=OLD, parties="Hai bên")
    assert agree_price(session, people.officer, asset, at_seizure, at=at).valued_on == OLD


MEMBERS = [
    Member(name="Trần Chủ", post="Chấp hành viên", chairs=True),
    Member(name="Lê Tài", post="Phòng Tài chính"),
    Member(name="Ngô Kỹ", post="Chuyên môn"),
]


NO_FIRM = NewFacts(no_firm_reason="Ba tổ chức thẩm định giá đều từ chối bằng văn bản")


def council(members: list[Member] = MEMBERS) -> NewCouncil:
    return NewCouncil(
        decision_number="9/QĐ-THADS", set_up_on=date(2026, 8, 10), members=list(members)
    )


def decision(*prices: int) -> CouncilDecision:
    votes = [
        Vote(position=n, price=Decimal(price), opinion="Theo giá thị trường")
        for n, price in enumerate(prices, 1)
    ]
    return CouncilDecision(decided_on=date(2026, 8, 14), market="Giá bán cùng loại", votes=votes)


def test_a_council_sits_where_no_firm_can_be_contracted(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    with pytest.raises(WayNotLawful) as refused:
        set_up_council(session, people.head, asset, council(), at=at)
    assert refused.value.article == "L25 Art. 82(1)a"
    state_facts(session, people.officer, asset, NO_FIRM, at=at)
    with pytest.raises(Forbidden):
        set_up_council(session, people.officer, asset, council(), at=at)
    with pytest.raises(CouncilTooSmall) as small:
        set_up_council(session, people.head, asset, council(MEMBERS[:2]), at=at)
    assert small.value.article == "D152/26 Art. 60(3)"
    with pytest.raises(ValuationIncomplete):
        set_up_council(session, people.head, asset, council([*MEMBERS[1:], MEMBERS[1]]), at=at)
    set_up_council(session, people.head, asset, council(), at=at)
    assert state(session, people, asset) is State.PRICING

    with pytest.raises(CouncilUndecided):
        decide_council(session, people.officer, asset, decision(1, 2, 3), at=at)
    with pytest.raises(ValuationIncomplete):
        decide_council(session, people.officer, asset, decision(1, 1), at=at)
    made = decide_council(session, people.officer, asset, decision(5, 7, 7), at=at)
    assert (made.method, made.amount) == ("council", 7)
    assert papers(session, asset) == ["price_setting_minutes"]
    assert state(session, people, asset) is State.PRICED


def test_the_officer_prices_what_is_small_and_not_what_is_not(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    new = OfficerPrice(amount=Decimal(15_000_000), priced_on=date(2026, 8, 7), market="Giá chợ")
    with pytest.raises(WayNotLawful) as refused:
        set_officer_price(session, people.officer, asset, new, at=at)
    assert refused.value.params["rule"] == "pricing_ways"
    facts = NewFacts(worth=Decimal(18_500_000), wage_region="region_4")
    state_facts(session, people.officer, asset, facts, at=at)
    dear = msgspec.structs.replace(new, amount=Decimal(18_500_001))
    with pytest.raises(OfficerPriceTooHigh) as above:
        set_officer_price(session, people.officer, asset, dear, at=at)
    assert above.value.article == "D152/26 Art. 60(5)"
    made = set_officer_price(session, people.officer, asset, new, at=at)
    assert made.method == "officer"
    assert due(session, people, asset)["non_auction_sale"][0] == date(2026, 8, 14)


def test_by_the_law_of_2008_the_finance_body_is_heard_first(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, seized=OLD)
    new = OfficerPrice(amount=Decimal(10**9), priced_on=date(2026, 5, 25), market="Giá sàn")
    state_facts(session, people.officer, asset, NO_FIRM, at=at)
    with pytest.raises(FinanceBodyNotHeard) as refused:
        set_officer_price(session, people.officer, asset, new, at=at)
    assert refused.value.article == "D62 Art. 26(1)"
    asked = NewFacts(no_firm_reason=NO_FIRM.no_firm_reason, finance_asked_on=date(2026, 5, 11))
    state_facts(session, people.officer, asset, asked, at=at)
    with pytest.raises(FinanceBodyNotHeard):
        set_officer_price(session, people.officer, asset, new, at=at)
    answered = NewFacts(no_firm_reason=NO_FIRM.no_firm_reason, finance_answer="CV 12/STC")
    state_facts(session, people.officer, asset, answered, at=at)
    assert set_officer_price(session, people.officer, asset, new, at=at).method == "officer"


def test_gold_bars_are_priced_as_posted_and_sold_in_ten_days(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, kind=AssetKind.GOLD)
    new = PostedPrice(
        amount=Decimal(140_000_000), priced_on=date(2026, 8, 5), price_source="SJC, 5/8/2026"
    )
    with pytest.raises(WayNotLawful):
        set_posted_price(session, people.officer, asset, new, at=at)
    state_facts(session, people.officer, asset, NewFacts(gold=Gold.BAR), at=at)
    made = set_posted_price(session, people.officer, asset, new, at=at)
    assert made.price_source == "SJC, 5/8/2026"
    assert due(session, people, asset)["gold_bar_sale_due"] == (date(2026, 8, 13), None)


def test_securities_are_not_forced_onto_the_auction_path(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, kind=AssetKind.SECURITIES)
    firm = make_firm(session, people, at=at)
    with pytest.raises(WayNotLawful) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm), at=at)
    assert refused.value.article == "L25 Art. 82(1)c; D152/26 Art. 57"
    with pytest.raises(WayNotLawful):
        agree_price(session, people.officer, asset, AGREED, at=at)


def test_without_any_price_there_is_no_contract_and_a_foreign_asset_is_unknown(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    with pytest.raises(ValuationMissing):
        valuation_in_force_for_contract(session, [id_of(session, people, asset)], date(2026, 9, 1))
    for act, new in (
        (agree_price, AGREED),
        (state_facts, NO_FIRM),
        (record_certificate, new_certificate()),
        (request_revaluation, new_request()),
    ):
        with pytest.raises(NotFound):
            act(session, people.foreign_officer, asset, new, at=at)
        with pytest.raises(Forbidden):
            act(session, people.keeper, asset, new, at=at)
    assert session.scalar(select(Revaluation.id)) is None


def test_fresh_goods_are_priced_by_the_officer(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, kind=AssetKind.MOVABLE)
    state_facts(session, people.officer, asset, NewFacts(goods=Goods.FRESH), at=at)
    firm = make_firm(session, people, at=at)
    with pytest.raises(WayNotLawful) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm), at=at)
    assert "D152/26 Art. 60(4)" in (refused.value.article or "")


@pytest.mark.parametrize("kind", [AssetKind.VEHICLE, AssetKind.HOUSE, AssetKind.LAND_USE_RIGHT])
def test_a_car_is_no_fresh_food_and_nothing_becomes_it_after_its_price(
    session: Session, people: People, at: datetime, kind: AssetKind
) -> None:
    """L25 Art. 82(1)b, 83(2)b: so it would be sold without auction."""
    fresh = NewFacts(goods=Goods.FRESH)
    car = make_seized(session, people, at=at, kind=kind)
    with pytest.raises(GoodsUnfit) as refused:
        state_facts(session, people.officer, car, fresh, at=at)
    assert refused.value.article == "L25 Art. 82(1)b; D152/26 Art. 60(4), 60(5)"
    fish = make_seized(session, people, at=at, kind=AssetKind.MOVABLE)
    agree_price(session, people.officer, fish, AGREED, at=at)
    with pytest.raises(GoodsUnfit):
        state_facts(session, people.officer, fish, fresh, at=at)


def test_while_a_hold_stops_it_an_asset_is_not_priced(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    hold = NewHold(
        kind=HoldKind.CREDITOR_AGREES,
        subject_kind=HoldSubject.ASSET,
        subject_ref=asset,
        ground="Người được thi hành án đồng ý hoãn",
        ground_on=date(2026, 8, 4),
        document="Đơn ngày 4/8/2026",
        started_on=date(2026, 8, 4),
        until=date(2026, 12, 31),
    )
    open_hold(session, people.officer, hold, at=at)
    with pytest.raises(OnHold):
        agree_price(session, people.officer, asset, AGREED, at=at)


def test_the_region_kept_of_the_asset_counts_where_none_was_stated_for_the_price(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    new = OfficerPrice(amount=Decimal(15_000_000), priced_on=date(2026, 8, 7), market="Giá chợ")
    state_facts(session, people.officer, asset, NewFacts(worth=Decimal(18_500_000)), at=at)
    with pytest.raises(WayNotLawful):
        set_officer_price(session, people.officer, asset, new, at=at)
    region = NewRegion(region=Region.IV, from_on=date(2026, 8, 1))
    set_region(session, people.officer, asset, region, at=at)
    assert set_officer_price(session, people.officer, asset, new, at=at).method == "officer"
