"""Recording a step that no other act of the program takes, and one that was passed over."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.orm import Session

from auction.deadlines.schemas import DeadlineSubject
from auction.life.handbook import step_forms
from auction.life.ledger import take_step
from auction.life.models import AssetStep
from auction.life.queries import missing_steps, steps_of
from auction.life.rules import BY_ITSELF, Act, State, Step, StepNotMissing, StepOutOfTurn
from auction.life.schemas import NewStep
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.organisation.powers import refuse_coercion
from inventory.seizures.rules import CustodyAssigned, SeizureReleased

OF_LOT = frozenset({Step.FAILURE_TOLD, Step.NOT_YET_ENFORCEABLE})
"""Steps that follow one of a whole lot, so that they meet what is due for the lot."""


def record_step(
    session: Session, actor: Actor, reference: str, new: NewStep, *, at: datetime
) -> Step:
    """Record a step by itself: one that no other act takes, or one that was passed over.

    A step passed over is recorded afterwards: it keeps its own day and leaves the state as it is.
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
            subject=_lot_of(asset, rows) if new.step in OF_LOT else None,
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


def _lot_of(asset: Asset, rows: Sequence[Row[Any]]) -> DeadlineSubject | None:
    """The lot that the last step was taken in: its limits are those that the step meets."""
    last = rows[-1] if rows else None
    if last is None or last.lot is None:
        return None
    return DeadlineSubject("lot", last.lot, asset.office_id, lot_id=last.lot_id)


def follow_release(session: Session, event: SeizureReleased) -> None:
    """A released seizure ends the life where nothing else holds the asset for a debt.

    An asset whose auction side knows nothing, or stands where a release does not follow, keeps its
    life: the release is in the record of seizures.
    """
    if not event.last:
        return
    try:
        take_step(
            session,
            event.actor,
            [event.asset_id],
            Step.RELEASED,
            event.on,
            at=event.at,
            document=event.document,
        )
    except StepOutOfTurn:
        return


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
    later = next(row for row in rows if new.step.value in row.unrecorded)
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


def _refuse_earlier(on: date, last_on: date | None) -> None:
    if last_on is not None and on < last_on:
        raise Invalid(
            _("The step before was taken on %(day)s."),
            field="on",
            day=last_on,
        )
