"""What is recorded outside the table of due dates: steps with two days, and numbers with a bound.

Each source selects one line for everything a rule is about; ``weighing`` judges what it finds.
"""

from itertools import product

from auction.simulations.latitudes import KEPT, LATITUDES
from auction.simulations.sources import Sense, Source
from inventory.disposals.rules import Step, Thing, Way, limit_of

# A step of a disposal from the step that its limit runs from; open while it was not taken.
_DISPOSAL = """
SELECT d.office_id, 'disposal' AS subject_kind, d.reference AS subject_ref, b.done_on AS start_on,
  e.done_on
FROM disposal d
JOIN disposal_step b ON b.disposal_id = d.id AND b.step = '{after}'
LEFT JOIN (SELECT disposal_id, min(done_on) AS done_on FROM disposal_step WHERE step = '{step}'
  GROUP BY disposal_id) e ON e.disposal_id = d.id
WHERE d.way = '{way}' AND d.thing = ANY ('{{{things}}}')
  AND (d.closed_at IS NULL OR e.done_on IS NOT NULL)"""


def _disposals() -> dict[str, Source]:
    """The limits of disposals, as the rules of that room say them."""
    things: dict[tuple[str, Way, Step, Step], list[Thing]] = {}
    for way, thing, step in product(Way, Thing, Step):
        limit = limit_of(way, thing, step)
        if limit is not None and step is not Step.REMITTED:
            things.setdefault((limit.key, way, limit.after, step), []).append(thing)
    return {
        key: Source(
            Sense.DUE,
            _DISPOSAL.format(way=way, after=after, step=step, things=",".join(some)),
        )
        for (key, way, after, step), some in things.items()
    }


_SOLD_AFTER_NOTICE = """
SELECT s.office_id, 'lot' AS subject_kind, l.reference AS subject_ref, s.sold_on AS start_on,
  s.{told_on} AS done_on
FROM sale s JOIN lot l ON l.id = s.lot_id WHERE s.way = 'direct' AND s.{told_on} IS NOT NULL"""

_HALTED = """
SELECT h.office_id, h.requested_on AS on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  jsonb_build_array(h.ground) AS recorded
FROM auction_halt h JOIN lot l ON l.id = h.lot_id WHERE h.kind = '{kind}'"""

_COUNCIL = """
SELECT d.office_id, s.done_on AS on_day, 'disposal' AS subject_kind, d.reference AS subject_ref,
  jsonb_agg(DISTINCT m.body) AS recorded
FROM disposal d JOIN disposal_step s ON s.disposal_id = d.id AND s.step = 'council'
JOIN disposal_member m ON m.disposal_id = d.id {chairing}
GROUP BY d.id, d.office_id, d.reference, s.done_on"""

_PLACES = """
SELECT r.office_id, 'lot' AS subject_kind, l.reference AS subject_ref,
  coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS on_day,
  jsonb_agg(DISTINCT n.place) AS recorded
FROM auction_round r JOIN lot l ON l.id = r.lot_id
JOIN lot_notice n ON n.lot_id = r.lot_id AND n.round_number = r.number AND n.kind = '{kind}'
  AND n.struck_at IS NULL AND n.place IS NOT NULL{only}
GROUP BY r.id, l.reference"""

