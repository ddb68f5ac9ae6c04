"""A contract comes after the parties were told the price and had their time to ask for another."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auction.auctioneers.commands.changing import end_contract
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.models import AuctionContract
from auction.auctioneers.rules import ContractTooEarly, EndKind, Way
from auction.auctioneers.schemas import NewEnd
from auction.auctioneers.told import check_told
from auction.costs.rules import Bearer
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.models import DepartureUse
from auction.departures.schemas import Decision, NewDeparture
from auction.holds.rules import HoldKind
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.revaluation import request_revaluation
from auction.valuations.models import PriceKept, PriceNotice, Revaluation, Valuation
from auction.valuations.queries import valuations_in_force
from auction.valuations.rules import RevaluationOpen, ValuationMethod
from auction.valuations.schemas import NewPriceNotice, RevaluationRequest
from inventory.audit.models import AuditEntry
from tests.make.announcing import make_auction_house, make_chosen, new_contract
from tests.make.auction import make_formed_lot
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People
from tests.make.told import notice_was_told

TODAY = date(2026, 11, 23)
NEW_ARTICLE, OLD_ARTICLE = "L25 Art. 82(2)c, 83(2)a", "L08 Art. 99(1)b"


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot for which 0101 was chosen today; nobody was told its price."""
    return make_chosen(session, people, at=at, told=False)


