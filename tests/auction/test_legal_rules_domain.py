"""Every parameter of the domain's tables A to G is there, with its value, unit and certainty."""

from datetime import date

import pytest

from auction.legal_rules.rules import choose_rule
from auction.legal_rules.shipped import shipped_rules

RULES = shipped_rules()
OLD = date(2026, 6, 30)
NEW = date(2026, 7, 1)
READ_2016 = date(2024, 12, 31)

# key, scope, day of the step, value, unit, certainty
CASE = [
    ("voluntary_period", None, OLD, 10, "d", "A"),
    ("voluntary_period", None, NEW, 10, "d", "A"),
    ("own_motion_decision", None, NEW, 5, "wd", "A"),
    ("on_request_decision", None, NEW, 5, "wd", "A"),
    ("file_opened_by_officer", None, NEW, 2, "wd", "A"),
    ("notice_of_documents", None, NEW, 3, "wd", "A"),
    ("copy_to_procuracy", None, NEW, 3, "wd", "A"),
    ("public_posting_notice_days", None, NEW, 7, "d", "A"),
    ("verification_start", None, NEW, 9, "d", "A"),
    ("reverify_not_enforceable", None, NEW, 6, "month", "A"),
    ("reverify_not_enforceable", "prisoner_or_address_unknown", NEW, 1, "year", "A"),
    ("provisional_to_coercion", None, NEW, 10, "d", "A"),
    ("seizure_notice_immovable", None, OLD, 3, "wd", "A"),
    ("seizure_notice_immovable", None, NEW, 3, "wd", "A"),
    ("coercion_cost_notice", None, NEW, 2, "wd", "A"),
    ("no_coercion_hours", None, NEW, ("22:00", "06:00"), "time", "A"),
    ("no_force_around_tet", None, OLD, 15, "d", "A"),
    ("no_force_around_tet", "before_tet", NEW, 15, "d", "A"),
    ("dispute_wait", None, OLD, 30, "d", "A"),
    ("dispute_wait", None, NEW, 30, "d", "A"),
    ("share_of_common_property_wait", None, NEW, 30, "d", "A"),
    ("share_of_common_property_wait", "creditor", OLD, 15, "d", "A"),
    ("sham_transaction_wait", None, NEW, 15, "d", "A"),
    ("remove_others_property", None, NEW, 15, "d", "A"),
    ("postpone_by_protest_authority_max", None, OLD, 3, "month", "B"),
    ("postpone_by_protest_authority_max", None, NEW, 3, "month", "A"),
    ("resume_after_hold", None, NEW, 5, "wd", "A"),
    ("end_of_measure_decision", None, NEW, 3, "wd", "A"),
    ("delegated_disposal_accept", None, NEW, 5, "wd", "A"),
    ("delegated_disposal_remit", None, NEW, 5, "wd", "A"),
]
VALUATION = [
    ("valuation_contract_due", None, OLD, 5, "wd", "A"),
    ("valuation_contract_due", None, NEW, 5, "wd", "A"),
    ("valuation_firm_area", None, OLD, "same_province_first", "text", "A"),
    ("valuation_firm_area", None, NEW, "any_listed_firm", "text", "A"),
    ("price_notice_due", None, NEW, 3, "wd", "A"),
    ("revaluation_request_window", None, NEW, 5, "wd", "A"),
    ("revaluation_requests_max", None, NEW, 1, "count", "A"),
    ("revaluation_start", None, NEW, 5, "wd", "A"),
    ("small_value_threshold", None, OLD, 10_000_000, "vnd", "A"),
    ("small_value_threshold", None, NEW, 5, "min_wage", "A"),
    ("regional_min_wage", "region_1", NEW, 5_310_000, "vnd", "A"),
    ("regional_min_wage", "region_2", NEW, 4_730_000, "vnd", "A"),
    ("regional_min_wage", "region_3", NEW, 4_140_000, "vnd", "A"),
    ("regional_min_wage", "region_4", NEW, 3_700_000, "vnd", "A"),
    ("perishable_medicine_shelf", None, NEW, 60, "d", "A"),
    ("perishable_food_shelf", None, NEW, 30, "d", "A"),
    ("consult_finance_body_reply", None, OLD, 15, "d", "A"),
    ("price_council_min_members", None, NEW, 3, "count", "A"),
    ("certificate_validity_max", None, NEW, 6, "month", "C"),
    ("certificate_must_be_valid_at", None, NEW, "auction_contract_signed", "text", "A"),
    ("price_change_for_in_kind_judgment", None, NEW, 20, "pct", "A"),
    ("gold_bar_sale_due", None, NEW, 10, "d", "A"),
]
REDUCTION = [
    ("max_reduction_pct", None, date(2015, 6, 30), 10, "pct", "A"),
    ("max_reduction_pct", None, OLD, 10, "pct", "A"),
    ("max_reduction_pct", None, NEW, 10, "pct", "A"),
    ("reduction_decision_due", None, NEW, 5, "wd", "A"),
    ("reduction_agreement_call", None, OLD, 5, "wd", "A"),
    ("reduction_agreement_period", None, OLD, 10, "d", "A"),
    ("reduction_decision_due_state_revenue", None, OLD, 10, "d", "A"),
    ("failure_notice_to_parties", None, NEW, 2, "wd", "A"),
    ("setoff_from_reduction", None, NEW, 2, "rounds", "A"),
    ("setoff_price", None, NEW, "last_reduced_price", "text", "A"),
    ("setoff_creditor_answer", None, OLD, 10, "d", "A"),
    ("setoff_creditor_answer", None, NEW, 3, "wd", "C"),
    ("setoff_notify_debtor", None, NEW, 3, "wd", "A"),
    ("setoff_debtor_redeem", None, OLD, 30, "d", "A"),
    ("setoff_debtor_redeem", None, NEW, 5, "wd", "A"),
    ("setoff_creditor_pay", None, NEW, 5, "wd", "A"),
    ("floor_test", None, OLD, "coercion_costs", "text", "A"),
    ("floor_test", None, NEW, "enforcement_costs", "text", "A"),
    ("redeem_before_opening", None, NEW, 1, "wd", "A"),
    ("coowner_priority_first", "immovable", OLD, 3, "month", "A"),
    ("coowner_priority_first", "movable", OLD, 1, "month", "A"),
    ("coowner_priority_first", "immovable", NEW, 15, "d", "A"),
    ("coowner_priority_first", "movable", NEW, 5, "wd", "A"),
    ("coowner_priority_next", None, OLD, 15, "d", "A"),
    ("coowner_priority_next", None, NEW, 3, "wd", "A"),
    ("priority_pay", None, NEW, 5, "wd", "A"),
]
AUCTION = [
    ("auction_contract_due", None, OLD, 10, "d", "A"),
    ("auction_contract_due", None, NEW, 5, "wd", "A"),
    ("parties_name_organisation", None, OLD, 5, "wd", "A"),
    ("fallback_auction_centre", None, NEW, 5, "wd", "A"),
    ("auction_hold_due", "movable", NEW, 30, "d", "A"),
    ("auction_hold_due", "immovable", NEW, 45, "d", "A"),
    ("officer_auctions_himself", "least", OLD, 2_000_000, "vnd", "A"),
    ("officer_auctions_himself", "most", OLD, 10_000_000, "vnd", "A"),
    ("non_auction_sale", None, OLD, 5, "wd", "A"),
    ("non_auction_sale_value_max", None, OLD, 2_000_000, "vnd", "A"),
    ("non_auction_sale", None, NEW, 5, "wd", "A"),
    ("non_auction_sale_notice", None, NEW, 1, "wd", "A"),
    ("non_auction_sale_procuracy", None, NEW, 1, "wd", "A"),
    ("org_selection_notice", None, READ_2016, 3, "wd", "A"),
    ("org_selection_notice", None, NEW, 3, "wd", "C"),
    ("org_selection_result_notice", None, NEW, 3, "wd", "C"),
    ("posting_movable", None, READ_2016, 7, "wd", "A"),
    ("posting_movable", None, NEW, 7, "wd", "C"),
    ("posting_immovable", None, READ_2016, 15, "d", "A"),
    ("posting_immovable", None, NEW, 15, "d", "C"),
    ("announce_scope", "movable", NEW, 50_000_000, "vnd", "C"),
    ("announce_scope", "immovable", NEW, 0, "vnd", "C"),
    ("announce_count", None, NEW, 2, "count", "C"),
    ("announce_spacing", None, NEW, 2, "wd", "C"),
    ("announce_second_before", "movable", NEW, 7, "wd", "C"),
    ("announce_second_before", "immovable", NEW, 15, "d", "C"),
    ("viewing", None, NEW, 2, "d", "C"),
    ("registration_close", None, NEW, 2, "d", "C"),
    ("deposit_pct", "least", READ_2016, 5, "pct", "A"),
    ("deposit_pct", "most", NEW, 20, "pct", "B"),
    ("deposit_collect_window", None, READ_2016, 3, "wd", "A"),
    ("deposit_collect_window", None, NEW, 3, "wd", "C"),
    ("deposit_cash_direct_max", None, NEW, 5_000_000, "vnd", "C"),
    ("deposit_refund_losers", None, READ_2016, 3, "wd", "A"),
    ("method", None, NEW, "ascending_public_start", "text", "C"),
    ("min_bidders", None, NEW, 2, "count", "C"),
    ("min_bidders", "after_failed_first", NEW, 1, "count", "C"),
    ("simplified_if", "session_value_below", NEW, 50_000_000, "vnd", "C"),
    ("simplified_if", "failed_auctions", NEW, 2, "rounds", "C"),
    ("simplified_posting", "movable", NEW, 3, "wd", "C"),
    ("simplified_posting", "immovable", NEW, 5, "wd", "C"),
    ("simplified_announce_count", None, NEW, 1, "count", "C"),
    ("simplified_registration_close", None, NEW, 1, "d", "C"),
    ("simplified_for_other_gold", None, NEW, "always", "text", "A"),
    ("result_to_seller", None, READ_2016, 1, "wd", "A"),
    ("result_to_seller", "dossier", READ_2016, 3, "wd", "A"),
    ("failed_papers_back", None, READ_2016, 3, "wd", "A"),
    ("next_bidder_rule", None, NEW, "next_bid_plus_deposit_covers_refused_bid", "text", "C"),
    ("several_lots_order", None, NEW, "highest_value_first_until_covered", "text", "A"),
    ("auction_file_retention", None, READ_2016, 5, "year", "A"),
    ("pause_stop_clause", None, NEW, "in_contract_before_winner", "text", "A"),
]
AFTER_SALE = [
    ("pay_due", None, OLD, 30, "d", "A"),
    ("pay_due", None, NEW, 30, "d", "A"),
    ("pay_due", "agreed", NEW, 60, "d", "A"),
    ("delivery_due", None, READ_2016, 30, "d", "B"),
    ("delivery_due", "complex", READ_2016, 60, "d", "B"),
    ("delivery_due", None, OLD, 60, "d", "A"),
    ("delivery_due", None, NEW, 60, "d", "A"),
    ("delivery_due_non_auction", None, NEW, 3, "wd", "A"),
    ("delivery_due_agreement", None, NEW, 5, "wd", "A"),
    ("bank_deposit_if_undelivered", None, NEW, 10, "d", "A"),
    ("interest_owner", None, NEW, "debt_until_delivery_due_then_buyer", "text", "A"),
    ("payout_due", None, NEW, 10, "d", "A"),
    ("payout_extension", None, NEW, 45, "d", "A"),
    ("registration_file_due", None, NEW, 10, "d", "A"),
    ("registration_file_due", "coowner_or_creditor", OLD, 5, "wd", "A"),
    ("one_year_rent", None, OLD, "one_year_of_local_average_rent", "text", "A"),
    ("one_year_rent", None, NEW, 12, "min_wage", "A"),
]
EVIDENCE = [
    ("stocktake_thads", None, OLD, ("quarter", "half_year", "year"), "period", "A"),
    ("stocktake_thads", None, NEW, ("quarter", "half_year", "year"), "period", "C"),
    ("stocktake_accounting", None, OLD, ("quarter", "year", "extraordinary"), "period", "A"),
    ("stocktake_custodian_body", None, NEW, ("half_year", "year"), "period", "A"),
    ("reconcile_keeper_accountant", None, OLD, ("month", "quarter", "year"), "period", "A"),
    ("outside_custody_check", None, OLD, 1, "month", "A"),
    ("book_closing", None, OLD, ("quarter", "half_year", "year"), "period", "A"),
    ("backlog_review_old", None, OLD, 1, "year", "A"),
    ("backlog_sale_new", None, NEW, 5, "year", "A"),
    ("forfeit_notify", None, NEW, 10, "d", "A"),
    ("forfeit_receiver", None, OLD, "finance_body_of_same_level", "text", "A"),
    ("forfeit_receiver", None, NEW, "commune_peoples_committee", "text", "A"),
    ("forfeit_receiver", "military", NEW, "provincial_department_of_finance", "text", "A"),
    ("forfeit_cash_remit", None, NEW, 7, "d", "A"),
    ("destroy_council_due", None, NEW, 1, "month", "A"),
    ("destroy_act_due", None, OLD, 10, "d", "A"),
    ("destroy_act_due", None, NEW, 20, "d", "A"),
    ("return_notice_due", None, NEW, 3, "wd", "A"),
    ("return_wait_money", None, NEW, 15, "d", "A"),
    ("return_wait_goods", None, OLD, 3, "month", "A"),
    ("return_wait_goods", None, NEW, 30, "d", "A"),
    ("return_wait_perishable", None, NEW, 5, "wd", "A"),
    ("return_wait_papers", None, OLD, 1, "year", "A"),
    ("return_wait_papers", None, NEW, 3, "month", "A"),
    ("unclaimed_to_state", None, NEW, 5, "year", "A"),
    ("unclaimed_to_state", "collected_later", NEW, 1, "year", "A"),
    ("savings_vs_treasury_limit", None, NEW, 2, "min_wage", "A"),
    ("warehouse_transfer_deadline", None, NEW, "2028-07-01", "date", "A"),
    ("sealed_reopen_rule", None, NEW, "reseal_with_new_minutes", "text", "A"),
]
SUPERVISION = [
    ("stat_year", None, NEW, ("10-01", "09-30"), "month_day", "A"),
    ("stat_periods", None, OLD, (3, 6, 10, 12), "month", "A"),
    ("stat_periods", None, NEW, (3, 6, 10, 12), "month", "C"),
    ("officer_report_due", None, OLD, 1, "wd", "A"),
    ("interagency_chain", "close", OLD, 1, "d", "A"),
    ("interagency_chain", "unit_to_province", OLD, 1, "wd", "A"),
    ("interagency_chain", "province_to_centre", OLD, 5, "wd", "A"),
    ("interagency_chain", "centre", OLD, 5, "wd", "A"),
    ("inspection_plan_due", None, OLD, "12-31", "month_day", "A"),
    ("inspection_conclusion_due", None, NEW, 10, "d", "C"),
    ("inspection_conclusion_due", "military", NEW, 10, "d", "A"),
    ("inspection_followup_report", None, NEW, 15, "d", "C"),
    ("inspection_notice", None, NEW, 10, "d", "C"),
    ("inspection_notice", "ad_hoc", NEW, 3, "wd", "C"),
    ("failed_rounds_flag", "attention", NEW, 3, "rounds", "C"),
    ("failed_rounds_flag", "office_review", NEW, 5, "rounds", "C"),
    ("failed_rounds_flag", "provincial_team", NEW, 10, "rounds", "C"),
    ("failed_rounds_flag", "central_list", NEW, 20, "rounds", "C"),
    ("complaint_window", "before_measures", NEW, 15, "d", "A"),
    ("complaint_window", "provisional_measures", NEW, 10, "d", "A"),
    ("complaint_window", "coercion_and_after", NEW, 30, "d", "A"),
    ("protest_window", None, NEW, 15, "d", "A"),
    ("protest_window", "supreme_procuracy", NEW, 30, "d", "A"),
    ("protest_window", "after_closing", NEW, 1, "year", "A"),
    ("protest_answer", None, NEW, 15, "d", "A"),
    ("protest_answer", "carry_out", NEW, 5, "wd", "A"),
]
EVERY = [*CASE, *VALUATION, *REDUCTION, *AUCTION, *AFTER_SALE, *EVIDENCE, *SUPERVISION]


@pytest.mark.parametrize(("key", "scope", "on", "value", "unit", "sure"), EVERY)
def test_the_rule_says_what_the_domain_says(key, scope, on, value, unit, sure) -> None:
    rule = choose_rule(RULES, key, on, scope)
    assert (rule.scope, rule.value, rule.unit, rule.confidence) == (scope, value, unit, sure)
    assert rule.article


def test_six_groups_of_criteria_choose_the_auction_organisation() -> None:
    assert len(choose_rule(RULES, "org_selection_groups", NEW).codes) == 6


def test_rounds_of_the_auction_law_read_in_2016_are_to_be_confirmed_from_2025_on() -> None:
    later = [r for r in RULES if r.article.startswith("PA16") and r.serves(NEW)]
    assert len(later) >= 20
    assert {r.confidence for r in later if r.key != "deposit_pct"} == {"C"}


def test_each_row_has_an_article_a_day_and_a_certainty() -> None:
    for rule in RULES:
        assert rule.article.strip(), rule.key
        assert rule.valid_to is None or rule.valid_to >= rule.valid_from, rule.key
        assert rule.confidence in ("A", "B", "C"), rule.key
