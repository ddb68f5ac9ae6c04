"""Two-sided hand-over: who offers, who answers, and who answers for a thing meanwhile."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Conflict, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.queries import get_holding, list_chain
from inventory.custody.verification import verify_chains
from inventory.handovers.commands.answers import answer
from inventory.handovers.commands.offers import expire, offer, withdraw
from inventory.handovers.jobs import EXPIRY
from inventory.handovers.queries.offers import (
    charges_of,
    count_expired,
    count_waiting_for,
    get_offer,
    list_offers,
)
from inventory.handovers.rules import (
    NotAnswerable,
    NotTheReceiver,
    OfferClosed,
    OfferedAlready,
    ReasonMissing,
    SignatureMissing,
)
from inventory.handovers.schemas import LineAnswer, NewAnswers, NewOffer, Outsider
from inventory.papers.models import Paper
from inventory.papers.rules import Proof
from tests.make.inventory import make_asset
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
COURIER = Outsider(
    name="Lê Văn Giao", post="Công an tỉnh Thử", proof=Proof.SERVICE_CARD, proof_number="123-456"
)


@pytest.fixture
def things(
    session: Session, people: People, case: EnforcementCase, become: Become, at: datetime
) -> list[Registered]:
    """Three seized things in the officer's hands, in no place yet."""
    become(people.officer)
    return [make_asset(session, people.officer, case, at=at) for _i in range(3)]


def to_keeper(things: list[Registered], at: datetime, **said: object) -> NewOffer:
    facts: dict[str, object] = {
        "assets": [thing.reference for thing in things],
        "reason": "Bàn giao tài sản kê biên",
        "answer_by": (at + timedelta(days=2)).date(),
        "receiver_code": "T-keeper",
    }
    return NewOffer(**{**facts, **said})  # type: ignore[arg-type]


def yes(thing: Registered) -> LineAnswer:
    return LineAnswer(asset=thing.reference, accepted=True)


def no(thing: Registered, reason: str | None = "Vỏ hộp bị rách") -> LineAnswer:
    return LineAnswer(asset=thing.reference, accepted=False, reason=reason)


