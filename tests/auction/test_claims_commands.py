"""Claims: what is owed is the sum of changes that stay for ever, the rank that of the day."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from auction.claims.commands import (
    ask_enforcement,
    change_claim,
    lock_claims,
    record_claim,
    reverse_change,
)
from auction.claims.queries import claims_of, debt_of, get_claim
from auction.claims.rules import (
    AskedAlready,
    AskedTooLate,
    ChangedTwice,
    ClaimIncomplete,
    ClaimKind,
    EntryKind,
    MoreThanOwed,
    Owed,
    Precedence,
    ReversedAlready,
    asked_before,
)
from auction.claims.schemas import NewAsking, NewEntry, NewReversal
from auction.deadlines.queries import deadlines_of
from inventory.base.errors import Forbidden, Invalid, NotFound
from tests.make.inventory import make_case
from tests.make.money import GRANTED_ON, make_claim, new_claim

OLD, NEW = date(2026, 6, 30), date(2026, 7, 1)
BACK = NewReversal(document="BB-9")


@pytest.fixture
def case(session, people, at):
    return make_case(session, people.officer, at=at)


def change(kind: EntryKind, on: date, principal: int = 0, interest: int = 0) -> NewEntry:
    return NewEntry(
        kind=kind,
        principal=Decimal(principal),
        interest=Decimal(interest),
        happened_on=on,
        document="PT-1",
    )


def test_what_is_owed_is_the_sum_of_the_changes_up_to_a_day(session, people, case, at, today):
    claim = make_claim(session, people, case, 600, interest=Decimal(40), at=at)
    paid = change(EntryKind.PAID, today, 100, 40)
    change_claim(session, people.officer, claim.id, paid, at=at)
    assert debt_of(session, case.id, today - timedelta(days=1)) == 640
    assert debt_of(session, case.id, today) == 500
    assert debt_of(session, case.id, GRANTED_ON - timedelta(days=1)) == 0
    assert debt_of(session, case.id + 1000, today) == 0


def test_a_joint_creditor_who_has_not_asked_is_kept_and_not_counted(
    session, people, case, at, today
):
    make_claim(session, people, case, 600, joint_with="Ông A, bà B", at=at)
    new = new_claim(400, creditor="Bà B", asked_on=None, joint_with="Ông A, bà B")
    record_claim(session, people.officer, case.id, new, at=at)
    assert debt_of(session, case.id, today) == 600
    assert len(claims_of(session, people.officer, [case.id], today)) == 2


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (ClaimKind.MAINTENANCE, 1, 1),
        (ClaimKind.WAGES, 1, 1),
        (ClaimKind.PERSONAL_DAMAGES, 1, 1),
        (ClaimKind.COURT_FEES, 2, 2),
        (ClaimKind.FINE, 3, 3),
        (ClaimKind.STATE_RECOVERY, 3, 3),
        (ClaimKind.INSURANCE, 3, 4),
        (ClaimKind.OTHER, 3, 5),
    ],
)
def test_the_rank_is_that_of_the_day_l08_47_l25_54(session, people, case, at, kind, old, new):
    make_claim(session, people, case, 600, kind=kind, at=at)
    ranks = [claims_of(session, people.officer, [case.id], day)[0] for day in (OLD, NEW)]
    assert [one.rank for one in ranks] == [old, new]
    assert [one.article for one in ranks] == ["L08 Art. 47(1)", "L25 Art. 54(1)"]


def test_a_creditor_asks_within_five_years_and_once_d152_41_3(session, people, case, at, today):
    claim = make_claim(session, people, case, 600, asked_on=None, at=at)
    subject = ("claim", str(claim.id))
    (due,) = deadlines_of(session, people.officer, *subject)
    assert due.due_on == date(2031, 7, 7)
    assert debt_of(session, case.id, today) == 0
    late = at.replace(year=2031, month=7, day=9)
    new = NewAsking(asked_on=date(2031, 7, 8), document="Đơn 2")
    with pytest.raises(AskedTooLate) as refusal:
        ask_enforcement(session, people.officer, claim.id, new, at=late)
    assert refusal.value.article == "D152/26 Art. 41(3)"
    new = NewAsking(asked_on=today, document="Đơn 1")
    ask_enforcement(session, people.officer, claim.id, new, at=at)
    assert debt_of(session, case.id, today) == 600
    assert deadlines_of(session, people.officer, *subject)[0].met_on == today
    with pytest.raises(AskedAlready):
        ask_enforcement(session, people.officer, claim.id, new, at=at)
    with pytest.raises(ProgrammingError, match="append-only"):
        session.execute(text("UPDATE claim SET asked_on = '2026-01-01'"))


def test_one_receipt_pays_a_claim_once_and_nothing_changes_before_it_was_granted(
    session, people, case, at, today
):
    claim = make_claim(session, people, case, 600, at=at)
    paid = change(EntryKind.PAID, today, 100)
    first = change_claim(session, people.officer, claim.id, paid, at=at)
    with pytest.raises(ChangedTwice, match="PT-1"):
        change_claim(session, people.officer, claim.id, change(EntryKind.PAID, today, 50), at=at)
    added = change(EntryKind.INTEREST, today, 0, 5)
    change_claim(session, people.officer, claim.id, added, at=at)
    with pytest.raises(ChangedTwice):
        change_claim(session, people.officer, claim.id, added, at=at)
    early = change(EntryKind.INTEREST, GRANTED_ON - timedelta(days=1), 0, 5)
    with pytest.raises(ClaimIncomplete, match="before the claim was granted"):
        change_claim(session, people.officer, claim.id, early, at=at)
    with pytest.raises(ClaimIncomplete):
        make_claim(session, people, case, 600, granted_on=date(1, 1, 1), at=at)
    reverse_change(session, people.officer, claim.id, first.id, BACK, at=at)
    change_claim(session, people.officer, claim.id, paid, at=at)


def test_a_change_is_taken_back_by_a_further_one_and_only_once(session, people, case, at, today):
    claim = make_claim(session, people, case, 600, at=at)
    waived = change(EntryKind.WAIVED, today, 100)
    entry = change_claim(session, people.officer, claim.id, waived, at=at)
    undone = reverse_change(session, people.officer, claim.id, entry.id, BACK, at=at)
    assert debt_of(session, case.id, today) == 600
    for again in (entry.id, undone.id):
        with pytest.raises(ReversedAlready):
            reverse_change(session, people.officer, claim.id, again, BACK, at=at)
    with pytest.raises(NotFound):
        reverse_change(session, people.officer, claim.id, 999_999, BACK, at=at)
    told = get_claim(session, people.officer, claim.id, today)
    assert [one.kind for one in told.entries] == ["granted", "waived", "reversed"]
    assert [one.reversed for one in told.entries] == [False, True, False]


def test_no_more_is_taken_off_than_is_owed(session, people, case, at, today):
    claim = make_claim(session, people, case, 600, at=at)
    for wrong in (
        change(EntryKind.PAID, today, 601),
        change(EntryKind.PAID, today, 0, 1),
        change(EntryKind.CORRECTED, today, -601),
    ):
        with pytest.raises(MoreThanOwed):
            change_claim(session, people.officer, claim.id, wrong, at=at)
    change_claim(session, people.officer, claim.id, change(EntryKind.PAID, today, 600), at=at)
    granted = get_claim(session, people.officer, claim.id, today).entries[0]
    with pytest.raises(MoreThanOwed):
        reverse_change(session, people.officer, claim.id, granted.id, BACK, at=at)


@pytest.mark.parametrize(
    ("said", "faulty"),
    [
        ({"principal": Decimal("0.5")}, "principal"),
        ({"principal": Decimal(-1)}, "principal"),
        ({"principal": Decimal(0)}, "principal"),
        ({"granted_on": date(2030, 1, 1)}, "granted_on"),
        ({"asked_on": date(2030, 1, 1)}, "asked_on"),
        ({"secured_on": "TS-0000001-2"}, "precedence"),
        ({"precedence": Precedence.MORTGAGEE_CREDITOR}, "secured_on"),
    ],
)
def test_a_claim_that_does_not_hold_names_the_field(session, people, case, at, said, faulty):
    new = msgspec.structs.replace(new_claim(), **said)
    with pytest.raises(ClaimIncomplete) as refusal:
        record_claim(session, people.officer, case.id, new, at=at)
    assert list(refusal.value.fields) == [faulty]


def test_a_change_of_nothing_or_of_a_kind_with_an_act_of_its_own_is_refused(
    session, people, case, at, today
):
    claim = make_claim(session, people, case, at=at)
    for wrong in (change(EntryKind.INTEREST, today), change(EntryKind.GRANTED, today, 5)):
        with pytest.raises(Invalid):
            change_claim(session, people.officer, claim.id, wrong, at=at)
    with pytest.raises(Invalid, match="future"):
        change_claim(
            session,
            people.officer,
            claim.id,
            change(EntryKind.PAID, today + timedelta(days=1), 5),
            at=at,
        )


def test_a_foreign_office_sees_no_claim_and_a_head_records_none(session, people, case, at, become):
    claim_id, case_id = make_claim(session, people, case, at=at).id, case.id
    with pytest.raises(Forbidden):
        record_claim(session, people.head, case_id, new_claim(), at=at)
    become(people.foreign_officer)
    assert claims_of(session, people.foreign_officer, [case_id], NEW) == []
    with pytest.raises(NotFound):
        get_claim(session, people.foreign_officer, claim_id, NEW)
    with pytest.raises(NotFound):
        lock_claims(session, people.foreign_officer, [claim_id])
    with pytest.raises(NotFound):
        record_claim(session, people.foreign_officer, case_id, new_claim(), at=at)


@pytest.mark.parametrize("table", ["claim", "claim_entry"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET office_id = 1"])
def test_claims_and_their_changes_stay_as_written(session, people, case, at, table, act):
    make_claim(session, people, case, at=at)
    with pytest.raises(ProgrammingError, match=r"append-only|permission denied"):
        session.execute(text(act.format(table)))


def test_the_claims_of_a_case_are_read_in_two_statements(
    session, people, case, at, today, statements
):
    for n in range(7):
        make_claim(session, people, case, 100 + n, at=at)
    statements.clear()
    assert len(claims_of(session, people.officer, [case.id], today)) == 7
    assert len(statements) == 2


def test_principal_is_paid_before_interest_d152_29():
    assert Owed(Decimal(5), Decimal(9)).split(Decimal(7)) == Owed(Decimal(5), Decimal(2))
    assert asked_before(OLD, NEW)
    assert asked_before(NEW, None)
    assert not asked_before(None, None)
    assert not asked_before(NEW, OLD)


def test_the_pages_of_claims_record_change_and_take_back(browse_as, session, people, case, at):
    page = browse_as("officer")
    shown = page.get(f"/cases/{case.id}")
    assert f"/cases/{case.id}/claims" in shown.text
    form = {
        "kind": "other",
        "creditor": "Ngân hàng Thử",
        "principal": "600.000.000",
        "granted_on": "2026-07-06",
    }
    wrong = page.post(f"/cases/{case.id}/claims", data={**form, "kind": ""})
    assert wrong.status_code == 422
    assert "600.000.000" in wrong.text
    sent = page.post(f"/cases/{case.id}/claims", data={**form, "asked_on": "2026-07-06"})
    assert sent.status_code == 303
    (claim,) = claims_of(session, people.officer, [case.id], at.date())
    changed = {"kind": "paid", "principal": "100000000", "happened_on": "2026-11-20"}
    path = f"/claims/{claim.id}"
    assert page.post(f"{path}/changes", data=changed).status_code == 422
    assert page.post(f"{path}/changes", data={**changed, "document": "PT-1"}).status_code == 303
    assert "500.000.000" in page.get(path).text
    entry = get_claim(session, people.officer, claim.id, at.date()).entries[-1]
    back = page.post(f"{path}/changes/{entry.id}/reversal", data={"document": "PT-2"})
    assert back.status_code == 303
    assert debt_of(session, case.id, at.date()) == 600_000_000
    unasked = page.post(f"/cases/{case.id}/claims", data={**form, "creditor": "Bà B"})
    assert unasked.status_code == 303
    other = claims_of(session, people.officer, [case.id], at.date())[-1].id
    asking = {"asked_on": "2026-11-20"}
    assert page.post(f"/claims/{other}/asking", data=asking).status_code == 422
    asking["document"] = "Đơn 5"
    assert page.post(f"/claims/{other}/asking", data=asking).status_code == 303


def test_claims_over_rest(call_as, case):
    officer = call_as("officer")
    body = {"kind": "wages", "creditor": "Chị Ba", "principal": "25000000"}
    body |= {"granted_on": "2026-07-06", "asked_on": "2026-07-20"}
    made = officer.post(f"/cases/{case.id}/claims", **body)
    assert made.status_code == 201
    claim = made.json()["claim"]
    assert (claim["rank"], claim["principal"]) == (1, "25000000.00")
    entry = made.json()["entries"][0]["id"]
    paid = {"kind": "interest", "interest": "5", "happened_on": "2026-11-01", "document": "x"}
    officer.post(f"/claims/{claim['id']}/changes", **paid)
    undone = officer.post(f"/claims/{claim['id']}/changes/{entry}/reversal", document="BB")
    assert undone.json()["claim"]["principal"] == "0.00"
    assert officer.get(f"/claims/{claim['id']}").json()["claim"]["interest"] == "5.00"
    del body["asked_on"]
    other = officer.post(f"/cases/{case.id}/claims", **body).json()["claim"]["id"]
    asking = {"asked_on": "2026-11-20", "document": "Đơn"}
    told = officer.post(f"/claims/{other}/asking", **asking).json()
    assert told["claim"]["asked_on"] == "2026-11-20"
    assert len(officer.get(f"/cases/{case.id}/claims").json()) == 2
