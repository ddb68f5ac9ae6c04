"""Which act of the program meets which limit; what no act meets is said to be done by hand."""

from enum import StrEnum

from inventory.base.errors import Barred
from inventory.base.messages import _, labels


class Meets(StrEnum):
    """An act that meets limits by being recorded."""

    DECISION_ISSUED = "decision_issued"
    COPY_SENT = "copy_sent"
    FILE_OPENED = "file_opened"
    DEBTOR_TOLD = "debtor_told"
    FULFILLED = "fulfilled"
    MEANS_VERIFIED = "means_verified"
    SEIZURE_TOLD = "seizure_told"
    COSTS_TOLD = "costs_told"
    MEASURE_DECIDED = "measure_decided"
    SEIZED = "seized"
    MEASURE_ENDED = "measure_ended"
    VALUATION_CONTRACTED = "valuation_contracted"
    PRICE_TOLD = "price_told"
    REVALUATION_ASKED = "revaluation_asked"
    VALUED_AGAIN = "valued_again"
    OWNERS_TOLD = "owners_told"
    OWNER_BOUGHT = "owner_bought"
    AUCTION_CONTRACTED = "auction_contracted"
    SOLD_WITHOUT_AUCTION = "sold_without_auction"
    OUTCOME_RECORDED = "outcome_recorded"
    RESULT_FILE = "result_file"
    DEPOSITS_BACK = "deposits_back"
    PAPERS_BACK = "papers_back"
    FAILURE_TOLD = "failure_told"
    PRICE_REDUCED = "price_reduced"
    ROUND_FIXED = "round_fixed"
    CREDITOR_ANSWERED = "creditor_answered"
    DEBTOR_TOLD_OF_SETOFF = "debtor_told_of_setoff"
    SETOFF_PAID = "setoff_paid"
    NOT_ENFORCEABLE = "not_enforceable"
    PRICE_PAID = "price_paid"
    TERM_DEPOSIT = "term_deposit"
    DELIVERED = "delivered"
    TITLE_FILE = "title_file"
    TITLE_CANCELLED = "title_cancelled"
    ANNULMENT_TALKS = "annulment_talks"
    PAID_OUT = "paid_out"
    CUSTODY_TAKEN = "custody_taken"
    DELEGATION_ACCEPTED = "delegation_accepted"
    PROCEEDS_REMITTED = "proceeds_remitted"
    CREDITOR_ASKED = "creditor_asked"
    HOLD_OPENED = "hold_opened"
    HOLD_ENDED = "hold_ended"
    REST_PAID = "rest_paid"
    SHARE_KEPT = "share_kept"
    SHARE_FORFEITED = "share_forfeited"
    SHARE_REMITTED = "share_remitted"


class MetByAct(Barred):
    """An act of the program meets the limit: it is recorded, and not said to be done by hand."""

    code = "deadline_met_by_act"


