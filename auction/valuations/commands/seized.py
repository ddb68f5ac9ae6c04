"""That nothing is priced before it was seized."""

from datetime import date

from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on
from auction.valuations.pricing import seized_on
from auction.valuations.rules import PricedBeforeSeizure
from inventory.assets.models import Asset
from inventory.base.messages import _


def refuse_before_seizure(session: Session, asset: Asset, on: date, *, field: str) -> None:
    """Refuse what leads to a price before the seizure that stands (L25 Art. 82(1)a; L08 Art. 98).

    Raises PricedBeforeSeizure.
    """
    seized = seized_on(session, asset.id)
    if seized is None or on >= seized:
        return
    raise PricedBeforeSeizure(
        _(
            "%(asset)s was seized on %(seized)s; nothing is priced for it before (rule %(rule)s)."
            " Lawful: that day or later."
        ),
        field=field,
        asset=asset.reference,
        seized=seized,
        **basis_on(session, "valuation_contract_due", on),
    )
