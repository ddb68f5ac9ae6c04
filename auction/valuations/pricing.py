"""What the acts on a price have in common: whose asset, which way is lawful, the step, the paper.

Commands call these; nothing here asks for a permission.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits
from auction.deadlines.queries import due_after
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown, Unit
from auction.life.ledger import take_steps
from auction.life.queries import life_began, of_this_life
from auction.life.rules import Step
from auction.life.schemas import Taken
from auction.papers.commands import issue_paper
from auction.valuations.models import (
    PricingFacts,
    Revaluation,
    Valuation,
)
from auction.valuations.owners import tell_owners
from auction.valuations.refusing import not_lawful
from auction.valuations.rules import (
    Act,
    ValuationIncomplete,
    ValuationMethod,
)
from auction.valuations.ways import (
    PRICING_KEYS,
    AssetFacts,
    Gold,
    Goods,
    LawfulWays,
    PriceClass,
    is_perishable,
    small_value,
    ways_of_pricing,
)
from inventory.assets.models import Asset
from inventory.assets.rules import IMMOVABLE_KINDS, AssetKind
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.cases.models import EnforcementCase
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued, PaperData, Party
from inventory.seizures.models import Seizure
from inventory.specials.models import SpecialMark
from inventory.specials.rules import SpecialKind
from inventory.titles.queries import regions_of, titles_of

CURRENCY = "VND"
"""Native lots are sold in đồng; other currencies only occur in imported history."""

CONTRACT_DUE = ["auction_contract_due", "parties_name_organisation"]
"""What runs from the price: the contract, and by the law of 2008 the parties' time to name whom."""

NO_AUCTION = ["non_auction_sale"]
_FRESH = (SpecialKind.PERISHABLE, SpecialKind.LIVE)


def smallest_unit(session: Session, currency: str, on: date) -> Decimal:
    """The smallest unit of a currency.

    Raises RuleUnknown for a currency the rules do not hold.
    """
    return rule_on(session, "currency_smallest_unit", on, currency).number


def check_price(session: Session, amount: Decimal, on: date, *, field: str = "amount") -> None:
    """Refuse an amount that no price can be.

    Raises Invalid, ValuationIncomplete.
    """
    check_amount(amount, smallest_unit(session, CURRENCY, on), field=field)
    if amount == 0:
        raise ValuationIncomplete(_("The amount must be more than nothing."), field=field)


def newest_facts(session: Session, asset_id: int) -> PricingFacts | None:
    """What was stated last of an asset."""
    newest = select(PricingFacts).where(PricingFacts.asset_id == asset_id)
    return session.scalar(newest.order_by(PricingFacts.id.desc()).limit(1))


def facts_of(session: Session, asset: Asset, on: date) -> AssetFacts:
    """What the lawful way hangs on: the asset itself, its marks, and what the officer stated."""
    said = newest_facts(session, asset.id)
    marked = session.scalar(
        select(SpecialMark.id)
        .where(SpecialMark.asset_id == asset.id, SpecialMark.kind.in_(_FRESH))
        .limit(1)
    )
    goods = Goods(said.goods) if said and said.goods else (Goods.FRESH if marked else None)
    return AssetFacts(
        kind=AssetKind(asset.kind),
        worth=said.worth if said else None,
        wage_region=_region(session, asset, said, on),
        goods=goods,
        expires_on=asset.perishable_on,
        gold=Gold(said.gold) if said and said.gold else None,
        no_firm=bool(said and said.no_firm_reason),
    )


def _region(session: Session, asset: Asset, said: PricingFacts | None, on: date) -> str | None:
    """The region of the minimum wage: as stated for the price, else as kept of the asset."""
    if said and said.wage_region:
        return said.wage_region
    kept = regions_of(session, [asset.id], on).get(asset.id)
    return kept.value if kept else None


def lawful_ways(session: Session, asset: Asset, on: date) -> LawfulWays | None:
    """The ways of pricing that are lawful for an asset on a day."""
    return ways_of_pricing(facts_of(session, asset, on), rules_in_use(session, *PRICING_KEYS), on)


