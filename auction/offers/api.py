"""Rights between rounds over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.offers import queries
from auction.offers.commands import (
    enforceability,
    leaving,
    priority,
    recalling,
    setoff,
    telling,
    unsold,
)
from auction.offers.outlook import asset_between, between_file
from auction.offers.redemption import redemption_due
from auction.offers.schemas import (
    AssetBetween,
    BetweenFile,
    NewAsk,
    NewChoice,
    NewDebtorNotice,
    NewFailureNotice,
    NewLapse,
    NewNotEnforceable,
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
    NewRecall,
    NewRedemption,
    NewReturn,
    NewSetOffAnswer,
    NewSetOffPayment,
    NewSettlement,
    RecallOut,
    RedemptionDue,
)
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import Page


class BetweenApi(Controller):
    """A lot between its rounds: the creditor's right, the floor, what is forecast."""

    path = "/api/v1/lots/{reference:str}/between"
    tags = ("Between rounds",)

    @get("/", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> BetweenFile:
        """Everything of a lot between its rounds."""
        return between_file(session, actor, reference, local_day(at))

    @post("/setoff", permission="offers.make", sync_to_thread=False)
    def ask(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewAsk],
    ) -> BetweenFile:
        """Ask the creditor in writing whether he takes the asset."""
        setoff.ask_creditor(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))

    @post("/failure-notice", permission="offers.make", sync_to_thread=False)
    def tell_failure(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewFailureNotice],
    ) -> BetweenFile:
        """Record that the parties were told of a failed round."""
        telling.tell_failure(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))

    @post("/setoff/answer", permission="offers.make", sync_to_thread=False)
    def answer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewSetOffAnswer],
    ) -> BetweenFile:
        """Record what the creditor says."""
        setoff.answer_setoff(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))

    @post("/setoff/debtor", permission="offers.make", sync_to_thread=False)
    def tell_debtor(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewDebtorNotice],
    ) -> BetweenFile:
        """Tell the debtor that the creditor takes the asset."""
        setoff.tell_debtor(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))

    @post("/setoff/payment", permission="offers.make", sync_to_thread=False)
    def pay(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewSetOffPayment],
    ) -> BetweenFile:
        """The creditor pays and takes the asset."""
        setoff.pay_setoff(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))

    @post("/setoff/lapse", permission="offers.make", sync_to_thread=False)
    def lapse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewLapse],
    ) -> BetweenFile:
        """End a right whose time ran out."""
        setoff.lapse_setoff(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))

    @post("/return", permission="offers.make", sync_to_thread=False)
    def give_back(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewReturn],
    ) -> BetweenFile:
        """Give the lot back unsold."""
        unsold.return_unsold(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))

    @post("/recall", permission="seizures.recall", sync_to_thread=False)
    def recall(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRecall],
    ) -> BetweenFile:
        """Recall the seizure."""
        recalling.recall_seizure(session, actor, reference, data, at=at)
        return between_file(session, actor, reference, local_day(at))


class AssetBetweenApi(Controller):
    """An asset between rounds: the co-owners' right, redemption, settlement."""

    path = "/api/v1/assets/{reference:str}"
    tags = ("Between rounds",)

    @get("/between", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> AssetBetween:
        """The co-owners' right on an asset, and how it left the auction."""
        return asset_between(session, actor, reference)

    @post("/between/priority", permission="offers.make", sync_to_thread=False)
    def offer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewPriority],
    ) -> AssetBetween:
        """Tell the co-owners that they may buy first."""
        priority.offer_priority(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)

    @post("/between/priority/answers", permission="offers.make", sync_to_thread=False)
    def answer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewPriorityAnswer],
    ) -> AssetBetween:
        """Record what one co-owner says."""
        priority.answer_priority(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)

    @post("/between/priority/choice", permission="offers.make", sync_to_thread=False)
    def choose(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewChoice],
    ) -> AssetBetween:
        """Say which of several co-owners buys."""
        priority.choose_owner(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)

    @post("/between/priority/payment", permission="offers.make", sync_to_thread=False)
    def pay(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewPriorityPayment],
    ) -> AssetBetween:
        """The co-owner pays and has bought."""
        priority.pay_priority(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)

    @post("/between/priority/end", permission="offers.make", sync_to_thread=False)
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewLapse],
    ) -> AssetBetween:
        """End a right that nobody used in time."""
        priority.end_priority(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)

    @get("/between/redemption", permission="lots.read", sync_to_thread=False)
    def redemption_due(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> RedemptionDue:
        """What the debtor would pay today to take the asset back, and until when he may."""
        return redemption_due(session, actor, reference, local_day(at))

    @post("/between/redemption", permission="offers.make", sync_to_thread=False)
    def redeem(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRedemption],
    ) -> AssetBetween:
        """The debtor pays all and takes the asset back."""
        leaving.redeem(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)

    @post("/between/settlement", permission="offers.make", sync_to_thread=False)
    def settle(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewSettlement],
    ) -> AssetBetween:
        """The parties settle before a sale."""
        leaving.settle(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)

    @post("/between/not-enforceable", permission="cases.classify", sync_to_thread=False)
    def not_enforceable(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewNotEnforceable],
    ) -> AssetBetween:
        """Record the head's decision that the case is not yet enforceable."""
        enforceability.decide_not_enforceable(session, actor, reference, data, at=at)
        return asset_between(session, actor, reference)


class RecallApi(Controller):
    """Seizures that are to be recalled at once."""

    path = "/api/v1/seizure-recalls"
    tags = ("Between rounds",)

    @get("/", permission="lots.read", sync_to_thread=False)
    def list_recalls(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[RecallOut]:
        """Recalls that wait, the oldest first."""
        return queries.list_recalls(session, actor, cursor=cursor)
