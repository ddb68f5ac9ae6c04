"""Entering a draft of a rule, and its approval by a second person at the centre.

The approval brings the row in and keeps what stood before: see ``drafting``.
"""

import hashlib
from datetime import date, datetime

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from auction.legal_rules import drafts
from auction.legal_rules.commands import lock_rules, rule_values
from auction.legal_rules.drafting import (
    Act,
    Change,
    Closing,
    DecisionsStand,
    DraftApproved,
    DraftClosed,
    DraftStale,
    NotAtCentre,
    OwnDraft,
    WrongValue,
    change_of,
    read_value,
    unit_allowed,
)
from auction.legal_rules.models import LegalRule, RuleDraft, RuleDraftClosing, RuleSet
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule, RuleUnknown
from auction.legal_rules.schemas import DraftClosing, DraftOut, NewDraft
from auction.legal_rules.words import vocabulary
from inventory.audit import ledger
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid
from inventory.base.events import publish
from inventory.base.messages import _


def enter_draft(session: Session, actor: Actor, new: NewDraft, *, at: datetime) -> DraftOut:
    """Enter a dated value for a rule; it has no effect until another person approves it.

    Raises Forbidden, NotAtCentre, RuleUnknown, WrongValue, DraftOverlaps, SameRule,
    DecisionsStand.
    """
    staff_id = _person_at_centre(session, actor, "rules.draft")
    in_use = rules_in_use(session, new.key)
    rule = rule_of_new(new, in_use)
    change = change_of(rule, in_use)
    _refuse_standing(session, change, rule, retroactive=new.retroactive)
    draft = RuleDraft(
        key=rule.key,
        scope=rule.scope,
        value=list(rule.value) if isinstance(rule.value, tuple) else rule.value,
        unit=rule.unit.value,
        direction=rule.direction.value,
        anchor=rule.anchor,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        article=rule.article,
        source_text=new.source_text,
        confidence=rule.confidence.value,
        note=new.note,
        reason=new.reason,
        retroactive=new.retroactive,
        base_id=change.replaced.id if change.replaced else None,
        entered_at=at,
        entered_by_id=staff_id,
        entered_by_name=actor.name,
    )
    session.add(draft)
    session.flush()
    said = {"key": rule.key, "scope": rule.scope, "value": draft.value, "unit": draft.unit}
    said |= {"valid_from": rule.valid_from.isoformat(), "article": rule.article}
    _note(session, actor, Act.ENTERED, draft.id, {**said, "replaces": draft.base_id}, at=at)
    return drafts.get_draft(session, draft.id)


def approve_draft(
    session: Session, actor: Actor, draft_id: int, closing: DraftClosing, *, at: datetime
) -> DraftOut:
    """Bring a draft's row in; the row before it is closed on the day before and stays readable.

    Raises Forbidden, NotAtCentre, DraftUnknown, DraftClosed, OwnDraft, DraftStale,
    DraftOverlaps, DecisionsStand.
    """
    staff_id = _person_at_centre(session, actor, "rules.approve")
    lock_rules(session)
    draft = _open_draft(session, draft_id)
    if draft.entered_by_id == staff_id:
        raise OwnDraft(_("You entered this draft yourself; another person approves it."))
    rule = drafts.rule_of_draft(draft)
    change = change_of(rule, rules_in_use(session, rule.key))
    if (change.replaced.id if change.replaced else None) != draft.base_id:
        raise DraftStale(
            _("The row in use was changed since the draft was entered; enter it anew.")
        )
    _refuse_standing(session, change, rule, retroactive=draft.retroactive)
    publish(session, DraftApproved(draft.id, draft.key))
    _close(session, actor, draft, Closing.APPROVED, closing.reason, at=at)
    set_id = _bring_in(session, staff_id, draft, change, at=at)
    said = {"key": rule.key, "scope": rule.scope, "rule_set": set_id, "replaces": draft.base_id}
    _note(session, actor, Act.APPROVED, draft.id, {**said, "reason": closing.reason}, at=at)
    return drafts.get_draft(session, draft_id)


def reject_draft(
    session: Session, actor: Actor, draft_id: int, closing: DraftClosing, *, at: datetime
) -> DraftOut:
    """Refuse a draft, with the reason. Raises Forbidden, NotAtCentre, DraftClosed, OwnDraft."""
    staff_id = _person_at_centre(session, actor, "rules.approve")
    lock_rules(session)
    draft = _open_draft(session, draft_id)
    if draft.entered_by_id == staff_id:
        raise OwnDraft(_("You entered this draft yourself; withdraw it instead."))
    _close(session, actor, draft, Closing.REJECTED, closing.reason, at=at)
    _note(session, actor, Act.REJECTED, draft.id, {"reason": closing.reason}, at=at)
    return drafts.get_draft(session, draft_id)


