"""Why a count is held, what a scan says, the words for what is missing, packs of codes."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from inventory.base.errors import Barred, Duplicate, Forbidden, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels

PREFIX = "KK"
"""First letters of a stocktake's reference (kiểm kê)."""

PACK_HOURS = 36
"""A pack is good for a working day and the night after it; scans of an old one are kept."""

MOST_SCANS = 1000
"""Scans in one upload."""


class Period(StrEnum):
    """Why a count falls due: the end of a period, or a cause of its own."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    EXTRAORDINARY = "extraordinary"
    HANDOVER = "handover"


EVERYTHING = 100
"""The share, in percent, of a count that draws no sample."""

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}


class RiskClass(StrEnum):
    """How closely a thing is watched; each class has its own rhythm by the dated rules.

    A thing of several kinds is of the first class that one of them has.
    """

    WEAPON = "weapon"
    DRUG = "drug"
    CASH = "cash"
    GOLD = "gold"
    PERISHABLE = "perishable"
    VEHICLE = "vehicle"
    OTHER = "other"


CLASSES = "stocktake_class"
"""The dated rule that says of which class a kind is (of assets, or a special kind)."""


class Verdict(StrEnum):
    """What a scan turned out to be, by the frozen list alone."""

    IN_PLACE = "in_place"
    WRONG_PLACE = "wrong_place"
    NOT_LISTED = "not_listed"
    NOT_OURS = "not_ours"
    UNKNOWN = "unknown"
    UNDONE = "undone"


class Phase(StrEnum):
    """Which count a scan belongs to; what comes too late is kept and changes nothing."""

    FIRST = "first"
    SECOND = "second"
    LATE = "late"


class Taken(StrEnum):
    """What became of an uploaded scan."""

    KEPT = "kept"
    REPEATED = "repeated"
    NUMBER_TAKEN = "number_taken"


class Word(StrEnum):
    """The only three words for what was not found; an approver alone says the third."""

    NOT_SCANNED = "not_scanned"
    SEARCHED_NOT_FOUND = "searched_not_found"
    CONFIRMED_MISSING = "confirmed_missing"


class DifferenceKind(StrEnum):
    """How what was counted differs from the frozen list."""

    NOT_THERE = "not_there"
    WRONG_PLACE = "wrong_place"
    NOT_LISTED = "not_listed"
    NOT_OURS = "not_ours"
    UNKNOWN_CODE = "unknown_code"
    QUANTITY = "quantity"
    SEAL = "seal"


class Search(StrEnum):
    """What the second counter says."""

    SETTLED = "settled"
    STANDS = "stands"


class Ruling(StrEnum):
    """What the approver says of a difference that stands."""

    CONFIRMED = "confirmed"
    SEARCH_AGAIN = "search_again"


class Reason(StrEnum):
    """Why there is a difference."""

    COUNTING_ERROR = "counting_error"
    MISPLACED = "misplaced"
    RECORD_WRONG = "record_wrong"
    MOVED_UNRECORDED = "moved_unrecorded"
    LABEL = "label"
    DAMAGED = "damaged"
    LOST_OR_STOLEN = "lost_or_stolen"
    NOT_KNOWN = "not_known"


class Signing(StrEnum):
    """The three who sign (C04/23 Art. 11(4))."""

    KEEPER = "keeper"
    ACCOUNTANT = "accountant"
    HEAD = "head"


class StocktakeClosed(OutOfPlace):
    """A closed stocktake is changed no more."""

    code = "stocktake_closed"


class AlreadyOpen(Duplicate):
    """The place, or one inside or around it, is being counted already."""

    code = "stocktake_already_open"


class NothingToCount(Invalid):
    """A sample drew nothing."""

    code = "nothing_to_count"


class NotWhatIsPlanned(Invalid):
    """A count fulfils a plan only when it holds all that the plan asks for."""

    code = "not_what_is_planned"


class NotWhole(Unlawful):
    """What is handed over between keepers is counted as a whole."""

    code = "joint_count_not_whole"


class FirstCountEnded(OutOfPlace):
    """The first count has ended."""

    code = "first_count_ended"


class FirstCountRuns(OutOfPlace):
    """The first count has not ended."""

    code = "first_count_runs"


class UnsentScans(OutOfPlace):
    """A device has scans that did not arrive."""

    code = "unsent_scans"


class NotTheFirst(Forbidden):
    """Who counted first does not count the differences, nor approve them."""

    code = "not_the_first"


class DifferenceOpen(Barred):
    """A difference waits for its second counter or its approver."""

    code = "difference_open"


class DifferenceSettled(Duplicate):
    """The difference has come further."""

    code = "difference_settled"


class SignatureMissing(Barred):
    """Keeper and accountant sign the present result before the head closes."""

    code = "signature_missing"


class SignedAlready(Duplicate):
    """One person signs once."""

    code = "signed_already"


class PackForged(Forbidden):
    """The pack was not made here, or not for this device."""

    code = "pack_forged"


class NotMissing(OutOfPlace):
    """Nobody has confirmed that the thing is missing, or it was found again already."""

    code = "not_missing"


class PlannedAlready(Duplicate):
    """That count is planned already."""

    code = "planned_already"


class PackToken(msgspec.Struct, frozen=True, array_like=True):
    """For whom and which device a pack was made: what is uploaded with it is his, whoever sends."""

    stocktake_id: int
    device: str
    staff_id: int
    name: str
    expires: int


def signed(token: PackToken, key: bytes) -> str:
    """A token with its signature, as text."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")
    return f"{body}.{_mac(body, key)}"


