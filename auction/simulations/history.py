"""The statements that judge recorded history twice: by the rows in use, and by those of a draft.

Each selects one line for everything it judges: office, day, what it is, the change, and the facts.
They read only; what they find is written by ``trying``.
"""

CUTS = """
SELECT c.office_id, c.on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  CASE WHEN would AND NOT was THEN 'becomes_breach'
    WHEN was AND NOT would THEN 'stops_breach' ELSE 'same' END AS change,
  jsonb_build_object('number', c.number, 'price_before', c.before::text,
    'price_after', c.after::text,
    'reduced_by', round(c.percent, 4)::text, 'limit_before', c.old_value::text,
    'limit_after', c.new_value::text) AS facts
FROM (
  SELECT s.*, old.value AS old_value, new.value AS new_value,
    s.percent >= old.value + :old_tolerance AS was,
    s.percent >= new.value + :new_tolerance AS would
  FROM (
    SELECT t.*, (t.before - t.after) * 100 / t.before AS percent
    FROM (
      SELECT d.lot_id, d.office_id, r.number + 1 AS number, d.old_price AS before,
        d.new_price AS after, d.decided_on AS on_day
      FROM price_reduction d JOIN auction_round r ON r.id = d.round_id
      UNION ALL
      SELECT s.lot_id, s.office_id, s.number, s.before, s.after, s.on_day
      FROM (
        SELECT r.lot_id, r.office_id, r.number, r.starting_price AS after,
          coalesce(r.held_on, r.announced_on, lag(r.held_on) OVER rounds, :as_of) AS on_day,
          lag(r.starting_price) OVER rounds AS before, lag(r.number) OVER rounds AS number_before,
          lag(r.id) OVER rounds AS id_before
        FROM auction_round r WHERE :sees_all OR r.office_id = ANY (:offices)
        WINDOW rounds AS (PARTITION BY r.lot_id ORDER BY r.number)) s
      WHERE s.number = s.number_before + 1
        AND NOT EXISTS (SELECT FROM price_reduction d WHERE d.round_id = s.id_before)) t
    WHERE t.before > 0 AND t.after < t.before AND t.on_day BETWEEN :since AND :until
      AND (:sees_all OR t.office_id = ANY (:offices))) s
  JOIN unnest(CAST(:old_starts AS date[]), CAST(:old_ends AS date[]),
      CAST(:old_values AS numeric[])) AS old (starts, ends, value)
    ON s.on_day BETWEEN old.starts AND old.ends
  JOIN unnest(CAST(:new_starts AS date[]), CAST(:new_ends AS date[]),
      CAST(:new_values AS numeric[])) AS new (starts, ends, value)
    ON s.on_day BETWEEN new.starts AND new.ends) c
JOIN lot l ON l.id = c.lot_id AND l.currency = 'VND'"""

