"""Outcome codes of a round. Which of them count as failed is a dated rule."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import Rule
from inventory.base.clock import TZ
from inventory.base.errors import Barred, Duplicate, Invalid, OutOfPlace, Overtaken, Unlawful
from inventory.base.messages import _, label_of, labels


class Outcome(StrEnum):
    """What happened in a round."""

    SOLD = "sold"
    FAILED_NO_REGISTRATION = "failed_no_registration"
    FAILED_NO_BID = "failed_no_bid"
    FAILED_WINNER_REFUSED_TO_SIGN = "failed_winner_refused_to_sign"
    FAILED_BID_WITHDRAWN = "failed_bid_withdrawn"
    FAILED_WINNER_REFUSED = "failed_winner_refused"
    FAILED_SINGLE_REGISTRANT = "failed_single_registrant_not_allowed"
    FAILED_INFERRED = "failed_inferred"
    STOPPED = "stopped"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DEFAULTED = "defaulted"
    NOT_HELD = "not_held"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    CLOSED_AFTER_SALE = "closed_after_sale"
    RELISTED_SAME_PRICE = "relisted_same_price"
    UNKNOWN = "unknown"


RECORDABLE = (
    Outcome.SOLD,
    Outcome.FAILED_NO_REGISTRATION,
    Outcome.FAILED_NO_BID,
    Outcome.FAILED_WINNER_REFUSED_TO_SIGN,
    Outcome.FAILED_BID_WITHDRAWN,
    Outcome.FAILED_WINNER_REFUSED,
    Outcome.FAILED_SINGLE_REGISTRANT,
    Outcome.STOPPED,
    Outcome.PAUSED,
    Outcome.CANCELLED,
)
"""Outcomes an officer may record; the others only occur in imported history."""

HALTED = frozenset({Outcome.PAUSED, Outcome.STOPPED})
"""Outcomes that come with the request to pause or stop, and with nothing else (L25 Art. 84)."""

CLOSING = frozenset({Outcome.SOLD, Outcome.WITHDRAWN})
"""Outcomes after which a lot is no longer open."""


class Held(StrEnum):
    """What a held round meant for each of its assets."""

    SOLD = "sold"
    FAILED = "failed"


class Meaning(StrEnum):
    """What a ruling says of a round: a failure, a sale, or neither of them."""

    FAILED = "failed"
    SOLD = "sold"
    NEITHER = "neither"

    @property
    def held(self) -> Held | None:
        """What it makes of the round for each asset; nothing where it counts as neither."""
        return None if self is Meaning.NEITHER else Held(self.value)


class Act(StrEnum):
    """Codes of the acts on a round, as the audit ledger keeps them."""

    RULED = "rounds.round.ruled"
    REGISTERED = "rounds.bidder.registered"
    DEPOSIT = "rounds.deposit.noted"
    SAID = "rounds.session.said"
    RELATION_DECLARED = "rounds.relation.declared"


class Whom(StrEnum):
    """Whom a bidder seems to be, by name or number."""

    DECLARED = "declared"
    DEBTOR = "debtor"
    OWNER = "owner"
    SELLER = "seller"
    AUCTIONEER = "auctioneer"
    VALUER = "valuer"


class BidderKeptOut(Unlawful):
    """A relation that keeps him out was declared, or he is the debtor (PA16 Art. 38(4))."""

    code = "bidder_kept_out"


class MatchUnanswered(Unlawful):
    """He bears the name or number of somebody on the seller's side; a person must say more."""

    code = "match_unanswered"


class Ruling(msgspec.Struct, frozen=True):
    """That an outcome means a sale or a failure in rounds held in some span of days."""

    code: str
    held: Held
    valid_from: date
    valid_to: date
    rule_id: int | None


class ContractMissing(Unlawful):
    """No contract with an auction organisation is in force for the lot."""

    code = "contract_missing"


class DossierFeeTooHigh(Unlawful):
    """A file of the auction would cost more than it may."""

    code = "dossier_fee_too_high"


class RegistrationTooEarly(Unlawful):
    """Somebody registered before the organisation had its contract."""

    code = "registration_too_early"


class DepositTooLate(Unlawful):
    """The deposit was paid when the round had opened (PA16 Art. 39(2))."""

    code = "deposit_too_late"


class OutcomeAlreadyRecorded(Duplicate):
    """The round has an outcome; it is not replaced."""

    code = "outcome_already_recorded"


class OutcomeUnnamed(Unlawful):
    """No rule of the day says what the outcome counts for."""

    code = "outcome_unnamed"


class WinnerNamed(Unlawful):
    """A round is paused, stopped or cancelled only before its winner is named."""

    code = "winner_named"


class HaltNeeded(Barred):
    """A pause or a stop is requested on its ground and paper, not entered as an outcome."""

    code = "halt_needed"


class RoundNotOpenedYet(Barred):
    """The round has not opened yet."""

    code = "round_not_opened_yet"


class NothingToRule(OutOfPlace):
    """The round has no outcome yet, so there is nothing to rule on."""

    code = "nothing_to_rule"


class SaleStands(Barred):
    """The round has a buyer whose sale stands: it falls away by its own act, not by a ruling."""

    code = "sale_stands"


class NotOfferedFirst(Barred):
    """Co-owners buy first: they were not told, or their time runs."""

    code = "not_offered_first"


