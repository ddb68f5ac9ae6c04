"""What is said in the steps of a disposal, and how it is shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, Said
from inventory.custody.schemas import Looked, Words
from inventory.disposals.rules import MOST_AT_ONCE, Ending, Step, Thing, Way
from inventory.papers.rules import Proof
from inventory.papers.schemas import PaperData, Party

Name = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
Things = Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]


class NewDisposal(Said, frozen=True, kw_only=True):
    """What the judgment decides of which things; ``party`` is who gets them back, where known."""

    way: Way
    assets: Things
    decision_number: Number
    decision_on: date
    judgment: Line
    thing: Thing = Thing.GOODS
    party: Line | None = None
    military: bool = False


class NewMember(Said, frozen=True, kw_only=True):
    """A member of a council: who he is and which body he sits for, as the dated rule names it."""

    name: Name
    post: Name
    body: Line
    chairs: bool = False


class NewCouncil(Said, frozen=True, kw_only=True):
    """The decision that sets a destruction council up."""

    decision_number: Number
    decided_on: date
    members: Annotated[list[NewMember], msgspec.Meta(min_length=1, max_length=20)]


class NewNotice(Said, frozen=True, kw_only=True):
    """A notice to whoever is to collect or to receive; a receiver is told the day to come by."""

    paper: Number
    noticed_on: date
    words: Line | None = None
    collect_by: date | None = None


class NewRefusal(Said, frozen=True, kw_only=True):
    """The owner does not want it back."""

    paper: Number
    refused_on: date
    reason: Words


class Receiver(Said, frozen=True, kw_only=True):
    """Who takes the things, and by which papers he shows that he may."""

    name: Name
    post: Name
    proof: Proof
    proof_number: Number
    authority: Line | None = None


class CarriedOut(Looked, frozen=True, kw_only=True):
    """Things go: on which order, to whom, or by which council in what way.

    Without ``assets`` all that is left goes.
    """

    order: Number | None = None
    assets: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_AT_ONCE)] = ()
    receiver: Receiver | None = None
    manner: Line | None = None
    place: Line | None = None
    witnesses: Line | None = None
    remains: Line | None = None
    opinions: Line | None = None


class NewRemittance(Said, frozen=True, kw_only=True):
    """Forfeited money was paid into the budget."""

    paper: Number
    remitted_on: date
    amount: Decimal


class NewRefundAsked(Said, frozen=True, kw_only=True):
    """A forfeiture was annulled after it was carried out: the finance body is asked to refund."""

    paper: Number
    asked_on: date
    annulled_by: Line
    finance_body: Line


class NewRefunded(Said, frozen=True, kw_only=True):
    """What came back of the finance body, and who was given it."""

    paper: Number
    refunded_on: date
    amount: Decimal
    receiver: Line


class Gone(msgspec.Struct, frozen=True):
    """What carrying out left behind; ``paper`` is the reference of the minutes, if any."""

    reference: str
    ended: int
    open: int
    paper: str | None


class DisposalLineOut(msgspec.Struct, frozen=True):
    """A thing of a disposal."""

    asset: str
    description: str
    place: str | None
    ending: Ending | None
    ended_at: datetime | None
    note: str | None


class StepOut(msgspec.Struct, frozen=True):
    """A step that was taken."""

    step: Step
    done_on: date
    paper: str | None
    words: str | None
    amount: Decimal | None
    due_on: date | None
    article: str | None
    actor: str


class MemberOut(msgspec.Struct, frozen=True):
    """A member of a council."""

    name: str
    post: str
    body: str
    chairs: bool


class DisposalRow(msgspec.Struct, frozen=True):
    """A disposal in a list."""

    id: int
    reference: str
    way: Way
    decision_number: str
    party: str
    awaits: Step | None
    due_on: date | None
    closed_at: datetime | None
    lines: int
    open: int


class DisposalOut(msgspec.Struct, frozen=True, kw_only=True):
    """One disposal with its things, steps and council."""

    reference: str
    office_id: int
    way: Way
    thing: Thing
    military: bool
    decision_number: str
    decision_on: date
    judgment: str
    party: str
    awaits: Step | None
    due_on: date | None
    article: str | None
    closed_at: datetime | None
    lines: list[DisposalLineOut]
    steps: list[StepOut]
    council: list[MemberOut]


class DisposalPaper(PaperData, frozen=True, kw_only=True):
    """Data of the minutes with which things go."""

    at: datetime
    decision: str
    decided_on: date
    place: str | None = None
    present: tuple[Party, ...] = ()
    opinions: str | None = None


class DestructionPaper(DisposalPaper, frozen=True, kw_only=True):
    """Data of minutes of destruction (D152/26 Art. 40)."""

    council: tuple[Party, ...]
    way: str
    remains: str | None = None


class ReturnPaper(DisposalPaper, frozen=True, kw_only=True):
    """Data of minutes of return (D152/26 Art. 41, 44(3))."""

    receiver: Party
    giver: Party
    notice: str | None = None


class ForfeiturePaper(DisposalPaper, frozen=True, kw_only=True):
    """Data of minutes of handing forfeited things over (D152/26 Art. 39(3))."""

    receiver: Party
    giver: Party
    papers: tuple[str, ...] = ()
