"""What may be drafted, and what a draft does to the rows in use once it is approved; pure.

A draft never overwrites. The row in force on its first day is retired and comes back closed on the
day before (and, where the draft ends earlier, once more after it), so that every step of the past
keeps the row it stood on.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

import msgspec

from auction.legal_rules.rules import Rule, Unit, Value
from inventory.base.errors import Forbidden, Invalid, NotFound, OutOfPlace, Overtaken
from inventory.base.messages import _, labels

DAY = timedelta(days=1)
COUNTED = frozenset(
    {Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR, Unit.HOUR, Unit.ROUNDS, Unit.COUNT}
    | {Unit.RANK, Unit.VND}
)
EXACT = frozenset({Unit.PERCENT, Unit.RATIO, Unit.AMOUNT, Unit.MINIMUM_WAGE})
TERMS = (
    frozenset({Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR}),
    frozenset({Unit.VND, Unit.MINIMUM_WAGE}),
)
"""Units that may take each other's place: a law that counted days may come to count months."""
SHAPES = {
    Unit.TIME: (re.compile(r"([01]\d|2[0-3]):[0-5]\d"), _("Write the hour as 22:00.")),
    Unit.MONTH_DAY: (
        re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
        _("Write the day of the year as 12-31 (month, day)."),
    ),
}
GROUPED = re.compile(r"(?<=\d)[. \u00a0\u202f](?=\d{3}(?!\d))")
"""Marks between thousands, as people write đồng."""
GREATEST = {Unit.PERCENT: 100, Unit.WORKING_DAY: 3660, Unit.DAY: 36600, Unit.MONTH: 1200}


