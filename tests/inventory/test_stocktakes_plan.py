"""Planning, opening and scanning: the list is frozen, every scan is kept once as what it is."""

import random
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auction.legal_rules.models import LegalRule, RuleSet
from inventory.assets.commands import Registered
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.base.numbering import reference
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move, release
from inventory.custody.schemas import Move
from inventory.labels.rules import place_reference
from inventory.specials.models import SpecialMark
from inventory.specials.rules import SpecialKind
from inventory.stocktakes.commands.fetch_pack import fetch_pack
from inventory.stocktakes.commands.judge import end_first_count
from inventory.stocktakes.commands.plan import plan_count, plan_year
from inventory.stocktakes.models import PlannedCount, StocktakeItem, StocktakeScan
from inventory.stocktakes.queries.results import check_sight, list_differences, list_items
from inventory.stocktakes.queries.stocktakes import (
    get_stocktake,
    list_devices,
    list_missed,
    list_planned,
    list_scans,
    list_stocktakes,
    progress_of,
)
from inventory.stocktakes.rules import (
    AlreadyOpen,
    FirstCountRuns,
    NothingToCount,
    PackForged,
    Period,
    Phase,
    PlannedAlready,
    RiskClass,
    Taken,
    Verdict,
    blinded,
    drawn,
)
from inventory.stocktakes.schemas.said import NewDevice, NewPlan, NewPlannedCount, ScanSaid
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case, make_place, release_from
from tests.make.organisation import People
from tests.make.stocktakes import make_stocktake, scans_of, send


