"""That a price recorded without its acts is one the law knows: its way, its day, its ground."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auction.firms.queries import find_firm, firm_named, firms_named, standing_of_firm
from auction.firms.rules import FirmNotEligible, Standing
from auction.holds.queries import refuse_held_on
from auction.holds.rules import Stopped
from auction.legal_rules.queries import rule_on
from auction.life.queries import of_this_life, standing_of
from auction.life.rules import State
from auction.valuations.certificates import runs_out
from auction.valuations.commands.agreement import refuse_late
from auction.valuations.commands.revaluation import PAYER, next_request
from auction.valuations.commands.ties import refuse_tied
from auction.valuations.models import Revaluation, Valuation
from auction.valuations.pricing import lawful_ways, note_act, open_revaluation
from auction.valuations.queries import is_kept
from auction.valuations.refusing import not_lawful
from auction.valuations.rules import Act, Anew, Ground, PricedAlready, ValuationMethod
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

    What a court ordered by a paper is as it ordered; what a law of its own prices is none of these
    ways, but a tied firm prices nothing. Raises WayNotLawful, AgreementTooLate, FirmNotEligible,
    FirmInConflict, OnHold.
    """
    refuse_held_on(session, [asset.id], Stopped.VALUATION, new.valued_on)
    if new.anew is Anew.COURT and new.anew_document:
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
    elif new.method is ValuationMethod.FIRM:
        _refuse_barred(session, new)


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


def refuse_second(session: Session, asset: Asset, new: NewValuation) -> Valuation | None:
    """Where a price is in force on its day, another one has its ground and its paper.

    Answers the price that is valued again without a ground recorded before: on the one request of
    the parties, then (L25 Art. 82(2)c). Raises PricedAlready, RevaluationUsedUp.
    """
    if open_revaluation(session, asset.id) is not None:
        return None
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
        return None
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
    if new.anew is not Anew.REVALUED:
        return None
    next_request(session, asset, new.valued_on)
    return standing


def count_request(
    session: Session,
    actor: Actor,
    asset: Asset,
    standing: Valuation,
    new: NewValuation,
    *,
    at: datetime,
) -> None:
    """Keep the request on which a price was found again, though only its result is recorded."""
    payer = rule_on(session, PAYER, new.valued_on, "request")
    again = Revaluation(
        asset_id=asset.id,
        office_id=asset.office_id,
        valuation_id=standing.id,
        ground=Ground.REQUEST.value,
        request_number=next_request(session, asset, new.valued_on),
        document=new.anew_document,
        on_day=new.valued_on,
        payer=str(payer.value),
        payer_article=payer.article,
        begun_on=new.valued_on,
        done_on=new.received_on or new.valued_on,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(again)
    session.flush()
    said: dict[str, object] = {"revaluation": again.id, "ground": again.ground}
    note_act(session, actor, Act.REVALUATION_GROUNDED, asset, said, at=at)


def _refuse_ground(
    session: Session, asset: Asset, standing: Valuation, new: NewValuation, basis: Basis
) -> None:
    """A certificate that did not lapse, or a valuation again of what is contracted already."""
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
    state = standing_of(session, [asset.id])[asset.id].state
    if new.anew is Anew.REVALUED and state not in BEFORE_CONTRACT:
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


def _lapsed(session: Session, standing: Valuation, new: NewValuation) -> bool:
    """Whether the certificate of a price had run out by the day of another, and nobody kept it."""
    v = standing
    until = runs_out(session, v.method, v.valued_on, v.valid_until)
    return until is not None and until < new.valued_on and not is_kept(session, v.id)
