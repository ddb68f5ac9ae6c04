"""Giving more time for a limit of the office: by the law's own longer row, or on a departure that a
second person approved."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from auction.deadlines.commands import extend_deadline
from auction.deadlines.queries import get_deadline, rule_of_deadline
from auction.deadlines.rules import NotOpen, TooLong
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject, NewLimitExtension
from auction.departures.commands import allow_departure, find_approved, leaves_room
from auction.departures.rules import ExtendedElsewhere, NoExtensionByLaw
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _

OWN_ACT = {"pay_due": ("pay_due", "agreed"), "payout_due": ("payout_extension", None)}
"""Limits that a row of law lets be longer; they are extended in the sale, by who decides there."""


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """How more time may be given for a limit: by the law itself, or on a departure.

    ``longer`` is the row of law whose act is on the page of the sale; ``approved_by`` who let a
    departure through that is not used yet; ``room`` whether one may be asked for.
    """

    limit: DeadlineOut
    rule: Rule
    longer: Rule | None
    approved_by: str | None
    room: bool


def ways_of(session: Session, actor: Actor, deadline_id: int, *, at: datetime) -> Ways:
    """Who may give more time for a limit, on which ground and article.

    Raises NotFound.
    """
    limit = get_deadline(session, actor, deadline_id, today=local_day(at))
    rule = rule_of_deadline(session, deadline_id)
    subject = DeadlineSubject(limit.subject_kind, limit.subject_ref, limit.office_id)
    return Ways(
        limit=limit,
        rule=rule,
        longer=_longer(session, limit.rule_key, at=at),
        approved_by=find_approved(session, rule.key, subject),
        room=leaves_room(session, rule.key, at) and limit.subject_kind in {"lot", "asset"},
    )


def extend_limit(
    session: Session, actor: Actor, deadline_id: int, new: NewLimitExtension, *, at: datetime
) -> DeadlineOut:
    """Give more time for a limit that no row of law makes longer, once a second person let it.

    The departure is used up by it and stays in the record; ground, paper and article stand on the
    limit for ever. Raises NotFound, NotOpen, ExtendedElsewhere, NoExtensionByLaw, TooLong.
    """
    actor.require("deadlines.extend")
    ways = ways_of(session, actor, deadline_id, at=at)
    limit, rule = ways.limit, ways.rule
    _refuse_unfit(ways, new)
    refusal = NoExtensionByLaw(
        _(
            "The law gives no longer time for this limit, due on %(due)s (rule %(rule)s). Lawful: a"
            " departure that a second person approved, where the rule leaves room."
        ),
        field="until",
        article=rule.article,
        due=limit.due_on,
        rule=rule.key,
    )
    subject = DeadlineSubject(limit.subject_kind, limit.subject_ref, limit.office_id)
    facts = {"due_on": limit.due_on.isoformat(), "until": new.until.isoformat()}
    facts |= {"ground": new.ground, "document": new.document}
    let = allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)
    return extend_deadline(
        session,
        actor,
        deadline_id,
        new.until,
        rule,
        document=new.document,
        ground=f"{new.ground} (người chấp thuận: {let.approved_by})",
        bounded=False,
        at=at,
    )


def _refuse_unfit(ways: Ways, new: NewLimitExtension) -> None:
    limit, rule = ways.limit, ways.rule
    if limit.met_on is not None or limit.voided_on is not None:
        raise NotOpen(_("This deadline was met or fell away; it is not extended."))
    if ways.longer is not None:
        raise ExtendedElsewhere(
            _("This limit is made longer in the sale itself (rule %(rule)s)."),
            article=ways.longer.article,
            rule=ways.longer.key,
        )
    if new.until <= limit.due_on:
        raise TooLong(
            _("The new day must be after %(due)s (rule %(rule)s)."),
            field="until",
            article=rule.article,
            due=limit.due_on,
            rule=rule.key,
        )


def _longer(session: Session, key: str, *, at: datetime) -> Rule | None:
    """The row of law of today that makes a limit longer by an act of its own."""
    if key not in OWN_ACT:
        return None
    longer, scope = OWN_ACT[key]
    today = local_day(at)
    rows = rules_in_use(session, longer)
    return next((row for row in rows if row.scope == scope and row.serves(today)), None)
