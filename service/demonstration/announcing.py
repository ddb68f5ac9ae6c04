"""The organisations that auction for the demonstration office, and the notices of a round ahead."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.commands.register import add_auctioneer, register_organisation
from auction.auctioneers.models import AuctionOrganisation
from auction.auctioneers.rules import OrganisationKind
from auction.auctioneers.schemas import NewAuctioneer, NewOrganisation
from auction.notices.commands.record import record_notice
from auction.notices.rules import NoticeKind, Place
from auction.notices.schemas import NewNotice
from inventory.base.actor import Actor
from inventory.base.clock import local_day

SINCE = date(2024, 1, 2)
DONE = -5
"""Days back on which the round ahead was posted and first announced."""

When = Callable[[int], datetime]


def announce(session: Session, actor: Actor, lot: str, said: dict[str, Any], when: When) -> None:
    """Register who auctions, and record what was posted and announced of the round ahead."""
    name = said["organisation"]
    _register(session, actor, name, at=when(0))
    posted, again = local_day(when(DONE)), local_day(when(-1))
    places = [Place.ORGANISATION_OFFICE, Place.AUCTION_VENUE]
    places.append(Place.COMMUNE if said["asset"] == "nha" else Place.DISPLAY_PLACE)
    notices = [_posting(place, posted, name) for place in places]
    notices += [
        NewNotice(
            kind=NoticeKind.ANNOUNCEMENT,
            place=Place.PRESS,
            from_on=posted,
            name="Báo Minh Họa (giả định)",
        ),
        NewNotice(
            kind=NoticeKind.ANNOUNCEMENT, place=Place.PORTAL, from_on=again, number="TB-0417"
        ),
        NewNotice(
            kind=NoticeKind.VIEWING, from_on=posted, until_on=local_day(when(said["ahead"] - 3))
        ),
        NewNotice(
            kind=NoticeKind.REGISTRATION,
            from_on=posted,
            until_on=local_day(when(said["ahead"] - (1 if said["asset"] == "nha" else 2))),
        ),
    ]
    for new in notices:
        record_notice(session, actor, lot, new, at=when(0))


def _posting(place: Place, on: date, name: str) -> NewNotice:
    return NewNotice(kind=NoticeKind.POSTING, place=place, from_on=on, name=name)


def _register(session: Session, actor: Actor, name: str, *, at: datetime) -> None:
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
