"""Codes of the rules in words: laws, events, scopes, terms, and whole citations."""

import re
import tomllib
from functools import cache
from typing import Literal

import msgspec

from auction.legal_rules.rules import Rule, RuleUnknown, Unit
from auction.legal_rules.shipped import SEED
from inventory.base.messages import _, label_of

Kind = Literal["sources", "events", "scopes", "terms"]

PROVISION = re.compile(r"^(?P<article>\d+)(?P<clauses>(\(\d+\))*)(?P<points>[a-zđ](, ?[a-zđ])*)?$")


class Word(msgspec.Struct, frozen=True):
    """A text in both languages of the pages."""

    en: str
    vi: str

    def said(self, locale: str) -> str:
        """The text in a language."""
        return self.vi if locale == "vi" else self.en


@cache
def vocabulary() -> dict[Kind, dict[str, Word]]:
    """All codes in words, read once."""
    data = tomllib.loads((SEED / "words.toml").read_text("utf-8"))
    return msgspec.convert(data, dict[Kind, dict[str, Word]])


def word(kind: Kind, code: str) -> Word:
    """A code in words; a code that is not in the list stands for itself."""
    return vocabulary()[kind].get(code, Word(code, code))


def check_scope(scope: str | None) -> None:
    """Refuse a scope that no rule speaks of, so that a slip does not get the general value.

    Raises RuleUnknown.
    """
    if scope is not None and scope not in vocabulary()["scopes"]:
        raise RuleUnknown(_("No legal rule knows the scope %(scope)s."), scope=scope)


def cite(article: str) -> Word:
    """A citation written out: ``L25 Art. 83(3)`` in full, and as khoản 3 Điều 83 of the law."""
    parts = [_cite_one(part.strip()) for part in article.split(";")]
    return Word("; ".join(part.en for part in parts), "; ".join(part.vi for part in parts))


def value_words(rule: Rule) -> Word:
    """The value of a rule as people read it, without its unit."""
    if rule.unit in (Unit.TEXT, Unit.PERIOD):
        words = [word("terms", code) for code in rule.codes]
        return Word(", ".join(w.en for w in words), ", ".join(w.vi for w in words))
    if isinstance(rule.value, int) and rule.unit is Unit.VND:
        text = f"{rule.value:,}"
        return Word(text, text.replace(",", "."))
    if rule.unit in (Unit.RATIO, Unit.AMOUNT):
        text = str(rule.value)
        return Word(text, text.replace(".", ","))
    text = " – ".join(rule.codes) if rule.unit in (Unit.TIME, Unit.MONTH_DAY) else ""
    text = text or ", ".join(rule.codes)
    return Word(text, text)


def value_with_unit(rule: Rule) -> str:
    """The value and its unit in English, for the command line and the docs."""
    if rule.unit in (Unit.TEXT, Unit.PERIOD):
        return value_words(rule).en
    unit = label_of(rule.unit)
    return f"{value_words(rule).en} {unit.removesuffix('s') if rule.value == 1 else unit}"


def _cite_one(part: str) -> Word:
    source, art, provisions = part.partition(" Art. ")
    law = word("sources", source)
    if not art:
        return law
    written = [_provision(provision) for provision in provisions.split(", ")]
    return Word(f"{law.en}, Art. {provisions}", f"{', '.join(written)} {law.vi}")


def _provision(text: str) -> str:
    found = PROVISION.match(text)
    if found is None:
        return f"Điều {text}"
    clauses = ", ".join(re.findall(r"\d+", found["clauses"]))
    said = f"Điều {found['article']}"
    if clauses:
        said = f"khoản {clauses} {said}"
    if found["points"]:
        said = f"điểm {found['points']} {said}"
    return said
