"""Why nobody bought: with a flag, in the history and dossier, by office and kind of asset."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.bidding.causes import Cause, Weight
from auction.bidding.diagnoses import CauseCount
from auction.outcomes.commands.diagnose import diagnose_round
from auction.outcomes.schemas import NewCause, NewDiagnosis
from auction.reviews.commands import sweep
from auction.reviews.queries.flags import list_flags
from auction.reviews.queries.history import history_of
from inventory.assets.rules import AssetKind
from inventory.base.actor import SYSTEM, Actor
from reports.forms.review_dossier.form import lay_out
from reports.forms.review_dossier.gather import dossier_of
from reports.statistics.queries import cause_figures
from tests.auction.rest import Caller
from tests.make.auction import Auctioned, make_auctioned
from tests.make.organisation import People

Browse = Callable[[str], TestClient]
Become = Callable[[Actor], Actor]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def found(session: Session, people: People, at: datetime) -> Auctioned:
    """An asset whose rounds failed thrice: price twice the main cause, access once; one unsaid."""
    item = make_auctioned(session, people.office, 3)
    said = (
        (1, [(Cause.TIMING, Weight.MAIN)]),
        (1, [(Cause.PRICE, Weight.MAIN), (Cause.ACCESS, Weight.SHARED)]),
        (2, [(Cause.PRICE, Weight.MAIN)]),
    )
    for number, causes in said:
        new = NewDiagnosis(
            causes=[NewCause(cause=one, weight=weight) for one, weight in causes],
            note="Hỏi ba người đã xem",
        )
        officer = people.officer
        diagnose_round(session, officer, item.lot.reference, number, new, at=at)
    make_auctioned(session, people.office, 4)
    sweep(lambda: nullcontext(session), SYSTEM, date(2026, 11, 22), at=at + timedelta(days=1))
    return item


def test_a_flag_carries_why_nobody_bought_and_the_queue_is_asked_for_a_cause(
    session: Session, people: People, become: Become, found: Auctioned
) -> None:
    inspector = become(people.inspector)
    both = {row.asset: row.facts for row in list_flags(session, inspector).items}
    facts = both.pop(found.ref)
    assert facts.causes == [CauseCount(Cause.PRICE, 2, 2), CauseCount(Cause.ACCESS, 1, 0)]
    assert (facts.diagnosed, facts.failed_in_a_row) == (2, 3)
    (other,) = both.values()
    assert (other.causes, other.diagnosed) == ([], 0)
    for cause, refs in ((Cause.ACCESS, [found.ref]), (Cause.TIMING, []), (None, 2)):
        rows = [row.asset for row in list_flags(session, inspector, cause=cause).items]
        assert rows == refs or len(rows) == refs


def test_the_history_of_the_asset_says_it_round_by_round(
    session: Session, people: People, found: Auctioned
) -> None:
    history = history_of(session, people.inspector, found.ref)
    assert [(one.seq, one.causes[0].cause) for one in history.diagnoses] == [
        (2, Cause.PRICE),
        (1, Cause.PRICE),
    ]
    assert history.flags[0].facts.causes[0].cause is Cause.PRICE


def test_pages_show_it_to_the_inspector(browse_as: Browse, found: Auctioned) -> None:
    client = browse_as("inspector")
    queue = client.get("/flags?cause=access").text
    assert found.ref in queue
    assert "Giá quá cao" in queue
    assert "chưa xác định ở 1 lần" in queue
    assert found.ref not in client.get("/flags?cause=timing").text
    page = client.get(f"/assets/{found.ref}/history").text
    assert "Hỏi ba người đã xem" in page


def test_the_dossier_names_the_causes_and_the_rounds_without(
    session: Session, people: People, found: Auctioned, at: datetime
) -> None:
    dossier = dossier_of(session, people.inspector, found.ref, at=at)
    assert [(one.order, one.cause, one.main) for one in dossier.data.causes] == [
        (1, "price", True),
        (1, "access", False),
        (2, "price", True),
    ]
    assert dossier.data.unsaid == (3,)
    html = lay_out(dossier)
    for words in (
        "Nguyên nhân không có người mua",
        "Giá cao",
        "Chưa xác định nguyên nhân của lần 3",
    ):
        assert words in html


def test_leaders_read_how_often_by_office_and_kind_of_asset(
    session: Session, people: People, become: Become, found: Auctioned
) -> None:
    (line,) = cause_figures(session, become(people.head), *YEAR).lines
    assert (line.kind, line.failed, line.diagnosed, line.unsaid) == (AssetKind.MOVABLE, 7, 2, 5)
    assert line.causes == [CauseCount(Cause.PRICE, 2, 2), CauseCount(Cause.ACCESS, 1, 0)]
    assert cause_figures(session, people.head, date(2025, 1, 1), date(2025, 12, 31)).lines == []
    assert cause_figures(session, become(people.foreign_officer), *YEAR).lines == []


def test_the_figure_takes_two_statements(
    session: Session, people: People, found: Auctioned, statements: list[str]
) -> None:
    statements.clear()
    cause_figures(session, people.head, *YEAR)
    assert len(statements) == 2


def test_the_figure_has_its_page_and_its_address(
    browse_as: Browse, call_as: Callable[[str], Caller], found: Auctioned
) -> None:
    shown = browse_as("head").get("/statistics/causes?since=2026-01-01&until=2026-12-31").text
    assert "Giá quá cao" in shown
    assert browse_as("officer").get("/statistics/causes").status_code == 403
    told = call_as("inspector").get("/statistics/causes?since=2026-01-01&until=2026-12-31").json()
    assert told["lines"][0]["failed"] == 7
