"""Makes valuation firms and prices, through the commands."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auction.costs.rules import Bearer
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.firms.commands import register_firm
from auction.firms.models import ValuationFirm
from auction.firms.schemas import NewFirm
from auction.valuations.commands.contract import conclude_contract, record_certificate
from auction.valuations.commands.facts import state_facts
from auction.valuations.commands.notice import tell_parties
from auction.valuations.councils import Member, NewCouncils
from auction.valuations.models import PriceNotice, Valuation, ValuationContract
from auction.valuations.schemas import (
    NewCertificate,
    NewContract,
    NewFacts,
    NewPriceNotice,
    RevaluationRequest,
)
from inventory.assets.models import Asset
from tests.make.auction import make_valued_asset
from tests.make.organisation import People

SEIZED = date(2026, 8, 3)
"""A Monday on which assets here are seized, under the law of 2025."""


def make_firm(
    session: Session, people: People, number: str = "001/TĐG", *, at: datetime, **said: Any
) -> ValuationFirm:
    facts = {
        "name": f"Công ty Thẩm định giá {number}",
        "list_number": number,
        "province": "Thử",
        "listed_from": date(2020, 1, 1),
    }
    return register_firm(session, people.officer, NewFirm(**{**facts, **said}), at=at)


def new_contract(firm: ValuationFirm, signed_on: date = SEIZED, **said: Any) -> NewContract:
    return NewContract(**{"firm_id": firm.id, "number": "05/HĐ", "signed_on": signed_on, **said})


def new_certificate(amount: int = 1_000_000_000, **said: Any) -> NewCertificate:
    facts = {
        "certificate_number": "12/CT",
        "amount": Decimal(amount),
        "valued_on": date(2026, 8, 12),
        "valid_until": date(2027, 2, 12),
        "received_on": date(2026, 8, 13),
    }
    return NewCertificate(**{**facts, **said})


def new_request(on: date = date(2026, 8, 18), **said: Any) -> RevaluationRequest:
    facts = {
        "asked_by": "Nguyễn Văn Nợ",
        "party": Bearer.DEBTOR,
        "asked_on": on,
        "document": "Đơn ngày 18/8",
        "advance": Decimal(5_000_000),
        "advance_receipt": "BL-01",
    }
    return RevaluationRequest(**{**facts, **said})


def make_seized(
    session: Session, people: People, *, at: datetime, seized: date = SEIZED, **said: Any
) -> str:
    """The reference of a seized asset without a price."""
    return make_valued_asset(session, people, None, at=at, decision_on=seized, **said)


def make_contracted(
    session: Session, people: People, asset: str, *, at: datetime, **said: Any
) -> ValuationContract:
    firm = make_firm(session, people, f"F-{asset}", at=at)
    new = new_contract(firm, **said)
    return conclude_contract(session, people.officer, asset, new, at=at)


def make_certified(
    session: Session, people: People, asset: str, *, at: datetime, **said: Any
) -> Valuation:
    make_contracted(session, people, asset, at=at)
    return record_certificate(session, people.officer, asset, new_certificate(**said), at=at)


def make_told(
    session: Session, people: People, asset: str, *, at: datetime, told_on: date = date(2026, 8, 14)
) -> PriceNotice:
    """A firm's price of which the parties were told."""
    make_certified(session, people, asset, at=at)
    told = NewPriceNotice(told_on=told_on, told="Nguyễn Văn Nợ\nTrần Thị Có")
    return tell_parties(session, people.officer, asset, told, at=at)


def let_through(
    session: Session, people: People, asset: str, rule: str, reason: str, *, at: datetime
) -> None:
    """A departure from a rule for an asset that the officer asked for and the head approved."""
    new = NewDeparture(rule_key=rule, subject_kind="asset", subject_ref=asset, reason=reason)
    asked = ask_departure(session, people.officer, new, at=at)
    decide_departure(session, people.head, asked.id, Decision(approved=True), at=at)


def make_unfirmed(session: Session, people: People, several: int = 3, *, at: datetime) -> list[str]:
    """Seized assets of one case that no firm values."""
    refs = [make_seized(session, people, at=at) for _n in range(several)]
    case = session.scalar(select(Asset.case_id).where(Asset.reference == refs[0]))
    session.execute(update(Asset).where(Asset.reference.in_(refs)).values(case_id=case))
    session.expire_all()
    facts = NewFacts(no_firm_reason="Ba tổ chức đều từ chối")
    for ref in refs:
        state_facts(session, people.officer, ref, facts, at=at)
    return refs


def new_councils(further: str | None = None) -> NewCouncils:
    """The decision on a council of three, the first of whom chairs."""
    members = [Member(name=f"Thành viên {n}", post="Công chức", chairs=n == 1) for n in (1, 2, 3)]
    return NewCouncils(
        decision_number="9/QĐ-THADS",
        set_up_on=date(2026, 8, 10),
        members=members,
        further=further,
    )
