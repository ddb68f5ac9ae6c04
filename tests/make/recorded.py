"""Makes records of steps as their acts leave them, for trials of the rules that bound them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auction.auctioneers.models import OrganisationCall
from auction.bidding.models import Bidder, DepositEntry
from auction.firms.models import ValuationFirm
from auction.holds.models import Hold
from auction.legal_rules.queries import rule_on
from auction.lots.models import AuctionRound, LotAsset, PriceReduction
from auction.notices.models import LotNotice
from auction.offers.models import AssetExit
from auction.sales.models import Sale
from auction.terminations.models import CaseTermination, TerminationAnnulment
from auction.valuations.models import (
    CouncilMember,
    PriceCouncil,
    PriceNotice,
    PricingFacts,
    Revaluation,
    Valuation,
    ValuationContract,
)
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.cases.models import EnforcementCase
from inventory.custody.models import CustodyBound
from inventory.disposals.models import Disposal, DisposalMember, DisposalStep
from inventory.handovers.models import Handover
from inventory.measures.models import Measure
from inventory.outside.models import CustodyCheck, CustodyContract
from inventory.seals.models import Seal, SealPresent
from inventory.seizures.models import Seizure
from inventory.specials.models import SpecialMark
from inventory.titles.models import Encumbrance
from inventory.titles.rules import Burden, BurdenEnd
from tests.make.auction import make_asset, make_lot, make_round, under_contract
from tests.make.inventory import make_asset as make_thing
from tests.make.inventory import make_case, make_place
from tests.make.organisation import People
from tests.make.simulations import make_row

ON = date(2026, 8, 3)
"""A Monday under the law of 2025."""
DAY = timedelta(days=1)
CHAIR = "enforcement_officer"


def a_round(session: Session, people: People, price: int = 1_000_000_000) -> AuctionRound:
    lot = make_lot(session, people.office, make_asset(session, people.office))
    return make_round(session, lot, 1, ON, None, Decimal(price))


def noticed(session: Session, held: AuctionRound, kind: str, first: date, last: date) -> None:
    said = {"lot_id": held.lot_id, "office_id": held.office_id, "round_number": held.number}
    make_row(session, LotNotice, kind=kind, from_on=first, until_on=last, **said)


def a_dossier_fee(session: Session, people: People) -> None:
    a_round(session, people).dossier_fee = Decimal(400_000)
    session.flush()


def a_round_not_announced(session: Session, people: People) -> None:
    noticed(session, a_round(session, people, 40_000_000), "posting", ON - 20 * DAY, ON)


def two_days_of_viewing(session: Session, people: People) -> None:
    held = a_round(session, people)
    noticed(session, held, "posting", ON - 20 * DAY, ON)
    noticed(session, held, "viewing", ON - 9 * DAY, ON - 8 * DAY)


def a_deposit_in_cash(session: Session, people: People) -> None:
    """Paid on Friday for Monday."""
    held = a_round(session, people)
    said = {"round_id": held.id, "lot_id": held.lot_id, "office_id": held.office_id}
    bidder = make_row(session, Bidder, number=1, **said)
    paid_at = datetime(2026, 7, 31, 3, tzinfo=UTC)
    entry = {"kind": "paid", "how": "cash", "amount": Decimal(4_000_000), "happened_at": paid_at}
    make_row(session, DepositEntry, bidder_id=bidder.id, **entry, **said)


def a_price_council(session: Session, people: People) -> None:
    of = {"office_id": people.office.id}
    asset = make_asset(session, people.office)
    council = make_row(session, PriceCouncil, asset_id=asset.id, set_up_on=ON, **of)
    for position in range(1, 4):
        make_row(session, CouncilMember, council_id=council.id, position=position, **of)


def an_oral_round(session: Session, people: People) -> None:
    a_round(session, people).form = "oral"
    session.flush()


def a_forfeited_deposit(session: Session, people: People) -> None:
    held = a_round(session, people)
    said = {"round_id": held.id, "lot_id": held.lot_id, "office_id": held.office_id}
    bidder = make_row(session, Bidder, number=1, **said)
    entry = {"kind": "forfeited", "ground": "absent", "destination": "–"}
    entry["happened_at"] = datetime(2026, 8, 3, 3, tzinfo=UTC)
    make_row(session, DepositEntry, bidder_id=bidder.id, **entry, **said)


def an_excluded_bidder(session: Session, people: People) -> None:
    held = a_round(session, people)
    said = {"round_id": held.id, "lot_id": held.lot_id, "office_id": held.office_id}
    tied = {"tie": "valuer", "tie_article": "–"}
    registered_at = datetime(2026, 7, 27, 3, tzinfo=UTC)
    make_row(session, Bidder, number=1, registered_at=registered_at, **tied, **said)


def posted_at_one_place(session: Session, people: People) -> None:
    """Of a movable, and announced in the press."""
    held = a_round(session, people)
    for kind, place in (("posting", "auction_venue"), ("announcement", "press")):
        said = {"lot_id": held.lot_id, "office_id": held.office_id, "round_number": 1}
        make_row(session, LotNotice, kind=kind, place=place, from_on=ON - 9 * DAY, **said)


def a_revaluation(session: Session, people: People) -> None:
    asset = make_asset(session, people.office)
    of = {"asset_id": asset.id, "office_id": people.office.id}
    valued = make_row(session, Valuation, valued_on=ON, currency="VND", **of)
    asked = {"ground": "request", "request_number": 1, "on_day": ON}
    make_row(session, Revaluation, valuation_id=valued.id, **asked, **of)


def a_certificate_of_march(session: Session, people: People) -> None:
    """Without a printed end; the auction contract is signed five months later."""
    asset = make_asset(session, people.office)
    of = {"asset_id": asset.id, "office_id": people.office.id}
    make_row(session, Valuation, valued_on=date(2026, 3, 2), method="firm", currency="VND", **of)
    under_contract(session, make_lot(session, people.office, asset), on=ON)


def a_protested_hold(session: Session, people: People) -> None:
    asset = make_asset(session, people.office)
    ground = rule_on(session, "pay_due", ON)
    of = {"office_id": people.office.id, "subject_id": asset.id, "subject_ref": asset.reference}
    ended = {"ended_on": ON + 60 * DAY, "ended_at": datetime.now(UTC), "end_reason": "expired"}
    kind = {"kind": "protest_authority", "subject_kind": "asset", "stops": []}
    make_row(session, Hold, started_on=ON, rule_id=ground.id, **kind, **ended, **of)


def a_sale_without_auction(session: Session, people: People) -> None:
    """The public and the procuracy were told on the Friday before."""
    lot = make_lot(session, people.office, make_asset(session, people.office))
    told = {"announced_on": ON - 3 * DAY, "procuracy_told_on": ON - 3 * DAY}
    of = {"office_id": people.office.id, "lot_id": lot.id}
    make_row(session, Sale, way="direct", sold_on=ON, **told, **of)


def a_call(session: Session, people: People) -> None:
    """Published a week before the choice, its result three days after."""
    lot = make_lot(session, people.office, make_asset(session, people.office))
    days = {"site_on": ON - 7 * DAY, "portal_on": ON - 7 * DAY, "result_on": ON + 3 * DAY}
    of = {"id": 1, "office_id": people.office.id, "lot_id": lot.id}
    make_row(session, OrganisationCall, chosen_id=1, chosen_on=ON, **days, **of)


def a_destruction(session: Session, people: People) -> None:
    """The council ten days after the decision, carried out ten days after that."""
    of = {"office_id": people.office.id}
    way = {"way": "destroy", "thing": "goods", "closed_at": datetime.now(UTC)}
    made = make_row(session, Disposal, id=1, **way, **of)
    for n, step in enumerate(("decided", "council", "carried_out")):
        done_on = ON + 10 * n * DAY
        make_row(session, DisposalStep, disposal_id=made.id, step=step, done_on=done_on, **of)
    for position in range(1, 4):
        body = CHAIR if position == 1 else "commune_peoples_committee"
        sits = {"position": position, "body": body, "chairs": position == 1}
        make_row(session, DisposalMember, disposal_id=made.id, **sits, **of)


def goods_fetched(session: Session, people: People) -> None:
    of = {"office_id": people.office.id}
    way = {"way": "return", "thing": "goods", "closed_at": datetime.now(UTC)}
    made = make_row(session, Disposal, id=1, **way, **of)
    for step, days in (("decided", 0), ("noticed", 2), ("carried_out", 22)):
        done_on = ON + days * DAY
        make_row(session, DisposalStep, disposal_id=made.id, step=step, done_on=done_on, **of)


def an_offer(session: Session, people: People) -> None:
    """Offered on Monday, answered on Wednesday."""
    at = datetime(2026, 8, 3, 3, tzinfo=UTC)
    of = {"office_id": people.office.id, "giver_staff_id": people.keeper.staff_id}
    make_row(session, Handover, id=1, offered_at=at, closed_at=at + 2 * DAY, **of)


def redeemed(session: Session, people: People) -> None:
    """Three days before the round opens."""
    held = a_round(session, people)
    asset = session.scalars(select(LotAsset.asset_id).where(LotAsset.lot_id == held.lot_id)).one()
    of = {"asset_id": asset, "lot_id": held.lot_id, "office_id": people.office.id}
    make_row(session, AssetExit, ground="paid", left_on=ON - 3 * DAY, **of)


def sold_with_the_land(session: Session, people: People) -> None:
    """Things of others, sixteen days after their owner was told."""
    asset = make_asset(session, people.office)
    of = {"asset_id": asset.id, "office_id": people.office.id}
    end = {"told_on": ON, "ended_on": ON + 16 * DAY, "ended_how": BurdenEnd.SOLD_WITH.value}
    make_row(session, Encumbrance, kind=Burden.OTHERS_THINGS.value, **end, **of)


def priced_without_an_answer(session: Session, people: People) -> None:
    """Sixteen days after the finance body was asked, by the law of 2008."""
    asset = make_asset(session, people.office)
    asked_on = date(2026, 3, 2)
    of = {"asset_id": asset.id, "office_id": people.office.id}
    make_row(session, PricingFacts, finance_asked_on=asked_on, **of)
    valued = {"method": "officer", "valued_on": asked_on + 16 * DAY, "currency": "VND"}
    make_row(session, Valuation, **valued, **of)


def a_measure_by_minutes(session: Session, people: People) -> None:
    """Decided twenty hours later."""
    asset = make_asset(session, people.office)
    taken = datetime(2026, 8, 3, 3, tzinfo=UTC)
    hours = {"decided_at": taken + timedelta(hours=20), "decide_by": taken + DAY}
    hours["decision_number"] = "1/QĐ"
    case = make_row(session, EnforcementCase, office_id=people.office.id)
    of = {"asset_id": asset.id, "office_id": people.office.id, "case_id": case.id}
    make_row(session, Measure, kind="freeze", minutes="–", taken_at=taken, **hours, **of)


def a_contract_with_a_firm(session: Session, people: People) -> None:
    """Of another province; the officer chose it and gave no reason."""
    of = {"asset_id": make_asset(session, people.office).id, "office_id": people.office.id}
    firm = make_row(session, ValuationFirm, province="Điện Biên Phủ")
    chosen = {"signed_on": ON, "chosen_by": "enforcement_officer"}
    make_row(session, ValuationContract, firm_id=firm.id, **chosen, **of)


def an_agreed_price(session: Session, people: People) -> None:
    """Three days after the seizure."""
    asset = make_asset(session, people.office)
    case = make_row(session, EnforcementCase, office_id=people.office.id)
    of = {"asset_id": asset.id, "office_id": people.office.id}
    make_row(session, Seizure, decision_on=ON - 3 * DAY, case_id=case.id, **of)
    make_row(session, Valuation, method="agreed", valued_on=ON, currency="VND", **of)


def a_reduction_after_a_default(session: Session, people: People) -> None:
    held = a_round(session, people)
    of = {"lot_id": held.lot_id, "round_id": held.id, "office_id": held.office_id}
    make_row(session, Sale, way="auction", sold_on=ON, defaulted_on=ON, **of)
    make_row(session, PriceReduction, new_price=Decimal(1), decided_on=ON, **of)


def a_tenant_put_out(session: Session, people: People) -> None:
    of = {"asset_id": make_asset(session, people.office).id, "office_id": people.office.id}
    end = {"ended_on": ON, "ended_how": BurdenEnd.PUT_OUT.value}
    make_row(session, Encumbrance, kind=Burden.TENANT.value, **end, **of)


def an_early_contract(session: Session, people: People) -> None:
    """While the parties may still ask for another valuation; they ask the day after."""
    asset = make_asset(session, people.office)
    of = {"asset_id": asset.id, "office_id": people.office.id}
    valued = make_row(session, Valuation, valued_on=ON - 9 * DAY, currency="VND", **of)
    window = {"told_on": ON - DAY, "window_ends_on": ON + 4 * DAY}
    make_row(session, PriceNotice, valuation_id=valued.id, **window, **of)
    under_contract(session, make_lot(session, people.office, asset), on=ON)
    asked = {"ground": "request", "request_number": 1, "on_day": ON + DAY}
    make_row(session, Revaluation, valuation_id=valued.id, **asked, **of)


def kept_outside(session: Session, people: People) -> None:
    """Checked after three weeks, and the contract ended before the next check."""
    asset = make_asset(session, people.office)
    of = {"asset_id": asset.id, "office_id": people.office.id}
    term = {"from_on": ON, "ended_on": ON + 30 * DAY, "end_reason": "–"}
    made = make_row(session, CustodyContract, form="third", **term, **of)
    make_row(session, CustodyCheck, contract_id=made.id, checked_on=ON + 21 * DAY, **of)


def a_termination(session: Session, people: People) -> None:
    """A part of a case, as the parties asked; another was annulled."""
    case = make_row(session, EnforcementCase, office_id=people.office.id)
    of = {"office_id": people.office.id, "case_id": case.id}
    said = {"scope": "part", "ground": "parties_ask", "decided_on": ON}
    make_row(session, CaseTermination, ground_on=ON, **said, **of)
    wrong = make_row(
        session, CaseTermination, ground_on=ON, **{**said, **of, "decision_number": "2"}
    )
    undone = {"office_id": people.office.id, "termination_id": wrong.id}
    make_row(session, TerminationAnnulment, **undone)


def a_seal_before_a_witness(session: Session, people: People) -> None:
    at = datetime(2026, 8, 3, 3, tzinfo=UTC)
    of = {"asset_id": make_asset(session, people.office).id, "office_id": people.office.id}
    seal = make_row(session, Seal, sealed_on=ON, recorded_at=at, **of)
    for role in ("keeper", "witness"):
        make_row(session, SealPresent, seal_id=seal.id, role=role, **of)


def evidence_in_a_store(session: Session, people: People) -> None:
    """Of the office, and marked as dangerous."""
    at = datetime(2026, 11, 23, 1, tzinfo=UTC)
    case = make_case(session, people.officer, at=at)
    store = make_place(session, people.keeper, at=at)
    found = make_thing(session, people.keeper, case, at=at, place=store)
    asset = session.scalars(select(Asset.id).where(Asset.reference == found.reference)).one()
    of = {"asset_id": asset, "office_id": people.office.id}
    make_row(session, CustodyBound, reason="regime", forms=["police_store"], set_at=at, **of)
    make_row(session, SpecialMark, kind="dangerous", marked_at=at, **of)


def gold_in_a_store(session: Session, people: People) -> None:
    """Nobody marked it; its kind says what it is."""
    evidence_in_a_store(session, people)
    session.execute(update(Asset).values(kind=AssetKind.GOLD.value))
