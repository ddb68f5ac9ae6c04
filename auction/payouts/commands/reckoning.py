"""What is due from the money of a sale: costs, titles and claims, by the law of a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from msgspec import structs
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from auction.claims.queries import claims_of, claims_secured_on
from auction.claims.rules import ClaimKind, Precedence, asked_before
from auction.claims.schemas import ClaimRow
from auction.costs.queries import costs_of
from auction.costs.rules import Bearer
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Rule, Unit, choose_rule
from auction.lots.models import Lot
from auction.payouts.commands.things import others_things, owners_of_returned
from auction.payouts.planning import Due, Plan, owners_parts, parts_of_price, plan, with_set_off
from auction.payouts.queries import promised_elsewhere
from auction.payouts.rules import LineKind, NotDeductible, RentUnknown
from auction.payouts.schemas import NewProposal
from auction.sales.models import Sale
from auction.sales.queries import assets_of, money_of
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.messages import _
from inventory.base.money import check_amount, round_to
from inventory.cases.models import EnforcementCase
from inventory.seizures.models import Seizure
from inventory.titles.queries import collateral_of, regions_of, titles_of
from inventory.titles.schemas import CollateralOut

PRECEDES = {
    Precedence.MORTGAGEE_NOT_CREDITOR: LineKind.MORTGAGEE,
    Precedence.MORTGAGEE_CREDITOR: LineKind.COLLATERAL,
    Precedence.JUDGMENT_SEIZURE: LineKind.COLLATERAL,
    Precedence.BAD_DEBT: LineKind.MORTGAGEE,
}


class Matter(NamedTuple):
    """What a payout is reckoned from: the sale, its assets and cases, the day whose law holds."""

    sale: Sale
    assets: Sequence[int]
    cases: Sequence[int]
    coercion_on: date | None
    on: date


def reckon(session: Session, actor: Actor, sale: Sale, new: NewProposal, on: date) -> Plan:
    """The plan of a payout: what is due from the money, and what each is paid.

    Raises RuleUnknown, NotDeductible, RentUnknown, ThingsWorthMore, Invalid.
    """
    matter = _matter(session, sale, on)
    worth = _worth(session, matter.assets)
    rules = rules_in_use(session, "payment_ranks")
    things = others_things(session, sale, worth, on)
    received = money_of(session, sale.id, sale.price)
    money = received.proceeds
    dues = [
        *things,
        *_co_owners(session, matter, worth, things),
        *_costs(session, matter, rules),
        *_rent(session, matter, new, rules),
        *_taxes(new, rules, on),
        *owners_of_returned(session, money, worth, on),
        *_claims(session, actor, matter),
    ]
    return with_set_off(plan(money, dues, worth), sale.buyer, received.set_off)


def debtors_of(session: Session, cases: Sequence[int]) -> str | None:
    """Who owes in some cases, as their papers name him."""
    statement = (
        select(EnforcementCase.debtor_name)
        .where(EnforcementCase.id.in_(cases), EnforcementCase.debtor_name.is_not(None))
        .order_by(EnforcementCase.id)
    )
    names = dict.fromkeys(session.scalars(statement))
    return ", ".join(str(name) for name in names) or None


def cases_of(session: Session, sale: Sale, assets: Sequence[int]) -> list[int]:
    """The cases for which what was sold was under seizure then, that of the lot first."""
    lot = session.get_one(Lot, sale.lot_id)
    found = [lot.case_id] if lot.case_id else []
    seized = select(Seizure.case_id).where(*_stands(sale, assets)).order_by(Seizure.id)
    return list(dict.fromkeys([*found, *session.scalars(seized)]))


def _stands(sale: Sale, assets: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """The seizures under which assets were sold; what was released before is no ground any more."""
    return (
        Seizure.asset_id.in_(assets),
        Seizure.decision_on <= sale.sold_on,
        or_(Seizure.released_on.is_(None), Seizure.released_on >= sale.sold_on),
    )


def _matter(session: Session, sale: Sale, on: date) -> Matter:
    """What was found on the spot ranks from the first decision (L25 Art. 80(3); D152/26 54(6))."""
    assets = assets_of(session, sale.lot_id)
    ranks_from = func.coalesce(Seizure.supplements_on, Seizure.decision_on)
    decided = session.scalar(select(func.min(ranks_from)).where(*_stands(sale, assets)))
    return Matter(sale, assets, cases_of(session, sale, assets), decided, on)


def _worth(session: Session, assets: Sequence[int]) -> dict[int, Decimal]:
    """What each asset was last found to be worth: the measure of its part of one price."""
    worth = dict.fromkeys(assets, Decimal(0))
    rows = session.execute(
        select(Valuation.asset_id, Valuation.amount)
        .where(Valuation.asset_id.in_(assets))
        .order_by(Valuation.valued_on, Valuation.id)
    )
    worth.update({asset: amount for asset, amount in rows if asset is not None})
    return worth


def _co_owners(
    session: Session, matter: Matter, worth: dict[int, Decimal], things: Sequence[Due]
) -> list[Due]:
    """The co-owners' shares of what their asset brought, less others' things sold with it."""
    titles = titles_of(session, matter.assets, matter.on)
    if not titles:
        return []
    parts = parts_of_price(matter.sale.price, worth)
    for due in things:
        if due.asset_id is not None:
            parts[due.asset_id] -= due.amount
    rule = rule_on(session, "coowner_share", matter.on)
    return [
        Due(
            kind=LineKind.CO_OWNER,
            payee=owner.name,
            amount=amount,
            article=rule.article,
            confidence=rule.confidence.value,
        )
        for asset, title in sorted(titles.items())
        for owner, amount in zip(
            title.co_owners,
            owners_parts(parts[asset], [one.share for one in title.co_owners]),
            strict=True,
        )
    ]


def _costs(session: Session, matter: Matter, rules: Sequence[Rule]) -> list[Due]:
    rule = choose_rule(rules, "payment_ranks", matter.on, "enforcement_costs")
    amount = costs_of(session, matter.assets, matter.on).borne_by(Bearer.DEBTOR)
    return [_deducted(LineKind.COSTS, None, amount, rule)] if amount > 0 else []


def _rent(session: Session, matter: Matter, new: NewProposal, rules: Sequence[Rule]) -> list[Due]:
    """A year's rent is kept back where the only home was sold (L25 Art. 89(2); L08 Art. 115(5))."""
    if not new.only_home:
        return []
    rule = choose_rule(rules, "payment_ranks", matter.on, "one_year_rent")
    debtor = debtors_of(session, matter.cases)
    return [_deducted(LineKind.RENT, debtor, _year_of_rent(session, matter, new), rule)]


