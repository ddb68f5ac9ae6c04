"""The page of the legal rules: what is in force on a day, with article and certainty."""

from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.queries import calendar_in_use, rules_of_day
from auction.legal_rules.rules import Confidence, Section, Unit
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _

AnyRequest = Request[Any, Any, Any]

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


class RulesPages(Controller):
    """The law as the program knows it."""

    include_in_schema = False

    @get("/rules", permission="rules.read", sync_to_thread=False)
    def show(
        self, request: AnyRequest, session: NamedDependency[Session], at: NamedDependency[datetime]
    ) -> Template:
        """Every rule in force on a day, section by section; without a day, today."""
        typed = request.query_params.get("on", "")
        on, errors = _day(typed, local_day(at))
        rules = rules_of_day(session, on)
        sections = [(part, [row for row in rules if row.section is part]) for part in Section]
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
                "wordless": WORDLESS,
                "tones": TONES,
            },
            status_code=422 if errors else 200,
        )


def _day(typed: str, today: date) -> tuple[date, dict[str, Any]]:
    if not typed:
        return today, {}
    try:
        return date.fromisoformat(typed), {}
    except ValueError:
        refusal = Invalid(_("Give a date, such as 2026-08-01."), field="on")
        return today, refusal.fields