class SaleGone(Barred):
    """The round has no sale that stands: it does not count as sold by a ruling."""

    code = "sale_gone"


class RuledSo(Duplicate):
    """The round means that already."""

    code = "ruled_so"


class RuledMeanwhile(Overtaken):
    """Somebody else ruled on the round at the same time."""

    code = "ruled_meanwhile"


class OutcomeIncomplete(Invalid):
    """Something the outcome must say is missing or does not fit."""

    code = "outcome_incomplete"


MEANINGS = {
    "counted_outcomes": Held.FAILED,
    "resetting_outcomes": Held.SOLD,
    "uncounted_outcomes": None,
}
"""What the outcomes that a rule names mean for each asset."""


def rulings_of(rules: Iterable[Rule]) -> list[Ruling]:
    """What outcomes mean, out of the rows of ``counted_outcomes`` and ``resetting_outcomes``."""
    return [
        Ruling(code, held, rule.valid_from, rule.valid_to or date.max, rule.id)
        for rule in rules
        if (held := MEANINGS.get(rule.key)) is not None
        for code in rule.codes
    ]


def ruling_on(known: Iterable[Ruling], code: str, on: date) -> Ruling | None:
    """What an outcome of a round held on a day means for its assets, None where it means nothing.

    A round that was stopped, paused or cancelled is neither a sale nor a failure.
    """
    serving = (r for r in known if r.code == code and r.valid_from <= on <= r.valid_to)
    return next(serving, None)


AFTER_DEFAULT = "price_after_default"
"""The rule on the starting price after a sale that fell away."""


def lets_reduce(rule: Rule) -> bool:
    """Whether the price may be reduced after a sale that fell away, as after a failed round."""
    return rule.value == "reduced_as_after_failure"


UNCOUNTED = "uncounted_outcomes"
"""The rule that names what neither counts as a failed round nor ends a run."""


def refuse_unnamed(rules: Iterable[Rule], code: Outcome, on: date) -> None:
    """Refuse an outcome that no rule of the day says the meaning of.

    Raises OutcomeUnnamed (PA16 Art. 52).
    """
    serving = [rule for rule in rules if rule.key in MEANINGS and rule.serves(on)]
    named = frozenset(name for rule in serving for name in rule.codes)
    said = next((rule for rule in serving if rule.key == UNCOUNTED), None)
    if code.value in named or said is None:
        return
    raise OutcomeUnnamed(
        _(
            "On %(day)s no rule says what “%(code)s” counts for (rule %(rule)s)."
            " Lawful: %(lawful)s."
        ),
        field="code",
        article=said.article,
        rule=said.key,
        day=on,
        code=label_of(code),
        lawful=tuple(one for one in RECORDABLE if one.value in named),
    )


def moment(typed: datetime) -> datetime:
    """A moment as it was meant: one without a time zone is Vietnam's."""
    return typed if typed.tzinfo else typed.replace(tzinfo=TZ)


labels(
    {
        Outcome.SOLD: _("Sold"),
        Outcome.FAILED_NO_REGISTRATION: _("Failed: nobody registered"),
        Outcome.FAILED_NO_BID: _("Failed: nobody bid"),
        Outcome.FAILED_WINNER_REFUSED_TO_SIGN: _("Failed: the winner refused to sign the minutes"),
        Outcome.FAILED_BID_WITHDRAWN: _("Failed: the bid was withdrawn and nobody continued"),
        Outcome.FAILED_WINNER_REFUSED: _("Failed: the winner refused the purchase"),
        Outcome.FAILED_SINGLE_REGISTRANT: _("Failed: a single registrant where that is forbidden"),
        Outcome.FAILED_INFERRED: _("Failed: offered again at a lower price (inferred)"),
        Outcome.STOPPED: _("Stopped by the enforcement officer"),
        Outcome.PAUSED: _("Paused"),
        Outcome.CANCELLED: _("Cancelled"),
        Outcome.DEFAULTED: _("Sold, but the buyer did not pay"),
        Outcome.NOT_HELD: _("Not held"),
        Outcome.WITHDRAWN: _("Asset withdrawn"),
        Outcome.OBJECTED: _("Price objected to"),
        Outcome.CLOSED_AFTER_SALE: _("Closed after a sale"),
        Outcome.RELISTED_SAME_PRICE: _("Offered again at the same price"),
        Outcome.UNKNOWN: _("Not known"),
        Act.RULED: _("Ruling on a round"),
        Act.REGISTERED: _("Bidder registered"),
        Act.RELATION_DECLARED: _("Relation that keeps out declared"),
        Act.DEPOSIT: _("Deposit noted"),
        Act.SAID: _("Said in the session"),
    }
)
# Codes that stand in two lists are equal as keys, so each list has labels of its own.
labels(
    {
        Held.SOLD: _("Sold"),
        Held.FAILED: _("Failed"),
    }
)
labels(
    {
        Meaning.FAILED: _("Counts as a failed round"),
        Meaning.SOLD: _("Counts as a sale"),
        Meaning.NEITHER: _("Does not count as a failed round"),
    }
)
labels(
    {
        Whom.DECLARED: _("Declared relation"),
        Whom.DEBTOR: _("Debtor"),
        Whom.OWNER: _("Owner"),
        Whom.SELLER: _("Officer, head or other staff of the office"),
        Whom.AUCTIONEER: _("Auction organisation or its people"),
        Whom.VALUER: _("Valuation firm or its people"),
    }
)