TERMS: dict[str, Source] = {
    **_disposals(),
    "handover_answer": Source(
        Sense.DUE,
        """
SELECT h.office_id, 'handover' AS subject_kind, h.reference AS subject_ref,
  (h.offered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS start_on,
  (h.closed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS done_on
FROM handover h""",
    ),
    "outside_custody_check": Source(
        Sense.DUE,
        """
SELECT c.office_id, 'asset' AS subject_kind, a.reference AS subject_ref, c.start_on, c.done_on
FROM (
  SELECT e.*, lead(e.start_on) OVER (PARTITION BY e.id ORDER BY e.start_on) AS done_on
  FROM (
    SELECT id, office_id, asset_id, ended_on, from_on AS start_on FROM custody_contract
    UNION
    SELECT c.id, c.office_id, c.asset_id, c.ended_on, k.checked_on
    FROM custody_check k JOIN custody_contract c ON c.id = k.contract_id) e) c
JOIN asset a ON a.id = c.asset_id WHERE c.done_on IS NOT NULL OR c.ended_on IS NULL""",
    ),
    "org_selection_result_notice": Source(
        Sense.DUE,
        """
SELECT k.office_id, 'lot' AS subject_kind, l.reference AS subject_ref, k.chosen_on AS start_on,
  k.result_on AS done_on
FROM organisation_call k JOIN lot l ON l.id = k.lot_id
WHERE k.chosen_on IS NOT NULL AND k.cancelled_on IS NULL""",
    ),
    "org_selection_notice": Source(
        Sense.NOT_AFTER,
        """
SELECT k.office_id, 'lot' AS subject_kind, l.reference AS subject_ref, k.chosen_on AS start_on,
  greatest(k.site_on, k.portal_on) AS done_on
FROM organisation_call k JOIN lot l ON l.id = k.lot_id
WHERE k.chosen_on IS NOT NULL AND k.cancelled_on IS NULL""",
    ),
    "certificate_validity_max": Source(
        Sense.NOT_AFTER,
        """
SELECT c.office_id, 'lot' AS subject_kind, l.reference AS subject_ref, v.valued_on AS start_on,
  c.signed_on AS done_on
FROM auction_contract c JOIN lot l ON l.id = c.lot_id
JOIN lot_asset o ON o.lot_id = l.id
JOIN LATERAL (
  SELECT v.method, v.valued_on, v.valid_until FROM valuation v
  WHERE v.asset_id = o.asset_id AND v.valued_on <= c.signed_on
  ORDER BY v.valued_on DESC, v.id DESC LIMIT 1) v ON v.method = 'firm' AND v.valid_until IS NULL""",
    ),
    "postpone_by_protest_authority_max": Source(
        Sense.NOT_AFTER,
        """
SELECT h.office_id, h.subject_kind, h.subject_ref, h.started_on AS start_on,
  coalesce(h.ended_on, :as_of) AS done_on
FROM hold h WHERE h.kind = 'protest_authority'""",
    ),
    "non_auction_sale_notice": Source(
        Sense.NOT_AFTER, _SOLD_AFTER_NOTICE.format(told_on="announced_on")
    ),
    "non_auction_sale_procuracy": Source(
        Sense.NOT_AFTER, _SOLD_AFTER_NOTICE.format(told_on="procuracy_told_on")
    ),
    "redeem_before_opening": Source(
        Sense.NOT_AFTER,
        """
SELECT x.office_id, 'lot' AS subject_kind, l.reference AS subject_ref, r.opens_on AS start_on,
  x.left_on AS done_on
FROM asset_exit x JOIN lot l ON l.id = x.lot_id
JOIN LATERAL (
  SELECT coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS opens_on
  FROM auction_round r WHERE r.lot_id = l.id ORDER BY r.number DESC LIMIT 1) r
  ON r.opens_on >= x.left_on
WHERE x.ground = 'paid'""",
    ),
    "payout_extension": Source(
        Sense.NOT_AFTER,
        """
SELECT d.office_id, d.subject_kind, d.subject_ref, d.started_on AS start_on,
  m.new_due_on AS done_on
FROM deadline_move m JOIN deadline d ON d.id = m.deadline_id AND d.rule_key = 'payout_due'
WHERE m.why = 'extension' AND m.new_due_on IS NOT NULL""",
    ),
    "remove_others_property": Source(
        Sense.AFTER,
        """
SELECT e.office_id, 'asset' AS subject_kind, a.reference AS subject_ref, e.told_on AS start_on,
  e.ended_on AS done_on
FROM encumbrance e JOIN asset a ON a.id = e.asset_id
WHERE e.kind = 'others_things' AND e.ended_how = 'sold_with'
  AND e.told_on IS NOT NULL AND e.ended_on IS NOT NULL""",
    ),
    "consult_finance_body_reply": Source(
        Sense.AFTER,
        """
SELECT v.office_id, 'asset' AS subject_kind, a.reference AS subject_ref,
  f.finance_asked_on AS start_on, v.valued_on AS done_on
FROM valuation v JOIN asset a ON a.id = v.asset_id
JOIN LATERAL (
  SELECT f.finance_asked_on, f.finance_answer FROM pricing_facts f
  WHERE f.asset_id = v.asset_id ORDER BY f.id DESC LIMIT 1) f
  ON f.finance_asked_on <= v.valued_on AND f.finance_answer IS NULL
WHERE v.method = 'officer'""",
    ),
    "inspection_conclusion_due": Source(
        Sense.DUE,
        """
SELECT v.office_id, 'asset' AS subject_kind, a.reference AS subject_ref, f.ended_on AS start_on,
  (v.concluded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS done_on
FROM review v JOIN asset a ON a.id = v.asset_id
JOIN (
  SELECT review_id, (max(recorded_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS ended_on
  FROM finding GROUP BY review_id) f ON f.review_id = v.id
WHERE CAST(:scope AS text) IS NULL""",
    ),
    "deposit_collect_window": Source(
        Sense.NOT_BEFORE,
        """
SELECT r.office_id, 'lot' AS subject_kind, l.reference AS subject_ref,
  coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS start_on,
  (e.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS done_on
FROM deposit_entry e JOIN auction_round r ON r.id = e.round_id JOIN lot l ON l.id = r.lot_id
WHERE e.kind = 'paid'""",
    ),
}
"""Limits in days whose start and step stand in the records of the step itself."""

