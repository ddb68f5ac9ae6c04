"""Whatever acts on a price are drawn, in any order: one request at most, and no barred firm."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.departures.rules import DepartureAsked
from auction.firms.commands import note_measure
from auction.firms.models import FirmMeasure, ValuationFirm
from auction.firms.queries import standing_of_firm
from auction.firms.rules import Measure, Standing
from auction.firms.schemas import NewMeasure
from auction.valuations.commands.agreement import agree_price
from auction.valuations.commands.contract import (
    conclude_contract,
    end_contract,
    record_certificate,
)
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.revaluation import reopen_price, request_revaluation
from auction.valuations.models import Revaluation, Valuation, ValuationContract
from auction.valuations.rules import Ground
from auction.valuations.schemas import (
    AgreedPrice,
    ContractEnd,
    NewPriceNotice,
    RevaluationGround,
)
from inventory.base.errors import DomainError
from tests.make.organisation import People
from tests.make.valuations import (
    SEIZED,
    let_through,
    make_firm,
    make_seized,
    new_certificate,
    new_contract,
    new_request,
)

ACTS = ("agree", "contract", "end", "certificate", "tell", "ask", "reopen")
drawn = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 4)),
    min_size=4,
    max_size=18,
)


class Way:
    """An asset, three firms of which two are barred for a time, and the day on which one acts."""

    def __init__(self, session: Session, people: People, at: datetime) -> None:
        self.session, self.people, self.at = session, people, at
        self.asset = make_seized(session, people, at=at)
        self.firms = [make_firm(session, people, f"F{n}-{self.asset}", at=at) for n in range(3)]
        self.bar(self.firms[1], Measure.SUSPENDED, SEIZED, SEIZED + timedelta(days=9))
        self.bar(self.firms[2], Measure.STRUCK_OFF, SEIZED + timedelta(days=5), None)
        self.day = SEIZED

    def bar(self, firm: ValuationFirm, kind: Measure, first: date, last: date | None) -> None:
        new = NewMeasure(kind=kind, from_on=first, to_on=last, decision="1/QĐ-BTC")
        note_measure(self.session, self.people.officer, firm.id, new, at=self.at)

    def do(self, act: str, firm: int) -> None:
        doing: Callable[..., object] = getattr(self, act)
        with self.session.begin_nested():
            doing(firm)

    def agree(self, _firm: int) -> None:
        new = AgreedPrice(amount=Decimal(9), agreed_on=self.day, parties="Hai bên")
        agree_price(self.session, self.people.officer, self.asset, new, at=self.at)

    def contract(self, firm: int) -> None:
        chosen = self.firms[firm % 3]
        new = new_contract(chosen, self.day, number=f"{self.day}")
        if firm % 2:
            with suppress(DepartureAsked):
                rule = "valuation_contract_due"
                let_through(self.session, self.people, self.asset, rule, "Trả lời chậm", at=self.at)
        conclude_contract(self.session, self.people.officer, self.asset, new, at=self.at)

    def end(self, _firm: int) -> None:
        new = ContractEnd(on=self.day, reason="Từ chối")
        end_contract(self.session, self.people.officer, self.asset, new, at=self.at)

    def certificate(self, _firm: int) -> None:
        lasts = self.day + timedelta(days=10)
        new = new_certificate(valued_on=self.day, received_on=self.day, valid_until=lasts)
        record_certificate(self.session, self.people.officer, self.asset, new, at=self.at)

    def tell(self, _firm: int) -> None:
        new = NewPriceNotice(told_on=self.day, told="Đương sự")
        tell_parties(self.session, self.people.officer, self.asset, new, at=self.at)

    def ask(self, _firm: int) -> None:
        request_revaluation(
            self.session, self.people.officer, self.asset, new_request(self.day), at=self.at
        )

    def reopen(self, firm: int) -> None:
        ground = (Ground.EXPIRED, Ground.FIRM_BREACH)[firm % 2]
        new = RevaluationGround(ground=ground, on_day=self.day, document="KL")
        reopen_price(self.session, self.people.officer, self.asset, new, at=self.at)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=drawn)
def test_no_order_of_acts_grants_two_requests_or_contracts_a_barred_firm(
    session: Session, people: People, at: datetime, acts: list[tuple[str, int, int]]
) -> None:
    example = session.begin_nested()
    try:
        _play(session, people, at, acts)
    finally:
        example.rollback()


def _play(session: Session, people: People, at: datetime, acts: list[tuple[str, int, int]]) -> None:
    way = Way(session, people, at)
    asset_id = None
    for act, firm, days in acts:
        way.day += timedelta(days=days)
        try:
            way.do(act, firm)
        except DomainError:
            continue
    asset_id = session.scalar(select(ValuationContract.asset_id).limit(1))
    asked = select(func.count()).where(Revaluation.request_number.is_not(None))
    assert (session.scalar(asked) or 0) <= 1
    contracts = session.scalars(select(ValuationContract)).all()
    for contract in contracts:
        chosen = session.get_one(ValuationFirm, contract.firm_id)
        assert standing_of_firm(session, chosen, contract.signed_on) is Standing.ELIGIBLE
        assert (
            contract.due_on is None
            or contract.signed_on <= contract.due_on
            or (contract.late_reason)
        )
    assert sum(contract.closed_on is None for contract in contracts) <= 1
    open_ones = select(func.count()).where(Revaluation.done_on.is_(None))
    assert (session.scalar(open_ones) or 0) <= 1
    certificates = select(Valuation.contract_id).where(Valuation.contract_id.is_not(None))
    given_ = session.scalars(certificates).all()
    assert len(given_) == len(set(given_))
    assert asset_id is None or session.scalar(select(func.count(FirmMeasure.id))) == 2
