"""Money that its payee did not fetch: one share with all that happened, those that are open."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from auction.lots.models import Lot
from auction.payouts.models import Payout, PayoutLine, ShareEntry, Voucher
from auction.payouts.queries import no_such_payout
from auction.payouts.schemas import ShareEntryOut, ShareFile, ShareRow
from auction.payouts.shares import OVER, ShareEntryKind, ShareState, Standing, standing
from auction.sales.models import Sale
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.scope import in_sight
from inventory.organisation.models import Office, Staff

_ENTRY = [name for name in ShareEntryOut.__struct_fields__ if hasattr(ShareEntry, name)]


def get_share(session: Session, actor: Actor, line_id: int, today: date) -> ShareFile:
    """A line with all that happened because its payee did not fetch his money, in two statements.

    Raises NotFound.
    """
    found = session.execute(_rows(actor).where(PayoutLine.id == line_id)).mappings().one_or_none()
    if found is None:
        raise no_such_payout()
    entries = _entries(session, [line_id])[line_id]
    return ShareFile(share=_row(found, entries, today), entries=entries)


def list_shares(
    session: Session,
    actor: Actor,
    today: date,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[ShareRow]:
    """Money whose payees were told and have not fetched it, the oldest first; two statements."""
    statement = _rows(actor).where(_told(), _newest().not_in(_codes(OVER)))
    after = decode_cursor(cursor, int)
    if after:
        statement = statement.where(PayoutLine.id > after[0])
    found = _with_entries(session, statement.order_by(PayoutLine.id).limit(size + 1), today)
    return page_of(found, size, key=lambda row: (row.line_id,))


def shares_of_case(session: Session, actor: Actor, case_id: int, today: date) -> list[ShareRow]:
    """What was not fetched of the money of a case, the oldest first."""
    statement = _rows(actor).where(_told(), Lot.case_id == case_id).order_by(PayoutLine.id)
    return _with_entries(session, statement, today)


def count_shares(session: Session, actor: Actor, today: date) -> dict[ShareState, int]:
    """How many shares wait for an act: to be deposited, decided on, paid in; one statement."""
    newest = (
        select(ShareEntry.kind, (ShareEntry.due_on < today).label("passed"))
        .where(in_sight(ShareEntry.office_id, actor))
        .ext(distinct_on(ShareEntry.line_id))
        .order_by(ShareEntry.line_id, ShareEntry.id.desc())
        .subquery()
    )
    columns = newest.c.kind, newest.c.passed
    rows = session.execute(select(*columns, func.count()).group_by(*columns))
    counted: dict[ShareState, int] = defaultdict(int)
    for kind, passed, number in rows:
        due = date.min if passed else None
        found = standing([(ShareEntryKind(kind), None, due)], today)
        if found is not None:
            counted[found.state] += number
    return counted


def standings_of(session: Session, line_ids: Collection[int], today: date) -> dict[int, Standing]:
    """Where the money of some lines stands, of those whose payees were told; one statement."""
    found: dict[int, Standing] = {}
    for line_id, entries in _entries(session, line_ids).items():
        one = standing(((e.kind, e.amount, e.due_on) for e in entries), today)
        if one is not None:
            found[line_id] = one
    return found


def _codes(kinds: Collection[ShareEntryKind]) -> list[str]:
    return [kind.value for kind in kinds]


def _told() -> Any:
    told = select(ShareEntry.line_id).where(ShareEntry.kind == ShareEntryKind.TOLD.value)
    return PayoutLine.id.in_(told)


def _newest() -> Any:
    return (
        select(ShareEntry.kind)
        .where(ShareEntry.line_id == PayoutLine.id)
        .order_by(ShareEntry.id.desc())
        .limit(1)
        .correlate(PayoutLine)
        .scalar_subquery()
    )


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    undone = aliased(Voucher)
    paid = (
        select(Voucher.id)
        .outerjoin(undone, undone.reverses_id == Voucher.id)
        .where(Voucher.line_id == PayoutLine.id, Voucher.reverses_id.is_(None))
        .where(undone.id.is_(None))
        .correlate(PayoutLine)
        .exists()
    )
    approved = Payout.approved_at.is_not(None) & Payout.withdrawn_at.is_(None)
    in_money = ~PayoutLine.held & ~PayoutLine.set_off
    statement: Select[*tuple[Any, ...]] = (
        select(
            PayoutLine.id.label("line_id"),
            Payout.sale_id,
            PayoutLine.office_id,
            Office.name.label("office"),
            Lot.reference.label("lot"),
            Lot.case_id,
            PayoutLine.payee,
            PayoutLine.kind,
            PayoutLine.amount,
            PayoutLine.fee,
            _told().label("told"),
            (approved & in_money & (PayoutLine.amount > 0) & ~paid).label("payable"),
        )
        .join(Payout, Payout.id == PayoutLine.payout_id)
        .join(Sale, Sale.id == Payout.sale_id)
        .join(Lot, Lot.id == Sale.lot_id)
        .join(Office, Office.id == PayoutLine.office_id)
        .where(in_sight(PayoutLine.office_id, actor))
    )
    return statement


def _with_entries(
    session: Session, statement: Select[*tuple[Any, ...]], today: date
) -> list[ShareRow]:
    rows = session.execute(statement).mappings().all()
    entries = _entries(session, [row["line_id"] for row in rows]) if rows else {}
    return [_row(row, entries[row["line_id"]], today) for row in rows]


def _row(row: Any, entries: Sequence[ShareEntryOut], today: date) -> ShareRow:
    said = dict(row)
    found = standing(((e.kind, e.amount, e.due_on) for e in entries), today)
    if found is not None:
        said |= {"state": found.state, "due_on": found.due_on, "kept": found.kept}
    return msgspec.convert(said, ShareRow)


def _entries(session: Session, line_ids: Collection[int]) -> dict[int, list[ShareEntryOut]]:
    rows = session.execute(
        select(
            ShareEntry.line_id,
            *(getattr(ShareEntry, name) for name in _ENTRY),
            Staff.name.label("by"),
        )
        .outerjoin(Staff, Staff.id == ShareEntry.recorded_by_id)
        .where(ShareEntry.line_id.in_(line_ids))
        .order_by(ShareEntry.id)
    ).mappings()
    found: dict[int, list[ShareEntryOut]] = defaultdict(list)
    for row in rows:
        said = dict(row)
        found[said.pop("line_id")].append(msgspec.convert(said, ShareEntryOut))
    return found
