"""Bidders, bids and the meaning of rounds: cases 1, 4, 5, 31, 36, 48."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind, SingleBidder
from auction.bidding.queries import runs_of
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import Meaning, Outcome
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid, RunRow
from auction.bidding.sessions import RoundSession, round_of_lot, session_of
from auction.holds.queries import get_hold, holds_of
from auction.holds.rules import HoldKind, HoldSubject
from auction.holds.schemas import HoldRow
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.commands import form_lot
from auction.lots.models import Breach, Lot, PriceReduction
from auction.lots.queries import get_lot
from auction.lots.rules import SessionForm
from auction.lots.schemas import NewLot
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.commands.stop_session import stop_session
from auction.outcomes.queries import lot_file
from auction.outcomes.rules import EnoughSold, OutcomeUnlawful, OutOfOrder
from auction.outcomes.schemas import NewRuling, NewStop
from auction.proportions.commands import release_part
from auction.proportions.rules import DebtUnknown, NotEnough
from auction.proportions.schemas import NewPartRelease
from auction.valuations.commands.record import record_valuation
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.seizures.models import Seizure
from inventory.seizures.queries import list_seizures
from tests.conftest import AT
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import (
    close_round,
    fail_round,
    make_auctioned,
    make_formed_lot,
    new_reduction,
    new_round,
    new_valuation,
    under_contract,
)
from tests.make.inventory import make_case
from tests.make.money import make_claim
from tests.make.proportions import choose, choose_again, make_owed_case, seize

BILLION = 1_000_000_000
DEPOSIT = 100_000_000
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def open_session(
    office: Office, *names: str, form: SessionForm | None = None, lot: Lot | None = None
) -> Lot:
    """A round that opened an hour ago, with everybody registered and paid."""
    session, people = office
    if lot is None:
        lot = make_formed_lot(session, people, at=AT, contracted=False)
        under_contract(session, lot, form=form or SessionForm.ORAL)
    new = new_round(BILLION, AT - HOUR, deposit=DEPOSIT, form=form)
    number = schedule_round(session, people.officer, lot.reference, new, at=AT).number
    for seq, name in enumerate(names, 1):
        said = NewBidder(name=name, identity_number=f"0790{seq}")
        register_bidder(session, people.officer, lot.reference, number, said, at=AT)
        paid = NewDeposit(amount=Decimal(DEPOSIT), paid_at=AT - DAY)
        note_deposit(session, people.officer, lot.reference, number, paid, bidder=seq, at=AT)
    return lot


def speak(
    office: Office, lot: Lot, bidder: int, amount: int | None = None, kind: BidKind = BidKind.BID
) -> None:
    session, people = office
    number = len(lot_file(session, SYSTEM, lot.reference, AT.date()).rounds)
    said = NewSaid(bidder=bidder, kind=kind, amount=Decimal(amount) if amount else None)
    say(session, people.officer, lot.reference, number, said, at=AT)


def now(office: Office, lot: Lot, number: int = 1) -> RoundSession:
    return session_of(office.session, round_of_lot(office.session, lot, number), AT.date())


def close(office: Office, lot: Lot, code: Outcome, number: int = 1, **said: object) -> None:
    close_round(office.session, office.people, lot, number, code, at=AT, **said)  # type: ignore[arg-type]


@edge_case(1, "PA16 Art. 51, 39(6)")
def the_next_bidder_wins_where_his_bid_and_the_deposit_reach_what_was_refused(
    office: Office,
) -> None:
    lot = open_session(office, "Lê Văn Mua", "Trần Thị Bán")
    speak(office, lot, 1, BILLION)
    speak(office, lot, 2, BILLION + DEPOSIT)
    speak(office, lot, 2, kind=BidKind.REFUSED)
    assert now(office, lot).course.covered
    assert now(office, lot).bidders[1].deposit_destination == "state_budget_earmarked"
    speak(office, lot, 1, kind=BidKind.ACCEPTED)
    close(office, lot, Outcome.SOLD)
    assert lot_file(office.session, SYSTEM, lot.reference, AT.date()).rounds[0].outcome is not None


@edge_case(1, "PA16 Art. 51(1), 52")
def the_round_fails_where_they_do_not_reach_it(office: Office) -> None:
    lot = open_session(office, "Lê Văn Mua", "Trần Thị Bán")
    speak(office, lot, 1, BILLION)
    speak(office, lot, 2, BILLION + DEPOSIT + 1)
    speak(office, lot, 2, kind=BidKind.REFUSED)
    assert now(office, lot).proposal is Outcome.FAILED_WINNER_REFUSED
    close(office, lot, Outcome.FAILED_WINNER_REFUSED)


@edge_case(4, "PA16 Art. 49")
def one_bidder_fails_the_first_auction(office: Office) -> None:
    lot = open_session(office, "Lê Văn Mua")
    with pytest.raises(SingleBidder) as refused:
        speak(office, lot, 1, BILLION)
    assert refused.value.article == "PA16 Art. 49"
    close(office, lot, Outcome.FAILED_SINGLE_REGISTRANT)


@edge_case(4, "PA16 Art. 49")
def one_bidder_may_buy_later_with_the_sellers_written_consent(office: Office) -> None:
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    fail_round(session, people, lot, BILLION, at=AT - DAY)
    open_session(office, "Lê Văn Mua", lot=lot)
    speak(office, lot, 1, BILLION)
    for wrong, said in (
        ("consent", {}),
        ("complaint", {"consent": "15/CV-THADS", "complaint": "Niêm yết thiếu"}),
    ):
        with pytest.raises(OutcomeUnlawful) as refused:
            close(office, lot, Outcome.SOLD, 2, **said)
        assert set(refused.value.fields) == {wrong}
        assert refused.value.article == "PA16 Art. 49"
    close(office, lot, Outcome.SOLD, 2, consent="15/CV-THADS")
    assert not session.query(Breach).filter_by(lot_id=lot.id, rule_key="min_bidders").count()


@edge_case(5, "PA16 Art. 5(8), 42-43")
def all_offer_the_starting_price_and_lots_are_drawn(office: Office) -> None:
    lot = open_session(office, "Lê Văn Mua", "Trần Thị Bán", form=SessionForm.DIRECT_BALLOT)
    for bidder in (1, 2):
        speak(office, lot, bidder, BILLION)
    assert now(office, lot).proposal is None
    assert now(office, lot).course.leaders == (1, 2)
    speak(office, lot, 2, kind=BidKind.DRAWN)
    close(office, lot, Outcome.SOLD)
    winner = now(office, lot).course.winner
    assert winner is not None
    assert (winner.bidder, winner.amount) == (2, BILLION)


@edge_case(31, "L25 Art. 83(6), 84(2)đ")
def several_lots_go_by_value_and_end_when_enough_is_sold(office: Office) -> None:
    session, people = office
    prices = (300_000_000, BILLION, 100_000_000)
    case = make_case(session, people.officer, "31/QĐ-THADS", at=AT)
    make_claim(session, people, case, 900_000_000, at=AT)
    lots = [make_formed_lot(session, people, price, at=AT, case=case) for price in prices]
    for lot, price in zip(lots, prices, strict=True):
        schedule_round(session, people.officer, lot.reference, new_round(price, AT - HOUR), at=AT)
    session.flush()
    middle, great, small = lots
    with pytest.raises(OutOfOrder):
        close(office, middle, Outcome.SOLD, sale_price=prices[0])
    close(office, great, Outcome.SOLD, sale_price=BILLION)
    with pytest.raises(EnoughSold) as refused:
        close(office, middle, Outcome.SOLD, sale_price=prices[0])
    assert refused.value.article == "L25 Art. 83(6), 84(2)đ"
    assert refused.value.departs is not None
    new = NewStop(owed=Decimal(900_000_000), document="3/CV-THADS")
    stopped = stop_session(session, people.officer, middle.reference, new, at=AT)
    assert stopped == [middle.reference, small.reference]
    assets = [one.id for one in get_lot(session, SYSTEM, small.reference).assets]
    assert runs_of(session, assets) == {}, "a lot that was stopped has not failed"
    for lot in (middle, small):
        (asset,) = get_lot(session, SYSTEM, lot.reference).assets
        release = NewPartRelease(case_number=case.decision_number, released_on=local_day(AT))
        done = release_part(session, people.officer, asset.reference, release, at=AT)
        assert (done.released_on, lot.closed_on) == (local_day(AT), local_day(AT))
        assert standing_of(session, [asset.id])[asset.id].state is State.RELEASED


@edge_case(36, "L25 Art. 116(4), 83(3)")
def reductions_made_under_the_old_law_count_for_the_creditors_right(office: Office) -> None:
    session, people = office
    item = make_auctioned(session, people.office, 3, start=date(2026, 3, 2), every=63 * DAY)
    lot = item.lot
    for made in item.rounds[:2]:
        price, day = made.starting_price, made.held_on
        assert price is not None
        assert day is not None
        session.add(
            PriceReduction(
                lot_id=lot.id,
                round_id=made.id,
                office_id=lot.office_id,
                old_price=price,
                new_price=price * 9 / 10,
                percent=Decimal(10),
                decision_number=f"{made.number}/QĐ",
                decided_on=day + 10 * DAY,
                article="L08 Art. 104(5)",
                recorded_at=AT,
            )
        )
    session.flush()
    file = lot_file(session, SYSTEM, lot.reference, AT.date())
    assert file.set_off is not None
    assert (file.set_off.reductions, file.set_off.price) == (2, Decimal(810_000_000))
    assert file.set_off.article == "L25 Art. 83(3)"


@edge_case(36, "L25 Art. 83(3)")
def a_ruling_that_a_round_did_not_fail_takes_its_reduction_from_the_count(office: Office) -> None:
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    at: datetime = AT
    price = BILLION
    for number in (1, 2):
        fail_round(session, people, lot, price, at=at)
        price = price * 9 // 10
        new = new_reduction(price, at.date(), f"{number}/QĐ-GG")
        reduce_price(session, people.officer, lot.reference, number, new, at=at)
    fail_round(session, people, lot, price, at=at)
    assert lot_file(session, SYSTEM, lot.reference, AT.date()).set_off is not None
    new_ruling = NewRuling(
        meaning=Meaning.NEITHER, ground="Niêm yết không đủ ngày", article="PA16 Art. 35"
    )
    give_ruling(session, people.inspector, lot.reference, 2, new_ruling, at=at)
    assert lot_file(session, SYSTEM, lot.reference, AT.date()).set_off is None


@edge_case(48, "D152/26 Art. 54(4)")
def what_the_debtor_asked_to_have_seized_is_offered_like_any_other(office: Office) -> None:
    """That he asked is kept with the seizure; its auction knows no other rule.

    What is owed is recorded first, for what he chooses must be enough.
    """
    session, people = office
    case = make_owed_case(session, people, 600_000_000, at=AT)
    chosen = choose(session, people, case, BILLION, at=AT)
    record_valuation(session, people.officer, chosen, new_valuation(BILLION), at=AT)
    new = NewLot(assets=[chosen], description="Xe ô tô kê biên theo đề nghị")
    lot = form_lot(session, people.officer, new, at=AT)
    under_contract(session, lot)
    (asset,) = get_lot(session, SYSTEM, lot.reference).assets
    assert session.query(Seizure).filter_by(asset_id=asset.id).one().debtor_asked
    fail_round(session, people, lot, BILLION, at=AT)
    assert [one.failed_in_a_row for one in _runs(office, lot)] == [1]


@edge_case(48, "D152/26 Art. 54(4)")
def what_the_debtor_chose_is_seized_only_if_it_is_enough(office: Office) -> None:
    session, people = office
    unclaimed = make_owed_case(session, people, None, "47/QĐ-THADS", at=AT)
    with pytest.raises(DebtUnknown):
        choose(session, people, unclaimed, BILLION, at=AT)
    case = make_owed_case(session, people, 600_000_000, at=AT)
    with pytest.raises(NotEnough) as refusal:
        choose(session, people, case, 610_000_000, expected_costs=Decimal(10_000_001), at=AT)
    assert refusal.value.article == "D152/26 Art. 54(4)"
    assert refusal.value.params["value"] == 610_000_000
    with pytest.raises(Invalid):
        choose(session, people, case, None, at=AT)
    enough = choose(session, people, case, 610_000_000, expected_costs=Decimal(10_000_000), at=AT)
    (seizure,) = list_seizures(session, people.officer, enough)
    assert (seizure.debtor_asked, seizure.estimated_value) == (True, 610_000_000)


@edge_case(48, "D152/26 Art. 54(4)")
def his_other_assets_are_frozen_for_transactions_and_their_pages_say_so(office: Office) -> None:
    session, people = office
    case = make_owed_case(session, people, 600_000_000, at=AT)
    other = seize(session, people, case, at=AT)
    far = make_owed_case(session, people, None, "9/QĐ-THADS", at=AT)
    elsewhere = seize(session, people, far, at=AT)
    said = {"frozen": elsewhere, "frozen_words": "Thửa 12, xã Thử"}
    chosen = choose(session, people, case, BILLION, at=AT, **said)
    rows = {one: frozen_on(office, one) for one in (chosen, other, elsewhere)}
    assert rows[chosen] == []
    for reference in (other, elsewhere):
        (row,) = rows[reference]
        assert (row.kind, row.ended_on) == (HoldKind.TRANSACTIONS_FROZEN, None)
        assert row.article == "D152/26 Art. 54(4)"
    hold = get_hold(session, people.officer, rows[other][0].id)
    assert hold.assets == tuple(sorted((other, elsewhere)))
    assert hold.stops == (), "the office goes on; the debtor may not trade them"
    assert "Thửa 12, xã Thử" in hold.ground
    found_later = seize(session, people, case, at=AT)
    second = choose(session, people, case, BILLION, at=AT)
    (same,) = frozen_on(office, found_later)
    assert same.id == hold.id, "what is found later is frozen too"
    assert frozen_on(office, second) == []
    (of_case,) = holds_of(session, people.officer, HoldSubject.CASE, case.decision_number)
    assert of_case.id == hold.id


@edge_case(48, "D152/26 Art. 54(4)")
def what_is_here_already_is_seized_at_his_request_only_if_it_is_enough(office: Office) -> None:
    """Its worth is what is known here; an estimate does not lift it, and other debts come off."""
    session, people = office
    first = make_owed_case(session, people, 100_000_000, "47/QĐ-THADS", at=AT)
    case = make_owed_case(session, people, 600_000_000, at=AT)
    other = seize(session, people, case, at=AT)
    small = seize(session, people, first, 690_000_000, at=AT)
    with pytest.raises(NotEnough) as refusal:
        choose_again(session, people, case, small, BILLION, at=AT)
    assert (refusal.value.article, refusal.value.params["value"]) == (
        "D152/26 Art. 54(4)",
        590_000_000,
    )
    unvalued = seize(session, people, first, at=AT)
    with pytest.raises(Invalid) as unsaid:
        choose_again(session, people, case, unvalued, None, at=AT)
    assert "estimated_value" in unsaid.value.fields
    with pytest.raises(Invalid) as together:
        choose_again(session, people, case, unvalued, BILLION, at=AT, further=small)
    assert "further" in together.value.fields
    kept = choose_again(session, people, case, unvalued, BILLION, at=AT)
    assert (kept.debtor_asked, kept.estimated_value) == (True, BILLION)
    assert frozen_on(office, unvalued) == []
    (frozen,) = frozen_on(office, other)
    assert frozen.kind == HoldKind.TRANSACTIONS_FROZEN
    valued = seize(session, people, first, BILLION, at=AT)
    assert choose_again(session, people, case, valued, None, at=AT).debtor_asked


def frozen_on(office: Office, reference: str) -> list[HoldRow]:
    """The holds that the page of an asset shows."""
    session, people = office
    asset = session.scalars(select(Asset.id).where(Asset.reference == reference)).one()
    return holds_of(session, people.officer, HoldSubject.ASSET, reference, [asset])


def _runs(office: Office, lot: Lot) -> list[RunRow]:
    assets = [one.id for one in get_lot(office.session, SYSTEM, lot.reference).assets]
    return list(runs_of(office.session, assets).values())
