"""Where a thing may be kept at all: evidence by the law of its receipt, money, dangerous things.

The rooms above say so when they learn it, with the article; custody only compares the form of the
place a thing is to come to. What a keeping body holds leaves it at the hour the head fixed.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, Unlawful
from inventory.base.law import Ruling, ruling
from inventory.base.messages import _, labels
from inventory.custody.models import CustodyBound, ReleaseHour
from inventory.warehouses.rules import CustodyForm


class Bound(StrEnum):
    """Why a thing may be kept in certain forms of custody only."""

    REGIME = "regime"
    TREASURY = "treasury"
    SPECIALISED = "specialised"


class KeptElsewhere(Unlawful):
    """The law keeps this thing in another form of custody."""

    code = "kept_elsewhere"


class HourNotFixed(Unlawful):
    """What a keeping body holds is released at the hour the head fixed, not before."""

    code = "hour_not_fixed"


KEEPING_BODIES = frozenset(
    {CustodyForm.POLICE_STORE, CustodyForm.ARMY_STORE, CustodyForm.OTHER_EVIDENCE_STORE}
)
"""Stores of the bodies that keep evidence while the office has it on paper."""

Known = Sequence[tuple[str, Sequence[str], str]]
"""Bounds of a thing as a statement reads them: reason, forms, article."""


def bind(
    session: Session,
    actor: Actor,
    asset_id: int,
    office_id: int,
    *,
    reason: Bound,
    rule: Ruling,
    at: datetime,
) -> None:
    """Let a thing be kept only in the forms a dated rule names; again changes nothing."""
    new = insert(CustodyBound).values(
        asset_id=asset_id,
        office_id=office_id,
        reason=reason.value,
        forms=sorted(rule.codes),
        article=rule.article,
        set_at=at,
        set_by_id=actor.staff_id,
    )
    session.execute(new.on_conflict_do_nothing())


def unbind(session: Session, actor: Actor, asset_id: int, reason: Bound, *, at: datetime) -> None:
    """The reason is gone; the thing may be kept where any other may."""
    session.execute(
        update(CustodyBound)
        .where(
            CustodyBound.asset_id == asset_id,
            CustodyBound.reason == reason.value,
            CustodyBound.lifted_at.is_(None),
        )
        .values(lifted_at=at, lifted_by_id=actor.staff_id)
    )


def bounds_of(session: Session, asset_id: int) -> list[tuple[str, list[str], str]]:
    """Where a thing may be kept at all; nothing where it may be kept anywhere."""
    b = CustodyBound
    rows = session.execute(
        select(b.reason, b.forms, b.article)
        .where(b.asset_id == asset_id, b.lifted_at.is_(None))
        .order_by(b.id)
    )
    return [(row[0], list(row[1]), row[2]) for row in rows]


def refuse_wrong_form(form: str | None, bounds: Known | None, *, field: str = "place_id") -> None:
    """Refuse a place whose form of custody the law does not allow for a thing.

    Raises KeptElsewhere.
    """
    for reason, forms, article in bounds or ():
        if form is not None and form not in forms:
            raise KeptElsewhere(
                _WHY[Bound(reason)], field=field, article=article, rule=_RULES[Bound(reason)]
            )


def refuse_no_receipt(form: str | None, document: str, *, field: str = "document") -> None:
    """What the Treasury takes is received on its receipt.

    Raises Invalid.
    """
    if form == CustodyForm.TREASURY and not document:
        raise Invalid(_("Give the number of the Treasury's receipt."), field=field)


def refuse_before_hour(session: Session, asset_id: int, form: str | None, at: datetime) -> None:
    """Refuse a release from a keeping body before the hour the head fixed.

    Raises HourNotFixed.
    """
    if form not in KEEPING_BODIES:
        return
    hour = session.scalar(
        select(ReleaseHour.release_at)
        .where(ReleaseHour.asset_id == asset_id)
        .order_by(ReleaseHour.id.desc())
        .limit(1)
    )
    if hour is None or at < hour:
        raise HourNotFixed(
            _("It is released where it is kept, at the day and hour the head fixed; not before."),
            field="receiver",
            **ruling(session, "release_hour", local_day(at)).basis,
        )


_RULES = {
    Bound.REGIME: "evidence_kept_in",
    Bound.TREASURY: "special_kind_kept_in",
    Bound.SPECIALISED: "special_kind_kept_in",
}
_WHY = {
    Bound.REGIME: _(
        "By the law of the day it was received this evidence stays where it is kept: receive it on"
        " paper, at a place of the police, the army or another investigating body."
    ),
    Bound.TREASURY: _(
        "Money, gold, precious things and securities are kept by the State Treasury."
    ),
    Bound.SPECIALISED: _("Specialised bodies keep this kind; the office follows it on paper only."),
}

labels(
    {
        Bound.REGIME: _("Stays with the body that keeps it"),
        Bound.TREASURY: _("At the State Treasury only"),
        Bound.SPECIALISED: _("With specialised bodies only"),
    }
)
