"""A year's rent of an only dwelling: it follows from the asset's record, and so does its amount."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from auction.costs.home_rent import year_of_rent
from auction.costs.rules import HomeUnsaid, RentUnknown
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import RentLeftOut
from auction.sales.queries import assets_of
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.errors import Forbidden, Invalid
from inventory.papers.queries import get_paper
from inventory.titles.commands import record_home, set_region
from inventory.titles.queries import title_file
from inventory.titles.rules import Region
from inventory.titles.schemas import NewHome, NewRegion
from reports.documents.layouts import html_of
from tests.auction.sold import OLD_AT, lot_of
from tests.make.departures import let_through
from tests.make.homes import only_home
from tests.make.money import lines_of, make_delivered, make_old_sale, pay, propose

SOLD_AT = datetime(2026, 11, 13, 3, tzinfo=UTC)
RENT = 12 * 4_730_000


@pytest.fixture
def sale(session, people):
    return make_delivered(session, people, at=SOLD_AT)


def asset_of(session, sale) -> str:
    return session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference


def in_region_two(session, people, sale, at) -> None:
    new = NewRegion(region=Region.II, from_on=date(2026, 1, 1))
    set_region(session, people.officer, asset_of(session, sale), new, at=at)


def test_twelve_minimum_wages_are_kept_with_who_said_so_l25_89_2(session, people, sale, at):
    only_home(session, people, asset_of(session, sale), at=at)
    with pytest.raises(RentUnknown) as refusal:
        propose(session, people, sale, at=at)
    assert refusal.value.article == "D152/26 Art. 67(3)"
    in_region_two(session, people, sale, at)
    payout = propose(session, people, sale, at=at, taxes=Decimal(20_000_000))
    assert lines_of(session, payout)[:2] == [
        ("rent", "Trần Văn Nợ", RENT),
        ("taxes", None, 20_000_000),
    ]
    line = get_payout(session, people.head, payout.id).lines[0]
    assert line.article == "L25 Art. 89(2)"
    source = (
        "12 × 4.730.000 đồng (lương tối thiểu vùng); nhà ở duy nhất theo BB-XM 12 ngày"
        f" 05/01/2026, {people.officer.name} ghi"
    )
    assert line.source == source
    approve_payout(session, people.head, payout.id, at=at)
    paper = get_paper(session, people.officer, payout.paper or "")
    assert "nhà ở duy nhất theo BB-XM 12" in html_of(paper)


@pytest.mark.parametrize("said", [{"only_home": False}, {"of_a_person": False}])
def test_of_another_dwelling_or_another_debtor_nothing_is_kept(
    session, people, sale, at, said: dict[str, Any]
) -> None:
    only_home(session, people, asset_of(session, sale), at=at)
    only_home(session, people, asset_of(session, sale), at=at, from_on=date(2026, 2, 1), **said)
    payout = propose(session, people, sale, at=at)
    assert [kind for kind, _payee, _sum in lines_of(session, payout)] == ["debtor"]


def test_of_a_house_it_must_be_said(session, people, sale, at):
    asset = session.get_one(Asset, assets_of(session, sale.lot_id)[0])
    asset.kind = AssetKind.HOUSE.value
    session.flush()
    with pytest.raises(HomeUnsaid) as refusal:
        propose(session, people, sale, at=at)
    assert refusal.value.params["assets"] == asset.reference
    assert refusal.value.article == "L25 Art. 89(2)"
    only_home(session, people, asset.reference, at=at, only_home=False)
    assert propose(session, people, sale, at=at).version == 1


def test_it_is_left_out_only_where_a_second_person_lets_it(session, people, sale, at):
    only_home(session, people, asset_of(session, sale), at=at)
    in_region_two(session, people, sale, at)
    with pytest.raises(RentLeftOut) as refusal:
        propose(session, people, sale, at=at, without_rent=True)
    assert (refusal.value.params["rent"], refusal.value.article) == (RENT, "D152/26 Art. 67(3)")
    assert refusal.value.departs is not None
    assert refusal.value.departs["who"] == (people.head.name,)
    why = "Có nhà khác do con đứng tên, có biên bản của xã"
    let_through(
        session, people, "one_year_rent", lot_of(session, sale).reference, at=at, reason=why
    )
    payout = propose(session, people, sale, at=at, without_rent=True)
    assert [kind for kind, _payee, _sum in lines_of(session, payout)] == ["debtor"]
    assert why in (payout.rent_let or "")
    assert people.head.name in (payout.rent_let or "")
    approve_payout(session, people.head, payout.id, at=at)
    assert payout.paper is not None


def test_without_a_dwelling_nothing_is_left_out_and_nobody_asked(session, people, sale, at):
    assert propose(session, people, sale, at=at, without_rent=True).rent_let is None


def test_the_law_of_2008_keeps_the_average_rent_of_the_place(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    pay(session, people, sale, 1_000_000_000, sale.sold_on, at=OLD_AT)
    asset = asset_of(session, sale)
    only_home(session, people, asset, at=OLD_AT)
    with pytest.raises(RentUnknown) as refusal:
        propose(session, people, sale, at=OLD_AT)
    assert refusal.value.article == "L08 Art. 115(5)"
    rent = Decimal(36_000_000)
    only_home(session, people, asset, at=OLD_AT, from_on=date(2026, 2, 2), year_rent=rent)
    payout = propose(session, people, sale, at=OLD_AT)
    assert lines_of(session, payout)[0][::2] == ("rent", 36_000_000)


def test_before_the_law_knew_it_nothing_is_kept(session, people, sale, at):
    only_home(session, people, asset_of(session, sale), at=at, from_on=date(2014, 1, 1))
    assets = assets_of(session, sale.lot_id)
    assert year_of_rent(session, assets, date(2015, 6, 30)) is None


def test_the_dwelling_is_recorded_on_the_page_of_the_asset(browse_as, session, people, sale, at):
    asset = asset_of(session, sale)
    page = browse_as("officer")
    path = f"/assets/{asset}/title/home"
    assert page.get(path).status_code == 200
    assert page.post(path, data={"document": "x"}).status_code == 422
    said = {"only_home": "true", "of_a_person": "true", "from_on": "2026-11-02", "document": "BB-7"}
    assert page.post(path, data=said).status_code == 303
    assert "BB-7" in page.get(f"/assets/{asset}").text
    home = title_file(session, people.officer, asset, at.date()).home
    assert home is not None
    assert home.keeps_rent
    assert home.by == people.officer.name


def test_a_rent_of_nothing_and_another_role_are_refused(session, people, sale, at):
    new = NewHome(from_on=date(2026, 1, 1), document="1", year_rent=Decimal(0))
    with pytest.raises(Invalid):
        record_home(session, people.officer, asset_of(session, sale), new, at=at)
    with pytest.raises(Forbidden):
        record_home(session, people.keeper, asset_of(session, sale), new, at=at)
