"""What each act on a thing says over REST, such that only the id is wrong."""

from typing import Any

from tests.journeys.acts import CASE, VALUE, a_round, cut
from tests.journeys.between import between_acts
from tests.journeys.foreign_ends import disposal_acts
from tests.journeys.money import money_acts
from tests.journeys.rest import Story

PERSON = {"name": "Bà Thư", "post": "Thư ký", "proof": "service_card", "proof_number": "1"}
SEEN_BY = {"name": "Ông Chứng", "role": "witness"}


def bodies(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a thing says, by the end of its path; such that only the id is wrong."""
    return {
        **life_acts(story),
        **custody_acts(story),
        **seal_acts(story),
        **special_acts(story),
        **seizure_acts(story),
        **pricing(story.day()),
        **organising(story.day()),
        **money_acts(story.day()),
        **between_acts(story.day()),
        **round_acts(story),
        **keeper_acts(story),
        **count_acts(story),
        **handover_acts(story),
        **disposal_acts(story),
        **paper_acts(story),
    }


def life_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What is said of a case, a measure, a step and what happened."""
    return {
        "/cases/notice": {"notified_on": story.day()},
        "measures": {
            "measure": "freeze",
            "case_number": CASE,
            "taken_at": f"{story.day(-1)}T09:00:00+07:00",
            "decision_number": "9/QĐ-PT",
        },
        "measures/decision": {
            "measure_id": 1,
            "decision_number": "9/QĐ-PT",
            "decided_at": f"{story.day(-1)}T09:00:00+07:00",
        },
        "measures/end": {
            "measure_id": 1,
            "end_decision": "10/QĐ-CD",
            "ended_on": story.day(),
        },
        "life": {"step": "identified", "on": story.day()},
        "terminations": {
            "ground": "parties_ask",
            "ground_on": story.day(),
            "document": "Đơn 1",
            "decision_number": "7/QĐ-ĐC",
            "decided_on": story.day(),
        },
        "/cases/annulment": {
            "decision_number": "9/QĐ-HB",
            "decided_on": story.day(),
            "reason": "Nhầm người",
        },
        "second-person": {"approved": True},
        "occurrences": {"code": "request_received", "on": story.day(), "document": "1/TB"},
    }


def custody_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each movement and hold says."""
    place = {"place_id": 1, "reason": "Kê biên"}
    return {
        "custody/take-in": place | {"giver": "A"},
        "custody/moves": place | {"from_place_id": 2},
        "custody/release": {
            "from_place_id": 2,
            "receiver": "B",
            "reason": "Trả",
            "document": "Lệnh 1",
        },
        "holds": {"hold": "temporary_holding", "agency": "Công an", "received_on": story.day()},
        "holds/answers": {
            "hold_id": 1,
            "answer_number": "1/CV",
            "answered_on": story.day(),
            "answer": "Chịu trách nhiệm",
        },
        "release-hours": {
            "release_at": f"{story.day(9)}T09:00:00+07:00",
            "receiver": "Ông A",
            "order_number": "1/LXK",
        },
    }


def seal_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a seal says."""
    return {
        "seals": {
            "number": "NP-9",
            "sealed_on": story.day(),
            "sealed_by": "CHV",
            "state_before": "Một xe",
            "state_after": "Dán kín",
            "present": [SEEN_BY],
        },
        "seals/openings": {
            "number": "NP-9",
            "opened_on": story.day(),
            "opened_by": "CHV",
            "purpose": "examination",
            "reason": "Giám định",
            "state_found": "whole",
            "found": "Một xe",
            "present": [SEEN_BY],
        },
        "seals/checks": {"number": "NP-9", "state": "whole"},
        "seals/conclusions": {
            "number": "NP-9",
            "conclusion_body": "PC09",
            "conclusion_number": "1/KL",
            "concluded_on": story.day(),
            "conclusion": "Đủ",
        },
    }


def special_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What is said of special kinds, money counted and things kept outside."""
    return {
        "special-kinds": {"kind": "live"},
        "cash-counts": {
            "currency": "VND",
            "total": "5000",
            "counted_on": story.day(),
            "counted_by": "KT",
            "lines": [{"denomination": "5000", "pieces": 1}],
        },
        "custody-contracts": {
            "custody_form": "third",
            "number": "1/HĐ",
            "custodian": "Công ty",
            "from_on": story.day(),
            "conditions": "Trông giữ",
        },
        "custody-contracts/checks": {
            "contract_id": 1,
            "checked_on": story.day(),
            "state": "as_before",
            "finding": "Nguyên",
            "checked_by": "KT",
        },
        "custody-contracts/end": {
            "contract_id": 1,
            "ended_on": story.day(),
            "end_reason": "Hết hạn",
        },
        "holds/end": {"hold_id": 1, "end_decision": "1/QĐ", "ended_on": story.day()},
    }


def seizure_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a seizure says, and on a portfolio that changes hands."""
    return {
        "seizures": {"case_number": CASE, "decision_number": "9/QĐ", "decision_on": story.day()},
        "seizures/release": {
            "case_number": CASE,
            "release_decision": "9/QĐ",
            "released_on": story.day(),
        },
        "part-release": {"case_number": CASE, "released_on": story.day()},
        "seizures/minutes": seized_act(story) | {"custody": "Giao người phải thi hành án"},
        "seizures/custody": seized_act(story) | {"custodian": "Trần Văn Nợ"},
        "reduction/replacement": {"new_price": "1900000000"},
        "giving": {"given_for": "Đã nghỉ hưu"},
        "taking": {},
        "abandonment": {"reason": "Người nhận đổi"},
        "valuations": {"method": "agreed", "amount": VALUE, "valued_on": story.day()},
    }


def round_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a round and its bidders says."""
    return {
        "rounds": a_round(story, VALUE),
        "outcome": {"code": "failed_no_bid", "registered": 2},
        "bidders": {"name": "Lê Văn Mua", "identity_number": "079090"},
        "deposit": {"amount": "220000000"},
        "forfeit": {"ground": "absent"},
        "refunds": {},
        "kept-money": {
            "amount": "0",
            "decided_on": story.day(),
            "document": "1/QĐ",
            "words": "Theo hợp đồng",
        },
        "money-back": {"amount": "1000", "returned_on": story.day(), "document": "1/PC"},
        "said": {"bidder": 1, "amount": VALUE},
        "rulings": {"meaning": "neither", "ground": "Niêm yết sai", "article": "PA16 Art. 35"},
        "session/stop": {"owed": VALUE},
        "reduction": cut(story, "1800000000", 3),
        "closing": {},
    }


def keeper_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a keeper, an order and its papers says."""
    return {
        "keeper": {
            "staff": "J-keeper",
            "decision_number": "1/QĐ",
            "decided_on": story.day(),
            "valid_from": story.day(),
        },
        "keeper/count": {"reference": "KK-1", "reason": "Đếm trên giấy"},
        "keeper/signature": {},
        "keeper/relief": {"reason": "Đình chỉ"},
        "signature": {},
        "refusal": {"reason": "Không cần"},
        "check": {"identity": "CCCD 1", "authority": "Giấy 1", "lines": []},
        "minutes": {"lines": []},
        "slip": {},
    }


def count_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act of a count says."""
    return {
        "end": {"ended_on": story.day(), "reason": "withdrawn", "document": "1/QĐ"},
        "scans": {"device": "d1", "scans": []},
        "packs": {"device": "d1"},
        "abandon": {"reason": "Mở nhầm"},
        "devices/give-up": {"device": "d1", "reason": "Mất"},
        "first-count/end": {},
        "search": {"search": "stands", "reason": "not_known", "evidence": "Đã tìm"},
        "decision": {"ruling": "confirmed", "decision": "Mất"},
        "signatures": {},
        "close": {},
        "found": {"reason": "Thấy lại"},
        "impediments": {"code": "disputed", "reason": "Tranh chấp"},
        "impediments/lifting": {"impediment_id": 1, "reason": "Xong"},
        "withdrawal": {"reason": "Không ai quan tâm"},
    }


def handover_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act of a hand-over, a loan and a transfer says."""
    return {
        "answers": {"answers": [{"asset": "TS-0000001-5", "accepted": True}], "signed": PERSON},
        "arrivals": {"arrivals": [{"asset": "TS-0000001-5", "arrival": "received"}]},
        "comebacks": {"assets": ["TS-0000001-5"]},
        "order": {"place_id": 1, "legal_basis": "Quyết định 1"},
        "contacts": {"text": "Gọi điện"},
        "extensions": {"reason": "Hoãn", "paper": "2/TA", "working_days": 9},
        "more-time": {"until": story.day(), "ground": "Chờ xác minh", "document": "12/TTr"},
        "returns": {
            "returns": [{"asset": "TS-0000001-5"}],
            "seals": {"TS-0000001-5": {"NP-1": "whole"}},
            "brought_by": PERSON,
        },
    }


def paper_acts(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a paper and of a check or a review says."""
    return {
        "dossier": {},
        "recall": {"reason": "Sai nội dung"},
        "replacement": {"passages": []},
        "amendment": {"passage": "Dòng 1", "reads": "A", "shall_read": "B", "reason": "Lỗi gõ"},
        "stock-card": {},
        "attachments": {},
        "inspections": {"checked_on": story.day(), "team": "Đoàn 1", "answers": []},
        "completion": {},
        "findings": {"code": "K03", "severity": "note", "text": "Không ai quan tâm"},
        "conclusion": {
            "conclusion": "a",
            "conclusion_text": "Tiếp tục giảm giá",
            "responsible": "Người truyện",
            "due_on": story.day(9),
        },
    }


def seized_act(story: Story) -> dict[str, Any]:
    """When and where something was done with a seized thing."""
    return {"case_number": CASE, "at": f"{story.day()}T09:00:00+07:00", "place": "Số 8"}


def pricing(day: str) -> dict[str, dict[str, Any]]:
    """What each act on a price says."""
    acts: dict[str, dict[str, Any]] = {
        "facts": {"worth": VALUE},
        "agreement": {"amount": VALUE, "agreed_on": day, "parties": "Hai bên"},
        "contract": {"firm_id": 1, "number": "1/HĐ", "signed_on": day},
        "contract-end": {"on": day, "reason": "Từ chối"},
        "certificate": {
            "certificate_number": "1/CT",
            "amount": VALUE,
            "valued_on": day,
            "valid_until": day,
        },
        "council": {
            "decision_number": "1/QĐ",
            "set_up_on": day,
            "members": [{"name": "Ông A", "post": "CHV", "chairs": True}],
        },
        "council-decision": {
            "decided_on": day,
            "market": "Giá chợ",
            "votes": [{"position": 1, "price": VALUE, "opinion": "Đồng ý"}],
        },
        "officer-price": {"amount": VALUE, "priced_on": day, "market": "Giá chợ"},
        "posted-price": {"amount": VALUE, "priced_on": day, "price_source": "SJC"},
        "notice": {"told_on": day, "told": "Hai bên"},
        "revaluation-request": {
            "asked_by": "Ông A",
            "party": "debtor",
            "asked_on": day,
            "document": "Đơn",
            "advance": "5000000",
            "advance_receipt": "BL",
        },
        "revaluation-ground": {"ground": "firm_breach", "on_day": day, "document": "KL"},
        "kept-price": {"agreed_on": day, "parties": "Hai bên"},
    }
    return {f"pricing/{act}": said for act, said in acts.items()}


def organising(day: str) -> dict[str, dict[str, Any]]:
    """What each act of organising an auction says."""
    groups = ("facilities", "auction_plan", "capacity_and_standing", "service_fee")
    criteria = [
        {"group_code": group, "title": "Tiêu chí", "most": "10"}
        for group in (*groups, "on_ministry_list", "other_criteria")
    ]
    paper = {"on": day, "document": "1/CV"}
    cancelled = {"cancelled_on": day, "reason": "Kê khai sai"}
    return {
        "calls": {
            "starting_price": VALUE,
            "criteria": criteria,
            "site_on": day,
            "portal_on": day,
            "files_place": "Trụ sở",
            "files_from": day,
            "files_until": day,
        },
        "applicants": {"organisation": "0101", "received_on": day},
        "scores": {"points": []},
        "exclusion": {"why": "late", "words": "Nộp muộn"},
        "choice": {"organisation": "0101", "chosen_on": day},
        "result": {"published_on": day},
        "untrue": cancelled,
        "cancellation": cancelled,
        "contracts": {
            "way": "chosen",
            "organisation": "0101",
            "number": "1/HĐ",
            "signed_on": day,
            "starting_price": VALUE,
            "vat_included": True,
            "form": "oral",
            "fee_words": "Theo biểu",
        },
        "contracts/appendices": {"number": "1", "signed_on": day, "starting_price": VALUE},
        "contracts/end": {"kind": "done", "ended_on": day, "reason": "Đã xong"},
        "notices": {"kind": "posting", "place": "auction_venue", "from_on": day},
        "notices/paper": {},
        "strike": {"reason": "Nhập nhầm"},
        "halt": {"kind": "stop", "ground": "debt_covered", "document": "1/BB"},
        "waits": {"ground": "crop", "not_before_on": day, "document": "1/BB"},
        "agreement": {"agreed_on": day, "agreement": "1/BB"},
        "delegated-sales": {"office": "J00", "decision": "1/QĐ", "delegated_on": day},
        "pause": paper,
        "resume": paper,
        "termination": paper,
        "taking-up": paper,
    }
