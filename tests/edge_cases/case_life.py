"""Case 35 on the way of an asset: the law changes between two rounds."""

from datetime import UTC, date, datetime
from decimal import Decimal

from auction.deadlines.queries import deadlines_of
from auction.life.queries import life_of
from auction.life.rules import Regime, Step
from auction.lots.models import PriceReduction
from auction.outcomes.commands.reduce_price import reduce_price
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import (
    FAILED,
    close_round,
    make_asset,
    make_lot,
    make_round,
    new_reduction,
)

FAILED_ON, TOLD_ON, DECIDED_ON = date(2026, 6, 25), date(2026, 7, 2), date(2026, 7, 8)
TOLD_AT = datetime(2026, 7, 2, 3, tzinfo=UTC)
DECIDED_AT = datetime(2026, 7, 8, 3, tzinfo=UTC)


@edge_case(35, "L25 Art. 116(3), 116(4)")
def a_round_of_june_told_in_july_goes_on_by_the_new_law(office: Office) -> None:
    session, people = office
    asset = make_asset(session, people.office)
    lot = make_lot(session, people.office, asset)
    make_round(session, lot, 1, FAILED_ON, None, Decimal(1_000_000_000))
    close_round(session, people, lot, 1, FAILED, at=TOLD_AT, notified_on=TOLD_ON)
    due = {
        one.rule_key: (one.started_on, one.due_on, one.article)
        for one in deadlines_of(session, people.officer, "lot", lot.reference)
    }
    assert due == {
        "failed_papers_back": (FAILED_ON, date(2026, 6, 30), "PA16 Art. 52(2)"),
        "failure_notice_to_parties": (TOLD_ON, date(2026, 7, 6), "D152/26 Art. 65(6)"),
        "reduction_decision_due": (TOLD_ON, date(2026, 7, 9), "L25 Art. 83(3)"),
    }
    said = new_reduction(900_000_000, DECIDED_ON)
    reduce_price(session, people.officer, lot.reference, 1, said, at=DECIDED_AT)
    reduction = session.query(PriceReduction).filter_by(lot_id=lot.id).one()
    assert reduction.article == "L25 Art. 83(3)"
    steps = {
        one.step: (one.regime, one.article)
        for one in life_of(session, people.officer, asset.reference, DECIDED_ON).steps
    }
    assert steps[Step.ROUND_FAILED][0] is Regime.OLD
    assert steps[Step.PRICE_REDUCED] == (Regime.NEW, "L25 Art. 83(3)")
