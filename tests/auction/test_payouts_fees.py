"""The enforcement fee: the scale at each bound, who owes none, and sums that agree to the đồng."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from auction.claims.rules import ClaimKind
from auction.legal_rules.rules import RuleUnknown
from auction.legal_rules.shipped import shipped_rules
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.fees import ABOVE, FEE_KEYS, fee_scale, with_fees
from auction.payouts.models import PayoutLine
from auction.payouts.planning import Due, Plan, Planned
from auction.payouts.queries import get_payout, proceeds_of_sale
from auction.payouts.rules import LineKind, ProposalStale, VoucherWay
from auction.payouts.schemas import NewVoucher, NewVoucherReversal
from tests.make.money import case_of, make_claim, make_delivered, propose

OLD, NEW = date(2026, 6, 30), date(2026, 7, 1)
SOLD_AT = datetime(2026, 11, 13, 3, tzinfo=UTC)
RULES = [rule for rule in shipped_rules() if rule.key in FEE_KEYS]
BN = 1_000_000_000

SCALE = [
    (0, 0),
    (4_679_999, 0),
    (4_680_000, 0),
    (4_680_001, 140_400),
    (4_680_034, 140_401),
    (5 * BN - 1, 149_999_999),
    (5 * BN, 150_000_000),
    (5 * BN + 49, 150_000_000),
    (5 * BN + 50, 150_000_001),
    (7 * BN - 1, 189_999_999),
    (7 * BN, 190_000_000),
    (7 * BN + 99, 190_000_000),
    (7 * BN + 100, 190_000_001),
    (10 * BN - 1, 219_999_999),
    (10 * BN, 220_000_000),
    (10 * BN + 199, 220_000_000),
    (10 * BN + 200, 220_000_001),
    (15 * BN - 1, 244_999_999),
    (15 * BN, 245_000_000),
    (15 * BN + 9_999, 245_000_000),
    (15 * BN + 10_000, 245_000_001),
    (100 * BN, 253_500_000),
]


@pytest.mark.parametrize("on", [OLD, NEW])
@pytest.mark.parametrize(("received", "fee"), SCALE)
def test_each_step_takes_its_rate_of_what_lies_in_it_c216_4(received, fee, on):
    assert fee_scale(RULES, on).fee(Decimal(received)) == fee


@pytest.mark.parametrize(
    ("on", "salary"),
    [
        (date(2017, 1, 1), 1_210_000),
        (date(2017, 7, 1), 1_300_000),
        (date(2019, 6, 30), 1_390_000),
        (date(2019, 7, 1), 1_490_000),
        (date(2023, 6, 30), 1_490_000),
        (date(2023, 7, 1), 1_800_000),
        (date(2024, 6, 30), 1_800_000),
        (date(2024, 7, 1), 2_340_000),
    ],
)
def test_nothing_is_owed_up_to_twice_the_base_salary_of_the_day(on, salary):
    scale = fee_scale(RULES, on)
    assert scale.fee(Decimal(2 * salary)) == 0
    assert scale.fee(Decimal(2 * salary + 1)) == 2 * salary * 3 // 100


def test_before_the_rules_know_a_scale_nothing_is_owed():
    assert fee_scale(RULES, date(2016, 12, 31)) is None


def test_a_step_whose_sum_no_rule_says_is_refused_by_name():
    lacking = [one for one in RULES if (one.key, one.scope) != (ABOVE, "fee_step_2")]
    with pytest.raises(RuleUnknown) as refused:
        fee_scale(lacking, NEW)
    assert (refused.value.params["key"], refused.value.params["scope"]) == (ABOVE, "fee_step_2")


KINDS = ["other_obligations", "maintenance", "court_fees", None]


@given(
    st.lists(
        st.builds(
            Due,
            kind=st.just(LineKind.RANK),
            payee=st.sampled_from(["Bà A", "bà a", "Ông B"]),
            amount=st.integers(0, 10**15).map(Decimal),
            article=st.just("L25 Art. 54(1)"),
            confidence=st.just("A"),
            asked_for=st.sampled_from(KINDS),
        ),
        max_size=9,
    )
)
def test_the_fees_of_ones_lines_sum_to_the_fee_of_what_he_gets(dues):
    scale = fee_scale(RULES, NEW)
    lines = tuple(Planned(due, due.amount) for due in dues)
    found = with_fees(Plan(Decimal(0), lines, Decimal(0), Decimal(0)), scale).lines
    got: defaultdict[str, Decimal] = defaultdict(Decimal)
    fees: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in found:
        assert 0 <= line.fee <= line.paid
        assert line.fee == int(line.fee)
        fees[line.due.payee.casefold()] += line.fee
        if line.due.asked_for == "other_obligations":
            got[line.due.payee.casefold()] += line.paid
        else:
            assert not line.fee
    assert all(fee == scale.fee(got[payee]) for payee, fee in fees.items())


@pytest.fixture
def sale(session, people, at):
    sale = make_delivered(session, people, at=SOLD_AT)
    case = case_of(session, sale)
    for kind in ClaimKind:
        make_claim(session, people, case, 100_000_000, kind=kind, creditor=kind.value, at=at)
    make_claim(session, people, case, 4_680_000, creditor="Bà Ít", at=at)
    joint = {"joint_with": "Ông C, bà D"}
    make_claim(session, people, case, 50_000_000, creditor="Bà D", asked_on=None, **joint, at=at)
    return sale


def test_who_asked_owes_it_the_state_the_exempt_and_who_did_not_ask_owe_none(
    session, people, sale, at
):
    found = get_payout(session, people.head, propose(session, people, sale, at=at).id)
    owed = {line.payee: (line.amount, line.fee, line.to_payee) for line in found.lines if line.fee}
    assert owed == {"other": (100_000_000, 3_000_000, 97_000_000)}
    articles = {line.fee_article for line in found.lines if line.fee}
    assert articles == {"L25 Art. 53(1); C216/16 Art. 4"}
    assert {line.payee for line in found.lines if not line.fee} >= {"Bà Ít", "Bà D", "wages"}
    assert sum(line.to_payee + line.fee for line in found.lines) == found.payout.gross


def test_paid_in_money_it_is_held_back_and_a_reversal_gives_both_back(session, people, sale, at):
    payout = approve_payout(session, people.head, propose(session, people, sale, at=at).id, at=at)
    line = next(one for one in get_payout(session, people.head, payout.id).lines if one.fee)
    new = NewVoucher(number="PC-1", way=VoucherWay.TRANSFER, paid_on=date(2026, 11, 23))
    paid = pay_line(session, people.accountant, line.id, new, at=at)
    assert paid.amount == 100_000_000
    *_, before, given_out, held = proceeds_of_sale(session, sale.id)
    assert (given_out.what, given_out.amount) == ("out:rank", -97_000_000)
    assert (held.what, held.amount, held.document) == ("held:enforcement_fee", -3_000_000, "PC-1")
    assert held.left == before.left - 100_000_000
    back = NewVoucherReversal(number="PC-2")
    reverse_voucher(session, people.accountant, paid.id, back, at=at)
    ledger = proceeds_of_sale(session, sale.id)
    assert [one.amount for one in ledger[-2:]] == [97_000_000, 3_000_000]
    assert ledger[-1].left == before.left


def test_the_page_says_what_he_gets_the_fee_and_what_he_is_given(
    browse_as, session, people, sale, at
):
    propose(session, people, sale, at=at)
    shown = browse_as("officer").get(f"/sales/{sale.id}/payouts").text
    assert "3.000.000" in shown
    assert "97.000.000" in shown
    assert "Thông tư số 216/2016/TT-BTC" in shown


def test_a_proposal_without_its_fee_is_stale_and_no_fee_is_more_than_the_line(
    session, people, sale, at, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr("auction.payouts.commands.reckoning.with_fees", lambda plan, _scale: plan)
        payout = propose(session, people, sale, at=at)
    with pytest.raises(ProposalStale):
        approve_payout(session, people.head, payout.id, at=at)
    row = {"payout_id": payout.id, "office_id": payout.office_id, "position": 99, "kind": "rank"}
    said = {"held": False, "set_off": False, "article": "L25 Art. 54", "confidence": "A"}
    ten = {"owed": Decimal(10), "amount": Decimal(10), "fee": Decimal(11), "fee_article": "C216/16"}
    session.add(PayoutLine(**row, **said, **ten))
    with pytest.raises(IntegrityError, match="ck_payout_line_fee"):
        session.flush()
