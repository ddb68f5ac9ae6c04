"""Where assets stand on their way, and the whole life of one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from auction.deadlines.queries import deadlines_of_asset
from auction.deadlines.schemas import DeadlineOut
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word, cite
from auction.life.handbook import step_forms
from auction.life.models import AssetStep
from auction.life.rules import (
    BEFORE_SEIZURE,
    CLOSED,
    ENDED,
    Regime,
    State,
    Step,
    StepForm,
    next_steps,
)
from auction.life.schemas import LifeOut, NextStep, Standing, StepOut
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.base.together import write_gathered


def standing_statement(also: str = "", joins: str = "") -> Direct:
    """What reads where some assets (``a``) stand, in the columns of ``AssetStanding``.

    ``also`` are further columns, each after its comma, from ``joins``.
    """
    # A list of JSON and not an array, or the statement would be planned for the length of each.
    return Direct(f"""
SELECT a.id, s.state, s.since_on, coalesce(s.seq, 0), a.reference, a.office_id, a.kind, s.on_day,
  coalesce(s.state, 'none') IN ('none', 'held', 'identified', 'measured', 'paid_out', 'unsold',
      'returned', 'released')
    AND EXISTS (SELECT FROM seizure z
      WHERE z.asset_id = a.id AND z.followed_at IS NULL AND z.released_on IS NULL),
  EXISTS (SELECT FROM hold_asset h WHERE h.asset_id = a.id), coalesce(s.life, 1){also}
FROM jsonb_array_elements_text(%(assets)s::jsonb) AS x (id)
CROSS JOIN LATERAL (SELECT id, reference, office_id, kind FROM asset
  WHERE id = x.id::bigint LIMIT 1) AS a
LEFT JOIN LATERAL (
  SELECT seq, state, since_on, on_day, life FROM asset_step
  WHERE asset_id = a.id ORDER BY seq DESC LIMIT 1) AS s ON true
{joins}ORDER BY a.id
""")  # noqa: S608 - our words


_STANDINGS = standing_statement()

_STEPS = text("""
SELECT s.id, s.seq, s.life, s.step, s.on_day, s.state, s.since_on, s.regime, s.article,
  s.confidence, s.document, s.note, s.unrecorded, s.afterwards, s.lot_id, s.lot, s.round_number,
  s.recorded_at, s.recorded_by
FROM asset_step s WHERE s.asset_id = :asset ORDER BY s.seq
""")


class AssetStanding(Standing, frozen=True):
    """Where an asset stands, with what its limits need to know of it."""

    reference: str
    office_id: int
    kind: str
    last_on: date | None
    waits: bool
    """Whether a seizure that no step tells of is still to begin its life, or the next one."""
    ever_held: bool
    """Whether it was ever on hold; whether one stops an act of a day, the holds say."""
    life: int
    """Which of its lives this is: one thing may be seized again after the first came to its end."""

    def takes_up(self, on: date) -> bool:
        """Whether a seizure of a day begins its life, goes on with it, or begins another."""
        if self.state in CLOSED:
            return self.since_on is None or on >= self.since_on
        return self.state in BEFORE_SEIZURE


def standings(session: Session, asset_ids: Sequence[int]) -> list[AssetStanding]:
    """Where some assets stand, by their ids, in one statement."""
    write_gathered(session, AssetStep)
    rows = _STANDINGS.ask_all(session.connection(), {"assets": str(list(asset_ids))})
    return [standing_from(row) for row in rows]


def standing_from(row: Sequence[Any]) -> AssetStanding:
    """Where an asset stands, of the columns that ``standing_statement`` reads."""
    asset_id, state, *more = row
    return AssetStanding(asset_id, State(state or State.NONE), *more)


def standing_of(session: Session, asset_ids: Sequence[int]) -> dict[int, Standing]:
    """Where some assets stand, by id."""
    return {one.asset_id: one for one in standings(session, asset_ids)}


def days_of(session: Session, asset_ids: Sequence[int], step: Step) -> dict[int, date]:
    """The day on which some assets last took a step."""
    write_gathered(session, AssetStep)
    rows = session.execute(
        select(AssetStep.asset_id, func.max(AssetStep.on_day))
        .where(AssetStep.asset_id.in_(asset_ids), AssetStep.step == step.value)
        .group_by(AssetStep.asset_id)
    )
    return {row[0]: row[1] for row in rows}


def life_began(session: Session, asset_id: int) -> date | None:
    """The day on which the present life of an asset began, None for its first."""
    day: date | None = session.scalar(text(_BEGAN), {"asset": asset_id})
    return day


BEGAN = (
    "(SELECT began.on_day FROM asset_step AS began WHERE began.asset_id = {asset}"
    " AND began.life > 1 ORDER BY began.life DESC, began.seq LIMIT 1)"
)
"""The day on which the present life of an asset began, where it is not its first; else NULL.

