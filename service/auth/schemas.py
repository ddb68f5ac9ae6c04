"""What is said to log in, and what is answered."""

from datetime import datetime
from typing import Annotated

import msgspec

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    login: Word
    password: Word


class Whoami(msgspec.Struct, frozen=True):
    """Who a session stands for and what it may do."""

    name: str
    office_id: int
    roles: list[str]
    permissions: list[str]
    locale: str


class Session(msgspec.Struct, frozen=True):
    """A fresh session; the token is told once."""

    token: str
    expires_at: datetime
    actor: Whoami
