"""The calendar: auctions and due dates by day, and the feed under its secret address."""

import re
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar
from litestar.testing import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from auction.agenda import commands, queries
from auction.agenda.feed import calendar_of
from auction.agenda.models import AgendaFeed
from auction.agenda.rules import EventKind, FeedUnknown, View, digest_of, span_of
from auction.agenda.schemas import EventRow, NewFeed
from auction.deadlines.commands import set_deadline
from auction.deadlines.schemas import DeadlineSubject
from inventory.base.errors import Invalid
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Appointment
from tests.make.auction import Auctioned, make_auctioned, make_round
from tests.make.inventory import make_case
from tests.make.organisation import People, make_token

TODAY = date(2026, 11, 23)
"""The day of the tests, a Monday."""


@pytest.fixture
def item(session: Session, people: People, at: datetime) -> Auctioned:
    """A lot of an officer's case, auctioned on Wednesday, with something due."""
    made = make_auctioned(session, people.office)
    case = make_case(session, people.officer, officer_id=people.officer.staff_id, at=at)
    made.lot.case_id = made.asset.case_id = case.id
    opened = make_round(session, made.lot, 1, TODAY + timedelta(days=2), None)
    opened.opens_at = at + timedelta(days=2)
    opened.organisation, opened.venue = "Trung tâm đấu giá; số 1", "Hội trường, tầng 2"
    made.rounds.append(opened)
    session.flush()
    subject = DeadlineSubject(
        "lot", made.lot.reference, people.office.id, asset_id=made.asset.id, lot_id=made.lot.id
    )
    set_deadline(session, people.officer, "reduction_decision_due", TODAY, subject, at=at)
    return made


def shown(session: Session, people: People, who: str = "officer", **said: object) -> list[EventRow]:
    actor = getattr(people, who)
    return queries.list_events(session, actor, TODAY, TODAY + timedelta(days=30), **said).items  # type: ignore[arg-type]


def test_auctions_and_due_dates_stand_on_their_days(
    session: Session, people: People, item: Auctioned, at: datetime
):
    auction, due = shown(session, people)
    assert (auction.kind, auction.on, auction.at) == (
        EventKind.AUCTION,
        TODAY + timedelta(days=2),
        at + timedelta(days=2),
    )
    assert (due.kind, due.on, due.subject) == (
        EventKind.DEADLINE,
        date(2026, 12, 1),
        item.lot.reference,
    )
    assert due.article == "L25 Art. 83(3)"
    days = queries.count_days(session, people.officer, TODAY, TODAY + timedelta(days=30))
    assert [(one.auctions, one.deadlines) for one in days.values()] == [(1, 0), (0, 1)]


def test_my_cases_only_and_never_those_of_a_foreign_office(
    session: Session, people: People, item: Auctioned
):
    assert len(shown(session, people, mine=True)) == 2
    assert shown(session, people, "head", mine=True) == []
    assert len(shown(session, people, "head")) == 2
    assert len(shown(session, people, "inspector")) == 2
    assert shown(session, people, "foreign_officer") == []
    assert item.lot.case_id


def test_pages_of_events_cost_one_statement_and_follow_each_other(
    session: Session, people: People, statements: list[str]
):
    for n in range(7):
        made = make_auctioned(session, people.office)
        make_round(session, made.lot, 1, TODAY + timedelta(days=n % 3), None)
    seen: list[int] = []
    cursor = None
    while True:
        statements.clear()
        page = queries.list_events(
            session, people.head, TODAY, TODAY + timedelta(days=9), cursor=cursor, size=3
        )
        assert len(statements) == 1
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7
    with pytest.raises(Invalid):
        queries.list_events(session, people.head, TODAY, TODAY, cursor="WyJ4IiwgImEiLCAxXQ")


@pytest.mark.parametrize(
    ("view", "since", "until", "before", "after"),
    [
        (View.DAY, "2026-11-25", "2026-11-25", "2026-11-24", "2026-11-26"),
        (View.WEEK, "2026-11-23", "2026-11-29", "2026-11-22", "2026-11-30"),
        (View.MONTH, "2026-11-01", "2026-11-30", "2026-10-01", "2026-12-01"),
    ],
)
def test_the_days_of_a_view(view: View, since: str, until: str, before: str, after: str):
    span = span_of(view, date(2026, 11, 25))
    found = [one.isoformat() for one in (span.since, span.until, span.before, span.after)]
    assert found == [since, until, before, after]


def test_a_feed_is_a_calendar_without_names_of_parties(
    session: Session, people: People, item: Auctioned, at: datetime
):
    content = calendar_of(shown(session, people), people.officer, at=at)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    read = Calendar.from_ical(content)
    auction, due = read.walk("VEVENT")
    assert str(auction["summary"]) == f"Đấu giá {item.lot.reference}, lần 1"
    assert auction["dtstart"].dt == at + timedelta(days=2)
    assert str(auction["location"]) == "Trung tâm đấu giá; số 1, Hội trường, tầng 2"
    assert due["dtstart"].dt == date(2026, 12, 1)
    assert due["dtend"].dt == date(2026, 12, 2)
    assert "Luật Thi hành án dân sự số 106/2025/QH15" in str(due["description"])
    whole = content.decode().replace("\r\n ", "")
    case = session.get_one(EnforcementCase, item.lot.case_id)
    for name in (case.debtor_name, case.creditor_name, item.asset.description):
        assert name not in whole
    assert len({str(one["uid"]) for one in read.walk("VEVENT")}) == 2


