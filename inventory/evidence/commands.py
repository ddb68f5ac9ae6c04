"""Holding assets as evidence or for the time being, and ending that."""

from contextlib import nullcontext
from datetime import datetime
from typing import Any, TypeGuard

import msgspec
from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered, register
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import TZ
from inventory.base.days import not_ahead
from inventory.base.errors import (
    DomainError,
    Duplicate,
    Invalid,
    NotFound,
    OutOfPlace,
    Param,
)
from inventory.base.events import publish
from inventory.base.law import Ruling, ruling
from inventory.base.messages import _
from inventory.cases.queries import get_open_case
from inventory.custody.bounds import (
    KEEPING_BODIES,
    Bound,
    bind,
    refuse_no_receipt,
    refuse_wrong_form,
    unbind,
)
from inventory.custody.commands import impede, unimpede
from inventory.custody.models import ReleaseHour
from inventory.custody.queries import get_holding
from inventory.custody.rules import Hindrance, SealDamaged, SealState
from inventory.custody.schemas import NewImpediment
from inventory.evidence.models import EvidenceHold
from inventory.evidence.rules import (
    Comparison,
    EvidenceHeld,
    HoldKind,
    MismatchUnanswered,
    NotCompared,
    NotWithKeepingBody,
)
from inventory.evidence.scans import refuse_unscanned
from inventory.evidence.schemas import (
    EvidenceIntake,
    HoldEnd,
    MismatchAnswer,
    NewEvidence,
    NewHold,
    NewReleaseHour,
)
from inventory.seals.commands import receive_seal
from inventory.warehouses.models import Place
from inventory.warehouses.queries import visible_places
from inventory.warehouses.rules import CustodyForm


def register_evidence(
    session: Session, actor: Actor, new: NewEvidence, *, at: datetime
) -> Registered:
    """Register an asset that is received as evidence, or held for the time being.

    By the law of the day of receipt it comes into our store or stays where it is kept and is
    received on paper; it is compared with the first minutes, the seal included (D152/26 Art. 37).
    Raises NotFound (case, place), CaseIsClosed, PlaceIsClosed, SealInUse, SealDamaged, NotCompared,
    KeptElsewhere, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(new.received_on, at, field="received_on")
    keeping = _keeping(session, new)
    _check_receipt(session, new, keeping)
    _refuse_damaged(session, new)
    _refuse_place(session, actor, new, keeping)
    with session.begin_nested() if new.seal else nullcontext():
        made = register(
            session,
            actor,
            new.asset(),
            EvidenceHold,
            _said(new, keeping),
            case_number=new.case_number,
            at=at,
        )
        _receive_seal(session, actor, made.id, made.office_id, new, at=at)
    if _on_paper(keeping):
        _bind(session, actor, made.id, made.office_id, keeping, at=at)
    if new.comparison is Comparison.DIFFERS:
        _impede(session, actor, made.reference, new, at=at)
    if made.case_held and made.case_id is not None:
        publish(session, EvidenceHeld(actor, (made.id,), made.case_id, new.received_on, at))
    return made


def receive_evidence(
    session: Session, actor: Actor, new: EvidenceIntake, *, at: datetime
) -> list[Registered]:
    """Receive several things together, each by the rules that hold for one: all of them, or none.

    Raises Forbidden, and Invalid that names the faults of every line.
    """
    actor.require("evidence.register")
    made: list[Registered] = []
    faults: dict[str, tuple[str, dict[str, Param]]] = {}
    with session.begin_nested():
        for n, one in enumerate(new.news()):
            try:
                with session.begin_nested():
                    made.append(register_evidence(session, actor, one, at=at))
            except DomainError as refusal:
                faults |= _faults_of_line(n, refusal)
        if faults:
            raise Invalid.many(_("Nothing was received: some lines need another look."), faults)
    return made


def _faults_of_line(n: int, refusal: DomainError) -> dict[str, tuple[str, dict[str, Param]]]:
    """The faults of the n-th thing; what was said of all of them is marked where it was said."""
    said = refusal.fields or {"": (refusal.message_id, refusal.params)}
    return {
        name
        if name in _SAID_OF_ALL
        else f"things.{n}.{_IN_A_LIST.get(name, name)}".rstrip("."): fault
        for name, fault in said.items()
    }


_SAID_OF_ALL = {"agency", "received_on", "first_minutes", "case_number"}
_IN_A_LIST = {"take_in.place_id": "place_id", "take_in.order": "line"}
"""What a field of one thing is called where it is one of several."""


def hold_asset_as_evidence(
    session: Session, actor: Actor, reference: str, new: NewHold, *, at: datetime
) -> EvidenceHold:
    """Hold an asset that is here already as evidence too; its other grounds stay, and so does it.

    Raises NotFound, CaseIsClosed, SealInUse, NotCompared, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(new.received_on, at, field="received_on")
    asset = lock_asset(session, actor, reference)
    keeping = _keeping(session, new)
    _check_receipt(session, new, keeping)
    case = None
    if new.case_number is not None:
        case = get_open_case(session, asset.office_id, new.case_number, at=at)
    _receive_seal(session, actor, asset.id, asset.office_id, new, at=at)
    hold = EvidenceHold(
        asset_id=asset.id,
        office_id=asset.office_id,
        case_id=case.id if case else None,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
        **_said(new, keeping),
    )
    session.add(hold)
    session.flush()
    if _on_paper(keeping) and get_holding(session, actor, asset.reference).place_id is None:
        _bind(session, actor, asset.id, asset.office_id, keeping, at=at)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"kind": new.hold, "agency": new.agency, "seal": new.seal and new.seal.number}
    audit.record(session, actor, Act.ASSET_HELD, subject, data, at=at)
    if new.comparison is Comparison.DIFFERS:
        _impede(session, actor, asset.reference, new, at=at)
    if case is not None:
        publish(session, EvidenceHeld(actor, (asset.id,), case.id, new.received_on, at))
    return hold