# Held rounds of each asset as they are counted now, and as the draft would count them. What
# somebody ruled on a round goes before the rules on both sides.
FLAGS = """
WITH tier AS (
  SELECT * FROM unnest(CAST(:tier_sides AS text[]), CAST(:tier_names AS text[]),
    CAST(:tier_failures AS bigint[]), CAST(:tier_starts AS date[]), CAST(:tier_ends AS date[]))
    AS t (side, name, failures, starts, ends)),
ruling AS (
  SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:results AS text[]), CAST(:starts AS date[]),
    CAST(:ends AS date[])) AS r (code, result, starts, ends)),
ruled AS (
  SELECT DISTINCT ON (v.round_id) v.round_id, v.meaning FROM round_ruling v
  WHERE :recount ORDER BY v.round_id, v.id DESC),
begun AS (
  SELECT r.lot_id, min(r.held_on) AS first_on FROM auction_round r WHERE :recount
  GROUP BY r.lot_id),
held AS MATERIALIZED (
  SELECT 'old' AS side, h.asset_id, h.seq, h.result, h.held_on FROM asset_round h
  UNION ALL
  SELECT 'new', h.asset_id, h.seq, h.result, h.held_on FROM asset_round h WHERE NOT :recount
  UNION ALL
  SELECT 'new', o.asset_id,
    row_number() OVER (PARTITION BY o.asset_id ORDER BY b.first_on, r.lot_id, r.number),
    coalesce(v.meaning, ruling.result), r.held_on
  FROM lot_asset o
  JOIN begun b ON b.lot_id = o.lot_id
  JOIN auction_round r ON r.lot_id = o.lot_id
  JOIN round_outcome c ON c.round_id = r.id
  LEFT JOIN ruling ON ruling.code = c.code AND r.held_on BETWEEN ruling.starts AND ruling.ends
  LEFT JOIN ruled v ON v.round_id = r.id
  WHERE :recount AND r.held_on IS NOT NULL AND coalesce(v.meaning, ruling.result) <> 'neither'),
numbered AS (
  SELECT side, asset_id, seq, result, held_on,
    count(*) FILTER (WHERE result = 'sold') OVER (PARTITION BY side, asset_id ORDER BY seq) AS run
  FROM held),
failed AS (
  SELECT side, asset_id, run, held_on,
    row_number() OVER (PARTITION BY side, asset_id, run ORDER BY seq) AS failures
  FROM numbered WHERE result = 'failed'),
raised AS (
  SELECT f.side, f.asset_id, f.run, t.name, min(f.held_on) AS on_day
  FROM failed f JOIN tier t ON t.side = f.side AND f.failures >= t.failures
    AND f.held_on BETWEEN t.starts AND t.ends
  GROUP BY f.side, f.asset_id, f.run, t.name),
counted AS (
  SELECT side, asset_id, name, on_day,
    row_number() OVER (PARTITION BY side, asset_id, name ORDER BY on_day, run) AS nth
  FROM raised)
SELECT a.office_id, coalesce(new.on_day, old.on_day) AS on_day, 'asset' AS subject_kind,
  a.reference AS subject_ref,
  CASE WHEN old.asset_id IS NULL THEN 'raised' WHEN new.asset_id IS NULL THEN 'not_raised'
    WHEN old.on_day <> new.on_day THEN 'moved' ELSE 'same' END AS change,
  jsonb_build_object('tier', coalesce(new.name, old.name), 'before_on', old.on_day,
    'after_on', new.on_day) AS facts
FROM (SELECT * FROM counted WHERE side = 'old') old
FULL JOIN (SELECT * FROM counted WHERE side = 'new') new
  ON new.asset_id = old.asset_id AND new.name = old.name AND new.nth = old.nth
JOIN asset a ON a.id = coalesce(new.asset_id, old.asset_id)
WHERE (:sees_all OR a.office_id = ANY (:offices))
  AND (old.on_day BETWEEN :since AND :until OR new.on_day BETWEEN :since AND :until)"""

LIMIT_STARTS = """
SELECT DISTINCT started_on FROM deadline
WHERE rule_key = :key AND scope IS NOT DISTINCT FROM :scope AND started_on BETWEEN :since AND :until
  AND voided_on IS NULL AND NOT agreed AND (:sees_all OR office_id = ANY (:offices))"""

# Due dates as they stand, moved by as many days as the draft moves the count from their start; a
# limit that stands still is judged by the day since when it does.
LIMITS = """
SELECT s.office_id, s.started_on AS on_day, s.subject_kind, s.subject_ref,
  CASE WHEN would AND NOT was THEN 'late' WHEN was AND NOT would THEN 'in_time'
    WHEN s.due_on <> s.new_due_on THEN 'due_moved' ELSE 'same' END AS change,
  jsonb_build_object('started_on', s.started_on, 'due_before_on', s.due_on,
    'due_after_on', s.new_due_on, 'met_on', s.met_on) AS facts
FROM (
  SELECT d.*, coalesce(d.met_on, d.paused_on, :as_of) > d.due_on AS was,
    coalesce(d.met_on, d.paused_on, :as_of) > d.new_due_on AS would
  FROM (
    SELECT d.*, d.due_on + coalesce(n.due_on - n.base_on, 0) AS new_due_on
    FROM deadline d
    JOIN unnest(CAST(:started AS date[]), CAST(:bases AS date[]), CAST(:dues AS date[]))
      AS n (started_on, base_on, due_on) ON n.started_on = d.started_on
    WHERE d.rule_key = :key AND d.scope IS NOT DISTINCT FROM :scope
      AND d.voided_on IS NULL AND NOT d.agreed
      AND (:sees_all OR d.office_id = ANY (:offices))) d) s"""

