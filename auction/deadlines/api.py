"""Deadlines over REST."""

from datetime import date, datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.deadlines import commands, queries, recounting, single_moves
from auction.deadlines.schemas import (
    DateMove,
    DaysOffChange,
    DeadlineMet,
    DeadlineOut,
    DeadlineRow,
    NewRecount,
    Preview,
    RecountOut,
)
from auction.legal_rules.calendars import enter_calendar
from auction.legal_rules.drafts import get_draft, rule_of_draft
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class DeadlinesApi(Controller):
    """What is due, by which article, and whether it was done."""

    path = "/api/v1/deadlines"
    tags = ("Deadlines",)

    @get("/", permission="deadlines.read", sync_to_thread=False)
    def list_open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        until: FromQuery[date | None] = None,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[DeadlineRow]:
        """Deadlines not met yet, the most urgent first."""
        return queries.list_open_deadlines(
            session, actor, until=until, cursor=cursor, size=size, today=local_day(at)
        )

    @get("/{deadline_id:int}", permission="deadlines.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        deadline_id: FromPath[RowId],
    ) -> DeadlineOut:
        """One deadline: why on that day, the days that do not count, every move."""
        return queries.get_deadline(session, actor, deadline_id, today=local_day(at))

    @post("/{deadline_id:int}/completion", permission="deadlines.meet", sync_to_thread=False)
    def meet(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        deadline_id: FromPath[RowId],
        data: JSONBody[DeadlineMet],
    ) -> DeadlineOut:
        """Record that what was due was done; without a day, today."""
        commands.meet_deadline(session, actor, deadline_id, data.met_on, at=at)
        return queries.get_deadline(session, actor, deadline_id, today=local_day(at))


class RecountApi(Controller):
    """Open dates after a change of the days off or of a rule."""

    path = "/api/v1/deadline-moves"
    tags = ("Deadlines",)

    @get("/", permission="rules.read", sync_to_thread=False)
    def preview(self, session: NamedDependency[Session], actor: NamedDependency[Actor]) -> Preview:
        """Which open dates the rules and days off in use would move; nothing is written."""
        return recounting.preview(session, actor)

    @post("/proposals", permission="rules.read", sync_to_thread=False)
    def propose(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        data: JSONBody[DaysOffChange],
    ) -> Preview:
        """Which open dates a changed list of days off would move; nothing is written."""
        return recounting.preview_days(session, actor, data)

    @get("/drafts/{draft_id:int}", permission="rules.read", sync_to_thread=False)
    def preview_draft(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        draft_id: FromPath[RowId],
    ) -> Preview:
        """Which open dates a draft of a rule would move if it were approved; nothing is written."""
        rule = rule_of_draft(get_draft(session, draft_id))
        return recounting.preview_draft(session, actor, rule)

    @get("/dates", permission="rules.read", sync_to_thread=False)
    def list_dates(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[DateMove]:
        """The single open dates in sight that the rules and days off in use would move."""
        return single_moves.list_date_moves(session, actor, cursor=cursor, size=size)

    @post("/proposals/dates", permission="rules.read", sync_to_thread=False)
    def list_proposed_dates(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        data: JSONBody[DaysOffChange],
        *,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[DateMove]:
        """The single open dates in sight that a changed list of days off would move."""
        wanted = single_moves.Wanted(change=data)
        return single_moves.list_date_moves(session, actor, wanted, cursor=cursor, size=size)

    @get("/drafts/{draft_id:int}/dates", permission="rules.read", sync_to_thread=False)
    def list_draft_dates(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        draft_id: FromPath[RowId],
        *,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[DateMove]:
        """The single open dates in sight that a draft of a rule would move."""
        wanted = single_moves.Wanted(draft=rule_of_draft(get_draft(session, draft_id)))
        return single_moves.list_date_moves(session, actor, wanted, cursor=cursor, size=size)

    @get("/orders/{order_id:int}/dates", permission="rules.read", sync_to_thread=False)
    def list_moved_dates(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        order_id: FromPath[RowId],
        *,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[DateMove]:
        """The dates in sight that an order moved."""
        return single_moves.list_moved(session, actor, order_id, cursor=cursor, size=size)

    @post("/calendars", permission="deadlines.recount", sync_to_thread=False)
    def enter(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[DaysOffChange],
    ) -> Preview:
        """Enter a changed list of days off; open dates stay until their move is ordered."""
        enter_calendar(session, actor, data.change(), at=at)
        return recounting.preview(session, actor)

    @post("/", permission="deadlines.recount", sync_to_thread=False)
    def order(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewRecount],
    ) -> RecountOut:
        """Order that the open dates are moved; the scheduler carries it out in batches."""
        return recounting.told(recounting.order_recount(session, actor, data.why, at=at))
