"""Making and revoking the secret address of a calendar feed."""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from auction.agenda.models import AgendaFeed
from auction.agenda.rules import Act, FeedUnknown, digest_of
from auction.agenda.schemas import FeedMade, NewFeed
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden
from inventory.base.messages import _

PATH = "/agenda/feed"


def make_feed(session: Session, actor: Actor, new: NewFeed, *, at: datetime) -> FeedMade:
    """Make an address for one's calendar; the one before it is revoked. It is told once.

    Raises Forbidden.
    """
    actor.require("deadlines.read")
    staff_id = _person(actor)
    _end(session, staff_id, at=at)
    secret = secrets.token_urlsafe(32)
    feed = AgendaFeed(
        staff_id=staff_id,
        secret_sha256=digest_of(secret),
        mine=new.mine,
        locale=actor.locale,
        made_at=at,
    )
    session.add(feed)
    session.flush()
    _record(session, actor, Act.FEED_MADE, {"mine": new.mine}, at=at)
    return FeedMade(f"{PATH}/{secret}.ics")


def revoke_feed(session: Session, actor: Actor, *, at: datetime) -> None:
    """Revoke one's address: whoever has it reads nothing any more.

    Raises FeedUnknown, Forbidden.
    """
    actor.require("deadlines.read")
    if not _end(session, _person(actor), at=at):
        raise FeedUnknown(_("You have no address for your calendar."))
    _record(session, actor, Act.FEED_REVOKED, {}, at=at)


def _person(actor: Actor) -> int:
    if actor.staff_id is None:
        raise Forbidden(_("You are not permitted to do this."))
    return actor.staff_id


def _end(session: Session, staff_id: int, *, at: datetime) -> int:
    f = AgendaFeed
    ended = session.execute(
        update(f)
        .where(f.staff_id == staff_id, f.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(f.id)
    )
    return len(ended.all())


def _record(
    session: Session, actor: Actor, act: Act, data: dict[str, object], *, at: datetime
) -> None:
    subject = audit.Subject("staff", _person(actor), actor.name, actor.office_id)
    audit.record(session, actor, act, subject, data, at=at)
