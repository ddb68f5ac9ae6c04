"""An office that sells: lots, notices, rounds, bids and cuts, drawn act by act."""

from datetime import timedelta
from decimal import ROUND_UP, Decimal

from sqlalchemy import select

from auction.auctioneers.commands.changing import end_contract
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.rules import EndKind, OrganisationKind, Way
from auction.auctioneers.schemas import NewContract, NewEnd
from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.registering import note_deposit, refund_deposits, register_bidder
from auction.bidding.rules import HALTED, RECORDABLE, Meaning, Outcome
from auction.bidding.schemas import NewBidder, NewDeposit, NewRefund, NewSaid
from auction.deadlines.commands import set_limits
from auction.deadlines.schemas import DeadlineSubject
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.legal_rules.queries import rule_on
from auction.lots.carrying import offered_next
from auction.lots.commands import form_lot
from auction.lots.models import Lot
from auction.lots.relotting import relot
from auction.lots.rules import SessionForm
from auction.lots.schemas import NewLot, NewPart, NewRelot, NewRound
from auction.notices.commands.record import record_notice
from auction.notices.rules import Halt, NoticeKind, Place
from auction.notices.schemas import NewHalt, NewNotice
from auction.offers.commands.setoff import ask_creditor
from auction.offers.schemas import NewAsk
from auction.outcomes.commands.halt_round import halt_round
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.schemas import NewOutcome, NewReduction, NewRuling
from inventory.assets.rules import AssetKind
from inventory.base.clock import TZ
from tests.make.announcing import make_auction_house
from tests.make.auction import make_valued_asset, under_contract
from tests.make.departures import let_through_if_it_may
from tests.make.drawn_lots import NO_LOT, Lots

KINDS = (AssetKind.VEHICLE, AssetKind.VEHICLE, AssetKind.HOUSE)


