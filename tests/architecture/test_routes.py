"""Every route against every role: what the authority matrix forbids is refused, nothing breaks."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.organisation.permissions import all_permissions, permissions_of
from inventory.organisation.rules import Role
from service.app import create_app
from service.settings import Settings
from tests.architecture.test_house import sources
from tests.make.organisation import People, make_token

ROLES = {
    "keeper": Role.KEEPER,
    "officer": Role.OFFICER,
    "head": Role.HEAD,
    "inspector": Role.INSPECTOR,
    "accountant": Role.ACCOUNTANT,
    "administrator": Role.ADMINISTRATOR,
}
UNKNOWN = {int: "999999999"}


def handlers(client: TestClient) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Method, a path with unknown ids, and the handler of every route."""
    for route in client.app.routes:
        for handler in getattr(route, "route_handlers", []):
            for method in sorted(handler.http_methods):
                if method in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
                    yield method, _unknown(route), handler


def _unknown(route: BaseRoute) -> str:
    parts = [
        part if isinstance(part, str) else UNKNOWN.get(part.type, "KHONG-CO")
        for part in route.path_components
    ]
    return "/" + "/".join(parts)


def test_every_route_names_a_permission_that_some_role_gives_or_is_public(
    client: TestClient,
) -> None:
    known = all_permissions()
    bare = [
        f"{method} {path}"
        for method, path, handler in handlers(client)
        if not handler.opt.get("public")
        and handler.opt.get("permission") not in known
        and path not in {"/api/v1/openapi.json"}
        and not path.startswith("/static")
    ]
    assert bare == []


def test_every_permission_is_asked_for_somewhere(client: TestClient) -> None:
    asked = {handler.opt.get("permission") for _m, _p, handler in handlers(client)}
    in_code = "\n".join(path.read_text() for path in sources())
    idle = [p for p in sorted(all_permissions()) if p not in asked and f'"{p}"' not in in_code]
    assert idle == []


@pytest.mark.parametrize("who", ROLES)
def test_a_role_reaches_what_the_matrix_gives_it_and_nothing_else(
    who: str, client: TestClient, csrf: str, session: Session, people: People, at: datetime
) -> None:
    token = make_token(session, people, who, at)
    may = permissions_of([ROLES[who]])
    wrong = []
    for method, path, handler in handlers(client):
        permission = handler.opt.get("permission")
        if permission in {None, "account.own"} or handler.opt.get("public"):
            continue
        answer = _ask(client, csrf, method, path, token)
        allowed = permission in may
        if answer.status_code >= 500 or (answer.status_code == 403) == allowed:
            wrong.append(f"{method} {path}: {answer.status_code}, {permission} {allowed}")
    assert wrong == []


def test_without_a_log_in_nothing_but_the_public_is_reached(client: TestClient, csrf: str) -> None:
    for method, path, handler in handlers(client):
        if handler.opt.get("public") or handler.opt.get("permission") is None:
            continue
        answer = _ask(client, csrf, method, path, None)
        assert answer.status_code in {401, 303}, (method, path, answer.status_code)


def test_a_route_without_a_permission_is_refused(settings: Settings) -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "seen"

    app = create_app(settings)
    app.register(forgotten)
    with TestClient(app) as client:
        assert client.get("/forgotten").status_code in {303, 401, 403}


@pytest.fixture
def csrf(client: TestClient) -> str:
    """The mark of a browser, which goes back with every form."""
    client.get("/login")
    return client.cookies["kebien_csrf"]


def _ask(client: TestClient, csrf: str, method: str, path: str, token: str | None):
    client.cookies.clear()
    headers = {}
    if token and path.startswith("/api/"):
        headers["Authorization"] = f"Bearer {token}"
    if method != "GET" and not path.startswith("/api/"):
        client.cookies.set("kebien_csrf", csrf)
        headers["x-csrftoken"] = csrf
    if token and not path.startswith("/api/"):
        client.cookies.set("kebien_session", token)
    if method in {"POST", "PUT", "PATCH"} and path.startswith("/api/"):
        return client.request(method, path, headers=headers, json={}, follow_redirects=False)
    return client.request(method, path, headers=headers, follow_redirects=False)
