"""Recording what occurred: the limits that begin or end with it follow in the same act."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits, void_deadlines
from auction.deadlines.models import Deadline
from auction.deadlines.rules import due_date
from auction.deadlines.schemas import Begun, DeadlineSubject
from auction.legal_rules.queries import calendar, rule_on, rules_in_use
from auction.occurrences.models import OccurrenceRow
from auction.occurrences.queries import Thing, delegation_of, thing_of
from auction.occurrences.rules import (
    COSTS,
    FORMS,
    ONCE,
    SEIZURE,
    TOLD,
    TOLD_BY,
    About,
    Act,
    FixedTooSoon,
    Form,
    NothingDue,
    NoticeToo,
    Occurrence,
    OccurrenceIncomplete,
    RecordedBefore,
    StillTheirTime,
    is_wrong_day,
    named,
)
from auction.occurrences.schemas import NewOccurrence
from auction.valuations.queries import rule_serving
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _, label_of
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.seizures.rules import SeizureHeld

MAY = "occurrences.record"
LOOKED_AHEAD = 60
"""Days looked through for the first one that a notice can still be given for."""


def record_occurrence(
    session: Session, actor: Actor, about: About, ref: str, new: NewOccurrence, *, at: datetime
) -> OccurrenceRow:
    """Record what occurred with a case, an asset, a lot or a delegated sale.

    Its limits begin by the law of its day; those it fulfils are met, those whose day was changed
    fall away. Raises NotFound, RuleUnknown, NothingDue, RecordedBefore, NoticeToo, FixedTooSoon,
    StillTheirTime, OccurrenceIncomplete.
    """
    actor.require(MAY)
    thing = thing_of(session, actor, about, ref)
    other = _delegating(session, actor, about, ref)
    form = FORMS[new.code]
    if form.about is not about:
        raise OccurrenceIncomplete(_("Choose one of the given values."), field="code")
    _check_said(form, new, at=at)
    told = _told(session, new)
    article = _check_limits(session, thing, form, new, at=at)
    made = OccurrenceRow(
        office_id=thing.subject.office_id,
        other_office_id=other,
        code=new.code.value,
        subject_kind=about.value,
        subject_id=thing.id,
        subject_ref=thing.subject.ref,
        on_day=new.on,
        document=new.document,
        told=told,
        amount=new.amount,
        note=new.note,
        article=article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
        recorded_by=actor.name,
    )
    _add(session, made, new)
    _follow(session, actor, thing.subject, form, new, at=at)
    who = audit.Subject(about.value, thing.id, thing.subject.ref, thing.subject.office_id)
    data = {"code": new.code.value, "on": new.on.isoformat(), "document": new.document}
    audit.record(session, actor, Act.RECORDED, who, data, at=at)
    return made


def _delegating(session: Session, actor: Actor, about: About, ref: str) -> int | None:
    """The office that delegated; what the selling one received and remits it says itself.

    Raises NotFound.
    """
    if about is not About.DELEGATION:
        return None
    found = delegation_of(session, actor, int(ref))
    if not actor.sees(found.to_office_id):
        raise NotFound(_("There is no such delegation of yours."))
    return found.from_office_id


def _check_said(form: Form, new: NewOccurrence, *, at: datetime) -> None:
    if is_wrong_day(form, new.on, local_day(at)):
        raise Invalid(_("The day lies in the future."), field="on")
    if form.amount and new.amount is None:
        raise OccurrenceIncomplete(_("This field is required."), field="amount")
    if new.amount is not None:
        check_amount(new.amount, field="amount")
        if not (form.amount and new.amount):
            raise OccurrenceIncomplete(_("The amount must be more than nothing."), field="amount")


def _told(session: Session, new: NewOccurrence) -> list[str]:
    """Who was told; before an immovable is seized the law of the day says who must be.

    Raises NoticeToo.
    """
    if new.code is not Occurrence.SEIZURE_NOTICE:
        return []
    rule = rule_on(session, TOLD, new.on)
    bodies = {"procuracy": new.procuracy, "land_authority": new.land_authority}
    for body, said in bodies.items():
        if body in rule.codes and not said:
            text = (
                _("The procuracy is told too (rule %(rule)s). Lawful: tell it, then record it.")
                if body == "procuracy"
                else _(
                    "The land authority is told too (rule %(rule)s). Lawful: tell it, then record"
                    " it."
                )
            )
            raise NoticeToo(text, field=body, article=rule.article, rule=rule.key)
    always = [code for code in map(str, rule.codes) if code not in bodies]
    return [*always, *(body for body, said in bodies.items() if said)]


def _check_limits(
    session: Session, thing: Thing, form: Form, new: NewOccurrence, *, at: datetime
) -> str | None:
    """The article of the limit that begins, ends or has ended.

    Raises RuleUnknown where the law of the day knows none, FixedTooSoon, NothingDue,
    StillTheirTime.
    """
    if form.starts:
        if form.ahead and new.on > local_day(at):
            for limit in form.starts:
                _refuse_too_soon(session, limit, new.on, local_day(at))
        key, _mark, scope = form.starts[0].partition("/")
        return rule_on(session, key, new.on, scope or None).article
    limits = _limits(session, thing.subject, (*form.meets, *form.drops, form.after or ""))
    if form.after is not None:
        return _refuse_early(limits, new.on).article
    open_ones = [one for one in limits if one.met_on is None and one.voided_on is None]
    begun = [one for one in open_ones if form.drops or one.started_on <= new.on or _before(one)]
    if not begun:
        raise NothingDue(
            _("No open limit of %(ref)s is fulfilled by it: %(what)s."),
            field="code",
            ref=thing.subject.ref,
            what=label_of(new.code),
        )
    return begun[0].article


def _before(one: Deadline) -> bool:
    """Whether a limit runs backward from its day, so that what fulfils it comes first."""
    return one.due_on < one.started_on


def _refuse_too_soon(session: Session, key: str, on: date, today: date) -> None:
    """A day is fixed so that what must be told before it still can be (L25 Art. 72(7), 80(2)a).

    Raises FixedTooSoon.
    """
    days = calendar(session)
    rule = rule_serving(rules_in_use(session, key), key, on)
    if rule is None or due_date(on, rule, days).due_on >= today:
        return
    later = (on + timedelta(days=n) for n in range(1, LOOKED_AHEAD))
    first = next(day for day in later if due_date(day, rule, days).due_on >= today)
    raise FixedTooSoon(
        _(
            "It must be told %(number)s working days before (rule %(rule)s). Lawful: %(first)s or a"
            " later day."
        ),
        field="on",
        article=rule.article,
        rule=rule.key,
        number=rule.number,
        first=first,
    )


def _refuse_early(limits: list[Deadline], on: date) -> Deadline:
    """The limit of the parties that ended before a day, the newest of them.

    Raises NothingDue, StillTheirTime.
    """
    if not limits:
        raise NothingDue(_("No time of the parties was set that could have ended."), field="code")
    newest = max(limits, key=lambda one: one.started_on)
    if newest.due_on >= on:
        raise StillTheirTime(
            _("The debtor has until %(day)s (rule %(rule)s). Lawful: a later day."),
            field="on",
            article=newest.article,
            rule=newest.rule_key,
            day=newest.due_on,
        )
    return newest


def _limits(session: Session, subject: DeadlineSubject, keys: tuple[str, ...]) -> list[Deadline]:
    """Every limit of a thing by some parameters, met or not."""
    d = Deadline
    found = session.scalars(
        select(d).where(
            d.subject_kind == subject.kind,
            d.subject_ref == subject.ref,
            d.office_id == subject.office_id,
            d.rule_key.in_([named(key) for key in keys if key]),
        )
    )
    scopes = {tuple(key.split("/")) for key in keys if "/" in key}
    return [one for one in found if not scopes or (one.rule_key, one.scope) in scopes]


def _add(session: Session, made: OccurrenceRow, new: NewOccurrence) -> None:
    o = OccurrenceRow
    of_thing = (o.subject_kind == made.subject_kind, o.subject_id == made.subject_id)
    same = select(o.on_day).where(*of_thing, o.code == made.code)
    if new.code in ONCE and (day := session.scalar(same.limit(1))) is not None:
        raise RecordedBefore(_("This was recorded for %(day)s."), field="code", day=day)
    twice = RecordedBefore(_("This was recorded for that day already."), field="on")
    with refused_by(session, "uq_occurrence_day", twice):
        session.add(made)
        session.flush()


def _follow(
    session: Session,
    actor: Actor,
    subject: DeadlineSubject,
    form: Form,
    new: NewOccurrence,
    *,
    at: datetime,
) -> None:
    """Let fall away, meet and begin what goes with it."""
    if form.drops:
        why = f"{label_of(new.code)}: {new.document}"
        void_deadlines(session, actor, subject, form.drops, at=at, why=why)
    if form.meets:
        meet_by_act(session, actor, form.meets, subject, met_on=new.on, at=at)
    if form.starts:
        set_limits(session, actor, form.starts, new.on, subject, at=at)


def follow_held(session: Session, event: SeizureHeld) -> None:
    """What had to be told before a seizure counts from the day it was held on.

    L25 Art. 72(7), 80(2)a; L08 Art. 88(1). A day that was fixed and not kept falls away; without a
    notice the limit stays broken.
    """
    keys = {SEIZURE: event.immovable, COSTS: event.force}
    wanted = [key for key, needed in keys.items() if needed]
    if not wanted:
        return
    subject = thing_of(session, event.actor, About.CASE, str(event.case_id)).subject
    known = _limits(session, subject, tuple(wanted))
    open_ones = (one for one in known if one.met_on is None and one.voided_on is None)
    if any(one.started_on != event.on for one in open_ones):
        why = f"Kê biên ngày {event.on:%d/%m/%Y}"
        void_deadlines(session, event.actor, subject, wanted, at=event.at, why=why)
    also = [Begun(key, event.on, _told_on(session, event, TOLD_BY[key])) for key in wanted]
    set_limits(session, event.actor, (), event.on, subject, at=event.at, also=also)


def _told_on(session: Session, event: SeizureHeld, code: Occurrence) -> date | None:
    """The last day on or before the seizure on which it was told of."""
    o = OccurrenceRow
    return session.scalar(
        select(func.max(o.on_day)).where(
            o.subject_kind == About.CASE.value,
            o.subject_id == event.case_id,
            o.code == code.value,
            o.on_day <= event.on,
        )
    )
