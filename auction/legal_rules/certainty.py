"""How sure an article is that somebody cites, where only its text is at hand.

The shipped rows say it until rows of the database were read; from then on those do, so that what a
lawyer confirmed is no longer called unconfirmed.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache

from auction.legal_rules.rules import Confidence, Rule
from auction.legal_rules.shipped import shipped_parameters, shipped_rules
from auction.legal_rules.words import Word

_Place = tuple[str, str | None, date]

_known: dict[str, dict[_Place, Rule]] = defaultdict(dict)


def hear(rules: Iterable[Rule]) -> None:
    """Take note of rows that are in use."""
    for rule in rules:
        _known[rule.article][rule.key, rule.scope, rule.valid_from] = rule


def certainty(article: str, on: date, key: object = None) -> Confidence | None:
    """How sure the rows are that cite an article on a day; nothing where no row cites it.

    Rows of several rules may stand on one article: it is as sure as the least sure of those of the
    rule that is named, else as the surest of all.
    """
    _hear_shipped()
    rows = list(_known[article].values()) if article in _known else []
    named = [rule for rule in rows if rule.key == key]
    serving = [rule for rule in named or rows if rule.serves(on)] or named or rows
    weigh = max if named else min
    return weigh((rule.confidence for rule in serving), default=None)


@cache
def titles() -> dict[str, Word]:
    """What each rule is about, for the refusals that name it."""
    return {one.key: Word(one.title_en, one.title_vi) for one in shipped_parameters()}


@cache
def _hear_shipped() -> None:
    """What the program ships, unless the database said something else of the same row."""
    for rule in shipped_rules():
        _known[rule.article].setdefault((rule.key, rule.scope, rule.valid_from), rule)


def is_unconfirmed(article: str, on: date) -> bool:
    """Whether an article is still to be confirmed by a lawyer."""
    return certainty(article, on) is Confidence.UNCONFIRMED
