"""The parties agree on the price, or to keep one whose certificate ran out."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.departures.commands import allow_departure
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Rule
from auction.life.queries import of_this_life
from auction.life.rules import Step
from auction.papers.schemas import PriceAgreementData
from auction.valuations.certificates import VALID_AT_CONTRACT, rule_at_contract, runs_out
from auction.valuations.models import PriceKept, Valuation, ValuationContract
from auction.valuations.pricing import (
    Found,
    check_price,
    issue_of,
    keep_price,
    minutes_at,
    newest_valuation,
    note_act,
    open_revaluation,
    people_of,
    refuse_unlawful,
    seized_on,
    subject_of,
)
from auction.valuations.refusing import priced_again, unpriced
from auction.valuations.rules import (
    Act,
    AgreementTooLate,
    NotExpired,
    PriceKeptAlready,
    ValuationMethod,
)
from auction.valuations.schemas import AgreedPrice, KeptPrice
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.papers.rules import PaperKind

UNTIL = "price_agreement_until"


def agree_price(
    session: Session, actor: Actor, reference: str, new: AgreedPrice, *, at: datetime
) -> Valuation:
    """Record that the parties agree on the price, with minutes (L25 Art. 82(1); L08 Art. 98(1)).

    By the law of 2008 at the seizure, since until the valuation contract is signed.
    Raises NotFound, WayNotLawful, AgreementTooLate, StepOutOfTurn, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.agreed_on, at, field="agreed_on")
    check_price(session, new.amount, new.agreed_on)
    refuse_unlawful(session, asset, ValuationMethod.AGREED, new.agreed_on)
    refuse_late(session, actor, asset, new.agreed_on, at=at)
    data = PriceAgreementData(
        at=minutes_at(new.begun_at, new.agreed_on, at),
        place=new.place,
        present=people_of(new.parties),
        price=new.amount,
    )
    paper = issue_of(
        session, actor, PaperKind.PRICE_AGREEMENT, data, asset, on=new.agreed_on, at=at
    )
    found = Found(
        method=ValuationMethod.AGREED,
        amount=new.amount,
        valued_on=new.agreed_on,
        paper=paper.number,
    )
    return keep_price(session, actor, asset, found, first=(Step.PRICE_AGREED,), at=at)


def agree_to_keep_price(
    session: Session, actor: Actor, reference: str, new: KeptPrice, *, at: datetime
) -> PriceKept:
    """Record that the parties keep a price whose certificate ran out (L25 Art. 82(2)b).

    Raises NotFound, ValuationMissing, NotExpired, RevaluationOpen, PriceKeptAlready.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.agreed_on, at, field="agreed_on")
    valuation = newest_valuation(session, asset.id)
    if valuation is None:
        raise unpriced(session, reference, new.agreed_on)
    if open_revaluation(session, asset.id) is not None:
        raise priced_again(session, reference, new.agreed_on)
    rule = rule_at_contract(session, new.agreed_on)
    v = valuation
    until = runs_out(session, v.method, v.valued_on, v.valid_until)
    if rule is None or until is None or until >= new.agreed_on:
        raise NotExpired(
            _("The certificate has not run out; there is nothing to keep beyond it."),
            **(rule.basis if rule else basis_on(session, VALID_AT_CONTRACT, new.agreed_on)),
        )
    data = PriceAgreementData(
        at=minutes_at(new.begun_at, new.agreed_on, at),
        present=people_of(new.parties),
        price=valuation.amount,
    )
    paper = issue_of(
        session, actor, PaperKind.PRICE_AGREEMENT, data, asset, on=new.agreed_on, at=at
    )
    kept = PriceKept(
        valuation_id=valuation.id,
        asset_id=asset.id,
        office_id=asset.office_id,
        agreed_on=new.agreed_on,
        minutes=paper.number,
        parties=new.parties,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    twice = PriceKeptAlready(_("The parties agreed to keep this price."))
    with refused_by(session, "uq_price_kept_valuation_id", twice):
        session.add(kept)
        session.flush()
    said: dict[str, object] = {"valuation": valuation.id, "paper": paper.number}
    note_act(session, actor, Act.PRICE_KEPT, asset, said, at=at)
    return kept


def refuse_contracted(session: Session, asset: Asset, on: date) -> None:
    """While a contract with a firm is open its result is waited for (D152/26 Art. 60(1)).

    Raises AgreementTooLate.
    """
    contract = session.scalar(
        select(ValuationContract).where(
            ValuationContract.asset_id == asset.id, ValuationContract.closed_on.is_(None)
        )
    )
    if contract is None:
        return
    raise AgreementTooLate(
        _(
            "Contract %(number)s of %(day)s with a valuation firm is open (rule %(rule)s). Lawful:"
            " its result, and a request to value again; an agreement once it ended without one."
        ),
        field="method",
        number=contract.number,
        day=contract.signed_on,
        **rule_on(session, UNTIL, on).basis,
    )


def refuse_late(
    session: Session,
    actor: Actor,
    asset: Asset,
    on: date,
    *,
    field: str = "agreed_on",
    at: datetime,
) -> None:
    """Refuse an agreement on the price after the time the law of the day gives the parties.

    Raises AgreementTooLate.
    """
    rule = rule_on(session, UNTIL, on)
    last = _last_day(session, asset.id, rule)
    if last is None or on <= last:
        return
    refusal = AgreementTooLate(
        _(
            "The parties may agree on the price until %(day)s: rule %(rule)s."
            " Lawful: the result of the valuation, and a request to value again."
        ),
        field=field,
        article=rule.article,
        day=last,
        rule=rule.key,
    )
    facts = {"agreed_on": on.isoformat(), "until_on": last.isoformat()}
    allow_departure(session, actor, refusal, rule, subject_of(asset), at=at, facts=facts)


def _last_day(session: Session, asset_id: int, rule: Rule) -> date | None:
    """The last day on which the parties may agree; None while nothing ends their time."""
    if rule.value == "seizure":
        return seized_on(session, asset_id)
    return session.scalar(
        select(ValuationContract.signed_on)
        .where(
            ValuationContract.asset_id == asset_id,
            ValuationContract.closed_reason.is_(None),
            of_this_life(ValuationContract.asset_id, ValuationContract.signed_on),
        )
        .order_by(ValuationContract.signed_on)
        .limit(1)
    )
