"""Makes people of the centre who enter and approve rules, and drafts by their commands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.legal_rules.drafts import rule_of_draft
from auction.legal_rules.entering import approve_draft, enter_draft
from auction.legal_rules.rules import Confidence
from auction.legal_rules.schemas import DraftClosing, DraftOut, NewDraft
from auction.simulations.commands import simulate
from auction.simulations.rules import kind_of
from auction.simulations.schemas import NewSimulation
from inventory.base.actor import Actor
from inventory.organisation.rules import Role
from tests.make.organisation import People, make_actor, make_staff


@dataclass
class Centre:
    """Two heads and an inspector of the centre."""

    head: Actor
    deputy: Actor
    inspector: Actor


def make_centre(session: Session, people: People) -> Centre:
    heads = []
    for name in ("centre_head", "centre_deputy"):
        staff = make_staff(session, people.centre, Role.HEAD, f"T-{name}", f"Người thử {name}")
        people.staff[name] = staff
        heads.append(make_actor(session, staff, people.centre, Role.HEAD))
    return Centre(heads[0], heads[1], people.inspector)


def new_draft(key: str = "max_reduction_pct", value: str = "8", **said: Any) -> NewDraft:
    """A value for a rule from the first day of 2027."""
    facts: dict[str, Any] = {
        "valid_from": date(2027, 1, 1),
        "article": "Thông tư 01/2027/TT-BTP Điều 5",
        "source_text": "Mức giảm giá mỗi lần không quá 8% giá khởi điểm của lần liền trước.",
        "confidence": Confidence.READ,
        "reason": "Thông tư mới",
    }
    return NewDraft(key=key, value=value, **{**facts, **said})


WHY = DraftClosing(reason="Đã đối chiếu văn bản")


def new_untried_draft(
    session: Session, centre: Centre, key: str = "max_reduction_pct", *, at: datetime, **said: Any
) -> DraftOut:
    """A draft that nobody has run over history yet."""
    return enter_draft(session, centre.inspector, new_draft(key, **said), at=at)


def make_draft(
    session: Session, centre: Centre, key: str = "max_reduction_pct", *, at: datetime, **said: Any
) -> DraftOut:
    """A draft entered by the inspector, tried on history where history can judge it."""
    draft = new_untried_draft(session, centre, key, at=at, **said)
    if kind_of(rule_of_draft(draft)) is not None:
        simulate(session, centre.inspector, NewSimulation(draft_id=draft.id), at=at)
    return draft


def make_approved(
    session: Session, centre: Centre, key: str = "max_reduction_pct", *, at: datetime, **said: Any
) -> DraftOut:
    """A draft entered by the inspector and approved by the head of the centre."""
    draft = make_draft(session, centre, key, at=at, **said)
    return approve_draft(session, centre.head, draft.id, WHY, at=at)
