"""Forming lots, and breaches in the record."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.life.ledger import take_step
from auction.life.rules import State, Step
from auction.lots.commands import form_lot, note_breach, note_breaches
from auction.lots.queries import find_lot, get_lot, list_breaches, list_lots
from auction.lots.rules import AssetGone, AssetInOpenLot, FoundBreach, LotStep
from auction.lots.schemas import NewLot
from auction.valuations.rules import ValuationMissing
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from tests.make.auction import (
    close_round,
    fail_round,
    make_asset,
    make_auctioned,
    make_formed_lot,
    make_valued_asset,
    new_round,
)
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


def lot_of(*assets: str) -> NewLot:
    return NewLot(assets=list(assets), description="Nhà xưởng và máy móc")


def test_a_lot_keeps_the_order_of_its_assets_and_waits_for_a_round(
    session: Session, people: People, at: datetime
) -> None:
    refs = [make_valued_asset(session, people, at=at) for _i in range(3)]
    refs.reverse()

    made = form_lot(session, people.officer, lot_of(*refs), at=at)

    shown = get_lot(session, people.officer, made.reference)
    assert made.reference.startswith("DG-")
    assert [asset.reference for asset in shown.assets] == refs
    assert (shown.awaits, shown.awaits_on) == (LotStep.ROUND, date(2026, 11, 23))
    assert (shown.office_id, shown.case_number) == (people.office.id, None)


def test_a_lot_of_one_asset_belongs_to_its_case(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    assert get_lot(session, people.officer, lot.reference).case_number is not None


def test_an_asset_of_an_open_lot_is_refused_and_both_are_named(
    session: Session, people: People, at: datetime
) -> None:
    ref = make_valued_asset(session, people, at=at)
    first = form_lot(session, people.officer, lot_of(ref), at=at)
    with pytest.raises(AssetInOpenLot) as refused:
        form_lot(session, people.officer, lot_of(ref), at=at)
    assert refused.value.params == {"reference": ref, "lot": first.reference}

    first.closed_on = date(2026, 11, 23)
    session.flush()
    form_lot(session, people.officer, lot_of(ref), at=at)


def test_what_is_sold_is_in_no_new_lot_until_its_sale_falls_away(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    (asset,) = get_lot(session, people.officer, lot.reference).assets
    new = new_round(1_000_000_000, at - timedelta(hours=1))
    opened = schedule_round(session, people.officer, lot.reference, new, at=at)
    said: dict[str, Any] = {"registered": 2, "sale_price": 1_010_000_000}
    close_round(session, people, lot, opened.number, Outcome.SOLD, at=at, **said)
    with pytest.raises(AssetGone) as refused:
        form_lot(session, people.officer, lot_of(asset.reference), at=at)
    assert refused.value.params["state"] is State.SOLD_UNPAID
    take_step(session, people.officer, [asset.id], Step.DEFAULTED, at.date(), at=at)
    assert form_lot(session, people.officer, lot_of(asset.reference), at=at).closed_on is None


def test_every_asset_of_a_lot_needs_a_price_in_force(
    session: Session, people: People, at: datetime
) -> None:
    priced = make_valued_asset(session, people, at=at)
    bare = make_valued_asset(session, people, None, at=at)
    with pytest.raises(ValuationMissing) as refused:
        form_lot(session, people.officer, lot_of(priced, bare), at=at)
    assert refused.value.params == {"reference": bare, "rule": "first_starting_price"}
    assert refused.value.article == "L25 Art. 82(4)"


def test_an_asset_named_twice_or_unknown_is_refused(
    session: Session, people: People, at: datetime
) -> None:
    ref = make_valued_asset(session, people, at=at)
    with pytest.raises(Invalid, match="twice"):
        form_lot(session, people.officer, lot_of(ref, ref), at=at)
    with pytest.raises(NotFound) as refused:
        form_lot(session, people.officer, lot_of(ref, "TS-9999999-0"), at=at)
    assert refused.value.params == {"reference": "TS-9999999-0"}


def test_a_foreign_office_sees_no_lot_and_no_asset_for_one(
    session: Session, people: People, at: datetime, become: Become
) -> None:
    ref = make_valued_asset(session, people, at=at)
    lot = make_formed_lot(session, people, at=at).reference
    stranger = become(people.foreign_officer)

    with pytest.raises(NotFound):
        form_lot(session, stranger, lot_of(ref), at=at)
    assert find_lot(session, stranger, lot) is None
    with pytest.raises(NotFound):
        get_lot(session, stranger, lot)
    assert list_lots(session, stranger).items == []
    everything = SYSTEM
    assert list_lots(session, everything).items == [], "row-level security says the same"
    become(SYSTEM)
    assert len(list_lots(session, everything).items) == 1


def test_the_head_reads_lots_and_forms_none(session: Session, people: People, at: datetime) -> None:
    ref = make_valued_asset(session, people, at=at)
    with pytest.raises(Forbidden):
        form_lot(session, people.head, lot_of(ref), at=at)


def test_lots_come_in_pages_each_with_its_last_round(
    session: Session, people: People, at: datetime
) -> None:
    made = [make_formed_lot(session, people, at=at) for _i in range(5)]
    fail_round(session, people, made[4], 1_000_000_000, at=at)

    seen, cursor = [], None
    while True:
        page = list_lots(session, people.officer, cursor=cursor, size=2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [row.reference for row in seen] == [lot.reference for lot in reversed(made)]
    assert (seen[0].rounds, seen[0].last_price, seen[0].awaits) == (1, 10**9, "reduction")
    assert (seen[1].rounds, seen[1].last_price, seen[1].awaits) == (0, None, "round")


def test_lots_that_wait_for_a_step_come_the_longest_waiting_first(
    session: Session, people: People, at: datetime
) -> None:
    made = [make_formed_lot(session, people, at=at) for _i in range(3)]
    made[1].awaits_on = date(2026, 11, 1)
    made[2].awaits = LotStep.OUTCOME.value
    session.flush()

    first = list_lots(session, people.officer, awaits=LotStep.ROUND, size=1)
    rest = list_lots(session, people.officer, awaits=LotStep.ROUND, cursor=first.next_cursor)
    assert [row.reference for row in first.items + rest.items] == [
        made[1].reference,
        made[0].reference,
    ]
    early = list_lots(session, people.officer, awaits=LotStep.ROUND, until=date(2026, 11, 2))
    assert [row.reference for row in early.items] == [made[1].reference]
    with pytest.raises(Invalid):
        list_lots(session, people.officer, awaits=LotStep.ROUND, cursor="WyJ4Iiw1XQ")


def breach(session: Session, people: People, **over: object) -> FoundBreach:
    item = make_auctioned(session, people.office, 2)
    facts = {
        "rule_key": "max_reduction_pct",
        "rule_id": None,
        "article": "L25 Art. 83(3)",
        "confidence": "A",
        "lot_id": item.lot.id,
        "round_id": item.rounds[1].id,
        "office_id": people.office.id,
        "facts": {"price_before": "1000", "price_after": "800", "lowest": "900"},
    }
    return FoundBreach(**{**facts, **over})


def test_a_breach_is_noted_once_for_a_rule_and_a_round(
    session: Session, people: People, at: datetime, become: Become
) -> None:
    found = breach(session, people)
    note_breach(session, found, at=at)
    note_breaches(session, [found, found], at=at)
    note_breaches(session, [], at=at)

    (row,) = list_breaches(session, people.officer).items
    assert (row.article, row.round_number, row.facts["lowest"]) == ("L25 Art. 83(3)", 2, "900")
    stranger = become(people.foreign_officer)
    assert list_breaches(session, stranger).items == []
    become(SYSTEM)


def test_breaches_come_in_pages_the_newest_first(
    session: Session, people: People, at: datetime
) -> None:
    for _i in range(3):
        note_breach(session, breach(session, people), at=at)
    first = list_breaches(session, people.officer, size=2)
    rest = list_breaches(session, people.officer, cursor=first.next_cursor, size=2)
    ids = [row.id for row in first.items + rest.items]
    assert len(ids) == 3
    assert ids == sorted(ids, reverse=True)


def test_the_assets_of_a_lot_are_of_one_office(
    session: Session, people: People, at: datetime
) -> None:
    ours = make_valued_asset(session, people, at=at)
    theirs = make_asset(session, people.foreign).reference
    with pytest.raises(Exception, match="different offices"):
        form_lot(session, SYSTEM, lot_of(ours, theirs), at=at)
