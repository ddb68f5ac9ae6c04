"""What was told or received: a page for a case, an asset, a lot and a delegated sale each."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.deadlines.schemas import DeadlineSubject
from auction.lots.schemas import LotOut
from auction.occurrences.commands import MAY, record_occurrence
from auction.occurrences.queries import occurrences_of, open_limits, thing_of
from auction.occurrences.rules import About
from auction.occurrences.schemas import NewOccurrence
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.cases.schemas import CaseOut

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
READ, SYNC = "occurrences.read", False
HOMES = {
    About.CASE: "/cases/{}",
    About.ASSET: "/assets/{}",
    About.LOT: "/lots/{}",
    About.DELEGATION: "/delegated-sales",
}
"""The page of what an occurrence is about."""
PATHS = HOMES | {About.DELEGATION: "/delegated-sales/{}"}


class OccurrencePages(Controller):
    """The record with its form."""

    include_in_schema = False

    @get("/cases/{case_id:int}/occurrences", permission=READ, sync_to_thread=SYNC)
    def of_case(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
    ) -> Template:
        """Of a case."""
        return _show(session, actor, About.CASE, str(case_id), at=at)

    @post("/cases/{case_id:int}/occurrences", permission=MAY, sync_to_thread=SYNC)
    def record_of_case(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Of a case."""
        return _record(request, session, actor, About.CASE, str(case_id), data=data, at=at)

    @get("/assets/{reference:str}/occurrences", permission=READ, sync_to_thread=SYNC)
    def of_asset(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """Of an asset."""
        return _show(session, actor, About.ASSET, reference, at=at)

    @post("/assets/{reference:str}/occurrences", permission=MAY, sync_to_thread=SYNC)
    def record_of_asset(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Of an asset."""
        return _record(request, session, actor, About.ASSET, reference, data=data, at=at)

    @get("/lots/{reference:str}/occurrences", permission=READ, sync_to_thread=SYNC)
    def of_lot(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """Of a lot."""
        return _show(session, actor, About.LOT, reference, at=at)

    @post("/lots/{reference:str}/occurrences", permission=MAY, sync_to_thread=SYNC)
    def record_of_lot(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Of a lot."""
        return _record(request, session, actor, About.LOT, reference, data=data, at=at)

    @get("/delegated-sales/{delegation_id:int}/occurrences", permission=READ, sync_to_thread=SYNC)
    def of_delegation(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[RowId],
    ) -> Template:
        """Of a delegated sale."""
        return _show(session, actor, About.DELEGATION, str(delegation_id), at=at)

    @post("/delegated-sales/{delegation_id:int}/occurrences", permission=MAY, sync_to_thread=SYNC)
    def record_of_delegation(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        delegation_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Of a delegated sale."""
        ref = str(delegation_id)
        return _record(request, session, actor, About.DELEGATION, ref, data=data, at=at)


def case_parts(session: Session, actor: Actor, case: CaseOut, at: datetime) -> list[Part]:
    """What is due after what was told or received in a case, on its page."""
    own = DeadlineSubject("case", case.decision_number, case.office_id)
    return _parts(session, actor, About.CASE, str(case.id), own, at=at)


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """The same of an asset."""
    own = DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)
    return _parts(session, actor, About.ASSET, asset.reference, own, at=at)


def lot_parts(_session: Session, actor: Actor, lot: LotOut, _at: datetime) -> list[Part]:
    """The way to it from a lot, whose page tells of all its limits."""
    href = f"/lots/{lot.reference}/occurrences"
    may = actor.may(READ)
    return [Act(_("Told and received"), href, own_page=True, panel=_("Due dates"))] if may else []


def _parts(
    session: Session,
    actor: Actor,
    about: About,
    ref: str,
    own: DeadlineSubject,
    *,
    at: datetime,
) -> list[Part]:
    """Open limits on the page of what they are about, and the way to the record."""
    if not actor.may(READ):
        return []
    title, path = _("Told and received"), f"{PATHS[about].format(ref)}/occurrences"
    parts: list[Part] = [Act(title, path, own_page=True, panel=title)]
    limits = open_limits(session, actor, about, own, local_day(at))
    if limits:
        data = {"limits": limits, "today": local_day(at)}
        parts.append(Panel(title, "occurrences/_limits.html", data, path))
    return parts


def _record(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    about: About,
    ref: str,
    *,
    data: Form,
    at: datetime,
) -> Response[Any]:
    plain = {**data, "amount": typed_amount(data.get("amount", ""))}
    try:
        new = decode_form(NewOccurrence, plain)
        record_occurrence(session, actor, about, ref, new, at=at)
    except DomainError as error:
        return _show(session, actor, about, ref, at=at, typed=data, error=error)
    path = f"{PATHS[about].format(ref)}/occurrences"
    return onward(request, path, _("It was recorded, its limits follow."))


def _show(
    session: Session,
    actor: Actor,
    about: About,
    ref: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    subject = thing_of(session, actor, about, ref).subject
    today = local_day(at)
    return Template(
        "occurrences/show.html",
        context={
            "found": occurrences_of(session, actor, about, ref, today),
            "name": subject.ref,
            "home": HOMES[about].format(ref),
            "path": f"{PATHS[about].format(ref)}/occurrences",
            "today": today,
            "may_record": actor.may(MAY) and actor.sees(subject.office_id),
            "typed": typed or {"on": today.isoformat()},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
