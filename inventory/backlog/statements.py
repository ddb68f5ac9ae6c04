"""The statement behind each kind of alarm: id, day, reference, way, what, figure.

``{scope}`` is the condition on the office. Valuations belong to a room above; only the name of
their table is known here.
"""

from inventory.backlog.rules import Alarm

_UNJUDGED = """
SELECT h.id, h.received_on AS "on", a.reference AS ref, '/assets/' || a.reference AS href,
  a.description AS what,
  extract(year FROM age(CAST(:today AS date), h.received_on))::text AS figure
FROM evidence_hold h JOIN asset a ON a.id = h.asset_id
LEFT JOIN enforcement_case c ON c.id = h.case_id
WHERE {scope} AND h.kind = 'evidence' AND h.ended_on IS NULL AND c.judgment IS NULL
  AND h.received_on """

_SINCE = "CAST(:today AS date) - make_interval(years => CAST(:{0} AS int))"

STATEMENTS: dict[Alarm, tuple[str, str]] = {
    Alarm.CONFIRMED_MISSING: (
        "i.office_id",
        """
SELECT i.id, CAST(i.raised_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) AS "on",
  a.reference AS ref, '/assets/' || a.reference AS href, a.description AS what, i.source AS figure
FROM impediment i JOIN asset a ON a.id = i.asset_id
WHERE {scope} AND i.code = 'confirmed_missing' AND i.lifted_at IS NULL""",
    ),
    Alarm.MISSING_OUTSIDE: (
        "m.office_id",
        """
SELECT m.id, CAST(m.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) AS "on",
  a.reference AS ref, '/assets/' || a.reference AS href, a.description AS what, m.source AS figure
FROM missing_case m JOIN asset a ON a.id = m.asset_id
WHERE {scope} AND m.closed_at IS NULL""",
    ),
    Alarm.KEPT_OTHERWISE: (
        "a.office_id",
        """
SELECT a.id, CAST(h.since AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) AS "on", a.reference AS ref,
  '/assets/' || a.reference AS href, a.description AS what, lack.codes AS figure
FROM (SELECT a.id AS asset_id FROM asset a
    WHERE {scope} AND a.kind IN ('cash', 'gold', 'securities', 'drugs')
  UNION SELECT m.asset_id FROM special_mark m JOIN asset a ON a.id = m.asset_id
    WHERE {scope}) one
JOIN asset a ON a.id = one.asset_id JOIN holding h ON h.asset_id = a.id
JOIN place p ON p.id = h.place_id
JOIN LATERAL (SELECT array_agg(k.kind) AS kinds,
    bool_or(CAST(:kept_in AS jsonb) -> k.kind @> '"treasury"') AS treasury,
    bool_or(NOT CAST(:kept_in AS jsonb) -> k.kind @> to_jsonb(p.custody_form)) AS elsewhere
  FROM (SELECT CASE a.kind WHEN 'gold' THEN 'precious' ELSE a.kind END AS kind
    UNION SELECT m.kind FROM special_mark m WHERE m.asset_id = a.id) k) is_a ON true
JOIN LATERAL (SELECT concat_ws(' ',
    CASE WHEN is_a.kinds && CAST(:sealed AS text[]) AND NOT EXISTS (SELECT FROM seal s
      WHERE s.asset_id = a.id AND s.ended_at IS NULL) THEN 'no_seal' END,
    CASE WHEN 'drugs' = ANY (is_a.kinds) AND NOT EXISTS (SELECT FROM special_mark m
      WHERE m.asset_id = a.id AND m.kind = 'drugs' AND m.expert_number IS NOT NULL)
      THEN 'no_conclusion' END,
    CASE WHEN 'cash' = ANY (is_a.kinds) AND NOT EXISTS (SELECT FROM cash_count c
      WHERE c.asset_id = a.id) THEN 'no_denominations' END,
    CASE WHEN is_a.elsewhere AND is_a.treasury THEN 'not_at_treasury'
      WHEN is_a.elsewhere THEN 'not_with_body'
      WHEN is_a.treasury AND NOT EXISTS (SELECT FROM custody_entry e WHERE e.asset_id = a.id
        AND e.to_place_id = h.place_id AND e.document <> '') THEN 'no_receipt' END
  ) AS codes) lack ON lack.codes <> ''
WHERE {scope}""",
    ),
    Alarm.OVERDUE_RETURN: (
        "l.office_id",
        """
SELECT l.id, l.due_on AS "on", l.reference AS ref, '/loans/' || l.reference AS href,
  l.borrower AS what, (CAST(:today AS date) - l.due_on)::text AS figure
FROM loan l WHERE {scope} AND l.closed_at IS NULL AND l.due_on < :today""",
    ),
    Alarm.OVERDUE_ARRIVAL: (
        "t.office_id",
        """
SELECT t.id, t.expected_on AS "on", t.reference AS ref, '/transfers/' || t.reference AS href,
  t.carrier_name AS what, (CAST(:today AS date) - t.expected_on)::text AS figure
FROM transfer t WHERE {scope} AND t.closed_at IS NULL AND t.expected_on < :today""",
    ),
    Alarm.MISSED_STOCKTAKE: (
        "c.office_id",
        """
SELECT c.id, c.due_on AS "on", p.code AS ref, '/stocktakes' AS href, p.name AS what,
  (CAST(:today AS date) - c.due_on)::text AS figure
FROM (SELECT n.id, n.due_on, n.place_id, n.office_id
    FROM planned_count n LEFT JOIN stocktake s ON s.id = n.stocktake_id
    WHERE s.closed_at IS NULL AND n.due_on < :today
  UNION ALL SELECT -w.id, CAST(:count_due AS date), w.id, w.office_id FROM place w
    WHERE w.parent_id IS NULL AND w.closed_on IS NULL
      AND w.custody_form = ANY (CAST(:own AS text[]))
      AND CAST(w.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) <= :count_due
      AND NOT EXISTS (SELECT FROM planned_count n WHERE n.place_id = w.id
        AND n.due_on = :count_due AND n.classes = '{}')
      AND NOT EXISTS (SELECT FROM stocktake s WHERE s.place_id = w.id AND s.classes = '{}'
        AND s.sample_pct = 100 AND s.closed_at IS NOT NULL AND s.abandoned_reason IS NULL
        AND CAST(s.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) >= :count_begins)) c
JOIN place p ON p.id = c.place_id
WHERE {scope}""",
    ),
    Alarm.MISSED_CHECK: (
        "k.office_id",
        """
SELECT k.id, k.check_due_on AS "on", a.reference AS ref, '/assets/' || a.reference AS href,
  k.custodian AS what, (CAST(:today AS date) - k.check_due_on)::text AS figure
FROM custody_contract k JOIN asset a ON a.id = k.asset_id
WHERE {scope} AND k.ended_on IS NULL AND k.check_due_on < :today""",
    ),
    Alarm.PERISHABLE: (
        "a.office_id",
        """
SELECT a.id, a.perishable_on AS "on", a.reference AS ref, '/assets/' || a.reference AS href,
  a.description AS what, (a.perishable_on - CAST(:today AS date))::text AS figure
FROM asset a JOIN holding h ON h.asset_id = a.id
WHERE {scope} AND a.perishable_on <= CAST(:today AS date) + CAST(:soon AS int)
  AND h.place_id IS NOT NULL""",
    ),
    Alarm.NO_JUDGMENT_LONG: (
        "h.office_id",
        _UNJUDGED + "<= " + _SINCE.format("long"),
    ),
    Alarm.NO_JUDGMENT: (
        "h.office_id",
        _UNJUDGED + "<= " + _SINCE.format("old") + " AND h.received_on > " + _SINCE.format("long"),
    ),
    Alarm.STORAGE_COST: (
        "k.office_id",
        """
SELECT k.id, k.from_on AS "on", a.reference AS ref, '/assets/' || a.reference AS href,
  a.description AS what, round(100 * cost.spent / nullif(v.amount, 0))::text AS figure
FROM custody_contract k JOIN asset a ON a.id = k.asset_id
JOIN LATERAL (SELECT v.amount FROM valuation v WHERE v.asset_id = a.id
  ORDER BY v.valued_on DESC, v.id DESC LIMIT 1) v ON true
JOIN LATERAL (SELECT sum(o.monthly_cost * greatest(1, (extract(year FROM t.a) * 12
    + extract(month FROM t.a))::int)) AS spent
  FROM custody_contract o CROSS JOIN LATERAL (SELECT age(least(coalesce(o.ended_on, :today),
    CAST(:today AS date)), o.from_on) AS a) t WHERE o.asset_id = a.id) cost ON true
WHERE {scope} AND k.ended_on IS NULL AND k.monthly_cost > 0 AND cost.spent >= v.amount""",
    ),
    Alarm.TO_LABEL: (
        "h.office_id",
        """
SELECT h.asset_id AS id, CAST(h.since AS date) AS "on", a.reference AS ref,
  '/assets/' || a.reference AS href, a.description AS what, p.name AS figure
FROM holding h JOIN asset a ON a.id = h.asset_id JOIN place p ON p.id = h.place_id
WHERE {scope} AND p.custody_form = ANY (CAST(:stores AS text[]))
  AND NOT EXISTS (SELECT FROM asset_label l WHERE l.asset_id = h.asset_id)""",
    ),
    Alarm.ROOM_FULL: (
        "p.office_id",
        """
SELECT p.id, CAST(:today AS date) AS "on", p.code AS ref, '/places/' || p.id AS href,
  p.name AS what, trunc(100 * n.held / p.capacity)::text AS figure
FROM place p JOIN LATERAL (SELECT sum(c.n) AS held FROM place i
    JOIN place_count c ON c.place_id = i.id
    WHERE i.path ~>=~ p.path AND i.path ~<~ (p.path || '~')) n ON true
WHERE {scope} AND p.capacity IS NOT NULL AND p.closed_on IS NULL
  AND n.held * 100 >= p.capacity * CAST(:fill AS int)""",
    ),
    Alarm.BOOK_NUMBERS: (
        "b.office_id",
        """
SELECT b.id, b.month_on AS "on", b.book AS ref, '/backlog/book' AS href,
  coalesce(b.note, '') AS what, (b.missing_count + b.not_in_book)::text AS figure
FROM book_comparison b WHERE {scope} AND b.missing_count + b.not_in_book > 0
  AND b.month_on = (SELECT max(o.month_on) FROM book_comparison o
    WHERE o.office_id = b.office_id AND o.book = b.book)""",
    ),
    Alarm.BOOK_NOT_COMPARED: (
        "o.office_id",
        """
SELECT o.office_id AS id, CAST(:month AS date) AS "on", o.book AS ref, '/backlog/book' AS href,
  '' AS what, '' AS figure
FROM (SELECT office_id, book, max(month_on) AS last_on FROM book_comparison
    GROUP BY office_id, book
  UNION ALL SELECT DISTINCT w.office_id, CAST(:book AS text), CAST(NULL AS date) FROM place w
    WHERE w.parent_id IS NULL AND w.closed_on IS NULL
      AND w.custody_form = ANY (CAST(:own AS text[]))
      AND CAST(w.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)
        < CAST(:month AS date) + interval '1 month'
      AND NOT EXISTS (SELECT FROM book_comparison b WHERE b.office_id = w.office_id)) o
WHERE {scope} AND (o.last_on IS NULL OR o.last_on < :month)""",
    ),
    Alarm.SEAL_OPEN: (
        "a.office_id",
        """
SELECT o.id, o.opened_on AS "on", a.reference AS ref, '/assets/' || a.reference AS href,
  a.description AS what, s.number AS figure
FROM seal_opening o JOIN seal s ON s.id = o.seal_id JOIN asset a ON a.id = o.asset_id
JOIN holding h ON h.asset_id = a.id
WHERE {scope} AND o.purpose <> 'disposal' AND h.kind <> 'released'
  AND NOT EXISTS (SELECT FROM seal n WHERE n.replaces_id = s.id)""",
    ),
    Alarm.DISPOSAL_OVERDUE: (
        "d.office_id",
        """
SELECT d.id, d.due_on AS "on", d.reference AS ref, '/disposals/' || d.reference AS href,
  d.decision_number AS what, (CAST(:today AS date) - d.due_on)::text AS figure
FROM disposal d WHERE {scope} AND d.closed_at IS NULL AND d.due_on < :today""",
    ),
    Alarm.CONTRACT_ENDING: (
        "k.office_id",
        """
SELECT k.id, k.until_on AS "on", a.reference AS ref, '/assets/' || a.reference AS href,
  k.custodian AS what, (k.until_on - CAST(:today AS date))::text AS figure
FROM custody_contract k JOIN asset a ON a.id = k.asset_id
WHERE {scope} AND k.ended_on IS NULL
  AND k.until_on <= CAST(:today AS date) + CAST(:contract_days AS int)""",
    ),
    Alarm.KEEPER_ENDING: (
        "k.office_id",
        """
SELECT k.id, k.valid_to AS "on", p.code AS ref, '/keepers' AS href,
  s.name AS what, (k.valid_to - CAST(:today AS date))::text AS figure
FROM keeper_appointment k JOIN place p ON p.id = k.place_id JOIN staff s ON s.id = k.staff_id
WHERE {scope} AND k.active_at IS NOT NULL AND k.ended_at IS NULL AND p.closed_on IS NULL
  AND k.valid_to <= CAST(:today AS date) + CAST(:keeper_days AS int)""",
    ),
}
"""For each kind, the column of its office and its statement."""
