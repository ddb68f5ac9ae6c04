"""The only writer of the steps of assets.

Rooms above call it inside their act, for all assets of a lot at once: one statement reads where
they stand, one writes the steps; the limits that begin or end with a step follow.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits, void_deadlines
from auction.deadlines.schemas import Begun, DeadlineSubject
from auction.deadlines.writing import Fulfilled
from auction.life.handbook import limits_of_life, step_forms
from auction.life.models import AssetStep
from auction.life.queries import AssetStanding, days_of, standings
from auction.life.rules import (
    LifeBegan,
    Planned,
    State,
    Step,
    StepForm,
    StepOutOfTurn,
    lawful_after,
    plan,
)
from auction.life.schemas import Taken
from inventory.assets.rules import AssetKind, scope_of
from inventory.base.actor import Actor
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.together import add, write_gathered
from inventory.evidence.queries import held_on_days
from inventory.seizures.ledger import Followed, follow_seizures, seizures_in_force
from inventory.seizures.rules import SeizureWay

Rows = list[dict[str, Any]]

SEIZING = {
    SeizureWay.DECISION: (Step.SEIZED_AFTER_MEASURE, Step.SEIZED),
    SeizureWay.JUDGMENT: (Step.SEIZED_BY_JUDGMENT,),
    SeizureWay.ON_THE_SPOT: (Step.SEIZED_ON_THE_SPOT,),
}
"""The step that a seizure is, by how it came about; the first that fits where the asset stands."""

SEIZED_ANEW = "Tài sản được giải tỏa và kê biên lại"
"""Why what was still due in the life before falls away."""

LASTING = frozenset({"registration_file_due", "old_title_cancelled"})
"""Limits of a sale that go on after its asset was seized anew: the buyer's title."""


class InRound(NamedTuple):
    """The lot and the round a step belongs to."""

    lot_id: int | None = None
    round_id: int | None = None
    round_number: int | None = None


NO_ROUND = InRound()


def take_step(
    session: Session,
    actor: Actor,
    asset_ids: Sequence[int],
    step: Step,
    on: date,
    *,
    at: datetime,
    document: str | None = None,
    note: str | None = None,
    subject: DeadlineSubject | None = None,
    lot_id: int | None = None,
    round_id: int | None = None,
    round_number: int | None = None,
    limits_from: date | None = None,
) -> None:
    """Take one step with some assets; see take_steps.

    Raises StepOutOfTurn, LifeMovedOn.
    """
    taken = Taken(steps=(step,), on=on, document=document, note=note, limits_from=limits_from)
    about = InRound(lot_id, round_id, round_number)
    take_steps(session, actor, asset_ids, [taken], at=at, subject=subject, about=about)


def take_steps(
    session: Session,
    actor: Actor,
    asset_ids: Sequence[int],
    taken: Sequence[Taken],
    *,
    at: datetime,
    subject: DeadlineSubject | None = None,
    about: InRound = NO_ROUND,
    known: list[AssetStanding] | None = None,
) -> None:
    """Take some steps, one after the other, with some assets.

    ``known`` is where they stand, if the act has read it since it locked them.

    ``subject`` is what the limits are about: a lot for the steps of a lot, else each asset. An
    asset whose seizure no step tells of yet begins with it, and one that is seized for somebody
    else still when it is paid out begins anew. The key of a step is the last belt where two people
    act on one asset.
    Raises StepOutOfTurn, LifeMovedOn.
    """
    if known is None:
        known = standings(session, asset_ids)
    begun = [one.asset_id for one in known if one.waits]
    if begun and begin(session, actor, follow_seizures(session, begun, at=at), at=at):
        known = standings(session, asset_ids)
    steps = dict.fromkeys((one.asset_id for one in known), taken)
    done = _write(session, actor, known, steps, about=about, subject=subject, at=at)
    if subject is not None:
        scopes = {_scope(one) for one in known}
        scope = "immovable" if "immovable" in scopes else "movable"
        first = done[known[0].asset_id] if known else [step.steps[0] for step in taken]
        _follow_limits(session, actor, (subject, scope, first), taken, at=at)
    if any(step.steps[0] is Step.PAID_OUT for step in taken):
        _begin_after(session, actor, known, Step.DELIVERED, taken[-1].on, at=at)


