"""What a profile may say, and what an import answers."""

import msgspec


class Expression(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a field is made where naming a column is not enough.

    ``value`` is a constant; ``column`` with ``codes`` looks a code up; ``join`` puts pieces
    together and leaves out those that are empty.
    """

    value: str | None = None
    column: str | None = None
    codes: str | None = None
    join: tuple["str | Expression", ...] | None = None
    separator: str = ", "


Said = str | tuple[str, ...] | Expression
"""A column, a text with {columns}, the first of several columns that is not empty, or more."""

Record = dict[str, Said]


class SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of the source: its columns, and which records of ours each row becomes."""

    columns: dict[str, str]
    file: str | None = None
    delimiter: str = ","
    key: tuple[str, ...] = ()
    case: Record | None = None
    lot: Record | None = None
    asset: Record | None = None
    round: Record | None = None
    announcement: Record | None = None
    registration: Record | None = None
    remark: Record | None = None
    valuation: Record | None = None
    seizure: Record | None = None
    evidence: Record | None = None


class OfficeSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The office that what is imported belongs to; made as an archive where it has a name."""

    code: str
    name: str | None = None


class ProfileFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A profile as it is written."""

    title: str
    source: str
    currency: str
    time_zone: str
    office: OfficeSaid
    files: dict[str, SourceFile]
    codes: dict[str, dict[str, str]] = {}
    checks: tuple[str, ...] = ()


class TableCount(msgspec.Struct):
    """What became of the rows of one file of the source; ``changed`` are among the skipped."""

    read: int = 0
    added: int = 0
    skipped: int = 0
    refused: int = 0
    changed: int = 0


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did."""

    profile: str
    dir: str
    tables: dict[str, TableCount]
    breaches: int
    refused_csv: str | None
    dry_run: bool
