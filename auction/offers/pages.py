"""A lot between its rounds as a page, the forms of what may happen, and what waits on the desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.words import cite
from auction.lots.queries import get_lot
from auction.lots.schemas import LotOut
from auction.offers.commands.enforceability import is_returned
from auction.offers.forms import ASSET_FORMS, LOT_FORMS, NOT_ENFORCEABLE, RECALL, Field, Shown
from auction.offers.outlook import asset_between, between_file
from auction.offers.redemption import redemption_due
from auction.offers.rules import Floor, SetOffStage
from auction.offers.schemas import BetweenFile, RedemptionDue
from auction.papers.queries import Unsure, unsure_of
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
from inventory.papers.rules import PaperKind

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

EXPENSES = 5
"""Lines for bidders' expenses in a form at the least; one more than bidders are known."""

MOST_EXPENSES = 200


class _About(NamedTuple):
    """A form and what it is about."""

    shown: Shown
    reference: str
    description: str
    due: RedemptionDue | None = None
    unsure: Sequence[Unsure] = ()

    @property
    def fields(self) -> list[Field]:
        """The fields of the form; what is said of others only where there are others."""
        alone = self.due is not None and not self.due.leaves_with
        return [one for one in self.shown.fields if not (alone and one.name == "only_this")]

    @property
    def lines(self) -> int:
        """How many lines for expenses the form has."""
        if not self.shown.expenses:
            return 0
        return max(EXPENSES, len(self.due.expenses) + 1 if self.due else 0)


