"""Edge cases of money: payment and default, delivery, claims that end, and what is given back."""

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
from auction.legal_rules.queries import rule_on
from auction.life.queries import standing_of
from auction.lots.models import Lot
from auction.outcomes.queries import lot_file
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.queries import get_payout
from auction.proportions.commands import release_part
from auction.proportions.queries import proportion
from auction.proportions.rules import NeededStill
from auction.proportions.schemas import NewPartRelease
from auction.sales.commands.delivering import (
    decide_delivery,
    deliver,
    note_after_sale,
    record_interest,
)
from auction.sales.commands.ending import annul_result, return_money, settle
from auction.sales.commands.paying import default_sale, reverse_entry
from auction.sales.models import Sale
from auction.sales.queries import assets_of, get_sale, money_of
from auction.sales.rules import (
    AnnulmentGround,
    ConsentMissing,
    NotDeliverable,
    NotPaidInFull,
    PaymentNotDueYet,
    SaleEnded,
    SaleState,
)
from auction.sales.rules import (
    EntryKind as Happened,
)
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDefault,
    NewDelivery,
    NewInterest,
    NewNote,
    NewReturn,
    NewReversal,
    NewSettlement,
)
from inventory.assets.models import Asset
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
from tests.make.inventory import make_asset, make_case
from tests.make.money import (
    case_of,
    lines_of,
    make_claim,
    make_delivered,
    make_paid,
    make_sold,
    pay,
    propose,
)
from tests.make.proportions import debtor_pays, seize

SOLD_AT = datetime(2026, 9, 14, 3, tzinfo=UTC)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def reference(office: Office, sale: Sale) -> str:
    return office.session.get_one(Asset, assets_of(office.session, sale.lot_id)[0]).reference


def stands(office: Office, sale: Sale) -> str:
    assets = assets_of(office.session, sale.lot_id)
    return standing_of(office.session, assets)[assets[0]].state.value


def cancelled(on: date = date(2026, 10, 15)) -> NewDefault:
    return NewDefault(cancelled_on=on, document="12/TB-HGK")


@edge_case(2, "D152/26 Art. 65(1), 65(5)")
def a_winner_who_does_not_pay_in_time_defaults_and_the_next_round_keeps_the_price(
    office: Office,
) -> None:
    session, people = office
    sale = make_sold(session, people, at=SOLD_AT)
    pay(session, people, sale, 100_000_000, sale.sold_on, at=SOLD_AT, is_deposit=True)
    with pytest.raises(PaymentNotDueYet):
        default_sale(session, people.officer, sale.id, cancelled(date(2026, 10, 14)), at=AT)
    assert get_sale(session, people.officer, sale.id, TODAY).sale.state is SaleState.OVERDUE
    default_sale(session, people.officer, sale.id, cancelled(), at=AT)
    assert stands(office, sale) == "defaulted"
    with pytest.raises(SaleEnded):
        decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=TODAY), at=AT)
    kept = get_sale(session, people.officer, sale.id, TODAY).entries
    forfeited = next(one for one in kept if one.kind is Happened.FORFEITED)
    assert (forfeited.amount, forfeited.words) == (100_000_000, "enforcement_office")
    lot = session.get_one(Lot, sale.lot_id)
    price = lot_file(session, people.officer, lot.reference, TODAY).next_price
    assert price is not None
    assert price.lowest == price.highest == 1_000_000_000
    assert rule_on(session, "price_after_default", TODAY).confidence.value == "C"


@edge_case(3, "D152/26 Art. 65(5)")
def a_part_payment_before_the_default_is_kept_apart_and_pending(office: Office) -> None:
    session, people = office
    sale = make_sold(session, people, at=SOLD_AT)
    pay(session, people, sale, 100_000_000, sale.sold_on, at=SOLD_AT, is_deposit=True)
    pay(session, people, sale, 250_000_000, date(2026, 10, 1), at=AT)
    default_sale(session, people.officer, sale.id, cancelled(), at=AT)
    told = get_sale(session, people.officer, sale.id, TODAY)
    apart = next(one for one in told.entries if one.kind is Happened.KEPT_APART)
    assert apart.amount == 250_000_000
    assert told.sale.pending_since == date(2026, 10, 15)
    assert (told.money.deposit, told.money.receipts) == (100_000_000, 250_000_000)


@edge_case(14, "L25 Art. 48(6), 86(4)")
def a_judgment_annulled_after_full_payment_leaves_the_sale_and_the_asset_is_delivered(
    office: Office,
) -> None:
    session, people = office
    note = NewNote(
        kind=Happened.JUDGMENT_ANNULLED,
        happened_on=date(2026, 9, 20),
        words="Quyết định giám đốc thẩm hủy bản án",
    )
    unpaid = make_sold(session, people, at=SOLD_AT)
    with pytest.raises(NotPaidInFull):
        note_after_sale(session, people.officer, unpaid.id, note, at=AT)
    sale = make_paid(session, people, at=SOLD_AT)
    note_after_sale(session, people.officer, sale.id, note, at=AT)
    decision = NewDecision(decided_on=date(2026, 9, 25))
    decide_delivery(session, people.officer, sale.id, decision, at=AT)
    handed = NewDelivery(delivered_on=date(2026, 10, 1))
    deliver(session, people.officer, sale.id, handed, at=AT)
    assert stands(office, sale) == "delivered"


