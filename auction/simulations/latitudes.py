"""Steps that only one of two words of a rule allows, each as that word.

Of what the stricter word allows too nothing is said: under either it is the same.
"""

from auction.simulations.sources import Sense, Source

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