def begin(session: Session, actor: Actor, seizures: Sequence[Followed], *, at: datetime) -> int:
    """Let seizures that no step tells of yet begin the life of their assets; how many did.

    What was identified, measured or held as evidence before goes on with it; where a life has ended
    another begins; where it is under way the seizure joins it, without a step of its own.
    """
    if not seizures:
        return 0
    known = standings(session, sorted({one.asset_id for one in seizures}))
    stand = {one.asset_id: one for one in known}
    fitting = [one for one in seizures if stand[one.asset_id].takes_up(one.on)]
    by_asset = {one.asset_id: one for one in reversed(fitting)}
    begun = [one for one in known if one.asset_id in by_asset]
    fresh = [one.asset_id for one in begun if one.state is State.NONE]
    held = held_on_days(session, {asset_id: by_asset[asset_id].on for asset_id in fresh})
    steps: dict[int, list[Taken]] = {}
    for asset_id, one in by_asset.items():
        seized = Taken(steps=SEIZING[one.way], on=one.on, document=one.document)
        before = held.get(asset_id)
        steps[asset_id] = [seized]
        if before is not None:
            was_held = Taken(steps=(Step.HELD,), on=before.on, document=before.document)
            steps[asset_id] = [was_held, seized]
    _write(session, actor, begun, steps, at=at)
    return len(begun)


def begin_after_release(
    session: Session, actor: Actor, asset_id: int, on: date, *, at: datetime
) -> None:
    """What is released for one case and seized for another still begins another life by that.

    Only where the release ended its life; from the day of the release on.
    """
    known = [one for one in standings(session, [asset_id]) if one.state is State.RELEASED]
    left = seizures_in_force(session, [one.asset_id for one in known])
    steps = {
        one.asset_id: [Taken(steps=SEIZING[one.way], on=max(one.on, on), document=one.document)]
        for one in reversed(left)
    }
    _write(session, actor, [one for one in known if one.asset_id in steps], steps, at=at)


def subject_of(one: AssetStanding) -> DeadlineSubject:
    """An asset as the deadlines know it."""
    return DeadlineSubject("asset", one.reference, one.office_id, asset_id=one.asset_id)


def _write(
    session: Session,
    actor: Actor,
    known: Sequence[AssetStanding],
    taken: Mapping[int, Sequence[Taken]],
    *,
    at: datetime,
    about: InRound = NO_ROUND,
    subject: DeadlineSubject | None = None,
) -> dict[int, list[Step]]:
    """Write the steps of some assets, and their limits where they are about each of them.

    Answers which steps were taken of those that could be.
    """
    stamp = _stamp(actor, at, about, subject)
    rows: Rows = []
    done: dict[int, list[Step]] = {}
    anew: list[AssetStanding] = []
    for one in known:
        made = _rows_of(one, taken[one.asset_id], stamp)
        rows += made
        done[one.asset_id] = [Step(row["step"]) for row in made]
        if made and made[-1]["life"] > one.life:
            anew.append(one)
    add(session, AssetStep, rows)
    if anew:
        _leave_behind(session, actor, anew, at=at)
    for one in known if subject is None else ():
        whom = (subject_of(one), _scope(one), done[one.asset_id])
        _follow_limits(session, actor, whom, taken[one.asset_id], at=at)
    return done


def _leave_behind(
    session: Session, actor: Actor, anew: Sequence[AssetStanding], *, at: datetime
) -> None:
    """What was still due in the life before falls away; rooms above begin anew too."""
    write_gathered(session, AssetStep)
    keys = limits_of_life() - LASTING
    for one in anew:
        subject = subject_of(one)
        void_deadlines(session, actor, subject, sorted(keys), at=at, why=SEIZED_ANEW)
    publish(session, LifeBegan(actor, tuple(one.asset_id for one in anew), at))


def _begin_after(
    session: Session,
    actor: Actor,
    known: Iterable[AssetStanding],
    step: Step,
    on: date,
    *,
    at: datetime,
) -> None:
    """What was seized from its buyer after a step of the life that now ended begins another."""
    days = days_of(session, [one.asset_id for one in known], step)
    left = [one for one in seizures_in_force(session, sorted(days)) if one.on >= days[one.asset_id]]
    begin(session, actor, [msgspec.structs.replace(one, on=max(one.on, on)) for one in left], at=at)


