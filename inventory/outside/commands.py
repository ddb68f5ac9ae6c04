"""Giving a thing into custody outside, checking on it every month, ending the contract."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.events import publish
from inventory.base.law import due_on, ruling
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.organisation.rules import Role
from inventory.outside.models import CustodyCheck, CustodyContract
from inventory.outside.rules import (
    KEEPS_OUTSIDE,
    CheckedThatDay,
    ContractEnded,
    ContractRuns,
    FoundMissing,
    FoundState,
    NotAnOutsideForm,
)
from inventory.outside.schemas import (
    ContractEnd,
    CustodyCheckMinutes,
    NewContract,
    NewCustodyCheck,
)
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued, ItemLine, NewPaper, Party, Signature

_CHECK = "outside_custody_check"


def give_into_custody(
    session: Session, actor: Actor, reference: str, new: NewContract, *, at: datetime
) -> CustodyContract:
    """Record the contract under which a thing is kept outside (D152/26 Art. 24).

    Raises NotFound, ContractRuns, NotAnOutsideForm, Invalid.
    """
    actor.require("custody.contract")
    not_ahead(new.from_on, at, field="from_on")
    check_amount(new.monthly_cost, field="monthly_cost")
    if new.until_on is not None and new.until_on < new.from_on:
        raise Invalid(_("The term ends before it begins."), field="until_on")
    lawful = ruling(session, "custody_forms", new.from_on)
    if new.custody_form not in KEEPS_OUTSIDE or new.custody_form not in lawful.codes:
        raise NotAnOutsideForm(
            _("On that day nobody keeps things for the office in that form."),
            field="custody_form",
            article=lawful.article,
        )
    asset = lock_asset(session, actor, reference)
    contract = CustodyContract(
        asset_id=asset.id,
        office_id=asset.office_id,
        form=new.custody_form.value,
        **{name: getattr(new, name) for name in _TERMS},
        check_due_on=due_on(session, _CHECK, new.from_on),
        article=ruling(session, _CHECK, new.from_on).article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    runs = ContractRuns(_("A contract on it runs already; end that one first."), field="number")
    with refused_by(session, "uq_custody_contract_running", runs):
        session.add(contract)
    data = {"number": new.number, "custodian": new.custodian}
    audit.record(session, actor, Act.CUSTODY_CONTRACTED, _subject(asset), data, at=at)
    return contract


_TERMS = (
    "number",
    "custodian",
    "address",
    "identity",
    "from_on",
    "until_on",
    "monthly_cost",
    "conditions",
)


def check_custody(
    session: Session, actor: Actor, reference: str, new: NewCustodyCheck, *, at: datetime
) -> CustodyCheck:
    """Record a check of what is kept outside, with minutes; the next one is due a month later.

    Raises NotFound, ContractEnded, CheckedThatDay, Invalid.
    """
    actor.require("custody.check")
    not_ahead(new.checked_on, at, field="checked_on")
    asset = lock_asset(session, actor, reference)
    contract = _running(session, asset, new.contract_id)
    if new.checked_on < contract.from_on:
        raise Invalid(_("The check lies before the contract."), field="checked_on")
    twice = CheckedThatDay(_("The check of that day is recorded already."), field="checked_on")
    with refused_by(session, "uq_custody_check_contract_id_checked_on", twice):
        paper = _minutes(session, actor, asset, contract, new, at=at)
        check = CustodyCheck(
            contract_id=contract.id,
            asset_id=asset.id,
            office_id=asset.office_id,
            checked_on=new.checked_on,
            state=new.state.value,
            finding=new.finding,
            checked_by=new.checked_by,
            due_on=contract.check_due_on,
            minutes=paper.number,
            paper=paper.reference,
            recorded_at=at,
            recorded_by_id=actor.staff_id,
        )
        session.add(check)
    next_due = due_on(session, _CHECK, new.checked_on)
    contract.check_due_on = max(contract.check_due_on, next_due)
    session.flush()
    data = {"contract": contract.number, "state": new.state, "minutes": paper.number}
    audit.record(session, actor, Act.CUSTODY_CHECKED, _subject(asset), data, at=at)
    if new.state is FoundState.MISSING:
        lost = (asset.id, asset.office_id, paper.reference, new.finding)
        publish(session, FoundMissing(actor, *lost, at))
    return check


def end_contract(
    session: Session, actor: Actor, reference: str, new: ContractEnd, *, at: datetime
) -> CustodyContract:
    """End a contract: the thing comes back, goes elsewhere, or its keeping costs too much.

    Raises NotFound, ContractEnded, Invalid.
    """
    actor.require("custody.contract")
    not_ahead(new.ended_on, at, field="ended_on")
    asset = lock_asset(session, actor, reference)
    contract = _running(session, asset, new.contract_id)
    if new.ended_on < contract.from_on:
        raise Invalid(_("The end lies before the contract."), field="ended_on")
    contract.ended_on = new.ended_on
    contract.end_reason = new.end_reason
    session.flush()
    data = {"number": contract.number, "reason": new.end_reason}
    audit.record(session, actor, Act.CUSTODY_CONTRACT_ENDED, _subject(asset), data, at=at)
    return contract


def _running(session: Session, asset: Asset, contract_id: int) -> CustodyContract:
    contract = session.scalar(
        select(CustodyContract).where(
            CustodyContract.asset_id == asset.id, CustodyContract.id == contract_id
        )
    )
    if contract is None:
        raise NotFound(_("There is no such contract."), field="contract_id")
    if contract.ended_on is not None:
        raise ContractEnded(_("The contract has ended."), field="contract_id")
    return contract


def _minutes(
    session: Session,
    actor: Actor,
    asset: Asset,
    contract: CustodyContract,
    new: NewCustodyCheck,
    *,
    at: datetime,
) -> Issued:
    line = ItemLine(
        name=asset.description,
        code=asset.reference,
        unit=asset.unit,
        quantity=asset.quantity,
        features=asset.identification,
        state=new.finding,
        place=contract.address,
    )
    data = CustodyCheckMinutes(
        on=new.checked_on,
        custodian=Party(
            name=contract.custodian, address=contract.address, identity=contract.identity
        ),
        contract_number=contract.number,
        state=new.state,
        finding=new.finding,
        checked_by=Party(name=new.checked_by),
        bases=("C01/17 Art. 12(2)",),
        lines=(line,),
        signatures=(
            Signature(post="Người kiểm tra", name=new.checked_by),
            Signature(post="custodian", name=contract.custodian),
            Signature(post=Role.ACCOUNTANT),
            Signature(post=Role.HEAD),
        ),
    )
    paper = NewPaper(
        kind=PaperKind.CUSTODY_CHECK_MINUTES,
        title=f"Biên bản kiểm tra việc bảo quản {asset.reference}",
        subject_kind="asset",
        subject_ref=asset.reference,
        data=data,
        office_id=asset.office_id,
    )
    return issue(session, actor, paper, at=at)


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
