"""A sale after the hammer: payment and default, delivery, and what falls away after it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from auction.deadlines.queries import deadlines_of
from auction.legal_rules.queries import rule_on
from auction.life.queries import standing_of
from auction.lots.models import Lot
from auction.outcomes.queries import lot_file
from auction.payouts.commands.forfeiting import ask_refund, receive_refund
from auction.payouts.commands.keeping import fetch_share
from auction.payouts.schemas import NewFetching, NewRefund, NewRefundRequest
from auction.payouts.shares import ShareNotThere, ShareState
from auction.payouts.uncollected import get_share
from auction.sales.commands.delivering import (
    decide_delivery,
    deliver,
    note_after_sale,
)
from auction.sales.commands.ending import annul_result, return_money, settle
from auction.sales.commands.interest import record_interest
from auction.sales.commands.keeping import decide_kept
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
from auction.sales.rules import EntryKind as Happened
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDefault,
    NewDelivery,
    NewInterest,
    NewKeptDecision,
    NewNote,
    NewReturn,
    NewReversal,
    NewSettlement,
)
from auction.terminations.commands import terminate_case
from auction.terminations.rules import Ground, SaleUnderWay
from auction.terminations.schemas import NewTermination
from inventory.assets.models import Asset
from inventory.base.clock import local_day
from tests.edge_cases.table import Office, edge_case
from tests.make.money import case_of, make_delivered, make_paid, make_sold, pay, propose
from tests.make.shares import approve_and_pay, deposit, forfeit, line_of, remit, tell

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
def a_part_payment_before_default_is_kept_apart_until_treated_by_contract_and_law(
    office: Office,
) -> None:
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
    assert told.money.to_return == 0
    said = NewKeptDecision(
        amount=Decimal(230_000_000),
        decided_on=TODAY,
        document="02/QĐ-CCTHADS",
        words="Khấu trừ 20 triệu đồng tiền phạt theo Điều 9 hợp đồng mua bán",
    )
    decide_kept(session, people.officer, sale.id, said, at=AT)
    told = get_sale(session, people.officer, sale.id, TODAY)
    treated = told.entries[-1]
    assert (treated.kind, treated.document) == (Happened.KEPT_DECIDED, "02/QĐ-CCTHADS")
    assert (treated.article, treated.words) == ("D152/26 Art. 65(5)", said.words)
    assert (told.sale.pending_since, told.money.to_return) == (None, 230_000_000)
    back = NewReturn(amount=Decimal(230_000_000), returned_on=TODAY, document="PC-7")
    return_money(session, people.accountant, sale.id, back, at=AT)
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
    over = NewTermination(
        ground=Ground.JUDGMENT_ANNULLED,
        ground_on=date(2026, 9, 20),
        document="Quyết định giám đốc thẩm 3",
        decision_number="14/QĐ-ĐC",
        decided_on=local_day(AT),
    )
    case = case_of(session, sale)
    with pytest.raises(SaleUnderWay):
        terminate_case(session, people.head, case.id, over, at=AT)
    decision = NewDecision(decided_on=date(2026, 9, 25))
    decide_delivery(session, people.officer, sale.id, decision, at=AT)
    handed = NewDelivery(delivered_on=date(2026, 10, 1))
    deliver(session, people.officer, sale.id, handed, at=AT)
    assert stands(office, sale) == "delivered"
    soon = datetime(2026, 10, 9, 2, tzinfo=UTC)
    payout = propose(session, people, sale, at=soon)
    approve_and_pay(session, people, payout, "debtor", at=soon)
    terminate_case(session, people.head, case.id, over, at=AT)
    assert (case.closed_on, stands(office, sale)) == (local_day(AT), "paid_out")


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
def a_forfeited_deposit_whose_default_is_annulled_is_refunded_by_a_reverse_entry(
    office: Office,
) -> None:
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


@edge_case(39, "L25 Art. 57(2); C04/23 Art. 12(3)")
def what_was_paid_into_the_budget_is_asked_back_of_the_finance_body_and_nothing_removed(
    office: Office,
) -> None:
    session, people = office
    sale = make_delivered(session, people, at=AT - timedelta(days=4))
    payout = propose(session, people, sale, at=AT)
    approve_and_pay(session, people, payout, at=AT)
    line = line_of(session, payout, "debtor")
    tell(session, people, line, at=AT)
    later, after = AT + timedelta(days=16), datetime(2031, 7, 8, 2, tzinfo=UTC)
    deposit(session, people, line, at=later, in_force_on=date(2026, 7, 6))
    forfeit(session, people, line, at=after)
    remit(session, people, line, at=after)
    on = local_day(after)
    got = NewRefund(refunded_on=on, document="BC-1")
    with pytest.raises(ShareNotThere):
        receive_refund(session, people.accountant, line, got, at=after)
    asked = NewRefundRequest(
        asked_on=on, annulled_by="9/QĐ-GQKN", finance_body="Sở Tài chính", document="CV-1"
    )
    assert ask_refund(session, people.officer, line, asked, at=after).article == "L25 Art. 57(2)"
    assert receive_refund(session, people.accountant, line, got, at=after).amount == 1_000_000_000
    file = get_share(session, people.officer, line, on)
    assert (file.share.state, file.share.kept) == (ShareState.KEPT, 1_000_000_000)
    assert "remitted" in {one.kind.value for one in file.entries}
    come = NewFetching(fetched_on=on, receiver="Trần Văn Nợ", document="PC-1")
    assert fetch_share(session, people.accountant, line, come, at=after).amount == 1_000_000_000
