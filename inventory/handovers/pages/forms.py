"""What the forms of this room have in common."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from inventory.base.errors import DomainError
from inventory.base.web import faults_of
from inventory.organisation.queries import list_appointments

Form = dict[str, str]


def things_in(typed: str | None) -> list[str]:
    """The numbers that were typed or scanned into one box, one after the other."""
    return [word.upper() for word in re.split(r"[\s,;]+", typed or "") if word]


def of_lines(data: Mapping[str, str], name: str) -> dict[str, str]:
    """What was chosen for each thing, from fields named ``name.TS-0000001-2``."""
    prefix = f"{name}."
    return {
        key.removeprefix(prefix): value.strip()
        for key, value in data.items()
        if key.startswith(prefix) and value.strip()
    }


def part_of(data: Mapping[str, str], prefix: str) -> dict[str, str] | None:
    """The fields of a part of a form, None where the form has no such part."""
    has_part = any(key.startswith(f"{prefix}.") for key in data)
    return of_lines(data, prefix) if has_part else None


def colleagues(
    session: Session, office_id: int, on: date, *, but: str | None = None
) -> list[tuple[str, str]]:
    """Who holds a post in an office, to choose from."""
    names = {row.code: row.name for row in list_appointments(session, office_id, on)}
    return sorted(
        ((code, f"{name} ({code})") for code, name in names.items() if code != but),
        key=lambda pair: pair[1],
    )


def faults(error: DomainError | None) -> dict[str, Any]:
    """What to mark in a form that is shown again."""
    return faults_of(error) if error else {}


def joined(words: Iterable[str]) -> str:
    """Numbers as a box shows them, one a line."""
    return "\n".join(words)
