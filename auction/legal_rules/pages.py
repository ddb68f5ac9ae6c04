"""The law as the program knows it: what is in force, the history of a rule, drafts, approval."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules import drafts, entering
from auction.legal_rules.queries import calendar_in_use, rules_in_use, rules_of_day
from auction.legal_rules.rules import Confidence, Direction, Section, Unit
from auction.legal_rules.schemas import DraftClosing, DraftOut, NewDraft
from auction.legal_rules.words import vocabulary, word
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.errors import DomainError, Invalid, NotFound
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
Contribution = Callable[[Session, Actor, DraftOut, datetime], list[Part]]
"""What a room above says of a draft on its page."""

WORDLESS = (
    frozenset(Unit)
    - {Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR, Unit.HOUR}
    - {
        Unit.PERCENT,
        Unit.VND,
        Unit.MINIMUM_WAGE,
        Unit.RATIO,
        Unit.ROUNDS,
    }
)
"""Units that say nothing beside their value."""

TONES = {Confidence.READ: "good", Confidence.KNOWN: "info", Confidence.UNCONFIRMED: "warn"}
_SHOWN = {"wordless": WORDLESS, "tones": TONES}
_ACTS = {
    "approval": (entering.approve_draft, _("The rule was approved.")),
    "rejection": (entering.reject_draft, _("The draft was rejected.")),
    "withdrawal": (entering.withdraw_draft, _("The draft was withdrawn.")),
}


class RulesPages(Controller):
    """The law as the program knows it."""

    path = "/rules"
    include_in_schema = False

    @get("/", permission="rules.read", sync_to_thread=False)
    def show(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """Every rule in force on a day, section by section; without a day, today."""
        typed = request.query_params.get("on", "")
        on, errors = _day(typed, local_day(at))
        rules = rules_of_day(session, on)
        sections = [(part, [row for row in rules if row.section is part]) for part in Section]
        works = actor.may("rules.draft") or actor.may("rules.approve")
        return Template(
            "legal_rules/rules.html",
            context={
                "on": on,
                "values": {"on": typed or on.isoformat()},
                "errors": errors,
                "sections": [(part, rows) for part, rows in sections if rows],
                "count": len(rules),
                "unconfirmed": sum(row.confidence is Confidence.UNCONFIRMED for row in rules),
                "calendar": calendar_in_use(session),
                "waiting": drafts.list_drafts(session, waiting=True, size=10).items
                if works
                else [],
                "differences": drafts.differences(session) if works else [],
                **_SHOWN,
            },
            status_code=422 if errors else 200,
        )

    @get("/{key:str}", permission="rules.read", sync_to_thread=False)
    def show_rule(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        key: FromPath[str],
    ) -> Template:
        """One rule: every row it ever had, and its drafts."""
        lines = drafts.history_of(session, key)
        return Template(
            "legal_rules/rule.html",
            context={
                "key": key,
                "title": lines[0].row.title,
                "lines": lines,
                "drafts": drafts.list_drafts(session, key=key, size=20).items,
                "today": local_day(at),
                "may_draft": actor.may("rules.draft") and drafts.at_centre(session, actor),
                "may_try": actor.may("rules.simulate"),
                **_SHOWN,
            },
        )


class DraftPages(Controller):
    """Drafts of rules."""

    path = "/rules/drafts"
    include_in_schema = False

    @get("/", permission="rules.read", sync_to_thread=False)
    def list_drafts(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        waiting: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Drafts, the newest first: all, or those that wait."""
        return Template(
            "legal_rules/drafts.html",
            context={
                "found": drafts.list_drafts(session, waiting=bool(waiting), cursor=cursor),
                "waiting": bool(waiting),
                "cursor": cursor or "",
                "may_draft": actor.may("rules.draft") and drafts.at_centre(session, actor),
                **_SHOWN,
            },
        )

    @get("/new", permission="rules.draft", sync_to_thread=False)
    def draft_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form for a dated value of the rule that the address names, for its scope."""
        key, scope = (request.query_params.get(name) for name in ("key", "scope"))
        return _form(session, _begun(session, key, scope, local_day(at)))

    @post("/new", permission="rules.draft", sync_to_thread=False)
    def enter(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Enter a draft."""
        try:
            made = entering.enter_draft(session, actor, decode_form(NewDraft, data), at=at)
        except DomainError as error:
            return _form(session, data, error)
        notice = _("The draft was entered; another person of the centre approves it.")
        return onward(request, f"/rules/drafts/{made.id}", notice)


