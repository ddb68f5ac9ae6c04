"""A price recorded without its acts is one that the law of its day knows."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.firms.commands import declare_conflict, note_measure
from auction.firms.models import FirmConflict, ValuationFirm
from auction.firms.rules import FirmInConflict, FirmNotEligible, Measure, Tie, TiedTo
from auction.firms.schemas import NewConflict, NewMeasure
from auction.holds.rules import HoldKind, OnHold
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.valuations.commands.contract import record_certificate
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.record import record_valuation
from auction.valuations.commands.revaluation import reopen_price, request_revaluation
from auction.valuations.rules import (
    AgreementTooLate,
    Anew,
    Ground,
    OrderUnconfirmed,
    PricedAlready,
    PricedBeforeSeizure,
    RevaluationUsedUp,
    ValuationIncomplete,
    ValuationMethod,
    WayNotLawful,
)
from auction.valuations.schemas import NewPriceNotice, RevaluationGround
from inventory.assets.rules import AssetKind
from tests.auction.test_bidding_sessions import lot
from tests.auction.test_valuations_commands import asset
from tests.make.auction import new_valuation
from tests.make.departures import let_through
from tests.make.holds import make_hold
from tests.make.organisation import People
from tests.make.valuations import (
    make_contracted,
    make_firm,
    make_seized,
    new_certificate,
    new_request,
)

__all__ = ["asset", "lot"]
BARE = {"firm": None, "certificate_number": None, "valid_until": None}


def value(
    session: Session, people: People, ref: str, price: int = 10**9, *, at: datetime, **said: object
) -> Decimal:
    made = record_valuation(session, people.officer, ref, new_valuation(price, **said), at=at)
    return made.amount


@pytest.mark.parametrize(
    "method", [ValuationMethod.OFFICER, ValuationMethod.COUNCIL, ValuationMethod.POSTED_PRICE]
)
def test_a_way_the_law_does_not_name_for_the_thing_is_refused(
    session: Session, people: People, asset: str, at: datetime, method: ValuationMethod
) -> None:
    with pytest.raises(WayNotLawful) as refused:
        value(session, people, asset, method=method, **BARE, at=at)
    assert refused.value.article == "L25 Art. 82(1)a"
    assert set(refused.value.fields) == {"method"}


def test_the_parties_agree_on_no_price_once_a_firm_was_contracted(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_contracted(session, people, asset, signed_on=date(2026, 8, 3), at=at)
    agreed = {"method": ValuationMethod.AGREED, **BARE}
    with pytest.raises(AgreementTooLate) as refused:
        value(session, people, asset, **agreed, at=at)
    assert refused.value.article == "D152/26 Art. 60(1)"
    assert set(refused.value.fields) == {"valued_on"}


def test_nothing_is_valued_on_a_day_on_which_a_hold_stops_it(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    day = date(2026, 8, 31)
    make_hold(session, people.officer, HoldKind.SUSPENSION, asset, day, at=at)
    with pytest.raises(OnHold):
        value(session, people, asset, at=at)
    assert value(session, people, asset, valued_on=date(2026, 8, 28), at=at) == 10**9


def test_a_firm_that_was_suspended_on_the_day_values_nothing(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    firm = make_firm(session, people, at=at)
    days = {"from_on": date(2026, 8, 31), "to_on": date(2026, 9, 1)}
    new = NewMeasure(kind=Measure.SUSPENDED, decision="9/QĐ-BTC", **days)
    note_measure(session, people.officer, firm.id, new, at=at)
    with pytest.raises(FirmNotEligible) as refused:
        value(session, people, asset, firm=firm.name, at=at)
    assert refused.value.article == "D152/26 Art. 60(2)"
    assert value(session, people, asset, firm=firm.name, valued_on=date(2026, 9, 2), at=at)


def tied(
    session: Session, people: People, firm: ValuationFirm, declared_on: date, *, at: datetime
) -> FirmConflict:
    """Somebody of a firm is kin of the officer."""
    kin = {"person": "Lê Thị Thẩm", "tie": Tie.KIN, "source": "Bản khai"}
    officer = {"tied_to": TiedTo.OFFICER, "tied_name": "Người thử", "officer": "T-officer"}
    new = NewConflict(**kin, **officer, declared_on=declared_on)
    return declare_conflict(session, people.officer, firm.id, new, at=at)


def test_a_firm_that_is_tied_to_the_officer_values_nothing(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """On the day of its price, and on the day it came in; a court's order stands with its paper."""
    firm = make_firm(session, people, at=at)
    tie = tied(session, people, firm, date(2026, 9, 2), at=at)
    tie.ended_on = date(2026, 9, 3)
    said = {"firm": firm.name.upper(), "valued_on": date(2026, 9, 1)}
    for days in ({"valued_on": date(2026, 9, 2)}, {"received_on": date(2026, 9, 3)}):
        for ground in ({}, {"anew": Anew.COURT}):
            with pytest.raises(FirmInConflict) as refused:
                value(session, people, asset, **{**said, **days, **ground}, at=at)
            assert refused.value.article == "PL23; VS"
            assert set(refused.value.fields) == {"firm"}
    assert value(session, people, asset, **said, at=at)
    ordered = {"anew": Anew.COURT, "anew_document": "12/QĐ-TA", "certificate_number": "13/CT"}
    with pytest.raises(OrderUnconfirmed) as unseen:
        value(session, people, asset, **said, **ordered, at=at)
    assert unseen.value.article == "L25 Art. 82(2)"
    let_through(session, people, "revaluation_grounds", asset, at=at, kind="asset")
    assert value(session, people, asset, **{**said, "received_on": tie.ended_on, **ordered}, at=at)


