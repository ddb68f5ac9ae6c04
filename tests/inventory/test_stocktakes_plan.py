"""Planning and opening: what the law asks for is planned once, and the list is frozen."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from auction.legal_rules.models import LegalRule, RuleSet
from inventory.assets.commands import Registered
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.specials.models import SpecialMark
from inventory.specials.rules import SpecialKind
from inventory.stocktakes.commands.judge import end_first_count
from inventory.stocktakes.commands.plan import plan_count, plan_year
from inventory.stocktakes.models import PlannedCount, StocktakeItem
from inventory.stocktakes.queries.stocktakes import (
    get_stocktake,
    list_missed,
    list_planned,
    list_stocktakes,
)
from inventory.stocktakes.rules import (
    AlreadyOpen,
    NothingToCount,
    NotWhatIsPlanned,
    Period,
    PlannedAlready,
    RiskClass,
    drawn,
)
from inventory.stocktakes.schemas.said import NewPlan, NewPlannedCount
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_place
from tests.make.organisation import People
from tests.make.stocktakes import make_stocktake, scans_of, send


def test_a_year_is_planned_as_the_law_asks_and_only_once(
    session: Session, people: People, store: Place, shelf: Place, at: datetime
) -> None:
    assert plan_year(session, people.head, NewPlan(2027), at=at) == 4
    assert plan_year(session, people.accountant, NewPlan(2027), at=at) == 0
    planned = list_planned(session, people.keeper, since=date(2027, 1, 1))
    with pytest.raises(NotWhatIsPlanned):  # its quarter has not begun
        make_stocktake(session, people.keeper, store, at=at, planned_id=planned[0].id)
    with pytest.raises(NotWhatIsPlanned):  # a quarter's count is not the year's
        make_stocktake(session, people.keeper, store, at=at, planned_id=planned[3].id)
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
        asset = make_asset(session, people.keeper, case, at=at, place=store)
        session.execute(update(Asset).where(Asset.id == asset.id).values(kind=kind.value))
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


def test_a_place_is_counted_once_at_a_time_and_an_empty_one_too(
    session: Session, people: People, store: Place, held, at: datetime
) -> None:
    make_stocktake(session, people.keeper, store, at=at)
    with pytest.raises(AlreadyOpen):
        make_stocktake(session, people.keeper, store, at=at)
    empty = make_place(session, people.keeper, "K7", "Kho trống", at=at)
    with pytest.raises(NothingToCount):
        make_stocktake(session, people.keeper, empty, at=at, sample_pct=50)
    made = make_stocktake(session, people.keeper, empty, at=at)
    ended = end_first_count(session, people.keeper, made.reference, at=at)
    assert (made.listed, ended.first_ended_at) == (0, at)


CASH, VEHICLE = RiskClass.CASH, RiskClass.VEHICLE
PLANS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"classes": (CASH,), "sample_pct": 50}, {}, True),
    ({"classes": (CASH,)}, {"classes": (CASH, VEHICLE)}, True),
    ({}, {"classes": (VEHICLE,)}, False),
    ({"classes": (CASH,)}, {"classes": (VEHICLE,)}, False),
    ({}, {"sample_pct": 99}, False),
]


@pytest.mark.parametrize(("plan", "said", "serves"), PLANS)
def test_a_plan_is_fulfilled_only_by_a_count_of_all_it_asks_for(
    session: Session,
    people: People,
    store: Place,
    held,
    at: datetime,
    today: date,
    plan,
    said,
    serves,
) -> None:
    planned = plan_count(session, people.head, NewPlannedCount(store.id, today, **plan), at=at)
    if serves:
        make_stocktake(session, people.keeper, store, at=at, planned_id=planned.id, **said)
        return
    with pytest.raises(NotWhatIsPlanned) as refused:
        make_stocktake(session, people.keeper, store, at=at, planned_id=planned.id, **said)
    assert refused.value.article


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


def lines_of(stocktake_id: int):
    return select(StocktakeItem.reference).where(StocktakeItem.stocktake_id == stocktake_id)


def test_only_some_classes_are_counted_and_a_sample_can_be_drawn_again(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    for _n in range(60):
        make_asset(session, people.keeper, case, at=at, place=store, kind=AssetKind.VEHICLE)
    one = "kind = CASE id % 3 WHEN 0 THEN 'cash' WHEN 1 THEN 'gold' ELSE 'vehicle' END"
    session.execute(text(f"UPDATE asset SET {one}"))  # as money lay in stores before
    cash = make_stocktake(session, people.keeper, store, at=at, classes=(RiskClass.CASH,))
    assert cash.listed == 20
    end_first_count(session, people.keeper, cash.reference, at=at)
    session.execute(text("UPDATE stocktake SET closed_at = now()"))
    sample = make_stocktake(session, people.keeper, store, at=at, sample_pct=50)
    listed = set(session.scalars(lines_of(sample.id)))
    every = session.scalars(text("SELECT reference FROM asset")).all()
    assert listed == {ref for ref in every if drawn(sample.seed, ref) < 5000}
    assert 10 < len(listed) < 50
