"""The demonstration keeps its parts alive, and its folder and its port to itself."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg
import pytest

from service import demo
from service.postgres.cluster import State
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests import prepared

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


class Demonstration:
    """A running ``kebien demo`` and what it has said."""

    def __init__(self, data_dir: Path, *words: str) -> None:
        kept = {name: value for name, value in os.environ.items() if "KEBIEN" not in name}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service", "demo", *words],
            env={**kept, "KEBIEN_DATA_DIR": str(data_dir), "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, args=[self.process.stdout])
        self._reader.start()

    def wait_until_up(self) -> int:
        """The port, once the address was told."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            if "Ctrl-C" in "".join(self.said):
                found = ADDRESS.search("".join(self.said))
                assert found
                return int(found[1])
            time.sleep(0.05)
        self.end(signal.SIGKILL)
        pytest.fail("".join(self.said))

    def end(self, number: signal.Signals) -> int:
        """The exit status after a signal."""
        self.process.send_signal(number)
        return self.end_by_itself()

    def end_by_itself(self) -> int:
        """The exit status, and all that it has said."""
        status = self.process.wait(60)
        self._reader.join(60)
        return status

    def _read(self, stream: IO[str]) -> None:
        with stream:
            self.said.extend(stream)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demonstration") / "demo"
    yield prepared.demonstration(folder)
    EmbeddedServer(folder).stop()


@pytest.fixture
def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, path: str = "/healthz") -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def processes_of(data_dir: Path) -> list[str]:
    """Command lines of all that runs with or in the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if f"KEBIEN_DATA_DIR={data_dir}\0".encode() in environment and line:
            found.append(line)
    return found


def test_a_part_that_is_killed_is_started_again_and_no_second_one_shares_the_folder(
    data_dir: Path, a_port: int
) -> None:
    shown = Demonstration(data_dir, "--port", str(a_port))
    assert shown.wait_until_up() == a_port
    second = Demonstration(data_dir)
    refused = second.end_by_itself()
    pid = int((data_dir / "demo.lock").read_text())
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    (web,) = (
        child for child in children if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes()
    )

    os.kill(int(web), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while "web ended" not in "".join(shown.said) or not answers(a_port):
        assert time.monotonic() < deadline, "".join(shown.said)
        time.sleep(0.05)
    status = shown.end(signal.SIGTERM)

    assert refused == 1
    assert "is running already" in "".join(second.said)
    assert status == 0
    assert processes_of(data_dir) == []
    assert EmbeddedServer(data_dir).status().state is State.GONE


def test_data_of_an_earlier_state_of_the_program_are_named_and_left_as_they_are(
    tmp_path: Path,
) -> None:
    folder = prepared.demonstration(tmp_path / "earlier")
    server = EmbeddedServer(folder).ensure()
    with psycopg.connect(server.url("kebien_owner").replace("+psycopg", "")) as connection:
        connection.execute("COMMENT ON TABLE alembic_version IS 'others'")
    server.stop()

    refusing = Demonstration(folder)
    refused = refusing.end_by_itself()

    assert refused == 1
    assert "made by an earlier state of the program" in "".join(refusing.said)
    assert f"{folder}" in "".join(refusing.said).replace("\n", "")
    assert processes_of(folder) == []
    with psycopg.connect(server.ensure().url("kebien_owner").replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM asset").fetchone() == (True,)
    server.stop()


def test_a_taken_port_that_was_asked_for_is_refused(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        insisting = Demonstration(data_dir, "--port", str(busy))
        refused = insisting.end_by_itself()

    assert refused == 1
    assert f"Port {busy} is in use." in "".join(insisting.said)


def test_a_taken_port_that_was_not_asked_for_is_avoided(tmp_path: Path) -> None:
    told: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        settings = Settings(data_dir=tmp_path, port=busy)

        chosen = demo.free_port(settings, any_port=True, note=told.append)

    assert busy < chosen < busy + demo.PORTS_TRIED
    assert told == [f"Port {busy} is in use; taking {chosen}."]
