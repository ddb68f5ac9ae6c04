"""Verifying a thing, putting it under a provisional measure, deciding on that and ending it."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered, register
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.cases.queries import get_open_case
from inventory.measures.drawing import Taken, draw_decision, draw_end, drawn_at
from inventory.measures.models import Measure
from inventory.measures.queries import get_measure, still_measured
from inventory.measures.rules import (
    DECISION_TIME,
    MEASURES,
    PROVISIONAL,
    VERIFIED,
    Act,
    DecidedAlready,
    EndedAlready,
    MeasureDecided,
    MeasureEnded,
    MeasureIncomplete,
    MeasureKind,
    MeasureTaken,
)
from inventory.measures.schemas import (
    MeasureEnd,
    NewMeasure,
    NewMeasuredAsset,
    NewMeasureDecision,
)

NOT_NUMBERED = "-"
"""The number of a decision until it is drawn up, within the act."""


def register_measured(
    session: Session, actor: Actor, new: NewMeasuredAsset, *, at: datetime
) -> Registered:
    """Register an asset that becomes known by a verification or a provisional measure.

    Raises NotFound (case), CaseIsClosed, MeasureIncomplete, Invalid.
    """
    actor.require("seizures.record")
    said = _said(session, new, at=at)
    made = register(session, actor, new.asset(), Measure, said, case_number=new.case_number, at=at)
    _refuse_before_case(made.case_days[0], said["taken_at"])
    if said["decision_number"] == NOT_NUMBERED and new.drawn_up is not None:
        asset, taken = session.get_one(Asset, made.id), _taken(new, made.case_id or 0, said)
        number = draw_decision(session, actor, asset, taken, new.drawn_up, at=at)
        session.execute(
            update(Measure).where(Measure.asset_id == made.id).values(decision_number=number)
        )
        said["decision_number"] = number
    _tell(session, actor, (made.id, made.office_id), new, said, at=at)
    return made


def take_measure(
    session: Session, actor: Actor, reference: str, new: NewMeasure, *, at: datetime
) -> Measure:
    """Verify an asset that is here already, or put it under a provisional measure (L25 Art. 66).

    Raises NotFound, CaseIsClosed, MeasureIncomplete, Invalid, and what the rooms above raise.
    """
    actor.require("seizures.record")
    said = _said(session, new, at=at)
    asset = lock_asset(session, actor, reference)
    case = get_open_case(session, asset.office_id, new.case_number, at=at)
    _refuse_before_case(case.decision_on, said["taken_at"])
    if said["decision_number"] == NOT_NUMBERED and new.drawn_up is not None:
        taken = _taken(new, case.id, said)
        said["decision_number"] = draw_decision(session, actor, asset, taken, new.drawn_up, at=at)
    measure = Measure(
        asset_id=asset.id,
        office_id=asset.office_id,
        case_id=case.id,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
        **said,
    )
    session.add(measure)
    session.flush()
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"kind": new.measure.value, "minutes": new.minutes}
    data["decision"] = measure.decision_number
    audit.record(session, actor, Act.MEASURE_TAKEN, subject, data, at=at)
    _tell(session, actor, (asset.id, asset.office_id), new, said, at=at)
    return measure


def decide_measure(
    session: Session, actor: Actor, reference: str, new: NewMeasureDecision, *, at: datetime
) -> Measure:
    """Record the decision on a measure taken by minutes; a late one shows for ever that it was.

    Raises NotFound, DecidedAlready, EndedAlready, Invalid.
    """
    actor.require("seizures.record")
    decided_at = _day_of(new, at)
    asset = lock_asset(session, actor, reference)
    measure = get_measure(session, asset.id, new.measure_id)
    if measure.kind == MeasureKind.VERIFICATION or measure.decision_number is not None:
        raise DecidedAlready(_("It has its decision, or needs none."), field="measure_id")
    _refuse_ended(measure)
    if decided_at < measure.taken_at:
        raise Invalid(_("The decision lies before the minutes."), field="decided_at")
    number = new.decision_number or _drawn(session, actor, asset, measure, new, at=at)
    measure.decision_number, measure.decided_at = number, decided_at
    session.flush()
    late = measure.decide_by is not None and decided_at > measure.decide_by
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"measure": measure.id, "decision": number, "late": late}
    audit.record(session, actor, Act.MEASURE_DECIDED, subject, data, at=at)
    decided = MeasureDecided(
        actor=actor,
        asset_id=asset.id,
        on=local_day(decided_at),
        decision=number,
        at=at,
    )
    publish(session, decided)
    return measure


def end_measure(
    session: Session, actor: Actor, reference: str, new: MeasureEnd, *, at: datetime
) -> Measure:
    """End a provisional measure by decision (L25 Art. 95), which is drawn up here on the day of it.

    Raises NotFound, EndedAlready, Invalid.
    """
    actor.require("seizures.record")
    not_ahead(new.ended_on, at, field="ended_on")
    asset = lock_asset(session, actor, reference)
    measure = get_measure(session, asset.id, new.measure_id)
    _refuse_ended(measure)
    if new.ended_on < local_day(measure.taken_at):
        raise Invalid(_("The end lies before the measure."), field="ended_on")
    number = new.end_decision or _end_drawn(session, actor, asset, measure, new, at=at)
    measure.ended_on, measure.end_decision = new.ended_on, number
    session.flush()
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"measure": measure.id, "decision": number}
    audit.record(session, actor, Act.MEASURE_ENDED, subject, data, at=at)
    ended = MeasureEnded(
        actor=actor,
        asset_id=asset.id,
        on=new.ended_on,
        decision=number,
        last=not still_measured(session, asset.id),
        at=at,
    )
    publish(session, ended)
    return measure


def _end_drawn(
    session: Session,
    actor: Actor,
    asset: Asset,
    measure: Measure,
    new: MeasureEnd,
    *,
    at: datetime,
) -> str:
    """The number of the decision that is drawn up here, today.

    Raises Invalid.
    """
    if new.drawn_up is None:
        raise Invalid(
            _("Name the number of the decision, or the grounds to have it drawn up."),
            field="end_decision",
        )
    if new.ended_on != local_day(at):
        raise Invalid(_("A decision drawn up here bears the day of today."), field="ended_on")
    return draw_end(session, actor, asset, measure, new.drawn_up, at=at)


def _day_of(new: NewMeasureDecision, at: datetime) -> datetime:
    """When it was decided on; what is drawn up here, today.

    Raises Invalid.
    """
    decided_at = _past(new.decided_at, at, field="decided_at") if new.decided_at else None
    if new.decision_number is None and new.drawn_up is not None:
        return drawn_at(new.drawn_up, decided_at, at)
    if new.decision_number is None:
        raise Invalid(
            _("Name the number of the decision, or the grounds to have it drawn up."),
            field="decision_number",
        )
    if decided_at is None:
        raise Invalid(_("This field is required."), field="decided_at")
    return decided_at


def _drawn(
    session: Session,
    actor: Actor,
    asset: Asset,
    measure: Measure,
    new: NewMeasureDecision,
    *,
    at: datetime,
) -> str:
    kind, minutes = MeasureKind(measure.kind), measure.minutes
    taken = Taken(kind, measure.case_id, minutes, measure.taken_at, measure.told)
    if new.drawn_up is None:
        raise Invalid(_("This field is required."), field="decision_number")
    return draw_decision(session, actor, asset, taken, new.drawn_up, at=at)


def _refuse_before_case(decided_on: date | None, taken_at: datetime) -> None:
    if decided_on is not None and local_day(taken_at) < decided_on:
        raise Invalid(
            _("The day lies before the decision of the case, of %(day)s."),
            field="taken_at",
            day=decided_on,
        )


def _taken(new: NewMeasure, case_id: int, said: dict[str, Any]) -> Taken:
    return Taken(new.measure, case_id, new.minutes, said["taken_at"], new.told)


def _said(session: Session, new: NewMeasure, *, at: datetime) -> dict[str, Any]:
    """The row of a measure, checked: which papers it needs, which hours its decision has.

    Raises MeasureIncomplete, Invalid.
    """
    taken_at = _past(new.taken_at, at, field="taken_at")
    if new.measure is MeasureKind.VERIFICATION:
        _refuse_papers(session, new, local_day(taken_at))
        decided_at = None
    else:
        decided_at = _decided_at(session, new, taken_at, at)
    return {
        "kind": new.measure.value,
        "minutes": new.minutes,
        "taken_at": taken_at,
        "decision_number": new.decision_number or (NOT_NUMBERED if decided_at else None),
        "decided_at": decided_at,
        "decide_by": _decide_by(session, new, taken_at),
        "told": new.told,
        "ended_on": None,
        "end_decision": None,
    }


def _refuse_papers(session: Session, new: NewMeasure, on: date) -> None:
    if new.minutes is None:
        raise MeasureIncomplete(
            _("A verification is written down (rule %(rule)s): give the number of its minutes."),
            field="minutes",
            **law.ruling(session, VERIFIED, on).basis,
        )
    if any(one is not None for one in (new.decision_number, new.decided_at, new.drawn_up)):
        raise MeasureIncomplete(
            _("A verification needs no decision (rule %(rule)s); a provisional measure does."),
            field="decision_number",
            **law.ruling(session, VERIFIED, on).basis,
        )


def _decided_at(
    session: Session, new: NewMeasure, taken_at: datetime, at: datetime
) -> datetime | None:
    """When it was decided on; None where minutes came first and the decision is still to come."""
    if new.decision_number is None and new.drawn_up is not None:
        said_at = _past(new.decided_at, at, field="decided_at") if new.decided_at else None
        return drawn_at(new.drawn_up, said_at, at)
    if new.decision_number is None:
        if new.minutes is None:
            raise MeasureIncomplete(
                _(
                    "Give the number of the decision (rule %(rule)s), its grounds to have it drawn"
                    " up here, or the minutes where it was urgent: the decision then follows within"
                    " its hours."
                ),
                field="decision_number",
                **law.ruling(session, MEASURES, local_day(taken_at)).basis,
            )
        return None
    decided_at = _past(new.decided_at, at, field="decided_at") if new.decided_at else taken_at
    if new.minutes is not None and decided_at < taken_at:
        raise Invalid(_("The decision lies before the minutes."), field="decided_at")
    return decided_at


def _decide_by(session: Session, new: NewMeasure, taken_at: datetime) -> datetime | None:
    """The last hour for the decision, where minutes came first and the law of the day has one."""
    if new.measure not in PROVISIONAL or new.minutes is None:
        return None
    try:
        hours = law.ruling(session, DECISION_TIME, local_day(taken_at))
    except NotFound:
        return None
    return taken_at + timedelta(hours=int(str(hours.value)))


def _tell(
    session: Session,
    actor: Actor,
    about: tuple[int, int],
    new: NewMeasure,
    said: dict[str, Any],
    *,
    at: datetime,
) -> None:
    taken = MeasureTaken(
        actor=actor,
        asset_id=about[0],
        office_id=about[1],
        case_number=new.case_number,
        kind=new.measure,
        on=local_day(said["taken_at"]),
        document=new.minutes or said["decision_number"] or "",
        decision=said["decision_number"],
        decided_on=local_day(said["decided_at"]) if said["decided_at"] else None,
        at=at,
    )
    publish(session, taken)


def _refuse_ended(measure: Measure) -> None:
    if measure.ended_on is not None:
        raise EndedAlready(_("That measure has ended already."), field="measure_id")


def _past(typed: datetime, at: datetime, *, field: str) -> datetime:
    moment = typed if typed.tzinfo else typed.replace(tzinfo=TZ)
    if moment > at:
        raise Invalid(_("The moment lies in the future."), field=field)
    return moment
