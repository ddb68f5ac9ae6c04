"""Makes auction organisations, calls, contracts and notices, through the commands."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from auction.auctioneers.commands.calls import add_applicant, publish_call, score_applicant
from auction.auctioneers.commands.choosing import choose_organisation
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.commands.register import register_organisation
from auction.auctioneers.models import AuctionContract, AuctionOrganisation, OrganisationCall
from auction.auctioneers.rules import OrganisationKind, Way
from auction.auctioneers.schemas import (
    NewApplicant,
    NewCall,
    NewChoice,
    NewContract,
    NewCriterion,
    NewOrganisation,
    NewScores,
    PointsOn,
)
from auction.lots.models import Lot
from auction.lots.rules import SessionForm
from auction.notices.commands.record import record_notice
from auction.notices.models import LotNotice
from auction.notices.rules import POSTED_AT, NoticeKind, Place
from auction.notices.schemas import NewNotice
from inventory.base.clock import local_day
from tests.make.auction import make_formed_lot
from tests.make.organisation import People

GROUPS = (
    "facilities",
    "auction_plan",
    "capacity_and_standing",
    "service_fee",
    "on_ministry_list",
    "other_criteria",
)
MOST = (20, 20, 30, 10, 10, 10)


def make_auction_house(
    session: Session,
    people: People,
    code: str = "0101",
    *,
    at: datetime,
    kind: OrganisationKind = OrganisationKind.COMPANY,
    **said: Any,
) -> AuctionOrganisation:
    """A listed organisation."""
    facts: dict[str, Any] = {
        "name": f"Tổ chức đấu giá {code}",
        "province": "thử nghiệm",
        "listed_from": date(2020, 1, 1),
    }
    new = NewOrganisation(code=code, kind=kind, **{**facts, **said})
    return register_organisation(session, people.officer, new, at=at)


def new_call(
    published: date, until: date, *, groups: tuple[str, ...] = GROUPS, price: int = 1_000_000_000
) -> NewCall:
    """A call with a criterion for each group."""
    return NewCall(
        starting_price=Decimal(price),
        criteria=[
            NewCriterion(group_code=group, title=f"Tiêu chí {group}", most=Decimal(most))
            for group, most in zip(groups, MOST, strict=False)
        ],
        site_on=published,
        portal_on=published,
        files_place="Trụ sở cơ quan",
        files_from=published,
        files_until=until,
    )


def make_call(
    session: Session,
    people: People,
    lot: Lot,
    points: dict[str, int],
    *,
    published: date,
    until: date,
    price: int = 1_000_000_000,
    at: datetime,
) -> OrganisationCall:
    """A call with applicants who have the same points on every criterion."""
    new = new_call(published, until, price=price)
    call = publish_call(session, people.officer, lot.reference, new, at=at)
    for code, each in points.items():
        answer = NewApplicant(organisation=code, received_on=published)
        add_applicant(session, people.officer, call.reference, answer, at=at)
        said = [PointsOn(place, Decimal(each)) for place in range(1, len(GROUPS) + 1)]
        scores = NewScores(points=said, fit=True)
        score_applicant(session, people.officer, call.reference, code, scores, at=at)
    return call


def make_chosen(
    session: Session,
    people: People,
    *prices: int,
    code: str = "0101",
    at: datetime,
    told: bool = True,
) -> Lot:
    """A lot for which an organisation is chosen, today, without a contract yet."""
    made = make_formed_lot(session, people, *prices, at=at, contracted=False, told=told)
    make_auction_house(session, people, code, at=at)
    today = local_day(at)
    days = {"published": today - timedelta(days=7), "until": today - timedelta(days=3)}
    call = make_call(session, people, made, {code: 8}, **days, at=at)
    choice = NewChoice(organisation=code, chosen_on=today)
    choose_organisation(session, people.officer, call.reference, choice, at=at)
    return made


def new_contract(signed_on: date, **said: Any) -> NewContract:
    """A contract that says all it must."""
    facts: dict[str, Any] = {
        "way": Way.CHOSEN,
        "number": "15/HĐ-ĐG",
        "starting_price": Decimal(1_000_000_000),
        "vat_included": True,
        "form": SessionForm.ORAL,
        "fee_words": "Theo biểu thù lao",
        "pause_clause": True,
        "stop_clause": True,
    }
    return NewContract(signed_on=signed_on, **{**facts, **said})


def make_contract(
    session: Session, people: People, lot: Lot, new: NewContract, *, at: datetime
) -> AuctionContract:
    """A contract, through the command."""
    return sign_contract(session, people.officer, lot.reference, new, at=at)


def post(
    session: Session, people: People, lot: Lot, place: Place, on: date, *, at: datetime
) -> LotNotice:
    """A posting or an announcement."""
    posted = place not in (Place.PRESS, Place.PORTAL)
    kind = NoticeKind.POSTING if posted else NoticeKind.ANNOUNCEMENT
    new = NewNotice(kind=kind, place=place, from_on=on)
    return record_notice(session, people.officer, lot.reference, new, at=at)


def give_notice(
    session: Session,
    people: People,
    lot: Lot,
    *,
    posted: date,
    first: date,
    second: date,
    opening: date,
    at: datetime,
    places: tuple[Place, ...] = (
        Place.ORGANISATION_OFFICE,
        Place.DISPLAY_PLACE,
        Place.AUCTION_VENUE,
    ),
    registered: bool = True,
) -> None:
    """All that a round of a movable needs."""
    for place in places:
        post(session, people, lot, place, posted, at=at)
    post(session, people, lot, Place.PRESS, first, at=at)
    post(session, people, lot, Place.PORTAL, second, at=at)
    days = opening.toordinal()
    windows = {NoticeKind.VIEWING: (posted, posted.toordinal() + 2)}
    if registered:
        windows[NoticeKind.REGISTRATION] = (posted, days - 2)
    for kind, (begins, until) in windows.items():
        new = NewNotice(kind=kind, from_on=begins, until_on=date.fromordinal(until))
        record_notice(session, people.officer, lot.reference, new, at=at)


def notice_was_given(
    session: Session, people: People, lot: Lot, opens_at: datetime, *, at: datetime
) -> None:
    """What the next round needs, of whatever kind it is, given a month before it opens.

    Until when files are taken is not said: that hangs on the procedure.
    """
    opening = local_day(opens_at)
    posted, again = opening - timedelta(days=32), opening - timedelta(days=27)
    days = {"posted": posted, "first": posted, "second": again, "opening": opening}
    give_notice(session, people, lot, **days, places=POSTED_AT, registered=False, at=at)
