"""What the program is put together from: flat lists, one line per part."""

from litestar.types import ControllerRouterHandler
from sqlalchemy.orm import Session

from auction.bidding.api import RoundApi
from auction.bidding.pages import RoundPages
from auction.deadlines import pages as deadlines
from auction.deadlines.api import DeadlinesApi
from auction.legal_rules.api import RulesApi
from auction.legal_rules.pages import RulesPages
from auction.lots.api import LotApi
from auction.lots.pages import LotPages
from auction.outcomes import pages as outcomes
from auction.outcomes.api import OutcomeApi
from auction.reviews import pages as reviews
from auction.reviews.api import FlagApi, HistoryApi, ReviewApi
from auction.valuations import pages as valuations
from auction.valuations.api import ValuationApi
from inventory.assets import pages as assets
from inventory.assets.api import AssetApi
from inventory.base.actor import SYSTEM
from inventory.base.events import subscribe
from inventory.base.messages import _
from inventory.cases import pages as cases
from inventory.cases.api import CaseApi
from inventory.custody import pages as custody
from inventory.custody.api import CustodyApi
from inventory.evidence import pages as evidence
from inventory.evidence.api import EvidenceApi
from inventory.organisation import pages as organisation
from inventory.organisation.api import OrganisationApi
from inventory.organisation.rules import Appointed
from inventory.seizures import pages as seizures
from inventory.seizures.api import SeizureApi
from inventory.warehouses.api import PlaceApi
from inventory.warehouses.pages import WarehousePages
from reports.documents.api import DocumentsApi
from reports.documents.pages import DocumentsPages
from reports.forms.api import DossiersApi
from reports.forms.pages import DossiersPages
from service.auth.api import SessionApi
from service.auth.commands import end_sessions_of
from service.auth.pages import SessionPages
from service.settings import Settings
from service.web import dashboard, openapi, shell, static_files, style_guide
from service.web.dashboard import Contribution
from service.web.navigation import Way

CONTRIBUTIONS: list[Contribution] = [
    reviews.desk_parts,
    custody.desk_parts,
    cases.desk_parts,
    organisation.desk_parts,
    outcomes.desk_parts,
    deadlines.on_desk,
]
"""What the rooms say on the desk."""

ASSET_PARTS: list[assets.Contribution] = [
    seizures.asset_parts,
    evidence.asset_parts,
    valuations.asset_parts,
    outcomes.asset_parts,
    reviews.asset_parts,
]
"""What the rooms above say of an asset on its page."""

CONTROLLERS: list[ControllerRouterHandler] = [
    static_files.serve_static,
    shell.choose_language,
    openapi.api_page,
    dashboard.start,
    dashboard.desk_page(CONTRIBUTIONS),
    SessionApi,
    SessionPages,
    OrganisationApi,
    CaseApi,
    PlaceApi,
    CustodyApi,
    AssetApi,
    SeizureApi,
    EvidenceApi,
    organisation.OrganisationPages,
    cases.CasePages,
    WarehousePages,
    custody.CustodyPages,
    custody.waiting_page,
    assets.AssetPages,
    assets.asset_page(ASSET_PARTS),
    seizures.SeizurePages,
    evidence.EvidencePages,
    RulesApi,
    RulesPages,
    DeadlinesApi,
    deadlines.DeadlinesPages,
    ValuationApi,
    valuations.ValuationPages,
    LotApi,
    LotPages,
    RoundApi,
    RoundPages,
    OutcomeApi,
    outcomes.LotFilePages,
    FlagApi,
    ReviewApi,
    HistoryApi,
    reviews.FlagPages,
    reviews.ReviewPages,
    DocumentsApi,
    DocumentsPages,
    DossiersApi,
    DossiersPages,
]
"""Every page and every resource."""

DEMONSTRATION_ONLY: list[ControllerRouterHandler] = [style_guide.style_guide]
"""Pages that only a demonstration has."""

TEMPLATE_ROOMS: dict[str, str] = {
    "auth": "service.auth",
    "organisation": "inventory.organisation",
    "cases": "inventory.cases",
    "warehouses": "inventory.warehouses",
    "custody": "inventory.custody",
    "assets": "inventory.assets",
    "seizures": "inventory.seizures",
    "evidence": "inventory.evidence",
    "legal_rules": "auction.legal_rules",
    "deadlines": "auction.deadlines",
    "reviews": "auction.reviews",
    "valuations": "auction.valuations",
    "lots": "auction.lots",
    "bidding": "auction.bidding",
    "outcomes": "auction.outcomes",
}
"""Prefix of a room's templates → its package."""

WAYS: list[Way] = [
    Way("/desk", _("Desk"), "desk.read"),
    Way("/assets", _("Assets"), "assets.read"),
    Way("/warehouse", _("Warehouses"), "warehouses.read"),
    Way("/cases", _("Cases"), "cases.read"),
    Way("/lots", _("Lots"), "lots.read"),
    Way("/offices", _("Offices"), "organisation.arrange"),
    Way("/flags", _("Flags"), "flags.read"),
    Way("/deadlines", _("Due dates"), "deadlines.read"),
    Way("/rules", _("Legal rules"), "rules.read"),
]
"""The navigation, in reading order."""

SEARCH: Way | None = Way("/assets", _("Assets"), "assets.read")
"""Where the search box of the header leads."""


def controllers(settings: Settings) -> list[ControllerRouterHandler]:
    """The handlers of the application for some settings."""
    return [*CONTROLLERS, *(DEMONSTRATION_ONLY if settings.demonstration else [])]


def _end_sessions(session: Session, event: Appointed) -> None:
    """Who is given a role logs in again, so that no session keeps rights of before."""
    end_sessions_of(session, SYSTEM, event.staff_id, at=event.at)


subscribe(Appointed, _end_sessions)
