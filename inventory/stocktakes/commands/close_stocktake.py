"""Signing and closing: three signatures under one result, and the minutes as a paper."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.keepers import commands as keepers
from inventory.keepers.queries import find_open_change, kept_by
from inventory.keepers.rules import DUTIES, NotTheKeeper
from inventory.organisation.rules import Role
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import ItemLine, NewPaper, Signature
from inventory.stocktakes.commands.judge import check_devices, lock_stocktake
from inventory.stocktakes.models import Stocktake, StocktakeScan, StocktakeSignature
from inventory.stocktakes.queries.results import (
    Standing,
    all_items,
    list_differences,
    standing_of,
)
from inventory.stocktakes.rules import (
    DifferenceOpen,
    FirstCountRuns,
    Period,
    Phase,
    SignatureMissing,
    SignedAlready,
    Signing,
)
from inventory.stocktakes.schemas.minutes import MinutesDifference, StocktakeMinutes
from inventory.stocktakes.schemas.told import DeviceRow, DifferenceOut, ItemRow, SignatureRow
from inventory.warehouses.models import Place
from inventory.warehouses.rules import WAREHOUSE_FORMS

RULE, BASIS = "stocktake_thads", "C04/23 Art. 11(4)"
_SIGNS = {Role.KEEPER: Signing.KEEPER, Role.ACCOUNTANT: Signing.ACCOUNTANT}
_MOST = 100_000


def sign_stocktake(
    session: Session, actor: Actor, reference: str, *, at: datetime
) -> StocktakeSignature:
    """Sign the present result as keeper or accountant; another result needs another signature.

    As keeper signs who is appointed there (C01/17 Art. 6, 9), at a change one of the two.
    Raises Forbidden, NotFound, StocktakeClosed, FirstCountRuns, DifferenceOpen, SignedAlready,
    NotTheKeeper.
    """
    actor.require("stocktakes.sign")
    stocktake = lock_stocktake(session, actor, reference)
    _devices, standing = _check_done(session, stocktake, at)
    signed = {row.signing for row in standing.signed}
    mine = [signing for role, signing in _SIGNS.items() if role.value in actor.roles]
    free = [signing for signing in mine if signing not in signed]
    if not mine:
        raise Forbidden(_("Keeper and accountant sign; the head of office closes."))
    if not free:
        raise SignedAlready(_("This was signed already."))
    if free[0] is Signing.KEEPER and not _keeps(session, actor, stocktake, local_day(at)):
        raise NotTheKeeper(
            _("Only the keeper appointed to the warehouse signs its count; ask him."),
            **ruling(session, DUTIES, local_day(at)).basis,
        )
    made = _sign(session, actor, stocktake, standing.result, signing=free[0], at=at)
    subject = audit.Subject("stocktake", stocktake.id, stocktake.reference, stocktake.office_id)
    data = {"as": made.signing, "result": made.result.hex()}
    audit.record(session, actor, Act.STOCKTAKE_SIGNED, subject, data, at=at)
    return made


def close_stocktake(session: Session, actor: Actor, reference: str, *, at: datetime) -> Stocktake:
    """Close a stocktake with the head's signature, the third one, and issue its minutes.

    At a change of keeper this is the joint count (C01/17 Art. 9(2)).
    Raises Forbidden, NotFound, StocktakeClosed, FirstCountRuns, UnsentScans, DifferenceOpen,
    SignatureMissing, SignedAlready.
    """
    actor.require("stocktakes.approve")
    stocktake = lock_stocktake(session, actor, reference)
    devices, standing = _check_done(session, stocktake, at)
    signed = standing.signed
    missing = {Signing.KEEPER, Signing.ACCOUNTANT} - {row.signing for row in signed}
    if missing:
        raise SignatureMissing(
            _("Keeper and accountant have to sign this result first."),
            **ruling(session, RULE, local_day(at)).basis,
        )
    head = _sign(session, actor, stocktake, standing.result, signing=Signing.HEAD, at=at)
    signed.append(SignatureRow(Signing.HEAD, head.staff_name, at))
    paper = issue(
        session,
        actor,
        NewPaper(
            kind=PaperKind.STOCKTAKE_MINUTES,
            title=f"{stocktake.place_name}, {stocktake.reference}",
            subject_kind="stocktake",
            subject_ref=stocktake.reference,
            data=_minutes(session, stocktake, devices, signed, at),
            office_id=stocktake.office_id,
        ),
        at=at,
    )
    stocktake.closed_at, stocktake.closed_by_id = at, actor.staff_id
    stocktake.paper = paper.reference
    session.flush()
    if _awaited(session, actor, stocktake):
        keepers.take_joint_count(session, actor, stocktake.place_id, paper.number, at=at)
    subject = audit.Subject("stocktake", stocktake.id, stocktake.reference, stocktake.office_id)
    data = {"paper": paper.reference, "number": paper.number, "result": head.result.hex()}
    audit.record(session, actor, Act.STOCKTAKE_CLOSED, subject, data, at=at)
    return stocktake


def _awaited(session: Session, actor: Actor, stocktake: Stocktake) -> bool:
    """Whether a change of keeper waits for this count; one that the head had on paper does not."""
    if stocktake.period != Period.HANDOVER:
        return False
    change = find_open_change(session, actor, stocktake.place_id)
    return (
        change is not None and change.counted_at is None and change.opened_at <= stocktake.opened_at
    )


def _keeps(session: Session, actor: Actor, stocktake: Stocktake, on: date) -> bool:
    """Whether somebody answers for the place as its keeper; what lies with others has none."""
    root = int(stocktake.place_path.split("/")[1])
    if stocktake.period == Period.HANDOVER:
        change = find_open_change(session, actor, root)
        if change is not None:
            return actor.staff_id in (change.outgoing_staff_id, change.incoming_staff_id)
    form = session.scalar(select(Place.custody_form).where(Place.id == root))
    return form not in WAREHOUSE_FORMS or root in kept_by(session, actor.staff_id, on)


def _check_done(
    session: Session, stocktake: Stocktake, at: datetime
) -> tuple[list[DeviceRow], Standing]:
    if stocktake.first_ended_at is None:
        raise FirstCountRuns(_("The first count is going on still."))
    devices = check_devices(session, stocktake)
    standing = standing_of(session, stocktake.id)
    if standing.waiting:
        raise DifferenceOpen(
            _("%(n)s differences wait for a second counter or an approver."),
            n=standing.waiting,
            **ruling(session, RULE, local_day(at)).basis,
        )
    return devices, standing


def _sign(
    session: Session,
    actor: Actor,
    stocktake: Stocktake,
    result: bytes,
    *,
    signing: Signing,
    at: datetime,
) -> StocktakeSignature:
    made: StocktakeSignature | None = session.scalar(
        insert(StocktakeSignature)
        .values(
            stocktake_id=stocktake.id,
            result=result,
            signing=signing,
            office_id=stocktake.office_id,
            staff_id=actor.staff_id,
            staff_name=actor.name,
            signed_at=at,
        )
        .on_conflict_do_nothing()
        .returning(StocktakeSignature)
    )
    if made is None:
        raise SignedAlready(_("One person signs once; another has to sign here."))
    return made


def _minutes(
    session: Session,
    stocktake: Stocktake,
    devices: list[DeviceRow],
    signed: list[SignatureRow],
    at: datetime,
) -> StocktakeMinutes:
    items = all_items(session, stocktake.id)
    cases = list_differences(session, stocktake.id, size=_MOST).items
    states = [item.state for item in items]
    s = StocktakeScan
    counters = session.scalars(
        select(s.counter_name)
        .where(s.stocktake_id == stocktake.id, s.phase != Phase.LATE)
        .distinct()
        .order_by(s.counter_name)
    )
    sampled = stocktake.sample_pct < 100
    return StocktakeMinutes(
        bases=(BASIS,),
        reference=stocktake.reference,
        period=stocktake.period,
        classes=tuple(stocktake.classes),
        place=stocktake.place_name,
        basis=stocktake.basis,
        begun_at=stocktake.opened_at,
        ended_at=at,
        frozen_at=stocktake.opened_at,
        list_digest=stocktake.list_digest.hex(),
        seed=stocktake.seed if sampled else None,
        sample_pct=stocktake.sample_pct,
        listed=len(items),
        found=states.count("found"),
        away=states.count("away"),
        moved=states.count("moved"),
        missing=states.count("confirmed_missing"),
        counters=tuple(counters),
        lines=tuple(_line(item) for item in items),
        differences=tuple(_told(case) for case in cases),
        given_up=tuple(
            f"{row.name or row.device} ({row.staff_name}): {row.given_up_reason}"
            for row in devices
            if row.given_up_at
        ),
        signatures=_signatures(signed),
    )


_POSTS = {
    Signing.KEEPER: "THỦ KHO",
    Signing.ACCOUNTANT: "KẾ TOÁN NGHIỆP VỤ",
    Signing.HEAD: "THỦ TRƯỞNG CƠ QUAN",
}
"""Posts as the minutes print them; statutory papers are Vietnamese."""


def _signatures(signed: list[SignatureRow]) -> tuple[Signature, ...]:
    by = {row.signing: row.staff_name for row in signed}
    return tuple(Signature(post=post, name=by.get(signing)) for signing, post in _POSTS.items())


def _line(item: ItemRow) -> ItemLine:
    there = item.state == "found"
    return ItemLine(
        name=item.description,
        code=item.reference,
        unit=item.unit,
        quantity=item.quantity,
        real=(item.counted if item.counted is not None else item.quantity) if there else None,
        place=item.place,
        state=item.state,
        seal=item.seal,
        note=item.note or item.away_with,
    )


def _told(case: DifferenceOut) -> MinutesDifference:
    return MinutesDifference(
        kind=case.kind,
        code=case.code,
        description=case.description,
        place=case.place,
        seen_place=case.seen_place,
        counted=case.counted,
        word=case.word,
        reason=case.reason,
        evidence=case.evidence,
        second_counter=case.searched_by_name,
        decision=case.decision,
        decided_by=case.decided_by_name,
    )
