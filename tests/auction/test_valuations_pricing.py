"""The acts that lead to a price: agreement, contract and certificate, council, officer, gold."""

from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.costs.models import CostItem
from auction.costs.rules import Bearer
from auction.deadlines.queries import deadlines_of
from auction.departures.models import DepartureUse
from auction.departures.queries import departures_of
from auction.departures.rules import DepartureState
from auction.firms.commands import declare_conflict, note_measure
from auction.firms.rules import FirmInConflict, FirmNotEligible, Measure, Tie, TiedTo
from auction.firms.schemas import NewConflict, NewMeasure
from auction.holds.commands import open_hold
from auction.holds.rules import HoldKind, HoldSubject, OnHold
from auction.holds.schemas import NewHold
from auction.life.ledger import take_step
from auction.life.queries import standing_of
from auction.life.rules import State, Step, StepOutOfTurn
from auction.valuations.commands.agreement import agree_price, agree_to_keep_price
from auction.valuations.commands.contract import (
    conclude_contract,
    end_contract,
    longer_than,
    record_certificate,
)
from auction.valuations.commands.council import decide_council, set_up_council
from auction.valuations.commands.facts import state_facts
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.office_price import set_officer_price, set_posted_price
from auction.valuations.commands.record import record_valuation
from auction.valuations.commands.revaluation import reopen_price, request_revaluation
from auction.valuations.councils import CouncilDecision, Member, NewCouncil, Vote
from auction.valuations.jobs import close_due, due_windows
from auction.valuations.models import Revaluation
from auction.valuations.queries import get_asset, valuation_in_force_for_contract
from auction.valuations.rules import (
    AgreementTooLate,
    CertificateExpired,
    ChoiceNotLawful,
    Chooser,
    ContractLate,
    CouncilTooSmall,
    CouncilUndecided,
    FinanceBodyNotHeard,
    Ground,
    GroundNotLawful,
    NoOpenContract,
    NotExpired,
    NoticeGivenAlready,
    NoticeMissing,
    Payer,
    RevaluationOpen,
    RevaluationTooLate,
    RevaluationUsedUp,
    ValuationContracted,
    ValuationIncomplete,
    ValuationMissing,
    WayNotLawful,
)
from auction.valuations.schemas import (
    AgreedPrice,
    ContractEnd,
    KeptPrice,
    NewFacts,
    NewPriceNotice,
    OfficerPrice,
    PostedPrice,
    RevaluationGround,
    RevaluationRequest,
)
from auction.valuations.ways import Gold, Goods
from inventory.assets.rules import AssetKind
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.papers.models import Paper
from inventory.titles.commands import set_region
from inventory.titles.rules import Region
from inventory.titles.schemas import NewRegion
from tests.make.auction import new_valuation
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People
from tests.make.valuations import (
    let_through,
    make_certified,
    make_contracted,
    make_firm,
    make_seized,
    make_told,
    new_certificate,
    new_contract,
    new_request,
)

OLD = date(2026, 5, 4)
AGREED = AgreedPrice(
    amount=Decimal(900_000_000), agreed_on=date(2026, 8, 5), parties="Trần Văn Nợ\nNgân hàng Thử"
)


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    return make_seized(session, people, at=at)


def id_of(session: Session, people: People, asset: str) -> int:
    return get_asset(session, people.officer, asset).id


def state(session: Session, people: People, asset: str) -> State:
    found = id_of(session, people, asset)
    return standing_of(session, [found])[found].state


def due(session: Session, people: People, asset: str) -> dict[str, tuple[date, date | None]]:
    rows = deadlines_of(session, people.officer, "asset", asset)
    return {row.rule_key: (row.due_on, row.met_on) for row in rows}


def papers(session: Session, asset: str) -> list[str]:
    return list(
        session.scalars(select(Paper.kind).where(Paper.subject_ref == asset).order_by(Paper.id))
    )


