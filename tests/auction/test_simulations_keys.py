"""Every rule is tried on history, or stands here with why recorded history cannot judge it."""

from pathlib import Path

import pytest

import auction
from auction.legal_rules.shipped import shipped_parameters
from auction.simulations.rules import kind_of

ROOT = Path(auction.__path__[0]).parent

NOT_READ = "No step of the program reads it; it is shown as law and counted by hand."
ONE_MEANING = (
    "Its words name one way of doing a thing, the only one that the program knows: no other can be"
    " weighed by steps that were taken in that way."
)
NOT_DONE = "It forbids or stops: what it kept from being done left no record."
NOT_KEPT = "What it is decided by is not kept with the step: the hour, the class, the choice."
SHORT_OR_USUAL = (
    "Whether a round was announced by the usual or by the simplified procedure is the officer's"
    " choice and is not recorded."
)
ALARM = (
    "Alarms, reminders and counts that the calendar asks for: they tell of days to come, and what"
    " was not done for one left no record."
)
DIVISION = (
    "Who gets how much hangs on claims, shares and costs of that day, which go on changing;"
    " `kebien law payout` divides one again."
)
FROM_THE_ROW = (
    "The step or the report takes it from the row itself, so that nothing recorded disagrees."
)
CITED = "Only its article is cited; no step is weighed by its number."
OF_NO_OFFICE = "Recorded for the whole country and not for an office, or not recorded at all."

UNJUDGED: dict[str, str] = {
    NOT_READ: """
        auction_file_retention book_closing complaint_window flag_collapsed_sales
        flag_days_since_first_auction flag_days_without_reduction flag_rounds_without_registrant
        flag_same_organisation_failures inspection_followup_report inspection_notice
        inspection_plan_due interagency_chain need_no_seal officer_report_due
        price_change_for_in_kind_judgment protest_answer protest_window
        reconcile_keeper_accountant stat_periods""",
    ONE_MEANING: """
        auction_under_contract cash_counted certificate_must_be_valid_at collateral_recall
        damaged_seal_at_receipt delivery_by_decision disposal_delegation evidence_compared
        failure_notice_names_right first_starting_price forfeit_risk_passes forfeiture_annulled
        interest_owner judgment_annulled_after_payment keepers_count_together
        missing_written_off non_auction_draw order_signed_by paper_replaced paper_set_right_by
        papers_in_order pause_stop_clause payout_approved_by price_council_majority
        priority_draw redeem_alone release_hour seizure_by_judgment seizure_on_the_spot
        setoff_creditor_asked setoff_price setoff_sum settlement_by_all settlement_consent
        several_lots_order stored_by_order taken_by_agreement taken_by_agreement_price
        termination_after_sale termination_annulled_by termination_annulled_until vat_statement""",
    NOT_DONE: """
        bailiff_may_not bid_withdrawn hold_excuses_limits hold_spares_limits hold_stops_acts
        hold_stops_limits impeded_acts keeper_duties kept_sealed_only next_bidder_rule
        org_choice_cancelled org_kinship sale_not_before sealed_reopen_rule
        valuation_firm_conflict""",
    NOT_KEPT: """
        annulment_grounds debtors_choice handover_minutes_copies no_coercion_hours
        no_force_around_tet perishable_food_shelf perishable_medicine_shelf
        postponement_request_binds pricing_special_kinds pricing_ways savings_vs_treasury_limit
        seizure_in_proportion seizure_notice_to""",
    SHORT_OR_USUAL: """
        announce_count registration_close simplified_announce_before simplified_announce_count
        simplified_for_other_gold simplified_if simplified_posting simplified_registration_close""",
    ALARM: """
        backlog_review_old backlog_sale_new certificate_expiry_warning custody_contract_alert
        deadline_warn_days keeper_appointment_alert loan_remind_before loan_remind_late
        perishable_alert stocktake_accounting stocktake_class stocktake_custodian_body
        stocktake_of_class stocktake_thads""",
    DIVISION: """
        case_costs_borne collateral_first coowner_share one_year_rent others_things_share
        payment_ranks payout_rests_on_claims payout_rounding remainder_to base_salary
        enforcement_fee_above enforcement_fee_exempt enforcement_fee_free_up_to
        enforcement_fee_rate enforcement_fee_rounding""",
    FROM_THE_ROW: """
        currency_smallest_unit firm_ratio_min_sales forfeit_receiver forfeited_deposit method
        revaluation_payer stat_year uncounted_outcomes""",
    CITED: "joint_creditor_deposit",
    OF_NO_OFFICE: "org_sanction_deduction warehouse_transfer_deadline",
}
REASONS = {key: why for why, keys in UNJUDGED.items() for key in keys.split()}


def test_a_rule_stands_under_one_reason_only() -> None:
    named = [key for keys in UNJUDGED.values() for key in keys.split()]
    assert sorted(named) == sorted(REASONS)


@pytest.mark.parametrize("parameter", shipped_parameters(), ids=lambda one: one.key)
def test_a_rule_is_tried_on_history_or_says_why_not(parameter) -> None:
    tried = {kind_of(rule) is not None for rule in parameter.rules}
    assert tried == {parameter.key not in REASONS}, (
        "Give the rule a kind in auction/simulations, or a reason here."
    )


def test_no_reason_outlives_its_rule() -> None:
    assert {one.key for one in shipped_parameters()} >= REASONS.keys()


def test_what_is_said_not_to_be_read_is_read_nowhere() -> None:
    keys = {f'"{key}"' for key in UNJUDGED[NOT_READ].split()}
    for room in ("auction", "inventory", "reports", "service"):
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text("utf-8")
            assert not [key for key in keys if key in text], path
