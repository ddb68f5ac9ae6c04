"""Heads and certificates in a browser and over REST: who may, what comes, what a file is."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden
from inventory.cases.models import EnforcementCase
from inventory.notary.commands import seal_head
from inventory.notary.offline import Held, check
from inventory.notary.papers import issue_certificate
from inventory.notary.signing import signer_at
from inventory.papers.queries import get_paper
from inventory.papers.schemas import Letterhead
from inventory.warehouses.models import Place
from reports.forms.layouts import LAYOUTS
from reports.pdf.press import print_pdf
from tests.make.inventory import make_asset
from tests.make.organisation import People

Browse = Callable[[str], TestClient]
Bearer = Callable[[str], dict[str, str]]


@pytest.fixture
def held(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    tmp_path: Path,
    at: datetime,
) -> Registered:
    """An asset in store under a signed head."""
    made = make_asset(session, people.keeper, case, at=at, place=store)
    seal_head(session, SYSTEM, signer_at(tmp_path / "key.pem"), at=at)
    return made


def test_the_heads_are_a_page_for_those_who_watch(browse: Browse, held: Registered) -> None:
    client = browse("head")
    assert "/heads/1/file" in client.get("/heads").text
    file = client.get("/heads/1/file")
    assert msgspec.json.decode(file.content)["statement"].startswith("kebien head\nnumber: 1\n")
    assert client.get("/heads/9/file").status_code == 404
    assert "/heads" in client.get("/desk").text


def test_who_only_keeps_does_not_read_heads(browse: Browse, held: Registered) -> None:
    client = browse("keeper")
    assert client.get("/heads").status_code == 403
    assert f"/assets/{held.reference}/certificate" in client.get(f"/assets/{held.reference}").text


def test_the_files_from_the_page_hold_anywhere(
    browse: Browse, held: Registered, tmp_path: Path
) -> None:
    packed = browse("keeper").get(f"/assets/{held.reference}/certificate")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        archive.extractall(tmp_path / "out")
    found = check(tmp_path / "out")
    assert isinstance(found, Held)
    assert (found.asset, found.covered, found.facts) == (held.reference, 1, True)


def test_the_same_over_rest_and_not_for_another_office(
    client: TestClient, bearer: Bearer, held: Registered
) -> None:
    path = f"/api/v1/assets/{held.reference}/certificate"
    said = client.get(path, headers=bearer("keeper")).json()
    assert said["certificate"]["asset"]["reference"] == held.reference
    assert client.get(path, headers=bearer("foreign_keeper")).status_code == 404
    inspector = bearer("inspector")
    heads = client.get("/api/v1/heads", headers=inspector).json()
    assert heads["items"][0]["number"] == 1
    assert client.get("/api/v1/heads/1", headers=inspector).json()["consistency"] == []
    keys = client.get("/api/v1/heads/keys", headers=inspector).json()
    assert keys[0]["key"] == heads["items"][0]["key_id"]


def test_the_certificate_is_issued_as_a_paper_that_tells_the_chain(
    session: Session, people: People, held: Registered, at: datetime
) -> None:
    issued = issue_certificate(session, people.keeper, held.reference, at=at)
    paper = get_paper(session, people.keeper, issued.reference)
    html = LAYOUTS[paper.kind](
        paper.template, msgspec.convert(paper.letterhead, Letterhead), paper.data
    )
    said = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(print_pdf(html))).pages
    ).replace("\n", "")
    sealed = session.execute(text("SELECT encode(hash, 'hex') FROM custody_entry")).scalar_one()
    assert held.reference in said
    assert sealed in said.replace(" ", "")
    with pytest.raises(Forbidden):
        issue_certificate(session, people.officer, held.reference, at=at)


def test_the_button_issues_it(browse: Browse, session: Session, held: Registered) -> None:
    done = browse("keeper").post(f"/assets/{held.reference}/certificate", follow_redirects=False)
    assert done.status_code == 303
    assert done.headers["location"].startswith("/documents/VB-")
