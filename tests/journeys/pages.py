"""Every page of the program, by who reads it, with the ids of the demonstration office."""

import re
from contextlib import closing
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline
from auction.lots.models import Lot, LotAsset
from auction.reviews.commands import conclude_review, open_review, write_finding
from auction.reviews.rules import Conclusion, FindingCode, Severity
from auction.reviews.schemas import NewConclusion, NewFinding
from inventory.assets.models import Asset
from inventory.attachments.models import Attachment
from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from inventory.base.clock import local_day
from inventory.base.storage import BlobStore
from inventory.cases.models import EnforcementCase
from inventory.evidence.models import EvidenceHold
from inventory.orders.models import WarehouseOrder
from inventory.organisation.models import Office
from inventory.stocktakes.models import StocktakeDifference
from inventory.warehouses.models import Place
from reports.forms.commands import issue_review_dossier
from reports.registers.queries import year_on
from service.auth.queries import actor_from, find_account, snapshot
from service.database import Database, act_as
from service.web.catalogues import catalogue
from tests.journeys.office import LOG_IN, STORY, Served
from tests.make.handovers import make_away
from tests.make.orders import stand_open
from tests.make.stocktakes import count_first, make_stocktake

Ids = dict[str, Any]

PAGES: dict[str, list[str]] = {
    "": ["/login", "/khong-co-trang-nay"],
    "keeper": [
        "/desk",
        "/assets",
        "/assets?q=dien thoai",
        "/assets?q=khong co gi ca",
        "/assets/new",
        "/assets/new/evidence",
        "/assets/{evidence}",
        "/assets/{waiting}",
        "/assets/{car}/attachments",
        "/assets/{car}/attachments/new",
        "/assets/{waiting}/attachments",
        "/attachments/{picture}",
        "/assets/{waiting}/custody/take-in",
        "/assets/{evidence}/custody/moves",
        "/assets/{evidence}/custody/release",
        "/assets/TS-9999999-9",
        "/scan",
        "/labels",
        "/labels/new",
        "/labels/new?kind=place&place_id={store}",
        "/custody/waiting",
        "/assets/{machine}/impediments/new",
        "/orders",
        "/orders?awaits=receiving",
        "/orders/new",
        "/orders/new?direction=out",
        "/orders/{to_receive}",
        "/orders/{to_release}",
        "/orders/LK-9999999-9",
        "/keepers",
        "/handovers",
        "/handovers/new",
        "/handovers/{offer}",
        "/handovers/GN-9999999-9",
        "/transfers",
        "/transfers/new",
        "/transfers/{transfer}",
        "/loans",
        "/loans?show=overdue",
        "/loans/new",
        "/loans/{loan}",
        "/disposals/{destroyed}",
        "/disposals/{returned}",
        "/stocktakes",
        "/stocktakes/new",
        "/stocktakes/KK-9999999-9",
        "/stocktakes/{counting}",
        "/stocktakes/{counting}/count",
        "/stocktakes/{counted}",
        "/stocktakes/{counted}/items",
        "/count",
        "/backlog",
        "/backlog?kind=perishable",
        "/backlog/book",
        "/registers/13/{stat_year}",
        "/warehouse",
        "/places/{shelf}",
        "/places/{room}",
        "/places/new",
    ],
    "enforcement_officer": [
        "/desk",
        "/assets/{house}",
        "/assets/{car}",
        "/assets/{car}/seizures/new",
        "/assets/{car}/seizures/release",
        "/assets/{car}/valuations/new",
        "/assets/{evidence}/holds/new",
        "/assets/{evidence}/holds/end?hold={hold}",
        "/cases",
        "/cases/new",
        "/cases/{case}",
        "/handovers/{signed}",
        "/disposals",
        "/disposals/new",
        "/disposals/{returned}",
        "/disposals/{sold}",
        "/lots",
        "/lots?awaits=reduction",
        "/lots/new?asset={car}",
        "/lots/{house_lot}",
        "/lots/{machine_lot}",
        "/lots/{machine_lot}?step=round",
        "/lots/{car_lot}",
        "/rounds",
        "/rounds?since=2031-01-01",
        "/breaches",
        "/deadlines",
        "/deadlines/{due}",
        "/deadlines/{met}",
        "/rules",
    ],
    "inspector": [
        "/desk",
        "/flags",
        "/flags?tier=20",
        "/reviews",
        "/reviews/{open_review}",
        "/reviews/{concluded_review}",
        "/assets/{house}/history",
        "/assets/{waiting}/history",
        "/assets/{house}",
    ],
    "head": [
        "/heads",
        "/warehouse-checks",
        "/places/{store}/inspection",
        "/backlog",
        "/orders?awaits=signature",
        "/orders/{to_sign}",
        "/delegations",
        "/places/{store}/keeper",
        "/stocktakes",
        "/stocktakes/plan/new",
        "/stocktakes/{counted}",
        "/desk",
        "/attachments/{picture}",
        "/assets/{house}/history",
    ],
    "accountant": ["/stocktakes/{counted}/differences/{difference}", "/desk", "/lots/{house_lot}"],
    "administrator": ["/desk", "/offices", "/offices/new", "/offices/{office}", "/assets"],
}
REFUSED = {
    "/khong-co-trang-nay": 404,
    "/assets/TS-9999999-9": 404,
    "/orders/LK-9999999-9": 404,
    "/handovers/GN-9999999-9": 404,
    "/stocktakes/KK-9999999-9": 404,
    ("administrator", "/assets"): 403,
}
"""Pages that say why there is nothing to be seen."""
NO_PAGE = {
    "/",
    "/healthz",
    "/readyz",
    "/documents/{name}",
    "/assets/{reference}/certificate",
    "/heads/{number}/file",
    "/registers/13",
    "/registers/13/{year}/pdf",
    "/registers/13/{year}/xlsx",
    "/count/session",
    "/count/worker.js",
    "/count/manifest.webmanifest",
    "/attachments/{attachment_id}/{size}",
    "/api/v1/docs",
    "/style-guide",
}
"""What answers with something else than a page of the shell, or shows samples of one language."""


