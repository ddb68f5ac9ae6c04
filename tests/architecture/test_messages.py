"""Every sentence that a person may see has its Vietnamese text, with the same values in it."""

import re
from collections.abc import Iterator
from enum import StrEnum

import pytest
from babel.messages.catalog import Catalog

from inventory.base import messages
from service import wiring
from service.web import catalogues


@pytest.fixture(scope="module")
def marked() -> set[str]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogues.extract()
        if message.id
    }


@pytest.fixture(scope="module")
def vietnamese() -> Catalog:
    return catalogues.read("vi")


def test_sentences_are_found_in_code_and_in_templates(marked: set[str]):
    assert "Please log in." in marked
    assert "Skip to the content" in marked


def test_every_sentence_has_a_vietnamese_text(marked: set[str], vietnamese: Catalog):
    done = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogues.translated(vietnamese)}
    assert sorted(marked - done) == [], "run: python -m service.web.locales update"


def test_a_vietnamese_text_names_the_same_values(vietnamese: Catalog):
    assert catalogues.mismatches(vietnamese) == []


def test_no_vietnamese_text_is_left_over(marked: set[str], vietnamese: Catalog):
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in vietnamese if m.id}
    assert sorted(kept - marked) == [], "run: python -m service.web.locales update"


def test_a_sentence_with_values_has_no_stray_percent_sign(marked: set[str]):
    stray = re.compile(r"%(?!\(\w+\)[sd])")
    with_values = [msgid for msgid in marked if catalogues.PLACEHOLDER.search(msgid)]
    assert with_values, "no sentence has values: the pattern is wrong"
    assert [msgid for msgid in with_values if stray.search(msgid.replace("%%", ""))] == []


def lists(of: type[StrEnum] = StrEnum) -> Iterator[type[StrEnum]]:
    for one in of.__subclasses__():
        yield one
        yield from lists(one)


def test_a_list_of_codes_that_has_texts_has_one_for_each_code():
    """Two lists that share a code collapse where they are given their texts in one dictionary."""
    assert wiring.CONTROLLERS
    bare = {
        f"{one.__module__}.{one.__name__}": sorted(set(one) - told)
        for one in lists()
        if (told := {member for member in one if (one, member) in messages._labels})
        and set(one) - told
    }
    assert bare == {}


def test_a_missing_text_and_a_wrong_value_would_be_noticed():
    catalog = Catalog(locale="vi")
    catalog.add("Moved to %(place)s", "Đã chuyển")
    catalog.add("Nothing")
    assert catalogues.mismatches(catalog) == ["Moved to %(place)s"]
    assert catalogues.missing(catalog) == ["Nothing"]
