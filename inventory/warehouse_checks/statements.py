"""What each figure of an inspection counts: the way to it, what it is, and where it stands.

``{inside}`` are the places of the warehouse, ``{here}`` what lies in them. The same words count a
figure and list what it counted.
"""

from typing import NamedTuple

from inventory.warehouse_checks.rules import Figure


class Counted(NamedTuple):
    """The name of a thing counted, the page it has, what it is, and the rows."""

    ref: str
    href: str
    what: str
    rows: str


_THING = ("a.reference", "'/assets/' || a.reference", "a.description")
_ASSET = "JOIN asset a ON a.id = h.asset_id"
_STORE = "FROM place p WHERE p.id = :place"


def _held(condition: str) -> Counted:
    return Counted(*_THING, f"{{here}} AND {condition}")


STATEMENTS = {
    Figure.HELD: Counted(*_THING, "{here}"),
    Figure.WITHOUT_DOCUMENT: Counted(
        *_THING,
        "FROM custody_entry e JOIN asset a ON a.id = e.asset_id WHERE e.document = ''"
        " AND e.at >= :since AND (e.to_place_id IN ({inside}) OR e.from_place_id IN ({inside}))"
        " AND e.from_place_id IS DISTINCT FROM e.to_place_id AND e.kind <> 'moved'",
    ),
    Figure.ORDERS_UNFINISHED: Counted(
        "o.reference",
        "'/orders/' || o.reference",
        "o.reason",
        "FROM warehouse_order o WHERE o.signed_at IS NOT NULL"
        " AND o.finished_at IS NULL AND o.closed_at IS NULL AND o.place_id IN ({inside})",
    ),
    Figure.WITHOUT_LABEL: _held(
        "NOT EXISTS (SELECT FROM asset_label l WHERE l.asset_id = h.asset_id)"
    ),
    Figure.WITHOUT_CARD: _held(
        "NOT EXISTS (SELECT FROM paper d WHERE d.kind = 'stock_card'"
        " AND d.subject_kind = 'asset' AND d.subject_ref = a.reference)"
    ),
    Figure.OPEN_DIFFERENCES: Counted(
        "d.code",
        "'/stocktakes/' || s.reference",
        "d.description",
        "FROM stocktake_difference d JOIN stocktake s ON s.id = d.stocktake_id"
        " WHERE d.closed_at IS NULL AND s.place_id IN ({inside})",
    ),
    Figure.CONFIRMED_MISSING: _held(
        "EXISTS (SELECT FROM impediment i WHERE i.asset_id = h.asset_id"
        " AND i.code = 'confirmed_missing' AND i.lifted_at IS NULL)"
    ),
    Figure.BOOK_NOT_COMPARED: Counted(
        "p.code",
        "'/backlog/book'",
        "p.name",
        f"{_STORE} AND NOT EXISTS (SELECT FROM book_comparison b"
        " WHERE b.office_id = p.office_id AND b.month_on >= :month)",
    ),
    Figure.BROKEN_SEALS: _held(
        "EXISTS (SELECT FROM seal_damage d WHERE d.asset_id = h.asset_id"
        " AND d.concluded_on IS NULL)"
    ),
    Figure.OPEN_SEALS: _held(
        "EXISTS (SELECT FROM seal_opening o WHERE o.asset_id = h.asset_id"
        " AND o.purpose <> 'disposal'"
        " AND NOT EXISTS (SELECT FROM seal n WHERE n.replaces_id = o.seal_id))"
    ),
    Figure.SHARED_PLACES: Counted(
        "x.code",
        "'/places/' || x.id",
        "x.name",
        "FROM (SELECT s.id, s.code, s.name FROM holding h JOIN asset a ON a.id = h.asset_id"
        " JOIN place s ON s.id = h.place_id AND s.kind = 'box' WHERE h.place_id IN ({inside})"
        " GROUP BY s.id, s.code, s.name HAVING count(DISTINCT a.case_id) > 1) x WHERE true",
    ),
    Figure.MISSED_STOCKTAKES: Counted(
        "to_char(c.due_on, 'DD/MM/YYYY')",
        "'/stocktakes'",
        "c.article",
        "FROM planned_count c LEFT JOIN stocktake s ON s.id = c.stocktake_id"
        " WHERE s.closed_at IS NULL AND c.due_on < :today AND c.place_id IN ({inside})",
    ),
    Figure.UNCOUNTED: Counted(
        "p.code",
        "'/places/' || p.id",
        "p.name",
        f"{_STORE} AND CAST(p.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) <= :count_due"
        " AND NOT EXISTS (SELECT FROM stocktake s WHERE s.place_id = p.id AND s.classes = '{}'"
        " AND s.sample_pct = 100 AND s.closed_at IS NOT NULL AND s.abandoned_reason IS NULL"
        " AND CAST(s.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) >= :count_begins)",
    ),
    Figure.CLOSED_STOCKTAKES: Counted(
        "s.reference",
        "'/stocktakes/' || s.reference",
        "s.basis",
        "FROM stocktake s WHERE s.closed_at >= :since"
        " AND s.abandoned_reason IS NULL AND s.place_id IN ({inside})",
    ),
    Figure.OLD_UNJUDGED: _held(
        "EXISTS (SELECT FROM evidence_hold g LEFT JOIN enforcement_case c ON c.id = g.case_id"
        " WHERE g.asset_id = h.asset_id"
        " AND g.kind = 'evidence' AND g.ended_on IS NULL AND c.judgment IS NULL"
        " AND g.received_on <= CAST(:today AS date) - make_interval(years => CAST(:old AS int)))"
    ),
    Figure.CONTRACTS: Counted(
        *_THING,
        "FROM custody_contract k JOIN asset a ON a.id = k.asset_id"
        " WHERE k.ended_on IS NULL AND k.office_id = :office",
    ),
    Figure.CONTRACTS_OVER: Counted(
        *_THING,
        "FROM custody_contract k JOIN asset a ON a.id = k.asset_id"
        " WHERE k.ended_on IS NULL AND k.until_on < :today AND k.office_id = :office",
    ),
    Figure.CHECKS_LATE: Counted(
        *_THING,
        "FROM custody_contract k JOIN asset a ON a.id = k.asset_id WHERE k.ended_on IS NULL"
        " AND k.check_due_on < :today AND k.office_id = :office",
    ),
    Figure.ENDED_STILL_HELD: _held(
        "EXISTS (SELECT FROM evidence_hold g"
        " WHERE g.asset_id = h.asset_id AND g.ended_on < :today) AND NOT EXISTS (SELECT FROM"
        " evidence_hold g WHERE g.asset_id = h.asset_id AND g.ended_on IS NULL) AND NOT EXISTS"
        " (SELECT FROM seizure s WHERE s.asset_id = h.asset_id AND s.released_on IS NULL)"
    ),
    Figure.DISPOSALS_LATE: Counted(
        "d.reference",
        "'/disposals/' || d.reference",
        "d.decision_number",
        "FROM disposal d WHERE d.closed_at IS NULL AND d.due_on < :today AND d.office_id = :office",
    ),
}
"""What each figure counts."""

