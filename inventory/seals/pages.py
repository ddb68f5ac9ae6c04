"""Seals: a list of the office, those of an asset on its page, and the forms of each act."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form
from inventory.custody.rules import SealState
from inventory.seals import commands, queries
from inventory.seals.rules import Occasion, OpenedFor, PresentAs, SealStanding
from inventory.seals.schemas import NewCheck, NewConclusion, NewOpening, NewSeal, PictureOut

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

MOST_PRESENT = 4
"""Lines for people present in a form; over REST there may be more."""


class SealPages(Controller):
    """Sealing, looking, opening, concluding."""

    include_in_schema = False

    @get("/seals", permission="seals.read", sync_to_thread=False)
    def list_of_office(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        standing: FromQuery[SealStanding | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Seals in sight."""
        found = queries.list_of_office(session, actor, standing, cursor=cursor)
        context = {
            "found": found,
            "standing": standing,
            "standings": list(SealStanding),
            "cursor": cursor or "",
        }
        return Template("seals/list.html", context=context)

    @get("/assets/{reference:str}/seals/new", permission="seals.apply", sync_to_thread=False)
    def seal_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        replaces: FromQuery[str | None] = None,
    ) -> Template:
        """The form for sealing a thing."""
        typed = _first(actor, at, "sealed_on", "sealed_by", replaces=replaces)
        asset = get_asset(session, actor, reference)
        pictures = queries.list_pictures(session, asset.id)
        return _form(request, asset, "seals/_seal.html", typed=typed, pictures=pictures)

    @post("/assets/{reference:str}/seals/new", permission="seals.apply", sync_to_thread=False)
    def seal(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Seal a thing."""
        try:
            commands.seal(session, actor, reference, decode_form(NewSeal, gathered(data)), at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            pictures = queries.list_pictures(session, asset.id)
            return _form(
                request, asset, "seals/_seal.html", typed=data, error=error, pictures=pictures
            )
        return onward(request, f"/assets/{reference}", _("It was sealed; the minutes are issued."))

    @get("/assets/{reference:str}/seals/openings", permission="seals.apply", sync_to_thread=False)
    def open_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        number: FromQuery[str | None] = None,
    ) -> Template:
        """The form for opening a seal."""
        typed = _first(actor, at, "opened_on", "opened_by", number=number)
        asset = get_asset(session, actor, reference)
        pictures = queries.list_pictures(session, asset.id)
        return _form(request, asset, "seals/_open.html", typed=typed, pictures=pictures)

    @post("/assets/{reference:str}/seals/openings", permission="seals.apply", sync_to_thread=False)
    def open_seal(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Open a seal."""
        try:
            new = decode_form(NewOpening, gathered(data))
            commands.open_seal(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            pictures = queries.list_pictures(session, asset.id)
            return _form(
                request, asset, "seals/_open.html", typed=data, error=error, pictures=pictures
            )
        return onward(
            request, f"/assets/{reference}", _("The seal was opened; the minutes are issued.")
        )

    @get("/assets/{reference:str}/seals/checks", permission="seals.note", sync_to_thread=False)
    def check_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        number: FromQuery[str | None] = None,
    ) -> Template:
        """The form for noting how a seal is."""
        asset = get_asset(session, actor, reference)
        receipt = Occasion.CHECK if asset.place_id else Occasion.RECEIPT
        typed = {"number": number or "", "occasion": receipt.value}
        return _form(request, asset, "seals/_check.html", typed=typed)

    @post("/assets/{reference:str}/seals/checks", permission="seals.note", sync_to_thread=False)
    def check_seal(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note how a seal is."""
        try:
            commands.check_seal(session, actor, reference, decode_form(NewCheck, data), at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "seals/_check.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The state of the seal was noted."))

    @get(
        "/assets/{reference:str}/seals/conclusions", permission="seals.apply", sync_to_thread=False
    )
    def conclude_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        number: FromQuery[str | None] = None,
    ) -> Template:
        """The form for the conclusion on a damaged seal."""
        asset = get_asset(session, actor, reference)
        typed = {"number": number or "", "concluded_on": local_day(at).isoformat()}
        return _form(request, asset, "seals/_conclude.html", typed=typed)

    @post(
        "/assets/{reference:str}/seals/conclusions", permission="seals.apply", sync_to_thread=False
    )
    def conclude(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the conclusion on a damaged seal."""
        try:
            new = decode_form(NewConclusion, data)
            commands.conclude_damage(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "seals/_conclude.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The conclusion was recorded."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The seals of an asset on its page."""
    if not actor.may("seals.read"):
        return []
    parts: list[Part] = []
    rows = queries.list_seals(session, actor, asset.reference)
    waiting = any(row.standing is SealStanding.OPEN for row in rows)
    if actor.may("seals.apply") and not waiting:
        parts.append(Act(_("Seal"), f"/assets/{asset.reference}/seals/new"))
    if rows:
        data = {
            "rows": rows,
            "reference": asset.reference,
            "applies": actor.may("seals.apply"),
            "notes": actor.may("seals.note"),
        }
        parts.append(Panel(_("Seals"), "seals/_panel.html", data))
    return parts


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """Seals that somebody must do something about."""
    if not actor.may("seals.note") or actor.sees_all:
        return []
    cards: list[Part] = []
    for standing, hint, tone in _URGENT:
        n = queries.count_standing(session, actor, standing)
        if n:
            cards.append(Card(_TITLES[standing], n, f"/seals?standing={standing}", hint, tone))
    return cards


_TITLES = {
    SealStanding.DAMAGED: _("Seals torn or missing"),
    SealStanding.OPEN: _("Opened, not re-sealed"),
}
_URGENT = (
    (SealStanding.DAMAGED, _("wait for the competent body's conclusion"), "bad"),
    (SealStanding.OPEN, _("every opening ends with a new seal and new minutes"), "warn"),
)


def gathered(data: Mapping[str, str]) -> dict[str, Any]:
    """A form with the people present as a list; lines without a name count as not given."""
    rest = {name: value for name, value in data.items() if not name.startswith("present.")}
    present = []
    for n in range(MOST_PRESENT):
        line = {key: data.get(f"present.{n}.{key}", "").strip() for key in _PERSON}
        if line["name"]:
            present.append({key: value for key, value in line.items() if value})
    return {**rest, "present": present} if present else rest


_PERSON = ("name", "role", "refusal")


def _first(actor: Actor, at: datetime, day: str, who: str, **more: str | None) -> Form:
    first = {day: local_day(at).isoformat(), who: actor.name}
    return {**first, **{name: value for name, value in more.items() if value}}


def _form(
    request: AnyRequest,
    asset: AssetOut,
    template: str,
    *,
    typed: Form,
    error: DomainError | None = None,
    pictures: Sequence[PictureOut] = (),
) -> Template:
    shown = {
        "states": list(SealState),
        "purposes": list(OpenedFor),
        "occasions": [Occasion.RECEIPT, Occasion.CHECK, Occasion.COUNT],
        "roles": list(PresentAs),
        "lines": range(MOST_PRESENT),
        "pictures": pictures,
    }
    return act_form(request, asset, template, typed, error, **shown)
