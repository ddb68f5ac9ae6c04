"""Any order of acts leaves every thing with exactly one holder, and every chain whole.

Thousands of legal and illegal acts are drawn; the database is asked after each series of them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import DomainError
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move, release, take_in
from inventory.custody.queries import get_holding
from inventory.custody.rules import CustodyKind
from inventory.custody.schemas import Move
from inventory.custody.verification import verify_chains
from inventory.handovers.commands.answers import answer
from inventory.handovers.commands.arrivals import receive, take_back
from inventory.handovers.commands.loans import lend
from inventory.handovers.commands.offers import offer
from inventory.handovers.commands.returns import bring_back
from inventory.handovers.commands.transfers import send
from inventory.handovers.models import Handover, Loan, LoanLine, Transfer, TransferLine
from inventory.handovers.rules import Arrival, Purpose
from inventory.handovers.schemas import (
    LineAnswer,
    LineArrival,
    LineReturn,
    NewAnswers,
    NewArrivals,
    NewComeback,
    NewLoan,
    NewOffer,
    NewReturns,
    NewTransfer,
    Outsider,
)
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_place, release_from, take_in_at
from tests.make.orders import arrival_order, order_to_lend, order_to_send, return_order
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
Drawn = tuple[str, int, int]

ACTS = (
    "take_in",
    "move",
    "release",
    "send",
    "send_away",
    "receive",
    "accept_away",
    "refuse_away",
    "take_back",
    "miss",
    "lend",
    "bring",
    "offer",
    "answer",
)
WHO = Outsider(name="Phạm Văn Chở", post="Lái xe", proof=Proof.CITIZEN_CARD)


class World:
    """The office of a test: things, places, and who acts."""

    def __init__(
        self,
        session: Session,
        people: People,
        things: Sequence[Registered],
        places: Sequence[Place],
        away: Place,
        *,
        at: datetime,
    ) -> None:
        self.session, self.people, self.at = session, people, at
        self.away = away
        self.things, self.places = things, places
        self.done: Counter[str] = Counter()

    def act(self, drawn: Drawn) -> None:
        """Try an act; a refusal leaves everything as it was."""
        name, thing, place = drawn
        asset = self.things[thing % len(self.things)].reference
        self.at += timedelta(minutes=1)
        try:
            with self.session.begin_nested():
                getattr(self, name)(asset, self.places[place % len(self.places)])
            self.done[name] += 1
        except DomainError:
            self.done["refused"] += 1

    def take_in(self, asset: str, place: Place) -> None:
        take_in(self.session, self.people.keeper, asset, take_in_at(place), at=self.at)

    def move(self, asset: str, place: Place) -> None:
        here = self._place_of(asset)
        new = Move(place.id, here.id, "Sắp xếp")
        move(self.session, self.people.keeper, asset, new, at=self.at)

    def release(self, asset: str, _place: Place) -> None:
        new = release_from(self.session, self._place_of(asset), asset)
        release(self.session, self.people.keeper, asset, new, at=self.at)

    def send(self, asset: str, place: Place) -> None:
        new = NewTransfer(
            to_place_id=place.id,
            order=order_to_send(self.session, self._place_of(asset), asset),
            reason="Chuyển kho",
            expected_on=self.at.date(),
            carrier_name=WHO.name,
            carrier_post=WHO.post,
            carrier_proof=WHO.proof,
            assets=(asset,),
        )
        send(self.session, self.people.keeper, new, at=self.at)

    def send_away(self, asset: str, _place: Place) -> None:
        new = NewTransfer(
            to_office="T02",
            order=order_to_send(self.session, self._place_of(asset), asset),
            reason="Ủy thác",
            expected_on=self.at.date(),
            carrier_name=WHO.name,
            carrier_post=WHO.post,
            carrier_proof=WHO.proof,
            assets=(asset,),
        )
        send(self.session, self.people.keeper, new, at=self.at)

    def accept_away(self, asset: str, _place: Place) -> None:
        self._arrive(asset, self.away, Arrival.RECEIVED, by=self.people.foreign_keeper)

    def refuse_away(self, asset: str, _place: Place) -> None:
        self._arrive(asset, self.away, Arrival.REFUSED, by=self.people.foreign_keeper)

    def take_back(self, asset: str, place: Place) -> None:
        new = NewComeback(assets=[asset], order=arrival_order(place), place_id=place.id)
        take_back(self.session, self.people.keeper, self._transfer_of(asset), new, at=self.at)

    def receive(self, asset: str, place: Place) -> None:
        self._arrive(asset, place, Arrival.RECEIVED)

    def miss(self, asset: str, place: Place) -> None:
        self._arrive(asset, place, Arrival.MISSING)

    def lend(self, asset: str, _place: Place) -> None:
        new = NewLoan(
            assets=[asset],
            borrower="Tòa án nhân dân",
            taker=WHO,
            purpose=Purpose.HEARING,
            request_number="1/TA",
            requested_on=self.at.date(),
            order=order_to_lend(self.session, self._place_of(asset), asset),
            due_on=self.at.date(),
        )
        lend(self.session, self.people.keeper, new, at=self.at)

    def bring(self, asset: str, place: Place) -> None:
        loan = self.session.scalars(
            select(Loan.reference)
            .join(LoanLine, LoanLine.loan_id == Loan.id)
            .where(LoanLine.asset_id == self._id(asset))
            .order_by(Loan.id.desc())
        ).first()
        line = LineReturn(asset=asset, place_id=place.id)
        new = NewReturns(returns=[line], brought_by=WHO, order=return_order(place))
        bring_back(self.session, self.people.keeper, loan or "TX", new, at=self.at)

    def offer(self, asset: str, _place: Place) -> None:
        new = NewOffer(
            assets=[asset],
            reason="Bàn giao",
            answer_by=self.at.date(),
            receiver_code="T-keeper",
        )
        offer(self.session, self.people.officer, new, at=self.at)

    def answer(self, asset: str, _place: Place) -> None:
        found = self.session.scalars(
            select(Handover.reference).where(Handover.closed_at.is_(None)).order_by(Handover.id)
        ).first()
        said = NewAnswers(answers=[LineAnswer(asset=asset, accepted=True)])
        answer(self.session, self.people.keeper, found or "GN", said, at=self.at)

    def _transfer_of(self, asset: str) -> str:
        found = self.session.scalars(
            select(Transfer.reference)
            .join(TransferLine, TransferLine.transfer_id == Transfer.id)
            .where(TransferLine.asset_id == self._id(asset))
            .order_by(Transfer.id.desc())
        ).first()
        return found or "DC"

    def _arrive(
        self, asset: str, place: Place, arrival: Arrival, *, by: Actor | None = None
    ) -> None:
        line = LineArrival(asset=asset, arrival=arrival, place_id=place.id, note="Ghi chú")
        new = NewArrivals(arrivals=[line], order=arrival_order(place))
        who = by or self.people.keeper
        receive(self.session, who, self._transfer_of(asset), new, at=self.at)

    def _place_of(self, asset: str) -> Place:
        here = get_holding(self.session, SYSTEM, asset).place_id
        return next((place for place in self.places if place.id == here), self.places[0])

    def _id(self, asset: str) -> int:
        return next(thing.id for thing in self.things if thing.reference == asset)


_ANSWERABLE = text(
    "SELECT count(*) FROM holding h WHERE h.asset_id = ANY(:assets) AND h.seq > 0"
    " AND (h.place_id IS NOT NULL)::int"
    " + (h.place_id IS NULL AND length(h.receiver) > 0)::int <> 1"
)
_ON_THE_WAY_TWICE = text(
    "SELECT count(*) FROM (SELECT asset_id FROM transfer_line"
    " WHERE arrived_seq IS NULL AND asset_id = ANY(:assets) UNION ALL"
    " SELECT asset_id FROM loan_line WHERE returned_at IS NULL AND asset_id = ANY(:assets)) w"
    " JOIN holding h USING (asset_id) WHERE h.kind NOT IN ('sent', 'lent')"
)
_AWAY_WITHOUT_PAPER = text(
    "SELECT count(*) FROM holding h WHERE h.asset_id = ANY(:assets) AND h.kind IN ('sent', 'lent')"
    " AND (SELECT count(*) FROM transfer_line t WHERE t.asset_id = h.asset_id"
    "   AND t.arrived_seq IS NULL)"
    " + (SELECT count(*) FROM loan_line l WHERE l.asset_id = h.asset_id"
    "   AND l.returned_at IS NULL) <> 1"
)


@pytest.fixture
def world(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> World:
    """Four things: two on the shelf, two in the hands of the officer; three places."""
    other = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    things = [
        make_asset(session, people.keeper, case, place=shelf if i % 2 else None, at=at)
        for i in range(4)
    ]
    away = make_place(session, people.foreign_keeper, "K9", "Kho khác", at=at)
    return World(session, people, things, [store, shelf, other], away, at=at)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 2)), min_size=8))
def test_every_thing_has_exactly_one_holder_after_any_acts(
    world: World, drawn: list[Drawn]
) -> None:
    outer = world.session.begin_nested()
    for one in drawn:
        world.act(one)
    world.session.flush()
    said = {"assets": [thing.id for thing in world.things]}
    for claim in (_ANSWERABLE, _ON_THE_WAY_TWICE, _AWAY_WITHOUT_PAPER):
        assert world.session.execute(claim, said).scalar_one() == 0, str(claim)
    assert verify_chains(world.session).first_fault is None
    outer.rollback()
    world.session.expire_all()


def test_the_claims_find_a_thing_that_nobody_holds(world: World) -> None:
    """Negative control: a thing on its way without a carrier is found."""
    world.act(("send", 1, 2))
    assert world.done == {"send": 1}
    said = {"assets": [thing.id for thing in world.things]}
    spoil = text("UPDATE holding SET receiver = '' WHERE kind = :sent")
    world.session.execute(spoil, {"sent": CustodyKind.SENT.value})
    assert world.session.execute(_ANSWERABLE, said).scalar_one() == 1
    assert verify_chains(world.session).first_fault is not None


def test_the_acts_are_not_all_refused(world: World) -> None:
    """Otherwise the property would say nothing."""
    for name, thing in (
        ("send", 1),
        ("miss", 1),
        ("receive", 1),
        ("send_away", 1),
        ("refuse_away", 1),
        ("take_back", 1),
        ("lend", 1),
        ("bring", 1),
        ("send_away", 1),
        ("accept_away", 1),
        ("move", 3),
        ("release", 3),
        ("offer", 0),
        ("answer", 0),
        ("take_in", 0),
    ):
        world.act((name, thing, 0))
    assert sorted(world.done) == sorted(ACTS)
