"""What pages and resources of labels have in common: the public address, and reading a choice."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from inventory.base.actor import Actor

_BETWEEN = re.compile(r"[\n\r,;]+|\s+(?=(?:TS|VT|https?:)\S)", re.IGNORECASE)


def provide_address(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> str:  # noqa: ARG001
    """The public address of the installation, empty where none is set; rests on actor so that one
    is provided after the other."""
    return request.app.state["database"].settings.public_url or ""


def said_of_choice(form: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a choice of labels; numbers stand on lines of their own or between commas."""
    numbers = [text for text in _BETWEEN.split(form.get("numbers", "").strip()) if text.strip()]
    return {**form, "numbers": numbers or None}
