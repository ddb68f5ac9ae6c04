"""Things returned: to whom, on which paper, one by one, and what nobody collects."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.disposals.commands.carry_out import carry_out, put_up_for_sale
from inventory.disposals.commands.steps import decide, give_up_waiting, notify, refuse_return
from inventory.disposals.queries import get_disposal, list_for_sale
from inventory.disposals.rules import (
    DecidedAlready,
    Ending,
    OutOfTurn,
    Step,
    StillWaiting,
    Thing,
    Way,
)
from inventory.disposals.schemas import CarriedOut, NewNotice, NewRefusal
from inventory.papers.models import Paper
from tests.inventory.decided import OWNER, decision
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


RETURNS = [
    (Thing.GOODS, date(2026, 11, 23), date(2026, 12, 23)),
    (Thing.PERISHABLE, date(2026, 11, 23), date(2026, 12, 1)),
    (Thing.PAPERS, date(2026, 11, 23), date(2027, 2, 23)),
    (Thing.MONEY, date(2026, 11, 23), date(2026, 12, 8)),
    (Thing.GOODS, date(2026, 4, 1), date(2026, 7, 1)),
    (Thing.PAPERS, date(2026, 4, 1), date(2027, 4, 1)),
]


@pytest.mark.parametrize(("thing", "on", "due"), RETURNS)
def test_how_long_an_owner_is_waited_for(
    session: Session,
    people: People,
    things: list[Registered],
    at: datetime,
    thing: Thing,
    on: date,
    due: date,
) -> None:
    new = decision(things, Way.RETURN, on, thing=thing)
    made = decide(session, people.officer, new, at=at).reference
    notify(session, people.officer, made, NewNotice(paper="5/TB", noticed_on=on), at=at)
    assert get_disposal(session, people.officer, made).due_on == due


def test_things_are_returned_to_who_shows_his_paper_one_by_one(
    session: Session,
    people: People,
    things: list[Registered],
    order: str,
    become: Become,
    at: datetime,
) -> None:
    officer = become(people.officer)
    made = decide(session, officer, decision(things, Way.RETURN, at.date()), at=at).reference
    notify(session, officer, made, NewNotice(paper="5/TB", noticed_on=at.date()), at=at)
    keeper = become(people.keeper)
    first = (things[0].reference,)
    with pytest.raises(Invalid) as refused:
        carry_out(session, keeper, made, CarriedOut(order=order, assets=first), at=at)
    assert list(refused.value.fields) == ["receiver.name"]
    new = CarriedOut(order=order, assets=first, receiver=OWNER)
    assert carry_out(session, keeper, made, new, at=at).open == 1
    with pytest.raises(NotFound):
        carry_out(session, keeper, made, new, at=at)
    done = carry_out(session, keeper, made, CarriedOut(order=order, receiver=OWNER), at=at)
    paper = session.scalars(select(Paper).where(Paper.reference == done.paper)).one()
    assert paper.data["receiver"]["identity"] == "citizen_card 001 2345"
    assert get_disposal(session, keeper, made).awaits is None


def test_who_collects_for_the_owner_shows_by_which_authority(
    session: Session,
    people: People,
    things: list[Registered],
    order: str,
    become: Become,
    at: datetime,
) -> None:
    officer = become(people.officer)
    made = decide(session, officer, decision(things, Way.RETURN, at.date()), at=at).reference
    notify(session, officer, made, NewNotice(paper="5/TB", noticed_on=at.date()), at=at)
    keeper = become(people.keeper)
    son = msgspec.structs.replace(OWNER, name="Trần Văn Con")
    with pytest.raises(Invalid) as refused:
        carry_out(session, keeper, made, CarriedOut(order=order, receiver=son), at=at)
    assert list(refused.value.fields) == ["receiver.authority"]
    son = msgspec.structs.replace(son, authority="Giấy ủy quyền 7/2026")
    done = carry_out(session, keeper, made, CarriedOut(order=order, receiver=son), at=at)
    paper = session.scalars(select(Paper).where(Paper.reference == done.paper)).one()
    assert paper.data["receiver"]["authority"] == "Giấy ủy quyền 7/2026"


def test_what_nobody_collects_may_be_disposed_of_anew_after_the_wait(
    session: Session, people: People, things: list[Registered], at: datetime
) -> None:
    officer = people.officer
    made = decide(session, officer, decision(things, Way.RETURN, at.date()), at=at).reference
    with pytest.raises(OutOfTurn):
        give_up_waiting(session, officer, made, at=at)
    notify(session, officer, made, NewNotice(paper="5/TB", noticed_on=at.date()), at=at)
    with pytest.raises(StillWaiting) as refused:
        give_up_waiting(session, officer, made, at=at)
    assert refused.value.article == "L25 Art. 59(1)"
    with pytest.raises(DecidedAlready):
        decide(session, officer, decision(things, Way.SELL, at.date()), at=at)
    late = at + timedelta(days=31)
    give_up_waiting(session, officer, made, at=late)
    shown = get_disposal(session, officer, made)
    assert {line.ending for line in shown.lines} == {Ending.UNCLAIMED}
    sale = decide(session, officer, decision(things, Way.SELL, at.date()), at=late).reference
    assert put_up_for_sale(session, officer, sale, at=late).open == 0
    assert list_for_sale(session, officer) == [thing.reference for thing in things]


def test_a_refused_return_ends_at_once(
    session: Session, people: People, things: list[Registered], at: datetime
) -> None:
    made = decide(session, people.officer, decision(things, Way.RETURN, at.date()), at=at).reference
    notice = NewNotice(paper="5/TB", noticed_on=at.date())
    notify(session, people.officer, made, notice, at=at)
    no = NewRefusal(paper="6/BB", refused_on=at.date(), reason="Không có nhu cầu nhận")
    refuse_return(session, people.officer, made, no, at=at)
    shown = get_disposal(session, people.officer, made)
    assert [step.step for step in shown.steps] == [Step.DECIDED, Step.NOTICED, Step.REFUSED]
    with pytest.raises(OutOfTurn):
        notify(session, people.officer, made, notice, at=at)
