"""Makes lots that failed and were reduced some times, through the commands, day after day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import lowest_next_price
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.lots.rules import ReductionLate
from auction.offers.commands.priority import answer_priority, end_priority, offer_priority
from auction.offers.commands.setoff import answer_setoff, ask_creditor
from auction.offers.schemas import NewAsk, NewLapse, NewPriority, NewPriorityAnswer, NewSetOffAnswer
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import NewReduction
from auction.valuations.models import Valuation
from auction.valuations.rules import ValuationMethod
from inventory.assets.models import Asset
from inventory.base.clock import local_day
from inventory.cases.models import EnforcementCase
from inventory.titles.queries import titles_of
from tests.make.announcing import notice_was_given
from tests.make.auction import fail_round, make_formed_lot, new_round
from tests.make.departures import let_through
from tests.make.organisation import People

BILLION = Decimal(1_000_000_000)
DAY = timedelta(days=1)


@dataclass
class Between:
    """A lot on its way: where it stands, what it costs now, and the moment."""

    session: Session
    people: People
    lot: Lot
    price: Decimal
    now: datetime
    rounds: int = 0

    @property
    def ref(self) -> str:
        return self.lot.reference

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def asset(self) -> str:
        return assets_of_lot(self.session, self.lot.id)[0].reference

    @property
    def asset_id(self) -> int:
        return assets_of_lot(self.session, self.lot.id)[0].id

    def wait(self, days: int) -> "Between":
        self.now += days * DAY
        return self

    def until(self, day: date) -> "Between":
        self.now += (day - self.today) * 1
        return self

    def fail(self) -> "Between":
        """The next round finds nobody."""
        self.rounds = fail_round(
            self.session, self.people, self.lot, self.price, at=self.now
        ).number
        return self

    def announce(self, days: int) -> "Between":
        """A round that opens in some days, its notices given in time."""
        opens_at = self.now + days * DAY
        notice_was_given(self.session, self.people, self.lot, opens_at, at=self.now)
        opens = new_round(self.price, opens_at)
        made = schedule_round(self.session, self.people.officer, self.ref, opens, at=self.now)
        self.rounds = made.number
        return self

    def lowest(self) -> Decimal:
        limit = rule_on(self.session, "max_reduction_pct", self.today)
        return lowest_next_price(self.price, limit, Decimal(1))

    def reduce(self, price: Decimal | int | None = None, **said: Any) -> "Between":
        """The price falls as far as the law allows, or to what is said.

        A late decision is let through by the head, unless ``let`` says no.
        """
        let = said.pop("let", True)
        new = NewReduction(
            new_price=Decimal(price) if price is not None else self.lowest(),
            decision_number=said.pop("number", f"{self.ref}-{self.rounds}/QĐ-GG"),
            decided_on=said.pop("on", self.today),
            **said,
        )
        try:
            with self.session.begin_nested():
                self._decide(new)
        except ReductionLate as refused:
            if not let or refused.departs is None:
                raise
            self.let_through(str(refused.departs["rule"]))
            self._decide(new)
        return self

    def _decide(self, new: NewReduction) -> None:
        officer = self.people.officer
        made = reduce_price(self.session, officer, self.ref, self.rounds, new, at=self.now)
        self.price = made.new_price

    def let_through(self, rule: str) -> "Between":
        """A second person lets the next act through that the rule refuses."""
        let_through(self.session, self.people, rule, self.ref, at=self.now)
        return self

    def cost(self, amount: int, kind: CostKind = CostKind.COERCION, **said: Any) -> "Between":
        """Something was spent on the first asset."""
        facts = {"spent_on": self.today, "document": "PC-1", **said}
        new = NewCost(kind=kind, amount=Decimal(amount), **facts)
        enter_cost(self.session, self.people.officer, self.asset, new, at=self.now)
        return self

    def ask(self, **said: Any) -> "Between":
        """The creditor is asked whether he takes it."""
        new = NewAsk(**{"asked_on": self.today, "claim": Decimal(2_000_000_000), **said})
        ask_creditor(self.session, self.people.officer, self.ref, new, at=self.now)
        return self

    def pass_co_owners(self) -> "Between":
        """The co-owners of the first asset are told that they may buy it first; none wants it."""
        session, officer, ref, on = self.session, self.people.officer, self.asset, self.today
        offer_priority(session, officer, ref, NewPriority(told_on=on), at=self.now)
        for owner in titles_of(session, [self.asset_id], on)[self.asset_id].co_owners:
            said = {"owner": owner.name, "accepted": False, "answered_on": on, "document": "Đơn"}
            answer_priority(session, officer, ref, NewPriorityAnswer(**said), at=self.now)
        end_priority(session, officer, ref, NewLapse(on=on), at=self.now)
        return self

    def answer(self, *, accepted: bool, **said: Any) -> "Between":
        """What he says."""
        facts = {"answered_on": self.today, "document": "CV-NH 7", **said}
        new = NewSetOffAnswer(accepted=accepted, **facts)
        answer_setoff(self.session, self.people.officer, self.ref, new, at=self.now)
        return self


def lot_on_its_way(
    session: Session, people: People, *, at: datetime, price: int = 1_000_000_000, **said: Any
) -> Between:
    """A lot before its first round."""
    lot = make_formed_lot(session, people, price, at=at, **said)
    return Between(session, people, lot, Decimal(price), at)


def creditor_declines(session: Session, people: People, lot: str, *, at: datetime) -> None:
    """The creditor is asked whether he takes the asset, and does not (D152/26 Art. 65(6))."""
    on = local_day(at)
    ask = NewAsk(asked_on=on, claim=Decimal(2_000_000_000))
    ask_creditor(session, people.officer, lot, ask, at=at)
    answer = NewSetOffAnswer(accepted=False, answered_on=on, document="CV-NH 7")
    answer_setoff(session, people.officer, lot, answer, at=at)


def case_was_decided(way: Between, on: date) -> None:
    """The case of what is sold is of a day long before."""
    case_id = way.session.get_one(Asset, way.asset_id).case_id
    way.session.get_one(EnforcementCase, case_id).decision_on = on
    way.session.flush()


def lot_of_the_old_law(
    session: Session, people: People, *, at: datetime, start: datetime, **said: Any
) -> Between:
    """A lot whose rounds are held under the law of 2008 and recorded as they happen."""
    way = lot_on_its_way(session, people, at=at, **said)
    way.now = start
    case_was_decided(way, way.today - 60 * DAY)
    session.add(
        Valuation(
            asset_id=way.asset_id,
            office_id=people.office.id,
            method=ValuationMethod.FIRM.value,
            amount=way.price,
            currency="VND",
            valued_on=way.today - 30 * DAY,
            valid_until=way.today + 150 * DAY,
            recorded_at=start,
        )
    )
    session.flush()
    return way


def failed_lot(
    session: Session,
    people: People,
    failed: int,
    *,
    at: datetime,
    price: int = 1_000_000_000,
    **said: Any,
) -> Between:
    """A lot whose last round failed; the rounds before were each followed by a reduction.

    From the third reduction on the creditor is asked and declines.
    """
    way = lot_on_its_way(session, people, at=at, price=price, **said)
    for number in range(1, failed + 1):
        way.fail()
        if number < failed:
            if number > 2:
                way.ask().answer(accepted=False)
            way.reduce().wait(1)
    return way
