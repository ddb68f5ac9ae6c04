"""Acts, lists, counts and searches over REST, each beside the same in hand-written SQL."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import quote

import msgspec
import psycopg

from benchmarks.client import Block, Request, run_block
from benchmarks.machine import Machine, cpu_of
from benchmarks.outcome_case import Closer
from inventory.assets.rules import PREFIX
from inventory.base import clock
from inventory.base.listing import encode_cursor
from inventory.base.numbering import reference

BLOCKS = 5
SHELF = 1000
"""A shelf of a thousand things, which are counted while others are moved elsewhere."""


@dataclass(frozen=True)
class Case:
    """One act: its requests, the floor's script and the bound on the ratio."""

    name: str
    floor: str | None
    make: Callable[[int, int], Request]
    clients: tuple[int, ...]
    bound: str


@dataclass(frozen=True)
class Result:
    """A line of the table: medians over the blocks of one case with one number of clients."""

    size: int
    name: str
    clients: int
    per_s: float
    p50: float
    server_ms: float
    postgres_ms: float
    floor_per_s: float
    floor_p50: float
    rate_ratio: float
    p50_ratio: float
    errors: int
    bound: str


def cases(size: int, machine: Machine, token: str) -> Iterator[Case]:
    """The acts at a number of assets."""
    yield Case("register", "register.sql", _register, (1, 8), "rate ≥ 20 %, p50(1) ≤ 10×")
    yield Case("intake of 100", "intake.sql", _intake, (1,), "p50 ≤ 15 ×")
    yield Case("move", "move.sql", Mover(), (1, 8, 32), "rate ≥ 20 %, no error")
    yield Case(
        "out and in", "out_and_in.sql", Carrier(), (1, 8, 32), "rate ≥ 20 %: release, take in"
    )
    scanner = Scanner(machine.settings.port, token)
    yield Case("scan", "scan.sql", scanner, (1, 8, 32), "rate ≥ 20 %, p50(1) ≤ 10 ×")
    closer = Closer(machine, size)
    yield Case("outcome", "outcome.sql", closer, (1, 8), "rate ≥ 15 % with 8 clients")
    tree = _get("/api/v1/places")
    yield Case("counts by place", "count_places.sql", tree, (1,), "p50 1M ≤ 1.5 × 10k")
    first, deep = "/api/v1/assets?place=1000", encode_cursor(500)
    yield Case("list place, page 1", "list_place.sql", _get(first), (1,), "p50 1M ≤ 1.5 × 10k")
    yield Case(
        "list place, deep", "list_place.sql", _get(f"{first}&cursor={deep}"), (1,), "as page 1"
    )
    yield Case("list rounds", None, _get("/api/v1/rounds"), (1,), "p50 1M ≤ 1.5 × 10k")
    yield Case("list flags", None, _get("/api/v1/flags"), (1,), "p50 1M ≤ 1.5 × 10k")
    word = _get(f"/api/v1/assets?q={quote('phone')}")
    yield Case("search a word", "search_word.sql", word, (1,), "p50 ≤ 15 ×")
    marked = _get(f"/api/v1/assets?q={quote('den phone')}")
    yield Case("search without marks", "search_word.sql", marked, (1,), "p50 ≤ 15 ×")
    yield Case("search a number", "search_number.sql", _number(size), (1,), "p50 ≤ 15 ×")


def measure(
    machine: Machine, web_pid: int, token: str, size: int, case: Case, seconds: float
) -> Iterator[Result]:
    """Blocks of ours and the floor's in turn; medians of the ratios of neighbours.

    A short block before lets both have rows to plan by, as after autovacuum's first round.
    """
    run_block(machine.settings.port, token, case.make, max(case.clients), seconds)
    if case.floor:
        machine.pgbench(case.floor, seconds, max(case.clients), size)
    machine.analyze()
    for clients in case.clients:
        ours: list[tuple[Block, float, float]] = []
        floors: list[dict[str, float]] = []
        for _block in range(BLOCKS):
            before = cpu_of(web_pid), cpu_of(machine.postgres_pid())
            block = run_block(machine.settings.port, token, case.make, clients, seconds)
            after = cpu_of(web_pid), cpu_of(machine.postgres_pid())
            done = max(len(block.waits), 1)
            ours.append(
                (block, (after[0] - before[0]) * 1000 / done, (after[1] - before[1]) * 1000 / done)
            )
            if case.floor:
                floors.append(machine.pgbench(case.floor, seconds, clients, size))
        yield _result(size, case, clients, ours, floors)


def _result(
    size: int,
    case: Case,
    clients: int,
    ours: list[tuple[Block, float, float]],
    floors: list[dict[str, float]],
) -> Result:
    middle = statistics.median
    pairs = list(zip((b for b, _s, _p in ours), floors, strict=False))
    nan = float("nan")
    return Result(
        size=size,
        name=case.name,
        clients=clients,
        per_s=middle(b.per_s for b, _s, _p in ours),
        p50=middle(b.p50 for b, _s, _p in ours),
        server_ms=middle(s for _b, s, _p in ours),
        postgres_ms=middle(p for _b, _s, p in ours),
        floor_per_s=middle(f["per_s"] for f in floors) if floors else nan,
        floor_p50=middle(f["p50"] for f in floors) if floors else nan,
        rate_ratio=middle(b.per_s / f["per_s"] for b, f in pairs) if pairs else nan,
        p50_ratio=middle(b.p50 / f["p50"] for b, f in pairs) if pairs else nan,
        errors=sum(sum(b.errors.values()) for b, _s, _p in ours),
        bound=case.bound,
    )


