"""Signing the contract with an auction organisation; one is in force for a lot."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, exists, or_, select
from sqlalchemy.orm import Session

from auction.auctioneers.covering import covers
from auction.auctioneers.models import (
    AuctionContract,
    AuctionOrganisation,
    CallApplicant,
    OrganisationCall,
)
from auction.auctioneers.rules import (
    Act,
    ContractEnded,
    ContractInForce,
    ContractLate,
    ContractNumberTaken,
    ContractSigned,
    EndKind,
    Way,
)
from auction.auctioneers.schemas import NewContract
from auction.auctioneers.terms import check_terms
from auction.auctioneers.ties import refuse_tied
from auction.auctioneers.valued import check_value
from auction.auctioneers.ways import Bidder, check_way
from auction.deadlines.commands import meet_by_act, set_limits
from auction.deadlines.models import Deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.departures.commands import allow_departure
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import rule_on
from auction.life.ledger import take_step
from auction.life.queries import standings
from auction.life.rules import State, Step
from auction.lots.commands import lock_lot
from auction.lots.models import Lot, LotAsset
from auction.lots.queries import assets_of_lot
from auction.lots.rules import LotIsClosed
from auction.lots.schemas import LotAssetRow
from auction.lots.subjects import due_subject
from inventory.assets.rules import AssetKind, scope_of
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import NotFound
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.scope import in_sight

MAY = "contracts.sign"
DUE = ("auction_contract_due", "fallback_auction_centre", "parties_name_organisation")
"""Limits that the contract meets."""
LIMITS = ("auction_contract_due", "parties_name_organisation")
"""Limits that say whether a contract is late, and until when the parties could name somebody."""
VOIDING = (EndKind.UNILATERAL.value, EndKind.CANCELLED.value)
"""Ends of a contract after which the choice it stood on serves no other."""
SAID = (
    "way_document",
    "way_on",
    "number",
    "signed_on",
    "starting_price",
    "vat_included",
    "fee",
    "fee_words",
    "pause_clause",
    "stop_clause",
)
"""What a contract keeps as it was said."""
BEFORE_CONTRACT = frozenset(
    {State.NONE, State.IDENTIFIED, State.MEASURED, State.SEIZED, State.PRICING, State.PRICED}
    | {State.PRIORITY_OFFERED}
)


def sign_contract(
    session: Session, actor: Actor, lot_ref: str, new: NewContract, *, at: datetime
) -> AuctionContract:
    """Sign the contract for a lot (L25 Art. 83(2), 84(3); PA16 Art. 33; JC11/16 Art. 5(2)).

    Locks the lot; that one contract is in force is held by a unique index.
    Raises NotFound, LotIsClosed, ContractIncomplete, WayNotOpen, ClauseMissing, ContractLate,
    ContractTooEarly, MayNotBeChosen, ContractInForce, ContractNumberTaken, OnHold; what the
    valuations refuse.
    """
    actor.require(MAY)
    lot = lock_lot(session, actor, lot_ref)
    if lot.closed_on is not None:
        raise LotIsClosed(_("The lot %(lot)s is closed; no round follows."), lot=lot.reference)
    assets = assets_of_lot(session, lot.id)
    refuse_on_hold(session, [one.id for one in assets], Stopped.CONTRACT, on=local_day(at))
    check_terms(session, lot.currency, new, at=at)
    call = _call(session, lot) if new.way is Way.CHOSEN else None
    due_on, named_by = (_due_on(session, actor, key, lot, assets) for key in LIMITS)
    bidder = _bidder(session, lot, call, new, due=(due_on, named_by))
    basis = check_way(session, bidder, new, [scope_of(AssetKind(one.kind)) for one in assets])
    refuse_tied(session, actor, lot, bidder.organisation, new.signed_on)
    check_value(session, actor, lot, assets, new, at=at)
    if due_on is not None and new.signed_on > due_on and new.way is not Way.LOCAL_CENTRE:
        _allow_late(session, actor, lot, due_on, new, at=at)
    said = {name: getattr(new, name) for name in SAID}
    made = AuctionContract(
        **said,
        office_id=lot.office_id,
        lot_id=lot.id,
        call_id=call.id if call else None,
        organisation_id=bidder.organisation.id if bidder.organisation else None,
        way=new.way.value,
        form=new.form.value,
        due_on=due_on,
        rule_id=basis.id,
        article=basis.article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    _add(session, lot, made)
    if call is not None:
        call.used_at = at
    _follow(session, actor, lot, assets, new, at=at)
    data: dict[str, Any] = {"number": new.number, "way": new.way.value}
    data |= {"organisation": new.organisation}
    data |= {"on": new.signed_on.isoformat(), "due_on": str(due_on), "rule_id": basis.id}
    record_contract(session, actor, Act.CONTRACTED, lot, data, at=at)
    return made


def _call(session: Session, lot: Lot) -> OrganisationCall | None:
    """The newest call that chose somebody; not one whose contract the office ended or cancelled.

    What the choice stood on was untrue then (C02/22 Art. 6(2)).
    """
    c = AuctionContract
    void = exists().where(c.call_id == OrganisationCall.id, c.end_kind.in_(VOIDING))
    return session.scalar(
        select(OrganisationCall)
        .where(
            OrganisationCall.lot_id == lot.id,
            OrganisationCall.cancelled_on.is_(None),
            OrganisationCall.chosen_id.is_not(None),
            ~void,
        )
        .order_by(OrganisationCall.id.desc())
        .limit(1)
        .with_for_update()
    )


def _bidder(
    session: Session,
    lot: Lot,
    call: OrganisationCall | None,
    new: NewContract,
    *,
    due: tuple[date | None, date | None],
) -> Bidder:
    organisation = chosen = None
    if new.organisation is not None and new.way is not Way.OFFICER:
        organisation = session.scalar(
            select(AuctionOrganisation).where(AuctionOrganisation.code == new.organisation)
        )
        if organisation is None:
            raise NotFound(
                _("There is no auction organisation %(code)s."),
                field="organisation",
                code=new.organisation,
            )
    if call is not None:
        chosen = session.get_one(CallApplicant, call.chosen_id).organisation_id
    chosen_on = call.chosen_on if call else None
    return Bidder(organisation, chosen, chosen_on, *due, lot.office_id, lot.id)


def _due_on(
    session: Session, actor: Actor, key: str, lot: Lot, assets: Sequence[LotAssetRow]
) -> date | None:
    """The first of the open limits of a rule, of the lot or one of its assets.

    Without one the last that was met, however it was: the day of the contract says whether it is
    late. A limit that an earlier contract for one of the assets met is no limit of this one.
    """
    ids = [one.id for one in assets]
    of_these = or_(Deadline.lot_id == lot.id, Deadline.asset_id.in_(ids))
    lots = select(LotAsset.lot_id).where(LotAsset.asset_id.in_(ids))
    by_contract = exists().where(
        AuctionContract.lot_id.in_(lots), AuctionContract.signed_on == Deadline.met_on
    )
    return session.scalar(
        select(Deadline.due_on)
        .where(
            Deadline.rule_key == key,
            of_these,
            Deadline.voided_on.is_(None),
            or_(Deadline.met_on.is_(None), ~by_contract),
            in_sight(Deadline.office_id, actor),
        )
        .order_by(
            Deadline.met_on.is_not(None),
            case((Deadline.met_on.is_(None), Deadline.due_on)),
            Deadline.due_on.desc(),
        )
        .limit(1)
    )


def _allow_late(
    session: Session, actor: Actor, lot: Lot, due_on: date, new: NewContract, *, at: datetime
) -> None:
    rule = rule_on(session, "auction_contract_due", new.signed_on)
    refusal = ContractLate(
        _("The contract was due on %(due)s (rule %(rule)s); later needs an approved departure."),
        field="signed_on",
        article=rule.article,
        due=due_on,
        rule=rule.key,
    )
    facts = {
        "due_on": due_on.isoformat(),
        "signed_on": new.signed_on.isoformat(),
        "contract": new.number,
    }
    allow_departure(session, actor, refusal, rule, due_subject(lot), at=at, facts=facts)


def _add(session: Session, lot: Lot, made: AuctionContract) -> None:
    in_force = ContractInForce(_("Lot %(lot)s has a contract in force."), lot=lot.reference)
    number = ContractNumberTaken(_("There is another contract with that number of that day."))
    number.fields = {"number": (number.message_id, {})}
    with (
        refused_by(session, "uq_auction_contract_office_id_number_signed_on", number),
        refused_by(session, "uq_auction_contract_in_force", in_force),
    ):
        session.add(made)
        session.flush()


def _follow(
    session: Session,
    actor: Actor,
    lot: Lot,
    assets: Sequence[LotAssetRow],
    new: NewContract,
    *,
    at: datetime,
) -> None:
    """The step of each asset that waits for its first contract, what it meets, what is due next.

    Then the rooms above hear of it, such as what pauses an auction.
    """
    on = new.signed_on
    subject = due_subject(lot)
    waiting = [
        one.asset_id
        for one in standings(session, [one.id for one in assets])
        if one.state in BEFORE_CONTRACT
    ]
    if waiting:
        take_step(
            session,
            actor,
            waiting,
            Step.AUCTION_CONTRACTED,
            on,
            at=at,
            document=new.number,
            subject=subject,
            lot_id=lot.id,
        )
    else:
        scopes = {scope_of(AssetKind(one.kind)) for one in assets}
        scope = "immovable" if "immovable" in scopes else "movable"
        set_limits(session, actor, ("auction_hold_due",), on, subject, at=at, scope=scope)
    for one in assets:
        own = DeadlineSubject("asset", one.reference, lot.office_id, asset_id=one.id)
        meet_by_act(session, actor, DUE, own, met_on=on, at=at)
    asset_ids = tuple(one.id for one in assets)
    publish(session, ContractSigned(actor, lot.id, asset_ids, on, at))


def in_force(session: Session, lot: Lot) -> AuctionContract:
    """The contract of a lot that has not ended, or of the lot it came out of; locked.

    Raises ContractEnded.
    """
    found = session.scalar(
        select(AuctionContract)
        .where(covers(lot.id), AuctionContract.ended_on.is_(None))
        .order_by((AuctionContract.lot_id == lot.id).desc(), AuctionContract.id.desc())
        .limit(1)
        .with_for_update()
    )
    if found is None:
        raise ContractEnded(_("Lot %(lot)s has no contract in force."), lot=lot.reference)
    return found


def record_contract(
    session: Session, actor: Actor, act: Act, lot: Lot, data: dict[str, Any], *, at: datetime
) -> None:
    """Tell the ledger of an act on the contract of a lot."""
    about = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    audit.record(session, actor, act, about, data, at=at)
