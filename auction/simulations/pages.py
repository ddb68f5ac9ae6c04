"""Trying a rule on history, on pages: the form, the figures by office, the cases."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.drafts import parameters_named, rule_of_draft
from auction.legal_rules.pages import WORDLESS
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Unit
from auction.legal_rules.schemas import DraftOut
from auction.legal_rules.words import Kind, Word, word
from auction.simulations import commands, queries
from auction.simulations.rules import Change, kind_of, told
from auction.simulations.schemas import NewSimulation, SimulationOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
Facts = Mapping[str, str | int | None]

TONES = {
    Change.BECOMES_BREACH: "bad",
    Change.LATE: "bad",
    Change.RAISED: "warn",
    Change.MOVED: "warn",
    Change.STOPS_BREACH: "good",
    Change.IN_TIME: "good",
    Change.NOT_RAISED: "good",
    Change.RIGHT_CLOSES: "warn",
    Change.AT_FLOOR: "bad",
    Change.ABOVE_FLOOR: "good",
    Change.NEAR_FLOOR: "warn",
    Change.NOT_NEAR: "good",
}


LINKED = ("asset", "disposal", "handover", "lot")
"""What has a page under its number; a case has its own under another."""


class SimulationPages(Controller):
    """What a rule would have changed."""

    path = "/rules/simulations"
    include_in_schema = False

    @get("/new", permission="rules.simulate", sync_to_thread=False)
    def form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form for a value that is only tried."""
        named = {name: request.query_params.get(name, "") for name in ("key", "scope")}
        typed = {**named, "until": local_day(at).isoformat()}
        return _form(session, typed)

    @post("/new", permission="rules.simulate", sync_to_thread=False)
    def run(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Try a value, or a draft by its number."""
        try:
            new = decode_form(NewSimulation, data)
            made = commands.simulate(session, actor, new, at=at)
        except DomainError as error:
            return _form(session, data, error)
        return onward(request, f"/rules/simulations/{made.id}")

    @get("/{simulation_id:int}", permission="rules.simulate", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        simulation_id: FromPath[RowId],
        change: FromQuery[Change | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The figures by office, and the cases page by page."""
        made = queries.get_simulation(session, actor, simulation_id)
        cases = queries.list_cases(session, actor, made.id, change=change, cursor=cursor)
        titles = dict(parameters_named(session)) if made.key == "may_depart_from" else {}
        return Template(
            "simulations/show.html",
            context={
                "made": made,
                "offices": _by_office(made),
                "cases": cases,
                "change": change,
                "cursor": cursor or "",
                "linked": LINKED,
                "told": told,
                "in_words": partial(_in_words, titles),
                "tones": TONES,
                "wordless": WORDLESS,
            },
        )


def draft_parts(session: Session, actor: Actor, draft: DraftOut, at: datetime) -> list[Part]:
    """What a draft would have changed, on its page: what was run, and the form to run it."""
    if not actor.may("rules.simulate"):
        return []
    data = {
        "draft": draft,
        "made": queries.simulations_of(session, actor, draft.id),
        "triable": kind_of(rule_of_draft(draft)) is not None,
        "today": local_day(at),
        "tones": TONES,
    }
    return [Panel(_("What it would have changed"), "simulations/_panel.html", data)]


def _in_words(titles: Mapping[str, Word], facts: Facts, locale: str) -> Facts:
    """The facts of a case with the words of their codes, and the names of rules."""
    said = dict(facts)
    for name, kind in _WORDS.items():
        if codes := said.get(name):
            named = [titles.get(one) or word(kind, one) for one in str(codes).split(", ")]
            said[name] = ", ".join(one.said(locale) for one in named)
    return said


_WORDS: dict[str, Kind] = {"tier": "scopes", "named": "terms", "missing": "terms"}


def _by_office(made: SimulationOut) -> list[tuple[str, dict[Change, int]]]:
    found: dict[int, tuple[str, dict[Change, int]]] = {}
    for figure in made.figures:
        found.setdefault(figure.office_id, (figure.office, {}))[1][figure.change] = figure.number
    return list(found.values())


def _form(session: Session, typed: Form, error: DomainError | None = None) -> Template:
    key = typed.get("key") or ""
    rows = rules_in_use(session, key) if key else ()
    scopes = dict.fromkeys(rule.scope or "" for rule in rows)
    return Template(
        "simulations/new.html",
        context={
            "typed": typed,
            "errors": faults_of(error) if error else {},
            "parameters": parameters_named(session),
            "scopes": [(one, word("scopes", one) if one else None) for one in scopes],
            "units": sorted({rule.unit for rule in rows}) or list(Unit),
            "regions": [
                (f"region_{number}", word("scopes", f"region_{number}")) for number in range(1, 5)
            ],
        },
        status_code=422 if error else 200,
    )
