"""Cases of which a payment made something no longer needed: on the desk, as a list, over REST."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from auction.claims.commands import reverse_change
from auction.claims.models import Claim, ClaimEntry
from auction.claims.schemas import NewReversal
from auction.proportions.commands import release_part
from auction.proportions.schemas import NewPartRelease
from auction.proportions.surpluses import list_surpluses
from tests.make.proportions import debtor_pays, make_owed_case, seize

VALUES = (500_000_000, 300_000_000)


def make_paid(session, people, number, paid, *, at, values=VALUES, owed=600_000_000):
    """A case with two seized assets of which so much was paid; with the references."""
    case = make_owed_case(session, people, owed, number, at=at)
    refs = [seize(session, people, case, value, at=at) for value in values]
    pay(session, people, case, paid, at=at)
    return case, refs


def pay(session, people, case, amount, *, at):
    claim = session.scalars(select(Claim).where(Claim.case_id == case.id)).one()
    debtor_pays(session, people, claim, amount, at=at)


def shown(session, actor, at, **page):
    return [
        (one.case.case_number, [worth.reference for worth in one.case.releasable])
        for one in list_surpluses(session, actor, at.date(), **page).items
    ]


def test_a_payment_that_frees_a_part_brings_its_case_until_the_part_is_released(
    session, people, at
):
    case, refs = make_paid(session, people, "48/QĐ-THADS", 99_999_999, at=at)
    assert shown(session, people.officer, at) == [], "both are needed still"
    pay(session, people, case, 1, at=at)
    assert shown(session, people.officer, at) == [("48/QĐ-THADS", refs[1:])]
    (one,) = list_surpluses(session, people.officer, at.date()).items
    assert (one.paid_on, one.document, one.case.need) == (at.date(), "BL-1", 500_000_000)
    assert list_surpluses(session, people.foreign_officer, at.date()).items == []
    earlier = at.date() - timedelta(days=1)
    assert list_surpluses(session, people.officer, earlier).items == []
    new = NewPartRelease(case_number=case.decision_number, released_on=at.date())
    release_part(session, people.officer, refs[1], new, at=at)
    assert shown(session, people.officer, at) == []


def test_a_payment_that_is_taken_back_brings_nothing(session, people, at):
    case, _refs = make_paid(session, people, "48/QĐ-THADS", 100_000_000, at=at)
    paid = select(ClaimEntry).where(ClaimEntry.case_id == case.id, ClaimEntry.kind == "paid")
    entry = session.scalars(paid).one()
    back = NewReversal(document="BL-8")
    reverse_change(session, people.officer, entry.claim_id, entry.id, back, at=at)
    assert shown(session, people.officer, at) == []


def test_a_closed_case_and_one_that_nobody_paid_are_not_shown(session, people, at):
    case, _refs = make_paid(session, people, "48/QĐ-THADS", 100_000_000, at=at)
    unpaid = make_owed_case(session, people, 100, "49/QĐ-THADS", at=at)
    for value in VALUES:
        seize(session, people, unpaid, value, at=at)
    case.closed_on = at.date()
    session.flush()
    assert shown(session, people.officer, at) == []


def test_the_list_goes_on_page_by_page_the_last_payment_first(session, people, at):
    cases = [make_paid(session, people, f"{n}/QĐ-THADS", 100_000_000, at=at)[0] for n in range(3)]
    pay(session, people, cases[0], 1, at=at)
    found, cursor = [], None
    while True:
        page = list_surpluses(session, people.officer, at.date(), cursor=cursor, size=1)
        found += [one.case.case_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [cases[0].id, cases[2].id, cases[1].id]


def test_it_takes_as_many_statements_for_one_case_as_for_many(session, people, at, statements):
    def counted() -> int:
        statements.clear()
        assert list_surpluses(session, people.officer, at.date()).items
        return len(statements)

    _case, refs = make_paid(session, people, "0/QĐ-THADS", 100_000_000, at=at)
    few = counted()
    for n in (1, 2, 3):
        make_paid(session, people, f"{n}/QĐ-THADS", 100_000_000, at=at)
    assert counted() == few
    assert refs


@pytest.fixture
def freed(session, people, at):
    return make_paid(session, people, "48/QĐ-THADS", 100_000_000, at=at)


def test_the_desk_and_its_page_lead_to_the_release(browse_as, freed):
    case, refs = freed
    officer = browse_as("officer")
    assert 'href="/proportions/surplus"' in officer.get("/desk").text
    page = officer.get("/proportions/surplus").text
    assert f"/assets/{refs[1]}/part-release?case=48" in page
    assert f"/cases/{case.id}" in page
    assert refs[0] not in page
    assert "part-release" not in browse_as("accountant").get("/proportions/surplus").text


def test_the_desk_says_nothing_where_all_is_needed(browse_as, session, people, at):
    make_paid(session, people, "48/QĐ-THADS", 1, at=at)
    assert "/proportions/surplus" not in browse_as("officer").get("/desk").text


def test_over_rest(call_as, freed):
    case, refs = freed
    (one,) = call_as("officer").get("/proportions/surplus").json()["items"]
    assert one["case"]["case_id"] == case.id
    assert [row["reference"] for row in one["case"]["assets"] if row["unneeded"]] == refs[1:]
    assert call_as("foreign_officer").get("/proportions/surplus").json()["items"] == []
    assert call_as("administrator").get("/proportions/surplus").status_code == 403
