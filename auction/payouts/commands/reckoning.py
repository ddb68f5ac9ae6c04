"""What is due from the money of a sale: costs, titles and claims, by the law of a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.claims.queries import claims_of, claims_secured_on, unclaimed_on
from auction.claims.rules import ORDERED, RANKED_AS, ClaimKind, Precedence, asked_before
from auction.claims.schemas import ClaimRow
from auction.costs.borne import costs_borne
from auction.costs.home_rent import YearOfRent, year_of_rent
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Rule, choose_rule
from auction.lots.models import Lot
from auction.offers.commands.owners import parts_of_owners
from auction.payouts.commands.things import owners_of_returned
from auction.payouts.fees import FEE_KEYS, fee_scale, with_fees
from auction.payouts.planning import Due, Plan, plan, with_costs_set_off, with_set_off
from auction.payouts.queries import promised_elsewhere
from auction.payouts.rules import LineKind, NotDeductible
from auction.payouts.schemas import NewProposal
from auction.sales.models import Sale
from auction.sales.queries import assets_of, money_of
from auction.valuations.parts import worth_of
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.cases.models import EnforcementCase
from inventory.seizures.queries import held_for
from inventory.titles.schemas import CollateralOut

OTHERS = "chi phí của tài sản khác trong việc, đã ra khỏi kê biên hoặc chưa được bù đắp"
"""What the line says that deducts what others of the case cost, in the language of the papers."""

FOR_NOTHING = "giá trị tài sản không quá chi phí: người nhận tài sản không phải nộp"
"""What the line says of costs that no money is there for (D152/26 Art. 66(2))."""

FIRST = "collateral_first"
"""The rule of what collateral comes before."""

Rights = dict[tuple[str, str | None], Decimal]
"""What is due by no claim, by kind and payee."""

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

    Raises RuleUnknown, NotDeductible, HomeUnsaid, RentUnknown, ThingsWorthMore, Invalid.
    """
    matter = _matter(session, sale, on)
    worth = worth_of(session, matter.assets)
    rules = rules_in_use(session, "payment_ranks")
    received = money_of(session, sale.id, sale.price)
    money = received.proceeds
    dues = [
        *_owners(session, matter),
        *_costs(session, matter, rules),
        *_rent(session, matter, new),
        *_taxes(new, rules, on),
        *owners_of_returned(session, money, worth, on),
        *_claims(session, actor, matter),
    ]
    found = with_set_off(plan(money, dues, worth), sale.buyer, received.set_off)
    his = sum((line.paid for line in found.lines if line.due.set_off), Decimal(0))
    found = with_costs_set_off(found, received.set_off - his, FOR_NOTHING)
    return with_fees(found, fee_scale(rules_in_use(session, *FEE_KEYS), on))


def rights_of(session: Session, actor: Actor, sale: Sale, new: NewProposal, on: date) -> Rights:
    """What is due of a sale by no claim, as a payout of a day reckons it now.

    To owners of things sold along, to co-owners, to whom it was given back, for a year's rent, to
    mortgagees that only the title names. Raises HomeUnsaid, RentUnknown, ThingsWorthMore.
    """
    matter = _matter(session, sale, on)
    money = money_of(session, sale.id, sale.price).proceeds
    rows = _rows(session, actor, matter).values()
    dues = [
        *_owners(session, matter),
        *_rent(session, matter, new),
        *owners_of_returned(session, money, worth_of(session, matter.assets), on),
        *_unclaimed(_by_title(session, matter, rows), rule_on(session, FIRST, matter.on)),
    ]
    found: Rights = {}
    for due in dues:
        key = due.kind.value, due.payee
        found[key] = found.get(key, Decimal(0)) + due.amount
    return {key: amount for key, amount in found.items() if amount}


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
    held = held_for(session, assets, sale.sold_on, last_day=True)
    return list(dict.fromkeys([*([lot.case_id] if lot.case_id else []), *held.cases]))


def _matter(session: Session, sale: Sale, on: date) -> Matter:
    assets = assets_of(session, sale.lot_id)
    decided = held_for(session, assets, sale.sold_on, last_day=True).since
    return Matter(sale, assets, cases_of(session, sale, assets), decided, on)


def _owners(session: Session, matter: Matter) -> list[Due]:
    """Others' things sold along, and the co-owners' shares of what their asset brought."""
    sale = matter.sale
    parts = parts_of_owners(
        session, sale.lot_id, matter.assets, sale.price, matter.on, sold_on=sale.sold_on
    )
    return [
        Due(
            kind=LineKind.OTHERS_THINGS if one.of_things else LineKind.CO_OWNER,
            payee=one.payee,
            amount=one.amount,
            article=one.rule.article,
            confidence=one.rule.confidence.value,
            asset_id=one.asset_id if one.of_things else None,
        )
        for one in parts
    ]


