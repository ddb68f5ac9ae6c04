"""A seal that is not whole when it is counted: a case of its own, and what follows from it."""

from datetime import datetime

import msgspec
import pytest
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release
from inventory.custody.rules import Impeded, SealState
from inventory.seals.commands import seal
from inventory.seals.queries import list_seals
from inventory.seals.rules import Occasion, SealStanding
from inventory.stocktakes.commands.judge import (
    decide_difference,
    end_first_count,
    search_difference,
)
from inventory.stocktakes.queries.results import list_differences
from inventory.stocktakes.rules import DifferenceKind, Reason, Ruling, Search
from inventory.stocktakes.schemas.said import DecisionSaid, SearchSaid
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, release_from
from tests.make.organisation import People
from tests.make.seals import new_seal
from tests.make.stocktakes import make_stocktake, scans_of, send

STANDS = SearchSaid(Search.STANDS, Reason.DAMAGED, "Rách một góc, ảnh số 3")
CONFIRMED = DecisionSaid(Ruling.CONFIRMED, "Chờ kết luận giám định")


@pytest.fixture
def kept(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> list[Registered]:
    """Two things in the store."""
    return [make_asset(session, people.keeper, case, at=at, place=store) for _n in range(2)]


def kinds_of(session: Session, stocktake_id: int) -> list[tuple[DifferenceKind, str, str]]:
    found = list_differences(session, stocktake_id).items
    return sorted((case.kind, case.code, case.counted) for case in found)


@pytest.mark.parametrize("torn_first", [True, False])
def test_a_torn_seal_is_a_case_whichever_scan_tells_of_it(
    session: Session,
    people: People,
    kept: list[Registered],
    store: Place,
    at: datetime,
    *,
    torn_first: bool,
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    names = [thing.reference for thing in kept]
    first = scans_of(names, store, at=at, seal=SealState.TORN if torn_first else None)
    again = scans_of(names, store, at=at, first=3, seal=None if torn_first else SealState.TORN)
    send(session, people.keeper, made, [*first, *again], at=at)
    end_first_count(session, people.keeper, made.reference, at=at)
    wanted = [(DifferenceKind.SEAL, name, "torn") for name in names]
    assert kinds_of(session, made.id) == sorted(wanted)


def test_a_torn_seal_on_what_is_not_listed_is_a_case_beside_that(
    session: Session,
    people: People,
    kept: list[Registered],
    case: EnforcementCase,
    store: Place,
    at: datetime,
) -> None:
    made = make_stocktake(session, people.keeper, store, at=at)
    strange = make_asset(session, people.keeper, case, at=at).reference
    scans = [
        *scans_of([thing.reference for thing in kept], store, at=at),
        *scans_of([strange], store, at=at, first=3, seal=SealState.MISSING),
    ]
    send(session, people.keeper, made, scans, at=at)
    end_first_count(session, people.keeper, made.reference, at=at)
    assert kinds_of(session, made.id) == [
        (DifferenceKind.NOT_LISTED, strange, ""),
        (DifferenceKind.SEAL, strange, "missing"),
    ]


@pytest.mark.parametrize("sealed", [True, False], ids=["under-a-seal", "its-seal-is-not-known"])
def test_what_the_approver_confirms_is_noted_and_stops_the_release(
    session: Session,
    people: People,
    kept: list[Registered],
    store: Place,
    at: datetime,
    *,
    sealed: bool,
) -> None:
    thing, other = (one.reference for one in kept)
    if sealed:
        seal(session, people.officer, thing, new_seal("NP-1"), at=at)
    made = make_stocktake(session, people.keeper, store, at=at)
    scans = [
        *scans_of([thing], store, at=at, seal=SealState.TORN),
        *scans_of([other], store, at=at, first=2),
    ]
    send(session, people.keeper, made, scans, at=at)
    end_first_count(session, people.keeper, made.reference, at=at)
    (found,) = list_differences(session, made.id).items
    search_difference(session, people.accountant, made.reference, found.id, STANDS, at=at)
    assert [one.checks for one in list_seals(session, people.keeper, thing)] in ([], [[]])
    decide_difference(session, people.head, made.reference, found.id, CONFIRMED, at=at)
    if sealed:
        (shown,) = list_seals(session, people.keeper, thing)
        assert shown.standing is SealStanding.DAMAGED
        assert [(c.occasion, c.state) for c in shown.checks] == [(Occasion.COUNT, SealState.TORN)]
        assert str(shown.checks[0].note).startswith(made.reference)
    out = release_from(session, store, thing)
    seen = {"NP-1": SealState.WHOLE} if sealed else {}
    with pytest.raises(Impeded):
        release(session, people.keeper, thing, msgspec.structs.replace(out, seals=seen), at=at)