class Closing(StrEnum):
    """How a draft ended."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """The acts on drafts as the audit ledger keeps them."""

    ENTERED = "legal_rules.draft.entered"
    APPROVED = "legal_rules.draft.approved"
    REJECTED = "legal_rules.draft.rejected"
    WITHDRAWN = "legal_rules.draft.withdrawn"


class DraftUnknown(NotFound):
    """No draft has that number."""

    code = "draft_unknown"


class DraftClosed(OutOfPlace):
    """The draft was approved, rejected or withdrawn before."""

    code = "draft_closed"


class DraftStale(Overtaken):
    """The row that the draft replaces is not in use any more."""

    code = "draft_stale"


class OwnDraft(Forbidden):
    """A rule is entered by one person and approved by another."""

    code = "own_draft"


class NotAtCentre(Forbidden):
    """Rules hold for every office; only the central office enters and approves them."""

    code = "not_at_centre"


class WrongValue(Invalid):
    """The value, its unit or its scope does not fit the rule."""

    code = "rule_value_wrong"


class DraftOverlaps(Invalid):
    """A later row is in use for part of the days of the draft."""

    code = "rule_overlaps"


class SameRule(Invalid):
    """The row in use says the same already."""

    code = "rule_unchanged"


class DecisionsStand(Invalid):
    """Decisions of those days stand on the row that the draft replaces."""

    code = "decisions_stand"


class DraftApproved(msgspec.Struct, frozen=True):
    """A draft is about to take effect; whoever has something against it refuses now."""

    draft_id: int
    key: str


class Change(NamedTuple):
    """What an approval does: the row that is retired, if any, and the rows that come in."""

    replaced: Rule | None
    added: tuple[Rule, ...]


def unit_allowed(unit: Unit, known: Iterable[Rule]) -> bool:
    """Whether a rule may be counted in a unit: one it had before, or one of the same family."""
    had = {rule.unit for rule in known}
    return unit in had or any(unit in family and had & family for family in TERMS)


def read_value(typed: str, unit: Unit, *, listed: bool, codes: frozenset[str]) -> Value:
    """The value of a draft from its text; several are written with commas between them.

    Raises WrongValue.
    """
    if unit in EXACT and not listed:
        typed = typed.replace(",", ".")
    if unit is Unit.VND:
        typed = GROUPED.sub("", typed)
    parts = [part.strip() for part in typed.split(",") if part.strip()]
    if not parts or (len(parts) > 1 and not listed):
        raise WrongValue(_("Give one value."), field="value")
    if len(parts) != len(set(parts)):
        raise WrongValue(_("A value is named twice."), field="value")
    values = [_read_one(part, unit, codes) for part in parts]
    return tuple(values) if listed else values[0]


def _read_one(text: str, unit: Unit, codes: frozenset[str]) -> int | str:
    if unit in COUNTED | EXACT:
        return _number(text, unit)
    if unit is Unit.DATE:
        return _day(text)
    if unit in SHAPES:
        shape, said = SHAPES[unit]
        if not shape.fullmatch(text):
            raise WrongValue(said, field="value")
        return text
    if text not in codes:
        raise WrongValue(_("The program knows no %(code)s."), field="value", code=text)
    return text


def _number(text: str, unit: Unit) -> int | str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number.as_tuple().exponent not in range(-6, 1):
        raise WrongValue(_("Give a number in digits, such as 5 or 12.5."), field="value")
    if unit in COUNTED and number % 1:
        raise WrongValue(_("Give a whole number."), field="value")
    most = GREATEST.get(unit, 10**15)
    if number > most:
        raise WrongValue(_("The value is at most %(most)s."), field="value", most=most)
    return int(number) if number % 1 == 0 else str(number.normalize())


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise WrongValue(_("Give a date, such as 2026-08-01."), field="value") from None


def change_of(draft: Rule, in_use: Sequence[Rule]) -> Change:
    """What approving a draft does to the rows in use of its key.

    Raises DraftOverlaps where a later row begins within the days of the draft, SameRule where
    nothing would change.
    """
    until = draft.valid_to or date.max
    scoped = [rule for rule in in_use if (rule.key, rule.scope) == (draft.key, draft.scope)]
    later = [rule for rule in scoped if draft.valid_from < rule.valid_from <= until]
    if later:
        first = min(later, key=lambda rule: rule.valid_from)
        raise DraftOverlaps(
            _("Another row is in use from %(day)s; end the draft the day before."),
            field="valid_to",
            day=first.valid_from,
            article=first.article,
        )
    base = next((rule for rule in scoped if rule.serves(draft.valid_from)), None)
    if base is None:
        return Change(None, (draft,))
    if _said_of(base) == _said_of(draft):
        raise SameRule(_("The row in use says the same already."), field="value")
    before = draft.valid_from - DAY
    kept = (
        [msgspec.structs.replace(base, id=None, valid_to=before)]
        if (base.valid_from < draft.valid_from)
        else []
    )
    after = []
    if draft.valid_to is not None and (base.valid_to is None or base.valid_to > draft.valid_to):
        after = [msgspec.structs.replace(base, id=None, valid_from=draft.valid_to + DAY)]
    return Change(base, (*kept, draft, *after))


def _said_of(rule: Rule) -> tuple[object, ...]:
    return (
        rule.value,
        rule.unit,
        rule.direction,
        rule.anchor,
        rule.article,
        rule.confidence,
        rule.valid_to,
    )


def laid_over(draft: Rule, rows: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rows as if a draft had served all its days, whatever was in use then."""
    until = draft.valid_to or date.max
    parts: list[Rule] = []
    for rule in rows:
        ends = rule.valid_to or date.max
        if (
            (rule.key, rule.scope) != (draft.key, draft.scope)
            or ends < draft.valid_from
            or until < rule.valid_from
        ):
            parts.append(rule)
            continue
        if rule.valid_from < draft.valid_from:
            parts.append(msgspec.structs.replace(rule, valid_to=draft.valid_from - DAY))
        if ends > until:
            parts.append(msgspec.structs.replace(rule, valid_from=until + DAY))
    return (*parts, draft)


labels(
    {
        Closing.APPROVED: _("approved"),
        Closing.REJECTED: _("rejected"),
        Closing.WITHDRAWN: _("withdrawn"),
        Act.ENTERED: _("Draft of a rule entered"),
        Act.APPROVED: _("Draft of a rule approved"),
        Act.REJECTED: _("Draft of a rule rejected"),
        Act.WITHDRAWN: _("Draft of a rule withdrawn"),
    }
)
