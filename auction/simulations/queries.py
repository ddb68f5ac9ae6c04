"""Simulations with the figures and cases of the offices the reader sees."""

from collections import Counter
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from auction.legal_rules.models import LegalParameter
from auction.legal_rules.rules import Confidence, Rule, Unit
from auction.legal_rules.words import Word, value_words, word
from auction.simulations.models import RuleSimulation, SimulationCase, SimulationFigure
from auction.simulations.rules import Change, Kind, SimulationUnknown, kind_of
from auction.simulations.schemas import CaseRow, FigureRow, SimulationOut
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office

ON_DRAFT = 5
"""Simulations of a draft that its page shows, the newest first."""


def get_simulation(session: Session, actor: Actor, simulation_id: int) -> SimulationOut:
    """One simulation.

    Raises SimulationUnknown.
    """
    found = _read(session, actor, _simulations().where(RuleSimulation.id == simulation_id))
    if not found:
        raise SimulationUnknown(_("There is no such simulation."))
    return found[0]


def simulations_of(session: Session, actor: Actor, draft_id: int) -> list[SimulationOut]:
    """The newest simulations of a draft."""
    statement = _simulations().where(RuleSimulation.draft_id == draft_id)
    newest = statement.order_by(RuleSimulation.id.desc()).limit(ON_DRAFT)
    return _read(session, actor, newest)


def list_cases(
    session: Session,
    actor: Actor,
    simulation_id: int,
    *,
    change: Change | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CaseRow]:
    """The things that would have been judged otherwise, the latest day first."""
    statement = (
        select(
            SimulationCase.position,
            SimulationCase.office_id,
            Office.name.label("office"),
            SimulationCase.change,
            SimulationCase.on_day,
            SimulationCase.subject_kind,
            SimulationCase.subject_ref,
            SimulationCase.facts,
        )
        .join(Office, Office.id == SimulationCase.office_id)
        .where(
            SimulationCase.simulation_id == simulation_id,
            in_sight(SimulationCase.office_id, actor),
        )
    )
    if change is not None:
        statement = statement.where(SimulationCase.change == change)
    after = decode_cursor(cursor, int)
    if after:
        statement = statement.where(SimulationCase.position > after[0])
    rows = session.execute(statement.order_by(SimulationCase.position).limit(size + 1)).mappings()
    found = [msgspec.convert(dict(row), CaseRow) for row in rows]
    return page_of(found, size, key=lambda row: (row.position,))


def _simulations() -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(
        RuleSimulation, LegalParameter.title_en, LegalParameter.title_vi
    ).join(LegalParameter, LegalParameter.key == RuleSimulation.key)
    return statement


def _read(
    session: Session, actor: Actor, statement: Select[*tuple[Any, ...]]
) -> list[SimulationOut]:
    rows = session.execute(statement).all()
    figures: dict[int, list[FigureRow]] = {row[0].id: [] for row in rows}
    counted = (
        select(
            SimulationFigure.simulation_id,
            SimulationFigure.office_id,
            Office.name,
            SimulationFigure.change,
            SimulationFigure.number,
        )
        .join(Office, Office.id == SimulationFigure.office_id)
        .where(
            SimulationFigure.simulation_id.in_(figures), in_sight(SimulationFigure.office_id, actor)
        )
        .order_by(Office.name, SimulationFigure.office_id, SimulationFigure.change)
    )
    if rows:
        for simulation_id, office_id, office, change, number in session.execute(counted):
            figures[simulation_id].append(FigureRow(office_id, office, Change(change), number))
    return [_out(row, figures[row[0].id]) for row in rows]


def _out(row: Row[Any], figures: list[FigureRow]) -> SimulationOut:
    made: RuleSimulation = row[0]
    rule = Rule(
        key=made.key,
        scope=made.scope,
        value=tuple(made.value) if isinstance(made.value, list) else made.value,
        unit=Unit(made.unit),
        anchor="–",
        valid_from=made.since,
        article="–",
        confidence=Confidence.UNCONFIRMED,
    )
    totals: Counter[Change] = Counter()
    for figure in figures:
        totals[figure.change] += figure.number
    return SimulationOut(
        id=made.id,
        kind=kind_of(rule) or Kind.LIMITS,
        draft_id=made.draft_id,
        key=made.key,
        title=Word(row.title_en, row.title_vi),
        scope=made.scope,
        scope_name=word("scopes", made.scope) if made.scope else None,
        value=rule.value,
        value_text=value_words(rule),
        unit=rule.unit,
        since=made.since,
        until=made.until,
        as_of=made.as_of,
        rule_set_id=made.rule_set_id,
        whole_country=made.whole_country,
        ran_at=made.ran_at,
        ran_by_name=made.ran_by_name,
        judged=totals.total(),
        changed=totals.total() - totals[Change.SAME],
        totals={change: totals[change] for change in Change if totals[change]},
        figures=figures,
    )
