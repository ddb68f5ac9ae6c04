"""Cases 6, 7, 10, 11, 13, 45 and 46: what holds an asset, what stands still, what is excused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from auction.bidding.commands import schedule_round
from auction.deadlines.commands import meet_by_act, set_deadline
from auction.deadlines.queries import deadlines_of, get_deadline
from auction.deadlines.rules import DeadlineState
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from auction.holds.commands import end_overdue
from auction.holds.jobs import due_holds
from auction.holds.queries import get_hold, refuse_on_hold
from auction.holds.rules import (
    EndReason,
    HoldKind,
    HoldOnlyOnce,
    HoldSubject,
    HoldTooLong,
    OnHold,
    Stopped,
)
from auction.lots.models import LotAsset
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import make_asset, make_formed_lot, make_lot, make_round, new_round
from tests.make.holds import finish_hold, make_hold

SEIZED_ON = date(2026, 7, 2)
CLAIMED_ON = date(2026, 7, 6)
LATER = datetime(2026, 9, 30, 3, tzinfo=UTC)


def limit_of(office: Office, asset: Asset, key: str, on: date) -> DeadlineOut:
    about = DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)
    return set_deadline(office.session, office.people.officer, key, on, about, at=LATER)


def state_of(office: Office, limit: DeadlineOut, on: date) -> DeadlineState | None:
    return get_deadline(office.session, office.people.officer, limit.id, today=on).state


@edge_case(6, "L25 Art. 39(3)")
def a_third_party_has_thirty_days_to_sue_and_then_the_sale_goes_on(office: Office) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    limit = limit_of(office, asset, "valuation_contract_due", SEIZED_ON)
    hold = make_hold(
        session, people.officer, HoldKind.DISPUTE, asset.reference, CLAIMED_ON, at=LATER
    )
    waits = {
        row.rule_key: row for row in deadlines_of(session, people.officer, "asset", asset.reference)
    }["dispute_wait"]
    assert (waits.due_on, hold.longest_until) == (date(2026, 8, 5), date(2026, 8, 5))
    assert state_of(office, waits, date(2026, 8, 3)) is DeadlineState.WARN
    assert state_of(office, limit, date(2026, 8, 3)) is DeadlineState.PAUSED
    over = datetime(2026, 8, 6, 3, tzinfo=UTC)
    assert due_holds(session, over) == [str(hold.id)]
    end_overdue(session, SYSTEM, hold.id, at=over)
    assert get_deadline(session, people.officer, limit.id).due_on == date(2026, 8, 11)
    refuse_on_hold(session, [asset.id], Stopped.AUCTION)


@edge_case(6, "L25 Art. 46(1)d")
def a_suit_that_a_court_accepts_postpones_the_case(office: Office) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    limit = limit_of(office, asset, "valuation_contract_due", SEIZED_ON)
    claim = make_hold(
        session, people.officer, HoldKind.DISPUTE, asset.reference, CLAIMED_ON, at=LATER
    )
    accepted_on = date(2026, 7, 20)
    suit = make_hold(
        session,
        people.officer,
        HoldKind.COURT_ACCEPTED,
        asset.reference,
        accepted_on,
        at=LATER,
        document="7/QĐ-HTHA",
    )
    finish_hold(session, people.officer, claim, accepted_on, EndReason.COURT_ACCEPTED, at=LATER)
    assert (suit.article, suit.longest_until) == ("L25 Art. 46(1)d", None)
    assert state_of(office, limit, date(2026, 9, 1)) is DeadlineState.PAUSED
    with pytest.raises(OnHold) as refusal:
        refuse_on_hold(session, [asset.id], Stopped.AUCTION)
    assert refusal.value.article == "L25 Art. 46(1)d"
    finish_hold(session, people.officer, suit, date(2026, 9, 18), EndReason.COURT_DECIDED, at=LATER)
    assert get_deadline(session, people.officer, limit.id).due_on == date(2026, 9, 24)
    resumed = [
        row
        for row in deadlines_of(session, people.officer, "asset", asset.reference)
        if row.rule_key == "resume_after_hold" and row.started_on == date(2026, 9, 18)
    ]
    assert [row.due_on for row in resumed] == [date(2026, 9, 25)]


@edge_case(7, "L25 Art. 39(1); L08 Art. 74(1)")
def co_owners_have_thirty_days_and_by_the_old_law_the_creditor_fifteen_more(
    office: Office,
) -> None:
    session, people = office
    for begun, over in ((CLAIMED_ON, date(2026, 8, 5)), (date(2026, 4, 6), date(2026, 5, 21))):
        asset = make_asset(session, people.office)
        hold = make_hold(
            session, people.officer, HoldKind.SHARE_UNKNOWN, asset.reference, begun, at=LATER
        )
        assert hold.longest_until == over
        end_overdue(session, SYSTEM, hold.id, at=LATER)
        ended = get_hold(session, people.officer, hold.id)
        assert (ended.ended_on, ended.end_reason) == (over, EndReason.LONGEST_REACHED)
        asked = make_hold(
            session,
            people.officer,
            HoldKind.COURT_ACCEPTED,
            asset.reference,
            over + timedelta(days=5),
            at=LATER,
        )
        assert asked.longest_until is None


@edge_case(10, "L25 Art. 39(4)")
def a_sham_transfer_leaves_the_creditor_fifteen_days(office: Office) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    hold = make_hold(
        session, people.officer, HoldKind.SHAM_TRANSFER, asset.reference, CLAIMED_ON, at=LATER
    )
    assert (hold.article, hold.longest_until) == ("L25 Art. 39(4)", date(2026, 7, 21))
    for act in (Stopped.CONTRACT, Stopped.AUCTION, Stopped.REDUCTION, Stopped.SETOFF):
        with pytest.raises(OnHold):
            refuse_on_hold(session, [asset.id], act, on=date(2026, 7, 21))
    refuse_on_hold(session, [asset.id], Stopped.VALUATION)


@edge_case(11, "L25 Art. 46(2)")
def a_request_to_postpone_binds_a_day_before_lasts_three_months_and_comes_once(
    office: Office,
) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    coercion = datetime(2026, 7, 8, 1, tzinfo=UTC)
    said = {"requested_at": coercion - timedelta(hours=24), "coercion_at": coercion}
    kind, ref = HoldKind.PROTEST_AUTHORITY, asset.reference
    begun = date(2026, 7, 7)
    with pytest.raises(HoldTooLong):
        make_hold(session, people.head, kind, ref, begun, at=LATER, until=date(2026, 10, 8), **said)
    hold = make_hold(session, people.head, kind, ref, begun, at=LATER, **said)
    assert (hold.binding, hold.longest_until) == (True, date(2026, 10, 7))
    finish_hold(session, people.head, hold, date(2026, 9, 1), at=LATER)
    with pytest.raises(HoldOnlyOnce):
        make_hold(session, people.head, kind, ref, date(2026, 9, 2), at=LATER, **said)
    other = make_asset(session, people.office)
    late = {"requested_at": coercion - timedelta(hours=23), "coercion_at": coercion}
    chosen = make_hold(session, people.head, kind, other.reference, begun, at=LATER, **late)
    assert chosen.binding is False


@edge_case(13, "L25 Art. 47, 84(1); D152/26 Art. 30(8)")
def a_suspension_stops_every_clock_and_lists_the_rounds_that_cannot_be_held(
    office: Office,
) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    lot = make_lot(session, people.office, asset)
    make_round(session, lot, 1, date(2026, 8, 20), None)
    clocks = [
        limit_of(office, asset, key, SEIZED_ON)
        for key in ("valuation_contract_due", "reverify_not_enforceable", "price_notice_due")
    ]
    hold = make_hold(
        session,
        people.head,
        HoldKind.SUSPENSION,
        asset.reference,
        CLAIMED_ON,
        at=LATER,
        money_held=True,
    )
    states = [state_of(office, clock, date(2026, 8, 3)) for clock in clocks]
    assert set(states) == {DeadlineState.PAUSED}
    seen = get_hold(session, people.head, hold.id)
    assert [(one.lot, one.number) for one in seen.rounds] == [(lot.reference, 1)]
    assert len(seen.limits) == len(clocks)
    due = {
        row.rule_key: row for row in deadlines_of(session, people.head, "asset", asset.reference)
    }
    deposit = due["money_deposit_on_suspension"]
    assert (deposit.due_on, deposit.article) == (date(2026, 7, 13), "D152/26 Art. 30(8)")
    assert deposit.paused_on is None


@edge_case(45, "L25 Art. 84(1)b")
def the_complaint_authority_pauses_the_auction_until_its_ground_ends(office: Office) -> None:
    session, people = office
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    lot = make_formed_lot(session, people, at=at)
    hold = make_hold(
        session,
        people.officer,
        HoldKind.COMPLAINT,
        lot.reference,
        at=at,
        subject_kind=HoldSubject.LOT,
    )
    new = new_round(1_000_000_000, at + timedelta(days=45))
    with pytest.raises(OnHold, match="until the hold is ended") as refusal:
        schedule_round(session, people.officer, lot.reference, new, at=at)
    assert refusal.value.article == "L25 Art. 84(1)b"
    finish_hold(session, people.officer, hold, date(2026, 11, 20), at=at)
    refuse_on_hold(session, [lot_asset.id for lot_asset in assets(office, lot.id)], Stopped.AUCTION)


def assets(office: Office, lot_id: int) -> list[Asset]:
    return office.session.query(Asset).join(LotAsset).filter(LotAsset.lot_id == lot_id).all()


@edge_case(46, "D152/26 Art. 3, 30(3)d, 67(1)c")
def force_majeure_excuses_delivery_and_payout_with_proof_and_nothing_else(
    office: Office,
) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    paid_on = date(2026, 7, 2)
    delivery = limit_of(office, asset, "delivery_due_agreement", paid_on)
    payout = limit_of(office, asset, "payout_due", paid_on)
    valuation = limit_of(office, asset, "valuation_contract_due", paid_on)
    assert {delivery.due_on, valuation.due_on} == {date(2026, 7, 9)}
    hold = make_hold(
        session,
        people.officer,
        HoldKind.FORCE_MAJEURE,
        asset.reference,
        CLAIMED_ON,
        at=LATER,
        proof="Xác nhận của UBND xã: ngập lụt từ 06/7 đến 15/7",
    )
    finish_hold(session, people.officer, hold, date(2026, 7, 15), at=LATER)
    on = date(2026, 7, 17)
    assert state_of(office, delivery, on) is DeadlineState.EXCUSED
    assert state_of(office, payout, on) is DeadlineState.EXCUSED
    assert state_of(office, valuation, on) is DeadlineState.BREACHED
    about = DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)
    meet_by_act(session, people.officer, delivery.rule_key, about, met_on=on, at=LATER)
    met = get_deadline(session, people.officer, delivery.id)
    assert met.state_on(LATER.date()) is DeadlineState.EXCUSED
    assert met.excused_proof == "Xác nhận của UBND xã: ngập lụt từ 06/7 đến 15/7"
    assert (met.due_on, met.moves) == (delivery.due_on, ())