What was found, counted or decided of it before that day belongs to the life before.
"""


_BEGAN = f"SELECT {BEGAN.format(asset=':asset')}"


def of_this_life(
    asset_id: InstrumentedAttribute[Any], on: InstrumentedAttribute[Any], by: date = date.max
) -> ColumnElement[bool]:
    """Whether a day of an asset lies in its present life, or in the one of another day."""
    began = aliased(AssetStep)
    day = (
        select(began.on_day)
        .where(began.asset_id == asset_id, began.life > 1, began.on_day <= by)
        .order_by(began.life.desc(), began.seq)
        .limit(1)
        .scalar_subquery()
    )
    return on >= func.coalesce(day, date.min)


def find_asset(session: Session, actor: Actor, reference: str) -> Asset:
    """The asset of a reference in the actor's sight.

    Raises NotFound.
    """
    asset = session.scalar(
        select(Asset).where(Asset.reference == reference, in_sight(Asset.office_id, actor))
    )
    if asset is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return asset


def life_of(session: Session, actor: Actor, reference: str, today: date) -> LifeOut:
    """The life of an asset: its steps, what may come next, and what is due.

    Raises NotFound.
    """
    asset = find_asset(session, actor, reference)
    rows = session.execute(_STEPS, {"asset": asset.id}).all()
    steps = [_step(row) for row in rows]
    last = rows[-1] if rows else None
    state = State(last.state) if last else State.NONE
    lots = {row.lot_id for row in rows if row.lot_id is not None}
    due = deadlines_of_asset(session, actor, asset.id, sorted(lots), today=today)
    open_ones = [one for one in due if one.met_on is None and one.voided_on is None]
    return LifeOut(
        asset=asset.reference,
        life=last.life if last else 1,
        state=state,
        since_on=last.since_on if last else None,
        ended=state in ENDED,
        steps=steps,
        next=[_next(form, open_ones, today) for form in next_steps(step_forms(), state)],
        due=due,
        unrecorded=missing_steps(rows),
    )


def next_of(state: State, today: date) -> list[NextStep]:
    """The steps that may follow a state, by the law of a day."""
    return [_next(form, (), today) for form in next_steps(step_forms(), state)]


def _step(row: Row[Any]) -> StepOut:
    form = step_forms()[Step(row.step)]
    return StepOut(
        id=row.id,
        seq=row.seq,
        life=row.life,
        step=form.code,
        number=form.number,
        paper=Word(form.paper_en, form.paper_vi),
        actor=form.actor,
        on=row.on_day,
        state=State(row.state),
        regime=Regime(row.regime),
        article=row.article,
        citation=cite(row.article),
        confidence=Confidence(row.confidence),
        document=row.document,
        note=row.note,
        unrecorded=[Step(code) for code in row.unrecorded],
        afterwards=row.afterwards,
        lot=row.lot,
        round_number=row.round_number,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )


def _next(form: StepForm, due: Sequence[DeadlineOut], today: date) -> NextStep:
    law = form.law_on(today)
    met = [one for one in due if one.rule_key in form.meets]
    return NextStep(
        step=form.code,
        number=form.number,
        paper=Word(form.paper_en, form.paper_vi),
        actor=form.actor,
        aside=form.aside,
        article=law.article,
        citation=cite(law.article),
        confidence=law.confidence,
        due=min(met, key=lambda one: one.due_on, default=None),
    )


def missing_steps(rows: Sequence[Row[Any]]) -> list[Step]:
    """The steps of this life passed over that nobody has recorded since, in their order."""
    here = [row for row in rows if row.life == rows[-1].life]
    recorded = [Step(row.step) for row in here if row.afterwards]
    passed = [Step(code) for row in here for code in row.unrecorded]
    left = list(passed)
    for code in recorded:
        if code in left:
            left.remove(code)
    return left


def steps_of(session: Session, asset_id: int) -> Sequence[Row[Any]]:
    """The steps of an asset as rows, the first one first."""
    return session.execute(_STEPS, {"asset": asset_id}).all()
