"""A firm whose people are tied to the officer or a party values nothing in his case."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.firms.models import ValuationFirm
from auction.firms.queries import conflict_for
from auction.firms.rules import FirmInConflict
from auction.legal_rules.queries import rules_in_use
from auction.valuations.queries import rule_serving
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.messages import _
from inventory.cases.models import EnforcementCase
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import Role

TIES = "valuation_firm_conflict"


def refuse_tied(
    session: Session,
    actor: Actor,
    asset: Asset,
    firm: ValuationFirm,
    on: date,
    *,
    field: str,
    contracted: bool = False,
) -> None:
    """Refuse a contract with a firm that is tied on a day, and the price of one that came to be.

    Raises FirmInConflict (PL23).
    """
    rule = rule_serving(rules_in_use(session, TIES), TIES, on)
    if rule is None:
        return
    officer = None
    if asset.case_id is not None:
        wanted = select(EnforcementCase.officer_id).where(EnforcementCase.id == asset.case_id)
        officer = session.scalar(wanted)
    heads = [one.id for one in list_staff(session, Role.HEAD, [asset.office_id], on)]
    tie = conflict_for(
        session,
        actor,
        firm.id,
        case_id=asset.case_id,
        staff_ids={one for one in (actor.staff_id, officer, *heads) if one is not None},
        ties=rule.codes,
        on=on,
    )
    if tie is not None:
        raise FirmInConflict(
            _CONTRACTED if contracted else _TIED,
            field=field,
            article=rule.article,
            person=tie.person,
            firm=firm.name,
            other=tie.tied_name,
            rule=rule.key,
        )


_TIED = _(
    "%(person)s of %(firm)s is tied to %(other)s: rule %(rule)s. Lawful: a firm without such ties."
)
_CONTRACTED = _(
    "%(person)s of %(firm)s is tied to %(other)s: rule %(rule)s. Lawful: end the contract without"
    " a certificate, then contract a firm without such ties."
)
