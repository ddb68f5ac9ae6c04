"""What is said when a thing is sealed or a seal is opened."""

from datetime import date
from typing import Any

from inventory.custody.rules import SealState
from inventory.seals.rules import OpenedFor, PresentAs
from inventory.seals.schemas import NewOpening, NewSeal, Present

WITNESS = Present(name="Phạm Thị Chứng", role=PresentAs.WITNESS)


def new_seal(number: str = "NP-1", **said: Any) -> NewSeal:
    """A seal on a bag of telephones."""
    facts = {
        "number": number,
        "sealed_on": date(2026, 11, 20),
        "sealed_by": "Trần Văn Chấp, chấp hành viên",
        "present": [WITNESS],
        "state_before": "Hai điện thoại, máy tắt nguồn",
        "state_after": "Túi ni lông trong, dán kín hai đầu",
    }
    return NewSeal(**{**facts, **said})


def new_opening(number: str = "NP-1", **said: Any) -> NewOpening:
    """An opening for disposal, after which nothing is sealed again."""
    facts = {
        "number": number,
        "opened_on": date(2026, 11, 21),
        "opened_by": "Trần Văn Chấp, chấp hành viên",
        "purpose": OpenedFor.DISPOSAL,
        "reason": "Trả lại theo bản án",
        "state_found": SealState.WHOLE,
        "found": "Hai điện thoại như biên bản",
        "present": [WITNESS],
    }
    return NewOpening(**{**facts, **said})
