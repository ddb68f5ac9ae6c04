"""What is said of a price-setting council and its sitting, and how both are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, Said

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]
Lines = Annotated[str, msgspec.Meta(max_length=20_000)]
"""References of assets, or lines that begin with one."""
Position = Annotated[int, msgspec.Meta(ge=1, le=15)]


class Member(Said, frozen=True, kw_only=True):
    """Who sits in a price-setting council."""

    name: Line
    post: Line
    chairs: bool = False


class NewCouncil(Said, frozen=True, kw_only=True):
    """The head's decision to set up a price-setting council."""

    decision_number: Number
    set_up_on: date
    members: Annotated[list[Member], msgspec.Meta(min_length=1, max_length=15)]


class NewCouncils(NewCouncil, frozen=True, kw_only=True):
    """One council for several assets of a case; ``further`` are the references of the others."""

    further: Lines | None = None


class Vote(Said, frozen=True, kw_only=True):
    """What a member said and for which price he voted; members by their position."""

    position: Position
    price: Decimal
    opinion: Words


class CouncilDecision(Said, frozen=True, kw_only=True):
    """The council's session: every member's opinion and vote."""

    decided_on: date
    market: Words
    votes: Annotated[list[Vote], msgspec.Meta(min_length=1, max_length=15)]
    begun_at: datetime | None = None


class FurtherVote(Said, frozen=True, kw_only=True):
    """A member's vote on a further asset; his opinion is that on the first where none is said."""

    position: Position
    price: Decimal
    opinion: Words | None = None


class FurtherVotes(Said, frozen=True, kw_only=True):
    """The votes on a further asset, named by its reference."""

    asset: Number
    votes: Annotated[list[FurtherVote], msgspec.Meta(min_length=1, max_length=15)]


class CouncilSitting(CouncilDecision, frozen=True, kw_only=True):
    """One sitting on several assets of one council: the votes on each, one set of minutes.

    An asset of the council that is not named waits for another sitting.
    """

    further: Annotated[tuple[FurtherVotes, ...], msgspec.Meta(max_length=200)] = ()


class MemberOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a council, with his vote once it sat."""

    position: int
    name: str
    post: str
    chairs: bool
    price: Decimal | None
    opinion: str | None


class FurtherAsset(msgspec.Struct, frozen=True, kw_only=True):
    """Another asset that the same decision lets the council price."""

    reference: str
    description: str
    closed_on: date | None


class CouncilOut(msgspec.Struct, frozen=True, kw_only=True):
    """A price-setting council, and the other assets it was set up for."""

    id: int
    decision_number: str
    set_up_on: date
    closed_on: date | None
    members: list[MemberOut]
    further: list[FurtherAsset]

    @property
    def waiting(self) -> list[FurtherAsset]:
        """The other assets whose price is still to be set."""
        return [one for one in self.further if one.closed_on is None]
