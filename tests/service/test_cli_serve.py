"""``kebien serve``: one port, workers that come back, an end that is clean."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.postgres.launcher import EmbeddedServer
from service.web import address
from tests import prepared


@pytest.fixture
def fresh_dir(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing is yet."""
    yield tmp_path / "data"
    EmbeddedServer(tmp_path / "data").stop()


@pytest.fixture
def data_dir(fresh_dir: Path) -> Path:
    """A folder with a database that is up to date."""
    return prepared.migrated(fresh_dir)


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(data_dir: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server that is gone afterwards, also where what was expected of it did not come."""
    words = [sys.executable, "-m", "service", "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if "KEBIEN" not in name}
    with subprocess.Popen(
        words,
        env={**environment, "KEBIEN_DATA_DIR": str(data_dir), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            yield server
        finally:
            server.kill()


def status_of(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def wait_for(port: int, path: str, server: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        if (status := status_of(port, path)) is not None:
            return status
        time.sleep(0.05)
    server.kill()
    pytest.fail(f"no answer: {server.communicate()[0][-2000:]}")


def workers_of(server: subprocess.Popen[str]) -> set[int]:
    """Its children, less the database that it started."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return {int(pid) for pid in children if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_it_serves_a_fresh_folder_replaces_a_killed_worker_and_ends_on_request(
    fresh_dir: Path,
) -> None:
    port = a_free_port()
    with serving(fresh_dir, port) as server:
        first = wait_for(port, "/readyz", server)
        killed = workers_of(server)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while workers_of(server) & killed and time.monotonic() < deadline:
            time.sleep(0.05)
        again = wait_for(port, "/readyz", server)
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=30)[0]

    assert (first, again) == (200, 200)
    assert killed
    assert server.returncode == 0, said
    assert status_of(port, "/healthz") is None


def test_a_killed_database_is_started_again_by_who_needs_it(data_dir: Path) -> None:
    port = a_free_port()
    with serving(data_dir, port) as server:
        wait_for(port, "/readyz", server)
        killed = EmbeddedServer(data_dir).status().pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)

        # a connection of the killed one may answer for a moment longer, while none is there
        deadline = time.monotonic() + 120
        while EmbeddedServer(data_dir).status().pid in (killed, None):
            assert time.monotonic() < deadline
            status_of(port, "/readyz")
            time.sleep(0.1)
        while status_of(port, "/readyz") != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)

        assert EmbeddedServer(data_dir).stop()
        assert status_of(port, "/readyz") == 503
        assert EmbeddedServer(data_dir).status().pid is None


def test_no_worker_outlives_a_killed_server(data_dir: Path) -> None:
    port = a_free_port()
    with serving(data_dir, port) as server:
        wait_for(port, "/healthz", server)
        workers = workers_of(server)

        server.kill()
        server.communicate(timeout=30)

    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert workers
    assert address.is_free("127.0.0.1", port)


def test_a_port_somebody_listens_on_is_refused(fresh_dir: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with serving(fresh_dir, port) as refused:
            said = refused.communicate(timeout=30)[0]

    assert refused.returncode == 1
    assert said == f"Port {port} is in use.\n"
    assert not fresh_dir.exists()


def test_the_address_to_show_is_one_this_machine_can_open() -> None:
    assert address.url("0.0.0.0", 8000) == "http://127.0.0.1:8000"
    assert address.url("::1", 8000) == "http://[::1]:8000"
    assert address.url("office.example", 80) == "http://office.example:80"
