"""Papers are amended, recalled and replaced from their page, each by who lawfully signs."""

import re
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.papers.commands import issue_paper
from inventory.base.actor import Actor
from inventory.organisation.models import Appointment
from inventory.organisation.rules import Role
from inventory.papers.amending import after_passage, changes_money
from inventory.papers.commands import amend, issue, recall, replace
from inventory.papers.models import Paper
from inventory.papers.queries import get_paper, get_paper_out
from inventory.papers.rules import (
    ISSUED_UNDER,
    MatterChanged,
    NothingWordedAnew,
    NotTheSigner,
    PaperKind,
    PaperNotInForce,
    PaperState,
    PassageNotThere,
    RecallFirst,
    ReplacedByItsAct,
)
from inventory.papers.schemas import Issued, NewAmendment, NewPaper, NewRecall, NewWording, Reworded
from inventory.papers.texts import passages_of, worded_anew
from reports.documents.layouts import html_of
from service.auth.rules import COOKIE
from tests.make.organisation import People, make_actor, make_staff, make_token
from tests.reports.auction_papers import MADE, OLD, data_of
from tests.reports.test_documents_pages import press

WRONG = NewRecall(reason="ghi sai nơi nộp tiền")
RIGHT = NewWording(passages=[Reworded("grounds", "có tài sản nhưng không tự nguyện thi hành")])


@pytest.fixture
def decision(session: Session, people: People, at: datetime) -> Issued:
    return drawn(session, people, at=at)


def drawn(session: Session, people: People, *, at: datetime, **over: Any) -> Issued:
    return issue_paper(
        session,
        people.officer,
        PaperKind.SEIZURE_DECISION,
        data_of(PaperKind.SEIZURE_DECISION),
        subject_kind="asset",
        subject_ref="TS-0000123-6",
        office_id=people.office.id,
        at=at,
        **over,
    )


def other_officer(session: Session, people: People) -> Actor:
    staff = make_staff(session, people.office, Role.OFFICER, "T-khac", "Chấp hành viên khác")
    return make_actor(session, staff, people.office, Role.OFFICER)


def test_who_issued_a_decision_recalls_and_replaces_it(
    session: Session, people: People, decision: Issued, at: datetime
):
    with pytest.raises(RecallFirst) as refused:
        replace(session, people.officer, decision.reference, RIGHT, at=at)
    assert refused.value.article == "C04/23 Art. 36(4)"
    recalling = recall(session, people.officer, decision.reference, WRONG, at=at)
    html = html_of(get_paper(session, people.officer, recalling.reference))
    assert "Chấp hành viên</p>" in html
    assert people.officer.name in html
    second = replace(session, people.officer, decision.reference, RIGHT, at=at)
    html = html_of(get_paper(session, people.officer, second.reference))
    assert "Xét thấy: có tài sản nhưng không tự nguyện thi hành." in html
    assert re.search(f"Văn bản này thay thế .* số {decision.number} ngày", html)
    out = get_paper_out(session, people.officer, decision.reference)
    assert out.state is PaperState.REPLACED
    assert [one.number for one in out.chain] == [decision.number, recalling.number, second.number]
    first = get_paper(session, people.officer, decision.reference)
    assert "có điều kiện nhưng không" in html_of(first)
    with pytest.raises(PaperNotInForce):
        replace(session, people.officer, decision.reference, RIGHT, at=at)


@pytest.mark.parametrize(
    ("reads", "shall_read", "changed"),
    [
        ("900.000.000", "90.000.000", True),
        ("900 000 000 đồng", "900.000.000 đồng", False),
        ("9 tỷ", "9 triệu", True),
        ("chín trăm triệu đồng", "chín mươi triệu đồng", True),
        ("một trăm mười triệu", "Một trăm mười triệu", False),
        ("phải thi hành", "phải thi hành 5.000.000 đồng", True),
        ("số 1234/QĐ", "số 1243/QĐ", False),
        ("Năm sinh 1971", "Năm sinh 1917", False),
        ("ba con bò", "bốn con bò", False),
    ],
)
def test_no_amendment_changes_a_sum_of_money(reads: str, shall_read: str, changed: bool):
    assert changes_money(reads, shall_read) is changed


