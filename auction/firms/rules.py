"""Which valuation firm may be contracted on a day (D152/26 Art. 60(2)), and its ties."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from inventory.base.errors import Duplicate, Invalid, NotFound, Unlawful
from inventory.base.messages import _, labels

MIN_SALES = "firm_ratio_min_sales"
"""The dated rule under which a firm's ratios say nothing."""


class Measure(StrEnum):
    """What an authority does to a firm on its list."""

    SUSPENDED = "suspended"
    STRUCK_OFF = "struck_off"


class Tie(StrEnum):
    """How somebody of a firm is tied to the officer or a party."""

    KIN = "kin"
    BUSINESS = "business"


class TiedTo(StrEnum):
    """With whom somebody of a firm is tied."""

    OFFICER = "officer"
    HEAD = "head"
    CREDITOR = "creditor"
    DEBTOR = "debtor"
    RELATED = "related_person"


class Act(StrEnum):
    """Acts on the register as the audit ledger keeps them."""

    REGISTERED = "firms.firm.registered"
    MEASURE_NOTED = "firms.measure.noted"
    MEASURE_ENDED = "firms.measure.ended"
    PERSON_NOTED = "firms.person.noted"
    PERSON_LEFT = "firms.person.left"
    CONFLICT_DECLARED = "firms.conflict.declared"
    CONFLICT_ENDED = "firms.conflict.ended"


class Standing(StrEnum):
    """Whether a firm may be contracted on a day, and why not."""

    ELIGIBLE = "eligible"
    NOT_LISTED = "not_listed"
    SUSPENDED = "suspended"
    STRUCK_OFF = "struck_off"


class FirmUnknown(NotFound):
    """There is no such firm in the register."""

    code = "firm_unknown"


class FirmListedAlready(Duplicate):
    """A firm bears that number of the Ministry's list already."""

    code = "firm_listed_already"


class FirmNotEligible(Unlawful):
    """The firm is not on the list on that day, or suspended, or struck off."""

    code = "firm_not_eligible"


class FirmInConflict(Unlawful):
    """Somebody of the firm is tied to the officer or a party of the case."""

    code = "firm_in_conflict"


class EndedAlready(Duplicate):
    """It was ended before."""

    code = "ended_already"


class DaysWrong(Invalid):
    """The days do not follow each other."""

    code = "firm_days_wrong"


class MeasureSpan(msgspec.Struct, frozen=True):
    """A measure and the days it holds; without an end, for good."""

    kind: Measure
    from_on: date
    to_on: date | None


def standing_on(
    listed_from: date, listed_to: date | None, measures: Iterable[MeasureSpan], on: date
) -> Standing:
    """How a firm stands on a day: struck off before suspended, both before not listed."""
    holding = {
        span.kind
        for span in measures
        if span.from_on <= on and (span.to_on is None or on <= span.to_on)
    }
    if Measure.STRUCK_OFF in holding:
        return Standing.STRUCK_OFF
    if Measure.SUSPENDED in holding:
        return Standing.SUSPENDED
    listed = listed_from <= on and (listed_to is None or on <= listed_to)
    return Standing.ELIGIBLE if listed else Standing.NOT_LISTED


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Median and quartiles of a ratio over so many lots; no figures where there are too few."""

    count: int
    lower: Decimal | None = None
    median: Decimal | None = None
    upper: Decimal | None = None

    @property
    def too_few(self) -> bool:
        """Whether the count is too small to say anything."""
        return self.median is None


labels(
    {
        Measure.SUSPENDED: _("Suspended"),
        Measure.STRUCK_OFF: _("Struck off"),
    }
)
labels(
    {
        Tie.KIN: _("Family ties"),
        Tie.BUSINESS: _("Business ties"),
    }
)
labels(
    {
        TiedTo.OFFICER: _("Enforcement officer"),
        TiedTo.HEAD: _("Head of the office"),
        TiedTo.CREDITOR: _("Creditor"),
        TiedTo.DEBTOR: _("Debtor"),
        TiedTo.RELATED: _("Related person"),
    }
)
labels(
    {
        Standing.ELIGIBLE: _("May be contracted"),
        Standing.NOT_LISTED: _("Not on the list"),
        Standing.SUSPENDED: _("Suspended"),
        Standing.STRUCK_OFF: _("Struck off"),
    }
)
labels(
    {
        Act.REGISTERED: _("Valuation firm registered"),
        Act.MEASURE_NOTED: _("Measure against a firm noted"),
        Act.MEASURE_ENDED: _("Measure against a firm ended"),
        Act.PERSON_NOTED: _("Valuer of a firm noted"),
        Act.PERSON_LEFT: _("Valuer left a firm"),
        Act.CONFLICT_DECLARED: _("Tie of a firm declared"),
        Act.CONFLICT_ENDED: _("Tie of a firm ended"),
    }
)
