"""Money that its payee does not fetch: told, waited for, kept, at last the State's; pure.

L25 Art. 59(1); L08 Art. 126(2); D152/26 Art. 41(2). What is told, deposited, fetched or paid into
the budget is a row of its own; where a share stands is read from its rows in their order.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from inventory.base.errors import Duplicate, OutOfPlace, Unlawful
from inventory.base.messages import _, labels

WAIT = "return_wait_money"
"""The rule of how long somebody is waited for who was told to fetch his money."""


def share_ref(lot: str, version: int, position: int) -> str:
    """What a payee's part is called: its lot, the version of the payout and the line."""
    return f"{lot}/{version}.{position}"


class ShareEntryKind(StrEnum):
    """What happened to money that was not fetched."""

    TOLD = "told"
    DEPOSITED = "deposited"
    WITHDRAWN = "withdrawn"
    INTEREST = "interest"
    FETCHED = "fetched"
    FORFEITED = "forfeited"
    REMITTED = "remitted"
    REFUND_ASKED = "refund_asked"
    REFUNDED = "refunded"


ADDS = frozenset({ShareEntryKind.DEPOSITED, ShareEntryKind.INTEREST, ShareEntryKind.REFUNDED})
TAKES = frozenset({ShareEntryKind.WITHDRAWN, ShareEntryKind.FETCHED, ShareEntryKind.REMITTED})
OVER = frozenset({ShareEntryKind.FETCHED, ShareEntryKind.REMITTED})
"""What ends the matter, until the budget is asked to give it back."""


class ShareState(StrEnum):
    """Where money stands that was not fetched."""

    WAITED = "waited"
    TO_DEPOSIT = "to_deposit"
    KEPT = "kept"
    FALLEN = "fallen"
    FORFEITED = "forfeited"
    REMITTED = "remitted"
    REFUND_ASKED = "refund_asked"
    FETCHED = "fetched"


class ShareAct(StrEnum):
    """Codes of the acts on such money, as the audit ledger keeps them."""

    TOLD = "payouts.share.told"
    DEPOSITED = "payouts.share.deposited"
    WITHDRAWN = "payouts.share.withdrawn"
    INTEREST = "payouts.share.interest"
    FETCHED = "payouts.share.fetched"
    FORFEITED = "payouts.share.forfeited"
    REMITTED = "payouts.share.remitted"
    REFUND_ASKED = "payouts.share.refund_asked"
    REFUNDED = "payouts.share.refunded"


class ToldAlready(Duplicate):
    """The payee was told before to fetch his money."""

    code = "share_told_already"


class ShareNotThere(OutOfPlace):
    """The money does not stand where this act begins."""

    code = "share_not_there"


class StillWaited(Unlawful):
    """The payee's time to fetch his money has not passed."""

    code = "share_still_waited"


class KeptElsewhere(Unlawful):
    """The law keeps a sum of that size elsewhere."""

    code = "share_kept_elsewhere"


class TermRuns(Unlawful):
    """The term after which the money is the State's runs."""

    code = "share_term_runs"


class NotForfeited(Unlawful):
    """The head has not decided that the money is the State's."""

    code = "share_not_forfeited"


class Standing(msgspec.Struct, frozen=True):
    """Where such money stands, by which day the next thing is due, and how much is kept."""

    state: ShareState
    due_on: date | None
    kept: Decimal


Row = tuple[ShareEntryKind, Decimal | None, date | None]
"""An entry, its amount, and the day that is due after it."""


def standing(rows: Iterable[Row], today: date) -> Standing | None:
    """Where money stands, by its entries in order; None where nobody was told."""
    last: ShareEntryKind | None = None
    due: date | None = None
    kept = Decimal(0)
    for kind, amount, due_on in rows:
        kept += (amount or Decimal(0)) * ((kind in ADDS) - (kind in TAKES))
        last = ShareEntryKind.TOLD if kind is ShareEntryKind.WITHDRAWN else kind
        due = due_on
    return None if last is None else Standing(_state(last, due, today), due, kept)


def _state(last: ShareEntryKind, due: date | None, today: date) -> ShareState:
    passed = due is not None and due < today
    if last is ShareEntryKind.TOLD:
        return ShareState.TO_DEPOSIT if passed else ShareState.WAITED
    if last in ADDS:
        return ShareState.FALLEN if passed else ShareState.KEPT
    return ShareState(last.value)


labels(
    {
        ShareEntryKind.TOLD: _("Payee told to fetch it"),
        ShareEntryKind.DEPOSITED: _("Deposited: not fetched in time"),
        ShareEntryKind.WITHDRAWN: _("Deposit reversed"),
        ShareEntryKind.INTEREST: _("Interest on what is kept"),
        ShareEntryKind.FETCHED: _("Fetched by the payee"),
        ShareEntryKind.FORFEITED: _("Decided that it is the State's"),
        ShareEntryKind.REMITTED: _("Paid into the State budget"),
        ShareEntryKind.REFUND_ASKED: _("Refund asked of the finance body"),
        ShareEntryKind.REFUNDED: _("Refunded by the finance body"),
    }
)
labels(
    {
        ShareState.WAITED: _("Payee told, still waited for"),
        ShareState.TO_DEPOSIT: _("Not fetched: to be deposited"),
        ShareState.KEPT: _("Kept for the payee"),
        ShareState.FALLEN: _("Term over: falls to the State"),
        ShareState.FORFEITED: _("The State's: to be paid in"),
        ShareState.REMITTED: _("Paid into the State budget"),
        ShareState.REFUND_ASKED: _("Refund asked of the finance body"),
        ShareState.FETCHED: _("Fetched by the payee"),
        ShareAct.TOLD: _("Payee told to fetch his money"),
        ShareAct.DEPOSITED: _("Money not fetched deposited"),
        ShareAct.WITHDRAWN: _("Deposit reversed"),
        ShareAct.INTEREST: _("Interest on what is kept"),
        ShareAct.FETCHED: _("Kept money fetched"),
        ShareAct.FORFEITED: _("Kept money decided to be the State's"),
        ShareAct.REMITTED: _("Kept money paid into the budget"),
        ShareAct.REFUND_ASKED: _("Refund asked of the finance body"),
        ShareAct.REFUNDED: _("Refund received from the finance body"),
    }
)
