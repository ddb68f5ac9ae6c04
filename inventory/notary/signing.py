"""The key that signs heads: an Ed25519 key in a file that only its owner may read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from inventory.base.messages import _
from inventory.notary.rules import KeyTooOpen, KeyUnreadable, key_id_of

PRIVATE = 0o600


class Signer:
    """A private key in use."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = key_id_of(self.public)

    def sign(self, message: bytes) -> bytes:
        """The signature of a message."""
        return self._key.sign(message)


def signer_at(path: Path) -> Signer:
    """The key in a file, made there where there is none yet.

    Processes that start together agree on one: the file appears whole or not at all.
    Raises KeyTooOpen, KeyUnreadable.
    """
    if not path.exists():
        draft = draft_key(path)
        with suppress(FileExistsError):  # another process was first; its key is the one
            path.hardlink_to(draft)
        draft.unlink()
    if path.stat().st_mode & 0o077:
        raise KeyTooOpen(
            _("Others may read %(path)s; take that right away: chmod 600"), path=str(path)
        )
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except ValueError as error:
        raise KeyUnreadable(_("%(path)s holds no private key."), path=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(_("%(path)s holds no private key."), path=str(path))
    return Signer(key)


def draft_key(path: Path) -> Path:
    """A new private key in a file beside the one it is to become."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=PRIVATE, exist_ok=False)
    made = Ed25519PrivateKey.generate()
    draft.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return draft


def fits(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature is that of a message by the holder of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def to_pem(public: bytes) -> bytes:
    """A public key as openssl reads it."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def from_pem(pem: bytes) -> bytes:
    """A public key from a PEM file.

    Raises ValueError.
    """
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")  # noqa: TRY004 - what it is, is said by the file
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
