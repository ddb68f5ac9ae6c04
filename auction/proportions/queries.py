"""What is owed in a case against what its seized assets are worth, reckoned anew at every look."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from auction.claims.models import ClaimEntry
from auction.claims.queries import debts_of
from auction.claims.rules import EntryKind
from auction.costs.queries import costs_by_asset
from auction.costs.rules import Bearer, CostSums
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.carrying import last_offers
from auction.lots.models import LotAsset
from auction.payouts.models import Payout, PayoutLine, Voucher
from auction.payouts.rules import LineKind
from auction.proportions.rules import BOUGHT, OUT, PROPORTION, SOLD, Basis, left_for_case, unneeded
from auction.proportions.schemas import Proportion, Worth
from auction.sales.models import Sale
from auction.valuations.parts import parts_of_price
from auction.valuations.queries import newest_values, rule_serving
from auction.valuations.schemas import ValuationRow
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import visible_cases
from inventory.seizures.models import Seizure
from inventory.titles.queries import burdens_of, collateral_of, titles_of
from inventory.titles.rules import Burden, BurdenEnd
from inventory.titles.schemas import BurdenOut

NOT_TAKEN_OFF = (LineKind.COSTS, LineKind.CO_OWNER, LineKind.OTHERS_THINGS)
"""Lines of a payout that are counted otherwise: as needed, as a share, as what others own."""


class _Sold(NamedTuple):
    """What of the price of its lot a sold asset brought, and what of that was paid out."""

    price: Decimal
    paid_out: Decimal


class _Value(NamedTuple):
    """What an asset is worth, what that stands on, and since when."""

    gross: Decimal
    basis: Basis
    as_of: date | None


class _Sums(NamedTuple):
    """What is owed in a case, whether that is known, what was paid, what it costs the debtor."""

    known: bool
    debt: Decimal
    paid: Decimal
    costs: Decimal


class _Asked(NamedTuple):
    """A thing the debtor asks to have seized, as it would stand among what is seized."""

    case_id: int
    asset_id: int
    reference: str
    description: str
    estimated_value: Decimal | None
    decision_on: date
    debtor_asked: bool = True


def serving(session: Session, key: str, on: date) -> Rule | None:
    """The row of law that serves on a day, None where the law of that day has none."""
    return rule_serving(rules_in_use(session, key), key, on)


def proportion(session: Session, actor: Actor, case_id: int, on: date) -> Proportion:
    """What is owed in a case in sight against what is still seized for it (L25 Art. 72(3)).

    Raises NotFound, also where the law of the day says nothing.
    """
    case = session.scalar(visible_cases(actor).where(EnforcementCase.id == case_id))
    found = weigh(session, case, on) if case is not None else None
    if found is None:
        raise NotFound(_("There is no such case."))
    return found


def has_claims(session: Session, case_id: int) -> bool:
    """Whether anything is recorded of what is owed in a case."""
    return session.scalar(select(exists().where(ClaimEntry.case_id == case_id))) or False


def weigh(session: Session, case: EnforcementCase, on: date) -> Proportion | None:
    """Debts and costs of a case against its seized assets; None where no law of the day asks."""
    return weigh_all(session, [case], on).get(case.id)


def weigh_all(
    session: Session, cases: Sequence[EnforcementCase], on: date
) -> dict[int, Proportion]:
    """Debts and costs of several cases, each against its seized assets, in fixed statements.

    None of them where no law of the day asks.
    """
    rule = serving(session, PROPORTION, on)
    if rule is None or not cases:
        return {}
    case_ids = [case.id for case in cases]
    rows = _seized(session, case_ids, on)
    ids = sorted({row.asset_id for row in rows})
    stands = {one: found.state for one, found in standing_of(session, ids).items()}
    costs = costs_by_asset(session, ids, on)
    worths = _worths(
        session, [row for row in rows if stands.get(row.asset_id) not in OUT], stands, on
    )
    claimed, debts = _claimed(session, case_ids, on), debts_of(session, case_ids, on)
    found = {}
    for case in cases:
        own = [costs[row.asset_id] for row in rows if row.case_id == case.id]
        known, paid = claimed.get(case.id, (False, Decimal(0)))
        sums = _Sums(known, debts[case.id], paid, sum(map(_of_debtor, own), Decimal(0)))
        found[case.id] = _proportion(case, sums, worths[case.id], rule, on)
    return found


def _of_debtor(costs: CostSums) -> Decimal:
    return costs.borne_by(Bearer.DEBTOR) + costs.storage_running


def _proportion(
    case: EnforcementCase, sums: _Sums, assets: Sequence[Worth], rule: Rule, on: date
) -> Proportion:
    need = sums.debt + sums.costs
    open_ones = {one.asset_id for one in assets if not one.sold}
    spare = unneeded({one.asset_id: one.counted for one in assets}, need) & open_ones
    return Proportion(
        case_id=case.id,
        case_number=case.decision_number,
        on=on,
        known=sums.known,
        debt=sums.debt,
        paid=sums.paid,
        costs=sums.costs,
        need=need,
        value=sum((one.counted for one in assets), Decimal(0)),
        assets=[
            msgspec.structs.replace(one, unneeded=sums.known and one.asset_id in spare)
            for one in assets
        ],
        article=rule.article,
        confidence=rule.confidence,
    )


def cases_holding(session: Session, actor: Actor, asset_id: int) -> Sequence[EnforcementCase]:
    """The cases in sight for which an asset is under seizure, the first one first."""
    return session.scalars(
        visible_cases(actor)
        .join(Seizure, Seizure.case_id == EnforcementCase.id)
        .where(Seizure.asset_id == asset_id, Seizure.released_on.is_(None))
        .order_by(Seizure.decision_on, Seizure.id)
    ).all()


def seized_and_his(session: Session, case_id: int) -> set[int]:
    """What was seized for a case, released or not, and is no buyer's."""
    ids = session.scalars(select(Seizure.asset_id).where(Seizure.case_id == case_id)).all()
    stands = {one: found.state for one, found in standing_of(session, ids).items()}
    return {one for one in ids if stands.get(one) not in BOUGHT}


