"""Issuing papers: gapless numbers, data that cannot be changed, and what later papers do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden
from inventory.organisation.rules import Role
from inventory.papers import commands, queries
from inventory.papers.forms import form_of, list_forms
from inventory.papers.models import Paper
from inventory.papers.rules import (
    FormUnknown,
    PaperKind,
    PaperNotInForce,
    PaperState,
    PaperUnknown,
    Relation,
    may_follow,
    state_after,
)
from inventory.papers.schemas import About, Issued, ItemLine, NewPaper, PaperData, Signature
from tests.make.organisation import People, make_staff

Issue = Callable[..., Issued]


def new_paper(**changed: object) -> NewPaper:
    said: dict[str, object] = {
        "kind": PaperKind.RECEIPT_SLIP,
        "title": "Phiếu nhập kho",
        "subject_kind": "order",
        "subject_ref": "LNK-1",
        "data": PaperData(
            lines=(ItemLine(name="Xe máy", code="TS-0000001-2", quantity=Decimal("1.5")),)
        ),
    }
    return NewPaper(**{**said, **changed})  # type: ignore[arg-type]


@pytest.fixture
def issue(session: Session, people: People, at: datetime) -> Issue:
    def act(actor: Actor = people.keeper, *, on: datetime = at, **changed: object) -> Issued:
        return commands.issue(session, actor, new_paper(**changed), at=on)

    return act


def test_a_paper_gets_the_next_number_of_its_office_kind_and_year(
    issue: Issue, people: People, at: datetime
):
    assert [issue().number, issue().number] == ["1/PNK-THADS", "2/PNK-THADS"]
    assert issue(kind=PaperKind.RELEASE_SLIP).number == "1/PXK-THADS"
    assert issue(people.foreign_keeper).number == "1/PNK-THADS"
    assert issue(on=at + timedelta(days=60)).number == "1/PNK-THADS"


def test_an_act_that_fails_leaves_no_gap(session: Session, issue: Issue):
    issue()
    with session.begin_nested() as act:
        issue()
        act.rollback()
    assert issue().number == "2/PNK-THADS"
    assert queries.find_gaps(session) == []


def test_the_data_is_frozen_with_its_letterhead_and_hash(
    session: Session, issue: Issue, people: People
):
    issued = issue()
    paper = queries.get_paper(session, people.keeper, issued.reference)
    assert paper.letterhead["number"] == 1
    assert (paper.letterhead["body"], paper.letterhead["place"]) == ("THADS tỉnh Thử", "Thử")
    assert paper.letterhead["form_code"] == "C04-THADS"
    assert paper.data["lines"][0]["quantity"] == "1.5"
    assert paper.data_sha256 == queries.digest_of(paper.letterhead, paper.data)
    assert queries.find_forged(session) is None


def signed_by(session: Session, people: People, issued: Issued) -> list[tuple[str, str | None]]:
    paper = queries.get_paper(session, people.keeper, issued.reference)
    return [(one["post"], one["name"]) for one in paper.data["signatures"]]


BLANK = PaperData(signatures=tuple(Signature(post=p) for p in ("keeper", "accountant", "head")))


def test_the_only_accountant_and_head_of_the_office_are_named(
    session: Session, issue: Issue, people: People
):
    found = signed_by(session, people, issue(data=BLANK))
    named = [("accountant", people.accountant.name), ("head", people.head.name)]
    assert found == [("keeper", None), *named]
    said = PaperData(signatures=(Signature(post="accountant", name="Bà Khác"),))
    assert signed_by(session, people, issue(data=said)) == [("accountant", "Bà Khác")]


def test_where_two_hold_a_post_or_nobody_does_the_line_stays_open(
    session: Session, issue: Issue, people: People
):
    make_staff(session, people.office, Role.ACCOUNTANT, "T-second", "Người thử thứ hai")
    found = signed_by(session, people, issue(data=BLANK))
    assert found == [("keeper", None), ("accountant", None), ("head", people.head.name)]
    foreign = issue(people.foreign_keeper, data=BLANK)
    paper = session.scalars(select(Paper).where(Paper.reference == foreign.reference)).one()
    assert [one["name"] for one in paper.data["signatures"]] == [None, None, None]


@pytest.mark.parametrize("table", ["paper", "paper_subject"])
@pytest.mark.parametrize("act", ["UPDATE {} SET office_id = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_or_remove_a_paper(
    session: Session, issue: Issue, table: str, act: str
):
    issue()
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        session.execute(text(act.format(table)))
    assert refusal.value.orig.sqlstate == "42501"  # type: ignore[union-attr]


def test_two_papers_of_an_office_never_share_a_number(
    session: Session, issue: Issue, monkeypatch: pytest.MonkeyPatch
):
    issue()
    monkeypatch.setattr(commands, "next_number", lambda *_args: 1)
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        issue()
    assert "uq_paper_office_id_kind_year_serial" in str(refusal.value.orig)


def test_issuing_is_recorded(session: Session, issue: Issue, people: People):
    issued = issue()
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.code == "papers.paper.issued")
    ).one()
    assert (entry.subject_ref, entry.staff_id) == (issued.reference, people.keeper.staff_id)
    assert entry.data["number"] == issued.number


def test_nobody_issues_a_paper_of_an_office_he_does_not_see(issue: Issue, people: People):
    with pytest.raises(Forbidden):
        issue(office_id=people.foreign.id)
    assert issue(SYSTEM, office_id=people.foreign.id).number == "1/PNK-THADS"


def test_a_paper_of_a_foreign_office_is_unknown(
    session: Session, issue: Issue, people: People, become: Callable[[Actor], Actor]
):
    issued = issue(about=(About("asset", "TS-0000001-2"),))
    become(people.foreign_keeper)
    with pytest.raises(PaperUnknown):
        queries.get_paper(session, people.foreign_keeper, issued.reference)
    assert session.scalar(select(Paper.id)) is None, "row-level security alone must hide it, too"
    about = ("asset", "TS-0000001-2")
    assert queries.list_papers(session, people.foreign_keeper, about=about).items == []


def test_papers_are_listed_by_what_they_are_about(session: Session, issue: Issue, people: People):
    first = issue(about=(About("asset", "TS-0000001-2"), About("case", "7")))
    second = issue(kind=PaperKind.STOCK_CARD, subject_kind="asset", subject_ref="TS-0000001-2")
    seen = queries.list_papers(session, people.keeper, about=("asset", "TS-0000001-2")).items
    assert [paper.reference for paper in seen] == [second.reference, first.reference]
    assert len(queries.list_papers(session, people.keeper, about=("case", "7")).items) == 1
    cards = queries.list_papers(session, people.keeper, kind=PaperKind.STOCK_CARD).items
    assert [paper.number for paper in cards] == ["1/TK-THADS"]


def test_later_papers_say_what_became_of_one(session: Session, issue: Issue, people: People):
    one = issue()
    amending = issue(kind=PaperKind.AMENDMENT, amends=one.reference)
    assert queries.get_paper_out(session, people.keeper, one.reference).state is PaperState.AMENDED
    issue(kind=PaperKind.RECALL, recalls=one.reference)
    told = queries.get_paper_out(session, people.keeper, one.reference)
    assert told.state is PaperState.RECALLED
    assert [later.relation for later in told.later] == [Relation.AMENDS, Relation.RECALLS]
    follows = queries.get_paper_out(session, people.keeper, amending.reference).follows
    assert follows is not None
    assert (follows.relation, follows.reference) == (Relation.AMENDS, one.reference)
    replacement = issue(replaces=one.reference)
    told = queries.get_paper_out(session, people.keeper, one.reference)
    assert told.state is PaperState.REPLACED
    assert told.later[-1].reference == replacement.reference


def test_the_whole_chain_is_told_on_each_of_its_papers_and_none_of_them_was_touched(
    session: Session, issue: Issue, people: People
):
    frozen = text("SELECT id, to_jsonb(paper) FROM paper ORDER BY id")
    one = issue()
    before = session.execute(frozen).all()
    amending = issue(kind=PaperKind.AMENDMENT, amends=one.reference)
    recalling = issue(kind=PaperKind.RECALL, recalls=one.reference)
    second = issue(replaces=one.reference)
    third = issue(replaces=second.reference)
    issue()
    for paper in (one, amending, recalling, second, third):
        chain = queries.get_paper_out(session, people.keeper, paper.reference).chain
        assert [(link.reference, link.relation, link.earlier) for link in chain] == [
            (one.reference, None, None),
            (amending.reference, Relation.AMENDS, one.number),
            (recalling.reference, Relation.RECALLS, one.number),
            (second.reference, Relation.REPLACES, one.number),
            (third.reference, Relation.REPLACES, second.number),
        ]
    assert session.execute(frozen).all()[:1] == before


def test_no_two_kinds_of_papers_share_a_symbol(at: datetime):
    symbols = [form_of(kind, at.date()).symbol for kind in PaperKind]
    assert sorted(symbols) == sorted(set(symbols))


@pytest.mark.parametrize("again", ["amends", "recalls", "replaces"])
def test_a_replaced_paper_is_finished(issue: Issue, again: str):
    one = issue()
    issue(replaces=one.reference)
    with pytest.raises(PaperNotInForce):
        issue(**{again: one.reference})


def test_a_paper_of_a_foreign_office_is_not_recalled(issue: Issue, people: People):
    one = issue()
    with pytest.raises(PaperUnknown):
        issue(people.foreign_keeper, recalls=one.reference)


@pytest.mark.parametrize(
    ("done", "relation", "may"),
    [
        (set(), Relation.AMENDS, True),
        ({Relation.AMENDS}, Relation.AMENDS, True),
        ({Relation.RECALLS}, Relation.AMENDS, False),
        ({Relation.RECALLS}, Relation.RECALLS, False),
        ({Relation.RECALLS}, Relation.REPLACES, True),
        ({Relation.REPLACES}, Relation.REPLACES, False),
    ],
)
def test_what_may_follow(done: set[Relation], relation: Relation, may: bool):
    assert may_follow(relation, done) is may


def test_what_ends_a_paper_goes_first():
    assert state_after({Relation.AMENDS, Relation.RECALLS}) is PaperState.RECALLED
    assert state_after(set(Relation)) is PaperState.REPLACED
    assert state_after(set()) is PaperState.IN_FORCE


def test_every_kind_has_one_form_a_day(at: datetime):
    for kind in PaperKind:
        assert form_of(kind, at.date()).title
    with pytest.raises(FormUnknown):
        form_of(PaperKind.RECEIPT_SLIP, at.date().replace(year=1999))
    spans = sorted((form.kind, form.valid_from, form.valid_to) for form in list_forms())
    for (kind, _from, to), (next_kind, begins, _to) in pairwise(spans):
        assert kind != next_kind or (to is not None and to < begins)


def test_a_gap_is_found(session: Session, issue: Issue):
    issue()
    issue()
    session.execute(text("UPDATE number_series SET last = 3 WHERE series = 'paper:receipt_slip'"))
    (gap,) = queries.find_gaps(session)
    assert (gap.series, gap.used, gap.highest, gap.given) == ("paper:receipt_slip", 2, 2, 3)


def test_a_lost_counter_is_found(session: Session, issue: Issue):
    issue()
    session.execute(text("UPDATE number_series SET last = 0 WHERE series = 'paper:receipt_slip'"))
    assert [gap.given for gap in queries.find_gaps(session)] == [0]


def test_a_hole_in_the_middle_is_found(
    session: Session, issue: Issue, monkeypatch: pytest.MonkeyPatch
):
    issue()
    with monkeypatch.context() as patched:
        patched.setattr(commands, "next_number", lambda *_args: 3)
        issue()
    session.execute(text("UPDATE number_series SET last = 3 WHERE series = 'paper:receipt_slip'"))
    assert [(gap.used, gap.highest) for gap in queries.find_gaps(session)] == [(2, 3)]
