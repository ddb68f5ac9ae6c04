"""What is told of a round before it opens, and the refusals of this room."""

from datetime import date
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import Rule
from inventory.base.errors import Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels


class NoticeKind(StrEnum):
    """What is done before a round so that people may hear of it and take part."""

    POSTING = "posting"
    ANNOUNCEMENT = "announcement"
    VIEWING = "viewing"
    REGISTRATION = "registration"


class Place(StrEnum):
    """Where an auction is posted or announced, as the dated rules name it."""

    ORGANISATION_OFFICE = "organisation_office"
    AUCTION_VENUE = "auction_venue"
    DISPLAY_PLACE = "display_place"
    COMMUNE = "commune_peoples_committee"
    PRESS = "press"
    PORTAL = "national_portal"


POSTED_AT = (
    Place.ORGANISATION_OFFICE,
    Place.AUCTION_VENUE,
    Place.DISPLAY_PLACE,
    Place.COMMUNE,
)
ANNOUNCED_IN = (Place.PRESS, Place.PORTAL)


class Standing(StrEnum):
    """How a needed notice stands for a day of opening."""

    MET = "met"
    OPEN = "open"
    SHORT = "short"
    LOST = "lost"


FAULTY = frozenset({Standing.SHORT, Standing.LOST})


class Halt(StrEnum):
    """What the officer asks of the auction organisation."""

    PAUSE = "pause"
    STOP = "stop"


class HaltStep(StrEnum):
    """What became of an auction: asked to be paused or stopped, or going on after a hold."""

    PAUSE = "pause"
    STOP = "stop"
    RESUME = "resume"


class WaitGround(StrEnum):
    """Why a thing is not sold before a day (L25 Art. 81(3))."""

    CROP = "crop"
    PRODUCTION_CYCLE = "production_cycle"


class Act(StrEnum):
    """Codes of the acts of this room, as the audit ledger keeps them."""

    RECORDED = "notices.notice.recorded"
    STRUCK = "notices.notice.struck"
    ISSUED = "notices.paper.issued"
    WAIT_SET = "notices.wait.set"
    WAIT_AGREED = "notices.wait.agreed"
    DELEGATED = "notices.disposal.delegated"
    DELEGATION_PAUSED = "notices.delegation.paused"
    DELEGATION_RESUMED = "notices.delegation.resumed"
    DELEGATION_TAKEN_UP = "notices.delegation.taken_up"
    DELEGATION_ENDED = "notices.delegation.ended"


class NoticeTooEarly(Unlawful):
    """A notice of a day before the contract with the auction organisation was signed."""

    code = "notice_too_early"


class NoticeTooShort(Unlawful):
    """A notice leaves less time before the opening than the law asks for."""

    code = "notice_too_short"


class NoticeIncomplete(Invalid):
    """Something a notice must say is missing or does not fit."""

    code = "notice_incomplete"


class NoticeExists(Duplicate):
    """The same notice is recorded already."""

    code = "notice_exists"


class NoticeStruck(Duplicate):
    """The notice was struck through before."""

    code = "notice_struck"


class NotBefore(Unlawful):
    """The thing may not be sold before a day."""

    code = "not_before"


class DelegationHolds(Unlawful):
    """The delegating office has paused or ended the delegation."""

    code = "delegation_holds"


class DelegationPaused(Duplicate):
    """The delegated sale is paused already."""

    code = "delegation_paused"


class DelegationRuns(OutOfPlace):
    """The delegated sale is not paused."""

    code = "delegation_runs"


class NotFree(OutOfPlace):
    """The delegated asset lies in a warehouse, is being offered or sold, or came over before."""

    code = "delegated_not_free"


class MayNotDelegate(Unlawful):
    """Who runs the case may not delegate the disposal of an asset."""

    code = "may_not_delegate"


class Done(msgspec.Struct, frozen=True):
    """A notice that was given, or is planned: where, and from when to when."""

    kind: NoticeKind
    place: Place | None
    from_on: date
    until_on: date | None = None


class NoticeLaw(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of law that the notice of one round stands on.

    ``simplified`` is the row that opens the simplified procedure, None under the usual one;
    ``media`` is empty where no public announcement is asked for.
    """

    simplified: Rule | None
    posting: Rule
    places: tuple[Rule, ...]
    announcing: Rule
    announced: bool
    media: Rule
    count: Rule
    spacing: Rule
    before: Rule
    viewing: Rule
    closing: Rule


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One notice that the law asks for, and how it stands for a day of opening.

    ``latest_on`` is the last lawful day for it; ``turn`` counts the announcements.
    """

    rule: Rule
    kind: NoticeKind
    latest_on: date
    done_on: date | None
    standing: Standing
    place: Place | None = None
    turn: int = 0


labels(
    {
        NoticeKind.POSTING: _("Posting"),
        NoticeKind.ANNOUNCEMENT: _("Public announcement"),
        NoticeKind.VIEWING: _("Viewing of the asset"),
        NoticeKind.REGISTRATION: _("Registration of bidders"),
        Place.ORGANISATION_OFFICE: _("Office of the auction organisation"),
        Place.AUCTION_VENUE: _("Place of the auction"),
        Place.DISPLAY_PLACE: _("Where the asset is shown"),
        Place.COMMUNE: _("Commune People's Committee"),
        Place.PRESS: _("Press"),
        Place.PORTAL: _("National auction portal"),
        Standing.MET: _("in time"),
        Standing.OPEN: _("still to be done"),
        Standing.SHORT: _("too late"),
        Standing.LOST: _("no longer possible in time"),
        Halt.PAUSE: _("Pause"),
        Halt.STOP: _("Stop"),
    }
)
labels(
    {
        HaltStep.PAUSE: _("Pause"),
        HaltStep.STOP: _("Stop"),
        HaltStep.RESUME: _("The auction goes on"),
        WaitGround.CROP: _("Crop not harvested yet"),
        WaitGround.PRODUCTION_CYCLE: _("Closed production cycle still running"),
        Act.RECORDED: _("Notice recorded"),
        Act.STRUCK: _("Notice struck through"),
        Act.ISSUED: _("Notice of the auction issued"),
        Act.WAIT_SET: _("Not to be sold before a day"),
        Act.WAIT_AGREED: _("Parties agree to an earlier sale"),
        Act.DELEGATED: _("Disposal delegated"),
        Act.DELEGATION_PAUSED: _("Delegation paused"),
        Act.DELEGATION_RESUMED: _("Delegation resumed"),
        Act.DELEGATION_TAKEN_UP: _("Delegated asset taken over"),
        Act.DELEGATION_ENDED: _("Delegation ended"),
    }
)
