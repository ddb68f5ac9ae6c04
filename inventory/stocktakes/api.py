"""Stocktakes over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.stocktakes.commands.abandon import abandon_stocktake
from inventory.stocktakes.commands.close_stocktake import close_stocktake, sign_stocktake
from inventory.stocktakes.commands.fetch_pack import fetch_pack
from inventory.stocktakes.commands.judge import (
    decide_difference,
    end_first_count,
    give_up_device,
    search_difference,
)
from inventory.stocktakes.commands.open_stocktake import open_stocktake
from inventory.stocktakes.commands.plan import plan_count, plan_year
from inventory.stocktakes.commands.record_found import record_found
from inventory.stocktakes.commands.take_scans import take_scans
from inventory.stocktakes.queries import results, stocktakes
from inventory.stocktakes.schemas.said import (
    Abandon,
    DecisionSaid,
    FoundAgain,
    GiveUp,
    NewDevice,
    NewPlan,
    NewPlannedCount,
    NewStocktake,
    SearchSaid,
    Upload,
)
from inventory.stocktakes.schemas.told import (
    DeviceRow,
    DifferenceOut,
    FoundOut,
    ItemRow,
    Pack,
    Planned,
    PlannedRow,
    ScanRow,
    StocktakeOut,
    StocktakeRow,
    UploadTaken,
)

Size = Annotated[int, QueryParameter(ge=1, le=200)]
PATH = "/api/v1/stocktakes"


class StocktakeApi(Controller):
    """Counting what lies in a place against the ledger."""

    path = PATH
    tags = ("Stocktakes",)

    @get("/", permission="stocktakes.read", sync_to_thread=False)
    def list_stocktakes(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
        *,
        only_open: FromQuery[bool] = False,
        size: Size = PAGE_SIZE,
    ) -> Page[StocktakeRow]:
        """Stocktakes, the newest first."""
        return stocktakes.list_stocktakes(
            session, actor, only_open=only_open, cursor=cursor, size=size
        )

    @post("/", permission="stocktakes.open", sync_to_thread=False)
    def open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewStocktake],
    ) -> Response[StocktakeOut]:
        """Open a count of a place; the list is frozen at this moment."""
        made = open_stocktake(session, actor, data, at=at)
        return Response(
            stocktakes.get_stocktake(session, actor, made.reference),
            status_code=201,
            headers={"Location": f"{PATH}/{made.reference}"},
        )

    @get("/{reference:str}", permission="stocktakes.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> StocktakeOut:
        """One stocktake."""
        return stocktakes.get_stocktake(session, actor, reference)

    @post("/{reference:str}/packs", permission="stocktakes.count", sync_to_thread=False)
    def pack(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewDevice],
    ) -> Pack:
        """What a device needs to count without network; from now on the count waits for it."""
        return fetch_pack(session, actor, reference, data, at=at)

    @post("/{reference:str}/scans", permission="stocktakes.count", sync_to_thread=False)
    def scan(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Upload],
    ) -> UploadTaken:
        """Take scans of a device: each is kept once, however often and in what order it comes."""
        return take_scans(session, actor, reference, data, at=at)

    @get("/{reference:str}/scans", permission="stocktakes.read", sync_to_thread=False)
    def list_scans(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[ScanRow]:
        """The scans that arrived last."""
        found = stocktakes.get_stocktake(session, actor, reference)
        return stocktakes.list_scans(session, found.id)

    @get("/{reference:str}/items", permission="stocktakes.read", sync_to_thread=False)
    def list_items(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[ItemRow]:
        """The list with what became of each line; of a blind count after the first count only."""
        found = stocktakes.get_stocktake(session, actor, reference)
        results.check_sight(found)
        return results.list_items(session, found.id, cursor=cursor, size=size)

    @get("/{reference:str}/devices", permission="stocktakes.read", sync_to_thread=False)
    def list_devices(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[DeviceRow]:
        """The devices that count, and what they hold."""
        found = stocktakes.get_stocktake(session, actor, reference)
        return stocktakes.list_devices(session, found.id)

    @post("/{reference:str}/devices/give-up", permission="stocktakes.approve", sync_to_thread=False)
    def give_up(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[GiveUp],
    ) -> list[DeviceRow]:
        """Wait no more for a device that is lost or broken."""
        made = give_up_device(session, actor, reference, data, at=at)
        return stocktakes.list_devices(session, made.stocktake_id)


class StocktakeEndApi(Controller):
    """From the end of the first count to the minutes."""

    path = f"{PATH}/{{reference:str}}"
    tags = ("Stocktakes",)

    @post("/first-count/end", permission="stocktakes.open", sync_to_thread=False)
    def end_first(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> StocktakeOut:
        """End the first count; the differences are written down."""
        end_first_count(session, actor, reference, at=at)
        return stocktakes.get_stocktake(session, actor, reference)

    @get("/differences", permission="stocktakes.read", sync_to_thread=False)
    def list_differences(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
        *,
        only_open: FromQuery[bool] = False,
        size: Size = PAGE_SIZE,
    ) -> Page[DifferenceOut]:
        """The differences, place by place."""
        found = stocktakes.get_stocktake(session, actor, reference)
        return results.list_differences(
            session, found.id, only_open=only_open, cursor=cursor, size=size
        )

    @post("/differences/{number:int}/search", permission="stocktakes.count", sync_to_thread=False)
    def search(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        number: FromPath[int],
        *,
        data: JSONBody[SearchSaid],
    ) -> DifferenceOut:
        """Say as the second counter what became of a difference."""
        case = search_difference(session, actor, reference, number, data, at=at)
        return results.get_difference(session, case.stocktake_id, case.id)

    @post(
        "/differences/{number:int}/decision",
        permission="stocktakes.approve",
        sync_to_thread=False,
    )
    def decide(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        number: FromPath[int],
        *,
        data: JSONBody[DecisionSaid],
    ) -> DifferenceOut:
        """Decide on a difference that stands."""
        case = decide_difference(session, actor, reference, number, data, at=at)
        return results.get_difference(session, case.stocktake_id, case.id)

    @post("/signatures", permission="stocktakes.sign", sync_to_thread=False)
    def sign(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> StocktakeOut:
        """Sign the present result as keeper or accountant."""
        sign_stocktake(session, actor, reference, at=at)
        return stocktakes.get_stocktake(session, actor, reference)

    @post("/abandon", permission="stocktakes.approve", sync_to_thread=False)
    def abandon(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Abandon],
    ) -> StocktakeOut:
        """End a count without a result, saying why; it stays visible."""
        abandon_stocktake(session, actor, reference, data, at=at)
        return stocktakes.get_stocktake(session, actor, reference)

    @post("/close", permission="stocktakes.approve", sync_to_thread=False)
    def close(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> StocktakeOut:
        """Close with the head's signature and issue the minutes."""
        close_stocktake(session, actor, reference, at=at)
        return stocktakes.get_stocktake(session, actor, reference)


