"""An office that sells: rounds, bids, cuts, offers, payments and payouts, drawn act by act."""

from datetime import date, datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.registering import note_deposit, refund_deposits, register_bidder
from auction.bidding.rules import RECORDABLE, Meaning, Outcome
from auction.bidding.schemas import NewBidder, NewDeposit, NewRefund, NewSaid
from auction.claims.commands import record_claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.holds.commands import end_hold, open_hold
from auction.holds.rules import EndReason, HoldKind, HoldSubject
from auction.holds.schemas import HoldEnd, NewHold
from auction.lots.commands import form_lot
from auction.lots.relotting import relot
from auction.lots.schemas import NewLot, NewPart, NewRelot, NewRound
from auction.notices.commands.record import record_notice
from auction.notices.rules import NoticeKind, Place
from auction.notices.schemas import NewNotice
from auction.offers.commands.leaving import redeem, settle
from auction.offers.commands.priority import answer_priority, offer_priority, pay_priority
from auction.offers.commands.recalling import recall_seizure
from auction.offers.commands.setoff import answer_setoff, ask_creditor, pay_setoff, tell_debtor
from auction.offers.commands.unsold import return_unsold
from auction.offers.schemas import (
    NewAsk,
    NewDebtorNotice,
    NewExpense,
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
    NewRecall,
    NewRedemption,
    NewReturn,
    NewSetOffAnswer,
    NewSetOffPayment,
    NewSettlement,
)
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.queries import lot_file
from auction.outcomes.schemas import NewOutcome, NewReduction, NewRuling
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import approve_payout, propose_payout
from auction.payouts.rules import VoucherWay
from auction.payouts.schemas import NewProposal, NewVoucher, NewVoucherReversal
from auction.sales.commands.delivering import decide_delivery, deliver, put_on_deposit
from auction.sales.commands.ending import annul_result
from auction.sales.commands.paying import default_sale, receive
from auction.sales.rules import AnnulmentGround
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDefault,
    NewDelivery,
    NewReceipt,
    NewTermDeposit,
)
from inventory.base.actor import SYSTEM
from inventory.base.clock import TZ, local_day
from inventory.titles.commands import record_collateral, record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewCollateral, NewOwner, NewTitle
from tests.make.auction import make_valued_asset
from tests.make.drawn import Drawn
from tests.make.organisation import People

NO_LOT = "DG-9999999-9"
_LOTS = (
    "SELECT l.reference, coalesce((SELECT max(r.number) FROM auction_round r"
    " WHERE r.lot_id = l.id), 0) AS number, l.awaits FROM lot l WHERE l.office_id = :office"
)


class Offered(NamedTuple):
    """A lot and its last round."""

    lot: str
    number: int
    price: Decimal


class Asked(NamedTuple):
    """A set-off the creditor was asked about, and what he would have to pay."""

    lot: str
    to_pay: Decimal


