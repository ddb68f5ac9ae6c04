"""A wrong termination is annulled by the head: its case is open and its claims are owed again."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from auction.bidding.queries import find_outcome
from auction.claims.commands import reverse_change
from auction.claims.models import ClaimEntry
from auction.claims.queries import debt_of
from auction.claims.rules import PartOfAnAct
from auction.claims.schemas import NewReversal
from auction.lots.commands import form_lot
from auction.lots.queries import last_round
from auction.lots.schemas import NewLot
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout, withdraw_payout
from auction.terminations.annulling import annul_termination
from auction.terminations.models import TerminationAnnulment
from auction.terminations.queries import terminations_of
from auction.terminations.rules import (
    AnnulledAlready,
    DecisionNumberTaken,
    NotAnnulled,
    Scope,
    TerminatedAlready,
)
from auction.terminations.schemas import NewAnnulment
from inventory.audit.models import AuditEntry
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.papers.commands import recall
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind, RecalledByItsAct
from inventory.papers.schemas import NewRecall
from inventory.seizures.commands import release_seizure
from inventory.seizures.schemas import SeizureRelease
from reports.documents.layouts import html_of
from tests.auction.test_payouts_commands import voucher
from tests.auction.test_payouts_overtaken import WHY, end_part, lines_of
from tests.auction.test_terminations import RELEASE, end, open_limits, the_case
from tests.make.between import Between, lot_on_its_way
from tests.make.money import case_of, make_claim, make_delivered, propose

SOLD_AT = datetime(2026, 11, 13, 3, tzinfo=UTC)


@pytest.fixture
def way(session, people, at) -> Between:
    return lot_on_its_way(session, people, at=at)


def annul(way: Between, ended, number: str | None = "9/QĐ-HB", **more) -> TerminationAnnulment:
    said = {"decision_number": number, "decided_on": way.today, "reason": "Nhầm người"}
    new = NewAnnulment(**{**said, **more})
    case = the_case(way).id
    return annul_termination(way.session, way.people.head, case, ended.id, new, at=way.now)


def test_the_case_is_open_again_and_what_it_holds_need_not_be_released(way):
    claim = make_claim(way.session, way.people, the_case(way), at=way.now)
    way.announce(10)
    ended = end(way)
    assert open_limits(way.session, way.asset) == {RELEASE}
    way.wait(2)
    made = annul(way, ended)
    assert (made.revived, made.article, made.confidence) == (600_000_000, "L25 Art. 52", "A")
    assert the_case(way).closed_on is None
    assert debt_of(way.session, the_case(way).id, way.today) == 600_000_000
    entries = select(ClaimEntry.kind).where(ClaimEntry.claim_id == claim.id)
    kinds = way.session.scalars(entries.order_by(ClaimEntry.id)).all()
    assert kinds == ["granted", "terminated", "reversed"], "nothing was edited"
    assert open_limits(way.session, way.asset) == set()
    last = last_round(way.session, way.lot.id)
    assert find_outcome(way.session, last.id).code == "stopped"
    again = NewLot(assets=[way.asset], description="Đưa ra bán lại")
    assert form_lot(way.session, way.people.officer, again, at=way.now).closed_on is None
    (shown,) = terminations_of(way.session, way.people.head, the_case(way).id)
    assert shown.annulled.decision_number == "9/QĐ-HB"
    code = AuditEntry.code == "terminations.case.annulled"
    noted = way.session.scalars(select(AuditEntry).where(code)).one()
    assert (noted.data["annuls"], noted.data["reason"]) == ("7/QĐ-ĐC", "Nhầm người")


def test_it_may_be_terminated_again_and_the_database_holds_that_it_is_once(way):
    ended = end(way)
    columns = "office_id, case_id, scope, ground, ground_on, document, decided_on, claims, ended"
    more = f"{columns}, article, confidence, recorded_at, recorded_by"
    twice = f"INSERT INTO case_termination (decision_number, {more}) SELECT 'x', {more}"
    with pytest.raises(DBAPIError, match="is terminated"), way.session.begin_nested():
        way.session.execute(text(f"{twice} FROM case_termination"))
    annul(way, ended)
    with pytest.raises(AnnulledAlready):
        annul(way, ended, "10/QĐ-HB")
    end(way, decision_number="8/QĐ-ĐC")
    with pytest.raises(TerminatedAlready):
        end(way, decision_number="11/QĐ-ĐC")


def test_a_part_is_owed_again_by_the_annulment_alone(way):
    case = the_case(way)
    claim = make_claim(way.session, way.people, case, at=way.now)
    ended = end(way, scope=Scope.PART, claims=[claim.id])
    entry = way.session.scalars(select(ClaimEntry).where(ClaimEntry.kind == "terminated")).one()
    undo = NewReversal(document="Đ-1")
    with pytest.raises(PartOfAnAct):
        reverse_change(way.session, way.people.officer, claim.id, entry.id, undo, at=way.now)
    whole = end(way, decision_number="8/QĐ-ĐC")
    with pytest.raises(NotAnnulled, match="annul that decision") as refused:
        annul(way, ended)
    assert refused.value.article == "L25 Art. 52"
    annul(way, whole)
    assert annul(way, ended, "10/QĐ-HB").revived == 600_000_000
    assert debt_of(way.session, case.id, way.today) == 600_000_000


def test_after_all_was_released_a_new_enforcement_decision_is_lawful(way):
    ended = end(way)
    number = the_case(way).decision_number
    on = way.today
    release = SeizureRelease(case_number=number, release_decision="9/QĐ-GT", released_on=on)
    release_seizure(way.session, way.people.officer, way.asset, release, at=way.now)
    with pytest.raises(NotAnnulled, match="a new enforcement decision"):
        annul(way, ended)
    assert the_case(way).closed_on == on


def test_money_divided_without_the_claims_stands_in_the_way(session, people, at):
    sale = make_delivered(session, people, at=SOLD_AT)
    case = case_of(session, sale)
    claim = make_claim(session, people, case, at=at)
    ended = end_part(session, people, sale, claim, at=at)
    payout = propose(session, people, sale, at=at)
    new = NewAnnulment(decision_number="9/QĐ-HB", decided_on=at.date(), reason="Nhầm người")

    def annulled():
        return annul_termination(session, people.head, case.id, ended.id, new, at=at)

    with pytest.raises(NotAnnulled, match="withdraw it first"):
        annulled()
    approve_payout(session, people.head, payout.id, at=at)
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    assert annulled().revived == 600_000_000
    second = end_part(session, people, sale, claim, at=at, number="8/QĐ-ĐC")
    payout = propose(session, people, sale, at=at)
    approve_payout(session, people.head, payout.id, at=at)
    (debtor,) = lines_of(session, people, payout)
    pay_line(session, people.accountant, debtor.id, voucher(), at=at)
    new = NewAnnulment(decision_number="10/QĐ-HB", decided_on=at.date(), reason="Nhầm người")
    with pytest.raises(NotAnnulled, match="reverse its vouchers"):
        annul_termination(session, people.head, case.id, second.id, new, at=at)


def test_by_the_head_of_its_own_office_with_a_day_and_a_number_of_its_own(way, become):
    ended = end(way)
    day = timedelta(1)
    for on in (way.today - day, way.today + day):
        with pytest.raises(Invalid):
            annul(way, ended, decided_on=on)
    new = NewAnnulment(decision_number="9/QĐ-HB", decided_on=way.today, reason="Nhầm")
    case = the_case(way).id
    with pytest.raises(Forbidden):
        annul_termination(way.session, way.people.officer, case, ended.id, new, at=way.now)
    with pytest.raises(NotFound):
        annul_termination(way.session, way.people.head, case, ended.id + 9, new, at=way.now)
    annul(way, ended)
    second = end(way, decision_number="8/QĐ-ĐC")
    with pytest.raises(DecisionNumberTaken):
        annul(way, second)
    with pytest.raises(DBAPIError, match=r"append-only|permission"):
        way.session.execute(text("UPDATE termination_annulment SET reason = 'x'"))


def test_on_its_page_and_over_rest(browse_as, call_as, way):
    ended = end(way)
    case = the_case(way)
    home, path = f"/cases/{case.id}", f"/cases/{case.id}/termination/{ended.id}/annulment"
    head = browse_as("head")
    assert path in head.get(home).text
    form = head.get(path).text
    assert "không tự khôi phục" in form
    assert f"/assets/{way.asset}" in form
    typed = {"decision_number": "9/QĐ-HB", "decided_on": "2026-11-23", "reason": "Nhầm người"}
    assert head.post(path, data={**typed, "reason": ""}).status_code == 422
    assert head.post(path, data={**typed, "decision_number": ""}).status_code == 303
    shown = head.get(home).text
    assert re.search(r'href="/documents/[^"]+">1/QĐHB-THADS<', shown)
    assert path not in shown
    again = head.get(path)
    assert "đã bị hủy" in again.text
    assert f'action="{path}"' not in again.text
    body = {**typed, "decision_number": "10/QĐ-HB"}
    api = f"/cases/{case.id}/terminations/{ended.id}/annulment"
    assert call_as("officer").post(api, **body).status_code == 403
    assert call_as("foreign_officer").get(f"/cases/{case.id}/terminations").status_code == 404


def test_both_decisions_are_drawn_up_here_and_the_second_recalls_the_first(way):
    """Numbered papers of the day; the first one is recalled by the annulment alone."""
    make_claim(way.session, way.people, the_case(way), at=way.now)
    ended = end(way, decision_number=None)
    made = annul(way, ended, None)
    numbers = ("1/QĐĐC-THADS", "1/QĐHB-THADS")
    assert (ended.decision_number, made.decision_number) == numbers
    kinds = [PaperKind.TERMINATION_DECISION, PaperKind.TERMINATION_ANNULMENT]
    papers = way.session.scalars(select(Paper).where(Paper.kind.in_(kinds)).order_by(Paper.id))
    first, second = papers.all()
    assert second.recalls_id == first.id
    assert first.data["ended"] == "600000000.00"
    assert [one["code"] for one in first.data["lines"]] == [way.asset]
    assert first.data["signatures"][0]["name"] == way.people.head.name
    assert "Sáu trăm triệu đồng" in html_of(first)
    assert "Hủy Quyết định số 1/QĐĐC-THADS" in re.sub(r"\s+", " ", html_of(second))
    (shown,) = terminations_of(way.session, way.people.head, the_case(way).id)
    assert (shown.paper, shown.annulled.paper) == (first.reference, second.reference)
    with pytest.raises(RecalledByItsAct):
        recall(way.session, way.people.head, second.reference, NewRecall(reason="Sai"), at=way.now)
    yesterday = {"decided_on": way.today - timedelta(1), "ground_on": way.today - timedelta(1)}
    with pytest.raises(Invalid, match="bears the day of today"):
        end(way, decision_number=None, **yesterday)
