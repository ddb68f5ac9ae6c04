"""Taking things back that were given out for a time: an order, new minutes (C04/23 Art. 11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, func, select, update
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.care import Found, seals_of
from inventory.custody.ledger import Step
from inventory.custody.rules import AnotherWarehouse, CustodyKind, SealState
from inventory.custody.standings import Standing
from inventory.handovers.commands.loans import lock_open, party_of, subject_of
from inventory.handovers.commands.minutes import issue_letter, issue_minutes
from inventory.handovers.models import Loan, LoanLine
from inventory.handovers.schemas import CameBack, HandoverPaper, LineReturn, NewReturns, Outsider
from inventory.orders.rules import BY_ORDER_ONLY
from inventory.papers.schemas import Party
from inventory.warehouses.models import Place


class _Home(NamedTuple):
    """A thing that is out, the place it keeps, and the warehouse around that."""

    asset_id: int
    place_id: int
    warehouse_id: int


def bring_back(
    session: Session, actor: Actor, reference: str, new: NewReturns, *, at: datetime
) -> CameBack:
    """Take things back on an order with new minutes, each with the state of its seals.

    They come back to the warehouse they left, onto any place of it; under a seal that is not whole
    they stay with the borrower until the competent body concluded.
    Raises Forbidden, NotFound, LoanEnded, NotAway, PlaceIsClosed, AnotherWarehouse, SealsNotNoted,
    SealDamaged, and what the gate raises.
    """
    actor.require("loans.lend")
    loan = lock_open(session, actor, reference)
    said = {tidy(one.asset): one for one in new.returns}
    homes = _homes(session, loan, said)
    seals = seals_of(new.seals, said)
    places = {name: said[name].place_id or home.place_id for name, home in homes.items()}
    standings = custody.lock_many(session, actor, places, at=at, order=new.order)
    _refuse_away_from_home(session, standings, homes, at=at)
    steps = [
        Step(
            standing,
            CustodyKind.RETURNED,
            new.brought_by.name,
            standing.target_name or "",
            loan.request_number,
            loan.reference,
            seals.get(standing.reference, {}),
        )
        for standing in standings
    ]
    written = {e.asset_id: e.seq for e in custody.write_steps(session, actor, steps, at=at)}
    _keep_returns(
        session,
        actor,
        loan,
        homes,
        said=said,
        written=written,
        brought_by=new.brought_by,
        at=at,
    )
    number = standings[0].line.number or new.order
    found = (said, seals, number)
    paper, letter = _return_papers(session, actor, loan, found, by=new.brought_by, at=at)
    left = _close_if_back(session, loan, at=at)
    facts = {"returned": list(said), "seals": seals}
    audit.record(session, actor, Act.LOAN_RETURNED, subject_of(loan), facts, at=at)
    return CameBack(loan.reference, len(said), left, paper, letter)


def _homes(session: Session, loan: Loan, said: dict[str, LineReturn]) -> dict[str, _Home]:
    """Each thing named with its home; each must be out on this loan."""
    root = func.split_part(Place.path, "/", 2).cast(BigInteger)
    rows = session.execute(
        select(Asset.reference, LoanLine.asset_id, LoanLine.home_place_id, root)
        .join(Asset, Asset.id == LoanLine.asset_id)
        .join(Place, Place.id == LoanLine.home_place_id)
        .where(LoanLine.loan_id == loan.id, LoanLine.returned_at.is_(None))
    )
    out = {row[0]: _Home(*row[1:]) for row in rows}
    for name in said:
        if name not in out:
            raise NotFound(_("%(asset)s is not out on this loan."), field="returns", asset=name)
    return {name: out[name] for name in said}


def _refuse_away_from_home(
    session: Session, standings: Sequence[Standing], homes: dict[str, _Home], *, at: datetime
) -> None:
    """What was given out still counts as the home warehouse's; elsewhere it goes on two orders."""
    for standing in standings:
        there = standing.there
        if there is None or there.warehouse_id != homes[standing.reference].warehouse_id:
            raise AnotherWarehouse(
                _("%(asset)s comes back to its own warehouse. Another is reached by a transfer."),
                field="returns",
                asset=standing.reference,
                **ruling(session, BY_ORDER_ONLY, local_day(at)).basis,
            )


def _keep_returns(
    session: Session,
    actor: Actor,
    loan: Loan,
    homes: dict[str, _Home],
    *,
    said: dict[str, LineReturn],
    written: dict[int, int],
    brought_by: Outsider,
    at: datetime,
) -> None:
    rows = [
        {
            "loan_id": loan.id,
            "asset_id": homes[name].asset_id,
            "returned_at": at,
            "returned_by_id": actor.staff_id,
            "brought_by": f"{brought_by.name}, {brought_by.post}",
            "condition": one.condition,
            "returned_seq": written[homes[name].asset_id],
        }
        for name, one in said.items()
    ]
    session.execute(update(LoanLine), rows)


def _return_papers(
    session: Session,
    actor: Actor,
    loan: Loan,
    found: tuple[dict[str, LineReturn], Found, str | None],
    *,
    by: Outsider,
    at: datetime,
) -> tuple[str, str | None]:
    """New minutes, and the letter to the borrower on seals that did not come back whole."""
    said, seals, order = found
    notes = {name: one.condition for name, one in said.items()}
    lines = items_of(session, list(notes), notes=notes, seals=seals)
    data = HandoverPaper(
        giver=party_of(by, loan.borrower),
        receiver=Party(name=actor.name),
        reason=loan.request_number,
        at=at,
        order_number=order,
        lines=lines,
    )
    of_loan = (("loan", loan.reference), loan.office_id, data)
    damaged = tuple(
        line for line in lines if any(one.state != SealState.WHOLE for one in line.seals)
    )
    minutes = issue_minutes(session, actor, *of_loan, at=at)
    return minutes.reference, issue_letter(session, actor, *of_loan, lines=damaged, at=at)


def _close_if_back(session: Session, loan: Loan, *, at: datetime) -> int:
    left = session.scalars(
        select(LoanLine.asset_id).where(LoanLine.loan_id == loan.id, LoanLine.returned_at.is_(None))
    ).all()
    if not left:
        loan.closed_at = at
    session.flush()
    return len(left)
