"""What the environment decides, read once into one frozen value; no other module reads it."""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.storage import BlobStore

T = TypeVar("T")
D = TypeVar("D")

_SCHEMES = ("postgresql+psycopg://", "postgresql://", "postgres://")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs. Every field has its variable: ``port`` is KEBIEN_PORT, and so on."""

    data_dir: Path
    """Folder of the embedded database, of stored files and of the signing secret."""
    database_url: str | None = field(default=None, repr=False)
    """A PostgreSQL of one's own; without it the embedded one in ``data_dir`` is used."""
    database_kept: bool = False
    """Whoever started this process keeps the embedded database running; it starts none itself."""
    postgres_bin: Path | None = None
    """Folder of PostgreSQL programs to run the embedded database with (KEBIEN_PG_BIN)."""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 4
    """Requests answered at once, and database connections, of one web process."""
    demonstration: bool = False
    """Mark every page as a demonstration with made-up people."""
    cookie_secure: bool = True
    """Send cookies over HTTPS only; off by default in a demonstration."""
    public_url: str | None = None
    """Address under which phones reach this installation, such as https://kho.example.vn; it is
    printed into every label, so that any camera opens the thing's page."""
    secret: str | None = field(default=None, repr=False)
    notary_key: Path | None = None
    """File of the key that signs heads; without it ``notary/key.pem`` in ``data_dir``."""
    heads_to: tuple[Path, ...] = ()
    """Folders of outside bodies that get every signed head, with colons between them."""
    files: str | None = None
    """Where files lie: a folder, or ``s3://bucket/folder``; else ``files`` in ``data_dir``."""
    files_endpoint: str | None = None
    """Address of an S3-compatible store that is not Amazon's."""
    files_region: str = "us-east-1"
    files_key: str | None = field(default=None, repr=False)
    files_secret: str | None = field(default=None, repr=False)
    file_mb: int = 50
    """The largest file that may be attached, in megabytes."""
    upload_mb: int = 200
    """The most that may be sent at once to a route that takes files, in megabytes."""
    picture_megapixels: int = 50
    """The largest picture that is opened, in millions of pixels."""

    @classmethod
    def from_env(
        cls,
        data_dir: Path | None = None,
        *,
        fallback: Path = Path("~/.local/share/kebien"),
        demonstration: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> Self:
        """Read the settings; a folder given by hand wins over the environment.

        ``fallback`` and ``demonstration`` hold where the environment says nothing of them.

        Raises Invalid where a variable cannot be understood.
        """
        env = os.environ if environ is None else environ
        folder = data_dir or Path(env.get("KEBIEN_DATA_DIR") or fallback)
        demonstration = _read(env, "KEBIEN_DEMONSTRATION", _flag, default=demonstration)
        return cls(
            data_dir=folder.expanduser().absolute(),
            database_url=_read(env, "KEBIEN_DATABASE_URL", _database_url, default=None),
            database_kept=_read(env, "KEBIEN_DATABASE_KEPT", _flag, default=False),
            postgres_bin=_read(env, "KEBIEN_PG_BIN", Path, default=None),
            host=env.get("KEBIEN_HOST") or "127.0.0.1",
            port=_read(env, "KEBIEN_PORT", _port, default=8000),
            workers=_read(env, "KEBIEN_WORKERS", _count, default=1),
            threads=_read(env, "KEBIEN_THREADS", _count, default=4),
            demonstration=demonstration,
            cookie_secure=_read(env, "KEBIEN_COOKIE_SECURE", _flag, default=not demonstration),
            public_url=_read(env, "KEBIEN_PUBLIC_URL", _public_url, default=None),
            secret=env.get("KEBIEN_SECRET") or None,
            notary_key=_read(env, "KEBIEN_NOTARY_KEY", Path, default=None),
            heads_to=_read(env, "KEBIEN_HEADS_TO", _folders, default=()),
            files=_read(env, "KEBIEN_FILES", _place_of_files, default=None),
            files_endpoint=env.get("KEBIEN_FILES_ENDPOINT") or None,
            files_region=env.get("KEBIEN_FILES_REGION") or "us-east-1",
            files_key=env.get("KEBIEN_FILES_KEY") or None,
            files_secret=env.get("KEBIEN_FILES_SECRET") or None,
            file_mb=_read(env, "KEBIEN_FILE_MB", _count, default=50),
            upload_mb=_read(env, "KEBIEN_UPLOAD_MB", _count, default=200),
            picture_megapixels=_read(env, "KEBIEN_PICTURE_MEGAPIXELS", _count, default=50),
        )

    def variables(self) -> dict[str, str]:
        """The variables from which ``from_env`` makes these settings again."""
        optional = {
            "KEBIEN_DATABASE_URL": self.database_url,
            "KEBIEN_PG_BIN": self.postgres_bin,
            "KEBIEN_PUBLIC_URL": self.public_url,
            "KEBIEN_SECRET": self.secret,
            "KEBIEN_NOTARY_KEY": self.notary_key,
            "KEBIEN_HEADS_TO": os.pathsep.join(map(str, self.heads_to)),
            "KEBIEN_FILES": self.files,
            "KEBIEN_FILES_ENDPOINT": self.files_endpoint,
            "KEBIEN_FILES_KEY": self.files_key,
            "KEBIEN_FILES_SECRET": self.files_secret,
        }
        return {
            "KEBIEN_DATA_DIR": str(self.data_dir),
            "KEBIEN_DATABASE_KEPT": str(int(self.database_kept)),
            "KEBIEN_HOST": self.host,
            "KEBIEN_PORT": str(self.port),
            "KEBIEN_WORKERS": str(self.workers),
            "KEBIEN_THREADS": str(self.threads),
            "KEBIEN_DEMONSTRATION": str(int(self.demonstration)),
            "KEBIEN_COOKIE_SECURE": str(int(self.cookie_secure)),
            "KEBIEN_FILES_REGION": self.files_region,
            "KEBIEN_FILE_MB": str(self.file_mb),
            "KEBIEN_UPLOAD_MB": str(self.upload_mb),
            "KEBIEN_PICTURE_MEGAPIXELS": str(self.picture_megapixels),
            **{name: str(value) for name, value in optional.items() if value},
        }

    def export(self) -> None:
        """Hand these settings to this process's children (web workers)."""
        os.environ.update(self.variables())

    @property
    def files_dir(self) -> Path:
        """Folder of stored files where they lie in no object store."""
        if self.files and not _in_bucket(self.files):
            return Path(self.files)
        return self.data_dir / "files"

    @property
    def passing_dir(self) -> Path:
        """Folder that files pass through while they are received or fetched; nothing stays."""
        return self.data_dir / "passing"

    def file_store(self) -> BlobStore:
        """Where photographs and issued papers are kept."""
        if not self.files or not _in_bucket(self.files):
            return BlobStore(self.files_dir)
        from inventory.base.bucket import Bucket  # noqa: PLC0415 - its library only where it is used

        return BlobStore(
            Bucket(
                self.files,
                self.passing_dir,
                endpoint=self.files_endpoint,
                region=self.files_region,
                key=self.files_key,
                secret=self.files_secret,
            )
        )

    @property
    def notary_key_file(self) -> Path:
        """File of the private key that signs heads."""
        return self.notary_key or self.data_dir / "notary" / "key.pem"

    def signing_key(self) -> bytes:
        """The secret that signs, made and kept in the data folder where none was given.

        Processes that start together agree on one: the file appears whole or not at all.
        """
        if self.secret:
            return self.secret.encode()
        path = self.data_dir / "secret"
        if not path.exists():
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
            draft.touch(mode=0o600, exist_ok=False)
            draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
            with suppress(FileExistsError):  # another process was first; its secret is the one
                path.hardlink_to(draft)
            draft.unlink()
        return path.read_bytes()


def child_environment(settings: Settings | None = None) -> dict[str, str]:
    """The environment for a process this one starts, with given settings in it."""
    return {**os.environ, **(settings.variables() if settings else {})}


def postgres_environment() -> dict[str, str]:
    """The environment for PostgreSQL's own programs: nothing of a caller's client settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def chosen_postgres_bin() -> Path | None:
    """The folder of PostgreSQL programs that was asked for, if any."""
    return _read(os.environ, "KEBIEN_PG_BIN", Path, default=None)


def chosen_languages() -> list[str]:
    """The reader's languages as the terminal states them, best first."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return [value.split(".")[0]]
    return []


def _read(env: Mapping[str, str], name: str, read: Callable[[str], T], *, default: D) -> T | D:
    text = env.get(name, "").strip()
    if not text:
        return default
    try:
        return read(text)
    except ValueError:
        raise Invalid(
            _("%(name)s cannot be %(value)s."), field=name, name=name, value=text
        ) from None


def _flag(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError(text)
    return word in _YES


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(os.pathsep) if part)


def _public_url(text: str) -> str:
    """A scheme and a host, with a port or without; labels write it in capitals, so no path."""
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(text)
    if parts.path or parts.query or parts.fragment or parts.username or len(text) > 80:
        raise ValueError(text)
    return parts.geturl()


def _port(text: str) -> int:
    number = _count(text)
    if number > 65535:
        raise ValueError(text)
    return number


def _in_bucket(where: str) -> bool:
    return where.startswith("s3://")


def _place_of_files(text: str) -> str:
    """A bucket as it is written, a folder from the root."""
    if _in_bucket(text):
        if not text.removeprefix("s3://").partition("/")[0]:
            raise ValueError(text)
        return text
    if "://" in text:
        raise ValueError(text)
    return str(Path(text).expanduser().absolute())


def _database_url(text: str) -> str:
    for scheme in _SCHEMES:
        if text.startswith(scheme):
            return _SCHEMES[0] + text.removeprefix(scheme)
    raise ValueError(text)
