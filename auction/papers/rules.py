"""On which dated rules the matter of a paper rests, beside those of its own articles."""

from collections.abc import Mapping

from inventory.papers.rules import PaperKind

RESTS_ON: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.VALUATION_NOTICE: ("certificate_validity_max", "revaluation_request_window"),
    PaperKind.AUCTION_NOTICE: (
        *("posting_movable", "posting_immovable", "announce_count", "announce_spacing"),
        *("announce_second_before", "viewing", "registration_close", "deposit_collect_window"),
    ),
    PaperKind.FAILURE_NOTICE: ("failure_notice_names_right", "setoff_from_reduction"),
    PaperKind.REDUCTION_DECISION: (
        *("max_reduction_pct", "reduction_decision_due", "setoff_from_reduction"),
        *("counted_outcomes", "floor_test", "floor_cost_bearers"),
    ),
    PaperKind.SETOFF_NOTICE: ("setoff_price", "setoff_creditor_answer", "setoff_creditor_pay"),
    PaperKind.RETURN_UNSOLD_MINUTES: ("floor_test", "floor_cost_kinds", "floor_cost_bearers"),
    PaperKind.PAYOUT_TABLE: (
        *("payout_rounding", "payout_due"),
        *("enforcement_fee_rate", "enforcement_fee_exempt", "enforcement_fee_rounding"),
    ),
    PaperKind.TERMINATION_DECISION: ("termination_grounds", "termination_after_sale"),
    PaperKind.TERMINATION_ANNULMENT: ("termination_annulled_by", "termination_annulled_until"),
}
"""Which rules an officer should know to be unsure before he issues a paper."""
