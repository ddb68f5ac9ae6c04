"""A lot, or one asset of it, leaves the auction without a buyer: redeemed or settled."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on, rule_on
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.queries import open_lot_of
from auction.lots.taking import ANSWERED, SetOffOpen
from auction.offers.commands.common import (
    OpenLot,
    check_sum,
    open_lot,
)
from auction.offers.commands.parting import leave
from auction.offers.commands.stopping import stop_leaving
from auction.offers.models import AssetExit, ExitExpense
from auction.offers.queries import open_priority, open_setoff
from auction.offers.redemption import (
    REDEEM,
    Until,
    cases_served,
    expected_expenses,
    last_day,
    least_sums,
    may_leave_alone,
)
from auction.offers.rules import (
    Act,
    AnsweredBefore,
    ExitGround,
    ExpensesUnsaid,
    NotAlone,
    OthersMustAgree,
    PriorityEnd,
    SetOffEnd,
    SumDiffers,
    TooLate,
)
from auction.offers.schemas import NewExpense, NewRedemption, NewSettlement
from auction.offers.standing import refuse_sold
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.money import share_out
from inventory.base.orm import refused_by


class Leaving(NamedTuple):
    """How an asset leaves: on which ground and day, with what sums, on which paper and rule."""

    ground: ExitGround
    on: date
    sums: tuple[Decimal, Decimal, Decimal]
    until: Until
    document: str
    note: str | None
    asset_ids: Sequence[int]
    others_document: str | None = None


def redeem(
    session: Session, actor: Actor, reference: str, new: NewRedemption, *, at: datetime
) -> list[AssetExit]:
    """The debtor pays debt, costs and bidders' expenses: the lot leaves the auction.

    Until one working day before the opening (L25 Art. 83(4); L08 Art. 101(5)); while the creditor
    takes it, in the debtor's own time. Locks the lot as the recording of an outcome does.
    Raises NotFound, LotIsClosed, TooLate, SumDiffers, ExpensesUnsaid, NotAlone, SetOffOpen,
    WinnerNamed, StepOutOfTurn, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.paid_on, at, field="paid_on")
    expenses = new.expenses or []
    for amount, field in ((new.debt, "debt"), (new.costs, "costs")):
        check_sum(amount, field)
    for one in expenses:
        check_sum(one.amount, "expenses")
    found, asset = _lock(session, actor, reference)
    ids = _leaving(session, found, asset, only_this=new.only_this)
    if len(ids) < len(found.asset_ids if found else ids):
        _refuse_not_alone(session, found, asset, new.paid_on)
    until = _refuse_late(session, found, new.paid_on, field="paid_on")
    _refuse_too_little(session, ids, new, alone=new.only_this)
    _refuse_unsaid(session, found, expenses, new.paid_on)
    sums = (new.debt, new.costs, sum((one.amount for one in expenses), Decimal(0)))
    how = Leaving(ExitGround.PAID, new.paid_on, sums, until, new.document, new.note, ids)
    made = _leave(session, actor, found, asset, how, at=at)
    _keep_expenses(session, made[0], expenses)
    data = {"debt": str(sums[0]), "costs": str(sums[1]), "expenses": str(sums[2])}
    audit.record(session, actor, Act.REDEEMED, _subject(asset), data, at=at)
    return made


