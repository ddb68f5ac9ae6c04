"""Kinds of claims and their rank on a day, principal before interest, the room's refusals; pure.

The ranks are dated rows of ``payment_ranks`` (L08 Art. 47(1), L25 Art. 54(1)); a claim that an
asset secures, or for which the judgment ordered the seizure, goes before them (Art. 47(3), 54(3)).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import Rule, choose_rule
from inventory.base.errors import Duplicate, Invalid, OutOfPlace, Overtaken, Unlawful
from inventory.base.messages import _, labels


class ClaimKind(StrEnum):
    """What a claim is for; decides its rank."""

    MAINTENANCE = "maintenance"
    WAGES = "wages"
    PERSONAL_DAMAGES = "personal_damages"
    COURT_FEES = "court_fees"
    FINE = "fine"
    STATE_RECOVERY = "state_recovery"
    INSURANCE = "insurance"
    OTHER = "other"


RANKED_AS = {
    ClaimKind.FINE: "fines_and_state_money",
    ClaimKind.STATE_RECOVERY: "fines_and_state_money",
    ClaimKind.OTHER: "other_obligations",
}
"""Kinds whose scope in the rule of ranks bears another name than they."""


class Precedence(StrEnum):
    """Why a claim is paid from one asset before the ranks (L08 Art. 47(3); L25 Art. 54(3), (4)).

    The mortgagee may be a creditor of the case, or not; the judgment may itself have ordered the
    seizure for the claim; bad debt follows the law of credit institutions.
    """

    MORTGAGEE_NOT_CREDITOR = "mortgagee_not_creditor"
    MORTGAGEE_CREDITOR = "mortgagee_creditor"
    JUDGMENT_SEIZURE = "judgment_seizure"
    BAD_DEBT = "bad_debt"


ORDERED = frozenset({Precedence.MORTGAGEE_CREDITOR, Precedence.JUDGMENT_SEIZURE})
"""Claims that an asset secures for a creditor; the court fee of their judgment goes before them."""


class EntryKind(StrEnum):
    """What changed of a claim."""

    GRANTED = "granted"
    INTEREST = "interest"
    PAID = "paid"
    WAIVED = "waived"
    LAPSED = "lapsed"
    TERMINATED = "terminated"
    CORRECTED = "corrected"
    REVERSED = "reversed"


RECORDABLE = (
    EntryKind.INTEREST,
    EntryKind.PAID,
    EntryKind.WAIVED,
    EntryKind.LAPSED,
    EntryKind.CORRECTED,
)
"""Changes recorded by hand; the grant comes with the claim, a reversal and a termination are acts
of their own."""

LESSENS = frozenset({EntryKind.PAID, EntryKind.WAIVED, EntryKind.LAPSED})


class PartOf(StrEnum):
    """The act that a change came with; it is taken back by that act's own, not by itself."""

    PAYOUT = "payout"
    GIVING_BACK = "giving_back"
    TERMINATION = "termination"


class Act(StrEnum):
    """Codes of the acts on a claim, as the audit ledger keeps them."""

    CLAIM_RECORDED = "claims.claim.recorded"
    CLAIM_CHANGED = "claims.claim.changed"
    ASKED = "claims.enforcement.asked"
    CHANGE_REVERSED = "claims.change.reversed"
    HELD_GIVEN_BACK = "claims.held.given_back"


class ClaimIncomplete(Invalid):
    """Something a claim must say is missing or does not fit."""

    code = "claim_incomplete"


class MoreThanOwed(Invalid):
    """More would be taken off a claim than is owed."""

    code = "more_than_owed"


class AskedAlready(Duplicate):
    """The creditor had asked for enforcement before."""

    code = "asked_already"


class AskedTooLate(Unlawful):
    """The time to ask for enforcement is over."""

    code = "asked_too_late"


class ChangedTwice(Duplicate):
    """The same change by the same document stands already."""

    code = "changed_twice"


class ReversedAlready(Duplicate):
    """The change was reversed before, or is itself a reversal."""

    code = "reversed_already"


class PartOfAnAct(OutOfPlace):
    """The change came with another act and stands as long as that does."""

    code = "part_of_an_act"


class CaseChanged(Overtaken):
    """The claim belongs to another case or office than was named."""

    code = "case_changed"


STATE_KINDS = frozenset({ClaimKind.COURT_FEES, ClaimKind.FINE, ClaimKind.STATE_RECOVERY})
"""Kinds of claims that are the State's own."""


class Owed(msgspec.Struct, frozen=True):
    """What is still owed on a claim."""

    principal: Decimal
    interest: Decimal

    @property
    def total(self) -> Decimal:
        """Principal and interest together."""
        return self.principal + self.interest

    def split(self, amount: Decimal) -> "Owed":
        """A payment, principal before late-payment interest (D152/26 Art. 29)."""
        on_principal = min(amount, self.principal)
        return Owed(on_principal, amount - on_principal)


def rank_of(rules: Iterable[Rule], kind: ClaimKind, on: date) -> Rule:
    """The dated row that gives the rank of a kind of claim on a day.

    Raises RuleUnknown.
    """
    return choose_rule(rules, "payment_ranks", on, RANKED_AS.get(kind, kind.value))


def asked_before(asked_on: date | None, coercion_on: date | None) -> bool:
    """Whether a creditor had asked for enforcement when coercion was decided.

    Who had is paid first from the money of that decision (L08 Art. 47(2)b; L25 Art. 54(2)b).
    """
    if asked_on is None:
        return False
    return coercion_on is None or asked_on <= coercion_on


labels(
    {
        ClaimKind.MAINTENANCE: _("Maintenance"),
        ClaimKind.WAGES: _("Wages, severance, loss of work"),
        ClaimKind.PERSONAL_DAMAGES: _("Damages for life, health, mental harm"),
        ClaimKind.COURT_FEES: _("Court fees and charges"),
        ClaimKind.FINE: _("Fine"),
        ClaimKind.STATE_RECOVERY: _("Money back-collected for the State"),
        ClaimKind.INSURANCE: _("Social, unemployment, health insurance"),
        ClaimKind.OTHER: _("Other obligation"),
        Precedence.MORTGAGEE_NOT_CREDITOR: _("Mortgagee who is no creditor of the case"),
        Precedence.MORTGAGEE_CREDITOR: _("Mortgagee who is the creditor"),
        Precedence.JUDGMENT_SEIZURE: _("The judgment ordered the seizure for this claim"),
        Precedence.BAD_DEBT: _("Collateral of a bad debt"),
        EntryKind.GRANTED: _("Granted by the judgment"),
        EntryKind.INTEREST: _("Interest added"),
        EntryKind.PAID: _("Paid"),
        EntryKind.WAIVED: _("Waived"),
        EntryKind.LAPSED: _("Lapsed: no heirs, or not asked for in time"),
        EntryKind.TERMINATED: _("Ended: enforcement terminated"),
        EntryKind.CORRECTED: _("Corrected"),
        EntryKind.REVERSED: _("Reversed"),
        PartOf.PAYOUT: _("Payment of a payout; its voucher is reversed"),
        PartOf.GIVING_BACK: _("What was held went back to the debtor; that stands"),
        PartOf.TERMINATION: _("Termination of the case; its annulment takes it back"),
        Act.CLAIM_RECORDED: _("Claim recorded"),
        Act.CLAIM_CHANGED: _("Claim changed"),
        Act.ASKED: _("Enforcement asked for"),
        Act.CHANGE_REVERSED: _("Change of a claim reversed"),
        Act.HELD_GIVEN_BACK: _("What was held given back to the debtor"),
    }
)
