"""The sweep flags what is due, once, whatever the day, the batch and the rule."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from auction.bidding.models import FailureRun
from auction.bidding.rules import Outcome
from auction.legal_rules.models import LegalRule, RuleSet
from auction.legal_rules.rules import RuleUnknown
from auction.reviews.commands import close_flags_on_sale, sweep
from auction.reviews.models import Flag, SweepRun
from auction.reviews.queries import reviews
from auction.reviews.schemas import Facts, Swept
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden
from tests.make.auction import (
    FAILED,
    FIRST_ROUND,
    Auctioned,
    hold_rounds,
    make_auctioned,
    make_lot,
)
from tests.make.organisation import People

LATE = date(2027, 12, 1)
Sweeper = Callable[..., Swept]


@pytest.fixture
def run(session: Session, at: datetime) -> Sweeper:
    """Sweeps inside the test's transaction."""

    def run(as_of: date = LATE, size: int = 20_000) -> Swept:
        return sweep(lambda: nullcontext(session), SYSTEM, as_of, at=at, size=size)

    return run


def flags_of(session: Session, asset_id: int) -> list[Flag]:
    session.expire_all()
    return list(session.scalars(select(Flag).where(Flag.asset_id == asset_id).order_by(Flag.tier)))


def facts_of(session: Session, asset_id: int) -> list[Facts]:
    session.expire_all()
    return [flag.facts for flag in reviews.flags_of(session, SYSTEM, asset_id)]


def tiers_of(session: Session, asset_id: int) -> list[int]:
    return [flag.tier for flag in flags_of(session, asset_id)]


@pytest.mark.parametrize(
    ("failed", "tiers"),
    [
        (0, []),
        (2, []),
        (3, [3]),
        (4, [3]),
        (5, [3, 5]),
        (10, [3, 5, 10]),
        (19, [3, 5, 10]),
        (20, [3, 5, 10, 20]),
        (25, [3, 5, 10, 20]),
    ],
)
def test_every_tier_that_was_reached_is_flagged(
    session: Session, people: People, run: Sweeper, failed: int, tiers: list[int]
) -> None:
    item = make_auctioned(session, people.office, failed)
    done = run()
    assert tiers_of(session, item.asset.id) == tiers
    assert done.raised == len(tiers)
    assert done.by_tier == dict.fromkeys(tiers, 1)


def test_a_second_sweep_changes_nothing(session: Session, people: People, run: Sweeper) -> None:
    for failed in (3, 5, 7):
        make_auctioned(session, people.office, failed)
    assert run().raised == 5
    before = session.execute(text("SELECT * FROM flag ORDER BY id")).all()
    again = run()
    assert again.raised == 0
    assert again.by_tier == {}
    assert session.execute(text("SELECT * FROM flag ORDER BY id")).all() == before


def test_the_next_tier_is_flagged_when_it_is_reached(
    session: Session, people: People, run: Sweeper
) -> None:
    item = make_auctioned(session, people.office, 3)
    run()
    hold_rounds(session, item, [FAILED])
    assert run().raised == 0
    hold_rounds(session, item, [FAILED])
    assert run().by_tier == {5: 1}
    assert tiers_of(session, item.asset.id) == [3, 5]


@pytest.mark.parametrize(
    "other", [Outcome.STOPPED, Outcome.PAUSED, Outcome.CANCELLED, Outcome.DEFAULTED]
)
def test_rounds_that_were_not_held_neither_count_nor_end_the_run(
    session: Session, people: People, run: Sweeper, other: Outcome
) -> None:
    two = make_auctioned(session, people.office, outcomes=[FAILED, other, FAILED, other])
    three = make_auctioned(session, people.office, outcomes=[FAILED, other, FAILED, other, FAILED])
    run()
    assert tiers_of(session, two.asset.id) == []
    assert tiers_of(session, three.asset.id) == [3]


def test_a_sale_ends_the_run_and_the_next_run_is_flagged_anew(
    session: Session, people: People, run: Sweeper, at: datetime
) -> None:
    item = make_auctioned(session, people.office, 3)
    run()
    hold_rounds(session, item, [Outcome.SOLD])
    close_flags_on_sale(session, SYSTEM, [item.asset.id], at=at)
    hold_rounds(session, item, [FAILED, FAILED])
    assert run().raised == 0
    hold_rounds(session, item, [FAILED])
    assert run().raised == 1
    flags = flags_of(session, item.asset.id)
    assert [(flag.run_number, flag.closed_reason) for flag in flags] == [(1, "sold"), (2, None)]