def test_an_address_is_read_without_logging_in_until_it_is_revoked(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
):
    first = commands.make_feed(session, people.officer, NewFeed(), at=at)
    answer = client.get(first.path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "no-store" in answer.headers["cache-control"]
    assert item.lot.reference in answer.text
    second = commands.make_feed(session, people.officer, NewFeed(mine=True), at=at)
    assert client.get(first.path).status_code == 404
    assert client.get(second.path).status_code == 200
    commands.revoke_feed(session, people.officer, at=at)
    assert client.get(second.path).status_code == 404
    assert client.get("/agenda/feed/guessed.ics").status_code == 404
    with pytest.raises(FeedUnknown):
        commands.revoke_feed(session, people.officer, at=at)


def test_only_the_hash_of_an_address_is_kept(session: Session, people: People, at: datetime):
    made = commands.make_feed(session, people.officer, NewFeed(), at=at)
    secret = made.path.rpartition("/")[2].removesuffix(".ics")
    feed = session.query(AgendaFeed).one()
    assert feed.secret_sha256 == digest_of(secret)
    assert len(secret) >= 40


def test_who_holds_no_appointment_any_more_reads_nothing(
    session: Session, people: People, item: Auctioned, at: datetime
):
    made = commands.make_feed(session, people.officer, NewFeed(), at=at)
    secret = made.path.rpartition("/")[2].removesuffix(".ics")
    actor, _feed = queries.owner_of(session, secret, at=at)
    assert actor.office_ids == people.officer.office_ids
    gone = update(Appointment).where(Appointment.staff_id == people.officer.staff_id)
    session.execute(gone.values(valid_to=TODAY - timedelta(days=1)))
    with pytest.raises(FeedUnknown):
        queries.owner_of(session, secret, at=at)
    assert item.rounds


def test_the_page_shows_day_week_and_month(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
):
    client.cookies.set("kebien_session", make_token(session, people, "officer", at))
    for view in View:
        page = client.get(f"/agenda?view={view.value}&on=2026-11-25")
        assert page.status_code == 200, page.text
        assert item.lot.reference in page.text
    assert item.lot.reference not in client.get("/agenda?view=day&on=2026-12-25").text


def test_rest_gives_the_events_and_makes_an_address(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
):
    headers = {"Authorization": f"Bearer {make_token(session, people, 'officer', at)}"}
    path = "/api/v1/agenda?since=2026-11-23&until=2026-12-31"
    answer = client.get(path, headers=headers).json()
    assert [one["subject"] for one in answer["items"]] == [item.lot.reference] * 2
    made = client.post("/api/v1/agenda/feed", headers=headers, json={"mine": True})
    assert made.status_code == 201
    assert client.get(made.json()["path"]).status_code == 200
    assert client.delete("/api/v1/agenda/feed", headers=headers).status_code == 204
    assert client.get(made.json()["path"]).status_code == 404


LINE = re.compile(r"[A-Z][A-Z0-9-]*(;[A-Z-]+=[^:;]+)*:.*", re.DOTALL)


def test_a_feed_keeps_to_the_letter_of_rfc_5545(
    session: Session, people: People, item: Auctioned, at: datetime
):
    events = shown(session, people)
    assert item.lot.reference in {one.subject for one in events}
    raw = calendar_of(events, people.officer, at=at)
    assert raw.endswith(b"\r\n")
    physical = raw.split(b"\r\n")[:-1]
    assert not any(b"\n" in one or b"\r" in one for one in physical)
    assert max(map(len, physical)) <= 75
    lines = raw.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode().split("\r\n")[:-1]
    assert all(LINE.fullmatch(one) for one in lines)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    names = [one.partition(":")[0].partition(";")[0] for one in lines]
    head = names[: names.index("BEGIN", 1)]
    assert (head.count("VERSION"), head.count("PRODID"), "VERSION:2.0" in lines) == (1, 1, True)
    uids = [one for one in lines if one.startswith("UID:")]
    assert len(uids) == len(set(uids)) == lines.count("BEGIN:VEVENT") == len(events)
    for event in "\n".join(lines).split("BEGIN:VEVENT")[1:]:
        kinds = [one.partition(":")[0].partition(";")[0] for one in event.split("\n")]
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"):
            assert kinds.count(name) == 1
        assert re.search(r"DTSTAMP:\d{8}T\d{6}Z", event)
        days = re.findall(r"DT(?:START|END);VALUE=DATE:(\d{8})\n", event)
        moments = re.findall(r"DT(?:START|END):(\d{8}T\d{6}Z)\n", event)
        assert (len(days), len(moments)) in ((2, 0), (0, 2))
        assert sorted(days + moments) == days + moments
        summary = re.search(r"SUMMARY:(.*)\n", event)
        assert summary
        assert not re.search(r"(?<!\\)[,;]", summary[1])
    Calendar.from_ical(raw)
