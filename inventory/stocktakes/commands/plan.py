"""Planning counts: by the periods of the dated rules, and by the office's own rhythm."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.stocktakes.models import PlannedCount
from inventory.stocktakes.periods import CountDue, class_counts_due
from inventory.stocktakes.queries.classes import classes_held
from inventory.stocktakes.queries.duty import OWN, due_in
from inventory.stocktakes.rules import (
    Period,
    PlannedAlready,
)
from inventory.stocktakes.schemas.said import NewPlan, NewPlannedCount
from inventory.warehouses.models import Place
from inventory.warehouses.queries import visible_places

OF_CLASS = "stocktake_of_class"
"""The dated rule that asks for more counts of a class of risk."""


def plan_year(session: Session, actor: Actor, new: NewPlan, *, at: datetime) -> int:
    """Plan what the rules ask for in a year, from today on; asked twice it adds nothing.

    Everything is counted by the periods of the law; a class of risk by its own, where a store holds
    things of it now. Tells how many counts were added (C04/23 Art. 11(4), C78/20 Art. 5, D152/26
    Art. 38).
    """
    actor.require("stocktakes.plan")
    today = local_day(at)
    stores = session.scalars(
        visible_places(actor)
        .with_only_columns(Place.id)
        .where(
            Place.office_id == actor.office_id,
            Place.parent_id.is_(None),
            Place.closed_on.is_(None),
            Place.custody_form.in_(OWN),
        )
    ).all()
    wanted = _wanted(session, list(stores), new.year, today)
    rows: list[dict[str, Any]] = [
        {
            "office_id": actor.office_id,
            "place_id": store,
            "period": count.period.value,
            "classes": classes,
            "sample_pct": 100,
            "due_on": count.due_on,
            "article": count.article,
            "planned_at": at,
            "planned_by_id": actor.staff_id,
        }
        for store, classes, count in wanted
        if count.due_on >= today
    ]
    if not rows:
        return 0
    added = session.execute(
        insert(PlannedCount).values(rows).on_conflict_do_nothing().returning(PlannedCount.id)
    ).all()
    if added:
        subject = audit.Subject("plan", None, str(new.year), actor.office_id)
        audit.record(session, actor, Act.COUNTS_PLANNED, subject, {"counts": len(added)}, at=at)
    return len(added)


def plan_count(
    session: Session, actor: Actor, new: NewPlannedCount, *, at: datetime
) -> PlannedCount:
    """Plan one more count by the office's own decision, of some classes or a sample.

    Raises Forbidden, NotFound, Invalid, PlannedAlready.
    """
    actor.require("stocktakes.plan")
    if new.due_on < local_day(at):
        raise Invalid(_("The day has passed already."), field="due_on")
    office_id = session.scalar(
        visible_places(actor)
        .with_only_columns(Place.office_id)
        .where(Place.id == new.place_id, Place.closed_on.is_(None))
    )
    if office_id is None:
        raise NotFound(_("There is no such place."), field="place_id")
    planned = PlannedCount(
        office_id=office_id,
        place_id=new.place_id,
        period=Period.EXTRAORDINARY,
        classes=sorted(c.value for c in new.classes),
        sample_pct=new.sample_pct,
        due_on=new.due_on,
        article=new.article,
        planned_at=at,
        planned_by_id=actor.staff_id,
    )
    same = "uq_planned_count_place_id_due_on_period_classes"
    with refused_by(session, same, PlannedAlready(_("That count is planned already."))):
        session.add(planned)
    subject = audit.Subject("plan", planned.id, str(new.due_on.year), office_id)
    audit.record(session, actor, Act.COUNTS_PLANNED, subject, {"counts": 1}, at=at)
    return planned


def _wanted(
    session: Session, stores: list[int], year: int, today: date
) -> list[tuple[int, list[str], CountDue]]:
    """In which store what is to be counted when, as the rules stand on the day asked."""
    on = max(today, date(year, 1, 1))
    due = due_in(session, year, on)
    held = classes_held(session, stores, on)
    single = class_counts_due(_of_classes(session, on), year, {count.due_on for count in due})
    return [(store, [], count) for store in stores for count in due] + [
        (store, [risk.value], count)
        for store in stores
        for risk, count in single
        if (store, risk) in held
    ]


def _of_classes(session: Session, on: date) -> dict[str, dict[str, list[str]]]:
    """For each class, the periods of each article."""
    try:
        rows = law.rulings(session, OF_CLASS, on)
    except NotFound:
        return {}
    return {str(row.scope): {row.article: sorted(row.codes)} for row in rows}
