"""Whether the heads still fit what they were signed over: leaves, ledgers, roots, signatures."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.direct import stream
from inventory.base.references import reference
from inventory.notary import queries
from inventory.notary.commands import CHUNK, audit_digest
from inventory.notary.merkle import Tower, leaf_hash
from inventory.notary.rules import NO_HEAD, Covered, Leaf, endorsement, key_id_of
from inventory.notary.schemas import KeyOut, LogChecked, Signed
from inventory.notary.signing import fits
from inventory.notary.sources import CHECKED

_LEAVES = 'SELECT "index", kind, subject_id, seq, content FROM notary_leaf ORDER BY "index"'
_AUDITED = text(
    "SELECT subject_id, seq, content FROM notary_leaf WHERE kind = 'audit' ORDER BY subject_id"
)
_BATCH = 500


def check_log(session: Session, *, checked: Callable[[int], None] = lambda _n: None) -> LogChecked:
    """Build the tree again from its leaves, compare every head and every ledger with it."""
    keys = queries.list_keys(session)
    fault = fault_of_keys(keys)
    public = {key.key: bytes.fromhex(key.public) for key in keys}
    tower, heads = Tower(), 0
    before: Signed | None = None
    leaves = stream(session.connection(), _LEAVES, chunk=CHUNK)
    for one in _heads(session):
        fault = fault or _grown(tower, leaves, one.head.size, checked)
        fault = fault or fault_of_head(one, before, tower.root(), public)
        if fault:
            return LogChecked(leaves=tower.size, heads=heads, fault=fault)
        heads, before = heads + 1, one
    if next(leaves, None) is not None:
        fault = f"leaf {tower.size} of the signed heads"
    fault = fault or _changed(session) or _audit(session)
    return LogChecked(leaves=tower.size, heads=heads, fault=fault)


def fault_of_head(
    one: Signed, before: Signed | None, root: bytes | None, public: dict[str, bytes]
) -> str | None:
    """What is wrong with a head after the one before it; None where all fits."""
    head, name = one.head, f"head {one.head.number}"
    if head.number != (before.head.number if before else 0) + 1:
        return f"{name}: its number does not follow"
    if head.previous != (before.head.digest() if before else NO_HEAD):
        return f"{name}: it does not name the head before it"
    if root is not None and head.root != root:
        return f"{name}: its root"
    key = public.get(head.key_id)
    if key is None or not fits(key, one.signature, head.statement()):
        return f"{name}: its signature"
    return None


def fault_of_keys(keys: Sequence[KeyOut]) -> str | None:
    """What is wrong with the row of keys: each bears its own name, each endorsement is valid."""
    known: dict[str, bytes] = {}
    for key in keys:
        public = bytes.fromhex(key.public)
        if key.key != key_id_of(public):
            return f"key {key.key}: its name"
        if key.endorsement is not None:
            before = known.get(key.before or "")
            word = bytes.fromhex(key.endorsement)
            if before is None or not fits(before, word, endorsement(key.key, public)):
                return f"key {key.key}: the word of the key before it"
        known[key.key] = public
    return None


def _heads(session: Session) -> Iterator[Signed]:
    last = 0
    while batch := queries.heads_after(session, last, n=_BATCH):
        yield from batch
        last = batch[-1].head.number


def _grown(
    tower: Tower,
    leaves: Iterator[tuple[int, str, int, int, bytes]],
    size: int,
    checked: Callable[[int], None],
) -> str | None:
    while tower.size < size:
        row = next(leaves, None)
        if row is None or row[0] != tower.size:
            return f"leaf {tower.size} of the signed heads"
        for _kept in tower.add(leaf_hash(Leaf(*row[1:]).encoded())):
            pass
        if tower.size % CHUNK == 0:
            checked(CHUNK)
    return None


def _changed(session: Session) -> str | None:
    """The first row that is no longer what a head covered."""
    for source in CHECKED:
        row = session.execute(text(source.changed())).first()
        if row is not None:
            return f"{_name(source.kind, row.subject_id)}, {row.seq}: not what head covers"
    return None


def _audit(session: Session) -> str | None:
    after = 0
    for until, n, digest in session.execute(_AUDITED).all():
        if (n, digest) != audit_digest(session, after, until):
            return f"the audit ledger between {after + 1} and {until}"
        after = until
    return None


def _name(kind: Covered, subject_id: int) -> str:
    if kind in (Covered.CUSTODY, Covered.ASSET):
        return reference("TS", subject_id)
    return f"{kind} {subject_id}"
