"""A round is fixed only under an auction contract in force, and within the terms of the law."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.models import AuctionContract, AuctionOrganisation
from auction.auctioneers.queries import contract_in_force
from auction.auctioneers.rules import FormNotLawful
from auction.bidding.commands import schedule_round
from auction.bidding.queries import lines_of_lot
from auction.bidding.rules import ContractMissing, DossierFeeTooHigh, Outcome
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import get_lot
from auction.lots.relotting import relot
from auction.lots.rules import DepositOutOfRange, SessionForm
from auction.lots.schemas import NewPart, NewRelot, NewRound
from auction.notices.commands.record import issue_notice
from auction.valuations.models import Valuation
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.papers.models import Paper
from reports.registers.auctions.queries import list_lines
from reports.registers.queries import year_on
from tests.make.auction import (
    close_round,
    fail_round,
    make_formed_lot,
    make_lot,
    new_round,
    under_contract,
)
from tests.make.organisation import People

BILLION = 1_000_000_000
TODAY = date(2026, 11, 23)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def bare(session: Session, people: People, at: datetime) -> Lot:
    """A lot worth a billion without an auction contract."""
    return make_formed_lot(session, people, at=at, contracted=False)


def fix(session: Session, people: People, lot: Lot, opens: datetime, at: datetime, **said):
    price = said.pop("price", BILLION)
    new = new_round(price, opens, **said)
    return schedule_round(session, people.officer, lot.reference, new, at=at)


def end(session: Session, contract: AuctionContract, on: date) -> None:
    contract.ended_on, contract.end_kind, contract.end_reason = on, "agreed", "Hết việc"
    session.flush()


def test_without_a_contract_no_day_is_fixed(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    with pytest.raises(ContractMissing) as refused:
        fix(session, people, bare, at + WEEK, at)
    assert refused.value.article == "L25 Art. 83(2)a"
    assert refused.value.params["rule"] == "auction_under_contract"
    assert "published call" in str(refused.value)
    assert session.scalars(select(AuctionRound)).all() == []


def test_before_the_law_of_2025_the_article_is_that_of_2008(
    session: Session, people: People, at: datetime
) -> None:
    lot_of_2012 = make_lot(session, people.office)
    with pytest.raises(ContractMissing) as refused:
        fix(session, people, lot_of_2012, datetime(2012, 6, 4, 3, tzinfo=UTC), at)
    assert refused.value.article == "L08 Art. 101(2)"


def test_a_round_bears_the_organisation_form_and_method_of_its_contract(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    contract = under_contract(session, bare, form=SessionForm.ONLINE)
    made = fix(session, people, bare, at + 3 * WEEK, at, dossier_fee=Decimal(200_000))
    house = session.get_one(AuctionOrganisation, contract.organisation_id)
    assert (made.contract_id, made.organisation) == (contract.id, house.name)
    assert (made.form, made.method) == ("online", "ascending_public_start")
    assert made.dossier_fee == 200_000


@pytest.mark.parametrize(
    ("signed", "ended", "opens", "lawful"),
    [
        (TODAY, None, at_day, lawful)
        for at_day, lawful in ((TODAY + 30 * DAY, True), (TODAY, True), (TODAY - DAY, False))
    ]
    + [
        (TODAY - 60 * DAY, TODAY - DAY, TODAY + 30 * DAY, False),
        (TODAY - 60 * DAY, TODAY - DAY, TODAY, False),
        (TODAY - 60 * DAY, TODAY - DAY, TODAY - DAY, True),
        (TODAY - 60 * DAY, TODAY - 10 * DAY, TODAY - DAY, False),
        (TODAY - 60 * DAY, TODAY, TODAY, False),
    ],
)
def test_the_contract_is_in_force_today_or_was_on_the_day_of_a_round_recorded_late(
    session: Session,
    people: People,
    bare: Lot,
    at: datetime,
    signed: date,
    ended: date | None,
    opens: date,
    *,
    lawful: bool,
) -> None:
    contract = under_contract(session, bare, on=signed)
    if ended is not None:
        end(session, contract, ended)
    opens_at = datetime.combine(opens, at.timetz())
    if lawful:
        assert fix(session, people, bare, opens_at, at).contract_id == contract.id
        return
    with pytest.raises(ContractMissing) as refused:
        fix(session, people, bare, opens_at, at)
    assert refused.value.params["number"] == contract.number


def test_what_is_offered_apart_stays_under_its_contract_and_what_is_joined_does_not(
    session: Session, people: People, at: datetime
) -> None:
    lots = [make_formed_lot(session, people, 600_000_000, 400_000_000, at=at) for _n in range(2)]
    for one in lots:
        fail_round(session, people, one, BILLION, at=at)
    refs = [[a.reference for a in get_lot(session, SYSTEM, one.reference).assets] for one in lots]
    parts = [NewPart(assets=[ref], description="Bán riêng") for ref in refs[0]]
    new = NewRelot(lots=[lots[0].reference], parts=parts, reason="Bán riêng dễ hơn")
    first, second = relot(session, people.officer, new, at=at)
    made = fix(session, people, first, at + 3 * WEEK, at, price=600_000_000)
    contract = contract_in_force(session, people.officer, first.id)
    assert contract is not None
    assert (made.contract_id, contract.lot_id) == (contract.id, lots[0].id)
    together = NewPart(
        assets=[get_lot(session, SYSTEM, second.reference).assets[0].reference, *refs[1]],
        description="Bán chung",
    )
    new = NewRelot(
        lots=[second.reference, lots[1].reference], parts=[together], reason="Bán chung dễ hơn"
    )
    (joined,) = relot(session, people.officer, new, at=at)
    assert contract_in_force(session, people.officer, joined.id) is None
    with pytest.raises(ContractMissing):
        fix(session, people, joined, at + 3 * WEEK, at, price=1_400_000_000)


def test_a_certificate_that_held_when_the_contract_was_signed_carries_the_first_round(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    """L25 Art. 82(2)b asks for the day of the contract, not for that of the round."""
    under_contract(session, bare, on=date(2026, 11, 20))
    for valuation in session.scalars(select(Valuation)):
        valuation.valid_until = date(2026, 11, 21)
    session.flush()
    assert fix(session, people, bare, at + 3 * WEEK, at).starting_price == BILLION


def test_the_form_is_that_of_the_contract(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    under_contract(session, bare)
    with pytest.raises(FormNotLawful) as refused:
        fix(session, people, bare, at + WEEK, at, form=SessionForm.ONLINE)
    assert refused.value.article == "PA16 Art. 40"
    fix(session, people, bare, at + 3 * WEEK, at, form=SessionForm.ORAL)


def test_a_round_says_its_deposit(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    under_contract(session, bare)
    new = NewRound(starting_price=Decimal(BILLION), opens_at=at + 3 * WEEK)
    with pytest.raises(DepositOutOfRange) as refused:
        schedule_round(session, people.officer, bare.reference, new, at=at)
    assert refused.value.params["low"] == 50_000_000
    assert (refused.value.article, set(refused.value.fields)) == ("PA16 Art. 39(1)", {"deposit"})


def test_a_file_costs_no_more_than_the_rule_says_unless_a_second_person_lets_it(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    under_contract(session, bare)
    dear = {"dossier_fee": Decimal(500_001)}
    with pytest.raises(DossierFeeTooHigh) as refused:
        fix(session, people, bare, at + 3 * WEEK, at, **dear)
    assert refused.value.departs is not None
    new = NewDeparture(
        rule_key="dossier_fee_most",
        subject_kind="lot",
        subject_ref=bare.reference,
        reason="Hồ sơ có bản vẽ khổ lớn phải in màu",
    )
    asked = ask_departure(session, people.officer, new, at=at)
    decide_departure(session, people.head, asked.id, Decision(approved=True), at=at)
    assert fix(session, people, bare, at + 3 * WEEK, at, **dear).dossier_fee == 500_001


def test_the_notice_of_the_office_prints_the_terms_of_the_round(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    contract = under_contract(session, bare, form=SessionForm.ONLINE)
    sums = {"dossier_fee": Decimal(200_000), "bid_step": Decimal(5_000_000)}
    fix(session, people, bare, at + 3 * WEEK, at, **sums)
    issue_notice(session, people.officer, bare.reference, at=at)
    data = session.scalars(select(Paper.data).where(Paper.kind == "auction_notice")).one()
    assert (Decimal(data["dossier_fee"]), Decimal(data["step"])) == (200_000, 5_000_000)
    assert (data["form"], data["method"]) == ("online", "ascending_public_start")
    assert (data["organisation"], data["contract_number"]) == ("Trung tâm Thử", contract.number)


def test_a_complaint_of_the_procedure_stays_with_the_round(
    session: Session, people: People, bare: Lot, at: datetime
) -> None:
    under_contract(session, bare)
    fix(session, people, bare, at - DAY, at)
    said = {"complaint": "Khiếu nại việc niêm yết thiếu nơi trưng bày"}
    close_round(session, people, bare, 1, Outcome.FAILED_NO_BID, at=at, **said)
    (line,) = lines_of_lot(session, bare.id)
    assert line.outcome is not None
    assert line.outcome.complaint == said["complaint"]
    year = year_on(session, local_day(at))
    (row,) = list_lines(session, people.officer, year).items
    assert said["complaint"] in (row.note or "")
