"""Disposals: steps in turn, limits by the law of the day, who decides and who is told."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.custody.queries import get_holding
from inventory.custody.verification import verify_chains
from inventory.disposals.commands.carry_out import carry_out, put_up_for_sale
from inventory.disposals.commands.council import set_up_council
from inventory.disposals.commands.steps import decide, notify, remit
from inventory.disposals.queries import count_open, get_disposal, list_disposals
from inventory.disposals.rules import (
    CouncilIncomplete,
    FirstByLaw,
    OutOfTurn,
    Step,
    Thing,
    Way,
    WitnessMissing,
    WrongWay,
    council_faults,
    next_step,
)
from inventory.disposals.schemas import CarriedOut, NewCouncil, NewMember, NewNotice, NewRemittance
from inventory.orders.rules import OrderNeeded, Purpose
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from tests.inventory.decided import OWNER, decision
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


def member(body: str, *, chairs: bool = False) -> NewMember:
    return NewMember(name=f"Ông {body[:8]}", post="Thành viên", body=body, chairs=chairs)


NEW_COUNCIL = [
    member("enforcement_officer", chairs=True),
    member("commune_peoples_committee"),
    member("expert_body"),
]


CHAIRED_BY_ANOTHER = [
    member("enforcement_officer"),
    member("commune_peoples_committee", chairs=True),
    member("expert_body"),
]


@pytest.mark.parametrize("purpose", [Purpose.DESTROYED])
def test_destruction_needs_its_council_its_order_and_its_witnesses(
    session: Session,
    people: People,
    things: list[Registered],
    order: str,
    become: Become,
    at: datetime,
) -> None:
    today = at.date()
    officer = become(people.officer)
    made = decide(session, officer, decision(things, Way.DESTROY, today), at=at).reference
    shown = get_disposal(session, officer, made)
    assert (shown.awaits, shown.due_on, shown.article) == (
        Step.COUNCIL,
        date(2026, 12, 23),
        "L25 Art. 58(2)",
    )
    burnt = CarriedOut(order=order, manner="Đốt", witnesses="Bà A, Ông B", remains="Tro")
    become(people.keeper)
    with pytest.raises(FirstByLaw) as early:
        carry_out(session, people.keeper, made, burnt, at=at)
    assert early.value.article == "L25 Art. 58(2)"
    council = NewCouncil(decision_number="9/QĐ-HĐ", decided_on=today, members=NEW_COUNCIL)
    for other in (people.keeper, people.officer):
        with pytest.raises(Forbidden):
            set_up_council(session, become(other), made, council, at=at)
    set_up_council(session, become(people.head), made, council, at=at)
    assert get_disposal(session, officer, made).due_on == date(2026, 12, 14), "20 days, a Sunday"
    keeper = become(people.keeper)
    with pytest.raises(WitnessMissing):
        carry_out(session, keeper, made, CarriedOut(order=order, manner="Đốt"), at=at)
    with pytest.raises(OrderNeeded):
        carry_out(session, keeper, made, CarriedOut(manner="Đốt", witnesses="Bà A"), at=at)
    done = carry_out(session, keeper, made, burnt, at=at)
    assert (done.ended, done.open) == (2, 0)
    paper = session.scalars(select(Paper).where(Paper.reference == done.paper)).one()
    assert (paper.kind, paper.data["remains"]) == (PaperKind.DESTRUCTION_MINUTES, "Tro")
    assert [person["name"] for person in paper.data["present"]] == ["Bà A", "Ông B"]
    assert get_disposal(session, keeper, made).closed_at == at
    assert get_holding(session, keeper, things[0].reference).place_id is None
    assert verify_chains(session).first_fault is None


@pytest.mark.parametrize(
    ("members", "on"),
    [
        (NEW_COUNCIL[:2], date(2026, 8, 3)),
        ([*NEW_COUNCIL[:2], member("expert", chairs=True)], date(2026, 8, 3)),
        ([NEW_COUNCIL[0], member("a_body"), member("b_body")], date(2026, 8, 3)),
        (NEW_COUNCIL, date(2026, 5, 4)),
        (CHAIRED_BY_ANOTHER, date(2026, 8, 3)),
    ],
    ids=["too-few", "two-chairs", "commune-missing", "finance-missing-in-May", "not-the-officer"],
)
def test_who_must_sit_in_a_council_follows_from_the_day(
    session: Session,
    people: People,
    things: list[Registered],
    at: datetime,
    members: list[NewMember],
    on: date,
) -> None:
    made = decide(session, people.officer, decision(things, Way.DESTROY, date(2026, 5, 4)), at=at)
    new = NewCouncil(decision_number="9/QĐ-HĐ", decided_on=on, members=members)
    with pytest.raises(CouncilIncomplete) as refused:
        set_up_council(session, people.head, made.reference, new, at=at)
    assert refused.value.article is not None


def test_a_council_of_the_earlier_law_is_enough_before_july(
    session: Session, people: People, things: list[Registered], at: datetime
) -> None:
    may = date(2026, 5, 4)
    made = decide(session, people.officer, decision(things, Way.DESTROY, may), at=at)
    members = [member("enforcement_officer", chairs=True), member("finance_body_of_same_level")]
    new = NewCouncil(decision_number="9/QĐ-HĐ", decided_on=may, members=members)
    set_up_council(session, people.head, made.reference, new, at=at)
    shown = get_disposal(session, people.officer, made.reference)
    assert (shown.due_on, shown.article) == (date(2026, 5, 14), "D62 Art. 33(1)")


@pytest.mark.parametrize(
    ("on", "military", "receiver"),
    [
        (date(2026, 11, 23), False, "commune_peoples_committee"),
        (date(2026, 11, 23), True, "provincial_department_of_finance"),
        (date(2026, 5, 4), False, "finance_body_of_same_level"),
    ],
)
def test_who_receives_what_is_forfeited_follows_from_the_day(
    session: Session,
    people: People,
    things: list[Registered],
    at: datetime,
    on: date,
    military: bool,
    receiver: str,
) -> None:
    new = decision(things, Way.FORFEIT, on, military=military)
    made = decide(session, people.officer, new, at=at).reference
    shown = get_disposal(session, people.officer, made)
    assert (shown.party, shown.awaits) == (receiver, Step.NOTICED)


@pytest.mark.parametrize("purpose", [Purpose.FORFEITED])
def test_forfeited_money_is_paid_in_after_it_was_handed_over(
    session: Session,
    people: People,
    things: list[Registered],
    order: str,
    become: Become,
    at: datetime,
) -> None:
    officer = become(people.officer)
    new = decision(things, Way.FORFEIT, at.date(), thing=Thing.MONEY)
    made = decide(session, officer, new, at=at).reference
    paid = NewRemittance(paper="77/GNT", remitted_on=at.date(), amount=Decimal(12_000_000))
    with pytest.raises(OutOfTurn):
        remit(session, officer, made, paid, at=at)
    notify(session, officer, made, NewNotice(paper="5/TB", noticed_on=at.date()), at=at)
    become(people.keeper)
    carry_out(session, people.keeper, made, CarriedOut(order=order, receiver=OWNER), at=at)
    accountant = become(people.accountant)
    shown = get_disposal(session, accountant, made)
    assert (shown.awaits, shown.due_on) == (Step.REMITTED, date(2026, 11, 30))
    remit(session, accountant, made, paid, at=at)
    assert get_disposal(session, accountant, made).steps[-1].amount == Decimal(12_000_000)
    assert get_disposal(session, accountant, made).closed_at == at


def test_a_step_of_another_way_is_refused(
    session: Session, people: People, things: list[Registered], at: datetime
) -> None:
    made = decide(session, people.officer, decision(things, Way.SELL, at.date()), at=at).reference
    with pytest.raises(WrongWay):
        notify(session, people.officer, made, NewNotice(paper="5", noticed_on=at.date()), at=at)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"decision_on": date(2027, 1, 1)}, "decision_on"),
        ({"way": Way.RETURN, "party": None}, "party"),
        ({"assets": ["TS-9999999-9"]}, "assets"),
    ],
    ids=["of-tomorrow", "to-nobody", "unknown-thing"],
)
def test_a_decision_that_cannot_be_is_refused(
    session: Session,
    people: People,
    things: list[Registered],
    at: datetime,
    said: dict[str, object],
    field: str,
) -> None:
    with pytest.raises((Invalid, NotFound)) as refused:
        decide(session, people.officer, decision(things, Way.DESTROY, at.date(), **said), at=at)
    assert list(refused.value.fields) == [field]


def test_a_foreign_office_sees_nothing_and_keepers_decide_nothing(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    new = decision(things, Way.SELL, at.date())
    with pytest.raises(Forbidden):
        decide(session, people.keeper, new, at=at)
    made = decide(session, people.officer, new, at=at).reference
    foreign = become(people.foreign_officer)
    assert list_disposals(session, foreign).items == []
    with pytest.raises(NotFound):
        get_disposal(session, foreign, made)
    with pytest.raises(NotFound):
        put_up_for_sale(session, foreign, made, at=at)
    with pytest.raises(NotFound):
        decide(session, foreign, new, at=at)


def test_what_is_due_first_stands_first(
    session: Session, people: People, things: list[Registered], at: datetime, statements: list[str]
) -> None:
    decide(session, people.officer, decision(things[:1], Way.SELL, at.date()), at=at)
    late = decide(
        session, people.officer, decision(things[1:], Way.DESTROY, date(2026, 8, 3)), at=at
    )
    assert count_open(session, people.officer, late_on=at.date()) == 1
    statements.clear()
    found = list_disposals(session, people.officer).items
    assert (found[0].reference, len(statements)) == (late.reference, 1)


def test_the_steps_of_each_way_follow_each_other() -> None:
    turn = [Step.DECIDED]
    assert next_step(Way.DESTROY, Thing.GOODS, turn, all_gone=False) is Step.COUNCIL
    assert next_step(Way.FORFEIT, Thing.GOODS, turn, all_gone=False) is Step.NOTICED
    gone = [*turn, Step.NOTICED, Step.CARRIED_OUT]
    assert next_step(Way.FORFEIT, Thing.GOODS, gone, all_gone=True) is None
    assert next_step(Way.FORFEIT, Thing.MONEY, gone, all_gone=True) is Step.REMITTED
    assert council_faults(["a"], ["a"], frozenset({"a"}), "a", 1) == []
    assert len(council_faults(["a", "b"], ["b"], frozenset({"a"}), "a", 1)) == 1
