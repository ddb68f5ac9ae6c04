"""A lot leaves the auction without a buyer: redeemed, settled, given back, its seizure recalled."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auction.bidding.rules import Outcome
from auction.claims.queries import debt_of
from auction.costs.queries import costs_of
from auction.costs.rules import Bearer
from auction.deadlines.queries import due_after
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.queries import open_lot_of
from auction.offers.commands.common import (
    OpenLot,
    break_off,
    check_sum,
    close,
    is_running,
    open_lot,
)
from auction.offers.models import AssetExit, ExitExpense, SeizureRecall
from auction.offers.queries import open_priority, open_recall, open_setoff
from auction.offers.rules import (
    Act,
    ExitGround,
    NoRecall,
    PriorityEnd,
    SetOffEnd,
    SumDiffers,
    TooLate,
)
from auction.offers.schemas import NewExpense, NewRecall, NewRedemption, NewSettlement
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.money import share_out
from inventory.cases.models import EnforcementCase
from inventory.seizures.commands import release_seizure
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import SeizureRelease

REDEEM = "redeem_before_opening"


class Leaving(NamedTuple):
    """How an asset leaves: on which ground and day, with what sums, on which paper and rule."""

    ground: ExitGround
    on: date
    sums: tuple[Decimal, Decimal, Decimal]
    until_on: date | None
    rule: Rule
    document: str
    note: str | None


def redeem(
    session: Session, actor: Actor, reference: str, new: NewRedemption, *, at: datetime
) -> list[AssetExit]:
    """The debtor pays debt, costs and bidders' expenses: the whole lot leaves the auction.

    Until one working day before the opening (L25 Art. 83(4); L08 Art. 101(5)); while the creditor
    takes it, in the debtor's own time. Locks the lot as the recording of an outcome does.
    Raises NotFound, LotIsClosed, TooLate, SumDiffers, StepOutOfTurn, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.paid_on, at, field="paid_on")
    expenses = new.expenses or []
    for amount, field in ((new.debt, "debt"), (new.costs, "costs")):
        check_sum(amount, field)
    for one in expenses:
        check_sum(one.amount, "expenses")
    found, asset = _lock(session, actor, reference)
    rule = rule_on(session, REDEEM, new.paid_on)
    until = _refuse_late(session, found, rule, new.paid_on)
    _refuse_too_little(session, found, asset, rule, new)
    sums = (new.debt, new.costs, sum((one.amount for one in expenses), Decimal(0)))
    how = Leaving(ExitGround.PAID, new.paid_on, sums, until, rule, new.document, new.note)
    made = _leave(session, actor, found, asset, how, at=at)
    _keep_expenses(session, made[0], expenses)
    data = {"debt": str(sums[0]), "costs": str(sums[1]), "expenses": str(sums[2])}
    audit.record(session, actor, Act.REDEEMED, _subject(asset), data, at=at)
    return made


def settle(
    session: Session, actor: Actor, reference: str, new: NewSettlement, *, at: datetime
) -> list[AssetExit]:
    """The parties agree before the asset is sold: the lot leaves the auction (D152/26 Art. 14).

    Raises NotFound, LotIsClosed, TooLate, StepOutOfTurn, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.agreed_on, at, field="agreed_on")
    found, asset = _lock(session, actor, reference)
    rule = rule_on(session, REDEEM, new.agreed_on)
    until = _refuse_late(session, found, rule, new.agreed_on)
    nothing = (Decimal(0), Decimal(0), Decimal(0))
    how = Leaving(ExitGround.SETTLED, new.agreed_on, nothing, until, rule, new.document, new.note)
    made = _leave(session, actor, found, asset, how, at=at)
    data = {"document": new.document, "note": new.note}
    audit.record(session, actor, Act.SETTLED, _subject(asset), data, at=at)
    return made


def recall_seizure(
    session: Session, actor: Actor, lot_ref: str, new: NewRecall, *, at: datetime
) -> SeizureRecall:
    """Recall the seizure of a lot whose price sank to what it secures for another; stop it.

    D152/26 Art. 55(4), 65(7)a. Raises NotFound, LotIsClosed, NoRecall, Invalid.
    """
    actor.require("seizures.recall")
    not_ahead(new.recalled_on, at, field="recalled_on")
    found = open_lot(session, actor, lot_ref)
    recall = open_recall(session, found.lot.id)
    if recall is None:
        raise NoRecall(_("Nothing says that the seizure is to be recalled."))
    recall.recalled_on, recall.decision_number = new.recalled_on, new.decision_number
    recall.holder_told = new.holder_told
    session.flush()
    why, on = "Thu hồi quyết định kê biên", new.recalled_on
    break_off(session, actor, found, Outcome.STOPPED, reason=why, on=on, at=at)
    take_step(
        session,
        actor,
        found.asset_ids,
        Step.SEIZURE_RECALLED,
        on,
        at=at,
        document=new.decision_number,
        subject=found.due,
        lot_id=found.lot.id,
    )
    close(session, actor, found, on, why="seizure_recalled", at=at)
    _release(session, actor, found, new, at=at)
    data = {"decision": new.decision_number, "price": str(recall.price)}
    audit.record(session, actor, Act.SEIZURE_RECALLED, found.subject, data, at=at)
    return recall


def _release(
    session: Session, actor: Actor, found: OpenLot, new: NewRecall, *, at: datetime
) -> None:
    """End the seizures of the lot's case in their own register, where the actor may."""
    case_id = found.lot.case_id
    if case_id is None or not actor.may("seizures.record"):
        return
    seized = select(Seizure.asset_id).where(
        Seizure.asset_id.in_(found.asset_ids),
        Seizure.case_id == case_id,
        Seizure.released_on.is_(None),
    )
    open_ones = set(session.scalars(seized))
    number = _case_number(session, case_id)
    for asset in found.assets:
        if asset.id in open_ones:
            release = SeizureRelease(
                case_number=number,
                released_on=new.recalled_on,
                release_decision=new.decision_number,
            )
            release_seizure(session, actor, asset.reference, release, at=at)


