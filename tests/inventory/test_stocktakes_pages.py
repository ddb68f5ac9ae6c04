"""Stocktakes over REST and on their pages, from the plan to the minutes; the joint count."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.base.clock import local_day
from inventory.base.errors import Forbidden
from inventory.cases.models import EnforcementCase
from inventory.keepers.commands import appoint_keeper, record_joint_count
from inventory.keepers.models import KeeperChange
from inventory.keepers.rules import NoChangeOpen, NotAWarehouse, NotTheKeeper
from inventory.keepers.schemas import JointCount, NewKeeper
from inventory.organisation.rules import Role
from inventory.stocktakes.commands.abandon import abandon_stocktake
from inventory.stocktakes.commands.close_stocktake import close_stocktake, sign_stocktake
from inventory.stocktakes.commands.fetch_pack import fetch_pack
from inventory.stocktakes.commands.joint_count import open_joint_count
from inventory.stocktakes.commands.plan import plan_count
from inventory.stocktakes.pages.sessions import desk_parts
from inventory.stocktakes.queries.stocktakes import list_stocktakes
from inventory.stocktakes.rules import NotWhole, Period, RiskClass
from inventory.stocktakes.schemas.said import Abandon, NewDevice, NewPlannedCount
from inventory.warehouses.models import Place
from service.web.counting import FILES, worker
from tests.make.inventory import make_asset
from tests.make.organisation import People, make_actor, make_staff
from tests.make.stocktakes import count_first, make_stocktake

API = "/api/v1/stocktakes"


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> list[str]:
    """Three things in the store."""
    return [
        make_asset(session, people.keeper, case, at=at, place=store).reference for _n in range(3)
    ]


def scans(codes: list[str], place: Place, at: datetime) -> list[dict[str, object]]:
    return [
        {"number": n, "code": code, "place_id": place.id, "scanned_at": at.isoformat()}
        for n, code in enumerate(codes, 1)
    ]


def test_a_stocktake_over_rest_from_opening_to_the_minutes(
    client: TestClient, bearer: Callable, store: Place, held: list[str], at: datetime
) -> None:
    who = {name: bearer(name) for name in ("keeper", "accountant", "head")}
    said = {"place_id": store.id, "period": "quarter", "basis": "Kế hoạch 12"}
    made = client.post(API, json=said, headers=who["keeper"])
    assert made.status_code == 201
    path = made.headers["location"]
    assert client.get(f"{path}/items", headers=who["keeper"]).status_code == 409
    pack = client.post(f"{path}/packs", json={"device": "d1"}, headers=who["keeper"]).json()
    assert len(pack["items"]) == 3
    body = {"device": "d1", "pack": pack["token"], "scans": scans(held[:2], store, at)}
    answer = client.post(f"{path}/scans", json=body, headers=who["keeper"]).json()
    assert [scan["verdict"] for scan in answer["scans"]] == ["in_place"] * 2
    refused = client.post(f"{path}/first-count/end", headers=who["keeper"])
    assert (refused.status_code, refused.json()["code"]) == (409, "unsent_scans")
    done = {**body, "done": True}
    client.post(f"{path}/scans", json=done, headers=who["keeper"])
    assert client.post(f"{path}/first-count/end", headers=who["keeper"]).status_code == 201
    (case,) = client.get(f"{path}/differences", headers=who["head"]).json()["items"]
    found = {"search": "stands", "reason": "not_known", "evidence": "Đã tìm"}
    searched = f"{path}/differences/{case['id']}/search"
    assert client.post(searched, json=found, headers=who["keeper"]).status_code == 403
    assert client.post(searched, json=found, headers=who["accountant"]).status_code == 201
    ruling = {"ruling": "confirmed", "decision": "Giao công an"}
    decided = client.post(
        f"{path}/differences/{case['id']}/decision", json=ruling, headers=who["head"]
    )
    assert decided.json()["word"] == "confirmed_missing"
    for name in ("keeper", "accountant"):
        assert client.post(f"{path}/signatures", headers=who[name]).status_code == 201
    closed = client.post(f"{path}/close", headers=who["head"])
    assert closed.json()["paper"].startswith("VB-")
    again = client.post(f"{path}/close", headers=who["head"])
    assert (again.status_code, again.json()["code"]) == (409, "stocktake_closed")
    rows = client.get(f"{path}/items", headers=who["head"]).json()["items"]
    assert [row["word"] for row in rows] == [None, None, "confirmed_missing"]


@pytest.mark.parametrize(
    "scan",
    [
        {"number": 0, "code": "x", "place_id": 1, "scanned_at": "2026-11-23T02:00:00Z"},
        {"number": 1, "code": "x", "place_id": 1, "scanned_at": "2026-11-23T02:00:00"},
        {"number": 1, "code": "x" * 301, "place_id": 1, "scanned_at": "2026-11-23T02:00:00Z"},
        {"number": 1, "quantity": "-1", "place_id": 1, "scanned_at": "2026-11-23T02:00:00Z"},
        {"number": 1, "quantity": "NaN", "place_id": 1, "scanned_at": "2026-11-23T02:00:00Z"},
        {"number": 1, "undoes": 1, "place_id": 1, "scanned_at": "2026-11-23T02:00:00Z"},
    ],
)
def test_a_scan_that_is_none_is_refused_and_nothing_of_its_upload_is_kept(
    client: TestClient, bearer: Callable, session: Session, people, store, held, at, scan
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    good = scans(held[:1], store, at)
    body = {"device": "d1", "scans": [*good, {**scan, "number": scan["number"] and 2}]}
    if scan.get("undoes"):
        body["scans"][1]["undoes"] = 2
    answer = client.post(f"{API}/{made.reference}/scans", json=body, headers=bearer("keeper"))
    assert answer.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM stocktake_scan")) == 0


def test_half_an_upload_is_no_upload(
    client: TestClient, bearer: Callable, session: Session, people, store, held, at
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    half = b'{"device": "d1", "scans": [{"number": 1, "code": "TS-000'
    headers = {**bearer("keeper"), "content-type": "application/json"}
    answer = client.post(f"{API}/{made.reference}/scans", content=half, headers=headers)
    assert answer.status_code in (400, 422)
    assert session.scalar(text("SELECT count(*) FROM stocktake_scan")) == 0


def test_the_pages_lead_from_the_plan_to_the_end(
    browse: Callable[[str], TestClient], store: Place, held: list[str], session: Session
) -> None:
    head = browse("head")
    assert head.post("/stocktakes/plan", data={"year": "2027"}).status_code == 200
    assert "31/03/2027" in head.get("/stocktakes").text
    said = {"place_id": str(store.id), "period": "quarter", "basis": "KH", "sample_pct": "100"}
    wrong = head.post("/stocktakes", data={**said, "basis": ""})
    assert wrong.status_code == 422
    shown = head.post("/stocktakes", data={**said, "blind": "true"})
    reference = shown.url.path.rpartition("/")[2]
    keeper = browse("keeper")
    path = f"/stocktakes/{reference}"
    scan = {"place_id": str(store.id), "code": held[0]}
    assert "Có trong danh mục, đúng vị trí" in keeper.post(f"{path}/count", data=scan).text
    assert keeper.post(f"{path}/count", data={**scan, "code": ""}).status_code == 422
    assert keeper.get(f"{path}/items").status_code == 409
    keeper.post(f"{path}/first-count/end")
    assert "Chưa quét" in keeper.get(path).text
    assert held[1] in keeper.get(f"{path}/items").text


def test_a_device_is_given_up_after_a_question_with_a_reason_by_the_head_alone(
    browse: Callable[[str], TestClient],
    session: Session,
    people: People,
    store: Place,
    held: list[str],
    at: datetime,
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    fetch_pack(session, people.keeper, made.reference, NewDevice("p-1", "Máy kho 1"), at=at)
    session.flush()
    path = f"/stocktakes/{made.reference}"
    give_up = {"device": "p-1", "reason": "Rơi xuống nước"}
    keeper = browse("keeper")
    assert "devices/give-up" not in keeper.get(path).text
    assert keeper.post(f"{path}/devices/give-up", data=give_up).status_code == 403
    head = browse("head")
    asked = head.get(path).text
    question = asked[asked.index('<details class="confirm">', asked.index("devices-title")) :]
    question = question[: question.index("</details>")]
    assert f"{path}/devices/give-up" in question
    assert "Các lượt quét chưa gửi của thiết bị coi như mất" in question
    assert "Máy kho 1" in question
    assert head.post(f"{path}/devices/give-up", data={**give_up, "reason": " "}).status_code == 422
    assert "Rơi xuống nước" in head.post(f"{path}/devices/give-up", data=give_up).text
    assert "devices/give-up" not in head.get(path).text


def test_the_desk_says_what_is_counted_and_what_was_missed(
    session: Session, people: People, store: Place, held: list[str], at: datetime
) -> None:
    session.execute(
        text(
            "INSERT INTO planned_count (office_id, place_id, period, due_on, article, planned_at)"
            " VALUES (:office, :place, 'quarter', '2026-09-30', 'C04/23 Art. 11(4)', now())"
        ),
        {"office": people.office.id, "place": store.id},
    )
    make_stocktake(session, people.keeper, store, at=at)
    titles = [
        getattr(part, "title", getattr(part, "text", ""))
        for part in desk_parts(session, people.keeper, at)
    ]
    assert titles == ["Count with this phone", "Missed stocktakes", "Stocktakes"]
    assert desk_parts(session, people.inspector, at) == []


def test_a_list_takes_the_same_statements_however_long_it_is(
    session: Session, people: People, store: Place, shelf: Place, held, at: datetime, statements
) -> None:
    make_stocktake(session, people.keeper, store, at=at)
    statements.clear()
    list_stocktakes(session, people.keeper)
    assert len(statements) == 1


def test_a_count_at_a_change_of_keeper_is_the_joint_count(
    session: Session, people: People, store: Place, held: list[str], at: datetime
) -> None:
    new = make_staff(session, people.office, Role.KEEPER, "T-next", "Người kế nhiệm")
    said = NewKeeper(
        staff=new.code,
        decision_number="9/QĐ",
        decided_on=date(2026, 11, 20),
        valid_from=date(2026, 11, 23),
    )
    appoint_keeper(session, people.head, store.id, said, at=at)
    for part in ({"classes": (RiskClass.VEHICLE,)}, {"sample_pct": 1}):
        with pytest.raises(NotWhole) as refused:
            make_stocktake(session, people.keeper, store, at=at, period=Period.HANDOVER, **part)
        assert refused.value.article
    made = open_joint_count(session, people.keeper, store.id, at=at)
    assert made.period == Period.HANDOVER, "it was opened with the change"
    assert made.opened_by_id == people.head.staff_id
    count_first(session, people.keeper, made, held, store, at=at)
    for who in (people.keeper, people.accountant):
        sign_stocktake(session, who, made.reference, at=at)
    close_stocktake(session, people.head, made.reference, at=at)
    change = session.scalars(select(KeeperChange).where(KeeperChange.place_id == store.id)).one()
    assert (change.counted_at, "BBKK" in (change.count_reference or "")) == (at, True)


def test_a_change_of_a_later_day_is_counted_then_and_one_counted_on_paper_gives_its_count_up(
    session: Session, people: People, store: Place, held: list[str], at: datetime
) -> None:
    new = make_staff(session, people.office, Role.KEEPER, "T-next", "Người kế nhiệm")
    said = NewKeeper(
        staff=new.code,
        decision_number="9/QĐ",
        decided_on=date(2026, 11, 20),
        valid_from=date(2026, 12, 1),
    )
    appoint_keeper(session, people.head, store.id, said, at=at)
    assert list_stocktakes(session, people.keeper).items == []
    made = open_joint_count(session, people.keeper, store.id, at=at)
    assert open_joint_count(session, people.keeper, store.id, at=at).id == made.id
    on_paper = JointCount(reference="KK-1", reason="Kho mất điện")
    record_joint_count(session, people.head, store.id, on_paper, at=at)
    assert (made.closed_at, made.abandoned_reason) == (at, "Kho mất điện")


def test_a_count_for_no_change_of_keeper_is_not_opened_and_a_stuck_one_is_abandoned(
    session: Session, people: People, store: Place, shelf: Place, held: list[str], at: datetime
) -> None:
    for place, refusal in ((store, NoChangeOpen), (shelf, NotAWarehouse)):
        with pytest.raises(refusal):
            make_stocktake(session, people.keeper, place, at=at, period=Period.HANDOVER)
    planned = plan_count(session, people.head, NewPlannedCount(store.id, local_day(at)), at=at)
    made = make_stocktake(session, people.keeper, store, at=at, planned_id=planned.id)
    count_first(session, people.keeper, made, held[1:], store, at=at)
    with pytest.raises(Forbidden):
        abandon_stocktake(session, people.keeper, made.reference, Abandon("Mở nhầm"), at=at)
    abandon_stocktake(session, people.head, made.reference, Abandon("Mở nhầm"), at=at)
    (row,) = list_stocktakes(session, people.keeper).items
    assert (row.abandoned_reason, row.closed_at, row.open_differences) == ("Mở nhầm", at, 1)
    again = make_stocktake(session, people.keeper, store, at=at, planned_id=planned.id)
    session.refresh(planned)
    assert planned.stocktake_id == again.id
    count_first(session, people.keeper, again, held, store, at=at)
    next_one = make_staff(session, people.office, Role.KEEPER, "T-next", "Người kế nhiệm")
    other = make_actor(session, next_one, people.office, Role.KEEPER)
    with pytest.raises(NotTheKeeper) as refused:
        sign_stocktake(session, other, again.reference, at=at)
    assert refused.value.article


def test_the_phone_page_is_kept_by_a_worker_that_rules_over_it_alone(
    client: TestClient, browse: Callable[[str], TestClient]
) -> None:
    served = client.get("/count/worker.js")
    assert served.headers["service-worker-allowed"] == "/count"
    assert served.headers["content-type"].startswith("text/javascript")
    page = browse("keeper").get("/count").text
    for name in FILES:
        stem = name.rpartition(".")[0]
        assert f'"/static/{stem}.'.encode() in worker()
        assert f"/static/{stem}." in page
    assert client.get("/count/manifest.webmanifest").json()["start_url"] == "/count"
    assert "camera=(self)" in client.get("/count").headers["permissions-policy"]
