"""Sealing: all that is new in the ledgers becomes leaves; the root over all leaves is signed."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from inventory.audit.ledger import Subject, record
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.direct import stream
from inventory.base.messages import _
from inventory.notary import queries
from inventory.notary.merkle import Tower, leaf_hash
from inventory.notary.models import NotaryHead, NotaryKey, NotaryLeaf, NotaryNode
from inventory.notary.rules import NO_HEAD, Covered, Head, KeyChanged, Leaf, endorsement
from inventory.notary.schemas import Signed
from inventory.notary.signing import Signer
from inventory.notary.sources import AUDIT_DIGESTS, SOURCES

CHUNK = 5000

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('kebien.notary'))")
_LEAVES = (
    "SELECT kind, subject_id, seq, content FROM notary_leaf"
    ' WHERE "index" >= %(size)s ORDER BY "index"'
)
_LAST_AUDIT = text("SELECT coalesce(max(subject_id), 0) FROM notary_leaf WHERE kind = 'audit'")


def seal_head(
    session: Session, actor: Actor, signer: Signer, *, audit_until: int | None = None, at: datetime
) -> Head:
    """Cover everything new and sign the root over everything; one head follows the other.

    ``audit_until`` is the last act that is covered, with all before it: none of an earlier number
    may still be about to be committed.

    Raises Forbidden, KeyChanged.
    """
    actor.require("heads.seal")
    session.execute(_ALONE)
    last = queries.get_last_head(session)
    _know_key(session, signer, last, at=at)
    size = last.head.size if last else 0
    tower = Tower(size, queries.tree_of(session, size).edge())
    _cover(session, size, audit_until)
    _grow(session, tower)
    head = Head(
        number=last.head.number + 1 if last else 1,
        day_on=local_day(at),
        made_at=at,
        size=tower.size,
        root=tower.root(),
        previous=last.head.digest() if last else NO_HEAD,
        key_id=signer.key_id,
    )
    said = {name: getattr(head, name) for name in Head.__struct_fields__}
    session.add(NotaryHead(**said, signature=signer.sign(head.statement())))
    session.flush()
    facts = {"size": head.size, "root": head.root.hex(), "key": head.key_id}
    subject = Subject("notary_head", head.number, str(head.number))
    record(session, actor, Act.HEAD_SEALED, subject, facts, at=at)
    return head


def change_key(
    session: Session, actor: Actor, new: Signer, old: Signer | None, *, at: datetime
) -> None:
    """Let a new key sign from now on; the old one vouches for it unless it was lost.

    Raises Forbidden, KeyChanged where the old key is not the one in use.
    """
    actor.require("heads.seal")
    session.execute(_ALONE)
    keys = queries.list_keys(session)
    before = keys[-1].key if keys else None
    if old is not None and old.key_id != before:
        raise _not_the_key(old, before)
    session.add(
        NotaryKey(
            id=new.key_id,
            public_key=new.public,
            since_at=at,
            before_id=before,
            endorsement=old.sign(endorsement(new.key_id, new.public)) if old else None,
        )
    )
    session.flush()
    facts = {"key": new.key_id, "before": before, "endorsed": old is not None}
    record(session, actor, Act.KEY_CHANGED, Subject("notary_key", None, new.key_id), facts, at=at)


def _know_key(session: Session, signer: Signer, last: Signed | None, *, at: datetime) -> None:
    keys = queries.list_keys(session)
    if not keys and last is None:
        session.add(NotaryKey(id=signer.key_id, public_key=signer.public, since_at=at))
        session.flush()
    elif not keys or keys[-1].key != signer.key_id:
        raise _not_the_key(signer, keys[-1].key if keys else None)


def _not_the_key(signer: Signer, wanted: str | None) -> KeyChanged:
    return KeyChanged(
        _("The key file holds %(key)s, but the key in use is %(wanted)s."),
        key=signer.key_id,
        wanted=wanted or "–",
    )


def _cover(session: Session, size: int, audit_until: int | None) -> None:
    """Write what is new as leaves, one statement for each ledger."""
    for source in SOURCES:
        added = session.execute(text(source.cover()), {"size": size})
        size += _count(added)
    if audit_until is None:
        return
    covered = session.execute(_LAST_AUDIT).scalar_one()
    if covered >= audit_until:
        return
    n, digest = audit_digest(session, covered, audit_until)
    row = {"index": size, "kind": Covered.AUDIT.value, "subject_id": audit_until, "seq": n}
    session.execute(insert(NotaryLeaf).values(**row, content=digest))


def audit_digest(session: Session, after: int, until: int) -> tuple[int, bytes]:
    """How many acts lie between two numbers, and SHA-256 over their digests in order."""
    total, n = hashlib.sha256(), 0
    wanted = {"after": after, "until": until}
    for (digest,) in stream(session.connection(), AUDIT_DIGESTS, wanted, chunk=CHUNK):
        total.update(digest)
        n += 1
    return n, total.digest()


def _grow(session: Session, tower: Tower) -> None:
    """Add the new leaves to the tree and keep its larger subtrees."""
    kept: list[dict[str, Any]] = []
    for level, index, found in _nodes(session, tower):
        kept.append({"level": level, "index": index, "hash": found})
        if len(kept) == CHUNK:
            session.execute(insert(NotaryNode), kept)
            kept = []
    if kept:
        session.execute(insert(NotaryNode), kept)


def _nodes(session: Session, tower: Tower) -> Iterator[tuple[int, int, bytes]]:
    new = {"size": tower.size}
    for row in stream(session.connection(), _LEAVES, new, chunk=CHUNK):
        yield from tower.add(leaf_hash(Leaf(*row).encoded()))


def _count(result: Any) -> int:
    return int(result.rowcount)