def _get(path: str) -> Callable[[int, int], Request]:
    return lambda _client, _n: ("GET", path, b"")


def _number(size: int) -> Callable[[int, int], Request]:
    def make(client: int, n: int) -> Request:
        wanted = (client * 7919 + n * 104729) % size + 1
        return "GET", f"/api/v1/assets?q={wanted:07d}", b""

    return make


def _register(client: int, n: int) -> Request:
    body = {
        "case_number": f"{1 + (client * 31 + n) % 999}/QĐ-THA",
        "decision_number": f"{client}-{n}/QĐ-KB",
        "decision_on": "2026-07-01",
        "kind": "movable",
        "description": "đen phone Alfa",
        "take_in": {
            "place_id": 1005 + n % 90,
            "giver": "Ông A",
            "reason": "Kê biên",
            "order": f"{reference('LK', 1 + client)}/1",
        },
    }
    return "POST", "/api/v1/seized-assets", msgspec.json.encode(body)


def _intake(client: int, n: int) -> Request:
    """A hundred things of one order in one request."""
    body = {
        "case_number": f"{1 + (client * 31 + n) % 999}/QĐ-THA",
        "decision_number": f"{client}-{n}/QĐ-KB",
        "decision_on": "2026-07-01",
        "order": reference("LK", 1 + client),
        "giver": "Ông A",
        "reason": "Kê biên",
        "things": [
            {
                "line": 1,
                "place_id": 1005 + (n + i) % 90,
                "kind": "movable",
                "description": "đen phone Alfa",
            }
            for i in range(100)
        ],
    }
    return "POST", "/api/v1/seized-assets/intake", msgspec.json.encode(body)


class Mover:
    """Moves assets to and fro between shelves; every client has its own hundred assets.

    Which shelf an asset is on is known from the number of its moves, over all blocks.
    """

    def __init__(self) -> None:
        self.places: dict[int, int] = {}

    def __call__(self, client: int, n: int) -> Request:
        """The next move of a client; all of them meet on the same few shelves."""
        asset = 5001 + client * 100 + n % 100
        at = self.places.get(asset, 1005 + (asset * 104729) % 90)
        to = 1005 if at != 1005 else 1006
        self.places[asset] = to
        body = {"place_id": to, "from_place_id": at, "reason": "Xếp kho"}
        path = f"/api/v1/assets/{reference(PREFIX, asset)}/custody/moves"
        return "POST", path, msgspec.json.encode(body)


class Carrier:
    """Lets assets out and takes them in again, by turns; every client has its own hundred."""

    def __init__(self) -> None:
        self.out: set[int] = set()

    def __call__(self, client: int, n: int) -> Request:
        """Release what is in, take in what is out."""
        asset = 8301 + client * 50 + n % 50
        place = 1005 + (asset * 104729) % 90
        path = f"/api/v1/assets/{reference(PREFIX, asset)}/custody"
        if asset in self.out:
            self.out.discard(asset)
            order = f"{reference('LK', 1 + client)}/1"
            body = {"place_id": place, "giver": "Ông A", "reason": "Kê biên", "order": order}
            return "POST", f"{path}/take-in", msgspec.json.encode(body)
        self.out.add(asset)
        order = f"{reference('LK', 65 + client)}/1"
        body = {"from_place_id": place, "receiver": "Ông A", "reason": "Trả", "order": order}
        return "POST", f"{path}/release", msgspec.json.encode(body)


class Scanner:
    """Scans the things of a shelf, one in each request; every client has a device of its own."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.path = ""
        self.numbers = Counter[int]()

    def __call__(self, client: int, n: int) -> Request:
        """The next scan of a device; the first opens the count."""
        self.path = self.path or self._open()
        self.numbers[client] += 1
        scan = {
            "number": self.numbers[client],
            "code": reference(PREFIX, 1 + (client * 31 + n) % 1000),
            "place_id": SHELF,
            "scanned_at": clock.now(),
        }
        body = {"device": f"bench-{client}", "scans": [scan], "done": False}
        return "POST", self.path, msgspec.json.encode(body)

    def _open(self) -> str:
        connection = HTTPConnection("127.0.0.1", self.port)
        body = msgspec.json.encode({"place_id": SHELF, "period": "quarter", "basis": "bench"})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/stocktakes", body, headers)
        answer = connection.getresponse()
        read = answer.read()
        assert answer.status == 201, read
        return f"/api/v1/stocktakes/{msgspec.json.decode(read)['reference']}/scans"


def lost_updates(machine: Machine) -> int:
    """Assets whose present holding is not what their last entry says: must be none."""
    with psycopg.connect(machine.owner_url()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM holding h JOIN LATERAL ("
            "SELECT seq, hash, to_place_id FROM custody_entry e"
            " WHERE e.asset_id = h.asset_id ORDER BY seq DESC LIMIT 1) e ON true"
            " WHERE (h.seq, h.hash) IS DISTINCT FROM (e.seq, e.hash)"
            " OR h.place_id IS DISTINCT FROM e.to_place_id"
        ).fetchone()
    assert row is not None
    return int(row[0])
