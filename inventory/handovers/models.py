"""Tables of hand-overs, transfers and loans; logs of them are append-only."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.handovers.rules import OfferedAlready


class Handover(Base):
    """An offer of several things from who answers for them to somebody else.

    ``order_number`` names the signed order on which those leave that lie in a warehouse.
    """

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint(
            "giver_staff_id IS NOT NULL OR receiver_staff_id IS NOT NULL", name="one_of_us"
        ),
        Index(
            "ix_handover_open",
            "office_id",
            "answer_by",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    giver_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    giver_name: Mapped[str]
    giver_post: Mapped[str]
    receiver_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    receiver_name: Mapped[str]
    receiver_post: Mapped[str]
    reason: Mapped[str]
    order_number: Mapped[str]
    answer_by: Mapped[date]
    offered_at: Mapped[datetime]
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]


class HandoverLine(Base):
    """A thing in an offer and what became of it; ``seq`` is the link that says who answers now."""

    __tablename__ = "handover_line"
    __table_args__ = (
        Index(
            "uq_handover_line_open",
            "asset_id",
            unique=True,
            postgresql_where=text("answer IS NULL"),
        ),
        Index("ix_handover_line_asset_id", "asset_id", "seq"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    position: Mapped[int]
    answer: Mapped[str | None]
    reason: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    seq: Mapped[int | None]


class HandoverSignature(Base):
    """Somebody without an account signed at the screen of one of us."""

    __tablename__ = "handover_signature"
    __table_args__ = (Index("ix_handover_signature_handover_id", "handover_id"),)

    id: Mapped[Id]
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str]
    post: Mapped[str]
    proof: Mapped[str]
    proof_number: Mapped[str | None]
    signed_at: Mapped[datetime]
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Transfer(Base):
    """Things sent from one warehouse to another with a carrier who answers for them on the way.

    Both offices see it where they are two; then the receiver chooses the place when they arrive.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("(to_place_id IS NULL) = (to_office_id <> office_id)", name="whereto"),
        Index(
            "ix_transfer_open",
            "office_id",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_transfer_to_office_id", "to_office_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    to_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    to_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    whole_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    carrier_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    carrier_name: Mapped[str]
    carrier_post: Mapped[str]
    carrier_proof: Mapped[str | None]
    reason: Mapped[str]
    order_number: Mapped[str]
    expected_on: Mapped[date]
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]


class TransferLine(Base):
    """A thing of a transfer, as the sender described it; on its way until it is somewhere.

    ``seals`` are the states of its seals by number when it was sent.

    Both offices read it, whichever of them has the thing. ``arrival`` is what the receiver said;
    what he did not take comes back to the sender. ``reports`` are what he found amiss, each time:
    what he said later takes nothing of it back.
    """

    __tablename__ = "transfer_line"
    __table_args__ = (
        Index("ix_transfer_line_asset_id", "asset_id"),
        CheckConstraint("(arrival IS NULL) = (said_at IS NULL)", name="said"),
        CheckConstraint("came_back_at IS NULL OR arrived_seq IS NOT NULL", name="came_back"),
    )

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    to_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    reference: Mapped[str]
    description: Mapped[str]
    unit: Mapped[str | None]
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    condition: Mapped[str | None]
    seals: Mapped[dict[str, str]] = mapped_column(JSONB)
    from_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    from_place: Mapped[str]
    sent_seq: Mapped[int]
    arrival: Mapped[str | None]
    note: Mapped[str | None]
    said_at: Mapped[datetime | None]
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    paper: Mapped[str | None]
    reports: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    came_back_at: Mapped[datetime | None]
    came_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    arrived_seq: Mapped[int | None]


class Loan(Base):
    """Things given out for a time to a court, a laboratory, an investigator, until a due day."""

    __tablename__ = "loan"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("due_on >= first_due_on", name="extended"),
        Index(
            "ix_loan_open",
            "office_id",
            "due_on",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    borrower: Mapped[str]
    taker_name: Mapped[str]
    taker_post: Mapped[str]
    taker_proof: Mapped[str]
    taker_proof_number: Mapped[str | None]
    purpose: Mapped[str]
    request_number: Mapped[str]
    requested_on: Mapped[date]
    order_number: Mapped[str]
    lent_at: Mapped[datetime]
    lent_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_due_on: Mapped[date]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]


class LoanLine(Base):
    """A thing given out, the shelf it keeps, and how it came back."""

    __tablename__ = "loan_line"
    __table_args__ = (
        Index(
            "uq_loan_line_out",
            "asset_id",
            unique=True,
            postgresql_where=text("returned_at IS NULL"),
        ),
    )

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    home_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    lent_seq: Mapped[int]
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    brought_by: Mapped[str | None]
    condition: Mapped[str | None]
    returned_seq: Mapped[int | None]


class LoanNote(Base):
    """An entry of a loan's log: a contact, a reminder, an extension."""

    __tablename__ = "loan_note"
    __table_args__ = (
        Index("ix_loan_note_loan_id", "loan_id"),
        Index(
            "uq_loan_note_reminder",
            "loan_id",
            "due_on",
            "tier",
            unique=True,
            postgresql_where=text("kind = 'reminder'"),
        ),
    )

    id: Mapped[Id]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    text: Mapped[str]
    spoken_with: Mapped[str | None]
    paper: Mapped[str | None]
    due_on: Mapped[date]
    tier: Mapped[int | None]
    noted_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    actor_name: Mapped[str]


means("uq_handover_line_open", OfferedAlready)
