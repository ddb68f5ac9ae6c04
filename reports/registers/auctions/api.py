"""The register of auctioned property over REST: lines and files."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from reports.registers.auctions import queries
from reports.registers.auctions.files import paper_of, sheet_of
from reports.registers.auctions.schemas import AuctionLine
from reports.registers.files import XLSX
from reports.registers.queries import get_year


class AuctionRegisterApi(Controller):
    """Register of auctioned property (Mẫu 17) of the reader's office."""

    path = "/api/v1/registers/17"
    tags = ("Registers",)

    @get("/{year:int}", permission="registers.read", sync_to_thread=False)
    def lines(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        year: FromPath[int],
        cursor: FromQuery[str | None] = None,
    ) -> Page[AuctionLine]:
        """The rounds of a statistical year, the first one first."""
        return queries.list_lines(session, actor, get_year(session, year), cursor=cursor)

    @get("/{year:int}/xlsx", permission="registers.read", sync_to_thread=False, media_type=XLSX)
    def sheet(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor], year: FromPath[int]
    ) -> Response[bytes]:
        """The register as XLSX."""
        return sheet_of(session, actor, year)

    @get(
        "/{year:int}/pdf",
        permission="registers.read",
        sync_to_thread=False,
        media_type="application/pdf",
    )
    def paper(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        year: FromPath[int],
        part: FromQuery[int] = 1,
    ) -> Response[bytes]:
        """A part of the register as PDF."""
        return paper_of(session, actor, year, part)