def _draft_page(
    contributions: Sequence[Contribution],
    session: Session,
    actor: Actor,
    draft_id: int,
    at: datetime,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    draft = drafts.get_draft(session, draft_id)
    parts = [part for give in contributions for part in give(session, actor, draft, at)]
    return Template(
        "legal_rules/draft.html",
        context={
            "draft": draft,
            "effect": drafts.effect_of(session, draft) if draft.act is None else None,
            "base": drafts.row_by_id(session, draft.base_id) if draft.base_id else None,
            "panels": [part for part in parts if isinstance(part, Panel)],
            "acts": _lawful_acts(session, actor, draft),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
            **_SHOWN,
        },
        status_code=422 if error else 200,
    )


def draft_page(contributions: Sequence[Contribution]) -> list[Any]:
    """The handlers of a draft's page for what the rooms above say of it."""

    page = partial(_draft_page, contributions)

    @get(
        "/rules/drafts/{draft_id:int}",
        permission="rules.read",
        include_in_schema=False,
        sync_to_thread=False,
    )
    def show(
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        draft_id: FromPath[RowId],
    ) -> Template:
        return page(session, actor, draft_id, at)

    @post(
        "/rules/drafts/{draft_id:int}/{act:str}",
        permission="rules.draft",
        include_in_schema=False,
        sync_to_thread=False,
    )
    def close(
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        draft_id: FromPath[RowId],
        act: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        known = _ACTS.get(act)
        if known is None:
            raise NotFound(_("There is no such step."))
        run, notice = known
        try:
            run(session, actor, draft_id, decode_form(DraftClosing, data), at=at)
        except Invalid as error:
            return page(session, actor, draft_id, at, typed=data, error=error)
        return onward(request, f"/rules/drafts/{draft_id}", notice)

    return [show, close]


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """Drafts that wait for an approval, for the heads of the centre."""
    if not actor.may("rules.approve") or not drafts.at_centre(session, actor):
        return []
    waiting = drafts.count_waiting(session)
    href = "/rules/drafts?waiting=1"
    return [Card(_("Rules to approve"), waiting, href, tone="warn" if waiting else "good")]


def _lawful_acts(session: Session, actor: Actor, draft: DraftOut) -> list[str]:
    """What this reader may do to a draft."""
    if draft.act is not None or not drafts.at_centre(session, actor):
        return []
    if actor.staff_id == draft.entered_by_id:
        return ["withdrawal"]
    return ["approval", "rejection"] if actor.may("rules.approve") else []


def _begun(session: Session, key: str | None, scope: str | None, today: date) -> Form:
    """What the form begins with: the row in use, as far as the rule is known."""
    if not key:
        return {}
    known = [rule for rule in rules_in_use(session, key) if rule.scope == (scope or None)]
    base = next((rule for rule in known if rule.serves(today)), None)
    form = {"key": key, "scope": scope or ""}
    if base is not None:
        form |= {"unit": base.unit.value, "confidence": Confidence.READ.value}
        form |= {"direction": base.direction.value, "anchor": base.anchor or ""}
        form |= {"value": ", ".join(base.codes)}
    return form


def _form(session: Session, typed: Form, error: DomainError | None = None) -> Template:
    key = typed.get("key") or ""
    rows = rules_in_use(session, key) if key else ()
    return Template(
        "legal_rules/draft_new.html",
        context={
            "typed": typed,
            "errors": faults_of(error) if error else {},
            "parameters": drafts.parameters_named(session),
            "scopes": [
                (scope, word("scopes", scope) if scope else None)
                for scope in dict.fromkeys(rule.scope or "" for rule in rows)
            ],
            "units": sorted({rule.unit for rule in rows}) or list(Unit),
            "events": sorted(vocabulary()["events"].items()),
            "directions": list(Direction),
            "sure": list(Confidence),
        },
        status_code=422 if error else 200,
    )


def _day(typed: str, today: date) -> tuple[date, dict[str, Any]]:
    if not typed:
        return today, {}
    try:
        return date.fromisoformat(typed), {}
    except ValueError:
        refusal = Invalid(_("Give a date, such as 2026-08-01."), field="on")
        return today, refusal.fields
