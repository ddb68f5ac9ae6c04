"""Lists are keyset pages: the same cost on the first page and on the last."""

import base64
import json
from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

import msgspec

from inventory.base.errors import Invalid
from inventory.base.messages import _

T = TypeVar("T")

PAGE_SIZE = 50
PageSize = Annotated[int, msgspec.Meta(ge=1, le=200)]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows of a list and the cursor that continues it; no cursor, no more rows."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(*key: int | str) -> str:
    """The sort key of the last row shown, as text for a link."""
    raw = json.dumps(key, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(
    cursor: str | None, *types: type[int] | type[str]
) -> tuple[int | str, ...] | None:
    """The sort key of a cursor, None where there is none.

    Raises Invalid where the text is not a cursor of this list.
    """
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, UnicodeDecodeError):
        key = None
    wanted = isinstance(key, list) and len(key) == len(types)
    if not wanted or not all(type(v) is t for v, t in zip(key, types, strict=True)):
        raise Invalid(_("This page link is not valid."), field="cursor")
    return tuple(key)


def page_of(rows: list[T], size: int, *, key: Callable[[T], tuple[int | str, ...]]) -> Page[T]:
    """A page from one row more than its size."""
    if len(rows) <= size:
        return Page(rows)
    shown = rows[:size]
    return Page(shown, encode_cursor(*key(shown[-1])))
