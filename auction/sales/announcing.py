"""The notice that goes before a sale without auction (D152/26 Art. 64)."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auction.deadlines.rules import due_date
from auction.deadlines.schemas import DeadlineSubject
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import Rule, WorkingCalendar
from auction.sales.schemas import NewSale
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, Unlawful
from inventory.base.messages import _

NOTICE = "non_auction_sale_notice"
DAY = timedelta(days=1)


class NoticeTooLate(Unlawful):
    """A sale without auction was not announced in time (D152/26 Art. 64)."""

    code = "sale_not_announced"


def check_announced(
    session: Session, actor: Actor, new: NewSale, subject: DeadlineSubject, *, at: datetime
) -> None:
    """Refuse a sale without auction that was not announced so many days before.

    The refusal names the last lawful day of the notice and the first lawful day of the sale; a
    departure lets it through once. Raises Invalid, NoticeTooLate; CalendarUnknown.
    """
    if new.announced_on is not None:
        not_ahead(new.announced_on, at, field="announced_on")
        if new.announcement is None:
            raise Invalid(_("Say by which paper it was announced."), field="announcement")
    rules = rules_in_use(session, NOTICE)
    rule = next((one for one in rules if one.serves(new.sold_on)), None)
    if rule is None:
        return
    days = calendar(session)
    latest = due_date(new.sold_on, rule, days).due_on
    if new.announced_on is not None and new.announced_on <= latest:
        return
    told = new.announced_on or local_day(at)
    refusal = NoticeTooLate(
        _(
            "A sale without auction on %(sold)s is announced on %(latest)s at the latest (rule"
            " %(rule)s). Lawful after a notice of %(told)s: a sale from %(first)s on."
        ),
        field="announced_on",
        article=rule.article,
        rule=rule.key,
        sold=new.sold_on,
        latest=latest,
        told=told,
        first=first_sale(told, rule, days),
    )
    facts = {
        "sold_on": new.sold_on.isoformat(),
        "announced_on": new.announced_on.isoformat() if new.announced_on else None,
        "latest_on": latest.isoformat(),
    }
    allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)


def first_sale(announced_on: date, rule: Rule, days: WorkingCalendar) -> date:
    """The first day whose sale a notice of a day reaches."""
    day = announced_on
    while due_date(day, rule, days).due_on < announced_on:
        day += DAY
    return day
