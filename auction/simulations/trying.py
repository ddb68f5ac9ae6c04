"""Runs a trial over recorded history in one statement and keeps what it finds, nothing else.

Due dates are counted once for every day on which something started, by the same function as in
every act, and joined to the record; all else is judged by the database.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.bidding.rules import rulings_of
from auction.costs.rules import TEST, floor_law
from auction.deadlines.rules import due_date
from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import (
    CalendarUnknown,
    Direction,
    Rule,
    RuleUnknown,
    ScopeNeeded,
    Unit,
    WorkingCalendar,
    choose_rule,
)
from auction.simulations import history, records, weighing
from auction.simulations.rules import NEAR_KEYS, Kind, Trial
from inventory.assets.rules import IMMOVABLE_KINDS
from inventory.base.actor import Actor
from inventory.base.money import DONG

DAY = timedelta(days=1)
SHORT_IF = ("simplified_if", "simplified_for_other_gold")
"""The parameters that open the simplified procedure to a round."""
MOST_CASES = 5_000
"""Cases that are kept of one simulation; the figures count all of them."""

Params = dict[str, Any]


def try_on_history(
    session: Session,
    actor: Actor,
    trial: Trial,
    simulation_id: int,
    *,
    as_of: date,
    region: str | None = None,
) -> None:
    """Judge what is recorded in the actor's sight by both sets of rows, and keep what differs."""
    params: Params = {
        "simulation": simulation_id,
        "most": MOST_CASES,
        "since": trial.since,
        "until": trial.until,
        "as_of": as_of,
        "sees_all": actor.sees_all,
        "offices": sorted(actor.office_ids),
        "region": region,
        "key": trial.rule.key,
        "scope": trial.rule.scope,
        "immovable_kinds": sorted(kind.value for kind in IMMOVABLE_KINDS),
    }
    statement, more = _JUDGES[trial.kind](session, trial, params)
    judged = text(history.KEPT.replace("{judged}", statement))
    session.execute(judged, {**params, **more})


