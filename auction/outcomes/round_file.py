"""One round with its list, its session and the rulings on it: reading."""

from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from auction.auctioneers.queries import contracts_of_lot
from auction.auctioneers.schemas import ContractOut
from auction.bidding.queries import find_outcome, rulings_on_lot
from auction.bidding.rules import Outcome
from auction.bidding.schemas import RulingOut
from auction.bidding.sessions import RoundSession, round_of_lot, session_of
from auction.lots.models import AuctionRound
from auction.lots.queries import find_lot, get_lot, no_such_lot
from auction.lots.schemas import LotOut, RoundOut
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class RoundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A round with everything recorded of it."""

    lot: LotOut
    round: RoundOut
    session: RoundSession
    contract: ContractOut | None
    outcome: Outcome | None
    notified_on: date | None
    minutes: str | None
    auctioneer: str | None
    complaint: str | None
    rulings: list[RulingOut]
    opened: bool


def round_file(
    session: Session, actor: Actor, reference: str, number: int, at: datetime
) -> RoundFile:
    """One round in a fixed number of statements.

    Raises NotFound.
    """
    lot = find_lot(session, actor, reference)
    if lot is None:
        raise no_such_lot(reference)
    held_round = round_of_lot(session, lot, number)
    outcome = find_outcome(session, held_round.id)
    return RoundFile(
        lot=get_lot(session, actor, reference),
        round=_out(held_round),
        session=session_of(session, held_round, held_round.held_on or local_day(at)),
        contract=_contract(session, actor, held_round),
        outcome=Outcome(outcome.code) if outcome else None,
        notified_on=outcome.notified_on if outcome else None,
        minutes=outcome.minutes if outcome else None,
        auctioneer=outcome.auctioneer if outcome else None,
        complaint=outcome.complaint if outcome else None,
        rulings=rulings_on_lot(session, lot.id)[held_round.id],
        opened=held_round.opens_at is None or held_round.opens_at <= at,
    )


def _contract(session: Session, actor: Actor, held_round: AuctionRound) -> ContractOut | None:
    """The contract under which the round was fixed; rounds of imported history have none."""
    if held_round.contract_id is None:
        return None
    found = contracts_of_lot(session, actor, held_round.lot_id)
    return next((one for one in found if one.id == held_round.contract_id), None)


def _out(held_round: AuctionRound) -> RoundOut:
    said = {name: getattr(held_round, name) for name in RoundOut.__struct_fields__}
    return msgspec.convert(said, RoundOut)
