"""The state of every seal is noted whenever a sealed thing is handled."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import Conflict
from inventory.custody.commands import move, release, take_in
from inventory.custody.models import Impediment
from inventory.custody.rules import Impeded, SealDamaged, SealsNotNoted, SealState
from inventory.custody.schemas import Move, Release, TakeIn
from inventory.seals.commands import check_seal, conclude_damage
from inventory.seals.queries import list_seals
from inventory.seals.rules import Occasion, SealStanding
from inventory.seals.schemas import NewCheck, NewConclusion, ReceivedSeal
from inventory.warehouses.models import Place
from tests.make.inventory import make_evidence, release_from, take_in_at
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
WHOLE = {"NP-1": SealState.WHOLE}
TORN = {"NP-1": SealState.TORN}


@pytest.fixture
def keeper(people: People, store: Place, shelf: Place, become: Become) -> Actor:
    return become(people.keeper)


@pytest.fixture
def sealed(session: Session, keeper: Actor, at: datetime) -> Registered:
    return make_evidence(session, keeper, at=at, seal=ReceivedSeal(number="NP-1"))


def coming(place: Place, seals: dict[str, SealState]) -> TakeIn:
    said = take_in_at(place)
    return TakeIn(said.place_id, said.giver, said.reason, said.document, said.order, seals)


def test_nothing_sealed_is_handled_without_a_look_at_every_seal(
    session: Session, keeper: Actor, sealed: Registered, store: Place, shelf: Place, at: datetime
) -> None:
    with pytest.raises(SealsNotNoted) as refused:
        take_in(session, keeper, sealed.reference, coming(store, {}), at=at)
    assert list(refused.value.fields) == ["seals"]
    other = {**WHOLE, "NP-9": SealState.WHOLE}
    with pytest.raises(Conflict):
        take_in(session, keeper, sealed.reference, coming(store, other), at=at)
    take_in(session, keeper, sealed.reference, coming(store, WHOLE), at=at)
    with pytest.raises(SealsNotNoted):
        move(session, keeper, sealed.reference, Move(shelf.id, store.id, "Xếp"), at=at)
    move(session, keeper, sealed.reference, Move(shelf.id, store.id, "Xếp", seals=WHOLE), at=at)
    out = release_from(session, shelf, sealed.reference)
    with pytest.raises(SealsNotNoted):
        release(session, keeper, sealed.reference, out, at=at)
    out = Release(shelf.id, "B", "Bán", order=out.order, seals=WHOLE)
    release(session, keeper, sealed.reference, out, at=at)
    (shown,) = list_seals(session, keeper, sealed.reference)
    assert [check.occasion for check in shown.checks] == [
        Occasion.RECEIPT,
        Occasion.TAKEN_IN,
        Occasion.MOVED,
        Occasion.RELEASED,
    ]


def test_a_torn_seal_stops_intake_until_the_conclusion(
    session: Session, people: People, keeper: Actor, sealed: Registered, store: Place, at: datetime
) -> None:
    with pytest.raises(SealDamaged) as refused:
        take_in(session, keeper, sealed.reference, coming(store, TORN), at=at)
    assert refused.value.article == "D152/26 Art. 37(2)c"
    torn = NewCheck(number="NP-1", state=SealState.TORN, occasion=Occasion.RECEIPT)
    check_seal(session, keeper, sealed.reference, torn, at=at)
    for said in (WHOLE, TORN):
        with pytest.raises((Impeded, SealDamaged)):
            take_in(session, keeper, sealed.reference, coming(store, said), at=at)
    conclusion = NewConclusion(
        number="NP-1",
        conclusion_body="Phòng Kỹ thuật hình sự",
        conclusion_number="44/KL",
        concluded_on=date(2026, 11, 23),
        conclusion="Hiện vật đủ",
    )
    conclude_damage(session, people.officer, sealed.reference, conclusion, at=at)
    lifted = session.scalars(select(Impediment.lift_reason)).all()
    assert list(lifted) == ["44/KL"]
    take_in(session, keeper, sealed.reference, coming(store, TORN), at=at)
    (shown,) = list_seals(session, keeper, sealed.reference)
    assert shown.standing is SealStanding.IN_FORCE


def test_a_seal_found_missing_at_a_move_is_an_alarm_of_its_own(
    session: Session, keeper: Actor, sealed: Registered, store: Place, shelf: Place, at: datetime
) -> None:
    take_in(session, keeper, sealed.reference, coming(store, WHOLE), at=at)
    gone = {"NP-1": SealState.MISSING}
    move(session, keeper, sealed.reference, Move(shelf.id, store.id, "Xếp", seals=gone), at=at)
    (shown,) = list_seals(session, keeper, sealed.reference)
    assert shown.standing is SealStanding.DAMAGED
    assert [damage.occasion for damage in shown.damages] == [Occasion.MOVED]
    order = release_from(session, shelf, sealed.reference).order
    for seen, refused in ((gone, SealDamaged), (WHOLE, Impeded)):
        out = Release(shelf.id, "B", "Bán", order=order, seals=seen)
        with pytest.raises(refused) as why:
            release(session, keeper, sealed.reference, out, at=at)
        assert why.value.article


def test_what_carries_no_seal_asks_for_none(
    session: Session, keeper: Actor, store: Place, at: datetime
) -> None:
    made = make_evidence(session, keeper, at=at)
    take_in(session, keeper, made.reference, coming(store, {}), at=at)
