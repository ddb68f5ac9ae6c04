"""Which rounds lacked what the law wants posted and announced, and which were fixed too near for
it, reckoned apart from the program.

The periods of PA16 Art. 35, 53 and 57 are written down here once more and counted day by day; of
the program only the days off are taken, which are data.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import calendar
from tests.make.organisation import People

DAY = timedelta(days=1)
IMMOVABLE = frozenset({"immovable", "land_use_right", "house"})
PLACES = {
    "movable": {"organisation_office", "display_place", "auction_venue"},
    "immovable": {"organisation_office", "auction_venue", "commune_peoples_committee"},
}
MEDIA = frozenset({"press", "national_portal"})
ANNOUNCED_FROM = 50_000_000
"""Movables from this price on are announced, immovables always (Art. 57(1))."""
APART = 2
"""Working days between the two announcements (Art. 57(1))."""
SHOWN, TAKEN_IN = 2, 3
"""Days of viewing in a row (Art. 36); working days before the opening for deposits (39(2))."""
CLOSING = frozenset({"registration_close", "simplified_registration_close"})
POSTING = frozenset({"posting_movable", "posting_immovable", "simplified_posting"})
ANNOUNCING = frozenset(
    {"announce_count", "announce_spacing", "announce_second_before", "announce_media"}
    | {"simplified_announce_count", "simplified_announce_before"}
)
_OF_ROUND = """
SELECT l.reference || '/' || r.number AS named, r.held_on, r.starting_price AS price,
  (r.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS fixed_on,
  (SELECT array_agg(a.kind) FROM lot_asset x JOIN asset a ON a.id = x.asset_id
    WHERE x.lot_id = l.id) AS kinds,
  (SELECT json_agg(json_build_array(n.kind, n.place, n.from_on,
      n.until_on)) FROM lot_notice n
    WHERE n.lot_id = l.id AND n.round_number = r.number AND {standing}) AS notices,
  (SELECT array_agg(d.rule_key) FROM departure_use u JOIN departure d ON d.id = u.departure_id
    WHERE d.lot_id = l.id AND u.facts ->> 'round' = r.number::text) AS departures,
  (SELECT array_agg(b.rule_key) FROM breach b WHERE b.round_id = r.id) AS breaches,
  (SELECT json_agg((SELECT json_agg(json_build_array(o2.code, EXISTS (
      SELECT FROM round_ruling u WHERE u.round_id = r2.id)) ORDER BY r2.held_on, r2.id)
    FROM lot_asset y JOIN auction_round r2 ON r2.lot_id = y.lot_id
    JOIN round_outcome o2 ON o2.round_id = r2.id
    WHERE y.asset_id = x.asset_id AND (r2.held_on, r2.id) < (r.held_on, r.id)))
    FROM lot_asset x WHERE x.lot_id = l.id) AS before
FROM auction_round r JOIN lot l ON l.id = r.lot_id
"""
_HELD = text(
    _OF_ROUND.format(standing="n.struck_at IS NULL")
    + "JOIN round_outcome o ON o.round_id = r.id AND (o.code = 'sold' OR o.code LIKE 'failed%')"
    " WHERE r.office_id = :office AND r.id > :after"
)
_FIXED = text(
    _OF_ROUND.format(
        standing="n.recorded_at <= r.recorded_at"
        " AND (n.struck_at IS NULL OR n.struck_at > r.recorded_at)"
    )
    + "WHERE r.office_id = :office AND r.opens_at > r.recorded_at"
)
_TAKEN = text(
    "SELECT f.*, t.registered, t.paid FROM ("
    + _OF_ROUND.format(standing="n.struck_at IS NULL")
    + """WHERE r.office_id = :office AND r.held_on IS NOT NULL) AS f
