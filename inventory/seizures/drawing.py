"""Drawing up the papers of a seizure: decision, minutes, custody, release (L25 Art. 78-80, 95)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import items_of, lock_asset
from inventory.assets.rules import IMMOVABLE_KINDS, AssetKind
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.errors import Invalid
from inventory.base.events import publish
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.cases.queries import parts_of
from inventory.organisation.powers import refuse_coercion
from inventory.papers.commands import issue
from inventory.papers.queries import list_papers
from inventory.papers.rules import OFFICER, PaperKind, PaperState, signers_of
from inventory.papers.schemas import (
    About,
    ActMinutes,
    CasePart,
    Issued,
    ItemLine,
    NewPaper,
    PaperData,
    Party,
    Signature,
)
from inventory.seizures.coercion import refuse_day, refuse_hour
from inventory.seizures.models import Seizure
from inventory.seizures.papers import (
    CustodyAssignmentData,
    SeizureDecisionData,
    SeizureMinutesData,
    SeizureReleaseData,
)
from inventory.seizures.queries import get_open_seizure, things_of
from inventory.seizures.rules import (
    CustodyAssigned,
    DrawnUpAlready,
    SeizureHeld,
    SeizureWay,
    people_in,
    refusals_in,
    states_in,
)
from inventory.seizures.schemas import (
    DrawnUp,
    NewActMinutes,
    NewCustody,
    NewMinutes,
    NewSeizedAsset,
    NewSeizure,
)


def draw_decision(
    session: Session,
    actor: Actor,
    new: NewSeizure | NewSeizedAsset,
    assets: Sequence[Asset],
    case_id: int,
    *,
    at: datetime,
) -> str:
    """Issue the decision that seizes things for a case; its number (L25 Art. 78(1)).

    Raises Invalid.
    """
    actor.require("seizures.record")
    drawn = new.drawn_up
    if drawn is None:
        raise Invalid(
            _("Name the number of the decision, or the grounds to have it drawn up."),
            field="decision_number",
        )
    if new.decision_on != local_day(at):
        raise Invalid(_("A decision drawn up here bears the day of today."), field="decision_on")
    first = assets[0]
    data = SeizureDecisionData(
        grounds=drawn.grounds,
        owner=drawn.owner or first.owner_name,
        carried_out_by=drawn.carried_out_by,
        carried_out_at=_local(drawn.carried_out_at),
        place=drawn.place or first.location,
        extra=drawn.extra or new.way is SeizureWay.ON_THE_SPOT,
    )
    case = parts_of(session, [case_id])
    return _issue(
        session, actor, PaperKind.SEIZURE_DECISION, data, assets, cases=case, at=at
    ).number


def draw_release(
    session: Session, actor: Actor, asset: Asset, seizure: Seizure, drawn: DrawnUp, *, at: datetime
) -> str:
    """Issue the decision that ends a seizure; its number (L25 Art. 95(3))."""
    data = SeizureReleaseData(
        ground=drawn.grounds,
        decision_number=seizure.decision_number,
        decision_on=seizure.decision_on,
        returned_to=drawn.owner,
        registers=tuple(one.strip() for one in (drawn.registers or "").split(";") if one.strip()),
    )
    case = parts_of(session, [seizure.case_id])
    return _issue(
        session, actor, PaperKind.SEIZURE_RELEASE, data, [asset], cases=case, at=at
    ).number


def draw_minutes(
    session: Session, actor: Actor, reference: str, new: NewMinutes, *, at: datetime
) -> Issued:
    """Draw up the minutes of a seizure, for everything its decision names (L25 Art. 80(1)).

    Raises NotFound, DrawnUpAlready, HourForbidden, PowerNotGiven, Invalid.
    """
    actor.require("seizures.record")
    asset = lock_asset(session, actor, reference)
    seizure = get_open_seizure(session, asset.id, new.case_number)
    held_at = _check_time(session, new, seizure, at=at)
    refuse_coercion(session, asset.office_id, local_day(held_at))
    recalled = _recalled(session, actor, asset, PaperKind.SEIZURE_MINUTES, seizure.minutes, at=at)
    things = things_of(session, seizure)
    lines = _lines(session, things, new.states)
    data = SeizureMinutesData(
        **_said(new, held_at),
        lines=lines,
        decision_number=seizure.decision_number,
        decision_on=seizure.decision_on,
        officer=_officer(actor),
        recorder=Party(name=new.recorder) if new.recorder else None,
        others=new.others,
        custody=new.custody,
        force=new.force,
    )
    issued = _issue(
        session,
        actor,
        PaperKind.SEIZURE_MINUTES,
        data,
        things,
        cases=parts_of(session, [seizure.case_id]),
        names={"recorder": new.recorder},
        replaces=recalled,
        at=at,
    )
    session.execute(
        update(Seizure)
        .where(
            Seizure.asset_id.in_([one.id for one in things]),
            Seizure.case_id == seizure.case_id,
            Seizure.released_on.is_(None),
        )
        .values(minutes=issued.number)
    )
    publish(session, _held(actor, seizure, things, new, held_at, at=at))
    return issued


def _held(
    actor: Actor,
    seizure: Seizure,
    things: Sequence[Asset],
    new: NewMinutes,
    held_at: datetime,
    *,
    at: datetime,
) -> SeizureHeld:
    return SeizureHeld(
        actor=actor,
        asset_ids=tuple(one.id for one in things),
        case_id=seizure.case_id,
        on=local_day(held_at),
        immovable=any(AssetKind(one.kind) in IMMOVABLE_KINDS for one in things),
        force=new.force,
        at=at,
    )


def assign_custody(
    session: Session, actor: Actor, reference: str, new: NewCustody, *, at: datetime
) -> Issued:
    """Give a seized thing into somebody's custody by minutes (D152/26 Art. 24(4)).

    Where it is kept changes hands by the acts of custody; the minutes say who answers for it.
    Raises NotFound, Invalid.
    """
    actor.require("seizures.record")
    asset = lock_asset(session, actor, reference)
    seizure = get_open_seizure(session, asset.id, new.case_number)
    held_at = _past(new.at, at)
    if local_day(held_at) < seizure.decision_on:
        raise Invalid(_("That lies before the seizure decision."), field="at")
    data = CustodyAssignmentData(
        **_said(new, held_at),
        officer=_officer(actor),
        custodian=Party(
            name=new.custodian, address=new.custodian_address, identity=new.custodian_identity
        ),
        decision_number=seizure.decision_number,
        decision_on=seizure.decision_on,
        contract_number=new.contract_number,
        until_on=new.until_on,
        duties=new.duties,
        use=new.use,
    )
    case = parts_of(session, [seizure.case_id])
    kind, names = PaperKind.CUSTODY_ASSIGNMENT, {"custodian": new.custodian}
    issued = _issue(session, actor, kind, data, [asset], cases=case, names=names, at=at)
    publish(session, CustodyAssigned(actor, (asset.id,), local_day(held_at), issued.number, at))
    return issued


def _lines(session: Session, things: Sequence[Asset], states: str | None) -> tuple[ItemLine, ...]:
    """The seized things, each in the state it was found in.

    Raises Invalid.
    """
    codes = [one.reference for one in things]
    found = states_in(states, codes, "states")
    return tuple(
        msgspec.structs.replace(line, state=found.get(str(line.code), line.state))
        for line in items_of(session, codes)
    )


def _check_time(session: Session, new: NewMinutes, seizure: Seizure, *, at: datetime) -> datetime:
    """The moment of the seizure, where the law allows it (L25 Art. 72(5); L08 Art. 46(2)).

    Raises HourForbidden, Invalid.
    """
    held_at = _past(new.at, at)
    on = local_day(held_at)
    if on < seizure.decision_on:
        raise Invalid(_("That lies before the seizure decision."), field="at")
    refuse_hour(session, held_at, field="at")
    refuse_day(session, on, force=new.force, field="at")
    return held_at


def _past(typed: datetime, at: datetime) -> datetime:
    held_at = typed if typed.tzinfo else typed.replace(tzinfo=TZ)
    if held_at > at:
        raise Invalid(_("The moment lies in the future."), field="at")
    return held_at


def _local(typed: datetime | None) -> datetime | None:
    return typed.replace(tzinfo=TZ) if typed and typed.tzinfo is None else typed


def _said(new: NewActMinutes, held_at: datetime) -> dict[str, Any]:
    """What minutes of every kind say."""
    return {
        "at": held_at,
        "ended_at": _local(new.ended_at),
        "place": new.place,
        "present": people_in(new.present, "present"),
        "absences": new.absences,
        "opinions": new.opinions,
        "incidents": new.incidents,
        "refusals": refusals_in(new.refusals, "refusals"),
    }


def _officer(actor: Actor) -> Party:
    return Party(name=actor.name, role=OFFICER)


def _issue(
    session: Session,
    actor: Actor,
    kind: PaperKind,
    data: PaperData,
    assets: Sequence[Asset],
    *,
    cases: tuple[CasePart, ...],
    names: Mapping[str, str | None] | None = None,
    replaces: str | None = None,
    at: datetime,
) -> Issued:
    known = {OFFICER: actor.name, **(names or {})}
    for case in cases[:1]:
        known |= {"debtor": case.debtor, "creditor": case.creditor}
    away = {one.name for one in data.refusals} if isinstance(data, ActMinutes) else set()
    codes = [asset.reference for asset in assets]
    lines = data.lines or items_of(session, codes)
    full = msgspec.structs.replace(
        data,
        cases=cases,
        lines=lines,
        signatures=tuple(
            Signature(post=post, name=None if known.get(post) in away else known.get(post))
            for post in signers_of(kind)
        ),
    )
    more = f" (+{len(lines) - 1})" if len(lines) > 1 else ""
    new = NewPaper(
        kind=kind,
        title=f"{lines[0].name}{more}" if lines else codes[0],
        subject_kind="asset",
        subject_ref=codes[0],
        data=full,
        about=tuple(About("asset", code) for code in codes),
        office_id=assets[0].office_id,
        replaces=replaces,
    )
    return issue(session, actor, new, at=at)


def _recalled(
    session: Session,
    actor: Actor,
    asset: Asset,
    kind: PaperKind,
    number: str | None,
    *,
    at: datetime,
) -> str | None:
    """The recalled paper that another replaces, where there is one (C04/23 Art. 36(4)).

    Raises DrawnUpAlready.
    """
    if number is None:
        return None
    found = list_papers(session, actor, kind=kind, number=number, about=("asset", asset.reference))
    if any(one.state in (PaperState.IN_FORCE, PaperState.AMENDED) for one in found.items):
        raise DrawnUpAlready(
            _("The minutes %(number)s are in force; recall them before others are drawn up."),
            number=number,
            **ruling(session, "paper_replaced", local_day(at)).basis,
        )
    return next((one.reference for one in found.items if one.state is PaperState.RECALLED), None)
