"""What a contract with an auction organisation must say."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.auctioneers.rules import ClauseMissing, ContractIncomplete, FormNotLawful, Way
from auction.auctioneers.schemas import NewContract
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Rule
from auction.lots.rules import SessionForm
from auction.valuations.pricing import smallest_unit
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _
from inventory.base.money import check_amount

Faults = dict[str, tuple[str, dict[str, Param]]]


def check_terms(session: Session, currency: str, new: NewContract, *, at: datetime) -> None:
    """What a contract must say: fee, organisation, VAT, and how the auction is paused and stopped.

    Raises ContractIncomplete, FormNotLawful, ClauseMissing.
    """
    faults: Faults = {}
    unit = smallest_unit(session, currency, new.signed_on)
    _gather(faults, lambda: not_ahead(new.signed_on, at, field="signed_on"))
    _gather(faults, lambda: check_amount(new.starting_price, unit, field="starting_price"))
    if new.fee is not None:
        fee = new.fee
        _gather(faults, lambda: check_amount(fee, unit, field="fee"))
    if new.fee is None and new.fee_words is None and new.way is not Way.OFFICER:
        faults["fee"] = (_("Say the fee, as a sum or in words."), {})
    if new.organisation is None and new.way is not Way.OFFICER:
        faults["organisation"] = (_("This field is required."), {})
    if faults:
        raise ContractIncomplete.many(_("Some fields need another look."), faults)
    if not new.vat_included and not new.buyer_pays_vat:
        rule = rule_on(session, "vat_statement", new.signed_on)
        raise ContractIncomplete(
            _("VAT is not in the price: the contract must say that the buyer pays it (%(rule)s)."),
            field="buyer_pays_vat",
            article=rule.article,
            rule=rule.key,
        )
    refuse_form(session, new.form, new.signed_on)
    _check_clauses(session, new)


def forms_on(session: Session, on: date) -> list[SessionForm]:
    """The forms of an auction that the law of a day knows; all where it says nothing."""
    rule = _forms(session, on)
    return [form for form in SessionForm if rule is None or form.value in rule.codes]


def refuse_form(session: Session, form: SessionForm, on: date) -> Rule | None:
    """Refuse a form of the auction that the law of a day does not know; answers its rule.

    Raises FormNotLawful (PA16 Art. 40).
    """
    rule = _forms(session, on)
    if rule is not None and form.value not in rule.codes:
        raise FormNotLawful(
            _("Rule %(rule)s knows these forms: %(lawful)s."),
            field="form",
            article=rule.article,
            rule=rule.key,
            lawful=tuple(forms_on(session, on)),
        )
    return rule


def _forms(session: Session, on: date) -> Rule | None:
    return next((one for one in rules_in_use(session, "auction_forms") if one.serves(on)), None)


def _gather(faults: Faults, check: Callable[[], object]) -> None:
    try:
        check()
    except Invalid as error:
        faults.update(error.fields)


def _check_clauses(session: Session, new: NewContract) -> None:
    """From 2026-07-01 the contract says how the auction is paused and stopped (L25 Art. 84(3))."""
    rules = rules_in_use(session, "pause_stop_clause")
    rule = next((one for one in rules if one.serves(new.signed_on)), None)
    missing: Faults = {
        name: (_("The contract must say how and when the auction is paused and stopped."), {})
        for name in ("pause_clause", "stop_clause")
        if not getattr(new, name)
    }
    if rule is None or not missing or new.way is Way.OFFICER:
        return
    refusal = ClauseMissing(
        _("Rule %(rule)s: the clauses to pause and to stop must stand in the contract."),
        article=rule.article,
        rule=rule.key,
    )
    refusal.fields = missing
    raise refusal