def make_ids(served: Served) -> Ids:
    """Ids of the demonstration office, with a review in progress, one concluded and a paper."""
    with closing(Database(served.settings)) as database, database.transaction(SYSTEM) as session:
        ids = _assets_and_lots(session) | {
            "stat_year": year_on(session, local_day(clock.now())).year
        }
        inspector = _actor(session, "inspector")
        act_as(session, inspector)
        files = BlobStore(served.settings.files_dir)
        ids |= _reviews(session, inspector, ids)
        issue_review_dossier(session, inspector, ids["house"], files, at=clock.now())
        act_as(session, SYSTEM)
        ids |= _others(session, ids)
        ids |= _away(session)
        return ids | _stocktakes(session, ids)


def _assets_and_lots(session: Session) -> Ids:
    keys = {"nha": "house", "may": "machine", "oto": "car", "xemay": "waiting", "nhan": "evidence"}
    ids = {}
    for said in STORY["asset"]:
        name = keys.get(said["key"])
        if name is None:
            continue
        asset = session.scalars(select(Asset).where(Asset.description == said["description"])).one()
        ids[name] = asset.reference
        of_asset = select(Lot.reference).join(LotAsset).where(LotAsset.asset_id == asset.id)
        ids[f"{name}_lot"] = session.scalar(of_asset)
    return ids


def _reviews(session: Session, inspector: Actor, ids: Ids) -> Ids:
    at = clock.now()
    made = {}
    for name, asset in (("open_review", ids["house"]), ("concluded_review", ids["machine"])):
        review = open_review(session, inspector, asset, at=at)
        finding = NewFinding(
            code=FindingCode.P01,
            severity=Severity.DEFECT,
            text="Giá khởi điểm cao hơn giá thị trường, không nêu lý do",
            article="L25 Art. 82",
            person="Trần Văn Mẫu Chấp",
        )
        write_finding(session, inspector, review.id, finding, at=at)
        made[name] = review.id
    conclusion = NewConclusion(
        conclusion=Conclusion.REVALUE,
        conclusion_text="Định giá lại tài sản",
        responsible="Trần Văn Mẫu Chấp",
        due_on=clock.local_day(at) + timedelta(days=30),
    )
    conclude_review(session, inspector, review.id, review.version, conclusion, at=at)
    return made


