"""Reading the register of auctioned property: one statement a page, whatever it holds."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.bidding.rules import Meaning, Outcome
from inventory.base.actor import Actor
from inventory.base.errors import Invalid
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from reports.registers.auctions.rules import IN_THE_RECORD, amended, cells_of
from reports.registers.auctions.schemas import AuctionLine, Sums
from reports.registers.rules import StatYear, amended_since, shown
from reports.registers.schemas import Amendment

BATCH = 500

_SALE = """p.lot_id = {0}.lot_id AND (p.round_id = {0}.id
  OR p.round_id IS NULL AND NOT EXISTS (SELECT 1 FROM auction_round later
    WHERE later.lot_id = {0}.lot_id AND later.number > {0}.number))"""
"""The sale of a round: its own, or, under the last one of a lot, what was sold without auction."""

_CHOSEN = f"""
  SELECT r.*, coalesce(r.held_on, r.announced_on,
    (r.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS on_day
  FROM auction_round r WHERE r.office_id = :office
    AND coalesce(r.held_on, r.announced_on,
      (r.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) <= :until
    AND (coalesce(r.held_on, r.announced_on,
      (r.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) >= :since
      OR CAST(:pending AS boolean) AND EXISTS (SELECT 1 FROM sale p WHERE {_SALE.format("r")}
        AND p.delivered_on IS NULL AND p.cancelled_on IS NULL AND p.defaulted_on IS NULL))"""  # noqa: S608 - our own text

_LINES = f"""
WITH chosen AS (SELECT * FROM ({_CHOSEN}) c
  WHERE (c.on_day, c.id) > (CAST(:on AS date), CAST(:id AS bigint))
  ORDER BY c.on_day, c.id LIMIT :n)
SELECT g.id, g.on_day AS "on", l.reference AS lot, g.number, g.organisation, g.starting_price,
  coalesce(c.decision_number, '') AS "case", c.debtor_name AS debtor,
  coalesce(things.named, l.description) AS assets, seized.number AS seizure,
  seized.on_day AS seized_on,
  priced.value, priced.firm, o.code AS outcome, ruled.meaning,
  d.decision_number AS reduction, d.decided_on AS reduced_on, d.percent, d.new_price,
  coalesce(s.buyer, o.buyer_name) AS buyer, coalesce(s.price, o.sale_price) AS price,
  s.paid_on, s.delivered_on, s.defaulted_on, s.cancelled_on, paid.on_day AS paid_out_on,
  nullif(concat_ws('; ', CASE s.way
      WHEN 'setoff' THEN 'Người được thi hành án nhận tài sản để trừ vào tiền được thi hành án'
      WHEN 'priority' THEN 'Chủ sở hữu chung mua theo quyền ưu tiên'
      WHEN 'agreement' THEN 'Đương sự thỏa thuận nhận tài sản'
      WHEN 'direct' THEN 'Bán không qua đấu giá' END, coalesce(o.reason, g.note),
    'Có khiếu nại về trình tự: ' || o.complaint), '') AS note, changed.said AS changed,
  f.frozen
FROM chosen g JOIN lot l ON l.id = g.lot_id
LEFT JOIN enforcement_case c ON c.id = l.case_id
LEFT JOIN round_outcome o ON o.round_id = g.id
LEFT JOIN price_reduction d ON d.round_id = g.id
LEFT JOIN LATERAL (SELECT p.* FROM sale p WHERE {_SALE.format("g")}
  ORDER BY p.round_id NULLS LAST, p.id DESC LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT string_agg(a.reference || ' ' || a.description, '; ' ORDER BY x.position)
    AS named, array_agg(a.id) AS ids
  FROM lot_asset x JOIN asset a ON a.id = x.asset_id WHERE x.lot_id = l.id) things ON true
LEFT JOIN LATERAL (SELECT string_agg(DISTINCT z.decision_number, '; ') AS number,
    min(z.decision_on) AS on_day
  FROM seizure z WHERE z.asset_id = ANY (things.ids) AND z.decision_on <= g.on_day
    AND (z.released_on IS NULL OR z.released_on >= g.on_day)) seized ON true
LEFT JOIN LATERAL (SELECT sum(v.amount) AS value, string_agg(DISTINCT v.firm, '; ') AS firm
  FROM (SELECT DISTINCT ON (w.asset_id) w.amount, w.firm FROM valuation w
    WHERE (w.lot_id = l.id OR w.asset_id = ANY (things.ids)) AND w.valued_on <= g.on_day
    ORDER BY w.asset_id, w.valued_on DESC, w.id DESC) v) priced ON true
LEFT JOIN LATERAL (SELECT u.meaning FROM round_ruling u WHERE u.round_id = g.id
  ORDER BY u.id DESC LIMIT 1) ruled ON true
LEFT JOIN LATERAL (SELECT max(t.on_day) AS on_day FROM asset_step t
  WHERE s.id IS NOT NULL AND t.asset_id = ANY (things.ids) AND t.step = 'paid_out'
    AND t.on_day >= s.sold_on) paid ON true
LEFT JOIN LATERAL (SELECT jsonb_agg(
    jsonb_build_object('column', e.what, 'was', e.was, 'on', e.on_day) ORDER BY e.on_day) AS said
  FROM (
    SELECT 'meaning' AS what, u.meaning AS was, n.ruled_on AS on_day
    FROM round_ruling u JOIN round_ruling n ON n.supersedes_id = u.id WHERE u.round_id = g.id
    UNION ALL
    SELECT 'paid', trim_scale(e.amount)::text, n.happened_on
    FROM sale_entry e JOIN sale_entry n ON n.reverses_id = e.id
    WHERE e.sale_id = s.id AND e.amount IS NOT NULL
    UNION ALL
    SELECT 'reduction', w.decision_number || ', ' || trim_scale(w.new_price)::text, d.decided_on
    FROM price_reduction_was w WHERE w.reduction_id = d.id
    UNION ALL
    SELECT 'reduction', p.number, n.dated_on
    FROM paper p JOIN paper n ON n.recalls_id = p.id
    WHERE p.office_id = g.office_id AND p.kind = 'reduction_decision'
      AND p.number = d.decision_number AND p.year = extract(year FROM d.decided_on)
    UNION ALL
    SELECT 'outcome', 'sold', s.cancelled_on WHERE s.cancelled_on IS NOT NULL
  ) e) changed ON true
LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('on', q.ends_on, 'cells', k.cells)
    ORDER BY q.ends_on) AS frozen
  FROM register_line k JOIN register_closing q ON q.id = k.closing_id
  WHERE k.kind = 'round' AND k.ground_id = g.id AND k.office_id = :office) f ON true
ORDER BY g.on_day, g.id"""  # noqa: S608 - our own text

_SUMS = f"""
SELECT count(*) AS rounds, count(DISTINCT g.lot_id) AS lots,
  count(*) FILTER (WHERE o.code = 'sold') AS sold,
  count(*) FILTER (WHERE o.code LIKE 'failed%') AS failed,
  coalesce(sum(s.price) FILTER (WHERE s.paid_on IS NOT NULL AND s.cancelled_on IS NULL), 0) AS paid
FROM ({_CHOSEN}) g LEFT JOIN round_outcome o ON o.round_id = g.id
LEFT JOIN LATERAL (SELECT p.* FROM sale p WHERE {_SALE.format("g")}
  ORDER BY p.round_id NULLS LAST, p.id DESC LIMIT 1) s ON true"""  # noqa: S608 - our own text


def list_lines(
    session: Session,
    actor: Actor,
    year: StatYear,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[AuctionLine]:
    """The rounds of the actor's office in a statistical year, the first one first."""
    after = decode_cursor(cursor, str, int)
    rows = _read(session, actor, (year.starts_on, year.ends_on), after, size + 1)
    return page_of(rows, size, key=lambda line: (line.on.isoformat(), line.id))


def every_line(session: Session, actor: Actor, year: StatYear) -> Iterator[AuctionLine]:
    """All lines of a year, read in batches."""
    return lines_between(session, actor, year.starts_on, year.ends_on)


def lines_between(
    session: Session, actor: Actor, since: date, until: date, *, pending: bool = False
) -> Iterator[AuctionLine]:
    """All lines between two days; with those of earlier sales that are not delivered yet."""
    after: tuple[int | str, ...] | None = None
    while batch := _read(session, actor, (since, until), after, BATCH, pending=pending):
        yield from batch
        after = (batch[-1].on.isoformat(), batch[-1].id)


def sums_of(session: Session, actor: Actor, year: StatYear) -> Sums:
    """How many rounds and lots there were, how they ended, and what was paid."""
    said = {"office": actor.office_id, "since": year.starts_on, "until": year.ends_on}
    said |= {"pending": False}
    return Sums(**session.execute(text(_SUMS), said).mappings().one())


def _read(
    session: Session,
    actor: Actor,
    days: tuple[date, date],
    after: tuple[int | str, ...] | None,
    n: int,
    *,
    pending: bool = False,
) -> list[AuctionLine]:
    on, last_id = after or ("0001-01-01", 0)
    try:
        from_on = date.fromisoformat(str(on))
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error
    said = {"office": actor.office_id, "since": days[0], "until": days[1], "pending": pending}
    rows = session.execute(text(_LINES), {**said, "on": from_on, "id": last_id, "n": n})
    return [_line(dict(row)) for row in rows.mappings()]


def _line(row: dict[str, Any]) -> AuctionLine:
    changed: list[dict[str, Any]] = row.pop("changed") or []
    frozen: list[dict[str, Any]] = row.pop("frozen") or []
    row["outcome"] = Outcome(row["outcome"]) if row["outcome"] else None
    row["meaning"] = Meaning(row["meaning"]) if row["meaning"] else None
    amendments = [
        Amendment(one["column"], str(one["was"]), date.fromisoformat(one["on"])) for one in changed
    ]
    line = AuctionLine(**row)
    if not frozen:
        return msgspec.structs.replace(line, amendments=tuple(amendments))
    now = msgspec.to_builtins(cells_of(line))
    amendments += [
        Amendment(name, shown(was), on)
        for name, was, on in amended_since(frozen, now, amended)
        if name not in IN_THE_RECORD
    ]
    return msgspec.structs.replace(
        line,
        amendments=tuple(amendments),
        closed_on=date.fromisoformat(frozen[0]["on"]),
        frozen=frozen[-1]["cells"],
    )
