"""What is not confirmed by a lawyer says so wherever an article is shown."""

import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest
from litestar import Request
from sqlalchemy.orm import Session

from auction.legal_rules import certainty as heard
from auction.legal_rules.certainty import certainty, is_unconfirmed
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Confidence
from auction.legal_rules.shipped import shipped_rules
from service.errors import Refusal, problem_of
from service.web.engine import _cited
from tests.make.organisation import People
from tests.make.rules import make_approved, make_centre

ROOT = Path(__file__).parents[2]
BEFORE = date(2024, 12, 31)
SINCE = date(2025, 1, 1)
POSTING = "PA16 Art. 35(1)a"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tests read is forgotten after them."""
    heard._hear_shipped()
    now = {article: dict(rows) for article, rows in heard._known.items()}
    monkeypatch.setattr(heard, "_known", defaultdict(dict, now))


def test_an_article_is_as_sure_as_the_row_of_the_day_that_cites_it() -> None:
    assert certainty(POSTING, BEFORE) is Confidence.READ
    assert certainty(POSTING, SINCE) is Confidence.UNCONFIRMED
    assert certainty("L25 Art. 83(3)", SINCE) is Confidence.READ
    assert certainty("Nghị quyết của cơ quan", SINCE) is None
    assert is_unconfirmed("HOUSE", SINCE)


@pytest.mark.parametrize(
    ("locale", "said"), [("vi", "(cần xác nhận)"), ("en", "(to be confirmed)")]
)
def test_a_page_says_that_an_article_is_to_be_confirmed(locale: str, said: str) -> None:
    assert _cited(locale, POSTING, SINCE).endswith(said)
    assert said not in _cited(locale, POSTING, BEFORE)
    assert said not in _cited(locale, "L25 Art. 83(3)", SINCE)
    assert _cited(locale, None) == ""


def test_a_refusal_carries_how_sure_its_article_is() -> None:
    asked = Request({"type": "http", "path": "/lots"})  # type: ignore[typeddict-item]

    def plain(_request: object, text: str, _values: object) -> str:
        return text

    refused = Refusal(status=422, code="unlawful", message=("No.", {}), article=POSTING)
    assert problem_of(asked, refused, plain).confidence == "C"
    bare = Refusal(status=404, code="not_found", message=("No.", {}))
    assert problem_of(asked, bare, plain).confidence is None


def test_what_a_lawyer_confirmed_is_no_longer_called_unconfirmed(
    session: Session, people: People, at: datetime
) -> None:
    key, article = "setoff_creditor_answer", "D152/26 Art. 65(6)"
    (guess,) = (rule for rule in rules_in_use(session, key) if rule.confidence == "C")
    assert guess.article == article
    said = {"value": "3", "valid_from": guess.valid_from, "article": article}
    make_approved(session, make_centre(session, people), key, at=at, **said)
    assert certainty(article, date(2026, 8, 1), key) is Confidence.UNCONFIRMED
    rules_in_use(session, key)
    assert certainty(article, date(2026, 8, 1), key) is Confidence.READ


def test_no_page_shows_an_article_without_its_certainty() -> None:
    bare = re.compile(r"cite\([^{}]*\)\.said\(locale\)|\{\{ *[\w.]*article *\}\}")
    pages = [
        path
        for package in ("auction", "inventory", "service")
        for path in (ROOT / package).rglob("templates/**/*.html")
    ]
    assert len(pages) > 100
    assert [str(path) for path in pages if bare.search(path.read_text())] == []


def test_every_row_to_be_confirmed_says_so_wherever_its_article_is_shown() -> None:
    rows = [rule for rule in shipped_rules() if rule.confidence is Confidence.UNCONFIRMED]
    assert len(rows) > 50
    silent = [
        (rule.key, day)
        for rule in rows
        for day in (rule.valid_from, rule.valid_to or date(2026, 11, 23))
        if day >= rule.valid_from
        and not _cited("vi", rule.article, day, rule.key).endswith("(cần xác nhận)")
    ]
    assert silent == []


def test_every_page_with_due_dates_says_what_is_to_be_confirmed() -> None:
    due = re.compile(r"(?:part|due)\.due\(")
    says = re.compile(r"unconfirmed\(|\.confidence|valuations/_parts\.html")
    pages = [
        path
        for path in (ROOT / "auction").rglob("templates/**/*.html")
        if due.search(path.read_text())
    ]
    assert len(pages) > 4
    assert [str(path) for path in pages if not says.search(path.read_text())] == []
    parts = (ROOT / "auction/valuations/templates/_parts.html").read_text()
    assert "basis(one.citation, one.confidence)" in parts


ASKED = re.compile(
    r"(?:rule_on|rules_in_use|rulings?|due_after|due_on|choose_rule)\(\s*[\w.]+,\s*\"(\w+)\""
)


def test_every_rule_that_code_asks_for_is_shipped_with_its_article_and_certainty() -> None:
    asked: dict[str, str] = {}
    for package in ("auction", "inventory", "reports", "service"):
        for path in (ROOT / package).rglob("*.py"):
            asked |= dict.fromkeys(ASKED.findall(path.read_text()), path.name)
    shipped = {rule.key for rule in shipped_rules() if rule.article and rule.confidence}
    assert len(asked) > 40
    assert {key: where for key, where in asked.items() if key not in shipped} == {}
