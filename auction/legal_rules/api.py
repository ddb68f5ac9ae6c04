"""Legal rules, their drafts and the working calendar over REST."""

from datetime import date, datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.legal_rules import drafts, entering, queries
from auction.legal_rules.rules import Section
from auction.legal_rules.schemas import (
    CalendarOut,
    Difference,
    DraftClosing,
    DraftOut,
    HistoryRow,
    NewDraft,
    RuleRow,
)
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId

PageSize = Annotated[int, QueryParameter(ge=1, le=200)]


class RulesApi(Controller):
    """What the law says, as dated rows; the same for every office."""

    path = "/api/v1/rules"
    tags = ("Legal rules",)

    @get("/", permission="rules.read", sync_to_thread=False)
    def list_rules(
        self,
        session: NamedDependency[Session],
        *,
        on: FromQuery[date | None] = None,
        key: FromQuery[str | None] = None,
        section: FromQuery[Section | None] = None,
        cursor: FromQuery[str | None] = None,
        size: PageSize = PAGE_SIZE,
    ) -> Page[RuleRow]:
        """Rules in use: those in force on a day, of one key, or of one section."""
        return queries.list_rules(
            session, on=on, key=key, section=section, cursor=cursor, size=size
        )

    @get("/calendar", permission="rules.read", sync_to_thread=False)
    def show_calendar(self, session: NamedDependency[Session]) -> CalendarOut:
        """Which working calendar is in use, and through which year it is announced."""
        return queries.calendar_in_use(session)

    @get("/differences", permission="rules.read", sync_to_thread=False)
    def list_differences(self, session: NamedDependency[Session]) -> list[Difference]:
        """Where rows that people entered say otherwise than what the program ships."""
        return drafts.differences(session)

    @get("/{key:str}/history", permission="rules.read", sync_to_thread=False)
    def history(self, session: NamedDependency[Session], key: FromPath[str]) -> list[HistoryRow]:
        """Every row a rule ever had, with how it came in and went out."""
        return drafts.history_of(session, key)


class DraftApi(Controller):
    """Drafts of rules: entered by one person of the centre, approved by another."""

    path = "/api/v1/rules/drafts"
    tags = ("Legal rules",)

    @get("/", permission="rules.read", sync_to_thread=False)
    def list_drafts(
        self,
        session: NamedDependency[Session],
        *,
        waiting: FromQuery[bool] = False,
        key: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        size: PageSize = PAGE_SIZE,
    ) -> Page[DraftOut]:
        """Drafts, the newest first: all, those that wait, those of one rule."""
        return drafts.list_drafts(session, waiting=waiting, key=key, cursor=cursor, size=size)

    @post("/", permission="rules.draft", sync_to_thread=False)
    def enter(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewDraft],
    ) -> DraftOut:
        """Enter a dated value; it has no effect until another person approves it."""
        return entering.enter_draft(session, actor, data, at=at)

    @get("/{draft_id:int}", permission="rules.read", sync_to_thread=False)
    def show(self, session: NamedDependency[Session], draft_id: FromPath[RowId]) -> DraftOut:
        """One draft and what became of it."""
        return drafts.get_draft(session, draft_id)

    @post("/{draft_id:int}/approval", permission="rules.approve", sync_to_thread=False)
    def approve(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        draft_id: FromPath[RowId],
        data: JSONBody[DraftClosing],
    ) -> DraftOut:
        """Bring the row in; the row before it is closed on the day before."""
        return entering.approve_draft(session, actor, draft_id, data, at=at)

    @post("/{draft_id:int}/rejection", permission="rules.approve", sync_to_thread=False)
    def reject(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        draft_id: FromPath[RowId],
        data: JSONBody[DraftClosing],
    ) -> DraftOut:
        """Refuse a draft, with the reason."""
        return entering.reject_draft(session, actor, draft_id, data, at=at)

    @post("/{draft_id:int}/withdrawal", permission="rules.draft", sync_to_thread=False)
    def withdraw(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        draft_id: FromPath[RowId],
        data: JSONBody[DraftClosing],
    ) -> DraftOut:
        """Take one's own draft back."""
        return entering.withdraw_draft(session, actor, draft_id, data, at=at)
