"""Who gets the money of a sale: owners, creditors who are gone, what is kept and given back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from auction.claims.commands import ask_enforcement, change_claim
from auction.claims.queries import debt_of, state_debt_of
from auction.claims.rules import AskedTooLate, ClaimKind, EntryKind
from auction.claims.schemas import NewAsking, NewEntry
from auction.costs.commands import enter_cost
from auction.costs.rules import Bearer, CostKind
from auction.costs.schemas import NewCost
from auction.deadlines.queries import deadlines_of
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import VoucherWay
from auction.payouts.shares import KeptElsewhere, TermRuns
from auction.proportions.commands import release_part
from auction.proportions.queries import proportion
from auction.proportions.rules import NeededStill
from auction.proportions.schemas import NewPartRelease
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.commands.registering import register_sale
from auction.sales.models import Sale
from auction.sales.queries import assets_of
from auction.sales.rules import Way as SaleWay
from auction.sales.schemas import NewDecision, NewDelivery, NewSale
from auction.valuations.commands.record import record_valuation
from inventory.assets.models import Asset
from inventory.base.clock import local_day
from inventory.disposals.commands.carry_out import put_up_for_sale
from inventory.disposals.commands.steps import decide, give_up_waiting, notify
from inventory.disposals.queries import get_disposal, list_for_sale
from inventory.disposals.rules import Ending, StillWaiting, Way
from inventory.disposals.schemas import NewDisposal, NewNotice
from inventory.papers.queries import get_paper
from inventory.seizures.queries import list_seizures, papers_of
from inventory.titles.commands import end_burden, record_burden, set_region
from inventory.titles.rules import Burden, BurdenEnd, Region
from inventory.titles.schemas import EndOfBurden, NewBurden, NewRegion
from reports.documents.layouts import html_of
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import new_valuation
from tests.make.inventory import make_asset, make_case
from tests.make.money import SMALL, case_of, lines_of, make_claim, make_delivered, pay, propose
from tests.make.proportions import debtor_pays, seize
from tests.make.shares import approve_and_pay, deposit, forfeit, line_of, remit, tell

SOLD_AT = datetime(2026, 9, 14, 3, tzinfo=UTC)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def reference(office: Office, sale: Sale) -> str:
    return office.session.get_one(Asset, assets_of(office.session, sale.lot_id)[0]).reference


@edge_case(18, "JC11/16 Art. 5(4)")
def of_a_creditor_without_heirs_the_sale_pays_costs_and_the_state_and_leaves_the_rest(
    office: Office,
) -> None:
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    case = case_of(session, sale)
    dead = make_claim(session, people, case, 600_000_000, creditor="Cụ Không Con", at=AT)
    fee = {"kind": ClaimKind.COURT_FEES, "creditor": "Nhà nước"}
    make_claim(session, people, case, 30_000_000, **fee, at=AT)
    cost = NewCost(
        kind=CostKind.ANNOUNCEMENT, amount=Decimal(5_000_000), spent_on=TODAY, document="HĐ"
    )
    enter_cost(session, people.officer, reference(office, sale), cost, at=AT)
    lapsed = NewEntry(
        kind=EntryKind.LAPSED,
        principal=Decimal(600_000_000),
        happened_on=TODAY,
        document="Xác nhận không có người thừa kế",
    )
    change_claim(session, people.officer, dead.id, lapsed, at=AT)
    assert lines_of(session, propose(session, people, sale, at=AT)) == [
        ("costs", None, 5_000_000),
        ("rank", "Nhà nước", 30_000_000),
        ("debtor", "Trần Văn Nợ", 965_000_000),
    ]


@edge_case(24, "L25 Art. 81(2)")
def of_what_was_sold_with_the_land_the_owner_gets_his_part_before_anybody(
    office: Office,
) -> None:
    """The land was valued at a billion with the shed on it, the shed at 333,333,333."""
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    sold_with(office, reference(office, sale), "Lê Văn Khác", 333_333_333)
    make_claim(session, people, case_of(session, sale), 600_000_000, at=AT)
    cost = NewCost(
        kind=CostKind.ANNOUNCEMENT, amount=Decimal(5_000_000), spent_on=TODAY, document="HĐ"
    )
    enter_cost(session, people.officer, reference(office, sale), cost, at=AT)
    payout = propose(session, people, sale, at=AT)
    assert lines_of(session, payout) == [
        ("others_things", "Lê Văn Khác", 333_333_333),
        ("costs", None, 5_000_000),
        ("rank", "Ngân hàng Thử", 600_000_000),
        ("debtor", "Trần Văn Nợ", 61_666_667),
    ]
    (first, *_rest) = get_payout(session, people.officer, payout.id).lines
    assert (first.article, first.confidence.value) == ("L25 Art. 81(2)", "C")
    paper = approve_payout(session, people.head, payout.id, at=AT).paper
    assert paper is not None
    table = html_of(get_paper(session, people.officer, paper))
    assert "Phần của chủ tài sản gắn liền với đất được bán cùng" in table
    assert "Lê Văn Khác" in table


def sold_with(office: Office, asset: str, holder: str, value: int) -> None:
    """Things of somebody else on the land, which he did not take away in his time."""
    session, people = office
    new = NewBurden(
        kind=Burden.OTHERS_THINGS,
        holder=holder,
        since_on=date(2026, 8, 1),
        told_on=date(2026, 8, 3),
        note="Nhà xưởng trên đất",
    )
    made = record_burden(session, people.officer, asset, new, at=AT)
    end = EndOfBurden(
        burden_id=made.id,
        ended_on=date(2026, 9, 1),
        how=BurdenEnd.SOLD_WITH,
        value=Decimal(value),
    )
    end_burden(session, people.officer, asset, end, at=AT)


@edge_case(29, "L25 Art. 89(2); D152/26 Art. 67(3)")
def of_an_only_home_twelve_minimum_wages_are_kept_before_the_creditors(office: Office) -> None:
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    make_claim(session, people, case_of(session, sale), 990_000_000, at=AT)
    region = NewRegion(region=Region.I, from_on=date(2026, 1, 1))
    set_region(session, people.officer, reference(office, sale), region, at=AT)
    payout = propose(session, people, sale, at=AT, only_home=True)
    assert lines_of(session, payout) == [
        ("rent", "Trần Văn Nợ", 63_720_000),
        ("rank", "Ngân hàng Thử", 936_280_000),
    ]


def held(office: Office) -> str:
    session, people = office
    case = make_case(session, people.officer, "39/QĐ-THADS", at=AT)
    return make_asset(session, people.keeper, case, at=AT).reference


def decision(asset: str, way: Way, **said: str) -> NewDisposal:
    return NewDisposal(
        way=way,
        assets=[asset],
        decision_number="88/QĐ-XLVC",
        decision_on=TODAY,
        judgment="12/2026/HS-ST",
        **said,
    )


@edge_case(40, "L25 Art. 59(1)")
def what_an_unknown_owner_does_not_collect_is_sold_after_its_notice(office: Office) -> None:
    session, people = office
    asset = held(office)
    back = decision(asset, Way.RETURN, party="Không rõ địa chỉ")
    made = decide(session, people.officer, back, at=AT).reference
    notify(session, people.officer, made, NewNotice(paper="5/TB", noticed_on=TODAY), at=AT)
    with pytest.raises(StillWaiting) as refusal:
        give_up_waiting(session, people.officer, made, at=AT)
    assert refusal.value.article == "L25 Art. 59(1)"
    late = AT + timedelta(days=31)
    give_up_waiting(session, people.officer, made, at=late)
    assert get_disposal(session, people.officer, made).lines[0].ending is Ending.UNCLAIMED
    sale = decide(session, people.officer, decision(asset, Way.SELL), at=late).reference
    put_up_for_sale(session, people.officer, sale, at=late)
    assert list_for_sale(session, people.officer) == [asset]


@edge_case(40, "L25 Art. 59(1); D152/26 Art. 41(2)")
def its_money_is_kept_for_the_owner_and_after_five_years_the_states(office: Office) -> None:
    """Sold for eight million less 500,000 of costs: on the office's account, then to the budget."""
    session, people = office
    asset = held(office)
    back = decision(asset, Way.RETURN, party="Bà Không Rõ Ở Đâu")
    made = decide(session, people.officer, back, at=AT).reference
    notify(session, people.officer, made, NewNotice(paper="5/TB", noticed_on=TODAY), at=AT)
    late = AT + timedelta(days=31)
    give_up_waiting(session, people.officer, made, at=late)
    sell = decide(session, people.officer, decision(asset, Way.SELL), at=late).reference
    put_up_for_sale(session, people.officer, sell, at=late)
    cost = NewCost(kind=CostKind.STORAGE, amount=Decimal(500_000), spent_on=TODAY, document="HĐ-TG")
    enter_cost(session, people.officer, asset, cost, at=late)
    sale = sold_alone(office, asset, at=late)
    payout = propose(session, people, sale, at=late)
    assert lines_of(session, payout) == [
        ("costs", None, 500_000),
        ("owner", "Bà Không Rõ Ở Đâu", 7_500_000),
    ]
    approve_and_pay(session, people, payout, "costs", at=late)
    line = line_of(session, payout, "owner")
    tell(session, people, line, at=late)
    waited = late + timedelta(days=16)
    kept = {"kept_as": VoucherWay.OFFICE_ACCOUNT, "in_force_on": date(2026, 7, 6)}
    with pytest.raises(KeptElsewhere) as refusal:
        deposit(session, people, line, at=waited, in_force_on=date(2026, 7, 6))
    assert refusal.value.article == "D152/26 Art. 41(2)"
    deposit(session, people, line, at=waited, **kept)
    over = datetime(2031, 7, 8, 3, tzinfo=UTC)
    with pytest.raises(TermRuns) as early:
        forfeit(session, people, line, at=over - timedelta(days=1))
    assert early.value.article == "L25 Art. 59(1)"
    forfeit(session, people, line, at=over)
    assert remit(session, people, line, at=over).amount == 7_500_000


