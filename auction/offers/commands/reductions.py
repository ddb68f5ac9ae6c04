"""What is tested before a price is reduced, and what follows from the reduced price by itself."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.costs.queries import costs_for_floor
from auction.deadlines.queries import deadlines_of, due_after
from auction.departures.commands import allow_departure
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Rule, RuleUnknown, choose_rule
from auction.life.models import AssetStep
from auction.life.rules import Step
from auction.lots.models import AuctionRound, Lot, PriceReduction
from auction.lots.recalls import refuse_recall
from auction.lots.taking import ANSWERED, SetOffOpen
from auction.offers.commands.common import OpenLot, case_of
from auction.offers.commands.recalling import look_at_collateral
from auction.offers.commands.setoff import ANSWER, end_unanswered
from auction.offers.models import ReductionCheck, SeizureRecall
from auction.offers.queries import open_setoff, reductions_of, setoff_after
from auction.offers.rules import (
    AgreementFirst,
    CreditorNotAsked,
    Floor,
    FloorReached,
    FloorTest,
    floor_test,
)
from inventory.base.actor import SYSTEM, Actor
from inventory.base.messages import _
from inventory.cases.rules import CaseKind

ASKED, AGREEMENT = "setoff_creditor_asked", "reduction_agreement_period"
STATE_REVENUE = "reduction_decision_due_state_revenue"
FLOOR_KEYS = ("floor_test", "floor_near_ratio", "max_reduction_pct")


class Weighed(NamedTuple):
    """What was found before a reduction: which one it is, the floor, whether the State asks.

    ``considered`` is why a second person let the asset be offered further under the floor.
    """

    reductions: int
    floor: FloorTest | None
    state_revenue: bool
    considered: str | None


class Wanted(NamedTuple):
    """The reduction that is wanted."""

    failed_round: AuctionRound
    price: Decimal
    decided_on: date
    agreed: bool


def weigh_reduction(
    session: Session,
    actor: Actor,
    found: OpenLot,
    wanted: Wanted,
    unit: Decimal,
    *,
    replacing: bool = False,
    at: datetime,
) -> Weighed:
    """Test what the law wants before a reduction; the floor is tested before, not after.

    The lot is locked, so an acceptance of the creditor and a reduction follow one another. One
    that takes the place of a recalled decision is tested the same way, and is no further one.
    Raises OnHold, RecallPending, SetOffOpen, CreditorNotAsked, AgreementFirst, FloorReached.
    """
    on = wanted.decided_on
    refuse_on_hold(session, found.asset_ids, Stopped.REDUCTION, on=on)
    refuse_recall(session, found.lot.id, field="new_price")
    _refuse_setoff(session, actor, found, on, at=at)
    reductions = reductions_of(session, found.asset_ids) - replacing
    case = case_of(session, found.lot)
    revenue = case is not None and case.kind == CaseKind.OWN_MOTION.value
    if case is not None and case.creditor_name is not None:
        _refuse_unasked(session, actor, found, wanted, reductions, at=at)
    if not reductions and not revenue and not wanted.agreed:
        _refuse_without_agreement(session, found, on)
    floor = weigh_floor(session, found.asset_ids, wanted.price, on, unit)
    considered = None
    if floor is not None and floor.state is Floor.REACHED:
        considered = _let_through(session, actor, found, floor, on, at=at)
    return Weighed(reductions, floor, revenue, considered)


def weigh_floor(
    session: Session, asset_ids: list[int], price: Decimal, on: date, unit: Decimal
) -> FloorTest | None:
    """A price against the costs of some assets, None before the law knew the test."""
    rules = rules_in_use(session, *FLOOR_KEYS)
    try:
        law = [choose_rule(rules, key, on) for key in FLOOR_KEYS]
    except RuleUnknown:
        return None
    return floor_test(price, costs_for_floor(session, asset_ids, on), law, unit)


def answer_by(session: Session, lot: Lot, on: date) -> date | None:
    """Until when the creditor may take the asset, where his stored time still runs on a day."""
    running = [
        one.due_on
        for one in deadlines_of(session, SYSTEM, "lot", lot.reference)
        if one.rule_key == ANSWER
        and one.started_on <= on <= one.due_on
        and one.voided_why is None
        and one.met_on is None
    ]
    return max(running, default=None)


def state_revenue_due(session: Session, notified_on: date) -> tuple[Rule, date] | None:
    """Until when a reduction for the State's revenue is decided, where the law of the day says."""
    with suppress(RuleUnknown):
        rule = rule_on(session, STATE_REVENUE, notified_on)
        return rule, due_after(session, STATE_REVENUE, notified_on)
    return None


