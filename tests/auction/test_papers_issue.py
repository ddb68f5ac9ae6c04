"""Issuing the papers of the auction side: the head, the things, who signs, the form of the law."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.papers.commands import issue_paper
from auction.papers.schemas import ReductionData
from inventory.base.errors import Forbidden
from inventory.papers.models import Paper
from inventory.papers.queries import list_papers
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued
from inventory.seizures.models import Seizure
from reports.documents.layouts import html_of
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People

REDUCTION = ReductionData(
    index=1,
    failed_round=1,
    previous_price=Decimal(1_000_000_000),
    percent=Decimal(10),
    amount=Decimal(100_000_000),
    new_price=Decimal(900_000_000),
    next_round=2,
)


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    case = make_case(session, people.officer, at=at)
    return make_asset(session, people.keeper, case, at=at).reference


def issue(
    session: Session,
    people: People,
    asset: str,
    at: datetime,
    *,
    case_number: str | None = None,
    step_on: date | None = None,
) -> Issued:
    return issue_paper(
        session,
        people.officer,
        PaperKind.REDUCTION_DECISION,
        REDUCTION,
        subject_kind="lot",
        subject_ref="L-1",
        office_id=people.officer.office_id,
        assets=[asset],
        case_number=case_number,
        step_on=step_on,
        at=at,
    )


def test_the_head_the_things_and_the_signature_are_filled_in(
    session: Session, people: People, asset: str, at: datetime
):
    issued = issue(session, people, asset, at)
    assert issued.number == "1/QĐGG-THADS"
    paper = session.get_one(Paper, issued.id)
    seizure = session.query(Seizure).one()
    (case,) = paper.data["cases"]
    assert case["number"]
    assert seizure.case_id
    (line,) = paper.data["lines"]
    assert line["code"] == asset
    assert paper.data["signatures"] == [
        {"post": "enforcement_officer", "name": people.officer.name, "on_behalf": None}
    ]
    assert paper.title == line["name"]
    found = list_papers(session, people.officer, about=("asset", asset)).items
    assert [row.reference for row in found] == [issued.reference]


def test_the_form_is_that_of_the_law_of_the_step(
    session: Session, people: People, asset: str, at: datetime
):
    old = issue(session, people, asset, at, step_on=date(2026, 6, 30))
    new = issue(session, people, asset, at, step_on=date(2026, 7, 1))
    templates = [session.get_one(Paper, one.id).template for one in (old, new)]
    assert templates == ["reduction_decision/2009.html", "reduction_decision/2026.html"]
    html = [html_of(session.get_one(Paper, one.id)) for one in (old, new)]
    assert "Điều 104 Luật Thi hành án dân sự số 26/2008/QH12" in html[0]
    assert "khoản 3 Điều 83 Luật Thi hành án dân sự số 106/2025/QH15" in html[1]


def test_a_named_case_stands_alone_in_the_head(
    session: Session, people: People, asset: str, at: datetime
):
    other = make_case(session, people.officer, number="99/QĐ-THADS", at=at)
    issued = issue(session, people, asset, at, case_number=other.decision_number)
    cases = session.get_one(Paper, issued.id).data["cases"]
    assert [case["number"] for case in cases] == ["99/QĐ-THADS"]


def test_nobody_issues_for_a_foreign_office(
    session: Session, people: People, asset: str, at: datetime
):
    with pytest.raises(Forbidden):
        issue_paper(
            session,
            people.foreign_officer,
            PaperKind.REDUCTION_DECISION,
            REDUCTION,
            subject_kind="lot",
            subject_ref="L-1",
            office_id=people.officer.office_id,
            assets=[asset],
            at=at,
        )
