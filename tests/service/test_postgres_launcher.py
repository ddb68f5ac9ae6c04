"""The embedded database: started once however many ask, recovered after any death, stopped once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from inventory.base.errors import Conflict, Unavailable
from service.postgres.cluster import State, works_in
from service.postgres.launcher import EmbeddedServer

START = """
import sys
from pathlib import Path
from service.postgres.launcher import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), owned="owned" in sys.argv).ensure()
print(server.status().pid, flush=True)
if "stay" in sys.argv:
    sys.stdin.read()
"""
STOP_AND_START = """
import sys
from pathlib import Path
from service.postgres.launcher import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
for _turn in range(4):
    server.stop()
    server.ensure()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    data_dir = tmp_path / "data"
    yield data_dir
    EmbeddedServer(data_dir).stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("shared")).ensure()
    yield server
    server.stop()


def connect(server: EmbeddedServer) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(server.socket_dir),
        port=5432,
        user="kebien_owner",
        dbname="kebien",
        autocommit=True,
    )


def ask(server: EmbeddedServer, statement: str) -> list[tuple[object, ...]]:
    with connect(server) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def process(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pid_of(server: EmbeddedServer) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def wait_until_gone(server: EmbeddedServer, pid: int) -> None:
    deadline = time.monotonic() + 60
    while works_in(server.folder, pid):
        assert time.monotonic() < deadline, "the server outlived its owner"
        time.sleep(0.05)


def test_five_processes_at_once_on_a_fresh_folder_share_one_server(folder: Path) -> None:
    starters = [process(START, folder) for _ in range(5)]
    answers = [starter.communicate(timeout=60) for starter in starters]

    assert [starter.returncode for starter in starters] == [0] * 5, answers
    assert len({pid for pid, _errors in answers}) == 1
    log = (folder / "postgres.log").read_text()
    assert log.count("database system is ready to accept connections") == 1


def test_the_server_outlives_the_process_that_started_it(folder: Path) -> None:
    starter = process(START, folder)
    pid = int(starter.communicate(timeout=60)[0])

    server = EmbeddedServer(folder)

    assert pid_of(server) == pid
    assert ask(server, "SELECT 1") == [(1,)]


def test_after_a_kill_the_next_start_recovers_every_committed_row(folder: Path) -> None:
    server = EmbeddedServer(folder).ensure()
    ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    killed = pid_of(server)
    with connect(server) as idle:
        idle.execute("SELECT 1")
        os.kill(killed, signal.SIGKILL)

        server.ensure()

    assert pid_of(server) != killed
    assert ask(server, "SELECT count(*) FROM kept") == [(1000,)]


def test_a_dead_servers_number_that_is_another_process_now_does_not_keep_it_from_starting(
    folder: Path,
) -> None:
    server = EmbeddedServer(folder).ensure()
    pid_file = server.folder / "postmaster.pid"
    socket_lock = server.socket_dir / ".s.PGSQL.5432.lock"
    written = {path: path.read_text().splitlines()[1:] for path in (pid_file, socket_lock)}
    server.stop()
    for path, rest in written.items():
        path.write_text("\n".join([str(os.getpid()), *rest]) + "\n")

    server.ensure()

    assert ask(server, "SELECT 1") == [(1,)]


def test_a_folder_left_half_made_is_made_anew(folder: Path) -> None:
    draft = folder / "postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")

    server = EmbeddedServer(folder).ensure()

    assert ask(server, "SELECT current_database()") == [("kebien",)]
    assert not draft.exists()


def test_an_owned_server_ends_cleanly_when_its_owner_is_killed(folder: Path) -> None:
    owner = process(START, folder, "owned", "stay")
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    server = EmbeddedServer(folder)
    ask(server, "CREATE TABLE kept AS SELECT 1 AS n")

    owner.kill()
    owner.communicate()
    wait_until_gone(server, pid)

    assert server.status().state is State.GONE
    assert "database system is shut down" in (folder / "postgres.log").read_text()
    assert ask(server.ensure(), "SELECT n FROM kept") == [(1,)]


def test_an_owned_server_is_not_started_from_a_thread_it_would_end_with(folder: Path) -> None:
    failures: list[RuntimeError] = []

    def start() -> None:
        try:
            EmbeddedServer(folder, owned=True).ensure()
        except RuntimeError as failure:
            failures.append(failure)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert len(failures) == 1


def test_processes_that_stop_and_start_the_same_server_never_trip_over_each_other(
    folder: Path,
) -> None:
    EmbeddedServer(folder).ensure()

    turners = [process(STOP_AND_START, folder) for _ in range(3)]
    answers = [turner.communicate(timeout=120) for turner in turners]

    assert [turner.returncode for turner in turners] == [0] * 3, answers
    assert ask(EmbeddedServer(folder).ensure(), "SELECT 1") == [(1,)]


def test_stop_ends_the_server_and_says_whether_there_was_one(folder: Path) -> None:
    server = EmbeddedServer(folder)
    assert not server.stop()
    assert not folder.exists()
    server.ensure()

    assert server.stop()
    assert not server.stop()
    assert server.status().state is State.GONE
    assert server.status().pid is None


@pytest.mark.parametrize("name", ["deep/" * 20 + "data", "a,b"])
def test_a_folder_whose_name_no_socket_can_have_uses_a_short_private_one(
    tmp_path: Path, name: str
) -> None:
    server = EmbeddedServer(tmp_path / name)
    try:
        server.ensure()

        assert server.socket_dir != server.folder
        assert server.socket_dir.stat().st_mode & 0o077 == 0
        assert ask(server, "SELECT 1") == [(1,)]
    finally:
        server.stop()
        server.socket_dir.rmdir()


def test_a_short_socket_folder_that_others_may_enter_is_not_used(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("deep/" * 20) / "data")
    server.socket_dir.mkdir()
    server.socket_dir.chmod(0o755)
    try:
        with pytest.raises(Conflict, match="another user"):
            server.ensure()
    finally:
        server.socket_dir.rmdir()


def test_what_postgresql_says_reaches_the_reader_when_it_does_not_start(folder: Path) -> None:
    server = EmbeddedServer(folder, options={"shared_buffers": "none at all"})

    with pytest.raises(Unavailable, match="shared_buffers"):
        server.ensure()


def test_only_the_owner_of_the_folder_can_reach_the_server(running: EmbeddedServer) -> None:
    assert ask(running, "SHOW listen_addresses") == [("",)]
    assert running.folder.stat().st_mode & 0o077 == 0
    assert (running.folder / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("jit", "off"),
        ("timezone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
def test_the_server_is_durable_and_the_same_everywhere(
    running: EmbeddedServer, setting: str, value: str
) -> None:
    assert ask(running, f"SHOW {setting}") == [(value,)]


def test_settings_of_a_caller_win_where_he_starts_the_server(folder: Path) -> None:
    server = EmbeddedServer(folder, options={"fsync": "off"}).ensure()

    assert ask(server, "SHOW fsync") == [("off",)]


def test_the_log_keeps_no_values_of_refused_statements(running: EmbeddedServer) -> None:
    with connect(running) as connection:
        connection.execute("CREATE TEMPORARY TABLE person (number text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('079203001234')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('079203001234')")

    log = running.log.read_text()
    assert "person_pkey" in log
    assert "079203001234" not in log
