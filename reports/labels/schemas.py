"""What is handed to the drawing of labels."""

from collections.abc import Sequence

import msgspec

from inventory.labels.rules import Format
from inventory.labels.schemas import PrintedLabel


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed: labels, on which paper, from which place on; ``frames`` shows the edges."""

    format: Format
    start: int
    items: Sequence[PrintedLabel]
    address: str
    mark: str
    office: str
    frames: bool = False
