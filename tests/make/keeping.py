"""A warehouse at work, act by drawn act: orders, the door, seals and papers.

Every act picks its person and its things by a throw of dice, mostly as they should be and now and
then not; what the program refuses leaves everything as it was.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.custody.commands import move, release, take_in, take_in_many
from inventory.custody.rules import SealState
from inventory.custody.schemas import Coming, Intake, Move, Release, TakeIn
from inventory.orders.commands.finishing import check_release, write_minutes, write_slip
from inventory.orders.commands.requesting import request_order, withdraw_order
from inventory.orders.commands.signing import refuse_order, sign_order
from inventory.orders.rules import Purpose as For
from inventory.orders.schemas import Closing, FoundLine, HandOver, NewLine
from inventory.papers import commands as papers
from inventory.papers.schemas import NewAmendment, NewRecall
from inventory.seals.commands import open_seal, seal
from inventory.seals.rules import OpenedFor
from inventory.seals.schemas import NewOpening
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.drawn import APT, Drawn
from tests.make.inventory import make_asset, make_evidence
from tests.make.orders import appoint
from tests.make.organisation import People
from tests.make.requests import new_order, new_release, phones
from tests.make.seals import WITNESS, new_seal

NOBODY = "TS-9999999-9"


class Shed(NamedTuple):
    """A warehouse, a shelf in it and who keeps it."""

    id: int
    shelf_id: int
    keeper: Actor


class Spot(NamedTuple):
    """A thing, where it is, and the warehouse around it."""

    asset: str
    place_id: int
    warehouse_id: int


def make_shed(session: Session, keeper: Actor, code: str, *, at: datetime) -> Shed:
    """A warehouse with a shelf and an appointed keeper, and no order that stands open for it."""
    own = CustodyForm.OWN_STORE
    new = NewPlace(code=code, name=f"Kho {code}", kind=PlaceKind.WAREHOUSE, custody_form=own)
    store = add_place(session, keeper, new, at=at)
    appoint(session, keeper, store)
    inside = NewPlace(code=f"{code}-A", name="Kệ A", kind=PlaceKind.SHELF, parent_id=store.id)
    shelf: Place = add_place(session, keeper, inside, at=at)
    return Shed(store.id, shelf.id, keeper)


class Keeping(Drawn):
    """Two warehouses of an office, each with its own keeper, and everybody who acts there."""

    def __init__(
        self,
        session: Session,
        people: People,
        case: str,
        sheds: tuple[Shed, ...],
        at: datetime,
    ) -> None:
        super().__init__(session, people, at)
        self.case, self.sheds = case, sheds

    def others(self) -> Sequence[Actor]:
        """Both keepers, too."""
        return (*super().others(), *(shed.keeper for shed in self.sheds))

    def keeper_of(self, warehouse_id: int) -> Actor:
        keepers = [shed.keeper for shed in self.sheds if shed.id == warehouse_id]
        return keepers[0] if keepers else self.sheds[0].keeper

    def spot(self) -> Spot:
        """A thing in a place; now and then any thing at all."""
        inside = "" if self.dice.random() < APT else "LEFT "
        row = self.pick(
            "SELECT a.reference, coalesce(p.id, 0), coalesce(nullif(split_part(p.path, '/', 2), '')"
            f"::bigint, 0) FROM asset a JOIN holding h ON h.asset_id = a.id {inside}JOIN place p"
            " ON p.id = h.place_id WHERE a.office_id = :office",
            (NOBODY, 0, 0),
        )
        return Spot(*row)

    def loose(self) -> str:
        """A thing that is in no place; now and then any thing at all."""
        outside = "h.place_id IS NULL" if self.dice.random() < APT else "true"
        (asset,) = self.pick(
            "SELECT a.reference FROM asset a JOIN holding h ON h.asset_id = a.id"
            f" WHERE a.office_id = :office AND {outside}",
            (NOBODY,),
        )
        return str(asset)

    def order_for(
        self,
        asset: str,
        direction: str,
        purpose: For | None = None,
        party: str = "Nguyễn Thị Mua",
    ) -> tuple[str, int]:
        """A line of a signed order that names a thing, and its warehouse; or of any order.

        Half of the time, where none does, the officer asks for one and the head signs it.
        """
        purpose = purpose or (For.SOLD if direction == "out" else For.SEIZED)
        apt = self.dice.random() < APT
        named = "AND o.closed_at IS NULL AND coalesce(a.reference, '') = :asset" if apt else ""
        if apt:
            named += f" AND o.purpose = '{purpose}'"
        wanted = (
            "SELECT o.reference || '/' || l.no, o.place_id FROM warehouse_order o JOIN order_line l"
            " ON l.order_id = o.id LEFT JOIN asset a ON a.id = l.asset_id WHERE o.office_id ="
            f" :office AND o.signed_at IS NOT NULL AND o.direction = :direction {named}"
        )
        none = ("LK-9999999-9", self.sheds[0].id)
        row = self.pick(wanted, none, asset=asset, direction=direction)
        if row is none and apt and self.dice.random() < 0.5:
            return self._signed(asset, direction, purpose, party)
        return str(row[0]), int(row[1])

    def _signed(self, asset: str, direction: str, purpose: For, party: str) -> tuple[str, int]:
        inside = self.rows(
            "SELECT split_part(p.path, '/', 2)::bigint FROM holding h JOIN asset a"
            " ON a.id = h.asset_id JOIN place p ON p.id = h.place_id WHERE a.reference = :asset",
            asset=asset,
        )
        place = inside[0][0] if inside else self.dice.choice(self.sheds).id
        if direction == "in":
            line = NewLine(asset=asset) if asset else phones(3)
            made = new_order(place, line, purpose=purpose)
        else:
            made = new_release(place, asset, purpose=purpose, party_name=party)
        ref = request_order(self.session, self.people.officer, made, at=self.at).reference
        sign_order(self.session, self.people.head, ref, at=self.at)
        if direction == "out" and self.dice.random() < APT:
            shown = HandOver(identity="CCCD 09", authority="GUQ 4", lines=self._found(ref, full=1))
            check_release(self.session, self.keeper_of(place), ref, shown, at=self.at)
        return f"{ref}/1", place

    def place_in(self, warehouse_id: int) -> int:
        """The warehouse itself or its shelf; now and then one elsewhere."""
        inside = [shed for shed in self.sheds if shed.id == warehouse_id]
        sheds = inside if inside and self.dice.random() < APT else self.sheds
        shed = self.dice.choice(sheds)
        return self.dice.choice((shed.id, shed.shelf_id))

    def seals_of(self, asset: str) -> dict[str, SealState]:
        """How the seals of a thing are found; now and then one is forgotten or torn."""
        found = self.rows(
            "SELECT s.number FROM seal s JOIN asset a ON a.id = s.asset_id"
            " WHERE a.reference = :asset AND s.ended_at IS NULL",
            asset=asset,
        )
        state = SealState.WHOLE if self.dice.random() < APT else SealState.TORN
        return {row[0]: state for row in found if self.dice.random() < APT}

    def seals_by_thing(self, asset: str) -> dict[str, dict[str, SealState]]:
        """The same where an act is on several things."""
        seals = self.seals_of(asset)
        return {asset: seals} if seals else {}

    def register(self) -> None:
        made = [AssetKind.VEHICLE, AssetKind.MOVABLE, AssetKind.CASH, AssetKind.LAND_USE_RIGHT]
        kind = self.dice.choice(made)
        make_asset(self.session, self.who(self.people.officer), self.case, at=self.at, kind=kind)

    def register_evidence(self) -> None:
        make_evidence(self.session, self.who(self.people.officer), at=self.at)

    def receive_new(self) -> None:
        """Register a thing and take it in at once, on a line that names none."""
        order, warehouse = self.order_for("", "in")
        place = self.place_in(warehouse)
        new = TakeIn(place, "Trần Văn Nợ", "Kê biên", order=order)
        keeper = self.who(self.keeper_of(warehouse))
        make_asset(self.session, keeper, self.case, at=self.at, take_in=new)

    def ask_in(self) -> None:
        shed = self.dice.choice(self.sheds)
        lines = [NewLine(asset=self.loose()), phones(self.dice.choice((1, 2, 3)))]
        new = new_order(shed.id, *self.dice.choice((lines, lines[:1], lines[1:])))
        asks = (self.people.officer, shed.keeper)
        request_order(self.session, self.who(*asks), new, at=self.at)

    def ask_out(self) -> None:
        asset, _place, warehouse = self.spot()
        new = new_release(warehouse or self.sheds[0].id, asset)
        asks = (self.people.officer, self.keeper_of(warehouse))
        request_order(self.session, self.who(*asks), new, at=self.at)

    def sign(self) -> None:
        order, _warehouse = self._order("signed_at IS NULL AND closed_at IS NULL")
        sign_order(self.session, self.who(self.people.head), order, at=self.at)

    def refuse(self) -> None:
        order, _warehouse = self._order("closed_at IS NULL")
        why = Closing(reason="Chưa đủ căn cứ")
        refuse_order(self.session, self.who(self.people.head), order, why, at=self.at)

    def withdraw_request(self) -> None:
        order, warehouse = self._order("signed_at IS NULL AND closed_at IS NULL")
        asks = (self.people.officer, self.keeper_of(warehouse))
        why = Closing(reason="Không còn cần")
        withdraw_order(self.session, self.who(*asks), order, why, at=self.at)

    def check(self) -> None:
        order, warehouse = self._order("signed_at IS NOT NULL AND direction = 'out'")
        shown = HandOver(identity="CCCD 09", authority="GUQ 4", lines=self._found(order))
        check_release(self.session, self.who(self.keeper_of(warehouse)), order, shown, at=self.at)

    def minutes(self) -> None:
        order, warehouse = self._order("signed_at IS NOT NULL AND finished_at IS NULL")
        said = HandOver(lines=self._found(order))
        write_minutes(self.session, self.who(self.keeper_of(warehouse)), order, said, at=self.at)

    def slip(self) -> None:
        order, warehouse = self._order(
            "signed_at IS NOT NULL AND closed_at IS NULL AND EXISTS (SELECT FROM order_step s"
            " WHERE s.order_id = o.id AND s.step IN ('check', 'minutes'))"
        )
        write_slip(self.session, self.who(self.keeper_of(warehouse)), order, at=self.at)

    def take_in(self) -> None:
        asset = self.loose()
        order, warehouse = self.order_for(asset, "in")
        place, seals = self.place_in(warehouse), self.seals_of(asset)
        new = TakeIn(place, "Trần Văn Nợ", "Kê biên", order=order, seals=seals)
        take_in(self.session, self.who(self.keeper_of(warehouse)), asset, new, at=self.at)

    def take_in_two(self) -> None:
        one = self.loose()
        order, warehouse = self.order_for(one, "in")
        coming = [Coming(asset=a, place_id=self.place_in(warehouse)) for a in {one, self.loose()}]
        seals = {}
        for said in coming:
            seals |= self.seals_by_thing(said.asset)
        order = order.split("/")[0]
        new = Intake(order=order, giver="B", reason="Kê biên", things=coming, seals=seals)
        take_in_many(self.session, self.who(self.keeper_of(warehouse)), new, at=self.at)

    def move(self) -> None:
        asset, place, warehouse = self.spot()
        new = Move(
            self.place_in(warehouse), place or self.sheds[0].id, "Sắp xếp", "", self.seals_of(asset)
        )
        move(self.session, self.who(self.keeper_of(warehouse)), asset, new, at=self.at)

    def release(self) -> None:
        asset, place, warehouse = self.spot()
        order, _place = self.order_for(asset, "out")
        new = Release(
            place or self.sheds[0].id, "Nguyễn Thị Mua", "Bán", "", order, self.seals_of(asset)
        )
        release(self.session, self.who(self.keeper_of(warehouse)), asset, new, at=self.at)

    def seal(self) -> None:
        asset = self.spot().asset
        opened = self.rows(
            "SELECT o.number FROM seal o JOIN asset a ON a.id = o.asset_id WHERE a.reference ="
            " :asset AND o.ended_at IS NOT NULL AND NOT EXISTS (SELECT FROM seal n"
            " WHERE n.replaces_id = o.id)",
            asset=asset,
        )
        replaces = opened[0][0] if opened and self.dice.random() < APT else None
        number = f"NP-{self.number if self.dice.random() < APT else 1}"
        new = new_seal(number, sealed_on=local_day(self.at), replaces=replaces)
        seal(self.session, self.who(self.people.officer), asset, new, at=self.at)

    def open_seal(self) -> None:
        asset, number = self.pick(
            "SELECT a.reference, s.number FROM seal s JOIN asset a ON a.id = s.asset_id"
            " WHERE s.ended_at IS NULL AND a.office_id = :office",
            (NOBODY, "NP-0"),
        )
        new = NewOpening(
            number=number,
            opened_on=local_day(self.at),
            opened_by="Trần Văn Chấp",
            purpose=self.dice.choice((OpenedFor.DISPOSAL, OpenedFor.EXAMINATION)),
            reason="Giám định",
            state_found=SealState.WHOLE,
            found="Như biên bản",
            present=[WITNESS] if self.dice.random() < APT else [],
        )
        open_seal(self.session, self.who(self.people.officer), asset, new, at=self.at)

    def amend(self) -> None:
        new = NewAmendment(
            passage="Dòng 1", reads="một", shall_read="một (01)", reason="Sai sót nhỏ"
        )
        papers.amend(self.session, self.who(self.people.head), self._paper(), new, at=self.at)

    def recall(self) -> None:
        new = NewRecall(reason="Sai nội dung")
        papers.recall(self.session, self.who(self.people.head), self._paper(), new, at=self.at)

    def _order(self, apt: str) -> tuple[str, int]:
        wanted = apt if self.dice.random() < APT else "true"
        row = self.pick(
            f"SELECT reference, place_id FROM warehouse_order o WHERE office_id = :office"
            f" AND {wanted}",
            ("LK-9999999-9", 0),
        )
        return str(row[0]), int(row[1])

    def _found(self, order: str, full: float = 0.5) -> list[FoundLine]:
        """What was there of each line: as much as went through, or as the order says."""
        lines = self.rows(
            "SELECT l.no, l.quantity, coalesce(b.used, 0) FROM order_line l JOIN warehouse_order o"
            " ON o.id = l.order_id LEFT JOIN order_balance b ON b.order_id = l.order_id"
            " AND b.no = l.no WHERE o.reference = :order ORDER BY l.no",
            order=order,
        )
        whole = self.dice.random() < full
        said = [
            FoundLine(no=no, quantity=quantity if whole else used) for no, quantity, used in lines
        ]
        return said or [FoundLine(no=1, quantity=Decimal(1))]

    def _paper(self) -> str:
        (paper,) = self.pick("SELECT reference FROM paper WHERE office_id = :office", ("VB-9-9",))
        return str(paper)
