"""An office that sells: what follows a sale, and what another office sells, drawn act by act."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from auction.notices.commands.waits import (
    delegate_disposal,
    end_delegation,
    pause_delegation,
    resume_delegation,
)
from auction.notices.schemas import NewSaleDelegation, SaleDelegationAct
from auction.payouts.commands.keeping import deposit_share, fetch_share, tell_payee
from auction.payouts.commands.proposing import approve_payout, propose_payout
from auction.payouts.rules import VoucherWay
from auction.payouts.schemas import NewFetching, NewProposal, NewShareDeposit, NewShareNotice
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.commands.ending import return_money
from auction.sales.commands.interest import record_interest
from auction.sales.commands.keeping import decide_kept
from auction.sales.commands.paying import default_sale, extend_payment, receive, reverse_entry
from auction.sales.schemas import (
    NewDecision,
    NewDefault,
    NewDelivery,
    NewExtension,
    NewInterest,
    NewKeptDecision,
    NewReceipt,
    NewReturn,
    NewReversal,
)
from inventory.titles.rules import Region
from tests.make.drawn_lots import Lots

NO_LINE = 999
TERM = 16
"""Days after which a payee who was told has not come."""


class After(Lots):
    """Interest, reversals, longer limits, money kept apart or not fetched; delegated sales."""

    def sold(self, more: str) -> Any:
        wanted = f"SELECT s.id, s.price FROM sale s WHERE s.office_id = :office AND {more}"
        every = "SELECT s.id, s.price FROM sale s WHERE s.office_id = :office"
        return self.pick(wanted if self.apt() else every, (999, Decimal(1)))

    def interest(self) -> None:
        new = NewInterest(
            amount=Decimal(self.dice.choice((1, 777_777, 10_000_000))),
            from_on=self.today - timedelta(days=self.dice.choice((1, 20, 70))),
            to_on=self.today,
            document=self.paper(),
        )
        found = self.sold("s.paid_on IS NOT NULL AND s.delivered_on IS NULL")[0]
        record_interest(self.session, self.who(self.people.accountant), found, new, at=self.at)

    def reverse(self) -> None:
        found = self.pick(
            "SELECT e.sale_id, e.id FROM sale_entry e WHERE e.office_id = :office"
            " AND e.amount IS NOT NULL AND e.reverses_id IS NULL",
            (999, 999),
        )
        new = NewReversal(document=self.paper())
        actor = self.who(self.people.accountant)
        reverse_entry(self.session, actor, found[0], found[1], new, at=self.at)

    def send_back(self) -> None:
        """What is owed to a buyer goes back to him, now and then too much."""
        found = self.pick(
            "SELECT e.sale_id, sum(e.amount) FROM sale_entry e JOIN sale s ON s.id = e.sale_id"
            " WHERE e.office_id = :office AND s.cancelled_on IS NOT NULL"
            " AND e.kind IN ('deposit', 'receipt') GROUP BY e.sale_id",
            (999, Decimal(1)),
        )
        amount = found[1] if self.apt() else found[1] + 1
        new = NewReturn(amount=amount, returned_on=self.today, document=self.paper())
        return_money(self.session, self.who(self.people.accountant), found[0], new, at=self.at)

    def extend(self) -> None:
        found = self.sold("s.paid_on IS NULL AND s.defaulted_on IS NULL")[0]
        new = NewExtension(
            until=self.today + timedelta(days=self.dice.choice((20, 20, 55, 90))),
            document=self.paper(),
            parties_agree=self.apt(),
            buyer_agrees=self.apt(),
        )
        extend_payment(self.session, self.who(self.people.officer), found, new, at=self.at)

    def unpaid(self) -> Any:
        """A sale whose buyer may still pay, and what is missing."""
        return self.pick(
            "SELECT s.id, s.price - coalesce((SELECT sum(CASE WHEN e.reverses_id IS NULL THEN"
            "  e.amount ELSE -e.amount END) FROM sale_entry e LEFT JOIN sale_entry u"
            "  ON u.id = e.reverses_id WHERE e.sale_id = s.id AND coalesce(u.kind, e.kind) IN"
            "  ('deposit', 'receipt')), 0) AS rest FROM sale s WHERE s.office_id = :office"
            " AND s.paid_on IS NULL AND s.defaulted_on IS NULL AND s.cancelled_on IS NULL"
            " AND s.way <> 'agreement'",
            (999, Decimal(2)),
        )

    def part(self, sale: int, amount: Decimal) -> None:
        new = NewReceipt(amount=amount, received_on=self.today, document=self.paper())
        receive(self.session, self.people.accountant, sale, new, at=self.at)

    def lapse(self) -> None:
        """A buyer pays a part and then no more: it is kept apart."""
        sale, rest = self.unpaid()
        self.part(sale, (rest / 2).quantize(Decimal(1)))
        self.at += timedelta(days=35)
        new = NewDefault(cancelled_on=self.today, document=self.paper())
        default_sale(self.session, self.who(self.people.officer), sale, new, at=self.at)

    def keep(self) -> None:
        """What is kept apart of a buyer in default is decided on."""
        found = self.pick(
            "SELECT e.sale_id, e.amount FROM sale_entry e WHERE e.office_id = :office"
            " AND e.kind = 'kept_apart'",
            (999, Decimal(1)),
        )
        new = NewKeptDecision(
            amount=found[1] if self.apt() else found[1] + 1,
            decided_on=self.today,
            document=self.paper(),
            words="Theo hợp đồng",
        )
        decide_kept(self.session, self.who(self.people.officer), found[0], new, at=self.at)

    def divided(self) -> int:
        """A sale is paid, delivered and divided; a line of its payout."""
        people, on = self.people, {"at": self.at}
        sale, rest = self.unpaid()
        self.part(sale, rest)
        decide_delivery(
            self.session, people.officer, sale, NewDecision(decided_on=self.today), **on
        )
        deliver(self.session, people.officer, sale, NewDelivery(delivered_on=self.today), **on)
        made = propose_payout(self.session, people.officer, sale, NewProposal(), **on)
        approve_payout(self.session, self.who(people.head), made.id, **on)
        return self.line("NOT l.set_off")

    def line(self, more: str) -> int:
        found = self.pick(
            "SELECT l.id FROM payout_line l JOIN payout p ON p.id = l.payout_id"
            f" WHERE l.office_id = :office AND p.approved_at IS NOT NULL AND {more}",
            (NO_LINE,),
        )
        return int(found[0])

    def share(self) -> None:
        """A payee is told, does not come, and his money is kept; now and then he comes later."""
        line = self.line(
            "NOT l.set_off AND NOT EXISTS (SELECT FROM voucher v WHERE v.line_id = l.id)"
        )
        people = self.people
        if line == NO_LINE and self.apt():
            line = self.divided()
        told = NewShareNotice(told_on=self.today, document=self.paper())
        tell_payee(self.session, self.who(people.officer), line, told, at=self.at)
        if self.apt():
            self.at += timedelta(days=TERM)
        kept = NewShareDeposit(
            number=self.paper(),
            kept_as=self.dice.choice(
                (VoucherWay.SAVINGS, VoucherWay.SAVINGS, VoucherWay.OFFICE_ACCOUNT)
            ),
            deposited_on=self.today,
            region=Region.I,
            in_force_on=self.today - timedelta(days=60),
        )
        deposit_share(self.session, self.who(people.accountant), line, kept, at=self.at)
        if self.dice.random() < 0.3:
            come = NewFetching(fetched_on=self.today, receiver="Người nhận", document=self.paper())
            fetch_share(self.session, self.who(people.accountant), line, come, at=self.at)

    def delegate(self) -> None:
        new = NewSaleDelegation(
            office="T02" if self.apt() else "T01",
            decision=self.paper(),
            delegated_on=self.some_day(),
        )
        actor = self.who(self.people.head)
        delegate_disposal(self.session, actor, self.asset(), new, at=self.at)

    def lead(self) -> None:
        """A delegated sale is paused, goes on or ends."""
        found = self.pick(
            "SELECT id FROM disposal_delegation WHERE from_office_id = :office"
            " AND ended_on IS NULL",
            (999,),
        )
        new = SaleDelegationAct(on=self.some_day(), document=self.paper())
        act = self.dice.choice((pause_delegation, resume_delegation, end_delegation))
        act(self.session, self.who(self.people.head), found[0], new, at=self.at)