MET_BY: dict[str, Meets] = {
    "own_motion_decision": Meets.DECISION_ISSUED,
    "on_request_decision": Meets.DECISION_ISSUED,
    "copy_to_procuracy": Meets.COPY_SENT,
    "file_opened_by_officer": Meets.FILE_OPENED,
    "notice_of_documents": Meets.DEBTOR_TOLD,
    "public_posting_notice_days": Meets.DEBTOR_TOLD,
    "voluntary_period": Meets.FULFILLED,
    "verification_start": Meets.MEANS_VERIFIED,
    "reverify_not_enforceable": Meets.MEANS_VERIFIED,
    "seizure_notice_immovable": Meets.SEIZURE_TOLD,
    "coercion_cost_notice": Meets.COSTS_TOLD,
    "provisional_measure_decision": Meets.MEASURE_DECIDED,
    "provisional_to_coercion": Meets.SEIZED,
    "end_of_measure_decision": Meets.MEASURE_ENDED,
    "valuation_contract_due": Meets.VALUATION_CONTRACTED,
    "price_notice_due": Meets.PRICE_TOLD,
    "revaluation_request_window": Meets.REVALUATION_ASKED,
    "revaluation_start": Meets.VALUED_AGAIN,
    "priority_notice_due": Meets.OWNERS_TOLD,
    "coowner_priority_first": Meets.OWNER_BOUGHT,
    "coowner_priority_next": Meets.OWNER_BOUGHT,
    "priority_pay": Meets.OWNER_BOUGHT,
    "auction_contract_due": Meets.AUCTION_CONTRACTED,
    "fallback_auction_centre": Meets.AUCTION_CONTRACTED,
    "parties_name_organisation": Meets.AUCTION_CONTRACTED,
    "non_auction_sale": Meets.SOLD_WITHOUT_AUCTION,
    "gold_bar_sale_due": Meets.SOLD_WITHOUT_AUCTION,
    "auction_hold_due": Meets.OUTCOME_RECORDED,
    "result_to_seller": Meets.OUTCOME_RECORDED,
    "result_to_seller/dossier": Meets.RESULT_FILE,
    "deposit_refund_losers": Meets.DEPOSITS_BACK,
    "failed_papers_back": Meets.PAPERS_BACK,
    "failure_notice_to_parties": Meets.FAILURE_TOLD,
    "reduction_agreement_call": Meets.FAILURE_TOLD,
    "reduction_agreement_period": Meets.PRICE_REDUCED,
    "reduction_decision_due": Meets.PRICE_REDUCED,
    "reduction_decision_due_state_revenue": Meets.PRICE_REDUCED,
    "next_round_target": Meets.ROUND_FIXED,
    "setoff_creditor_answer": Meets.CREDITOR_ANSWERED,
    "setoff_notify_debtor": Meets.DEBTOR_TOLD_OF_SETOFF,
    "setoff_debtor_redeem": Meets.SETOFF_PAID,
    "setoff_creditor_pay": Meets.SETOFF_PAID,
    "not_yet_enforceable_decision": Meets.NOT_ENFORCEABLE,
    "pay_due": Meets.PRICE_PAID,
    "bank_deposit_if_undelivered": Meets.TERM_DEPOSIT,
    "delivery_due": Meets.DELIVERED,
    "delivery_due_non_auction": Meets.DELIVERED,
    "delivery_due_agreement": Meets.DELIVERED,
    "registration_file_due": Meets.TITLE_FILE,
    "old_title_cancelled": Meets.TITLE_CANCELLED,
    "annulment_agreement": Meets.ANNULMENT_TALKS,
    "payout_due": Meets.PAID_OUT,
    "custody_dearer_than_asset": Meets.CUSTODY_TAKEN,
    "delegated_disposal_accept": Meets.DELEGATION_ACCEPTED,
    "delegated_disposal_remit": Meets.PROCEEDS_REMITTED,
    "request_limitation": Meets.CREDITOR_ASKED,
    "hold_decision_due": Meets.HOLD_OPENED,
    "dispute_wait": Meets.HOLD_ENDED,
    "share_of_common_property_wait": Meets.HOLD_ENDED,
    "sham_transaction_wait": Meets.HOLD_ENDED,
    "setoff_rest_pay": Meets.REST_PAID,
    "return_wait_money": Meets.SHARE_KEPT,
    "unclaimed_to_state": Meets.SHARE_FORFEITED,
    "forfeit_cash_remit": Meets.SHARE_REMITTED,
}
"""The limits that acts meet; a test holds the list to what the acts say."""


def met_by(key: str, scope: str | None) -> Meets | None:
    """The act that meets a limit, None where somebody says that it was done."""
    return MET_BY.get(f"{key}/{scope}") or MET_BY.get(key)


def refuse_by_hand(key: str, scope: str | None, article: str) -> None:
    """Refuse to call a limit met by hand that an act of the program meets.

    Raises MetByAct.
    """
    act = met_by(key, scope)
    if act is not None:
        raise MetByAct(
            _(
                "This limit (rule %(rule)s) is met by its act, from the act's own day, not by hand."
                " Lawful: %(act)s."
            ),
            article=article,
            rule=key,
            act=act,
        )


