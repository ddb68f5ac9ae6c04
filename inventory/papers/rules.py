"""Kinds of papers, who signs them, what becomes of an issued one, and what may go wrong."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import (
    Barred,
    Duplicate,
    Invalid,
    NotEntitled,
    NotFound,
    OutOfPlace,
    Unfit,
    Unlawful,
)
from inventory.base.messages import _, labels

PREFIX = "VB"
"""First letters of a paper's reference (văn bản)."""


class PaperKind(StrEnum):
    """What a paper is; forms, symbols and templates are dated data (seed/forms.toml)."""

    STORE_IN_ORDER = "store_in_order"
    STORE_OUT_ORDER = "store_out_order"
    RECEIPT_SLIP = "receipt_slip"
    RELEASE_SLIP = "release_slip"
    STOCK_CARD = "stock_card"
    HANDOVER_MINUTES = "handover_minutes"
    CLARIFICATION_LETTER = "clarification_letter"
    SEALING_MINUTES = "sealing_minutes"
    UNSEALING_MINUTES = "unsealing_minutes"
    STOCKTAKE_MINUTES = "stocktake_minutes"
    DESTRUCTION_MINUTES = "destruction_minutes"
    RETURN_MINUTES = "return_minutes"
    FORFEITURE_MINUTES = "forfeiture_minutes"
    CUSTODY_CERTIFICATE = "custody_certificate"
    CUSTODY_CHECK_MINUTES = "custody_check_minutes"
    WRITE_OFF_DECISION = "write_off_decision"
    WAREHOUSE_CHECK_MINUTES = "warehouse_check_minutes"
    REGISTER_CLOSING = "register_closing"
    AUCTION_REGISTER_CLOSING = "auction_register_closing"
    REVIEW_DOSSIER = "review_dossier"
    MEASURE_DECISION = "measure_decision"
    MEASURE_END = "measure_end"
    TERMINATION_DECISION = "termination_decision"
    TERMINATION_ANNULMENT = "termination_annulment"
    SEIZURE_DECISION = "seizure_decision"
    SEIZURE_MINUTES = "seizure_minutes"
    CUSTODY_ASSIGNMENT = "custody_assignment"
    PRICE_AGREEMENT = "price_agreement"
    PRICE_SETTING_MINUTES = "price_setting_minutes"
    VALUATION_NOTICE = "valuation_notice"
    PRIORITY_NOTICE = "priority_notice"
    AUCTION_NOTICE = "auction_notice"
    FAILURE_NOTICE = "failure_notice"
    REDUCTION_DECISION = "reduction_decision"
    SETOFF_NOTICE = "setoff_notice"
    PAUSE_REQUEST = "pause_request"
    STOP_REQUEST = "stop_request"
    SALE_MINUTES = "sale_minutes"
    DELIVERY_DECISION = "delivery_decision"
    DELIVERY_MINUTES = "delivery_minutes"
    SEIZURE_RELEASE = "seizure_release"
    SEIZURE_RECALL = "seizure_recall"
    RETURN_UNSOLD_MINUTES = "return_unsold_minutes"
    PAYOUT_TABLE = "payout_table"
    PORTFOLIO_MINUTES = "portfolio_minutes"
    AMENDMENT = "amendment"
    RECALL = "recall"


OFFICER = "enforcement_officer"
HEAD = "head"
ACCOUNTANT = "accountant"
RECEIVER = "receiver"
GIVER = "giver"
RECORDER = "recorder"
DEBTOR = "debtor"
CREDITOR = "creditor"
CUSTODIAN = "custodian"
WITNESS = "witness"
COMMUNE = "commune_representative"

