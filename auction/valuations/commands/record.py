"""Recording what an asset was found to be worth, without the acts that led there."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.deadlines.commands import set_limits, void_deadlines
from auction.firms.queries import firm_named
from auction.life.ledger import take_step
from auction.life.queries import standing_of
from auction.life.rules import Step
from auction.valuations.certificates import refuse_known, rule_at_contract
from auction.valuations.commands.grounds import (
    BEFORE_CONTRACT,
    BEFORE_PRICE,
    refuse_second,
    refuse_way,
)
from auction.valuations.models import Valuation
from auction.valuations.owners import tell_owners
from auction.valuations.pricing import (
    CONTRACT_DUE,
    CURRENCY,
    NO_AUCTION,
    Found,
    begin_revaluation,
    newest_valuation,
    note_act,
    open_revaluation,
    set_due,
    smallest_unit,
    subject_of,
)
from auction.valuations.rules import (
    METHODS,
    Act,
    ValuationIncomplete,
    ValuationMethod,
)
from auction.valuations.schemas import NewValuation
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _
from inventory.base.money import check_amount

AFTER_PRICE = [*CONTRACT_DUE, *NO_AUCTION]
"""What was due from a price and falls away with it."""


def record_valuation(
    session: Session, actor: Actor, reference: str, new: NewValuation, *, at: datetime
) -> Valuation:
    """Record the value put on an asset; the parties are to be told of it (D152/26 Art. 60(6)).

    What the law wants before it is named as not recorded in the life of the asset; which ways are
    lawful, and why a price is found again, is asked as of the acts themselves.
    Raises NotFound, ValuationIncomplete, PricedAlready, OrderUnconfirmed, WayNotLawful,
    AgreementTooLate, FirmNotEligible, FirmInConflict, OnHold, CertificateKnown.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    _check(new, local_day(at), session)
    refuse_second(session, asset, new)
    refuse_way(session, actor, asset, new, at=at)
    if new.method is ValuationMethod.FIRM:
        _check_certificate(session, asset, new)
    valuation = Valuation(
        asset_id=asset.id,
        office_id=asset.office_id,
        method=new.method.value,
        amount=new.amount,
        currency=CURRENCY,
        firm=new.firm,
        firm_id=firm_named(session, new.firm) if new.method is ValuationMethod.FIRM else None,
        certificate_number=new.certificate_number,
        valued_on=new.valued_on,
        valid_until=new.valid_until,
        note=new.note,
        anew=new.anew.value if new.anew else None,
        anew_document=new.anew_document,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(valuation)
    session.flush()
    _follow(session, actor, asset, valuation, new, at=at)
    said: dict[str, object] = {
        "valuation": valuation.id,
        "method": new.method.value,
        "amount": str(new.amount),
        "anew": new.anew.value if new.anew else None,
    }
    note_act(session, actor, Act.VALUED, asset, said, at=at)
    return valuation


def _check_certificate(session: Session, asset: Asset, new: NewValuation) -> None:
    """A firm's price says how long it holds, for a contract asks; and it holds no longer."""
    rule = rule_at_contract(session, new.valued_on)
    if rule is not None and new.valid_until is None:
        raise ValuationIncomplete(
            _("Say until when the certificate holds, as printed: rule %(rule)s."),
            field="valid_until",
            article=rule.article,
            rule=rule.key,
        )
    until = new.valid_until
    said = (new.firm, new.certificate_number)
    refuse_known(session, asset, *said, valued_on=new.valued_on, valid_until=until)


def _follow(
    session: Session,
    actor: Actor,
    asset: Asset,
    made: Valuation,
    new: NewValuation,
    *,
    at: datetime,
) -> None:
    """The step of the asset's life, and what is due after a price.

    As after every other way of pricing: by the law of 2008 the auction contract is due from the
    price (L08 Art. 101(2)); by that of 2025 an agreed price waits for no notice, and one found
    again for no further request (L25 Art. 83(2)a). A price that replaces one takes its limit along.
    """
    known_on = new.received_on or new.valued_on
    again = _end_revaluation(session, actor, asset, new, known_on, at=at)
    subject = subject_of(asset)
    state = standing_of(session, [asset.id])[asset.id].state
    if state in BEFORE_PRICE:
        document = new.certificate_number
        take_step(session, actor, [asset.id], Step.PRICED, known_on, document=document, at=at)
    else:
        set_limits(session, actor, ["price_notice_due"], known_on, subject, at=at)
    if state not in BEFORE_CONTRACT or not _leads(session, made):
        tell_owners(session, actor, asset, subject, known_on, at=at)
        return
    if state not in BEFORE_PRICE:
        why = new.anew_document or f"Giá mới ngày {new.valued_on:%d/%m/%Y}"
        void_deadlines(session, actor, subject, AFTER_PRICE, at=at, why=why, but_from=known_on)
    found = Found(method=new.method, amount=new.amount, valued_on=new.valued_on)
    set_due(session, actor, asset, found, known_on, again=again, at=at)


def _leads(session: Session, made: Valuation) -> bool:
    """Whether what is due follows this price: none is newer, and none is being looked for."""
    newest = newest_valuation(session, made.asset_id) if made.asset_id is not None else None
    return newest is made and open_revaluation(session, newest.asset_id or 0) is None


def _end_revaluation(
    session: Session,
    actor: Actor,
    asset: Asset,
    new: NewValuation,
    known_on: date,
    *,
    at: datetime,
) -> bool:
    """Whether this is the price that an open re-valuation looked for; it is done then."""
    again = open_revaluation(session, asset.id)
    if again is None or new.valued_on < again.on_day:
        return False
    begin_revaluation(session, actor, asset, new.valued_on, at=at)
    again.done_on = known_on
    session.flush()
    return True


def _check(new: NewValuation, today: date, session: Session) -> None:
    unit = smallest_unit(session, CURRENCY, new.valued_on)
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