def refuse_unlawful(session: Session, asset: Asset, way: ValuationMethod, on: date) -> LawfulWays:
    """Refuse a way the law of the day does not name for this asset, or while a hold stops it.

    Raises OnHold, WayNotLawful, RuleUnknown.
    """
    refuse_on_hold(session, [asset.id], Stopped.VALUATION, on=on)
    lawful = lawful_ways(session, asset, on)
    if lawful is None:
        raise RuleUnknown(_("No legal rule is called %(key)s."), key="pricing_ways")
    if not lawful.allows(way):
        raise not_lawful(lawful, way, asset.reference)
    return lawful


def seized_on(session: Session, asset_id: int) -> date | None:
    """The day of the first seizure that stands, or of the release it outlived."""
    first = func.min(Seizure.decision_on)
    began = life_began(session, asset_id)
    day = session.scalar(
        select(first).where(Seizure.asset_id == asset_id, Seizure.released_on.is_(None))
    )
    return max(day, began) if day is not None and began is not None else day


def due_day(session: Session, key: str, started_on: date | None) -> date | None:
    """The day a limit ends; None where it did not begin or the law of that day has none."""
    if started_on is None:
        return None
    try:
        return due_after(session, key, started_on)
    except (RuleUnknown, CalendarUnknown):
        return None


def newest_valuation(session: Session, asset_id: int) -> Valuation | None:
    """The price found last in the asset's present life."""
    newest = select(Valuation).where(
        Valuation.asset_id == asset_id, of_this_life(Valuation.asset_id, Valuation.valued_on)
    )
    return session.scalar(newest.order_by(Valuation.valued_on.desc(), Valuation.id.desc()).limit(1))


def open_revaluation(session: Session, asset_id: int) -> Revaluation | None:
    """The re-valuation in progress."""
    return session.scalar(
        select(Revaluation).where(Revaluation.asset_id == asset_id, Revaluation.done_on.is_(None))
    )


def begin_revaluation(
    session: Session, actor: Actor, asset: Asset, on: date, *, at: datetime
) -> None:
    """An act that finds a price again begins the re-valuation in progress, if there is one."""
    begun = session.scalars(
        update(Revaluation)
        .where(
            Revaluation.asset_id == asset.id,
            Revaluation.done_on.is_(None),
            Revaluation.begun_on.is_(None),
        )
        .values(begun_on=on)
        .returning(Revaluation.id)
    ).all()
    for revaluation in begun:
        said = {"revaluation": revaluation, "on": on.isoformat()}
        note_act(session, actor, Act.REVALUATION_BEGUN, asset, said, at=at)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A price about to be kept."""

    method: ValuationMethod
    amount: Decimal
    valued_on: date
    valid_until: date | None = None
    received_on: date | None = None
    firm: str | None = None
    firm_id: int | None = None
    contract_id: int | None = None
    certificate_number: str | None = None
    price_source: str | None = None
    note: str | None = None
    paper: str | None = None


def keep_price(
    session: Session,
    actor: Actor,
    asset: Asset,
    found: Found,
    *,
    first: Sequence[Step] = (),
    at: datetime,
) -> Valuation:
    """Keep a price, take the steps that lead to it, and set what is due after it.

    Raises StepOutOfTurn.
    """
    again = open_revaluation(session, asset.id)
    fields = {n: getattr(found, n) for n in Found.__struct_fields__ if n != "received_on"}
    valuation = Valuation(
        **{**fields, "method": found.method.value},
        asset_id=asset.id,
        office_id=asset.office_id,
        currency=CURRENCY,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(valuation)
    session.flush()
    known_on = found.received_on or found.valued_on
    begun = [Taken(steps=(step,), on=found.valued_on, document=found.paper) for step in first]
    document = found.certificate_number or found.paper
    priced = Taken(steps=(Step.PRICED,), on=known_on, document=document)
    take_steps(session, actor, [asset.id], [*begun, priced], at=at)
    if again is not None:
        begin_revaluation(session, actor, asset, found.valued_on, at=at)
        again.done_on = known_on
        session.flush()
    set_due(session, actor, asset, found, known_on, again=again is not None, at=at)
    said: dict[str, object] = {
        "valuation": valuation.id,
        "method": found.method.value,
        "amount": str(found.amount),
    }
    note_act(session, actor, Act.VALUED, asset, said, at=at)
    return valuation


def set_due(
    session: Session,
    actor: Actor,
    asset: Asset,
    found: Found,
    known_on: date,
    *,
    again: bool,
    at: datetime,
) -> None:
    """What is due after a price: the sale without auction, or the auction contract."""
    subject = subject_of(asset)
    tell_owners(session, actor, asset, subject, known_on, at=at)
    agreed = found.method is ValuationMethod.AGREED
    if agreed:
        meet_by_act(session, actor, "price_notice_due", subject, met_on=known_on, at=at)
    lawful = lawful_ways(session, asset, known_on)
    seized = seized_on(session, asset.id)
    if lawful and lawful.price_class is PriceClass.GOLD_BAR and not agreed:
        if seized is not None:
            set_limits(session, actor, ["gold_bar_sale_due"], seized, subject, at=at)
    elif sold_without_auction(session, asset, found.amount, known_on):
        _set_by_anchor(session, actor, NO_AUCTION, subject, known_on=known_on, seized=seized, at=at)
    elif agreed or again:
        set_limits(session, actor, CONTRACT_DUE, known_on, subject, at=at)
    else:
        _set_by_anchor(
            session, actor, CONTRACT_DUE, subject, known_on=known_on, seized=seized, at=at
        )


def sold_without_auction(session: Session, asset: Asset, amount: Decimal, on: date) -> bool:
    """Whether a thing is sold without auction: a movable of small value, or a perishable one."""
    rules = rules_in_use(session, *PRICING_KEYS, "non_auction_sale_value_max")
    serving = [rule for rule in rules if rule.serves(on)]
    is_new = any(rule.unit is Unit.MINIMUM_WAGE for rule in serving)
    facts = facts_of(session, asset, on)
    if facts.kind in IMMOVABLE_KINDS:
        return False
    if is_perishable(facts, serving, on):
        return True
    limit = small_value(serving, facts.wage_region, "non_auction_sale_value_max")
    if limit is None:
        return False
    return amount < limit or (amount == limit and is_new)


def _set_by_anchor(
    session: Session,
    actor: Actor,
    keys: Sequence[str],
    subject: DeadlineSubject,
    *,
    known_on: date,
    seized: date | None,
    at: datetime,
) -> None:
    """Set limits from the event the first's row of the day counts from, if that has happened."""
    rules = [rule for rule in rules_in_use(session, keys[0]) if rule.serves(known_on)]
    start = {"price": known_on, "seizure": seized}.get(str(rules[0].anchor)) if rules else None
    if start is not None:
        set_limits(session, actor, keys, start, subject, at=at)


