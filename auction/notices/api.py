"""Notices, waits and delegated sales over REST."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody
from sqlalchemy.orm import Session

from auction.costs.delegated import delegated_costs, repay_delegated
from auction.costs.schemas import DelegatedCosts, NewRepayment
from auction.lots.queries import get_lot
from auction.notices import queries
from auction.notices.checking import check_lot
from auction.notices.commands import record, waits
from auction.notices.planning import Plan, PlanAsked, plan_of
from auction.notices.schemas import (
    NewAgreement,
    NewNotice,
    NewSaleDelegation,
    NewWait,
    NoticeCheck,
    NoticeOut,
    SaleDelegationAct,
    SaleDelegationOut,
    Strike,
    WaitOut,
)
from inventory.assets.queries import get_asset
from inventory.attachments.darkroom import examine
from inventory.attachments.handing import incoming_files
from inventory.attachments.rules import Limits
from inventory.attachments.schemas import Added
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.storage import BlobStore
from inventory.base.uploads import received, texts_in
from inventory.papers.schemas import Issued

AnyRequest = Request[Any, Any, Any]


class NoticesOut(msgspec.Struct, frozen=True):
    """The notices of a lot, and how those of the awaited round stand."""

    check: NoticeCheck
    notices: list[NoticeOut]


class PictureForm(msgspec.Struct):
    """A form with files: ``files`` as often as there are files, and a remark."""

    files: list[UploadFile]
    note: str | None = None


class NoticeApi(Controller):
    """Notices of a lot's rounds."""

    path = "/api/v1"
    tags = ("Notices",)

    @get("/lots/{reference:str}/notices", permission="lots.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> NoticesOut:
        """What a lot's next round needs, and every notice of its rounds."""
        return _notices(session, actor, reference, at)

    @post("/lots/{reference:str}/notices", permission="notices.record", sync_to_thread=False)
    def record(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewNotice],
    ) -> Response[NoticesOut]:
        """Record a notice for the round that is awaited."""
        record.record_notice(session, actor, reference, data, at=at)
        return Response(_notices(session, actor, reference, at), status_code=201)

    @get("/lots/{reference:str}/notices/plan", permission="lots.read", sync_to_thread=False)
    def plan(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        posted_on: FromQuery[date | None] = None,
        first_on: FromQuery[date | None] = None,
        second_on: FromQuery[date | None] = None,
        wanted_on: FromQuery[date | None] = None,
        usual: FromQuery[bool] = False,
    ) -> Plan:
        """From days of notice to the first lawful opening, and back; nothing is recorded."""
        lot = get_lot(session, actor, reference)
        today = local_day(at)
        asked = PlanAsked(
            posted_on=posted_on,
            first_on=first_on,
            second_on=second_on,
            wanted_on=wanted_on,
            usual=usual,
        )
        return plan_of(session, lot.id, asked, check_lot(session, actor, lot, today), on=today)

    @post("/lots/{reference:str}/notices/paper", permission="notices.record", sync_to_thread=False)
    def paper(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Issued:
        """Issue the office's notice of the auction."""
        return record.issue_notice(session, actor, reference, at=at)

    @post("/notices/{notice_id:int}/strike", permission="notices.record", sync_to_thread=False)
    def strike(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        notice_id: FromPath[int],
        data: JSONBody[Strike],
    ) -> NoticesOut:
        """Strike a notice through, for a reason."""
        lot = queries.lot_of_notice(session, actor, notice_id)
        record.strike_notice(session, actor, notice_id, data, at=at)
        return _notices(session, actor, lot, at)

    @post(
        "/notices/{notice_id:int}/attachments",
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
        data: MultipartBody[PictureForm],  # noqa: ARG002 - says in the interface what is sent
    ) -> list[Added]:
        """Keep pictures that prove a notice: all of them, or none."""
        form = received(request)
        examined = examine(incoming_files(form), limits)
        note = texts_in(form).get("note") or None
        return record.attach_to_notice(
            session, actor, notice_id, examined, note=note, store=files, at=at
        )


class SaleWaitApi(Controller):
    """When and by whom an asset is sold."""

    path = "/api/v1"
    tags = ("Notices",)

    @get("/assets/{reference:str}/waits", permission="lots.read", sync_to_thread=False)
    def list_waits(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[WaitOut]:
        """The days before which an asset is not sold."""
        return queries.waits_of(session, [get_asset(session, actor, reference).id])

    @post("/assets/{reference:str}/waits", permission="notices.record", sync_to_thread=False)
    def set_wait(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewWait],
    ) -> list[WaitOut]:
        """Set a day before which an asset is not sold."""
        made = waits.set_wait(session, actor, reference, data, at=at)
        return queries.waits_of(session, [made.asset_id])

    @post(
        "/assets/{reference:str}/waits/{wait_id:int}/agreement",
        permission="notices.record",
        sync_to_thread=False,
    )
    def agree(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        wait_id: FromPath[int],
        data: JSONBody[NewAgreement],
    ) -> list[WaitOut]:
        """Record that the parties agree to an earlier sale."""
        made = waits.agree_wait(session, actor, reference, wait_id, data, at=at)
        return queries.waits_of(session, [made.asset_id])

    @get("/delegated-sales", permission="lots.read", sync_to_thread=False)
    def list_delegations(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> list[SaleDelegationOut]:
        """The open delegations that your offices gave or took."""
        return queries.list_delegations(session, actor)

    @post(
        "/assets/{reference:str}/delegated-sales",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def delegate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewSaleDelegation],
    ) -> list[SaleDelegationOut]:
        """Let the office of another province sell an asset."""
        made = waits.delegate_disposal(session, actor, reference, data, at=at)
        return queries.delegations_of(session, [made.asset_id])

    @get(
        "/delegated-sales/{delegation_id:int}/costs", permission="costs.read", sync_to_thread=False
    )
    def show_costs(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        delegation_id: FromPath[int],
    ) -> DelegatedCosts:
        """What the selling office spent and what the delegating one repaid, for both of them."""
        return delegated_costs(session, actor, delegation_id)

    @post(
        "/delegated-sales/{delegation_id:int}/repayments",
        permission="costs.record",
        sync_to_thread=False,
    )
    def repay_costs(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
        data: JSONBody[NewRepayment],
    ) -> DelegatedCosts:
        """Repay what the selling office spent, as the delegating one."""
        repay_delegated(session, actor, delegation_id, data, at=at)
        return delegated_costs(session, actor, delegation_id)

    @post(
        "/delegated-sales/{delegation_id:int}/pause",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def pause(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
        data: JSONBody[SaleDelegationAct],
    ) -> list[SaleDelegationOut]:
        """Pause a delegated sale."""
        waits.pause_delegation(session, actor, delegation_id, data, at=at)
        return queries.list_delegations(session, actor)

    @post(
        "/delegated-sales/{delegation_id:int}/resume",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def resume(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
        data: JSONBody[SaleDelegationAct],
    ) -> list[SaleDelegationOut]:
        """Let a paused sale go on."""
        waits.resume_delegation(session, actor, delegation_id, data, at=at)
        return queries.list_delegations(session, actor)

    @post(
        "/delegated-sales/{delegation_id:int}/taking-up",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def take_up(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
        data: JSONBody[SaleDelegationAct],
    ) -> list[SaleDelegationOut]:
        """Take over a delegated asset that lies in no warehouse."""
        waits.take_up_delegation(session, actor, delegation_id, data, at=at)
        return queries.list_delegations(session, actor)

    @post(
        "/delegated-sales/{delegation_id:int}/termination",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
        data: JSONBody[SaleDelegationAct],
    ) -> list[SaleDelegationOut]:
        """End a delegation."""
        waits.end_delegation(session, actor, delegation_id, data, at=at)
        return queries.list_delegations(session, actor)


def _notices(session: Session, actor: Actor, reference: str, at: datetime) -> NoticesOut:
    lot = get_lot(session, actor, reference)
    return NoticesOut(
        check_lot(session, actor, lot, local_day(at)),
        queries.notices_of_lot(session, actor, lot.id),
    )
