"""Shipped files: kept by the browser for a year under a name that changes with the content."""

import gzip
import re
from typing import Any

import pytest
from litestar.exceptions import NotFoundException
from litestar.testing import TestClient

from service.web.static_files import FOLDER, static_file, static_url


def test_the_address_of_a_file_holds_its_hash():
    assert re.fullmatch(r"/static/kebien\.[0-9a-f]{12}\.css", static_url("kebien.css"))


def test_a_hashed_name_is_kept_for_a_year(app_client: TestClient[Any]):
    answer = app_client.get(static_url("kebien.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == (FOLDER / "kebien.css").read_bytes()


def test_a_plain_name_is_asked_for_again_and_answered_shortly(app_client: TestClient[Any]):
    first = app_client.get("/static/icon.svg")
    assert first.headers["cache-control"] == "public, no-cache"
    again = app_client.get("/static/icon.svg", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = app_client.get("/static/icon.svg", headers={"if-none-match": '"other"'})
    assert other.status_code == 200


def test_a_file_is_zipped_for_those_who_can_read_it(app_client: TestClient[Any]):
    with app_client.stream(
        "GET", static_url("kebien.css"), headers={"accept-encoding": "gzip"}
    ) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == static_file("kebien.css").body
    plain = app_client.get(static_url("kebien.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/none.css",
        "/static/kebien.000000000000.css",
        "/static/..%2f..%2f..%2fsettings.py",
        "/static/%2e%2e/engine.py",
        "/static/vendor",
        "/static/%00",
        "/static/",
    ],
)
def test_nothing_else_is_served(app_client: TestClient[Any], path: str):
    assert app_client.get(path).status_code == 404


def test_a_file_outside_the_folder_is_not_found():
    with pytest.raises(NotFoundException):
        static_file("../engine.py")
