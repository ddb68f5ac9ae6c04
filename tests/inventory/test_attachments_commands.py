"""Attaching and striking through: compared twice, told once, never removed, seen by few."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.attachments.commands import attach, attach_to_asset, withdraw
from inventory.attachments.darkroom import examine
from inventory.attachments.models import Attachment, PictureOrigin
from inventory.attachments.queries import (
    check_files,
    find_stored,
    get_attachment,
    get_origin,
    list_of,
    list_of_asset,
)
from inventory.attachments.rules import (
    Limits,
    NotAsReceived,
    OriginNotShown,
    Purpose,
    Size,
    SubjectKind,
    WithdrawnAlready,
)
from inventory.attachments.schemas import Added, Examined, NewAttachments, Subject, Withdrawal
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, NotFound
from inventory.base.storage import BlobStore
from inventory.cases.models import EnforcementCase
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.organisation import People
from tests.make.pictures import incoming, pdf, picture

Add = Callable[..., list[Added]]
INTAKE = NewAttachments(purpose=Purpose.INTAKE, note="Mặt trước")


@pytest.fixture
def files(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "files")


@pytest.fixture
def asset(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    return make_asset(session, people.keeper, case, at=at, place=store)


@pytest.fixture
def examined() -> Iterator[Callable[..., list[Examined]]]:
    opened = []

    def examined(*contents: bytes, name: str = "anh.jpg") -> list[Examined]:
        received = [incoming(content, name) for content in contents]
        opened.extend(received)
        return examine(received, Limits())

    yield examined
    for one in opened:
        one.content.close()


@pytest.fixture
def add(
    session: Session,
    people: People,
    asset: Registered,
    files: BlobStore,
    examined: Callable[..., list[Examined]],
    at: datetime,
) -> Add:
    def add(*contents: bytes, new: NewAttachments = INTAKE, name: str = "anh.jpg") -> list[Added]:
        found = examined(*contents, name=name)
        return attach_to_asset(
            session, people.keeper, asset.reference, new, found, store=files, at=at
        )

    return add


def test_several_pictures_are_attached_at_once_with_who_when_and_after_what(
    session: Session, people: People, asset: Registered, add: Add, files: BlobStore
) -> None:
    front, back = picture(gps=True), picture(colour="gold", orientation=6)
    added = add(front, back, pdf())
    found = list_of_asset(session, people.keeper, asset.id)
    assert [one.id for one in found] == [one.id for one in added]
    first, second, paper = found
    assert (first.purpose, first.note, first.name) == (Purpose.INTAKE, "Mặt trước", "anh.jpg")
    assert (first.added_by, first.custody_seq) == (people.keeper.name, 1)
    assert [one.has_origin for one in found] == [True, False, False]
    assert (second.width, second.height) == (600, 800)
    assert (paper.is_picture, paper.is_misnamed) == (False, True)
    assert [files.get(one.sha256) for one in found] == [front, back, pdf()]
    acts = session.scalars(
        select(AuditEntry.code).where(
            AuditEntry.subject_id == asset.id, AuditEntry.code.like("attachments.%")
        )
    ).all()
    assert acts == ["attachments.file.attached"] * 3


def test_the_original_is_kept_to_the_byte(session: Session, add: Add, files: BlobStore) -> None:
    content = picture(gps=True, orientation=8)
    (added,) = add(content)
    stored = find_stored(session, SYSTEM, added.id, Size.ORIGINAL)
    assert files.get(stored.sha256) == content
    assert find_stored(session, SYSTEM, added.id, Size.LARGE).media_type == "image/jpeg"


def test_the_same_picture_sent_again_is_there_already(session: Session, add: Add) -> None:
    (first,) = add(picture())
    (again,) = add(picture())
    assert again == Added(first.id, "anh.jpg", first.sha256, known=True)
    (elsewhere,) = add(picture(), new=NewAttachments(purpose=Purpose.RELEASE))
    assert not elsewhere.known
    assert session.scalar(select(func.count()).select_from(Attachment)) == 2


def test_a_wrong_picture_is_struck_through_and_stays(
    session: Session, people: People, asset: Registered, add: Add, at: datetime
) -> None:
    (added,) = add(picture())
    gone = withdraw(session, people.head, added.id, Withdrawal("Chụp nhầm xe khác"), at=at)
    assert (gone.withdrawn_by, gone.withdrawal) == (people.head.name, "Chụp nhầm xe khác")
    assert [one.id for one in list_of_asset(session, people.keeper, asset.id)] == [added.id]
    with pytest.raises(WithdrawnAlready):
        withdraw(session, people.head, added.id, Withdrawal("Lần nữa"), at=at)
    (again,) = add(picture())
    assert (again.known, again.id != added.id) == (False, True)
    withdraw(session, people.keeper, again.id, Withdrawal("Vẫn nhầm"), at=at)
    assert [one.known for one in add(picture()) + add(picture())] == [False, True]


@pytest.mark.parametrize("table", ["attachment", "picture_origin", "attachment_withdrawal"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_nothing_is_ever_changed_or_removed(
    session: Session, people: People, add: Add, at: datetime, table: str, act: str
) -> None:
    (added,) = add(picture(gps=True))
    withdraw(session, people.keeper, added.id, Withdrawal("Chụp nhầm"), at=at)
    column = "id" if table == "attachment" else "attachment_id"
    with pytest.raises(DBAPIError, match=r"permission denied|append-only"), session.begin_nested():
        session.execute(text(act.format(table, column, column)))


def test_what_was_stored_is_compared_with_what_was_received(
    session: Session,
    people: People,
    asset: Registered,
    files: BlobStore,
    examined: Callable[..., list[Examined]],
    at: datetime,
) -> None:
    (found,) = examined(picture())
    found.incoming.content.seek(100)
    found.incoming.content.write(b"changed on the way")
    found.incoming.content.flush()
    with pytest.raises(NotAsReceived):
        attach_to_asset(
            session, people.keeper, asset.reference, INTAKE, [found], store=files, at=at
        )
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_a_store_that_loses_what_it_was_given_is_found_out(
    session: Session,
    people: People,
    asset: Registered,
    files: BlobStore,
    examined: Callable[..., list[Examined]],
    at: datetime,
) -> None:
    class Careless(BlobStore):
        def check(self, digest: str) -> int:
            return super().check(digest) - 1

    with pytest.raises(NotAsReceived):
        attach_to_asset(
            session,
            people.keeper,
            asset.reference,
            INTAKE,
            examined(picture()),
            store=Careless(files.shelf),
            at=at,
        )


def test_where_a_picture_was_taken_is_told_to_few(
    session: Session, people: People, add: Add, become: Callable[[Actor], Actor]
) -> None:
    (added,) = add(picture(gps=True))
    for who in (people.keeper, people.officer, people.accountant):
        become(who)
        with pytest.raises(Forbidden):
            get_origin(session, who, added.id)
        with pytest.raises(OriginNotShown):
            find_stored(session, who, added.id, Size.ORIGINAL)
        assert find_stored(session, who, added.id, Size.LARGE)
    for who in (people.head, people.inspector):
        become(who)
        origin = get_origin(session, who, added.id)
        assert origin is not None
        assert origin.camera == "Acme Phone 9"
        assert find_stored(session, who, added.id, Size.ORIGINAL)


def test_a_paper_is_read_by_all_who_see_the_asset(
    session: Session, people: People, add: Add, become: Callable[[Actor], Actor]
) -> None:
    (added,) = add(pdf(), name="bien ban.jpg")
    become(people.keeper)
    stored = find_stored(session, people.keeper, added.id, Size.ORIGINAL)
    assert (stored.media_type, stored.name) == ("application/pdf", "bien ban.jpg.pdf")
    with pytest.raises(NotFound):
        find_stored(session, people.keeper, added.id, Size.SMALL)


def test_another_office_sees_adds_and_strikes_nothing(
    session: Session,
    people: People,
    asset: Registered,
    add: Add,
    files: BlobStore,
    examined: Callable[..., list[Examined]],
    become: Callable[[Actor], Actor],
    at: datetime,
) -> None:
    (added,) = add(picture(gps=True))
    found = examined(picture(colour="green"))
    stranger = become(people.foreign_keeper)
    everywhere = replace(stranger, sees_all=True, permissions=people.head.permissions)
    for actor in (stranger, everywhere):  # in code, and where the code is fooled, in the database
        assert list_of_asset(session, actor, asset.id) == []
        for read in (
            lambda who: get_attachment(session, who, added.id),
            lambda who: find_stored(session, who, added.id, Size.SMALL),
            lambda who: attach_to_asset(
                session,
                replace(who, permissions=people.keeper.permissions),
                asset.reference,
                INTAKE,
                found,
                store=files,
                at=at,
            ),
            lambda who: withdraw(
                session,
                replace(who, permissions=people.keeper.permissions),
                added.id,
                Withdrawal("Xóa dấu vết"),
                at=at,
            ),
        ):
            with pytest.raises(NotFound):
                read(actor)
    assert session.scalar(select(func.count()).select_from(PictureOrigin)) == 0


def test_files_of_other_things_belong_to_their_office(
    session: Session,
    people: People,
    files: BlobStore,
    examined: Callable[..., list[Examined]],
    become: Callable[[Actor], Actor],
    at: datetime,
) -> None:
    order = Subject(SubjectKind.ORDER, 77, people.office.id, "LXK-77")
    become(people.keeper)
    attach(session, people.keeper, order, INTAKE, examined(pdf()), store=files, at=at)
    assert len(list_of(session, people.keeper, SubjectKind.ORDER, 77)) == 1
    become(people.foreign_keeper)
    fooled = replace(people.foreign_keeper, sees_all=True)
    assert list_of(session, fooled, SubjectKind.ORDER, 77) == []


@pytest.mark.parametrize("who", ["head", "inspector", "accountant", "administrator"])
def test_only_who_keeps_or_seizes_adds_pictures(
    session: Session,
    people: People,
    asset: Registered,
    files: BlobStore,
    examined: Callable[..., list[Examined]],
    at: datetime,
    who: str,
) -> None:
    with pytest.raises(Forbidden):
        attach_to_asset(
            session,
            getattr(people, who),
            asset.reference,
            INTAKE,
            examined(pdf()),
            store=files,
            at=at,
        )


def test_the_list_of_an_asset_is_one_statement_however_many_there_are(
    session: Session, people: People, asset: Registered, add: Add, statements: list[str]
) -> None:
    add(*(picture(colour=colour) for colour in ("red", "green", "blue", "black")))
    statements.clear()
    assert len(list_of_asset(session, people.keeper, asset.id)) == 4
    assert len(statements) == 1


def test_the_check_names_the_first_file_that_is_lost_or_changed(
    session: Session, add: Add, files: BlobStore, tmp_path: Path
) -> None:
    first, second = add(picture(), pdf())
    for every in (True, False):
        assert check_files(session, files, every=every).checked == 4
        assert check_files(session, files, every=every).fault is None
    path = next(p for p in tmp_path.rglob(first.sha256))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    for every in (True, False):
        told = check_files(session, files, every=every).fault
        assert told is not None
        assert told.startswith(f"attachment {first.id}:")
    path.write_bytes(whole)
    next(p for p in tmp_path.rglob(second.sha256)).unlink()
    lost = check_files(session, files, every=True)
    assert (lost.checked, lost.fault) == (
        4,
        f"attachment {second.id}: The file is not in the store.",
    )
