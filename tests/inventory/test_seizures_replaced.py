"""A decision that replaces a recalled one: its number stands in the seizures it is about."""

from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.audit.models import AuditEntry
from inventory.base.clock import local_day
from inventory.cases.models import EnforcementCase
from inventory.papers.commands import recall, replace
from inventory.papers.queries import list_papers
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import NewRecall, NewWording, Reworded
from inventory.seizures.commands import release_seizure, seize_again
from inventory.seizures.models import Seizure
from inventory.seizures.queries import list_seizures, replaced_of
from inventory.seizures.schemas import DrawnUp, NewSeizure, SeizureRelease
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People, make_token

WRONG = NewRecall(reason="căn cứ ghi sai")


@pytest.fixture
def case(session: Session, people: People, at: datetime) -> EnforcementCase:
    return make_case(session, people.officer, at=at)


@pytest.fixture
def asset(session: Session, people: People, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, people.keeper, case, at=at)


def reworded(
    session: Session, people: People, kind: PaperKind, path: str, words: str, *, at: datetime
) -> str:
    """The newest decision of a kind is recalled and replaced; the number of the right one."""
    named = list_papers(session, people.officer, kind=kind).items[0].reference
    recall(session, people.officer, named, WRONG, at=at)
    new = NewWording(passages=[Reworded(path, words)])
    return replace(session, people.officer, named, new, at=at).number


def test_the_number_of_a_replaced_decision_stands_in_every_seizure_it_is_about(
    session: Session, people: People, asset: Registered, case: EnforcementCase, at: datetime
) -> None:
    officer = people.officer
    second = make_asset(session, people.keeper, case, at=at, identification="X2")
    other = make_case(session, officer, "77/QĐ-THADS", at=at)
    new = NewSeizure(
        case_number=other.decision_number,
        decision_on=local_day(at),
        further=second.reference,
        drawn_up=DrawnUp(grounds="có điều kiện"),
    )
    first = seize_again(session, officer, asset.reference, new, at=at).decision_number
    kind = PaperKind.SEIZURE_DECISION
    for n, words in enumerate(("có điều kiện thi hành", "không tự nguyện thi hành")):
        number = reworded(session, people, kind, "grounds", words, at=at)
        for reference in (asset.reference, second.reference):
            ours, theirs = list_seizures(session, officer, reference)
            assert (ours.decision_number, theirs.decision_number) == ("34/QĐ-KB", number)
            assert theirs.decision_on == local_day(at)
            assert replaced_of(session, officer, reference)[number] == first
        first = number
        code = select(AuditEntry).where(AuditEntry.code == "seizures.asset.renumbered")
        told = session.scalars(code.order_by(AuditEntry.id)).all()
        assert [one.subject_ref for one in told[2 * n :]] == [asset.reference, second.reference]
        assert told[-1].data["to"] == number


def test_the_number_of_a_replaced_release_stands_in_the_seizure_and_on_its_page(
    session: Session,
    people: People,
    asset: Registered,
    case: EnforcementCase,
    at: datetime,
    client: TestClient[Any],
) -> None:
    release = SeizureRelease(
        case_number=case.decision_number,
        released_on=local_day(at),
        drawn_up=DrawnUp(grounds="đã thi hành xong"),
    )
    first = release_seizure(session, people.officer, asset.reference, release, at=at)
    before = first.release_decision
    number = reworded(session, people, PaperKind.SEIZURE_RELEASE, "ground", "hết nợ", at=at)
    session.expire_all()
    kept = session.scalars(select(Seizure).where(Seizure.asset_id == asset.id)).one()
    assert (kept.release_decision, kept.decision_number) == (number, "34/QĐ-KB")
    assert replaced_of(session, people.officer, asset.reference) == {number: before}
    client.cookies.set("kebien_session", make_token(session, people, "officer", at))
    shown = client.get(f"/assets/{asset.reference}").text
    assert number in shown
    assert str(before) in shown
