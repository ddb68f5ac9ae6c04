"""Arranging warehouses: adding and closing places."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound, Unlawful
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.warehouses.models import Place
from inventory.warehouses.queries import holding, visible_places
from inventory.warehouses.rules import (
    CustodyForm,
    PlaceCodeTaken,
    PlaceIsClosed,
    PlaceNotEmpty,
)
from inventory.warehouses.schemas import NewPlace


def add_place(session: Session, actor: Actor, new: NewPlace, *, at: datetime) -> Place:
    """Add a warehouse to the actor's office, or a spot inside a place.

    Raises NotFound (parent), PlaceIsClosed, PlaceCodeTaken, Invalid.
    """
    actor.require("warehouses.arrange")
    around = _around(session, actor, new, at)
    place = Place(
        office_id=around.office_id if around else actor.office_id,
        parent_id=new.parent_id,
        path="",
        code=new.code,
        name=new.name,
        kind=new.kind,
        custody_form=around.custody_form if around else new.custody_form,
        address=new.address,
        capacity=new.capacity,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = PlaceCodeTaken(_("The office has a place with that code already."), field="code")
    with refused_by(session, "uq_place_office_id_code", taken):
        session.add(place)
    place.path = f"{around.path if around else '/'}{place.id}/"
    session.flush()
    subject = audit.Subject("place", place.id, place.code, place.office_id)
    audit.record(session, actor, Act.PLACE_ADDED, subject, {"name": place.name}, at=at)
    return place


def close_place(session: Session, actor: Actor, place_id: int, *, at: datetime) -> Place:
    """Close a place for good, from today; nothing may lie in it or below it, and no open place.

    Raises NotFound, PlaceIsClosed, PlaceNotEmpty.
    """
    actor.require("warehouses.arrange")
    place = session.scalar(visible_places(actor).where(Place.id == place_id).with_for_update())
    if place is None:
        raise NotFound(_("There is no such place."))
    if place.closed_on is not None:
        raise PlaceIsClosed(_("The place is closed."))
    below = select(Place.id).where(Place.path.startswith(place.path, autoescape=True))
    used = exists(select(1).where(holding.c.place_id.in_(below)))
    open_below = exists(below.where(Place.id != place.id, Place.closed_on.is_(None)))
    if session.scalar(select(used)):
        raise PlaceNotEmpty(_("Something lies in the place still."))
    home = exists(select(1).where(holding.c.home_place_id.in_(below)))
    if place.parent_id is None and session.scalar(select(home)):
        raise PlaceNotEmpty(_("Something given out for a time is to come back to the place."))
    if session.scalar(select(open_below)):
        raise PlaceNotEmpty(_("There are open places inside; close them first."))
    place.closed_on = local_day(at)
    session.flush()
    subject = audit.Subject("place", place.id, place.code, place.office_id)
    audit.record(session, actor, Act.PLACE_CLOSED, subject, at=at)
    return place


def _refuse_unlawful(session: Session, form: CustodyForm, at: datetime) -> None:
    lawful = ruling(session, "custody_forms", local_day(at))
    if form not in lawful.codes:
        raise Unlawful(
            _("The law of that day does not know this form of custody."),
            field="custody_form",
            **lawful.basis,
        )


def _around(session: Session, actor: Actor, new: NewPlace, at: datetime) -> Place | None:
    if new.parent_id is None:
        if new.custody_form is None:
            raise Invalid(_("Say who keeps what lies there."), field="custody_form")
        _refuse_unlawful(session, new.custody_form, at)
        return None
    around = session.scalar(
        visible_places(actor)
        .where(Place.id == new.parent_id)
        .with_for_update(read=True, key_share=True)
    )
    if around is None:
        raise NotFound(_("There is no such place."), field="parent_id")
    if around.closed_on is not None and around.closed_on <= local_day(at):
        raise PlaceIsClosed(_("The place is closed."), field="parent_id")
    if new.custody_form not in (None, around.custody_form):
        raise Invalid(_("A spot is kept in the form of the place around it."), field="custody_form")
    return around
