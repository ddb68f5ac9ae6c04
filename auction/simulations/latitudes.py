"""Codes of the warehouse and of cases, and steps that only one of two words of a rule allows.

Of what the stricter word allows too nothing is said: under either it is the same.
"""

from auction.simulations.sources import Sense, Source
from inventory.measures.rules import PROVISIONAL
from inventory.specials.rules import BY_KIND

LATITUDES: dict[str, Source] = {
    "valuation_firm_area": Source(
        Sense.ONE_OF,
        """
SELECT c.office_id, c.signed_on AS on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  jsonb_build_array('any_listed_firm') AS recorded
FROM valuation_contract c JOIN asset a ON a.id = c.asset_id
JOIN office f ON f.id = a.office_id JOIN valuation_firm v ON v.id = c.firm_id
WHERE c.chosen_by <> 'parties' AND c.outside_reason IS NULL
  AND strpos(vn_fold(concat(a.location, ' ', f.name)), vn_fold(v.province)) = 0""",
    ),
    "price_agreement_until": Source(
        Sense.ONE_OF,
        """
SELECT v.office_id, v.valued_on AS on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  jsonb_build_array('valuation_contract_signed') AS recorded
FROM valuation v JOIN asset a ON a.id = v.asset_id
JOIN (
  SELECT s.asset_id, v.id, max(s.decision_on) AS decision_on
  FROM seizure s JOIN valuation v ON v.asset_id = s.asset_id AND v.valued_on >= s.decision_on
  GROUP BY s.asset_id, v.id) s ON s.id = v.id AND v.valued_on > s.decision_on
WHERE v.method = 'agreed'""",
    ),
    "revaluation_until": Source(
        Sense.ONE_OF,
        """
SELECT v.office_id, v.on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  jsonb_build_array('auction_announced') AS recorded
FROM revaluation v JOIN asset a ON a.id = v.asset_id
WHERE v.ground = 'request' AND EXISTS (
  SELECT FROM lot_asset o JOIN auction_contract c ON c.lot_id = o.lot_id
  WHERE o.asset_id = v.asset_id AND c.signed_on < v.on_day
    AND (c.ended_on IS NULL OR c.ended_on >= v.on_day))""",
    ),
    "auction_contract_after": Source(
        Sense.ONE_OF,
        """
SELECT c.office_id, c.signed_on AS on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  jsonb_build_array('parties_told_the_price') AS recorded
FROM auction_contract c JOIN lot l ON l.id = c.lot_id
WHERE EXISTS (
  SELECT FROM lot_asset o JOIN price_notice n ON n.asset_id = o.asset_id
  WHERE o.lot_id = l.id AND c.signed_on BETWEEN n.told_on AND n.window_ends_on)""",
    ),
    "price_after_default": Source(
        Sense.ONE_OF,
        """
SELECT d.office_id, d.decided_on AS on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  jsonb_build_array('reduced_as_after_failure') AS recorded
FROM price_reduction d JOIN lot l ON l.id = d.lot_id
WHERE EXISTS (SELECT FROM sale s WHERE s.round_id = d.round_id
  AND (s.defaulted_on IS NOT NULL OR s.cancelled_on IS NOT NULL))""",
    ),
    "tenant_who_obstructs": Source(
        Sense.ONE_OF,
        """
SELECT e.office_id, e.ended_on AS on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  jsonb_build_array('put_out_at_once') AS recorded
FROM encumbrance e JOIN asset a ON a.id = e.asset_id WHERE e.ended_how = 'put_out'""",
    ),
}

KEPT: dict[str, Source] = {
    "evidence_kept_in": Source(
        Sense.ONE_OF,
        """
SELECT e.office_id, (b.set_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
  'asset' AS subject_kind, a.reference AS subject_ref, jsonb_build_array(p.custody_form) AS recorded
FROM custody_bound b JOIN asset a ON a.id = b.asset_id
JOIN custody_entry e ON e.asset_id = b.asset_id JOIN place p ON p.id = e.to_place_id
WHERE b.reason = 'regime'""",
    ),
    "special_kind_kept_in": Source(
        Sense.ONE_OF,
        """
SELECT e.office_id, (e.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
  'asset' AS subject_kind, a.reference AS subject_ref, jsonb_build_array(p.custody_form) AS recorded
FROM custody_entry e JOIN asset a ON a.id = e.asset_id JOIN place p ON p.id = e.to_place_id
WHERE EXISTS (SELECT FROM special_mark m
    WHERE m.asset_id = a.id AND m.kind = CAST(:scope AS text) AND m.marked_at <= e.at)
  OR (a.kind, CAST(:scope AS text)) IN ({kinds})""".replace(
            "{kinds}", ", ".join(f"('{kind}', '{mark}')" for kind, mark in sorted(BY_KIND.items()))
        ),
    ),
    "sealing_witnesses": Source(
        Sense.ANY_OF,
        """
SELECT s.office_id,
  (coalesce(o.recorded_at, s.recorded_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
  'asset' AS subject_kind, a.reference AS subject_ref, jsonb_agg(DISTINCT n.role) AS recorded
FROM seal s JOIN asset a ON a.id = s.asset_id JOIN seal_present n ON n.seal_id = s.id
LEFT JOIN seal_opening o ON o.id = n.opening_id
GROUP BY s.id, o.id, a.reference""",
    ),
    "excluded_bidders": Source(
        Sense.ONE_OF,
        """
SELECT b.office_id, (b.registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
  'lot' AS subject_kind, l.reference AS subject_ref, jsonb_build_array(b.tie) AS recorded
FROM bidder b JOIN lot l ON l.id = b.lot_id WHERE b.tie IS NOT NULL""",
    ),
    "provisional_measures": Source(
        Sense.ONE_OF,
        """
SELECT m.office_id, (m.taken_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
  'asset' AS subject_kind, a.reference AS subject_ref, jsonb_build_array(m.kind) AS recorded
FROM measure m JOIN asset a ON a.id = m.asset_id WHERE m.kind = ANY ('{{kinds}}')""".replace(
            "{kinds}", ",".join(sorted(PROVISIONAL))
        ),
    ),
    "termination_grounds": Source(
        Sense.ONE_OF,
        """
SELECT t.office_id, t.decided_on AS on_day, 'case' AS subject_kind,
  c.decision_number AS subject_ref, jsonb_build_array(t.scope) AS recorded
FROM case_termination t JOIN enforcement_case c ON c.id = t.case_id
WHERE t.ground = CAST(:scope AS text)
  AND NOT EXISTS (SELECT FROM termination_annulment u WHERE u.termination_id = t.id)""",
    ),
}
