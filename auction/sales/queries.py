"""Sales somebody may see, what happened after each, its money, and those sold but not delivered."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Row, Select, case, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from auction.claims.queries import claims_of
from auction.legal_rules.queries import rules_in_use
from auction.lots.models import Lot, LotAsset
from auction.lots.queries import day_of_cursor
from auction.sales.models import Sale, SaleEntry
from auction.sales.rules import (
    DELIVERY_LIMIT,
    PAID_IN,
    EntryKind,
    InterestOwner,
    Money,
    Way,
    state_of,
)
from auction.sales.schemas import DrawOut, EntryOut, SaleFile, SaleRow
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Office, Staff

_DAYS = (
    "sold_on",
    "due_on",
    "paid_on",
    "delivery_due_on",
    "decided_on",
    "delivered_on",
    "default_proposed_on",
    "defaulted_on",
    "cancelled_on",
    "pending_since",
)
_NO_STATE = frozenset({"sold_on", "delivery_due_on", "pending_since", "default_proposed_on"})
"""Days that no state of a sale is read from."""
_MONEY = {
    EntryKind.DEPOSIT: "deposit",
    EntryKind.RECEIPT: "receipts",
    EntryKind.SET_OFF: "set_off",
    EntryKind.TO_RETURN: "to_return",
    EntryKind.KEPT_DECIDED: "to_return",
    EntryKind.RETURNED: "returned",
}


def visible_sales(actor: Actor) -> Select[Sale]:
    """Sales of offices in the actor's sight."""
    return select(Sale).where(in_sight(Sale.office_id, actor))


def no_such_sale() -> NotFound:
    """The refusal for a sale that is not there or not in sight."""
    return NotFound(_("There is no such sale."))


def get_sale(session: Session, actor: Actor, sale_id: int, today: date) -> SaleFile:
    """One sale with its money and all that happened since.

    Raises NotFound.
    """
    statement = _rows(actor).add_columns(
        Sale.buyer_identity,
        Sale.buyer_address,
        Sale.document,
        Sale.minutes,
        Sale.others_document,
        Sale.announced_on,
        Sale.announcement,
        Sale.procuracy_told_on,
        Sale.procuracy_notice,
        Sale.draw,
    )
    found = session.execute(statement.where(Sale.id == sale_id)).one_or_none()
    if found is None:
        raise no_such_sale()
    row = _row(found, today)
    return SaleFile(
        sale=row,
        buyer_identity=found.buyer_identity,
        buyer_address=found.buyer_address,
        document=found.document,
        minutes=found.minutes,
        others_document=found.others_document,
        announced_on=found.announced_on,
        announcement=found.announcement,
        procuracy_told_on=found.procuracy_told_on,
        procuracy_notice=found.procuracy_notice,
        draw=msgspec.convert(found.draw, DrawOut) if found.draw else None,
        money=money_of(session, sale_id, row.price),
        entries=_entries(session, sale_id),
        assets=_assets(session, row.lot_id),
    )


