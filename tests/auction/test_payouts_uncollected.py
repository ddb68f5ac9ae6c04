"""Money its payee does not fetch: told, waited for, kept by the limit, fetched or the State's."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auction.claims.queries import debt_of
from auction.deadlines.queries import deadlines_of
from auction.payouts.commands.forfeiting import ask_refund, receive_refund
from auction.payouts.commands.keeping import add_interest, deposit_share, fetch_share, tell_payee
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import approve_payout, withdraw_payout
from auction.payouts.models import Payout, ShareEntry
from auction.payouts.queries import get_payout
from auction.payouts.rules import PaidAlready, PayoutNotApproved, PayoutState, VoucherWay
from auction.payouts.schemas import (
    NewFetching,
    NewRefund,
    NewRefundRequest,
    NewShareDeposit,
    NewShareInterest,
    NewShareNotice,
    NewVoucher,
    NewVoucherReversal,
    NewWithdrawal,
    ShareRow,
)
from auction.payouts.shares import (
    KeptElsewhere,
    NotForfeited,
    ShareNotThere,
    ShareState,
    StillWaited,
    TermRuns,
    ToldAlready,
)
from auction.payouts.uncollected import count_shares, get_share, list_shares, shares_of_case
from auction.sales.commands.ending import annul_result
from auction.sales.rules import AnnulmentGround
from auction.sales.schemas import NewAnnulment
from inventory.audit.models import AuditEntry
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.papers.queries import list_papers
from tests.auction.sold import standing
from tests.make.money import case_of, make_claim, make_delivered, propose
from tests.make.organisation import People
from tests.make.shares import approve_and_pay, deposit, forfeit, line_of, remit, tell

SOLD_AT = datetime(2026, 11, 16, 3, tzinfo=UTC)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TOLD = date(2026, 11, 23)
WAITED = date(2026, 12, 8)
LATER = datetime(2026, 12, 9, 2, tzinfo=UTC)
IN_FORCE = date(2026, 7, 6)
TERM = date(2031, 7, 7)
AFTER = datetime(2031, 7, 8, 2, tzinfo=UTC)


@pytest.fixture
def payout(session: Session, people: People) -> Payout:
    """A billion: 600 million to the bank, which is paid, and 400 million to the debtor."""
    sale = make_delivered(session, people, at=SOLD_AT)
    make_claim(session, people, case_of(session, sale), 600_000_000, at=SOLD_AT)
    made = propose(session, people, sale, at=AT)
    approve_and_pay(session, people, made, "rank", at=AT)
    return made


@pytest.fixture
def line(session: Session, payout: Payout) -> int:
    """The debtor's line."""
    return line_of(session, payout, "debtor")


def stands(session: Session, people: People, line: int, at: datetime) -> ShareRow:
    return get_share(session, people.officer, line, local_day(at)).share


def due_of(session: Session, people: People, payout: Payout) -> dict[str, tuple[date, date | None]]:
    lot = stands(session, people, line_of(session, payout, "debtor"), AT).lot
    position = get_payout(session, people.officer, payout.id).lines[-1].position
    found = deadlines_of(session, people.officer, "share", f"{lot}/{payout.version}.{position}")
    return {one.rule_key: (one.due_on, one.met_on) for one in found if one.voided_why is None}


def test_the_debtor_who_does_not_come_is_waited_for_then_it_is_kept_then_it_is_the_states(
    session: Session, people: People, payout: Payout, line: int
) -> None:
    """L25 Art. 59(1): fifteen days, then five years from the judgment's force."""
    assert tell(session, people, line, at=AT).due_on == WAITED
    assert due_of(session, people, payout) == {"return_wait_money": (WAITED, None)}
    assert stands(session, people, line, AT).state is ShareState.WAITED
    assert stands(session, people, line, LATER).state is ShareState.TO_DEPOSIT
    kept = deposit(session, people, line, at=LATER)
    assert (kept.amount, kept.due_on, kept.article) == (400_000_000, TERM, "L25 Art. 59(1)")
    assert due_of(session, people, payout) == {
        "return_wait_money": (WAITED, local_day(LATER)),
        "unclaimed_to_state": (TERM, None),
    }
    told = get_payout(session, people.officer, payout.id)
    assert told.state is PayoutState.PAID
    interest = NewShareInterest(
        amount=Decimal(12_345_678), paid_on=local_day(AFTER), document="LS-1"
    )
    add_interest(session, people.accountant, line, interest, at=AFTER)
    assert stands(session, people, line, AFTER).state is ShareState.FALLEN
    forfeit(session, people, line, at=AFTER)
    assert stands(session, people, line, AFTER).state is ShareState.FORFEITED
    assert remit(session, people, line, at=AFTER).amount == 412_345_678
    gone = stands(session, people, line, AFTER)
    assert (gone.state, gone.kept) == (ShareState.REMITTED, 0)
    assert due_of(session, people, payout)["unclaimed_to_state"] == (TERM, local_day(AFTER))