def follow_reduction(
    session: Session,
    actor: Actor,
    found: OpenLot,
    reduction: PriceReduction,
    weighed: Weighed,
    *,
    wanted: Wanted,
    paper: str | None,
    at: datetime,
) -> SeizureRecall | None:
    """Keep what was weighed, and look whether the price sank to what the asset secures."""
    floor = weighed.floor
    session.add(
        ReductionCheck(
            reduction_id=reduction.id,
            lot_id=found.lot.id,
            office_id=found.lot.office_id,
            position=weighed.reductions + 1,
            costs=floor.costs if floor else Decimal(0),
            floor=(floor.state if floor else Floor.ABOVE).value,
            considered=weighed.considered,
            agreed=wanted.agreed,
            article=floor.article if floor else reduction.article,
            paper=paper,
        )
    )
    session.flush()
    on = reduction.decided_on
    return look_at_collateral(session, actor, found, reduction, on=on, at=at)


def _refuse_setoff(
    session: Session, actor: Actor, found: OpenLot, on: date, *, at: datetime
) -> None:
    """The creditor's right comes first; one that was not answered in its time ends here."""
    setoff = open_setoff(session, found.lot.id)
    if setoff is None:
        return
    if not setoff.accepted and on > setoff.answer_by_on:
        end_unanswered(session, actor, found, setoff, on, at=at)
        return
    text = (
        _("The creditor takes the asset; the price is reduced only if he does not pay in time.")
        if setoff.accepted
        else _("The creditor may answer until %(day)s whether he takes the asset.")
    )
    raise SetOffOpen(
        text, field="new_price", article=setoff.article, rule=ANSWERED, day=setoff.answer_by_on
    )


def _refuse_unasked(
    session: Session,
    actor: Actor,
    found: OpenLot,
    wanted: Wanted,
    reductions: int,
    *,
    at: datetime,
) -> None:
    """Once two reductions were made the creditor is asked after every further failed round."""
    with suppress(RuleUnknown):
        enough = rule_on(session, "setoff_from_reduction", wanted.decided_on)
        rule = rule_on(session, ASKED, wanted.decided_on)
        asked = setoff_after(session, wanted.failed_round.id) is not None
        if reductions < enough.number or asked:
            return
        refusal = CreditorNotAsked(
            _(
                "Reduction %(number)s needs that the creditor was asked in writing first whether"
                " he takes the asset (rule %(rule)s)."
            ),
            field="new_price",
            article=rule.article,
            number=reductions + 1,
            rule=rule.key,
        )
        facts = {"reductions": reductions, "round": wanted.failed_round.number}
        allow_departure(session, actor, refusal, rule, found.due, at=at, facts=facts)


def _refuse_without_agreement(session: Session, found: OpenLot, on: date) -> None:
    """Under the law of 2008 the parties have ten days after the first failure to agree."""
    with suppress(RuleUnknown):
        rule = rule_on(session, AGREEMENT, on)
        called = session.scalar(
            select(func.max(AssetStep.on_day)).where(
                AssetStep.asset_id.in_(found.asset_ids),
                AssetStep.step == Step.FAILURE_TOLD.value,
                AssetStep.on_day <= on,
            )
        )
        if called is None:
            raise AgreementFirst(
                _(
                    "Call the parties to agree on the reduction first, or record that they agreed"
                    " (rule %(rule)s)."
                ),
                field="agreed",
                article=rule.article,
                rule=rule.key,
            )
        until = due_after(session, AGREEMENT, called)
        if on <= until:
            raise AgreementFirst(
                _("The parties may agree on the reduction until %(day)s (rule %(rule)s)."),
                field="agreed",
                article=rule.article,
                day=until,
                rule=rule.key,
            )


def _let_through(
    session: Session, actor: Actor, found: OpenLot, floor: FloorTest, on: date, *, at: datetime
) -> str:
    """Why a price not above the costs is offered further: what a second person approved.

    Raises FloorReached.
    """
    refusal = FloorReached(
        _(
            "%(price)s is not above the costs of %(costs)s (rule %(rule)s). Lawful: the creditor"
            " takes the asset, or it goes back to the debtor; it is offered further only where a"
            " second person lets it."
        ),
        field="new_price",
        article=floor.article,
        price=floor.price,
        costs=floor.costs,
        rule=floor.rule_key,
    )
    rule = rule_on(session, floor.rule_key, on)
    facts = {"price": str(floor.price), "costs": str(floor.costs)}
    return allow_departure(session, actor, refusal, rule, found.due, at=at, facts=facts).words