MEASURES: dict[str, Source] = {
    "dossier_fee_most": Source(
        Sense.AT_MOST,
        """
SELECT r.office_id, 'lot' AS subject_kind, l.reference AS subject_ref,
  coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS on_day,
  r.dossier_fee AS measured
FROM auction_round r JOIN lot l ON l.id = r.lot_id WHERE r.dossier_fee IS NOT NULL""",
    ),
    "deposit_cash_direct_max": Source(
        Sense.BELOW,
        """
SELECT e.office_id, 'lot' AS subject_kind, l.reference AS subject_ref, e.amount AS measured,
  (e.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day
FROM deposit_entry e JOIN lot l ON l.id = e.lot_id AND l.currency = 'VND'
WHERE e.kind = 'paid' AND e.how = 'cash'""",
    ),
    "announce_scope": Source(
        Sense.BELOW,
        """
SELECT r.office_id, 'lot' AS subject_kind, l.reference AS subject_ref,
  coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS on_day,
  r.starting_price AS measured
FROM auction_round r JOIN lot l ON l.id = r.lot_id AND l.currency = 'VND'
WHERE r.starting_price IS NOT NULL
  AND EXISTS (SELECT FROM lot_notice n WHERE n.lot_id = r.lot_id AND n.round_number = r.number
    AND n.kind = 'posting' AND n.struck_at IS NULL)
  AND NOT EXISTS (SELECT FROM lot_notice n WHERE n.lot_id = r.lot_id AND n.round_number = r.number
    AND n.kind = 'announcement' AND n.struck_at IS NULL)
  AND (CAST(:scope AS text) = 'immovable') = EXISTS (
    SELECT FROM lot_asset o JOIN asset a ON a.id = o.asset_id
    WHERE o.lot_id = r.lot_id AND a.kind = ANY (:immovable_kinds))""",
    ),
    "viewing": Source(
        Sense.AT_LEAST,
        """
SELECT s.office_id, s.on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  max(least(coalesce(n.until_on, n.from_on), s.on_day - 1) - greatest(n.from_on, p.from_on) + 1)
    AS measured
FROM (
  SELECT r.id, r.office_id, r.lot_id, r.number,
    coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS on_day
  FROM auction_round r) s
JOIN lot l ON l.id = s.lot_id
JOIN lot_notice n ON n.lot_id = s.lot_id AND n.round_number = s.number AND n.kind = 'viewing'
  AND n.struck_at IS NULL
LEFT JOIN (
  SELECT lot_id, round_number, min(from_on) AS from_on FROM lot_notice
  WHERE kind = 'posting' AND struck_at IS NULL GROUP BY lot_id, round_number) p
  ON p.lot_id = s.lot_id AND p.round_number = s.number
GROUP BY s.id, s.office_id, s.on_day, l.reference""",
    ),
    "officer_auctions_himself": Source(
        Sense.AT_MOST,
        """
SELECT c.office_id, c.signed_on AS on_day, 'lot' AS subject_kind, l.reference AS subject_ref,
  c.starting_price AS measured
FROM auction_contract c JOIN lot l ON l.id = c.lot_id AND l.currency = 'VND'
WHERE c.way = 'officer' AND c.way_document IS NULL""",
    ),
    "provisional_measure_decision": Source(
        Sense.AT_MOST,
        """
SELECT m.office_id, 'asset' AS subject_kind, a.reference AS subject_ref,
  (m.taken_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
  round(extract(epoch FROM m.decided_at - m.taken_at) / 3600, 2) AS measured
FROM measure m JOIN asset a ON a.id = m.asset_id
WHERE m.minutes IS NOT NULL AND m.decided_at IS NOT NULL AND m.decide_by IS NOT NULL""",
    ),
    "price_council_min_members": Source(
        Sense.AT_LEAST,
        """
SELECT k.office_id, k.set_up_on AS on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  count(m.position) AS measured
FROM price_council k JOIN asset a ON a.id = k.asset_id
JOIN price_council_member m ON m.council_id = coalesce(k.first_id, k.id)
GROUP BY k.id, a.reference""",
    ),
    "destroy_council_size": Source(
        Sense.AT_LEAST,
        """
SELECT d.office_id, s.done_on AS on_day, 'disposal' AS subject_kind, d.reference AS subject_ref,
  count(m.position) AS measured
FROM disposal d JOIN disposal_step s ON s.disposal_id = d.id AND s.step = 'council'
JOIN disposal_member m ON m.disposal_id = d.id
GROUP BY d.id, d.office_id, d.reference, s.done_on""",
    ),
    "revaluation_requests_max": Source(
        Sense.AT_MOST,
        """
SELECT v.office_id, v.on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  v.request_number AS measured
FROM revaluation v JOIN asset a ON a.id = v.asset_id WHERE v.request_number IS NOT NULL""",
    ),
}
"""Numbers and sums that a rule bounds, on the day whose law bounds them."""

