"""Labels in a browser and over REST: scanning, choosing, printing, and what is refused."""

from collections.abc import Callable
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.base.references import reference
from inventory.cases.models import EnforcementCase
from inventory.labels.queries import mark_of_installation
from inventory.labels.rules import place_reference
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People

Browse = Callable[[str], TestClient]
Bearer = Callable[[str], dict[str, str]]


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, shelf: Place, at: datetime
) -> list[str]:
    """Numbers of two assets on the shelf."""
    return [
        make_asset(session, people.keeper, case, at=at, place=shelf).reference for _n in range(2)
    ]


@pytest.fixture
def foreign(session: Session, people: People, foreign_store: Place, at: datetime) -> str:
    case = make_case(session, people.foreign_officer, "88/QĐ", at=at)
    return make_asset(session, people.foreign_keeper, case, at=at, place=foreign_store.id).reference


def test_the_search_box_takes_whatever_is_scanned_typed_or_asked(
    session: Session, browse: Browse, held: list[str], shelf: Place
) -> None:
    keeper, mark = browse("keeper"), mark_of_installation(session)
    ways = {
        held[0]: f"/assets/{held[0]}",
        f"HTTPS://KHO.VN/L/{mark}/{held[0]}": f"/assets/{held[0]}",
        place_reference(shelf.id): f"/places/{shelf.id}",
        "thaco ollin": "/assets?q=thaco+ollin",
    }
    for said, path in ways.items():
        answer = keeper.get("/scan", params={"q": said}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert keeper.get("/desk").text.count('action="/scan"') == 1


def test_each_wrong_code_gets_its_own_words_and_the_box_again(
    session: Session, browse: Browse, held: list[str], foreign: str
) -> None:
    keeper, mark = browse("keeper"), mark_of_installation(session)
    other = f"{(int(mark) + 1) % 10_000:04d}"
    wrong = f"{held[0][:-1]}{(int(held[0][-1]) + 1) % 10}"
    keeper.headers["accept-language"] = "en"
    told = {}
    for said, status in (
        (wrong, 422),
        (f"/L/{mark}/TS-00", 422),
        (f"/L/{other}/{held[0]}", 404),
        (foreign, 404),
        (reference("TS", 9_876_543), 404),
    ):
        answer = keeper.get("/scan", params={"q": said})
        assert answer.status_code == status
        assert 'name="q"' in answer.text
        told[said] = answer.text.replace(said, "CODE")
    assert len(set(told.values())) == 5 - 1, "a foreign asset reads exactly as an unknown one"


def test_the_address_in_a_label_leads_through_the_log_in_to_the_thing(
    session: Session, client: TestClient, browse: Browse, held: list[str]
) -> None:
    address = f"/L/{mark_of_installation(session)}/{held[0]}"
    client.cookies.clear()

    asked = client.get(address, follow_redirects=False)
    assert asked.status_code == 303
    assert asked.headers["location"] == f"/login?next={address}"
    keeper = browse("keeper")
    for path in (address, address.lower()):
        opened = keeper.get(path, follow_redirects=False)
        assert opened.headers["location"] == f"/assets/{held[0]}"


def test_only_the_scanning_page_may_use_the_camera_and_compiled_code(browse: Browse) -> None:
    keeper = browse("keeper")

    scan, desk = keeper.get("/scan"), keeper.get("/desk")

    assert "'wasm-unsafe-eval'" in scan.headers["content-security-policy"]
    assert "camera=(self)" in scan.headers["permissions-policy"]
    assert "unsafe" not in desk.headers["content-security-policy"]
    assert "camera=()" in desk.headers["permissions-policy"]


def test_labels_are_chosen_looked_at_and_printed(
    browse: Browse, held: list[str], store: Place
) -> None:
    keeper = browse("keeper")
    said = {"kind": "asset", "place_id": str(store.id), "format": "a4-24", "start": "3"}

    shown = keeper.get("/labels/new", params=said)
    assert all(number in shown.text for number in held)
    assert "/labels/preview.svg?" in shown.text
    picture = keeper.get("/labels/preview.svg", params=said)
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.text.count("<path") == 2

    printed = keeper.post("/labels/new", data=said, follow_redirects=False)
    assert printed.status_code == 303
    page = keeper.get(printed.headers["location"])
    assert all(number in page.text for number in held)
    file = keeper.get(f"{printed.headers['location']}/labels.pdf")
    assert file.content.startswith(b"%PDF")
    assert "Trần Văn Nợ" not in page.text
    assert keeper.get(f"/assets/{held[0]}").text.count(printed.headers["location"]) == 1
    again = keeper.post("/labels/new", data={**said, "place_id": "", "numbers": "\n".join(held)})
    assert again.status_code == 422
    assert 'name="reason"' in again.text
    assert keeper.get("/labels").text.count(printed.headers["location"]) == 1


def test_a_fault_of_the_choice_is_shown_where_it_was_made(browse: Browse, held: list[str]) -> None:
    keeper = browse("keeper")
    for said, status in (
        ({"numbers": "TS-9876543-1"}, 422),
        ({"numbers": "nothing"}, 404),
        ({"numbers": held[0], "kind": "place"}, 409),
        ({"numbers": held[0], "kind": "person"}, 422),
    ):
        answer = keeper.get("/labels/new", params=said)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text


def test_the_measuring_page_shows_the_edges(browse: Browse) -> None:
    keeper = browse("keeper")

    assert keeper.get("/labels/measure.pdf?format=a4-65").content.startswith(b"%PDF")
    assert keeper.get("/labels/measure.pdf?format=a4-99").status_code == 422


def test_who_may_only_read_prints_nothing(browse: Browse, held: list[str]) -> None:
    officer = browse("officer")

    assert officer.get("/labels").status_code == 200
    assert officer.get("/labels/new").status_code == 403
    assert officer.post("/labels/new", data={"numbers": held[0]}).status_code == 403


def test_printing_over_rest_and_reading_it_from_another_office(
    client: TestClient, bearer: Bearer, held: list[str]
) -> None:
    keeper, foreign = bearer("keeper"), bearer("foreign_keeper")
    body = {"format": "roll-50x30", "numbers": held}

    made = client.post("/api/v1/labels", json=body, headers=keeper)
    assert made.status_code == 201
    path = made.headers["location"]
    assert [item["reference"] for item in made.json()["items"]] == held
    assert client.get(f"{path}/file", headers=keeper).headers["content-type"] == "application/pdf"
    assert client.get("/api/v1/labels", headers=keeper).json()["items"][0]["number"] == 2
    assert len(client.get("/api/v1/labels/formats", headers=keeper).json()) == 13

    unknown = path.rsplit("/", 1)[0] + "/987654321"
    for suffix in ("", "/file"):
        told = [
            client.get(f"{way}{suffix}", headers=foreign).json() | {"instance": ""}
            for way in (path, unknown)
        ]
        assert told[0] == told[1]
        assert told[0]["status"] == 404
    again = client.post("/api/v1/labels", json=body, headers=keeper)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "reason")


def test_codes_over_rest(client: TestClient, bearer: Bearer, held: list[str], shelf: Place) -> None:
    keeper = bearer("keeper")

    def ask(text: str, **more: str) -> tuple[int, str]:
        answer = client.get("/api/v1/labels/codes", params={"text": text, **more}, headers=keeper)
        told = answer.json()
        return answer.status_code, told.get("code") or told["path"]

    assert ask(held[0]) == (200, f"/assets/{held[0]}")
    assert ask(place_reference(shelf.id), expected="place") == (200, f"/places/{shelf.id}")
    assert ask(held[0], expected="place") == (409, "wrong_label")
    assert ask("a word") == (404, "unknown_code")
    assert ask(f"{held[0][:-1]}{(int(held[0][-1]) + 1) % 10}") == (422, "mistyped_code")
