"""From the custody ledger to a stock card (D67-THADS)."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.cases.models import EnforcementCase
from inventory.custody.models import CustodyEntry
from inventory.custody.rules import CustodyKind
from inventory.papers.schemas import CasePart, ItemLine, Signature
from inventory.warehouses.models import Place
from reports.forms.warehouse.shapes import CardShape, Movement

COMES = {CustodyKind.TAKEN_IN, CustodyKind.ARRIVED, CustodyKind.RETURNED}
GOES = {CustodyKind.RELEASED, CustodyKind.SENT, CustodyKind.LENT, CustodyKind.WRITTEN_OFF}


def card_of(session: Session, actor: Actor, reference: str) -> CardShape:
    """The stock card of an asset as its ledger stands.

    Raises NotFound.
    """
    asset = get_asset(session, actor, reference)
    return CardShape(
        cases=_cases(session, asset),
        item=ItemLine(
            name=asset.description,
            code=asset.reference,
            unit=asset.unit,
            features=asset.identification,
            state=asset.condition,
        ),
        place=asset.way or asset.place,
        movements=_movements(session, asset),
        signatures=(Signature(post="keeper"), Signature(post="accountant"), Signature(post="head")),
    )


def _movements(session: Session, asset: AssetOut) -> tuple[Movement, ...]:
    """Every entry of the chain; a move within the house leaves the balance as it is."""
    place = aliased(Place)
    e = CustodyEntry
    rows = session.execute(
        select(e.kind, e.at, e.reason, e.document, place.name)
        .outerjoin(place, place.id == e.to_place_id)
        .where(e.asset_id == asset.id)
        .order_by(e.seq)
    )
    balance = Decimal(0)
    found = []
    for row in rows:
        kind = CustodyKind(row.kind)
        if kind in COMES:
            balance = asset.quantity
        elif kind in GOES:
            balance = Decimal(0)
        found.append(_movement(row, kind, asset.quantity, balance))
    return tuple(found)


def _movement(
    row: Row[str, datetime, str, str, str],
    kind: CustodyKind,
    quantity: Decimal,
    balance: Decimal,
) -> Movement:
    _kind, at, reason, document, place = row
    return Movement(
        on=local_day(at),
        reason=reason,
        balance=balance,
        voucher_in=document if kind in COMES else None,
        voucher_out=document if kind in GOES else None,
        came_in=quantity if kind in COMES else None,
        went_out=quantity if kind in GOES else None,
        place=place,
    )


def _cases(session: Session, asset: AssetOut) -> tuple[CasePart, ...]:
    c = EnforcementCase
    case = session.execute(
        select(c.decision_number, c.decision_on, c.debtor_name).where(
            c.office_id == asset.office_id, c.decision_number == asset.case_number
        )
    ).first()
    if case is None:
        return ()
    return (CasePart(number=case[0], decided_on=case[1], debtor=case[2]),)
