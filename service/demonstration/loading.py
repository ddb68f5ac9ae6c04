"""Tells the story of the demonstration office through the same commands the pages call."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from auction.bidding.causes import Cause
from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.firms.commands import register_firm
from auction.firms.schemas import NewFirm
from auction.legal_rules.queries import rules_at_hand, rules_in_use
from auction.lots.commands import form_lot
from auction.lots.schemas import NewLot, NewRound
from auction.offers.commands.setoff import answer_setoff, ask_creditor
from auction.offers.schemas import NewAsk, NewSetOffAnswer
from auction.outcomes.commands.diagnose import diagnose_round
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import NewCause, NewDiagnosis, NewOutcome, NewReduction
from auction.reviews.commands import sweep
from auction.valuations.commands.notice import tell_parties
from auction.valuations.commands.record import record_valuation
from auction.valuations.rules import ValuationMethod
from auction.valuations.schemas import NewPriceNotice, NewValuation
from inventory.assets.commands import Registered
from inventory.assets.rules import AssetKind
from inventory.base.actor import SYSTEM, Actor
from inventory.base.clock import local_day
from inventory.base.money import round_to
from inventory.base.storage import BlobStore
from inventory.cases.commands import open_case
from inventory.cases.rules import CaseKind
from inventory.cases.schemas import NewCase
from inventory.custody import commands as custody
from inventory.custody.schemas import Move, TakeIn
from inventory.evidence.commands import register_evidence
from inventory.evidence.rules import Comparison, HoldKind
from inventory.evidence.schemas import NewEvidence
from inventory.organisation.commands import add_office, add_staff, appoint
from inventory.organisation.models import Office
from inventory.organisation.rules import OfficeKind, Role
from inventory.organisation.schemas import NewAppointment, NewOffice, NewStaff
from inventory.seals.schemas import ReceivedSeal
from inventory.seizures.commands import register_seized_asset
from inventory.seizures.schemas import NewSeizedAsset
from inventory.warehouses.commands import add_place
from inventory.warehouses.rules import WAREHOUSE_FORMS, CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from service import wiring  # noqa: F401 - rooms that listen to acts hear those of the story too
from service.auth.commands import add_account
from service.auth.queries import actor_from, snapshot
from service.database import Database, act_as
from service.demonstration import orders, warehouse, way
from service.demonstration.announcing import announce, posted_on
from service.demonstration.organising import (
    Plan,
    find_auctioneer,
    let_late,
    let_through,
    moment,
    plan_by_law,
)
from service.demonstration.pictures import add_picture
from service.demonstration.story import is_told, read
from service.demonstration.telling import follow_failure, stop
from service.demonstration.warehouse import MORNING
from service.demonstration.warehouse import Office as Warehouse
from service.demonstration.way import FILE

SINCE = date(2025, 7, 1)
CENTRE = "00"
SIGNED = 28
"""Days before its first round on which the contract for a lot is signed."""
REDUCTIONS_BEFORE_ASKING = 2
LIMIT, WAITED = "reduction_decision_due", "Chờ ý kiến của người được thi hành án"
"""From the third failed round on the creditor is asked first."""
DEMONSTRATED_CLAIM = Decimal(5_000_000_000)


def load(database: Database, *, at: datetime) -> None:
    """Make the demonstration office and its history where they are missing.

    All or nothing: a start that was interrupted begins again.
    """
    story = read()
    if is_told(database, story):
        return
    with database.transaction(SYSTEM) as session, rules_at_hand(session):
        _Teller(session, story, at, database.settings.file_store()).tell()
    sweep(partial(database.transaction, SYSTEM), SYSTEM, local_day(at), at=at)


class _Teller:
    """The session in which the story is told, and who and what it knows so far."""

    def __init__(
        self, session: Session, story: dict[str, Any], at: datetime, store: BlobStore
    ) -> None:
        self.session = session
        self.story = story
        self.at = at
        self.store = store
        self.people: dict[str, Actor] = {}
        self.places: dict[str, int] = {}
        self.assets: dict[str, str] = {}
        self.roots: dict[str, int] = {}
        self.firms: list[str] = []

    def tell(self) -> None:
        """Office, people, places, cases, assets, the keeper's work and auctions, in this order."""
        self._office()
        for person in self.story["person"]:
            self._person(person)
        for place in self.story["place"]:
            self._place(place)
        on_their_way = read("way.toml")
        for case in [*self.story["case"], *on_their_way["case"]]:
            self._case(case)
        for asset in self.story["asset"]:
            self._asset(asset)
        for order in self.story["order"]:
            self._order(order)
        office = Warehouse(self.session, self._as, self._when, self.assets, self.places)
        warehouse.tell(office, self.story)
        for lot in self.story["lot"]:
            self._lot(lot)
        for picture in self.story["picture"]:
            self._picture(picture)
        way.tell(office, on_their_way, local_day(self.at))

    def _picture(self, said: dict[str, Any]) -> None:
        keeper, when = self._as("keeper"), self._when(said["on"])
        reference = self.assets[said["asset"]]
        add_picture(self.session, keeper, reference, said, store=self.store, at=when)

    def _when(self, day: int) -> datetime:
        return datetime.combine(local_day(self.at) + timedelta(days=day), MORNING)

    def _as(self, role: str) -> Actor:
        self.session.flush()
        actor = self.people[role]
        act_as(self.session, actor)
        return actor

    def _office(self) -> None:
        parents = {"office": CENTRE, "division": self.story["office"]["code"]}
        kinds = {"office": OfficeKind.PROVINCE, "division": OfficeKind.DIVISION}
        for what, parent in parents.items():
            said = self.story[what]
            new = NewOffice(
                code=said["code"],
                name=said["name"],
                kind=kinds[what],
                parent=parent,
                valid_from=SINCE,
            )
            office: Office = add_office(self.session, SYSTEM, new, at=self.at)
            office.demonstration = True

    def _person(self, said: dict[str, str]) -> None:
        staff = add_staff(
            self.session, SYSTEM, NewStaff(code=said["code"], name=said["name"]), at=self.at
        )
        staff.demonstration = True
        new = NewAppointment(
            staff=said["code"], office=said["office"], role=Role(said["role"]), valid_from=SINCE
        )
        appoint(self.session, SYSTEM, new, at=self.at)
        account = add_account(
            self.session, SYSTEM, staff.id, said["login"], self.story["password"], at=self.at
        )
        self.people[said["role"]] = actor_from(snapshot(self.session, account, at=self.at))

    def _place(self, said: dict[str, Any]) -> None:
        new = NewPlace(
            code=said["code"],
            name=said["name"],
            kind=PlaceKind(said["kind"]),
            parent_id=self.places.get(said.get("parent", "")),
            custody_form=CustodyForm(said["custody_form"]) if "custody_form" in said else None,
            address=said.get("address"),
            capacity=said.get("capacity"),
        )
        when = self._when(-460)
        place = add_place(self.session, self._as("keeper"), new, at=when)
        self.places[said["code"]] = place.id
        root = self.roots.get(said.get("parent", ""), place.id)
        if place.custody_form in WAREHOUSE_FORMS:
            self.roots[said["code"]] = root
            if root == place.id:
                keeper = next(p["code"] for p in self.story["person"] if p["role"] == "keeper")
                orders.appoint(self.session, self._as, root, keeper, at=when)

    def _case(self, said: dict[str, Any]) -> None:
        when, officer = self._when(said["on"]), self._as("enforcement_officer")
        new = NewCase(
            kind=CaseKind(said["kind"]),
            decision_number=said["number"],
            decision_on=local_day(when),
            court=said.get("court"),
            judgment=said.get("judgment"),
            debtor_name=said.get("debtor"),
            debtor_identity=said.get("debtor_identity"),
            debtor_address=said.get("debtor_address"),
            creditor_name=said.get("creditor"),
            creditor_identity=said.get("creditor_identity"),
            creditor_address=said.get("creditor_address"),
            officer_id=officer.staff_id,
        )
        open_case(self.session, officer, new, at=when)

    def _asset(self, said: dict[str, Any]) -> None:
        when, root, ref = self._when(said["on"]), self.roots.get(said.get("place", "")), None
        if root is not None:
            ref = orders.order_in(self.session, self._as, said, root, at=when)
        made = self._registered(said, when, ref)
        self.assets[said["key"]] = made.reference
        if ref and not said.get("papers_open"):
            orders.finish_in(self.session, self._as, said, ref, at=when)
        if "moved_to" in said:
            move = Move(
                place_id=self.places[said["moved_to"]],
                from_place_id=self.places[said["place"]],
                reason="Sắp xếp lại kho",
            )
            later = when + timedelta(days=3)
            custody.move(self.session, self._as("keeper"), made.reference, move, at=later)
        if "value" in said:
            self._valuation(said, made.reference)

    def _registered(self, said: dict[str, Any], when: datetime, ref: str | None) -> Registered:
        actor = self._as("keeper" if ref else "enforcement_officer")
        if "hold" not in said:
            return register_seized_asset(
                self.session, actor, self._seized(said, when, ref), at=when
            )
        new = self._evidence(said, when, ref)
        if "notes" in said:
            return warehouse.receive_money(self.session, self._as, new, said, at=when)
        return register_evidence(self.session, actor, new, at=when)

    def _order(self, said: dict[str, Any]) -> None:
        named = {**said, "place_id": self.roots[said["place"]]}
        orders.order_out(self.session, self._as, named, self.assets, at=self._when(said["on"]))

    def _identity(self, said: dict[str, Any], order: str | None) -> dict[str, Any]:
        names = {"owner": "owner_name"}
        told = ("description", "identification", "unit", "condition", "location", "owner")
        identity = {names.get(name, name): said[name] for name in told if name in said}
        identity["kind"] = AssetKind(said["kind"])
        identity["quantity"] = Decimal(said.get("quantity", "1"))
        if "place" in said:
            identity["take_in"] = TakeIn(
                place_id=self.places[said["place"]],
                giver=said["giver"],
                reason="Kê biên, giao bảo quản",
                document=said["document"],
                order=f"{order}/1" if order else None,
            )
        return identity

    def _seized(self, said: dict[str, Any], when: datetime, order: str | None) -> NewSeizedAsset:
        return NewSeizedAsset(
            case_number=said["case"],
            decision_number=said["decision"],
            decision_on=local_day(when),
            **self._identity(said, order),
        )

    def _evidence(self, said: dict[str, Any], when: datetime, order: str | None) -> NewEvidence:
        return NewEvidence(
            hold=HoldKind(said["hold"]),
            agency=said["agency"],
            received_on=local_day(when),
            first_minutes=said.get("minutes"),
            comparison=Comparison.AGREES,
            seal=ReceivedSeal(number=said["seal"]) if "seal" in said else None,
            case_number=said["case"],
            **self._identity(said, order),
        )

    def _valuation(self, said: dict[str, Any], reference: str) -> None:
        lot = next((one for one in self.story["lot"] if one["asset"] == said["key"]), None)
        when = self._when(said["on"] + 12) if lot is None else moment(self._days(lot).valued)
        new = NewValuation(
            method=ValuationMethod.FIRM,
            amount=Decimal(said["value"]),
            valued_on=local_day(when),
            valid_until=local_day(when) + timedelta(days=180),
            firm=said["firm"],
            certificate_number=said["certificate"],
        )
        actor = self._as("enforcement_officer")
        self._firm(actor, said["firm"])
        record_valuation(self.session, actor, reference, new, at=when)
        if lot is not None:
            told_on = self._days(lot).told
            told = NewPriceNotice(told_on=told_on, told="Các đương sự (nhân vật giả định)")
            tell_parties(self.session, actor, reference, told, at=moment(told_on))

    def _firm(self, actor: Actor, name: str) -> None:
        """The firm stands in the register, so that its values can be compared with the sales."""
        if name in self.firms:
            return
        self.firms.append(name)
        firm = NewFirm(
            name=name,
            list_number=f"{len(self.firms):03}/TĐG (trình diễn)",
            province="Minh Họa",
            listed_from=SINCE,
        )
        register_firm(self.session, actor, firm, at=self.at)

    def _days(self, lot: dict[str, Any]) -> Plan:
        """The days of a lot's assets up to its contract."""
        return plan_by_law(self.session, local_day(self._when(lot["first"] - SIGNED)))

    def _lot(self, said: dict[str, Any]) -> None:
        actor = self._as("enforcement_officer")
        asset = next(a for a in self.story["asset"] if a["key"] == said["asset"])
        new = NewLot(assets=[self.assets[said["asset"]]], description=asset["description"])
        days = self._days(said)
        lot = form_lot(self.session, actor, new, at=moment(days.called)).reference
        price = Decimal(asset["value"])
        names = sorted(read("way.toml")["organisations"], key=said["organisation"].__ne__)
        office = Warehouse(self.session, self._as, self._when, self.assets, self.places)
        let_late(office, lot, days)
        find_auctioneer(office, lot, price, days, names)
        cuts = iter(said["cuts"])
        for index, outcome in enumerate(said["outcomes"]):
            day = said["first"] + index * said["every"]
            self._round(lot, said, day, price)
            nobody = outcome == Outcome.FAILED_NO_REGISTRATION
            held = NewOutcome(code=Outcome(outcome), registered=0 if nobody else None)
            if outcome == Outcome.STOPPED:
                stop(office, lot, index + 1, local_day(self._when(day)))
                continue
            record_outcome(self.session, actor, lot, index + 1, held, at=self._when(day + 1))
            if outcome.startswith("failed"):
                self._why(lot, index + 1, said["causes"][index], at=self._when(day + 2))
                told_on = local_day(self._when(day + 2))
                follow_failure(office, lot, told_on)
            cut = next(cuts, None) if outcome.startswith("failed") else None
            if cut is not None:
                late = said.get("late_after") == index + 1
                price = self._reduction(lot, index + 1, price, cut, day=day, late=late)
        if "ahead" in said:
            self._round(lot, said, said["ahead"], price)

    def _why(self, lot: str, number: int, said: list[str], *, at: datetime) -> None:
        """The finding why nobody bought."""
        cause, words = said
        new = NewDiagnosis(causes=[NewCause(cause=Cause(cause), note=words)])
        diagnose_round(self.session, self._as("enforcement_officer"), lot, number, new, at=at)

    def _round(self, lot: str, said: dict[str, Any], day: int, price: Decimal) -> None:
        actor = self._as("enforcement_officer")
        new = NewRound(
            starting_price=price,
            opens_at=self._when(day),
            announced_on=posted_on(self.session, actor, lot, day, self._when),
            deposit=round_to(price / 10),
            dossier_fee=FILE,
            venue="Hội trường tổ chức đấu giá (giả định)",
        )
        announce(self.session, actor, lot, said, day=day, when=self._when)
        schedule_round(self.session, actor, lot, new, at=self._when(min(day - 18, 0)))

    def _reduction(
        self, lot: str, number: int, price: Decimal, cut: int, *, day: int, late: bool
    ) -> Decimal:
        lower = round_to(price * (100 - cut) / 100, up=True)
        when = self._when(day + (21 if late else 4))
        if number > REDUCTIONS_BEFORE_ASKING:
            self._creditor_refuses(lot, day)
        if late and any(one.serves(local_day(when)) for one in rules_in_use(self.session, LIMIT)):
            let_through(self.session, self._as, lot, LIMIT, WAITED, at=when)
        new = NewReduction(
            new_price=lower,
            decision_number=f"{lot[-3:]}{number}/QĐ-GG",
            decided_on=local_day(when),
            agreed=number == 1,
        )
        reduce_price(self.session, self._as("enforcement_officer"), lot, number, new, at=when)
        return lower

    def _creditor_refuses(self, lot: str, day: int) -> None:
        """The creditor is told that he may take the asset, and does not want it."""
        actor, asked = self._as("enforcement_officer"), self._when(day + 2)
        ask = NewAsk(asked_on=local_day(asked), claim=DEMONSTRATED_CLAIM, debt=DEMONSTRATED_CLAIM)
        ask_creditor(self.session, actor, lot, ask, at=asked)
        answered = self._when(day + 3)
        answer = NewSetOffAnswer(
            accepted=False, answered_on=local_day(answered), document=f"{abs(day)}/CV-NH"
        )
        answer_setoff(self.session, actor, lot, answer, at=answered)
