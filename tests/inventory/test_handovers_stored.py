"""What lies in a warehouse is handed over by its keeper only, on the order that names its taker."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import ByLaw
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import take_in
from inventory.custody.queries import get_holding
from inventory.custody.verification import verify_chains
from inventory.handovers.commands.answers import answer
from inventory.handovers.commands.offers import offer
from inventory.handovers.queries.offers import charges_of, get_offer
from inventory.handovers.schemas import LineAnswer, NewAnswers, NewOffer, Outsider
from inventory.keepers.commands import relieve_keeper
from inventory.keepers.rules import NotTheKeeper
from inventory.keepers.schemas import Relief
from inventory.orders.models import OrderUse
from inventory.orders.rules import OrderForSomebodyElse, OrderNeeded
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, take_in_at
from tests.make.orders import order_out
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
OWNER = Outsider(name="Trần Văn Nợ", post="Chủ sở hữu", proof=Proof.CITIZEN_CARD)


@pytest.fixture
def loose(session: Session, people: People, case: EnforcementCase, at: datetime) -> Registered:
    """A thing in the officer's hands."""
    return make_asset(session, people.officer, case, at=at)


def to(code: str, thing: Registered, at: datetime, order: str | None = None) -> NewOffer:
    return NewOffer(
        assets=[thing.reference],
        reason="Bàn giao",
        answer_by=(at + timedelta(days=2)).date(),
        receiver_code=code,
        order=order,
    )


def accepted(thing: Registered, signed: Outsider | None = None) -> NewAnswers:
    answers = [LineAnswer(asset=thing.reference, accepted=True)]
    return NewAnswers(answers=answers, signed=signed)


@pytest.fixture
def to_officer(session: Session, people: People, things: list[Registered], shelf: Place) -> str:
    """The order that lets the first thing out to the officer."""
    return order_out(session, shelf, things[0].reference, party=people.officer.name)


@pytest.mark.parametrize(
    ("giver", "code", "named", "refused"),
    [
        ("officer", "T-keeper", True, NotTheKeeper),
        ("keeper", "T-officer", False, OrderNeeded),
        ("keeper", "T-accountant", True, OrderForSomebodyElse),
    ],
    ids=["not-by-others-than-its-keeper", "not-without-an-order", "not-to-somebody-else"],
)
def test_what_lies_in_a_warehouse_is_offered_through_its_door_only(
    session: Session,
    people: People,
    things: list[Registered],
    to_officer: str,
    become: Become,
    at: datetime,
    *,
    giver: str,
    code: str,
    named: bool,
    refused: type[ByLaw],
) -> None:
    actor = become(getattr(people, giver))
    with pytest.raises(refused) as why:
        offer(session, actor, to(code, things[0], at, to_officer if named else None), at=at)
    assert (bool(why.value.article), bool(why.value.params["rule"])) == (True, True)


def test_what_the_receiver_takes_over_leaves_on_the_order_and_what_he_refuses_stays(
    session: Session,
    people: People,
    things: list[Registered],
    shelf: Place,
    become: Become,
    at: datetime,
) -> None:
    both = [thing.reference for thing in things]
    order = order_out(session, shelf, *both, party=people.officer.name)
    new = msgspec.structs.replace(to("T-officer", things[0], at, order), assets=both)
    made = offer(session, become(people.keeper), new, at=at).reference
    assert get_offer(session, people.keeper, made).order_number == order
    officer = become(people.officer)
    no = LineAnswer(asset=both[1], accepted=False, reason="Không đúng mô tả")
    said = msgspec.structs.replace(accepted(things[0]), answers=[*accepted(things[0]).answers, no])
    answer(session, officer, made, said, at=at)
    gone, stays = (get_holding(session, officer, name) for name in both)
    assert (gone.place_id, gone.receiver, stays.place_id) == (None, officer.name, shelf.id)
    (use,) = session.scalars(select(OrderUse).where(OrderUse.seq > 1)).all()
    assert use.asset_id == things[0].id
    assert charges_of(session, [things[0].id])[things[0].id].staff_id == officer.staff_id
    assert verify_chains(session).first_fault is None


def test_somebody_without_an_account_takes_over_at_the_keeper_s_screen(
    session: Session,
    people: People,
    things: list[Registered],
    shelf: Place,
    become: Become,
    at: datetime,
) -> None:
    order = order_out(session, shelf, things[0].reference, party=OWNER.name)
    new = msgspec.structs.replace(
        to("", things[0], at, order), receiver_code=None, receiver_name=OWNER.name
    )
    keeper = become(people.keeper)
    made = offer(session, keeper, new, at=at).reference
    answer(session, keeper, made, accepted(things[0], OWNER), at=at)
    assert get_holding(session, keeper, things[0].reference).receiver == OWNER.name


def test_a_keeper_who_was_relieved_meanwhile_lets_nothing_out(
    session: Session,
    people: People,
    things: list[Registered],
    to_officer: str,
    store: Place,
    become: Become,
    at: datetime,
) -> None:
    new = to("T-officer", things[0], at, to_officer)
    made = offer(session, become(people.keeper), new, at=at).reference
    relieve_keeper(session, become(people.head), store.id, Relief(reason="Đình chỉ"), at=at)
    with pytest.raises(NotTheKeeper):
        answer(session, become(people.officer), made, accepted(things[0]), at=at)


def test_what_came_into_the_warehouse_after_it_was_offered_stays_there(
    session: Session, people: People, loose: Registered, store: Place, become: Become, at: datetime
) -> None:
    offered = offer(session, become(people.officer), to("T-keeper", loose, at), at=at).reference
    keeper = become(people.keeper)
    take_in(session, keeper, loose.reference, take_in_at(store), at=at)
    with pytest.raises(NotTheKeeper):
        answer(session, keeper, offered, accepted(loose), at=at)


def test_the_page_offers_the_orders_that_fit(
    browse: Callable[[str], TestClient], people: People, things: list[Registered], to_officer: str
) -> None:
    page = browse("keeper")
    thing = things[0].reference
    assert f'value="{to_officer}"' in page.get(f"/handovers/new?assets={thing}").text
    said = {"assets": thing, "reason": "Bàn giao", "answer_by": "2026-12-01"}
    none = page.post("/handovers/new", data=said | {"receiver_code": "T-officer"})
    assert (none.status_code, 'id="order-fault"' in none.text) == (422, True)
    done = page.post(
        "/handovers/new", data=said | {"receiver_code": "T-officer", "order": to_officer}
    )
    assert done.status_code in {200, 303}
