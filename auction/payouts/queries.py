"""Payouts somebody may see, with their lines and vouchers; the ledger of a sale's money."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from auction.lots.models import Lot
from auction.payouts.models import Payout, PayoutLine, Voucher
from auction.payouts.overtaken import overtaken_of
from auction.payouts.rules import IN_MONEY, HeldBack
from auction.payouts.schemas import LedgerLine, LineOut, PayoutOut, PayoutRow, VoucherOut
from auction.sales.models import Sale, SaleEntry
from auction.sales.rules import PAID_IN, EntryKind, InterestOwner
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office, Staff

_HELD = [name for name in PayoutRow.__struct_fields__ if hasattr(Payout, name)]
_LINE = [name for name in LineOut.__struct_fields__ if hasattr(PayoutLine, name)]
_VOUCHER = [name for name in VoucherOut.__struct_fields__ if hasattr(Voucher, name)]


def visible_payouts(actor: Actor) -> Select[Payout]:
    """Payouts of offices in the actor's sight."""
    return select(Payout).where(in_sight(Payout.office_id, actor))


def no_such_payout() -> NotFound:
    """The refusal for a payout that is not there or not in sight."""
    return NotFound(_("There is no such payout."))


def get_payout(session: Session, actor: Actor, payout_id: int) -> PayoutOut:
    """One payout with its lines and vouchers, in eight statements.

    Raises NotFound.
    """
    found = _payouts(session, actor, Payout.id == payout_id)
    if not found:
        raise no_such_payout()
    return found[0]


def payouts_of_sale(session: Session, actor: Actor, sale_id: int) -> list[PayoutOut]:
    """Every version of a sale's payout, the newest first, in eight statements."""
    return _payouts(session, actor, Payout.sale_id == sale_id)


