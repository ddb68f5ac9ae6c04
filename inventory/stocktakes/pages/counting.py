"""Counting: at a desk without script, and on a phone with or without network."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody
from litestar.response import Template
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import DomainError
from inventory.base.web import decode_form, faults_of
from inventory.custody.rules import SealState
from inventory.stocktakes.commands.fetch_pack import fetch_pack
from inventory.stocktakes.commands.take_scans import count_at_desk, take_scans
from inventory.stocktakes.queries import stocktakes
from inventory.stocktakes.queries.packs import keys_of
from inventory.stocktakes.schemas.said import DeskScan, NewDevice, Upload
from inventory.stocktakes.schemas.told import CountSession, OpenCount, Pack, ScanTaken, UploadTaken

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class PhoneCountPages(Controller):
    """The page that a phone keeps, and what it asks for when there is a network."""

    path = "/count"
    include_in_schema = False

    @get("/", permission="stocktakes.count", sync_to_thread=False)
    def page(self) -> Template:
        """The counting page; all that it shows of a stocktake it keeps itself."""
        return Template("stocktakes/phone.html", context={"seals": list(SealState)})

    @get("/session", permission="stocktakes.count", sync_to_thread=False)
    def who(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
    ) -> CountSession:
        """Who counts, what may be counted, and the token that goes with what is sent."""
        token = value_or_default(ScopeState.from_scope(request.scope).csrf_token, "")
        rows = stocktakes.list_stocktakes(session, actor, only_open=True, size=200).items
        keys = keys_of(session, [row.reference for row in rows])
        return CountSession(
            staff_id=actor.staff_id,
            name=actor.name,
            csrf=token,
            open=[OpenCount(row.reference, row.place_name, keys[row.reference]) for row in rows],
        )

    @post("/{reference:str}/pack", permission="stocktakes.count", sync_to_thread=False)
    def pack(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewDevice],
    ) -> Pack:
        """The list of a stocktake for a phone."""
        return fetch_pack(session, actor, reference, data, at=at)

    @post("/{reference:str}/scans", permission="stocktakes.count", sync_to_thread=False)
    def scans(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Upload],
    ) -> UploadTaken:
        """What a phone sends, as often as it likes."""
        return take_scans(session, actor, reference, data, at=at)


class DeskCountPages(Controller):
    """Counting at a desk with a scanner or by typing; it needs the network, but no script."""

    path = "/stocktakes/{reference:str}/count"
    include_in_schema = False

    @get("/", permission="stocktakes.count", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        place: FromQuery[int | None] = None,
    ) -> Template:
        """The form for one scan after the other."""
        return _desk(session, actor, reference, {"place_id": str(place or "")})

    @post("/", permission="stocktakes.count", sync_to_thread=False)
    def scan(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Template:
        """Take one scan, or take one back."""
        try:
            said = decode_form(DeskScan, data)
            taken = count_at_desk(session, actor, reference, said, at=at)
        except DomainError as error:
            return _desk(session, actor, reference, data, error=error)
        return _desk(session, actor, reference, {"place_id": str(said.place_id)}, taken=taken)


def _desk(
    session: Session,
    actor: Actor,
    reference: str,
    typed: Form,
    *,
    taken: ScanTaken | None = None,
    error: DomainError | None = None,
) -> Template:
    found = stocktakes.get_stocktake(session, actor, reference)
    return Template(
        "stocktakes/count.html",
        context={
            "stocktake": found,
            "places": stocktakes.places_of(session, found.id),
            "scans": stocktakes.list_scans(session, found.id, counter_id=actor.staff_id, n=20),
            "seals": list(SealState),
            "taken": taken,
            "typed": {"place_id": str(found.place_id), **{k: v for k, v in typed.items() if v}},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
