"""Redeemed, settled, given back unsold, the seizure recalled: a lot without a buyer."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome, runs_of
from auction.claims.commands import record_claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.deadlines.queries import deadlines_of
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.queries import last_round
from auction.lots.relotting import relot
from auction.lots.rules import RecallPending
from auction.lots.schemas import NewPart, NewRelot
from auction.notices.commands.record import record_notice
from auction.notices.rules import NoticeKind, Place
from auction.notices.schemas import NewNotice
from auction.offers.commands.leaving import redeem, settle
from auction.offers.commands.recalling import recall_seizure
from auction.offers.commands.setoff import tell_debtor
from auction.offers.commands.unsold import return_unsold
from auction.offers.models import AssetExit, ExitExpense
from auction.offers.outlook import between_file
from auction.offers.queries import open_recall
from auction.offers.rules import (
    AboveFloor,
    AnsweredBefore,
    CreditorNotAsked,
    HolderUntold,
    NoRecall,
    OutOfTurn,
    SetOffEnd,
    SumDiffers,
    TooLate,
)
from auction.offers.schemas import (
    NewDebtorNotice,
    NewExpense,
    NewRecall,
    NewRedemption,
    NewReturn,
    NewSettlement,
)
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, NotFound
from inventory.cases.models import EnforcementCase
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from inventory.seizures.commands import release_seizure
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import SeizureRelease
from inventory.titles.commands import record_collateral
from inventory.titles.schemas import NewCollateral
from reports.documents.layouts import html_of
from tests.make.auction import make_formed_lot
from tests.make.between import BILLION, Between, failed_lot, lot_of_the_old_law, lot_on_its_way
from tests.make.organisation import People


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """A lot before its first round."""
    return lot_on_its_way(session, people, at=at)


def state(way: Between) -> State:
    return standing_of(way.session, [way.asset_id])[way.asset_id].state


def pay_all(way: Between, **said: Any) -> list[AssetExit]:
    facts = {"debt": Decimal(700_000_000), "costs": Decimal(40_000_000), "document": "BL-3"}
    new = NewRedemption(**{"paid_on": way.today, **facts, **said})
    return redeem(way.session, way.people.officer, way.asset, new, at=way.now)


def recall(way: Between, actor: Actor | None = None, **said: Any) -> None:
    facts = {"decision_number": "5/QĐ-THKB", "holder_told": "CV 9", **said}
    new = NewRecall(recalled_on=way.today, **facts)
    recall_seizure(way.session, actor or way.people.officer, way.ref, new, at=way.now)


def give_back(way: Between, **said: Any) -> None:
    facts = {"receiver": "Trần Văn Nợ", "refused_on": way.today, "refusal": "CV-NH 8", **said}
    new = NewReturn(returned_on=way.today, **facts)
    return_unsold(way.session, way.people.officer, way.ref, new, at=way.now)


def secure(way: Between, amount: int, *, creditor: bool = False) -> None:
    new = NewCollateral(
        holder="Ngân hàng Khác",
        secured_amount=Decimal(amount),
        holder_is_creditor=creditor,
        from_on=date(2026, 8, 3),
        document="HĐTC 5",
    )
    record_collateral(way.session, way.people.officer, way.asset, new, at=way.now)


def test_until_one_working_day_before_the_opening_the_debtor_pays_and_takes_it_back(
    way: Between,
) -> None:
    """L25 Art. 83(4); the round is stopped and does not count (Art. 84(2))."""
    way.fail().reduce().announce(7)
    way.until(date(2026, 11, 27))
    expenses = [NewExpense(bidder="Nguyễn Văn Mua", amount=Decimal(500_000), document="HĐ 2")]
    (left,) = pay_all(way, expenses=expenses)
    assert (left.until_on, left.article) == (date(2026, 11, 27), "L25 Art. 83(4)")
    assert left.expenses == 500_000
    assert way.session.scalars(select(ExitExpense.amount)).all() == [500_000]
    assert state(way) is State.REDEEMED
    last = last_round(way.session, way.lot.id)
    assert last is not None
    outcome = find_outcome(way.session, last.id)
    assert outcome is not None
    assert outcome.code == "stopped"
    assert runs_of(way.session, [way.asset_id])[way.asset_id].failed_in_a_row == 1
    assert way.lot.closed_on == way.today
    due = deadlines_of(way.session, way.people.officer, "lot", way.ref)
    left_open = {one.rule_key for one in due if one.met_on is None and one.voided_why is None}
    assert left_open == {"end_of_measure_decision", "failed_papers_back"}


def test_the_release_of_its_last_asset_meets_the_time_to_release_a_lot(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 95(3)."""
    way = lot_on_its_way(session, people, at=at).fail()
    pay_all(way)
    case = session.get_one(EnforcementCase, way.lot.case_id)
    number, on = case.decision_number, way.today
    release = SeizureRelease(case_number=number, release_decision="9/QĐ-GT", released_on=on)
    release_seizure(session, people.officer, way.asset, release, at=way.now)
    due = deadlines_of(session, people.officer, "lot", way.ref)
    assert [one.met_on for one in due if one.rule_key == "end_of_measure_decision"] == [on]