def test_a_figure_is_no_part_of_another_and_its_unit_makes_it_money():
    words = ["phải trả 900.000.000 đồng và 900 triệu đồng, 2 cái"]
    assert after_passage("900.000", words) is None
    assert after_passage("900", words) == " triệu đồng, 2 cái"
    assert after_passage("2  cái", words) == ""
    assert changes_money("900", "90", " triệu đồng, 2 cái")
    assert not changes_money("2", "1", " cái")


def test_an_amendment_names_what_stands_on_the_paper_and_no_sum_c04_36_4(
    session: Session, people: People, decision: Issued, at: datetime
):
    for reads, shall_read, refusal in (
        ("không có ở đâu", "có", PassageNotThere),
        ("96", "97", PassageNotThere),
        ("đã qua sử dụng", "trị giá 90.000.000 đồng", MatterChanged),
    ):
        said = NewAmendment(passage="x", reads=reads, shall_read=shall_read, reason="lỗi")
        with pytest.raises(refusal):
            amend(session, people.head, decision.reference, said, at=at)
    small = NewAmendment(passage="x", reads="CÓ  điều kiện", shall_read="đủ điều kiện", reason="l")
    amend(session, people.head, decision.reference, small, at=at)
    again = NewAmendment(passage="x", reads="đủ điều", shall_read="có đủ điều", reason="l")
    amend(session, people.head, decision.reference, again, at=at)


def test_the_head_may_and_another_officer_may_not(
    session: Session, people: People, decision: Issued, at: datetime
):
    other = other_officer(session, people)
    small = NewAmendment(passage="tên", reads="Hưởng", shall_read="Hướng", reason="lỗi chính tả")
    for act, said in ((recall, WRONG), (amend, small), (replace, RIGHT)):
        with pytest.raises(NotTheSigner) as refused:
            act(session, other, decision.reference, said, at=at)
        assert refused.value.article == "L25 Art. 52"
    amended = amend(session, people.head, decision.reference, small, at=at)
    assert (
        get_paper(session, people.head, amended.reference).data["signatures"][0]["post"] == "head"
    )


def test_the_papers_of_an_officer_who_is_gone_are_set_right_by_the_others(
    session: Session, people: People, decision: Issued, at: datetime
):
    other = other_officer(session, people)
    gone = session.scalars(
        select(Appointment).where(Appointment.staff_id == people.officer.staff_id)
    ).one()
    gone.valid_to = gone.valid_from
    session.flush()
    assert recall(session, other, decision.reference, WRONG, at=at + timedelta(days=1))


def test_a_keeper_sets_no_paper_of_an_officer_right(
    session: Session, people: People, decision: Issued, at: datetime
):
    with pytest.raises(NotTheSigner):
        recall(session, people.keeper, decision.reference, WRONG, at=at)


def test_what_replaces_keeps_the_form_of_the_law_of_its_step(
    session: Session, people: People, at: datetime
):
    old = drawn(session, people, step_on=OLD, at=at)
    recall(session, people.officer, old.reference, WRONG, at=at)
    second = replace(session, people.officer, old.reference, RIGHT, at=at)
    assert get_paper(session, people.officer, second.reference).template.endswith("2009.html")


def test_a_paper_that_says_the_same_replaces_nothing(
    session: Session, people: People, decision: Issued, at: datetime
):
    recall(session, people.officer, decision.reference, WRONG, at=at)
    same = get_paper(session, people.officer, decision.reference).data["grounds"]
    for passages in ({}, {"grounds": same}, {"number": "9"}, {"cases.0.number": "9"}):
        new = NewWording(passages=[Reworded(*one) for one in passages.items()])
        with pytest.raises(NothingWordedAnew):
            replace(session, people.officer, decision.reference, new, at=at)


