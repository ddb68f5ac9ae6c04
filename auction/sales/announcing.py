"""The notices that go before a sale without auction: to the public, and to the procuracy.

D152/26 Art. 64(2).
"""

from datetime import date, datetime, timedelta

import msgspec
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
PROCURACY = "non_auction_sale_procuracy"
DAY = timedelta(days=1)


class NoticeTooLate(Unlawful):
    """A sale without auction was not announced in time (D152/26 Art. 64)."""

    code = "sale_not_announced"


class ProcuracyNotTold(Unlawful):
    """The procuracy was not told of a sale without auction in time (D152/26 Art. 64(2))."""

    code = "procuracy_not_told"


class _Notice(msgspec.Struct, frozen=True):
    """A notice before the sale: its rule, the fields of its day and paper, and what is refused."""

    key: str
    day: str
    paper: str
    unnamed: str
    refusal: type[Unlawful]
    late: str


NOTICES = (
    _Notice(
        NOTICE,
        "announced_on",
        "announcement",
        _("Say by which paper it was announced."),
        NoticeTooLate,
        _(
            "A sale without auction on %(sold)s is announced on %(latest)s at the latest (rule"
            " %(rule)s). Lawful after a notice of %(told)s: a sale from %(first)s on."
        ),
    ),
    _Notice(
        PROCURACY,
        "procuracy_told_on",
        "procuracy_notice",
        _("Say by which paper the procuracy was told."),
        ProcuracyNotTold,
        _(
            "The procuracy is told of a sale without auction on %(sold)s by %(latest)s at the"
            " latest (rule %(rule)s). Lawful after a notice of %(told)s: a sale from %(first)s on."
        ),
    ),
)
"""In the order in which they are asked for; the rule of the day of the sale says how long before.

Where no row of law serves that day, what is said is kept and nothing is refused.
"""


def check_announced(
    session: Session, actor: Actor, new: NewSale, subject: DeadlineSubject, *, at: datetime
) -> None:
    """Refuse a sale without auction of which the public or the procuracy was not told in time.

    The refusal names the last lawful day of the notice and the first lawful day of the sale; a
    departure lets it through once. Raises Invalid, NoticeTooLate, ProcuracyNotTold;
    CalendarUnknown.
    """
    rules = rules_in_use(session, *(one.key for one in NOTICES))
    for notice in NOTICES:
        _check_said(new, notice, at)
        serving = (one for one in rules if one.key == notice.key and one.serves(new.sold_on))
        rule = next(serving, None)
        late = _lateness(session, new, notice, rule, at) if rule else None
        if rule is not None and late is not None:
            refusal, facts = late
            allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)


def _check_said(new: NewSale, notice: _Notice, at: datetime) -> None:
    """A notice lies in the past and has its paper."""
    told: date | None = getattr(new, notice.day)
    if told is None:
        return
    not_ahead(told, at, field=notice.day)
    if getattr(new, notice.paper) is None:
        raise Invalid(notice.unnamed, field=notice.paper)


def _lateness(
    session: Session, new: NewSale, notice: _Notice, rule: Rule, at: datetime
) -> tuple[Unlawful, dict[str, str | None]] | None:
    """What is refused for a notice that is late or missing, with its facts; None in time."""
    told: date | None = getattr(new, notice.day)
    days = calendar(session)
    latest = due_date(new.sold_on, rule, days).due_on
    if told is not None and told <= latest:
        return None
    counted = told or local_day(at)
    refusal = notice.refusal(
        notice.late,
        field=notice.day,
        article=rule.article,
        rule=rule.key,
        sold=new.sold_on,
        latest=latest,
        told=counted,
        first=first_sale(counted, rule, days),
    )
    facts = {
        "sold_on": new.sold_on.isoformat(),
        notice.day: told.isoformat() if told else None,
        "latest_on": latest.isoformat(),
    }
    return refusal, facts


def first_sale(announced_on: date, rule: Rule, days: WorkingCalendar) -> date:
    """The first day whose sale a notice of a day reaches."""
    day = announced_on
    while due_date(day, rule, days).due_on < announced_on:
        day += DAY
    return day
