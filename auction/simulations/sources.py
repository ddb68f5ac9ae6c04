"""What a rule is tried on beside the table of due dates; pure."""

from enum import StrEnum
from typing import NamedTuple


class Sense(StrEnum):
    """When a recorded step or number is against its bound."""

    DUE = "due"
    NOT_AFTER = "not_after"
    NOT_BEFORE = "not_before"
    AFTER = "after"
    AT_MOST = "at_most"
    BELOW = "below"
    AT_LEAST = "at_least"
    ONE_OF = "one_of"
    ALL_OF = "all_of"
    ANY_OF = "any_of"


class Source(NamedTuple):
    """What a rule is tried on: the statement that finds it, and its bound."""

    sense: Sense
    sql: str
