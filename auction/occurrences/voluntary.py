"""That nothing is seized while the debtor may still pay of his own will."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from auction.deadlines.queries import due_after
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown
from auction.occurrences.rules import VOLUNTARY, StillTheirTime
from inventory.base.messages import _
from inventory.measures.models import Measure
from inventory.measures.rules import PROVISIONAL
from inventory.seizures.rules import CoercionBegins


def refuse_voluntary(session: Session, event: CoercionBegins) -> None:
    """Refuse a seizure in the voluntary period, unless a provisional measure of the case stands.

    L25 Art. 36(1), 66; L08 Art. 45, 66. Raises StillTheirTime.
    """
    with suppress(RuleUnknown, CalendarUnknown):
        rule = rule_on(session, VOLUNTARY, event.told_on)
        last = due_after(session, VOLUNTARY, event.told_on)
        if event.on > last or _measured(session, event):
            return
        raise StillTheirTime(
            _(
                "The debtor was told on %(told)s and may pay of his own will until %(last)s (rule"
                " %(rule)s). Lawful: a seizure from %(first)s; before it a provisional measure,"
                " where he makes away with what he has."
            ),
            field="decision_on",
            article=rule.article,
            rule=rule.key,
            told=event.told_on,
            last=last,
            first=last + timedelta(days=1),
        )


def _measured(session: Session, event: CoercionBegins) -> bool:
    m = Measure
    stands = exists().where(
        m.case_id == event.case_id,
        m.kind.in_([kind.value for kind in PROVISIONAL]),
        or_(m.ended_on.is_(None), m.ended_on >= event.on),
    )
    return bool(session.scalar(select(stands)))
