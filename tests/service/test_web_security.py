"""What every response carries, and what every request is held to."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar import Controller, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import RawBody
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.base.answers import NOTICE
from service.app import create_app
from service.database import Database
from service.settings import Settings
from service.web.openapi import description
from service.web.security import BODY_LIMIT, CSRF_COOKIE
from service.web.shell import local_path
from tests.make.organisation import People, make_token


class ProbeApi(Controller):
    path = "/api/v1/probe"

    @get("/open", public=True, sync_to_thread=True)
    def open(self) -> str:
        raise RuntimeError

    @get("/closed", sync_to_thread=True)
    def closed(self) -> str:
        return "nobody said who may read this"

    @get("/kept", permission="reviews.conclude", sync_to_thread=False)
    def kept(self) -> str:
        return "for inspectors"

    @put(
        "/versioned",
        public=True,
        sync_to_thread=True,
        dependencies={"actor": Provide(lambda: SYSTEM, sync_to_thread=False)},
    )
    def versioned(self, if_match: NamedDependency[int]) -> int:
        return if_match

    @post("/large", public=True, sync_to_thread=True)
    def large(self, body: RawBody) -> int:
        return len(body)


@pytest.fixture(scope="module")
def probe(settings: Settings, database: Database) -> Iterator[TestClient[Any]]:
    app = create_app(replace(settings, cookie_secure=True))
    app.register(ProbeApi)
    with TestClient(app, raise_server_exceptions=False, base_url="https://k.test") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/login", 405),
        ("POST", "/login", 403),
        ("GET", "/desk", 303),
        ("GET", "/api/v1/probe/open", 500),
        ("GET", "/api/v1/probe/kept", 401),
        ("GET", "/static/none.css", 404),
    ],
)
def test_every_answer_carries_the_security_headers(
    probe: TestClient[Any], method: str, path: str, status: int
):
    answer = probe.request(method, path, follow_redirects=False)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert answer.headers["cache-control"] == "no-store"


def test_https_is_not_demanded_where_cookies_are_not_for_https_only(app_client: TestClient[Any]):
    assert "strict-transport-security" not in app_client.get("/login").headers


@pytest.mark.parametrize("path", ["/login", "/healthz", "/nowhere", "/static/icon.svg"])
def test_head_is_answered_as_get_without_the_body(probe: TestClient[Any], path: str):
    full, head = probe.get(path), probe.head(path)
    assert head.status_code == full.status_code
    assert head.headers["content-type"] == full.headers["content-type"]
    assert head.content == b""


def test_a_form_without_its_token_is_refused(probe: TestClient[Any]):
    probe.cookies.clear()
    page = probe.get("/login")
    token = page.cookies[CSRF_COOKIE]
    assert f'name="_csrf_token" value="{token}"' in page.text
    form = {"login": "nobody", "password": "wrong"}
    assert probe.post("/login", data=form).status_code == 403
    assert probe.post("/login", data={**form, "_csrf_token": "x" * 128}).status_code == 403
    assert probe.post("/login", data={**form, "_csrf_token": token}).status_code == 401
    assert probe.post("/login", data=form, headers={"x-csrftoken": token}).status_code == 401


def test_the_cookie_of_the_token_is_out_of_reach_of_scripts_and_other_sites(
    probe: TestClient[Any],
):
    probe.cookies.clear()
    cookie = probe.get("/login").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "secure" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize(("who", "status"), [("inspector", 200), ("keeper", 403)])
def test_a_route_is_open_to_those_with_its_permission_and_to_nobody_without_one(
    probe: TestClient[Any],
    sessions: Any,
    session: Session,
    people: People,
    at: Any,
    who: str,
    status: int,
):
    token = make_token(session, people, who, at)
    database = probe.app.state["database"]
    real, database.sessions = database.sessions, sessions
    try:
        headers = {"authorization": f"Bearer {token}"}
        assert probe.get("/api/v1/probe/kept", headers=headers).status_code == status
        assert probe.get("/api/v1/probe/closed", headers=headers).status_code == 403
    finally:
        database.sessions = real


@pytest.mark.parametrize(
    ("header", "status", "body"),
    [('"7"', 200, "7"), ('W/"12"', 200, "12"), (None, 428, None), ("*", 422, None)],
)
def test_an_edit_says_which_version_it_changes(
    probe: TestClient[Any], header: str | None, status: int, body: str | None
):
    headers = {"if-match": header} if header else {}
    answer = probe.put("/api/v1/probe/versioned", headers=headers)
    assert answer.status_code == status
    assert body is None or answer.text == body


def test_the_description_asks_for_the_version(probe: TestClient[Any]):
    operation = description(probe.app)["paths"]["/api/v1/probe/versioned"]["put"]
    assert "If-Match" in {parameter["name"] for parameter in operation["parameters"]}


def test_a_body_beyond_the_limit_is_refused(probe: TestClient[Any]):
    fits = probe.post("/api/v1/probe/large", content=b"x" * BODY_LIMIT)
    assert (fits.status_code, fits.text) == (201, str(BODY_LIMIT))
    too_large = probe.post("/api/v1/probe/large", content=b"x" * (BODY_LIMIT + 1))
    assert (too_large.status_code, too_large.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/lots/TS-1?tab=rounds", "/lots/TS-1?tab=rounds"),
        ("//evil.test", "/desk"),
        ("/\\evil.test", "/desk"),
        ("https://evil.test", "/desk"),
        ("", "/desk"),
        ("/a\r\nSet-Cookie: x=1", "/a%0D%0ASet-Cookie:%20x=1"),
    ],
)
def test_the_way_back_never_leads_to_another_site(path: str, expected: str):
    assert local_path(path).replace("%3A", ":") == expected


def test_the_language_is_remembered_on_the_device(probe: TestClient[Any]):
    probe.cookies.clear()
    token = probe.get("/login").cookies[CSRF_COOKIE]
    form = {"locale": "en", "next": "/login", "_csrf_token": token}
    answer = probe.post("/locale", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert '<html lang="en">' in probe.get("/login").text
    probe.post("/locale", data={**form, "locale": "../../etc"}, follow_redirects=False)
    assert '<html lang="vi">' in probe.get("/login").text


def test_a_notice_is_shown_once_and_only_in_our_own_words(probe: TestClient[Any]):
    probe.cookies.clear()
    probe.cookies.set(NOTICE, "Moved")
    shown = probe.get("/login")
    assert 'class="notice good"' in shown.text
    assert f"{NOTICE}=" in shown.headers["set-cookie"]
    assert "max-age=0" in shown.headers["set-cookie"].lower()
    probe.cookies.set(NOTICE, "You%20won%20a%20prize")
    assert "prize" not in probe.get("/login").text
