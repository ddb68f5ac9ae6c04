"""After a failed round: the parties are told of it, all assets of the lot at once.

D152/26 Art. 65(6); L08 Art. 104(1).
"""

from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule, RuleUnknown
from auction.life.ledger import take_step
from auction.life.queries import steps_of
from auction.life.rules import Step
from auction.lots.models import AuctionRound
from auction.offers.commands.common import (
    OpenLot,
    case_of,
    due_or_none,
    is_running,
    open_lot,
)
from auction.offers.commands.reckoning import failed_round_of
from auction.offers.queries import reductions_of
from auction.offers.rules import RIGHT, Act
from auction.offers.schemas import NewFailureNotice
from auction.papers.commands import issue_paper
from auction.papers.schemas import FailureNoticeData
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Duplicate, Invalid, Unlawful
from inventory.base.messages import _
from inventory.papers.rules import PaperKind

NAMES_RIGHT = "failure_notice_names_right"
AGREE = "reduction_agreement_period"


class RightUnnamed(Unlawful):
    """Once the creditor may take the asset the notice of a failed round names that right."""

    code = "right_unnamed"


class FailureToldAlready(Duplicate):
    """The parties were told of that failed round."""

    code = "failure_told_already"


def tell_failure(
    session: Session, actor: Actor, lot_ref: str, new: NewFailureNotice, *, at: datetime
) -> AuctionRound:
    """Record the notice of a failed round to the parties, once for a round.

    Late as it is then, also after the reduction or while the next round is announced. Without a
    number it is drawn up, numbered and printed here, on the day of today.

    Once the creditor may take the asset the notice names that right (D152/26 Art. 65(6)). Under the
    law of 2008 the parties' time to agree on the reduction begins with it (L08 Art. 104(1)).
    Raises NotFound, LotIsClosed, OutOfTurn, FailureToldAlready, RightUnnamed, StepOutOfTurn,
    Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.told_on, at, field="told_on")
    found = open_lot(session, actor, lot_ref)
    failed = _told_round(session, found, new)
    _refuse_twice(session, found, failed)
    if new.document is not None:
        _refuse_unnamed(session, found, new)
    document = new.document or _issue(session, actor, found, failed, new, at=at)
    take_step(
        session,
        actor,
        found.asset_ids,
        Step.FAILURE_TOLD,
        new.told_on,
        at=at,
        document=document,
        note=new.note,
        subject=found.due,
        lot_id=found.lot.id,
        round_id=failed.id,
        round_number=failed.number,
    )
    data = {"round": failed.number, "document": document, "names_right": new.names_right}
    audit.record(session, actor, Act.FAILURE_TOLD, found.subject, data, at=at)
    return failed


def _told_round(session: Session, found: OpenLot, new: NewFailureNotice) -> AuctionRound:
    """The round the parties are told of: the last one that is over; the next may be announced."""
    last = found.last
    if last is not None and is_running(session, last):
        before = select(AuctionRound).where(
            AuctionRound.lot_id == found.lot.id, AuctionRound.number < last.number
        )
        last = session.scalar(before.order_by(AuctionRound.number.desc()).limit(1))
    over = found._replace(last=last)
    return failed_round_of(session, over, new.told_on, field="told_on")


def _refuse_twice(session: Session, found: OpenLot, failed: AuctionRound) -> None:
    for asset_id in found.asset_ids:
        for row in reversed(steps_of(session, asset_id)):
            if row.step == Step.ROUND_FAILED:
                break
            if row.step == Step.FAILURE_TOLD:
                raise FailureToldAlready(
                    _("The parties were told of round %(number)s on %(day)s."),
                    number=failed.number,
                    day=row.on_day,
                )


def _issue(
    session: Session,
    actor: Actor,
    found: OpenLot,
    failed: AuctionRound,
    new: NewFailureNotice,
    *,
    at: datetime,
) -> str:
    """The notice by the law of the day, with what it has to name; its number.

    Raises Invalid.
    """
    if new.told_on != local_day(at):
        raise Invalid(_("A notice drawn up here bears the day of today."), field="told_on")
    outcome = find_outcome(session, failed.id)
    reductions = reductions_of(session, found.asset_ids)
    case = case_of(session, found.lot)
    calls = due_or_none(session, "reduction_agreement_call", new.told_on) is not None
    data = FailureNoticeData(
        failed_round=failed.number,
        failed_on=failed.held_on,
        price=failed.starting_price,
        outcome=outcome.code if outcome else None,
        notice=outcome.minutes if outcome else None,
        reductions=reductions,
        agree_until=due_or_none(session, AGREE, new.told_on) if calls and not reductions else None,
        creditor_right=new.names_right or _must_name(session, found, new.told_on) is not None,
        note=new.note,
    )
    paper = issue_paper(
        session,
        actor,
        PaperKind.FAILURE_NOTICE,
        data,
        subject_kind="lot",
        subject_ref=found.lot.reference,
        office_id=found.lot.office_id,
        assets=found.asset_refs,
        case_number=case.decision_number if case else None,
        step_on=new.told_on,
        at=at,
    )
    return paper.number


def _must_name(session: Session, found: OpenLot, on: date) -> Rule | None:
    """The rule by which the notice names the creditor's right, None where he has none yet."""
    with suppress(RuleUnknown):
        rule = rule_on(session, NAMES_RIGHT, on)
        enough = rule_on(session, RIGHT, on)
        if reductions_of(session, found.asset_ids) >= enough.number:
            return rule
    return None


def _refuse_unnamed(session: Session, found: OpenLot, new: NewFailureNotice) -> None:
    """From the second reduction on the notice names the creditor's right to take the asset."""
    rule = _must_name(session, found, new.told_on)
    if rule is not None and not new.names_right:
        raise RightUnnamed(
            _(
                "It was reduced %(count)s times: the notice names the creditor's right to take"
                " the asset (rule %(rule)s). Lawful: a notice that names it."
            ),
            field="names_right",
            article=rule.article,
            count=reductions_of(session, found.asset_ids),
            rule=rule.key,
        )
