"""Recording the inspection of a warehouse, with its minutes."""

from datetime import datetime

from sqlalchemy.orm import Session

from inventory.audit.ledger import Subject, record
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.web import Fault
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import About, Issued, NewPaper, Signature
from inventory.warehouse_checks import queries
from inventory.warehouse_checks.models import WarehouseCheck, WarehouseCheckAnswer
from inventory.warehouse_checks.rules import Answer, CheckedThatDay, Question
from inventory.warehouse_checks.schemas import (
    Answered,
    Asked,
    NewAnswer,
    NewCheck,
    WarehouseCheckPaper,
)
from inventory.warehouses.schemas import PlaceOut


def record_check(
    session: Session, actor: Actor, place_id: int, new: NewCheck, *, at: datetime
) -> WarehouseCheck:
    """Record what the team found in a warehouse; its minutes are issued in the same act.

    D152/26 Art. 38, C04/23 Art. 10-12. Raises Forbidden, NotFound, NotAWarehouse, Invalid,
    CheckedThatDay.
    """
    actor.require("warehouse_checks.record")
    place = queries.get_warehouse(session, actor, place_id)
    if new.checked_on > local_day(at):
        raise Invalid(_("The day lies ahead."), field="checked_on")
    answers = _answered(queries.ask(session, place, at=at), new.answers)
    paper = _issue(session, actor, place, new, answers, at=at)
    check = WarehouseCheck(
        office_id=place.office_id,
        place_id=place.id,
        checked_on=new.checked_on,
        team=new.team,
        note=new.note,
        paper=paper.reference,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
        recorded_by_name=actor.name,
    )
    twice = CheckedThatDay(_("It was inspected on that day."), field="checked_on")
    with refused_by(session, "uq_warehouse_check_place_id_checked_on", twice):
        session.add(check)
        session.flush()
    session.add_all(_row(check, one) for one in answers)
    session.flush()
    wrong = [one.question.value for one in answers if one.answer is Answer.NOT_IN_ORDER]
    subject = Subject("place", place.id, place.code, place.office_id)
    facts = {"paper": paper.reference, "not_in_order": wrong}
    record(session, actor, Act.CHECK_RECORDED, subject, facts, at=at)
    return check


def _answered(asked: list[Asked], said: list[NewAnswer]) -> list[Answered]:
    answers = {one.question: one for one in said}
    faults: dict[str, Fault] = {}
    for question in Question:
        given = answers.get(question)
        if given is None:
            faults[question.value] = (_("Answer every question."), {})
        elif given.answer is Answer.NOT_IN_ORDER and not given.note:
            faults[f"{question}-note"] = (_("Say what is not in order."), {})
    if faults:
        raise Invalid.many(_("Some fields need another look."), faults)
    return [
        Answered(
            question=one.question,
            article=one.article,
            answer=answers[one.question].answer,
            note=answers[one.question].note,
            known=one.known,
        )
        for one in asked
    ]


def _issue(
    session: Session,
    actor: Actor,
    place: PlaceOut,
    new: NewCheck,
    answers: list[Answered],
    *,
    at: datetime,
) -> Issued:
    data = WarehouseCheckPaper(
        warehouse=place.name,
        address=place.address,
        on=new.checked_on,
        team=new.team,
        known_at=at,
        answers=tuple(answers),
        bases=("C04/23 Art. 10", "D152/26 Art. 38"),
        note=new.note,
        signatures=(
            Signature(post="inspector", name=actor.name),
            Signature(post="keeper"),
            Signature(post="head"),
        ),
    )
    paper = NewPaper(
        kind=PaperKind.WAREHOUSE_CHECK_MINUTES,
        title=f"Biên bản kiểm tra {place.name}",
        subject_kind="place",
        subject_ref=str(place.id),
        data=data,
        about=(About("place", str(place.id)),),
    )
    return issue(session, actor, paper, at=at)


def _row(check: WarehouseCheck, one: Answered) -> WarehouseCheckAnswer:
    return WarehouseCheckAnswer(
        check_id=check.id,
        question=one.question.value,
        office_id=check.office_id,
        answer=one.answer.value,
        note=one.note,
        figures={known.figure.value: known.count for known in one.known},
    )