def test_a_half_accepted_offer_leaves_two_answerable_people(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    keeper = become(people.keeper)
    assert count_waiting_for(session, keeper) == 1
    done = answer(
        session, keeper, made.reference, NewAnswers(answers=[yes(things[0]), no(things[1])]), at=at
    )
    assert (done.accepted, done.refused, done.open) == (1, 1, 1)
    charges = charges_of(session, [thing.id for thing in things])
    assert {i: charge.staff_id for i, charge in charges.items()} == {
        things[0].id: people.keeper.staff_id
    }
    assert get_holding(session, keeper, things[0].reference).receiver == people.keeper.name
    assert [e.kind for e in list_chain(session, keeper, things[0].reference)] == ["handed_over"]
    assert list_chain(session, keeper, things[1].reference) == []
    assert verify_chains(session).first_fault is None


def test_the_receiver_gets_a_receipt_that_names_what_he_refused(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    keeper = become(people.keeper)
    said = NewAnswers(answers=[yes(things[0]), yes(things[2]), no(things[1])])
    done = answer(session, keeper, made.reference, said, at=at)
    paper = session.scalars(select(Paper).where(Paper.reference == done.paper)).one()
    assert [line["code"] for line in paper.data["lines"]] == [
        things[0].reference,
        things[2].reference,
    ]
    assert paper.data["refused"][0]["note"] == "Vỏ hộp bị rách"
    assert get_offer(session, keeper, made.reference).closed_at == at


def test_nothing_taken_over_means_no_receipt(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    keeper = become(people.keeper)
    done = answer(
        session, keeper, made.reference, NewAnswers(answers=[no(t) for t in things]), at=at
    )
    assert (done.paper, done.open) == (None, 0)


def test_who_refuses_says_why(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    keeper = become(people.keeper)
    with pytest.raises(ReasonMissing):
        answer(session, keeper, made.reference, NewAnswers(answers=[no(things[0], None)]), at=at)


def test_only_the_receiver_answers(
    session: Session, people: People, things: list[Registered], at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    with pytest.raises(NotTheReceiver):
        answer(session, people.officer, made.reference, NewAnswers(answers=[yes(things[0])]), at=at)


def test_who_has_no_account_signs_at_the_screen_of_the_receiver(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    keeper = become(people.keeper)
    new = to_keeper(
        things, at, receiver_code=None, giver_name=COURIER.name, giver_post=COURIER.post
    )
    made = offer(session, keeper, new, at=at)
    said = NewAnswers(answers=[yes(thing) for thing in things])
    with pytest.raises(SignatureMissing) as refused:
        answer(session, keeper, made.reference, said, at=at)
    assert list(refused.value.fields) == ["signed.name"]
    signed = NewAnswers(answers=said.answers, signed=COURIER)
    answer(session, keeper, made.reference, signed, at=at)
    shown = get_offer(session, keeper, made.reference)
    assert shown.signatures == ["Lê Văn Giao, Công an tỉnh Thử"]
    assert {line.answer for line in shown.lines} == {"accepted"}


def test_who_took_over_is_the_only_one_to_hand_on(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    become(people.keeper)
    said = NewAnswers(answers=[yes(thing) for thing in things])
    answer(session, people.keeper, made.reference, said, at=at)
    become(people.officer)
    with pytest.raises(NotAnswerable):
        offer(session, people.officer, to_keeper(things, at), at=at)
    become(people.keeper)
    on = offer(session, people.keeper, to_keeper(things, at, receiver_code="T-officer"), at=at)
    assert on.giver_name == people.keeper.name


def test_a_thing_is_offered_to_one_person_at_a_time(
    session: Session, people: People, things: list[Registered], at: datetime
) -> None:
    offer(session, people.officer, to_keeper(things, at), at=at)
    with pytest.raises(OfferedAlready) as refused:
        offer(session, people.officer, to_keeper(things[:1], at), at=at)
    assert list(refused.value.fields) == ["assets"]


def test_an_unanswered_offer_expires_and_stays_with_the_giver(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    become(people.keeper)
    answer(session, people.keeper, made.reference, NewAnswers(answers=[yes(things[0])]), at=at)
    late = at + timedelta(days=3)
    become(SYSTEM)
    assert EXPIRY.due(session, at) == []
    assert EXPIRY.due(session, late) == [made.reference]
    with pytest.raises(Conflict):
        expire(session, SYSTEM, made.reference, at=at)
    expire(session, SYSTEM, made.reference, at=late)
    assert EXPIRY.due(session, late) == []
    become(people.officer)
    assert count_expired(session, people.officer) == 2
    offer(session, people.officer, to_keeper(things[1:], late, answer_by=late.date()), at=late)
    assert count_expired(session, people.officer) == 0


def test_without_a_day_the_dated_rule_says_until_when_it_is_answered(
    session: Session, people: People, things: list[Registered], at: datetime
) -> None:
    """Three working days after Monday the 23rd; the 24th is a public holiday."""
    made = offer(session, people.officer, to_keeper(things, at, answer_by=None), at=at)
    assert made.answer_by == date(2026, 11, 27)


def test_an_offer_is_not_answered_after_its_day(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    become(people.keeper)
    late = at + timedelta(days=3)
    with pytest.raises(OfferClosed):
        answer(
            session, people.keeper, made.reference, NewAnswers(answers=[yes(things[0])]), at=late
        )


def test_an_answer_is_given_once(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    become(people.keeper)
    said = NewAnswers(answers=[yes(things[0])])
    answer(session, people.keeper, made.reference, said, at=at)
    with pytest.raises(OfferClosed):
        answer(session, people.keeper, made.reference, said, at=at)


def test_who_offered_takes_it_back(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at)
    become(people.keeper)
    with pytest.raises(NotAnswerable):
        withdraw(session, people.keeper, made.reference, at=at)
    become(people.officer)
    withdraw(session, people.officer, made.reference, at=at)
    offer(session, people.officer, to_keeper(things, at), at=at)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"receiver_code": None}, "receiver_code"),
        ({"receiver_code": "T-officer"}, "receiver_code"),
        ({"receiver_code": "T-foreign_keeper"}, "receiver_code"),
    ],
    ids=["nobody", "himself", "another-office"],
)
def test_the_receiver_must_be_somebody_of_the_office(
    session: Session,
    people: People,
    things: list[Registered],
    at: datetime,
    said: dict[str, str | None],
    field: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        offer(session, people.officer, to_keeper(things, at, **said), at=at)
    assert list(refused.value.fields) == [field]


def test_a_foreign_office_sees_no_offer(
    session: Session, people: People, things: list[Registered], become: Become, at: datetime
) -> None:
    made = offer(session, people.officer, to_keeper(things, at), at=at).reference
    foreign = become(people.foreign_keeper)
    assert list_offers(session, foreign).items == []
    with pytest.raises(NotFound):
        get_offer(session, foreign, made)
    with pytest.raises(NotFound):
        answer(session, foreign, made, NewAnswers(answers=[yes(things[0])]), at=at)


def test_a_list_costs_one_statement_however_long_it_is(
    session: Session,
    people: People,
    things: list[Registered],
    at: datetime,
    statements: list[str],
) -> None:
    for thing in things:
        offer(session, people.officer, to_keeper([thing], at), at=at)
    statements.clear()
    assert len(list_offers(session, people.officer).items) == 3
    assert len(statements) == 1
