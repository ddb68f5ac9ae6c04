"""The register of auction organisations: one for all offices, each entry with who made it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.auctioneers.models import Auctioneer, AuctionOrganisation, OrganisationSanction
from auction.auctioneers.queries import find_organisation
from auction.auctioneers.rules import Act, CallIncomplete, LicenceTaken, OrganisationExists
from auction.auctioneers.schemas import (
    NewAuctioneer,
    NewListing,
    NewOrganisation,
    NewSanction,
)
from auction.legal_rules.queries import rule_on
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.orm import refused_by

MAY = "auctioneers.register"


def register_organisation(
    session: Session, actor: Actor, new: NewOrganisation, *, at: datetime
) -> AuctionOrganisation:
    """Enter an auction centre or company.

    Raises OrganisationExists, CallIncomplete.
    """
    actor.require(MAY)
    if new.listed_to is not None and (new.listed_from is None or new.listed_to < new.listed_from):
        raise CallIncomplete(_("The last day lies before the first."), field="listed_to")
    made = AuctionOrganisation(
        code=new.code,
        name=new.name,
        kind=new.kind.value,
        province=new.province,
        address=new.address,
        head_name=new.head_name,
        listed_from=new.listed_from,
        listed_to=new.listed_to,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = OrganisationExists(
        _("An auction organisation %(code)s is registered."), field="code", code=new.code
    )
    with refused_by(session, "uq_auction_organisation_code", taken):
        session.add(made)
        session.flush()
    _record(session, actor, Act.REGISTERED, made, {"name": made.name}, at=at)
    return made


def change_listing(
    session: Session, actor: Actor, code: str, new: NewListing, *, at: datetime
) -> AuctionOrganisation:
    """From when to when the Ministry lists an organisation; the former days stay in the ledger.

    Raises NotFound, CallIncomplete.
    """
    actor.require(MAY)
    found = find_organisation(session, code)
    if new.listed_to is not None and new.listed_to < new.listed_from:
        raise CallIncomplete(_("The last day lies before the first."), field="listed_to")
    before = (found.listed_from, found.listed_to)
    found.listed_from, found.listed_to = new.listed_from, new.listed_to
    session.flush()
    data = {"before": [str(day) for day in before], "from": new.listed_from.isoformat()}
    _record(session, actor, Act.LISTED, found, {**data, "to": str(new.listed_to)}, at=at)
    return found


def add_auctioneer(
    session: Session, actor: Actor, code: str, new: NewAuctioneer, *, at: datetime
) -> Auctioneer:
    """Enter an auctioneer of an organisation with his licence.

    Raises NotFound, LicenceTaken, CallIncomplete.
    """
    actor.require(MAY)
    found = find_organisation(session, code)
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise CallIncomplete(_("The last day lies before the first."), field="valid_to")
    made = Auctioneer(
        organisation_id=found.id,
        name=new.name,
        licence_number=new.licence_number,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = LicenceTaken(
        _("The licence %(number)s is registered from that day on."),
        field="licence_number",
        number=new.licence_number,
    )
    with refused_by(session, "uq_auctioneer_organisation_id_licence_number_valid_from", taken):
        session.add(made)
        session.flush()
    data = {"auctioneer": made.name, "licence": made.licence_number}
    _record(session, actor, Act.LICENSED, found, data, at=at)
    return made


def record_sanction(
    session: Session, actor: Actor, code: str, new: NewSanction, *, at: datetime
) -> OrganisationSanction:
    """Record a sanction and the share of points it costs, one of those the law names.

    Raises NotFound, CallIncomplete, Invalid.
    """
    actor.require(MAY)
    found = find_organisation(session, code)
    not_ahead(new.decided_on, at, field="decided_on")
    if new.counts_until is not None and new.counts_until < new.decided_on:
        raise CallIncomplete(_("The last day lies before the first."), field="counts_until")
    rule = rule_on(session, "org_sanction_deduction", new.decided_on)
    if str(new.percent) not in rule.codes:
        raise CallIncomplete(
            _("The law knows these shares: %(shares)s %% (rule %(rule)s)."),
            field="percent",
            article=rule.article,
            shares=", ".join(rule.codes),
            rule=rule.key,
        )
    made = OrganisationSanction(
        organisation_id=found.id,
        decision=new.decision,
        decided_on=new.decided_on,
        counts_until=new.counts_until,
        percent=new.percent,
        reason=new.reason,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    data = {"decision": new.decision, "percent": new.percent, "rule_id": rule.id}
    _record(session, actor, Act.SANCTIONED, found, data, at=at)
    return made


def _record(
    session: Session,
    actor: Actor,
    act: Act,
    about: AuctionOrganisation,
    data: dict[str, Any],
    *,
    at: datetime,
) -> None:
    subject = audit.Subject("auction_organisation", about.id, about.code)
    audit.record(session, actor, act, subject, data, at=at)
