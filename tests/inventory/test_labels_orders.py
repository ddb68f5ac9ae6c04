"""The label is a step of the order in: taken when everything that came bears one."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.cases.models import EnforcementCase
from inventory.custody.schemas import TakeIn
from inventory.labels.commands import print_labels
from inventory.labels.schemas import NewRun
from inventory.orders.commands.finishing import write_minutes, write_slip
from inventory.orders.commands.requesting import request_order
from inventory.orders.commands.signing import sign_order
from inventory.orders.queries import get_order
from inventory.orders.rules import Step
from inventory.orders.schemas import StepOut
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.organisation import People
from tests.make.requests import as_ordered, new_order, phones

Become = Callable[[Actor], Actor]
Browse = Callable[[str], TestClient]


@pytest.fixture
def came(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    become: Become,
    at: datetime,
) -> tuple[str, list[str]]:
    """An order by which two things came in, and their numbers; its last paper is not written."""
    new = new_order(store, phones(2), case_number=case.decision_number)
    become(people.officer)
    ref = request_order(session, people.officer, new, at=at).reference
    become(people.head)
    sign_order(session, people.head, ref, at=at)
    keeper = become(people.keeper)
    refs = [
        make_asset(
            session,
            keeper,
            case,
            at=at,
            take_in=TakeIn(store.id, "Trần Văn Nợ", "Kê biên", order=f"{ref}/1"),
        ).reference
        for _n in range(2)
    ]
    write_minutes(session, keeper, ref, as_ordered(session, people, ref), at=at)
    return ref, refs


def step_of(session: Session, keeper: Actor, ref: str) -> StepOut | None:
    steps = get_order(session, keeper, ref).steps
    return next((step for step in steps if step.step is Step.LABEL), None)


def prints(session: Session, keeper: Actor, refs: list[str], at: datetime) -> None:
    new = NewRun(numbers=refs, format="a4-24", reason=None)
    print_labels(session, keeper, new, address="", at=at)


def test_the_last_label_takes_the_step_once(
    session: Session, people: People, came: tuple[str, list[str]], at: datetime
) -> None:
    ref, (first, second) = came
    later = at + timedelta(hours=1)
    write_slip(session, people.keeper, ref, at=at)
    prints(session, people.keeper, [first], at)
    assert step_of(session, people.keeper, ref) is None
    prints(session, people.keeper, [second], later)
    taken = step_of(session, people.keeper, ref)
    assert taken is not None
    assert (taken.by, taken.at) == (people.keeper.name, later)


def test_labels_printed_before_the_slip_count_when_it_is_written(
    session: Session, people: People, came: tuple[str, list[str]], at: datetime
) -> None:
    ref, refs = came
    prints(session, people.keeper, refs, at)
    assert step_of(session, people.keeper, ref) is None
    write_slip(session, people.keeper, ref, at=at + timedelta(hours=1))
    taken = step_of(session, people.keeper, ref)
    assert taken is not None
    assert taken.at == at


def test_the_page_of_the_order_says_that_labels_are_next(
    session: Session,
    people: People,
    came: tuple[str, list[str]],
    browse: Browse,
    at: datetime,
) -> None:
    ref, refs = came
    write_slip(session, people.keeper, ref, at=at)
    keeper, said = browse("keeper"), "mọi thứ đã nhận đều có nhãn"
    assert said in keeper.get(f"/orders/{ref}").text
    prints(session, people.keeper, refs, at)
    assert said not in keeper.get(f"/orders/{ref}").text
