"""Who issues a paper is told before which rules under it are still to be confirmed."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rules_in_use
from auction.papers.queries import unsure_of
from auction.papers.rules import RESTS_ON
from inventory.papers.rules import PaperKind
from service.auth.rules import COOKIE
from tests.make.auction import fail_round, make_formed_lot
from tests.make.organisation import People, make_token
from tests.reports.auction_papers import html_of

ON = date(2026, 11, 23)


@pytest.mark.parametrize("kind", sorted(RESTS_ON))
def test_every_rule_named_is_one_there_is(session: Session, kind: PaperKind):
    keys = RESTS_ON[kind]
    assert {rule.key for rule in rules_in_use(session, *keys)} == set(keys)


def test_only_what_is_to_be_confirmed_is_told(session: Session):
    found = unsure_of(session, PaperKind.SETOFF_NOTICE, ON)
    assert [(one.key, one.article) for one in found] == [
        ("setoff_creditor_answer", "D152/26 Art. 65(6)")
    ]
    assert unsure_of(session, PaperKind.SEIZURE_DECISION, ON) == []


def test_the_form_says_so_and_the_paper_does_not(
    client: TestClient, session: Session, people: People, at: datetime
):
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, Decimal(1_000_000_000), at=at)
    client.cookies.set(COOKIE, make_token(session, people, "officer", at))
    page = client.get(f"/lots/{lot.reference}").text
    assert "/rules/counted_outcomes" in page
    asked = client.get(f"/lots/{lot.reference}/between/setoff").text
    assert "/rules/setoff_creditor_answer" in asked
    for kind in RESTS_ON:
        assert "xác nhận" not in html_of(kind).lower().replace("đã xác nhận", "")
