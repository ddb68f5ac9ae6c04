"""The keeper's work in the demonstration office: loans, transfers, counts, special kinds."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.custody.commands import take_in
from inventory.custody.rules import SealState
from inventory.disposals.commands.council import set_up_council
from inventory.disposals.commands.steps import decide
from inventory.disposals.rules import Way
from inventory.disposals.schemas import NewCouncil, NewDisposal, NewMember
from inventory.evidence.commands import register_evidence
from inventory.evidence.schemas import NewEvidence
from inventory.handovers.commands.loans import contact, lend
from inventory.handovers.commands.offers import offer
from inventory.handovers.commands.transfers import send
from inventory.handovers.rules import Purpose
from inventory.handovers.schemas import NewContact, NewLoan, NewOffer, NewTransfer, Outsider
from inventory.labels.commands import print_labels
from inventory.labels.schemas import NewRun
from inventory.papers.rules import Proof
from inventory.specials.commands import count_cash, mark_special
from inventory.specials.rules import SpecialKind
from inventory.specials.schemas import NewCashCount, NewCashLine, NewMark
from inventory.stocktakes.commands.judge import end_first_count
from inventory.stocktakes.commands.open_stocktake import open_stocktake
from inventory.stocktakes.commands.take_scans import take_scans
from inventory.stocktakes.rules import Period
from inventory.stocktakes.schemas.said import NewStocktake, ScanSaid, Upload
from service.demonstration.orders import check_out, order_out

MORNING = time(2, 0, tzinfo=UTC)
"""When things happen in the story."""


class Office(NamedTuple):
    """Where the work is done: who acts, when, and the numbers of what the story names."""

    session: Session
    become: Callable[[str], Actor]
    when: Callable[[int], datetime]
    assets: Mapping[str, str]
    places: Mapping[str, int]


Said = dict[str, Any]


def tell(office: Office, story: Said) -> None:
    """Everything the story says of the warehouse, in the order in which it needs each other."""
    for kind, act in _ACTS.items():
        for said in story.get(kind, []):
            act(office, said)


def _special(office: Office, said: Said) -> None:
    """A special kind."""
    when, asset = office.when(said["on"]), office.assets[said["asset"]]
    perishable_on = local_day(office.when(said["perishable"])) if "perishable" in said else None
    mark = NewMark(kind=SpecialKind(said["kind"]), perishable_on=perishable_on)
    keeper = office.become("keeper")
    mark_special(office.session, keeper, asset, mark, at=when)


def receive_money(
    session: Session, become: Callable[[str], Actor], new: NewEvidence, said: Said, *, at: datetime
) -> Registered:
    """Money that is counted by its notes before it comes into its place."""
    loose = msgspec.structs.replace(new, take_in=None)
    made = register_evidence(session, become("enforcement_officer"), loose, at=at)
    keeper = become("keeper")
    lines = [NewCashLine(denomination=Decimal(value), pieces=n) for value, n in said["notes"]]
    count = NewCashCount(
        currency=said["currency"],
        total=sum((line.denomination * line.pieces for line in lines), Decimal(0)),
        counted_on=local_day(at),
        counted_by=said["counted_by"],
        lines=lines,
    )
    count_cash(session, keeper, made.reference, count, at=at)
    if new.take_in is not None:
        seals = {new.seal.number: SealState.WHOLE} if new.seal else {}
        come = msgspec.structs.replace(new.take_in, seals=seals)
        take_in(session, keeper, made.reference, come, at=at)
    return made


def _label(office: Office, said: Said) -> None:
    numbers = [office.assets[key] for key in said["assets"]]
    new = NewRun(numbers=numbers, format=said["format"])
    keeper = office.become("keeper")
    print_labels(office.session, keeper, new, address="", at=office.when(said["on"]))


def _order(office: Office, said: Said, purpose: str) -> str:
    named = {**said, "purpose": purpose, "place_id": office.places[said["place"]], "signed": True}
    when = office.when(said["on"])
    ref = order_out(office.session, office.become, named, office.assets, at=when)
    check_out(office.session, office.become, said, ref, at=when)
    return ref


def _loan(office: Office, said: Said) -> None:
    """Something given out for a time, due soon."""
    when = office.when(said["on"])
    new = NewLoan(
        assets=[office.assets[said["asset"]]],
        borrower=said["party"],
        taker=_outsider(said),
        purpose=Purpose.HEARING,
        request_number=said["basis"],
        requested_on=local_day(when),
        order=_order(office, said, "extracted"),
        due_on=local_day(office.when(said["due"])),
    )
    keeper = office.become("keeper")
    lent = lend(office.session, keeper, new, at=when)
    told = NewContact(text=said["contact"], spoken_with=said["name"])
    contact(office.session, keeper, lent.reference, told, at=when + timedelta(days=2))


def _transfer(office: Office, said: Said) -> None:
    """Something on its way to another warehouse."""
    when = office.when(said["on"])
    new = NewTransfer(
        to_place_id=office.places[said["to"]],
        reason=said["reason"],
        expected_on=local_day(office.when(said["expected"])),
        order=_order(office, said, "transferred_out"),
        carrier_name=said["name"],
        carrier_post=said["post"],
        carrier_proof=Proof.CITIZEN_CARD,
        assets=(office.assets[said["asset"]],),
    )
    send(office.session, office.become("keeper"), new, at=when)


def _offer(office: Office, said: Said) -> None:
    """Something the officer offers to the keeper."""
    new = NewOffer(
        assets=[office.assets[said["asset"]]],
        reason=said["reason"],
        answer_by=local_day(office.when(said["answer_by"])),
        receiver_code=said["receiver"],
    )
    officer = office.become("enforcement_officer")
    offer(office.session, officer, new, at=office.when(said["on"]))


def _disposal(office: Office, said: Said) -> None:
    """Something to be destroyed; its council is set up."""
    when = office.when(said["on"])
    officer = office.become("enforcement_officer")
    new = NewDisposal(
        way=Way.DESTROY,
        assets=[office.assets[said["asset"]]],
        decision_number=said["decision"],
        decision_on=local_day(when),
        judgment=said["judgment"],
    )
    made = decide(office.session, officer, new, at=when)
    later = when + timedelta(days=2)
    council = NewCouncil(
        decision_number=said["council"],
        decided_on=local_day(later),
        members=[
            NewMember(name=name, post=post, body=body, chairs=not n)
            for n, (name, post, body) in enumerate(said["members"])
        ],
    )
    set_up_council(office.session, office.become("head"), made.reference, council, at=later)


def _stocktake(office: Office, said: Said) -> None:
    """A first count that did not find everything."""
    when, place = office.when(said["on"]), office.places[said["place"]]
    keeper = office.become("keeper")
    new = NewStocktake(place_id=place, period=Period(said["period"]), basis=said["basis"])
    made = open_stocktake(office.session, keeper, new, at=when)
    found = [office.assets[key] for key in said["found"]]
    scans = tuple(
        ScanSaid(number=n, place_id=place, scanned_at=when, code=code)
        for n, code in enumerate(found, 1)
    )
    upload = Upload(device="may-quet-1", name="Máy quét số 1", scans=scans, done=True)
    take_scans(office.session, keeper, made.reference, upload, at=when)
    end_first_count(office.session, keeper, made.reference, at=when + timedelta(hours=1))


def _outsider(said: Said) -> Outsider:
    return Outsider(
        name=said["name"],
        post=said["post"],
        proof=Proof.INTRODUCTION,
        proof_number=said["proof_number"],
    )


_ACTS: dict[str, Callable[[Office, Said], None]] = {
    "special": _special,
    "label": _label,
    "stocktake": _stocktake,
    "loan": _loan,
    "transfer": _transfer,
    "offer": _offer,
    "disposal": _disposal,
}
"""What the story calls each, and how it is done."""
