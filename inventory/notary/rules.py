"""What a head says and covers, in the bytes that are hashed and signed (ADR 0016)."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum

import msgspec

from inventory.base.errors import NotFound, Unfit
from inventory.base.messages import _, labels

NO_HEAD = bytes(32)
"""What the first head says of the one before it."""

ZONE = "%Y-%m-%dT%H:%M:%S.%fZ"


class Covered(StrEnum):
    """What a leaf stands for."""

    CUSTODY = "custody"
    ASSET = "asset"
    DOCUMENT = "document"
    PAPER = "paper"
    FILE = "file"
    REGISTER = "register"
    AUDIT = "audit"


FACTS = (
    "id",
    "reference",
    "kind",
    "description",
    "identification",
    "quantity",
    "unit",
    "condition",
    "owner_name",
    "perishable_on",
    "registered_at",
    "version",
)
"""What identifies an asset, in the order in which it is hashed; times in microseconds."""


class NoHeadYet(NotFound):
    """There is no signed head that covers the asset."""

    code = "no_head_yet"


class KeyTooOpen(Unfit):
    """Others than the owner may read the private key."""

    code = "key_too_open"


class KeyChanged(Unfit):
    """The key file is not the key of the last head."""

    code = "key_changed"


class KeyUnreadable(Unfit):
    """The key file holds no Ed25519 key."""

    code = "key_unreadable"


class OutsideDiffers(Unfit):
    """A head kept outside is not the head of this database."""

    code = "outside_differs"


class Leaf(msgspec.Struct, frozen=True):
    """One thing covered: the last link of a chain, the facts of an asset, the hash of a paper."""

    kind: str
    subject_id: int
    seq: int
    content: bytes

    def encoded(self) -> bytes:
        """The bytes of the leaf."""
        return netstrings((self.kind, self.subject_id, self.seq, self.content.hex()))


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed once a day."""

    number: int
    day_on: date
    made_at: datetime
    size: int
    root: bytes
    previous: bytes
    key_id: str

    def statement(self) -> bytes:
        """The text that is signed, as it is kept outside."""
        said = {
            "number": self.number,
            "day": self.day_on.isoformat(),
            "made": self.made_at.astimezone(UTC).strftime(ZONE),
            "size": self.size,
            "root": self.root.hex(),
            "previous": self.previous.hex(),
            "key": self.key_id,
        }
        lines = ["kebien head", *(f"{name}: {value}" for name, value in said.items())]
        return "".join(f"{line}\n" for line in lines).encode()

    def digest(self) -> bytes:
        """What the next head says of this one."""
        return hashlib.sha256(self.statement()).digest()


def read_head(statement: bytes) -> Head:
    """The head that a statement says.

    Raises ValueError where it is not the statement of a head, to the byte.
    """
    lines = statement.decode("ascii").splitlines()
    said = dict(line.split(": ", 1) for line in lines[1:])
    head = Head(
        number=int(said["number"]),
        day_on=date.fromisoformat(said["day"]),
        made_at=datetime.strptime(said["made"], ZONE).replace(tzinfo=UTC),
        size=int(said["size"]),
        root=bytes.fromhex(said["root"]),
        previous=bytes.fromhex(said["previous"]),
        key_id=said["key"],
    )
    if head.statement() != statement:
        raise ValueError("not the statement of a head")
    return head


def endorsement(key_id: str, public: bytes) -> bytes:
    """What the old key signs when a new one takes its place."""
    return f"kebien key\nkey: {key_id}\npublic: {public.hex()}\n".encode()


def key_id_of(public: bytes) -> str:
    """The name of a key: the first half of the SHA-256 of its public part."""
    return hashlib.sha256(public).hexdigest()[:32]


def netstrings(fields: Iterable[object]) -> bytes:
    """Each field as length:text; nothing stands for a missing one."""
    parts = (("" if field is None else str(field)).encode() for field in fields)
    return b"".join(b"%d:%s" % (len(part), part) for part in parts)


def facts_hash(facts: Iterable[object]) -> bytes:
    """SHA-256 over what identifies an asset, in the order of FACTS."""
    return hashlib.sha256(netstrings(facts)).digest()


labels(
    {
        Covered.CUSTODY: _("Custody chains"),
        Covered.ASSET: _("Descriptions of assets"),
        Covered.DOCUMENT: _("Printed papers"),
        Covered.PAPER: _("Issued papers"),
        Covered.FILE: _("Pictures and files"),
        Covered.REGISTER: _("Closed registers"),
        Covered.AUDIT: _("Audit ledger"),
    }
)
