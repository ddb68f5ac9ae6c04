"""Languages: which one a reader gets, and what a sentence is in it.

``python -m service.web.locales update`` merges newly marked sentences into the catalogues.
"""

import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from auction.legal_rules.certainty import titles
from inventory.base.clock import TZ
from inventory.base.messages import label_of
from service.web import catalogues

LOCALES = ("vi", "en")
DEFAULT = "vi"
COOKIE = "kebien_locale"
RULE = "rule"
"""The value of a sentence that names the rule it stands on, by its key."""
_SIGNS = {("VND", "vi"): "₫"}
_UNITS: tuple[tuple[int, dict[str, str]], ...] = (
    (10**9, {"vi": "tỷ", "en": "bn"}),
    (10**6, {"vi": "triệu", "en": "m"}),
)


def asked_for(cookie: str | None, account: str | None, accept_language: str | None) -> str:
    """A program's language: what it asks for, else the device's, else that of its account."""
    return choose(_accepted(accept_language or "") or cookie, account, None)


def choose(cookie: str | None, account: str | None, accept_language: str | None) -> str:
    """The reader's language: chosen on this machine, else on the account, else the browser's."""
    for wanted in (cookie, account):
        if wanted in LOCALES:
            return wanted
    return _accepted(accept_language or "") or DEFAULT


def translate(locale: str, msgid: str, params: Mapping[str, object] | None = None) -> str:
    """A sentence in a language with its values filled in as that language writes them."""
    text = catalogues.catalogue(locale).gettext(msgid)
    if not params:
        return text
    return text % {name: _filled(locale, name, value) for name, value in params.items()}


def _filled(locale: str, name: str, value: object) -> object:
    """A value of a sentence; a rule of law is called by what it is about, not by its key."""
    known = titles().get(value) if name == RULE and isinstance(value, str) else None
    return f"“{known.said(locale)}”" if known else shown(locale, value)


def shown(locale: str, value: object) -> object:
    """A value as the language writes it."""
    if isinstance(value, StrEnum):
        return label(locale, value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, tuple):
        return ", ".join(str(shown(locale, one)) for one in value)
    if isinstance(value, Decimal):
        return number(locale, value)
    return value


def label(locale: str, member: StrEnum) -> str:
    """The text of a code in a language."""
    return catalogues.catalogue(locale).gettext(label_of(member))


def number(locale: str, value: Decimal | int) -> str:
    """Digits in groups of three: 1.234.567,5 in Vietnamese, 1,234,567.5 in English."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if locale == "en":
        return text
    return text.translate(str.maketrans(",.", ".,"))


def money(locale: str, amount: Decimal | int, currency: str = "VND") -> str:
    """An amount with its currency: 1.234.567 ₫ in Vietnamese, 1,234,567 VND in English."""
    return f"{number(locale, amount)}\u00a0{_sign(locale, currency)}"


def short_money(locale: str, amount: Decimal | int, currency: str = "VND") -> str:
    """An amount for a figure on a card: 214,5 tỷ ₫ in Vietnamese, 214.5 bn VND in English."""
    for unit, names in _UNITS:
        if amount >= unit:
            rounded = round(Decimal(amount) / unit, 1)
            return f"{number(locale, rounded)}\u00a0{names[locale]}\u00a0{_sign(locale, currency)}"
    return money(locale, amount, currency)


def day(value: date) -> str:
    """A day, dd/mm/yyyy in both languages so that nobody misreads the month."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """A moment in Vietnam's time."""
    return f"{value.astimezone(TZ):%d/%m/%Y %H:%M}"


def _sign(locale: str, currency: str) -> str:
    return _SIGNS.get((currency, locale), currency)


def _accepted(header: str) -> str | None:
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        weighted.append((-weight, tag.partition("-")[0].lower()))
    ranked = [tag for weight, tag in sorted(weighted, key=lambda pair: pair[0]) if weight < 0]
    return next((tag for tag in ranked if tag in LOCALES), None)


def main(arguments: list[str]) -> int:
    """``update`` the catalogues; says which Vietnamese sentences have no text yet."""
    if arguments != ["update"]:
        sys.stderr.write("usage: python -m service.web.locales update\n")
        return 2
    left = catalogues.update("vi")
    sys.stdout.write("".join(f"no text yet: {msgid}\n" for msgid in left))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
