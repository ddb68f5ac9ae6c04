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
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auction.bidding.queries import check_runs
from auction.deadlines.models import Deadline
from inventory.base.actor import SYSTEM
from service.database import act_as
from tests.make.lawful import CLAIMS, TIMELY, broken, unexplained
from tests.make.organisation import People
from tests.make.selling import Selling

RUNS, STEPS, BATCH = 4, 20, 15
"""Runs, steps in each, acts in a step."""

ACTS = (
    *("form", "form_again", "give_notice", "depart", "schedule", "register", "bid"),
    *("contract", "end_contract", "announce"),
    *("sell", "end_round", "fall"),
    *("reduce", "rule", "ask", "answer", "tell", "pay_difference", "redeem", "cost", "claim"),
    *("hold", "release_hold", "pay", "default", "bank", "decide", "deliver", "annul"),
    *("propose", "approve", "pay_out", "take_back", "refund"),
    *("relot", "buy_first", "settle", "give_back", "recall"),
    *("sell_directly", "take"),
    *("interest", "reverse", "send_back", "extend", "keep", "share", "lapse", "delegate", "lead"),
)
MANY = 32
"""Kinds of acts that are carried out at the least, whatever the dice say."""
OFTEN = (
    *("fall",) * 4,
    *("form",) * 4,
    "schedule",
    "end_round",
    "reduce",
    "register",
    "sell",
    "sell",
)
SELLS = (
    "schedule",
    "sell",
    "sell",
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
    *("sell_directly", "take") * 2,
    *("interest", "reverse", "extend", "share", "share", "lapse", "keep"),
)


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
    assert len(set(ACTS) & set(office.done)) >= MANY, "nearly every act was carried out"
    assert len({name for _act, name in office.refused}) >= 25, "and refused for many reasons"


COPIED = (
    "INSERT INTO deadline (office_id, rule_id, rule_key, scope, article, confidence, event,"
    " started_on, due_on, warn_on, calendar_id, skipped, subject_kind, subject_ref, set_at)"
    " SELECT office_id, rule_id, rule_key, 'copy', {article}, confidence, event, started_on,"
    " {due_on}, warn_on, calendar_id, skipped, subject_kind, subject_ref, set_at"
    " FROM deadline WHERE met_on IS NULL LIMIT 1"
)
"""A due date written behind the program's back; the database lets nobody change one."""

