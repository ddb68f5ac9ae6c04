"""Owners with shares, burdens and their times, collateral, regions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.assets.queries import get_asset
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.titles.commands import (
    end_burden,
    end_collateral,
    record_burden,
    record_collateral,
    record_title,
    set_region,
)
from inventory.titles.queries import (
    burdens_of,
    collateral_of,
    not_before,
    regions_of,
    secured_for_others,
    title_file,
    titles_of,
)
from inventory.titles.rules import (
    Burden,
    BurdenEnd,
    BurdenEnded,
    CollateralEnded,
    NotPriced,
    OwnerRole,
    Region,
    SharesDiffer,
    StillTheirs,
    TitleOutOfTurn,
)
from inventory.titles.schemas import (
    EndOfBurden,
    EndOfCollateral,
    NewBurden,
    NewCollateral,
    NewOwner,
    NewRegion,
    NewTitle,
)
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People

SINCE = date(2026, 9, 1)


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    case = make_case(session, people.officer, at=at)
    return make_asset(session, people.keeper, case, at=at).reference


def id_of(session: Session, people: People, reference: str) -> int:
    return get_asset(session, people.officer, reference).id


def new_title(*owners: tuple[OwnerRole, str, int, int], **said: Any) -> NewTitle:
    made = [NewOwner(role=role, name=name, over=a, under=b) for role, name, a, b in owners]
    return NewTitle(**{"from_on": SINCE, "document": "GCN 12", **said}, owners=made)


DEBTOR = (OwnerRole.DEBTOR, "Trần Văn Nợ")
SISTER = (OwnerRole.CO_OWNER, "Trần Thị Chung")


def test_owners_are_recorded_with_shares_that_give_the_whole(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    """L25 Art. 39(2)."""
    new = new_title((*DEBTOR, 2, 3), (*SISTER, 1, 3), indivisible=True)
    record_title(session, people.officer, asset, new, at=at)
    title = title_file(session, people.officer, asset, today).title
    assert title is not None
    assert title.indivisible
    assert title.debtors_share == Fraction(2, 3)
    assert [owner.name for owner in title.co_owners] == ["Trần Thị Chung"]


@pytest.mark.parametrize("shares", [[(1, 2)], [(1, 2), (1, 3)], [(1, 1), (1, 100)]])
def test_shares_that_do_not_give_the_whole_are_refused(
    session: Session, people: People, asset: str, at: datetime, shares: list[tuple[int, int]]
) -> None:
    new = new_title(*[(*DEBTOR, a, b) for a, b in shares])
    with pytest.raises(SharesDiffer) as refusal:
        record_title(session, people.officer, asset, new, at=at)
    assert str(refusal.value.params["sum"]) != "1"


def test_a_later_title_takes_the_place_of_the_earlier_which_stays(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    record_title(session, people.officer, asset, new_title((*DEBTOR, 1, 1)), at=at)
    later = new_title((*DEBTOR, 1, 2), (*SISTER, 1, 2), from_on=date(2026, 10, 1))
    record_title(session, people.officer, asset, later, at=at)
    asset_id = id_of(session, people, asset)
    assert len(titles_of(session, [asset_id], today)[asset_id].owners) == 2
    assert len(titles_of(session, [asset_id], date(2026, 9, 30))[asset_id].owners) == 1
    assert titles_of(session, [asset_id], date(2026, 8, 1)) == {}
    for again in (new_title((*DEBTOR, 1, 1)), later):
        with pytest.raises(TitleOutOfTurn):
            record_title(session, people.officer, asset, again, at=at)


def test_others_things_may_be_taken_away_for_fifteen_days_and_are_sold_with_the_land_after(
    session: Session, people: People, asset: str, at: datetime
) -> None:
    """L25 Art. 81(2)."""
    new = NewBurden(
        kind=Burden.OTHERS_THINGS,
        holder="Lê Văn Khác",
        since_on=SINCE,
        told_on=date(2026, 11, 2),
        note="Nhà xưởng bằng thép trên đất",
    )
    burden = record_burden(session, people.officer, asset, new, at=at)
    assert (burden.act_by_on, burden.article) == (date(2026, 11, 17), "L25 Art. 81(2)")

    def sell(on: date) -> None:
        """They are priced when they are sold along; before there was no price to keep."""
        value = Decimal(80_000_000)
        end = EndOfBurden(burden_id=burden.id, ended_on=on, how=BurdenEnd.SOLD_WITH, value=value)
        end_burden(session, people.officer, asset, end, at=at)

    with pytest.raises(StillTheirs) as refusal:
        sell(date(2026, 11, 17))
    assert refusal.value.article == "L25 Art. 81(2)"
    sell(date(2026, 11, 18))
    assert burden.value == 80_000_000
    with pytest.raises(BurdenEnded):
        sell(date(2026, 11, 19))


def test_others_things_without_a_price_are_not_sold_with_the_land(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    """L25 Art. 81(2): priced and sold with it, the owner gets the money."""
    told = date(2026, 11, 2)
    new = NewBurden(kind=Burden.OTHERS_THINGS, since_on=SINCE, told_on=told, note="Nhà xưởng")
    burden = record_burden(session, people.officer, asset, new, at=at)
    end = EndOfBurden(burden_id=burden.id, ended_on=today, how=BurdenEnd.SOLD_WITH)
    with pytest.raises(NotPriced) as refusal:
        end_burden(session, people.officer, asset, end, at=at)
    assert (refusal.value.article, burden.ended_on) == ("L25 Art. 81(2)", None)
    negative = EndOfBurden(
        burden_id=burden.id, ended_on=today, how=BurdenEnd.SOLD_WITH, value=Decimal(-1)
    )
    with pytest.raises(Invalid):
        end_burden(session, people.officer, asset, negative, at=at)


def test_things_whose_owner_was_not_told_are_not_sold(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    new = NewBurden(kind=Burden.OTHERS_THINGS, since_on=SINCE, note="Cây cảnh")
    burden = record_burden(session, people.officer, asset, new, at=at)
    end = EndOfBurden(burden_id=burden.id, ended_on=today, how=BurdenEnd.SOLD_WITH)
    with pytest.raises(StillTheirs):
        end_burden(session, people.officer, asset, end, at=at)
    grave = NewBurden(kind=Burden.GRAVE, since_on=SINCE, note="Ba ngôi mộ")
    other = record_burden(session, people.officer, asset, grave, at=at)
    wrong = EndOfBurden(burden_id=other.id, ended_on=today, how=BurdenEnd.SOLD_WITH)
    with pytest.raises(Invalid):
        end_burden(session, people.officer, asset, wrong, at=at)


def test_crops_name_the_day_before_which_nothing_is_sold(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    """L25 Art. 81(3)."""
    harvest = today + timedelta(days=40)
    new = NewBurden(kind=Burden.CROPS, since_on=SINCE, not_before_on=harvest, note="Lúa")
    burden = record_burden(session, people.officer, asset, new, at=at)
    ids = [id_of(session, people, asset)]
    assert not_before(session, ids, today) == harvest
    end = EndOfBurden(burden_id=burden.id, ended_on=today, how=BurdenEnd.HARVESTED)
    end_burden(session, people.officer, asset, end, at=at)
    assert not_before(session, ids, today) is None
    assert burdens_of(session, ids, today) == {}
    assert len(burdens_of(session, ids)[ids[0]]) == 1


def test_collateral_of_another_than_the_creditor_sets_the_asset_apart(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    """D152/26 Art. 55(4); L25 Art. 54(3)."""

    def secure(holder: str, amount: int, *, creditor: bool) -> int:
        new = NewCollateral(
            holder=holder,
            secured_amount=Decimal(amount),
            holder_is_creditor=creditor,
            from_on=SINCE,
            document="HĐTC 5",
        )
        return record_collateral(session, people.officer, asset, new, at=at).id

    ids = [id_of(session, people, asset)]
    secure("Ngân hàng Thử", 700, creditor=True)
    assert secured_for_others(session, ids, today) == 0
    other = secure("Ngân hàng Khác", 900, creditor=False)
    assert secured_for_others(session, ids, today) == 900
    assert len(collateral_of(session, ids, today)[ids[0]]) == 2
    end = EndOfCollateral(collateral_id=other, ended_on=today, document="CV 8")
    end_collateral(session, people.officer, asset, end, at=at)
    assert secured_for_others(session, ids, today) == 0
    with pytest.raises(CollateralEnded):
        end_collateral(session, people.officer, asset, end, at=at)


def test_the_newest_region_holds(
    session: Session, people: People, asset: str, at: datetime, today: date
) -> None:
    for region, from_on in ((Region.III, SINCE), (Region.II, date(2026, 10, 1))):
        set_region(session, people.officer, asset, NewRegion(region=region, from_on=from_on), at=at)
    asset_id = id_of(session, people, asset)
    assert regions_of(session, [asset_id], today) == {asset_id: Region.II}
    assert regions_of(session, [asset_id], date(2026, 9, 2)) == {asset_id: Region.III}
    new = NewRegion(region=Region.I, from_on=date(9999, 12, 31))
    with pytest.raises(Invalid, match="future"):
        set_region(session, people.officer, asset, new, at=at)


def test_another_office_and_another_role_record_nothing(
    session: Session, people: People, asset: str, become: Callable[[Actor], Actor], at: datetime
) -> None:
    new = new_title((*DEBTOR, 1, 1))
    officer = become(people.officer)
    record_title(session, officer, asset, new, at=at)
    with pytest.raises(Forbidden):
        record_title(session, people.keeper, asset, new, at=at)
    foreign = become(people.foreign_officer)
    with pytest.raises(NotFound):
        record_title(session, foreign, asset, new, at=at)
    assert session.scalar(text("SELECT count(*) FROM asset_title")) == 0


def test_the_file_of_a_title_takes_as_many_statements_for_few_rows_as_for_many(
    session: Session, people: People, asset: str, at: datetime, today: date, statements: list[str]
) -> None:
    def taken() -> int:
        session.expire_all()
        statements.clear()
        title_file(session, people.officer, asset, today)
        return len(statements)

    record_title(session, people.officer, asset, new_title((*DEBTOR, 1, 1)), at=at)
    few = taken()
    many = [(*SISTER, 1, 20)] * 20
    record_title(session, people.officer, asset, new_title(*many, from_on=date(2026, 10, 1)), at=at)
    for _n in range(5):
        burden = NewBurden(kind=Burden.DEFECT, since_on=SINCE, note="Nứt tường")
        record_burden(session, people.officer, asset, burden, at=at)
    assert taken() == few
