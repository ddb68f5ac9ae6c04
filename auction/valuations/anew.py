"""What was under way to a price ends where its asset was released and is seized anew."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from auction.life.ledger import SEIZED_ANEW
from auction.life.rules import LifeBegan
from auction.valuations.models import PriceCouncil, Revaluation, ValuationContract
from inventory.base.clock import local_day


def leave_behind(session: Session, event: LifeBegan) -> None:
    """What was under way to a price before an asset was seized anew ends there."""
    on, ids = local_day(event.at), event.asset_ids
    contract, council, again = ValuationContract, PriceCouncil, Revaluation
    why = {"closed_on": on, "closed_reason": SEIZED_ANEW}
    for model, open_one, end in (
        (contract, contract.closed_on, why),
        (council, council.closed_on, {"closed_on": on}),
        (again, again.done_on, {"done_on": on}),
    ):
        session.execute(
            update(model).where(model.asset_id.in_(ids), open_one.is_(None)).values(end)
        )