def _others(session: Session, ids: Ids) -> Ids:
    def first(statement: Any) -> Any:
        return session.scalars(statement.limit(1)).one()

    orders = select(WarehouseOrder.reference).order_by(WarehouseOrder.id.desc())
    open_orders = orders.where(
        WarehouseOrder.signed_at.is_not(None), WarehouseOrder.finished_at.is_(None)
    )
    evidence = select(EvidenceHold.id).join(Asset).where(Asset.reference == ids["evidence"])
    return {
        "hold": first(evidence),
        "picture": first(select(Attachment.id).order_by(Attachment.id)),
        "store": first(select(Place.id).where(Place.code == "K1")),
        "to_sign": first(orders.where(WarehouseOrder.signed_at.is_(None))),
        "to_release": first(open_orders.where(WarehouseOrder.direction == "out")),
        "to_receive": first(open_orders.where(WarehouseOrder.direction == "in")),
        "shelf": first(select(Place.id).where(Place.code == "K1-A1")),
        "room": first(select(Place.id).where(Place.code == "K1-A")),
        "case": first(
            select(EnforcementCase.id).where(EnforcementCase.decision_number == "214/QĐ-CTHADS")
        ),
        "due": first(select(Deadline.id).where(Deadline.met_on.is_(None))),
        "met": first(select(Deadline.id).where(Deadline.met_on.is_not(None))),
        "office": first(select(Office.id).where(Office.code == STORY["office"]["code"])),
    }


def _away(session: Session) -> Ids:
    """Things offered, on their way, given out and to be disposed of."""
    keeper, officer = _actor(session, "keeper"), _actor(session, "enforcement_officer")
    store = session.scalars(select(Place).where(Place.code == "K1")).one()
    stand_open(session, store)
    receiver = next(p["code"] for p in STORY["person"] if p["role"] == "keeper")
    return dict(make_away(session, keeper, officer, store, receiver, at=clock.now()))


def _stocktakes(session: Session, ids: Ids) -> Ids:
    """One that is being counted, and one whose differences wait for a second counter."""
    keeper, at = _actor(session, "keeper"), clock.now()
    act_as(session, keeper)
    store = session.scalars(select(Place.id).where(Place.code == "K1")).one()
    counting = make_stocktake(session, keeper, store, at=at)
    counted = count_first(
        session,
        keeper,
        make_stocktake(session, keeper, ids["room"], at=at),
        ["8934567890123"],
        ids["room"],
        at=at,
    )
    act_as(session, SYSTEM)
    of = StocktakeDifference.stocktake_id == counted.id
    case = session.scalars(select(StocktakeDifference.id).where(of).limit(1)).one()
    return {
        "counting": counting.reference,
        "counted": counted.reference,
        "difference": case,
    }


def _actor(session: Session, role: str) -> Actor:
    account = find_account(session, LOG_IN[role])
    assert account is not None
    return actor_from(snapshot(session, account, at=clock.now()))


class Words(HTMLParser):
    """Collects what a page says: its texts, and what its attributes tell; each once."""

    TELLING = ("placeholder", "aria-label", "title", "alt", "data-title")

    def __init__(self, html: str, locale: str) -> None:
        super().__init__()
        self.locale = locale
        self.found: set[str] = set()
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes; what is said in another language on purpose is passed over."""
        said = dict(attrs)
        foreign = said.get("lang") not in (None, self.locale)
        if tag in ("script", "style", "code") or (foreign and tag != "html"):
            self._silent += 1
        for name in self.TELLING:
            self._note(said.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        """Listen again; elements in another language are buttons only."""
        if self._silent and tag in ("script", "style", "code", "button"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not self._silent:
            self._note(data)

    def _note(self, text: str) -> None:
        if words := " ".join(text.split()):
            self.found.add(words)


_PLACEHOLDER = re.compile(r"%\\\((\w+)\\\)[sd]")
_ENGLISH = re.compile(r"\b(the|of|is|are|was|and|with|for|this|not|from)\b", re.IGNORECASE)


def not_in_vietnamese(html: str) -> list[str]:
    """Texts of a Vietnamese page that are a message as the code has it, or plainly English."""
    known = catalogue("vi").singular
    english = {msgid for msgid, text in known.items() if text != msgid}
    patterns = [_pattern(m) for m in english if "%(" in m and _ENGLISH.search(m)]
    return sorted(
        text
        for text in Words(html, "vi").found
        if text in english or _ENGLISH.search(text) or any(p.fullmatch(text) for p in patterns)
    )


def not_in_english(html: str) -> list[str]:
    """Texts of an English page that are the Vietnamese of a message."""
    known = catalogue("vi").singular
    vietnamese = {text for msgid, text in known.items() if text != msgid}
    return sorted(Words(html, "en").found & vietnamese)


def _pattern(msgid: str) -> re.Pattern[str]:
    return re.compile(_PLACEHOLDER.sub(".+", re.escape(msgid.replace("%%", "%"))))
