"""Makes scanned papers that are attached to an asset, through the command."""

import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from inventory.attachments.commands import attach_to_asset
from inventory.attachments.darkroom import examine
from inventory.attachments.rules import Limits, Purpose
from inventory.attachments.schemas import NewAttachments
from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from tests.make.pictures import incoming, pdf


def attach_scan(session: Session, actor: Actor, asset: str, *, at: datetime) -> None:
    """A scanned paper of an asset."""
    said = NewAttachments(purpose=Purpose.PAPER)
    received = incoming(pdf(), "cong-van.pdf")
    with closing(received.content), tempfile.TemporaryDirectory() as folder:
        store, found = BlobStore(Path(folder)), examine([received], Limits())
        attach_to_asset(session, actor, asset, said, found, store=store, at=at)
