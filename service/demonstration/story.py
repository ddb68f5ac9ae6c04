"""What the demonstration's story says of its people, read without loading what tells it."""

import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any

import msgspec
from sqlalchemy import select

from inventory.base.actor import SYSTEM
from inventory.organisation.models import Staff
from service.database import Database

STORY = "story.toml"


class DemonstrationLogIn(msgspec.Struct, frozen=True):
    """Somebody to log in as."""

    role: str
    name: str
    login: str
    password: str


def read(name: str = STORY) -> dict[str, Any]:
    """A part of the story."""
    text = resources.files("service.demonstration").joinpath(name).read_text()
    return tomllib.loads(text)


def is_told(database: Database, story: dict[str, Any]) -> bool:
    """Whether the demonstration office is in the database: it comes in whole or not at all."""
    known = select(Staff.id).where(Staff.code == story["person"][0]["code"])
    with database.transaction(SYSTEM, read_only=True) as session:
        return session.scalar(known) is not None


def log_ins(story: dict[str, Any]) -> Sequence[DemonstrationLogIn]:
    """Who may log in, and with what."""
    return [
        DemonstrationLogIn(
            person["role"].replace("_", " "), person["name"], person["login"], story["password"]
        )
        for person in story["person"]
    ]
