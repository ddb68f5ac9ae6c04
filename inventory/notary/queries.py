"""Reading heads, the leaves below them, and what a certificate of one asset says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import CustodyEntry
from inventory.custody.rules import CustodyKind, Entry
from inventory.notary.merkle import GROUP, Tree, leaf_hash
from inventory.notary.models import NotaryHead, NotaryKey, NotaryLeaf, NotaryNode
from inventory.notary.rules import FACTS, Covered, Head, Leaf, NoHeadYet
from inventory.notary.schemas import (
    FORMAT,
    Certificate,
    CertifiedEntry,
    CoveredCount,
    HeadOut,
    HeadRow,
    KeyOut,
    Proof,
    Signed,
    Standing,
)
from inventory.organisation.models import Office

_MICROSECONDS = "(extract(epoch FROM a.registered_at) * 1000000)::bigint"
FACT_TEXTS = [
    f"{_MICROSECONDS if name == 'registered_at' else f'a.{name}'}::text" for name in FACTS
]
"""What identifies an asset ``a``, each as the text that is hashed."""


def get_last_head(session: Session) -> Signed | None:
    """The newest head, None before the first."""
    found = session.scalar(select(NotaryHead).order_by(NotaryHead.number.desc()).limit(1))
    return None if found is None else signed(found)


def get_head(session: Session, number: int) -> HeadOut:
    """A head as it is kept outside.

    Raises NotFound.
    """
    numbers = (number - 1, number)
    statement = select(NotaryHead).where(NotaryHead.number.in_(numbers)).order_by(NotaryHead.number)
    found = [signed(row) for row in session.scalars(statement)]
    if not found or found[-1].head.number != number:
        raise NotFound(_("There is no such head."))
    before = found[0].head.size if len(found) == 2 else 0
    return head_out(session, found[-1], before)


def head_out(session: Session, one: Signed, before: int) -> HeadOut:
    """A head as it is kept outside, after one over so many leaves."""
    path = tree_of(session, one.head.size).consistency(before)
    return HeadOut(
        statement=one.head.statement().decode(),
        signature=one.signature.hex(),
        consistency=tuple(step.hex() for step in path),
    )


def list_heads(
    session: Session, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[HeadRow]:
    """Heads, the newest first."""
    h = NotaryHead
    statement = select(
        h.number, h.day_on, h.made_at, h.size, func.encode(h.root, "hex"), h.key_id
    ).order_by(h.number.desc())
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(h.number < after[0])
    rows = [HeadRow(*row) for row in session.execute(statement.limit(size + 1))]
    return page_of(rows, size, key=lambda row: (row.number,))


def heads_after(session: Session, number: int, *, n: int) -> list[Signed]:
    """Some heads after one, the oldest first."""
    statement = select(NotaryHead).where(NotaryHead.number > number)
    return [signed(row) for row in session.scalars(statement.order_by(NotaryHead.number).limit(n))]


def list_keys(session: Session) -> list[KeyOut]:
    """Every key that ever signed, the first one first."""
    keys = session.scalars(select(NotaryKey).order_by(NotaryKey.since_at, NotaryKey.id))
    return [
        KeyOut(
            key=key.id,
            public=key.public_key.hex(),
            since=key.since_at,
            before=key.before_id,
            endorsement=key.endorsement.hex() if key.endorsement else None,
        )
        for key in keys
    ]


def count_covered(session: Session) -> list[CoveredCount]:
    """How many leaves there are of each kind, counted in their index."""
    n = func.count()
    rows = session.execute(select(NotaryLeaf.kind, n).group_by(NotaryLeaf.kind).order_by(n.desc()))
    return [CoveredCount(Covered(kind), count) for kind, count in rows]


def signed(row: NotaryHead) -> Signed:
    """A head as it was signed."""
    said = {name: getattr(row, name) for name in Head.__struct_fields__}
    return Signed(Head(**said), row.signature)


def tree_of(session: Session, size: int) -> Tree:
    """The tree over the first leaves; reads only what a proof needs."""

    def kept(level: int, group: int) -> Sequence[bytes]:
        first = group * GROUP
        if level:
            n = NotaryNode
            nodes = select(n.hash).where(
                n.level == level, n.index.between(first, first + GROUP - 1)
            )
            return session.scalars(nodes.order_by(n.index)).all()
        leaf = NotaryLeaf
        leaves = (
            select(leaf.kind, leaf.subject_id, leaf.seq, leaf.content)
            .where(leaf.index.between(first, first + GROUP - 1))
            .order_by(leaf.index)
        )
        return [leaf_hash(Leaf(*row).encoded()) for row in session.execute(leaves)]

    return Tree(size, kept)


def standing_of(session: Session, asset_id: int) -> Standing | None:
    """How far an asset's custody is under signed heads; None before the first head."""
    newest = select(NotaryHead.number, NotaryHead.day_on).order_by(NotaryHead.number.desc())
    covered = select(func.max(NotaryLeaf.seq)).where(
        NotaryLeaf.kind == Covered.CUSTODY, NotaryLeaf.subject_id == asset_id
    )
    row = session.execute(newest.limit(1).add_columns(covered.scalar_subquery())).first()
    return None if row is None else Standing(head=row[0], day_on=row[1], covered=row[2] or 0)