def worth_if_seized(
    session: Session, case_id: int, asset_id: int, estimate: Decimal | None, on: date
) -> Worth:
    """What an asset that is here would be worth for a case if the debtor's choice were seized."""
    asset = session.get_one(Asset, asset_id)
    row = _Asked(case_id, asset_id, asset.reference, asset.description, estimate, on)
    stands = {one: found.state for one, found in standing_of(session, [asset_id]).items()}
    return _worths(session, [row], stands, on)[case_id][0]


def _seized(session: Session, case_ids: Sequence[int], on: date) -> Sequence[Any]:
    s = Seizure
    return session.execute(
        select(
            s.case_id,
            s.asset_id,
            s.estimated_value,
            s.decision_on,
            s.debtor_asked,
            Asset.reference,
            Asset.description,
        )
        .join(Asset, Asset.id == s.asset_id)
        .where(s.case_id.in_(case_ids), s.released_on.is_(None), s.decision_on <= on)
        .order_by(s.asset_id)
    ).all()


def _claimed(
    session: Session, case_ids: Sequence[int], on: date
) -> dict[int, tuple[bool, Decimal]]:
    """Whether claims of each case are recorded, and what was paid on them."""
    undone = aliased(ClaimEntry)
    paid = and_(
        ClaimEntry.kind == EntryKind.PAID.value, ClaimEntry.happened_on <= on, undone.id.is_(None)
    )
    rows = session.execute(
        select(
            ClaimEntry.case_id,
            func.coalesce(
                func.sum(ClaimEntry.principal + ClaimEntry.interest).filter(paid), Decimal(0)
            ),
        )
        .outerjoin(undone, undone.reverses_id == ClaimEntry.id)
        .where(ClaimEntry.case_id.in_(case_ids))
        .group_by(ClaimEntry.case_id)
    )
    return {case_id: (True, -Decimal(amount)) for case_id, amount in rows}


