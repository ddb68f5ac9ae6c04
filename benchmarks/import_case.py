"""Import of a recorded auction history: rounds a second and memory, small file against large."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.machine import memory_of
from benchmarks.sweep_cases import Timed
from service.postgres.launcher import EmbeddedServer

ROUNDS_A_LOT = 6
WANTED = 5000.0


def measure() -> Iterator[Timed]:
    """Made-up history of two sizes in the form of the profile th_led."""
    small = _run(5_000)
    large = _run(36_000)
    for lots, (rate, _memory) in ((5_000, small), (36_000, large)):
        rounds = lots * ROUNDS_A_LOT
        name = "import, rounds a second"
        yield Timed(rounds, name, rate, WANTED, rate / WANTED, "≥ 5,000 a second")
    rounds = 36_000 * ROUNDS_A_LOT
    name = "import, memory MiB (floor: small file)"
    yield Timed(rounds, name, large[1], small[1], large[1] / small[1], "flat")


def _run(lots: int) -> tuple[float, float]:
    folder = Path(tempfile.mkdtemp(prefix="kebien-import-"))
    try:
        _write(folder / "source", lots)
        environment = {**os.environ, "KEBIEN_DATA_DIR": str(folder / "data")}
        command = [
            sys.executable,
            "-m",
            "service",
            "import",
            "th_led",
            str(folder / "source"),
            "--json",
        ]
        subprocess.run(
            [sys.executable, "-m", "service", "db", "upgrade"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        highest = 0.0
        while process.poll() is None:
            try:
                highest = max(highest, memory_of(process.pid))
            except OSError:
                break
            time.sleep(0.05)
        seconds = time.perf_counter() - begin
        assert process.stdout
        answer = json.loads(process.stdout.read())
        assert answer["tables"], answer
        return lots * ROUNDS_A_LOT / seconds, highest
    finally:
        EmbeddedServer(folder / "data").stop()
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, lots: int) -> None:
    folder.mkdir()
    cases = ["case_id,court_th,case_type_th,case_year_ce,creditor_kind,lots"]
    lot_lines = [
        "lot_id,case_id,asset_kind,asset_kind_th,items,province_th,province_from,district_th,"
        "subdistrict_th,announced_date,valuation_thb,deposit_thb,rounds_listed"
    ]
    items = [
        "item_id,lot_id,parcel_id,asset_kind,title_document_th,area_rai,area_ngan,area_wa_or_m2,"
        "province_th,district_th,subdistrict_th"
    ]
    rounds = ["lot_id,round_no,round_date,status_code,result,reason_en"]
    results = ("3,unsold_no_bidder", "3,unsold_no_bidder", "10,not_held", "1,sold", "0,no_result")
    for i in range(lots):
        cases.append(f"C{i:06d},court,x,2025,bank,1")
        lot_lines.append(
            f"L{i:06d},C{i:06d},vacant_land,x,1,x,record,,,2026-01-01,{100000 + i},5000,6"
        )
        items.append(f"I{i:06d},L{i:06d},P{i:06d},vacant_land,x,1,0,0,x,,")
        for n in range(ROUNDS_A_LOT):
            day = f"2026-{1 + n:02d}-{1 + i % 28:02d}"
            rounds.append(f"L{i:06d},{n + 1},{day},{results[(i + n) % 5]},x")
    for name, lines in (
        ("cases", cases),
        ("lots", lot_lines),
        ("items", items),
        ("rounds", rounds),
    ):
        with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
