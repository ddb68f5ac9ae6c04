"""An office that sells, driven by thousands of drawn acts, legal and illegal, by right people and
wrong ones.

Whatever is tried: no price below the lawful one, no round held without its notice unless that
stands in the record as a breach, no two winners, money that adds up to the đồng, no due date
without its reason, no step of a life from where it does not start.
"""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, text
from sqlalchemy.orm import Session

from auction.bidding.queries import check_runs
from auction.deadlines.models import Deadline
from auction.deadlines.rules import due_date
from auction.legal_rules.queries import calendar, rules_in_use
from inventory.base.actor import SYSTEM
from service.database import act_as
from tests.make.organisation import People
from tests.make.selling import Selling

RUNS, STEPS, BATCH = 4, 20, 15
"""Runs, steps in each, acts in a step."""

ACTS = (
    *("form", "form_again", "give_notice", "depart", "schedule", "register", "bid"),
    *("sell", "end_round", "fall"),
    *("reduce", "rule", "ask", "answer", "tell", "pay_difference", "redeem", "cost", "claim"),
    *("hold", "release_hold", "pay", "default", "bank", "decide", "deliver", "annul"),
    *("propose", "approve", "pay_out", "take_back", "refund"),
    *("relot", "buy_first", "settle", "give_back", "recall"),
)
OFTEN = (*("fall",) * 6, "schedule", "end_round", "reduce", "register", "sell", "sell")
SELLS = (
    "propose",
    "propose",
    "approve",
    "approve",
    "pay_out",
    "pay_out",
    "pay",
    "pay",
    "decide",
    "deliver",
    "propose",
    "approve",
    "pay_out",
    "form",
    "answer",
    "tell",
)

