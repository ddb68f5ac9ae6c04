"""Every page of all who are not the keeper; his are walked in a file of their own, beside these."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.office import Served
from tests.journeys.pages import PAGES, Ids
from tests.journeys.walk import walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("role", [role for role in PAGES if role not in ("", "keeper")])
def test_every_page_of_a_role_is_fit_for_all(
    walkers: Browser, walked: Served, ids: Ids, role: str
) -> None:
    wrong = walk(walkers, walked, ids, role)
    assert wrong == [], "\n".join(wrong)