class Rounds(Lots):
    """Brings lots to their rounds, and the rounds to their ends."""

    def form(self) -> None:
        count, told = self.dice.choice((1, 1, 2)), self.apt()
        refs = [
            make_valued_asset(
                self.session, self.people, at=self.at, told=told, kind=self.dice.choice(KINDS)
            )
            for _n in range(count)
        ]
        new = NewLot(assets=refs, description="Tài sản kê biên")
        made = form_lot(self.session, self.who(self.people.officer), new, at=self.at)
        if self.apt():
            under_contract(self.session, made, on=self.today)

    def contract(self) -> None:
        """The local centre gets the contract for a lot that has none."""
        made = self.pick(
            "SELECT l.reference FROM lot l WHERE l.office_id = :office AND l.closed_on IS NULL"
            " AND NOT EXISTS (SELECT FROM auction_contract c WHERE c.lot_id = l.id"
            "  AND c.ended_on IS NULL)",
            (NO_LOT,),
        )
        if self.apt():
            self.due(made[0])
        new = NewContract(
            way=Way.LOCAL_CENTRE,
            organisation=self.house(),
            number=self.paper(),
            signed_on=self.some_day(),
            starting_price=self.offered(made[0]),
            vat_included=True,
            fee_words="Theo biểu",
            form=SessionForm.ORAL,
            pause_clause=True,
            stop_clause=self.apt(),
        )
        sign_contract(self.session, self.who(self.people.officer), made[0], new, at=self.at)

    def offered(self, ref: str) -> Decimal:
        """What a lot is offered at next, or starts at."""
        lot = self.session.scalars(select(Lot).where(Lot.reference == ref)).one_or_none()
        price = offered_next(self.session, lot.id, self.today) if lot else None
        return price or self.first(ref)

    def due(self, ref: str) -> None:
        """A contract for the lot was due some weeks ago, where there is one."""
        lot = self.session.scalars(select(Lot).where(Lot.reference == ref)).one_or_none()
        who = self.who(self.people.officer)
        if lot is None or not who.sees(lot.office_id):
            return
        about = DeadlineSubject("lot", ref, lot.office_id, lot_id=lot.id)
        began = self.today - timedelta(days=35)
        set_limits(self.session, who, ["auction_contract_due"], began, about, at=self.at)

    def house(self) -> str:
        """The centre of the province, registered at its first contract."""
        code = "0900"
        if not self.rows("SELECT FROM auction_organisation WHERE code = :code", code=code):
            make_auction_house(
                self.session, self.people, code, at=self.at, kind=OrganisationKind.CENTRE
            )
        return code

    def end_contract(self) -> None:
        new = NewEnd(kind=EndKind.AGREED, ended_on=self.some_day(), reason="Hai bên thỏa thuận")
        actor = self.who(self.people.officer)
        end_contract(self.session, actor, self.named().lot, new, at=self.at)

    def relot(self) -> None:
        """Lots offered apart, or two of them together."""
        lots = [self.named("round").lot]
        if self.dice.random() < 0.4:
            lots = sorted({*lots, self.named("round").lot})
        refs = [ref for lot in lots for ref in self.assets_of(lot)]
        groups = [[ref] for ref in refs] if len(lots) == 1 else [refs]
        parts = [NewPart(assets=group, description="Bán cách khác") for group in groups]
        new = NewRelot(lots=lots, parts=parts, reason="Bán cách khác dễ hơn")
        relot(self.session, self.who(self.people.officer), new, at=self.at)

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
            self.session, self.who(self.people.officer), self.named("round").lot, new, at=self.at
        )

    def announce(self) -> None:
        """All that a round needs, now and then a day short or a place forgotten."""
        lot, officer = self.named("round").lot, self.people.officer
        posted = self.today - timedelta(days=self.dice.choice((3, 6, 9, 12, 18, 22)))
        again = posted + timedelta(days=self.dice.choice((1, 2, 2, 4, 4)))
        places = [place for place in Place if place not in (Place.PRESS, Place.PORTAL)]
        if not self.apt():
            places.remove(self.dice.choice(places))
        told = [(NoticeKind.POSTING, place, posted) for place in places]
        told.append((NoticeKind.ANNOUNCEMENT, Place.PRESS, posted))
        told.append((NoticeKind.ANNOUNCEMENT, Place.PORTAL, again))
        for kind, place, day in told:
            new = NewNotice(kind=kind, place=place, from_on=day)
            record_notice(self.session, officer, lot, new, at=self.at)

    def depart(self) -> None:
        rules = (
            "posting_movable",
            "announce_second_before",
            "viewing",
            "floor_test",
            "floor_test",
            "reduction_decision_due",
            "reduction_decision_due",
            "deposit_pct",
        )
        new = NewDeparture(
            rule_key=self.dice.choice(rules),
            subject_kind="lot",
            subject_ref=self.named().lot,
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
            dossier_fee=Decimal(200_000 if self.apt() else 900_000),
        )
        schedule_round(self.session, self.who(self.people.officer), lot, new, at=self.at)

    def register(self) -> None:
        lot, number, _price = self.named("outcome")
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
        asked = "SELECT deposit, opens_at FROM auction_round WHERE id = :id"
        deposit, opens_at = self.rows(asked, id=round_id)[0]
        if deposit is None:
            return
        before = opens_at - timedelta(days=1) if opens_at and self.apt() else self.at
        new = NewDeposit(amount=deposit, paid_at=min(before, self.at))
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
        if code in HALTED and self.apt():
            self.halt(lot, number, Halt.PAUSE if code is Outcome.PAUSED else Halt.STOP)
            return
        sold = code.value == "sold"
        new = NewOutcome(
            code=code,
            registered=registered if self.apt() else 3,
            sale_price=price if sold else None,
            buyer_name="Lê Giả" if sold else None,
            minutes=self.paper(),
            consent=self.paper() if self.apt() else None,
            reason="Sai thông báo" if self.apt() else None,
        )
        record_outcome(self.session, self.who(self.people.officer), lot, number, new, at=self.at)

    def halt(self, lot: str, number: int, kind: Halt) -> None:
        """The round is paused or stopped by a request."""
        grounds = rule_on(self.session, f"{kind.value}_grounds", self.today).codes
        new = NewHalt(kind=kind, ground=str(self.dice.choice(grounds)), document=self.paper())
        halt_round(self.session, self.who(self.people.officer), lot, number, new, at=self.at)

    def reduce(self) -> None:
        lot, number, price = self.lot("reduction")
        factor = Decimal(
            self.dice.choice(("0.9", "0.95", "0.99") if self.apt() else ("0.89", "0.5", "1"))
        )
        for rule in ("reduction_decision_due", "floor_test"):
            if self.apt():
                let_through_if_it_may(self.session, self.people, rule, lot, at=self.at)
        new = NewReduction(
            new_price=(price * factor).quantize(Decimal(1)),
            decision_number=self.paper(),
            decided_on=self.some_day(),
        )
        reduce_price(self.session, self.who(self.people.officer), lot, number, new, at=self.at)

    def fall(self) -> None:
        """A round that finds nobody, and the cut after it; the creditor is asked from the third."""
        officer = self.people.officer
        lot, _number, price = self.lot("round")
        opened = NewRound(
            starting_price=price,
            opens_at=self.at.astimezone(TZ),
            deposit=(price / 10).quantize(Decimal(1), ROUND_UP),
        )
        made = schedule_round(self.session, officer, lot, opened, at=self.at)
        failed = NewOutcome(code=Outcome.FAILED_NO_REGISTRATION, registered=0)
        record_outcome(self.session, officer, lot, made.number, failed, at=self.at)
        if made.number >= 3 and self.apt():
            asked = NewAsk(asked_on=self.today, claim=price, debt=price)
            ask_creditor(self.session, officer, lot, asked, at=self.at)
            if self.apt():
                return
        let_through_if_it_may(self.session, self.people, "floor_test", lot, at=self.at)
        new = NewReduction(
            new_price=(price * Decimal("0.9")).quantize(Decimal(1), ROUND_UP),
            decision_number=self.paper(),
            decided_on=self.today,
        )
        reduce_price(self.session, self.who(officer), lot, made.number, new, at=self.at)

    def rule(self) -> None:
        lot, number, _price = self.named()
        new = NewRuling(
            meaning=self.dice.choice(list(Meaning)),
            ground="Xem xét lại kết quả của lần đấu giá.",
            article="PA16 Art. 52",
        )
        actor = self.who(self.people.head, self.people.inspector)
        give_ruling(self.session, actor, lot, number, new, at=self.at)

    def refund(self) -> None:
        lot, number, _price = self.named()
        refund_deposits(
            self.session, self.who(self.people.officer), lot, number, NewRefund(), at=self.at
        )