def _costs(session: Session, matter: Matter, rules: Sequence[Rule]) -> list[Due]:
    """Costs the debtor bears: of what was sold, and what others of its case left uncovered."""
    rule = choose_rule(rules, "payment_ranks", matter.on, "enforcement_costs")
    borne = costs_borne(session, matter.assets, matter.on)
    dues = [_deducted(LineKind.COSTS, None, borne.own, rule)] if borne.own > 0 else []
    if borne.rule is not None and borne.others > 0:
        others = _deducted(LineKind.COSTS, None, borne.others, borne.rule)
        dues.append(structs.replace(others, source=OTHERS))
    return dues


def rent_of(session: Session, sale: Sale, on: date) -> YearOfRent | None:
    """A year's rent that is kept back of a sale, by what its assets' records say.

    Raises HomeUnsaid, RentUnknown.
    """
    return year_of_rent(session, assets_of(session, sale.lot_id), on)


def _rent(session: Session, matter: Matter, new: NewProposal) -> list[Due]:
    """A year's rent is kept back where the only home was sold (L25 Art. 89(2); L08 Art. 115(5))."""
    rent = None if new.without_rent else rent_of(session, matter.sale, matter.on)
    if rent is None:
        return []
    debtor = debtors_of(session, matter.cases)
    kept = _deducted(LineKind.RENT, debtor, rent.amount, rent.rule)
    return [structs.replace(kept, source=rent.source)]


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
    rows = _rows(session, actor, matter)
    first = rule_on(session, FIRST, matter.on)
    debts = _by_title(session, matter, rows.values())
    promised = promised_elsewhere(session, matter.sale.id, list(rows), matter.on)
    secured = _secured(rows.values(), matter.assets)
    dues: list[Due] = []
    for row in rows.values():
        owed = row.owed.total - promised.get(row.id, Decimal(0))
        if owed > 0 and row.is_paid(matter.on):
            dues.append(_due_of(row, owed, matter, first, secured))
    return [*_unclaimed(debts, first), *dues]


def _rows(session: Session, actor: Actor, matter: Matter) -> dict[int, ClaimRow]:
    """The claims of the cases that are served, and what the assets secure, of whichever case."""
    rows = {row.id: row for row in claims_of(session, actor, matter.cases, matter.on)}
    rows.update({row.id: row for row in claims_secured_on(session, matter.assets, matter.on)})
    return rows


def _by_title(
    session: Session, matter: Matter, rows: Iterable[ClaimRow]
) -> dict[int, list[CollateralOut]]:
    sold_on = matter.sale.sold_on
    return unclaimed_on(session, matter.assets, rows, matter.on, sold_on=sold_on)


def _secured(rows: Iterable[ClaimRow], assets: Sequence[int]) -> dict[str, frozenset[int]]:
    """The assets of the sale that secure what each judgment granted, by the judgment."""
    found: dict[str, frozenset[int]] = {}
    for row in rows:
        asset, judgment = row.secured_on_id, row.judgment
        if row.precedence not in ORDERED or judgment is None:
            continue
        if asset is not None and asset in assets:
            found[judgment] = found.get(judgment, frozenset()) | {asset}
    return found


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
        asked_for=_asked_for(row),
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


def _asked_for(row: ClaimRow) -> str | None:
    """What a creditor of the case who asked is owed for, None of who did not ask."""
    if row.asked_on is None or row.precedence is Precedence.MORTGAGEE_NOT_CREDITOR:
        return None
    return RANKED_AS.get(row.kind, row.kind.value)


def _has_rank(row: ClaimRow) -> bool:
    """A mortgagee who is no creditor of the case, or never asked, has his collateral only."""
    if row.precedence is Precedence.MORTGAGEE_NOT_CREDITOR:
        return False
    return row.asked_on is not None or row.joint_with is not None


def _unclaimed(debts: dict[int, list[CollateralOut]], first: Rule) -> list[Due]:
    """Mortgagees known from the title who are no creditors and stand in no claim."""
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
    ]


def references_of(session: Session, assets: Sequence[int]) -> list[str]:
    """Assets as people call them."""
    statement = select(Asset.reference).where(Asset.id.in_(assets)).order_by(Asset.id)
    return list(session.scalars(statement))
