"""The choice of an auction organisation by points, its result, and its being cancelled."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.auctioneers.commands.calls import MAY, lock_call, open_call, record_call
from auction.auctioneers.models import (
    AuctionOrganisation,
    CallApplicant,
    OrganisationCall,
    OrganisationTie,
)
from auction.auctioneers.queries import applicants_of, choice_opens, criteria_of
from auction.auctioneers.rules import (
    Act,
    CallClosed,
    CallIncomplete,
    CallTooShort,
    Exclusion,
    MayNotBeChosen,
    NotTheBest,
    ResultLate,
    ScoresMissing,
    best_of,
    unscored,
)
from auction.auctioneers.schemas import ApplicantOut, NewCancel, NewChoice, NewResult
from auction.auctioneers.ties import RULE as TIES
from auction.auctioneers.ties import excluding_rule, in_words, tie_with, ties_with
from auction.auctioneers.ways import is_listed, serving_rule
from auction.deadlines.queries import due_after
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import rule_on
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _

EXCLUDES = {
    Exclusion.KINSHIP: TIES,
    Exclusion.NOT_LISTED: "org_selection_groups",
    Exclusion.UNTRUE: "org_choice_cancelled",
}
"""The rule by which an applicant is left out of a choice, or loses it."""


def choose_organisation(
    session: Session, actor: Actor, call_ref: str, new: NewChoice, *, at: datetime
) -> OrganisationCall:
    """Choose who has the most points on all criteria; among equals the seller says why.

    Who is found tied to the seller's side is excluded, also where the tie came to light after its
    file; the next by points may be chosen (C02/22 Art. 7).
    Raises NotFound, CallClosed, CallTooShort, ScoresMissing, NotTheBest, MayNotBeChosen,
    CallIncomplete.
    """
    actor.require(MAY)
    call = open_call(session, actor, call_ref)
    not_ahead(new.chosen_on, at, field="chosen_on")
    lot = session.get_one(Lot, call.lot_id)
    _refuse_early(session, actor, call, lot, new.chosen_on, at=at)
    standing = [one for one in applicants_of(session, call) if one.excluded_why is None]
    ties = _tied(session, actor, lot, standing, new)
    applicants = [one for one in standing if one.id not in ties]
    _refuse_unscored(session, call, applicants)
    chosen = _chosen(session, applicants, new)
    _exclude_tied(session, actor, call, ties, on=new.chosen_on, at=at)
    for one in applicants:
        frozen = session.get_one(CallApplicant, one.id)
        frozen.deduction, frozen.points = one.deduction, one.points
    call.chosen_id, call.chosen_on, call.chosen_reason = chosen.id, new.chosen_on, new.reason
    call.article = rule_on(session, "org_selection_groups", new.chosen_on).article
    call.result_due_on = due_after(session, "org_selection_result_notice", new.chosen_on)
    session.flush()
    data = {"organisation": chosen.code, "points": str(chosen.points), "reason": new.reason}
    record_call(session, actor, Act.CHOSEN, call, data, at=at)
    return call


def publish_result(
    session: Session, actor: Actor, call_ref: str, new: NewResult, *, at: datetime
) -> OrganisationCall:
    """Record the publication of the result, due in so many days (C02/22 Art. 6(1)).

    Raises NotFound, CallClosed, ResultLate, Invalid.
    """
    actor.require(MAY)
    call = lock_call(session, actor, call_ref)
    if call.chosen_on is None or call.result_on is not None or call.cancelled_on is not None:
        raise CallClosed(_("Call %(call)s has no result to publish."), call=call.reference)
    not_ahead(new.published_on, at, field="published_on")
    if new.published_on < call.chosen_on:
        raise Invalid(_("The result lies before the choice."), field="published_on")
    if call.result_due_on is not None and new.published_on > call.result_due_on:
        rule = rule_on(session, "org_selection_result_notice", call.chosen_on)
        refusal = ResultLate(
            _("The result was to be published by %(due)s (rule %(rule)s)."),
            field="published_on",
            article=rule.article,
            due=call.result_due_on,
            rule=rule.key,
        )
        facts = {"due_on": call.result_due_on.isoformat(), "on": new.published_on.isoformat()}
        subject = due_subject(session.get_one(Lot, call.lot_id))
        allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)
    call.result_on, call.result_number = new.published_on, new.number
    session.flush()
    data = {"on": new.published_on.isoformat(), "number": new.number}
    record_call(session, actor, Act.RESULT_PUBLISHED, call, data, at=at)
    return call


def cancel_choice(
    session: Session, actor: Actor, call_ref: str, new: NewCancel, *, at: datetime
) -> OrganisationCall:
    """Cancel a choice before the contract, for untrue information: that applicant is excluded.

    Where it was found tied to the seller's side (C02/22 Art. 7), or left the Ministry's list, it is
    excluded for that. Another applicant may then be chosen. Raises NotFound, CallClosed, Invalid.
    """
    actor.require(MAY)
    call = lock_call(session, actor, call_ref)
    if call.chosen_id is None or call.used_at is not None or call.cancelled_on is not None:
        raise CallClosed(_("Call %(call)s has no choice that could be cancelled."), call=call_ref)
    not_ahead(new.cancelled_on, at, field="cancelled_on")
    if call.chosen_on is not None and new.cancelled_on < call.chosen_on:
        first = call.chosen_on
        raise Invalid(_("The day lies before %(first)s."), field="cancelled_on", first=first)
    lot = session.get_one(Lot, call.lot_id)
    chosen = session.get_one(CallApplicant, call.chosen_id)
    said = _lost(session, actor, lot, chosen, new)
    _exclude(session, actor, call, chosen, said, on=new.cancelled_on, at=at)
    call.chosen_id = call.chosen_on = call.chosen_reason = None
    call.result_on = call.result_due_on = call.result_number = call.article = None
    session.flush()
    return call


def cancel_call(
    session: Session, actor: Actor, call_ref: str, new: NewCancel, *, at: datetime
) -> OrganisationCall:
    """Cancel a call as a whole before the contract; a new one may follow.

    Raises NotFound, CallClosed.
    """
    actor.require(MAY)
    call = lock_call(session, actor, call_ref)
    if call.used_at is not None or call.cancelled_on is not None:
        raise CallClosed(_("Call %(call)s is closed."), call=call_ref)
    not_ahead(new.cancelled_on, at, field="cancelled_on")
    call.cancelled_on, call.cancel_reason = new.cancelled_on, new.reason
    session.flush()
    record_call(session, actor, Act.CALL_CANCELLED, call, {"reason": new.reason}, at=at)
    return call


def _refuse_early(
    session: Session,
    actor: Actor,
    call: OrganisationCall,
    lot: Lot,
    chosen_on: date,
    *,
    at: datetime,
) -> None:
    if chosen_on <= call.files_until:
        raise CallIncomplete(
            _("Files are taken until the end of %(day)s; the choice comes after."),
            field="chosen_on",
            day=call.files_until,
        )
    rule, opens_on = choice_opens(session, call)
    if rule is None or opens_on is None or chosen_on >= opens_on:
        return
    refusal = CallTooShort(
        _("The call must be published %(days)s working days before: from %(day)s on (%(rule)s)."),
        field="chosen_on",
        article=rule.article,
        days=rule.number,
        day=opens_on,
        rule=rule.key,
    )
    facts = {"lawful_from_on": opens_on.isoformat(), "chosen_on": chosen_on.isoformat()}
    allow_departure(session, actor, refusal, rule, due_subject(lot), at=at, facts=facts)


def _tied(
    session: Session, actor: Actor, lot: Lot, standing: Sequence[ApplicantOut], new: NewChoice
) -> dict[int, OrganisationTie]:
    """The applicants a tie excludes on the day of the choice; refuses where one is to be chosen.

    Raises MayNotBeChosen.
    """
    rule = excluding_rule(session, new.chosen_on)
    if rule is None:
        return {}
    named = [one.organisation_id for one in standing]
    found = ties_with(session, actor, lot, named, new.chosen_on)
    ties = {one.id: found[one.organisation_id] for one in standing if one.organisation_id in found}
    chosen = next((one for one in standing if one.code == new.organisation), None)
    if chosen is None or chosen.id not in ties:
        return ties
    tie = ties[chosen.id]
    said: dict[str, Any] = {"person": tie.person, "name": chosen.name, "other": tie.tied_name}
    following = _next(session, [one for one in standing if one.id not in ties], new.chosen_on)
    text = _(
        "%(person)s of %(name)s is tied to %(other)s (%(source)s): rule %(rule)s. Nobody else of"
        " this call may be chosen yet. Lawful: points for the others on every criterion, or a new"
        " call after this one is cancelled."
    )
    if following is not None:
        said |= {"next": following.name, "points": following.points}
        text = _(
            "%(person)s of %(name)s is tied to %(other)s (%(source)s): rule %(rule)s. Lawful: the"
            " next by points, %(next)s with %(points)s."
        )
    said |= {"source": tie.source, **rule.basis}
    raise MayNotBeChosen(text, field="organisation", **said)


def _next(session: Session, others: Sequence[ApplicantOut], on: date) -> ApplicantOut | None:
    """Who has the most points of those that may be chosen; the first of them among equals."""
    able = [
        one
        for one in others
        if one.fit is not False
        and one.points is not None
        and is_listed(session.get_one(AuctionOrganisation, one.organisation_id), on)
    ]
    return max(able, key=lambda one: one.points or 0, default=None)


def _exclude_tied(
    session: Session,
    actor: Actor,
    call: OrganisationCall,
    ties: Mapping[int, OrganisationTie],
    *,
    on: date,
    at: datetime,
) -> None:
    """Say of each tied applicant, for ever, that and why it was left out of the choice."""
    for applicant_id, tie in ties.items():
        found = session.get_one(CallApplicant, applicant_id)
        _exclude(session, actor, call, found, (Exclusion.KINSHIP, in_words(tie)), on=on, at=at)


def _lost(
    session: Session, actor: Actor, lot: Lot, chosen: CallApplicant, new: NewCancel
) -> tuple[Exclusion, str]:
    """Why who was chosen loses the choice, with words; a tie where the law of the day bars it."""
    on, organisation_id = new.cancelled_on, chosen.organisation_id
    tie = tie_with(session, actor, lot, organisation_id, on)
    if tie is not None and excluding_rule(session, on) is not None:
        return Exclusion.KINSHIP, f"{new.reason}; {in_words(tie)}"
    listed = is_listed(session.get_one(AuctionOrganisation, organisation_id), on)
    return Exclusion.UNTRUE if listed else Exclusion.NOT_LISTED, new.reason


def _exclude(
    session: Session,
    actor: Actor,
    call: OrganisationCall,
    found: CallApplicant,
    said: tuple[Exclusion, str],
    *,
    on: date,
    at: datetime,
) -> None:
    why, words = said
    found.excluded_why, found.excluded_words = why.value, words
    rule = serving_rule(session, EXCLUDES[why], on)
    found.article = rule.article if rule else None
    session.flush()
    organisation = session.get_one(AuctionOrganisation, found.organisation_id)
    data = {"organisation": organisation.code, "why": why.value, "words": words}
    if call.chosen_id == found.id:
        data["chosen_on"] = str(call.chosen_on)
    record_call(session, actor, Act.EXCLUDED, call, data, at=at)


def _refuse_unscored(
    session: Session, call: OrganisationCall, applicants: Sequence[ApplicantOut]
) -> None:
    rule = rule_on(session, "org_selection_groups", max(call.site_on, call.portal_on))
    criteria = [one.position for one in criteria_of(session, call.id)]
    scored = {(one.id, place): p for one in applicants for place, p in one.scores.items()}
    missing = unscored(criteria, [one.id for one in applicants], scored)
    if missing or not applicants:
        names = {one.id: one.name for one in applicants}
        told = "; ".join(f"{names[one]} / {place}" for one, place in missing[:5])
        raise ScoresMissing(
            _("Every applicant is scored on every criterion; missing: %(missing)s."),
            field="organisation",
            missing=told or "–",
            **rule.basis,
        )


def _chosen(session: Session, applicants: Sequence[ApplicantOut], new: NewChoice) -> ApplicantOut:
    rule = rule_on(session, "org_selection_groups", new.chosen_on)
    able = [one for one in applicants if one.fit is not False]
    best = best_of({one.id: one.points for one in able if one.points is not None})
    chosen = next((one for one in able if one.code == new.organisation), None)
    said: dict[str, Any] = {"field": "organisation", **rule.basis}
    if chosen is None:
        raise MayNotBeChosen(
            _(
                "This organisation did not apply, or is excluded or unfit. Lawful: who has the"
                " most points."
            ),
            **said,
        )
    if chosen.id not in best:
        first = next(one for one in able if one.id in best)
        raise NotTheBest(
            _("%(name)s has more points: %(points)s. Lawful: who has the most points."),
            **said,
            name=first.name,
            points=first.points or 0,
        )
    organisation = session.get_one(AuctionOrganisation, chosen.organisation_id)
    if not is_listed(organisation, new.chosen_on):
        raise MayNotBeChosen(
            _("The Ministry does not list it on %(day)s. Lawful: an organisation on its list."),
            **said,
            day=new.chosen_on,
        )
    if len(applicants) == 1 and not chosen.fit:
        raise MayNotBeChosen(
            _("A single applicant may be chosen if its file is found fit."), **said
        )
    if len(best) > 1 and new.reason is None:
        raise CallIncomplete(_("Several have the same points: say why this one."), field="reason")
    return chosen
