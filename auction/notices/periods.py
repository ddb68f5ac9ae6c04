"""Which notice a round needs, and from which day on it may lawfully open (PA16 Art. 35–38, 53, 57).

Pure. Every period comes from a dated row; a period that runs backward from the opening is counted
by the same function as every other limit.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from auction.deadlines.rules import due_date
from auction.legal_rules.rules import Rule, WorkingCalendar
from auction.notices.rules import (
    ANNOUNCED_IN,
    POSTED_AT,
    Done,
    NoticeKind,
    NoticeLaw,
    Place,
    Requirement,
    Standing,
)

DAY = timedelta(days=1)
FARTHEST = 400
"""So many days ahead a day of opening is looked for."""

KEYS = (
    "posting_movable",
    "posting_immovable",
    "posting_places",
    "announce_scope",
    "announce_media",
    "announce_count",
    "announce_spacing",
    "announce_second_before",
    "viewing",
    "registration_close",
    "simplified_if",
    "simplified_for_other_gold",
    "simplified_posting",
    "simplified_announce_count",
    "simplified_announce_before",
    "simplified_registration_close",
)
"""The parameters that the notice of a round stands on."""


def law_of(
    rules: Sequence[Rule],
    *,
    scopes: frozenset[str],
    price: Decimal,
    failed: int,
    other_gold: bool,
    on: date,
    simplified: bool = True,
    beside: Decimal = Decimal(0),
) -> NoticeLaw | None:
    """The rows for a round of a lot by the law of a day; None before the auction law of 2016.

    A lot that holds an immovable is announced as one and posted at the places of both kinds.
    ``simplified=False`` asks for the usual procedure where the simplified one may be used;
    ``beside`` is what else is offered in the session, on whose whole value that hangs.
    """
    serving = {(rule.key, rule.scope): rule for rule in rules if rule.serves(on)}
    scope = "immovable" if "immovable" in scopes else "movable"
    if (f"posting_{scope}", None) not in serving:
        return None
    whole = price + beside
    short = _simplified(serving, whole, failed, other_gold=other_gold) if simplified else None
    announcing = serving["announce_scope", scope]
    return NoticeLaw(
        simplified=short,
        posting=serving["simplified_posting", scope]
        if short
        else serving[f"posting_{scope}", None],
        places=tuple(serving["posting_places", one] for one in sorted(scopes)),
        announcing=announcing,
        announced=price >= announcing.number,
        media=serving["announce_media", None],
        count=serving["simplified_announce_count" if short else "announce_count", None],
        spacing=serving["announce_spacing", None],
        before=serving["simplified_announce_before" if short else "announce_second_before", scope],
        viewing=serving["viewing", None],
        closing=serving["simplified_registration_close" if short else "registration_close", None],
    )


def _simplified(
    serving: dict[tuple[str, str | None], Rule], price: Decimal, failed: int, *, other_gold: bool
) -> Rule | None:
    below = serving["simplified_if", "session_value_below"]
    after = serving["simplified_if", "failed_auctions"]
    if failed >= after.number:
        return after
    if price < below.number:
        return below
    return serving.get(("simplified_for_other_gold", None)) if other_gold else None


def requirements(
    law: NoticeLaw, opening: date, done: Iterable[Done], on: date, calendar: WorkingCalendar
) -> list[Requirement]:
    """Every notice that a round needs, and how it stands for a day of opening, seen from a day.

    Raises CalendarUnknown.
    """
    given = sorted(done, key=lambda one: one.from_on)
    latest = due_date(opening, law.posting, calendar).due_on
    found = [_placed(law.posting, latest, given, on, place) for place in places_of(law)]
    if law.announced:
        found += _announcements(law, opening, given, on, calendar)
    posted = [one.done_on for one in found if one.done_on is not None]
    found.append(_viewing(law.viewing, opening, given, on, min(posted, default=None)))
    found.append(_registration(law.closing, opening, given, on, calendar))
    return found


def places_of(law: NoticeLaw) -> list[Place]:
    """Where a round must be posted."""
    codes = {code for rule in law.places for code in rule.codes}
    return [place for place in POSTED_AT if place.value in codes]


def earliest_opening(
    law: NoticeLaw,
    done: Sequence[Done],
    on: date,
    calendar: WorkingCalendar,
) -> date | None:
    """The first day on which a round may open with these notices; what is missing begins today.

    None where no day within reach is lawful with them, such as a window that is already closed.
    Raises CalendarUnknown.
    """
    planned = _completed(law, done, on, calendar)
    registered = any(one.kind is NoticeKind.REGISTRATION for one in done)
    for n in range(1, FARTHEST):
        day = on + n * DAY
        standing = requirements(law, day, planned, on, calendar)
        if all(
            one.standing is Standing.MET
            for one in standing
            if registered or one.kind is not NoticeKind.REGISTRATION
        ):
            return day
    return None


def _completed(
    law: NoticeLaw, done: Sequence[Done], on: date, calendar: WorkingCalendar
) -> list[Done]:
    """The notices, and for each that is missing the earliest it may still be given."""
    planned = list(done)
    for place in places_of(law):
        if _first(planned, place) is None:
            planned.append(Done(NoticeKind.POSTING, place, on))
    if law.announced:
        for medium in ANNOUNCED_IN:
            if medium.value in law.media.codes and _first(planned, medium) is None:
                planned.append(Done(NoticeKind.ANNOUNCEMENT, medium, on))
        while len(chain := announced_days(law, planned, calendar)) < int(law.count.number):
            again = max(on, due_date(chain[-1], law.spacing, calendar).due_on) if chain else on
            planned.append(Done(NoticeKind.ANNOUNCEMENT, Place.PRESS, again))
    if not any(one.kind is NoticeKind.VIEWING for one in planned):
        first = min(one.from_on for one in planned if one.kind is NoticeKind.POSTING)
        begins = max(on, first)
        until = begins + (int(law.viewing.number) - 1) * DAY
        planned.append(Done(NoticeKind.VIEWING, None, begins, until))
    return planned


def announced_days(law: NoticeLaw, done: Iterable[Done], calendar: WorkingCalendar) -> list[date]:
    """The announcements that count: each as far after the one before as the law asks."""
    days = sorted({one.from_on for one in done if one.kind is NoticeKind.ANNOUNCEMENT})
    chain: list[date] = []
    for day in days:
        if not chain or day >= due_date(chain[-1], law.spacing, calendar).due_on:
            chain.append(day)
    return chain


def latest_announcements(law: NoticeLaw, opening: date, calendar: WorkingCalendar) -> list[date]:
    """The last lawful day of each announcement, in their order."""
    days = [due_date(opening, law.before, calendar).due_on]
    while len(days) < int(law.count.number):
        day = days[0] - DAY
        while due_date(day, law.spacing, calendar).due_on > days[0]:
            day -= DAY
        days.insert(0, day)
    return days


def _announcements(
    law: NoticeLaw, opening: date, done: Sequence[Done], on: date, calendar: WorkingCalendar
) -> list[Requirement]:
    latest = latest_announcements(law, opening, calendar)
    chain = announced_days(law, done, calendar)
    days = {one.from_on for one in done if one.kind is NoticeKind.ANNOUNCEMENT}
    found = []
    for turn, last in enumerate(latest, 1):
        day = chain[turn - 1] if turn <= len(chain) else None
        rule = law.before if turn == len(latest) else law.count
        if day is None and turn <= len(days):
            rule, day = law.spacing, max(days)
            standing = Standing.OPEN if last >= on else Standing.SHORT
            found.append(_announced(rule, last, day, standing, turn))
        else:
            found.append(_announced(rule, last, day, _standing(last, day, on), turn))
    media = (medium for medium in ANNOUNCED_IN if medium.value in law.media.codes)
    return found + [_placed(law.media, latest[-1], done, on, medium) for medium in media]


def _announced(
    rule: Rule, latest: date, day: date | None, standing: Standing, turn: int
) -> Requirement:
    return Requirement(
        rule=rule,
        kind=NoticeKind.ANNOUNCEMENT,
        latest_on=latest,
        done_on=day,
        standing=standing,
        turn=turn,
    )


def _viewing(
    rule: Rule, opening: date, done: Sequence[Done], on: date, posted: date | None
) -> Requirement:
    """Enough consecutive days between the first posting and the day before the opening."""
    days = int(rule.number)
    latest = opening - days * DAY
    shown = [one for one in done if one.kind is NoticeKind.VIEWING]
    enough = [one for one in shown if _days_shown(one, opening, posted) >= days]
    if enough:
        standing = Standing.MET
    elif shown and latest < on:
        standing = Standing.SHORT
    else:
        standing = Standing.OPEN if latest >= on else Standing.LOST
    first = next(iter(enough or shown), None)
    return Requirement(
        rule=rule,
        kind=NoticeKind.VIEWING,
        latest_on=latest,
        done_on=first.from_on if first else None,
        standing=standing,
    )


def _days_shown(one: Done, opening: date, posted: date | None) -> int:
    begins = max(one.from_on, posted) if posted else one.from_on
    until = min(one.until_on or one.from_on, opening - DAY)
    return (until - begins).days + 1


def _registration(
    rule: Rule, opening: date, done: Sequence[Done], on: date, calendar: WorkingCalendar
) -> Requirement:
    """Files are taken until so many days before the opening: not longer, and not shorter.

    Where that day is a day off, the working day before it will do.
    """
    latest = opening - int(rule.number) * DAY
    earliest = due_date(opening, rule, calendar).due_on
    windows = [one for one in done if one.kind is NoticeKind.REGISTRATION and one.until_on]
    closed = windows[-1].until_on if windows else None
    if closed is None:
        standing = Standing.OPEN if latest >= on else Standing.LOST
    else:
        standing = Standing.MET if earliest <= closed <= latest else Standing.SHORT
    return Requirement(
        rule=rule,
        kind=NoticeKind.REGISTRATION,
        latest_on=latest,
        done_on=closed,
        standing=standing,
    )


def _first(done: Sequence[Done], place: Place) -> date | None:
    return min((one.from_on for one in done if one.place is place), default=None)


def _placed(rule: Rule, latest: date, done: Sequence[Done], on: date, place: Place) -> Requirement:
    day = _first(done, place)
    posted = place in POSTED_AT
    return Requirement(
        rule=rule,
        kind=NoticeKind.POSTING if posted else NoticeKind.ANNOUNCEMENT,
        latest_on=latest,
        done_on=day,
        standing=_standing(latest, day, on),
        place=place,
    )


def _standing(latest: date, day: date | None, on: date) -> Standing:
    if day is not None:
        return Standing.MET if day <= latest else Standing.SHORT
    return Standing.OPEN if latest >= on else Standing.LOST
