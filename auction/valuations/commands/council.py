"""A council sets the price of what no firm values (L25 Art. 82(1)b; D152/26 Art. 60(3))."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on, rule_on
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.papers.commands import issue_paper
from auction.papers.schemas import CouncilPrice, Opinion, PriceSettingData
from auction.valuations.councils import CouncilDecision, NewCouncil, Vote
from auction.valuations.models import CouncilMember, CouncilOpinion, PriceCouncil, Valuation
from auction.valuations.pricing import (
    Found,
    begin_revaluation,
    check_price,
    keep_price,
    minutes_at,
    note_act,
    refuse_unlawful,
)
from auction.valuations.rules import (
    Act,
    CouncilSitsAlready,
    CouncilTooSmall,
    NoCouncil,
    ValuationIncomplete,
    ValuationMethod,
    council_price,
)
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.organisation.powers import refuse_other_head
from inventory.papers.rules import RECORDER, PaperKind
from inventory.papers.schemas import Issued, Signature

LEAST = "price_council_min_members"


class Sat(msgspec.Struct, frozen=True):
    """What a council decided of one asset."""

    asset: Asset
    council: PriceCouncil
    members: Mapping[int, CouncilMember]
    votes: Sequence[Vote]
    price: Decimal

    @property
    def in_favour(self) -> int:
        """How many members voted for the price."""
        return sum(vote.price == self.price for vote in self.votes)

    @property
    def chair_decided(self) -> bool:
        """Whether two halves met and the chair's vote decided."""
        return self.in_favour * 2 == len(self.votes)


def set_up_council(
    session: Session,
    actor: Actor,
    reference: str,
    new: NewCouncil,
    *,
    first_id: int | None = None,
    at: datetime,
) -> PriceCouncil:
    """The head sets up a council where no firm can be contracted (D152/26 Art. 60(3)).

    ``first_id`` is the council of the first asset that the same decision names.
    Raises NotFound, WayNotLawful, NotItsHead, CouncilTooSmall, CouncilSitsAlready, StepOutOfTurn.
    """
    actor.require("price_councils.set_up")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.set_up_on, at, field="set_up_on")
    refuse_unlawful(session, asset, ValuationMethod.COUNCIL, new.set_up_on)
    _check_members(session, actor, asset, new)
    council = PriceCouncil(
        asset_id=asset.id,
        office_id=asset.office_id,
        first_id=first_id,
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

    Raises NotFound, NoCouncil, CouncilUndecided, ValuationIncomplete, StepOutOfTurn, Invalid.
    """
    sat = vote_on(session, actor, reference, new, at=at)
    paper = draw_minutes(session, actor, new, [sat], at=at)
    return keep_council_price(session, actor, new, sat, paper, at=at)


def vote_on(
    session: Session, actor: Actor, reference: str, new: CouncilDecision, *, at: datetime
) -> Sat:
    """Count the votes on one asset; nothing is written yet.

    Raises NotFound, NoCouncil, CouncilUndecided, ValuationIncomplete, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.decided_on, at, field="decided_on")
    council = _open_council(session, asset.id)
    members = _members(session, council.id)
    _check_votes(session, new, council, members)
    price = council_price(
        [(vote.price, members[vote.position].chairs) for vote in new.votes],
        basis_on(session, "price_council_majority", new.decided_on),
    )
    return Sat(asset, council, members, sorted(new.votes, key=lambda vote: vote.position), price)


def draw_minutes(
    session: Session, actor: Actor, new: CouncilDecision, sat: Sequence[Sat], *, at: datetime
) -> Issued:
    """One set of minutes for all that a council decided in one sitting (D152/26 Art. 60(3))."""
    first = sat[0]
    references = [one.asset.reference for one in sat]
    return issue_paper(
        session,
        actor,
        PaperKind.PRICE_SETTING_MINUTES,
        _minutes(new, sat, at=at),
        subject_kind="asset",
        subject_ref=first.asset.reference,
        office_id=first.asset.office_id,
        assets=references,
        step_on=new.decided_on,
        at=at,
    )


