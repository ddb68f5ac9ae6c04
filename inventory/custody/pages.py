"""The keeper's acts on an asset, and what custody says on the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward, wants_part
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.custody import commands, queries
from inventory.custody.care import sealed_things
from inventory.custody.rules import BY_HAND, SealState
from inventory.custody.schemas import Lifting, Move, NewImpediment, Release, TakeIn
from inventory.orders.queries import list_open_lines
from inventory.orders.rules import Direction
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class ActForm(msgspec.Struct, frozen=True):
    """The form of one act."""

    title: str
    path: str
    template: str
    direction: Direction | None = None


TAKE_IN = ActForm(_("Take in"), "take-in", "custody/_take_in.html", Direction.IN)
MOVE = ActForm(_("Move"), "moves", "custody/_move.html")
RELEASE = ActForm(_("Release"), "release", "custody/_release.html", Direction.OUT)
RAISE = ActForm(_("Raise an impediment"), "impediments", "custody/_raise.html")


class Known(Protocol):
    """An asset as its page knows it; the room of assets lies above."""

    @property
    def id(self) -> int:
        """Its id."""
        ...

    @property
    def reference(self) -> str:
        """Its number."""
        ...


class CustodyPages(Controller):
    """Taking in, moving and releasing an asset."""

    path = "/assets/{reference:str}/custody"
    include_in_schema = False

    @get("/take-in", permission="custody.take_in", sync_to_thread=False)
    def take_in_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for taking in."""
        return _form(request, session, actor, reference, TAKE_IN, at=at)

    @post("/take-in", permission="custody.take_in", sync_to_thread=False)
    def take_in(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take in."""
        try:
            commands.take_in(
                session, actor, reference, decode_form(TakeIn, with_seals(data)), at=at
            )
        except DomainError as error:
            return _form(
                request, session, actor, reference, TAKE_IN, at=at, typed=data, error=error
            )
        return onward(request, f"/assets/{reference}", _("The asset was taken in."))

    @get("/moves", permission="custody.move", sync_to_thread=False)
    def move_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for moving."""
        return _form(request, session, actor, reference, MOVE, at=at)

    @post("/moves", permission="custody.move", sync_to_thread=False)
    def move(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Move."""
        try:
            commands.move(session, actor, reference, decode_form(Move, with_seals(data)), at=at)
        except DomainError as error:
            return _form(request, session, actor, reference, MOVE, at=at, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The asset was moved."))

    @get("/release", permission="custody.release", sync_to_thread=False)
    def release_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for releasing."""
        return _form(request, session, actor, reference, RELEASE, at=at)

    @post("/release", permission="custody.release", sync_to_thread=False)
    def release(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Release."""
        try:
            commands.release(
                session, actor, reference, decode_form(Release, with_seals(data)), at=at
            )
        except DomainError as error:
            return _form(
                request, session, actor, reference, RELEASE, at=at, typed=data, error=error
            )
        return onward(request, f"/assets/{reference}", _("The asset was released."))


class ImpedimentPages(Controller):
    """Raising and lifting by hand what stands against acts on an asset."""

    path = "/assets/{reference:str}/impediments"
    include_in_schema = False

    @get("/new", permission="impediments.raise", sync_to_thread=False)
    def raise_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for raising."""
        return _form(request, session, actor, reference, RAISE, at=at)

    @post("/new", permission="impediments.raise", sync_to_thread=False)
    def raise_one(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Raise."""
        try:
            new = decode_form(NewImpediment, data)
            commands.raise_impediment(session, actor, reference, new, at=at)
        except DomainError as error:
            return _form(request, session, actor, reference, RAISE, at=at, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The impediment was raised."))

    @post("/lifting", permission="impediments.lift", sync_to_thread=False)
    def lift(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Lift."""
        commands.lift_impediment(session, actor, reference, decode_form(Lifting, data), at=at)
        return onward(request, f"/assets/{reference}", _("The impediment was lifted."))


def asset_parts(session: Session, actor: Actor, asset: Known, _at: datetime) -> list[Part]:
    """What stands or stood against acts on an asset, and the orders it went through on."""
    parts: list[Part] = []
    if actor.may("impediments.raise"):
        href = f"/assets/{asset.reference}/impediments/new"
        parts.append(Act(_("Raise an impediment"), href, panel=_("Impediments")))
    rows = queries.list_impediments(session, actor, asset.reference)
    if rows:
        data = {"rows": rows, "reference": asset.reference, "lifts": actor.may("impediments.lift")}
        parts.append(Panel(_("Impediments"), "custody/_impediments.html", data))
    card = queries.stock_card(session, actor, asset.id)
    if card:
        parts.append(Panel(_("Stock card"), "orders/_card.html", {"rows": card}))
    return parts


@get(
    "/custody/waiting", permission="custody.take_in", include_in_schema=False, sync_to_thread=False
)
def waiting_page(
    session: NamedDependency[Session],
    actor: NamedDependency[Actor],
    cursor: FromQuery[str | None] = None,
) -> Template:
    """Assets of the office that were never taken in."""
    found = queries.list_waiting(session, actor, cursor=cursor)
    return Template("custody/waiting.html", context={"found": found, "cursor": cursor or ""})


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """What waits for the keeper, and what was moved last; the header's box finds by number."""
    if not actor.may("custody.move") or actor.sees_all:
        return []
    waiting = queries.count_waiting(session, actor)
    return [
        Act(_("Register an asset"), "/assets/new"),
        Act(_("Warehouses"), "/warehouse"),
        Card(
            _("Not yet taken in"),
            waiting,
            "/custody/waiting",
            _("registered, but in no place"),
            "warn" if waiting else "good",
        ),
        Panel(
            _("Not yet taken in"),
            "custody/_waiting.html",
            {"rows": queries.list_waiting(session, actor, size=8).items},
            "/custody/waiting",
        ),
        Panel(
            _("Last movements"),
            "custody/_movements.html",
            {"rows": queries.list_movements(session, actor)},
        ),
    ]


def with_seals(data: Form) -> dict[str, Any]:
    """A form with the state of each seal, named seal:<number>, as one field."""
    rest = {name: value for name, value in data.items() if not name.startswith("seal:")}
    seen = {
        name.removeprefix("seal:"): value
        for name, value in data.items()
        if name.startswith("seal:") and value
    }
    return {**rest, "seals": seen} if seen else rest


def seals_in(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The state of each seal on several things, from fields named seal:<thing>:<number>."""
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        prefix, _colon, rest = name.partition(":")
        thing, colon, number = rest.partition(":")
        if prefix == "seal" and colon and value:
            found.setdefault(thing, {})[number] = value
    return found


def _form(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    reference: str,
    act: ActForm,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    errors = faults_of(error) if error else {}
    asset = queries.get_holding(session, actor, reference)
    way = act.direction
    passing = queries.passing_of(session, actor, asset.asset_id, way) if way else None
    lines = (
        list_open_lines(session, actor, asset.office_id, way, passing) if way and passing else []
    )
    orders = [line for line in lines if line.checked]
    if typed is None and len(orders) == 1:
        typed = {"order": orders[0].choice}
    return Template(
        act.template if wants_part(request) else "custody/act.html",
        context={
            "act": act,
            "asset": asset,
            "seals": sealed_things(session, [asset.reference]).get(asset.reference, []),
            "states": list(SealState),
            "places": list_choices(session, actor, asset.office_id, local_day(at)),
            "orders": orders,
            "unchecked": [line for line in lines if not line.checked],
            "by_order": passing is not None,
            "codes": BY_HAND,
            "typed": typed or {},
            "errors": errors,
        },
        status_code=422 if error else 200,
    )
