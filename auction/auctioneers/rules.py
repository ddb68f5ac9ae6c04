"""Auction organisations, calls, scores, contracts: codes, refusals, the count of points; pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels

PREFIX = "LC"
"""First letters of a call's reference (lựa chọn)."""


class OrganisationKind(StrEnum):
    """What an auction organisation is."""

    CENTRE = "centre"
    COMPANY = "company"


class Way(StrEnum):
    """How an organisation came to its contract."""

    CHOSEN = "chosen"
    NAMED_BY_PARTIES = "named_by_parties"
    LOCAL_CENTRE = "local_centre"
    OFFICER = "officer"


class Exclusion(StrEnum):
    """Why an applicant may not be chosen."""

    KINSHIP = "kinship"
    UNTRUE = "untrue"
    NOT_LISTED = "not_listed"
    LATE = "late"


class EndKind(StrEnum):
    """How a contract ended."""

    DONE = "done"
    AGREED = "agreed"
    UNILATERAL = "unilateral"
    CANCELLED = "cancelled"


class CallState(StrEnum):
    """What a call waits for."""

    OPEN = "open"
    CHOSEN = "chosen"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    CONTRACTED = "contracted"


class Act(StrEnum):
    """Codes of the acts of this room, as the audit ledger keeps them."""

    REGISTERED = "auctioneers.organisation.registered"
    LISTED = "auctioneers.organisation.listed"
    LICENSED = "auctioneers.auctioneer.added"
    SANCTIONED = "auctioneers.organisation.sanctioned"
    TIE_DECLARED = "auctioneers.tie.declared"
    TIE_ENDED = "auctioneers.tie.ended"
    CALLED = "auctioneers.call.published"
    APPLIED = "auctioneers.applicant.added"
    EXCLUDED = "auctioneers.applicant.excluded"
    SCORED = "auctioneers.applicant.scored"
    CHOSEN = "auctioneers.organisation.chosen"
    RESULT_PUBLISHED = "auctioneers.result.published"
    CALL_CANCELLED = "auctioneers.call.cancelled"
    CONTRACTED = "auctioneers.contract.signed"
    APPENDED = "auctioneers.contract.appended"
    ENDED = "auctioneers.contract.ended"


class OrganisationExists(Duplicate):
    """An organisation with that code is registered."""

    code = "auction_organisation_exists"


class LicenceTaken(Duplicate):
    """The auctioneer is registered with that licence from that day on."""

    code = "licence_taken"


class ApplicantExists(Duplicate):
    """The organisation has answered the call already."""

    code = "applicant_exists"


class ExcludedAlready(Duplicate):
    """The applicant was excluded before."""

    code = "excluded_already"


class CallOpen(Duplicate):
    """The lot has a call that is not used up yet."""

    code = "call_open"


class CallClosed(OutOfPlace):
    """The call was answered, cancelled or used; it is not changed any more."""

    code = "call_closed"


class ContractInForce(Duplicate):
    """The lot has a contract in force."""

    code = "contract_in_force"


class ContractSigned(msgspec.Struct, frozen=True):
    """A contract for a lot came into force, for rooms above."""

    actor: Actor
    lot_id: int
    asset_ids: tuple[int, ...]
    on: date
    at: datetime


class ContractNumberTaken(Duplicate):
    """The office has another contract with that number of that day."""

    code = "contract_number_taken"


class ContractEnded(OutOfPlace):
    """The contract has ended."""

    code = "contract_ended"


class EndTooLate(Unlawful):
    """The office no longer ends the contract alone: bidders' files were taken in."""

    code = "contract_end_too_late"


class CallIncomplete(Invalid):
    """Something a call must say is missing or does not fit."""

    code = "call_incomplete"


class ContractIncomplete(Invalid):
    """Something a contract must say is missing or does not fit."""

    code = "contract_incomplete"


class GroupMissing(Unlawful):
    """A group of criteria is left out of the call."""

    code = "criteria_group_missing"


class CallTooShort(Unlawful):
    """The call was not published long enough before the choice."""

    code = "call_too_short"


class ScoresMissing(Unlawful):
    """An applicant is not scored on every criterion."""

    code = "scores_missing"


class NotTheBest(Unlawful):
    """Another applicant has more points."""

    code = "not_the_best"


class MayNotBeChosen(Unlawful):
    """The applicant is excluded, or not fit."""

    code = "may_not_be_chosen"


