"""What a round is fixed on: the auction contract, and the terms of it that the law bounds."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.covering import covers
from auction.auctioneers.models import AuctionContract, AuctionOrganisation
from auction.auctioneers.rules import FormNotLawful
from auction.auctioneers.terms import refuse_form
from auction.bidding.rules import (
    ContractMissing,
    DepositTooLate,
    DossierFeeTooHigh,
    RegistrationTooEarly,
    moment,
)
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import basis_on, rules_in_use
from auction.legal_rules.rules import Rule
from auction.lots.models import AuctionRound, Lot
from auction.lots.rules import DepositOutOfRange, SessionForm, step_day
from auction.lots.schemas import NewRound
from auction.lots.subjects import due_subject
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.messages import _, label_of


class Terms(NamedTuple):
    """Under which contract a round is held, by whom, in which form and by which method."""

    contract: AuctionContract | None
    organisation: str | None
    form: SessionForm | None
    method: str | None


def terms_of_round(session: Session, lot: Lot, new: NewRound, *, at: datetime) -> Terms:
    """The contract a round is fixed under, its form and method (PA16 Art. 33, 40, 58).

    Raises ContractMissing, FormNotLawful.
    """
    today, held_on = local_day(at), local_day(moment(new.opens_at))
    on = step_day(today, held_on)
    contract, organisation = _contract(session, lot, held_on, today)
    form = new.form or (SessionForm(contract.form) if contract else None)
    _check_form(session, form, contract, on)
    method = _serving(session, "method", on)
    return Terms(contract, organisation, form, str(method.value) if method else None)


def check_sums(session: Session, actor: Actor, lot: Lot, new: NewRound, *, at: datetime) -> None:
    """The deposit and the price of a file lie within the law of the day (PA16 Art. 38, 39(1)).

    Raises DepositOutOfRange, DossierFeeTooHigh.
    """
    on = step_day(local_day(at), local_day(moment(new.opens_at)))
    _check_deposit(session, new, on)
    _check_dossier_fee(session, actor, lot, new, on, at=at)


def refuse_before_contract(session: Session, held_round: AuctionRound, on: date) -> None:
    """Files are taken in by the organisation of the contract, once that is signed.

    PA16 Art. 33, 38(2); L25 Art. 83(2)a. Raises RegistrationTooEarly.
    """
    contract = session.get(AuctionContract, held_round.contract_id or 0)
    if contract is None or on >= contract.signed_on:
        return
    raise RegistrationTooEarly(
        _(
            "Contract %(number)s with the auction organisation was signed on %(signed)s: nobody"
            " registers before (rule %(rule)s). Lawful: from that day on."
        ),
        field="registered_at",
        number=contract.number,
        signed=contract.signed_on,
        **basis_on(session, "auction_under_contract", on),
    )


def refuse_paid_late(session: Session, held_round: AuctionRound, paid_at: datetime) -> None:
    """Who pays his deposit when the round has opened does not take part (PA16 Art. 39(2)).

    Raises DepositTooLate.
    """
    if held_round.opens_at is None or paid_at < held_round.opens_at:
        return
    opened = held_round.opens_at.astimezone(TZ)
    raise DepositTooLate(
        _(
            "Round %(number)s opened on %(day)s at %(time)s: deposits are taken in before (rule"
            " %(rule)s). Lawful: one paid before, on its document; else he does not take part."
        ),
        field="paid_at",
        number=held_round.number,
        day=opened.date(),
        time=f"{opened:%H:%M}",
        **basis_on(session, "deposit_collect_window", opened.date()),
    )


def _contract(
    session: Session, lot: Lot, held_on: date, today: date
) -> tuple[AuctionContract | None, str | None]:
    """The contract in force for the lot; for a round of an earlier day the one of that day.

    A round is fixed only under one: signed by then, and not ended (L25 Art. 83(2)a; L08 Art.
    101(2)). Whom it is with, and that a published call chose him, was settled when it was signed.
    Raises ContractMissing.
    """
    c = AuctionContract
    rows = session.execute(
        select(c, AuctionOrganisation.name)
        .outerjoin(AuctionOrganisation, AuctionOrganisation.id == c.organisation_id)
        .where(covers(lot.id))
        .order_by((c.lot_id == lot.id).desc(), c.signed_on.desc(), c.id.desc())
    ).all()
    for contract, organisation in rows:
        if _stands(contract, held_on, today):
            return contract, organisation
    on = step_day(today, held_on)
    rule = _serving(session, "auction_under_contract", on)
    if rule is not None:
        raise _missing(lot, rows[0][0] if rows else None, rule, on)
    return None, None


def _stands(contract: AuctionContract, held_on: date, today: date) -> bool:
    """Whether a contract serves a round: under one of a day gone by it may have been held."""
    if contract.signed_on > step_day(today, held_on):
        return False
    return contract.ended_on is None or held_on <= contract.ended_on < today


def _missing(lot: Lot, newest: AuctionContract | None, rule: Rule, on: date) -> ContractMissing:
    if newest is None:
        text = _(
            "Lot %(lot)s has no contract with an auction organisation (rule %(rule)s). Lawful:"
            " choose one by a published call, sign the contract, then fix the day."
        )
        return ContractMissing(
            text, field="opens_at", article=rule.article, lot=lot.reference, rule=rule.key
        )
    text = _(
        "No auction contract of lot %(lot)s is in force on %(day)s: the last one, %(number)s, is of"
        " %(signed)s (rule %(rule)s). Lawful: a contract signed by then that has not ended."
    )
    return ContractMissing(
        text,
        field="opens_at",
        article=rule.article,
        lot=lot.reference,
        day=on,
        number=newest.number,
        signed=newest.signed_on,
        rule=rule.key,
    )


def _check_form(
    session: Session, form: SessionForm | None, contract: AuctionContract | None, on: date
) -> None:
    """The form is one the law knows, and the one that the contract says (PA16 Art. 40)."""
    rule = refuse_form(session, form, on) if form is not None else None
    if rule is None or form is None:
        return
    if contract is not None and form.value != contract.form:
        raise FormNotLawful(
            _(
                "Contract %(number)s says another form: %(form)s (rule %(rule)s). Lawful: that one,"
                " or another contract."
            ),
            field="form",
            article=rule.article,
            number=contract.number,
            form=label_of(SessionForm(contract.form)),
            rule=rule.key,
        )


def _check_deposit(session: Session, new: NewRound, on: date) -> None:
    rules = {r.scope: r for r in rules_in_use(session, "deposit_pct") if r.serves(on)}
    if not {"least", "most"} <= rules.keys():
        return
    least, most = (new.starting_price * rules[end].number / 100 for end in ("least", "most"))
    if new.deposit is None or not least <= new.deposit <= most:
        raise DepositOutOfRange(
            _(
                "The deposit must be from %(least)s to %(most)s %% of the starting price (rule"
                " %(rule)s): from %(low)s to %(high)s."
            ),
            field="deposit",
            article=rules["least"].article,
            least=rules["least"].number,
            most=rules["most"].number,
            rule=rules["least"].key,
            low=least,
            high=most,
        )


def _check_dossier_fee(
    session: Session, actor: Actor, lot: Lot, new: NewRound, on: date, *, at: datetime
) -> None:
    """What a file of the auction costs; its bound was not read, so a second person may lift it."""
    rule = _serving(session, "dossier_fee_most", on)
    if new.dossier_fee is None or rule is None or new.dossier_fee <= rule.number:
        return
    refusal = DossierFeeTooHigh(
        _("A file costs %(most)s at the most (rule %(rule)s). Lawful: no more than that."),
        field="dossier_fee",
        article=rule.article,
        most=rule.number,
        rule=rule.key,
    )
    subject = due_subject(lot)
    facts = {"dossier_fee": str(new.dossier_fee), "most": str(rule.number)}
    allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)


def _serving(session: Session, key: str, on: date) -> Rule | None:
    return next((one for one in rules_in_use(session, key) if one.serves(on)), None)