# The days a notice is judged by: counted from ``start_on``, done on ``told_on``. Of the places of a
# posting the last one counts; imported rounds only know the day of their announcement. Rounds that
# the simplified procedure was open to are judged by periods of its own, and left out.
NOTICE_DAYS = """
SELECT r.id, r.lot_id, r.office_id, r.number, r.day AS on_day,
  CASE WHEN :spacing THEN n.first_on ELSE r.day END AS start_on,
  CASE WHEN :posting THEN n.posted_on WHEN n.second_on IS NOT NULL THEN n.second_on
    WHEN :spacing THEN NULL ELSE coalesce(n.first_on, r.announced_on) END AS told_on
FROM (
  SELECT r.*, coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS day
  FROM auction_round r WHERE :sees_all OR r.office_id = ANY (:offices)) r
CROSS JOIN LATERAL (
  SELECT coalesce(max(p.from_on) FILTER (WHERE p.kind = 'posting'), r.announced_on) AS posted_on,
    min(p.from_on) FILTER (WHERE p.kind = 'announcement') AS first_on,
    (array_agg(p.from_on ORDER BY p.from_on) FILTER (WHERE p.kind = 'announcement'))[2]
      AS second_on
  FROM (
    SELECT kind, min(from_on) AS from_on
    FROM lot_notice
    WHERE lot_id = r.lot_id AND round_number = r.number AND struck_at IS NULL
    GROUP BY kind, place, CASE WHEN kind = 'posting' THEN NULL ELSE from_on END) p) n
WHERE r.day BETWEEN :since AND :until AND (:sees_all OR r.office_id = ANY (:offices))
  AND NOT EXISTS (
    SELECT FROM unnest(CAST(:short_by AS text[]), CAST(:short_values AS numeric[]),
      CAST(:short_starts AS date[]), CAST(:short_ends AS date[])) AS q (by, value, starts, ends)
    WHERE r.day BETWEEN q.starts AND q.ends AND CASE q.by
      WHEN 'session_value_below' THEN r.starting_price < q.value
      WHEN 'failed_auctions' THEN q.value <= (
        SELECT min(f.failed) FROM (
          SELECT (SELECT count(*) FROM asset_round x
            WHERE x.asset_id = o.asset_id AND x.result = 'failed' AND x.held_on < r.day
              AND x.seq > coalesce((SELECT max(s.seq) FROM asset_round s
                WHERE s.asset_id = o.asset_id AND s.result = 'sold' AND s.held_on < r.day), 0)
            ) AS failed
          FROM lot_asset o WHERE o.lot_id = r.lot_id) f)
      ELSE NOT EXISTS (SELECT FROM lot_asset o JOIN asset a ON a.id = o.asset_id
        WHERE o.lot_id = r.lot_id AND a.kind <> 'gold') END)"""

NOTICE_STARTS = "SELECT DISTINCT start_on FROM ({days}) n WHERE told_on IS NOT NULL"

NOTICES = """
SELECT s.office_id, s.on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  CASE WHEN would AND NOT was THEN 'becomes_breach'
    WHEN was AND NOT would THEN 'stops_breach' ELSE 'same' END AS change,
  jsonb_build_object('number', s.number, 'start_on', s.start_on, 'told_on', s.told_on,
    'bound_before_on', s.bound_before, 'bound_after_on', s.bound_after) AS facts
FROM (
  SELECT n.*, b.bound_before, b.bound_after,
    CASE WHEN :backward THEN n.told_on > b.bound_before ELSE n.told_on < b.bound_before END AS was,
    CASE WHEN :backward THEN n.told_on > b.bound_after ELSE n.told_on < b.bound_after END AS would
  FROM ({days}) n
  JOIN unnest(CAST(:started AS date[]), CAST(:bases AS date[]), CAST(:dues AS date[]))
    AS b (start_on, bound_before, bound_after) ON b.start_on = n.start_on) s
JOIN lot l ON l.id = s.lot_id AND l.currency = 'VND'
WHERE s.told_on IS NOT NULL AND (CAST(:immovable AS boolean) IS NULL OR :immovable = EXISTS (
  SELECT FROM lot_asset o JOIN asset a ON a.id = o.asset_id
  WHERE o.lot_id = s.lot_id AND a.kind = ANY (:immovable_kinds)))"""

