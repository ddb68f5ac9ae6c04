"""What belongs to another office answers over REST, to the byte, as what does not exist."""

import re
from typing import Any

from litestar.routes import BaseRoute
from sqlalchemy import select

from auction.portfolios.models import PortfolioHandover
from auction.reviews.commands import sweep
from inventory.base.actor import SYSTEM
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Staff
from inventory.organisation.permissions import permissions_of
from tests.journeys.acts import (
    CAR,
    CASE,
    VALUE,
    a_round,
    cut,
    fail_round,
    open_office,
    order,
    seize_and_store,
    value_and_offer,
    warehouse,
)
from tests.journeys.between import between_acts
from tests.journeys.money import money_acts, moneyed
from tests.journeys.rest import HOME, Story, rows_of
from tests.make.pictures import picture

UNKNOWN_ID = 987654321
PERSON = {"name": "Bà Thư", "post": "Thư ký", "proof": "service_card", "proof_number": "1"}
UNKNOWN = {
    "TS": "TS-9876543-2",
    "DG": "DG-9876543-2",
    "KK": "KK-9876543-8",
    "VB": "VB-9876543-2",
    "LK": "LK-9876543-2",
    "GN": "GN-9876543-2",
    "DC": "DC-9876543-2",
    "TX": "TX-9876543-2",
    "XL": "XL-9876543-2",
    "LC": "LC-9876543-6",
    "BG": "BG-9876543-2",
}
OF_NO_OFFICE = {
    *("heads", "registers", "backlog", "valuation-firms", "auctioneers", "rules"),
    "deadline-moves",
}
"""Heads and rules of the whole service; one's own register; a kind of alarm; a common list."""
Ids = dict[str, Any]
SIDES = ("J-officer", "J-keeper")
SEEN_BY = {"name": "Ông Chứng", "role": "witness"}


def make_past(story: Story) -> Ids:
    """Everything an office can have, with its ids by the first word of their path."""
    first, second = open_office(story)
    ref = seize_and_store(story, first, second)
    lot = value_and_offer(story, ref)
    for number, price in ((1, "2200000000"), (2, "2000000000")):
        fail_round(story, lot, number)
        story.done("officer", f"/lots/{lot}/rounds/{number}/reduction", cut(story, price, number))
        story.done("officer", f"/lots/{lot}/rounds", a_round(story, price))
    fail_round(story, lot, 3)
    database = story.client.app.state["database"]
    sweep(lambda: database.transaction(SYSTEM), SYSTEM, story.today, at=story.at)
    (flag,) = story.read("inspector", "/flags")["items"]
    paper = story.post("inspector", f"/flags/{flag['id']}/dossier").headers["location"]
    review = story.done("inspector", "/reviews", {"asset": ref})
    held = story.read("keeper", f"/assets/{ref}")["place_id"]
    deputy = {
        "staff": "J-officer",
        "decision_number": "5/QĐ-UQ",
        "valid_from": story.day(),
        "valid_to": story.day(),
    }
    return {
        "orders": order(story, warehouse(story, held), ref, out=True),
        "delegations": story.done("head", "/delegations", deputy)[0]["id"],
        "assets": ref,
        "lots": lot,
        "places": first,
        "shelf": second,
        "cases": story.read("officer", "/cases")["items"][0]["id"],
        "flags": flag["id"],
        "reviews": review["id"],
        "deadlines": story.read("officer", "/deadlines")["items"][0]["id"],
        "documents": paper.rpartition("/")[2],
        "attachments": picture_of(story, ref),
        "labels": story.done("keeper", "/labels", {"format": "a4-24", "numbers": [ref]})["id"],
        **things_away(story, first),
        "stocktakes": stocktake_of(story, second),
        "holds": hold_of(story, ref),
        "portfolios": portfolio_of(story),
        **organised(story, lot, ref),
        "departures": departure_of(story, lot),
        **moneyed(story, story.read("officer", "/cases")["items"][0]["id"]),
    }


def organised(story: Story, lot: str, ref: str) -> Ids:
    """A call for a lot, a notice of its round, and a sale that another office takes over."""
    call = story.done("officer", f"/lots/{lot}/calls", organising(story.day())["calls"])
    said = organising(story.day())["notices"]
    (notice,) = story.done("officer", f"/lots/{lot}/notices", said)["notices"]
    to = {"office": "J00", "decision": "1/QĐ", "delegated_on": story.day()}
    (delegated,) = story.done("head", f"/assets/{ref}/delegated-sales", to)
    return {
        "calls": call["reference"],
        "notices": notice["id"],
        "delegated-sales": delegated["id"],
    }


def portfolio_of(story: Story) -> str:
    """An officer's portfolio that waits for its signatures."""
    session = story.session
    case = session.scalars(select(EnforcementCase).limit(1)).one()
    people = {
        code: session.scalars(select(Staff).where(Staff.code == code)).one() for code in SIDES
    }
    giver, receiver = people.values()
    made = PortfolioHandover(
        id=1,
        reference="BG-0000001-5",
        office_id=case.office_id,
        giver_id=giver.id,
        giver=giver.name,
        receiver_id=receiver.id,
        receiver=receiver.name,
        reason="Nghỉ hưu",
        as_of=story.today,
        drawn_up_at=story.at,
    )
    session.add(made)
    session.flush()
    return made.reference