def _year_of_rent(session: Session, matter: Matter, new: NewProposal) -> Decimal:
    rule = rule_on(session, "one_year_rent", matter.on)
    if rule.unit is not Unit.MINIMUM_WAGE:
        if new.average_rent is None:
            raise RentUnknown(
                _("Say what a year's rent is on average at the place (rule %(rule)s)."),
                field="average_rent",
                article=rule.article,
                rule=rule.key,
            )
        return check_amount(new.average_rent, field="average_rent")
    region = new.region or next(iter(regions_of(session, matter.assets, matter.on).values()), None)
    if region is None:
        raise RentUnknown(
            _("Say in which region of the minimum wage the home lies (rule %(rule)s)."),
            field="region",
            article=rule.article,
            rule=rule.key,
        )
    wage = rule_on(session, "regional_min_wage", matter.on, region.value)
    return round_to(rule.number * wage.number)


def _taxes(new: NewProposal, rules: Sequence[Rule], on: date) -> list[Due]:
    check_amount(new.taxes, field="taxes")
    if not new.taxes:
        return []
    scopes = {rule.scope: rule for rule in rules if rule.serves(on)}
    rule = scopes.get("transfer_taxes")
    if rule is None:
        raise NotDeductible(
            _("The law of %(on)s deducts no taxes of the transfer before the ranks."),
            field="taxes",
            on=on,
            **scopes["enforcement_costs"].basis,
        )
    return [_deducted(LineKind.TAXES, None, new.taxes, rule)]


def _deducted(kind: LineKind, payee: str | None, amount: Decimal, rule: Rule) -> Due:
    return Due(
        kind=kind,
        payee=payee,
        amount=amount,
        article=rule.article,
        confidence=rule.confidence.value,
    )


