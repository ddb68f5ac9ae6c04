"""What is held or given back: nobody fetches it, its receiver does not come, nobody asks for it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from auction.claims.commands import ask_enforcement, change_claim
from auction.claims.held import StillHeld, count_silent, give_back_held
from auction.claims.queries import get_claim, state_debt_of
from auction.claims.rules import AskedTooLate, ClaimKind, EntryKind
from auction.claims.schemas import NewAsking, NewEntry, NewGivingBack
from auction.costs.commands import enter_cost
from auction.costs.rules import Bearer, CostKind
from auction.costs.schemas import NewCost
from auction.deadlines.queries import deadlines_of
from auction.payouts.rules import VoucherWay
from auction.payouts.shares import KeptElsewhere, TermRuns
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.commands.registering import register_sale
from auction.sales.models import Sale
from auction.sales.rules import Way as SaleWay
from auction.sales.schemas import NewDecision, NewDelivery, NewSale
from auction.valuations.commands.record import record_valuation
from inventory.base.clock import local_day
from inventory.disposals.commands.carry_out import put_up_for_sale
from inventory.disposals.commands.steps import decide, give_up_waiting, notify
from inventory.disposals.queries import get_disposal, list_for_sale
from inventory.disposals.rules import Ending, Step, StillWaiting, Way
from inventory.disposals.schemas import NewDisposal, NewNotice
from inventory.titles.commands import set_region
from inventory.titles.rules import Region
from inventory.titles.schemas import NewRegion
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import new_valuation
from tests.make.inventory import make_asset, make_case
from tests.make.money import SMALL, lines_of, make_claim, pay, propose
from tests.make.shares import approve_and_pay, deposit, forfeit, line_of, remit, tell

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)


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
    asset = make_asset(session, people.keeper, case, at=AT).reference

    def give_back(on: datetime) -> str:
        new = NewGivingBack(assets=[asset], decision_number="88/QĐ-TL", decision_on=local_day(on))
        return give_back_held(session, people.officer, case.id, new, at=on).reference

    with pytest.raises(StillHeld) as early:
        give_back(later - timedelta(days=1))
    assert early.value.params["last"] == date(2031, 7, 7)
    assert state_debt_of(session, case.id, TODAY) == 10_000_000
    with pytest.raises(StillHeld) as unpaid:
        give_back(later)
    assert (unpaid.value.article, unpaid.value.params["due"]) == ("D152/26 Art. 41(3)", 10_000_000)
    paid = NewEntry(
        kind=EntryKind.PAID, principal=Decimal(10_000_000), happened_on=TODAY, document="BL-1"
    )
    change_claim(session, people.officer, fee.id, paid, at=AT)
    assert count_silent(session, people.officer, later) == 1
    made = get_disposal(session, people.officer, give_back(later))
    assert (made.way, made.party) == (Way.RETURN, "Trần Văn Nợ")
    assert made.awaits is Step.NOTICED
    gone = get_claim(session, people.officer, silent.id, local_day(later))
    assert (gone.claim.owed.total, gone.entries[-1].kind) == (0, EntryKind.LAPSED)
    assert count_silent(session, people.officer, later) == 0


@edge_case(43, "D152/26 Art. 41(3)")
def what_is_held_for_a_creditor_who_asked_in_time_stays(office: Office) -> None:
    session, people = office
    case = make_case(session, people.officer, "43b/QĐ-THADS", at=AT)
    make_claim(session, people, case, 200_000_000, at=AT)
    asset = make_asset(session, people.keeper, case, at=AT).reference
    later = datetime(2031, 7, 8, 3, tzinfo=UTC)
    new = NewGivingBack(assets=[asset], decision_number="88", decision_on=local_day(later))
    with pytest.raises(StillHeld, match="Ngân hàng Thử") as refusal:
        give_back_held(session, people.officer, case.id, new, at=later)
    assert refusal.value.article == "D152/26 Art. 41(3)"
