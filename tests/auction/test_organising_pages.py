"""The officer's pages from the call to the notices of a round, and pausing it; foreign eyes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.auctioneers.models import OrganisationCall
from auction.bidding.models import RoundOutcome
from auction.lots.models import Lot
from auction.notices.models import AuctionHalt, LotNotice
from inventory.attachments.models import Attachment
from inventory.papers.models import Paper
from tests.auction.rest import Caller, Time
from tests.make.announcing import GROUPS, MOST, make_auction_house
from tests.make.auction import make_formed_lot, make_valued_asset, under_contract
from tests.make.organisation import People
from tests.make.pictures import picture

BILLION = 1_000_000_000
CALL = {
    "starting_price": "1.000.000.000",
    "site_on": "2026-11-23",
    "portal_on": "2026-11-23",
    "files_place": "Trụ sở cơ quan",
    "files_from": "2026-11-23",
    "files_until": "2026-11-25",
}


@pytest.fixture
def officer(browse_as: Callable[[str], TestClient]) -> TestClient:
    return browse_as("officer")


@pytest.fixture
def lot(session: Session, people: People, time: Time) -> str:
    """A lot worth a billion that waits for its first round; two organisations are known."""
    for code in ("0101", "0102"):
        make_auction_house(session, people, code, at=time.at)
    return make_formed_lot(session, people, at=time.at, contracted=False).reference


def went(answer, where: str) -> None:
    assert (answer.status_code, answer.headers.get("location")) == (303, where), answer.text[-3000:]


def publish(officer: TestClient, lot: str, session: Session) -> str:
    form = officer.get(f"/lots/{lot}/calls/new").text
    assert "khoản 4 Điều 56" in form
    assert 'name="title.facilities.0"' in form
    criteria = {f"title.{group}.0": f"Tiêu chí {group}" for group in GROUPS}
    most = {f"most.{group}.0": str(each) for group, each in zip(GROUPS, MOST, strict=True)}
    left_out = {**CALL, **criteria, **most, "most.facilities.0": ""}
    refused = officer.post(f"/lots/{lot}/calls/new", data=left_out)
    assert refused.status_code == 422
    assert "cơ sở vật chất" in refused.text
    sent = officer.post(f"/lots/{lot}/calls/new", data={**CALL, **criteria, **most})
    call = str(session.scalar(select(OrganisationCall.reference)))
    went(sent, f"/calls/{call}")
    return call


def test_an_officer_chooses_an_organisation_by_points_and_signs_with_it(
    session: Session, officer: TestClient, lot: str, time: Time
) -> None:
    call = publish(officer, lot, session)
    own = f"/calls/{call}"
    for code in ("0101", "0102"):
        said = {"organisation": code, "received_on": "2026-11-23"}
        went(officer.post(f"{own}/applicants", data=said), own)
    page = officer.get(own).text
    first, second = sorted(
        {int(part.split(".")[1]) for part in page.split('"') if part.startswith("p.")}
    )
    grid = {f"p.{first}.{n}": "8" for n in range(1, 7)} | {f"fit.{first}": "true"}
    went(officer.post(f"{own}/scores", data=grid), own)
    wrong = officer.post(f"{own}/scores", data={f"p.{second}.1": "99"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert officer.post(f"{own}/scores", data={f"p.{second}.1": "tám"}).status_code == 422
    went(officer.post(f"{own}/scores", data={f"p.{second}.{n}": "9" for n in range(1, 7)}), own)
    time.pass_by(days=4)
    early = officer.post(f"{own}/choice", data={"chosen": "0101", "chosen_on": "2026-11-27"})
    assert early.status_code == 422, "another has more points"
    went(officer.post(f"{own}/choice", data={"chosen": "0102", "chosen_on": "2026-11-27"}), own)
    went(officer.post(f"{own}/result", data={"published_on": "2026-11-27"}), own)

    contracts = f"/lots/{lot}/contracts"
    form = officer.get(contracts).text
    assert 'value="0102" selected' in form
    contract = {
        "way": "chosen",
        "organisation": "0102",
        "number": "15/HĐ-ĐG",
        "signed_on": "2026-11-27",
        "starting_price": "1.000.000.000",
        "form": "oral",
        "vat_included": "true",
        "fee_words": "Theo biểu",
    }
    refused = officer.post(f"{contracts}/signed", data=contract)
    assert (refused.status_code, "khoản 3 Điều 84" in refused.text) == (422, True)
    clauses = {"pause_clause": "true", "stop_clause": "true"}
    went(officer.post(f"{contracts}/signed", data={**contract, **clauses}), contracts)
    assert "15/HĐ-ĐG" in officer.get(f"/lots/{lot}").text
    appendix = {"number": "PL1", "signed_on": "2026-11-27", "starting_price": "1.000.000.000"}
    went(officer.post(f"{contracts}/appendices", data=appendix), contracts)
    end = {"kind": "agreed", "ended_on": "2026-11-27", "reason": "Hai bên thỏa thuận"}
    went(officer.post(f"{contracts}/end", data=end), contracts)
    assert "Không có hợp đồng còn hiệu lực" in officer.get(f"/lots/{lot}").text
    for page in ("/auctioneers", "/auctioneers/0101", "/auctioneers/new", "/calls", contracts):
        assert officer.get(page).status_code == 200, page


def test_an_organisation_is_registered_on_its_page(officer: TestClient) -> None:
    new = {"code": "0900", "name": "Trung tâm", "kind": "centre", "province": "Hà Nội"}
    went(officer.post("/auctioneers/new", data=new), "/auctioneers/0900")
    assert officer.post("/auctioneers/new", data=new).status_code == 422
    own = "/auctioneers/0900"
    went(officer.post(f"{own}/listing", data={"listed_from": "2026-01-01"}), own)
    person = {"name": "Đấu Giá Viên", "licence_number": "1/TP", "valid_from": "2026-01-01"}
    went(officer.post(f"{own}/auctioneers", data=person), own)
    sanction = {
        "decision": "9/QĐ",
        "percent": "20",
        "decided_on": "2026-11-01",
        "reason": "Sai phạm",
    }
    went(officer.post(f"{own}/sanctions", data=sanction), own)
    assert officer.post(f"{own}/sanctions", data={**sanction, "percent": "7"}).status_code == 422
    assert "9/QĐ" in officer.get(own).text


def test_notices_are_recorded_proved_by_pictures_and_struck_through(
    session: Session, officer: TestClient, lot: str
) -> None:
    own = f"/lots/{lot}/notices"
    assert "Chưa có" in officer.get(own).text or officer.get(own).status_code == 200
    posting = {"kind": "posting", "place": "organisation_office", "from_on": "2026-11-25"}
    assert officer.post(own, data={**posting, "place": ""}).status_code == 422
    sent = officer.post(own, data=posting)
    (notice,) = session.scalars(select(LotNotice.id)).all()
    went(sent, f"/notices/{notice}/pictures")
    assert officer.get(f"/notices/{notice}/pictures").status_code == 200
    files = [
        ("files", (f"anh{n}.jpg", picture(colour=c), "image/jpeg"))
        for n, c in enumerate(("red", "blue"))
    ]
    went(officer.post(f"/notices/{notice}/pictures", files=files, data={"note": "Bảng tin"}), own)
    kinds = session.execute(
        select(Attachment.subject_kind, func.count()).group_by(Attachment.subject_kind)
    ).all()
    assert [tuple(row) for row in kinds] == [("notice", 2)]
    assert officer.get(own).text.count('<img src="/attachments/') == 2
    assert officer.post(f"/notices/{notice}/strike", data={"reason": ""}).status_code == 422
    went(officer.post(f"/notices/{notice}/strike", data={"reason": "Nhập nhầm"}), own)
    assert "Nhập nhầm" in officer.get(own).text


def test_the_planner_says_from_which_day_on_and_until_when(officer: TestClient, lot: str) -> None:
    own = f"/lots/{lot}/notices"
    forward = officer.get(
        f"{own}?posted_on=2026-11-25&first_on=2026-11-26&second_on=2026-12-01"
    ).text
    assert "10/12/2026" in forward
    back = officer.get(f"{own}?wanted_on=2026-12-14").text
    assert "03/12/2026" in back, "the last day of the posting"
    assert "01/12/2026" in back, "the last day of the first announcement"
    early = officer.get(f"{own}?wanted_on=2026-11-27").text
    assert "status bad" in early
    assert officer.get(f"{own}?wanted_on=morgen").status_code == 422


def test_a_fixed_round_gets_the_notice_and_is_paused_on_a_ground_of_the_law(
    session: Session, people: People, officer: TestClient, lot: str, time: Time
) -> None:
    assert officer.post(f"/lots/{lot}/notices/paper").status_code == 422
    sums = {"starting_price": str(BILLION), "deposit": "100000000"}
    opens = {**sums, "opens_at": f"{time.at + timedelta(days=21):%Y-%m-%dT%H:%M}"}
    bare = officer.post(f"/lots/{lot}/rounds", data=opens)
    assert bare.status_code == 422, "no contract is in force yet"
    assert "điểm a khoản 2 Điều 83" in bare.text
    under_contract(session, session.scalars(select(Lot).where(Lot.reference == lot)).one())
    went(officer.post(f"/lots/{lot}/rounds", data=opens), f"/lots/{lot}")
    went(officer.post(f"/lots/{lot}/notices/paper"), f"/lots/{lot}/notices")
    page = officer.get(f"/lots/{lot}").text
    assert f"/lots/{lot}/rounds/1/halt" in page
    form = officer.get(f"/lots/{lot}/rounds/1/halt").text
    assert "điểm đ" in form
    path = f"/lots/{lot}/rounds/1/halt"
    said = {"ground": "stop:debt_covered", "document": "12/BB", "effective_at": "2026-11-23T08:00"}
    assert officer.post(path, data={**said, "ground": "stop:auction_law"}).status_code == 422
    went(officer.post(path, data=said), f"/lots/{lot}")
    halt = session.scalars(select(AuctionHalt)).one()
    assert (halt.article, halt.kind) == ("L25 Art. 84(2)đ", "stop")
    assert session.scalars(select(RoundOutcome.code)).one() == "stopped"
    kinds = session.scalars(select(Paper.kind).order_by(Paper.id)).all()
    assert kinds[-2:] == ["auction_notice", "stop_request"]
    again = officer.post(path, data=said)
    assert again.status_code == 422
    assert "khoản 3 Điều 84" in again.text


def test_waits_and_delegations_have_their_pages(
    people: People,
    officer: TestClient,
    browse_as: Callable[[str], TestClient],
    session: Session,
    time: Time,
) -> None:
    asset = make_valued_asset(session, people, at=time.at)
    own = f"/assets/{asset}"
    wait = {"ground": "crop", "not_before_on": "2027-02-01", "document": "7/BB"}
    assert officer.get(f"{own}/waits").status_code == 200
    assert officer.post(f"{own}/waits", data={**wait, "document": ""}).status_code == 422
    went(officer.post(f"{own}/waits", data=wait), own)
    page = officer.get(f"{own}/waits").text
    number = page.split('name="wait" value="')[1].split('"')[0]
    agreed = {"wait": number, "agreed_on": "2026-11-23", "agreement": "8/BB"}
    went(officer.post(f"{own}/waits", data=agreed), own)
    assert "8/BB" in officer.get(own).text
    head = browse_as("head")
    assert head.get(f"{own}/delegated-sales/new").status_code == 200
    new = {"office": "T02", "decision": "3/QĐ-UT", "delegated_on": "2026-11-23"}
    went(head.post(f"{own}/delegated-sales/new", data=new), "/delegated-sales")
    listed = head.get("/delegated-sales").text
    path = listed.split('action="/delegated-sales/')[1].split('"')[0]
    went(
        head.post(f"/delegated-sales/{path}", data={"on": "2026-11-23", "document": "4/CV"}),
        "/delegated-sales",
    )
    assert "4/CV" in head.get("/delegated-sales").text


def test_a_foreign_officer_sees_nothing_of_it(
    session: Session,
    people: People,
    lot: str,
    call_as: Callable[[str], Caller],
    officer: TestClient,
) -> None:
    call = publish(officer, lot, session)
    foreign = call_as("foreign_officer")
    for path in (f"/calls/{call}", f"/lots/{lot}/contracts", f"/lots/{lot}/notices"):
        assert foreign.get(path).status_code == 404, path
    assert foreign.get("/calls").json()["items"] == []
    body = {"kind": "posting", "place": "press", "from_on": "2026-11-25"}
    assert foreign.post(f"/lots/{lot}/notices", **body).status_code == 404


def test_the_same_over_rest(lot: str, call_as: Callable[[str], Caller]) -> None:
    officer = call_as("officer")
    body = {"kind": "posting", "place": "commune_peoples_committee", "from_on": "2026-11-25"}
    made = officer.post(f"/lots/{lot}/notices", **body)
    assert made.status_code == 201, made.text
    assert made.json()["check"]["earliest_on"] == "2026-12-05"
    (notice,) = made.json()["notices"]
    struck = officer.post(f"/notices/{notice['id']}/strike", reason="Sai ngày")
    assert struck.json()["notices"][0]["struck_reason"] == "Sai ngày"
    plan = officer.get(f"/lots/{lot}/notices/plan?wanted_on=2026-12-14").json()
    assert (plan["lawful"], plan["posting_until"]) == (True, "2026-12-03")
    criteria = [
        {"group_code": g, "title": f"Tiêu chí {g}", "most": str(m)}
        for g, m in zip(GROUPS, MOST, strict=True)
    ]
    call = officer.post(
        f"/lots/{lot}/calls", **{**CALL, "starting_price": "1000000000"}, criteria=criteria
    ).json()
    ref = call["reference"]
    officer.post(f"/calls/{ref}/applicants", organisation="0101", received_on="2026-11-23")
    points = [{"place": n, "points": "8"} for n in range(1, 7)]
    scored = officer.post(f"/calls/{ref}/applicants/0101/scores", points=points, fit=True).json()
    assert scored["applicants"][0]["points"] == "48.00"
    early = officer.post(f"/calls/{ref}/choice", organisation="0101", chosen_on="2026-11-23")
    assert early.status_code == 422


def test_a_lots_page_takes_the_same_statements_however_many_notices(
    session: Session, people: People, officer: TestClient, lot: str, statements: list[str]
) -> None:
    own = f"/lots/{lot}/notices"
    counts = []
    for n in range(2):
        for day in range(n * 5):
            data = {"kind": "announcement", "place": "press", "from_on": f"2026-12-0{day + 1}"}
            officer.post(own, data=data)
        statements.clear()
        assert officer.get(own).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
