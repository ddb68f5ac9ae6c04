"""A paper is printed from the template of the day it was numbered, whenever it is printed first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, PackageLoader
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.base.storage import BlobStore
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import NewPaper, Signature
from reports.documents import commands, layouts
from reports.documents.models import TemplateSource
from reports.forms.layouts import LAYOUTS
from reports.pdf import typesetting
from tests.make.organisation import People
from tests.reports.warehouse_papers import data_of

KIND = PaperKind.WRITE_OFF_DECISION
TEMPLATE = "write_off_decision/2020.html"


@pytest.fixture(autouse=True)
def unprinted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The file holds the HTML itself; templates are read anew before and after."""
    layouts.lay_out_by(LAYOUTS)
    monkeypatch.setattr(commands, "print_pdf", lambda html, **_limits: html.encode())
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for read_once in ("_today", "_version", "_parts", "_said_today", "_made_of"):
        getattr(typesetting, read_once).cache_clear()


def release(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later release of the program words its template and its base otherwise."""
    package = PackageLoader("reports", "forms/templates")
    source = package.get_source(typesetting._environment(), TEMPLATE)[0]
    new = DictLoader({TEMPLATE: source.replace("Ghi giảm khỏi sổ", "Loại khỏi sổ")})

    def loader() -> BaseLoader:
        return ChoiceLoader([new, package])

    monkeypatch.setattr(typesetting, "_loader", loader)
    _forget()


def numbered(session: Session, people: People, at: datetime) -> int:
    data = data_of(KIND)
    assert isinstance(data.signatures[0], Signature)
    new = NewPaper(kind=KIND, title="Ghi giảm", subject_kind="asset", subject_ref="T", data=data)
    return issue(session, people.head, new, at=at).id


def test_a_paper_numbered_before_a_template_changed_is_printed_as_it_was(
    session: Session,
    people: People,
    at: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = BlobStore(tmp_path)
    first, second = numbered(session, people, at), numbered(session, people, at)
    assert session.scalar(select(func.count()).select_from(TemplateSource)) == 1
    before = commands.print_paper(session, first, files, at=at)
    release(monkeypatch)
    third = numbered(session, people, at)
    late = commands.print_paper(session, second, files, at=at + timedelta(days=400))
    assert "Ghi giảm khỏi sổ" in files.get(late.sha256).decode()
    assert late.template_version == before.template_version
    assert late.template_version[:12] in files.get(late.sha256).decode()
    newest = commands.print_paper(session, third, files, at=at)
    assert "Loại khỏi sổ" in files.get(newest.sha256).decode()
    assert newest.template_version != before.template_version


def test_what_was_kept_of_a_template_stays(session: Session, people: People, at: datetime) -> None:
    numbered(session, people, at)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE template_source SET sources = '{}'"))
