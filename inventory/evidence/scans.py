"""That a keeping body's answer on a mismatch lies here as a scan (D152/26 Art. 37(2)b)."""

from datetime import date

from sqlalchemy.orm import Session

from inventory.attachments.queries import list_of_asset
from inventory.attachments.rules import Purpose
from inventory.base.actor import Actor
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.evidence.models import EvidenceHold
from inventory.evidence.rules import MismatchUnanswered


def refuse_unscanned(session: Session, actor: Actor, hold: EvidenceHold, on: date) -> None:
    """Refuse an answer whose scan was not attached since the thing was registered on the ground.

    The law is that of the day of the answer.

    Raises MismatchUnanswered.
    """
    kept = list_of_asset(session, actor, hold.asset_id)
    if any(
        one.purpose is Purpose.PAPER
        and one.withdrawn_at is None
        and one.added_at >= hold.recorded_at
        for one in kept
    ):
        return
    raise MismatchUnanswered(
        _(
            "Attach the scan of the agency's answer as a paper of the asset first (rule %(rule)s);"
            " then record it. Lawful too: refuse the thing, and end this ground by the minutes of"
            " the refusal."
        ),
        field="answer",
        **ruling(session, "evidence_compared", on).basis,
    )