def test_a_tied_firm_values_nothing_that_a_law_of_its_own_prices_either(
    session: Session, people: People, at: datetime
) -> None:
    share = make_seized(session, people, at=at, kind=AssetKind.SECURITIES)
    firm = make_firm(session, people, at=at)
    tied(session, people, firm, date(2026, 8, 31), at=at)
    with pytest.raises(FirmInConflict):
        value(session, people, share, firm=firm.name, at=at)
    assert value(session, people, share, firm=firm.name, valued_on=date(2026, 8, 28), at=at)


@pytest.mark.parametrize(
    "spelt", ["CÔNG TY  Một", "Cty Một.", "C.ty một", "Công ty “Một”", " cong ty Mot "]
)
def test_a_tied_firm_is_known_however_its_name_is_spelt(
    session: Session, people: People, asset: str, at: datetime, spelt: str
) -> None:
    firm = make_firm(session, people, name="Công ty Một", at=at)
    tied(session, people, firm, date(2026, 8, 1), at=at)
    with pytest.raises(FirmInConflict):
        value(session, people, asset, firm=spelt, at=at)


def test_nothing_is_priced_before_it_was_seized(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """L25 Art. 82(1)a: by hand, and by the contract; the certificate comes after its contract."""
    early = date(2026, 7, 31)
    with pytest.raises(PricedBeforeSeizure) as refused:
        value(session, people, asset, valued_on=early, at=at)
    assert (refused.value.article, set(refused.value.fields)) == ("L25 Art. 82(1)a", {"valued_on"})
    with pytest.raises(PricedBeforeSeizure):
        make_contracted(session, people, asset, signed_on=early, at=at)


def test_an_agreement_waits_while_a_contract_with_a_firm_is_open(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_contracted(session, people, asset, signed_on=date(2026, 8, 6), at=at)
    agreed = {"method": ValuationMethod.AGREED, "valued_on": date(2026, 8, 5), **BARE}
    with pytest.raises(AgreementTooLate) as refused:
        value(session, people, asset, **agreed, at=at)
    assert refused.value.article == "D152/26 Art. 60(1)"
    certificate = new_certificate(valued_on=date(2026, 8, 5))
    with pytest.raises(ValuationIncomplete) as before:
        record_certificate(session, people.officer, asset, certificate, at=at)
    assert set(before.value.fields) == {"valued_on"}


def test_of_firms_of_one_name_one_that_is_tied_is_enough(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """By a contract with the other one it is known whose price it is."""
    firms = [make_firm(session, people, no, name="Công ty Một", at=at) for no in ("1", "2")]
    tied(session, people, firms[1], date(2026, 8, 1), at=at)
    with pytest.raises(FirmInConflict):
        value(session, people, asset, firm="Công ty Một", at=at)


def test_a_certificate_that_still_holds_has_not_lapsed(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    value(session, people, asset, at=at)
    lapsed = {"anew": Anew.LAPSED, "anew_document": "BB", "certificate_number": "13/CT"}
    with pytest.raises(PricedAlready):
        value(session, people, asset, 500, **lapsed, at=at)


def test_after_the_auction_contract_a_price_is_found_again_on_a_recorded_ground_only(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    """After a failed round the price falls by a decision, not by a lower value (L25 Art. 83(3))."""
    (one,) = assets_of_lot(session, lot.id)
    again = {"anew": Anew.REVALUED, "anew_document": "BB", "certificate_number": "13/CT"}
    with pytest.raises(PricedAlready) as refused:
        value(session, people, one.reference, 500, **again, at=at)
    assert refused.value.article == "L25 Art. 82(2)"
    court = {**again, "anew": Anew.COURT}
    let_through(session, people, "revaluation_grounds", one.reference, at=at, kind="asset")
    assert value(session, people, one.reference, 500, **court, at=at) == 500


AGAIN = {
    "anew": Anew.REVALUED,
    "anew_document": "Đơn ngày 03/9/2026",
    "certificate_number": "13/CT",
}


def test_valued_again_is_the_result_of_a_request_that_was_recorded_and_granted(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """L25 Art. 82(2)c: once, after the notice; then the parties are told, with no further time."""
    value(session, people, asset, at=at)
    with pytest.raises(PricedAlready) as refused:
        value(session, people, asset, 900_000_000, **AGAIN, valued_on=date(2026, 9, 10), at=at)
    assert refused.value.article == "L25 Art. 82(2)"
    notice = NewPriceNotice(told_on=date(2026, 9, 2), told="Trần Văn Nợ")
    tell_parties(session, people.officer, asset, notice, at=at)
    request_revaluation(session, people.officer, asset, new_request(date(2026, 9, 3)), at=at)
    value(session, people, asset, 900_000_000, **AGAIN, valued_on=date(2026, 9, 10), at=at)
    third = {**AGAIN, "certificate_number": "14/CT", "valued_on": date(2026, 9, 20)}
    with pytest.raises(PricedAlready):
        value(session, people, asset, 800_000_000, **third, at=at)
    notice = NewPriceNotice(told_on=date(2026, 9, 11), told="Trần Văn Nợ")
    assert tell_parties(session, people.officer, asset, notice, at=at).window_ends_on is None
    with pytest.raises(RevaluationUsedUp):
        request_revaluation(session, people.officer, asset, new_request(date(2026, 9, 14)), at=at)


def test_valued_again_for_a_recorded_breach_leaves_the_parties_their_request(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    value(session, people, asset, at=at)
    breach = RevaluationGround(
        ground=Ground.OFFICER_BREACH, on_day=date(2026, 9, 3), document="Kết luận 5/KL"
    )
    reopen_price(session, people.officer, asset, breach, at=at)
    value(session, people, asset, 900_000_000, **AGAIN, valued_on=date(2026, 9, 10), at=at)
    notice = NewPriceNotice(told_on=date(2026, 9, 11), told="Trần Văn Nợ")
    assert tell_parties(session, people.officer, asset, notice, at=at).window_ends_on
    asked = new_request(date(2026, 9, 14))
    assert request_revaluation(session, people.officer, asset, asked, at=at).request_number == 1