def _lock(session: Session, actor: Actor, reference: str) -> tuple[OpenLot | None, Asset]:
    asset_id = session.scalar(select(Asset.id).where(Asset.reference == reference))
    lot = open_lot_of(session, actor, asset_id) if asset_id is not None else None
    found = open_lot(session, actor, lot) if lot is not None else None
    return found, lock_asset(session, actor, reference)


def _refuse_late(session: Session, found: OpenLot | None, rule: Rule, on: date) -> date | None:
    """The last day on which the debtor may pay, None where nothing is fixed yet.

    Raises TooLate.
    """
    if found is None:
        return None
    until, said = None, rule
    setoff = open_setoff(session, found.lot.id)
    if setoff is not None and setoff.debtor_by_on is not None:
        until = setoff.debtor_by_on
        said = rule_on(session, "setoff_debtor_redeem", setoff.told_on or on)
    elif is_running(session, found.last) and found.last is not None:
        opens_at = found.last.opens_at
        opens_on = local_day(opens_at) if opens_at else found.last.held_on
        until = due_after(session, REDEEM, opens_on) if opens_on else None
    if until is not None and on > until:
        raise TooLate(
            _("The debtor could pay and take the asset back until %(day)s (rule %(rule)s)."),
            field="paid_on",
            article=said.article,
            day=until,
            rule=said.key,
        )
    return until


def _refuse_too_little(
    session: Session, found: OpenLot | None, asset: Asset, rule: Rule, new: NewRedemption
) -> None:
    """He pays at least what the ledgers of claims and costs hold.

    Raises SumDiffers.
    """
    ids = found.asset_ids if found else [asset.id]
    case_id = found.lot.case_id if found else asset.case_id
    debt = debt_of(session, case_id, new.paid_on) if case_id is not None else Decimal(0)
    costs = costs_of(session, ids, new.paid_on)
    borne = costs.borne_by(Bearer.DEBTOR) + costs.storage_running
    for paid, due, field in ((new.debt, debt, "debt"), (new.costs, borne, "costs")):
        if paid < due:
            raise SumDiffers(
                _("The debtor pays at least %(sum)s (rule %(rule)s)."),
                field=field,
                article=rule.article,
                sum=due,
                rule=rule.key,
            )


def _leave(
    session: Session,
    actor: Actor,
    found: OpenLot | None,
    asset: Asset,
    how: Leaving,
    *,
    at: datetime,
) -> list[AssetExit]:
    """Write the exit of every asset of the lot, stop its round, take the step, close it."""
    ids = found.asset_ids if found else [asset.id]
    equal = [Decimal(1)] * len(ids)
    parts = [share_out(total, equal) for total in how.sums]
    made = [
        AssetExit(
            asset_id=one,
            lot_id=found.lot.id if found else None,
            office_id=asset.office_id,
            ground=how.ground.value,
            left_on=how.on,
            until_on=how.until_on,
            debt=parts[0][n],
            costs=parts[1][n],
            expenses=parts[2][n],
            document=how.document,
            note=how.note,
            rule_id=how.rule.id,
            article=how.rule.article,
            confidence=how.rule.confidence.value,
            recorded_at=at,
            recorded_by_id=actor.staff_id,
        )
        for n, one in enumerate(ids)
    ]
    session.add_all(made)
    session.flush()
    paid, on = how.ground is ExitGround.PAID, how.on
    if found is not None:
        why = "Người phải thi hành án đã nộp đủ tiền" if paid else "Đương sự thỏa thuận"
        break_off(session, actor, found, Outcome.STOPPED, reason=why, on=on, at=at)
        _end_rights(session, found, on)
    step = Step.REDEEMED if paid else Step.AGREED
    subject = found.due if found else None
    take_step(session, actor, ids, step, on, at=at, document=how.document, subject=subject)
    if found is not None:
        close(session, actor, found, on, why=how.ground.value, at=at)
    return made


def _end_rights(session: Session, found: OpenLot, on: date) -> None:
    setoff = open_setoff(session, found.lot.id)
    if setoff is not None:
        setoff.ended_on, setoff.ending = on, SetOffEnd.REDEEMED.value
    for asset_id in found.asset_ids:
        offer = open_priority(session, asset_id)
        if offer is not None:
            offer.ended_on, offer.ending = on, PriorityEnd.NOBODY.value
    session.flush()


def _keep_expenses(session: Session, made: AssetExit, expenses: list[NewExpense]) -> None:
    rows = [
        {
            "exit_id": made.id,
            "asset_id": made.asset_id,
            "office_id": made.office_id,
            "bidder": one.bidder,
            "amount": one.amount,
            "document": one.document,
        }
        for one in expenses
    ]
    if rows:
        session.execute(insert(ExitExpense), rows)


def _case_number(session: Session, case_id: int) -> str:
    from_case = select(EnforcementCase.decision_number).where(EnforcementCase.id == case_id)
    return session.scalars(from_case).one()


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
