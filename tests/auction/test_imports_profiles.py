"""Profiles: the shipped ones hold, one's own is accepted, and every fault of one is named."""

import re
from pathlib import Path

import pytest

from auction.imports.profile import load_profile, shipped_profiles
from auction.imports.rules import TARGETS, ProfileFaulty
from auction.imports.schemas import TableCount
from inventory.base.errors import NotFound
from tests.make.imports import PROFILE, run_import

DOCS = Path(__file__).parents[2] / "docs" / "importing.md"


def test_the_sources_we_know_have_profiles():
    assert shipped_profiles() == ["ca_bc", "kr_court", "th_led", "vn_notices", "vn_relist"]


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_shipped_profile_holds_and_belongs_to_an_archive_of_its_own(name):
    profile = load_profile(name)
    assert profile.source == name
    assert profile.office.name
    assert len({load_profile(other).office.code for other in shipped_profiles()}) == 5


def test_only_auctions_under_vietnamese_law_are_checked_by_it():
    checked = {name for name in shipped_profiles() if load_profile(name).checks}
    assert checked == {"vn_notices", "vn_relist"}


def test_ones_own_profile_is_read_by_its_path(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(PROFILE, "utf-8")
    assert load_profile(str(path)).source == "made"


@pytest.mark.parametrize("name", ["nowhere", "nowhere.toml", "../rules", "", "th_led.toml"])
def test_an_unknown_profile_is_answered_with_the_known_ones(name):
    with pytest.raises(NotFound, match="ca_bc, kr_court, th_led, vn_notices, vn_relist"):
        load_profile(name)


def faults_of(tmp_path, old: str, new: str) -> dict[str, str]:
    assert old in PROFILE
    path = tmp_path / "own.toml"
    path.write_text(PROFILE.replace(old, new), "utf-8")
    with pytest.raises(ProfileFaulty) as refusal:
        load_profile(str(path))
    return {place: msgid % params for place, (msgid, params) in refusal.value.fields.items()}


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('"VND"', '"dong"', "currency", "dong is not a currency such as VND"),
        ('"Asia/Bangkok"', '"Siam"', "time_zone", "Siam is not a time zone"),
        ('source = "made"', 'source = "made up"', "source", "made up is not a short name"),
        ('"max_reduction_pct"', '"tides"', "checks", "tides is not a rule"),
        ('court = "text?"', 'court = "wort?"', "files.cases.columns.court", "wort? is not one of"),
        ('key = ["item"]', 'key = ["thing"]', "files.items.key", "no column thing"),
        ('court = "court"', 'court = "judge"', "files.cases.case.court", "no column judge"),
        ('court = "court"', 'curt = "court"', "files.cases.case.curt", "no such field"),
        ('number = "no"\n', "", "files.rounds.round.number", "must be given"),
        ('number = "no"', 'number = "day"', "files.rounds.round.number", "day holds day"),
        ('held_on = "day"', 'held_on = "{day}"', "files.rounds.round.held_on", "not a text"),
        (
            'held_on = "day"',
            'held_on = { join = ["day"] }',
            "files.rounds.round.held_on",
            "not a text",
        ),
        ('held_on = "day"', 'held_on = ["day", "no"]', "files.rounds.round.held_on", "no holds"),
        (
            'outcome = { column = "result", codes = "outcomes" }',
            'outcome = "result"',
            "files.rounds.round.outcome",
            "takes codes",
        ),
        ('codes = "outcomes"', 'codes = "ends"', "files.rounds.round.outcome", "no codes called"),
        ('"failed_no_bid"', '"flop"', "files.rounds.round.outcome", "flop is not one of sold"),
        ('{ value = "Somewhere" }', "{ }", "files.lots.lot.location", "give one of"),
        (
            '{ value = "Somewhere" }',
            '{ value = "a", join = ["lot"] }',
            "files.lots.lot.location",
            "give one of",
        ),
        (
            '{ value = "Somewhere" }',
            '{ join = ["lot", { column = "lot", codes = "none" }] }',
            "files.lots.lot.location",
            "no codes called none",
        ),
        ('of_lot = "lot"\namount', "amount", "files.lots.valuation", "of a lot or of an asset"),
        (
            'valued_on = "announced"',
            'valued_on = { value = "soon" }',
            "files.lots.valuation.valued_on",
            "soon is not a day",
        ),
        (
            "[files.cases.columns]",
            '[files.cases]\ndelimiter = "--"\n[files.cases.columns]',
            "files.cases.delimiter",
            "one character",
        ),
        (
            "[files.cases.columns]",
            '[files.more.columns]\na = "text"\n[files.cases.columns]',
            "files.more",
            "become nothing of ours",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path, old, new, place, says):
    faults = faults_of(tmp_path, old, new)
    assert place in faults
    assert says in faults[place]


def test_all_faults_are_named_together(tmp_path):
    faults = faults_of(tmp_path, 'lot = "text"', 'lots = "text"')
    assert {"files.lots.lot.ref", "files.items.asset.of_lot", "files.rounds.round.of_lot"} <= set(
        faults
    )


def test_a_profile_without_files_is_refused(tmp_path):
    faults = faults_of(tmp_path, PROFILE[PROFILE.index("[files.cases.columns]") :], "[files]\n")
    assert faults == {"files": "the profile names no file"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('title = "half', "cannot be read"),
        (re.sub(r'currency = "VND"\n', "", PROFILE), "currency"),
        (PROFILE.replace("[office]", "[bureau]"), "bureau"),
        (PROFILE.replace('no = "count"', "no = 1"), "Expected `str`"),
    ],
    ids=["broken", "missing", "unknown", "wrong kind"],
)
def test_a_profile_that_cannot_be_read_says_where(tmp_path, text, says):
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProfileFaulty) as refusal:
        load_profile(str(path))
    assert says in str(refusal.value)
    assert "own.toml" in str(refusal.value)


def test_a_profile_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(ProfileFaulty, match="cannot be read"):
        load_profile(str(path))


def test_the_example_in_the_docs_holds_and_imports(session, tmp_path, at):
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "own.toml"
    path.write_text(example, "utf-8")
    (tmp_path / "assets.csv").write_text(
        "id;kind;words;appraised;appraised_on\nA1;xe;Xe tải;90000000;2026-08-03\n", "utf-8"
    )
    (tmp_path / "rounds.csv").write_text(
        "id,round,on,price,result\nA1,1,2026-09-07,90000000,khong_thanh\n", "utf-8"
    )
    done = run_import(session, tmp_path, at, profile=str(path))
    assert done.tables == {
        "assets": TableCount(read=1, added=1),
        "rounds": TableCount(read=1, added=1),
    }


def test_the_docs_name_every_record_field_and_code():
    lines = DOCS.read_text("utf-8").splitlines()
    for name, target in TARGETS.items():
        (line,) = [line for line in lines if line.startswith(f"| `{name}` |")]
        said = set(re.findall(r"\w+", line))
        assert set(target.fields) <= said, name
        must = {field for field, each in target.fields.items() if each.required}
        assert must == set(re.findall(r"\*\*(\w+)\*\*", line)), name
        for field in target.fields.values():
            codes = {f"`{code.value}`" for code in field.codes or ()}
            assert not codes or any(codes <= set(re.findall(r"`\w+`", line)) for line in lines)


def test_the_docs_name_every_shipped_profile():
    rows = re.findall(r"^\| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert set(shipped_profiles()) <= set(rows)
