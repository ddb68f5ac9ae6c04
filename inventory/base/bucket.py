"""A shelf in an S3-compatible object store: AWS, MinIO, Ceph, Garage and their like."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from inventory.base.errors import Invalid, Unavailable
from inventory.base.messages import _
from inventory.base.storage import Kept, Readable, copy

PART = 5 * 1024 * 1024
"""The smallest part that the protocol allows; two of them are under way at once."""

SCHEME = "s3"


class Bucket:
    """A bucket, or what of it begins with a prefix; contents pass through a local folder."""

    def __init__(
        self,
        location: str,
        local: Path,
        *,
        endpoint: str | None = None,
        region: str = "us-east-1",
        key: str | None = None,
        secret: str | None = None,
    ) -> None:
        parts = urlsplit(location)
        if parts.scheme != SCHEME or not parts.netloc:
            raise Invalid(_("Write the store as s3://bucket or s3://bucket/folder."))
        self.local = local
        said = {"endpoint": endpoint, "access_key_id": key, "secret_access_key": secret}
        self.store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=cast("Any", {name: value for name, value in said.items() if value}),
            region=region,
            virtual_hosted_style_request=endpoint is None,
            client_options={
                "allow_http": bool(endpoint and endpoint.startswith("http://")),
                "connect_timeout": "5s",
            },
            retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=30)},
        )

    def keep(self, source: Readable) -> Kept:
        """Hash into a nameless local file, then send that: an object appears whole or never."""
        with self._draft() as file:
            kept = copy(source, file.write)
            file.seek(0)
            with _reached(missing=True):
                obstore.put(
                    self.store,
                    _path(kept.sha256),
                    file,
                    use_multipart=kept.size > PART,
                    chunk_size=PART,
                    max_concurrency=2,
                )
        return kept

    def open(self, digest: str) -> BinaryIO:
        """Fetch an object into a nameless local file."""
        self.local.mkdir(parents=True, exist_ok=True)
        file = cast("BinaryIO", tempfile.TemporaryFile(dir=self.local))  # noqa: SIM115 - handed on
        try:
            with _reached():
                for piece in obstore.get(self.store, _path(digest)).stream(min_chunk_size=PART):
                    file.write(piece)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def tidy(self, before: datetime) -> int:  # noqa: ARG002 - drafts here have no name to be left under
        """Nothing to do: local drafts are nameless; parts of broken uploads are the store's."""
        return 0

    @contextmanager
    def _draft(self) -> Iterator[BinaryIO]:
        self.local.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.local) as file:
            yield cast("BinaryIO", file)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


@contextmanager
def _reached(*, missing: bool = False) -> Iterator[None]:
    """Say that the store is away; where something is written, the bucket itself may be missing."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        if isinstance(error, FileNotFoundError) and not missing:
            raise
        raise Unavailable(_("The file store cannot be reached at the moment.")) from error
