"""After the hammer: payment, default, delivery and annulment, each by the law of its day."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import Outcome
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid
from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import TooLong
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.models import DepartureUse
from auction.departures.schemas import Decision, NewDeparture
from auction.life.queries import standing_of
from auction.lots.models import Lot, LotAsset
from auction.lots.rules import AssetInOpenLot
from auction.outcomes.queries import lot_file
from auction.sales.announcing import NoticeTooLate, check_announced
from auction.sales.commands.delivering import (
    decide_delivery,
    deliver,
    note_after_sale,
    put_on_deposit,
    record_interest,
)
from auction.sales.commands.ending import annul_result, return_money, settle
from auction.sales.commands.opening import register_sale
from auction.sales.commands.paying import default_sale, extend_payment, receive, reverse_entry
from auction.sales.commands.writing import due_subject
from auction.sales.jobs import due_defaults, propose
from auction.sales.models import Sale
from auction.sales.queries import (
    assets_of,
    count_proposed,
    count_undelivered,
    get_sale,
    list_undelivered,
    money_of,
)
from auction.sales.rules import (
    AnnulmentGround,
    ConsentMissing,
    DeliveredAlready,
    DeliveryNotDecided,
    DepositCarried,
    EntryKind,
    EntryReversed,
    LateReasonMissing,
    NoExtension,
    NotDeliverable,
    NotDelivered,
    NotPaidInFull,
    NotWithoutAuction,
    PaidInFull,
    PaidTooMuch,
    PaymentNotDueYet,
    PaymentOverdue,
    ResultStands,
    SaleEnded,
    SaleState,
    Way,
    split_interest,
)
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDefault,
    NewDelivery,
    NewExtension,
    NewInterest,
    NewNote,
    NewReceipt,
    NewReturn,
    NewReversal,
    NewSale,
    NewSettlement,
    NewTermDeposit,
)
from inventory.assets.models import Asset
from inventory.base.clock import TZ, local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.papers.queries import get_paper
from inventory.seizures.rules import HourForbidden
from tests.make.auction import close_round, make_formed_lot, new_round
from tests.make.money import (
    SMALL,
    make_delivered,
    make_old_sale,
    make_paid,
    make_small_lot,
    make_sold,
    pay,
)

SOLD_AT = datetime(2026, 9, 14, 3, tzinfo=UTC)
SOLD_ON = date(2026, 9, 14)
DUE_ON = date(2026, 10, 14)
OLD_AT = datetime(2026, 3, 16, 3, tzinfo=UTC)
BACK = NewReversal(document="BB-9")


@pytest.fixture
def sale(session, people):
    return make_sold(session, people, at=SOLD_AT)


def standing(session, sale) -> str:
    assets = assets_of(session, sale.lot_id)
    return standing_of(session, assets)[assets[0]].state


def lot_of(session, sale) -> Lot:
    return session.get_one(Lot, sale.lot_id)


def due(session, people, sale, key) -> date | None:
    lot = lot_of(session, sale).reference
    found = [
        one for one in deadlines_of(session, people.officer, "lot", lot) if one.rule_key == key
    ]
    return found[-1].due_on if found else None


def kinds(session, people, sale) -> list[str]:
    told = get_sale(session, people.officer, sale.id, DUE_ON)
    return [entry.kind.value for entry in told.entries]


def test_a_round_that_is_sold_opens_a_sale_with_the_day_of_payment(session, people, sale):
    assert (sale.buyer, sale.price, sale.sold_on) == ("Bà Mua", 1_000_000_000, SOLD_ON)
    assert sale.due_on == DUE_ON == due(session, people, sale, "pay_due")
    told = get_sale(session, people.officer, sale.id, SOLD_ON)
    assert told.sale.state is SaleState.UNPAID
    assert told.money.missing == 1_000_000_000
    assert get_sale(session, people.officer, sale.id, date(2026, 10, 15)).sale.state == "overdue"


def test_the_last_payment_makes_the_sale_paid_and_starts_the_time_to_deliver(
    session, people, sale, at
):
    pay(session, people, sale, 100_000_000, SOLD_ON, at=SOLD_AT, is_deposit=True)
    assert sale.paid_on is None
    pay(session, people, sale, 900_000_000, date(2026, 10, 1), at=at)
    assert (sale.paid_on, sale.due_on) == (date(2026, 10, 1), date(2026, 11, 30))
    assert standing(session, sale) == "sold_paid"
    assert due(session, people, sale, "delivery_due") == date(2026, 11, 30)
    with pytest.raises(PaidInFull):
        pay(session, people, sale, 1, date(2026, 10, 1), at=at)


def test_no_more_than_the_price_is_received_and_a_mistake_is_reversed(session, people, sale, at):
    with pytest.raises(PaidTooMuch):
        pay(session, people, sale, 1_000_000_001, SOLD_ON, at=at)
    with pytest.raises(Invalid):
        pay(session, people, sale, 0, SOLD_ON, at=at)
    with pytest.raises(Invalid):
        pay(session, people, sale, 5, date(2030, 1, 1), at=at)
    entry = pay(session, people, sale, 5, SOLD_ON, at=at)
    reverse_entry(session, people.accountant, sale.id, entry.id, BACK, at=at)
    assert money_of(session, sale.id, sale.price).paid == 0
    with pytest.raises(EntryReversed):
        reverse_entry(session, people.accountant, sale.id, entry.id, BACK, at=at)
    with pytest.raises(NotFound):
        reverse_entry(session, people.accountant, sale.id, 99_999, BACK, at=at)


def agreed(until: date, **said) -> NewExtension:
    facts = {"parties_agree": True, "buyer_agrees": True, "document": "BB-TT"}
    return NewExtension(until=until, **{**facts, **said})


def test_parties_and_buyer_may_agree_on_sixty_days_d152_65_1(session, people, sale):
    wrong = agreed(date(2026, 11, 12), buyer_agrees=False)
    with pytest.raises(ConsentMissing) as refusal:
        extend_payment(session, people.officer, sale.id, wrong, at=SOLD_AT)
    assert refusal.value.article == "D152/26 Art. 65(1)"
    with pytest.raises((Invalid, TooLong)):
        extend_payment(session, people.officer, sale.id, agreed(date(2026, 11, 17)), at=SOLD_AT)
    extend_payment(session, people.officer, sale.id, agreed(date(2026, 11, 13)), at=SOLD_AT)
    assert sale.due_on == date(2026, 11, 13) == due(session, people, sale, "pay_due")


def test_the_law_of_2008_knows_no_longer_time_d62_27_3(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    with pytest.raises(NoExtension) as refusal:
        extend_payment(session, people.officer, sale.id, agreed(date(2026, 5, 1)), at=OLD_AT)
    assert refusal.value.article == "D62 Art. 27(3)"


DEFAULT = NewDefault(cancelled_on=date(2026, 10, 16), document="12/TB-HGK")


def test_who_does_not_pay_loses_the_deposit_and_the_lot_is_offered_at_the_same_price(
    session, people, sale, at
):
    pay(session, people, sale, 100_000_000, SOLD_ON, at=SOLD_AT, is_deposit=True)
    pay(session, people, sale, 300_000_000, date(2026, 10, 1), at=at)
    early = NewDefault(cancelled_on=DUE_ON, document="x")
    with pytest.raises(PaymentNotDueYet) as refusal:
        default_sale(session, people.officer, sale.id, early, at=at)
    assert refusal.value.article == "D152/26 Art. 65(1)"
    default_sale(session, people.officer, sale.id, DEFAULT, at=at)
    told = get_sale(session, people.officer, sale.id, at.date())
    forfeited = next(one for one in told.entries if one.kind is EntryKind.FORFEITED)
    assert (forfeited.amount, forfeited.words) == (100_000_000, "enforcement_office")
    assert forfeited.article == "D152/26 Art. 65(5)"
    apart = next(one for one in told.entries if one.kind is EntryKind.KEPT_APART)
    assert apart.amount == 300_000_000
    assert told.sale.state is SaleState.DEFAULTED
    assert told.sale.pending_since == date(2026, 10, 16)
    assert standing(session, sale) == "defaulted"
    lot = lot_of(session, sale)
    assert lot.closed_on is None
    price = lot_file(session, people.officer, lot.reference, at.date()).next_price
    assert (price.lowest, price.highest) == (1_000_000_000, 1_000_000_000)
    for act in (
        lambda: pay(session, people, sale, 5, SOLD_ON, at=at),
        lambda: default_sale(session, people.officer, sale.id, DEFAULT, at=at),
    ):
        with pytest.raises(SaleEnded):
            act()


def test_until_june_2026_the_deposit_goes_to_the_state_d62_27_5(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    pay(session, people, sale, 100_000_000, sale.sold_on, at=OLD_AT, is_deposit=True)
    new = NewDefault(cancelled_on=date(2026, 3, 20), document="x", refused_in_writing=True)
    later = datetime(2026, 4, 1, 3, tzinfo=UTC)
    default_sale(session, people.officer, sale.id, new, at=later)
    told = get_sale(session, people.officer, sale.id, date(2026, 4, 1))
    forfeited = next(one for one in told.entries if one.kind is EntryKind.FORFEITED)
    assert (forfeited.words, forfeited.article) == ("state_budget", "D62 Art. 27(5)")


def test_the_price_lies_on_deposit_and_interest_goes_by_the_day_of_delivery(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    assert sale.delivery_due_on == date(2026, 11, 13)
    deposit = NewTermDeposit(bank="BIDV", deposited_on=date(2026, 9, 25), document="TG-1")
    put_on_deposit(session, people.accountant, sale.id, deposit, at=at)
    interest = NewInterest(
        amount=Decimal(7_000_001),
        from_on=date(2026, 9, 25),
        to_on=date(2026, 11, 20),
        document="TG-2",
    )
    entries = record_interest(session, people.accountant, sale.id, interest, at=at)
    assert sum(entry.amount for entry in entries) == 7_000_001
    money = money_of(session, sale.id, sale.price)
    assert money.interest_to_debt == 6_125_001
    assert money.interest_to_buyer == 875_000
    assert money.proceeds == 1_006_125_001


@given(
    st.integers(0, 10**15),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 400),
    st.integers(-500, 500),
)
def test_interest_is_split_without_losing_a_dong(amount, start, days, due):
    debt, buyer = split_interest(
        Decimal(amount), start, start + timedelta(days=days), start + timedelta(days=due)
    )
    assert debt + buyer == amount
    assert min(debt, buyer) >= 0
    if due >= days:
        assert buyer == 0


def test_the_asset_is_delivered_on_a_decision_with_minutes(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    new = NewDelivery(delivered_on=date(2026, 10, 1))
    with pytest.raises(DeliveryNotDecided):
        deliver(session, people.officer, sale.id, new, at=at)
    decision = NewDecision(decided_on=date(2026, 9, 20))
    paper = decide_delivery(session, people.officer, sale.id, decision, at=at)
    assert paper.kind == "delivery_decision"
    assert deliver(session, people.officer, sale.id, new, at=at).kind == "delivery_minutes"
    assert standing(session, sale) == "delivered"
    assert due(session, people, sale, "payout_due") == date(2026, 10, 12)
    assert kinds(session, people, sale)[-2:] == ["decision", "delivered"]
    with pytest.raises(DeliveredAlready):
        deliver(session, people.officer, sale.id, new, at=at)


def test_a_late_delivery_says_why(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    decision = NewDecision(decided_on=date(2026, 11, 16))
    decide_delivery(session, people.officer, sale.id, decision, at=at)
    late = NewDelivery(delivered_on=date(2026, 11, 20))
    with pytest.raises(LateReasonMissing, match="2026-11-13") as refusal:
        deliver(session, people.officer, sale.id, late, at=at)
    assert refusal.value.article == "D152/26 Art. 67(1)c"
    new = NewDelivery(delivered_on=date(2026, 11, 20), late_because="Bão số 12, có xác nhận")
    deliver(session, people.officer, sale.id, new, at=at)
    assert sale.delivered_on == date(2026, 11, 20)


def test_nobody_is_made_to_deliver_around_the_lunar_new_year(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    decision = NewDecision(decided_on=date(2026, 11, 16))
    decide_delivery(session, people.officer, sale.id, decision, at=at)
    later = at + timedelta(days=90)
    new = NewDelivery(
        delivered_on=date(2027, 1, 25), coercion="Buộc chuyển ra", late_because="Chờ lực lượng"
    )
    with pytest.raises(HourForbidden) as refused:
        deliver(session, people.officer, sale.id, new, at=later)
    assert refused.value.article == "D152/26 Art. 42(2)"
    willing = msgspec.structs.replace(new, coercion=None)
    deliver(session, people.officer, sale.id, willing, at=later)


@pytest.mark.parametrize(
    ("hour", "day", "refusal"),
    [
        (None, 19, Invalid),
        ("22:01", 19, HourForbidden),
        ("05:59", 19, HourForbidden),
        ("10:00", 18, Invalid),
        ("09:30", 23, Invalid),
        ("22:00", 19, None),
        ("06:00", 19, None),
    ],
)
def test_nobody_is_made_to_deliver_by_night_l25_72_5(session, people, at, hour, day, refusal):
    sale = make_paid(session, people, at=SOLD_AT)
    decision = NewDecision(decided_on=date(2026, 11, 16))
    decide_delivery(session, people.officer, sale.id, decision, at=at)
    on = date(2026, 11, 23 if day == 23 else 19)
    new = NewDelivery(
        delivered_on=on,
        began_at=datetime.fromisoformat(f"2026-11-{day}T{hour}:00") if hour else None,
        coercion="Buộc chuyển ra",
        late_because="Chờ lực lượng",
    )
    if refusal is None:
        issued = deliver(session, people.officer, sale.id, new, at=at)
        minutes = get_paper(session, people.officer, issued.reference).data
        assert datetime.fromisoformat(minutes["at"]).astimezone(TZ).strftime("%H:%M") == hour
        return
    with pytest.raises(refusal) as refused:
        deliver(session, people.officer, sale.id, new, at=at)
    assert list(refused.value.fields) == ["began_at"]
    if hour != "10:00" and day != 23:
        assert refused.value.article == "L25 Art. 72(5)"
        assert refused.value.params["rule"] == "no_coercion_hours"
    willing = msgspec.structs.replace(new, coercion=None, began_at=None)
    deliver(session, people.officer, sale.id, willing, at=at)


def test_nothing_is_delivered_or_deposited_before_it_is_paid(session, people, sale, at):
    with pytest.raises(NotPaidInFull):
        decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=SOLD_ON), at=at)
    deposit = NewTermDeposit(bank="BIDV", deposited_on=SOLD_ON, document="x")
    with pytest.raises(NotPaidInFull):
        put_on_deposit(session, people.accountant, sale.id, deposit, at=at)
    note = NewNote(kind=EntryKind.REOCCUPIED, happened_on=SOLD_ON, words="Vào ở lại")
    with pytest.raises(NotDelivered):
        note_after_sale(session, people.officer, sale.id, note, at=at)
    note = NewNote(kind=EntryKind.RECEIPT, happened_on=SOLD_ON, words="không phải")
    with pytest.raises(Invalid):
        note_after_sale(session, people.officer, sale.id, note, at=at)


def test_after_delivery_the_file_goes_to_the_register_and_the_old_title_is_cancelled(
    session, people, at
):
    sale = make_delivered(session, people, at=SOLD_AT)
    for kind, on in (
        (EntryKind.TITLE_FILE, date(2026, 9, 20)),
        (EntryKind.TITLE_NOT_COLLECTED, date(2026, 9, 21)),
        (EntryKind.OLD_TITLE, date(2026, 10, 1)),
    ):
        note = NewNote(kind=kind, happened_on=on, words="Văn phòng đăng ký đất đai")
        note_after_sale(session, people.officer, sale.id, note, at=at)
    lot = lot_of(session, sale).reference
    rows = {one.rule_key: one for one in deadlines_of(session, people.officer, "lot", lot)}
    assert rows["registration_file_due"].met_on == date(2026, 9, 20)
    assert rows["old_title_cancelled"].due_on == date(2026, 10, 5)
    assert rows["old_title_cancelled"].met_on == date(2026, 10, 1)
    assert standing(session, sale) == "delivered"


def annulment(ground=AnnulmentGround.COLLUSION, on=date(2026, 10, 5)) -> NewAnnulment:
    return NewAnnulment(ground=ground, cancelled_on=on, document="05/QĐ-TA")


def test_an_annulled_result_gives_everything_back_and_the_round_counts_as_nothing(
    session, people, at
):
    sale = make_paid(session, people, at=SOLD_AT)
    wrong = annulment(AnnulmentGround.UNDELIVERABLE)
    with pytest.raises(NotDeliverable):
        annul_result(session, people.officer, sale.id, wrong, at=at)
    annul_result(session, people.officer, sale.id, annulment(), at=at)
    assert standing(session, sale) == "result_cancelled"
    money = money_of(session, sale.id, sale.price)
    assert money.to_return == 1_000_000_000
    back = NewReturn(amount=Decimal(1_000_000_001), returned_on=at.date(), document="PC-1")
    with pytest.raises(PaidTooMuch):
        return_money(session, people.accountant, sale.id, back, at=at)
    whole = NewReturn(amount=Decimal(1_000_000_000), returned_on=at.date(), document="PC-1")
    return_money(session, people.accountant, sale.id, whole, at=at)
    with pytest.raises(PaidTooMuch):
        return_money(session, people.accountant, sale.id, whole, at=at)
    file = lot_file(session, people.officer, lot_of(session, sale).reference, at.date())
    assert file.lot.closed_on is None
    assert file.step == "round"


def test_what_is_no_ground_of_its_day_annuls_nothing(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    wrong = annulment(AnnulmentGround.UNDELIVERABLE, date(2026, 3, 20))
    with pytest.raises(ResultStands) as refusal:
        annul_result(session, people.officer, sale.id, wrong, at=OLD_AT + timedelta(days=9))
    assert refusal.value.article == "PA16 Art. 72"


def test_after_the_sale_the_parties_settle_only_with_the_buyer_d152_14_2(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    new = NewSettlement(settled_on=date(2026, 10, 1), document="BB-TT")
    with pytest.raises(ConsentMissing) as refusal:
        settle(session, people.officer, sale.id, new, at=at)
    assert refusal.value.article == "D152/26 Art. 14(2)"
    consented = NewSettlement(
        settled_on=date(2026, 10, 1), document="BB-TT", buyer_consent="Đơn 01"
    )
    settle(session, people.officer, sale.id, consented, at=at)
    assert standing(session, sale) == "agreed"
    assert lot_of(session, sale).closed_on == date(2026, 10, 1)


def taken(of: Lot, **said) -> NewSale:
    facts = {
        "lot": of.reference,
        "way": Way.DIRECT,
        "buyer": "Ông Nhận",
        "price": Decimal(1_000_000_000),
        "sold_on": SOLD_ON,
        "document": "BB-13b",
        "announced_on": date(2026, 9, 11),
        "announcement": "TB-13b, bảng niêm yết",
    }
    return NewSale(**{**facts, **said})


def test_what_is_sold_without_auction_is_delivered_in_three_working_days(session, people, at):
    lot = make_small_lot(session, people, at=SOLD_AT)
    sale = register_sale(session, people.officer, taken(lot, price=Decimal(SMALL)), at=SOLD_AT)
    assert standing(session, sale) == "sold_unpaid"
    pay(session, people, sale, SMALL, SOLD_ON, at=SOLD_AT)
    assert sale.delivery_due_on == date(2026, 9, 17)
    assert due(session, people, sale, "delivery_due_non_auction") == date(2026, 9, 17)


@pytest.mark.parametrize(
    ("announced", "told", "first"),
    [
        (None, SOLD_ON, date(2026, 9, 15)),
        (date(2026, 9, 12), date(2026, 9, 12), date(2026, 9, 15)),
        (SOLD_ON, SOLD_ON, date(2026, 9, 15)),
    ],
)
def test_a_sale_without_auction_is_announced_a_working_day_before_d152_64(
    session, people, announced, told, first
):
    lot = make_small_lot(session, people, at=SOLD_AT)
    late = taken(lot, price=Decimal(SMALL), announced_on=announced)
    with pytest.raises(NoticeTooLate) as refusal:
        register_sale(session, people.officer, late, at=SOLD_AT)
    error = refusal.value
    assert (error.article, error.params["rule"]) == ("D152/26 Art. 64", "non_auction_sale_notice")
    assert (error.params["latest"], error.params["told"]) == (date(2026, 9, 11), told)
    assert error.params["first"] == first
    assert error.departs == {
        "rule": "non_auction_sale_notice",
        "kind": "lot",
        "ref": lot.reference,
    }


def test_a_notice_before_a_sale_names_its_paper_and_lies_in_the_past(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    for said in ({"announcement": None}, {"announced_on": date(2026, 9, 15)}):
        new = taken(lot, price=Decimal(SMALL), **said)
        with pytest.raises(Invalid):
            register_sale(session, people.officer, new, at=SOLD_AT)


def test_the_law_of_2008_asks_for_no_notice_before_a_sale_without_auction(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    about = due_subject(lot)
    new = taken(lot, sold_on=local_day(OLD_AT), announced_on=None)
    check_announced(session, people.officer, new, about, at=OLD_AT)
    with pytest.raises(NoticeTooLate):
        check_announced(session, people.officer, taken(lot, announced_on=None), about, at=SOLD_AT)


def test_an_unannounced_sale_is_let_through_once_by_a_second_person(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    number = session.scalars(
        select(Asset.reference).join(LotAsset).where(LotAsset.lot_id == lot.id)
    ).one()
    lot.closed_on = SOLD_ON
    wish = NewDeparture(
        rule_key="non_auction_sale_notice",
        subject_kind="asset",
        subject_ref=number,
        reason="Cá tươi hỏng trong ngày, kho lạnh mất điện.",
    )
    new = taken(lot, lot=None, asset=number, price=Decimal(SMALL), announced_on=None)
    asked = ask_departure(session, people.officer, wish, at=SOLD_AT)
    with pytest.raises(NoticeTooLate), session.begin_nested():
        register_sale(session, people.officer, new, at=SOLD_AT)
    decide_departure(session, people.head, asked.id, Decision(approved=True), at=SOLD_AT)
    sale = register_sale(session, people.officer, new, at=SOLD_AT)
    assert (sale.announced_on, sale.announcement) == (None, "TB-13b, bảng niêm yết")
    used = session.scalars(select(DepartureUse)).one()
    assert used.facts == {"sold_on": "2026-09-14", "announced_on": None, "latest_on": "2026-09-11"}


def test_what_is_worth_more_is_auctioned_l25_83_2b(session, people):
    lot = make_formed_lot(session, people, at=SOLD_AT)
    with pytest.raises(NotWithoutAuction) as refusal:
        register_sale(session, people.officer, taken(lot), at=SOLD_AT)
    assert refusal.value.article == "L25 Art. 83(2)b; D152/26 Art. 64"


def test_an_asset_in_no_lot_is_sold_without_auction_and_stands_on_the_board(session, people, at):
    lot = make_small_lot(session, people, at=SOLD_AT)
    reference = session.scalars(
        select(Asset.reference).join(LotAsset).where(LotAsset.lot_id == lot.id)
    ).one()
    new = taken(lot, lot=None, asset=reference, price=Decimal(SMALL))
    with pytest.raises(AssetInOpenLot):
        register_sale(session, people.officer, new, at=SOLD_AT)
    lot.closed_on = SOLD_ON
    with pytest.raises(Invalid):
        register_sale(session, people.officer, taken(lot, asset=reference), at=SOLD_AT)
    sale = register_sale(session, people.officer, new, at=SOLD_AT)
    assert sale.lot_id != lot.id
    assert standing(session, sale) == "sold_unpaid"
    assert [row.id for row in list_undelivered(session, people.officer, SOLD_ON).items] == [sale.id]


def test_the_winner_is_carried_into_the_sale_with_identity_address_and_deposit(session, people):
    lot = make_formed_lot(session, people, at=SOLD_AT)
    opens = SOLD_AT + timedelta(days=10)
    new = new_round(1_000_000_000, opens, deposit=100_000_000)
    schedule_round(session, people.officer, lot.reference, new, at=SOLD_AT)
    where = (session, people.officer, lot.reference, 1)
    for name, number in (("Bà Lê Mua", "001090000001"), ("Ông Đỗ Mua", "001090000002")):
        said = NewBidder(name=name, identity_number=number, address=f"Nhà của {name}")
        bidder = register_bidder(*where, said, at=SOLD_AT).number
        paid = NewDeposit(amount=Decimal(100_000_000), document=f"UNC-{bidder}")
        note_deposit(*where, paid, bidder=bidder, at=opens - timedelta(days=1))
    for bidder, amount in ((1, 1_000_000_000), (2, 1_100_000_000)):
        say(*where, NewSaid(bidder=bidder, kind=BidKind.BID, amount=Decimal(amount)), at=opens)
    close_round(session, people, lot, 1, Outcome.SOLD, at=opens + timedelta(hours=1))
    sale = session.scalars(select(Sale).where(Sale.lot_id == lot.id)).one()
    told = get_sale(session, people.officer, sale.id, local_day(opens))
    assert (told.sale.buyer, told.buyer_identity) == ("Ông Đỗ Mua", "001090000002")
    assert told.buyer_address == "Nhà của Ông Đỗ Mua"
    assert (told.money.deposit, told.money.missing) == (100_000_000, 1_000_000_000)
    assert (told.entries[0].kind, told.entries[0].document) == ("deposit", "UNC-2")
    later = opens + timedelta(days=2)
    with pytest.raises(DepositCarried):
        pay(session, people, sale, 100_000_000, local_day(later), at=later, is_deposit=True)
    pay(session, people, sale, 1_000_000_000, local_day(later), at=later)
    assert sale.paid_on == local_day(later)


def test_the_officer_of_a_sale_follows_the_case_until_it_ends(session, people, sale, at):
    lot = lot_of(session, sale)
    case = session.get_one(EnforcementCase, lot.case_id)
    lot.case_id = None
    other = people.head.staff_id

    def officer() -> str | None:
        return get_sale(session, people.officer, sale.id, at.date()).sale.officer

    case.officer_id = people.officer.staff_id
    session.flush()
    assert officer() == people.officer.name
    case.officer_id = other
    session.flush()
    assert officer() == people.head.name
    default_sale(session, people.officer, sale.id, DEFAULT, at=at)
    case.officer_id = people.officer.staff_id
    session.flush()
    assert officer() == people.head.name


@pytest.mark.parametrize(
    "said",
    [
        {"way": Way.AUCTION},
        {"set_off": Decimal(1_000_000_001)},
        {"price": Decimal(0)},
        {"sold_on": date(2030, 1, 1)},
    ],
)
def test_a_sale_that_does_not_hold_is_refused(session, people, said):
    lot = make_formed_lot(session, people, at=SOLD_AT)
    with pytest.raises(Invalid):
        register_sale(session, people.officer, taken(lot, **said), at=SOLD_AT)


def test_the_board_shows_what_is_sold_and_not_delivered_oldest_first(
    session, people, at, statements
):
    made = [make_sold(session, people, at=SOLD_AT + timedelta(days=n)) for n in (3, 0, 7)]
    make_delivered(session, people, at=SOLD_AT)
    statements.clear()
    first = list_undelivered(session, people.officer, at.date(), size=2)
    assert len(statements) == 1
    rest = list_undelivered(session, people.officer, at.date(), cursor=first.next_cursor)
    found = [row.id for row in (*first.items, *rest.items)]
    assert found == [made[1].id, made[0].id, made[2].id]
    assert {row.state for row in first.items} == {SaleState.OVERDUE}
    assert first.items[0].age == (at.date() - SOLD_ON).days
    assert count_undelivered(session, people.officer, at.date()) == (3, 3)
    assert list_undelivered(session, people.foreign_officer, at.date()).items == []


def test_a_foreign_office_sees_no_sale_and_only_its_people_act(session, people, sale, become, at):
    sale_id = sale.id
    with pytest.raises(Forbidden):
        default_sale(session, people.accountant, sale_id, DEFAULT, at=at)
    new = NewReceipt(amount=Decimal(5), received_on=SOLD_ON, document="x")
    with pytest.raises(Forbidden):
        receive(session, people.head, sale_id, new, at=at)
    become(people.foreign_officer)
    assert session.scalars(select(Sale)).all() == []
    with pytest.raises(NotFound):
        get_sale(session, people.foreign_officer, sale_id, SOLD_ON)
    with pytest.raises(NotFound):
        default_sale(session, people.foreign_officer, sale_id, DEFAULT, at=at)


def test_a_buyer_who_did_not_pay_in_time_is_proposed_as_defaulted_once(session, people):
    sale = make_sold(session, people, at=SOLD_AT)
    last = datetime(2026, 10, 14, 3, tzinfo=UTC)
    assert due_defaults(session, last) == [], "he may pay on the last day"
    after = last + timedelta(days=1)
    assert due_defaults(session, after) == [str(sale.id)]
    propose(lambda: nullcontext(session), str(sale.id), after)
    propose(lambda: nullcontext(session), str(sale.id), after)
    assert (sale.default_proposed_on, sale.defaulted_on) == (date(2026, 10, 15), None)
    told = get_sale(session, people.officer, sale.id, after.date())
    (entry,) = [one for one in told.entries if one.kind is EntryKind.DEFAULT_PROPOSED]
    assert (entry.article, entry.words) == ("D152/26 Art. 65(1)", "2026-10-14")
    assert count_proposed(session, people.officer) == 1
    assert count_proposed(session, people.foreign_officer) == 0
    assert due_defaults(session, after) == []
    with pytest.raises(PaymentOverdue) as refused:
        decide_delivery(
            session, people.officer, sale.id, NewDecision(decided_on=after.date()), at=after
        )
    assert refused.value.article == "D152/26 Art. 65(1)"
    assert refused.value.params["rule"] == "pay_due"


def test_after_the_proposal_late_money_waits_for_the_officer_and_time_agreed_ends_it(
    session, people
):
    sale = make_sold(session, people, at=SOLD_AT)
    after = datetime(2026, 10, 15, 3, tzinfo=UTC)
    propose(lambda: nullcontext(session), str(sale.id), after)
    with pytest.raises(PaymentOverdue, match="Lawful"):
        pay(session, people, sale, 500_000_000, after.date(), at=after)
    pay(session, people, sale, 500_000_000, date(2026, 10, 13), at=after)
    longer = NewExtension(
        until=date(2026, 11, 13), document="BB-7", parties_agree=True, buyer_agrees=True
    )
    extend_payment(session, people.officer, sale.id, longer, at=after)
    assert (sale.default_proposed_on, sale.due_on) == (None, date(2026, 11, 13))
    missing = get_sale(session, people.officer, sale.id, after.date()).money.missing
    pay(session, people, sale, int(missing), after.date(), at=after)
    assert sale.paid_on == after.date()
    assert count_proposed(session, people.officer) == 0
    assert due_defaults(session, after + timedelta(days=90)) == []


def test_the_officer_turns_the_proposal_into_a_default(session, people):
    sale = make_sold(session, people, at=SOLD_AT)
    after = datetime(2026, 10, 15, 3, tzinfo=UTC)
    propose(lambda: nullcontext(session), str(sale.id), after)
    new = NewDefault(cancelled_on=after.date(), document="VB-25")
    default_sale(session, people.officer, sale.id, new, at=after)
    assert sale.defaulted_on == after.date()
    assert count_proposed(session, people.officer) == 0
