"""What belongs to another office answers over REST, to the byte, as what does not exist."""

import re
from typing import Any

from litestar.routes import BaseRoute

from auction.reviews.commands import sweep
from inventory.base.actor import SYSTEM
from inventory.organisation.permissions import permissions_of
from tests.journeys.acts import (
    CAR,
    CASE,
    VALUE,
    a_round,
    cut,
    fail_round,
    open_office,
    seize_and_store,
    value_and_offer,
)
from tests.journeys.rest import HOME, Story, rows_of

UNKNOWN_ID = 987654321
UNKNOWN = {"TS": "TS-9876543-2", "DG": "DG-9876543-2", "VB": "VB-9876543-2"}
Ids = dict[str, Any]


def make_past(story: Story) -> Ids:
    """Everything an office can have, with its ids by the first word of their path."""
    first, second = open_office(story)
    ref = seize_and_store(story, first, second)
    lot = value_and_offer(story, ref)
    for number, price in ((1, "2200000000"), (2, "2000000000")):
        fail_round(story, lot, number)
        story.done("officer", f"/lots/{lot}/rounds/{number}/reduction", cut(story, price, number))
        story.done("officer", f"/lots/{lot}/rounds", a_round(story, price))
    fail_round(story, lot, 3)
    database = story.client.app.state["database"]
    sweep(lambda: database.transaction(SYSTEM), SYSTEM, story.today, at=story.at)
    (flag,) = story.read("inspector", "/flags")["items"]
    paper = story.post("inspector", f"/flags/{flag['id']}/dossier").headers["location"]
    review = story.done("inspector", "/reviews", {"asset": ref})
    return {
        "assets": ref,
        "lots": lot,
        "places": first,
        "shelf": second,
        "cases": story.read("officer", "/cases")["items"][0]["id"],
        "flags": flag["id"],
        "reviews": review["id"],
        "deadlines": story.read("officer", "/deadlines")["items"][0]["id"],
        "documents": paper.rpartition("/")[2],
    }


def unknown(ids: Ids) -> Ids:
    """Ids of the same form that nobody gave out."""
    return {
        kind: UNKNOWN[value[:2]] if isinstance(value, str) else UNKNOWN_ID
        for kind, value in ids.items()
    }


def bodies(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a thing says, by the end of its path; such that only the id is wrong."""
    place = {"place_id": 1, "reason": "Kê biên"}
    return {
        "custody/take-in": place | {"giver": "A"},
        "custody/moves": place | {"from_place_id": 2},
        "custody/release": {
            "from_place_id": 2,
            "receiver": "B",
            "reason": "Trả",
            "document": "Lệnh 1",
        },
        "holds": {"hold": "evidence", "agency": "Công an", "received_on": story.day()},
        "holds/end": {"hold_id": 1, "end_decision": "1/QĐ", "ended_on": story.day()},
        "seizures": {"case_number": CASE, "decision_number": "9/QĐ", "decision_on": story.day()},
        "seizures/release": {
            "case_number": CASE,
            "release_decision": "9/QĐ",
            "released_on": story.day(),
        },
        "valuations": {"method": "agreed", "amount": VALUE, "valued_on": story.day()},
        "rounds": a_round(story, VALUE),
        "outcome": {"code": "failed_no_bid", "registered": 2},
        "reduction": cut(story, "1800000000", 3),
        "closing": {},
        "dossier": {},
        "completion": {},
        "findings": {"code": "K03", "severity": "note", "text": "Không ai quan tâm"},
        "conclusion": {
            "conclusion": "a",
            "conclusion_text": "Tiếp tục giảm giá",
            "responsible": "Người truyện",
            "due_on": story.day(9),
        },
    }


def routes_with_ids(story: Story) -> list[tuple[str, str, str]]:
    """Method, path and permission of every route of the interface that names a thing."""
    return [
        (method, route.path_format, str(handler.opt["permission"]))
        for route in story.client.app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if _names_a_thing(route)
    ]


def _names_a_thing(route: BaseRoute) -> bool:
    path = route.path_format
    return path.startswith("/api/v1/") and "{" in path and "openapi" not in path


def path_to(path_format: str, ids: Ids) -> str:
    """The path of a thing; rounds are numbered."""
    kind = path_format.split("/")[3]
    path = path_format.removeprefix("/api/v1").replace("{number}", "3")
    return re.sub(r"\{\w+\}", str(ids[kind]), path, count=1)


def said_to(story: Story, who: str, method: str, path_format: str, ids: Ids) -> tuple[Any, ...]:
    """What somebody is answered, with the id that he asked for blotted out."""
    path = path_to(path_format, ids)
    if method == "GET":
        answer = story.get(who, path)
    else:
        end = path_format.rsplit("}/", maxsplit=1)[-1]
        answer = story.post(who, path, bodies(story)[end], if_match='"1"')
    kept = {name: v for name, v in answer.headers.items() if name not in ("content-length", "date")}
    asked = str(ids[path_format.split("/")[3]])
    return answer.status_code, kept, re.sub(rf"\b{asked}\b", "*", answer.text)


def test_every_thing_of_another_office_is_as_one_that_is_not_there(story: Story) -> None:
    ids = make_past(story)
    before = rows_of(story.session)
    missing = unknown(ids)
    seen, wrong = set(), []
    for method, path, permission in routes_with_ids(story):
        for name, role in HOME.items():
            if permission not in permissions_of([role]):
                continue
            who = f"foreign-{name}"
            foreign = said_to(story, who, method, path, ids)
            nothing = said_to(story, who, method, path, missing)
            seen.add(path.split("/")[3])
            lists = foreign[0] == 200 and foreign[2] == "[]"
            if foreign != nothing or not (foreign[0] == 404 or lists):
                wrong.append((who, method, path, foreign, nothing))
    assert wrong == []
    assert seen == {k for k in ids if k != "shelf"}
    assert rows_of(story.session) == before


def test_what_is_named_inside_an_act_is_as_one_that_is_not_there(story: Story) -> None:
    first, second = open_office(story)
    ids = {"assets": seize_and_store(story, first, second), "places": first}
    before = rows_of(story.session)
    missing = unknown(ids)
    acts = [
        ("foreign-officer", "/lots", lambda i: {"assets": [i["assets"]], "description": "Xe ô tô"}),
        ("foreign-inspector", "/reviews", lambda i: {"asset": i["assets"]}),
        (
            "foreign-keeper",
            "/places",
            lambda i: {"code": "X", "name": "X", "kind": "shelf", "parent_id": i["places"]},
        ),
        (
            "foreign-officer",
            "/seized-assets",
            lambda i: CAR | {"case_number": CASE if i is ids else "0/KHÔNG"},
        ),
    ]
    for who, path, say in acts:
        answers = []
        for asked in (ids, missing):
            answer = story.post(who, path, say(asked))
            texts = [str(asked["assets"]), str(asked["places"]), CASE, "0/KHÔNG"]
            blotted = re.sub("|".join(map(re.escape, texts)), "*", answer.text)
            answers.append((answer.status_code, blotted))
        assert answers[0] == answers[1], path
        assert answers[0][0] == 404, path
    assert rows_of(story.session) == before