def subject_of(asset: Asset) -> DeadlineSubject:
    """An asset as the deadlines know it."""
    return DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)


def issue_of(
    session: Session,
    actor: Actor,
    kind: PaperKind,
    data: PaperData,
    asset: Asset,
    *,
    on: date,
    at: datetime,
) -> Issued:
    """Issue a paper about the price of an asset."""
    return issue_paper(
        session,
        actor,
        kind,
        data,
        subject_kind="asset",
        subject_ref=asset.reference,
        office_id=asset.office_id,
        assets=[asset.reference],
        step_on=on,
        at=at,
    )


def minutes_at(begun_at: datetime | None, on: date, at: datetime) -> datetime:
    """When minutes were begun: as it was said, else when they are put down.

    Raises Invalid.
    """
    if begun_at is None:
        return at
    said = begun_at if begun_at.tzinfo else begun_at.replace(tzinfo=TZ)
    if local_day(said) != on:
        raise Invalid(_("The hour is of another day than the act."), field="begun_at")
    return said


def concerned(session: Session, reference: str, on: date, *, co_owners: bool) -> list[str]:
    """Who is to be asked or told about a price: the parties of the case, and co-owners."""
    asset = session.scalars(select(Asset).where(Asset.reference == reference)).one()
    case = session.get(EnforcementCase, asset.case_id) if asset.case_id else None
    names = [case.debtor_name, case.creditor_name] if case else []
    title = titles_of(session, [asset.id], on).get(asset.id) if co_owners else None
    names += [owner.name for owner in title.co_owners] if title else []
    return [name for name in names if name]


def people_of(names: str | None, role: str | None = None) -> tuple[Party, ...]:
    """Names as they were typed, one a line."""
    lines = (line.strip() for line in (names or "").splitlines())
    return tuple(Party(name=line, role=role) for line in lines if line)


def note_act(
    session: Session, actor: Actor, act: Act, asset: Asset, said: dict[str, object], *, at: datetime
) -> None:
    """Write an act on an asset's price into the audit ledger."""
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    audit.record(session, actor, act, subject, said, at=at)
