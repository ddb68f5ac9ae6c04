"""Whether the law of a day gives a contract to an organisation in the way that is said."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.models import AuctionContract, AuctionOrganisation
from auction.auctioneers.rules import OrganisationKind, Way, WayNotOpen
from auction.auctioneers.schemas import NewContract
from auction.deadlines.rules import due_date
from auction.legal_rules.queries import calendar, rule_on, rules_in_use
from auction.legal_rules.rules import Rule
from auction.lots.models import LotAsset
from auction.valuations.models import PriceNotice
from inventory.assets.models import Asset
from inventory.base.errors import Param
from inventory.base.messages import _
from inventory.organisation.models import Office


class Bidder(NamedTuple):
    """Who is to get the contract, whom the call chose, and when it was due."""

    organisation: AuctionOrganisation | None
    chosen_id: int | None
    chosen_on: date | None
    due_on: date | None
    named_by: date | None
    office_id: int
    lot_id: int


def check_way(session: Session, who: Bidder, new: NewContract, scopes: Sequence[str]) -> Rule:
    """The row of law that the contract stands on.

    Raises WayNotOpen.
    """
    match new.way:
        case Way.CHOSEN:
            return _chosen(session, who, new)
        case Way.NAMED_BY_PARTIES:
            return _named(session, who, new)
        case Way.LOCAL_CENTRE:
            return _local_centre(session, who, new)
        case Way.OFFICER:
            return _officer(session, new, scopes)


def _chosen(session: Session, who: Bidder, new: NewContract) -> Rule:
    """Only who the published call chose, since the circular asks for a call."""
    due = rule_on(session, "auction_contract_due", new.signed_on)
    rule = serving_rule(session, "org_selection_groups", new.signed_on)
    if rule is None:
        return due
    organisation = who.organisation.id if who.organisation else None
    if who.chosen_id is None or who.chosen_id != organisation:
        raise _refusal(rule, _("No published call has chosen this organisation (rule %(rule)s)."))
    if who.chosen_on is not None and new.signed_on < who.chosen_on:
        text = _("It was chosen on %(day)s, after the contract (rule %(rule)s).")
        raise _refusal(rule, text, day=who.chosen_on)
    if who.organisation is not None and not is_listed(who.organisation, new.signed_on):
        text = _(
            "The Ministry does not list %(name)s any more on %(day)s (rule %(rule)s). Lawful: the"
            " choice is cancelled, and the next by points chosen."
        )
        raise _refusal(rule, text, name=who.organisation.name, day=new.signed_on)
    return due


def is_listed(organisation: AuctionOrganisation, on: date) -> bool:
    """Whether the Ministry lists an organisation on a day (C02/22 Art. 3; PA16 Art. 56(4))."""
    since, until = organisation.listed_from, organisation.listed_to
    return since is not None and since <= on and (until is None or on <= until)


def _named(session: Session, who: Bidder, new: NewContract) -> Rule:
    """The parties name the organisation: within five working days, and by the law of 2008 only."""
    rule = serving_rule(session, "parties_name_organisation", new.signed_on)
    if rule is None:
        now = rule_on(session, "auction_contract_due", new.signed_on)
        text = _(
            "By the law of that day the parties no longer name the organisation (rule %(rule)s);"
            " lawful: a published call."
        )
        raise _refusal(now, text)
    if new.way_document is None or new.way_on is None:
        text = _("Say by which paper and on which day the parties agreed (rule %(rule)s).")
        raise _refusal(rule, text, field="way_document")
    if who.named_by is not None and new.way_on > who.named_by:
        text = _("The parties could name it until %(day)s (rule %(rule)s).")
        raise _refusal(rule, text, field="way_on", day=who.named_by)
    return rule


def _local_centre(session: Session, who: Bidder, new: NewContract) -> Rule:
    """The local centre, when no contract came about within the time and five days more."""
    rule = serving_rule(session, "fallback_auction_centre", new.signed_on)
    if rule is None:
        now = rule_on(session, "auction_contract_due", new.signed_on)
        text = _("By the law of that day no contract falls to the local centre (rule %(rule)s).")
        raise _refusal(now, text)
    organisation = who.organisation
    if organisation is None or organisation.kind != OrganisationKind.CENTRE:
        raise _refusal(rule, _("Only an auction centre may take it over (rule %(rule)s)."))
    if not _is_local(session, organisation, who.office_id):
        text = _("It must be the centre of the province (rule %(rule)s), not of %(province)s.")
        raise _refusal(rule, text, province=organisation.province)
    if who.due_on is not None:
        after = due_date(who.due_on, rule, calendar(session)).due_on
        if new.signed_on <= after:
            text = _("It falls to the local centre only after %(day)s (rule %(rule)s).")
            raise _refusal(rule, text, field="signed_on", day=after)
    elif not _fell_before(session, who.lot_id):
        _refuse_never_due(session, who.lot_id, rule)
    return rule


def _fell_before(session: Session, lot_id: int) -> bool:
    """Whether an earlier contract for the lot fell to the centre."""
    c = AuctionContract
    own = select(c.id).where(c.lot_id == lot_id, c.way == Way.LOCAL_CENTRE.value)
    return session.scalar(own.limit(1)) is not None


def _refuse_never_due(session: Session, lot_id: int, rule: Rule) -> None:
    """Say what is missing until a contract is due at all: the notice, else the end of the window.

    Raises WayNotOpen.
    """
    told = select(PriceNotice.asset_id)
    untold = session.scalar(
        select(Asset.reference)
        .join(LotAsset, LotAsset.asset_id == Asset.id)
        .where(LotAsset.lot_id == lot_id, Asset.id.not_in(told))
        .order_by(Asset.id)
        .limit(1)
    )
    if untold is not None:
        text = _(
            "No contract was due yet, so that none falls to the local centre (rule %(rule)s): the"
            " parties were not told the price of %(asset)s. Lawful: tell them; after their time to"
            " ask for another valuation the contract is due, and falls to the centre after that;"
            " or a published call."
        )
        raise _refusal(rule, text, field="way", asset=untold)
    text = _(
        "No contract is due, so that none falls to the local centre (rule %(rule)s). Lawful: a"
        " published call."
    )
    raise _refusal(rule, text, field="way")


def _officer(session: Session, new: NewContract, scopes: Sequence[str]) -> Rule:
    """The officer auctions movables of small value himself, by the law of 2008 only."""
    known = {
        one.scope: one
        for one in rules_in_use(session, "officer_auctions_himself")
        if one.serves(new.signed_on)
    }
    if not known:
        now = rule_on(session, "auction_contract_due", new.signed_on)
        text = _("By the law of that day the officer no longer auctions himself (rule %(rule)s).")
        raise _refusal(now, text, field="way")
    least, most = known["least"], known["most"]
    small = least.number <= new.starting_price <= most.number
    if "immovable" in scopes or not (small or new.way_document):
        text = _(
            "The officer auctions movables from %(least)s to %(most)s, or where there is no"
            " organisation, which a paper must say (rule %(rule)s)."
        )
        raise _refusal(least, text, field="way", least=least.number, most=most.number)
    return least


def _is_local(session: Session, organisation: AuctionOrganisation, office_id: int) -> bool:
    office = session.get(Office, office_id)
    while office is not None:
        if organisation.province.casefold() in office.name.casefold():
            return True
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return False


def serving_rule(session: Session, key: str, on: date) -> Rule | None:
    """The dated rule of a key, where the law of a day has one."""
    return next((one for one in rules_in_use(session, key) if one.serves(on)), None)


def _refusal(rule: Rule, text: str, *, field: str = "organisation", **values: Param) -> WayNotOpen:
    return WayNotOpen(text, field=field, article=rule.article, rule=rule.key, **values)