def sold_alone(office: Office, asset: str, at: datetime) -> Sale:
    """Priced, sold without auction, paid and delivered on one day."""
    session, people = office
    on = local_day(at)
    record_valuation(session, people.officer, asset, new_valuation(SMALL), at=at)
    region = NewRegion(region=Region.I, from_on=date(2026, 1, 1))
    set_region(session, people.officer, asset, region, at=at)
    told = {"announced_on": on - timedelta(days=5), "announcement": "Bảng niêm yết"}
    told |= {"procuracy_told_on": on - timedelta(days=5), "procuracy_notice": "TB-VKS"}
    new = NewSale(
        asset=asset, way=SaleWay.DIRECT, buyer="Bà Mua", price=Decimal(SMALL), sold_on=on, **told
    )
    sale = register_sale(session, people.officer, new, at=at)
    pay(session, people, sale, SMALL, on, at=at)
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=on), at=at)
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=on), at=at)
    return sale


@edge_case(41, "D152/26 Art. 39(2); D62 Art. 32(2)")
def a_receiver_who_does_not_come_bears_the_storage_from_the_fixed_time(office: Office) -> None:
    session, people = office
    asset = held(office)
    made = decide(session, people.officer, decision(asset, Way.FORFEIT), at=AT).reference
    fixed = date(2026, 12, 10)
    told = NewNotice(paper="5/TB", noticed_on=TODAY, collect_by=fixed)
    notify(session, people.officer, made, told, at=AT)
    shown = get_disposal(session, people.officer, made)
    assert (shown.due_on, shown.article) == (fixed, "D152/26 Art. 39(2)")
    late = AT + timedelta(days=60)

    def stored(on: date) -> str:
        cost = NewCost(
            kind=CostKind.STORAGE, amount=Decimal(500_000), spent_on=on, document="HĐ-TG"
        )
        return enter_cost(session, people.officer, asset, cost, at=late).bearer

    assert stored(fixed) == Bearer.DEBTOR.value
    assert stored(fixed + timedelta(days=1)) == Bearer.THIRD.value


