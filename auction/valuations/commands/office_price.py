"""The officer sets the price himself, or takes the posted price of gold."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy.orm import Session

from auction.deadlines.queries import due_after
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.words import word
from auction.life.rules import Step
from auction.papers.schemas import PriceSettingData
from auction.valuations.models import Valuation
from auction.valuations.pricing import (
    Found,
    check_price,
    facts_of,
    issue_of,
    keep_price,
    minutes_at,
    newest_facts,
    people_of,
    refuse_unlawful,
)
from auction.valuations.queries import rule_serving
from auction.valuations.rules import FinanceBodyNotHeard, OfficerPriceTooHigh, ValuationMethod
from auction.valuations.schemas import OfficerPrice, PostedPrice
from auction.valuations.ways import (
    PRICING_KEYS,
    LawfulWays,
    PriceClass,
    is_perishable,
    small_value,
)
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.papers.rules import PaperKind

FINANCE = "consult_finance_body_reply"


def set_officer_price(
    session: Session, actor: Actor, reference: str, new: OfficerPrice, *, at: datetime
) -> Valuation:
    """The officer sets the price of a thing of small value or that spoils (L25 Art. 82(1)b).

    By the law of 2008 also where no firm can be contracted, after the finance body was heard.
    Raises NotFound, WayNotLawful, OfficerPriceTooHigh, FinanceBodyNotHeard, StepOutOfTurn, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.priced_on, at, field="priced_on")
    check_price(session, new.amount, new.priced_on)
    lawful = refuse_unlawful(session, asset, ValuationMethod.OFFICER, new.priced_on)
    refuse_above(session, asset, lawful, new.amount, new.priced_on)
    if lawful.price_class is PriceClass.NO_FIRM:
        _refuse_unheard(session, asset, new.priced_on)
    data = PriceSettingData(
        at=minutes_at(new.begun_at, new.priced_on, at),
        way="officer",
        price=new.amount,
        why=word("scopes", lawful.price_class.value).vi,
        market=new.market,
        present=people_of(new.present),
    )
    found = Found(
        method=ValuationMethod.OFFICER,
        amount=new.amount,
        valued_on=new.priced_on,
        price_source=new.market,
    )
    return _set(session, actor, asset, found, data, at=at)


def refuse_above(
    session: Session,
    asset: Asset,
    lawful: LawfulWays,
    amount: Decimal,
    on: date,
    *,
    field: str = "amount",
) -> None:
    """What the officer prices for its small value is of small value by his price, too.

    Raises OfficerPriceTooHigh.
    """
    if lawful.price_class is not PriceClass.SMALL_OR_PERISHABLE:
        return
    serving = [rule for rule in rules_in_use(session, *PRICING_KEYS) if rule.serves(on)]
    facts = facts_of(session, asset, on)
    most = small_value(serving, facts.wage_region)
    if most is None or amount <= most or is_perishable(facts, serving, on):
        return
    raise OfficerPriceTooHigh(
        _(
            "The officer prices %(asset)s himself up to %(most)s (rule %(rule)s). Lawful: a price"
            " up to it; what is worth more is stated so, and a firm values it."
        ),
        field=field,
        asset=asset.reference,
        most=most,
        **rule_on(session, "small_value_threshold", on).basis,
    )


def set_posted_price(
    session: Session, actor: Actor, reference: str, new: PostedPrice, *, at: datetime
) -> Valuation:
    """Price gold bars and plain rings at a posted buying price (D152/26 Art. 61(2)).

    They are sold within the limit that runs from the seizure.
    Raises NotFound, WayNotLawful, StepOutOfTurn, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.priced_on, at, field="priced_on")
    check_price(session, new.amount, new.priced_on)
    refuse_unlawful(session, asset, ValuationMethod.POSTED_PRICE, new.priced_on)
    begun_at = minutes_at(new.begun_at, new.priced_on, at)
    data = PriceSettingData(at=begun_at, way="posted", price=new.amount, market=new.price_source)
    found = Found(
        method=ValuationMethod.POSTED_PRICE,
        amount=new.amount,
        valued_on=new.priced_on,
        price_source=new.price_source,
    )
    return _set(session, actor, asset, found, data, at=at)


def _set(
    session: Session,
    actor: Actor,
    asset: Asset,
    found: Found,
    data: PriceSettingData,
    *,
    at: datetime,
) -> Valuation:
    on = found.valued_on
    paper = issue_of(session, actor, PaperKind.PRICE_SETTING_MINUTES, data, asset, on=on, at=at)
    found = msgspec.structs.replace(found, paper=paper.number)
    return keep_price(session, actor, asset, found, first=(Step.PRICE_SET_BY_OFFICE,), at=at)


def _refuse_unheard(session: Session, asset: Asset, on: date) -> None:
    """The finance body answered, or let the time for its answer pass (D62 Art. 26(1))."""
    rule = rule_serving(rules_in_use(session, FINANCE), FINANCE, on)
    facts = newest_facts(session, asset.id)
    if rule is None or (facts is not None and facts.finance_answer):
        return
    asked = facts.finance_asked_on if facts else None
    if asked is not None and on > due_after(session, FINANCE, asked):
        return
    raise FinanceBodyNotHeard(
        _(
            "Ask the finance body first: rule %(rule)s gives it %(days)s days to answer. Lawful:"
            " its answer, or that time has passed."
        ),
        article=rule.article,
        rule=rule.key,
        days=rule.number,
    )
