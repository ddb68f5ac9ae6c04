"""Inventory over REST: a whole life of an asset, bad input field by field, statements counted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.cases.models import EnforcementCase
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.orders import order_out, standing_order
from tests.make.organisation import People

Headers = dict[str, str]


@pytest.fixture
def keeper(bearer: Callable[[str], Headers]) -> Headers:
    return bearer("keeper")


@pytest.fixture
def body(case: EnforcementCase, store: Place) -> dict[str, Any]:
    return {
        "case_number": case.decision_number,
        "decision_number": "34/QĐ-KB",
        "decision_on": "2026-08-03",
        "kind": "vehicle",
        "description": "Xe ô tô Thaco",
        "quantity": "1",
        "take_in": {
            "place_id": store.id,
            "giver": "Trần Văn Nợ",
            "reason": "Kê biên",
            "order": standing_order(store),
        },
    }


def sent(statements: list[str]) -> list[str]:
    """What a request sends, without the test's own savepoints."""
    return [s for s in statements if "SAVEPOINT" not in s]


def faults(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return sorted(fault["field"] for fault in answer.json()["errors"])


def test_an_asset_is_registered_moved_released_and_read(
    client: TestClient,
    session: Session,
    keeper: Headers,
    body: dict[str, Any],
    store: Place,
    shelf: Place,
) -> None:
    made = client.post("/api/v1/seized-assets", json=body, headers=keeper)
    assert made.status_code == 201
    reference = made.json()["reference"]
    assert set(made.json()) == {"reference", "id"}
    assert made.headers["location"] == f"/api/v1/assets/{reference}"
    moved = client.post(
        f"/api/v1/assets/{reference}/custody/moves",
        json={"place_id": shelf.id, "from_place_id": store.id, "reason": "Sắp xếp"},
        headers=keeper,
    )
    assert (moved.status_code, moved.json()["seq"]) == (201, 2)
    asset = client.get(made.headers["location"], headers=keeper).json()
    assert (asset["place"], asset["case_number"], asset["quantity"]) == (
        "Kệ A",
        body["case_number"],
        "1.000",
    )
    released = client.post(
        f"/api/v1/assets/{reference}/custody/release",
        json={
            "from_place_id": shelf.id,
            "receiver": "B",
            "reason": "Bán",
            "order": order_out(session, shelf, reference, party="B"),
        },
        headers=keeper,
    )
    assert released.json()["to_place_id"] is None
    chain = client.get(f"/api/v1/assets/{reference}/custody", headers=keeper).json()
    assert [entry["kind"] for entry in chain] == ["taken_in", "moved", "released"]
    assert all(len(entry["hash"]) == 64 for entry in chain)


def test_the_same_key_registers_once(
    client: TestClient, session: Session, keeper: Headers, body: dict[str, Any]
) -> None:
    headers = {**keeper, "Idempotency-Key": "one"}
    first = client.post("/api/v1/seized-assets", json=body, headers=headers)
    again = client.post("/api/v1/seized-assets", json=body, headers=headers)
    assert again.json() == first.json()
    assert session.scalar(select(func.count()).select_from(Asset)) == 1


def test_registering_takes_three_statements_and_a_block_of_numbers_now_and_then(
    client: TestClient, keeper: Headers, body: dict[str, Any], statements: list[str]
) -> None:
    counts = set()
    for _i in range(3):
        statements.clear()
        assert client.post("/api/v1/seized-assets", json=body, headers=keeper).status_code == 201
        counts.add(len(sent(statements)))
    assert counts <= {3, 4}
    assert 3 in counts


def test_moving_takes_three_statements(
    client: TestClient,
    keeper: Headers,
    body: dict[str, Any],
    store: Place,
    shelf: Place,
    statements: list[str],
) -> None:
    made = client.post("/api/v1/seized-assets", json=body, headers=keeper).json()
    path = f"/api/v1/assets/{made['reference']}/custody/moves"
    new = {"place_id": shelf.id, "from_place_id": store.id, "reason": "x"}
    statements.clear()
    assert client.post(path, json=new, headers=keeper).status_code == 201
    assert len(sent(statements)) == 3


@pytest.mark.parametrize("n", [1, 60])
def test_reading_takes_two_statements_however_much_there_is(
    client: TestClient,
    session: Session,
    people: People,
    keeper: Headers,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    statements: list[str],
    n: int,
) -> None:
    reference = ""
    for _i in range(n):
        reference = make_asset(session, people.keeper, case, at=at, place=store).reference
    for path in (
        "/api/v1/assets",
        "/api/v1/assets?q=thaco",
        f"/api/v1/assets?place={store.id}",
        f"/api/v1/assets/{reference}",
        f"/api/v1/assets/{reference}/custody",
        "/api/v1/places",
        "/api/v1/cases",
    ):
        statements.clear()
        assert client.get(path, headers=keeper).status_code == 200
        assert len(sent(statements)) == 2, path


BAD: list[tuple[str, dict[str, Any], list[str]]] = [
    ("a negative quantity", {"quantity": "-1"}, ["quantity"]),
    ("no quantity", {"quantity": "0"}, ["quantity"]),
    ("a quantity that is none", {"quantity": "NaN"}, ["quantity"]),
    ("an endless quantity", {"quantity": "Infinity"}, ["quantity"]),
    ("too fine a quantity", {"quantity": "0.0001"}, ["quantity"]),
    ("too large a quantity", {"quantity": "1000000000000"}, ["quantity"]),
    ("a quantity in words", {"quantity": "hai"}, ["quantity"]),
    ("a day to come", {"decision_on": "2100-01-01"}, ["decision_on"]),
    ("a day that is none", {"decision_on": "2026-02-30"}, ["decision_on"]),
    ("another order of the day", {"decision_on": "03/08/2026"}, ["decision_on"]),
    ("an unknown kind", {"kind": "spaceship"}, ["kind"]),
    (
        "blanks only",
        {"description": "   ", "decision_number": "\t"},
        ["description"],
    ),
    ("nothing but zero bytes", {"decision_number": "\x00\x00"}, ["decision_number"]),
    ("a long text", {"description": "x" * 10_000}, ["description"]),
    ("a long number", {"decision_number": "x" * 10_000}, ["decision_number"]),
    ("a number for a text", {"owner_name": 5}, ["owner_name"]),
    ("an unknown field", {"colour": "red"}, ["colour"]),
    (
        "many at once",
        {"kind": "x", "quantity": "y", "decision_on": "z"},
        ["decision_on", "kind", "quantity"],
    ),
    (
        "nothing about the taking in",
        {"take_in": {}},
        ["take_in.giver", "take_in.place_id", "take_in.reason"],
    ),
    (
        "an unknown field inside",
        {"take_in": {"place_id": 1, "giver": "A", "reason": "x", "colour": "red"}},
        ["take_in.colour"],
    ),
    (
        "too large an id",
        {"take_in": {"place_id": 2**64, "giver": "A", "reason": "x"}},
        ["take_in.place_id"],
    ),
]


@pytest.mark.parametrize(
    ("said", "fields"), [bad[1:] for bad in BAD], ids=[bad[0].replace(" ", "-") for bad in BAD]
)
def test_bad_input_is_named_field_by_field_and_writes_nothing(
    client: TestClient,
    session: Session,
    keeper: Headers,
    body: dict[str, Any],
    said: dict[str, Any],
    fields: list[str],
) -> None:
    answer = client.post("/api/v1/seized-assets", json={**body, **said}, headers=keeper)
    assert faults(answer) == fields
    assert session.scalar(select(func.count()).select_from(Asset)) == 0


def test_everything_missing_is_named_at_once(client: TestClient, keeper: Headers) -> None:
    answer = client.post("/api/v1/seized-assets", json={}, headers=keeper)
    assert faults(answer) == [
        "case_number",
        "decision_on",
        "description",
        "kind",
    ]


def test_faults_are_told_in_the_reader_s_language(
    client: TestClient, keeper: Headers, body: dict[str, Any]
) -> None:
    bad = {**body, "quantity": "-1"}
    told = {}
    for language in ("vi", "en"):
        client.cookies.set("kebien_locale", language)
        answer = client.post("/api/v1/seized-assets", json=bad, headers=keeper)
        told[language] = answer.json()["errors"][0]["message"]
    assert told == {
        "vi": "Số lượng phải lớn hơn 0.",
        "en": "The quantity must be more than nothing.",
    }


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"case_number": "không có"}, "case_number"),
        ({"take_in": {"place_id": 900_000_001, "giver": "A", "reason": "x"}}, "take_in.place_id"),
    ],
)
def test_what_it_refers_to_must_be_there(
    client: TestClient, keeper: Headers, body: dict[str, Any], said: dict[str, Any], field: str
) -> None:
    answer = client.post("/api/v1/seized-assets", json={**body, **said}, headers=keeper)
    assert answer.status_code == 404
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_nothing_is_registered_into_a_closed_place_or_for_a_closed_case(
    client: TestClient,
    session: Session,
    keeper: Headers,
    body: dict[str, Any],
    case: EnforcementCase,
    store: Place,
) -> None:
    assert client.post(f"/api/v1/places/{store.id}/closing", headers=keeper).status_code == 201
    answer = client.post("/api/v1/seized-assets", json=body, headers=keeper)
    assert faults(answer) == ["take_in.place_id"]
    case.closed_on = case.decision_on
    session.flush()
    answer = client.post("/api/v1/seized-assets", json={**body, "take_in": None}, headers=keeper)
    assert (answer.status_code, answer.json()["code"]) == (409, "case_is_closed")


