"""Seizing assets, again or for the first time, and releasing them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered, register, register_many
from inventory.assets.models import Asset
from inventory.assets.queries import get_asset, lock_asset
from inventory.assets.schemas import NewAsset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import get_open_case
from inventory.organisation.powers import refuse_coercion
from inventory.seizures.drawing import draw_decision, draw_release
from inventory.seizures.models import Seizure
from inventory.seizures.queries import BY_JUDGMENT, ON_THE_SPOT, first_decision, get_open_seizure
from inventory.seizures.rules import (
    AlreadySeizedForCase,
    AssetsSeized,
    ChoiceAsked,
    ChoiceSeized,
    SeizureReleased,
    SeizureUnfounded,
    SeizureWay,
)
from inventory.seizures.schemas import (
    Choice,
    NewSeizedAsset,
    NewSeizure,
    SeizedIntake,
    SeizureRelease,
)
from inventory.seizures.timing import begin_coercion, tell_held

NOT_NUMBERED = "-"
"""Stands for the number of a decision until it is drawn up in the same act."""


def register_seized_asset(
    session: Session, actor: Actor, new: NewSeizedAsset, *, at: datetime
) -> Registered:
    """Register an asset that a decision seizes for a case (L25 Art. 78(1)).

    What the debtor chose must be enough, and his other assets are frozen for transactions
    (D152/26 Art. 54(4)): the rooms above answer ChoiceAsked.
    Raises NotFound (case, place), CaseIsClosed, PlaceIsClosed, PowerNotGiven, Invalid; while
    coercion of the case is on hold the rooms above refuse it.
    """
    actor.require("assets.register")
    not_ahead(new.decision_on, at, field="decision_on")
    _check_amounts(new)
    _refuse_force(session, actor, actor.office_id, new)
    if new.decision_number is None:
        _require_drawing(actor, new)
    asked = _ask_choice(session, actor, actor.office_id, new, at=at)
    said: dict[str, Any] = {
        "decision_number": new.decision_number or NOT_NUMBERED,
        "decision_on": new.decision_on,
        **_how(session, actor.office_id, new),
        "minutes": new.minutes,
        "debtor_asked": new.debtor_asked,
        "estimated_value": new.estimated_value,
        "seized_by": new.seized_by,
    }
    made = register(session, actor, new.asset(), Seizure, said, case_number=new.case_number, at=at)
    number = new.decision_number or NOT_NUMBERED
    if new.decision_number is None and made.case_id is not None:
        asset = session.get_one(Asset, made.id)
        number = draw_decision(session, actor, new, [asset], made.case_id, at=at)
        session.execute(
            update(Seizure).where(Seizure.asset_id == made.id).values(decision_number=number)
        )
    _tell(session, actor, [made], new, at=at)
    _tell_choice(session, asked, made, number)
    return made


def _how(session: Session, office_id: int, new: NewSeizedAsset | NewSeizure) -> dict[str, Any]:
    """How it came under seizure, and which decision is supplemented (L25 Art. 78(2), 80(3)).

    Raises NotFound, Invalid.
    """
    first_on = None
    if new.way is SeizureWay.ON_THE_SPOT:
        if new.supplements is None:
            raise SeizureUnfounded(
                _(
                    "Name the first seizure decision of the case: its day gives the rank (rule"
                    " %(rule)s)."
                ),
                field="supplements",
                **law.ruling(session, ON_THE_SPOT, new.decision_on).basis,
            )
        number, on = new.supplements, new.decision_on
        first_on = first_decision(session, office_id, new.case_number, number, on)
    elif new.supplements is not None:
        raise Invalid(
            _("Only what was found on the spot supplements a decision."), field="supplements"
        )
    if new.way is SeizureWay.JUDGMENT and new.decision_number is None:
        raise SeizureUnfounded(
            _(
                "What the judgment seizes needs no decision: name the judgment and its day (rule"
                " %(rule)s)."
            ),
            field="decision_number",
            **law.ruling(session, BY_JUDGMENT, new.decision_on).basis,
        )
    way = {"way": new.way.value, "supplements": new.supplements}
    return {**way, "supplements_on": first_on}


def _check_amounts(new: Choice) -> None:
    for name in ("estimated_value", "expected_costs"):
        check_amount(getattr(new, name) or Decimal(0), field=name)


def _ask_choice(
    session: Session,
    actor: Actor,
    office_id: int,
    new: NewSeizedAsset | NewSeizure,
    *,
    asset_id: int | None = None,
    at: datetime,
) -> ChoiceAsked | None:
    """Ask the rooms above whether what the debtor chose is enough, before it is seized."""
    if not new.debtor_asked:
        return None
    case = get_open_case(session, office_id, new.case_number, at=at)
    asked = ChoiceAsked(
        actor=actor,
        case_id=case.id,
        case_number=case.decision_number,
        on=new.decision_on,
        estimated_value=new.estimated_value,
        expected_costs=new.expected_costs or Decimal(0),
        frozen=tuple((new.frozen or "").replace(",", " ").split()),
        frozen_words=new.frozen_words,
        asset_id=asset_id,
        at=at,
    )
    publish(session, asked)
    return asked


def _tell_choice(
    session: Session, asked: ChoiceAsked | None, asset: Registered | Asset, number: str
) -> None:
    """The rooms above hear that what the debtor chose was seized."""
    if asked is None:
        return
    seized = ChoiceSeized(
        asked=asked,
        asset_id=asset.id,
        reference=asset.reference,
        office_id=asset.office_id,
        decision_number=number,
    )
    publish(session, seized)


def _require_drawing(actor: Actor, new: NewSeizedAsset) -> None:
    """Without the number of a decision one is drawn up: from what it must say, by who may."""
    if new.drawn_up is None:
        raise Invalid(_("This field is required."), field="decision_number")
    actor.require("seizures.record")


def _refuse_force(
    session: Session,
    actor: Actor,
    office_id: int,
    new: NewSeizedAsset | NewSeizure | SeizedIntake,
) -> None:
    """Who has no power to coerce records what another body seized, by its number and name.

    So does everybody what the judgment itself seized.
    """
    if _coerces(new):
        kind = actor.office_kind if office_id == actor.office_id else ""
        refuse_coercion(session, office_id, new.decision_on, kind=kind, field="seized_by")


def _coerces(new: NewSeizedAsset | NewSeizure | SeizedIntake) -> bool:
    """Whether the seizure is an act of coercion of the office that records it."""
    by_judgment = not isinstance(new, SeizedIntake) and new.way is SeizureWay.JUDGMENT
    return not (by_judgment or (new.seized_by and new.decision_number))


def take_in_seized(
    session: Session, actor: Actor, new: SeizedIntake, *, at: datetime
) -> list[Registered]:
    """Register and take in the things of one order together: all of them, or none.

    Raises NotFound (case, place), CaseIsClosed, PlaceIsClosed, PowerNotGiven, Invalid, and what
    the gate raises.
    """
    actor.require("assets.register")
    not_ahead(new.decision_on, at, field="decision_on")
    _refuse_force(session, actor, actor.office_id, new)
    said = {
        "decision_number": new.decision_number,
        "decision_on": new.decision_on,
        "way": SeizureWay.DECISION.value,
        "supplements": None,
        "supplements_on": None,
        "minutes": new.minutes,
        "debtor_asked": False,
        "estimated_value": None,
        "seized_by": new.seized_by,
    }
    mades = register_many(
        session, actor, new.assets(), Seizure, said, case_number=new.case_number, at=at
    )
    _tell(session, actor, mades, new, at=at)
    return mades


def _assets_of(new: NewSeizedAsset | SeizedIntake) -> Sequence[NewAsset]:
    return new.assets() if isinstance(new, SeizedIntake) else [new.asset()]


def _tell(
    session: Session,
    actor: Actor,
    mades: Sequence[Registered],
    new: NewSeizedAsset | SeizedIntake,
    *,
    at: datetime,
) -> None:
    """The rooms above hear what was seized for a case that was ever put on hold."""
    first = mades[0]
    if _coerces(new) and first.case_id is not None:
        by_request = isinstance(new, NewSeizedAsset) and new.debtor_asked
        on = new.decision_on
        begin_coercion(session, actor, first.case_id, first.case_days, on, by_request=by_request)
        if new.minutes is not None:
            kinds = [one.kind for one in _assets_of(new)]
            tell_held(session, actor, mades, kinds, on, at=at)
    case_id = next((made.case_id for made in mades if made.case_held), None)
    if case_id is not None:
        ids = tuple(made.id for made in mades)
        publish(session, AssetsSeized(actor, ids, case_id, new.decision_on, at, _coerces(new)))


def seize_again(
    session: Session, actor: Actor, reference: str, new: NewSeizure, *, at: datetime
) -> Seizure:
    """Hold an asset that is here already on one more seizure decision, and further things with it.

    Without a number the decision is drawn up here and numbered. What the debtor chose must be
    enough, as at its first seizure (D152/26 Art. 54(4)).
    Raises NotFound, CaseIsClosed, AlreadySeizedForCase, PowerNotGiven, Invalid.
    """
    actor.require("seizures.record")
    not_ahead(new.decision_on, at, field="decision_on")
    _check_amounts(new)
    asked = _ask_choice_of(session, actor, reference, new, at=at)
    assets = _lock_named(session, actor, reference, new)
    _refuse_force(session, actor, assets[0].office_id, new)
    case = get_open_case(session, assets[0].office_id, new.case_number, at=at)
    _begin_again(session, actor, case, new)
    how = _how(session, assets[0].office_id, new)
    number = new.decision_number or draw_decision(session, actor, new, assets, case.id, at=at)
    seizures = [
        Seizure(
            asset_id=asset.id,
            office_id=asset.office_id,
            case_id=case.id,
            decision_number=number,
            decision_on=new.decision_on,
            **how,
            minutes=new.minutes,
            debtor_asked=new.debtor_asked,
            estimated_value=new.estimated_value if asset.reference == reference else None,
            seized_by=new.seized_by,
            recorded_at=at,
            recorded_by_id=actor.staff_id,
        )
        for asset in assets
    ]
    twice = AlreadySeizedForCase(
        _("The asset is under seizure for that case already."), field="case_number"
    )
    with refused_by(session, "uq_seizure_open", twice):
        session.add_all(seizures)
    data = {"case": new.case_number, "decision": number}
    for asset in assets:
        subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
        audit.record(session, actor, Act.ASSET_SEIZED, subject, data, at=at)
    ids = tuple(asset.id for asset in assets)
    publish(session, AssetsSeized(actor, ids, case.id, new.decision_on, at, _coerces(new)))
    _tell_choice(session, asked, assets[0], number)
    return seizures[0]


def _begin_again(session: Session, actor: Actor, case: EnforcementCase, new: NewSeizure) -> None:
    if _coerces(new):
        days = (case.decision_on, case.notified_on)
        by_request = new.debtor_asked
        begin_coercion(session, actor, case.id, days, new.decision_on, by_request=by_request)


def _ask_choice_of(
    session: Session, actor: Actor, reference: str, new: NewSeizure, *, at: datetime
) -> ChoiceAsked | None:
    """The same question of a thing that is here already, which is seized by itself then.

    The case is locked with its assets before the thing is, as where it is registered.
    """
    if not new.debtor_asked:
        return None
    if new.further:
        raise Invalid(
            _("What the debtor asked for is weighed by itself: seize the other things apart."),
            field="further",
        )
    asset = get_asset(session, actor, reference)
    return _ask_choice(session, actor, asset.office_id, new, asset_id=asset.id, at=at)


def _lock_named(session: Session, actor: Actor, reference: str, new: NewSeizure) -> Sequence[Asset]:
    """The things of a decision, locked in one order, the one it is about first."""
    named = sorted({reference, *(new.further or "").replace(",", " ").split()})
    assets = [lock_asset(session, actor, one) for one in named]
    if len({asset.office_id for asset in assets}) > 1:
        raise Invalid(_("The things belong to several offices."), field="further")
    return sorted(assets, key=lambda asset: asset.reference != reference)


def release_seizure(
    session: Session, actor: Actor, reference: str, new: SeizureRelease, *, at: datetime
) -> Seizure:
    """End a seizure by decision; other grounds of the asset stay (L25 Art. 95).

    Of what is sold or offered, or its creditor takes, the rooms above refuse it.
    Raises NotFound, Invalid.
    """
    actor.require("seizures.record")
    not_ahead(new.released_on, at, field="released_on")
    asset = lock_asset(session, actor, reference)
    seizure = get_open_seizure(session, asset.id, new.case_number)
    if new.released_on < seizure.decision_on:
        raise Invalid(_("The release lies before the seizure."), field="released_on")
    number = new.release_decision or _release_number(session, actor, asset, seizure, new, at=at)
    seizure.released_on = new.released_on
    seizure.release_decision = number
    session.flush()
    others = select(Seizure.id).where(Seizure.asset_id == asset.id, Seizure.released_on.is_(None))
    last = session.scalar(others.limit(1)) is None
    publish(
        session,
        SeizureReleased(actor, asset.id, seizure.case_id, new.released_on, number, last, at),
    )
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"case": new.case_number, "decision": number}
    audit.record(session, actor, Act.SEIZURE_RELEASED, subject, data, at=at)
    return seizure


def _release_number(
    session: Session,
    actor: Actor,
    asset: Asset,
    seizure: Seizure,
    new: SeizureRelease,
    *,
    at: datetime,
) -> str:
    """The number of the decision that is drawn up here."""
    if new.drawn_up is None:
        raise Invalid(
            _("Name the number of the decision, or the grounds to have it drawn up."),
            field="release_decision",
        )
    if new.released_on != local_day(at):
        raise Invalid(_("A decision drawn up here bears the day of today."), field="released_on")
    return draw_release(session, actor, asset, seizure, new.drawn_up, at=at)
