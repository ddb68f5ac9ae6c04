"""What a later import brings to a case that was put on hold here comes under the hold."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.models import Standstill
from auction.holds.models import Hold
from auction.holds.queries import get_hold
from auction.holds.rules import HoldKind, HoldSubject
from auction.lots.models import Lot
from inventory.assets.models import Asset
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM
from tests.make.holds import make_hold
from tests.make.imports import GROUNDS, ITEMS, LOTS, PROFILE, make_folder, run_import

BEGAN = date(2026, 11, 9)
FIRST = "item,case,number,on,body\nI4,C1,12/QĐ,2026-07-01,\n"
MORE = "I5,C1,14/QĐ,2026-11-16,Police\n"


@pytest.fixture
def folder(tmp_path: Path, session: Session, at: datetime) -> Path:
    """A folder whose files were imported once."""
    folder = tmp_path / "made"
    load(session, folder, at)
    return folder


def load(session: Session, folder: Path, at: datetime, **files: str) -> None:
    """Import the folder with the files as given, the others as at first."""
    make_folder(folder, **{"grounds": FIRST, "notices": "lot,no,text\n", **files})
    (folder / "own.toml").write_text(PROFILE + GROUNDS, "utf-8")
    run_import(session, folder, at, profile=str(folder / "own.toml"))


def on_hold(session: Session, subject: HoldSubject, ref: str, *, at: datetime) -> Hold:
    kind = HoldKind.SUSPENSION
    return make_hold(session, SYSTEM, kind, ref, BEGAN, at=at, subject_kind=subject)


def asset_of(session: Session, ref: str) -> Asset:
    return session.scalars(select(Asset).where(Asset.source_ref == ref)).one()


def held(session: Session, hold: Hold) -> set[str]:
    return set(get_hold(session, SYSTEM, hold.id).assets)


def test_grounds_and_things_of_a_later_file_join_the_hold_of_their_case(
    session: Session, folder: Path, at: datetime
) -> None:
    hold = on_hold(session, HoldSubject.CASE, "C1", at=at)
    before = held(session, hold)
    car, new = asset_of(session, "I5"), "I6,L2,,car\n"
    assert car.reference not in before
    files = {"grounds": FIRST + MORE, "items": ITEMS + new}
    load(session, folder, at, **files)
    assert held(session, hold) == before | {car.reference, asset_of(session, "I6").reference}
    told = session.scalars(select(AuditEntry).where(AuditEntry.code == "holds.hold.joined"))
    assert {one.data["from"] for one in told} == {"2026-11-16", at.date().isoformat()}
    count = len(session.scalars(select(Standstill)).all())
    load(session, folder, at, **files)
    assert len(session.scalars(select(Standstill)).all()) == count, "again changes nothing"


def test_an_open_lot_of_what_is_on_hold_stands_still_with_it(
    session: Session, folder: Path, at: datetime
) -> None:
    hold = on_hold(session, HoldSubject.ASSET, asset_of(session, "P1").reference, at=at)
    lots, items = LOTS + "L4,C1,The field once more,2026-11-16,900000,\n", ITEMS + "I7,L4,P1,land\n"
    load(session, folder, at, lots=lots, items=items)
    lot = session.scalars(select(Lot).where(Lot.source_ref == "L4")).one()
    standing = select(Standstill.hold_id).where(Standstill.subject_ref == lot.reference)
    assert session.scalars(standing).all() == [hold.id]


def test_another_case_and_a_hold_that_is_over_draw_nothing_in(
    session: Session, folder: Path, at: datetime
) -> None:
    hold = on_hold(session, HoldSubject.CASE, "C2", at=at)
    before = held(session, hold)
    load(session, folder, at, grounds=FIRST + MORE)
    assert held(session, hold) == before
