"""What begins for the co-owners of a thing with its price."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.deadlines.commands import set_limits
from auction.deadlines.schemas import DeadlineSubject
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.titles.queries import titles_of

PRIORITY = "priority_notice_due"
"""The dated rule on how soon after the price co-owners are told that they buy first."""


def tell_owners(
    session: Session,
    actor: Actor,
    asset: Asset,
    subject: DeadlineSubject,
    on: date,
    *,
    at: datetime,
) -> None:
    """With the price begins the time to tell co-owners that they buy first.

    L25 Art. 83(1); D152/26 Art. 63. Nothing where nobody owns a part who does not owe.
    """
    title = titles_of(session, [asset.id], on).get(asset.id)
    if title is not None and title.co_owners:
        set_limits(session, actor, [PRIORITY], on, subject, at=at)
