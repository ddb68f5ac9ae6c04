"""What belongs to another office answers over REST, to the byte, as what does not exist."""

import re
from typing import Any

from litestar.routes import BaseRoute

from inventory.organisation.permissions import permissions_of
from tests.journeys.acts import CAR, CASE, open_office, seize_and_store
from tests.journeys.foreign_bodies import bodies
from tests.journeys.foreign_past import Ids, make_past, unknown
from tests.journeys.rest import HOME, Story, rows_of
from tests.make.pictures import picture

OF_NO_OFFICE = {
    *("heads", "registers", "backlog", "valuation-firms", "auctioneers", "rules"),
    *("deadline-moves", "offices"),
}
"""Heads and rules of the whole service; one's own register; a kind of alarm; common lists."""


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
    if path.split("/")[3:4] and path.split("/")[3] in OF_NO_OFFICE:
        return False
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
    elif path.endswith("/attachments"):
        answer = story.upload(who, path, "anh.jpg", picture(), purpose="intake")
    else:
        end = path_format.rsplit("}/", maxsplit=1)[-1]
        known = bodies(story)
        body = known.get(f"/{path_format.split('/')[3]}/{end}") or known[end]
        answer = story.post(who, path, body, if_match='"1"')
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