def test_on_the_eve_of_the_opening_it_is_too_late(way: Between) -> None:
    way.fail().reduce().announce(7)
    way.until(date(2026, 11, 30))
    with pytest.raises(TooLate) as late:
        pay_all(way)
    assert late.value.article == "L25 Art. 83(4)"
    assert late.value.params["day"] == date(2026, 11, 27)
    assert way.lot.closed_on is None


def test_under_the_old_law_too(session: Session, people: People, at: datetime) -> None:
    """L08 Art. 101(5)."""
    start = datetime(2026, 4, 6, 2, tzinfo=UTC)
    way = lot_of_the_old_law(session, people, at=at, start=start)
    way.announce(10)
    way.until(date(2026, 4, 15))
    (left,) = pay_all(way)
    assert (left.until_on, left.article) == (date(2026, 4, 15), "L08 Art. 101(5)")


def test_he_pays_at_least_what_the_ledgers_hold(way: Between) -> None:
    case_id = way.lot.case_id
    assert case_id is not None
    new = NewClaim(
        kind=ClaimKind.OTHER,
        creditor="Ngân hàng Thử",
        principal=Decimal(600_000_000),
        granted_on=date(2026, 7, 6),
        asked_on=date(2026, 7, 6),
    )
    record_claim(way.session, way.people.officer, case_id, new, at=way.now)
    way.cost(30_000_000)
    for field, said in (("debt", {"debt": Decimal(599_999_999)}), ("costs", {"costs": Decimal(1)})):
        with pytest.raises(SumDiffers) as short:
            pay_all(way, **said)
        assert set(short.value.fields) == {field}
    pay_all(way)


def test_while_the_creditor_takes_it_the_debtor_has_five_working_days(
    session: Session, people: People, at: datetime
) -> None:
    """D152/26 Art. 65(6): edge case 17."""
    way = failed_lot(session, people, 3, at=at)
    way.ask().answer(accepted=True)
    told = NewDebtorNotice(told_on=way.today)
    tell_debtor(session, people.officer, way.ref, told, at=way.now)
    way.until(date(2026, 12, 3))
    with pytest.raises(TooLate) as late:
        pay_all(way)
    assert (late.value.article, late.value.params["day"]) == (
        "D152/26 Art. 65(6)",
        date(2026, 12, 2),
    )
    way.until(date(2026, 12, 2))
    pay_all(way)
    file = between_file(session, people.officer, way.ref, way.today)
    assert file.setoffs[0].ending is SetOffEnd.REDEEMED
    assert state(way) is State.REDEEMED


def test_all_assets_of_the_lot_leave_and_the_parts_give_the_whole(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, 600_000_000, 400_000_000, 100_000_000, at=at)
    way = Between(session, people, lot, BILLION, at)
    made = pay_all(way, debt=Decimal(100))
    assert sorted(one.debt for one in made) == [33, 33, 34]
    assert sum(one.costs for one in made) == 40_000_000


def test_the_parties_settle_before_a_sale(way: Between) -> None:
    """D152/26 Art. 14."""
    way.fail()
    new = NewSettlement(agreed_on=way.today, document="BBTT 1")
    settle(way.session, way.people.officer, way.asset, new, at=way.now)
    with pytest.raises(AnsweredBefore):
        settle(way.session, way.people.officer, way.asset, new, at=way.now)
    assert state(way) is State.AGREED
    assert way.lot.closed_on == way.today


