"""What lets the counting page be installed on a phone and opened without network."""

import hashlib
import json
from functools import cache
from typing import Any

from litestar import Response, get

from service.web.static_files import ASK_AGAIN, static_file, static_url

PAGE = "/count"
FILES = (
    "kebien.css",
    "icon.svg",
    "kebien.js",
    "camera.js",
    "vendor/htmx.min.js",
    "vendor/barcode-detector.min.js",
    "vendor/zxing_reader.wasm",
    "count/store.js",
    "count/codes.js",
    "count/count.js",
)
"""Everything the page asks for besides itself."""


@cache
def worker() -> bytes:
    """The worker with the names of the files of this version before it."""
    own = static_file("count/worker.js").body
    files = [static_url(name) for name in FILES]
    digest = hashlib.sha256("\n".join(files).encode() + own).hexdigest()[:12]
    told = {"PAGE": PAGE, "VERSION": f"kebien-count-{digest}", "FILES": files}
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in told.items()]
    return "".join(lines).encode() + own


@get(f"{PAGE}/worker.js", public=True, include_in_schema=False, sync_to_thread=False)
def serve_worker() -> Response[bytes]:
    """The worker that keeps the counting page; it may rule over that page and nothing else."""
    headers = {"Cache-Control": ASK_AGAIN, "Service-Worker-Allowed": PAGE}
    return Response(worker(), media_type="text/javascript; charset=utf-8", headers=headers)


@get(f"{PAGE}/manifest.webmanifest", public=True, include_in_schema=False, sync_to_thread=False)
def serve_manifest() -> Response[Any]:
    """What a phone shows of the page once it is installed."""
    body = static_file("count/manifest.webmanifest").body
    headers = {"Cache-Control": ASK_AGAIN}
    return Response(body, media_type="application/manifest+json", headers=headers)
