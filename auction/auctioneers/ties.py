"""Family ties between people of an auction organisation and the seller's side (C02/22 Art. 7).

A tie is declared with what shows it; while it stands, the organisation's files are excluded and no
contract is signed with it in that case, or in all cases of that officer or head.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from auction.auctioneers.models import AuctionOrganisation, OrganisationTie
from auction.auctioneers.queries import find_organisation
from auction.auctioneers.rules import Act, CallState, MayNotBeChosen
from auction.auctioneers.schemas import CallOut, NewTie, TieEnd, TieRow
from auction.firms.commands import case_named, officer_named
from auction.firms.rules import EndedAlready, TiedTo
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from auction.lots.models import Lot, LotAsset
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import Role

MAY = "auctioneers.register"
RULE = "org_kinship"


def declare_tie(
    session: Session, actor: Actor, code: str, new: NewTie, *, at: datetime
) -> OrganisationTie:
    """Declare a family tie of somebody of an organisation, with what shows it (C02/22 Art. 7).

    Raises NotFound, Invalid.
    """
    actor.require(MAY)
    found = find_organisation(session, code)
    not_ahead(new.declared_on, at, field="declared_on")
    of_staff = new.tied_to in {TiedTo.OFFICER, TiedTo.HEAD}
    case = None if of_staff else case_named(session, actor, new.case_number)
    made = OrganisationTie(
        office_id=case.office_id if case else actor.office_id,
        organisation_id=found.id,
        person=new.person,
        tied_to=new.tied_to.value,
        tied_name=new.tied_name,
        case_id=case.id if case else None,
        staff_id=officer_named(session, new.officer) if of_staff else None,
        source=new.source,
        declared_on=new.declared_on,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    data: dict[str, object] = {"tie": made.id, "person": made.person, "source": made.source}
    _note(session, actor, Act.TIE_DECLARED, made, data, at=at)
    return made


def end_tie(
    session: Session, actor: Actor, code: str, tie_id: int, new: TieEnd, *, at: datetime
) -> OrganisationTie:
    """Note the last day of a tie.

    Raises NotFound, EndedAlready, Invalid.
    """
    actor.require(MAY)
    found = find_organisation(session, code)
    tie = session.scalar(
        select(OrganisationTie)
        .where(
            OrganisationTie.id == tie_id,
            OrganisationTie.organisation_id == found.id,
            in_sight(OrganisationTie.office_id, actor),
        )
        .with_for_update()
    )
    if tie is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    if tie.ended_on is not None:
        raise EndedAlready(_("It was ended before."))
    if new.on < tie.declared_on:
        raise Invalid(_("The last day lies before the first."), field="on")
    tie.ended_on = new.on
    session.flush()
    _note(session, actor, Act.TIE_ENDED, tie, {"tie": tie.id, "on": str(new.on)}, at=at)
    return tie


def ties_of(session: Session, actor: Actor, organisation_id: int) -> list[TieRow]:
    """The ties of an organisation that offices in sight declared, the first one first."""
    t = OrganisationTie
    rows = session.execute(
        select(t, EnforcementCase.decision_number)
        .outerjoin(EnforcementCase, EnforcementCase.id == t.case_id)
        .where(t.organisation_id == organisation_id, in_sight(t.office_id, actor))
        .order_by(t.id)
        .limit(500)
    )
    return [
        TieRow(
            id=tie.id,
            person=tie.person,
            tied_to=TiedTo(tie.tied_to),
            tied_name=tie.tied_name,
            case_number=number,
            source=tie.source,
            declared_on=tie.declared_on,
            ended_on=tie.ended_on,
        )
        for tie, number in rows
    ]


def tie_with(
    session: Session, actor: Actor, lot: Lot, organisation_id: int, on: date
) -> OrganisationTie | None:
    """A tie that stands on a day with a party of the lot's cases, their officers or the head."""
    return ties_with(session, actor, lot, [organisation_id], on).get(organisation_id)


def ties_with(
    session: Session, actor: Actor, lot: Lot, organisation_ids: Sequence[int], on: date
) -> dict[int, OrganisationTie]:
    """The first tie of each organisation that has one with the seller's side on a day."""
    t = OrganisationTie
    members = select(LotAsset.asset_id).where(LotAsset.lot_id == lot.id)
    cases = select(Asset.case_id).where(Asset.id.in_(members), Asset.case_id.is_not(None))
    officers = select(EnforcementCase.officer_id).where(EnforcementCase.id.in_(cases))
    heads: Sequence[int] = [one.id for one in list_staff(session, Role.HEAD, [lot.office_id], on)]
    acting = [one for one in (*heads, actor.staff_id) if one is not None]
    whom: ColumnElement[bool] = or_(
        t.case_id.in_(cases), t.staff_id.in_(officers), t.staff_id.in_(acting)
    )
    found = session.scalars(
        select(t)
        .where(
            t.organisation_id.in_(organisation_ids),
            whom,
            t.declared_on <= on,
            or_(t.ended_on.is_(None), t.ended_on >= on),
        )
        .order_by(t.id.desc())
    )
    return {tie.organisation_id: tie for tie in found}


def tied_applicants(session: Session, actor: Actor, call: CallOut, today: date) -> dict[int, str]:
    """Of a call that chose nobody yet: who is found tied since its file came in, in words."""
    if call.state is not CallState.OPEN or excluding_rule(session, today) is None:
        return {}
    lot = session.scalars(select(Lot).where(Lot.reference == call.lot)).one()
    named = {one.organisation_id: one.id for one in call.applicants if one.excluded_why is None}
    found = ties_with(session, actor, lot, list(named), today)
    return {named[organisation]: in_words(tie) for organisation, tie in found.items()}


def excluding_rule(session: Session, on: date) -> Rule | None:
    """The dated rule by which a tie excludes, where the law of a day has one (C02/22 Art. 7)."""
    return next((one for one in rules_in_use(session, RULE) if one.serves(on)), None)


def in_words(tie: OrganisationTie) -> str:
    """Who of the organisation is tied to whom, and what shows it."""
    return f"{tie.person} – {tie.tied_name} ({tie.source})"


def refuse_tied(
    session: Session, actor: Actor, lot: Lot, organisation: AuctionOrganisation | None, on: date
) -> None:
    """Refuse a contract with an organisation that is tied to the seller's side (C02/22 Art. 7).

    Raises MayNotBeChosen.
    """
    tie = tie_with(session, actor, lot, organisation.id, on) if organisation else None
    rule = excluding_rule(session, on)
    if tie is None or organisation is None or rule is None:
        return
    raise MayNotBeChosen(
        _(
            "%(person)s of %(name)s is tied to %(other)s (%(source)s): rule %(rule)s. Lawful: an"
            " organisation without such ties."
        ),
        field="organisation",
        article=rule.article,
        person=tie.person,
        name=organisation.name,
        other=tie.tied_name,
        source=tie.source,
        rule=rule.key,
    )


def _note(
    session: Session,
    actor: Actor,
    act: Act,
    tie: OrganisationTie,
    data: dict[str, object],
    *,
    at: datetime,
) -> None:
    code = session.get_one(AuctionOrganisation, tie.organisation_id).code
    subject = audit.Subject("auction_organisation", tie.organisation_id, code, tie.office_id)
    audit.record(session, actor, act, subject, data, at=at)
