"""Issuing papers: gapless numbers, a file that never changes, a row that cannot be changed."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden
from inventory.base.storage import BlobStore
from reports.documents import commands, queries
from reports.documents.models import IssuedDocument
from reports.documents.rules import DocumentUnknown
from reports.documents.schemas import DocumentOut
from reports.forms.commands import issue_review_dossier
from reports.forms.review_dossier.data import DossierData
from reports.forms.review_dossier.form import lay_out
from reports.pdf.press import print_pdf
from reports.pdf.rules import PressTooSlow
from tests.make.organisation import People
from tests.reports.histories import History, make_history


@pytest.fixture
def history(session: Session, people: People, at: datetime) -> History:
    return make_history(session, people, at=at)


@pytest.fixture
def files(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path)


Issue = Callable[[], DocumentOut]


@pytest.fixture
def issue(
    session: Session, people: People, history: History, files: BlobStore, at: datetime
) -> Issue:
    ref = history.asset.reference
    return lambda: issue_review_dossier(session, people.inspector, ref, files, at=at)


def test_a_paper_gets_the_next_number_of_its_office_and_year(issue: Issue):
    first, second = issue(), issue()
    assert (first.number, second.number) == ("1/HSKT-THADS", "2/HSKT-THADS")
    assert first.reference != second.reference
    assert first.office == "Cục thử nghiệm"


def test_a_paper_that_could_not_be_printed_leaves_no_gap(
    session: Session, issue: Issue, monkeypatch: pytest.MonkeyPatch
):
    def too_slow(_html: str) -> bytes:
        raise PressTooSlow("too slow")

    issue()
    with monkeypatch.context() as broken:
        broken.setattr(commands, "print_pdf", too_slow)
        with pytest.raises(PressTooSlow), session.begin_nested():
            issue()
    assert issue().number == "2/HSKT-THADS"


def test_the_file_is_stored_under_its_hash_and_carries_the_number(files: BlobStore, issue: Issue):
    issued = issue()
    pdf = files.get(issued.sha256)
    assert pdf.startswith(b"%PDF-1.7")
    assert hashlib.sha256(pdf).hexdigest() == issued.sha256
    assert issued.size == len(pdf)


def test_a_paper_can_be_drawn_again_from_its_snapshot(
    session: Session, files: BlobStore, issue: Issue
):
    issued = issue()
    document = session.scalars(
        select(IssuedDocument).where(IssuedDocument.reference == issued.reference)
    ).one()
    dossier = msgspec.convert(document.data, DossierData)
    assert dossier.letterhead.number == 1
    assert print_pdf(lay_out(dossier)) == files.get(issued.sha256)


def test_what_happens_later_does_not_change_an_issued_paper(
    session: Session, people: People, history: History, files: BlobStore, issue: Issue
):
    issued = issue()
    before = files.get(issued.sha256)
    history.asset.description = "Mô tả đã sửa"
    session.flush()
    document = queries.get_document(session, people.inspector, issued.reference)
    assert files.get(document.sha256) == before
    assert "Nhà ở hai tầng tại xã Thử" in document.data["assets"][0]["description"]


@pytest.mark.parametrize(
    "act",
    [
        update(IssuedDocument).values(number="99/X"),
        delete(IssuedDocument),
        text("TRUNCATE issued_document"),
    ],
)
def test_the_database_refuses_to_change_or_remove_an_issued_paper(
    session: Session, issue: Issue, act: object
):
    issue()
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        session.execute(act)  # type: ignore[call-overload]
    assert refusal.value.orig is not None
    assert refusal.value.orig.sqlstate == "42501"  # type: ignore[attr-defined]


def test_two_papers_of_an_office_never_share_a_number(
    session: Session, issue: Issue, monkeypatch: pytest.MonkeyPatch
):
    issue()
    monkeypatch.setattr(commands, "next_number", lambda *_args: 1)
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        issue()
    assert "uq_issued_document_office_id_kind_year_serial" in str(refusal.value.orig)


def test_issuing_is_recorded_in_the_audit_ledger(session: Session, people: People, issue: Issue):
    issued = issue()
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.code == "documents.document.issued")
    ).one()
    assert entry.subject_ref == issued.reference
    assert entry.staff_id == people.inspector.staff_id
    assert entry.data["sha256"] == issued.sha256


@pytest.mark.parametrize("who", ["keeper", "officer", "head", "administrator"])
def test_only_who_may_issue_papers_issues_one(
    session: Session, people: People, history: History, files: BlobStore, at: datetime, who: str
):
    actor: Actor = getattr(people, who)
    with pytest.raises(Forbidden):
        issue_review_dossier(session, actor, history.asset.reference, files, at=at)


def test_a_paper_of_a_foreign_office_is_unknown(
    session: Session, people: People, become: Callable[[Actor], Actor], issue: Issue
):
    issued = issue()
    become(people.foreign_officer)
    with pytest.raises(DocumentUnknown):
        queries.get_document(session, people.foreign_officer, issued.reference)
    seen = session.scalar(
        select(IssuedDocument.id).where(IssuedDocument.reference == issued.reference)
    )
    assert seen is None, "row-level security alone must hide it, too"


def test_the_papers_of_an_asset_are_listed_newest_first(
    session: Session, people: People, history: History, issue: Issue
):
    first, second = issue(), issue()
    ref = history.asset.reference
    listed = queries.list_documents_of(session, people.inspector, "asset", ref)
    assert [d.reference for d in listed] == [second.reference, first.reference]
    assert queries.list_documents_of(session, people.inspector, "asset", "TS-0") == []


def test_a_changed_file_is_named_by_the_check(session: Session, files: BlobStore, issue: Issue):
    issue()
    issued = issue()
    assert queries.check_files(session, files).fault is None
    files._path(issued.sha256).write_bytes(b"%PDF-1.7 forged")
    found = queries.check_files(session, files)
    assert found.fault is not None
    assert issued.reference in found.fault
    assert found.checked == 2
