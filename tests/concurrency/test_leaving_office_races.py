"""A thing goes to another office while it is auctioned here, with real commits and controls."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from auction.bidding import ledger
from auction.bidding.commands import schedule_round
from auction.bidding.models import FailureRun, RoundOutcome
from auction.bidding.rules import Outcome
from auction.lots import commands as lots
from auction.lots.commands import form_lot
from auction.lots.elsewhere import AssetElsewhere, SoldHere
from auction.lots.models import LotAsset
from auction.lots.queries import assets_of_lot
from auction.lots.rules import AssetAway, AssetInOpenLot
from auction.lots.schemas import NewLot
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.schemas import NewOutcome
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from inventory.custody.models import Holding
from inventory.custody.rules import CustodyKind
from inventory.handovers.commands import arrivals, transfers
from inventory.handovers.commands.arrivals import receive
from inventory.handovers.commands.transfers import send
from inventory.handovers.models import Transfer
from inventory.handovers.rules import Arrival
from inventory.handovers.schemas import LineArrival, NewArrivals, NewTransfer
from inventory.papers.rules import Proof
from service.database import Database
from tests.concurrency.leaving import assets_unlocked
from tests.concurrency.races import Act, closing, count, each_together, meeting, refusals
from tests.make.auction import make_formed_lot, make_round, make_valued_asset, new_round
from tests.make.inventory import make_place
from tests.make.moving import send_over
from tests.make.orders import arrival_order, order_to_send
from tests.make.organisation import People

BILLION = 1_000_000_000


class Stored(NamedTuple):
    """A thing in a warehouse, with the order on which it may leave; its lot where it has one."""

    asset: str
    order: str
    lot: str = ""


@pytest.fixture
def opened(kept: Database, people: People, at: datetime) -> Stored:
    """A stored thing whose round has opened."""
    with kept.transaction(SYSTEM) as session:
        store = make_place(session, people.keeper, at=at)
        lot = make_formed_lot(session, people, at=at, place=store)
        opens = new_round(BILLION, at - timedelta(hours=1))
        schedule_round(session, people.officer, lot.reference, opens, at=at)
        (asset,) = assets_of_lot(session, lot.id)
        order = order_to_send(session, store, asset.reference)
        return Stored(asset.reference, order, lot.reference)


def sending(people: People, thing: Stored, at: datetime) -> Act:
    new = NewTransfer(
        to_office="T02",
        order=f"{thing.order}/1",
        reason="Ủy thác xử lý tài sản",
        expected_on=at.date(),
        assets=(thing.asset,),
        carrier_name="Phạm Văn Chở",
        carrier_post="Lái xe",
        carrier_proof=Proof.CITIZEN_CARD,
    )
    return lambda session: send(session, people.keeper, new, at=at).reference


def selling(people: People, thing: Stored, at: datetime) -> Act:
    price = new_round(BILLION, at).starting_price
    new = NewOutcome(code=Outcome.SOLD, sale_price=price, registered=2)
    return lambda session: record_outcome(session, people.officer, thing.lot, 1, new, at=at).code


def where(kept: Database) -> str:
    """What became of the thing in custody."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        return session.scalars(select(Holding.kind)).one()


def test_what_is_sold_at_this_moment_does_not_leave_for_another_office(
    kept: Database, people: People, opened: Stored, at: datetime
) -> None:
    """L25 Art. 86(2): in an open lot or sold, it stays with who sells and delivers it."""
    answers = each_together(
        kept,
        (people.keeper, sending(people, opened, at)),
        (people.officer, selling(people, opened, at)),
    )
    (refused,) = refusals(answers)
    assert refused in (AssetInOpenLot, SoldHere)
    assert (count(kept, Transfer), count(kept, RoundOutcome)) == (0, 1)
    assert where(kept) == CustodyKind.TAKEN_IN


def test_without_that_refusal_it_would_be_sold_here_and_on_its_way_to_another_office(
    kept: Database,
    people: People,
    opened: Stored,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lots, "_refuse_open_elsewhere", lambda *_said: None)
    monkeypatch.setattr(transfers, "publish", lambda *_said: None)
    answers = each_together(
        kept,
        (people.keeper, sending(people, opened, at)),
        (people.officer, selling(people, opened, at)),
    )
    assert refusals(answers) == []
    assert (count(kept, Transfer), count(kept, RoundOutcome)) == (1, 1)
    assert where(kept) == CustodyKind.SENT


@pytest.fixture
def valued(kept: Database, people: People, at: datetime) -> Stored:
    """A stored thing with a price, in no lot."""
    with kept.transaction(SYSTEM) as session:
        store = make_place(session, people.keeper, at=at)
        asset = make_valued_asset(session, people, at=at, place=store)
        return Stored(asset, order_to_send(session, store, asset))


