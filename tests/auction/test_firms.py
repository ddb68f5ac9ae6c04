"""The register of firms: standing on a day, ties, and ratios that do not speak of few sales."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.bidding.rules import Outcome
from auction.firms.commands import (
    declare_conflict,
    end_conflict,
    end_measure,
    end_person,
    note_measure,
    note_person,
)
from auction.firms.models import ValuationFirm
from auction.firms.queries import eligible_firms, get_firm, list_firms
from auction.firms.rules import (
    DaysWrong,
    EndedAlready,
    FirmListedAlready,
    FirmUnknown,
    Measure,
    MeasureSpan,
    Standing,
    Tie,
    TiedTo,
    standing_on,
)
from auction.firms.schemas import Ended, NewConflict, NewMeasure, NewPerson
from auction.valuations.models import Valuation
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.organisation.models import Office
from tests.make.auction import SET_UP, make_asset, make_lot, make_round
from tests.make.inventory import make_case
from tests.make.organisation import People
from tests.make.valuations import make_firm

TODAY = date(2026, 11, 23)
BILLION = Decimal(1_000_000_000)
DAY = timedelta(days=1)

STANDINGS = [
    ([], Standing.ELIGIBLE),
    ([(Measure.SUSPENDED, TODAY, None)], Standing.SUSPENDED),
    ([(Measure.SUSPENDED, TODAY - 9 * DAY, TODAY)], Standing.SUSPENDED),
    ([(Measure.SUSPENDED, TODAY - 9 * DAY, TODAY - DAY)], Standing.ELIGIBLE),
    ([(Measure.SUSPENDED, TODAY + DAY, None)], Standing.ELIGIBLE),
    (
        [(Measure.SUSPENDED, TODAY, None), (Measure.STRUCK_OFF, TODAY, None)],
        Standing.STRUCK_OFF,
    ),
]


@pytest.mark.parametrize(("measures", "standing"), STANDINGS)
def test_how_a_firm_stands_on_a_day(measures, standing) -> None:
    spans = [MeasureSpan(*one) for one in measures]
    assert standing_on(date(2020, 1, 1), None, spans, TODAY) is standing


def test_a_firm_is_eligible_only_on_the_days_it_is_listed() -> None:
    for first, last, standing in (
        (TODAY, TODAY, Standing.ELIGIBLE),
        (TODAY + DAY, None, Standing.NOT_LISTED),
        (date(2020, 1, 1), TODAY - DAY, Standing.NOT_LISTED),
    ):
        assert standing_on(first, last, [], TODAY) is standing


def test_measures_people_and_ties_begin_and_end_once(
    session: Session, people: People, at: datetime
) -> None:
    officer = people.officer
    firm = make_firm(session, people, at=at)
    with pytest.raises(FirmListedAlready):
        make_firm(session, people, at=at)
    with pytest.raises(DaysWrong):
        make_firm(session, people, "2", at=at, listed_to=date(2019, 1, 1))
    new = NewMeasure(kind=Measure.SUSPENDED, from_on=date(2026, 11, 1), decision="1/QĐ-BTC")
    measure = note_measure(session, officer, firm.id, new, at=at)
    assert eligible_firms(session, TODAY) == []
    with pytest.raises(DaysWrong):
        end_measure(session, officer, firm.id, measure.id, Ended(date(2026, 10, 1)), at=at)
    end_measure(session, officer, firm.id, measure.id, Ended(date(2026, 11, 20)), at=at)
    with pytest.raises(EndedAlready):
        end_measure(session, officer, firm.id, measure.id, Ended(date(2026, 11, 21)), at=at)
    assert [number for number, _name in eligible_firms(session, TODAY)] == [firm.id]
    person = NewPerson(name="Lê Thị Thẩm", licence="TĐV 1", from_on=date(2020, 1, 1))
    noted = note_person(session, officer, firm.id, person, at=at)
    end_person(session, officer, firm.id, noted.id, Ended(date(2026, 11, 1)), at=at)
    shown = get_firm(session, officer, firm.id, TODAY)
    assert shown.people[0].to_on == date(2026, 11, 1)
    with pytest.raises(FirmUnknown):
        note_person(session, officer, 10**9, person, at=at)
    with pytest.raises(NotFound):
        end_person(session, officer, firm.id, 10**9, Ended(TODAY), at=at)
    with pytest.raises(Forbidden):
        note_person(session, people.keeper, firm.id, person, at=at)


def a_tie(**said) -> NewConflict:
    facts = {
        "person": "Lê Thị Thẩm",
        "tie": Tie.KIN,
        "tied_to": TiedTo.DEBTOR,
        "tied_name": "Trần Văn Nợ",
        "declared_on": date(2026, 11, 1),
    }
    return NewConflict(**{"source": "Bản khai", **facts, **said})


def test_a_tie_is_of_an_office_and_of_a_case_or_an_officer(
    session: Session, people: People, at: datetime, become: Callable[[Actor], Actor]
) -> None:
    officer = people.officer
    firm = make_firm(session, people, at=at)
    case = make_case(session, officer, at=at)
    with pytest.raises(Invalid):
        declare_conflict(session, officer, firm.id, a_tie(), at=at)
    with pytest.raises(NotFound):
        declare_conflict(session, officer, firm.id, a_tie(case_number="không có"), at=at)
    unknown = a_tie(tied_to=TiedTo.OFFICER, officer="không có")
    with pytest.raises(NotFound):
        declare_conflict(session, officer, firm.id, unknown, at=at)
    tie = a_tie(case_number=case.decision_number)
    made = declare_conflict(session, officer, firm.id, tie, at=at).id
    (shown,) = get_firm(session, officer, firm.id, TODAY).conflicts
    assert shown.case_number == case.decision_number
    assert get_firm(session, people.foreign_officer, firm.id, TODAY).conflicts == []
    firm_id = firm.id
    become(people.foreign_officer)
    with pytest.raises(NotFound):
        end_conflict(session, people.foreign_officer, firm_id, made, Ended(TODAY), at=at)
    become(officer)
    end_conflict(session, officer, firm_id, made, Ended(date(2026, 11, 20)), at=at)


def sold(
    session: Session, office: Office, firm: ValuationFirm, price: int, last_start: int | None = None
) -> None:
    """A lot of one asset worth a billion by the firm's word, sold, or offered in vain."""
    asset = make_asset(session, office)
    session.add(
        Valuation(
            asset_id=asset.id,
            office_id=office.id,
            method="firm",
            amount=BILLION,
            currency="VND",
            firm=firm.name,
            firm_id=firm.id,
            valued_on=date(2026, 1, 2),
            recorded_at=SET_UP,
        )
    )
    session.flush()
    lot = make_lot(session, office, asset)
    make_round(session, lot, 1, date(2026, 2, 2), Outcome.FAILED_NO_REGISTRATION, BILLION)
    if price:
        make_round(session, lot, 2, date(2026, 3, 2), Outcome.SOLD, Decimal(price))
    elif last_start:
        make_round(
            session, lot, 2, date(2026, 3, 2), Outcome.FAILED_NO_REGISTRATION, Decimal(last_start)
        )


