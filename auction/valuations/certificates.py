"""Until when the certificate of a price holds: as printed, and never by being entered again."""

from contextlib import suppress
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.rules import due_date
from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import CalendarUnknown, Rule
from auction.valuations.models import Valuation
from auction.valuations.rules import CertificateKnown, ValuationMethod
from inventory.assets.models import Asset
from inventory.base.messages import _

VALID_AT_CONTRACT = "certificate_must_be_valid_at"
LONGEST = "certificate_validity_max"


def rule_at_contract(session: Session, on: date) -> Rule | None:
    """The rule that a certificate is valid when the auction contract is signed; not before 2026."""
    rules = rules_in_use(session, VALID_AT_CONTRACT)
    return next((one for one in rules if one.serves(on)), None)


def runs_out(
    session: Session, method: str, valued_on: date, valid_until: date | None
) -> date | None:
    """The last day of a price: as printed; a certificate that says none, after the longest time.

    A price that no firm certified has no such day.
    """
    if valid_until is not None or method != ValuationMethod.FIRM:
        return valid_until
    rule = _longest(session, valued_on)
    if rule is None:
        return None
    with suppress(CalendarUnknown):
        return due_date(valued_on, rule, calendar(session)).due_on
    return None


def _longest(session: Session, on: date) -> Rule | None:
    return next((one for one in rules_in_use(session, LONGEST) if one.serves(on)), None)


def refuse_known(
    session: Session,
    asset: Asset,
    firm: str | None,
    number: str | None,
    *,
    valued_on: date,
    valid_until: date | None,
) -> None:
    """A certificate lasts as long as is printed on it: entered again, it does not last longer.

    Raises CertificateKnown (L25 Art. 82(2)b).
    """
    v = Valuation
    known = session.execute(
        select(v.valued_on, v.valid_until)
        .where(v.asset_id == asset.id, v.firm == firm, v.certificate_number == number)
        .order_by(v.id)
        .limit(1)
    ).one_or_none()
    if known is None or number is None or known == (valued_on, valid_until):
        return
    rule = rule_at_contract(session, valued_on) or _longest(session, valued_on)
    if rule is None:
        return
    raise CertificateKnown(
        _(
            "Certificate %(number)s is recorded, valued on %(valued)s and valid until %(until)s"
            " (rule %(rule)s). Lawful: a certificate of its own after valuing again, or the parties"
            " agree in writing to keep the price."
        ),
        field="certificate_number",
        article=rule.article,
        number=number,
        valued=known.valued_on,
        until=known.valid_until or "–",
        rule=rule.key,
    )
