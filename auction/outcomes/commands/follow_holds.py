"""What a hold means for auctions under contract: they are paused, and go on when it ends."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.queries import contract_in_force
from auction.auctioneers.rules import ContractSigned
from auction.bidding.queries import find_outcome
from auction.holds.models import Hold
from auction.holds.queries import all_stopping, first_stopping
from auction.holds.rules import HoldKind, HoldOpened, HoldOver, Stopped
from auction.legal_rules.words import word
from auction.life.ledger import take_step
from auction.life.queries import standing_of
from auction.life.rules import State, Step
from auction.lots.models import AuctionRound, Lot, LotAsset
from auction.lots.queries import assets_of_lot, last_round
from auction.lots.subjects import due_subject
from auction.notices.commands.request_halt import Request, request_halt
from auction.notices.models import AuctionHalt
from auction.notices.rules import Halt, HaltStep
from auction.outcomes.commands.follow_up import subject_of
from auction.outcomes.rules import WENT_ON
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day

GROUNDS = {
    HoldKind.COURT_ACCEPTED: "postponed_or_suspended",
    HoldKind.PROTEST_AUTHORITY: "postponed_or_suspended",
    HoldKind.CREDITOR_AGREES: "postponed_or_suspended",
    HoldKind.SUSPENSION: "postponed_or_suspended",
    HoldKind.COMPLAINT: "complaint_authority",
    HoldKind.PROCURACY_PROTEST: "procuracy_protest",
}
"""Which ground of a pause a kind of hold is (L25 Art. 84(1)); others pause by their own article."""

UNDER_WAY = frozenset({State.ANNOUNCED, State.AUCTION_DAY})


def pause_held(session: Session, event: HoldOpened) -> None:
    """Ask the organisations to pause the auctions of what a hold stops, with ground and article.

    The round stays open: it is held after the hold, or recorded as paused where its day went by.
    Who was asked before is not asked again when another asset of the lot comes under the hold.
    """
    hold = session.get_one(Hold, event.hold_id)
    if Stopped.AUCTION not in hold.stops:
        return
    for lot in _open_lots(session, event.asset_ids):
        asked = hold.id in {one.hold_id for one in _pauses(session, lot)}
        if not asked and contract_in_force(session, event.actor, lot.id) is not None:
            _pause(session, event.actor, lot, hold, event.since, at=event.at)


def pause_contracted(session: Session, event: ContractSigned) -> None:
    """Ask the organisation of a contract just signed to pause for every hold that is open.

    The request is the one that would have come with the hold, had there been a contract.
    """
    lot = session.get_one(Lot, event.lot_id)
    today = local_day(event.at)
    for hold in all_stopping(session, event.asset_ids, Stopped.AUCTION, on=today):
        _pause(session, event.actor, lot, hold, hold.started_on, at=event.at)


def go_on(session: Session, event: HoldOver) -> None:
    """Keep that an auction goes on, once no hold stops it any more (L25 Art. 84)."""
    hold = session.get_one(Hold, event.hold_id)
    for lot in _open_lots(session, event.asset_ids):
        paused = next(iter(_pauses(session, lot)), None)
        assets = [asset.id for asset in assets_of_lot(session, lot.id)]
        if paused is None or first_stopping(session, assets, Stopped.AUCTION) is not None:
            continue
        made = AuctionHalt(
            lot_id=lot.id,
            round_id=paused.round_id,
            hold_id=hold.id,
            office_id=lot.office_id,
            kind=HaltStep.RESUME.value,
            ground=paused.ground,
            document=hold.end_document or hold.document,
            requested_on=local_day(event.at),
            effective_at=event.at,
            rule_id=paused.rule_id,
            article=paused.article,
            note=hold.end_note,
            recorded_at=event.at,
            recorded_by_id=event.actor.staff_id,
        )
        session.add(made)
        session.flush()
        data = {"hold": hold.id, "document": made.document, "paused_by": paused.paper}
        audit.record(session, event.actor, WENT_ON, subject_of(lot), data, at=event.at)


def _pause(
    session: Session, actor: Actor, lot: Lot, hold: Hold, since: date, *, at: datetime
) -> None:
    """The request, its paper, and the step of the lot's round where one is open."""
    halted = _open_round(session, lot, since)
    made = request_halt(session, actor, lot, halted, _request(hold, at), at=at)
    if halted is not None:
        _take_step(session, actor, lot, halted, made.paper.number, at=at)


def _request(hold: Hold, at: datetime) -> Request:
    kind = HoldKind(hold.kind)
    return Request(
        kind=Halt.PAUSE,
        ground=GROUNDS.get(kind, kind.value),
        words=word("scopes", kind.value).vi,
        article=hold.article,
        document=hold.document,
        effective_at=at,
        rule_id=hold.rule_id,
        hold_id=hold.id,
        until=hold.longest_until,
        note=hold.ground,
    )


def _open_lots(session: Session, asset_ids: Sequence[int]) -> Sequence[Lot]:
    members = select(LotAsset.lot_id).where(LotAsset.asset_id.in_(asset_ids))
    lots = select(Lot).where(Lot.id.in_(members), Lot.closed_on.is_(None)).order_by(Lot.id)
    return session.scalars(lots).all()


def _open_round(session: Session, lot: Lot, since: date) -> AuctionRound | None:
    """The round that waits for its outcome, unless its day was before the hold."""
    last = last_round(session, lot.id)
    if last is None or find_outcome(session, last.id) is not None:
        return None
    return None if last.held_on is not None and last.held_on < since else last


def _pauses(session: Session, lot: Lot) -> list[AuctionHalt]:
    """The pauses that holds brought since the auction last went on, the newest first."""
    rows = session.scalars(
        select(AuctionHalt)
        .where(AuctionHalt.lot_id == lot.id, AuctionHalt.hold_id.is_not(None))
        .order_by(AuctionHalt.id.desc())
    )
    return list(takewhile(lambda one: one.kind == HaltStep.PAUSE, rows))


def _take_step(
    session: Session,
    actor: Actor,
    lot: Lot,
    halted: AuctionRound,
    paper: str,
    *,
    at: datetime,
) -> None:
    assets = [asset.id for asset in assets_of_lot(session, lot.id)]
    now = standing_of(session, assets)
    if not all(one.state in UNDER_WAY for one in now.values()):
        return
    take_step(
        session,
        actor,
        assets,
        Step.PAUSED,
        local_day(at),
        at=at,
        document=paper,
        subject=due_subject(lot),
        lot_id=lot.id,
        round_id=halted.id,
        round_number=halted.number,
    )