def answer_mismatch(
    session: Session, actor: Actor, reference: str, new: MismatchAnswer, *, at: datetime
) -> EvidenceHold:
    """Record that the agency answers for a mismatch, in writing; then it may be received.

    The scan of its answer is attached first. Who refuses the thing ends its hold by the minutes of
    the refusal: it never comes in. Raises NotFound, Conflict, MismatchUnanswered, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(new.answered_on, at, field="answered_on")
    asset = lock_asset(session, actor, reference)
    hold = _hold_of(session, asset.id, new.hold_id)
    if hold.comparison != Comparison.DIFFERS.value or hold.answered_on is not None:
        raise OutOfPlace(_("No mismatch of that ground waits for an answer."), field="hold_id")
    if new.answered_on < hold.received_on:
        raise Invalid(_("The answer lies before the receipt."), field="answered_on")
    refuse_unscanned(session, actor, hold, new.answered_on)
    hold.answer_number = new.answer_number
    hold.answered_on = new.answered_on
    hold.answer = new.answer
    session.flush()
    ref, why = asset.reference, new.answer_number
    unimpede(session, actor, [ref], Hindrance.MISMATCH, why, at=at, source=hold.agency)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"hold": hold.id, "answer": new.answer_number}
    audit.record(session, actor, Act.MISMATCH_ANSWERED, subject, data, at=at)
    return hold


def fix_release(
    session: Session, actor: Actor, reference: str, new: NewReleaseHour, *, at: datetime
) -> ReleaseHour:
    """Fix the day and hour at which a keeping body lets a thing go (D152/26 Art. 37(3)).

    Raises NotFound, NotWithKeepingBody, Invalid.
    """
    actor.require("evidence.fix_release")
    if new.release_at.tzinfo is None:
        new = msgspec.structs.replace(new, release_at=new.release_at.replace(tzinfo=TZ))
    if new.release_at < at:
        raise Invalid(_("That hour has passed."), field="release_at")
    asset = lock_asset(session, actor, reference)
    place_id = get_holding(session, actor, reference).place_id
    if place_id is None or _form_of(session, actor, place_id) not in KEEPING_BODIES:
        raise NotWithKeepingBody(
            _("It is not with the police, the army or another investigating body.")
        )
    hour = ReleaseHour(
        asset_id=asset.id,
        office_id=asset.office_id,
        release_at=new.release_at,
        receiver=new.receiver,
        order_number=new.order_number,
        fixed_at=at,
        fixed_by_id=actor.staff_id,
    )
    session.add(hour)
    session.flush()
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"release_at": new.release_at.isoformat(), "order": new.order_number}
    audit.record(session, actor, Act.RELEASE_HOUR_FIXED, subject, data, at=at)
    return hour


def end_hold(
    session: Session, actor: Actor, reference: str, end: HoldEnd, *, at: datetime
) -> EvidenceHold:
    """End a hold by decision; other grounds stay, and so does the seal until it is opened.

    Raises NotFound, Conflict, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(end.ended_on, at, field="ended_on")
    asset = lock_asset(session, actor, reference)
    hold = _hold_of(session, asset.id, end.hold_id)
    if hold.ended_on is not None:
        raise Duplicate(_("That ground has ended already."), field="hold_id")
    if end.ended_on < hold.received_on:
        raise Invalid(_("The end lies before the receipt."), field="ended_on")
    hold.ended_on = end.ended_on
    hold.end_decision = end.end_decision
    session.flush()
    if not session.scalar(select(exists().where(_open_holds(asset.id)))):
        unbind(session, actor, asset.id, Bound.REGIME, at=at)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"hold": hold.id, "decision": end.end_decision}
    audit.record(session, actor, Act.HOLD_ENDED, subject, data, at=at)
    return hold


