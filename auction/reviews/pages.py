"""The inspector's pages: the queue of flags, reviews, and the whole history of one asset."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.bidding.causes import Cause
from auction.bidding.diagnoses import causes_of_assets
from auction.legal_rules.words import cite
from auction.lots.rules import breach_told
from auction.reviews import commands
from auction.reviews.queries.flags import count_waiting, list_flags, tiers_on
from auction.reviews.queries.history import history_of
from auction.reviews.queries.reviews import asset_of, count_reviews, flags_of, list_reviews
from auction.reviews.rules import Conclusion, FindingCode, FlagOrder, ReviewState, Severity
from auction.reviews.schemas import NewConclusion, NewFinding
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.errors import DomainError, Invalid
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.organisation.queries import OfficeRow, below, list_offices
from inventory.organisation.rules import OfficeKind

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

ON_DESK = 6


class FlagPages(Controller):
    """The queue."""

    include_in_schema = False

    @get("/flags", permission="flags.read", sync_to_thread=False)
    def list_waiting(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        order: FromQuery[str | None] = None,
        tier: FromQuery[str | None] = None,
        office: FromQuery[str | None] = None,
        cause: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The assets that wait for a review, perhaps of one tier, one province, one cause."""
        today = local_day(at)
        wanted = FlagOrder(order) if order in set(FlagOrder) else FlagOrder.WORST
        tier_number, office_id = _number(tier), _number(office)
        why = Cause(cause) if cause in set(Cause) else None
        flags = list_flags(
            session,
            actor,
            order=wanted,
            tier=tier_number,
            office_ids=None if office_id is None else below(session, [office_id]),
            cause=why,
            cursor=cursor,
        )
        query = {"order": wanted.value, "tier": tier_number, "office": office_id, "cause": why}
        return Template(
            "reviews/flags.html",
            context={
                "flags": flags,
                "typed": query,
                "query": {name: value for name, value in query.items() if value is not None},
                "cursor": cursor or "",
                "orders": list(FlagOrder),
                "tiers": tiers_on(session, today),
                "offices": _offices(session, actor, at),
                "causes": list(Cause),
            },
        )


