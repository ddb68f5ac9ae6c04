"""The decision and the steps of a disposal, each with the day by which the law wants it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import visible_assets
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.numbering import ids, reference
from inventory.base.orm import refused_by
from inventory.base.said import tidy
from inventory.disposals.models import Disposal, DisposalLine, DisposalStep
from inventory.disposals.queries import no_such_disposal, visible_disposals
from inventory.disposals.rules import (
    PREFIX,
    WAITS,
    DecidedAlready,
    Disposable,
    Ending,
    OutOfTurn,
    Step,
    StillWaiting,
    Thing,
    Way,
    WrongWay,
    limit_of,
    next_step,
)
from inventory.disposals.schemas import (
    NewDisposal,
    NewNotice,
    NewRefusal,
    NewRemittance,
)


def decide(session: Session, actor: Actor, new: NewDisposal, *, at: datetime) -> Disposal:
    """Record what the judgment decides of things; what is due next follows from the dated rules.

    Raises Forbidden, NotFound, DecidedAlready, Invalid.
    """
    actor.require("disposals.decide")
    not_ahead(new.decision_on, at, field="decision_on")
    if new.way is Way.RETURN and not new.party:
        raise Invalid(_("Say to whom it is returned."), field="party")
    assets = _lock_assets(session, actor, list(dict.fromkeys(map(tidy, new.assets))))
    (disposal_id,) = ids.take(session, "disposal_id_seq")
    made = Disposal(
        id=disposal_id,
        reference=reference(PREFIX, disposal_id),
        office_id=assets[0].office_id,
        way=new.way,
        thing=new.thing,
        military=new.military,
        decision_number=new.decision_number,
        decision_on=new.decision_on,
        judgment=new.judgment,
        party=new.party or _receiver(session, new),
        awaits=Step.DECIDED,
        decided_at=at,
        decided_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    _add_lines(session, made, assets)
    take_step(
        session,
        actor,
        made,
        Step.DECIDED,
        new.decision_on,
        paper=new.decision_number,
        words=new.judgment,
        at=at,
    )
    data = {"way": new.way, "assets": [asset.reference for asset in assets]}
    audit.record(session, actor, Act.DISPOSAL_DECIDED, subject_of(made), data, at=at)
    return made


def notify(
    session: Session, actor: Actor, reference: str, new: NewNotice, *, at: datetime
) -> Disposal:
    """Record the notice to whoever is to collect or to receive.

    Raises Forbidden, NotFound, WrongWay, OutOfTurn, Invalid.
    """
    actor.require("disposals.decide")
    disposal = lock(session, actor, reference, Way.RETURN, Way.FORFEIT)
    refuse_before_decision(disposal, new.noticed_on, at, field="noticed_on")
    take_step(
        session,
        actor,
        disposal,
        Step.NOTICED,
        new.noticed_on,
        paper=new.paper,
        words=new.words,
        at=at,
    )
    return _fix_collection(session, disposal, new)


def refuse_return(
    session: Session, actor: Actor, reference: str, new: NewRefusal, *, at: datetime
) -> Disposal:
    """Record that the owner does not want things back; they may be disposed of anew at once.

    Raises Forbidden, NotFound, WrongWay, OutOfTurn, Invalid.
    """
    actor.require("disposals.decide")
    disposal = lock(session, actor, reference, Way.RETURN)
    refuse_before_decision(disposal, new.refused_on, at, field="refused_on")
    if disposal.awaits != Step.CARRIED_OUT:
        raise OutOfTurn(_("First comes the notice."))
    add_step(
        session,
        actor,
        disposal,
        Step.REFUSED,
        new.refused_on,
        paper=new.paper,
        words=new.reason,
        at=at,
    )
    _leave_unclaimed(session, actor, disposal, at=at)
    return disposal


def give_up_waiting(session: Session, actor: Actor, reference: str, *, at: datetime) -> Disposal:
    """Record that nobody collected in time; goods are then priced and sold, papers go back to who
    issued them, money is deposited (L25 Art. 59; L08 Art. 126).

    Raises Forbidden, NotFound, WrongWay, OutOfTurn, StillWaiting.
    """
    actor.require("disposals.decide")
    disposal = lock(session, actor, reference, Way.RETURN)
    if disposal.awaits != Step.CARRIED_OUT or disposal.due_on is None:
        raise OutOfTurn(_("First comes the notice."))
    if disposal.due_on >= local_day(at):
        by = law.ruling(session, WAITS[Thing(disposal.thing)], local_day(at)).basis
        raise StillWaiting(_("It may be collected until %(day)s."), day=disposal.due_on, **by)
    add_step(session, actor, disposal, Step.UNCLAIMED, local_day(at), at=at)
    _leave_unclaimed(session, actor, disposal, at=at)
    return disposal


def remit(
    session: Session, actor: Actor, reference: str, new: NewRemittance, *, at: datetime
) -> Disposal:
    """Record that forfeited money was paid into the budget.

    Raises Forbidden, NotFound, WrongWay, OutOfTurn, Invalid.
    """
    actor.require("disposals.remit")
    disposal = lock(session, actor, reference, Way.FORFEIT)
    if disposal.thing != Thing.MONEY:
        raise WrongWay(_("No money was forfeited here."))
    refuse_before_decision(disposal, new.remitted_on, at, field="remitted_on")
    take_step(
        session,
        actor,
        disposal,
        Step.REMITTED,
        new.remitted_on,
        paper=new.paper,
        amount=check_amount(new.amount, field="amount"),
        at=at,
    )
    return disposal


def lock(session: Session, actor: Actor, reference: str, *ways: Way) -> Disposal:
    """An open disposal of some ways, locked until the transaction ends.

    Raises NotFound, WrongWay, OutOfTurn.
    """
    disposal = session.scalar(
        visible_disposals(actor).where(Disposal.reference == tidy(reference)).with_for_update()
    )
    if disposal is None:
        raise no_such_disposal(reference)
    if ways and disposal.way not in ways:
        raise WrongWay(_("That step belongs to another way of disposal."))
    if disposal.closed_at is not None:
        raise OutOfTurn(_("The disposal is finished."))
    return disposal


def take_step(
    session: Session,
    actor: Actor,
    disposal: Disposal,
    step: Step,
    on: date,
    *,
    at: datetime,
    paper: str | None = None,
    words: str | None = None,
    amount: Decimal | None = None,
) -> None:
    """Take the step whose turn it is, and keep what is due next.

    Raises OutOfTurn.
    """
    if disposal.awaits != step:
        raise OutOfTurn(_("Another step comes first, or this one was taken."))
    add_step(session, actor, disposal, step, on, at=at, paper=paper, words=words, amount=amount)
    look_ahead(session, disposal, at=at)


def look_ahead(session: Session, disposal: Disposal, *, at: datetime) -> None:
    """Keep on a locked disposal which step comes next, by which day and by which article."""
    taken = session.execute(
        select(DisposalStep.step, DisposalStep.done_on).where(
            DisposalStep.disposal_id == disposal.id
        )
    )
    done = {Step(row[0]): row[1] for row in taken}
    left = session.scalars(
        select(DisposalLine.asset_id)
        .where(DisposalLine.disposal_id == disposal.id, DisposalLine.ending.is_(None))
        .limit(1)
    ).first()
    way, thing = Way(disposal.way), Thing(disposal.thing)
    step = next_step(way, thing, done, all_gone=left is None)
    limit = _due(session, disposal, step, done) if step else None
    disposal.awaits = step
    disposal.due_on, disposal.article = (limit.due_on, limit.article) if limit else (None, None)
    disposal.closed_at = at if step is None else None
    session.flush()


def subject_of(disposal: Disposal) -> audit.Subject:
    """The disposal as the audit ledger names it."""
    return audit.Subject("disposal", disposal.id, disposal.reference, disposal.office_id)


def _due(
    session: Session, disposal: Disposal, step: Step, done: dict[Step, date]
) -> Disposable | None:
    """By which day a step is due; None where no law of that day sets a limit."""
    limit = limit_of(Way(disposal.way), Thing(disposal.thing), step)
    if limit is None or limit.after not in done:
        return None
    started = done[limit.after]
    try:
        rule = law.ruling(session, limit.key, started)
        return Disposable(law.due_on(session, limit.key, started), rule.article)
    except NotFound:
        return None


def add_step(
    session: Session,
    actor: Actor,
    disposal: Disposal,
    step: Step,
    on: date,
    *,
    at: datetime,
    paper: str | None = None,
    words: str | None = None,
    amount: Decimal | None = None,
    article: str | None = None,
) -> None:
    """Write a step that was taken, by the article that is due or another."""
    session.add(
        DisposalStep(
            disposal_id=disposal.id,
            office_id=disposal.office_id,
            step=step,
            done_on=on,
            paper=paper,
            words=words,
            amount=amount,
            due_on=disposal.due_on,
            article=article or disposal.article,
            recorded_at=at,
            staff_id=actor.staff_id,
            actor_name=actor.name,
        )
    )
    session.flush()
    data = {"step": step, "on": on.isoformat(), "paper": paper}
    audit.record(session, actor, Act.DISPOSAL_STEPPED, subject_of(disposal), data, at=at)


def _leave_unclaimed(session: Session, actor: Actor, disposal: Disposal, *, at: datetime) -> None:
    session.execute(
        update(DisposalLine)
        .where(DisposalLine.disposal_id == disposal.id, DisposalLine.ending.is_(None))
        .values(ending=Ending.UNCLAIMED, ended_at=at)
    )
    look_ahead(session, disposal, at=at)
    audit.record(session, actor, Act.DISPOSAL_ENDED, subject_of(disposal), at=at)


def _fix_collection(session: Session, disposal: Disposal, new: NewNotice) -> Disposal:
    """From the day fixed for it, cost and risk are the receiver's (D152/26 Art. 39(2))."""
    if new.collect_by is None:
        return disposal
    if disposal.way != Way.FORFEIT or new.collect_by < new.noticed_on:
        raise Invalid(_("Only a receiver is told a day, and after the notice."), field="collect_by")
    risk = law.ruling(session, "forfeit_risk_passes", new.noticed_on)
    disposal.due_on, disposal.article = new.collect_by, risk.article
    return disposal


