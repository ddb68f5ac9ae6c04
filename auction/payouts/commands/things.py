"""What the owner is due of a thing the judgment gave back to him and nobody collected."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.payouts.planning import Due
from auction.payouts.rules import LineKind
from auction.valuations.parts import parts_of_price
from inventory.disposals.models import Disposal, DisposalLine
from inventory.disposals.rules import Ending, Way

UNCLAIMED = "unclaimed_to_state"


def owners_of_returned(
    session: Session, money: Decimal, worth: dict[int, Decimal], on: date
) -> list[Due]:
    """What the owner is due of a thing the judgment gave back to him and nobody collected.

    It was sold because its time was over: the money is his, less the costs (L25 Art. 59(1)).
    """
    rows = session.execute(
        select(DisposalLine.asset_id, Disposal.party)
        .join(Disposal, Disposal.id == DisposalLine.disposal_id)
        .where(
            DisposalLine.asset_id.in_(worth),
            DisposalLine.ending == Ending.UNCLAIMED.value,
            Disposal.way == Way.RETURN.value,
        )
        .order_by(DisposalLine.asset_id, Disposal.id)
    )
    owners = {row.asset_id: row.party for row in rows}
    if not owners:
        return []
    rule, parts = rule_on(session, UNCLAIMED, on), parts_of_price(money, worth)
    return [
        Due(
            kind=LineKind.OWNER,
            payee=party,
            amount=parts[asset_id],
            article=rule.article,
            confidence=rule.confidence.value,
            asset_id=asset_id,
        )
        for asset_id, party in sorted(owners.items())
    ]
