"""What follows a sale in the demonstration office: payment, default, delivery, claims, payout."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from auction.claims.commands import record_claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.lots.models import Lot
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout, propose_payout
from auction.payouts.models import PayoutLine
from auction.payouts.rules import VoucherWay
from auction.payouts.schemas import NewProposal, NewVoucher
from auction.sales.commands.delivering import (
    decide_delivery,
    deliver,
    note_after_sale,
    put_on_deposit,
)
from auction.sales.commands.paying import default_sale, receive
from auction.sales.models import Sale
from auction.sales.queries import money_of
from auction.sales.rules import EntryKind
from auction.sales.schemas import (
    NewDecision,
    NewDefault,
    NewDelivery,
    NewNote,
    NewReceipt,
    NewTermDeposit,
)
from inventory.base.actor import Actor
from service.demonstration.organising import moment
from service.demonstration.warehouse import Office, Said

DAYS = ("default", "paid", "deposited", "decided", "delivered", "title_file", "approved")
"""What the story says by the day on which it happened."""


def follow(office: Office, said: Said, reference: str, lot: str, today: date) -> None:
    """All that the story says of a sale, day by day."""
    sale = office.session.scalars(
        select(Sale).join(Lot, Lot.id == Sale.lot_id).where(Lot.reference == lot)
    ).one()
    days = {name: today + timedelta(days=said[name]) for name in DAYS if name in said}
    if "default" in days:
        on = days["default"]
        new = NewDefault(cancelled_on=on, document="07/TB-HGK")
        default_sale(office.session, _officer(office), sale.id, new, at=moment(on))
        return
    _pay(office, sale, days)
    _hand_over(office, sale, said, days, today)
    if "approved" in days:
        _divide(office, sale, said, reference, days)


def _officer(office: Office) -> Actor:
    return office.become("enforcement_officer")


def _pay(office: Office, sale: Sale, days: dict[str, date]) -> None:
    accountant, session = office.become("accountant"), office.session
    rest = money_of(session, sale.id, sale.price).missing
    number = f"UNC-{30 + sale.id}"
    paid = NewReceipt(amount=rest, received_on=days["paid"], document=number, payer=sale.buyer)
    receive(session, accountant, sale.id, paid, at=moment(days["paid"]))
    if "deposited" in days:
        on = days["deposited"]
        new = NewTermDeposit(bank="Ngân hàng Giả Định", deposited_on=on, document="HĐTG-12")
        put_on_deposit(session, accountant, sale.id, new, at=moment(on))


def _hand_over(office: Office, sale: Sale, said: Said, days: dict[str, date], today: date) -> None:
    officer, session = _officer(office), office.session
    on = days["decided"]
    decided = NewDecision(decided_on=on, registers="Văn phòng đăng ký đất đai Minh Họa")
    decide_delivery(session, officer, sale.id, decided, at=moment(on))
    if "obstructed" in said:
        count, words = said["obstructed"]
        on = today + timedelta(days=count)
        note = NewNote(kind=EntryKind.OBSTRUCTED, happened_on=on, words=words)
        note_after_sale(session, officer, sale.id, note, at=moment(on))
    if "delivered" in days:
        on = days["delivered"]
        given = NewDelivery(
            delivered_on=on,
            place="Xã Giả Định, tỉnh Minh Họa",
            state="Đúng hiện trạng khi kê biên",
            papers="Giấy chứng nhận quyền sử dụng đất",
        )
        deliver(session, officer, sale.id, given, at=moment(on))
    if "title_file" in days:
        on = days["title_file"]
        words = "Đã chuyển hồ sơ cho Văn phòng đăng ký đất đai"
        note = NewNote(kind=EntryKind.TITLE_FILE, happened_on=on, words=words, document="19/CV")
        note_after_sale(session, officer, sale.id, note, at=moment(on))


def _divide(office: Office, sale: Sale, said: Said, reference: str, days: dict[str, date]) -> None:
    """Costs and claims, the proposal, its approval, and the first vouchers."""
    session, officer, sold = office.session, _officer(office), sale.sold_on
    for kind, amount in said["costs"]:
        cost = NewCost(
            kind=CostKind(kind), amount=Decimal(amount), spent_on=sold, document="PC (giả định)"
        )
        enter_cost(session, officer, reference, cost, at=moment(sold))
    case_id = session.get_one(Lot, sale.lot_id).case_id or 0
    granted = sold - timedelta(days=120)
    for kind, creditor, amount in said["claims"]:
        claim = NewClaim(
            kind=ClaimKind(kind),
            creditor=creditor,
            principal=Decimal(amount),
            granted_on=granted,
            asked_on=granted + timedelta(days=9),
        )
        record_claim(session, officer, case_id, claim, at=moment(sold))
    on = days["approved"]
    new = NewProposal(taxes=Decimal(said["taxes"]))
    proposed = propose_payout(session, officer, sale.id, new, at=moment(on - timedelta(days=1)))
    approve_payout(session, office.become("head"), proposed.id, at=moment(on))
    lines = session.scalars(
        select(PayoutLine.id)
        .where(PayoutLine.payout_id == proposed.id)
        .order_by(PayoutLine.position)
    ).all()
    for turn, line in enumerate(lines[: said["vouchers"]], 1):
        paid = NewVoucher(number=f"LCT-{40 + turn}", way=VoucherWay.TRANSFER, paid_on=on)
        pay_line(session, office.become("accountant"), line, paid, at=moment(on))
