"""The contract with a valuation firm, and the certificate it brings."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.costs.commands import enter_cost
from auction.costs.rules import Bearer, CostKind
from auction.costs.schemas import NewCost
from auction.deadlines.rules import due_date
from auction.departures.commands import allow_departure
from auction.firms.models import ValuationFirm
from auction.firms.queries import find_firm, standing_of_firm
from auction.firms.rules import FirmNotEligible, Standing
from auction.legal_rules.queries import calendar, rule_on, rules_in_use
from auction.legal_rules.rules import Rule
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.papers.schemas import PriceAgreementData
from auction.valuations.certificates import LONGEST, refuse_known
from auction.valuations.commands.seized import refuse_before_seizure
from auction.valuations.commands.ties import refuse_tied
from auction.valuations.models import Valuation, ValuationContract
from auction.valuations.pricing import (
    Found,
    begin_revaluation,
    check_price,
    due_day,
    issue_of,
    keep_price,
    note_act,
    open_revaluation,
    refuse_unlawful,
    seized_on,
    subject_of,
)
from auction.valuations.queries import rule_serving
from auction.valuations.rules import (
    Act,
    ChoiceNotLawful,
    Chooser,
    ContractLate,
    NoOpenContract,
    Payer,
    ValuationContracted,
    ValuationIncomplete,
    ValuationMethod,
)
from auction.valuations.schemas import ContractEnd, NewCertificate, NewContract
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.organisation.models import Office
from inventory.papers.rules import PaperKind

AREA = "valuation_firm_area"
CHOICE = "valuation_firm_choice"
DUE = "valuation_contract_due"


def conclude_contract(
    session: Session, actor: Actor, reference: str, new: NewContract, *, at: datetime
) -> ValuationContract:
    """Sign a contract with a firm that may be contracted on that day (L25 Art. 82(1)a).

    Raises NotFound, WayNotLawful, FirmUnknown, FirmNotEligible, FirmInConflict, ChoiceNotLawful,
    ContractLate, PricedBeforeSeizure, ValuationContracted, StepOutOfTurn, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.signed_on, at, field="signed_on")
    if new.fee is not None:
        check_amount(new.fee, field="fee")
    refuse_before_seizure(session, asset, new.signed_on, field="signed_on")
    refuse_unlawful(session, asset, ValuationMethod.FIRM, new.signed_on)
    firm = find_firm(session, new.firm_id)
    _refuse_firm(session, asset, firm, new)
    refuse_tied(session, actor, asset, firm, new.signed_on, field="firm_id")
    due_on, due = _due(session, asset, new.signed_on)
    late = _allow_late(session, actor, asset, new, (due_on, due), at=at)
    said = {n: getattr(new, n) for n in NewContract.__struct_fields__}
    contract = ValuationContract(
        **{**said, "chosen_by": new.chosen_by.value},
        asset_id=asset.id,
        office_id=asset.office_id,
        due_on=due_on,
        due_article=due.article if due else None,
        late_reason=late,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    if new.chosen_by is Chooser.PARTIES:
        data = PriceAgreementData(at=at, firm=firm.name)
        on = new.signed_on
        issue_of(session, actor, PaperKind.PRICE_AGREEMENT, data, asset, on=on, at=at)
    open_one = ValuationContracted(_("A contract with a valuation firm is open."))
    with refused_by(session, "uq_valuation_contract_open", open_one):
        session.add(contract)
        session.flush()
    step = Step.VALUATION_CONTRACTED
    take_step(session, actor, [asset.id], step, new.signed_on, document=new.number, at=at)
    begin_revaluation(session, actor, asset, new.signed_on, at=at)
    _note_contract(session, actor, asset, contract, firm, at=at)
    return contract


def end_contract(
    session: Session, actor: Actor, reference: str, new: ContractEnd, *, at: datetime
) -> ValuationContract:
    """Record that the open contract ends without a certificate.

    Raises NotFound, NoOpenContract.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    contract = _open_contract(session, asset.id)
    if not contract.signed_on <= new.on <= local_day(at):
        raise Invalid(_("The day must lie between the contract and today."), field="on")
    contract.closed_on, contract.closed_reason = new.on, new.reason
    session.flush()
    said: dict[str, object] = {"contract": contract.id, "reason": new.reason}
    note_act(session, actor, Act.CONTRACT_ENDED, asset, said, at=at)
    return contract


def record_certificate(
    session: Session, actor: Actor, reference: str, new: NewCertificate, *, at: datetime
) -> Valuation:
    """Record the certificate of the firm of the open contract; its printed expiry counts.

    Raises NotFound, NoOpenContract, ValuationIncomplete, FirmInConflict, CertificateKnown,
    StepOutOfTurn.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    contract = _open_contract(session, asset.id)
    received_on = new.received_on or local_day(at)
    _check_certificate(new, contract, received_on, local_day(at))
    check_price(session, new.amount, new.valued_on)
    firm = find_firm(session, contract.firm_id)
    for day in (new.valued_on, received_on):
        refuse_tied(session, actor, asset, firm, day, field="certificate_number", contracted=True)
    refuse_known(
        session,
        asset,
        firm.name,
        new.certificate_number,
        valued_on=new.valued_on,
        valid_until=new.valid_until,
    )
    contract.closed_on = received_on
    _enter_fee(session, actor, asset, contract, received_on, at=at)
    found = Found(
        method=ValuationMethod.FIRM,
        amount=new.amount,
        valued_on=new.valued_on,
        valid_until=new.valid_until,
        received_on=received_on,
        firm=firm.name,
        firm_id=firm.id,
        contract_id=contract.id,
        certificate_number=new.certificate_number,
        note=new.note,
    )
    return keep_price(session, actor, asset, found, at=at)


def _enter_fee(
    session: Session,
    actor: Actor,
    asset: Asset,
    contract: ValuationContract,
    on: date,
    *,
    at: datetime,
) -> None:
    """The firm's fee is a cost of the asset: of the debtor, or of who pays for valuing again."""
    if not contract.fee:
        return
    again = open_revaluation(session, asset.id)
    bearer, advanced_by = Bearer.DEBTOR, None
    if again is not None:
        asked = Bearer(again.party) if again.party else Bearer.STATE
        bearer = asked if again.payer == Payer.REQUESTER else Bearer(again.payer)
        advanced_by = asked if again.payer == Payer.REQUESTER else None
    cost = NewCost(
        kind=CostKind.VALUATION,
        amount=contract.fee,
        bearer=bearer,
        advanced_by=advanced_by,
        spent_on=on,
        document=contract.number,
    )
    enter_cost(session, actor, asset.reference, cost, at=at)


def longer_than(session: Session, valued_on: date, valid_until: date | None) -> Rule | None:
    """The rule of the day that knows no certificate valid for so long; it counts nevertheless."""
    rule = rule_serving(rules_in_use(session, LONGEST), LONGEST, valued_on)
    if rule is None or valid_until is None:
        return None
    longest = due_date(valued_on, rule, calendar(session)).due_on
    return rule if valid_until > longest else None


def _refuse_firm(session: Session, asset: Asset, firm: ValuationFirm, new: NewContract) -> None:
    """The firm must be on the list that day, and chosen by whom and where the law says."""
    area = rule_on(session, AREA, new.signed_on)
    standing = standing_of_firm(session, firm, new.signed_on)
    if standing is not Standing.ELIGIBLE:
        raise FirmNotEligible(
            _(
                "%(firm)s may not be contracted on %(day)s (%(standing)s): rule %(rule)s. Lawful:"
                " a firm on the public list that is neither suspended nor struck off."
            ),
            field="firm_id",
            article=area.article,
            firm=firm.name,
            day=new.signed_on,
            standing=standing,
            rule=area.key,
        )
    choice = rule_on(session, CHOICE, new.signed_on)
    if new.chosen_by.value not in choice.codes:
        raise ChoiceNotLawful(
            _("The parties do not choose the firm: rule %(rule)s. Lawful: the officer does."),
            field="chosen_by",
            article=choice.article,
            rule=choice.key,
        )
    agreed = new.chosen_by is Chooser.PARTIES
    first_here = area.value == "same_province_first" and not agreed
    if first_here and not new.outside_reason and not _same_province(session, asset, firm):
        raise FirmNotEligible(
            _(
                "%(firm)s is of another province: rule %(rule)s. Lawful: a firm of the same"
                " province, or say why none is there or that the parties agree."
            ),
            field="outside_reason",
            article=area.article,
            firm=firm.name,
            rule=area.key,
        )


def _same_province(session: Session, asset: Asset, firm: ValuationFirm) -> bool:
    office = select(Office.name).where(Office.id == asset.office_id).scalar_subquery()
    here = func.vn_fold(func.concat(asset.location or "", " ", office))
    return bool(session.scalar(select(here.contains(func.vn_fold(firm.province)))))


def _due(session: Session, asset: Asset, on: date) -> tuple[date | None, Rule | None]:
    """Until when the contract is due: after the seizure, or after a ground to value again."""
    again = open_revaluation(session, asset.id)
    start: date | None
    if again is not None:
        key, start, due_on = "revaluation_start", again.on_day, again.start_due_on
    else:
        key, start = DUE, seized_on(session, asset.id)
        due_on = due_day(session, key, start)
    return due_on, rule_serving(rules_in_use(session, key), key, start or on)


def _allow_late(
    session: Session,
    actor: Actor,
    asset: Asset,
    new: NewContract,
    due: tuple[date | None, Rule | None],
    *,
    at: datetime,
) -> str | None:
    """Why a contract comes after its time limit: what a second person approved (L25 Art. 82(1)a).

    Raises ContractLate.
    """
    due_on, rule = due
    if due_on is None or rule is None or new.signed_on <= due_on:
        return None
    refusal = ContractLate(
        _("The contract was due on %(day)s (rule %(rule)s); later needs an approved departure."),
        field="signed_on",
        article=rule.article,
        day=due_on,
        rule=rule.key,
    )
    facts = {
        "due_on": due_on.isoformat(),
        "signed_on": new.signed_on.isoformat(),
        "contract": new.number,
    }
    subject = subject_of(asset)
    return allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts).reason


