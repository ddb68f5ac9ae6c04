"""The contract with a valuation firm and its certificate: which firm, by when, until when."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.departures.models import DepartureUse
from auction.departures.queries import departures_of
from auction.departures.rules import DepartureState
from auction.firms.commands import declare_conflict, note_measure
from auction.firms.rules import FirmInConflict, FirmNotEligible, Measure, Tie, TiedTo
from auction.firms.schemas import NewConflict, NewMeasure
from auction.life.rules import State
from auction.valuations.commands.agreement import agree_to_keep_price
from auction.valuations.commands.contract import (
    conclude_contract,
    end_contract,
    longer_than,
    record_certificate,
)
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.record import record_valuation
from auction.valuations.commands.revaluation import reopen_price
from auction.valuations.queries import valuation_in_force_for_contract
from auction.valuations.rules import (
    CertificateExpired,
    ChoiceNotLawful,
    Chooser,
    ContractLate,
    Ground,
    NoOpenContract,
    NotExpired,
    NoticeGivenAlready,
    ValuationContracted,
)
from auction.valuations.schemas import ContractEnd, KeptPrice, NewPriceNotice, RevaluationGround
from inventory.base.errors import Invalid
from inventory.cases.models import EnforcementCase
from tests.auction.priced import OLD, due, id_of, papers, state
from tests.make.auction import new_valuation
from tests.make.organisation import People
from tests.make.valuations import (
    let_through,
    make_certified,
    make_contracted,
    make_firm,
    make_seized,
    new_certificate,
    new_contract,
)


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    return make_seized(session, people, at=at)


def test_contract_certificate_notice_and_what_is_due_after_each(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    contract = make_contracted(session, people, asset, at=at)
    assert contract.due_on == date(2026, 8, 10)
    assert state(session, people, asset) is State.PRICING
    made = record_certificate(session, people.officer, asset, new_certificate(), at=at)
    assert made.firm_id == contract.firm_id
    assert made.valid_until == date(2027, 2, 12)
    assert contract.closed_on == date(2026, 8, 13)
    assert due(session, people, asset)["price_notice_due"] == (date(2026, 8, 18), None)

    told = NewPriceNotice(
        told_on=date(2026, 8, 14), told="Trần Văn Nợ\nNgân hàng Thử", advance=Decimal(5_000_000)
    )
    notice = tell_parties(session, people.officer, asset, told, at=at)
    assert notice.window_ends_on == date(2026, 8, 21)
    limits = due(session, people, asset)
    assert limits["price_notice_due"][1] == date(2026, 8, 14)
    assert limits["revaluation_request_window"] == (date(2026, 8, 21), None)
    # Saturday 22 August is worked in exchange
    assert limits["auction_contract_due"] == (date(2026, 8, 27), None)
    assert papers(session, asset) == ["valuation_notice"]
    with pytest.raises(NoticeGivenAlready):
        tell_parties(session, people.officer, asset, told, at=at)


def test_a_late_contract_wants_a_second_person_and_keeps_the_reason(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    firm = make_firm(session, people, at=at)
    late = date(2026, 8, 11)
    with pytest.raises(ContractLate) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm, late), at=at)
    assert refused.value.article == "L25 Art. 82(1)a"
    assert refused.value.departs == {
        "rule": "valuation_contract_due",
        "kind": "asset",
        "ref": asset,
        "who": (people.head.name,),
    }
    reason = "Tổ chức thẩm định giá trả lời chậm"
    let_through(session, people, asset, "valuation_contract_due", reason, at=at)
    contract = conclude_contract(session, people.officer, asset, new_contract(firm, late), at=at)
    assert (contract.due_on, contract.late_reason) == (date(2026, 8, 10), reason)
    (kept,) = departures_of(session, people.officer, "asset", asset)
    assert (kept.state, kept.reason) == (DepartureState.USED, reason)
    use = session.scalars(select(DepartureUse)).one()
    assert use.facts == {"due_on": "2026-08-10", "signed_on": "2026-08-11", "contract": "05/HĐ"}


def test_a_second_contract_waits_for_the_end_of_the_first(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_contracted(session, people, asset, at=at)
    firm = make_firm(session, people, at=at)
    with pytest.raises(ValuationContracted):
        conclude_contract(session, people.officer, asset, new_contract(firm, number="6"), at=at)
    end = ContractEnd(on=date(2026, 8, 6), reason="Tổ chức thẩm định giá từ chối")
    end_contract(session, people.officer, asset, end, at=at)
    with pytest.raises(NoOpenContract):
        record_certificate(session, people.officer, asset, new_certificate(), at=at)
    conclude_contract(session, people.officer, asset, new_contract(firm, number="7"), at=at)


BARRED = [
    ({"listed_from": date(2026, 8, 4)}, None),
    ({"listed_to": date(2026, 8, 2)}, None),
    ({}, (Measure.SUSPENDED, date(2026, 7, 1), date(2026, 8, 3))),
    ({}, (Measure.STRUCK_OFF, date(2026, 8, 3), None)),
]


@pytest.mark.parametrize(("listed", "measure"), BARRED)
def test_a_firm_that_is_not_eligible_on_that_day_is_not_contracted(
    session: Session, people: People, asset: str, at: datetime, listed, measure
) -> None:
    firm = make_firm(session, people, at=at, **listed)
    if measure:
        kind, first, last = measure
        new = NewMeasure(kind=kind, from_on=first, to_on=last, decision="1/QĐ-BTC")
        note_measure(session, people.officer, firm.id, new, at=at)
    with pytest.raises(FirmNotEligible) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm), at=at)
    assert refused.value.article == "D152/26 Art. 60(2)"


def test_a_declared_tie_bars_the_firm_from_that_case_only(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    firm = make_firm(session, people, at=at)
    case = session.scalars(select(EnforcementCase).order_by(EnforcementCase.id.desc())).first()
    assert case is not None
    tie = NewConflict(
        source="Bản khai",
        person="Lê Thị Thẩm",
        tie=Tie.KIN,
        tied_to=TiedTo.DEBTOR,
        tied_name="Trần Văn Nợ",
        case_number=case.decision_number,
        declared_on=date(2026, 8, 1),
    )
    declare_conflict(session, people.officer, firm.id, tie, at=at)
    with pytest.raises(FirmInConflict) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm), at=at)
    assert refused.value.article == "PL23; VS"
    other = make_seized(session, people, at=at)
    assert conclude_contract(session, people.officer, other, new_contract(firm), at=at).id


@pytest.mark.parametrize("ended", [None, date(2026, 8, 12)])
def test_a_tie_declared_after_the_contract_bars_the_certificate(
    session: Session, people: People, asset: str, at: datetime, ended: date | None
) -> None:
    """Nor does it help that the tie ended once the value was found."""
    contract = make_contracted(session, people, asset, at=at)
    case = session.scalars(select(EnforcementCase).order_by(EnforcementCase.id.desc())).first()
    assert case is not None
    tie = NewConflict(
        source="Bản khai",
        person="Lê Thị Thẩm",
        tie=Tie.KIN,
        tied_to=TiedTo.DEBTOR,
        tied_name="Trần Văn Nợ",
        case_number=case.decision_number,
        declared_on=date(2026, 8, 6),
    )
    declare_conflict(session, people.officer, contract.firm_id, tie, at=at).ended_on = ended
    new = new_certificate()
    with pytest.raises(FirmInConflict, match="end the contract") as refused:
        record_certificate(session, people.officer, asset, new, at=at)
    assert (refused.value.article, refused.value.params["person"]) == ("PL23; VS", "Lê Thị Thẩm")


def test_a_tie_with_the_officer_bars_the_firm_from_all_his_contracts(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    firm = make_firm(session, people, at=at)
    tie = NewConflict(
        source="Bản khai",
        person="Lê Thị Thẩm",
        tie=Tie.BUSINESS,
        tied_to=TiedTo.OFFICER,
        tied_name="Người thử officer",
        officer="T-officer",
        declared_on=date(2026, 8, 1),
    )
    declare_conflict(session, people.officer, firm.id, tie, at=at)
    with pytest.raises(FirmInConflict):
        conclude_contract(session, people.officer, asset, new_contract(firm), at=at)


def test_by_the_law_of_2008_the_same_province_comes_first_and_the_parties_may_choose(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, seized=OLD)
    far = make_firm(session, people, at=at, province="Cà Mau")
    new = new_contract(far, date(2026, 5, 5))
    with pytest.raises(FirmNotEligible) as refused:
        conclude_contract(session, people.officer, asset, new, at=at)
    assert refused.value.fields.keys() == {"outside_reason"}
    chosen = new_contract(far, date(2026, 5, 5), chosen_by=Chooser.PARTIES)
    assert conclude_contract(session, people.officer, asset, chosen, at=at).chosen_by == "parties"
    assert papers(session, asset) == ["price_agreement"]


def test_by_the_law_of_2025_the_parties_do_not_choose_the_firm(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    firm = make_firm(session, people, at=at, province="Cà Mau")
    new = new_contract(firm, chosen_by=Chooser.PARTIES)
    with pytest.raises(ChoiceNotLawful) as refused:
        conclude_contract(session, people.officer, asset, new, at=at)
    assert refused.value.article == "L25 Art. 82(1)"
    assert conclude_contract(session, people.officer, asset, new_contract(firm), at=at).id


def test_the_printed_expiry_counts_even_where_it_is_longer_than_the_rule_knows(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    made = make_certified(session, people, asset, at=at, valid_until=date(2027, 8, 12))
    assert made.valid_until == date(2027, 8, 12)
    longest = longer_than(session, made.valued_on, made.valid_until)
    assert longest is not None
    assert (longest.article, longest.confidence) == ("PL23; VS", "C")
    assert longer_than(session, made.valued_on, date(2027, 2, 12)) is None


FAULTY = [
    ({"valid_until": date(2026, 8, 1)}, {"valid_until"}),
    ({"received_on": date(2026, 8, 2)}, {"received_on", "valued_on"}),
    ({"valued_on": date(2026, 8, 14)}, {"valued_on"}),
    ({"amount": 0}, {"amount"}),
]


@pytest.mark.parametrize(("said", "fields"), FAULTY)
def test_a_certificate_that_does_not_fit_is_refused(
    session: Session, people: People, asset: str, at: datetime, said, fields
) -> None:
    make_contracted(session, people, asset, at=at)
    with pytest.raises(Invalid) as refused:
        record_certificate(session, people.officer, asset, new_certificate(**said), at=at)
    assert refused.value.fields.keys() == fields


def test_an_expired_certificate_blocks_the_contract_unless_the_price_is_kept(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_certified(session, people, asset, at=at, valid_until=date(2026, 10, 1))
    found = id_of(session, people, asset)
    assert valuation_in_force_for_contract(session, [found], date(2026, 10, 1))
    with pytest.raises(CertificateExpired) as refused:
        valuation_in_force_for_contract(session, [found], date(2026, 10, 2))
    assert refused.value.article == "L25 Art. 82(2)b"
    assert refused.value.params["rule"] == "certificate_must_be_valid_at"
    kept = KeptPrice(agreed_on=date(2026, 10, 1), parties="Hai bên đương sự")
    with pytest.raises(NotExpired):
        agree_to_keep_price(session, people.officer, asset, kept, at=at)
    kept = KeptPrice(agreed_on=date(2026, 10, 5), parties="Hai bên đương sự")
    agree_to_keep_price(session, people.officer, asset, kept, at=at)
    assert valuation_in_force_for_contract(session, [found], date(2026, 10, 6))
    with pytest.raises(CertificateExpired):
        valuation_in_force_for_contract(session, [found], date(2026, 10, 2))
    ground = RevaluationGround(ground=Ground.EXPIRED, on_day=date(2026, 10, 6), document="–")
    with pytest.raises(NotExpired):
        reopen_price(session, people.officer, asset, ground, at=at)


def test_a_recorded_value_of_a_registered_firm_counts_for_it(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    firm = make_firm(session, people, at=at, name="Công ty Thẩm định giá Thử")
    made = record_valuation(session, people.officer, asset, new_valuation(), at=at)
    assert made.firm_id == firm.id
