"""Outcomes of rounds over REST, with everything that follows, beside the same in plain SQL."""

from itertools import count
from threading import Lock

import msgspec
import psycopg

from auction.lots.rules import PREFIX
from benchmarks.client import Request
from benchmarks.machine import FLOOR, Machine
from inventory.base.numbering import reference

NUMBER = 6
"""The round that is open: the load holds five a lot at the most."""

_OPEN = """
INSERT INTO auction_round
  (lot_id, office_id, number, starting_price, opens_at, held_on, recorded_at)
SELECT l.id, l.office_id, %s, 500000000, now() - interval '1 day', current_date - 1, now()
FROM lot AS l ORDER BY l.id LIMIT %s
"""
_SOLD = """
UPDATE lot AS l SET closed_on = NULL, awaits = 'outcome', awaits_on = current_date - 1
WHERE l.id IN (SELECT lot_id FROM auction_round WHERE number = %s)
"""


class Closer:
    """Closes the open round of one lot after another; no two requests meet on a lot."""

    def __init__(self, machine: Machine, size: int) -> None:
        machine.run_sql("floor", FLOOR / "outcome_schema.sql")
        self.machine, self.size = machine, min(size, 100_000)
        self.numbers, self.lock = count(), Lock()
        self.round = NUMBER - 1

    def __call__(self, _client: int, _n: int) -> Request:
        """The next outcome; when every lot has had one, a further round is opened for each."""
        with self.lock:
            at = next(self.numbers)
            lot, rest = at % self.size + 1, at // self.size
            if NUMBER + rest > self.round:
                self._open(NUMBER + rest)
        path = f"/api/v1/lots/{reference(PREFIX, lot)}/rounds/{NUMBER + rest}/outcome?brief=true"
        return "POST", path, msgspec.json.encode({"code": "failed_no_bid", "registered": 2})

    def _open(self, number: int) -> None:
        with psycopg.connect(self.machine.owner_url(), autocommit=True) as connection:
            connection.execute(_OPEN, (number, self.size))
            connection.execute(_SOLD, (number,))
        self.round = number