ROUND = (
    "WITH r AS (INSERT INTO auction_round"
    " (lot_id, office_id, number, starting_price, held_on, recorded_at)"
    " SELECT lot_id, office_id, number + 1, starting_price, held_on, recorded_at"
    " FROM auction_round ORDER BY number DESC LIMIT 1 RETURNING id, lot_id, office_id)"
    " INSERT INTO round_outcome (round_id, lot_id, office_id, code, recorded_at)"
    " SELECT id, lot_id, office_id, 'failed_no_bid', now() FROM r"
)
SALE = (
    "INSERT INTO sale (office_id, lot_id, round_id, way, buyer, price, sold_on, paid_on,"
    " recorded_at) SELECT office_id, lot_id, {round_id}, 'direct', 'Ai Đó', {price}, held_on,"
    " {paid_on}, now() FROM auction_round WHERE number = 1 ORDER BY id LIMIT 1"
)
STEP = (
    "INSERT INTO asset_step (asset_id, office_id, seq, life, step, on_day, state, since_on, regime,"
    " article, confidence, unrecorded, afterwards, recorded_at, recorded_by)"
    " SELECT asset_id, office_id, seq + {by}, life, 'paid', on_day, 'sold_paid', since_on, regime,"
    " article, confidence, unrecorded, afterwards, recorded_at, recorded_by"
    " FROM asset_step ORDER BY id DESC LIMIT 1"
)
TWO_LOTS = (
    "WITH l AS (INSERT INTO lot (id, reference, office_id, description, currency, recorded_at)"
    "  SELECT id + 900000, 'DG-0900000-0', office_id, 'Lô', 'VND', now() FROM lot"
    "  ORDER BY id LIMIT 1 RETURNING id, office_id),"
    " x AS (INSERT INTO lot_asset (lot_id, asset_id, position)"
    "  SELECT l.id, o.asset_id, 1 FROM l JOIN lot_asset o ON o.lot_id = l.id - 900000)"
    " INSERT INTO sale (office_id, lot_id, way, buyer, price, sold_on, recorded_at)"
    " SELECT l.office_id, one, 'direct', 'Ai Đó', 2000000000, date '2026-11-23', now()"
    " FROM l, unnest(ARRAY[l.id, l.id - 900000]) AS one"
)
WINNERS = (
    "WITH b AS (INSERT INTO bidder (round_id, lot_id, office_id, number, name, identity_number,"
    "   registered_at, recorded_at)"
    "  SELECT r.id, r.lot_id, r.office_id, n, 'Giả ' || n, n::text, now(), now()"
    "  FROM (SELECT * FROM auction_round ORDER BY id LIMIT 1) r, generate_series(91, 92) n"
    "  RETURNING id, round_id, office_id)"
    " INSERT INTO bid (round_id, office_id, bidder_id, seq, kind, recorded_at)"
    " SELECT round_id, office_id, id, id, 'accepted', now() FROM b"
)
PAYOUT = (
    "INSERT INTO payout (office_id, sale_id, version, on_day, claims_upto, costs, gross, net,"
    " left_for_debtor, without_rent, taxes, proposed_at, proposed_by_id, approved_at,"
    " approved_by_id)"
    " SELECT office_id, id, 1, sold_on, 0, 0, 10, 10, 0, false, 0, now(), {by}, {at}, {by}"
    " FROM sale LIMIT 1"
)
LINE = (
    "INSERT INTO payout_line (payout_id, office_id, position, kind, claim_id, payee, owed, amount,"
    " held, set_off, article, confidence) SELECT id, office_id, 1, 'rank', {claim}, 'Ai Đó',"
    " {owed}, 10, false, false, 'L25 Art. 54', 'A' FROM payout LIMIT 1"
)
ENTRY = (
    "INSERT INTO sale_entry (sale_id, office_id, kind, happened_on, amount, recorded_at)"
    " SELECT id, office_id, '{kind}', sold_on, 10, now() FROM sale LIMIT 1"
)
VOUCHER = (
    "INSERT INTO voucher (line_id, office_id, attempt, number, way, amount, paid_on, recorded_at)"
    " SELECT id, office_id, 1, 'PC-X', 'transfer', {amount}, date '2026-11-23', now()"
    " FROM payout_line LIMIT 1"
)
SOLD = SALE.format(round_id="NULL", price="2000000000", paid_on="NULL")
CLERK = "(SELECT min(id) FROM staff)"
DIVIDED = (
    SOLD,
    PAYOUT.format(by="NULL", at="NULL"),
    LINE.format(claim="NULL", owed="10"),
)
APPROVE = f"UPDATE payout SET approved_at = now(), approved_by_id = {CLERK}"

SPOILS = {
    "no price lies below nine tenths of the one before": (
        "UPDATE auction_round SET starting_price = 1 WHERE number = 2",
    ),
    "no decision cuts more than a tenth": ("UPDATE price_reduction SET new_price = 1",),
    "the price falls by decision only": (
        "UPDATE auction_round SET starting_price = starting_price - 1 WHERE number = 2",
    ),
    "no lot begins below what its things were offered at or are worth": (
        "UPDATE auction_round SET starting_price = 999999999 WHERE number = 1",
    ),
    "a round is fixed under a contract in force for all its things": (
        "UPDATE auction_round SET contract_id = NULL",
    ),
    "a contract is signed once the parties knew each price and had their time to ask again": (
        "UPDATE auction_contract SET way = 'local_centre', signed_on = date '2026-09-11'",
    ),
    "a deposit is a twentieth to a fifth of the price": (
        "UPDATE auction_round SET deposit = starting_price * 0.21",
    ),
    "a round has one winner": (WINNERS,),
    "a thing has one buyer at a time": (TWO_LOTS,),
    "nothing that is sold is offered to others": (
        STEP.format(by=1),
        "UPDATE lot SET awaits = 'outcome'",
    ),
    "who paid has paid the price": (
        SALE.format(round_id="NULL", price="2000000000", paid_on="held_on"),
    ),
    "a sale is never below the starting price": (
        SALE.format(round_id="id", price="1", paid_on="NULL"),
    ),
    "nothing is sold without auction below the price in force": (
        SALE.format(round_id="NULL", price="1", paid_on="NULL"),
    ),
    "the lines of a payout are its money": (SOLD, PAYOUT.format(by="NULL", at="NULL")),
    "no more is given back than came in as money": (SOLD, ENTRY.format(kind="returned")),
    "what a buyer in default had paid is forfeited or kept apart, to the dong": (
        SOLD,
        ENTRY.format(kind="receipt"),
        "UPDATE sale SET defaulted_on = sold_on",
    ),
    "no more is paid out in money than came in as money": (
        *DIVIDED,
        ENTRY.format(kind="set_off"),
        APPROVE,
        VOUCHER.format(amount="10"),
    ),
    "a due date has its rule, article and start": (COPIED.format(article="''", due_on="due_on"),),
    "steps follow each other without a gap": (STEP.format(by=5),),
    "a departure was approved by somebody else than who asked": (
        "WITH d AS (INSERT INTO departure (office_id, rule_key, article, confidence, subject_kind,"
        "  subject_ref, on_day, reason, asked_at, asked_by_id, asked_by)"
        "  SELECT office_id, rule_key, article, confidence, subject_kind, subject_ref, started_on,"
        "   'Không', now(), " + CLERK + ", 'Ai Đó' FROM deadline LIMIT 1 RETURNING id, office_id)"
        " INSERT INTO departure_decision (departure_id, office_id, approved, decided_at,"
        "  decided_by_id, decided_by) SELECT id, office_id, true, now(), " + CLERK + ", 'Ai Đó'"
        " FROM d",
    ),
}
"""A claim, and what breaks it behind the program's back."""

