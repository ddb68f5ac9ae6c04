"""Events as iCalendar (RFC 5545): auctions at their hour, due dates as whole days."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from auction.agenda.rules import EventKind
from auction.agenda.schemas import EventRow
from auction.legal_rules.words import cite
from inventory.base.actor import Actor

MEDIA_TYPE = "text/calendar"
LASTS = timedelta(hours=2)
"""How long an auction stands in a calendar; its end is not known before."""

WORDS = {
    "vi": {"name": "Lịch đấu giá và thời hạn", "auction": "Đấu giá", "round": "lần"},
    "en": {"name": "Auctions and due dates", "auction": "Auction", "round": "round"},
}


def calendar_of(events: Iterable[EventRow], actor: Actor, *, at: datetime) -> bytes:
    """The feed of somebody; it names lots, assets and cases by their numbers and no party."""
    words = WORDS["vi" if actor.locale == "vi" else "en"]
    calendar = Calendar()
    calendar.add("prodid", "-//kebien//agenda//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words["name"])
    calendar.add("refresh-interval", timedelta(hours=4), parameters={"value": "DURATION"})
    for one in events:
        calendar.add_component(_event(one, actor, words, at=at))
    return bytes(calendar.to_ical())


def _event(one: EventRow, actor: Actor, words: dict[str, str], *, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{one.kind}-{one.id}@kebien")
    event.add("dtstamp", at.astimezone(UTC))
    if one.at is not None:
        event.add("dtstart", one.at.astimezone(UTC))
        event.add("dtend", (one.at + LASTS).astimezone(UTC))
    else:
        event.add("dtstart", one.on)
        event.add("dtend", one.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    event.add("summary", summary_of(one, actor.locale, words))
    if one.venue or one.organisation:
        event.add("location", ", ".join(filter(None, (one.organisation, one.venue))))
    if one.article:
        event.add("description", cite(one.article).said(actor.locale))
    event.add("class", "PRIVATE")
    return event


def summary_of(one: EventRow, locale: str, words: dict[str, str]) -> str:
    """What an event is called."""
    if one.kind is EventKind.AUCTION:
        return f"{words['auction']} {one.subject}, {words['round']} {one.number}"
    title = one.title_vi if locale == "vi" else one.title_en
    return f"{title} – {one.subject}"
