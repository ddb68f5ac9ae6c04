"""Profiles: where they are, and whether one says enough to read its files by.

A profile is a TOML file that names the files of a source, the type of each column and, for each
of our records, which column or text makes which field. Every fault is named, not only the first.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from auction.imports.notices import CHECKS as NOTICES
from auction.imports.prices import RULE as PRICES
from auction.imports.rules import TARGETS, CellFault, Field, ProfileFaulty, Target, Type, converter
from auction.imports.schemas import Expression, ProfileFile, Record, Said, SourceFile
from inventory.base.errors import NotFound, Param
from inventory.base.messages import _

SHIPPED = Path(__file__).parent / "profiles"
CHECKS = frozenset({PRICES, *NOTICES})
"""Legal parameters by which imported rounds can be checked."""

Fault = tuple[str, str, dict[str, Param]]
"""Where in the profile, and the message with its values."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FITTING: dict[Type, frozenset[Type]] = {
    Type.TEXT: frozenset(Type),
    Type.DAY: frozenset({Type.DAY, Type.MOMENT}),
    Type.MOMENT: frozenset({Type.MOMENT}),
    Type.AMOUNT: frozenset({Type.AMOUNT}),
    Type.COUNT: frozenset({Type.COUNT}),
    Type.QUANTITY: frozenset({Type.QUANTITY, Type.COUNT}),
}


def shipped_profiles() -> list[str]:
    """The names of the profiles that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_profile(name: str) -> ProfileFile:
    """A profile by the name of a shipped one, or by the path of one's own.

    Raises NotFound, ProfileFaulty.
    """
    path = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    if not path.is_file() or (path.parent == SHIPPED and path.stem not in shipped_profiles()):
        raise NotFound(
            _("There is no profile %(name)s; give one of %(known)s or the path of a .toml file."),
            name=name,
            known=", ".join(shipped_profiles()),
        )
    try:
        profile = msgspec.toml.decode(path.read_bytes(), type=ProfileFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProfileFaulty(
            _("The profile %(name)s cannot be read: %(reason)s"), name=name, reason=str(error)
        ) from error
    faults = {place: (msgid, params) for place, msgid, params in _faults(profile)}
    if faults:
        raise ProfileFaulty.many(_("The profile does not say how to read the files."), faults)
    return profile


def type_of(said: str) -> Type:
    """The type of a column; a question mark after it says that cells may be empty."""
    return Type(said.removesuffix("?"))


def may_be_empty(said: str) -> bool:
    """Whether the cells of a column may be empty."""
    return said.endswith("?")


def records_of(file: SourceFile) -> dict[str, Record]:
    """The records a file's rows become, in the order in which they are written."""
    said = {name: getattr(file, name) for name in TARGETS}
    return {name: record for name, record in said.items() if record is not None}


def columns_in(said: Said) -> list[str]:
    """The columns a field is made of."""
    match said:
        case str():
            return PLACEHOLDER.findall(said) if "{" in said else [said]
        case tuple():
            return list(said)
        case Expression(join=tuple() as pieces):
            return [column for piece in pieces for column in columns_in(piece)]
        case Expression(column=str() as column):
            return [column]
    return []


