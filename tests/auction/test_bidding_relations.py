"""Who may not register: relations as declared, names that a person must answer for."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auction.auctioneers.commands.register import add_auctioneer
from auction.auctioneers.models import AuctionContract
from auction.auctioneers.schemas import NewAuctioneer
from auction.bidding.commands import schedule_round
from auction.bidding.course import DepositPaid, Tie
from auction.bidding.kin import declare_relation, relations_of
from auction.bidding.models import Bidder
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import (
    BidderKeptOut,
    DepositTooLate,
    MatchUnanswered,
    RegistrationTooEarly,
    Whom,
)
from auction.bidding.schemas import NewBidder, NewDeposit, NewRelation
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound, Unlawful
from inventory.titles.commands import record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewOwner, NewTitle
from tests.auction.rest import Caller
from tests.make.announcing import make_auction_house, notice_was_given
from tests.make.auction import make_formed_lot, new_round
from tests.make.inventory import make_case
from tests.make.organisation import People

KIN = {
    "name": "Lê Văn Mua",
    "identity_number": "079 090 001 234",
    "tie": Tie.AUCTION_ORGANISATION,
    "related_to": "Đấu giá viên Phạm Văn Gõ",
    "source": "Bản khai ngày 20/11/2026",
    "declared_on": date(2026, 11, 20),
}
ANSWER = "Đã đối chiếu giấy tờ: trùng tên, không phải cùng một người"


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    made = make_formed_lot(session, people, at=at)
    opens = new_round(1_000_000_000, at + timedelta(days=10))
    notice_was_given(session, people, made, opens.opens_at, at=at)
    schedule_round(session, people.officer, made.reference, opens, at=at)
    return made


@pytest.fixture
def register(session: Session, people: People, lot: Lot, at: datetime) -> Callable[..., Bidder]:
    def register(name: str = "Lê Văn Mua", number: str = "079090001234", **said: Any) -> Bidder:
        new = NewBidder(name=name, identity_number=number, **said)
        return register_bidder(session, people.officer, lot.reference, 1, new, at=at)

    return register


def declared(session: Session, people: People, lot: Lot, at: datetime, **said: Any) -> None:
    new = NewRelation(**{**KIN, **said})
    declare_relation(session, people.officer, lot.reference, new, at=at)


def test_the_number_of_a_declared_relation_is_refused_with_article_and_source(
    session: Session, people: People, lot: Lot, register: Callable[..., Bidder], at: datetime
) -> None:
    declared(session, people, lot, at)
    for name in ("Lê Văn Mua", "Tên Khác"):
        with pytest.raises(BidderKeptOut) as refused:
            register(name, match_answer=ANSWER)
        assert refused.value.article == "PA16 Art. 38(4)"
        assert refused.value.params["source"] == KIN["source"]
    entered = register(tie=Tie.AUCTION_ORGANISATION, tie_source="Bản khai ngày 20/11/2026")
    assert (entered.tie_article, entered.tie_source) == ("PA16 Art. 38(4)", KIN["source"])


def test_the_name_of_a_declared_relation_is_asked_about_and_the_answer_stays(
    session: Session, people: People, lot: Lot, register: Callable[..., Bidder], at: datetime
) -> None:
    declared(session, people, lot, at, identity_number=None)
    with pytest.raises(MatchUnanswered) as asked:
        register("LÊ VĂN MUA", "001")
    assert asked.value.params["whom"] is Whom.DECLARED
    assert set(asked.value.fields) == {"match_answer"}
    kept = register("Le Van Mua", "001", match_answer=ANSWER)
    assert (kept.match_found, kept.match_answer) == ("declared: Lê Văn Mua", ANSWER)
    assert register("Người Khác", "002", match_answer=ANSWER).match_answer is None


def test_a_ground_that_keeps_out_names_what_shows_it(register: Callable[..., Bidder]) -> None:
    with pytest.raises(Invalid) as refused:
        register(tie=Tie.INCAPABLE)
    assert set(refused.value.fields) == {"tie_source"}


@pytest.mark.parametrize("who", ["debtor", "owner", "officer", "head", "auctioneer", "chief"])
def test_names_of_the_sellers_side_are_asked_about(
    session: Session,
    people: People,
    lot: Lot,
    register: Callable[..., Bidder],
    at: datetime,
    who: str,
) -> None:
    whom, name = known(session, people, lot, who, at)
    for said in ({"name": name}, {"name": "Ai Đó", "representative": name.upper()}):
        with pytest.raises(MatchUnanswered) as asked:
            register(**said)
        assert asked.value.params["whom"] is whom
    register("Người Không Quen", "777")


def test_the_debtor_is_known_by_his_number_under_any_name(
    session: Session, people: People, lot: Lot, register: Callable[..., Bidder], at: datetime
) -> None:
    asset = session.get_one(Asset, assets_of_lot(session, lot.id)[0].id)
    number = {"debtor_identity": "031 000 000 001"}
    asset.case_id = make_case(session, people.officer, "99/QĐ", at=at, **number).id
    session.flush()
    with pytest.raises(BidderKeptOut) as refused:
        register("Tên Khác", "031000000001", match_answer=ANSWER)
    assert refused.value.article == "PA16 Art. 38(4)"
    register("Tên Khác", "031000000002")


@pytest.mark.parametrize(
    ("name", "whom"),
    [
        ("trần  văn. nợ", Whom.DEBTOR),
        ("Nợ Trần Văn (A)", Whom.DEBTOR),
        ("Người thử keeper", Whom.SELLER),
        ("Trung tâm THỬ.", Whom.AUCTIONEER),
        ("Công ty Thẩm định giá, Thử (chi nhánh)", Whom.VALUER),
    ],
)
def test_names_are_known_however_spelt_and_houses_and_colleagues_are(
    session: Session,
    people: People,
    lot: Lot,
    register: Callable[..., Bidder],
    at: datetime,
    name: str,
    whom: Whom,
) -> None:
    known(session, people, lot, "debtor", at)
    for said in ({"name": name}, {"name": "Ai Đó", "representative": name}):
        with pytest.raises(MatchUnanswered) as asked:
            register(**said)
        assert asked.value.params["whom"] is whom
    register("Trần Văn Nợ Em", "777")


def test_nobody_registers_before_the_contract_nor_pays_once_the_round_opened(
    session: Session, people: People, lot: Lot, register: Callable[..., Bidder], at: datetime
) -> None:
    contracts = update(AuctionContract).where(AuctionContract.lot_id == lot.id)
    session.execute(contracts.values(signed_on=at.date()))
    with pytest.raises(RegistrationTooEarly) as refused:
        register(registered_at=at - timedelta(days=1))
    assert refused.value.article == "L25 Art. 83(2)a"
    register(registered_at=at)
    opened = at + timedelta(days=10)
    for paid_at, now in ((opened, opened), (opened + timedelta(hours=1), at + timedelta(days=11))):
        paid = NewDeposit(amount=Decimal(100_000_000), how=DepositPaid.BANK, paid_at=paid_at)
        with pytest.raises(DepositTooLate) as late:
            note_deposit(session, people.officer, lot.reference, 1, paid, bidder=1, at=now)
        assert late.value.article == "PA16 Art. 39(2)"


def known(session: Session, people: People, lot: Lot, who: str, at: datetime) -> tuple[Whom, str]:
    """Let somebody be known of the lot; whose name is then asked about."""
    asset = session.get_one(Asset, assets_of_lot(session, lot.id)[0].id)
    if who in {"debtor", "officer"}:
        case = make_case(session, people.officer, "99/QĐ", at=at)
        case.officer_id, asset.case_id = people.officer.staff_id, case.id
    if who == "owner":
        owner = NewOwner(role=OwnerRole.CO_OWNER, name="Vũ Đồng Chủ", under=2)
        debtor = NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", under=2)
        new = NewTitle(from_on=date(2026, 1, 1), document="SĐ", owners=[owner, debtor])
        record_title(session, people.officer, asset.reference, new, at=at)
    if who in {"auctioneer", "chief"}:
        contracted(session, people, lot, at)
    session.flush()
    return {
        "debtor": (Whom.DEBTOR, "Trần Văn Nợ"),
        "owner": (Whom.OWNER, "Vũ Đồng Chủ"),
        "officer": (Whom.SELLER, "Người thử officer"),
        "head": (Whom.SELLER, "Người thử head"),
        "auctioneer": (Whom.AUCTIONEER, "Phạm Văn Gõ"),
        "chief": (Whom.AUCTIONEER, "Đặng Giám Đốc"),
    }[who]


def contracted(session: Session, people: People, lot: Lot, at: datetime) -> None:
    house = make_auction_house(session, people, at=at, head_name="Đặng Giám Đốc")
    new = NewAuctioneer(name="Phạm Văn Gõ", licence_number="CC-1", valid_from=date(2020, 1, 1))
    add_auctioneer(session, people.officer, house.code, new, at=at)
    session.execute(
        update(AuctionContract)
        .where(AuctionContract.lot_id == lot.id)
        .values(organisation_id=house.id)
    )


def test_a_relation_is_declared_by_a_ground_of_the_law_and_by_ones_own_office(
    session: Session, people: People, lot: Lot, become: Callable[[Actor], Actor], at: datetime
) -> None:
    ref, lot_id = lot.reference, lot.id
    foreign = become(people.foreign_officer)
    with pytest.raises(NotFound):
        declare_relation(session, foreign, ref, NewRelation(**KIN), at=at)
    officer = become(people.officer)
    declare_relation(session, officer, ref, NewRelation(**KIN), at=at)
    assert len(relations_of(session, lot_id)) == 1
    become(people.foreign_officer)
    assert relations_of(session, lot_id) == []
    become(people.officer)
    early = NewRelation(**{**KIN, "declared_on": date(2016, 1, 1)})
    with pytest.raises((Unlawful, NotFound)):
        declare_relation(session, officer, ref, early, at=at)


def test_the_clerk_is_asked_on_the_page_and_relations_have_their_own(
    session: Session,
    lot: Lot,
    browse_as: Callable[[str], TestClient],
    call_as: Callable[[str], Caller],
) -> None:
    officer, own = browse_as("officer"), f"/lots/{lot.reference}/relations"
    said = {**KIN, "tie": "valuer", "identity_number": "", "declared_on": "2026-11-20"}
    missing = officer.post(own, data={**said, "source": ""})
    assert missing.status_code == 422
    assert officer.post(own, data=said).headers["location"] == own
    page = officer.get(own).text
    assert "Bản khai ngày 20/11/2026" in page
    assert "khoản 4 Điều 38" in page
    bidders = f"/lots/{lot.reference}/rounds/1/bidders"
    form = officer.get(f"/lots/{lot.reference}/rounds/1").text
    assert own in form
    assert 'name="match_answer"' not in form
    new = {"name": "Lê Văn Mua", "identity_number": "001"}
    asked = officer.post(bidders, data=new)
    assert asked.status_code == 422
    assert 'name="match_answer"' in asked.text
    assert "khoản 4 Điều 38" in asked.text
    assert officer.post(bidders, data={**new, "match_answer": ANSWER}).status_code == 303
    assert ANSWER in officer.get(f"/lots/{lot.reference}/rounds/1").text
    assert session.scalar(select(Bidder.match_answer)) == ANSWER
    caller = call_as("head")
    told = caller.get(f"/lots/{lot.reference}/relations").json()
    assert [one["tie"] for one in told] == ["valuer"]
    assert call_as("foreign_officer").get(f"/lots/{lot.reference}/relations").status_code == 404
