"""Rounds of an office, the history of an asset through every lot, and what they cost."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.bidding.ledger import rebuild_runs
from auction.bidding.queries import asset_history, lines_of_lot, list_rounds
from auction.bidding.rules import Outcome
from auction.lots.commands import note_breach
from auction.lots.queries import list_lots
from auction.lots.rules import FoundBreach, LotStep
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.queries import lot_file
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Invalid, NotFound
from tests.make.auction import (
    FAILED,
    close_round,
    fail_round,
    make_asset,
    make_auctioned,
    make_formed_lot,
    make_lot,
    make_round,
    new_reduction,
)
from tests.make.between import creditor_declines
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
TODAY = date(2026, 11, 23)
BILLION = 1_000_000_000
DAY = timedelta(days=1)


def test_rounds_come_in_pages_the_latest_first(session: Session, people: People) -> None:
    item = make_auctioned(session, people.office, 5, every=timedelta(days=7))
    make_round(session, item.lot, 6, item.rounds[-1].held_on, None)

    first = list_rounds(session, people.officer, size=4)
    rest = list_rounds(session, people.officer, size=4, cursor=first.next_cursor)

    assert [row.number for row in first.items + rest.items] == [6, 5, 4, 3, 2, 1]
    assert rest.next_cursor is None
    assert (first.items[0].outcome, first.items[1].outcome) == (None, FAILED)
    with pytest.raises(Invalid):
        list_rounds(session, people.officer, cursor="WyJ4IiwxXQ")


def test_rounds_of_some_days(session: Session, people: People) -> None:
    make_auctioned(session, people.office, 5, start=date(2026, 3, 2), every=DAY)
    days = {"since": date(2026, 3, 3), "until": date(2026, 3, 5)}
    found = list_rounds(session, people.officer, **days).items
    assert [row.held_on.day for row in found] == [5, 4, 3]


def test_a_foreign_office_sees_no_round_no_lot_and_no_history(
    session: Session, people: People, become: Become
) -> None:
    item = make_auctioned(session, people.office, 2)
    ref, asset = item.lot.reference, item.asset.id
    stranger = become(people.foreign_officer)
    assert list_rounds(session, stranger).items == []
    assert list_rounds(session, SYSTEM).items == [], "row-level security says the same"
    assert asset_history(session, [asset]) == []
    with pytest.raises(NotFound):
        lot_file(session, stranger, ref, TODAY)
    become(SYSTEM)


def test_the_inspector_of_the_centre_sees_the_rounds_of_every_office(
    session: Session, people: People
) -> None:
    for office in (people.office, people.foreign):
        make_auctioned(session, office, 2)
    assert len(list_rounds(session, people.inspector).items) == 4


def test_a_history_runs_through_all_lots_with_the_counter_after_each_round(
    session: Session, people: People, at: datetime
) -> None:
    asset, other = make_asset(session, people.office), make_asset(session, people.office)
    later, earlier = (make_lot(session, people.office, asset) for _i in range(2))
    make_lot(session, people.office, other)
    for number, outcome in ((1, FAILED), (2, Outcome.STOPPED), (3, FAILED), (4, None)):
        day = date(2026, 3, 2) + number * DAY
        make_round(session, later, number, day, outcome, Decimal(1000 - 50 * number))
    for number, outcome in ((1, FAILED), (2, Outcome.SOLD)):
        day = date(2025, 3, 2) + number * DAY
        sold = make_round(session, earlier, number, day, outcome, Decimal(2000))
    facts = {"registered": 1, "least": 2}
    found = {"rule_key": "min_bidders", "rule_id": None, "article": "PA16 Art. 49"}
    place = {"lot_id": earlier.id, "round_id": sold.id, "office_id": people.office.id}
    note_breach(session, FoundBreach(confidence="C", facts=facts, **found, **place), at=at)
    rebuild_runs(session, [asset.id, other.id])

    lines = asset_history(session, [asset.id, other.id])

    assert [(line.order, line.lot, line.round.number) for line in lines] == [
        (1, earlier.reference, 1),
        (2, earlier.reference, 2),
        (3, later.reference, 1),
        (4, later.reference, 2),
        (5, later.reference, 3),
        (6, later.reference, 4),
    ]
    assert [line.failed_in_a_row for line in lines] == [1, 0, 1, 1, 2, 2]
    assert [line.outcome.held if line.outcome else None for line in lines] == [
        "failed",
        "sold",
        "failed",
        None,
        "failed",
        None,
    ]
    assert [line.cut for line in lines][:4] == [None, 0, None, Decimal("5.2632")]
    assert [len(line.breaches) for line in lines] == [0, 1, 0, 0, 0, 0]


def test_a_line_shows_the_decision_that_followed_the_round(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, BILLION, at=at)
    decided = new_reduction(950_000_000, TODAY)
    reduce_price(session, people.officer, lot.reference, 1, decided, at=at)
    (line,) = lines_of_lot(session, lot.id)
    assert line.reduction is not None
    assert (line.reduction.percent, line.reduction.article) == (5, "L25 Art. 83(3)")


def test_a_file_says_what_is_next_and_at_which_price(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    officer, ref = people.officer, lot.reference

    fresh = lot_file(session, officer, ref, TODAY)
    assert fresh.next_price is not None
    assert (fresh.step, fresh.value, fresh.next_price.lowest) == (LotStep.ROUND, BILLION, BILLION)
    assert (fresh.next_price.article, fresh.next_price.highest) == ("L25 Art. 82(4)", BILLION)

    fail_round(session, people, lot, BILLION, at=at)
    failed = lot_file(session, officer, ref, TODAY)
    assert failed.next_price is not None
    assert (failed.step, failed.next_price.lowest) == (LotStep.REDUCTION, 900_000_000)

    reduce_price(session, officer, ref, 1, new_reduction(950_000_000, TODAY), at=at)
    decided = lot_file(session, officer, ref, TODAY)
    assert decided.next_price is not None
    assert (decided.step, decided.next_price.decided) == (LotStep.ROUND, True)
    assert (decided.next_price.highest, decided.next_price.lowest) == (950_000_000, 950_000_000)

    old = lot_file(session, officer, ref, date(2026, 6, 30)).next_price
    assert old is not None
    assert old.article == "L08 Art. 104(5)"


def test_after_two_reductions_and_a_further_failure_the_creditor_may_take_the_asset(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    price = Decimal(BILLION)
    offered = []
    for number in (1, 2, 3, 4):
        fail_round(session, people, lot, price, at=at)
        set_off = lot_file(session, people.officer, lot.reference, TODAY).set_off
        offered.append((set_off.price, set_off.article) if set_off else None)
        price = price * 9 / 10
        decided = new_reduction(price, TODAY, f"{number}/QĐ")
        if number > 2:  # the law wants him asked before the next reduction
            creditor_declines(session, people, lot.reference, at=at)
        reduce_price(session, people.officer, lot.reference, number, decided, at=at)
    assert offered == [
        None,
        None,
        (810_000_000, "L25 Art. 83(3)"),
        (729_000_000, "L25 Art. 83(3)"),
    ]


def test_a_closed_lot_has_no_next_price(session: Session, people: People) -> None:
    item = make_auctioned(session, people.office, outcomes=[FAILED, Outcome.SOLD])
    item.lot.closed_on = TODAY
    session.flush()
    file = lot_file(session, people.officer, item.lot.reference, TODAY)
    assert (file.step, file.next_price, file.set_off) == (None, None, None)


def test_history_without_prices_has_a_next_price_only_where_a_value_is_known(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_lot(session, people.office, make_asset(session, people.office))
    make_round(session, lot, 1, TODAY - DAY, None)
    close_round(session, people, lot, 1, FAILED, at=at)
    file = lot_file(session, people.officer, lot.reference, TODAY)
    assert (file.next_price, file.value, file.step) == (None, None, LotStep.ROUND)
    assert file.lot.awaits == file.step


@pytest.mark.parametrize("page", ["file", "history", "rounds", "lots", "waiting"])
def test_a_page_takes_the_same_statements_however_long_the_history(
    session: Session, people: People, statements: list[str], page: str
) -> None:
    counts = []
    for failed in (1, 12):
        item = make_auctioned(session, people.office, failed)
        item.lot.awaits, item.lot.awaits_on = LotStep.REDUCTION.value, TODAY
        session.flush()
        session.expire_all()
        ref, asset = item.lot.reference, item.asset.id
        statements.clear()
        match page:
            case "file":
                lot_file(session, people.officer, ref, TODAY)
            case "history":
                asset_history(session, [asset])
            case "rounds":
                list_rounds(session, people.officer)
            case "lots":
                list_lots(session, people.officer)
            case _:
                list_lots(session, people.officer, awaits=LotStep.REDUCTION)
        counts.append(len(statements))
    most = {"file": 16, "history": 3, "rounds": 1, "lots": 1, "waiting": 1}[page]
    assert counts[0] == counts[1] <= most
