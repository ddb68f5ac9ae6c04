"""The page of a price, its forms, the desk, REST, and the register of firms in the browser."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.firms.models import ValuationFirm
from auction.valuations.commands.facts import state_facts
from auction.valuations.models import ValuationContract
from auction.valuations.schemas import NewFacts
from tests.auction.rest import Caller
from tests.make.organisation import People
from tests.make.valuations import make_certified, make_firm, make_seized, make_told

Browse = Callable[[str], TestClient]
Call = Callable[[str], Caller]


@pytest.fixture
def asset(session: Session, people: People, at: datetime) -> str:
    return make_seized(session, people, at=at)


def test_the_page_names_what_is_lawful_and_each_act_has_its_form(
    session: Session, people: People, asset: str, at: datetime, browse_as: Browse
) -> None:
    firm = make_firm(session, people, at=at)
    officer = browse_as("officer")
    shown = officer.get(f"/assets/{asset}/price").text
    assert "điểm a khoản 1 Điều 82" in shown
    assert f"/assets/{asset}/price/contract" in shown
    assert f"/assets/{asset}/price/certificate" not in shown
    form = officer.get(f"/assets/{asset}/price/contract").text
    assert firm.name in form

    said = {"firm_id": str(firm.id), "number": "5/HĐ", "signed_on": "2026-08-05"}
    sent = officer.post(
        f"/assets/{asset}/price/contract", data={**said, "chosen_by": "enforcement_officer"}
    )
    assert sent.status_code == 303
    assert f"/assets/{asset}/price/certificate" in officer.get(f"/assets/{asset}/price").text
    certificate = {
        "certificate_number": "1/CT",
        "amount": "1.000.000.000",
        "valued_on": "2026-08-12",
        "valid_until": "2026-08-01",
    }
    refused = officer.post(f"/assets/{asset}/price/certificate", data=certificate)
    assert refused.status_code == 422
    assert "valid_until-fault" in refused.text
    certificate |= {"valid_until": "2027-02-12", "received_on": "2026-08-13"}
    assert officer.post(f"/assets/{asset}/price/certificate", data=certificate).status_code == 303
    desk = officer.get("/desk").text
    assert f"/assets/{asset}/price" in desk
    assert "Trần Văn Nợ\nNgân hàng Thử" in officer.get(f"/assets/{asset}/price/notice").text
    told = {"told_on": "2026-08-14", "told": "Trần Văn Nợ", "advance": "5.000.000"}
    assert officer.post(f"/assets/{asset}/price/notice", data=told).status_code == 303
    page = officer.get(f"/assets/{asset}").text
    assert "1.000.000.000" in page
    assert officer.get(f"/assets/{asset}/price/unknown").status_code == 404


def test_an_unlawful_way_is_refused_with_its_article_and_the_lawful_ones(
    asset: str, browse_as: Browse
) -> None:
    officer = browse_as("officer")
    said = {"amount": "5.000.000", "priced_on": "2026-08-05", "market": "Giá chợ"}
    refused = officer.post(f"/assets/{asset}/price/officer-price", data=said)
    assert refused.status_code == 422
    assert "pricing_ways" in refused.text
    assert "Điều 82" in refused.text


def test_the_head_sets_up_a_council_and_it_votes_on_the_page(
    session: Session, people: People, asset: str, at: datetime, browse_as: Browse
) -> None:
    facts = NewFacts(no_firm_reason="Ba tổ chức đều từ chối")
    state_facts(session, people.officer, asset, facts, at=at)
    head = browse_as("head")
    assert head.get(f"/assets/{asset}/price/contract").status_code == 403
    said = {"decision_number": "9/QĐ", "set_up_on": "2026-08-10", "chair": "0"}
    said |= {f"name.{i}": f"Thành viên {i}" for i in range(2)}
    few = head.post(f"/assets/{asset}/price/council", data=said)
    assert few.status_code == 422
    assert 'id="members"' in few.text
    said |= {f"name.{i}": f"Thành viên {i}" for i in range(3)}
    assert head.post(f"/assets/{asset}/price/council", data=said).status_code == 303

    officer = browse_as("officer")
    form = officer.get(f"/assets/{asset}/price/council-decision").text
    assert "Thành viên 2" in form
    votes = {f"price.{n}": "9.000.000" for n in (1, 2, 3)}
    votes |= {f"opinion.{n}": "Đồng ý" for n in (1, 2, 3)}
    decided = {**votes, "decided_on": "2026-08-14", "market": "Giá bán cùng loại"}
    sent = officer.post(f"/assets/{asset}/price/council-decision", data=decided)
    assert sent.status_code == 303
    assert "9.000.000" in officer.get(f"/assets/{asset}/price").text


def test_a_request_within_its_window_on_the_page(
    session: Session, people: People, asset: str, at: datetime, browse_as: Browse
) -> None:
    make_told(session, people, asset, at=at)
    officer = browse_as("officer")
    said = {
        "asked_by": "Trần Văn Nợ",
        "party": "debtor",
        "asked_on": "2026-08-18",
        "document": "Đơn 1",
        "advance": "5.000.000",
        "advance_receipt": "BL 1",
    }
    sent = officer.post(f"/assets/{asset}/price/revaluation-request", data=said)
    assert sent.status_code == 303
    shown = officer.get(f"/assets/{asset}/price").text
    assert "khoản 3 Điều 53" in shown
    assert asset in officer.get("/prices?show=reopened").text


def test_certificates_that_run_out_are_listed(
    session: Session, people: People, asset: str, at: datetime, browse_as: Browse
) -> None:
    make_certified(session, people, asset, at=at, valid_until=date(2026, 12, 1))
    officer = browse_as("officer")
    assert asset in officer.get("/prices?show=expiring").text
    assert asset in officer.get("/prices").text
    assert asset not in browse_as("foreign_officer").get("/prices").text


def test_acts_over_rest_answer_with_all_that_is_known(
    session: Session, people: People, asset: str, at: datetime, call_as: Call
) -> None:
    firm = make_firm(session, people, at=at)
    officer = call_as("officer")
    path = f"/assets/{asset}/pricing"
    said = {"firm_id": firm.id, "number": "5/HĐ", "signed_on": "2026-08-05"}
    made = officer.post(f"{path}/contract", **said)
    assert made.status_code == 201
    assert made.json()["contracts"][0]["firm"] == firm.name
    price = {"amount": "9", "priced_on": "2026-08-05", "market": "Giá chợ"}
    refused = officer.post(f"{path}/officer-price", **price)
    assert (refused.status_code, refused.json()["article"]) == (422, "L25 Art. 82(1)a")
    assert officer.get(path).json()["lawful"]["ways"] == ["agreed", "firm"]
    foreign = call_as("foreign_officer")
    assert foreign.get(path).status_code == 404
    assert foreign.post(f"{path}/contract", **said).status_code == 404
    assert call_as("keeper").post(f"{path}/contract", **said).status_code == 403


def test_the_register_of_firms_in_the_browser(
    session: Session, people: People, browse_as: Browse
) -> None:
    officer = browse_as("officer")
    said = {
        "name": "Công ty Thẩm định giá Sao Việt",
        "list_number": "055/TĐG",
        "province": "Hà Nội",
        "listed_from": "2020-01-01",
    }
    assert officer.post("/valuation-firms/new", data=said).status_code == 303
    assert officer.post("/valuation-firms/new", data=said).status_code == 422
    firm = session.scalars(select(ValuationFirm)).one()
    page = f"/valuation-firms/{firm.id}"
    shown = officer.get("/valuation-firms?q=sao viet").text
    assert page in shown
    assert "Chưa đủ" in shown
    measure = {"kind": "suspended", "from_on": "2026-11-01", "decision": "1/QĐ-BTC"}
    assert officer.post(f"{page}/measures", data=measure).status_code == 303
    person = {"name": "Lê Thị Thẩm", "licence": "TĐV 01", "from_on": "2020-01-01"}
    assert officer.post(f"{page}/people", data=person).status_code == 303
    tie = {
        "person": "Lê Thị Thẩm",
        "tie": "kin",
        "tied_to": "officer",
        "tied_name": "Người thử",
        "officer": "T-officer",
        "declared_on": "2026-11-02",
        "source": "Bản khai 02/11",
    }
    assert officer.post(f"{page}/conflicts", data=tie).status_code == 303
    missing = officer.post(f"{page}/conflicts", data={**tie, "officer": ""})
    assert missing.status_code == 422
    assert "Đang bị đình chỉ" in officer.get(page).text
    theirs = browse_as("foreign_officer").get(page).text
    assert "Lê Thị Thẩm" in theirs
    assert "Khai báo quan hệ" in theirs
    assert "/conflicts/" not in theirs
    assert browse_as("keeper").post(f"{page}/people", data=person).status_code == 403
    assert session.scalars(select(ValuationContract)).all() == []
