"""The template engine: one environment per language, a prefix per room of templates."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemBytecodeCache,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2 import Template as JinjaTemplate
from litestar import Request
from litestar.exceptions import ImproperlyConfiguredException
from markupsafe import Markup

from auction.legal_rules.certainty import certainty, titles
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import cite
from inventory.base import clock
from inventory.base.clock import local_day
from inventory.base.messages import label_of
from service.web import locales
from service.web.catalogues import catalogue
from service.web.charts import bars
from service.web.static_files import static_url

Shell = Callable[[Request[Any, Any, Any]], dict[str, Any]]


class BoundTemplate:
    """A template name; the language is known when the request is."""

    def __init__(self, engine: "PageEngine", name: str) -> None:
        self.engine = engine
        self.name = name

    def render(self, *_args: Any, **context: Any) -> str:
        """The page in the reader's language, with what the shell adds to every page."""
        shell = self.engine.shell(context["request"])
        template = self.engine.template(shell["locale"], self.name)
        csrf_input = Markup(context.pop("csrf_input", ""))  # noqa: S704 (built and escaped by the framework)
        return template.render({**shell, "csrf_input": csrf_input, **context})


class PageEngine:
    """What the framework calls to turn a template name and a context into a page."""

    def __init__(self, rooms: Mapping[str, str], shell: Shell) -> None:
        self.shell = shell
        loader = PrefixLoader(
            {prefix: PackageLoader(package) for prefix, package in {**rooms, **SHELL}.items()}
        )
        kept = _compiled()
        self.environments = {
            locale: _environment(loader, locale, kept) for locale in locales.LOCALES
        }

    def get_template(self, template_name: str) -> BoundTemplate:
        """The template of that name, to be rendered in any language."""
        return BoundTemplate(self, template_name)

    def template(self, locale: str, name: str) -> JinjaTemplate:
        """The template of that name in one language."""
        return self.environments[locale].get_template(name)

    def render_string(self, template_string: str, context: Mapping[str, Any]) -> str:
        """Refused: templates are files, so that they are checked and translated."""
        raise ImproperlyConfiguredException(f"not a file: {template_string[:40]!r} {len(context)}")

    def register_template_callable(self, key: str, template_callable: Any) -> None:
        """Make a function known to every template."""
        for environment in self.environments.values():
            environment.globals[key] = template_callable


SHELL = {"shell": "service.web"}


def _compiled() -> BytecodeCache | None:
    """Where compiled templates are kept from one start to the next, for this user alone.

    A template is compiled alike for every language; what this file makes of it is part of the name.
    """
    made_by = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    try:
        return FileSystemBytecodeCache(pattern=f"kebien-{made_by}-%s.cache")
    except (RuntimeError, OSError):  # no folder that nobody else may write to: compiled anew
        return None


def _environment(loader: PrefixLoader, locale: str, kept: BytecodeCache | None) -> Environment:
    environment = Environment(
        loader=loader,
        bytecode_cache=kept,
        optimized=False,  # nothing of a language is worked out when a template is compiled
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    texts = catalogue(locale)
    install: Callable[..., None] = environment.install_gettext_callables  # type: ignore[attr-defined]
    install(texts.gettext, texts.ngettext, newstyle=True)
    environment.filters.update(
        money=partial(locales.money, locale),
        short_money=partial(locales.short_money, locale),
        number=partial(locales.number, locale),
        date=locales.day,
        datetime=locales.moment,
        label=partial(locales.label, locale),
        shown=partial(locales.shown, locale),
        told=partial(_told, locale),
        cited=partial(_cited, locale),
        ruled=partial(_ruled, locale),
    )
    environment.globals.update(static_url=static_url, bars=bars, label_of=label_of, locale=locale)
    return environment


def _cited(locale: str, article: str | None, on: date | None = None, key: str | None = None) -> str:
    """An article of law as the reader's language cites it; other words stand for themselves.

    An article that was not confirmed for the day of the step, or for today, says so; where rules
    of different certainty stand on it, ``key`` names the one that is meant.
    """
    if not article:
        return ""
    said = cite(article).said(locale)
    sure = certainty(article, on or local_day(clock.now()), key)
    if sure is not Confidence.UNCONFIRMED:
        return said
    return f"{said} ({locales.label(locale, Confidence.UNCONFIRMED)})"


def _ruled(locale: str, key: str) -> str:
    """What a rule is about; nothing where the program ships none of that key."""
    known = titles().get(key)
    return known.said(locale) if known else ""


def _told(locale: str, fault: tuple[str, Mapping[str, object]]) -> str:
    """A fault of a form field in the reader's language."""
    return locales.translate(locale, *fault)
