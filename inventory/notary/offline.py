"""Checking a certificate with nothing but itself, the heads and the public keys: no database.

The checks go from the asset outwards: its chain, the way from the chain's last covered link to the
root of a head, the head's signature, the heads around it, the keys.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from inventory.base.messages import _, labels
from inventory.base.references import reference
from inventory.custody.rules import Link, break_between
from inventory.notary.merkle import extends, includes, leaf_hash
from inventory.notary.outside import read_heads, read_keys
from inventory.notary.rules import (
    FACTS,
    NO_HEAD,
    Covered,
    Head,
    Leaf,
    endorsement,
    facts_hash,
    key_id_of,
    read_head,
)
from inventory.notary.schemas import FORMAT, Certificate, HeadOut, KeyOut, Proof
from inventory.notary.signing import fits, from_pem

CERTIFICATE = "certificate.json"
HEADS = "heads"


class Misfit(StrEnum):
    """What does not fit."""

    UNREADABLE = "unreadable"
    REFERENCE = "reference"
    CHAIN = "chain"
    OTHER_ASSET = "other_asset"
    HEAD_MISSING = "head_missing"
    STATEMENT = "statement"
    KEY = "key"
    ENDORSEMENT = "endorsement"
    FOREIGN_KEY = "foreign_key"
    SIGNATURE = "signature"
    CUSTODY = "custody"
    FACTS = "facts"
    PREVIOUS = "previous"
    CONSISTENCY = "consistency"
    TWO_HEADS = "two_heads"


class Unfit(msgspec.Struct, frozen=True):
    """The first thing that does not fit, and where."""

    where: str
    what: Misfit


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate proves; entries after ``covered`` are newer than its head."""

    asset: str
    entries: int
    covered: int
    facts: bool
    head: int
    day: str
    key: str
    newest_head: int

    def remarks(self, *, pinned: bool, own_heads: bool) -> Iterator[str]:
        """What the certificate does not prove, in sentences."""
        if self.covered < self.entries:
            yield f"Entries after {self.covered} are newer than head {self.head}: not proven yet."
        if not self.facts:
            yield "The description is newer than the head: not proven yet."
        if self.newest_head > self.head:
            yield f"Newer heads are known, up to {self.newest_head}: ask for a newer certificate."
        if not own_heads:
            yield "The head came with the certificate: compare it with one kept outside (--heads)."
        if not pinned:
            yield f"The key came with the certificate: compare its name, {self.key} (--key)."


class NotFitting(Exception):
    """Ends a check at the first thing that does not fit."""

    def __init__(self, where: str, what: Misfit) -> None:
        super().__init__(where, what)
        self.unfit = Unfit(where, what)


def check(folder: Path, heads: Path | None = None, key: Path | None = None) -> Held | Unfit:
    """Check the certificate in a folder.

    ``heads`` are an outside body's own, ``key`` the public key as it was first made known; without
    them those beside the certificate serve, and prove only that all of it fits together.
    """
    try:
        return _check(folder, heads, key)
    except NotFitting as found:
        return found.unfit


def _check(folder: Path, heads: Path | None, key: Path | None) -> Held:
    certificate = _certificate(folder / CERTIFICATE)
    asset_id = _identity(certificate)
    covered = _chain(certificate, asset_id)
    beside = folder / HEADS
    keys = _keys(heads or beside, key)
    known = _row(heads or beside, keys)
    if heads is not None and beside.is_dir():
        _same(known, _row(beside, keys))
    head = known.get(certificate.head)
    if head is None:
        raise NotFitting(f"head {certificate.head}", Misfit.HEAD_MISSING)
    if certificate.custody is not None:
        sealed = bytes.fromhex(certificate.entries[covered - 1].hash)
        _under(head, Leaf(Covered.CUSTODY, asset_id, covered, sealed), certificate.custody)
    if certificate.facts is not None:
        facts = facts_hash(certificate.asset[name] for name in FACTS)
        version = int(certificate.asset["version"] or 0)
        _under(head, Leaf(Covered.ASSET, asset_id, version, facts), certificate.facts)
    return Held(
        asset=certificate.asset["reference"] or "",
        entries=len(certificate.entries),
        covered=covered,
        facts=certificate.facts is not None,
        head=head.number,
        day=head.day_on.isoformat(),
        key=head.key_id,
        newest_head=max(known),
    )


def _certificate(path: Path) -> Certificate:
    try:
        certificate = msgspec.json.decode(path.read_bytes(), type=Certificate)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotFitting(path.name, Misfit.UNREADABLE) from error
    if certificate.format != FORMAT or set(certificate.asset) != set(FACTS):
        raise NotFitting(path.name, Misfit.UNREADABLE)
    return certificate


def _identity(certificate: Certificate) -> int:
    said = certificate.asset
    number = said["id"] or ""
    if not number.isdecimal() or said["reference"] != reference("TS", int(number)):
        raise NotFitting(f"{said['reference']}", Misfit.REFERENCE)
    return int(number)


def _chain(certificate: Certificate, asset_id: int) -> int:
    """Check the chain; answers up to which entry the head covers it."""
    last: Link | None = None
    for one in certificate.entries:
        where = f"entry {one.entry.seq}"
        if one.entry.asset_id != asset_id:
            raise NotFitting(where, Misfit.OTHER_ASSET)
        link = Link(one.entry, _bytes(one.previous, where), _bytes(one.hash, where))
        if break_between(last, link) is not None:
            raise NotFitting(where, Misfit.CHAIN)
        last = link
    covered = certificate.custody.seq if certificate.custody else 0
    if not 0 <= covered <= len(certificate.entries) or (certificate.custody and not covered):
        raise NotFitting(f"entry {covered}", Misfit.CUSTODY)
    return covered