@post(
    "/api/v1/assets/{reference:str}/found",
    permission="stocktakes.approve",
    sync_to_thread=False,
    tags=("Stocktakes",),
)
def record_found_again(
    session: NamedDependency[Session],
    actor: NamedDependency[Actor],
    at: NamedDependency[datetime],
    reference: FromPath[str],
    data: JSONBody[FoundAgain],
) -> FoundOut:
    """Say that a thing which was confirmed missing is there again."""
    return record_found(session, actor, reference, data, at=at)


class PlannedCountApi(Controller):
    """What is to be counted by when."""

    path = "/api/v1/planned-counts"
    tags = ("Stocktakes",)

    @get("/", permission="stocktakes.read", sync_to_thread=False)
    def list_planned(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> list[PlannedRow]:
        """The planned counts of the office from today on, and those that were missed."""
        today = local_day(at)
        missed = stocktakes.list_missed(session, actor, today)
        return missed + stocktakes.list_planned(session, actor, since=today)

    @post("/", permission="stocktakes.plan", sync_to_thread=False)
    def plan_one(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewPlannedCount],
    ) -> Planned:
        """Plan one more count of the office's own decision."""
        plan_count(session, actor, data, at=at)
        return Planned(1)

    @post("/year", permission="stocktakes.plan", sync_to_thread=False)
    def plan_year(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewPlan],
    ) -> Planned:
        """Plan what the law asks for in a year; asked twice it adds nothing."""
        return Planned(plan_year(session, actor, data, at=at))
