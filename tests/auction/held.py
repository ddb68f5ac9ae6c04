"""A limit of an asset that a hold may stop, and the day from which it is looked at."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from inventory.assets.models import Asset
from tests.make.organisation import People

AFTER_LUNCH = datetime(2026, 9, 1, 8, tzinfo=UTC)
"""A hold of July is recorded, ended and looked at from here."""


def a_limit(
    session: Session, people: People, asset: Asset, on: date, key: str = "valuation_contract_due"
) -> DeadlineOut:
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    return set_deadline(session, people.officer, key, on, about, at=AFTER_LUNCH)
