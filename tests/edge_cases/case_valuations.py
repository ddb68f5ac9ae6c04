"""Edge cases of prices: a certificate that lapses while the creditor waits, and what spoils."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from auction.deadlines.queries import deadlines_of
from auction.holds.commands import end_hold, open_hold
from auction.holds.rules import EndReason, HoldKind, HoldSubject
from auction.holds.schemas import HoldEnd, NewHold
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.valuations.commands.contract import conclude_contract
from auction.valuations.commands.facts import state_facts
from auction.valuations.commands.office_price import set_officer_price
from auction.valuations.commands.revaluation import reopen_price
from auction.valuations.queries import get_asset, valuation_in_force_for_contract
from auction.valuations.rules import CertificateExpired, Ground, Payer, WayNotLawful
from auction.valuations.schemas import NewFacts, OfficerPrice, RevaluationGround
from auction.valuations.ways import Goods
from inventory.assets.rules import AssetKind
from tests.edge_cases.table import Office, edge_case
from tests.make.valuations import make_certified, make_firm, make_seized, new_contract

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def lapsed(office: Office) -> tuple[str, int]:
    """An asset whose certificate ran out on 1 October before an auction was contracted."""
    session, people = office
    asset = make_seized(session, people, at=AT)
    make_certified(session, people, asset, at=AT, valid_until=date(2026, 10, 1))
    found = get_asset(session, people.officer, asset).id
    with pytest.raises(CertificateExpired):
        valuation_in_force_for_contract(session, [found], date(2026, 10, 5))
    return asset, found


FISH = {"kind": AssetKind.MOVABLE, "perishable_on": date(2026, 8, 28)}
"""What spoils soon."""


@edge_case(12, "L25 Art. 53(4)a")
def the_creditor_postponed_until_the_certificate_lapsed_and_pays_for_another(
    office: Office,
) -> None:
    session, people = office
    asset = make_seized(session, people, at=AT)
    make_certified(session, people, asset, at=AT, valid_until=date(2026, 10, 1))
    found = get_asset(session, people.officer, asset).id
    hold = NewHold(
        kind=HoldKind.CREDITOR_AGREES,
        subject_kind=HoldSubject.ASSET,
        subject_ref=asset,
        ground="Người được thi hành án đồng ý hoãn",
        ground_on=date(2026, 8, 20),
        document="Văn bản đồng ý hoãn ngày 20/8/2026",
        started_on=date(2026, 8, 20),
        until=date(2026, 10, 4),
    )
    held = open_hold(session, people.officer, hold, at=AT).id
    end = HoldEnd(ended_on=date(2026, 10, 4), reason=EndReason.GROUND_GONE, document="QĐ tiếp tục")
    end_hold(session, people.officer, held, end, at=AT)
    ground = RevaluationGround(
        ground=Ground.EXPIRED, on_day=date(2026, 10, 5), document="Chứng thư 12/CT hết hạn"
    )
    again = reopen_price(session, people.officer, asset, ground, at=AT)
    assert hold.document in again.document
    assert (again.payer, again.payer_article) == (Payer.CREDITOR, "L25 Art. 53(4)a")
    assert standing_of(session, [found])[found].state is State.PRICING


@edge_case(12, "L25 Art. 53(5)a")
def a_certificate_that_lapsed_without_the_creditor_is_paid_by_the_state(office: Office) -> None:
    session, people = office
    asset, _found = lapsed(office)
    ground = RevaluationGround(
        ground=Ground.EXPIRED, on_day=date(2026, 10, 5), document="Chứng thư 12/CT hết hạn"
    )
    again = reopen_price(session, people.officer, asset, ground, at=AT)
    assert (again.payer, again.payer_article) == (Payer.STATE, "L25 Art. 53(5)a")


@edge_case(22, "L25 Art. 82(1)b")
def what_spoils_is_priced_by_the_officer_and_sold_within_five_working_days(office: Office) -> None:
    session, people = office
    asset = make_seized(session, people, at=AT, **FISH)
    firm = make_firm(session, people, at=AT)
    with pytest.raises(WayNotLawful) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm), at=AT)
    assert refused.value.article == "L25 Art. 82(1)b; D152/26 Art. 60(4), 60(5)"
    price = OfficerPrice(
        amount=Decimal(80_000_000), priced_on=date(2026, 8, 5), market="Giá bán buôn tại chợ"
    )
    assert set_officer_price(session, people.officer, asset, price, at=AT).method == "officer"
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "asset", asset)}
    assert due["non_auction_sale"].due_on == date(2026, 8, 12)
    assert due["non_auction_sale"].article == "L25 Art. 83(2)b; D152/26 Art. 64"


@edge_case(22, "L25 Art. 82(1)b, 83(2)b")
def a_living_animal_is_perishable_once_the_officer_says_so(office: Office) -> None:
    session, people = office
    asset = make_seized(session, people, at=AT, kind=AssetKind.ANIMAL_CROP)
    price = OfficerPrice(amount=Decimal(40_000_000), priced_on=date(2026, 8, 5), market="Giá chợ")
    with pytest.raises(WayNotLawful):
        set_officer_price(session, people.officer, asset, price, at=AT)
    state_facts(session, people.officer, asset, NewFacts(goods=Goods.FRESH), at=AT)
    assert set_officer_price(session, people.officer, asset, price, at=AT).amount == price.amount
