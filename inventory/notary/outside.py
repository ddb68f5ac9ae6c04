"""Heads in a folder outside: written once each, never over another, read without a database."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from inventory.base.messages import _
from inventory.notary.rules import OutsideDiffers
from inventory.notary.schemas import HeadOut, KeyOut
from inventory.notary.signing import to_pem

KEYS = "keys.json"

Next = Callable[[int], Sequence[tuple[int, HeadOut]]]
"""Some heads after one, with their numbers."""


def name_of(number: int) -> str:
    """The file of a head; names sort as numbers do."""
    return f"head-{number:08d}.json"


def export_heads(folder: Path, keys: Sequence[KeyOut], following: Next) -> int:
    """Add what the folder lacks and compare what it has; answers how many heads were added.

    Raises OutsideDiffers where the folder holds another head under a number, or keys that are
    gone: then this database, or the folder, is not what it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _export_keys(folder, keys)
    added = last = 0
    while batch := following(last):
        for number, head in batch:
            added += _put(folder / name_of(number), msgspec.json.encode(head) + b"\n")
            last = number
    known = max((number for number, _path in numbered(folder)), default=0)
    if known > last:
        raise _differs(folder / name_of(known))
    return added


def numbered(folder: Path) -> Iterator[tuple[int, Path]]:
    """The heads of a folder by number."""
    for path in sorted(folder.glob("head-*.json")):
        digits = path.stem.removeprefix("head-")
        if digits.isdecimal():
            yield int(digits), path


def read_heads(folder: Path) -> list[tuple[Path, HeadOut]]:
    """The heads of a folder in the order of their numbers.

    Raises msgspec.DecodeError.
    """
    found = [(path, path.read_bytes()) for _number, path in numbered(folder)]
    return [(path, msgspec.json.decode(said, type=HeadOut)) for path, said in found]


def read_keys(folder: Path) -> list[KeyOut]:
    """The keys of a folder, the first one first.

    Raises msgspec.DecodeError, OSError.
    """
    return msgspec.json.decode((folder / KEYS).read_bytes(), type=list[KeyOut])


def write_keys(folder: Path, keys: Sequence[KeyOut]) -> None:
    """The keys as one file, and each as openssl reads it."""
    _replace(folder / KEYS, msgspec.json.encode(keys) + b"\n")
    for key in keys:
        _put(folder / f"key-{key.key}.pem", to_pem(bytes.fromhex(key.public)))


def _export_keys(folder: Path, keys: Sequence[KeyOut]) -> None:
    path = folder / KEYS
    if path.exists():
        there = read_keys(folder)
        if there != list(keys[: len(there)]):
            raise _differs(path)
    write_keys(folder, keys)


def _put(path: Path, content: bytes) -> bool:
    """Write a file that is not there yet; one that is must say the same."""
    if path.exists():
        if path.read_bytes() != content:
            raise _differs(path)
        return False
    _replace(path, content)
    return True


def _replace(path: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).chmod(0o644)
    Path(draft).replace(path)


def _differs(path: Path) -> OutsideDiffers:
    return OutsideDiffers(
        _("%(path)s says something else than this database: look for the reason before all else."),
        path=str(path),
    )
