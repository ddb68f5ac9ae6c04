"""A certificate in a folder: it holds as it was written, and every kind of forgery is named."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from inventory.base.actor import SYSTEM
from inventory.base.errors import NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move
from inventory.custody.rules import Entry, entry_hash
from inventory.custody.schemas import Move
from inventory.notary.commands import change_key
from inventory.notary.jobs import export, seal
from inventory.notary.offline import Held, Misfit, Unfit, check
from inventory.notary.outside import name_of
from inventory.notary.queries import certificate_of
from inventory.notary.rules import Head, NoHeadYet, read_head
from inventory.notary.signing import Signer, draft_key, signer_at
from inventory.notary.writing import bundle_of, write_bundle
from inventory.warehouses.models import Place
from service.database import Database, act_as
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.lone import lone_database
from tests.make.organisation import People, make_people

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Json = dict[str, Any]


class Made:
    """A database with heads of two keys, and what was handed out of it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.signer = signer_at(folder / "key.pem")
        self.acting = partial(database.transaction, SYSTEM)
        with self.acting() as session:
            self.people = make_people(session, AT)
            self.case = make_case(session, self.people.officer, at=AT).decision_number
            store = make_place(session, self.people.keeper, at=AT)
            shelf = make_place(session, self.people.keeper, "K1-A", "Kệ A", inside=store, at=AT)
            self.store, self.shelf = store.id, shelf.id
            made = [
                make_asset(session, self.people.keeper, self.case, at=AT, place=self.store)
                for _i in range(5)
            ]
            self.ref, self.other = made[0].reference, made[1].reference
            self.step(session, self.store, self.shelf)
        seal(self.acting, self.signer, at=AT)
        with self.acting() as session:
            self.step(session, self.shelf, self.store)
        seal(self.acting, self.signer, at=AT + timedelta(days=1))
        self.hand_out("holds", self.ref)
        self.hand_out("other", self.other)
        with self.acting() as session:
            self.step(session, self.store, self.shelf)
        self.hand_out("newer", self.ref)
        export(self.acting, folder / "outside")

    def step(self, session: Session, come: int, go: int) -> None:
        with sessionmaker(session.connection())() as inner:
            act_as(inner, SYSTEM)
            move(inner, self.people.keeper, self.ref, Move(go, come, "Dọn kho"), at=AT)
            inner.commit()

    def hand_out(self, name: str, ref: str) -> None:
        with self.acting() as session:
            certificate = certificate_of(session, SYSTEM, ref, at=AT)
            write_bundle(self.folder / name, bundle_of(session, certificate))


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


def certificate(change: Callable[[Json], None]) -> Callable[[Path, Made], None]:
    """A forgery of the certificate itself."""

    def forge(folder: Path, _made: Made) -> None:
        path = folder / "certificate.json"
        said = json.loads(path.read_text())
        change(said)
        path.write_text(json.dumps(said))

    return forge


def head(change: Callable[[Json], None]) -> Callable[[Path, Made], None]:
    """A forgery of its head."""

    def forge(folder: Path, _made: Made) -> None:
        path = folder / "heads" / name_of(2)
        said = json.loads(path.read_text())
        change(said)
        path.write_text(json.dumps(said))

    return forge


def entry(number: int, field: str, value: object) -> Callable[[Path, Made], None]:
    return certificate(lambda said: said["entries"][number]["entry"].update({field: value}))


def rehash(said: Json) -> None:
    """Give every entry the hashes that go with what it now says."""
    import msgspec  # noqa: PLC0415

    previous = bytes(32)
    for one in said["entries"]:
        sealed = entry_hash(msgspec.convert(one["entry"], Entry), previous)
        one.update(previous=previous.hex(), hash=sealed.hex())
        previous = sealed


def rewritten(said: Json) -> None:
    said["entries"][1]["entry"]["reason"] = "Cho mượn"
    rehash(said)


def signed_anew(folder: Path, made: Made, signer: Signer) -> None:
    """A head over what the forger likes, signed with a key of his own."""
    path = folder / "heads" / name_of(2)
    said = json.loads(path.read_text())
    old = read_head(said["statement"].encode())
    values = {name: getattr(old, name) for name in Head.__struct_fields__}
    forged = Head(**{**values, "key_id": signer.key_id, "root": bytes(32)})
    said["statement"] = forged.statement().decode()
    said["signature"] = signer.sign(forged.statement()).hex()
    path.write_text(json.dumps(said))


def own_key(folder: Path, made: Made) -> None:
    signed_anew(folder, made, signer_at(draft_key(folder.parent / "own.pem")))


def own_key_with_a_false_word(folder: Path, made: Made) -> None:
    signer = signer_at(draft_key(folder.parent / "own.pem"))
    signed_anew(folder, made, signer)
    path = folder / "heads" / "keys.json"
    keys = json.loads(path.read_text())
    false = {"since": keys[0]["since"], "before": keys[0]["key"], "endorsement": "00" * 64}
    keys.append({"key": signer.key_id, "public": signer.public.hex(), **false})
    path.write_text(json.dumps(keys))


