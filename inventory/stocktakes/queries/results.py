"""What the scans come to: the best scan of each thing, the list with its states, the differences.

A scan that was taken back does not count. Of several scans of one thing the one in its own place
counts, else the one with the highest device and number: the order in which they came is no matter.
"""

from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.stocktakes.queries.shapes import shaped
from inventory.stocktakes.rules import (
    DifferenceKind,
    FirstCountRuns,
    Reason,
    Search,
    Word,
)
from inventory.stocktakes.schemas.told import DifferenceOut, ItemRow, SignatureRow, StocktakeOut

_VALID = """s.stocktake_id = :stocktake AND s.undoes IS NULL AND s.phase = ANY (:phases)
      AND NOT EXISTS (SELECT FROM stocktake_scan u WHERE u.stocktake_id = s.stocktake_id
        AND u.device = s.device AND u.undoes = s.number)"""

_LINES = f"""
  line AS MATERIALIZED (
    SELECT i.*, b.asset_id IS NOT NULL AS scanned, b.place_id AS seen, b.verdict,
      b.quantity AS counted, coalesce(b.amiss, b.seal) AS seal, b.note
    FROM (
      SELECT * FROM stocktake_item WHERE stocktake_id = :stocktake AND asset_id > :after
      ORDER BY asset_id LIMIT :n
    ) i LEFT JOIN LATERAL (
      SELECT *, max(nullif(s.seal, 'whole')) OVER () AS amiss
      FROM stocktake_scan s WHERE {_VALID} AND s.asset_id = i.asset_id
      ORDER BY s.verdict = 'in_place' DESC, s.device COLLATE "C" DESC, s.number DESC LIMIT 1
    ) b ON true
  )
"""  # noqa: S608 - our own words
"""Each line of the list with its best scan, looked up line by line: the cost grows with the lines
alone, whatever the database knows of a table that was filled a moment ago. A seal that anybody
found torn or missing stays so, whichever scan is the best."""

_COMPARE = text(
    f"""
  WITH {_LINES}, st AS (SELECT * FROM stocktake WHERE id = :stocktake),
  strange AS MATERIALIZED (
    SELECT s.* FROM stocktake_scan s
    WHERE {_VALID} AND s.verdict IN ('not_listed', 'not_ours', 'unknown')
  ), found AS (
    -- on the list, not scanned, and not gone since: what was moved inside the place is there still
    SELECT l.asset_id, 'not_there' AS kind, l.reference AS code, l.description,
      l.place_id AS at_place, CAST(NULL AS bigint) AS seen, '' AS counted, 'not_scanned' AS word
    FROM line l
    WHERE NOT l.scanned AND l.away_with IS NULL
      AND (SELECT h.seq <= l.seq OR EXISTS (SELECT FROM place t, st
          WHERE t.id = h.place_id AND starts_with(t.path, st.place_path))
        FROM holding h WHERE h.asset_id = l.asset_id)
    UNION ALL
    -- on the list, scanned elsewhere, and not moved there since
    SELECT l.asset_id, 'wrong_place', l.reference, l.description, l.place_id, l.seen, '', NULL
    FROM line l
    WHERE l.verdict = 'wrong_place' AND NOT EXISTS (
      SELECT FROM custody_entry e JOIN place t ON t.id = e.to_place_id
        JOIN place p ON p.id = l.seen
      WHERE e.asset_id = l.asset_id AND e.seq > l.seq
        AND (starts_with(t.path, p.path) OR starts_with(p.path, t.path)))
    UNION ALL
    -- listed as away, and there nevertheless
    SELECT l.asset_id, 'not_listed', l.reference, l.description, l.place_id, l.seen,
      l.away_with, NULL
    FROM line l
    WHERE l.scanned AND l.away_with IS NOT NULL
      AND (SELECT h.seq FROM holding h WHERE h.asset_id = l.asset_id) <= l.seq
    UNION ALL
    SELECT l.asset_id, 'quantity', l.reference, l.description, l.place_id, l.seen,
      CAST(trim_scale(l.counted) AS text), NULL
    FROM line l WHERE l.counted <> l.quantity
    UNION ALL
    SELECT l.asset_id, 'seal', l.reference, l.description, l.place_id, l.seen, l.seal, NULL
    FROM line l WHERE l.seal <> 'whole'
    UNION ALL
    -- of this office, not on the list, its seal not whole
    SELECT a.id, 'seal', a.reference, a.description, NULL, b.place_id, b.seal, NULL
    FROM (SELECT DISTINCT ON (asset_id) * FROM strange
      WHERE verdict = 'not_listed' AND seal <> 'whole'
      ORDER BY asset_id, seal DESC, device COLLATE "C" DESC, number DESC) b
    JOIN asset a ON a.id = b.asset_id
    UNION ALL
    -- of this office, not on the list, and not brought here since; what a sample or a choice of
    -- classes left out is held here and no difference
    SELECT a.id, 'not_listed', a.reference, a.description, NULL, b.place_id, '', NULL
    FROM (SELECT DISTINCT ON (asset_id) * FROM strange WHERE verdict = 'not_listed'
      ORDER BY asset_id, device COLLATE "C" DESC, number DESC) b
    JOIN asset a ON a.id = b.asset_id CROSS JOIN st
    WHERE NOT EXISTS (
      SELECT FROM holding h JOIN place t ON t.id = h.place_id JOIN place p ON p.id = b.place_id
      WHERE h.asset_id = b.asset_id
        AND (starts_with(t.path, p.path) OR starts_with(p.path, t.path)))
      AND NOT EXISTS (
      SELECT FROM custody_entry e JOIN place t ON t.id = e.to_place_id
      WHERE e.asset_id = b.asset_id AND e.at >= st.opened_at AND starts_with(t.path, st.place_path))
    UNION ALL
    SELECT DISTINCT ON (v.code) CAST(NULL AS bigint),
      CASE v.verdict WHEN 'not_ours' THEN 'not_ours' ELSE 'unknown_code' END, v.code, '', NULL,
      v.place_id, '', NULL
    FROM strange v WHERE v.verdict <> 'not_listed'
  )
  INSERT INTO stocktake_difference (stocktake_id, office_id, asset_id, kind, code, description,
    place, seen_place, counted, first_counter_ids, word, opened_at)
  SELECT :stocktake, st.office_id, f.asset_id, f.kind, f.code, f.description,
    coalesce(lp.name, ''), coalesce(sp.name, ''), f.counted, CAST(:firsts AS bigint[]), f.word, :at
  FROM found f CROSS JOIN st
  LEFT JOIN stocktake_place lp ON lp.stocktake_id = :stocktake AND lp.place_id = f.at_place
  LEFT JOIN stocktake_place sp ON sp.stocktake_id = :stocktake AND sp.place_id = f.seen
  ORDER BY coalesce(lp.path, sp.path), f.code
  RETURNING kind
  """  # noqa: S608 - our own words
)