def _keys(folder: Path, pinned: Path | None) -> dict[str, bytes]:
    """The keys that count: all beside the heads, or the one made known and those it vouches for."""
    try:
        said = read_keys(folder)
        first = from_pem(pinned.read_bytes()) if pinned else None
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise NotFitting("keys", Misfit.UNREADABLE) from error
    trusted: dict[str, bytes] = {key_id_of(first): first} if first else {}
    for key in said:
        public = _bytes(key.public, f"key {key.key}")
        if key.key != key_id_of(public):
            raise NotFitting(f"key {key.key}", Misfit.KEY)
        if _vouched(key, public, trusted) or first is None:
            trusted[key.key] = public
    return trusted


def _vouched(key: KeyOut, public: bytes, trusted: dict[str, bytes]) -> bool:
    before = trusted.get(key.before or "")
    if key.endorsement is None or before is None:
        return False
    word = _bytes(key.endorsement, f"key {key.key}")
    if not fits(before, word, endorsement(key.key, public)):
        raise NotFitting(f"key {key.key}", Misfit.ENDORSEMENT)
    return True


def _row(folder: Path, keys: dict[str, bytes]) -> dict[int, Head]:
    """The heads of a folder, each signed and each going on from the one before it."""
    found: dict[int, Head] = {}
    for path, said in _read(folder):
        head = _signed(path.name, said, keys)
        if head.number in found:
            raise NotFitting(path.name, Misfit.TWO_HEADS)
        before = found.get(head.number - 1)
        _after(path.name, head, before, said)
        found[head.number] = head
    return found


def _read(folder: Path) -> Sequence[tuple[Path, HeadOut]]:
    try:
        return read_heads(folder)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotFitting(folder.name, Misfit.UNREADABLE) from error


def _signed(where: str, said: HeadOut, keys: dict[str, bytes]) -> Head:
    statement = said.statement.encode()
    try:
        head = read_head(statement)
    except (ValueError, KeyError) as error:
        raise NotFitting(where, Misfit.STATEMENT) from error
    key = keys.get(head.key_id)
    if key is None:
        raise NotFitting(where, Misfit.FOREIGN_KEY)
    if not fits(key, _bytes(said.signature, where), statement):
        raise NotFitting(where, Misfit.SIGNATURE)
    return head


def _after(where: str, head: Head, before: Head | None, said: HeadOut) -> None:
    if before is None:
        if head.number == 1 and head.previous != NO_HEAD:
            raise NotFitting(where, Misfit.PREVIOUS)
        return
    if head.previous != before.digest():
        raise NotFitting(where, Misfit.PREVIOUS)
    path = [_bytes(step, where) for step in said.consistency]
    if not extends(before.size, before.root, head.size, head.root, path):
        raise NotFitting(where, Misfit.CONSISTENCY)


def _same(own: dict[int, Head], given: dict[int, Head]) -> None:
    """Two heads of one number are two stories told to two people."""
    for number in sorted(own.keys() & given.keys()):
        if own[number] != given[number]:
            raise NotFitting(f"head {number}", Misfit.TWO_HEADS)


def _under(head: Head, leaf: Leaf, proof: Proof) -> None:
    what = Misfit.CUSTODY if leaf.kind == Covered.CUSTODY else Misfit.FACTS
    where = f"entry {leaf.seq}" if what is Misfit.CUSTODY else "description"
    path = list(_hashes(proof.path, where))
    found = leaf_hash(leaf.encoded())
    if proof.seq != leaf.seq or not includes(head.root, head.size, proof.index, found, path):
        raise NotFitting(where, what)


def _hashes(said: Sequence[str], where: str) -> Iterator[bytes]:
    for step in said:
        yield _bytes(step, where)


def _bytes(said: str, where: str) -> bytes:
    try:
        return bytes.fromhex(said)
    except ValueError as error:
        raise NotFitting(where, Misfit.UNREADABLE) from error


labels(
    {
        Misfit.UNREADABLE: _("it cannot be read"),
        Misfit.REFERENCE: _("the number of the asset is not its own"),
        Misfit.CHAIN: _("it does not continue the chain, or its content does not fit its hash"),
        Misfit.OTHER_ASSET: _("it belongs to another asset"),
        Misfit.HEAD_MISSING: _("the head is not there"),
        Misfit.STATEMENT: _("its text is not that of a head"),
        Misfit.KEY: _("the key does not bear its own name"),
        Misfit.ENDORSEMENT: _("the key before it does not vouch for it"),
        Misfit.FOREIGN_KEY: _("it is signed with a key that is not known here"),
        Misfit.SIGNATURE: _("its signature is not that of its text"),
        Misfit.CUSTODY: _("the chain does not lead to the root of the head"),
        Misfit.FACTS: _("the description does not lead to the root of the head"),
        Misfit.PREVIOUS: _("it does not name the head before it"),
        Misfit.CONSISTENCY: _("it does not contain all that the head before it covered"),
        Misfit.TWO_HEADS: _("there are two heads of one number"),
    }
)
