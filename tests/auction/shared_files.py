"""Files beside the checkout that some tests compare with; without them those tests are skipped."""

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def golden(name: str) -> list[Any]:
    """The cases of a golden file, or one skipped case that says where it was looked for."""
    path = SHARED / "golden" / f"{name}.json"
    if path.exists():
        cases: list[Any] = json.loads(path.read_text("utf-8"))
        return cases
    absent = pytest.mark.skip(reason=f"{path} is not there")
    return [pytest.param({"key": "absent", "from": name}, marks=absent)]


def reference(name: str) -> Path:
    """A reference file, or the test is skipped, saying so."""
    path = SHARED / "data" / "reference" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path
