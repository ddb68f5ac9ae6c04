"""The dated list of forms: title, symbol and template of each kind of paper on a day."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from inventory.base.messages import _
from inventory.papers.rules import FormUnknown, PaperKind


class PaperForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What papers of a kind are called in a period, the symbol of their number, their template."""

    kind: PaperKind
    title: str
    symbol: str
    template: str
    valid_from: date
    article: str
    confidence: str
    code: str | None = None
    valid_to: date | None = None


class HeadWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that stand in letterheads and in no office's name."""

    ministry: str
    seat_of_centre: str
    named_after_a_person: str


class _Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: list[PaperForm]
    letterhead: HeadWords


def form_of(kind: PaperKind, on: date) -> PaperForm:
    """The form of a kind of paper on a day.

    Raises FormUnknown.
    """
    for form in _seed().form:
        if (
            form.kind == kind
            and form.valid_from <= on
            and (not form.valid_to or on <= form.valid_to)
        ):
            return form
    raise FormUnknown(
        _("There is no form for %(kind)s on %(day)s."), kind=kind.value, day=on.isoformat()
    )


def step_of(kind: PaperKind, template: str, on: date) -> date:
    """A day on which a kind is printed from a template, at the latest that of its paper."""
    for form in _seed().form:
        if form.kind == kind and form.template == template:
            return min(on, form.valid_to) if form.valid_to else on
    return on


def list_forms() -> list[PaperForm]:
    """Every form there is and was."""
    return list(_seed().form)


def head_words() -> HeadWords:
    """The words of letterheads."""
    return _seed().letterhead


@cache
def _seed() -> _Seed:
    text = files("inventory.papers").joinpath("seed/forms.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Seed)