def list_undelivered(
    session: Session,
    actor: Actor,
    today: date,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[SaleRow]:
    """What is sold and not delivered, the oldest sale first; one statement."""
    statement = _rows(actor).where(_undelivered())
    after = decode_cursor(cursor, str, int)
    if after:
        key = (day_of_cursor(after[0]), after[1])
        statement = statement.where(tuple_(Sale.sold_on, Sale.id) > key)
    rows = session.execute(statement.order_by(Sale.sold_on, Sale.id).limit(size + 1))
    found = [_row(row, today) for row in rows]
    return page_of(found, size, key=lambda row: (row.sold_on.isoformat(), row.id))


def count_undelivered(session: Session, actor: Actor, today: date) -> tuple[int, int]:
    """How many sales are not delivered, and how many of them are late with what comes next."""
    late = case((Sale.due_on < today, 1), else_=0)
    row = session.execute(
        visible_sales(actor)
        .with_only_columns(func.count(Sale.id), func.coalesce(func.sum(late), 0))
        .where(_undelivered())
    ).one()
    return int(row[0]), int(row[1])


def count_proposed(session: Session, actor: Actor) -> int:
    """How many sales wait for the officer's decision because the buyer did not pay in time."""
    proposed = Sale.default_proposed_on.is_not(None) & Sale.paid_on.is_(None) & _undelivered()
    return (
        session.scalar(visible_sales(actor).with_only_columns(func.count(Sale.id)).where(proposed))
        or 0
    )


def sales_of_lot(session: Session, actor: Actor, lot_id: int, today: date) -> list[SaleRow]:
    """Every sale of a lot, the newest first: a handful in its life."""
    statement = _rows(actor).where(Sale.lot_id == lot_id).order_by(Sale.id.desc())
    return [_row(row, today) for row in session.execute(statement)]


def money_of(session: Session, sale_id: int, price: Decimal) -> Money:
    """The money of a sale, summed from its entries and their reversals.

    What is to be given back is what the end of the sale left the buyer, and his interest.
    """
    undone = aliased(SaleEntry)
    kind = func.coalesce(undone.kind, SaleEntry.kind)
    owner = func.coalesce(undone.owner, SaleEntry.owner)
    rows = session.execute(
        select(kind, owner, func.sum(SaleEntry.amount))
        .outerjoin(undone, undone.id == SaleEntry.reverses_id)
        .where(SaleEntry.sale_id == sale_id, SaleEntry.amount.is_not(None))
        .group_by(kind, owner)
    )
    said: dict[str, Decimal] = {}
    for found, whose, amount in rows:
        names = [_MONEY.get(EntryKind(found))]
        if found == EntryKind.INTEREST:
            names = [f"interest_to_{InterestOwner(whose).value}"]
            names += ["to_return"] if whose == InterestOwner.BUYER else []
        for name in filter(None, names):
            said[name] = said.get(name, Decimal(0)) + (amount or Decimal(0))
    return Money(price=price, **said)


def delivery_limit(session: Session, way: Way, on: date) -> str:
    """The rule of the time to deliver that the law of a day has for a way of sale."""
    key = DELIVERY_LIMIT[way]
    known = any(rule.serves(on) for rule in rules_in_use(session, key))
    return key if known else DELIVERY_LIMIT[Way.AUCTION]


def assets_of(session: Session, lot_id: int) -> Sequence[int]:
    """The assets of a lot by their numbers, in order."""
    statement = select(LotAsset.asset_id).where(LotAsset.lot_id == lot_id)
    return list(session.scalars(statement.order_by(LotAsset.asset_id)))


def creditors_of(session: Session, case_id: int | None, on: date) -> list[str]:
    """Who is owed something in a case on a day, each once, by their names."""
    claims = claims_of(session, SYSTEM, [case_id], on) if case_id is not None else []
    return list(dict.fromkeys(one.creditor for one in claims if one.owed.total > 0))


def officer_in_charge(session: Session, sale: Sale) -> int | None:
    """The officer of the case of a sale as of now; None where several officers share it."""
    cases = _cases_of(sale.lot_id)
    wanted = select(EnforcementCase.officer_id).where(EnforcementCase.id.in_(cases)).distinct()
    found = session.scalars(wanted).all()
    return found[0] if len(found) == 1 else None


def _undelivered() -> Any:
    return Sale.delivered_on.is_(None) & Sale.defaulted_on.is_(None) & Sale.cancelled_on.is_(None)


def _assets(session: Session, lot_id: int) -> list[str]:
    statement = (
        select(Asset.reference)
        .join(LotAsset, LotAsset.asset_id == Asset.id)
        .where(LotAsset.lot_id == lot_id)
        .order_by(LotAsset.position)
    )
    return list(session.scalars(statement))


def _entries(session: Session, sale_id: int) -> list[EntryOut]:
    later = aliased(SaleEntry)
    names = [name for name in EntryOut.__struct_fields__ if name not in {"reversed", "by"}]
    rows = session.execute(
        select(
            *(getattr(SaleEntry, name) for name in names),
            later.id.is_not(None).label("reversed"),
            Staff.name.label("by"),
        )
        .outerjoin(later, later.reverses_id == SaleEntry.id)
        .outerjoin(Staff, Staff.id == SaleEntry.recorded_by_id)
        .where(SaleEntry.sale_id == sale_id)
        .order_by(SaleEntry.id)
    )
    return [msgspec.convert(dict(row), EntryOut) for row in rows.mappings()]


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    undone = aliased(SaleEntry)
    paid_in = [kind.value for kind in PAID_IN]
    paid = (
        select(func.coalesce(func.sum(SaleEntry.amount), 0))
        .outerjoin(undone, undone.id == SaleEntry.reverses_id)
        .where(
            SaleEntry.sale_id == Sale.id,
            func.coalesce(undone.kind, SaleEntry.kind).in_(paid_in),
        )
        .correlate(Sale)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Sale.id,
            Sale.office_id,
            Office.name.label("office"),
            Lot.reference.label("lot"),
            Sale.lot_id,
            Lot.case_id,
            Lot.description,
            Sale.way,
            Sale.buyer,
            Sale.price,
            *(getattr(Sale, name) for name in _DAYS),
            paid.label("paid"),
            _officer().label("officer"),
        )
        .join(Lot, Lot.id == Sale.lot_id)
        .join(Office, Office.id == Sale.office_id)
        .where(in_sight(Sale.office_id, actor))
    )
    return statement


def _officer() -> Any:
    """Who was in charge when the sale ended; while it runs, who is in charge of its cases now."""
    then = select(Staff.name).where(Staff.id == Sale.officer_id).correlate(Sale).scalar_subquery()
    now = (
        select(func.string_agg(Staff.name.distinct(), ", "))
        .join(EnforcementCase, EnforcementCase.officer_id == Staff.id)
        .where(EnforcementCase.id.in_(_cases_of(Sale.lot_id).correlate(Sale)))
        .scalar_subquery()
    )
    return func.coalesce(then, now)


def _cases_of(lot_id: Any) -> Select[Any]:
    held = select(Asset.case_id).join(LotAsset, LotAsset.asset_id == Asset.id)
    return held.where(LotAsset.lot_id == lot_id)


def _row(row: Row[Any], today: date) -> SaleRow:
    said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    days = {n: said[n] for n in _DAYS if n not in _NO_STATE}
    facts = {name: said[name] for name in SaleRow.__struct_fields__ if name in said}
    facts |= {"state": state_of(today=today, **days), "age": (today - said["sold_on"]).days}
    return msgspec.convert(facts, SaleRow)
