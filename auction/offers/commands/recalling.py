"""The price sank to what an asset secures for another: the seizure is recalled, its holder told."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.costs.queries import costs_for_floor
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import RuleUnknown
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.models import PriceReduction
from auction.lots.queries import open_lot_of
from auction.offers.commands.common import OpenLot, case_of, close, open_lot
from auction.offers.commands.stopping import stop_recalled
from auction.offers.models import SeizureRecall
from auction.offers.queries import last_reduction, open_recall
from auction.offers.rules import Act, HolderUntold, NoRecall
from auction.offers.schemas import NewRecall
from auction.papers.commands import issue_paper
from auction.papers.schemas import SeizedBy, SeizureRecallData
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.organisation.rules import Role
from inventory.papers.rules import HEAD, OFFICER, PaperKind
from inventory.papers.schemas import Party, Signature
from inventory.seizures.commands import release_seizure
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import SeizureRelease
from inventory.titles.queries import collateral_of, secured_for_others
from inventory.titles.rules import CollateralFound


def look_at_collateral(
    session: Session,
    actor: Actor,
    found: OpenLot,
    reduction: PriceReduction,
    *,
    on: date,
    at: datetime,
) -> SeizureRecall | None:
    """Compare a reduced price with what the lot secures for another than its creditor.

    At or under debt and costs a recall waits (D152/26 Art. 55(4); JC11/16 Art. 4(3)).
    """
    secured = secured_for_others(session, found.asset_ids, on)
    if not secured:
        return None
    try:
        rule = rule_on(session, "collateral_recall", on)
        costs = costs_for_floor(session, found.asset_ids, on)
    except RuleUnknown:
        return None
    if reduction.new_price > secured + costs:
        return None
    recall = SeizureRecall(
        lot_id=found.lot.id,
        office_id=found.lot.office_id,
        found_on=on,
        price=reduction.new_price,
        secured=secured,
        costs=costs,
        article=rule.article,
        confidence=rule.confidence.value,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(recall)
    session.flush()
    data = {"price": str(recall.price), "secured": str(secured), "costs": str(costs)}
    audit.record(session, actor, Act.RECALL_NEEDED, found.subject, data, at=at)
    return recall


def follow_collateral(session: Session, event: CollateralFound) -> None:
    """Look again once somebody records what an asset secures: its lot may be under it already."""
    reference = open_lot_of(session, event.actor, event.asset_id)
    if reference is None:
        return
    found = open_lot(session, event.actor, reference)
    reduction = last_reduction(session, found.lot.id)
    if reduction is None or open_recall(session, found.lot.id) is not None:
        return
    look_at_collateral(session, event.actor, found, reduction, on=event.on, at=event.at)


def recall_seizure(
    session: Session, actor: Actor, lot_ref: str, new: NewRecall, *, at: datetime
) -> SeizureRecall:
    """Recall the seizure of a lot whose price sank to what it secures for another; stop it.

    Without a number the program numbers and prints the decision, which goes to the holder of the
    collateral too. D152/26 Art. 55(4), 65(7)a.
    Raises NotFound, LotIsClosed, NoRecall, HolderUntold, WinnerNamed, Invalid.
    """
    actor.require("seizures.recall")
    not_ahead(new.recalled_on, at, field="recalled_on")
    found = open_lot(session, actor, lot_ref)
    recall = open_recall(session, found.lot.id)
    if recall is None:
        raise NoRecall(_("Nothing says that the seizure is to be recalled."))
    number, told = new.decision_number, new.holder_told
    if number is None:
        number = _issue(session, actor, found, recall, new.recalled_on, at=at)
        told = told or number
    if told is None:
        raise HolderUntold(
            _("Say by which paper the holder of the collateral was told."),
            field="holder_told",
            article=recall.article,
            rule="collateral_recall",
        )
    recall.recalled_on, recall.decision_number = new.recalled_on, number
    recall.holder_told = told
    session.flush()
    _stop(session, actor, found, number, new.recalled_on, at=at)
    _release(session, actor, found, number, new.recalled_on, at=at)
    data = {"decision": number, "holder_told": told, "price": str(recall.price)}
    audit.record(session, actor, Act.SEIZURE_RECALLED, found.subject, data, at=at)
    return recall


def _stop(
    session: Session, actor: Actor, found: OpenLot, number: str, on: date, *, at: datetime
) -> None:
    """The round that waits is stopped, the step taken, the lot closed."""
    stop_recalled(session, actor, found, number, on=on, at=at)
    take_step(
        session,
        actor,
        found.asset_ids,
        Step.SEIZURE_RECALLED,
        on,
        at=at,
        document=number,
        subject=found.due,
        lot_id=found.lot.id,
    )
    close(session, actor, found, on, why="seizure_recalled", at=at)


def _issue(
    session: Session,
    actor: Actor,
    found: OpenLot,
    recall: SeizureRecall,
    on: date,
    *,
    at: datetime,
) -> str:
    """The decision, addressed to the holder of the collateral among others; its number."""
    case = case_of(session, found.lot)
    seized = select(Seizure.decision_number, Seizure.decision_on).where(
        Seizure.asset_id.in_(found.asset_ids),
        Seizure.case_id == found.lot.case_id,
        Seizure.released_on.is_(None),
    )
    decisions = session.execute(seized.distinct().order_by(Seizure.decision_on)).all()
    post = HEAD if Role.HEAD in actor.roles else OFFICER
    data = SeizureRecallData(
        holders=_holders(session, found, on),
        decisions=tuple(SeizedBy(number=one, on=day) for one, day in decisions if one),
        price=recall.price,
        secured=recall.secured,
        costs=recall.costs,
        signatures=(Signature(post=post, name=actor.name),),
    )
    paper = issue_paper(
        session,
        actor,
        PaperKind.SEIZURE_RECALL,
        data,
        subject_kind="lot",
        subject_ref=found.lot.reference,
        office_id=found.lot.office_id,
        assets=found.asset_refs,
        case_number=case.decision_number if case else None,
        step_on=on,
        at=at,
    )
    return paper.number


def _holders(session: Session, found: OpenLot, on: date) -> tuple[Party, ...]:
    """Those for whom the lot secures a debt and for whom it is not sold, each once."""
    debts = collateral_of(session, found.asset_ids, on).values()
    names = [one.holder for of_asset in debts for one in of_asset if one.seized_for_other]
    return tuple(Party(name=name) for name in dict.fromkeys(names))


def _release(
    session: Session, actor: Actor, found: OpenLot, number: str, on: date, *, at: datetime
) -> None:
    """End the seizures of the lot's case in their own register, where the actor may."""
    case = case_of(session, found.lot)
    if case is None or not actor.may("seizures.record"):
        return
    seized = select(Seizure.asset_id).where(
        Seizure.asset_id.in_(found.asset_ids),
        Seizure.case_id == case.id,
        Seizure.released_on.is_(None),
    )
    open_ones = set(session.scalars(seized))
    for asset in found.assets:
        if asset.id in open_ones:
            release = SeizureRelease(
                case_number=case.decision_number, released_on=on, release_decision=number
            )
            release_seizure(session, actor, asset.reference, release, at=at)
