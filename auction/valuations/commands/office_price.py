"""The office sets the price itself: the officer, a council, or the posted price of gold."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auction.deadlines.queries import due_after
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.words import word
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.papers.schemas import Opinion, PriceSettingData
from auction.valuations.models import CouncilMember, CouncilOpinion, PriceCouncil, Valuation
from auction.valuations.pricing import (
    Found,
    begin_revaluation,
    check_price,
    issue_of,
    keep_price,
    minutes_at,
    newest_facts,
    note_act,
    people_of,
    refuse_unlawful,
)
from auction.valuations.queries import rule_serving
from auction.valuations.rules import (
    Act,
    CouncilSitsAlready,
    CouncilTooSmall,
    FinanceBodyNotHeard,
    NoCouncil,
    ValuationIncomplete,
    ValuationMethod,
    council_price,
)
from auction.valuations.schemas import CouncilDecision, NewCouncil, OfficerPrice, PostedPrice
from auction.valuations.ways import PriceClass
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.papers.rules import RECORDER, PaperKind
from inventory.papers.schemas import Signature

LEAST = "price_council_min_members"
FINANCE = "consult_finance_body_reply"


def set_officer_price(
    session: Session, actor: Actor, reference: str, new: OfficerPrice, *, at: datetime
) -> Valuation:
    """The officer sets the price of a thing of small value or that spoils (L25 Art. 82(1)b).

    By the law of 2008 also where no firm can be contracted, after the finance body was heard.
    Raises NotFound, WayNotLawful, FinanceBodyNotHeard, StepOutOfTurn, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.priced_on, at, field="priced_on")
    check_price(session, new.amount, new.priced_on)
    lawful = refuse_unlawful(session, asset, ValuationMethod.OFFICER, new.priced_on)
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


def set_up_council(
    session: Session, actor: Actor, reference: str, new: NewCouncil, *, at: datetime
) -> PriceCouncil:
    """The head sets up a council where no firm can be contracted (D152/26 Art. 60(3)).

    Raises NotFound, WayNotLawful, CouncilTooSmall, CouncilSitsAlready, StepOutOfTurn, Invalid.
    """
    actor.require("price_councils.set_up")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.set_up_on, at, field="set_up_on")
    refuse_unlawful(session, asset, ValuationMethod.COUNCIL, new.set_up_on)
    _check_members(session, new)
    council = PriceCouncil(
        asset_id=asset.id,
        office_id=asset.office_id,
        decision_number=new.decision_number,
        set_up_on=new.set_up_on,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    sits = CouncilSitsAlready(_("A price-setting council for this asset is at work."))
    with refused_by(session, "uq_price_council_open", sits):
        session.add(council)
        session.flush()
    rows = [
        {
            "council_id": council.id,
            "position": position,
            "office_id": asset.office_id,
            "name": member.name,
            "post": member.post,
            "chairs": member.chairs,
        }
        for position, member in enumerate(new.members, 1)
    ]
    session.execute(insert(CouncilMember), rows)
    step, number = Step.PRICE_SET_BY_OFFICE, new.decision_number
    take_step(session, actor, [asset.id], step, new.set_up_on, document=number, at=at)
    begin_revaluation(session, actor, asset, new.set_up_on, at=at)
    said: dict[str, object] = {"council": council.id, "members": len(rows), "number": number}
    note_act(session, actor, Act.COUNCIL_SET_UP, asset, said, at=at)
    return council


def decide_council(
    session: Session, actor: Actor, reference: str, new: CouncilDecision, *, at: datetime
) -> Valuation:
    """Record the council's session: each opinion, the vote, the price, the minutes.

    Raises NotFound, NoCouncil, CouncilUndecided, ValuationIncomplete, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.decided_on, at, field="decided_on")
    council = session.scalar(
        select(PriceCouncil).where(
            PriceCouncil.asset_id == asset.id, PriceCouncil.closed_on.is_(None)
        )
    )
    if council is None:
        raise NoCouncil(_("No price-setting council is at work for this asset."))
    members = _members(session, council.id)
    _check_votes(session, new, council, members)
    price = council_price([(vote.price, members[vote.position].chairs) for vote in new.votes])
    rows = [
        {
            "council_id": council.id,
            "position": vote.position,
            "office_id": council.office_id,
            "opinion": vote.opinion,
            "price": vote.price,
        }
        for vote in new.votes
    ]
    session.execute(insert(CouncilOpinion), rows)
    council.closed_on = new.decided_on
    data = _minutes(new, council, members, price, at=at)
    paper = issue_of(
        session, actor, PaperKind.PRICE_SETTING_MINUTES, data, asset, on=new.decided_on, at=at
    )
    found = Found(
        method=ValuationMethod.COUNCIL,
        amount=price,
        valued_on=new.decided_on,
        price_source=new.market,
        paper=paper.number,
    )
    return keep_price(session, actor, asset, found, at=at)


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


def _check_members(session: Session, new: NewCouncil) -> None:
    least = rule_on(session, LEAST, new.set_up_on)
    if len(new.members) < least.number:
        raise CouncilTooSmall(
            _("A council has at least %(least)s members: rule %(rule)s."),
            field="members",
            article=least.article,
            least=least.number,
            rule=least.key,
        )
    if sum(member.chairs for member in new.members) != 1:
        raise ValuationIncomplete(_("One member chairs."), field="members")


def _members(session: Session, council_id: int) -> dict[int, CouncilMember]:
    found = session.scalars(
        select(CouncilMember)
        .where(CouncilMember.council_id == council_id)
        .order_by(CouncilMember.position)
    )
    return {member.position: member for member in found}


def _signatures(members: dict[int, CouncilMember]) -> tuple[Signature, ...]:
    """All who decided sign, the chair first, and who wrote it down (D152/26 Art. 60(3))."""
    decided = sorted(members.values(), key=lambda one: (not one.chairs, one.position))
    signed = [Signature(post="chair" if one.chairs else "member", name=one.name) for one in decided]
    return (*signed, Signature(post=RECORDER))


def _check_votes(
    session: Session,
    new: CouncilDecision,
    council: PriceCouncil,
    members: dict[int, CouncilMember],
) -> None:
    if sorted(vote.position for vote in new.votes) != sorted(members):
        raise ValuationIncomplete(_("Every member of the council votes, each once."), field="votes")
    if new.decided_on < council.set_up_on:
        raise ValuationIncomplete(_("The council decides after it was set up."), field="decided_on")
    for vote in new.votes:
        check_price(session, vote.price, new.decided_on, field="votes")


def _minutes(
    new: CouncilDecision,
    council: PriceCouncil,
    members: dict[int, CouncilMember],
    price: Decimal,
    *,
    at: datetime,
) -> PriceSettingData:
    in_favour = sum(vote.price == price for vote in new.votes)
    return PriceSettingData(
        at=minutes_at(new.begun_at, new.decided_on, at),
        way="council",
        price=price,
        council_decision=council.decision_number,
        council_on=council.set_up_on,
        market=new.market,
        members=tuple(
            Opinion(
                name=members[vote.position].name,
                role=members[vote.position].post,
                price=vote.price,
                agrees=vote.price == price,
                said=vote.opinion,
                chairs=members[vote.position].chairs,
            )
            for vote in sorted(new.votes, key=lambda vote: vote.position)
        ),
        signatures=_signatures(members),
        in_favour=in_favour,
        chair_decided=in_favour * 2 == len(new.votes),
    )
