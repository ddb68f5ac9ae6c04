"""Reading attachments: who sees the asset sees its pictures, few see where they were taken."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.attachments.models import Attachment, AttachmentWithdrawal, PictureOrigin
from inventory.attachments.rules import (
    PICTURES,
    PREVIEW,
    Kind,
    OriginNotShown,
    Purpose,
    Size,
    SubjectKind,
    name_to_keep,
)
from inventory.attachments.schemas import AttachmentOut, FilesChecked, Origin, Stored
from inventory.base.actor import Actor
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.base.storage import BlobStore

ORIGINS = "origins.read"
"""Permission to see what pictures tell of their taking, and their originals, which tell it too."""

_SAMPLE = 200

_a, _w = Attachment, AttachmentWithdrawal
_COLUMNS = (
    _a.id,
    _a.subject_kind,
    Asset.reference,
    _a.purpose,
    _a.media_type,
    _a.name,
    _a.note,
    _a.size,
    _a.sha256,
    _a.width,
    _a.height,
    _a.custody_seq,
    _a.added_at,
    _a.added_by_name,
    PictureOrigin.attachment_id.is_not(None),
    _w.at,
    _w.by_name,
    _w.reason,
)


def visible_attachments(actor: Actor) -> Select[Attachment]:
    """Attachments of assets in the actor's sight; of his offices, where they concern no asset."""
    return select(_a).outerjoin(Asset, Asset.id == _a.asset_id).where(_seen(actor))


def list_of_asset(session: Session, actor: Actor, asset_id: int) -> list[AttachmentOut]:
    """All of an asset, of its seals and orders too, in the order they came; withdrawn ones stay."""
    chosen = _told(actor).where(_a.asset_id == asset_id)
    return [_out(row) for row in session.execute(chosen.order_by(_a.id))]


def list_of(
    session: Session, actor: Actor, kind: SubjectKind, subject_id: int
) -> list[AttachmentOut]:
    """Those of one subject, in the order they came."""
    chosen = _told(actor).where(_a.subject_kind == kind, _a.subject_id == subject_id)
    return [_out(row) for row in session.execute(chosen.order_by(_a.id))]


def list_of_many(
    session: Session, actor: Actor, kind: SubjectKind, subject_ids: Sequence[int]
) -> dict[int, list[AttachmentOut]]:
    """Those of several subjects by their ids, in one statement, in the order they came."""
    chosen = _told(actor).add_columns(_a.subject_id)
    chosen = chosen.where(_a.subject_kind == kind, _a.subject_id.in_(subject_ids))
    found: dict[int, list[AttachmentOut]] = {}
    for row in session.execute(chosen.order_by(_a.id)):
        found.setdefault(row[-1], []).append(_out(row))
    return found


def get_attachment(session: Session, actor: Actor, attachment_id: int) -> AttachmentOut:
    """One picture or file.

    Raises NotFound.
    """
    row = session.execute(_told(actor).where(_a.id == attachment_id)).first()
    if row is None:
        raise _unknown()
    return _out(row)


def get_origin(session: Session, actor: Actor, attachment_id: int) -> Origin | None:
    """What a picture tells of its taking; None where it tells nothing.

    Raises Forbidden, NotFound.
    """
    actor.require(ORIGINS)
    get_attachment(session, actor, attachment_id)
    o = PictureOrigin
    row = session.execute(
        select(o.taken_at, o.camera, o.latitude, o.longitude, o.tags).where(
            o.attachment_id == attachment_id
        )
    ).first()
    return Origin(*row) if row else None


def find_stored(session: Session, actor: Actor, attachment_id: int, size: Size) -> Stored:
    """Which content to send for an attachment in a size, and as what.

    Pictures are shown in copies that tell nothing else; the original is for those who may see
    where and when it was taken. Raises NotFound, OriginNotShown.
    """
    row = session.execute(
        visible_attachments(actor)
        .with_only_columns(_a.media_type, _a.name, _a.sha256, _a.small_sha256, _a.large_sha256)
        .where(_a.id == attachment_id)
    ).first()
    if row is None:
        raise _unknown()
    kind = Kind(row.media_type)
    name = name_to_keep(row.name, kind)
    if size is Size.ORIGINAL:
        if kind in PICTURES and not actor.may(ORIGINS):
            raise OriginNotShown(_("The original also tells where and when it was taken."))
        return Stored(row.sha256, kind, name)
    digest = row.small_sha256 if size is Size.SMALL else row.large_sha256
    if digest is None:
        raise NotFound(_("This file has no preview."))
    return Stored(digest, PREVIEW, name)


def check_files(session: Session, files: BlobStore, *, every: bool = False) -> FilesChecked:
    """Compare stored files with the hashes of their attachments: all, or a random few and the last.

    Pictures are compared with both of their smaller copies as well.
    """
    statement = select(_a.id, _a.sha256, _a.small_sha256, _a.large_sha256)
    if not every:
        newest = select(_a.id).order_by(_a.id.desc()).limit(_SAMPLE)
        some = select(_a.id).order_by(func.random()).limit(_SAMPLE)
        statement = statement.where(or_(_a.id.in_(newest), _a.id.in_(some)))
    checked = 0
    rows = session.execute(statement.order_by(_a.id).execution_options(yield_per=500))
    with closing(rows):
        for attachment_id, *digests in rows:
            for digest in filter(None, digests):
                checked += 1
                try:
                    files.check(digest)
                except DomainError as error:
                    return FilesChecked(checked, f"attachment {attachment_id}: {error}")
    return FilesChecked(checked, None)


def _seen(actor: Actor) -> ColumnElement[bool]:
    return or_(
        and_(_a.asset_id.is_not(None), in_sight(Asset.office_id, actor)),
        and_(_a.asset_id.is_(None), in_sight(_a.office_id, actor)),
    )


def _told(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        visible_attachments(actor)
        .with_only_columns(*_COLUMNS)
        .outerjoin(_w, _w.attachment_id == _a.id)
        .outerjoin(PictureOrigin, PictureOrigin.attachment_id == _a.id)
    )


def _out(row: Any) -> AttachmentOut:
    return AttachmentOut(
        id=row[0],
        subject_kind=SubjectKind(row[1]),
        asset=row[2],
        purpose=Purpose(row[3]),
        kind=Kind(row[4]),
        name=row[5],
        note=row[6],
        size=row[7],
        sha256=row[8],
        width=row[9],
        height=row[10],
        custody_seq=row[11],
        added_at=row[12],
        added_by=row[13],
        has_origin=row[14],
        withdrawn_at=row[15],
        withdrawn_by=row[16],
        withdrawal=row[17],
    )


def _unknown() -> NotFound:
    return NotFound(_("There is no such picture or file."))
