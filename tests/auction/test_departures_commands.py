"""Departures from a rule: two people, one act, and a record for ever."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.schemas import DeadlineSubject
from auction.departures.commands import allow_departure, ask_departure, decide_departure
from auction.departures.models import DepartureUse
from auction.departures.queries import count_waiting, get_departure, list_departures
from auction.departures.rules import (
    DepartureAsked,
    DepartureDecided,
    DepartureState,
    NoRoom,
    OwnDeparture,
)
from auction.departures.schemas import Decision, NewDeparture
from auction.legal_rules.queries import rule_on
from auction.lots.models import Lot
from inventory.audit.models import AuditEntry
from inventory.base.errors import Forbidden, NotFound, Unlawful
from tests.make.organisation import People

KEY = "posting_movable"
REASON = "Niêm yết chậm một ngày do xã nghỉ lễ hội; đã báo đương sự."
YES = Decision(approved=True)


def wish(lot: Lot, key: str = KEY) -> NewDeparture:
    return NewDeparture(rule_key=key, subject_kind="lot", subject_ref=lot.reference, reason=REASON)


def subject(lot: Lot) -> DeadlineSubject:
    return DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)


def attempt(session: Session, people: People, lot: Lot, at: datetime) -> int:
    """An act that the rule refuses."""
    rule = rule_on(session, KEY, date(2026, 11, 23))
    refusal = Unlawful("Too late.", field="posted_on", **rule.basis)
    passed = allow_departure(
        session, people.officer, refusal, rule, subject(lot), at=at, facts={"days": 6}
    )
    return passed.id


def test_without_a_departure_the_refusal_says_that_there_is_room(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    with pytest.raises(Unlawful) as refused:
        attempt(session, people, lot, at)
    told = {"rule": KEY, "kind": "lot", "ref": lot.reference, "who": (people.head.name,)}
    assert refused.value.departs == told
    asked = ask_departure(session, people.officer, wish(lot), at=at)
    with pytest.raises(Unlawful) as waiting:
        attempt(session, people, lot, at)
    assert waiting.value.departs == told | {"asked": asked.id}


def test_an_approved_departure_lets_one_act_through_and_stays(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    asked = ask_departure(session, people.officer, wish(lot), at=at)
    with pytest.raises(Unlawful):
        attempt(session, people, lot, at)
    decide_departure(session, people.head, asked.id, YES, at=at)
    assert attempt(session, people, lot, at) == asked.id
    with pytest.raises(Unlawful):
        attempt(session, people, lot, at)
    kept = get_departure(session, people.inspector, asked.id)
    assert (kept.state, kept.reason) == (DepartureState.USED, REASON)
    use = session.scalars(select(DepartureUse)).one()
    assert (use.refusal, use.facts) == ("unlawful", {"days": 6})
    codes = set(session.scalars(select(AuditEntry.code)))
    assert {f"departures.departure.{act}" for act in ("asked", "decided", "used")} <= codes


def test_a_departure_turned_down_lets_nothing_through_and_may_be_asked_again(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    asked = ask_departure(session, people.officer, wish(lot), at=at)
    no = Decision(approved=False, words="Niêm yết lại cho đủ ngày.")
    decide_departure(session, people.head, asked.id, no, at=at)
    with pytest.raises(Unlawful):
        attempt(session, people, lot, at)
    assert ask_departure(session, people.officer, wish(lot), at=at).id != asked.id


def test_the_same_departure_is_open_once(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    ask_departure(session, people.officer, wish(lot), at=at)
    with pytest.raises(DepartureAsked):
        ask_departure(session, people.officer, wish(lot), at=at)


def test_a_rule_that_leaves_no_room_is_not_departed_from(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    with pytest.raises(NoRoom) as refused:
        ask_departure(session, people.officer, wish(lot, "max_reduction_pct"), at=at)
    assert refused.value.article == "L25 Art. 83(3)"


def test_nobody_decides_on_his_own_wish_or_twice(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    asked = ask_departure(session, people.officer, wish(lot), at=at)
    both = people.officer.permissions | people.head.permissions
    self_made = replace(people.officer, permissions=both)
    with pytest.raises(OwnDeparture):
        decide_departure(session, self_made, asked.id, YES, at=at)
    with pytest.raises(Forbidden):
        decide_departure(session, people.keeper, asked.id, YES, at=at)
    decide_departure(session, people.head, asked.id, YES, at=at)
    with pytest.raises(DepartureDecided):
        decide_departure(session, people.head, asked.id, YES, at=at)


def test_a_foreign_office_sees_none(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    asked = ask_departure(session, people.officer, wish(lot), at=at)
    assert count_waiting(session, people.head) == 1
    assert count_waiting(session, people.officer) == 0
    with pytest.raises(NotFound):
        get_departure(session, people.foreign_officer, asked.id)
    assert list_departures(session, people.foreign_officer).items == []
    with pytest.raises(NotFound):
        ask_departure(session, people.foreign_officer, wish(lot), at=at)
