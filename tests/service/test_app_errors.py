"""Every failure has one answer: a problem document for programs, a page or a part for people."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import msgspec
import pytest
from litestar import Controller, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from inventory.base import errors as base
from inventory.base.orm import CONSTRAINT_ERRORS
from service.app import create_app
from service.database import Database
from service.errors import refusal_of
from service.settings import Settings

REFUSALS: dict[str, base.DomainError] = {
    "unlawful": base.Unlawful(
        "Not under the law.", field="price", article="L25 Art. 83(3)", rule="max_reduction_pct"
    ),
    "not_found": base.NotFound("There is nothing here, or it is not yours to see."),
    "conflict": base.Conflict("Held by %(name)s.", name="Nguyễn Văn A"),
    "stale": base.PreconditionFailed("It changed."),
    "too_many": base.TooManyAttempts("Wait.", seconds=90),
    "unavailable": base.Unavailable("Not now."),
    "unauthenticated": base.Unauthenticated("Please log in."),
    "forbidden": base.Forbidden("You are not permitted to do this."),
}


class Part(msgspec.Struct, forbid_unknown_fields=True):
    weight: Decimal


class Thing(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1)]
    count: int
    part: Part | None = None


def refuse(kind: str) -> None:
    if kind in REFUSALS:
        raise REFUSALS[kind]
    if kind == "bug":
        raise RuntimeError("the secret of the trace")
    if kind == "far":
        date.max + timedelta(days=1)
    if kind == "group":
        raise BaseExceptionGroup("one", [base.Conflict("Grouped.")])
    raise HTTPException(status_code=int(kind))


class ProbeApi(Controller):
    path = "/api/v1/probe"
    opt: ClassVar[dict[str, Any]] = {"public": True}

    @get("/{kind:str}", sync_to_thread=True)
    def refused(self, kind: FromPath[str]) -> None:
        refuse(kind)

    @post("/", sync_to_thread=True)
    def take(self, data: JSONBody[Thing]) -> None:
        return None

    @get("/numbers/list", sync_to_thread=True)
    def numbers(self, size: FromQuery[int]) -> int:
        return size


class ProbePages(Controller):
    path = "/probe"
    opt: ClassVar[dict[str, Any]] = {"public": True}
    include_in_schema = False

    @get("/{kind:str}", sync_to_thread=True)
    def refused(self, kind: FromPath[str]) -> None:
        refuse(kind)

    @post("/{kind:str}", exclude_from_csrf=True, sync_to_thread=True)
    def posted(self, kind: FromPath[str]) -> None:
        refuse(kind)


@pytest.fixture(scope="module")
def probe(settings: Settings, database: Database) -> Iterator[TestClient[Any]]:
    app = create_app(settings)
    app.register(ProbeApi)
    app.register(ProbePages)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers["accept-language"] = "en"
        yield client


@pytest.mark.parametrize("kind", sorted(REFUSALS))
def test_a_refusal_is_a_problem_document_with_its_own_status(probe: TestClient[Any], kind: str):
    error = REFUSALS[kind]
    answer = probe.get(f"/api/v1/probe/{kind}")
    body = answer.json()
    assert answer.status_code == error.status == body["status"]
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (body["code"], body["detail"]) == (error.code, str(error))
    assert body["type"] == f"urn:kebien:problem:{error.code}"
    assert body["instance"] == f"/api/v1/probe/{kind}"
    assert body["title"] != body["detail"]


def test_a_refusal_by_law_names_the_article_and_the_field(probe: TestClient[Any]):
    body = probe.get("/api/v1/probe/unlawful").json()
    assert body["article"] == "L25 Art. 83(3)"
    assert body["errors"] == [{"field": "price", "message": "Not under the law."}]


def test_a_refusal_is_told_in_the_language_of_the_reader(probe: TestClient[Any]):
    answer = probe.get("/api/v1/probe/forbidden", headers={"accept-language": "vi"})
    assert answer.json()["detail"] == "Bạn không có quyền thực hiện việc này."


def test_waiting_and_logging_in_are_told_in_the_headers_too(probe: TestClient[Any]):
    assert probe.get("/api/v1/probe/too_many").headers["retry-after"] == "90"
    assert probe.get("/api/v1/probe/unauthenticated").headers["www-authenticate"] == "Bearer"


def test_a_refusal_inside_a_group_of_one_is_that_refusal(probe: TestClient[Any]):
    assert probe.get("/api/v1/probe/group").json()["detail"] == "Grouped."


def test_a_day_beyond_the_calendar_is_a_fault_of_the_input_and_no_incident(
    probe: TestClient[Any],
):
    answer = probe.get("/api/v1/probe/far")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "A date lies too far away to reckon with."


@pytest.mark.parametrize("status", [403, 404, 405, 413, 415, 418, 429])
def test_a_refusal_of_the_framework_has_the_same_form(probe: TestClient[Any], status: int):
    body = probe.get(f"/api/v1/probe/{status}").json()
    assert body["status"] == status
    assert body.keys() == {"type", "title", "status", "detail", "instance", "code"}


def test_every_faulty_field_of_a_body_is_named_at_once(probe: TestClient[Any]):
    answer = probe.post("/api/v1/probe", json={"name": "", "count": "many"})
    assert answer.status_code == 422
    assert {fault["field"] for fault in answer.json()["errors"]} == {"name", "count"}
    missing = probe.post("/api/v1/probe", json={}).json()["errors"]
    assert [fault["message"] for fault in missing] == ["This field is required."] * 2


def test_an_unknown_or_inner_faulty_field_is_refused(probe: TestClient[Any]):
    good = {"name": "x", "count": 1}
    assert probe.post("/api/v1/probe", json=good).status_code == 201
    unknown = probe.post("/api/v1/probe", json={**good, "colour": "red"})
    inner = probe.post("/api/v1/probe", json={**good, "part": {"weight": "heavy"}})
    assert (unknown.status_code, inner.status_code) == (422, 422)
    assert [fault["field"] for fault in inner.json()["errors"]] == ["part.weight"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"name": "\xc3"}', b"[]", b"3", b"", b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_refused(probe: TestClient[Any], body: bytes):
    answer = probe.post("/api/v1/probe", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"invalid", "refused"}


def test_a_query_value_that_is_not_of_its_kind_is_named(probe: TestClient[Any]):
    answer = probe.get("/api/v1/probe/numbers/list?size=big")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["size"]


def test_a_fault_of_the_program_shows_a_number_and_logs_the_trace(
    probe: TestClient[Any], caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR):
        answer = probe.get("/api/v1/probe/bug")
    incident = answer.json()["incident"]
    assert answer.status_code == 500
    assert "secret of the trace" not in answer.text
    [record] = [r for r in caplog.records if r.name == "kebien.errors"]
    assert incident in record.getMessage()
    assert record.exc_info is not None
    assert "secret of the trace" in str(record.exc_info[1])


def test_a_fault_of_the_program_shows_people_its_number(probe: TestClient[Any]):
    answer = probe.get("/probe/bug")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert "<code>" in answer.text
    assert "secret of the trace" not in answer.text


def test_a_page_that_is_refused_is_a_page_in_the_shell(probe: TestClient[Any]):
    answer = probe.get("/probe/conflict", headers={"accept-language": "vi"})
    assert answer.status_code == 409
    assert '<html lang="vi">' in answer.text
    assert "Held by Nguyễn Văn A." in answer.text


def test_a_part_of_a_page_that_is_refused_is_put_under_the_notices(probe: TestClient[Any]):
    answer = probe.post("/probe/unlawful", headers={"hx-request": "true"})
    assert answer.status_code == 422
    assert answer.headers["hx-retarget"] == "#notices"
    assert "<html" not in answer.text
    assert "Law on Civil Judgment Enforcement 106/2025/QH15, Art. 83(3)" in answer.text


def test_who_is_not_logged_in_is_led_to_the_log_in_and_back(probe: TestClient[Any]):
    answer = probe.get("/probe/unauthenticated?a=1&b=2", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/probe/unauthenticated%3Fa%3D1%26b%3D2"
    posted = probe.post("/probe/unauthenticated", follow_redirects=False)
    assert posted.headers["location"] == "/login"
    part = probe.post(
        "/probe/unauthenticated",
        headers={"hx-request": "true", "hx-current-url": "http://h.test/lots?a=1"},
    )
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login?next=/lots")


def test_an_address_that_does_not_exist_is_answered_in_the_right_form(probe: TestClient[Any]):
    assert probe.get("/nowhere").headers["content-type"].startswith("text/html")
    found = probe.get("/api/v1/nowhere")
    assert (found.status_code, found.json()["code"]) == (404, "not_found")
    assert probe.put("/api/v1/probe/").json()["code"] == "method_not_allowed"


def _database_error(session: Session, statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as raised, session.begin_nested():
        session.execute(text(statement))
    return raised.value


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("SELECT 1/0", 422),
        ("SELECT 1e30::numeric(20,2)", 422),
        ("SELECT 'x'::date", 422),
        ("UPDATE audit_entry SET code = 'x'", 403),
        ("SELECT nonsense", 500),
    ],
)
def test_what_the_database_refuses_has_a_meaning(session: Session, statement: str, status: int):
    assert refusal_of(_database_error(session, statement)).status == status


def test_a_text_that_no_database_takes_is_refused(session: Session):
    with pytest.raises(DBAPIError) as raised, session.begin_nested():
        session.execute(text("SELECT :said"), {"said": "a\x00b"})
    assert refusal_of(raised.value).status == 422


def test_a_broken_constraint_means_what_its_table_says(
    session: Session, monkeypatch: pytest.MonkeyPatch
):
    insert = (
        "INSERT INTO office (code, name, kind, valid_from)"
        " VALUES ('X9', 'x', 'province', '2026-01-01'), ('X9', 'x', 'province', '2026-01-01')"
    )
    error = _database_error(session, insert)
    name = error.orig.diag.constraint_name  # type: ignore[union-attr]
    monkeypatch.delitem(CONSTRAINT_ERRORS, name, raising=False)
    assert refusal_of(error).code == base.Conflict.code
    monkeypatch.setitem(CONSTRAINT_ERRORS, name, base.Invalid)
    assert refusal_of(error).code == base.Invalid.code


def test_a_database_that_is_away_is_not_a_fault_of_the_program():
    error = OperationalError("SELECT 1", {}, ConnectionError("refused"))
    refusal = refusal_of(error)
    assert (refusal.status, refusal.headers["Retry-After"]) == (503, "5")
