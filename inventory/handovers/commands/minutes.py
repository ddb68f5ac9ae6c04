"""The minutes that every change of hands leaves: giver and receiver each get the paper."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.handovers.schemas import HandoverPaper
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import About, NewPaper, Signature

GIVER, RECEIVER = "giver", "receiver"
"""Posts under the minutes; the template says them in words."""


def issue_minutes(
    session: Session,
    actor: Actor,
    subject: tuple[str, str],
    office_id: int,
    data: HandoverPaper,
    *,
    at: datetime,
) -> str:
    """Issue hand-over minutes (C04/23 Art. 10(2)); the reference under which they are printed."""
    kind, ref = subject
    signed = (
        Signature(post=GIVER, name=data.giver.name),
        Signature(post=RECEIVER, name=data.receiver.name),
    )
    data = msgspec.structs.replace(data, signatures=signed)
    things = [line.code for line in (*data.lines, *data.refused) if line.code]
    new = NewPaper(
        kind=PaperKind.HANDOVER_MINUTES,
        title=f"{data.giver.name} → {data.receiver.name}",
        subject_kind=kind,
        subject_ref=ref,
        data=data,
        about=tuple(About("asset", thing) for thing in things),
        office_id=office_id,
    )
    return issue(session, actor, new, at=at).reference
