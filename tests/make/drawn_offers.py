"""An office that sells: who goes before the bidders, and what stops the way, drawn act by act."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from auction.holds.commands import end_hold, open_hold
from auction.holds.rules import EndReason, HoldKind, HoldSubject
from auction.holds.schemas import HoldEnd, NewHold
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
from inventory.titles.commands import record_collateral, record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewCollateral, NewOwner, NewTitle
from tests.make.drawn_lots import NO_LOT, Lots


class Asked(NamedTuple):
    """A set-off the creditor was asked about, and what he would have to pay."""

    lot: str
    to_pay: Decimal


class Offers(Lots):
    """Co-owners, creditors and debtors between rounds, and holds."""

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
        lot = self.named("reduction").lot
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

    def ask(self) -> None:
        new = NewAsk(
            asked_on=self.some_day(), claim=Decimal(900_000_000), debt=Decimal(900_000_000)
        )
        ask_creditor(
            self.session,
            self.who(self.people.officer),
            self.named("reduction").lot,
            new,
            at=self.at,
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

    def hold(self) -> None:
        new = NewHold(
            kind=self.dice.choice(list(HoldKind)),
            subject_kind=HoldSubject.LOT,
            subject_ref=self.named().lot,
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
