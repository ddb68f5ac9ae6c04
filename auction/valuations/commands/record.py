"""Recording what an asset was found to be worth."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown
from auction.valuations.models import Valuation
from auction.valuations.queries import get_asset
from auction.valuations.rules import METHODS, Act, ValuationIncomplete, ValuationMethod
from auction.valuations.schemas import NewValuation, ValuedAsset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _
from inventory.base.money import check_amount

CURRENCY = "VND"
"""Native lots are sold in đồng; other currencies only occur in imported history."""


def record_valuation(
    session: Session, actor: Actor, reference: str, new: NewValuation, *, at: datetime
) -> Valuation:
    """Record the value put on an asset; the parties are to be told of it (D152/26 Art. 60(6)).

    Raises NotFound, ValuationIncomplete.
    """
    actor.require("valuations.record")
    asset = get_asset(session, actor, reference)
    _check(new, smallest_unit(session, CURRENCY, new.valued_on), local_day(at))
    valuation = Valuation(
        asset_id=asset.id,
        office_id=asset.office_id,
        method=new.method.value,
        amount=new.amount,
        currency=CURRENCY,
        firm=new.firm,
        certificate_number=new.certificate_number,
        valued_on=new.valued_on,
        valid_until=new.valid_until,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(valuation)
    session.flush()
    _set_notice_due(session, actor, asset, new.received_on or new.valued_on, at=at)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"valuation": valuation.id, "method": new.method.value, "amount": str(new.amount)}
    audit.record(session, actor, Act.VALUED, subject, data, at=at)
    return valuation


def smallest_unit(session: Session, currency: str, on: date) -> Decimal:
    """The smallest unit of a currency.

    Raises RuleUnknown for a currency the rules do not hold.
    """
    return rule_on(session, "currency_smallest_unit", on, currency).number


def _check(new: NewValuation, unit: Decimal, today: date) -> None:
    faults: dict[str, tuple[str, dict[str, Param]]] = {}
    try:
        check_amount(new.amount, unit, field="amount")
    except Invalid as error:
        faults.update(error.fields)
    if new.amount == 0:
        faults["amount"] = (_("The amount must be more than nothing."), {})
    if new.method not in METHODS:
        faults["method"] = (_("Choose one of the given values."), {})
    if new.method is ValuationMethod.FIRM:
        said = {"firm": new.firm, "certificate_number": new.certificate_number}
        empty = (name for name, value in said.items() if not value)
        faults.update({name: (_("This field is required."), {}) for name in empty})
    faults.update(_faulty_days(new, today))
    if faults:
        raise ValuationIncomplete.many(_("Some fields need another look."), faults)


def _faulty_days(new: NewValuation, today: date) -> dict[str, tuple[str, dict[str, Param]]]:
    faults: dict[str, tuple[str, dict[str, Param]]] = {}
    if new.valued_on > today:
        faults["valued_on"] = (_("The day lies in the future."), {})
    if new.valid_until is not None and new.valid_until < new.valued_on:
        faults["valid_until"] = (_("The expiry lies before the valuation."), {})
    if new.received_on is not None and not new.valued_on <= new.received_on <= today:
        faults["received_on"] = (_("The day must lie between the valuation and today."), {})
    return faults


def _set_notice_due(
    session: Session, actor: Actor, asset: ValuedAsset, received_on: date, *, at: datetime
) -> None:
    subject = DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)
    with suppress(RuleUnknown, CalendarUnknown):
        set_deadline(session, actor, "price_notice_due", received_on, subject, at=at)
