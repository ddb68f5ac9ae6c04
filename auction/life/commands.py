"""Recording a step that no other act of the program takes, and one that was passed over."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits
from auction.deadlines.queries import due_after
from auction.deadlines.schemas import DeadlineSubject
from auction.deadlines.writing import Fulfilled
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown
from auction.life.handbook import step_forms
from auction.life.ledger import begin, begin_after_release, subject_of, take_step, take_steps
from auction.life.models import AssetStep
from auction.life.queries import missing_steps, standing_of, standings, steps_of
from auction.life.rules import BY_ITSELF, Act, State, Step, StepNotMissing, StepOutOfTurn
from auction.life.schemas import NewStep, Taken
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseNotified
from inventory.measures.rules import PROVISIONAL, MeasureDecided, MeasureEnded, MeasureTaken
from inventory.organisation.powers import refuse_coercion
from inventory.seizures.ledger import follow_seizures
from inventory.seizures.rules import AssetsSeized, CustodyAssigned, SeizureReleased

VOLUNTARY = "voluntary_period"
VERIFICATION = "verification_start"
TELLING = ("notice_of_documents", "public_posting_notice_days")
"""Limits that end when the debtor is told of the decision."""

SETTLED = frozenset({State.REDEEMED, State.AGREED})
"""States that only the release still follows."""


def record_step(
    session: Session, actor: Actor, reference: str, new: NewStep, *, at: datetime
) -> Step:
    """Record a step by itself: one that no other act takes, or one that was passed over.

    A step passed over is recorded afterwards: it keeps its own day, leaves the state as it is and
    meets its limits that had begun by that day and are still open.
    Raises NotFound, Invalid, StepOutOfTurn, StepNotMissing, PowerNotGiven.
    """
    actor.require("life.record")
    not_ahead(new.on, at, field="on")
    asset = lock_asset(session, actor, reference)
    rows = steps_of(session, asset.id)
    if new.step in missing_steps(rows):
        _record_afterwards(session, actor, asset, rows, new, at=at)
    elif new.step in BY_ITSELF:
        if step_forms()[new.step].coerces:
            refuse_coercion(session, asset.office_id, new.on, field="step")
        last_on = rows[-1].on_day if rows else None
        _refuse_earlier(new.on, last_on)
        take_step(
            session,
            actor,
            [asset.id],
            new.step,
            new.on,
            at=at,
            document=new.document,
            note=new.note,
        )
    else:
        raise StepNotMissing(
            _("This step is taken by its own act of the program, or was not passed over."),
            field="step",
        )
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"step": new.step.value, "on": new.on.isoformat(), "document": new.document}
    audit.record(session, actor, Act.STEP_RECORDED, subject, data, at=at)
    return new.step


def follow_release(session: Session, event: SeizureReleased) -> None:
    """A released seizure ends the life where nothing else holds the asset for a debt.

    The time to release it is met by it in any case.

    Where the debtor redeemed it or the parties settled it ends with the release even so, and what
    holds the asset still begins another. An asset whose auction side knows nothing, or stands where
    a release does not follow, keeps its life: the release is in the record of seizures.
    """
    asset_id, on = event.asset_id, event.on
    if event.last or standing_of(session, [asset_id])[asset_id].state in SETTLED:
        with suppress(StepOutOfTurn):
            document = event.document
            released = Step.RELEASED
            take_step(
                session, event.actor, [asset_id], released, on, at=event.at, document=document
            )
    _released(session, event.actor, asset_id, on, at=event.at)
    if not event.last:
        begin_after_release(session, event.actor, asset_id, on, at=event.at)


def follow_seizure(session: Session, event: AssetsSeized) -> None:
    """What is seized by an act of its own takes the step at once, or begins another life."""
    seizures = follow_seizures(session, event.asset_ids, at=event.at)
    begin(session, event.actor, seizures, at=event.at)


def follow_measure(session: Session, event: MeasureTaken) -> None:
    """What an officer verified or put under a measure begins its life with that, or goes on.

    A verification meets the time in which it had to begin; of what is seized already it is recorded
    afterwards, where it was passed over. Raises StepOutOfTurn.
    """
    ids, on, paper = [event.asset_id], event.on, event.document
    if event.kind in PROVISIONAL:
        steps = [Taken(steps=(Step.PROVISIONAL_MEASURE,), on=on, document=paper)]
        if event.decision is not None:
            decided_on = event.decided_on or on
            decided = Taken(steps=(Step.MEASURE_DECIDED,), on=decided_on, document=event.decision)
            steps.append(decided)
        take_steps(session, event.actor, ids, steps, at=event.at)
        return
    _verified(session, event)
    case = DeadlineSubject("case", event.case_number, event.office_id)
    keys = step_forms()[Step.IDENTIFIED].meets
    meet_by_act(session, event.actor, keys, case, met_on=on, at=event.at)


def follow_decision(session: Session, event: MeasureDecided) -> None:
    """The decision on a measure taken by minutes is a step; where it stands further on, none."""
    with suppress(StepOutOfTurn):
        ids, step = [event.asset_id], Step.MEASURE_DECIDED
        on, paper = event.on, event.decision
        take_step(session, event.actor, ids, step, on, at=event.at, document=paper)


def follow_end(session: Session, event: MeasureEnded) -> None:
    """With the last measure on what is not seized its life ends (L25 Art. 95)."""
    asset_id = event.asset_id
    state = standing_of(session, [asset_id])[asset_id].state
    if event.last and state is State.MEASURED:
        step, paper = Step.RELEASED, event.decision
        take_step(session, event.actor, [asset_id], step, event.on, at=event.at, document=paper)
    _released(session, event.actor, asset_id, event.on, at=event.at)


def _released(session: Session, actor: Actor, asset_id: int, on: date, *, at: datetime) -> None:
    """Meet the time to release where something else still holds the asset (L25 Art. 95(3)).

    Of a lot that left as a whole it is met with the release of the last of its assets.
    """
    (known,) = standings(session, [asset_id])
    keys = step_forms()[Step.RELEASED].meets
    meet_by_act(session, actor, keys, subject_of(known), met_on=on, at=at)
    left = select(AssetStep).where(AssetStep.step.in_([one.value for one in SETTLED]))
    own = left.where(AssetStep.asset_id == asset_id, AssetStep.lot.is_not(None))
    step = session.scalars(own.order_by(AssetStep.seq.desc()).limit(1)).first()
    if step is None or step.lot is None:
        return
    together = session.scalars(left.where(AssetStep.lot_id == step.lot_id)).all()
    standing = standing_of(session, [one.asset_id for one in together])
    if not any(one.state in SETTLED for one in standing.values()):
        lot = DeadlineSubject("lot", step.lot, step.office_id, lot_id=step.lot_id)
        meet_by_act(session, actor, keys, lot, met_on=on, at=at)


def follow_notice(session: Session, event: CaseNotified) -> None:
    """From the day the debtor was told of the decision his time to pay runs, then the officer's.

    L25 Art. 36(1), 37(1); L08 Art. 45(1), 44: the verification begins so many days after it.
    """
    subject = DeadlineSubject("case", event.case_number, event.office_id)
    told_on, at = event.on, event.at
    told = Fulfilled(TELLING, subject, told_on)
    set_limits(session, event.actor, [VOLUNTARY], told_on, subject, at=at, fulfilled=told)
    with suppress(RuleUnknown, CalendarUnknown):
        ends_on = due_after(session, VOLUNTARY, told_on)
        set_limits(session, event.actor, [VERIFICATION], ends_on, subject, at=at)


def _verified(session: Session, event: MeasureTaken) -> None:
    rows = steps_of(session, event.asset_id)
    step = Step.IDENTIFIED
    if step in missing_steps(rows):
        asset = session.get_one(Asset, event.asset_id)
        new = NewStep(step=step, on=event.on, document=event.document)
        _record_afterwards(session, event.actor, asset, rows, new, at=event.at)
        return
    ids, paper = [event.asset_id], event.document
    take_step(session, event.actor, ids, step, event.on, at=event.at, document=paper)


def follow_custody(session: Session, event: CustodyAssigned) -> None:
    """What is given into custody by minutes takes that step, where it stands where the step fits.

    Later changes of the custodian are in the minutes alone: a life goes into custody once.
    """
    try:
        take_step(
            session,
            event.actor,
            event.asset_ids,
            Step.GIVEN_INTO_CUSTODY,
            event.on,
            at=event.at,
            document=event.document,
        )
    except StepOutOfTurn:
        return


def _record_afterwards(
    session: Session, actor: Actor, asset: Asset, rows: Any, new: NewStep, *, at: datetime
) -> None:
    here = (row for row in rows if row.life == rows[-1].life)
    later = next(row for row in here if new.step.value in row.unrecorded)
    if new.on > later.on_day:
        raise Invalid(
            _("The step lies before that of %(day)s."),
            field="on",
            day=later.on_day,
        )
    law = step_forms()[new.step].law_on(new.on)
    last = rows[-1]
    session.execute(
        insert(AssetStep).values(
            asset_id=asset.id,
            office_id=asset.office_id,
            seq=last.seq + 1,
            life=last.life,
            step=new.step.value,
            on_day=new.on,
            state=State(last.state).value,
            since_on=last.since_on,
            regime=law.regime.value,
            article=law.article,
            confidence=law.confidence.value,
            document=new.document,
            note=new.note,
            unrecorded=[],
            afterwards=True,
            recorded_at=at,
            recorded_by_id=actor.staff_id,
            recorded_by=actor.name,
        )
    )
    _meet_afterwards(session, actor, asset, later, new, at=at)


def _meet_afterwards(
    session: Session, actor: Actor, asset: Asset, later: Any, new: NewStep, *, at: datetime
) -> None:
    """The limits of a step recorded afterwards, of the asset or its lot then, from its own day."""
    office_id = asset.office_id
    about = [DeadlineSubject("asset", asset.reference, office_id, asset_id=asset.id)]
    if later.lot is not None:
        about.append(DeadlineSubject("lot", later.lot, office_id, lot_id=later.lot_id))
    if new.step is Step.IDENTIFIED and asset.case_id is not None:
        case = session.get_one(EnforcementCase, asset.case_id)
        about.append(DeadlineSubject("case", case.decision_number, case.office_id))
    keys, on = step_forms()[new.step].meets, new.on
    for whom in about:
        meet_by_act(session, actor, keys, whom, met_on=on, at=at, begun_by=on)


def _refuse_earlier(on: date, last_on: date | None) -> None:
    if last_on is not None and on < last_on:
        raise Invalid(
            _("The step before was taken on %(day)s."),
            field="on",
            day=last_on,
        )
