"""That a price recorded without its acts is one the law knows: its way, its day, its ground."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auction.departures.commands import allow_departure
from auction.firms.queries import find_firm, firm_named, firms_named, standing_of_firm
from auction.firms.rules import FirmNotEligible, Standing
from auction.holds.queries import refuse_held_on
from auction.holds.rules import Stopped
from auction.legal_rules.queries import rule_on
from auction.life.queries import of_this_life, standing_of
from auction.life.rules import State
from auction.valuations.certificates import runs_out
from auction.valuations.commands.agreement import refuse_contracted, refuse_late
from auction.valuations.commands.office_price import refuse_above
from auction.valuations.commands.seized import refuse_before_seizure
from auction.valuations.commands.ties import refuse_tied
from auction.valuations.models import Valuation
from auction.valuations.pricing import (
    lawful_ways,
    open_revaluation,
    subject_of,
)
from auction.valuations.queries import is_kept
from auction.valuations.refusing import not_lawful
from auction.valuations.rules import Anew, OrderUnconfirmed, PricedAlready, ValuationMethod
from auction.valuations.schemas import NewValuation
from auction.valuations.ways import PriceClass
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import Basis
from inventory.base.messages import _

AREA = "valuation_firm_area"
GROUNDS = "revaluation_grounds"
"""The dated rule on why a price is found again."""
BEFORE_PRICE = frozenset(
    {State.NONE, State.IDENTIFIED, State.MEASURED, State.SEIZED, State.PRICING}
)
"""States from which a recorded price leads on; later it stands beside the way as it is."""
BEFORE_CONTRACT = BEFORE_PRICE | {State.PRICED, State.PRIORITY_OFFERED}
"""States in which the auction contract is still to be signed: a newer price moves its limit."""


def refuse_way(
    session: Session, actor: Actor, asset: Asset, new: NewValuation, *, at: datetime
) -> None:
    """Refuse a price that its own act would refuse: by the way, the hold, the day, the firm.

    What a court ordered by a paper is as it ordered, once a second person has seen the order; what
    a law of its own prices is none of these ways, but a tied firm prices nothing.
    Raises PricedBeforeSeizure, OrderUnconfirmed, WayNotLawful, OfficerPriceTooHigh,
    AgreementTooLate, FirmNotEligible, FirmInConflict, OnHold.
    """
    refuse_held_on(session, [asset.id], Stopped.VALUATION, new.valued_on)
    refuse_before_seizure(session, asset, new.valued_on, field="valued_on")
    if new.anew is Anew.COURT and new.anew_document:
        _refuse_unconfirmed(session, actor, asset, new, at=at)
        return
    if new.method is ValuationMethod.FIRM:
        _refuse_tied(session, actor, asset, new)
    lawful = lawful_ways(session, asset, new.valued_on)
    if lawful is None or lawful.price_class is PriceClass.SPECIAL:
        return
    if not lawful.allows(new.method):
        raise not_lawful(lawful, new.method, asset.reference, field="method")
    if new.method is ValuationMethod.AGREED:
        refuse_late(session, actor, asset, new.valued_on, field="valued_on", at=at)
        refuse_contracted(session, asset, new.valued_on)
    elif new.method is ValuationMethod.OFFICER:
        refuse_above(session, asset, lawful, new.amount, new.valued_on)
    elif new.method is ValuationMethod.FIRM:
        _refuse_barred(session, new)


def _refuse_unconfirmed(
    session: Session, actor: Actor, asset: Asset, new: NewValuation, *, at: datetime
) -> None:
    """A price by order of a court or an authority is not one person's word (L25 Art. 82(2))."""
    rule = rule_on(session, GROUNDS, new.valued_on)
    refusal = OrderUnconfirmed(
        _(
            "That a court or another authority ordered the price of %(asset)s by %(paper)s is seen"
            " by a second person first (rule %(rule)s). Lawful: the price, once he approved it as"
            " a departure; else a recorded request, breach or lapsed certificate."
        ),
        field="anew",
        asset=asset.reference,
        paper=new.anew_document or "–",
        **rule.basis,
    )
    facts = {"paper": new.anew_document, "valued_on": new.valued_on.isoformat()}
    facts["amount"] = str(new.amount)
    allow_departure(session, actor, refusal, rule, subject_of(asset), at=at, facts=facts)


