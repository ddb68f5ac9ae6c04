"""Pages of inventory: what each role sees, forms that keep what was typed, parts for htmx."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move
from inventory.custody.models import Holding
from inventory.custody.schemas import Move
from inventory.seizures.commands import seize_again
from inventory.seizures.schemas import NewSeizure
from inventory.warehouses.models import Place
from tests.inventory.shown import faults, links, text_of, typed
from tests.make.inventory import make_asset, make_case
from tests.make.orders import order_out, standing_order
from tests.make.organisation import People

Browse = Callable[[str], TestClient]
PART = {"hx-request": "true"}


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    return make_asset(session, people.keeper, case, at=at, place=store)


@pytest.fixture
def waiting(session: Session, people: People, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, people.keeper, case, at=at, description="Tủ gỗ hai cánh")


def test_the_keeper_s_desk_shows_what_waits_and_what_moved(
    browse: Browse, held: Registered, waiting: Registered
) -> None:
    page = browse("keeper").get("/desk").text
    assert f"/assets/{waiting.reference}/custody/take-in" in links(page)
    assert f"/assets/{held.reference}" in links(page)
    assert 'action="/scan"' in page


@pytest.mark.parametrize("who", ["inspector", "administrator", "accountant"])
def test_other_desks_show_no_keeper_s_work(browse: Browse, waiting: Registered, who: str) -> None:
    page = browse(who).get("/desk").text
    assert waiting.reference not in page


def test_an_asset_s_page_tells_its_whole_story(
    browse: Browse,
    session: Session,
    people: People,
    held: Registered,
    store: Place,
    shelf: Place,
    case: EnforcementCase,
    at: datetime,
) -> None:
    move(session, people.keeper, held.reference, Move(shelf.id, store.id, "Dọn kho"), at=at)
    other = make_case(session, people.officer, "77/QĐ-THADS", at=at)
    again = NewSeizure(
        case_number=other.decision_number, decision_number="90/QĐ", decision_on=date(2026, 9, 1)
    )
    seize_again(session, people.officer, held.reference, again, at=at)
    page = browse("inspector").get(f"/assets/{held.reference}").text
    story = text_of(page)
    assert "Phương tiện" in story
    for said in (
        "Kho số 1 / Kệ A",
        "Kho số 1 → Kệ A",
        "Dọn kho",
        "34/QĐ-KB",
        "90/QĐ",
        "77/QĐ-THADS",
    ):
        assert said in story
    assert story.index("2. ") < story.index("1. Nhập kho")


ACTS = {
    "keeper": {"custody/moves", "custody/release", "holds/new"},
    "officer": {"seizures/new", "holds/new"},
    "inspector": set(),
    "head": set(),
    "accountant": set(),
}


@pytest.mark.parametrize("who", ACTS)
def test_acts_are_offered_to_those_who_may(browse: Browse, held: Registered, who: str) -> None:
    own = f"/assets/{held.reference}/"
    page = browse(who).get(f"/assets/{held.reference}").text
    offered = {link.removeprefix(own).partition("?")[0] for link in links(page) if own in link}
    assert offered & set().union(*ACTS.values()) == ACTS[who]


@pytest.mark.parametrize(("who", "shown"), [("head", True), ("inspector", True), ("keeper", False)])
def test_recorded_acts_are_shown_to_those_who_may_read_them(
    browse: Browse, held: Registered, who: str, shown: bool
) -> None:
    page = browse(who).get(f"/assets/{held.reference}").text
    assert ('id="audit-title"' in page) is shown


def test_taking_in_moving_and_releasing_by_form(
    browse: Browse, session: Session, waiting: Registered, store: Place, shelf: Place
) -> None:
    client = browse("keeper")
    custody = f"/assets/{waiting.reference}/custody"
    acts = [
        (
            "take-in",
            {
                "place_id": store.id,
                "giver": "A",
                "reason": "Kê biên",
                "order": standing_order(store),
            },
            store.id,
        ),
        ("moves", {"place_id": shelf.id, "from_place_id": store.id, "reason": "x"}, shelf.id),
        (
            "release",
            {"from_place_id": shelf.id, "receiver": "B", "reason": "Bán", "order": ""},
            None,
        ),
    ]
    for path, said, place in acts:
        if "receiver" in said:
            said["order"] = order_out(session, shelf, waiting.reference, party="B")
        form = client.get(f"{custody}/{path}")
        assert form.status_code == 200
        assert str(said.get("order", "")) in form.text
        answer = client.post(f"{custody}/{path}", data=said, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/assets/{waiting.reference}",
        )
        session.expire_all()
        assert session.get_one(Holding, waiting.id).place_id == place
    assert 'role="status"' in client.get(f"/assets/{waiting.reference}").text


def test_a_faulty_form_comes_back_with_what_was_typed(
    browse: Browse, session: Session, held: Registered, store: Place
) -> None:
    client = browse("keeper")
    said = {"from_place_id": store.id, "place_id": store.id, "reason": "Lý do <b>"}
    answer = client.post(f"/assets/{held.reference}/custody/moves", data=said)
    assert answer.status_code == 422
    assert list(faults(answer.text)) == ["place_id"]
    assert typed(answer.text, "reason") == "Lý do <b>"
    assert session.get_one(Holding, held.id).seq == 1


def test_a_part_is_answered_with_a_part_and_leads_on_when_done(
    browse: Browse, held: Registered, store: Place, shelf: Place
) -> None:
    client = browse("keeper")
    path = f"/assets/{held.reference}/custody/moves"
    part = client.get(path, headers=PART).text
    assert "<html" not in part
    assert 'hx-target="#act"' in part
    faulty = client.post(path, data={"from_place_id": store.id}, headers=PART)
    assert faulty.status_code == 422
    assert "<html" not in faulty.text
    assert set(faults(faulty.text)) == {"place_id", "reason"}
    said = {"from_place_id": store.id, "place_id": shelf.id, "reason": "x"}
    done = client.post(path, data=said, headers=PART, follow_redirects=False)
    assert done.headers["hx-redirect"] == f"/assets/{held.reference}"


def test_the_wrong_form_says_what_to_do_instead(
    browse: Browse, held: Registered, waiting: Registered
) -> None:
    client = browse("keeper")
    instead = client.get(f"/assets/{held.reference}/custody/take-in").text
    assert f"/assets/{held.reference}/custody/moves" in links(instead)
    first = client.get(f"/assets/{waiting.reference}/custody/moves").text
    assert f"/assets/{waiting.reference}/custody/take-in" in links(first)


def test_a_whole_number_leads_straight_to_its_asset(browse: Browse, held: Registered) -> None:
    client = browse("keeper")
    answer = client.get("/assets", params={"q": held.reference.lower()}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/assets/{held.reference}")
    part = client.get("/assets", params={"q": held.reference}, headers=PART)
    assert part.status_code == 200
    assert f"/assets/{held.reference}" in links(part.text)


def test_search_shows_results_nothing_and_faults(
    browse: Browse, held: Registered, waiting: Registered
) -> None:
    client = browse("keeper")
    assert f"/assets/{waiting.reference}" in links(client.get("/assets?q=tu go").text)
    assert f"/assets/{held.reference}" not in links(client.get("/assets?q=tu go").text)
    assert 'class="empty"' in client.get("/assets?q=khong co gi").text
    assert list(faults(client.get("/assets?q=a").text)) == ["q"]


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/assets/new", "inspector"),
        ("/assets/new/evidence", "accountant"),
        ("/places/new", "officer"),
        ("/cases/new", "keeper"),
        ("/offices/new", "keeper"),
        ("/assets", "administrator"),
        ("/warehouse", "administrator"),
        ("/cases", "administrator"),
        ("/custody/waiting", "officer"),
    ],
)
def test_pages_are_closed_to_those_without_the_permission(
    browse: Browse, path: str, who: str
) -> None:
    assert browse(who).get(path).status_code == 403


def test_pages_send_the_same_statements_however_much_there_is(
    browse: Browse,
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
    statements: list[str],
) -> None:
    client = browse("inspector")
    first = make_asset(session, people.keeper, case, at=at, place=store)
    exactly = {
        "/assets": 2,
        "/assets?q=thaco": 3,
        f"/places/{store.id}": 4,
        f"/warehouse?office={people.office.id}": 3,
        # claims, what was paid of them, whose shares, whether any is to be weighed, what is
        # due, whether it was terminated
        f"/cases/{case.id}": 10,
        "/cases": 2,
    }
    whole_story = f"/assets/{first.reference}"

    def count(path: str) -> int:
        statements.clear()
        assert client.get(path).status_code == 200
        return len([s for s in statements if "SAVEPOINT" not in s])

    before = count(whole_story)
    assert {path: count(path) for path in exactly} == exactly
    for _i in range(55):
        make_asset(session, people.keeper, case, at=at, place=store)
    for step in range(6):
        here, there = (store, shelf) if step % 2 == 0 else (shelf, store)
        move(session, people.keeper, first.reference, Move(there.id, here.id, "x"), at=at)
    assert {path: count(path) for path in exactly} == exactly
    assert count(whole_story) == before
