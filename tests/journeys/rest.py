"""A story told over REST by people who log in each day, at a time that the test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.base.clock import TZ, local_day
from inventory.organisation.models import Office
from inventory.organisation.rules import Role
from service.auth.commands import hasher
from service.auth.models import Account
from service.database import act_as
from service.web.locales import translate
from tests.make.organisation import make_office, make_staff

Answer = Any
Fault = tuple[str, Mapping[str, object]]
PASSWORD = "mật khẩu của truyện"
HOME = {
    "keeper": Role.KEEPER,
    "officer": Role.OFFICER,
    "head": Role.HEAD,
    "accountant": Role.ACCOUNTANT,
    "inspector": Role.INSPECTOR,
    "administrator": Role.ADMINISTRATOR,
}


@dataclass
class Story:
    """The program over REST, the time in it, and who is logged in."""

    client: TestClient
    session: Session
    at: datetime
    tokens: dict[str, str] = field(default_factory=dict)

    def __call__(self) -> datetime:
        """What the program's clock shows."""
        return self.at

    @property
    def today(self) -> date:
        """The legal day."""
        return local_day(self.at)

    def wait(self, days: int) -> None:
        """Let days pass; sessions end with the day they were opened on."""
        self.at += timedelta(days=days)
        self.tokens.clear()

    def moment(self, *, days: int = 0, hour: int = 8) -> str:
        """A moment of a day from today on, in Vietnam's time, as programs write it."""
        day = self.today + timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, tzinfo=TZ).isoformat()

    def day(self, days: int = 0) -> str:
        """A legal day from today on."""
        return (self.today + timedelta(days=days)).isoformat()

    def post(self, who: str, path: str, body: object = None, **headers: str) -> Answer:
        """Somebody posts something."""
        return self._send("POST", who, path, body, headers)

    def upload(self, who: str, path: str, name: str, content: bytes, **said: str) -> Answer:
        """Somebody sends a form with a file."""
        files = {"files": (name, content)}
        return self._send("POST", who, path, None, {}, data=said, files=files)

    def get(self, who: str, path: str) -> Answer:
        """Somebody reads something."""
        return self._send("GET", who, path, None, {})

    def done(self, who: str, path: str, body: object = None, **headers: str) -> Any:
        """Somebody posts something, and it is done: what was answered."""
        answer = self.post(who, path, body, **headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def read(self, who: str, path: str) -> Any:
        """What somebody reads."""
        answer = self.get(who, path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _send(
        self, method: str, who: str, path: str, body: object, headers: dict[str, str], **form: Any
    ) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["authorization"] = f"Bearer {self.tokens.get(who) or self._log_in(who)}"
        json = {} if body is None else {"json": body}
        return self.client.request(method, f"/api/v1{path}", headers=named, **json, **form)

    def _log_in(self, who: str) -> str:
        said = {"login": f"story-{who}", "password": PASSWORD}
        answer = self.client.post("/api/v1/session", json=said)
        assert answer.status_code == 201, answer.text
        self.tokens[who] = str(answer.json()["token"])
        return self.tokens[who]


def make_story(client: TestClient, session: Session, at: datetime) -> Story:
    """A centre with its inspector, an office, and a foreign office where everybody is, too."""
    centre = make_office(session, "J00", "Cục của truyện")
    office = make_office(session, "J01", "THADS tỉnh Truyện", parent=centre)
    foreign = make_office(session, "J02", "THADS tỉnh Lạ", parent=centre)
    for name, role in HOME.items():
        _add_person(session, centre if role is Role.INSPECTOR else office, role, name, at)
        _add_person(session, foreign, role, f"foreign-{name}", at)
    session.flush()
    return Story(client, session, at)


def _add_person(session: Session, office: Office, role: Role, name: str, at: datetime) -> None:
    staff = make_staff(session, office, role, f"J-{name}", f"Người truyện {name}")
    account = Account(
        staff_id=staff.id, login=f"story-{name}", password_hash=_hashed(PASSWORD), created_at=at
    )
    session.add(account)


@cache
def _hashed(password: str) -> str:
    """The hash of everybody's password; making one for each would take its time."""
    return hasher.hash(password)


def assert_problem(
    answer: Answer, status: int, code: str, fields: Mapping[str, Fault] | None = None
) -> None:
    """The answer is a problem document in Vietnamese with exactly these faulty fields."""
    problem = answer.json()
    assert answer.status_code == status, problem
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    assert problem["type"] == f"urn:kebien:problem:{code}"
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["instance"].startswith("/api/v1/")
    assert problem["title"]
    assert problem["detail"]
    found = {fault["field"]: fault["message"] for fault in problem.get("errors", [])}
    assert found == {name: translate("vi", *fault) for name, fault in (fields or {}).items()}


def rows_of(session: Session) -> dict[str, int]:
    """How many rows every table holds, but for what log-ins leave behind."""
    session.flush()
    act_as(session, SYSTEM)  # whoever asked last, all rows are counted
    names = session.scalars(
        text(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    ).all()
    left_out = {"login_session", "login_attempts", "alembic_version"}
    counted = {
        name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
        for name in sorted(set(names) - left_out)
    }
    log_ins = "SELECT count(*) FROM audit_entry WHERE code = 'auth.session.opened'"
    counted["audit_entry"] -= session.execute(text(log_ins)).scalar_one()
    return counted
