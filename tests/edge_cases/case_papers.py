"""Cases 33, 34, 37, 38, 42 and 50: who is in charge, what papers keep, evidence at its receipt."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from auction.deadlines.commands import set_deadline
from auction.deadlines.queries import due_after
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.rules import HoldKind, OnHold
from auction.lots.models import Breach, PriceReduction, ReductionWas
from auction.lots.queries import assets_of_lot
from auction.lots.rules import PriceTooLow, ReductionLate
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.commands.replace_reduction import replace_reduction
from auction.outcomes.rules import DecisionInForce
from auction.outcomes.schemas import NewReduction, NewReplacement
from auction.portfolios import commands as portfolios
from auction.portfolios.queries import every_item, get_handover
from auction.portfolios.rules import Group
from auction.portfolios.schemas import NewGiving, NewPortfolio, NewTaking
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.desk import Card
from inventory.base.errors import Conflict, Invalid
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import take_in
from inventory.custody.rules import Impeded, SealDamaged, SealState
from inventory.evidence.commands import answer_mismatch
from inventory.evidence.queries import list_holds
from inventory.evidence.rules import Comparison
from inventory.evidence.schemas import MismatchAnswer
from inventory.handovers.commands.loans import lend
from inventory.handovers.pages.desk import desk_parts
from inventory.handovers.queries.loans import count_out, count_overdue_loans, list_loans
from inventory.handovers.rules import Purpose
from inventory.handovers.schemas import NewLoan, Outsider
from inventory.organisation.commands import add_office
from inventory.organisation.merging import end_office
from inventory.organisation.rules import OfficeKind, Role
from inventory.organisation.schemas import NewEnd, NewOffice
from inventory.papers.commands import amend, recall
from inventory.papers.models import Paper
from inventory.papers.queries import get_paper, get_paper_out
from inventory.papers.rules import PaperKind, PaperState, Proof
from inventory.papers.schemas import NewAmendment, NewRecall
from inventory.seals.commands import conclude_damage
from inventory.seals.schemas import NewConclusion, ReceivedSeal
from inventory.seizures.commands import register_seized_asset
from inventory.seizures.drawing import draw_minutes
from inventory.seizures.schemas import DrawnUp, NewMinutes
from reports.documents.layouts import html_of
from reports.registers.auctions.queries import every_line
from reports.registers.auctions.sheet import changes_of
from reports.registers.queries import get_year
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import fail_round, make_formed_lot
from tests.make.departures import let_through
from tests.make.holds import finish_hold, make_hold
from tests.make.inventory import (
    make_asset,
    make_case,
    make_evidence,
    make_place,
    new_seized_asset,
    take_in_at,
)
from tests.make.orders import order_to_lend
from tests.make.organisation import make_actor, make_staff
from tests.make.scans import attach_scan

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
ON = date(2026, 11, 23)


@edge_case(33, "L25 Art. 23")
def an_officer_who_is_gone_hands_all_over_with_minutes(office: Office) -> None:
    session, people = office
    officer = people.officer
    case = make_case(session, officer, officer_id=officer.staff_id, at=AT)
    seized = make_asset(session, people.keeper, case, at=AT)
    subject = DeadlineSubject("asset", seized.reference, people.office.id, asset_id=seized.id)
    set_deadline(session, officer, "valuation_contract_due", ON, subject, at=AT)
    held = make_evidence(
        session,
        people.keeper,
        case_number=case.decision_number,
        seal=ReceivedSeal(number="NP-33"),
        at=AT,
    )
    staff = make_staff(session, people.office, Role.OFFICER, "T-moi", "Chấp hành viên mới")
    successor = make_actor(session, staff, people.office, Role.OFFICER)
    new = NewPortfolio(giver_code="T-officer", receiver_code="T-moi", reason="nghỉ theo chế độ")
    named = portfolios.draw_up(session, people.head, new, at=AT)
    found = get_handover(session, people.head, named)
    listed = {(one.group, one.code) for one in every_item(session, found.id)}
    assert (Group.CASE, case.decision_number) in listed
    assert (Group.ASSET, seized.reference) in listed
    assert (Group.DEADLINE, seized.reference) in listed
    assert (Group.EVIDENCE_KEY, held.reference) in listed
    gone = NewGiving(given_for="đã nghỉ từ ngày 01/11/2026")
    portfolios.give(session, people.head, named, gone, at=AT)
    paper = portfolios.take_over(session, successor, named, NewTaking(), at=AT)
    assert paper is not None
    session.refresh(case)
    assert case.officer_id == successor.staff_id
    html = html_of(get_paper(session, people.head, paper))
    assert "NP-33" in html
    assert "Ký hợp đồng thẩm định giá" in html or "thẩm định giá" in html


@edge_case(34, "L25 Art. 19")
def papers_of_an_office_that_was_merged_keep_its_name(office: Office) -> None:
    session, people = office
    case = make_case(session, people.officer, at=AT)
    drawn = DrawnUp(grounds="không tự nguyện thi hành án")
    new = new_seized_asset(case, decision_number=None, decision_on=ON, drawn_up=drawn)
    made = register_seized_asset(session, people.officer, new, at=AT)
    statement = select(Paper).where(Paper.subject_ref == made.reference)
    old = session.scalars(statement).one()
    before = html_of(old)
    said = NewOffice(
        code="T99",
        name="THADS tỉnh Hợp Nhất",
        kind=OfficeKind.PROVINCE,
        parent="T00",
        valid_from=ON,
    )
    successor = add_office(session, SYSTEM, said, at=AT)
    end = NewEnd(successor="T99", from_on=ON + timedelta(days=1), basis="12/QĐ-BTP")
    end_office(session, SYSTEM, people.office.id, end, at=AT + timedelta(days=1))
    people.office.name = "THADS tỉnh Thử (cũ)"
    session.flush()
    session.expire(old)
    assert html_of(get_paper(session, people.officer, old.reference)) == before
    assert "tỉnh Thử<" in before
    staff = make_staff(session, successor, Role.OFFICER, "T-hn", "Chấp hành viên Hợp Nhất")
    theirs = make_actor(session, staff, successor, Role.OFFICER)
    own = make_case(session, theirs, "1/QĐ-THADS", at=AT)
    later = new_seized_asset(own, decision_number=None, decision_on=ON, drawn_up=drawn)
    made = register_seized_asset(session, theirs, later, at=AT)
    paper = session.scalars(select(Paper).where(Paper.subject_ref == made.reference)).one()
    assert paper.number == "1/QĐKB-THADS"
    assert "Hợp Nhất" in html_of(paper)


@edge_case(37, "D152/26 Art. 37(2)b")
def evidence_unlike_its_first_minutes_waits_for_a_written_answer(office: Office) -> None:
    session, people = office
    keeper = people.keeper
    store = make_place(session, keeper, at=AT)
    made = make_evidence(
        session, keeper, comparison=Comparison.DIFFERS, difference="Thiếu 01 pin", at=AT
    )
    with pytest.raises(Impeded):
        take_in(session, keeper, made.reference, take_in_at(store), at=AT)
    (hold,) = list_holds(session, keeper, made.reference)
    answer = MismatchAnswer(
        hold_id=hold.id, answer_number="88/CAT", answered_on=ON, answer="chịu trách nhiệm"
    )
    attach_scan(session, keeper, made.reference, at=AT)
    answer_mismatch(session, keeper, made.reference, answer, at=AT)
    with pytest.raises(Conflict):
        answer_mismatch(session, keeper, made.reference, answer, at=AT)
    take_in(session, keeper, made.reference, take_in_at(store), at=AT)


@edge_case(38, "D152/26 Art. 37(2)c")
def a_torn_seal_is_not_accepted_without_a_conclusion(office: Office) -> None:
    session, people = office
    keeper = people.keeper
    store = make_place(session, keeper, at=AT)
    torn = ReceivedSeal(number="NP-38", state=SealState.TORN)
    with pytest.raises(SealDamaged):
        make_evidence(session, keeper, seal=torn, take_in=take_in_at(store), at=AT)
    made = make_evidence(session, keeper, seal=torn, at=AT)
    coming = msgspec.structs.replace(take_in_at(store), seals={"NP-38": SealState.TORN})
    with pytest.raises((Impeded, SealDamaged)):
        take_in(session, keeper, made.reference, coming, at=AT)
    conclusion = NewConclusion(
        number="NP-38",
        conclusion_body="Phòng Kỹ thuật hình sự",
        conclusion_number="44/KL",
        concluded_on=ON,
        conclusion="Hiện vật đủ",
    )
    conclude_damage(session, people.officer, made.reference, conclusion, at=AT)
    take_in(session, keeper, made.reference, coming, at=AT)


@edge_case(42, "C04/23 Art. 11(3)")
def evidence_that_was_taken_out_and_not_returned_is_listed_as_late(office: Office) -> None:
    session, people = office
    keeper = people.keeper
    store = make_place(session, keeper, at=AT)
    case = make_case(session, people.officer, at=AT)
    made = make_asset(session, keeper, case, place=store, at=AT)
    new = NewLoan(
        assets=[made.reference],
        borrower="Tòa án nhân dân tỉnh Thử",
        taker=Outsider(name="Đỗ Thị Thư", post="Thư ký", proof=Proof.INTRODUCTION),
        purpose=Purpose.HEARING,
        request_number="15/TA-HS",
        requested_on=ON,
        order=order_to_lend(session, store, made.reference),
        working_days=3,
    )
    lent = lend(session, keeper, new, at=AT)
    assert count_out(session, keeper) == 1
    assert count_overdue_loans(session, keeper, ON) == 0
    late = lent.due_on + timedelta(days=1)
    assert count_overdue_loans(session, keeper, late) == 1
    for day, tone in ((lent.due_on, "good"), (late, "bad")):
        at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        cards = [part for part in desk_parts(session, keeper, at) if isinstance(part, Card)]
        (card,) = (card for card in cards if card.href == "/loans?show=overdue")
        assert card.tone == tone
    assert [row.reference for row in list_loans(session, keeper).items] == [lent.reference]


@edge_case(50, "C04/23 Art. 36(4)")
def a_wrong_price_in_a_decision_is_recalled_and_replaced(office: Office) -> None:
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    fail_round(session, people, lot, 1_000_000_000, at=AT)
    new = NewReduction(new_price=Decimal(990_000_000), decided_on=ON, agreed=True)
    reduction = reduce_price(session, people.officer, lot.reference, 1, new, at=AT)
    kind = PaperKind.REDUCTION_DECISION
    wrong = session.scalars(select(Paper).where(Paper.kind == kind)).one()
    right = NewReplacement(new_price=Decimal(900_000_000))
    with pytest.raises(DecisionInForce) as refused:
        replace_reduction(session, people.officer, lot.reference, 1, right, at=AT)
    assert refused.value.article == "C04/23 Art. 36(4)"
    said = NewRecall(reason="ghi sai giá đã giảm")
    recall(session, people.head, wrong.reference, said, at=AT)
    below = NewReplacement(new_price=Decimal(899_999_999))
    with pytest.raises(PriceTooLow):
        replace_reduction(session, people.officer, lot.reference, 1, below, at=AT)
    issued = replace_reduction(session, people.officer, lot.reference, 1, right, at=AT)
    html = html_of(get_paper(session, people.officer, issued.reference))
    assert "900.000.000\u00a0đồng" in html
    assert f"thay thế Quyết định về việc giảm giá tài sản số {wrong.number}" in html
    assert get_paper_out(session, people.officer, wrong.reference).state is PaperState.REPLACED
    session.refresh(reduction)
    assert (reduction.new_price, reduction.percent) == (Decimal(900_000_000), Decimal(10))
    was = session.scalars(select(ReductionWas)).one()
    assert (was.new_price, was.decision_number) == (Decimal(990_000_000), wrong.number)
    (line,) = every_line(session, people.officer, get_year(session, 2027))
    assert any(f"{wrong.number}, 990.000.000" in said for said in changes_of(line))


@edge_case(50, "L25 Art. 83(3)")
def what_replaces_a_decision_is_tested_as_the_first_one_was(office: Office) -> None:
    session, people = office
    lot = make_formed_lot(session, people, at=AT)
    fail_round(session, people, lot, 1_000_000_000, at=AT)
    new = NewReduction(new_price=Decimal(990_000_000), decided_on=ON, agreed=True)
    reduction = reduce_price(session, people.officer, lot.reference, 1, new, at=AT)
    wrong = session.scalars(select(Paper).where(Paper.kind == PaperKind.REDUCTION_DECISION)).one()
    (asset,) = [one.reference for one in assets_of_lot(session, lot.id)]
    recall(session, people.head, wrong.reference, NewRecall(reason="ghi sai giá"), at=AT)
    later = AT + timedelta(days=30)
    right = NewReplacement(new_price=Decimal(900_000_000))
    with pytest.raises(ReductionLate) as refused:
        replace_reduction(session, people.officer, lot.reference, 1, right, at=later)
    assert refused.value.article == "L25 Art. 83(3)"
    assert refused.value.departs is not None
    why = "thay quyết định ghi sai giá"
    rule = "reduction_decision_due"
    let_through(session, people, rule, lot.reference, at=later, reason=why)
    hold = make_hold(session, people.officer, HoldKind.SUSPENSION, asset, ON, at=later)
    with pytest.raises(OnHold):
        replace_reduction(session, people.officer, lot.reference, 1, right, at=later)
    finish_hold(session, people.officer, hold, local_day(later), at=later)
    subject = DeadlineSubject("lot", lot.reference, people.office.id, lot_id=lot.id)
    set_deadline(
        session, people.officer, "setoff_creditor_answer", local_day(later), subject, at=later
    )
    issued = replace_reduction(session, people.officer, lot.reference, 1, right, at=later)
    until = due_after(session, "setoff_creditor_answer", local_day(later))
    paper = get_paper(session, people.officer, issued.reference)
    assert paper.data["creditor_until"] == until.isoformat()
    breach = session.scalars(
        select(Breach).where(Breach.rule_key == "reduction_decision_due")
    ).one()
    assert breach.facts["reason"] == why
    assert breach.facts["approved_by"] == people.head.name
    session.refresh(reduction)
    assert reduction.decided_on == ON + timedelta(days=30)
    with pytest.raises(Invalid):
        fail_round(session, people, lot, 990_000_000, at=later + timedelta(days=60))
    fail_round(session, people, lot, 900_000_000, at=later + timedelta(days=60))
    assert get_paper_out(session, people.officer, wrong.reference).state is PaperState.REPLACED


@edge_case(50, "L25 Art. 52")
def a_small_error_of_a_paper_is_amended_and_the_paper_stays(office: Office) -> None:
    session, people = office
    case = make_case(session, people.officer, at=AT)
    made = make_asset(session, people.keeper, case, at=AT)
    new = NewMinutes(
        case_number=case.decision_number,
        at=datetime(2026, 8, 4, 2, tzinfo=UTC),
        place="số 8 Chợ Hàn",
        custody="giao người phải thi hành án bảo quản",
    )
    issued = draw_minutes(session, people.officer, made.reference, new, at=AT)
    said = NewAmendment(
        passage="địa điểm", reads="Chợ Hàn", shall_read="Chợ Hàng", reason="lỗi chính tả"
    )
    second = amend(session, people.head, issued.reference, said, at=AT)
    out = get_paper_out(session, people.head, issued.reference)
    assert out.state is PaperState.AMENDED
    assert [later.reference for later in out.later] == [second.reference]
    assert "Chợ Hàn" in html_of(get_paper(session, people.head, issued.reference))
    assert session.scalars(select(PriceReduction)).all() == []
    assert session.get(EnforcementCase, case.id)