def _note_contract(
    session: Session,
    actor: Actor,
    asset: Asset,
    contract: ValuationContract,
    firm: ValuationFirm,
    *,
    at: datetime,
) -> None:
    late = contract.due_on is not None and contract.signed_on > contract.due_on
    said: dict[str, object] = {
        "contract": contract.id,
        "firm": firm.name,
        "number": contract.number,
    }
    if late and contract.due_on is not None:
        said |= {"due_on": contract.due_on.isoformat(), "late_reason": contract.late_reason or ""}
    note_act(session, actor, Act.CONTRACTED, asset, said, at=at)


def _open_contract(session: Session, asset_id: int) -> ValuationContract:
    wanted = select(ValuationContract).where(
        ValuationContract.asset_id == asset_id, ValuationContract.closed_on.is_(None)
    )
    found = session.scalar(wanted)
    if found is None:
        raise NoOpenContract(_("There is no open contract with a valuation firm."))
    return found


def _check_certificate(
    new: NewCertificate, contract: ValuationContract, received_on: date, today: date
) -> None:
    faults: dict[str, tuple[str, dict[str, Param]]] = {}
    if new.valid_until < new.valued_on:
        faults["valid_until"] = (_("The expiry lies before the valuation."), {})
    if received_on > today or received_on < contract.signed_on:
        faults["received_on"] = (_("The day must lie between the contract and today."), {})
    if new.valued_on < contract.signed_on:
        faults["valued_on"] = (_("The day lies before the contract."), {})
    if new.valued_on > received_on:
        faults["valued_on"] = (_("The day lies after the certificate was received."), {})
    if faults:
        raise ValuationIncomplete.many(_("Some fields need another look."), faults)
