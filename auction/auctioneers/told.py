"""That the parties knew the price and had their time to ask for another, before the contract."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from auction.auctioneers.rules import ContractTooEarly
from auction.auctioneers.schemas import NewContract
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from auction.valuations.commands.window import WINDOW, window_end
from auction.valuations.models import PriceKept, PriceNotice, Valuation
from auction.valuations.pricing import due_day
from auction.valuations.queries import count_requests
from auction.valuations.rules import ValuationMethod
from auction.valuations.schemas import ValuationRow
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Param
from inventory.base.messages import _

WAITS = "auction_contract_after"
"""The dated rule on what a contract waits for."""
TOLD = "parties_told_the_price"
NOT_FOUND_HERE = (
    ValuationMethod.AGREED.value,
    ValuationMethod.POSTED_PRICE.value,
    ValuationMethod.RECORDED.value,
)
"""What the parties agreed on, gold at its posted price, what an import brought: no result of a
valuation that they are told and could ask to find again."""


class Early(NamedTuple):
    """An asset for whose price the contract comes too early, and from when it would not.

    ``until`` is the last day to ask for another valuation; none ends while a hold stops the time,
    and then no day is lawful yet.
    """

    asset: str
    told_on: date | None
    until: date | None
    lawful_on: date


def check_told(
    session: Session,
    actor: Actor,
    lot: Lot,
    prices: Mapping[str, ValuationRow],
    new: NewContract,
    *,
    at: datetime,
) -> None:
    """The contract comes after the notice of each price, and after the parties' time to ask again.

    By the law of 2025 the contract follows the end of that time (L25 Art. 82(2)c, 83(2)a); by the
    law of 2008 the time runs on beside the contract until the auction is announced, and only the
    notice with which it begins comes first (L08 Art. 99(1)b, 101(2)). ``prices`` are by asset.
    Earlier only on a departure that a second person approved.
    Raises ContractTooEarly.
    """
    rule = rule_on(session, WAITS, new.signed_on)
    early = what_waits(session, rule, prices, new.signed_on, today=local_day(at))
    if not early:
        return
    last = early[-1]
    facts = {
        "signed_on": new.signed_on.isoformat(),
        "contract": new.number,
        "assets": ", ".join(one.asset for one in early),
    }
    if last.lawful_on < date.max:
        facts["lawful_on"] = last.lawful_on.isoformat()
    subject = due_subject(lot)
    refusal = _refusal(rule, last, new.signed_on)
    allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)


def too_early(
    session: Session, prices: Mapping[str, ValuationRow], on: date
) -> ContractTooEarly | None:
    """Why a contract of today, ``on``, would come too early, and from when it would not."""
    rule = rule_on(session, WAITS, on)
    early = what_waits(session, rule, prices, on, today=on)
    return _refusal(rule, early[-1], on) if early else None


def what_waits(
    session: Session,
    rule: Rule,
    prices: Mapping[str, ValuationRow],
    signed_on: date,
    *,
    today: date,
) -> list[Early]:
    """What a contract of a day would come too early for; last what it waits for longest."""
    found = _found_here(session, prices, signed_on)
    early = _too_early(session, rule, found, signed_on, today=today)
    return sorted(early, key=lambda one: one.lawful_on)


def _found_here(
    session: Session, prices: Mapping[str, ValuationRow], on: date
) -> dict[str, ValuationRow]:
    """The prices that a valuation of this service found, and that nobody agreed to keep."""
    v, kept = Valuation, PriceKept
    agreed = exists().where(kept.valuation_id == v.id, kept.agreed_on <= on)
    found = set(
        session.scalars(
            select(v.id).where(
                v.id.in_([one.id for one in prices.values()]),
                v.method.not_in(NOT_FOUND_HERE),
                v.source.is_(None),
                ~agreed,
            )
        )
    )
    return {asset: one for asset, one in prices.items() if one.id in found}


def _too_early(
    session: Session,
    rule: Rule,
    prices: Mapping[str, ValuationRow],
    signed_on: date,
    *,
    today: date,
) -> list[Early]:
    ids = [one.id for one in prices.values()]
    told = session.scalars(select(PriceNotice).where(PriceNotice.valuation_id.in_(ids)))
    notices = {one.valuation_id: one for one in told}
    early = []
    for asset, price in prices.items():
        notice = notices.get(price.id)
        if notice is None:
            early.append(_untold(session, asset, price, today))
            continue
        until = None if rule.value == TOLD else window_end(session, notice)
        found = Early(asset, notice.told_on, until, _day_after(notice.told_on, until))
        if signed_on < found.lawful_on:
            early.append(found)
    return early


def _untold(session: Session, asset: str, price: ValuationRow, today: date) -> Early:
    """Of what was told to nobody: from when a contract is lawful if the parties are told today."""
    waits = rule_on(session, WAITS, today).value != TOLD
    may_ask = price.asset_id is not None and count_requests(session, price.asset_id) == 0
    until = due_day(session, WINDOW, today) if waits and may_ask else None
    return Early(asset, None, until, _day_after(today, until))


def _day_after(told_on: date, until: date | None) -> date:
    if until is None or until == date.max:
        return until or told_on
    return until + timedelta(days=1)


def _refusal(rule: Rule, early: Early, signed_on: date) -> ContractTooEarly:
    if early.told_on is None:
        text = _(
            "The parties were not told the price of %(asset)s (rule %(rule)s). Lawful: tell them;"
            " if they are told today, a contract from %(from)s on."
        )
    elif early.lawful_on == date.max:
        text = _(
            "The time in which the parties may ask for another valuation of %(asset)s stands still"
            " while a hold lasts (rule %(rule)s). Lawful: a contract after the end of that time."
        )
    elif early.until is None:
        text = _(
            "The parties were told the price of %(asset)s after the day of the contract (rule"
            " %(rule)s). Lawful: a contract from %(from)s on."
        )
    else:
        text = _(
            "The parties may ask for another valuation of %(asset)s until %(until)s (rule"
            " %(rule)s). Lawful: a contract from %(from)s on."
        )
    said: dict[str, Param] = {"asset": early.asset, "until": early.until or signed_on}
    said |= {"from": early.lawful_on}
    return ContractTooEarly(text, field="signed_on", **rule.basis, **said)