def _faults(profile: ProfileFile) -> Iterator[Fault]:
    if not re.fullmatch(r"[A-Z]{3}", profile.currency):
        yield "currency", _("%(value)s is not a currency such as VND"), {"value": profile.currency}
    if not re.fullmatch(r"[\w.-]+", profile.source):
        yield "source", _("%(value)s is not a short name"), {"value": profile.source}
    try:
        ZoneInfo(profile.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield "time_zone", _("%(value)s is not a time zone"), {"value": profile.time_zone}
    for key in sorted(set(profile.checks) - CHECKS):
        yield "checks", _("%(value)s is not a rule that rounds are checked by"), {"value": key}
    if not profile.files:
        yield "files", _("the profile names no file"), {}
    for table, file in profile.files.items():
        yield from _file_faults(f"files.{table}", file, profile)


def _file_faults(place: str, file: SourceFile, profile: ProfileFile) -> Iterator[Fault]:
    if len(file.delimiter) != 1:
        yield f"{place}.delimiter", _("the delimiter is one character"), {}
    kinds: dict[str, Type] = {}
    for column, said in file.columns.items():
        try:
            kinds[column] = type_of(said)
        except ValueError:
            yield (
                f"{place}.columns.{column}",
                _("%(value)s is not one of %(known)s"),
                {
                    "value": said,
                    "known": ", ".join(Type),
                },
            )
            kinds[column] = Type.TEXT
    for column in file.key:
        if column not in kinds:
            yield f"{place}.key", _("there is no column %(value)s"), {"value": column}
    records = records_of(file)
    if not records:
        yield place, _("the rows of this file become nothing of ours"), {}
    for name, record in records.items():
        yield from _record_faults(f"{place}.{name}", name, record, kinds, profile)


def _record_faults(
    place: str, name: str, record: Record, kinds: dict[str, Type], profile: ProfileFile
) -> Iterator[Fault]:
    target = TARGETS[name]
    for field in _missing(target, record):
        yield f"{place}.{field}", _("this field must be given"), {}
    if name == "valuation" and ("of_lot" in record) == ("of_asset" in record):
        yield place, _("a valuation is of a lot or of an asset"), {}
    for field, said in record.items():
        if field not in target.fields:
            yield (
                f"{place}.{field}",
                _("there is no such field; there are %(known)s"),
                {"known": ", ".join(target.fields)},
            )
            continue
        unknown = [column for column in columns_in(said) if column not in kinds]
        if unknown:
            yield f"{place}.{field}", _("there is no column %(value)s"), {"value": unknown[0]}
        else:
            yield from _said_faults(f"{place}.{field}", said, target.fields[field], kinds, profile)


def _missing(target: Target, record: Record) -> list[str]:
    return [
        name
        for name, field in target.fields.items()
        if (field.required or name in target.needs) and name not in record
    ]


def _said_faults(
    place: str, said: Said, field: Field, kinds: dict[str, Type], profile: ProfileFile
) -> Iterator[Fault]:
    if isinstance(said, Expression):
        yield from _expression_faults(place, said, field, profile)
    elif field.codes is not None:
        yield place, _("this field takes codes: give a column with codes, or a value"), {}
    elif isinstance(said, str) and "{" in said:
        if field.kind is not Type.TEXT:
            yield place, _("this field takes a column, not a text"), {}
    else:
        yield from _type_faults(place, columns_in(said), field, kinds)


def _expression_faults(
    place: str, said: Expression, field: Field, profile: ProfileFile
) -> Iterator[Fault]:
    given = [said.value is not None, said.column is not None, said.join is not None]
    if sum(given) != 1 or (said.codes is not None) != (said.column is not None):
        yield place, _("give one of: a value; a column with codes; pieces to join"), {}
    elif said.value is not None:
        yield from _value_faults(place, said.value, field, profile)
    elif field.kind is not Type.TEXT or (said.join is not None and field.codes is not None):
        yield place, _("this field takes a column, not a text"), {}
    elif said.codes is not None:
        yield from _lookup_faults(place, said.codes, field, profile)
    for piece in said.join or ():
        if isinstance(piece, Expression):
            yield from _expression_faults(place, piece, field, profile)


def _lookup_faults(place: str, name: str, field: Field, profile: ProfileFile) -> Iterator[Fault]:
    if name not in profile.codes:
        yield place, _("there are no codes called %(value)s"), {"value": name}
    elif field.codes is not None:
        yield from _code_faults(place, profile.codes[name], field.codes)


def _value_faults(place: str, value: str, field: Field, profile: ProfileFile) -> Iterator[Fault]:
    if field.codes is not None:
        yield from _code_faults(place, {value: value}, field.codes)
        return
    try:
        converter(field.kind, ZoneInfo(profile.time_zone))(value)
    except CellFault as fault:
        yield place, fault.msgid, fault.params
    except (ZoneInfoNotFoundError, ValueError):
        return  # named by itself


def _code_faults(place: str, codes: dict[str, str], ours: type[StrEnum]) -> Iterator[Fault]:
    for code in codes.values():
        if code and code not in list(ours):
            yield (
                place,
                _("%(value)s is not one of %(known)s"),
                {
                    "value": code,
                    "known": ", ".join(ours),
                },
            )


def _type_faults(
    place: str, columns: list[str], field: Field, kinds: dict[str, Type]
) -> Iterator[Fault]:
    for column in columns:
        if kinds[column] not in _FITTING[field.kind]:
            yield (
                place,
                _("the column %(column)s holds %(holds)s, the field takes %(takes)s"),
                {
                    "column": column,
                    "holds": str(kinds[column]),
                    "takes": str(field.kind),
                },
            )
