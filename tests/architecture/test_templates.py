"""Templates compile, stand in the shell and hold no inline code: the strict policy holds."""

import re
from pathlib import Path

import pytest

from service import places
from service.web.catalogues import PACKAGES, ROOT
from service.web.engine import PageEngine
from service.web.locales import LOCALES

ROOMS = {**places.TEMPLATE_ROOMS, "shell": "service.web"}
OWN_FRAME = {"shell/layout.html", "shell/api_docs.html"}
INLINE = re.compile(r"""\s(style|on[a-z]+)\s*=\s*["']|<style|<script(?![^>]*\bsrc=)|javascript:""")
OUTSIDE = re.compile(r"""(src|href|action|hx-\w+)\s*=\s*["'](https?:)?//""")


def _templates() -> list[tuple[str, Path]]:
    found = []
    for prefix, package in ROOMS.items():
        folder = ROOT / package.replace(".", "/") / "templates"
        found += [
            (f"{prefix}/{path.relative_to(folder).as_posix()}", path)
            for path in sorted(folder.rglob("*.html"))
        ]
    return found


TEMPLATES = _templates()


@pytest.fixture(scope="module")
def engine() -> PageEngine:
    return PageEngine(places.TEMPLATE_ROOMS, lambda _request: {})


def test_every_template_compiles_and_alike_for_every_language(engine: PageEngine):
    """Languages differ when a page is made, not when it is compiled: they share what is kept."""
    for name, path in TEMPLATES:
        text = path.read_text()
        made = {one.compile(text, name, raw=True) for one in engine.environments.values()}
        assert len(made) == 1, name
        for locale in LOCALES:
            assert engine.template(locale, name).environment is engine.environments[locale], name


def test_a_page_stands_in_the_shell_and_a_part_begins_with_an_underscore():
    for name, path in TEMPLATES:
        is_page = 'extends "shell/layout.html"' in path.read_text()
        is_part = path.name.startswith("_") or path.parent.name == "macros"
        assert is_page != is_part or name in OWN_FRAME, name


def test_no_template_holds_inline_code_or_asks_another_machine():
    for name, path in TEMPLATES:
        text = path.read_text()
        assert INLINE.findall(text) == [], name
        assert OUTSIDE.findall(text) == [], name


def test_inline_code_would_be_noticed():
    for bad in ('<p style="x">', "<b onclick='x'>", "<script>x</script>", "<style>x</style>"):
        assert INLINE.search(bad)
    assert not INLINE.search('<script src="/static/x.js" defer></script>')
    assert OUTSIDE.search('<img src="https://x.test/a.png">')


def test_every_room_with_page_templates_is_wired():
    wired = {ROOT / package.replace(".", "/") for package in ROOMS.values()}
    rooms = {
        folder.parent
        for package in PACKAGES
        for folder in (ROOT / package).rglob("templates")
        if any('"shell/' in page.read_text() for page in folder.rglob("*.html"))
    }
    assert rooms <= wired
