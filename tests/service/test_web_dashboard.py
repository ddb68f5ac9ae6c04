"""The desk: chosen by role, put together from what the rooms say to this reader."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from jinja2 import DictLoader
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.desk import Act, Card, Panel, Part
from service import parts
from service.auth.rules import COOKIE
from tests.make.organisation import People, make_token


def contribution(session: Session, actor: Actor, at: datetime) -> list[Part]:
    if not actor.may("flags.read"):
        return []
    return [
        Card("Lists", 1234, "/flags", tone="bad"),
        Panel("Menu", "probe/_part.html", {"content": "Its <content>"}, "/flags"),
        Act("Log in", "/flags/new"),
    ]


@pytest.fixture
def only_contribution(app_client: TestClient[Any]) -> Iterator[None]:
    for environment in app_client.app.template_engine.environments.values():
        part = DictLoader({"_part.html": "<p>{{ data.content }}</p>"})
        environment.loader.mapping["probe"] = part
    kept = parts.CONTRIBUTIONS[:]
    parts.CONTRIBUTIONS[:] = [contribution]
    yield
    parts.CONTRIBUTIONS[:] = kept


@pytest.fixture
def no_contribution() -> Iterator[None]:
    kept = parts.CONTRIBUTIONS[:]
    parts.CONTRIBUTIONS.clear()
    yield
    parts.CONTRIBUTIONS[:] = kept


@pytest.mark.parametrize(
    ("who", "title"),
    [
        ("keeper", "Bàn làm việc của thủ kho"),
        ("officer", "Bàn làm việc của chấp hành viên"),
        ("inspector", "Bàn làm việc của cán bộ kiểm tra"),
        ("head", "Bàn làm việc của thủ trưởng cơ quan"),
        ("accountant", "Bàn làm việc của kế toán nghiệp vụ"),
        ("administrator", "Bàn làm việc của quản trị viên"),
    ],
)
def test_everybody_finds_the_desk_of_the_own_role(
    client: TestClient[Any], session: Session, people: People, at: datetime, who: str, title: str
):
    client.cookies.set(COOKIE, make_token(session, people, who, at))
    answer = client.get("/desk")
    assert answer.status_code == 200
    assert f"<h1>{title}</h1>" in answer.text
    assert people.staff[who].name in answer.text
    assert 'action="/logout"' in answer.text


def test_a_page_is_shown_to_a_program_that_announces_a_form_and_sends_none(
    client: TestClient[Any], session: Session, people: People, at: datetime
):
    client.cookies.set(COOKIE, make_token(session, people, "keeper", at))
    answer = client.get("/desk", headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 200


def test_without_a_log_in_there_is_no_desk(client: TestClient[Any]):
    answer = client.get("/", follow_redirects=False)
    assert answer.headers["location"] == "/desk"
    answer = client.get("/desk", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/desk")


@pytest.mark.usefixtures("no_contribution")
def test_a_desk_with_nothing_on_it_says_so(
    client: TestClient[Any], session: Session, people: People, at: datetime
):
    client.cookies.set(COOKIE, make_token(session, people, "administrator", at))
    assert "Không có việc nào đang chờ bạn." in client.get("/desk").text


@pytest.mark.usefixtures("only_contribution")
def test_a_room_says_something_to_those_it_concerns_only(
    client: TestClient[Any], session: Session, people: People, at: datetime
):
    client.cookies.set(COOKIE, make_token(session, people, "keeper", at))
    assert "/flags" not in client.get("/desk").text
    client.cookies.set(COOKIE, make_token(session, people, "inspector", at))
    text = client.get("/desk").text
    assert '<a class="stat bad" href="/flags">' in text
    assert '<span class="value">1.234</span>' in text
    assert '<a class="button" href="/flags/new">Đăng nhập</a>' in text
    assert "<p>Its &lt;content&gt;</p>" in text
