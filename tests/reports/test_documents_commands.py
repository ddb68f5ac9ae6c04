"""Printing papers: a file that never changes, printed once, a row that cannot be changed."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import Forbidden
from inventory.base.storage import BlobStore
from inventory.papers.commands import issue as issue_paper
from inventory.papers.models import Paper
from inventory.papers.queries import list_papers
from inventory.papers.rules import PaperKind, PaperUnknown
from inventory.papers.schemas import Letterhead, NewPaper, PaperData
from reports.documents import commands, layouts, queries
from reports.documents.models import PrintedPaper
from reports.documents.rules import BeingPrinted, LayoutUnknown
from reports.forms.commands import issue_review_dossier
from reports.forms.layouts import LAYOUTS
from reports.forms.review_dossier.data import Dossier, DossierData
from reports.forms.review_dossier.form import lay_out
from reports.pdf.press import print_pdf
from reports.pdf.rules import PressTooSlow
from tests.make.organisation import People
from tests.reports.histories import History, make_history
from tests.reports.warehouse_facts import LINES
from tests.reports.warehouse_papers import data_of


@pytest.fixture
def history(session: Session, people: People, at: datetime) -> History:
    return make_history(session, people, at=at)


@pytest.fixture
def files(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path)


@pytest.fixture(autouse=True)
def laid_out() -> None:
    layouts.lay_out_by(LAYOUTS)


Issue = Callable[[], Paper]


@pytest.fixture
def issue(
    session: Session, people: People, history: History, files: BlobStore, at: datetime
) -> Issue:
    ref = history.asset.reference

    def act() -> Paper:
        issued, _printed = issue_review_dossier(session, people.inspector, ref, files, at=at)
        return session.get_one(Paper, issued.id)

    return act


def file_of(session: Session, paper: Paper) -> PrintedPaper:
    printed = queries.print_of(session, paper.id)
    assert printed is not None
    return printed


def test_a_dossier_gets_the_next_number_of_its_office_and_year(issue: Issue):
    first, second = issue(), issue()
    assert (first.number, second.number) == ("1/HSKT-THADS", "2/HSKT-THADS")
    assert first.reference != second.reference


def test_a_paper_that_could_not_be_printed_leaves_no_gap(
    session: Session, issue: Issue, monkeypatch: pytest.MonkeyPatch
):
    def too_slow(_html: str, **_limits: float) -> bytes:
        raise PressTooSlow("too slow")

    issue()
    with monkeypatch.context() as broken:
        broken.setattr(commands, "print_pdf", too_slow)
        with pytest.raises(PressTooSlow), session.begin_nested():
            issue()
    assert issue().number == "2/HSKT-THADS"


def test_the_file_is_stored_under_its_hash(session: Session, files: BlobStore, issue: Issue):
    printed = file_of(session, issue())
    pdf = files.get(printed.sha256)
    assert pdf.startswith(b"%PDF-1.7")
    assert hashlib.sha256(pdf).hexdigest() == printed.sha256
    assert printed.size == len(pdf)


def test_a_paper_can_be_drawn_again_from_its_data(session: Session, files: BlobStore, issue: Issue):
    paper = issue()
    head = msgspec.convert(paper.letterhead, Letterhead)
    assert head.number == 1
    dossier = Dossier(head, msgspec.convert(paper.data, DossierData))
    assert print_pdf(lay_out(dossier)) == files.get(file_of(session, paper).sha256)


def test_a_paper_is_printed_once(
    session: Session, files: BlobStore, issue: Issue, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    paper = issue()
    before = file_of(session, paper)
    monkeypatch.setattr(commands, "print_pdf", lambda _html, **_limits: b"another machine's bytes")
    again = commands.print_paper(session, paper.id, files, at=at + timedelta(days=400))
    assert (again.sha256, again.printed_at) == (before.sha256, before.printed_at)


def test_what_happens_later_does_not_change_a_paper(
    session: Session, people: People, history: History, files: BlobStore, issue: Issue
):
    paper = issue()
    history.asset.description = "Mô tả đã sửa"
    session.flush()
    session.expire_all()
    assert "Nhà ở hai tầng tại xã Thử" in paper.data["assets"][0]["description"]


@pytest.mark.parametrize(
    "act",
    [
        update(PrintedPaper).values(size=1),
        delete(PrintedPaper),
        text("TRUNCATE printed_paper"),
    ],
)
def test_the_database_refuses_to_change_or_remove_a_file(
    session: Session, issue: Issue, act: object
):
    issue()
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        session.execute(act)  # type: ignore[call-overload]
    assert refusal.value.orig is not None
    assert refusal.value.orig.sqlstate == "42501"  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", ["keeper", "officer", "head", "administrator"])
def test_only_who_may_issue_papers_issues_a_dossier(
    session: Session, people: People, history: History, files: BlobStore, at: datetime, who: str
):
    actor: Actor = getattr(people, who)
    with pytest.raises(Forbidden):
        issue_review_dossier(session, actor, history.asset.reference, files, at=at)


def test_a_paper_of_a_foreign_office_is_unknown(
    session: Session, people: People, become: Callable[[Actor], Actor], issue: Issue
):
    reference = issue().reference
    become(people.foreign_officer)
    with pytest.raises(PaperUnknown):
        queries.get_document_out(session, people.foreign_officer, reference)
    assert session.scalar(select(PrintedPaper.paper_id)) is None, "row-level security, too"


def test_the_papers_of_an_asset_are_listed_newest_first(
    session: Session, people: People, history: History, issue: Issue
):
    first, second = issue(), issue()
    about = ("asset", history.asset.reference)
    listed = list_papers(session, people.inspector, about=about).items
    assert [d.reference for d in listed] == [second.reference, first.reference]


@pytest.mark.parametrize("papers", [1, 5])
def test_a_list_of_papers_costs_three_statements(
    session: Session, people: People, statements: list[str], at: datetime, papers: int
):
    new = NewPaper(
        kind=PaperKind.STOCK_CARD,
        title="Thẻ kho",
        subject_kind="asset",
        subject_ref="TS-0000001-2",
        data=PaperData(),
    )
    for _each in range(papers):
        issue_paper(session, people.keeper, new, at=at)
    del statements[:]
    found = queries.list_documents(session, people.keeper)
    assert [row.printed for row in found.items] == [False] * papers
    assert len(statements) == 3


def test_a_changed_file_is_named_by_the_check(session: Session, files: BlobStore, issue: Issue):
    issue()
    paper = issue()
    assert queries.check_files(session, files).fault is None
    digest = file_of(session, paper).sha256
    (forged,) = Path(files.shelf.folder).rglob(digest)  # type: ignore[union-attr]
    forged.chmod(0o600)
    forged.write_bytes(b"%PDF-1.7 forged")
    found = queries.check_files(session, files)
    assert found.fault is not None
    assert paper.reference in found.fault
    assert found.checked == 2


def test_papers_without_a_file_are_found_after_a_while(
    session: Session, people: People, at: datetime
):
    new = NewPaper(
        kind=PaperKind.STOCK_CARD,
        title="Thẻ kho",
        subject_kind="asset",
        subject_ref="TS-0000001-2",
        data=PaperData(),
    )
    issued = issue_paper(session, people.keeper, new, at=at)
    assert queries.unprinted(session, at) == []
    assert queries.unprinted(session, at + timedelta(minutes=1)) == [issued.id]


def test_a_kind_that_nobody_lays_out_is_refused(session: Session, people: People, at: datetime):
    paper = Paper(kind="unknown", template="x.html", letterhead={}, data={})
    with pytest.raises(LayoutUnknown):
        layouts.html_of(paper)


def test_a_long_paper_is_left_to_the_worker(
    session: Session,
    people: People,
    files: BlobStore,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
):
    lines = tuple(msgspec.structs.replace(LINES[0], code=f"TS-{i}") for i in range(1000))
    new = NewPaper(
        kind=PaperKind.STOCKTAKE_MINUTES,
        title="Kho A",
        subject_kind="stocktake",
        subject_ref="KK-1",
        data=msgspec.structs.replace(data_of(PaperKind.STOCKTAKE_MINUTES), lines=lines),
    )
    issued = issue_paper(session, people.keeper, new, at=at)
    given: dict[str, float] = {}

    def note(_html: str, **limits: float) -> bytes:
        given.update(limits)
        return b"%PDF-1.7"

    monkeypatch.setattr(commands, "print_pdf", note)
    with pytest.raises(BeingPrinted):
        commands.print_paper(session, issued.id, files, at=at)
    commands.print_paper(session, issued.id, files, at=at, patient=True)
    assert given["seconds"] > 300
