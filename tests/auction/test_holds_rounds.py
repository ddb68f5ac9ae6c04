"""What a hold means for the rounds of a lot, and for lots that are formed while it is open."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.models import RoundOutcome
from auction.bidding.queries import find_outcome
from auction.bidding.registering import register_bidder
from auction.bidding.rules import Outcome
from auction.bidding.schemas import NewBidder
from auction.deadlines.commands import set_deadline, set_limits
from auction.deadlines.models import Standstill
from auction.deadlines.queries import deadlines_of, get_deadline
from auction.deadlines.rules import DeadlineState
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.models import Hold
from auction.holds.rules import HoldKind, HoldSubject, OnHold
from auction.life.queries import life_of
from auction.lots.commands import form_lot
from auction.lots.models import Lot, LotAsset
from auction.lots.queries import assets_of_lot
from auction.lots.relotting import relot
from auction.lots.schemas import NewLot, NewPart, NewRelot
from auction.notices.queries import halts_of_lot
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.papers.models import Paper
from tests.make.announcing import make_chosen, make_contract, new_contract
from tests.make.auction import (
    FAILED,
    HOUR,
    close_round,
    make_asset,
    make_formed_lot,
    make_valued_asset,
    new_round,
)
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People

BILLION = 1_000_000_000
DAY = date(2026, 11, 23)
LATER = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot whose first round opened an hour ago."""
    made = make_formed_lot(session, people, at=at)
    opens = new_round(BILLION, at - HOUR)
    schedule_round(session, people.officer, made.reference, opens, at=at)
    return made


def hold(session: Session, people: People, lot: Lot, on: date, *, at: datetime) -> Hold:
    about = {"subject_kind": HoldSubject.LOT}
    kind = HoldKind.COMPLAINT
    return make_hold(session, people.officer, kind, lot.reference, on, at=at, **about)


@pytest.mark.parametrize("code", [Outcome.SOLD, FAILED, Outcome.FAILED_NO_BID])
def test_no_outcome_of_a_session_is_recorded_for_a_lot_on_hold(
    session: Session, people: People, lot: Lot, at: datetime, code: Outcome
) -> None:
    hold(session, people, lot, at.date() - timedelta(days=3), at=at)
    price = BILLION if code is Outcome.SOLD else None
    with pytest.raises(OnHold, match=r"Lawful: .* a round is paused until then") as refusal:
        close_round(session, people, lot, 1, code, at=at, sale_price=price)
    assert refusal.value.article == "L25 Art. 84(1)b"
    assert refusal.value.params["paper"] == "15/TB-THADS"
    assert session.scalars(select(RoundOutcome)).all() == []


@pytest.mark.parametrize("code", [Outcome.PAUSED, Outcome.STOPPED, Outcome.CANCELLED])
def test_a_round_on_hold_is_paused_stopped_or_cancelled(
    session: Session, people: People, lot: Lot, at: datetime, code: Outcome
) -> None:
    hold(session, people, lot, at.date() - timedelta(days=3), at=at)
    assert close_round(session, people, lot, 1, code, at=at).code == code


