"""Whatever is done to limits in whatever order: each date has its reason, and its rows say it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_deadline, void_deadlines
from auction.deadlines.models import Deadline, DeadlineMove
from auction.deadlines.queries import deadlines_of, rules_by_id
from auction.deadlines.rules import DeadlineState, due_date
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.models import Hold
from auction.holds.rules import HoldIsOpen, HoldKind, HoldTooLong
from auction.legal_rules.queries import calendar
from inventory.assets.models import Asset
from tests.make.auction import make_asset
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People

FIRST = date(2026, 7, 2)
KEYS = ("valuation_contract_due", "price_notice_due", "provisional_to_coercion", "delivery_due")
KINDS = (
    HoldKind.SUSPENSION,
    HoldKind.COURT_ACCEPTED,
    HoldKind.COMPLAINT,
    HoldKind.DISPUTE,
    HoldKind.FORCE_MAJEURE,
)
acts = st.lists(
    st.tuples(
        st.sampled_from(["set", "open", "end", "meet", "void"]),
        st.integers(0, 4),
        st.integers(0, 9),
    ),
    min_size=3,
    max_size=14,
)


class Office:
    """An asset with limits and holds, a few days further with every act."""

    def __init__(self, session: Session, people: People) -> None:
        self.session, self.people = session, people
        self.asset: Asset = make_asset(session, people.office)
        self.about = DeadlineSubject(
            "asset", self.asset.reference, people.office.id, asset_id=self.asset.id
        )
        self.today = FIRST
        self.open: list[Hold] = []

    @property
    def at(self) -> datetime:
        return datetime.combine(self.today, time(3), UTC)

    def set(self, which: int) -> None:
        key = KEYS[which % len(KEYS)]
        set_deadline(self.session, self.people.officer, key, self.today, self.about, at=self.at)

    def open_one(self, which: int) -> None:
        kind, ref = KINDS[which % len(KINDS)], self.asset.reference
        try:
            hold = make_hold(self.session, self.people.officer, kind, ref, self.today, at=self.at)
        except HoldIsOpen:
            return
        self.open.append(hold)

    def end_one(self, which: int) -> None:
        if not self.open:
            return
        hold = self.open[which % len(self.open)]
        try:
            finish_hold(self.session, self.people.officer, hold, self.today, at=self.at)
        except HoldTooLong:
            on = hold.longest_until or self.today
            finish_hold(self.session, self.people.officer, hold, on, at=self.at)
        self.open.remove(hold)

    def close(self, which: int, *, void: bool) -> None:
        rows = deadlines_of(self.session, self.people.officer, "asset", self.asset.reference)
        waiting = [row for row in rows if row.met_on is None and row.voided_on is None]
        if not waiting:
            return
        row = waiting[which % len(waiting)]
        if void:
            key = row.rule_key
            void_deadlines(
                self.session, self.people.officer, self.about, key, at=self.at, why="hết căn cứ"
            )
        else:
            officer, key = self.people.officer, row.rule_key
            meet_by_act(self.session, officer, key, self.about, met_on=self.today, at=self.at)


@given(acts=acts)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_sequence_of_acts_leaves_a_date_without_its_reason(
    session: Session, people: People, acts: list[tuple[str, int, int]]
) -> None:
    office = Office(session, people)
    for act, which, days in acts:
        office.today += timedelta(days=days)
        match act:
            case "set":
                office.set(which)
            case "open":
                office.open_one(which)
            case "end":
                office.end_one(which)
            case "meet":
                office.close(which, void=False)
            case "void":
                office.close(which, void=True)
        check(office)


def check(office: Office) -> None:
    session, people = office.session, office.people
    session.flush()
    days = calendar(session)
    rows = deadlines_of(
        session, people.officer, "asset", office.asset.reference, today=office.today
    )
    stored = {
        one.id: one
        for one in session.scalars(select(Deadline).where(Deadline.asset_id == office.asset.id))
    }
    rules = rules_by_id(session, [one.rule_id for one in stored.values()])
    for row in rows:
        rule = rules[stored[row.id].rule_id]
        closed = [span for span in row.still if span.to_on is not None]
        assert row.article
        assert row.why.en
        assert row.why.vi
        if row.paused_on is None:
            assert row.due_on == due_date(row.started_on, rule, days, closed).due_on
        running = all(span.to_on is not None for span in row.still)
        assert (row.paused_on is None) is running
        chain = [move.new_due_on for move in row.moves if move.new_due_on is not None]
        assert not chain or row.paused_on is not None or chain[-1] == row.due_on
        for before, after in pairwise(row.moves):
            assert before.new_due_on in {None, after.old_due_on}
        if row.state is DeadlineState.BREACHED:
            assert row.due_on < office.today
    moved = session.scalars(select(DeadlineMove.deadline_id)).all()
    assert {one for one in moved if one in stored} == {row.id for row in rows if row.moves}