@edge_case(43, "D152/26 Art. 41(3); JC11/16 Art. 4(4)")
def what_is_held_for_a_creditor_who_never_asks_goes_back_after_five_years(
    office: Office,
) -> None:
    session, people = office
    case = make_case(session, people.officer, "43/QĐ-THADS", at=AT)
    silent = make_claim(session, people, case, 200_000_000, asked_on=None, at=AT)
    fee = make_claim(session, people, case, 10_000_000, kind=ClaimKind.COURT_FEES, at=AT)
    (watched,) = deadlines_of(session, people.officer, "claim", str(silent.id))
    assert watched.due_on == date(2031, 7, 7)
    later = datetime(2031, 7, 8, 3, tzinfo=UTC)
    asks = NewAsking(asked_on=date(2031, 7, 8), document="Đơn")
    with pytest.raises(AskedTooLate):
        ask_enforcement(session, people.officer, silent.id, asks, at=later)
    assert state_debt_of(session, case.id, TODAY) == 10_000_000
    paid = NewEntry(
        kind=EntryKind.PAID, principal=Decimal(10_000_000), happened_on=TODAY, document="BL-1"
    )
    change_claim(session, people.officer, fee.id, paid, at=AT)
    assert state_debt_of(session, case.id, TODAY) == 0
    assert debt_of(session, case.id, TODAY) == 0


