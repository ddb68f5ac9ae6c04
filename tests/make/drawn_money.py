"""An office that sells: costs, claims, payments, delivery and payouts, drawn act by act."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from auction.claims.commands import record_claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import approve_payout, propose_payout
from auction.payouts.rules import VoucherWay
from auction.payouts.schemas import NewProposal, NewVoucher, NewVoucherReversal
from auction.sales.commands.delivering import decide_delivery, deliver, put_on_deposit
from auction.sales.commands.ending import annul_result
from auction.sales.commands.paying import default_sale, receive
from auction.sales.commands.registering import register_sale
from auction.sales.rules import AnnulmentGround, Way
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDefault,
    NewDelivery,
    NewReceipt,
    NewSale,
    NewTermDeposit,
)
from auction.valuations.models import PricingFacts
from auction.valuations.ways import Goods
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from tests.make.departures import let_through_if_it_may
from tests.make.drawn_lots import Lots


class Money(Lots):
    """What is paid in and paid out."""

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

    def sell_directly(self) -> None:
        """Fresh goods are sold without auction, announced a week before."""
        lot, _number, price = self.lot("round")
        if self.apt():
            for ref in self.assets_of(lot):
                self.call_fresh(ref)
        told = self.today - timedelta(days=7)
        said = {"announced_on": told, "announcement": "Bảng niêm yết"} if self.apt() else {}
        said |= {"procuracy_told_on": told, "procuracy_notice": self.paper()}
        self.sell_alone(lot, Way.DIRECT, "Bà Mua Thẳng", price, **said)

    def call_fresh(self, ref: str) -> None:
        """As if it had been stated before the price: fish, not a car."""
        asset = self.session.scalars(select(Asset).where(Asset.reference == ref)).first()
        if asset is None:  # a lot that is not there has none
            return
        asset.kind = AssetKind.MOVABLE.value
        said = {"asset_id": asset.id, "office_id": asset.office_id, "stated_at": self.at}
        self.session.add(PricingFacts(goods=Goods.FRESH.value, **said))
        self.session.flush()

    def take(self) -> None:
        """A creditor takes a lot as the parties agree."""
        lot, _number, price = self.lot("round")
        if self.apt():
            self.owe(lot)
        owed = (
            "SELECT c.creditor FROM claim c JOIN lot l ON l.case_id = c.case_id"
            " WHERE c.office_id = :office AND l.reference = :lot"
        )
        buyer = self.pick(owed, ("Ông Không Là Chủ Nợ",), lot=lot)[0]
        said = {"debtor_agrees": self.apt(), "others_document": self.paper()}
        self.sell_alone(lot, Way.AGREEMENT, buyer, price, document=self.paper(), **said)

    def owe(self, lot: str) -> None:
        """A creditor of the case of a lot, who asked."""
        found = self.rows("SELECT case_id FROM lot WHERE reference = :lot", lot=lot)
        if found and found[0][0] is not None:
            new = NewClaim(
                kind=ClaimKind.OTHER,
                creditor="Ngân hàng Giả",
                principal=Decimal(self.dice.choice((333_333_333, 1_200_000_000))),
                granted_on=self.today,
                asked_on=self.today,
            )
            record_claim(self.session, self.people.officer, found[0][0], new, at=self.at)

    def sell_alone(self, lot: str, way: Way, buyer: str, price: Decimal, **said: Any) -> None:
        """What nobody auctions; now and then below its price, or with more set off than owed."""
        less = Decimal(1) if self.apt() else self.dice.choice((Decimal("0.9"), Decimal("0.5")))
        new = NewSale(
            lot=lot,
            way=way,
            buyer=buyer,
            price=(price * less).quantize(Decimal(1)),
            set_off=None if self.apt() else price,
            sold_on=self.today,
            **said,
        )
        register_sale(self.session, self.who(self.people.officer), new, at=self.at)

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
        of_sale = "SELECT reference FROM lot WHERE id = (SELECT lot_id FROM sale WHERE id = :id)"
        lots = self.rows(of_sale, id=found)
        if lots and self.apt():
            rule, lot = "delivery_due", lots[0][0]
            let_through_if_it_may(self.session, self.people, rule, lot, at=self.at)
        new = NewDelivery(delivered_on=self.today)
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
        wanted = "SELECT id, set_off FROM payout_line WHERE office_id = :office"
        found = self.pick(wanted, (999, False))
        way = VoucherWay.SET_OFF if found[1] == self.apt() else VoucherWay.TRANSFER
        new = NewVoucher(number=self.paper(), way=way, paid_on=self.today)
        pay_line(self.session, self.who(self.people.accountant), found[0], new, at=self.at)

    def take_back(self) -> None:
        found = self.pick("SELECT id FROM voucher WHERE office_id = :office", (999,))
        new = NewVoucherReversal(number=self.paper())
        reverse_voucher(self.session, self.who(self.people.accountant), found[0], new, at=self.at)
