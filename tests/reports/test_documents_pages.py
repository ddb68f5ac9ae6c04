"""Papers in a browser and over REST: lists, one paper, its file on first demand, corrections."""

from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.papers.commands import issue
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued, NewPaper
from reports.documents.models import PrintedPaper
from service.auth.rules import COOKIE
from service.web.security import CSRF_COOKIE
from tests.make.organisation import People, make_token
from tests.reports.warehouse_papers import data_of


@pytest.fixture
def slip(session: Session, people: People, at: datetime) -> Issued:
    new = NewPaper(
        kind=PaperKind.RECEIPT_SLIP,
        title="Kho A",
        subject_kind="order",
        subject_ref="LK-0000001-5",
        data=data_of(PaperKind.RECEIPT_SLIP),
    )
    return issue(session, people.keeper, new, at=at)


@pytest.fixture
def head(client: TestClient, session: Session, people: People, at: datetime) -> TestClient:
    token = make_token(session, people, "head", at)
    client.cookies.set(COOKIE, token)
    client.headers["authorization"] = f"Bearer {token}"
    return client


def press(client: TestClient, path: str, **typed: str) -> Any:
    client.get("/desk")
    token = client.cookies.get(CSRF_COOKIE)
    return client.post(path, data={"_csrf_token": token, **typed}, follow_redirects=False)


def test_the_file_is_printed_on_first_demand_and_stays(
    head: TestClient, session: Session, slip: Issued
):
    where = f"/documents/{slip.reference}.pdf"
    assert session.scalar(select(func.count()).select_from(PrintedPaper)) == 0
    first = head.get(where)
    assert first.content.startswith(b"%PDF-1.7")
    assert session.scalar(select(func.count()).select_from(PrintedPaper)) == 1
    again = head.get(f"/api/v1/documents/{slip.reference}/pdf")
    assert again.content == first.content
    told = head.get(f"/api/v1/documents/{slip.reference}").json()
    assert told["size"] == len(first.content)
    assert told["state"] == "in_force"


def test_a_paper_without_a_file_is_told_as_such(head: TestClient, slip: Issued):
    told = head.get(f"/api/v1/documents/{slip.reference}").json()
    assert told["sha256"] is None
    assert len(told["data_sha256"]) == 64
    page = head.get(f"/documents/{slip.reference}")
    assert page.status_code == 200
    assert slip.number in page.text


def test_papers_are_listed_by_kind_and_number(head: TestClient, slip: Issued):
    assert slip.number in head.get("/documents").text
    assert slip.number in head.get(f"/documents?kind=receipt_slip&number={slip.number}").text
    assert slip.number not in head.get("/documents?kind=recall").text
    assert head.get("/documents?kind=").status_code == 200
    found = head.get("/api/v1/documents?subject_kind=order&subject_ref=LK-0000001-5").json()
    assert [row["paper"]["reference"] for row in found["items"]] == [slip.reference]


def test_a_foreign_office_sees_nothing(
    client: TestClient, session: Session, people: People, at: datetime, slip: Issued
):
    token = make_token(session, people, "foreign_officer", at)
    client.cookies.set(COOKIE, token)
    assert slip.number not in client.get("/documents").text
    assert client.get(f"/documents/{slip.reference}").status_code == 404
    assert client.get(f"/documents/{slip.reference}.pdf").status_code == 404


def test_the_head_recalls_a_paper_with_a_paper(head: TestClient, session: Session, slip: Issued):
    form = head.get(f"/documents/{slip.reference}/recall")
    assert form.status_code == 200
    empty = press(head, f"/documents/{slip.reference}/recall", reason="")
    assert empty.status_code == 422
    done = press(head, f"/documents/{slip.reference}/recall", reason="Lập sai đối tượng")
    assert done.status_code == 303
    page = head.get(f"/documents/{slip.reference}")
    assert "/recall" not in page.text
    recall = session.scalars(select(Paper).where(Paper.kind == "recall")).one()
    assert recall.number == "1/QĐTH-THADS"
    assert recall.letterhead["follows"]["number"] == slip.number
    assert recall.reference in page.text
    assert f'<b aria-current="page">{slip.number}</b>' in page.text
    earlier = head.get(f"/documents/{recall.reference}").text
    assert f'<a href="/documents/{slip.reference}">{slip.number}</a>' in earlier
    again = press(head, f"/documents/{slip.reference}/recall", reason="Lập sai đối tượng")
    assert again.status_code == 409


def test_a_small_error_is_amended(head: TestClient, session: Session, slip: Issued):
    assert head.get(f"/documents/{slip.reference}/amendment").status_code == 200
    said = {"passage": "dòng 1", "reads": "2", "shall_read": "1", "reason": "ghi nhầm"}
    done = head.post(f"/api/v1/documents/{slip.reference}/amendment", json=said)
    assert done.status_code == 201
    assert head.get(f"/api/v1/documents/{slip.reference}").json()["state"] == "amended"
    pdf = head.get(f"{done.headers['location']}/pdf")
    assert pdf.content.startswith(b"%PDF-1.7")


def test_only_the_head_corrects(
    client: TestClient, session: Session, people: People, at: datetime, slip: Issued
):
    client.headers["authorization"] = f"Bearer {make_token(session, people, 'keeper', at)}"
    refused = client.post(
        f"/api/v1/documents/{slip.reference}/recall", json={"reason": "Lập sai đối tượng"}
    )
    assert refused.status_code == 403
