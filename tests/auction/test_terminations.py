"""The head terminates a case: what is under way for it ends, what it holds is released."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome, runs_of
from auction.claims.queries import debt_of
from auction.deadlines.models import Deadline
from auction.holds.commands import open_hold
from auction.holds.models import Hold
from auction.holds.rules import HoldKind, HoldSubject
from auction.holds.schemas import NewHold
from auction.legal_rules.rules import RuleUnknown
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.commands import form_lot
from auction.lots.queries import last_round
from auction.lots.schemas import NewLot
from auction.notices.models import AuctionHalt
from auction.offers.queries import open_setoff
from auction.terminations.commands import terminate_case
from auction.terminations.models import CaseTermination
from auction.terminations.queries import terminations_of
from auction.terminations.rules import (
    DecisionNumberTaken,
    Ground,
    NotInPart,
    SaleUnderWay,
    Scope,
    TerminatedAlready,
    TerminationIncomplete,
)
from auction.terminations.schemas import NewTermination
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseIsClosed
from inventory.seizures.commands import release_seizure, seize_again
from inventory.seizures.schemas import NewSeizure, SeizureRelease
from tests.make.between import Between, failed_lot, lot_on_its_way
from tests.make.inventory import make_case
from tests.make.money import case_of, make_claim, make_delivered, make_sold

RELEASE = "end_of_measure_decision"


@pytest.fixture
def way(session, people, at) -> Between:
    return lot_on_its_way(session, people, at=at)


def the_case(way: Between) -> EnforcementCase:
    return way.session.get_one(EnforcementCase, way.lot.case_id)


def said(on: date, **more: Any) -> NewTermination:
    facts: dict[str, Any] = {
        "ground": Ground.CREDITOR_WITHOUT_HEIRS,
        "ground_on": on,
        "document": "Trích lục khai tử 5",
        "decision_number": "7/QĐ-ĐC",
        "decided_on": on,
    }
    return NewTermination(**{**facts, **more})


def end(way: Between, **more: Any) -> CaseTermination:
    new = said(way.today, **more)
    return terminate_case(way.session, way.people.head, the_case(way).id, new, at=way.now)


def open_limits(session: Session, ref: str) -> set[str]:
    d = Deadline
    still = (d.subject_ref == ref, d.met_on.is_(None), d.voided_on.is_(None))
    return set(session.scalars(select(d.rule_key).where(*still)))


def test_the_round_is_stopped_the_lot_closed_and_the_release_becomes_due(way):
    claim = make_claim(way.session, way.people, the_case(way), at=way.now)
    way.announce(10)
    made = end(way)
    last = last_round(way.session, way.lot.id)
    assert find_outcome(way.session, last.id).code == "stopped"
    assert runs_of(way.session, [way.asset_id]).get(way.asset_id) is None
    halt = way.session.scalars(select(AuctionHalt)).one()
    assert (halt.ground, halt.article) == ("terminated", "L25 Art. 84(2)a")
    assert halt.document == "7/QĐ-ĐC"
    assert way.lot.closed_on == way.today
    assert the_case(way).closed_on == way.today
    assert debt_of(way.session, the_case(way).id, way.today) == 0
    assert (made.claims, made.ended) == ([claim.id], Decimal(600_000_000))
    assert open_limits(way.session, way.asset) == {RELEASE}
    assert "hold_decision_due" not in open_limits(way.session, the_case(way).decision_number)


def test_nothing_of_it_is_offered_again_and_the_release_ends_its_life(way):
    end(way)
    case = the_case(way)
    again = NewLot(assets=[way.asset], description="Đưa ra bán lại")
    with pytest.raises(CaseIsClosed):
        form_lot(way.session, way.people.officer, again, at=way.now)
    release = SeizureRelease(
        case_number=case.decision_number, release_decision="9/QĐ-GT", released_on=way.today
    )
    release_seizure(way.session, way.people.officer, way.asset, release, at=way.now)
    assert standing_of(way.session, [way.asset_id])[way.asset_id].state is State.RELEASED
    assert open_limits(way.session, way.asset) == set()


def test_what_another_case_holds_too_goes_on_for_that_one(session, people, at, way):
    other = make_case(session, people.officer, "77/QĐ-THADS", at=at)
    seized = NewSeizure(
        case_number=other.decision_number, decision_number="8/QĐ-KB", decision_on=way.today
    )
    seize_again(session, people.officer, way.asset, seized, at=at)
    end(way)
    release = SeizureRelease(
        case_number=the_case(way).decision_number,
        release_decision="9/QĐ-GT",
        released_on=way.today,
    )
    again = NewLot(assets=[way.asset], description="Bán cho việc kia")
    assert RELEASE in open_limits(session, way.asset)
    release_seizure(session, people.officer, way.asset, release, at=at)
    assert RELEASE not in open_limits(session, way.asset)
    assert standing_of(session, [way.asset_id])[way.asset_id].state is not State.RELEASED
    assert form_lot(session, people.officer, again, at=at).closed_on is None


def test_the_creditors_right_ends_with_it_and_the_thing_is_released(session, people, at):
    way = failed_lot(session, people, 3, at=at).ask()
    end(way, ground=Ground.PARTIES_ASK)
    assert open_setoff(session, way.lot.id) is None
    assert open_limits(session, way.ref) <= {"failed_papers_back"}
    assert [one.confidence.value for one in terminations_of(session, people.head, the_case(way).id)]
    release = SeizureRelease(
        case_number=the_case(way).decision_number,
        release_decision="9/QĐ-GT",
        released_on=way.today,
    )
    release_seizure(session, people.officer, way.asset, release, at=way.now)
    assert standing_of(session, [way.asset_id])[way.asset_id].state is State.RELEASED


def test_a_hold_of_the_case_ends_and_nothing_is_resumed(way):
    new = NewHold(
        kind=HoldKind.SUSPENSION,
        subject_kind=HoldSubject.CASE,
        subject_ref=the_case(way).decision_number,
        ground="Kháng nghị",
        ground_on=way.today,
        document="2/QĐ-TĐC",
        started_on=way.today,
    )
    held = open_hold(way.session, way.people.officer, new, at=way.now)
    way.wait(3)
    end(way, ground=Ground.JUDGMENT_ANNULLED)
    hold = way.session.get_one(Hold, held.id)
    assert (hold.ended_on, hold.end_document) == (way.today, "7/QĐ-ĐC")
    assert open_limits(way.session, the_case(way).decision_number) == set()
    halts = way.session.scalars(select(AuctionHalt.kind).order_by(AuctionHalt.id)).all()
    assert halts == ["pause", "stop"], "and nothing goes on"


def test_a_part_ends_the_named_claims_and_the_rest_goes_on(way):
    case = the_case(way)
    dead = make_claim(way.session, way.people, case, creditor="Cụ Không Con", at=way.now)
    make_claim(way.session, way.people, case, 30_000_000, creditor="Bà Sống", at=way.now)
    way.announce(10)
    made = end(way, scope=Scope.PART, claims=[dead.id])
    assert (made.article, made.confidence) == ("JC11/16 Art. 5(4)", "A")
    assert debt_of(way.session, case.id, way.today) == 30_000_000
    assert (way.lot.closed_on, case.closed_on) == (None, None)
    assert find_outcome(way.session, last_round(way.session, way.lot.id).id) is None
    with pytest.raises(TerminationIncomplete):
        end(way, scope=Scope.PART, claims=[dead.id], decision_number="8/QĐ-ĐC")
    end(way, decision_number="8/QĐ-ĐC")
    assert case.closed_on == way.today


def test_bankruptcy_ends_the_whole_case_only(way):
    claim = make_claim(way.session, way.people, the_case(way), at=way.now)
    ground = Ground.BANKRUPTCY_OPENED
    with pytest.raises(NotInPart) as refused:
        end(way, ground=ground, scope=Scope.PART, claims=[claim.id])
    assert refused.value.article == "L25 Art. 48"
    assert end(way, ground=ground).confidence == "C"


@pytest.mark.parametrize("make", [make_sold, make_delivered])
def test_what_is_sold_is_carried_out_first(session, people, at, make):
    sale = make(session, people, at=at - timedelta(days=30))
    case = case_of(session, sale)
    claim = make_claim(session, people, case, at=at)
    today = at.date()
    with pytest.raises(SaleUnderWay) as refused:
        terminate_case(session, people.head, case.id, said(today), at=at)
    assert refused.value.article == "L25 Art. 48(6), 86(4)"
    part = said(today, scope=Scope.PART, claims=[claim.id])
    assert terminate_case(session, people.head, case.id, part, at=at).claims == [claim.id]


def test_the_law_of_the_day_of_the_decision(way):
    on = date(2026, 6, 15)
    the_case(way).decision_on = date(2026, 1, 5)
    made = end(way, decided_on=on, ground_on=on, ground=Ground.DEBTOR_DISSOLVED)
    assert (made.article, made.confidence) == ("L08 Art. 50(1)đ", "B")


WRONG = [
    ({"decided_on": timedelta(1)}, Invalid),
    ({"ground_on": timedelta(1)}, Invalid),
    ({"decided_on": timedelta(-9000), "ground_on": timedelta(-9000)}, (Invalid, RuleUnknown)),
    ({"scope": Scope.PART}, TerminationIncomplete),
    ({"scope": Scope.PART, "claims": [4_000_000]}, TerminationIncomplete),
    ({"claims": [4_000_000]}, TerminationIncomplete),
]


@pytest.mark.parametrize(("more", "refusal"), WRONG)
def test_what_does_not_fit_is_refused(way, more, refusal):
    days = {k: way.today + v for k, v in more.items() if isinstance(v, timedelta)}
    with pytest.raises(refusal):
        end(way, **{**more, **days})
    assert the_case(way).closed_on is None


def test_once_by_the_head_of_its_own_office(session, people, at, way):
    case = the_case(way)
    new = said(way.today)
    with pytest.raises(Forbidden):
        terminate_case(session, people.officer, case.id, new, at=at)
    other = make_case(session, people.foreign_officer, "99/QĐ-THADS", at=at)
    with pytest.raises(NotFound):
        terminate_case(session, people.head, other.id, new, at=at)
    end(way)
    with pytest.raises(TerminatedAlready):
        end(way, decision_number="8/QĐ-ĐC")
    second = make_case(session, people.officer, "78/QĐ-THADS", at=at)
    with pytest.raises(DecisionNumberTaken):
        terminate_case(session, people.head, second.id, new, at=at)
    second.decision_on = date(2025, 1, 6)
    before = said(date(2025, 12, 1))
    made = terminate_case(session, people.head, second.id, before, at=at)
    assert made.decision_number == new.decision_number, "numbers begin anew with every year"


def test_on_the_page_of_the_case(browse_as, way):
    case = the_case(way)
    claim = make_claim(way.session, way.people, case, at=way.now)
    path, home = f"/cases/{case.id}/termination", f"/cases/{case.id}"
    head = browse_as("head")
    assert path in head.get(home).text
    form = head.get(path).text
    assert f"/lots/{way.ref}" in form
    assert f"/assets/{way.asset}" in form
    assert f'name="claim_{claim.id}"' in form
    assert "không có người thừa kế" in form
    typed = {
        "decision_number": "7/QĐ-ĐC",
        "decided_on": "2026-11-23",
        "ground": "bankruptcy_opened",
        "ground_on": "2026-11-20",
        "document": "QĐ 5/TA",
        "scope": "part",
    }
    none = head.post(path, data=typed)
    assert none.status_code == 422
    part = head.post(path, data={**typed, f"claim_{claim.id}": "true"})
    assert part.status_code == 422
    assert "Điều 48" in part.text
    assert 'value="true" checked' in part.text
    assert head.post(path, data={**typed, "scope": "whole"}).status_code == 303
    shown = head.get(home).text
    assert "7/QĐ-ĐC" in shown
    assert f'"{path}"' not in shown
    assert head.post(path, data={**typed, "scope": "whole"}).status_code == 409
    assert path not in browse_as("officer").get(home).text


def test_over_rest(call_as, way):
    case = the_case(way)
    path = f"/cases/{case.id}/terminations"
    body = {
        "ground": "creditor_without_heirs",
        "ground_on": "2026-11-20",
        "document": "Trích lục 5",
        "decision_number": "7/QĐ-ĐC",
        "decided_on": "2026-11-23",
    }
    assert call_as("officer").post(path, **body).status_code == 403
    assert call_as("foreign_officer").get(path).status_code == 404
    head = call_as("head")
    wrong = head.post(path, **{**body, "ground": "no_wish"})
    assert wrong.status_code == 422
    (made,) = head.post(path, **body).json()
    assert (made["article"], made["scope"]) == ("JC11/16 Art. 5(4)", "whole")
    assert head.get(path).json() == [made]
    assert head.post(path, **body).status_code == 409