CODES: dict[str, Source] = {
    "may_depart_from": Source(
        Sense.ONE_OF,
        """
SELECT d.office_id, d.on_day, d.subject_kind, d.subject_ref,
  jsonb_build_array(d.rule_key) AS recorded
FROM departure d JOIN departure_use u ON u.departure_id = d.id""",
    ),
    "deposit_forfeit_grounds": Source(
        Sense.ONE_OF,
        """
SELECT e.office_id, 'lot' AS subject_kind, l.reference AS subject_ref,
  (e.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
  jsonb_build_array(e.ground) AS recorded
FROM deposit_entry e JOIN lot l ON l.id = e.lot_id WHERE e.kind = 'forfeited'""",
    ),
    **{
        f"{kind}_grounds": Source(Sense.ONE_OF, _HALTED.replace("{kind}", kind))
        for kind in ("pause", "stop")
    },
    "valuation_firm_choice": Source(
        Sense.ONE_OF,
        """
SELECT c.office_id, c.signed_on AS on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  jsonb_build_array(c.chosen_by) AS recorded
FROM valuation_contract c JOIN asset a ON a.id = c.asset_id""",
    ),
    **KEPT,
    **LATITUDES,
    "revaluation_grounds": Source(
        Sense.ONE_OF,
        """
SELECT v.office_id, v.on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  jsonb_build_array(v.ground) AS recorded
FROM revaluation v JOIN asset a ON a.id = v.asset_id""",
    ),
    "auction_forms": Source(
        Sense.ONE_OF,
        """
SELECT r.office_id, 'lot' AS subject_kind, l.reference AS subject_ref,
  coalesce(r.held_on, (r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS on_day,
  jsonb_build_array(r.form) AS recorded
FROM auction_round r JOIN lot l ON l.id = r.lot_id WHERE r.form IS NOT NULL""",
    ),
    "custody_forms": Source(
        Sense.ONE_OF,
        """
SELECT c.office_id, c.from_on AS on_day, 'asset' AS subject_kind, a.reference AS subject_ref,
  jsonb_build_array(c.form) AS recorded
FROM custody_contract c JOIN asset a ON a.id = c.asset_id""",
    ),
    "destroy_council_chair": Source(Sense.ONE_OF, _COUNCIL.replace("{chairing}", "AND m.chairs")),
    "destroy_council_members": Source(Sense.ALL_OF, _COUNCIL.replace("{chairing}", "")),
    "org_selection_groups": Source(
        Sense.ALL_OF,
        """
SELECT k.office_id, greatest(k.site_on, k.portal_on) AS on_day, 'lot' AS subject_kind,
  l.reference AS subject_ref, jsonb_agg(DISTINCT c.group_code) AS recorded
FROM organisation_call k JOIN lot l ON l.id = k.lot_id JOIN call_criterion c ON c.call_id = k.id
WHERE k.cancelled_on IS NULL GROUP BY k.id, l.reference""",
    ),
    "posting_places": Source(
        Sense.ALL_OF,
        _PLACES.replace("{kind}", "posting").replace(
            "{only}",
            """
  AND EXISTS (SELECT FROM lot_asset o JOIN asset a ON a.id = o.asset_id
    WHERE o.lot_id = r.lot_id
      AND (a.kind = ANY (:immovable_kinds)) = (CAST(:scope AS text) = 'immovable'))""",
        ),
    ),
    "announce_media": Source(
        Sense.ALL_OF, _PLACES.replace("{kind}", "announcement").replace("{only}", "")
    ),
}
"""What is recorded by a code that a rule lists, or by several of which it wants all."""
