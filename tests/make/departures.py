"""Lets an act through that a rule refuses: an officer asks, the head approves."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from auction.departures.commands import ask_departure, decide_departure
from auction.departures.rules import DepartureAsked, NoRoom
from auction.departures.schemas import Decision, NewDeparture
from tests.make.organisation import People

REASON = "Chờ ý kiến đương sự, đã có văn bản trong hồ sơ."


def let_through(
    session: Session,
    people: People,
    rule: str,
    ref: str,
    *,
    at: datetime,
    kind: str = "lot",
    reason: str = REASON,
) -> int:
    """A departure from a rule that a second person approved and no act has used yet."""
    wish = NewDeparture(rule_key=rule, subject_kind=kind, subject_ref=ref, reason=reason)
    asked = ask_departure(session, people.officer, wish, at=at)
    decide_departure(session, people.head, asked.id, Decision(approved=True), at=at)
    return asked.id


def let_through_if_it_may(
    session: Session, people: People, rule: str, ref: str, *, at: datetime
) -> None:
    """The same where nothing of it is open, and the law of the day knows the rule."""
    with suppress(DepartureAsked, NoRoom):
        let_through(session, people, rule, ref, at=at)
