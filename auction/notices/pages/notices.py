"""Notices of a lot's rounds with their pictures, and the planner of days."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.words import cite
from auction.lots.queries import get_lot
from auction.lots.schemas import LotOut
from auction.notices import queries
from auction.notices.checking import check_lot
from auction.notices.commands import record
from auction.notices.planning import PlanAsked, plan_of
from auction.notices.rules import ANNOUNCED_IN, POSTED_AT, NoticeKind, Place
from auction.notices.schemas import (
    NewNotice,
    Strike,
)
from auction.papers.queries import unsure_of
from inventory.attachments.darkroom import examine
from inventory.attachments.handing import incoming_files
from inventory.attachments.rules import ENDINGS, MEGABYTE, Limits
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.storage import BlobStore
from inventory.base.uploads import received, texts_in
from inventory.base.web import decode_form, faults_of
from inventory.papers.rules import PaperKind

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
ASKED = tuple(PlanAsked.__struct_fields__)


class NoticePages(Controller):
    """The notices of a lot."""

    path = "/lots/{reference:str}/notices"
    include_in_schema = False

    @get("/", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """What a round needs, what was recorded, the planner; days asked for are in the link."""
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        return _show(session, actor, reference, at=at, asked=asked)

    @post("/", permission="notices.record", sync_to_thread=False)
    def record(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a notice."""
        try:
            new = decode_form(NewNotice, data)
            made = record.record_notice(session, actor, reference, new, at=at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, typed=data, error=error)
        path = f"/lots/{reference}/notices"
        if new.kind is NoticeKind.POSTING:
            path = f"/notices/{made.id}/pictures"
        return onward(request, path, _("The notice was recorded."))

    @post("/paper", permission="notices.record", sync_to_thread=False)
    def paper(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Issue the office's notice of the auction."""
        try:
            record.issue_notice(session, actor, reference, at=at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, error=error)
        return onward(request, f"/lots/{reference}/notices", _("The notice was issued."))


class NoticePicturePages(Controller):
    """One notice: its pictures, and striking it through."""

    path = "/notices/{notice_id:int}"
    include_in_schema = False

    @get("/pictures", permission="notices.record", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        limits: NamedDependency[Limits],
        notice_id: FromPath[int],
    ) -> Template:
        """The form for pictures."""
        return _pictures(session, actor, notice_id, limits)

    @post(
        "/pictures",
        permission="notices.record",
        upload=True,
        request_max_body_size=None,
        sync_to_thread=False,
    )
    def attach(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        *,
        limits: NamedDependency[Limits],
        notice_id: FromPath[int],
    ) -> Response[Any]:
        """Keep pictures that prove it: all of them, or none."""
        form = received(request)
        try:
            examined = examine(incoming_files(form), limits)
            note = texts_in(form).get("note") or None
            record.attach_to_notice(
                session, actor, notice_id, examined, note=note, store=files, at=at
            )
        except DomainError as error:
            return _pictures(session, actor, notice_id, limits, error)
        lot = queries.lot_of_notice(session, actor, notice_id)
        return onward(request, f"/lots/{lot}/notices", _("The pictures and files were added."))

    @post("/strike", permission="notices.record", sync_to_thread=False)
    def strike(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        notice_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Strike a notice through."""
        lot = queries.lot_of_notice(session, actor, notice_id)
        try:
            record.strike_notice(session, actor, notice_id, decode_form(Strike, data), at=at)
        except DomainError as error:
            return _show(session, actor, lot, at=at, error=error)
        return onward(
            request, f"/lots/{lot}/notices", _("It was struck through; it stays to be seen.")
        )


def lot_parts(session: Session, actor: Actor, lot: LotOut, at: datetime) -> list[Part]:
    """How the notices of the awaited round stand, on the lot's page."""
    own = f"/lots/{lot.reference}/notices"
    checked = check_lot(session, actor, lot, local_day(at)) if lot.closed_on is None else None
    data = {
        "check": checked,
        "notices": queries.notices_of_lot(session, actor, lot.id),
        "halts": queries.halts_of_lot(session, actor, lot.id),
        "cite": cite,
    }
    return [Panel(_("Notices"), "notices/_of_lot.html", data, own)]


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Rounds ahead of which nothing is recorded, and delegated sales."""
    if not actor.may("notices.record"):
        return []
    bare = queries.count_bare(session, actor, local_day(at))
    return [
        Card(
            _("Rounds ahead without any notice"),
            bare,
            "/rounds",
            _("to be posted and announced") if bare else "",
            "warn" if bare else "good",
        )
    ]


def _show(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    asked: Form | None = None,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    lot = get_lot(session, actor, reference)
    today = local_day(at)
    check = check_lot(session, actor, lot, today)
    errors = faults_of(error) if error else {}
    plan, wrong = None, {}
    if asked and any(asked.values()):
        try:
            plan = plan_of(session, lot.id, decode_form(PlanAsked, asked), check, on=today)
        except DomainError as refused:
            wrong = faults_of(refused)
    return Template(
        "notices/lot.html",
        context={
            "lot": lot,
            "check": check,
            "plan": plan,
            "asked": asked or {},
            "wrong": wrong,
            "notices": queries.notices_of_lot(session, actor, lot.id),
            "number": check.number,
            "unsure": unsure_of(session, PaperKind.AUCTION_NOTICE, today),
            "records": actor.may("notices.record") and lot.closed_on is None,
            "kinds": list(NoticeKind),
            "posted_at": POSTED_AT,
            "announced_in": ANNOUNCED_IN,
            "places": list(Place),
            "today": today,
            "typed": typed or {"from_on": today.isoformat()},
            "errors": errors,
            "cite": cite,
        },
        status_code=422 if error or wrong else 200,
    )


def _pictures(
    session: Session,
    actor: Actor,
    notice_id: int,
    limits: Limits,
    error: DomainError | None = None,
) -> Template:
    lot = queries.lot_of_notice(session, actor, notice_id)
    endings = sorted({ending for endings in ENDINGS.values() for ending in endings})
    return Template(
        "notices/pictures.html",
        context={
            "lot": lot,
            "posted": next(
                one
                for one in queries.notices_of_lot(session, actor, get_lot(session, actor, lot).id)
                if one.id == notice_id
            ),
            "accepted": ",".join(endings),
            "file_mb": limits.file // MEGABYTE,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
