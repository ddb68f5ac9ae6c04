"""How the demonstration office comes to a price and to who auctions, in the times of the law."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.commands.calls import add_applicant, publish_call, score_applicant
from auction.auctioneers.commands.choosing import choose_organisation, publish_result
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.models import AuctionOrganisation
from auction.auctioneers.rules import Way as HowFound
from auction.auctioneers.schemas import (
    NewApplicant,
    NewCall,
    NewChoice,
    NewContract,
    NewCriterion,
    NewResult,
    NewScores,
    PointsOn,
)
from auction.deadlines.queries import due_after
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.firms.models import ValuationFirm
from auction.legal_rules.queries import calendar, rule_on
from auction.legal_rules.rules import WorkingCalendar
from auction.lots.commands import form_lot
from auction.lots.rules import SessionForm
from auction.lots.schemas import NewLot
from auction.valuations.commands.contract import conclude_contract, record_certificate
from auction.valuations.commands.notice import tell_parties
from auction.valuations.schemas import NewCertificate, NewPriceNotice
from auction.valuations.schemas import NewContract as NewFirmContract
from inventory.base.actor import Actor
from service.demonstration.announcing import register
from service.demonstration.warehouse import MORNING, Office, Said

FIRM = "Công ty Thẩm định giá Minh Họa"
VALID = timedelta(days=180)
CONTRACT_DUE, HOLIDAYS = "auction_contract_due", "Thời gian nghỉ lễ, tết"
CRITERIA = (
    ("facilities", "Cơ sở vật chất, trang thiết bị", 20, (18, 15)),
    ("auction_plan", "Phương án đấu giá khả thi, hiệu quả", 22, (20, 19)),
    ("capacity_and_standing", "Năng lực, kinh nghiệm và uy tín", 45, (40, 33)),
    ("service_fee", "Thù lao dịch vụ đấu giá", 5, (4, 5)),
    ("on_ministry_list", "Trong danh sách do Bộ Tư pháp công bố", 5, (5, 5)),
    ("other_criteria", "Tiêu chí khác phù hợp với tài sản", 3, (2, 2)),
)
"""Group, title, most points, and the points of the two who answer."""


class Plan(NamedTuple):
    """The days of an asset up to its auction contract, each in the time the law gives."""

    seized: date
    contracted: date
    valued: date
    told: date
    called: date
    files_until: date
    chosen: date
    signed: date


def plan(calendar: WorkingCalendar, signed: date, *, told_before: int = 10) -> Plan:
    """The days before a contract: the parties are told ten working days before it."""
    signed = back(calendar, signed + timedelta(days=1), 1)
    told = back(calendar, signed, told_before)
    valued = back(calendar, told, 1)
    contracted = back(calendar, valued, 6)
    return Plan(
        seized=back(calendar, contracted, 3),
        contracted=contracted,
        valued=valued,
        told=told,
        called=back(calendar, signed, 4),
        files_until=back(calendar, signed, 2),
        chosen=back(calendar, signed, 1),
        signed=signed,
    )


def plan_by_law(session: Session, signed: date) -> Plan:
    """The days before a contract of any law: that of 2008 counts it from the price."""
    from_price = rule_on(session, CONTRACT_DUE, signed).anchor == "price"
    return plan(calendar(session), signed, told_before=5 if from_price else 10)


def let_late(office: Office, lot: str, days: Plan) -> None:
    """A contract that comes after its time from the price, as over the days of Tết, is let."""
    session = office.session
    if rule_on(session, CONTRACT_DUE, days.valued).anchor != "price":
        return
    if days.signed > due_after(session, CONTRACT_DUE, days.valued):
        at = moment(days.chosen)
        let_through(session, office.become, lot, CONTRACT_DUE, HOLIDAYS, at=at)


def let_through(
    session: Session,
    become: Callable[[str], Actor],
    lot: str,
    rule: str,
    reason: str,
    *,
    at: datetime,
) -> None:
    """The officer asks for a departure from a rule, and the head approves it."""
    wish = NewDeparture(rule_key=rule, subject_kind="lot", subject_ref=lot, reason=reason)
    asked = ask_departure(session, become("enforcement_officer"), wish, at=at)
    yes = Decision(approved=True, words="Đồng ý, lưu hồ sơ (trình diễn)")
    decide_departure(session, become("head"), asked.id, yes, at=at)


def back(calendar: WorkingCalendar, day: date, count: int) -> date:
    """So many working days before a day."""
    while count:
        day -= timedelta(days=1)
        count -= calendar.why_off(day) is None
    return day


def moment(day: date) -> datetime:
    """The morning of a day."""
    return datetime.combine(day, MORNING)


def price(office: Office, reference: str, worth: Decimal, days: Plan, today: date) -> None:
    """A firm is contracted, values, and the parties are told."""
    officer = office.become("enforcement_officer")
    firm = office.session.scalars(
        select(ValuationFirm.id).where(ValuationFirm.name == FIRM).limit(1)
    ).one()
    number = reference[-6:-2]
    signed = NewFirmContract(
        firm_id=firm,
        number=f"{number}/HĐ-TĐG",
        signed_on=days.contracted,
        fee=Decimal(6_000_000),
    )
    conclude_contract(office.session, officer, reference, signed, at=moment(days.contracted))
    found = NewCertificate(
        certificate_number=f"MH-{number}/2026",
        amount=worth,
        valued_on=days.valued,
        valid_until=days.valued + VALID,
        received_on=days.valued,
    )
    record_certificate(office.session, officer, reference, found, at=moment(days.valued))
    if days.told <= today:
        told = NewPriceNotice(told_on=days.told, told="Các đương sự (nhân vật giả định)")
        tell_parties(office.session, officer, reference, told, at=moment(days.told))


def organise(office: Office, said: Said, reference: str, days: Plan, names: list[str]) -> str:
    """The lot, and as far as the story says the call, the choice and the contract; the lot."""
    officer, session = office.become("enforcement_officer"), office.session
    new = NewLot(assets=[reference], description=said["description"])
    lot = form_lot(session, officer, new, at=moment(days.called)).reference
    if said.get("organised"):
        contracted = said["organised"] == "contracted"
        find_auctioneer(office, lot, Decimal(said["worth"]), days, names, contracted=contracted)
    return lot


def find_auctioneer(
    office: Office,
    lot: str,
    worth: Decimal,
    days: Plan,
    names: Sequence[str],
    *,
    contracted: bool = True,
) -> None:
    """The call that both organisations answer, and the contract with the first named one."""
    session, officer = office.session, office.become("enforcement_officer")
    for name in names:
        register(session, officer, name, at=moment(days.called))
    codes = [_code(office, name) for name in names]
    call = _call(office, lot, worth, days, codes)
    if not contracted:
        return
    at = moment(days.chosen)
    choice = NewChoice(organisation=codes[0], chosen_on=days.chosen)
    choose_organisation(session, officer, call, choice, at=at)
    publish_result(session, officer, call, NewResult(published_on=days.chosen), at=at)
    contract = NewContract(
        way=HowFound.CHOSEN,
        number=f"{lot[-6:-2]}/HĐ-ĐG",
        signed_on=days.signed,
        starting_price=worth,
        vat_included=True,
        form=SessionForm.ORAL,
        organisation=codes[0],
        fee_words="Theo khung thù lao dịch vụ đấu giá",
        pause_clause=True,
        stop_clause=True,
    )
    sign_contract(session, officer, lot, contract, at=moment(days.signed))


def _call(office: Office, lot: str, worth: Decimal, days: Plan, codes: list[str]) -> str:
    session, officer, at = office.session, office.become("enforcement_officer"), moment(days.called)
    criteria = [
        NewCriterion(group_code=group, title=title, most=Decimal(most))
        for group, title, most, _points in CRITERIA
    ]
    new = NewCall(
        starting_price=worth,
        criteria=criteria,
        site_on=days.called,
        portal_on=days.called,
        files_place="Trụ sở THADS tỉnh Minh Họa (trình diễn)",
        files_from=days.called,
        files_until=days.files_until,
    )
    call = publish_call(session, officer, lot, new, at=at).reference
    for turn, code in enumerate(codes):
        answer = NewApplicant(organisation=code, received_on=days.called)
        add_applicant(session, officer, call, answer, at=at)
        points = [PointsOn(place, Decimal(given[turn])) for place, (_g, _t, _m, given) in _placed()]
        scores = NewScores(points=points, fit=True)
        score_applicant(session, officer, call, code, scores, at=at)
    return call


def _placed() -> list[tuple[int, Any]]:
    return list(enumerate(CRITERIA, 1))


def _code(office: Office, name: str) -> str:
    wanted = select(AuctionOrganisation.code).where(AuctionOrganisation.name == name)
    return office.session.scalars(wanted).one()
