"""Money its payee does not fetch: he is told, it is kept, bears interest, and is fetched after all.

L25 Art. 59(1); L08 Art. 126(2); D152/26 Art. 41(2).
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.claims.models import Claim, ClaimEntry
from auction.claims.rules import EntryKind as ClaimEntryKind
from auction.deadlines.commands import meet_by_act, set_limits, void_deadlines
from auction.deadlines.queries import due_after
from auction.deadlines.rules import due_date
from auction.legal_rules.queries import basis_on, calendar, rule_on, rules_in_use
from auction.legal_rules.rules import Rule
from auction.lots.models import Lot
from auction.papers.commands import issue_paper
from auction.payouts.commands.lateness import refuse_late
from auction.payouts.commands.paying import attempt_of, write_voucher
from auction.payouts.commands.resting import refuse_overtaken
from auction.payouts.commands.sharing import (
    Happened,
    Locked,
    check_span,
    expect,
    locked,
    subject_of,
    write,
)
from auction.payouts.models import ShareEntry
from auction.payouts.rules import APPROVED_BY, KEPT, PayoutNotApproved, VoucherWay
from auction.payouts.schemas import (
    NewFetching,
    NewShareDeposit,
    NewShareInterest,
    NewShareNotice,
    NewVoucher,
)
from auction.payouts.shares import (
    WAIT,
    KeptElsewhere,
    ShareEntryKind,
    ShareState,
    StillWaited,
    ToldAlready,
)
from auction.sales.commands.writing import check_positive
from auction.sales.models import Sale
from auction.sales.queries import assets_of
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.disposals.schemas import ReturnPaper
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import ItemLine, Party, Signature
from inventory.titles.queries import regions_of

TERM, LIMIT = "unclaimed_to_state", "savings_vs_treasury_limit"
LATER = "collected_later"
"""The scope of the term of money that came in after the judgment's five years."""


def tell_payee(
    session: Session, actor: Actor, line_id: int, new: NewShareNotice, *, at: datetime
) -> ShareEntry:
    """Tell somebody to fetch his part of an approved payout; the time he has begins.

    After the limit to pay out only where a second person lets it. Raises NotFound,
    PayoutNotApproved, ClaimsChanged, CostsChanged, PaidAlready, ShareNotThere, ToldAlready,
    PayoutLate, Invalid.
    """
    actor.require("payouts.propose")
    found = locked(session, actor, line_id, at=at)
    if found.payout.approved_at is None:
        raise PayoutNotApproved(
            _("Nothing is paid before the head approved."),
            **basis_on(session, APPROVED_BY, local_day(at)),
        )
    expect(found, None)
    attempt_of(session, found.line)
    refuse_overtaken(session, found.payout, on=local_day(at))
    check_span(new.told_on, local_day(found.payout.approved_at), at, "told_on")
    refuse_late(session, actor, found.payout, found.line, new.told_on, field="told_on", at=at)
    rule = rule_on(session, WAIT, new.told_on)
    due = due_after(session, WAIT, new.told_on)
    twice = ToldAlready(_("This payee was told before to fetch his money."))
    with refused_by(session, "uq_share_entry_told", twice):
        told = Happened(ShareEntryKind.TOLD, new.told_on, new.document, rule=rule, due_on=due)
        entry = write(session, actor, found, told, at=at)
    set_limits(session, actor, (WAIT,), new.told_on, subject_of(session, found), at=at)
    return entry


