"""One contract, one certificate, one notice for several assets of a case: all of it, or none."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auction.valuations.commands.council import decide_council
from auction.valuations.commands.several import (
    conclude_contracts,
    decide_councils,
    record_certificates,
    set_up_councils,
    tell_of_prices,
)
from auction.valuations.councils import (
    CouncilDecision,
    CouncilSitting,
    FurtherVote,
    FurtherVotes,
    Vote,
)
from auction.valuations.models import PriceCouncil, PriceNotice, Valuation, ValuationContract
from auction.valuations.pricing_file import pricing_of
from auction.valuations.rules import (
    CouncilUndecided,
    NoCouncil,
    ValuationContracted,
    ValuationIncomplete,
    WayNotLawful,
)
from auction.valuations.together import NewCertificates, NewContracts, NewPriceNotices
from inventory.assets.models import Asset
from inventory.base.errors import DomainError, Forbidden, Invalid, NotFound
from inventory.papers.models import Paper
from tests.auction.rest import Caller
from tests.make.organisation import People
from tests.make.valuations import SEIZED, make_firm, make_seized, make_unfirmed, new_councils

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


SITTING = date(2026, 8, 14)


def votes(*prices: int) -> list[Vote]:
    return [
        Vote(position=n, price=Decimal(price), opinion="Theo giá thị trường")
        for n, price in enumerate(prices, 1)
    ]


def sitting(*prices: int, **further: tuple[int, ...]) -> CouncilSitting:
    """``further`` by reference with ``_`` for its dashes."""
    others = [
        FurtherVotes(
            asset=name.replace("_", "-"),
            votes=[FurtherVote(position=n, price=Decimal(p)) for n, p in enumerate(said, 1)],
        )
        for name, said in further.items()
    ]
    return CouncilSitting(
        decided_on=SITTING, market="Giá bán cùng loại", votes=votes(*prices), further=tuple(others)
    )


def key(reference: str) -> str:
    return reference.replace("-", "_")


@pytest.fixture
def unfirmed(session: Session, people: People, at: datetime) -> list[str]:
    """Three assets of one case that no firm values."""
    return make_unfirmed(session, people, at=at)


def test_one_council_sits_on_several_assets_with_one_set_of_minutes(
    session: Session, people: People, unfirmed: list[str], at: datetime
) -> None:
    first, second, third = unfirmed
    made = set_up_councils(session, people.head, first, new_councils(f"{second} {third}"), at=at)
    assert [one.first_id for one in made] == [None, made[0].id, made[0].id]
    said = sitting(5, 7, 7, **{key(second): (20, 20, 21)})
    kept = decide_councils(session, people.officer, first, said, at=at)
    assert [(one.method, one.amount) for one in kept] == [("council", 7), ("council", 20)]
    paper = session.scalars(select(Paper).where(Paper.kind == "price_setting_minutes")).one()
    assert {one.paper for one in kept} == {paper.number}
    assert paper.data["price"] == "27"
    assert [one["price"] for one in paper.data["prices"]] == ["7", "20"]
    assert paper.data["prices"][1]["members"][0]["said"] == "Theo giá thị trường"

    shown = pricing_of(session, people.officer, first, SITTING).councils[0]
    assert [(one.reference, one.closed_on) for one in shown.further] == [
        (second, SITTING),
        (third, None),
    ]
    left = CouncilDecision(decided_on=SITTING, market="Giá bán cùng loại", votes=votes(3, 3, 4))
    assert decide_council(session, people.officer, third, left, at=at).amount == 3


def test_a_council_of_several_assets_is_set_up_and_decides_for_all_named_or_for_none(
    session: Session, people: People, unfirmed: list[str], at: datetime
) -> None:
    first, second, third = unfirmed
    with pytest.raises(Forbidden):
        set_up_councils(session, people.officer, first, new_councils(second), at=at)
    other = make_seized(session, people, at=at)
    with pytest.raises(ValuationIncomplete):
        set_up_councils(session, people.head, first, new_councils(other), at=at)
    unstated = make_seized(session, people, at=at)
    case = session.scalar(select(Asset.case_id).where(Asset.reference == first))
    session.execute(update(Asset).where(Asset.reference == unstated).values(case_id=case))
    session.expire_all()
    with pytest.raises(WayNotLawful) as unlawful, session.begin_nested():
        set_up_councils(session, people.head, first, new_councils(unstated), at=at)
    assert unlawful.value.fields["further"][1] == {"asset": unstated}
    assert session.scalar(select(func.count(PriceCouncil.id))) == 0

    set_up_councils(session, people.head, first, new_councils(second), at=at)
    set_up_councils(session, people.head, third, new_councils(None), at=at)
    for said, refused in (
        (sitting(5, 7, 7, **{key(second): (1, 2, 3)}), CouncilUndecided),
        (sitting(5, 7, 7, **{key(third): (7, 7, 7)}), ValuationIncomplete),
        (sitting(5, 7, 7, **{key(second): (7, 7)}), ValuationIncomplete),
        (sitting(5, 7, 7, **{key(first): (7, 7, 7)}), ValuationIncomplete),
        (sitting(5, 7, 7, **{key(unstated): (7, 7, 7)}), NoCouncil),
    ):
        with pytest.raises(refused), session.begin_nested():
            decide_councils(session, people.officer, first, said, at=at)
    with pytest.raises(NotFound):
        decide_councils(session, people.foreign_officer, first, sitting(5, 7, 7), at=at)
    assert session.scalar(select(func.count(Valuation.id))) == 0


def test_the_pages_let_a_council_price_several_assets(
    session: Session,
    people: People,
    unfirmed: list[str],
    browse_as: Callable[[str], TestClient],
) -> None:
    first, second, third = unfirmed
    head, own = browse_as("head"), f"/assets/{first}/price"
    said = {"decision_number": "9/QĐ", "set_up_on": "2026-08-10", "chair": "0"}
    said |= {f"name.{i}": f"Thành viên {i}" for i in range(3)}
    sent = head.post(f"{own}/council", data={**said, "further": f"{second}, {third}"})
    assert sent.status_code == 303, sent.text[-2000:]
    officer = browse_as("officer")
    form = officer.get(f"{own}/council-decision").text
    assert f'name="price.{second}.2"' in form
    decided = {f"price.{n}": "9.000.000" for n in (1, 2, 3)}
    decided |= {f"opinion.{n}": "Đồng ý" for n in (1, 2, 3)}
    decided |= {f"price.{second}.{n}": "4.000.000" for n in (1, 2)}
    decided |= {f"price.{third}.{n}": "" for n in (1, 2, 3)}
    decided |= {"decided_on": "2026-08-14", "market": "Giá bán cùng loại"}
    few = officer.post(f"{own}/council-decision", data=decided)
    assert few.status_code == 422
    assert "4.000.000" in few.text
    decided[f"price.{second}.3"] = "5.000.000"
    assert officer.post(f"{own}/council-decision", data=decided).status_code == 303
    assert session.scalar(select(func.count(Valuation.id))) == 2
    shown = officer.get(f"/assets/{second}/price").text
    assert "4.000.000" in shown
    assert f"/assets/{third}/price" in shown


def test_a_council_prices_several_assets_over_rest(
    people: People, unfirmed: list[str], call_as: Callable[[str], Caller]
) -> None:
    first, second, _third = unfirmed
    members = [
        {"name": f"Thành viên {n}", "post": "Công chức", "chairs": n == 1} for n in (1, 2, 3)
    ]
    path = f"/assets/{first}/pricing"
    said = {"decision_number": "9/QĐ", "set_up_on": "2026-08-10", "members": members}
    assert call_as("head").post(f"{path}/council", **said, further=second).status_code == 201
    plain = [{"position": n, "price": "9", "opinion": "Đồng ý"} for n in (1, 2, 3)]
    more = [{"asset": second, "votes": [{"position": n, "price": "4"} for n in (1, 2, 3)]}]
    sat = {"decided_on": "2026-08-14", "market": "Giá bán cùng loại", "votes": plain}
    made = call_as("officer").post(f"{path}/council-decision", **sat, further=more)
    assert made.status_code == 201, made.text
    assert made.json()["councils"][0]["further"][0]["closed_on"] == "2026-08-14"
    assert Decimal(made.json()["valuations"][0]["amount"]) == 9