def forming(people: People, thing: Stored, at: datetime) -> Act:
    new = NewLot(assets=[thing.asset], description="Xe ô tô tải")
    return lambda session: form_lot(session, people.officer, new, at=at).reference


def test_what_leaves_at_this_moment_gets_into_no_lot(
    kept: Database, people: People, valued: Stored, at: datetime
) -> None:
    answers = each_together(
        kept,
        (people.keeper, sending(people, valued, at)),
        (people.officer, forming(people, valued, at)),
    )
    (refused,) = refusals(answers)
    assert refused in (AssetInOpenLot, AssetAway)
    assert count(kept, LotAsset) + count(kept, Transfer) == 1


def test_without_the_lock_of_the_holding_it_would_be_offered_while_it_leaves(
    kept: Database,
    people: People,
    valued: Stored,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have read when the other writes: neither sees the other."""
    met, look = threading.Barrier(2), lots._refuse_away

    def look_without_lock(session: Session, asset_ids: Sequence[int]) -> None:
        with pytest.MonkeyPatch.context() as off:
            off.setattr(Select, "with_for_update", lambda asked, **_said: asked)
            look(session, asset_ids)

    monkeypatch.setattr(lots, "_refuse_away", meeting(look_without_lock, met))
    monkeypatch.setattr(transfers, "publish", meeting(transfers.publish, met))
    answers = each_together(
        kept,
        (people.keeper, sending(people, valued, at)),
        (people.officer, forming(people, valued, at)),
    )
    assert refusals(answers) == []
    assert (count(kept, LotAsset), count(kept, Transfer)) == (1, 1)


class Arriving(NamedTuple):
    """A thing on its way to another office, and the lot of before with a round to close."""

    asset: str
    transfer: str
    lot: str
    place_id: int
    order: str


@pytest.fixture
def arriving(kept: Database, people: People, at: datetime) -> Arriving:
    """It was withdrawn and sent over; what came of its round is recorded only now."""
    with kept.transaction(SYSTEM) as session:
        store = make_place(session, people.keeper, at=at)
        lot = make_formed_lot(session, people, at=at, place=store)
        make_round(session, lot, 1, at.date() - timedelta(days=1), None)
        lot.closed_on, lot.awaits, lot.awaits_on = at.date(), None, None
        (asset,) = assets_of_lot(session, lot.id)
        session.flush()
        transfer = send_over(session, people, store, asset.reference, at=at)
        told = (asset.reference, transfer, lot.reference)
    with kept.transaction(SYSTEM) as session:
        there = make_place(session, people.foreign_keeper, "K9", "Kho khác", at=at)
        return Arriving(*told, there.id, arrival_order(there))


def receiving(people: People, thing: Arriving, at: datetime) -> Act:
    found = [LineArrival(asset=thing.asset, arrival=Arrival.RECEIVED)]
    said = NewArrivals(arrivals=found, order=thing.order, place_id=thing.place_id)
    return lambda session: (
        receive(session, people.foreign_keeper, thing.transfer, said, at=at).received
    )


def offices(kept: Database) -> tuple[set[int], set[int]]:
    """Whose the thing is, and whose its counted failures are."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        return (
            set(session.scalars(select(Asset.office_id))),
            set(session.scalars(select(FailureRun.office_id))),
        )


def test_an_outcome_counts_before_the_thing_changes_office_or_not_there(
    kept: Database, people: People, arriving: Arriving, at: datetime
) -> None:
    """L25 Art. 50: what it failed goes with it; afterwards the other office does not write it."""
    answers = each_together(
        kept,
        (people.foreign_keeper, receiving(people, arriving, at)),
        (people.officer, closing(people, arriving.lot, at)),
    )
    refused = refusals(answers)
    assert refused in ([], [AssetElsewhere])
    there, counted = offices(kept)
    assert there == {people.foreign.id}
    assert counted == (set() if refused else {people.foreign.id})


def test_without_the_lock_of_the_assets_the_failure_would_stay_with_the_old_office(
    kept: Database,
    people: People,
    arriving: Arriving,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The thing is read as the old office's while the other one takes it over."""
    monkeypatch.setattr(ledger, "lock_assets", assets_unlocked)
    barrier = threading.Barrier(2)
    monkeypatch.setattr(ledger, "append", meeting(ledger.append, barrier))
    monkeypatch.setattr(arrivals, "_take_over", meeting(arrivals._take_over, barrier))
    answers = each_together(
        kept,
        (people.foreign_keeper, receiving(people, arriving, at)),
        (people.officer, closing(people, arriving.lot, at)),
    )
    assert refusals(answers) == []
    there, counted = offices(kept)
    assert (there, counted) == ({people.foreign.id}, {people.office.id})