@edge_case(15, "D152/26 Art. 14(2)")
def parties_settle_after_the_sale_only_with_the_buyers_consent(office: Office) -> None:
    session, people = office
    sale = make_paid(session, people, at=SOLD_AT)
    alone = NewSettlement(settled_on=date(2026, 9, 20), document="BB-TT")
    with pytest.raises(ConsentMissing):
        settle(session, people.officer, sale.id, alone, at=AT)
    three = NewSettlement(
        settled_on=date(2026, 9, 20), document="BB-TT", buyer_consent="Đơn của bà Mua"
    )
    settle(session, people.officer, sale.id, three, at=AT)
    assert stands(office, sale) == "agreed"
    assert money_of(session, sale.id, sale.price).to_return == 1_000_000_000


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


@edge_case(27, "D152/26 Art. 69; L25 Art. 87")
def a_title_book_that_cannot_be_collected_is_asked_to_be_cancelled_after_delivery(
    office: Office,
) -> None:
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    for kind, on in (
        (Happened.TITLE_NOT_COLLECTED, date(2026, 9, 21)),
        (Happened.TITLE_FILE, date(2026, 9, 22)),
    ):
        note = NewNote(kind=kind, happened_on=on, words="Đề nghị hủy giấy chứng nhận đã cấp")
        note_after_sale(session, people.officer, sale.id, note, at=AT)
    lot = session.get_one(Lot, sale.lot_id).reference
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "lot", lot)}
    assert due["old_title_cancelled"].article == "D152/26 Art. 69"
    assert due["old_title_cancelled"].due_on == date(2026, 10, 7)
    done = NewNote(kind=Happened.OLD_TITLE, happened_on=date(2026, 10, 5), words="Đã hủy")
    note_after_sale(session, people.officer, sale.id, done, at=AT)
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "lot", lot)}
    assert due["old_title_cancelled"].met_on == date(2026, 10, 5)


@edge_case(28, "D152/26 Art. 67(2)")
def what_is_re_occupied_after_delivery_stays_delivered(office: Office) -> None:
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    note = NewNote(
        kind=Happened.REOCCUPIED, happened_on=date(2026, 10, 2), words="Hướng dẫn báo UBND xã"
    )
    note_after_sale(session, people.officer, sale.id, note, at=AT)
    assert stands(office, sale) == "delivered"
    assert get_sale(session, people.officer, sale.id, TODAY).sale.state is SaleState.DELIVERED


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


@edge_case(30, "D152/26 Art. 30(7), 67(4)")
def after_the_day_of_delivery_the_buyer_may_give_up_and_the_interest_is_his(
    office: Office,
) -> None:
    session, people = office
    sale = make_paid(session, people, at=SOLD_AT)
    assert sale.delivery_due_on == date(2026, 11, 13)
    interest = NewInterest(
        amount=Decimal(10_000_000),
        from_on=date(2026, 11, 3),
        to_on=date(2026, 11, 23),
        document="TG-1",
    )
    record_interest(session, people.accountant, sale.id, interest, at=AT)
    money = money_of(session, sale.id, sale.price)
    assert (money.interest_to_debt, money.interest_to_buyer) == (5_000_000, 5_000_000)
    undeliverable = AnnulmentGround.UNDELIVERABLE
    early = NewAnnulment(ground=undeliverable, cancelled_on=date(2026, 11, 13), document="Đơn 1")
    with pytest.raises(NotDeliverable):
        annul_result(session, people.officer, sale.id, early, at=AT)
    asked = NewAnnulment(ground=undeliverable, cancelled_on=TODAY, document="Đơn 2")
    annul_result(session, people.officer, sale.id, asked, at=AT)
    assert money_of(session, sale.id, sale.price).to_return == 1_010_000_000


@edge_case(39, "L25 Art. 57(2); C04/23 Art. 12(3)")
def a_forfeiture_annulled_after_payment_is_refunded_by_a_reverse_entry(office: Office) -> None:
    session, people = office
    sale = make_sold(session, people, at=SOLD_AT)
    pay(session, people, sale, 100_000_000, sale.sold_on, at=SOLD_AT, is_deposit=True)
    default_sale(session, people.officer, sale.id, cancelled(), at=AT)
    kept = get_sale(session, people.officer, sale.id, TODAY).entries
    forfeited = next(one for one in kept if one.kind is Happened.FORFEITED)
    annulled = NewReversal(document="21/QĐ-GQKN")
    reverse_entry(session, people.accountant, sale.id, forfeited.id, annulled, at=AT)
    told = get_sale(session, people.officer, sale.id, TODAY)
    assert next(one for one in told.entries if one.id == forfeited.id).reversed
    assert told.money.to_return == 100_000_000
    refund = NewReturn(amount=Decimal(100_000_000), returned_on=TODAY, document="PC-9")
    return_money(session, people.accountant, sale.id, refund, at=AT)
    assert money_of(session, sale.id, sale.price).returned == 100_000_000
    assert rule_on(session, "forfeiture_annulled", TODAY).article == "L25 Art. 57(2)"


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
    kept = rule_on(session, "unclaimed_to_state", TODAY)
    assert (kept.number, kept.unit.value) == (5, "year")


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
