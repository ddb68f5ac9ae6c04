"""The database: where it is, the one way to open a transaction, and its migrations.

Every transaction states whose it is, so that row-level security sees the actor. Commands flush;
only the code here and the web's transaction middleware commit.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from alembic import command as alembic
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from auction.deadlines.queries import (
    due_after,
    lunar_new_year,
    ruling_on,
    rulings_on,
    working_day_after,
)
from auction.legal_rules.commands import load_rules
from auction.legal_rules.queries import rules_at_hand
from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from inventory.base.direct import commit_at_once, keep_statements
from inventory.base.law import answered_by
from inventory.organisation.commands import load_offices
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings

APP_ROLE = "kebien_app"
OPENING = "opening"
"""Key in a session's info of the function that opens its transaction."""
_ACT = text("SELECT kebien_act(:staff, :offices, :sees_all, :read_only)")


class Database:
    """Connections of the program's own role, which owns nothing and is subject to every policy."""

    def __init__(self, settings: Settings, *, pool_size: int | None = None) -> None:
        self.settings = settings
        self.engine = _engine(settings, APP_ROLE, pool_size or settings.threads)
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self, actor: Actor, *, read_only: bool = False) -> Iterator[Session]:
        """One transaction as an actor: committed at the end, rolled back by any exception."""
        with self.sessions() as session, session.begin():
            act_as(session, actor, read_only=read_only)
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@event.listens_for(Session, "after_begin")
def _say_whose(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """A session that was told how to open its transaction does so before its first statement."""
    opening = session.info.pop(OPENING, None)
    if opening is not None:
        opening(connection)


def act_as(session: Session, actor: Actor, *, read_only: bool = False) -> None:
    """Tell the database whose the present transaction is."""
    offices = "{" + ",".join(map(str, sorted(actor.office_ids))) + "}"
    staff = "" if actor.staff_id is None else str(actor.staff_id)
    session.execute(
        _ACT,
        {"staff": staff, "offices": offices, "sees_all": actor.sees_all, "read_only": read_only},
    )


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the schema to a revision; several starters wait for each other."""
    with _owner(settings) as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        alembic.upgrade(config, revision)
        _note_making(connection)


def downgrade(settings: Settings, revision: str) -> None:
    """Take the schema back to a revision."""
    with _owner(settings) as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        alembic.downgrade(config, revision)
        _note_making(connection)


def revisions(settings: Settings) -> tuple[str | None, str | None]:
    """The revision the database is at and the newest there is."""
    with _owner(settings) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_alembic()).get_current_head()


def made_otherwise(settings: Settings) -> bool:
    """Whether the tables there are were made by other migrations than those of this program.

    Before the first release a migration may still change; data of an earlier state do not fit then.
    """
    with _owner(settings) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            return False
        made_by: str | None = connection.scalar(_MADE_BY)
        return made_by != _making(revision)


_MADE_BY = text("SELECT obj_description('alembic_version'::regclass, 'pg_class')")


def _note_making(connection: Connection) -> None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None:
        connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{_making(revision)}'"))


def _making(revision: str) -> str:
    """A digest of the migrations up to a revision."""
    scripts = ScriptDirectory.from_config(_alembic()).walk_revisions("base", revision)
    files = [Path(script.path).read_bytes() for script in scripts]
    return hashlib.sha256(b"".join(files)).hexdigest()


def ready(settings: Settings) -> Database:
    """The database, started, migrated and with the shipped law where that is still to be done."""
    current, head = revisions(settings)
    if current != head:
        migrate(settings)
    database = Database(settings)
    if current != head:
        load_shipped(database)
    return database


def load_shipped(database: Database) -> None:
    """Load what the program ships: legal rules with the calendar, and the list of offices."""
    at = clock.now()
    with database.transaction(SYSTEM) as session:
        load_rules(session, SYSTEM, at=at)
        load_offices(session, SYSTEM, at=at)


def owner_engine(settings: Settings) -> Engine:
    """Connections of the schema's owner: migrations, checks and benchmarks, never requests."""
    return _engine(settings, None, 1)


@contextmanager
def _owner(settings: Settings) -> Iterator[Connection]:
    engine = owner_engine(settings)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def address_of(settings: Settings, role: str | None) -> tuple[URL, dict[str, str]]:
    """Where the database is for a role, and what a connection says when it opens."""
    options = {"application_name": f"kebien-{role or 'owner'}"}
    if settings.database_url is None:
        server = EmbeddedServer(settings.data_dir)
        if not settings.database_kept:
            server.ensure()
        return make_url(server.url(role) if role else server.url("kebien_owner")), options
    url = make_url(settings.database_url)
    if role and url.username != role:
        options["options"] = f"-c role={role}"
    return url, options


def _engine(settings: Settings, role: str | None, pool_size: int) -> Engine:
    url, options = address_of(settings, role)
    engine = create_engine(
        url,
        connect_args=options,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=False,
        pool_use_lifo=True,
    )
    engine.dialect.do_commit = commit_at_once  # type: ignore[method-assign, assignment]
    event.listen(engine, "connect", keep_statements)
    if settings.database_url is None and not settings.database_kept:
        event.listen(engine, "do_connect", partial(_raise_up, EmbeddedServer(settings.data_dir)))
    return engine


def _raise_up(server: EmbeddedServer, *_connecting: object) -> None:
    """Who needs a connection starts a server again that was killed."""
    if server.fell():
        server.ensure()


answered_by(
    ruling_on, due_after, working_day_after, rulings_on, lunar_new_year, at_hand=rules_at_hand
)
