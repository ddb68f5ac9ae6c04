"""Ways of assets through the commands: between them they take every step of ``steps.toml``."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Meaning, Outcome
from auction.claims.rules import ClaimKind
from auction.life.jobs import LIVES
from auction.lots.queries import assets_of_lot
from auction.offers.commands.enforceability import decide_not_enforceable
from auction.offers.commands.leaving import redeem, settle
from auction.offers.commands.priority import answer_priority, offer_priority, pay_priority
from auction.offers.commands.recalling import recall_seizure
from auction.offers.commands.setoff import lapse_setoff, pay_setoff, tell_debtor
from auction.offers.commands.telling import tell_failure
from auction.offers.commands.unsold import return_unsold
from auction.offers.schemas import (
    NewDebtorNotice,
    NewFailureNotice,
    NewLapse,
    NewNotEnforceable,
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
    NewRecall,
    NewRedemption,
    NewReturn,
    NewSetOffPayment,
    NewSettlement,
)
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.schemas import NewRuling
from auction.payouts.commands.excess import correct_set_off
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import VoucherWay
from auction.payouts.schemas import NewSetOffCorrection, NewVoucher
from auction.sales.commands.delivering import note_after_sale, put_on_deposit
from auction.sales.commands.ending import annul_result
from auction.sales.commands.paying import default_sale
from auction.sales.commands.registering import register_sale
from auction.sales.models import Sale
from auction.sales.rules import AnnulmentGround, EntryKind, Way
from auction.sales.schemas import NewAnnulment, NewDefault, NewNote, NewSale, NewTermDeposit
from auction.valuations.commands.agreement import agree_price
from auction.valuations.commands.facts import state_facts
from auction.valuations.commands.office_price import set_officer_price
from auction.valuations.commands.revaluation import reopen_price, request_revaluation
from auction.valuations.rules import Ground
from auction.valuations.schemas import AgreedPrice, NewFacts, OfficerPrice, RevaluationGround
from inventory.assets.rules import AssetKind
from inventory.base.clock import local_day
from inventory.measures.commands import decide_measure, register_measured
from inventory.measures.queries import list_measures
from inventory.measures.rules import MeasureKind
from inventory.measures.schemas import NewMeasuredAsset, NewMeasureDecision
from inventory.seizures.commands import register_seized_asset, release_seizure, seize_again
from inventory.seizures.drawing import assign_custody
from inventory.seizures.rules import SeizureWay
from inventory.seizures.schemas import NewCustody, NewSeizure, SeizureRelease
from inventory.titles.commands import record_collateral, record_title, set_region
from inventory.titles.rules import OwnerRole, Region
from inventory.titles.schemas import NewCollateral, NewOwner, NewRegion, NewTitle
from tests.make import inventory
from tests.make.announcing import make_chosen, make_contract, new_contract
from tests.make.auction import close_round, make_formed_lot, make_valued_asset, new_round
from tests.make.between import Between, failed_lot, lot_on_its_way
from tests.make.money import (
    SMALL,
    case_of,
    make_claim,
    make_delivered,
    make_paid,
    make_small_lot,
    make_sold,
    propose,
)
from tests.make.organisation import People
from tests.make.valuations import make_seized, make_told, new_request

CASE = "12/QĐ-THADS"
DAY = timedelta(days=1)
BILLION = Decimal(1_000_000_000)

Walk = Callable[[Session, People, datetime], object]


def _seize(session: Session, people: People, reference: str, at: datetime) -> None:
    new = NewSeizure(case_number=CASE, decision_number="34/QĐ-KB", decision_on=local_day(at))
    seize_again(session, people.officer, reference, new, at=at)


def _measured(
    session: Session, people: People, kind: MeasureKind, taken_at: datetime, at: datetime
) -> str:
    inventory.make_case(session, people.officer, CASE, at=at)
    new = NewMeasuredAsset(
        measure=kind,
        case_number=CASE,
        taken_at=taken_at,
        minutes="1/BB",
        kind=AssetKind.VEHICLE,
        description="Xe ô tô tải 2,5 tấn",
    )
    return register_measured(session, people.officer, new, at=at).reference


def verified_then_seized(session: Session, people: People, at: datetime) -> None:
    """Identified by a verification, then seized, given into custody and released."""
    reference = _measured(session, people, MeasureKind.VERIFICATION, at, at)
    _seize(session, people, reference, at)
    said = {"at": at, "place": "số 8 Chợ Hàng", "custodian": "Trần Văn Nợ"}
    custody = NewCustody(case_number=CASE, **said)
    assign_custody(session, people.officer, reference, custody, at=at)
    day = local_day(at)
    release = SeizureRelease(case_number=CASE, release_decision="7/QĐ-GT", released_on=day)
    release_seizure(session, people.officer, reference, release, at=at)


def measured_then_seized(session: Session, people: People, at: datetime) -> None:
    """Held for the time being by minutes, decided on within its hours, then seized."""
    reference = _measured(session, people, MeasureKind.HOLDING, at - 2 * DAY, at)
    (measure,) = list_measures(session, people.officer, reference)
    said = {"decision_number": "9/QĐ-TG", "decided_at": at - DAY}
    decision = NewMeasureDecision(measure_id=measure.id, **said)
    decide_measure(session, people.officer, reference, decision, at=at)
    _seize(session, people, reference, at)


def evidence_then_seized(session: Session, people: People, at: datetime) -> None:
    """Evidence that is seized for the civil part of the judgment."""
    inventory.make_case(session, people.officer, CASE, at=at)
    made = inventory.make_evidence(session, people.keeper, at=at)
    _seize(session, people, made.reference, at)


def registered_as_seized(session: Session, people: People, at: datetime) -> None:
    """Three things: seized by decision, by the judgment, and found on the spot."""
    case = inventory.make_case(session, people.officer, CASE, at=at)
    spot = {"way": SeizureWay.ON_THE_SPOT, "supplements": "34/QĐ-KB", "decision_number": "35"}
    for said in ({}, {"way": SeizureWay.JUDGMENT, "decision_number": "5/2026/DS"}, spot):
        new = inventory.new_seized_asset(case, **said)
        register_seized_asset(session, people.officer, new, at=at)
    LIVES.act(lambda: nullcontext(session), "new", at)


def priced_by_agreement(session: Session, people: People, at: datetime) -> None:
    """The parties agree on the price."""
    reference = make_seized(session, people, at=at)
    said = {"agreed_on": date(2026, 8, 5), "parties": "Trần Văn Nợ\nNgân hàng Thử"}
    agreed = AgreedPrice(amount=Decimal(900_000_000), **said)
    agree_price(session, people.officer, reference, agreed, at=at)


def priced_by_the_officer(session: Session, people: People, at: datetime) -> None:
    """The officer prices a thing of small value."""
    reference = make_seized(session, people, at=at)
    region = NewRegion(region=Region.IV, from_on=date(2026, 8, 1))
    set_region(session, people.officer, reference, region, at=at)
    state_facts(session, people.officer, reference, NewFacts(worth=Decimal(15_000_000)), at=at)
    said = {"priced_on": date(2026, 8, 7), "market": "Giá chợ"}
    new = OfficerPrice(amount=Decimal(15_000_000), **said)
    set_officer_price(session, people.officer, reference, new, at=at)


def priced_again(session: Session, people: People, at: datetime) -> None:
    """A firm values, a party asks for another valuation."""
    reference = make_seized(session, people, at=at)
    make_told(session, people, reference, at=at)
    request_revaluation(session, people.officer, reference, new_request(), at=at)


def priced_anew(session: Session, people: People, at: datetime) -> None:
    """A firm values, an authority finds a breach."""
    reference = make_seized(session, people, at=at)
    make_told(session, people, reference, at=at)
    said = {"on_day": date(2026, 9, 1), "document": "KL 12/KL-BTC"}
    breach = RevaluationGround(ground=Ground.FIRM_BREACH, **said)
    reopen_price(session, people.officer, reference, breach, at=at)


def _half_owned(session: Session, people: People, reference: str, at: datetime) -> None:
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name="Trần Thị Chung", over=1, under=2),
    ]
    title = NewTitle(from_on=date(2026, 8, 3), document="GCN 1", owners=owners)
    record_title(session, people.officer, reference, title, at=at)


def offered_to_the_co_owner_again(session: Session, people: People, at: datetime) -> None:
    """The co-owner is told of his right in a later round."""
    way = lot_on_its_way(session, people, at=at)
    _half_owned(session, people, way.asset, at)
    told = NewPriority(told_on=way.pass_co_owners().announce(30).today)
    offer_priority(session, people.officer, way.asset, told, at=at)


def bought_by_a_co_owner(session: Session, people: People, at: datetime) -> None:
    """The co-owner is offered it first and pays."""
    reference = make_valued_asset(session, people, at=at)
    _half_owned(session, people, reference, at)
    on = local_day(at)
    offer_priority(session, people.officer, reference, NewPriority(told_on=on), at=at)
    said = {"accepted": True, "answered_on": on, "document": "Đơn"}
    answer = NewPriorityAnswer(owner="Trần Thị Chung", **said)
    answer_priority(session, people.officer, reference, answer, at=at)
    paid = NewPriorityPayment(paid_on=on, amount=BILLION / 2, document="BL-1")
    pay_priority(session, people.officer, reference, paid, at=at)


def contracted_paused_and_stopped(session: Session, people: People, at: datetime) -> None:
    """An auction is contracted, a round is paused, the next one stopped."""
    lot = make_chosen(session, people, at=at)
    contract = new_contract(local_day(at), organisation="0101")
    make_contract(session, people, lot, contract, at=at)
    for number, code in ((1, Outcome.PAUSED), (2, Outcome.STOPPED)):
        opens_at = at + 21 * number * DAY
        opens = new_round(BILLION, opens_at)
        schedule_round(session, people.officer, lot.reference, opens, at=at)
        close_round(session, people, lot, number, code, at=opens_at)


def sold_without_auction(session: Session, people: People, at: datetime) -> None:
    """A movable of small value is sold directly."""
    lot = make_small_lot(session, people, at=at)
    before = local_day(at - 4 * DAY)
    new = NewSale(
        lot=lot.reference,
        way=Way.DIRECT,
        buyer="Ông Nhận",
        price=Decimal(SMALL),
        sold_on=local_day(at),
        document="BB-13b",
        announced_on=before,
        announcement="Bảng niêm yết",
        procuracy_told_on=before,
        procuracy_notice="TB-VKS-13b",
    )
    register_sale(session, people.officer, new, at=at)


def taken_by_agreement(session: Session, people: People, at: datetime) -> None:
    """A creditor takes it as the parties agree."""
    way = lot_on_its_way(session, people, at=at)
    make_claim(session, people, case_of(session, Sale(lot_id=way.lot.id)), 600_000_000, at=at)
    new = NewSale(
        lot=way.ref,
        way=Way.AGREEMENT,
        buyer="Ngân hàng Thử",
        price=BILLION,
        sold_on=way.today,
        document="04/TT",
        debtor_agrees=True,
    )
    register_sale(session, people.officer, new, at=at)


def taken_for_more_than_his(session: Session, people: People, at: datetime) -> None:
    """A creditor takes it for all he is owed; then wages come that are paid before him."""
    way = lot_on_its_way(session, people, at=at)
    case = case_of(session, Sale(lot_id=way.lot.id))
    make_claim(session, people, case, int(BILLION), at=at)
    said = {"document": "04/TT", "debtor_agrees": True}
    new = NewSale(
        lot=way.ref,
        way=Way.AGREEMENT,
        buyer="Ngân hàng Thử",
        price=BILLION,
        sold_on=way.today,
        **said,
    )
    sale = register_sale(session, people.officer, new, at=at)
    make_claim(session, people, case, 5_000_000, kind=ClaimKind.WAGES, creditor="Chị Ba", at=at)
    propose(session, people, sale, at=at)
    told = NewSetOffCorrection(told_on=way.today, document="77/TB")
    correct_set_off(session, people.officer, sale.id, told, at=at)


def failed_told_and_reduced(session: Session, people: People, at: datetime) -> None:
    """A round fails, the parties are told, the price falls, it is offered again."""
    way = failed_lot(session, people, 1, at=at)
    told = NewFailureNotice(told_on=way.today, document="TB-18")
    tell_failure(session, people.officer, way.ref, told, at=way.now)
    way.reduce().announce(10)


def failure_ruled_away(session: Session, people: People, at: datetime) -> None:
    """The head rules that a failed round does not count."""
    way = failed_lot(session, people, 1, at=at)
    said = {"ground": "Niêm yết không đủ thời hạn", "article": "PA16 Art. 35"}
    new = NewRuling(meaning=Meaning.NEITHER, **said)
    give_ruling(session, people.head, way.ref, 1, new, at=way.now)


def _taken(session: Session, people: People, at: datetime) -> Between:
    way = failed_lot(session, people, 3, at=at)
    way.cost(40_000_000).ask().answer(accepted=True)
    told = NewDebtorNotice(told_on=way.today)
    tell_debtor(session, people.officer, way.ref, told, at=way.now)
    return way


def taken_and_paid(session: Session, people: People, at: datetime) -> None:
    """The creditor takes it and pays."""
    way = _taken(session, people, at).wait(10)
    paid = NewSetOffPayment(amount=Decimal(40_000_000), paid_on=way.today, document="BL-9")
    pay_setoff(session, people.officer, way.ref, paid, at=way.now)


def taken_and_not_paid(session: Session, people: People, at: datetime) -> None:
    """The creditor takes it and does not pay."""
    way = _taken(session, people, at).wait(30)
    lapse_setoff(session, people.officer, way.ref, NewLapse(on=way.today), at=way.now)


def given_back(session: Session, people: People, at: datetime) -> None:
    """What is not above the costs goes back, and the case is not yet enforceable."""
    way = failed_lot(session, people, 3, at=at)
    way.cost(730_000_000).ask().answer(accepted=False)
    said = {"receiver": "Trần Văn Nợ", "refused_on": way.today, "refusal": "CV-NH 8"}
    back = NewReturn(returned_on=way.today, **said)
    asset = way.asset
    return_unsold(session, people.officer, way.ref, back, at=way.now)
    said = {"decision_number": "8/QĐ", "verification": "BB-XM", "verified_on": way.today}
    decided = NewNotEnforceable(decided_on=way.today, **said)
    decide_not_enforceable(session, people.head, asset, decided, at=way.now)


def recalled(session: Session, people: People, at: datetime) -> None:
    """The price sinks to what the asset secures for another."""
    way = lot_on_its_way(session, people, at=at)
    said = {"holder": "Ngân hàng Khác", "holder_is_creditor": False, "document": "HĐTC 5"}
    secured = NewCollateral(secured_amount=Decimal(960_000_000), from_on=way.today, **said)
    record_collateral(session, people.officer, way.asset, secured, at=way.now)
    way.fail().reduce()
    new = NewRecall(recalled_on=way.today, decision_number="5/QĐ-THKB", holder_told="CV 9")
    recall_seizure(session, people.head, way.ref, new, at=way.now)


def redeemed(session: Session, people: People, at: datetime) -> None:
    """The debtor pays and takes it back."""
    way = failed_lot(session, people, 1, at=at)
    sums = {"debt": Decimal(700_000_000), "costs": Decimal(40_000_000)}
    paid = NewRedemption(paid_on=way.today, document="BL-3", **sums)
    redeem(session, people.officer, way.asset, paid, at=way.now)


def settled(session: Session, people: People, at: datetime) -> None:
    """The parties agree before it is sold."""
    lot = make_formed_lot(session, people, at=at)
    asset = assets_of_lot(session, lot.id)[0].reference
    new = NewSettlement(agreed_on=local_day(at), document="BBTT 1")
    settle(session, people.officer, asset, new, at=at)


def sold_and_defaulted(session: Session, people: People, at: datetime) -> None:
    """The buyer refuses to pay."""
    sale = make_sold(session, people, at=at)
    said = {"document": "12/HĐ-HUY", "refused_in_writing": True}
    new = NewDefault(cancelled_on=local_day(at), **said)
    default_sale(session, people.officer, sale.id, new, at=at)


def sold_and_annulled(session: Session, people: People, at: datetime) -> None:
    """A court annuls the result."""
    sale = make_sold(session, people, at=at)
    ground = next(iter(AnnulmentGround))
    new = NewAnnulment(ground=ground, cancelled_on=local_day(at), document="QĐ-TA 3")
    annul_result(session, people.officer, sale.id, new, at=at)


def sold_and_on_deposit(session: Session, people: People, at: datetime) -> None:
    """Paid, and put on a term deposit while it is not delivered."""
    sale = make_paid(session, people, at=at)
    later = at + 15 * DAY
    new = NewTermDeposit(bank="Kho bạc Thử", deposited_on=local_day(later), document="HĐTG 1")
    put_on_deposit(session, people.accountant, sale.id, new, at=later)


def sold_delivered_and_paid_out(session: Session, people: People, at: datetime) -> None:
    """Sold, paid, delivered, the title filed, and the money paid out."""
    sale = make_delivered(session, people, at=at)
    on = local_day(at)
    filed = NewNote(kind=EntryKind.TITLE_FILE, happened_on=on, document="HS-1", words="Đã gửi")
    note_after_sale(session, people.officer, sale.id, filed, at=at)
    payout = propose(session, people, sale, at=at)
    approve_payout(session, people.head, payout.id, at=at)
    for n, line in enumerate(get_payout(session, people.accountant, payout.id).lines):
        voucher = NewVoucher(number=f"PC-{n}", way=VoucherWay.TRANSFER, paid_on=on)
        pay_line(session, people.accountant, line.id, voucher, at=at)
