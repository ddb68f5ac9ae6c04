"""The acts of the main job over REST, as a story needs them."""

from typing import Any

from tests.journeys.rest import Story

CASE = "214/QĐ-THADS"
VALUE = "2345678907"
CAR = {
    "case_number": CASE,
    "decision_number": "34/QĐ-KB",
    "decision_on": "2026-08-03",
    "kind": "vehicle",
    "description": "Xe ô tô tải Thaco Ollin, biển số 43C-118.27",
}


AFTER_NOTICE = 28
"""Days from the notice of the price until its window, the time for a contract and that of the
centre to wait are over: three times five working days, with days off between."""


def open_office(story: Story) -> tuple[int, int]:
    """A case and two shelves; the ids of the shelves."""
    story.done(
        "officer",
        "/cases",
        {"kind": "on_request", "decision_number": CASE, "decision_on": "2026-07-06"},
    )
    store = story.done(
        "keeper",
        "/places",
        {"code": "K1", "name": "Kho số 1", "kind": "warehouse", "custody_form": "thads_store"},
    )
    keeper = {
        "staff": "J-keeper",
        "decision_number": "1/QĐ-TK",
        "decided_on": story.day(),
        "valid_from": story.day(),
    }
    story.done("head", f"/places/{store['id']}/keeper", keeper)
    shelves = [
        story.done(
            "keeper",
            "/places",
            {"code": f"K1-{n}", "name": f"Kệ {n}", "kind": "shelf", "parent_id": store["id"]},
        )["id"]
        for n in (1, 2)
    ]
    return shelves[0], shelves[1]


def order(story: Story, place: int, *assets: str, out: str = "", party: str = "Trần Văn Nợ") -> str:
    """An order that the keeper asked for and the head signed; its number.

    ``out`` says for what the things are to be released, then the taker is checked too.
    """
    asked = {
        "direction": "out" if out else "in",
        "purpose": out or "seized",
        "place_id": place,
        "reason": "Thi hành án",
        "legal_basis": "34/QĐ-KB",
        "party_name": party,
        "lines": [{"asset": ref} for ref in assets],
    }
    made = str(story.done("keeper", "/orders", asked)["reference"])
    story.done("head", f"/orders/{made}/signature")
    if out:
        lines = [{"no": n, "quantity": "1"} for n, _ref in enumerate(assets, start=1)]
        shown = {"identity": "CCCD 001", "authority": "GGT 2", "lines": lines}
        story.done("keeper", f"/orders/{made}/check", shown)
    return made


def warehouse(story: Story, shelf: int) -> int:
    """The warehouse in which a shelf stands."""
    return int(story.read("keeper", f"/places/{shelf}")["around"][0]["id"])


def seize_and_store(story: Story, first: int, second: int) -> str:
    """A seized car on the second shelf; its number."""
    ref = str(story.done("officer", "/seized-assets", CAR)["reference"])
    named = order(story, warehouse(story, first), ref)
    took = {"place_id": first, "giver": "Trần Văn Nợ", "reason": "Kê biên", "order": named}
    story.done("keeper", f"/assets/{ref}/custody/take-in", took)
    move = {"place_id": second, "from_place_id": first, "reason": "Sắp xếp lại"}
    story.done("keeper", f"/assets/{ref}/custody/moves", move)
    return ref


def value_and_offer(story: Story, ref: str) -> str:
    """A lot of the valued car with its first round, four weeks after its price; its number."""
    valuation = {
        "method": "firm",
        "amount": VALUE,
        "valued_on": story.day(),
        "valid_until": story.day(180),
        "firm": "Công ty Thẩm định giá Truyện",
        "certificate_number": "01/CT",
    }
    story.done("officer", f"/assets/{ref}/valuations", valuation)
    told = {"told_on": story.day(), "told": "Trần Văn Nợ"}
    story.done("officer", f"/assets/{ref}/pricing/notice", told)
    story.wait(AFTER_NOTICE)
    lot = story.done("officer", "/lots", {"assets": [ref], "description": CAR["description"]})
    number = str(lot["reference"])
    contract_with_the_centre(story, number)
    story.done("officer", f"/lots/{number}/rounds", a_round(story, VALUE))
    return number


def contract_with_the_centre(story: Story, lot: str) -> None:
    """The local centre auctions the lot, as no contract came about in time."""
    centre = {"code": "J900", "name": "Trung tâm Truyện", "kind": "centre", "province": "Truyện"}
    story.done("officer", "/auctioneers", centre)
    contract = {
        "way": "local_centre",
        "organisation": "J900",
        "number": "1/HĐ-ĐG",
        "signed_on": story.day(),
        "starting_price": VALUE,
        "vat_included": True,
        "fee_words": "Theo biểu thù lao",
        "form": "oral",
        "pause_clause": True,
        "stop_clause": True,
    }
    story.done("officer", f"/lots/{lot}/contracts", contract)


def a_round(story: Story, price: str, **said: Any) -> dict[str, Any]:
    sums = {"starting_price": price, "deposit": str(int(price) // 10)}
    return sums | {"opens_at": story.moment(days=21)} | said


def fail_round(story: Story, lot: str, number: int) -> dict[str, Any]:
    """The round has opened and nobody came; the file of the lot after it."""
    story.wait(22)
    said = {"code": "failed_no_registration", "registered": 0}
    return dict(story.done("officer", f"/lots/{lot}/rounds/{number}/outcome", said))


def cut(story: Story, price: str, number: int = 1, **said: Any) -> dict[str, Any]:
    decision = {"decision_number": f"{number}/QĐ-GG", "decided_on": story.day()}
    return {"new_price": price} | decision | said
