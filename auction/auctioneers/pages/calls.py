"""Calls to auction organisations: a new one, the grid of points, the choice and its result."""

from collections.abc import Callable, Container
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.auctioneers import queries
from auction.auctioneers.commands import calls, choosing
from auction.auctioneers.rules import CallState, Exclusion, best_of
from auction.auctioneers.schemas import (
    CallOut,
    NewApplicant,
    NewCall,
    NewCancel,
    NewChoice,
    NewExclusion,
    NewResult,
    NewScores,
    PointsOn,
)
from auction.auctioneers.ties import tied_applicants
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.words import cite, word
from auction.lots.carrying import offered_next
from auction.lots.queries import get_lot
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError, Invalid
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
LINES = 3
"""Criteria of a group that the form has room for."""

Doing = Callable[[Session, Actor, str, Form, datetime], object]


class CallPages(Controller):
    """The choice of an auction organisation."""

    include_in_schema = False

    @get("/calls", permission="lots.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        show: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Calls, the newest first."""
        found = queries.list_calls(session, actor, open_only=show == "open", cursor=cursor)
        return Template(
            "auctioneers/calls.html",
            context={"found": found, "show": show or "", "cursor": cursor or ""},
        )

    @get("/lots/{reference:str}/calls/new", permission="organisations.choose", sync_to_thread=False)
    def new_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for a call."""
        return _new(session, actor, reference, at=at)

    @post(
        "/lots/{reference:str}/calls/new", permission="organisations.choose", sync_to_thread=False
    )
    def publish(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Publish a call."""
        try:
            price = typed_amount(data.get("starting_price", ""))
            said = {**data, "starting_price": price, "criteria": _criteria(data) or None}
            new = decode_form(NewCall, {n: said.get(n) for n in NewCall.__struct_fields__})
            made = calls.publish_call(session, actor, reference, new, at=at)
        except DomainError as error:
            return _new(session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/calls/{made.reference}", _("The call was published."))

    @get("/calls/{reference:str}", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """One call with the grid of points."""
        return _show(session, actor, reference, at=at)

    @post(
        "/calls/{reference:str}/{act:str}", permission="organisations.choose", sync_to_thread=False
    )
    def act(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        act: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take a file in, give points, exclude, choose, publish the result, or cancel."""
        doing = ACTS.get(act)
        if doing is None:
            raise queries.no_such_call(f"{reference}/{act}")
        try:
            doing(session, actor, reference, data, at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/calls/{reference}", _("It was recorded."))


def _applicant(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    return calls.add_applicant(session, actor, ref, decode_form(NewApplicant, data), at=at)


def _scores(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    """The whole grid at once; an empty box says nothing."""
    shown = queries.get_call(session, actor, ref)
    for one in shown.applicants:
        if one.excluded_why is not None:
            continue
        points = []
        for each in shown.criteria:
            name = f"p.{one.id}.{each.position}"
            text = data.get(name, "").strip().replace(",", ".")
            if text:
                points.append(PointsOn(each.position, _number(text, name)))
        fit = {"true": True, "false": False}.get(data.get(f"fit.{one.id}", ""))
        try:
            new = NewScores(points=points, fit=fit)
            calls.score_applicant(session, actor, ref, one.code, new, at=at)
        except DomainError as error:
            error.fields = {
                f"p.{one.id}.{name.removeprefix('points.')}": fault
                for name, fault in error.fields.items()
            }
            raise
    return shown


def _number(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(_("Give points in digits."), field=name) from error
    if not number.is_finite() or number < 0:
        raise Invalid(_("Give points in digits."), field=name)
    return number


def _exclusion(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    new = decode_form(NewExclusion, data)
    return calls.exclude_applicant(session, actor, ref, data.get("excluded", ""), new, at=at)


def _choice(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    said = {**data, "organisation": data.get("chosen"), "reason": data.get("chosen_why")}
    return choosing.choose_organisation(session, actor, ref, decode_form(NewChoice, said), at=at)


def _result(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    return choosing.publish_result(session, actor, ref, decode_form(NewResult, data), at=at)


def _cancel_choice(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    return choosing.cancel_choice(session, actor, ref, decode_form(NewCancel, data), at=at)


def _cancel(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    return choosing.cancel_call(session, actor, ref, decode_form(NewCancel, data), at=at)


ACTS: dict[str, Doing] = {
    "applicants": _applicant,
    "scores": _scores,
    "exclusions": _exclusion,
    "choice": _choice,
    "result": _result,
    "untrue": _cancel_choice,
    "cancellation": _cancel,
}


def _criteria(data: Form) -> list[dict[str, str]]:
    """The lines of the form in which a criterion is named and has points."""
    named = [key for key in data if key.startswith("title.")]
    lines = []
    for key in named:
        where = key.removeprefix("title.")
        group = where.rsplit(".", 1)[0]
        title, most = data[key].strip(), data.get(f"most.{where}", "").strip().replace(",", ".")
        if title and most:
            lines.append({"group_code": group, "title": title, "most": most})
    return lines


def _new(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    rules = [one for one in rules_in_use(session, "org_selection_groups") if one.serves(today)]
    groups = [(code, word("terms", code)) for code in (rules[0].codes if rules else ())]
    proposed = {f"title.{code}.0": name.vi for code, name in groups}
    day = today.isoformat()
    lot = get_lot(session, actor, reference)
    price = offered_next(session, lot.id, today)
    if price is not None:
        proposed["starting_price"] = f"{price.normalize():f}"
    return Template(
        "auctioneers/call_new.html",
        context={
            "lot": lot,
            "rule": rules[0] if rules else None,
            "groups": groups,
            "lines": range(LINES),
            "typed": typed or {**proposed, "site_on": day, "portal_on": day, "files_from": day},
            "errors": faults_of(error) if error else {},
            "cite": cite,
        },
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    call = queries.get_call(session, actor, reference)
    tied = tied_applicants(session, actor, call, local_day(at))
    today = local_day(at).isoformat()
    days = ("received_on", "chosen_on", "published_on", "cancelled_on")
    return Template(
        "auctioneers/call.html",
        context={
            "call": call,
            "best": _best(call, tied),
            "tied": tied,
            "open": call.state is CallState.OPEN and actor.may("organisations.choose"),
            "chooses": actor.may("organisations.choose"),
            "signs": actor.may("contracts.sign"),
            "whys": list(Exclusion),
            "organisations": queries.list_organisations(session, size=200).items,
            "word": word,
            "typed": {**dict.fromkeys(days, today), **_typed(call), **(typed or {})},
            "errors": faults_of(error) if error else {},
            "cite": cite,
        },
        status_code=422 if error else 200,
    )


def _best(call: CallOut, tied: Container[int]) -> frozenset[int]:
    able = {
        one.id: one.points
        for one in call.applicants
        if one.excluded_why is None
        and one.fit is not False
        and one.points is not None
        and one.id not in tied
    }
    return best_of(able)


def _typed(call: CallOut) -> Form:
    """The grid as it is."""
    typed = {
        f"p.{one.id}.{place}": f"{points.normalize():f}"
        for one in call.applicants
        for place, points in one.scores.items()
    }
    fit = {True: "true", False: "false"}
    return typed | {f"fit.{one.id}": fit[one.fit] for one in call.applicants if one.fit is not None}