def test_four_sales_say_nothing_and_five_say_median_and_quartiles(
    session: Session, people: People, at: datetime
) -> None:
    firm = make_firm(session, people, at=at)
    for price in (600, 700, 800, 900):
        sold(session, people.office, firm, price * 1_000_000)
    ratios = get_firm(session, people.officer, firm.id, TODAY).ratios
    assert (ratios.sale.count, ratios.sale.median, ratios.sale.too_few) == (4, None, True)
    sold(session, people.office, firm, 1_000_000_000)
    sold(session, people.office, firm, 0, 500_000_000)
    ratios = get_firm(session, people.officer, firm.id, TODAY).ratios
    assert (ratios.sale.count, ratios.sale.median) == (5, Decimal("0.8"))
    assert (ratios.sale.lower, ratios.sale.upper) == (Decimal("0.7"), Decimal("0.9"))
    assert (ratios.last_start.count, ratios.last_start.lower) == (6, Decimal("0.625"))
    assert ratios.unsold == 1


def test_sales_of_other_offices_and_lots_of_two_firms_do_not_count(
    session: Session, people: People, at: datetime
) -> None:
    firm, other = (make_firm(session, people, number, at=at) for number in ("1", "2"))
    for _n in range(5):
        sold(session, people.foreign, firm, 500_000_000)
    assert get_firm(session, people.officer, firm.id, TODAY).ratios.sale.count == 0
    assert get_firm(session, people.foreign_officer, firm.id, TODAY).ratios.sale.count == 5
    assert get_firm(session, people.inspector, firm.id, TODAY).ratios.sale.count == 5
    assert get_firm(session, people.inspector, other.id, TODAY).ratios.sale.count == 0


def test_the_list_is_read_in_as_many_statements_for_one_firm_as_for_many(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    firm = make_firm(session, people, "Sao Việt 1", at=at)
    sold(session, people.office, firm, 500_000_000)
    statements.clear()
    list_firms(session, people.officer, TODAY)
    few = len(statements)
    for n in range(2, 9):
        made = make_firm(session, people, f"Sao Việt {n}", at=at)
        sold(session, people.office, made, 500_000_000)
    statements.clear()
    found = list_firms(session, people.officer, TODAY)
    assert len(found.items) == 8
    assert len(statements) == few
    first = list_firms(session, people.officer, TODAY, size=5)
    rest = list_firms(session, people.officer, TODAY, size=5, cursor=first.next_cursor)
    assert [row.id for row in (*first.items, *rest.items)] == [row.id for row in found.items]
    assert len(list_firms(session, people.officer, TODAY, words="sao viet 3").items) == 1
