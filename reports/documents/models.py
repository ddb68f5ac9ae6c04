"""Printed papers; the database refuses to change or remove a row."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base


class PrintedPaper(Base):
    """The file of a paper: its hash, and the version of the template it was printed from."""

    __tablename__ = "printed_paper"
    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),)

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("paper.id"), primary_key=True, autoincrement=False
    )
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    template: Mapped[str]
    template_version: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    printed_at: Mapped[datetime]
