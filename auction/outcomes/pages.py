"""A lot with all that happened to it and the form for what comes next; the officer's desk."""

from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.auctioneers.queries import contract_in_force
from auction.bidding.commands import schedule_round
from auction.bidding.queries import asset_history
from auction.bidding.rules import HALTED, RECORDABLE, Outcome
from auction.bidding.sessions import session_of
from auction.legal_rules.words import cite
from auction.lots.models import AuctionRound
from auction.lots.pages import parts_of_lot
from auction.lots.queries import count_waiting, list_lots, open_lot_of
from auction.lots.rules import LotStep, breach_told
from auction.lots.schemas import NewRound
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.queries import lot_file
from auction.outcomes.rules import needs_opening
from auction.outcomes.schemas import LotFile, NewOutcome, NewReduction
from auction.papers.queries import unsure_of
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward, wants_part
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part, arrange
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of
from inventory.organisation.queries import get_office_by_id
from inventory.papers.rules import PaperKind

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

AMOUNTS = frozenset(
    {"starting_price", "deposit", "bid_step", "dossier_fee", "new_price", "sale_price"}
)
"""What a browser sends for a date and time."""
MAY = {
    LotStep.ROUND: "rounds.schedule",
    LotStep.OUTCOME: "rounds.close",
    LotStep.REDUCTION: "prices.reduce",
}
ON_DESK = 5


