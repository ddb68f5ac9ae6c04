"""What the head of a paper says of the case, and of which rules a paper is not sure."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from auction.legal_rules.models import LegalParameter, LegalRule
from auction.legal_rules.rules import Confidence
from auction.papers.rules import RESTS_ON
from inventory.assets.models import Asset
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import parts_of
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import CasePart
from inventory.seizures.models import Seizure


def cases_about(
    session: Session, office_id: int, number: str | None, assets: Sequence[str]
) -> tuple[CasePart, ...]:
    """The case under a number, else those the assets were registered for or are seized for."""
    if number is not None:
        c = EnforcementCase
        named = select(c.id).where(c.office_id == office_id, c.decision_number == number)
        return parts_of(session, named)
    if not assets:
        return ()
    registered = select(Asset.case_id).where(
        Asset.reference.in_(assets), Asset.case_id.is_not(None)
    )
    seized = (
        select(Seizure.case_id)
        .join(Asset, Asset.id == Seizure.asset_id)
        .where(Asset.reference.in_(assets), Seizure.released_on.is_(None))
    )
    return parts_of(session, union(registered, seized))


class Unsure(msgspec.Struct, frozen=True):
    """A rule that is still to be confirmed, with its article."""

    key: str
    title_en: str
    title_vi: str
    article: str


def unsure_of(session: Session, kind: PaperKind, on: date) -> list[Unsure]:
    """The rules a paper of a kind rests on that no lawyer confirmed yet, one a parameter.

    The paper itself carries no doubt; who issues it is told before.
    """
    r, p = LegalRule, LegalParameter
    rows = session.execute(
        select(r.key, p.title_en, p.title_vi, r.article)
        .join(p, p.key == r.key)
        .where(
            r.key.in_(RESTS_ON.get(kind, ())),
            r.confidence == Confidence.UNCONFIRMED.value,
            r.retired_set_id.is_(None),
            r.valid_from <= on,
            or_(r.valid_to.is_(None), r.valid_to >= on),
        )
        .order_by(r.key, r.id)
    )
    return list({row[0]: Unsure(*row) for row in rows}.values())