def keep_council_price(
    session: Session, actor: Actor, new: CouncilDecision, sat: Sat, paper: Issued, *, at: datetime
) -> Valuation:
    """Keep the votes of a sitting and the price they set; raises StepOutOfTurn."""
    rows = [
        {
            "council_id": sat.council.id,
            "position": vote.position,
            "office_id": sat.council.office_id,
            "opinion": vote.opinion,
            "price": vote.price,
        }
        for vote in sat.votes
    ]
    session.execute(insert(CouncilOpinion), rows)
    sat.council.closed_on = new.decided_on
    found = Found(
        method=ValuationMethod.COUNCIL,
        amount=sat.price,
        valued_on=new.decided_on,
        price_source=new.market,
        paper=paper.number,
    )
    return keep_price(session, actor, sat.asset, found, at=at)


def _check_members(session: Session, actor: Actor, asset: Asset, new: NewCouncil) -> None:
    least = rule_on(session, LEAST, new.set_up_on)
    refuse_other_head(session, actor, asset.office_id, least.basis)
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


def _open_council(session: Session, asset_id: int) -> PriceCouncil:
    council = session.scalar(
        select(PriceCouncil).where(
            PriceCouncil.asset_id == asset_id, PriceCouncil.closed_on.is_(None)
        )
    )
    if council is None:
        raise NoCouncil(_("No price-setting council is at work for this asset."))
    return council


def _members(session: Session, council_id: int) -> dict[int, CouncilMember]:
    found = session.scalars(
        select(CouncilMember)
        .where(CouncilMember.council_id == council_id)
        .order_by(CouncilMember.position)
    )
    return {member.position: member for member in found}


def _check_votes(
    session: Session,
    new: CouncilDecision,
    council: PriceCouncil,
    members: Mapping[int, CouncilMember],
) -> None:
    if sorted(vote.position for vote in new.votes) != sorted(members):
        raise ValuationIncomplete(_("Every member of the council votes, each once."), field="votes")
    if new.decided_on < council.set_up_on:
        raise ValuationIncomplete(_("The council decides after it was set up."), field="decided_on")
    for vote in new.votes:
        check_price(session, vote.price, new.decided_on, field="votes")


def _minutes(new: CouncilDecision, sat: Sequence[Sat], *, at: datetime) -> PriceSettingData:
    first = sat[0]
    data = PriceSettingData(
        at=minutes_at(new.begun_at, new.decided_on, at),
        way="council",
        price=sum((one.price for one in sat), Decimal(0)),
        council_decision=first.council.decision_number,
        council_on=first.council.set_up_on,
        market=new.market,
        members=_opinions(first),
        signatures=_signatures(first.members),
    )
    if len(sat) > 1:
        return msgspec.structs.replace(data, prices=tuple(_priced(one) for one in sat))
    replace = msgspec.structs.replace
    return replace(data, in_favour=first.in_favour, chair_decided=first.chair_decided)


def _priced(sat: Sat) -> CouncilPrice:
    return CouncilPrice(
        code=sat.asset.reference,
        name=sat.asset.description,
        price=sat.price,
        members=_opinions(sat),
        in_favour=sat.in_favour,
        chair_decided=sat.chair_decided,
    )


def _opinions(sat: Sat) -> tuple[Opinion, ...]:
    return tuple(
        Opinion(
            name=sat.members[vote.position].name,
            role=sat.members[vote.position].post,
            price=vote.price,
            agrees=vote.price == sat.price,
            said=vote.opinion,
            chairs=sat.members[vote.position].chairs,
        )
        for vote in sat.votes
    )


def _signatures(members: Mapping[int, CouncilMember]) -> tuple[Signature, ...]:
    """All who decided sign, the chair first, and who wrote it down (D152/26 Art. 60(3))."""
    decided = sorted(members.values(), key=lambda one: (not one.chairs, one.position))
    signed = [Signature(post="chair" if one.chairs else "member", name=one.name) for one in decided]
    return (*signed, Signature(post=RECORDER))
