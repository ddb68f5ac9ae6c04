"""The forms of what may happen between rounds: each with its fields, its act and what is said."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from auction.offers.commands import (
    enforceability,
    leaving,
    priority,
    recalling,
    setoff,
    telling,
    unsold,
)
from auction.offers.rules import ChosenBy
from auction.offers.schemas import (
    NewAsk,
    NewChoice,
    NewDebtorNotice,
    NewFailureNotice,
    NewLapse,
    NewNotEnforceable,
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
    NewRecall,
    NewRedemption,
    NewReturn,
    NewSetOffAnswer,
    NewSetOffPayment,
    NewSettlement,
)
from inventory.base.messages import _


class Field(NamedTuple):
    """A field of a form: ``kind`` is a macro of the forms."""

    kind: str
    name: str
    label: str
    hint: str = ""
    optional: bool = False
    codes: tuple[StrEnum, ...] = ()


class Shown(NamedTuple):
    """A form: where it lives, what it says, what it does."""

    what: str
    title: str
    lead: str
    shape: type[msgspec.Struct]
    act: Callable[..., object]
    done: str
    fields: tuple[Field, ...]
    of_lot: bool = True
    expenses: bool = False

    def path(self, reference: str) -> str:
        """Where it is sent."""
        return f"/{'lots' if self.of_lot else 'assets'}/{reference}/between/{self.what}"

    def onward(self, reference: str) -> str:
        """Where it leads."""
        return f"/lots/{reference}/between" if self.of_lot else f"/assets/{reference}"


NOTE = Field("field", "note", _("Remark"), optional=True)

ONLY_THIS = Field(
    "yes_no",
    "only_this",
    _("Only this asset"),
    _("The other assets of its lot go on at their part of the last price."),
    optional=True,
)

RECALL = Shown(
    "recall",
    _("Recall the seizure"),
    _("The price sank to what the asset secures for another: the auction is stopped at once."),
    NewRecall,
    recalling.recall_seizure,
    _("The seizure was recalled."),
    (
        Field("date", "recalled_on", _("Day of the decision")),
        Field(
            "field",
            "decision_number",
            _("Number of the decision"),
            _("Empty: it is numbered and printed here and goes to the holder too."),
            optional=True,
        ),
        Field(
            "field",
            "holder_told",
            _("Paper by which the holder of the collateral was told"),
            _("Needed where the decision was drawn up elsewhere."),
            optional=True,
        ),
    ),
)

NOT_ENFORCEABLE = Shown(
    "not-enforceable",
    _("Case not yet enforceable"),
    _("The head decides within five working days of the return, unless there are other means."),
    NewNotEnforceable,
    enforceability.decide_not_enforceable,
    _("The decision was recorded."),
    (
        Field("date", "decided_on", _("Day of the decision")),
        Field("field", "decision_number", _("Number of the decision")),
        Field("date", "verified_on", _("Verified on")),
        Field(
            "field",
            "verification",
            _("Minutes of the verification"),
            _("By which no other means were found."),
        ),
        NOTE,
    ),
    of_lot=False,
)

LOT_FORMS: Mapping[str, Shown] = {
    "failure-notice": Shown(
        "failure-notice",
        _("Tell the parties of the failure"),
        _("Once it was reduced twice the notice names the creditor’s right to take the asset."),
        NewFailureNotice,
        telling.tell_failure,
        _("The notice was recorded."),
        (
            Field("date", "told_on", _("Told on")),
            Field(
                "field",
                "document",
                _("Number of the notice"),
                _("Empty: it is numbered and printed here, and names what the law wants named."),
                optional=True,
            ),
            Field(
                "yes_no",
                "names_right",
                _("It names the creditor’s right to take the asset"),
                optional=True,
            ),
            NOTE,
        ),
    ),
    "setoff": Shown(
        "setoff",
        _("Ask the creditor"),
        _("The notice is printed with the price, the time to answer and what he would pay."),
        NewAsk,
        setoff.ask_creditor,
        _("The creditor was asked; the notice is issued."),
        (
            Field("date", "asked_on", _("Asked on")),
            Field(
                "field", "creditor", _("Creditor"), _("Empty: the one of the case."), optional=True
            ),
            Field(
                "money",
                "claim",
                _("His claim"),
                _("Only where no claim is recorded."),
                optional=True,
            ),
            Field(
                "money",
                "debt",
                _("All that is owed"),
                _("Only with several creditors."),
                optional=True,
            ),
            Field("money", "deductions", _("Taxes and fees of the transfer"), optional=True),
        ),
    ),
    "answer": Shown(
        "answer",
        _("Record the creditor’s answer"),
        _("While he takes the asset the price is not reduced."),
        NewSetOffAnswer,
        setoff.answer_setoff,
        _("The answer was recorded."),
        (
            Field("yes_no", "accepted", _("He takes the asset")),
            Field("date", "answered_on", _("Answered on")),
            Field("field", "document", _("Number of his paper")),
            Field(
                "field",
                "others_document",
                _("Consent of the other creditors"),
                _("Needed where there are several."),
                optional=True,
            ),
        ),
    ),
    "debtor": Shown(
        "debtor",
        _("Tell the debtor"),
        _("He may pay all and have the asset back; the notice is printed."),
        NewDebtorNotice,
        setoff.tell_debtor,
        _("The debtor was told; the notice is issued."),
        (Field("date", "told_on", _("Told on")),),
    ),
    "payment": Shown(
        "payment",
        _("The creditor pays"),
        _("Only after the debtor’s time; then the asset is his to be delivered."),
        NewSetOffPayment,
        setoff.pay_setoff,
        _("The creditor paid and takes the asset."),
        (
            Field("money", "amount", _("Amount")),
            Field("date", "paid_on", _("Paid on")),
            Field("field", "document", _("Receipt")),
        ),
    ),
    "lapse": Shown(
        "lapse",
        _("Time ran out"),
        _("Without an answer or a payment in time the price is reduced further."),
        NewLapse,
        setoff.lapse_setoff,
        _("The creditor’s right ended."),
        (Field("date", "on", _("Day")), NOTE),
    ),
    "return": Shown(
        "return",
        _("Give back unsold"),
        _("The debtor may hold and use it and may not trade it until the debt is done."),
        NewReturn,
        unsold.return_unsold,
        _("The asset was given back; the minutes are issued."),
        (
            Field(
                "field",
                "asset",
                _("Only one asset"),
                _("Its reference; empty: the whole lot. Decide the others’ reduction before."),
                optional=True,
            ),
            Field("field", "receiver", _("Receiver")),
            Field("date", "returned_on", _("Given back on")),
            Field("field", "refusal", _("Paper of the creditor who declines")),
            Field("date", "refused_on", _("Declined on")),
            Field("field", "place", _("Place"), optional=True),
        ),
    ),
}

ASSET_FORMS: Mapping[str, Shown] = {
    "priority": Shown(
        "priority",
        _("Right to buy first"),
        _("The co-owners are told; the first time at the price found, later at the round’s."),
        NewPriority,
        priority.offer_priority,
        _("The co-owners were told; the notice is issued."),
        (Field("date", "told_on", _("Told on")),),
        of_lot=False,
    ),
    "priority-answer": Shown(
        "priority-answer",
        _("Answer of a co-owner"),
        _("Who wants it stops the round that comes while his time to pay runs."),
        NewPriorityAnswer,
        priority.answer_priority,
        _("The answer was recorded."),
        (
            Field("field", "owner", _("Co-owner")),
            Field("yes_no", "accepted", _("He buys")),
            Field("date", "answered_on", _("Answered on")),
            Field("field", "document", _("Number of his paper")),
        ),
        of_lot=False,
    ),
    "priority-choice": Shown(
        "priority-choice",
        _("Which co-owner buys"),
        _("Several want it: they agree, or lots are drawn, with minutes."),
        NewChoice,
        priority.choose_owner,
        _("Who buys was recorded."),
        (
            Field("field", "owner", _("Co-owner")),
            Field("select", "chosen_by", _("How he was found"), codes=tuple(ChosenBy)),
            Field("date", "chosen_on", _("Day")),
            Field("field", "minutes", _("Minutes")),
        ),
        of_lot=False,
    ),
    "priority-payment": Shown(
        "priority-payment",
        _("The co-owner pays"),
        _("In the time after the time to answer; else the asset goes to auction."),
        NewPriorityPayment,
        priority.pay_priority,
        _("The co-owner paid and has bought."),
        (
            Field("money", "amount", _("Amount")),
            Field("date", "paid_on", _("Paid on")),
            Field("field", "document", _("Receipt")),
        ),
        of_lot=False,
    ),
    "priority-end": Shown(
        "priority-end",
        _("Time ran out"),
        _("Nobody answered or paid in time: the asset goes to auction."),
        NewLapse,
        priority.end_priority,
        _("The co-owners’ right ended."),
        (Field("date", "on", _("Day")), NOTE),
        of_lot=False,
    ),
    "redemption": Shown(
        "redemption",
        _("Debtor redeems"),
        _("In time before the opening he pays debt, costs and what bidders reasonably spent."),
        NewRedemption,
        leaving.redeem,
        _("The asset was redeemed; its lot left the auction."),
        (
            Field("money", "debt", _("Debt paid")),
            Field("money", "costs", _("Costs paid")),
            Field("date", "paid_on", _("Paid on")),
            Field("field", "document", _("Receipt")),
            ONLY_THIS,
            NOTE,
        ),
        of_lot=False,
        expenses=True,
    ),
    "settlement": Shown(
        "settlement",
        _("Parties settle"),
        _("They agree before a sale: the lot leaves the auction."),
        NewSettlement,
        leaving.settle,
        _("The settlement was recorded; the lot left the auction."),
        (
            Field("date", "agreed_on", _("Agreed on")),
            Field("field", "document", _("Minutes of the agreement")),
            Field(
                "field",
                "others_document",
                _("Consent of those of other cases"),
                _("Needed where it is seized for several cases."),
                optional=True,
            ),
            ONLY_THIS,
            NOTE,
        ),
        of_lot=False,
    ),
}
