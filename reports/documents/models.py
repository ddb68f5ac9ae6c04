"""Printed papers and the templates they were numbered by; the database refuses to change a row."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base


class PaperTemplate(Base):
    """The version of the template by which a paper was numbered; it is printed from that one."""

    __tablename__ = "paper_template"
    __table_args__ = (CheckConstraint("version ~ '^[0-9a-f]{64}$'", name="version"),)

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("paper.id"), primary_key=True, autoincrement=False
    )
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    version: Mapped[str] = mapped_column(ForeignKey("template_source.version"))


class TemplateSource(Base):
    """A template as it was: the texts it is made of, by their names."""

    __tablename__ = "template_source"

    version: Mapped[str] = mapped_column(primary_key=True)
    sources: Mapped[dict[str, str]] = mapped_column(JSONB)
    kept_at: Mapped[datetime] = mapped_column(server_default=func.now())


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
