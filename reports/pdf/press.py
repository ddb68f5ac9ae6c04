"""HTML → PDF in a child process: time-out, memory limit, no network, the same bytes every time."""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from math import ceil
from pathlib import Path

from inventory.base.errors import DomainError
from inventory.base.messages import _
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
    with tempfile.TemporaryDirectory(prefix="kebien-press-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own module, no shell, no outside words
                [
                    sys.executable,
                    "-P",
                    "-s",
                    "-m",
                    "reports.pdf.worker",
                    str(memory),
                    str(ceil(seconds)),
                ],
                input=html.encode(),
                capture_output=True,
                timeout=seconds,
                check=False,
                cwd=folder,
                env=_environment(folder),
            )
        except subprocess.TimeoutExpired as error:
            raise _too_slow(seconds) from error
    if done.returncode == -signal.SIGXCPU:
        raise _too_slow(seconds)
    if done.returncode != Ending.PRINTED or not done.stdout:
        raise _refusal(done.returncode, done.stderr.decode(errors="replace"), memory)
    return done.stdout


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
