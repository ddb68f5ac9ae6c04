"""Signed heads: what they cover, that each goes on from the last; forgers are found out."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move
from inventory.custody.schemas import Move
from inventory.notary import queries
from inventory.notary.checking import check_log
from inventory.notary.commands import change_key, seal_head
from inventory.notary.jobs import due_heads, export, seal
from inventory.notary.models import NotaryLeaf
from inventory.notary.outside import name_of, numbered
from inventory.notary.rules import (
    NO_HEAD,
    Covered,
    KeyChanged,
    KeyTooOpen,
    KeyUnreadable,
    Leaf,
    OutsideDiffers,
    facts_hash,
    read_head,
)
from inventory.notary.signing import Signer, draft_key, fits, signer_at
from inventory.warehouses.models import Place
from service.database import Database, act_as, owner_engine
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.lone import lone_database
from tests.make.organisation import People, make_people

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return signer_at(tmp_path / "notary" / "key.pem")


def test_a_head_covers_chains_and_descriptions_and_the_next_one_only_what_is_new(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    signer: Signer,
    at: datetime,
) -> None:
    made = [make_asset(session, people.keeper, case, at=at, place=store) for _i in range(3)]
    make_asset(session, people.keeper, case, at=at)
    first = seal_head(session, SYSTEM, signer, at=at)
    assert _kinds(session) == {"custody": 3, "asset": 4}
    assert (first.number, first.size, first.previous) == (1, 7, NO_HEAD)
    move(session, people.keeper, made[0].reference, Move(shelf.id, store.id, "x"), at=at)
    second = seal_head(session, SYSTEM, signer, at=at)
    assert (second.size, second.previous) == (8, first.digest())
    third = seal_head(session, SYSTEM, signer, at=at)
    assert (third.size, third.root) == (second.size, second.root)
    assert check_log(session).fault is None


def test_the_acts_of_the_audit_ledger_are_covered_up_to_a_number(
    session: Session, people: People, case: EnforcementCase, signer: Signer, at: datetime
) -> None:
    until = session.execute(text("SELECT max(id) FROM audit_entry")).scalar_one()
    acts = session.execute(text("SELECT count(*) FROM audit_entry")).scalar_one()
    seal_head(session, SYSTEM, signer, audit_until=until, at=at)
    seal_head(session, SYSTEM, signer, audit_until=until, at=at)
    leaf = session.execute(
        select(NotaryLeaf.subject_id, NotaryLeaf.seq).where(NotaryLeaf.kind == Covered.AUDIT)
    ).one()
    assert leaf == (until, acts)
    assert check_log(session).fault is None


def test_database_and_program_hash_a_description_alike(
    session: Session, people: People, case: EnforcementCase, signer: Signer, at: datetime
) -> None:
    made = make_asset(session, people.keeper, case, at=at, description="Đồng hồ 10:30 – cũ")
    seal_head(session, SYSTEM, signer, at=at)
    facts = queries.certificate_of(session, SYSTEM, made.reference, at=at).asset
    stored = session.execute(
        select(NotaryLeaf.content).where(
            NotaryLeaf.kind == Covered.ASSET, NotaryLeaf.subject_id == made.id
        )
    ).scalar_one()
    assert stored == facts_hash(facts.values())


def test_a_head_is_a_text_that_openssl_could_check(
    session: Session, signer: Signer, at: datetime
) -> None:
    head = seal_head(session, SYSTEM, signer, at=at)
    out = queries.get_head(session, head.number)
    assert read_head(out.statement.encode()) == head
    assert fits(signer.public, bytes.fromhex(out.signature), out.statement.encode())
    with pytest.raises(ValueError, match="not the statement"):
        read_head(out.statement.replace("number: 1", "number: 01").encode())


def test_statements_do_not_grow_with_what_is_covered(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    signer: Signer,
    at: datetime,
    statements: list[str],
) -> None:
    counts = []
    for n in (1, 12):
        for _i in range(n):
            make_asset(session, people.keeper, case, at=at, place=store)
        session.flush()
        statements.clear()
        seal_head(session, SYSTEM, signer, at=at)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2  # the second reads the head and the edge before it


def test_nobody_but_the_program_signs(
    session: Session, people: People, signer: Signer, at: datetime
) -> None:
    with pytest.raises(Forbidden):
        seal_head(session, people.head, signer, at=at)


def test_today_s_head_is_due_once(session: Session, signer: Signer, at: datetime) -> None:
    assert due_heads(session, at) == ["2026-11-23"]
    seal_head(session, SYSTEM, signer, at=at)
    assert due_heads(session, at) == []
    assert due_heads(session, at + timedelta(days=1)) == ["2026-11-24"]


def test_a_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key.pem"
    one, two = signer_at(path), signer_at(path)
    assert one.key_id == two.key_id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o640)
    with pytest.raises(KeyTooOpen):
        signer_at(path)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(KeyUnreadable):
        signer_at(path)


def test_another_key_is_refused_until_the_old_one_vouches_for_it(
    session: Session, signer: Signer, tmp_path: Path, at: datetime
) -> None:
    seal_head(session, SYSTEM, signer, at=at)
    new = signer_at(draft_key(tmp_path / "new.pem"))
    with pytest.raises(KeyChanged):
        seal_head(session, SYSTEM, new, at=at)
    with pytest.raises(KeyChanged):
        change_key(session, SYSTEM, new, new, at=at)
    change_key(session, SYSTEM, new, signer, at=at + timedelta(hours=1))
    with pytest.raises(KeyChanged):
        seal_head(session, SYSTEM, signer, at=at)
    seal_head(session, SYSTEM, new, at=at + timedelta(hours=2))
    assert check_log(session).fault is None
    keys = queries.list_keys(session)
    assert [key.key for key in keys] == [signer.key_id, new.key_id]
    assert keys[1].endorsement is not None


@pytest.mark.parametrize("table", ["notary_key", "notary_leaf", "notary_node", "notary_head"])
def test_nothing_of_it_is_changed_or_removed(
    session: Session, signer: Signer, table: str, at: datetime
) -> None:
    seal_head(session, SYSTEM, signer, at=at)
    for act in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(act))


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of its own with three heads over six assets."""
    folder = tmp_path_factory.mktemp("heads")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, AT)
            case = make_case(session, people.officer, at=AT)
            store = make_place(session, people.keeper, at=AT)
        for day in range(3):
            with database.transaction(SYSTEM) as session:
                for _i in range(2):
                    make_asset(session, people.keeper, case, at=AT, place=store.id)
            signer = signer_at(folder / "notary" / "key.pem")
            seal(partial(database.transaction, SYSTEM), signer, at=AT + timedelta(days=day))
        yield database


