"""What burdens a thing between rounds: a debt it secures, what lies on the land, the floor."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from auction.bidding.queries import find_outcome
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.queries import last_round
from auction.lots.rules import RecallPending
from auction.notices.commands.record import issue_notice
from auction.offers.commands.recalling import recall_seizure
from auction.offers.commands.unsold import return_unsold
from auction.offers.outlook import between_file
from auction.offers.queries import open_recall
from auction.offers.rules import FloorReached
from auction.offers.schemas import NewRecall, NewReturn
from inventory.papers.models import Paper
from inventory.papers.queries import get_paper
from inventory.papers.rules import PaperKind
from inventory.titles.commands import end_burden, record_burden, record_collateral
from inventory.titles.queries import burdens_of
from inventory.titles.rules import Burden, BurdenEnd, StillTheirs
from inventory.titles.schemas import EndOfBurden, NewBurden, NewCollateral
from reports.documents.layouts import html_of
from tests.edge_cases.table import Office, edge_case
from tests.make.between import Between, failed_lot, lot_on_its_way

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
SINCE = date(2026, 8, 3)


def way_of(office: Office) -> Between:
    return lot_on_its_way(office.session, office.people, at=AT)


def burden(way: Between, kind: Burden, **said: object) -> int:
    facts = {"since_on": SINCE, "note": "Ghi nhận khi kê biên", **said}
    new = NewBurden(kind=kind, **facts)  # type: ignore[arg-type]  # what a case says
    return record_burden(way.session, way.people.officer, way.asset, new, at=way.now).id


def notice_of(way: Between) -> str:
    """What the office's notice of the auction says."""
    issued = issue_notice(way.session, way.people.officer, way.ref, at=way.now)
    return html_of(get_paper(way.session, way.people.officer, issued.reference))


def secure(way: Between, *, creditor: bool) -> None:
    new = NewCollateral(
        holder="Ngân hàng Thử" if creditor else "Ngân hàng Khác",
        secured_amount=Decimal(950_000_000),
        holder_is_creditor=creditor,
        from_on=SINCE,
        document="HĐTC 5",
    )
    record_collateral(way.session, way.people.officer, way.asset, new, at=way.now)


@edge_case(20, "D152/26 Art. 55(4)")
def when_the_price_sinks_under_the_secured_debt_the_seizure_is_recalled_and_the_auction_stopped(
    office: Office,
) -> None:
    way = way_of(office)
    way.fail().reduce().announce(20)
    secure(way, creditor=False)
    assert open_recall(way.session, way.lot.id) is not None
    new = NewRecall(recalled_on=way.today)
    recall = recall_seizure(way.session, way.people.head, way.ref, new, at=way.now)
    kind = PaperKind.SEIZURE_RECALL
    paper = way.session.scalars(select(Paper).where(Paper.kind == kind)).one()
    assert recall.holder_told == paper.number
    assert "Ngân hàng Khác" in html_of(paper), "the bank is told"
    last = last_round(way.session, way.lot.id)
    assert last is not None
    outcome = find_outcome(way.session, last.id)
    assert outcome is not None
    assert outcome.code == "stopped"
    assert standing_of(way.session, [way.asset_id])[way.asset_id].state is State.RELEASED


@edge_case(20, "D152/26 Art. 55(4), 65(7)a")
def until_it_is_recalled_no_round_and_no_further_reduction_follow(office: Office) -> None:
    way = way_of(office)
    secure(way, creditor=False)
    way.fail().reduce()
    with pytest.raises(RecallPending) as refusal:
        way.announce(20)
    assert refusal.value.article == "D152/26 Art. 55(4), 65(7)a"


@edge_case(21, "L25 Art. 54(3), 78(3)d")
def a_bank_that_is_creditor_and_mortgagee_goes_on_with_reductions_and_may_take_it(
    office: Office,
) -> None:
    way = way_of(office)
    secure(way, creditor=True)
    for _n in range(2):
        way.fail().reduce().wait(1)
    way.fail()
    assert open_recall(way.session, way.lot.id) is None
    way.ask().answer(accepted=True)
    (setoff,) = between_file(way.session, way.people.officer, way.ref, way.today).setoffs
    assert (setoff.accepted, setoff.price) == (True, 810_000_000)


