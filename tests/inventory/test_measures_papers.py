"""The decision on a provisional measure, drawn up and numbered here (L25 Art. 66-69)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.life.queries import life_of
from inventory.assets.rules import AssetKind
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.measures.commands import decide_measure, register_measured, take_measure
from inventory.measures.queries import list_measures, papers_of
from inventory.measures.rules import MeasureIncomplete, MeasureKind
from inventory.measures.schemas import (
    DrawnMeasure,
    NewMeasure,
    NewMeasuredAsset,
    NewMeasureDecision,
)
from inventory.papers.commands import recall, replace
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import NewRecall, NewWording, Reworded
from reports.documents.layouts import html_of
from tests.conftest import AT
from tests.make.inventory import make_case
from tests.make.organisation import People

CASE = "12/QĐ-THADS"
TODAY = local_day(AT)
HOUR = timedelta(hours=1)
GROUNDS = "người phải thi hành án có dấu hiệu tẩu tán tài sản"
DRAWN = DrawnMeasure(grounds=GROUNDS, carried_out_by="Ngân hàng Thử", amount=Decimal(50_000_000))


def verified(session: Session, people: People) -> str:
    """A thing that the officer found two days ago."""
    make_case(session, people.officer, CASE, at=AT)
    new = NewMeasuredAsset(
        measure=MeasureKind.VERIFICATION,
        case_number=CASE,
        taken_at=AT - timedelta(days=2),
        minutes="1/BB-XM",
        kind=AssetKind.OTHER,
        description="Tài khoản 0123",
    )
    return register_measured(session, people.officer, new, at=AT).reference


def the_paper(session: Session) -> Paper:
    kind = PaperKind.MEASURE_DECISION
    return session.scalars(select(Paper).where(Paper.kind == kind)).one()


def test_a_measure_is_decided_on_by_a_paper_of_the_day(session: Session, people: People) -> None:
    make_case(session, people.officer, CASE, at=AT)
    new = NewMeasuredAsset(
        measure=MeasureKind.FREEZE,
        case_number=CASE,
        taken_at=AT - HOUR,
        kind=AssetKind.OTHER,
        description="Tài khoản 0123",
        drawn_up=DRAWN,
    )
    made = register_measured(session, people.officer, new, at=AT)
    paper = the_paper(session)
    (row,) = list_measures(session, people.officer, made.reference)
    assert (row.decision_number, row.decided_at) == (paper.number, AT)
    assert papers_of(session, people.officer, made.reference) == {paper.number: paper.reference}
    html = html_of(paper)
    for words in (GROUNDS, "phong tỏa tài khoản", "50.000.000", "Tài khoản 0123", "Ngân hàng Thử"):
        assert words in html
    step = life_of(session, people.officer, made.reference, TODAY).steps[-1]
    assert step.document == paper.number


def test_minutes_come_first_and_the_drawn_decision_names_them(
    session: Session, people: People
) -> None:
    asset = verified(session, people)
    new = NewMeasure(
        measure=MeasureKind.HOLDING, case_number=CASE, taken_at=AT - 3 * HOUR, minutes="3/BB-TG"
    )
    taken = take_measure(session, people.officer, asset, new, at=AT - 2 * HOUR)
    decided = NewMeasureDecision(measure_id=taken.id, drawn_up=DRAWN)
    measure = decide_measure(session, people.officer, asset, decided, at=AT)
    paper = the_paper(session)
    assert (measure.decision_number, measure.decided_at) == (paper.number, AT)
    assert "Căn cứ Biên bản số 3/BB-TG" in html_of(paper)
    recall(session, people.officer, paper.reference, NewRecall(reason="sai căn cứ"), at=AT)
    words = NewWording(passages=[Reworded("grounds", "tài sản dễ bị tẩu tán")])
    replace(session, people.officer, paper.reference, words, at=AT)
    session.refresh(measure)
    assert measure.decision_number != paper.number
    assert measure.decision_number in papers_of(session, people.officer, asset)


def test_the_end_is_a_paper_too_and_its_number_follows_a_replacement(
    browse: Callable[[str], TestClient[Any]], session: Session, people: People
) -> None:
    """L25 Art. 95."""
    asset = verified(session, people)
    new = NewMeasure(
        measure=MeasureKind.FREEZE, case_number=CASE, taken_at=AT - HOUR, decision_number="9/QĐ-PT"
    )
    taken = take_measure(session, people.officer, asset, new, at=AT)
    page, path = browse("officer"), f"/assets/{asset}/measures/end"
    assert "drawn_up.grounds" in page.get(f"{path}?measure={taken.id}").text
    said = {"measure_id": str(taken.id), "ended_on": TODAY.isoformat()}
    assert page.post(path, data=said).status_code == 422
    said["drawn_up.grounds"] = "đã nộp đủ tiền"
    early = {**said, "ended_on": (TODAY - timedelta(days=1)).isoformat()}
    assert page.post(path, data=early).status_code == 422
    assert page.post(path, data=said, follow_redirects=False).status_code == 303
    paper = session.scalars(select(Paper).where(Paper.kind == PaperKind.MEASURE_END)).one()
    session.refresh(taken)
    assert taken.end_decision == paper.number
    html = html_of(paper)
    for words in ("Căn cứ Quyết định số 9/QĐ-PT", "đã nộp đủ tiền", "Chấm dứt việc phong tỏa"):
        assert words in html
    assert f'href="/documents/{paper.reference}"' in page.get(f"/assets/{asset}").text
    words = NewWording(passages=[Reworded("grounds", "các bên đã thỏa thuận")])
    recall(session, people.officer, paper.reference, NewRecall(reason="sai căn cứ"), at=AT)
    replace(session, people.officer, paper.reference, words, at=AT)
    session.refresh(taken)
    assert taken.end_decision != paper.number
    assert taken.decision_number == "9/QĐ-PT"


def test_what_a_drawn_up_decision_needs(session: Session, people: People) -> None:
    asset = verified(session, people)

    def take(**said: object) -> None:
        new = NewMeasure(case_number=CASE, taken_at=AT - HOUR, **said)  # type: ignore[arg-type]
        take_measure(session, people.officer, asset, new, at=AT)

    with pytest.raises(MeasureIncomplete):
        take(measure=MeasureKind.VERIFICATION, minutes="3/BB", drawn_up=DRAWN)
    with pytest.raises(MeasureIncomplete) as bare:
        take(measure=MeasureKind.FREEZE)
    assert bare.value.article == "L25 Art. 66, 67, 68, 69"
    yesterday = AT - timedelta(days=1)
    with pytest.raises(Invalid) as early:
        take(measure=MeasureKind.FREEZE, decided_at=yesterday, drawn_up=DRAWN)
    assert list(early.value.fields) == ["decided_at"]
    take(measure=MeasureKind.FREEZE, minutes="4/BB")
    (_found, row) = list_measures(session, people.officer, asset)
    for said, field in (({}, "decision_number"), ({"decision_number": "9/QĐ"}, "decided_at")):
        decided = NewMeasureDecision(measure_id=row.id, **said)
        with pytest.raises(Invalid) as refused:
            decide_measure(session, people.officer, asset, decided, at=AT)
        assert list(refused.value.fields) == [field]


def test_the_form_has_the_decision_drawn_up_and_links_it(
    browse: Callable[[str], TestClient[Any]], session: Session, people: People
) -> None:
    asset = verified(session, people)
    client = browse("officer")
    said = {
        "measure": "stop_transactions",
        "case_number": CASE,
        "taken_at": "2026-11-20T08:00",
        "drawn_up.grounds": GROUNDS,
        "drawn_up.carried_out_by": "Văn phòng đăng ký đất đai",
        "drawn_up.amount": "50.000.000",
    }
    answer = client.post(f"/assets/{asset}/measures/new", data=said, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    paper = the_paper(session)
    page = client.get(f"/assets/{asset}").text
    assert f'href="/documents/{paper.reference}"' in page
