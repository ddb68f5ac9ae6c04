"""The message catalogues: read at start, brought up to date from the sources by ``update``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "service" / "locale"
PACKAGES = ("inventory", "auction", "reports", "service")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"silent": "false", "newstyle_gettext": "true"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2)}
Texts = str | list[str] | tuple[str, ...] | None

HEADER = """\
# Sentences of the program; brought up to date by: python -m service.web.locales update
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language; a sentence it lacks is shown in English."""

    locale: str
    singular: dict[str, str] = field(default_factory=dict)
    plural: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def gettext(self, msgid: str) -> str:
        """The sentence in this language."""
        return self.singular.get(msgid, msgid)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The sentence for a number of things; Vietnamese has one form, English two."""
        forms = self.plural.get(singular, (singular, plural))
        return forms[0 if count == 1 else -1]


@cache
def catalogue(locale: str) -> Catalogue:
    """The catalogue of a language, read once."""
    found = Catalogue(locale)
    for message in translated(read(locale)):
        forms = _texts(message.string)
        if isinstance(message.id, str):
            found.singular[message.id] = forms[0]
        else:
            found.plural[message.id[0]] = forms
    return found


def path_of(locale: str) -> Path:
    """Where the sentences of a language are kept."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def read(locale: str) -> Catalog:
    """The catalogue file as it stands."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def translated(catalog: Catalog) -> Iterator[Message]:
    """Its messages that have a text."""
    for message in catalog:
        if message.id and all(_texts(message.string)):
            yield message


def extract() -> Catalog:
    """Every sentence marked in the sources and templates."""
    template = Catalog(project="kebien")
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True
        )
        for file, _line, msgid, _comments, context in found:
            template.add(msgid, locations=[(f"{package}/{file}", 0)], context=context)
    return template


def update(locale: str) -> list[str]:
    """Merge the marked sentences into a language's file; returns those without a text."""
    catalog = read(locale)
    catalog.update(extract(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path = path_of(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(locale=locale).encode())
        write_po(file, catalog, width=100, sort_output=True, omit_header=True, include_lineno=False)
    return missing(catalog)


def missing(catalog: Catalog) -> list[str]:
    """The sentences of a catalogue that have no text yet."""
    done = {_key(message) for message in translated(catalog)}
    return [key for message in catalog if message.id and (key := _key(message)) not in done]


def mismatches(catalog: Catalog) -> list[str]:
    """The sentences whose text names other placeholders than the English one."""
    return [
        _key(message)
        for message in translated(catalog)
        if any(_names(text) != _wanted(message) for text in _texts(message.string))
    ]


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _texts(value: Texts) -> tuple[str, ...]:
    return (value or "",) if value is None or isinstance(value, str) else tuple(value)


def _names(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _wanted(message: Message) -> set[str]:
    return set().union(*(_names(text) for text in _texts(message.id)))
