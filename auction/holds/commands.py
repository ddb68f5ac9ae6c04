"""Opening a hold, which stops limits and acts, and ending it, which lets them go on."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits, void_deadlines
from auction.deadlines.excusing import end_excuse, excuse
from auction.deadlines.moving import Stop, pause, resume
from auction.deadlines.rules import due_date
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.ending import check_end
from auction.holds.models import Hold, HoldAsset
from auction.holds.queries import visible_holds
from auction.holds.rules import (
    ALL,
    DECIDED,
    GROUND_KEYS,
    LONGEST,
    NEEDS_AUTHORITY,
    NEEDS_PROOF,
    NEEDS_UNTIL,
    ONCE,
    RESUMED,
    SPARES,
    STOPS_ACTS,
    STOPS_LIMITS,
    STOPS_NO_ACT,
    THEN_CREDITOR,
    WAITS,
    EndReason,
    HoldEnded,
    HoldIncomplete,
    HoldIsOpen,
    HoldKind,
    HoldOnlyOnce,
    HoldOpened,
    HoldOver,
    HoldSubject,
    HoldTooLong,
    must_follow,
)
from auction.holds.schemas import HoldEnd, NewHold
from auction.holds.subjects import Held, find_held, refuse_ordered
from auction.legal_rules.queries import calendar, rule_on, rules_in_use
from auction.legal_rules.rules import Rule, RuleUnknown, choose_rule
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.errors import NotFound, Param
from inventory.base.events import publish
from inventory.base.messages import _

Faults = dict[str, tuple[str, dict[str, Param]]]

MONEY_DEPOSIT = "money_deposit_on_suspension"
DECISION_DUE = "hold_decision_due"
RESUME_DUE = "resume_after_hold"
BINDS = "postponement_request_binds"


def open_hold(session: Session, actor: Actor, new: NewHold, *, at: datetime) -> Hold:
    """Hold an asset, a lot or a whole case: its open limits stand still, its acts wait.

    Locks the assets. Raises NotFound, HoldIncomplete, HoldIsOpen, HoldOnlyOnce, HoldTooLong,
    JudgmentOrders, RuleUnknown where the law of the day knows no such hold.
    """
    actor.require("holds.open")
    return write_hold(session, actor, new, at=at)


def write_hold(
    session: Session,
    actor: Actor,
    new: NewHold,
    *,
    only: Collection[int] | None = None,
    further: Collection[str] = (),
    at: datetime,
) -> Hold:
    """Open a hold that may be the consequence of another act; who acts was asked there.

    Of its subject's assets it keeps ``only`` some where they are named, and ``further`` others.
    Raises what opening a hold raises.
    """
    _check_fields(new, at)
    held = _named(session, actor, new, only, further)
    ground = _ground(session, new)
    _refuse_second(session, actor, held, new, ground)
    hold = Hold(
        office_id=held.office_id,
        kind=new.kind.value,
        subject_kind=held.kind.value,
        subject_id=held.id,
        subject_ref=held.ref,
        ground=new.ground,
        ground_on=new.ground_on,
        article=ground.article,
        confidence=ground.confidence.value,
        rule_id=ground.id,
        document=new.document,
        authority=new.authority,
        proof=new.proof,
        binding=_binding(session, new),
        started_on=new.started_on,
        longest_until=_longest(session, new, ground),
        stops=list(_stopped_acts(session, new)),
        opened_at=at,
        opened_by_id=actor.staff_id,
        opened_by=actor.name,
    )
    session.add(hold)
    session.flush()
    _name_assets(session, hold, held)
    _own_limits(session, actor, hold, new, at=at)
    stopped = _stop_limits(session, actor, hold, held, ground, at=at)
    data = {"kind": hold.kind, "document": hold.document, "from": hold.started_on.isoformat()}
    _note(session, actor, "holds.hold.opened", hold, {**data, "limits": stopped}, at=at)
    ids = tuple(held.asset_ids)
    publish(session, HoldOpened(hold.id, new.kind, ids, hold.started_on, actor, at))
    return hold


def _named(
    session: Session,
    actor: Actor,
    new: NewHold,
    only: Collection[int] | None,
    further: Collection[str],
) -> Held:
    held = find_held(session, actor, new.subject_kind, new.subject_ref)
    kept = set(held.asset_ids) if only is None else {*held.asset_ids} & {*only}
    others = [find_held(session, actor, HoldSubject.ASSET, one) for one in sorted({*further})]
    held = held._replace(asset_ids=sorted(kept | {one.id for one in others}))
    return refuse_ordered(session, held, new)


def end_hold(session: Session, actor: Actor, hold_id: int, new: HoldEnd, *, at: datetime) -> Hold:
    """End a hold: its limits go on with the days that were left, and the case is to be resumed.

    Raises NotFound, HoldEnded, HoldIncomplete, HoldTooLong, HoldEndUnfit.
    """
    actor.require("holds.end")
    hold = lock_hold(session, actor, hold_id)
    if hold.ended_on is not None:
        raise HoldEnded(_("This hold has ended before."), field="ended_on")
    check_end(hold, new, at=at)
    hold.ended_on, hold.ended_at = new.ended_on, at
    hold.ended_by_id, hold.ended_by = actor.staff_id, actor.name
    hold.end_reason, hold.end_document, hold.end_note = new.reason.value, new.document, new.note
    session.flush()
    moved = _let_go(session, actor, hold, new, at=at)
    data = {"reason": new.reason, "on": new.ended_on.isoformat(), "limits": moved}
    _note(session, actor, "holds.hold.ended", hold, data, at=at)
    assets = session.scalars(select(HoldAsset.asset_id).where(HoldAsset.hold_id == hold.id))
    over = HoldOver(hold.id, HoldKind(hold.kind), tuple(assets), new.ended_on, actor, at)
    publish(session, over)
    return hold


def end_overdue(session: Session, actor: Actor, hold_id: int, *, at: datetime) -> None:
    """End a hold whose longest time is over, on its last day; again changes nothing."""
    hold = lock_hold(session, actor, hold_id)
    until = hold.longest_until
    if hold.ended_on is not None or until is None or until >= local_day(at):
        return
    end = HoldEnd(ended_on=until, reason=EndReason.LONGEST_REACHED, document=hold.document)
    end_hold(session, actor, hold_id, end, at=at)


def lock_hold(session: Session, actor: Actor, hold_id: int) -> Hold:
    """One hold, locked until the transaction ends.

    Raises NotFound.
    """
    hold = session.scalar(
        select(Hold)
        .where(Hold.id == hold_id, visible_holds(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if hold is None:
        raise NotFound(_("There is no such hold."))
    return hold


def _check_fields(new: NewHold, at: datetime) -> None:
    needed = {
        "until": new.kind in NEEDS_UNTIL and new.until is None,
        "proof": new.kind in NEEDS_PROOF and new.proof is None,
        "authority": new.kind in NEEDS_AUTHORITY and new.authority is None,
        "requested_at": new.kind is HoldKind.PROTEST_AUTHORITY and new.requested_at is None,
    }
    faults: Faults = {
        name: (_("A hold of that kind must say this."), {})
        for name, missing in needed.items()
        if missing
    }
    today = local_day(at)
    for name, day in (("ground_on", new.ground_on), ("started_on", new.started_on)):
        if day > today:
            faults[name] = (_("The day lies in the future."), {})
    if new.started_on < new.ground_on:
        faults["started_on"] = (_("The hold begins before its ground."), {})
    if new.until is not None and new.until < new.started_on:
        faults["until"] = (_("The end lies before the beginning."), {})
    if faults:
        raise HoldIncomplete.many(_("Some fields need another look."), faults)


def _ground(session: Session, new: NewHold) -> Rule:
    key = GROUND_KEYS.get(new.kind, STOPS_LIMITS)
    scope = None if new.kind is HoldKind.TRANSACTIONS_FROZEN else new.kind.value
    return rule_on(session, key, new.started_on, scope)


def _stopped_acts(session: Session, new: NewHold) -> tuple[str, ...]:
    if new.kind in STOPS_NO_ACT:
        return ()
    return rule_on(session, STOPS_ACTS, new.started_on, new.kind.value).codes


def _binding(session: Session, new: NewHold) -> bool | None:
    """Whether a request to postpone had to be followed, None where the law asks no such thing."""
    if new.kind is not HoldKind.PROTEST_AUTHORITY or new.requested_at is None:
        return None
    with suppress(RuleUnknown):
        rule = rule_on(session, BINDS, new.started_on)
        coercion = _moment(new.coercion_at) if new.coercion_at else None
        return must_follow(_moment(new.requested_at), coercion, int(rule.number))
    return None


def _moment(typed: datetime) -> datetime:
    return typed if typed.tzinfo else typed.replace(tzinfo=TZ)


def _longest(session: Session, new: NewHold, ground: Rule) -> date | None:
    """The last day that law and paper let the hold last, None where nothing ends it by itself."""
    most, by = _lawful_longest(session, new), ground
    if most is None:
        return new.until
    if new.until is not None and new.until > most:
        raise HoldTooLong(
            _("Such a hold lasts until %(until)s at the latest (rule %(rule)s)."),
            field="until",
            article=by.article,
            until=most,
            rule=WAITS.get(new.kind) or LONGEST[new.kind],
        )
    return new.until or most


def _lawful_longest(session: Session, new: NewHold) -> date | None:
    key = WAITS.get(new.kind) or LONGEST.get(new.kind)
    if key is None:
        return None
    rules, days = rules_in_use(session, key), calendar(session)
    last = due_date(new.started_on, choose_rule(rules, key, new.started_on), days).due_on
    more = [row for row in rules if row.scope == THEN_CREDITOR and row.serves(last)]
    return due_date(last, more[0], days).due_on if more else last


def _refuse_second(session: Session, actor: Actor, held: Held, new: NewHold, ground: Rule) -> None:
    overlapping = select(HoldAsset.hold_id).where(HoldAsset.asset_id.in_(held.asset_ids))
    same = (Hold.subject_kind == held.kind.value) & (Hold.subject_id == held.id)
    frozen = new.kind is HoldKind.TRANSACTIONS_FROZEN
    before = session.execute(
        select(Hold.ended_on, Hold.document)
        .where(visible_holds(actor), Hold.kind == new.kind.value)
        .where(same if frozen else or_(same, Hold.id.in_(overlapping)))
        .order_by(Hold.ended_on.desc().nulls_first(), Hold.id)
        .limit(1)
    ).first()
    if before is None:
        return
    if before.ended_on is None:
        raise HoldIsOpen(
            _("Such a hold is open on it already (paper %(paper)s)."),
            field="kind",
            article=ground.article,
            paper=before.document,
        )
    if new.kind in ONCE:
        raise HoldOnlyOnce(
            _(
                "The law allows this once, and paper %(paper)s used it until %(until)s (rule"
                " %(rule)s)."
            ),
            field="kind",
            article=ground.article,
            paper=before.document,
            until=before.ended_on,
            rule=LONGEST[new.kind],
        )


def _name_assets(session: Session, hold: Hold, held: Held) -> None:
    rows = [
        {"hold_id": hold.id, "asset_id": asset_id, "office_id": hold.office_id}
        for asset_id in held.asset_ids
    ]
    if rows:
        session.execute(insert(HoldAsset), rows)


def _own_limits(session: Session, actor: Actor, hold: Hold, new: NewHold, *, at: datetime) -> None:
    """The limits that the hold itself starts: the decision, the time to sue, the deposit."""
    about = _subject_of(actor, hold)
    if new.kind in RESUMED:
        why = f"Tiếp tục hoãn, tạm dừng theo {new.document}"
        begun = new.started_on
        void_deadlines(session, actor, about, RESUME_DUE, at=at, why=why, due_from=begun)
    if new.kind in DECIDED:
        set_limits(session, actor, [DECISION_DUE], new.ground_on, about, at=at)
        meet_by_act(session, actor, DECISION_DUE, about, met_on=new.started_on, at=at)
    starts = [WAITS[new.kind]] if new.kind in WAITS else []
    if new.kind is HoldKind.SUSPENSION and new.money_held:
        starts.append(MONEY_DEPOSIT)
    set_limits(session, actor, starts, new.started_on, about, at=at)


def _stop_limits(
    session: Session, actor: Actor, hold: Hold, held: Held, ground: Rule, *, at: datetime
) -> int:
    if hold.kind == HoldKind.TRANSACTIONS_FROZEN:
        return 0
    excusing = hold.kind == HoldKind.FORCE_MAJEURE
    spares = () if excusing else rule_on(session, SPARES, hold.started_on).codes
    stop = Stop(
        hold_id=hold.id,
        office_id=hold.office_id,
        kind=hold.kind,
        subjects=held.subjects,
        keys=None if ALL in ground.codes else ground.codes,
        spares=spares,
        from_on=hold.started_on,
        document=hold.document,
        proof=hold.proof,
    )
    if excusing:
        return excuse(session, stop)
    return pause(session, actor, stop, at=at)


def _let_go(session: Session, actor: Actor, hold: Hold, new: HoldEnd, *, at: datetime) -> int:
    kind, about = HoldKind(hold.kind), _subject_of(actor, hold)
    if kind is HoldKind.FORCE_MAJEURE:
        return end_excuse(session, hold.id, new.ended_on)
    moved = resume(session, actor, hold.id, new.ended_on, at=at, document=new.document)
    if kind in WAITS:
        meet_by_act(session, actor, WAITS[kind], about, met_on=new.ended_on, at=at)
    if kind in RESUMED and not _held_further(session, actor, hold):
        set_limits(session, actor, [RESUME_DUE], new.ended_on, about, at=at)
    return moved


def _held_further(session: Session, actor: Actor, hold: Hold) -> bool:
    """Whether another hold keeps the same thing, so that nothing is resumed yet."""
    others = select(Hold.id).where(
        visible_holds(actor),
        Hold.subject_kind == hold.subject_kind,
        Hold.subject_id == hold.subject_id,
        Hold.kind.in_([kind.value for kind in RESUMED]),
        Hold.ended_on.is_(None),
    )
    return session.scalar(others.limit(1)) is not None


def _subject_of(actor: Actor, hold: Hold) -> DeadlineSubject:
    """What the hold is about; after its asset went to another office, that office's."""
    return DeadlineSubject(
        hold.subject_kind,
        hold.subject_ref,
        hold.office_id if actor.sees(hold.office_id) else actor.office_id,
        asset_id=hold.subject_id if hold.subject_kind == HoldSubject.ASSET else None,
        lot_id=hold.subject_id if hold.subject_kind == HoldSubject.LOT else None,
    )


def _note(
    session: Session, actor: Actor, code: str, hold: Hold, data: dict[str, Any], *, at: datetime
) -> None:
    office_id = _subject_of(actor, hold).office_id
    subject = audit.Subject("hold", hold.id, hold.subject_ref, office_id)
    audit.record(session, actor, code, subject, data, at=at)