def list_open_payouts(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[PayoutRow]:
    """Payouts to approve or to pay, the oldest first; six statements."""
    statement = _rows(actor).where(_open())
    after = decode_cursor(cursor, int)
    if after:
        statement = statement.where(Payout.id > after[0])
    rows = session.execute(statement.order_by(Payout.id).limit(size + 1)).mappings()
    found = [msgspec.convert(dict(row), PayoutRow) for row in rows]
    stopped = overtaken_of(session, [row.id for row in found]).stopped
    found = [structs.replace(row, overtaken=row.id in stopped) for row in found]
    return page_of(found, size, key=lambda row: (row.id,))


def count_open(session: Session, actor: Actor) -> tuple[int, int]:
    """How many payouts wait for approval, and how many approved ones for payment."""
    row = session.execute(
        visible_payouts(actor)
        .with_only_columns(
            func.count().filter(Payout.approved_at.is_(None)),
            func.count().filter(Payout.approved_at.is_not(None)),
        )
        .where(_open())
    ).one()
    return int(row[0]), int(row[1])


def live_vouchers(session: Session, sale_id: int) -> int:
    """How many lines of a sale are paid by a voucher that stands."""
    undone = aliased(Voucher)
    statement = (
        select(func.count())
        .select_from(Voucher)
        .join(PayoutLine, PayoutLine.id == Voucher.line_id)
        .join(Payout, Payout.id == PayoutLine.payout_id)
        .outerjoin(undone, undone.reverses_id == Voucher.id)
        .where(Payout.sale_id == sale_id, Voucher.reverses_id.is_(None), undone.id.is_(None))
    )
    return session.scalar(statement) or 0


def promised_elsewhere(
    session: Session, sale_id: int, claim_ids: Sequence[int], on: date
) -> dict[int, Decimal]:
    """What approved payouts of other sales will pay on claims, beyond what was paid by a day."""
    paid = (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .where(Voucher.line_id == PayoutLine.id, Voucher.paid_on <= on)
        .correlate(PayoutLine)
        .scalar_subquery()
    )
    rows = session.execute(
        select(PayoutLine.claim_id, func.sum(PayoutLine.amount - paid))
        .join(Payout, Payout.id == PayoutLine.payout_id)
        .where(
            PayoutLine.claim_id.in_(claim_ids),
            Payout.sale_id != sale_id,
            Payout.approved_at.is_not(None),
            Payout.withdrawn_at.is_(None),
        )
        .group_by(PayoutLine.claim_id)
    )
    return {claim: Decimal(amount) for claim, amount in rows if claim is not None}


def sale_of_line(session: Session, actor: Actor, line_id: int) -> int:
    """The sale that a line of a payout belongs to.

    Raises NotFound.
    """
    found = session.scalar(
        visible_payouts(actor)
        .with_only_columns(Payout.sale_id)
        .join(PayoutLine, PayoutLine.payout_id == Payout.id)
        .where(PayoutLine.id == line_id)
    )
    if found is None:
        raise no_such_payout()
    return found


def voucher_out(session: Session, voucher_id: int) -> VoucherOut:
    """One voucher as it is shown; the caller has found out that it is in sight."""
    row = session.execute(_voucher_rows().where(Voucher.id == voucher_id)).mappings().one()
    return msgspec.convert(dict(row), VoucherOut)


def proceeds_of_sale(session: Session, sale_id: int) -> list[LedgerLine]:
    """Money of a sale in and out, in the order of days, with what is left after each line."""
    undone = aliased(SaleEntry)
    kind = func.coalesce(undone.kind, SaleEntry.kind)
    moving = [*PAID_IN, EntryKind.INTEREST, EntryKind.RETURNED]
    owner = func.coalesce(SaleEntry.owner, InterestOwner.DEBT.value)
    into = session.execute(
        select(SaleEntry.happened_on, kind, SaleEntry.document, SaleEntry.amount, owner)
        .outerjoin(undone, undone.id == SaleEntry.reverses_id)
        .where(SaleEntry.sale_id == sale_id, kind.in_([one.value for one in moving]))
        .order_by(SaleEntry.id)
    ).all()
    out = session.execute(
        select(
            Voucher.paid_on,
            PayoutLine.kind,
            Voucher.number,
            Voucher.amount,
            case((_in_money(), PayoutLine.fee), else_=0),
        )
        .join(PayoutLine, PayoutLine.id == Voucher.line_id)
        .join(Payout, Payout.id == PayoutLine.payout_id)
        .where(Payout.sale_id == sale_id)
        .order_by(Voucher.id)
    ).all()
    moves: list[tuple[date, str, str | None, Decimal]] = []
    for on, what, document, amount, _owner in into:
        sign = -1 if what == EntryKind.RETURNED else 1
        moves.append((on, f"in:{what}", document, sign * (amount or Decimal(0))))
    for on, what, number, amount, fee in out:
        held = fee if amount > 0 else -fee
        moves.append((on, f"out:{what}", number, held - amount))
        if held:
            moves.append((on, f"held:{HeldBack.ENFORCEMENT_FEE}", number, -held))
    left, lines = Decimal(0), []
    for on, what, document, amount in sorted(moves, key=lambda move: move[0]):
        left += amount
        lines.append(LedgerLine(on=on, what=what, document=document, amount=amount, left=left))
    return lines


def _in_money() -> Any:
    return Voucher.way.in_([way.value for way in IN_MONEY])


def _open() -> Any:
    return Payout.withdrawn_at.is_(None) & Payout.paid_at.is_(None)


def _payouts(session: Session, actor: Actor, which: Any) -> list[PayoutOut]:
    statement = _rows(actor).add_columns(Payout.note).where(which).order_by(Payout.id.desc())
    heads = session.execute(statement).mappings().all()
    ids = [row["id"] for row in heads]
    lines = _lines(session, ids)
    since = overtaken_of(session, ids)
    stopped, costs = since.stopped, since.costs
    found = []
    for row in heads:
        said = dict(row)
        note = said.pop("note")
        head = msgspec.convert({**said, "overtaken": said["id"] in stopped}, PayoutRow)
        found.append(
            PayoutOut(
                payout=head,
                state=head.state,
                lines=lines[head.id],
                changed=since.claims.get(head.id, []),
                costs_changed=costs[head.id].amount if head.id in costs else Decimal(0),
                rights_changed=head.id in since.rights,
                note=note,
            )
        )
    return found


def _lines(session: Session, payout_ids: Sequence[int]) -> dict[int, list[LineOut]]:
    found: dict[int, list[LineOut]] = defaultdict(list)
    columns = (getattr(PayoutLine, name) for name in _LINE)
    rows = session.execute(
        select(PayoutLine.payout_id, *columns)
        .where(PayoutLine.payout_id.in_(payout_ids))
        .order_by(PayoutLine.payout_id, PayoutLine.position)
    ).mappings()
    lines = [dict(row) for row in rows]
    vouchers = _vouchers(session, [line["id"] for line in lines])
    for line in lines:
        payout_id = line.pop("payout_id")
        held_back = Decimal(0) if line["set_off"] else line["fee"]
        to_payee = line["amount"] - held_back
        said = {**line, "to_payee": to_payee, "vouchers": vouchers[line["id"]]}
        found[payout_id].append(msgspec.convert(said, LineOut))
    return found


def _vouchers(session: Session, line_ids: Sequence[int]) -> dict[int, list[VoucherOut]]:
    found: dict[int, list[VoucherOut]] = defaultdict(list)
    statement = _voucher_rows().where(Voucher.line_id.in_(line_ids)).order_by(Voucher.id)
    rows = session.execute(statement).mappings()
    for row in rows:
        found[row["line_id"]].append(msgspec.convert(dict(row), VoucherOut))
    return found


def _voucher_rows() -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(
        *(getattr(Voucher, name) for name in _VOUCHER), Staff.name.label("by")
    ).outerjoin(Staff, Staff.id == Voucher.recorded_by_id)
    return statement


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    proposer, approver = aliased(Staff), aliased(Staff)
    statement: Select[*tuple[Any, ...]] = (
        select(
            *(getattr(Payout, name) for name in _HELD),
            Office.name.label("office"),
            Lot.reference.label("lot"),
            Sale.buyer,
            proposer.name.label("proposed_by"),
            approver.name.label("approved_by"),
        )
        .join(Sale, Sale.id == Payout.sale_id)
        .join(Lot, Lot.id == Sale.lot_id)
        .join(Office, Office.id == Payout.office_id)
        .outerjoin(proposer, proposer.id == Payout.proposed_by_id)
        .outerjoin(approver, approver.id == Payout.approved_by_id)
        .where(in_sight(Payout.office_id, actor))
    )
    return statement
