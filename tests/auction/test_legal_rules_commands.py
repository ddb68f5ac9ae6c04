"""Loading the shipped rules, and what the database itself refuses."""

from datetime import date, datetime

import msgspec
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from auction.legal_rules import commands
from auction.legal_rules.commands import load_rules
from auction.legal_rules.models import CalendarVersion, LegalParameter, LegalRule, RuleSet
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Parameter, Rule
from auction.legal_rules.shipped import shipped_parameters, shipped_rules
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden
from service.database import Database, owner_engine
from service.settings import Settings
from tests.make.organisation import People

NEW = date(2026, 7, 1)


def without_id(rule: Rule) -> Rule:
    return msgspec.structs.replace(rule, id=None)


def shipping(monkeypatch: pytest.MonkeyPatch, parameters: tuple[Parameter, ...]) -> None:
    """As if a newer release shipped these parameters."""
    monkeypatch.setattr(commands, "shipped_parameters", lambda: parameters)
    monkeypatch.setattr(commands, "rules_digest", lambda: "of a newer release")


def changed(parameter: Parameter) -> Parameter:
    """The price reduction of a law to come: the open row ends, another follows."""
    if parameter.key != "max_reduction_pct":
        return parameter
    *done, last = parameter.rules
    ended = msgspec.structs.replace(last, valid_to=date(2029, 12, 31))
    coming = msgspec.structs.replace(last, value=5, valid_from=date(2030, 1, 1))
    return msgspec.structs.replace(parameter, rules=(*done, ended, coming))


def test_the_database_holds_exactly_what_is_shipped(session: Session):
    stored = {without_id(rule) for rule in rules_in_use(session)}
    assert stored == set(shipped_rules())
    assert session.scalar(select(func.count()).select_from(LegalParameter)) == len(
        shipped_parameters()
    )


def test_loading_again_changes_nothing(session: Session, at: datetime):
    before = session.scalar(select(func.count()).select_from(RuleSet))
    again = load_rules(session, SYSTEM, at=at)
    assert (again.added, again.retired, again.calendar_added) == (0, 0, False)
    assert again.unchanged == len(shipped_rules())
    assert session.scalar(select(func.count()).select_from(RuleSet)) == before


def test_a_newer_release_retires_the_row_it_ends_and_keeps_all_others(
    session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    stood_on = rule_on(session, "max_reduction_pct", NEW)
    others = {rule.id for rule in rules_in_use(session)} - {stood_on.id}
    shipping(monkeypatch, tuple(map(changed, shipped_parameters())))
    loaded = load_rules(session, SYSTEM, at=at)
    assert (loaded.added, loaded.retired, loaded.calendar_added) == (2, 1, False)
    assert rule_on(session, "max_reduction_pct", date(2029, 12, 31)).value == 10
    assert rule_on(session, "max_reduction_pct", date(2030, 1, 1)).value == 5
    assert others < {rule.id for rule in rules_in_use(session)}
    kept = session.get_one(LegalRule, stood_on.id)
    assert (kept.value, kept.article) == (10, "L25 Art. 83(3)")
    assert kept.retired_set_id is not None


def test_loading_is_recorded_with_what_it_changed(
    session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    shipping(monkeypatch, tuple(map(changed, shipped_parameters())))
    load_rules(session, SYSTEM, at=at)
    entry = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.code == "legal_rules.set.loaded")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one()
    assert (entry.data["added"], entry.data["retired"]) == (2, 1)


def test_a_parameter_may_get_a_better_name(
    session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    renamed = tuple(
        msgspec.structs.replace(parameter, title_en="Renamed") for parameter in shipped_parameters()
    )
    shipping(monkeypatch, renamed)
    loaded = load_rules(session, SYSTEM, at=at)
    assert (loaded.added, loaded.retired) == (0, 0)
    assert session.get_one(LegalParameter, "pay_due").title_en == "Renamed"


def test_nobody_of_an_office_loads_rules(session: Session, people: People, at: datetime):
    with pytest.raises(Forbidden):
        load_rules(session, people.officer, at=at)


def test_the_calendar_is_stored_once_per_version(session: Session):
    versions = session.scalars(select(CalendarVersion)).all()
    assert [version.country for version in versions] == ["VN"]
    assert versions[0].source.startswith("holidays 0.109")


TAMPERING = [
    "UPDATE legal_rule SET value = '50' WHERE key = 'max_reduction_pct'",
    "UPDATE legal_rule SET valid_to = '2026-12-31' WHERE valid_to IS NULL",
    "DELETE FROM legal_rule",
    "TRUNCATE legal_rule CASCADE",
    "UPDATE rule_set SET digest = ''",
    "DELETE FROM calendar_day",
    "UPDATE calendar_day SET day_on = day_on + 1",
    "UPDATE calendar_version SET announced_through = 2040",
    "TRUNCATE calendar_day",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_program_cannot_change_a_rule_or_a_calendar(session: Session, statement: str):
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))


@pytest.mark.parametrize("statement", TAMPERING)
def test_not_even_the_owner_of_the_tables_can(
    database: Database, settings: Settings, statement: str
):
    engine = owner_engine(settings)
    with (
        engine.connect() as connection,
        pytest.raises(ProgrammingError, match=r"append-only|never changed"),
    ):
        connection.execute(text(statement))
    engine.dispose()


def test_a_row_is_retired_once_and_never_comes_back(session: Session):
    rule = rule_on(session, "pay_due", NEW)
    newest = session.scalar(select(func.max(RuleSet.id)))
    session.execute(
        text("UPDATE legal_rule SET retired_set_id = :set WHERE id = :id"),
        {"set": newest, "id": rule.id},
    )
    with pytest.raises(ProgrammingError, match="never changed"):
        session.execute(
            text("UPDATE legal_rule SET retired_set_id = NULL WHERE id = :id"), {"id": rule.id}
        )


def test_two_rows_of_one_rule_and_scope_cannot_overlap(session: Session):
    newest = session.scalar(select(func.max(RuleSet.id)))
    row = {
        "key": "pay_due",
        "value": 45,
        "unit": "d",
        "direction": "after",
        "valid_from": date(2027, 1, 1),
        "article": "HOUSE",
        "confidence": "C",
        "added_set_id": newest,
    }
    with session.begin_nested():
        session.execute(insert(LegalRule).values(**row, scope="movable"))
    with pytest.raises(IntegrityError, match="ex_legal_rule_overlap"):
        session.execute(insert(LegalRule).values(**row))