@edge_case(24, "L25 Art. 81(2); L08 Art. 113")
def things_of_others_stay_theirs_for_fifteen_days_and_are_then_sold_with_the_land(
    office: Office,
) -> None:
    way = way_of(office)
    told = date(2026, 11, 2)
    made = burden(
        way, Burden.OTHERS_THINGS, holder="Lê Văn Khác", told_on=told, value=Decimal(50_000_000)
    )

    def sell(on: date) -> None:
        end = EndOfBurden(burden_id=made, ended_on=on, how=BurdenEnd.SOLD_WITH)
        end_burden(way.session, way.people.officer, way.asset, end, at=way.now)

    with pytest.raises(StillTheirs) as refusal:
        sell(told + timedelta(days=15))
    assert refusal.value.article == "L25 Art. 81(2)"
    sell(told + timedelta(days=16))
    (kept,) = burdens_of(way.session, [way.asset_id])[way.asset_id]
    assert (kept.holder, kept.value, kept.ended_how) == (
        "Lê Văn Khác",
        50_000_000,
        BurdenEnd.SOLD_WITH,
    )


@edge_case(25, "L25 Art. 80(2)b; L08 Art. 91, 95")
def a_tenant_stays_until_delivery_and_stands_in_the_record(office: Office) -> None:
    way = way_of(office)
    made = burden(way, Burden.TENANT, holder="Vũ Thị Thuê", until_on=date(2028, 12, 31))
    (shown,) = burdens_of(way.session, [way.asset_id], way.today)[way.asset_id]
    assert (shown.id, shown.kind, shown.until_on) == (made, Burden.TENANT, date(2028, 12, 31))
    told = notice_of(way.announce(20))
    assert "có người thuê đến ngày 31/12/2028" in told
    assert "người thuê được tiếp tục sử dụng đến khi giao tài sản" in told
    assert "Vũ Thị Thuê" not in told, "a public notice names no private person"


@edge_case(26, "D152/26 Art. 68")
def graves_and_a_missing_road_are_coded_and_do_not_keep_it_from_sale(office: Office) -> None:
    way = way_of(office)
    grave = burden(way, Burden.GRAVE, holder="Gia đình họ Trần")
    burden(way, Burden.NO_ACCESS)
    moved = EndOfBurden(burden_id=grave, ended_on=way.today, how=BurdenEnd.RELOCATED)
    end_burden(way.session, way.people.officer, way.asset, moved, at=way.now)
    (left,) = burdens_of(way.session, [way.asset_id], way.today)[way.asset_id]
    assert left.kind is Burden.NO_ACCESS
    told = notice_of(way.announce(20))
    assert "chưa có lối đi (Ghi nhận khi kê biên); bán theo hiện trạng, người mua có quyền" in told
    assert "mồ mả" not in told, "they were relocated"


@edge_case(44, "L25 Art. 83(3)")
def at_the_floor_costs_are_compared_before_and_a_saleable_thing_goes_on_with_a_reason(
    office: Office,
) -> None:
    way = failed_lot(office.session, office.people, 1, at=AT)
    way.cost(900_000_000)
    with pytest.raises(FloorReached) as refusal:
        way.reduce()
    assert refusal.value.article == "L25 Art. 83(3)"
    way.let_through("floor_test").reduce()
    assert way.price == 900_000_000


@edge_case(44, "L25 Art. 83(3)")
def else_it_goes_back_to_the_debtor_who_may_not_trade_it(office: Office) -> None:
    way = failed_lot(office.session, office.people, 1, at=AT)
    way.cost(900_000_000)
    new = NewReturn(
        returned_on=way.today, receiver="Trần Văn Nợ", refused_on=way.today, refusal="CV-NH 8"
    )
    return_unsold(way.session, way.people.officer, way.ref, new, at=way.now)
    assert standing_of(way.session, [way.asset_id])[way.asset_id].state is State.RETURNED
