"""The API does what its description says, whatever it is sent: made-up requests, never a fault."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy.orm import Session

from service.web.openapi import description
from tests.make.organisation import People, make_token

LOG_OUT = "DELETE /api/v1/session"
"""Tried last: afterwards nothing is allowed any more."""

MADE_UP = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def running(app: ASGIApp) -> ASGIApp:
    """The application that runs already: asked to start again, it only says that it has."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    return answer


@pytest.fixture
def tokens(session: Session, people: People, at: datetime) -> list[str]:
    return [make_token(session, people, who, at) for who in ("keeper", "officer", "inspector")]


@pytest.fixture
def operations(client: TestClient[Any]) -> Iterator[list[Any]]:
    schema = schemathesis.openapi.from_dict(description(client.app))
    schema.app = running(client.app)
    found = [operation.ok() for operation in schema.get_all_operations()]
    return sorted(found, key=lambda operation: operation.label == LOG_OUT)


def test_no_made_up_request_finds_a_fault(operations: list[Any], tokens: list[str]):
    """Each operation is tried by keeper, officer and inspector in turn."""
    seen: Counter[int] = Counter()
    by_turns = cycle(tokens)
    for operation in operations:

        @MADE_UP
        @given(case=operation.as_strategy())
        def send(case: Any) -> None:
            answer = case.call_and_validate(
                headers={"Authorization": f"Bearer {next(by_turns)}"},
                excluded_checks=[positive_data_acceptance],  # rules refuse what has the right form
            )
            seen[answer.status_code] += 1

        send()
    assert seen[200] > 10, "hardly anything was allowed: is the token good?"
    assert seen[422] > 10, "hardly anything was refused: are the requests made up?"
    assert not [status for status in seen if status >= 500]