def test_a_sale_closes_the_open_flags_and_says_so_in_the_ledger(
    session: Session, people: People, run: Sweeper, at: datetime
) -> None:
    sold = make_auctioned(session, people.office, 5)
    other = make_auctioned(session, people.office, 3)
    run()
    assert close_flags_on_sale(session, people.officer, [sold.asset.id], at=at) == 2
    assert all(flag.closed_at == at for flag in flags_of(session, sold.asset.id))
    assert all(flag.closed_at is None for flag in flags_of(session, other.asset.id))
    noted = select(AuditEntry).where(AuditEntry.code == "reviews.flag.closed")
    entries = session.scalars(noted.order_by(AuditEntry.id)).all()
    assert [entry.subject_ref for entry in entries] == [sold.ref, sold.ref]
    assert sorted(entry.data["tier"] for entry in entries) == [3, 5]
    assert close_flags_on_sale(session, people.officer, [sold.asset.id], at=at) == 0


def test_a_flag_keeps_the_facts_it_was_raised_on(
    session: Session, people: People, run: Sweeper, at: datetime
) -> None:
    item = make_auctioned(session, people.office, 3)
    run()
    facts = facts_of(session, item.asset.id)[0]
    hold_rounds(session, item, [FAILED, FAILED])
    run()
    assert facts_of(session, item.asset.id)[0] == facts
    assert facts == Facts(
        asset=item.ref,
        failed_in_a_row=3,
        lots=[item.lot.reference],
        first_held_on=date(2026, 1, 12),
        last_held_on=date(2026, 2, 23),
        first_price=Decimal(1_000_000_000),
        last_price=Decimal(810_000_000),
        currency="VND",
        reduction_percent=Decimal("19.00"),
    )
    (flag, _next) = flags_of(session, item.asset.id)
    assert flag.raised_at == at
    rule = session.get_one(LegalRule, flag.rule_id)
    assert (rule.key, rule.value) == ("failed_rounds_flag", 3)


def test_the_facts_name_every_lot_the_asset_failed_in(
    session: Session, people: People, run: Sweeper
) -> None:
    item = make_auctioned(session, people.office, 2)
    again = Auctioned(item.asset, make_lot(session, people.office, item.asset), [])
    hold_rounds(session, again, [FAILED, FAILED], start=FIRST_ROUND + timedelta(days=60))
    run()
    (facts,) = facts_of(session, item.asset.id)
    assert facts.lots == sorted([item.lot.reference, again.lot.reference])
    (flag,) = reviews.flags_of(session, SYSTEM, item.asset.id)
    assert flag.lot == again.lot.reference


def test_every_flag_and_every_sweep_is_in_the_ledger(
    session: Session, people: People, run: Sweeper
) -> None:
    item = make_auctioned(session, people.office, 5)
    run()
    raised = select(AuditEntry).where(AuditEntry.code == "reviews.flags.raised")
    entry = session.scalars(raised).one()
    flags = [flag.id for flag in flags_of(session, item.asset.id)]
    assert entry.data == {"flags": flags, "as_of": LATE.isoformat()}
    assert (entry.office_id, entry.actor_name) == (people.office.id, SYSTEM.name)
    swept = session.scalars(select(AuditEntry).where(AuditEntry.code == "reviews.sweep.run")).one()
    assert swept.data == {"raised": 2, "by_tier": {"3": 1, "5": 1}}
    kept = session.scalars(select(SweepRun)).one()
    assert (kept.as_of, kept.raised, kept.tiers) == (LATE, 2, "3,5,10,20")
    assert kept.finished_at is not None


def test_small_batches_raise_what_one_large_batch_raises(
    session: Session, people: People, run: Sweeper
) -> None:
    items = [make_auctioned(session, people.office, failed) for failed in (3, 1, 5, 3, 0, 10, 4)]
    assert run(size=2).by_tier == {3: 5, 5: 2, 10: 1}
    assert [len(flags_of(session, item.asset.id)) for item in items] == [1, 0, 2, 1, 0, 3, 1]


def test_a_past_day_is_judged_by_the_rounds_up_to_it(
    session: Session, people: People, run: Sweeper
) -> None:
    item = make_auctioned(session, people.office, 5)
    third = FIRST_ROUND + timedelta(days=42)
    assert run(third - timedelta(days=1)).raised == 0
    assert run(third).by_tier == {3: 1}
    assert run(third).raised == 0
    (flag,) = flags_of(session, item.asset.id)
    assert (flag.failed_in_a_row, flag.as_of) == (3, third)
    assert facts_of(session, item.asset.id)[0].last_held_on == third
    assert run().by_tier == {5: 1}