DEPOSITS = """
SELECT s.office_id, s.on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  CASE WHEN would AND NOT was THEN 'becomes_breach'
    WHEN was AND NOT would THEN 'stops_breach' ELSE 'same' END AS change,
  jsonb_build_object('number', s.number, 'share', round(s.share, 2)::text,
    'least_before', s.old_least::text, 'most_before', s.old_most::text,
    'least_after', s.new_least::text, 'most_after', s.new_most::text) AS facts
FROM (
  SELECT s.*, NOT s.share BETWEEN s.old_least AND s.old_most AS was,
    NOT s.share BETWEEN s.new_least AND s.new_most AS would
  FROM (
    SELECT r.office_id, r.lot_id, r.number, r.held_on AS on_day,
      r.deposit * 100 / r.starting_price AS share,
      max(p.value) FILTER (WHERE p.side = 'old' AND p.scope = 'least') AS old_least,
      max(p.value) FILTER (WHERE p.side = 'old' AND p.scope = 'most') AS old_most,
      max(p.value) FILTER (WHERE p.side = 'new' AND p.scope = 'least') AS new_least,
      max(p.value) FILTER (WHERE p.side = 'new' AND p.scope = 'most') AS new_most
    FROM auction_round r
    JOIN unnest(CAST(:sides AS text[]), CAST(:scopes AS text[]), CAST(:values AS numeric[]),
        CAST(:starts AS date[]), CAST(:ends AS date[])) AS p (side, scope, value, starts, ends)
      ON r.held_on BETWEEN p.starts AND p.ends
    WHERE r.deposit IS NOT NULL AND r.starting_price > 0 AND r.held_on BETWEEN :since AND :until
      AND (:sees_all OR r.office_id = ANY (:offices))
    GROUP BY r.id) s) s
JOIN lot l ON l.id = s.lot_id AND l.currency = 'VND'
WHERE s.was IS NOT NULL AND s.would IS NOT NULL"""

# A threshold in minimum wages is that of the region the officer found the asset in.
VALUES = """
SELECT s.office_id, s.on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  CASE WHEN s.amount <= s.new_limit AND s.amount > s.old_limit THEN 'now_small'
    WHEN s.amount <= s.old_limit AND s.amount > s.new_limit THEN 'not_small' ELSE 'same' END
    AS change,
  jsonb_build_object('amount', s.amount::text, 'limit_before', s.old_limit::text,
    'limit_after', s.new_limit::text) AS facts
FROM (
  SELECT v.office_id, v.asset_id, v.amount, v.valued_on AS on_day,
    max(t.value) FILTER (WHERE t.side = 'old') AS old_limit,
    max(t.value) FILTER (WHERE t.side = 'new') AS new_limit
  FROM valuation v
  LEFT JOIN LATERAL (
    SELECT f.wage_region FROM pricing_facts f
    WHERE f.asset_id = v.asset_id ORDER BY f.id DESC LIMIT 1) f ON true
  JOIN unnest(CAST(:sides AS text[]), CAST(:regions AS text[]), CAST(:values AS numeric[]),
      CAST(:starts AS date[]), CAST(:ends AS date[])) AS t (side, region, value, starts, ends)
    ON v.valued_on BETWEEN t.starts AND t.ends
      AND (t.region IS NULL OR t.region = coalesce(f.wage_region, CAST(:region AS text)))
  WHERE v.asset_id IS NOT NULL AND v.currency = 'VND' AND v.valued_on BETWEEN :since AND :until
    AND (:sees_all OR v.office_id = ANY (:offices))
  GROUP BY v.id) s
JOIN asset a ON a.id = s.asset_id AND NOT a.kind = ANY (:immovable_kinds)
WHERE s.old_limit IS NOT NULL AND s.new_limit IS NOT NULL"""

