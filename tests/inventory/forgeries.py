"""A certificate in a folder, and every way in which somebody may forge it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from inventory.base.actor import SYSTEM
from inventory.custody.commands import move
from inventory.custody.rules import Entry, entry_hash
from inventory.custody.schemas import Move
from inventory.notary.jobs import export, seal
from inventory.notary.offline import Misfit
from inventory.notary.outside import name_of
from inventory.notary.queries import certificate_of
from inventory.notary.rules import Head, read_head
from inventory.notary.signing import Signer, draft_key, signer_at
from inventory.notary.writing import bundle_of, write_bundle
from service.database import Database, act_as
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.organisation import make_people

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
