"""The steps as they are shipped, read once from their file."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from auction.life.rules import Step, StepForm

STEPS = Path(__file__).parent / "seed" / "steps.toml"
SAME = "same"


@cache
def step_forms() -> dict[Step, StepForm]:
    """Every step by its code."""
    rows = tomllib.loads(STEPS.read_text("utf-8"))["step"]
    plain = [{**row, "to": None if row["to"] == SAME else row["to"]} for row in rows]
    forms = msgspec.convert(plain, list[StepForm])
    return {form.code: form for form in forms}


@cache
def limits_of_life() -> frozenset[str]:
    """Every parameter of a limit that begins or is met with a step."""
    return frozenset(key.split("/")[0] for form in step_forms().values() for key in form.limits)
