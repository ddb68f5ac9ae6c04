"""What is said of a payout, and how it is shown."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from auction.legal_rules.rules import Confidence
from auction.payouts.rules import HeldBack, LineKind, PayoutState, VoucherWay
from auction.payouts.shares import ShareEntryKind, ShareState
from auction.sales.rules import EntryKind
from inventory.base.said import Line, Number, Said
from inventory.titles.rules import Region


class NewProposal(Said, frozen=True, kw_only=True):
    """What the program cannot know of a payout.

    ``without_rent`` leaves out the year's rent that follows from the asset's record, once a second
    person let it.
    """

    without_rent: bool = False
    taxes: Decimal = Decimal(0)
    note: Line | None = None


class NewSetOffCorrection(Said, frozen=True, kw_only=True):
    """By which paper and when a taker was told to pay what he set off beyond his part."""

    told_on: date
    document: Number


class NewWithdrawal(Said, frozen=True, kw_only=True):
    """Why an approved or proposed payout is withdrawn."""

    reason: Number


class NewVoucher(Said, frozen=True, kw_only=True):
    """How a line was paid."""

    number: Number
    way: VoucherWay
    paid_on: date


class NewVoucherReversal(Said, frozen=True, kw_only=True):
    """The number of the voucher that reverses another."""

    number: Number


class NewLongerTime(Said, frozen=True, kw_only=True):
    """A longer time to pay out, because there are many creditors and little money."""

    until: date
    document: Number


class VoucherOut(msgspec.Struct, frozen=True, kw_only=True):
    """A voucher of a line."""

    id: int
    line_id: int
    number: str
    way: VoucherWay
    amount: Decimal
    paid_on: date
    reverses_id: int | None
    by: str | None


class LineOut(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a payout with its vouchers; ``paid`` where one of them stands.

    ``fee`` is the enforcement fee owed on ``amount``. Paid in money it is held back, and
    ``to_payee`` is what he is given; of what is set off he pays it himself.
    """

    id: int
    position: int
    kind: LineKind
    rank: int | None
    claim_id: int | None
    payee: str | None
    owed: Decimal
    amount: Decimal
    fee: Decimal
    fee_article: str | None
    to_payee: Decimal
    held: bool
    set_off: bool
    article: str
    confidence: Confidence
    source: str | None
    vouchers: list[VoucherOut]

    @property
    def paid(self) -> bool:
        """Whether a voucher of the line stands."""
        return sum((one.amount for one in self.vouchers), Decimal(0)) == self.amount > 0


class PayoutRow(msgspec.Struct, frozen=True, kw_only=True):
    """A payout in a list; ``overtaken`` where what it rests on changed since then."""

    id: int
    office_id: int
    office: str
    sale_id: int
    lot: str
    buyer: str
    version: int
    on_day: date
    gross: Decimal
    net: Decimal
    left_for_debtor: Decimal
    proposed_at: datetime
    proposed_by: str | None
    proposed_by_id: int | None
    approved_at: datetime | None
    approved_by: str | None
    paper: str | None
    paid_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_because: str | None
    rent_let: str | None
    overtaken: bool = False

    @property
    def state(self) -> PayoutState:
        """Where the proposal stands."""
        if self.withdrawn_at is not None:
            return PayoutState.WITHDRAWN
        if self.paid_at is not None:
            return PayoutState.PAID
        return PayoutState.APPROVED if self.approved_at else PayoutState.PROPOSED


class ChangedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that changed since a payout was drawn up on it, and by how much, in đồng."""

    claim_id: int
    creditor: str
    changed: Decimal


class PayoutOut(msgspec.Struct, frozen=True, kw_only=True):
    """One payout with its lines and vouchers.

    ``changed`` are the claims that changed since it was drawn up, ``costs_changed`` is by how much
    the costs did that its money may bear, ``rights_changed`` whether owners, mortgagees or the rent
    were recorded otherwise: while it is ``overtaken`` nothing more is paid by it.
    """

    payout: PayoutRow
    state: PayoutState
    lines: list[LineOut]
    changed: list[ChangedClaim]
    costs_changed: Decimal
    rights_changed: bool
    note: str | None


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came in or went out, and what is left after it."""

    on: date
    what: str
    """``in:``, ``out:`` or ``held:`` (back of a payment) and the code of what it was."""
    document: str | None
    amount: Decimal
    left: Decimal

    @property
    def code(self) -> EntryKind | LineKind | HeldBack:
        """What moved it, as a code with its name."""
        way, _colon, code = self.what.partition(":")
        if way == "held":
            return HeldBack(code)
        return EntryKind(code) if way == "in" else LineKind(code)


class NewShareNotice(Said, frozen=True, kw_only=True):
    """The payee is told in writing to fetch his money."""

    told_on: date
    document: Number


class NewShareDeposit(Said, frozen=True, kw_only=True):
    """Money that was not fetched is kept: on savings above the limit, else on the office's account.

    ``number`` is that of the voucher. ``in_force_on`` is the day since which the judgment is in
    force, where no claim of the case says it; ``region`` that of the minimum wage.
    """

    number: Number
    kept_as: VoucherWay
    deposited_on: date
    place: Line | None = None
    region: Region | None = None
    in_force_on: date | None = None


class NewShareInterest(Said, frozen=True, kw_only=True):
    """Interest on what is kept; the payee's."""

    amount: Decimal
    paid_on: date
    document: Number


class NewFetching(Said, frozen=True, kw_only=True):
    """The payee, or who shows his authority, fetches all that is kept."""

    fetched_on: date
    receiver: Number
    document: Number


class NewShareForfeiture(Said, frozen=True, kw_only=True):
    """The head decides that kept money is the State's."""

    decided_on: date
    document: Number


class NewShareRemittance(Said, frozen=True, kw_only=True):
    """What is the State's is paid into the budget."""

    remitted_on: date
    document: Number


class NewRefundRequest(Said, frozen=True, kw_only=True):
    """The decision was annulled after the money was paid in: the finance body is asked for it."""

    asked_on: date
    annulled_by: Number
    finance_body: Number
    document: Number


class NewRefund(Said, frozen=True, kw_only=True):
    """The finance body gave the money back."""

    refunded_on: date
    document: Number


class ShareEntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to money that was not fetched."""

    id: int
    kind: ShareEntryKind
    happened_on: date
    amount: Decimal | None
    document: str
    words: str | None
    due_on: date | None
    article: str | None
    by: str | None


class ShareRow(msgspec.Struct, frozen=True, kw_only=True):
    """Money of a line that was not fetched, and where it stands."""

    line_id: int
    sale_id: int
    office_id: int
    office: str
    lot: str
    case_id: int | None
    payee: str | None
    kind: LineKind
    amount: Decimal
    fee: Decimal
    """The enforcement fee that is held back of it when he fetches it."""
    told: bool
    payable: bool
    """Whether the line may be paid: approved, neither held nor set off, and no voucher stands."""
    state: ShareState | None = None
    due_on: date | None = None
    kept: Decimal = Decimal(0)


class ShareFile(msgspec.Struct, frozen=True, kw_only=True):
    """One of them with all that happened."""

    share: ShareRow
    entries: list[ShareEntryOut]