def deposit_share(
    session: Session, actor: Actor, line_id: int, new: NewShareDeposit, *, at: datetime
) -> ShareEntry:
    """Keep what was not fetched in its time: above the limit on savings, else on the account.

    The line is paid by it; after the term the money is the State's (L25 Art. 59(1)).
    Raises NotFound, ShareNotThere, StillWaited, KeptElsewhere, VoucherNumberTaken, Invalid.
    """
    actor.require("payouts.pay")
    found = locked(session, actor, line_id, at=at)
    expect(found, ShareState.TO_DEPOSIT, ShareState.WAITED)
    _refuse_early(session, found, new.deposited_on)
    check_span(new.deposited_on, found.told_on, at, "deposited_on")
    if new.kept_as not in KEPT:
        raise Invalid(_("Choose one of the given values."), field="kept_as")
    _refuse_elsewhere(session, found, new)
    term, since = _term(session, found, new)
    due = due_date(since, term, calendar(session)).due_on
    paid = NewVoucher(number=new.number, way=new.kept_as, paid_on=new.deposited_on)
    voucher = write_voucher(session, actor, found.line, found.payout, paid, at=at)
    on = new.deposited_on
    kept = Happened(
        ShareEntryKind.DEPOSITED,
        on,
        new.number,
        amount=found.line.amount,
        words=new.place,
        rule=term,
        due_on=due,
        voucher_id=voucher.id,
    )
    entry = write(session, actor, found, kept, at=at)
    about = subject_of(session, found)
    meet_by_act(session, actor, WAIT, about, met_on=on, at=at)
    set_limits(session, actor, (TERM,), since, about, scope=term.scope, at=at)
    return entry


def add_interest(
    session: Session, actor: Actor, line_id: int, new: NewShareInterest, *, at: datetime
) -> ShareEntry:
    """Enter interest on what is kept; it goes where the money goes.

    Raises NotFound, ShareNotThere, Invalid.
    """
    actor.require("payouts.pay")
    found = locked(session, actor, line_id, at=at)
    expect(found, ShareState.KEPT, ShareState.FALLEN)
    check_positive(new.amount)
    check_span(new.paid_on, found.told_on, at, "paid_on")
    kind, on, due = ShareEntryKind.INTEREST, new.paid_on, found.due_on
    earned = Happened(kind, on, new.document, amount=new.amount, due_on=due)
    return write(session, actor, found, earned, at=at)


def fetch_share(
    session: Session, actor: Actor, line_id: int, new: NewFetching, *, at: datetime
) -> ShareEntry:
    """Give the payee all that is kept, with its interest; minutes are issued (D152/26 Art. 41).

    Until the head decided that it is the State's, and again after the budget gave it back.
    Raises NotFound, ShareNotThere, Invalid.
    """
    actor.require("payouts.pay")
    found = locked(session, actor, line_id, at=at)
    expect(found, ShareState.KEPT, ShareState.FALLEN)
    check_span(new.fetched_on, found.told_on, at, "fetched_on")
    minutes = _minutes(session, actor, found, new, at=at)
    fetched = Happened(
        ShareEntryKind.FETCHED,
        new.fetched_on,
        new.document,
        amount=found.kept,
        words=f"{new.receiver} ({minutes})",
        rule=rule_on(session, WAIT, new.fetched_on),
    )
    entry = write(session, actor, found, fetched, at=at)
    void_deadlines(session, actor, subject_of(session, found), (TERM,), at=at, why="fetched")
    return entry


def _refuse_early(session: Session, found: Locked, on: date) -> None:
    if found.due_on is not None and on <= found.due_on:
        rule = rule_on(session, WAIT, found.told_on)
        raise StillWaited(
            _(
                "The payee may fetch it until %(day)s (rule %(rule)s). Lawful: deposit it after"
                " that day, or pay it to him."
            ),
            field="deposited_on",
            article=rule.article,
            day=found.due_on,
            rule=rule.key,
        )