def _rows_of(one: AssetStanding, taken: Sequence[Taken], stamp: Mapping[str, Any]) -> Rows:
    rows: Rows = []
    state, since, seq, life = one.state, one.since_on, one.seq, one.life
    for step in taken:
        planned = plan(step_forms(), step.steps, state)
        if planned is None:
            raise _out_of_turn(one, state, step)
        if planned.state is not state or since is None or planned.anew:
            since = step.on
        state, seq, life = planned.state, seq + 1, life + planned.anew
        own = {"seq": seq, "life": life, "since_on": since}
        rows.append({**stamp, **_row(one, step, planned), **own})
    return rows


def _row(one: AssetStanding, taken: Taken, planned: Planned) -> dict[str, Any]:
    law = step_forms()[planned.step].law_on(taken.on)
    return {
        "asset_id": one.asset_id,
        "office_id": one.office_id,
        "step": planned.step.value,
        "on_day": taken.on,
        "state": planned.state.value,
        "regime": law.regime.value,
        "article": law.article,
        "confidence": law.confidence.value,
        "document": taken.document,
        "note": taken.note,
        "unrecorded": [] if taken.ruled else [step.value for step in planned.unrecorded],
    }


def _stamp(
    actor: Actor, at: datetime, about: InRound, subject: DeadlineSubject | None
) -> Mapping[str, Any]:
    of_lot = subject is not None and subject.kind == "lot"
    return {
        "afterwards": False,
        "lot_id": about.lot_id or (subject.lot_id if subject else None),
        "lot": subject.ref if subject and of_lot else None,
        "round_id": about.round_id,
        "round_number": about.round_number,
        "recorded_at": at,
        "recorded_by_id": actor.staff_id,
        "recorded_by": actor.name,
    }


def _follow_limits(
    session: Session,
    actor: Actor,
    about: tuple[DeadlineSubject, str, Sequence[Step]],
    taken: Sequence[Taken],
    *,
    at: datetime,
) -> None:
    """Meet and set the limits of the steps of a lot or an asset; neighbours in one statement."""
    whom, scope, steps = about
    met: list[str] = []
    met_on: date | None = None
    for step, said in zip(steps, taken, strict=True):
        form = step_forms()[step]
        if met_on is not None and form.meets and said.on != met_on:
            meet_by_act(session, actor, met, whom, met_on=met_on, at=at)
            met = []
        if form.meets:
            met, met_on = [*met, *form.meets], said.on
        also = _begun(form, said)
        if form.starts or also:
            start = said.limits_from or said.on
            done = Fulfilled(met, whom, met_on) if met_on is not None and met else None
            set_limits(
                session,
                actor,
                form.starts,
                start,
                whom,
                at=at,
                scope=scope,
                fulfilled=done,
                also=also,
            )
            met, met_on = [], None
        _go_on(session, actor, form, whom, said, at=at)
    if met_on is not None and met:
        meet_by_act(session, actor, met, whom, met_on=met_on, at=at)


def _begun(form: StepForm, said: Taken) -> list[Begun]:
    """Limits that begin with the day of the step, whenever the office hears of it."""
    begun = [Begun(key, said.on) for key in form.from_day]
    if said.told_on is not None:
        begun += [Begun(key, said.on, said.told_on) for key in form.told]
    return begun


def _go_on(
    session: Session,
    actor: Actor,
    form: StepForm,
    whom: DeadlineSubject,
    said: Taken,
    *,
    at: datetime,
) -> None:
    """Begin what runs after a limit that the step meets, where there was one."""
    for before, after in form.then.items():
        if meet_by_act(session, actor, before, whom, met_on=said.on, at=at):
            set_limits(session, actor, (after,), said.on, whom, at=at)


def _scope(one: AssetStanding) -> str:
    return scope_of(AssetKind(one.kind))


def _out_of_turn(one: AssetStanding, state: State, taken: Taken) -> StepOutOfTurn:
    wanted = taken.steps[0]
    return StepOutOfTurn(
        _(
            "%(asset)s stands at “%(state)s”; the step “%(step)s” does not follow from there."
            " Lawful from there: %(lawful)s."
        ),
        article=step_forms()[wanted].law_on(taken.on).article,
        rule=f"life.{wanted.value}",
        asset=one.reference,
        state=state,
        step=wanted,
        lawful=lawful_after(step_forms(), state),
    )
