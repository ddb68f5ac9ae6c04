"""The request to the auction organisation to pause or stop an auction: its paper and its row."""

from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from auction.auctioneers.queries import contract_in_force
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import word
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot, get_lot
from auction.notices.models import AuctionHalt
from auction.notices.rules import Halt
from auction.papers.commands import issue_paper
from auction.papers.schemas import RequestData
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued

PAPERS = {Halt.PAUSE: PaperKind.PAUSE_REQUEST, Halt.STOP: PaperKind.STOP_REQUEST}
RULES = {Halt.PAUSE: "pause_grounds", Halt.STOP: "stop_grounds"}
POINTS = "abcdđe"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: the ground by its code and in words, its article, the paper it stands on."""

    kind: Halt
    ground: str
    words: str
    article: str
    document: str
    effective_at: datetime
    rule_id: int | None = None
    hold_id: int | None = None
    until: date | None = None
    note: str | None = None


class Requested(msgspec.Struct, frozen=True):
    """The row of a request and the paper that carries it."""

    halt: AuctionHalt
    paper: Issued


def request_halt(
    session: Session,
    actor: Actor,
    lot: Lot,
    halted: AuctionRound | None,
    said: Request,
    *,
    at: datetime,
) -> Requested:
    """Part of an act that pauses or stops an auction: the paper is issued, the request is kept.

    L25 Art. 84(1), (2); D152/26 Art. 65(7). The permission is that of the act. A ground that the
    law of today lists has its words and its point; another keeps the article it came with.
    """
    said = _worded(session, said, at=at)
    issued = _issue(session, actor, lot, halted, said, at=at)
    made = AuctionHalt(
        lot_id=lot.id,
        round_id=halted.id if halted else None,
        hold_id=said.hold_id,
        office_id=lot.office_id,
        kind=said.kind.value,
        ground=said.ground,
        document=said.document,
        requested_on=local_day(at),
        effective_at=said.effective_at,
        rule_id=said.rule_id,
        article=said.article,
        paper=issued.reference,
        note=said.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    return Requested(made, issued)


def point_of(rule: Rule, ground: str) -> str:
    """The article of a ground down to its point: ``L25 Art. 84(2)đ``."""
    if len(rule.codes) == 1:
        return rule.article
    return f"{rule.article}{POINTS[rule.codes.index(ground)]}"


def _worded(session: Session, said: Request, *, at: datetime) -> Request:
    rules = rules_in_use(session, RULES[said.kind])
    rule = next((one for one in rules if one.serves(local_day(at))), None)
    if rule is None or said.ground not in rule.codes:
        return said
    return msgspec.structs.replace(
        said,
        words=word("terms", said.ground).vi.rpartition(": ")[2],
        article=point_of(rule, said.ground),
        rule_id=rule.id,
    )


def _issue(
    session: Session,
    actor: Actor,
    lot: Lot,
    halted: AuctionRound | None,
    said: Request,
    *,
    at: datetime,
) -> Issued:
    contract = contract_in_force(session, actor, lot.id)
    named = contract.organisation if contract else None
    data = RequestData(
        organisation=named or (halted.organisation if halted else None) or "",
        ground=said.words,
        article=said.article,
        effective_at=said.effective_at,
        round_number=halted.number if halted else None,
        opens_at=halted.opens_at if halted else None,
        contract_number=contract.number if contract else None,
        contract_on=contract.signed_on if contract else None,
        until=said.until,
        basis_document=said.document,
    )
    return issue_paper(
        session,
        actor,
        PAPERS[said.kind],
        data,
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=lot.office_id,
        assets=[one.reference for one in assets_of_lot(session, lot.id)],
        case_number=get_lot(session, actor, lot.reference).case_number,
        at=at,
    )
