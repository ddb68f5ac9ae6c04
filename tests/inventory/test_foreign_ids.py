"""What belongs to another office answers exactly as what does not exist."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People, make_token

UNKNOWN = 900_000_001
UNKNOWN_REFERENCE = "TS-900000001-0"


@dataclass
class Foreign:
    """Ids of another office."""

    reference: str
    place: int
    case: int
    case_number: str


@pytest.fixture
def foreign(session: Session, people: People, foreign_store: Place, at: datetime) -> Foreign:
    case = make_case(session, people.foreign_officer, "99/QĐ-KHÁC", at=at)
    made = make_asset(session, people.foreign_keeper, case, at=at, place=foreign_store)
    return Foreign(made.reference, foreign_store.id, case.id, case.decision_number)


API_GET = {
    "/api/v1/assets/{reference}": 404,
    "/api/v1/assets/{reference}/custody": 404,
    "/api/v1/assets/{reference}/seizures": 200,
    "/api/v1/assets/{reference}/holds": 200,
    "/api/v1/assets?place={place}": 200,
    "/api/v1/assets?case={case}": 200,
    "/api/v1/assets?q={reference}": 200,
    "/api/v1/places/{place}": 404,
    "/api/v1/cases/{case}": 404,
}
PAGES = {
    "/assets/{reference}": 404,
    "/assets?q={reference}": 200,
    "/assets/{reference}/custody/take-in": 404,
    "/assets/{reference}/custody/moves": 404,
    "/assets/{reference}/custody/release": 404,
    "/assets/{reference}/holds/new": 404,
    "/places/{place}": 404,
    "/cases/{case}": 404,
}
API_POST: list[tuple[str, dict[str, object]]] = [
    ("/api/v1/assets/{reference}/custody/take-in", {"place_id": 1, "giver": "A", "reason": "x"}),
    (
        "/api/v1/assets/{reference}/custody/moves",
        {"place_id": 1, "from_place_id": 2, "reason": "x"},
    ),
    (
        "/api/v1/assets/{reference}/custody/release",
        {"from_place_id": 2, "receiver": "B", "reason": "x", "document": "y"},
    ),
    (
        "/api/v1/assets/{reference}/holds",
        {"hold": "evidence", "agency": "Công an", "received_on": "2026-06-01"},
    ),
    (
        "/api/v1/assets/{reference}/holds/end",
        {"hold_id": 1, "end_decision": "x", "ended_on": "2026-11-01"},
    ),
    ("/api/v1/places/{place}/closing", {}),
    (
        "/api/v1/places",
        {"code": "Z", "name": "Z", "kind": "shelf", "parent_id": "{place}"},
    ),
    (
        "/api/v1/seized-assets",
        {
            "case_number": "{case_number}",
            "decision_number": "1",
            "decision_on": "2026-08-03",
            "kind": "vehicle",
            "description": "Xe ô tô",
        },
    ),
    (
        "/api/v1/evidence",
        {
            "hold": "evidence",
            "agency": "Công an",
            "received_on": "2026-06-01",
            "kind": "movable",
            "description": "Điện thoại",
            "take_in": {"place_id": "{place}", "giver": "A", "reason": "x"},
        },
    ),
]


def alike(answer: str, *asked: Foreign) -> str:
    """An answer with all ids blotted out that were asked for, in this question or the other."""
    for ids in asked:
        for value in (ids.reference, ids.case_number):
            answer = answer.replace(value, "*")
        answer = re.sub(rf"\b({ids.place}|{ids.case})\b", "*", answer)
    return answer


def status_for_both(
    client: TestClient, path: str, foreign: Foreign, headers: dict[str, str]
) -> int:
    """The status of both answers, which are the same to the byte but for the id asked for."""
    unknown = Foreign(UNKNOWN_REFERENCE, UNKNOWN, UNKNOWN, "unknown")
    answers = []
    for ids in (foreign, unknown):
        answer = client.get(path.format(**vars(ids)), headers=headers, follow_redirects=False)
        kept = {k: v for k, v in answer.headers.items() if k != "content-length"}
        answers.append((answer.status_code, kept, alike(answer.text, foreign, unknown)))
    assert answers[0] == answers[1]
    return answers[0][0]


@pytest.mark.parametrize(("path", "expected"), API_GET.items())
def test_over_rest(
    client: TestClient,
    foreign: Foreign,
    bearer: Callable[[str], dict[str, str]],
    path: str,
    expected: int,
) -> None:
    assert status_for_both(client, path, foreign, bearer("keeper")) == expected


@pytest.mark.parametrize(("path", "expected"), PAGES.items())
def test_on_pages(
    client: TestClient,
    session: Session,
    people: People,
    foreign: Foreign,
    at: datetime,
    path: str,
    expected: int,
) -> None:
    client.cookies.set("kebien_session", make_token(session, people, "keeper", at))
    client.get("/desk")
    assert status_for_both(client, path, foreign, {}) == expected


@pytest.mark.parametrize(("path", "body"), API_POST)
def test_when_acting_over_rest(
    client: TestClient,
    foreign: Foreign,
    bearer: Callable[[str], dict[str, str]],
    path: str,
    body: dict[str, object],
) -> None:
    headers = bearer("keeper")
    unknown = Foreign(UNKNOWN_REFERENCE, UNKNOWN, UNKNOWN, "unknown")
    answers = []
    for ids in (foreign, unknown):
        answer = client.post(path.format(**vars(ids)), json=filled(body, ids), headers=headers)
        answers.append((answer.status_code, alike(answer.text, foreign, unknown)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def filled(body: dict[str, object], ids: Foreign) -> dict[str, object]:
    """The body with its placeholders filled in."""
    said: dict[str, object] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            said[name] = filled(value, ids)
        elif value == "{place}":
            said[name] = ids.place
        else:
            said[name] = value.format(**vars(ids)) if isinstance(value, str) else value
    return said


def test_lists_of_another_office_are_empty(
    client: TestClient,
    foreign: Foreign,
    people: People,
    bearer: Callable[[str], dict[str, str]],
) -> None:
    headers = bearer("keeper")
    for path in ("/api/v1/assets", "/api/v1/cases", "/api/v1/assets?q=Thaco"):
        assert client.get(path, headers=headers).json()["items"] == []
    tree = client.get(f"/api/v1/places?office={people.foreign.id}", headers=headers)
    assert tree.json() == []


@pytest.mark.parametrize("path", [*API_GET, "/api/v1/assets", "/api/v1/cases", "/api/v1/places"])
def test_the_administrator_reads_no_case_data(
    client: TestClient, foreign: Foreign, bearer: Callable[[str], dict[str, str]], path: str
) -> None:
    answer = client.get(path.format(**vars(foreign)), headers=bearer("administrator"))
    assert answer.status_code == 403
