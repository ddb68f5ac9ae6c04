"""The passages of a paper that its signer may word anew; figures and days are of the record."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import msgspec

from inventory.papers.rules import ISSUED_UNDER, PaperKind

WORDED = frozenset(
    {"absences", "address", "authority", "basis_document", "carried_out_by", "coercion"}
    | {"contract", "custody", "duties", "features", "firm", "ground", "grounds", "handed_by"}
    | {"identity", "incidents", "market", "note", "opinions", "organisation", "owner", "pay_at"}
    | {"organisation_address", "others", "place", "refusal", "registration", "returned_to"}
    | {"reason", "sale_document", "said", "share", "state", "use", "venue", "viewing", "why"}
)
"""Names of the parts of a paper from seizure to payout that hold words of an officer."""

PLAIN = frozenset(
    {"absences", "address", "authority", "features", "incidents", "note", "opinions", "reason"}
)
"""The same of a paper of the warehouse, whose other parts are codes and places of the record."""

_FIXED = frozenset({"cases", "signatures", "bases", "recipients", "code", "currency"})


class Wording(msgspec.Struct, frozen=True):
    """A passage: where it stands in the data, what part it is, of which thing, what it says."""

    path: str
    part: str
    of: str | None
    text: str


def passages_of(kind: PaperKind, data: Mapping[str, Any]) -> list[Wording]:
    """The passages of a paper's frozen data, in their order."""
    names = WORDED if kind in ISSUED_UNDER else PLAIN
    return [one for one in _passages(data, "", None) if one.part in names]


def worded_anew(
    kind: PaperKind, data: Mapping[str, Any], said: Mapping[str, str]
) -> dict[str, Any]:
    """The data with other words in some of its passages; nothing else can be changed."""
    anew: dict[str, Any] = deepcopy(dict(data))
    known = {one.path for one in passages_of(kind, data)}
    for path, text in said.items():
        if path in known and text.strip():
            *way, last = path.split(".")
            part: Any = anew
            for key in way:
                part = part[int(key)] if isinstance(part, list) else part[key]
            part[last] = text.strip()
    return anew


def _passages(data: Mapping[str, Any], path: str, of: str | None) -> Iterator[Wording]:
    for key, value in data.items():
        if key in _FIXED:
            continue
        place = f"{path}{key}"
        if key in WORDED and (isinstance(value, str) or (value is None and not path)):
            yield Wording(place, key, of, value or "")
        elif isinstance(value, Mapping):
            yield from _passages(value, f"{place}.", str(value.get("name") or ""))
        elif isinstance(value, list | tuple):
            for number, one in enumerate(value):
                if isinstance(one, Mapping):
                    yield from _passages(one, f"{place}.{number}.", str(one.get("name") or ""))
