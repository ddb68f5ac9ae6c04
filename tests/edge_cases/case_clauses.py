"""The remaining clauses of cases 8, 18, 20, 22, 25, 35, 37, 39, 43 and 47."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from auction.bidding.queries import runs_of
from auction.claims.commands import change_claim
from auction.claims.held import StillHeld, count_silent, give_back_held
from auction.claims.rules import ClaimKind, EntryKind
from auction.claims.schemas import NewEntry, NewGivingBack
from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import DeadlineState
from auction.legal_rules.queries import rule_on
from auction.notices.commands.record import issue_notice
from auction.offers.queries import open_recall
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.commands.registering import register_sale
from auction.sales.models import Sale
from auction.sales.queries import assets_of
from auction.sales.rules import Way as SaleWay
from auction.sales.schemas import NewDecision, NewDelivery, NewSale
from auction.valuations.commands.office_price import set_officer_price
from auction.valuations.schemas import OfficerPrice
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.custody.commands import take_in
from inventory.custody.rules import Impeded
from inventory.disposals.commands.refunding import ask_refund, receive_refund
from inventory.disposals.queries import get_disposal
from inventory.disposals.rules import OutOfTurn, Step, Way
from inventory.disposals.schemas import (
    NewRefundAsked,
    NewRefunded,
)
from inventory.evidence.commands import answer_mismatch, end_hold
from inventory.evidence.queries import list_holds
from inventory.evidence.rules import Comparison, MismatchUnanswered
from inventory.evidence.schemas import HoldEnd, MismatchAnswer
from inventory.organisation.powers import PowerNotGiven
from inventory.papers.queries import get_paper
from inventory.seizures.commands import register_seized_asset
from inventory.seizures.rules import SeizureWay
from inventory.specials.queries import count_perishables
from inventory.titles.commands import end_burden, record_burden, record_collateral, record_title
from inventory.titles.rules import Burden, BurdenEnd, OwnerRole, StaysWithLease
from inventory.titles.schemas import EndOfBurden, NewBurden, NewCollateral, NewOwner, NewTitle
from reports.documents.layouts import html_of
from tests.edge_cases.table import Office, edge_case
from tests.make.between import Between, lot_of_the_old_law, lot_on_its_way
from tests.make.inventory import (
    make_case,
    make_evidence,
    make_place,
    new_seized_asset,
    take_in_at,
)
from tests.make.money import case_of, lines_of, make_claim, make_delivered, make_paid, propose
from tests.make.organisation import make_bailiffs
from tests.make.refunds import forfeited_money
from tests.make.scans import attach_scan
from tests.make.valuations import make_seized

SOLD_AT = datetime(2026, 9, 14, 3, tzinfo=UTC)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SINCE = date(2026, 8, 3)


def way_of(office: Office) -> Between:
    return lot_on_its_way(office.session, office.people, at=AT)


FISH = {"kind": AssetKind.MOVABLE, "perishable_on": date(2026, 8, 28)}
"""What spoils soon."""


@edge_case(8, "L25 Art. 39(2)b")
def it_is_sold_whole_and_the_co_owner_is_paid_her_value_before_anybody(office: Office) -> None:
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    asset = session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=2, under=3),
        NewOwner(role=OwnerRole.CO_OWNER, name="Trần Thị Chung", under=3),
    ]
    title = NewTitle(from_on=SINCE, document="GCN 1", indivisible=True, owners=owners)
    record_title(session, people.officer, asset, title, at=AT)
    make_claim(session, people, case_of(session, sale), 900_000_000, at=AT)
    lines = lines_of(session, propose(session, people, sale, at=AT))
    assert lines[0] == ("co_owner", "Trần Thị Chung", 333_333_333)
    assert sum(amount for _kind, _payee, amount in lines) == 1_000_000_000
    assert lines[1] == ("rank", "Ngân hàng Thử", 666_666_667)


@edge_case(20, "D152/26 Art. 55(4)")
def each_reduction_compares_the_price_with_the_secured_debt_by_itself(office: Office) -> None:
    way = way_of(office)
    secured = NewCollateral(
        holder="Ngân hàng Khác",
        secured_amount=Decimal(850_000_000),
        holder_is_creditor=False,
        from_on=SINCE,
        document="HĐTC 5",
    )
    record_collateral(way.session, way.people.officer, way.asset, secured, at=way.now)
    way.fail().reduce()
    assert (way.price, open_recall(way.session, way.lot.id)) == (900_000_000, None)
    way.wait(1).fail().reduce()
    recall = open_recall(way.session, way.lot.id)
    assert recall is not None
    assert (recall.price, recall.secured) == (810_000_000, 850_000_000)


@edge_case(22, "L25 Art. 82(1)b, 83(2)b")
def near_its_expiry_it_is_on_the_list_and_is_sold_without_auction_in_five_working_days(
    office: Office,
) -> None:
    session, people = office
    priced_on = date(2026, 8, 5)
    at = datetime(2026, 8, 5, 2, tzinfo=UTC)
    for sold_on, state in (
        (date(2026, 8, 12), DeadlineState.MET_IN_TIME),
        (date(2026, 8, 13), DeadlineState.MET_LATE),
    ):
        asset = make_seized(session, people, at=at, **FISH)
        price = OfficerPrice(amount=Decimal(8_000_000), priced_on=priced_on, market="Giá chợ")
        set_officer_price(session, people.officer, asset, price, at=at)
        told = {"announced_on": priced_on, "announcement": "Bảng niêm yết"}
        told |= {"procuracy_told_on": priced_on, "procuracy_notice": "TB-VKS"}
        price_paid = {"buyer": "Bà Mua", "price": Decimal(8_000_000), "sold_on": sold_on}
        sale = NewSale(asset=asset, way=SaleWay.DIRECT, **price_paid, **told)
        register_sale(session, people.officer, sale, at=AT)
        limits = deadlines_of(session, people.officer, "asset", asset, today=TODAY)
        (limit,) = [one for one in limits if one.rule_key == "non_auction_sale"]
        assert (limit.due_on, limit.state) == (date(2026, 8, 12), state)
    assert count_perishables(session, people.officer, date(2026, 8, 27)) == 0
    assert count_perishables(session, people.officer, date(2026, 8, 28)) == 2


def tenant(way: Between, *, since: date = SINCE) -> int:
    new = NewBurden(
        kind=Burden.TENANT,
        holder="Vũ Thị Thuê",
        since_on=since,
        until_on=date(2028, 12, 31),
        note="Ghi nhận khi kê biên",
    )
    return record_burden(way.session, way.people.officer, way.asset, new, at=way.now).id


def put_out(way: Between, burden: int, note: str | None = "khóa cửa, không cho vào") -> None:
    how = BurdenEnd.PUT_OUT
    end = EndOfBurden(burden_id=burden, ended_on=way.today, how=how, note=note)
    end_burden(way.session, way.people.officer, way.asset, end, at=way.now)


@edge_case(25, "L25 Art. 80(2)b; L08 Art. 91, 95")
def a_tenant_who_obstructs_is_put_out_at_once_and_by_the_old_law_the_lease_goes_on(
    office: Office,
) -> None:
    way = way_of(office)
    made = tenant(way)
    with pytest.raises(Invalid) as unsaid:
        put_out(way, made, None)
    assert list(unsaid.value.fields) == ["note"]
    put_out(way, made)
    start = datetime(2026, 4, 6, 2, tzinfo=UTC)
    old = lot_of_the_old_law(office.session, office.people, at=AT, start=start).announce(10)
    leased = tenant(old, since=date(2026, 3, 2))
    with pytest.raises(StaysWithLease) as refused:
        put_out(old, leased)
    assert refused.value.article == "L08 Art. 91, 95"
    issued = issue_notice(old.session, old.people.officer, old.ref, at=old.now)
    told = html_of(get_paper(old.session, old.people.officer, issued.reference))
    assert "người mua tiếp tục thực hiện hợp đồng thuê theo quy định của Bộ luật Dân sự" in told
    make_bailiffs(office.session, office.people)
    again = tenant(way)
    with pytest.raises(PowerNotGiven):
        put_out(way, again)


@edge_case(35, "L25 Art. 116(3), 116(4)")
def a_failure_of_june_still_counts_and_what_is_read_into_the_law_is_marked(office: Office) -> None:
    start = datetime(2026, 4, 6, 2, tzinfo=UTC)
    old = lot_of_the_old_law(office.session, office.people, at=AT, start=start)
    old.fail().until(date(2026, 7, 6)).reduce(on=date(2026, 7, 6))
    old.until(date(2026, 7, 20)).fail()
    (run,) = runs_of(office.session, [old.asset_id]).values()
    assert run.failed_in_a_row == 2
    limit = rule_on(office.session, "reduction_decision_due", date(2026, 7, 2))
    assert (limit.value, limit.unit, limit.article) == (5, "wd", "L25 Art. 83(3)")


@edge_case(37, "D152/26 Art. 37(2)b")
def evidence_unlike_its_first_minutes_is_refused_or_accepted_with_the_scanned_answer(
    office: Office,
) -> None:
    session, people = office
    keeper = people.keeper
    store = make_place(session, keeper, at=AT)
    differs = {"comparison": Comparison.DIFFERS, "difference": "Thiếu 01 pin", "at": AT}
    refused = make_evidence(session, keeper, **differs)
    accepted = make_evidence(session, keeper, description="Điện thoại khác", **differs)
    (hold,) = list_holds(session, keeper, refused.reference)
    end = HoldEnd(hold_id=hold.id, end_decision="3/BB-KN", ended_on=TODAY)
    end_hold(session, keeper, refused.reference, end, at=AT)
    with pytest.raises(Impeded):
        take_in(session, keeper, refused.reference, take_in_at(store), at=AT)
    (hold,) = list_holds(session, keeper, accepted.reference)
    answer = MismatchAnswer(
        hold_id=hold.id, answer_number="88/CAT", answered_on=TODAY, answer="chịu trách nhiệm"
    )
    with pytest.raises(MismatchUnanswered) as unscanned:
        answer_mismatch(session, keeper, accepted.reference, answer, at=AT)
    assert unscanned.value.article == "D152/26 Art. 37(1), 37(2)b"
    attach_scan(session, keeper, accepted.reference, at=AT)
    answer_mismatch(session, keeper, accepted.reference, answer, at=AT)
    take_in(session, keeper, accepted.reference, take_in_at(store), at=AT)


@edge_case(39, "L25 Art. 57(2); C04/23 Art. 12(3)")
def forfeited_money_of_an_annulled_decision_is_refunded_by_the_finance_body_in_further_steps(
    office: Office,
) -> None:
    session, people = office
    made = forfeited_money(session, people, at=AT)
    asked = NewRefundAsked(
        paper="2/CV", asked_on=TODAY, annulled_by="9/QĐ-GĐT", finance_body="Sở Tài chính"
    )
    got = {"paper": "3/UNC", "refunded_on": TODAY, "receiver": "Ông Trần Văn Nợ"}
    whole = NewRefunded(amount=Decimal(12_000_000), **got)
    with pytest.raises(OutOfTurn):
        receive_refund(session, people.accountant, made, whole, at=AT)
    ask_refund(session, people.officer, made, asked, at=AT)
    with pytest.raises(OutOfTurn):
        ask_refund(session, people.officer, made, asked, at=AT)
    less = NewRefunded(amount=Decimal(11_999_999), **got)
    with pytest.raises(Invalid) as part:
        receive_refund(session, people.accountant, made, less, at=AT)
    assert part.value.params["sum"] == 12_000_000
    receive_refund(session, people.accountant, made, whole, at=AT)
    steps = [(one.step, one.amount) for one in get_disposal(session, people.officer, made).steps]
    assert steps[-3:] == [
        (Step.REMITTED, 12_000_000),
        (Step.REFUND_ASKED, 12_000_000),
        (Step.REFUNDED, 12_000_000),
    ]
    last = get_disposal(session, people.officer, made).steps[-1]
    assert (last.article, last.words) == ("L25 Art. 57(2)", "Ông Trần Văn Nợ")


@edge_case(43, "D152/26 Art. 41(3); JC11/16 Art. 4(4)")
def what_the_judgment_itself_holds_to_secure_the_debt_is_a_task_when_the_limitation_is_over(
    office: Office,
) -> None:
    session, people = office
    case = make_case(session, people.officer, "43c/QĐ-THADS", at=AT)
    held = new_seized_asset(
        case, way=SeizureWay.JUDGMENT, decision_number="12/2026/DS-ST", decision_on=TODAY
    )
    asset = register_seized_asset(session, people.officer, held, at=AT).reference
    make_claim(session, people, case, 200_000_000, asked_on=None, at=AT)
    tax = make_claim(session, people, case, 10_000_000, kind=ClaimKind.FINE, at=AT)
    last, over = (datetime(2031, 7, day, 3, tzinfo=UTC) for day in (7, 8))
    assert [count_silent(session, people.officer, on) for on in (last, over)] == [0, 1]
    back = {"assets": [asset], "decision_number": "88/QĐ-TL"}
    new = NewGivingBack(decision_on=local_day(over), **back)
    with pytest.raises(StillHeld) as unpaid:
        give_back_held(session, people.officer, case.id, new, at=over)
    assert unpaid.value.params["due"] == 10_000_000
    paid = {"principal": Decimal(10_000_000), "document": "BL-1"}
    entry = NewEntry(kind=EntryKind.PAID, happened_on=TODAY, **paid)
    change_claim(session, people.officer, tax.id, entry, at=AT)
    made = give_back_held(session, people.officer, case.id, new, at=over)
    shown = get_disposal(session, people.officer, made.reference)
    assert (shown.way, shown.party, shown.awaits) == (Way.RETURN, "Trần Văn Nợ", Step.NOTICED)


@edge_case(47, "L25 Art. 31(4)")
def a_bailiffs_office_delivers_what_it_sold_but_not_by_force(office: Office) -> None:
    session, people = office
    sale = make_paid(session, people, at=SOLD_AT)
    make_bailiffs(session, people)
    on = date(2026, 9, 21)
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=on), at=AT)
    began_at = datetime(2026, 9, 21, 3, tzinfo=UTC)
    forced = NewDelivery(delivered_on=on, began_at=began_at, coercion="Phá khóa, giao nhà")
    with pytest.raises(PowerNotGiven) as refused:
        deliver(session, people.officer, sale.id, forced, at=AT)
    assert (refused.value.article, refused.value.params["rule"]) == (
        "L25 Art. 31(4)",
        "bailiff_may_not",
    )
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=on), at=AT)
    delivered = session.scalars(select(Sale.delivered_on).where(Sale.id == sale.id)).one()
    assert delivered == on
    assert timedelta(0) <= delivered - sale.sold_on
