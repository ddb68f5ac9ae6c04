"""Why nobody bought: the form after a failed round, what is missing, how often in an office."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.bidding.causes import Cause, Weight
from auction.bidding.diagnoses import (
    CauseCount,
    DiagnosisOut,
    causes_by_office,
    causes_of_assets,
    diagnoses_of,
    failed_rounds_of,
)
from auction.lots.queries import get_lot
from auction.lots.schemas import LotOut
from auction.outcomes.commands.diagnose import diagnose_round
from auction.outcomes.schemas import NewDiagnosis
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
YEAR = 1


class CausePages(Controller):
    """Why nobody bought."""

    include_in_schema = False

    @get(
        "/lots/{reference:str}/rounds/{number:int}/causes",
        permission="rounds.diagnose",
        sync_to_thread=False,
    )
    def causes_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
    ) -> Template:
        """The form of a diagnosis."""
        lot = get_lot(session, actor, reference)
        return _form(lot, number, {"found_on": local_day(at).isoformat()})

    @post(
        "/lots/{reference:str}/rounds/{number:int}/causes",
        permission="rounds.diagnose",
        sync_to_thread=False,
    )
    def diagnose(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Say why nobody bought."""
        try:
            new = decode_form(NewDiagnosis, _gathered(data))
            diagnose_round(session, actor, reference, number, new, at=at)
        except DomainError as error:
            return _form(get_lot(session, actor, reference), number, data, error)
        return onward(request, f"/lots/{reference}", _("The finding was recorded."))

    @get("/causes", permission="flags.read", sync_to_thread=False)
    def by_office(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        since: FromQuery[date | None] = None,
    ) -> Template:
        """How often each cause was found, in the offices in sight."""
        start = since or _year_before(local_day(at))
        found = causes_by_office(session, actor, start)
        return Template("outcomes/causes.html", context={"rows": found, "since": start})


class CauseApi(Controller):
    """Why nobody bought, over REST."""

    path = "/api/v1"
    tags = ("Lots",)

    @post(
        "/lots/{reference:str}/rounds/{number:int}/causes",
        permission="rounds.diagnose",
        sync_to_thread=False,
    )
    def diagnose(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewDiagnosis],
    ) -> DiagnosisOut:
        """Say why nobody bought in a round."""
        made = diagnose_round(session, actor, reference, number, data, at=at)
        return diagnoses_of(session, [made.round_id])[made.round_id]

    @get("/causes", permission="flags.read", sync_to_thread=False)
    def by_office(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        since: FromQuery[date | None] = None,
    ) -> list[CauseCount]:
        """How often each cause was found since a day, in the offices in sight."""
        return causes_by_office(session, actor, since or _year_before(local_day(at)))


def lot_parts(session: Session, actor: Actor, lot: LotOut, _at: datetime) -> list[Part]:
    """Why nobody bought a lot, round by round; what was not found yet is shown as missing."""
    failed = failed_rounds_of(session, lot.id)
    if not failed:
        return []
    data = {
        "rounds": failed,
        "found": diagnoses_of(session, [one.id for one in failed]),
        "way": f"/lots/{lot.reference}/rounds",
        "acts": actor.may("rounds.diagnose"),
    }
    return [Panel(_("Why nobody bought"), "outcomes/_causes.html", data)]


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """How often each cause was found for an asset, on its page."""
    if not actor.may("lots.read"):
        return []
    counted = causes_of_assets(session, [asset.id]).get(asset.id)
    if not counted:
        return []
    return [Panel(_("Why nobody bought"), "outcomes/_cause_counts.html", {"counted": counted})]


def _year_before(today: date) -> date:
    return today.replace(year=today.year - YEAR, day=min(today.day, 28))


def _gathered(data: Mapping[str, str]) -> dict[str, Any]:
    """A form with the causes that were given a weight as a list."""
    rest = {name: value for name, value in data.items() if not name.startswith("cause.")}
    causes = []
    for cause in Cause:
        weight = data.get(f"cause.{cause.value}", "").strip()
        if weight:
            note = data.get(f"cause.{cause.value}.note", "").strip()
            causes.append(
                {"cause": cause.value, "weight": weight, **({"note": note} if note else {})}
            )
    return {**rest, "causes": causes} if causes else rest


def _form(lot: LotOut, number: int, typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "outcomes/diagnose.html",
        context={
            "lot": lot,
            "number": number,
            "causes": list(Cause),
            "weights": list(reversed(Weight)),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
