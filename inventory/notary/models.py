"""Signed heads, the leaves they cover, and the keys that signed them; nothing is ever changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base


class NotaryKey(Base):
    """The public part of a signing key; the private part is never in the database.

    ``endorsement`` is the signature of the key before it over this one; it is missing for the
    first key and for one that came after a lost one.
    """

    __tablename__ = "notary_key"
    __table_args__ = (CheckConstraint("octet_length(public_key) = 32", name="public_key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[bytes]
    since_at: Mapped[datetime]
    before_id: Mapped[str | None] = mapped_column(ForeignKey("notary_key.id"))
    endorsement: Mapped[bytes | None]


class NotaryLeaf(Base):
    """One thing covered by every head from the next one on."""

    __tablename__ = "notary_leaf"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "seq"),)

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    subject_id: Mapped[int]
    seq: Mapped[int]
    content: Mapped[bytes]


class NotaryNode(Base):
    """The hash of a complete subtree of 256, 256², … leaves, so that proofs need not read all."""

    __tablename__ = "notary_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class NotaryHead(Base):
    """The root over all leaves at a moment, signed; it names the head before it by its hash."""

    __tablename__ = "notary_head"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("number > 0", name="number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day_on: Mapped[date]
    made_at: Mapped[datetime]
    size: Mapped[int]
    root: Mapped[bytes]
    previous: Mapped[bytes]
    key_id: Mapped[str] = mapped_column(ForeignKey("notary_key.id"))
    signature: Mapped[bytes]