def test_a_hold_that_is_over_still_says_that_the_round_was_not_to_be_held_in_it(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    kept = hold(session, people, lot, at.date() - timedelta(days=3), at=at)
    finish_hold(session, people.officer, kept, at.date(), at=at)
    with pytest.raises(OnHold):
        close_round(session, people, lot, 1, Outcome.SOLD, at=at, sale_price=BILLION)


def test_what_was_sold_before_the_hold_began_is_recorded_while_it_is_open(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    later = at + timedelta(days=1)
    hold(session, people, lot, later.date(), at=later)
    made = close_round(session, people, lot, 1, Outcome.SOLD, at=later, sale_price=BILLION)
    assert made.code == Outcome.SOLD


def test_nobody_is_entered_into_the_list_while_the_auction_is_held(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    hold(session, people, lot, at.date(), at=at)
    new = NewBidder(name="Ông A", identity_number="001", address="Hà Nội")
    with pytest.raises(OnHold) as refusal:
        register_bidder(session, people.officer, lot.reference, 1, new, at=at)
    assert refusal.value.article == "L25 Art. 84(1)b"
    before = NewBidder(
        name="Ông A",
        identity_number="001",
        address="Hà Nội",
        registered_at=at - timedelta(days=2),
    )
    made = register_bidder(session, people.officer, lot.reference, 1, before, at=at)
    assert made.number == 1, "he had registered before"


def due_of(session: Session, people: People, lot: Lot, key: str) -> date | None:
    rows = deadlines_of(session, people.officer, "lot", lot.reference)
    return next(row.paused_on for row in rows if row.rule_key == key)


def a_limit_of(session: Session, people: People, lot: Lot, on: date, *, at: datetime) -> None:
    about = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
    set_limits(session, people.officer, ["next_round_target"], on, about, at=at, scope="movable")


def test_a_lot_formed_after_the_hold_opened_is_held_with_its_limits(
    session: Session, people: People, at: datetime
) -> None:
    ref = make_valued_asset(session, people, at=at)
    began = at.date() - timedelta(days=3)
    kept = make_hold(session, people.officer, HoldKind.COMPLAINT, ref, began, at=at)
    made = form_lot(session, people.officer, NewLot(assets=[ref], description="Lô"), at=at)
    with pytest.raises(OnHold):
        schedule_round(
            session, people.officer, made.reference, new_round(BILLION, at + HOUR), at=at
        )
    a_limit_of(session, people, made, at.date(), at=at)
    assert due_of(session, people, made, "next_round_target") == began
    finish_hold(session, people.officer, kept, at.date(), at=at)
    row = deadlines_of(session, people.officer, "lot", made.reference)[0]
    assert row.paused_on is None
    assert [move.why for move in get_deadline(session, people.officer, row.id).moves] == [
        "pause",
        "resume",
    ]


def test_a_lot_that_an_asset_on_hold_joins_is_held_as_well(
    session: Session, people: People, at: datetime
) -> None:
    held, free = (make_formed_lot(session, people, at=at) for _n in range(2))
    began = at.date() - timedelta(days=3)
    hold(session, people, held, began, at=at)
    refs = [
        session.scalars(select(Asset.reference).where(Asset.id == asset_id)).one()
        for asset_id in asset_ids(session, held, free)
    ]
    new = NewRelot(
        lots=[held.reference, free.reference],
        parts=[NewPart(assets=refs, description="Lô gộp")],
        reason="Bán gộp",
        document="9/QĐ",
    )
    merged = relot(session, people.officer, new, at=at)[0]
    a_limit_of(session, people, merged, at.date(), at=at)
    assert due_of(session, people, merged, "next_round_target") == began
    standing = select(func.count(Standstill.id)).where(Standstill.subject_ref == merged.reference)
    assert session.scalar(standing) == 1


def asset_ids(session: Session, *lots: Lot) -> list[int]:
    from_lots = [lot.id for lot in lots]
    held = select(LotAsset.asset_id).where(LotAsset.lot_id.in_(from_lots))
    return list(session.scalars(held))


def test_a_lot_of_an_asset_that_nothing_holds_any_more_is_free(
    session: Session, people: People, at: datetime
) -> None:
    ref = make_valued_asset(session, people, at=at)
    began = at.date() - timedelta(days=3)
    kept = make_hold(session, people.officer, HoldKind.COMPLAINT, ref, began, at=at)
    finish_hold(session, people.officer, kept, at.date(), at=at)
    made = form_lot(session, people.officer, NewLot(assets=[ref], description="Lô"), at=at)
    a_limit_of(session, people, made, at.date(), at=at)
    assert due_of(session, people, made, "next_round_target") is None


def test_a_limit_that_begins_during_force_majeure_is_excused_until_what_was_lost_is_made_up(
    session: Session, people: People
) -> None:
    asset = make_asset(session, people.office)
    kept = make_hold(
        session, people.officer, HoldKind.FORCE_MAJEURE, asset.reference, date(2026, 7, 6), at=LATER
    )
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    key, on = "delivery_due_agreement", date(2026, 7, 8)
    limit = set_deadline(session, people.officer, key, on, about, at=LATER)
    other = set_deadline(session, people.officer, "valuation_contract_due", on, about, at=LATER)
    assert limit.due_on == date(2026, 7, 15)
    during = get_deadline(session, people.officer, limit.id, today=date(2026, 7, 20))
    assert (during.state, during.excused_hold_id) == (DeadlineState.EXCUSED, kept.id)
    assert during.excused_proof == "Xác nhận của UBND xã về lũ lụt"
    finish_hold(session, people.officer, kept, date(2026, 7, 20), at=LATER)
    states = [
        get_deadline(session, people.officer, limit.id, today=date(2026, 7, day)).state
        for day in (27, 28)
    ]
    assert states == [DeadlineState.EXCUSED, DeadlineState.BREACHED], "five working days after it"
    late = get_deadline(session, people.officer, other.id, today=date(2026, 7, 20))
    assert late.state is DeadlineState.BREACHED, "the law excuses delivery and payout only"


def test_limits_set_together_during_force_majeure_are_excused_as_well(
    session: Session, people: People, become: Callable[[Actor], Actor]
) -> None:
    asset = make_asset(session, people.office)
    become(people.officer)
    kind, on = HoldKind.FORCE_MAJEURE, date(2026, 7, 6)
    make_hold(session, people.officer, kind, asset.reference, on, at=LATER)
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    keys = ["delivery_due", "payout_due", "registration_file_due"]
    set_limits(session, people.officer, keys, date(2026, 7, 8), about, at=LATER)
    rows = deadlines_of(session, people.officer, "asset", asset.reference)
    excused = {row.rule_key: row.excused_from for row in rows}
    assert excused == {
        "delivery_due": on,
        "payout_due": on,
        "registration_file_due": None,
    }


SIGNED = {"organisation": "0101", "number": "15/HĐ-ĐG"}


@pytest.fixture
def contracted(session: Session, people: People, at: datetime) -> Lot:
    """A lot under contract whose first round opens in three weeks."""
    made = make_chosen(session, people, at=at)
    make_contract(session, people, made, new_contract(at.date(), **SIGNED), at=at)
    opens = new_round(BILLION, at + timedelta(days=21))
    schedule_round(session, people.officer, made.reference, opens, at=at)
    return made


def papers(session: Session, kind: str) -> list[dict[str, Any]]:
    rows = select(Paper).where(Paper.kind == kind).order_by(Paper.id)
    return [paper.data for paper in session.scalars(rows)]


PAUSED_BY = [
    (HoldKind.COMPLAINT, "L25 Art. 84(1)b", "complaint_authority"),
    (HoldKind.SUSPENSION, "L25 Art. 84(1)a", "postponed_or_suspended"),
    (HoldKind.PROCURACY_PROTEST, "L25 Art. 84(1)c", "procuracy_protest"),
    (HoldKind.DISPUTE, "L25 Art. 39(3)", "dispute"),
]


@pytest.mark.parametrize(("kind", "article", "ground"), PAUSED_BY)
def test_a_hold_asks_the_organisation_under_contract_to_pause_and_the_auction_goes_on_after_it(
    session: Session,
    people: People,
    contracted: Lot,
    at: datetime,
    kind: HoldKind,
    article: str,
    ground: str,
) -> None:
    about = {"subject_kind": HoldSubject.LOT}
    ref = contracted.reference
    kept = make_hold(session, people.officer, kind, ref, at.date(), at=at, **about)
    (data,) = papers(session, "pause_request")
    assert (data["article"], data["round_number"]) == (article, 1)
    assert data["organisation"] == "Tổ chức đấu giá 0101"
    assert (data["contract_number"], data["basis_document"]) == ("15/HĐ-ĐG", "15/TB-THADS")
    (asked,) = halts_of_lot(session, people.officer, contracted.id)
    assert (asked.kind, asked.ground, asked.hold_id) == ("pause", ground, kept.id)
    life = life_of(session, people.officer, assets_of_lot(session, contracted.id)[0].reference, DAY)
    assert life.steps[-1].step == "paused"
    assert life.steps[-1].document is not None
    assert find_outcome(session, asked.round_id or 0) is None, "the round stays open"
    finish_hold(session, people.officer, kept, at.date(), at=at)
    on = halts_of_lot(session, people.officer, contracted.id)[-1]
    assert (on.kind, on.document, on.paper) == ("resume", "31/QĐ-CCTHADS", None)
    later = at + timedelta(days=21, hours=1)
    close_round(session, people, contracted, 1, FAILED, at=later)


@pytest.mark.parametrize(
    ("kind", "ground"),
    [(kind, ground) for kind, _article, ground in PAUSED_BY if "protest" in ground]
    + [(HoldKind.COMPLAINT, "complaint_authority")],
)
def test_a_contract_signed_while_a_hold_is_open_is_paused_as_one_signed_before(
    session: Session,
    people: People,
    contracted: Lot,
    at: datetime,
    kind: HoldKind,
    ground: str,
) -> None:
    officer, about = people.officer, {"subject_kind": HoldSubject.LOT}
    later = make_chosen(session, people, code="0102", at=at)
    kept = make_hold(session, officer, kind, later.reference, at.date(), at=at, **about)
    assert papers(session, "pause_request") == []
    signed = new_contract(at.date(), organisation="0102", number="16/HĐ-ĐG")
    make_contract(session, people, later, signed, at=at)
    make_hold(session, officer, kind, contracted.reference, at.date(), at=at, **about)
    mine, before = papers(session, "pause_request")
    same = ("ground", "article", "basis_document", "effective_at", "until")
    assert [mine[name] for name in same] == [before[name] for name in same]
    assert (mine["organisation"], mine["contract_number"]) == ("Tổ chức đấu giá 0102", "16/HĐ-ĐG")
    assert mine["round_number"] is None, "no round was fixed yet"
    (asked,) = halts_of_lot(session, officer, later.id)
    assert (asked.kind, asked.ground, asked.hold_id) == ("pause", ground, kept.id)
    assert due_of(session, people, later, "auction_hold_due") == at.date()
    finish_hold(session, officer, kept, at.date(), at=at)
    told = [one.kind.value for one in halts_of_lot(session, officer, later.id)]
    assert told == ["pause", "resume"]
    assert due_of(session, people, later, "auction_hold_due") is None


def test_a_contract_signed_after_the_hold_was_over_asks_for_nothing(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_chosen(session, people, at=at)
    began = at.date() - timedelta(days=3)
    over = hold(session, people, lot, began, at=at)
    finish_hold(session, people.officer, over, began, at=at)
    make_contract(session, people, lot, new_contract(at.date(), **SIGNED), at=at)
    assert papers(session, "pause_request") == []
    assert halts_of_lot(session, people.officer, lot.id) == []


def test_while_another_hold_is_open_the_auction_does_not_go_on(
    session: Session, people: People, contracted: Lot, at: datetime
) -> None:
    officer, ref = people.officer, contracted.reference
    about = {"subject_kind": HoldSubject.LOT}
    kinds = (HoldKind.COMPLAINT, HoldKind.PROCURACY_PROTEST)
    first, second = (
        make_hold(session, officer, kind, ref, at.date(), at=at, **about) for kind in kinds
    )
    finish_hold(session, officer, first, at.date(), at=at)
    told = [one.kind.value for one in halts_of_lot(session, officer, contracted.id)]
    assert told == ["pause", "pause"]
    finish_hold(session, officer, second, at.date(), at=at)
    told = [one.kind.value for one in halts_of_lot(session, officer, contracted.id)]
    assert told == ["pause", "pause", "resume"]


def test_a_hold_on_a_lot_without_contract_or_one_that_stops_no_auction_asks_for_nothing(
    session: Session, people: People, contracted: Lot, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at, contracted=False)
    about = {"subject_kind": HoldSubject.LOT}
    officer = people.officer
    make_hold(session, officer, HoldKind.COMPLAINT, lot.reference, at.date(), at=at, **about)
    kind, ref = HoldKind.FORCE_MAJEURE, contracted.reference
    make_hold(session, officer, kind, ref, at.date(), at=at, **about)
    assert papers(session, "pause_request") == []
