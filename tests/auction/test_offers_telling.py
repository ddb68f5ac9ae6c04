"""After a failed round the parties are told; what went back makes the case not yet enforceable."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.queries import deadlines_of
from auction.life.queries import standing_of, steps_of
from auction.life.rules import StepOutOfTurn
from auction.offers.commands.enforceability import OtherMeans, decide_not_enforceable
from auction.offers.commands.priority import offer_priority
from auction.offers.commands.telling import FailureToldAlready, RightUnnamed, tell_failure
from auction.offers.commands.unsold import return_unsold
from auction.offers.rules import OutOfTurn
from auction.offers.schemas import NewFailureNotice, NewNotEnforceable, NewPriority, NewReturn
from inventory.assets.models import Asset
from inventory.base.errors import Forbidden, Invalid
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from inventory.titles.commands import record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewOwner, NewTitle
from reports.documents.layouts import html_of
from tests.make.between import Between, failed_lot, lot_of_the_old_law, lot_on_its_way
from tests.make.organisation import People


def tell(way: Between, **said: Any) -> None:
    new = NewFailureNotice(**{"told_on": way.today, "document": "TB-18", **said})
    tell_failure(way.session, way.people.officer, way.ref, new, at=way.now)


def steps(way: Between) -> list[str]:
    return [str(row.step) for row in steps_of(way.session, way.asset_id)]


def test_the_parties_are_told_once_of_a_round_that_failed(
    session: Session, people: People, at: datetime
) -> None:
    way = lot_on_its_way(session, people, at=at)
    with pytest.raises(OutOfTurn):
        tell(way)
    way.fail()
    tell(way)
    assert steps(way)[-1] == "failure_told"
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "lot", way.ref)}
    assert due["failure_notice_to_parties"].met_on == way.today
    with pytest.raises(FailureToldAlready):
        tell(way)
    way.reduce().wait(1).fail()
    way.reduce(number="9/QĐ").announce(30)
    tell(way, document="TB-19", names_right=True)
    assert steps(way).count("failure_told") == 2
    with pytest.raises(FailureToldAlready):
        tell(way)


def test_from_the_second_reduction_on_the_notice_names_the_creditors_right(
    session: Session, people: People, at: datetime
) -> None:
    """D152/26 Art. 65(6)."""
    twice = failed_lot(session, people, 2, at=at)
    tell(twice)
    way = failed_lot(session, people, 3, at=at)
    with pytest.raises(RightUnnamed) as refusal:
        tell(way)
    assert refusal.value.article == "D152/26 Art. 65(6)"
    assert refusal.value.params["rule"] == "failure_notice_names_right"
    assert list(refusal.value.fields) == ["names_right"]
    tell(way, names_right=True)


def the_notice(session: Session) -> Paper:
    kind = PaperKind.FAILURE_NOTICE
    return session.scalars(
        select(Paper).where(Paper.kind == kind).order_by(Paper.id.desc())
    ).first()


def test_drawn_up_here_the_notice_is_numbered_and_names_what_it_must(
    browse_as: Any, session: Session, people: People, at: datetime
) -> None:
    """D152/26 Art. 65(6): from the second reduction on by itself the creditor's right."""
    once = failed_lot(session, people, 1, at=at)
    page, path = browse_as("officer"), f"/lots/{once.ref}/between/failure-notice"
    assert page.get(path).status_code == 200
    assert page.post(path, data={"told_on": once.today.isoformat()}).status_code == 303
    first = html_of(the_notice(session))
    assert "lần thứ nhất" in first
    assert "1.000.000.000" in first
    assert "có quyền nhận tài sản" not in first
    way = failed_lot(session, people, 3, at=at)
    with pytest.raises(Invalid) as early:
        tell(way.wait(1), document=None, told_on=way.today - timedelta(days=1))
    assert list(early.value.fields) == ["told_on"]
    tell(way, document=None)
    paper = the_notice(session)
    assert "có quyền nhận tài sản" in html_of(paper)
    step = steps_of(session, way.asset_id)[-1]
    assert (step.step, step.document) == ("failure_told", paper.number)


