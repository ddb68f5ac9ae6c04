"""The officer's pages, from the value of an asset to the second round; refusals, foreign eyes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.bidding.rules import Outcome
from auction.lots.commands import note_breach
from auction.lots.models import Lot
from auction.lots.queries import find_lot
from auction.lots.rules import FoundBreach
from inventory.base.clock import TZ
from tests.auction.rest import Time
from tests.make.auction import (
    fail_round,
    make_auctioned,
    make_formed_lot,
    make_valued_asset,
    under_contract,
)
from tests.make.organisation import People

BILLION = 1_000_000_000


@pytest.fixture
def officer(browse_as: Callable[[str], TestClient]) -> TestClient:
    return browse_as("officer")


@pytest.fixture
def lot(session: Session, people: People, time: Time) -> str:
    """A lot worth a billion that waits for its first round."""
    return make_formed_lot(session, people, at=time.at).reference


def make_lot_of(session: Session, people: People, reference: str) -> Lot:
    found = find_lot(session, people.officer, reference)
    assert found is not None
    return found


def local(time: Time, **later: float) -> str:
    """A moment as the form's field gives it."""
    return f"{(time.at + timedelta(**later)).astimezone(TZ):%Y-%m-%dT%H:%M}"


def forms_a_lot_of_what_it_values(officer: TestClient, asset: str) -> str:
    """The way to the lot of an asset, after its value was recorded on its page."""
    valuation = {
        "method": "firm",
        "amount": "1.000.000.000",
        "firm": "Công ty Thẩm định giá Thử",
        "certificate_number": "12/CT",
        "valued_on": "2026-11-20",
        "valid_until": "2027-05-20",
    }
    recorded = officer.post(f"/assets/{asset}/valuations/new", data=valuation)
    assert (recorded.status_code, recorded.headers["location"]) == (303, f"/assets/{asset}")
    page = officer.get(f"/assets/{asset}").text
    assert "1.000.000.000" in page
    assert f"/lots/new?asset={asset}" in page

    form = officer.get(f"/lots/new?asset={asset}")
    assert asset in form.text
    formed = officer.post("/lots/new", data={"assets": asset, "description": "Xe ô tô tải"})
    lot = formed.headers["location"]
    assert formed.status_code == 303

    assert f"/lots/new?asset={asset}" not in officer.get(f"/assets/{asset}").text, "it is in a lot"
    return str(lot)


def test_an_officer_goes_from_the_value_to_a_reduced_second_round(
    session: Session, people: People, officer: TestClient, time: Time
) -> None:
    asset = make_valued_asset(session, people, None, at=time.at)
    lot = forms_a_lot_of_what_it_values(officer, asset)

    shown = officer.get(lot).text
    assert 'value="1000000000"' in shown, "the first round begins at the value found"
    assert "khoản 4 Điều 82" in shown
    under_contract(session, make_lot_of(session, people, lot.rsplit("/", 1)[1]))
    sums = {"starting_price": "1.000.000.000", "deposit": "100.000.000"}
    round_ = {**sums, "opens_at": local(time, days=21)}
    assert officer.post(f"{lot}/rounds", data=round_).status_code == 303
    before = officer.get(lot).text
    assert 'value="cancelled"' in before
    assert 'value="stopped"' not in before, "to stop a round is a request of its own"
    assert f'href="{lot}/rounds/1/halt"' in before
    assert 'value="failed_no_bid"' not in before, "a round fails after its opening at the earliest"

    time.pass_by(days=22)
    assert 'value="failed_no_bid"' in officer.get(lot).text
    outcome = {"code": "failed_no_bid", "notified_on": str(time.at.date())}
    assert officer.post(f"{lot}/rounds/1/outcome", data=outcome).status_code == 303
    failed = officer.get(lot).text
    assert "900.000.000" in failed
    assert "khoản 3 Điều 83" in failed

    decision = {
        "new_price": "920.000.000",
        "decision_number": "5/QĐ",
        "decided_on": str(time.at.date()),
    }
    assert officer.post(f"{lot}/rounds/1/reduction", data=decision).status_code == 303
    reduced = officer.get(lot).text
    assert 'value="920000000"' in reduced
    assert "−8 %" in reduced
    sums = {"starting_price": "920000000", "deposit": "92000000"}
    again = {**sums, "opens_at": local(time, days=30)}
    assert officer.post(f"{lot}/rounds", data=again).status_code == 303


def test_a_price_under_the_limit_shows_the_form_again_with_article_and_price(
    session: Session, people: People, officer: TestClient, lot: str, time: Time
) -> None:
    fail_round(session, people, make_lot_of(session, people, lot), BILLION, at=time.at)
    typed = {
        "new_price": "899.999.999",
        "decision_number": "5/QĐ",
        "decided_on": str(time.at.date()),
    }
    refused = officer.post(f"/lots/{lot}/rounds/1/reduction", data=typed)
    assert refused.status_code == 422
    assert "900.000.000" in refused.text
    assert "khoản 3 Điều 83" in refused.text
    assert 'value="899.999.999"' in refused.text, "what was typed stays"
    assert "<html" in refused.text

    part = officer.post(
        f"/lots/{lot}/rounds/1/reduction", data=typed, headers={"HX-Request": "true"}
    )
    assert part.status_code == 422
    assert "<html" not in part.text
    assert 'id="new_price-fault"' in part.text


def test_after_a_failure_the_officer_may_choose_the_same_price(
    session: Session, people: People, officer: TestClient, lot: str, time: Time
) -> None:
    fail_round(session, people, make_lot_of(session, people, lot), BILLION, at=time.at)
    assert f"/lots/{lot}/rounds/1/reduction" in officer.get(f"/lots/{lot}").text
    same = officer.get(f"/lots/{lot}?step=round").text
    assert 'name="opens_at"' in same
    assert 'value="1000000000"' in same


