"""The secret addresses of calendar feeds; only their hashes are kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id
from inventory.organisation.models import Staff


class AgendaFeed(Base):
    """The address under which somebody's calendar is read, until it is revoked; one at a time.

    ``mine`` leaves out what belongs to cases of other officers.
    """

    __tablename__ = "agenda_feed"
    __table_args__ = (
        UniqueConstraint("secret_sha256"),
        Index(
            "uq_agenda_feed_open",
            "staff_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey(Staff.id))
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    mine: Mapped[bool]
    locale: Mapped[str]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