def read_token(text: str, key: bytes) -> PackToken:
    """A token that was signed with the key.

    Raises PackForged.
    """
    body, _dot, mac = text.partition(".")
    if hmac.compare_digest(mac.encode(), _mac(body, key).encode()):
        padded = body + "=" * (-len(body) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=PackToken)
    raise PackForged(_("This pack was not made for this device; fetch it again."))


def pack_ends(at: datetime) -> int:
    """When a pack made now is to be renewed, in seconds since 1970."""
    return int((at + timedelta(hours=PACK_HOURS)).timestamp())


def blinded(salt: str, reference: str) -> str:
    """A reference as a blind pack holds it: known again when scanned, not to be read."""
    return hashlib.sha256(f"{salt}|{reference}".encode()).hexdigest()[:24]


def veiled(salt: str, reference: str, text: str) -> str:
    """A text that only who holds the reference can read; a veil against curiosity, no secret."""
    plain = text.encode()
    return base64.b64encode(bytes(map(int.__xor__, plain, _stream(salt, reference)))).decode()


def check_second(actor_id: int | None, firsts: Iterable[int]) -> None:
    """Differences go to another person than the first counters.

    Raises NotTheFirst.
    """
    if actor_id is None or actor_id in firsts:
        raise NotTheFirst(_("Who counted first does not judge the differences; ask another."))


def drawn(seed: str, reference: str) -> int:
    """Where a thing stands in a draw, 0 to 9999: whoever has the printed seed draws the same."""
    return int(hashlib.sha256(f"{seed}|{reference}".encode()).hexdigest()[:8], 16) % 10_000


def _mac(body: str, key: bytes) -> str:
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


def _stream(salt: str, reference: str) -> Iterator[int]:
    block = 0
    while True:
        yield from hashlib.sha256(f"{salt}|{reference}|{block}".encode()).digest()
        block += 1


labels(
    {
        Period.MONTH: _("Monthly"),
        Period.QUARTER: _("Quarterly"),
        Period.HALF_YEAR: _("Half-yearly"),
        Period.YEAR: _("Yearly"),
        Period.EXTRAORDINARY: _("Extraordinary"),
        Period.HANDOVER: _("Change of keeper"),
        RiskClass.CASH: _("Cash and securities"),
        RiskClass.GOLD: _("Gold, precious metals and stones"),
        RiskClass.WEAPON: _("Weapons and dangerous things"),
        RiskClass.DRUG: _("Drugs"),
        RiskClass.VEHICLE: _("Vehicles and vessels"),
        RiskClass.PERISHABLE: _("Perishable"),
        RiskClass.OTHER: _("Other"),
        Verdict.IN_PLACE: _("On the list, in its place"),
        Verdict.WRONG_PLACE: _("On the list, but of another place"),
        Verdict.NOT_LISTED: _("Of this office, but not on the list"),
        Verdict.NOT_OURS: _("A good label, but not of this office"),
        Verdict.UNKNOWN: _("Not a label of ours"),
        Verdict.UNDONE: _("A scan taken back"),
        Phase.FIRST: _("First count"),
        Phase.SECOND: _("Second count"),
        Phase.LATE: _("Came too late"),
        Taken.KEPT: _("Kept"),
        Taken.REPEATED: _("Was here already"),
        Taken.NUMBER_TAKEN: _("Another scan has that number"),
        Word.NOT_SCANNED: _("Not scanned"),
        Word.SEARCHED_NOT_FOUND: _("Searched and not found"),
        Word.CONFIRMED_MISSING: _("Confirmed missing"),
        Search.SETTLED: _("Found and in order"),
        Search.STANDS: _("The difference stands"),
        Ruling.CONFIRMED: _("Confirmed"),
        Ruling.SEARCH_AGAIN: _("Search again"),
        Reason.COUNTING_ERROR: _("Counting error"),
        Reason.MISPLACED: _("Put in the wrong place"),
        Reason.RECORD_WRONG: _("The record is wrong"),
        Reason.MOVED_UNRECORDED: _("Moved without a record"),
        Reason.LABEL: _("Label missing or mixed up"),
        Reason.DAMAGED: _("Damaged or decayed"),
        Reason.LOST_OR_STOLEN: _("Lost or stolen"),
        Reason.NOT_KNOWN: _("Cause not known yet"),
        Signing.KEEPER: _("Warehouse keeper"),
        Signing.ACCOUNTANT: _("Enforcement accountant"),
        Signing.HEAD: _("Head of office"),
    }
)
labels(
    {
        DifferenceKind.NOT_THERE: _("On the list, not scanned"),
        DifferenceKind.WRONG_PLACE: _("In another place than listed"),
        DifferenceKind.NOT_LISTED: _("There, but not on the list"),
        DifferenceKind.NOT_OURS: _("Label of another office"),
        DifferenceKind.UNKNOWN_CODE: _("Unknown code"),
        DifferenceKind.QUANTITY: _("Another quantity"),
        DifferenceKind.SEAL: _("Seal broken or missing"),
    }
)