def _refuse_elsewhere(session: Session, found: Locked, new: NewShareDeposit) -> None:
    """Above twice the minimum wage of the region on savings, else on the office's account.

    A law that knows no limit puts all of it on savings. Raises KeptElsewhere, Invalid.
    """
    on, amount = new.deposited_on, found.line.amount
    rule = next((one for one in rules_in_use(session, LIMIT) if one.serves(on)), None)
    lawful, limit = VoucherWay.SAVINGS, Decimal(0)
    if rule is not None:
        limit = rule.number * _wage(session, found, new, rule)
        lawful = VoucherWay.SAVINGS if amount > limit else VoucherWay.OFFICE_ACCOUNT
    if new.kept_as is not lawful:
        rule = rule or rule_on(session, WAIT, on)
        raise KeptElsewhere(
            _(
                "%(amount)s is kept otherwise: above %(limit)s on savings, else on the office's"
                " account (rule %(rule)s). Lawful: %(lawful)s."
            ),
            field="kept_as",
            article=rule.article,
            amount=amount,
            limit=limit,
            rule=rule.key,
            lawful=lawful,
        )


def _wage(session: Session, found: Locked, new: NewShareDeposit, rule: Rule) -> Decimal:
    on = new.deposited_on
    assets = assets_of(session, session.get_one(Sale, found.payout.sale_id).lot_id)
    region = new.region or next(iter(regions_of(session, assets, on).values()), None)
    if region is None:
        raise Invalid(
            _("Say in which region of the minimum wage the office lies (rule %(rule)s)."),
            field="region",
            article=rule.article,
            rule=rule.key,
        )
    return rule_on(session, "regional_min_wage", on, region.value).number


def _term(session: Session, found: Locked, new: NewShareDeposit) -> tuple[Rule, date]:
    """The term after which the money is the State's, and the day from which it runs.

    Five years from the day the judgment came into force; of what came in after them, one year from
    the notice (L25 Art. 59(1); D62 Art. 49(5)).
    """
    on = new.deposited_on
    in_force = new.in_force_on or _in_force(session, found)
    rule = rule_on(session, TERM, on)
    if in_force is None:
        raise Invalid(
            _("Say since when the judgment is in force: the term runs from it (rule %(rule)s)."),
            field="in_force_on",
            article=rule.article,
            rule=rule.key,
        )
    came_in = session.get_one(Sale, found.payout.sale_id).paid_on or on
    if came_in <= due_date(in_force, rule, calendar(session)).due_on:
        return rule, in_force
    return rule_on(session, TERM, on, LATER), found.told_on


def _in_force(session: Session, found: Locked) -> date | None:
    """The day on which the claim, or the first one of the case, was granted."""
    sale = session.get_one(Sale, found.payout.sale_id)
    lot = session.get_one(Lot, sale.lot_id)
    granted = (
        select(func.min(ClaimEntry.happened_on))
        .join(Claim, Claim.id == ClaimEntry.claim_id)
        .where(ClaimEntry.kind == ClaimEntryKind.GRANTED.value)
    )
    if found.line.claim_id is not None:
        return session.scalar(granted.where(Claim.id == found.line.claim_id))
    return session.scalar(granted.where(Claim.case_id == lot.case_id))


def _minutes(
    session: Session, actor: Actor, found: Locked, new: NewFetching, *, at: datetime
) -> str:
    receiver, giver = Party(name=new.receiver), Party(name=actor.name, role="accountant")
    approved_at = found.payout.approved_at or at
    money = ItemLine(
        name="Tiền thi hành án chưa nhận, gồm cả tiền lãi",
        code=new.document,
        unit="khoản",
        quantity=Decimal(1),
        value=found.kept,
    )
    signatures = (
        Signature(post="giver", name=actor.name),
        Signature(post="receiver", name=new.receiver),
    )
    lot = session.get_one(Lot, session.get_one(Sale, found.payout.sale_id).lot_id)
    paper = issue_paper(
        session,
        actor,
        PaperKind.RETURN_MINUTES,
        ReturnPaper(
            at=at,
            decision=found.payout.paper or "–",
            decided_on=local_day(approved_at),
            receiver=receiver,
            giver=giver,
            notice=found.notice,
            lines=(money,),
            signatures=signatures,
        ),
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=found.line.office_id,
        step_on=new.fetched_on,
        at=at,
    )
    return paper.reference
