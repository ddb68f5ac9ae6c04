"""The register of evidence and seized property: every intake and way out, changed decisions."""

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.custody import ledger
from inventory.custody.rules import CustodyKind
from inventory.seizures.commands import release_seizure
from inventory.seizures.schemas import SeizureRelease
from inventory.warehouses.models import Place
from reports.registers import queries, sheet
from reports.registers.commands import close_quarter
from reports.registers.rules import Cells, as_of
from reports.registers.schemas import Line, NewClosing
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.organisation import People
from tests.reports.test_registers_mau13 import AT, SEIZED


def stored(session: Session, people: People) -> tuple[str, Place]:
    case = make_case(session, people.officer, at=AT)
    store = make_place(session, people.keeper, at=AT)
    made = make_asset(session, people.keeper, case, at=AT, place=store, decision_on=SEIZED)
    return made.reference, store


def lines(session: Session, actor: Actor) -> list[Line]:
    return queries.list_lines(session, actor, queries.get_year(session, 2027)).items


def test_a_decision_that_says_something_else_is_a_correction(
    session: Session, people: People
) -> None:
    asset, _store = stored(session, people)
    said = {"case_number": "12/QĐ-THADS", "release_decision": "9/QĐ"}
    release = SeizureRelease(**said, released_on=date(2026, 12, 5))
    release_seizure(session, people.officer, asset, release, at=AT)
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    session.execute(
        text("UPDATE seizure SET release_decision = '10/QĐ' WHERE release_decision = '9/QĐ'")
    )
    (line,) = [one for one in lines(session, people.keeper) if one.amendments]
    assert [(a.column, a.was) for a in line.amendments] == [("decision", "9/QĐ")]
    assert line.cells.decision == "10/QĐ"


def test_what_is_lent_stays_on_the_books_and_every_intake_is_in_the_register(
    session: Session, people: People
) -> None:
    (asset, store), days = stored(session, people), timedelta(days=1)

    def write(kind: CustodyKind, n: int, target: int | None = None) -> None:
        at = AT + n * days
        (found,) = ledger.lock_many(session, people.keeper, {asset: target}, at=at)
        found = found._replace(here=None, there=None)  # the doors are tried elsewhere
        step = ledger.Step(found, kind, "Tòa án", "Tòa án", "Xét xử", f"CT-{n}")
        ledger.write_steps(session, people.keeper, [step], at=at)

    def line() -> Cells:
        return next(one.cells for one in lines(session, people.keeper) if one.cells.asset == asset)

    write(CustodyKind.LENT, 1)
    lent = line()
    assert (lent.balance, lent.lent, lent.place) == (1, True, "Kho số 1")
    assert (lent.out_on, lent.receiver) == (date(2027, 1, 12), "Tòa án")
    write(CustodyKind.RETURNED, 2, store.id)
    write(CustodyKind.RELEASED, 3)
    assert (line().balance, line().out_document) == (0, "CT-3")
    write(CustodyKind.TAKEN_IN, 4, store.id)
    again = line()
    assert (again.in_on, again.out_on, again.balance) == (date(2027, 1, 11), None, 1)
    assert [(one.kind, one.document) for one in again.between] == [
        ("lent", "CT-1"),
        ("returned", "CT-2"),
        ("released", "CT-3"),
        ("taken_in", "CT-4"),
    ]
    assert sheet.passings_of(again)[0] == "12/01/2027 trích xuất CT-1 – Tòa án"
    then = as_of(again, date(2027, 1, 14))
    assert (then.out_document, int(then.balance), len(then.between)) == ("CT-3", 0, 2)
    before = close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT + 90 * days)
    first = close_quarter(session, people.keeper, NewClosing(2027, 2), at=AT + 90 * days)
    assert (before.lines, first.lines) == (1, 1)
    assert not any(one.amendments for one in lines(session, people.keeper))
    later = close_quarter(session, people.keeper, NewClosing(2027, 3), at=AT + 200 * days)
    assert later.lines == 0
