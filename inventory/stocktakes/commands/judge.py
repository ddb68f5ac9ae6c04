"""The end of the first count, and the differences: a second counter, then an approver."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, NotFound
from inventory.base.messages import _
from inventory.custody.commands import impede
from inventory.custody.rules import Hindrance, ImpededAlready, SealState
from inventory.custody.schemas import NewImpediment
from inventory.seals.noting import note_counted
from inventory.stocktakes.models import (
    Stocktake,
    StocktakeDevice,
    StocktakeDifference,
    StocktakeScan,
)
from inventory.stocktakes.queries.results import compare
from inventory.stocktakes.queries.stocktakes import list_devices, unknown, visible_stocktakes
from inventory.stocktakes.rules import (
    DifferenceKind,
    DifferenceSettled,
    FirstCountEnded,
    FirstCountRuns,
    NotTheFirst,
    Phase,
    Ruling,
    Search,
    StocktakeClosed,
    UnsentScans,
    Word,
    check_second,
)
from inventory.stocktakes.schemas.said import DecisionSaid, GiveUp, SearchSaid
from inventory.stocktakes.schemas.told import DeviceRow


def end_first_count(session: Session, actor: Actor, reference: str, *, at: datetime) -> Stocktake:
    """End the first count once no device has anything to send, and write the differences down.

    Raises Forbidden, NotFound, StocktakeClosed, FirstCountEnded, UnsentScans.
    """
    actor.require("stocktakes.open")
    stocktake = lock_stocktake(session, actor, reference)
    if stocktake.first_ended_at is not None:
        raise FirstCountEnded(_("The first count has ended already."))
    check_devices(session, stocktake)
    s = StocktakeScan
    counters = session.scalars(
        select(s.counter_id)
        .where(s.stocktake_id == stocktake.id, s.phase == Phase.FIRST, s.counter_id.is_not(None))
        .distinct()
    ).all()
    firsts = sorted(c for c in (counters or [actor.staff_id]) if c is not None)
    stocktake.first_ended_at, stocktake.first_ended_by_id = at, actor.staff_id
    stocktake.first_counter_ids = firsts
    session.flush()
    found = compare(session, stocktake.id, firsts, at)
    _record(session, actor, Act.FIRST_COUNT_ENDED, stocktake, {"differences": found}, at=at)
    return stocktake


def search_difference(
    session: Session,
    actor: Actor,
    reference: str,
    difference_id: int,
    said: SearchSaid,
    *,
    at: datetime,
) -> StocktakeDifference:
    """Say as the second counter what became of a difference; what is in order is settled by it.

    Raises Forbidden, NotFound, NotTheFirst, StocktakeClosed, DifferenceSettled.
    """
    actor.require("stocktakes.count")
    stocktake = lock_stocktake(session, actor, reference)
    case = _case(session, stocktake, difference_id)
    check_second(actor.staff_id, case.first_counter_ids)
    if case.searched_at is not None:
        raise DifferenceSettled(_("A second counter has looked into this already."))
    case.searched, case.reason, case.evidence = said.search, said.reason, said.evidence
    case.searched_at, case.searched_by_id, case.searched_by_name = at, actor.staff_id, actor.name
    if said.search is Search.SETTLED:
        case.word, case.closed_at = None, at
    elif case.kind == DifferenceKind.NOT_THERE:
        case.word = Word.SEARCHED_NOT_FOUND
    session.flush()
    data = {"difference": case.id, "code": case.code, "search": said.search, "reason": said.reason}
    _record(session, actor, Act.DIFFERENCE_SEARCHED, stocktake, data, at=at)
    return case


def decide_difference(
    session: Session,
    actor: Actor,
    reference: str,
    difference_id: int,
    said: DecisionSaid,
    *,
    at: datetime,
) -> StocktakeDifference:
    """Decide on a difference that stands; who approves has counted neither first nor second.

    What is confirmed missing may be touched by no act until it is found again; what is under a
    damaged seal is not released before the competent body's conclusion.
    Raises Forbidden, NotFound, NotTheFirst, StocktakeClosed, DifferenceSettled.
    """
    actor.require("stocktakes.approve")
    stocktake = lock_stocktake(session, actor, reference)
    case = _case(session, stocktake, difference_id)
    if case.searched_at is None:
        raise DifferenceSettled(_("A second counter has to look into this first."))
    check_second(actor.staff_id, case.first_counter_ids)
    if actor.staff_id == case.searched_by_id:
        raise NotTheFirst(_("Who looked into a difference does not approve it."))
    data = {"difference": case.id, "code": case.code, "ruling": said.ruling, "why": said.decision}
    if said.ruling is Ruling.SEARCH_AGAIN:
        case.searched = case.searched_at = case.searched_by_id = case.searched_by_name = None
        case.word = Word.NOT_SCANNED if case.kind == DifferenceKind.NOT_THERE else None
    else:
        case.decision, case.decided_at, case.closed_at = said.decision, at, at
        case.decided_by_id, case.decided_by_name = actor.staff_id, actor.name
        if case.kind == DifferenceKind.NOT_THERE:
            case.word = Word.CONFIRMED_MISSING
            why = NewImpediment(code=Hindrance.MISSING, reason=said.decision)
            impede(session, actor, [case.code], why, at=at, source=stocktake.reference)
        elif case.kind == DifferenceKind.SEAL:
            _keep_damage(session, actor, case, f"{stocktake.reference}: {said.decision}", at=at)
    session.flush()
    _record(session, actor, Act.DIFFERENCE_DECIDED, stocktake, data, at=at)
    return case


def give_up_device(
    session: Session, actor: Actor, reference: str, said: GiveUp, *, at: datetime
) -> StocktakeDevice:
    """Wait no more for a device that is lost or broken; what it held may be counted again.

    Raises Forbidden, NotFound, StocktakeClosed.
    """
    actor.require("stocktakes.approve")
    stocktake = lock_stocktake(session, actor, reference)
    device = session.get(StocktakeDevice, (stocktake.id, said.device))
    if device is None:
        raise NotFound(_("There is no such device."), field="device")
    device.given_up_at, device.given_up_by_id = at, actor.staff_id
    device.given_up_reason = said.reason
    session.flush()
    data = {"device": device.device, "held": device.held, "why": said.reason}
    _record(session, actor, Act.DEVICE_GIVEN_UP, stocktake, data, at=at)
    return device


def lock_stocktake(session: Session, actor: Actor, reference: str) -> Stocktake:
    """An open stocktake of the actor's office, locked: no scan comes in between.

    Raises NotFound, Forbidden, StocktakeClosed.
    """
    stocktake = session.scalar(
        visible_stocktakes(actor).where(Stocktake.reference == reference).with_for_update()
    )
    if stocktake is None:
        raise unknown(reference)
    if stocktake.office_id != actor.office_id:
        raise Forbidden(_("An office counts its own places."))
    if stocktake.closed_at is not None:
        raise StocktakeClosed(_("%(reference)s is closed."), reference=reference)
    return stocktake


def check_devices(session: Session, stocktake: Stocktake) -> list[DeviceRow]:
    """The devices, once each has said that it holds nothing more or was given up.

    Raises UnsentScans.
    """
    devices = list_devices(session, stocktake.id)
    for row in devices:
        if not row.ready:
            raise UnsentScans(
                _("%(name)s of %(who)s has not finished: %(n)s scans are not here yet."),
                name=row.name or row.device,
                who=row.staff_name,
                n=row.waiting,
            )
    return devices


def _keep_damage(
    session: Session, actor: Actor, case: StocktakeDifference, why: str, *, at: datetime
) -> None:
    state = SealState(case.counted)
    if case.asset_id and note_counted(session, actor, case.asset_id, state, at=at, note=why[:300]):
        return
    with suppress(ImpededAlready):
        new = NewImpediment(code=Hindrance.TORN_SEAL, reason=why[:500])
        impede(session, actor, [case.code], new, at=at)


def _case(session: Session, stocktake: Stocktake, difference_id: int) -> StocktakeDifference:
    if stocktake.first_ended_at is None:
        raise FirstCountRuns(_("The first count is going on still."))
    d = StocktakeDifference
    case = session.scalar(
        select(d).where(d.id == difference_id, d.stocktake_id == stocktake.id).with_for_update()
    )
    if case is None:
        raise NotFound(_("There is no such difference."))
    if case.closed_at is not None:
        raise DifferenceSettled(_("This difference is settled."))
    return case


def _record(
    session: Session,
    actor: Actor,
    act: Act,
    stocktake: Stocktake,
    data: dict[str, object],
    *,
    at: datetime,
) -> None:
    subject = audit.Subject("stocktake", stocktake.id, stocktake.reference, stocktake.office_id)
    audit.record(session, actor, act, subject, data, at=at)
