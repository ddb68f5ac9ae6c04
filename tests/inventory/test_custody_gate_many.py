"""Many things of one order through the gate by one request: all or none, in few statements."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.cases.models import EnforcementCase
from inventory.custody.models import CustodyEntry
from inventory.custody.verification import verify_chains
from inventory.orders.models import OrderBalance, OrderUse
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.orders import order_in
from tests.make.organisation import People


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def things(store: Place, *lines: int, **said: Any) -> list[dict[str, Any]]:
    return [
        {"line": no, "place_id": store.id, "kind": "movable", "description": f"Máy {no}"} | said
        for no in lines
    ]


@pytest.fixture
def intake(store: Place, case: EnforcementCase) -> dict[str, Any]:
    return {
        "case_number": case.decision_number,
        "decision_number": "34/QĐ-KB",
        "decision_on": "2026-08-03",
        "giver": "Trần Văn Nợ",
        "reason": "Kê biên",
    }


def test_a_hundred_things_of_one_order_come_in_by_one_request_in_three_statements(
    client: TestClient,
    session: Session,
    bearer: Callable[[str], dict[str, str]],
    intake: dict[str, Any],
    store: Place,
    statements: list[str],
) -> None:
    order, headers = order_in(session, store, pieces=100), bearer("keeper")
    body = intake | {"order": order, "things": things(store, *[1] * 100)}
    statements.clear()
    answer = client.post("/api/v1/seized-assets/intake", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    sent = [said for said in statements if "SAVEPOINT" not in said]
    assert len(sent) <= 4
    assert len({one["reference"] for one in answer.json()}) == 100
    assert (count(session, CustodyEntry), count(session, OrderUse)) == (100, 100)
    assert session.scalar(select(OrderBalance.used).where(OrderBalance.quantity == 100)) == 100
    assert verify_chains(session).first_fault is None


@pytest.mark.parametrize(
    ("said", "status", "fields"),
    [
        ({}, 409, "things.2.line"),
        ({"quantity": "0"}, 422, "things.0.quantity"),
        ({"place_id": 900_000_001}, 404, "things.0.place_id"),
        ({"line": 7}, 422, "things.0.line"),
        ({"line": 0}, 422, "things.0.line things.1.line things.2.line"),
    ],
)
def test_of_many_things_all_come_in_or_none(
    client: TestClient,
    session: Session,
    bearer: Callable[[str], dict[str, str]],
    intake: dict[str, Any],
    store: Place,
    said: dict[str, Any],
    status: int,
    fields: str,
) -> None:
    order = order_in(session, store, pieces=2)
    body = intake | {"order": order, "things": things(store, 1, 1, 1, **said)}
    answer = client.post("/api/v1/seized-assets/intake", json=body, headers=bearer("keeper"))
    told = " ".join(fault["field"] for fault in answer.json()["errors"])
    assert (answer.status_code, told) == (status, fields)
    assert count(session, CustodyEntry) == 0


def test_registered_assets_of_one_order_come_in_together(
    client: TestClient,
    session: Session,
    people: People,
    case: EnforcementCase,
    bearer: Callable[[str], dict[str, str]],
    store: Place,
    at: datetime,
    statements: list[str],
) -> None:
    refs = [make_asset(session, people.keeper, case, at=at).reference for _i in range(20)]
    order, headers = order_in(session, store, *refs), bearer("keeper")
    body = {
        "order": order,
        "giver": "A",
        "reason": "Kê biên",
        "things": [{"asset": ref, "place_id": store.id} for ref in refs],
    }
    twice = {**body, "things": body["things"][:1] * 2}
    assert client.post("/api/v1/intake", json=twice, headers=headers).status_code == 422
    statements.clear()
    answer = client.post("/api/v1/intake", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert len([said for said in statements if "SAVEPOINT" not in said]) == 3
    again = client.post("/api/v1/intake", json=body, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_taken_in")
    assert count(session, CustodyEntry) == 20
