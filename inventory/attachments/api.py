"""Pictures and files over REST."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody
from sqlalchemy.orm import Session

from inventory.assets.queries import get_asset
from inventory.attachments import commands, queries
from inventory.attachments.darkroom import examine
from inventory.attachments.handing import file_answer, incoming_files
from inventory.attachments.rules import Limits, Size
from inventory.attachments.schemas import (
    Added,
    AttachmentOut,
    NewAttachments,
    Origin,
    Withdrawal,
)
from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from inventory.base.uploads import received, texts_in
from inventory.base.web import decode_form

AnyRequest = Request[Any, Any, Any]


class Upload(msgspec.Struct):
    """A form with files: ``files`` as often as there are files, what they show, and a remark."""

    files: list[UploadFile]
    purpose: str
    note: str | None = None


class AttachmentApi(Controller):
    """Pictures and files of assets."""

    path = "/api/v1"
    tags = ("Pictures and files",)

    @get("/assets/{reference:str}/attachments", permission="attachments.read", sync_to_thread=False)
    def list_of_asset(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[AttachmentOut]:
        """All pictures and files of an asset, withdrawn ones too, in the order they came."""
        asset = get_asset(session, actor, reference)
        return queries.list_of_asset(session, actor, asset.id)

    @post(
        "/assets/{reference:str}/attachments",
        permission="attachments.add",
        upload=True,
        request_max_body_size=None,
        sync_to_thread=False,
    )
    def attach(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        *,
        limits: NamedDependency[Limits],
        reference: FromPath[str],
        data: MultipartBody[Upload],  # noqa: ARG002 - says in the interface what is sent
    ) -> list[Added]:
        """Attach one or more files; all are taken, or none is and each fault is named."""
        form = received(request)
        new = decode_form(NewAttachments, texts_in(form))
        examined = examine(incoming_files(form), limits)
        return commands.attach_to_asset(
            session, actor, reference, new, examined, store=files, at=at
        )

    @get("/attachments/{attachment_id:int}", permission="attachments.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        attachment_id: FromPath[int],
    ) -> AttachmentOut:
        """What is known of a picture or file."""
        return queries.get_attachment(session, actor, attachment_id)

    @get(
        "/attachments/{attachment_id:int}/content",
        permission="attachments.read",
        media_type="application/octet-stream",
        sync_to_thread=False,
    )
    def content(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        files: NamedDependency[BlobStore],
        attachment_id: FromPath[int],
        *,
        size: FromQuery[Size] = Size.ORIGINAL,
    ) -> Response[Any]:
        """The file itself, or a picture in a smaller size that tells nothing else."""
        stored = queries.find_stored(session, actor, attachment_id, size)
        return file_answer(request, files, stored)

    @get("/attachments/{attachment_id:int}/origin", permission="origins.read", sync_to_thread=False)
    def origin(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        attachment_id: FromPath[int],
    ) -> Origin:
        """What a picture tells of how, when and where it was taken."""
        return queries.get_origin(session, actor, attachment_id) or Origin()

    @post(
        "/attachments/{attachment_id:int}/withdrawal",
        permission="attachments.withdraw",
        sync_to_thread=False,
    )
    def withdraw(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        attachment_id: FromPath[int],
        data: JSONBody[Withdrawal],
    ) -> AttachmentOut:
        """Strike a picture or file through; it stays."""
        return commands.withdraw(session, actor, attachment_id, data, at=at)
