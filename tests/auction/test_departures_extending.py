"""More time for a limit: by the law's own act, or on what a second person approved."""

from datetime import date, datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_deadline
from auction.deadlines.queries import get_deadline
from auction.deadlines.rules import NotOpen, TooLong
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject, NewLimitExtension
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.extending import extend_limit, ways_of
from auction.departures.rules import ExtendedElsewhere, NoExtensionByLaw
from auction.departures.schemas import Decision, NewDeparture
from auction.life.queries import life_of
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden, NotFound
from service.database import act_as
from tests.auction.browsing import browse
from tests.auction.test_deadlines_api import as_
from tests.make.auction import fail_round
from tests.make.organisation import People

KEY = "reduction_decision_due"
STARTED_ON, DUE_ON, UNTIL = date(2026, 11, 19), date(2026, 11, 27), date(2026, 12, 4)
MORE = NewLimitExtension(until=UNTIL, ground="Chờ kết quả xác minh của xã", document="12/TTr")
REASON = "Chờ kết quả xác minh của Ủy ban nhân dân xã."


def a_limit(
    session: Session, people: People, lot: Lot, at: datetime, key: str = KEY
) -> DeadlineOut:
    about = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
    return set_deadline(session, people.officer, key, STARTED_ON, about, at=at)


def approve(session: Session, people: People, lot: Lot, at: datetime) -> None:
    new = NewDeparture(rule_key=KEY, subject_kind="lot", subject_ref=lot.reference, reason=REASON)
    asked = ask_departure(session, people.officer, new, at=at)
    decide_departure(session, people.head, asked.id, Decision(approved=True), at=at)


def test_no_limit_is_made_longer_by_one_person(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    limit = a_limit(session, people, lot, at)
    assert ways_of(session, people.officer, limit.id, at=at).room
    with pytest.raises(NoExtensionByLaw, match="second person") as refused:
        extend_limit(session, people.officer, limit.id, MORE, at=at)
    assert refused.value.article == "L25 Art. 83(3)"
    assert refused.value.params["rule"] == KEY
    told = {"rule": KEY, "kind": "lot", "ref": lot.reference, "who": (people.head.name,)}
    assert refused.value.departs == told
    assert get_deadline(session, people.officer, limit.id).due_on == DUE_ON


def test_with_a_second_person_the_day_moves_and_says_for_ever_why(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    limit = a_limit(session, people, lot, at)
    approve(session, people, lot, at)
    assert ways_of(session, people.officer, limit.id, at=at).approved_by == people.head.name
    made = extend_limit(session, people.officer, limit.id, MORE, at=at)
    assert (made.due_on, made.agreed) == (UNTIL, True)
    said = f"được gia hạn đến 04/12/2026: {MORE.ground} (người chấp thuận: {people.head.name})"
    assert f"{said}, 12/TTr (khoản 3 Điều 83" in made.why.vi
    (move,) = made.moves
    assert (move.why, move.old_due_on, move.new_due_on) == ("extension", DUE_ON, UNTIL)
    assert move.document == "12/TTr"
    about = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
    meet_by_act(session, people.officer, KEY, about, met_on=at.date(), at=at)
    later = get_deadline(session, people.officer, limit.id)
    assert said in later.why.vi
    asset = assets_of_lot(session, lot.id)[0].reference
    fail_round(session, people, lot, 1_000_000_000, at=at)
    due = life_of(session, people.officer, asset, at.date()).due
    assert said in next(one for one in due if one.id == limit.id).why.vi
    with pytest.raises(NotOpen):
        extend_limit(session, people.officer, limit.id, MORE, at=at)


def test_an_approval_serves_once_and_an_earlier_day_is_no_more_time(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    limit = a_limit(session, people, lot, at)
    approve(session, people, lot, at)
    earlier = NewLimitExtension(until=DUE_ON, ground=MORE.ground, document="1")
    with pytest.raises(TooLong):
        extend_limit(session, people.officer, limit.id, earlier, at=at)
    extend_limit(session, people.officer, limit.id, MORE, at=at)
    again = NewLimitExtension(until=date(2026, 12, 18), ground=MORE.ground, document="2")
    with pytest.raises(NoExtensionByLaw):
        extend_limit(session, people.officer, limit.id, again, at=at)


def test_what_the_law_itself_makes_longer_is_extended_in_the_sale(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    for key, article in (
        ("pay_due", "D152/26 Art. 65(1)"),
        ("payout_due", "D152/26 Art. 30(3)a"),
    ):
        limit = a_limit(session, people, lot, at, key)
        with pytest.raises(ExtendedElsewhere) as refused:
            extend_limit(session, people.officer, limit.id, MORE, at=at)
        assert refused.value.article == article


def test_a_limit_whose_rule_leaves_no_room_and_a_foreign_one_stay(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    limit = a_limit(session, people, lot, at, "failure_notice_to_parties")
    assert not ways_of(session, people.officer, limit.id, at=at).room
    with pytest.raises(NoExtensionByLaw) as refused:
        extend_limit(session, people.officer, limit.id, MORE, at=at)
    assert refused.value.departs is None
    with pytest.raises(NotFound):
        extend_limit(session, people.foreign_officer, limit.id, MORE, at=at)
    with pytest.raises(Forbidden):
        extend_limit(session, people.keeper, limit.id, MORE, at=at)


def test_the_page_says_who_may_and_gives_the_time(
    client: TestClient[Any], session: Session, people: People, lot: Lot, at: datetime
) -> None:
    limit = a_limit(session, people, lot, at)
    approve(session, people, lot, at)
    officer = browse(client, session, people, "officer", at)
    assert f"/deadlines/{limit.id}/extension" in officer.get(f"/deadlines/{limit.id}").text
    path = f"/deadlines/{limit.id}/extension"
    page = officer.get(path).text
    assert people.head.name in page
    assert 'name="until"' in page
    typed = {"until": "2026-11-20", "ground": MORE.ground, "document": "12/TTr"}
    assert officer.post(path, data=typed).status_code == 422
    done = officer.post(path, data={**typed, "until": "2026-12-04"}, follow_redirects=False)
    assert done.status_code == 303
    assert "được gia hạn đến 04/12/2026" in officer.get(f"/deadlines/{limit.id}").text


def test_the_same_over_rest(
    client: TestClient[Any], session: Session, people: People, lot: Lot, at: datetime
) -> None:
    limit = a_limit(session, people, lot, at)
    officer = as_(client, session, people, "officer", at)
    path = f"/api/v1/deadlines/{limit.id}/more-time"
    said = {"until": "2026-12-04", "ground": MORE.ground, "document": "12/TTr"}
    refused = officer.post(path, json=said)
    assert (refused.status_code, refused.json()["code"]) == (422, "no_extension_by_law")
    act_as(session, SYSTEM)
    approve(session, people, lot, at)
    made = officer.post(path, json=said)
    assert made.status_code == 201
    assert made.json()["due_on"] == "2026-12-04"
    assert made.json()["granted"]["document"] == "12/TTr"
