"""Special kinds: cash that gives its sum, valuables at the Treasury, drugs, what spoils."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.bounds import KeptElsewhere
from inventory.custody.commands import take_in
from inventory.custody.queries import get_holding
from inventory.custody.rules import SealState
from inventory.custody.schemas import TakeIn
from inventory.seals.schemas import ReceivedSeal
from inventory.specials.commands import count_cash, mark_special
from inventory.specials.queries import count_perishables, list_counts, list_marks, list_perishables
from inventory.specials.rules import (
    AlreadyMarked,
    ConclusionNeeded,
    NotCash,
    NotCounted,
    SealNeeded,
    SpecialKind,
    SumDiffers,
    sum_of,
)
from inventory.specials.schemas import NewCashCount, NewCashLine, NewMark
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_asset, make_evidence, take_in_at
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def keeper(people: People, case: EnforcementCase, store: Place, become: Become) -> Actor:
    return become(people.keeper)


@pytest.fixture
def asset(session: Session, keeper: Actor, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, keeper, case, at=at)


@pytest.fixture
def treasury(session: Session, keeper: Actor, at: datetime) -> Place:
    new = NewPlace(
        code="KB", name="Kho bạc", kind=PlaceKind.OUTSIDE, custody_form=CustodyForm.TREASURY
    )
    return add_place(session, keeper, new, at=at)


def counted(total: str, *lines: tuple[str, int], currency: str = "VND") -> NewCashCount:
    return NewCashCount(
        currency=currency,
        total=Decimal(total),
        counted_on=date(2026, 11, 20),
        counted_by="Hoàng Thị Toán",
        lines=[NewCashLine(denomination=Decimal(d), pieces=n, serials="AB1") for d, n in lines],
    )


@given(st.lists(st.tuples(st.decimals("0.01", "500000", places=2), st.integers(1, 10_000))))
def test_the_parts_always_give_the_sum(lines: list[tuple[Decimal, int]]) -> None:
    assert sum_of(lines) == sum((value * n for value, n in lines), Decimal(0))
    assert sum_of([*lines, (Decimal(1), 1)]) == sum_of(lines) + 1


def test_counted_notes_must_give_the_total(
    session: Session, keeper: Actor, asset: Registered, at: datetime
) -> None:
    mark_special(session, keeper, asset.reference, NewMark(kind=SpecialKind.CASH), at=at)
    wrong = counted("1500000", ("500000", 2))
    with pytest.raises(SumDiffers) as refused:
        count_cash(session, keeper, asset.reference, wrong, at=at)
    assert list(refused.value.fields) == ["total"]
    right = counted("1200000", ("500000", 2), ("200000", 1))
    count_cash(session, keeper, asset.reference, right, at=at)
    dollars = counted("150.50", ("50", 3), ("0.50", 1), currency="USD")
    count_cash(session, keeper, asset.reference, dollars, at=at)
    last, first = list_counts(session, keeper, asset.reference)
    assert (first.currency, first.total) == ("VND", Decimal(1200000))
    assert [(line.denomination, line.pieces) for line in first.lines] == [(500000, 2), (200000, 1)]
    assert (last.currency, last.total, last.lines[0].serials) == ("USD", Decimal("150.50"), "AB1")


@pytest.mark.parametrize(
    ("count", "field"),
    [
        (counted("0.5", ("0.5", 1)), "total"),
        (counted("-5", ("5", 1)), "total"),
        (counted("0", ("0", 1)), "lines"),
        (counted("1", ("0.5", 2)), "lines"),
        (counted("5", ("5", 1), currency="XXX"), "currency"),
    ],
)
def test_money_is_whole_dong_of_a_known_currency(
    session: Session,
    keeper: Actor,
    asset: Registered,
    at: datetime,
    count: NewCashCount,
    field: str,
) -> None:
    mark_special(session, keeper, asset.reference, NewMark(kind=SpecialKind.CASH), at=at)
    with pytest.raises(Invalid) as refused:
        count_cash(session, keeper, asset.reference, count, at=at)
    assert list(refused.value.fields) == [field]


def test_only_cash_is_counted_and_a_kind_is_marked_once(
    session: Session, keeper: Actor, asset: Registered, at: datetime
) -> None:
    with pytest.raises(NotCash):
        count_cash(session, keeper, asset.reference, counted("5", ("5", 1)), at=at)
    mark = NewMark(kind=SpecialKind.PRECIOUS)
    mark_special(session, keeper, asset.reference, mark, at=at)
    with pytest.raises(AlreadyMarked):
        mark_special(session, keeper, asset.reference, mark, at=at)


@pytest.mark.parametrize("kind", [SpecialKind.CASH, SpecialKind.PRECIOUS, SpecialKind.SECURITIES])
def test_valuables_go_to_the_treasury_on_its_receipt(
    session: Session,
    keeper: Actor,
    asset: Registered,
    store: Place,
    treasury: Place,
    at: datetime,
    kind: SpecialKind,
) -> None:
    mark_special(session, keeper, asset.reference, NewMark(kind=kind), at=at)
    with pytest.raises(KeptElsewhere) as refused:
        take_in(session, keeper, asset.reference, take_in_at(store), at=at)
    assert refused.value.article == "L25 Art. 40(1)b; D152/26 Art. 24(2)"
    with pytest.raises(Invalid) as unproven:
        take_in(session, keeper, asset.reference, TakeIn(treasury.id, "Cơ quan", "Gửi"), at=at)
    assert list(unproven.value.fields) == ["document"]
    with_receipt = TakeIn(treasury.id, "Cơ quan", "Gửi", "BN-15/KBNN")
    take_in(session, keeper, asset.reference, with_receipt, at=at)
    assert get_holding(session, keeper, asset.reference).place == "Kho bạc"


def test_explosives_stay_with_specialised_bodies(
    session: Session, keeper: Actor, asset: Registered, store: Place, at: datetime
) -> None:
    mark_special(session, keeper, asset.reference, NewMark(kind=SpecialKind.DANGEROUS), at=at)
    with pytest.raises(KeptElsewhere) as refused:
        take_in(session, keeper, asset.reference, take_in_at(store), at=at)
    assert refused.value.article == "CPC Art. 90(1)b; C04/23 Art. 11(1)"


def test_drugs_come_sealed_with_their_conclusion_only(
    session: Session, keeper: Actor, asset: Registered, at: datetime
) -> None:
    drugs = NewMark(
        kind=SpecialKind.DRUGS,
        expert_number="15/KL-KTHS",
        expert_body="Viện KHHS",
        expert_on=date(2026, 10, 1),
    )
    for kind in (drugs, NewMark(kind=SpecialKind.DATA_CARRIER)):
        with pytest.raises(SealNeeded) as refused:
            mark_special(session, keeper, asset.reference, kind, at=at)
        assert refused.value.article == "D152/26 Art. 37(2)c; CPC Art. 107"
    made = make_evidence(session, keeper, at=at, seal=ReceivedSeal(number="MT-1"))
    with pytest.raises(ConclusionNeeded):
        mark_special(session, keeper, made.reference, NewMark(kind=SpecialKind.DRUGS), at=at)
    mark_special(session, keeper, made.reference, drugs, at=at)
    (shown,) = list_marks(session, keeper, made.reference)
    assert (shown.expert_number, shown.expert_body) == ("15/KL-KTHS", "Viện KHHS")


def test_what_spoils_is_shown_before_its_day(
    session: Session, keeper: Actor, case: EnforcementCase, at: datetime
) -> None:
    meat = make_asset(session, keeper, case, at=at, kind=AssetKind.MOVABLE)
    with pytest.raises(Invalid):
        mark_special(session, keeper, meat.reference, NewMark(kind=SpecialKind.PERISHABLE), at=at)
    fish = NewMark(kind=SpecialKind.PERISHABLE, perishable_on=date(2026, 12, 1))
    mark_special(session, keeper, meat.reference, fish, at=at)
    later = make_asset(session, keeper, case, at=at, perishable_on=date(2026, 12, 24))
    rows = list_perishables(session, keeper, size=1)
    assert [row.reference for row in rows.items] == [meat.reference]
    rest = list_perishables(session, keeper, cursor=rows.next_cursor)
    assert [row.reference for row in rest.items] == [later.reference]
    assert count_perishables(session, keeper, date(2026, 12, 7)) == 1


@pytest.mark.parametrize("kind", [AssetKind.CASH, AssetKind.GOLD, AssetKind.SECURITIES])
def test_valuables_go_to_the_treasury_by_their_kind_alone(
    session: Session, keeper: Actor, store: Place, treasury: Place, at: datetime, kind: AssetKind
) -> None:
    registered = session.scalar(text("SELECT count(*) FROM asset"))
    with pytest.raises(KeptElsewhere) as at_once:
        make_evidence(session, keeper, at=at, kind=kind, take_in=take_in_at(store))
    assert list(at_once.value.fields) == ["take_in.place_id"]
    assert session.scalar(text("SELECT count(*) FROM asset")) == registered
    made = make_evidence(session, keeper, at=at, kind=kind)
    with pytest.raises(KeptElsewhere) as refused:
        take_in(session, keeper, made.reference, take_in_at(store), at=at)
    assert refused.value.article == "L25 Art. 40(1)b; D152/26 Art. 24(2)"
    receipt = TakeIn(treasury.id, "Cơ quan", "Gửi", "BN-15/KBNN")
    if kind is AssetKind.CASH:
        with pytest.raises(NotCounted) as uncounted:
            take_in(session, keeper, made.reference, receipt, at=at)
        assert uncounted.value.article == "D152/26 Art. 44(2)"
        count_cash(session, keeper, made.reference, counted("500000", ("500000", 1)), at=at)
    take_in(session, keeper, made.reference, receipt, at=at)
    assert get_holding(session, keeper, made.reference).place == "Kho bạc"


def test_drugs_by_their_kind_come_in_sealed_and_concluded(
    session: Session, keeper: Actor, store: Place, at: datetime
) -> None:
    seal = ReceivedSeal(number="MT-1")
    with pytest.raises(ConclusionNeeded) as at_once:
        make_evidence(
            session, keeper, at=at, kind=AssetKind.DRUGS, seal=seal, take_in=take_in_at(store)
        )
    assert list(at_once.value.fields) == ["take_in.place_id"]
    loose = make_evidence(session, keeper, at=at, kind=AssetKind.DRUGS)
    with pytest.raises(SealNeeded):
        take_in(session, keeper, loose.reference, take_in_at(store), at=at)
    made = make_evidence(session, keeper, at=at, kind=AssetKind.DRUGS, seal=seal)
    come = msgspec.structs.replace(take_in_at(store), seals={"MT-1": SealState.WHOLE})
    with pytest.raises(ConclusionNeeded):
        take_in(session, keeper, made.reference, come, at=at)
    concluded = NewMark(kind=SpecialKind.DRUGS, expert_number="15/KL-KTHS", expert_body="Viện KHHS")
    mark_special(session, keeper, made.reference, concluded, at=at)
    take_in(session, keeper, made.reference, come, at=at)
    assert get_holding(session, keeper, made.reference).place == store.name


def test_live_things_need_no_seal(
    session: Session, keeper: Actor, asset: Registered, store: Place, at: datetime
) -> None:
    mark_special(session, keeper, asset.reference, NewMark(kind=SpecialKind.LIVE), at=at)
    take_in(session, keeper, asset.reference, take_in_at(store), at=at)


def test_who_may_not_marks_nothing_and_counts_stay(
    session: Session, people: People, keeper: Actor, asset: Registered, become: Become, at: datetime
) -> None:
    cash = NewMark(kind=SpecialKind.CASH)
    with pytest.raises(Forbidden):
        mark_special(session, people.inspector, asset.reference, cash, at=at)
    mark_special(session, keeper, asset.reference, cash, at=at)
    count_cash(session, keeper, asset.reference, counted("5000", ("5000", 1)), at=at)
    with pytest.raises(ProgrammingError), session.begin_nested():
        session.execute(text("UPDATE cash_line SET pieces = 2"))
    stranger = become(people.foreign_keeper)
    assert list_marks(session, stranger, asset.reference) == []
    assert list_counts(session, stranger, asset.reference) == []
    with pytest.raises(NotFound):
        mark_special(session, stranger, asset.reference, cash, at=at)
