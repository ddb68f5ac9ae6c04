"""A certificate as a folder that can be handed over and checked anywhere."""

from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from inventory.notary import queries
from inventory.notary.offline import CERTIFICATE, HEADS
from inventory.notary.outside import name_of, write_keys
from inventory.notary.schemas import Certificate, HeadOut, KeyOut


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """All the files of a certificate."""

    certificate: Certificate
    head: HeadOut
    keys: tuple[KeyOut, ...]

    def files(self) -> dict[str, bytes]:
        """Their names and contents, without the keys in the form of openssl."""
        head = f"{HEADS}/{name_of(self.certificate.head)}"
        return {
            CERTIFICATE: msgspec.json.format(msgspec.json.encode(self.certificate), indent=1),
            head: msgspec.json.encode(self.head) + b"\n",
            f"{HEADS}/keys.json": msgspec.json.encode(self.keys) + b"\n",
        }


def bundle_of(session: Session, certificate: Certificate) -> Bundle:
    """A certificate with its head and the keys up to today."""
    return Bundle(
        certificate=certificate,
        head=queries.get_head(session, certificate.head),
        keys=tuple(queries.list_keys(session)),
    )


def write_bundle(folder: Path, bundle: Bundle) -> None:
    """Write a certificate into a folder of its own."""
    (folder / HEADS).mkdir(parents=True, exist_ok=True)
    for name, content in bundle.files().items():
        (folder / name).write_bytes(content)
    write_keys(folder / HEADS, bundle.keys)
