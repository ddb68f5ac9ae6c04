"""Drafts and their simulations on pages and over REST."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.simulations.commands import simulate
from auction.simulations.schemas import NewSimulation
from inventory.organisation.rules import Role
from tests.auction.rest import Caller
from tests.make.auction import make_auctioned
from tests.make.between import lot_on_its_way
from tests.make.organisation import People, make_staff
from tests.make.recorded import posted_at_one_place
from tests.make.rules import Centre, make_approved, make_centre, make_draft, new_untried_draft

DRAFT = {
    "key": "max_reduction_pct",
    "value": "8",
    "valid_from": "2027-01-01",
    "article": "Thông tư 01/2027/TT-BTP Điều 5",
    "source_text": "Mức giảm giá mỗi lần không quá 8% giá khởi điểm.",
    "confidence": "A",
    "reason": "Thông tư mới",
}


@pytest.fixture
def centre(session: Session, people: People) -> Centre:
    return make_centre(session, people)


def test_a_rule_is_entered_tried_and_approved_on_pages(
    session: Session, people: People, centre: Centre, browse_as: Callable[[str], TestClient], at
) -> None:
    item = make_auctioned(session, people.office, 3)
    inspector = browse_as("inspector")
    shown = inspector.get("/rules/drafts/new", params={"key": "max_reduction_pct"})
    assert shown.status_code == 200
    assert 'value="10"' in shown.text
    sent = inspector.post("/rules/drafts/new", data=DRAFT)
    assert sent.status_code == 303
    address = sent.headers["location"]
    number = int(address.rsplit("/", 1)[1])
    assert "Chưa ai chạy thử" in inspector.get(address).text
    run = inspector.post("/rules/simulations/new", data={"draft_id": str(number), "since": ""})
    assert run.status_code == 303
    figures = inspector.get(run.headers["location"])
    assert item.lot.reference in figures.text
    head = browse_as("centre_head")
    page = head.get(address)
    assert page.status_code == 200
    assert run.headers["location"] in page.text
    refused = head.post(f"{address}/approval", data={"reason": ""})
    assert refused.status_code == 422
    done = head.post(f"{address}/approval", data={"reason": "Đã đối chiếu"})
    assert done.status_code == 303
    assert rule_on(session, "max_reduction_pct", datetime(2027, 1, 1).date()).value == 8
    history = head.get("/rules/max_reduction_pct")
    assert address in history.text


def test_a_faulty_draft_is_shown_again_with_what_was_typed(
    session: Session, centre: Centre, browse_as: Callable[[str], TestClient]
) -> None:
    browser = browse_as("inspector")
    sent = browser.post("/rules/drafts/new", data={**DRAFT, "value": "120", "source_text": ""})
    assert sent.status_code == 422
    assert "120" in sent.text
    assert "Thông tư 01/2027" in sent.text
    wrong = browser.post("/rules/simulations/new", data={"key": "method", "value": "always"})
    assert wrong.status_code == 422


def test_a_typed_value_is_tried_on_pages(
    session: Session, people: People, centre: Centre, browse_as: Callable[[str], TestClient]
) -> None:
    make_auctioned(session, people.office, 2)
    browser = browse_as("centre_head")
    assert browser.get("/rules/simulations/new?key=failed_rounds_flag").status_code == 200
    data = {"key": "failed_rounds_flag", "scope": "attention", "value": "2"}
    sent = browser.post("/rules/simulations/new", data=data)
    page = browser.get(sent.headers["location"] + "?change=raised")
    assert page.status_code == 200
    assert "chú ý" in page.text


def test_a_draft_of_the_ratio_of_the_floor_is_told_in_both_languages(
    session: Session, people: People, centre: Centre, browse_as: Callable[[str], TestClient], at
) -> None:
    way = lot_on_its_way(session, people, at=at - timedelta(days=3)).fail()
    way.cost(600_000_000).reduce()
    draft = new_untried_draft(session, centre, "floor_near_ratio", value="1.4", at=at)
    inspector = browse_as("inspector")
    assert "Chưa ai chạy thử" in inspector.get(f"/rules/drafts/{draft.id}").text
    run = inspector.post("/rules/simulations/new", data={"draft_id": str(draft.id)})
    page = inspector.get(run.headers["location"]).text
    assert "thành sắp chạm mức sàn: 1" in page
    assert "theo hiện hành từ 720.000.000 trở xuống, theo dự thảo từ 840.000.000" in page
    inspector.cookies.set("kebien_locale", "en")
    page = inspector.get(run.headers["location"]).text
    assert "comes to be near the floor: 1" in page
    assert "near the costs now up to 720,000,000, with the draft up to 840,000,000." in page


def test_codes_and_rules_are_told_by_their_names(
    session: Session, people: People, centre: Centre, browse_as: Callable[[str], TestClient], at
) -> None:
    way = lot_on_its_way(session, people, at=at - timedelta(days=3)).fail()
    way.cost(950_000_000).let_through("floor_test").reduce()
    posted_at_one_place(session, people)
    inspector = browse_as("inspector")
    inspector.cookies.set("kebien_locale", "en")
    for data, said in (
        ({"key": "posting_places", "scope": "movable", "value": "auction_venue"}, "not ask for it"),
        ({"key": "may_depart_from", "value": "viewing"}, "What the reduced price is compared with"),
    ):
        run = inspector.post("/rules/simulations/new", data=data)
        assert said in inspector.get(run.headers["location"]).text


def test_the_pages_of_rules_say_what_waits_and_where_the_program_differs(
    session: Session, centre: Centre, at: datetime, browse_as: Callable[[str], TestClient]
) -> None:
    make_approved(session, centre, "setoff_creditor_answer", at=at, value="4")
    make_draft(session, centre, at=at, value="7")
    head = browse_as("centre_head")
    page = head.get("/rules").text
    assert "holidays 0." not in page
    assert "Dự thảo chờ phê duyệt" in page
    assert "4 working days" in page
    assert head.get("/rules/drafts?waiting=1").status_code == 200
    assert "Quy định chờ phê duyệt" in head.get("/desk").text
    keeper = browse_as("keeper")
    assert "Dự thảo chờ phê duyệt" not in keeper.get("/rules").text


def test_who_may_not_is_refused(
    session: Session, people: People, centre: Centre, at, browse_as: Callable[[str], TestClient]
) -> None:
    draft = make_draft(session, centre, at=at, value="7")
    keeper = browse_as("keeper")
    assert keeper.get(f"/rules/drafts/{draft.id}").status_code == 200
    assert keeper.get("/rules/drafts/new").status_code == 403
    assert keeper.get("/rules/simulations/new").status_code == 403
    approval = keeper.post(f"/rules/drafts/{draft.id}/approval", data={"reason": "abc"})
    assert approval.status_code == 403
    head = browse_as("head")
    answer = head.post(f"/rules/drafts/{draft.id}/approval", data={"reason": "abc"})
    assert answer.status_code == 403
    assert head.post(f"/rules/drafts/{draft.id}/dance", data={"reason": "abc"}).status_code == 404
    assert head.get("/rules/drafts/999999").status_code == 404


def test_a_draft_goes_through_rest(
    session: Session, people: People, centre: Centre, call_as: Callable[[str], Caller]
) -> None:
    make_auctioned(session, people.office, 3)
    inspector, head = call_as("inspector"), call_as("centre_head")
    made = inspector.post("/rules/drafts", **DRAFT)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    early = head.post(f"/rules/drafts/{number}/approval", reason="Đã đối chiếu")
    assert (early.status_code, early.json()["code"]) == (409, "draft_not_tried")
    run = inspector.post("/rules/simulations", draft_id=number)
    assert run.status_code == 201, run.text
    assert run.json()["totals"] == {"becomes_breach": 2}
    cases = head.get(f"/rules/simulations/{run.json()['id']}/cases?size=1").json()
    assert len(cases["items"]) == 1
    assert cases["next_cursor"]
    assert head.get(f"/rules/simulations/{run.json()['id']}").json() == run.json()
    own = inspector.post(f"/rules/drafts/{number}/approval", reason="Đã đối chiếu")
    assert own.status_code == 403
    done = head.post(f"/rules/drafts/{number}/approval", reason="Đã đối chiếu")
    assert done.status_code == 201, done.text
    again = head.post(f"/rules/drafts/{number}/rejection", reason="Đã đối chiếu")
    assert (again.status_code, again.json()["code"]) == (409, "draft_closed")
    listed = head.get("/rules/drafts?key=max_reduction_pct").json()["items"]
    assert [row["act"] for row in listed] == ["approved"]
    history = head.get("/rules/max_reduction_pct/history").json()
    assert history[-1]["draft_id"] == number
    assert head.get("/rules/differences").json()[0]["key"] == "max_reduction_pct"


def test_a_rejection_and_a_withdrawal_go_through_rest(
    session: Session, centre: Centre, call_as: Callable[[str], Caller]
) -> None:
    inspector, head = call_as("inspector"), call_as("centre_head")
    first, second = (inspector.post("/rules/drafts", **DRAFT).json()["id"] for _n in range(2))
    assert head.post(f"/rules/drafts/{first}/rejection", reason="Sai căn cứ").status_code == 201
    assert inspector.post(f"/rules/drafts/{second}/withdrawal", reason="Nhầm").status_code == 201
    assert head.get("/rules/drafts?waiting=true").json()["items"] == []


def test_lists_take_the_same_few_statements_however_long_they_are(
    session: Session, centre: Centre, at, browse_as, statements: list[str]
) -> None:
    browser = browse_as("centre_head")
    counts = []
    for n in (1, 6):
        for _n in range(n):
            new_untried_draft(session, centre, at=at)
        session.flush()
        statements.clear()
        assert browser.get("/rules/drafts").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_foreign_head_sees_no_figure_of_others(
    session: Session, people: People, centre: Centre, at, call_as: Callable[[str], Caller]
) -> None:
    make_auctioned(session, people.office, 3)
    draft = make_draft(session, centre, at=at)
    (made,) = (
        simulate(session, actor, NewSimulation(draft_id=draft.id), at=at) for actor in [centre.head]
    )
    staff = make_staff(session, people.foreign, Role.HEAD, "T-foreign_head", "Người thử khác")
    people.staff["foreign_head"] = staff
    foreign = call_as("foreign_head")
    assert foreign.get(f"/rules/simulations/{made.id}").json()["judged"] == 0
    assert foreign.get(f"/rules/simulations/{made.id}/cases").json()["items"] == []
