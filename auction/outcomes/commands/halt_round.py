"""Asking the auction organisation to pause or stop a round, before the winner is named."""

from datetime import datetime

from sqlalchemy.orm import Session

from auction.auctioneers.queries import contract_in_force
from auction.bidding.queries import find_outcome
from auction.bidding.rules import Outcome, moment
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import word
from auction.lots.commands import lock_lot
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot, get_lot
from auction.notices.models import AuctionHalt
from auction.notices.rules import Halt
from auction.notices.schemas import NewHalt
from auction.outcomes.commands.follow_up import get_round
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.rules import GroundUnknown, WinnerNamed
from auction.outcomes.schemas import NewOutcome
from auction.papers.commands import issue_paper
from auction.papers.schemas import RequestData
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued

RULES = {Halt.PAUSE: "pause_grounds", Halt.STOP: "stop_grounds"}
PAPERS = {Halt.PAUSE: PaperKind.PAUSE_REQUEST, Halt.STOP: PaperKind.STOP_REQUEST}
CODES = {Halt.PAUSE: Outcome.PAUSED, Halt.STOP: Outcome.STOPPED}
POINTS = "abcdđe"


def halt_round(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewHalt, *, at: datetime
) -> AuctionHalt:
    """Request a pause or a stop on a ground of the law, and close the round with it (L25 Art. 84).

    A round that was paused or stopped is no failed one; the next is held at the same price.
    Raises NotFound, WinnerNamed, GroundUnknown; what the papers and the outcome refuse.
    """
    actor.require("rounds.halt")
    lot = lock_lot(session, actor, lot_ref)
    halted = get_round(session, lot, number)
    today = local_day(at)
    _refuse_named(session, lot, halted, at=at)
    rule = rule_on(session, RULES[new.kind], today)
    article = _point(rule, new.ground)
    issued = _issue(session, actor, lot, halted, new, article=article, at=at)
    made = AuctionHalt(
        lot_id=lot.id,
        round_id=halted.id,
        office_id=lot.office_id,
        kind=new.kind.value,
        ground=new.ground,
        document=new.document,
        requested_on=today,
        effective_at=moment(new.effective_at) if new.effective_at else at,
        rule_id=rule.id,
        article=article,
        paper=issued.reference,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    reason = f"{article}: {word('terms', new.ground).vi} ({new.document}, {issued.number})"
    outcome = NewOutcome(code=CODES[new.kind], reason=reason)
    record_outcome(session, actor, lot_ref, number, outcome, at=at)
    return made


def _refuse_named(session: Session, lot: Lot, halted: AuctionRound, *, at: datetime) -> None:
    if find_outcome(session, halted.id) is None:
        return
    rules = rules_in_use(session, "pause_stop_clause")
    rule = next((one for one in rules if one.serves(local_day(at))), None)
    raise WinnerNamed(
        _(
            "Round %(number)s of lot %(lot)s has its outcome: an auction is paused or stopped only"
            " before the winner is named (rule %(rule)s)."
        ),
        field="kind",
        article=rule.article if rule else None,
        number=halted.number,
        lot=lot.reference,
        rule="pause_stop_clause",
    )


def _point(rule: Rule, ground: str) -> str:
    """The article down to the point of the ground: ``L25 Art. 84(2)đ``."""
    if ground not in rule.codes:
        raise GroundUnknown(
            _("The law of today knows these grounds (rule %(rule)s): %(grounds)s."),
            field="ground",
            article=rule.article,
            rule=rule.key,
            grounds="; ".join(word("terms", code).vi for code in rule.codes),
        )
    if len(rule.codes) == 1:
        return rule.article
    return f"{rule.article}{POINTS[rule.codes.index(ground)]}"


def _issue(
    session: Session,
    actor: Actor,
    lot: Lot,
    halted: AuctionRound,
    new: NewHalt,
    *,
    article: str,
    at: datetime,
) -> Issued:
    contract = contract_in_force(session, actor, lot.id)
    named = contract.organisation if contract else None
    data = RequestData(
        organisation=named or halted.organisation or "",
        ground=word("terms", new.ground).vi.rpartition(": ")[2],
        article=article,
        effective_at=moment(new.effective_at) if new.effective_at else at,
        round_number=halted.number,
        opens_at=halted.opens_at,
        contract_number=contract.number if contract else None,
        contract_on=contract.signed_on if contract else None,
        basis_document=new.document,
    )
    return issue_paper(
        session,
        actor,
        PAPERS[new.kind],
        data,
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=lot.office_id,
        assets=[one.reference for one in assets_of_lot(session, lot.id)],
        case_number=get_lot(session, actor, lot.reference).case_number,
        at=at,
    )
