"""Attaching pictures and files, and striking through what is wrong; nothing is ever removed."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.queries import lock_asset
from inventory.attachments.models import Attachment, AttachmentWithdrawal, PictureOrigin
from inventory.attachments.queries import get_attachment, visible_attachments
from inventory.attachments.rules import (
    LONGEST_NAME,
    NotAsReceived,
    SubjectKind,
    WithdrawnAlready,
)
from inventory.attachments.schemas import (
    Added,
    AttachmentOut,
    Examined,
    NewAttachments,
    Preview,
    Subject,
    Withdrawal,
)
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.said import tidy
from inventory.base.storage import BlobStore, Kept
from inventory.custody.models import Holding


def attach_to_asset(
    session: Session,
    actor: Actor,
    reference: str,
    new: NewAttachments,
    files: Sequence[Examined],
    *,
    store: BlobStore,
    at: datetime,
) -> list[Added]:
    """Attach received files to an asset, with the number of its last custody entry.

    Who sends the same picture again is told that it is there. The contents are compared with what
    was received after they were stored. Raises NotFound, NotAsReceived, Unavailable.
    """
    actor.require("attachments.add")
    asset = lock_asset(session, actor, reference)
    subject = Subject(SubjectKind.ASSET, asset.id, asset.office_id, asset.reference, asset.id)
    return attach(session, actor, subject, new, files, store=store, at=at)


def attach(
    session: Session,
    actor: Actor,
    subject: Subject,
    new: NewAttachments,
    files: Sequence[Examined],
    *,
    store: BlobStore,
    at: datetime,
) -> list[Added]:
    """Attach received files to a subject that the caller has found and locked.

    Raises NotAsReceived, Unavailable.
    """
    actor.require("attachments.add")
    seq = None
    if subject.asset_id is not None:
        seq = session.scalar(select(Holding.seq).where(Holding.asset_id == subject.asset_id))
    return [
        _attach_one(session, actor, subject, new, file, store=store, seq=seq, at=at)
        for file in files
    ]


def withdraw(
    session: Session, actor: Actor, attachment_id: int, said: Withdrawal, *, at: datetime
) -> AttachmentOut:
    """Strike a picture or file through, for a reason; it stays, and so does who added it.

    Raises NotFound, WithdrawnAlready.
    """
    actor.require("attachments.withdraw")
    attachment = session.scalar(visible_attachments(actor).where(Attachment.id == attachment_id))
    if attachment is None:
        raise NotFound(_("There is no such picture or file."))
    gone = WithdrawnAlready(_("It was withdrawn already."), field="reason")
    with refused_by(session, "pk_attachment_withdrawal", gone):
        session.add(
            AttachmentWithdrawal(
                attachment_id=attachment_id,
                reason=said.reason,
                at=at,
                by_id=actor.staff_id,
                by_name=actor.name,
            )
        )
    out = get_attachment(session, actor, attachment_id)
    data = {"attachment": attachment_id, "sha256": out.sha256, "reason": said.reason}
    audit.record(session, actor, Act.FILE_WITHDRAWN, _audited(attachment, out.asset), data, at=at)
    return out


def _attach_one(
    session: Session,
    actor: Actor,
    subject: Subject,
    new: NewAttachments,
    file: Examined,
    *,
    store: BlobStore,
    seq: int | None,
    at: datetime,
) -> Added:
    incoming, picture = file.incoming, file.picture
    known, turn = _known(session, subject, new, incoming.sha256)
    if known is not None:
        return Added(known, incoming.name, incoming.sha256, known=True)
    incoming.content.seek(0)
    kept = store.keep(incoming.content)
    _compare(store, kept, Kept(incoming.sha256, incoming.size))
    attachment = Attachment(
        subject_kind=subject.kind.value,
        subject_id=subject.id,
        asset_id=subject.asset_id,
        office_id=subject.office_id,
        purpose=new.purpose.value,
        name=tidy(incoming.name)[-LONGEST_NAME:] or "?",
        note=new.note,
        media_type=file.kind.value,
        sha256=kept.sha256,
        size=kept.size,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        small_sha256=_keep(store, picture.small) if picture else None,
        large_sha256=_keep(store, picture.large) if picture else None,
        custody_seq=seq,
        turn=turn,
        added_at=at,
        added_by_id=actor.staff_id,
        added_by_name=actor.name,
    )
    session.add(attachment)
    session.flush()
    if picture and picture.origin:
        facts = msgspec.structs.asdict(picture.origin)
        session.add(PictureOrigin(attachment_id=attachment.id, **facts))
        session.flush()
    data = {"attachment": attachment.id, "sha256": kept.sha256, "purpose": new.purpose.value}
    about = _audited(attachment, subject.ref)
    audit.record(session, actor, Act.FILE_ATTACHED, about, data, at=at)
    return Added(attachment.id, incoming.name, kept.sha256, known=False)


def _known(
    session: Session, subject: Subject, new: NewAttachments, sha256: str
) -> tuple[int | None, int]:
    """The same content that is there and not withdrawn, and how often it was there before."""
    a, w = Attachment, AttachmentWithdrawal
    standing = func.max(a.id).filter(w.attachment_id.is_(None))
    row = session.execute(
        select(standing, func.count())
        .select_from(a)
        .outerjoin(w, w.attachment_id == a.id)
        .where(
            a.subject_kind == subject.kind.value,
            a.subject_id == subject.id,
            a.purpose == new.purpose.value,
            a.sha256 == sha256,
        )
    ).one()
    return row[0], row[1]


def _keep(store: BlobStore, preview: Preview) -> str:
    return store.keep(BytesIO(preview.content)).sha256


def _compare(store: BlobStore, kept: Kept, received: Kept) -> None:
    """The content is what was received, when it is stored and when it is read again.

    Raises NotAsReceived.
    """
    if kept != received or store.check(kept.sha256) != received.size:
        raise NotAsReceived(_("What was stored is not what was received; send it again."))


def _audited(attachment: Attachment, ref: str | None) -> audit.Subject:
    """Acts on files of an asset are told with the asset's."""
    if attachment.asset_id is not None:
        return audit.Subject("asset", attachment.asset_id, ref or "", attachment.office_id)
    kind = attachment.subject_kind
    return audit.Subject(kind, attachment.subject_id, ref or "", attachment.office_id)
