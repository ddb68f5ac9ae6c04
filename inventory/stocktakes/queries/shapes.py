"""Rows as the structs they are told as."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


def shaped(shape: type[S], row: Sequence[Any], **codes: Callable[[Any], Any]) -> S:
    """A row as a struct, field by field; ``codes`` says of what list the named ones are."""
    said = dict(zip(shape.__struct_fields__, row, strict=True))
    members = {name: of(said[name]) for name, of in codes.items() if said[name] is not None}
    return shape(**{**said, **members})
