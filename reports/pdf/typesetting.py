"""From a template and a snapshot to the HTML of a paper; days and amounts as the law has them."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    TemplateNotFound,
    meta,
)
from markupsafe import Markup

from inventory.base.clock import TZ, local_day
from reports.pdf.words import dong_in_words, number_in_words, ordinal_in_words

NO_BREAK = "\u00a0"
DONG = "VND"
SERVICE = "Thi hành án dân sự"
LINE = 26
"""Letters of a letterhead's left column."""

WORDS = frozenset({"review_dossier/labels.html"})
"""Templates whose words the forms look up by name, beside those that a template includes."""


class _Kept(NamedTuple):
    version: str
    environment: Environment


_kept: ContextVar[_Kept | None] = ContextVar("kept", default=None)

_LAST_BASIS = re.compile(
    r'(<p class="basis">(?:(?!</p>).)*)[;,](</p>)(?!\s*<p class="basis">)', re.DOTALL
)
_WHOLE = re.compile(r"(?<![\w/.-])\d{4,}$")
_SHORT = re.compile(r"\bTHADS\b")
_SERVICE = re.compile(r"\s+(thi hành án)", re.IGNORECASE)
_PROVINCE = re.compile(r"\s+((?:tỉnh|thành phố|TP\.?|khu vực)\s)", re.IGNORECASE)


def typeset(template: str, **data: Any) -> str:
    """The complete HTML of a paper."""
    return _environment().get_template(template).render(data)


def words_of(template: str, name: str) -> dict[str, str]:
    """A list of texts that a template defines, by code."""
    texts: dict[str, str] = getattr(_environment().get_template(template).module, name)
    return texts


def template_version(template: str) -> str:
    """SHA-256 over a template and everything it is made of; any changed word gives another.

    While a paper is typeset as it was numbered, the version of that day.
    """
    kept = _kept.get()
    return kept.version if kept else _version(template)


def template_sources(template: str) -> dict[str, str]:
    """A template and everything it is made of, by name; with the words the forms look up."""
    return {name: _source(name) for name in sorted(_parts(template) | WORDS)}


@contextmanager
def as_numbered(version: str, sources: Mapping[str, str]) -> Iterator[None]:
    """Typeset with the templates of the day a paper was numbered, whatever they say today."""
    same = all(_said_today(name) == text for name, text in sources.items())
    made = _today() if same else _made_of(tuple(sorted(sources.items())))
    mark = _kept.set(_Kept(version, made))
    try:
        yield
    finally:
        _kept.reset(mark)


@cache
def _version(template: str) -> str:
    total = hashlib.sha256()
    for name in sorted(_parts(template)):
        total.update(b"%s\0%s\0" % (name.encode(), _source(name).encode()))
    return total.hexdigest()


@cache
def _parts(template: str) -> frozenset[str]:
    """A template of today and everything it is made of, by name; read once in a process."""
    found = {template}
    for name in meta.find_referenced_templates(_today().parse(_source(template))):
        if name is None:
            raise ValueError(f"{template} includes a template by a computed name")
        found |= _parts(name)
    return frozenset(found)


def _source(name: str) -> str:
    environment = _environment()
    if environment.loader is None:
        raise ValueError("the environment has no loader")
    return environment.loader.get_source(environment, name)[0]


def _loader() -> BaseLoader:
    return PackageLoader("reports", "forms/templates")


def _environment() -> Environment:
    kept = _kept.get()
    return kept.environment if kept else _today()


@cache
def _today() -> Environment:
    return _made(_loader())


@cache
def _said_today(name: str) -> str | None:
    try:
        return _loader().get_source(_today(), name)[0]
    except TemplateNotFound:
        return None


@lru_cache(maxsize=8)
def _made_of(sources: tuple[tuple[str, str], ...]) -> Environment:
    """The templates of an earlier day; compiled once for the papers that were numbered by them."""
    return _made(ChoiceLoader([DictLoader(dict(sources)), _loader()]))


def _made(loader: BaseLoader) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(_FILTERS)
    return environment


def day(value: date) -> str:
    """05/07/2026."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """09:30 05/07/2026, in Vietnam's time."""
    return f"{value.astimezone(TZ):%H:%M %d/%m/%Y}"


def moment_in_words(value: datetime) -> str:
    """09 giờ 30 phút, ngày 05 tháng 7 năm 2026: as minutes begin."""
    local = value.astimezone(TZ)
    return f"{local:%H} giờ {local:%M} phút, {day_in_words(local.date())}"


def legal_day(value: datetime) -> str:
    """05/07/2026: the day in Vietnam on which a moment falls."""
    return day(local_day(value))


def day_in_words(value: date) -> str:
    """ngày 05 tháng 02 năm 2026: days under 10 and the first two months get a zero."""
    month = f"{value.month:02}" if value.month < 3 else f"{value.month}"
    return f"ngày {value.day:02} tháng {month} năm {value.year}"


def figures(value: Decimal | int) -> str:
    """1.234.567,5: digits in groups of three."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def amount(value: Decimal, currency: str = DONG) -> str:
    """1.234.567 đồng; another currency keeps its own code."""
    return f"{figures(value)}{NO_BREAK}{'đồng' if currency == DONG else currency}"


def head_lines(name: str) -> list[str]:
    """The name of an office in a letterhead, in full, broken where its parts begin."""
    text = _PROVINCE.sub(r"\n\1", _SHORT.sub(SERVICE, name))
    if max(map(len, text.split("\n"))) > LINE:
        text = _SERVICE.sub(r"\n\1", text)
    return [line for line in text.split("\n") if line]


def named_in_full(name: str) -> str:
    """The name of an office in running text, the abbreviation of the service written out."""
    return _SHORT.sub(SERVICE, name)


def grouped(text: str) -> str:
    """An amount of đồng at the end of a text, in groups of three."""
    return _WHOLE.sub(lambda found: figures(int(found[0])), text)


def said_by(template: str, macro: str, *said: object) -> str:
    """What a macro of a template says of something, as plain text."""
    return str(getattr(_environment().get_template(template).module, macro)(*said)).strip()


def percent(value: Decimal) -> str:
    """12,35%: two decimals at most."""
    return f"{figures(round(value, 2))}%"


def full_stop(html: str) -> Markup:
    """Legal bases end with semicolons, the last one with a full stop (D30/20, annex I)."""
    return Markup(_LAST_BASIS.sub(r"\1.\2", str(html)))  # noqa: S704 - what a template has escaped


def translate(code: str, words: Mapping[str, str]) -> str:
    """The word for a code, the code itself where there is none."""
    return words.get(code, code)


_FILTERS: dict[str, Callable[..., object]] = {
    "head_lines": head_lines,
    "full_stop": full_stop,
    "named_in_full": named_in_full,
    "day": day,
    "moment": moment,
    "moment_in_words": moment_in_words,
    "translate": translate,
    "legal_day": legal_day,
    "day_in_words": day_in_words,
    "figures": figures,
    "grouped": grouped,
    "amount": amount,
    "percent": percent,
    "dong_in_words": dong_in_words,
    "number_in_words": number_in_words,
    "ordinal_in_words": ordinal_in_words,
}