@pytest.fixture
def old_lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot of small things that was valued on 15 June 2026; nobody was told its price."""
    made = make_formed_lot(session, people, 9_000_000, at=at, contracted=False, told=False)
    session.execute(update(Valuation).values(valued_on=date(2026, 6, 15)))
    make_auction_house(session, people, at=at)
    session.expire_all()
    return made


def sign(
    session: Session, people: People, lot: Lot, on: date = TODAY, **said: object
) -> AuctionContract:
    new = new_contract(on, **{"organisation": "0101", **said})
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    return sign_contract(session, people.officer, lot.reference, new, at=at)


def tell(session: Session, people: People, lot: Lot, on: date, at: datetime) -> PriceNotice:
    """The parties are told, through the command."""
    (asset,) = assets_of_lot(session, lot.id)
    new = NewPriceNotice(told_on=on, told="Trần Văn Nợ")
    return tell_parties(session, people.officer, asset.reference, new, at=at)


def told_on(session: Session, day: date, until: date | None) -> None:
    (price,) = session.scalars(select(Valuation))
    notice_was_told(session, price, on=day, until=until)


def test_nobody_was_told_the_price_l25_83_2_a(session: Session, people: People, lot: Lot) -> None:
    """Told today, they may ask until 1 December: the 24th of November is a day off."""
    with pytest.raises(ContractTooEarly) as refused:
        sign(session, people, lot)
    said = refused.value
    assert (said.article, said.params["rule"]) == (NEW_ARTICLE, "auction_contract_after")
    assert said.params["from"] == date(2026, 12, 2)
    assert set(said.fields) == {"signed_on"}
    assert said.departs is not None
    assert said.departs["ref"] == lot.reference


# told on, last day to ask, day of the contract, first lawful day (None: it is signed)
DAYS = [
    (date(2026, 11, 16), date(2026, 11, 23), TODAY, date(2026, 11, 24)),
    (date(2026, 11, 16), date(2026, 11, 22), TODAY, None),
    (date(2026, 11, 20), date(2026, 11, 27), TODAY, date(2026, 11, 28)),
    (date(2026, 11, 24), date(2026, 12, 1), TODAY, date(2026, 12, 2)),
    (date(2026, 11, 20), None, TODAY, None),
    (TODAY, None, TODAY, None),
    (date(2026, 11, 24), None, TODAY, date(2026, 11, 24)),
]


@pytest.mark.parametrize(("told", "until", "signed", "lawful"), DAYS)
def test_the_contract_waits_for_the_end_of_the_window_l25_82_2_c(
    session: Session,
    people: People,
    lot: Lot,
    told: date,
    until: date | None,
    signed: date,
    lawful: date | None,
) -> None:
    """Without a window, as after a re-valuation that was asked for, for the notice alone."""
    told_on(session, told, until)
    if lawful is None:
        assert sign(session, people, lot, signed).signed_on == signed
        return
    with pytest.raises(ContractTooEarly) as refused:
        sign(session, people, lot, signed)
    assert (refused.value.params["from"], refused.value.article) == (lawful, NEW_ARTICLE)


def test_a_window_that_a_hold_made_longer_is_waited_for_as_it_is(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    assert tell(session, people, lot, date(2026, 11, 13), at).window_ends_on == date(2026, 11, 20)
    (asset,) = assets_of_lot(session, lot.id)
    kind = HoldKind.COURT_ACCEPTED
    kept = make_hold(session, people.officer, kind, asset.reference, date(2026, 11, 17), at=at)
    row = valuations_in_force(session, people.officer, [asset.id], TODAY)[asset.id]
    said = new_contract(TODAY)
    with pytest.raises(ContractTooEarly) as still:
        check_told(session, people.officer, lot, {asset.reference: row}, said, at=at)
    assert "stands still" in still.value.message_id
    finish_hold(session, people.officer, kept, date(2026, 11, 19), at=at)
    with pytest.raises(ContractTooEarly) as refused:
        sign(session, people, lot)
    assert refused.value.params["from"] == date(2026, 11, 27)


def test_one_asset_of_several_that_was_not_told_of_blocks_the_contract(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_chosen(session, people, 600_000_000, 400_000_000, at=at, told=False)
    (good, bad) = assets_of_lot(session, lot.id)
    (price,) = session.scalars(select(Valuation).where(Valuation.asset_id == good.id))
    notice_was_told(session, price)
    with pytest.raises(ContractTooEarly) as refused:
        sign(session, people, lot)
    assert refused.value.params["asset"] == bad.reference


NOT_FOUND_HERE = [
    {"method": ValuationMethod.AGREED.value},
    {"method": ValuationMethod.POSTED_PRICE.value},
    {"method": ValuationMethod.RECORDED.value},
    {"source": "th_led", "source_ref": "1"},
]


@pytest.mark.parametrize("said", NOT_FOUND_HERE)
def test_what_was_agreed_on_posted_or_imported_waits_for_nobody(
    session: Session, people: People, lot: Lot, said: dict[str, str]
) -> None:
    session.execute(update(Valuation).values(**said))
    session.expire_all()
    assert sign(session, people, lot).signed_on == TODAY


@pytest.mark.parametrize("method", [ValuationMethod.OFFICER, ValuationMethod.COUNCIL])
def test_a_price_of_the_officer_or_a_council_is_told_too(
    session: Session, people: People, lot: Lot, method: ValuationMethod
) -> None:
    session.execute(update(Valuation).values(method=method.value))
    session.expire_all()
    with pytest.raises(ContractTooEarly):
        sign(session, people, lot)


@pytest.mark.parametrize("agreed_on", [TODAY, date(2026, 11, 24)])
def test_a_price_that_the_parties_keep_in_writing_waits_no_longer_l25_82_2_b(
    session: Session, people: People, lot: Lot, at: datetime, agreed_on: date
) -> None:
    (price,) = session.scalars(select(Valuation))
    kept = PriceKept(
        valuation_id=price.id,
        asset_id=price.asset_id,
        office_id=price.office_id,
        agreed_on=agreed_on,
        minutes="1/BB",
        parties="A, B",
        recorded_at=at,
    )
    session.add(kept)
    session.flush()
    if agreed_on > TODAY:
        with pytest.raises(ContractTooEarly):
            sign(session, people, lot)
    else:
        assert sign(session, people, lot).signed_on == TODAY


def depart(session: Session, people: People, lot: Lot, rule: str, at: datetime) -> None:
    asked = NewDeparture(
        rule_key=rule,
        subject_kind="lot",
        subject_ref=lot.reference,
        reason="Các bên có văn bản 7/VB ngày 20/11/2026 không yêu cầu thẩm định giá lại",
    )
    departure = ask_departure(session, people.officer, asked, at=at)
    decide_departure(session, people.head, departure.id, Decision(approved=True), at=at)


def test_only_a_second_person_lets_it_be_signed_earlier_and_that_stays_in_the_record(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    """No text read lets the parties give up their time: it is a departure, once, never a waiver."""
    told_on(session, TODAY, date(2026, 11, 30))
    depart(session, people, lot, "auction_contract_due", at)
    with pytest.raises(ContractTooEarly):
        sign(session, people, lot)
    depart(session, people, lot, "auction_contract_after", at)
    sign(session, people, lot)
    (use,) = session.scalars(select(DepartureUse))
    assert (use.refusal, use.facts["lawful_on"]) == ("contract_before_window_end", "2026-12-01")
    noted = session.scalars(
        select(AuditEntry).where(AuditEntry.code == "departures.departure.used")
    )
    assert [one.data["rule"] for one in noted] == ["auction_contract_after"]
    end = NewEnd(kind=EndKind.AGREED, ended_on=TODAY, reason="Hai bên thỏa thuận")
    end_contract(session, people.officer, lot.reference, end, at=at)
    with pytest.raises(ContractTooEarly):
        sign(session, people, lot, number="16/HĐ-ĐG")


def test_a_re_valuation_that_was_asked_for_blocks_until_its_price_was_told(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    tell(session, people, lot, date(2026, 11, 9), at)
    (asset,) = assets_of_lot(session, lot.id)
    asked = RevaluationRequest(
        asked_on=date(2026, 11, 10),
        asked_by="Trần Văn Nợ",
        party=Bearer.DEBTOR,
        document="Đơn ngày 10/11/2026",
        advance=Decimal(5_000_000),
        advance_receipt="Biên lai 7",
    )
    request_revaluation(session, people.officer, asset.reference, asked, at=at)
    with pytest.raises(RevaluationOpen):
        sign(session, people, lot)
    session.execute(update(Revaluation).values(done_on=date(2026, 11, 20)))
    (price,) = session.scalars(select(Valuation))
    again = Valuation(
        asset_id=asset.id,
        office_id=price.office_id,
        method=price.method,
        amount=price.amount,
        valued_on=date(2026, 11, 20),
        valid_until=date(2027, 5, 20),
        recorded_at=at,
    )
    session.add(again)
    session.flush()
    with pytest.raises(ContractTooEarly) as untold:
        sign(session, people, lot)
    assert untold.value.params["from"] == TODAY
    tell(session, people, lot, TODAY, at)
    sign(session, people, lot)


OLD = {"way": Way.OFFICER, "organisation": None, "starting_price": Decimal(9_000_000)}
"""The officer auctions himself (L08 Art. 101(3))."""


# told on (None: nobody was), first lawful day (None: it is signed on 18 June)
OLD_DAYS = [
    (None, date(2026, 6, 18)),
    (date(2026, 6, 19), date(2026, 6, 19)),
    (date(2026, 6, 18), None),
    (date(2026, 6, 16), None),
]


@pytest.mark.parametrize(("told", "lawful"), OLD_DAYS)
def test_by_the_law_of_2008_the_notice_alone_comes_first_l08_99_1_b(
    session: Session, people: People, old_lot: Lot, told: date | None, lawful: date | None
) -> None:
    """The contract is due ten days after the price; a request is open until the announcement."""
    on = date(2026, 6, 18)
    if told is not None:
        told_on(session, told, date(2026, 6, 26))
    if lawful is None:
        assert sign(session, people, old_lot, on, **OLD).signed_on == on
        return
    with pytest.raises(ContractTooEarly) as refused:
        sign(session, people, old_lot, on, **OLD)
    assert (refused.value.article, refused.value.params["from"]) == (OLD_ARTICLE, lawful)


def test_a_window_opened_under_the_old_law_is_waited_for_under_the_new(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    """The step of July stands under the law of July (edge case 35)."""
    told_on(session, date(2026, 6, 29), date(2026, 7, 6))
    (asset,) = assets_of_lot(session, lot.id)
    row = valuations_in_force(session, people.officer, [asset.id], TODAY)[asset.id]

    def check(on: date) -> None:
        prices, new = {asset.reference: row}, new_contract(on)
        check_told(session, people.officer, lot, prices, new, at=at)

    check(date(2026, 6, 30))
    with pytest.raises(ContractTooEarly) as refused:
        check(date(2026, 7, 6))
    assert refused.value.params["from"] == date(2026, 7, 7)
    check(date(2026, 7, 7))


def test_the_page_says_from_when_it_is_lawful_and_shows_the_departure_for_ever(
    session: Session,
    people: People,
    lot: Lot,
    at: datetime,
    browse_as: Callable[[str], TestClient],
) -> None:
    told_on(session, date(2026, 11, 20), date(2026, 11, 30))
    officer, page = browse_as("officer"), f"/lots/{lot.reference}/contracts"
    form = {
        "way": "chosen",
        "organisation": "0101",
        "number": "15/HĐ-ĐG",
        "signed_on": TODAY.isoformat(),
        "starting_price": "1.000.000.000",
        "form": "oral",
        "vat_included": "true",
        "fee_words": "Theo biểu",
        "pause_clause": "true",
        "stop_clause": "true",
    }
    assert "01/12/2026" in officer.get(page).text, "before anything is typed"
    refused = officer.post(f"{page}/signed", data=form)
    assert refused.status_code == 422
    assert "01/12/2026" in refused.text
    assert "rule=auction_contract_after" in refused.text
    depart(session, people, lot, "auction_contract_after", at)
    assert officer.post(f"{page}/signed", data=form).status_code == 303
    shown = officer.get(page).text
    assert "không yêu cầu thẩm định giá lại" in shown
    assert "khoản 2 Điều 82" in shown
