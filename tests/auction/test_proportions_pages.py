"""What is owed against what is seized on the pages of case, asset and lot, and over REST."""

from urllib.parse import quote

import pytest

from auction.lots.commands import form_lot
from auction.lots.schemas import NewLot
from tests.make.proportions import choose, make_owed_case, seize

NUMBER = "48/QĐ-THADS"


@pytest.fixture
def case(session, people, at):
    return make_owed_case(session, people, 600_000_000, at=at)


@pytest.fixture
def refs(session, people, case, at):
    return [seize(session, people, case, value, at=at) for value in (700_000_000, 300_000_000)]


def way(asset: str) -> str:
    return f"/assets/{asset}/part-release"


def test_case_asset_and_lot_show_it_and_lead_to_the_release(
    browse_as, session, people, case, refs, at
):
    new = NewLot(assets=refs, description="Hai xe")
    lot = form_lot(session, people.officer, new, at=at)
    page = browse_as("officer")
    for path in (f"/cases/{case.id}", f"/assets/{refs[1]}", f"/lots/{lot.reference}"):
        shown = page.get(path).text
        assert "1.000.000.000" in shown, path
        assert f"{way(refs[1])}?case={quote(NUMBER, safe='')}" in shown.replace("/Q", "%2FQ"), path
        assert f'href="{way(refs[0])}' not in shown, "it is needed"
    assert way(refs[1]) not in browse_as("accountant").get(f"/cases/{case.id}").text


def test_a_part_is_released_on_the_page_with_what_the_decision_says(browse_as, refs):
    page = browse_as("officer")
    form = page.get(f"{way(refs[1])}?case={quote(NUMBER, safe='')}").text
    assert "600.000.000 đồng" in form
    assert "khoản 3 Điều 72" in form
    said = {"case_number": NUMBER, "released_on": "2026-11-23", "grounds": "Đủ để thi hành án"}
    wrong = page.post(way(refs[0]), data=said)
    assert wrong.status_code == 422
    assert "khoản 3 Điều 72" in wrong.text
    assert page.post(way(refs[1]), data=said).status_code == 303
    assert page.post(way(refs[1]), data=said).status_code == 422


def test_what_the_debtor_asks_for_is_refused_and_recorded_on_the_page(browse_as, case, refs):
    page = browse_as("officer")
    assert "điều 54" in page.get("/assets/new").text.lower()
    said = {
        "case_number": NUMBER,
        "decision_number": "36/QĐ-KB",
        "decision_on": "2026-11-20",
        "kind": "vehicle",
        "description": "Xe tải",
        "quantity": "1",
        "debtor_asked": "true",
        "estimated_value": "599.999.999",
    }
    poor = page.post("/assets/new", data=said)
    assert poor.status_code == 422
    assert "600.000.000" in poor.text
    enough = page.post("/assets/new", data={**said, "estimated_value": "600.000.000"})
    assert enough.status_code == 303
    for ref in refs:
        assert "/holds/" in page.get(f"/assets/{ref}").text
    assert "/holds/" in page.get(f"/cases/{case.id}").text


def test_over_rest(call_as, session, people, case, refs, at):
    officer = call_as("officer")
    found = officer.get(f"/cases/{case.id}/proportion").json()
    assert (float(found["need"]), float(found["value"])) == (6e8, 1e9)
    assert [one["unneeded"] for one in found["assets"]] == [False, True]
    said = {"case_number": NUMBER, "released_on": "2026-11-23"}
    refused = officer.post(f"/assets/{refs[0]}/part-release", **said)
    assert refused.status_code == 422
    assert refused.json()["article"] == "L25 Art. 72(3), 95(3)"
    (released,) = officer.post(f"/assets/{refs[1]}/part-release", **said).json()
    assert released["released_on"] == "2026-11-23"
    assert call_as("foreign_officer").get(f"/cases/{case.id}/proportion").status_code == 404
    chosen = choose(session, people, case, 600_000_000, at=at)
    assert officer.get(f"/assets/{chosen}").status_code == 200


AGAIN = {"case_number": NUMBER, "decision_number": "37/QĐ-KB", "decision_on": "2026-11-20"}


def test_what_is_here_already_is_seized_at_his_request_on_the_page(
    browse_as, session, people, case, refs, at
):
    first = make_owed_case(session, people, None, "47/QĐ-THADS", at=at)
    car = seize(session, people, first, at=at)
    page, path = browse_as("officer"), f"/assets/{car}/seizures/new"
    form = page.get(path).text
    assert "điều 54" in form.lower()
    assert 'name="debtor_asked"' in form
    asked = {**AGAIN, "debtor_asked": "true", "estimated_value": "599.999.999"}
    poor = page.post(path, data=asked)
    assert poor.status_code == 422
    assert "600.000.000" in poor.text
    assert "599.999.999" in poor.text
    assert page.post(path, data={**asked, "estimated_value": "600.000.000"}).status_code == 303
    assert "/holds/" in page.get(f"/assets/{refs[0]}").text


def test_what_is_here_already_is_seized_at_his_request_over_rest(
    call_as, session, people, case, refs, at
):
    first = make_owed_case(session, people, None, "47/QĐ-THADS", at=at)
    car = seize(session, people, first, at=at)
    rest, path = call_as("officer"), f"/assets/{car}/seizures"
    refused = rest.post(path, **AGAIN, debtor_asked=True, estimated_value="599999999")
    assert refused.json()["article"] == "D152/26 Art. 54(4)"
    asked = {**AGAIN, "debtor_asked": True, "estimated_value": "600000000"}
    assert call_as("foreign_officer").post(path, **asked).status_code == 404
    made = rest.post(path, **asked)
    assert made.status_code == 201, made.text
    assert [one["debtor_asked"] for one in made.json()] == [False, True]
