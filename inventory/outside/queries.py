"""Reading contracts of outside custody."""

from collections import defaultdict
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.scope import in_sight
from inventory.outside.models import CustodyCheck, CustodyContract
from inventory.outside.rules import FoundState
from inventory.outside.schemas import ContractOut, ContractRow, CustodyCheckOut
from inventory.warehouses.rules import CustodyForm


def visible_contracts(actor: Actor) -> Select[CustodyContract]:
    """Contracts on assets in the actor's sight."""
    return (
        select(CustodyContract)
        .join(Asset, Asset.id == CustodyContract.asset_id)
        .where(in_sight(Asset.office_id, actor))
    )


def list_contracts(session: Session, actor: Actor, reference: str) -> list[ContractOut]:
    """The contracts on an asset with their checks, the last one first."""
    contracts = session.scalars(
        visible_contracts(actor)
        .where(Asset.reference == reference)
        .order_by(CustodyContract.id.desc())
    ).all()
    checks: defaultdict[int, list[CustodyCheckOut]] = defaultdict(list)
    if contracts:
        found = session.scalars(
            select(CustodyCheck)
            .where(CustodyCheck.contract_id.in_([one.id for one in contracts]))
            .order_by(CustodyCheck.checked_on.desc(), CustodyCheck.id.desc())
        )
        for one in found:
            checks[one.contract_id].append(
                CustodyCheckOut(
                    one.checked_on,
                    FoundState(one.state),
                    one.finding,
                    one.checked_by,
                    one.minutes,
                    one.paper,
                )
            )
    return [_out(one, checks[one.id]) for one in contracts]


def list_running(
    session: Session,
    actor: Actor,
    *,
    due_before: date | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[ContractRow]:
    """Running contracts in sight, the one to be checked next first."""
    c = CustodyContract
    statement: Select[*tuple[Any, ...]] = (
        visible_contracts(actor)
        .with_only_columns(
            c.id,
            Asset.reference,
            Asset.description,
            c.form,
            c.custodian,
            c.until_on,
            c.monthly_cost,
            c.check_due_on,
        )
        .where(c.ended_on.is_(None))
        .order_by(c.check_due_on, c.id)
        .limit(size + 1)
    )
    if due_before is not None:
        statement = statement.where(c.check_due_on < due_before)
    after = decode_cursor(cursor, str, int)
    if after is not None:
        key = (date.fromisoformat(str(after[0])), after[1])
        statement = statement.where(tuple_(c.check_due_on, c.id) > key)
    rows = [ContractRow(*row) for row in session.execute(statement)]
    rows = [msgspec.structs.replace(row, form=CustodyForm(row.form)) for row in rows]
    return page_of(rows, size, key=lambda row: (row.check_due_on.isoformat(), row.id))


def count_overdue(session: Session, actor: Actor, on: date, *, most: int = 1000) -> int:
    """How many running contracts of the actor's office should have been checked before a day."""
    c = CustodyContract
    found = (
        select(c.id)
        .where(c.office_id == actor.office_id, c.ended_on.is_(None), c.check_due_on < on)
        .limit(most)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(found)).scalar_one()


def _out(contract: CustodyContract, checks: list[CustodyCheckOut]) -> ContractOut:
    names = [name for name in ContractOut.__struct_fields__ if name != "checks"]
    said = {name: getattr(contract, name) for name in names}
    return ContractOut(**{**said, "form": CustodyForm(contract.form)}, checks=checks)
