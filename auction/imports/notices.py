"""Imported notices against the periods of the auction law; what does not fit is noted.

Only what the data can show: the deposit asked for, the day the notice was published and the last
day of registration, each beside the opening. The benefit of the doubt goes to the record: where
earlier notices of the same thing are known, each is taken for a failed auction, so that the
shorter periods of the simplified procedure hold from the second one on.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import CalendarUnknown, Rule, WorkingCalendar
from auction.lots.commands import note_breaches
from auction.lots.rules import FoundBreach
from auction.notices.periods import KEYS, latest_announcements, law_of
from auction.notices.rules import NoticeLaw
from inventory.assets.rules import AssetKind, scope_of

DEPOSIT = "deposit_pct"
PUBLISHED = frozenset({"announce_second_before", "simplified_announce_before"})
CLOSED = frozenset({"registration_close", "simplified_registration_close"})
CHECKS = frozenset({DEPOSIT, *PUBLISHED, *CLOSED})
"""The rules that notices are checked by."""
PART = 1000

_SEEN = text("""
SELECT r.id, r.lot_id, r.office_id, r.number, r.starting_price, r.deposit, r.held_on,
  a.from_on AS published_on, coalesce(a.earlier, '') AS earlier, g.until_on AS closes_on, k.kinds
FROM made_round m JOIN auction_round r ON r.id = m.id
JOIN known_lot l ON l.id = r.lot_id
JOIN stage_announcement a ON a.of_lot = l.ref AND a.number = r.number
LEFT JOIN stage_registration g ON g.of_lot = l.ref AND g.number = r.number
JOIN LATERAL (SELECT array_agg(DISTINCT t.kind) AS kinds FROM lot_asset x
  JOIN asset t ON t.id = x.asset_id WHERE x.lot_id = r.lot_id) AS k ON k.kinds IS NOT NULL
WHERE r.held_on IS NOT NULL AND coalesce(a.seller_bound, 'yes') = 'yes'
ORDER BY r.lot_id, r.number""")


class Seen(NamedTuple):
    """What a source tells of the notice of a round."""

    round_id: int
    lot_id: int
    office_id: int
    number: int
    price: Decimal | None
    deposit: Decimal | None
    held_on: date
    published_on: date | None
    earlier: str
    closes_on: date | None
    kinds: list[str]


def note_short_notices(session: Session, checks: tuple[str, ...], *, at: datetime) -> None:
    """Note every imported notice that leaves less time, or asks for another deposit, than the law.

    A round of a day that the calendar does not reach is passed over.
    """
    rules = rules_in_use(session, DEPOSIT, *KEYS)
    days = calendar(session)
    found: list[FoundBreach] = []
    for row in session.execute(_SEEN):
        seen = Seen(*row)
        found += [one for one in _faults(seen, rules, days) if one.rule_key in checks]
    for start in range(0, len(found), PART):
        note_breaches(session, found[start : start + PART], at=at)


def _faults(seen: Seen, rules: tuple[Rule, ...], days: WorkingCalendar) -> Iterator[FoundBreach]:
    yield from _deposit(seen, rules)
    law = law_of(
        rules,
        scopes=frozenset(scope_of(AssetKind(kind)) for kind in seen.kinds),
        price=seen.price or Decimal(0),
        failed=len(seen.earlier.split(",")) if seen.earlier else 0,
        other_gold=False,
        on=seen.published_on or seen.held_on,
    )
    if law is not None:
        yield from _published(seen, law, days)
        yield from _closed(seen, law)


def _deposit(seen: Seen, rules: tuple[Rule, ...]) -> Iterator[FoundBreach]:
    on = seen.published_on or seen.held_on
    by_scope = {rule.scope: rule for rule in rules if rule.key == DEPOSIT and rule.serves(on)}
    if not seen.price or seen.deposit is None or not {"least", "most"} <= by_scope.keys():
        return
    least, most = by_scope["least"], by_scope["most"]
    if least.number <= seen.deposit * 100 / seen.price <= most.number:
        return
    broken = least if seen.deposit * 100 < seen.price * least.number else most
    facts: dict[str, str | int] = {
        "price_deposit": str(seen.deposit),
        "price_start": str(seen.price),
        "least": str(least.number),
        "most": str(most.number),
    }
    yield _breach(seen, broken, facts)


def _published(seen: Seen, law: NoticeLaw, days: WorkingCalendar) -> Iterator[FoundBreach]:
    """The notice on the portal comes at the last turn's time at the latest."""
    if seen.published_on is None or not law.announced:
        return
    try:
        latest = latest_announcements(law, seen.held_on, days)[-1]
    except CalendarUnknown:
        return
    if seen.published_on > latest:
        facts: dict[str, str | int] = {
            "published_on": seen.published_on.isoformat(),
            "latest_on": latest.isoformat(),
            "opens_on": seen.held_on.isoformat(),
        }
        yield _breach(seen, law.before, facts)


def _closed(seen: Seen, law: NoticeLaw) -> Iterator[FoundBreach]:
    """Registration closes so many days before the opening; a longer one was open too long."""
    latest = seen.held_on - timedelta(days=int(law.closing.number))
    if seen.closes_on is None or seen.closes_on <= latest:
        return
    facts: dict[str, str | int] = {
        "closed_on": seen.closes_on.isoformat(),
        "latest_on": latest.isoformat(),
        "opens_on": seen.held_on.isoformat(),
    }
    yield _breach(seen, law.closing, facts)


def _breach(seen: Seen, rule: Rule, facts: dict[str, str | int]) -> FoundBreach:
    return FoundBreach(
        rule_key=rule.key,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence.value,
        lot_id=seen.lot_id,
        round_id=seen.round_id,
        office_id=seen.office_id,
        facts={"number": seen.number, **facts},
    )
