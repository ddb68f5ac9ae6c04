"""Rows written together: few travel value by value, many as JSON, and both arrive alike."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.together import FEW, Together, add, change, gathered
from inventory.custody.models import CustodyBound, Holding
from inventory.custody.rules import CustodyKind
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People

ODD = "Đất “ở” 100 % \\ '\" {a,b}"
_BOTH = Together(add=(AuditEntry, CustodyBound))


def act(office_id: int, n: int, at: datetime) -> dict[str, Any]:
    """An act with every kind of value that a row of a ledger has."""
    return {
        "at": at,
        "staff_id": None,
        "actor_name": ODD,
        "office_id": office_id,
        "channel": "together",
        "code": CustodyKind.MOVED,
        "subject_kind": "asset",
        "subject_id": n,
        "subject_ref": "",
        "data": {"n": n, "said": [ODD, None], "deep": {"yes": True}},
    }


@pytest.mark.parametrize("many", [1, FEW, FEW + 1])
def test_however_many_rows_there_are_they_arrive_as_given(
    session: Session, people: People, at: datetime, many: int
) -> None:
    asset = make_asset(session, people.keeper, make_case(session, people.officer, at=at), at=at)
    bound = {
        "asset_id": asset.id,
        "office_id": people.office.id,
        "forms": ("own_store", 'a "b", {c}'),
        "article": ODD,
        "set_at": at,
    }
    acts = [act(people.office.id, n, at) for n in range(many)]
    bounds = [{**bound, "reason": str(n)} for n in range(many)]
    _BOTH.write(session, audit_entry=acts, custody_bound=bounds)
    a, b = AuditEntry, CustodyBound
    rows = session.scalars(select(a).where(a.channel == "together").order_by(a.subject_id)).all()
    assert [{name: getattr(row, name) for name in acts[0]} for row in rows] == acts
    kept = session.scalars(select(b).where(b.asset_id == asset.id).order_by(b.reason)).all()
    assert [list(row.forms) for row in kept] == [list(bound["forms"])] * many
    assert {(row.article, row.set_by_id, row.lifted_at) for row in kept} == {(ODD, None, None)}


@pytest.mark.parametrize("many", [1, FEW])
def test_columns_of_one_row_or_of_several_are_changed(
    session: Session, people: People, at: datetime, many: int
) -> None:
    case = make_case(session, people.officer, at=at)
    assets = [make_asset(session, people.keeper, case, at=at).id for _n in range(FEW)]
    with gathered(session):
        add(session, AuditEntry, [])
        for asset_id in assets[:many]:
            change(session, Holding, {"asset_id": asset_id, "receiver": ODD})
    found = dict(session.execute(select(Holding.asset_id, Holding.receiver)).all())
    assert [found[asset_id] for asset_id in assets] == [ODD] * many + [""] * (FEW - many)