SIGNERS: dict[PaperKind, tuple[str, ...]] = {
    PaperKind.SEIZURE_MINUTES: (OFFICER, RECORDER, DEBTOR, CREDITOR, WITNESS, COMMUNE),
    PaperKind.CUSTODY_ASSIGNMENT: (OFFICER, CUSTODIAN, DEBTOR, CREDITOR, WITNESS),
    PaperKind.PRICE_AGREEMENT: (OFFICER, RECORDER, CREDITOR, DEBTOR),
    PaperKind.PRICE_SETTING_MINUTES: (OFFICER, RECORDER),
    PaperKind.SALE_MINUTES: (OFFICER, RECORDER, RECEIVER, DEBTOR),
    PaperKind.DELIVERY_MINUTES: (OFFICER, RECEIVER, GIVER, COMMUNE),
    PaperKind.RETURN_UNSOLD_MINUTES: (OFFICER, DEBTOR, COMMUNE),
    PaperKind.PAYOUT_TABLE: (OFFICER, ACCOUNTANT, HEAD),
    PaperKind.PORTFOLIO_MINUTES: (GIVER, RECEIVER, HEAD),
    PaperKind.TERMINATION_DECISION: (HEAD,),
    PaperKind.TERMINATION_ANNULMENT: (HEAD,),
}
"""The posts under the papers of an asset's way; the officer signs all else."""


def signers_of(kind: PaperKind) -> tuple[str, ...]:
    """The posts of those who sign a paper of a kind."""
    return SIGNERS.get(kind, (OFFICER,))


ISSUED_UNDER: dict[PaperKind, str] = {
    PaperKind.MEASURE_DECISION: "seizures.record",
    PaperKind.MEASURE_END: "seizures.record",
    PaperKind.SEIZURE_DECISION: "seizures.record",
    PaperKind.SEIZURE_MINUTES: "seizures.record",
    PaperKind.CUSTODY_ASSIGNMENT: "seizures.record",
    PaperKind.SEIZURE_RELEASE: "seizures.record",
    PaperKind.PRICE_AGREEMENT: "valuations.record",
    PaperKind.PRICE_SETTING_MINUTES: "valuations.record",
    PaperKind.VALUATION_NOTICE: "valuations.record",
    PaperKind.PRIORITY_NOTICE: "offers.make",
    PaperKind.FAILURE_NOTICE: "offers.make",
    PaperKind.SETOFF_NOTICE: "offers.make",
    PaperKind.RETURN_UNSOLD_MINUTES: "offers.make",
    PaperKind.AUCTION_NOTICE: "notices.record",
    PaperKind.REDUCTION_DECISION: "prices.reduce",
    PaperKind.PAUSE_REQUEST: "rounds.halt",
    PaperKind.STOP_REQUEST: "rounds.halt",
    PaperKind.SALE_MINUTES: "sales.follow",
    PaperKind.DELIVERY_DECISION: "sales.follow",
    PaperKind.DELIVERY_MINUTES: "sales.follow",
    PaperKind.TERMINATION_DECISION: "cases.terminate",
    PaperKind.TERMINATION_ANNULMENT: "cases.terminate",
}
"""Under which permission an officer issues a kind, and sets it right (L25 Art. 52).

The head of the office sets every kind right (`papers.correct`).
"""

RECALLED_BY_ITS_ACT = frozenset(
    {PaperKind.STORE_IN_ORDER, PaperKind.STORE_OUT_ORDER, PaperKind.WRITE_OFF_DECISION}
    | {PaperKind.TERMINATION_DECISION, PaperKind.TERMINATION_ANNULMENT}
)
"""Kinds that are in force as long as what they order is: recalled by an act of their own, so that
no door stays open on a recalled order, nothing written off that was found, and no case closed by a
decision that is annulled."""

REPLACED_BY_ITS_ACT = RECALLED_BY_ITS_ACT | {
    PaperKind.REDUCTION_DECISION,
    PaperKind.SEIZURE_MINUTES,
}
"""Kinds whose right paper is issued by the act itself, so that the record follows."""

NOT_WORDED = frozenset(
    {PaperKind.AMENDMENT, PaperKind.RECALL, PaperKind.REGISTER_CLOSING, PaperKind.PAYOUT_TABLE}
    | {PaperKind.STOCKTAKE_MINUTES, PaperKind.CUSTODY_CERTIFICATE, PaperKind.STOCK_CARD}
    | {PaperKind.REVIEW_DOSSIER, PaperKind.PORTFOLIO_MINUTES, PaperKind.AUCTION_REGISTER_CLOSING}
)
"""Kinds without words of an officer: they say what stands elsewhere, or set others right."""


