"""People who answer, offer and receive at the same moment, with real commits.

The control shows what the lock of the offer is for.
"""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from inventory.base.actor import SYSTEM
from inventory.custody.models import CustodyEntry
from inventory.custody.verification import verify_chains
from inventory.handovers.commands import answers, offers
from inventory.handovers.models import HandoverLine
from inventory.handovers.rules import OfferClosed, OfferedAlready
from inventory.handovers.schemas import LineAnswer, NewAnswers, NewOffer
from inventory.papers.models import Paper
from service.database import Database
from tests.concurrency.races import at_once
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People, make_people

TOGETHER = 6


@pytest.fixture(scope="module")
def people(lone: Database) -> People:
    with lone.transaction(SYSTEM) as session:
        return make_people(session, datetime(2026, 11, 23).astimezone())


@pytest.fixture
def thing(
    lone: Database, people: People, at: datetime, request: pytest.FixtureRequest
) -> tuple[int, str]:
    """A thing in the officer's hands."""
    with lone.transaction(SYSTEM) as session:
        case = make_case(session, people.officer, f"case {request.node.name[-40:]}", at=at)
        made = make_asset(session, people.officer, case, at=at)
        return made.id, made.reference


def offered(lone: Database, people: People, thing: tuple[int, str], at: datetime) -> str:
    new = NewOffer(
        assets=[thing[1]],
        reason="Bàn giao",
        answer_by=(at + timedelta(days=1)).date(),
        receiver_code="T-keeper",
    )
    with lone.transaction(people.officer) as session:
        return offers.offer(session, people.officer, new, at=at).reference


def accept(
    lone: Database, people: People, offer: str, thing: tuple[int, str], at: datetime
) -> None:
    said = NewAnswers(answers=[LineAnswer(asset=thing[1], accepted=True)])
    with lone.transaction(people.keeper) as session:
        answers.answer(session, people.keeper, offer, said, at=at)


def left_behind(lone: Database, thing: tuple[int, str]) -> tuple[int, int]:
    """Links in the thing's chain, and receipts."""
    with lone.transaction(SYSTEM, read_only=True) as session:
        assert verify_chains(session).first_fault is None
        links = select(func.count()).where(CustodyEntry.asset_id == thing[0])
        papers = (
            select(func.count())
            .select_from(Paper)
            .where(Paper.data["lines"][0]["code"].astext == thing[1])
        )
        return session.scalar(links) or 0, session.scalar(papers) or 0


def test_of_many_answers_to_one_offer_one_counts(
    lone: Database, people: People, thing: tuple[int, str], at: datetime
) -> None:
    offer = offered(lone, people, thing, at)
    act = partial(accept, lone, people, offer, thing, at)
    raised = [error for error in at_once([act] * TOGETHER) if error]
    assert [type(error) for error in raised] == [OfferClosed] * (TOGETHER - 1)
    assert left_behind(lone, thing) == (1, 1)


def test_of_many_offers_of_one_thing_one_stands(
    lone: Database, people: People, thing: tuple[int, str], at: datetime
) -> None:
    acts = [partial(offered, lone, people, thing, at)] * TOGETHER
    raised = [error for error in at_once(acts) if error]
    assert [type(error) for error in raised] == [OfferedAlready] * (TOGETHER - 1)


def test_an_answer_and_the_expiry_of_one_offer_do_not_both_count(
    lone: Database, people: People, thing: tuple[int, str], at: datetime
) -> None:
    offer = offered(lone, people, thing, at)

    def let_expire() -> None:
        with lone.transaction(SYSTEM) as session:
            offers.expire(session, SYSTEM, offer, at=at + timedelta(days=3))

    raised = at_once([partial(accept, lone, people, offer, thing, at), let_expire])
    assert [type(error) for error in raised if error] == [OfferClosed]
    with lone.transaction(SYSTEM, read_only=True) as session:
        answers = session.scalars(
            select(HandoverLine.answer).where(HandoverLine.asset_id == thing[0])
        ).all()
    assert len(answers) == 1


def test_control_without_the_lock_of_the_offer_its_thing_is_handed_over_twice(
    lone: Database,
    people: People,
    thing: tuple[int, str],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where nobody holds the offer and who is open was read too early, the chain grows twice."""
    offer = offered(lone, people, thing, at)
    visible = offers.visible_offers

    class Unlocked:
        """A statement that forgets to lock."""

        def __init__(self, statement: object) -> None:
            self.statement = statement

        def where(self, *said: object) -> "Unlocked":
            return Unlocked(self.statement.where(*said))

        def with_for_update(self) -> object:
            return self.statement

    monkeypatch.setattr(offers, "visible_offers", lambda actor: Unlocked(visible(actor)))
    monkeypatch.setattr(answers, "_refuse_closed", lambda *_said: None)
    monkeypatch.setattr(answers, "refuse_unfit", lambda *_said: None)
    act = partial(accept, lone, people, offer, thing, at)
    raised = [error for error in at_once([act] * 2) if error]
    assert (raised, left_behind(lone, thing)) == ([], (2, 2))
