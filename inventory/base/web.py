"""Decoding what people typed: every faulty field at once, in words they can act on."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from inventory.base.errors import Invalid, Param
from inventory.base.messages import _

S = TypeVar("S", bound=msgspec.Struct)
Fault = tuple[str, dict[str, Param]]


def decode_form(shape: type[S], form: Mapping[str, Any]) -> S:
    """A struct from form fields or a JSON object; empty fields count as not given.

    Raises Invalid that names all faulty and missing fields together.
    """
    faults: dict[str, Fault] = {}
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        raw = form.get(field.encode_name)
        raw = raw.strip().replace("\x00", "") if isinstance(raw, str) else raw
        if raw is None or raw == "":
            if field.required:
                faults[field.encode_name] = (_("This field is required."), {})
            continue
        try:
            values[field.name] = msgspec.convert(raw, field.type, strict=False)
        except msgspec.ValidationError as error:
            faults[field.encode_name] = _fault(field.type, str(error))
    if faults:
        raise Invalid.many(_("Some fields need another look."), faults)
    return shape(**values)


def decode_body(shape: type[S], body: bytes) -> S:
    """A struct from a JSON body, with every faulty field named.

    Raises Invalid.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError:
        return decode_form(shape, _object(body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(_("The body is not valid JSON.")) from error


def _object(body: bytes) -> dict[str, Any]:
    value = json.loads(body)
    if not isinstance(value, dict):
        raise Invalid(_("The body must be a JSON object."))
    return value


def _fault(kind: Any, message: str) -> Fault:
    for word, text in _WORDS.items():
        if word in str(kind):
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
