"""A round that others of its session lose the simplified procedure by, when its day is fixed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, String, column, exists, select, table, text
from sqlalchemy.orm import Session

from auction.departures.commands import allow_departure
from auction.legal_rules.rules import Rule
from auction.lots.models import AuctionRound, Lot
from auction.lots.subjects import due_subject
from auction.notices.queries import check_round
from auction.notices.rules import FAULTY, NoticeTooShort, Requirement, Standing
from auction.notices.schemas import NoticeCheck
from inventory.base.actor import Actor
from inventory.base.messages import _, label_of

_OUTCOME = table("round_outcome", column("round_id", BigInteger), column("code", String))
"""Outcomes belong to a room above."""
_FELL_AWAY = ("paused", "stopped", "cancelled")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('kebien.auction_session'), hashtext(:about))")


def lock_session(session: Session, lot: Lot, held_on: date) -> None:
    """Let what is fixed for one session of a case be fixed one after another.

    Who looks whether the session is small enough for the simplified procedure sees all of it.
    """
    session.execute(_ALONE, {"about": f"{lot.case_id}/{held_on.isoformat()}"})


def check_neighbours(
    session: Session,
    actor: Actor,
    lot: Lot,
    price: Decimal,
    held_on: date,
    *,
    late: bool,
    on: date,
    at: datetime,
) -> None:
    """Refuse a round that makes the notices of another one of the session too short.

    The short periods ask for the value of all that a case offers in one session (PA16 Art.
    53(1)a): what is fixed later may take them from a round fixed before. Lawful on departures
    from the periods of that other round. A round that is recorded ``late`` is compared with those
    whose outcome is recorded: the others note at theirs what their notices lacked.
    Raises NoticeTooShort; CalendarUnknown.
    """
    faulty = {Standing.SHORT} if late else FAULTY
    for beside, fixed in _fixed_beside(session, lot, held_on, closed=late):
        before = _check(session, fixed, on, Decimal(0)).law
        after = _check(session, fixed, on, price)
        short = before.simplified if before else None
        if short is None or after.law is None or after.law.simplified is not None:
            continue
        seen: set[str] = set()
        for one in after.requirements:
            if one.standing in faulty and one.rule.key not in seen:
                seen.add(one.rule.key)
                refusal = _refusal(one, short, beside, held_on)
                allow_departure(
                    session,
                    actor,
                    refusal,
                    one.rule,
                    due_subject(beside),
                    at=at,
                    facts={
                        "latest_on": one.latest_on.isoformat(),
                        "held_on": held_on.isoformat(),
                        "round": fixed.number,
                        "beside": lot.reference,
                    },
                )


def _fixed_beside(
    session: Session, lot: Lot, held_on: date, *, closed: bool
) -> list[tuple[Lot, AuctionRound]]:
    """The rounds of other lots of the case on that day, held and closed or without an outcome."""
    r, outcome = AuctionRound, exists().where(_OUTCOME.c.round_id == AuctionRound.id)
    stands = outcome.where(_OUTCOME.c.code.not_in(_FELL_AWAY)) if closed else ~outcome
    rows = session.execute(
        select(Lot, r)
        .join(r, r.lot_id == Lot.id)
        .where(
            Lot.case_id == lot.case_id,
            Lot.id != lot.id,
            r.held_on == held_on,
            r.starting_price.is_not(None),
            stands,
        )
        .order_by(Lot.id)
    )
    return [(beside, fixed) for beside, fixed in rows]


def _check(session: Session, fixed: AuctionRound, on: date, joined: Decimal) -> NoticeCheck:
    return check_round(
        session,
        fixed.lot_id,
        fixed.number,
        fixed.starting_price or Decimal(0),
        opening=fixed.held_on,
        on=on,
        round_id=fixed.id,
        joined=joined,
    )


def _refusal(one: Requirement, short: Rule, beside: Lot, held_on: date) -> NoticeTooShort:
    return NoticeTooShort(
        _(
            "With this round the session of %(held)s is worth too much for the simplified procedure"
            " (rule %(short)s), on which the notices of lot %(lot)s stand. %(notice)s: the last"
            " lawful day is %(latest)s (rule %(rule)s). Lawful: another day for this round."
        ),
        field="opens_at",
        article=one.rule.article,
        held=held_on,
        lot=beside.reference,
        notice=label_of(one.place or one.kind),
        latest=one.latest_on,
        rule=one.rule.key,
        short=short.key,
    )
