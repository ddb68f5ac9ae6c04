"""Holds as a list, one hold, the forms that open and end one, and what the pages of assets, lots
and cases say of them."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.holds import commands, queries
from auction.holds.ending import fitting
from auction.holds.rules import (
    ASKS_COURT,
    NEEDS_AUTHORITY,
    UNSUED,
    EndReason,
    HoldKind,
    HoldSubject,
)
from auction.holds.schemas import HoldEnd, NewHold
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.cases.schemas import CaseOut

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

AHEAD = timedelta(days=7)
"""Holds that end by themselves within these days stand on the desk."""


class HeldLot(Protocol):
    """A lot of the room above, as far as holds know it."""

    @property
    def reference(self) -> str:
        """Its number."""


class HoldPages(Controller):
    """Holds."""

    path = "/holds"
    include_in_schema = False

    @get("/", permission="holds.read", sync_to_thread=False)
    def list_holds(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        ended: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Open holds, the newest first."""
        found = queries.list_holds(session, actor, open_only=not ended, cursor=cursor)
        context = {
            "found": found,
            "cursor": cursor or "",
            "ended": ended,
            "today": local_day(at),
            "may_open": actor.may("holds.open"),
        }
        return Template("holds/list.html", context=context)

    @get("/new", permission="holds.open", sync_to_thread=False)
    def form(
        self,
        at: NamedDependency[datetime],
        kind: FromQuery[str | None] = None,
        ref: FromQuery[str | None] = None,
    ) -> Template:
        """The form for a hold."""
        today = local_day(at).isoformat()
        about = kind if kind in set(HoldSubject) else HoldSubject.ASSET.value
        typed = {"subject_kind": about or "", "subject_ref": ref or ""}
        return _form({**typed, "ground_on": today, "started_on": today})

    @post("/new", permission="holds.open", sync_to_thread=False)
    def open(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Open a hold."""
        try:
            new = decode_form(NewHold, _to_the_second(data))
            made = commands.open_hold(session, actor, new, at=at)
        except DomainError as error:
            return _form(data, error)
        return onward(request, f"/holds/{made.id}", _("The hold is open; its limits stand still."))

    @get("/{hold_id:int}", permission="holds.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        hold_id: FromPath[RowId],
    ) -> Template:
        """One hold with the form that ends it."""
        typed = {"ended_on": local_day(at).isoformat()}
        return _show(session, actor, hold_id, typed, at=at)

    @post("/{hold_id:int}/end", permission="holds.end", sync_to_thread=False)
    def end(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        hold_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """End a hold."""
        try:
            commands.end_hold(session, actor, hold_id, decode_form(HoldEnd, data), at=at)
        except DomainError as error:
            return _show(session, actor, hold_id, data, at=at, error=error)
        return onward(request, f"/holds/{hold_id}", _("The hold is over; its limits go on."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The holds on an asset on its page."""
    return _parts(session, actor, HoldSubject.ASSET, asset.reference, asset_ids=[asset.id])


def lot_parts(session: Session, actor: Actor, lot: HeldLot, _at: datetime) -> list[Part]:
    """The holds on a lot and on the assets in it, on its page."""
    assets = queries.assets_of_lot(session, lot.reference)
    return _parts(session, actor, HoldSubject.LOT, lot.reference, asset_ids=assets)


def case_parts(session: Session, actor: Actor, case: CaseOut, _at: datetime) -> list[Part]:
    """The holds on a case on its page."""
    return _parts(session, actor, HoldSubject.CASE, case.decision_number, asset_ids=[])


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Holds that end by themselves within a week, for those who open and end them."""
    if not actor.may("holds.end"):
        return []
    n = queries.count_open(session, actor, local_day(at) + AHEAD)
    if not n:
        return []
    hint = _("their longest time is over within a week")
    return [Card(_("Holds about to end"), n, "/holds", hint, "warn")]


def _parts(
    session: Session, actor: Actor, kind: HoldSubject, ref: str, *, asset_ids: list[int]
) -> list[Part]:
    parts: list[Part] = []
    if actor.may("holds.open"):
        href = f"/holds/new?kind={kind.value}&ref={ref}"
        parts.append(Act(_("Open a hold"), href, own_page=True, panel=_("Holds")))
    if actor.may("holds.read"):
        rows = queries.holds_of(session, actor, kind, ref, asset_ids)
        if rows:
            parts.append(Panel(_("Holds"), "holds/_panel.html", {"rows": rows}))
    return parts


def _to_the_second(data: Form) -> Form:
    """Moments as a browser sends them have no seconds."""
    moments = {"requested_at", "coercion_at"}
    return {
        name: f"{text}:00" if name in moments and text.count(":") == 1 else text
        for name, text in data.items()
    }


def _form(typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "holds/new.html",
        context={
            "kinds": list(HoldKind),
            "subjects": list(HoldSubject),
            "authorities": sorted(NEEDS_AUTHORITY),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    hold_id: int,
    typed: Form,
    *,
    at: datetime,
    error: DomainError | None = None,
) -> Template:
    hold = queries.get_hold(session, actor, hold_id)
    return Template(
        "holds/show.html",
        context={
            "hold": hold,
            "today": local_day(at),
            "asks_court": hold.kind in ASKS_COURT and hold.end_reason in UNSUED,
            "may_open": actor.may("holds.open"),
            "may_end": actor.may("holds.end") and hold.ended_on is None,
            "reasons": [
                one
                for one in fitting(hold.kind, hold.longest_until)
                if one is not EndReason.LONGEST_REACHED
            ],
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
