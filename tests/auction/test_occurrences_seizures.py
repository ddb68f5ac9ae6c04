"""When the office may seize: after its case and the debtor's own time, houses after a notice."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from auction.occurrences.rules import StillTheirTime
from inventory.assets.rules import AssetKind
from inventory.base.errors import Invalid
from inventory.cases.models import EnforcementCase
from inventory.measures.commands import register_measured
from inventory.measures.rules import MeasureKind
from inventory.measures.schemas import NewMeasuredAsset
from inventory.seizures.rules import SeizureWay
from tests.auction.test_occurrences import AT, TODAY, known, tell_debtor
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People


@pytest.fixture
def case(session: Session, people: People) -> EnforcementCase:
    return make_case(session, people.officer, at=AT)


def test_nothing_is_seized_before_the_case_nor_in_the_voluntary_period_l25_36_1(
    session: Session, people: People, case: EnforcementCase
) -> None:
    """L25 Art. 36(1), 66: a provisional measure may come before, and the seizure after it."""
    with pytest.raises(Invalid, match="before the decision of the case"):
        make_asset(session, people.officer, case, at=AT, decision_on=date(2026, 7, 5))
    by_court = {"way": SeizureWay.JUDGMENT, "decision_on": date(2026, 7, 5)}
    make_asset(session, people.officer, case, at=AT, **by_court)
    tell_debtor(session, people.officer, case.id, date(2026, 8, 24), at=AT)
    own = {"decision_on": date(2026, 9, 3)}
    with pytest.raises(StillTheirTime, match="until 2026-09-03") as refused:
        make_asset(session, people.keeper, case, at=AT, **own)
    assert (refused.value.article, refused.value.params["rule"]) == (
        "L25 Art. 36(1)",
        "voluntary_period",
    )
    make_asset(session, people.officer, case, at=AT, decision_on=date(2026, 9, 4))
    frozen = NewMeasuredAsset(
        measure=MeasureKind.STOP_TRANSACTIONS,
        case_number=case.decision_number,
        taken_at=AT,
        decision_number="3/QĐ",
        decided_at=AT,
        kind=AssetKind.VEHICLE,
        description="Xe máy",
    )
    register_measured(session, people.officer, frozen, at=AT)
    make_asset(session, people.officer, case, at=AT, **own)


def test_a_house_seized_by_minutes_of_elsewhere_without_a_notice_breaks_its_limit_l25_80_2(
    session: Session, people: People, case: EnforcementCase
) -> None:
    house = {"kind": AssetKind.HOUSE, "minutes": "BB-9", "decision_on": TODAY}
    make_asset(session, people.officer, case, at=AT, **house)
    limit = known(session, people, "case", case.decision_number)["seizure_notice_immovable"]
    assert (limit.due_on < TODAY, limit.met_on) == (True, None)
