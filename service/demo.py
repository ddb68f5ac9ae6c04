"""The demonstration: database, web and scheduler as one thing that starts and stops together.

The parts are processes of their own, as in an office. Whatever becomes of this process, they end
with it; whatever became of the last run, the next one takes up its data.
"""

import fcntl
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from inventory.base import clock
from inventory.base.errors import Conflict, Unavailable
from inventory.base.messages import _
from service.at_once import load_at_once
from service.database import made_otherwise, ready
from service.demonstration import story
from service.demonstration.story import DemonstrationLogIn
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings, child_environment
from service.web import address

ANSWER_SECONDS = 60
STOP_SECONDS = 15
LOOK_SECONDS = 1.0
RESTARTS = 3
STEADY_SECONDS = 60
PORTS_TRIED = 50
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Running:
    """What to tell whoever started the demonstration."""

    address: str
    log_ins: Sequence[DemonstrationLogIn]
    data_dir: Path
    log_dir: Path


def run(
    settings: Settings,
    *,
    any_port: bool,
    announce: Callable[[Running], None],
    note: Callable[[str], None],
) -> None:
    """Run the demonstration until it is told to stop by a signal.

    Raises Conflict where it runs already or its port is taken, Unavailable where a part does not
    start.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = None
    parts: list[_Part] = []
    with _only_one(settings.data_dir), _signals_interrupt():
        try:
            web = _Part("web", ["serve", "--when-told"], settings, waits=True)
            parts.append(web)
            if settings.database_url is None:
                server = EmbeddedServer(settings.data_dir, owned=True).ensure()
            log_ins = _prepare(settings)
            with _choosing_port():
                settings = replace(settings, port=free_port(settings, any_port=any_port, note=note))
                reached = settings.public_url or address.url(settings.host, settings.port)
                settings = replace(settings, public_url=reached, database_kept=True)
                web.tell(settings)
                _wait_for_first_answer(settings, web)
            parts.append(_Part("scheduler", ["scheduler"], settings))
            parts.append(_Part("worker", ["worker"], settings))
            announce(
                Running(
                    address.url(settings.host, settings.port),
                    log_ins,
                    settings.data_dir,
                    settings.data_dir / "log",
                )
            )
            _watch(parts, server, note)
        except KeyboardInterrupt:
            note("Stopping.")
        finally:
            _stop(parts)
            if server is not None:
                server.stop()


@contextmanager
def _choosing_port() -> Iterator[None]:
    """Demonstrations that start at once choose their ports one after the other.

    From the look for a free port until something answers there: else two would find the same one
    free, and one would take the other's answer for its own.
    """
    path = Path(tempfile.gettempdir()) / f"kebien-port-{os.getuid()}.lock"
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Part:
    """One process of the demonstration; ends with this one and is started again when it fails.

    One that ``waits`` loads the program meanwhile and begins once it is told its settings.
    """

    def __init__(
        self, name: str, arguments: list[str], settings: Settings, *, waits: bool = False
    ) -> None:
        self.name = name
        self._waits = waits
        self._told = b""
        self.log = settings.data_dir / "log" / f"{name}.log"
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        self.restarts = 0
        self._command = [*_dies_with_parent(), sys.executable, "-m", "service", *arguments]
        self._environment = child_environment(settings)
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process; what it says goes to its log."""
        self.started_at = time.monotonic()
        with self.log.open("wb" if self.restarts == 0 else "ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - this program itself
                self._command,
                env=self._environment,
                stdin=subprocess.PIPE if self._waits else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the terminal's Ctrl-C is for us, we stop our parts
            )
        if self._told:
            self._say()
        return self.process

    def tell(self, settings: Settings) -> None:
        """Have it begin with these settings, now and whenever it is started again."""
        self._told = json.dumps(settings.variables()).encode()
        self._say()

    def _say(self) -> None:
        if self.process.stdin is not None:
            with suppress(BrokenPipeError), self.process.stdin as told:
                told.write(self._told)

    def restart(self) -> None:
        """Start it again, with nothing left of the one that ended.

        Raises Unavailable where it keeps ending.
        """
        lived = time.monotonic() - self.started_at
        self.restarts = 1 if lived > STEADY_SECONDS else self.restarts + 1
        if self.restarts > RESTARTS:
            raise self.failure()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.start()

    def failure(self) -> Unavailable:
        """Why there is no going on without this part, in its own last words."""
        words = self.log.read_text(encoding="utf-8", errors="replace").strip()[-1500:]
        return Unavailable(
            _("The part %(name)s of the demonstration ended: %(reason)s"),
            name=self.name,
            reason=words or str(self.process.returncode),
        )


def _prepare(settings: Settings) -> Sequence[DemonstrationLogIn]:
    """Tables, legal rules and the demonstration office; what is there already stays.

    What tells its story is nearly the whole program: it is loaded where there is something to tell.
    Raises Conflict for tables of an earlier state of the program, which are left as they are.
    """
    if made_otherwise(settings):
        raise Conflict(
            _(
                "The data in %(folder)s were made by an earlier state of the program and do not fit"
                " this one. Move them away, or choose another folder with --data-dir."
            ),
            folder=str(settings.data_dir),
        )
    said = story.read()
    with closing(ready(settings)) as database:
        if not story.is_told(database, said):
            load_at_once("service.demonstration.loading").load(database, at=clock.now())
    return story.log_ins(said)


def _watch(
    parts: Sequence[_Part], server: EmbeddedServer | None, note: Callable[[str], None]
) -> None:
    """Start again what ends by itself, until a signal comes or a part fails for good."""
    while True:
        time.sleep(LOOK_SECONDS)
        if server is not None:
            server.ensure()
        for part in parts:
            if part.process.poll() is None:
                continue
            note(f"{part.name} ended and is started again; see {part.log}")
            part.restart()


def _stop(parts: Sequence[_Part]) -> None:
    for part in parts:
        part.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for part in parts:
        try:
            part.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.process.kill()
            part.process.wait()


def _wait_for_first_answer(settings: Settings, web: _Part) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while not _answers(settings):
        if web.process.poll() is not None:
            raise web.failure()
        if time.monotonic() > deadline:
            raise Unavailable(_("The web pages do not answer; see %(log)s."), log=str(web.log))
        time.sleep(0.05)


def _answers(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(
        address.reachable(settings.host), settings.port, timeout=5
    )
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port(settings: Settings, *, any_port: bool, note: Callable[[str], None]) -> int:
    """The wanted port; where it is taken and not insisted on, the next free one."""
    if address.is_free(settings.host, settings.port):
        return settings.port
    if any_port:
        for port in range(settings.port + 1, min(settings.port + PORTS_TRIED, 65535)):
            if address.is_free(settings.host, port):
                note(f"Port {settings.port} is in use; taking {port}.")
                return port
    raise Conflict(_("Port %(port)s is in use."), port=settings.port)


def _dies_with_parent() -> list[str]:
    return ["setpriv", "--pdeathsig=TERM", "--"] if shutil.which("setpriv") else []


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    """One demonstration a folder: its stop would pull the database from under another."""
    with (data_dir / "demo.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Conflict(
                _("The demonstration of %(folder)s is running already, as process %(pid)s."),
                folder=str(data_dir),
                pid=lock.read().strip(),
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Make every signal to end a KeyboardInterrupt; a second one does not disturb the stopping."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(TypeError):  # a handler that was not set from Python
                signal.signal(number, handler)
