"""What the program is put together from: flat lists, one line per part."""

from litestar.types import ControllerRouterHandler

from auction.agenda.api import AgendaApi
from auction.agenda.pages import AgendaPages
from auction.auctioneers.api import AuctionContractApi, CallApi, OrganisationRegisterApi
from auction.auctioneers.pages import contracts
from auction.auctioneers.pages.calls import CallPages
from auction.auctioneers.pages.register import RegisterPages as AuctioneerPages
from auction.bidding.api import RoundApi
from auction.bidding.failures import failed_before
from auction.bidding.pages import RoundPages
from auction.bidding.relation_pages import RelationApi, RelationPages
from auction.claims import pages as claims
from auction.claims.api import ClaimApi
from auction.claims.held_pages import HeldApi, HeldPages
from auction.costs import pages as costs
from auction.costs.api import CostApi
from auction.deadlines import pages as deadlines
from auction.deadlines.api import DeadlinesApi, RecountApi
from auction.deadlines.moves_pages import MovesPages
from auction.departures import pages as departures
from auction.departures.api import DepartureApi
from auction.departures.extension_pages import ExtensionApi, ExtensionPages
from auction.firms import pages as firms
from auction.firms.api import FirmApi
from auction.holds import pages as holds
from auction.holds.api import HoldApi
from auction.legal_rules import pages as rules
from auction.legal_rules.api import DraftApi, RulesApi
from auction.life import pages as life
from auction.life.api import LifeApi
from auction.life.beside import flagged_by
from auction.lots import pages as lots
from auction.lots.api import LotApi
from auction.notices.api import NoticeApi, SaleWaitApi
from auction.notices.pages import notices, waits
from auction.notices.queries import failures_told_by
from auction.occurrences.api import OccurrenceApi
from auction.occurrences.pages import OccurrencePages
from auction.offers import pages as offers
from auction.offers import recall_pages
from auction.offers.api import AssetBetweenApi, BetweenApi, RecallApi
from auction.outcomes import halting, round_pages
from auction.outcomes import pages as outcomes
from auction.outcomes.api import OutcomeApi
from auction.outcomes.cause_pages import CauseApi, CausePages
from auction.outcomes.replacing import ReplacementApi, ReplacementPages
from auction.outcomes.round_api import RelotApi, RoundSessionApi
from auction.payouts import pages as payouts
from auction.payouts.api import PayoutApi
from auction.payouts.share_api import ShareApi
from auction.payouts.share_pages import SharePages
from auction.portfolios import pages as portfolios
from auction.portfolios.api import PortfolioApi
from auction.proportions.api import ProportionApi
from auction.proportions.pages import ProportionPages, SurplusPages
from auction.reviews import pages as reviews
from auction.reviews.api import FlagApi, HistoryApi, ReviewApi
from auction.reviews.queries.reviews import marks_of
from auction.sales import pages as sales
from auction.sales.api import SaleApi
from auction.simulations import pages as simulations
from auction.simulations.api import SimulationApi
from auction.terminations.api import TerminationApi
from auction.terminations.pages import TerminationPages
from auction.valuations import pages as valuations
from auction.valuations.api import PricingApi, ValuationApi
from inventory.assets import pages as assets
from inventory.assets.api import AssetApi
from inventory.attachments import pages as attachments
from inventory.attachments.api import AttachmentApi
from inventory.backlog import pages as backlog
from inventory.backlog.api import BacklogApi
from inventory.cases import pages as cases
from inventory.cases.api import CaseApi
from inventory.custody import pages as custody
from inventory.custody.api import CustodyApi, ImpedimentApi, take_in_many
from inventory.disposals import pages as disposals
from inventory.disposals.api import DisposalApi
from inventory.evidence import pages as evidence
from inventory.evidence.api import EvidenceApi
from inventory.handovers.api import HandoverApi, LoanApi, TransferApi
from inventory.handovers.pages.loans import LoanPages
from inventory.handovers.pages.offers import OfferPages
from inventory.handovers.pages.transfers import TransferPages
from inventory.keepers import pages as keepers
from inventory.keepers.api import KeeperApi
from inventory.labels import pages as labels
from inventory.labels.api import LabelApi
from inventory.losses.api import LossApi
from inventory.losses.pages import LossPages
from inventory.measures import pages as measures
from inventory.measures.api import MeasureApi
from inventory.notary import pages as notary
from inventory.notary.api import HeadApi
from inventory.orders import pages as orders
from inventory.orders.api import DelegationApi, OrderApi
from inventory.organisation import pages as organisation
from inventory.organisation.api import OrganisationApi
from inventory.outside import pages as outside
from inventory.outside.api import OutsideApi
from inventory.papers import pages as papers
from inventory.papers.api import PapersApi
from inventory.seals import pages as seals
from inventory.seals.api import SealApi
from inventory.seizures import pages as seizures
from inventory.seizures.api import SeizureApi
from inventory.specials import pages as specials
from inventory.specials.api import SpecialApi
from inventory.stocktakes.api import (
    PlannedCountApi,
    StocktakeApi,
    StocktakeEndApi,
    record_found_again,
)
from inventory.stocktakes.pages import missing
from inventory.stocktakes.pages import sessions as stocktakes
from inventory.stocktakes.pages.counting import DeskCountPages, PhoneCountPages
from inventory.stocktakes.pages.ending import StocktakeEndPages
from inventory.titles import pages as titles
from inventory.titles.api import TitleApi
from inventory.warehouse_checks.api import WarehouseCheckApi
from inventory.warehouse_checks.pages import WarehouseCheckPages
from inventory.warehouses.api import PlaceApi
from inventory.warehouses.pages import WarehousePages
from reports.documents import pages as documents
from reports.documents.api import DocumentsApi
from reports.documents.layouts import lay_out_by
from reports.forms.api import DossiersApi, StockCardApi
from reports.forms.layouts import LAYOUTS
from reports.forms.pages import DossiersPages, StockCardPages
from reports.labels.api import LabelFileApi
from reports.labels.pages import LabelFilePages
from reports.registers import pages as registers
from reports.registers.api import RegisterApi
from reports.registers.auctions.api import AuctionRegisterApi
from reports.registers.auctions.pages import AuctionRegisterPages
from reports.statistics.api import CauseFigureApi
from reports.statistics.pages import CauseFigurePages
from service.auth.api import SessionApi
from service.auth.pages import SessionPages
from service.following import follow_each_other
from service.parts import ASSET_PARTS, CASE_PARTS, CONTRIBUTIONS, DRAFT_PARTS, LOT_PARTS
from service.settings import Settings
from service.web import counting, dashboard, openapi, shell, static_files, style_guide, undone

