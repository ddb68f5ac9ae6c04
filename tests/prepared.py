"""Data folders that are made once in a run of the tests and copied for whoever needs one.

Making the cluster, the tables and the demonstration office takes seconds, a copy a tenth of one.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from inventory.base import clock
from service.database import ready
from service.demonstration.loading import load
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests.journeys.history.figures import import_all

RUN = "KEBIEN_TESTS_PREPARED"
"""Names the folder of this run to its workers."""

HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1d",
    "max_wal_size": "512MB",
}
"""What is thrown away does not wait for the disk, nor is it kept for the case of a crash."""

SHM = Path("/dev/shm")
NAME = "kebien-run-"
ROOM = 8 * 1024**3
"""Bytes: what the folders of a run of all tests need at most, with something to spare."""

Make = Callable[[Settings], None]


def begin() -> Path:
    """Before the workers start: where they share what they make, in memory where there is room.

    Processes that the tests start put what they throw away there, too.
    """
    room = _in_memory()
    folder = Path(tempfile.mkdtemp(prefix=NAME, dir=room))
    os.environ[RUN] = str(folder)
    fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX)  # as long as this process lives
    if room is not None:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def _clear() -> None:
    """Take away what runs left in memory that were killed."""
    for left in SHM.glob(f"{NAME}*"):
        with suppress(OSError), _as_file(left) as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _as_file(folder: Path) -> Iterator[int]:
    """A folder as a file, for its lock."""
    held = os.open(folder, os.O_RDONLY)
    try:
        yield held
    finally:
        os.close(held)


def _in_memory() -> Path | None:
    """The folder of files that never reach a disk, where it can hold all that a run throws away.

    None where there is none or it is small, and where the reader of the tests named a folder.
    """
    if "TMPDIR" in os.environ or not os.access(SHM, os.W_OK):
        return None
    _clear()
    held = os.statvfs(SHM)  # programs of tests are run from there, too
    if held.f_bavail * held.f_frsize < ROOM or held.f_flag & os.ST_NOEXEC:
        return None
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(told["MemAvailable"].split()[0]) * 1024
    return SHM if free > 1.5 * ROOM else None


def throw_away(folder: Path) -> None:
    """Empty a data folder whose server has stopped: a run would gather gigabytes of them."""
    shutil.rmtree(folder, ignore_errors=True)


def end() -> None:
    """After the last test: nothing stays."""
    shutil.rmtree(os.environ.pop(RUN), ignore_errors=True)


def migrated(folder: Path) -> Path:
    """Fill a data folder with a migrated, empty database; it is not started."""
    return _copy("migrated", _migrate, folder)


def demonstration(folder: Path) -> Path:
    """Fill a data folder with the demonstration office; it is not started."""
    return _copy("demonstration", _tell, folder)


def history(folder: Path, shared: Path) -> Path:
    """Fill a data folder with the real history of the shared folder; it is not started."""
    return _copy("history", lambda settings: import_all(settings.data_dir, shared), folder)


def _copy(name: str, make: Make, folder: Path) -> Path:
    if RUN not in os.environ:  # nobody to share with
        return _fill(folder, make)
    made = Path(os.environ[RUN]) / name
    with _one_at_a_time(made):
        if not made.exists():
            _fill(made.with_suffix(".half"), make).rename(made)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{made}/.", str(folder)], check=True)  # owners are kept too
    return folder


def _fill(folder: Path, make: Make) -> Path:
    server = EmbeddedServer(folder, options=HASTY).ensure()
    try:
        make(Settings(data_dir=folder, demonstration=True))
    finally:
        server.stop()
    return folder


def _migrate(settings: Settings) -> None:
    ready(settings).close()


def _tell(settings: Settings) -> None:
    with closing(ready(settings)) as database:
        load(database, at=clock.now())


@contextmanager
def _one_at_a_time(made: Path) -> Iterator[None]:
    with made.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
