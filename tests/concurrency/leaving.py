"""A lot that a debtor takes back by paying, and what a race takes the locks off."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.bidding import ledger
from auction.lots.queries import assets_of_lot
from auction.offers.commands import common
from auction.offers.commands.leaving import redeem
from auction.offers.schemas import NewRedemption
from auction.outcomes.commands import record_outcome as outcomes
from tests.concurrency.races import Act, looked_at_without_lock, without_lock
from tests.make.between import Between


class Told:
    """What a test needs of a lot after its making."""

    def __init__(self, way: Between) -> None:
        self.ref, self.asset, self.now = way.ref, way.asset, way.now
        self.number, self.officer = way.rounds, way.people.officer


def redeeming(told: Told) -> Act:
    paid_on = (told.now - timedelta(days=5)).date()
    new = NewRedemption(paid_on=paid_on, debt=Decimal(1), costs=Decimal(0), document="BL")
    return lambda session: len(redeem(session, told.officer, told.asset, new, at=told.now))


def assets_unlocked(session: Session, lot_id: int) -> list[int]:
    """The assets of a lot, read without their lock."""
    return [asset.id for asset in assets_of_lot(session, lot_id)]


def lots_unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "lock_lot", without_lock)
    monkeypatch.setattr(outcomes, "look_at_locked", looked_at_without_lock)
    monkeypatch.setattr(common, "lock_assets", lambda _session, _lot_id: [])
    monkeypatch.setattr(ledger, "lock_assets", assets_unlocked)