@pytest.mark.parametrize(
    ("path", "data", "fields"),
    [
        ("/lots/new", {}, {"assets", "description"}),
        ("/lots/new", {"assets": "TS-9 TS-8", "description": "Xe"}, {"description"}),
        ("/lots/new", {"assets": "TS-9", "description": "Xe tải"}, {"assets"}),
        ("/lots/{lot}/rounds", {}, {"starting_price", "opens_at"}),
        (
            "/lots/{lot}/rounds",
            {"starting_price": "1", "opens_at": "2026-12-01T09:00"},
            {"starting_price"},
        ),
    ],
)
def test_faulty_forms_come_back_with_every_fault(
    officer: TestClient, lot: str, path: str, data: dict[str, str], fields: set[str]
) -> None:
    answer = officer.post(path.format(lot=lot), data=data)
    assert answer.status_code in {404, 409, 422}
    for field in fields:
        assert f'id="{field}-fault"' in answer.text


def test_the_desk_counts_what_waits_for_the_officer(
    session: Session, people: People, officer: TestClient, time: Time
) -> None:
    to_close, to_reduce, _to_schedule = (
        make_formed_lot(session, people, at=time.at) for _i in range(3)
    )
    fail_round(session, people, to_reduce, BILLION, at=time.at)
    sums = {"starting_price": "1000000000", "deposit": "50000000"}
    data = {**sums, "opens_at": local(time, hours=-2)}
    assert officer.post(f"/lots/{to_close.reference}/rounds", data=data).status_code == 303

    desk = officer.get("/desk").text
    for step in ("outcome", "reduction", "round"):
        assert f'href="/lots?awaits={step}"' in desk
    assert to_close.reference in desk
    waiting = officer.get("/lots?awaits=reduction").text
    assert to_reduce.reference in waiting
    assert to_close.reference not in waiting


def test_lots_rounds_and_breaches_have_their_lists(
    session: Session, people: People, officer: TestClient, time: Time
) -> None:
    assert "lô" in officer.get("/lots").text.lower()
    assert officer.get("/rounds").status_code == officer.get("/breaches").status_code == 200
    item = make_auctioned(session, people.office, 2)
    facts = {"price_before": "1000000000", "price_after": "800000000", "lowest_price": "900000000"}
    found = FoundBreach(
        rule_key="max_reduction_pct",
        rule_id=None,
        article="L08 Art. 104(5)",
        confidence="A",
        lot_id=item.lot.id,
        round_id=item.rounds[1].id,
        office_id=people.office.id,
        facts=facts,
    )
    note_breach(session, found, at=time.at)

    breaches = officer.get("/breaches").text
    assert item.lot.reference in breaches
    assert "800.000.000" in breaches
    assert "khoản 5 Điều 104" in breaches
    assert item.lot.reference in officer.get("/rounds").text
    assert item.lot.reference not in officer.get("/rounds?since=2026-11-01").text
    assert officer.get("/rounds?since=soon").status_code == 422
    assert "800.000.000" in officer.get(f"/lots/{item.lot.reference}").text
    assert item.lot.reference in officer.get(f"/assets/{item.ref}").text


def test_a_second_outcome_is_a_conflict_page_and_a_part_for_htmx(
    session: Session, people: People, officer: TestClient, lot: str, time: Time
) -> None:
    fail_round(session, people, make_lot_of(session, people, lot), BILLION, at=time.at)
    path, data = f"/lots/{lot}/rounds/1/outcome", {"code": Outcome.FAILED_NO_BID.value}
    assert officer.post(path, data=data).status_code == 409
    part = officer.post(path, data=data, headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-retarget"]) == (409, "#notices")


def test_a_value_with_faults_comes_back_as_a_part_with_what_was_typed(
    session: Session, people: People, officer: TestClient, time: Time
) -> None:
    asset = make_valued_asset(session, people, None, at=time.at)
    path = f"/assets/{asset}/valuations/new"
    assert 'name="certificate_number"' in officer.get(path).text
    typed = {"method": "firm", "amount": "1.5", "valued_on": "2026-11-20"}
    refused = officer.post(path, data=typed, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "<html" not in refused.text
    for field in ("amount", "firm", "certificate_number"):
        assert f'id="{field}-fault"' in refused.text
    assert 'value="1.5"' in refused.text
    assert officer.get("/assets/TS-9999999-0/valuations/new").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("keeper", 200), ("head", 200), ("inspector", 200), ("administrator", 403)],
)
def test_readers_see_the_lot_without_forms(
    browse_as: Callable[[str], TestClient], lot: str, who: str, status: int
) -> None:
    answer = browse_as(who).get(f"/lots/{lot}")
    assert answer.status_code == status
    assert f'action="/lots/{lot}/rounds"' not in answer.text


def test_a_foreign_lot_is_not_found(browse_as: Callable[[str], TestClient], lot: str) -> None:
    stranger = browse_as("foreign_officer")
    for path in (f"/lots/{lot}", "/lots/DG-9999999-0"):
        assert stranger.get(path).status_code == 404
    assert lot not in stranger.get("/lots").text


def test_the_pages_are_there_in_english_too(officer: TestClient, lot: str) -> None:
    officer.cookies.set("kebien_locale", "en")
    shown = officer.get(f"/lots/{lot}").text
    officer.cookies.delete("kebien_locale")
    assert "Schedule the next round" in shown
    assert "Next lawful price" in shown
    assert "Art. 82(4)" in shown
