"""Signed heads and certificates over REST."""

from datetime import datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from inventory.base.said import RowId
from inventory.notary import queries
from inventory.notary.schemas import HeadOut, HeadRow, KeyOut
from inventory.notary.writing import Bundle, bundle_of


class HeadApi(Controller):
    """Heads over all ledgers, the keys that signed them, and certificates."""

    path = "/api/v1"
    tags = ("Signed heads",)

    @get("/heads", permission="heads.read", sync_to_thread=False)
    def list_all(
        self, session: NamedDependency[Session], cursor: FromQuery[str | None] = None
    ) -> Page[HeadRow]:
        """Heads, the newest first."""
        return queries.list_heads(session, cursor=cursor)

    @get("/heads/{number:int}", permission="heads.read", sync_to_thread=False)
    def show(self, session: NamedDependency[Session], number: FromPath[RowId]) -> HeadOut:
        """A head with its signature, and the proof that it contains the one before it."""
        return queries.get_head(session, number)

    @get("/heads/keys", permission="heads.read", sync_to_thread=False)
    def keys(self, session: NamedDependency[Session]) -> list[KeyOut]:
        """The public keys, the first one first."""
        return queries.list_keys(session)

    @get("/assets/{reference:str}/certificate", permission="custody.certify", sync_to_thread=False)
    def certificate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Bundle:
        """All that ever happened to an asset's custody, its head and the keys."""
        return bundle_of(session, queries.certificate_of(session, actor, reference, at=at))
