"""Makes records that a trial of a value may judge."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.models import Deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.lots.models import AuctionRound, PriceReduction
from auction.offers.models import ReductionCheck
from auction.valuations.models import Valuation
from inventory.base.actor import SYSTEM
from inventory.base.orm import Base
from inventory.organisation.models import Office
from tests.make.auction import SET_UP, Auctioned, make_asset


def make_deadline(
    session: Session, item: Auctioned, started: date, met: date | None, key: str = "pay_due"
) -> Deadline:
    """A limit of the lot, as its act sets it, met on a day."""
    subject = DeadlineSubject("lot", item.lot.reference, item.lot.office_id, lot_id=item.lot.id)
    at = datetime.combine(started, datetime.min.time()).astimezone()
    made = session.get_one(Deadline, set_deadline(session, SYSTEM, key, started, subject, at=at).id)
    if met is not None:
        made.met_on, made.met_at = met, at
        session.flush()
    return made


def make_valuation(session: Session, office: Office, amount: int, at: datetime) -> None:
    asset = make_asset(session, office)
    session.add(
        Valuation(
            asset_id=asset.id,
            office_id=office.id,
            method="officer",
            amount=Decimal(amount),
            currency="VND",
            valued_on=date(2026, 8, 1),
            recorded_at=at,
        )
    )
    session.flush()


def make_reduction(
    session: Session, held: AuctionRound, on: date, price: Decimal, *, at: datetime
) -> None:
    """A reduction after a round that was compared with no costs."""
    made = PriceReduction(
        lot_id=held.lot_id,
        round_id=held.id,
        office_id=held.office_id,
        old_price=held.starting_price,
        new_price=price,
        percent=Decimal(10),
        decision_number="1/QĐ",
        decided_on=on,
        article="L08 Art. 104",
        recorded_at=at,
    )
    session.add(made)
    session.flush()
    session.add(
        ReductionCheck(
            reduction_id=made.id,
            lot_id=held.lot_id,
            office_id=held.office_id,
            position=1,
            costs=Decimal(0),
            floor="above",
            agreed=False,
            article=made.article,
        )
    )
    session.flush()


def make_row(session: Session, model: type[Base], **said: Any) -> Any:
    """A row of a record as its act leaves it; what nobody asks for is filled in."""
    plain = {str: "–", bool: False, date: date(2026, 8, 3), datetime: SET_UP, Decimal: Decimal(1)}
    for column in inspect(model).columns:
        asked = column.nullable or column.server_default is not None or column.foreign_keys
        if column.key not in said and not asked and column.type.python_type in plain:
            said[column.key] = plain[column.type.python_type]
    made = model(**said)
    session.add(made)
    session.flush()
    return made