def hold_of(story: Story, ref: str) -> int:
    """A hold that excuses and stops nothing else."""
    said = {
        "kind": "force_majeure",
        "subject_kind": "asset",
        "subject_ref": ref,
        "ground": "Lũ lụt",
        "ground_on": story.day(),
        "document": "1/TB",
        "started_on": story.day(),
        "proof": "Xác nhận của UBND xã",
    }
    return int(story.done("officer", "/holds", said)["id"])


def things_away(story: Story, shelf: int) -> Ids:
    """Things offered, on their way, given out and to be disposed of."""
    store = warehouse(story, shelf)
    refs = [story.done("officer", "/seized-assets", CAR)["reference"] for _i in range(4)]
    inward = order(story, store, *refs[1:])
    took = {"place_id": shelf, "giver": "Trần Văn Nợ", "reason": "Kê biên", "order": inward}
    for ref in refs[1:]:
        story.done("keeper", f"/assets/{ref}/custody/take-in", took)
    outward = order(story, store, *refs[1:3], out=True)
    offered = {
        "assets": refs[:1],
        "reason": "Bàn giao",
        "answer_by": story.day(2),
        "receiver_code": "J-keeper",
    }
    sent = {
        "assets": refs[1:2],
        "to_place_id": shelf,
        "reason": "Chuyển kho",
        "expected_on": story.day(),
        "order": outward,
        "carrier_code": "J-officer",
    }
    lent = {
        "assets": refs[2:3],
        "borrower": "Tòa án",
        "taker": PERSON,
        "purpose": "hearing",
        "request_number": "1/TA",
        "requested_on": story.day(),
        "order": outward,
        "working_days": 5,
    }
    decided = {
        "way": "destroy",
        "assets": refs[3:],
        "decision_number": "1/QĐ",
        "decision_on": story.day(),
        "judgment": "1/2026/HS-ST",
    }
    return {
        "handovers": story.done("officer", "/handovers", offered)["reference"],
        "transfers": story.done("keeper", "/transfers", sent)["reference"],
        "loans": story.done("keeper", "/loans", lent)["reference"],
        "disposals": story.done("officer", "/disposals", decided)["reference"],
    }


def stocktake_of(story: Story, place: int) -> str:
    """A stocktake that is open."""
    said = {"place_id": place, "period": "quarter", "basis": "Kế hoạch"}
    return str(story.done("keeper", "/stocktakes", said)["reference"])


def picture_of(story: Story, ref: str) -> int:
    """A picture of an asset."""
    path = f"/assets/{ref}/attachments"
    made = story.upload("keeper", path, "anh.jpg", picture(gps=True), purpose="intake")
    return int(made.json()[0]["id"])


def unknown(ids: Ids) -> Ids:
    """Ids of the same form that nobody gave out."""
    return {
        kind: UNKNOWN[value[:2]] if isinstance(value, str) else UNKNOWN_ID
        for kind, value in ids.items()
    }


def departure_of(story: Story, lot: str) -> int:
    """A departure from a rule that the officer asked for."""
    wish = {"rule_key": "viewing", "subject_kind": "lot", "subject_ref": lot}
    reason = {"reason": "Xem tài sản được một ngày do bão."}
    return int(story.done("officer", "/departures", wish | reason)["id"])


def bodies(story: Story) -> dict[str, dict[str, Any]]:
    """What each act on a thing says, by the end of its path; such that only the id is wrong."""
    place = {"place_id": 1, "reason": "Kê biên"}
    return {
        "life": {"step": "identified", "on": story.day()},
        "second-person": {"approved": True},
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
        **pricing(story.day()),
        **organising(story.day()),
        **money_acts(story.day()),
        **between_acts(story.day()),
        "rounds": a_round(story, VALUE),
        "outcome": {"code": "failed_no_bid", "registered": 2},
        "bidders": {"name": "Lê Văn Mua", "identity_number": "079090"},
        "deposit": {"amount": "220000000"},
        "forfeit": {"ground": "absent"},
        "refunds": {},
        "money-back": {"amount": "1000", "returned_on": story.day(), "document": "1/PC"},
        "said": {"bidder": 1, "amount": VALUE},
        "rulings": {"meaning": "neither", "ground": "Niêm yết sai", "article": "PA16 Art. 35"},
        "session/stop": {"owed": VALUE},
        "reduction": cut(story, "1800000000", 3),
        "closing": {},
        "keeper": {
            "staff": "J-keeper",
            "decision_number": "1/QĐ",
            "decided_on": story.day(),
            "valid_from": story.day(),
        },
        "keeper/count": {"reference": "KK-1"},
        "keeper/signature": {},
        "keeper/relief": {"reason": "Đình chỉ"},
        "signature": {},
        "refusal": {"reason": "Không cần"},
        "check": {"identity": "CCCD 1", "authority": "Giấy 1", "lines": []},
        "minutes": {"lines": []},
        "slip": {},
        "end": {"ended_on": story.day(), "reason": "withdrawn", "document": "1/QĐ"},
        "scans": {"device": "d1", "scans": []},
        "packs": {"device": "d1"},
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
        "answers": {"answers": [{"asset": "TS-0000001-5", "accepted": True}], "signed": PERSON},
        "arrivals": {"arrivals": [{"asset": "TS-0000001-5", "arrival": "received"}]},
        "comebacks": {"assets": ["TS-0000001-5"]},
        "order": {"place_id": 1, "legal_basis": "Quyết định 1"},
        "contacts": {"text": "Gọi điện"},
        "extensions": {"reason": "Hoãn", "paper": "2/TA", "working_days": 9},
        "more-time": {"until": story.day(), "ground": "Chờ xác minh", "document": "12/TTr"},
        "returns": {
            "returns": [{"asset": "TS-0000001-5", "seal": "intact"}],
            "brought_by": PERSON,
        },
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
        "remittance": {"paper": "1/GNT", "remitted_on": story.day(), "amount": "1000"},
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
    }


