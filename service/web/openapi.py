"""The description of the API (OpenAPI 3.1) and its page, both served from this machine alone."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Litestar, Request, Router, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Schema, SecurityScheme
from litestar.openapi.spec.enums import OpenAPIType
from litestar.plugins import OpenAPISchemaPlugin
from litestar.response import Template
from litestar.typing import FieldDefinition

from service.errors import API, PROBLEM_JSON
from service.web.security import API_DOCS

Json = dict[str, Any]

DESCRIPTION_PATH = "/api/v1/openapi.json"
AMOUNT = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,3})?$"
METHODS = ("get", "post", "put", "patch", "delete")


class DecimalAsText(OpenAPISchemaPlugin):
    """Amounts travel as text, so that no reader turns them into floating point."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Whether this describes the type."""
        return value is Decimal

    def to_openapi_schema(
        self,
        field_definition: FieldDefinition,  # noqa: ARG002 (the framework's signature)
        schema_creator: Any,  # noqa: ARG002
    ) -> Schema:
        """Digits with at most two decimals."""
        return Schema(
            type=OpenAPIType.STRING,
            pattern=AMOUNT,
            examples=["450000000"],
        )


class ApiDescription(JsonRenderPlugin):
    """The description as served: what the framework found out, corrected by what is true here."""

    def __init__(self) -> None:
        super().__init__(path=["/", "/openapi.json"])
        self.finished: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: Json) -> bytes:
        """The description, made once."""
        if self.finished is None:
            self.finished = self.render_json(request, finish(request.app, openapi_schema))
        return self.finished


@get(API_DOCS, public=True, include_in_schema=False, sync_to_thread=False)
def api_page() -> Template:
    """The description as a page to read and try."""
    return Template("shell/api_docs.html", context={"description_path": DESCRIPTION_PATH})


def config(version: str) -> OpenAPIConfig:
    """How the framework is to describe the API."""
    bearer = SecurityScheme(type="http", scheme="bearer", description="A token of an account.")
    return OpenAPIConfig(
        title="kebien",
        version=version,
        description="Seized assets, evidence warehouses, valuation and repeated auctions.",
        components=Components(security_schemes={"bearer": bearer}),
        security=[{"bearer": []}],
        use_handler_docstrings=True,
        render_plugins=[ApiDescription()],
        openapi_router=Router(
            DESCRIPTION_PATH, route_handlers=[], include_in_schema=False, opt={"public": True}
        ),
    )


def description(app: Litestar) -> Json:
    """The finished description, for the command line and for tests."""
    return finish(app, app.openapi_schema.to_schema())


def finish(app: Litestar, schema: Json) -> Json:
    """What the framework leaves out: problem documents, permissions, strict inputs."""
    permissions = dict(_permissions(app))
    schemas: Json = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    paths = {path: item for path, item in schema["paths"].items() if path.startswith(API)}
    inputs: set[str] = set()
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                _finish_operation(item[method], method, permissions.get((path, method)))
                inputs |= _references(item[method].get("requestBody"), schemas)
    for name in inputs:
        if schemas[name].get("type") == "object":
            schemas[name]["additionalProperties"] = False
    return _with_short_names({**schema, "paths": paths})


def _with_short_names(schema: Json) -> Json:
    """``Page_inventory.cases.schemas.CaseRow_`` is for programs; people read PageOfCaseRow."""
    text = msgspec.json.encode(schema).decode()
    for name in schema["components"]["schemas"]:
        short = re.sub(r"_(?:\w+\.)*(\w+?)_$", r"Of\1", name)
        text = text.replace(f'"{name}":', f'"{short}":').replace(f'/{name}"', f'/{short}"')
    found: Json = msgspec.json.decode(text)
    return found


def _permissions(app: Litestar) -> Iterator[tuple[tuple[str, str], str]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in getattr(handler, "http_methods", ()):
                if permission := handler.opt.get("permission"):
                    yield (route.path_format, method.lower()), permission


def _finish_operation(operation: Json, method: str, permission: str | None) -> None:
    refused = {
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    responses: Json = operation["responses"]
    declared = [status for status in responses if status[0] in "45"]
    described = {status: responses.pop(status).get("description", "") for status in declared}
    described.pop("400", None)
    described.setdefault("401", "Log-in needed")
    described.setdefault("403", "Not permitted")
    for status, text in described.items():
        responses[status] = {"description": text, **refused}
    responses["default"] = {"description": "Refused", **refused}
    operation["summary"] = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", operation["summary"]).capitalize()
    if permission:
        operation["x-permission"] = permission
    else:
        operation["security"] = []
    if method == "post":
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)


def _references(part: Any, schemas: Json) -> set[str]:
    """Names of all schemas that a part of the description leads to."""
    found: set[str] = set()
    left = [part]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left.extend(node)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas and name not in found:
                found.add(name)
                left.append(schemas[name])
            left.extend(node.values())
    return found


IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body again give the first answer again, not a second act.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
}

PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string"},
        "article": {"type": "string", "description": "The article of law that forbids the act."},
        "confidence": {
            "type": "string",
            "enum": ["A", "B", "C"],
            "description": "How sure the article is; C is still to be confirmed by a lawyer.",
        },
        "incident": {"type": "string", "description": "Number of a fault of the program."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