CLAIMS = {
    "no price lies below nine tenths of the one before": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " JOIN auction_round p ON p.lot_id = r.lot_id AND p.number = r.number - 1"
        " WHERE r.office_id = :office AND r.starting_price < ceil(p.starting_price * 0.9)"
    ),
    "no decision cuts more than a tenth": (
        "SELECT decision_number FROM price_reduction WHERE office_id = :office"
        " AND (new_price < ceil(old_price * 0.9) OR new_price >= old_price)"
    ),
    "the price falls by decision only": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " JOIN auction_round p ON p.lot_id = r.lot_id AND p.number = r.number - 1"
        " WHERE r.office_id = :office AND r.starting_price < p.starting_price"
        " AND NOT EXISTS (SELECT FROM price_reduction d WHERE d.round_id = p.id"
        "  AND d.new_price = r.starting_price)"
    ),
    "no lot begins below what its things were offered at or are worth": (
        # every thing of the machine is worth the same, so each has an equal part of a lot's price
        "SELECT l.reference FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " WHERE r.office_id = :office AND r.number = 1 AND r.starting_price < ("
        "  SELECT sum(CASE WHEN b.price IS NULL OR b.result = 'sold' THEN 1000000000"
        "    ELSE b.price / b.things END) FROM lot_asset x"
        "  LEFT JOIN LATERAL (SELECT a.result, (SELECT count(*) FROM lot_asset y"
        "      WHERE y.lot_id = p.lot_id) AS things,"
        "     CASE WHEN a.result = 'failed' THEN coalesce(d.new_price, p.starting_price)"
        "      ELSE p.starting_price END AS price"
        "    FROM lot_asset z JOIN auction_round p ON p.lot_id = z.lot_id"
        "    LEFT JOIN asset_round a ON a.round_id = p.id AND a.asset_id = z.asset_id"
        "    LEFT JOIN price_reduction d ON d.round_id = p.id"
        "    WHERE z.asset_id = x.asset_id AND z.lot_id < l.id"
        "    ORDER BY p.lot_id DESC, p.number DESC LIMIT 1) AS b ON true"
        "  WHERE x.lot_id = l.id)"
    ),
    "a round held without posting in time stands as a breach": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " JOIN round_outcome o ON o.round_id = r.id AND (o.code = 'sold' OR o.code LIKE 'failed%')"
        " WHERE r.office_id = :office AND NOT EXISTS (SELECT FROM lot_notice n"
        "  WHERE n.lot_id = l.id AND n.round_number = r.number AND n.kind = 'posting'"
        "  AND n.struck_at IS NULL AND n.from_on <= r.held_on - 3)"
        " AND NOT EXISTS (SELECT FROM breach b WHERE b.round_id = r.id"
        "  AND b.rule_key IN ('posting_movable', 'posting_immovable', 'simplified_posting'))"
    ),
    "a round held without announcement in time stands as a breach": (
        "SELECT l.reference || '/' || r.number FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " JOIN round_outcome o ON o.round_id = r.id AND (o.code = 'sold' OR o.code LIKE 'failed%')"
        " WHERE r.office_id = :office AND r.starting_price >= 50000000"
        " AND NOT EXISTS (SELECT FROM lot_notice n"
        "  WHERE n.lot_id = l.id AND n.round_number = r.number AND n.kind = 'announcement'"
        "  AND n.struck_at IS NULL AND n.from_on <= r.held_on - 3)"
        " AND NOT EXISTS (SELECT FROM breach b WHERE b.round_id = r.id"
        "  AND b.rule_key LIKE '%announce%')"
    ),
    "a round has one winner": (
        "SELECT round_id::text FROM bid WHERE office_id = :office AND kind = 'accepted'"
        " GROUP BY round_id HAVING count(DISTINCT bidder_id) > 1"
    ),
    "a thing has one buyer at a time": (
        "SELECT x.asset_id::text FROM sale s JOIN lot_asset x ON x.lot_id = s.lot_id"
        " WHERE s.office_id = :office AND s.defaulted_on IS NULL AND s.cancelled_on IS NULL"
        " GROUP BY x.asset_id HAVING count(*) > 1"
    ),
    "nothing that left the auction or was sold is offered on": (
        "SELECT a.reference FROM asset a JOIN lot_asset x ON x.asset_id = a.id"
        " JOIN lot l ON l.id = x.lot_id AND l.closed_on IS NULL"
        " JOIN asset_step s ON s.asset_id = a.id AND s.seq ="
        "  (SELECT max(seq) FROM asset_step WHERE asset_id = a.id)"
        " WHERE a.office_id = :office AND s.state IN"
        "  ('sold_unpaid', 'sold_paid', 'delivered', 'paid_out')"
    ),
    "who paid has paid the price": (
        "SELECT s.id::text FROM sale s WHERE s.office_id = :office AND s.paid_on IS NOT NULL"
        " AND s.price > (SELECT coalesce(sum(e.amount), 0) FROM sale_entry e"
        "  WHERE e.sale_id = s.id AND e.kind IN ('receipt', 'deposit', 'set_off'))"
    ),
    "a lot has one winner at a time": (
        "SELECT lot_id::text FROM sale WHERE office_id = :office AND defaulted_on IS NULL"
        " AND cancelled_on IS NULL GROUP BY lot_id HAVING count(*) > 1"
    ),
    "a sale is never below the starting price": (
        "SELECT s.id::text FROM sale s JOIN auction_round r ON r.id = s.round_id"
        " WHERE s.office_id = :office AND s.price < r.starting_price"
    ),
    "what is divided is what came in": (
        "SELECT p.id::text FROM payout p WHERE p.office_id = :office AND p.withdrawn_at IS NULL"
        " AND p.gross <> (SELECT coalesce(sum(l.amount), 0) FROM payout_line l"
        "  WHERE l.payout_id = p.id)"
    ),
    "nobody gets more than he is owed": (
        "SELECT id::text FROM payout_line WHERE office_id = :office AND claim_id IS NOT NULL"
        " AND amount > owed"
    ),
    "a line is paid once": (
        "SELECT line_id::text FROM voucher v WHERE office_id = :office GROUP BY line_id"
        " HAVING sum(CASE WHEN reverses_id IS NULL THEN abs(amount) ELSE -abs(amount) END) >"
        "  (SELECT amount FROM payout_line l WHERE l.id = line_id)"
    ),
    "who proposed a payout did not approve it": (
        "SELECT id::text FROM payout WHERE office_id = :office AND approved_by_id = proposed_by_id"
    ),
    "a due date has its rule, article and start": (
        "SELECT id::text FROM deadline WHERE office_id = :office AND (article = ''"
        " OR rule_key = '' OR started_on IS NULL OR calendar_id IS NULL)"
    ),
    "a due date that moved has its row": (
        "SELECT m.id::text FROM deadline_move m WHERE m.office_id = :office AND m.why = ''"
    ),
    "steps follow each other without a gap": (
        "SELECT asset_id::text FROM asset_step WHERE office_id = :office GROUP BY asset_id"
        " HAVING max(seq) <> count(*)"
    ),
    "a departure was approved by somebody else than who asked": (
        "SELECT d.id::text FROM departure d JOIN departure_decision x ON x.departure_id = d.id"
        " WHERE d.office_id = :office AND x.decided_by_id = d.asked_by_id"
    ),
}


