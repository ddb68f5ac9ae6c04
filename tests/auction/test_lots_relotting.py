"""Lots that are closed for others of their assets: links, counts, prices."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auction.auctioneers.commands.changing import append_contract, end_contract
from auction.auctioneers.queries import contract_in_force
from auction.auctioneers.rules import ContractEnded, EndKind, RoundTooEarly
from auction.auctioneers.schemas import NewAppendix, NewEnd
from auction.bidding.commands import schedule_round
from auction.bidding.queries import asset_history, check_runs, runs_of
from auction.bidding.rules import Outcome
from auction.lots.commands import form_lot
from auction.lots.models import Lot
from auction.lots.queries import get_lot, links_of_lot
from auction.lots.relotting import relot
from auction.lots.rules import (
    AssetAway,
    LotIsClosed,
    NotOfThese,
    PriceTooLow,
    Relot,
    RoundStillOpen,
)
from auction.lots.schemas import NewLot, NewPart, NewRelot
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.queries import lot_file
from auction.sales.commands.paying import default_sale
from auction.sales.models import Sale
from auction.sales.schemas import NewDefault
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.record import record_valuation
from auction.valuations.rules import Anew, PriceFoundSince
from auction.valuations.schemas import NewPriceNotice
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.custody.models import Holding
from inventory.custody.rules import CustodyKind
from tests.make.auction import (
    close_round,
    fail_round,
    make_formed_lot,
    make_valued_asset,
    new_reduction,
    new_round,
    new_valuation,
)
from tests.make.departures import let_through
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
WEEK = timedelta(days=7)
TODAY = date(2026, 11, 23)


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot of two assets worth 600 and 300 million, failed once and reduced by a tenth."""
    made = make_formed_lot(session, people, 600_000_000, 300_000_000, at=at)
    fail_round(session, people, made, 900_000_000, at=at)
    new = new_reduction(810_000_000, TODAY)
    reduce_price(session, people.officer, made.reference, 1, new, at=at)
    return made


def refs(session: Session, lot: Lot) -> list[str]:
    return [one.reference for one in get_lot(session, SYSTEM, lot.reference).assets]


def failed(session: Session, lot: Lot) -> list[int]:
    ids = [one.id for one in get_lot(session, SYSTEM, lot.reference).assets]
    runs = runs_of(session, ids)
    return [runs[one].failed_in_a_row for one in ids]


def apart(lot: Lot, *groups: list[str]) -> NewRelot:
    parts = [NewPart(assets=group, description="Tài sản đem bán riêng") for group in groups]
    return NewRelot(lots=[lot.reference], parts=parts, reason="Bán riêng dễ hơn")


def least(session: Session, lot: Lot) -> Decimal:
    price = lot_file(session, SYSTEM, lot.reference, TODAY).next_price
    assert price is not None
    return price.lowest


