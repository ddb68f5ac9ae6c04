"""One contract, one certificate, one notice for several assets of a case: all of it, or none."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auction.valuations.commands.several import (
    conclude_contracts,
    record_certificates,
    tell_of_prices,
)
from auction.valuations.models import PriceNotice, Valuation, ValuationContract
from auction.valuations.rules import ValuationContracted, ValuationIncomplete
from auction.valuations.together import NewCertificates, NewContracts, NewPriceNotices
from inventory.assets.models import Asset
from inventory.base.errors import DomainError, Invalid
from tests.make.organisation import People
from tests.make.valuations import SEIZED, make_firm, make_seized

PRICE = Decimal(1_000_000_000)


@pytest.fixture
def assets(session: Session, people: People, at: datetime) -> list[str]:
    """Three assets of one case."""
    refs = [make_seized(session, people, at=at) for _n in range(3)]
    case = session.scalar(select(Asset.case_id).where(Asset.reference == refs[0]))
    session.execute(update(Asset).where(Asset.reference.in_(refs)).values(case_id=case))
    session.expire_all()
    return refs


def contract(firm: int, further: str | None) -> NewContracts:
    return NewContracts(
        firm_id=firm, number="05/HĐ", signed_on=SEIZED, fee=Decimal(10_000_000), further=further
    )


def certificate(further: str | None) -> NewCertificates:
    return NewCertificates(
        certificate_number="12/CT",
        amount=PRICE,
        valued_on=date(2026, 8, 12),
        valid_until=date(2027, 2, 12),
        received_on=date(2026, 8, 13),
        further=further,
    )


def test_one_act_covers_the_assets_of_a_case_with_the_price_of_each(
    session: Session, people: People, assets: list[str], at: datetime
) -> None:
    first, second, third = assets
    firm = make_firm(session, people, at=at)
    further = f"{second} {third}"
    made = conclude_contracts(session, people.officer, first, contract(firm.id, further), at=at)
    assert {one.number for one in made} == {"05/HĐ"}
    assert sum(one.fee or 0 for one in made) == 10_000_000
    assert [one.fee for one in made] == [3_333_334, 3_333_333, 3_333_333]
    priced = certificate(f"{second}: 250.000.000\n{third}: 90000000")
    kept = record_certificates(session, people.officer, first, priced, at=at)
    assert [one.amount for one in kept] == [PRICE, 250_000_000, 90_000_000]
    told = NewPriceNotices(told_on=date(2026, 8, 14), told="Nguyễn Văn Nợ", further=further)
    assert len(tell_of_prices(session, people.officer, first, told, at=at)) == 3


def test_a_refused_asset_is_named_and_nothing_is_done(
    session: Session, people: People, assets: list[str], at: datetime
) -> None:
    first, second, _third = assets
    firm = make_firm(session, people, at=at)
    conclude_contracts(session, people.officer, second, contract(firm.id, None), at=at)
    with pytest.raises(DomainError) as refused, session.begin_nested():
        conclude_contracts(session, people.officer, first, contract(firm.id, second), at=at)
    assert isinstance(refused.value, ValuationContracted)
    assert refused.value.fields["further"][1] == {"asset": second}
    assert session.scalar(select(func.count(ValuationContract.id))) == 1


def test_assets_of_another_case_and_lines_that_do_not_fit_are_refused(
    session: Session, people: People, assets: list[str], at: datetime
) -> None:
    first, second, _third = assets
    firm = make_firm(session, people, at=at)
    other = make_seized(session, people, at=at)
    with pytest.raises(ValuationIncomplete):
        conclude_contracts(session, people.officer, first, contract(firm.id, other), at=at)
    conclude_contracts(session, people.officer, first, contract(firm.id, second), at=at)
    for line in (second, f"{second}: nhiều", f"{first}: 5", f"{second}: 5\n{second}: 6"):
        with pytest.raises(Invalid) as refused:
            record_certificates(session, people.officer, first, certificate(line), at=at)
        assert set(refused.value.fields) == {"further"}


def test_the_pages_take_several_assets_at_once(
    session: Session,
    people: People,
    assets: list[str],
    at: datetime,
    browse_as: Callable[[str], TestClient],
) -> None:
    first, second, _third = assets
    firm = make_firm(session, people, at=at)
    officer, own = browse_as("officer"), f"/assets/{first}/price"
    assert 'name="further"' in officer.get(f"{own}/contract").text
    said = {
        "firm_id": str(firm.id),
        "number": "05/HĐ",
        "signed_on": "2026-08-03",
        "chosen_by": "enforcement_officer",
    }
    wrong = officer.post(f"{own}/contract", data={**said, "further": "TS-9999999-0"})
    assert wrong.status_code in {404, 422}
    sent = officer.post(f"{own}/contract", data={**said, "further": second})
    assert sent.status_code == 303, sent.text[-2000:]
    priced = {
        "certificate_number": "12/CT",
        "amount": "1.000.000.000",
        "valued_on": "2026-08-12",
        "valid_until": "2027-02-12",
        "received_on": "2026-08-13",
        "further": f"{second}: 250.000.000",
    }
    assert officer.post(f"{own}/certificate", data=priced).status_code == 303
    notice = {"told_on": "2026-08-14", "told": "Nguyễn Văn Nợ", "further": second}
    assert officer.post(f"{own}/notice", data=notice).status_code == 303
    assert session.scalar(select(func.count(Valuation.id))) == 2
    assert session.scalar(select(func.count(PriceNotice.id))) == 2