def test_agreed_price_is_a_price_with_minutes_and_needs_no_notice(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    made = agree_price(session, people.officer, asset, AGREED, at=at)
    assert (made.method, made.amount, made.valid_until) == ("agreed", 900_000_000, None)
    assert state(session, people, asset) is State.PRICED
    assert papers(session, asset) == ["price_agreement"]
    limits = due(session, people, asset)
    assert limits["price_notice_due"][1] == AGREED.agreed_on
    assert limits["valuation_contract_due"] == (date(2026, 8, 10), AGREED.agreed_on)
    assert limits["auction_contract_due"] == (date(2026, 8, 12), None)


def test_minutes_say_the_hour_at_which_they_were_begun(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    other = msgspec.structs.replace(AGREED, begun_at=datetime(2026, 8, 6, 9))
    with pytest.raises(Invalid) as refused:
        agree_price(session, people.officer, asset, other, at=at)
    assert refused.value.fields.keys() == {"begun_at"}
    new = msgspec.structs.replace(AGREED, begun_at=datetime(2026, 8, 5, 9, 30))
    agree_price(session, people.officer, asset, new, at=at)
    data = session.scalars(select(Paper.data).where(Paper.subject_ref == asset)).one()
    assert data["at"] == "2026-08-05T09:30:00+07:00"


def test_after_the_contract_is_signed_the_parties_no_longer_agree(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_contracted(session, people, asset, at=at)
    with pytest.raises(AgreementTooLate) as refused:
        agree_price(session, people.officer, asset, AGREED, at=at)
    assert refused.value.article == "D152/26 Art. 60(1)"
    assert refused.value.params["rule"] == "price_agreement_until"


def test_by_the_law_of_2008_they_agree_at_the_seizure(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, seized=OLD)
    late = AgreedPrice(amount=Decimal(9), agreed_on=date(2026, 5, 6), parties="Hai bên")
    with pytest.raises(AgreementTooLate) as refused:
        agree_price(session, people.officer, asset, late, at=at)
    assert refused.value.article == "L08 Art. 98(1)"
    at_seizure = AgreedPrice(amount=Decimal(9), agreed_on=OLD, parties="Hai bên")
    assert agree_price(session, people.officer, asset, at_seizure, at=at).valued_on == OLD


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


MEMBERS = [
    Member(name="Trần Chủ", post="Chấp hành viên", chairs=True),
    Member(name="Lê Tài", post="Phòng Tài chính"),
    Member(name="Ngô Kỹ", post="Chuyên môn"),
]
NO_FIRM = NewFacts(no_firm_reason="Ba tổ chức thẩm định giá đều từ chối bằng văn bản")


def council(members: list[Member] = MEMBERS) -> NewCouncil:
    return NewCouncil(
        decision_number="9/QĐ-THADS", set_up_on=date(2026, 8, 10), members=list(members)
    )


def decision(*prices: int) -> CouncilDecision:
    votes = [
        Vote(position=n, price=Decimal(price), opinion="Theo giá thị trường")
        for n, price in enumerate(prices, 1)
    ]
    return CouncilDecision(decided_on=date(2026, 8, 14), market="Giá bán cùng loại", votes=votes)


def test_a_council_sits_where_no_firm_can_be_contracted(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    with pytest.raises(WayNotLawful) as refused:
        set_up_council(session, people.head, asset, council(), at=at)
    assert refused.value.article == "L25 Art. 82(1)a"
    state_facts(session, people.officer, asset, NO_FIRM, at=at)
    with pytest.raises(Forbidden):
        set_up_council(session, people.officer, asset, council(), at=at)
    with pytest.raises(CouncilTooSmall) as small:
        set_up_council(session, people.head, asset, council(MEMBERS[:2]), at=at)
    assert small.value.article == "D152/26 Art. 60(3)"
    with pytest.raises(ValuationIncomplete):
        set_up_council(session, people.head, asset, council([*MEMBERS[1:], MEMBERS[1]]), at=at)
    set_up_council(session, people.head, asset, council(), at=at)
    assert state(session, people, asset) is State.PRICING

    with pytest.raises(CouncilUndecided):
        decide_council(session, people.officer, asset, decision(1, 2, 3), at=at)
    with pytest.raises(ValuationIncomplete):
        decide_council(session, people.officer, asset, decision(1, 1), at=at)
    made = decide_council(session, people.officer, asset, decision(5, 7, 7), at=at)
    assert (made.method, made.amount) == ("council", 7)
    assert papers(session, asset) == ["price_setting_minutes"]
    assert state(session, people, asset) is State.PRICED


def test_the_officer_prices_what_is_small_and_not_what_is_not(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    new = OfficerPrice(amount=Decimal(15_000_000), priced_on=date(2026, 8, 7), market="Giá chợ")
    with pytest.raises(WayNotLawful) as refused:
        set_officer_price(session, people.officer, asset, new, at=at)
    assert refused.value.params["rule"] == "pricing_ways"
    facts = NewFacts(worth=Decimal(18_500_000), wage_region="region_4")
    state_facts(session, people.officer, asset, facts, at=at)
    made = set_officer_price(session, people.officer, asset, new, at=at)
    assert made.method == "officer"
    assert due(session, people, asset)["non_auction_sale"][0] == date(2026, 8, 14)


def test_by_the_law_of_2008_the_finance_body_is_heard_first(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, seized=OLD)
    new = OfficerPrice(amount=Decimal(10**9), priced_on=date(2026, 5, 25), market="Giá sàn")
    state_facts(session, people.officer, asset, NO_FIRM, at=at)
    with pytest.raises(FinanceBodyNotHeard) as refused:
        set_officer_price(session, people.officer, asset, new, at=at)
    assert refused.value.article == "D62 Art. 26(1)"
    asked = NewFacts(no_firm_reason=NO_FIRM.no_firm_reason, finance_asked_on=date(2026, 5, 11))
    state_facts(session, people.officer, asset, asked, at=at)
    with pytest.raises(FinanceBodyNotHeard):
        set_officer_price(session, people.officer, asset, new, at=at)
    answered = NewFacts(no_firm_reason=NO_FIRM.no_firm_reason, finance_answer="CV 12/STC")
    state_facts(session, people.officer, asset, answered, at=at)
    assert set_officer_price(session, people.officer, asset, new, at=at).method == "officer"


def test_gold_bars_are_priced_as_posted_and_sold_in_ten_days(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, kind=AssetKind.GOLD)
    new = PostedPrice(
        amount=Decimal(140_000_000), priced_on=date(2026, 8, 5), price_source="SJC, 5/8/2026"
    )
    with pytest.raises(WayNotLawful):
        set_posted_price(session, people.officer, asset, new, at=at)
    state_facts(session, people.officer, asset, NewFacts(gold=Gold.BAR), at=at)
    made = set_posted_price(session, people.officer, asset, new, at=at)
    assert made.price_source == "SJC, 5/8/2026"
    assert due(session, people, asset)["gold_bar_sale_due"] == (date(2026, 8, 13), None)


def test_securities_are_not_forced_onto_the_auction_path(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, kind=AssetKind.SECURITIES)
    firm = make_firm(session, people, at=at)
    with pytest.raises(WayNotLawful) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm), at=at)
    assert refused.value.article == "L25 Art. 82(1)c; D152/26 Art. 57"
    with pytest.raises(WayNotLawful):
        agree_price(session, people.officer, asset, AGREED, at=at)


def test_one_request_in_its_window_with_the_advance_and_who_asks_pays(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_certified(session, people, asset, at=at)
    with pytest.raises(NoticeMissing):
        request_revaluation(session, people.officer, asset, new_request(), at=at)
    told = NewPriceNotice(told_on=date(2026, 8, 14), told="Trần Văn Nợ", advance=Decimal(5_000_000))
    tell_parties(session, people.officer, asset, told, at=at)
    with pytest.raises(RevaluationTooLate) as late:
        request_revaluation(session, people.officer, asset, new_request(date(2026, 8, 24)), at=at)
    assert late.value.article == "L25 Art. 82(2)c"
    short = new_request(advance=Decimal(4_999_999))
    with pytest.raises(Invalid) as less:
        request_revaluation(session, people.officer, asset, short, at=at)
    assert less.value.fields.keys() == {"advance"}
    again = request_revaluation(session, people.officer, asset, new_request(), at=at)
    assert (again.payer, again.payer_article) == (Payer.REQUESTER, "L25 Art. 53(3)")
    assert again.start_due_on == date(2026, 8, 24)
    assert state(session, people, asset) is State.PRICING
    with pytest.raises(RevaluationOpen):
        request_revaluation(session, people.officer, asset, new_request(), at=at)
    with pytest.raises(RevaluationOpen):
        valuation_in_force_for_contract(session, [id_of(session, people, asset)], date(2026, 8, 20))

    firm = make_firm(session, people, "F-2", at=at)
    fee = Decimal(5_000_000)
    signed = new_contract(firm, date(2026, 8, 20), number="06/HĐ", fee=fee)
    conclude_contract(session, people.officer, asset, signed, at=at)
    second = new_certificate(
        2_000_000_000, valued_on=date(2026, 8, 26), received_on=date(2026, 8, 27)
    )
    record_certificate(session, people.officer, asset, second, at=at)
    session.refresh(again)
    assert (again.begun_on, again.done_on) == (date(2026, 8, 20), date(2026, 8, 27))
    (cost,) = session.scalars(select(CostItem)).all()
    assert (cost.amount, cost.bearer, cost.advanced_by) == (fee, "debtor", "debtor")
    limits = due(session, people, asset)
    assert limits["revaluation_start"][1] == date(2026, 8, 20)

    told_again = NewPriceNotice(told_on=date(2026, 8, 28), told="Trần Văn Nợ")
    notice = tell_parties(session, people.officer, asset, told_again, at=at)
    assert notice.window_ends_on is None
    with pytest.raises(RevaluationUsedUp) as used:
        request_revaluation(session, people.officer, asset, new_request(date(2026, 8, 31)), at=at)
    assert used.value.article == "L25 Art. 82(2)c"
    found = valuation_in_force_for_contract(
        session, [id_of(session, people, asset)], date(2026, 9, 3)
    )
    assert [row.amount for row in found.values()] == [2_000_000_000]


def test_a_breach_is_paid_by_the_state(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_told(session, people, asset, at=at)
    ground = RevaluationGround(
        ground=Ground.FIRM_BREACH, on_day=date(2026, 9, 1), document="KL 12/KL-BTC"
    )
    again = reopen_price(session, people.officer, asset, ground, at=at)
    assert (again.payer, again.request_number) == (Payer.STATE, None)


def test_the_law_of_2008_knows_no_lapsed_certificate(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_seized(session, people, at=at, seized=OLD)
    firm = make_firm(session, people, at=at)
    conclude_contract(session, people.officer, asset, new_contract(firm, OLD), at=at)
    old = new_certificate(
        valued_on=date(2026, 5, 11), received_on=date(2026, 5, 12), valid_until=date(2026, 6, 1)
    )
    record_certificate(session, people.officer, asset, old, at=at)
    ground = RevaluationGround(ground=Ground.EXPIRED, on_day=date(2026, 6, 15), document="–")
    with pytest.raises(GroundNotLawful) as refused:
        reopen_price(session, people.officer, asset, ground, at=at)
    assert refused.value.article == "L08 Art. 99(1)"
    found = id_of(session, people, asset)
    assert found in valuation_in_force_for_contract(session, [found], date(2026, 6, 15))
    with pytest.raises(CertificateExpired):
        valuation_in_force_for_contract(session, [found], date(2026, 7, 1))


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


def test_without_any_price_there_is_no_contract_and_a_foreign_asset_is_unknown(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    with pytest.raises(ValuationMissing):
        valuation_in_force_for_contract(session, [id_of(session, people, asset)], date(2026, 9, 1))
    for act, new in (
        (agree_price, AGREED),
        (state_facts, NO_FIRM),
        (record_certificate, new_certificate()),
        (request_revaluation, new_request()),
    ):
        with pytest.raises(NotFound):
            act(session, people.foreign_officer, asset, new, at=at)
        with pytest.raises(Forbidden):
            act(session, people.keeper, asset, new, at=at)
    assert session.scalar(select(Revaluation.id)) is None


def test_a_priced_asset_is_not_priced_again_without_a_ground(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_told(session, people, asset, at=at)
    firm = make_firm(session, people, at=at)
    let_through(session, people, asset, "valuation_contract_due", "Chờ trả lời", at=at)
    new = new_contract(firm, date(2026, 9, 1))
    with pytest.raises(StepOutOfTurn):
        conclude_contract(session, people.officer, asset, new, at=at)


def test_fresh_goods_are_priced_by_the_officer(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    state_facts(session, people.officer, asset, NewFacts(goods=Goods.FRESH), at=at)
    firm = make_firm(session, people, at=at)
    with pytest.raises(WayNotLawful) as refused:
        conclude_contract(session, people.officer, asset, new_contract(firm), at=at)
    assert "D152/26 Art. 60(4)" in (refused.value.article or "")


def test_while_a_hold_stops_it_an_asset_is_not_priced(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    hold = NewHold(
        kind=HoldKind.CREDITOR_AGREES,
        subject_kind=HoldSubject.ASSET,
        subject_ref=asset,
        ground="Người được thi hành án đồng ý hoãn",
        ground_on=date(2026, 8, 4),
        document="Đơn ngày 4/8/2026",
        started_on=date(2026, 8, 4),
        until=date(2026, 12, 31),
    )
    open_hold(session, people.officer, hold, at=at)
    with pytest.raises(OnHold):
        agree_price(session, people.officer, asset, AGREED, at=at)


def priced_before_2026(session: Session, people: People, at: datetime) -> str:
    """An asset seized, valued and told of under the law of 2008."""
    asset = make_seized(session, people, at=at, seized=OLD)
    firm = make_firm(session, people, at=at)
    conclude_contract(session, people.officer, asset, new_contract(firm, OLD), at=at)
    old = new_certificate(
        valued_on=date(2026, 5, 11), received_on=date(2026, 5, 12), valid_until=date(2026, 11, 11)
    )
    record_certificate(session, people.officer, asset, old, at=at)
    told = NewPriceNotice(told_on=date(2026, 5, 13), told="Trần Văn Nợ")
    tell_parties(session, people.officer, asset, told, at=at)
    return asset


def test_by_the_law_of_2008_a_request_may_follow_the_auction_contract_but_not_its_window(
    session: Session, people: People, at: datetime
) -> None:
    asset = priced_before_2026(session, people, at)
    found = id_of(session, people, asset)
    step, on = Step.AUCTION_CONTRACTED, date(2026, 5, 15)
    take_step(session, people.officer, [found], step, on, document="HĐ", at=at)
    with pytest.raises(RevaluationTooLate) as late:
        request_revaluation(session, people.officer, asset, new_request(date(2026, 5, 21)), at=at)
    assert late.value.article == "L08 Art. 99(1)b"
    again = request_revaluation(
        session, people.officer, asset, new_request(date(2026, 5, 20)), at=at
    )
    assert (again.payer, again.payer_article) == (Payer.REQUESTER, "L08 Art. 99(1)b")
    assert again.start_due_on is None


def test_by_the_law_of_2025_no_request_follows_the_auction_contract(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_told(session, people, asset, at=at)
    found = id_of(session, people, asset)
    step, on = Step.AUCTION_CONTRACTED, date(2026, 8, 17)
    take_step(session, people.officer, [found], step, on, document="HĐ", at=at)
    with pytest.raises(RevaluationTooLate) as late:
        request_revaluation(session, people.officer, asset, new_request(), at=at)
    assert late.value.params["rule"] == "revaluation_until"


def test_a_recorded_value_of_a_registered_firm_counts_for_it(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    firm = make_firm(session, people, at=at, name="Công ty Thẩm định giá Thử")
    made = record_valuation(session, people.officer, asset, new_valuation(), at=at)
    assert made.firm_id == firm.id


def test_the_region_kept_of_the_asset_counts_where_none_was_stated_for_the_price(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    new = OfficerPrice(amount=Decimal(15_000_000), priced_on=date(2026, 8, 7), market="Giá chợ")
    state_facts(session, people.officer, asset, NewFacts(worth=Decimal(18_500_000)), at=at)
    with pytest.raises(WayNotLawful):
        set_officer_price(session, people.officer, asset, new, at=at)
    region = NewRegion(region=Region.IV, from_on=date(2026, 8, 1))
    set_region(session, people.officer, asset, region, at=at)
    assert set_officer_price(session, people.officer, asset, new, at=at).method == "officer"


def a_window(session: Session, people: People, asset: str, *, at: datetime) -> None:
    """The parties are told on Friday 14 August; they may ask until Friday 21 August."""
    make_contracted(session, people, asset, at=at)
    record_certificate(session, people.officer, asset, new_certificate(), at=at)
    told = NewPriceNotice(told_on=date(2026, 8, 14), told="Trần Văn Nợ")
    tell_parties(session, people.officer, asset, told, at=at)


def test_the_window_ends_by_itself_once_and_was_kept(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    a_window(session, people, asset, at=at)
    on_its_day, after = (datetime(2026, 8, day, 3, tzinfo=UTC) for day in (21, 22))
    assert due_windows(session, on_its_day) == []
    (key,) = due_windows(session, after)
    for _again in range(2):
        close_due(lambda: nullcontext(session), key, after)
    session.expire_all()
    assert due(session, people, asset)["revaluation_request_window"] == (
        date(2026, 8, 21),
        date(2026, 8, 21),
    )
    assert due_windows(session, after) == []
    assert due(session, people, asset)["auction_contract_due"] == (date(2026, 8, 27), None)


def test_a_request_meets_the_window(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    a_window(session, people, asset, at=at)
    new = RevaluationRequest(
        asked_by="Trần Văn Nợ",
        party=Bearer.DEBTOR,
        document="Đơn 1",
        asked_on=date(2026, 8, 20),
        advance=Decimal(5_000_000),
        advance_receipt="PT-9",
    )
    request_revaluation(session, people.officer, asset, new, at=at)
    met = due(session, people, asset)["revaluation_request_window"][1]
    assert met == date(2026, 8, 20)


def test_a_hold_moves_the_window_and_the_contract_after_it(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    a_window(session, people, asset, at=at)
    kind, on = HoldKind.COURT_ACCEPTED, date(2026, 8, 18)
    kept = make_hold(session, people.officer, kind, asset, on, at=at)
    assert due_windows(session, datetime(2026, 8, 30, 3, tzinfo=UTC)) == [], "it stands still"
    finish_hold(session, people.officer, kept, date(2026, 8, 19), at=at)
    assert due(session, people, asset)["revaluation_request_window"][0] == date(2026, 8, 24)
    after = datetime(2026, 8, 25, 3, tzinfo=UTC)
    (key,) = due_windows(session, after)
    close_due(lambda: nullcontext(session), key, after)
    session.expire_all()
    rows = deadlines_of(session, people.officer, "asset", asset)
    contract = [
        (row.started_on, row.due_on)
        for row in rows
        if row.rule_key == "auction_contract_due" and row.voided_on is None
    ]
    assert contract == [(date(2026, 8, 24), date(2026, 9, 3))], "after the days of the feast"
