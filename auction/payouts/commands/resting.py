"""An approved payout pays only while the claims and costs stand that it was drawn up on."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.claims.commands import lock_claims
from auction.legal_rules.queries import basis_on, rule_on
from auction.payouts.commands.reckoning import Rights, rights_of
from auction.payouts.models import Payout, PayoutLine
from auction.payouts.overtaken import overtaken_of
from auction.payouts.queries import live_vouchers
from auction.payouts.rules import (
    DEDUCTED_FIRST,
    RESTS_ON,
    ClaimsChanged,
    CostsChanged,
    LineKind,
    RightsChanged,
)
from auction.payouts.schemas import NewProposal, PayoutOut
from auction.sales.models import Sale
from inventory.base.actor import SYSTEM
from inventory.base.errors import DomainError
from inventory.base.messages import _


def refuse_overtaken(session: Session, payout: Payout, *, on: date) -> None:
    """Refuse to pay by an approved payout whose claims or costs changed since it was drawn up.

    Who is owed less or nothing any more gets no more than that, and what becomes free is the next
    one's; costs go before all of them (L25 Art. 54(1), (2)). So do owners and mortgagees who came
    to light since. Raises ClaimsChanged, CostsChanged, RightsChanged.
    """
    lock_claims_of(session, payout)
    since = overtaken_of(session, [payout.id])
    changed = since.claims.get(payout.id)
    paid = bool(live_vouchers(session, payout.sale_id))
    if changed:
        creditors = ", ".join(one.creditor for one in changed)
        text = _CLAIMS_PAID if paid else _CLAIMS
        raise ClaimsChanged(text, creditors=creditors, **basis_on(session, RESTS_ON, on))
    costs = since.costs.get(payout.id)
    if costs is not None and costs.stops:
        rule = rule_on(session, "payment_ranks", on, DEDUCTED_FIRST)
        raise CostsChanged(_COSTS_PAID if paid else _COSTS, costs=costs.amount, **rule.basis)
    payees = changed_rights(session, payout)
    if payees or payout.id in since.rights:
        text, names = _RIGHTS_PAID if paid else _RIGHTS, ", ".join(payees) or "–"
        raise RightsChanged(text, payees=names, **basis_on(session, RESTS_ON, on))


def changed_rights(session: Session, payout: Payout) -> list[str]:
    """Who is due by no claim another sum now than when an open payout was drawn up.

    Owners of things and shares, mortgagees that only the title names, the debtor's rent.
    """
    if payout.paid_at is not None or payout.withdrawn_at is not None:
        return []
    sale = session.get_one(Sale, payout.sale_id)
    said = NewProposal(without_rent=payout.without_rent, taxes=payout.taxes)
    now = rights_of(session, SYSTEM, sale, said, payout.on_day)
    lines = session.execute(
        select(PayoutLine.kind, PayoutLine.payee, PayoutLine.owed).where(
            PayoutLine.payout_id == payout.id,
            PayoutLine.claim_id.is_(None),
            PayoutLine.kind.in_([kind.value for kind in _BY_RIGHT]),
        )
    )
    then: Rights = {}
    for kind, payee, owed in lines:
        then[kind, payee] = then.get((kind, payee), Decimal(0)) + owed
    keys = sorted({*now, *then}, key=str)
    return [key[1] or "–" for key in keys if now.get(key) != then.get(key)]


def rights_changed(session: Session, payout: PayoutOut) -> list[str]:
    """The same for a page; what cannot be reckoned any more is told where it is paid."""
    try:
        return changed_rights(session, session.get_one(Payout, payout.payout.id))
    except DomainError:
        return []


_BY_RIGHT = (
    LineKind.OTHERS_THINGS,
    LineKind.CO_OWNER,
    LineKind.RENT,
    LineKind.OWNER,
    LineKind.MORTGAGEE,
)


def lock_claims_of(session: Session, payout: Payout) -> None:
    """Two sales that pay one claim are approved in turn: the second sees what is promised."""
    claims = select(PayoutLine.claim_id).where(
        PayoutLine.payout_id == payout.id, PayoutLine.claim_id.is_not(None)
    )
    lock_claims(session, SYSTEM, [one for one in session.scalars(claims) if one is not None])


_CLAIMS = _(
    "The claim of %(creditors)s changed, or was added, since this payout was drawn up (rule"
    " %(rule)s)."
    " Lawful: the head withdraws it, then it is proposed anew."
)
_CLAIMS_PAID = _(
    "The claim of %(creditors)s changed, or was added, since this payout was drawn up (rule"
    " %(rule)s)."
    " Lawful: reverse the vouchers of what was paid by it, withdraw it and propose it anew."
)
_COSTS = _(
    "The costs that this payout deducts changed by %(costs)s since it was drawn up (rule %(rule)s)."
    " Lawful: the head withdraws it, then it is proposed anew."
)
_COSTS_PAID = _(
    "The costs that this payout deducts changed by %(costs)s since it was drawn up (rule %(rule)s)."
    " Lawful: reverse the vouchers of what was paid by it, withdraw it and propose it anew."
)
_RIGHTS = _(
    "What %(payees)s is due was recorded otherwise since this payout was drawn up (rule %(rule)s)."
    " Lawful: the head withdraws it, then it is proposed anew."
)
_RIGHTS_PAID = _(
    "What %(payees)s is due was recorded otherwise since this payout was drawn up (rule %(rule)s)."
    " Lawful: reverse the vouchers of what was paid by it, withdraw it and propose it anew."
)
