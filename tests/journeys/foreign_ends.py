"""What each act says by which a thing of a warehouse ends: disposed of, or missing."""

from typing import Any

from tests.journeys.rest import Story


def disposal_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act of a disposal says, and each on a missing thing."""
    return {
        "council": {
            "decision_number": "2/QĐ",
            "decided_on": story.day(),
            "members": [{"name": "Ông A", "post": "CHV", "body": "x", "chairs": True}],
        },
        "notice": {"paper": "1/TB", "noticed_on": story.day()},
        "unwanted": {"paper": "1/BB", "refused_on": story.day(), "reason": "Không nhận"},
        "unclaimed": {},
        "carried-out": {"manner": "Đốt", "witnesses": "Ông B"},
        "sale": {},
        "/disposals/refund-request": {
            "paper": "2/CV",
            "asked_on": story.day(),
            "annulled_by": "9/QĐ-GQKN",
            "finance_body": "Sở Tài chính",
        },
        "refund": {
            "paper": "3/UNC",
            "refunded_on": story.day(),
            "amount": "1000",
            "receiver": "Ông A",
        },
        "missing-cases/search": {"search": "stands", "reason": "not_known", "evidence": "Ảnh"},
        "missing-cases/decision": {"ruling": "confirmed", "decision": "Mất"},
        "write-offs": {"ground": "Mất", "liability": "nobody"},
        "write-offs/reversal": {"reason": "Thấy lại"},
        "remittance": {"paper": "1/GNT", "remitted_on": story.day(), "amount": "1000"},
    }
