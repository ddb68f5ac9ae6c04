"""The remaining clauses of cases 6, 10, 13, 45 and 46: claims, sham transfers, pauses, proof."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from auction.bidding.rules import Outcome
from auction.deadlines.commands import meet_deadline
from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import DeadlineState
from auction.holds.commands import end_overdue
from auction.holds.pages import desk_parts
from auction.holds.queries import get_hold, refuse_on_hold
from auction.holds.rules import (
    EndReason,
    HoldIncomplete,
    HoldKind,
    HoldSubject,
    JudgmentOrders,
    OnHold,
    Stopped,
)
from auction.life.queries import life_of, standing_of
from auction.life.rules import State, Step
from auction.notices.models import AuctionHalt
from auction.notices.rules import HaltStep
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.actor import SYSTEM
from inventory.measures.commands import register_measured, take_measure
from inventory.measures.rules import MeasureKind
from inventory.measures.schemas import DrawnMeasure, NewMeasure, NewMeasuredAsset
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from inventory.seizures.commands import register_seized_asset
from inventory.seizures.rules import SeizureWay
from reports.documents.layouts import html_of
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import FAILED, close_round, make_asset
from tests.make.between import Between, lot_on_its_way
from tests.make.holds import finish_hold, make_hold
from tests.make.inventory import make_case, new_seized_asset

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LATER = datetime(2026, 9, 30, 3, tzinfo=UTC)


@edge_case(6, "L25 Art. 39(3)")
def what_the_judgment_itself_disposes_of_waits_for_nobody_who_claims_it(office: Office) -> None:
    session, people = office
    case = make_case(session, people.officer, at=AT)
    ordered = new_seized_asset(
        case, way=SeizureWay.JUDGMENT, decision_number="12/2026/DS-ST", decision_on=TODAY
    )
    made = register_seized_asset(session, people.officer, ordered, at=AT)
    with pytest.raises(JudgmentOrders) as refused:
        make_hold(session, people.officer, HoldKind.DISPUTE, made.reference, TODAY, at=AT)
    assert refused.value.article == "L25 Art. 39(3)b"
    assert refused.value.params["rule"] == "dispute_wait"
    refuse_on_hold(session, [made.id], Stopped.AUCTION)
    by_decision = new_seized_asset(case, description="Xe máy", decision_on=TODAY)
    other = register_seized_asset(session, people.officer, by_decision, at=AT)
    make_hold(session, people.officer, HoldKind.DISPUTE, other.reference, TODAY, at=AT)


@edge_case(6, "L25 Art. 39(3); L08 Art. 75")
def the_claimant_is_told_and_the_officer_is_reminded_before_the_thirty_days_end(
    office: Office,
) -> None:
    session, people = office
    told = (
        (date(2026, 7, 6), date(2026, 8, 5), "L25"),
        (date(2026, 4, 6), date(2026, 5, 6), "L08"),
    )
    for since, until, law in told:
        asset = make_asset(session, people.office)
        notice = {"document": "15/TB-THADS", "at": LATER}
        hold = make_hold(
            session, people.officer, HoldKind.DISPUTE, asset.reference, since, **notice
        )
        limits = deadlines_of(session, people.officer, "asset", asset.reference)
        (wait,) = [one for one in limits if one.rule_key == "dispute_wait"]
        assert (wait.started_on, wait.due_on, hold.document) == (since, until, "15/TB-THADS")
        assert wait.article.startswith(law)
        for day, shown in ((until - timedelta(days=8), 0), (until - timedelta(days=7), 1)):
            morning = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
            assert len(desk_parts(session, people.officer, morning)) == shown
        end_overdue(session, SYSTEM, hold.id, at=LATER)
        over = get_hold(session, people.officer, hold.id)
        assert (over.ended_on, over.end_reason) == (until, EndReason.LONGEST_REACHED)
        refuse_on_hold(session, [asset.id], Stopped.AUCTION)


@edge_case(10, "L25 Art. 39(4); D152/26 Art. 54")
def of_a_sham_transfer_the_registers_are_blocked_and_after_the_creditor_the_officer_asks_the_court(
    office: Office,
) -> None:
    session, people = office
    case = make_case(session, people.officer, at=AT)
    found = NewMeasuredAsset(
        measure=MeasureKind.VERIFICATION,
        case_number=case.decision_number,
        taken_at=AT - timedelta(days=30),
        minutes="3/BB-XM",
        kind=AssetKind.LAND_USE_RIGHT,
        description="Thửa 214, đã sang tên cho con sau khi có bản án",
    )
    made = register_measured(session, people.officer, found, at=AT)
    block = NewMeasure(
        measure=MeasureKind.STOP_TRANSACTIONS,
        case_number=case.decision_number,
        taken_at=AT,
        drawn_up=DrawnMeasure(
            grounds="giao dịch nhằm trốn tránh nghĩa vụ",
            carried_out_by="Văn phòng đăng ký đất đai",
        ),
    )
    take_measure(session, people.officer, made.reference, block, at=AT)
    blocked = select(Paper).where(Paper.kind == PaperKind.MEASURE_DECISION)
    html = html_of(session.scalars(blocked).one())
    assert "Văn phòng đăng ký đất đai không thực hiện việc đăng ký, chuyển quyền" in html
    since = date(2026, 11, 2)
    hold = make_hold(session, people.officer, HoldKind.SHAM_TRANSFER, made.reference, since, at=AT)
    assert hold.longest_until == date(2026, 11, 17)
    end_overdue(session, SYSTEM, hold.id, at=AT)
    assert get_hold(session, people.officer, hold.id).end_reason is EndReason.LONGEST_REACHED
    court = make_hold(
        session,
        people.officer,
        HoldKind.COURT_ACCEPTED,
        made.reference,
        date(2026, 11, 20),
        at=AT,
        document="TB thụ lý yêu cầu của Chấp hành viên",
    )
    assert court.longest_until is None, "until the court has decided"
    with pytest.raises(OnHold):
        refuse_on_hold(session, [made.id], Stopped.AUCTION)
    finish_hold(session, people.officer, court, TODAY, EndReason.COURT_DECIDED, at=AT)
    refuse_on_hold(session, [made.id], Stopped.AUCTION)


def announced(office: Office) -> Between:
    return lot_on_its_way(office.session, office.people, at=AT).announce(21)


def last_step(office: Office, way: Between) -> Step:
    return life_of(office.session, office.people.officer, way.asset, way.today).steps[-1].step


def requests(office: Office, *kinds: PaperKind) -> list[Paper]:
    found = select(Paper).where(Paper.kind.in_(kinds)).order_by(Paper.id)
    return list(office.session.scalars(found))


@edge_case(13, "L25 Art. 47, 84(1)")
def a_suspension_pauses_the_auction_before_the_hammer_and_its_money_goes_on_deposit(
    office: Office,
) -> None:
    session, people = office
    way = announced(office)
    said = {"at": way.now, "money_held": True}
    hold = make_hold(session, people.head, HoldKind.SUSPENSION, way.asset, way.today, **said)
    (request,) = requests(office, PaperKind.PAUSE_REQUEST)
    assert "điểm a khoản 1 Điều 84" in html_of(request) or "Điều 47" in html_of(request)
    assert last_step(office, way) is Step.PAUSED
    way.wait(21)
    with pytest.raises(OnHold) as refused:
        close_round(session, people, way.lot, 1, Outcome.FAILED_NO_BID, at=way.now)
    assert refused.value.article.startswith("L25 Art. 47")
    seen = get_hold(session, people.head, hold.id)
    assert [(one.lot, one.number) for one in seen.rounds] == [(way.ref, 1)]
    limits = deadlines_of(session, people.head, "asset", way.asset)
    (deposit,) = [one for one in limits if one.rule_key == "money_deposit_on_suspension"]
    assert (deposit.due_on, deposit.paused_on) == (date(2026, 12, 1), None)
    met = meet_deadline(session, people.officer, deposit.id, date(2026, 12, 1), at=way.now)
    assert met.state_on(way.today) is DeadlineState.MET_IN_TIME


@edge_case(45, "L25 Art. 84(1)b")
def a_round_that_is_announced_is_paused_and_held_once_the_ground_has_ended(office: Office) -> None:
    session, people = office
    way = announced(office)
    opens_at = way.now + timedelta(days=21)
    about = {"at": way.now, "subject_kind": HoldSubject.LOT, "document": "8/QĐ-GQKN"}
    hold = make_hold(session, people.officer, HoldKind.COMPLAINT, way.ref, way.today, **about)
    (request,) = requests(office, PaperKind.PAUSE_REQUEST)
    assert "điểm b khoản 1 Điều 84" in html_of(request)
    assert last_step(office, way) is Step.PAUSED
    way.now = opens_at + timedelta(hours=1)
    with pytest.raises(OnHold) as refused:
        close_round(session, people, way.lot, 1, FAILED, at=way.now)
    assert refused.value.article == "L25 Art. 84(1)b"
    ended_on = date(2026, 12, 10)
    finish_hold(session, people.officer, hold, ended_on, at=way.now)
    halts = session.scalars(select(AuctionHalt).order_by(AuctionHalt.id)).all()
    assert [one.kind for one in halts] == [HaltStep.PAUSE, HaltStep.RESUME]
    assert {one.ground for one in halts} == {"complaint_authority"}
    close_round(session, people, way.lot, 1, FAILED, at=way.now)
    assert standing_of(session, [way.asset_id])[way.asset_id].state is State.FAILED


@edge_case(46, "D152/26 Art. 3")
def force_majeure_without_its_proof_excuses_nothing(office: Office) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    kind, unproved = HoldKind.FORCE_MAJEURE, {"at": LATER, "proof": None}
    with pytest.raises(HoldIncomplete) as refused:
        make_hold(session, people.officer, kind, asset.reference, date(2026, 7, 6), **unproved)
    assert list(refused.value.fields) == ["proof"]
    hold = make_hold(
        session,
        people.officer,
        HoldKind.FORCE_MAJEURE,
        asset.reference,
        date(2026, 7, 6),
        at=LATER,
        proof="Xác nhận của UBND xã: ngập lụt từ 06/7 đến 15/7",
    )
    assert hold.article == "D152/26 Art. 3, 30(3)d, 67(1)c"
    shown = get_hold(session, people.officer, hold.id)
    assert (shown.proof, shown.stops) == (hold.proof, ())
    assert session.get_one(Asset, asset.id)
    refuse_on_hold(session, [asset.id], Stopped.AUCTION)