def test_a_lot_offered_apart_keeps_failures_links_and_the_reduced_price(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first, second = refs(session, lot)
    one, other = relot(session, people.officer, apart(lot, [first], [second]), at=at)

    assert (lot.closed_on, lot.awaits) == (TODAY, None)
    links = links_of_lot(session, lot.id)
    assert [(link.to_lot, link.kind) for link in links] == [
        (one.reference, Relot.SPLIT),
        (other.reference, Relot.SPLIT),
    ]
    assert failed(session, one) == failed(session, other) == [1]
    assert (least(session, one), least(session, other)) == (540_000_000, 270_000_000)
    ref = one.reference
    with pytest.raises(PriceTooLow):
        schedule_round(session, people.officer, ref, new_round(539_999_999, at + 3 * WEEK), at=at)
    fail_round(session, people, one, 540_000_000, at=at)
    assert failed(session, one) == [2]
    (asset,) = get_lot(session, SYSTEM, ref).assets
    history = asset_history(session, [asset.id])
    assert [(line.lot, line.failed_in_a_row) for line in history] == [(lot.reference, 1), (ref, 2)]
    assert check_runs(session) == []


def test_a_lot_that_came_out_of_another_has_appendices_to_its_contract(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first, second = refs(session, lot)
    one, other = relot(session, people.officer, apart(lot, [first], [second]), at=at)
    said = {"number": "PL1", "signed_on": TODAY}
    low = NewAppendix(**said, starting_price=Decimal(539_999_999))
    with pytest.raises(PriceTooLow) as refused:
        append_contract(session, people.officer, one.reference, low, at=at)
    assert refused.value.params["price"] == 540_000_000
    new = NewAppendix(**said, starting_price=Decimal(540_000_000))
    append_contract(session, people.officer, one.reference, new, at=at)
    shown = contract_in_force(session, people.officer, other.id)
    assert shown is not None
    assert [added.starting_price for added in shown.appendices] == [540_000_000]
    end = NewEnd(kind=EndKind.AGREED, ended_on=TODAY, reason="Hai bên thỏa thuận")
    end_contract(session, people.officer, other.reference, end, at=at)
    with pytest.raises(ContractEnded):
        append_contract(session, people.officer, one.reference, new, at=at)


def test_lots_offered_together_begin_at_the_sum_and_round_up(
    session: Session, people: People, at: datetime
) -> None:
    lots = [make_formed_lot(session, people, price, at=at) for price in (100_000_001, 50_000_000)]
    for number, made in enumerate(lots):
        price = (100_000_001, 50_000_000)[number]
        fail_round(session, people, made, price, at=at)
    new = new_reduction(90_000_001, TODAY)
    reduce_price(session, people.officer, lots[0].reference, 1, new, at=at)
    everything = [ref for made in lots for ref in refs(session, made)]
    part = NewPart(assets=everything, description="Bán chung")
    said = NewRelot(lots=[one.reference for one in lots], parts=[part], reason="Bán chung")
    (together,) = relot(session, people.officer, said, at=at)
    assert least(session, together) == 140_000_001
    assert {link.kind for link in links_of_lot(session, together.id)} == {Relot.MERGED}
    assert failed(session, together) == [1, 1]


def test_an_asset_valued_anew_begins_at_its_new_value(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first, second = refs(session, lot)
    one, _other = relot(session, people.officer, apart(lot, [first], [second]), at=at)
    later = at + WEEK
    ground = {"anew": Anew.COURT, "anew_document": "12/QĐ-TA"}  # a price is in force
    said = {"certificate_number": "31/CT-2026", "valued_on": later.date()}
    anew = new_valuation(400_000_000, **said, **ground)
    let_through(session, people, "revaluation_grounds", first, at=later, kind="asset")
    record_valuation(session, people.officer, first, anew, at=later)
    price = lot_file(session, SYSTEM, one.reference, later.date()).next_price
    assert price is not None
    assert price.lowest == 400_000_000
    assert failed(session, one) == [1], "the price may change, the count does not"

    ref, opens_at = one.reference, later + 4 * WEEK
    again = new_round(400_000_000, opens_at, deposit=40_000_000)
    with pytest.raises(RoundTooEarly) as untold:
        schedule_round(session, people.officer, ref, again, at=later)
    assert untold.value.params["rule"] == "auction_contract_after"
    told = NewPriceNotice(told_on=later.date(), told="Các đương sự")
    window = tell_parties(session, people.officer, first, told, at=later).window_ends_on
    assert window
    with pytest.raises(RoundTooEarly):
        schedule_round(session, people.officer, ref, again, at=later)
    after = later + WEEK + WEEK / 7
    with pytest.raises(PriceFoundSince) as unnamed:
        schedule_round(session, people.officer, ref, again, at=after)
    assert unnamed.value.article == "L25 Art. 82(4)"
    named = NewAppendix(number="PL1", signed_on=after.date(), starting_price=Decimal(400_000_000))
    append_contract(session, people.officer, ref, named, at=after)
    assert schedule_round(session, people.officer, ref, again, at=after).number == 1


def test_a_lot_formed_anew_without_a_link_begins_no_lower_either(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first, second = refs(session, lot)
    (one,) = relot(session, people.officer, apart(lot, [first]), at=at)
    alone = form_lot(
        session, people.officer, NewLot(assets=[second], description="Bán riêng"), at=at
    )
    assert least(session, alone) == 270_000_000
    assert failed(session, alone) == failed(session, one) == [1]


def test_what_was_sold_and_fell_back_begins_at_the_price_of_that_round(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    """L25 Art. 82(4): what was in force when it was sold stays where nobody reduced it."""
    sold_at, gone_at = at + WEEK, at + 7 * WEEK
    opens = new_round(810_000_000, sold_at - WEEK / 168, deposit=81_000_000)
    schedule_round(session, people.officer, lot.reference, opens, at=sold_at)
    bought = {"sale_price": 850_000_000, "buyer_name": "Bà Mua", "minutes": "BB-16"}
    close_round(session, people, lot, 2, Outcome.SOLD, at=sold_at, **bought)
    sale = session.scalars(select(Sale).where(Sale.lot_id == lot.id)).one()
    gone = NewDefault(cancelled_on=gone_at.date(), document="12/TB-HGK")
    default_sale(session, people.officer, sale.id, gone, at=gone_at)
    first, second = refs(session, lot)
    one, other = relot(session, people.officer, apart(lot, [first], [second]), at=gone_at)
    assert (least(session, one), least(session, other)) == (540_000_000, 270_000_000)


def test_what_is_busy_closed_or_not_of_the_lots_is_refused(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first, second = refs(session, lot)
    strange = make_valued_asset(session, people, at=at)
    for parts, refusal in (
        ([[first, strange]], NotOfThese),
        ([[first], [first]], Invalid),
    ):
        with pytest.raises(refusal):
            relot(session, people.officer, apart(lot, *parts), at=at)
    assert lot.closed_on is None
    ref = lot.reference
    schedule_round(session, people.officer, ref, new_round(810_000_000, at + 3 * WEEK), at=at)
    with pytest.raises(RoundStillOpen):
        relot(session, people.officer, apart(lot, [first], [second]), at=at)


def test_a_closed_lot_is_not_closed_again(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first, second = refs(session, lot)
    relot(session, people.officer, apart(lot, [first]), at=at)
    with pytest.raises(LotIsClosed):
        relot(session, people.officer, apart(lot, [second]), at=at)


@pytest.mark.parametrize("kind", [CustodyKind.SENT, CustodyKind.LENT])
def test_what_is_on_its_way_or_taken_out_is_in_no_new_lot(
    session: Session, people: People, at: datetime, kind: CustodyKind
) -> None:
    ref = make_valued_asset(session, people, at=at)
    asset = session.query(Asset).filter_by(reference=ref).one()
    session.execute(update(Holding).where(Holding.asset_id == asset.id).values(kind=kind.value))
    with pytest.raises(AssetAway):
        form_lot(session, people.officer, NewLot(assets=[ref], description="Xe ô tô"), at=at)


def test_only_officers_of_the_office_form_lots_anew(
    session: Session, people: People, lot: Lot, at: datetime, become: Become
) -> None:
    new = apart(lot, refs(session, lot))
    with pytest.raises(Forbidden):
        relot(session, become(people.head), new, at=at)
    with pytest.raises(NotFound):
        relot(session, become(people.foreign_officer), new, at=at)
