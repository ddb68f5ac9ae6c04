"""What an act of the program meets is not called done by hand; the list holds what the acts say."""

import ast
import importlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

import auction
from auction.deadlines.commands import meet_deadline, set_deadline
from auction.deadlines.meeting import MET_BY, Meets, MetByAct, met_by
from auction.deadlines.queries import get_deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.rules import WAITS
from auction.life.handbook import step_forms
from auction.occurrences.rules import FORMS
from tests.auction.browsing import browse
from tests.make.organisation import People

ACTS = {"meet_by_act": 2, "Fulfilled": 0}
"""Where the keys stand among what a call is given."""


def keys_of_calls() -> Iterator[str]:
    """The limits that calls in the code meet, as far as a constant names them."""
    root = Path(auction.__path__[0])
    for path in sorted(root.rglob("*.py")):
        name = ".".join(path.relative_to(root.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func.id if isinstance(node, ast.Call) and hasattr(node.func, "id") else ""
            if called not in ACTS:
                continue
            said = ast.unparse(node.args[ACTS[called]])
            names = {n.id for n in ast.walk(ast.parse(said)) if isinstance(n, ast.Name)}
            known = vars(importlib.import_module(name))
            if all(one.isupper() for one in names):
                found = eval(said, known)
                yield from [found] if isinstance(found, str) else found


def test_every_limit_that_an_act_meets_stands_in_the_list() -> None:
    steps = {key for form in step_forms().values() for key in (*form.meets, *form.told, *form.then)}
    told = {key for form in FORMS.values() for key in form.meets}
    called = set(keys_of_calls())
    assert {"price_notice_due", "deposit_refund_losers", "setoff_debtor_redeem"} <= called
    assert MET_BY.keys() == steps | told | called | set(WAITS.values())


@pytest.mark.parametrize("key", ["auction_contract_due", "reduction_decision_due", "pay_due"])
def test_by_hand_it_is_refused_with_its_article_and_the_act(
    session: Session, people: People, at: datetime, key: str
) -> None:
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    limit = set_deadline(session, people.officer, key, date(2026, 11, 9), lot, at=at)
    with pytest.raises(MetByAct) as refused:
        meet_deadline(session, people.officer, limit.id, at=at)
    assert (refused.value.article, refused.value.params["rule"]) == (limit.article, key)
    assert refused.value.params["act"] is MET_BY[key]
    assert get_deadline(session, people.officer, limit.id).met_on is None


def test_a_row_of_a_scope_may_have_an_act_of_its_own() -> None:
    assert met_by("result_to_seller", None) is Meets.OUTCOME_RECORDED
    assert met_by("result_to_seller", "dossier") is Meets.RESULT_FILE
    assert met_by("pay_due", "agreed") is Meets.PRICE_PAID
    assert met_by("resume_after_hold", None) is None


def test_the_pages_name_the_act_and_have_no_button(
    client: TestClient, session: Session, people: People, at: datetime
) -> None:
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    keys = ("pay_due", "resume_after_hold")
    acted, by_hand = (
        set_deadline(session, people.officer, key, date(2026, 11, 9), lot, at=at) for key in keys
    )
    officer = browse(client, session, people, "officer", at)
    page = officer.get("/deadlines").text
    assert f"/deadlines/{by_hand.id}/completion" in page
    assert f"/deadlines/{acted.id}/completion" not in page
    assert f"/deadlines/{acted.id}/completion" not in officer.get(f"/deadlines/{acted.id}").text
    answer = officer.post(f"/deadlines/{acted.id}/completion")
    assert answer.status_code == 409
