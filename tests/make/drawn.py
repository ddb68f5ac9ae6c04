"""People at work, act by drawn act: what the program refuses leaves everything as it was."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rules_at_hand
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import DomainError
from service.database import act_as
from tests.make.organisation import People

APT = 0.85
"""How often a throw gives what the law would have."""


A_MOMENT = timedelta(microseconds=1)
"""What lies at the least between two acts, so that each has a moment of its own."""


class Drawn:
    """An office whose people, things and sums are picked by dice: mostly apt, now and then not."""

    pauses: tuple[timedelta, ...] = tuple(timedelta(minutes=n) for n in (1, 1, 1, 30))

    def __init__(self, session: Session, people: People, at: datetime) -> None:
        self.session, self.people, self.at = session, people, at
        self.number, self.dice = 0, Random(0)
        self.done: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()

    def acts(self, names: Sequence[str], throw: int, n: int) -> None:
        """Try so many acts, one after the other."""
        self.dice = Random(throw * 7919 + self.number)
        for _i in range(n):
            self.act(self.dice.choice(names))

    def act(self, name: str) -> None:
        """Try an act; a refusal leaves everything as it was."""
        self.number += 1
        self.at += self.dice.choice(self.pauses) + A_MOMENT
        try:
            with self.session.begin_nested(), rules_at_hand(self.session):
                getattr(self, name)()
            self.done[name] += 1
        except DomainError as refusal:
            self.refused[name, type(refusal).__name__] += 1
        self.session.expunge_all()
        act_as(self.session, SYSTEM)

    def rows(self, statement: str, **said: Any) -> list[Any]:
        """Facts of the office, as the program itself sees them."""
        office = {"office": self.people.keeper.office_id}
        return list(self.session.execute(text(statement), office | said))

    def pick(self, statement: str, otherwise: Any, **said: Any) -> Any:
        """One row of what would be apt, or what is not."""
        found = self.rows(statement, **said)
        return self.dice.choice(found) if found else otherwise

    def apt(self) -> bool:
        """Whether this throw gives what the law would have."""
        return self.dice.random() < APT

    def others(self) -> Sequence[Actor]:
        """Whoever else might try."""
        p = self.people
        inside = (p.officer, p.head, p.accountant, p.inspector, p.administrator, p.keeper)
        return (*inside, p.foreign_keeper, p.foreign_officer)

    def who(self, *right: Actor) -> Actor:
        """Somebody who may, or anybody at all; the database is told who."""
        actor = self.dice.choice(right if self.apt() else self.others())
        self.session.flush()
        act_as(self.session, actor)
        return actor
