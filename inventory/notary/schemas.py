"""Heads, keys and certificates as they leave the house; every hash in hexadecimal."""

from datetime import date, datetime

import msgspec

from inventory.custody.rules import CustodyKind, Entry
from inventory.notary.rules import Covered, Head

FORMAT = "kebien custody certificate 1"


class KeyOut(msgspec.Struct, frozen=True, kw_only=True):
    """The public part of a signing key, with the word of the key before it."""

    key: str
    public: str
    since: datetime
    before: str | None = None
    endorsement: str | None = None


class HeadOut(msgspec.Struct, frozen=True, kw_only=True):
    """A signed head as it is kept outside.

    ``consistency`` shows that the head before it is the beginning of this one.
    """

    statement: str
    signature: str
    consistency: tuple[str, ...] = ()


class HeadRow(msgspec.Struct, frozen=True):
    """A head in a list."""

    number: int
    day_on: date
    made_at: datetime
    size: int
    root: str
    key_id: str


class Signed(msgspec.Struct, frozen=True):
    """A head with its signature."""

    head: Head
    signature: bytes


class CoveredCount(msgspec.Struct, frozen=True):
    """How many leaves of a kind there are."""

    kind: Covered
    count: int


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The way from a leaf to the root of a head."""

    index: int
    seq: int
    path: tuple[str, ...]


class CertifiedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the chain with its hashes."""

    entry: Entry
    previous: str
    hash: str


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """Where one asset ever was, and how it is bound to a signed head."""

    format: str
    asset: dict[str, str | None]
    entries: tuple[CertifiedEntry, ...]
    head: int
    custody: Proof | None
    facts: Proof | None
    office: str
    made_at: datetime
    made_by: str


class ChainLine(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the chain as the printed certificate has it."""

    seq: int
    kind: CustodyKind
    at: datetime
    giver: str
    receiver: str
    reason: str
    document: str
    actor: str
    hash: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far the custody of an asset is under signed heads."""

    head: int
    day_on: date
    covered: int


class LogChecked(msgspec.Struct, frozen=True, kw_only=True):
    """What of the signed heads was recomputed, and the first thing that does not fit."""

    leaves: int
    heads: int
    fault: str | None