@edge_case(49, "L25 Art. 83(6)")
def a_partial_payment_of_the_debtor_lessens_what_is_enforced(office: Office) -> None:
    session, people = office
    case = make_case(session, people.officer, "49/QĐ-THADS", at=AT)
    claim = make_claim(session, people, case, 600_000_000, interest=Decimal(50_000_000), at=AT)
    assert debt_of(session, case.id, TODAY) == 650_000_000
    paid = NewEntry(
        kind=EntryKind.PAID,
        principal=Decimal(450_000_000),
        happened_on=TODAY,
        document="BL-7",
    )
    change_claim(session, people.officer, claim.id, paid, at=AT)
    assert debt_of(session, case.id, TODAY) == 200_000_000
    assert debt_of(session, case.id, TODAY - timedelta(days=1)) == 650_000_000


@edge_case(49, "L25 Art. 72(3), 95(3)")
def after_it_the_claim_is_weighed_anew_and_a_part_may_be_released(office: Office) -> None:
    """600 owed and 10 of costs against 500 and 300; after 350 is paid one of them is enough."""
    session, people = office
    case = make_case(session, people.officer, "49/QĐ-THADS", at=AT)
    claim = make_claim(session, people, case, 600_000_000, at=AT)
    house, car = (
        seize(session, people, case, value, at=AT) for value in (500_000_000, 300_000_000)
    )
    cost = NewCost(
        kind=CostKind.ANNOUNCEMENT, amount=Decimal(10_000_000), spent_on=TODAY, document="HĐ"
    )
    enter_cost(session, people.officer, house, cost, at=AT)
    before = proportion(session, people.officer, case.id, TODAY)
    assert (before.need, before.value, before.releasable) == (610_000_000, 800_000_000, [])

    def release(asset: str) -> str:
        new = NewPartRelease(case_number=case.decision_number, released_on=TODAY)
        return release_part(session, people.officer, asset, new, at=AT).release_decision or ""

    with pytest.raises(NeededStill) as refusal:
        release(car)
    assert refusal.value.article == "L25 Art. 72(3), 95(3)"
    debtor_pays(session, people, claim, 350_000_000, at=AT)
    after = proportion(session, people.officer, case.id, TODAY)
    assert (after.debt, after.paid, after.costs) == (250_000_000, 350_000_000, 10_000_000)
    assert [one.reference for one in after.releasable] == [house, car]
    number = release(house)
    (seizure,) = list_seizures(session, people.officer, house)
    assert (seizure.released_on, seizure.release_decision) == (TODAY, number)
    paper = papers_of(session, people.officer, house)[number]
    decision = html_of(get_paper(session, people.officer, paper))
    assert "khoản 3 Điều 72" in decision
    assert "260.000.000" in decision
    with pytest.raises(NeededStill):
        release(car)
