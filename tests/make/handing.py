"""More of a warehouse at work: offers, transfers, loans, counts and disposals, drawn act by act."""

from datetime import timedelta

from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.disposals.commands.carry_out import carry_out, put_up_for_sale
from inventory.disposals.commands.council import set_up_council
from inventory.disposals.commands.steps import decide, notify
from inventory.disposals.rules import Way
from inventory.disposals.schemas import (
    CarriedOut,
    NewCouncil,
    NewDisposal,
    NewNotice,
    Receiver,
)
from inventory.handovers.commands.answers import answer
from inventory.handovers.commands.arrivals import receive
from inventory.handovers.commands.loans import lend
from inventory.handovers.commands.offers import expire, offer, withdraw
from inventory.handovers.commands.returns import bring_back
from inventory.handovers.commands.transfers import send
from inventory.handovers.rules import Arrival, Purpose
from inventory.handovers.schemas import (
    LineAnswer,
    LineArrival,
    LineReturn,
    NewAnswers,
    NewArrivals,
    NewLoan,
    NewOffer,
    NewReturns,
    NewTransfer,
)
from inventory.orders.rules import Purpose as For
from inventory.papers.rules import Proof
from inventory.stocktakes.commands.close_stocktake import close_stocktake, sign_stocktake
from inventory.stocktakes.commands.judge import (
    decide_difference,
    end_first_count,
    search_difference,
)
from inventory.stocktakes.commands.open_stocktake import open_stocktake
from inventory.stocktakes.commands.take_scans import take_scans
from inventory.stocktakes.rules import Period, Reason, Ruling, Search
from inventory.stocktakes.schemas.said import (
    DecisionSaid,
    NewStocktake,
    ScanSaid,
    SearchSaid,
    Upload,
)
from tests.make.drawn import APT
from tests.make.handovers import COUNCIL, PERSON
from tests.make.keeping import NOBODY, Keeping

OURS = ("T-keeper", "T-officer")
_OPEN_COUNTS = "FROM stocktake s WHERE s.office_id = :office AND s.closed_at IS NULL"


