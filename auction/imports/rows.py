"""From the cells of a row to the records it becomes, as the profile says.

Built once a file and then only called: a row costs a few microseconds.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from auction.imports.profile import (
    PLACEHOLDER,
    columns_in,
    may_be_empty,
    records_of,
    type_of,
)
from auction.imports.rules import (
    SALES,
    TARGETS,
    CellFault,
    Field,
    FilesUnreadable,
    Target,
    Type,
    Value,
    converter,
)
from auction.imports.schemas import Expression, ProfileFile, Record, Said, SourceFile
from inventory.base.errors import Param
from inventory.base.messages import _

Cells = list[str]
Make = Callable[[Cells, list[Value]], Value]
Reason = tuple[str, str, dict[str, Param]]
"""The column or field at fault, and the message with its values."""

Staged = tuple[Value, ...]


class RowRefused(Exception):
    """A row that cannot be taken, with everything that is wrong with it."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


class RowReader:
    """Reads the rows of one file of a source.

    ``read`` answers, for every record the row becomes, its key and the values of its fields.
    """

    def __init__(
        self,
        table: str,
        file: SourceFile,
        profile: ProfileFile,
        header: Sequence[str],
        unit: Decimal,
    ) -> None:
        missing = [column for column in file.columns if column not in header]
        if missing:
            raise FilesUnreadable(
                _("%(file)s lacks the columns %(columns)s; it has %(header)s."),
                file=file.file or f"{table}.csv",
                columns=", ".join(missing),
                header=", ".join(header)[:300],
            )
        self.table = table
        self._width = len(header)
        self._zone = ZoneInfo(profile.time_zone)
        self._columns = [
            (
                header.index(name),
                converter(type_of(said), self._zone, unit),
                _nothing if may_be_empty(said) else _refuse_empty,
                name,
            )
            for name, said in file.columns.items()
        ]
        self._cell = {name: header.index(name) for name in file.columns}
        self._value = {name: place for place, name in enumerate(file.columns)}
        self._types = {name: type_of(said) for name, said in file.columns.items()}
        self._key = [self._value[name] for name in file.key]
        self._codes = profile.codes
        self._unit = unit
        self._records = [
            (name, self._record(TARGETS[name], record)) for name, record in records_of(file).items()
        ]

    def read(self, cells: Cells) -> list[tuple[str, Staged]]:
        """What a row becomes: the name of each record, its key and the values of its fields.

        Raises RowRefused.
        """
        if len(cells) != self._width:
            raise RowRefused([_width_reason(len(cells), self._width)])
        cells = [cell.strip() for cell in cells]
        try:
            values = [
                convert(cells[place]) if cells[place] else empty(cells[place])
                for place, convert, empty, _name in self._columns
            ]
        except CellFault:
            raise RowRefused(self._all_faults(cells)) from None
        key = "\x1f".join([str(values[place]) for place in self._key]) or None
        made = []
        for name, make in self._records:
            record = make(cells, values)
            if record is not None:
                made.append((name, (key, *record)))
        return made

    def _all_faults(self, cells: Cells) -> list[Reason]:
        reasons: list[Reason] = []
        for place, convert, empty, name in self._columns:
            try:
                (convert if cells[place] else empty)(cells[place])
            except CellFault as fault:
                reasons.append((name, fault.msgid, fault.params))
        return reasons

    def _record(
        self, target: Target, record: Record
    ) -> Callable[[Cells, list[Value]], Staged | None]:
        names = list(target.fields)
        makes = [self._field(field, record.get(name)) for name, field in target.fields.items()]
        required = [
            (names.index(name), name) for name, field in target.fields.items() if field.required
        ]
        needed = [names.index(name) for name in target.needs]
        sale = (
            (names.index("sale_price"), names.index("outcome")) if "sale_price" in record else None
        )

        def make(cells: Cells, values: list[Value]) -> Staged | None:
            made = tuple([each(cells, values) for each in makes])
            if needed and not all(made[place] for place in needed):
                return None
            for place, name in required:
                if made[place] is None:
                    raise RowRefused([(name, _("this field would be empty"), {})])
            if sale and made[sale[0]] is not None and made[sale[1]] not in SALES:
                raise RowRefused([("sale_price", _("a price without a sale"), {})])
            return made

        return make

    def _field(self, field: Field, said: Said | None) -> Make:
        make = self._said(field, said)
        if field.default is None:
            return make
        default = converter(field.kind, self._zone, self._unit)(field.default)

        def or_default(cells: Cells, values: list[Value]) -> Value:
            made = make(cells, values)
            return default if made is None else made

        return or_default

    def _said(self, field: Field, said: Said | None) -> Make:
        match said:
            case Expression():
                return self._expression(field, said)
            case tuple():
                return _first([self._column(field.kind, column) for column in said])
            case str() if "{" in said:
                return self._text(said)
            case str():
                return self._column(field.kind, said)
        return _none

    def _expression(self, field: Field, said: Expression) -> Make:
        if said.value is not None:
            constant = converter(field.kind, self._zone, self._unit)(said.value)
            return lambda _cells, _values: constant
        if said.column is not None and said.codes is not None:
            return self._code(said.column, self._codes[said.codes])
        return self._join(said.join or (), said.separator)

    def _column(self, wanted: Type, column: str) -> Make:
        if wanted is Type.TEXT:
            return self._word(column)
        place = self._value[column]
        if wanted is Type.DAY and self._types[column] is Type.MOMENT:
            zone = self._zone

            def day_of(_cells: Cells, values: list[Value]) -> Value:
                moment = values[place]
                return moment.astimezone(zone).date() if isinstance(moment, datetime) else None

            return day_of
        return lambda _cells, values: values[place]

    def _word(self, column: str) -> Make:
        """The cell as it is; a moment as the source's clocks showed it."""
        if self._types[column] is not Type.MOMENT:
            cell = self._cell[column]
            return lambda cells, _values: cells[cell] or None
        place, zone = self._value[column], self._zone

        def clock(_cells: Cells, values: list[Value]) -> Value:
            moment = values[place]
            return (
                f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
                if isinstance(moment, datetime)
                else None
            )

        return clock

    def _code(self, column: str, codes: dict[str, str]) -> Make:
        place = self._cell[column]
        known = {code: ours or None for code, ours in codes.items()} | {"": codes.get("") or None}

        def look_up(cells: Cells, _values: list[Value]) -> Value:
            try:
                return known[cells[place]]
            except KeyError:
                raise RowRefused(
                    [
                        (
                            column,
                            _("%(value)s is not one of the codes of the profile"),
                            {"value": cells[place][:60]},
                        )
                    ]
                ) from None

        return look_up

    def _text(self, template: str) -> Make:
        """A text with columns in it; nothing where one of them is empty."""
        words = [self._word(column) for column in columns_in(template)]
        pattern = PLACEHOLDER.sub("%s", template.replace("%", "%%"))

        def fill(cells: Cells, values: list[Value]) -> Value:
            said = tuple([word(cells, values) for word in words])
            return None if None in said else pattern % said

        return fill

    def _join(self, pieces: Sequence[str | Expression], separator: str) -> Make:
        makes = [self._said(Field(), piece) for piece in pieces]

        def join(cells: Cells, values: list[Value]) -> Value:
            said = [str(made) for each in makes if (made := each(cells, values)) is not None]
            return separator.join(said) or None

        return join


def _none(_cells: Cells, _values: list[Value]) -> Value:
    return None


def _first(makes: list[Make]) -> Make:
    def first(cells: Cells, values: list[Value]) -> Value:
        for each in makes:
            made = each(cells, values)
            if made is not None:
                return made
        return None

    return first


def _nothing(_cell: str) -> Value:
    return None


def _refuse_empty(_cell: str) -> Value:
    raise CellFault(_("is empty"))


def _width_reason(found: int, wanted: int) -> Reason:
    return (
        "",
        _("the row has %(found)s cells, the header %(wanted)s"),
        {"found": found, "wanted": wanted},
    )
