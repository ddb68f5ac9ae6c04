"""Signed heads in a browser, and the certificate of an asset as a paper and as files."""

import io
import zipfile
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.notary import queries
from inventory.notary.outside import name_of
from inventory.notary.papers import issue_certificate
from inventory.notary.writing import Bundle, bundle_of

AnyRequest = Request[Any, Any, Any]
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date a ZIP file knows: the same certificate gives the same bytes."""


class HeadPages(Controller):
    """Heads, for those who read the audit ledger."""

    include_in_schema = False

    @get("/heads", permission="heads.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The signed heads, the newest first, and what they cover."""
        heads = queries.list_heads(session, cursor=cursor)
        return Template(
            "notary/heads.html",
            context={
                "heads": heads,
                "keys": queries.list_keys(session),
                "covered": queries.count_covered(session),
                "today": local_day(at),
                "cursor": cursor or "",
            },
        )

    @get("/heads/{number:int}/file", permission="heads.read", sync_to_thread=False)
    def file(self, session: NamedDependency[Session], number: FromPath[RowId]) -> Response[bytes]:
        """A head as an outside body keeps it."""
        head = msgspec.json.encode(queries.get_head(session, number)) + b"\n"
        return _download(head, name_of(number), "application/json")

    @post("/assets/{reference:str}/certificate", permission="custody.certify", sync_to_thread=False)
    def issue(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Issue the certificate of an asset as a paper."""
        paper = issue_certificate(session, actor, reference, at=at)
        return onward(
            request, f"/documents/{paper.reference}.pdf", _("The certificate was issued.")
        )

    @get("/assets/{reference:str}/certificate", permission="custody.certify", sync_to_thread=False)
    def download(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[bytes]:
        """The files of a certificate, to be checked anywhere with ``kebien verify --offline``."""
        certificate = queries.certificate_of(session, actor, reference, at=at)
        name = f"{certificate.asset['reference']}.zip"
        return _download(_zipped(bundle_of(session, certificate)), name, "application/zip")


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """How far the custody of an asset is under signed heads, and its certificate."""
    if not actor.may("custody.certify"):
        return []
    standing = queries.standing_of(session, asset.id)
    data = {"standing": standing, "reference": asset.reference}
    return [Panel(_("Custody certificate"), "notary/_certificate.html", data)]


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Whether the last head is of today, for those who watch over the records."""
    if not actor.may("heads.read"):
        return []
    last = queries.get_last_head(session)
    if last is None:
        return [Card(_("Signed heads"), 0, "/heads", _("none was signed yet"), "warn")]
    late = (local_day(at) - last.head.day_on).days
    hint = _("the last one is older than a day") if late > 1 else _("the last one is new")
    tone = "bad" if late > 1 else "good"
    return [Card(_("Signed heads"), last.head.number, "/heads", hint, tone)]


def _zipped(bundle: Bundle) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle.files().items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _download(content: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
