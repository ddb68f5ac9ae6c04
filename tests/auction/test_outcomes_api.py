"""Lots, rounds, outcomes and reductions over REST: bodies, statuses, problem documents."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.bidding.rules import Outcome
from auction.lots.queries import find_lot
from tests.auction.rest import Caller, Time
from tests.make.auction import make_round, make_valued_asset, under_contract
from tests.make.organisation import People

BILLION, DEPOSIT = "1000000000", "90000000"


@pytest.fixture
def officer(call_as: Callable[[str], Caller]) -> Caller:
    return call_as("officer")


@pytest.fixture
def lot(session: Session, people: People, officer: Caller, time: Time) -> str:
    """A lot under contract that has waited a day for its first round."""
    asset = make_valued_asset(session, people, at=time.at)
    session.flush()
    made = officer.post("/lots", assets=[asset], description="Xe ô tô tải")
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/v1/lots/{made.json()['reference']}"
    reference = str(made.json()["reference"])
    formed = find_lot(session, people.officer, reference)
    assert formed is not None
    under_contract(session, formed)
    return reference


def opens(time: Time, **later: float) -> str:
    return (time.at + timedelta(**later)).isoformat()


def test_a_lot_goes_from_its_first_round_to_a_reduced_second_one(
    officer: Caller, lot: str, time: Time
) -> None:
    first = officer.post(
        f"/lots/{lot}/rounds",
        starting_price=BILLION,
        deposit=DEPOSIT,
        opens_at=opens(time, days=21),
    )
    assert first.status_code == 201, first.text
    assert (first.json()["number"], first.json()["starting_price"]) == (1, "1000000000.00")
    time.pass_by(days=22)

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
        "failed_papers_back",
        "reduction_decision_due",
    }

    decided = {"decision_number": "7/QĐ-GG", "decided_on": str(time.at.date())}
    reduced = officer.post(f"/lots/{lot}/rounds/1/reduction", new_price="900000000", **decided)
    assert reduced.status_code == 201, reduced.text
    second = officer.post(
        f"/lots/{lot}/rounds",
        starting_price="900000000",
        deposit=DEPOSIT,
        opens_at=opens(time, days=21),
    )
    assert second.json()["number"] == 2
    shown = officer.get(f"/lots/{lot}").json()
    assert [line["cut"] for line in shown["rounds"]] == [None, "10.0000"]
    assert shown["rounds"][0]["reduction"]["article"] == "L25 Art. 83(3)"
    assert shown["lot"]["awaits"] == "outcome"


def test_a_price_under_the_limit_is_a_problem_that_names_article_rule_and_lowest_price(
    officer: Caller, lot: str, time: Time
) -> None:
    officer.post(
        f"/lots/{lot}/rounds",
        starting_price=BILLION,
        deposit=DEPOSIT,
        opens_at=opens(time, hours=-1),
    )
    officer.post(f"/lots/{lot}/rounds/1/outcome", code="failed_no_registration")

    answer = officer.post(
        f"/lots/{lot}/rounds/1/reduction",
        new_price="899999999",
        decision_number="7/QĐ-GG",
        decided_on=str(time.at.date()),
    )

    problem = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (answer.status_code, problem["code"]) == (422, "price_too_low")
    assert problem["article"] == "L25 Art. 83(3)"
    assert "900.000.000" in problem["detail"]
    assert "“Mức giảm giá tối đa mỗi lần”" in problem["detail"]
    assert problem["rule"] == "max_reduction_pct"
    assert [fault["field"] for fault in problem["errors"]] == ["new_price"]
    later = officer.post(
        f"/lots/{lot}/rounds",
        starting_price="800000000",
        deposit=DEPOSIT,
        opens_at=opens(time, days=21),
    )
    assert (later.status_code, later.json()["code"]) == (422, "price_too_low")
    above = officer.post(
        f"/lots/{lot}/rounds",
        starting_price="1000000001",
        deposit=DEPOSIT,
        opens_at=opens(time, days=21),
    )
    assert (above.status_code, above.json()["code"]) == (422, "price_too_high")
    assert above.json()["article"] == "L25 Art. 83(3)"


def test_every_faulty_field_is_named_and_nothing_is_written(
    officer: Caller, lot: str, time: Time
) -> None:
    answer = officer.post(
        f"/lots/{lot}/rounds",
        starting_price="-0.5",
        opens_at=opens(time, days=21),
        deposit="1.5",
        announced_on="2027-01-01",
    )
    assert answer.status_code == 422
    named = {fault["field"] for fault in answer.json()["errors"]}
    assert named == {"starting_price", "deposit", "announced_on"}
    unread = officer.post(f"/lots/{lot}/rounds", starting_price="x", opens_at="soon", colour="red")
    assert {fault["field"] for fault in unread.json()["errors"]} == {
        "starting_price",
        "opens_at",
        "colour",
    }
    assert officer.get(f"/lots/{lot}").json()["rounds"] == []


def test_states_that_do_not_allow_the_act_are_conflicts(
    officer: Caller, lot: str, time: Time
) -> None:
    officer.post(
        f"/lots/{lot}/rounds",
        starting_price=BILLION,
        deposit=DEPOSIT,
        opens_at=opens(time, days=21),
    )
    codes = []
    again = officer.post(
        f"/lots/{lot}/rounds",
        starting_price=BILLION,
        deposit=DEPOSIT,
        opens_at=opens(time, days=21),
    )
    codes.append((again.status_code, again.json()["code"]))
    early = officer.post(f"/lots/{lot}/rounds/1/outcome", code="failed_no_bid")
    codes.append((early.status_code, early.json()["code"]))
    time.pass_by(hours=2)
    officer.post(
        f"/lots/{lot}/rounds/1/outcome", code="cancelled", reason="Sai thông báo", minutes="9/TB"
    )
    twice = officer.post(f"/lots/{lot}/rounds/1/outcome", code="failed_no_bid")
    codes.append((twice.status_code, twice.json()["code"]))
    cut = {"new_price": "950000000", "decision_number": "1", "decided_on": str(time.at.date())}
    unfailed = officer.post(f"/lots/{lot}/rounds/1/reduction", **cut)
    codes.append((unfailed.status_code, unfailed.json()["code"]))
    assert codes == [
        (409, "round_still_open"),
        (409, "round_not_opened_yet"),
        (409, "outcome_already_recorded"),
        (409, "round_did_not_fail"),
    ]


def test_an_asset_cannot_be_in_two_open_lots(
    session: Session, people: People, officer: Caller, time: Time
) -> None:
    asset = make_valued_asset(session, people, at=time.at)
    session.flush()
    said = {"assets": [asset], "description": "Xe ô tô tải"}
    assert officer.post("/lots", **said).status_code == 201
    answer = officer.post("/lots", **said)
    assert (answer.status_code, answer.json()["code"]) == (409, "asset_in_open_lot")


def test_a_valuation_is_recorded_and_listed(
    session: Session, people: People, officer: Caller, time: Time
) -> None:
    asset = make_valued_asset(session, people, None, at=time.at)
    session.flush()
    said = {"method": "agreed", "amount": "450000000", "valued_on": "2026-11-20"}
    made = officer.post(f"/assets/{asset}/valuations", **said)
    assert made.status_code == 201, made.text
    assert (made.json()["amount"], made.json()["in_force"]) == ("450000000.00", True)
    assert [one["id"] for one in officer.get(f"/assets/{asset}/valuations").json()] == [
        made.json()["id"]
    ]
    refused = officer.post(f"/assets/{asset}/valuations", **(said | {"amount": "0.5"}))
    assert (refused.status_code, refused.json()["code"]) == (422, "valuation_incomplete")


def test_rounds_lots_and_breaches_are_listed_in_pages(
    session: Session, people: People, officer: Caller, lot: str, time: Time
) -> None:
    kept = find_lot(session, people.officer, lot)
    assert kept is not None
    for number in range(1, 54):
        make_round(session, kept, number, time.at.date(), Outcome.PAUSED)
    first = officer.get("/rounds").json()
    rest = officer.get(f"/rounds?cursor={first['next_cursor']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (50, 3, None)
    assert first["items"][0]["lot"] == lot
    waiting = officer.get("/lots?awaits=round").json()["items"]
    assert [row["reference"] for row in waiting] == [lot]
    assert officer.get("/lots?awaits=outcome").json()["items"] == []
    assert officer.get("/breaches").json()["items"] == []
    assert officer.get("/rounds?since=2030-01-01").json()["items"] == []


@pytest.mark.parametrize("who", ["foreign_officer", "keeper", "administrator"])
def test_a_foreign_lot_is_as_unknown_as_one_that_is_not_there(
    call_as: Callable[[str], Caller], lot: str, time: Time, who: str
) -> None:
    caller = call_as(who)
    body = {"starting_price": BILLION, "deposit": DEPOSIT, "opens_at": opens(time, days=21)}
    statuses = {
        caller.post(f"/lots/{ref}/rounds", **body).status_code for ref in (lot, "DG-9999999-0")
    }
    assert statuses == {404 if who == "foreign_officer" else 403}
    shown = caller.get(f"/lots/{lot}").status_code
    assert shown == {"foreign_officer": 404, "keeper": 200, "administrator": 403}[who]


def test_nobody_reads_lots_without_a_token(client: TestClient) -> None:
    for path in ("/lots", "/rounds", "/breaches", "/lots/DG-1", "/assets/TS-1/valuations"):
        assert client.get(f"/api/v1{path}").status_code == 401
