"""The program behind the web server: what it makes of a request, and who waits for whom."""

import http.client
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.auth import commands
from service.auth.rules import WrongLogIn
from service.cli.serve import REQUESTS_AT_ONCE
from service.database import Database
from service.gateway import scope_of
from tests.browsing import serving
from tests.conftest import AT
from tests.make.lone import lone_database
from tests.make.organisation import make_people, make_token

ASKED = {
    "PATH_INFO": "/tài sản".encode().decode("latin-1"),
    "QUERY_STRING": "q=%C4%91en",
    "REQUEST_METHOD": "GET",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "REMOTE_ADDR": "10.0.0.7",
    "HTTP_HOST": "kho.example.vn",
    "HTTP_IF_MATCH": '"7"',
    "CONTENT_LENGTH": "0",
    "wsgi.url_scheme": "http",
    "wsgi.input": io.BytesIO(),
    "PWD": "/somewhere",
}


@dataclass
class Served:
    """The program as it is started, with a keeper's token."""

    address: str
    token: str

    def connect(self) -> closing[http.client.HTTPConnection]:
        parts = urlsplit(self.address)
        return closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20))

    def socket(self) -> socket.socket:
        parts = urlsplit(self.address)
        return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)

    def head(self, length: int) -> bytes:
        lines = (
            "POST /api/v1/cases HTTP/1.1",
            "Host: x",
            "Content-Type: application/json",
            f"Authorization: Bearer {self.token}",
            f"Content-Length: {length}",
            "Accept-Language: en",
            "Connection: close",
        )
        return "\r\n".join([*lines, "", ""]).encode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    at = clock.now()
    with lone_database(tmp_path_factory.mktemp("gateway")) as database:
        with database.transaction(SYSTEM) as session:
            token = make_token(session, make_people(session, at), "keeper", at)
        with serving(database.settings) as address:
            yield Served(address, token)


def test_a_request_is_told_in_the_words_of_the_framework() -> None:
    scope: Any = scope_of(ASKED)
    assert scope["path"] == "/tài sản"
    assert scope["query_string"] == b"q=%C4%91en"
    assert scope["client"] == ("10.0.0.7", 0)
    assert scope["http_version"] == "1.1"
    assert sorted(scope["headers"]) == [
        (b"content-length", b"0"),
        (b"host", b"kho.example.vn"),
        (b"if-match", b'"7"'),
    ]


def test_a_path_that_is_no_text_is_an_unknown_one() -> None:
    assert scope_of(ASKED | {"PATH_INFO": "/\xff"})["path"] == "/�"


def test_words_of_the_country_come_through_the_address(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.token}"}
    with served.connect() as connection:
        connection.request("GET", f"/api/v1/assets?q={quote('điện thoại đen')}", headers=headers)
        assert json.loads(connection.getresponse().read())["items"] == []
        connection.request("GET", f"/{quote('không có')}")
        assert connection.getresponse().status == 404


def test_a_body_of_unknown_length_is_refused(served: Served) -> None:
    head = served.head(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    with served.socket() as sender:
        sender.sendall(head + b'0d\r\n{"number": 1}\r\n0\r\n\r\n')
        answer = sender.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 411")
    assert b'"code":"length_required"' in answer


def test_a_body_that_breaks_off_is_a_refusal_and_no_incident(served: Served) -> None:
    with served.socket() as broken:
        broken.sendall(served.head(4000) + b"{")
        broken.shutdown(socket.SHUT_WR)
        answer = broken.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 422")
    assert b"The connection broke off; nothing was stored." in answer


def test_who_asks_for_the_head_gets_no_body(served: Served) -> None:
    told = []
    with served.connect() as connection:
        for method in ("GET", "HEAD"):
            connection.request(method, "/login")
            answer = connection.getresponse()
            told.append((answer.status, answer.headers["content-type"], len(answer.read()) > 0))
    assert told == [(200, "text/html; charset=utf-8", True), (200, told[0][1], False)]


def test_those_who_send_slowly_keep_nobody_waiting(served: Served) -> None:
    with ExitStack() as slow:
        for _one in range(REQUESTS_AT_ONCE // 2):
            slow.enter_context(served.socket()).sendall(served.head(4000) + b"{")
        connection = slow.enter_context(served.connect())
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200


def test_many_who_log_in_at_once_do_not_fill_the_memory(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now: list[int] = []
    most: list[int] = []
    together = threading.Event()

    def prove(_stored: str, _password: str) -> bool:
        now.append(1)
        most.append(len(now))
        if len(now) == 2:
            together.set()
        together.wait(timeout=20)  # the first stays within until a second is let in
        together.set()
        time.sleep(0.02)
        now.pop()
        return False

    def guess(n: int) -> None:
        with pytest.raises(WrongLogIn):
            commands.log_in(database, f"nobody{n}", "x", f"10.9.0.{n}", at=AT)

    monkeypatch.setattr(commands, "_fits", prove)
    with ThreadPoolExecutor(4) as people:
        list(people.map(guess, range(8)))
    assert max(most) == 2
