"""Costs that change after a payout was drawn up, or are of what left its case without a price."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.costs.borne import costs_borne
from auction.costs.commands import enter_cost, reverse_cost
from auction.costs.rules import Bearer, CostKind
from auction.costs.schemas import NewCost, NewReversal
from auction.offers.commands.leaving import redeem
from auction.offers.schemas import NewRedemption
from auction.outcomes.sessions import to_cover
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import approve_payout, withdraw_payout
from auction.payouts.models import Payout
from auction.payouts.overtaken import count_overtaken
from auction.payouts.queries import get_payout, list_open_payouts
from auction.payouts.rules import CostsChanged, ProposalStale
from auction.payouts.schemas import LineOut, NewVoucherReversal, NewWithdrawal
from auction.sales.models import Sale
from auction.sales.queries import assets_of
from inventory.assets.models import Asset
from inventory.cases.models import EnforcementCase
from inventory.seizures.commands import release_seizure
from inventory.seizures.schemas import SeizureRelease
from tests.auction.test_payouts_commands import SOLD_AT, approved, voucher
from tests.make.auction import make_valued_asset
from tests.make.inventory import make_case
from tests.make.money import make_claim, make_delivered, propose
from tests.make.organisation import People

CASE = "9/QĐ-THADS"
WHY = NewWithdrawal(reason="Chi phí thay đổi")
Lines = list[tuple[str, int]]


@pytest.fixture
def case(session: Session, people: People, at: datetime) -> EnforcementCase:
    found = make_case(session, people.officer, CASE, at=at)
    make_claim(session, people, found, 2_000_000_000, at=at)
    return found


@pytest.fixture
def sale(session: Session, people: People, case: EnforcementCase) -> Sale:
    """What was sold for a billion of a case that is owed two."""
    return make_delivered(session, people, at=SOLD_AT, case=case)


def ref_of(session: Session, sale: Sale) -> str:
    return session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference


def spend(
    session: Session, people: People, asset: str, amount: int, *, at: datetime, **said: object
) -> int:
    """A cost of today; its number."""
    facts = {"kind": CostKind.VALUATION, "spent_on": at.date(), "document": "PC-12"}
    new = NewCost(amount=Decimal(amount), **{**facts, **said})  # type: ignore[arg-type]
    return enter_cost(session, people.officer, asset, new, at=at).id


def take_back(session: Session, people: People, asset: str, cost: int, *, at: datetime) -> None:
    new = NewReversal(cost_id=cost, reversed_on=at.date(), why="Nhập nhầm")
    reverse_cost(session, people.officer, asset, new, at=at)


def lines_of(session: Session, people: People, payout: Payout) -> list[LineOut]:
    return get_payout(session, people.accountant, payout.id).lines


def paid_by(session: Session, people: People, payout: Payout) -> Lines:
    return [(one.kind.value, int(one.amount)) for one in lines_of(session, people, payout)]


def release(session: Session, people: People, asset: str, *, at: datetime) -> None:
    new = SeizureRelease(case_number=CASE, release_decision="9/QĐ-GT", released_on=at.date())
    release_seizure(session, people.officer, asset, new, at=at)


@pytest.mark.parametrize("whole_case", [False, True])
def test_a_cost_that_comes_after_the_approval_stops_the_payout(
    session: Session, people: People, sale: Sale, at: datetime, *, whole_case: bool
) -> None:
    payout = approved(session, people, sale, at=at)
    (line,) = lines_of(session, people, payout)
    asset = ref_of(session, sale)
    spend(session, people, asset, 3_000_000, at=at, bearer=Bearer.CREDITOR)
    assert count_overtaken(session, people.accountant) == (0, 0), "the debtor does not bear it"
    cost = spend(session, people, asset, 7_000_000, at=at, whole_case=whole_case)
    with pytest.raises(CostsChanged, match="Lawful: the head withdraws it") as refused:
        pay_line(session, people.accountant, line.id, voucher(), at=at)
    assert refused.value.article == "L25 Art. 54(1)"
    assert refused.value.params["costs"] == 7_000_000
    assert [one.overtaken for one in list_open_payouts(session, people.head).items] == [True]
    assert count_overtaken(session, people.accountant) == (0, 1)
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    again = approved(session, people, sale, at=at)
    assert paid_by(session, people, again) == [("costs", 7_000_000), ("rank", 993_000_000)]
    take_back(session, people, asset, cost, at=at)
    with pytest.raises(CostsChanged):
        pay_line(
            session, people.accountant, lines_of(session, people, again)[1].id, voucher(), at=at
        )


def test_a_cost_that_came_and_went_changes_nothing(
    session: Session, people: People, sale: Sale, at: datetime
) -> None:
    payout = approved(session, people, sale, at=at)
    asset = ref_of(session, sale)
    take_back(session, people, asset, spend(session, people, asset, 5, at=at), at=at)
    pay_line(session, people.accountant, lines_of(session, people, payout)[0].id, voucher(), at=at)
    assert payout.paid_at is not None


def test_a_cost_of_a_later_day_makes_the_proposal_stale(
    session: Session, people: People, sale: Sale, at: datetime
) -> None:
    payout = propose(session, people, sale, at=at - timedelta(days=2))
    spend(session, people, ref_of(session, sale), 7_000_000, at=at)
    assert count_overtaken(session, people.accountant) == (1, 0)
    with pytest.raises(ProposalStale):
        approve_payout(session, people.head, payout.id, at=at)


def test_what_is_paid_in_part_is_reversed_first(
    session: Session, people: People, sale: Sale, at: datetime
) -> None:
    asset = ref_of(session, sale)
    spend(session, people, asset, 7_000_000, at=at)
    payout = approved(session, people, sale, at=at)
    costs, bank = lines_of(session, people, payout)
    paid = pay_line(session, people.accountant, costs.id, voucher(), at=at)
    spend(session, people, asset, 1_000_000, at=at)
    with pytest.raises(CostsChanged, match="reverse the vouchers"):
        pay_line(session, people.accountant, bank.id, voucher("PC-02"), at=at)
    undo = NewVoucherReversal(number="PC-03")
    reverse_voucher(session, people.accountant, paid.id, undo, at=at)
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    again = approved(session, people, sale, at=at)
    assert paid_by(session, people, again) == [("costs", 8_000_000), ("rank", 992_000_000)]


def test_pages_and_desks_say_it_beforehand_and_afterwards_what_is_paid_stays(
    browse_as: Callable[[str], TestClient], session: Session, people: People, sale: Sale
) -> None:
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    payout = approved(session, people, sale, at=at)
    (line,) = lines_of(session, people, payout)
    home, pay = f"/sales/{sale.id}/payouts", f"/payout-lines/{line.id}/vouchers"
    accountant = browse_as("accountant")
    assert pay in accountant.get(home).text
    cost = spend(session, people, ref_of(session, sale), 7_654_321, at=at)
    shown = accountant.get(home).text
    assert "đã thay đổi sau khi lập" in shown
    assert "7.654.321" in shown
    assert pay not in shown
    assert "Bảng phân chia phải thu hồi" in accountant.get("/desk").text
    said = {"number": "PC-01", "way": "transfer", "paid_on": "2026-11-23"}
    refused = accountant.post(pay, data=said)
    assert (refused.status_code, "Điều 54" in refused.text) == (409, True)
    take_back(session, people, ref_of(session, sale), cost, at=at)
    assert accountant.post(pay, data=said).status_code == 303
    spend(session, people, ref_of(session, sale), 1_234_567, at=at)
    after = accountant.get(home).text
    assert "1.234.567" in after
    assert "Số tiền đã chi trả giữ nguyên" in after
    assert "Bảng phân chia phải thu hồi" not in accountant.get("/desk").text


def test_what_left_the_case_without_a_price_is_borne_by_what_is_sold(
    session: Session, people: People, case: EnforcementCase, sale: Sale, at: datetime
) -> None:
    other = make_valued_asset(session, people, None, at=at, case=case)
    spend(session, people, other, 6_000_000, at=at)
    spend(session, people, other, 10_000_000, at=at, whole_case=True)
    payout = approved(session, people, sale, at=at)
    assert paid_by(session, people, payout)[0] == ("costs", 5_000_000), "it still bears its own"
    release(session, people, other, at=at)
    (_costs, bank) = lines_of(session, people, payout)
    with pytest.raises(CostsChanged):
        pay_line(session, people.accountant, bank.id, voucher(), at=at)
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    again = approved(session, people, sale, at=at)
    costs, others, bank = lines_of(session, people, again)
    assert (costs.amount, others.amount, bank.amount) == (10_000_000, 6_000_000, 984_000_000)
    assert (others.kind.value, others.article, others.confidence.value) == (
        "costs",
        "L25 Art. 54(1)",
        "C",
    )
    assert others.source is not None
    assert "tài sản khác trong việc" in others.source


def test_later_sales_bear_what_earlier_ones_did_not(
    session: Session, people: People, case: EnforcementCase, sale: Sale, at: datetime
) -> None:
    """Half of the case's ten each; two that came after the first was paid, the second bears."""
    first = ref_of(session, sale)
    spend(session, people, first, 10_000_000, at=at, whole_case=True)
    second = make_delivered(session, people, at=SOLD_AT + timedelta(days=3), case=case)
    assert to_cover(session, case.id, at.date()) == 2_010_000_000
    early = approved(session, people, sale, at=at)
    assert paid_by(session, people, early)[0] == ("costs", 5_000_000)
    for number, line in enumerate(lines_of(session, people, early)):
        pay_line(session, people.accountant, line.id, voucher(f"PC-{number}"), at=at)
    assert to_cover(session, case.id, at.date()) == 1_005_000_000 + 5_000_000
    spend(session, people, first, 2_000_000, at=at)
    late = propose(session, people, second, at=at)
    assert paid_by(session, people, late)[:2] == [("costs", 5_000_000), ("costs", 2_000_000)]


def test_what_the_debtor_paid_when_it_left_is_deducted_of_nobody(
    session: Session, people: People, sale: Sale, case: EnforcementCase, at: datetime
) -> None:
    other = make_valued_asset(session, people, None, at=at, case=case)
    spend(session, people, other, 6_000_000, at=at)
    new = NewRedemption(
        paid_on=at.date(), debt=Decimal(2_000_000_000), costs=Decimal(6_000_000), document="BL"
    )
    redeem(session, people.officer, other, new, at=at)
    assert costs_borne(session, assets_of(session, sale.lot_id), date(2026, 12, 1)).total == 0
