"""What is seized for several cases: who takes it, or takes it back, meets the claims of all."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.claims.rules import ClaimKind, Precedence
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.offers.commands.leaving import redeem, settle
from auction.offers.commands.setoff import ask_creditor, pay_setoff, tell_debtor
from auction.offers.models import SetOff
from auction.offers.queries import claims_on
from auction.offers.redemption import redemption_due
from auction.offers.rules import NotAlone, OthersMustAgree, SumDiffers
from auction.offers.schemas import (
    NewAsk,
    NewDebtorNotice,
    NewRedemption,
    NewSetOffPayment,
    NewSettlement,
)
from auction.payouts.commands.proposing import approve_payout
from auction.sales.models import Sale
from inventory.cases.models import EnforcementCase
from inventory.papers.models import Paper
from inventory.seizures.commands import release_seizure, seize_again
from inventory.seizures.schemas import NewSeizure, SeizureRelease
from reports.documents.layouts import html_of
from tests.auction.rest import Time
from tests.make.auction import make_formed_lot
from tests.make.between import Between, failed_lot
from tests.make.inventory import make_case
from tests.make.money import case_of, lines_of, make_claim, make_delivered, propose
from tests.make.organisation import People

Browse = Callable[[str], TestClient]

BANK, FEE, PRICE = 700_000_000, 60_000_000, 810_000_000
HELD_ON = date(2026, 8, 3)


def seized_for(way: Between, number: str, on: date = HELD_ON) -> EnforcementCase:
    """A further case for which the first asset is seized."""
    other = make_case(way.session, way.people.officer, number, at=way.now)
    new = NewSeizure(case_number=number, decision_number=f"8-{number}", decision_on=on)
    seize_again(way.session, way.people.officer, way.asset, new, at=way.now)
    return other


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """Three failed rounds of what the bank's case and that of the court's fee hold."""
    made = failed_lot(session, people, 3, at=at)
    case = case_of(session, Sale(lot_id=made.lot.id))
    make_claim(session, people, case, BANK, at=made.now)
    fee = seized_for(made, "77/QĐ-THADS")
    said = {"kind": ClaimKind.COURT_FEES, "creditor": "Nhà nước"}
    make_claim(session, people, fee, FEE, at=made.now, **said)
    return made


def asked(way: Between) -> SetOff:
    new = NewAsk(asked_on=way.today, creditor="Ngân hàng Thử")
    return ask_creditor(way.session, way.people.officer, way.ref, new, at=way.now)


def take_back(way: Between, debt: int, **said: bool) -> None:
    new = NewRedemption(
        paid_on=way.today, debt=Decimal(debt), costs=Decimal(0), document="BL", **said
    )
    redeem(way.session, way.people.officer, way.asset, new, at=way.now)


def test_he_is_told_the_sum_that_the_payout_gives_him(way: Between) -> None:
    """A second fee leaves less than all: before his 700 go 60 and 90 of the 810."""
    more = seized_for(way, "78/QĐ-THADS")
    said = {"kind": ClaimKind.COURT_FEES, "creditor": "Nhà nước"}
    make_claim(way.session, way.people, more, 90_000_000, at=way.now, **said)
    setoff = asked(way)
    assert setoff.to_pay == FEE + 90_000_000
    way.answer(accepted=True, others_document="BB-TT")
    told = NewDebtorNotice(told_on=way.today)
    tell_debtor(way.session, way.people.officer, way.ref, told, at=way.now)
    way.wait(8)
    paid = NewSetOffPayment(amount=setoff.to_pay, paid_on=way.today, document="BL-9")
    pay_setoff(way.session, way.people.officer, way.ref, paid, at=way.now)
    sale = way.session.scalars(select(Sale).where(Sale.lot_id == way.lot.id)).one()
    lines = lines_of(way.session, propose(way.session, way.people, sale, at=way.now))
    assert lines[-1] == ("rank", "Ngân hàng Thử", PRICE - FEE - 90_000_000)


def test_what_other_money_promises_on_his_claim_he_does_not_set_off_too(way: Between) -> None:
    """The approved payout of another sale of his case pays 1,000 of his 1,200."""
    session, people, at = way.session, way.people, way.now
    case = case_of(session, Sale(lot_id=way.lot.id))
    make_claim(session, people, case, 500_000_000, at=at)
    sale = make_delivered(session, people, at=at)
    session.get_one(Lot, sale.lot_id).case_id = case.id
    payout = propose(session, people, sale, at=at)
    proposed = claims_on(session, case.id, [way.asset_id], "Ngân hàng Thử", way.today)
    assert sum(one.amount for one in proposed if one.mine) == 1_200_000_000
    approve_payout(session, people.head, payout.id, at=at)
    setoff = asked(way)
    assert (setoff.claim, setoff.to_pay) == (200_000_000, PRICE - 200_000_000)


def test_who_asked_after_the_seizure_comes_after_the_taker(way: Between) -> None:
    late = {"creditor": "Bà Muộn", "asked_on": way.today}
    case = case_of(way.session, Sale(lot_id=way.lot.id))
    make_claim(way.session, way.people, case, 500_000_000, at=way.now, **late)
    assert asked(way).to_pay == PRICE - BANK


def test_a_mortgagee_of_another_matter_goes_before_the_taker(way: Between) -> None:
    case = case_of(way.session, Sale(lot_id=way.lot.id))
    first = {"creditor": "Quỹ Khác", "precedence": Precedence.MORTGAGEE_NOT_CREDITOR}
    first |= {"secured_on": way.asset, "asked_on": None}
    make_claim(way.session, way.people, case, 200_000_000, at=way.now, **first)
    setoff = asked(way)
    assert setoff.to_pay == 200_000_000 + FEE


def test_the_debtor_is_told_to_pay_all_that_he_owes_to_all(way: Between) -> None:
    asked(way)
    way.answer(accepted=True, others_document="BB-TT")
    told = NewDebtorNotice(told_on=way.today)
    setoff = tell_debtor(way.session, way.people.officer, way.ref, told, at=way.now)
    paper = way.session.scalars(select(Paper).where(Paper.reference == setoff.debtor_notice)).one()
    assert "nếu nộp đủ: <b>760.000.000" in html_of(paper).replace("\u00a0", " ")
    with pytest.raises(SumDiffers) as short:
        take_back(way, BANK)
    assert short.value.params["sum"] == BANK + FEE
    take_back(way, BANK + FEE)


def test_he_takes_it_back_once_the_debts_of_every_case_that_holds_it_are_paid(
    way: Between,
) -> None:
    due = redemption_due(way.session, way.people.officer, way.asset, way.today)
    assert due.debt == BANK + FEE
    with pytest.raises(SumDiffers):
        take_back(way, BANK)
    release = SeizureRelease(
        case_number="77/QĐ-THADS", release_decision="9/QĐ-GT", released_on=way.today
    )
    release_seizure(way.session, way.people.officer, way.asset, release, at=way.now)
    take_back(way, BANK)


def test_a_settlement_of_one_case_does_not_free_what_another_holds(way: Between) -> None:
    new = NewSettlement(agreed_on=way.today, document="BB-TT")
    with pytest.raises(OthersMustAgree) as refused:
        settle(way.session, way.people.officer, way.asset, new, at=way.now)
    assert (refused.value.article, refused.value.params["count"]) == ("D152/26 Art. 14", 2)
    agreed = msgspec.structs.replace(new, others_document="CV-77")
    (left,) = settle(way.session, way.people.officer, way.asset, agreed, at=way.now)
    assert left.left_on == way.today


def test_the_consent_of_the_others_stands_where_the_settlement_does(
    browse_as: Browse, time: Time, way: Between
) -> None:
    time.at = way.now
    client = browse_as("officer")
    form = {"agreed_on": way.today.isoformat(), "document": "BB-TT"}
    page = f"/assets/{way.asset}/between/settlement"
    refused = client.post(page, data=form)
    assert (refused.status_code, "Điều 14" in refused.text) == (422, True)
    assert client.post(page, data={**form, "others_document": "CV-77"}).status_code == 303
    for shown in (f"/assets/{way.asset}", f"/lots/{way.ref}/between"):
        text = client.get(shown).text
        assert "BB-TT" in text
        assert "Văn bản đồng ý của đương sự các việc khác: CV-77" in text


def test_one_asset_does_not_leave_alone_while_a_case_holds_it_and_another(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, 600_000_000, 400_000_000, at=at)
    way = Between(session, people, lot, Decimal(1_000_000_000), at)
    seized_for(way, "77/QĐ-THADS")
    second = assets_of_lot(session, lot.id)[1].reference
    new = NewSeizure(case_number="77/QĐ-THADS", decision_number="9/QĐ-KB", decision_on=HELD_ON)
    seize_again(session, people.officer, second, new, at=at)
    with pytest.raises(NotAlone):
        take_back(way, 100, only_this=True)
