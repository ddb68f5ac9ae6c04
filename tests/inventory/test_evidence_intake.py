"""Evidence that comes in a batch: all of it or nothing, each line by the rules of one."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid
from inventory.custody.queries import get_holding
from inventory.custody.rules import SealState
from inventory.evidence.commands import receive_evidence
from inventory.evidence.lists import things_in
from inventory.evidence.queries import list_holds
from inventory.evidence.rules import Comparison, HoldKind
from inventory.evidence.schemas import EvidenceIntake, EvidenceThing
from inventory.seals.schemas import ReceivedSeal
from inventory.warehouses.models import Place
from tests.make.orders import standing_order
from tests.make.organisation import People

Browse = Callable[[str], TestClient[Any]]
Bearer = Callable[[str], dict[str, str]]
ALL_AT_ONCE = 20


def thing(n: int = 1, **said: Any) -> EvidenceThing:
    return EvidenceThing(**{"description": f"Điện thoại số {n}", **said})


def batch(*things: EvidenceThing, **said: Any) -> EvidenceIntake:
    facts = {
        "hold": HoldKind.EVIDENCE,
        "agency": "Công an tỉnh Thử",
        "received_on": date(2026, 6, 1),
        "first_minutes": "BB-01",
        "comparison": Comparison.AGREES,
        "things": list(things),
    }
    return EvidenceIntake(**{**facts, **said})


def assets(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Asset)).scalar_one()


def test_all_things_of_a_batch_come_in_with_their_seals(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    order, line = standing_order(store).split("/")
    things = [
        thing(n, place_id=store.id, line=int(line), seal=ReceivedSeal(number=f"NP-{n}"))
        for n in range(ALL_AT_ONCE)
    ]
    made = receive_evidence(session, people.keeper, batch(*things, order=order), at=at)
    assert len(made) == ALL_AT_ONCE
    for one in made:
        assert get_holding(session, people.keeper, one.reference).place_id == store.id
        (hold,) = list_holds(session, people.keeper, one.reference)
        assert (hold.agency, hold.first_minutes) == ("Công an tỉnh Thử", "BB-01")


def test_one_faulty_line_keeps_all_out_and_every_fault_is_named(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    order, line = standing_order(store).split("/")
    placed = {"place_id": store.id, "line": int(line)}
    things = [
        thing(1, **placed),
        thing(2, **placed, seal=ReceivedSeal(number="NP-1", state=SealState.TORN)),
        thing(3, **placed, comparison=Comparison.DIFFERS, difference="Thiếu pin"),
        thing(4, comparison=Comparison.DIFFERS),
        thing(5, place_id=10**9),
        thing(6, seal=ReceivedSeal(number="NP-9")),
        thing(7, seal=ReceivedSeal(number="NP-9")),
    ]
    before = assets(session)
    with pytest.raises(Invalid) as refusal:
        receive_evidence(session, people.keeper, batch(*things, order=order), at=at)
    assert set(refusal.value.fields) == {
        "things.1.seal.state",
        "things.2.place_id",
        "things.3.difference",
        "things.4.place_id",
        "things.6.seal.number",
    }
    assert assets(session) == before


def test_what_was_said_of_all_is_marked_once_where_it_was_said(
    session: Session, people: People, at: datetime
) -> None:
    new = batch(thing(1), thing(2), case_number="99/KHÔNG")
    with pytest.raises(Invalid) as refusal:
        receive_evidence(session, people.keeper, new, at=at)
    assert list(refusal.value.fields) == ["case_number"]
    late = batch(thing(1), received_on=date(2026, 8, 1), first_minutes=None, comparison=None)
    with pytest.raises(Invalid) as refusal:
        receive_evidence(session, people.keeper, late, at=at)
    assert list(refusal.value.fields) == ["first_minutes"]


def test_what_stays_with_the_police_does_not_come_here_in_a_batch_either(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    order, line = standing_order(store).split("/")
    one = thing(1, place_id=store.id, line=int(line))
    new = batch(one, received_on=date(2026, 8, 1), order=order)
    with pytest.raises(Invalid) as refusal:
        receive_evidence(session, people.keeper, new, at=at)
    assert list(refusal.value.fields) == ["things.0.place_id"]


def test_who_registers_no_evidence_receives_no_batch(
    session: Session, people: People, become: Callable[[Actor], Actor], at: datetime
) -> None:
    with pytest.raises(Forbidden):
        receive_evidence(session, become(people.accountant), batch(thing()), at=at)


def test_another_offices_place_is_unknown_to_a_batch(
    session: Session,
    people: People,
    store: Place,
    become: Callable[[Actor], Actor],
    at: datetime,
) -> None:
    ours = thing(1, place_id=store.id)
    stranger = become(people.foreign_keeper)
    with pytest.raises(Invalid) as refusal:
        receive_evidence(session, stranger, batch(ours), at=at)
    assert list(refusal.value.fields) == ["things.0.place_id"]


def test_a_list_is_read_with_and_without_a_line_of_names() -> None:
    named = "Tên;SL;Đơn vị tính;Niêm phong\nMáy tính xách tay;2;chiếc;NP-7\n\nTúi đen;;;\n"
    assert things_in(named) == [
        {
            "description": "Máy tính xách tay",
            "quantity": "2",
            "unit": "chiếc",
            "seal.number": "NP-7",
        },
        {"description": "Túi đen"},
    ]
    assert things_in('Dao bấm\t1\tcon\n"Ví, màu nâu"\t1\tcái') == [
        {"description": "Dao bấm", "quantity": "1", "unit": "con"},
        {"description": "Ví, màu nâu", "quantity": "1", "unit": "cái"},
    ]
    assert things_in('"Ví, màu nâu",1') == [{"description": "Ví, màu nâu", "quantity": "1"}]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "things"),
        (" \n;;\n", "things"),
        ("tên;màu sắc\nDao;đỏ", "things"),
        ("tên;sl\nDao;1;thừa", "things.0"),
        ("\n".join(["Dao"] * 101), "things"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(text: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        things_in(text)
    assert list(refusal.value.fields) == [field]


def test_a_list_is_pasted_in_a_browser(session: Session, browse: Browse) -> None:
    keeper = browse("keeper")
    assert "/assets/new/evidence/list" in keeper.get("/assets/new/evidence").text
    assert 'name="things"' in keeper.get("/assets/new/evidence/list").text
    form = {
        "hold": "evidence",
        "agency": "Công an tỉnh Thử",
        "received_on": "2026-06-01",
        "first_minutes": "BB-01",
        "comparison": "agrees",
        "things": "tên;loại;sl\nXe máy Wave;vehicle;1\nMũ bảo hiểm;movable;không",
    }
    before = assets(session)
    refused = keeper.post("/assets/new/evidence/list", data=form)
    assert refused.status_code == 422
    assert 'id="things-faults"' in refused.text
    assert "Xe máy Wave;vehicle;1" in refused.text
    assert assets(session) == before
    form["things"] = form["things"].replace("không", "2")
    received = keeper.post("/assets/new/evidence/list", data=form, follow_redirects=True)
    assert received.status_code == 200
    assert assets(session) == before + 2
    kinds = set(session.scalars(select(Asset.kind).order_by(Asset.id.desc()).limit(2)))
    assert kinds == {AssetKind.VEHICLE, AssetKind.MOVABLE}


def test_a_batch_over_rest(client: TestClient[Any], bearer: Bearer) -> None:
    body: dict[str, Any] = {
        "hold": "evidence",
        "agency": "Công an tỉnh Thử",
        "received_on": "2026-06-01",
        "things": [{"description": "Con dao"}, {"description": "Ví", "quantity": "0"}],
    }
    headers = bearer("keeper")
    misshapen = client.post("/api/v1/evidence/intake", json=body, headers=headers)
    assert misshapen.status_code == 422
    assert "things.1.description" in misshapen.text
    body["things"][1]["description"] = "Chiếc ví"
    refused = client.post("/api/v1/evidence/intake", json=body, headers=headers)
    assert refused.status_code == 422
    assert "things.1.quantity" in refused.text
    body["things"][1]["quantity"] = "1"
    made = client.post("/api/v1/evidence/intake", json=body, headers=headers)
    assert (made.status_code, len(made.json())) == (201, 2)
