"""Two officers sign a contract for one lot at once, with real commits; shown without the belts."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.commands import contracts
from auction.auctioneers.commands.choosing import choose_organisation
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.models import AuctionContract, OrganisationCall
from auction.auctioneers.rules import ContractInForce
from auction.auctioneers.schemas import NewChoice
from auction.lots.models import Lot
from inventory.base.actor import SYSTEM
from service.database import Database
from service.settings import Settings
from tests.concurrency.races import (
    Act,
    count,
    drop,
    meeting,
    refusals,
    together,
    without_lock,
)
from tests.make.announcing import make_auction_house, make_call, new_contract
from tests.make.auction import make_formed_lot
from tests.make.organisation import People

TODAY = date(2026, 11, 23)


@pytest.fixture
def lot(kept: Database, people: People, at: datetime) -> str:
    """A lot for which an organisation was chosen."""
    with kept.transaction(SYSTEM) as session:
        made = make_formed_lot(session, people, at=at, contracted=False)
        make_auction_house(session, people, at=at)
        days = {"published": date(2026, 11, 16), "until": date(2026, 11, 20)}
        call = make_call(session, people, made, {"0101": 8}, **days, at=at)
        choice = NewChoice(organisation="0101", chosen_on=TODAY)
        choose_organisation(session, people.officer, call.reference, choice, at=at)
        return made.reference


def signing(people: People, lot: str, number: str, at: datetime) -> Act:
    new = new_contract(TODAY, organisation="0101", number=number)
    return lambda session: sign_contract(session, people.officer, lot, new, at=at).id


def test_two_contracts_at_once_make_one(
    kept: Database, people: People, lot: str, at: datetime
) -> None:
    acts = [signing(people, lot, number, at) for number in ("1/HĐ", "2/HĐ")]
    answers = together(kept, people.officer, *acts)
    assert refusals(answers) == [ContractInForce]
    assert count(kept, AuctionContract) == 1


def test_without_the_lock_the_index_still_holds(
    kept: Database, people: People, lot: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "lock_lot", without_lock)
    monkeypatch.setattr(contracts, "_call", _unlocked)
    monkeypatch.setattr(contracts, "check_way", meeting(contracts.check_way))
    acts = [signing(people, lot, number, at) for number in ("1/HĐ", "2/HĐ")]
    answers = together(kept, people.officer, *acts)
    assert refusals(answers) == [ContractInForce]
    assert count(kept, AuctionContract) == 1


def test_without_lock_and_index_two_would_be_in_force(
    apart: Settings,
    kept: Database,
    people: People,
    lot: str,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(apart, "DROP INDEX uq_auction_contract_in_force")
    monkeypatch.setattr(contracts, "lock_lot", without_lock)
    monkeypatch.setattr(contracts, "_call", _unlocked)
    monkeypatch.setattr(contracts, "_follow", lambda *_args, **_named: None)
    monkeypatch.setattr(contracts, "check_way", meeting(contracts.check_way))
    acts = [signing(people, lot, number, at) for number in ("1/HĐ", "2/HĐ")]
    answers = together(kept, people.officer, *acts)
    assert refusals(answers) == []
    assert count(kept, AuctionContract) == 2


def _unlocked(session: Session, lot: Lot) -> OrganisationCall:
    """The call of a lot without its lock."""
    return session.scalars(select(OrganisationCall).where(OrganisationCall.lot_id == lot.id)).one()
