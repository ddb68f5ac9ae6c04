"""The doors of the application: what is open to everybody, and how it says that it is well."""

from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from inventory.organisation.permissions import all_permissions
from service.app import create_app
from service.auth.middleware import in_one_transaction
from service.auth.rules import COOKIE
from service.database import Database
from service.settings import Settings
from tests.make.organisation import People, make_token

OPEN_TO_EVERYBODY = {
    "GET /",
    "GET /agenda/feed/{name}",
    "GET /api/v1/docs",
    "GET /api/v1/openapi.json",
    "GET /count/manifest.webmanifest",
    "GET /count/worker.js",
    "GET /healthz",
    "GET /login",
    "GET /readyz",
    "GET /static",
    "POST /api/v1/session",
    "POST /locale",
    "POST /login",
    "POST /logout",
}


def _routes(app: Any) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {route.path_format}", handler.opt)
        for route in app.routes
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    ]


def test_no_route_of_a_transaction_has_anything_to_wait_for(app_client: TestClient[Any]):
    """It runs at one go in its thread: no second thread, no dependencies side by side."""
    models = [
        (handler, model)
        for route in app_client.app.routes
        for handler, model in getattr(route, "route_handler_map", {}).values()
        if in_one_transaction(handler)
    ]
    assert len(models) > 90
    waiting = [
        str(handler)
        for handler, model in models
        if handler.sync_to_thread or any(len(batch) > 1 for batch in model.dependency_batches)
    ]
    assert waiting == []


def test_only_these_doors_are_open_to_everybody(app_client: TestClient[Any]):
    found = {name for name, opt in _routes(app_client.app) if opt.get("public")}
    shortened = {
        door
        for name in found
        for door in [next((d for d in OPEN_TO_EVERYBODY if name.startswith(f"{d}/")), name)]
        if not name.startswith("GET /api/v1/openapi.json/")
    }
    assert shortened == OPEN_TO_EVERYBODY


def test_every_other_door_names_a_permission_that_somebody_holds(app_client: TestClient[Any]):
    for name, opt in _routes(app_client.app):
        if not opt.get("public"):
            assert opt.get("permission") in all_permissions(), name


def test_the_style_guide_is_a_page_of_the_demonstration_only(
    app_client: TestClient[Any], settings: Settings
):
    assert app_client.get("/style-guide").status_code == 404
    assert settings.demonstration is False


def test_the_process_says_that_it_lives_without_asking_the_database(
    client: TestClient[Any], statements: list[str]
):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert statements == []


def test_it_is_ready_when_the_database_answers(client: TestClient[Any], statements: list[str]):
    assert client.get("/readyz").json() == {"status": "ready"}
    assert statements


def test_it_is_not_ready_when_the_database_is_away(app_client: TestClient[Any]):
    database: Database = app_client.app.state["database"]
    nowhere = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    real, database.sessions = database.sessions, sessionmaker(nowhere)
    try:
        answer = app_client.get("/readyz")
    finally:
        database.sessions = real
        nowhere.dispose()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_made_up_data_in_the_database_mark_every_page(
    settings: Settings, database: Database, people: People, session: Session, sessions: Any
):
    people.office.demonstration = True
    session.flush()
    app = create_app(settings)
    made: Database = app.state["database"]
    made.sessions = sessions
    with TestClient(app) as client:
        for path in ("/login", "/nowhere", "/api/v1/docs"):
            assert "Bản trình diễn – dữ liệu giả định" in client.get(path).text


def test_real_data_bear_no_such_mark(app_client: TestClient[Any]):
    assert "Bản trình diễn" not in app_client.get("/login").text


def test_the_header_names_the_office_and_leads_only_where_the_reader_may_go(
    settings: Settings, people: People, session: Session, sessions: Any, at: datetime
):
    app = create_app(settings)
    app.state["database"].sessions = sessions
    with TestClient(app) as client:
        client.cookies.set(COOKIE, make_token(session, people, "administrator", at))
        text = client.get("/desk").text
        client.cookies.set(COOKIE, make_token(session, people, "keeper", at))
        keepers = client.get("/desk").text
    assert people.office.name in text
    assert 'id="search"' not in text
    assert 'href="/assets"' not in text
    assert 'id="search"' in keepers
    assert '<a href="/assets">' in keepers


@pytest.mark.parametrize("path", ["/desk", "/login"])
def test_a_page_is_not_kept_by_anybody(
    client: TestClient[Any], session: Session, people: People, at: datetime, path: str
):
    client.cookies.set(COOKIE, make_token(session, people, "keeper", at))
    assert client.get(path).headers["cache-control"] == "no-store"