# The rows of one rule with a number, by both sides, on the day of what is judged.
SIDES = """
  JOIN unnest(CAST(:old_starts AS date[]), CAST(:old_ends AS date[]),
      CAST(:old_values AS numeric[])) AS old (starts, ends, value)
    ON s.on_day BETWEEN old.starts AND old.ends
  JOIN unnest(CAST(:new_starts AS date[]), CAST(:new_ends AS date[]),
      CAST(:new_values AS numeric[])) AS new (starts, ends, value)
    ON s.on_day BETWEEN new.starts AND new.ends"""

# Every round that failed, with how often the price of its assets fell before it since they were
# last sold: by a decision, or from one round of a lot to the next.
SETOFFS = """
SELECT s.office_id, s.on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  CASE WHEN s.cuts >= new.value AND s.cuts < old.value THEN 'right_opens'
    WHEN s.cuts >= old.value AND s.cuts < new.value THEN 'right_closes' ELSE 'same' END AS change,
  jsonb_build_object('number', s.number, 'cuts', s.cuts, 'limit_before', old.value::text,
    'limit_after', new.value::text) AS facts
FROM (
  SELECT r.lot_id, r.office_id, r.number, r.held_on AS on_day, min(cut.number) AS cuts
  FROM auction_round r
  JOIN asset_round h ON h.round_id = r.id AND h.result = 'failed'
  CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM asset_round e JOIN auction_round b ON b.id = e.round_id
    WHERE e.asset_id = h.asset_id AND e.result = 'failed' AND e.seq < h.seq
      AND e.seq > coalesce((SELECT max(o.seq) FROM asset_round o
        WHERE o.asset_id = h.asset_id AND o.result = 'sold' AND o.seq < h.seq), 0)
      AND (EXISTS (SELECT FROM price_reduction d WHERE d.round_id = b.id)
        OR EXISTS (SELECT FROM auction_round n WHERE n.lot_id = b.lot_id
          AND n.number = b.number + 1 AND n.starting_price < b.starting_price))) cut
  WHERE r.held_on BETWEEN :since AND :until AND (:sees_all OR r.office_id = ANY (:offices))
  GROUP BY r.id) s{sides}
JOIN lot l ON l.id = s.lot_id AND l.currency = 'VND'"""

# Rounds that sold, of the scope that is tried: the first one, or one after a failure.
BIDDERS = """
SELECT s.office_id, s.on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  CASE WHEN s.registered < new.value AND s.registered >= old.value THEN 'becomes_breach'
    WHEN s.registered < old.value AND s.registered >= new.value THEN 'stops_breach'
    ELSE 'same' END AS change,
  jsonb_build_object('number', s.number, 'registered', s.registered,
    'limit_before', old.value::text, 'limit_after', new.value::text) AS facts
FROM (
  SELECT r.lot_id, r.office_id, r.number, r.held_on AS on_day, c.registered
  FROM auction_round r JOIN round_outcome c ON c.round_id = r.id
  WHERE c.registered IS NOT NULL AND r.held_on BETWEEN :since AND :until
    AND EXISTS (SELECT FROM asset_round h WHERE h.round_id = r.id AND h.result = 'sold')
    AND :after_failed = EXISTS (
      SELECT FROM asset_round h JOIN asset_round e ON e.asset_id = h.asset_id
        AND e.seq = h.seq - 1 AND e.result = 'failed'
      WHERE h.round_id = r.id)
    AND (:sees_all OR r.office_id = ANY (:offices))) s{sides}
JOIN lot l ON l.id = s.lot_id AND l.currency = 'VND'"""

