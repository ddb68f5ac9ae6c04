"""A year's rent that is kept back when the only dwelling of a natural person is sold.

Whether it is follows from what the asset's record says; the amount is twelve times the minimum wage
of its region (D152/26 Art. 67(3)), before it the average rent of the place (L08 Art. 115(5)).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.costs.rules import HomeUnsaid, RentUnknown
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Rule, Unit
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.base.messages import _
from inventory.base.money import round_to
from inventory.titles.queries import homes_of, regions_of
from inventory.titles.schemas import HomeOut

RANKS, RENT = "payment_ranks", "one_year_rent"


class YearOfRent(msgspec.Struct, frozen=True):
    """What is kept back: how much, by which row of the ranks, and who said what it follows from.

    ``source`` is in the language of the papers.
    """

    amount: Decimal
    rule: Rule
    source: str


def year_of_rent(session: Session, assets: Sequence[int], on: date) -> YearOfRent | None:
    """What is kept back when some assets are sold; None where none is an only dwelling.

    Of a house it must be said whether it is one. Raises HomeUnsaid, RentUnknown.
    """
    keeps = next(
        (one for one in rules_in_use(session, RANKS) if one.scope == RENT and one.serves(on)), None
    )
    if keeps is None:
        return None
    homes = homes_of(session, assets, on)
    _refuse_unsaid(session, assets, homes, keeps)
    home = next((one for _asset, one in sorted(homes.items()) if one.keeps_rent), None)
    if home is None:
        return None
    amount, how = _amount(session, home, on)
    by = f", {home.by} ghi" if home.by else ""
    source = f"{how}; nhà ở duy nhất theo {home.document} ngày {home.from_on:%d/%m/%Y}{by}"
    return YearOfRent(amount, keeps, source)


def _amount(session: Session, home: HomeOut, on: date) -> tuple[Decimal, str]:
    rule = rule_on(session, RENT, on)
    if rule.unit is not Unit.MINIMUM_WAGE:
        if home.year_rent is None:
            raise RentUnknown(
                _(
                    "Say with the dwelling, on the asset's page, what a year's rent is on average"
                    " at the place (rule %(rule)s)."
                ),
                article=rule.article,
                rule=rule.key,
            )
        return home.year_rent, "tiền thuê nhà trung bình một năm tại địa phương"
    region = regions_of(session, [home.asset_id], on).get(home.asset_id)
    if region is None:
        raise RentUnknown(
            _(
                "Say on the asset's page in which region of the minimum wage the home lies (rule"
                " %(rule)s)."
            ),
            article=rule.article,
            rule=rule.key,
        )
    wage = rule_on(session, "regional_min_wage", on, region.value)
    month = f"{int(wage.number):,}".replace(",", ".")
    how = f"{int(rule.number)} × {month} đồng (lương tối thiểu vùng)"
    return round_to(rule.number * wage.number), how


def _refuse_unsaid(
    session: Session, assets: Sequence[int], homes: dict[int, HomeOut], keeps: Rule
) -> None:
    houses = session.scalars(
        select(Asset.reference)
        .where(Asset.id.in_(set(assets) - set(homes)), Asset.kind == AssetKind.HOUSE.value)
        .order_by(Asset.id)
    ).all()
    if houses:
        raise HomeUnsaid(
            _(
                "Say on the page of %(assets)s whether it is the only dwelling of the debtor: then"
                " a year's rent is kept back (rule %(rule)s)."
            ),
            article=keeps.article,
            assets=", ".join(houses),
            rule=RENT,
        )
