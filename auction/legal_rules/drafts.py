"""Reading drafts of rules, the history of a rule, and where people's rows differ from shipped."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.orm import Session, aliased

from auction.legal_rules.drafting import Closing, DraftUnknown, change_of
from auction.legal_rules.models import (
    LegalParameter,
    LegalRule,
    RuleDraft,
    RuleDraftClosing,
    RuleSet,
)
from auction.legal_rules.queries import RULE_COLUMNS, row_in_words, rule_row, rules_in_use
from auction.legal_rules.rules import (
    Confidence,
    Direction,
    Parameter,
    Rule,
    RuleUnknown,
    Section,
    Unit,
)
from auction.legal_rules.schemas import (
    Difference,
    DraftEffect,
    DraftOut,
    HistoryRow,
    RuleRow,
    Standing,
)
from auction.legal_rules.shipped import shipped_parameters
from auction.legal_rules.words import Word, cite, value_with_unit, value_words, word
from inventory.base.actor import Actor
from inventory.base.errors import Invalid
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _

_CENTRE = text("SELECT EXISTS (SELECT FROM office WHERE id = :office AND kind = 'centre')")
_STOOD = text("SELECT decisions, last_on FROM kebien_rule_stood_on(:rule, :starts, :ends)")


def at_centre(session: Session, actor: Actor) -> bool:
    """Whether somebody belongs to the central office, whose people enter and approve rules."""
    return bool(session.scalar(_CENTRE, {"office": actor.office_id}))


def list_drafts(
    session: Session,
    *,
    waiting: bool = False,
    key: str | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DraftOut]:
    """Drafts, the newest first: all, those that wait for an approval, or those of one rule."""
    statement = _drafts()
    if waiting:
        statement = statement.where(RuleDraftClosing.draft_id.is_(None))
    if key is not None:
        statement = statement.where(RuleDraft.key == key)
    before = decode_cursor(cursor, int)
    if before:
        statement = statement.where(RuleDraft.id < before[0])
    rows = session.execute(statement.order_by(RuleDraft.id.desc()).limit(size + 1))
    return page_of([_draft(row) for row in rows], size, key=lambda row: (row.id,))


def count_waiting(session: Session) -> int:
    """How many drafts wait for an approval."""
    closed = select(RuleDraftClosing.draft_id).where(RuleDraftClosing.draft_id == RuleDraft.id)
    waiting = select(func.count()).select_from(RuleDraft).where(~closed.exists())
    return session.scalar(waiting) or 0


def get_draft(session: Session, draft_id: int) -> DraftOut:
    """One draft.

    Raises DraftUnknown.
    """
    row = session.execute(_drafts().where(RuleDraft.id == draft_id)).one_or_none()
    if row is None:
        raise DraftUnknown(_("There is no draft %(number)s."), number=draft_id)
    return _draft(row)


def rule_of_draft(draft: DraftOut) -> Rule:
    """The row that a draft would bring in."""
    return Rule(
        key=draft.key,
        scope=draft.scope,
        value=draft.value,
        unit=draft.unit,
        direction=draft.direction,
        anchor=draft.anchor,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        article=draft.article,
        confidence=draft.confidence,
        note_en=draft.note,
        note_vi=draft.note,
    )


def row_by_id(session: Session, rule_id: int) -> RuleRow:
    """A row in words, in use or retired.

    Raises RuleUnknown.
    """
    row = session.execute(_rows().where(LegalRule.id == rule_id)).one_or_none()
    if row is None:
        raise RuleUnknown(_("There is no such rule."))
    return rule_row(row)


def history_of(session: Session, key: str) -> list[HistoryRow]:
    """Every row a rule ever had, scope after scope, with how it came in and went out.

    Raises RuleUnknown.
    """
    gone = aliased(RuleSet)
    statement = (
        _rows()
        .add_columns(
            RuleSet.loaded_at.label("added_at"),
            RuleSet.draft_id.label("draft_id"),
            gone.loaded_at.label("retired_at"),
            gone.draft_id.label("retired_by_draft"),
            LegalRule.retired_set_id,
        )
        .join(RuleSet, RuleSet.id == LegalRule.added_set_id)
        .outerjoin(gone, gone.id == LegalRule.retired_set_id)
        .where(LegalRule.key == key)
        .order_by(LegalRule.scope.nulls_first(), LegalRule.valid_from, LegalRule.id)
    )
    found = [
        HistoryRow(
            row=rule_row(row),
            in_use=row.retired_set_id is None,
            added_at=row.added_at,
            draft_id=row.draft_id,
            retired_at=row.retired_at,
            retired_by_draft=row.retired_by_draft,
        )
        for row in session.execute(statement)
    ]
    if not found:
        raise RuleUnknown(_("No legal rule is called %(key)s."), key=key)
    return found


def stood_on(session: Session, rule_id: int, starts: date, ends: date) -> Standing:
    """How many decisions of some days stand on a row, in whatever office."""
    row = session.execute(_STOOD, {"rule": rule_id, "starts": starts, "ends": ends}).one()
    return Standing(row.decisions, row.last_on)


def parameters_named(session: Session) -> list[tuple[str, Word]]:
    """Every parameter with its name, section after section."""
    statement = select(LegalParameter.key, LegalParameter.title_en, LegalParameter.title_vi)
    rows = session.execute(statement.order_by(LegalParameter.section, LegalParameter.title_vi))
    return [(key, Word(en, vi)) for key, en, vi in rows]


def entered_pairs(session: Session) -> frozenset[tuple[str, str | None]]:
    """Key and scope of every rule that people entered rows of."""
    statement = (
        select(RuleDraft.key, RuleDraft.scope)
        .join(RuleDraftClosing, RuleDraftClosing.draft_id == RuleDraft.id)
        .where(RuleDraftClosing.act == Closing.APPROVED)
        .distinct()
    )
    return frozenset((key, scope) for key, scope in session.execute(statement))


def differences(session: Session, given: Sequence[Parameter] | None = None) -> list[Difference]:
    """Where rows entered by people say otherwise than what the program ships."""
    pairs = entered_pairs(session)
    if not pairs:
        return []
    in_use = rules_in_use(session, *sorted({key for key, _scope in pairs}))
    parameters = {found.key: found for found in given or shipped_parameters()}
    found = []
    for key, scope in sorted(pairs, key=lambda pair: (pair[0], pair[1] or "")):
        parameter = parameters.get(key)
        shipped = [r for r in parameter.rules if r.scope == scope] if parameter else []
        held = [rule for rule in in_use if (rule.key, rule.scope) == (key, scope)]
        if content_of(shipped) != content_of(held):
            title = Word(parameter.title_en, parameter.title_vi) if parameter else Word(key, key)
            found.append(Difference(key, title, scope, _told(shipped), _told(held)))
    return found


def content_of(rules: Iterable[Rule]) -> frozenset[bytes]:
    """What some rows say, whoever brought them in."""
    return frozenset(
        msgspec.json.encode(msgspec.structs.replace(rule, id=None, note_en=None, note_vi=None))
        for rule in rules
    )


def _told(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(
        f"{rule.valid_from} – {rule.valid_to or ''}: {value_with_unit(rule)} ({rule.article})"
        for rule in sorted(rules, key=lambda rule: rule.valid_from)
    )


def _rows() -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(
        *RULE_COLUMNS, LegalParameter.section, LegalParameter.title_en, LegalParameter.title_vi
    ).join(LegalParameter, LegalParameter.key == LegalRule.key)
    return statement


def _drafts() -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            RuleDraft,
            LegalParameter.title_en,
            LegalParameter.title_vi,
            RuleDraftClosing.act,
            RuleDraftClosing.reason.label("closing_reason"),
            RuleDraftClosing.closed_at,
            RuleDraftClosing.closed_by_name,
        )
        .join(LegalParameter, LegalParameter.key == RuleDraft.key)
        .outerjoin(RuleDraftClosing, RuleDraftClosing.draft_id == RuleDraft.id)
    )
    return statement


def _draft(row: Row[Any]) -> DraftOut:
    draft: RuleDraft = row[0]
    value = tuple(draft.value) if isinstance(draft.value, list) else draft.value
    said = Rule(
        key=draft.key,
        value=value,
        unit=Unit(draft.unit),
        valid_from=draft.valid_from,
        article=draft.article,
        confidence=Confidence(draft.confidence),
    )
    return DraftOut(
        id=draft.id,
        key=draft.key,
        title=Word(row.title_en, row.title_vi),
        scope=draft.scope,
        scope_name=word("scopes", draft.scope) if draft.scope else None,
        value=value,
        value_text=value_words(said),
        unit=said.unit,
        direction=Direction(draft.direction),
        anchor=draft.anchor,
        anchor_name=word("events", draft.anchor) if draft.anchor else None,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        article=draft.article,
        citation=cite(draft.article),
        source_text=draft.source_text,
        confidence=said.confidence,
        note=draft.note,
        reason=draft.reason,
        retroactive=draft.retroactive,
        base_id=draft.base_id,
        entered_at=draft.entered_at,
        entered_by_id=draft.entered_by_id,
        entered_by_name=draft.entered_by_name,
        act=Closing(row.act) if row.act else None,
        closing_reason=row.closing_reason,
        closed_at=row.closed_at,
        closed_by_name=row.closed_by_name,
    )


def effect_of(session: Session, draft: DraftOut) -> DraftEffect | None:
    """What approving a draft would do now; nothing where it cannot be approved any more."""
    in_use = rules_in_use(session, draft.key)
    try:
        change = change_of(rule_of_draft(draft), in_use)
    except Invalid:
        return None
    base = change.replaced.id if change.replaced else None
    added = [row_in_words(rule, Section.CASE, draft.title) for rule in change.added]
    replaced = row_by_id(session, base) if base else None
    return DraftEffect(replaced, added, stale=base != draft.base_id)