def routes_with_ids(story: Story) -> list[tuple[str, str, str]]:
    """Method, path and permission of every route of the interface that names a thing."""
    return [
        (method, route.path_format, str(handler.opt["permission"]))
        for route in story.client.app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if _names_a_thing(route)
    ]


def _names_a_thing(route: BaseRoute) -> bool:
    path = route.path_format
    if path.split("/")[3:4] and path.split("/")[3] in OF_NO_OFFICE:
        return False
    return path.startswith("/api/v1/") and "{" in path and "openapi" not in path


def path_to(path_format: str, ids: Ids) -> str:
    """The path of a thing; rounds are numbered."""
    kind = path_format.split("/")[3]
    path = path_format.removeprefix("/api/v1").replace("{number}", "3")
    return re.sub(r"\{\w+\}", str(ids[kind]), path, count=1)


def said_to(story: Story, who: str, method: str, path_format: str, ids: Ids) -> tuple[Any, ...]:
    """What somebody is answered, with the id that he asked for blotted out."""
    path = path_to(path_format, ids)
    if method == "GET":
        answer = story.get(who, path)
    elif path.endswith("/attachments"):
        answer = story.upload(who, path, "anh.jpg", picture(), purpose="intake")
    else:
        end = path_format.rsplit("}/", maxsplit=1)[-1]
        answer = story.post(who, path, bodies(story)[end], if_match='"1"')
    kept = {name: v for name, v in answer.headers.items() if name not in ("content-length", "date")}
    asked = str(ids[path_format.split("/")[3]])
    return answer.status_code, kept, re.sub(rf"\b{asked}\b", "*", answer.text)


def test_every_thing_of_another_office_is_as_one_that_is_not_there(story: Story) -> None:
    ids = make_past(story)
    before = rows_of(story.session)
    missing = unknown(ids)
    seen, wrong = set(), []
    for method, path, permission in routes_with_ids(story):
        for name, role in HOME.items():
            if permission not in permissions_of([role]):
                continue
            who = f"foreign-{name}"
            foreign = said_to(story, who, method, path, ids)
            nothing = said_to(story, who, method, path, missing)
            seen.add(path.split("/")[3])
            lists = foreign[0] == 200 and foreign[2] == "[]"
            if foreign != nothing or not (foreign[0] == 404 or lists):
                wrong.append((who, method, path, foreign, nothing))
    assert wrong == []
    assert seen == {k for k in ids if k != "shelf"}
    assert rows_of(story.session) == before


def test_what_is_named_inside_an_act_is_as_one_that_is_not_there(story: Story) -> None:
    first, second = open_office(story)
    ids = {"assets": seize_and_store(story, first, second), "places": first}
    before = rows_of(story.session)
    missing = unknown(ids)
    acts = [
        ("foreign-officer", "/lots", lambda i: {"assets": [i["assets"]], "description": "Xe ô tô"}),
        ("foreign-inspector", "/reviews", lambda i: {"asset": i["assets"]}),
        (
            "foreign-keeper",
            "/places",
            lambda i: {"code": "X", "name": "X", "kind": "shelf", "parent_id": i["places"]},
        ),
        (
            "foreign-officer",
            "/seized-assets",
            lambda i: CAR | {"case_number": CASE if i is ids else "0/KHÔNG"},
        ),
    ]
    for who, path, say in acts:
        answers = []
        for asked in (ids, missing):
            answer = story.post(who, path, say(asked))
            texts = [str(asked["assets"]), str(asked["places"]), CASE, "0/KHÔNG"]
            blotted = re.sub("|".join(map(re.escape, texts)), "*", answer.text)
            answers.append((answer.status_code, blotted))
        assert answers[0] == answers[1], path
        assert answers[0][0] == 404, path
    assert rows_of(story.session) == before