def settle(
    session: Session, actor: Actor, reference: str, new: NewSettlement, *, at: datetime
) -> list[AssetExit]:
    """The parties agree before the asset is sold: it leaves the auction (D152/26 Art. 14).

    Where it is seized for several cases, those of the others agree in writing, too. After a sale
    the buyer consents (auction/sales).
    Raises NotFound, LotIsClosed, SaleStands, TooLate, SetOffOpen, OthersMustAgree, WinnerNamed,
    AnsweredBefore, StepOutOfTurn, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.agreed_on, at, field="agreed_on")
    found, asset = _lock(session, actor, reference)
    ids = _leaving(session, found, asset, only_this=new.only_this)
    refuse_sold(session, ids, new.agreed_on)
    until = _refuse_late(session, found, new.agreed_on, field="agreed_on")
    _refuse_alone(session, ids, new)
    nothing = (Decimal(0), Decimal(0), Decimal(0))
    on, ground = new.agreed_on, ExitGround.SETTLED
    how = Leaving(ground, on, nothing, until, new.document, new.note, ids, new.others_document)
    made = _leave(session, actor, found, asset, how, at=at)
    data = {"document": new.document, "others": new.others_document, "note": new.note}
    audit.record(session, actor, Act.SETTLED, _subject(asset), data, at=at)
    return made


def _refuse_alone(session: Session, ids: Sequence[int], new: NewSettlement) -> None:
    """Who settles one case does not free what another holds.

    Raises OthersMustAgree.
    """
    cases = cases_served(session, ids, new.agreed_on)
    if len(cases) > 1 and new.others_document is None:
        raise OthersMustAgree(
            _(
                "It is seized for %(count)s cases (rule %(rule)s). Lawful: the written consent of"
                " those of the others, or the claim is ended in its case and the seizure stays."
            ),
            field="others_document",
            count=len(cases),
            **basis_on(session, "settlement_by_all", new.agreed_on),
        )


def _lock(session: Session, actor: Actor, reference: str) -> tuple[OpenLot | None, Asset]:
    asset_id = session.scalar(select(Asset.id).where(Asset.reference == reference))
    lot = open_lot_of(session, actor, asset_id) if asset_id is not None else None
    found = open_lot(session, actor, lot) if lot is not None else None
    return found, lock_asset(session, actor, reference)


def _leaving(
    session: Session, found: OpenLot | None, asset: Asset, *, only_this: bool
) -> list[int]:
    """The assets that leave: of a lot all, or the one that is named.

    Raises SetOffOpen.
    """
    if found is None:
        return [asset.id]
    if not only_this or len(found.assets) == 1:
        return found.asset_ids
    setoff = open_setoff(session, found.lot.id)
    if setoff is not None:
        raise SetOffOpen(
            _("The creditor’s right is on the whole lot: until it ended, nothing leaves alone."),
            field="only_this",
            article=setoff.article,
            rule=ANSWERED,
        )
    return [asset.id]


def _refuse_not_alone(session: Session, found: OpenLot | None, asset: Asset, on: date) -> None:
    others = [one for one in found.asset_ids if one != asset.id] if found else []
    if not may_leave_alone(session, asset, others, on):
        raise NotAlone(
            _(
                "Who pays the debt takes back all that is sold for it; one asset alone only where"
                " the others are sold for another case or its owner answers with it alone."
            ),
            field="only_this",
            **basis_on(session, "redeem_alone", on),
        )


def _refuse_late(session: Session, found: OpenLot | None, on: date, *, field: str) -> Until:
    """The last day on which the debtor may pay.

    Raises TooLate.
    """
    until = last_day(session, found.lot.id if found else None, found.last if found else None, on)
    if until.day is not None and on > until.day:
        raise TooLate(
            _("The debtor could pay and take the asset back until %(day)s (rule %(rule)s)."),
            field=field,
            article=until.rule.article,
            day=until.day,
            rule=until.rule.key,
        )
    return until


def _refuse_too_little(
    session: Session, ids: Sequence[int], new: NewRedemption, *, alone: bool
) -> None:
    """He pays at least what the ledgers of claims and costs hold.

    Raises SumDiffers.
    """
    rule = rule_on(session, REDEEM, new.paid_on)
    least = least_sums(session, ids, new.paid_on, alone=alone)
    for paid, due, field in ((new.debt, least.debt, "debt"), (new.costs, least.costs, "costs")):
        if paid < due:
            raise SumDiffers(
                _("The debtor pays at least %(sum)s (rule %(rule)s)."),
                field=field,
                article=rule.article,
                sum=due,
                rule=rule.key,
            )


def _refuse_unsaid(
    session: Session, found: OpenLot | None, expenses: Sequence[NewExpense], on: date
) -> None:
    """Whoever takes part in the round that is cut off is asked what he spent.

    Raises ExpensesUnsaid.
    """
    named = {one.bidder.casefold() for one in expenses}
    asked = expected_expenses(session, found.last if found else None)
    missing = [one.bidder for one in asked if one.bidder.casefold() not in named]
    if missing:
        rule = rule_on(session, REDEEM, on)
        raise ExpensesUnsaid(
            _(
                "Say what each bidder of the round reasonably spent, or that he claims nothing:"
                " %(bidders)s (rule %(rule)s)."
            ),
            field="expenses",
            article=rule.article,
            bidders=", ".join(missing),
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
    """Write the exit of every asset that leaves, stop the round, take the step, close the lot."""
    ids, on = how.asset_ids, how.on
    whole = found is not None and len(ids) == len(found.asset_ids)
    made = _exits(actor, found, asset, how, at=at)
    twice = AnsweredBefore(_("It left the auction on %(day)s already."), day=on)
    with refused_by(session, "uq_asset_exit_asset_id_left_on", twice):
        session.add_all(made)
        session.flush()
    paid = how.ground is ExitGround.PAID
    if found is not None:
        by, paper = how.until.rule, how.document
        ground = how.ground
        why = stop_leaving(session, actor, found, ground, by, document=paper, on=on, at=at)
        end_rights(session, found, ids, on, SetOffEnd.REDEEMED)
    step = Step.REDEEMED if paid else Step.AGREED
    subject = found.due if found is not None and whole else None
    take_step(session, actor, ids, step, on, at=at, document=how.document, subject=subject)
    if found is not None:
        said = {"why": how.ground.value, "reason": why, "document": how.document}
        leave(session, actor, found, ids, on, at=at, **said)
    return made


def _exits(
    actor: Actor, found: OpenLot | None, asset: Asset, how: Leaving, *, at: datetime
) -> list[AssetExit]:
    equal = [Decimal(1)] * len(how.asset_ids)
    parts = [share_out(total, equal) for total in how.sums]
    rule = how.until.rule
    return [
        AssetExit(
            asset_id=one,
            lot_id=found.lot.id if found else None,
            office_id=asset.office_id,
            ground=how.ground.value,
            left_on=how.on,
            until_on=how.until.day,
            debt=parts[0][n],
            costs=parts[1][n],
            expenses=parts[2][n],
            document=how.document,
            others_document=how.others_document,
            note=how.note,
            rule_id=rule.id,
            article=rule.article,
            confidence=rule.confidence.value,
            recorded_at=at,
            recorded_by_id=actor.staff_id,
        )
        for n, one in enumerate(how.asset_ids)
    ]


def end_rights(
    session: Session, found: OpenLot, ids: Sequence[int], on: date, ending: SetOffEnd
) -> None:
    """The rights of creditor and co-owners end with what leaves."""
    setoff = open_setoff(session, found.lot.id)
    if setoff is not None:
        setoff.ended_on, setoff.ending = on, ending.value
    for asset_id in ids:
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
        if one.amount
    ]
    if rows:
        session.execute(insert(ExitExpense), rows)


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