def test_before_each_day_the_act_is_refused_with_rule_article_and_what_is_lawful(
    session: Session, people: People, line: int
) -> None:
    tell(session, people, line, at=AT)
    last = datetime(2026, 12, 8, 2, tzinfo=UTC)
    with pytest.raises(StillWaited) as early:
        deposit(session, people, line, at=last)
    assert (early.value.article, early.value.params["day"]) == ("L25 Art. 59(1)", WAITED)
    deposit(session, people, line, at=LATER)
    before = datetime(2031, 7, 7, 2, tzinfo=UTC)
    for act in (forfeit, remit):
        with pytest.raises(TermRuns) as runs:
            act(session, people, line, at=before)
        assert (runs.value.article, runs.value.params["day"]) == ("L25 Art. 59(1)", TERM)
        assert runs.value.params["rule"] == "unclaimed_to_state"
    with pytest.raises(NotForfeited) as undecided:
        remit(session, people, line, at=AFTER)
    assert undecided.value.article == "L25 Art. 59(1)"


@pytest.mark.parametrize(
    ("claim", "lawful", "other"),
    [
        (989_380_000, VoucherWay.OFFICE_ACCOUNT, VoucherWay.SAVINGS),
        (989_379_999, VoucherWay.SAVINGS, VoucherWay.OFFICE_ACCOUNT),
    ],
)
def test_above_twice_the_minimum_wage_it_goes_on_savings_else_on_the_offices_account(
    session: Session, people: People, claim: int, lawful: VoucherWay, other: VoucherWay
) -> None:
    """D152/26 Art. 41(2): 2 x 5,310,000 in region I; what is left is that, or a đồng more."""
    sale = make_delivered(session, people, at=SOLD_AT)
    make_claim(session, people, case_of(session, sale), claim, at=SOLD_AT)
    made = propose(session, people, sale, at=AT)
    approve_and_pay(session, people, made, at=AT)
    line = line_of(session, made, "debtor")
    tell(session, people, line, at=AT)
    with pytest.raises(KeptElsewhere) as refusal:
        deposit(session, people, line, at=LATER, kept_as=other)
    error = refusal.value
    assert (error.article, error.params["rule"], error.params["limit"]) == (
        "D152/26 Art. 41(2)",
        "savings_vs_treasury_limit",
        10_620_000,
    )
    assert error.params["lawful"] == lawful
    assert deposit(session, people, line, at=LATER, kept_as=lawful).amount == 10**9 - claim


def test_without_the_region_or_the_day_of_force_nothing_can_be_said(
    session: Session, people: People
) -> None:
    sale = make_delivered(session, people, at=SOLD_AT)
    made = propose(session, people, sale, at=AT)
    approve_and_pay(session, people, made, at=AT)
    line = line_of(session, made, "debtor")
    tell(session, people, line, at=AT)
    for missing, said in (("region", {"region": None}), ("in_force_on", {})):
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            deposit(session, people, line, at=LATER, **said)
        assert list(refusal.value.fields) == [missing]
        assert refusal.value.article
    assert deposit(session, people, line, at=LATER, in_force_on=IN_FORCE).due_on == TERM


def test_of_money_that_came_in_after_the_five_years_one_year_from_the_notice(
    session: Session, people: People, line: int
) -> None:
    """L25 Art. 59(1); D62 Art. 49(5)."""
    tell(session, people, line, at=AT)
    kept = deposit(session, people, line, at=LATER, in_force_on=date(2021, 9, 1))
    assert kept.due_on == date(2027, 11, 23)


def test_who_comes_after_all_gets_all_that_is_kept_with_its_interest_and_minutes(
    session: Session, people: People, line: int
) -> None:
    tell(session, people, line, at=AT)
    deposit(session, people, line, at=LATER)
    interest = NewShareInterest(amount=Decimal(1_000), paid_on=local_day(LATER), document="LS")
    add_interest(session, people.accountant, line, interest, at=LATER)
    come = NewFetching(
        fetched_on=local_day(LATER), receiver="Trần Văn Nợ, CCCD 001", document="PC-9"
    )
    assert fetch_share(session, people.accountant, line, come, at=LATER).amount == 400_001_000
    assert stands(session, people, line, LATER).state is ShareState.FETCHED
    assert "return_minutes" in {
        one.kind.value for one in list_papers(session, people.officer).items
    }
    with pytest.raises(ShareNotThere):
        fetch_share(session, people.accountant, line, come, at=LATER)


