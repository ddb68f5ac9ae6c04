"""Somebody in front of a browser: the session cookie and the token of forms."""

from datetime import datetime

from litestar.testing import TestClient
from sqlalchemy.orm import Session

from service.auth.rules import COOKIE
from service.web.security import CSRF_COOKIE
from tests.make.organisation import People, make_token


def browse(
    client: TestClient, session: Session, people: People, who: str, at: datetime
) -> TestClient:
    """The client with the browser of somebody who is logged in, ready to send forms."""
    client.cookies.set(COOKIE, make_token(session, people, who, at))
    shown = client.get("/rules")
    client.headers["x-csrftoken"] = shown.cookies.get(CSRF_COOKIE, "")
    return client