class LotFilePages(Controller):
    """One lot."""

    path = "/lots/{reference:str}"
    include_in_schema = False

    @get("/", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        step: FromQuery[str | None] = None,
    ) -> Template:
        """A lot; ``step`` asks for the form of a round or a reduction, where both may follow."""
        file = lot_file(session, actor, reference, local_day(at))
        shown = file.step
        if step == LotStep.ROUND and file.step is LotStep.REDUCTION:
            shown = LotStep.ROUND
        elif step == LotStep.REDUCTION and file.may_reduce:
            shown = LotStep.REDUCTION
        return _page(request, session, actor, file, shown, at=at)

    @post("/rounds", permission="rounds.schedule", sync_to_thread=False)
    def schedule(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Schedule the next round."""
        try:
            new = decode_form(NewRound, _plain(data))
            schedule_round(session, actor, reference, new, at=at)
        except DomainError as error:
            file = lot_file(session, actor, reference, local_day(at))
            return _page(
                request, session, actor, file, LotStep.ROUND, at=at, typed=data, error=error
            )
        return onward(request, f"/lots/{reference}", _("The round was scheduled."))

    @post("/rounds/{number:int}/outcome", permission="rounds.close", sync_to_thread=False)
    def close(
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
        """Record what happened in a round."""
        try:
            new = decode_form(NewOutcome, _plain(data))
            record_outcome(session, actor, reference, number, new, at=at)
        except DomainError as error:
            file = lot_file(session, actor, reference, local_day(at))
            return _page(
                request, session, actor, file, LotStep.OUTCOME, at=at, typed=data, error=error
            )
        return onward(request, f"/lots/{reference}", _("The outcome was recorded."))

    @post("/rounds/{number:int}/reduction", permission="prices.reduce", sync_to_thread=False)
    def reduce(
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
        """Reduce the price after a failed round."""
        try:
            new = decode_form(NewReduction, _plain(data))
            reduce_price(session, actor, reference, number, new, at=at)
        except DomainError as error:
            file = lot_file(session, actor, reference, local_day(at))
            return _page(
                request, session, actor, file, LotStep.REDUCTION, at=at, typed=data, error=error
            )
        return onward(request, f"/lots/{reference}", _("The price was reduced."))


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Rounds to close, prices to decide, lots without a next round: for those who act on them."""
    if not actor.may("rounds.close"):
        return []
    today = local_day(at)
    waiting = count_waiting(session, actor, today)
    parts: list[Part] = [
        Card(title, waiting.get(step, 0), f"/lots?awaits={step.value}", tone=_tone(waiting, step))
        for step, title in _CARDS.items()
    ]
    parts.append(Act(_("Form a lot"), "/lots/new"))
    rows = list_lots(session, actor, awaits=LotStep.OUTCOME, until=today, size=ON_DESK).items
    if rows:
        panel = _("Rounds to close")
        parts.append(
            Panel(panel, "outcomes/_to_close.html", {"rows": rows}, "/lots?awaits=outcome")
        )
    return parts


_CARDS = {
    LotStep.OUTCOME: _("Rounds to close"),
    LotStep.REDUCTION: _("Prices to decide"),
    LotStep.ROUND: _("Lots without a next round"),
}


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """What happened to an asset in every lot it has been in, on its page."""
    parts: list[Part] = []
    if actor.may("lots.form") and open_lot_of(session, actor, asset.id) is None:
        parts.append(Act(_("Form a lot"), f"/lots/new?asset={asset.reference}"))
    if actor.may("lots.read"):
        lines = asset_history(session, [asset.id])
        if lines:
            data = {"lines": lines, "cite": cite, "told": breach_told}
            parts.append(Panel(_("Auctions"), "outcomes/_history.html", data))
    return parts


def _tone(waiting: dict[LotStep, int], step: LotStep) -> str:
    if not waiting.get(step):
        return "good"
    return "plain" if step is LotStep.ROUND else "warn"


def _plain(data: Form) -> Form:
    """What was typed, amounts without marks between thousands."""
    return {name: typed_amount(text) if name in AMOUNTS else text for name, text in data.items()}


def _page(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    file: LotFile,
    step: LotStep | None,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    part = wants_part(request) and error is not None
    ours = actor.sees(file.lot.office_id)
    parts = [] if part or not ours else parts_of_lot(session, actor, file.lot, at)
    elsewhere = None if ours else get_office_by_id(session, file.lot.office_id).name
    return Template(
        "outcomes/_next.html" if part else "outcomes/lot.html",
        context={
            "file": file,
            "elsewhere": elsewhere,
            "panels": [one for one in parts if isinstance(one, Panel)],
            "acts": arrange(parts),
            "step": step,
            "permission": MAY.get(step) if step else None,
            "codes": _codes(file, at),
            "typed": typed if typed is not None else _typed(session, file, step, at),
            "contract": contract_in_force(session, actor, file.lot.id)
            if step is LotStep.ROUND
            else None,
            "errors": faults_of(error) if error else {},
            "failed": {run.asset_id: run.failed_in_a_row for run in file.runs},
            "today": local_day(at),
            "cite": cite,
            "told": breach_told,
            "unsure": unsure_of(session, PaperKind.REDUCTION_DECISION, local_day(at))
            if step is LotStep.REDUCTION
            else (),
        },
        status_code=422 if error else 200,
    )


def _recorded(session: Session, file: LotFile) -> Form:
    """What the list and the session of the last round say of its outcome."""
    last = file.rounds[-1].round
    held_round = session.get_one(AuctionRound, last.id)
    now = session_of(session, held_round, last.held_on or date.min)
    if now.proposal is None:
        return {}
    filled = {
        "code": now.proposal.value,
        "registered": str(now.registered),
    }
    winner = now.course.winner if now.proposal is Outcome.SOLD else None
    if winner is not None:
        filled["sale_price"] = f"{winner.amount.normalize():f}"
        filled["buyer_name"] = next(one.name for one in now.bidders if one.number == winner.bidder)
    return filled


def _codes(file: LotFile, at: datetime) -> list[Outcome]:
    """Outcomes that the last round may have by now; a pause or a stop has a form of its own."""
    opens_at = file.rounds[-1].round.opens_at if file.rounds else None
    opened = opens_at is None or opens_at <= at
    said = [code for code in RECORDABLE if code not in HALTED]
    return [code for code in said if opened or not needs_opening(code)]


def _typed(session: Session, file: LotFile, step: LotStep | None, at: datetime) -> Form:
    """What a form begins with: the price that is lawful anyway, and today."""
    today = local_day(at).isoformat()
    lawful = file.next_price
    match step:
        case LotStep.ROUND if lawful is not None:
            price = lawful.lowest if lawful.highest is None else lawful.highest
            return {"starting_price": f"{price.normalize():f}"}
        case LotStep.OUTCOME:
            return {"notified_on": today} | _recorded(session, file)
        case LotStep.REDUCTION:
            return {"decided_on": today}
    return {}