def withdraw_draft(
    session: Session, actor: Actor, draft_id: int, closing: DraftClosing, *, at: datetime
) -> DraftOut:
    """Take one's own draft back. Raises Forbidden, NotAtCentre, DraftClosed."""
    staff_id = _person_at_centre(session, actor, "rules.draft")
    lock_rules(session)
    draft = _open_draft(session, draft_id)
    if draft.entered_by_id != staff_id:
        raise Forbidden(_("Only who entered a draft withdraws it."))
    _close(session, actor, draft, Closing.WITHDRAWN, closing.reason, at=at)
    _note(session, actor, Act.WITHDRAWN, draft.id, {"reason": closing.reason}, at=at)
    return drafts.get_draft(session, draft_id)


def rule_of_new(new: NewDraft, in_use: tuple[Rule, ...]) -> Rule:
    """The row that was typed; what is left out is as in the row it would replace.

    Raises RuleUnknown, WrongValue, Invalid.
    """
    if not in_use:
        raise RuleUnknown(_("No legal rule is called %(key)s."), field="key", key=new.key)
    scoped = [rule for rule in in_use if rule.scope == new.scope]
    if not scoped:
        known = ", ".join(sorted({str(rule.scope or "–") for rule in in_use}))
        raise WrongValue(
            _("The rule %(key)s is given for: %(scopes)s."),
            field="scope",
            key=new.key,
            scopes=known,
        )
    like = _nearest(scoped, new.valid_from)
    unit = new.unit or like.unit
    if not unit_allowed(unit, in_use):
        raise WrongValue(_("This rule is not counted in that unit."), field="unit")
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise Invalid(_("The last day lies before the first."), field="valid_to")
    anchor = new.anchor or like.anchor
    if anchor is not None and anchor not in vocabulary()["events"]:
        raise WrongValue(_("The program knows no event %(code)s."), field="anchor", code=anchor)
    listed = any(isinstance(rule.value, tuple) for rule in in_use)
    codes = frozenset(vocabulary()["terms"]) | {code for rule in in_use for code in rule.codes}
    return Rule(
        key=new.key,
        scope=new.scope,
        value=read_value(new.value, unit, listed=listed, codes=codes),
        unit=unit,
        direction=new.direction or like.direction,
        anchor=anchor,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        article=new.article,
        confidence=new.confidence,
        note_en=new.note,
        note_vi=new.note,
    )


def _nearest(rules: list[Rule], on: date) -> Rule:
    """The row in force on a day, else the one whose beginning lies nearest to it."""
    serving = next((rule for rule in rules if rule.serves(on)), None)
    return serving or min(rules, key=lambda rule: abs(rule.valid_from - on))


def _person_at_centre(session: Session, actor: Actor, permission: str) -> int:
    actor.require(permission)
    if actor.staff_id is None or not drafts.at_centre(session, actor):
        raise NotAtCentre(_("Rules hold for every office; people of the centre enter them."))
    return actor.staff_id


def _open_draft(session: Session, draft_id: int) -> DraftOut:
    draft = drafts.get_draft(session, draft_id)
    if draft.act is not None:
        raise DraftClosed(_("The draft was closed before."))
    return draft


def _refuse_standing(session: Session, change: Change, rule: Rule, *, retroactive: bool) -> None:
    """Decisions of past days keep the row they stand on; whoever goes behind them says so."""
    if change.replaced is None or change.replaced.id is None or retroactive:
        return
    ends = rule.valid_to or date.max
    found = drafts.stood_on(session, change.replaced.id, rule.valid_from, ends)
    if found.decisions and found.last_on is not None:
        raise DecisionsStand(
            _(
                "%(number)s decisions of these days stand on the row in use, the last of"
                " %(day)s; begin after it, or say that the row reaches back."
            ),
            field="retroactive",
            article=change.replaced.article,
            number=found.decisions,
            day=found.last_on,
        )


def _close(
    session: Session,
    actor: Actor,
    draft: DraftOut,
    act: Closing,
    reason: str,
    *,
    at: datetime,
) -> None:
    session.add(
        RuleDraftClosing(
            draft_id=draft.id,
            act=act.value,
            reason=reason,
            closed_at=at,
            closed_by_id=actor.staff_id,
            closed_by_name=actor.name,
        )
    )
    session.flush()


def _bring_in(
    session: Session, staff_id: int, draft: DraftOut, change: Change, *, at: datetime
) -> int:
    said = msgspec.json.encode((draft.id, drafts.rule_of_draft(draft)))
    digest = hashlib.sha256(said).hexdigest()
    made = RuleSet(digest=digest, loaded_at=at, loaded_by_id=staff_id, draft_id=draft.id)
    session.add(made)
    session.flush()
    if change.replaced is not None:
        retire = update(LegalRule).where(LegalRule.id == change.replaced.id)
        session.execute(retire.values(retired_set_id=made.id))
    session.execute(insert(LegalRule), [rule_values(rule, made.id) for rule in change.added])
    return made.id


def _note(
    session: Session,
    actor: Actor,
    act: Act,
    draft_id: int,
    data: dict[str, object],
    *,
    at: datetime,
) -> None:
    subject = ledger.Subject("rule_draft", draft_id, str(draft_id))
    ledger.record(session, actor, act, subject, data, at=at)
