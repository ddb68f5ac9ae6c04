"""Loading the shipped rules and calendar."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from auction.legal_rules.drafts import differences, entered_pairs
from auction.legal_rules.models import (
    CalendarDay,
    CalendarVersion,
    LegalParameter,
    LegalRule,
    RuleSet,
)
from auction.legal_rules.queries import newest_digest, rules_in_use
from auction.legal_rules.rules import DayKind, Parameter, Rule, WorkingCalendar
from auction.legal_rules.schemas import Difference, Loaded
from auction.legal_rules.shipped import (
    calendar_digest,
    rules_digest,
    shipped_calendar,
    shipped_parameters,
)
from inventory.audit import ledger
from inventory.base.actor import Actor

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('kebien.load_rules'))")
_HAS_CALENDAR = text("SELECT EXISTS (SELECT FROM calendar_version WHERE digest = :digest)")


def load_rules(session: Session, actor: Actor, *, at: datetime) -> Loaded:
    """Bring the rules and the calendar in use to what the program ships; again changes nothing.

    A row that is no longer shipped is retired and a new one added, so that a step of the past
    still finds the row it stood on. What people entered stays as they entered it.
    """
    actor.require("rules.load")
    lock_rules(session)
    digest = rules_digest()
    if newest_digest(session) == digest:
        return Loaded(0, 0, len(rules_in_use(session)), calendar_added=False)
    rule_set = RuleSet(digest=digest, loaded_at=at, loaded_by_id=actor.staff_id)
    session.add(rule_set)
    session.flush()
    loaded = _load(session, rule_set.id, shipped_parameters())
    subject = ledger.Subject("rule_set", rule_set.id, digest[:12])
    ledger.record(
        session, actor, "legal_rules.set.loaded", subject, msgspec.to_builtins(loaded), at=at
    )
    return loaded


def lock_rules(session: Session) -> None:
    """Whoever changes rows in use waits for who does; reading never waits."""
    session.execute(_LOCK)


def _load(session: Session, set_id: int, parameters: tuple[Parameter, ...]) -> Loaded:
    _name_parameters(session, parameters)
    entered = entered_pairs(session)
    every = rules_in_use(session)
    in_use = {_content(rule): rule.id for rule in every if (rule.key, rule.scope) not in entered}
    shipped = {
        _content(rule): rule
        for parameter in parameters
        for rule in parameter.rules
        if (rule.key, rule.scope) not in entered
    }
    gone = [rule_id for content, rule_id in in_use.items() if content not in shipped]
    new = [rule for content, rule in shipped.items() if content not in in_use]
    if gone:
        retire = update(LegalRule).where(LegalRule.id.in_(gone))
        session.execute(retire.values(retired_set_id=set_id))
    if new:
        session.execute(insert(LegalRule), [rule_values(rule, set_id) for rule in new])
    calendar_added = _load_calendar(session, set_id, shipped_calendar())
    unchanged = len(every) - len(gone)
    kept = tuple(_pair(found) for found in differences(session, parameters))
    return Loaded(len(new), len(gone), unchanged, calendar_added, kept)


def _pair(found: Difference) -> str:
    return f"{found.key} ({found.scope})" if found.scope else found.key


def _name_parameters(session: Session, parameters: tuple[Parameter, ...]) -> None:
    statement = upsert(LegalParameter).values(
        [
            {
                "key": parameter.key,
                "section": parameter.section.value,
                "title_en": parameter.title_en,
                "title_vi": parameter.title_vi,
            }
            for parameter in parameters
        ]
    )
    named = {name: statement.excluded[name] for name in ("section", "title_en", "title_vi")}
    session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=named))


def _content(rule: Rule) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(rule, id=None))


def rule_values(rule: Rule, set_id: int) -> dict[str, Any]:
    """A row as the table takes it."""
    values = msgspec.structs.asdict(rule)
    del values["id"]
    value = list(rule.value) if isinstance(rule.value, tuple) else rule.value
    return {**values, "value": value, "added_set_id": set_id}


def _load_calendar(session: Session, set_id: int, calendar: WorkingCalendar) -> bool:
    digest = calendar_digest()
    if session.scalar(_HAS_CALENDAR, {"digest": digest}):
        return False
    version = CalendarVersion(
        country=calendar.country,
        source=calendar.source,
        digest=digest,
        first_year=calendar.first_year,
        last_year=calendar.last_year,
        announced_through=calendar.announced_through,
        weekend={str(day): list(names) for day, names in calendar.weekend.items()},
        added_set_id=set_id,
    )
    session.add(version)
    session.flush()
    session.execute(insert(CalendarDay), calendar_days(version.id, calendar))
    return True


def calendar_days(version_id: int, calendar: WorkingCalendar) -> list[dict[str, Any]]:
    """The days of a version as the table takes them."""
    exchanged = {day: saturday for saturday, day in calendar.worked.items()}
    off = [
        {
            "version_id": version_id,
            "day_on": day,
            "kind": entry.kind.value,
            "name_vi": entry.name_vi,
            "name_en": entry.name_en,
            "exchanged_for_on": exchanged.get(day),
        }
        for day, entry in calendar.off.items()
    ]
    worked = [
        {
            "version_id": version_id,
            "day_on": saturday,
            "kind": DayKind.WORKING_DAY.value,
            "name_vi": None,
            "name_en": None,
            "exchanged_for_on": day,
        }
        for saturday, day in calendar.worked.items()
    ]
    return off + worked
