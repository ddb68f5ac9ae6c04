"""Looking into what a check did not find, writing off what is missing, taking that back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import items_of, lock_asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.custody import ledger as custody
from inventory.custody.commands import impede, unimpede
from inventory.custody.rules import CustodyKind, Hindrance
from inventory.custody.schemas import NewImpediment
from inventory.losses.models import MissingCase, WriteOff, WriteOffReversal
from inventory.losses.queries import find_write_off, missed_by
from inventory.losses.rules import (
    WRITTEN_OFF_BY,
    AlreadySearched,
    Liability,
    NoMissingCase,
    NotConfirmedMissing,
    NotSearched,
    NotWrittenOff,
)
from inventory.losses.schemas import NewReversal, NewWriteOff, WriteOffPaper
from inventory.organisation.powers import refuse_other_head
from inventory.organisation.rules import Role
from inventory.outside.rules import FoundMissing
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued, NewPaper, PaperData, Party, Signature
from inventory.stocktakes.rules import NotTheFirst, Ruling, Search, check_second
from inventory.stocktakes.schemas.said import DecisionSaid, SearchSaid


def open_case(session: Session, event: FoundMissing) -> None:
    """Open a case of what a check outside did not find; one that is open already goes on."""
    if _open_case(session, event.asset_id) is not None:
        return
    case = MissingCase(
        asset_id=event.asset_id,
        office_id=event.office_id,
        source=event.paper,
        finding=event.finding,
        opened_at=event.at,
        opened_by_id=event.actor.staff_id,
        opened_by_name=event.actor.name,
    )
    session.add(case)
    session.flush()


def search_case(
    session: Session, actor: Actor, reference: str, said: SearchSaid, *, at: datetime
) -> MissingCase:
    """Say as a second person what became of a thing that was not found.

    Raises Forbidden, NotFound, NoMissingCase, AlreadySearched, NotTheFirst.
    """
    actor.require("stocktakes.count")
    asset, case = _locked(session, actor, reference)
    if case.searched_at is not None:
        raise AlreadySearched(_("A second person has looked into this already."))
    check_second(actor.staff_id, [case.opened_by_id] if case.opened_by_id else [])
    case.searched, case.reason, case.evidence = said.search.value, said.reason.value, said.evidence
    case.searched_at, case.searched_by_id, case.searched_by_name = at, actor.staff_id, actor.name
    if said.search is Search.SETTLED:
        case.closed_at = at
    session.flush()
    data = {"source": case.source, "search": said.search, "reason": said.reason}
    audit.record(session, actor, Act.MISSING_SEARCHED, _subject(asset), data, at=at)
    return case


def decide_case(
    session: Session, actor: Actor, reference: str, said: DecisionSaid, *, at: datetime
) -> MissingCase:
    """Decide as the approver on what was searched and not found: it is missing, or search again.

    Raises Forbidden, NotFound, NoMissingCase, NotSearched, NotTheFirst.
    """
    actor.require("stocktakes.approve")
    asset, case = _locked(session, actor, reference)
    if case.searched_at is None:
        raise NotSearched(_("A second person has to look into this first."))
    check_second(actor.staff_id, [case.opened_by_id] if case.opened_by_id else [])
    if actor.staff_id == case.searched_by_id:
        raise NotTheFirst(_("Who looked into a difference does not approve it."))
    if said.ruling is Ruling.SEARCH_AGAIN:
        case.searched = case.searched_at = case.searched_by_id = case.searched_by_name = None
    else:
        case.decision, case.decided_at, case.closed_at = said.decision, at, at
        case.decided_by_id, case.decided_by_name = actor.staff_id, actor.name
        why = NewImpediment(code=Hindrance.MISSING, reason=said.decision)
        impede(session, actor, [asset.reference], why, at=at, source=case.source)
    session.flush()
    data = {"source": case.source, "ruling": said.ruling, "why": said.decision}
    audit.record(session, actor, Act.MISSING_DECIDED, _subject(asset), data, at=at)
    return case


def write_off(
    session: Session, actor: Actor, reference: str, new: NewWriteOff, *, at: datetime
) -> WriteOff:
    """Let a thing that is confirmed missing leave the books, by decision of the head.

    The decision is a numbered paper; custody ends with an entry of its own, and from then on
    nothing is done with the thing until the decision is taken back (C01/17 Art. 14; C78/20 Art. 5).
    Raises Forbidden, NotItsHead, NotFound, NotConfirmedMissing, Invalid, IsAway.
    """
    actor.require("losses.write_off")
    asset = lock_asset(session, actor, reference)
    rule = ruling(session, WRITTEN_OFF_BY, local_day(at))
    refuse_other_head(session, actor, asset.office_id, rule.basis)
    sources = missed_by(session, asset.id)
    if not sources:
        raise NotConfirmedMissing(
            _(
                "Only what a count or a check missed and an approver confirmed missing is written"
                " off: have it searched and confirmed first."
            ),
            **rule.basis,
        )
    _check(new)
    paper = _decide_on_paper(session, actor, asset, new, sources, at=at)
    seq = _leave_books(session, actor, asset, (paper, new.ground), sources, at=at)
    made = WriteOff(
        asset_id=asset.id,
        office_id=asset.office_id,
        seq=seq,
        ground=new.ground,
        liability=new.liability.value,
        liable=new.liable,
        amount=new.amount,
        missed_by=", ".join(sources),
        paper=paper.reference,
        number=paper.number,
        decided_on=local_day(at),
        article=rule.article,
        recorded_at=at,
        decided_by_id=actor.staff_id,
        decided_by_name=actor.name,
    )
    session.add(made)
    session.flush()
    data = {"paper": paper.number, "liability": new.liability, "missed_by": made.missed_by}
    audit.record(session, actor, Act.WRITTEN_OFF, _subject(asset), data, at=at)
    return made


def reverse_write_off(
    session: Session, actor: Actor, reference: str, new: NewReversal, *, at: datetime
) -> WriteOffReversal:
    """Take a write-off back because the thing was found; it is then taken in on an order again.

    Raises Forbidden, NotFound, NotWrittenOff.
    """
    actor.require("losses.write_off")
    asset = lock_asset(session, actor, reference)
    found = find_write_off(session, asset.id)
    if found is None:
        raise NotWrittenOff(_("%(reference)s is not written off."), reference=asset.reference)
    signed = Signature(post=Role.HEAD, name=actor.name)
    paper = issue(
        session,
        actor,
        NewPaper(
            kind=PaperKind.RECALL,
            title=f"Thu hồi Quyết định ghi giảm {asset.reference}",
            subject_kind="asset",
            subject_ref=asset.reference,
            data=PaperData(note=new.reason, signatures=(signed,)),
            office_id=asset.office_id,
            recalls=found.paper,
        ),
        at=at,
    )
    reversal = WriteOffReversal(
        write_off_id=found.id,
        office_id=asset.office_id,
        reason=new.reason,
        paper=paper.reference,
        number=paper.number,
        recorded_at=at,
        decided_by_id=actor.staff_id,
        decided_by_name=actor.name,
    )
    session.add(reversal)
    session.flush()
    code, source = Hindrance.WRITTEN_OFF, found.paper
    unimpede(session, actor, [asset.reference], code, new.reason, at=at, source=source)
    data = {"paper": paper.number, "why": new.reason}
    audit.record(session, actor, Act.WRITE_OFF_REVERSED, _subject(asset), data, at=at)
    return reversal


def _leave_books(
    session: Session,
    actor: Actor,
    asset: Asset,
    decided: tuple[Issued, str],
    sources: list[str],
    *,
    at: datetime,
) -> int:
    """End custody by the decision; what stood against the thing gives way to the decision."""
    paper, ground = decided
    (standing,) = custody.lock_many(session, actor, {asset.reference: None}, at=at)
    gone = custody.Step(
        standing,
        CustodyKind.WRITTEN_OFF,
        standing.place_name or standing.receiver,
        "",
        ground[:500],
        paper.number,
    )
    (entry,) = custody.write_steps(session, actor, [gone], at=at)
    for source in sources:
        why, code = paper.number, Hindrance.MISSING
        unimpede(session, actor, [asset.reference], code, why, at=at, source=source)
    out = NewImpediment(code=Hindrance.WRITTEN_OFF, reason=paper.number)
    impede(session, actor, [asset.reference], out, at=at, source=paper.reference)
    return entry.seq


def _check(new: NewWriteOff) -> None:
    if new.liability is Liability.NOBODY and (new.liable or new.amount is not None):
        raise Invalid(_("Where nobody is responsible nobody is named."), field="liable")
    if new.liability is not Liability.NOBODY and not new.liable:
        raise Invalid(_("Name who answers for the loss."), field="liable")
    if new.liability is Liability.COMPENSATES and not new.amount:
        raise Invalid(_("Say how much is compensated."), field="amount")
    if new.amount is not None:
        check_amount(new.amount, field="amount")


def _decide_on_paper(
    session: Session,
    actor: Actor,
    asset: Asset,
    new: NewWriteOff,
    sources: list[str],
    *,
    at: datetime,
) -> Issued:
    data = WriteOffPaper(
        on=local_day(at),
        ground=new.ground,
        missed_by=", ".join(sources),
        liability=new.liability,
        liable=Party(name=new.liable) if new.liable else None,
        amount=new.amount,
        bases=("C01/17 Art. 14", "C78/20 Art. 5(1)"),
        lines=items_of(session, [asset.reference]),
        signatures=(Signature(post=Role.HEAD, name=actor.name),),
    )
    paper = NewPaper(
        kind=PaperKind.WRITE_OFF_DECISION,
        title=f"Quyết định ghi giảm {asset.reference}",
        subject_kind="asset",
        subject_ref=asset.reference,
        data=data,
        office_id=asset.office_id,
    )
    return issue(session, actor, paper, at=at)


def _open_case(session: Session, asset_id: int) -> MissingCase | None:
    c = MissingCase
    return session.scalar(select(c).where(c.asset_id == asset_id, c.closed_at.is_(None)))


def _locked(session: Session, actor: Actor, reference: str) -> tuple[Asset, MissingCase]:
    asset = lock_asset(session, actor, reference)
    case = _open_case(session, asset.id)
    if case is None:
        raise NoMissingCase(
            _("No case of a missing thing is open for %(reference)s."), reference=asset.reference
        )
    return asset, case


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
