"""What an office of a kind has no power to do: a bailiff's office neither coerces nor delegates."""

from datetime import date
from enum import StrEnum

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.errors import Basis, NotEntitled, NotFound, Unlawful
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


class NotItsHead(NotEntitled):
    """The head of the office that holds the matter decides, not the head of another one."""

    code = "not_its_head"


_LED_BY = text(
    "WITH RECURSIVE led AS ("
    " SELECT id, kind, parent_id, successor_id FROM office WHERE id = :office"
    " UNION SELECT o.id, o.kind, o.parent_id, o.successor_id FROM office o"
    " JOIN led l ON o.id = l.successor_id OR (l.kind = :division AND o.id = l.parent_id))"
    " SELECT id FROM led"
)


def refuse_other_head(session: Session, actor: Actor, office_id: int, basis: Basis) -> None:
    """Refuse the act of a head to the head of another office, a superior one too.

    The head of an office decides for its divisions and for offices that ended in it (L25 Art.
    19(3), 22).
    Raises NotItsHead.
    """
    if actor.channel == "system" or actor.office_id == office_id:
        return
    led = session.scalars(_LED_BY, {"office": office_id, "division": OfficeKind.DIVISION.value})
    if actor.office_id in led.all():
        return
    name = session.scalar(select(Office.name).where(Office.id == office_id)) or ""
    raise NotItsHead(
        _(
            "This is decided by the head of %(office)s, not by the head of another office (rule"
            " %(rule)s). Lawful: that head decides."
        ),
        office=name,
        **basis,
    )


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
