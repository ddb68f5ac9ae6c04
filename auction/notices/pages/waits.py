"""Days before which an asset is not sold, and sales delegated to another office."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.costs.delegated import delegated_costs, repay_delegated
from auction.costs.schemas import NewRepayment
from auction.legal_rules.words import cite
from auction.notices import queries
from auction.notices.commands import waits
from auction.notices.planning import PlanAsked
from auction.notices.rules import WaitGround
from auction.notices.schemas import (
    NewAgreement,
    NewSaleDelegation,
    NewWait,
    SaleDelegationAct,
)
from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of
from inventory.organisation.powers import Power, lacks
from inventory.organisation.queries import list_offices

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
ASKED = tuple(PlanAsked.__struct_fields__)


class WaitPages(Controller):
    """Days before which an asset is not sold, and its sale by another office."""

    include_in_schema = False

    @get("/assets/{reference:str}/waits", permission="notices.record", sync_to_thread=False)
    def waits(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The forms."""
        return _waits(request, session, actor, reference, at=at)

    @post("/assets/{reference:str}/waits", permission="notices.record", sync_to_thread=False)
    def set_wait(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Set a day, or record that the parties agree to an earlier sale."""
        try:
            if data.get("wait"):
                agreed = decode_form(NewAgreement, data)
                number = int(data["wait"]) if data["wait"].isdigit() else 0
                waits.agree_wait(session, actor, reference, number, agreed, at=at)
            else:
                waits.set_wait(session, actor, reference, decode_form(NewWait, data), at=at)
        except DomainError as error:
            return _waits(request, session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("It was recorded."))

    @get(
        "/assets/{reference:str}/delegated-sales/new",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def delegation_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for a delegation."""
        return _delegation(request, session, actor, reference, at=at)

    @post(
        "/assets/{reference:str}/delegated-sales/new",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def delegate(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Let another office sell an asset."""
        try:
            new = decode_form(NewSaleDelegation, data)
            waits.delegate_disposal(session, actor, reference, new, at=at)
        except DomainError as error:
            return _delegation(request, session, actor, reference, at=at, typed=data, error=error)
        return onward(request, "/delegated-sales", _("The sale was delegated."))

    @get("/delegated-sales", permission="lots.read", sync_to_thread=False)
    def list_delegations(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The open delegations that the actor's offices gave or took."""
        return _delegations(session, actor, at=at)

    @get(
        "/delegated-sales/{delegation_id:int}/costs", permission="costs.read", sync_to_thread=False
    )
    def costs(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
    ) -> Template:
        """What was spent on an asset that is sold for another office, and what it repaid."""
        return _costs(session, actor, delegation_id, at=at)

    @post(
        "/delegated-sales/{delegation_id:int}/costs",
        permission="costs.record",
        sync_to_thread=False,
    )
    def repay(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        delegation_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Repay what another office spent."""
        plain = {**data, "amount": typed_amount(data.get("amount", ""))}
        try:
            new = decode_form(NewRepayment, plain)
            repay_delegated(session, actor, delegation_id, new, at=at)
        except DomainError as error:
            return _costs(session, actor, delegation_id, at=at, typed=data, error=error)
        where = f"/delegated-sales/{delegation_id}/costs"
        return onward(request, where, _("The repayment was recorded."))

    @post(
        "/delegated-sales/{delegation_id:int}/{act:str}",
        permission="disposals.delegate",
        sync_to_thread=False,
    )
    def act(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        delegation_id: FromPath[int],
        act: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Pause, resume, take up or end a delegation."""
        doing = DELEGATION_ACTS.get(act, waits.pause_delegation)
        try:
            doing(session, actor, delegation_id, decode_form(SaleDelegationAct, data), at=at)
        except DomainError as error:
            return _delegations(session, actor, at=at, error=error)
        return onward(request, "/delegated-sales", _("It was recorded."))


DELEGATION_ACTS: dict[str, Callable[..., object]] = {
    "pause": waits.pause_delegation,
    "resume": waits.resume_delegation,
    "take-up": waits.take_up_delegation,
    "end": waits.end_delegation,
}


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """Days before which an asset is not sold, and who sells it."""
    parts: list[Part] = []
    own, title = f"/assets/{asset.reference}", _("When and by whom it is sold")
    if actor.may("notices.record"):
        parts.append(Act(_("Not to be sold before a day"), f"{own}/waits", panel=title))
    today = local_day(at)
    if actor.may("disposals.delegate") and not lacks(
        session, asset.office_id, Power.DELEGATION, today
    ):
        parts.append(Act(_("Delegate the sale"), f"{own}/delegated-sales/new", panel=title))
    if actor.may("lots.read"):
        data = {
            "waits": queries.waits_of(session, [asset.id]),
            "delegations": queries.delegations_of(session, [asset.id]),
            "cite": cite,
        }
        if data["waits"] or data["delegations"]:
            parts.append(Panel(title, "notices/_of_asset.html", data))
    return parts


def _waits(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    asset = get_asset(session, actor, reference)
    shown = {
        "waits": [one for one in queries.waits_of(session, [asset.id]) if not one.agreed_on],
        "grounds": list(WaitGround),
        "cite": cite,
    }
    typed = typed or {"agreed_on": local_day(at).isoformat()}
    return act_form(request, asset, "notices/_wait.html", typed, error, **shown)


def _delegation(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    asset = get_asset(session, actor, reference)
    shown = {"offices": list_offices(session, local_day(at)), "cite": cite}
    typed = typed or {"delegated_on": local_day(at).isoformat()}
    return act_form(request, asset, "notices/_delegate.html", typed, error, **shown)


def _costs(
    session: Session,
    actor: Actor,
    delegation_id: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    found = delegated_costs(session, actor, delegation_id)
    open_ones = [one for one in found.items if one.owed_by_office]
    return Template(
        "notices/delegated_costs.html",
        context={
            "costs": found,
            "open": open_ones
            if actor.may("costs.record") and actor.sees(found.from_office_id)
            else [],
            "typed": typed or {"repaid_on": local_day(at).isoformat()},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _delegations(
    session: Session, actor: Actor, *, at: datetime, error: DomainError | None = None
) -> Template:
    return Template(
        "notices/delegations.html",
        context={
            "found": queries.list_delegations(session, actor),
            "acts": actor.may("disposals.delegate"),
            "today": local_day(at),
            "errors": faults_of(error) if error else {},
            "cite": cite,
        },
        status_code=422 if error else 200,
    )
