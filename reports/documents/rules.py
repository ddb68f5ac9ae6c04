"""Kinds of issued papers and what may go wrong with one."""

from enum import StrEnum

from inventory.base.errors import Conflict, NotFound
from inventory.base.messages import _, labels

PREFIX = "VB"
"""First letters of a document's reference (văn bản)."""


class DocumentKind(StrEnum):
    """What an issued paper is."""

    REVIEW_DOSSIER = "review_dossier"


class DocumentUnknown(NotFound):
    """No such paper, or none this actor may see."""

    code = "document_unknown"


class NumberTaken(Conflict):
    """The office has issued a paper under that number."""

    code = "document_number_taken"


labels({DocumentKind.REVIEW_DOSSIER: _("Review dossier")})
