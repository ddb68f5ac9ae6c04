"""The only writer of the steps of assets.

Rooms above call it inside their act, for all assets of a lot at once: one statement reads where
they stand, one writes the steps; the limits that begin or end with a step follow.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits
from auction.deadlines.schemas import Begun, DeadlineSubject
from auction.deadlines.writing import Fulfilled
from auction.life.handbook import step_forms
from auction.life.models import AssetStep
from auction.life.queries import AssetStanding, standings
from auction.life.rules import Planned, State, Step, StepForm, StepOutOfTurn, next_steps, plan
from auction.life.schemas import Taken
from inventory.assets.rules import AssetKind, scope_of
from inventory.base.actor import Actor
from inventory.base.messages import _
from inventory.base.together import add
from inventory.seizures.ledger import Followed, follow_seizures

Rows = list[dict[str, Any]]


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
    asset whose seizure no step tells of yet begins with it. The key of a step is the last belt
    where two people act on one asset.
    Raises StepOutOfTurn, LifeMovedOn.
    """
    if known is None:
        known = standings(session, asset_ids)
    begun = [one.asset_id for one in known if one.waits]
    if begun and begin(session, actor, follow_seizures(session, begun, at=at), at=at):
        known = standings(session, asset_ids)
    stamp = _stamp(actor, at, about, subject)
    rows: Rows = []
    done: dict[int, list[Step]] = {}
    for one in known:
        made = _rows_of(one, taken, stamp)
        rows += made
        done[one.asset_id] = [Step(row["step"]) for row in made]
    add(session, AssetStep, rows)
    about_whom = [(subject_of(one), _scope(one), done[one.asset_id]) for one in known]
    if subject is not None:
        scopes = {scope for _one, scope, _done in about_whom}
        scope = "immovable" if "immovable" in scopes else "movable"
        steps = done[known[0].asset_id] if known else [step.steps[0] for step in taken]
        about_whom = [(subject, scope, steps)]
    for whom in about_whom:
        _follow_limits(session, actor, whom, taken, at=at)


def begin(session: Session, actor: Actor, seizures: Sequence[Followed], *, at: datetime) -> int:
    """Let lives begin with the seizures that no step tells of yet; how many did."""
    if not seizures:
        return 0
    first = {one.asset_id: one for one in reversed(seizures)}
    known = [one for one in standings(session, sorted(first)) if one.seq == 0]
    stamp = _stamp(actor, at, NO_ROUND, None)
    forms = step_forms()
    rows: Rows = []
    for one in known:
        seizure = first[one.asset_id]
        taken = Taken(steps=(Step.SEIZED,), on=seizure.on, document=seizure.document)
        rows += _rows_of(one, [taken], stamp)
    add(session, AssetStep, rows)
    limits = forms[Step.SEIZED].starts
    for one in known:
        start, scope = first[one.asset_id].on, _scope(one)
        set_limits(session, actor, limits, start, subject_of(one), at=at, scope=scope)
    return len(known)


def subject_of(one: AssetStanding) -> DeadlineSubject:
    """An asset as the deadlines know it."""
    return DeadlineSubject("asset", one.reference, one.office_id, asset_id=one.asset_id)


def _rows_of(one: AssetStanding, taken: Sequence[Taken], stamp: Mapping[str, Any]) -> Rows:
    rows: Rows = []
    state, since, seq = one.state, one.since_on, one.seq
    for step in taken:
        planned = plan(step_forms(), step.steps, state)
        if planned is None:
            raise _out_of_turn(one, state, step)
        if planned.state is not state or since is None:
            since = step.on
        state, seq = planned.state, seq + 1
        rows.append({**stamp, **_row(one, step, planned), "seq": seq, "since_on": since})
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
        asset=one.reference,
        state=state,
        step=wanted,
        lawful=tuple(form.code for form in next_steps(step_forms(), state)),
    )
