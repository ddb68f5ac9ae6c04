"""Stating what the lawful way of pricing an asset hangs on."""

from datetime import datetime

from sqlalchemy.orm import Session

from auction.legal_rules.words import check_scope
from auction.valuations.models import PricingFacts
from auction.valuations.pricing import note_act
from auction.valuations.rules import Act
from auction.valuations.schemas import NewFacts
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.money import check_amount


def state_facts(
    session: Session, actor: Actor, reference: str, new: NewFacts, *, at: datetime
) -> PricingFacts:
    """State the market value, the region, the goods, or that no firm can be contracted.

    Raises NotFound, RuleUnknown, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
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
