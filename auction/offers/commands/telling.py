"""After a failed round: the parties are told of it, all assets of the lot at once.

D152/26 Art. 65(6); L08 Art. 104(1).
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import RuleUnknown
from auction.life.ledger import take_step
from auction.life.queries import steps_of
from auction.life.rules import Step
from auction.lots.models import AuctionRound
from auction.offers.commands.common import OpenLot, is_running, open_lot
from auction.offers.commands.reckoning import failed_round_of
from auction.offers.queries import reductions_of
from auction.offers.rules import RIGHT, Act
from auction.offers.schemas import NewFailureNotice
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Duplicate, Unlawful
from inventory.base.messages import _

NAMES_RIGHT = "failure_notice_names_right"


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

    Late as it is then, also after the reduction or while the next round is announced.

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
    _refuse_unnamed(session, found, new)
    take_step(
        session,
        actor,
        found.asset_ids,
        Step.FAILURE_TOLD,
        new.told_on,
        at=at,
        document=new.document,
        note=new.note,
        subject=found.due,
        lot_id=found.lot.id,
        round_id=failed.id,
        round_number=failed.number,
    )
    data = {"round": failed.number, "document": new.document, "names_right": new.names_right}
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


def _refuse_unnamed(session: Session, found: OpenLot, new: NewFailureNotice) -> None:
    """From the second reduction on the notice names the creditor's right to take the asset."""
    with suppress(RuleUnknown):
        rule = rule_on(session, NAMES_RIGHT, new.told_on)
        enough = rule_on(session, RIGHT, new.told_on)
        reductions = reductions_of(session, found.asset_ids)
        if reductions >= enough.number and not new.names_right:
            raise RightUnnamed(
                _(
                    "It was reduced %(count)s times: the notice names the creditor's right to take"
                    " the asset (rule %(rule)s). Lawful: a notice that names it."
                ),
                field="names_right",
                article=rule.article,
                count=reductions,
                rule=rule.key,
            )
