"""Files by the hash of their content: written once, never changed, checked when read."""

import hashlib
import os
import tempfile
from pathlib import Path

from inventory.base.errors import Conflict, NotFound
from inventory.base.messages import _


class BlobStore:
    """A folder of files named by their SHA-256, in hexadecimal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store a content, answer its SHA-256; storing the same again changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        return digest

    def get(self, digest: str) -> bytes:
        """The content of a hash.

        Raises NotFound where it is not stored, Conflict where the file no longer fits its hash.
        """
        path = self._path(digest)
        if not path.exists():
            raise NotFound(_("The file is not in the store."))
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise Conflict(_("The stored file no longer fits its hash."))
        return content

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest
