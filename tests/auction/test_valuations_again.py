"""Valued a second time: the one request in its window, who pays for it, and other grounds."""

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
from auction.holds.rules import HoldKind
from auction.life.ledger import take_step
from auction.life.rules import State, Step, StepOutOfTurn
from auction.notices.commands.record import record_notice, strike_notice
from auction.notices.rules import NoticeKind, Place
from auction.notices.schemas import NewNotice, Strike
from auction.valuations.commands.contract import conclude_contract, record_certificate
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.record import record_valuation
from auction.valuations.commands.revaluation import reopen_price, request_revaluation
from auction.valuations.jobs import close_due, due_windows
from auction.valuations.queries import get_asset, valuation_in_force_for_contract
from auction.valuations.rules import (
    Anew,
    CertificateExpired,
    Ground,
    GroundNotLawful,
    NoticeMissing,
    Payer,
    RevaluationOpen,
    RevaluationTooLate,
    RevaluationUsedUp,
)
from auction.valuations.schemas import NewPriceNotice, RevaluationGround, RevaluationRequest
from inventory.base.errors import Invalid
from tests.auction.priced import OLD, due, id_of, state
from tests.make.auction import make_lot, new_valuation
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


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    return make_seized(session, people, at=at)


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


def test_a_priced_asset_is_not_priced_again_without_a_ground(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_told(session, people, asset, at=at)
    firm = make_firm(session, people, at=at)
    let_through(session, people, asset, "valuation_contract_due", "Chờ trả lời", at=at)
    new = new_contract(firm, date(2026, 9, 1))
    with pytest.raises(StepOutOfTurn):
        conclude_contract(session, people.officer, asset, new, at=at)


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


def test_by_the_law_of_2008_no_request_follows_the_public_announcement_of_the_auction(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 99(1)b; what is only planned, or was struck through, was not announced."""
    asset = priced_before_2026(session, people, at)
    lot = make_lot(session, people.office, get_asset(session, people.officer, asset))

    def announce(on: date) -> int:
        new = NewNotice(kind=NoticeKind.ANNOUNCEMENT, place=Place.PRESS, from_on=on)
        return record_notice(session, people.officer, lot.reference, new, at=at).id

    announced = announce(date(2026, 5, 18))
    announce(date(2026, 5, 20))
    with pytest.raises(RevaluationTooLate) as late:
        request_revaluation(session, people.officer, asset, new_request(date(2026, 5, 19)), at=at)
    assert (late.value.article, late.value.params["rule"]) == (
        "L08 Art. 99(1)b",
        "revaluation_until",
    )
    strike_notice(session, people.officer, announced, Strike(reason="Ghi nhầm"), at=at)
    new = new_request(date(2026, 5, 19))
    assert request_revaluation(session, people.officer, asset, new, at=at).request_number == 1


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
    free = msgspec.structs.replace(new, advance=Decimal(0))
    with pytest.raises(Invalid, match="pays an advance"):
        request_revaluation(session, people.officer, asset, free, at=at)
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


def contract_limits(session: Session, people: People, asset: str) -> list[date]:
    """From when an auction contract is due, by the limits that did not fall away."""
    rows = deadlines_of(session, people.officer, "asset", asset)
    return [
        row.started_on
        for row in rows
        if row.rule_key == "auction_contract_due" and row.voided_on is None
    ]


def test_a_window_after_a_breach_puts_off_the_contract_that_was_due_from_the_new_price(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """The contract waits for the window's end (L25 Art. 83(2)a): it is not due before it."""
    make_told(session, people, asset, at=at)
    ground = RevaluationGround(
        ground=Ground.FIRM_BREACH, on_day=date(2026, 9, 3), document="KL 12/KL-BTC"
    )
    reopen_price(session, people.officer, asset, ground, at=at)
    assert contract_limits(session, people, asset) == []
    new = new_valuation(valued_on=date(2026, 9, 7), certificate_number="14/CT")
    record_valuation(session, people.officer, asset, new, at=at)
    assert contract_limits(session, people, asset) == [date(2026, 9, 7)]
    told = NewPriceNotice(told_on=date(2026, 9, 8), told="Trần Văn Nợ")
    assert tell_parties(session, people.officer, asset, told, at=at).window_ends_on == date(
        2026, 9, 15
    )
    assert contract_limits(session, people, asset) == [date(2026, 9, 15)]


def test_a_price_recorded_without_its_acts_ends_the_re_valuation_it_answers(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    make_told(session, people, asset, at=at)
    again = request_revaluation(session, people.officer, asset, new_request(), at=at)
    older = new_valuation(valued_on=date(2026, 8, 17), certificate_number="14/CT")
    record_valuation(session, people.officer, asset, older, at=at)
    session.refresh(again)
    assert again.done_on is None, "it was found before anybody asked"
    newer = {"valued_on": date(2026, 8, 24), "received_on": date(2026, 8, 25)}
    new = new_valuation(certificate_number="15/CT", **newer)
    record_valuation(session, people.officer, asset, new, at=at)
    session.refresh(again)
    assert (again.begun_on, again.done_on) == (date(2026, 8, 24), date(2026, 8, 25))


LONG = {"valid_until": date(2026, 12, 31)}
COURT = {"anew": Anew.COURT, "anew_document": "12/QĐ-TA"}
NAMING = "parties_name_organisation"


def fallen(session: Session, people: People, asset: str) -> dict[str, str | None]:
    """Which limits fell away, and why."""
    rows = deadlines_of(session, people.officer, "asset", asset)
    return {row.rule_key: row.voided_why for row in rows if row.voided_on}


def test_by_the_law_of_2008_the_contract_is_due_from_a_recorded_price_and_from_what_replaces_it(
    session: Session, people: People, at: datetime
) -> None:
    """Ten days after the price, whichever way it was found (L08 Art. 101(2))."""
    asset = make_seized(session, people, at=at, seized=date(2026, 3, 2))
    first = new_valuation(valued_on=date(2026, 5, 4), received_on=date(2026, 5, 6), **LONG)
    record_valuation(session, people.officer, asset, first, at=at)
    assert due(session, people, asset)["auction_contract_due"] == (date(2026, 5, 18), None)
    assert due(session, people, asset)[NAMING] == (date(2026, 5, 13), None)
    older = new_valuation(9**9, valued_on=date(2026, 4, 2), certificate_number="11/CT", **LONG)
    record_valuation(session, people.officer, asset, older, at=at)
    assert contract_limits(session, people, asset) == [date(2026, 5, 6)], "nothing is replaced"
    second = new_valuation(
        10**8, valued_on=date(2026, 6, 1), certificate_number="13/CT", **LONG, **COURT
    )
    let_through(session, people, asset, "revaluation_grounds", "Bản chính đã xem", at=at)
    record_valuation(session, people.officer, asset, second, at=at)
    assert contract_limits(session, people, asset) == [date(2026, 6, 1)]
    why = {"auction_contract_due": "12/QĐ-TA", NAMING: "12/QĐ-TA"}
    assert fallen(session, people, asset) == why


def test_a_recorded_price_of_the_law_of_2025_that_replaces_one_waits_for_its_notice(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """What was due from the window of the old price falls away (L25 Art. 83(2)a)."""
    make_told(session, people, asset, at=at)
    assert len(contract_limits(session, people, asset)) == 1
    new = new_valuation(10**8, valued_on=date(2026, 9, 1), certificate_number="16/CT", **COURT)
    let_through(session, people, asset, "revaluation_grounds", "Bản chính đã xem", at=at)
    record_valuation(session, people.officer, asset, new, at=at)
    assert contract_limits(session, people, asset) == []
    told = NewPriceNotice(told_on=date(2026, 9, 8), told="Trần Văn Nợ")
    tell_parties(session, people.officer, asset, told, at=at)
    assert contract_limits(session, people, asset) == [date(2026, 9, 15)]


def test_a_recorded_price_of_small_worth_is_sold_without_auction_and_no_contract_is_due(
    session: Session, people: People, at: datetime
) -> None:
    """Below two million đồng, five working days from the seizure (L08 Art. 101(4))."""
    asset = make_seized(session, people, at=at, seized=date(2026, 3, 2))
    new = new_valuation(1_500_000, valued_on=date(2026, 5, 4), **LONG)
    record_valuation(session, people.officer, asset, new, at=at)
    keys = due(session, people, asset).keys()
    assert "non_auction_sale" in keys
    assert "auction_contract_due" not in keys
    more = new_valuation(10**8, valued_on=date(2026, 6, 1), certificate_number="13/CT", **COURT)
    let_through(session, people, asset, "revaluation_grounds", "Bản chính đã xem", at=at)
    record_valuation(session, people.officer, asset, more, at=at)
    assert "non_auction_sale" in fallen(session, people, asset)
    assert contract_limits(session, people, asset) == [date(2026, 6, 1)]
