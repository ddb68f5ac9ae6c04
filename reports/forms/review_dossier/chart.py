"""The drawing of the falling price: plain numbers for an inline SVG, in tenths of a millimetre."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from reports.forms.review_dossier.data import Bar, Chart, RoundPart
from reports.pdf.typesetting import DONG, figures

WIDTH, HEIGHT = 1600, 560
LEFT, TOP, BOTTOM = 150, 50, 60
TICKS = 4
_SCALES = ((Decimal(10) ** 9, "tỷ"), (Decimal(10) ** 6, "triệu"), (Decimal(10) ** 3, "nghìn"))


def price_chart(rounds: Sequence[RoundPart]) -> Chart | None:
    """A bar for each round that has a price; None where there is nothing to compare."""
    priced = [(r, r.price) for r in rounds if r.price is not None]
    if len(priced) < 2 or len({r.currency for r, _price in priced}) > 1:
        return None
    step = _tick_step(max(price for _round, price in priced))
    highest = max(price for _round, price in priced)
    top = step * (highest / step).to_integral_value(ROUND_CEILING)
    slot = (WIDTH - LEFT) / len(priced)
    bars = tuple(_bar(i, r, price, top, slot) for i, (r, price) in enumerate(priced))
    scale, word = next(((s, w) for s, w in _SCALES if top >= s), (Decimal(1), ""))
    currency = priced[0][0].currency
    unit = f"{word} {'đồng' if currency == DONG else currency}".strip()
    values = [step * n for n in range(int(top / step) + 1)]
    ticks = tuple((_height_of(value, top), figures(value / scale)) for value in values)
    return Chart(unit=unit, order_size=round(min(32, slot * 0.7), 1), bars=bars, ticks=ticks)


def _bar(place: int, r: RoundPart, price: Decimal, top: Decimal, slot: float) -> Bar:
    y = _height_of(price, top)
    lowest = r.cut.lowest_lawful if r.cut else None
    return Bar(
        order=r.order,
        left=round(LEFT + slot * place + slot * 0.2, 1),
        top=y,
        width=round(slot * 0.6, 1),
        height=round(HEIGHT - BOTTOM - y, 1),
        floor=None if lowest is None else _height_of(lowest, top),
        breach=bool(r.cut and r.cut.breach),
        sold=r.held == "sold",
    )


def _height_of(value: Decimal, top: Decimal) -> float:
    """How far from the upper edge a value is drawn."""
    room = HEIGHT - TOP - BOTTOM
    return round(HEIGHT - BOTTOM - float(value / top) * room, 1)


def _tick_step(highest: Decimal) -> Decimal:
    """A round number, 1, 2, 2.5 or 5 times a power of ten, that cuts the height in a few parts."""
    rough = max(highest, Decimal(1)) / TICKS
    power = Decimal(10) ** rough.adjusted()
    return next(m * power for m in map(Decimal, ("1", "2", "2.5", "5", "10")) if m * power >= rough)
