"""Five thousand really seized goods, counted by four clients at once over a bad network.

Uploads are dropped, cut off, repeated and reordered; the result is that of a clean count. The data
lie beside the checkout and are no part of it; without them the test is skipped.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from inventory.assets.models import Asset
from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from inventory.custody.ledger import Step, lock_many, write_steps
from inventory.custody.rules import CustodyKind
from inventory.organisation.models import Office
from inventory.organisation.rules import Role
from inventory.stocktakes.commands.judge import end_first_count
from inventory.stocktakes.commands.take_scans import take_scans
from inventory.stocktakes.models import Stocktake
from inventory.stocktakes.queries.results import all_items, list_differences
from inventory.stocktakes.schemas.said import ScanSaid, Upload
from service.cli.main import main
from service.database import Database
from tests.browsing import serving
from tests.make.inventory import make_place
from tests.make.lone import lone_database
from tests.make.orders import standing_order
from tests.make.organisation import People, make_actor, make_staff, make_token
from tests.make.stocktakes import make_stocktake

pytestmark = pytest.mark.shared
GOODS = 5000
ROOMS = 20
BATCH = 100
CLIENTS = ("keeper", "officer", "accountant", "second_keeper")
ROLES = (Role.KEEPER, Role.OFFICER, Role.ACCOUNTANT, Role.KEEPER)


class Line(Enum):
    """How well an upload comes through."""

    GOOD = auto()
    DEAF = auto()
    CUT = auto()


@dataclass
class Warehouse:
    """Goods in rooms, and four people who count."""

    database: Database
    at: datetime
    actors: dict[str, Actor]
    tokens: dict[str, str]
    store: int
    rooms: list[int]
    goods: list[tuple[str, int]]


@pytest.fixture(scope="module")
def warehouse(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("goods")
    with lone_database(folder) as database:
        source = str(shared / "data" / "open" / "ca_bc")
        done = CliRunner().invoke(main, ["--data-dir", str(folder), "import", "ca_bc", source])
        assert done.exit_code == 0, done.output
        yield _stored(database, clock.now())


def _stored(database: Database, at: datetime) -> Warehouse:
    with database.transaction(SYSTEM) as session:
        # All of it lies in one store here; money and jewellery of today would lie at the Treasury.
        session.execute(text("UPDATE asset SET kind = 'other' WHERE kind IN ('cash', 'gold')"))
        goods = session.execute(
            select(Asset.reference, Asset.office_id)
            .where(Asset.source == "ca_bc")
            .order_by(Asset.id)
            .limit(GOODS)
        ).all()
        office = session.get_one(Office, goods[0][1])
        people = People(office, office, office)
        actors = {}
        for name, role in zip(CLIENTS, ROLES, strict=True):
            staff = make_staff(session, office, role, f"BC-{name}", f"Người kiểm {name}")
            people.staff[name] = staff
            actors[name] = make_actor(session, staff, office, role)
        tokens = {name: make_token(session, people, name, at) for name in CLIENTS}
        keeper = actors["keeper"]
        store = make_place(session, keeper, "BC", "Kho", at=at)
        rooms = [
            make_place(session, keeper, f"BC-{n}", f"Phòng {n}", at=at, inside=store).id
            for n in range(ROOMS)
        ]
        placed = [(ref, rooms[n % ROOMS]) for n, (ref, _office) in enumerate(goods)]
        for lot in (placed[i : i + 500] for i in range(0, GOODS, 500)):
            found = lock_many(session, keeper, dict(lot), at=at, order=standing_order(store))
            steps = [
                Step(one, CustodyKind.TAKEN_IN, "Công an", one.target_name or "", "Nhập kho", "")
                for one in found
            ]
            write_steps(session, keeper, steps, at=at)
        return Warehouse(database, at, actors, tokens, store.id, rooms, placed)


def scans(house: Warehouse) -> dict[str, list[ScanSaid]]:
    """What the four scan: most goods, some twice, some in a wrong room, strange codes, undoings."""
    dice = random.Random(20261122)
    plan: dict[str, list[ScanSaid]] = {name: [] for name in CLIENTS}

    def add(name: str, **said: Any) -> int:
        number = len(plan[name]) + 1
        plan[name].append(ScanSaid(number=number, scanned_at=house.at, **said))
        return number

    for ref, room in house.goods:
        fate = dice.random()
        name = dice.choice(CLIENTS)
        if fate < 0.01:
            continue
        place = dice.choice(house.rooms) if fate < 0.03 else room
        number = add(name, code=ref, place_id=place)
        if fate > 0.95:
            add(dice.choice(CLIENTS), code=ref, place_id=room)
        elif fate > 0.94:
            add(name, code=ref, place_id=room, undoes=number)
        elif fate > 0.935:
            add(name, code=f"KHONG-BIET-{number}", place_id=room)
    return plan


def batches(said: list[ScanSaid]) -> list[list[ScanSaid]]:
    return [said[i : i + BATCH] for i in range(0, len(said), BATCH)]


def upload(
    house: Warehouse, port: int, path: str, name: str, body: Upload, line: Line = Line.GOOD
) -> None:
    """One upload. On a deaf line nobody knows whether it came; on a cut one half of it came."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        whole = msgspec.json.encode(body)
        headers = {
            "Authorization": f"Bearer {house.tokens[name]}",
            "Content-Type": "application/json",
            "Content-Length": str(len(whole)),
        }
        sent = whole[: len(whole) // 2] if line is Line.CUT else whole
        connection.request("POST", path, sent, headers)
        if line is Line.GOOD:
            answer = connection.getresponse()
            assert answer.status == 201, answer.read()
    finally:
        connection.close()


def count_badly(
    house: Warehouse, port: int, reference: str, name: str, said: list[ScanSaid]
) -> None:
    """A client on a bad line: it drops, cuts, repeats, shuffles uploads until each was answered."""
    dice = random.Random(name)
    path = f"/api/v1/stocktakes/{reference}/scans"
    lots = [lot for lot in batches(said) for _n in range(dice.randint(1, 2))]
    dice.shuffle(lots)
    send = partial(upload, house, port, path, name)
    for report, lot in enumerate(lots, 1):
        dice.shuffle(lot := list(lot))
        body = Upload(device=f"d-{name}", scans=tuple(lot), held=1, report=report)
        for _n in range(dice.randint(0, 2)):
            send(body, dice.choice((Line.DEAF, Line.CUT)))
        send(body)
    send(Upload(device=f"d-{name}", scans=(), done=True, last_number=len(said), report=10**6))


def result(house: Warehouse, stocktake: Stocktake) -> tuple[list[Any], list[Any]]:
    """What a count comes to: each line of the list, each difference."""
    with house.database.transaction(house.actors["keeper"]) as session:
        end_first_count(session, house.actors["keeper"], stocktake.reference, at=house.at)
    with house.database.transaction(SYSTEM) as session:
        items = [(i.reference, i.state, i.seen_place) for i in all_items(session, stocktake.id)]
        cases = list_differences(session, stocktake.id, size=10**5).items
        told = [(c.kind, c.code, c.place, c.seen_place, c.counted, c.word) for c in cases]
        session.execute(
            text("UPDATE stocktake SET closed_at = now() WHERE id = :id"), {"id": stocktake.id}
        )
        return items, sorted(told)


def opened(house: Warehouse) -> Stocktake:
    with house.database.transaction(house.actors["keeper"]) as session:
        made = make_stocktake(session, house.actors["keeper"], house.store, at=house.at)
        assert made.listed == GOODS
        return made


def test_four_clients_on_bad_lines_count_as_one_on_a_good_one(warehouse: Warehouse) -> None:
    said = scans(warehouse)
    bad = opened(warehouse)
    with serving(warehouse.database.settings) as address, ThreadPoolExecutor(4) as pool:
        port = int(address.rpartition(":")[2])
        work = [
            pool.submit(count_badly, warehouse, port, bad.reference, name, said[name])
            for name in CLIENTS
        ]
        for one in work:
            one.result()
    items, cases = result(warehouse, bad)
    good = opened(warehouse)
    for name in CLIENTS:
        actor = warehouse.actors[name]
        with warehouse.database.transaction(actor) as session:
            for lot in batches(said[name]):
                body = Upload(device=f"d-{name}", scans=tuple(lot), done=True)
                take_scans(session, actor, good.reference, body, at=warehouse.at)
    assert (items, cases) == result(warehouse, good)
    assert len(items) == GOODS
    states = [state for _ref, state, _seen in items]
    assert 20 < states.count("not_scanned") < 150
    assert {kind for kind, *_rest in cases} == {"not_there", "wrong_place", "unknown_code"}
