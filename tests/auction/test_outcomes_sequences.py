"""Whatever officers do, in any order: no price under the lawful one, no counter that is wrong."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.queries import check_runs, lines_of_lot, runs_of
from auction.bidding.rules import RECORDABLE, Outcome
from auction.bidding.schemas import RoundLine
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import lowest_next_price
from auction.lots.models import Lot
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.queries import lot_file
from auction.outcomes.schemas import NewReduction
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from tests.make.auction import close_round, make_formed_lot, new_round
from tests.make.organisation import People

DAY = timedelta(days=1)
VALUE = Decimal(1_000_000_001)
Act = tuple[str, Decimal | Outcome]
AFTER_2026_07 = date(2026, 11, 23)
shares = st.sampled_from([100, 100, 100, 95, 90, 89, 101]).map(Decimal)
cuts = st.sampled_from([90, 95, 99, 89, 100]).map(Decimal)
codes = st.sampled_from([Outcome.FAILED_NO_BID] * 12 + list(RECORDABLE))
turns = st.tuples(shares, codes, st.none() | cuts)
"""A round, what became of it and perhaps a reduction; each may be refused or come too early."""


def acts_of(told: list[tuple[Decimal, Outcome, Decimal | None]]) -> list[Act]:
    acts: list[Act] = []
    for share, code, cut in told:
        acts += [("round", share), ("outcome", code)]
        acts += [("reduce", cut)] if cut is not None else []
    return acts


@dataclass
class Office:
    """One who tries everything on one lot."""

    session: Session
    people: People
    lot: Lot
    now: datetime
    done: int = 0

    def does(self, kind: str, what: Decimal | Outcome) -> None:
        """Try an act on the next day; a refusal changes nothing."""
        self.now += DAY
        try:
            getattr(self, f"_{kind}")(what)
            self.done += 1
        except DomainError:
            self.session.expire_all()

    def lines(self) -> list[RoundLine]:
        return lines_of_lot(self.session, self.lot.id)

    def _price(self, share: Decimal) -> Decimal:
        lines = self.lines()
        last = lines[-1].round.starting_price if lines else VALUE
        assert last is not None
        reduced = lines[-1].reduction.new_price if lines and lines[-1].reduction else last
        base = reduced if share == 100 else last
        return Decimal(int(base * share / 100))

    def _round(self, share: Decimal) -> None:
        new = new_round(self._price(share), self.now - DAY / 2)
        schedule_round(self.session, self.people.officer, self.lot.reference, new, at=self.now)

    def _outcome(self, code: Outcome) -> None:
        number = len(self.lines())
        price = Decimal(2_000_000_000) if code is Outcome.SOLD else None
        said = {"sale_price": price} if price else {}
        close_round(self.session, self.people, self.lot, number, code, at=self.now, **said)

    def _reduce(self, share: Decimal) -> None:
        number = len(self.lines())
        new = NewReduction(
            new_price=self._price(share),
            decision_number=f"{self.now:%d%m%y}/QĐ",
            decided_on=local_day(self.now),
        )
        reduce_price(
            self.session, self.people.officer, self.lot.reference, number, new, at=self.now
        )


def recount(lines: list[RoundLine]) -> int:
    """The failed rounds in a row, counted by hand."""
    failed = 0
    for line in lines:
        code = line.outcome.code if line.outcome else ""
        failed = 0 if code == "sold" else failed + code.startswith("failed_")
    return failed


def test_no_sequence_of_acts_breaks_the_law_or_the_counters(
    session: Session, people: People, at: datetime
) -> None:
    accepted: list[int] = []

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(told=st.lists(turns, min_size=3, max_size=5))
    def run(told: list[tuple[Decimal, Outcome, Decimal | None]]) -> None:
        with session.begin_nested() as point:
            lot = make_formed_lot(session, people, int(VALUE), at=at)
            office = Office(session, people, lot, at)
            for kind, what in acts_of(told):
                before = recount(office.lines())
                office.does(kind, what)
                lines = office.lines()
                check_prices(session, lines)
                if what in {Outcome.STOPPED, Outcome.PAUSED, Outcome.CANCELLED}:
                    assert recount(lines) == before
                check_counters(session, office, lines)
            accepted.append(office.done)
            point.rollback()

    run()
    assert sum(accepted) > 15, "the tries must not all be refused"


def check_prices(session: Session, lines: list[RoundLine]) -> None:
    limit = rule_on(session, "max_reduction_pct", AFTER_2026_07)
    price = max((line.round.starting_price or VALUE for line in lines[:1]), default=VALUE)
    assert price >= VALUE
    for line in lines:
        lowest = lowest_next_price(price, limit, Decimal(1))
        assert line.round.starting_price is not None
        assert lowest <= line.round.starting_price <= price
        price = line.round.starting_price
        if line.reduction is not None:
            assert lowest_next_price(price, limit, Decimal(1)) <= line.reduction.new_price < price


def check_counters(session: Session, office: Office, lines: list[RoundLine]) -> None:
    file = lot_file(session, office.people.officer, office.lot.reference, local_day(office.now))
    ids = [asset.id for asset in file.lot.assets]
    kept = [run.failed_in_a_row for run in runs_of(session, ids).values()]
    assert kept in ([], [recount(lines)] * len(ids))
    assert kept or recount(lines) == 0
    assert check_runs(session) == []
    assert file.lot.awaits == file.step, "what the desk waits for is what the record says"
