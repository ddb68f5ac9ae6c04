"""What is said when a thing is sealed, looked at or opened; how seals are shown; their minutes."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, Said
from inventory.custody.rules import SealState
from inventory.papers.schemas import PaperData, Party
from inventory.seals.rules import Occasion, OpenedFor, PresentAs, SealStanding

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Present(Said, frozen=True, kw_only=True):
    """Somebody present; ``refusal`` says why he did not sign."""

    name: Name
    role: PresentAs
    refusal: Line | None = None


People = Annotated[list[Present], msgspec.Meta(max_length=12)]


class NewSeal(Said, frozen=True, kw_only=True):
    """A seal put on by this office; ``replaces`` names the opened seal it follows.

    ``photo_sha256`` names the attached picture in which the seal is to be seen.
    """

    number: Number
    sealed_on: date
    sealed_by: Name
    present: People
    state_before: Words
    state_after: Words
    replaces: Number | None = None
    photo_sha256: Sha256 | None = None


class ReceivedSeal(Said, frozen=True, kw_only=True):
    """A seal that is on the thing when it comes, and how it is found."""

    number: Number
    state: SealState = SealState.WHOLE
    sealed_by: Name | None = None
    sealed_on: date | None = None
    minutes: Number | None = None


class NewOpening(Said, frozen=True, kw_only=True):
    """The opening of a seal: how it was found, why it is opened, what was in it."""

    number: Number
    opened_on: date
    opened_by: Name
    purpose: OpenedFor
    reason: Words
    state_found: SealState
    found: Words
    present: People
    photo_sha256: Sha256 | None = None


class NewCheck(Said, frozen=True, kw_only=True):
    """How a seal was found when somebody looked at it."""

    number: Number
    state: SealState
    occasion: Occasion = Occasion.CHECK
    note: Line | None = None


class NewConclusion(Said, frozen=True, kw_only=True):
    """What the competent body concluded on a torn or missing seal."""

    number: Number
    conclusion_body: Name
    conclusion_number: Number
    concluded_on: date
    conclusion: Words


class CheckOut(msgspec.Struct, frozen=True):
    """A look at a seal."""

    occasion: Occasion
    state: SealState
    at: datetime
    actor: str
    note: str | None


class PictureOut(msgspec.Struct, frozen=True):
    """A picture of the asset in which a seal is to be seen."""

    id: int
    sha256: str
    name: str
    note: str | None
    added_at: datetime


class OpeningOut(msgspec.Struct, frozen=True, kw_only=True):
    """How, why and by whom a seal was opened."""

    opened_on: date
    opened_by: str
    purpose: OpenedFor
    reason: str
    state_found: SealState
    found: str
    minutes: str
    paper: str
    photo_sha256: str | None
    picture: PictureOut | None
    present: list[Present]


class DamageOut(msgspec.Struct, frozen=True, kw_only=True):
    """A seal found torn or missing, and the conclusion, if there is one."""

    state: SealState
    occasion: Occasion
    article: str
    found_at: datetime
    concluded_on: date | None
    conclusion_body: str | None
    conclusion_number: str | None
    conclusion: str | None


class SealOut(msgspec.Struct, frozen=True, kw_only=True):
    """One seal with all that happened to it."""

    id: int
    number: str
    standing: SealStanding
    sealed_on: date | None
    sealed_by: str
    state_before: str | None
    state_after: str | None
    minutes: str | None
    paper: str | None
    photo_sha256: str | None
    picture: PictureOut | None
    replaces: str | None
    replaced_by: str | None
    present: list[Present]
    checks: list[CheckOut]
    opening: OpeningOut | None
    damages: list[DamageOut]

    @property
    def in_force(self) -> bool:
        """Whether the thing is under this seal."""
        return self.standing in (SealStanding.IN_FORCE, SealStanding.DAMAGED)


class SealRow(msgspec.Struct, frozen=True):
    """A seal in a list."""

    id: int
    number: str
    standing: SealStanding
    sealed_on: date | None
    sealed_by: str
    asset: str
    description: str
    place: str | None
    last_state: SealState | None


class Refusal(msgspec.Struct, frozen=True):
    """Who did not sign, and why."""

    name: str
    reason: str


class SealingMinutes(PaperData, frozen=True, kw_only=True):
    """Data of the minutes of sealing (D127/17 Art. 8(3))."""

    seal_number: str
    on: date
    place: str | None
    sealed_by: Party
    present: tuple[Party, ...]
    refusals: tuple[Refusal, ...]
    state_before: str
    state_after: str
    replaces: str | None
    photo_sha256: str | None
    photo_name: str | None = None


class UnsealingMinutes(PaperData, frozen=True, kw_only=True):
    """Data of the minutes of opening a seal (D127/17 Art. 11)."""

    seal_number: str
    seal_minutes: str | None
    on: date
    place: str | None
    opened_by: Party
    present: tuple[Party, ...]
    refusals: tuple[Refusal, ...]
    purpose: OpenedFor
    reason: str
    state_found: SealState
    found: str
    photo_sha256: str | None
    photo_name: str | None = None