def test_text_is_kept_in_one_form(
    client: TestClient, keeper: Headers, body: dict[str, Any]
) -> None:
    said = {"description": "  Xe ho\u0300a\u00a0bi\u0300nh\x00\x07 \n", "unit": " "}
    made = client.post("/api/v1/seized-assets", json={**body, **said}, headers=keeper).json()
    asset = client.get(f"/api/v1/assets/{made['reference']}", headers=keeper).json()
    assert (asset["description"], asset["unit"]) == ("Xe hòa bình", None)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"5", b'"x"', b"\xff", b'{"kind":"\\ud800"}']
)
def test_a_body_that_is_no_object_is_refused(
    client: TestClient, keeper: Headers, content: bytes
) -> None:
    headers = {**keeper, "content-type": "application/json"}
    answer = client.post("/api/v1/seized-assets", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]


@pytest.mark.parametrize("who", ["inspector", "head", "accountant", "administrator"])
def test_who_may_not_register_is_told_so(
    client: TestClient, bearer: Callable[[str], Headers], body: dict[str, Any], who: str
) -> None:
    headers = bearer(who)
    assert client.post("/api/v1/seized-assets", json=body, headers=headers).status_code == 403
    evidence = client.post("/api/v1/evidence", json={}, headers=headers)
    assert evidence.status_code == 403


def test_nobody_gets_in_without_a_token(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/v1/seized-assets", json=body)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_moving_what_is_not_there_names_the_field(
    client: TestClient,
    session: Session,
    people: People,
    keeper: Headers,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    made = make_asset(session, people.keeper, case, at=at, place=store)
    path = f"/api/v1/assets/{made.reference}/custody/moves"
    new = {"place_id": store.id, "from_place_id": shelf.id, "reason": "x"}
    answer = client.post(path, json=new, headers=keeper).json()
    assert (answer["status"], answer["code"]) == (409, "not_held_here")
    assert [fault["field"] for fault in answer["errors"]] == ["from_place_id"]
    assert store.name in answer["detail"]
