"""Trying a draft, or a value somebody typed, on recorded history before anybody approves it."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.legal_rules.drafting import DraftApproved
from auction.legal_rules.drafts import get_draft, rule_of_draft
from auction.legal_rules.entering import rule_of_new
from auction.legal_rules.models import RuleSet
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Confidence, Rule
from auction.legal_rules.schemas import NewDraft
from auction.simulations.models import RuleSimulation
from auction.simulations.queries import get_simulation
from auction.simulations.rules import (
    CannotTry,
    NotTried,
    PeriodWrong,
    keys_of,
    kind_of,
    trial_of,
)
from auction.simulations.schemas import NewSimulation, SimulationOut
from auction.simulations.trying import try_on_history
from inventory.audit import ledger
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _

EARLIEST = date(1990, 1, 1)
"""Before everything that is recorded."""


def simulate(session: Session, actor: Actor, new: NewSimulation, *, at: datetime) -> SimulationOut:
    """Run a draft over what is recorded in the actor's sight, as if it had been in force.

    Keeps the figures, the cases, the rules in use and the day with the draft; changes nothing else.
    Raises Forbidden, DraftUnknown, RuleUnknown, WrongValue, CannotTry, PeriodWrong.
    """
    actor.require("rules.simulate")
    today = local_day(at)
    since, until = new.since or EARLIEST, new.until or today
    if not since <= until <= today:
        raise PeriodWrong(
            _("The days of history end today at the latest and begin before they end."),
            field="since" if since > until else "until",
        )
    rule = _tried_rule(session, new, until)
    kind = kind_of(rule)
    if kind is None:
        raise CannotTry(
            _("No recorded step is judged by the rule %(key)s."), field="key", key=rule.key
        )
    in_use = rules_in_use(session, *keys_of(kind, rule.key))
    made = RuleSimulation(
        draft_id=new.draft_id,
        key=rule.key,
        scope=rule.scope,
        value=list(rule.value) if isinstance(rule.value, tuple) else rule.value,
        unit=rule.unit.value,
        since=since,
        until=until,
        as_of=today,
        rule_set_id=session.scalars(select(func.max(RuleSet.id))).one(),
        whole_country=actor.sees_all,
        ran_at=at,
        ran_by_id=actor.staff_id,
        ran_by_name=actor.name,
    )
    session.add(made)
    session.flush()
    trial = trial_of(rule, in_use, since, until)
    try_on_history(session, actor, trial, made.id, as_of=today, region=new.region)
    subject = ledger.Subject("rule_simulation", made.id, str(made.id))
    said = {"key": rule.key, "value": made.value, "draft": new.draft_id}
    ledger.record(session, actor, "simulations.simulation.run", subject, said, at=at)
    return get_simulation(session, actor, made.id)


def refuse_untried(session: Session, event: DraftApproved) -> None:
    """A draft that history can judge is approved once somebody has seen what it would change.

    Raises NotTried.
    """
    draft = get_draft(session, event.draft_id)
    if kind_of(rule_of_draft(draft)) is None:
        return
    tried = select(RuleSimulation.id).where(RuleSimulation.draft_id == draft.id).limit(1)
    if session.scalar(tried) is None:
        raise NotTried(_("Run the draft over recorded history first, and look at what it changes."))


def _tried_rule(session: Session, new: NewSimulation, on: date) -> Rule:
    if new.draft_id is not None:
        return rule_of_draft(get_draft(session, new.draft_id))
    if new.key is None or new.value is None:
        missing = "key" if new.key is None else "value"
        raise Invalid(_("This field is required."), field=missing)
    typed = NewDraft(
        key=new.key,
        scope=new.scope,
        value=new.value,
        unit=new.unit,
        valid_from=on,
        article="–––",
        source_text="–" * 10,
        confidence=Confidence.UNCONFIRMED,
        reason="–––",
    )
    return rule_of_new(typed, rules_in_use(session, new.key))
