"""Inspections of warehouses: what the program knows stands beside each question."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import impede
from inventory.custody.rules import Hindrance
from inventory.custody.schemas import NewImpediment
from inventory.papers.queries import get_paper
from inventory.papers.schemas import Letterhead
from inventory.warehouse_checks import queries
from inventory.warehouse_checks.commands import record_check
from inventory.warehouse_checks.rules import (
    BASES,
    FIGURES,
    Answer,
    CheckedThatDay,
    Figure,
    NotAWarehouse,
    Question,
)
from inventory.warehouse_checks.schemas import NewAnswer, NewCheck
from inventory.warehouses.models import Place
from reports.forms.layouts import LAYOUTS
from tests.make.inventory import make_asset, make_evidence, take_in_at
from tests.make.organisation import People

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
IN_ORDER = [NewAnswer(question=question, answer=Answer.IN_ORDER) for question in Question]


def new_check(**said: object) -> NewCheck:
    facts = {"checked_on": date(2026, 11, 23), "team": "Đoàn kiểm tra số 2", "answers": IN_ORDER}
    return NewCheck(**{**facts, **said})  # type: ignore[arg-type]


def known(session: Session, people: People, place: Place) -> dict[Figure, int]:
    asked = queries.ask(session, queries.get_warehouse(session, people.head, place.id), at=AT)
    return {one.figure: one.count for question in asked for one in question.known}


def test_every_question_has_its_article_and_its_figures() -> None:
    assert set(BASES) == set(FIGURES) == set(Question)
    shown = [figure for figures in FIGURES.values() for figure in figures]
    assert sorted(shown) == sorted(Figure)


def test_the_checklist_is_filled_with_what_the_program_knows(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    statements: list[str],
) -> None:
    for place in (store, shelf):
        make_asset(session, people.keeper, case, at=AT, place=place)
    statements.clear()
    found = known(session, people, store)
    assert (found[Figure.HELD], found[Figure.WITHOUT_LABEL]) == (2, 2)
    assert found[Figure.BROKEN_SEALS] == found[Figure.CONFIRMED_MISSING] == 0
    assert len(statements) <= 8  # the others are short questions of the law
    assert (found[Figure.WITHOUT_CARD], found[Figure.UNCOUNTED], found[Figure.CONTRACTS]) == (
        2,
        0,
        0,
    )


def test_a_figure_counts_what_its_page_lists(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    browse: Callable[[str], TestClient],
) -> None:
    """Nothing is listed that was not counted, and nothing counted is not listed."""
    made = [make_asset(session, people.keeper, case, at=AT, place=one) for one in (store, shelf)]
    seen = make_evidence(
        session, people.keeper, at=AT, received_on=date(2020, 1, 5), take_in=take_in_at(shelf)
    )
    why = NewImpediment(code=Hindrance.MISSING, reason="Không thấy")
    impede(session, people.head, [made[0].reference], why, at=AT, source="KK-0000001-1")
    place = queries.get_warehouse(session, people.head, store.id)
    found = known(session, people, store)
    for figure in Figure:
        rows = queries.list_counted(session, place, figure, at=AT)
        assert len(rows) == found[figure], figure
    assert found[Figure.OLD_UNJUDGED] == found[Figure.CONFIRMED_MISSING] == 1
    client = browse("head")
    path = f"/places/{store.id}/inspection"
    assert f'href="{path}/old_unjudged"' in client.get(path).text
    assert f"/assets/{seen.reference}" in client.get(f"{path}/old_unjudged").text
    assert client.get(f"{path}/nothing").status_code == 404


def test_an_inspection_issues_its_minutes_and_is_kept(
    session: Session, people: People, case: EnforcementCase, store: Place
) -> None:
    make_asset(session, people.keeper, case, at=AT, place=store)
    answers = [one for one in IN_ORDER if one.question is not Question.LABELS]
    bad = NewAnswer(question=Question.LABELS, answer=Answer.NOT_IN_ORDER, note="Thiếu nhãn")
    check = record_check(
        session, people.inspector, store.id, new_check(answers=[*answers, bad]), at=AT
    )
    paper = get_paper(session, people.inspector, check.paper)
    stored = {one["question"]: one for one in paper.data["answers"]}
    assert stored["labels"]["note"] == "Thiếu nhãn"
    assert stored["labels"]["known"] == [{"figure": "without_label", "count": 1}]
    (row,) = queries.list_checks(session, people.head).items
    assert (row.place, row.not_in_order, row.paper) == ("Kho số 1", 1, check.paper)
    html = LAYOUTS[paper.kind](paper.template, Letterhead(**_head(paper.letterhead)), paper.data)
    assert "Thiếu nhãn" in html
    assert "mục chưa in nhãn" in html
    for table in ("warehouse_check", "warehouse_check_answer"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(f"DELETE FROM {table}"))


def test_nothing_half_answered_is_taken(session: Session, people: People, store: Place) -> None:
    with pytest.raises(Invalid) as refused:
        record_check(session, people.inspector, store.id, new_check(answers=IN_ORDER[1:]), at=AT)
    assert list(refused.value.fields) == ["orders"]
    silent = [NewAnswer(question=one.question, answer=Answer.NOT_IN_ORDER) for one in IN_ORDER]
    with pytest.raises(Invalid) as refused:
        record_check(session, people.inspector, store.id, new_check(answers=silent), at=AT)
    assert "seals-note" in refused.value.fields
    ahead = new_check(checked_on=date(2026, 12, 1))
    with pytest.raises(Invalid):
        record_check(session, people.inspector, store.id, ahead, at=AT)


def test_a_whole_warehouse_is_inspected_once_a_day_by_those_who_may(
    session: Session, people: People, store: Place, shelf: Place
) -> None:
    with pytest.raises(Forbidden):
        record_check(session, people.keeper, store.id, new_check(), at=AT)
    with pytest.raises(NotAWarehouse):
        record_check(session, people.head, shelf.id, new_check(), at=AT)
    record_check(session, people.head, store.id, new_check(), at=AT)
    with pytest.raises(CheckedThatDay):
        record_check(session, people.head, store.id, new_check(), at=AT)


def test_another_office_s_warehouse_is_not_there(
    session: Session, people: People, foreign_store: Place
) -> None:
    with pytest.raises(NotFound):
        record_check(session, people.head, foreign_store.id, new_check(), at=AT)


def test_the_form_keeps_what_was_typed(browse: Callable[[str], TestClient], store: Place) -> None:
    client = browse("head")
    path = f"/places/{store.id}/inspection"
    assert client.get(path).status_code == 200
    said = {"checked_on": "2026-11-20", "team": "Đoàn số 5", "orders": "not_in_order"}
    again = client.post(path, data=said)
    assert again.status_code == 422
    assert "Đoàn số 5" in again.text
    whole = {question.value: "in_order" for question in Question}
    done = client.post(path, data={**said, **whole})
    assert done.status_code in {200, 303}
    assert "Đoàn số 5" in client.get("/warehouse-checks").text


def _head(kept: dict[str, object]) -> dict[str, object]:
    import msgspec  # noqa: PLC0415 - in this one place

    head = msgspec.convert(kept, Letterhead)
    return {name: getattr(head, name) for name in Letterhead.__struct_fields__}