_INSIDE = "SELECT p.id FROM place p WHERE p.path LIKE CAST(:path AS text) || '%'"
_HERE = f"FROM holding h {_ASSET} WHERE h.place_id IN ({_INSIDE})"
_KEPT_COUNTER = (
    "SELECT CAST(coalesce(sum(c.n), 0) AS bigint) FROM place_count c"  # noqa: S608 - our own words
    f" WHERE c.place_id IN ({_INSIDE})"
)
"""What is held is read from the counters, not by counting."""


def count_all() -> str:
    """One statement with all figures."""
    parts = (
        _KEPT_COUNTER if figure is Figure.HELD else f"SELECT count(*) {_rows(one)}"
        for figure, one in STATEMENTS.items()
    )
    named = (f"({part}) AS {figure}" for figure, part in zip(STATEMENTS, parts, strict=True))
    return f"SELECT {', '.join(named)}"


def list_one(figure: Figure) -> str:
    """The statement that lists what a figure counted, as far as anybody reads."""
    one = STATEMENTS[figure]
    columns = f"{one.ref} AS ref, {one.href} AS href, {one.what} AS what"
    return f"SELECT {columns} {_rows(one)} ORDER BY 1, 2 LIMIT :n"


def _rows(one: Counted) -> str:
    return one.rows.replace("{here}", _HERE).replace("{inside}", _INSIDE)
