"""Issuing a paper of the auction side inside the act it belongs to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from auction.papers.queries import cases_about
from inventory.assets.queries import items_of
from inventory.base.actor import Actor
from inventory.papers.commands import issue
from inventory.papers.rules import OFFICER, PaperKind, signers_of
from inventory.papers.schemas import About, Issued, NewPaper, PaperData, Signature


def issue_paper(
    session: Session,
    actor: Actor,
    kind: PaperKind,
    data: PaperData,
    *,
    subject_kind: str,
    subject_ref: str,
    office_id: int,
    assets: Sequence[str] = (),
    case_number: str | None = None,
    step_on: date | None = None,
    replaces: str | None = None,
    at: datetime,
) -> Issued:
    """Issue a paper: the head of the case, the things and who signs are filled in where unsaid.

    `assets` are references; `step_on` is the day of the step, by whose law the form is chosen
    (L25 Art. 116(3)), where it is not today. The permission is that of the act.

    Raises FormUnknown, Forbidden, PaperUnknown, PaperNotInForce.
    """
    said: dict[str, Any] = {}
    if not data.cases:
        said["cases"] = cases_about(session, office_id, case_number, assets)
    if not data.lines:
        said["lines"] = items_of(session, assets)
    if not data.signatures:
        said["signatures"] = tuple(_signature(post, actor) for post in signers_of(kind))
    full = msgspec.structs.replace(data, **said)
    new = NewPaper(
        kind=kind,
        title=_title(full) or subject_ref,
        subject_kind=subject_kind,
        subject_ref=subject_ref,
        data=full,
        about=tuple(About("asset", reference) for reference in assets),
        office_id=office_id,
        step_on=step_on,
        replaces=replaces,
    )
    return issue(session, actor, new, at=at)


def _signature(post: str, actor: Actor) -> Signature:
    return Signature(post=post, name=actor.name if post == OFFICER in actor.roles else None)


def _title(data: PaperData) -> str | None:
    """What lists say the paper is about: the first thing, and how many more."""
    if not data.lines:
        return None
    more = f" (+{len(data.lines) - 1})" if len(data.lines) > 1 else ""
    return f"{data.lines[0].name}{more}"
