"""What the program is put together from: flat lists, one line per part."""

from litestar.types import ControllerRouterHandler

from auction.bidding.api import RoundApi
from auction.deadlines import pages as deadlines
from auction.deadlines.api import DeadlinesApi
from auction.legal_rules.api import RulesApi
from auction.legal_rules.pages import RulesPages
from auction.lots.api import LotApi
from auction.outcomes.api import OutcomeApi
from auction.valuations.api import ValuationApi
from inventory.assets.api import AssetApi
from inventory.base.messages import _
from inventory.cases.api import CaseApi
from inventory.custody.api import CustodyApi
from inventory.evidence.api import EvidenceApi
from inventory.organisation.api import OrganisationApi
from inventory.seizures.api import SeizureApi
from inventory.warehouses.api import PlaceApi
from reports.documents.api import DocumentsApi
from reports.documents.pages import DocumentsPages
from reports.forms.api import DossiersApi
from reports.forms.pages import DossiersPages
from service.auth.api import SessionApi
from service.auth.pages import SessionPages
from service.settings import Settings
from service.web import dashboard, openapi, shell, static_files, style_guide
from service.web.dashboard import Contribution
from service.web.navigation import Way

CONTRIBUTIONS: list[Contribution] = [
    deadlines.on_desk,
]
"""What the rooms say on the desk."""

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
    RulesApi,
    RulesPages,
    DeadlinesApi,
    deadlines.DeadlinesPages,
    ValuationApi,
    LotApi,
    RoundApi,
    OutcomeApi,
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
    "legal_rules": "auction.legal_rules",
    "deadlines": "auction.deadlines",
}
"""Prefix of a room's templates → its package."""

WAYS: list[Way] = [
    Way("/desk", _("Desk"), "desk.read"),
    Way("/deadlines", _("Due dates"), "deadlines.read"),
    Way("/rules", _("Legal rules"), "rules.read"),
]
"""The navigation, in reading order."""

SEARCH: Way | None = None
"""Where the search box of the header leads."""


def controllers(settings: Settings) -> list[ControllerRouterHandler]:
    """The handlers of the application for some settings."""
    return [*CONTROLLERS, *(DEMONSTRATION_ONLY if settings.demonstration else [])]
