"""The table of an approved payout, as it is issued and signed."""

from datetime import datetime

from sqlalchemy.orm import Session

from auction.deadlines.queries import deadlines_of
from auction.lots.models import Lot
from auction.papers.commands import issue_paper
from auction.papers.schemas import PayoutLine as PrintedLine
from auction.papers.schemas import PayoutTableData
from auction.payouts.commands.reckoning import references_of
from auction.payouts.models import Payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import BEFORE_RANKS, LineKind
from auction.payouts.schemas import LineOut
from auction.sales.models import Sale
from auction.sales.queries import assets_of
from inventory.base.actor import SYSTEM, Actor
from inventory.organisation.models import Staff
from inventory.papers.rules import ACCOUNTANT, HEAD, OFFICER, PaperKind
from inventory.papers.schemas import Signature


def issue_table(session: Session, actor: Actor, payout: Payout, sale: Sale, *, at: datetime) -> str:
    """Issue it for its approval; its reference."""
    lot = session.get_one(Lot, sale.lot_id)
    lines = get_payout(session, SYSTEM, payout.id).lines
    due = [
        one.due_on
        for one in deadlines_of(session, actor, "lot", lot.reference)
        if one.rule_key == "payout_due"
    ]
    deducted = [line for line in lines if line.kind in BEFORE_RANKS]
    shares = [line for line in lines if line.kind not in {*BEFORE_RANKS, LineKind.DEBTOR}]
    paper = issue_paper(
        session,
        actor,
        PaperKind.PAYOUT_TABLE,
        PayoutTableData(
            gross=payout.gross,
            before=tuple(_printed(line) for line in deducted),
            net=payout.net,
            shares=tuple(_printed(line) for line in shares),
            left=payout.left_for_debtor,
            pay_until=due[-1] if due else None,
            approved_by=actor.name,
            fee_article=next((line.fee_article for line in shares if line.fee_article), None),
            signatures=_signatures(session, actor, payout),
        ),
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=payout.office_id,
        assets=references_of(session, assets_of(session, lot.id)),
        step_on=payout.on_day,
        at=at,
    )
    return paper.reference


def _signatures(session: Session, approver: Actor, payout: Payout) -> tuple[Signature, ...]:
    """The officer who proposed, the accountant, the head who approved (L25 Art. 54)."""
    proposer = payout.proposed_by_id and session.get_one(Staff, payout.proposed_by_id).name
    return (
        Signature(post=OFFICER, name=proposer or None),
        Signature(post=ACCOUNTANT),
        Signature(post=HEAD, name=approver.name),
    )


def _printed(line: LineOut) -> PrintedLine:
    return PrintedLine(
        rank=str(line.rank) if line.rank is not None else line.kind.value,
        payee=line.payee or line.kind.value,
        paid=line.amount,
        fee=line.fee,
        received=line.to_payee,
        claim=line.owed,
        article=line.article,
        note="held" if line.held else "set_off" if line.set_off else line.source,
    )
