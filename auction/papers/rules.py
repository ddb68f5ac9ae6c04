"""Who signs the papers of the auction side, by kind (DOMAIN §2.3, §9.2)."""

from inventory.papers.rules import PaperKind

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
    PaperKind.DELIVERY_MINUTES: (OFFICER, RECEIVER, GIVER, COMMUNE),
    PaperKind.RETURN_UNSOLD_MINUTES: (OFFICER, DEBTOR, COMMUNE),
    PaperKind.PAYOUT_TABLE: (OFFICER, ACCOUNTANT, HEAD),
    PaperKind.PORTFOLIO_MINUTES: (GIVER, RECEIVER, HEAD),
}
"""The posts under minutes and tables; all else is signed by the officer alone."""


def signers_of(kind: PaperKind) -> tuple[str, ...]:
    """The posts of those who sign a paper of a kind."""
    return SIGNERS.get(kind, (OFFICER,))
