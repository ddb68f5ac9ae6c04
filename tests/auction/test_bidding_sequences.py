"""No order of acts yields two winners, a price under the lawful one, or a count that was reset."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.queries import asset_history, check_runs, runs_of
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import Meaning, Outcome
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid
from auction.bidding.sessions import round_of_lot, session_of
from auction.lots.models import Lot
from auction.lots.queries import get_lot
from auction.lots.relotting import relot
from auction.lots.schemas import NewPart, NewRelot
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.queries import lot_file
from auction.outcomes.rules import needs_opening
from auction.outcomes.schemas import NewReduction, NewRuling
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from tests.make.auction import close_round, make_formed_lot, new_round
from tests.make.organisation import People

START = 1_000_000_000
WEEK = timedelta(days=7)
spoken = st.tuples(
    st.sampled_from(list(BidKind)),
    st.integers(1, 3),
    st.sampled_from([START - 1, START, START + 1, START + 50_000_000, START + 200_000_000]),
)

OVERBID = (BidKind.BID, 2, START + 50_000_000)
"""A bid the first bidder may take up if it is refused: his own and his deposit cover it."""


def attempt(session: Session, act: Callable[[], object]) -> bool:
    """Do it if it is lawful; a refusal leaves nothing behind."""
    try:
        with session.begin_nested():
            act()
    except DomainError:
        session.expire_all()
        return False
    return True


class Ends:
    """How a round ends: by the outcome that follows from what was said, and by no other."""

    def __init__(self, session: Session, people: People, lot: Lot, at: datetime) -> None:
        self.session, self.people, self.lot, self.at = session, people, lot, at

    def tried(self, codes: list[Outcome]) -> list[Outcome]:
        """The outcomes that are lawful, tried one after the other."""
        session, people, lot, at = self.session, self.people, self.lot, self.at
        return [
            code
            for code in sorted(codes, key=lambda one: not needs_opening(one))
            if attempt(session, lambda code=code: close_round(session, people, lot, 1, code, at=at))
        ]

    def answered(self, codes: list[Outcome]) -> list[Outcome]:
        """The outcomes once the next bidder, who is asked after a refusal, has answered."""
        held = round_of_lot(self.session, self.lot, 1)
        course = session_of(self.session, held, local_day(self.at)).course
        assert course.refused
        assert course.next_bidder
        kind = BidKind.ACCEPTED if codes.index(Outcome.SOLD) % 2 else BidKind.DECLINED
        one = NewSaid(bidder=course.next_bidder.bidder, kind=kind)
        say(self.session, self.people.officer, self.lot.reference, 1, one, at=self.at)
        return self.tried(codes)


def test_whatever_is_said_one_wins_at_a_lawful_price_or_none(
    session: Session, people: People, at: datetime
) -> None:
    sold: list[bool] = []

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(told=st.lists(spoken, max_size=7), codes=st.permutations(list(Outcome)))
    @example(told=[], codes=list(Outcome))
    @example(told=[(BidKind.WITHDRAWN, 1, START)], codes=list(Outcome))
    @example(told=[(BidKind.WITHDRAWN, 1, START), (BidKind.BID, 1, START)], codes=list(Outcome))
    @example(told=[OVERBID, (BidKind.REFUSED, 2, START)], codes=list(Outcome))
    @example(told=[OVERBID, (BidKind.REFUSED, 2, START)], codes=list(Outcome)[::-1])
    def run(told: list[tuple[BidKind, int, int]], codes: list[Outcome]) -> None:
        with session.begin_nested() as point:
            lot = make_formed_lot(session, people, START, at=at)
            ref, officer = lot.reference, people.officer
            new = new_round(START, at - WEEK / 7, deposit=100_000_000)
            schedule_round(session, officer, ref, new, at=at)
            for n in (1, 2, 3):
                bidder = NewBidder(name=f"Người {n}", identity_number=str(n))
                register_bidder(session, officer, ref, 1, bidder, at=at)
                paid = NewDeposit(amount=Decimal(100_000_000), paid_at=at - timedelta(days=2))
                note_deposit(session, officer, ref, 1, paid, bidder=n, at=at)
            for kind, bidder, amount in [(BidKind.BID, 1, START), *told]:
                one = NewSaid(bidder=bidder, kind=kind, amount=Decimal(amount))
                attempt(session, lambda one=one: say(session, officer, ref, 1, one, at=at))
            ends = Ends(session, people, lot, at)
            done = ends.tried(codes)
            if not done:
                done = ends.answered(codes)
            assert len(done) == 1, "one outcome is lawful, or the round is stopped"
            sold.append(done[0] is Outcome.SOLD)
            won = session.execute(
                text(
                    "SELECT o.winner_id, o.sale_price, o.code FROM round_outcome o"
                    " WHERE o.lot_id = :lot"
                ),
                {"lot": lot.id},
            ).one()
            assert (won.winner_id is not None) == (won.code == "sold")
            assert won.sale_price is None or won.sale_price >= START
            point.rollback()

    run()
    assert any(sold), "the tries must not all fail"
    assert not all(sold), "nor all end in a sale"


acts = st.sampled_from(["fail", "reduce", "apart", "together", "neither", "failed"])


def test_no_new_lot_and_no_ruling_but_that_it_did_not_fail_resets_a_count(
    session: Session, people: People, at: datetime
) -> None:
    relotted: list[int] = []

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(told=st.lists(acts, min_size=3, max_size=7))
    def run(told: list[str]) -> None:
        with session.begin_nested() as point:
            way = Way(session, people, at)
            for act in told:
                before = way.counts()
                done = attempt(session, lambda act=act: getattr(way, act)())
                after = way.counts()
                if act in {"apart", "together", "reduce"} or not done:
                    assert after == before
                if act == "fail" and done:
                    assert sum(after) > sum(before)
                if act in {"apart", "together"}:
                    relotted.append(done)
                assert check_runs(session) == []
                way.check_prices()
            point.rollback()

    run()
    assert sum(relotted), "some lots were formed anew"


class Way:
    """Two assets on their way through rounds and lots."""

    def __init__(self, session: Session, people: People, at: datetime) -> None:
        self.session, self.people, self.now = session, people, at
        lot = make_formed_lot(session, people, 600_000_000, 400_000_000, at=at)
        self.lots = [lot.reference]
        found = get_lot(session, SYSTEM, lot.reference).assets
        self.assets, self.ids = [one.reference for one in found], [one.id for one in found]

    def counts(self) -> list[int]:
        runs = runs_of(self.session, self.ids)
        return [runs[one].failed_in_a_row if one in runs else 0 for one in self.ids]

    def check_prices(self) -> None:
        """From one offer of an asset's lot to the next no more than a tenth is lost."""
        for ref in self.lots:
            rounds = lot_file(self.session, SYSTEM, ref, local_day(self.now)).rounds
            prices = [line.round.starting_price for line in rounds if line.round.starting_price]
            for before, after in pairwise(prices):
                assert after * 10 >= before * 9
        assert len(asset_history(self.session, self.ids)) >= sum(self.counts())

    def fail(self) -> None:
        self.now += WEEK
        file = lot_file(self.session, SYSTEM, self.lots[0], local_day(self.now))
        assert file.next_price is not None
        price = file.next_price.highest or file.next_price.lowest
        new = new_round(price, self.now - WEEK / 84)
        made = schedule_round(self.session, self.people.officer, self.lots[0], new, at=self.now)
        assert made.starting_price is not None
        assert made.starting_price >= file.next_price.lowest
        lot = self.session.get_one(Lot, file.lot.id)
        close_round(self.session, self.people, lot, made.number, Outcome.FAILED_NO_BID, at=self.now)

    def reduce(self) -> None:
        file = lot_file(self.session, SYSTEM, self.lots[0], local_day(self.now))
        last = file.rounds[-1] if file.rounds else None
        price = last.round.starting_price if last else None
        new = NewReduction(
            new_price=(price or Decimal(10)) * 9 // 10,
            decision_number=f"{len(file.rounds)}{self.lots[0]}/QĐ",
            decided_on=local_day(self.now),
        )
        number = last.round.number if last else 1
        reduce_price(self.session, self.people.officer, self.lots[0], number, new, at=self.now)

    def apart(self) -> None:
        parts = [NewPart(assets=[one], description="Bán riêng") for one in self.assets]
        self._relot(parts)

    def together(self) -> None:
        self._relot([NewPart(assets=self.assets, description="Bán chung")])

    def neither(self) -> None:
        self._rule(Meaning.NEITHER)

    def failed(self) -> None:
        self._rule(Meaning.FAILED)

    def _relot(self, parts: list[NewPart]) -> None:
        new = NewRelot(lots=self.lots, parts=parts, reason="Bán cách khác")
        made = relot(self.session, self.people.officer, new, at=self.now)
        self.lots = [lot.reference for lot in made]

    def _rule(self, meaning: Meaning) -> None:
        new = NewRuling(meaning=meaning, ground="Ý kiến kiểm tra", article="PA16 Art. 52")
        give_ruling(self.session, self.people.inspector, self.lots[0], 1, new, at=self.now)