CONTROLLERS: list[ControllerRouterHandler] = [
    static_files.serve_static,
    shell.choose_language,
    openapi.api_page,
    dashboard.start,
    dashboard.desk_page(CONTRIBUTIONS),
    undone.undone_page,
    SessionApi,
    SessionPages,
    OrganisationApi,
    CaseApi,
    PlaceApi,
    KeeperApi,
    OrderApi,
    DelegationApi,
    CustodyApi,
    ImpedimentApi,
    take_in_many,
    AssetApi,
    SealApi,
    SpecialApi,
    OutsideApi,
    TitleApi,
    titles.TitlePages,
    AttachmentApi,
    attachments.AttachmentPages,
    MeasureApi,
    SeizureApi,
    EvidenceApi,
    HandoverApi,
    TransferApi,
    LoanApi,
    DisposalApi,
    LabelApi,
    LabelFileApi,
    StocktakeApi,
    StocktakeEndApi,
    record_found_again,
    LossApi,
    PlannedCountApi,
    counting.serve_worker,
    counting.serve_manifest,
    PhoneCountPages,
    stocktakes.StocktakePages,
    DeskCountPages,
    StocktakeEndPages,
    missing.found_page,
    missing.joint_count_page,
    LossPages,
    organisation.OrganisationPages,
    cases.CasePages,
    WarehousePages,
    keepers.KeeperPages,
    orders.OrderPages,
    orders.DelegationPages,
    custody.CustodyPages,
    custody.ImpedimentPages,
    custody.waiting_page,
    assets.AssetPages,
    assets.case_page(CASE_PARTS),
    assets.asset_page(ASSET_PARTS),
    seals.SealPages,
    specials.SpecialPages,
    outside.OutsidePages,
    measures.MeasurePages,
    seizures.SeizurePages,
    seizures.SeizurePaperPages,
    evidence.EvidencePages,
    OfferPages,
    TransferPages,
    LoanPages,
    disposals.DisposalPages,
    labels.ScanPages,
    labels.LabelPages,
    LabelFilePages,
    BacklogApi,
    backlog.BacklogPages,
    WarehouseCheckApi,
    WarehouseCheckPages,
    HeadApi,
    notary.HeadPages,
    RegisterApi,
    AuctionRegisterApi,
    CauseFigureApi,
    AgendaApi,
    PortfolioApi,
    ReplacementApi,
    registers.RegisterPages,
    AuctionRegisterPages,
    CauseFigurePages,
    AgendaPages,
    portfolios.PortfolioPages,
    ReplacementPages,
    RulesApi,
    DraftApi,
    SimulationApi,
    rules.RulesPages,
    rules.DraftPages,
    *rules.draft_page(DRAFT_PARTS),
    simulations.SimulationPages,
    DeadlinesApi,
    deadlines.DeadlinesPages,
    RecountApi,
    MovesPages,
    HoldApi,
    holds.HoldPages,
    ClaimApi,
    claims.ClaimPages,
    HeldApi,
    HeldPages,
    CostApi,
    costs.CostPages,
    LifeApi,
    life.LifePages,
    OccurrenceApi,
    OccurrencePages,
    DepartureApi,
    departures.DeparturePages,
    ExtensionApi,
    ExtensionPages,
    FirmApi,
    firms.FirmPages,
    ValuationApi,
    PricingApi,
    valuations.ValuationPages,
    valuations.PricePages,
    valuations.PricesPages,
    LotApi,
    lots.LotPages,
    RoundApi,
    RoundPages,
    RelationPages,
    RelationApi,
    OutcomeApi,
    CauseApi,
    CausePages,
    BetweenApi,
    AssetBetweenApi,
    RecallApi,
    offers.BetweenPages,
    offers.AssetBetweenPages,
    recall_pages.RecallPages,
    outcomes.LotFilePages,
    RoundSessionApi,
    RelotApi,
    round_pages.RoundFilePages,
    round_pages.RelotPages,
    OrganisationRegisterApi,
    AuctioneerPages,
    CallApi,
    CallPages,
    AuctionContractApi,
    contracts.ContractPages,
    NoticeApi,
    notices.NoticePages,
    notices.NoticePicturePages,
    SaleWaitApi,
    waits.WaitPages,
    halting.HaltApi,
    halting.HaltPages,
    SaleApi,
    sales.SalePages,
    ProportionApi,
    ProportionPages,
    SurplusPages,
    TerminationApi,
    TerminationPages,
    PayoutApi,
    payouts.PayoutPages,
    ShareApi,
    SharePages,
    FlagApi,
    ReviewApi,
    HistoryApi,
    reviews.FlagPages,
    reviews.ReviewPages,
    PapersApi,
    papers.PapersPages,
    DocumentsApi,
    documents.DocumentsPages,
    DossiersApi,
    DossiersPages,
    StockCardApi,
    StockCardPages,
]
"""Every page and every resource."""

DEMONSTRATION_ONLY: list[ControllerRouterHandler] = [style_guide.style_guide]
"""Pages that only a demonstration has."""


def controllers(settings: Settings) -> list[ControllerRouterHandler]:
    """The handlers of the application for some settings."""
    return [*CONTROLLERS, *(DEMONSTRATION_ONLY if settings.demonstration else [])]


follow_each_other()
lay_out_by(LAYOUTS)
lots.shown_with_lots(LOT_PARTS)
failures_told_by(failed_before)
flagged_by(marks_of)
