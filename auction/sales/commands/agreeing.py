"""The parties agree that a creditor takes the seized asset against what he is owed.

L25 Art. 86(1); L08 Art. 100(1): a creditor of the case, by a written agreement with the debtor;
several creditors agree and are paid their share (D152/26 Art. 66 says what he pays).
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.lots.taking import SetOffOpen
from auction.offers.commands.common import OpenLot, is_running
from auction.offers.commands.reckoning import reckon
from auction.offers.commands.stopping import AGREED_TO, stop_taken
from auction.offers.queries import claims_on, open_setoff
from auction.offers.redemption import last_day
from auction.offers.rules import OthersMustAgree, SumDiffers, TooLate
from auction.sales.queries import creditors_of
from auction.sales.rules import ConsentMissing, Way
from auction.sales.schemas import NewSale
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, Unlawful
from inventory.base.messages import _

TAKEN = "taken_by_agreement"
NOTHING = Decimal(0)


class NotACreditor(Unlawful):
    """Only a creditor of the case takes the asset by agreement (L25 Art. 86(1))."""

    code = "not_a_creditor"


class Agreed(NamedTuple):
    """What is set off, and by which rule."""

    set_off: Decimal
    rule: Rule | None


NOTHING_AGREED = Agreed(NOTHING, None)


def agree(session: Session, found: OpenLot, new: NewSale) -> Agreed:
    """Check an agreement that a creditor takes the lot; answers what is set off.

    Raises Invalid, ConsentMissing, NotACreditor, OthersMustAgree, SumDiffers, SetOffOpen.
    """
    rule = rule_on(session, TAKEN, new.sold_on)
    _refuse_unsigned(new, rule)
    _refuse_setoff(session, found)
    _refuse_stranger(session, found, new, rule)
    said = (None, None, NOTHING)
    due = reckon(session, found, new.buyer, new.price, said=said, on=new.sold_on)
    if due.creditors > 1 and new.others_document is None:
        raise OthersMustAgree(
            _("There are %(count)s creditors: the others agree in writing first."),
            field="others_document",
            article=rule.article,
            rule=rule.key,
            count=due.creditors,
        )
    most = new.price - due.to_pay
    if new.set_off is not None and new.set_off > most:
        raise SumDiffers(
            _("At a price of %(price)s he may set off %(sum)s and pays the rest (rule %(rule)s)."),
            field="set_off",
            article=rule.article,
            price=new.price,
            sum=most,
            rule=rule.key,
        )
    return Agreed(most if new.set_off is None else new.set_off, rule)


def end_round(
    session: Session, actor: Actor, found: OpenLot, new: NewSale, *, at: datetime
) -> None:
    """Have the round that waits stopped for the creditor who takes the lot (L25 Art. 84(2)d).

    As late as the debtor may pay: one working day before the opening. Raises TooLate, WinnerNamed.
    """
    if new.way is not Way.AGREEMENT or not is_running(session, found.last):
        return
    until = last_day(session, found.lot.id, found.last, new.sold_on)
    if until.day is not None and new.sold_on > until.day:
        raise TooLate(
            _("The parties could agree until %(day)s (rule %(rule)s)."),
            field="sold_on",
            article=until.rule.article,
            day=until.day,
            rule=until.rule.key,
        )
    rule = rule_on(session, TAKEN, new.sold_on)
    paper, on = new.document or "", new.sold_on
    said = {"why": AGREED_TO, "document": paper, "field": "sold_on"}
    stop_taken(session, actor, found, rule, on=on, at=at, **said)


def _refuse_unsigned(new: NewSale, rule: Rule) -> None:
    """The debtor and the creditor who takes it have signed (L25 Art. 86(1); L08 Art. 100(1))."""
    if not new.debtor_agrees:
        raise ConsentMissing(
            _("The creditor takes it only if the debtor agrees in writing (rule %(rule)s)."),
            field="debtor_agrees",
            article=rule.article,
            rule=rule.key,
        )
    if new.document is None:
        raise Invalid(
            _("Name the paper on which the parties agreed (rule %(rule)s)."),
            field="document",
            article=rule.article,
            rule=rule.key,
        )


def _refuse_setoff(session: Session, found: OpenLot) -> None:
    setoff = open_setoff(session, found.lot.id)
    if setoff is not None:
        raise SetOffOpen(
            _("A creditor’s right to take the lot is under way: record its end first."),
            field="way",
            article=setoff.article,
            rule="setoff_creditor_answer",
        )


def _refuse_stranger(session: Session, found: OpenLot, new: NewSale, rule: Rule) -> None:
    """Only who is owed something in the case takes the asset; others buy it at auction."""
    case_id, on = found.lot.case_id, new.sold_on
    claims = claims_on(session, case_id, found.asset_ids, new.buyer, on)
    if any(one.mine and one.asks for one in claims):
        return
    names = creditors_of(session, case_id, on)
    text = _(
        "%(buyer)s is owed nothing by the claims of the case, and only its creditor takes the"
        " asset by agreement (rule %(rule)s). Lawful: %(creditors)s; anybody else buys it at"
        " auction."
    )
    unknown = _(
        "No claim of the case is recorded, and only its creditor takes the asset by agreement"
        " (rule %(rule)s). Lawful: record the claims first; anybody else buys it at auction."
    )
    raise NotACreditor(
        text if names else unknown,
        field="buyer",
        article=rule.article,
        buyer=new.buyer,
        rule=rule.key,
        creditors=", ".join(names),
    )
