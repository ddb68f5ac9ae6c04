"""The register in a browser."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Part
from inventory.base.messages import _
from inventory.base.web import decode_form
from reports.registers import commands, queries
from reports.registers.files import paper_of, parts_of, sheet_of
from reports.registers.rules import QUARTERS, StatYear
from reports.registers.schemas import Closing, NewClosing

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class RegisterPages(Controller):
    """Register of evidence, seized and held property (Mẫu 13)."""

    include_in_schema = False

    @get("/registers/13", permission="registers.read", sync_to_thread=False)
    def present(self, session: NamedDependency[Session], at: NamedDependency[datetime]) -> Redirect:
        """The register of the present statistical year."""
        year = queries.year_on(session, local_day(at))
        return Redirect(f"/registers/13/{year.year}", status_code=303)

    @get("/registers/13/{year:int}", permission="registers.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        year: FromPath[int],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The lines of a statistical year and its closings."""
        stat = queries.get_year(session, year)
        closings = queries.list_closings(session, actor, stat.year)
        opening, came, went = queries.count_lines(session, actor, stat.starts_on, stat.ends_on)
        return Template(
            "registers/mau13.html",
            context={
                "year": stat,
                "lines": queries.list_lines(session, actor, stat, cursor=cursor),
                "closings": closings,
                "counts": {"opening": opening, "came": came, "went": went},
                "parts": parts_of(session, actor, stat),
                "closable": closable_quarter(actor, "registers.close", stat, closings, at),
                "may_sign": actor.may("registers.sign"),
                "roles": actor.roles,
                "cursor": cursor or "",
                "newest": queries.year_on(session, local_day(at)).year,
            },
        )

    @post("/registers/13/closings", permission="registers.close", sync_to_thread=False)
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
        commands.close_quarter(session, actor, new, at=at)
        return onward(request, f"/registers/13/{new.year}", _("The quarter was closed."))

    @post(
        "/registers/13/{year:int}/closings/{quarter:int}/signatures",
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
        commands.sign_closing(session, actor, year, quarter, at=at)
        return onward(request, f"/registers/13/{year}", _("The closing was signed."))

    @get("/registers/13/{year:int}/xlsx", permission="registers.read", sync_to_thread=False)
    def sheet(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor], year: FromPath[int]
    ) -> Response[bytes]:
        """The register as XLSX."""
        return sheet_of(session, actor, year)

    @get("/registers/13/{year:int}/pdf", permission="registers.read", sync_to_thread=False)
    def paper(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        year: FromPath[int],
        part: FromQuery[int] = 1,
    ) -> Response[bytes]:
        """A part of the register as PDF."""
        return paper_of(session, actor, year, part)


def desk_parts(_session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """The way to the register."""
    if not actor.may("registers.close") and not actor.may("registers.sign"):
        return []
    return [Act(_("Register of evidence and seized property"), "/registers/13")]


def closable_quarter(
    actor: Actor, permission: str, year: StatYear, closings: list[Closing], at: datetime
) -> int | None:
    """The quarter of a register that this reader may close now."""
    if not actor.may(permission):
        return None
    following = max((one.quarter for one in closings), default=0) + 1
    over = [n for n in range(1, QUARTERS + 1) if year.quarter(n)[1] < local_day(at)]
    return following if following in over else None