class Handing(Keeping):
    """The same office, handing things from person to person and counting them."""

    def offer(self) -> None:
        to = "T-foreign_keeper" if self.dice.random() > APT else self.dice.choice(OURS)
        giver = self.people.officer if to == "T-keeper" else self.people.keeper
        stored = giver is self.people.keeper or self.dice.random() > APT
        asset = self.spot().asset if stored else self.loose()
        by = local_day(self.at) + timedelta(days=self.dice.choice((0, 2, 2, 2, 2, -1)))
        order = None
        if giver is self.people.keeper and self.dice.random() < APT:
            order, _place = self.order_for(asset, "out", For.RETURNED, self.people.officer.name)
        new = NewOffer(
            assets=[asset], reason="Bàn giao", answer_by=by, receiver_code=to, order=order
        )
        offer(self.session, self.who(giver), new, at=self.at)

    def answer(self) -> None:
        found, asset = self._offered()
        accepted = self.dice.random() < 0.7
        reason = None if accepted or self.dice.random() > APT else "Không đúng biên bản"
        line = LineAnswer(asset=asset, accepted=accepted, reason=reason)
        seals = self.seals_by_thing(asset) if accepted else {}
        said = NewAnswers(answers=[line], seals=seals)
        takers = (self.people.keeper, self.people.officer)
        answer(self.session, self.who(*takers), found, said, at=self.at)

    def withdraw_offer(self) -> None:
        givers = (self.people.keeper, self.people.officer)
        withdraw(self.session, self.who(*givers), self._offered()[0], at=self.at)

    def expire_offer(self) -> None:
        self.at += timedelta(days=self.dice.choice((0, 0, 1)))
        expire(self.session, SYSTEM, self._offered()[0], at=self.at)

    def send(self) -> None:
        asset, _place, warehouse = self.spot()
        order, _place = self.order_for(asset, "out", For.TRANSFERRED_OUT, "Phạm Văn Chở")
        away = [shed for shed in self.sheds if shed.id != warehouse]
        to = self.dice.choice(away if self.dice.random() < APT else self.sheds)
        new = NewTransfer(
            to_place_id=to.id,
            order=order,
            reason="Chuyển kho",
            expected_on=local_day(self.at),
            carrier_name="Phạm Văn Chở",
            carrier_post="Lái xe",
            carrier_proof=Proof.CITIZEN_CARD,
            assets=(asset,),
            seals=self.seals_by_thing(asset),
        )
        send(self.session, self.who(self.keeper_of(warehouse)), new, at=self.at)

    def arrive(self) -> None:
        """A thing sent arrives, whole or damaged, or is not on the lorry, or is found later."""
        transfer, asset = self.pick(
            "SELECT t.reference, a.reference FROM transfer t JOIN transfer_line l ON l.transfer_id"
            " = t.id JOIN asset a ON a.id = l.asset_id WHERE t.office_id = :office",
            ("DC-9999999-9", NOBODY),
        )
        arrival = self.dice.choice((Arrival.RECEIVED, Arrival.RECEIVED, *Arrival))
        order, warehouse = self.order_for(asset, "in", For.TRANSFERRED_IN)
        place = None if arrival is Arrival.MISSING else self.place_in(warehouse)
        line = LineArrival(asset=asset, arrival=arrival, place_id=place, note="Ghi chú")
        new = NewArrivals(arrivals=[line], order=order, seals=self.seals_by_thing(asset))
        receive(self.session, self.who(self.keeper_of(warehouse)), transfer, new, at=self.at)

    def lend(self) -> None:
        asset, _place, warehouse = self.spot()
        order, _place = self.order_for(asset, "out", For.EXTRACTED, "Tòa án nhân dân tỉnh")
        new = NewLoan(
            assets=[asset],
            borrower="Tòa án nhân dân tỉnh",
            taker=PERSON,
            purpose=Purpose.HEARING,
            request_number="15/TA-HS",
            requested_on=local_day(self.at),
            order=order,
            working_days=self.dice.choice((1, 10)),
            seals=self.seals_by_thing(asset),
        )
        lend(self.session, self.who(self.keeper_of(warehouse)), new, at=self.at)

    def bring_back(self) -> None:
        loan, asset, home = self.pick(
            "SELECT o.reference, a.reference, h.home_place_id FROM loan o JOIN loan_line l"
            " ON l.loan_id = o.id JOIN asset a ON a.id = l.asset_id JOIN holding h"
            " ON h.asset_id = a.id WHERE o.office_id = :office",
            ("TX-9999999-9", NOBODY, None),
        )
        order, _warehouse = self.order_for(asset, "in", For.BROUGHT_BACK)
        home = home or self.sheds[0].id
        line = LineReturn(asset=asset, place_id=self.place_in(home))
        seals = self.seals_by_thing(asset)
        new = NewReturns(returns=[line], brought_by=PERSON, order=order, seals=seals)
        bring_back(self.session, self.who(self.keeper_of(home)), loan, new, at=self.at)

    def open_count(self) -> None:
        shed = self.dice.choice(self.sheds)
        new = NewStocktake(place_id=shed.id, period=Period.EXTRAORDINARY, basis="Đột xuất")
        open_stocktake(self.session, self.who(shed.keeper), new, at=self.at)

    def scan(self) -> None:
        """A whole upload: most of the list, and now and then what is not on it."""
        count, place = self._count()
        listed = self.rows(
            "SELECT i.reference FROM stocktake_item i JOIN stocktake s ON s.id = i.stocktake_id"
            " WHERE s.reference = :count",
            count=count,
        )
        codes = [row[0] for row in listed if self.dice.random() < APT]
        codes += [self.loose()] if self.dice.random() > APT else []
        keeper = self.dice.choice([shed.keeper for shed in self.sheds])
        device = f"phone-{keeper.staff_id}"
        ((last,),) = self.rows(
            "SELECT coalesce(max(n.number), 0) FROM stocktake_scan n JOIN stocktake s"
            " ON s.id = n.stocktake_id WHERE s.reference = :count AND n.device = :device",
            count=count,
            device=device,
        )
        first = last + 1 if self.dice.random() < APT else max(last, 1)
        scans = tuple(
            ScanSaid(number=n, place_id=place, scanned_at=self.at, code=code)
            for n, code in enumerate(codes, first)
        )
        upload = Upload(device=device, scans=scans, done=True)
        actor = self.who(keeper)
        take_scans(self.session, actor, count, upload, at=self.at)

    def end_count(self) -> None:
        count, _place = self._count("s.first_ended_at IS NULL")
        who = self.who(*(shed.keeper for shed in self.sheds))
        end_first_count(self.session, who, count, at=self.at)

    def search(self) -> None:
        count, case = self._difference("d.searched_at IS NULL")
        word = self.dice.choice((Search.SETTLED, Search.STANDS))
        said = SearchSaid(word, Reason.NOT_KNOWN, "Đã tìm cả kho")
        seekers = (self.people.officer, self.people.accountant, self.sheds[1].keeper)
        search_difference(self.session, self.who(*seekers), count, case, said, at=self.at)

    def rule(self) -> None:
        count, case = self._difference("d.searched_at IS NOT NULL")
        ruling = self.dice.choice((Ruling.CONFIRMED, Ruling.CONFIRMED, Ruling.SEARCH_AGAIN))
        said = DecisionSaid(ruling, "Xác nhận")
        head = self.who(self.people.head)
        decide_difference(self.session, head, count, case, said, at=self.at)

    def sign_count(self) -> None:
        count, _place = self._count("s.first_ended_at IS NOT NULL")
        signers = (self.people.accountant, self.people.accountant, self.people.keeper)
        sign_stocktake(self.session, self.who(*signers), count, at=self.at)

    def close_count(self) -> None:
        count, _place = self._count("s.first_ended_at IS NOT NULL")
        close_stocktake(self.session, self.who(self.people.head), count, at=self.at)

    def dispose(self) -> None:
        new = NewDisposal(
            way=self.dice.choice((Way.SELL, *Way)),
            assets=list({self.spot().asset, self.spot().asset}),
            decision_number=f"{self.number}/QĐ-XLVC",
            decision_on=local_day(self.at),
            judgment="12/2026/HS-ST",
            party="Trần Văn Chủ",
        )
        decide(self.session, self.who(self.people.officer), new, at=self.at)

    def council(self) -> None:
        members = COUNCIL if self.dice.random() < APT else COUNCIL[:2]
        on = local_day(self.at)
        new = NewCouncil(decision_number="9/QĐ-HĐ", decided_on=on, members=members)
        disposal, _asset = self._disposal("d.awaits = 'council'")
        set_up_council(
            self.session, self.who(self.people.head, self.people.officer), disposal, new, at=self.at
        )

    def notify(self) -> None:
        disposal, _asset = self._disposal("d.awaits = 'noticed'")
        new = NewNotice(paper="5/TB-THADS", noticed_on=local_day(self.at))
        notify(self.session, self.who(self.people.officer), disposal, new, at=self.at)

    def carry_out(self) -> None:
        disposal, asset = self._disposal("d.awaits = 'carried_out'")
        ways = "SELECT way FROM disposal WHERE reference = :reference"
        way = self.rows(ways, reference=disposal)
        purpose = For.DESTROYED if way and way[0][0] == "destroy" else For.RETURNED
        order, warehouse = self.order_for(asset, "out", purpose, "Trần Văn Chủ")
        taker = Receiver(
            name="Trần Văn Chủ", post="Chủ sở hữu", proof=Proof.CITIZEN_CARD, proof_number="0123"
        )
        new = CarriedOut(
            order=order,
            assets=(asset,),
            receiver=taker if self.dice.random() < APT else None,
            manner="Đốt",
            witnesses="Lê Văn Chứng" if self.dice.random() < APT else None,
            seals=self.seals_by_thing(asset),
        )
        carry_out(self.session, self.who(self.keeper_of(warehouse)), disposal, new, at=self.at)

    def sell(self) -> None:
        disposal, _asset = self._disposal("d.way = 'sell'")
        put_up_for_sale(self.session, self.who(self.people.officer), disposal, at=self.at)

    def _offered(self) -> tuple[str, str]:
        is_open = "h.closed_at IS NULL" if self.dice.random() < APT else "true"
        row = self.pick(
            "SELECT h.reference, a.reference FROM handover h JOIN handover_line l ON l.handover_id"
            f" = h.id JOIN asset a ON a.id = l.asset_id WHERE h.office_id = :office AND {is_open}",
            ("GN-9999999-9", NOBODY),
        )
        return str(row[0]), str(row[1])

    def _count(self, apt: str = "true") -> tuple[str, int]:
        row = self.pick(
            f"SELECT s.reference, s.place_id {_OPEN_COUNTS} AND {apt}",
            ("KK-9999999-9", self.sheds[0].id),
        )
        return str(row[0]), int(row[1])

    def _difference(self, apt: str) -> tuple[str, int]:
        row = self.pick(
            "SELECT s.reference, d.id FROM stocktake s JOIN stocktake_difference d"
            " ON d.stocktake_id = s.id WHERE s.office_id = :office AND d.closed_at IS NULL"
            f" AND {apt}",
            ("KK-9999999-9", 1),
        )
        return str(row[0]), int(row[1])

    def _disposal(self, apt: str) -> tuple[str, str]:
        wanted = apt if self.dice.random() < APT else "true"
        row = self.pick(
            "SELECT d.reference, a.reference FROM disposal d JOIN disposal_line l ON l.disposal_id"
            " = d.id JOIN asset a ON a.id = l.asset_id WHERE d.office_id = :office"
            f" AND l.ending IS NULL AND {wanted}",
            ("XL-9999999-9", NOBODY),
        )
        return str(row[0]), str(row[1])
