"""Pictures and files of an asset: the gallery, adding from a phone or a desk, striking through."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.attachments import commands, queries
from inventory.attachments.darkroom import examine
from inventory.attachments.handing import file_answer, incoming_files
from inventory.attachments.rules import (
    ASIDE,
    ENDINGS,
    MEGABYTE,
    MILLION,
    MOST_FILES,
    Limits,
    Purpose,
    Size,
)
from inventory.attachments.schemas import AttachmentOut, NewAttachments, Withdrawal
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.storage import BlobStore
from inventory.base.uploads import received, texts_in
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

ON_THE_ASSET = 8
"""So many pictures are shown on an asset's own page."""


class AttachmentPages(Controller):
    """Pictures and files of an asset."""

    include_in_schema = False

    @get("/assets/{reference:str}/attachments", permission="attachments.read", sync_to_thread=False)
    def gallery(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """All pictures and files of an asset; as it came beside as it left."""
        asset = get_asset(session, actor, reference)
        found = queries.list_of_asset(session, actor, asset.id)
        pairs = _pairs(found)
        compared = {one.id for pair in pairs for one in pair.rows + pair.others}
        rest = [one for one in found if one.id not in compared]
        return Template(
            "attachments/gallery.html",
            context={"asset": asset, "pairs": pairs, "groups": _groups(rest)},
        )

    @get(
        "/assets/{reference:str}/attachments/new",
        permission="attachments.add",
        sync_to_thread=False,
    )
    def add_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        limits: NamedDependency[Limits],
        reference: FromPath[str],
    ) -> Template:
        """The form for pictures and files."""
        asset = get_asset(session, actor, reference)
        usual = Purpose.IN_STORE if asset.place_id else Purpose.INTAKE
        return _add_form(request, asset, limits, typed={"purpose": usual.value})

    @post(
        "/assets/{reference:str}/attachments/new",
        permission="attachments.add",
        upload=True,
        request_max_body_size=None,
        sync_to_thread=False,
    )
    def add(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        *,
        limits: NamedDependency[Limits],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Add several pictures and files at once: all of them, or none."""
        form = received(request)
        typed = texts_in(form)
        said = {name: typed.get(name, "") for name in NewAttachments.__struct_fields__}
        try:
            new = decode_form(NewAttachments, said)
            examined = examine(incoming_files(form), limits)
            added = commands.attach_to_asset(
                session, actor, reference, new, examined, store=files, at=at
            )
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _add_form(request, asset, limits, typed=typed, error=error)
        known = all(one.known for one in added)
        notice = _("That was there already.") if known else _("The pictures and files were added.")
        return onward(request, f"/assets/{reference}/attachments", notice)

    @get("/attachments/{attachment_id:int}", permission="attachments.read", sync_to_thread=False)
    def one(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        attachment_id: FromPath[int],
    ) -> Template:
        """One picture or file with all that is known of it."""
        return _one(session, actor, attachment_id)

    @get(
        "/attachments/{attachment_id:int}/{size:str}",
        permission="attachments.read",
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
        size: FromPath[str],
    ) -> Response[Any]:
        """The file itself, or a picture in a smaller size."""
        if size not in set(Size):
            raise NotFound(_("There is no such picture or file."))
        stored = queries.find_stored(session, actor, attachment_id, Size(size))
        return file_answer(request, files, stored)

    @post(
        "/attachments/{attachment_id:int}/withdrawal",
        permission="attachments.withdraw",
        sync_to_thread=False,
    )
    def withdraw(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        attachment_id: FromPath[int],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Strike a picture or file through."""
        try:
            gone = commands.withdraw(
                session, actor, attachment_id, decode_form(Withdrawal, data), at=at
            )
        except DomainError as error:
            return _one(session, actor, attachment_id, typed=data, error=error)
        path = f"/assets/{gone.asset}/attachments" if gone.asset else f"/attachments/{gone.id}"
        return onward(request, path, _("It was struck through; it stays to be seen."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The last pictures of an asset on its page, and the way to add some."""
    if not actor.may("attachments.read"):
        return []
    own = f"/assets/{asset.reference}/attachments"
    parts: list[Part] = []
    if actor.may("attachments.add"):
        parts.append(Act(_("Add pictures"), f"{own}/new"))
    found = [a for a in queries.list_of_asset(session, actor, asset.id) if not a.withdrawn_at]
    if found:
        data = {"rows": found[-ON_THE_ASSET:][::-1], "count": len(found), "own": own}
        parts.append(Panel(_("Pictures and files"), "attachments/_panel.html", data, own))
    return parts


class Pair(msgspec.Struct, frozen=True):
    """What is compared: pictures of one act beside those of another."""

    purpose: Purpose
    rows: list[AttachmentOut]
    other: Purpose
    others: list[AttachmentOut]


def _pairs(found: Iterable[AttachmentOut]) -> list[Pair]:
    """Pictures side by side, where there are some of both acts."""
    by_purpose = _standing(found)
    return [
        Pair(first, by_purpose[first], second, by_purpose[second])
        for first, second in ASIDE.items()
        if by_purpose[first] and by_purpose[second]
    ]


def _standing(found: Iterable[AttachmentOut]) -> dict[Purpose, list[AttachmentOut]]:
    standing = [a for a in found if a.is_picture and not a.withdrawn_at]
    return {purpose: [a for a in standing if a.purpose is purpose] for purpose in Purpose}


def _groups(found: list[AttachmentOut]) -> list[tuple[Purpose, list[AttachmentOut]]]:
    """By what they show; what was withdrawn is among them."""
    grouped = [(purpose, [a for a in found if a.purpose is purpose]) for purpose in Purpose]
    return [(purpose, rows) for purpose, rows in grouped if rows]


def _add_form(
    request: AnyRequest,
    asset: AssetOut,
    limits: Limits,
    *,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    endings = sorted({ending for endings in ENDINGS.values() for ending in endings})
    shown = {
        "purposes": list(Purpose),
        "accepted": ",".join(endings),
        "file_mb": limits.file // MEGABYTE,
        "megapixels": limits.pixels // MILLION,
        "most": MOST_FILES,
    }
    return act_form(request, asset, "attachments/_add.html", typed, error, **shown)


def _one(
    session: Session,
    actor: Actor,
    attachment_id: int,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    found = queries.get_attachment(session, actor, attachment_id)
    sees = actor.may(queries.ORIGINS)
    origin = queries.get_origin(session, actor, attachment_id) if sees else None
    return Template(
        "attachments/show.html",
        context={
            "attachment": found,
            "origin": origin,
            "sees_origin": sees,
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