def test_a_deposit_pays_the_line_once_and_is_reversed_only_while_nothing_followed(
    session: Session, people: People, payout: Payout, line: int
) -> None:
    tell(session, people, line, at=AT)
    voucher = deposit(session, people, line, at=LATER).voucher_id
    assert voucher is not None
    again = NewVoucher(number="UNC-9", way=VoucherWay.TRANSFER, paid_on=local_day(LATER))
    with pytest.raises(PaidAlready):
        pay_line(session, people.accountant, line, again, at=LATER)
    back = NewVoucherReversal(number="PH-1")
    reverse_voucher(session, people.accountant, voucher, back, at=LATER)
    assert stands(session, people, line, LATER).state is ShareState.TO_DEPOSIT
    voucher = deposit(session, people, line, at=LATER, number="GTK-2").voucher_id
    assert voucher is not None
    interest = NewShareInterest(amount=Decimal(1), paid_on=local_day(LATER), document="LS")
    add_interest(session, people.accountant, line, interest, at=LATER)
    with pytest.raises(ShareNotThere):
        reverse_voucher(
            session, people.accountant, voucher, NewVoucherReversal(number="PH-2"), at=LATER
        )
    assert get_payout(session, people.officer, payout.id).state is PayoutState.PAID


def test_only_what_is_approved_unpaid_and_told_once_goes_this_way(
    session: Session, people: People, payout: Payout, line: int
) -> None:
    kept = NewVoucher(number="X", way=VoucherWay.SAVINGS, paid_on=TOLD)
    with pytest.raises(Invalid) as refusal:
        pay_line(session, people.accountant, line, kept, at=AT)
    assert refusal.value.article == "L25 Art. 59(1)"
    with pytest.raises(ShareNotThere):
        deposit(session, people, line, at=LATER)
    tell(session, people, line, at=AT)
    with pytest.raises(ShareNotThere):
        tell(session, people, line, at=AT)
    with pytest.raises(PaidAlready):
        tell(session, people, line_of(session, payout, "rank"), at=AT)
    sale = make_delivered(session, people, at=SOLD_AT)
    unapproved = propose(session, people, sale, at=AT)
    with pytest.raises(PayoutNotApproved):
        tell(session, people, line_of(session, unapproved, "debtor"), at=AT)


def test_nobody_is_waited_for_by_a_payout_that_was_withdrawn(
    session: Session, people: People
) -> None:
    sale = make_delivered(session, people, at=SOLD_AT)
    made = propose(session, people, sale, at=AT)
    approve_payout(session, people.head, made.id, at=AT)
    tell(session, people, line_of(session, made, "debtor"), at=AT)
    assert due_of(session, people, made) == {"return_wait_money": (WAITED, None)}
    withdraw_payout(session, people.head, made.id, NewWithdrawal(reason="Sai"), at=AT)
    assert due_of(session, people, made) == {}


def test_nor_by_the_payout_of_a_sale_whose_result_was_annulled(
    session: Session, people: People
) -> None:
    sale = make_delivered(session, people, at=SOLD_AT)
    made = propose(session, people, sale, at=AT)
    approve_payout(session, people.head, made.id, at=AT)
    tell(session, people, line_of(session, made, "debtor"), at=AT)
    gone = NewAnnulment(
        ground=AnnulmentGround.AGREED, cancelled_on=local_day(AT), document="4/BB-TT"
    )
    annul_result(session, people.officer, sale.id, gone, at=AT)
    assert due_of(session, people, made) == {}
    voided = select(AuditEntry.actor_name).where(AuditEntry.code == "deadlines.deadline.voided")
    assert people.officer.name in session.scalars(voided).all()


def test_a_paid_claim_is_owed_no_longer_once_its_share_is_kept(
    session: Session, people: People
) -> None:
    """What is deposited for a creditor is paid by the debtor."""
    sale = make_delivered(session, people, at=SOLD_AT)
    case = case_of(session, sale)
    make_claim(session, people, case, 600_000_000, at=SOLD_AT)
    made = propose(session, people, sale, at=AT)
    approve_and_pay(session, people, made, "debtor", at=AT)
    line = line_of(session, made, "rank")
    tell(session, people, line, at=AT)
    assert debt_of(session, case.id, local_day(LATER)) == 600_000_000
    deposit(session, people, line, at=LATER)
    assert debt_of(session, case.id, local_day(LATER)) == 0
    assert standing(session, sale) == "paid_out"


