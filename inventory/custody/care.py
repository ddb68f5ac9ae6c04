"""What is looked at when a thing is handled: where the law lets it be kept, each of its seals."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.clock import local_day
from inventory.base.errors import OutOfPlace
from inventory.base.events import publish
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.custody.bounds import (
    Known,
    refuse_before_hour,
    refuse_no_receipt,
    refuse_wrong_form,
)
from inventory.custody.rules import CustodyKind, SealDamaged, SealsNotNoted, SealState


class Care(NamedTuple):
    """Where a thing may be kept at all, its seals and whether a damage was concluded, its kind."""

    bounds: Known | None = None
    seals: Mapping[str, bool] | None = None
    asset_kind: str = ""


CARE_COLUMNS = (
    "(SELECT jsonb_agg(jsonb_build_array(b.reason, b.forms, b.article)) FROM custody_bound b"
    " WHERE b.asset_id = a.id AND b.lifted_at IS NULL),"
    " (SELECT jsonb_object_agg(s.number, EXISTS (SELECT FROM seal_damage d"
    " WHERE d.seal_id = s.id AND d.concluded_on IS NOT NULL)) FROM seal s"
    " WHERE s.asset_id = a.id AND s.ended_at IS NULL), a.kind"
)
"""The seals belong to a room above; what the law binds is written by rooms above."""

CARED_FOR = frozenset({"cash", "gold", "securities", "drugs"})
"""Kinds of assets that come into a place only as the law keeps them; a room above knows how."""


class ComesIn(msgspec.Struct, frozen=True):
    """A thing of such a kind comes into a place; no number where it is registered in the same act.

    ``form`` is the custody form of that place, ``field`` what a refusal points at.
    """

    asset_kind: str
    asset_id: int | None
    form: str | None
    on: date
    field: str = "place_id"


_SEALED = text(
    "SELECT number FROM seal WHERE asset_id = :asset AND ended_at IS NULL ORDER BY number"
)


def sealed_numbers(session: Session, asset_id: int) -> list[str]:
    """The numbers of the seals a thing is under, for the forms that ask how they are."""
    return list(session.execute(_SEALED, {"asset": asset_id}).scalars())


class Handling(NamedTuple):
    """An act as it concerns care: from one form of custody to another, and what was seen."""

    asset_id: int
    kind: CustodyKind
    from_form: str | None
    to_form: str | None
    document: str
    seals: Mapping[str, SealState] | None


def refuse_careless(session: Session, care: Care, act: Handling, *, at: datetime) -> None:
    """Refuse a place the law does not allow, a release before its hour, seals not looked at.

    Raises KeptElsewhere, Invalid, HourNotFixed, SealsNotNoted, SealDamaged, and for money,
    valuables and drugs what the room of special kinds raises.
    """
    if act.kind in _COMES:
        refuse_wrong_form(act.to_form, care.bounds)
        refuse_no_receipt(act.to_form, act.document)
    if act.kind is CustodyKind.TAKEN_IN and care.asset_kind in CARED_FOR:
        publish(session, ComesIn(care.asset_kind, act.asset_id, act.to_form, local_day(at)))
    if act.kind in _LEAVES:
        refuse_before_hour(session, act.asset_id, act.from_form, at)
    if act.seals is not None:
        _refuse_unseen(session, care.seals or {}, act.kind, act.seals, at)


_COMES = frozenset({CustodyKind.TAKEN_IN, CustodyKind.ARRIVED})
_LEAVES = frozenset({CustodyKind.RELEASED, CustodyKind.LENT})


def _refuse_unseen(
    session: Session,
    sealed: Mapping[str, bool],
    kind: CustodyKind,
    seen: Mapping[str, SealState],
    at: datetime,
) -> None:
    for number in seen:
        if number not in sealed:
            raise OutOfPlace(
                _("It carries no seal %(number)s in force."), field="seals", number=number
            )
    for number, concluded in sealed.items():
        state = seen.get(number)
        if state is None:
            raise SealsNotNoted(
                _("Say how the seal %(number)s is: whole, torn or missing."),
                field="seals",
                number=number,
            )
        if kind in _COMES and state is not SealState.WHOLE and not concluded:
            raise SealDamaged(
                _(
                    "The seal %(number)s is damaged: note it first; nothing is taken in before the"
                    " competent body's conclusion."
                ),
                field="seals",
                number=number,
                **ruling(session, "damaged_seal_at_receipt", local_day(at)).basis,
            )
