"""What closing a round left behind."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.lots.models import Breach


def breaches(session: Session, rule_key: str) -> list[Breach]:
    return list(session.scalars(select(Breach).where(Breach.rule_key == rule_key)))
