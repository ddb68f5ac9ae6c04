"""Packs: the list of a stocktake as a device may hold it, blind where the count is blind."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.stocktakes.models import Stocktake, StocktakeItem
from inventory.stocktakes.queries.stocktakes import places_of
from inventory.stocktakes.rules import PackToken, blinded, veiled
from inventory.stocktakes.schemas.told import Pack, PackItem, PackPlace


def pack_of(
    session: Session,
    stocktake: Stocktake,
    token: PackToken,
    token_text: str,
    last_number: int,
    *,
    at: datetime,
) -> Pack:
    """The pack of a device: places by name; things by their blinded numbers, in no order.

    Who scans a thing can read its description; who only looks at the pack cannot.
    """
    i = StocktakeItem
    salt = hashlib.sha256(stocktake.pack_key).hexdigest()[:16] if stocktake.blind else ""
    rows = session.execute(
        select(i.reference, i.place_id, i.description).where(i.stocktake_id == stocktake.id)
    )
    items = [
        PackItem(blinded(salt, ref), place_id, veiled(salt, ref, what))
        if salt
        else PackItem(ref, place_id, what)
        for ref, place_id, what in rows
    ]
    items.sort()
    places = [PackPlace(*row) for row in places_of(session, stocktake.id)]
    pack = Pack(
        stocktake=stocktake.reference,
        title=stocktake.place_name,
        token=token_text,
        counter=token.name,
        expires=token.expires,
        server_ms=int(at.timestamp() * 1000),
        blind=stocktake.blind,
        salt=salt,
        root_id=stocktake.place_id,
        last_number=last_number,
        places=places,
        items=items,
        signature="",
    )
    signature = _signature(said_by(pack), stocktake.pack_key)
    return msgspec.structs.replace(pack, signature=signature)


SIGNED = Pack.__struct_fields__[:-1]
"""What a signature covers, in this order: everything else of the pack."""


def said_by(pack: Pack) -> bytes:
    """What of a pack is signed, as a device builds it too: JSON without spaces, in UTF-8."""
    said = [getattr(pack, name) for name in SIGNED]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def keys_of(session: Session, references: Sequence[str]) -> dict[str, str]:
    """By which public key the packs of stocktakes are signed: a point of P-256, in hex."""
    s = Stocktake
    rows = session.execute(select(s.reference, s.pack_key).where(s.reference.in_(references)))
    return {reference: public_key(key) for reference, key in rows}


def public_key(pack_key: bytes) -> str:
    """The key with which a browser checks the packs of a stocktake."""
    point = _private_key(pack_key).public_key()
    return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()


def _signature(message: bytes, pack_key: bytes) -> str:
    """ECDSA over P-256 with SHA-256, the two numbers one after the other as browsers want them."""
    made = _private_key(pack_key).sign(message, ec.ECDSA(hashes.SHA256()))
    return b"".join(part.to_bytes(32) for part in decode_dss_signature(made)).hex()


def _private_key(pack_key: bytes) -> ec.EllipticCurvePrivateKey:
    """The key of a stocktake's packs, drawn from its secret: nothing more has to be kept."""
    drawn = int.from_bytes(hashlib.sha512(b"pack|" + pack_key).digest())
    return ec.derive_private_key(drawn % (_ORDER - 1) + 1, ec.SECP256R1())


_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve P-256 has."""
