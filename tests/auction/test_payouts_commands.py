"""Payouts: proposed, approved by a second person, frozen, and paid by voucher."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from auction.claims.commands import reverse_change
from auction.claims.queries import debt_of
from auction.claims.rules import PartOfAnAct
from auction.claims.schemas import NewReversal as NewUndoing
from auction.deadlines.queries import deadlines_of
from auction.holds.rules import HoldKind, OnHold
from auction.life.queries import standing_of
from auction.lots.models import Lot
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import approve_payout, give_longer_time, withdraw_payout
from auction.payouts.models import Payout
from auction.payouts.queries import (
    count_open,
    get_payout,
    list_open_payouts,
    payouts_of_sale,
    proceeds_of_sale,
)
from auction.payouts.rules import (
    OwnProposal,
    PaidAlready,
    PaidOutAlready,
    PayoutFrozen,
    PayoutNotApproved,
    PayoutNotOpen,
    ProposalStale,
    VoucherNumberTaken,
    VoucherReversed,
    VoucherWay,
)
from auction.payouts.schemas import NewLongerTime, NewVoucher, NewVoucherReversal, NewWithdrawal
from auction.sales.commands.ending import annul_result
from auction.sales.commands.interest import record_interest
from auction.sales.commands.paying import reverse_entry
from auction.sales.queries import assets_of
from auction.sales.rules import AnnulmentGround, NotDelivered, NotPaidInFull
from auction.sales.schemas import NewAnnulment, NewInterest, NewReversal
from inventory.assets.models import Asset
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.organisation.powers import NotItsHead
from inventory.organisation.rules import OfficeKind
from tests.make.holds import make_hold
from tests.make.money import case_of, make_claim, make_delivered, make_paid, make_sold, propose
from tests.make.rules import make_centre

SOLD_AT = datetime(2026, 11, 13, 3, tzinfo=UTC)


@pytest.fixture
def sale(session, people):
    return make_delivered(session, people, at=SOLD_AT)


def approved(session, people, sale, *, at, **said) -> Payout:
    payout = propose(session, people, sale, at=at, **said)
    return approve_payout(session, people.head, payout.id, at=at)


def voucher(number: str = "PC-01", way: VoucherWay = VoucherWay.TRANSFER) -> NewVoucher:
    return NewVoucher(number=number, way=way, paid_on=date(2026, 11, 23))


def lines(session, people, payout):
    return get_payout(session, people.accountant, payout.id).lines


def test_a_joint_creditor_who_has_not_asked_has_his_share_on_a_term_deposit(
    session, people, sale, at
):
    case = case_of(session, sale)
    joint = {"joint_with": "Ông A, bà B"}
    make_claim(session, people, case, 100_000_000, creditor="Ông A", **joint, at=at)
    make_claim(session, people, case, 100_000_000, creditor="Bà B", asked_on=None, **joint, at=at)
    payout = approved(session, people, sale, at=at)
    asked, silent, _debtor = lines(session, people, payout)
    assert (asked.held, silent.held) == (False, True)
    with pytest.raises(Invalid) as refusal:
        pay_line(session, people.accountant, silent.id, voucher(), at=at)
    assert refusal.value.article == "D152/26 Art. 30(2)"
    deposit = voucher(way=VoucherWay.TERM_DEPOSIT)
    assert pay_line(session, people.accountant, silent.id, deposit, at=at).amount == 100_000_000


def test_a_payout_is_approved_after_delivery_by_somebody_else(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    payout = propose(session, people, sale, at=at)
    with pytest.raises(NotDelivered):
        approve_payout(session, people.head, payout.id, at=at)
    with pytest.raises(Forbidden):
        approve_payout(session, people.officer, payout.id, at=at)
    unpaid = make_sold(session, people, at=SOLD_AT)
    with pytest.raises(NotPaidInFull):
        propose(session, people, unpaid, at=at)


def test_the_head_of_a_superior_office_does_not_act_for_the_one_that_sold(
    session, people, sale, at
):
    boss = make_centre(session, people).head
    payout = propose(session, people, sale, at=at)
    with pytest.raises(NotItsHead, match="THADS tỉnh Thử") as refusal:
        approve_payout(session, boss, payout.id, at=at)
    assert refusal.value.params["rule"] == "payout_approved_by"
    with pytest.raises(NotItsHead):
        withdraw_payout(session, boss, payout.id, NewWithdrawal(reason="Sai số tiền"), at=at)
    longer = NewLongerTime(until=date(2027, 1, 20), document="12/QĐ")
    with pytest.raises(NotItsHead):
        give_longer_time(session, boss, sale.id, longer, at=at)
    people.office.kind = OfficeKind.DIVISION
    session.flush()
    assert approve_payout(session, boss, payout.id, at=at).approved_by_id == boss.staff_id


def test_who_proposed_does_not_approve(session, people, sale, at):
    payout = propose(session, people, sale, at=at)
    payout.proposed_by_id = people.head.staff_id
    session.flush()
    with pytest.raises(OwnProposal):
        approve_payout(session, people.head, payout.id, at=at)


def test_an_approved_payout_is_frozen_and_a_change_is_a_new_version(session, people, sale, at):
    first = propose(session, people, sale, at=at)
    second = propose(session, people, sale, at=at)
    assert (first.withdrawn_because, second.version) == ("newer_version", 2)
    with pytest.raises(PayoutNotOpen):
        approve_payout(session, people.head, first.id, at=at)
    approve_payout(session, people.head, second.id, at=at)
    assert second.paper is not None
    with pytest.raises(PayoutNotOpen):
        approve_payout(session, people.head, second.id, at=at)
    with pytest.raises(PayoutFrozen):
        propose(session, people, sale, at=at)
    why = NewWithdrawal(reason="Sai người nhận")
    withdraw_payout(session, people.head, second.id, why, at=at)
    with pytest.raises(PayoutNotOpen):
        withdraw_payout(session, people.head, second.id, why, at=at)
    third = approved(session, people, sale, at=at)
    found = payouts_of_sale(session, people.head, sale.id)
    assert [one.payout.id for one in found] == [third.id, second.id, first.id]


def test_a_claim_recorded_after_the_proposal_makes_it_stale(session, people, sale, at):
    payout = propose(session, people, sale, at=at)
    make_claim(session, people, case_of(session, sale), 5_000_000, at=at)
    with pytest.raises(ProposalStale):
        approve_payout(session, people.head, payout.id, at=at)


def test_the_last_voucher_ends_the_way_of_the_asset(session, people, sale, at):
    case = case_of(session, sale)
    make_claim(session, people, case, 300_000_000, interest=Decimal(50_000_000), at=at)
    payout = propose(session, people, sale, at=at)
    bank, debtor = lines(session, people, payout)
    with pytest.raises(PayoutNotApproved):
        pay_line(session, people.accountant, bank.id, voucher(), at=at)
    approve_payout(session, people.head, payout.id, at=at)
    assert debt_of(session, case.id, at.date()) == 350_000_000
    pay_line(session, people.accountant, bank.id, voucher(), at=at)
    assert debt_of(session, case.id, at.date()) == 0
    with pytest.raises(PaidAlready):
        pay_line(session, people.accountant, bank.id, voucher("PC-02"), at=at)
    with pytest.raises(VoucherNumberTaken):
        pay_line(session, people.accountant, debtor.id, voucher(), at=at)
    pay_line(session, people.accountant, debtor.id, voucher("PC-02"), at=at)
    assets = assets_of(session, sale.lot_id)
    assert standing_of(session, assets)[assets[0]].state == "paid_out"
    ledger = proceeds_of_sale(session, sale.id)
    assert ledger[-1].left == 0
    assert sum(line.amount for line in ledger) == 0
    lot = session.get_one(Lot, sale.lot_id).reference
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "lot", lot)}
    assert due["payout_due"].met_on == at.date()


def test_a_voucher_is_reversed_by_another_and_the_line_is_paid_anew(session, people, sale, at):
    case = case_of(session, sale)
    make_claim(session, people, case, 300_000_000, at=at)
    payout = approved(session, people, sale, at=at)
    bank = lines(session, people, payout)[0]
    paid = pay_line(session, people.accountant, bank.id, voucher(), at=at)
    back = NewVoucherReversal(number="PC-02")
    undo = NewUndoing(document="B-1")
    with pytest.raises(PartOfAnAct):
        reverse_change(session, people.officer, bank.claim_id, paid.claim_entry_id, undo, at=at)
    undone = reverse_voucher(session, people.accountant, paid.id, back, at=at)
    assert debt_of(session, case.id, at.date()) == 300_000_000
    for wrong in (paid.id, undone.id):
        again = NewVoucherReversal(number="PC-03")
        with pytest.raises(VoucherReversed):
            reverse_voucher(session, people.accountant, wrong, again, at=at)
    second = pay_line(session, people.accountant, bank.id, voucher("PC-04"), at=at)
    assert second.attempt == 2
    assert debt_of(session, case.id, at.date()) == 0
    with pytest.raises(PaidOutAlready):
        withdraw_payout(session, people.head, payout.id, NewWithdrawal(reason="x"), at=at)


def test_a_sale_whose_money_is_paid_out_falls_away_only_after_the_vouchers(
    session, people, sale, at
):
    payout = approved(session, people, sale, at=at)
    (debtor,) = lines(session, people, payout)
    paid = pay_line(session, people.accountant, debtor.id, voucher(), at=at)
    annulment = NewAnnulment(
        ground=AnnulmentGround.VOID_BY_COURT, cancelled_on=at.date(), document="05/QĐ"
    )
    with pytest.raises(PaidOutAlready):
        annul_result(session, people.officer, sale.id, annulment, at=at)
    reverse_voucher(session, people.accountant, paid.id, NewVoucherReversal(number="P-2"), at=at)
    annul_result(session, people.officer, sale.id, annulment, at=at)
    assert payout.withdrawn_because == "sale_fell_away"


def test_many_creditors_are_paid_within_forty_five_days_d152_30_3a(session, people, sale, at):
    lot = session.get_one(Lot, sale.lot_id).reference
    until = NewLongerTime(until=date(2026, 12, 20), document="TB-1")
    give_longer_time(session, people.head, sale.id, until, at=at)
    due = [
        one
        for one in deadlines_of(session, people.officer, "lot", lot)
        if one.rule_key == "payout_due"
    ]
    assert due[-1].due_on == date(2026, 12, 20)
    too_long = NewLongerTime(until=date(2026, 12, 31), document="TB-1")
    with pytest.raises(Invalid):
        give_longer_time(session, people.head, sale.id, too_long, at=at)


def test_what_another_sale_promises_is_not_paid_twice(session, people, sale, at):
    """Two sales of one case pay one claim: the second is proposed anew for what is left of it."""
    case, other = case_of(session, sale), make_delivered(session, people, at=SOLD_AT)
    session.get_one(Lot, other.lot_id).case_id = case.id
    make_claim(session, people, case, 1_300_000_000, at=at)
    first, second = (propose(session, people, one, at=at) for one in (sale, other))
    approve_payout(session, people.head, first.id, at=at)
    with pytest.raises(ProposalStale):
        approve_payout(session, people.head, second.id, at=at)
    again = approved(session, people, other, at=at)
    assert [one.amount for one in lines(session, people, again)] == [300_000_000, 700_000_000]
    for number, payout in enumerate((first, again)):
        bank = lines(session, people, payout)[0]
        pay_line(session, people.accountant, bank.id, voucher(f"PC-{number}"), at=at)
    assert debt_of(session, case.id, at.date()) == 0


def test_the_database_refuses_sums_that_do_not_agree(session, people, sale, at):
    payout = propose(session, people, sale, at=at)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(DBAPIError, match="do not sum"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO payout (office_id, sale_id, version, on_day, claims_upto, costs,"
                " gross, net, left_for_debtor, without_rent, taxes, proposed_at)"
                " SELECT office_id, sale_id, 9, on_day, 0, costs, gross + 1, net, left_for_debtor,"
                " without_rent, taxes, proposed_at FROM payout"
            )
        )
    for change in ("gross = gross + 1", "left_for_debtor = 0", "version = 7", "claims_upto = 7"):
        with pytest.raises(DBAPIError, match=r"frozen|permission"), session.begin_nested():
            session.execute(text(f"UPDATE payout SET {change}"))
    approve_payout(session, people.head, payout.id, at=at)
    with pytest.raises(DBAPIError, match="frozen"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO payout_line (payout_id, office_id, position, kind, owed, amount, held,"
                " set_off, article, confidence) SELECT payout_id, office_id, 99, kind, 1, 1, held,"
                " set_off, article, confidence FROM payout_line"
            )
        )
    with pytest.raises(DBAPIError, match="does not fit"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO voucher (line_id, office_id, attempt, number, way, amount, paid_on,"
                " recorded_at) SELECT id, office_id, 1, 'x', 'cash', amount + 1, '2026-11-23',"
                " now() FROM payout_line"
            )
        )


@pytest.mark.parametrize("table", ["payout_line", "voucher"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET office_id = 1"])
def test_lines_and_vouchers_stay_as_written(session, people, sale, at, table, act):
    propose(session, people, sale, at=at)
    with pytest.raises((DBAPIError, IntegrityError), match=r"append-only|permission"):
        session.execute(text(act.format(table)))


def test_open_payouts_are_a_list_of_six_statements(session, people, sale, at, statements):
    propose(session, people, sale, at=at)
    for days in (1, 2):
        other = make_delivered(session, people, at=SOLD_AT + timedelta(days=days))
        propose(session, people, other, at=at)
    statements.clear()
    page = list_open_payouts(session, people.head, size=2)
    assert len(statements) == 6
    rest = list_open_payouts(session, people.head, cursor=page.next_cursor)
    assert len(page.items) + len(rest.items) == 3
    assert count_open(session, people.head) == (3, 0)
    statements.clear()
    payouts_of_sale(session, people.head, sale.id)
    assert len(statements) == 8
    assert list_open_payouts(session, people.foreign_officer).items == []


def test_a_foreign_office_sees_no_payout(session, people, sale, become, at):
    payout = propose(session, people, sale, at=at)
    payout_id, line_id = payout.id, lines(session, people, payout)[0].id
    become(people.foreign_officer)
    with pytest.raises(NotFound):
        get_payout(session, people.foreign_officer, payout_id)
    with pytest.raises(Forbidden):
        approve_payout(session, people.foreign_officer, payout_id, at=at)
    with pytest.raises(Forbidden):
        pay_line(session, people.foreign_officer, line_id, voucher(), at=at)


def test_what_a_payout_divides_does_not_change_under_it(session, people, sale, at):
    said = NewInterest(
        amount=Decimal(10_000_000), from_on=sale.paid_on, to_on=date(2026, 11, 20), document="TG"
    )
    next_days = NewInterest(
        amount=said.amount, from_on=said.to_on, to_on=date(2026, 11, 21), document="TG"
    )
    where = (session, people.accountant, sale.id)
    (entry,) = record_interest(*where, said, at=at)
    payout = approved(session, people, sale, at=at)
    assert payout.gross == 1_010_000_000
    for act in (
        lambda: record_interest(*where, next_days, at=at),
        lambda: reverse_entry(*where, entry.id, NewReversal(document="PC-3"), at=at),
    ):
        with pytest.raises(PayoutFrozen, match="Lawful") as refused:
            act()
        assert refused.value.params["rule"] == "payout_approved_by"
    withdraw_payout(session, people.head, payout.id, NewWithdrawal(reason="Có thêm lãi"), at=at)
    record_interest(*where, next_days, at=at)
    assert propose(session, people, sale, at=at).gross == 1_020_000_000


def test_a_suspension_after_the_approval_stops_the_payment(session, people, sale, at):
    payout = approved(session, people, sale, at=at)
    (debtor,) = lines(session, people, payout)
    ref = session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference
    make_hold(session, people.officer, HoldKind.SUSPENSION, ref, date(2026, 11, 23), at=at)
    with pytest.raises(OnHold) as refused:
        pay_line(session, people.accountant, debtor.id, voucher(), at=at)
    assert refused.value.article == "L25 Art. 47"
