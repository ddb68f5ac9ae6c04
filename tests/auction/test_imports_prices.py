"""Imported prices against the law of their day: what fell too far is kept and noted."""

from datetime import date

import pytest
from sqlalchemy import select

from auction.legal_rules.models import LegalRule
from auction.lots.models import AuctionRound, Breach, Lot
from tests.make.imports import PROFILE, ROUNDS, make_folder, run_import


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "made")


def test_a_price_that_fell_too_far_is_kept_and_noted_with_its_article(session, folder, at):
    rounds = ROUNDS.replace("L1,3,2026-08-31,810000", "L1,3,2026-08-31,800000")
    done = run_import(session, make_folder(folder, rounds=rounds), at)
    assert done.breaches == 1
    third = session.scalars(
        select(AuctionRound)
        .join(Lot, Lot.id == AuctionRound.lot_id)
        .where(Lot.source_ref == "L1", AuctionRound.number == 3)
    ).one()
    assert third.starting_price == 800_000
    breach = session.scalars(select(Breach).where(Breach.round_id == third.id)).one()
    assert breach.rule_key == "max_reduction_pct"
    assert breach.article
    assert breach.rule_id is not None
    assert breach.facts == {
        "number": 3,
        "price_before": "900000.00",
        "price_after": "800000.00",
        "lowest_price": "810000",
        "reduced_by": "11.1111",
        "on": "2026-08-31",
    }
    assert run_import(session, folder, at).breaches == 1, (
        "again finds it and notes it no second time"
    )


def test_each_cut_is_judged_by_the_row_of_law_of_its_day(session, folder, at):
    rounds = ROUNDS.replace("2026-08-31,810000", "2026-08-31,800000") + (
        "L3,2,2014-05-05,400000,unsold,\n"
    )
    run_import(session, make_folder(folder, rounds=rounds), at)
    breaches = session.execute(
        select(Lot.source_ref, LegalRule.id, LegalRule.valid_from, LegalRule.valid_to)
        .join(Breach, Breach.lot_id == Lot.id)
        .join(LegalRule, LegalRule.id == Breach.rule_id)
        .order_by(Lot.source_ref)
    ).all()
    assert [ref for ref, *_rest in breaches] == ["L1", "L3"]
    (_l1, new_rule, since, _to), (_l3, old_rule, _since, until) = breaches
    assert new_rule != old_rule
    assert since <= date(2026, 8, 31)
    assert until < date(2026, 8, 31)


def test_a_lawful_cut_is_no_breach_also_where_a_few_dong_were_rounded_away(session, folder, at):
    rounds = (
        ROUNDS.replace("L1,1,2026-07-20,1000000", "L1,1,2026-07-20,1224328527")
        .replace("L1,2,2026-08-10,900000", "L1,2,2026-08-10,1101895673")
        .replace("L1,3,2026-08-31,810000", "L1,3,2026-08-31,991706106")
    )
    assert run_import(session, make_folder(folder, rounds=rounds), at).breaches == 0


def test_rounds_between_which_others_are_missing_are_not_compared(session, folder, at):
    rounds = (
        "lot,no,day,price,result,paid\n"
        "L1,1,2026-07-20,1000000,unsold,\nL1,4,2026-08-31,500000,unsold,\n"
    )
    assert run_import(session, make_folder(folder, rounds=rounds), at).breaches == 0


def test_a_foreign_source_is_not_judged_by_our_law(session, folder, at):
    own = folder / "own.toml"
    own.write_text(PROFILE.replace('checks = ["max_reduction_pct"]', ""), "utf-8")
    rounds = ROUNDS.replace("L1,3,2026-08-31,810000", "L1,3,2026-08-31,8000")
    done = run_import(session, make_folder(folder, rounds=rounds), at, profile=str(own))
    assert done.breaches == 0
