"""Why nobody bought: coded, weighed, shown as missing, counted for an office."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.bidding.causes import Cause, CausesWrong, NoFailure, Weight
from auction.bidding.diagnoses import (
    causes_by_office,
    causes_of_assets,
    diagnoses_of,
    failed_rounds_of,
)
from auction.outcomes.commands.diagnose import diagnose_round
from auction.outcomes.schemas import NewCause, NewDiagnosis
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, NotFound
from tests.auction.rest import Caller
from tests.make.between import Between, failed_lot
from tests.make.organisation import People


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """A lot whose second round failed."""
    return failed_lot(session, people, 2, at=at)


def find(way: Between, number: int, *causes: tuple[Cause, Weight]) -> None:
    made = [NewCause(cause=cause, weight=weight) for cause, weight in causes]
    new = NewDiagnosis(causes=made, note="Khảo sát người hỏi mua")
    diagnose_round(way.session, way.people.officer, way.ref, number, new, at=way.now)


def test_a_later_finding_takes_the_place_of_an_earlier_which_stays(way: Between) -> None:
    find(way, 1, (Cause.PRICE, Weight.MAIN), (Cause.ACCESS, Weight.MINOR))
    find(way, 1, (Cause.OCCUPANT, Weight.MAIN))
    find(way, 2, (Cause.OCCUPANT, Weight.SHARED), (Cause.PRICE, Weight.MAIN))
    second, first = failed_rounds_of(way.session, way.lot.id)
    found = diagnoses_of(way.session, [first.id, second.id])
    assert found[first.id].seq == 2
    assert [one.cause for one in found[first.id].causes] == [Cause.OCCUPANT]
    assert [one.cause for one in found[second.id].causes] == [Cause.PRICE, Cause.OCCUPANT]
    counted = causes_of_assets(way.session, [way.asset_id])
    assert counted == {way.asset_id: [(Cause.OCCUPANT, 2), (Cause.PRICE, 1)]}
    by_office = causes_by_office(way.session, way.people.officer, date(2026, 1, 1))
    assert [(one.cause, one.rounds, one.main) for one in by_office] == [
        (Cause.OCCUPANT, 2, 1),
        (Cause.PRICE, 1, 1),
    ]


def test_two_main_causes_a_cause_twice_and_a_round_that_did_not_fail_are_refused(
    way: Between,
) -> None:
    for causes in (
        [(Cause.PRICE, Weight.MAIN), (Cause.ACCESS, Weight.MAIN)],
        [(Cause.PRICE, Weight.MAIN), (Cause.PRICE, Weight.MINOR)],
    ):
        with pytest.raises(CausesWrong):
            find(way, 1, *causes)
    way.reduce().announce(10)
    with pytest.raises(NoFailure):
        find(way, 3, (Cause.PRICE, Weight.MAIN))


def test_others_find_nothing(way: Between, become: Callable[[Actor], Actor]) -> None:
    new = NewDiagnosis(causes=[NewCause(cause=Cause.PRICE)])
    ref, now = way.ref, way.now
    with pytest.raises(Forbidden):
        diagnose_round(way.session, way.people.head, ref, 1, new, at=now)
    officer = become(way.people.officer)
    diagnose_round(way.session, officer, ref, 1, new, at=now)
    foreign = become(way.people.foreign_officer)
    with pytest.raises(NotFound):
        diagnose_round(way.session, foreign, ref, 1, new, at=now)
    assert causes_by_office(way.session, foreign, date(2026, 1, 1)) == []


def test_what_was_not_found_is_shown_as_missing_and_said_by_form(
    browse_as: Callable[[str], TestClient], way: Between
) -> None:
    client = browse_as("officer")
    page = f"/lots/{way.ref}"
    assert "chưa xác định" in client.get(page).text
    form = f"{page}/rounds/2/causes"
    assert client.get(form).status_code == 200
    said = {
        "cause.access": "main",
        "cause.access.note": "Không có đường vào",
        "found_on": "2026-11-23",
    }
    assert client.post(form, data=said).status_code == 303
    assert "Không có đường vào" in client.get(page).text
    assert client.get(f"/assets/{way.asset}").status_code == 200
    assert client.get("/causes").status_code == 200
    nothing = client.post(form, data={"found_on": "2026-11-23"})
    assert nothing.status_code == 422


def test_over_rest_too(call_as: Callable[[str], Caller], way: Between) -> None:
    officer = call_as("officer")
    made = officer.post(
        f"/lots/{way.ref}/rounds/1/causes", causes=[{"cause": "timing", "weight": "main"}]
    )
    assert made.status_code == 201, made.text
    assert made.json()["causes"][0]["cause"] == "timing"
    assert officer.get("/causes").json()[0]["rounds"] == 1
