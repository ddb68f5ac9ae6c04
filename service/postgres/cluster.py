"""A database folder as it lies on disk: is a server at work in it, and how a new one is made."""

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from inventory.base.errors import Unavailable
from inventory.base.messages import _
from service.postgres.identity import Identity
from service.settings import postgres_environment

DATABASE = "kebien"
OWNER = "kebien_owner"
SOCKET_NAME = ".s.PGSQL.5432"

_PROC = Path("/proc")


class State(Enum):
    """What the server of a folder is doing."""

    GONE = "gone"
    BUSY = "busy"  # starting, recovering, stopping, or a killed server's last children
    READY = "ready"


@dataclass(frozen=True, slots=True)
class PidFile:
    """What a running server says of itself in ``postmaster.pid``."""

    pid: int
    ready: bool

    @classmethod
    def read(cls, cluster: Path) -> Self | None:
        """The file's content; None where there is none or it is just being written."""
        try:
            lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return cls(int(lines[0]), ready=len(lines) > 7 and lines[7].strip() == "ready")
        except (FileNotFoundError, IndexError, ValueError):
            return None


def exists(cluster: Path) -> bool:
    """Whether a database was made in the folder."""
    return (cluster / "PG_VERSION").is_file()


def major_version(cluster: Path) -> str | None:
    """The version of PostgreSQL the folder was made with, None where nothing was made yet."""
    return (cluster / "PG_VERSION").read_text(encoding="ascii").strip() if exists(cluster) else None


def state(cluster: Path, socket_dir: Path) -> State:
    """What the folder's server is doing, whoever started it."""
    pid_file = PidFile.read(cluster)
    if pid_file and _listens(socket_dir / SOCKET_NAME):
        return State.READY if pid_file.ready else State.BUSY
    if pid_file and works_in(cluster, pid_file.pid):
        return State.BUSY
    return State.BUSY if _any_server_in(cluster) else State.GONE


def works_in(cluster: Path, pid: int) -> bool:
    """Whether a process lives and works in the folder, as every process of its server does."""
    try:
        return (_PROC / str(pid) / "cwd").samefile(cluster)
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:
        return True  # a process with rights of its own, as root's servers are to others


def forget_dead_server(cluster: Path) -> None:
    """Remove the pid file of a killed server.

    Its number may be another process's by now, and PostgreSQL would wait for that one for ever.
    Only for a folder whose state is GONE.
    """
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def create(data_dir: Path, cluster: Path, binaries: Path, identity: Identity) -> None:
    """Make a database folder; it takes its name only when it is complete.

    Raises Unavailable with PostgreSQL's own words.
    """
    draft = data_dir / f"{cluster.name}.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    identity.give(draft)
    initdb: list[str | Path] = [binaries / "initdb", f"--pgdata={draft}", f"--username={OWNER}"]
    options = ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8"]
    _run(identity.command([*initdb, *options, "--data-checksums", "--no-instructions"]))
    single: list[str | Path] = [binaries / "postgres", "--single", "-D", draft, "postgres"]
    _run(identity.command(single), f"CREATE DATABASE {DATABASE}\n")
    draft.rename(cluster)


def _run(command: list[str], text: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs by full path
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env=postgres_environment(),
    )
    if done.returncode or "ERROR:" in done.stdout:
        raise Unavailable(
            _("The database folder could not be made: %(reason)s"),
            reason=done.stdout.strip()[-1000:] or str(done.returncode),
        )


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(os.fspath(path))
        except OSError:
            return False
    return True


def _any_server_in(cluster: Path) -> bool:
    """Whether any process of PostgreSQL works in the folder: a killed server's children do."""
    for entry in _PROC.glob("[0-9]*"):
        try:
            name = (entry / "comm").read_text(encoding="utf-8")
            if name.startswith("postgres") and (entry / "cwd").samefile(cluster):
                return True
        except OSError:  # ended meanwhile, or not ours to look at
            continue
    return False