class ClauseMissing(Unlawful):
    """The contract does not say how the auction is paused and stopped."""

    code = "clause_missing"


class FormNotLawful(Unlawful):
    """The form of the auction is none the law knows, or not that of the contract."""

    code = "form_not_lawful"


class WayNotOpen(Unlawful):
    """The law of the day does not give the contract to that organisation in that way."""

    code = "way_not_open"


class ValuationNotInForce(Unlawful):
    """An asset has no valuation in force on the day of the contract."""

    code = "valuation_not_in_force"


class EnteredAfterExpiry(Unlawful):
    """The contract is entered after a certificate ran out that held on its day."""

    code = "entered_after_expiry"


class RoundTooEarly(Unlawful):
    """The price was found anew, and the parties do not know it or may still ask for another."""

    code = "round_before_window_end"


class ContractTooEarly(Unlawful):
    """The parties were not told the price yet, or may still ask for another valuation."""

    code = "contract_before_window_end"


class ContractLate(Unlawful):
    """The contract comes after its time limit and gives no reason."""

    code = "contract_late"


class ResultLate(Unlawful):
    """The result is published after its time limit and gives no reason."""

    code = "result_late"


class Tally(msgspec.Struct, frozen=True):
    """The points of an applicant: what was given, what a sanction takes, what is left."""

    given: Decimal
    deduction: int
    points: Decimal


def tally(points: Sequence[Decimal], deduction: int) -> Tally:
    """All points of an applicant, less the share that sanctions cost (C02/22 Art. 3–6)."""
    given = sum(points, Decimal(0))
    left = given * (100 - min(deduction, 100)) / 100
    return Tally(given, deduction, left.quantize(Decimal("0.01")))


def best_of(points: Mapping[int, Decimal]) -> frozenset[int]:
    """The applicants with the most points; more than one where they are equal."""
    most = max(points.values(), default=None)
    return frozenset(name for name, total in points.items() if total == most)


def unscored(
    criteria: Sequence[int], applicants: Sequence[int], scored: Mapping[tuple[int, int], Decimal]
) -> list[tuple[int, int]]:
    """Every applicant and criterion that has no points yet."""
    return [(one, place) for one in applicants for place in criteria if (one, place) not in scored]


labels(
    {
        OrganisationKind.CENTRE: _("Auction centre"),
        OrganisationKind.COMPANY: _("Auction company"),
        Way.CHOSEN: _("Chosen after a published call"),
        Way.NAMED_BY_PARTIES: _("Named by the parties"),
        Way.LOCAL_CENTRE: _("Local auction centre, as no contract came about in time"),
        Way.OFFICER: _("Officer auctions himself"),
        Exclusion.KINSHIP: _("Family ties with the seller"),
        Exclusion.UNTRUE: _("Untrue information"),
        Exclusion.NOT_LISTED: _("Not on the Ministry's list"),
        Exclusion.LATE: _("File came too late"),
        EndKind.DONE: _("Fulfilled"),
        EndKind.AGREED: _("Ended by agreement"),
        EndKind.UNILATERAL: _("Ended by the office alone"),
        EndKind.CANCELLED: _("Cancelled"),
    }
)
labels(
    {
        CallState.OPEN: _("Files are taken and scored"),
        CallState.CHOSEN: _("Chosen, result to be published"),
        CallState.PUBLISHED: _("Result published"),
        CallState.CANCELLED: _("Cancelled"),
        CallState.CONTRACTED: _("Contract signed"),
        Act.REGISTERED: _("Auction organisation registered"),
        Act.LISTED: _("Listing of the auction organisation changed"),
        Act.LICENSED: _("Auctioneer registered"),
        Act.SANCTIONED: _("Sanction recorded"),
        Act.TIE_DECLARED: _("Tie of an auction organisation declared"),
        Act.TIE_ENDED: _("Tie of an auction organisation ended"),
        Act.CALLED: _("Call to auction organisations published"),
        Act.APPLIED: _("File of an auction organisation received"),
        Act.EXCLUDED: _("Applicant excluded"),
        Act.SCORED: _("Applicant scored"),
        Act.CHOSEN: _("Auction organisation chosen"),
        Act.RESULT_PUBLISHED: _("Result of the choice published"),
        Act.CALL_CANCELLED: _("Call cancelled"),
        Act.CONTRACTED: _("Auction contract signed"),
        Act.APPENDED: _("Appendix to the auction contract"),
        Act.ENDED: _("Auction contract ended"),
    }
)
