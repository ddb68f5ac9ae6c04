"""Decoding what people typed: every faulty field at once, in words they can act on."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from inventory.base.errors import DomainError, Invalid, Param
from inventory.base.messages import _
from inventory.base.said import tidy

S = TypeVar("S", bound=msgspec.Struct)
Fault = tuple[str, dict[str, Param]]

_TO_THE_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")

DEPARTS = "departs"
LAW = "by_law"
"""Under this name a form's faults hold where a second person may let the act through."""


def decode_form(shape: type[S], form: Mapping[str, Any]) -> S:
    """A struct from form fields or a JSON object; empty fields count as not given.

    A struct inside comes from an object, or from fields named ``outer.inner``.
    Raises Invalid that names all faulty and missing fields together.
    """
    faults: dict[str, Fault] = {}
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        name = field.encode_name
        inner = _struct_in(field.type)
        raw = _part(form, name) if inner else form.get(name)
        raw = _moment_of(field.type, tidy(raw)) if isinstance(raw, str) else raw
        if raw is None or raw == "":
            if field.required:
                faults[name] = (_("This field is required."), {})
            continue
        try:
            if inner and isinstance(raw, Mapping):
                values[field.name] = decode_form(inner, raw)
            else:
                values[field.name] = msgspec.convert(raw, field.type, strict=False)
        except msgspec.ValidationError as error:
            faults |= _in_items(name, field.type, raw) or {name: _fault(field.type, str(error))}
        except Invalid as error:
            faults.update({f"{name}.{part}": fault for part, fault in error.fields.items()})
    if faults:
        raise Invalid.many(_("Some fields need another look."), faults)
    return shape(**values)


def _moment_of(kind: Any, text: str) -> str:
    """A day and hour as browsers send them, with the seconds that RFC 3339 wants."""
    takes_moment = datetime in (get_args(kind) or (kind,))
    return f"{text}:00" if takes_moment and _TO_THE_MINUTE.fullmatch(text) else text


def faults_of(error: DomainError) -> dict[str, Fault]:
    """What to mark in a form that is shown again; a refusal of no field is raised on."""
    if not error.fields:
        raise error
    found: dict[str, Fault] = dict(error.fields)
    if error.article:
        found[LAW] = (error.article, {"rule": error.params.get("rule", "")})
    if error.departs is not None:
        found[DEPARTS] = (_("A second person may let this through."), error.departs)
    return found


def decode_body(shape: type[S], body: bytes) -> S:
    """A struct from a JSON body, with every faulty field named.

    Raises Invalid.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError:
        said = _object(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(_("The body is not valid JSON.")) from error
    faults = _unknown(shape, said)
    try:
        decoded = decode_form(shape, said)
    except Invalid as error:
        faults |= error.fields
    if faults:
        raise Invalid.many(_("Some fields need another look."), faults)
    return decoded


def _part(form: Mapping[str, Any], name: str) -> Any:
    """The fields of a struct inside, None where nothing of it is given."""
    if name in form:
        return form[name]
    part = {
        key.removeprefix(f"{name}."): value
        for key, value in form.items()
        if key.startswith(f"{name}.")
    }
    return part if any(value not in (None, "") for value in part.values()) else None


def _in_items(name: str, kind: Any, raw: Any) -> dict[str, Fault]:
    """The faults of the structs in a list, each named by its place: ``things.3.quantity``."""
    lists = [part for part in (kind, *get_args(kind)) if get_origin(part) is list]
    shape = _struct_in(lists[0]) if lists else None
    faults: dict[str, Fault] = {}
    if shape is None or not isinstance(raw, list):
        return faults
    for n, item in enumerate(raw):
        try:
            decode_form(shape, item if isinstance(item, Mapping) else {})
        except Invalid as error:
            faults.update({f"{name}.{n}.{part}": fault for part, fault in error.fields.items()})
    return faults


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    for part in get_args(kind) or (kind,):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None


def _unknown(shape: type[msgspec.Struct], said: Mapping[str, Any]) -> dict[str, Fault]:
    """The fields of an object that its struct does not have, where it takes no others."""
    if not shape.__struct_config__.forbid_unknown_fields:
        return {}
    known = {field.encode_name: _struct_in(field.type) for field in msgspec.structs.fields(shape)}
    faults: dict[str, Fault] = {}
    for name, value in said.items():
        inner = known.get(name)
        if name not in known:
            faults[name] = (_("There is no such field."), {})
        elif inner and isinstance(value, Mapping):
            found = _unknown(inner, value)
            faults.update({f"{name}.{part}": fault for part, fault in found.items()})
    return faults


def _object(body: bytes) -> dict[str, Any]:
    value = json.loads(body)
    if not isinstance(value, dict):
        raise Invalid(_("The body must be a JSON object."))
    return value


def _fault(kind: Any, message: str) -> Fault:
    for word, text in _WORDS.items():
        if word in str(kind) or message.startswith(f"Invalid {word}"):
            return text, {}
    if "length" in message:
        return _("The text is too short or too long."), {}
    return _("The value is not valid."), {}


_WORDS: dict[str, str] = {
    "datetime.datetime": _("Give a date and time, such as 2026-08-01T09:00."),
    "datetime.date": _("Give a date, such as 2026-08-01."),
    "Decimal": _("Give an amount in digits."),
    "int": _("Give a whole number."),
    "enum": _("Choose one of the given values."),
}
