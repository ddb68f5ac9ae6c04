"""What an office of a kind has no power to do: a bailiff's office neither coerces nor delegates."""

from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.errors import NotFound, Unlawful
from inventory.base.law import Ruling
from inventory.base.messages import _
from inventory.organisation.models import Office
from inventory.organisation.rules import OfficeKind

BANS = {OfficeKind.BAILIFF: "bailiff_may_not"}
"""The dated rule that names what offices of a kind may not do."""


class Power(StrEnum):
    """What the law may keep from an office (L25 Art. 31(4))."""

    COERCION = "coercion"
    DELEGATION = "delegation"


class PowerNotGiven(Unlawful):
    """An office of that kind has no power to do this."""

    code = "power_not_given"


def ban_on(session: Session, office_id: int, on: date) -> Ruling | None:
    """The row of law that keeps powers from an office on a day; None where it has them all."""
    kind = session.scalar(select(Office.kind).where(Office.id == office_id))
    key = BANS.get(OfficeKind(kind)) if kind else None
    if key is None:
        return None
    try:
        return law.ruling(session, key, on)
    except NotFound:
        return None


def lacks(session: Session, office_id: int, power: Power, on: date) -> Ruling | None:
    """The row of law that keeps one power from an office on a day."""
    ban = ban_on(session, office_id, on)
    return ban if ban is not None and power in ban.codes else None


def refuse_coercion(
    session: Session, office_id: int, on: date, *, kind: str = "", field: str | None = None
) -> None:
    """Refuse an act of force of an office that has no power to coerce (L25 Art. 31(4)).

    Of an office whose ``kind`` is known already it is not asked for.
    Raises PowerNotGiven.
    """
    if kind and kind not in BANS:
        return
    ban = lacks(session, office_id, Power.COERCION, on)
    if ban is not None:
        raise PowerNotGiven(
            _(
                "A bailiff's office uses no coercion (rule %(rule)s). Lawful: an enforcement office"
                " or the judgment seizes and hands over by force; the bailiff's office records it,"
                " values and sells."
            ),
            field=field,
            article=ban.article,
            confidence=ban.confidence,
            rule=ban.key,
        )