def test_what_was_paid_in_comes_back_when_the_forfeiture_is_annulled(
    session: Session, people: People, line: int
) -> None:
    """L25 Art. 57(2); C04/23 Art. 12(3): asked of the finance body, entered, nothing removed."""
    tell(session, people, line, at=AT)
    deposit(session, people, line, at=LATER)
    forfeit(session, people, line, at=AFTER)
    remit(session, people, line, at=AFTER)
    on = local_day(AFTER)
    asked = NewRefundRequest(
        asked_on=on, annulled_by="9/QĐ-GQKN", finance_body="Sở Tài chính", document="CV-1"
    )
    got = NewRefund(refunded_on=on, document="BC-1")
    with pytest.raises(ShareNotThere):
        receive_refund(session, people.accountant, line, got, at=AFTER)
    assert ask_refund(session, people.officer, line, asked, at=AFTER).article == "L25 Art. 57(2)"
    assert receive_refund(session, people.accountant, line, got, at=AFTER).amount == 400_000_000
    assert stands(session, people, line, AFTER).kept == 400_000_000
    with pytest.raises(TermRuns):
        forfeit(session, people, line, at=AFTER)
    come = NewFetching(fetched_on=on, receiver="Trần Văn Nợ", document="PC-1")
    assert fetch_share(session, people.accountant, line, come, at=AFTER).amount == 400_000_000
    kinds = [one.kind.value for one in get_share(session, people.officer, line, on).entries]
    assert kinds == [
        *("told", "deposited", "forfeited", "remitted"),
        *("refund_asked", "refunded", "fetched"),
    ]


def test_the_database_lets_nobody_take_more_or_less_than_is_kept(
    session: Session, people: People, line: int
) -> None:
    tell(session, people, line, at=AT)
    deposit(session, people, line, at=LATER)
    for kind, amount in (("fetched", 399_999_999), ("remitted", 400_000_001)):
        wrong = text(
            "INSERT INTO share_entry (line_id, office_id, kind, happened_on, amount, document,"
            " recorded_at) SELECT line_id, office_id, :kind, happened_on, :amount, 'X', recorded_at"
            " FROM share_entry WHERE line_id = :line LIMIT 1"
        )
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(wrong, {"kind": kind, "amount": amount, "line": line})
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE share_entry SET amount = 1"))


def test_each_act_is_that_of_its_own_post_and_of_the_own_office(
    session: Session, people: People, line: int
) -> None:
    notice = NewShareNotice(told_on=TOLD, document="TB")
    with pytest.raises(Forbidden):
        tell_payee(session, people.accountant, line, notice, at=AT)
    with pytest.raises(NotFound):
        tell_payee(session, people.foreign_officer, line, notice, at=AT)
    tell(session, people, line, at=AT)
    kept = NewShareDeposit(number="X", kept_as=VoucherWay.SAVINGS, deposited_on=local_day(LATER))
    with pytest.raises(Forbidden):
        deposit_share(session, people.officer, line, kept, at=LATER)
    deposit(session, people, line, at=LATER)
    with pytest.raises(NotFound):
        get_share(session, people.foreign_officer, line, TOLD)


def test_lists_and_counts_say_what_waits_for_whom(
    session: Session, people: People, line: int, statements: list[str]
) -> None:
    officer = people.officer
    tell(session, people, line, at=AT)
    assert count_shares(session, officer, local_day(AT)) == {ShareState.WAITED: 1}
    assert count_shares(session, officer, local_day(LATER)) == {ShareState.TO_DEPOSIT: 1}
    deposit(session, people, line, at=LATER)
    today = local_day(AFTER)
    assert count_shares(session, officer, today) == {ShareState.FALLEN: 1}
    statements.clear()
    (row,) = list_shares(session, officer, today).items
    assert len(statements) == 2
    assert (row.line_id, row.state, row.kept) == (line, ShareState.FALLEN, 400_000_000)
    assert row.case_id is not None
    assert [one.line_id for one in shares_of_case(session, officer, row.case_id, today)] == [line]
    forfeit(session, people, line, at=AFTER)
    remit(session, people, line, at=AFTER + timedelta(days=1))
    assert list_shares(session, officer, today).items == []
    assert session.query(ShareEntry).count() == 4


def test_nobody_is_told_twice_even_at_once(session: Session, people: People, line: int) -> None:
    """The last belt of a race is the key of the notice."""
    first = tell(session, people, line, at=AT)
    twin = text(
        "INSERT INTO share_entry (line_id, office_id, kind, happened_on, document, recorded_at)"
        " SELECT line_id, office_id, kind, happened_on, 'TB-2', recorded_at FROM share_entry"
        " WHERE id = :id"
    )
    with pytest.raises(DBAPIError, match="uq_share_entry_told"), session.begin_nested():
        session.execute(twin, {"id": first.id})
    assert ToldAlready.code == "share_told_already"
