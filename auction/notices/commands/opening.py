"""Whether a round may open on a day: notices, days a thing must wait for, delegations."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.departures.commands import allow_departure
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.lots.subjects import due_subject
from auction.notices.commands.neighbours import check_neighbours, lock_session
from auction.notices.models import DisposalDelegation
from auction.notices.queries import check_round, done_for, standing_delegations, waits_of
from auction.notices.rules import (
    FAULTY,
    DelegationHolds,
    Done,
    NotBefore,
    NoticeKind,
    NoticeTooShort,
    Place,
    Requirement,
    Standing,
)
from auction.notices.schemas import NoticeCheck
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _, label_of


def check_notice(
    session: Session,
    actor: Actor,
    lot: Lot,
    opens_at: datetime,
    *,
    number: int,
    price: Decimal,
    on: date,
    announced_on: date | None = None,
    at: datetime,
) -> NoticeCheck:
    """Refuse a day of opening that the notices of the round do not reach (PA16 Art. 35, 57).

    What is not given yet may be given today at the earliest. A round that is recorded after it
    opened is judged by the notices recorded for it; with none, what it lacked is noted as a breach
    at its outcome. ``announced_on`` is the first announcement as it is planned.
    A day is refused, too, on which this round makes the notices of another one too short.
    Raises NoticeTooShort, NotBefore, DelegationHolds; CalendarUnknown.
    """
    held_on = local_day(opens_at)
    asset_ids = [one.id for one in assets_of_lot(session, lot.id)]
    refuse_waiting(session, asset_ids, held_on)
    refuse_delegated(session, asset_ids, lot.office_id)
    late = opens_at <= at
    lock_session(session, lot, held_on)
    more = _announced(session, lot, number, announced_on)
    checked = check_round(session, lot.id, number, price, opening=held_on, on=on, more=more)
    check_neighbours(session, actor, lot, price, held_on, late=late, on=on, at=at)
    if checked.law is None or (late and checked.planned):
        return checked
    faulty = {Standing.SHORT} if late else FAULTY
    subject = due_subject(lot)
    seen: set[str] = set()
    for one in checked.requirements:
        if one.standing in faulty and one.rule.key not in seen:
            seen.add(one.rule.key)
            allow_departure(
                session,
                actor,
                _too_short(one, checked, held_on),
                one.rule,
                subject,
                at=at,
                facts=_facts(one, held_on, number),
            )
    return checked


def refuse_waiting(session: Session, asset_ids: Sequence[int], held_on: date) -> None:
    """Crops wait for the harvest, closed cycles for their end, unless the parties agree.

    Raises NotBefore (L25 Art. 81(3)).
    """
    for one in waits_of(session, asset_ids):
        if one.agreed_on is None and held_on < one.not_before_on:
            raise NotBefore(
                _(
                    "%(asset)s may not be sold before %(day)s: %(ground)s (rule %(rule)s)."
                    " Lawful: a later day, or a written agreement of the parties."
                ),
                field="opens_at",
                article=one.article,
                asset=one.asset,
                day=one.not_before_on,
                ground=label_of(one.ground),
                rule="sale_not_before",
            )


def refuse_delegated(session: Session, asset_ids: Sequence[int], office_id: int) -> None:
    """An office does not go on with a delegated sale that was paused or ended.

    Raises DelegationHolds (L25 Art. 50).
    """
    for one in standing_delegations(session, asset_ids):
        if one.to_office_id != office_id:
            continue
        if one.ended_on is not None or one.paused_on is not None:
            raise _held(one)


def _held(one: DisposalDelegation) -> DelegationHolds:
    ended = one.ended_on is not None
    text = (
        _("The delegation of %(asset)s was ended on %(day)s (%(document)s; rule %(rule)s).")
        if ended
        else _("The delegation of %(asset)s is paused since %(day)s (%(document)s; rule %(rule)s).")
    )
    day = one.ended_on if ended else one.paused_on
    document = one.end_document if ended else one.pause_document
    return DelegationHolds(
        text,
        field="opens_at",
        article=one.article,
        asset=one.asset,
        day=day or one.delegated_on,
        document=document or "",
        rule="disposal_delegation",
    )


def _announced(
    session: Session, lot: Lot, number: int, announced_on: date | None
) -> tuple[Done, ...]:
    """The planned announcement, unless one of that day is recorded."""
    if announced_on is None:
        return ()
    recorded = done_for(session, lot.id, number)
    known = any(
        one.kind is NoticeKind.ANNOUNCEMENT and one.from_on == announced_on for one in recorded
    )
    return () if known else (Done(NoticeKind.ANNOUNCEMENT, Place.PRESS, announced_on),)


def _too_short(one: Requirement, checked: NoticeCheck, held_on: date) -> NoticeTooShort:
    text = (
        _(
            "%(notice)s: for a round on %(held)s the last lawful day was %(latest)s"
            " (rule %(rule)s), and none is recorded. First lawful day of the round, given today:"
            " %(earliest)s."
        )
        if one.done_on is None
        else _(
            "%(notice)s: for a round on %(held)s the last lawful day is %(latest)s"
            " (rule %(rule)s). First lawful day of the round: %(earliest)s."
        )
    )
    return NoticeTooShort(
        text,
        field="opens_at",
        article=one.rule.article,
        notice=label_of(one.place or one.kind),
        held=held_on,
        latest=one.latest_on,
        rule=one.rule.key,
        earliest=checked.earliest_on or "–",
    )


def _facts(one: Requirement, held_on: date, number: int) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "latest_on": one.latest_on.isoformat(),
        "held_on": held_on.isoformat(),
        "round": number,
    }
    return facts | ({"given_on": one.done_on.isoformat()} if one.done_on else {})