def _refuse_tied(session: Session, actor: Actor, asset: Asset, new: NewValuation) -> None:
    """A firm that is tied on the day of the price, or on that on which it came in (PL23).

    Where several bear its name, one that is tied is enough: by its contract it is known which.
    """
    days = (new.valued_on, new.received_on or new.valued_on)
    for firm in firms_named(session, new.firm):
        for on in days:
            refuse_tied(session, actor, asset, firm, on, field="firm")


def _refuse_barred(session: Session, new: NewValuation) -> None:
    """A firm of the register that was suspended or struck off on the day (D152/26 Art. 60(2))."""
    known = firm_named(session, new.firm)
    if known is None:
        return
    firm = find_firm(session, known)
    standing = standing_of_firm(session, firm, new.valued_on)
    if standing is Standing.ELIGIBLE:
        return
    area = rule_on(session, AREA, new.valued_on)
    raise FirmNotEligible(
        _(
            "%(firm)s did not stand on the list on %(day)s (%(standing)s): rule %(rule)s. Lawful: a"
            " price of a firm on the public list; where its contract is of before, record the"
            " contract, then the certificate."
        ),
        field="firm",
        firm=firm.name,
        day=new.valued_on,
        standing=standing,
        **area.basis,
    )


def refuse_second(session: Session, asset: Asset, new: NewValuation) -> None:
    """Where a price is in force on its day, another one has its ground and its paper.

    Valued again on a recorded ground it is the result that was looked for; a request that nobody
    recorded and granted is no ground (L25 Art. 82(2)c, 83(3)). Raises PricedAlready.
    """
    if open_revaluation(session, asset.id) is not None:
        return
    v = Valuation
    standing = session.scalar(
        select(v)
        .where(
            v.asset_id == asset.id,
            v.valued_on <= new.valued_on,
            or_(v.valid_until.is_(None), v.valid_until >= new.valued_on),
            of_this_life(v.asset_id, v.valued_on),
        )
        .order_by(v.valued_on.desc(), v.id.desc())
        .limit(1)
    )
    if standing is None:
        return
    basis = rule_on(session, GROUNDS, new.valued_on).basis
    if not new.anew or not new.anew_document:
        raise PricedAlready(
            _(
                "A price of %(day)s is in force: rule %(rule)s. Lawful: another one after it was"
                " valued again, after its certificate lapsed, or by order of a court, with the"
                " paper."
            ),
            field="anew" if new.anew is None else "anew_document",
            day=standing.valued_on,
            **basis,
        )
    _refuse_ground(session, asset, standing, new, basis)


def _refuse_ground(
    session: Session, asset: Asset, standing: Valuation, new: NewValuation, basis: Basis
) -> None:
    """A certificate that did not lapse, or a valuation again for which no ground is recorded."""
    if new.anew is Anew.LAPSED and not _lapsed(session, standing, new):
        raise PricedAlready(
            _(
                "The price of %(day)s has not lapsed: rule %(rule)s. Lawful: that price, as long as"
                " it holds; another one after it was valued again."
            ),
            field="anew",
            day=standing.valued_on,
            **basis,
        )
    if new.anew is not Anew.REVALUED:
        return
    state = standing_of(session, [asset.id])[asset.id].state
    if state not in BEFORE_CONTRACT:
        raise PricedAlready(
            _(
                "The auction of %(asset)s is contracted: rule %(rule)s. Lawful: record first the"
                " breach or the lapsed certificate for which it is valued again; after a failed"
                " round the price falls by a decision only."
            ),
            field="anew",
            asset=asset.reference,
            **basis,
        )
    raise PricedAlready(
        _(
            "No ground on which %(asset)s is valued again is recorded (rule %(rule)s). Lawful: tell"
            " the parties the price of %(day)s, record their request in its time, or the breach or"
            " the lapsed certificate; then its result."
        ),
        field="anew",
        asset=asset.reference,
        day=standing.valued_on,
        **basis,
    )


def _lapsed(session: Session, standing: Valuation, new: NewValuation) -> bool:
    """Whether the certificate of a price had run out by the day of another, and nobody kept it."""
    v = standing
    until = runs_out(session, v.method, v.valued_on, v.valid_until)
    return until is not None and until < new.valued_on and not is_kept(session, v.id)
