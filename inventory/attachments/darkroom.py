"""Pictures are opened in a bounded child process; what a child cannot open is no picture."""

import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

from inventory.attachments.content import true_kind
from inventory.attachments.rules import (
    EDGES,
    MILLION,
    MOST_FILES,
    PICTURES,
    DarkroomBusy,
    FileRefused,
    Kind,
    Limits,
    Size,
)
from inventory.attachments.schemas import Developed, Examined, Incoming, Origin, Preview
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _

SECONDS = 10
"""So long one picture may take."""
MEMORY = 1024**3
PLACES = 2

_log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(PLACES)
_root = Path(__file__).resolve().parent.parent.parent
Fault = tuple[str, dict[str, Param]]


def examine(files: Sequence[Incoming], limits: Limits) -> list[Examined]:
    """What each of some received files is; nothing is stored yet.

    Raises Invalid that names every file that is refused.
    """
    if not files:
        raise Invalid(_("Choose at least one picture or file."), field="files")
    if len(files) > MOST_FILES:
        raise Invalid(_("At most %(most)s files at once."), field="files", most=MOST_FILES)
    kinds, faults = _kinds(files, limits)
    pictures = [number for number, kind in enumerate(kinds) if kind in PICTURES]
    developed: dict[int, Developed] = {}
    if pictures and not faults:
        answers = _develop([files[number].content for number in pictures], limits)
        for number, answer in zip(pictures, answers, strict=True):
            if isinstance(answer, Developed):
                developed[number] = answer
            else:
                text, params = answer
                faults[_field(number, files)] = (text, {"name": files[number].name, **params})
    if faults:
        raise Invalid.many(_("Nothing was stored: some files cannot be taken."), faults)
    return [
        Examined(file, kind, developed.get(number))
        for number, (file, kind) in enumerate(zip(files, kinds, strict=True))
    ]


def _kinds(files: Sequence[Incoming], limits: Limits) -> tuple[list[Kind], dict[str, Fault]]:
    """The kind of each file, and the faults of those that have none."""
    kinds: list[Kind] = []
    faults: dict[str, Fault] = {}
    for number, file in enumerate(files):
        try:
            kinds.append(true_kind(file.content, file.size, file.name, limits))
        except FileRefused as error:
            faults[_field(number, files)] = (error.message_id, error.params)
    return kinds, faults


def _field(number: int, files: Sequence[Incoming]) -> str:
    return "files" if len(files) == 1 else f"files.{number + 1}"


def _develop(files: Sequence[BinaryIO], limits: Limits) -> list[Developed | Fault]:
    seconds = SECONDS * (1 + len(files))
    if not _places.acquire(timeout=seconds):
        raise DarkroomBusy(_("Too many pictures are being looked at; try again in a minute."))
    try:
        with tempfile.TemporaryDirectory(prefix="kebien-darkroom-") as folder:
            said = _run(Path(folder), [file.fileno() for file in files], limits, seconds)
            return [_answer(Path(folder), n, said[n]) for n in range(len(files))]
    finally:
        _places.release()


def _run(folder: Path, handles: list[int], limits: Limits, seconds: float) -> list[dict[str, Any]]:
    """What the child said of each file; of those it did not come to, that they are damaged."""
    asked = {"files": handles, "pixels": limits.pixels, "edges": list(EDGES.values())}
    command = [sys.executable, "-P", "-s", "-m", "inventory.attachments.worker"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell, no outside words
            [*command, str(MEMORY), str(ceil(seconds))],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=folder,
            pass_fds=handles,
            env={"PYTHONPATH": str(_root), "LANG": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(folder)},
        )
    except subprocess.TimeoutExpired as error:
        lines, status, told = error.stdout or b"", "too slow", error.stderr or b""
    else:
        lines, status, told = done.stdout, str(done.returncode), done.stderr
    said = [json.loads(line) for line in lines.split(b"\n") if line.endswith(b"}")]
    if len(said) < len(handles):
        _log.warning(
            "the darkroom ended with %s: %s", status, told.decode(errors="replace")[-2000:]
        )
        said.append({"fault": "damaged", "told": status})
    return said + [{"fault": "unseen"}] * (len(handles) - len(said))


def _answer(folder: Path, number: int, said: dict[str, Any]) -> Developed | Fault:
    fault = said.get("fault")
    if fault == "too_many_pixels":
        return _too_many(said["pixels"])
    if fault == "unseen":
        return _("%(name)s was not looked at, because of the file before it."), {}
    if fault is not None:
        _log.info("a picture was refused: %s", said.get("told"))
        return _("%(name)s is damaged or cut off; it cannot be opened as a picture."), {}
    small, large = (
        Preview((folder / f"{number}.{size}").read_bytes(), *said[size])
        for size in (Size.SMALL, Size.LARGE)
    )
    origin = Origin(**said["origin"]) if said["origin"] else None
    return Developed(said["width"], said["height"], small, large, origin)


def _too_many(pixels: int) -> Fault:
    if not pixels:
        return _("%(name)s needs too much memory to be opened."), {}
    text = _("%(name)s has %(has)s million pixels, more than is taken.")
    return text, {"has": round(pixels / MILLION)}
