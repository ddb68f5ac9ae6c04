"""That nothing is seized for a case while a hold stops its coercion."""

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from auction.holds.models import Hold, HoldAsset
from auction.holds.rules import STOPS_ACTS, HoldKind, HoldSubject, OnHold, Stopped
from inventory.base.messages import _
from inventory.seizures.rules import AssetsSeized, SeizureHeld


def refuse_held_seizure(session: Session, event: AssetsSeized) -> None:
    """Refuse a seizure of a day on which coercion was on hold, since ended or not.

    On hold is the case itself, or the thing where the hold is about it and not about another case.
    What a judgment or another body seized is no coercion of the office, evidence taken no seizure.
    Raises OnHold (L25 Art. 46, 47; L08 Art. 48, 49).
    """
    if event.coerced:
        _refuse(session, event, field="decision_on")


def refuse_held_minutes(session: Session, event: SeizureHeld) -> None:
    """Refuse minutes by which things were taken on such a day, on a decision of before.

    Raises OnHold (L25 Art. 46, 47; L08 Art. 48, 49).
    """
    _refuse(session, event, field="at")


def _refuse(session: Session, event: AssetsSeized | SeizureHeld, *, field: str) -> None:
    of_case = (Hold.subject_kind == HoldSubject.CASE.value) & (Hold.subject_id == event.case_id)
    things = select(HoldAsset.hold_id).where(HoldAsset.asset_id.in_(event.asset_ids))
    of_thing = and_(Hold.subject_kind != HoldSubject.CASE.value, Hold.id.in_(things))
    found = session.scalars(
        select(Hold)
        .where(
            or_(of_case, of_thing),
            Hold.stops.contains([Stopped.COERCION.value]),
            Hold.started_on <= event.on,
            func.coalesce(Hold.ended_on, Hold.longest_until, event.on) >= event.on,
        )
        .order_by(Hold.started_on, Hold.id)
        .limit(1)
    ).first()
    if found is None:
        return
    raise OnHold(
        _(
            "%(subject)s is on hold since %(since)s (%(kind)s, paper %(paper)s): on %(day)s"
            " %(act)s had to wait, so that nothing is seized (rule %(rule)s). Lawful: the seizure"
            " after the hold is ended."
        ),
        field=field,
        article=found.article,
        rule=STOPS_ACTS,
        subject=found.subject_ref,
        since=found.started_on,
        kind=HoldKind(found.kind),
        paper=found.document,
        day=event.on,
        act=Stopped.COERCION,
    )