def test_what_is_not_above_the_costs_goes_back_when_the_creditor_refuses(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 83(3)."""
    way = failed_lot(session, people, 3, at=at)
    with pytest.raises(AboveFloor):
        give_back(way)
    way.cost(730_000_000)
    with pytest.raises(CreditorNotAsked):
        give_back(way)
    way.ask().answer(accepted=False)
    give_back(way)
    file = between_file(session, people.officer, way.ref, way.today)
    assert file.returned is not None
    assert (file.returned.last_price, file.returned.reduced_value) == (810_000_000, 729_000_000)
    assert file.returned.article == "L25 Art. 83(3)"
    assert file.returned.minutes
    assert state(way) is State.RETURNED
    assert way.lot.closed_on == way.today


def test_only_after_a_failed_round_anything_goes_back(way: Between) -> None:
    with pytest.raises(OutOfTurn):
        give_back(way)


def test_when_the_price_sinks_to_what_it_secures_the_seizure_is_recalled(way: Between) -> None:
    """D152/26 Art. 55(4), 65(7)a: edge case 20."""
    secure(way, 860_000_000)
    way.cost(40_000_000).fail().reduce()
    found = open_recall(way.session, way.lot.id)
    assert found is not None
    assert (found.price, found.secured, found.costs) == (900_000_000, 860_000_000, 40_000_000)
    assert found.article == "D152/26 Art. 55(4), 65(7)a"
    recall(way, way.people.head)
    assert state(way) is State.RELEASED
    assert way.lot.closed_on == way.today
    with pytest.raises(Exception, match="closed"):
        recall(way)


def test_one_dong_above_it_goes_on(way: Between) -> None:
    secure(way, 859_999_999)
    way.cost(40_000_000).fail().reduce()
    assert open_recall(way.session, way.lot.id) is None
    with pytest.raises(NoRecall):
        recall(way)


def test_a_bank_that_is_itself_the_creditor_goes_on(way: Between) -> None:
    """L25 Art. 54(3), 78(3)d: edge case 21."""
    secure(way, 990_000_000, creditor=True)
    way.fail().reduce().wait(1).fail().reduce()
    assert open_recall(way.session, way.lot.id) is None


def test_while_the_recall_waits_the_price_is_not_reduced_further(way: Between) -> None:
    """What is secured was told late, so that a further round was held (no round follows else)."""
    way.fail().reduce().wait(1).fail()
    secure(way, 950_000_000)
    with pytest.raises(RecallPending) as refusal:
        way.reduce()
    assert refusal.value.article == "D152/26 Art. 55(4), 65(7)a"


def test_while_the_recall_waits_nothing_offers_the_lot_on(way: Between) -> None:
    """D152/26 Art. 65(7)a: no round, no notice, no question to the creditor, no other lot."""
    secure(way, 950_000_000)
    way.fail().reduce()
    officer, at = way.people.officer, way.now
    notice = NewNotice(kind=NoticeKind.POSTING, from_on=way.today, place=Place.COMMUNE)
    part = NewPart(assets=[way.asset], description="Bán lại")
    anew = NewRelot(lots=[way.ref], parts=[part], reason="Bán lại")
    for act in (
        lambda: way.announce(20),
        lambda: record_notice(way.session, officer, way.ref, notice, at=at),
        way.ask,
        lambda: relot(way.session, officer, anew, at=at),
    ):
        with pytest.raises(RecallPending) as refusal:
            act()
        assert refusal.value.article == "D152/26 Art. 55(4), 65(7)a"
    recall(way)
    assert way.lot.closed_on == way.today


def test_what_is_secured_and_told_while_a_round_waits_is_looked_at_at_once(way: Between) -> None:
    way.fail().reduce().announce(20)
    assert open_recall(way.session, way.lot.id) is None
    secure(way, 899_999_999)
    assert open_recall(way.session, way.lot.id) is None
    secure(way, 1)
    assert open_recall(way.session, way.lot.id) is not None
    recall(way)
    last = last_round(way.session, way.lot.id)
    assert last is not None
    outcome = find_outcome(way.session, last.id)
    assert outcome is not None
    assert outcome.code == "stopped"


def test_without_a_number_the_decision_is_printed_and_goes_to_the_bank(way: Between) -> None:
    """L25 Art. 84(2), D152/26 Art. 55(4): the holder of the collateral is told by it."""
    secure(way, 860_000_000)
    way.cost(40_000_000).fail().reduce()
    recall(way, way.people.head, decision_number=None, holder_told=None)
    kind = PaperKind.SEIZURE_RECALL
    paper = way.session.scalars(select(Paper).where(Paper.kind == kind)).one()
    html = html_of(paper)
    for words in ("Ngân hàng Khác", "900.000.000", "860.000.000", "40.000.000", "Bên nhận bảo đảm"):
        assert words in html
    (told,) = between_file(way.session, way.people.officer, way.ref, way.today).recalls
    assert (told.decision_number, told.holder_told) == (paper.number, paper.number)


def test_who_draws_it_up_elsewhere_says_how_the_bank_was_told(way: Between) -> None:
    secure(way, 950_000_000)
    way.fail().reduce()
    with pytest.raises(HolderUntold) as refused:
        recall(way, holder_told=None)
    assert refused.value.article == "D152/26 Art. 55(4), 65(7)a"


def test_an_officer_who_recalls_ends_the_seizure_in_its_register_too(way: Between) -> None:
    secure(way, 950_000_000)
    way.fail().reduce()
    recall(way)
    released = way.session.scalars(
        select(Seizure.release_decision).where(Seizure.asset_id == way.asset_id)
    ).all()
    assert released == ["5/QĐ-THKB"]


def test_others_do_nothing(way: Between, become: Callable[[Actor], Actor]) -> None:
    new = NewRedemption(
        paid_on=way.today, debt=Decimal(1), costs=Decimal(1), document="BL", expenses=None
    )
    asset, now = way.asset, way.now
    with pytest.raises(Forbidden):
        redeem(way.session, way.people.head, asset, new, at=now)
    foreign = become(way.people.foreign_officer)
    with pytest.raises(NotFound):
        redeem(way.session, foreign, asset, new, at=now)
    officer = become(way.people.officer)
    assert len(redeem(way.session, officer, asset, new, at=now)) == 1
