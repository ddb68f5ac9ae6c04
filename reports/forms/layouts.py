"""How every kind of paper is laid out."""

from collections.abc import Mapping

from inventory.papers.rules import PaperKind
from reports.documents.schemas import Layout
from reports.forms.auction.form import AUCTION
from reports.forms.notary.certificate import lay_out as lay_out_certificate
from reports.forms.notary.inspection import lay_out as lay_out_inspection
from reports.forms.review_dossier.form import lay_out_frozen
from reports.forms.warehouse.form import WAREHOUSE

LAYOUTS: Mapping[str, Layout] = {
    **WAREHOUSE,
    **AUCTION,
    PaperKind.REVIEW_DOSSIER: lay_out_frozen,
    PaperKind.CUSTODY_CERTIFICATE: lay_out_certificate,
    PaperKind.WAREHOUSE_CHECK_MINUTES: lay_out_inspection,
}
