"""Reading seizures."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from inventory.assets.models import Asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import parts_of
from inventory.papers.models import Paper, PaperSubject
from inventory.papers.rules import PaperKind
from inventory.seizures.models import Seizure
from inventory.seizures.rules import UNSAID, SeizureWay
from inventory.seizures.schemas import SeizureOut

CHOICE = "debtors_choice"
"""The dated rule on what the debtor asks to have seized."""

BY_JUDGMENT = "seizure_by_judgment"
ON_THE_SPOT = "seizure_on_the_spot"
"""The dated rules on what the judgment itself seizes, and on what is found on the spot."""

DRAWN = (
    PaperKind.SEIZURE_DECISION,
    PaperKind.SEIZURE_MINUTES,
    PaperKind.CUSTODY_ASSIGNMENT,
    PaperKind.SEIZURE_RELEASE,
)
"""The kinds of papers that a seizure brings."""

_SHOWN: tuple[InstrumentedAttribute[Any], ...] = (
    Seizure.id,
    Seizure.case_id,
    EnforcementCase.decision_number,
    Seizure.decision_number,
    Seizure.decision_on,
    Seizure.minutes,
    Seizure.released_on,
    Seizure.release_decision,
    Seizure.debtor_asked,
    Seizure.seized_by,
    Seizure.estimated_value,
    Seizure.way,
    Seizure.supplements,
)


def visible_seizures(actor: Actor) -> Select[Seizure]:
    """Seizures of assets in the actor's sight."""
    return (
        select(Seizure)
        .join(Asset, Asset.id == Seizure.asset_id)
        .where(in_sight(Asset.office_id, actor))
    )


def list_seizures(session: Session, actor: Actor, reference: str) -> list[SeizureOut]:
    """The seizures of an asset, the first one first; another office's case has no number here."""
    s = Seizure
    rows = session.execute(
        visible_seizures(actor)
        .with_only_columns(*_SHOWN)
        .outerjoin(EnforcementCase, EnforcementCase.id == s.case_id)
        .where(Asset.reference == reference)
        .order_by(s.decision_on, s.id)
    )
    return [msgspec.structs.replace(SeizureOut(*row), way=SeizureWay(row.way)) for row in rows]


def first_decision(
    session: Session, office_id: int, case_number: str, number: str, on: date
) -> date:
    """The day of a first decision for a case, which one of a day supplements.

    Raises NotFound.
    """
    found = session.scalar(
        select(func.min(Seizure.decision_on))
        .join(EnforcementCase, EnforcementCase.id == Seizure.case_id)
        .where(
            EnforcementCase.office_id == office_id,
            EnforcementCase.decision_number == case_number,
            Seizure.decision_number == number,
            Seizure.way != SeizureWay.ON_THE_SPOT.value,
            Seizure.decision_on <= on,
        )
    )
    if found is None:
        raise NotFound(
            _("No seizure decision %(number)s of that day or before is known for the case."),
            field="supplements",
            number=number,
        )
    return found


def get_open_seizure(session: Session, asset_id: int, case_number: str) -> Seizure:
    """The seizure of an asset for a case that is not released.

    Raises NotFound.
    """
    seizure = session.scalar(
        select(Seizure)
        .join(EnforcementCase, EnforcementCase.id == Seizure.case_id)
        .where(
            Seizure.asset_id == asset_id,
            Seizure.released_on.is_(None),
            EnforcementCase.decision_number == case_number,
        )
    )
    if seizure is None:
        raise NotFound(_("The asset is not under seizure for that case."), field="case_number")
    return seizure


class Held(NamedTuple):
    """For which cases assets are under seizure on a day, and since which decision."""

    cases: tuple[int, ...]
    since: date | None


def held_for(
    session: Session, asset_ids: Sequence[int], on: date, *, last_day: bool = False
) -> Held:
    """The cases for which assets are under seizure on a day, the first seized for first.

    What was found on the spot ranks from the first decision (L25 Art. 80(3); D152/26 Art. 54(6)).
    What was released is no ground any more; with ``last_day`` it is still on its last day.
    """
    s = Seizure
    stands = s.released_on >= on if last_day else s.released_on > on
    rows = session.execute(
        select(s.case_id, func.coalesce(s.supplements_on, s.decision_on))
        .where(
            s.asset_id.in_(asset_ids),
            s.decision_on <= on,
            or_(s.released_on.is_(None), stands),
        )
        .order_by(s.id)
    ).all()
    return Held(
        tuple(dict.fromkeys(case for case, _since in rows)),
        min((since for _case, since in rows), default=None),
    )


def things_of(session: Session, seizure: Seizure) -> Sequence[Asset]:
    """Everything that the decision of a seizure holds still, in the order of registering."""
    s = Seizure
    return session.scalars(
        select(Asset)
        .join(s, s.asset_id == Asset.id)
        .where(
            s.case_id == seizure.case_id,
            s.decision_number == seizure.decision_number,
            s.released_on.is_(None),
        )
        .order_by(Asset.id)
    ).all()


def papers_of(session: Session, actor: Actor, reference: str) -> dict[str, str]:
    """The papers of an asset's seizures that were drawn up here: their reference by number."""
    p, about = Paper, PaperSubject
    rows = session.execute(
        select(p.number, p.reference)
        .join(about, about.paper_id == p.id)
        .where(
            about.kind == "asset",
            about.ref == reference,
            p.kind.in_(DRAWN),
            in_sight(p.office_id, actor),
        )
        .order_by(p.id)
    )
    return {row.number: row.reference for row in rows}


def replaced_of(session: Session, actor: Actor, reference: str) -> dict[str, str]:
    """Which paper of an asset's seizures stands in place of which: the earlier number by number."""
    p, about, earlier = Paper, PaperSubject, aliased(Paper)
    rows = session.execute(
        select(p.number, earlier.number)
        .join(about, about.paper_id == p.id)
        .join(earlier, earlier.id == p.replaces_id)
        .where(
            about.kind == "asset",
            about.ref == reference,
            p.kind.in_(DRAWN),
            in_sight(p.office_id, actor),
        )
        .order_by(p.id)
    )
    return {row[0]: row[1] for row in rows}


def choice_article(session: Session, on: date) -> str | None:
    """Where the law of a day says what the debtor may choose to have seized, None where nowhere."""
    return article_of(session, CHOICE, on)


def article_of(session: Session, key: str, on: date) -> str | None:
    """Where the law of a day says it, None where nowhere."""
    try:
        return ruling(session, key, on).article
    except NotFound:
        return None


def known_of(session: Session, asset: AssetOut, case_number: str | None) -> dict[str, str]:
    """What a form for minutes begins with: the parties, the things of the decision, the place."""
    known = {"case_number": case_number or "", "place": asset.location or ""}
    if not case_number:
        return known
    seizure = get_open_seizure(session, asset.id, case_number)
    (case,) = parts_of(session, [seizure.case_id])
    known |= {"debtor": case.debtor or "", "creditor": case.creditor or ""}
    things = things_of(session, seizure)
    known["states"] = "\n".join(f"{one.reference}: {one.condition or UNSAID}" for one in things)
    return known
