"""Things of special kinds that lie in a place in a state in which they would not come in today."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.backlog import queries
from inventory.backlog.rules import Alarm
from inventory.base.actor import Actor
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release, take_in
from inventory.custody.schemas import TakeIn
from inventory.seals.commands import seal
from inventory.specials.commands import count_cash, mark_special
from inventory.specials.rules import SpecialKind
from inventory.specials.schemas import NewCashCount, NewCashLine, NewMark
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_asset, release_from
from tests.make.organisation import People
from tests.make.seals import new_seal

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CONCLUDED = NewMark(kind=SpecialKind.DRUGS, expert_number="15/KL-KTHS", expert_body="Viện KHHS")


def lacks(session: Session, actor: Actor) -> dict[str, str]:
    rows = queries.list_alarms(session, actor, Alarm.KEPT_OTHERWISE, at=AT).items
    return {row.ref: row.figure for row in rows}


def becomes(session: Session, made: Registered, kind: str) -> None:
    """As an import of before leaves it: in a place, whatever its kind would ask today."""
    said = {"kind": kind, "id": made.id}
    session.execute(text("UPDATE asset SET kind = :kind WHERE id = :id"), said)


@pytest.fixture
def held(session: Session, people: People, case: EnforcementCase, store: Place) -> Registered:
    return make_asset(session, people.keeper, case, at=AT, place=store)


@pytest.mark.parametrize(
    ("kind", "lack"),
    [
        ("drugs", "no_seal no_conclusion"),
        ("cash", "no_denominations not_at_treasury"),
        ("gold", "not_at_treasury"),
        ("securities", "not_at_treasury"),
        ("movable", None),
    ],
)
def test_each_kind_says_what_it_lacks(
    session: Session, people: People, held: Registered, kind: str, lack: str | None
) -> None:
    becomes(session, held, kind)
    assert lacks(session, people.keeper).get(held.reference) == lack
    counts = {one.alarm: one.count for one in queries.count_alarms(session, people.head, at=AT)}
    assert counts.get(Alarm.KEPT_OTHERWISE) == (1 if lack else None)


def test_what_is_marked_later_is_told_too_and_only_to_its_office(
    session: Session, people: People, held: Registered, become: Callable[[Actor], Actor]
) -> None:
    mark = NewMark(kind=SpecialKind.DANGEROUS)
    mark_special(session, people.keeper, held.reference, mark, at=AT)
    assert lacks(session, people.keeper) == {held.reference: "not_with_body"}
    assert lacks(session, become(people.foreign_keeper)) == {}


def test_it_ends_with_what_was_missing_and_hinders_no_release(
    session: Session, people: People, case: EnforcementCase, store: Place, held: Registered
) -> None:
    becomes(session, held, "drugs")
    seal(session, people.officer, held.reference, new_seal("NP-1"), at=AT)
    assert lacks(session, people.keeper) == {held.reference: "no_conclusion"}
    mark_special(session, people.keeper, held.reference, CONCLUDED, at=AT)
    assert lacks(session, people.keeper) == {}
    cash = make_asset(session, people.keeper, case, at=AT, place=store)
    becomes(session, cash, "cash")
    note = NewCashLine(denomination=Decimal(500_000), pieces=2)
    count = NewCashCount(
        currency="VND",
        total=Decimal(1_000_000),
        counted_on=date(2026, 11, 20),
        counted_by="Toán",
        lines=[note],
    )
    count_cash(session, people.keeper, cash.reference, count, at=AT)
    assert lacks(session, people.keeper) == {cash.reference: "not_at_treasury"}
    goes = release_from(session, store, cash.reference)
    release(session, people.keeper, cash.reference, goes, at=AT)
    assert lacks(session, people.keeper) == {}


@pytest.mark.parametrize(("receipt", "lack"), [("", "no_receipt"), ("BN-15/KBNN", None)])
def test_what_the_treasury_has_needs_its_receipt(
    session: Session, people: People, case: EnforcementCase, receipt: str, lack: str | None
) -> None:
    form = CustodyForm.THIRD_PARTY
    outside = NewPlace(code="KB", name="Kho bạc", kind=PlaceKind.OUTSIDE, custody_form=form)
    place = add_place(session, people.keeper, outside, at=AT)
    made = make_asset(session, people.keeper, case, at=AT)
    came = TakeIn(place.id, "Cơ quan", "Gửi", receipt)
    take_in(session, people.keeper, made.reference, came, at=AT)
    place.custody_form = CustodyForm.TREASURY.value
    session.flush()
    becomes(session, made, "gold")
    assert lacks(session, people.keeper).get(made.reference) == lack


def test_the_page_names_what_is_missing(
    session: Session, held: Registered, browse: Callable[[str], TestClient[Any]]
) -> None:
    becomes(session, held, "drugs")
    client = browse("keeper")
    page = client.get("/backlog?kind=kept_otherwise").text
    assert "chưa niêm phong" in page
    assert "chưa có kết luận giám định" in page
    client.cookies.set("kebien_locale", "en")
    assert "no expert conclusion" in client.get("/backlog?kind=kept_otherwise").text
