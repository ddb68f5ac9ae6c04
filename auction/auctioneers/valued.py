"""That an auction contract stands on prices in force when it is signed, whenever it is entered."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.auctioneers.rules import ContractIncomplete, EnteredAfterExpiry
from auction.auctioneers.schemas import NewContract
from auction.auctioneers.told import check_told, too_early
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import rule_on
from auction.lots.carrying import least_first_price, refuse_other_price
from auction.lots.models import Lot
from auction.lots.queries import last_round
from auction.lots.schemas import LotAssetRow, LotOut
from auction.lots.subjects import due_subject
from auction.valuations.certificates import rule_at_contract, runs_out
from auction.valuations.pricing import smallest_unit
from auction.valuations.queries import is_kept, valuation_in_force_for_contract
from auction.valuations.schemas import ValuationRow
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from inventory.base.messages import _


def check_value(
    session: Session,
    actor: Actor,
    lot: Lot,
    assets: Sequence[LotAssetRow],
    new: NewContract,
    *,
    at: datetime,
) -> None:
    """Every asset has a price in force on the day of signing (L25 Art. 82(2)b, (4)), told before.

    Also for the contract after one that ended; before the first round the contract's price is the
    sum of the values, or not below what the assets bring along from a lot they were offered in
    before, whose base is not regulated; after it it is the one
    the lot is offered at next, as the last round or a decision after it says.
    Raises ValuationMissing, RevaluationOpen, CertificateExpired, PriceFoundSince,
    EnteredAfterExpiry, ContractTooEarly, ContractIncomplete, PriceTooLow, PriceTooHigh.
    """
    offered = last_round(session, lot.id) is not None
    ids = [one.id for one in assets]
    try:
        found = valuation_in_force_for_contract(session, ids, new.signed_on, offered=offered)
    except DomainError as error:
        error.fields.setdefault("signed_on", (error.message_id, error.params))
        raise
    names = {one.id: one.reference for one in assets}
    for asset_id, row in found.items():
        _refuse_entered_late(session, actor, lot, row, new, asset=names[asset_id], at=at)
    prices = {names[asset_id]: row for asset_id, row in found.items()}
    check_told(session, actor, lot, prices, new, at=at)
    refuse_other_price(session, lot.id, new.starting_price, new.signed_on)
    if not offered:
        _refuse_other_value(session, lot, found, new)


def hindrance(session: Session, lot: LotOut, on: date) -> DomainError | None:
    """What keeps an auction contract from being signed today, ``on``, as its act would say it."""
    offered = last_round(session, lot.id) is not None
    names = {one.id: one.reference for one in lot.assets}
    try:
        found = valuation_in_force_for_contract(session, list(names), on, offered=offered)
        return too_early(session, {names[each]: row for each, row in found.items()}, on)
    except DomainError as error:
        return error


def _refuse_other_value(
    session: Session, lot: Lot, found: dict[int, ValuationRow], new: NewContract
) -> None:
    unit = smallest_unit(session, lot.currency, new.signed_on)
    brought = least_first_price(session, lot.id, found, unit, new.signed_on)
    values = sum((one.amount for one in found.values()), Decimal(0))
    value = values if brought is None else brought
    if new.starting_price < value or (brought is None and new.starting_price > value):
        rule = rule_on(session, "first_starting_price", new.signed_on)
        raise ContractIncomplete(
            _(
                "The first round starts at the value found or agreed on, %(value)s (rule %(rule)s)."
                " Lawful: that price."
            ),
            field="starting_price",
            article=rule.article,
            value=value,
            rule=rule.key,
        )


def _refuse_entered_late(
    session: Session,
    actor: Actor,
    lot: Lot,
    row: ValuationRow,
    new: NewContract,
    *,
    asset: str,
    at: datetime,
) -> None:
    """A contract dated before the certificate ran out, and entered after, needs a second person."""
    rule = rule_at_contract(session, new.signed_on)
    until = runs_out(session, row.method, row.valued_on, row.valid_until)
    if rule is None or until is None or not _lapsed(new.signed_on, until, local_day(at)):
        return
    if is_kept(session, row.id):
        return
    refusal = EnteredAfterExpiry(
        _(
            "The certificate of %(asset)s ran out on %(day)s, after the day of this contract and"
            " before it was entered (rule %(rule)s). Lawful: a second person confirms the signed"
            " contract as a departure; else value again, or the parties keep the price in writing."
        ),
        field="signed_on",
        article=rule.article,
        asset=asset,
        day=until,
        rule=rule.key,
    )
    subject = due_subject(lot)
    facts = {"signed_on": new.signed_on.isoformat(), "contract": new.number, "asset": asset}
    facts["valid_until"] = until.isoformat()
    allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)


def _lapsed(signed_on: date, until: date, entered_on: date) -> bool:
    """Whether a certificate that held when the contract was signed has run out since."""
    return signed_on <= until < entered_on
