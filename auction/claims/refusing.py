"""What a change of a claim is compared with: its grant, and the changes that stand."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from auction.claims.models import Claim, ClaimEntry
from auction.claims.rules import ChangedTwice, ClaimIncomplete, EntryKind, Owed
from auction.claims.schemas import NewEntry
from inventory.base.days import FIRST_DAY
from inventory.base.errors import Param
from inventory.base.messages import _

TOO_EARLY: tuple[str, dict[str, Param]] = (
    _("The day lies before %(first)s: look at the year."),
    {"first": FIRST_DAY},
)
"""What is said of a day that is a slip of the pen."""


def refuse_before_claim(session: Session, claim: Claim, new: NewEntry) -> None:
    """Nothing of a claim changes before the judgment granted it.

    Raises ClaimIncomplete.
    """
    granted = select(func.min(ClaimEntry.happened_on)).where(
        ClaimEntry.claim_id == claim.id, ClaimEntry.kind == EntryKind.GRANTED.value
    )
    first = session.scalar(granted)
    if first is not None and new.happened_on < first:
        raise ClaimIncomplete(
            _("The day lies before the claim was granted, on %(day)s."),
            field="happened_on",
            day=first,
        )


def refuse_twice(session: Session, claim: Claim, new: NewEntry, changed: Owed) -> None:
    """One document shows one payment of a claim; of other changes, one of a day and a sum.

    The claim is locked. Raises ChangedTwice.
    """
    undone = aliased(ClaimEntry)
    same = [
        ClaimEntry.claim_id == claim.id,
        ClaimEntry.kind == new.kind.value,
        func.lower(ClaimEntry.document) == new.document.lower(),
        func.date_part("year", ClaimEntry.happened_on) == new.happened_on.year,
        ~exists().where(undone.reverses_id == ClaimEntry.id),
    ]
    if new.kind is not EntryKind.PAID:
        same += [
            ClaimEntry.happened_on == new.happened_on,
            ClaimEntry.principal == changed.principal,
            ClaimEntry.interest == changed.interest,
        ]
    first = session.scalar(select(ClaimEntry).where(*same).order_by(ClaimEntry.id).limit(1))
    if first is not None:
        raise ChangedTwice(
            _(
                "The change of %(day)s stands by the document %(document)s already. If it is"
                " another one, name its own document; if that one is wrong, reverse it first."
            ),
            field="document",
            day=first.happened_on,
            document=first.document or "",
        )