JOIN (SELECT l.reference || '/' || r.number AS named,
    array_agg(DISTINCT (b.registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS registered,
    array_agg(DISTINCT (e.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
      FILTER (WHERE e.id IS NOT NULL) AS paid
  FROM bidder b JOIN auction_round r ON r.id = b.round_id JOIN lot l ON l.id = r.lot_id
  LEFT JOIN deposit_entry e ON e.bidder_id = b.id AND e.kind = 'paid'
  WHERE r.office_id = :office GROUP BY 1) AS t ON t.named = f.named"""
)
Works = Callable[[date], bool]


class Regime(NamedTuple):
    """The periods of a procedure for a kind of thing: how long before, in which days, how often."""

    before: int
    working: bool
    times: int


USUAL = {"movable": Regime(7, True, 2), "immovable": Regime(15, False, 2)}
SIMPLIFIED = {"movable": Regime(3, True, 1), "immovable": Regime(5, True, 1)}


def unnoticed(session: Session, people: People, after: int = 0) -> list[str]:
    """Rounds held with a posting or an announcement that lacked something and is no breach, and
    rounds with a breach of a posting or an announcement that lacked nothing."""
    days = calendar(session)
    said = {"office": people.keeper.office_id, "after": after}

    def works(day: date) -> bool:
        return days.why_off(day) is None

    return [
        f"{row.named} of {row.held_on}: {row.notices} before {row.before}; noted {row.breaches}"
        for row in session.execute(_HELD, said)
        if not _as_the_law_says(row, works)
    ]


def unannounced(session: Session, people: People) -> list[str]:
    """Rounds fixed ahead for a day that no notice could reach any more, and that no second person
    let through."""
    days = calendar(session)

    def works(day: date) -> bool:
        return days.why_off(day) is None

    said = {"office": people.keeper.office_id}
    return [
        f"{row.named} of {row.held_on}, fixed on {row.fixed_on}: {row.notices}"
        for row in session.execute(_FIXED, said)
        if not any(_reachable(row, regimes, works) for regimes in procedures(row))
    ]


def _reachable(row: Any, regimes: dict[str, Regime], works: Works) -> bool:
    """Whether all is there once whatever can still be given is given on each day that is left."""
    left = [row.fixed_on + n * DAY for n in range((row.held_on - row.fixed_on).days)]
    posted, told = lacking(row, regimes, works, left)
    kept = set(row.departures or ())
    return not (posted and not kept & POSTING) and not (told and not kept & ANNOUNCING)


def _as_the_law_says(row: Any, works: Works) -> bool:
    kept = set(row.breaches or ())
    if ("viewing" in kept) == viewed(row):
        return False
    noted = (bool(kept & POSTING), bool(kept & ANNOUNCING))
    return any(noted == lacking(row, regimes, works) for regimes in procedures(row))


def procedures(row: Any) -> list[dict[str, Regime]]:
    """The procedure a round may use: after two failed auctions, or for little, the simplified one.

    Both, where somebody ruled since on what an earlier round meant.
    """
    histories = [rounds or [] for rounds in row.before or ()]
    if row.price < ANNOUNCED_FROM:
        return [SIMPLIFIED]
    if any(ruled for rounds in histories for _code, ruled in rounds):
        return [USUAL, SIMPLIFIED]
    return [SIMPLIFIED if min(map(failed, histories), default=0) >= 2 else USUAL]


def failed(rounds: Iterable[tuple[str, bool]]) -> int:
    """How often in a row it failed, up to the last of some rounds."""
    run = 0
    for code, _ruled in rounds:
        run = run + 1 if code.startswith("failed") else 0 if code == "sold" else run
    return run


def lacking(
    row: Any, regimes: dict[str, Regime], works: Works, left: Collection[date] = ()
) -> tuple[bool, bool]:
    """Whether the posting lacked something, and whether the announcements did.

    ``left`` are days on which everything may still be given.
    """
    scopes = {"immovable" if kind in IMMOVABLE else "movable" for kind in row.kinds}
    scope = "immovable" if "immovable" in scopes else "movable"
    last = last_day(row.held_on, regimes[scope], works)
    notices = [
        (kind, place, date.fromisoformat(on)) for kind, place, on, _until in row.notices or ()
    ]
    places = set().union(*(PLACES[one] for one in scopes))
    notices += [("posting", place, on) for on in left for place in places]
    notices += [("announcement", place, on) for on in left for place in MEDIA]
    posted = {place for kind, place, on in notices if kind == "posting" and on <= last}
    told = [(place, on) for kind, place, on in notices if kind == "announcement" and on <= last]
    wanted = scope == "immovable" or row.price >= ANNOUNCED_FROM
    return (
        not places <= posted,
        wanted and not announced(told, regimes[scope].times, works),
    )


def viewed(row: Any) -> bool:
    """Whether the thing was shown two days in a row between the posting and the day before (36)."""
    said = [(kind, *map(_day, days)) for kind, _place, *days in row.notices or ()]
    first = min((on for kind, on, _until in said if kind == "posting"), default=None)
    shown = [(on, until or on) for kind, on, until in said if kind == "viewing"]
    return any(
        (min(until, row.held_on - DAY) - max(on, first or on)).days + 1 >= SHOWN
        for on, until in shown
    )


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def untimely(session: Session, people: People) -> list[str]:
    """Rounds where somebody registered or paid outside its days and no breach says so, and rounds
    where a breach says so of deposits that all came in time (Art. 38(2), 39(2), 53(3))."""
    days = calendar(session)

    def works(day: date) -> bool:
        return days.why_off(day) is None

    said = {"office": people.keeper.office_id}
    return [
        f"{row.named} of {row.held_on}: {row.registered}, {row.paid}; noted {row.breaches}"
        for row in session.execute(_TAKEN, said)
        if not _in_time(row, works)
    ]


def _in_time(row: Any, works: Works) -> bool:
    kept = set(row.breaches or ())
    opens = last_day(row.held_on, Regime(TAKEN_IN, True, 1), works)
    astray = any(not opens <= on < row.held_on for on in row.paid or ())
    closed = [
        last_day(row.held_on, Regime(1 if one is SIMPLIFIED else 2, False, 1), works)
        for one in procedures(row)
    ]
    late = all(any(on > day for on in row.registered) for day in closed)
    return astray == ("deposit_collect_window" in kept) and (not late or bool(kept & CLOSING))


def last_day(held_on: date, regime: Regime, works: Works) -> date:
    """The last day on which a notice is in time; where days are not worked, the one before."""
    day, left = held_on, regime.before
    while left:
        day -= DAY
        left -= works(day) if regime.working else 1
    while not works(day):
        day -= DAY
    return day


def announced(told: Collection[tuple[str, date]], times: int, works: Works) -> bool:
    """Whether press and portal told of it, so often, and so many working days apart."""
    if not {place for place, _on in told} >= MEDIA:
        return False
    days = sorted({on for _place, on in told})
    return any(
        all(between(one, other, works) >= APART for one, other in pairwise(some))
        for some in combinations(days, times)
    )


def between(one: date, other: date, works: Works) -> int:
    """Working days after one day up to another."""
    return sum(works(one + n * DAY) for n in range(1, (other - one).days + 1))
