"""The organisations that auction for the demonstration office, and the notices of its rounds."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.commands.register import add_auctioneer, register_organisation
from auction.auctioneers.models import AuctionOrganisation
from auction.auctioneers.queries import contract_in_force
from auction.auctioneers.rules import OrganisationKind
from auction.auctioneers.schemas import NewAuctioneer, NewOrganisation
from auction.lots.models import Lot
from auction.notices.commands.record import record_notice
from auction.notices.queries import failed_before, law_for
from auction.notices.rules import NoticeKind, Place
from auction.notices.schemas import NewNotice
from inventory.base.actor import Actor
from inventory.base.clock import local_day

SINCE = date(2024, 1, 2)
DONE = -5
"""Days back on which the round ahead was posted and first announced."""
BY = "Tổ chức đấu giá (giả định)"
PRICE = Decimal(100_000_000)
"""All that the office sells is worth more than this."""

When = Callable[[int], datetime]


def announce(
    session: Session, actor: Actor, lot: str, said: dict[str, Any], *, day: int, when: When
) -> None:
    """Register who auctions, and record what was posted and announced of the round of a day."""
    name, at = said["organisation"], when(min(day - 18, 0))
    register(session, actor, name, at=at)
    posted, again = posted_on(session, actor, lot, day, when), local_day(when(min(day - 21, -1)))
    opening = local_day(when(day))
    immovable = said["asset"] == "nha"
    post(session, actor, lot, opening=opening, days=(posted, again), at=at, immovable=immovable)


def posted_on(session: Session, actor: Actor, lot: str, day: int, when: When) -> date:
    """The day on which a round is posted and first announced: not before its contract."""
    posted = local_day(when(min(day - 26, DONE)))
    lot_id = session.scalars(select(Lot.id).where(Lot.reference == lot)).one()
    contract = contract_in_force(session, actor, lot_id)
    return max(posted, contract.signed_on) if contract else posted


def post(
    session: Session,
    actor: Actor,
    lot: str,
    *,
    opening: date,
    days: tuple[date, date],
    at: datetime,
    immovable: bool = True,
) -> None:
    """Record that a round was posted and first announced on one day, announced again on another."""
    posted, again = days
    places = [Place.ORGANISATION_OFFICE, Place.AUCTION_VENUE]
    places.append(Place.COMMUNE if immovable else Place.DISPLAY_PLACE)
    kinds = NoticeKind
    notices = [NewNotice(kind=kinds.POSTING, place=one, from_on=posted, name=BY) for one in places]
    paper, viewed = "Báo Minh Họa (giả định)", opening - timedelta(days=3)
    closing = _closing(session, lot, opening)
    notices += [
        NewNotice(kind=kinds.ANNOUNCEMENT, place=Place.PRESS, from_on=posted, name=paper),
        NewNotice(kind=kinds.ANNOUNCEMENT, place=Place.PORTAL, from_on=again),
        NewNotice(kind=kinds.VIEWING, from_on=posted, until_on=viewed),
        NewNotice(kind=kinds.REGISTRATION, from_on=posted, until_on=closing),
    ]
    for new in notices:
        record_notice(session, actor, lot, new, at=at)


def _closing(session: Session, lot: str, opening: date) -> date:
    """The last day on which files are taken, as the law of the round's procedure says."""
    lot_id = session.scalars(select(Lot.id).where(Lot.reference == lot)).one()
    failed = failed_before(session, lot_id)
    law = law_for(session, lot_id, PRICE, opening, failed=failed)
    return opening - timedelta(days=int(law.closing.number) if law else 2)


def register(session: Session, actor: Actor, name: str, *, at: datetime) -> None:
    """An organisation with its auctioneer, where it is not registered yet."""
    if session.scalar(select(AuctionOrganisation.id).where(AuctionOrganisation.name == name)):
        return
    centre = name.startswith("Trung tâm")
    code = "GD-0900" if centre else "GD-0101"
    new = NewOrganisation(
        code=code,
        name=name,
        kind=OrganisationKind.CENTRE if centre else OrganisationKind.COMPANY,
        province="Minh Họa",
        listed_from=SINCE,
    )
    register_organisation(session, actor, new, at=at)
    person = NewAuctioneer(
        name="Đấu giá viên Giả Định", licence_number=f"{code}/TP-CCHN", valid_from=SINCE
    )
    add_auctioneer(session, actor, code, person, at=at)
