"""The dated rows as shipped, and how the row of a step is chosen."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.legal_rules.rules import (
    Confidence,
    Direction,
    Rule,
    RuleUnknown,
    ScopeNeeded,
    Unit,
    choose_rule,
    rules_of,
    sale_parameters,
)
from auction.legal_rules.shipped import (
    rule_files,
    shipped_parameter,
    shipped_parameters,
    shipped_rules,
)
from auction.legal_rules.words import cite, value_words, vocabulary, word

RULES = shipped_rules()
OLD = date(2026, 6, 30)
NEW = date(2026, 7, 1)

REGIMES = [
    ("voluntary_period", None, 10, "d", 10, "d"),
    ("auction_contract_due", None, 10, "d", 5, "wd"),
    ("auction_hold_due", "movable", 30, "d", 30, "d"),
    ("auction_hold_due", "immovable", 45, "d", 45, "d"),
    ("setoff_debtor_redeem", None, 30, "d", 5, "wd"),
    ("setoff_creditor_answer", None, 10, "d", 3, "wd"),
    ("coowner_priority_first", "immovable", 3, "month", 15, "d"),
    ("coowner_priority_first", "movable", 1, "month", 5, "wd"),
    ("coowner_priority_next", None, 15, "d", 3, "wd"),
    ("destroy_act_due", None, 10, "d", 20, "d"),
    ("return_wait_goods", None, 3, "month", 30, "d"),
    ("return_wait_papers", None, 1, "year", 3, "month"),
    ("small_value_threshold", None, 10_000_000, "vnd", 5, "min_wage"),
    ("floor_test", None, "coercion_costs", "text", "enforcement_costs", "text"),
    ("payment_ranks", "other_obligations", 3, "rank", 5, "rank"),
    ("payment_ranks", "insurance", 3, "rank", 4, "rank"),
]


@pytest.mark.parametrize(("key", "scope", "before", "unit_before", "after", "unit_after"), REGIMES)
def test_the_last_day_of_the_old_law_and_the_first_of_the_new_have_their_own_value(
    key, scope, before, unit_before, after, unit_after
):
    old = choose_rule(RULES, key, OLD, scope)
    new = choose_rule(RULES, key, NEW, scope)
    assert (old.value, old.unit) == (before, unit_before)
    assert (new.value, new.unit) == (after, unit_after)
    assert old.article != new.article


ONE_REGIME = [
    ("reduction_decision_due", NEW, 5, "wd"),
    ("failure_notice_to_parties", NEW, 2, "wd"),
    ("price_notice_due", NEW, 3, "wd"),
    ("return_notice_due", NEW, 3, "wd"),
    ("reduction_agreement_call", OLD, 5, "wd"),
    ("reduction_decision_due_state_revenue", OLD, 10, "d"),
    ("consult_finance_body_reply", OLD, 15, "d"),
]


@pytest.mark.parametrize(("key", "on", "value", "unit"), ONE_REGIME)
def test_a_limit_that_only_one_law_knows_is_refused_under_the_other(key, on, value, unit):
    rule = choose_rule(RULES, key, on)
    assert (rule.value, rule.unit) == (value, unit)
    with pytest.raises(RuleUnknown, match="its values are dated"):
        choose_rule(RULES, key, NEW if on == OLD else OLD)


def test_delivery_took_thirty_days_until_2024_and_sixty_where_complex():
    last = date(2024, 12, 31)
    assert choose_rule(RULES, "delivery_due", last).value == 30
    assert choose_rule(RULES, "delivery_due", last, "complex").value == 60
    assert choose_rule(RULES, "delivery_due", date(2025, 1, 1)).value == 60


def test_the_general_row_serves_a_scope_that_has_none_of_its_own():
    assert choose_rule(RULES, "pay_due", NEW, "immovable").value == 30
    assert choose_rule(RULES, "pay_due", NEW, "agreed").value == 60


def test_a_rule_without_a_general_row_asks_for_the_scope():
    with pytest.raises(ScopeNeeded, match="immovable, movable") as refusal:
        choose_rule(RULES, "auction_hold_due", NEW)
    assert "scope" in refusal.value.fields


def test_a_scope_the_rule_does_not_know_is_refused_with_those_it_knows():
    with pytest.raises(RuleUnknown, match="it has one for: immovable, movable"):
        choose_rule(RULES, "auction_hold_due", NEW, "region_1")


def test_an_unknown_rule_is_refused():
    with pytest.raises(RuleUnknown, match="No legal rule is called no_such_rule"):
        rules_of(RULES, "no_such_rule", NEW)
    with pytest.raises(RuleUnknown):
        shipped_parameter("no_such_rule")


def test_every_row_has_an_article_of_a_known_law_and_a_confidence():
    sources = vocabulary()["sources"]
    for rule in RULES:
        assert rule.confidence in Confidence
        for part in rule.article.split(";"):
            assert part.split()[0] in sources, rule


def test_every_row_ends_after_it_begins():
    assert not [rule for rule in RULES if rule.valid_to and rule.valid_to < rule.valid_from]


def test_no_two_rows_of_a_rule_and_scope_overlap():
    for parameter in shipped_parameters():
        for a, b in combinations(parameter.rules, 2):
            if a.scope == b.scope:
                assert (a.valid_to or date.max) < b.valid_from or (
                    b.valid_to or date.max
                ) < a.valid_from, (a, b)


def test_the_unconfirmed_auction_rows_begin_with_the_law_of_2024():
    for rule in RULES:
        if "PA16" in rule.article and rule.serves(date(2025, 1, 1)):
            assert rule.confidence is not Confidence.READ, rule


def test_every_rule_is_found_in_its_file_alone():
    for parameter in shipped_parameters():
        assert shipped_parameter(parameter.key) == parameter


def test_no_rule_is_written_in_two_files():
    keys = [parameter.key for parameter in shipped_parameters()]
    assert len(keys) == len(set(keys))
    assert len(rule_files()) == len({parameter.section for parameter in shipped_parameters()})


def test_every_event_scope_and_term_has_words_in_both_languages():
    known = vocabulary()
    for rule in RULES:
        if rule.anchor:
            assert rule.anchor in known["events"], rule
        if rule.scope:
            assert rule.scope in known["scopes"], rule
        if rule.unit in (Unit.TEXT, Unit.PERIOD):
            assert set(rule.codes) <= set(known["terms"]), rule


CHOSEN_BY_NO_ROW = {
    "next_bidder_asked_whatever_he_bid",
    "reduced_as_after_failure",
    "round_fails_when_refused",
}
"""Ways the program knows that a new version of a rule may choose; the law of today chose others."""


def test_every_word_is_used():
    known = vocabulary()
    assert set(known["events"]) == {rule.anchor for rule in RULES if rule.anchor}
    assert set(known["scopes"]) == {rule.scope for rule in RULES if rule.scope}
    terms = {c for rule in RULES if rule.unit in (Unit.TEXT, Unit.PERIOD) for c in rule.codes}
    assert set(known["terms"]) == terms | CHOSEN_BY_NO_ROW
    cited = {part.split()[0] for rule in RULES for part in rule.article.split(";")}
    assert set(known["sources"]) == cited


def test_a_note_is_written_in_both_languages():
    assert not [rule for rule in RULES if bool(rule.note_en) != bool(rule.note_vi)]


def test_a_number_of_days_names_the_event_it_is_counted_from():
    durations = {Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR, Unit.HOUR}
    for rule in RULES:
        if rule.unit in durations and isinstance(rule.value, int):
            assert rule.anchor, rule


def test_limits_that_run_backward_are_marked():
    backward = {rule.key for rule in RULES if rule.direction is Direction.BEFORE}
    assert {"seizure_notice_immovable", "redeem_before_opening", "posting_movable"} <= backward
    assert "pay_due" not in backward


CITATIONS = [
    (
        "L25 Art. 83(3)",
        "Law on Civil Judgment Enforcement 106/2025/QH15, Art. 83(3)",
        "khoản 3 Điều 83 Luật Thi hành án dân sự số 106/2025/QH15",
    ),
    (
        "L25 Art. 82(2)c",
        "Law on Civil Judgment Enforcement 106/2025/QH15, Art. 82(2)c",
        "điểm c khoản 2 Điều 82 Luật Thi hành án dân sự số 106/2025/QH15",
    ),
    (
        "D152/26 Art. 64",
        "Decree 152/2026/NĐ-CP, Art. 64",
        "Điều 64 Nghị định số 152/2026/NĐ-CP",
    ),
    (
        "JC12/21 Art. 8, 9",
        "Joint Circular 12/2021/TTLT, Art. 8, 9",
        "Điều 8, Điều 9 Thông tư liên tịch số 12/2021/TTLT",
    ),
    (
        "L25 Art. 83(1); D152/26 Art. 63(1)",
        "Law on Civil Judgment Enforcement 106/2025/QH15, Art. 83(1); "
        "Decree 152/2026/NĐ-CP, Art. 63(1)",
        "khoản 1 Điều 83 Luật Thi hành án dân sự số 106/2025/QH15; "
        "khoản 1 Điều 63 Nghị định số 152/2026/NĐ-CP",
    ),
    (
        "HOUSE",
        "setting of the service, no statute",
        "thiết lập của hệ thống, chưa có văn bản quy định",
    ),
]


@pytest.mark.parametrize(("article", "english", "vietnamese"), CITATIONS)
def test_a_citation_is_written_out_in_both_languages(article, english, vietnamese):
    assert cite(article).said("en") == english
    assert cite(article).said("vi") == vietnamese


def test_every_provision_cited_is_understood():
    for rule in RULES:
        assert "(" not in cite(rule.article).vi.replace("(sửa đổi, bổ sung)", ""), rule


def test_a_code_without_words_stands_for_itself():
    assert word("scopes", "unheard_of").said("vi") == "unheard_of"


def test_values_are_written_as_each_language_writes_numbers():
    threshold = choose_rule(RULES, "announce_scope", NEW, "movable")
    assert value_words(threshold).said("en") == "50,000,000"
    assert value_words(threshold).said("vi") == "50.000.000"
    assert value_words(choose_rule(RULES, "floor_near_ratio", NEW)).said("vi") == "1,2"
    assert value_words(choose_rule(RULES, "no_coercion_hours", NEW)).en == "22:00 – 06:00"
    assert value_words(choose_rule(RULES, "stat_periods", NEW)).en == "3, 6, 10, 12"
    assert value_words(choose_rule(RULES, "floor_test", NEW)).vi == "chi phí thi hành án"
    assert value_words(choose_rule(RULES, "pay_due", NEW)).en == "30"


def test_a_list_is_not_a_number():
    with pytest.raises(TypeError):
        _ = choose_rule(RULES, "stat_periods", NEW).number


def test_sale_parameters_gather_what_the_rounds_of_a_lot_need():
    found = sale_parameters(RULES, NEW)
    assert found.max_reduction.article == "L25 Art. 83(3)"
    assert found.flag_tiers == (
        (3, "attention"),
        (5, "office_review"),
        (10, "provincial_team"),
        (20, "central_list"),
    )
    assert found.setoff_from_reduction == 2
    assert found.floor_basis == "enforcement_costs"
    assert found.floor_near_ratio == Decimal("1.2")
    assert "stopped" not in found.counted_outcomes
    assert found.counted_outcomes.isdisjoint(found.resetting_outcomes)


@pytest.mark.parametrize(
    ("failed", "tier"),
    [
        (2, None),
        (3, "attention"),
        (9, "office_review"),
        (10, "provincial_team"),
        (29, "central_list"),
    ],
)
def test_the_tier_is_the_highest_that_the_failed_rounds_reach(failed, tier):
    assert sale_parameters(RULES, NEW).tier_of(failed) == tier


def test_before_the_setoff_right_existed_the_parameters_say_so():
    found = sale_parameters(RULES, date(2012, 3, 1))
    assert (found.setoff_from_reduction, found.floor_basis) == (None, None)


def a_rule(**over) -> Rule:
    values = {
        "key": "made_up",
        "value": 1,
        "unit": Unit.DAY,
        "valid_from": date(2020, 1, 1),
        "article": "HOUSE",
        "confidence": Confidence.UNCONFIRMED,
    }
    return Rule(**{**values, **over})


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)))
def test_dated_rows_that_follow_each_other_leave_no_day_out_and_none_twice(on):
    change = date(2026, 7, 1)
    rows = [
        a_rule(value=1, valid_from=date(2015, 1, 1), valid_to=change - timedelta(days=1)),
        a_rule(value=2, valid_from=change),
    ]
    assert choose_rule(rows, "made_up", on).value == (1 if on < change else 2)
    assert len(rules_of(rows, "made_up", on)) == 1
