"""The register of auctioned property in a browser."""

from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.base.web import decode_form
from reports.registers import commands
from reports.registers.auctions import queries
from reports.registers.auctions.book import AUCTIONS
from reports.registers.auctions.files import paper_of, parts_of, sheet_of
from reports.registers.auctions.sheet import changes_of
from reports.registers.pages import AnyRequest, Form, closable_quarter
from reports.registers.queries import get_year, list_closings, year_on
from reports.registers.rules import AUCTION_REGISTER
from reports.registers.schemas import NewClosing


class AuctionRegisterPages(Controller):
    """Register of auctioned property (Mẫu 17)."""

    path = "/registers/17"
    include_in_schema = False

    @get("/", permission="registers.read", sync_to_thread=False)
    def present(self, session: NamedDependency[Session], at: NamedDependency[datetime]) -> Redirect:
        """The register of the present statistical year."""
        year = year_on(session, local_day(at))
        return Redirect(f"/registers/17/{year.year}", status_code=303)

    @get("/{year:int}", permission="registers.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        year: FromPath[int],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The rounds of a statistical year."""
        stat = get_year(session, year)
        closings = list_closings(session, actor, stat.year, AUCTION_REGISTER)
        return Template(
            "registers/mau17.html",
            context={
                "year": stat,
                "lines": queries.list_lines(session, actor, stat, cursor=cursor),
                "sums": queries.sums_of(session, actor, stat),
                "parts": parts_of(session, actor, stat),
                "changes_of": changes_of,
                "closings": closings,
                "closable": closable_quarter(actor, AUCTIONS.permission, stat, closings, at),
                "may_sign": actor.may("registers.sign"),
                "roles": actor.roles,
                "cursor": cursor or "",
                "newest": year_on(session, local_day(at)).year,
            },
        )

    @post("/closings", permission="auction_register.close", sync_to_thread=False)
    def close(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Close a quarter."""
        new = decode_form(NewClosing, data)
        commands.close_quarter(session, actor, new, AUCTIONS, at=at)
        return onward(request, f"/registers/17/{new.year}", _("The quarter was closed."))

    @post(
        "/{year:int}/closings/{quarter:int}/signatures",
        permission="registers.sign",
        sync_to_thread=False,
    )
    def sign(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        year: FromPath[int],
        quarter: FromPath[int],
    ) -> Response[Any]:
        """Sign a closing."""
        commands.sign_closing(session, actor, year, quarter, AUCTION_REGISTER, at=at)
        return onward(request, f"/registers/17/{year}", _("The closing was signed."))

    @get("/{year:int}/xlsx", permission="registers.read", sync_to_thread=False)
    def sheet(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor], year: FromPath[int]
    ) -> Response[bytes]:
        """The register as XLSX."""
        return sheet_of(session, actor, year)

    @get("/{year:int}/pdf", permission="registers.read", sync_to_thread=False)
    def paper(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        year: FromPath[int],
        part: FromQuery[int] = 1,
    ) -> Response[bytes]:
        """A part of the register as PDF."""
        return paper_of(session, actor, year, part)
