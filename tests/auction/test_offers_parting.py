"""One asset of several leaves its lot; the rest goes on at its part of the last price."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.queries import check_runs, runs_of
from auction.claims.commands import record_claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.deadlines.queries import deadlines_of
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot, links_of_lot, open_lot_of
from auction.lots.rules import LotIsClosed, PriceTooLow, Relot
from auction.lots.taking import SetOffOpen
from auction.offers.commands.leaving import redeem, settle
from auction.offers.commands.priority import answer_priority, offer_priority, pay_priority
from auction.offers.commands.unsold import return_unsold
from auction.offers.models import UnsoldReturn
from auction.offers.rules import AboveFloor, NotAlone, SumDiffers
from auction.offers.schemas import (
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
    NewRedemption,
    NewReturn,
    NewSettlement,
)
from auction.outcomes.queries import lot_file
from auction.sales.models import Sale
from auction.sales.queries import assets_of
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from inventory.base.errors import Invalid
from inventory.titles.commands import record_collateral, record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewCollateral, NewOwner, NewTitle
from tests.make.auction import make_formed_lot, new_round
from tests.make.between import BILLION, DAY, Between
from tests.make.organisation import People

SINCE = date(2026, 8, 3)
SISTER = "Trần Thị Chung"


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """A lot of two assets worth 600 and 400 million, failed once and reduced by a tenth."""
    lot = make_formed_lot(session, people, 600_000_000, 400_000_000, at=at)
    return Between(session, people, lot, BILLION, at).fail().reduce()


def both(way: Between) -> list[Asset]:
    found = [one.id for one in assets_of_lot(way.session, way.lot.id)]
    return [way.session.get_one(Asset, one) for one in found]


def rest_of(way: Between, asset: Asset) -> Lot:
    """The open lot that the asset goes on in."""
    found = open_lot_of(way.session, SYSTEM, asset.id)
    assert found is not None
    return way.session.scalars(select(Lot).where(Lot.reference == found)).one()


def goes_on(way: Between, asset: Asset, price: int) -> None:
    """The rest is in a linked lot, no count was reset, and it begins at its part and no lower."""
    lot = rest_of(way, asset)
    assert [one.reference for one in assets_of_lot(way.session, lot.id)] == [asset.reference]
    assert Relot.SPLIT in {link.kind for link in links_of_lot(way.session, lot.id)}
    runs = runs_of(way.session, [one.id for one in both(way)])
    assert {one.failed_in_a_row for one in runs.values()} == {1}
    file = lot_file(way.session, SYSTEM, lot.reference, way.today)
    assert file.next_price is not None
    assert file.next_price.lowest == price
    with pytest.raises(PriceTooLow):
        offer(way, lot, price - 1)
    offer(way, lot, price)
    assert check_runs(way.session) == []


def offer(way: Between, lot: Lot, price: int) -> None:
    new = new_round(price, way.now + 20 * DAY)
    schedule_round(way.session, way.people.officer, lot.reference, new, at=way.now)


def own_together(way: Between, asset: Asset) -> None:
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name=SISTER, under=2),
    ]
    new = NewTitle(from_on=SINCE, document="GCN 1", owners=owners)
    record_title(way.session, way.people.officer, asset.reference, new, at=way.now)


def pay(way: Between, asset: Asset, debt: int = 0, *, only_this: bool = True) -> None:
    new = NewRedemption(
        paid_on=way.today,
        debt=Decimal(debt),
        costs=Decimal(0),
        document="BL",
        only_this=only_this,
    )
    redeem(way.session, way.people.officer, asset.reference, new, at=way.now)


def test_a_co_owner_buys_one_asset_and_only_that_one_is_sold(way: Between) -> None:
    """L25 Art. 83(1): the sale is of that asset alone."""
    mine, other = both(way)
    own_together(way, mine)
    way.announce(20)
    officer, ref = way.people.officer, mine.reference
    offer_priority(way.session, officer, ref, NewPriority(told_on=way.today), at=way.now)
    yes = NewPriorityAnswer(owner=SISTER, accepted=True, answered_on=way.today, document="Đơn")
    answer_priority(way.session, officer, ref, yes, at=way.now)
    paid = NewPriorityPayment(paid_on=way.today, amount=Decimal(270_000_000), document="BL")
    pay_priority(way.session, officer, ref, paid, at=way.now)
    sale = way.session.scalars(select(Sale)).one()
    assert assets_of(way.session, sale.lot_id) == [mine.id]
    assert (sale.price, sale.buyer) == (540_000_000, SISTER)
    assert way.lot.closed_on == way.today
    states = standing_of(way.session, [mine.id, other.id])
    assert states[mine.id].state is State.SOLD_PAID
    assert states[other.id].state is not State.SOLD_PAID
    goes_on(way, other, 360_000_000)


def test_the_owner_of_collateral_pays_what_it_secures_and_takes_it_back_alone(
    way: Between,
) -> None:
    """L25 Art. 3(3): he is debtor within what he secures; the rest goes on."""
    mine, other = both(way)
    other.case_id = mine.case_id
    new = NewClaim(
        kind=ClaimKind.OTHER,
        creditor="Ngân hàng Thử",
        principal=Decimal(800_000_000),
        granted_on=SINCE,
        asked_on=SINCE,
    )
    assert mine.case_id is not None
    record_claim(way.session, way.people.officer, mine.case_id, new, at=way.now)
    with pytest.raises(NotAlone) as refused:
        pay(way, mine, 800_000_000)
    assert refused.value.article == "L25 Art. 83(4), 3(3)"
    owners = [NewOwner(role=OwnerRole.COLLATERAL_GIVER, name="Lê Thị Bảo Lãnh")]
    title = NewTitle(from_on=SINCE, document="GCN 2", owners=owners)
    record_title(way.session, way.people.officer, mine.reference, title, at=way.now)
    secured = NewCollateral(
        holder="Ngân hàng Thử",
        secured_amount=Decimal(300_000_000),
        holder_is_creditor=True,
        from_on=SINCE,
        document="HĐTC 9",
    )
    record_collateral(way.session, way.people.officer, mine.reference, secured, at=way.now)
    with pytest.raises(SumDiffers):
        pay(way, mine, 299_999_999)
    pay(way, mine, 300_000_000)
    assert standing_of(way.session, [mine.id])[mine.id].state is State.REDEEMED
    due = deadlines_of(way.session, way.people.officer, "asset", mine.reference)
    assert "end_of_measure_decision" in {one.rule_key for one in due}
    goes_on(way, other, 360_000_000)


def test_the_debt_of_another_case_frees_only_its_own_asset(way: Between) -> None:
    first, second = both(way)
    assert first.case_id != second.case_id
    pay(way, second)
    assert standing_of(way.session, [second.id])[second.id].state is State.REDEEMED
    goes_on(way, first, 540_000_000)


def test_the_parties_settle_about_one_asset(way: Between) -> None:
    """D152/26 Art. 14."""
    first, second = both(way)
    new = NewSettlement(agreed_on=way.today, document="BBTT 1", only_this=True)
    settle(way.session, way.people.officer, first.reference, new, at=way.now)
    assert standing_of(way.session, [first.id])[first.id].state is State.AGREED
    goes_on(way, second, 360_000_000)


def test_one_asset_not_worth_its_costs_goes_back_and_the_other_is_offered_on(
    way: Between,
) -> None:
    """L25 Art. 83(3): its part of the reduced price against its own costs."""
    first, second = both(way)

    def give_back(asset: Asset, refused_on: date = way.today) -> None:
        new = NewReturn(
            returned_on=way.today,
            asset=asset.reference,
            receiver="Trần Văn Nợ",
            refused_on=refused_on,
            refusal="CV-NH 8",
        )
        return_unsold(way.session, way.people.officer, way.ref, new, at=way.now)

    with pytest.raises(AboveFloor):
        give_back(second)
    cost = NewCost(
        kind=CostKind.COERCION, amount=Decimal(360_000_000), spent_on=way.today, document="PC"
    )
    enter_cost(way.session, way.people.officer, second.reference, cost, at=way.now)
    with pytest.raises(Invalid, match="lies before"):
        give_back(second, date(2026, 7, 7))
    give_back(second)
    kept = way.session.scalars(select(UnsoldReturn)).one()
    assert (kept.last_price, kept.reduced_value) == (400_000_000, 360_000_000)
    assert [one.reference for one in assets_of_lot(way.session, kept.lot_id)] == [second.reference]
    assert standing_of(way.session, [second.id])[second.id].state is State.RETURNED
    goes_on(way, first, 540_000_000)


def test_the_limit_of_the_next_round_goes_on_with_the_rest(way: Between) -> None:
    first, second = both(way)
    officer = way.people.officer
    before = {one.rule_key: one for one in deadlines_of(way.session, officer, "lot", way.ref)}
    pay(way, first)
    rest = rest_of(way, second).reference
    after = {one.rule_key: one for one in deadlines_of(way.session, officer, "lot", rest)}
    assert after["next_round_target"].due_on == before["next_round_target"].due_on


def test_the_last_asset_closes_the_lot_and_nothing_is_formed(way: Between) -> None:
    first, second = both(way)
    pay(way, first)
    rest = rest_of(way, second)
    pay(way, second)
    assert rest.closed_on == way.today
    assert open_lot_of(way.session, SYSTEM, second.id) is None
    assert links_of_lot(way.session, rest.id) == [
        link for link in links_of_lot(way.session, rest.id) if link.to_lot == rest.reference
    ]
    with pytest.raises(LotIsClosed):
        offer(way, way.lot, 900_000_000)


def test_while_the_creditor_may_take_the_lot_nothing_leaves_it_alone(way: Between) -> None:
    way.wait(1).fail().reduce().wait(1).fail()
    way.ask(creditor="Ngân hàng Thử")
    first, _second = both(way)
    with pytest.raises(SetOffOpen) as refused:
        pay(way, first)
    assert refused.value.article == "D152/26 Art. 65(6)"
    pay(way, first, only_this=False)
    assert way.lot.closed_on == way.today
