"""Raising flags, closing them, and the review that answers them."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from auction.bidding.queries import first_tier
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import rules_of
from auction.reviews import sweeping
from auction.reviews.models import Finding, Flag, Review, SweepRun
from auction.reviews.queries.reviews import visible_reviews
from auction.reviews.rules import (
    FindingsMissing,
    FlagClosing,
    ReviewIsConcluded,
    ReviewOpenAlready,
)
from auction.reviews.schemas import NewConclusion, NewFinding, Swept
from auction.reviews.sweeping import RULE, Batch, Order
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound, PreconditionFailed
from inventory.base.jobs import Transactions
from inventory.base.messages import _
from inventory.base.scope import in_sight

BATCH = 20_000
"""Assets a transaction: no row stays locked for longer than about a second."""

Step = Callable[[Session, int, int], Batch]
"""One batch after an asset, of at most a size."""

_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtext('kebien.sweep'))")


def sweep(
    transactions: Transactions, actor: Actor, as_of: date, *, at: datetime, size: int = BATCH
) -> Swept:
    """Flag every asset whose failed rounds in a row reached a tier of the rule of that day.

    Each batch is a transaction of its own, so what was raised stays raised if the machine stops.
    Only one sweep runs at a time; again changes nothing. Raises RuleUnknown.
    """
    actor.require("flags.raise")
    with transactions() as session:
        if not session.scalar(_ONE_AT_A_TIME):
            return Swept(as_of=as_of, running_elsewhere=True)
        tiers = sweeping.tiers_of(rules_of(rules_in_use(session, RULE), RULE, as_of))
        newest = select(SweepRun.tiers).order_by(SweepRun.id.desc()).limit(1)
        order = Order(actor, tiers, as_of, at)
        _follow_rule(transactions, order, session.scalar(newest), size)
        raised: Counter[int] = Counter()
        steps = (sweeping.raise_due, sweeping.raise_past)
        for step, wanted in zip(steps, sweeping.work_of(session, as_of), strict=True):
            if wanted:
                raised += _in_batches(transactions, partial(step, order), size)
        done = Swept(as_of=as_of, raised=raised.total(), by_tier=dict(sorted(raised.items())))
        _record_run(session, order, done)
    return done


def close_flags_on_sale(
    session: Session, actor: Actor, asset_ids: Sequence[int], *, at: datetime
) -> int:
    """Close the open flags of assets that were sold; a review of them goes on."""
    actor.require("rounds.close")
    return _close_flags(session, actor, asset_ids, FlagClosing.SOLD, at=at)


def follow_ruling(
    session: Session, actor: Actor, asset_ids: Sequence[int], *, on: date, at: datetime
) -> None:
    """After the counters moved by a ruling: flags whose tier is no longer reached close.

    What is still reached of such a run is flagged anew in the run that begins with it, so that a
    tier can be reached once more; the other runs wait for the next sweep.
    """
    first = first_tier(session, on)
    values = {"assets": list(asset_ids), "first": first, "on": on, "at": at, "rule": RULE}
    said = {"staff_id": actor.staff_id, "actor_name": actor.name, "channel": actor.channel}
    session.execute(_FOLLOW, values | said | {"reason": FlagClosing.RULED.value})


_FOLLOW = text(
    """
WITH fallen AS MATERIALIZED (
  SELECT DISTINCT r.asset_id FROM failure_run r JOIN flag f ON f.asset_id = r.asset_id
  WHERE r.asset_id = ANY (:assets) AND f.closed_at IS NULL AND f.rule_key = :rule
    AND f.tier > r.failed_in_a_row),
closed AS (
  UPDATE flag f SET closed_at = :at, closed_reason = :reason
  FROM asset a
  WHERE a.id = f.asset_id AND f.asset_id IN (SELECT asset_id FROM fallen)
    AND f.closed_at IS NULL AND f.rule_key = :rule
  RETURNING f.asset_id, f.office_id, f.rule_key, f.rule_id, f.tier, f.review_id, a.reference),
