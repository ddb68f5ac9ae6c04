"""Reading a list of things as it is pasted from a table or a CSV file: one thing a line."""

import csv
import unicodedata

from inventory.base.errors import Invalid
from inventory.base.messages import _

MOST_THINGS = 100
"""So many things are received together."""

_BETWEEN = "\t;,"
_NAMES = {
    "description": ("mo ta", "ten", "ten vat chung", "ten tai san", "thing"),
    "quantity": ("so luong", "sl"),
    "unit": ("don vi", "don vi tinh", "dvt"),
    "identification": ("dac diem nhan dang", "so khung", "so hieu", "so", "number"),
    "condition": ("tinh trang",),
    "owner_name": ("chu so huu", "cua ai", "owner"),
    "seal.number": ("niem phong", "so niem phong", "seal"),
    "seal.state": ("tinh trang niem phong", "state of the seal"),
    "kind": ("loai",),
    "comparison": ("doi chieu",),
    "difference": ("khac biet", "khong dung"),
    "letter": ("van ban", "cong van"),
    "line": ("dong lenh", "dong"),
}
"""What a column may be called in the first line; without such a line they stand in this order."""

COLUMNS = tuple(_NAMES)
_KNOWN = {name: column for column, names in _NAMES.items() for name in (column, *names)}


def things_in(text: str) -> list[dict[str, str]]:
    """The things of a list, each with the fields that were given.

    Columns stand between tabs, semicolons or commas; the first line may name them.
    Raises Invalid with the number of the line.
    """
    lines = [line for line in text.splitlines() if line.strip(f" {_BETWEEN}")]
    if not lines:
        raise Invalid(_("Put one thing on each line."), field="things")
    between = next((sign for sign in _BETWEEN if sign in lines[0]), "\t")
    rows = list(csv.reader(lines, delimiter=between))
    columns = [_KNOWN.get(_plain(cell), "") for cell in rows[0]]
    named = "description" in columns
    if named and "" in columns:
        unknown = rows[0][columns.index("")]
        raise Invalid(_("There is no column %(name)s."), field="things", name=unknown[:60])
    things = rows[1:] if named else rows
    if len(things) > MOST_THINGS:
        raise Invalid(
            _("%(n)s things are received together at most."), field="things", n=MOST_THINGS
        )
    return [_thing(row, columns if named else COLUMNS, n) for n, row in enumerate(things)]


def _thing(row: list[str], columns: tuple[str, ...] | list[str], n: int) -> dict[str, str]:
    if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
        raise Invalid(_("The line has more columns than there are names."), field=f"things.{n}")
    return {name: cell.strip() for name, cell in zip(columns, row, strict=False) if cell.strip()}


def _plain(text: str) -> str:
    """A name without marks, in small letters."""
    bare = unicodedata.normalize("NFD", text.strip().lower().replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
