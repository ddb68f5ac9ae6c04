"""Legal rules and the working calendar over REST."""

from datetime import date
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from sqlalchemy.orm import Session

from auction.legal_rules import queries
from auction.legal_rules.rules import Section
from auction.legal_rules.schemas import CalendarOut, RuleRow
from inventory.base.listing import PAGE_SIZE, Page


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
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[RuleRow]:
        """Rules in use: those in force on a day, of one key, or of one section."""
        return queries.list_rules(
            session, on=on, key=key, section=section, cursor=cursor, size=size
        )

    @get("/calendar", permission="rules.read", sync_to_thread=False)
    def show_calendar(self, session: NamedDependency[Session]) -> CalendarOut:
        """Which working calendar is in use, and through which year it is announced."""
        return queries.calendar_in_use(session)
