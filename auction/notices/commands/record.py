"""Recording a notice, its pictures, that it was struck through, and the office's own paper."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from auction.auctioneers.queries import contract_in_force
from auction.legal_rules.queries import basis_on
from auction.lots.commands import lock_lot
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot, get_lot, last_round
from auction.lots.recalls import refuse_recall
from auction.lots.rules import LotIsClosed, LotStep
from auction.notices.models import LotNotice
from auction.notices.queries import awaited_number, done_for, get_notice
from auction.notices.rules import (
    ANNOUNCED_IN,
    POSTED_AT,
    Act,
    NoticeExists,
    NoticeIncomplete,
    NoticeKind,
    NoticeStruck,
    NoticeTooEarly,
)
from auction.notices.schemas import NewNotice, Strike
from auction.papers.commands import issue_paper
from auction.papers.schemas import AuctionNoticeData, BurdenLine
from inventory.attachments.commands import attach
from inventory.attachments.rules import Purpose, SubjectKind
from inventory.attachments.schemas import Added, Examined, NewAttachments, Subject
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Param
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.storage import BlobStore
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued
from inventory.titles.queries import burdens_of

MAY = "notices.record"
PLACES = {NoticeKind.POSTING: POSTED_AT, NoticeKind.ANNOUNCEMENT: ANNOUNCED_IN}
WINDOWS = frozenset({NoticeKind.VIEWING, NoticeKind.REGISTRATION})


def record_notice(
    session: Session, actor: Actor, lot_ref: str, new: NewNotice, *, at: datetime
) -> LotNotice:
    """Record a notice for the round that is open, else for the next (PA16 Art. 35, 36, 38, 57).

    A day ahead is a plan and counts as one. It is the organisation's act: none before its contract.
    Raises NotFound, LotIsClosed, RecallPending, NoticeIncomplete, NoticeTooEarly, NoticeExists.
    """
    actor.require(MAY)
    lot = lock_lot(session, actor, lot_ref)
    if lot.closed_on is not None:
        raise LotIsClosed(_("The lot %(lot)s is closed; no round follows."), lot=lot.reference)
    refuse_recall(session, lot.id)
    _check(new)
    _refuse_before_contract(session, actor, lot, new.from_on)
    made = LotNotice(
        lot_id=lot.id,
        office_id=lot.office_id,
        round_number=awaited_number(session, lot),
        kind=new.kind.value,
        place=new.place.value if new.place else None,
        name=new.name,
        number=new.number,
        from_on=new.from_on,
        until_on=new.until_on,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = NoticeExists(_("This notice of that day is recorded already."), field="from_on")
    with refused_by(session, "uq_lot_notice_standing", taken):
        session.add(made)
        session.flush()
    data = {"notice": made.id, "kind": made.kind, "place": made.place, "round": made.round_number}
    _record(session, actor, Act.RECORDED, lot, {**data, "on": new.from_on.isoformat()}, at=at)
    return made


def _refuse_before_contract(session: Session, actor: Actor, lot: Lot, on: date) -> None:
    """The organisation posts, announces and shows once its contract is signed.

    PA16 Art. 33, 35, 57; L25 Art. 83(2)a. Raises NoticeTooEarly.
    """
    contract = contract_in_force(session, actor, lot.id)
    if contract is None or on >= contract.signed_on:
        return
    raise NoticeTooEarly(
        _(
            "Contract %(number)s with the auction organisation was signed on %(signed)s: nothing is"
            " posted, announced or shown for it before (rule %(rule)s). Lawful: from that day on."
        ),
        field="from_on",
        number=contract.number,
        signed=contract.signed_on,
        **basis_on(session, "auction_under_contract", on),
    )


def strike_notice(
    session: Session, actor: Actor, notice_id: int, new: Strike, *, at: datetime
) -> LotNotice:
    """Strike a wrong notice through, for a reason; it stays to be seen and counts no more.

    Raises NotFound, NoticeStruck.
    """
    actor.require(MAY)
    notice = get_notice(session, actor, notice_id)
    if notice.struck_at is not None:
        raise NoticeStruck(_("This notice was struck through before."), field="reason")
    notice.struck_at, notice.struck_by_id, notice.struck_reason = at, actor.staff_id, new.reason
    session.flush()
    lot = session.get_one(Lot, notice.lot_id)
    _record(session, actor, Act.STRUCK, lot, {"notice": notice.id, "reason": new.reason}, at=at)
    return notice


def attach_to_notice(
    session: Session,
    actor: Actor,
    notice_id: int,
    files: Sequence[Examined],
    *,
    note: str | None = None,
    store: BlobStore,
    at: datetime,
) -> list[Added]:
    """Keep pictures that prove a notice: as many as there are.

    Raises NotFound, NotAsReceived, Unavailable.
    """
    notice = get_notice(session, actor, notice_id)
    lot = session.get_one(Lot, notice.lot_id)
    subject = Subject(SubjectKind.NOTICE, notice.id, notice.office_id, lot.reference)
    new = NewAttachments(purpose=Purpose.PAPER, note=note)
    return attach(session, actor, subject, new, files, store=store, at=at)


def issue_notice(session: Session, actor: Actor, lot_ref: str, *, at: datetime) -> Issued:
    """Issue the office's notice of the auction of the round whose day is fixed.

    What burdens the things stands in it.
    Raises NotFound, RecallPending, NoticeIncomplete; what the papers refuse.
    """
    actor.require(MAY)
    lot = lock_lot(session, actor, lot_ref)
    refuse_recall(session, lot.id)
    fixed = last_round(session, lot.id)
    if fixed is None or lot.awaits != LotStep.OUTCOME or fixed.starting_price is None:
        raise NoticeIncomplete(_("Fix the day of the round first."), field="opens_at")
    data = _paper(session, actor, lot, fixed, local_day(at))
    issued = issue_paper(
        session,
        actor,
        PaperKind.AUCTION_NOTICE,
        data,
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=lot.office_id,
        assets=[one.reference for one in assets_of_lot(session, lot.id)],
        case_number=get_lot(session, actor, lot_ref).case_number,
        at=at,
    )
    said = {"paper": issued.reference, "number": issued.number, "round": fixed.number}
    _record(session, actor, Act.ISSUED, lot, said, at=at)
    return issued


def _paper(
    session: Session, actor: Actor, lot: Lot, fixed: AuctionRound, on: date
) -> AuctionNoticeData:
    contract = contract_in_force(session, actor, lot.id)
    done = done_for(session, lot.id, fixed.number)
    named = contract.organisation if contract else None
    return AuctionNoticeData(
        round_number=fixed.number,
        starting_price=fixed.starting_price or Decimal(0),
        organisation=named or fixed.organisation or "",
        opens_at=fixed.opens_at,
        organisation_address=contract.organisation_address if contract else None,
        venue=fixed.venue,
        form=fixed.form or (contract.form if contract else None),
        method=fixed.method,
        deposit=fixed.deposit,
        step=fixed.bid_step,
        dossier_fee=fixed.dossier_fee,
        viewing=_window([(o.from_on, o.until_on) for o in done if o.kind is NoticeKind.VIEWING]),
        registration=_window(
            [(o.from_on, o.until_on) for o in done if o.kind is NoticeKind.REGISTRATION]
        ),
        contract_number=contract.number if contract else None,
        contract_on=contract.signed_on if contract else None,
        burdens=_burdens(session, lot, on),
    )


def _burdens(session: Session, lot: Lot, on: date) -> tuple[BurdenLine, ...]:
    """What burdens the things of a lot on a day; whose they are is nobody's business in public."""
    assets = assets_of_lot(session, lot.id)
    found = burdens_of(session, [one.id for one in assets], on)
    return tuple(
        BurdenLine(
            asset=asset.reference if len(assets) > 1 else None,
            kind=one.kind.value,
            until_on=one.until_on,
            note=one.note,
        )
        for asset in assets
        for one in found.get(asset.id, [])
    )


def _window(days: Sequence[tuple[date, date | None]]) -> str | None:
    """The windows as the Vietnamese paper says them."""
    said = [
        f"từ ngày {begins:%d/%m/%Y} đến ngày {until:%d/%m/%Y}"
        if until
        else f"ngày {begins:%d/%m/%Y}"
        for begins, until in days
    ]
    return "; ".join(said) or None


def _check(new: NewNotice) -> None:
    faults: dict[str, tuple[str, dict[str, Param]]] = {}
    places = PLACES.get(new.kind)
    if places is not None and new.place not in places:
        faults["place"] = (_("Say where: choose one of the given values."), {})
    if places is None and new.place is not None:
        faults["place"] = (_("Only a posting or an announcement has a place."), {})
    if new.kind in WINDOWS and new.until_on is None:
        faults["until_on"] = (_("Say until which day."), {})
    if new.until_on is not None and new.until_on < new.from_on:
        faults["until_on"] = (_("The last day lies before the first."), {})
    if faults:
        raise NoticeIncomplete.many(_("Some fields need another look."), faults)


def _record(
    session: Session, actor: Actor, act: Act, lot: Lot, data: dict[str, Any], *, at: datetime
) -> None:
    about = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    audit.record(session, actor, act, about, data, at=at)
