"""Lots somebody may see, their assets, rounds, reductions and breaches."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from auction.legal_rules.models import LegalParameter
from auction.lots.models import AuctionRound, Breach, Lot, LotAsset, LotLink, PriceReduction
from auction.lots.rules import LotStep
from auction.lots.schemas import (
    BreachRow,
    LinkRow,
    LotAssetRow,
    LotOut,
    LotRow,
    ReductionOut,
    RoundOut,
)
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase

_ROUND = tuple(getattr(AuctionRound, name) for name in RoundOut.__struct_fields__)
_REDUCTION = tuple(getattr(PriceReduction, name) for name in ReductionOut.__struct_fields__)
_LOT = tuple(
    getattr(Lot, name)
    for name in LotRow.__struct_fields__
    if name not in {"rounds", "last_price", "last_held_on"}
)


def visible_lots(actor: Actor) -> Select[Lot]:
    """Lots of the offices the actor sees."""
    return select(Lot).where(in_sight(Lot.office_id, actor))


def readable(actor: Actor) -> ColumnElement[bool]:
    """Lots of the offices in sight, and those in which an asset in sight was offered elsewhere."""
    own = in_sight(Lot.office_id, actor)
    if actor.sees_all:
        return own
    came = (
        select(LotAsset.lot_id)
        .join(Asset, Asset.id == LotAsset.asset_id)
        .where(LotAsset.lot_id == Lot.id, in_sight(Asset.office_id, actor))
    )
    return or_(own, exists(came))


def find_lot(session: Session, actor: Actor, reference: str) -> Lot | None:
    """The lot of a reference, None where there is none in sight."""
    return session.scalar(visible_lots(actor).where(Lot.reference == reference))


def get_lot(session: Session, actor: Actor, reference: str) -> LotOut:
    """One lot with its assets.

    Raises NotFound.
    """
    return _lot(session, actor, reference, in_sight(Lot.office_id, actor))


def read_lot(session: Session, actor: Actor, reference: str) -> LotOut:
    """The same to be read only, also of another office that offered an asset in sight.

    Of its assets those in sight. Raises NotFound.
    """
    return _lot(session, actor, reference, readable(actor))


def is_readable(session: Session, actor: Actor, reference: str) -> bool:
    """Whether a lot is read here, whichever office formed it."""
    return (
        session.scalar(select(Lot.id).where(readable(actor), Lot.reference == reference))
        is not None
    )


def _lot(session: Session, actor: Actor, reference: str, seen: ColumnElement[bool]) -> LotOut:
    row = session.execute(
        select(Lot, EnforcementCase.decision_number)
        .outerjoin(
            EnforcementCase,
            and_(EnforcementCase.id == Lot.case_id, in_sight(EnforcementCase.office_id, actor)),
        )
        .where(seen, Lot.reference == reference)
    ).one_or_none()
    if row is None:
        raise no_such_lot(reference)
    lot, case_number = row
    said = {n: getattr(lot, n) for n in LotOut.__struct_fields__ if hasattr(lot, n)}
    said["awaits"] = LotStep(lot.awaits) if lot.awaits else None
    return LotOut(**said, case_number=case_number, assets=assets_of_lot(session, lot.id, actor))


def no_such_lot(reference: str) -> NotFound:
    """The refusal for a lot that is not there or not in sight."""
    return NotFound(_("There is no lot %(reference)s."), reference=reference)


def assets_of_lot(session: Session, lot_id: int, actor: Actor | None = None) -> list[LotAssetRow]:
    """The assets of a lot in the order of their offer; with an actor, those in his sight."""
    seen = true() if actor is None else in_sight(Asset.office_id, actor)
    rows = session.execute(
        select(Asset.id, Asset.reference, Asset.kind, Asset.description, LotAsset.position)
        .join(LotAsset, LotAsset.asset_id == Asset.id)
        .where(LotAsset.lot_id == lot_id, seen)
        .order_by(LotAsset.position, Asset.id)
    )
    return [msgspec.convert(dict(row), LotAssetRow) for row in rows.mappings()]


def open_lot_of(session: Session, actor: Actor, asset_id: int) -> str | None:
    """The open lot that an asset is in, by its reference."""
    return session.scalar(
        visible_lots(actor)
        .with_only_columns(Lot.reference)
        .join(LotAsset, LotAsset.lot_id == Lot.id)
        .where(LotAsset.asset_id == asset_id, Lot.closed_on.is_(None))
        .order_by(Lot.id.desc())
        .limit(1)
    )


def links_of_lot(session: Session, lot_id: int) -> list[LinkRow]:
    """The lots a lot came out of, and those that came out of it."""
    before, after = aliased(Lot), aliased(Lot)
    rows = session.execute(
        select(
            before.reference.label("from_lot"),
            after.reference.label("to_lot"),
            LotLink.kind,
            LotLink.reason,
            LotLink.document,
            LotLink.made_at,
        )
        .join(before, before.id == LotLink.from_lot_id)
        .join(after, after.id == LotLink.to_lot_id)
        .where(or_(LotLink.from_lot_id == lot_id, LotLink.to_lot_id == lot_id))
        .order_by(LotLink.made_at, before.id, after.id)
    )
    return [msgspec.convert(dict(row), LinkRow) for row in rows.mappings()]


def in_other_open_lot(session: Session, asset_ids: Sequence[int], lot_id: int) -> bool:
    """Whether some of the assets are in an open lot other than this."""
    found = (
        select(Lot.id)
        .join(LotAsset, LotAsset.lot_id == Lot.id)
        .where(LotAsset.asset_id.in_(asset_ids), Lot.closed_on.is_(None), Lot.id != lot_id)
        .limit(1)
    )
    return session.scalar(found) is not None


def list_lots(
    session: Session,
    actor: Actor,
    *,
    awaits: LotStep | None = None,
    until: date | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[LotRow]:
    """Lots, the newest first; those that wait for a step by some day, the longest waiting first."""
    if awaits is not None:
        statement = _waiting(actor, awaits, until, cursor)
        rows = _lot_rows(session, statement, size)
        return page_of(rows, size, key=lambda row: (str(row.awaits_on), row.id))
    statement = _rows(actor)
    before = decode_cursor(cursor, int)
    if before:
        statement = statement.where(Lot.id < before[0])
    rows = _lot_rows(session, statement.order_by(Lot.id.desc()), size)
    return page_of(rows, size, key=lambda row: (row.id,))


def count_waiting(session: Session, actor: Actor, until: date) -> dict[LotStep, int]:
    """How many lots wait for each step by a day."""
    rows = session.execute(
        select(Lot.awaits, func.count())
        .where(in_sight(Lot.office_id, actor), Lot.awaits.is_not(None), Lot.awaits_on <= until)
        .group_by(Lot.awaits)
    )
    return {LotStep(awaits): count for awaits, count in rows if awaits}


def rounds_of_lot(session: Session, lot_id: int) -> list[RoundOut]:
    """Every round of a lot in the order of their numbers: some dozens in the longest history."""
    rows = session.execute(
        select(*_ROUND).where(AuctionRound.lot_id == lot_id).order_by(AuctionRound.number)
    )
    return [RoundOut(**row) for row in rows.mappings()]


def last_round(session: Session, lot_id: int) -> AuctionRound | None:
    """The newest round of a lot."""
    return session.scalar(
        select(AuctionRound)
        .where(AuctionRound.lot_id == lot_id)
        .order_by(AuctionRound.number.desc())
        .limit(1)
    )


def reductions_of_lots(session: Session, lot_ids: Sequence[int]) -> dict[int, ReductionOut]:
    """The reduction decisions of some lots, by the round they followed."""
    rows = session.execute(select(*_REDUCTION).where(PriceReduction.lot_id.in_(lot_ids)))
    return {row["round_id"]: ReductionOut(**row) for row in rows.mappings()}


def breaches_of_lots(session: Session, lot_ids: Sequence[int]) -> dict[int, list[BreachRow]]:
    """The breaches of some lots, by round."""
    found: dict[int, list[BreachRow]] = defaultdict(list)
    statement = _breaches().where(Breach.lot_id.in_(lot_ids)).order_by(Breach.id)
    for row in session.execute(statement).mappings():
        found[row["round_id"]].append(_breach(row))
    return found


def list_breaches(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[BreachRow]:
    """Breaches in the record of the offices in sight, the newest found first."""
    statement = _breaches().where(in_sight(Breach.office_id, actor))
    before = decode_cursor(cursor, int)
    if before:
        statement = statement.where(Breach.id < before[0])
    statement = statement.order_by(Breach.id.desc()).limit(size + 1)
    rows = [_breach(row) for row in session.execute(statement).mappings()]
    return page_of(rows, size, key=lambda row: (row.id,))


def day_of_cursor(text: int | str) -> date:
    """The day in a cursor of a list that is sorted by days.

    Raises Invalid.
    """
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error


def _waiting(
    actor: Actor, awaits: LotStep, until: date | None, cursor: str | None
) -> Select[*tuple[Any, ...]]:
    statement = _rows(actor).where(Lot.awaits == awaits.value)
    if until is not None:
        statement = statement.where(Lot.awaits_on <= until)
    after = decode_cursor(cursor, str, int)
    if after:
        key = (day_of_cursor(after[0]), after[1])
        statement = statement.where(tuple_(Lot.awaits_on, Lot.id) > key)
    return statement.order_by(Lot.awaits_on, Lot.id)


def _lot_rows(session: Session, statement: Select[*tuple[Any, ...]], size: int) -> list[LotRow]:
    rows = session.execute(statement.limit(size + 1)).mappings()
    return [msgspec.convert(dict(row), LotRow) for row in rows]


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    last = (
        select(AuctionRound.number, AuctionRound.starting_price, AuctionRound.held_on)
        .where(AuctionRound.lot_id == Lot.id)
        .order_by(AuctionRound.number.desc())
        .limit(1)
        .lateral("last")
    )
    return (
        visible_lots(actor)
        .with_only_columns(
            *_LOT,
            func.coalesce(last.c.number, 0).label("rounds"),
            last.c.starting_price.label("last_price"),
            last.c.held_on.label("last_held_on"),
        )
        .outerjoin(last, true())
    )


def _breaches() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Breach.id,
            Breach.rule_key,
            func.coalesce(LegalParameter.title_en, Breach.rule_key).label("title_en"),
            func.coalesce(LegalParameter.title_vi, Breach.rule_key).label("title_vi"),
            Breach.article,
            Breach.confidence,
            Breach.lot_id,
            Lot.reference.label("lot"),
            Breach.round_id,
            AuctionRound.number.label("round_number"),
            Breach.facts,
            Breach.found_at,
        )
        .join(Lot, Lot.id == Breach.lot_id)
        .join(AuctionRound, AuctionRound.id == Breach.round_id)
        .outerjoin(LegalParameter, LegalParameter.key == Breach.rule_key)
    )


def _breach(row: RowMapping) -> BreachRow:
    said = {name: row[name] for name in BreachRow.__struct_fields__ if name != "rule"}
    title = {"en": row["title_en"], "vi": row["title_vi"]}
    return msgspec.convert({**said, "rule": title}, BreachRow)
