"""Files by their hash: streamed, whole or not at all, in a folder and in an object store alike."""

import errno
import hashlib
import os
import resource
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.request import Request, urlopen

import obstore
import pytest

from inventory.base.bucket import Bucket
from inventory.base.errors import Conflict, Invalid, NotFound, Unavailable
from inventory.base.storage import INCOMING, BlobStore, Folder
from service.settings import Settings

LONG = 64 * 1024 * 1024
SOME = b"anh chup khi nhap kho" * 1000
DIGEST = hashlib.sha256(SOME).hexdigest()


class Endless:
    """A source of many bytes that holds none of them; it may break off."""

    def __init__(self, size: int, *, breaks: bool = False) -> None:
        self.left = size
        self.breaks = breaks

    def read(self, size: int = -1) -> bytes:
        if not self.left and self.breaks:
            raise ConnectionResetError(errno.ECONNRESET, "cut off")
        given = min(size, self.left)
        self.left -= given
        return b"\0" * given


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3-compatible server (moto) as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    until = datetime.now(UTC) + timedelta(seconds=30)
    while True:
        try:
            with urlopen(Request(f"{address}/kebien", method="PUT"), timeout=2):
                return
        except OSError:
            if datetime.now(UTC) > until:
                raise


@pytest.fixture
def bucket(server: str, tmp_path: Path) -> BlobStore:
    settings = Settings(
        data_dir=tmp_path,
        files=f"s3://kebien/{tmp_path.name}",
        files_endpoint=server,
        files_key="k",
        files_secret="s",
    )
    return settings.file_store()


@pytest.fixture
def folder(tmp_path: Path) -> BlobStore:
    return Settings(data_dir=tmp_path).file_store()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> BlobStore:
    found: BlobStore = request.getfixturevalue(request.param)
    return found


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_given_back_and_fits_its_hash(store: BlobStore) -> None:
    assert store.keep(BytesIO(SOME)) == (DIGEST, len(SOME))
    assert store.get(DIGEST) == SOME
    assert store.check(DIGEST) == len(SOME)
    with store.open(DIGEST) as file:
        assert file.read(10) == SOME[:10]


def test_storing_the_same_again_changes_nothing(store: BlobStore) -> None:
    assert store.put(SOME) == store.put(SOME) == DIGEST
    assert store.get(DIGEST) == SOME


def test_an_empty_file_is_a_file(store: BlobStore) -> None:
    assert store.get(store.put(b"")) == b""


def test_what_was_never_stored_is_said_not_to_be_there(store: BlobStore) -> None:
    with pytest.raises(NotFound):
        store.open(DIGEST)


def test_many_parts_arrive_as_one_content(store: BlobStore) -> None:
    kept = store.keep(Endless(17 * 1024 * 1024 + 1))
    assert kept.size == 17 * 1024 * 1024 + 1
    assert store.check(kept.sha256) == kept.size


def test_a_large_content_is_never_in_memory_as_a_whole(store: BlobStore) -> None:
    tracemalloc.start()
    kept = store.keep(Endless(LONG))
    store.check(kept.sha256)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16 * 1024 * 1024


def test_a_source_that_breaks_off_leaves_nothing_behind(store: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        store.keep(Endless(3 * 1024 * 1024, breaks=True))
    assert left_in(tmp_path) == []
    with pytest.raises(NotFound):
        store.open(hashlib.sha256(bytes(3 * 1024 * 1024)).hexdigest())


def test_a_full_disk_is_named_and_leaves_nothing_behind(store: BlobStore, tmp_path: Path) -> None:
    """The limit on the size of a file stands in for a disk that is full."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, hard))
    try:
        with pytest.raises(Unavailable, match="no room left"):
            store.keep(Endless(4 * 1024 * 1024))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert left_in(tmp_path) == []


def test_a_changed_file_is_found_when_it_is_read(folder: BlobStore, tmp_path: Path) -> None:
    folder.put(SOME)
    (path,) = left_in(tmp_path)
    path.write_bytes(SOME[:-1] + b"!")
    with pytest.raises(Conflict):
        folder.get(DIGEST)
    with pytest.raises(Conflict):
        folder.check(DIGEST)
    folder.put(SOME)
    assert folder.get(DIGEST) == SOME


def test_a_changed_object_is_found_when_it_is_read(bucket: BlobStore) -> None:
    bucket.put(SOME)
    shelf = bucket.shelf
    assert isinstance(shelf, Bucket)
    obstore.put(shelf.store, f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}", b"forged")
    with pytest.raises(Conflict):
        bucket.get(DIGEST)


def test_a_file_appears_under_its_hash_and_nothing_else(folder: BlobStore, tmp_path: Path) -> None:
    folder.put(SOME)
    assert left_in(tmp_path) == [tmp_path / "files" / DIGEST[:2] / DIGEST[2:4] / DIGEST]


def test_drafts_of_killed_processes_are_cleared_away(folder: BlobStore, tmp_path: Path) -> None:
    folder.put(SOME)
    drafts = tmp_path / "files" / INCOMING
    for name in ("old", "young"):
        (drafts / name).write_bytes(b"half")
    os.utime(drafts / "old", (0, 0))
    assert folder.tidy(datetime.now(UTC) - timedelta(days=1)) == 1
    assert [path.name for path in drafts.iterdir()] == ["young"]
    assert folder.check(DIGEST) == len(SOME)


def test_a_store_that_is_away_is_said_to_be_away(server: str, tmp_path: Path) -> None:
    nobody = Bucket("s3://kebien", tmp_path, endpoint="http://127.0.0.1:1", key="k", secret="s")
    nowhere = Bucket("s3://no-such-bucket", tmp_path, endpoint=server, key="k", secret="s")
    with pytest.raises(Unavailable):
        BlobStore(nowhere).put(SOME)
    with pytest.raises(Unavailable):
        BlobStore(nobody).get(DIGEST)


def test_the_setting_chooses_a_folder_or_a_bucket(tmp_path: Path) -> None:
    elsewhere = Settings(data_dir=tmp_path, files=str(tmp_path / "elsewhere"))
    assert isinstance(elsewhere.file_store().shelf, Folder)
    assert elsewhere.files_dir == tmp_path / "elsewhere"
    read = Settings.from_env(tmp_path, environ={"KEBIEN_FILES": "s3://kebien/so"})
    assert isinstance(read.file_store().shelf, Bucket)
    assert Settings.from_env(environ=read.variables()) == read
    for wrong in ("s3://", "ftp://host/folder"):
        with pytest.raises(Invalid):
            Settings.from_env(tmp_path, environ={"KEBIEN_FILES": wrong})
