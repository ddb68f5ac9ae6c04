"""Ruling that a round counts as failed, as a sale or as neither: apart from what happened."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, column, select, table
from sqlalchemy.orm import Session

from auction.bidding import ledger
from auction.bidding.models import RoundRuling
from auction.bidding.queries import find_outcome, lines_of_lot, meaning_of, newest_ruling
from auction.bidding.rules import (
    Act,
    Held,
    Meaning,
    NothingToRule,
    RuledMeanwhile,
    RuledSo,
    SaleGone,
    SaleStands,
)
from auction.legal_rules.queries import basis_on
from auction.lots.commands import await_step, lock_lot
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import in_other_open_lot
from auction.lots.rules import LotStep
from auction.outcomes.commands.follow_up import get_round, subject_of
from auction.outcomes.commands.ruled_life import follow_in_life
from auction.outcomes.queries import next_step
from auction.outcomes.schemas import NewRuling
from auction.reviews.commands import follow_ruling
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.orm import refused_by


def give_ruling(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewRuling, *, at: datetime
) -> RoundRuling:
    """Rule on a round, as an inspector or the head of the office does, with a ground.

    While a sale of the round stands it counts as sold: two could buy else. What fell away does
    not count as sold again, nor does a round of a lot that was sold otherwise.
    Raises NotFound, NothingToRule, SaleStands, SaleGone, RuledSo, RuledMeanwhile, Invalid.
    """
    actor.require("rounds.rule")
    lot = lock_lot(session, actor, lot_ref)
    held_round = get_round(session, lot, number)
    if new.meaning is Meaning.SOLD:
        _refuse_unsold(session, held_round, local_day(at))
    else:
        _refuse_sold(session, held_round, local_day(at))
    on = new.ruled_on or local_day(at)
    not_ahead(on, at, field="ruled_on")
    _refuse_before(session, held_round, on)
    return rule_round(
        session,
        actor,
        held_round,
        new.meaning,
        new.ground,
        article=new.article,
        document=new.document,
        on=on,
        at=at,
    )


def rule_round(
    session: Session,
    actor: Actor,
    held_round: AuctionRound,
    meaning: Meaning,
    ground: str,
    *,
    article: str,
    on: date,
    at: datetime,
    document: str | None = None,
) -> RoundRuling:
    """Part of an act that changes what a round means, such as a buyer's default.

    The caller has asked for the right to its own act. Keeps earlier rulings, writes the
    counters anew, lets the flags follow, takes the step of a failure or the one that takes it
    back, and leads the lot to the step that comes next.
    Raises NothingToRule, RuledSo, RuledMeanwhile.
    """
    lot = session.get_one(Lot, held_round.lot_id, with_for_update={"key_share": True})
    was = _refuse_empty(session, held_round, meaning)
    before = newest_ruling(session, held_round.id)
    assets = ledger.lock_assets(session, lot.id)
    ruling = RoundRuling(
        round_id=held_round.id,
        lot_id=lot.id,
        office_id=lot.office_id,
        meaning=meaning.value,
        ground=ground,
        article=article,
        document=document,
        ruled_on=on,
        supersedes_id=before.id if before else None,
        author_name=actor.name,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    _add(session, ruling)
    ledger.rebuild_runs(session, assets, on=on)
    follow_ruling(session, actor, assets, on=on, at=at)
    follow_in_life(session, actor, lot, held_round, ruling, was=was, assets=assets, at=at)
    _go_on(session, lot, assets, on, fell=was is Held.SOLD)
    said = {"meaning": meaning.value, "ground": ground, "article": article}
    data = {"number": held_round.number, **said, "supersedes": ruling.supersedes_id}
    audit.record(session, actor, Act.RULED, subject_of(lot), data, at=at)
    return ruling


def _refuse_before(session: Session, held_round: AuctionRound, on: date) -> None:
    """Nobody rules on a round before it was held, or was stopped ahead of its day.

    Raises Invalid.
    """
    ended = find_outcome(session, held_round.id)
    if ended is None or held_round.held_on is None:
        return
    since = min(held_round.held_on, ended.notified_on or held_round.held_on)
    if on < since:
        raise Invalid(
            _("Round %(number)s ended on %(day)s: a ruling is of that day or later."),
            field="ruled_on",
            number=held_round.number,
            day=since,
        )


def _refuse_empty(session: Session, held_round: AuctionRound, meaning: Meaning) -> Held | None:
    """What the round meant so far, where there is something to rule that is not so already."""
    if find_outcome(session, held_round.id) is None or held_round.held_on is None:
        raise NothingToRule(
            _("Round %(number)s has no outcome yet; there is nothing to rule on."),
            number=held_round.number,
        )
    was = meaning_of(session, held_round)
    if was is meaning.held:
        raise RuledSo(
            _("Round %(number)s means that already."), field="meaning", number=held_round.number
        )
    return was


def _refuse_unsold(session: Session, held_round: AuctionRound, on: date) -> None:
    """A sale that fell away does not come back by a ruling, nor is a lot sold twice."""
    of_lot = select(_SALE.c.round_id).where(_SALE.c.lot_id == held_round.lot_id)
    fell = of_lot.where(_SALE.c.round_id == held_round.id, ~_STANDS)
    other = of_lot.where(_SALE.c.round_id.is_distinct_from(held_round.id), _STANDS)
    if session.execute(fell.union_all(other).limit(1)).first() is not None:
        raise SaleGone(
            _(
                "Round %(number)s has no buyer whose sale stands: its sale fell away, or the lot is"
                " sold otherwise (rule %(rule)s). Lawful: that it failed, or that it counts as"
                " neither; a new sale is recorded by its own act."
            ),
            field="meaning",
            number=held_round.number,
            **basis_on(session, "annulment_grounds", on),
        )


def _refuse_sold(session: Session, held_round: AuctionRound, on: date) -> None:
    standing = select(_SALE.c.id).where(_SALE.c.round_id == held_round.id, _STANDS)
    if session.scalar(standing.limit(1)) is not None:
        raise SaleStands(
            _(
                "Round %(number)s has a buyer whose sale stands: record his default or annul the"
                " result first; the round then counts by itself."
            ),
            field="meaning",
            number=held_round.number,
            **basis_on(session, "annulment_grounds", on),
        )


_SALE = table(
    "sale",
    column("id", BigInteger),
    column("lot_id", BigInteger),
    column("round_id", BigInteger),
    column("defaulted_on", Date),
    column("cancelled_on", Date),
)
"""Sales belong to a room above."""
_STANDS = _SALE.c.defaulted_on.is_(None) & _SALE.c.cancelled_on.is_(None)


def _add(session: Session, ruling: RoundRuling) -> None:
    taken = RuledMeanwhile(_("Somebody else ruled on this round just now; read it first."))
    chain = "uq_round_ruling_first" if ruling.supersedes_id is None else _CHAIN
    with refused_by(session, chain, taken):
        session.add(ruling)
        session.flush()


_CHAIN = "uq_round_ruling_supersedes_id"


def _go_on(session: Session, lot: Lot, assets: list[int], on: date, *, fell: bool) -> None:
    """A lot whose sale fell away opens again; one that is sold after all closes."""
    lines = lines_of_lot(session, lot.id)
    sold = any(line.outcome is not None and line.outcome.held is Held.SOLD for line in lines)
    if sold:
        lot.closed_on = lot.closed_on or on
    elif fell and not in_other_open_lot(session, assets, lot.id):
        lot.closed_on = None
    step = next_step(lot.closed_on, lines)
    if step is None:
        await_step(lot, None, None)
    elif step is not (LotStep(lot.awaits) if lot.awaits else None):
        await_step(lot, step, on)
    session.flush()
