"""From the frozen data of a paper of the auction side to its HTML."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from auction.papers import schemas as auction
from inventory.measures.papers import MeasureDecisionData, MeasureEndData
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Letterhead, PaperData
from inventory.seizures import papers as seizures
from reports.documents.schemas import Layout
from reports.forms.auction.register import AuctionRegisterShape
from reports.forms.warehouse.form import basis_in_words
from reports.pdf.typesetting import template_version, typeset

SHAPES: Mapping[PaperKind, type[PaperData]] = {
    PaperKind.MEASURE_DECISION: MeasureDecisionData,
    PaperKind.MEASURE_END: MeasureEndData,
    PaperKind.TERMINATION_DECISION: auction.TerminationData,
    PaperKind.TERMINATION_ANNULMENT: auction.AnnulmentData,
    PaperKind.SEIZURE_DECISION: seizures.SeizureDecisionData,
    PaperKind.SEIZURE_MINUTES: seizures.SeizureMinutesData,
    PaperKind.CUSTODY_ASSIGNMENT: seizures.CustodyAssignmentData,
    PaperKind.SEIZURE_RELEASE: seizures.SeizureReleaseData,
    PaperKind.SEIZURE_RECALL: auction.SeizureRecallData,
    PaperKind.PRICE_AGREEMENT: auction.PriceAgreementData,
    PaperKind.PRICE_SETTING_MINUTES: auction.PriceSettingData,
    PaperKind.VALUATION_NOTICE: auction.ValuationNoticeData,
    PaperKind.PRIORITY_NOTICE: auction.PriorityNoticeData,
    PaperKind.AUCTION_NOTICE: auction.AuctionNoticeData,
    PaperKind.FAILURE_NOTICE: auction.FailureNoticeData,
    PaperKind.REDUCTION_DECISION: auction.ReductionData,
    PaperKind.SETOFF_NOTICE: auction.SetoffNoticeData,
    PaperKind.PAUSE_REQUEST: auction.RequestData,
    PaperKind.STOP_REQUEST: auction.RequestData,
    PaperKind.SALE_MINUTES: auction.SaleMinutesData,
    PaperKind.DELIVERY_DECISION: auction.DeliveryDecisionData,
    PaperKind.DELIVERY_MINUTES: auction.DeliveryMinutesData,
    PaperKind.RETURN_UNSOLD_MINUTES: auction.ReturnUnsoldData,
    PaperKind.PAYOUT_TABLE: auction.PayoutTableData,
    PaperKind.PORTFOLIO_MINUTES: auction.PortfolioMinutesData,
    PaperKind.AUCTION_REGISTER_CLOSING: AuctionRegisterShape,
}
"""What each template reads; parts that older data lack have their empty value."""


def lay_out(kind: PaperKind, template: str, letterhead: Letterhead, data: Mapping[str, Any]) -> str:
    """The HTML of a paper of the auction side; the same data give the same bytes."""
    return typeset(
        template,
        letterhead=letterhead,
        data=msgspec.convert(data, SHAPES[kind]),
        basis=basis_in_words,
        version=template_version(template),
    )


AUCTION: Mapping[str, Layout] = {kind: partial(lay_out, kind) for kind in SHAPES}
"""How the papers of the auction side are laid out."""
