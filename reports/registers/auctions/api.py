"""The register of auctioned property over REST: lines and files."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from reports.registers import commands
from reports.registers.auctions import queries
from reports.registers.auctions.book import AUCTIONS
from reports.registers.auctions.files import paper_of, sheet_of
from reports.registers.auctions.schemas import AuctionLine
from reports.registers.files import XLSX
from reports.registers.queries import get_year, list_closings
from reports.registers.rules import AUCTION_REGISTER
from reports.registers.schemas import Closing, NewClosing


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

    @get("/{year:int}/closings", permission="registers.read", sync_to_thread=False)
    def closings(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor], year: FromPath[int]
    ) -> list[Closing]:
        """The closed quarters with their signatures."""
        return list_closings(session, actor, get_year(session, year).year, AUCTION_REGISTER)

    @post("/closings", permission="auction_register.close", sync_to_thread=False)
    def close(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewClosing],
    ) -> Closing:
        """Close a quarter."""
        return commands.close_quarter(session, actor, data, AUCTIONS, at=at)

    @post(
        "/{year:int}/closings/{quarter:int}/signatures",
        permission="registers.sign",
        sync_to_thread=False,
    )
    def sign(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        year: FromPath[int],
        quarter: FromPath[int],
    ) -> Closing:
        """Sign a closing in one's post."""
        return commands.sign_closing(session, actor, year, quarter, AUCTION_REGISTER, at=at)

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