class ReviewPages(Controller):
    """Reviews, each beside the whole history of its asset."""

    include_in_schema = False

    @get("/reviews", permission="reviews.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        show: FromQuery[str | None] = None,
        mine: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Reviews, the newest first."""
        wanted = ReviewState(show) if show in set(ReviewState) else None
        own = bool(mine) and actor.staff_id is not None
        today = local_day(at)
        query = {"show": wanted.value if wanted else "", "mine": "true" if own else ""}
        return Template(
            "reviews/reviews.html",
            context={
                "reviews": list_reviews(
                    session,
                    actor,
                    today,
                    state=wanted,
                    inspector_id=actor.staff_id if own else None,
                    cursor=cursor,
                ),
                "typed": query,
                "query": {name: value for name, value in query.items() if value},
                "states": list(ReviewState),
                "cursor": cursor or "",
                "today": today,
            },
        )

    @get("/assets/{reference:str}/history", permission="reviews.read", sync_to_thread=False)
    def show_history(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """All that is recorded of an asset, with the review in progress if there is one."""
        return _file(session, actor, reference, at=at)

    @post("/assets/{reference:str}/reviews", permission="reviews.write", sync_to_thread=False)
    def open_one(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
    ) -> Response[Any]:
        """Take up the inspection of an asset."""
        review = commands.open_review(session, actor, reference, at=at)
        return onward(request, f"/reviews/{review.id}", _("The review was opened."))

    @get("/reviews/{review_id:int}", permission="reviews.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        review_id: FromPath[RowId],
    ) -> Template:
        """A review beside the history of its asset."""
        reference = asset_of(session, actor, review_id)
        return _file(session, actor, reference, review_id=review_id, at=at)

    @post("/reviews/{review_id:int}/findings", permission="reviews.write", sync_to_thread=False)
    def write_finding(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        review_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Write down what the review found."""
        reference = asset_of(session, actor, review_id)
        try:
            commands.write_finding(session, actor, review_id, decode_form(NewFinding, data), at=at)
        except DomainError as error:
            said = _Typed("finding", data, error)
            return _file(session, actor, reference, review_id=review_id, typed=said, at=at)
        return onward(request, _path(review_id), _("The finding was written down."))

    @post(
        "/reviews/{review_id:int}/conclusion", permission="reviews.conclude", sync_to_thread=False
    )
    def conclude(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        review_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Conclude a review."""
        reference = asset_of(session, actor, review_id)
        try:
            new, version = decode_form(NewConclusion, data), _number(data.get("version")) or 0
            commands.conclude_review(session, actor, review_id, version, new, at=at)
        except DomainError as error:
            said = _Typed("conclusion", data, error)
            return _file(session, actor, reference, review_id=review_id, typed=said, at=at)
        return onward(request, _path(review_id), _("The review is concluded."))


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What waits for inspectors and heads: flags by tier, own reviews, what is overdue."""
    parts: list[Part] = []
    today = local_day(at)
    if actor.may("flags.read"):
        waiting = count_waiting(session, actor)
        total = sum(found.count for found in waiting)
        tone = "warn" if total else "good"
        parts.append(Card(_("Assets with open flags"), total, "/flags", tone=tone))
        if waiting and actor.may("statistics.read"):
            named = {tier.tier: tier for tier in tiers_on(session, today)}
            by_tier = {"waiting": waiting[::-1], "named": named}
            parts.append(Panel(_("Open flags by tier"), "reviews/_by_tier.html", by_tier, "/flags"))
            worst = list_flags(session, actor, order=FlagOrder.WORST, size=ON_DESK).items
            data = {"rows": worst, "tiers": list(named)}
            parts.append(Panel(_("Most failed rounds"), "reviews/_worst.html", data, "/flags"))
    if actor.may("reviews.write"):
        parts += _own_reviews(session, actor, at)
    return parts


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The flags of an asset on its page, and the way to its whole history."""
    if not actor.may("reviews.read"):
        return []
    flags = flags_of(session, actor, asset.id)
    path = f"/assets/{asset.reference}/history"
    return [Panel(_("Flags and reviews"), "reviews/_of_asset.html", {"flags": flags}, path)]


class _Typed:
    """What was typed into one of the forms and why it was not taken."""

    def __init__(self, form: str, data: Form, error: DomainError) -> None:
        self.form = form
        self.data = data
        self.errors = faults_of(error)


def _file(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    review_id: int | None = None,
    typed: _Typed | None = None,
    at: datetime,
) -> Template:
    history = history_of(session, actor, reference)
    wanted = (review for review in history.reviews if review.id == review_id)
    review = history.open_review if review_id is None else next(wanted)
    today = local_day(at)
    return Template(
        "reviews/file.html",
        context={
            "history": history,
            "review": review,
            "tiers": [tier.tier for tier in tiers_on(session, today)],
            "codes": list(FindingCode),
            "severities": list(Severity),
            "conclusions": list(Conclusion),
            "finding": typed.data if typed and typed.form == "finding" else {},
            "conclusion": typed.data if typed and typed.form == "conclusion" else {},
            "finding_errors": typed.errors if typed and typed.form == "finding" else {},
            "conclusion_errors": typed.errors if typed and typed.form == "conclusion" else {},
            "cite": cite,
            "told": breach_told,
            "causes": causes_of_assets(session, [history.asset.id]).get(history.asset.id, []),
            "found": {one.round_id: one for one in history.diagnoses},
            "today": today,
        },
        status_code=422 if typed else 200,
    )


def _own_reviews(session: Session, actor: Actor, at: datetime) -> list[Part]:
    today, mine = local_day(at), actor.staff_id
    own = list_reviews(
        session, actor, today, state=ReviewState.OPEN, inspector_id=mine, size=ON_DESK
    ).items
    count = {
        state: count_reviews(session, actor, today, state=state, inspector_id=mine)
        for state in (ReviewState.OPEN, ReviewState.LATE, ReviewState.UNDONE)
    }
    cards = [
        Card(title, count[state], f"/reviews?mine=true&show={state.value}", tone=tone)
        for state, title, tone in (
            (ReviewState.OPEN, _("My reviews in progress"), "plain"),
            (
                ReviewState.LATE,
                _("Conclusions overdue"),
                "bad" if count[ReviewState.LATE] else "good",
            ),
            (
                ReviewState.UNDONE,
                _("Measures past their date"),
                "bad" if count[ReviewState.UNDONE] else "good",
            ),
        )
    ]
    if not own:
        return list(cards)
    panel = Panel(
        _("My reviews in progress"), "reviews/_mine.html", {"rows": own}, "/reviews?mine=true"
    )
    return [*cards, panel]


def _offices(session: Session, actor: Actor, at: datetime) -> list[OfficeRow]:
    """Offices in sight that flags can be asked for: not the divisions, they stand under theirs."""
    seen = [row for row in list_offices(session, local_day(at)) if actor.sees(row.id)]
    return [row for row in seen if row.kind != OfficeKind.DIVISION]


def _path(review_id: int) -> str:
    return f"/reviews/{review_id}#review-title"


def _number(text: str | None) -> int | None:
    """A number out of an address, None where there is none.

    Raises Invalid.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(_("Give a whole number."))
    return int(text)