moved AS (
  UPDATE failure_run r SET flag_at = :first, run_number = r.run_number
    + (r.asset_id IN (SELECT asset_id FROM fallen))::int
  WHERE r.asset_id = ANY (:assets)
  RETURNING r.asset_id, r.run_number, r.failed_in_a_row, r.first_round_id, r.last_round_id),
noted AS (
  INSERT INTO audit_entry (at, staff_id, actor_name, office_id, channel, code, subject_kind,
    subject_id, subject_ref, data)
  SELECT CAST(:at AS timestamptz), CAST(:staff_id AS bigint), :actor_name, office_id, :channel,
    'reviews.flag.closed', 'asset',
    asset_id, reference, jsonb_build_object('tier', tier, 'reason', CAST(:reason AS text))
  FROM closed)
INSERT INTO flag (asset_id, office_id, rule_key, rule_id, tier, run_number, failed_in_a_row,
  first_round_id, last_round_id, as_of, raised_at, review_id)
SELECT c.asset_id, c.office_id, c.rule_key, c.rule_id, c.tier, m.run_number, m.failed_in_a_row,
  m.first_round_id, m.last_round_id, :on, :at, c.review_id
FROM closed c JOIN moved m ON m.asset_id = c.asset_id WHERE c.tier <= m.failed_in_a_row"""
)


def open_review(session: Session, actor: Actor, reference: str, *, at: datetime) -> Review:
    """Take up the inspection of an asset with all its open flags (C04/23 Art. 22-25).

    Raises NotFound, ReviewOpenAlready.
    """
    actor.require("reviews.write")
    found = select(Asset.id, Asset.office_id).where(
        Asset.reference == reference, in_sight(Asset.office_id, actor)
    )
    asset = session.execute(found.with_for_update()).first()
    if asset is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    taken = select(Review.inspector_name).where(
        Review.asset_id == asset.id, Review.concluded_at.is_(None)
    )
    if inspector := session.scalar(taken):
        raise ReviewOpenAlready(
            _("%(inspector)s is reviewing %(reference)s."),
            inspector=inspector,
            reference=reference,
        )
    review = Review(
        asset_id=asset.id,
        office_id=asset.office_id,
        inspector_id=actor.staff_id,
        inspector_name=actor.name,
        opened_at=at,
        version=1,
    )
    session.add(review)
    session.flush()
    open_flags = (Flag.asset_id == asset.id, Flag.closed_at.is_(None))
    taken_up = update(Flag).where(*open_flags).values(review_id=review.id).returning(Flag.tier)
    tiers = sorted(session.scalars(taken_up))
    _note(
        session, actor, "reviews.review.opened", review, {"asset": reference, "tiers": tiers}, at=at
    )
    return review


def write_finding(
    session: Session, actor: Actor, review_id: int, new: NewFinding, *, at: datetime
) -> Finding:
    """Write down what the review found (C04/23 Art. 25(2)).

    Raises NotFound, ReviewIsConcluded.
    """
    actor.require("reviews.write")
    review = _lock_open(session, actor, review_id)
    finding = Finding(
        review_id=review.id,
        office_id=review.office_id,
        code=new.code.value,
        severity=new.severity.value,
        article=new.article,
        text=new.text,
        person=new.person,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(finding)
    review.version += 1
    session.flush()
    said = {"finding": finding.id, "code": finding.code, "severity": finding.severity}
    _note(session, actor, "reviews.finding.written", review, said, at=at)
    return finding


def conclude_review(
    session: Session,
    actor: Actor,
    review_id: int,
    version: int,
    new: NewConclusion,
    *,
    at: datetime,
) -> Review:
    """Conclude a review: what is to be done, by whom, until when (C04/23 Art. 25(2)(3)).

    It answers every open flag of the asset and is never changed again.
    Raises NotFound, ReviewIsConcluded, PreconditionFailed, FindingsMissing, Invalid.
    """
    actor.require("reviews.conclude")
    review = _lock_open(session, actor, review_id)
    if review.version != version:
        raise PreconditionFailed(_("Somebody else changed this review; read it again."))
    findings = select(func.count()).where(Finding.review_id == review.id)
    if not session.scalar(findings):
        raise FindingsMissing(_("Write down at least one finding before the conclusion."))
    if new.due_on < local_day(at):
        raise Invalid(_("The day has passed."), field="due_on")
    for name in NewConclusion.__struct_fields__:
        setattr(review, name, getattr(new, name))
    review.concluded_at = at
    review.version += 1
    session.flush()
    closed = _close_flags(
        session, actor, [review.asset_id], FlagClosing.CONCLUDED, review_id=review.id, at=at
    )
    said = {"conclusion": new.conclusion.value, "due_on": new.due_on.isoformat(), "flags": closed}
    _note(session, actor, "reviews.review.concluded", review, said, at=at)
    return review


_CLOSE = text(
    """