def test_a_run_that_a_later_sale_ended_is_flagged_for_its_past_and_closed(
    session: Session, people: People, run: Sweeper
) -> None:
    item = make_auctioned(session, people.office, outcomes=[FAILED] * 3 + [Outcome.SOLD])
    assert run(FIRST_ROUND + timedelta(days=50)).raised == 1
    (flag,) = flags_of(session, item.asset.id)
    assert flag.closed_reason == "sold"
    assert run().raised == 0


def test_a_past_sweep_in_batches_sees_every_asset(
    session: Session, people: People, run: Sweeper
) -> None:
    items = [make_auctioned(session, people.office, failed) for failed in (6, 2, 7, 8, 1)]
    day = FIRST_ROUND + timedelta(days=21 * 4)
    assert run(day, size=2).by_tier == {3: 3, 5: 3}
    assert [len(flags_of(session, item.asset.id)) for item in items] == [2, 0, 2, 2, 0]


def change_tiers(session: Session, tiers: dict[str, int], on: date, at: datetime) -> None:
    """A new version of the rule from a day on."""
    loaded = RuleSet(digest="test", loaded_at=at)
    session.add(loaded)
    session.flush()
    article, key = "HOUSE", "failed_rounds_flag"
    for old in session.scalars(select(LegalRule).where(LegalRule.key == key)):
        old.retired_set_id = loaded.id
    session.flush()
    spans = [(old_from, on - timedelta(days=1)) for old_from in (date(2009, 7, 1),)]
    rows = [("attention", 3, *spans[0]), ("office_review", 5, *spans[0])]
    rows += [(scope, value, on, None) for scope, value in tiers.items()]
    for scope, value, start, end in rows:
        session.add(
            LegalRule(
                key=key,
                scope=scope,
                value=value,
                unit="rounds",
                direction="after",
                valid_from=start,
                valid_to=end,
                article=article,
                confidence="C",
                added_set_id=loaded.id,
            )
        )
    session.flush()


def test_new_tiers_flag_what_the_old_ones_passed_over(
    session: Session, people: People, run: Sweeper, at: datetime
) -> None:
    two = make_auctioned(session, people.office, 2)
    four = make_auctioned(session, people.office, 4)
    six = make_auctioned(session, people.office, 6)
    change_tiers(session, {"attention": 2, "office_review": 6}, date(2027, 1, 1), at)
    assert run(date(2026, 12, 31), size=2).by_tier == {3: 2, 5: 1}
    assert run(date(2027, 1, 1), size=2).by_tier == {2: 3, 6: 1}
    assert tiers_of(session, two.asset.id) == [2]
    assert tiers_of(session, four.asset.id) == [2, 3]
    assert tiers_of(session, six.asset.id) == [2, 3, 5, 6]
    assert run(date(2027, 1, 1)).raised == 0


def test_the_first_sweep_finds_what_older_tiers_would_have_hidden(
    session: Session, people: People, run: Sweeper, at: datetime
) -> None:
    item = make_auctioned(session, people.office, 2)
    change_tiers(session, {"attention": 2}, date(2027, 1, 1), at)
    assert run(date(2027, 1, 1)).by_tier == {2: 1}
    assert tiers_of(session, item.asset.id) == [2]


def test_the_counter_waits_for_the_next_tier_only(
    session: Session, people: People, run: Sweeper
) -> None:
    items = [make_auctioned(session, people.office, failed) for failed in (2, 3, 21)]
    run()
    waiting = select(FailureRun.flag_at).where(
        FailureRun.asset_id.in_([item.asset.id for item in items])
    )
    session.expire_all()
    assert sorted(session.scalars(waiting)) == [3, 5, 32767]


def test_a_sweep_of_a_day_without_a_rule_is_refused(session: Session, run: Sweeper) -> None:
    with pytest.raises(RuleUnknown):
        run(date(2001, 1, 1))


def test_people_do_not_sweep(session: Session, people: People, at: datetime) -> None:
    with pytest.raises(Forbidden):
        sweep(lambda: nullcontext(session), people.inspector, LATE, at=at)


def test_a_sweep_with_nothing_due_takes_the_same_statements_however_much_is_flagged(
    session: Session, people: People, run: Sweeper, statements: list[str]
) -> None:
    make_auctioned(session, people.office, 3)
    run()
    statements.clear()
    run()
    few = len(statements)
    for _i in range(8):
        make_auctioned(session, people.office, 5)
    run()
    statements.clear()
    run()
    assert len(statements) == few
    assert session.scalar(select(func.count()).select_from(Flag)) == 17
