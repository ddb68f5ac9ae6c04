"""From the database to the snapshot of a review dossier."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.bidding.diagnoses import diagnoses_of
from auction.bidding.queries import asset_history
from auction.departures.queries import departures_of_assets
from auction.legal_rules.queries import SALE_KEYS, rules_in_use
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import value_words, word
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from reports.forms.review_dossier import queries
from reports.forms.review_dossier.checklist import Record, answers
from reports.forms.review_dossier.data import (
    BasisPart,
    DeparturePart,
    Dossier,
    DossierData,
    RoundPart,
)
from reports.forms.review_dossier.letterhead import (
    letterhead_of,
    recipients_of,
    signature_of,
)
from reports.forms.review_dossier.prices import (
    breach_parts,
    cause_parts,
    each_round_once,
    pending_cut,
    round_parts,
    unsaid_orders,
)
from reports.forms.review_dossier.subject import Subject, find_subject


def dossier_of(session: Session, actor: Actor, ref: str, *, at: datetime) -> Dossier:
    """The dossier of an asset, or of all assets of a lot, as the record stands.

    Raises SubjectUnknown, SubjectAmbiguous.
    """
    actor.require("reviews.read")
    return gather(session, actor, find_subject(session, actor, ref), at=at)


def gather(session: Session, actor: Actor, subject: Subject, *, at: datetime) -> Dossier:
    """Read every part; a fixed number of statements whatever the length of the history."""
    ids, today = subject.asset_ids, local_day(at)
    rules = rules_in_use(session, *SALE_KEYS)
    lines = each_round_once(asset_history(session, ids))
    rounds = round_parts(lines, rules, today)
    record = Record(
        custody=queries.custody_parts(session, ids),
        valuations=queries.valuation_parts(session, ids),
        rounds=rounds,
        reviews=queries.review_parts(session, ids),
    )
    pending = pending_cut(lines)
    found = diagnoses_of(session, [line.round.id for line in lines])
    titles = queries.rule_titles(session)
    assets = tuple(queries.asset_parts(session, ids).values())
    letterhead = letterhead_of(session, actor, ids, today)
    data = DossierData(
        signatures=(signature_of(record.reviews),),
        recipients=recipients_of(letterhead, sorted({a.office for a in assets})),
        at=at,
        subject=subject.reference,
        assets=assets,
        grounds=queries.ground_parts(session, ids),
        cases=queries.case_parts(session, ids),
        custody=tuple(record.custody),
        valuations=tuple(record.valuations),
        rounds=rounds,
        pending_price=pending.new_price if pending else None,
        pending_decision=pending.decision_number if pending else None,
        pending_decided_on=pending.decided_on if pending else None,
        breaches=breach_parts(lines, titles),
        departures=_departures(session, actor, [one.reference for one in assets]),
        causes=cause_parts(lines, found),
        unsaid=unsaid_orders(lines, found),
        failed_in_a_row=queries.failed_in_a_row(session, ids),
        flags=queries.flag_parts(session, ids),
        checklist=answers(record),
        reviews=tuple(record.reviews),
        bases=_bases(titles, rules, _days(rounds, today)),
    )
    return Dossier(letterhead, data)


def _departures(
    session: Session, actor: Actor, references: Sequence[str]
) -> tuple[DeparturePart, ...]:
    """Every departure from a rule that was asked for, with what became of it."""
    return tuple(
        DeparturePart(
            on=one.on_day,
            title=one.title.vi,
            article=one.article,
            confidence=one.confidence.value,
            reason=one.reason,
            document=one.document,
            asked_by=one.asked_by,
            decided_by=one.decided_by,
            state=one.state.value,
        )
        for one in departures_of_assets(session, actor, references)
    )


def _days(rounds: Iterable[RoundPart], today: date) -> list[date]:
    return [*(r.held_on for r in rounds if r.held_on), today]


def _bases(
    titles: Mapping[str, str], rules: Iterable[Rule], days: Sequence[date]
) -> tuple[BasisPart, ...]:
    """The rows of law that were in force on any of the days, each once."""
    used = [rule for rule in rules if any(rule.serves(day) for day in days)]
    used.sort(key=lambda rule: (SALE_KEYS.index(rule.key), rule.valid_from, rule.id or 0))
    return tuple(
        BasisPart(
            key=rule.key,
            title=titles.get(rule.key, rule.key),
            scope=word("scopes", rule.scope).vi if rule.scope else None,
            value=value_words(rule).vi,
            unit=rule.unit,
            article=rule.article,
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
            confidence=rule.confidence,
        )
        for rule in used
    )
