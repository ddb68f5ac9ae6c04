"""Every page of the keeper and of who is not logged in; and that no page at all is forgotten."""

import pytest
from playwright.sync_api import Browser

from service.app import create_app
from tests.journeys.office import Served
from tests.journeys.pages import Ids, forgotten, not_in_english, not_in_vietnamese
from tests.journeys.walk import walk

pytestmark = pytest.mark.browser


def test_no_page_is_forgotten(walked: Served) -> None:
    app = create_app(walked.settings)
    shapes = [
        route.path_format
        for route in app.routes
        if any("GET" in handler.http_methods for handler in getattr(route, "route_handlers", []))
    ]
    app.state["database"].close()
    assert forgotten(shapes) == []
    assert forgotten([*shapes, "/kho/{place_id}"]) == ["/kho/{place_id}"]


@pytest.mark.parametrize("role", ["", "keeper"])
def test_every_page_of_a_role_is_fit_for_all(
    walkers: Browser, walked: Served, ids: Ids, role: str
) -> None:
    wrong = walk(walkers, walked, ids, role)
    assert wrong == [], "\n".join(wrong)


def test_a_text_in_the_wrong_language_would_be_noticed() -> None:
    page = '<html lang="vi"><p title="Log in">Nhập kho</p><button lang="en">English</button>'
    assert not_in_vietnamese(page) == ["Log in"]
    assert not_in_vietnamese("<p>Hạn 07/09 (L25 Art. 83)</p>") == ["Hạn 07/09 (L25 Art. 83)"]
    assert not_in_vietnamese("<p>Some of it</p><code>the_key</code>") == ["Some of it"]
    assert not_in_vietnamese("<p>Round 3 of lot DG-1 has its outcome.</p>") != []
    assert not_in_english("<p>Nhập kho</p><p>Kệ A1</p>") == ["Nhập kho"]
