"""Due things that could not be done, kept until they are."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id


class JobFailure(Base):
    """A due thing that failed: how often, why, and when it is tried again.

    Without ``next_try_at`` nobody tries any more until the scheduler is started again.
    """

    __tablename__ = "job_failure"
    __table_args__ = (
        Index(
            "uq_job_failure_open",
            "job_id",
            "key",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    job_id: Mapped[str]
    key: Mapped[str]
    attempts: Mapped[int]
    last_error: Mapped[str]
    first_failed_at: Mapped[datetime]
    last_failed_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None] = mapped_column()
