"""A real server process and a real Chromium, for tests of what a reader sees and can reach."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from service.settings import Settings, child_environment

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
SIZES = {"desk": (1280, 800), "phone": (390, 844)}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--js-flags=--no-opt --no-maglev",  # pages are short-lived: optimising their code costs more
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SHORT = {"resultTypes": ["violations"], "preload": False, "iframes": False, "selectors": False}
"""Nothing is told that is not read, and nothing is fetched: the pages hold no frames."""


@contextmanager
def serving(settings: Settings, module: str = "service") -> Iterator[str]:
    """The program as it is really started, until the end of the block; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, "serve", "--port", str(port)]
    with subprocess.Popen(command, env=child_environment(settings)) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(f"{address}/readyz", server)
            yield address
        finally:
            server.terminate()
            server.wait(20)


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """The browser of the machine; the test is skipped, saying so, where there is none."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium on this machine; make test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        yield browser
        browser.close()


def open_page(browser: Browser, address: str, size: str = "desk", **context: Any) -> Page:
    """A fresh page of a Vietnamese reader at a size; what it asks of other machines is refused."""
    width, height = SIZES[size]
    page = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        **context,
    ).new_page()
    page.set_default_timeout(10_000)
    return page


@contextmanager
def axe_at_hand() -> Iterator[str]:
    """An address of axe for many pages: what comes from one is compiled once, not on every page."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/javascript")
            self.send_header("cache-control", "max-age=86400")
            self.end_headers()
            self.wfile.write(AXE.encode())

        def log_message(self, *_said: object) -> None:
            """Nothing is told of it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/axe.js"
        finally:
            server.shutdown()


def axe_faults(
    page: Page, only: Sequence[str] = (), *, without: Sequence[str] = (), source: str = ""
) -> list[str]:
    """What axe finds wrong with the page as it stands, in short; by all rules or by some.

    Parts of the page may be left out, and axe taken from an address.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.add_script_tag(url=source) if source else page.evaluate(AXE)
    rules = {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": RULES}
    wanted = [{"exclude": list(without)}, {"runOnly": rules, **SHORT}]
    found = page.evaluate("([where, wanted]) => axe.run(where, wanted)", wanted)
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start (status {server.poll()})")
