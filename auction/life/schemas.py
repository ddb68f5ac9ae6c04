"""What goes into and comes out of the life of an asset."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from auction.deadlines.schemas import DeadlineOut
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word
from auction.life.rules import Doer, Regime, State, Step
from inventory.base.said import Line, Said


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step about to be taken; of several the first that fits where the asset stands.

    ``limits_from`` is the day its limits run from, where it is not the day of the step; ``told_on``
    is the day on which the office was told of it in writing. ``ruled`` is what somebody ruled and
    not what happened: nothing between was passed over.
    """

    steps: Sequence[Step]
    on: date
    document: str | None = None
    note: str | None = None
    limits_from: date | None = None
    told_on: date | None = None
    ruled: bool = False


class Standing(msgspec.Struct, frozen=True):
    """Where an asset stands: its state, since when, and how many steps it has."""

    asset_id: int
    state: State
    since_on: date | None
    seq: int


class NewStep(Said, frozen=True, kw_only=True):
    """A step that is recorded by itself, because no other act of the program takes it."""

    step: Step
    on: date
    document: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    note: Line | None = None


class StepOut(msgspec.Struct, frozen=True, kw_only=True):
    """A step on the timeline."""

    id: int
    seq: int
    life: int
    step: Step
    number: str
    paper: Word
    actor: Doer
    on: date
    state: State
    regime: Regime
    article: str
    citation: Word
    confidence: Confidence
    document: str | None
    note: str | None
    unrecorded: list[Step]
    afterwards: bool
    lot: str | None
    round_number: int | None
    recorded_at: datetime
    recorded_by: str


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that may come next: who takes it, on which paper, by which article, until when."""

    step: Step
    number: str
    paper: Word
    actor: Doer
    aside: bool
    article: str
    citation: Word
    confidence: Confidence
    due: DeadlineOut | None


class LifeOut(msgspec.Struct, frozen=True, kw_only=True):
    """The life of an asset: where it stands, its steps, what may come next, what is due.

    ``life`` counts its lives: the steps tell of all of them, everything else of the last one.
    """

    asset: str
    life: int
    state: State
    since_on: date | None
    ended: bool
    steps: list[StepOut]
    next: list[NextStep]
    due: list[DeadlineOut]
    unrecorded: list[Step]
