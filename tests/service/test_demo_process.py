"""``kebien demo`` as whoever runs it meets it: told, used, killed, started again."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from service.postgres.cluster import State
from service.postgres.launcher import EmbeddedServer

ASSET = {
    "case_number": "09/QĐ-CTHADS",
    "decision_number": "62/QĐ-KB",
    "decision_on": str(date.today() - timedelta(days=14)),
    "kind": "movable",
    "description": "Tủ lạnh hai cánh màu bạc",
}
QUICK = 60.0
"""Seconds within which a second start is done even on a machine that is busy with other things."""
PANEL = re.compile(r"[│|╭╰╮╯─]")


@dataclass
class Running:
    """A demonstration that was started, and what it has said up to now."""

    process: subprocess.Popen[str]
    folder: Path
    said: str = ""
    port: int = 0

    def call(
        self, method: str, path: str, body: object = None, token: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Status and document of a call over REST."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def token_of(self, login: str) -> str:
        """The token of somebody who logs in with what the terminal told."""
        password = dict(log_ins(self.said))[login]
        status, session = self.call("POST", "/session", {"login": login, "password": password})
        assert status == 201, session
        return str(session["token"])


@dataclass
class First:
    """What was seen of the first start of a folder and of its end by Ctrl-C."""

    folder: Path
    said: str
    roles: set[str]
    parts: list[str]
    status: int
    left: list[str]


def log_ins(said: str) -> list[tuple[str, str]]:
    """Log-in and password of each line of the table."""
    rows = [PANEL.sub(" ", line).split() for line in said.splitlines()]
    return [(row[-2], row[-1]) for row in rows if row and row[-1] == "trinh-dien-kebien"]


def start(folder: Path) -> Running:
    """Start the demonstration and wait until it tells where it is."""
    kept = {name: value for name, value in os.environ.items() if "KEBIEN" not in name}
    words = [sys.executable, "-m", "service", "--data-dir", str(folder), "demo"]
    process = subprocess.Popen(
        words,
        env={**kept, "KEBIEN_DATA_DIR": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "160"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    running = Running(process, folder)
    assert process.stdout is not None
    for line in process.stdout:
        running.said += line
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            running.port = int(found[1])
        if "Ctrl-C" in line:
            return running
    pytest.fail(running.said)


def end(running: Running, number: signal.Signals) -> int:
    """Send a signal to the one process that was started; its exit status."""
    running.process.send_signal(number)
    assert running.process.stdout is not None
    status = running.process.wait(60)
    running.process.stdout.close()
    return status


def working_in(folder: Path) -> dict[int, str]:
    """Command lines of all processes that work with the folder, by process."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if f"KEBIEN_DATA_DIR={folder}\0".encode() in environment and line:
            found[int(entry.name)] = line
    return found


def until_all_gone(folder: Path, kill: Callable[[int], None] | None = None) -> float:
    """How long it took until nobody worked with the folder any more."""
    began = time.monotonic()
    while left := working_in(folder):
        assert time.monotonic() - began < 40, left
        for pid in left:
            if kill is not None:
                kill(pid)
        time.sleep(0.05)
    return time.monotonic() - began


def kill(pid: int) -> None:
    """Kill a process that may have ended in the meantime."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[First]:
    """A folder in which the demonstration was started once and ended by Ctrl-C."""
    folder = tmp_path_factory.mktemp("demonstration") / "data"
    running = start(folder)
    parts = list(working_in(folder).values())
    roles = set()
    for login, password in log_ins(running.said):
        _status, session = running.call("POST", "/session", {"login": login, "password": password})
        roles.update(session["actor"]["roles"])
    status = end(running, signal.SIGINT)
    left = list(working_in(folder).values())
    yield First(folder, running.said, roles, parts, status, left)
    EmbeddedServer(folder).stop()


def verified(folder: Path) -> tuple[int, dict[str, Any]]:
    """Exit status and figures of ``kebien verify`` on the folder."""
    words = [sys.executable, "-m", "service", "--data-dir", str(folder), "verify", "--json"]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=120)
    return done.returncode, json.loads(done.stdout)


def test_it_tells_its_address_and_log_ins_with_which_every_role_gets_in(first: First) -> None:
    assert re.search(r"http://127\.0\.0\.1:\d+", first.said)
    assert {login for login, _password in log_ins(first.said)} >= {"thukho", "chv", "kiemtra"}
    assert first.roles == {
        "keeper",
        "enforcement_officer",
        "inspector",
        "head",
        "accountant",
        "administrator",
    }


def test_ctrl_c_ends_web_scheduler_and_database_and_frees_the_folder(first: First) -> None:
    for part in ("service serve", "service scheduler", "postgres"):
        assert any(part in line for line in first.parts), part
    assert (first.status, first.left) == (0, [])
    assert EmbeddedServer(first.folder).status().state is State.GONE
    assert not (first.folder / "postgres" / "postmaster.pid").exists()


def test_whoever_is_killed_nothing_acknowledged_is_lost_and_no_part_lives_on(first: First) -> None:
    running = start(first.folder)
    acknowledged = write_until_all_is_killed(running)

    began = time.monotonic()
    again = start(first.folder)
    took = time.monotonic() - began
    token = again.token_of("thukho")
    found = [again.call("GET", f"/assets/{ref}", token=token)[1] for ref in acknowledged]
    kept = again.call("GET", f"/assets?q={quote(ASSET['description'])}", token=token)[1]["items"]
    status, counts = verified(first.folder)
    end(again, signal.SIGKILL)
    outlived = until_all_gone(first.folder)

    assert len(acknowledged) >= 5
    assert {asset["description"] for asset in found} == {ASSET["description"]}
    assert {asset["case_number"] for asset in found} == {ASSET["case_number"]}
    assert 0 <= len(kept) - len(acknowledged) <= 1, "at most the one nobody was told of"
    assert took < QUICK
    assert (status, counts["first_fault"]) == (0, None)
    assert counts["chains"] > 0
    assert outlived < 30


def write_until_all_is_killed(running: Running) -> list[str]:
    """Register assets as fast as they are answered until every process of the folder is killed.

    What was acknowledged until then.
    """
    token = running.token_of("chv")
    acknowledged: list[str] = []

    def write() -> None:
        while True:
            try:
                status, made = running.call("POST", "/seized-assets", ASSET, token)
            except (OSError, HTTPException, ValueError):
                return
            if status == 503:  # the database was killed first, and that is what is told
                return
            assert status == 201, made
            acknowledged.append(made["reference"])

    writer = threading.Thread(target=write)
    writer.start()
    while len(acknowledged) < 5 and writer.is_alive():
        time.sleep(0.01)
    until_all_gone(running.folder, kill)
    end(running, signal.SIGKILL)
    writer.join(30)
    return acknowledged
