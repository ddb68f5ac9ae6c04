"""Under which address phones reach this installation; it is printed into every label."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from inventory.base.actor import Actor


def provide_address(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> str:  # noqa: ARG001
    """The public address, empty where none is set; rests on actor so that it is provided after."""
    return request.app.state["database"].settings.public_url or ""
