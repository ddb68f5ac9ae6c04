"""Drawn pictures for the demonstration: made-up things have no photographs."""

import hashlib
import tempfile
from datetime import datetime
from typing import Any, BinaryIO, cast

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from inventory.attachments.commands import attach_to_asset
from inventory.attachments.darkroom import examine
from inventory.attachments.rules import Limits, Purpose
from inventory.attachments.schemas import Incoming, NewAttachments
from inventory.base.actor import Actor
from inventory.base.storage import BlobStore

WIDE, HIGH = 1600, 1200
SKY, FLOOR, WALL = "#dfe6ec", "#8d8a83", "#c9c4b8"
RUBBER, GLASS, SCRATCH = "#26282b", "#9fb8c9", "#f2efe8"


def add_picture(
    session: Session,
    actor: Actor,
    reference: str,
    said: dict[str, Any],
    *,
    store: BlobStore,
    at: datetime,
) -> None:
    """Draw a car from one side and attach it as a keeper's photograph."""
    with tempfile.TemporaryFile() as file:
        _draw(said).save(file, "JPEG", quality=88)
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        incoming = Incoming(said["name"], cast("BinaryIO", file), digest, size)
        new = NewAttachments(purpose=Purpose(said["purpose"]), note=said.get("note"))
        examined = examine([incoming], Limits())
        attach_to_asset(session, actor, reference, new, examined, store=store, at=at)


def _draw(said: dict[str, Any]) -> Image.Image:
    image = Image.new("RGB", (WIDE, HIGH), SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 120, WIDE, 820), fill=WALL)
    draw.rectangle((0, 820, WIDE, HIGH), fill=FLOOR)
    draw.rounded_rectangle((220, 560, 1400, 860), 60, fill=said["colour"])
    draw.polygon(((470, 570), (640, 370), (1060, 370), (1220, 570)), fill=said["colour"])
    draw.polygon(((540, 560), (665, 410), (830, 410), (830, 560)), fill=GLASS)
    draw.polygon(((860, 560), (860, 410), (1040, 410), (1150, 560)), fill=GLASS)
    for x in (430, 1180):
        draw.ellipse((x - 120, 740, x + 120, 980), fill=RUBBER)
        draw.ellipse((x - 55, 805, x + 55, 915), fill=WALL)
    draw.rectangle((1330, 620, 1396, 680), fill="#e7c35a")
    if said.get("scratched"):
        for step in range(3):
            draw.line((900, 640 + 26 * step, 1110, 690 + 22 * step), fill=SCRATCH, width=7)
    return image