class Proof(StrEnum):
    """The paper by which somebody without an account shows who he is and for whom he acts."""

    CITIZEN_CARD = "citizen_card"
    SERVICE_CARD = "service_card"
    PASSPORT = "passport"
    INTRODUCTION = "introduction"
    AUTHORITY = "authority"


class PaperState(StrEnum):
    """What became of a paper, as later papers say (C04/23 Art. 36(4))."""

    IN_FORCE = "in_force"
    AMENDED = "amended"
    RECALLED = "recalled"
    REPLACED = "replaced"


class Relation(StrEnum):
    """What a later paper does to an earlier one."""

    AMENDS = "amends"
    RECALLS = "recalls"
    REPLACES = "replaces"


class PaperIssued(msgspec.Struct, frozen=True):
    """A paper has its number and its data: it can be printed."""

    paper_id: int
    reference: str
    office_id: int
    template: str


class PaperReplaced(msgspec.Struct, frozen=True):
    """A recalled paper was replaced by one worded anew, for rooms that keep its number."""

    actor: Actor
    kind: PaperKind
    asset_refs: tuple[str, ...]
    earlier: str
    number: str
    at: datetime


class WordsAsked(msgspec.Struct, frozen=True):
    """The words of a paper are asked for; who lays papers out adds them as they are compared."""

    paper_id: int
    words: list[str]


class RecallAsked(msgspec.Struct, frozen=True):
    """A paper is about to be recalled in a post, for those who know if it was carried out."""

    kind: PaperKind
    number: str
    subject_ref: str
    post: str
    on: date


class PaperUnknown(NotFound):
    """No such paper, or none this actor may see."""

    code = "document_unknown"


class NumberTaken(Duplicate):
    """The office has issued a paper under that number."""

    code = "paper_number_taken"


class PaperNotInForce(OutOfPlace):
    """The paper was recalled or replaced already."""

    code = "paper_not_in_force"


class NotTheSigner(NotEntitled):
    """A paper is set right by who issued it, or by the head of the office (L25 Art. 52)."""

    code = "not_the_signer"


class RecallFirst(Barred):
    """A paper that is in force is recalled before another takes its place (C04/23 Art. 36(4))."""

    code = "recall_first"


class ReplacedByItsAct(Barred):
    """The right paper follows from the act that is done anew."""

    code = "replaced_by_its_act"


class RecalledByItsAct(Barred):
    """The paper is recalled by the act that ends what it orders."""

    code = "recalled_by_its_act"


class PassageNotThere(Invalid):
    """What is to be amended does not stand on the paper."""

    code = "passage_not_there"


class MatterChanged(Unlawful):
    """An amendment changes no matter: a sum of money is set right by recall and replacement."""

    code = "matter_changed"


class NothingWordedAnew(Unlawful):
    """A paper that says the same replaces nothing (C04/23 Art. 36(4))."""

    code = "nothing_worded_anew"


class FormUnknown(Unfit):
    """No form of that kind was valid on that day."""

    code = "paper_form_unknown"


def state_after(done: set[Relation]) -> PaperState:
    """The state of a paper to which later papers did something; what ends it goes first."""
    if Relation.REPLACES in done:
        return PaperState.REPLACED
    if Relation.RECALLS in done:
        return PaperState.RECALLED
    return PaperState.AMENDED if Relation.AMENDS in done else PaperState.IN_FORCE


def may_follow(relation: Relation, done: set[Relation]) -> bool:
    """A recalled paper can only be replaced, a replaced one is finished."""
    if Relation.REPLACES in done:
        return False
    return relation is Relation.REPLACES or Relation.RECALLS not in done


