"""The one place that reads the clock; everything else is handed the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def local_day(at: datetime) -> date:
    """The legal day, in Vietnam, on which a moment falls."""
    return at.astimezone(TZ).date()
