"""A database folder as it lies on disk: is a server at work in it, and how a new one is made."""

import os
import shutil
import socket
import struct
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
    alive = pid_file is not None and works_in(cluster, pid_file.pid)
    if not alive and _any_server_in(cluster):
        return State.BUSY
    if pid_file and _answers(socket_dir / SOCKET_NAME):  # also one of another container
        return State.READY if pid_file.ready else State.BUSY
    return State.BUSY if alive else State.GONE


def works_in(cluster: Path, pid: int) -> bool:
    """Whether a process lives and works in the folder, as every process of its server does."""
    try:
        return (_PROC / str(pid) / "cwd").samefile(cluster)
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:
        return True  # a process with rights of its own, as root's servers are to others


def forget_dead_server(cluster: Path, socket_dir: Path) -> None:
    """Remove the lock files of a killed server.

    They name a process by a number that may be another's by now, or a dead one's whose parent has
    not noticed; PostgreSQL takes either for a running server. Only for a folder that is GONE.
    """
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    (socket_dir / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


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


def _answers(path: Path) -> bool:
    """Whether a server answers the question for encryption, the shortest of its protocol.

    To connect proves nothing: a killed server's children hold its socket open.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(os.fspath(path))
            client.sendall(struct.pack("!ii", 8, 80877103))
            return client.recv(1) in (b"N", b"S")
        except OSError:
            return False


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
