"""What a creditor may set off who takes the asset: his part of what it would bring him; pure.

The money is divided as the payout divides it: what assets secure from what each of them brings,
then rank by rank, pro rata inside a rank (L25 Art. 54; L08 Art. 47; D152/26 Art. 66).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

import msgspec

from auction.valuations.parts import parts_of_price
from inventory.base.money import share_out

NOTHING: Mapping[int, Decimal] = MappingProxyType({})


class CaseClaim(msgspec.Struct, frozen=True):
    """A claim on the money of the asset: its turn, its sum, whether it is the taker's.

    ``asks`` says that its creditor asked for enforcement: then he is one of those who must agree.
    ``assets`` are those it is paid from where it is secured, ``rest`` its turn for what they do not
    cover; None where it has none. What only a title tells of is not ``recorded``.
    """

    rank: int
    amount: Decimal
    mine: bool
    asks: bool = True
    assets: frozenset[int] = frozenset()
    rest: int | None = None
    recorded: bool = True


def setoff_sum(
    value: Decimal,
    claims: Sequence[CaseClaim],
    costs: Decimal,
    deductions: Decimal,
    owners: Decimal = Decimal(0),
    *,
    worth: Mapping[int, Decimal] = NOTHING,
) -> Decimal:
    """What a creditor pays who takes the asset (D152/26 Art. 66; JC11/16 Art. 7).

    Worth no more than the costs: nothing. Else the value less the part that would be his, which is
    all he may ask where it is worth more than all that is owed. What belongs to co-owners and
    others (``owners``) is not the debtor's: that he pays always, and what is weighed is the rest.
    ``worth`` is what each asset is worth: what it secures is paid from its part.
    """
    if value - owners <= costs:
        return owners
    net = max(value - owners - costs - deductions, Decimal(0))
    return value - entitled(net, claims, worth)


def entitled(
    net: Decimal, claims: Sequence[CaseClaim], worth: Mapping[int, Decimal] = NOTHING
) -> Decimal:
    """What the taker would get of a net sum."""
    paid = [Decimal(0)] * len(claims)
    left = net
    for asset, part in parts_of_price(net, dict(worth)).items() if worth else ():
        left -= _in_turns(part, _turns(claims, asset), claims, paid)
    _in_turns(left, _turns(claims, None, secured=not worth), claims, paid)
    mine = (part for part, one in zip(paid, claims, strict=True) if one.mine)
    return sum(mine, Decimal(0))


def _turns(
    claims: Sequence[CaseClaim], asset: int | None, *, secured: bool = False
) -> dict[int, int]:
    """When each claim is paid: from an asset, or from what is left of all."""
    found: dict[int, int] = {}
    for place, one in enumerate(claims):
        if asset is not None:
            turn = one.rank if asset in one.assets else None
        else:
            turn = one.rank if secured or not one.assets else one.rest
        if turn is not None:
            found[place] = turn
    return found


def _in_turns(
    net: Decimal, turns: dict[int, int], claims: Sequence[CaseClaim], paid: list[Decimal]
) -> Decimal:
    """Pay turn by turn, pro rata inside a turn; answers what was spent."""
    spent = Decimal(0)
    for turn in sorted(set(turns.values())):
        places = [place for place, when in turns.items() if when == turn]
        amounts = [claims[place].amount - paid[place] for place in places]
        left = net - spent
        parts = amounts if sum(amounts, Decimal(0)) <= left else share_out(left, amounts)
        for place, part in zip(places, parts, strict=True):
            paid[place] += part
            spent += part
    return spent
