"""Makes things that are offered, on their way, given out for a time, and to be disposed of."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM, Actor
from inventory.base.clock import local_day
from inventory.disposals.commands.council import set_up_council
from inventory.disposals.commands.steps import decide, notify
from inventory.disposals.rules import Way
from inventory.disposals.schemas import NewCouncil, NewDisposal, NewMember, NewNotice
from inventory.handovers.commands.arrivals import receive
from inventory.handovers.commands.loans import contact, lend, remind
from inventory.handovers.commands.offers import offer
from inventory.handovers.commands.transfers import send
from inventory.handovers.rules import Arrival, Purpose
from inventory.handovers.schemas import (
    LineArrival,
    NewArrivals,
    NewContact,
    NewLoan,
    NewOffer,
    NewTransfer,
    Outsider,
)
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place
from service.database import act_as
from tests.make.inventory import make_evidence, take_in_at
from tests.make.orders import order_to_lend, order_to_send

COUNCIL = [
    NewMember(name="Trần Văn Chấp", post="CHV", body="enforcement_officer", chairs=True),
    NewMember(name="Lê Văn Xã", post="Phó Chủ tịch", body="commune_peoples_committee"),
    NewMember(name="Ngô Thị Chuyên", post="Giám định viên", body="expert_body"),
]
"""Who sits in a council as the law of 2026 wants it."""

PERSON = Outsider(
    name="Đỗ Thị Thư",
    post="Thư ký, Tòa án nhân dân tỉnh",
    proof=Proof.INTRODUCTION,
    proof_number="15/GGT",
)


def make_away(
    session: Session, keeper: Actor, officer: Actor, store: Place, receiver: str, *, at: datetime
) -> dict[str, str]:
    """One of each, by name: offer, signed, transfer, loan, destroyed, returned, sold."""
    act_as(session, SYSTEM)
    kept = [
        make_evidence(session, keeper, at=at, take_in=take_in_at(store)).reference
        for _i in range(7)
    ]
    loose = [make_evidence(session, officer, at=at).reference for _i in range(3)]
    today = local_day(at)
    new = NewOffer(
        assets=loose[:2],
        reason="Bàn giao vật chứng",
        answer_by=today + timedelta(days=2),
        receiver_code=receiver,
    )
    made = {"offer": offer(session, officer, new, at=at).reference}
    out = NewOffer(
        assets=loose[2:],
        reason="Giao giữ hộ trong kho",
        answer_by=today,
        receiver_name="Công ty Giữ Hộ",
        receiver_post="Đại diện",
    )
    made["signed"] = offer(session, officer, out, at=at).reference
    made["transfer"] = _transfer(session, keeper, store, kept[:2], at)
    made["loan"] = _loan(session, keeper, store, kept[2:4], at)
    return made | _disposals(session, officer, kept[4:], at)


def _transfer(
    session: Session, keeper: Actor, store: Place, assets: list[str], at: datetime
) -> str:
    new = NewTransfer(
        to_place_id=store.id,
        order=order_to_send(session, store, *assets),
        reason="Sắp xếp lại kho",
        expected_on=local_day(at),
        carrier_name="Phạm Văn Chở",
        carrier_post="Lái xe",
        carrier_proof=Proof.CITIZEN_CARD,
        assets=tuple(assets),
    )
    made = send(session, keeper, new, at=at)
    missing = LineArrival(asset=assets[0], arrival=Arrival.MISSING, note="Không có trên xe")
    receive(session, keeper, made.reference, NewArrivals(arrivals=[missing]), at=at)
    return made.reference


def _loan(session: Session, keeper: Actor, store: Place, assets: list[str], at: datetime) -> str:
    past = at - timedelta(days=20)
    new = NewLoan(
        assets=assets,
        borrower="Tòa án nhân dân tỉnh",
        taker=PERSON,
        purpose=Purpose.HEARING,
        request_number="15/TA-HS",
        requested_on=local_day(past),
        order=order_to_lend(session, store, *assets),
        due_on=local_day(at) - timedelta(days=10),
    )
    made = lend(session, keeper, new, at=past)
    contact(
        session, keeper, made.reference, NewContact(text="Hẹn trả", spoken_with="bà Thư"), at=at
    )
    remind(session, SYSTEM, made.reference, 7, at=at)
    return made.reference


def _disposals(session: Session, officer: Actor, assets: list[str], at: datetime) -> dict[str, str]:
    made: dict[str, str] = {}
    today = local_day(at)
    ways = {"destroyed": Way.DESTROY, "returned": Way.RETURN, "sold": Way.SELL}
    for asset, (name, way) in zip(assets, ways.items(), strict=True):
        new = NewDisposal(
            way=way,
            assets=[asset],
            decision_number=f"{len(made) + 88}/QĐ-XLVC",
            decision_on=today,
            judgment="12/2026/HS-ST",
            party="Trần Văn Chủ",
        )
        made[name] = decide(session, officer, new, at=at).reference
    new_council = NewCouncil(decision_number="9/QĐ-HĐ", decided_on=today, members=COUNCIL)
    set_up_council(session, SYSTEM, made["destroyed"], new_council, at=at)
    notice = NewNotice(paper="5/TB-THADS", noticed_on=today)
    notify(session, officer, made["returned"], notice, at=at)
    return made
