"""Makes folders of CSV files as another system might hand them over, and imports them."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.imports.commands import Order, import_folder
from auction.imports.profile import load_profile
from auction.imports.schemas import Imported
from inventory.base.actor import SYSTEM, Actor

PROFILE = """
title = "Made-up court"
source = "made"
currency = "VND"
time_zone = "Asia/Bangkok"
checks = ["max_reduction_pct"]

[office]
code = "MADE"
name = "Made-up history"

[codes.outcomes]
sold = "sold"
unsold = "failed_no_bid"
postponed = "not_held"
withdrawn = "withdrawn"
open = ""

[codes.kinds]
land = "land_use_right"
car = "vehicle"

[files.cases.columns]
case = "text"
court = "text?"

[files.cases.case]
ref = "case"
court = "court"

[files.lots.columns]
lot = "text"
case = "text?"
what = "text"
announced = "day?"
value = "amount?"
deposit = "amount?"

[files.lots.lot]
ref = "lot"
of_case = "case"
description = "what"
formed_on = "announced"
deposit = "deposit"
location = { value = "Somewhere" }

[files.lots.valuation]
ref = "lot"
of_lot = "lot"
amount = "value"
valued_on = "announced"

[files.items]
key = ["item"]

[files.items.columns]
item = "text"
lot = "text"
parcel = "text?"
kind = "text"

[files.items.asset]
ref = ["parcel", "item"]
of_lot = "lot"
kind = { column = "kind", codes = "kinds" }
description = "Thing {item}"
identification = "parcel"

[files.rounds.columns]
lot = "text"
no = "count"
day = "day?"
price = "amount?"
result = "text"
paid = "amount?"

[files.rounds.round]
of_lot = "lot"
number = "no"
held_on = "day"
starting_price = "price"
outcome = { column = "result", codes = "outcomes" }
source_code = "result"
sale_price = "paid"
"""

GROUNDS = """
[files.grounds.columns]
item = "text"
case = "text"
number = "text?"
on = "day?"
body = "text?"

[files.grounds.seizure]
of_asset = "item"
of_case = "case"
decision_number = "{number}"
decision_on = "on"

[files.grounds.evidence]
of_asset = "item"
of_case = "case"
agency = "body"
kind = { value = "temporary_holding" }
received_on = "on"

[files.notices.columns]
lot = "text"
no = "count"
text = "text"

[files.notices.remark]
of_lot = "lot"
number = "no"
text = "text"
"""
"""What a profile says of files that hold grounds and remarks."""

CASES = "case,court\nC1,Court of one\nC2,\n"
LOTS = (
    "lot,case,what,announced,value,deposit\n"
    "L1,C1,Two fields,2026-07-06,1000000,50000\n"
    "L2,C1,A field and a car,2026-08-03,900000,\n"
    "L3,C2,A car,,0,\n"
)
ITEMS = (
    "item,lot,parcel,kind\nI1,L1,P1,land\nI2,L1,P2,land\nI3,L2,P1,land\nI4,L2,,car\nI5,L3,,car\n"
)
ROUNDS = (
    "lot,no,day,price,result,paid\n"
    "L1,1,2026-07-20,1000000,unsold,\n"
    "L1,2,2026-08-10,900000,unsold,\n"
    "L1,3,2026-08-31,810000,sold,820000\n"
    "L2,1,2026-09-07,900000,unsold,\n"
    "L2,2,2026-09-28,,postponed,\n"
    "L2,3,2026-10-19,,unsold,\n"
    "L2,4,2026-12-07,,open,\n"
    "L3,1,,500000,withdrawn,\n"
)

FILES = {"cases": CASES, "lots": LOTS, "items": ITEMS, "rounds": ROUNDS}


def make_folder(folder: Path, **files: str | bytes) -> Path:
    """A folder of the made-up court; given files replace or add to the usual ones."""
    folder.mkdir(exist_ok=True)
    (folder / "made.toml").write_text(PROFILE, "utf-8")
    for table, content in {**FILES, **files}.items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / f"{table}.csv").write_bytes(raw)
    return folder


def run_import(
    session: Session,
    folder: Path,
    at: datetime,
    *,
    profile: str | None = None,
    actor: Actor = SYSTEM,
) -> Imported:
    """Import a folder; refused rows go to ``refused.csv`` in it."""
    name = profile or str(folder / "made.toml")
    order = Order(
        name=name,
        profile=load_profile(name),
        folder=folder,
        refused_csv=folder / "refused.csv",
    )
    return import_folder(session, actor, order, at=at, say=lambda msgid, params: msgid % params)


TABLES = (
    "office",
    "enforcement_case",
    "asset",
    "holding",
    "lot",
    "lot_asset",
    "auction_round",
    "round_outcome",
    "valuation",
    "seizure",
    "evidence_hold",
    "asset_round",
    "failure_run",
    "breach",
    "audit_entry",
)


def sizes(session: Session) -> dict[str, int]:
    """How many rows every table that an import writes to has."""
    counts = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in TABLES)
    return dict(session.execute(text(f"SELECT {counts}")).mappings().one())
