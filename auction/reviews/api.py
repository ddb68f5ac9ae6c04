"""Flags, reviews and the history of an asset over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.bidding.causes import Cause
from auction.reviews import commands
from auction.reviews.queries.flags import get_flag, list_flags
from auction.reviews.queries.history import history_of
from auction.reviews.queries.reviews import get_review, list_reviews
from auction.reviews.rules import FlagOrder, ReviewState
from auction.reviews.schemas import (
    AssetHistory,
    FlagRow,
    NewConclusion,
    NewFinding,
    NewReview,
    ReviewOut,
    ReviewRow,
)
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId
from inventory.organisation.queries import below

Size = Annotated[int, QueryParameter(ge=1, le=200)]


class FlagApi(Controller):
    """Assets whose auctions failed several times in a row."""

    path = "/api/v1/flags"
    tags = ("Reviews",)

    @get("/", permission="flags.read", sync_to_thread=False)
    def list_waiting(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        order: FromQuery[FlagOrder] = FlagOrder.NEWEST,
        tier: FromQuery[int | None] = None,
        office: FromQuery[RowId | None] = None,
        cause: FromQuery[Cause | None] = None,
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[FlagRow]:
        """The assets that wait, each with its highest open flag; of an office and those below."""
        offices = None if office is None else below(session, [office])
        return list_flags(
            session,
            actor,
            order=order,
            tier=tier,
            office_ids=offices,
            cause=cause,
            cursor=cursor,
            size=size,
        )

    @get("/{flag_id:int}", permission="flags.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        flag_id: FromPath[RowId],
    ) -> FlagRow:
        """One flag with the facts it was raised on."""
        return get_flag(session, actor, flag_id)


class ReviewApi(Controller):
    """Inspections of flagged assets."""

    path = "/api/v1/reviews"
    tags = ("Reviews",)

    @get("/", permission="reviews.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        show: FromQuery[ReviewState | None] = None,
        mine: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[ReviewRow]:
        """Reviews, the newest first."""
        inspector = actor.staff_id if mine else None
        return list_reviews(
            session,
            actor,
            local_day(at),
            state=show,
            inspector_id=inspector,
            cursor=cursor,
            size=size,
        )

    @post("/", permission="reviews.write", sync_to_thread=False)
    def open_one(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewReview],
    ) -> Response[ReviewOut]:
        """Take up the inspection of an asset with all its open flags."""
        review = commands.open_review(session, actor, data.asset, at=at)
        return _answer(session, actor, review.id, created=True)

    @get("/{review_id:int}", permission="reviews.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        review_id: FromPath[RowId],
    ) -> Response[ReviewOut]:
        """One review; ``ETag`` is the version that a conclusion names in ``If-Match``."""
        return _answer(session, actor, review_id)

    @post("/{review_id:int}/findings", permission="reviews.write", sync_to_thread=False)
    def write_finding(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        review_id: FromPath[RowId],
        data: JSONBody[NewFinding],
    ) -> Response[ReviewOut]:
        """Write down what the review found."""
        commands.write_finding(session, actor, review_id, data, at=at)
        return _answer(session, actor, review_id, created=True)

    @post("/{review_id:int}/conclusion", permission="reviews.conclude", sync_to_thread=False)
    def conclude(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        if_match: NamedDependency[int],
        *,
        review_id: FromPath[RowId],
        data: JSONBody[NewConclusion],
    ) -> Response[ReviewOut]:
        """Conclude a review; afterwards it is never changed."""
        commands.conclude_review(session, actor, review_id, if_match, data, at=at)
        return _answer(session, actor, review_id, created=True)


class HistoryApi(Controller):
    """All that is recorded of an asset."""

    path = "/api/v1/assets/{reference:str}/history"
    tags = ("Reviews",)

    @get("/", permission="reviews.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> AssetHistory:
        """Identity, grounds, custody, valuations, rounds, flags and reviews."""
        return history_of(session, actor, reference)


def _answer(
    session: Session, actor: Actor, review_id: int, *, created: bool = False
) -> Response[ReviewOut]:
    review = get_review(session, actor, review_id)
    headers = {"ETag": f'"{review.version}"'}
    if created:
        headers["Location"] = f"/api/v1/reviews/{review.id}"
    return Response(review, status_code=201 if created else 200, headers=headers)