def test_what_follows_from_an_act_is_replaced_by_the_act(
    session: Session, people: People, at: datetime
):
    new = NewPaper(
        kind=PaperKind.REDUCTION_DECISION,
        title="Lô",
        subject_kind="lot",
        subject_ref="DG-0000001-1",
        data=data_of(PaperKind.REDUCTION_DECISION),
    )
    paper = issue(session, people.officer, new, at=at)
    recall(session, people.officer, paper.reference, WRONG, at=at)
    with pytest.raises(ReplacedByItsAct):
        replace(session, people.officer, paper.reference, RIGHT, at=at)


@pytest.mark.parametrize("kind", sorted(set(ISSUED_UNDER) & set(MADE)))
def test_figures_days_and_codes_are_no_passages(kind: PaperKind):
    data = msgspec.json.decode(msgspec.json.encode(data_of(kind)))
    words = passages_of(kind, data)
    assert words or kind is PaperKind.REDUCTION_DECISION
    assert not {one.part for one in words} & {"price", "way", "method", "code", "number", "to"}
    anew = worded_anew(kind, data, {one.path: f"{one.text}!" for one in words})
    assert [one.text for one in passages_of(kind, anew)] == [f"{one.text}!" for one in words]
    msgspec.convert(anew, type(data_of(kind)), strict=False)


def test_the_page_of_a_paper_leads_from_recall_to_replacement(
    client: TestClient, session: Session, people: People, decision: Issued, at: datetime
):
    client.cookies.set(COOKIE, make_token(session, people, "officer", at))
    where = f"/documents/{decision.reference}"
    page = client.get(where).text
    assert f"{where}/recall" in page
    assert f"{where}/replacement" not in page
    assert press(client, f"{where}/recall", reason=WRONG.reason).status_code == 303
    page = client.get(where).text
    assert f"{where}/replacement" in page
    form = client.get(f"{where}/replacement")
    assert 'name="said.grounds"' in form.text
    same = press(client, f"{where}/replacement")
    assert same.status_code == 422
    done = press(client, f"{where}/replacement", **{"said.grounds": "không tự nguyện thi hành"})
    assert done.status_code == 303
    paper = session.scalars(select(Paper).where(Paper.replaces_id.is_not(None))).one()
    assert paper.data["grounds"] == "không tự nguyện thi hành"
    assert done.headers["location"].endswith(paper.reference)


def test_another_officer_is_shown_no_way_and_refused(
    client: TestClient, session: Session, people: People, at: datetime
):
    made = issue(
        session,
        people.head,
        NewPaper(
            kind=PaperKind.SEIZURE_RELEASE,
            title="Xe",
            subject_kind="asset",
            subject_ref="TS-0000123-6",
            data=data_of(PaperKind.SEIZURE_RELEASE),
        ),
        at=at,
    )
    paper = session.get_one(Paper, made.id)
    assert paper.issued_by_id == people.head.staff_id
    other = other_officer(session, people)
    assert other.may("papers.correct_own")
    client.cookies.set(COOKIE, make_token(session, people, "keeper", at))
    assert "/recall" not in client.get(f"/documents/{made.reference}").text
    assert client.get(f"/documents/{made.reference}/recall").status_code == 403


def test_over_rest(
    client: TestClient, session: Session, people: People, decision: Issued, at: datetime
):
    headers = {"Authorization": f"Bearer {make_token(session, people, 'officer', at)}"}
    where = f"/api/v1/documents/{decision.reference}"
    body = {"passages": [{"path": "grounds", "text": "không tự nguyện thi hành"}]}
    early = client.post(f"{where}/replacement", json=body, headers=headers)
    assert (early.status_code, early.json()["code"]) == (409, "recall_first")
    client.post(f"{where}/recall", json={"reason": WRONG.reason}, headers=headers)
    done = client.post(f"{where}/replacement", json=body, headers=headers)
    assert done.status_code == 201
    foreign = {"Authorization": f"Bearer {make_token(session, people, 'foreign_officer', at)}"}
    assert client.post(f"{where}/replacement", json=body, headers=foreign).status_code == 404
