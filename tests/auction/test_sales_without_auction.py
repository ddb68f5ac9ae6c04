"""Sales without auction: what may be sold so, its notice before, and its delivery."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from auction.departures.commands import ask_departure, decide_departure
from auction.departures.models import DepartureUse
from auction.departures.schemas import Decision, NewDeparture
from auction.holds.rules import HoldKind, HoldSubject, OnHold
from auction.lots.models import Lot, LotAsset
from auction.lots.queries import assets_of_lot
from auction.lots.rules import AssetInOpenLot, PriceTooLow
from auction.lots.subjects import due_subject
from auction.offers.commands.priority import answer_priority, end_priority, offer_priority
from auction.offers.schemas import NewLapse, NewPriority, NewPriorityAnswer
from auction.sales.announcing import NoticeTooLate, ProcuracyNotTold, check_announced
from auction.sales.commands.pricing import CoOwnersFirst
from auction.sales.commands.registering import GRANTED_BY, FollowsItsOffer, register_sale
from auction.sales.queries import get_sale, list_undelivered
from auction.sales.rules import NotWithoutAuction, Way
from auction.sales.schemas import NewSale
from inventory.assets.models import Asset
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.papers.queries import get_paper
from inventory.titles.commands import record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewOwner, NewTitle
from reports.documents.layouts import html_of
from tests.auction.sold import OLD_AT, SOLD_AT, SOLD_ON, due, standing
from tests.make.auction import make_formed_lot
from tests.make.holds import make_hold
from tests.make.money import SMALL, make_small_lot, make_sold, pay


@pytest.fixture
def sale(session, people):
    return make_sold(session, people, at=SOLD_AT)


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
        "procuracy_told_on": date(2026, 9, 11),
        "procuracy_notice": "TB-VKS-13b",
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
        "who": (people.head.name,),
    }


@pytest.mark.parametrize(
    ("day", "told", "first"),
    [(None, SOLD_ON, date(2026, 9, 15)), (date(2026, 9, 12), date(2026, 9, 12), date(2026, 9, 15))],
)
def test_the_procuracy_is_told_a_working_day_before_a_sale_without_auction_d152_64_2(
    session, people, day, told, first
):
    lot = make_small_lot(session, people, at=SOLD_AT)
    late = taken(lot, price=Decimal(SMALL), procuracy_told_on=day)
    with pytest.raises(ProcuracyNotTold) as refusal:
        register_sale(session, people.officer, late, at=SOLD_AT)
    error = refusal.value
    assert (error.article, error.params["rule"]) == (
        "D152/26 Art. 64(2)",
        "non_auction_sale_procuracy",
    )
    assert (error.params["latest"], error.params["told"]) == (date(2026, 9, 11), told)
    assert error.params["first"] == first
    assert error.departs == {
        "rule": "non_auction_sale_procuracy",
        "kind": "lot",
        "ref": lot.reference,
        "who": (people.head.name,),
    }


def test_the_notice_to_the_procuracy_stays_with_the_sale(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    sale = register_sale(session, people.officer, taken(lot, price=Decimal(SMALL)), at=SOLD_AT)
    file = get_sale(session, people.officer, sale.id, SOLD_ON)
    assert (file.procuracy_told_on, file.procuracy_notice) == (date(2026, 9, 11), "TB-VKS-13b")


def test_a_notice_before_a_sale_names_its_paper_and_lies_in_the_past(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    for said in (
        {"announcement": None},
        {"announced_on": date(2026, 9, 15)},
        {"procuracy_notice": None},
        {"procuracy_told_on": date(2026, 9, 15)},
    ):
        new = taken(lot, price=Decimal(SMALL), **said)
        with pytest.raises(Invalid):
            register_sale(session, people.officer, new, at=SOLD_AT)


def test_the_law_of_2008_asks_for_no_notice_before_a_sale_without_auction(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    about = due_subject(lot)
    new = taken(lot, sold_on=local_day(OLD_AT), announced_on=None, procuracy_told_on=None)
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


@pytest.mark.parametrize("way", [Way.SETOFF, Way.PRIORITY])
def test_what_a_creditor_or_co_owner_takes_follows_from_his_offer(session, people, way):
    """D152/26 Art. 65: it is not recorded past the offer, its answer and the payment."""
    lot = make_small_lot(session, people, at=SOLD_AT)
    with pytest.raises(FollowsItsOffer, match="between the rounds of the lot") as refusal:
        register_sale(session, people.officer, taken(lot, way=way, price=Decimal(1)), at=SOLD_AT)
    assert refusal.value.article
    assert refusal.value.params["rule"] == GRANTED_BY[way]


@pytest.mark.parametrize("way", [Way.DIRECT, Way.AGREEMENT])
def test_what_is_on_hold_is_not_sold_without_auction_either(session, people, way):
    lot = make_small_lot(session, people, at=SOLD_AT)
    about = {"subject_kind": HoldSubject.LOT}
    since = SOLD_ON - timedelta(days=3)
    make_hold(
        session, people.officer, HoldKind.COMPLAINT, lot.reference, since, at=SOLD_AT, **about
    )
    with pytest.raises(OnHold):
        register_sale(
            session, people.officer, taken(lot, way=way, price=Decimal(SMALL)), at=SOLD_AT
        )


def test_below_the_price_in_force_nothing_is_sold_l25_82_4(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    with pytest.raises(PriceTooLow) as refusal:
        register_sale(session, people.officer, taken(lot, price=Decimal(SMALL - 1)), at=SOLD_AT)
    error = refusal.value
    assert (list(error.fields), error.params["price"]) == (["price"], SMALL)
    assert (error.params["rule"], error.article) == ("first_starting_price", "L25 Art. 82(4)")


def test_a_direct_buyer_sets_nothing_off(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    new = taken(lot, price=Decimal(SMALL), set_off=Decimal(1))
    with pytest.raises(Invalid):
        register_sale(session, people.officer, new, at=SOLD_AT)


def test_the_program_draws_up_the_minutes_where_none_are_named(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    new = taken(lot, price=Decimal(SMALL), document=None)
    sale = register_sale(session, people.officer, new, at=SOLD_AT)
    paper = get_paper(session, people.officer, sale.minutes)
    assert sale.document == paper.number
    minutes = html_of(paper)
    for said in ("Bán tài sản không qua đấu giá", "TB-13b, bảng niêm yết", "8.000.000"):
        assert said in minutes


def test_co_owners_go_first_l25_83_1(session, people):
    lot = make_small_lot(session, people, at=SOLD_AT)
    (asset,) = assets_of_lot(session, lot.id)
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name="Trần Thị Chung", over=1, under=2),
    ]
    title = NewTitle(from_on=date(2026, 8, 3), document="GCN 1", owners=owners)
    record_title(session, people.officer, asset.reference, title, at=SOLD_AT)
    new = taken(lot, price=Decimal(SMALL))
    with pytest.raises(CoOwnersFirst) as refusal:
        register_sale(session, people.officer, new, at=SOLD_AT)
    assert refusal.value.article == "L25 Art. 83(1)"
    told = NewPriority(told_on=SOLD_ON)
    offer_priority(session, people.officer, asset.reference, told, at=SOLD_AT)
    with pytest.raises(CoOwnersFirst):
        register_sale(session, people.officer, new, at=SOLD_AT)
    no = NewPriorityAnswer(
        owner="Trần Thị Chung", accepted=False, answered_on=SOLD_ON, document="Đơn 1"
    )
    answer_priority(session, people.officer, asset.reference, no, at=SOLD_AT)
    end_priority(session, people.officer, asset.reference, NewLapse(on=SOLD_ON), at=SOLD_AT)
    assert register_sale(session, people.officer, new, at=SOLD_AT).buyer == "Ông Nhận"