@pytest.fixture
def forger(lone: Database) -> Iterator[Session]:
    """A session of the database's owner with every trigger and foreign key switched off."""
    engine = owner_engine(lone.settings)
    with engine.connect() as connection, sessionmaker(connection)() as session:
        act_as(session, SYSTEM)
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session
        session.rollback()
    engine.dispose()


REHASH = (
    "UPDATE custody_entry e SET hash = kebien_custody_hash(e);"
    "UPDATE holding h SET hash = e.hash FROM custody_entry e WHERE e.asset_id = h.asset_id"
)
FORGERIES = {
    "a whole chain written anew, every hash right": (
        f"UPDATE custody_entry SET giver = 'B' WHERE asset_id = 2;{REHASH}",
        "TS-0000002-",
    ),
    "the leaves changed along with it": (
        f"UPDATE custody_entry SET giver = 'B' WHERE asset_id = 2;{REHASH};"
        "UPDATE notary_leaf l SET content = e.hash FROM custody_entry e"
        " WHERE l.kind = 'custody' AND l.subject_id = e.asset_id",
        "head 1: its root",
    ),
    "an entry taken away": ("DELETE FROM custody_entry WHERE asset_id = 3", "TS-0000003-"),
    "another description": ("UPDATE asset SET description = 'x' WHERE id = 1", "TS-0000001-"),
    "an act taken out of the audit ledger": (
        "DELETE FROM audit_entry WHERE id = (SELECT min(id) FROM audit_entry)",
        "the audit ledger between 1 and",
    ),
    "an act changed": (
        "UPDATE audit_entry SET data = '{}' WHERE id = (SELECT min(id) FROM audit_entry)",
        "the audit ledger between 1 and",
    ),
    "a leaf taken away": ('DELETE FROM notary_leaf WHERE "index" = 1', "leaf 1 "),
    "a leaf added": (
        "INSERT INTO notary_leaf SELECT max(\"index\") + 1, 'custody', 99, 1, sha256('x')"
        " FROM notary_leaf",
        "leaf ",
    ),
    "a root changed": ("UPDATE notary_head SET root = sha256('x') WHERE number = 2", "head 2"),
    "a day changed": ("UPDATE notary_head SET day_on = day_on - 1 WHERE number = 1", "head 1"),
    "a signature changed": (
        "UPDATE notary_head SET signature = sha256('x') || sha256('y') WHERE number = 3",
        "head 3: its signature",
    ),
    "the last head taken away": ("DELETE FROM notary_head WHERE number = 3", "leaf "),
    "a head in the middle taken away": ("DELETE FROM notary_head WHERE number = 2", "head 3"),
    "a key changed": ("UPDATE notary_key SET public_key = sha256('x')", "key "),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forger_who_owns_the_database_is_named(forger: Session, forgery: str) -> None:
    assert check_log(forger).fault is None
    statements, told = FORGERIES[forgery]
    for statement in statements.split(";"):
        forger.execute(text(statement))
    fault = check_log(forger).fault
    assert fault is not None
    assert fault.startswith(told)


def test_heads_go_outside_once_and_are_compared_ever_after(lone: Database, tmp_path: Path) -> None:
    reading = partial(lone.transaction, SYSTEM, read_only=True)
    one, two = tmp_path / "procuracy", tmp_path / "ministry"
    assert (export(reading, one), export(reading, two), export(reading, one)) == (3, 3, 0)
    assert [number for number, _path in numbered(one)] == [1, 2, 3]
    (two / name_of(2)).unlink()
    assert export(reading, two) == 1
    assert (one / name_of(2)).read_bytes() == (two / name_of(2)).read_bytes()
    (two / name_of(2)).write_text("{}")
    with pytest.raises(OutsideDiffers):
        export(reading, two)


def test_a_database_put_back_to_an_earlier_day_is_found_out_outside(
    lone: Database, tmp_path: Path
) -> None:
    export(partial(lone.transaction, SYSTEM, read_only=True), tmp_path)
    (tmp_path / name_of(3)).rename(tmp_path / name_of(4))
    with pytest.raises(OutsideDiffers):
        export(partial(lone.transaction, SYSTEM, read_only=True), tmp_path)


def test_a_leaf_is_its_kind_its_subject_its_number_and_its_content() -> None:
    leaf = Leaf("custody", 5, 12, bytes(32))
    assert leaf.encoded() == b"7:custody1:52:1264:" + b"0" * 64


def _kinds(session: Session) -> dict[str, int]:
    rows = session.execute(select(NotaryLeaf.kind, func.count()).group_by(NotaryLeaf.kind))
    return {kind: n for kind, n in rows if kind != Covered.AUDIT}
