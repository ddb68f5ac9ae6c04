"""Makes cases, places and assets through the commands, each with what it needs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.cases.commands import open_case
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseKind
from inventory.cases.schemas import NewCase
from inventory.custody.schemas import Release, TakeIn
from inventory.evidence.commands import register_evidence
from inventory.evidence.rules import Comparison, HoldKind
from inventory.evidence.schemas import NewEvidence
from inventory.seizures.commands import register_seized_asset
from inventory.seizures.schemas import NewSeizedAsset
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.orders import appoint, order_out, stand_open, standing_order

DECIDED_ON = date(2026, 7, 6)
SEIZED_ON = date(2026, 8, 3)


def make_case(
    session: Session, officer: Actor, number: str = "12/QĐ-THADS", *, at: datetime, **said: Any
) -> EnforcementCase:
    """A case of the officer's office."""
    facts = {
        "kind": CaseKind.ON_REQUEST,
        "decision_number": number,
        "decision_on": DECIDED_ON,
        "debtor_name": "Trần Văn Nợ",
        "creditor_name": "Ngân hàng Thử",
    }
    return open_case(session, officer, NewCase(**{**facts, **said}), at=at)


def make_place(
    session: Session,
    keeper: Actor,
    code: str = "K1",
    name: str = "Kho số 1",
    *,
    at: datetime,
    inside: Place | None = None,
) -> Place:
    """A warehouse that the keeper keeps, or a shelf inside a place."""
    new = NewPlace(
        code=code,
        name=name,
        kind=PlaceKind.SHELF if inside else PlaceKind.WAREHOUSE,
        parent_id=inside.id if inside else None,
        custody_form=None if inside else CustodyForm.OWN_STORE,
    )
    place = add_place(session, keeper, new, at=at)
    if inside is None:
        appoint(session, keeper, place)
    stand_open(session, place)
    return place


def take_in_at(place: Place | int) -> TakeIn:
    """What is said when something comes into a place, on the order that stands open for it."""
    place_id = place if isinstance(place, int) else place.id
    return TakeIn(place_id, "Trần Văn Nợ", "Kê biên", "BB-07", standing_order(place))


def release_from(session: Session, place: Place, asset: str, receiver: str = "B") -> Release:
    """What is said when an asset leaves a place, on an order of its own."""
    return Release(
        place.id, receiver, "Bán", order=order_out(session, place, asset, party=receiver)
    )


def new_seized_asset(case: EnforcementCase | str, **said: Any) -> NewSeizedAsset:
    """What is said when a car is seized for a case."""
    facts = {
        "case_number": case if isinstance(case, str) else case.decision_number,
        "decision_number": "34/QĐ-KB",
        "decision_on": SEIZED_ON,
        "kind": AssetKind.VEHICLE,
        "description": "Xe ô tô Thaco Ollin 700B, biển số 43C-118.27",
        "identification": "RNHA700B9MC118271",
    }
    return NewSeizedAsset(**{**facts, **said})


def make_asset(
    session: Session,
    keeper: Actor,
    case: EnforcementCase | str,
    *,
    at: datetime,
    place: Place | int | None = None,
    **said: Any,
) -> Registered:
    """A seized asset, taken into a place at once where one is given."""
    if place is not None:
        said["take_in"] = take_in_at(place)
    return register_seized_asset(session, keeper, new_seized_asset(case, **said), at=at)


def make_evidence(session: Session, keeper: Actor, *, at: datetime, **said: Any) -> Registered:
    """An asset held as evidence, received under the earlier law and compared."""
    facts = {
        "hold": HoldKind.EVIDENCE,
        "agency": "Công an tỉnh Thử",
        "received_on": date(2026, 6, 1),
        "first_minutes": "BB-01",
        "comparison": Comparison.AGREES,
        "kind": AssetKind.MOVABLE,
        "description": "Điện thoại di động đã niêm phong",
    }
    return register_evidence(session, keeper, NewEvidence(**{**facts, **said}), at=at)