def broken(session: Session, people: People) -> dict[str, list[str]]:
    """The claims that do not hold, with what breaks them."""
    said = {"office": people.keeper.office_id}
    found = {claim: session.scalars(text(sql), said).all() for claim, sql in CLAIMS.items()}
    return {claim: list(refs) for claim, refs in found.items() if refs}


def unexplained(session: Session, after: int = 0) -> list[int]:
    """Due dates that never moved and are not what their rule and calendar say."""
    rules = {rule.id: rule for rule in rules_in_use(session)}
    days = calendar(session)
    moved = set(session.scalars(text("SELECT deadline_id FROM deadline_move")))
    return [
        one.id
        for one in session.query(Deadline).filter(Deadline.id > after)
        if one.id not in moved
        and not one.still
        and one.due_on != due_date(one.started_on, rules[one.rule_id], days).due_on
    ]


@pytest.fixture
def office(session: Session, people: People, at: datetime) -> Selling:
    """An office with three lots."""
    made = Selling(session, people, at)
    while made.done["form"] < 3:
        made.act("form")
    return made


def machine_of(office: Selling) -> type[RuleBasedStateMachine]:
    """The machine over an office; each run starts from the three lots."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.before = office.session.begin_nested()
            self.started_at = office.at
            self.newest = 0

        @rule(throw=st.integers(0, 2**32))
        def act(self, throw: int) -> None:
            office.acts(ACTS + OFTEN + SELLS, throw, BATCH)

        @invariant()
        def all_is_lawful(self) -> None:
            assert broken(office.session, office.people) == {}
            assert list(check_runs(office.session)) == []
            assert unexplained(office.session, self.newest) == []
            self.newest = office.session.query(func.max(Deadline.id)).scalar() or 0

        def teardown(self) -> None:
            assert unexplained(office.session) == []
            self.before.rollback()
            office.session.expunge_all()
            office.at = self.started_at
            act_as(office.session, SYSTEM)

    return Machine


def test_thousands_of_acts_leave_lawful_prices_one_winner_and_money_that_adds_up(
    office: Selling,
) -> None:
    rules = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine_of(office), settings=rules)
    done, refused = office.done.total(), office.refused.total()
    assert done + refused >= RUNS * STEPS * BATCH, "thousands of acts"
    assert min(done, refused) > 0.1 * (done + refused), "legal and illegal ones"
    assert len(set(ACTS) - set(office.done)) <= 6, "nearly every act was carried out"
    assert len({name for _act, name in office.refused}) >= 25, "and refused for many reasons"


COPIED = (
    "INSERT INTO deadline (office_id, rule_id, rule_key, scope, article, confidence, event,"
    " started_on, due_on, warn_on, calendar_id, skipped, subject_kind, subject_ref, set_at)"
    " SELECT office_id, rule_id, rule_key, 'copy', {article}, confidence, event, started_on,"
    " {due_on}, warn_on, calendar_id, skipped, subject_kind, subject_ref, set_at"
    " FROM deadline WHERE met_on IS NULL LIMIT 1"
)
"""A due date written behind the program's back; the database lets nobody change one."""

SPOILS = {
    "no price lies below nine tenths of the one before": (
        "UPDATE auction_round SET starting_price = 1 WHERE number = 2"
    ),
    "the price falls by decision only": (
        "UPDATE auction_round SET starting_price = starting_price - 1 WHERE number = 2"
    ),
    "a due date has its rule, article and start": COPIED.format(article="''", due_on="due_on"),
}


@pytest.mark.parametrize("claim", SPOILS)
def test_a_broken_claim_is_seen(office: Selling, claim: str) -> None:
    """Negative control: a claim finds what was spoiled behind the program's back."""
    office.acts(("fall",), throw=3, n=12)
    assert broken(office.session, office.people) == {}
    office.session.execute(text(SPOILS[claim]))
    assert claim in broken(office.session, office.people)


def test_a_due_date_that_nothing_explains_is_seen(office: Selling) -> None:
    """Negative control."""
    office.acts(("fall",), throw=3, n=6)
    assert unexplained(office.session) == []
    spoilt = COPIED.format(article="article", due_on="due_on + 1")
    office.session.execute(text(spoilt))
    assert len(unexplained(office.session)) == 1