_ITEMS = f"""
  WITH {_LINES}
  SELECT l.asset_id, l.reference, l.description, l.risk, l.quantity, l.unit, lp.name AS place,
    l.away_with,
    coalesce(sp.name, CASE WHEN l.scanned THEN '' END,
      CASE WHEN d.searched = 'settled' THEN lp.name END) AS seen_place,
    l.counted, l.seal, l.note,
    CASE WHEN NOT l.scanned THEN (SELECT max(e.seq) FROM custody_entry e, stocktake st
      WHERE e.asset_id = l.asset_id AND e.seq > l.seq AND st.id = :stocktake
        AND e.at <= coalesce(st.first_ended_at, e.at)
        AND NOT EXISTS (SELECT FROM place t
          WHERE t.id = e.to_place_id AND starts_with(t.path, st.place_path))) END AS moved_seq,
    d.word
  FROM line l
  JOIN stocktake_place lp ON lp.stocktake_id = l.stocktake_id AND lp.place_id = l.place_id
  LEFT JOIN stocktake_place sp ON sp.stocktake_id = l.stocktake_id AND sp.place_id = l.seen
  LEFT JOIN LATERAL (
    SELECT d.searched, d.word FROM stocktake_difference d
    WHERE d.stocktake_id = l.stocktake_id AND d.asset_id = l.asset_id AND d.kind = 'not_there'
  ) d ON NOT l.scanned
"""  # noqa: S608 - our own words
_TOLD = "SELECT CAST(coalesce(json_agg(told), '[]') AS text) FROM ({} ORDER BY {}) told"
_PAGE = text(_TOLD.format(_ITEMS, "l.asset_id"))
_ALL = text(_TOLD.format(_ITEMS, "lp.path, l.reference"))
_READ = msgspec.json.Decoder(list[ItemRow])
"""Many lines come as one text of JSON: reading them as rows costs more than finding them."""

_MOST = 10**9

_DIFFERENCES = text(
    f"""SELECT {", ".join(DifferenceOut.__struct_fields__)} FROM stocktake_difference
    WHERE stocktake_id = :stocktake AND (:one = 0 OR id = :one) AND id > :after
      AND (closed_at IS NULL OR NOT CAST(:only_open AS boolean)) ORDER BY id LIMIT :n"""  # noqa: S608
)

