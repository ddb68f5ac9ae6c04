"""What is decided on things, and the owner who gets them."""

from datetime import date

from inventory.assets.commands import Registered
from inventory.disposals.rules import Way
from inventory.disposals.schemas import NewDisposal, Receiver
from inventory.papers.rules import Proof

OWNER = Receiver(
    name="Trần Văn Nợ", post="Chủ sở hữu", proof=Proof.CITIZEN_CARD, proof_number="001 2345"
)


def decision(things: list[Registered], how: Way, on: date, **said: object) -> NewDisposal:
    facts: dict[str, object] = {
        "way": how,
        "assets": [thing.reference for thing in things],
        "decision_number": "88/QĐ-XLVC",
        "decision_on": on,
        "judgment": "12/2026/HS-ST",
        "party": "Trần Văn Nợ" if how is Way.RETURN else None,
    }
    return NewDisposal(**{**facts, **said})  # type: ignore[arg-type]
