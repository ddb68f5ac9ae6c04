"""Two heads approve one draft at once, with real commits; the race is shown without its belts."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auction.legal_rules import entering
from auction.legal_rules.drafting import DraftClosed
from auction.legal_rules.drafts import get_draft
from auction.legal_rules.models import LegalRule, RuleDraftClosing
from auction.legal_rules.queries import rule_on
from inventory.base.actor import SYSTEM, Actor
from service.database import Database
from service.settings import Settings
from tests.concurrency.races import drop, each_together, meeting, refusals
from tests.make.organisation import make_people
from tests.make.rules import WHY, Centre, make_centre, make_draft

KEY = "setoff_creditor_answer"


FIRST = date(2027, 1, 1)


@pytest.fixture
def centre(kept: Database, at: datetime) -> Centre:
    with kept.transaction(SYSTEM) as session:
        return make_centre(session, make_people(session, at))


@pytest.fixture
def draft(kept: Database, centre: Centre, at: datetime) -> int:
    with kept.transaction(SYSTEM) as session:
        return make_draft(session, centre, KEY, at=at, value="4").id


def together(
    kept: Database, actors: list[Actor], act: Callable[[Session, Actor], object]
) -> list[object]:
    return each_together(kept, *((actor, partial(act, actor=actor)) for actor in actors))


def unlocked(_session: Session) -> None:
    return None


def rows(kept: Database) -> int:
    """Rows in use that serve the first day of the draft."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        serving = select(func.count()).where(
            LegalRule.key == KEY,
            LegalRule.retired_set_id.is_(None),
            LegalRule.valid_from <= FIRST,
            func.coalesce(LegalRule.valid_to, FIRST) >= FIRST,
        )
        return session.scalar(serving) or 0


def approving(draft: int, at: datetime) -> Callable[..., object]:
    return lambda session, actor: entering.approve_draft(session, actor, draft, WHY, at=at).act


def test_a_draft_is_approved_once(kept: Database, centre: Centre, draft: int, at: datetime) -> None:
    answers = together(kept, [centre.head, centre.deputy], approving(draft, at))
    assert refusals(answers) == [DraftClosed]
    assert rows(kept) == 1


def test_one_approves_while_the_other_rejects(
    kept: Database, centre: Centre, draft: int, at: datetime
) -> None:
    def act(session: Session, actor: Actor) -> object:
        run = entering.approve_draft if actor is centre.head else entering.reject_draft
        return run(session, actor, draft, WHY, at=at).act

    answers = together(kept, [centre.head, centre.deputy], act)
    assert refusals(answers) == [DraftClosed]


def test_without_the_lock_the_key_of_the_closing_still_holds(
    kept: Database,
    centre: Centre,
    draft: int,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entering, "lock_rules", unlocked)
    monkeypatch.setattr(entering, "_refuse_standing", meeting(entering._refuse_standing))
    answers = together(kept, [centre.head, centre.deputy], approving(draft, at))
    assert refusals(answers) == [IntegrityError]
    assert rows(kept) == 1


def test_without_lock_and_keys_two_rows_would_serve_one_day(
    apart: Settings,
    kept: Database,
    centre: Centre,
    draft: int,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(
        apart,
        "ALTER TABLE rule_draft_closing DROP CONSTRAINT pk_rule_draft_closing",
        "ALTER TABLE rule_set DROP CONSTRAINT uq_rule_set_draft_id",
        "ALTER TABLE legal_rule DROP CONSTRAINT ex_legal_rule_overlap",
        "DROP TRIGGER keep_rule ON legal_rule",
    )
    monkeypatch.setattr(entering, "lock_rules", unlocked)
    monkeypatch.setattr(entering, "_refuse_standing", meeting(entering._refuse_standing))
    with kept.transaction(SYSTEM, read_only=True) as session:
        waiting = get_draft(session, draft)
    monkeypatch.setattr(entering.drafts, "get_draft", lambda _session, _id: waiting)
    answers = together(kept, [centre.head, centre.deputy], approving(draft, at))
    assert refusals(answers) == []
    assert rows(kept) == 2
    with kept.transaction(SYSTEM, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(RuleDraftClosing)) == 2
        assert rule_on(session, KEY, FIRST).value == 4
