"""Edge case 34: an office ends, and its successor goes on with its files and assets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from auction.bidding.models import FailureRun
from auction.deadlines.queries import list_open_deadlines
from auction.lots.models import AuctionRound
from auction.lots.queries import assets_of_lot, get_lot
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.queries import lot_file
from inventory.assets.models import Asset
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, Invalid
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move
from inventory.custody.models import Holding
from inventory.custody.schemas import Move
from inventory.organisation.merging import end_office
from inventory.organisation.queries import appointments_on, below, get_office, list_offices
from inventory.organisation.rules import OfficeEnded, OnTheWayBetween, OutsideOwnOffices, Role
from inventory.organisation.schemas import NewEnd
from inventory.papers.models import Paper
from inventory.warehouses.models import Place
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import fail_round, make_formed_lot, new_reduction
from tests.make.inventory import make_place
from tests.make.moving import become, send_over
from tests.make.organisation import make_actor, make_staff

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = AT.date()
BILLION = Decimal(1_000_000_000)
END = NewEnd(successor="T02", from_on=TODAY, basis="12/QĐ-BTP ngày 20/11/2026")


def _central(office: Office) -> Actor:
    """An administrator who reaches both offices."""
    session, people = office
    staff = make_staff(session, people.centre, Role.ADMINISTRATOR, "T-qt", "Quản trị Cục")
    return make_actor(session, staff, people.centre, Role.ADMINISTRATOR)


def _again(office: Office, actor: Actor) -> Actor:
    """The same person after the next log-in: what he sees now."""
    session, people = office
    seen = frozenset(below(session, [people.foreign.id]))
    return replace(actor, office_id=people.foreign.id, office_ids=seen)


@edge_case(34, "L25 Art. 19")
def file_and_asset_of_an_office_that_ends_go_to_its_successor(office: Office) -> None:
    session, people = office
    store = make_place(session, people.keeper, at=AT)
    make_place(session, people.foreign_keeper, at=AT)  # its code is the same
    lot = make_formed_lot(session, people, at=AT, place=store)
    (asset,) = assets_of_lot(session, lot.id)
    fail_round(session, people, lot, BILLION, at=AT)
    due = {one.id for one in list_open_deadlines(session, people.officer).items}
    done = end_office(session, become(session, _central(office)), people.office.id, END, at=AT)
    assert (done.assets, done.cases, done.places, done.lots, done.staff) == (1, 1, 1, 1, 5)
    there = become(session, _again(office, people.foreign_officer))
    assert {one.id for one in list_open_deadlines(session, there).items} == due
    assert set(session.scalars(select(Asset.office_id))) == {people.foreign.id}
    assert set(session.scalars(select(EnforcementCase.office_id))) == {people.foreign.id}
    assert session.get_one(FailureRun, asset.id).office_id == people.foreign.id
    cut = new_reduction(BILLION * 9 / 10, TODAY)
    reduce_price(session, there, lot.reference, 1, cut, at=AT)
    fail_round(session, people, lot, BILLION * 9 / 10, at=AT, by=there)
    shown = lot_file(session, there, lot.reference, TODAY)
    assert [run.failed_in_a_row for run in shown.runs] == [2]
    rounds = select(AuctionRound.office_id).order_by(AuctionRound.number)
    assert session.scalars(rounds).all() == [people.office.id, people.foreign.id]
    become(session, SYSTEM)


@edge_case(34, "L25 Art. 19")
def its_keeper_works_on_in_the_successor_and_its_warehouse_keeps_its_things(
    office: Office,
) -> None:
    session, people = office
    store = make_place(session, people.keeper, at=AT)
    shelf = make_place(session, people.keeper, "K1-A", "Kệ A", inside=store, at=AT)
    make_place(session, people.foreign_keeper, at=AT)
    lot = make_formed_lot(session, people, at=AT, place=store)
    (asset,) = assets_of_lot(session, lot.id)
    end_office(session, become(session, _central(office)), people.office.id, END, at=AT)
    become(session, SYSTEM)
    codes = {place.code: place.office_id for place in session.scalars(select(Place))}
    assert codes == dict.fromkeys(("K1", "K1-T01", "K1-A"), people.foreign.id)
    assert people.keeper.staff_id is not None
    held = appointments_on(session, people.keeper.staff_id, TODAY)
    assert [(one.office_id, one.role) for one in held] == [(people.foreign.id, "keeper")]
    keeper = become(session, _again(office, people.keeper))
    move(
        session,
        keeper,
        asset.reference,
        Move(from_place_id=store.id, place_id=shelf.id, reason="Sắp xếp"),
        at=AT,
    )
    lying = select(Holding.place_id).where(Holding.asset_id == asset.id)
    assert session.scalars(lying).all() == [shelf.id]
    become(session, SYSTEM)


@edge_case(34, "L25 Art. 19")
def what_it_did_keeps_its_name_and_the_day_it_ended_stands(office: Office) -> None:
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    papers = select(func.count()).where(Paper.office_id == people.office.id)
    before = session.scalar(papers)
    admin = _central(office)
    end_office(session, become(session, admin), people.office.id, END, at=AT)
    become(session, SYSTEM)
    assert session.scalar(papers) == before
    assert people.office.valid_to == TODAY - timedelta(days=1)
    assert people.office.successor_id == people.foreign.id
    assert people.foreign.former_names == "THADS tỉnh Thử"
    codes = {one.code for one in list_offices(session, TODAY)}
    assert ("T01" in codes, "T02" in codes) == (False, True)
    assert get_office(session, "T01", TODAY - timedelta(days=1)).id == people.office.id
    (told,) = session.scalars(
        select(AuditEntry).where(AuditEntry.code == "organisation.office.ended")
    )
    assert (told.subject_ref, told.data["successor"]) == ("T01", "T02")
    assert get_lot(session, SYSTEM, lot.reference).office_id == people.foreign.id
    with pytest.raises(OfficeEnded):
        end_office(session, admin, people.office.id, END, at=AT)


@edge_case(34, "L25 Art. 19")
def who_may_not_arrange_both_offices_ends_none_of_them(office: Office) -> None:
    session, people = office
    with pytest.raises(Forbidden):
        end_office(session, people.head, people.office.id, END, at=AT)
    with pytest.raises(OutsideOwnOffices):
        end_office(session, people.administrator, people.office.id, END, at=AT)
    admin = _central(office)
    for said, field in (
        ({"successor": "T00"}, "successor"),
        ({"from_on": TODAY + timedelta(days=1)}, "from_on"),
        ({"successor": "T01"}, "successor"),
    ):
        new = NewEnd(**{"successor": "T02", "from_on": TODAY, "basis": "12/QĐ-BTP", **said})
        with pytest.raises(Invalid) as refused:
            end_office(session, admin, people.office.id, new, at=AT)
        assert list(refused.value.fields) == [field]


@edge_case(34, "L25 Art. 19")
def what_is_on_its_way_between_the_two_is_received_before(office: Office) -> None:
    session, people = office
    store = make_place(session, people.keeper, at=AT)
    lot = make_formed_lot(session, people, at=AT, place=store)
    (asset,) = assets_of_lot(session, lot.id)
    lot.closed_on, lot.awaits, lot.awaits_on = TODAY, None, None
    send_over(session, people, store, asset.reference, at=AT)
    become(session, SYSTEM)
    with pytest.raises(OnTheWayBetween):
        end_office(session, _central(office), people.office.id, END, at=AT)
