"""Who acts: handed to every command and query, never ambient."""

from dataclasses import dataclass, replace
from typing import Self

from inventory.base.errors import Forbidden
from inventory.base.messages import _


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of an office, or the program itself, with what it may do and see."""

    staff_id: int | None
    name: str
    office_id: int
    office_ids: frozenset[int]
    permissions: frozenset[str]
    channel: str
    locale: str = "vi"
    sees_all: bool = False
    roles: frozenset[str] = frozenset()
    office_kind: str = ""
    """Of the office acted for; empty where nobody looked."""

    def may(self, permission: str) -> bool:
        """Whether the actor holds a permission, written ``noun.act``."""
        return self.channel == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        """Refuse an act the actor has no permission for.

        Raises Forbidden.
        """
        if not self.may(permission):
            raise Forbidden(_("You are not permitted to do this."), permission=permission)

    def sees(self, office_id: int) -> bool:
        """Whether case data of that office is within the actor's sight."""
        return self.sees_all or office_id in self.office_ids

    def through(self, channel: str) -> Self:
        """The same actor over another channel (web, api, cli, job)."""
        return replace(self, channel=channel)


def system_actor(name: str = "kebien") -> Actor:
    """The program itself: jobs, imports and the command line of the machine's owner."""
    return Actor(
        staff_id=None,
        name=name,
        office_id=0,
        office_ids=frozenset(),
        permissions=frozenset(),
        channel="system",
        sees_all=True,
    )


SYSTEM = system_actor()
