"""Makes auctioned assets with their past, straight into the tables.

The counters are written as a careful clerk would, so that the tests of one room do not lean on the
commands of another; that the commands keep them the same is tested beside the commands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.auctioneers.models import AuctionContract, AuctionOrganisation
from auction.bidding.commands import schedule_round
from auction.bidding.models import AssetRound, Bidder, FailureRun, RoundOutcome
from auction.bidding.rules import HALTED, Held, Outcome
from auction.lots.commands import form_lot, note_breach
from auction.lots.models import AuctionRound, Lot, LotAsset
from auction.lots.rules import FoundBreach, SessionForm
from auction.lots.schemas import NewLot, NewRound
from auction.outcomes.commands.record_outcome import end_round, record_outcome
from auction.outcomes.schemas import NewOutcome, NewReduction
from auction.valuations.commands.record import record_valuation
from auction.valuations.rules import ValuationMethod
from auction.valuations.schemas import NewValuation
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.numbering import reference
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Office
from tests.make import inventory
from tests.make.holds import stop_round
from tests.make.organisation import People
from tests.make.told import notice_was_told

NEEDED = (EnforcementCase,)
"""Tables that those written here point at."""
SET_UP = datetime(2026, 1, 5, 2, tzinfo=UTC)
FIRST_ROUND = date(2026, 1, 12)
LONG_AGO = date(2020, 1, 6)
"""The day of contracts that are not what a test is about."""
FAILED = Outcome.FAILED_NO_REGISTRATION
HOUR = timedelta(hours=1)
_NEXT = text("SELECT nextval(CAST(:sequence AS regclass))")


@dataclass
class Auctioned:
    """An asset and the lot it is in."""

    asset: Asset
    lot: Lot
    rounds: list[AuctionRound]

    @property
    def ref(self) -> str:
        return self.asset.reference


def make_asset(session: Session, office: Office, description: str = "Máy phay CNC") -> Asset:
    number = session.execute(_NEXT, {"sequence": "asset_id_seq"}).scalar_one()
    asset = Asset(
        id=number,
        reference=reference("TS", number),
        office_id=office.id,
        kind="movable",
        description=description,
        quantity=Decimal(1),
        registered_at=SET_UP,
    )
    session.add(asset)
    session.flush()
    return asset


def make_lot(session: Session, office: Office, *assets: Asset, source: str | None = None) -> Lot:
    number = session.execute(_NEXT, {"sequence": "lot_id_seq"}).scalar_one()
    lot = Lot(
        id=number,
        reference=reference("DG", number),
        office_id=office.id,
        description="; ".join(asset.description for asset in assets) or "Lô",
        currency="VND",
        recorded_at=SET_UP,
        source="test" if source else None,
        source_ref=source,
    )
    session.add(lot)
    session.flush()
    for position, asset in enumerate(assets, start=1):
        session.add(LotAsset(lot_id=lot.id, asset_id=asset.id, position=position))
    session.flush()
    return lot


def under_contract(
    session: Session,
    lot: Lot,
    *,
    on: date = LONG_AGO,
    form: SessionForm = SessionForm.ORAL,
    organisation: str = "Trung tâm Thử",
) -> AuctionContract:
    """A contract in force for a lot, with the house of the tests: a row, no call and no scores."""
    house = session.scalar(
        select(AuctionOrganisation.id).where(AuctionOrganisation.name == organisation)
    )
    if house is None:
        made = AuctionOrganisation(
            code=f"T{organisation}",
            name=organisation,
            kind="centre",
            province="Thử",
            recorded_at=SET_UP,
        )
        session.add(made)
        session.flush()
        house = made.id
    contract = AuctionContract(
        office_id=lot.office_id,
        lot_id=lot.id,
        organisation_id=house,
        way="chosen",
        number=f"HĐ-{lot.reference}",
        signed_on=on,
        starting_price=Decimal(1),
        vat_included=True,
        fee_words="Theo biểu thù lao",
        form=form.value,
        pause_clause=True,
        stop_clause=True,
        article="L25 Art. 83(2)a",
        recorded_at=SET_UP,
    )
    session.add(contract)
    session.flush()
    return contract


def make_round(
    session: Session,
    lot: Lot,
    number: int,
    held_on: date,
    outcome: Outcome | None,
    price: Decimal | None = None,
) -> AuctionRound:
    opened = AuctionRound(
        lot_id=lot.id,
        office_id=lot.office_id,
        number=number,
        starting_price=price,
        held_on=held_on,
        recorded_at=SET_UP,
    )
    session.add(opened)
    session.flush()
    if outcome is not None:
        session.add(
            RoundOutcome(
                round_id=opened.id,
                lot_id=lot.id,
                office_id=lot.office_id,
                code=outcome.value,
                sale_price=price if outcome is Outcome.SOLD else None,
                recorded_at=SET_UP,
            )
        )
        session.flush()
    return opened


def hold_rounds(
    session: Session,
    item: Auctioned,
    outcomes: Sequence[Outcome],
    *,
    start: date = FIRST_ROUND,
    every: timedelta = timedelta(days=21),
) -> None:
    """Some more rounds at prices that fall by a tenth, and the counters after them."""
    for outcome in outcomes:
        number = len(item.rounds) + 1
        price = round(Decimal(1_000_000_000) * Decimal("0.9") ** (number - 1))
        held_on = start + every * (number - 1)
        made = make_round(session, item.lot, number, held_on, outcome, Decimal(price))
        item.rounds.append(made)
        _count(session, item.asset, made, outcome)
    session.flush()


def make_auctioned(
    session: Session,
    office: Office,
    failed: int = 0,
    *,
    outcomes: Sequence[Outcome] | None = None,
    start: date = FIRST_ROUND,
    every: timedelta = timedelta(days=21),
    source: str | None = None,
) -> Auctioned:
    """An asset in a lot of its own whose rounds went like this; by default so many failed."""
    asset = make_asset(session, office)
    item = Auctioned(asset, make_lot(session, office, asset, source=source), [])
    past = [FAILED] * failed if outcomes is None else outcomes
    hold_rounds(session, item, past, start=start, every=every)
    return item


def _count(session: Session, asset: Asset, made: AuctionRound, outcome: Outcome) -> None:
    held = Held.SOLD if outcome is Outcome.SOLD else Held.FAILED
    if held is Held.FAILED and not outcome.value.startswith("failed_"):
        return
    assert made.held_on is not None
    run = session.get(FailureRun, asset.id, populate_existing=True)
    if run is None:
        run = FailureRun(
            asset_id=asset.id,
            office_id=asset.office_id,
            held_rounds=0,
            failed_in_a_row=0,
            run_number=1,
            last_held_on=made.held_on,
            flag_at=3,
        )
        session.add(run)
    run.held_rounds += 1
    run.last_held_on = max(run.last_held_on, made.held_on)
    run.last_round_id = made.id
    if held is Held.SOLD:
        run.failed_in_a_row, run.run_number, run.flag_at = 0, run.run_number + 1, 3
        run.first_round_id = None
    else:
        run.failed_in_a_row += 1
        run.first_round_id = run.first_round_id or made.id
    session.add(
        AssetRound(
            asset_id=asset.id,
            seq=run.held_rounds,
            result=held.value,
            held_on=made.held_on,
            round_id=made.id,
        )
    )
    session.flush()


def make_valued_asset(
    session: Session,
    people: People,
    price: int | None = 1_000_000_000,
    *,
    at: datetime,
    told: bool = True,
    case: EnforcementCase | None = None,
    **said: Any,
) -> str:
    """The reference of a seized asset with a valuation in force, through the commands.

    Of its own case where none is said; ``told``: the time to ask for another price is over.
    """
    if case is None:
        number = f"{session.execute(_NEXT, {'sequence': 'asset_id_seq'}).scalar_one()}/QĐ-THADS"
        decided = min(inventory.DECIDED_ON, said.get("decision_on", inventory.DECIDED_ON))
        case = inventory.make_case(session, people.officer, number, at=at, decision_on=decided)
    made = inventory.make_asset(session, people.keeper, case, at=at, **said)
    if price is not None:
        new = new_valuation(price)
        valuation = record_valuation(session, people.officer, made.reference, new, at=at)
        if told:
            notice_was_told(session, valuation)
    return made.reference


def new_valuation(price: int | Decimal = 1_000_000_000, **said: Any) -> NewValuation:
    """What a valuation firm says."""
    facts = {
        "method": ValuationMethod.FIRM,
        "amount": Decimal(price),
        "firm": "Công ty Thẩm định giá Thử",
        "certificate_number": "12/CT-2026",
        "valued_on": date(2026, 9, 1),
        "valid_until": date(2027, 3, 1),
    }
    return NewValuation(**{**facts, **said})


def make_formed_lot(
    session: Session,
    people: People,
    *prices: int,
    at: datetime,
    contracted: bool = True,
    **said: Any,
) -> Lot:
    """A lot of valued assets, through the commands; by default one worth a billion.

    An auction contract is in force for it, unless the test signs its own.
    """
    refs = [
        make_valued_asset(session, people, price, at=at, **said)
        for price in prices or (1_000_000_000,)
    ]
    new = NewLot(assets=refs, description="Tài sản kê biên đem bán đấu giá")
    lot = form_lot(session, people.officer, new, at=at)
    if contracted:
        under_contract(session, lot)
    return lot


def new_round(
    price: int | str | Decimal, opens_at: datetime, *, deposit: int | None = None, **said: Any
) -> NewRound:
    """An offer at a price; the deposit is a tenth of it where none is said."""
    tenth = round(Decimal(price) / 10)
    said["deposit"] = Decimal(tenth if deposit is None else deposit)
    return NewRound(starting_price=Decimal(price), opens_at=opens_at, **said)


def new_reduction(price: int | Decimal, on: date, number: str = "1/QĐ-GG") -> NewReduction:
    """A decision that lowers the price."""
    return NewReduction(new_price=Decimal(price), decision_number=number, decided_on=on)


def fail_round(
    session: Session,
    people: People,
    lot: Lot,
    price: int | Decimal,
    *,
    at: datetime,
    by: Actor | None = None,
) -> AuctionRound:
    """A round at a price that opened an hour ago and found nobody, through the commands."""
    officer = by or people.officer
    opened = schedule_round(session, officer, lot.reference, new_round(price, at - HOUR), at=at)
    record_outcome(session, officer, lot.reference, opened.number, NewOutcome(code=FAILED), at=at)
    return opened


def close_round(
    session: Session,
    people: People,
    lot: Lot,
    number: int,
    code: Outcome,
    *,
    at: datetime,
    sale_price: int | None = None,
    **said: Any,
) -> RoundOutcome:
    """An outcome, through the command."""
    if sale_price is not None:
        said["sale_price"] = Decimal(sale_price)
        said.setdefault("registered", None if _listed(session, lot, number) else 2)
    if code is Outcome.CANCELLED:
        said = {"reason": "Sai thông báo", "minutes": "9/TB-THADS"} | said
    if code in HALTED and not said:
        return stop_round(session, people, lot, number, code, at=at)
    new = NewOutcome(code=code, **said)
    close = end_round if code in HALTED else record_outcome
    return close(session, people.officer, lot.reference, number, new, at=at)


def _listed(session: Session, lot: Lot, number: int) -> bool:
    found = select(Bidder.id).join(AuctionRound, AuctionRound.id == Bidder.round_id)
    mine = found.where(AuctionRound.lot_id == lot.id, AuctionRound.number == number)
    return session.scalar(mine.limit(1)) is not None


def make_ended(session: Session, people: People, *, at: datetime) -> dict[str, str]:
    """A lot whose round is open, one that is sold, and one cut by more than the law allows."""
    ahead, sold = (make_formed_lot(session, people, at=at) for _n in range(2))
    for lot in (ahead, sold):
        opens = new_round(1_000_000_000, at - 2 * HOUR)
        schedule_round(session, people.officer, lot.reference, opens, at=at)
    price = Decimal(1_000_000_000)
    close_round(session, people, sold, 1, Outcome.SOLD, at=at, sale_price=price)
    past = make_auctioned(session, people.office, 7)
    facts = {"price_before": "729000000", "price_after": "600000000", "lowest_price": "656100000"}
    found = FoundBreach(
        rule_key="max_reduction_pct",
        rule_id=None,
        article="L08 Art. 104(5)",
        confidence="A",
        lot_id=past.lot.id,
        round_id=past.rounds[4].id,
        office_id=people.office.id,
        facts=facts,
    )
    note_breach(session, found, at=at)
    return {
        "round_open": ahead.reference,
        "lot_sold": sold.reference,
        "lot_breached": past.lot.reference,
        "auctioned": past.ref,
    }
