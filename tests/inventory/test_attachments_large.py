"""A hundred megabytes through the program as it is started: memory stays, nothing is left."""

import http.client
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.settings import Settings
from tests.browsing import serving
from tests.make.inventory import make_asset, make_case
from tests.make.lone import lone_database
from tests.make.organisation import make_people, make_token
from tests.make.pictures import picture

MEGABYTE = 1024 * 1024
LARGE = 100 * MEGABYTE
FEW = 12 * 1024
"""Kilobytes that the server may grow by while a hundred megabytes pass through it."""

HEAD = (
    b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\npaper\r\n'
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="hoso.pdf"\r\n\r\n'
)
TAIL = b"\r\n--x--\r\n"
PDF = (b"%PDF-1.4\n", b"\nstartxref\n0\n%%EOF\n")


class Answer(NamedTuple):
    """An answer with its first piece and its whole length."""

    status: int
    first: bytes
    size: int
    replayed: str | None

    def json(self) -> Any:
        return json.loads(self.first)


@dataclass
class Served:
    """A served office with one asset."""

    address: str
    token: str
    path: str
    settings: Settings

    def ask(self, method: str, path: str, sent: Any = None, **headers: str) -> Answer:
        """One request on a connection of its own; what comes back is counted, not all kept."""
        parts = urlsplit(self.address)
        with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)) as c:
            c.request(method, path, sent, {"Authorization": f"Bearer {self.token}", **headers})
            answer = c.getresponse()
            kept, size = b"", 0
            while piece := answer.read(MEGABYTE):
                kept, size = kept or piece, size + len(piece)
            return Answer(answer.status, kept, size, answer.headers["idempotent-replay"])

    def send(self, sent: Any, length: int, **headers: str) -> Answer:
        return self.ask("POST", self.path, sent, **self.headers(length), **headers)

    def headers(self, length: int) -> dict[str, str]:
        return {
            "Content-Type": "multipart/form-data; boundary=x",
            "Content-Length": str(length),
        }

    def files(self) -> list[Path]:
        folders = (self.settings.passing_dir, self.settings.files_dir)
        return [p for folder in folders for p in folder.rglob("*") if p.is_file()]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    at = clock.now()
    folder = tmp_path_factory.mktemp("large")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, at)
            case = make_case(session, people.officer, at=at)
            asset = make_asset(session, people.keeper, case, at=at)
            token = make_token(session, people, "keeper", at)
        settings = replace(database.settings, file_mb=110, upload_mb=120, cookie_secure=False)
        with serving(settings) as address:
            path = f"/api/v1/assets/{asset.reference}/attachments"
            yield Served(address, token, path, settings)


def body(size: int) -> Iterator[bytes]:
    """A form with a document of that size, made as it is sent."""
    yield HEAD + PDF[0]
    left = size - len(PDF[0]) - len(PDF[1])
    while left > 0:
        piece = min(left, MEGABYTE)
        yield b" " * piece
        left -= piece
    yield PDF[1] + TAIL


def ours() -> list[int]:
    """The server and its workers: all processes below this one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found, waiting = [], [os.getpid()]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return [pid for pid in found if b"service" in _command(pid)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def most_memory() -> int:
    """The most kilobytes of their own that the server's processes held since the last look."""
    total = 0
    for pid in ours():
        status = Path(f"/proc/{pid}/status").read_text()
        total += int(status.split("VmHWM:")[1].split()[0])
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return total


def test_a_large_upload_and_its_download_do_not_grow_the_server(served: Served) -> None:
    served.send(body(1000), len(HEAD) + 1000 + len(TAIL))
    most_memory()
    before = most_memory()
    assert before > 0
    answer = served.send(body(LARGE), len(HEAD) + LARGE + len(TAIL))
    assert answer.status == 201
    grown = most_memory() - before
    (added,) = answer.json()
    got = served.ask("GET", f"/api/v1/attachments/{added['id']}/content")
    assert (got.status, got.size) == (200, LARGE)
    grown_again = most_memory() - before
    assert max(grown, grown_again) < FEW
    assert list(served.settings.passing_dir.iterdir()) == []


def test_a_large_upload_sent_again_is_stored_once(served: Served) -> None:
    size = 8 * MEGABYTE
    length = len(HEAD) + size + len(TAIL)
    first, second = (
        served.send(body(size), length, **{"Idempotency-Key": "large-1"}) for _attempt in range(2)
    )
    assert (first.status, first.replayed) == (201, None)
    assert (second.status, second.replayed) == (201, "true")
    assert second.json() == first.json()


def test_an_upload_cut_off_halfway_leaves_nothing(served: Served) -> None:
    before = served.files()
    parts = urlsplit(served.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as line:
        said = {"Host": "x", "Authorization": f"Bearer {served.token}"}
        said |= served.headers(20 * MEGABYTE)
        lines = [f"{name}: {value}" for name, value in said.items()]
        head = "\r\n".join([f"POST {served.path} HTTP/1.1", *lines, "", ""])
        line.sendall(head.encode())
        line.sendall(HEAD + PDF[0] + b" " * 5 * MEGABYTE)
    assert served.ask("GET", served.path).status == 200
    assert served.files() == before


def test_more_than_may_be_sent_is_refused_and_said(served: Served) -> None:
    before = served.files()
    answer = served.send(HEAD, 200 * MEGABYTE)
    assert answer.status == 413
    assert "120 MB" in answer.json()["detail"]
    assert served.files() == before


def test_a_picture_is_developed_by_the_program_as_it_is_started(served: Served) -> None:
    content = picture(gps=True)
    sent = HEAD.replace(b"hoso.pdf", b"anh.jpg") + content + TAIL
    (added,) = served.send(sent, len(sent)).json()
    shown = served.ask("GET", f"/api/v1/attachments/{added['id']}/content?size=large").first
    assert shown[:3] == b"\xff\xd8\xff"
    assert b"Acme" in content
    assert b"Acme" not in shown