def _hold_of(session: Session, asset_id: int, hold_id: int) -> EvidenceHold:
    hold = session.scalar(
        select(EvidenceHold).where(EvidenceHold.asset_id == asset_id, EvidenceHold.id == hold_id)
    )
    if hold is None:
        raise NotFound(_("The asset is not held on that ground."), field="hold_id")
    return hold


def _open_holds(asset_id: int) -> ColumnElement[bool]:
    return and_(EvidenceHold.asset_id == asset_id, EvidenceHold.ended_on.is_(None))


def _keeping(session: Session, new: NewHold) -> Ruling | None:
    """The law that says where evidence of that day is kept; other holdings it leaves alone."""
    if new.hold is not HoldKind.EVIDENCE:
        return None
    return ruling(session, "evidence_kept_in", new.received_on)


def _on_paper(keeping: Ruling | None) -> TypeGuard[Ruling]:
    """Whether it stays where it is kept, and is received on paper."""
    return keeping is not None and CustodyForm.OWN_STORE not in keeping.codes


def _said(new: NewHold, keeping: Ruling | None) -> dict[str, Any]:
    return {
        "kind": new.hold.value,
        "agency": new.agency,
        "first_minutes": new.first_minutes,
        "received_on": new.received_on,
        "comparison": new.comparison.value if new.comparison else None,
        "difference": new.difference,
        "letter": new.letter,
        "keeping_rule_id": keeping.rule_id if keeping else None,
        "keeping_article": keeping.article if keeping else None,
    }


def _check_receipt(session: Session, new: NewHold, keeping: Ruling | None) -> None:
    """What is received on paper was compared; what differs says how, and is not taken in yet."""
    compared = new.first_minutes is not None and new.comparison is not None
    if _on_paper(keeping) and not compared:
        raise NotCompared(
            _("Compare it with the first seizure minutes: give their number and what you found."),
            field="comparison" if new.first_minutes else "first_minutes",
            **ruling(session, "evidence_compared", new.received_on).basis,
        )
    if new.comparison is not Comparison.DIFFERS:
        return
    if not new.difference:
        raise Invalid(_("Say what is not as the minutes say."), field="difference")
    if isinstance(new, NewEvidence) and new.take_in is not None:
        raise MismatchUnanswered(
            _("It is received after the agency's written answer: register it without a place."),
            field="take_in.place_id",
            **ruling(session, "evidence_compared", new.received_on).basis,
        )


def _refuse_damaged(session: Session, new: NewEvidence) -> None:
    """What comes with a torn or missing seal is registered, but does not come into a place yet."""
    if new.take_in is None or new.seal is None or new.seal.state is SealState.WHOLE:
        return
    raise SealDamaged(
        _("Nothing with a damaged seal is taken in before the competent body's conclusion."),
        field="seal.state",
        **ruling(session, "damaged_seal_at_receipt", new.received_on).basis,
    )


def _receive_seal(
    session: Session, actor: Actor, asset_id: int, office_id: int, new: NewHold, *, at: datetime
) -> None:
    if new.seal is not None:
        receive_seal(session, actor, asset_id, office_id, new.seal, agency=new.agency, at=at)


def _refuse_place(session: Session, actor: Actor, new: NewEvidence, keeping: Ruling | None) -> None:
    """Refuse a store in which the law of the day of receipt does not keep evidence."""
    if new.take_in is None:
        return
    form = _form_of(session, actor, new.take_in.place_id)
    refuse_no_receipt(form, new.take_in.document, field="take_in.document")
    if not _on_paper(keeping):
        return
    bounds = [(Bound.REGIME.value, sorted(keeping.codes), keeping.article)]
    refuse_wrong_form(form, bounds, field="take_in.place_id")


def _form_of(session: Session, actor: Actor, place_id: int) -> str | None:
    return session.scalar(
        visible_places(actor).with_only_columns(Place.custody_form).where(Place.id == place_id)
    )


def _bind(
    session: Session, actor: Actor, asset_id: int, office_id: int, keeping: Ruling, *, at: datetime
) -> None:
    bind(session, actor, asset_id, office_id, reason=Bound.REGIME, rule=keeping, at=at)


def _impede(session: Session, actor: Actor, reference: str, new: NewHold, *, at: datetime) -> None:
    """What is not as the first minutes say is not taken in before the agency answers for it."""
    why = NewImpediment(code=Hindrance.MISMATCH, reason=new.difference or "")
    impede(session, actor, [reference], why, at=at, source=new.agency)
