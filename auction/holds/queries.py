"""Holds somebody may see, and whether one stops an act."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    Text,
    column,
    exists,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline, DeadlineMove
from auction.holds.models import Hold, HoldAsset
from auction.holds.rules import STOPS_ACTS, EndReason, HoldKind, HoldSubject, OnHold, Stopped
from auction.holds.schemas import HoldOut, HoldRow, StoppedLimit, StoppedRound
from auction.legal_rules.models import LegalParameter
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word, cite
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight

LOT = table(
    "lot",
    column("id", BigInteger),
    column("reference", Text),
    column("office_id", BigInteger),
    column("closed_on", Date),
)
LOT_ASSET = table("lot_asset", column("lot_id", BigInteger), column("asset_id", BigInteger))
_ROUND = table(
    "auction_round",
    column("id", BigInteger),
    column("lot_id", BigInteger),
    column("number", BigInteger),
    column("held_on", Date),
)
_OUTCOME = table("round_outcome", column("round_id", BigInteger))
"""Lots and rounds belong to the rooms above."""

MOST_SHOWN = 200


class Stopping(NamedTuple):
    """The hold that stops an act."""

    id: int
    kind: HoldKind
    article: str
    document: str
    until: date | None
    asset: str


def first_stopping(
    session: Session, asset_ids: Sequence[int], act: Stopped, *, on: date | None = None
) -> Stopping | None:
    """The oldest open hold that stops an act on any of some assets, None where none does.

    A hold whose longest time was over before a day does not stop it.
    """
    wanted = (HoldAsset.asset_id.in_(asset_ids), Hold.ended_on.is_(None), _stops(act))
    statement = (
        select(Hold.id, Hold.kind, Hold.article, Hold.document, Hold.longest_until, Asset.reference)
        .join(HoldAsset, HoldAsset.hold_id == Hold.id)
        .join(Asset, Asset.id == HoldAsset.asset_id)
        .where(*wanted)
        .order_by(Hold.started_on, Hold.id, Asset.reference)
        .limit(1)
    )
    if on is not None:
        statement = statement.where(_lasts(on))
    found = session.execute(statement).first()
    if found is None:
        return None
    hold_id, kind, article, document, until, asset = found
    return Stopping(hold_id, HoldKind(kind), article, document, until, asset)


def all_stopping(
    session: Session, asset_ids: Sequence[int], act: Stopped, *, on: date
) -> list[Hold]:
    """The open holds that stop an act on any of some assets on a day, the oldest first."""
    about = select(HoldAsset.hold_id).where(HoldAsset.asset_id.in_(asset_ids))
    statement = (
        select(Hold)
        .where(Hold.id.in_(about), Hold.ended_on.is_(None), _stops(act), _lasts(on))
        .order_by(Hold.started_on, Hold.id)
    )
    return list(session.scalars(statement))


def refuse_on_hold(
    session: Session, asset_ids: Sequence[int], act: Stopped, *, on: date | None = None
) -> None:
    """Refuse an act while a hold stops it for any of some assets, in one statement.

    Raises OnHold.
    """
    found = first_stopping(session, asset_ids, act, on=on)
    if found is None:
        return
    said = {"asset": found.asset, "kind": found.kind, "paper": found.document, "act": act}
    if found.until is None:
        raise OnHold(
            _(
                "%(asset)s is on hold (%(kind)s, paper %(paper)s): %(act)s waits until the hold is"
                " ended."
            ),
            article=found.article,
            rule=STOPS_ACTS,
            **said,
        )
    raise OnHold(
        _(
            "%(asset)s is on hold (%(kind)s, paper %(paper)s) until %(until)s at the latest:"
            " %(act)s waits until the hold is ended."
        ),
        article=found.article,
        rule=STOPS_ACTS,
        until=found.until,
        **said,
    )


# Nearly no asset ever was on hold: every act asks, and few need to know more.
_EVER_HELD = Direct("""
SELECT 1 FROM hold_asset AS h
JOIN jsonb_array_elements_text(%(assets)s::jsonb) AS i (id) ON i.id::bigint = h.asset_id
LIMIT 1
""")


def refuse_held_on(
    session: Session,
    asset_ids: Sequence[int],
    act: Stopped,
    on: date,
    *,
    ever_held: bool | None = None,
) -> None:
    """Refuse what is said to have happened on a day on which a hold stopped it, since ended or not.

    ``ever_held`` is whether any was ever on hold, where the caller knows. Raises OnHold.
    """
    session.flush()
    if ever_held is None:
        asked = {"assets": str(list(asset_ids))}
        ever_held = _EVER_HELD.ask(session.connection(), asked) is not None
    if not ever_held:
        return
    row = session.execute(
        select(Hold.kind, Hold.article, Hold.document, Hold.started_on, Asset.reference)
        .join(HoldAsset, HoldAsset.hold_id == Hold.id)
        .join(Asset, Asset.id == HoldAsset.asset_id)
        .where(
            HoldAsset.asset_id.in_(asset_ids),
            _stops(act),
            Hold.started_on <= on,
            func.coalesce(Hold.ended_on, Hold.longest_until, on) >= on,
        )
        .order_by(Hold.started_on, Hold.id, Asset.reference)
        .limit(1)
    ).first()
    if row is None:
        return
    kind, article, document, since, asset = row
    raise OnHold(
        _(
            "%(asset)s is on hold since %(since)s (%(kind)s, paper %(paper)s): on %(day)s"
            " %(act)s had to wait. Lawful: it is done after the hold; a round is paused until then."
        ),
        article=article,
        rule=STOPS_ACTS,
        asset=asset,
        since=since,
        kind=HoldKind(kind),
        paper=document,
        day=on,
        act=act,
    )


def visible_holds(actor: Actor) -> ColumnElement[bool]:
    """Holds of the offices in sight, and those on assets in sight."""
    mine = in_sight(Hold.office_id, actor)
    if actor.sees_all:
        return mine
    came = (
        select(HoldAsset.hold_id)
        .join(Asset, Asset.id == HoldAsset.asset_id)
        .where(HoldAsset.hold_id == Hold.id, in_sight(Asset.office_id, actor))
    )
    return or_(mine, exists(came))


def list_holds(
    session: Session,
    actor: Actor,
    *,
    open_only: bool = True,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[HoldRow]:
    """Holds, the newest first."""
    statement = select(*_COLUMNS).where(visible_holds(actor))
    if open_only:
        statement = statement.where(Hold.ended_on.is_(None))
    before = decode_cursor(cursor, int)
    if before:
        statement = statement.where(Hold.id < before[0])
    rows = session.execute(statement.order_by(Hold.id.desc()).limit(size + 1))
    return page_of([_row(row) for row in rows], size, key=lambda row: (row.id,))


def holds_of(
    session: Session, actor: Actor, kind: HoldSubject, ref: str, asset_ids: Sequence[int] = ()
) -> list[HoldRow]:
    """Holds on a subject, and on any of some assets, the newest first."""
    about = (Hold.subject_kind == kind.value) & (Hold.subject_ref == ref)
    on_assets = select(HoldAsset.hold_id).where(HoldAsset.asset_id.in_(asset_ids))
    statement = (
        select(*_COLUMNS)
        .where(visible_holds(actor), or_(about, Hold.id.in_(on_assets)))
        .order_by(Hold.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_row(row) for row in session.execute(statement)]


def assets_of_lot(session: Session, ref: str) -> list[int]:
    """The assets of a lot in sight."""
    members = select(LOT_ASSET.c.asset_id).join(LOT, LOT.c.id == LOT_ASSET.c.lot_id)
    return list(session.scalars(members.where(LOT.c.reference == ref)))


def get_hold(session: Session, actor: Actor, hold_id: int) -> HoldOut:
    """One hold with its assets, the limits it stopped and the rounds it keeps from being held.

    Raises NotFound.
    """
    hold = session.scalar(select(Hold).where(Hold.id == hold_id, visible_holds(actor)))
    if hold is None:
        raise NotFound(_("There is no such hold."))
    said = {name: getattr(hold, name) for name in HoldOut.__struct_fields__ if hasattr(hold, name)}
    return HoldOut(
        **{
            **said,
            **_worded(hold.kind, hold.subject_kind, hold.article, hold.confidence, hold.end_reason),
            "stops": tuple(Stopped(act) for act in hold.stops),
        },
        assets=_assets(session, hold_id),
        limits=_limits(session, hold_id),
        rounds=_rounds(session, hold_id) if hold.ended_on is None else (),
    )


def count_open(session: Session, actor: Actor, until: date, *, most: int = 1000) -> int:
    """Open holds of the offices in sight whose longest time ends by a day."""
    found = (
        select(Hold.id)
        .where(in_sight(Hold.office_id, actor), Hold.ended_on.is_(None))
        .where(Hold.longest_until <= until)
        .limit(most)
    )
    return len(session.scalars(found).all())


_COLUMNS = tuple(
    getattr(Hold, name) for name in HoldRow.__struct_fields__ if name not in {"citation"}
)


def _stops(act: Stopped) -> ColumnElement[bool]:
    return Hold.stops.contains([act.value])


def _lasts(on: date) -> ColumnElement[bool]:
    return or_(Hold.longest_until.is_(None), Hold.longest_until >= on)


def _row(row: Row[Any]) -> HoldRow:
    said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    words = _worded(row.kind, row.subject_kind, row.article, row.confidence, row.end_reason)
    return HoldRow(**{**said, **words})


def _worded(
    kind: str, subject_kind: str, article: str, confidence: str, reason: str | None
) -> dict[str, Any]:
    return {
        "kind": HoldKind(kind),
        "subject_kind": HoldSubject(subject_kind),
        "citation": cite(article),
        "confidence": Confidence(confidence),
        "end_reason": EndReason(reason) if reason else None,
    }


def _assets(session: Session, hold_id: int) -> tuple[str, ...]:
    statement = (
        select(Asset.reference)
        .join(HoldAsset, HoldAsset.asset_id == Asset.id)
        .where(HoldAsset.hold_id == hold_id)
        .order_by(Asset.id)
        .limit(MOST_SHOWN)
    )
    return tuple(session.scalars(statement))


def _limits(session: Session, hold_id: int) -> tuple[StoppedLimit, ...]:
    """The first date each limit had and the last one the hold gave it."""
    rows = session.execute(
        select(
            DeadlineMove.deadline_id,
            LegalParameter.title_en,
            LegalParameter.title_vi,
            Deadline.subject_ref,
            DeadlineMove.old_due_on,
            DeadlineMove.new_due_on,
        )
        .join(Deadline, Deadline.id == DeadlineMove.deadline_id)
        .join(LegalParameter, LegalParameter.key == Deadline.rule_key)
        .where(DeadlineMove.hold_id == hold_id)
        .order_by(DeadlineMove.id)
        .limit(2 * MOST_SHOWN)
    )
    found: dict[int, StoppedLimit] = {}
    for deadline_id, en, vi, ref, before, after in rows:
        first = found.get(deadline_id)
        if first is None:
            found[deadline_id] = StoppedLimit(deadline_id, Word(en, vi), ref, before, after)
        else:
            found[deadline_id] = msgspec.structs.replace(first, due_after=after)
    return tuple(found.values())


def _rounds(session: Session, hold_id: int) -> tuple[StoppedRound, ...]:
    """Rounds of the hold's assets that are fixed and have no outcome yet."""
    closed: Select[Any] = select(_OUTCOME.c.round_id).where(_OUTCOME.c.round_id == _ROUND.c.id)
    lots = (
        select(LOT_ASSET.c.lot_id)
        .join(HoldAsset, HoldAsset.asset_id == LOT_ASSET.c.asset_id)
        .where(HoldAsset.hold_id == hold_id)
    )
    rows = session.execute(
        select(LOT.c.reference, _ROUND.c.number, _ROUND.c.held_on)
        .join(_ROUND, _ROUND.c.lot_id == LOT.c.id)
        .where(LOT.c.id.in_(lots), _ROUND.c.held_on.is_not(None), ~exists(closed))
        .order_by(_ROUND.c.held_on, LOT.c.reference)
        .limit(MOST_SHOWN)
    )
    return tuple(StoppedRound(*row) for row in rows)
