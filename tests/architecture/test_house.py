"""The house rules that a machine can check: sizes, hidden imports, law kept out of code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("inventory", "auction", "reports", "service")
MOST_LINES = 400
MOST_LINES_MODELS = 500
MOST_LINES_FUNCTION = 50


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def test_no_file_and_no_function_is_too_long_to_read() -> None:
    for path in (*sources(), *sorted((ROOT / "tests").rglob("*.py"))):
        text = path.read_text()
        most = MOST_LINES_MODELS if path.name == "models.py" else MOST_LINES
        assert text.count("\n") <= most, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                assert length < MOST_LINES_FUNCTION, (path, node.name)


def test_package_files_hold_a_docstring_and_nothing_else() -> None:
    for path in sources():
        if path.name == "__init__.py":
            body = ast.parse(path.read_text()).body
            assert len(body) == 1, path
            assert isinstance(body[0], ast.Expr), path


def test_commands_never_commit_and_money_is_never_a_float() -> None:
    for path in sources():
        text = path.read_text()
        if path.name == "commands.py" or "commands" in path.parts:
            assert ".commit(" not in text, path
        if path.name == "models.py":
            assert "Float" not in text, path


def test_every_source_file_says_what_it_is() -> None:
    for path in sources():
        assert ast.get_docstring(ast.parse(path.read_text())), path


def test_nothing_is_left_half_done_and_there_is_one_kind_of_database() -> None:
    half = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|NotImplemented" r"Error)\b|(?i:sqlite)")
    for path in sources():
        assert not half.search(path.read_text()), path
    assert half.search("import sqlite3")


def test_nothing_in_the_project_needs_a_folder_outside_of_it() -> None:
    for path in sources():
        assert not re.search(r"\.\./shared|/work/", path.read_text()), path


def test_a_lot_is_made_what_a_limit_is_about_in_one_place() -> None:
    """A limit is found again by these words; the rooms below the lots have its number only."""
    own = re.compile(r'DeadlineSubject\(\s*"lot", \w+\.reference')
    found = [str(path.relative_to(ROOT)) for path in sources() if own.search(path.read_text())]
    assert found == ["auction/lots/subjects.py"]
