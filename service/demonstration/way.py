"""Assets of the demonstration office at every stage from seizure to payout."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from auction.bidding.calling import say
from auction.bidding.causes import Cause
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.registering import note_deposit, refund_deposits, register_bidder
from auction.bidding.rules import Outcome
from auction.bidding.schemas import NewBidder, NewDeposit, NewRefund, NewSaid
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.holds.commands import open_hold
from auction.holds.rules import HoldKind, HoldSubject
from auction.holds.schemas import NewHold
from auction.legal_rules.queries import calendar
from auction.lots.schemas import NewRound
from auction.offers.commands.priority import offer_priority
from auction.offers.commands.setoff import answer_setoff, ask_creditor, tell_debtor
from auction.offers.schemas import NewAsk, NewDebtorNotice, NewPriority, NewSetOffAnswer
from auction.outcomes.commands.diagnose import diagnose_round
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import NewCause, NewDiagnosis, NewOutcome, NewReduction
from inventory.assets.rules import AssetKind
from inventory.base.money import round_to
from inventory.seizures.commands import register_seized_asset
from inventory.seizures.schemas import NewSeizedAsset
from inventory.titles.commands import record_burden, record_title, set_region
from inventory.titles.rules import Burden, OwnerRole, Region
from inventory.titles.schemas import NewBurden, NewOwner, NewRegion, NewTitle
from service.demonstration import afterwards
from service.demonstration.announcing import post
from service.demonstration.organising import Plan, moment, organise, plan, price
from service.demonstration.telling import follow_failure
from service.demonstration.warehouse import Office, Said

BEFORE = 31
"""Days between the auction contract and the opening."""
POSTED, AGAIN = 24, 19
"""Days before the opening on which a round is posted and announced, and announced again."""
CLAIM = Decimal(1_900_000_000)
FILE = Decimal(200_000)


class Tale:
    """The office, and what of its story is told of assets on their way."""

    def __init__(self, office: Office, story: Said, today: date) -> None:
        self.office = office
        self.organisations: list[str] = story["organisations"]
        self.calendar = calendar(office.session)
        self.today = today

    def day(self, count: int) -> date:
        """So many days from the day of loading."""
        return self.today + timedelta(days=count)


def tell(office: Office, story: Said, today: date) -> None:
    """Each asset up to where it stands."""
    tale = Tale(office, story, today)
    for said in story["way"]:
        reference = _begin(tale, said)
        lot = None
        if "opening" in said or "contract" in said:
            lot = _auction(tale, said, reference)
        for name, act in _BESIDE.items():
            if name in said:
                act(tale, said, reference, lot)


def _begin(tale: Tale, said: Said) -> str:
    days = _days(tale, said)
    on = tale.day(said["seized"]) if "seized" in said else days.seized
    officer = tale.office.become("enforcement_officer")
    new = NewSeizedAsset(
        case_number=said["case"],
        decision_number=f"{abs(number_of(said['key']))}/QĐ-KB",
        decision_on=on,
        kind=AssetKind(said["kind"]),
        description=said["description"],
        owner_name=said["owner"],
        location="Tỉnh Minh Họa (giả định)",
    )
    made = register_seized_asset(tale.office.session, officer, new, at=moment(on))
    region = NewRegion(region=Region.II, from_on=on)
    set_region(tale.office.session, officer, made.reference, region, at=moment(on))
    if "co_owner" in said:
        _own(tale, said, made.reference, on)
    if "worth" in said:
        price(tale.office, made.reference, Decimal(said["worth"]), days, tale.today)
    return made.reference


def number_of(key: str) -> int:
    """A number of a decision that is the same at every telling."""
    return 200 + sum(key.encode()) % 700


def _days(tale: Tale, said: Said) -> Plan:
    if "opening" in said:
        return plan(tale.calendar, tale.day(said["opening"] - BEFORE))
    signed = int(said.get("contract") or said.get("planned") or 6)
    return plan(tale.calendar, tale.day(signed))


def _own(tale: Tale, said: Said, reference: str, on: date) -> None:
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name=said["debtor"], over=1, under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name=said["co_owner"], over=1, under=2),
    ]
    new = NewTitle(from_on=on, document="GCN số MH 000088 (giả định)", owners=owners)
    officer = tale.office.become("enforcement_officer")
    record_title(tale.office.session, officer, reference, new, at=moment(on))


def _auction(tale: Tale, said: Said, reference: str) -> str:
    days = _days(tale, said)
    lot = organise(tale.office, said, reference, days, tale.organisations)
    if "opening" not in said:
        return lot
    asked = Decimal(said["worth"])
    falls = said.get("falls", [None])
    for index, why in enumerate(falls):
        opening = tale.day(said["opening"] + index * said.get("every", 0))
        _offer(tale, lot, asked, opening)
        if why is None:
            _bid(tale, said, lot, asked, opening)
        else:
            asked = _fall(tale, said, lot, asked, opening, index=index)
    return lot


def _offer(tale: Tale, lot: str, asked: Decimal, opening: date) -> None:
    """A round that is posted, announced twice, and fixed."""
    office, officer = tale.office, tale.office.become("enforcement_officer")
    posted, again = opening - timedelta(days=POSTED), opening - timedelta(days=AGAIN)
    post(office.session, officer, lot, opening=opening, days=(posted, again), at=moment(again))
    new = NewRound(
        starting_price=asked,
        opens_at=moment(opening),
        announced_on=posted,
        deposit=round_to(asked / 10),
        dossier_fee=FILE,
        venue="Hội trường tổ chức đấu giá (giả định)",
    )
    schedule_round(office.session, officer, lot, new, at=moment(again))


def _bid(tale: Tale, said: Said, lot: str, asked: Decimal, opening: date) -> None:
    """Bidders register and pay; where the day has come they bid and the last one wins."""
    office, officer = tale.office, tale.office.become("enforcement_officer")
    where = (office.session, officer, lot, 1)
    known, paid = min(opening - timedelta(days=5), tale.today), opening - timedelta(days=1)
    for turn, (name, pays) in enumerate(said["bidders"], 1):
        new = NewBidder(
            name=f"{name} (nhân vật giả định)",
            identity_number=f"09900000{number_of(said['key'])}{turn}",
            address=f"Số {turn} đường Giả Định, tỉnh Minh Họa",
        )
        register_bidder(*where, new, at=moment(known))
        if pays:
            deposit = NewDeposit(amount=round_to(asked / 10), document=f"UNC-{turn}")
            note_deposit(*where, deposit, bidder=turn, at=moment(min(paid, tale.today)))
    if opening >= tale.today:
        return
    step = Decimal(said["raise"])
    for bidder, times in ((1, 1), (2, 2), (1, 3)):
        bid = NewSaid(bidder=bidder, kind=BidKind.BID, amount=asked + times * step)
        say(*where, bid, at=moment(opening))
    sold, at = NewOutcome(code=Outcome.SOLD, minutes=f"{lot[-6:-2]}/BB-ĐG"), opening
    record_outcome(*where, sold, at=moment(at + timedelta(days=1)))
    refund_deposits(*where, NewRefund(document="UNC-9"), at=moment(at + timedelta(days=2)))


def _fall(
    tale: Tale,
    said: Said,
    lot: str,
    asked: Decimal,
    opening: date,
    *,
    index: int,
) -> Decimal:
    """Nobody came; why is found, and the price cut where the story says by how much."""
    officer, number = tale.office.become("enforcement_officer"), index + 1
    why = said["falls"][index]
    where = (tale.office.session, officer, lot, number)
    known = opening + timedelta(days=1)
    failed = NewOutcome(code=Outcome.FAILED_NO_REGISTRATION, registered=0)
    record_outcome(*where, failed, at=moment(known))
    follow_failure(tale.office, lot, known)
    cause, words = why
    found = NewDiagnosis(causes=[NewCause(cause=Cause(cause), note=words)])
    diagnose_round(*where, found, at=moment(known))
    if index >= len(said["cuts"]):
        return asked
    lower = round_to(asked * (100 - said["cuts"][index]) / 100, up=True)
    on = known + timedelta(days=1)
    new = NewReduction(new_price=lower, decided_on=on)
    reduce_price(*where, new, at=moment(on))
    return lower


def _tell_co_owner(tale: Tale, said: Said, reference: str, _lot: str | None) -> None:
    on = tale.day(said["told"])
    officer = tale.office.become("enforcement_officer")
    offer_priority(tale.office.session, officer, reference, NewPriority(told_on=on), at=moment(on))


def _rent(tale: Tale, said: Said, reference: str, _lot: str | None) -> None:
    on = tale.day(-40)
    new = NewBurden(kind=Burden.TENANT, since_on=on, note=said["tenant"])
    officer = tale.office.become("enforcement_officer")
    record_burden(tale.office.session, officer, reference, new, at=moment(on))


def _take_off(tale: Tale, said: Said, _reference: str, lot: str | None) -> None:
    """The creditor is asked, accepts, and the debtor is told that he may still redeem."""
    session, officer, days = (
        tale.office.session,
        tale.office.become("enforcement_officer"),
        said["setoff"],
    )
    asked, accepted, told = (tale.day(days[name]) for name in ("asked", "accepted", "told"))
    ask = NewAsk(asked_on=asked, claim=CLAIM, debt=CLAIM)
    ask_creditor(session, officer, lot or "", ask, at=moment(asked))
    answer = NewSetOffAnswer(
        accepted=True, answered_on=accepted, document="Đơn ngày nhận (giả định)"
    )
    answer_setoff(session, officer, lot or "", answer, at=moment(accepted))
    tell_debtor(session, officer, lot or "", NewDebtorNotice(told_on=told), at=moment(told))


def _depart(tale: Tale, said: Said, _reference: str, lot: str | None) -> None:
    rule, on, reason, approved = said["departure"]
    at = moment(tale.day(on))
    new = NewDeparture(rule_key=rule, subject_kind="lot", subject_ref=lot or "", reason=reason)
    officer = tale.office.become("enforcement_officer")
    asked = ask_departure(tale.office.session, officer, new, at=at)
    if approved:
        yes = Decision(approved=True, words="Đồng ý, lưu hồ sơ (trình diễn)")
        decide_departure(tale.office.session, tale.office.become("head"), asked.id, yes, at=at)


def _hold(tale: Tale, said: Said, reference: str, lot: str | None) -> None:
    told = said["hold"]
    on = tale.day(told["on"])
    new = NewHold(
        kind=HoldKind(told["kind"]),
        subject_kind=HoldSubject.LOT if lot else HoldSubject.ASSET,
        subject_ref=lot or reference,
        ground=told["ground"],
        ground_on=on,
        document=told["document"],
        started_on=on,
        authority=told.get("authority"),
        proof=told.get("proof"),
    )
    officer = tale.office.become("enforcement_officer")
    open_hold(tale.office.session, officer, new, at=moment(on))


def _follow(tale: Tale, said: Said, reference: str, lot: str | None) -> None:
    afterwards.follow(tale.office, said["after"], reference, lot or "", tale.today)


_BESIDE: dict[str, Callable[[Tale, Said, str, str | None], None]] = {
    "told": _tell_co_owner,
    "tenant": _rent,
    "setoff": _take_off,
    "departure": _depart,
    "after": _follow,
    "hold": _hold,
}
"""What the story says beside the auction, in the order in which it is told."""
