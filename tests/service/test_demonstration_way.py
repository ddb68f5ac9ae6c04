"""The demonstration shows an asset at every stage from seizure to payout, each by lawful acts."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import calendar
from inventory.base.actor import SYSTEM
from service.database import ready
from service.demonstration.organising import back, plan
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests import prepared


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A look into the demonstration office."""
    folder: Path = tmp_path_factory.mktemp("way") / "demo"
    prepared.demonstration(folder)
    server = EmbeddedServer(folder).ensure()
    try:
        database = ready(Settings(data_dir=folder, demonstration=True))
        with closing(database), database.transaction(SYSTEM) as session:
            yield session
    finally:
        server.stop()


def one(session: Session, question: str) -> object:
    return session.execute(text(question)).scalar_one()


STAGES = {
    "priority_offered",
    "priced",
    "contracted",
    "announced",
    "setoff_offered",
    "sold_unpaid",
    "defaulted",
    "sold_paid",
    "delivered",
}


def test_every_stage_has_its_asset(told: Session) -> None:
    found = told.execute(
        text("SELECT DISTINCT ON (asset_id) state FROM asset_step ORDER BY asset_id, seq DESC")
    )
    assert set(found.scalars()) >= STAGES


@pytest.mark.parametrize(
    "question",
    [
        "SELECT count(*) FROM call_applicant a JOIN organisation_call c ON c.id = a.call_id"
        " WHERE c.chosen_id IS NOT NULL",
        "SELECT count(*) FROM bidder b JOIN auction_round r ON r.id = b.round_id"
        " WHERE r.held_on > current_date",
        "SELECT count(*) FROM round_cause",
        "SELECT count(*) FROM setoff WHERE ended_on IS NULL AND told_on IS NOT NULL",
        "SELECT count(*) FROM priority_offer WHERE ended_on IS NULL",
        "SELECT count(*) FROM sale WHERE bidder_id IS NOT NULL AND paid_on IS NULL"
        " AND defaulted_on IS NULL",
        "SELECT count(*) FROM sale WHERE decided_on IS NOT NULL AND delivered_on IS NULL",
        "SELECT count(*) FROM payout WHERE approved_at IS NOT NULL",
        "SELECT count(*) FROM voucher",
        "SELECT count(*) FROM hold WHERE ended_on IS NULL AND kind = 'dispute'",
        "SELECT count(*) FROM hold WHERE ended_on IS NULL AND kind = 'force_majeure'",
        "SELECT count(*) FROM departure_decision WHERE approved",
        "SELECT count(*) FROM departure d LEFT JOIN departure_decision o ON o.departure_id = d.id"
        " WHERE o.departure_id IS NULL",
    ],
)
def test_no_desk_and_no_list_is_empty(told: Session, question: str) -> None:
    assert one(told, question)


def test_nothing_of_it_breaks_a_rule_but_what_the_story_says(told: Session) -> None:
    keys = told.execute(text("SELECT DISTINCT rule_key FROM breach")).scalars()
    assert set(keys) <= {"reduction_decision_due"}


def test_everybody_in_it_is_marked_as_made_up(told: Session) -> None:
    names = told.execute(
        text(
            "SELECT name FROM bidder UNION SELECT buyer FROM sale UNION SELECT creditor FROM claim"
        )
    )
    assert all("giả định" in name or "trình diễn" in name for name in names.scalars())


@pytest.mark.parametrize("signed", [date(2026, 11, 9), date(2027, 2, 24), date(2027, 5, 4)])
def test_the_days_before_a_contract_are_in_the_times_of_the_law(
    told: Session, signed: date
) -> None:
    days = calendar(told)
    found = plan(days, signed)
    assert found.seized < found.contracted < found.valued < found.told < found.called
    assert found.called < found.files_until < found.chosen < found.signed <= signed
    assert back(days, found.signed, 10) == found.told
    assert back(days, found.chosen, 3) == found.called