def _claims(session: Session, actor: Actor, matter: Matter) -> list[Due]:
    rows = {row.id: row for row in claims_of(session, actor, matter.cases, matter.on)}
    rows.update({row.id: row for row in claims_secured_on(session, matter.assets, matter.on)})
    first = rule_on(session, "collateral_first", matter.on)
    debts = collateral_of(session, matter.assets, matter.on)
    promised = promised_elsewhere(session, matter.sale.id, list(rows), matter.on)
    secured = _secured(rows.values(), matter.assets)
    dues: list[Due] = []
    for row in rows.values():
        owed = row.owed.total - promised.get(row.id, Decimal(0))
        if owed > 0 and _is_paid(row, matter.on):
            dues.append(_due_of(row, owed, matter, first, secured))
    return [*_unclaimed(debts, rows.values(), first), *dues]


def _secured(rows: Iterable[ClaimRow], assets: Sequence[int]) -> dict[str, frozenset[int]]:
    """The assets of the sale that secure what each judgment granted, by the judgment."""
    found: dict[str, frozenset[int]] = {}
    for row in rows:
        asset, judgment = row.secured_on_id, row.judgment
        if row.precedence not in _ORDERED or judgment is None:
            continue
        if asset is not None and asset in assets:
            found[judgment] = found.get(judgment, frozenset()) | {asset}
    return found


def _is_paid(row: ClaimRow, on: date) -> bool:
    """Who asked by the day is paid, and so is the share of a joint creditor, on deposit."""
    if row.asked_on is None:
        return row.joint_with is not None or row.precedence is not None
    return row.asked_on <= on


_ORDERED = frozenset({Precedence.MORTGAGEE_CREDITOR, Precedence.JUDGMENT_SEIZURE})


def _due_of(
    row: ClaimRow, owed: Decimal, matter: Matter, first: Rule, secured: dict[str, frozenset[int]]
) -> Due:
    """What is due on a claim: from its collateral, or by rank, or after those who asked in time.

    What the collateral does not cover is due by rank to who asked for it.
    """
    late = row.asked_on is not None and not asked_before(row.asked_on, matter.coercion_on)
    ranked = Due(
        kind=LineKind.LATER if late else LineKind.RANK,
        payee=row.creditor,
        amount=owed,
        article=row.article,
        confidence=row.confidence.value,
        rank=row.rank,
        claim_id=row.id,
        held=row.asked_on is None and row.joint_with is not None,
    )
    asset = row.secured_on_id
    fee_of = secured.get(row.judgment or "") if row.kind is ClaimKind.COURT_FEES else None
    if row.precedence is not None and asset is not None and asset in matter.assets:
        kind, assets = PRECEDES[row.precedence], frozenset({asset})
    elif fee_of:
        kind, assets = LineKind.JUDGMENT_FEE, fee_of
    else:
        return ranked
    return structs.replace(
        ranked,
        kind=kind,
        article=first.article,
        confidence=first.confidence.value,
        asset_id=min(assets),
        further=assets,
        rest=ranked if _has_rank(row) else None,
    )


def _has_rank(row: ClaimRow) -> bool:
    """A mortgagee who is no creditor of the case, or never asked, has his collateral only."""
    if row.precedence is Precedence.MORTGAGEE_NOT_CREDITOR:
        return False
    return row.asked_on is not None or row.joint_with is not None


def _unclaimed(
    debts: dict[int, list[CollateralOut]], rows: Iterable[ClaimRow], first: Rule
) -> list[Due]:
    """Mortgagees known from the title who are no creditors and stand in no claim."""
    claimed = {(row.secured_on_id, row.precedence) for row in rows}
    return [
        Due(
            kind=LineKind.MORTGAGEE,
            payee=debt.holder,
            amount=debt.secured_amount,
            article=first.article,
            confidence=first.confidence.value,
            asset_id=asset,
        )
        for asset, found in sorted(debts.items())
        for debt in found
        if debt.seized_for_other and (asset, Precedence.MORTGAGEE_NOT_CREDITOR) not in claimed
    ]


def references_of(session: Session, assets: Sequence[int]) -> list[str]:
    """Assets as people call them."""
    statement = select(Asset.reference).where(Asset.id.in_(assets)).order_by(Asset.id)
    return list(session.scalars(statement))