def certificate_of(session: Session, actor: Actor, reference: str, *, at: datetime) -> Certificate:
    """All that ever happened to an asset's custody, bound to the newest signed head.

    Raises NotFound, NoHeadYet.
    """
    facts = _facts(session, actor, reference)
    asset_id = int(facts["id"] or 0)
    last = get_last_head(session)
    if last is None:
        raise NoHeadYet(_("No head has been signed yet."))
    tree = tree_of(session, last.head.size)
    return Certificate(
        format=FORMAT,
        asset=facts,
        entries=tuple(_entries(session, asset_id)),
        head=last.head.number,
        custody=_proof(session, tree, Covered.CUSTODY, asset_id),
        facts=_proof(session, tree, Covered.ASSET, asset_id, int(facts["version"] or 0)),
        office=session.scalar(select(Office.name).where(Office.id == actor.office_id)) or "",
        made_at=at,
        made_by=actor.name,
    )


def visible_certified(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The facts of assets in the actor's sight, as they are hashed."""
    columns: list[ColumnElement[str | None]] = [literal_column(fact) for fact in FACT_TEXTS]
    a = Asset.__table__.alias("a")
    return select(*columns).select_from(a).where(in_sight(a.c.office_id, actor))


def _facts(session: Session, actor: Actor, reference: str) -> dict[str, str | None]:
    wanted = visible_certified(actor).where(text("a.reference = :reference"))
    row = session.execute(wanted, {"reference": reference}).first()
    if row is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return dict(zip(FACTS, row, strict=True))


def _entries(session: Session, asset_id: int) -> list[CertifiedEntry]:
    e = CustodyEntry
    names = Entry.__struct_fields__
    rows = session.execute(
        select(
            *(getattr(e, name) for name in names),
            func.encode(e.previous_hash, "hex"),
            func.encode(e.hash, "hex"),
        )
        .where(e.asset_id == asset_id)
        .order_by(e.seq)
    )
    found = []
    for *said, previous, sealed in rows:
        values = dict(zip(names, said, strict=True))
        entry = Entry(**{**values, "kind": CustodyKind(values["kind"])})
        found.append(CertifiedEntry(entry=entry, previous=previous, hash=sealed))
    return found


def _proof(
    session: Session, tree: Tree, kind: Covered, subject_id: int, seq: int | None = None
) -> Proof | None:
    """The newest leaf of a thing under a head, and the way from it to the root."""
    leaf = NotaryLeaf
    wanted = select(leaf.index, leaf.seq).where(
        leaf.kind == kind, leaf.subject_id == subject_id, leaf.index < tree.size
    )
    if seq is not None:
        wanted = wanted.where(leaf.seq == seq)
    row = session.execute(wanted.order_by(leaf.seq.desc()).limit(1)).first()
    if row is None:
        return None
    index: int = row[0]
    path = tree.inclusion(index)
    return Proof(index=index, seq=row.seq, path=tuple(step.hex() for step in path))
