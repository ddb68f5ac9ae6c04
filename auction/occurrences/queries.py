"""What occurred with a case, an asset, a lot or a delegated sale, for those who see it."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auction.costs.delegated import delegation_subject
from auction.deadlines.models import Deadline
from auction.deadlines.queries import deadlines_of, is_open, row_of, visible_deadlines
from auction.deadlines.schemas import DeadlineOut, DeadlineRow, DeadlineSubject
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.words import word
from auction.lots.queries import get_lot
from auction.lots.subjects import due_subject
from auction.notices.models import DisposalDelegation
from auction.occurrences.models import OccurrenceRow
from auction.occurrences.rules import FORMS, About, Occurrence, forms_about, named
from auction.occurrences.schemas import OccurrenceOut, OccurrencesOut
from inventory.assets.queries import get_asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.queries import get_case

_SHOWN = tuple(getattr(OccurrenceRow, name) for name in OccurrenceOut.__struct_fields__)


class Thing(NamedTuple):
    """What an occurrence is about: its number, and as the deadlines know it."""

    id: int
    subject: DeadlineSubject


def thing_of(session: Session, actor: Actor, about: About, ref: str) -> Thing:
    """The case or delegation of a number, the asset or lot of a reference.

    Raises NotFound.
    """
    match about:
        case About.CASE:
            case = get_case(session, actor, int(ref))
            return Thing(case.id, DeadlineSubject("case", case.decision_number, case.office_id))
        case About.ASSET:
            asset = get_asset(session, actor, ref)
            own = DeadlineSubject("asset", ref, asset.office_id, asset_id=asset.id)
            return Thing(asset.id, own)
        case About.LOT:
            lot = get_lot(session, actor, ref)
            return Thing(lot.id, due_subject(lot))
        case About.DELEGATION:
            found = delegation_of(session, actor, int(ref))
            return Thing(found.id, subject_of(found))


def delegation_of(session: Session, actor: Actor, delegation_id: int) -> DisposalDelegation:
    """A delegated sale that either of its offices sees.

    Raises NotFound.
    """
    d = DisposalDelegation
    seen = or_(in_sight(d.from_office_id, actor), in_sight(d.to_office_id, actor))
    found = session.scalar(select(d).where(d.id == delegation_id, seen))
    if found is None:
        raise NotFound(_("There is no such delegation."))
    return found


def subject_of(found: DisposalDelegation) -> DeadlineSubject:
    """A delegated sale as the deadlines know it: those of the office that sells."""
    return delegation_subject(found.asset, found.asset_id, found.to_office_id)


def occurrences_of(
    session: Session, actor: Actor, about: About, ref: str, today: date
) -> OccurrencesOut:
    """What occurred with a thing, the newest first, and the limits that go with it.

    Raises NotFound.
    """
    thing = thing_of(session, actor, about, ref)
    limits = limits_of(session, actor, about, thing, today)
    return OccurrencesOut(
        about=about,
        ref=ref,
        occurred=occurred(session, actor, about, thing.id),
        limits=limits,
        may_follow=_may_follow(session, about, limits, today),
    )


def occurred(session: Session, actor: Actor, about: About, thing_id: int) -> list[OccurrenceOut]:
    """The record of a thing, the newest first."""
    o = OccurrenceRow
    rows = session.execute(
        select(*_SHOWN)
        .where(o.subject_kind == about.value, o.subject_id == thing_id)
        .where(or_(in_sight(o.office_id, actor), in_sight(o.other_office_id, actor)))
        .order_by(o.id.desc())
    )
    return [_out(dict(row)) for row in rows.mappings()]


def _out(row: dict[str, Any]) -> OccurrenceOut:
    told = tuple(word("terms", code) for code in row["told"])
    return OccurrenceOut(**{**row, "code": Occurrence(row["code"]), "told": told})


def limits_of(
    session: Session, actor: Actor, about: About, thing: Thing, today: date
) -> list[DeadlineOut]:
    """The limits of a thing that occurrences begin or end, open ones first."""
    keys, subject = _keys(about), thing.subject
    rows = deadlines_of(session, actor, subject.kind, subject.ref, today=today)
    own = [row for row in rows if row.rule_key in keys and row.office_id == subject.office_id]
    return sorted(own, key=lambda row: (row.met_on is not None, row.due_on))


def open_limits(
    session: Session, actor: Actor, about: About, subject: DeadlineSubject, today: date
) -> list[DeadlineRow]:
    """Those that are open, in one statement: for the page of what they are about."""
    statement = visible_deadlines(actor).where(
        Deadline.subject_kind == subject.kind,
        Deadline.subject_ref == subject.ref,
        Deadline.office_id == subject.office_id,
        Deadline.rule_key.in_(_keys(about)),
        is_open(),
    )
    rows = session.execute(statement.order_by(Deadline.due_on, Deadline.id))
    return [row_of(row, today) for row in rows]


def _keys(about: About) -> list[str]:
    limits = {
        named(limit)
        for code in forms_about(about)
        for limit in (*FORMS[code].starts, *FORMS[code].meets)
    }
    return sorted(limits)


def _may_follow(
    session: Session, about: About, limits: list[DeadlineOut], today: date
) -> list[Occurrence]:
    """What may be recorded: what the law of the day knows, or what an open limit waits for."""
    known = {rule.key for rule in rules_in_use(session) if rule.serves(today)}
    waiting = {row.rule_key for row in limits if row.met_on is None and row.voided_on is None}
    ended = {row.rule_key for row in limits if row.due_on < today}
    following = []
    for code in forms_about(about):
        form = FORMS[code]
        begins = bool(form.starts) and named(form.starts[0]) in known
        ends = bool(waiting & {named(limit) for limit in (*form.meets, *form.drops)})
        if begins or ends or form.after in ended:
            following.append(code)
    return following
