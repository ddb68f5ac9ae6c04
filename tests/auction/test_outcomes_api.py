"""Lots, rounds, outcomes and reductions over REST: bodies, statuses, problem documents."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.auction.rest import Caller, Time
from tests.make.auction import make_valued_asset
from tests.make.organisation import People

BILLION = "1000000000"


@pytest.fixture
def officer(call_as: Callable[[str], Caller]) -> Caller:
    return call_as("officer")


@pytest.fixture
def lot(session: Session, people: People, officer: Caller, time: Time) -> str:
    """A lot that has waited a day for its first round."""
    asset = make_valued_asset(session, people, at=time.at)
    session.flush()
    made = officer.post("/lots", assets=[asset], description="Xe ô tô tải")
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/v1/lots/{made.json()['reference']}"
    return str(made.json()["reference"])


def opens(time: Time, **later: float) -> str:
    return (time.at + timedelta(**later)).isoformat()


def test_a_lot_goes_from_its_first_round_to_a_reduced_second_one(
    officer: Caller, lot: str, time: Time
) -> None:
    first = officer.post(
        f"/lots/{lot}/rounds", starting_price=BILLION, opens_at=opens(time, days=9)
    )
    assert first.status_code == 201, first.text
    assert (first.json()["number"], first.json()["starting_price"]) == (1, "1000000000.00")
    time.pass_by(days=10)

    closed = officer.post(f"/lots/{lot}/rounds/1/outcome", code="failed_no_bid", registered=2)
    assert closed.status_code == 201, closed.text
    file = closed.json()
    assert file["step"] == "reduction"
    assert file["runs"][0]["failed_in_a_row"] == 1
    lawful = file["next_price"]
    assert (lawful["highest"], lawful["lowest"]) == ("1000000000.00", "900000000")
    assert (lawful["article"], lawful["confidence"]) == ("L25 Art. 83(3)", "A")
    assert {d["rule_key"] for d in file["deadlines"]} == {
        "failure_notice_to_parties",
        "reduction_decision_due",
    }

    decided = {"decision_number": "7/QĐ-GG", "decided_on": str(time.at.date())}
    reduced = officer.post(f"/lots/{lot}/rounds/1/reduction", new_price="900000000", **decided)
    assert reduced.status_code == 201, reduced.text
    second = officer.post(
        f"/lots/{lot}/rounds", starting_price="900000000", opens_at=opens(time, days=20)
    )
    assert second.json()["number"] == 2
    shown = officer.get(f"/lots/{lot}").json()
    assert [line["cut"] for line in shown["rounds"]] == [None, "10.0000"]
    assert shown["rounds"][0]["reduction"]["article"] == "L25 Art. 83(3)"
    assert shown["lot"]["awaits"] == "outcome"
