"""Makes a price known to the parties, straight into the table."""

from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from auction.valuations.models import PriceNotice, Valuation

TOLD, WINDOW_END = date(2026, 9, 4), date(2026, 9, 11)
"""When the parties were told the price of ``new_valuation``, and their time to ask ended."""
NINE = time(2, tzinfo=UTC)


def notice_was_told(
    session: Session, valuation: Valuation, *, on: date = TOLD, until: date | None = WINDOW_END
) -> PriceNotice:
    """The parties were told of a price: a row, no paper and no limits."""
    notice = PriceNotice(
        valuation_id=valuation.id,
        asset_id=valuation.asset_id,
        office_id=valuation.office_id,
        told_on=on,
        told="Các đương sự",
        window_ends_on=until,
        article="L25 Art. 82(2)c",
        recorded_at=datetime.combine(on, NINE),
    )
    session.add(notice)
    session.flush()
    return notice
