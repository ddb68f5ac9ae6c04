"""Assets over REST."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from inventory.assets import queries
from inventory.assets.schemas import AssetOut, AssetRow
from inventory.base.actor import Actor
from inventory.base.listing import Page


class AssetApi(Controller):
    """Assets of the offices in sight."""

    path = "/api/v1/assets"
    tags = ("Assets",)

    @get("/", permission="assets.read", sync_to_thread=False)
    def list_assets(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        q: FromQuery[str | None] = None,
        place: FromQuery[int | None] = None,
        case: FromQuery[int | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page[AssetRow]:
        """Assets, the newest first: those that hold the words ``q``, of a place, of a case, or all.

        Words are found with or without Vietnamese marks; ``q`` is looked at before ``place``, and
        ``place`` before ``case``.
        """
        if q:
            return queries.search_assets(session, actor, q, cursor=cursor)
        if place is not None:
            return queries.list_assets_of_place(session, actor, place, cursor=cursor)
        return queries.list_assets(session, actor, case_id=case, cursor=cursor)

    @get("/{reference:str}", permission="assets.read", sync_to_thread=False)
    def get_asset(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> AssetOut:
        """One asset and where it is now."""
        return queries.get_asset(session, actor, reference)
