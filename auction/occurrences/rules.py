"""What may occur with a case, an asset, a lot or a delegated sale, and which limits go with it.

A limit that is named here first says by its dated row whether the law of a day knows it.
"""

from datetime import date
from enum import StrEnum

import msgspec

from inventory.base.errors import Barred, Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels


class About(StrEnum):
    """What an occurrence is about."""

    CASE = "case"
    ASSET = "asset"
    LOT = "lot"
    DELEGATION = "delegation"


class Occurrence(StrEnum):
    """What occurred."""

    JUDGMENT_RECEIVED = "judgment_received"
    REQUEST_RECEIVED = "request_received"
    DECISION_ISSUED = "decision_issued"
    COPY_SENT = "copy_sent"
    OFFICER_ASSIGNED = "officer_assigned"
    FILE_OPENED = "file_opened"
    NOTICE_POSTED = "notice_posted"
    FULFILLED_BY_ONESELF = "fulfilled_by_oneself"
    MEANS_VERIFIED = "means_verified"
    NO_MEANS_FOUND = "no_means_found"
    SEIZURE_FIXED = "seizure_fixed"
    COERCION_FIXED = "coercion_fixed"
    COERCION_CALLED_OFF = "coercion_called_off"
    SEIZURE_NOTICE = "seizure_notice"
    COST_NOTICE = "cost_notice"
    CUSTODY_TOO_DEAR = "custody_too_dear"
    DEBTOR_TOOK_CUSTODY = "debtor_took_custody"
    CUSTODY_ENDED = "custody_ended"
    RESULT_FILE = "result_file"
    PAPERS_BACK = "papers_back"
    PAPERS_KEPT = "papers_kept"
    ANNULMENT_ASKED = "annulment_asked"
    ANNULMENT_TALKS = "annulment_talks"
    DELEGATION_RECEIVED = "delegation_received"
    DELEGATION_ACCEPTED = "delegation_accepted"
    PROCEEDS_REMITTED = "proceeds_remitted"


