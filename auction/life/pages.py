"""The life of an asset as a timeline, and what it says on the asset's page."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.departures.queries import departures_of_assets
from auction.life import commands, queries
from auction.life.beside import beside_way
from auction.life.handbook import step_forms
from auction.life.rules import BY_ITSELF, ENDED, State, Step
from auction.life.schemas import LifeOut, NewStep, StepOut
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward, wants_part
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
SOON = timedelta(days=7)


class LifePages(Controller):
    """The timeline of an asset."""

    path = "/assets/{reference:str}/life"
    include_in_schema = False

    @get("/", permission="assets.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """What was done, by which law, and what comes next."""
        today = local_day(at)
        asset = queries.find_asset(session, actor, reference)
        life = queries.life_of(session, actor, reference, today)
        return Template(
            "life/life.html",
            context={
                "beside": beside_way(session, actor, asset),
                "life": life,
                "lives": _lives(life),
                "doors": _doors(reference) if actor.may("seizures.record") else {},
                "departures": departures_of_assets(session, actor, [reference]),
                "today": today,
                "soon": today + SOON,
                "may_record": actor.may("life.record"),
            },
        )

    @get("/new", permission="life.record", sync_to_thread=False)
    def step_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """The form for a step that no other act takes."""
        return _form(request, session, actor, reference)

    @post("/new", permission="life.record", sync_to_thread=False)
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
        """Record a step."""
        try:
            new = decode_form(NewStep, data)
            commands.record_step(session, actor, reference, new, at=at)
        except DomainError as error:
            return _form(request, session, actor, reference, typed=data, error=error)
        return onward(request, f"/assets/{reference}/life", _("The step was recorded."))


def _lives(life: LifeOut) -> list[tuple[int, list[StepOut]]]:
    """The steps of each life, the present one first; it is there before its first step."""
    found: dict[int, list[StepOut]] = {life.life: []}
    for step in life.steps:
        found.setdefault(step.life, []).append(step)
    return sorted(found.items(), reverse=True)


def _doors(reference: str) -> dict[Step, str]:
    """Where the steps are taken with which a life begins."""
    measures, seizures = (f"/assets/{reference}/{name}/new" for name in ("measures", "seizures"))
    return {
        Step.IDENTIFIED: measures,
        Step.PROVISIONAL_MEASURE: measures,
        Step.SEIZED_AFTER_MEASURE: seizures,
        Step.SEIZED: seizures,
        Step.SEIZED_BY_JUDGMENT: seizures,
        Step.SEIZED_ON_THE_SPOT: seizures,
    }


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """Where an asset stands, on its page; nothing while its life has not begun."""
    (standing,) = queries.standings(session, [asset.id])
    path = f"/assets/{asset.reference}/life"
    if standing.state is State.NONE:
        return [Act(_("Its way so far"), path)] if actor.may("life.record") else []
    data = {
        "standing": standing,
        "ended": standing.state in ENDED,
        "next": queries.next_of(standing.state, local_day(at)),
    }
    return [Panel(_("Where it stands"), "life/_standing.html", data, path)]


def _form(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    reference: str,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    asset = queries.find_asset(session, actor, reference)
    missing = queries.missing_steps(queries.steps_of(session, asset.id))
    forms = step_forms()
    return Template(
        "life/_new.html" if wants_part(request) else "life/new.html",
        context={
            "asset": asset,
            "missing": [forms[step] for step in dict.fromkeys(missing)],
            "others": [forms[step] for step in BY_ITSELF if step not in missing],
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
