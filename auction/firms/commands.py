"""Keeping the register of valuation firms, and declaring their ties."""

from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.firms.models import FirmConflict, FirmMeasure, FirmPerson, ValuationFirm
from auction.firms.queries import find_firm, visible_conflicts
from auction.firms.rules import Act, DaysWrong, EndedAlready, FirmListedAlready, TiedTo
from auction.firms.schemas import Ended, NewConflict, NewFirm, NewMeasure, NewPerson
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Staff

Kept = TypeVar("Kept", FirmMeasure, FirmPerson, FirmConflict)


def register_firm(session: Session, actor: Actor, new: NewFirm, *, at: datetime) -> ValuationFirm:
    """Write a firm of the Ministry's public list into the register (D152/26 Art. 60(2)).

    Raises FirmListedAlready, DaysWrong.
    """
    actor.require("firms.register")
    _in_order(new.listed_from, new.listed_to, field="listed_to")
    firm = ValuationFirm(
        name=new.name,
        list_number=new.list_number,
        province=new.province,
        address=new.address,
        listed_from=new.listed_from,
        listed_to=new.listed_to,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = FirmListedAlready(
        _("A firm with the list number %(number)s is in the register."),
        field="list_number",
        number=new.list_number,
    )
    with refused_by(session, "uq_valuation_firm_list_number", taken):
        session.add(firm)
        session.flush()
    _note(session, actor, Act.REGISTERED, firm, {"name": firm.name}, at=at)
    return firm


def note_measure(
    session: Session, actor: Actor, firm_id: int, new: NewMeasure, *, at: datetime
) -> FirmMeasure:
    """Note that the authority suspended a firm or struck it off.

    Raises FirmUnknown, DaysWrong.
    """
    actor.require("firms.register")
    firm = find_firm(session, firm_id)
    _in_order(new.from_on, new.to_on, field="to_on")
    measure = FirmMeasure(
        firm_id=firm.id,
        kind=new.kind.value,
        from_on=new.from_on,
        to_on=new.to_on,
        decision=new.decision,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(measure)
    session.flush()
    said = {"measure": measure.id, "kind": measure.kind, "from": new.from_on.isoformat()}
    _note(session, actor, Act.MEASURE_NOTED, firm, said, at=at)
    return measure


def end_measure(
    session: Session, actor: Actor, firm_id: int, measure_id: int, new: Ended, *, at: datetime
) -> FirmMeasure:
    """Note the last day of a measure.

    Raises NotFound, EndedAlready, DaysWrong.
    """
    actor.require("firms.register")
    firm = find_firm(session, firm_id)
    wanted = select(FirmMeasure).where(FirmMeasure.id == measure_id, FirmMeasure.firm_id == firm_id)
    measure = _locked(session.scalar(wanted.with_for_update()))
    if measure.to_on is not None:
        raise EndedAlready(_("It was ended before."))
    _in_order(measure.from_on, new.on, field="on")
    measure.to_on = new.on
    session.flush()
    said = {"measure": measure.id, "on": new.on.isoformat()}
    _note(session, actor, Act.MEASURE_ENDED, firm, said, at=at)
    return measure


def note_person(
    session: Session, actor: Actor, firm_id: int, new: NewPerson, *, at: datetime
) -> FirmPerson:
    """Note somebody of a firm, a valuer with the number of his card.

    Raises FirmUnknown.
    """
    actor.require("firms.register")
    firm = find_firm(session, firm_id)
    person = FirmPerson(
        firm_id=firm.id,
        name=new.name,
        licence=new.licence,
        post=new.post,
        from_on=new.from_on,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(person)
    session.flush()
    _note(session, actor, Act.PERSON_NOTED, firm, {"person": person.id, "name": new.name}, at=at)
    return person


def end_person(
    session: Session, actor: Actor, firm_id: int, person_id: int, new: Ended, *, at: datetime
) -> FirmPerson:
    """Note the last day of somebody in a firm.

    Raises NotFound, EndedAlready, DaysWrong.
    """
    actor.require("firms.register")
    firm = find_firm(session, firm_id)
    wanted = select(FirmPerson).where(FirmPerson.id == person_id, FirmPerson.firm_id == firm_id)
    person = _locked(session.scalar(wanted.with_for_update()))
    if person.to_on is not None:
        raise EndedAlready(_("It was ended before."))
    _in_order(person.from_on, new.on, field="on")
    person.to_on = new.on
    session.flush()
    said = {"person": person.id, "on": new.on.isoformat()}
    _note(session, actor, Act.PERSON_LEFT, firm, said, at=at)
    return person


def declare_conflict(
    session: Session, actor: Actor, firm_id: int, new: NewConflict, *, at: datetime
) -> FirmConflict:
    """Declare a tie of somebody of a firm with an officer or a party; it bars contracts.

    Raises FirmUnknown, NotFound, Invalid.
    """
    actor.require("firms.register")
    firm = find_firm(session, firm_id)
    not_ahead(new.declared_on, at, field="declared_on")
    of_officer = new.tied_to in {TiedTo.OFFICER, TiedTo.HEAD}
    case = None if of_officer else case_named(session, actor, new.case_number)
    conflict = FirmConflict(
        office_id=case.office_id if case else actor.office_id,
        firm_id=firm.id,
        person=new.person,
        tie=new.tie.value,
        tied_to=new.tied_to.value,
        tied_name=new.tied_name,
        case_id=case.id if case else None,
        staff_id=officer_named(session, new.officer) if of_officer else None,
        declared_on=new.declared_on,
        source=new.source,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(conflict)
    session.flush()
    said: dict[str, object] = {"conflict": conflict.id, "tie": conflict.tie}
    said |= {"tied_to": conflict.tied_to, "source": conflict.source}
    office_id = conflict.office_id
    _note(session, actor, Act.CONFLICT_DECLARED, firm, said, office_id=office_id, at=at)
    return conflict


def end_conflict(
    session: Session, actor: Actor, firm_id: int, conflict_id: int, new: Ended, *, at: datetime
) -> FirmConflict:
    """Note that a tie ended, by its last day.

    Raises NotFound, EndedAlready, DaysWrong.
    """
    actor.require("firms.register")
    firm = find_firm(session, firm_id)
    wanted = visible_conflicts(actor).where(
        FirmConflict.id == conflict_id, FirmConflict.firm_id == firm_id
    )
    conflict = _locked(session.scalar(wanted.with_for_update()))
    if conflict.ended_on is not None:
        raise EndedAlready(_("It was ended before."))
    _in_order(conflict.declared_on, new.on, field="on")
    conflict.ended_on = new.on
    session.flush()
    said = {"conflict": conflict.id, "on": new.on.isoformat()}
    office_id = conflict.office_id
    _note(session, actor, Act.CONFLICT_ENDED, firm, said, office_id=office_id, at=at)
    return conflict


def case_named(session: Session, actor: Actor, number: str | None) -> EnforcementCase:
    """The case of a number in sight, to which a tie is declared.

    Raises Invalid, NotFound.
    """
    if number is None:
        raise Invalid(_("This field is required."), field="case_number")
    found = session.scalars(
        select(EnforcementCase)
        .where(
            EnforcementCase.decision_number == number, in_sight(EnforcementCase.office_id, actor)
        )
        .order_by(EnforcementCase.id)
        .limit(1)
    ).first()
    if found is None:
        raise NotFound(_("There is no case %(number)s."), field="case_number", number=number)
    return found


def officer_named(session: Session, code: str | None) -> int:
    """Who bears a staff code, to whom a tie is declared.

    Raises Invalid, NotFound.
    """
    if code is None:
        raise Invalid(_("This field is required."), field="officer")
    found = session.scalar(select(Staff.id).where(Staff.code == code))
    if found is None:
        raise NotFound(_("Nobody bears the code %(code)s."), field="officer", code=code)
    return found


def _locked(found: Kept | None) -> Kept:
    if found is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return found


def _in_order(first: date, last: date | None, *, field: str) -> None:
    if last is not None and last < first:
        raise DaysWrong(_("The last day lies before the first."), field=field)


def _note(
    session: Session,
    actor: Actor,
    act: Act,
    firm: ValuationFirm,
    said: dict[str, object],
    *,
    office_id: int | None = None,
    at: datetime,
) -> None:
    subject = audit.Subject("valuation_firm", firm.id, firm.list_number, office_id)
    audit.record(session, actor, act, subject, said, at=at)
