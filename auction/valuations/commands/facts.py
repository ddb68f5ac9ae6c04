"""Stating what the lawful way of pricing an asset hangs on."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.words import check_scope
from auction.valuations.models import PricingFacts
from auction.valuations.pricing import (
    newest_facts,
    newest_valuation,
    note_act,
    open_revaluation,
)
from auction.valuations.rules import Act, GoodsUnfit
from auction.valuations.schemas import NewFacts
from auction.valuations.ways import MAY_SPOIL, Goods, PriceClass
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.money import check_amount


def state_facts(
    session: Session, actor: Actor, reference: str, new: NewFacts, *, at: datetime
) -> PricingFacts:
    """State the market value, the region, the goods, or that no firm can be contracted.

    Whether it spoils is said of what may spoil, and before the price (L25 Art. 82(1)b, 83(2)b).
    Raises NotFound, GoodsUnfit, RuleUnknown, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    if new.goods is not None:
        _refuse_goods(session, asset, new.goods, local_day(at))
    check_scope(new.wage_region)
    if new.worth is not None:
        check_amount(new.worth, field="worth")
    if new.finance_asked_on is not None:
        not_ahead(new.finance_asked_on, at, field="finance_asked_on")
    facts = PricingFacts(
        asset_id=asset.id,
        office_id=asset.office_id,
        worth=new.worth,
        wage_region=new.wage_region,
        goods=new.goods.value if new.goods else None,
        gold=new.gold.value if new.gold else None,
        no_firm_reason=new.no_firm_reason,
        finance_asked_on=new.finance_asked_on,
        finance_answer=new.finance_answer,
        stated_at=at,
        stated_by_id=actor.staff_id,
    )
    session.add(facts)
    session.flush()
    said = {n: str(v) for n in NewFacts.__struct_fields__ if (v := getattr(new, n)) is not None}
    note_act(session, actor, Act.FACTS_STATED, asset, dict(said), at=at)
    return facts


def _refuse_goods(session: Session, asset: Asset, goods: Goods, on: date) -> None:
    """Goods are said of a kind of thing that may spoil, and not otherwise after its price."""
    rule = rule_on(session, "pricing_ways", on, PriceClass.SMALL_OR_PERISHABLE.value)
    kind = AssetKind(asset.kind)
    if kind not in MAY_SPOIL:
        raise GoodsUnfit(
            _(
                "%(asset)s does not spoil, it is: %(kind)s (rule %(rule)s). Lawful: perishable are"
                " fresh goods, living things, and food and medicine near their expiry."
            ),
            field="goods",
            asset=asset.reference,
            kind=kind,
            **rule.basis,
        )
    before = newest_facts(session, asset.id)
    if before is not None and before.goods == goods.value:
        return
    priced = newest_valuation(session, asset.id)
    if priced is None or open_revaluation(session, asset.id) is not None:
        return
    raise GoodsUnfit(
        _(
            "The price of %(asset)s was found on %(day)s, as of what does not spoil so (rule"
            " %(rule)s). Lawful: that it is perishable is stated before its price is found."
        ),
        field="goods",
        asset=asset.reference,
        day=priced.valued_on,
        **rule.basis,
    )
