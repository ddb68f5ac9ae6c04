"""Somebody who talks to the program over REST, at a time the test chooses."""

from datetime import datetime, timedelta
from typing import Any

from litestar.testing import TestClient

Answer = Any


class Time:
    """The clock of the test."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> datetime:
        """Let some time pass; answers what it is then."""
        self.at += timedelta(**span)
        return self.at


class Caller:
    """Who calls: a role of the people, with his token."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.token = token
        self.headers = {"authorization": f"Bearer {token}"}

    def post(self, path: str, **body: object) -> Answer:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

    def get(self, path: str) -> Answer:
        return self.client.get(f"/api/v1{path}", headers=self.headers)
