"""One act on the price of several assets of a case: contract, certificate, council, notice.

Each asset keeps its own row, steps and limits; all of them are done, or none.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from sqlalchemy.orm import Session

from auction.valuations.commands.contract import conclude_contract, record_certificate
from auction.valuations.commands.council import (
    Sat,
    draw_minutes,
    keep_council_price,
    set_up_council,
    vote_on,
)
from auction.valuations.commands.notice import tell_parties
from auction.valuations.councils import CouncilDecision, CouncilSitting, NewCouncils, Vote
from auction.valuations.models import PriceCouncil, PriceNotice, Valuation, ValuationContract
from auction.valuations.rules import ValuationIncomplete
from auction.valuations.together import NewCertificates, NewContracts, NewPriceNotices
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.errors import DomainError, Invalid, NotFound
from inventory.base.messages import _
from inventory.base.money import share_out, typed_amount

Done = TypeVar("Done")
MOST = 200


def conclude_contracts(
    session: Session, actor: Actor, reference: str, new: NewContracts, *, at: datetime
) -> list[ValuationContract]:
    """Sign one contract with a firm for assets of one case; its fee is shared by them equally.

    Raises what one contract raises, ValuationIncomplete.
    """
    refs = [reference, *_named(new.further, reference)]
    _lock(session, actor, refs)
    fees: Sequence[Decimal | None] = [None] * len(refs)
    if new.fee is not None and len(refs) > 1:
        fees = share_out(new.fee, [Decimal(1)] * len(refs))
    elif new.fee is not None:
        fees = [new.fee]
    shares = dict(zip(refs, fees, strict=True))

    def sign(ref: str) -> ValuationContract:
        own = msgspec.structs.replace(new, fee=shares[ref], further=None)
        return conclude_contract(session, actor, ref, own, at=at)

    return _each(refs, sign)


def record_certificates(
    session: Session, actor: Actor, reference: str, new: NewCertificates, *, at: datetime
) -> list[Valuation]:
    """Record one certificate for assets of one case, the price of each.

    Raises what one certificate raises, ValuationIncomplete.
    """
    prices = {reference: new.amount, **_priced(new.further, reference)}
    refs = list(prices)
    _lock(session, actor, refs)

    def keep(ref: str) -> Valuation:
        own = msgspec.structs.replace(new, amount=prices[ref], further=None)
        return record_certificate(session, actor, ref, own, at=at)

    return _each(refs, keep)


def tell_of_prices(
    session: Session, actor: Actor, reference: str, new: NewPriceNotices, *, at: datetime
) -> list[PriceNotice]:
    """Tell the parties of the prices of assets of one case at once; each has its paper.

    Raises what one notice raises, ValuationIncomplete.
    """
    refs = [reference, *_named(new.further, reference)]
    _lock(session, actor, refs)
    own = msgspec.structs.replace(new, further=None)
    return _each(refs, lambda ref: tell_parties(session, actor, ref, own, at=at))


def set_up_councils(
    session: Session, actor: Actor, reference: str, new: NewCouncils, *, at: datetime
) -> list[PriceCouncil]:
    """Set up one council for assets of one case (D152/26 Art. 60(3)).

    Raises what one council raises, ValuationIncomplete.
    """
    actor.require("price_councils.set_up")
    refs = [reference, *_named(new.further, reference)]
    _lock(session, actor, refs)
    councils: list[PriceCouncil] = []

    def set_up(ref: str) -> PriceCouncil:
        first = councils[0].id if councils else None
        councils.append(set_up_council(session, actor, ref, new, first_id=first, at=at))
        return councils[-1]

    return _each(refs, set_up)


def decide_councils(
    session: Session, actor: Actor, reference: str, new: CouncilSitting, *, at: datetime
) -> list[Valuation]:
    """Record one sitting of a council on several of its assets: a price each, one set of minutes.

    What it was set up for and is not named waits. Raises what one decision raises.
    """
    actor.require("valuations.record")
    decisions = _decisions(reference, new)
    _lock(session, actor, list(decisions))
    done: dict[str, Sat] = {}

    def vote(ref: str) -> Sat:
        done[ref] = vote_on(session, actor, ref, decisions[ref], at=at)
        if done[ref].council.group_id != done[reference].council.group_id:
            raise ValuationIncomplete(
                _("The council was not set up for %(asset)s."), field="further", asset=ref
            )
        return done[ref]

    sat = _each(list(decisions), vote)
    paper = draw_minutes(session, actor, new, sat, at=at)
    return _each(
        list(decisions),
        lambda ref: keep_council_price(session, actor, new, done[ref], paper, at=at),
    )


def _decisions(reference: str, new: CouncilSitting) -> dict[str, CouncilDecision]:
    """What was voted on each asset; an opinion that is not said is that on the first asset."""
    said = {vote.position: vote.opinion for vote in new.votes}
    found: dict[str, CouncilDecision] = {reference: new}
    for other in new.further:
        if other.asset in found:
            raise ValuationIncomplete(
                _("%(asset)s is named twice."), field="further", asset=other.asset
            )
        votes = [
            Vote(
                position=vote.position,
                price=vote.price,
                opinion=vote.opinion or said.get(vote.position, "–"),
            )
            for vote in other.votes
        ]
        found[other.asset] = msgspec.structs.replace(new, votes=votes, further=())
    return found


def _each(refs: Sequence[str], do: Callable[[str], Done]) -> list[Done]:
    """Do it for each asset; a refusal of a further one names it."""
    done: list[Done] = []
    for ref in refs:
        try:
            done.append(do(ref))
        except DomainError as error:
            if ref != refs[0]:
                error.fields["further"] = (_("This asset is refused: %(asset)s."), {"asset": ref})
            raise
    return done


def _lock(session: Session, actor: Actor, refs: Sequence[str]) -> None:
    """Lock the assets in one order, and refuse those of another case than the first."""
    assets = {}
    for ref in sorted(refs):
        try:
            assets[ref] = lock_asset(session, actor, ref)
        except NotFound as error:
            if ref != refs[0]:
                error.fields["further"] = (error.message_id, error.params)
            raise
    first = assets[refs[0]].case_id
    for ref in refs[1:]:
        if first is None or assets[ref].case_id != first:
            raise ValuationIncomplete(
                _("%(asset)s belongs to another case."), field="further", asset=ref
            )


def _named(text: str | None, reference: str) -> list[str]:
    words = (text or "").replace(",", " ").replace(";", " ").split()
    return _few([ref for ref in dict.fromkeys(words) if ref != reference])


def _priced(text: str | None, reference: str) -> Mapping[str, Decimal]:
    """A line each: reference, colon, price."""
    prices: dict[str, Decimal] = {}
    for line in (text or "").splitlines():
        name, mark, said = line.partition(":")
        if not line.strip():
            continue
        amount = typed_amount(said.strip())
        if not mark or not amount.isdigit() or name.strip() in {reference, *prices}:
            raise Invalid(
                _("Write a line as number of the asset, colon, price: %(line)s"),
                field="further",
                line=line[:80],
            )
        prices[name.strip()] = Decimal(amount)
    _few(list(prices))
    return prices


def _few(refs: list[str]) -> list[str]:
    if len(refs) >= MOST:
        raise Invalid(_("At most %(most)s assets at once."), field="further", most=MOST)
    return refs
