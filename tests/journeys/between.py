"""What the acts on titles, costs and between rounds say over REST, by the end of their path."""

from typing import Any


def between_acts(day: str) -> dict[str, dict[str, Any]]:
    """Each said so that only the id is wrong."""
    return {**titles_and_costs(day), **offers(day)}


def titles_and_costs(day: str) -> dict[str, dict[str, Any]]:
    """What is said of owners, burdens, costs and ties."""
    owner = {"role": "debtor", "name": "Trần Văn Nợ"}
    return {
        "titles": {"from_on": day, "document": "GCN", "owners": [owner]},
        "burdens": {"kind": "tenant", "since_on": day, "note": "Thuê"},
        "burdens/end": {"burden_id": 1, "ended_on": day, "how": "left"},
        "collateral": {
            "holder": "Ngân hàng",
            "secured_amount": "5",
            "from_on": day,
            "document": "HĐ",
        },
        "collateral/end": {"collateral_id": 1, "ended_on": day, "document": "CV"},
        "home": {"from_on": day, "document": "BB-1", "only_home": False, "of_a_person": True},
        "wage-region": {"region": "region_1", "from_on": day},
        "costs": {"kind": "valuation", "amount": "5", "spent_on": day, "document": "PC"},
        "costs/reversals": {"cost_id": 1, "reversed_on": day, "why": "Nhầm"},
        "costs/repayments": {"cost_id": 1, "amount": "5", "repaid_on": day, "document": "PC"},
        "ties": {
            "person": "Lê Văn Gõ",
            "tied_to": "officer",
            "tied_name": "Chấp hành viên",
            "officer": "J-officer",
            "source": "Bản khai",
            "declared_on": day,
        },
        "relations": {
            "name": "Lê Văn Mua",
            "tie": "valuer",
            "related_to": "Thẩm định viên",
            "source": "Bản khai",
            "declared_on": day,
        },
        "repayments": {"cost_id": 1, "amount": "5", "repaid_on": day, "document": "PC"},
    }


def offers(day: str) -> dict[str, dict[str, Any]]:
    """What is said between two rounds."""
    paid = {"paid_on": day, "document": "BL 1"}
    lapse = {"on": day}
    return {
        "causes": {"causes": [{"cause": "price"}]},
        "between/setoff": {"asked_on": day, "claim": "5"},
        "between/setoff/answer": {"accepted": False, "answered_on": day, "document": "CV"},
        "between/setoff/debtor": {"told_on": day},
        "between/setoff/payment": {"amount": "5", **paid},
        "between/setoff/lapse": lapse,
        "between/return": {
            "returned_on": day,
            "receiver": "Ông A",
            "refused_on": day,
            "refusal": "CV",
        },
        "between/failure-notice": {"told_on": day, "document": "TB", "names_right": True},
        "between/not-enforceable": {
            "decided_on": day,
            "decision_number": "1/QĐ",
            "verified_on": day,
            "verification": "BB",
        },
        "between/recall": {"recalled_on": day, "decision_number": "1/QĐ", "holder_told": "CV"},
        "between/priority": {"told_on": day},
        "between/priority/answers": {
            "owner": "Bà B",
            "accepted": True,
            "answered_on": day,
            "document": "Đơn",
        },
        "between/priority/choice": {
            "owner": "Bà B",
            "chosen_by": "drawn",
            "chosen_on": day,
            "minutes": "BB",
        },
        "between/priority/payment": {"amount": "5", **paid},
        "between/priority/end": lapse,
        "between/redemption": {"debt": "5", "costs": "5", **paid},
        "between/settlement": {"agreed_on": day, "document": "BB"},
    }