def test_by_the_law_of_2008_it_asks_the_parties_to_agree_on_the_reduction(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 104(1): within ten days."""
    start = datetime(2026, 6, 1, 2, tzinfo=UTC)
    way = lot_of_the_old_law(session, people, at=at, start=start).fail()
    tell(way, document=None)
    notice = html_of(the_notice(session))
    assert "yêu cầu thỏa thuận mức giảm giá" in notice
    assert "11/06/2026" in notice


def test_a_notice_before_the_office_heard_of_it_is_refused(
    session: Session, people: People, at: datetime
) -> None:
    way = failed_lot(session, people, 1, at=at)
    with pytest.raises(Invalid) as refusal:
        tell(way, told_on=date(2026, 1, 5))
    assert list(refusal.value.fields) == ["told_on"]
    new = NewFailureNotice(told_on=way.today, document="1")
    with pytest.raises(Forbidden):
        tell_failure(session, people.keeper, way.ref, new, at=way.now)


@pytest.fixture
def back(session: Session, people: People, at: datetime) -> tuple[Between, str]:
    """What nobody bought went back to the debtor."""
    way = failed_lot(session, people, 3, at=at)
    way.cost(730_000_000).ask().answer(accepted=False)
    said = {"receiver": "Trần Văn Nợ", "refused_on": way.today, "refusal": "CV-NH 8"}
    asset = way.asset
    back = NewReturn(returned_on=way.today, **said)
    return_unsold(session, people.officer, way.ref, back, at=way.now)
    return way, asset


def decided(way: Between, **said: Any) -> NewNotEnforceable:
    facts = {"decided_on": way.today, "decision_number": "8/QĐ", "verified_on": way.today}
    return NewNotEnforceable(**{**facts, "verification": "BB-XM 3", **said})


def test_the_head_decides_that_the_case_is_not_yet_enforceable(
    session: Session, people: People, back: tuple[Between, str]
) -> None:
    """L25 Art. 38(1)g: five working days after the return."""
    way, asset = back
    with pytest.raises(Forbidden):
        decide_not_enforceable(session, people.officer, asset, decided(way), at=way.now)
    early = decided(way, verified_on=date(2026, 1, 5))
    with pytest.raises(Invalid) as refusal:
        decide_not_enforceable(session, people.head, asset, early, at=way.now)
    assert list(refusal.value.fields) == ["verified_on"]
    found = decide_not_enforceable(session, people.head, asset, decided(way), at=way.now)
    assert standing_of(session, [found.id])[found.id].state == "unsold"
    limits = deadlines_of(session, people.officer, "lot", way.ref)
    due = next(one for one in limits if one.rule_key == "not_yet_enforceable_decision")
    assert due.met_on == way.today
    with pytest.raises(StepOutOfTurn):
        decide_not_enforceable(session, people.head, asset, decided(way), at=way.now)


def test_while_the_case_has_other_assets_on_their_way_it_is_enforceable(
    session: Session, people: People, back: tuple[Between, str], at: datetime
) -> None:
    way, asset = back
    other = lot_on_its_way(session, people, at=at)
    case_id = session.query(Asset.case_id).filter(Asset.reference == asset).scalar()
    session.get_one(Asset, other.asset_id).case_id = case_id
    session.flush()
    with pytest.raises(OtherMeans) as refusal:
        decide_not_enforceable(session, people.head, asset, decided(way), at=way.now)
    assert refusal.value.params["assets"] == other.asset
    assert refusal.value.article == "L25 Art. 38(1)g"


def test_the_page_tells_and_the_head_decides(
    browse_as: Any, session: Session, people: People, back: tuple[Between, str], at: datetime
) -> None:
    way, asset = back
    head = browse_as("head")
    path = f"/assets/{asset}/between/not-enforceable"
    assert path in head.get(f"/assets/{asset}").text
    assert head.get(path).status_code == 200
    page = browse_as("officer")
    assert page.get(path).status_code == 403
    failed = failed_lot(session, people, 1, at=at)
    way_of = f"/lots/{failed.ref}/between"
    assert f"{way_of}/failure-notice" in page.get(way_of).text
    said = {"told_on": failed.today.isoformat(), "document": "TB-1"}
    assert page.post(f"{way_of}/failure-notice", data=said).status_code == 303
    assert way.ref != failed.ref


def test_a_co_owners_offer_in_a_later_round_is_a_step_too(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 83(1); D152/26 Art. 63(1): at the starting price of the round that comes."""
    way = lot_on_its_way(session, people, at=at)
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name="Bà Chung", over=1, under=2),
    ]
    title = NewTitle(from_on=date(2020, 1, 1), document="GCN-1", owners=owners)
    record_title(session, people.officer, way.asset, title, at=at)
    way.pass_co_owners().announce(30)
    offer = offer_priority(
        session, people.officer, way.asset, NewPriority(told_on=way.today), at=way.now
    )
    last = steps_of(session, way.asset_id)[-1]
    assert (last.step, last.state, last.document) == (
        "priority_offered_next",
        "announced",
        offer.notice,
    )
