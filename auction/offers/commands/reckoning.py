"""What a creditor pays who takes the asset; his notices and the steps that follow his answer."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome, meaning_of
from auction.bidding.rules import Held
from auction.costs.borne import costs_borne
from auction.costs.home_rent import year_of_rent
from auction.costs.queries import costs_of
from auction.legal_rules.queries import basis_on, rule_on
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.models import AuctionRound
from auction.offers.commands.common import OpenLot, case_of, check_sum, not_before
from auction.offers.commands.owners import parts_of_owners
from auction.offers.entitlement import CaseClaim, setoff_sum
from auction.offers.models import SetOff
from auction.offers.queries import claims_on
from auction.offers.right import failed_round, reductions_before
from auction.offers.rules import RIGHT, ClaimUnknown, NoRightYet, OutOfTurn
from auction.papers.commands import issue_paper
from auction.papers.schemas import SetoffNoticeData
from auction.valuations.parts import worth_of
from inventory.base.actor import Actor
from inventory.base.messages import _
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Party


class Sum(msgspec.Struct, frozen=True):
    """What a creditor would pay, and from what it is reckoned."""

    claim: Decimal
    costs: Decimal
    owners: Decimal
    rent: Decimal
    deductions: Decimal
    to_pay: Decimal
    creditors: int

    def sums(self) -> dict[str, Decimal]:
        """The amounts, as the creditor's right keeps them."""
        names = ("claim", "costs", "owners", "rent", "deductions", "to_pay")
        return {name: getattr(self, name) for name in names}


def failed_round_of(
    session: Session, found: OpenLot, asked_on: date, *, field: str = "asked_on"
) -> AuctionRound:
    """The round that failed and after which the creditor is asked, or the parties are told.

    Raises OutOfTurn, Invalid.
    """
    last = found.last
    if last is None or meaning_of(session, last) is not Held.FAILED:
        raise OutOfTurn(
            _("The parties are told, and the creditor is asked, after a round that failed."),
            **basis_on(session, RIGHT, asked_on),
        )
    outcome = find_outcome(session, last.id)
    if outcome is not None and outcome.notified_on is not None:
        not_before(asked_on, outcome.notified_on, field=field)
    return last


def failed_to_take(session: Session, found: OpenLot, asked_on: date) -> AuctionRound:
    """The round after which the creditor may take it; of a lot formed anew the one before.

    Raises OutOfTurn, Invalid.
    """
    before = failed_round(session, found.asset_ids, found.last) if found.last is None else None
    return failed_round_of(session, found._replace(last=before or found.last), asked_on)


def reductions_made(session: Session, found: OpenLot, failed: AuctionRound, on: date) -> int:
    """How often it was reduced before it failed, where that gives the creditor his right.

    Raises NoRightYet.
    """
    rule = rule_on(session, "setoff_from_reduction", on)
    reductions = reductions_before(session, found.asset_ids, failed)
    if reductions < rule.number:
        raise NoRightYet(
            _(
                "The creditor may take the asset once it was reduced %(needed)s times and then"
                " found no buyer; it was reduced %(count)s times (rule %(rule)s)."
            ),
            article=rule.article,
            needed=int(rule.number),
            count=reductions,
            rule=rule.key,
        )
    return reductions


