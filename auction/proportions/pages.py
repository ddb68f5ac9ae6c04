"""What is owed against what is seized, on the pages of case, asset and lot; releasing a part."""

from datetime import date, datetime
from typing import Any, Protocol

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.proportions import commands, queries, surpluses
from auction.proportions.schemas import NewPartRelease, Proportion
from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import visible_cases
from inventory.cases.schemas import CaseOut

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
WAY = "/proportions/surplus"
RELEASE = "proportions/_release.html"


class OfferedLot(Protocol):
    """A lot, as far as its case is concerned."""

    @property
    def case_id(self) -> int | None:
        """The case it is sold for."""


class ProportionPages(Controller):
    """Releasing a part that is no longer needed."""

    path = "/assets/{reference:str}/part-release"
    include_in_schema = False

    @get("/", permission="seizures.record", sync_to_thread=False)
    def form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        case: FromQuery[str | None] = None,
    ) -> Template:
        """The form, with what the decision would say."""
        today = local_day(at)
        typed = {"case_number": case or "", "released_on": today.isoformat()}
        asset = get_asset(session, actor, reference)
        weighed = _of_case_number(session, actor, asset, case, today)
        if weighed is not None:
            typed["grounds"] = commands.grounds_of(weighed, reference)
        return act_form(request, asset, RELEASE, typed)

    @post("/", permission="seizures.record", sync_to_thread=False)
    def release(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Release it."""
        try:
            new = decode_form(NewPartRelease, data)
            commands.release_part(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return act_form(request, asset, RELEASE, data, error)
        return onward(request, f"/assets/{reference}", _("The release was recorded."))


class SurplusPages(Controller):
    """Cases of which a payment made something seized no longer needed."""

    path = WAY
    include_in_schema = False

    @get("/", permission="claims.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The cases, the last payment first."""
        found = surpluses.list_surpluses(session, actor, local_day(at), cursor=cursor)
        return Template(
            "proportions/surplus.html",
            context={
                "found": found,
                "records": actor.may("seizures.record"),
                "cursor": cursor or "",
            },
        )


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Cases of which a payment made something no longer needed, for those who release it."""
    if not (actor.may("claims.read") and actor.may("seizures.record")):
        return []
    cases = surpluses.list_surpluses(session, actor, local_day(at)).items
    if not cases:
        return []
    hint = _("seized for a debt that was paid in part")
    return [Card(_("No longer needed after a payment"), len(cases), WAY, hint, "warn")]


def case_parts(session: Session, actor: Actor, case: CaseOut, at: datetime) -> list[Part]:
    """What is owed against what is seized, on the page of a case."""
    if not actor.may("claims.read") or not queries.has_claims(session, case.id):
        return []
    found = session.get(EnforcementCase, case.id)
    return _panels(session, actor, [found] if found else [], local_day(at))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """The same on the page of an asset, for each case for which it is seized."""
    if not actor.may("claims.read"):
        return []
    cases = queries.cases_holding(session, actor, asset.id)
    return _panels(session, actor, list(cases), local_day(at))


def lot_parts(session: Session, actor: Actor, lot: OfferedLot, at: datetime) -> list[Part]:
    """The same on the page of a lot, for its case."""
    if lot.case_id is None or not actor.may("claims.read"):
        return []
    case = session.scalar(visible_cases(actor).where(EnforcementCase.id == lot.case_id))
    return _panels(session, actor, [case] if case else [], local_day(at))


def _panels(
    session: Session, actor: Actor, cases: list[EnforcementCase], today: date
) -> list[Part]:
    owed = [case for case in cases if queries.has_claims(session, case.id)]
    weighed = (queries.weigh(session, case, today) for case in owed)
    found = [one for one in weighed if one is not None and one.assets]
    records = actor.may("seizures.record")
    return [
        Panel(
            _("Owed and seized"),
            "proportions/_panel.html",
            {"found": one, "records": records, "several": len(found) > 1},
            f"/cases/{one.case_id}/claims",
        )
        for one in found
    ]


def _of_case_number(
    session: Session, actor: Actor, asset: AssetOut, number: str | None, today: date
) -> Proportion | None:
    held = queries.cases_holding(session, actor, asset.id)
    case = next((one for one in held if one.decision_number == number), None)
    return queries.weigh(session, case, today) if case is not None else None
