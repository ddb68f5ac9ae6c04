"""What is owed against what is seized: values, what is enough, what may be released."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from auction.bidding.commands import schedule_round
from auction.claims.models import Claim
from auction.holds.models import Hold, HoldAsset
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.commands import form_lot
from auction.lots.queries import get_lot, open_lot_of
from auction.lots.schemas import NewLot
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import VoucherWay
from auction.payouts.schemas import NewVoucher
from auction.proportions.commands import release_part
from auction.proportions.queries import proportion
from auction.proportions.rules import (
    Basis,
    DebtUnknown,
    NeededStill,
    RoundWaits,
    left_for_case,
    unneeded,
)
from auction.proportions.schemas import NewPartRelease
from inventory.assets.models import Asset
from inventory.base.errors import Forbidden, NotFound
from inventory.seizures.commands import seize_again
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import NewSeizure
from inventory.titles.commands import record_collateral, record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewCollateral, NewOwner, NewTitle
from tests.make.auction import FAILED, close_round, fail_round, new_round, under_contract
from tests.make.money import case_of, make_claim, make_delivered, propose
from tests.make.proportions import choose, debtor_pays, make_owed_case, seize


@pytest.fixture
def case(session, people, at):
    return make_owed_case(session, people, 600_000_000, at=at)


def look(session, people, case, at):
    return proportion(session, people.officer, case.id, at.date())


def release(session, people, case, asset, at, **said):
    facts = {"case_number": case.decision_number, "released_on": at.date(), **said}
    return release_part(session, people.officer, asset, NewPartRelease(**facts), at=at)


def id_of(session, reference):
    return session.scalars(select(Asset.id).where(Asset.reference == reference)).one()


@pytest.mark.parametrize(
    ("gross", "share", "secured", "others", "left"),
    [
        (100, Fraction(1), 0, 0, 100),
        (101, Fraction(1, 2), 0, 0, 51),
        (100, Fraction(1, 2), 30, 0, 20),
        (100, Fraction(1), 60, 60, 0),
    ],
)
def test_a_case_counts_on_the_debtors_part_of_what_nobody_else_has(
    gross, share, secured, others, left
):
    found = left_for_case(Decimal(gross), share, Decimal(secured), Decimal(others))
    assert found == left


def test_each_asset_is_unneeded_that_the_others_do_without():
    worths = {1: Decimal(500), 2: Decimal(300), 3: Decimal(0)}
    assert unneeded(worths, Decimal(801)) == set()
    assert unneeded(worths, Decimal(800)) == {3}
    assert unneeded(worths, Decimal(500)) == {2, 3}
    assert unneeded(worths, Decimal(300)) == {1, 2, 3}
    assert unneeded({}, Decimal(0)) == set()


def test_an_asset_counts_by_estimate_valuation_or_last_offer(session, people, case, at):
    guessed = seize(session, people, case, at=at, estimated_value=Decimal(10_000_000))
    unknown = seize(session, people, case, at=at)
    valued = seize(session, people, case, 200_000_000, at=at)
    offered = [seize(session, people, case, value, at=at) for value in (100_000_000, 300_000_000)]
    new = NewLot(assets=offered, description="Hai xe")
    lot = form_lot(session, people.officer, new, at=at)
    under_contract(session, lot)
    fail_round(session, people, lot, 400_000_000, at=at)
    found = {one.reference: one for one in look(session, people, case, at).assets}
    assert found[guessed].basis is Basis.ESTIMATE
    assert (found[guessed].gross, found[unknown].gross) == (10_000_000, 0)
    assert (found[unknown].basis, found[valued].basis) == (Basis.UNKNOWN, Basis.VALUATION)
    assert found[valued].as_of == date(2026, 9, 1)
    assert [found[one].basis for one in offered] == [Basis.OFFER, Basis.OFFER]
    assert [found[one].gross for one in offered] == [100_000_000, 300_000_000]


def test_what_others_have_in_an_asset_does_not_count(session, people, case, at):
    """A co-owner's half, a debt secured for another, and another case's debt come off."""
    asset = seize(session, people, case, 1_000_000_000, at=at)
    title = NewTitle(
        from_on=date(2020, 1, 1),
        document="GCN-1",
        owners=[
            NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
            NewOwner(role=OwnerRole.CO_OWNER, name="Bà Chung", over=1, under=2),
        ],
    )
    record_title(session, people.officer, asset, title, at=at)
    debt = {"holder": "Quỹ tín dụng", "secured_amount": Decimal(150_000_000)}
    secured = NewCollateral(**debt, from_on=date(2024, 1, 1), document="HĐTC-1")
    record_collateral(session, people.officer, asset, secured, at=at)
    other = make_owed_case(session, people, 100_000_000, "51/QĐ-THADS", at=at)
    new = NewSeizure(case_number="51/QĐ-THADS", decision_number="35/QĐ-KB", decision_on=at.date())
    seize_again(session, people.officer, asset, new, at=at)
    (one,) = look(session, people, case, at).assets
    assert (one.gross, one.counted) == (1_000_000_000, 250_000_000)
    (same,) = look(session, people, other, at).assets
    assert same.counted == 0, "the first case takes all that is left"


def test_a_sold_asset_counts_by_its_price_less_what_was_paid_out_of_it(session, people, at):
    """What creditors got of the money is no longer owed and no longer there."""
    sale = make_delivered(session, people, at=at)
    case = case_of(session, sale)
    make_claim(session, people, case, 600_000_000, at=at)
    seize(session, people, case, 300_000_000, at=at)
    before = look(session, people, case, at)
    assert [(one.basis, one.sold) for one in before.assets] == [
        (Basis.SALE, True),
        (Basis.VALUATION, False),
    ]
    assert (before.need, before.value) == (600_000_000, 1_300_000_000)
    assert [one.sold for one in before.releasable] == [False], "nothing sold is released"
    payout = propose(session, people, sale, at=at)
    approve_payout(session, people.head, payout.id, at=at)
    line = get_payout(session, people.officer, payout.id).lines[0]
    paid = NewVoucher(number="PC-1", way=VoucherWay.TRANSFER, paid_on=at.date())
    pay_line(session, people.accountant, line.id, paid, at=at)
    after = look(session, people, case, at)
    assert (after.need, after.value) == (0, 700_000_000)


def test_without_claims_nothing_is_released(session, people, at):
    case = make_owed_case(session, people, None, at=at)
    asset = seize(session, people, case, 500_000_000, at=at)
    found = look(session, people, case, at)
    assert (found.known, found.releasable) == (False, [])
    with pytest.raises(DebtUnknown) as refusal:
        release(session, people, case, asset, at)
    assert refusal.value.article == "L25 Art. 72(3), 95(3)"


def test_what_is_needed_still_names_what_may_be_released_instead(session, people, case, at):
    house = seize(session, people, case, 700_000_000, at=at)
    car = seize(session, people, case, 300_000_000, at=at)
    with pytest.raises(NeededStill) as refusal:
        release(session, people, case, house, at)
    assert refusal.value.params["others"] == car
    assert release(session, people, case, car, at).released_on == at.date()
    with pytest.raises(NotFound):
        release(session, people, case, car, at)


def test_the_release_ends_the_way_of_the_asset_and_bears_the_number_typed(
    session, people, case, at
):
    seize(session, people, case, 700_000_000, at=at)
    car = seize(session, people, case, 300_000_000, at=at)
    made = release(session, people, case, car, at, release_decision="77/QĐ-GTKB")
    assert made.release_decision == "77/QĐ-GTKB"
    asset = id_of(session, car)
    assert standing_of(session, [asset])[asset].state is State.RELEASED
    assert [one.reference for one in look(session, people, case, at).assets] != [car]


def test_one_of_a_lot_leaves_it_and_the_rest_goes_on(session, people, case, at):
    refs = [seize(session, people, case, value, at=at) for value in (500_000_000, 300_000_000)]
    new = NewLot(assets=refs, description="Hai xe")
    lot = form_lot(session, people.officer, new, at=at)
    under_contract(session, lot)
    opens = new_round(800_000_000, at - timedelta(hours=1))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    claim = session.scalars(select(Claim).where(Claim.case_id == case.id)).one()
    debtor_pays(session, people, claim, 350_000_000, at=at)
    with pytest.raises(RoundWaits) as refusal:
        release(session, people, case, refs[1], at)
    assert refusal.value.article is not None
    close_round(session, people, lot, 1, FAILED, at=at)
    release(session, people, case, refs[1], at)
    assert lot.closed_on == at.date()
    assert open_lot_of(session, people.officer, id_of(session, refs[1])) is None
    goes_on = open_lot_of(session, people.officer, id_of(session, refs[0]))
    assert goes_on is not None
    assert [one.reference for one in get_lot(session, people.officer, goes_on).assets] == refs[:1]


def test_only_who_may_release_does_and_another_office_sees_nothing(session, people, case, at):
    seize(session, people, case, 700_000_000, at=at)
    car = seize(session, people, case, 300_000_000, at=at)
    new = NewPartRelease(case_number=case.decision_number, released_on=at.date())
    with pytest.raises(Forbidden):
        release_part(session, people.accountant, car, new, at=at)
    with pytest.raises(NotFound):
        release_part(session, people.foreign_officer, car, new, at=at)
    with pytest.raises(NotFound):
        proportion(session, people.foreign_officer, case.id, at.date())


def test_it_takes_as_many_statements_for_one_asset_as_for_many(
    session, people, case, at, statements
):
    def counted() -> int:
        statements.clear()
        look(session, people, case, at)
        return len(statements)

    seize(session, people, case, 100_000_000, at=at)
    few = counted()
    for _n in range(3):
        seize(session, people, case, 100_000_000, at=at)
    assert counted() == few


def test_a_second_thing_he_asks_for_counts_together_with_the_first(session, people, case, at):
    choose(session, people, case, 600_000_000, at=at)
    make_claim(session, people, case, 100_000_000, at=at)
    second = choose(session, people, case, 100_000_000, at=at)
    holds = session.scalars(select(Hold).where(Hold.kind == "transactions_frozen")).all()
    assert [hold.subject_id for hold in holds] == [case.id], "one a case"
    assert id_of(session, second)


def test_a_thing_seized_for_two_cases_is_frozen_for_both(session, people, case, at):
    other = make_owed_case(session, people, 100_000_000, "51/QĐ-THADS", at=at)
    shared = seize(session, people, case, at=at)
    new = NewSeizure(case_number="51/QĐ-THADS", decision_number="35/QĐ-KB", decision_on=at.date())
    seize_again(session, people.officer, shared, new, at=at)
    choose(session, people, case, 600_000_000, at=at)
    choose(session, people, other, 100_000_000, at=at)
    kept = select(HoldAsset.hold_id).where(HoldAsset.asset_id == id_of(session, shared))
    assert len(session.scalars(kept).all()) == 2


def test_before_the_law_of_2025_nobody_weighed_it(session, people, at):
    case = make_owed_case(session, people, None, at=at)
    case.decision_on = date(2026, 6, 1)
    session.flush()
    old = choose(session, people, case, None, at=at, decision_on=date(2026, 6, 30))
    seizure = session.scalars(select(Seizure).where(Seizure.asset_id == id_of(session, old))).one()
    assert seizure.debtor_asked
    assert session.scalars(select(Hold)).all() == []


def test_a_number_that_is_no_asset_freezes_nothing_and_seizes_nothing(session, people, case, at):
    with pytest.raises(NotFound) as refusal:
        choose(session, people, case, 600_000_000, at=at, frozen="TS-404")
    assert "frozen" in refusal.value.fields
    assert session.scalars(select(Seizure).where(Seizure.case_id == case.id)).all() == []
