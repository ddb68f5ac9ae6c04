"""What an inspector writes down of an asset, and how he concludes."""

from datetime import date
from typing import Any

from auction.reviews.rules import (
    Conclusion,
    FindingCode,
    Severity,
)
from auction.reviews.schemas import NewConclusion, NewFinding


def finding(**said: Any) -> NewFinding:
    facts = {
        "code": FindingCode.P02,
        "severity": Severity.BREACH,
        "text": "Giảm 12 % trong một lần.",
        "article": "L25 Art. 83(3)",
    }
    return NewFinding(**{**facts, **said})


def conclusion(**said: Any) -> NewConclusion:
    facts = {
        "conclusion": Conclusion.REVALUE,
        "conclusion_text": "Thẩm định giá lại.",
        "responsible": "Chấp hành viên A",
        "due_on": date(2026, 12, 31),
    }
    return NewConclusion(**{**facts, **said})
