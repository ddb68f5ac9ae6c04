"""Who keeps which warehouse, and the acts of a change."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Part
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.keepers import commands, queries
from inventory.keepers.schemas import ChangeSignature, JointCount, NewKeeper, Relief
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import Role

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

OF_PLACE = "/places/{place_id:int}/keeper"


class KeeperPages(Controller):
    """Keepers of warehouses."""

    include_in_schema = False

    @get("/keepers", permission="keepers.read", sync_to_thread=False)
    def list_kept(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The warehouses of one's own office with who keeps each."""
        rows = queries.list_kept(session, actor, actor.office_id, local_day(at))
        return Template("keepers/list.html", context={"rows": rows})

    @get(OF_PLACE, permission="keepers.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[int],
    ) -> Template:
        """A warehouse's keepers and the change that is going on."""
        day = local_day(at).isoformat()
        return _show(session, actor, place_id, at=at, typed={"decided_on": day, "valid_from": day})

    @post(OF_PLACE, permission="keepers.appoint", sync_to_thread=False)
    def appoint(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        place_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Appoint a keeper."""
        try:
            commands.appoint_keeper(session, actor, place_id, decode_form(NewKeeper, data), at=at)
        except Invalid as error:
            return _show(session, actor, place_id, at=at, typed=data, error=error)
        return onward(request, _path(place_id), _("The keeper was appointed."))

    @post(f"{OF_PLACE}/count", permission="keepers.count", sync_to_thread=False)
    def count(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        place_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the joint count."""
        try:
            said = decode_form(JointCount, data)
            commands.record_joint_count(session, actor, place_id, said, at=at)
        except Invalid as error:
            return _show(session, actor, place_id, at=at, typed=data, error=error)
        return onward(request, _path(place_id), _("The joint count was recorded."))

    @post(f"{OF_PLACE}/signature", permission="keepers.sign", sync_to_thread=False)
    def sign(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        place_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Sign the joint count."""
        try:
            said = decode_form(ChangeSignature, data)
            commands.sign_change(session, actor, place_id, said, at=at)
        except Invalid as error:
            return _show(session, actor, place_id, at=at, typed=data, error=error)
        return onward(request, _path(place_id), _("The joint count was signed."))

    @post(f"{OF_PLACE}/relief", permission="keepers.appoint", sync_to_thread=False)
    def relieve(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        place_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Relieve the keeper."""
        try:
            commands.relieve_keeper(session, actor, place_id, decode_form(Relief, data), at=at)
        except Invalid as error:
            return _show(session, actor, place_id, at=at, typed=data, error=error)
        return onward(request, _path(place_id), _("The keeper was relieved."))


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Warehouses that nobody may enter or leave, and changes that wait for somebody."""
    if not actor.may("keepers.sign") or actor.sees_all:
        return []
    rows = queries.list_kept(session, actor, actor.office_id, local_day(at))
    without = sum(not row.in_force for row in rows)
    changing = sum(row.change_open for row in rows)
    parts: list[Part] = []
    if without:
        parts.append(Card(_("Warehouses without a keeper"), without, "/keepers", tone="bad"))
    if changing:
        parts.append(Card(_("Changes of keeper going on"), changing, "/keepers", tone="warn"))
    return parts


def _path(place_id: int) -> str:
    return f"/places/{place_id}/keeper"


def _show(
    session: Session,
    actor: Actor,
    place_id: int,
    *,
    at: datetime,
    typed: Form,
    error: Invalid | None = None,
) -> Template:
    kept = queries.get_kept(session, actor, place_id)
    staff = list_staff(session, Role.KEEPER, [kept.office_id], local_day(at))
    return Template(
        "keepers/show.html",
        context={
            "kept": kept,
            "keepers": [(one.code, one.name) for one in staff],
            "typed": typed,
            "errors": faults_of(error) if error and error.fields else {},
        },
        status_code=422 if error else 200,
    )
