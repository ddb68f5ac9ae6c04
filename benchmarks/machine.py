"""The machine under measurement: PostgreSQL, the web server, and the CPU they use."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from service.postgres.binaries import find_binaries
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings

TICK = os.sysconf("SC_CLK_TCK")
FLOOR = Path(__file__).parent / "floor"
TUNING = {
    "shared_buffers": "1GB",
    "effective_cache_size": "6GB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "maintenance_work_mem": "512MB",
}


def cpu_of(root: int) -> float:
    """CPU seconds of a process and all below it, the ended ones included."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            rest = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        pid = int(entry.name)
        parents[pid] = int(rest[1])
        used[pid] = sum(map(int, rest[11:15])) / TICK
    total, ahead = 0.0, [root]
    while ahead:
        pid = ahead.pop()
        total += used.get(pid, 0.0)
        ahead += [child for child, parent in parents.items() if parent == pid]
    return total


def memory_of(pid: int) -> float:
    """Resident memory of a process at its highest, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


@dataclass
class Machine:
    """A running PostgreSQL with the program's database and the floor's beside it."""

    settings: Settings
    server: EmbeddedServer

    def floor_url(self) -> str:
        """Connection string of the floor's database."""
        return self.owner_url("floor")

    def owner_url(self, name: str = "kebien") -> str:
        """Connection string of the owner for a database of the server."""
        socket = self.server.status().socket_dir
        return f"host={socket} user=kebien_owner dbname={name}"

    def postgres_pid(self) -> int:
        """Process id of the server's first process."""
        pid = self.server.status().pid
        assert pid is not None
        return pid

    def run_sql(self, name: str, script: Path, **values: int) -> None:
        """Run a script with psql's variables filled in."""
        text = script.read_text()
        for key, value in values.items():
            text = re.sub(rf"(?<!:):{key}\b", str(value), text)
        with psycopg.connect(self.owner_url(name), autocommit=True) as connection:
            for statement in _statements(text):
                connection.execute(statement)

    def analyze(self) -> None:
        """Let the planner know what the tables hold by now, the program's and the floor's."""
        for name in ("kebien", "floor"):
            with psycopg.connect(self.owner_url(name), autocommit=True) as connection:
                connection.execute("ANALYZE")

    def pgbench(self, script: str, seconds: float, clients: int, n: int) -> dict[str, float]:
        """Throughput and median of a floor script: operations a second, milliseconds."""
        socket = self.server.status().socket_dir
        log = self.settings.data_dir / "pgbench"
        for old in log.parent.glob("pgbench.*"):
            old.unlink()
        before = cpu_of(self.postgres_pid())
        command: Sequence[str] = [
            str(find_binaries() / "pgbench"),
            "-n",
            "-M",
            "prepared",
            "-h",
            str(socket),
            "-U",
            "kebien_owner",
            "-c",
            str(clients),
            "-j",
            str(min(clients, 2)),
            "-T",
            str(max(1, round(seconds))),
            "-D",
            f"n={n}",
            "-f",
            str(FLOOR / script),
            "-l",
            f"--log-prefix={log}",
            "floor",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        counted = re.search(r"transactions actually processed: (\d+)", done.stdout)
        assert found, done.stdout + done.stderr
        assert counted, done.stdout
        waits = sorted(
            int(line.split()[2])
            for part in log.parent.glob("pgbench.*")
            for line in part.read_text().splitlines()
        )
        used = cpu_of(self.postgres_pid()) - before
        return {
            "per_s": float(found[1]),
            "p50": waits[len(waits) // 2] / 1000,
            "postgres_ms": used * 1000 / int(counted[1]),
        }


def _statements(text: str) -> Iterator[str]:
    """The statements of a script, whole function bodies kept together."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    part = ""
    for line in lines:
        part += line + "\n"
        if line.rstrip().endswith(";") and part.count("$$") % 2 == 0:
            yield part
            part = ""


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A PostgreSQL of its own for one run, with durability as in production."""
    server = EmbeddedServer(folder, owned=False, options=TUNING).ensure()
    settings = Settings(
        data_dir=folder, workers=2, threads=3, port=18765, cookie_secure=False, secret="bench"
    )
    try:
        yield Machine(settings, server)
    finally:
        server.stop()


@contextmanager
def web(settings: Settings) -> Iterator[int]:
    """The web server as `kebien serve` runs it; answers its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "serve"],
        env={**os.environ, **settings.variables()},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://{settings.host}:{settings.port}/readyz", process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(200):
        if process.poll() is not None:
            raise RuntimeError("the web server ended")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)