def _worths(
    session: Session, rows: Sequence[Any], stands: Mapping[int, State], on: date
) -> defaultdict[int, list[Worth]]:
    """What each seized asset is worth for its case, by case."""
    ids = sorted({row.asset_id for row in rows})
    sold = [asset for asset in ids if stands.get(asset) in SOLD]
    values = newest_values(session, ids, on)
    prices = _prices(session, sold, on)
    offers = last_offers(session, {one: values[one] for one in ids if one in values}, on)
    titles, debts = titles_of(session, ids, on), collateral_of(session, ids, on)
    burdens, elsewhere = burdens_of(session, ids), _owed_for(session, ids, on)
    worths: defaultdict[int, list[Worth]] = defaultdict(list)
    for row in rows:
        asset = row.asset_id
        sale = prices.get(asset)
        value = _value(row, values.get(asset), offers.get(asset), sale.price if sale else None)
        share = titles[asset].debtors_share if asset in titles else Fraction(1)
        secured = sum(
            (one.secured_amount for one in debts.get(asset, []) if one.seized_for_other), Decimal(0)
        )
        others = sum(map(_of_somebody_else, burdens.get(asset, [])), Decimal(0))
        others += sum(owed for case, owed in elsewhere[asset].items() if case != row.case_id)
        others += sale.paid_out if sale else 0
        worths[row.case_id].append(
            Worth(
                asset_id=asset,
                reference=row.reference,
                description=row.description,
                basis=value.basis,
                as_of=value.as_of,
                gross=value.gross,
                counted=left_for_case(value.gross, share, secured, others),
                debtor_asked=row.debtor_asked,
                sold=asset in prices,
            )
        )
    return worths


def _value(
    row: Any, valued: ValuationRow | None, offer: Decimal | None, price: Decimal | None
) -> _Value:
    """The price it was sold at, else of the last offer, of the last valuation, of the estimate."""
    if price is not None:
        return _Value(price, Basis.SALE, None)
    if valued is not None and offer is not None:
        return _Value(offer, Basis.OFFER, None)
    if valued is not None:
        return _Value(valued.amount, Basis.VALUATION, valued.valued_on)
    if row.estimated_value is not None:
        return _Value(row.estimated_value, Basis.ESTIMATE, row.decision_on)
    return _Value(Decimal(0), Basis.UNKNOWN, None)


def _of_somebody_else(burden: BurdenOut) -> Decimal:
    """What others' things are worth that are sold with the land: the money is theirs."""
    theirs = burden.kind is Burden.OTHERS_THINGS and burden.ended_how is BurdenEnd.SOLD_WITH
    return (burden.value or Decimal(0)) if theirs else Decimal(0)


def _prices(session: Session, assets: Sequence[int], on: date) -> dict[int, _Sold]:
    """What each sold asset brought of the price of its lot, by what the assets were valued at."""
    if not assets:
        return {}
    sales = session.execute(
        select(Sale.id, Sale.price, LotAsset.asset_id)
        .join(LotAsset, LotAsset.lot_id == Sale.lot_id)
        .where(
            Sale.lot_id.in_(select(LotAsset.lot_id).where(LotAsset.asset_id.in_(assets))),
            Sale.defaulted_on.is_(None),
            Sale.cancelled_on.is_(None),
        )
    ).all()
    of_sale: defaultdict[int, list[int]] = defaultdict(list)
    for row in sales:
        of_sale[row.id].append(row.asset_id)
    values = newest_values(session, [row.asset_id for row in sales], on)
    paid = _paid_out(session, list(of_sale))
    found: dict[int, _Sold] = {}
    for sale, price in {row.id: row.price for row in sales}.items():
        worth = {one: values[one].amount if one in values else Decimal(0) for one in of_sale[sale]}
        parts = parts_of_price(price, worth)
        gone = parts_of_price(paid.get(sale, Decimal(0)), worth)
        found.update({asset: _Sold(part, gone[asset]) for asset, part in parts.items()})
    return {asset: found[asset] for asset in assets if asset in found}


def _paid_out(session: Session, sales: Sequence[int]) -> dict[int, Decimal]:
    """What was paid out of the money of each sale: the claims are the smaller for it already."""
    kept = [kind.value for kind in NOT_TAKEN_OFF]
    rows = session.execute(
        select(Payout.sale_id, func.sum(Voucher.amount))
        .join(PayoutLine, PayoutLine.payout_id == Payout.id)
        .join(Voucher, Voucher.line_id == PayoutLine.id)
        .where(Payout.sale_id.in_(sales), PayoutLine.kind.not_in(kept))
        .group_by(Payout.sale_id)
    )
    return {sale: Decimal(amount) for sale, amount in rows}


def _owed_for(
    session: Session, assets: Sequence[int], on: date
) -> defaultdict[int, dict[int, Decimal]]:
    """What is owed in each case for which an asset is seized: other cases count off in full."""
    rows = session.execute(
        select(Seizure.asset_id, Seizure.case_id).where(
            Seizure.asset_id.in_(assets), Seizure.released_on.is_(None)
        )
    ).all()
    debts = debts_of(session, {row.case_id for row in rows}, on)
    found: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in rows:
        found[row.asset_id][row.case_id] = debts[row.case_id]
    return found
