"""Everything an office can have, made over REST, with its ids; and ids that nobody gave out."""

from typing import Any

from sqlalchemy import select

from auction.portfolios.models import PortfolioHandover
from auction.reviews.commands import sweep
from inventory.base.actor import SYSTEM
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Staff
from tests.journeys.acts import (
    CAR,
    a_round,
    cut,
    fail_round,
    open_office,
    order,
    seize_and_store,
    value_and_offer,
    warehouse,
)
from tests.journeys.foreign_bodies import PERSON, organising
from tests.journeys.money import moneyed
from tests.journeys.rest import Story
from tests.make.pictures import picture

UNKNOWN_ID = 987654321


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


Ids = dict[str, Any]
SIDES = ("J-officer", "J-keeper")
PRICES = ("2200000000", "2000000000")
"""At what the lot is offered after its first and its second failed round."""


def make_past(story: Story) -> Ids:
    """Everything an office can have, with its ids by the first word of their path."""
    first, second = open_office(story)
    ref = seize_and_store(story, first, second)
    lot = value_and_offer(story, ref)
    for number, price in enumerate(PRICES, 1):
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
        "orders": order(story, warehouse(story, held), ref, out="sold"),
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
    at_its_price = {**organising(story.day())["calls"], "starting_price": PRICES[-1]}
    call = story.done("officer", f"/lots/{lot}/calls", at_its_price)
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
    moves = order(story, store, refs[1], out="transferred_out", party="Kho")
    lends = order(story, store, refs[2], out="extracted", party="Tòa án")
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
        "order": moves,
        "carrier_code": "J-officer",
    }
    lent = {
        "assets": refs[2:3],
        "borrower": "Tòa án",
        "taker": PERSON,
        "purpose": "hearing",
        "request_number": "1/TA",
        "requested_on": story.day(),
        "order": lends,
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
