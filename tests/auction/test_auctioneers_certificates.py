"""An auction contract stands on certificates in force on its day: no way round one that ran out."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.commands.changing import end_contract
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.models import AuctionContract
from auction.auctioneers.rules import ContractIncomplete, EndKind, EnteredAfterExpiry
from auction.auctioneers.schemas import NewEnd
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.lots.rules import PriceTooLow
from auction.valuations.commands.record import record_valuation
from auction.valuations.models import Valuation
from auction.valuations.rules import (
    Anew,
    CertificateExpired,
    CertificateKnown,
    PriceFoundSince,
    ValuationIncomplete,
)
from tests.make.announcing import make_chosen, new_contract
from tests.make.auction import fail_round, new_valuation
from tests.make.departures import let_through
from tests.make.organisation import People
from tests.make.told import notice_was_told

TODAY = date(2026, 11, 23)


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot for which 0101 was chosen."""
    return make_chosen(session, people, at=at)


def sign(
    session: Session, people: People, lot: Lot, at: datetime, **said: object
) -> AuctionContract:
    facts = {"signed_on": TODAY, "organisation": "0101"}
    new = new_contract(**{**facts, **said})
    return sign_contract(session, people.officer, lot.reference, new, at=at)


def expire(session: Session, on: date) -> None:
    for valuation in session.scalars(select(Valuation)):
        valuation.valid_until = on
    session.flush()


def depart(session: Session, people: People, lot: Lot, rule: str, at: datetime) -> None:
    asked = NewDeparture(
        rule_key=rule,
        subject_kind="lot",
        subject_ref=lot.reference,
        reason="Hợp đồng giấy có thật, ký đúng ngày, nhập chậm do lỗi mạng",
    )
    departure = ask_departure(session, people.officer, asked, at=at)
    decide_departure(session, people.head, departure.id, Decision(approved=True), at=at)


def test_a_contract_entered_after_the_certificate_ran_out_needs_a_second_person(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    """An older day on the contract is no way round the certificate (L25 Art. 82(2)b)."""
    expire(session, date(2026, 11, 24))
    later = datetime(2026, 11, 26, 2, tzinfo=UTC)
    with pytest.raises(EnteredAfterExpiry) as refused:
        sign(session, people, lot, later)
    assert refused.value.article == "L25 Art. 82(2)b"
    assert refused.value.departs is not None
    depart(session, people, lot, "certificate_must_be_valid_at", later)
    assert sign(session, people, lot, later).signed_on == TODAY


def test_no_departure_lets_a_contract_be_signed_on_an_expired_certificate(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    expire(session, date(2026, 11, 22))
    depart(session, people, lot, "certificate_must_be_valid_at", at)
    with pytest.raises(CertificateExpired):
        sign(session, people, lot, at)


def test_one_expired_certificate_of_several_blocks_the_contract(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_chosen(session, people, 600_000_000, 400_000_000, at=at)
    row = session.scalars(select(Valuation).order_by(Valuation.id.desc())).first()
    assert row is not None
    row.valid_until = date(2026, 11, 22)
    session.flush()
    with pytest.raises(CertificateExpired) as refused:
        sign(session, people, lot, at)
    (_good, bad) = assets_of_lot(session, lot.id)
    assert refused.value.params["reference"] == bad.reference


def test_a_certificate_that_says_no_end_holds_for_the_longest_time(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    for valuation in session.scalars(select(Valuation)):
        valuation.valid_until, valuation.valued_on = None, date(2026, 5, 20)
    session.flush()
    with pytest.raises(CertificateExpired) as refused:
        sign(session, people, lot, at)
    assert refused.value.params["day"] == date(2026, 11, 20)


def test_a_contract_of_before_the_price_was_found_anew_does_not_stand_on_the_old_one(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    (asset,) = assets_of_lot(session, lot.id)
    later = datetime(2026, 11, 26, 2, tzinfo=UTC)
    said = {"valued_on": date(2026, 11, 25), "certificate_number": "13/CT"}
    anew = new_valuation(1_200_000_000, anew=Anew.COURT, anew_document="12/QĐ-TA", **said)
    let_through(session, people, "revaluation_grounds", asset.reference, at=later, kind="asset")
    found = record_valuation(session, people.officer, asset.reference, anew, at=later)
    notice_was_told(session, found, on=date(2026, 11, 25), until=date(2026, 12, 2))
    with pytest.raises(PriceFoundSince) as refused:
        sign(session, people, lot, later)
    assert refused.value.article == "L25 Art. 82(2)b"
    now = {"signed_on": date(2026, 12, 3), "starting_price": Decimal(1_200_000_000)}
    sign(session, people, lot, datetime(2026, 12, 3, 2, tzinfo=UTC), **now)


def test_a_second_contract_after_a_failed_round_asks_for_the_certificate_again(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    sign(session, people, lot, at)
    fail_round(session, people, lot, 1_000_000_000, at=at)
    end = NewEnd(kind=EndKind.AGREED, ended_on=TODAY, reason="Hai bên thỏa thuận")
    end_contract(session, people.officer, lot.reference, end, at=at)
    expire(session, date(2026, 11, 22))
    with pytest.raises(CertificateExpired):
        sign(session, people, lot, at, number="16/HĐ-ĐG")
    expire(session, date(2027, 1, 22))
    with pytest.raises(PriceTooLow):
        sign(session, people, lot, at, number="16/HĐ-ĐG", starting_price=Decimal(900_000_000))
    sign(session, people, lot, at, number="16/HĐ-ĐG")


def test_a_certificate_entered_again_lasts_no_longer(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    (asset,) = assets_of_lot(session, lot.id)
    ground = {"anew": Anew.COURT, "anew_document": "Gia hạn chứng thư"}
    let_through(session, people, "revaluation_grounds", asset.reference, at=at, kind="asset")
    longer = new_valuation(valid_until=date(2027, 9, 1), **ground)
    with pytest.raises(CertificateKnown) as refused:
        record_valuation(session, people.officer, asset.reference, longer, at=at)
    assert refused.value.article == "L25 Art. 82(2)b"
    let_through(session, people, "revaluation_grounds", asset.reference, at=at, kind="asset")
    endless = new_valuation(valid_until=None, certificate_number="99/CT", **ground)
    with pytest.raises(ValuationIncomplete) as open_ended:
        record_valuation(session, people.officer, asset.reference, endless, at=at)
    assert set(open_ended.value.fields) == {"valid_until"}


def test_a_contract_does_not_end_before_a_round_was_fixed_under_it(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    sign(session, people, lot, at, signed_on=date(2026, 11, 23))
    later = datetime(2026, 11, 26, 2, tzinfo=UTC)
    fail_round(session, people, lot, 1_000_000_000, at=later)
    ref = lot.reference
    early = NewEnd(kind=EndKind.AGREED, ended_on=date(2026, 11, 25), reason="Hai bên thỏa thuận")
    with pytest.raises(ContractIncomplete) as refused:
        end_contract(session, people.officer, ref, early, at=later)
    assert refused.value.article == "L25 Art. 83(2)a"
    assert refused.value.params["day"] == date(2026, 11, 26)
    in_time = NewEnd(kind=EndKind.AGREED, ended_on=date(2026, 11, 26), reason="Xong việc")
    end_contract(session, people.officer, ref, in_time, at=later)
