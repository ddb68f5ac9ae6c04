"""Assets as a list, by search, of a place, of a case; and one asset with all that is known of it.

The rooms above give their part of an asset's page (grounds, prices, lots); they are handed in where
the program is put together, so that this room knows none of them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from inventory.assets import queries
from inventory.assets.schemas import AssetOut, AssetRow
from inventory.audit.queries import list_acts_on
from inventory.base.actor import Actor
from inventory.base.answers import wants_part
from inventory.base.desk import Act, Panel, Part, arrange
from inventory.base.errors import Invalid
from inventory.base.listing import Page
from inventory.cases.queries import get_case
from inventory.cases.schemas import CaseOut
from inventory.custody.queries import list_chain
from inventory.warehouses.queries import get_place, tree_of

AnyRequest = Request[Any, Any, Any]

Contribution = Callable[[Session, Actor, AssetOut, datetime], list[Part]]
"""What a room says of an asset on its page; it gives nothing to those without its permission."""

CaseContribution = Callable[[Session, Actor, CaseOut, datetime], list[Part]]
"""What a room says of a case on its page."""


class AssetPages(Controller):
    """Lists of assets."""

    include_in_schema = False

    @get("/assets", permission="assets.read", sync_to_thread=False)
    def list_assets(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        q: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Response[Any]:
        """Assets, or those that hold some words; a whole number leads straight to its asset."""
        words, part = (q or "").strip(), wants_part(request)
        if words and not part and not cursor:
            found = queries.find_reference(session, actor, words)
            if found is not None:
                return Redirect(f"/assets/{found}", status_code=303)
        errors: dict[str, Any] = {}
        try:
            assets = _found(session, actor, words, cursor)
        except Invalid as error:
            errors, assets = error.fields, Page([])
        return Template(
            "assets/_results.html" if part else "assets/list.html",
            context={"assets": assets, "q": words, "cursor": cursor or "", "errors": errors},
        )

    @get("/places/{place_id:int}", permission="warehouses.read", sync_to_thread=False)
    def of_place(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        place_id: FromPath[int],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """A place: what lies in it, and the places inside it."""
        place = get_place(session, actor, place_id)
        inside = tree_of(session, actor, place.office_id, within=place.path)
        here = next(row for row in inside if row.id == place_id)
        assets = queries.list_assets_of_place(session, actor, place_id, cursor=cursor)
        return Template(
            "assets/place.html",
            context={
                "place": place,
                "inside": [row for row in inside if row.parent_id == place_id],
                "held": here.held,
                "whole": here.inside,
                "filled": here.filled,
                "assets": assets,
                "cursor": cursor or "",
            },
        )


def case_page(contributions: Sequence[CaseContribution]) -> Any:
    """The handler of a case's page for the given contributions."""

    @get(
        "/cases/{case_id:int}",
        permission="cases.read",
        include_in_schema=False,
        sync_to_thread=False,
    )
    def of_case(
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[int],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        case = get_case(session, actor, case_id)
        parts = [part for give in contributions for part in give(session, actor, case, at)]
        return Template(
            "assets/case.html",
            context={
                "case": case,
                "assets": queries.list_assets(session, actor, case_id=case_id, cursor=cursor),
                "cursor": cursor or "",
                "panels": [part for part in parts if isinstance(part, Panel)],
                "acts": [part for part in parts if isinstance(part, Act)],
            },
        )

    return of_case


def asset_page(contributions: Sequence[Contribution]) -> Any:
    """The handler of an asset's page for the given contributions."""

    @get(
        "/assets/{reference:str}",
        permission="assets.read",
        include_in_schema=False,
        sync_to_thread=False,
    )
    def asset(
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        found = queries.get_asset(session, actor, reference)
        parts = [part for give in contributions for part in give(session, actor, found, at)]
        reads_audit = actor.may("audit.read")
        return Template(
            "assets/show.html",
            context={
                "asset": found,
                "chain": list_chain(session, actor, found.reference),
                "panels": [part for part in parts if isinstance(part, Panel)],
                "acts": arrange(parts),
                "audit": list_acts_on(session, actor, "asset", found.id) if reads_audit else None,
            },
        )

    return asset


def _found(session: Session, actor: Actor, words: str, cursor: str | None) -> Page[AssetRow]:
    if words:
        return queries.search_assets(session, actor, words, cursor=cursor)
    return queries.list_assets(session, actor, cursor=cursor)
