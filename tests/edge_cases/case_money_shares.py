"""Who gets the money of a sale: owners, creditors who are gone, what is kept and given back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from auction.claims.commands import change_claim
from auction.claims.queries import debt_of
from auction.claims.rules import ClaimKind, EntryKind
from auction.claims.schemas import NewEntry
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.deadlines.queries import deadlines_of
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.commands import form_lot
from auction.lots.queries import assets_of_lot
from auction.lots.rules import AssetGone
from auction.lots.schemas import NewLot
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.queries import get_payout
from auction.proportions.commands import release_part
from auction.proportions.queries import proportion
from auction.proportions.rules import NeededStill
from auction.proportions.schemas import NewPartRelease
from auction.sales.models import Sale
from auction.sales.queries import assets_of
from auction.terminations.commands import terminate_case
from auction.terminations.rules import Ground
from auction.terminations.schemas import NewTermination
from inventory.assets.models import Asset
from inventory.papers.queries import get_paper
from inventory.seizures.queries import list_seizures, papers_of
from inventory.titles.commands import end_burden, record_burden, set_region
from inventory.titles.rules import Burden, BurdenEnd, Region
from inventory.titles.schemas import EndOfBurden, NewBurden, NewRegion
from reports.documents.layouts import html_of
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import make_formed_lot
from tests.make.between import lot_on_its_way
from tests.make.homes import only_home
from tests.make.inventory import make_case
from tests.make.money import case_of, lines_of, make_claim, make_delivered, propose
from tests.make.proportions import debtor_pays, seize

SOLD_AT = datetime(2026, 9, 14, 3, tzinfo=UTC)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def reference(office: Office, sale: Sale) -> str:
    return office.session.get_one(Asset, assets_of(office.session, sale.lot_id)[0]).reference


@edge_case(18, "JC11/16 Art. 5(4)")
def of_a_creditor_without_heirs_the_sale_pays_costs_and_the_state_and_leaves_the_rest(
    office: Office,
) -> None:
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    case = case_of(session, sale)
    dead = make_claim(session, people, case, 600_000_000, creditor="Cụ Không Con", at=AT)
    fee = {"kind": ClaimKind.COURT_FEES, "creditor": "Nhà nước"}
    make_claim(session, people, case, 30_000_000, **fee, at=AT)
    cost = NewCost(
        kind=CostKind.ANNOUNCEMENT, amount=Decimal(5_000_000), spent_on=TODAY, document="HĐ"
    )
    enter_cost(session, people.officer, reference(office, sale), cost, at=AT)
    lapsed = NewEntry(
        kind=EntryKind.LAPSED,
        principal=Decimal(600_000_000),
        happened_on=TODAY,
        document="Xác nhận không có người thừa kế",
    )
    change_claim(session, people.officer, dead.id, lapsed, at=AT)
    assert lines_of(session, propose(session, people, sale, at=AT)) == [
        ("costs", None, 5_000_000),
        ("rank", "Nhà nước", 30_000_000),
        ("debtor", "Trần Văn Nợ", 965_000_000),
    ]


@edge_case(18, "JC11/16 Art. 5(4)")
def before_the_sale_nothing_is_left_to_enforce_and_the_seizure_is_released(
    office: Office,
) -> None:
    """Nobody bought it yet: it leaves its lot, the decision is drawn up, nobody can offer it."""
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    case = case_of(session, Sale(lot_id=lot.id))
    dead = make_claim(session, people, case, 600_000_000, creditor="Cụ Không Con", at=AT)
    (asset,) = assets_of_lot(session, lot.id)
    release = NewPartRelease(
        case_number=case.decision_number,
        released_on=TODAY,
        grounds="Người được thi hành án chết không có người thừa kế; đình chỉ thi hành án.",
    )
    with pytest.raises(NeededStill):
        release_part(session, people.officer, asset.reference, release, at=AT)
    lapsed = NewEntry(
        kind=EntryKind.LAPSED,
        principal=Decimal(600_000_000),
        happened_on=TODAY,
        document="Xác nhận không có người thừa kế",
    )
    change_claim(session, people.officer, dead.id, lapsed, at=AT)
    released = release_part(session, people.officer, asset.reference, release, at=AT)
    number = released.release_decision or ""
    paper = papers_of(session, people.officer, asset.reference)[number]
    assert "không có người thừa kế" in html_of(get_paper(session, people.officer, paper))
    assert lot.closed_on == TODAY
    assert standing_of(session, [asset.id])[asset.id].state is State.RELEASED
    with pytest.raises(AssetGone):
        form_lot(
            session,
            people.officer,
            NewLot(assets=[asset.reference], description="Đưa ra bán lại"),
            at=AT,
        )


@edge_case(18, "JC11/16 Art. 5(4); L25 Art. 84(2)a, 95(3)")
def terminated_before_the_sale_its_round_is_stopped_and_the_release_becomes_due(
    office: Office,
) -> None:
    session, people = office
    way = lot_on_its_way(session, people, at=AT).announce(10)
    case = case_of(session, Sale(lot_id=way.lot.id))
    make_claim(session, people, case, 600_000_000, creditor="Cụ Không Con", at=AT)
    decision = NewTermination(
        ground=Ground.CREDITOR_WITHOUT_HEIRS,
        ground_on=TODAY,
        document="Xác nhận không có người thừa kế",
        decision_number="7/QĐ-ĐC",
        decided_on=TODAY,
    )
    terminate_case(session, people.head, case.id, decision, at=AT)
    assert (way.lot.closed_on, case.closed_on) == (TODAY, TODAY)
    assert debt_of(session, case.id, TODAY) == 0
    due = deadlines_of(session, people.officer, "asset", way.asset)
    left = [(one.rule_key, one.due_on) for one in due if one.met_on is None and not one.voided_why]
    assert left == [("end_of_measure_decision", date(2026, 11, 27))]


@edge_case(24, "L25 Art. 81(2)")
def of_what_was_sold_with_the_land_the_owner_gets_his_part_before_anybody(
    office: Office,
) -> None:
    """The land was valued at a billion with the shed on it, the shed at 333,333,333."""
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    sold_with(office, reference(office, sale), "Lê Văn Khác", 333_333_333)
    make_claim(session, people, case_of(session, sale), 600_000_000, at=AT)
    cost = NewCost(
        kind=CostKind.ANNOUNCEMENT, amount=Decimal(5_000_000), spent_on=TODAY, document="HĐ"
    )
    enter_cost(session, people.officer, reference(office, sale), cost, at=AT)
    payout = propose(session, people, sale, at=AT)
    assert lines_of(session, payout) == [
        ("others_things", "Lê Văn Khác", 333_333_333),
        ("costs", None, 5_000_000),
        ("rank", "Ngân hàng Thử", 600_000_000),
        ("debtor", "Trần Văn Nợ", 61_666_667),
    ]
    (first, *_rest) = get_payout(session, people.officer, payout.id).lines
    assert (first.article, first.confidence.value) == ("L25 Art. 81(2)", "C")
    paper = approve_payout(session, people.head, payout.id, at=AT).paper
    assert paper is not None
    table = html_of(get_paper(session, people.officer, paper))
    assert "Phần của chủ tài sản gắn liền với đất được bán cùng" in table
    assert "Lê Văn Khác" in table


def sold_with(office: Office, asset: str, holder: str, value: int) -> None:
    """Things of somebody else on the land, which he did not take away in his time."""
    session, people = office
    new = NewBurden(
        kind=Burden.OTHERS_THINGS,
        holder=holder,
        since_on=date(2026, 8, 1),
        told_on=date(2026, 8, 3),
        note="Nhà xưởng trên đất",
    )
    made = record_burden(session, people.officer, asset, new, at=AT)
    end = EndOfBurden(
        burden_id=made.id,
        ended_on=date(2026, 9, 1),
        how=BurdenEnd.SOLD_WITH,
        value=Decimal(value),
    )
    end_burden(session, people.officer, asset, end, at=AT)


@edge_case(29, "L25 Art. 89(2); D152/26 Art. 67(3)")
def of_an_only_home_twelve_minimum_wages_are_kept_before_the_creditors(office: Office) -> None:
    session, people = office
    sale = make_delivered(session, people, at=SOLD_AT)
    make_claim(session, people, case_of(session, sale), 990_000_000, at=AT)
    region = NewRegion(region=Region.I, from_on=date(2026, 1, 1))
    set_region(session, people.officer, reference(office, sale), region, at=AT)
    only_home(session, people, reference(office, sale), at=AT)
    payout = propose(session, people, sale, at=AT)
    assert lines_of(session, payout) == [
        ("rent", "Trần Văn Nợ", 63_720_000),
        ("rank", "Ngân hàng Thử", 936_280_000),
    ]


@edge_case(49, "L25 Art. 83(6)")
def a_partial_payment_of_the_debtor_lessens_what_is_enforced(office: Office) -> None:
    session, people = office
    case = make_case(session, people.officer, "49/QĐ-THADS", at=AT)
    claim = make_claim(session, people, case, 600_000_000, interest=Decimal(50_000_000), at=AT)
    assert debt_of(session, case.id, TODAY) == 650_000_000
    paid = NewEntry(
        kind=EntryKind.PAID,
        principal=Decimal(450_000_000),
        happened_on=TODAY,
        document="BL-7",
    )
    change_claim(session, people.officer, claim.id, paid, at=AT)
    assert debt_of(session, case.id, TODAY) == 200_000_000
    assert debt_of(session, case.id, TODAY - timedelta(days=1)) == 650_000_000


@edge_case(49, "L25 Art. 72(3), 95(3)")
def after_it_the_claim_is_weighed_anew_and_a_part_may_be_released(office: Office) -> None:
    """600 owed and 10 of costs against 500 and 300; after 350 is paid one of them is enough."""
    session, people = office
    case = make_case(session, people.officer, "49/QĐ-THADS", at=AT)
    claim = make_claim(session, people, case, 600_000_000, at=AT)
    house, car = (
        seize(session, people, case, value, at=AT) for value in (500_000_000, 300_000_000)
    )
    cost = NewCost(
        kind=CostKind.ANNOUNCEMENT, amount=Decimal(10_000_000), spent_on=TODAY, document="HĐ"
    )
    enter_cost(session, people.officer, house, cost, at=AT)
    before = proportion(session, people.officer, case.id, TODAY)
    assert (before.need, before.value, before.releasable) == (610_000_000, 800_000_000, [])

    def release(asset: str) -> str:
        new = NewPartRelease(case_number=case.decision_number, released_on=TODAY)
        return release_part(session, people.officer, asset, new, at=AT).release_decision or ""

    with pytest.raises(NeededStill) as refusal:
        release(car)
    assert refusal.value.article == "L25 Art. 72(3), 95(3)"
    debtor_pays(session, people, claim, 350_000_000, at=AT)
    after = proportion(session, people.officer, case.id, TODAY)
    assert (after.debt, after.paid, after.costs) == (250_000_000, 350_000_000, 10_000_000)
    assert [one.reference for one in after.releasable] == [house, car]
    number = release(house)
    (seizure,) = list_seizures(session, people.officer, house)
    assert (seizure.released_on, seizure.release_decision) == (TODAY, number)
    paper = papers_of(session, people.officer, house)[number]
    decision = html_of(get_paper(session, people.officer, paper))
    assert "khoản 3 Điều 72" in decision
    assert "260.000.000" in decision
    with pytest.raises(NeededStill):
        release(car)
