"""The description of the API is true, and its page asks no other machine."""

import json
import re
from typing import Any

import pytest
from litestar.testing import TestClient

from service.web.openapi import AMOUNT, METHODS, description
from service.web.static_files import FOLDER


@pytest.fixture(scope="module")
def served(app_client: TestClient[Any]) -> dict[str, Any]:
    answer = app_client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json")
    found: dict[str, Any] = answer.json()
    return found


def _operations(served: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [
        (path, method, item[method])
        for path, item in served["paths"].items()
        for method in METHODS
        if method in item
    ]
    assert found
    return found


def test_only_the_api_is_described(served: dict[str, Any]):
    assert served["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in served["paths"])


def test_every_refusal_is_described_as_a_problem_document(served: dict[str, Any]):
    for path, method, operation in _operations(served):
        refusals = {s: r for s, r in operation["responses"].items() if s[0] in "45d"}
        assert {"401", "403", "default"} <= refusals.keys(), (path, method)
        for answer in refusals.values():
            assert list(answer["content"]) == ["application/problem+json"]


def test_every_operation_says_which_permission_it_needs_and_what_it_is_for(
    served: dict[str, Any],
):
    for path, method, operation in _operations(served):
        assert operation.get("x-permission") or operation.get("security") == [], (path, method)
        assert operation.get("description"), (path, method)


def test_a_post_takes_an_idempotency_key(served: dict[str, Any]):
    posts = [o for _path, method, o in _operations(served) if method == "post"]
    for operation in posts:
        assert "Idempotency-Key" in {p["name"] for p in operation["parameters"]}


def test_an_input_takes_no_unknown_fields(served: dict[str, Any]):
    schemas = served["components"]["schemas"]
    bodies = [o["requestBody"] for _p, _m, o in _operations(served) if "requestBody" in o]
    names = set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(bodies)))
    assert names
    for name in names:
        assert schemas[name]["additionalProperties"] is False, name


def test_what_the_description_says_of_unknown_fields_holds(app_client: TestClient[Any]):
    body = {"login": "x", "password": "y", "more": 1}
    assert app_client.post("/api/v1/session", json=body).status_code == 422


@pytest.mark.parametrize(
    ("text", "is_amount"),
    [("450000000", True), ("0.5", True), ("-12.25", True), ("1e9", False), ("01", False)],
)
def test_an_amount_is_digits_in_text(text: str, is_amount: bool):
    assert bool(re.fullmatch(AMOUNT, text)) is is_amount


def test_the_command_line_gets_the_same_description(
    app_client: TestClient[Any], served: dict[str, Any]
):
    assert description(app_client.app) == served


def test_names_in_the_description_are_for_people(served: dict[str, Any]):
    assert "PageOfCaseRow" in served["components"]["schemas"]
    assert served["paths"]["/api/v1/cases"]["get"]["summary"] == "List cases"
    references = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(served))
    assert set(references) <= served["components"]["schemas"].keys()


def test_the_page_of_the_description_comes_from_this_machine_alone(app_client: TestClient[Any]):
    answer = app_client.get("/api/v1/docs")
    assert answer.status_code == 200
    assert re.findall(r"https?://", answer.text) == []
    for path in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert app_client.get(path).status_code == 200, path


def test_vendored_files_come_with_their_licences():
    for name in ("htmx", "elements"):
        assert (FOLDER / "vendor" / f"{name}.LICENSE.txt").read_text().strip()
