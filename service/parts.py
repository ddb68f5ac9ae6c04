"""What the rooms say on the pages of others: the desk, an asset, a lot, a case, a draft."""

from auction.auctioneers.pages import contracts
from auction.claims import held_pages as held
from auction.claims import pages as claims
from auction.costs import pages as costs
from auction.deadlines import pages as deadlines
from auction.deadlines.moves_pages import draft_parts as draft_moves
from auction.departures import pages as departures
from auction.holds import pages as holds
from auction.legal_rules import pages as rules
from auction.life import pages as life
from auction.lots import pages as lots
from auction.notices.pages import notices, waits
from auction.occurrences import pages as occurrences
from auction.offers import pages as offers
from auction.offers import recall_pages
from auction.outcomes import cause_pages, halting, round_pages
from auction.outcomes import pages as outcomes
from auction.payouts import pages as payouts
from auction.payouts import share_pages as shares
from auction.portfolios import pages as portfolios
from auction.proportions import pages as proportions
from auction.reviews import pages as reviews
from auction.sales import pages as sales
from auction.simulations import pages as simulations
from auction.terminations import pages as terminations
from auction.valuations import pages as valuations
from inventory.assets import pages as assets
from inventory.attachments import pages as attachments
from inventory.backlog import pages as backlog
from inventory.cases import pages as cases
from inventory.custody import pages as custody
from inventory.disposals import pages as disposals
from inventory.evidence import pages as evidence
from inventory.handovers.pages import desk as handovers
from inventory.keepers import pages as keepers
from inventory.labels import pages as labels
from inventory.losses import pages as losses
from inventory.measures import pages as measures
from inventory.notary import pages as notary
from inventory.orders import pages as orders
from inventory.organisation import pages as organisation
from inventory.outside import pages as outside
from inventory.seals import pages as seals
from inventory.seizures import pages as seizures
from inventory.specials import pages as specials
from inventory.stocktakes.pages import missing
from inventory.stocktakes.pages import sessions as stocktakes
from inventory.titles import pages as titles
from reports.documents import pages as documents
from reports.registers import pages as registers
from service.web import undone
from service.web.dashboard import Contribution

CONTRIBUTIONS: list[Contribution] = [
    reviews.desk_parts,
    orders.desk_parts,
    keepers.desk_parts,
    custody.desk_parts,
    labels.desk_parts,
    stocktakes.desk_parts,
    seals.desk_parts,
    specials.desk_parts,
    outside.desk_parts,
    handovers.desk_parts,
    disposals.desk_parts,
    cases.desk_parts,
    portfolios.desk_parts,
    organisation.desk_parts,
    backlog.desk_parts,
    notary.desk_parts,
    registers.desk_parts,
    undone.desk_parts,
    valuations.desk_parts,
    recall_pages.desk_parts,
    outcomes.desk_parts,
    contracts.desk_parts,
    notices.desk_parts,
    sales.desk_parts,
    payouts.desk_parts,
    shares.desk_parts,
    held.desk_parts,
    proportions.desk_parts,
    departures.desk_parts,
    holds.desk_parts,
    deadlines.on_desk,
    rules.desk_parts,
]
"""What the rooms say on the desk."""

ASSET_PARTS: list[assets.Contribution] = [
    life.asset_parts,
    departures.asset_parts,
    holds.asset_parts,
    missing.asset_parts,
    losses.asset_parts,
    custody.asset_parts,
    attachments.asset_parts,
    measures.asset_parts,
    seizures.asset_parts,
    evidence.asset_parts,
    seals.asset_parts,
    specials.asset_parts,
    outside.asset_parts,
    titles.asset_parts,
    handovers.asset_parts,
    disposals.asset_parts,
    labels.asset_parts,
    notary.asset_parts,
    occurrences.asset_parts,
    costs.asset_parts,
    proportions.asset_parts,
    valuations.asset_parts,
    waits.asset_parts,
    outcomes.asset_parts,
    offers.asset_parts,
    sales.asset_parts,
    cause_pages.asset_parts,
    documents.asset_parts,
    reviews.asset_parts,
]
"""What the rooms above say of an asset on its page."""

CASE_PARTS: list[assets.CaseContribution] = [
    cases.case_parts,
    claims.case_parts,
    shares.case_parts,
    proportions.case_parts,
    terminations.case_parts,
    occurrences.case_parts,
    holds.case_parts,
]
"""What the rooms above say of a case on its page."""

LOT_PARTS: list[lots.Contribution] = [
    round_pages.lot_parts,
    contracts.lot_parts,
    notices.lot_parts,
    occurrences.lot_parts,
    halting.lot_parts,
    offers.lot_parts,
    cause_pages.lot_parts,
    holds.lot_parts,
    departures.lot_parts,
    proportions.lot_parts,
    sales.lot_parts,
]
"""What the rooms above say of a lot on its page."""

DRAFT_PARTS: list[rules.Contribution] = [simulations.draft_parts, draft_moves]
"""What the rooms above say of a draft of a rule on its page."""
