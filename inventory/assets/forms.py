"""Forms of acts on an asset: opened on its page, or on a page of their own."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.response import Template

from inventory.assets.schemas import AssetOut
from inventory.base.answers import wants_part
from inventory.base.errors import DomainError
from inventory.base.web import faults_of


def act_form(
    request: Request[Any, Any, Any],
    asset: AssetOut,
    template: str,
    typed: Mapping[str, str],
    error: DomainError | None = None,
    **shown: object,
) -> Template:
    """A form, empty or with what was typed; after a refusal with its faults and their article."""
    return Template(
        template if wants_part(request) else "assets/act.html",
        context={
            "template": template,
            "asset": asset,
            "typed": typed,
            "errors": faults_of(error) if error else {},
            **shown,
        },
        status_code=422 if error else 200,
    )
