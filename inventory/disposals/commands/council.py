"""The council of a destruction, set up by the head of the office."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.actor import Actor
from inventory.disposals.commands.steps import lock, refuse_before_decision, take_step
from inventory.disposals.models import Disposal, DisposalMember
from inventory.disposals.rules import CouncilIncomplete, Step, Way, council_faults
from inventory.disposals.schemas import NewCouncil
from inventory.organisation.powers import refuse_other_head


def set_up_council(
    session: Session, actor: Actor, reference: str, new: NewCouncil, *, at: datetime
) -> Disposal:
    """Set a destruction council up as the head; the dated rules say who sits in it and who chairs.

    Raises Forbidden, NotItsHead, NotFound, WrongWay, OutOfTurn, CouncilIncomplete.
    """
    actor.require("destruction_councils.set_up")
    disposal = lock(session, actor, reference, Way.DESTROY)
    refuse_before_decision(disposal, new.decided_on, at, field="decided_on")
    rule = law.ruling(session, "destroy_council_members", new.decided_on)
    refuse_other_head(session, actor, disposal.office_id, rule.basis)
    _refuse_incomplete(session, new)
    rows = [
        {
            "disposal_id": disposal.id,
            "position": position,
            "office_id": disposal.office_id,
            "name": member.name,
            "post": member.post,
            "body": member.body,
            "chairs": member.chairs,
        }
        for position, member in enumerate(new.members, start=1)
    ]
    take_step(
        session, actor, disposal, Step.COUNCIL, new.decided_on, paper=new.decision_number, at=at
    )
    session.execute(insert(DisposalMember), rows)
    return disposal


def _refuse_incomplete(session: Session, new: NewCouncil) -> None:
    members = law.ruling(session, "destroy_council_members", new.decided_on)
    size = law.ruling(session, "destroy_council_size", new.decided_on)
    faults = council_faults(
        [member.body for member in new.members],
        [member.body for member in new.members if member.chairs],
        members.codes,
        str(law.ruling(session, "destroy_council_chair", new.decided_on).value),
        int(str(size.value)),
    )
    if faults:
        raise CouncilIncomplete(faults[0], field="members", **members.basis)
