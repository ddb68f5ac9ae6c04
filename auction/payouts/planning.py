"""How a payout is planned from what is known of a sale; pure, to the đồng, in the law's order.

Money is taken for others' things sold along and the co-owners' shares, then costs, a year's rent,
taxes of the transfer, the owner of what was to be given back to him, then for what the asset
secures, then by rank for those who had asked when coercion was decided, then for those who asked
later; what is left is the debtor's (L25 Art. 54, 59; L08 Art. 47, 126; D152/26 Art. 30).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec
from msgspec import structs

from auction.payouts.rules import LineKind, pro_rata
from auction.valuations.parts import parts_of_price


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to be paid from the money: to whom, how much, why and in which rank.

    ``asset_id`` limits it to the part of the money that one asset brought, and ``further`` lets it
    be paid from the parts of others as well; what they do not cover is due as ``rest`` says, by its
    rank and that article. ``held`` says that it goes on a term deposit for a joint creditor who has
    not asked, ``set_off`` that it was set off against the price and no money is there for it.
    ``source`` is who said how much it is, by which paper; ``asked_for`` is what a claim is for
    (its scope in the rule of ranks) whose creditor asked for enforcement.
    """

    kind: LineKind
    payee: str | None
    amount: Decimal
    article: str
    confidence: str
    rank: int | None = None
    claim_id: int | None = None
    asset_id: int | None = None
    further: frozenset[int] = frozenset()
    rest: "Due | None" = None
    held: bool = False
    set_off: bool = False
    source: str | None = None
    asked_for: str | None = None


class Planned(msgspec.Struct, frozen=True):
    """What somebody is paid of what is due to him; the enforcement fee on it, by an article."""

    due: Due
    paid: Decimal
    fee: Decimal = Decimal(0)
    fee_article: str | None = None


class Plan(msgspec.Struct, frozen=True):
    """How a sum is divided: the lines, what was left after deductions, and the debtor's rest."""

    gross: Decimal
    lines: tuple[Planned, ...]
    net: Decimal
    left_for_debtor: Decimal


SECURED = (LineKind.MORTGAGEE, LineKind.JUDGMENT_FEE, LineKind.COLLATERAL)
DEDUCTED = (
    LineKind.OTHERS_THINGS,
    LineKind.CO_OWNER,
    LineKind.COSTS,
    LineKind.RENT,
    LineKind.TAXES,
    LineKind.OWNER,
)


OWNED = (LineKind.OTHERS_THINGS, LineKind.CO_OWNER)


def plan(gross: Decimal, dues: Sequence[Due], brought: dict[int, Decimal]) -> Plan:
    """Divide a sum among what is due; the lines are in the law's order.

    ``brought`` is what each asset is worth; a secured claim is paid from its asset's part, and by
    its rank for what that part did not cover (L25 Art. 54(1), (3); L08 Art. 47(1), (3)).
    """
    dues = sorted(dues, key=_order)
    paid = [Decimal(0)] * len(dues)
    left = gross
    for kind in DEDUCTED:
        left -= _pay(dues, paid, _of(dues, kind), left)
    net = left
    left -= _pay_secured(dues, paid, parts_of_price(net, brought) if brought else {})
    dues, paid = _with_rests(dues, paid)
    for kind in (LineKind.RANK, LineKind.LATER):
        for rank in _ranks(dues, kind):
            places = [place for place in _of(dues, kind) if dues[place].rank == rank]
            left -= _pay(dues, paid, places, left)
    lines = tuple(Planned(due, part) for due, part in zip(dues, paid, strict=True))
    return Plan(gross, lines, net, left)


def with_set_off(found: Plan, taker: str, amount: Decimal) -> Plan:
    """What a creditor is paid who took the asset, up to a sum set off, in lines of their own.

    He was paid by the asset, not in money, of his claims and of what he owns of the asset himself
    (L25 Art. 86(1); D152/26 Art. 66).
    """
    lines: list[Planned] = []
    for due, paid in ((line.due, line.paid) for line in found.lines):
        counts = due.claim_id is not None or due.kind in OWNED
        his = counts and (due.payee or "").casefold() == taker.casefold()
        part = min(paid, amount) if his else Decimal(0)
        amount -= part
        if part:
            whole = due.amount if part == paid else part
            lines.append(Planned(structs.replace(due, amount=whole, set_off=True), part))
        if part < paid or not part:
            rest = structs.replace(due, amount=due.amount - part)
            lines.append(Planned(rest, paid - part))
    return structs.replace(found, lines=tuple(lines))


def with_costs_set_off(found: Plan, rest: Decimal, source: str) -> Plan:
    """What costs take of a price that a creditor did not pay, in lines of their own.

    Worth no more than the costs, he takes the asset for nothing (D152/26 Art. 66(2)): no money is
    there for them. ``source`` says so in the language of the papers.
    """
    before = {*OWNED, LineKind.COSTS}
    if found.left_for_debtor or any(one.paid for one in found.lines if one.due.kind not in before):
        return found
    lines: list[Planned] = []
    for due, paid in ((line.due, line.paid) for line in found.lines):
        part = min(paid, max(rest, Decimal(0))) if due.kind is LineKind.COSTS else Decimal(0)
        rest -= part
        if part:
            words = "; ".join(one for one in (due.source, source) if one)
            whole = due.amount if part == paid else part
            taken = structs.replace(due, amount=whole, set_off=True, source=words)
            lines.append(Planned(taken, part))
        if part < paid or not part:
            lines.append(Planned(structs.replace(due, amount=due.amount - part), paid - part))
    return structs.replace(found, lines=tuple(lines))


def _order(due: Due) -> tuple[int, int, int]:
    """The law's order: deductions, collateral, ranks; claims of one rank as they were recorded."""
    place = list(LineKind).index(due.kind)
    if due.kind in {LineKind.RANK, LineKind.LATER}:
        return place, due.rank or 0, due.claim_id or 0
    return place, 0, 0


def _with_rests(dues: Sequence[Due], paid: Sequence[Decimal]) -> tuple[list[Due], list[Decimal]]:
    """What is due and paid, with what assets did not cover of what they secure due by its rank."""
    both = list(zip(dues, paid, strict=True))
    rests = [
        (structs.replace(due.rest, amount=due.amount - part), Decimal(0))
        for due, part in both
        if due.rest is not None and part < due.amount
    ]
    both = sorted([*both, *rests], key=lambda one: _order(one[0]))
    return [due for due, _part in both], [part for _due, part in both]


def _of(dues: Sequence[Due], kind: LineKind) -> list[int]:
    return [place for place, due in enumerate(dues) if due.kind is kind]


def _ranks(dues: Iterable[Due], kind: LineKind) -> list[int]:
    return sorted({due.rank for due in dues if due.kind is kind and due.rank is not None})


def _pay(dues: Sequence[Due], paid: list[Decimal], places: Sequence[int], left: Decimal) -> Decimal:
    """Pay equal claims what there is; answers what was spent."""
    parts = pro_rata(left, [dues[place].amount - paid[place] for place in places])
    for place, part in zip(places, parts, strict=True):
        paid[place] += part
    return sum(parts, Decimal(0))


def _is_from(due: Due, asset: int) -> bool:
    return asset == due.asset_id or asset in due.further


def _pay_secured(dues: Sequence[Due], paid: list[Decimal], brought: dict[int, Decimal]) -> Decimal:
    spent = Decimal(0)
    for asset, part in brought.items():
        left = part
        for kind in SECURED:
            places = [place for place in _of(dues, kind) if _is_from(dues[place], asset)]
            left -= _pay(dues, paid, places, left)
        spent += part - left
    return spent
