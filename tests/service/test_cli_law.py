"""``kebien law`` as it is called: exit status, JSON, words, and a cold start without a database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.main import main

HEAVY = ("sqlalchemy", "litestar", "holidays", "rich", "psycopg", "babel", "alembic")


def law(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["law", *arguments])


def answer(*arguments: str):
    result = law(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_rule_answers_with_value_unit_article_confidence_and_its_days():
    found = answer("rule", "auction_contract_due", "--on", "2026-06-30")
    assert (found["value"], found["unit"]) == (10, "d")
    assert (found["valid_from"], found["valid_to"]) == ("2009-07-01", "2026-06-30")
    assert (found["article"], found["confidence"]) == ("L08 Art. 101(2)", "A")
    found = answer("rule", "auction_contract_due", "--on", "2026-07-01")
    assert (found["value"], found["unit"], found["valid_to"]) == (5, "wd", None)


def test_a_rule_that_is_not_confirmed_says_so():
    assert answer("rule", "certificate_validity_max", "--on", "2026-08-01")["confirmed"] is False
    told = law("rule", "certificate_validity_max", "--on", "2026-08-01").stdout
    assert "to be confirmed" in told
    assert "The day printed on the certificate wins." in told


def test_a_deadline_answers_with_the_skipped_days_and_why():
    found = answer("deadline", "setoff_notify_debtor", "--from", "2026-08-28")
    assert found["due"] == "2026-09-07"
    assert found["article"] == "D152/26 Art. 65(6)"
    assert [day["date"] for day in found["skipped"]] == [
        "2026-08-29",
        "2026-08-30",
        "2026-08-31",
        "2026-09-01",
        "2026-09-02",
        "2026-09-05",
        "2026-09-06",
    ]
    assert found["skipped"][3]["reason"] == "National Day"
    assert found["calendar_is_forecast"] is False


def test_a_deadline_in_a_year_not_announced_yet_says_so():
    assert answer("deadline", "pay_due", "--from", "2028-02-01")["calendar_is_forecast"] is True
    assert "not announced" in law("deadline", "pay_due", "--from", "2028-02-01").stdout


def test_a_deadline_is_told_in_words():
    told = law("deadline", "redeem_before_opening", "--from", "2026-08-31").stdout
    assert "1 working day before opening of the auction" in told
    assert "Friday 2026-08-28" in told
    assert "Sunday (Chủ nhật)" in told


def test_a_rule_of_no_event_is_told_without_one():
    told = law("rule", "failed_rounds_flag", "--on", "2026-08-01", "--scope", "central_list").stdout
    assert "counted" not in told
    assert "central list" in told


def test_the_scope_chooses_the_row():
    movable = answer("deadline", "auction_hold_due", "--from", "2026-07-10", "--scope", "movable")
    immovable = answer("rule", "auction_hold_due", "--on", "2026-07-10", "--scope", "immovable")
    assert (movable["value"], immovable["value"]) == (30, 45)
    assert movable["scope"] == "movable"


def test_next_price_and_forecast_answer_in_digits():
    assert answer("next-price", "2345678907", "--on", "2026-08-01")["lowest_next_price"] == (
        "2111111017"
    )
    found = answer(
        "forecast", "--price", "1000000000", "--costs", "100000000", "--on", "2026-08-01"
    )
    assert (found["reductions"], found["price_then"]) == (22, "98477094")
    assert len(found["prices"]) == 22


def test_next_price_and_forecast_are_told_in_words():
    assert "90.45" in law("next-price", "100.5", "--on", "2026-08-01", "--currency", "THB").stdout
    told = law("forecast", "--price", "1000", "--costs", "900", "--on", "2026-08-01").stdout
    assert "900" in told
    still = law("forecast", "--price", "9", "--costs", "5", "--on", "2026-08-01").stdout
    assert "False" in still


def test_the_list_holds_every_row_or_those_of_a_day():
    every = answer("list")
    today = answer("list", "--on", "2026-08-01")
    assert len(every) > len(today) > 150
    assert all(row["article"] and row["confidence"] for row in every)
    assert "L25 Art. 83(3)" in law("list", "--on", "2026-08-01").stdout


def test_the_page_of_all_rules_in_the_docs_is_what_the_files_say():
    page = Path(__file__).parents[2] / "docs" / "legal-rules.md"
    assert law("list", "--markdown").stdout == page.read_text("utf-8"), (
        "run: kebien law list --markdown > docs/legal-rules.md"
    )


def test_the_calendar_is_shown_and_made_anew(tmp_path: Path):
    found = answer("calendar", "2026")
    assert found["worked"] == ["2026-08-22"]
    assert "Ngày Văn hóa Việt Nam" in law("calendar", "2026").stdout
    path = tmp_path / "calendar.toml"
    made = law("calendar", "--write", str(path), "--years", "2026", "2027")
    assert made.exit_code == 0
    assert '2026-11-24 = "holiday:vietnam_cultural_day"' in path.read_text("utf-8")


REFUSED = [
    (("rule", "no_such_rule", "--on", "2026-08-01"), "No legal rule is called no_such_rule"),
    (("rule", "reduction_decision_due", "--on", "2026-06-30"), "its values are dated 2026-07-01"),
    (("deadline", "auction_hold_due", "--from", "2026-08-01"), "immovable, movable"),
    (("deadline", "pay_due", "--from", "2026-08-01", "--scope", "movabel"), "movabel"),
    (("deadline", "floor_test", "--from", "2026-08-01"), "not a number of days"),
    (("next-price", "100.5", "--on", "2026-08-01"), "whole number"),
    (("next-price", "100", "--on", "2026-08-01", "--currency", "ZZZ"), "ZZZ"),
    (("forecast", "--price", "10", "--costs", "0.5", "--on", "2026-08-01"), "whole number"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED)
def test_what_does_not_hold_ends_with_status_one_and_its_reason_on_standard_error(
    arguments, reason
):
    result = law(*arguments, "--json")
    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stdout == ""


WRONG = [
    ("rule", "pay_due"),
    ("rule", "pay_due", "--on", "2026-02-30"),
    ("rule", "pay_due", "--on", "20260801"),
    ("deadline", "pay_due", "--from", "tomorrow"),
    ("next-price", "ten", "--on", "2026-08-01"),
    ("next-price", "-5", "--on", "2026-08-01"),
    ("next-price", "1000000000000000000", "--on", "2026-08-01"),
    ("no-such-command",),
]


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_ends_with_status_two(arguments):
    result = law(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("deadline", "pay_due", "--from", "2026-08-28"),
        ("rule", "pay_due", "--on", "2026-08-28"),
        ("next-price", "10", "--on", "2026-08-28"),
    ],
)
def test_a_cold_start_loads_nothing_that_it_does_not_use(arguments):
    program = (
        "import sys\n"
        "from service.cli.main import main\n"
        f"main(['law', *{arguments!r}, '--json'], standalone_mode=False)\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["article"]
    assert done.stderr.strip() == "[]"


PAYOUT = {"net": 10, "claims": [{"rank": 1, "amount": 7}, {"rank": 5, "amount": "7.00"}]}


def payout(folder: Path, said: object, *arguments: str, on: str = "2026-08-01") -> Result:
    file = folder / "payout.json"
    file.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    return law("payout", str(file), "--on", on, *arguments)


def test_a_payout_goes_rank_by_rank_and_says_what_the_debtor_keeps(tmp_path):
    told = json.loads(payout(tmp_path, PAYOUT, "--json").stdout)
    assert told == {"paid": ["7", "3"], "left_for_debtor": "0"}
    table = payout(tmp_path, {**PAYOUT, "net": 1_000_000}).stdout
    assert "L25 Art. 54(1)" in table
    assert "999,986" in table


def test_a_payout_is_told_in_digits_however_its_file_was_written(tmp_path):
    named = {"rank": 1, "amount": 2e4, "creditor": "Ngân hàng Mẫu"}
    said = "\ufeff" + json.dumps({"net": "1E+5", "claims": [named]}).replace("20000.0", "2e4")
    told = json.loads(payout(tmp_path, said, "--json").stdout)
    assert told == {"paid": ["20000"], "left_for_debtor": "80000"}
    table = payout(tmp_path, said).stdout
    assert ("20,000" in table, "E+" in table) == (True, False)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({**PAYOUT, "net": -1}, "net sum -1"),
        ({**PAYOUT, "net": 0.5}, "0.5 is not a whole number"),
        ({**PAYOUT, "net": True}, "$.net"),
        ({"net": 5}, "claims"),
        ({**PAYOUT, "nett": 5}, "nett"),
        ({"net": 5, "claims": [{"rank": 1, "amount": -5}]}, "Claim 1"),
        ({"net": 5, "claims": [{"rank": 6, "amount": 5}]}, "no rank 6"),
        ("[", "array"),
        ("", "truncated"),
    ],
)
def test_a_file_of_a_payout_that_does_not_hold_is_refused_with_its_reason(tmp_path, said, reason):
    result = payout(tmp_path, said, "--json")
    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stdout == ""


def test_the_ranks_of_a_payout_are_those_of_its_day(tmp_path):
    result = payout(tmp_path, PAYOUT, on="2026-06-30")
    assert result.exit_code == 1
    assert "L08 Art. 47(1)" in result.stderr
    assert payout(tmp_path, {"net": 1, "claims": []}, on="1999-01-01").exit_code == 1
    assert law("payout", str(tmp_path / "none.json"), "--on", "2026-08-01").exit_code == 1
    assert law("payout", "--on", "2026-08-01").exit_code == 2


def test_a_payout_starts_cold_without_a_database(tmp_path):
    assert payout(tmp_path, PAYOUT).exit_code == 0
    program = (
        "import sys\n"
        "from service.cli.main import main\n"
        f"main(['law', 'payout', {str(tmp_path / 'payout.json')!r}, '--on', '2026-08-01',"
        " '--json'], standalone_mode=False)\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["paid"] == ["7", "3"]
    assert done.stderr.strip() == "[]"
