"""Drawing up the decision on a provisional measure (L25 Art. 66-69; L08 Art. 66-69)."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.cases.queries import parts_of
from inventory.measures.models import Measure
from inventory.measures.papers import MeasureDecisionData, MeasureEndData
from inventory.measures.rules import MEASURES, Act, MeasureKind
from inventory.measures.schemas import DrawnEnd, DrawnMeasure
from inventory.papers.commands import issue
from inventory.papers.rules import OFFICER, PaperKind, PaperReplaced
from inventory.papers.schemas import About, NewPaper, PaperData, Signature


class Taken(NamedTuple):
    """A measure that a decision is drawn up on: of which kind, for which case, by which minutes."""

    kind: MeasureKind
    case_id: int
    minutes: str | None
    taken_at: datetime
    told: str | None


def drawn_at(drawn: DrawnMeasure, decided_at: datetime | None, at: datetime) -> datetime:
    """When a decision that is drawn up here is made: now, on the day of today.

    Raises Invalid.
    """
    if drawn.amount is not None:
        check_amount(drawn.amount, field="drawn_up.amount")
    if decided_at is not None and local_day(decided_at) != local_day(at):
        raise Invalid(_("A decision drawn up here bears the day of today."), field="decided_at")
    return decided_at or at


def draw_decision(
    session: Session, actor: Actor, asset: Asset, taken: Taken, drawn: DrawnMeasure, *, at: datetime
) -> str:
    """Issue the decision on a provisional measure on a thing; its number.

    Its legal basis is the dated rule on such measures of the day.
    """
    lines = items_of(session, [asset.reference])
    on = local_day(at)
    data = MeasureDecisionData(
        cases=parts_of(session, [taken.case_id]),
        bases=(law.ruling(session, MEASURES, on).article,),
        lines=lines,
        signatures=(Signature(post=OFFICER, name=actor.name),),
        measure=taken.kind.value,
        grounds=drawn.grounds,
        owner=drawn.owner or asset.owner_name,
        carried_out_by=drawn.carried_out_by,
        amount=drawn.amount,
        minutes=taken.minutes,
        taken_at=taken.taken_at if taken.minutes is not None else None,
        told=taken.told,
    )
    return _issue(session, actor, asset, PaperKind.MEASURE_DECISION, data, at=at)


def draw_end(
    session: Session, actor: Actor, asset: Asset, measure: Measure, drawn: DrawnEnd, *, at: datetime
) -> str:
    """Issue the decision that ends a provisional measure on a thing (L25 Art. 95); its number.

    Its legal basis is that of the form of the day.
    """
    data = MeasureEndData(
        cases=parts_of(session, [measure.case_id]),
        lines=items_of(session, [asset.reference]),
        signatures=(Signature(post=OFFICER, name=actor.name),),
        measure=measure.kind,
        grounds=drawn.grounds,
        decision_number=measure.decision_number,
        decision_on=local_day(measure.decided_at) if measure.decided_at else None,
        minutes=measure.minutes,
        owner=asset.owner_name,
        carried_out_by=drawn.carried_out_by,
        returned_to=drawn.returned_to,
        told=drawn.told,
    )
    return _issue(session, actor, asset, PaperKind.MEASURE_END, data, at=at)


def _issue(
    session: Session,
    actor: Actor,
    asset: Asset,
    kind: PaperKind,
    data: PaperData,
    *,
    at: datetime,
) -> str:
    new = NewPaper(
        kind=kind,
        title=data.lines[0].name if data.lines else asset.reference,
        subject_kind="asset",
        subject_ref=asset.reference,
        data=data,
        about=(About("asset", asset.reference),),
        office_id=asset.office_id,
    )
    return issue(session, actor, new, at=at).number


def follow_replacement(session: Session, event: PaperReplaced) -> None:
    """Carry the number of a replaced decision into the measure that stands on it."""
    column = {
        PaperKind.MEASURE_DECISION: Measure.decision_number,
        PaperKind.MEASURE_END: Measure.end_decision,
    }.get(event.kind)
    if column is None:
        return
    named = select(Asset.id).where(Asset.reference.in_(event.asset_refs))
    changed = session.scalars(
        update(Measure)
        .where(Measure.asset_id.in_(named), column == event.earlier)
        .values({column: event.number})
        .returning(Measure.asset_id)
    ).all()
    data = {"from": event.earlier, "to": event.number}
    for asset in session.scalars(select(Asset).where(Asset.id.in_(changed)).order_by(Asset.id)):
        subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
        audit.record(session, event.actor, Act.MEASURE_RENUMBERED, subject, data, at=event.at)