def _cuts(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    sides: Params = {}
    for side, rows in (("old", trial.old), ("new", trial.new)):
        sides |= _columns(side, [r for r in rows if r.key == "max_reduction_pct"])
        allowed = (r.number for r in rows if r.key == "import_price_cut_tolerance")
        sides[f"{side}_tolerance"] = max(allowed, default=Decimal(0))
    return history.CUTS, sides


def _flags(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    tiers = [
        (side, str(rule.scope), int(rule.number), *_span(rule))
        for side, rows in (("old", trial.old), ("new", trial.new))
        for rule in rows
        if rule.key == "failed_rounds_flag"
    ]
    known = rulings_of(trial.new)
    return history.FLAGS, {
        "tier_sides": [side for side, *_rest in tiers],
        "tier_names": [name for _side, name, *_rest in tiers],
        "tier_failures": [tier[2] for tier in tiers],
        "tier_starts": [tier[3] for tier in tiers],
        "tier_ends": [tier[4] for tier in tiers],
        "recount": trial.rule.key != "failed_rounds_flag",
        "codes": [ruling.code for ruling in known],
        "results": [ruling.held.value for ruling in known],
        "starts": [ruling.valid_from for ruling in known],
        "ends": [ruling.valid_to for ruling in known],
    }


def _limits(session: Session, trial: Trial, params: Params) -> tuple[str, Params]:
    starts = session.scalars(text(history.LIMIT_STARTS), params).all()
    return history.LIMITS, _counted(calendar(session), trial, starts)


def _notices(session: Session, trial: Trial, params: Params) -> tuple[str, Params]:
    key = trial.rule.key
    asked: Params = {"posting": key.startswith("posting_"), "spacing": key == "announce_spacing"}
    asked |= _short(session)
    started = text(history.NOTICE_STARTS.replace("{days}", history.NOTICE_DAYS))
    starts = session.scalars(started, {**params, **asked}).all()
    scope = trial.rule.scope or key.removeprefix("posting_")
    judged = {"movable": False, "immovable": True}.get(scope)
    counted = _counted(calendar(session), trial, starts)
    backward = trial.rule.direction is Direction.BEFORE
    statement = history.NOTICES.replace("{days}", history.NOTICE_DAYS)
    return statement, {**counted, **asked, "immovable": judged, "backward": backward}


def _short(session: Session) -> Params:
    """When the simplified procedure is open to a round (PA16 Art. 53(1); D152/26 Art. 61(3))."""
    rows = rules_in_use(session, *SHORT_IF)
    return {
        "short_by": [rule.scope or rule.key for rule in rows],
        "short_values": [rule.number if rule.scope else Decimal(0) for rule in rows],
        "short_starts": [_span(rule)[0] for rule in rows],
        "short_ends": [_span(rule)[1] for rule in rows],
    }


def _deposits(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    ends = [
        (side, rule)
        for side, rows in (("old", trial.old), ("new", trial.new))
        for rule in rows
        if rule.key == trial.rule.key
    ]
    return history.DEPOSITS, {
        "sides": [side for side, _rule in ends],
        "scopes": [rule.scope for _side, rule in ends],
        "values": [rule.number for _side, rule in ends],
        "starts": [_span(rule)[0] for _side, rule in ends],
        "ends": [_span(rule)[1] for _side, rule in ends],
    }


def _values(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    key = trial.rule.key if trial.rule.key != "regional_min_wage" else "small_value_threshold"
    thresholds = [
        (side, *found)
        for side, rows in (("old", trial.old), ("new", trial.new))
        for found in _thresholds(rows, key)
    ]
    return history.VALUES, {
        "sides": [one[0] for one in thresholds],
        "regions": [one[1] for one in thresholds],
        "values": [one[2] for one in thresholds],
        "starts": [one[3] for one in thresholds],
        "ends": [one[4] for one in thresholds],
    }


def _thresholds(rows: Sequence[Rule], key: str) -> Iterable[tuple[str | None, Decimal, date, date]]:
    """What a small value is on which days; one in minimum wages is one for each region."""
    for rule in rows:
        if rule.key != key:
            continue
        starts, ends = _span(rule)
        if rule.unit is not Unit.MINIMUM_WAGE:
            yield None, rule.number, starts, ends
            continue
        for wage in rows:
            from_on, to_on = _span(wage)
            if wage.key == "regional_min_wage" and from_on <= ends and starts <= to_on:
                amount = rule.number * wage.number
                yield wage.scope, amount, max(starts, from_on), min(ends, to_on)


def _one_number(trial: Trial) -> Params:
    """The rows of the tried rule and scope by both sides, each with its number."""
    sides: Params = {}
    for side, rows in (("old", trial.old), ("new", trial.new)):
        own = [r for r in rows if r.key == trial.rule.key and r.scope == trial.rule.scope]
        sides |= _columns(side, own)
    return sides


def _setoffs(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    return history.SETOFFS.replace("{sides}", history.SIDES), _one_number(trial)


def _bidders(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    more = {**_one_number(trial), "after_failed": trial.rule.scope is not None}
    return history.BIDDERS.replace("{sides}", history.SIDES), more


def _floors(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    rows = [
        {"side": side, **span}
        for side, rules in (("old", trial.old), ("new", trial.new))
        for span in _floor_spans(rules, trial.since, trial.until)
    ]
    sides = {"before": "old", "after": "new"}
    statement = history.FLOORS
    for name, side in sides.items():
        standing = history.STANDING.replace("{side}", side)
        statement = statement.replace(f"{{{name}}}", standing)
    return statement, {"rows": json.dumps(rows), "unit": DONG}


def _floor_spans(rules: Sequence[Rule], since: date, until: date) -> Iterable[dict[str, object]]:
    """What a reduced price is compared with, for every span of days on which that is the same."""
    begins = {rule.valid_from for rule in rules}
    begins |= {rule.valid_to + DAY for rule in rules if rule.valid_to not in (None, date.max)}
    days = sorted({since, *(day for day in begins if since < day <= until)})
    for starts, after in zip(days, [*days[1:], until + DAY], strict=True):
        with suppress(RuleUnknown, ScopeNeeded):
            kinds, bearers = floor_law(rules, starts)
            near, most = (choose_rule(rules, key, starts).number for key in NEAR_KEYS)
            yield {
                "starts": starts.isoformat(),
                "ends": (after - DAY).isoformat(),
                "tested": any(rule.key == TEST and rule.serves(starts) for rule in rules),
                "kinds": list(kinds.codes),
                "bearers": list(bearers.codes),
                "near": str(near),
                "most": str(most),
            }


def _terms(session: Session, trial: Trial, params: Params) -> tuple[str, Params]:
    source = records.TERMS[trial.rule.key]
    starts = session.scalars(
        text(weighing.TERM_STARTS.replace("{source}", source.sql)), params
    ).all()
    return weighing.termed(source), _counted(calendar(session), trial, starts)


def _measures(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    source, scope = records.MEASURES[trial.rule.key], trial.rule.scope
    return weighing.measured(source, scope), _one_number(trial)


def _codes(_session: Session, trial: Trial, _params: Params) -> tuple[str, Params]:
    rows = [
        {"side": side, "codes": list(rule.codes), "starts": starts, "ends": ends}
        for side, rules in (("old", trial.old), ("new", trial.new))
        for rule in rules
        if rule.scope == trial.rule.scope
        for starts, ends in [(day.isoformat() for day in _span(rule))]
    ]
    return weighing.coded(records.CODES[trial.rule.key]), {"rows": json.dumps(rows)}


def _counted(days: WorkingCalendar, trial: Trial, starts: Iterable[date]) -> Params:
    """The last day of the limit by both sets of rows, for each day on which it started."""
    counted: list[tuple[date, date, date]] = []
    for start in starts:
        base, due = (_due(days, rows, trial.rule, start) for rows in (trial.old, trial.new))
        if base is not None and due is not None:
            counted.append((start, base, due))
    return {
        "started": [start for start, _base, _due in counted],
        "bases": [base for _start, base, _due in counted],
        "dues": [due for _start, _base, due in counted],
    }


def _due(days: WorkingCalendar, rows: Sequence[Rule], rule: Rule, start: date) -> date | None:
    try:
        return due_date(start, choose_rule(rows, rule.key, start, rule.scope), days).due_on
    except (CalendarUnknown, RuleUnknown, ScopeNeeded):
        return None


def _columns(side: str, rows: Sequence[Rule]) -> Params:
    return {
        f"{side}_starts": [_span(rule)[0] for rule in rows],
        f"{side}_ends": [_span(rule)[1] for rule in rows],
        f"{side}_values": [rule.number for rule in rows],
    }


def _span(rule: Rule) -> tuple[date, date]:
    return rule.valid_from, rule.valid_to or date.max


_JUDGES = {
    Kind.CUTS: _cuts,
    Kind.FLAGS: _flags,
    Kind.LIMITS: _limits,
    Kind.NOTICES: _notices,
    Kind.DEPOSITS: _deposits,
    Kind.VALUES: _values,
    Kind.SETOFFS: _setoffs,
    Kind.FLOORS: _floors,
    Kind.BIDDERS: _bidders,
    Kind.TERMS: _terms,
    Kind.MEASURES: _measures,
    Kind.CODES: _codes,
}