class Selling(Drawn):
    """The office, selling what it seized."""

    pauses = tuple(timedelta(hours=n) for n in (0, 1, 2, 24))

    def __init__(self, session: Session, people: People, at: datetime) -> None:
        super().__init__(session, people, at)
        self.papers = 0

    @property
    def today(self) -> date:
        return local_day(self.at)

    def paper(self) -> str:
        """A number no other paper has."""
        self.papers += 1
        return f"{self.papers}/VB"

    def some_day(self) -> date:
        """A day near today, now and then in the future."""
        return self.today - timedelta(
            days=self.dice.choice((0, 0, 0, 1, 2) if self.apt() else (-3, 40))
        )

    def lot(self, awaits: str = "") -> Offered:
        """A lot, mostly one that waits for a step."""
        wanted = f" AND l.awaits = '{awaits}'" if awaits and self.apt() else ""
        found = self.pick(_LOTS + wanted, None)
        if found is None:
            return Offered(NO_LOT, 1, Decimal(1_000_000_000))
        price = self.rows(
            "SELECT coalesce((SELECT p.new_price FROM price_reduction p WHERE p.round_id = r.id),"
            " r.starting_price) FROM auction_round r JOIN lot l ON l.id = r.lot_id"
            " WHERE l.reference = :lot ORDER BY r.number DESC LIMIT 1",
            lot=found.reference,
        )
        return Offered(
            found.reference, max(found.number, 1), price[0][0] if price else self.first(found[0])
        )

    def first(self, lot: str) -> Decimal:
        """What a lot without a round starts at."""
        lawful = lot_file(self.session, SYSTEM, lot, self.today).next_price
        return lawful.lowest if lawful else Decimal(1_000_000_000)

    def form(self) -> None:
        refs = [
            make_valued_asset(self.session, self.people, at=self.at)
            for _n in range(self.dice.choice((1, 1, 2)))
        ]
        new = NewLot(assets=refs, description="Tài sản kê biên")
        form_lot(self.session, self.who(self.people.officer), new, at=self.at)

    def assets_of(self, lot: str) -> list[str]:
        found = self.rows(
            "SELECT a.reference FROM lot_asset x JOIN lot l ON l.id = x.lot_id"
            " JOIN asset a ON a.id = x.asset_id WHERE l.reference = :lot"
            " AND l.office_id = :office ORDER BY x.position",
            lot=lot,
        )
        return [row[0] for row in found] or ["TS-9999999-9"]

    def asset(self) -> str:
        """An asset, mostly one of an open lot."""
        open_ones = (
            "SELECT a.reference FROM asset a JOIN lot_asset x ON x.asset_id = a.id"
            " JOIN lot l ON l.id = x.lot_id WHERE l.office_id = :office AND l.closed_on IS NULL"
        )
        every = "SELECT reference FROM asset WHERE office_id = :office"
        found = self.pick(open_ones if self.apt() else every, ("TS-9999999-9",))
        return str(found[0])

    def relot(self) -> None:
        """Lots offered apart, or two of them together."""
        lots = [self.lot("round").lot]
        if self.dice.random() < 0.4:
            lots = sorted({*lots, self.lot("round").lot})
        refs = [ref for lot in lots for ref in self.assets_of(lot)]
        groups = [[ref] for ref in refs] if len(lots) == 1 else [refs]
        parts = [NewPart(assets=group, description="Bán cách khác") for group in groups]
        new = NewRelot(lots=lots, parts=parts, reason="Bán cách khác dễ hơn")
        relot(self.session, self.who(self.people.officer), new, at=self.at)

    def buy_first(self) -> None:
        """A co-owner is told, wants the asset and pays."""
        officer, ref, today = self.people.officer, self.asset(), self.today
        owners = [
            NewOwner(role=OwnerRole.DEBTOR, name="Chủ Nợ", under=2),
            NewOwner(role=OwnerRole.CO_OWNER, name="Em Chủ Nợ", under=2),
        ]
        title = NewTitle(from_on=date(2026, 1, 1), document=self.paper(), owners=owners)
        record_title(self.session, officer, ref, title, at=self.at)
        told = NewPriority(told_on=today)
        offer = offer_priority(self.session, self.who(officer), ref, told, at=self.at)
        said = NewPriorityAnswer(
            owner="Em Chủ Nợ", accepted=True, answered_on=today, document=self.paper()
        )
        answer_priority(self.session, officer, ref, said, at=self.at)
        amount = offer.to_pay if self.apt() else offer.to_pay - 1
        paid = NewPriorityPayment(paid_on=today, amount=amount, document=self.paper())
        pay_priority(self.session, self.who(officer), ref, paid, at=self.at)

    def settle(self) -> None:
        new = NewSettlement(
            agreed_on=self.some_day(), document=self.paper(), only_this=not self.apt()
        )
        every = "SELECT reference FROM asset WHERE office_id = :office"
        ref = self.pick(every, ("TS-9999999-9",))[0]
        settle(self.session, self.who(self.people.officer), ref, new, at=self.at)

    def give_back(self) -> None:
        lot = self.lot("reduction").lot
        new = NewReturn(
            returned_on=self.today,
            asset=None if self.apt() else self.assets_of(lot)[0],
            receiver="Chủ Nợ",
            refused_on=self.some_day(),
            refusal=self.paper(),
        )
        return_unsold(self.session, self.who(self.people.officer), lot, new, at=self.at)

    def recall(self) -> None:
        """What the first asset of a lot secures for another is told; the seizure is recalled."""
        lot, _number, price = self.lot("round")
        new = NewCollateral(
            holder="Ngân hàng Khác",
            secured_amount=price if self.apt() else Decimal(1),
            from_on=date(2026, 1, 1),
            document=self.paper(),
        )
        officer, ref = self.people.officer, self.assets_of(lot)[0]
        record_collateral(self.session, officer, ref, new, at=self.at)
        said = NewRecall(recalled_on=self.today)
        recall_seizure(self.session, self.who(self.people.head), lot, said, at=self.at)

    def form_again(self) -> None:
        ref = self.pick("SELECT reference FROM asset WHERE office_id = :office", ("TS-9999999-9",))
        new = NewLot(assets=[ref[0]], description="Đưa ra bán lại")
        form_lot(self.session, self.who(self.people.officer), new, at=self.at)

    def give_notice(self) -> None:
        kind = self.dice.choice(list(NoticeKind))
        places = {
            NoticeKind.POSTING: [p for p in Place if p not in (Place.PRESS, Place.PORTAL)],
            NoticeKind.ANNOUNCEMENT: [Place.PRESS, Place.PORTAL],
        }.get(kind)
        begins = self.today - timedelta(days=self.dice.choice((0, 3, 20)))
        new = NewNotice(
            kind=kind,
            from_on=begins,
            until_on=begins + timedelta(days=2) if places is None else None,
            place=self.dice.choice(places) if places else None,
        )
        record_notice(
            self.session, self.who(self.people.officer), self.lot("round").lot, new, at=self.at
        )

    def depart(self) -> None:
        rules = (
            "posting_movable",
            "announce_second_before",
            "viewing",
            "floor_test",
            "deposit_pct",
        )
        new = NewDeparture(
            rule_key=self.dice.choice(rules),
            subject_kind="lot",
            subject_ref=self.lot().lot,
            reason="Lý do cần áp dụng khác quy định trong vụ việc này.",
        )
        asked = ask_departure(self.session, self.who(self.people.officer), new, at=self.at)
        said = Decision(approved=self.apt())
        decide_departure(self.session, self.who(self.people.head), asked.id, said, at=self.at)

    def schedule(self) -> None:
        lot, _number, price = self.lot("round")
        factor = "1" if self.apt() else self.dice.choice(("0.9", "0.85", "1.1"))
        asked = (price * Decimal(factor)).quantize(Decimal(1))
        opens = self.at + timedelta(days=self.dice.choice((-1, -1, 0, 1)))
        deposit = (asked * self.dice.choice((5, 10, 20) if self.apt() else (3, 25)) / 100).quantize(
            Decimal(1)
        )
        new = NewRound(
            starting_price=asked,
            opens_at=opens.astimezone(TZ),
            deposit=deposit if self.apt() else None,
        )
        schedule_round(self.session, self.who(self.people.officer), lot, new, at=self.at)

    def register(self) -> None:
        lot, number, _price = self.lot("outcome")
        name = self.dice.choice(("Lê Giả", "Đỗ Giả", "Vũ Giả", "Bùi Giả"))
        new = NewBidder(name=name, identity_number=f"0010900{self.dice.randrange(9)}", tie=None)
        made = register_bidder(
            self.session, self.who(self.people.officer), lot, number, new, at=self.at
        )
        if self.apt():
            self.pay_deposit(lot, number, made.round_id, made.number)

    def bid(self) -> None:
        lot, number, price = self.lot("outcome")
        kind = BidKind.BID if self.apt() else self.dice.choice(list(BidKind))
        amount = (price * self.dice.choice((100, 101, 110, 99)) / 100).quantize(Decimal(1))
        new = NewSaid(
            bidder=self.dice.randrange(1, 4),
            kind=kind,
            amount=amount if kind is BidKind.BID else None,
        )
        say(self.session, self.who(self.people.officer), lot, number, new, at=self.at)

    def sell(self) -> None:
        """A session with two bidders who outbid each other, and its sale."""
        lot, number, price = self.lot("outcome")
        for turn, name in enumerate(("Lê Giả", "Đỗ Giả"), start=1):
            new = NewBidder(name=name, identity_number=f"00109{self.number}{turn}")
            made = register_bidder(self.session, self.people.officer, lot, number, new, at=self.at)
            self.pay_deposit(lot, number, made.round_id, made.number)
            bid = NewSaid(bidder=made.number, amount=price + turn * 1_000_000)
            say(self.session, self.people.officer, lot, number, bid, at=self.at)
        sold = NewOutcome(
            code=Outcome.SOLD,
            sale_price=price + 2_000_000,
            buyer_name=name,
            minutes=self.paper(),
        )
        record_outcome(self.session, self.who(self.people.officer), lot, number, sold, at=self.at)

    def pay_deposit(self, lot: str, number: int, round_id: int, bidder: int) -> None:
        found = self.rows("SELECT deposit FROM auction_round WHERE id = :id", id=round_id)
        if found[0][0] is None:
            return
        new = NewDeposit(amount=found[0][0])
        note_deposit(self.session, self.people.officer, lot, number, new, bidder=bidder, at=self.at)

    def end_round(self) -> None:
        lot, number, price = self.lot("outcome")
        rows = self.rows(
            "SELECT (SELECT count(*) FROM bidder b WHERE b.round_id = r.id) FROM auction_round r"
            " JOIN lot l ON l.id = r.lot_id WHERE l.reference = :lot AND r.number = :n",
            lot=lot,
            n=number,
        )
        registered = rows[0][0] if rows else 0
        nobody = [code for code in RECORDABLE if code.value == "failed_no_registration"]
        code = self.dice.choice(nobody if not registered and self.apt() else RECORDABLE)
        sold = code.value == "sold"
        new = NewOutcome(
            code=code,
            registered=registered if self.apt() else 3,
            sale_price=price if sold else None,
            buyer_name="Lê Giả" if sold else None,
            minutes=self.paper(),
            consent=self.paper() if self.apt() else None,
        )
        record_outcome(self.session, self.who(self.people.officer), lot, number, new, at=self.at)

    def reduce(self) -> None:
        lot, number, price = self.lot("reduction")
        factor = Decimal(
            self.dice.choice(("0.9", "0.95", "0.99") if self.apt() else ("0.89", "0.5", "1"))
        )
        new = NewReduction(
            new_price=(price * factor).quantize(Decimal(1)),
            decision_number=self.paper(),
            decided_on=self.some_day(),
            late_reason="Chờ ý kiến của đương sự." if self.apt() else None,
            considered="Đã cân nhắc chi phí." if self.apt() else None,
        )
        reduce_price(self.session, self.who(self.people.officer), lot, number, new, at=self.at)

    def fall(self) -> None:
        """A round that finds nobody, and the cut after it; the creditor is asked from the third."""
        officer = self.people.officer
        lot, _number, price = self.lot("round")
        opened = NewRound(starting_price=price, opens_at=self.at.astimezone(TZ))
        made = schedule_round(self.session, officer, lot, opened, at=self.at)
        failed = NewOutcome(code=Outcome.FAILED_NO_REGISTRATION, registered=0)
        record_outcome(self.session, officer, lot, made.number, failed, at=self.at)
        if made.number >= 3 and self.apt():
            asked = NewAsk(asked_on=self.today, claim=price, debt=price)
            ask_creditor(self.session, officer, lot, asked, at=self.at)
            if self.apt():
                return
        new = NewReduction(
            new_price=(price * Decimal("0.9")).quantize(Decimal(1), ROUND_UP),
            decision_number=self.paper(),
            decided_on=self.today,
            considered="Đã cân nhắc chi phí.",
        )
        reduce_price(self.session, self.who(officer), lot, made.number, new, at=self.at)

    def rule(self) -> None:
        lot, number, _price = self.lot()
        new = NewRuling(
            meaning=self.dice.choice(list(Meaning)),
            ground="Xem xét lại kết quả của lần đấu giá.",
            article="PA16 Art. 52",
        )
        actor = self.who(self.people.head, self.people.inspector)
        give_ruling(self.session, actor, lot, number, new, at=self.at)

    def ask(self) -> None:
        new = NewAsk(
            asked_on=self.some_day(), claim=Decimal(900_000_000), debt=Decimal(900_000_000)
        )
        ask_creditor(
            self.session, self.who(self.people.officer), self.lot("reduction").lot, new, at=self.at
        )

    def setoff(self) -> Asked:
        sent = (
            "SELECT l.reference, s.to_pay FROM setoff s JOIN lot l ON l.id = s.lot_id"
            " WHERE s.office_id = :office AND s.ended_on IS NULL"
        )
        return Asked(*self.pick(sent, Asked(NO_LOT, Decimal(1))))

    def answer(self) -> None:
        new = NewSetOffAnswer(
            accepted=self.apt(), answered_on=self.some_day(), document=self.paper()
        )
        answer_setoff(
            self.session, self.who(self.people.officer), self.setoff().lot, new, at=self.at
        )

    def tell(self) -> None:
        new = NewDebtorNotice(told_on=self.some_day())
        tell_debtor(self.session, self.who(self.people.officer), self.setoff().lot, new, at=self.at)

    def pay_difference(self) -> None:
        found = self.setoff()
        amount = found.to_pay if self.apt() else found.to_pay + 1
        new = NewSetOffPayment(paid_on=self.some_day(), amount=amount, document=self.paper())
        pay_setoff(self.session, self.who(self.people.officer), found.lot, new, at=self.at)

    def redeem(self) -> None:
        new = NewRedemption(
            paid_on=self.some_day(),
            debt=Decimal(900_000_000),
            costs=Decimal(0),
            document=self.paper(),
            only_this=not self.apt(),
            expenses=self.spent() if self.apt() else None,
        )
        redeem(self.session, self.who(self.people.officer), self.asset(), new, at=self.at)

    def spent(self) -> list[NewExpense]:
        """What everybody who registered anywhere would claim."""
        names = self.rows("SELECT DISTINCT name FROM bidder WHERE office_id = :office")
        return [NewExpense(bidder=row[0], amount=Decimal(100_000)) for row in names]

    def cost(self) -> None:
        new = NewCost(
            kind=self.dice.choice(list(CostKind)),
            amount=Decimal(self.dice.choice((1_000_000, 20_000_000, 700_000_000))),
            spent_on=self.some_day(),
            document=self.paper(),
        )
        ref = self.pick("SELECT reference FROM asset WHERE office_id = :office", ("TS-9999999-9",))
        enter_cost(self.session, self.who(self.people.officer), ref[0], new, at=self.at)

    def claim(self) -> None:
        case = self.pick("SELECT id FROM enforcement_case WHERE office_id = :office", (999,))
        new = NewClaim(
            kind=self.dice.choice(list(ClaimKind)),
            creditor=self.dice.choice(("Ngân hàng Giả", "Bà Giả", "Nhà nước")),
            principal=Decimal(self.dice.choice((1, 333_333_333, 900_000_000))),
            granted_on=self.some_day(),
            asked_on=self.today if self.apt() else None,
        )
        record_claim(self.session, self.who(self.people.officer), case[0], new, at=self.at)

    def hold(self) -> None:
        new = NewHold(
            kind=self.dice.choice(list(HoldKind)),
            subject_kind=HoldSubject.LOT,
            subject_ref=self.lot().lot,
            ground="Có tranh chấp",
            ground_on=self.some_day(),
            document=self.paper(),
            started_on=self.some_day(),
            proof="Biên bản" if self.apt() else None,
        )
        open_hold(self.session, self.who(self.people.officer), new, at=self.at)

    def release_hold(self) -> None:
        found = self.pick(
            "SELECT id FROM hold WHERE office_id = :office AND ended_on IS NULL", (99,)
        )
        new = HoldEnd(ended_on=self.some_day(), reason=EndReason.GROUND_GONE, document=self.paper())
        end_hold(self.session, self.who(self.people.officer), found[0], new, at=self.at)

    def sale(self, more: str = "") -> Any:
        wanted = f" AND {more}" if more and self.apt() else ""
        otherwise = (999, Decimal(1_000_000))
        return self.pick(f"SELECT id, price FROM sale WHERE office_id = :office{wanted}", otherwise)

    def pay(self) -> None:
        found = self.sale("paid_on IS NULL")
        paid = self.rows(
            "SELECT coalesce(sum(amount), 0) FROM sale_entry WHERE sale_id = :sale"
            " AND kind IN ('receipt', 'deposit')",
            sale=found[0],
        )[0][0]
        rest = max(found[1] - paid, Decimal(1))
        new = NewReceipt(
            amount=rest if self.apt() else (rest / 2).quantize(Decimal(1)),
            received_on=self.some_day(),
            document=self.paper(),
        )
        actor = self.who(self.people.accountant, self.people.officer)
        receive(self.session, actor, found[0], new, at=self.at)

    def default(self) -> None:
        if self.apt():
            self.at += timedelta(days=31)
        new = NewDefault(cancelled_on=self.today, document=self.paper())
        found = self.sale("paid_on IS NULL")[0]
        default_sale(self.session, self.who(self.people.officer), found, new, at=self.at)

    def bank(self) -> None:
        new = NewTermDeposit(bank="Kho bạc Thử", deposited_on=self.today, document=self.paper())
        found = self.sale("paid_on IS NOT NULL")[0]
        put_on_deposit(self.session, self.who(self.people.accountant), found, new, at=self.at)

    def decide(self) -> None:
        found = self.sale("paid_on IS NOT NULL AND decided_on IS NULL")[0]
        new = NewDecision(decided_on=self.today)
        decide_delivery(self.session, self.who(self.people.officer), found, new, at=self.at)

    def deliver(self) -> None:
        found = self.sale("decided_on IS NOT NULL AND delivered_on IS NULL")[0]
        new = NewDelivery(delivered_on=self.today, late_because="Chờ giao" if self.apt() else None)
        deliver(self.session, self.who(self.people.officer), found, new, at=self.at)

    def annul(self) -> None:
        ground = self.dice.choice(list(AnnulmentGround))
        new = NewAnnulment(ground=ground, cancelled_on=self.today, document=self.paper())
        annul_result(self.session, self.who(self.people.officer), self.sale()[0], new, at=self.at)

    def propose(self) -> None:
        found = self.sale("delivered_on IS NOT NULL AND cancelled_on IS NULL")[0]
        actor = self.who(self.people.officer)
        propose_payout(self.session, actor, found, NewProposal(), at=self.at)

    def approve(self) -> None:
        waiting = " AND approved_at IS NULL AND withdrawn_at IS NULL" if self.apt() else ""
        found = self.pick(f"SELECT id FROM payout WHERE office_id = :office{waiting}", (999,))
        approve_payout(self.session, self.who(self.people.head), found[0], at=self.at)

    def pay_out(self) -> None:
        found = self.pick("SELECT id FROM payout_line WHERE office_id = :office", (999,))
        new = NewVoucher(number=self.paper(), way=VoucherWay.TRANSFER, paid_on=self.today)
        pay_line(self.session, self.who(self.people.accountant), found[0], new, at=self.at)

    def take_back(self) -> None:
        found = self.pick("SELECT id FROM voucher WHERE office_id = :office", (999,))
        new = NewVoucherReversal(number=self.paper())
        reverse_voucher(self.session, self.who(self.people.accountant), found[0], new, at=self.at)

    def refund(self) -> None:
        lot, number, _price = self.lot()
        refund_deposits(
            self.session, self.who(self.people.officer), lot, number, NewRefund(), at=self.at
        )
