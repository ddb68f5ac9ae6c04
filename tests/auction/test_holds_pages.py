"""Holds and moves of due dates in a browser and over REST."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.queries import get_deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.models import Hold
from auction.holds.pages import desk_parts
from auction.holds.rules import HoldKind
from auction.lots.queries import assets_of_lot
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from inventory.base.desk import Card
from service.database import act_as
from tests.auction.browsing import browse
from tests.make.auction import make_asset, make_formed_lot
from tests.make.holds import make_hold
from tests.make.organisation import People, make_token
from tests.make.rules import make_centre, new_untried_draft

SAID = {
    "kind": "dispute",
    "subject_kind": "asset",
    "ground": "Bà B cho rằng tài sản là của mình",
    "ground_on": "2026-11-19",
    "started_on": "2026-11-20",
    "document": "15/TB",
}


@pytest.fixture
def asset(session: Session, people: People) -> Asset:
    return make_asset(session, people.office)


def as_(
    client: TestClient[Any], session: Session, people: People, who: str, at: datetime
) -> TestClient[Any]:
    client.headers["authorization"] = f"Bearer {make_token(session, people, who, at)}"
    return client


def test_an_officer_opens_and_ends_a_hold_on_its_pages(
    client: TestClient[Any], session: Session, people: People, asset: Asset, at: datetime
) -> None:
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    on = date(2026, 11, 19)
    limit = set_deadline(session, people.officer, "valuation_contract_due", on, about, at=at)
    officer = browse(client, session, people, "officer", at)
    page = officer.get(f"/assets/{asset.reference}")
    assert f"/holds/new?kind=asset&amp;ref={asset.reference}" in page.text
    form = officer.get(f"/holds/new?kind=asset&ref={asset.reference}")
    assert f'value="{asset.reference}"' in form.text
    wrong = officer.post("/holds/new", data={**SAID, "subject_ref": ""})
    assert wrong.status_code == 422
    assert "subject_ref-fault" in wrong.text
    done = officer.post(
        "/holds/new", data={**SAID, "subject_ref": asset.reference}, follow_redirects=False
    )
    assert done.status_code == 303
    path = done.headers["location"]
    shown = officer.get(path).text
    assert "khoản 3 Điều 39" in shown
    assert "21/12/2026" in shown
    assert f"/deadlines/{limit.id}" in shown
    assert path in officer.get(f"/assets/{asset.reference}").text
    assert path in officer.get("/holds").text
    one = officer.get(f"/deadlines/{limit.id}").text
    assert "tạm dừng từ 20/11/2026 (tranh chấp quyền sở hữu)" in one
    late = officer.post(f"{path}/end", data={"ended_on": "2026-11-23", "reason": "withdrawn"})
    assert late.status_code == 422
    end = {"ended_on": "2026-11-22", "reason": "withdrawn", "document": "16/TB"}
    assert officer.post(f"{path}/end", data=end, follow_redirects=False).status_code == 303
    assert "30/11/2026" in officer.get(path).text
    assert path not in officer.get("/holds").text
    assert path in officer.get("/holds?ended=true").text


def test_a_hold_is_opened_shown_and_ended_over_rest(
    client: TestClient[Any], session: Session, people: People, asset: Asset, at: datetime
) -> None:
    officer = as_(client, session, people, "officer", at)
    made = officer.post("/api/v1/holds", json={**SAID, "subject_ref": asset.reference})
    assert made.status_code == 201
    hold = made.json()
    assert (hold["longest_until"], hold["assets"]) == ("2026-12-21", [asset.reference])
    again = officer.post("/api/v1/holds", json={**SAID, "subject_ref": asset.reference})
    assert (again.status_code, again.json()["code"]) == (409, "hold_open")
    assert [row["id"] for row in officer.get("/api/v1/holds").json()["items"]] == [hold["id"]]
    end = {"ended_on": "2026-11-22", "reason": "ground_gone", "document": "2/QĐ"}
    path = f"/api/v1/holds/{hold['id']}"
    assert officer.post(f"{path}/end", json=end).json()["ended_on"] == "2026-11-22"
    twice = officer.post(f"{path}/end", json=end)
    assert (twice.status_code, twice.json()["code"]) == (409, "hold_ended")
    assert officer.get("/api/v1/holds").json()["items"] == []
    assert len(officer.get("/api/v1/holds?ended=true").json()["items"]) == 1


def test_a_foreign_hold_answers_as_an_unknown_one(
    client: TestClient[Any], session: Session, people: People, asset: Asset, at: datetime
) -> None:
    hold = make_hold(session, people.officer, HoldKind.SUSPENSION, asset.reference, at=at)
    foreign = as_(client, session, people, "foreign_officer", at)
    found = [foreign.get(f"/api/v1/holds/{number}") for number in (hold.id, hold.id + 1)]
    assert [answer.status_code for answer in found] == [404, 404]
    said = {**SAID, "subject_ref": asset.reference}
    assert foreign.post("/api/v1/holds", json=said).status_code == 404


def test_a_keeper_reads_holds_and_opens_none(
    client: TestClient[Any], session: Session, people: People, asset: Asset, at: datetime
) -> None:
    keeper = as_(client, session, people, "keeper", at)
    assert keeper.get("/api/v1/holds").status_code == 200
    said = {**SAID, "subject_ref": asset.reference}
    assert keeper.post("/api/v1/holds", json=said).status_code == 403


def test_a_lot_and_a_case_show_their_holds(
    client: TestClient[Any], session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    case_number = session.get_one(Asset, lot_asset(session, lot.id)).case_id
    officer = browse(client, session, people, "officer", at)
    said = {**SAID, "subject_kind": "lot", "subject_ref": lot.reference}
    done = officer.post("/holds/new", data=said, follow_redirects=False)
    path = done.headers["location"]
    assert path in officer.get(f"/lots/{lot.reference}").text
    assert "/holds/new?kind=case" in officer.get(f"/cases/{case_number}").text


def lot_asset(session: Session, lot_id: int) -> int:
    return assets_of_lot(session, lot_id)[0].id


def test_the_desk_says_which_holds_are_about_to_end(
    session: Session, people: People, asset: Asset, at: datetime
) -> None:
    assert desk_parts(session, people.officer, at) == []
    hold = make_hold(
        session,
        people.officer,
        HoldKind.HARVEST,
        asset.reference,
        at=at,
        until=at.date() + timedelta(days=3),
    )
    (card,) = desk_parts(session, people.officer, at)
    assert isinstance(card, Card)
    assert card.count == 1
    assert desk_parts(session, people.keeper, at) == []
    assert isinstance(hold, Hold)


def test_the_administrator_sees_what_a_list_would_move_enters_it_and_orders_the_move(
    client: TestClient[Any], session: Session, people: People, at: datetime
) -> None:
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    on = date(2026, 11, 19)
    limit = set_deadline(session, people.officer, "reduction_decision_due", on, lot, at=at)
    admin = browse(client, session, people, "administrator", at)
    typed = {"source": "99/TB-BNV", "off": "2026-11-26 Nghỉ bù"}
    wrong = admin.get("/deadlines/moves", params={**typed, "off": "bald"})
    assert wrong.status_code == 422
    shown = admin.get("/deadlines/moves", params=typed)
    assert shown.status_code == 200
    assert people.office.name in shown.text
    assert "/deadlines/moves/calendars" in shown.text
    assert admin.post("/deadlines/moves/calendars", data=typed).status_code == 200
    waiting = admin.get("/deadlines/moves").text
    assert people.office.name in waiting
    assert admin.post("/deadlines/moves", data={"why": ""}).status_code == 422
    done = admin.post("/deadlines/moves", data={"why": "99/TB-BNV"}, follow_redirects=False)
    assert done.status_code == 303
    assert "đang thực hiện" in admin.get("/deadlines/moves").text
    act_as(session, SYSTEM)
    assert get_deadline(session, people.officer, limit.id).due_on == limit.due_on


def test_moves_are_shown_proposed_entered_and_ordered_over_rest(
    client: TestClient[Any], session: Session, people: People, at: datetime
) -> None:
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    set_deadline(session, people.officer, "reduction_decision_due", date(2026, 11, 19), lot, at=at)
    admin = as_(client, session, people, "administrator", at)
    change = {"source": "99/TB-BNV", "off": [{"on": "2026-11-26", "name": "Nghỉ bù"}]}
    proposal = admin.post("/api/v1/deadline-moves/proposals", json=change)
    assert (proposal.json()["later"], proposal.json()["calendar_id"]) == (1, None)
    assert admin.get("/api/v1/deadline-moves").json()["later"] == 0
    entered = admin.post("/api/v1/deadline-moves/calendars", json=change)
    assert entered.json()["offices"][0]["most_days"] == 3
    twice = admin.post("/api/v1/deadline-moves/calendars", json=change)
    assert twice.status_code == 422
    order = admin.post("/api/v1/deadline-moves", json={"why": "99/TB-BNV"})
    assert (order.status_code, order.json()["finished_at"]) == (201, None)
    again = admin.post("/api/v1/deadline-moves", json={"why": "99/TB-BNV"})
    assert (again.status_code, again.json()["code"]) == (409, "recount_runs")


def test_an_officer_reads_each_date_that_would_move_and_that_was_moved(
    client: TestClient[Any], session: Session, people: People, at: datetime
) -> None:
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    on = date(2026, 11, 19)
    set_deadline(session, people.officer, "reduction_decision_due", on, lot, at=at)
    officer = browse(client, session, people, "officer", at)
    typed = {"source": "99/TB-BNV", "off": "2026-11-26 Nghỉ bù"}
    assert "/deadlines/moves/dates?source=99" in officer.get("/deadlines/moves", params=typed).text
    page = officer.get("/deadlines/moves/dates", params=typed).text
    assert "LO-1" in page
    assert "30/11/2026" in page
    assert "26/11 (Nghỉ bù)" in page
    change = {"source": "99/TB-BNV", "off": [{"on": "2026-11-26", "name": "Nghỉ bù"}]}
    rest = as_(client, session, people, "head", at)
    proposed = rest.post("/api/v1/deadline-moves/proposals/dates", json=change)
    (row,) = proposed.json()["items"]
    assert (row["old_due_on"], row["new_due_on"]) == ("2026-11-27", "2026-11-30")
    assert rest.get("/api/v1/deadline-moves/dates").json()["items"] == []
    assert rest.get("/api/v1/deadline-moves/orders/987654321/dates").status_code == 404


def test_an_officer_sees_the_moves_of_his_office_and_orders_none(
    client: TestClient[Any], session: Session, people: People, at: datetime
) -> None:
    officer = as_(client, session, people, "officer", at)
    assert officer.get("/api/v1/deadline-moves").status_code == 200
    answer = officer.post("/api/v1/deadline-moves", json={"why": "x"})
    assert answer.status_code == 403


def test_a_deadline_over_rest_says_why_and_how_it_stands(
    client: TestClient[Any], session: Session, people: People, asset: Asset, at: datetime
) -> None:
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    set_deadline(
        session, people.officer, "valuation_contract_due", date(2026, 11, 19), about, at=at
    )
    make_hold(
        session, people.officer, HoldKind.SUSPENSION, asset.reference, date(2026, 11, 20), at=at
    )
    rows = as_(client, session, people, "officer", at).get("/api/v1/deadlines").json()["items"]
    (row,) = [row for row in rows if row["rule_key"] == "valuation_contract_due"]
    assert row["state"] == "paused"
    assert row["why"]["en"].endswith("stands still since 20 Nov 2026 (suspension)")


def test_a_draft_s_page_and_rest_say_which_open_dates_it_would_move(
    client: TestClient[Any], session: Session, people: People, at: datetime
) -> None:
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    set_deadline(session, people.officer, "reduction_decision_due", date(2026, 11, 19), lot, at=at)
    centre = make_centre(session, people)
    key = "reduction_decision_due"
    said = {"value": "3", "valid_from": date(2026, 11, 1), "retroactive": True}
    draft = new_untried_draft(session, centre, key, at=at, **said)
    inspector = browse(client, session, people, "inspector", at)
    page = inspector.get(f"/rules/drafts/{draft.id}")
    assert page.status_code == 200
    assert people.office.name in page.text
    head = as_(client, session, people, "head", at)
    found = head.get(f"/api/v1/deadline-moves/drafts/{draft.id}").json()
    assert (found["earlier"], found["rules"][0]["key"]) == (1, key)
    assert head.get("/api/v1/deadline-moves/drafts/987654321").status_code == 404
