"""The planner: from days of notice to the first lawful opening, and from an opening back."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy.orm import Session

from auction.legal_rules.queries import calendar
from auction.notices.periods import (
    earliest_opening,
    latest_announcements,
    places_of,
    requirements,
)
from auction.notices.queries import done_for, law_for
from auction.notices.rules import (
    ANNOUNCED_IN,
    Done,
    NoticeKind,
    NoticeLaw,
    Place,
    Requirement,
)
from auction.notices.schemas import NoticeCheck
from inventory.base.said import Said


class PlanAsked(Said, frozen=True, kw_only=True):
    """Days thought of: of the posting, of the announcements, of the opening.

    ``usual`` asks for the usual procedure where the simplified one may be used; ``fresh`` leaves
    out what is recorded already.
    """

    posted_on: date | None = None
    first_on: date | None = None
    second_on: date | None = None
    wanted_on: date | None = None
    usual: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the days: the first lawful opening, or the last day of each notice."""

    law: NoticeLaw | None
    opens_from: date | None
    wanted_on: date | None
    lawful: bool
    requirements: list[Requirement]
    posting_until: date | None
    announcements_until: list[date]


def plan_of(
    session: Session, lot_id: int, asked: PlanAsked, check: NoticeCheck, *, on: date
) -> Plan:
    """What days of notice lead to, before anything is fixed; nothing is recorded.

    Raises CalendarUnknown.
    """
    law = law_for(
        session,
        lot_id,
        check.price,
        on,
        failed=check.failed,
        simplified=not asked.usual,
        opening=asked.wanted_on,
    )
    if law is None:
        return Plan(
            law=None,
            opens_from=None,
            wanted_on=asked.wanted_on,
            lawful=True,
            requirements=[],
            posting_until=None,
            announcements_until=[],
        )
    days = calendar(session)
    recorded = done_for(session, lot_id, check.number)
    done = _done(law, asked, recorded)
    opens_from = earliest_opening(law, done, on, days)
    wanted = asked.wanted_on or opens_from
    needed = requirements(law, wanted, done, on, days) if wanted else []
    placed = [one.latest_on for one in needed if one.kind is NoticeKind.POSTING]
    return Plan(
        law=law,
        opens_from=opens_from,
        wanted_on=asked.wanted_on,
        lawful=asked.wanted_on is None
        or (opens_from is not None and asked.wanted_on >= opens_from),
        requirements=needed,
        posting_until=min(placed, default=None),
        announcements_until=(
            latest_announcements(law, wanted, days) if wanted and law.announced else []
        ),
    )


def _done(law: NoticeLaw, asked: PlanAsked, recorded: Sequence[Done]) -> list[Done]:
    """The days thought of, and for what no day was thought of the recorded ones."""
    done: list[Done] = []
    if asked.posted_on is not None:
        done += [Done(NoticeKind.POSTING, place, asked.posted_on) for place in places_of(law)]
    else:
        done += [one for one in recorded if one.kind is NoticeKind.POSTING]
    told = [day for day in (asked.first_on, asked.second_on) if day is not None]
    if told:
        done += [Done(NoticeKind.ANNOUNCEMENT, _medium(n), day) for n, day in enumerate(told)]
        done += [Done(NoticeKind.ANNOUNCEMENT, _medium(1), told[0])]
    else:
        done += [one for one in recorded if one.kind is NoticeKind.ANNOUNCEMENT]
    return done + [one for one in recorded if one.kind is NoticeKind.VIEWING]


def _medium(n: int) -> Place:
    return ANNOUNCED_IN[n % len(ANNOUNCED_IN)]
