"""The papers of a seizure: decision, minutes, custody and release, drawn up and numbered here."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.life.queries import steps_of
from auction.life.rules import Step
from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.papers.commands import recall
from inventory.papers.models import Paper
from inventory.papers.queries import get_paper, list_papers
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import NewRecall
from inventory.seizures.coercion import refuse_day
from inventory.seizures.commands import register_seized_asset, release_seizure, seize_again
from inventory.seizures.drawing import assign_custody, draw_minutes
from inventory.seizures.models import Seizure
from inventory.seizures.queries import list_seizures, papers_of
from inventory.seizures.rules import (
    AlreadySeizedForCase,
    DrawnUpAlready,
    HourForbidden,
    may_coerce,
    people_in,
    refusals_in,
    states_in,
)
from inventory.seizures.schemas import (
    DrawnUp,
    NewCustody,
    NewMinutes,
    NewSeizure,
    SeizureRelease,
)
from reports.documents.layouts import html_of
from tests.make.inventory import make_asset, make_case, new_seized_asset
from tests.make.organisation import People, make_token

GROUNDS = DrawnUp(grounds="có điều kiện mà không tự nguyện thi hành")
MORNING = datetime(2026, 8, 4, 9, tzinfo=TZ)
"""A Tuesday after the decision of the maker."""


@pytest.fixture
def officer(people: People) -> Actor:
    return people.officer


@pytest.fixture
def case(session: Session, officer: Actor, at: datetime) -> EnforcementCase:
    return make_case(session, officer, at=at)


@pytest.fixture
def asset(session: Session, people: People, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, people.keeper, case, at=at)


def minutes(case: EnforcementCase, **said: Any) -> NewMinutes:
    facts: dict[str, Any] = {
        "case_number": case.decision_number,
        "at": MORNING,
        "place": "số 8 Chợ Hàng",
        "present": "Trần Văn Nợ; người phải thi hành án; số 8 Chợ Hàng\nLê Ẩn; witness",
        "custody": "giao người phải thi hành án bảo quản",
        "refusals": "Trần Văn Nợ: không đồng ý",
        "absences": "Ngân hàng Thử",
    }
    return NewMinutes(**{**facts, **said})


def custody(case: EnforcementCase, **said: Any) -> NewCustody:
    facts: dict[str, Any] = {
        "case_number": case.decision_number,
        "at": MORNING,
        "place": "số 8 Chợ Hàng",
        "custodian": "Trần Văn Nợ",
        "until_on": date(2027, 1, 4),
    }
    return NewCustody(**{**facts, **said})


def the_paper(session: Session, actor: Actor, kind: PaperKind) -> Paper:
    (found,) = list_papers(session, actor, kind=kind).items
    return get_paper(session, actor, found.reference)


def test_a_decision_is_drawn_up_when_a_thing_is_registered(
    session: Session, officer: Actor, case: EnforcementCase, at: datetime
):
    new = new_seized_asset(case, decision_number=None, decision_on=local_day(at), drawn_up=GROUNDS)
    made = register_seized_asset(session, officer, new, at=at)
    (seizure,) = list_seizures(session, officer, made.reference)
    assert seizure.decision_number == "1/QĐKB-THADS"
    html = html_of(the_paper(session, officer, PaperKind.SEIZURE_DECISION))
    assert made.reference in html
    assert "có điều kiện mà không tự nguyện thi hành" in html
    assert "Trần Văn Nợ" in html


def test_one_decision_seizes_several_things(
    session: Session,
    people: People,
    officer: Actor,
    asset: Registered,
    case: EnforcementCase,
    at: datetime,
):
    second = make_asset(session, people.keeper, case, at=at, identification="X2")
    other = make_case(session, officer, "77/QĐ-THADS", at=at)
    new = NewSeizure(
        case_number=other.decision_number,
        decision_on=local_day(at),
        drawn_up=GROUNDS,
        further=second.reference,
    )
    first = seize_again(session, officer, asset.reference, new, at=at)
    held = [list_seizures(session, officer, one.reference)[-1] for one in (asset, second)]
    assert [one.decision_number for one in held] == [first.decision_number] * 2
    paper = the_paper(session, officer, PaperKind.SEIZURE_DECISION)
    assert [line["code"] for line in paper.data["lines"]] == [asset.reference, second.reference]
    assert [one["number"] for one in paper.data["cases"]] == ["77/QĐ-THADS"]
    with pytest.raises(AlreadySeizedForCase):
        seize_again(session, officer, second.reference, new, at=at)


@pytest.mark.parametrize(
    ("on", "force", "may"),
    [
        (date(2026, 2, 2), True, False),
        (date(2026, 2, 2), False, True),
        (date(2026, 1, 30), True, True),
        (date(2026, 3, 6), True, False),
        (date(2026, 3, 9), True, True),
        (date(2026, 2, 18), False, False),
        (date(2026, 8, 4), True, True),
        (date(2026, 8, 8), True, False),
    ],
)
def test_nobody_is_forced_around_the_lunar_new_year_or_on_a_day_off(
    session: Session, people: People, on: date, force: bool, may: bool
):
    if may:
        refuse_day(session, on, force=force, field="at")
        return
    with pytest.raises(HourForbidden) as refused:
        refuse_day(session, on, force=force, field="at")
    assert refused.value.article in ("L08 Art. 46(2)", "L25 Art. 72(5)", "D62 Art. 13(2)")


def test_the_refusal_names_the_rule_its_article_and_the_lawful_days(
    session: Session, people: People
):
    with pytest.raises(HourForbidden) as refused:
        refuse_day(session, date(2027, 1, 25), force=True, field="at")
    said = str(refused.value)
    assert refused.value.article == "D152/26 Art. 42(2)"
    for one in ("no_force_around_tet", "15", "2027-02-04", "2027-02-10", "2027-01-20"):
        assert one in said


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"drawn_up": None}, "decision_number"), ({"decision_on": date(2026, 8, 4)}, "decision_on")],
)
def test_what_a_drawn_up_decision_needs(
    session: Session,
    officer: Actor,
    asset: Registered,
    at: datetime,
    changed: dict[str, Any],
    field: str,
):
    make_case(session, officer, "77/QĐ-THADS", at=at)
    said: dict[str, Any] = {
        "case_number": "77/QĐ-THADS",
        "decision_on": local_day(at),
        "drawn_up": GROUNDS,
    }
    with pytest.raises(Invalid) as refused:
        seize_again(session, officer, asset.reference, NewSeizure(**{**said, **changed}), at=at)
    assert field in refused.value.fields


def test_a_keeper_draws_up_no_decision(
    session: Session, people: People, case: EnforcementCase, at: datetime
):
    new = new_seized_asset(case, decision_number=None, decision_on=local_day(at), drawn_up=GROUNDS)
    with pytest.raises(Forbidden):
        register_seized_asset(session, people.keeper, new, at=at)


def test_minutes_tell_the_state_of_each_thing_of_the_decision(
    session: Session,
    people: People,
    officer: Actor,
    asset: Registered,
    case: EnforcementCase,
    at: datetime,
):
    second = make_asset(session, people.keeper, case, at=at, identification="X2")
    states = f"{asset.reference}: xước cửa trái\n{second.reference}: hỏng máy"
    issued = draw_minutes(session, officer, asset.reference, minutes(case, states=states), at=at)
    assert issued.number == "1/BBKB-THADS"
    for one in (asset, second):
        assert list_seizures(session, officer, one.reference)[0].minutes == issued.number
        assert papers_of(session, officer, one.reference) == {issued.number: issued.reference}
    paper = the_paper(session, officer, PaperKind.SEIZURE_MINUTES)
    assert [line["state"] for line in paper.data["lines"]] == ["xước cửa trái", "hỏng máy"]
    html = html_of(paper)
    assert "34/QĐ-KB" in html
    assert "Trần Văn Nợ không ký biên bản. Lý do: không đồng ý" in html
    signed = {one["post"]: one["name"] for one in paper.data["signatures"]}
    assert signed["enforcement_officer"] == officer.name
    assert signed["debtor"] is None
    assert signed["creditor"] == "Ngân hàng Thử"


def test_minutes_are_replaced_only_after_they_were_recalled(
    session: Session,
    people: People,
    officer: Actor,
    asset: Registered,
    case: EnforcementCase,
    at: datetime,
):
    issued = draw_minutes(session, officer, asset.reference, minutes(case), at=at)
    with pytest.raises(DrawnUpAlready) as refused:
        draw_minutes(session, officer, asset.reference, minutes(case), at=at)
    assert refused.value.article == "C04/23 Art. 36(4)"
    recall(session, people.head, issued.reference, NewRecall(reason="ghi sai nơi lập"), at=at)
    again = draw_minutes(session, officer, asset.reference, minutes(case), at=at)
    assert list_seizures(session, officer, asset.reference)[0].minutes == again.number
    paper = get_paper(session, officer, again.reference)
    assert paper.letterhead["follows"]["relation"] == "replaces"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (datetime(2026, 8, 4, 22, 30, tzinfo=TZ), "between 22:00 and 06:00"),
        (datetime(2026, 8, 4, 5, 59, tzinfo=TZ), "between 22:00 and 06:00"),
        (datetime(2026, 8, 9, 9, tzinfo=TZ), "day off"),
        (datetime(2026, 9, 2, 9, tzinfo=TZ), "day off"),
    ],
)
def test_nothing_is_seized_by_night_or_on_a_day_off(
    session: Session,
    officer: Actor,
    asset: Registered,
    case: EnforcementCase,
    at: datetime,
    *,
    when: datetime,
    said: str,
):
    with pytest.raises(HourForbidden) as refused:
        draw_minutes(session, officer, asset.reference, minutes(case, at=when), at=at)
    assert refused.value.article == "L25 Art. 72(5)"
    assert said in str(refused.value)


def test_minutes_lie_after_the_decision_and_not_ahead(
    session: Session, officer: Actor, asset: Registered, case: EnforcementCase, at: datetime
):
    for when in (MORNING - timedelta(days=4), at + timedelta(days=7)):
        with pytest.raises(Invalid):
            draw_minutes(session, officer, asset.reference, minutes(case, at=when), at=at)
    said = minutes(case, case_number="0/QĐ")
    with pytest.raises(NotFound):
        draw_minutes(session, officer, asset.reference, said, at=at)


def test_giving_into_custody_is_a_step_of_the_life(
    session: Session, officer: Actor, asset: Registered, case: EnforcementCase, at: datetime
):
    issued = assign_custody(session, officer, asset.reference, custody(case), at=at)
    html = html_of(get_paper(session, officer, issued.reference))
    assert "đến ngày 04/01/2027" in html
    assert "Người được giao bảo quản" in html
    taken = [(step.step, step.document) for step in steps_of(session, asset.id)]
    assert (Step.GIVEN_INTO_CUSTODY, issued.number) in taken
    assign_custody(session, officer, asset.reference, custody(case, custodian="Lê Ẩn"), at=at)
    assert len(list_papers(session, officer, kind=PaperKind.CUSTODY_ASSIGNMENT).items) == 2


def test_a_release_is_drawn_up_with_its_ground(
    session: Session, officer: Actor, asset: Registered, case: EnforcementCase, at: datetime
):
    said = SeizureRelease(
        case_number=case.decision_number,
        released_on=local_day(at),
        drawn_up=DrawnUp(grounds="đã thi hành xong", registers="Văn phòng đăng ký; UBND xã"),
    )
    seizure = release_seizure(session, officer, asset.reference, said, at=at)
    assert seizure.release_decision == "1/QĐGT-THADS"
    html = html_of(the_paper(session, officer, PaperKind.SEIZURE_RELEASE))
    assert "đã thi hành xong" in html
    assert "Văn phòng đăng ký; UBND xã" in html
    assert "số 34/QĐ-KB ngày 03/08/2026" in html


def test_a_release_needs_a_number_or_its_ground(
    session: Session, officer: Actor, asset: Registered, case: EnforcementCase, at: datetime
):
    said = SeizureRelease(case_number=case.decision_number, released_on=local_day(at))
    with pytest.raises(Invalid) as refused:
        release_seizure(session, officer, asset.reference, said, at=at)
    assert "release_decision" in refused.value.fields


def test_nobody_draws_up_papers_for_a_foreign_asset(
    session: Session, people: People, asset: Registered, case: EnforcementCase, at: datetime
):
    foreigner = people.foreign_officer
    with pytest.raises(NotFound):
        draw_minutes(session, foreigner, asset.reference, minutes(case), at=at)
    with pytest.raises(NotFound):
        assign_custody(session, foreigner, asset.reference, custody(case), at=at)
    with pytest.raises(Forbidden):
        draw_minutes(session, people.keeper, asset.reference, minutes(case), at=at)
    assert papers_of(session, foreigner, asset.reference) == {}


@pytest.mark.parametrize(
    ("hour", "may"),
    [((6, 0), True), ((22, 0), True), ((22, 1), False), ((5, 59), False), ((12, 0), True)],
)
def test_the_hours_in_which_things_are_seized(hour: tuple[int, int], may: bool):
    assert may_coerce(time(*hour), ("22:00", "06:00")) is may


def test_lines_that_people_write():
    (one, two) = people_in(" Lê Ẩn ; witness\n\nVũ Hằng", "present")
    assert (one.name, one.role, two.role) == ("Lê Ẩn", "witness", None)
    assert refusals_in("Lê Ẩn: đau tay", "refusals")[0].reason == "đau tay"
    assert states_in("TS-1: cũ: rách", ["TS-1"], "states") == {"TS-1": "cũ: rách"}
    for faulty in (
        lambda: people_in(";witness", "present"),
        lambda: people_in("a;b;c;d;e", "present"),
        lambda: refusals_in("Lê Ẩn", "refusals"),
        lambda: states_in("TS-2: cũ", ["TS-1"], "states"),
    ):
        with pytest.raises(Invalid):
            faulty()


def test_the_forms_and_the_panel_are_pages(
    client: TestClient,
    session: Session,
    people: People,
    asset: Registered,
    case: EnforcementCase,
    at: datetime,
):
    client.cookies.set("kebien_session", make_token(session, people, "officer", at))
    path = f"/assets/{asset.reference}"
    form = client.get(f"{path}/seizures/minutes?case={case.decision_number}")
    assert form.status_code == 200
    assert f"{asset.reference}: …" in form.text
    assert "Trần Văn Nợ; người phải thi hành án" in form.text
    assert client.get(f"{path}/seizures/custody").status_code == 200
    issued = draw_minutes(session, people.officer, asset.reference, minutes(case), at=at)
    assert f"/documents/{issued.reference}" in client.get(path).text
    seizure = session.query(Seizure).one()
    assert seizure.minutes == issued.number