class BetweenPages(Controller):
    """A lot between its rounds."""

    path = "/lots/{reference:str}/between"
    include_in_schema = False

    @get("/", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The creditor's right, the co-owners', the floor, and what is forecast."""
        today = local_day(at)
        file = between_file(session, actor, reference, today)
        lot = get_lot(session, actor, reference)
        context = {"lot": lot, "file": file, "today": today, "cite": cite}
        context["acts"] = _acts(actor, file)
        return Template("offers/between.html", context=context)

    @get("/recall", permission="seizures.recall", sync_to_thread=False)
    def recall_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form of the decision that recalls the seizure."""
        lot = get_lot(session, actor, reference)
        return _form(_About(RECALL, lot.reference, lot.description), _today(RECALL, at))

    @post("/recall", permission="seizures.recall", sync_to_thread=False)
    def recall(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Recall the seizure."""
        lot = get_lot(session, actor, reference)
        about = _About(RECALL, lot.reference, lot.description)
        return _do(request, session, actor, about, data, at=at)

    @get("/{what:str}", permission="offers.make", sync_to_thread=False)
    def lot_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        what: FromPath[str],
    ) -> Template:
        """The form of one act."""
        shown = _known(LOT_FORMS, what)
        lot = get_lot(session, actor, reference)
        about = _of_lot(session, shown, lot, what, at)
        return _form(about, _today(shown, at))

    @post("/{what:str}", permission="offers.make", sync_to_thread=False)
    def lot_act(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        what: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Do one act."""
        shown = _known(LOT_FORMS, what)
        lot = get_lot(session, actor, reference)
        about = _of_lot(session, shown, lot, what, at)
        return _do(request, session, actor, about, data, at=at)


class AssetBetweenPages(Controller):
    """The co-owners' right on an asset, redemption, settlement."""

    path = "/assets/{reference:str}/between"
    include_in_schema = False

    @get("/not-enforceable", permission="cases.classify", sync_to_thread=False)
    def not_enforceable_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form of the decision that the case is not yet enforceable."""
        asset = get_asset(session, actor, reference)
        about = _About(NOT_ENFORCEABLE, asset.reference, asset.description)
        return _form(about, _today(NOT_ENFORCEABLE, at))

    @post("/not-enforceable", permission="cases.classify", sync_to_thread=False)
    def not_enforceable(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the decision that the case is not yet enforceable."""
        asset = get_asset(session, actor, reference)
        about = _About(NOT_ENFORCEABLE, asset.reference, asset.description)
        return _do(request, session, actor, about, data, at=at)

    @get("/{what:str}", permission="offers.make", sync_to_thread=False)
    def asset_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        what: FromPath[str],
        owner: FromQuery[str | None] = None,
    ) -> Template:
        """The form of one act."""
        shown = _known(ASSET_FORMS, what)
        asset = get_asset(session, actor, reference)
        about = _about(session, actor, shown, asset, at)
        return _form(about, {**_today(shown, at), **_prefilled(about.due), "owner": owner or ""})

    @post("/{what:str}", permission="offers.make", sync_to_thread=False)
    def asset_act(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        what: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Do one act."""
        shown = _known(ASSET_FORMS, what)
        asset = get_asset(session, actor, reference)
        about = _about(session, actor, shown, asset, at)
        return _do(request, session, actor, about, data, at=at)


def lot_parts(session: Session, actor: Actor, lot: LotOut, at: datetime) -> list[Part]:
    """Where a lot stands between its rounds, on its page."""
    file = between_file(session, actor, lot.reference, local_day(at))
    way = f"/lots/{lot.reference}/between"
    if not (file.floor or file.setoffs or file.exits or file.returned or file.recalls):
        return []
    data = {"file": file, "lot": lot, "cite": cite}
    return [
        Panel(_("Between rounds"), "offers/_panel.html", data, way),
        Act(_("Between rounds"), way, own_page=True),
    ]


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The co-owners' right and how the asset left the auction, on its page."""
    parts: list[Part] = []
    way = f"/assets/{asset.reference}/between"
    if actor.may("offers.make"):
        between = {
            "priority": _("Right to buy first"),
            "redemption": _("Debtor redeems"),
            "settlement": _("Parties settle"),
        }
        parts += [
            Act(text, f"{way}/{what}", own_page=True, panel=_("Between rounds"))
            for what, text in between.items()
        ]
    if actor.may("cases.classify") and is_returned(session, asset.id):
        text = _("Case not yet enforceable")
        parts.append(Act(text, f"{way}/not-enforceable", own_page=True, panel=_("Between rounds")))
    if actor.may("lots.read"):
        file = asset_between(session, actor, asset.reference)
        if file.priorities or file.exits:
            data = {"file": file, "way": way, "cite": cite, "acts": actor.may("offers.make")}
            parts.append(Panel(_("Between rounds"), "offers/_asset.html", data))
    return parts


def _acts(actor: Actor, file: BetweenFile) -> list[tuple[str, str]]:
    """What may be done now, as pairs of a text and an address."""
    way = f"/lots/{file.lot}/between"
    acts: list[tuple[str, str]] = []
    if actor.may("seizures.recall") and any(one.recalled_on is None for one in file.recalls):
        acts.append((_("Recall the seizure"), f"{way}/recall"))
    if not actor.may("offers.make") or file.floor is None:
        return acts
    running = next((one for one in file.setoffs if one.ended_on is None), None)
    stage = running.stage if running else None
    for wanted, what, text in _OF_STAGE:
        if stage is wanted:
            acts.append((text, f"{way}/{what}"))
    if running is None:
        acts.append((_("Tell the parties of the failure"), f"{way}/failure-notice"))
    if file.floor.state is Floor.REACHED and running is None:
        acts.append((_("Give back unsold"), f"{way}/return"))
    return acts


_OF_STAGE = (
    (None, "setoff", _("Ask the creditor")),
    (SetOffStage.ANSWER, "answer", _("Record the creditor’s answer")),
    (SetOffStage.ANSWER, "lapse", _("No answer in time")),
    (SetOffStage.TELL_DEBTOR, "debtor", _("Tell the debtor")),
    (SetOffStage.DEBTOR, "payment", _("The creditor pays")),
    (SetOffStage.PAYMENT, "payment", _("The creditor pays")),
    (SetOffStage.PAYMENT, "lapse", _("Not paid in time")),
)


ISSUES = {
    "failure-notice": PaperKind.FAILURE_NOTICE,
    "setoff": PaperKind.SETOFF_NOTICE,
    "return": PaperKind.RETURN_UNSOLD_MINUTES,
}
"""Which paper a form issues."""


def _of_lot(session: Session, shown: Shown, lot: LotOut, what: str, at: datetime) -> _About:
    """A form about a lot, with the rules under its paper that are still to be confirmed."""
    kind = ISSUES.get(what)
    unsure = unsure_of(session, kind, local_day(at)) if kind else ()
    return _About(shown, lot.reference, lot.description, unsure=unsure)


def _about(session: Session, actor: Actor, shown: Shown, asset: AssetOut, at: datetime) -> _About:
    """A form about an asset; that of a redemption with what is due for it."""
    due = redemption_due(session, actor, asset.reference, local_day(at)) if shown.expenses else None
    return _About(shown, asset.reference, asset.description, due)


def _prefilled(due: RedemptionDue | None) -> Form:
    """The sums that the ledgers hold, and a line for each bidder of the round that is cut off."""
    if due is None:
        return {}
    lines = {f"expenses.{n}.bidder": one.bidder for n, one in enumerate(due.expenses)}
    return {"debt": f"{due.debt:.0f}", "costs": f"{due.costs:.0f}", **lines}


def _known(forms: Mapping[str, Shown], what: str) -> Shown:
    if what not in forms:
        raise NotFoundException
    return forms[what]


def _today(shown: Shown, at: datetime) -> Form:
    today = local_day(at).isoformat()
    return {one.name: today for one in shown.fields if one.kind == "date"}


def _do(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    about: _About,
    data: Form,
    *,
    at: datetime,
) -> Response[Any]:
    shown = about.shown
    try:
        new = decode_form(shown.shape, _gathered(shown, data))
        shown.act(session, actor, about.reference, new, at=at)
    except DomainError as error:
        return _form(about, data, refusal=error)
    return onward(request, shown.onward(about.reference), shown.done)


def _gathered(shown: Shown, data: Mapping[str, str]) -> dict[str, Any]:
    """A form with amounts without marks between thousands, and its expenses as a list."""
    amounts = {one.name for one in shown.fields if one.kind == "money"}
    plain: dict[str, Any] = {
        name: typed_amount(value) if name in amounts else value
        for name, value in data.items()
        if not name.startswith("expenses.")
    }
    lines = []
    for n in range(MOST_EXPENSES if shown.expenses else 0):
        line = {key: data.get(f"expenses.{n}.{key}", "").strip() for key in _EXPENSE}
        if line["bidder"] and line["amount"]:
            line["amount"] = typed_amount(line["amount"])
            lines.append({key: value for key, value in line.items() if value})
    return {**plain, "expenses": lines} if lines else plain


_EXPENSE = ("bidder", "amount", "document")


def _form(about: _About, typed: Form, *, refusal: DomainError | None = None) -> Template:
    """A form; a refusal of no field is told at its head, so that nothing typed is lost."""
    return Template(
        "offers/form.html",
        context={
            "shown": about.shown,
            "fields": about.fields,
            "reference": about.reference,
            "description": about.description,
            "typed": typed,
            "errors": faults_of(refusal) if refusal and refusal.fields else {},
            "refusal": refusal if refusal and not refusal.fields else None,
            "cite": cite,
            "lines": range(about.lines),
            "due": about.due,
            "unsure": about.unsure,
        },
        status_code=refusal.status if refusal else 200,
    )