def reckon(
    session: Session,
    found: OpenLot,
    creditor: str,
    price: Decimal,
    *,
    said: tuple[Decimal | None, Decimal | None, Decimal],
    on: date,
) -> Sum:
    """What the creditor would pay: by the ledger of claims, else by what is said.

    What goes before him he pays in money: what is others' of the price, a year's rent of the only
    dwelling (D152/26 Art. 66; JC11/16 Art. 7). Raises ClaimUnknown, HomeUnsaid, RentUnknown.
    """
    claim, debt, deductions = said
    check_sum(deductions, "deductions")
    claims = claims_on(session, found.lot.case_id, found.asset_ids, creditor, on)
    if not any(one.mine for one in claims):
        _refuse_unranked(session, claims, creditor, on)
        claims += _said(claim, debt)
    running = costs_of(session, found.asset_ids, on).storage_running
    borne = costs_borne(session, found.asset_ids, on).total + running
    parts = parts_of_owners(session, found.lot.id, found.asset_ids, price, on)
    owners = sum((one.amount for one in parts if not _is(one.payee, creditor)), Decimal(0))
    rent = year_of_rent(session, found.asset_ids, on)
    kept = rent.amount if rent else Decimal(0)
    worth = worth_of(session, found.asset_ids)
    return Sum(
        claim=sum((one.amount for one in claims if one.mine), Decimal(0)),
        costs=borne,
        owners=owners,
        rent=kept,
        deductions=deductions,
        to_pay=setoff_sum(price, claims, borne, deductions + kept, owners, worth=worth),
        creditors=1 + sum(one.asks and not one.mine for one in claims),
    )


def _refuse_unranked(
    session: Session, claims: Sequence[CaseClaim], creditor: str, on: date
) -> None:
    """What is said of a claim has no rank beside those that are recorded.

    Raises ClaimUnknown.
    """
    if any(one.recorded for one in claims):
        raise ClaimUnknown(
            _(
                "%(creditor)s has no claim on record that is still owed, others have: what he may"
                " set off beside them is not known (rule %(rule)s). Lawful: record his claim by"
                " its rank first, then ask him."
            ),
            field="creditor",
            creditor=creditor,
            **basis_on(session, "setoff_sum", on),
        )


def _said(claim: Decimal | None, debt: Decimal | None) -> list[CaseClaim]:
    """Where no claims are recorded, what the creditor may ask as it was said, and the others.

    Raises ClaimUnknown, Invalid.
    """
    if claim is None:
        raise ClaimUnknown(
            _("Record the claims of the case, or say what the creditor may ask."),
            field="claim",
        )
    check_sum(claim, "claim")
    others = max((debt or claim) - claim, Decimal(0))
    return [CaseClaim(1, claim, mine=True), *([CaseClaim(1, others, mine=False)] if others else [])]


def _is(payee: str | None, creditor: str) -> bool:
    """Whether a part is the taker's own: he does not pay it to himself."""
    return payee is not None and payee.casefold() == creditor.casefold()


def number_of(session: Session, setoff: SetOff) -> int:
    """The number of the round after which the creditor was asked."""
    return session.get_one(AuctionRound, setoff.round_id).number


def step_after(
    session: Session,
    actor: Actor,
    found: OpenLot,
    setoff: SetOff,
    step: Step,
    *,
    on: date,
    document: str | None,
    at: datetime,
) -> None:
    """A step of the lot's assets that follows the round after which the creditor was asked."""
    take_step(
        session,
        actor,
        found.asset_ids,
        step,
        on,
        at=at,
        document=document,
        subject=found.due,
        lot_id=found.lot.id,
        round_id=setoff.round_id,
        round_number=number_of(session, setoff),
    )


def notice_to_creditor(setoff: SetOff, failed_round: int) -> SetoffNoticeData:
    """What the notice tells the creditor."""
    return SetoffNoticeData(
        to="creditor",
        addressee=Party(name=setoff.creditor),
        price=setoff.price,
        failed_round=failed_round,
        until=setoff.answer_by_on,
        reductions=setoff.reductions,
        claim=setoff.claim,
        costs=setoff.costs,
        owners=setoff.owners,
        rent=setoff.rent,
        to_pay=setoff.to_pay,
    )


def issue_notice(
    session: Session,
    actor: Actor,
    found: OpenLot,
    data: SetoffNoticeData,
    on: date,
    *,
    at: datetime,
) -> str:
    """Issue a notice of the right to take the asset; its reference."""
    case = case_of(session, found.lot)
    paper = issue_paper(
        session,
        actor,
        PaperKind.SETOFF_NOTICE,
        data,
        subject_kind="lot",
        subject_ref=found.lot.reference,
        office_id=found.lot.office_id,
        assets=found.asset_refs,
        case_number=case.decision_number if case else None,
        step_on=on,
        at=at,
    )
    return paper.reference