class Act(StrEnum):
    """The acts of this room as the audit ledger keeps them."""

    RECORDED = "occurrences.occurrence.recorded"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with an occurrence.

    ``starts`` are the limits that begin with its day, ``meets`` those it fulfils, ``drops`` those
    that fall away with it. ``ahead`` says that its day is fixed and may still come, ``after`` that
    it follows the end of a limit, ``amount`` that it says how much.
    """

    about: About
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    ahead: bool = False
    after: str | None = None
    amount: bool = False


VOLUNTARY, TOO_DEAR = "voluntary_period", "custody_dearer_than_asset"
SEIZURE, COSTS, TOLD = "seizure_notice_immovable", "coercion_cost_notice", "seizure_notice_to"
FILE, BACK = "result_to_seller/dossier", "failed_papers_back"
AGREEMENT = "annulment_agreement"
ACCEPT, REMIT = "delegated_disposal_accept", "delegated_disposal_remit"

OWN_MOTION, ON_REQUEST = "own_motion_decision", "on_request_decision"
NOTICE, COPY = "notice_of_documents", "copy_to_procuracy"
OPENED, POSTED = "file_opened_by_officer", "public_posting_notice_days"
VERIFIED, AGAIN = "verification_start", "reverify_not_enforceable"

FORMS: dict[Occurrence, Form] = {
    Occurrence.JUDGMENT_RECEIVED: Form(about=About.CASE, starts=(OWN_MOTION,)),
    Occurrence.REQUEST_RECEIVED: Form(about=About.CASE, starts=(ON_REQUEST,)),
    Occurrence.DECISION_ISSUED: Form(
        about=About.CASE, starts=(NOTICE, COPY), meets=(OWN_MOTION, ON_REQUEST)
    ),
    Occurrence.COPY_SENT: Form(about=About.CASE, meets=(COPY,)),
    Occurrence.OFFICER_ASSIGNED: Form(about=About.CASE, starts=(OPENED,)),
    Occurrence.FILE_OPENED: Form(about=About.CASE, meets=(OPENED,)),
    Occurrence.NOTICE_POSTED: Form(about=About.CASE, starts=(POSTED,), meets=(NOTICE,)),
    Occurrence.FULFILLED_BY_ONESELF: Form(about=About.CASE, meets=(VOLUNTARY,), drops=(VERIFIED,)),
    Occurrence.MEANS_VERIFIED: Form(about=About.CASE, meets=(VERIFIED, AGAIN)),
    Occurrence.NO_MEANS_FOUND: Form(about=About.CASE, starts=(AGAIN,), meets=(VERIFIED, AGAIN)),
    Occurrence.SEIZURE_FIXED: Form(
        about=About.CASE, starts=(SEIZURE, COSTS), drops=(SEIZURE, COSTS), ahead=True
    ),
    Occurrence.COERCION_FIXED: Form(about=About.CASE, starts=(COSTS,), drops=(COSTS,), ahead=True),
    Occurrence.COERCION_CALLED_OFF: Form(about=About.CASE, drops=(SEIZURE, COSTS)),
    Occurrence.SEIZURE_NOTICE: Form(about=About.CASE, meets=(SEIZURE,)),
    Occurrence.COST_NOTICE: Form(about=About.CASE, meets=(COSTS,)),
    Occurrence.CUSTODY_TOO_DEAR: Form(about=About.ASSET, starts=(TOO_DEAR,)),
    Occurrence.DEBTOR_TOOK_CUSTODY: Form(about=About.ASSET, meets=(TOO_DEAR,)),
    Occurrence.CUSTODY_ENDED: Form(about=About.ASSET, after=TOO_DEAR),
    Occurrence.RESULT_FILE: Form(about=About.LOT, meets=(FILE,)),
    Occurrence.PAPERS_BACK: Form(about=About.LOT, meets=(BACK,)),
    Occurrence.PAPERS_KEPT: Form(about=About.LOT, meets=(BACK,)),
    Occurrence.ANNULMENT_ASKED: Form(about=About.LOT, starts=(AGREEMENT,)),
    Occurrence.ANNULMENT_TALKS: Form(about=About.LOT, meets=(AGREEMENT,)),
    Occurrence.DELEGATION_RECEIVED: Form(about=About.DELEGATION, starts=(ACCEPT,)),
    Occurrence.DELEGATION_ACCEPTED: Form(about=About.DELEGATION, meets=(ACCEPT,)),
    Occurrence.PROCEEDS_REMITTED: Form(about=About.DELEGATION, meets=(REMIT,), amount=True),
}
"""L25 Art. 33–38, 50(3), 72(7), 80(2)a; D152/26 Art. 12(2), 17(3), 24(3), 27(1)b; PA16 Art. 45,
52(2); L08 Art. 45(1), 88(1); JC11/16 Art. 5(3)."""

TOLD_BY = {SEIZURE: Occurrence.SEIZURE_NOTICE, COSTS: Occurrence.COST_NOTICE}
"""By what the limits before a seizure are fulfilled."""

ONCE = frozenset(
    {Occurrence.DECISION_ISSUED, Occurrence.OFFICER_ASSIGNED, Occurrence.DELEGATION_RECEIVED}
)
"""What occurs once with a case or a delegation."""


class NothingDue(OutOfPlace):
    """No open limit is fulfilled by it."""

    code = "nothing_due"


class RecordedBefore(Duplicate):
    """The same was recorded for that day."""

    code = "occurrence_recorded"


class OccurrenceIncomplete(Invalid):
    """Something that must be said is missing or does not fit."""

    code = "occurrence_incomplete"


class NoticeToo(Unlawful):
    """The law of the day wants more to be told."""

    code = "notice_too"


class FixedTooSoon(Unlawful):
    """The day is too near for a notice that the law wants before it."""

    code = "fixed_too_soon"


class StillTheirTime(Barred):
    """A time of the parties has not ended yet."""

    code = "still_their_time"


def forms_about(about: About) -> list[Occurrence]:
    """What may occur with one kind of thing, in the order of the way."""
    return [code for code, form in FORMS.items() if form.about is about]


def named(limit: str) -> str:
    """The parameter of a limit that may be named with its scope."""
    return limit.partition("/")[0]


def is_wrong_day(form: Form, on: date, today: date) -> bool:
    """Whether a day lies in the future although the occurrence is past."""
    return on > today and not form.ahead


labels(
    {
        About.CASE: _("Case"),
        About.ASSET: _("Asset"),
        About.LOT: _("Lot"),
        About.DELEGATION: _("Delegated sale"),
    }
)
labels(
    {
        Occurrence.JUDGMENT_RECEIVED: _("Judgment received"),
        Occurrence.REQUEST_RECEIVED: _("Request for enforcement received"),
        Occurrence.DECISION_ISSUED: _("Enforcement decision issued"),
        Occurrence.COPY_SENT: _("Copy of the decision sent to the procuracy"),
        Occurrence.OFFICER_ASSIGNED: _("Officer assigned"),
        Occurrence.FILE_OPENED: _("Enforcement file opened"),
        Occurrence.NOTICE_POSTED: _("Decision posted publicly"),
        Occurrence.MEANS_VERIFIED: _("Means of the debtor verified"),
        Occurrence.NO_MEANS_FOUND: _("Verified: the debtor has no means yet"),
        Occurrence.FULFILLED_BY_ONESELF: _("Debtor fulfilled by himself"),
        Occurrence.SEIZURE_FIXED: _("Day of the seizure of an immovable fixed"),
        Occurrence.COERCION_FIXED: _("Day of the coercion fixed"),
        Occurrence.COERCION_CALLED_OFF: _("The fixed day was called off"),
        Occurrence.SEIZURE_NOTICE: _("Seizure of the immovable told"),
        Occurrence.COST_NOTICE: _("Costs of the coercion told to the debtor"),
        Occurrence.CUSTODY_TOO_DEAR: _("Debtor told that custody costs more than the thing"),
        Occurrence.DEBTOR_TOOK_CUSTODY: _("Debtor took the thing into custody"),
        Occurrence.CUSTODY_ENDED: _("Contract of custody ended, the debtor took nothing"),
        Occurrence.RESULT_FILE: _("File of the auction's result received"),
        Occurrence.PAPERS_BACK: _("Papers of the failed round received back"),
        Occurrence.PAPERS_KEPT: _("Papers stay with the organisation by agreement"),
        Occurrence.ANNULMENT_ASKED: _("Request to annul the result received"),
        Occurrence.ANNULMENT_TALKS: _("Parties and buyer brought together over annulling it"),
        Occurrence.DELEGATION_RECEIVED: _("Delegation received"),
        Occurrence.DELEGATION_ACCEPTED: _("Delegation taken up"),
        Occurrence.PROCEEDS_REMITTED: _("Proceeds remitted to the delegating office"),
    }
)
labels(
    {
        Act.RECORDED: _("Told or received"),
    }
)
