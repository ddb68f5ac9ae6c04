"""Which rules can be tried on history, what a trial may find, and how a case is told; pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from auction.costs.rules import FLOOR_KEYS
from auction.deadlines.meeting import MET_BY
from auction.legal_rules.drafting import laid_over
from auction.legal_rules.rules import Rule, Unit
from auction.simulations.records import CODES, MEASURES, TERMS
from inventory.base.errors import Invalid, NotFound, OutOfPlace, Param
from inventory.base.messages import _, labels


class Kind(StrEnum):
    """What a rule is tried on."""

    CUTS = "cuts"
    FLAGS = "flags"
    LIMITS = "limits"
    NOTICES = "notices"
    DEPOSITS = "deposits"
    VALUES = "values"
    SETOFFS = "setoffs"
    FLOORS = "floors"
    BIDDERS = "bidders"
    TERMS = "terms"
    MEASURES = "measures"
    CODES = "codes"


class Change(StrEnum):
    """What a draft would have made of a thing; ``same`` is everything it leaves as it is."""

    SAME = "same"
    BECOMES_BREACH = "becomes_breach"
    STOPS_BREACH = "stops_breach"
    RAISED = "raised"
    NOT_RAISED = "not_raised"
    MOVED = "moved"
    LATE = "late"
    IN_TIME = "in_time"
    DUE_MOVED = "due_moved"
    NOW_SMALL = "now_small"
    NOT_SMALL = "not_small"
    RIGHT_OPENS = "right_opens"
    RIGHT_CLOSES = "right_closes"
    AT_FLOOR = "at_floor"
    ABOVE_FLOOR = "above_floor"
    NEAR_FLOOR = "near_floor"
    NOT_NEAR = "not_near"


class CannotTry(Invalid):
    """Nothing in the record is judged by that rule."""

    code = "rule_cannot_be_tried"


class NotTried(OutOfPlace):
    """Nobody has run the draft over recorded history yet."""

    code = "draft_not_tried"


class SimulationUnknown(NotFound):
    """No simulation has that number."""

    code = "simulation_unknown"


class PeriodWrong(Invalid):
    """The days of the history are not in their order, or lie in the future."""

    code = "period_wrong"


FLAG_KEYS = ("counted_outcomes", "resetting_outcomes", "failed_rounds_flag")
NOTICE_KEYS = ("posting_movable", "posting_immovable", "announce_second_before", "announce_spacing")
NEAR_KEYS = ("floor_near_ratio", "max_reduction_pct")
CUT_KEYS = ("max_reduction_pct", "import_price_cut_tolerance")
VALUE_KEYS = ("small_value_threshold", "non_auction_sale_value_max", "regional_min_wage")
BY_HAND = {"resume_after_hold", "money_deposit_on_suspension"}
"""Limits that no act meets; somebody says that it was done."""
DUE_KEYS = frozenset({key.partition("/")[0] for key in MET_BY} | BY_HAND)
"""Limits whose due dates are recorded as such."""
_KINDS = {
    **dict.fromkeys(CUT_KEYS, Kind.CUTS),
    "deposit_pct": Kind.DEPOSITS,
    **dict.fromkeys(VALUE_KEYS, Kind.VALUES),
    **dict.fromkeys(FLAG_KEYS, Kind.FLAGS),
    **dict.fromkeys(NOTICE_KEYS, Kind.NOTICES),
    **dict.fromkeys((*FLOOR_KEYS, "floor_near_ratio"), Kind.FLOORS),
    "setoff_from_reduction": Kind.SETOFFS,
    "min_bidders": Kind.BIDDERS,
    **dict.fromkeys(TERMS, Kind.TERMS),
    **dict.fromkeys(MEASURES, Kind.MEASURES),
    **dict.fromkeys(CODES, Kind.CODES),
}
_DAYS = frozenset({Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR})
_BESIDE = {
    Kind.CUTS: CUT_KEYS,
    Kind.FLAGS: FLAG_KEYS,
    Kind.VALUES: VALUE_KEYS,
    Kind.FLOORS: (*FLOOR_KEYS, *NEAR_KEYS),
}


def kind_of(rule: Rule) -> Kind | None:
    """What a rule is tried on; nothing where no record is judged by it."""
    if rule.key in _KINDS:
        return _KINDS[rule.key]
    counted = rule.unit in _DAYS and rule.key in DUE_KEYS
    return Kind.LIMITS if counted else None


def keys_of(kind: Kind, key: str) -> tuple[str, ...]:
    """The rules that a kind of trial reads."""
    return _BESIDE.get(kind, (key,))


class Trial(NamedTuple):
    """The rows in use, and the same rows with the draft laid over some days of history."""

    kind: Kind
    rule: Rule
    since: date
    until: date
    old: tuple[Rule, ...]
    new: tuple[Rule, ...]


def trial_of(rule: Rule, in_use: tuple[Rule, ...], since: date, until: date) -> Trial:
    """A draft as if it had been in force on some days of the past.

    Raises CannotTry.
    """
    kind = kind_of(rule)
    if kind is None:
        raise CannotTry(
            _("No recorded step is judged by the rule %(key)s."), field="key", key=rule.key
        )
    tried = msgspec.structs.replace(rule, id=None, valid_from=since, valid_to=until)
    return Trial(kind, rule, since, until, in_use, laid_over(tried, in_use))


def told(change: Change, facts: Mapping[str, str | int | None]) -> tuple[str, dict[str, Param]]:
    """A case as a sentence and its values, told at the edge."""
    text = _TOLD[change]
    if change in (Change.BECOMES_BREACH, Change.STOPS_BREACH):
        text = next((said for name, said in _BREACHES if name in facts), text)
        text = _CODED.get((change, *facts), text)
    if change in _UNTESTED and facts.get("amount_before") is None:
        text = _UNTESTED[change]
    return text, {name: _param(name, fact) for name, fact in facts.items() if fact is not None}


def _param(name: str, fact: str | int) -> Param:
    if name.endswith("_on"):
        return date.fromisoformat(str(fact))
    if name.startswith(("price_", "share", "limit_", "amount", "least_", "most_", "reduced")):
        return Decimal(str(fact))
    return fact


_BREACHES: tuple[tuple[str, str], ...] = (
    (
        "price_before",
        _(
            "Round %(number)s: from %(price_before)s to %(price_after)s, %(reduced_by)s %% less;"
            " limit now %(limit_before)s %%, with the draft %(limit_after)s %%."
        ),
    ),
    (
        "least_before",
        _(
            "Round %(number)s: deposit of %(share)s %% of the starting price; allowed now"
            " %(least_before)s to %(most_before)s %%, with the draft %(least_after)s to"
            " %(most_after)s %%."
        ),
    ),
    (
        "told_on",
        _(
            "Round %(number)s: told on %(told_on)s for %(start_on)s; bound now %(bound_before_on)s,"
            " with the draft %(bound_after_on)s."
        ),
    ),
    (
        "registered",
        _(
            "Round %(number)s: sold with %(registered)s registered; needed now %(limit_before)s,"
            " with the draft %(limit_after)s."
        ),
    ),
    (
        "done_on",
        _(
            "Counted from %(started_on)s, done on %(done_on)s; bound now %(due_before_on)s, with"
            " the draft %(due_after_on)s."
        ),
    ),
    (
        "amount",
        _("Recorded: %(amount)s; bound now %(limit_before)s, with the draft %(limit_after)s."),
    ),
)
_CODED: dict[tuple[str, ...], str] = {
    (Change.BECOMES_BREACH, "named"): _("Recorded: %(named)s; the draft does not name it."),
    (Change.STOPS_BREACH, "named"): _("Recorded: %(named)s; only the draft names it."),
    (Change.BECOMES_BREACH, "missing"): _("The draft asks for more: %(missing)s."),
    (Change.STOPS_BREACH, "missing"): _("Missing now; the draft does not ask for it: %(missing)s."),
}
_RIGHT = _(
    "After round %(number)s, reduced %(cuts)s times before; the creditor's right needs now"
    " %(limit_before)s, with the draft %(limit_after)s."
)
_FLOOR = _(
    "Reduced after round %(number)s to %(price_at)s; costs counted now %(amount_before)s, with the"
    " draft %(amount_after)s."
)
_NEAR = _(
    "Reduced after round %(number)s to %(price_at)s, to %(price_next)s next time; near the costs"
    " now up to %(amount_near_before)s, with the draft up to %(amount_near_after)s."
)
_UNTESTED = {
    Change.AT_FLOOR: _(
        "Reduced after round %(number)s to %(price_at)s; not compared with costs now, with the"
        " draft with %(amount_after)s."
    ),
    Change.NEAR_FLOOR: _(
        "Reduced after round %(number)s to %(price_at)s, to %(price_next)s next time; not compared"
        " with costs now, with the draft near them up to %(amount_near_after)s."
    ),
}
_TOLD: dict[Change, str] = {
    Change.SAME: "",
    Change.BECOMES_BREACH: "",
    Change.STOPS_BREACH: "",
    Change.RAISED: _("Would be flagged (%(tier)s) on %(after_on)s."),
    Change.NOT_RAISED: _("Was flagged (%(tier)s) on %(before_on)s; would not be."),
    Change.MOVED: _("Flagged (%(tier)s) on %(before_on)s; would be on %(after_on)s."),
    Change.LATE: _("From %(started_on)s: due %(due_before_on)s, with the draft %(due_after_on)s."),
    Change.IN_TIME: _(
        "From %(started_on)s: due %(due_before_on)s, with the draft %(due_after_on)s."
    ),
    Change.DUE_MOVED: _(
        "From %(started_on)s: due %(due_before_on)s, with the draft %(due_after_on)s."
    ),
    Change.NOW_SMALL: _(
        "Worth %(amount)s; threshold now %(limit_before)s, with the draft %(limit_after)s."
    ),
    Change.NOT_SMALL: _(
        "Worth %(amount)s; threshold now %(limit_before)s, with the draft %(limit_after)s."
    ),
    Change.RIGHT_OPENS: _RIGHT,
    Change.RIGHT_CLOSES: _RIGHT,
    Change.AT_FLOOR: _FLOOR,
    Change.ABOVE_FLOOR: _FLOOR,
    Change.NEAR_FLOOR: _NEAR,
    Change.NOT_NEAR: _NEAR,
}

labels(
    {
        Kind.CUTS: _("price cuts"),
        Kind.FLAGS: _("flags of failed rounds"),
        Kind.LIMITS: _("due dates"),
        Kind.NOTICES: _("notices of rounds"),
        Kind.DEPOSITS: _("deposits"),
        Kind.VALUES: _("valuations"),
        Kind.SETOFFS: _("creditors' right to take the asset"),
        Kind.FLOORS: _("reductions against the costs"),
        Kind.BIDDERS: _("bidders of rounds that sold"),
        Kind.TERMS: _("steps and their days"),
        Kind.MEASURES: _("recorded numbers and sums"),
        Kind.CODES: _("grounds, forms and places by the list of the rule"),
        Change.SAME: _("stays as it is"),
        Change.BECOMES_BREACH: _("becomes a breach"),
        Change.STOPS_BREACH: _("is a breach no more"),
        Change.RAISED: _("would be flagged"),
        Change.NOT_RAISED: _("would not be flagged"),
        Change.MOVED: _("flagged on another day"),
        Change.LATE: _("becomes late"),
        Change.IN_TIME: _("comes to be in time"),
        Change.DUE_MOVED: _("due on another day"),
        Change.NOW_SMALL: _("comes to be of small value"),
        Change.NOT_SMALL: _("is of small value no more"),
        Change.RIGHT_OPENS: _("the creditor could take it"),
        Change.RIGHT_CLOSES: _("the creditor could not take it yet"),
        Change.AT_FLOOR: _("comes to be at the floor"),
        Change.ABOVE_FLOOR: _("comes to be above the floor"),
        Change.NEAR_FLOOR: _("comes to be near the floor"),
        Change.NOT_NEAR: _("is near the floor no more"),
    }
)