labels(
    {
        Meets.DECISION_ISSUED: _("record at the case that the decision was issued"),
        Meets.COPY_SENT: _("record at the case that the copy was sent"),
        Meets.FILE_OPENED: _("record at the case that the file was opened"),
        Meets.DEBTOR_TOLD: _("record at the case that the debtor was told, or the posting"),
        Meets.FULFILLED: _("record at the case that the debtor fulfilled by himself"),
        Meets.MEANS_VERIFIED: _("record the verification"),
        Meets.SEIZURE_TOLD: _("record at the case that the seizure was told"),
        Meets.COSTS_TOLD: _("record at the case that the costs were told"),
        Meets.MEASURE_DECIDED: _("record the decision on the measure"),
        Meets.SEIZED: _("record the seizure"),
        Meets.MEASURE_ENDED: _("record the release or the end of the measure"),
        Meets.VALUATION_CONTRACTED: _("record the valuation contract or the price"),
        Meets.PRICE_TOLD: _("issue the notice of the price"),
        Meets.REVALUATION_ASKED: _("record the request for a re-valuation; else it runs out"),
        Meets.VALUED_AGAIN: _("record the new valuation contract or price"),
        Meets.OWNERS_TOLD: _("issue the notice to those who buy first"),
        Meets.OWNER_BOUGHT: _("record the purchase by who buys first; else it runs out"),
        Meets.AUCTION_CONTRACTED: _("record the auction contract"),
        Meets.SOLD_WITHOUT_AUCTION: _("record the sale without auction"),
        Meets.OUTCOME_RECORDED: _("record the outcome of the round"),
        Meets.RESULT_FILE: _("record at the lot that the result's file came in"),
        Meets.DEPOSITS_BACK: _("record at the round that the deposits were given back"),
        Meets.PAPERS_BACK: _("record at the lot that the papers came back"),
        Meets.FAILURE_TOLD: _("record between the rounds that the failure was told to the parties"),
        Meets.PRICE_REDUCED: _("issue the decision that reduces the price"),
        Meets.ROUND_FIXED: _("fix the next round"),
        Meets.CREDITOR_ANSWERED: _("record the creditor's answer"),
        Meets.DEBTOR_TOLD_OF_SETOFF: _("record that the debtor was told"),
        Meets.SETOFF_PAID: _("record the payment of debtor or creditor"),
        Meets.NOT_ENFORCEABLE: _("record at the asset the decision that it is not enforceable yet"),
        Meets.PRICE_PAID: _("record the buyer's payment"),
        Meets.TERM_DEPOSIT: _("record the term deposit or the delivery"),
        Meets.DELIVERED: _("record the delivery"),
        Meets.TITLE_FILE: _("record at the sale that the title file was handed in"),
        Meets.TITLE_CANCELLED: _("record at the sale that the old title was cancelled"),
        Meets.ANNULMENT_TALKS: _("record at the lot that the parties were brought together"),
        Meets.PAID_OUT: _("pay out what was divided"),
        Meets.CUSTODY_TAKEN: _("record at the asset that the debtor took it; else it runs out"),
        Meets.DELEGATION_ACCEPTED: _("record that the delegation was taken up"),
        Meets.PROCEEDS_REMITTED: _("record that the proceeds were remitted"),
        Meets.CREDITOR_ASKED: _("record the creditor's request for enforcement"),
        Meets.HOLD_OPENED: _("enter the decision as a hold"),
        Meets.HOLD_ENDED: _("end the hold"),
        Meets.REST_PAID: _("record that the rest was paid"),
        Meets.SHARE_KEPT: _("record what became of the share"),
        Meets.SHARE_FORFEITED: _("record the forfeiture or the payment"),
        Meets.SHARE_REMITTED: _("record that the share was paid in"),
    }
)