@pytest.fixture
def held(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> list[str]:
    """Three things on the shelf and two in the store itself."""
    places = [shelf, shelf, shelf, store, store]
    return [make_asset(session, people.keeper, case, at=at, place=p).reference for p in places]


def verdicts(answer) -> list[Verdict]:
    return [scan.verdict for scan in answer.scans]


def test_a_year_is_planned_as_the_law_asks_and_only_once(
    session: Session, people: People, store: Place, shelf: Place, at: datetime
) -> None:
    assert plan_year(session, people.head, NewPlan(2027), at=at) == 4
    assert plan_year(session, people.accountant, NewPlan(2027), at=at) == 0
    planned = list_planned(session, people.keeper, since=date(2027, 1, 1))
    assert [(row.due_on.month, row.period) for row in planned] == [
        (3, Period.QUARTER),
        (6, Period.HALF_YEAR),
        (9, Period.QUARTER),
        (12, Period.YEAR),
    ]
    assert {row.place_id for row in planned} == {store.id}
    assert all("Art." in row.article for row in planned)
    with pytest.raises(Forbidden):
        plan_year(session, people.keeper, NewPlan(2028), at=at)


def test_this_year_is_planned_from_today_on(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    assert plan_year(session, people.head, NewPlan(2026), at=at) == 1
    assert plan_year(session, people.head, NewPlan(2025), at=at) == 0


def test_cash_is_counted_more_often_by_the_office_s_own_decision(
    session: Session, people: People, store: Place, at: datetime, today: date
) -> None:
    new = NewPlannedCount(store.id, today + timedelta(days=7), (RiskClass.CASH,), 100, "QĐ 12")
    plan_count(session, people.head, new, at=at)
    with pytest.raises(PlannedAlready):
        plan_count(session, people.head, new, at=at)
    (row,) = list_planned(session, people.keeper, since=today)
    assert (row.classes, row.article) == ([RiskClass.CASH], "QĐ 12")
    assert list_missed(session, people.keeper, today + timedelta(days=8)) == [row]
    with pytest.raises(Invalid):
        plan_count(session, people.head, NewPlannedCount(store.id, date(2026, 1, 1)), at=at)


def test_a_class_is_planned_by_its_own_rule_where_things_of_it_lie(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    drugs = make_asset(session, people.keeper, case, at=at, place=store)
    marked(session, drugs, SpecialKind.DRUGS, at=at)
    empty = make_place(session, people.keeper, "K2", "Kho trống", at=at)
    assert plan_year(session, people.head, NewPlan(2027), at=at) == 2 * 4 + 8
    assert plan_year(session, people.head, NewPlan(2027), at=at) == 0
    planned = list_planned(session, people.keeper, since=date(2027, 1, 1))
    months = [row for row in planned if row.classes == [RiskClass.DRUG]]
    assert {row.due_on.month for row in months} == {1, 2, 4, 5, 7, 8, 10, 11}
    assert {(row.place_id, row.period) for row in months} == {(store.id, Period.MONTH)}
    assert sum(row.place_id == empty.id for row in planned) == 4


def test_without_a_rule_of_its_day_no_class_is_planned(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    """The frequency is the rule's, not the program's: a retired row asks for nothing."""
    drugs = make_asset(session, people.keeper, case, at=at, place=store)
    marked(session, drugs, SpecialKind.DRUGS, at=at)
    latest = select(func.max(RuleSet.id)).scalar_subquery()
    gone = update(LegalRule).where(LegalRule.key == "stocktake_of_class")
    session.execute(gone.values(retired_set_id=latest))
    assert plan_year(session, people.head, NewPlan(2027), at=at) == 4


def marked(session: Session, asset: Registered, *kinds: SpecialKind, at: datetime) -> None:
    """Mark a thing as some special kinds."""
    for kind in kinds:
        session.add(
            SpecialMark(asset_id=asset.id, office_id=asset.office_id, kind=kind.value, marked_at=at)
        )
    session.flush()


def test_the_class_of_a_thing_follows_its_kinds_by_the_dated_rule(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    today: date,
) -> None:
    made: dict[str, RiskClass] = {}
    for kind, specials, risk in (
        (AssetKind.MOVABLE, (), RiskClass.OTHER),
        (AssetKind.MOVABLE, (SpecialKind.DRUGS,), RiskClass.DRUG),
        (AssetKind.MOVABLE, (SpecialKind.PERISHABLE, SpecialKind.DRUGS), RiskClass.DRUG),
        (AssetKind.MOVABLE, (SpecialKind.DANGEROUS, SpecialKind.DRUGS), RiskClass.WEAPON),
        (AssetKind.MOVABLE, (SpecialKind.PRECIOUS,), RiskClass.GOLD),
        (AssetKind.MOVABLE, (SpecialKind.LIVE,), RiskClass.PERISHABLE),
        (AssetKind.MOVABLE, (SpecialKind.PAPERS,), RiskClass.OTHER),
        (AssetKind.SECURITIES, (), RiskClass.CASH),
        (AssetKind.VEHICLE, (), RiskClass.VEHICLE),
        (AssetKind.VEHICLE, (SpecialKind.CASH,), RiskClass.CASH),
    ):
        asset = make_asset(session, people.keeper, case, at=at, place=store, kind=kind)
        marked(session, asset, *specials, at=at)
        made[asset.reference] = risk
    spoils = make_asset(session, people.keeper, case, at=at, place=store, kind=AssetKind.MOVABLE)
    session.execute(update(Asset).where(Asset.id == spoils.id).values(perishable_on=today))
    made[spoils.reference] = RiskClass.PERISHABLE
    counted = make_stocktake(session, people.keeper, store, at=at)
    lines = session.execute(
        select(StocktakeItem.reference, StocktakeItem.risk).where(
            StocktakeItem.stocktake_id == counted.id
        )
    )
    assert {ref: RiskClass(risk) for ref, risk in lines} == made


def test_a_planned_count_of_another_office_s_place_is_not_found(
    session: Session, people: People, become, foreign_store: Place, at: datetime, today: date
) -> None:
    become(people.head)
    with pytest.raises(NotFound):
        plan_count(session, people.head, NewPlannedCount(foreign_store.id, today), at=at)


def test_a_planned_count_is_fulfilled_by_its_stocktake(
    session: Session, people: People, store: Place, held: list[str], at: datetime, today: date
) -> None:
    planned = plan_count(session, people.head, NewPlannedCount(store.id, today), at=at)
    made = make_stocktake(session, people.keeper, store, at=at, planned_id=planned.id)
    session.refresh(planned)
    assert planned.stocktake_id == made.id
    assert session.scalar(select(func.count()).select_from(PlannedCount)) == 1


def test_opening_freezes_the_list_of_a_place_and_all_inside(
    session: Session, people: People, become, store: Place, shelf: Place, held, at: datetime
) -> None:
    become(people.keeper)
    made = make_stocktake(session, people.keeper, store, at=at)
    assert (made.listed, made.away) == (5, 0)
    assert len(made.list_digest) == 32
    lines = session.scalars(select(StocktakeItem).order_by(StocktakeItem.asset_id)).all()
    assert [line.reference for line in lines] == held
    assert {line.seq for line in lines} == {1}
    inner = make_stocktake(session, people.keeper, shelf, at=at)
    assert inner.listed == 3


def test_opening_a_thousand_things_is_one_statement_for_all_of_them(
    session: Session, people: People, become, store: Place, held, at: datetime, statements
) -> None:
    become(people.keeper)
    statements.clear()
    make_stocktake(session, people.keeper, store, at=at)
    inserts = [s for s in statements if "INSERT INTO stocktake_item" in s]
    assert len(inserts) == 1
    assert len(statements) <= 9


def test_a_place_is_counted_once_at_a_time_and_an_empty_one_not_at_all(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    make_stocktake(session, people.keeper, store, at=at)
    with pytest.raises(AlreadyOpen):
        make_stocktake(session, people.keeper, store, at=at)
    empty = make_place(session, people.keeper, "K7", "Kho trống", at=at)
    with pytest.raises(NothingToCount):
        make_stocktake(session, people.keeper, empty, at=at)


def test_a_foreign_place_and_a_foreign_stocktake_are_not_found(
    session: Session, people: People, become, store: Place, held, at: datetime, foreign_store
) -> None:
    become(people.keeper)
    made = make_stocktake(session, people.keeper, store, at=at)
    ref, scans = made.reference, scans_of(held, store, at=at)
    with pytest.raises(NotFound):
        make_stocktake(session, people.keeper, foreign_store.id, at=at)
    become(people.foreign_keeper)
    with pytest.raises(NotFound):
        get_stocktake(session, people.foreign_keeper, ref)
    with pytest.raises(NotFound):
        send(session, people.foreign_keeper, ref, scans, at=at)
    assert list_stocktakes(session, people.foreign_keeper).items == []
    assert session.scalar(select(func.count()).select_from(StocktakeItem)) == 0


def test_only_some_classes_are_counted_and_a_sample_can_be_drawn_again(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    kinds = [AssetKind.CASH, AssetKind.GOLD, AssetKind.VEHICLE] * 20
    for kind in kinds:
        make_asset(session, people.keeper, case, at=at, place=store, kind=kind)
    cash = make_stocktake(session, people.keeper, store, at=at, classes=(RiskClass.CASH,))
    assert cash.listed == 20
    end_first_count(session, people.keeper, cash.reference, at=at)
    session.execute(text("UPDATE stocktake SET closed_at = now()"))
    sample = make_stocktake(session, people.keeper, store, at=at, sample_pct=50)
    listed = set(session.scalars(lines_of(sample.id)))
    every = session.scalars(text("SELECT reference FROM asset")).all()
    assert listed == {ref for ref in every if drawn(sample.seed, ref) < 5000}
    assert 10 < len(listed) < 50


def lines_of(stocktake_id: int):
    return select(StocktakeItem.reference).where(StocktakeItem.stocktake_id == stocktake_id)


def test_the_list_is_not_shown_while_the_count_is_blind(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    with pytest.raises(FirstCountRuns):
        check_sight(get_stocktake(session, people.keeper, made.reference))
    end_first_count(session, people.keeper, made.reference, at=at)
    check_sight(get_stocktake(session, people.keeper, made.reference))
    assert len(list_items(session, made.id).items) == 5


def test_each_scan_is_kept_as_what_it_is(
    session: Session, people: People, become, store: Place, shelf: Place, held, at: datetime
) -> None:
    case = make_case(session, people.foreign_officer, "9/QĐ", at=at)
    foreign = make_asset(session, people.foreign_officer, case, at=at).reference
    become(people.keeper)
    own = make_case(session, people.officer, "77/QĐ", at=at)
    elsewhere = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    other = make_asset(session, people.keeper, own, at=at, place=elsewhere).reference
    made = make_stocktake(session, people.keeper, store, at=at)
    codes = [held[0], held[3], other, foreign, "8934567890123", "", "TS-0000001-0", held[1][:-1]]
    codes.append(place_reference(shelf.id))  # the label of the shelf, not of the thing on it
    answer = send(session, people.keeper, made, scans_of(codes, shelf, at=at), at=at)
    assert verdicts(answer) == [
        Verdict.IN_PLACE,
        Verdict.IN_PLACE,
        Verdict.NOT_LISTED,
        Verdict.NOT_OURS,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
    ]
    assert {scan.taken for scan in answer.scans} == {Taken.KEPT}
    assert answer.scans[3].what is None
    assert answer.scans[0].what
    assert progress_of(session, made.id).scans == 9


def test_the_wrong_room_is_told_with_the_place_where_it_belongs(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    other = make_place(session, people.keeper, "K1-B", "Kệ B", at=at, inside=store)
    made = make_stocktake(session, people.keeper, store, at=at)
    answer = send(session, people.keeper, made, scans_of(held[:1], other, at=at), at=at)
    assert (answer.scans[0].verdict, answer.scans[0].belongs) == (Verdict.WRONG_PLACE, "Kệ A")
    nowhere = send(session, people.keeper, made, scans_of(held[:1], 10**9, at=at, first=2), at=at)
    assert verdicts(nowhere) == [Verdict.WRONG_PLACE]


def test_a_scanned_address_and_a_typed_number_are_the_same_code(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    mark = session.scalar(text("SELECT mark FROM label_mark"))
    strange = f"{(int(mark) + 1) % 10000:04d}"
    number = held[0].replace("-", "")
    codes = [f"HTTPS://KHO.VN/L/{mark}/{held[0]}", number.lower(), f" {held[0]} "]
    made = make_stocktake(session, people.keeper, store, at=at)
    answer = send(session, people.keeper, made, scans_of(codes, store, at=at), at=at)
    assert verdicts(answer) == [Verdict.IN_PLACE] * 3
    again = [f"https://kho.vn/l/{strange}/{held[0]}"]
    other = send(session, people.keeper, made, scans_of(again, store, at=at, first=4), at=at)
    assert verdicts(other) == [Verdict.NOT_OURS]


def test_the_same_upload_a_hundred_times_is_kept_once(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    scans = scans_of(held, store, at=at)
    first = send(session, people.keeper, made, scans, at=at)
    for _n in range(100):
        again = send(session, people.keeper, made, scans, at=at)
    assert {scan.taken for scan in again.scans} == {Taken.REPEATED}
    assert verdicts(again) == verdicts(first)
    assert [scan.what for scan in again.scans] == [scan.what for scan in first.scans]
    assert session.scalar(select(func.count()).select_from(StocktakeScan)) == 5


def test_a_number_that_is_taken_is_told_and_the_first_scan_stays(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    two = [*scans_of(held[:1], store, at=at), *scans_of(held[1:2], store, at=at)]
    answer = send(session, people.keeper, made, two, at=at)
    assert [scan.taken for scan in answer.scans] == [Taken.KEPT, Taken.NUMBER_TAKEN]
    again = send(session, people.keeper, made, scans_of(held[2:3], store, at=at), at=at)
    assert again.scans[0].taken is Taken.NUMBER_TAKEN
    assert list_scans(session, made.id)[0].code == held[0]


def test_whatever_the_order_and_repetition_the_result_is_that_of_a_clean_run(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    codes = [*held[:4], held[0], "khác", held[1]]
    wanted = [*scans_of(codes, shelf, at=at), undo(8, 1, shelf, at)]
    lots = [wanted[i : i + 2] for i in range(0, len(wanted), 2)] * 3
    random.Random(7).shuffle(lots)
    for n, lot in enumerate(lots):
        random.Random(n).shuffle(lot)
        send(session, people.keeper, made, lot, at=at + timedelta(seconds=n), device="a")
    clean = make_stocktake(session, people.keeper, shelf, at=at)
    send(session, people.keeper, clean, wanted, at=at, device="a")
    kept = [rows_of(session, stocktake.id) for stocktake in (made, clean)]
    assert [row[:3] for row in kept[0]] == [row[:3] for row in kept[1]]
    end_first_count(session, people.keeper, made.reference, at=at)
    (left, strange) = list_differences(session, made.id).items
    assert {left.code, strange.code} == {held[4], "khác"}


def undo(number: int, of: int, place: Place, at: datetime) -> ScanSaid:
    return ScanSaid(number=number, place_id=place.id, scanned_at=at, undoes=of)


def rows_of(session: Session, stocktake_id: int) -> list[tuple]:
    s = StocktakeScan
    return [
        tuple(row)
        for row in session.execute(
            select(s.device, s.number, s.code)
            .where(s.stocktake_id == stocktake_id)
            .order_by(s.number)
        )
    ]


def test_a_scan_that_is_taken_back_leaves_its_trace_and_does_not_count(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    scans = [*scans_of(held, store, at=at), undo(6, 2, store, at)]
    answer = send(session, people.keeper, made, scans, at=at)
    assert answer.scans[-1].verdict is Verdict.UNDONE
    shown = {row.number: row.undone for row in list_scans(session, made.id)}
    assert shown == {1: False, 2: True, 3: False, 4: False, 5: False}
    end_first_count(session, people.keeper, made.reference, at=at)
    assert [case.code for case in list_differences(session, made.id).items] == [held[1]]
    with pytest.raises(Invalid):
        send(session, people.keeper, made, [undo(7, 9, store, at)], at=at)


def test_a_clock_wrong_by_a_day_is_noted_and_nothing_else(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    wrong = at + timedelta(days=1)
    send(session, people.keeper, made, scans_of(held, store, at=wrong), at=at, sent_at=wrong)
    (device,) = list_devices(session, made.id)
    assert device.clock_ahead_s == 86400
    rows = list_scans(session, made.id)
    assert {row.received_at for row in rows} == {at}
    assert [row.number for row in rows] == [5, 4, 3, 2, 1]
    assert all(earlier.scanned_at > later.scanned_at for earlier, later in pairwise(rows))


def test_a_scan_is_never_changed_nor_removed(
    session: Session, people: People, become, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    send(session, people.keeper, made, scans_of(held, store, at=at), at=at)
    become(people.keeper)
    for act in ("UPDATE stocktake_scan SET code = 'x'", "DELETE FROM stocktake_scan"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(act))
    for act in ("UPDATE stocktake_item SET place_id = 1", "UPDATE stocktake SET listed = 0"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(act))


def test_a_pack_is_blind_and_names_its_counter_whoever_sends(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    pack = fetch_pack(
        session, people.keeper, made.reference, NewDevice("phone-1", "Máy của Lan"), at=at
    )
    assert {item.key for item in pack.items} == {blinded(pack.salt, ref) for ref in held}
    assert all(ref not in str(pack.items) for ref in held)
    assert [place.name for place in pack.places] == ["Kho số 1", "Kệ A"]
    scans = scans_of(held, store, at=at)
    send(session, people.accountant, made, scans, at=at, device="phone-1", pack=pack.token)
    assert {row.counter_name for row in list_scans(session, made.id)} == {people.keeper.name}
    (row,) = session.execute(select(StocktakeScan.sent_by_id).distinct())
    assert row[0] == people.accountant.staff_id
    with pytest.raises(PackForged):
        send(session, people.keeper, made, (), at=at, device="phone-2", pack=pack.token)


def test_an_open_pack_shows_numbers_and_names(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at, blind=False)
    pack = fetch_pack(session, people.keeper, made.reference, NewDevice("phone-1"), at=at)
    assert sorted(item.key for item in pack.items) == held
    assert pack.items[0].what.startswith("Xe ô tô")


def test_what_moved_during_the_count_is_explained_and_no_difference(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime
) -> None:
    other = make_place(session, people.keeper, "K1-B", "Kệ B", at=at, inside=store)
    made = make_stocktake(session, people.keeper, store, at=at)
    later = at + timedelta(minutes=5)
    for ref in held[:2]:
        move(session, people.keeper, ref, Move(other.id, shelf.id, "Sắp xếp"), at=later)
    release(session, people.keeper, held[3], release_from(session, store, held[3]), at=later)
    first = scans_of([held[0]], other, at=later)
    send(
        session,
        people.keeper,
        made,
        [*first, *scans_of([held[4]], store, at=later, first=2)],
        at=at,
    )
    end_first_count(session, people.keeper, made.reference, at=later)
    assert [case.code for case in list_differences(session, made.id).items] == [held[2]]
    states = {item.reference: item.state for item in list_items(session, made.id).items}
    assert states == {
        held[0]: "found",
        held[1]: "moved",
        held[2]: "not_scanned",
        held[3]: "moved",
        held[4]: "found",
    }


def test_what_came_in_during_the_count_is_no_difference(
    session: Session, people: People, case: EnforcementCase, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    new = make_asset(session, people.keeper, case, at=at, place=store).reference
    send(session, people.keeper, made, scans_of([*held, new], store, at=at), at=at)
    end_first_count(session, people.keeper, made.reference, at=at)
    assert list_differences(session, made.id).items == []


def test_who_may_not_count_does_not(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    for who in (people.head, people.inspector):
        with pytest.raises(Forbidden):
            send(session, who, made, (), at=at)
    with pytest.raises(Forbidden):
        make_stocktake(session, people.officer, store, at=at)


def test_one_scan_takes_few_statements_and_a_batch_no_more(
    session: Session, people: People, store: Place, held, at: datetime, statements
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    statements.clear()
    send(session, people.keeper, made, scans_of(held[:1], store, at=at), at=at)
    one = len(statements)
    send(session, people.keeper, made, scans_of(held, store, at=at, first=2), at=at)
    assert (one, len(statements)) == (1, 2)


def test_numbers_are_those_of_the_program(session: Session) -> None:
    assert reference("KK", 12).startswith("KK-0000012-")
    assert Phase.FIRST == "first"
