"""What is looked at when a thing is handled: where the law lets it be kept, each of its seals."""

from collections.abc import Collection, Mapping, Sequence
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
from inventory.base.said import tidy
from inventory.custody.bounds import (
    Known,
    refuse_before_hour,
    refuse_no_receipt,
    refuse_wrong_form,
)
from inventory.custody.rules import CustodyKind, SealDamaged, SealsNotNoted, SealState


class Care(NamedTuple):
    """Where a thing may be kept at all, its seals with what damages were concluded on, its kind."""

    bounds: Known | None = None
    seals: Mapping[str, Sequence[str]] | None = None
    asset_kind: str = ""


CARE_COLUMNS = (
    "(SELECT jsonb_agg(jsonb_build_array(b.reason, b.forms, b.article)) FROM custody_bound b"
    " WHERE b.asset_id = a.id AND b.lifted_at IS NULL),"
    " (SELECT jsonb_object_agg(s.number, coalesce((SELECT jsonb_agg(d.state) FROM seal_damage d"
    " WHERE d.seal_id = s.id AND d.concluded_on IS NOT NULL), '[]')) FROM seal s"
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
    "SELECT a.reference, array_agg(s.number ORDER BY s.number) FROM asset a"
    " JOIN seal s ON s.asset_id = a.id AND s.ended_at IS NULL WHERE a.reference = ANY(:things)"
    " GROUP BY a.id, a.reference ORDER BY a.id"
)
_SEEN = text(
    "SELECT c.asset_id, c.seq, json_object_agg(s.number, c.state) FROM seal_check c"
    " JOIN seal s ON s.id = c.seal_id"
    " JOIN unnest(CAST(:assets AS bigint[]), CAST(:seqs AS bigint[])) AS w (asset_id, seq)"
    " ON (w.asset_id, w.seq) = (c.asset_id, c.seq) GROUP BY c.asset_id, c.seq"
)

Found = dict[str, dict[str, SealState]]
"""By the number of a thing how each of its seals was found."""


def sealed_things(session: Session, references: Sequence[str]) -> dict[str, list[str]]:
    """The numbers of the seals that things are under, for the forms that ask how they are."""
    if not references:
        return {}
    rows = session.execute(_SEALED, {"things": list(references)})
    return {row[0]: row[1] for row in rows}


def seals_seen(
    session: Session, entries: Sequence[tuple[int, int]]
) -> dict[int, dict[str, SealState]]:
    """How the seals were found in entries, named by asset and number in its chain; by asset."""
    if not entries:
        return {}
    asked = {"assets": [one[0] for one in entries], "seqs": [one[1] for one in entries]}
    rows = session.execute(_SEEN, asked)
    return {row[0]: {number: SealState(said) for number, said in row[2].items()} for row in rows}


def seals_of(
    said: Mapping[str, Mapping[str, SealState]], things: Collection[str], field: str = "seals"
) -> Found:
    """What was said of the seals of the things of an act, by their numbers.

    Raises OutOfPlace where a thing is named that is not one of them.
    """
    found = {tidy(name).upper(): dict(states) for name, states in said.items()}
    for name in found:
        if name not in things:
            raise OutOfPlace(_("%(asset)s is not one of the things."), field=field, asset=name)
    return found


class Handling(NamedTuple):
    """An act as it concerns care: from one form of custody to another, and what was seen."""

    asset_id: int
    kind: CustodyKind
    from_form: str | None
    to_form: str | None
    document: str
    seals: Mapping[str, SealState]


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
    if act.seals or care.seals:
        _refuse_unseen(session, care.seals or {}, act.kind, act.seals, at)


_COMES = frozenset({CustodyKind.TAKEN_IN, CustodyKind.ARRIVED})
_LEAVES = frozenset({CustodyKind.RELEASED, CustodyKind.LENT})
_THROUGH_THE_DOOR = _COMES | _LEAVES | {CustodyKind.SENT, CustodyKind.RETURNED}


def _refuse_unseen(
    session: Session,
    sealed: Mapping[str, Sequence[str]],
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
                _("Say how the seal %(number)s is: whole, torn, missing or another one."),
                field="seals",
                number=number,
            )
        if kind in _THROUGH_THE_DOOR and state not in (SealState.WHOLE, *concluded):
            raise SealDamaged(
                _(
                    "The seal %(number)s is damaged: note it first; nothing comes in or leaves"
                    " before the competent body's conclusion."
                ),
                field="seals",
                number=number,
                **ruling(session, "damaged_seal_at_receipt", local_day(at)).basis,
            )
