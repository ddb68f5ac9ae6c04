"""A certificate in a folder: it holds as it was written, and every kind of forgery is named."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.base.errors import NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move
from inventory.custody.schemas import Move
from inventory.notary.commands import change_key
from inventory.notary.jobs import seal
from inventory.notary.offline import Held, Misfit, Unfit, check
from inventory.notary.outside import name_of
from inventory.notary.queries import certificate_of
from inventory.notary.rules import NoHeadYet
from inventory.notary.signing import draft_key, signer_at
from inventory.warehouses.models import Place
from tests.inventory.forgeries import AT, FORGERIES, Made, certificate, entry, signed_anew
from tests.make.inventory import make_asset
from tests.make.lone import lone_database
from tests.make.organisation import People


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("offline")
    with lone_database(folder / "db") as database:
        yield Made(database, folder)


@pytest.fixture
def folder(made: Made, tmp_path: Path) -> Path:
    """A certificate to be forged."""
    return copytree(made.folder / "holds", tmp_path / "certificate")


def test_a_certificate_holds_and_says_what_it_proves(made: Made, folder: Path) -> None:
    found = check(folder)
    assert isinstance(found, Held)
    assert (found.asset, found.entries, found.covered, found.facts) == (made.ref, 3, 3, True)
    assert (found.head, found.newest_head, found.key) == (2, 2, made.signer.key_id)
    assert len(list(found.remarks(pinned=False, own_heads=False))) == 2
    own = check(folder, made.folder / "outside", folder / f"heads/key-{made.signer.key_id}.pem")
    assert own == found
    assert list(found.remarks(pinned=True, own_heads=True)) == []


def test_entries_after_the_head_are_told_to_be_newer(made: Made) -> None:
    found = check(made.folder / "newer")
    assert isinstance(found, Held)
    assert (found.entries, found.covered) == (4, 3)
    assert next(iter(found.remarks(pinned=True, own_heads=True))).startswith("Entries after 3")


@pytest.mark.parametrize("forgery", FORGERIES)
def test_every_forgery_is_named(made: Made, folder: Path, forgery: str) -> None:
    forge, where, what = FORGERIES[forgery]
    forge(folder, made)
    found = check(folder)
    assert isinstance(found, Unfit)
    assert (found.what, found.where.startswith(where)) == (what, True)


def test_a_whole_folder_of_a_forger_falls_to_the_key_as_it_was_made_known(
    made: Made, folder: Path, tmp_path: Path
) -> None:
    """Certificate, head and key all his own: it fits together, and to nothing else."""
    pinned = folder / f"heads/key-{made.signer.key_id}.pem"
    public = tmp_path / "public.pem"
    public.write_bytes(pinned.read_bytes())
    signer = signer_at(draft_key(tmp_path / "own.pem"))
    signed_anew(folder, made, signer)
    keys = json.loads((folder / "heads" / "keys.json").read_text())
    own = [{"key": signer.key_id, "public": signer.public.hex(), "since": keys[0]["since"]}]
    (folder / "heads" / "keys.json").write_text(json.dumps(own))
    certificate(lambda said: said.update(custody=None, facts=None))(folder, made)
    assert isinstance(check(folder), Held)
    assert check(folder, key=public) == Unfit(name_of(2), Misfit.FOREIGN_KEY)


def test_two_stories_of_one_day_are_found_out_by_who_kept_the_heads(
    made: Made, folder: Path, tmp_path: Path
) -> None:
    """Even the holder of the key cannot sign another head of a number unnoticed."""
    outside = copytree(made.folder / "outside", tmp_path / "outside")
    signed_anew(folder, made, made.signer)
    assert check(folder, outside) == Unfit("head 2", Misfit.TWO_HEADS)


@pytest.mark.parametrize(
    ("number", "change", "what"),
    [
        (2, ("consistency", []), Misfit.CONSISTENCY),
        (2, ("consistency", ["00" * 32]), Misfit.CONSISTENCY),
    ],
)
def test_a_row_of_heads_is_checked_link_by_link(
    made: Made, folder: Path, tmp_path: Path, number: int, change: tuple[str, Any], what: Misfit
) -> None:
    outside = copytree(made.folder / "outside", tmp_path / "outside")
    path = outside / name_of(number)
    said = json.loads(path.read_text())
    said[change[0]] = change[1]
    path.write_text(json.dumps(said))
    assert check(folder, outside) == Unfit(name_of(number), what)


def test_a_new_key_is_followed_from_the_first_one(made: Made, tmp_path: Path) -> None:
    first = tmp_path / "first.pem"
    first.write_bytes((made.folder / "holds/heads" / f"key-{made.signer.key_id}.pem").read_bytes())
    new = signer_at(draft_key(tmp_path / "new.pem"))
    with made.acting() as session:
        change_key(session, SYSTEM, new, made.signer, at=AT + timedelta(days=1, hours=1))
    seal(made.acting, new, at=AT + timedelta(days=2))
    made.hand_out("new", made.ref)
    found = check(made.folder / "new", key=first)
    assert isinstance(found, Held)
    assert (found.key, found.covered) == (new.key_id, 4)
    made.signer = new


def test_the_command_starts_at_once_and_opens_no_database(made: Made) -> None:
    """Half a second on a quiet machine; here only what would make it slow is kept out."""
    begin = time.perf_counter()
    done = _verify(made.folder / "holds", "--json")
    seconds = time.perf_counter() - begin
    assert json.loads(done.stdout)["certificate"]["asset"] == made.ref
    assert seconds < 5
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from inventory.notary import offline; import service.cli.verify;"
            "print(sorted({'sqlalchemy', 'litestar', 'psycopg', 'rich'} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == "[]"


def test_the_command_ends_with_one_and_the_reason(folder: Path, made: Made) -> None:
    entry(0, "receiver", "B")(folder, made)
    done = _verify(folder)
    assert done.returncode == 1
    assert done.stderr.startswith("entry 1: ")


def test_only_who_sees_the_asset_gets_its_certificate(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    made = make_asset(session, people.keeper, case, at=at, place=store)
    with pytest.raises(NoHeadYet):
        certificate_of(session, people.keeper, made.reference, at=at)
    with pytest.raises(NotFound, match="There is no asset"):
        certificate_of(session, people.foreign_keeper, made.reference, at=at)


def test_statements_of_a_certificate_do_not_grow_with_its_entries(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    tmp_path: Path,
    statements: list[str],
    at: datetime,
) -> None:
    from inventory.notary.commands import seal_head  # noqa: PLC0415 - in this one test

    made = make_asset(session, people.keeper, case, at=at, place=store)
    places, counts = [store.id, shelf.id], []
    for n in (2, 20):
        for _i in range(n):
            here, there = places
            move(session, people.keeper, made.reference, Move(there, here, "x"), at=at)
            places.reverse()
        seal_head(session, SYSTEM, signer_at(tmp_path / "key.pem"), at=at)
        session.execute(text("SELECT 1"))
        statements.clear()
        found = certificate_of(session, people.keeper, made.reference, at=at)
        counts.append(len(statements))
    assert len(found.entries) == 23
    assert counts[0] == counts[1]


def _verify(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", "verify", "--offline", str(folder), *more],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KEBIEN_DATA_DIR": "/nowhere", "LANG": "C.UTF-8"},
    )
