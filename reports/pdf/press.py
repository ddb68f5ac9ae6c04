"""HTML → PDF in a child process: time-out, memory limit, no network, the same bytes every time."""

import atexit
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from math import ceil
from pathlib import Path

from inventory.base.errors import DomainError
from inventory.base.messages import _
from reports.pdf.foreman import PAPER, PDF, SAID
from reports.pdf.rules import (
    Ending,
    ForeignResource,
    PressBusy,
    PressFailed,
    PressLibrariesMissing,
    PressOutOfMemory,
    PressTooSlow,
)

LIBRARIES = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
SECONDS = 60
MEMORY = 1536 * 1024**2
PLACES = max(2, os.cpu_count() or 2)

_CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGBUS, -signal.SIGKILL}
"""How C libraries end when an allocation is refused."""

_log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(PLACES)
_root = Path(__file__).resolve().parent.parent.parent


def print_pdf(html: str, *, seconds: float = SECONDS, memory: int = MEMORY) -> bytes:
    """The PDF/A of a complete HTML document.

    Raises a DomainError that says what was missing or went wrong.
    """
    if not _places.acquire(timeout=seconds):
        raise PressBusy(_("Too many documents are being printed; try again in a minute."))
    try:
        return _run(html, seconds, memory)
    finally:
        _places.release()


def _run(html: str, seconds: float, memory: int) -> bytes:
    with tempfile.TemporaryDirectory(prefix="kebien-press-") as name:
        folder = Path(name)
        (folder / PAPER).write_text(html, encoding="utf-8", newline="")
        try:
            status = _foremen.status_of(folder, seconds, memory)
        except TimeoutError as error:
            raise _too_slow(seconds) from error
        if status == -signal.SIGXCPU:
            raise _too_slow(seconds)
        pdf, said = folder / PDF, folder / SAID
        if status != Ending.PRINTED or not pdf.exists():
            told = said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
            raise _refusal(status, told, memory)
        return pdf.read_bytes()


class _Foremen:
    """The one foreman of this process; started when something is to be printed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._orders = socket.socket()
        self._told: dict[str, str] = {}
        self._owner = 0

    def status_of(self, folder: Path, seconds: float, memory: int) -> int:
        """How the process ended that printed the document of a folder.

        Raises TimeoutError where it takes longer than it may.
        """
        for _attempt in range(2):  # one that was idle may leave just now
            if (status := self._ask(folder, seconds, memory)) is not None:
                return status
        return Ending.FAILED

    def _ask(self, folder: Path, seconds: float, memory: int) -> int | None:
        order = {"folder": str(folder), "memory": memory, "seconds": ceil(seconds)}
        mine, his = socket.socketpair()
        with mine:
            with his:
                asked = self._send(json.dumps(order).encode(), his)
            mine.settimeout(seconds)
            if answer := mine.recv(16):
                return int(answer)
        with self._lock:
            if self._process is asked:
                self._leave()
        return None

    def _send(self, order: bytes, his: socket.socket) -> subprocess.Popen[bytes] | None:
        with self._lock:
            told = _environment(tempfile.gettempdir())
            if self._owner != os.getpid() or self._ended() or told != self._told:
                self._start(told)
            with suppress(OSError):  # he left: the answer is that there is none
                socket.send_fds(self._orders, [order], [his.fileno()])
            return self._process

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _start(self, told: dict[str, str]) -> None:
        self._leave()
        self._orders, taken = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with taken:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-P", "-s", "-m", "reports.pdf.foreman", str(taken.fileno())],
                pass_fds=[taken.fileno()],
                stdin=subprocess.DEVNULL,
                cwd="/",
                env=told,
            )
        self._owner, self._told = os.getpid(), told

    def _leave(self) -> None:
        """Let the foreman go: without orders to come he ends by himself."""
        self._orders.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.wait()
        self._process = None


_foremen = _Foremen()
atexit.register(_foremen._leave)  # noqa: SLF001 - of this module


def _too_slow(seconds: float) -> PressTooSlow:
    return PressTooSlow(
        _("The document took longer than %(seconds)s seconds to print."), seconds=ceil(seconds)
    )


def _environment(folder: str) -> dict[str, str]:
    """All that the child process is told of this machine."""
    return {
        "PYTHONPATH": str(_root),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": folder,
        "TMPDIR": folder,
        "SOURCE_DATE_EPOCH": "0",
        "FONTCONFIG_FILE": str(_root / "reports" / "fonts" / "fonts.conf"),
    }


def _refusal(status: int, said: str, memory: int) -> DomainError:
    _log.warning("the press ended with %s: %s", status, said[-2000:])
    if status == Ending.NO_LIBRARIES:
        return PressLibrariesMissing(
            _("The libraries that print PDFs are missing; install them: %(command)s"),
            command=LIBRARIES,
        )
    if status == Ending.NO_MEMORY or status in _CRASHES:
        return PressOutOfMemory(
            _("The document needs more than %(megabytes)s MB to print."),
            megabytes=memory // 1024**2,
        )
    if status == Ending.FOREIGN_RESOURCE:
        return ForeignResource(
            _("The document asks for a file that does not come with the program.")
        )
    return PressFailed(_("The document could not be printed (status %(status)s)."), status=status)
