"""That a hold ends on a day and for a reason that fit it."""

from datetime import date, datetime

from auction.holds.models import Hold
from auction.holds.rules import (
    FITS,
    LONGEST,
    STOPS_ACTS,
    STOPS_LIMITS,
    UNSUED,
    WAITS,
    EndReason,
    HoldEndUnfit,
    HoldIncomplete,
    HoldKind,
    HoldTooLong,
)
from auction.holds.schemas import HoldEnd
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.messages import _


def fitting(kind: HoldKind, longest_until: date | None) -> list[EndReason]:
    """The reasons for which a hold of a kind may end; that its time is over where it has one."""
    return [
        one
        for one, kinds in FITS.items()
        if kind in kinds and (longest_until is not None or one not in UNSUED)
    ]


def check_end(hold: Hold, new: HoldEnd, *, at: datetime) -> None:
    """The end lies between beginning and last day; that nobody acted is known after that day.

    Time that the law gives somebody to sue or to ask runs to its end (L25 Art. 39, 46(2)).
    Raises Invalid, HoldIncomplete, HoldTooLong, HoldEndUnfit.
    """
    not_ahead(new.ended_on, at, field="ended_on")
    if new.ended_on < hold.started_on:
        raise HoldIncomplete(_("The end lies before the beginning."), field="ended_on")
    until = hold.longest_until
    if until is not None and new.ended_on > until:
        raise HoldTooLong(
            _("The hold lasts until %(until)s at the latest."),
            field="ended_on",
            article=hold.article,
            rule=STOPS_ACTS,
            until=until,
        )
    kind = HoldKind(hold.kind)
    lawful = fitting(kind, until)
    if new.reason not in lawful:
        raise HoldEndUnfit(
            _(
                "A hold of that kind does not end because of this: %(reason)s (rule %(rule)s)."
                " Lawful: %(lawful)s."
            ),
            field="reason",
            article=hold.article,
            reason=new.reason,
            rule=STOPS_LIMITS,
            lawful=tuple(lawful),
        )
    if new.reason in UNSUED and until is not None:
        _refuse_early(hold, new, kind, until, local_day(at))


def _refuse_early(hold: Hold, new: HoldEnd, kind: HoldKind, until: date, today: date) -> None:
    if new.ended_on == until < today:
        return
    raise HoldEndUnfit(
        _(
            "The time of this hold runs until the end of %(until)s (rule %(rule)s). Lawful: that"
            " day as its last, entered after it; before, that the ground is gone, with the paper"
            " that shows it."
        ),
        field="ended_on",
        article=hold.article,
        until=until,
        rule=WAITS.get(kind) or LONGEST.get(kind) or STOPS_LIMITS,
    )