REFUSED = {
    "a lot has one winner at a time": (SOLD, SOLD),
    "nobody gets more than he is owed": (
        SOLD,
        PAYOUT.format(by="NULL", at="NULL"),
        LINE.format(claim="NULL", owed="9"),
    ),
    "a line is paid once": (*DIVIDED, VOUCHER.format(amount="11")),
    "what is approved to be divided is what the ledger of its sale holds": (*DIVIDED, APPROVE),
    "who proposed a payout did not approve it": (SOLD, PAYOUT.format(by=CLERK, at="now()")),
    "a due date that moved has its row": (
        "INSERT INTO deadline_move (deadline_id, office_id, why, old_due_on, old_rule_id, rule_id)"
        " SELECT id, office_id, '', due_on, rule_id, rule_id FROM deadline LIMIT 1",
    ),
}
"""What the database itself does not take."""


def spoil(office: Selling, statements: tuple[str, ...]) -> None:
    """Some rounds without bidders, and then what nobody may write."""
    office.acts(("fall",), throw=3, n=12)
    assert broken(office.session, office.people) == {}
    for statement in statements:
        office.session.execute(text(statement))


def test_every_claim_has_its_negative_control() -> None:
    assert SPOILS.keys() | REFUSED.keys() == CLAIMS.keys()
    assert not SPOILS.keys() & REFUSED.keys()


@pytest.mark.parametrize("claim", SPOILS)
def test_a_broken_claim_is_seen(office: Selling, claim: str) -> None:
    """Negative control: a claim finds what was spoiled behind the program's back."""
    spoil(office, SPOILS[claim])
    assert claim in broken(office.session, office.people)


@pytest.mark.parametrize("claim", REFUSED)
def test_what_would_break_a_claim_is_refused_by_the_database(office: Selling, claim: str) -> None:
    """Negative control: here the last belt is the database."""
    spoil(office, REFUSED[claim][:-1])
    with pytest.raises(DBAPIError):
        office.session.execute(text(REFUSED[claim][-1]))


ASTRAY = (
    "WITH b AS (INSERT INTO bidder (round_id, lot_id, office_id, number, name, identity_number,"
    "  registered_at, recorded_at) SELECT id, lot_id, office_id, 97, 'Giả', '97', now(), now()"
    "  FROM auction_round ORDER BY id LIMIT 1 RETURNING id, round_id, office_id)"
    " INSERT INTO deposit_entry (bidder_id, round_id, lot_id, office_id, kind, amount,"
    "  happened_at, recorded_at) SELECT b.id, b.round_id, r.lot_id, b.office_id, 'paid', 1,"
    "  r.held_on::timestamptz, now()"
    " FROM b JOIN auction_round r ON r.id = b.round_id"
)


def test_a_deposit_outside_its_days_that_is_no_breach_is_seen(office: Selling) -> None:
    """Negative control."""
    spoil(office, (ASTRAY,))
    assert TIMELY in broken(office.session, office.people)


def test_a_due_date_that_nothing_explains_is_seen(office: Selling) -> None:
    """Negative control."""
    office.acts(("fall",), throw=3, n=6)
    assert unexplained(office.session) == []
    spoilt = COPIED.format(article="article", due_on="due_on + 1")
    office.session.execute(text(spoilt))
    assert len(unexplained(office.session)) == 1