def _receiver(session: Session, new: NewDisposal) -> str:
    """Who receives what is forfeited, as the law of the decision's day says; a code."""
    if new.way is not Way.FORFEIT:
        return ""
    scope = "military" if new.military else None
    return str(law.ruling(session, "forfeit_receiver", new.decision_on, scope).value)


def _lock_assets(session: Session, actor: Actor, wanted: list[str]) -> Sequence[Asset]:
    statement = visible_assets(actor).where(Asset.reference.in_(wanted)).order_by(Asset.id)
    assets = session.scalars(statement.with_for_update(of=Asset, key_share=True)).all()
    missing = set(wanted) - {asset.reference for asset in assets}
    if missing:
        raise NotFound(
            _("There is no asset %(reference)s."), field="assets", reference=min(missing)
        )
    if len({asset.office_id for asset in assets}) != 1:
        raise Invalid(_("The things belong to several offices."), field="assets")
    return assets


def _add_lines(session: Session, made: Disposal, assets: Sequence[Asset]) -> None:
    rows = [
        {"disposal_id": made.id, "asset_id": asset.id, "office_id": made.office_id}
        for asset in assets
    ]
    taken = DecidedAlready(
        _("One of the things is being disposed of by another decision."), field="assets"
    )
    with refused_by(session, "uq_disposal_line_open", taken):
        session.execute(insert(DisposalLine), rows)


def refuse_before_decision(disposal: Disposal, on: date, at: datetime, *, field: str) -> None:
    """Refuse a step on a day before its decision, or still to come.

    Raises Invalid.
    """
    not_ahead(on, at, field=field)
    if on < disposal.decision_on:
        raise Invalid(_("The day lies before the decision."), field=field)
