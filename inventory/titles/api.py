"""Owners, burdens and collateral over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.titles import commands, queries
from inventory.titles.schemas import (
    EndOfBurden,
    EndOfCollateral,
    NewBurden,
    NewCollateral,
    NewHome,
    NewRegion,
    NewTitle,
    TitleFile,
)


class TitleApi(Controller):
    """Whose an asset is, what burdens it, what it secures."""

    path = "/api/v1/assets/{reference:str}"
    tags = ("Titles",)

    @get("/title", permission="assets.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> TitleFile:
        """Everything known of whose an asset is."""
        return queries.title_file(session, actor, reference, local_day(at))

    @post("/titles", permission="titles.record", sync_to_thread=False)
    def record_title(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewTitle],
    ) -> TitleFile:
        """Record the owners."""
        commands.record_title(session, actor, reference, data, at=at)
        return queries.title_file(session, actor, reference, local_day(at))

    @post("/burdens", permission="titles.record", sync_to_thread=False)
    def record_burden(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewBurden],
    ) -> TitleFile:
        """Record what burdens the asset."""
        commands.record_burden(session, actor, reference, data, at=at)
        return queries.title_file(session, actor, reference, local_day(at))

    @post("/burdens/end", permission="titles.record", sync_to_thread=False)
    def end_burden(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[EndOfBurden],
    ) -> TitleFile:
        """Record how a burden ended."""
        commands.end_burden(session, actor, reference, data, at=at)
        return queries.title_file(session, actor, reference, local_day(at))

    @post("/collateral", permission="titles.record", sync_to_thread=False)
    def record_collateral(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCollateral],
    ) -> TitleFile:
        """Record a debt that the asset secures."""
        commands.record_collateral(session, actor, reference, data, at=at)
        return queries.title_file(session, actor, reference, local_day(at))

    @post("/collateral/end", permission="titles.record", sync_to_thread=False)
    def end_collateral(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[EndOfCollateral],
    ) -> TitleFile:
        """Record that the asset secures a debt no longer."""
        commands.end_collateral(session, actor, reference, data, at=at)
        return queries.title_file(session, actor, reference, local_day(at))

    @post("/wage-region", permission="titles.record", sync_to_thread=False)
    def set_region(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRegion],
    ) -> TitleFile:
        """Say in which region of the minimum wage the asset lies."""
        commands.set_region(session, actor, reference, data, at=at)
        return queries.title_file(session, actor, reference, local_day(at))

    @post("/home", permission="titles.record", sync_to_thread=False)
    def record_home(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewHome],
    ) -> TitleFile:
        """Say whether the asset is the only dwelling of the debtor."""
        commands.record_home(session, actor, reference, data, at=at)
        return queries.title_file(session, actor, reference, local_day(at))
