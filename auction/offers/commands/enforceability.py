"""What nobody bought went back, and nothing else is there: the case is not yet enforceable.

L25 Art. 38(1)g; L08 Art. 44a: the head decides, within five working days of the return.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act
from auction.deadlines.schemas import DeadlineSubject
from auction.life.handbook import step_forms
from auction.life.ledger import take_step
from auction.life.models import AssetStep
from auction.life.queries import standing_of, steps_of
from auction.life.rules import CLOSED, State, Step
from auction.offers.commands.common import not_before
from auction.offers.rules import Act
from auction.offers.schemas import NewNotEnforceable
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Unlawful
from inventory.base.messages import _

RULE = "not_yet_enforceable_decision"
NO_MEANS = CLOSED | {State.NONE, State.HELD, State.IDENTIFIED, State.REDEEMED, State.AGREED}
"""States in which an asset brings nothing more to its case."""


class OtherMeans(Unlawful):
    """Other assets of the case are still to be sold, or their money is not paid out."""

    code = "other_means"


def decide_not_enforceable(
    session: Session, actor: Actor, reference: str, new: NewNotEnforceable, *, at: datetime
) -> Asset:
    """The head decides that the case of what went back is not yet enforceable (L25 Art. 38(1)g).

    Only once it was verified that there are no other means, and nothing else of the case is still
    to be sold. Raises NotFound, StepOutOfTurn, OtherMeans, Invalid.
    """
    actor.require("cases.classify")
    not_ahead(new.decided_on, at, field="decided_on")
    asset = lock_asset(session, actor, reference)
    rows = steps_of(session, asset.id)
    back = rows[-1] if rows else None
    if back is not None:
        not_before(new.verified_on, back.on_day, field="verified_on")
    not_before(new.decided_on, new.verified_on, field="decided_on")
    _refuse_means(session, asset, new)
    lot = back.lot if back is not None else None
    about = DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)
    if back is not None and lot is not None:
        about = DeadlineSubject("lot", lot, asset.office_id, lot_id=back.lot_id)
    on, step, paper = new.decided_on, Step.NOT_YET_ENFORCEABLE, new.decision_number
    note = new.note or new.verification
    ids = [asset.id]
    take_step(session, actor, ids, step, on, at=at, document=paper, note=note, subject=about)
    own = DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)
    meet_by_act(session, actor, RULE, own, met_on=on, at=at)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"decision": paper, "verification": new.verification, "case": asset.case_id}
    audit.record(session, actor, Act.NOT_ENFORCEABLE, subject, data, at=at)
    return asset


def is_returned(session: Session, asset_id: int) -> bool:
    """Whether an asset went back unsold and the head has not decided yet."""
    state = standing_of(session, [asset_id])[asset_id].state
    return state is State.RETURNED


def _refuse_means(session: Session, asset: Asset, new: NewNotEnforceable) -> None:
    """Other assets of the case that are still on their way are means to enforce it."""
    rows = session.execute(
        select(Asset.id, Asset.reference)
        .where(
            Asset.case_id == asset.case_id,
            Asset.id != asset.id,
            Asset.id.in_(select(AssetStep.asset_id)),
        )
        .order_by(Asset.id)
    ).all()
    standing = standing_of(session, [row.id for row in rows])
    others = [row.reference for row in rows if standing[row.id].state not in NO_MEANS]
    if others:
        law = step_forms()[Step.NOT_YET_ENFORCEABLE].law_on(new.decided_on)
        raise OtherMeans(
            _(
                "The case has other assets on their way: %(assets)s (rule %(rule)s). Lawful: what"
                " they bring is paid out or they go back first."
            ),
            article=law.article,
            assets=", ".join(others),
            rule=RULE,
        )
