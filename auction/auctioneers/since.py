"""That an asset is offered at a price found anew only where parties and contract know of it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from auction.auctioneers.models import AuctionContract, ContractAppendix
from auction.auctioneers.rules import RoundTooEarly
from auction.auctioneers.told import WAITS, Early, what_waits
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Rule
from auction.life.queries import of_this_life
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from auction.valuations.models import Valuation
from auction.valuations.rules import FIRST_PRICE, PriceFoundSince
from auction.valuations.schemas import ValuationRow
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Param
from inventory.base.messages import _


def check_found_since(
    session: Session,
    actor: Actor,
    lot: Lot,
    contract: AuctionContract,
    *,
    prices: Mapping[str, ValuationRow],
    price: Decimal,
    on: date,
    at: datetime,
) -> None:
    """A round at a price found after its contract was signed waits as a contract at it would.

    The parties are told, have their time to ask again, and an appendix names that price (L25 Art.
    82(2)c, 82(4), 83(2)a). ``prices`` are by asset; earlier only on a departure of a second person.
    Raises RoundTooEarly, PriceFoundSince.
    """
    later = {asset: one for asset, one in prices.items() if one.valued_on > contract.signed_on}
    anew = _found_before(session, later) if later else set()
    since = {asset: one for asset, one in later.items() if one.asset_id in anew}
    if not since:
        return
    newest = max(one.valued_on for one in since.values())
    rule = rule_on(session, WAITS, on)
    early = what_waits(session, rule, since, on, today=local_day(at))
    if early:
        last = early[-1]
        refusal = _too_early(rule, last, newest)
        facts = {"round_on": on.isoformat(), "asset": last.asset, "found_on": newest.isoformat()}
        allow_departure(session, actor, refusal, rule, due_subject(lot), at=at, facts=facts)
    _refuse_unnamed(session, contract, since, price, on)


def _found_before(session: Session, later: Mapping[str, ValuationRow]) -> set[int | None]:
    """The assets for which a price was found before these."""
    newer, v = aliased(Valuation), Valuation
    ids = [one.id for one in later.values()]
    before = select(v.asset_id).join(newer, newer.asset_id == v.asset_id)
    older = (v.valued_on < newer.valued_on, of_this_life(v.asset_id, v.valued_on))
    return set(session.scalars(before.where(newer.id.in_(ids), *older)))


def _too_early(rule: Rule, early: Early, found_on: date) -> RoundTooEarly:
    told = _(
        "The price of %(asset)s was found anew on %(found)s (rule %(rule)s): the parties are told,"
        " and have their time to ask for another. Lawful: a round fixed on %(from)s or later; a"
        " price on which the parties agree."
    )
    stands_still = _(
        "The price of %(asset)s was found anew on %(found)s (rule %(rule)s), and the time in which"
        " the parties may ask for another stands still. Lawful: a round fixed after its end."
    )
    said: dict[str, Param] = {"asset": early.asset, "found": found_on, "from": early.lawful_on}
    text = stands_still if early.lawful_on == date.max else told
    return RoundTooEarly(text, field="starting_price", **rule.basis, **said)


def _refuse_unnamed(
    session: Session,
    contract: AuctionContract,
    since: Mapping[str, ValuationRow],
    price: Decimal,
    on: date,
) -> None:
    """The contract was signed at another price; what it names since, an appendix says."""
    asset, newest = max(since.items(), key=lambda one: one[1].valued_on)
    appendix = ContractAppendix
    named = exists().where(
        appendix.contract_id == contract.id,
        appendix.signed_on >= newest.valued_on,
        appendix.starting_price == price,
    )
    if session.scalar(select(named)):
        return
    raise PriceFoundSince(
        _(
            "The price of %(asset)s was found anew on %(day)s, and contract %(number)s of"
            " %(signed)s names no price of since (rule %(rule)s). Lawful: an appendix, or a new"
            " contract, at the price of this round; then the round."
        ),
        field="starting_price",
        asset=asset,
        day=newest.valued_on,
        number=contract.number,
        signed=contract.signed_on,
        **basis_on(session, FIRST_PRICE, on),
    )
