"""Owners, creditors and debtors between rounds: who goes first, who pays, and until when."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from auction.bidding.queries import find_outcome
from auction.bidding.registering import register_bidder
from auction.bidding.schemas import NewBidder
from auction.claims.commands import record_claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.queries import last_round
from auction.offers.commands.leaving import redeem
from auction.offers.commands.priority import (
    answer_priority,
    choose_owner,
    end_priority,
    offer_priority,
    pay_priority,
)
from auction.offers.commands.setoff import lapse_setoff, pay_setoff, tell_debtor
from auction.offers.models import AssetExit
from auction.offers.outlook import between_file
from auction.offers.redemption import redemption_due
from auction.offers.rules import (
    ChosenBy,
    DrawNeeded,
    ExpensesUnsaid,
    PriorityEnd,
    SetOffEnd,
    SumDiffers,
    TooLate,
)
from auction.offers.schemas import (
    NewChoice,
    NewDebtorNotice,
    NewExpense,
    NewLapse,
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
    NewRedemption,
    NewSetOffPayment,
)
from inventory.titles.commands import record_title
from inventory.titles.queries import title_file
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewOwner, NewTitle
from tests.edge_cases.table import Office, edge_case
from tests.make.between import Between, failed_lot, lot_of_the_old_law, lot_on_its_way

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
SINCE = date(2026, 8, 3)


def way_of(office: Office) -> Between:
    return lot_on_its_way(office.session, office.people, at=AT)


SISTERS = ("Trần Thị Chung", "Trần Thị Riêng")


def own_together(way: Between, sisters: int) -> None:
    owners = [NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", under=1 + sisters)]
    owners += [
        NewOwner(role=OwnerRole.CO_OWNER, name=name, under=1 + sisters)
        for name in SISTERS[:sisters]
    ]
    new = NewTitle(from_on=SINCE, document="GCN 1", indivisible=True, owners=owners)
    record_title(way.session, way.people.officer, way.asset, new, at=way.now)


def tell_co_owners(way: Between) -> None:
    new = NewPriority(told_on=way.today)
    offer_priority(way.session, way.people.officer, way.asset, new, at=way.now)


def accept(way: Between, owner: str) -> None:
    new = NewPriorityAnswer(owner=owner, accepted=True, answered_on=way.today, document="Đơn")
    answer_priority(way.session, way.people.officer, way.asset, new, at=way.now)


def buy(way: Between, amount: int) -> str | None:
    new = NewPriorityPayment(paid_on=way.today, amount=Decimal(amount), document="BL")
    offer = pay_priority(way.session, way.people.officer, way.asset, new, at=way.now)
    return offer.ending


def accepted(office: Office) -> Between:
    """The creditor said that he takes it, and the debtor was told."""
    way = failed_lot(office.session, office.people, 3, at=AT)
    way.ask().answer(accepted=True)
    new = NewDebtorNotice(told_on=way.today)
    tell_debtor(way.session, way.people.officer, way.ref, new, at=way.now)
    return way


def taken_under_the_old_law(office: Office) -> Between:
    """The creditor takes it after three rounds in vain, and the debtor was told."""
    start = datetime(2026, 3, 2, 2, tzinfo=UTC)
    way = lot_of_the_old_law(office.session, office.people, at=AT, start=start)
    way.fail().reduce(agreed=True).wait(1).fail().reduce(agreed=True).wait(1).fail()
    way.ask().answer(accepted=True)
    new = NewDebtorNotice(told_on=way.today)
    tell_debtor(way.session, way.people.officer, way.ref, new, at=way.now)
    return way


def pay_all(way: Between) -> None:
    new = NewRedemption(
        paid_on=way.today, debt=Decimal(900_000_000), costs=Decimal(0), document="BL"
    )
    redeem(way.session, way.people.officer, way.asset, new, at=way.now)


@edge_case(8, "L25 Art. 39(2)b")
def an_indivisible_thing_has_owners_with_shares_and_the_co_owner_goes_first(
    office: Office,
) -> None:
    way = way_of(office)
    own_together(way, 1)
    title = title_file(way.session, way.people.officer, way.asset, way.today).title
    assert title is not None
    assert title.indivisible
    assert str(title.debtors_share) == "1/2"
    tell_co_owners(way)
    accept(way, SISTERS[0])
    assert buy(way, 500_000_000) == PriorityEnd.PAID
    assert way.lot.closed_on == way.today


@edge_case(9, "D152/26 Art. 63(1); D62 Art. 27(1)")
def several_co_owners_agree_or_draw_lots_with_minutes(office: Office) -> None:
    way = way_of(office)
    own_together(way, 2)
    tell_co_owners(way)
    accept(way, SISTERS[0])
    accept(way, SISTERS[1])
    with pytest.raises(DrawNeeded):
        buy(way, 333_333_334)
    new = NewChoice(
        owner=SISTERS[1], chosen_by=ChosenBy.DRAWN, chosen_on=way.today, minutes="BB-BT 1"
    )
    offer = choose_owner(way.session, way.people.officer, way.asset, new, at=way.now)
    assert (offer.chosen, offer.minutes) == (SISTERS[1], "BB-BT 1")
    assert buy(way, 333_333_334) == PriorityEnd.PAID


def of_case(way: Between) -> int:
    assert way.lot.case_id is not None
    return way.lot.case_id


def owe(way: Between, principal: int) -> None:
    new = NewClaim(
        kind=ClaimKind.OTHER,
        creditor="Ngân hàng Thử",
        principal=Decimal(principal),
        granted_on=date(2026, 7, 6),
        asked_on=date(2026, 7, 6),
    )
    record_claim(way.session, way.people.officer, of_case(way), new, at=way.now)


def with_bidder(way: Between, name: str) -> None:
    """A round that opens on Monday, 30 November, with somebody registered for it."""
    way.fail().reduce().announce(7)
    bidder = NewBidder(name=name, identity_number="079123")
    register_bidder(way.session, way.people.officer, way.ref, way.rounds, bidder, at=way.now)


def take_back(way: Between, debt: int, costs: int, *spent: NewExpense) -> list[AssetExit]:
    new = NewRedemption(
        paid_on=way.today,
        debt=Decimal(debt),
        costs=Decimal(costs),
        document="BL 16",
        expenses=list(spent),
    )
    return redeem(way.session, way.people.officer, way.asset, new, at=way.now)


@edge_case(16, "L25 Art. 83(4)")
def the_debtor_pays_all_until_one_working_day_before_the_opening(office: Office) -> None:
    way = way_of(office)
    owe(way, 600_000_000)
    way.cost(30_000_000)
    with_bidder(way, "Nguyễn Văn Mua")
    eve = date(2026, 11, 27)
    due = redemption_due(way.session, way.people.officer, way.asset, way.today)
    assert (due.until_on, due.article) == (eve, "L25 Art. 83(4)")
    assert (due.debt, due.costs) == (600_000_000, 30_000_000)
    assert [one.bidder for one in due.expenses] == ["Nguyễn Văn Mua"]
    way.until(eve)
    spent = NewExpense(bidder="Nguyễn Văn Mua", amount=Decimal(500_000), document="HĐ 2")
    (left,) = take_back(way, 600_000_000, 30_000_000, spent)
    assert (left.debt, left.costs, left.expenses) == (600_000_000, 30_000_000, 500_000)
    file = between_file(way.session, way.people.officer, way.ref, way.today)
    (line,) = file.exits[0].lines
    assert (line.bidder, line.amount, line.document) == ("Nguyễn Văn Mua", 500_000, "HĐ 2")
    assert standing_of(way.session, [way.asset_id])[way.asset_id].state is State.REDEEMED
    last = last_round(way.session, way.lot.id)
    assert last is not None
    outcome = find_outcome(way.session, last.id)
    assert outcome is not None
    assert outcome.code == "stopped"


@edge_case(16, "L25 Art. 83(4)")
def less_than_debt_costs_and_what_bidders_spent_is_refused(office: Office) -> None:
    way = way_of(office)
    owe(way, 600_000_000)
    way.cost(30_000_000)
    with_bidder(way, "Nguyễn Văn Mua")
    nothing = NewExpense(bidder="Nguyễn Văn Mua", amount=Decimal(0))
    for debt, costs in ((599_999_999, 30_000_000), (600_000_000, 29_999_999)):
        with pytest.raises(SumDiffers) as short:
            take_back(way, debt, costs, nothing)
        assert short.value.article == "L25 Art. 83(4)"
    with pytest.raises(ExpensesUnsaid) as unsaid:
        take_back(way, 600_000_000, 30_000_000)
    assert unsaid.value.article == "L25 Art. 83(4)"
    take_back(way, 600_000_000, 30_000_000, nothing)


@edge_case(16, "L25 Art. 83(4); L08 Art. 101(5)")
def on_the_last_working_day_it_is_too_late_by_either_law(office: Office) -> None:
    way = way_of(office).announce(7)
    with pytest.raises(TooLate) as late:
        pay_all(way.until(date(2026, 11, 28)))
    assert (late.value.article, late.value.params["day"]) == ("L25 Art. 83(4)", date(2026, 11, 27))
    start = datetime(2026, 4, 6, 2, tzinfo=UTC)
    old = lot_of_the_old_law(office.session, office.people, at=AT, start=start).announce(10)
    with pytest.raises(TooLate) as late:
        pay_all(old.until(date(2026, 4, 16)))
    assert (late.value.article, late.value.params["day"]) == ("L08 Art. 101(5)", date(2026, 4, 15))


@edge_case(17, "D152/26 Art. 65(6)")
def the_debtor_pays_while_the_creditor_takes_it_within_five_working_days(office: Office) -> None:
    way = accepted(office).until(date(2026, 12, 2))
    pay_all(way)
    (setoff,) = between_file(way.session, way.people.officer, way.ref, way.today).setoffs
    assert setoff.ending is SetOffEnd.REDEEMED
    assert standing_of(way.session, [way.asset_id])[way.asset_id].state is State.REDEEMED


@edge_case(17, "D152/26 Art. 65(6)")
def after_the_five_working_days_the_debtor_is_too_late(office: Office) -> None:
    way = accepted(office).until(date(2026, 12, 3))
    with pytest.raises(TooLate) as late:
        pay_all(way)
    assert late.value.article == "D152/26 Art. 65(6)"
    assert late.value.params["day"] == date(2026, 12, 2)


@edge_case(17, "L08 Art. 104(2)")
def under_the_old_law_the_debtor_has_thirty_days(office: Office) -> None:
    in_time, too_late = taken_under_the_old_law(office), taken_under_the_old_law(office)
    pay_all(in_time.wait(30))
    taken = standing_of(in_time.session, [in_time.asset_id])
    assert taken[in_time.asset_id].state is State.REDEEMED
    with pytest.raises(TooLate) as late:
        pay_all(too_late.wait(31))
    assert late.value.article == "L08 Art. 104(2)"


@edge_case(19, "L25 Art. 83(1)")
def a_co_owner_who_pays_late_loses_it_to_the_auction(office: Office) -> None:
    way = way_of(office)
    own_together(way, 1)
    tell_co_owners(way)
    accept(way, SISTERS[0])
    way.until(date(2026, 12, 9))
    with pytest.raises(TooLate):
        buy(way, 500_000_000)
    new = NewLapse(on=way.today)
    offer = end_priority(way.session, way.people.officer, way.asset, new, at=way.now)
    assert offer.ending == PriorityEnd.UNPAID
    way.fail()


@edge_case(19, "D152/26 Art. 65(6)")
def a_creditor_who_pays_late_falls_back_to_the_next_reduction(office: Office) -> None:
    way = accepted(office).until(date(2026, 12, 10))
    late = NewSetOffPayment(paid_on=way.today, amount=Decimal(0), document="BL")
    with pytest.raises(TooLate):
        pay_setoff(way.session, way.people.officer, way.ref, late, at=way.now)
    new = NewLapse(on=way.today)
    lapse_setoff(way.session, way.people.officer, way.ref, new, at=way.now)
    way.reduce()
    assert way.price == 729_000_000