_STANDING = Direct(
    """
  WITH result AS MATERIALIZED (
    SELECT sha256(convert_to(encode(list_digest, 'hex') || '|'
      || coalesce(first_ended_at::text, '')
      || '|' || (SELECT count(*) FROM stocktake_scan s
        WHERE s.stocktake_id = st.id AND s.phase <> 'late')
      || '|' || coalesce((SELECT string_agg(concat_ws(':', id, kind, asset_id, code, word, searched,
        closed_at), ',' ORDER BY id) FROM stocktake_difference d WHERE d.stocktake_id = st.id), ''),
      'UTF8')) AS digest
    FROM stocktake st WHERE st.id = %(stocktake)s::bigint
  )
  SELECT digest, (SELECT count(*) FROM stocktake_difference d
      WHERE d.stocktake_id = %(stocktake)s::bigint AND d.closed_at IS NULL),
    (SELECT CAST(json_agg(told) AS text) FROM (
      SELECT signing, staff_name, signed_at FROM stocktake_signature s
      WHERE s.stocktake_id = %(stocktake)s::bigint AND s.result = digest ORDER BY signed_at) told)
  FROM result
  """
)
_SIGNED = msgspec.json.Decoder(list[SignatureRow])


class Standing(msgspec.Struct, frozen=True):
    """How far a count has come: what a signature stands under, who signed it, what waits.

    The fingerprint is of the list, the scans and the differences.
    """

    result: bytes
    waiting: int
    signed: list[SignatureRow]


def compare(session: Session, stocktake_id: int, firsts: list[int], at: Any) -> dict[str, int]:
    """Write down every difference between the list and the first count; how many of each kind."""
    asked = {
        "stocktake": stocktake_id,
        "phases": ["first"],
        "firsts": firsts,
        "at": at,
        "after": 0,
        "n": _MOST,
    }
    found: dict[str, int] = {}
    for (kind,) in session.execute(_COMPARE, asked):
        found[kind] = found.get(kind, 0) + 1
    return found


def standing_of(session: Session, stocktake_id: int) -> Standing:
    """How far a count has come."""
    asked = {"stocktake": stocktake_id}
    ((digest, waiting, signed),) = _STANDING.ask_all(session.connection(), asked)
    return Standing(bytes(digest), waiting, _SIGNED.decode(signed) if signed else [])


def list_items(
    session: Session, stocktake_id: int, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ItemRow]:
    """The list with what became of each line."""
    after = decode_cursor(cursor, int)
    asked = {**_asked(stocktake_id), "after": after[0] if after else 0, "n": size + 1}
    rows = _READ.decode(session.execute(_PAGE, asked).scalar_one())
    return page_of(rows, size, key=lambda row: (row.asset_id,))


def all_items(session: Session, stocktake_id: int) -> list[ItemRow]:
    """The whole list, place by place, for the minutes."""
    asked = {**_asked(stocktake_id), "after": 0, "n": _MOST}
    return _READ.decode(session.execute(_ALL, asked).scalar_one())


def list_differences(
    session: Session,
    stocktake_id: int,
    *,
    only_open: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DifferenceOut]:
    """The differences of a stocktake, place by place."""
    after = decode_cursor(cursor, int)
    asked = {
        "stocktake": stocktake_id,
        "one": 0,
        "only_open": only_open,
        "after": after[0] if after else 0,
        "n": size + 1,
    }
    rows = [_difference(row) for row in session.execute(_DIFFERENCES, asked)]
    return page_of(rows, size, key=lambda row: (row.id,))


def get_difference(session: Session, stocktake_id: int, difference_id: int) -> DifferenceOut:
    """One difference of a stocktake that was found in sight before.

    Raises NotFound.
    """
    asked = {
        "stocktake": stocktake_id,
        "one": difference_id,
        "only_open": False,
        "after": 0,
        "n": 1,
    }
    row = session.execute(_DIFFERENCES, asked).first()
    if row is None:
        raise NotFound(_("There is no such difference."))
    return _difference(row)


def check_sight(stocktake: StocktakeOut) -> None:
    """A blind count shows nobody its list before the first count has ended.

    Raises FirstCountRuns.
    """
    if stocktake.blind and stocktake.first_ended_at is None:
        raise FirstCountRuns(_("The count is blind: its list is shown when the first count ends."))


def may_judge(actor: Actor, firsts: list[int]) -> bool:
    """Whether somebody may look into the differences: he is not one of the first counters."""
    return actor.staff_id is not None and actor.staff_id not in firsts


def _asked(stocktake_id: int) -> dict[str, Any]:
    return {"stocktake": stocktake_id, "phases": ["first", "second"]}


def _difference(row: Any) -> DifferenceOut:
    codes = {"kind": DifferenceKind, "word": Word, "searched": Search, "reason": Reason}
    return shaped(DifferenceOut, row, **codes)
