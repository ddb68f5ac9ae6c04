"""The forms of the acts on a price: which fields, of which kind, and the command behind each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from auction.costs.rules import Bearer
from auction.legal_rules.words import Word
from auction.valuations.commands import (
    agreement,
    contract,
    facts,
    office_price,
    revaluation,
    several,
)
from auction.valuations.councils import CouncilSitting, NewCouncils
from auction.valuations.rules import Chooser, Ground, NextAct
from auction.valuations.schemas import (
    AgreedPrice,
    ContractEnd,
    KeptPrice,
    NewFacts,
    OfficerPrice,
    PostedPrice,
    RevaluationGround,
    RevaluationRequest,
)
from auction.valuations.together import NewCertificates, NewContracts, NewPriceNotices
from auction.valuations.ways import Gold, Goods
from inventory.base.actor import Actor
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form

Typed = dict[str, str]
Command = Callable[..., object]
Choices = list[tuple[str, Word]]
"""Codes with their texts in both languages."""

SEATS = 5
"""Members that the form of a council has room for."""


class Kind(StrEnum):
    """How a field is drawn."""

    LINE = "line"
    TEXT = "text"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"


class Field(msgspec.Struct, frozen=True):
    """A field of a form; choices are codes, or filled in by the page where there are none."""

    name: str
    label: str
    kind: Kind = Kind.LINE
    hint: str = ""
    optional: bool = False
    choices: tuple[StrEnum, ...] = ()


class ActForm(msgspec.Struct, frozen=True):
    """A form: what it decodes to, the command, its fields, and which day is today at first."""

    shape: type[msgspec.Struct]
    command: Command
    fields: tuple[Field, ...]
    today: str = ""


_AMOUNT = Field("amount", _("Amount"), Kind.MONEY, _("Whole đồng."))
_FURTHER = Field(
    "further",
    _("Further assets of the case"),
    Kind.TEXT,
    _("Their numbers, with blanks between."),
    optional=True,
)
_BEGUN = Field(
    "begun_at",
    _("Minutes begun at"),
    Kind.MOMENT,
    _("Where the minutes were not written just now."),
    optional=True,
)
_PARTIES = Field("parties", _("Parties"), Kind.TEXT, _("One person a line."))

FORMS: Mapping[NextAct, ActForm] = {
    NextAct.FACTS: ActForm(
        NewFacts,
        facts.state_facts,
        (
            Field("worth", _("Market value"), Kind.MONEY, _("Whole đồng."), optional=True),
            Field("wage_region", _("Region of the minimum wage"), Kind.CHOICE, optional=True),
            Field("goods", _("Perishable as"), Kind.CHOICE, "", optional=True, choices=(*Goods,)),
            Field("gold", _("Gold"), Kind.CHOICE, "", optional=True, choices=(*Gold,)),
            Field(
                "no_firm_reason",
                _("Why no firm can be contracted"),
                Kind.TEXT,
                _("Which firms were asked, and what they answered."),
                optional=True,
            ),
            Field(
                "finance_asked_on",
                _("Finance body asked on"),
                Kind.DAY,
                _("Only by the law of 2008."),
                optional=True,
            ),
            Field("finance_answer", _("Its answer"), Kind.LINE, "", optional=True),
        ),
    ),
    NextAct.AGREEMENT: ActForm(
        AgreedPrice,
        agreement.agree_price,
        (
            _AMOUNT,
            Field("agreed_on", _("Agreed on"), Kind.DAY),
            _PARTIES,
            Field("place", _("Place"), Kind.LINE, "", optional=True),
            _BEGUN,
        ),
        "agreed_on",
    ),
    NextAct.CONTRACT: ActForm(
        NewContracts,
        several.conclude_contracts,
        (
            Field("firm_id", _("Valuation firm"), Kind.CHOICE, _("Firms that may be contracted.")),
            Field("number", _("Number of the contract")),
            Field("signed_on", _("Signed on"), Kind.DAY),
            Field("value_on", _("Day the value is of"), Kind.DAY, "", optional=True),
            Field("result_due_on", _("Certificate due on"), Kind.DAY, "", optional=True),
            Field("fee", _("Fee"), Kind.MONEY, _("Whole đồng."), optional=True),
            Field("chosen_by", _("Chosen by"), Kind.CHOICE, "", choices=(*Chooser,)),
            Field(
                "outside_reason",
                _("Why a firm of another province"),
                Kind.LINE,
                _("Only by the law of 2008."),
                optional=True,
            ),
            _FURTHER,
        ),
        "signed_on",
    ),
    NextAct.CONTRACT_END: ActForm(
        ContractEnd,
        contract.end_contract,
        (Field("on", _("Ended on"), Kind.DAY), Field("reason", _("Reason"), Kind.TEXT)),
        "on",
    ),
    NextAct.CERTIFICATE: ActForm(
        NewCertificates,
        several.record_certificates,
        (
            Field("certificate_number", _("Number of the certificate")),
            _AMOUNT,
            Field("valued_on", _("Day of the valuation"), Kind.DAY),
            Field("valid_until", _("Valid until"), Kind.DAY, _("As printed on the certificate.")),
            Field(
                "received_on",
                _("Result received on"),
                Kind.DAY,
                _("The parties are told within a time limit from this day."),
                optional=True,
            ),
            Field("note", _("Remark"), Kind.LINE, "", optional=True),
            Field(
                "further",
                _("Prices of further assets"),
                Kind.TEXT,
                _("One line each: number of the asset, colon, price."),
                optional=True,
            ),
        ),
        "received_on",
    ),
    NextAct.COUNCIL: ActForm(
        NewCouncils,
        several.set_up_councils,
        (
            Field("decision_number", _("Number of the decision")),
            Field("set_up_on", _("Date of the decision"), Kind.DAY),
            _FURTHER,
        ),
        "set_up_on",
    ),
    NextAct.COUNCIL_DECISION: ActForm(
        CouncilSitting,
        several.decide_councils,
        (
            Field("decided_on", _("Decided on"), Kind.DAY),
            Field("market", _("What the price was compared with"), Kind.TEXT),
            _BEGUN,
        ),
        "decided_on",
    ),
    NextAct.OFFICER_PRICE: ActForm(
        OfficerPrice,
        office_price.set_officer_price,
        (
            _AMOUNT,
            Field("priced_on", _("Priced on"), Kind.DAY),
            Field("market", _("What the price was compared with"), Kind.TEXT),
            Field(
                "present", _("Who was present"), Kind.TEXT, _("One person a line."), optional=True
            ),
            _BEGUN,
        ),
        "priced_on",
    ),
    NextAct.POSTED_PRICE: ActForm(
        PostedPrice,
        office_price.set_posted_price,
        (
            _AMOUNT,
            Field("priced_on", _("Priced on"), Kind.DAY),
            Field("price_source", _("Whose posted buying price, of which hour"), Kind.TEXT),
            _BEGUN,
        ),
        "priced_on",
    ),
    NextAct.NOTICE: ActForm(
        NewPriceNotices,
        several.tell_of_prices,
        (
            Field("told_on", _("Told on"), Kind.DAY),
            Field(
                "told",
                _("Who is told"),
                Kind.TEXT,
                _("Parties, co-owners, holders of a right of first refusal; one a line."),
            ),
            Field(
                "advance",
                _("Advance on the cost of a re-valuation"),
                Kind.MONEY,
                _("Whole đồng."),
                optional=True,
            ),
            _FURTHER,
        ),
        "told_on",
    ),
    NextAct.REQUEST: ActForm(
        RevaluationRequest,
        revaluation.request_revaluation,
        (
            Field("asked_by", _("Who asks")),
            Field(
                "party",
                _("Asks as"),
                Kind.CHOICE,
                "",
                choices=(Bearer.CREDITOR, Bearer.DEBTOR, Bearer.THIRD),
            ),
            Field("asked_on", _("Asked on"), Kind.DAY),
            Field("document", _("Number of the request")),
            Field("advance", _("Advance paid"), Kind.MONEY, _("Whole đồng.")),
            Field("advance_receipt", _("Receipt of the advance")),
        ),
        "asked_on",
    ),
    NextAct.GROUND: ActForm(
        RevaluationGround,
        revaluation.reopen_price,
        (
            Field(
                "ground",
                _("Ground"),
                Kind.CHOICE,
                "",
                choices=(Ground.EXPIRED, Ground.FIRM_BREACH, Ground.OFFICER_BREACH),
            ),
            Field("on_day", _("Day of the ground"), Kind.DAY),
            Field("document", _("Paper")),
            Field(
                "postponement",
                _("Paper of the creditor's postponement"),
                Kind.LINE,
                _("Where it made the certificate run out: the creditor then pays."),
                optional=True,
            ),
        ),
        "on_day",
    ),
    NextAct.KEEP: ActForm(
        KeptPrice,
        agreement.agree_to_keep_price,
        (Field("agreed_on", _("Agreed on"), Kind.DAY), _PARTIES, _BEGUN),
        "agreed_on",
    ),
}


def carry_out(
    session: Session, actor: Actor, act: NextAct, reference: str, typed: Typed, *, at: datetime
) -> None:
    """Decode what was typed and do the act.

    Raises what the command raises.
    """
    form = FORMS[act]
    money = {f.name for f in form.fields if f.kind is Kind.MONEY}
    plain: dict[str, Any] = {
        name: typed_amount(text) if name in money else text for name, text in typed.items()
    }
    if act is NextAct.COUNCIL:
        plain["members"] = _members(typed)
    if act is NextAct.COUNCIL_DECISION:
        plain["votes"] = _votes(typed)
        plain["further"] = _further_votes(typed)
    form.command(session, actor, reference, decode_form(form.shape, plain), at=at)


def _members(typed: Typed) -> list[dict[str, Any]] | None:
    found = [
        {
            "name": typed[f"name.{i}"].strip(),
            "post": typed.get(f"post.{i}", "").strip() or "–",
            "chairs": typed.get("chair") == str(i),
        }
        for i in range(SEATS)
        if typed.get(f"name.{i}", "").strip()
    ]
    return found or None


def _votes(typed: Typed, prefix: str = "price.") -> list[dict[str, Any]] | None:
    """What each member voted; an opinion is named as its price is."""
    positions = [key.removeprefix(prefix) for key in typed if key.startswith(prefix)]
    opinions = prefix.replace("price.", "opinion.", 1)
    found = [
        {
            "position": int(position),
            "price": typed_amount(typed[f"{prefix}{position}"]),
            "opinion": typed.get(f"{opinions}{position}", "").strip(),
        }
        for position in positions
        if position.isdecimal()
    ]
    return found or None


def _further_votes(typed: Typed) -> list[dict[str, Any]]:
    """The votes on further assets, ``price.<asset>.<position>``; one without a price waits."""
    keys = (key.split(".") for key in typed if key.startswith("price."))
    assets = dict.fromkeys(key[1] for key in keys if len(key) == len(("price", "asset", "1")))
    found: list[dict[str, Any]] = []
    for asset in assets:
        votes = _votes(typed, f"price.{asset}.") or []
        if any(vote["price"] for vote in votes):
            said = [{**vote, "opinion": vote["opinion"] or None} for vote in votes]
            found.append({"asset": asset, "votes": said})
    return found
