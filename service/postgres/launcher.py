"""Starts, joins and stops the embedded PostgreSQL of a data folder.

Any number of processes may ask for the same folder at once: a lock beside it lets one start the
server, the others join. The server is reached over a socket in a folder only its owner may enter,
never over the network.
"""

import fcntl
import hashlib
import os
import signal
import stat
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from inventory.base.errors import Conflict, Unavailable
from inventory.base.messages import _
from service.postgres import cluster
from service.postgres.binaries import find_binaries
from service.postgres.cluster import PidFile, State
from service.postgres.identity import Identity, Mode, choose_identity
from service.settings import postgres_environment

START_SECONDS = 300  # recovery after a crash may take long; nobody is helped by giving up early
STOP_SECONDS = 120
SOCKET_PATH_BYTES = 107
LOG_BYTES = 16 * 2**20
MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of a data folder's server without asking the database."""

    state: State
    pid: int | None
    mode: Mode | None
    folder: Path
    socket_dir: Path
    version: str | None


class EmbeddedServer:
    """The PostgreSQL of one data folder.

    ``owned`` ends the server with the process that started it, however that one dies; otherwise it
    outlives it, until ``stop``. ``options`` are settings of PostgreSQL for a server started here.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        owned: bool = False,
        mode: Mode | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.folder = self.data_dir / "postgres"
        self.log = self.data_dir / "postgres.log"
        self._owned = owned
        self._mode = mode
        self._options = dict(options or {})

    def ensure(self) -> Self:
        """Have the server running: join it, or start it, making the database first where new.

        Raises Unavailable with PostgreSQL's own words, Conflict for another user's folder.
        """
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            deadline = time.monotonic() + START_SECONDS
            while self._settled_state(deadline) is not State.READY:
                self._start(deadline)
        return self

    def stop(self) -> bool:
        """End the server, whoever started it; whether there was one.

        Raises Unavailable where it does not end.
        """
        if not self.data_dir.is_dir():
            return False
        with self._alone():
            pid_file = PidFile.read(self.folder)
            if pid_file is None or not cluster.works_in(self.folder, pid_file.pid):
                return False
            os.kill(pid_file.pid, signal.SIGINT)
            deadline = time.monotonic() + STOP_SECONDS
            while cluster.works_in(self.folder, pid_file.pid):
                if time.monotonic() > deadline:
                    raise Unavailable(
                        _("PostgreSQL does not stop; see %(log)s."), log=str(self.log)
                    )
                time.sleep(0.01)
            _ended(pid_file.pid)
            return True

    def fell(self) -> bool:
        """Whether its server was killed: one that was told to end takes its pid file along."""
        pid_file = PidFile.read(self.folder)
        return pid_file is not None and not cluster.works_in(self.folder, pid_file.pid)

    def url(self, user: str = "kebien_app") -> str:
        """The SQLAlchemy address of the database over the socket."""
        place = quote(str(self.socket_dir), safe="/")
        return f"postgresql+psycopg://{user}@/{cluster.DATABASE}?host={place}&port=5432"

    def status(self) -> ServerStatus:
        """What is known without asking the database; starts nothing."""
        made = cluster.exists(self.folder)
        state = cluster.state(self.folder, self.socket_dir) if made else State.GONE
        pid_file = PidFile.read(self.folder) if state is not State.GONE else None
        return ServerStatus(
            state=state,
            pid=pid_file.pid if pid_file else None,
            mode=choose_identity(self.data_dir, self.folder, self._mode).mode if made else None,
            folder=self.folder,
            socket_dir=self.socket_dir,
            version=cluster.major_version(self.folder),
        )

    @property
    def socket_dir(self) -> Path:
        """The database folder itself, or a short one where its name cannot be a socket's."""
        path = os.fsencode(self.folder / cluster.SOCKET_NAME)
        if len(path) <= SOCKET_PATH_BYTES and b"," not in path:
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()
        return Path("/tmp") / f"kebien-{digest[:24]}"  # noqa: S108 - checked in _ready_socket_dir

    def _settled_state(self, deadline: float) -> State:
        """READY or GONE; waits while a server starts, stops or leaves its last children."""
        while (state := cluster.state(self.folder, self.socket_dir)) is State.BUSY:
            if time.monotonic() > deadline:
                raise Unavailable(
                    _("PostgreSQL is busy in %(folder)s; see %(log)s."),
                    folder=str(self.folder),
                    log=str(self.log),
                )
            time.sleep(0.02)
        return state

    def _start(self, deadline: float) -> None:
        """Start a server and wait until it answers, making the database first where new."""
        if self._owned and threading.current_thread() is not threading.main_thread():
            raise RuntimeError("an owned server ends with the thread that starts it")
        identity = choose_identity(self.data_dir, self.folder, self._mode)
        binaries = find_binaries(cluster.major_version(self.folder))
        if not cluster.exists(self.folder):
            cluster.create(self.data_dir, self.folder, binaries, identity)
        cluster.forget_dead_server(self.folder, self.socket_dir)
        self._make_socket_dir(identity)
        with self._open_log() as log:
            told = os.fstat(log).st_size
            pid = self._spawn(identity, binaries, log)
        while cluster.state(self.folder, self.socket_dir) is not State.READY:
            if _ended(pid):
                if cluster.state(self.folder, self.socket_dir) is not State.GONE:
                    return  # somebody's server that a killed starter left behind was first
                raise Unavailable(
                    _("PostgreSQL does not start: %(reason)s"), reason=self._said_since(told)
                )
            if time.monotonic() > deadline:
                raise Unavailable(
                    _("PostgreSQL is still starting; see %(log)s."), log=str(self.log)
                )
            time.sleep(0.005)

    def _spawn(self, identity: Identity, binaries: Path, log: int) -> int:
        settings = _server_settings() | self._options
        settings["unix_socket_directories"] = '"{}"'.format(str(self.socket_dir).replace('"', '""'))
        command = identity.command(
            [
                binaries / "postgres",
                "-D",
                self.folder,
                *(word for item in settings.items() for word in ("-c", "=".join(item))),
            ],
            dies_with_parent=self._owned,
        )
        return os.posix_spawnp(
            command[0],
            command,
            postgres_environment(),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,  # the terminal's Ctrl-C is not for the database
            setsigmask=[],
            setsigdef=[signal.SIGPIPE, signal.SIGINT, signal.SIGTERM],
        )

    def _make_socket_dir(self, identity: Identity) -> None:
        """Refuse a short folder that somebody else laid in the way."""
        if self.socket_dir == self.folder:
            return
        try:
            self.socket_dir.mkdir(mode=0o700)
            identity.give(self.socket_dir)
        except FileExistsError:
            found = self.socket_dir.lstat()
            mine = stat.S_ISDIR(found.st_mode) and found.st_uid == identity.uid
            if not mine or found.st_mode & 0o077:
                raise Conflict(
                    _("The folder %(folder)s belongs to another user."),
                    folder=str(self.socket_dir),
                ) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's lock: nobody starts while another starts or stops."""
        with self._open("postgres.lock") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _open_log(self) -> Iterator[int]:
        with self._open(self.log.name) as handle:
            if os.fstat(handle).st_size > LOG_BYTES:
                os.ftruncate(handle, 0)
            yield handle

    @contextmanager
    def _open(self, name: str) -> Iterator[int]:
        """A file beside the database; the data folder's owner's, also when root asks for it."""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        try:
            handle = os.open(self.data_dir / name, flags, 0o600)
        except PermissionError:
            raise Conflict(
                _("The folder %(folder)s belongs to another user."), folder=str(self.data_dir)
            ) from None
        try:
            if os.geteuid() == 0:
                owner = self.data_dir.stat()
                os.fchown(handle, owner.st_uid, owner.st_gid)
            yield handle
        finally:
            os.close(handle)

    def _said_since(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace").strip()[-1000:]


def _server_settings() -> dict[str, str]:
    """Durable, unreachable over the network, and no personal data in the log."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{min(max(memory // 4 // MEBIBYTE, 32), 512)}MB",
        "effective_cache_size": f"{max(memory // 2 // MEBIBYTE, 64)}MB",
        # kept while in use when a log-in session ends, and not bounded by a container's /dev/shm
        "dynamic_shared_memory_type": "sysv",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_checkpoints": "off",
    }


def _ended(pid: int) -> bool:
    """Whether a process is no more; takes leave of it where it was this process's child."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
