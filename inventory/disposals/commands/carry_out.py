"""Letting things go by a decision: the keeper releases them on the head's order, with minutes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.care import Found, seals_of
from inventory.custody.ledger import Step as CustodyStep
from inventory.custody.rules import CustodyKind, NotInCustody
from inventory.disposals.commands.steps import lock, look_ahead, subject_of
from inventory.disposals.models import Disposal, DisposalLine, DisposalStep
from inventory.disposals.queries import list_council
from inventory.disposals.rules import (
    ENDINGS,
    Ending,
    FirstByLaw,
    Step,
    Way,
    WitnessMissing,
)
from inventory.disposals.schemas import (
    CarriedOut,
    DestructionPaper,
    DisposalPaper,
    ForfeiturePaper,
    Gone,
    Receiver,
    ReturnPaper,
)
from inventory.orders.rules import Direction, Purpose
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import About, ItemLine, NewPaper, Party, Signature

_KINDS = {
    Way.DESTROY: PaperKind.DESTRUCTION_MINUTES,
    Way.RETURN: PaperKind.RETURN_MINUTES,
    Way.FORFEIT: PaperKind.FORFEITURE_MINUTES,
}
_PURPOSES = {
    Way.DESTROY: frozenset({Purpose.DESTROYED}),
    Way.RETURN: frozenset({Purpose.RETURNED}),
    Way.FORFEIT: frozenset({Purpose.FORFEITED}),
}
"""On which orders things go."""

_ARTICLES = {
    Way.DESTROY: "D152/26 Art. 40",
    Way.RETURN: "D152/26 Art. 41",
    Way.FORFEIT: "D152/26 Art. 39(3)",
}
"""What the minutes rest on beside the judgment."""


def carry_out(
    session: Session, actor: Actor, reference: str, new: CarriedOut, *, at: datetime
) -> Gone:
    """Let things go: destroyed before witnesses, or handed to whoever shows that he may take them.

    Raises Forbidden, NotFound, OutOfTurn, WitnessMissing, Invalid, NotInCustody, and what the gate
    of custody raises.
    """
    actor.require("custody.release")
    disposal = lock(session, actor, reference, Way.DESTROY, Way.RETURN, Way.FORFEIT)
    _refuse_early(session, disposal, at)
    _refuse_incomplete(Way(disposal.way), new)
    _refuse_somebody_else(disposal, new.receiver)
    names = _named(session, disposal, new.assets)
    seals = seals_of(new.seals, names)
    _release(session, actor, disposal, names, new, seals=seals, at=at)
    paper = _minutes(session, actor, disposal, items_of(session, names, seals=seals), new, at=at)
    left = _end(session, actor, disposal, names, paper, note=new.remains, at=at)
    return Gone(disposal.reference, len(names), left, paper)


def put_up_for_sale(session: Session, actor: Actor, reference: str, *, at: datetime) -> Gone:
    """Hand things to the auction side: they stay in the warehouse until a buyer fetches them.

    Raises Forbidden, NotFound, WrongWay, OutOfTurn.
    """
    actor.require("disposals.decide")
    disposal = lock(session, actor, reference, Way.SELL)
    names = _named(session, disposal, ())
    left = _end(session, actor, disposal, names, None, note=None, at=at)
    return Gone(disposal.reference, len(names), left, None)


def _refuse_early(session: Session, disposal: Disposal, at: datetime) -> None:
    if disposal.awaits != Step.CARRIED_OUT:
        first = {
            Way.DESTROY: (_("First comes the council."), "destroy_council_due"),
            Way.RETURN: (_("First comes the notice."), "return_notice_due"),
            Way.FORFEIT: (_("First comes the notice."), "forfeit_notify"),
        }
        text, rule = first[Way(disposal.way)]
        raise FirstByLaw(text, **ruling(session, rule, local_day(at)).basis)


def _refuse_incomplete(way: Way, new: CarriedOut) -> None:
    if way is Way.DESTROY:
        if not new.manner:
            raise Invalid(_("Say in which way it is destroyed."), field="manner")
        if not new.witnesses:
            raise WitnessMissing(_("Name those who saw it."), field="witnesses")
    elif new.receiver is None:
        raise Invalid(
            _("Who takes it shows who he is; name him and his paper."), field="receiver.name"
        )


def _refuse_somebody_else(disposal: Disposal, receiver: Receiver | None) -> None:
    """Who takes for the one named in the decision shows by which authority (D152/26 Art. 41)."""
    if disposal.way != Way.RETURN or receiver is None or receiver.authority:
        return
    if receiver.name.casefold() != disposal.party.casefold():
        raise Invalid(
            _("It is returned to %(party)s; who takes it for him shows by which authority."),
            field="receiver.authority",
            party=disposal.party,
        )


def _named(session: Session, disposal: Disposal, wanted: Sequence[str]) -> list[str]:
    """The things that go now: those named, or all that are left."""
    left = session.scalars(
        select(Asset.reference)
        .join(DisposalLine, DisposalLine.asset_id == Asset.id)
        .where(DisposalLine.disposal_id == disposal.id, DisposalLine.ending.is_(None))
        .order_by(Asset.id)
    ).all()
    names = list(dict.fromkeys(map(tidy, wanted))) or list(left)
    for name in names:
        if name not in left:
            raise NotFound(_("%(asset)s is not left here."), field="assets", asset=name)
    return names


def _release(
    session: Session,
    actor: Actor,
    disposal: Disposal,
    names: Sequence[str],
    new: CarriedOut,
    *,
    seals: Found,
    at: datetime,
) -> None:
    standings = custody.lock_many(
        session, actor, dict.fromkeys(names), at=at, order=new.order, direction=Direction.OUT
    )
    for standing in standings:
        if standing.place_id is None:
            raise NotInCustody(_("%(reference)s is in no place."), reference=standing.reference)
    receiver = new.receiver.name if new.receiver else disposal.decision_number
    steps = [
        CustodyStep(
            standing,
            CustodyKind.RELEASED,
            standing.place_name or "",
            receiver,
            disposal.decision_number,
            disposal.reference,
            seals.get(standing.reference, {}),
            purposes=_PURPOSES[Way(disposal.way)],
            takers=(new.receiver.name,) if new.receiver and not new.receiver.authority else (),
        )
        for standing in standings
    ]
    custody.write_steps(session, actor, steps, at=at)


def _minutes(
    session: Session,
    actor: Actor,
    disposal: Disposal,
    items: tuple[ItemLine, ...],
    new: CarriedOut,
    *,
    at: datetime,
) -> str:
    way = Way(disposal.way)
    data = _paper(session, actor, disposal, new, at=at)
    data = msgspec.structs.replace(data, lines=items)
    paper = NewPaper(
        kind=_KINDS[way],
        title=disposal.decision_number,
        subject_kind="disposal",
        subject_ref=disposal.reference,
        data=data,
        about=tuple(About("asset", item.code or "") for item in items),
        office_id=disposal.office_id,
    )
    return issue(session, actor, paper, at=at).reference


def _paper(
    session: Session, actor: Actor, disposal: Disposal, new: CarriedOut, *, at: datetime
) -> DisposalPaper:
    present = tuple(
        Party(name=name.strip(), role="witness")
        for name in (new.witnesses or "").split(",")
        if name.strip()
    )
    saw = tuple(Signature(post="witness", name=one.name) for one in present)
    said: dict[str, Any] = {
        "at": at,
        "bases": (_ARTICLES[Way(disposal.way)], disposal.judgment),
        "decision": disposal.decision_number,
        "decided_on": disposal.decision_on,
        "place": new.place,
        "present": present,
        "opinions": new.opinions,
    }
    if disposal.way == Way.DESTROY:
        council = [
            Party(name=m.name, post=m.post, role="chair" if m.chairs else "member")
            for m in list_council(session, disposal.id)
        ]
        signed = tuple(Signature(post=m.role or "member", name=m.name) for m in council) + saw
        return DestructionPaper(
            **said,
            council=tuple(council),
            way=new.manner or "",
            remains=new.remains,
            signatures=signed,
        )
    giver, receiver = Party(name=actor.name, role="keeper"), _party(new.receiver)
    signed = (
        Signature(post="giver", name=giver.name),
        Signature(post="receiver", name=receiver.name),
        *saw,
    )
    if disposal.way == Way.RETURN:
        notice = session.scalars(
            select(DisposalStep.paper).where(
                DisposalStep.disposal_id == disposal.id, DisposalStep.step == Step.NOTICED
            )
        ).first()
        return ReturnPaper(**said, receiver=receiver, giver=giver, notice=notice, signatures=signed)
    papers = (disposal.decision_number, disposal.judgment)
    return ForfeiturePaper(**said, receiver=receiver, giver=giver, papers=papers, signatures=signed)


def _party(receiver: Receiver | None) -> Party:
    if receiver is None:
        raise Invalid(_("This field is required."), field="receiver.name")
    return Party(
        name=receiver.name,
        post=receiver.post,
        identity=f"{receiver.proof} {receiver.proof_number}",
        authority=receiver.authority,
    )


def _end(
    session: Session,
    actor: Actor,
    disposal: Disposal,
    names: Sequence[str],
    paper: str | None,
    *,
    note: str | None,
    at: datetime,
) -> int:
    ending: Ending = ENDINGS[Way(disposal.way)]
    session.execute(
        update(DisposalLine)
        .where(
            DisposalLine.disposal_id == disposal.id,
            DisposalLine.asset_id.in_(select(Asset.id).where(Asset.reference.in_(names))),
        )
        .values(ending=ending, ended_at=at, note=note)
    )
    session.add(
        DisposalStep(
            disposal_id=disposal.id,
            office_id=disposal.office_id,
            step=Step.CARRIED_OUT,
            done_on=local_day(at),
            paper=paper,
            words=None,
            due_on=disposal.due_on,
            article=disposal.article,
            recorded_at=at,
            staff_id=actor.staff_id,
            actor_name=actor.name,
        )
    )
    session.flush()
    look_ahead(session, disposal, at=at)
    data = {"ending": ending, "assets": list(names), "paper": paper}
    audit.record(session, actor, Act.DISPOSAL_ENDED, subject_of(disposal), data, at=at)
    return len(
        session.scalars(
            select(DisposalLine.asset_id).where(
                DisposalLine.disposal_id == disposal.id, DisposalLine.ending.is_(None)
            )
        ).all()
    )