WITH closed AS (
  UPDATE flag f SET closed_at = :at, closed_reason = :reason,
    review_id = coalesce(CAST(:review_id AS bigint), f.review_id)
  FROM asset a
  WHERE a.id = f.asset_id AND f.asset_id = ANY (:assets) AND f.closed_at IS NULL
  RETURNING f.asset_id, f.office_id, f.tier, a.reference),
noted AS (
  INSERT INTO audit_entry (at, staff_id, actor_name, office_id, channel, code, subject_kind,
    subject_id, subject_ref, data)
  SELECT CAST(:at AS timestamptz), CAST(:staff_id AS bigint), :actor_name, office_id, :channel,
    'reviews.flag.closed', 'asset',
    asset_id, reference, jsonb_build_object('tier', tier, 'reason', CAST(:reason AS text))
  FROM closed)
SELECT count(*) FROM closed"""
)


def _close_flags(
    session: Session,
    actor: Actor,
    asset_ids: Sequence[int],
    reason: FlagClosing,
    *,
    review_id: int | None = None,
    at: datetime,
) -> int:
    values = {
        "assets": list(asset_ids),
        "reason": reason.value,
        "review_id": review_id,
        "at": at,
        "staff_id": actor.staff_id,
        "actor_name": actor.name,
        "channel": actor.channel,
    }
    return int(session.execute(_CLOSE, values).scalar_one())


def _lock_open(session: Session, actor: Actor, review_id: int) -> Review:
    review = session.scalar(
        visible_reviews(actor)
        .where(Review.id == review_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if review is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    if review.concluded_at is not None:
        raise ReviewIsConcluded(_("The review is concluded; it is not changed any more."))
    return review


def _note(
    session: Session,
    actor: Actor,
    code: str,
    review: Review,
    said: dict[str, Any],
    *,
    at: datetime,
) -> None:
    subject = audit.Subject("review", review.id, str(review.id), review.office_id)
    audit.record(session, actor, code, subject, said, at=at)


def _follow_rule(transactions: Transactions, order: Order, before: str | None, size: int) -> None:
    """Bring the kept counters to the tiers of the day where the last sweep had others."""
    if before is None:
        with transactions() as session:
            sweeping.start_over(order, session)
    elif before != order.tiers.words():
        _in_batches(transactions, partial(sweeping.measure_again, order), size)


def _in_batches(transactions: Transactions, act: Step, size: int) -> Counter[int]:
    """Do a step until it finds less than a whole batch, each time in a transaction of its own."""
    raised: Counter[int] = Counter()
    after = 0
    while True:
        with transactions() as session:
            batch = act(session, after, size)
        raised.update(batch.raised)
        if batch.last_id is None or batch.seen < size:
            return raised
        after = batch.last_id


def _record_run(session: Session, order: Order, done: Swept) -> None:
    run = SweepRun(
        as_of=done.as_of,
        started_at=order.at,
        finished_at=func.clock_timestamp(),
        raised=done.raised,
        tiers=order.tiers.words(),
    )
    session.add(run)
    session.flush()
    said = {"raised": done.raised, "by_tier": {str(t): n for t, n in done.by_tier.items()}}
    subject = audit.Subject("sweep", run.id, done.as_of.isoformat())
    audit.record(session, order.actor, "reviews.sweep.run", subject, said, at=order.at)
