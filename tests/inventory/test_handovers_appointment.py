"""Nothing leaves or comes by the hand of somebody who is not appointed to the warehouse."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release, take_in
from inventory.custody.queries import get_holding
from inventory.disposals.commands.carry_out import carry_out
from inventory.disposals.commands.steps import decide, notify
from inventory.disposals.rules import Way
from inventory.disposals.schemas import CarriedOut, NewDisposal, NewNotice, Receiver
from inventory.handovers.commands.loans import lend
from inventory.handovers.commands.returns import bring_back
from inventory.handovers.commands.transfers import send
from inventory.handovers.rules import Purpose
from inventory.handovers.schemas import LineReturn, NewLoan, NewReturns, NewTransfer, Outsider
from inventory.keepers.commands import (
    appoint_keeper,
    record_joint_count,
    relieve_keeper,
    sign_change,
)
from inventory.keepers.rules import NotTheKeeper
from inventory.keepers.schemas import ChangeSignature, JointCount, NewKeeper, Relief
from inventory.organisation.rules import Role
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, release_from, take_in_at
from tests.make.orders import order_out, order_to_lend, order_to_send
from tests.make.organisation import People, make_actor, make_staff

CLERK = Outsider(name="Đỗ Thị Thư", post="Thư ký Tòa án", proof=Proof.INTRODUCTION)
Act = Callable[[Session, Actor, Place, str, datetime], object]


def loan_of(order: str, thing: str, at: datetime) -> NewLoan:
    return NewLoan(
        assets=[thing],
        borrower="Tòa án nhân dân tỉnh",
        taker=CLERK,
        purpose=Purpose.HEARING,
        request_number="1/TA",
        requested_on=at.date(),
        order=order,
        working_days=3,
    )


def lends(session: Session, keeper: Actor, store: Place, thing: str, at: datetime) -> object:
    return lend(session, keeper, loan_of(order_to_lend(session, store, thing), thing, at), at=at)


def sends(session: Session, keeper: Actor, store: Place, thing: str, at: datetime) -> object:
    new = NewTransfer(
        to_office="T02",
        order=order_to_send(session, store, thing),
        reason="Ủy thác",
        expected_on=at.date(),
        assets=(thing,),
        carrier_name="Phạm Văn Chở",
        carrier_post="Lái xe",
        carrier_proof=Proof.CITIZEN_CARD,
    )
    return send(session, keeper, new, at=at)


def releases(session: Session, keeper: Actor, store: Place, thing: str, at: datetime) -> object:
    return release(session, keeper, thing, release_from(session, store, thing), at=at)


ACTS: dict[str, Act] = {"lend": lends, "send": sends, "release": releases}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_leaves_by_the_hand_of_who_is_not_appointed(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime, act: str
) -> None:
    """The control: the same act by the same person before he was relieved."""
    first, second = (
        make_asset(session, people.keeper, case, place=store, at=at).reference for _i in range(2)
    )
    ACTS[act](session, people.keeper, store, first, at)
    relieve_keeper(session, people.head, store.id, Relief(reason="Đình chỉ công tác"), at=at)
    with pytest.raises(NotTheKeeper):
        ACTS[act](session, people.keeper, store, second, at)


def test_nothing_comes_back_or_is_returned_to_its_owner_without_an_appointment(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    out, owned, waiting = (
        make_asset(session, people.keeper, case, place=place, at=at).reference
        for place in (store, store, None)
    )
    loan = lend(
        session,
        people.keeper,
        loan_of(order_to_lend(session, store, out), out, at),
        at=at,
    ).reference
    new = NewDisposal(
        way=Way.RETURN,
        assets=[owned],
        decision_number="88/QĐ",
        decision_on=at.date(),
        judgment="12/2026/HS-ST",
        party="Trần Văn Nợ",
    )
    disposal = decide(session, people.officer, new, at=at).reference
    notify(session, people.officer, disposal, NewNotice(paper="5/TB", noticed_on=at.date()), at=at)
    relieve_keeper(session, people.head, store.id, Relief(reason="Đình chỉ công tác"), at=at)
    back = NewReturns(returns=[LineReturn(asset=out)], brought_by=CLERK)
    owner = Receiver(
        name="Trần Văn Nợ", post="Chủ sở hữu", proof=Proof.CITIZEN_CARD, proof_number="001"
    )
    gone = CarriedOut(order=order_out(session, store, owned, party="Trần Văn Nợ"), receiver=owner)
    with pytest.raises(NotTheKeeper):
        bring_back(session, people.keeper, loan, back, at=at)
    with pytest.raises(NotTheKeeper):
        carry_out(session, people.keeper, disposal, gone, at=at)
    with pytest.raises(NotTheKeeper):
        take_in(session, people.keeper, waiting, take_in_at(store), at=at)
    assert get_holding(session, people.keeper, owned).place_id == store.id


def test_after_a_change_of_keeper_releasing_moves_with_both_signatures_only(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    today: date,
) -> None:
    staff = make_staff(session, people.office, Role.KEEPER, "T-second", "Thủ kho hai")
    second = make_actor(session, staff, people.office, Role.KEEPER)
    thing = make_asset(session, people.keeper, case, place=store, at=at).reference
    new = NewKeeper(
        staff="T-second",
        decision_number="2/QĐ",
        decided_on=today,
        valid_from=today,
        valid_to=today + timedelta(days=30),
    )
    appoint_keeper(session, people.head, store.id, new, at=at)
    on_paper = JointCount(reference="KK-0000001-1", reason="Kho mất điện")
    record_joint_count(session, people.head, store.id, on_paper, at=at)
    with pytest.raises(NotTheKeeper):
        releases(session, second, store, thing, at)
    sign_change(session, people.keeper, store.id, ChangeSignature(), at=at)
    with pytest.raises(NotTheKeeper):
        releases(session, second, store, thing, at)
    sign_change(session, second, store.id, ChangeSignature(), at=at)
    with pytest.raises(NotTheKeeper):
        releases(session, people.keeper, store, thing, at)
    releases(session, second, store, thing, at)