labels(
    {
        PaperKind.STORE_IN_ORDER: _("Order to take into the warehouse"),
        PaperKind.STORE_OUT_ORDER: _("Order to release from the warehouse"),
        PaperKind.RECEIPT_SLIP: _("Receipt slip"),
        PaperKind.RELEASE_SLIP: _("Release slip"),
        PaperKind.STOCK_CARD: _("Stock card"),
        PaperKind.HANDOVER_MINUTES: _("Hand-over minutes"),
        PaperKind.CLARIFICATION_LETTER: _("Request to explain what differs"),
        PaperKind.SEALING_MINUTES: _("Minutes of sealing"),
        PaperKind.UNSEALING_MINUTES: _("Minutes of opening a seal"),
        PaperKind.STOCKTAKE_MINUTES: _("Minutes of a stocktake"),
        PaperKind.DESTRUCTION_MINUTES: _("Minutes of destruction"),
        PaperKind.RETURN_MINUTES: _("Minutes of return"),
        PaperKind.FORFEITURE_MINUTES: _("Minutes of handing forfeited property over"),
        PaperKind.CUSTODY_CERTIFICATE: _("Custody certificate"),
        PaperKind.CUSTODY_CHECK_MINUTES: _("Minutes of a check of outside custody"),
        PaperKind.WRITE_OFF_DECISION: _("Decision to write off"),
        PaperKind.WAREHOUSE_CHECK_MINUTES: _("Minutes of a warehouse inspection"),
        PaperKind.REGISTER_CLOSING: _("Closed quarter of register 13"),
        PaperKind.AUCTION_REGISTER_CLOSING: _("Closed quarter of register 17"),
        PaperKind.REVIEW_DOSSIER: _("Review dossier"),
        PaperKind.MEASURE_DECISION: _("Decision on a provisional measure"),
        PaperKind.MEASURE_END: _("Decision that ends a provisional measure"),
        PaperKind.TERMINATION_DECISION: _("Decision to terminate enforcement"),
        PaperKind.TERMINATION_ANNULMENT: _("Decision that annuls a termination"),
        PaperKind.SEIZURE_DECISION: _("Seizure decision"),
        PaperKind.SEIZURE_MINUTES: _("Minutes of seizure"),
        PaperKind.CUSTODY_ASSIGNMENT: _("Minutes of giving into custody"),
        PaperKind.PRICE_AGREEMENT: _("Minutes of an agreement on the price"),
        PaperKind.PRICE_SETTING_MINUTES: _("Minutes of setting the price"),
        PaperKind.VALUATION_NOTICE: _("Notice of the result of a valuation"),
        PaperKind.PRIORITY_NOTICE: _("Notice of the right to buy first"),
        PaperKind.AUCTION_NOTICE: _("Notice of an auction"),
        PaperKind.FAILURE_NOTICE: _("Notice of a failed round"),
        PaperKind.REDUCTION_DECISION: _("Price reduction decision"),
        PaperKind.SETOFF_NOTICE: _("Notice of the right to take the asset"),
        PaperKind.PAUSE_REQUEST: _("Request to pause an auction"),
        PaperKind.STOP_REQUEST: _("Request to stop an auction"),
        PaperKind.SALE_MINUTES: _("Minutes of a sale without auction"),
        PaperKind.DELIVERY_DECISION: _("Delivery decision"),
        PaperKind.DELIVERY_MINUTES: _("Minutes of delivery"),
        PaperKind.SEIZURE_RELEASE: _("Decision to release a seizure"),
        PaperKind.SEIZURE_RECALL: _("Decision to recall a seizure"),
        PaperKind.RETURN_UNSOLD_MINUTES: _("Minutes of returning what was not sold"),
        PaperKind.PAYOUT_TABLE: _("Table of payouts"),
        PaperKind.PORTFOLIO_MINUTES: _("Minutes of handing a portfolio over"),
        PaperKind.AMENDMENT: _("Amending decision"),
        PaperKind.RECALL: _("Recalling decision"),
        Proof.CITIZEN_CARD: _("Citizen identity card"),
        Proof.SERVICE_CARD: _("Service card"),
        Proof.PASSPORT: _("Passport"),
        Proof.INTRODUCTION: _("Letter of introduction"),
        Proof.AUTHORITY: _("Power of attorney"),
        PaperState.IN_FORCE: _("In force"),
        PaperState.AMENDED: _("Amended"),
        PaperState.RECALLED: _("Recalled"),
        PaperState.REPLACED: _("Replaced"),
        Relation.AMENDS: _("Amends"),
        Relation.RECALLS: _("Recalls"),
        Relation.REPLACES: _("Replaces"),
    }
)
