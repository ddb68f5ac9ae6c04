"""The papers of a change of hands: minutes for both sides, a letter on what was amiss."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy.orm import Session

from inventory.assets.queries import items_of
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.custody.standings import Standing
from inventory.handovers.schemas import ClarificationPaper, HandoverPaper
from inventory.papers.commands import issue
from inventory.papers.queries import copies_of_minutes
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import About, Issued, ItemLine, NewPaper, Signature

GIVER, RECEIVER, HEAD = "giver", "receiver", "head"
"""Posts under a paper; the template says them in words."""
COMPARED = "evidence_compared"
"""The dated rule on things that are not as their papers say."""


def issue_minutes(
    session: Session,
    actor: Actor,
    subject: tuple[str, str],
    office_id: int,
    data: HandoverPaper,
    *,
    at: datetime,
) -> Issued:
    """Issue hand-over minutes (C04/23 Art. 10(2))."""
    kind, ref = subject
    signed = (
        Signature(post=GIVER, name=data.giver.name),
        Signature(post=RECEIVER, name=data.receiver.name),
    )
    copies = copies_of_minutes(session, at)
    data = msgspec.structs.replace(data, signatures=signed, copies=copies)
    new = NewPaper(
        kind=PaperKind.HANDOVER_MINUTES,
        title=f"{data.giver.name} → {data.receiver.name}",
        subject_kind=kind,
        subject_ref=ref,
        data=data,
        about=_about((*data.lines, *data.refused)),
        office_id=office_id,
    )
    return issue(session, actor, new, at=at)


def issue_letter(
    session: Session,
    actor: Actor,
    subject: tuple[str, str],
    office_id: int,
    of: HandoverPaper,
    *,
    lines: tuple[ItemLine, ...],
    at: datetime,
) -> str | None:
    """Ask who gave to explain what was refused, damaged or missing (D152/26 Art. 37(2)b).

    The head signs it. None where nothing was amiss; else the reference under which it is printed.
    """
    if not lines:
        return None
    kind, ref = subject
    basis = law.ruling(session, COMPARED, local_day(at)).article
    asked = of.giver.organisation or of.giver.name
    data = ClarificationPaper(
        giver=of.giver,
        receiver=of.receiver,
        reason=of.reason,
        at=of.at,
        lines=lines,
        bases=(basis,),
        signatures=(Signature(post=HEAD),),
        recipients=(asked,),
    )
    new = NewPaper(
        kind=PaperKind.CLARIFICATION_LETTER,
        title=asked,
        subject_kind=kind,
        subject_ref=ref,
        data=data,
        about=_about(lines),
        office_id=office_id,
    )
    return issue(session, actor, new, at=at).reference


def amiss(
    session: Session, reasons: Mapping[str, str | None], state: StrEnum
) -> tuple[ItemLine, ...]:
    """Things of ours as the letter names them: what the receiver said of them, and why."""
    lines = items_of(session, list(reasons), notes=reasons)
    return tuple(msgspec.structs.replace(line, state=state.value) for line in lines)


def _about(lines: Sequence[ItemLine]) -> tuple[About, ...]:
    return tuple(About("asset", line.code) for line in lines if line.code)


def one_office(standings: Sequence[Standing]) -> int:
    """The office whose things they all are: one act has one office's papers.

    Raises Invalid.
    """
    offices = {standing.office_id for standing in standings}
    if len(offices) != 1:
        raise Invalid(_("The things belong to several offices."), field="assets")
    return offices.pop()
