"""Seals over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from inventory.seals import commands, queries
from inventory.seals.rules import SealStanding
from inventory.seals.schemas import (
    NewCheck,
    NewConclusion,
    NewOpening,
    NewSeal,
    SealOut,
    SealRow,
)


class SealApi(Controller):
    """Seals of assets: put on, looked at, opened, put on again."""

    path = "/api/v1"
    tags = ("Seals",)

    @get("/seals", permission="seals.read", sync_to_thread=False)
    def list_of_office(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        standing: FromQuery[SealStanding | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page[SealRow]:
        """Seals in sight, the newest first; those of one standing if it is named."""
        return queries.list_of_office(session, actor, standing, cursor=cursor)

    @get("/assets/{reference:str}/seals", permission="seals.read", sync_to_thread=False)
    def list_seals(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[SealOut]:
        """The seals of an asset with all that happened to them, the newest first."""
        return queries.list_seals(session, actor, reference)

    @post("/assets/{reference:str}/seals", permission="seals.apply", sync_to_thread=False)
    def seal(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewSeal],
    ) -> list[SealOut]:
        """Seal a thing, or seal it again after an opening; the minutes are issued."""
        commands.seal(session, actor, reference, data, at=at)
        return queries.list_seals(session, actor, reference)

    @post("/assets/{reference:str}/seals/openings", permission="seals.apply", sync_to_thread=False)
    def open_seal(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewOpening],
    ) -> list[SealOut]:
        """Open a seal after it was looked at; the minutes are issued."""
        commands.open_seal(session, actor, reference, data, at=at)
        return queries.list_seals(session, actor, reference)

    @post("/assets/{reference:str}/seals/checks", permission="seals.note", sync_to_thread=False)
    def check_seal(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCheck],
    ) -> list[SealOut]:
        """Note how a seal was found."""
        commands.check_seal(session, actor, reference, data, at=at)
        return queries.list_seals(session, actor, reference)

    @post(
        "/assets/{reference:str}/seals/conclusions", permission="seals.apply", sync_to_thread=False
    )
    def conclude_damage(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewConclusion],
    ) -> list[SealOut]:
        """Record the competent body's conclusion on a torn or missing seal."""
        commands.conclude_damage(session, actor, reference, data, at=at)
        return queries.list_seals(session, actor, reference)