# Reductions against the costs, on days of which the law is the same. What was counted then beyond
# the entered costs is storage that ran; it counts where storage borne by the debtor does.
FLOORS = """
WITH law AS (
  SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS t (side text, starts date, ends date, tested boolean, kinds jsonb, bearers jsonb,
      near numeric, most numeric)),
weighed AS (
  SELECT d.id, d.office_id, d.lot_id, d.decided_on, d.new_price, d.recorded_at, r.number, k.costs
  FROM price_reduction d JOIN reduction_check k ON k.reduction_id = d.id
  JOIN auction_round r ON r.id = d.round_id
  WHERE d.decided_on BETWEEN :since AND :until AND (:sees_all OR d.office_id = ANY (:offices))),
sides AS (
  SELECT w.id, law.*,
    ceil(w.new_price * (100 - law.most) / 100 / :unit) * :unit AS next_price
  FROM weighed w JOIN law ON w.decided_on BETWEEN law.starts AND law.ends),
item AS (
  SELECT w.id, c.kind, c.bearer, sum(c.amount) AS amount
  FROM weighed w JOIN lot_asset o ON o.lot_id = w.lot_id
  JOIN asset a ON a.id = o.asset_id
  CROSS JOIN LATERAL (
    SELECT i.kind, i.bearer, i.amount FROM cost_item i
    WHERE i.asset_id = a.id AND i.spent_on <= w.decided_on AND i.recorded_at <= w.recorded_at
    UNION ALL
    SELECT i.kind, i.bearer,
      i.amount / (SELECT count(*) FROM asset other WHERE other.case_id = a.case_id)
    FROM cost_item i
    WHERE i.asset_id IS NULL AND i.case_id = a.case_id AND i.spent_on <= w.decided_on
      AND i.recorded_at <= w.recorded_at) c
  GROUP BY w.id, c.kind, c.bearer),
counted AS (
  SELECT s.id, s.side, coalesce(round(sum(i.amount) FILTER (
      WHERE s.kinds ? ('cost_' || i.kind) AND s.bearers ? ('borne_by_' || i.bearer))),
      0)::numeric(20, 2) AS costs,
    s.kinds ? 'cost_storage' AND s.bearers ? 'borne_by_debtor' AS storage
  FROM sides s LEFT JOIN item i ON i.id = s.id
  GROUP BY s.id, s.side, s.kinds, s.bearers),
both_sides AS (
  SELECT w.*, so.next_price, CASE WHEN so.tested THEN w.costs END AS old_costs,
    CASE WHEN sn.tested THEN n.costs + CASE WHEN so.tested AND o.storage AND n.storage
      THEN greatest(w.costs - o.costs, 0) ELSE 0 END END AS new_costs,
    so.near AS old_near, sn.near AS new_near
  FROM weighed w
  JOIN sides so ON so.id = w.id AND so.side = 'old'
  JOIN sides sn ON sn.id = w.id AND sn.side = 'new'
  JOIN counted o ON o.id = w.id AND o.side = 'old'
  JOIN counted n ON n.id = w.id AND n.side = 'new'),
stood AS (
  SELECT b.*, {before} AS was, {after} AS would FROM both_sides b)
SELECT b.office_id, b.decided_on AS on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  CASE WHEN would = 'reached' AND was <> 'reached' THEN 'at_floor'
    WHEN was = 'reached' AND would <> 'reached' THEN 'above_floor'
    WHEN would = 'near' AND was = 'above' THEN 'near_floor'
    WHEN was = 'near' AND would = 'above' THEN 'not_near' ELSE 'same' END AS change,
  jsonb_build_object('number', b.number, 'price_at', b.new_price::text,
    'price_next', b.next_price::text, 'amount_before', b.old_costs::text,
    'amount_after', b.new_costs::text, 'amount_near_before', (b.old_costs * b.old_near)::text,
    'amount_near_after', (b.new_costs * b.new_near)::text) AS facts
FROM stood b JOIN lot l ON l.id = b.lot_id AND l.currency = 'VND'"""

# How a reduced price stood to the costs, as ``floor_test`` of the offers says it.
STANDING = """CASE WHEN coalesce(b.{side}_costs, 0) <= 0 THEN 'above'
      WHEN b.new_price <= b.{side}_costs THEN 'reached'
      WHEN b.next_price <= b.{side}_costs * b.{side}_near THEN 'near' ELSE 'above' END"""

KEPT = """
WITH found AS MATERIALIZED ({judged}),
kept AS (
  INSERT INTO rule_simulation_case (simulation_id, position, office_id, change, on_day,
    subject_kind, subject_ref, facts)
  SELECT :simulation, row_number() OVER (ORDER BY on_day DESC, subject_ref, facts::text),
    office_id, change, on_day, subject_kind, subject_ref, facts
  FROM found WHERE change <> 'same' ORDER BY on_day DESC, subject_ref, facts::text LIMIT :most)
INSERT INTO rule_simulation_figure (simulation_id, office_id, change, number)
SELECT :simulation, office_id, change, count(*) FROM found GROUP BY office_id, change"""
