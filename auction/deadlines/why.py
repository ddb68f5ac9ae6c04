"""Why a limit ends on its day, in one line and both languages."""

from collections.abc import Iterable, Sequence
from datetime import date

from auction.deadlines.rules import Granted, Still
from auction.legal_rules.rules import DayKind, DayOff, Direction, Rule, Unit
from auction.legal_rules.words import Word, cite, word

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
UNITS = {
    Unit.HOUR: Word("hour", "giờ"),
    Unit.WORKING_DAY: Word("working day", "ngày làm việc"),
    Unit.DAY: Word("day", "ngày"),
    Unit.MONTH: Word("month", "tháng"),
    Unit.YEAR: Word("year", "năm"),
}
_EVENT = Word("the event", "sự kiện")
_LONGEST = 4
"""Days off named one by one; more of them are counted."""


def why_line(
    rule: Rule,
    started_on: date,
    skipped: Sequence[DayOff],
    still: Sequence[Still],
    *,
    agreed: bool = False,
    granted: Granted | None = None,
) -> Word:
    """How a due date came about: the limit, its event, its article, what does not count."""
    parts = [_limit(rule, started_on)]
    if skipped:
        parts.append(_skipped(skipped))
    parts += [_stood(span) for span in still]
    if granted is not None:
        parts.append(_granted(granted))
    elif agreed:
        parts.append(Word("extended by a decision", "được gia hạn bằng văn bản"))
    return Word("; ".join(part.en for part in parts), "; ".join(part.vi for part in parts))


def _limit(rule: Rule, started_on: date) -> Word:
    unit, event = UNITS.get(rule.unit, Word(rule.unit, rule.unit)), rule.anchor
    what = word("events", event) if event else _EVENT
    many = "" if rule.value == 1 else "s"
    before = rule.direction is Direction.BEFORE
    article = cite(rule.article)
    day = said_day(started_on)
    return Word(
        f"{rule.value} {unit.en}{many} {'before' if before else 'after'} the {_bare(what.en)}"
        f" of {day.en} ({rule.article if rule.article != 'HOUSE' else article.en})",
        f"{rule.value} {unit.vi} {'trước' if before else 'kể từ'} {what.vi} {day.vi}"
        f" ({article.vi})",
    )


def _granted(more: Granted) -> Word:
    day, article = said_day(more.until), cite(more.article)
    ground = f"{more.ground}, " if more.ground else ""
    return Word(
        f"extended to {day.en}: {ground}{more.document} ({article.en})",
        f"được gia hạn đến {day.vi}: {ground}{more.document} ({article.vi})",
    )


def _bare(event: str) -> str:
    return event.removeprefix("the ")


def _skipped(days: Sequence[DayOff]) -> Word:
    weekend = [day for day in days if day.kind is DayKind.WEEKEND]
    named = [day for day in days if day.kind is not DayKind.WEEKEND]
    en: list[str] = []
    vi: list[str] = []
    if len(days) <= _LONGEST:
        en, vi = _one_by_one(days)
    else:
        if weekend:
            en.append(f"{len(weekend)} weekend days")
            vi.append(f"{len(weekend)} ngày nghỉ cuối tuần")
        for group in _same_name(named):
            en.append(f"{_days(group).en} ({group[0].name_en})")
            vi.append(f"{_days(group).vi} ({group[0].name_vi})")
    return Word(f"skipped {', '.join(en)}", f"không tính {', '.join(vi)}")


def _one_by_one(days: Sequence[DayOff]) -> tuple[list[str], list[str]]:
    said = [(day, said_day(day.on, year=False)) for day in days]
    return (
        [f"{on.en} ({day.name_en})" for day, on in said],
        [f"{on.vi} ({day.name_vi})" for day, on in said],
    )


def _same_name(days: Iterable[DayOff]) -> list[list[DayOff]]:
    groups: dict[str, list[DayOff]] = {}
    for day in days:
        groups.setdefault(day.name_en, []).append(day)
    return list(groups.values())


def _days(group: Sequence[DayOff]) -> Word:
    first, last = group[0].on, group[-1].on
    if first == last:
        return said_day(first, year=False)
    return said_span(first, last, year=False)


def _stood(span: Still) -> Word:
    kind = word("scopes", span.kind)
    if span.to_on is None:
        day = said_day(span.from_on)
        return Word(f"stands still since {day.en} ({kind.en})", f"tạm dừng từ {day.vi} ({kind.vi})")
    days = said_span(span.from_on, span.to_on)
    return Word(f"stood still {days.en} ({kind.en})", f"tạm dừng {days.vi} ({kind.vi})")


def said_day(day: date, *, year: bool = True) -> Word:
    """A day as each language writes it."""
    en = f"{day.day} {MONTHS[day.month - 1]}"
    return (
        Word(f"{en} {day.year}", f"{day:%d/%m/%Y}") if year else Word(en, f"{day.day}/{day.month}")
    )


def said_span(first: date, last: date, *, year: bool = True) -> Word:
    """The first and the last of some days."""
    begin, end = said_day(first, year=year), said_day(last, year=year)
    if first == last:
        return end
    short = (first.year, first.month) == (last.year, last.month)
    return Word(
        f"{first.day if short else begin.en}–{end.en}",
        f"từ {begin.vi} đến {end.vi}",
    )
