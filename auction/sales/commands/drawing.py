"""Several want to buy without auction at one price: lots are drawn (D152/26 Art. 64)."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import RuleUnknown
from auction.sales.rules import Way
from auction.sales.schemas import NewDraw, NewSale
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, Unlawful
from inventory.base.messages import _

DRAW = "non_auction_draw"


class LotsNotDrawn(Unlawful):
    """Several want to buy it at the price, and no lots were drawn."""

    code = "lots_not_drawn"


class NotDrawnFirst(Unlawful):
    """It is sold to another than the one whose lot came first."""

    code = "not_drawn_first"


def check_draw(session: Session, actor: Actor, new: NewSale) -> dict[str, object] | None:
    """Check how lots were drawn, where several want it; as the sale keeps it.

    Raises LotsNotDrawn, NotDrawnFirst, Invalid.
    """
    draw = new.draw
    if draw is None:
        if new.several:
            _refuse_undrawn(session, new)
        return None
    if new.way is not Way.DIRECT:
        raise Invalid(
            _("Lots are drawn only where it is sold without auction."), field="draw.order"
        )
    earliest = new.announced_on or draw.drawn_on
    if not earliest <= draw.drawn_on <= new.sold_on:
        raise Invalid(
            _("The day must lie between %(first)s and %(last)s."),
            field="draw.drawn_on",
            first=earliest,
            last=new.sold_on,
        )
    _refuse_unclear(actor, draw)
    _refuse_other(session, new, draw)
    kept: dict[str, object] = msgspec.to_builtins(draw)
    return kept


def _refuse_undrawn(session: Session, new: NewSale) -> None:
    with suppress(RuleUnknown):
        rule = rule_on(session, DRAW, new.sold_on)
        raise LotsNotDrawn(
            _(
                "Several want to buy it: lots are drawn among them, before witnesses (rule"
                " %(rule)s). Lawful: the one whose lot came first."
            ),
            field="draw.order",
            article=rule.article,
            rule=rule.key,
        )


def _refuse_unclear(actor: Actor, draw: NewDraw) -> None:
    """Each name stands once; who witnesses it neither buys nor sells."""
    names = _folded(draw.order)
    if len(set(names)) != len(names):
        raise Invalid(_("A name stands twice among those drawn."), field="draw.order")
    if set(_folded(draw.witnesses)) & {*names, actor.name.casefold()}:
        raise Invalid(
            _("A witness is neither one of the buyers nor the officer."), field="draw.witnesses"
        )


def _refuse_other(session: Session, new: NewSale, draw: NewDraw) -> None:
    """The buyer is the first one drawn who still wants it."""
    order, declined = _folded(draw.order), _folded(draw.declined)
    first = len(declined)
    if order[:first] == declined and order[first : first + 1] == [new.buyer.casefold()]:
        return
    rule = rule_on(session, DRAW, new.sold_on)
    waiting = [name for name in draw.order if name.casefold() not in declined]
    raise NotDrawnFirst(
        _(
            "By the lots drawn %(first)s buys it (rule %(rule)s). Lawful: he, or the next one after"
            " those who declined, in the order drawn."
        ),
        field="buyer",
        article=rule.article,
        first=waiting[0] if waiting else "–",
        rule=rule.key,
    )


def _folded(names: Sequence[str]) -> list[str]:
    return [name.casefold() for name in names]
