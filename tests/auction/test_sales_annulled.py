"""A sale that does not stay: its result annulled, or settled by the parties and the buyer."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest

from auction.outcomes.queries import lot_file
from auction.sales.commands.ending import annul_result, return_money, settle
from auction.sales.queries import money_of
from auction.sales.rules import (
    AnnulmentGround,
    ConsentMissing,
    NotDeliverable,
    PaidTooMuch,
    ResultStands,
)
from auction.sales.schemas import NewAnnulment, NewReturn, NewSettlement
from inventory.base.errors import Invalid
from tests.auction.sold import OLD_AT, SOLD_AT, lot_of, standing
from tests.make.money import make_old_sale, make_paid, make_sold


@pytest.fixture
def sale(session, people):
    return make_sold(session, people, at=SOLD_AT)


def annulment(ground=AnnulmentGround.COLLUSION, on=date(2026, 10, 5)) -> NewAnnulment:
    return NewAnnulment(ground=ground, cancelled_on=on, document="05/QĐ-TA")


def test_an_annulled_result_gives_everything_back_and_the_round_counts_as_nothing(
    session, people, at
):
    sale = make_paid(session, people, at=SOLD_AT)
    wrong = annulment(AnnulmentGround.UNDELIVERABLE)
    with pytest.raises(NotDeliverable):
        annul_result(session, people.officer, sale.id, wrong, at=at)
    annul_result(session, people.officer, sale.id, annulment(), at=at)
    assert standing(session, sale) == "result_cancelled"
    money = money_of(session, sale.id, sale.price)
    assert money.to_return == 1_000_000_000
    back = NewReturn(amount=Decimal(1_000_000_001), returned_on=at.date(), document="PC-1")
    with pytest.raises(PaidTooMuch):
        return_money(session, people.accountant, sale.id, back, at=at)
    whole = NewReturn(amount=Decimal(1_000_000_000), returned_on=at.date(), document="PC-1")
    early = msgspec.structs.replace(whole, returned_on=date(2026, 10, 4))
    with pytest.raises(Invalid, match="between"):
        return_money(session, people.accountant, sale.id, early, at=at)
    return_money(session, people.accountant, sale.id, whole, at=at)
    with pytest.raises(PaidTooMuch):
        return_money(session, people.accountant, sale.id, whole, at=at)
    file = lot_file(session, people.officer, lot_of(session, sale).reference, at.date())
    assert file.lot.closed_on is None
    assert file.step == "round"


def test_what_is_no_ground_of_its_day_annuls_nothing(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    wrong = annulment(AnnulmentGround.UNDELIVERABLE, date(2026, 3, 20))
    with pytest.raises(ResultStands) as refusal:
        annul_result(session, people.officer, sale.id, wrong, at=OLD_AT + timedelta(days=9))
    assert refusal.value.article == "PA16 Art. 72"


def test_after_the_sale_the_parties_settle_only_with_the_buyer_d152_14_2(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    new = NewSettlement(settled_on=date(2026, 10, 1), document="BB-TT")
    with pytest.raises(ConsentMissing) as refusal:
        settle(session, people.officer, sale.id, new, at=at)
    assert refusal.value.article == "D152/26 Art. 14(2)"
    consented = NewSettlement(
        settled_on=date(2026, 10, 1), document="BB-TT", buyer_consent="Đơn 01"
    )
    settle(session, people.officer, sale.id, consented, at=at)
    assert standing(session, sale) == "agreed"
    assert lot_of(session, sale).closed_on == date(2026, 10, 1)