def other_head(folder: Path, made: Made) -> None:
    source = made.folder / "outside" / name_of(1)
    (folder / "heads" / name_of(2)).write_bytes(source.read_bytes())


def other_description(said: Json) -> None:
    said["asset"]["description"] = "Xe đạp"


def other_asset(folder: Path, made: Made) -> None:
    """The chain of another asset under this one's name."""
    said = json.loads((folder / "certificate.json").read_text())
    other = json.loads((made.folder / "other" / "certificate.json").read_text())
    other["asset"] = said["asset"]
    (folder / "certificate.json").write_text(json.dumps(other))


def dropped(said: Json) -> None:
    del said["entries"][2]


def inserted(said: Json) -> None:
    said["entries"].insert(1, said["entries"][1])


def swapped(said: Json) -> None:
    said["entries"][1], said["entries"][2] = said["entries"][2], said["entries"][1]


def covered_less(said: Json) -> None:
    said["custody"]["seq"] = 2


FORGERIES: dict[str, tuple[Callable[[Path, Made], None], str, Misfit]] = {
    "another receiver": (entry(0, "receiver", "B"), "entry 1", Misfit.CHAIN),
    "another reason": (entry(1, "reason", "Dọn  kho"), "entry 2", Misfit.CHAIN),
    "a microsecond later": (
        entry(2, "at", "2026-11-23T02:00:00.000001Z"),
        "entry 3",
        Misfit.CHAIN,
    ),
    "another person": (entry(2, "actor_name", "Z"), "entry 3", Misfit.CHAIN),
    "another kind": (entry(2, "kind", "released"), "entry 3", Misfit.CHAIN),
    "no such kind": (entry(2, "kind", "lost"), "certificate.json", Misfit.UNREADABLE),
    "an entry of another asset": (entry(1, "asset_id", 2), "entry 2", Misfit.OTHER_ASSET),
    "the last entry dropped": (certificate(dropped), "entry 3", Misfit.CUSTODY),
    "an entry twice": (certificate(inserted), "entry 2", Misfit.CHAIN),
    "two entries swapped": (certificate(swapped), "entry 3", Misfit.CHAIN),
    "the chain written anew": (certificate(rewritten), "entry 3", Misfit.CUSTODY),
    "said to be covered less": (certificate(covered_less), "entry 2", Misfit.CUSTODY),
    "another place in the tree": (
        certificate(lambda said: said["custody"].update(index=said["custody"]["index"] + 1)),
        "entry 3",
        Misfit.CUSTODY,
    ),
    "a step changed": (
        certificate(lambda said: said["custody"]["path"].__setitem__(0, "00" * 32)),
        "entry 3",
        Misfit.CUSTODY,
    ),
    "a step that is no hash": (
        certificate(lambda said: said["custody"]["path"].__setitem__(0, "x")),
        "entry 3",
        Misfit.UNREADABLE,
    ),
    "a step too many": (
        certificate(lambda said: said["custody"]["path"].append("00" * 32)),
        "entry 3",
        Misfit.CUSTODY,
    ),
    "another description": (certificate(other_description), "description", Misfit.FACTS),
    "another quantity": (
        certificate(lambda said: said["asset"].update(quantity="2.000")),
        "description",
        Misfit.FACTS,
    ),
    "a part of the description missing": (
        certificate(lambda said: said["asset"].pop("owner_name")),
        "certificate.json",
        Misfit.UNREADABLE,
    ),
    "another number": (
        certificate(lambda said: said["asset"].update(reference="TS-0000009-4")),
        "TS-0000009-4",
        Misfit.REFERENCE,
    ),
    "another asset's chain": (other_asset, "entry 1", Misfit.OTHER_ASSET),
    "a head that is not there": (
        certificate(lambda said: said.update(head=7)),
        "head 7",
        Misfit.HEAD_MISSING,
    ),
    "no certificate": (
        lambda folder, _made: (folder / "certificate.json").unlink(),
        "certificate.json",
        Misfit.UNREADABLE,
    ),
    "half a certificate": (
        lambda folder, _made: (folder / "certificate.json").write_text('{"format": "keb'),
        "certificate.json",
        Misfit.UNREADABLE,
    ),
    "another root": (
        head(lambda said: said.update(statement=said["statement"].replace("root: ", "root: 0", 1))),
        name_of(2),
        Misfit.STATEMENT,
    ),
    "another day": (
        head(lambda said: said.update(statement=said["statement"].replace("-24\n", "-23\n"))),
        name_of(2),
        Misfit.SIGNATURE,
    ),
    "another signature": (
        head(lambda said: said.update(signature="00" * 64)),
        name_of(2),
        Misfit.SIGNATURE,
    ),
    "an older head": (other_head, "head 2", Misfit.HEAD_MISSING),
    "a key of the forger": (own_key, name_of(2), Misfit.FOREIGN_KEY),
    "a false word of the old key": (own_key_with_a_false_word, "key ", Misfit.ENDORSEMENT),
    "no keys": (
        lambda folder, _made: (folder / "heads" / "keys.json").unlink(),
        "keys",
        Misfit.UNREADABLE,
    ),
}


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
