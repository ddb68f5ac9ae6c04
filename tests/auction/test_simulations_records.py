"""Limits and bounds that stand in the records of the steps themselves, tried on history."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rules_in_use
from auction.simulations.queries import list_cases
from auction.simulations.records import CODES, MEASURES, TERMS
from auction.simulations.rules import Change, told
from auction.simulations.schemas import SimulationOut
from auction.valuations.models import (
    Valuation,
)
from tests.auction.trials import picture, runner
from tests.make.auction import make_asset, make_lot, make_round
from tests.make.between import lot_on_its_way
from tests.make.organisation import People
from tests.make.recorded import (
    CHAIR,
    DAY,
    ON,
    a_call,
    a_certificate_of_march,
    a_contract_with_a_firm,
    a_deposit_in_cash,
    a_destruction,
    a_dossier_fee,
    a_forfeited_deposit,
    a_measure_by_minutes,
    a_price_council,
    a_protested_hold,
    a_reduction_after_a_default,
    a_revaluation,
    a_round_not_announced,
    a_sale_without_auction,
    a_seal_before_a_witness,
    a_tenant_put_out,
    a_termination,
    an_agreed_price,
    an_early_contract,
    an_excluded_bidder,
    an_offer,
    an_oral_round,
    evidence_in_a_store,
    gold_in_a_store,
    goods_fetched,
    kept_outside,
    posted_at_one_place,
    priced_without_an_answer,
    redeemed,
    sold_with_the_land,
    two_days_of_viewing,
)
from tests.make.rules import Centre, make_centre
from tests.make.simulations import make_row

Run = Callable[..., SimulationOut]
Make = Callable[[Session, People], None]


@pytest.fixture
def centre(session: Session, people: People) -> Centre:
    return make_centre(session, people)


@pytest.fixture
def run(session: Session, centre: Centre, at: datetime) -> Run:
    return runner(session, centre, at)


BREACH, STOPS, LATE = Change.BECOMES_BREACH, Change.STOPS_BREACH, Change.LATE
SEEN = "witness, commune_representative"
SIGNED, CONTRACTED = "valuation_contract_signed", "auction_contract_signed"
REDUCED, TOLD = "reduced_as_after_failure", "parties_told_the_price"
PLACES = "organisation_office, auction_venue"
CASES: list[tuple[Make, str, str | None, str, str, Change]] = [
    (a_dossier_fee, "dossier_fee_most", None, "300000", "450000", BREACH),
    (a_round_not_announced, "announce_scope", "movable", "40000000", "45000000", BREACH),
    (two_days_of_viewing, "viewing", None, "3", "1", BREACH),
    (a_deposit_in_cash, "deposit_cash_direct_max", None, "4000000", "4000001", BREACH),
    (a_deposit_in_cash, "deposit_collect_window", None, "0", "2", BREACH),
    (a_price_council, "price_council_min_members", None, "5", "2", BREACH),
    (a_revaluation, "revaluation_requests_max", None, "0", "2", BREACH),
    (a_certificate_of_march, "certificate_validity_max", None, "4", "7", BREACH),
    (a_protested_hold, "postpone_by_protest_authority_max", None, "1", "2", BREACH),
    (a_sale_without_auction, "non_auction_sale_notice", None, "3", "0", BREACH),
    (a_sale_without_auction, "non_auction_sale_procuracy", None, "3", "0", BREACH),
    (a_call, "org_selection_notice", None, "9", "4", BREACH),
    (a_call, "org_selection_result_notice", None, "1", "3", LATE),
    (a_destruction, "destroy_council_size", None, "4", "2", BREACH),
    (a_destruction, "destroy_council_due", None, "0", "1", LATE),
    (a_destruction, "destroy_act_due", None, "5", "20", LATE),
    (goods_fetched, "return_notice_due", None, "1", "3", LATE),
    (goods_fetched, "return_wait_goods", None, "10", "30", LATE),
    (an_offer, "handover_answer", None, "1", "3", LATE),
    (redeemed, "redeem_before_opening", None, "2", "1", BREACH),
    (sold_with_the_land, "remove_others_property", None, "20", "10", BREACH),
    (priced_without_an_answer, "consult_finance_body_reply", None, "20", "10", BREACH),
    (a_measure_by_minutes, "provisional_measure_decision", None, "12", "20", BREACH),
    (a_contract_with_a_firm, "valuation_firm_choice", None, "parties", CHAIR, BREACH),
    (
        *(a_contract_with_a_firm, "valuation_firm_area", None),
        *("same_province_first", "any_listed_firm", BREACH),
    ),
    (an_agreed_price, "price_agreement_until", None, "seizure", SIGNED, BREACH),
    (a_reduction_after_a_default, "price_after_default", None, REDUCED, "same_price", STOPS),
    (a_tenant_put_out, "tenant_who_obstructs", None, "lease_continues", "put_out_at_once", BREACH),
    (an_early_contract, "auction_contract_after", None, TOLD, "revaluation_window_over", STOPS),
    (an_early_contract, "revaluation_until", None, "auction_announced", CONTRACTED, STOPS),
    (a_termination, "termination_grounds", "parties_ask", "whole", "whole, part", BREACH),
    (a_seal_before_a_witness, "sealing_witnesses", None, "commune_representative", SEEN, BREACH),
    (evidence_in_a_store, "evidence_kept_in", None, "thads_store", "police_store", STOPS),
    (
        evidence_in_a_store,
        "special_kind_kept_in",
        "dangerous",
        "thads_store",
        "police_store",
        STOPS,
    ),
    (an_excluded_bidder, "excluded_bidders", None, "seller", "seller, valuer", BREACH),
    (a_measure_by_minutes, "provisional_measures", None, "holding", "holding, freeze", BREACH),
    (gold_in_a_store, "special_kind_kept_in", "precious", "thads_store", "treasury", STOPS),
    (kept_outside, "outside_custody_check", None, "0", "1", LATE),
    (an_oral_round, "auction_forms", None, "online", "oral", BREACH),
    (a_forfeited_deposit, "deposit_forfeit_grounds", None, "refused", "absent, refused", BREACH),
    (a_revaluation, "revaluation_grounds", None, "expired", "request", BREACH),
    (kept_outside, "custody_forms", None, "debtor", "third, debtor", BREACH),
    (a_destruction, "destroy_council_chair", None, "finance_body_of_same_level", CHAIR, BREACH),
    (a_destruction, "destroy_council_members", None, "finance_body_of_same_level", CHAIR, BREACH),
    (posted_at_one_place, "posting_places", "movable", "auction_venue", PLACES, STOPS),
    (posted_at_one_place, "announce_media", None, "press", "national_portal", STOPS),
]


@pytest.mark.parametrize(("make", "key", "scope", "stricter", "as_it_is", "change"), CASES)
def test_what_a_stricter_bound_would_have_found(
    session: Session,
    people: People,
    run: Run,
    make: Make,
    key: str,
    scope: str | None,
    stricter: str,
    as_it_is: str,
    change: Change,
) -> None:
    make(session, people)
    before = picture(session)
    assert run(key, stricter, scope=scope).totals == {change: 1}
    other = run(key, as_it_is, scope=scope)
    assert (other.judged, other.totals.get(change, 0)) == (1, 0)
    assert picture(session) == before


def test_every_source_is_tried_in_a_case_or_at_least_runs(
    session: Session, people: People, run: Run
) -> None:
    tried = {key for _make, key, *_rest in CASES}
    for key in sorted({*TERMS, *MEASURES, *CODES} - tried):
        row = rules_in_use(session, key)[-1]
        value = ", ".join(row.codes)
        assert run(key, value, scope=row.scope).judged == 0


def test_bounds_and_days_are_told_in_a_sentence(
    session: Session, people: People, centre: Centre, run: Run
) -> None:
    a_dossier_fee(session, people)
    a_deposit_in_cash(session, people)
    said = []
    for found in (run("dossier_fee_most", "300000"), run("deposit_collect_window", "0")):
        (case,) = list_cases(session, centre.head, found.id).items
        sentence, values = told(case.change, case.facts)
        said.append(sentence % values)
    assert said == [
        "Recorded: 400000.00; bound now 500000, with the draft 300000.",
        "Counted from 2026-08-03, done on 2026-07-31; bound now 2026-07-29, with the draft"
        " 2026-08-03.",
    ]


def test_a_departure_that_a_draft_leaves_no_room_for(
    session: Session, people: People, centre: Centre, at: datetime
) -> None:
    """Reduced to 900 against 950 of costs: a second person let it."""
    way = lot_on_its_way(session, people, at=at).fail().cost(950_000_000)
    way.let_through("floor_test").reduce()
    run = runner(session, centre, at + 90 * DAY)
    (row,) = [r for r in rules_in_use(session, "may_depart_from") if r.serves(way.today)]
    assert run("may_depart_from", ", ".join(row.codes)).totals == {Change.SAME: 1}
    others = ", ".join(code for code in row.codes if code != "floor_test")
    found = run("may_depart_from", others)
    (case,) = list_cases(session, centre.head, found.id).items
    assert (case.change, case.subject_ref) == (Change.BECOMES_BREACH, way.ref)


def test_a_wage_moves_the_threshold_of_its_region(
    session: Session, people: People, run: Run
) -> None:
    asset = make_asset(session, people.office)
    of = {"asset_id": asset.id, "office_id": people.office.id, "currency": "VND"}
    make_row(session, Valuation, amount=Decimal(20_000_000), valued_on=ON, **of)
    wage = run("regional_min_wage", "3000000", scope="region_1", region="region_1")
    assert wage.totals == {Change.NOT_SMALL: 1}
    most = run("non_auction_sale_value_max", "1", region="region_1")
    assert most.totals == {Change.NOT_SMALL: 1}


def test_a_tolerance_that_forgives_a_deep_cut(session: Session, people: People, run: Run) -> None:
    lot = make_lot(session, people.office, make_asset(session, people.office))
    for number, price in enumerate((1000, 880), 1):
        make_round(session, lot, number, ON + number * DAY, None, Decimal(price))
    assert run("import_price_cut_tolerance", "5").totals == {Change.STOPS_BREACH: 1}


def test_another_office_stays_out_of_sight(session: Session, people: People, become, run) -> None:
    a_dossier_fee(session, people)
    lot = make_lot(session, people.foreign, make_asset(session, people.foreign))
    make_round(session, lot, 1, ON, None, Decimal(1)).dossier_fee = Decimal(400_000)
    session.flush()
    assert run("dossier_fee_most", "300000").judged == 2
    assert run("dossier_fee_most", "300000", become(people.head)).judged == 1
