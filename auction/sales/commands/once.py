"""Money is entered once: one receipt number of one payer, one sum of interest of one day."""

from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from auction.lots.models import Lot
from auction.sales.models import Sale, SaleEntry
from auction.sales.repeats import InterestTwice, OutsideDeposit, ReceiptTwice
from auction.sales.rules import EntryKind
from auction.sales.schemas import NewInterest, NewReceipt
from inventory.base.messages import _

_RECEIPTS = 7_301_044


def refuse_receipt_twice(session: Session, sale: Sale, new: NewReceipt) -> None:
    """A number stands once in an office and a year, but for a buyer who pays several lots by it.

    Raises ReceiptTwice.
    """
    key = func.hashtext(f"{sale.office_id}/{new.received_on.year}/{new.document.lower()}")
    session.execute(select(func.pg_advisory_xact_lock(_RECEIPTS, key)))
    undone = aliased(SaleEntry)
    first = session.execute(
        select(SaleEntry.happened_on, SaleEntry.amount, SaleEntry.document, Lot.reference)
        .join(Sale, Sale.id == SaleEntry.sale_id)
        .join(Lot, Lot.id == Sale.lot_id)
        .where(
            SaleEntry.office_id == sale.office_id,
            SaleEntry.kind.in_((EntryKind.RECEIPT.value, EntryKind.DEPOSIT.value)),
            func.date_part("year", SaleEntry.happened_on) == new.received_on.year,
            func.lower(SaleEntry.document) == new.document.lower(),
            (Sale.id == sale.id) | (Sale.buyer != sale.buyer),
            ~exists().where(undone.reverses_id == SaleEntry.id),
        )
        .order_by(SaleEntry.id)
        .limit(1)
    ).one_or_none()
    if first is not None:
        raise ReceiptTwice(
            _(
                "The receipt %(document)s is entered already: %(amount)s on %(day)s for %(lot)s."
                " If this is another payment, name its own document; if that entry is wrong,"
                " reverse it first."
            ),
            field="document",
            document=first.document,
            amount=first.amount,
            day=first.happened_on,
            lot=first.reference,
        )


def refuse_interest_twice(session: Session, sale: Sale, new: NewInterest) -> None:
    """Interest of a day is entered once; periods may meet on the day that ends one.

    Raises InterestTwice, OutsideDeposit.
    """
    undone = aliased(SaleEntry)
    entries = session.execute(
        select(SaleEntry.kind, SaleEntry.happened_on, SaleEntry.words).where(
            SaleEntry.sale_id == sale.id,
            SaleEntry.kind.in_((EntryKind.INTEREST.value, EntryKind.TERM_DEPOSIT.value)),
            ~exists().where(undone.reverses_id == SaleEntry.id),
        )
    ).all()
    put = [one.happened_on for one in entries if one.kind == EntryKind.TERM_DEPOSIT]
    if put and new.from_on < min(put):
        raise OutsideDeposit(
            _("The price lies on deposit since %(day)s; interest runs from then on."),
            field="from_on",
            day=min(put),
        )
    spans = {one.words for one in entries if one.kind == EntryKind.INTEREST and one.words}
    for words in sorted(spans):
        since, until = (date.fromisoformat(day) for day in words.split("/"))
        if _start(since, until) < new.to_on and _start(new.from_on, new.to_on) < until:
            raise InterestTwice(
                _(
                    "Interest from %(since)s to %(until)s is entered already. Enter the days"
                    " after it, or reverse that entry first."
                ),
                field="from_on",
                since=since,
                until=until,
            )


def _start(since: date, until: date) -> date:
    """Interest of a single day is that of the night before it."""
    return since if until > since else until - timedelta(days=1)
