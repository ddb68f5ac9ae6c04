"""A published call to auction organisations, their files, and the points of each."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert as insert_rows
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auction.auctioneers.models import (
    CallApplicant,
    CallCriterion,
    CallScore,
    OrganisationCall,
)
from auction.auctioneers.queries import (
    criteria_of,
    find_organisation,
    no_such_call,
    visible_calls,
)
from auction.auctioneers.rules import (
    PREFIX,
    Act,
    ApplicantExists,
    CallClosed,
    CallIncomplete,
    CallOpen,
    ExcludedAlready,
    Exclusion,
    GroupMissing,
)
from auction.auctioneers.schemas import (
    NewApplicant,
    NewCall,
    NewExclusion,
    NewScores,
)
from auction.auctioneers.ties import excluding_rule, in_words, tie_with
from auction.legal_rules.queries import rule_on
from auction.legal_rules.words import word
from auction.lots.carrying import refuse_other_price
from auction.lots.commands import lock_lot
from auction.lots.models import Lot
from auction.lots.rules import LotIsClosed
from auction.valuations.pricing import smallest_unit
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.numbering import ids, reference
from inventory.base.orm import refused_by

MAY = "organisations.choose"
MOST = 1000
"""Points that a criterion may give."""
Faults = dict[str, tuple[str, dict[str, Param]]]


def publish_call(
    session: Session, actor: Actor, lot_ref: str, new: NewCall, *, at: datetime
) -> OrganisationCall:
    """Call auction organisations for a lot, with every group of criteria (C02/22 Art. 3, 4).

    Raises NotFound, LotIsClosed, CallOpen, CallIncomplete, GroupMissing, PriceTooLow, PriceTooHigh.
    """
    actor.require(MAY)
    lot = lock_lot(session, actor, lot_ref)
    if lot.closed_on is not None:
        raise LotIsClosed(_("The lot %(lot)s is closed; no round follows."), lot=lot.reference)
    _check_call(session, lot, new, at=at)
    _check_groups(session, new)
    (call_id,) = ids.take(session, "call_id_seq")
    made = OrganisationCall(
        id=call_id,
        reference=reference(PREFIX, call_id),
        office_id=lot.office_id,
        lot_id=lot.id,
        starting_price=new.starting_price,
        site_on=new.site_on,
        site_address=new.site_address,
        portal_on=new.portal_on,
        portal_number=new.portal_number,
        files_place=new.files_place,
        files_from=new.files_from,
        files_until=new.files_until,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = CallOpen(_("Lot %(lot)s has a call that is still open."), lot=lot.reference)
    with refused_by(session, "uq_organisation_call_open", taken):
        session.add(made)
        session.flush()
    rows = [
        {
            "call_id": call_id,
            "position": place,
            "office_id": lot.office_id,
            "group_code": one.group_code,
            "title": one.title,
            "most": one.most,
        }
        for place, one in enumerate(new.criteria, 1)
    ]
    session.execute(insert_rows(CallCriterion), rows)
    record_call(
        session, actor, Act.CALLED, made, {"lot": lot.reference, "criteria": len(rows)}, at=at
    )
    return made


def add_applicant(
    session: Session, actor: Actor, call_ref: str, new: NewApplicant, *, at: datetime
) -> CallApplicant:
    """Take an organisation's file in; one that is too late, or tied, is kept and excluded.

    Raises NotFound, CallClosed, ApplicantExists, CallIncomplete.
    """
    actor.require(MAY)
    call = open_call(session, actor, call_ref)
    organisation = find_organisation(session, new.organisation)
    not_ahead(new.received_on, at, field="received_on")
    if new.received_on < call.files_from:
        raise CallIncomplete(
            _("Files are taken from %(day)s on."), field="received_on", day=call.files_from
        )
    why, words, article = _excluded(session, actor, call, organisation.id, new)
    made = CallApplicant(
        call_id=call.id,
        office_id=call.office_id,
        organisation_id=organisation.id,
        received_on=new.received_on,
        file_note=new.file_note,
        excluded_why=why,
        excluded_words=words,
        article=article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = ApplicantExists(
        _("%(name)s has answered this call already."),
        field="organisation",
        name=organisation.name,
    )
    with refused_by(session, "uq_call_applicant_call_id_organisation_id", taken):
        session.add(made)
        session.flush()
    record_call(session, actor, Act.APPLIED, call, {"organisation": organisation.code}, at=at)
    return made


def _excluded(
    session: Session, actor: Actor, call: OrganisationCall, organisation_id: int, new: NewApplicant
) -> tuple[str | None, str | None, str | None]:
    """Why a file is excluded as it comes in: too late, or a declared tie; with the article."""
    if new.received_on > call.files_until:
        return Exclusion.LATE.value, f"{new.received_on:%d/%m/%Y}", None
    lot = session.get_one(Lot, call.lot_id)
    tie = tie_with(session, actor, lot, organisation_id, new.received_on)
    rule = excluding_rule(session, call.files_until)
    if tie is None or rule is None:
        return None, None, None
    return Exclusion.KINSHIP.value, in_words(tie), rule.article


def exclude_applicant(
    session: Session, actor: Actor, call_ref: str, code: str, new: NewExclusion, *, at: datetime
) -> CallApplicant:
    """Exclude an applicant for a stated reason, such as family ties (C02/22 Art. 7).

    Raises NotFound, CallClosed, ExcludedAlready.
    """
    actor.require(MAY)
    call = open_call(session, actor, call_ref)
    found = _applicant(session, call, code)
    if found.excluded_why is not None:
        raise ExcludedAlready(_("This applicant is excluded already."), field="organisation")
    found.excluded_why, found.excluded_words = new.why.value, new.words
    rule = excluding_rule(session, call.files_until) if new.why is Exclusion.KINSHIP else None
    if rule is not None:
        found.article = rule.article
    session.flush()
    data = {"organisation": code, "why": new.why.value, "words": new.words}
    record_call(session, actor, Act.EXCLUDED, call, data, at=at)
    return found


def score_applicant(
    session: Session, actor: Actor, call_ref: str, code: str, new: NewScores, *, at: datetime
) -> CallApplicant:
    """Give an applicant points on criteria, none beyond the criterion's most.

    Raises NotFound, CallClosed, CallIncomplete.
    """
    actor.require(MAY)
    call = open_call(session, actor, call_ref)
    found = _applicant(session, call, code)
    most = {one.position: one.most for one in criteria_of(session, call.id)}
    _check_points(new, most)
    if new.fit is not None:
        found.fit = new.fit
    rows = [
        {
            "applicant_id": found.id,
            "position": one.place,
            "office_id": call.office_id,
            "points": one.points,
            "scored_at": at,
            "scored_by_id": actor.staff_id,
        }
        for one in new.points
    ]
    if rows:
        given = insert(CallScore)
        kept = {n: given.excluded[n] for n in ("points", "scored_at", "scored_by_id")}
        session.execute(
            given.on_conflict_do_update(index_elements=["applicant_id", "position"], set_=kept),
            rows,
        )
    session.flush()
    said = {str(one.place): str(one.points) for one in new.points}
    data = {"organisation": code, "points": said, "fit": found.fit}
    record_call(session, actor, Act.SCORED, call, data, at=at)
    return found


def _check_points(new: NewScores, most: dict[int, Decimal]) -> None:
    faults: Faults = {}
    for one in new.points:
        if one.place not in most:
            faults[f"points.{one.place}"] = (_("There is no such criterion."), {})
        elif not one.points.is_finite() or not 0 <= one.points <= most[one.place]:
            text = _("This criterion gives at most %(most)s points.")
            faults[f"points.{one.place}"] = (text, {"most": f"{most[one.place].normalize():f}"})
    if faults:
        raise CallIncomplete.many(_("Some fields need another look."), faults)


def _check_call(session: Session, lot: Lot, new: NewCall, *, at: datetime) -> None:
    """Its days and points fit; a lot that was offered is called at the price it is offered next."""
    faults: Faults = {}
    unit = smallest_unit(session, lot.currency, new.site_on)
    _gather(faults, lambda: check_amount(new.starting_price, unit, field="starting_price"))
    _gather(faults, lambda: not_ahead(new.site_on, at, field="site_on"))
    _gather(faults, lambda: not_ahead(new.portal_on, at, field="portal_on"))
    if not all(one.most.is_finite() and 0 < one.most <= MOST for one in new.criteria):
        text = _("A criterion gives more than nothing and at most %(most)s points.")
        faults["criteria"] = (text, {"most": MOST})
    if new.files_until < new.files_from:
        faults["files_until"] = (_("The last day lies before the first."), {})
    if new.files_from < min(new.site_on, new.portal_on):
        faults["files_from"] = (_("Files are taken once the call is published."), {})
    if faults:
        raise CallIncomplete.many(_("Some fields need another look."), faults)
    refuse_other_price(session, lot.id, new.starting_price, max(new.site_on, new.portal_on))


def _gather(faults: Faults, check: Callable[[], object]) -> None:
    try:
        check()
    except Invalid as error:
        faults.update(error.fields)


def _check_groups(session: Session, new: NewCall) -> None:
    rule = rule_on(session, "org_selection_groups", max(new.site_on, new.portal_on))
    given = {one.group_code for one in new.criteria}
    missing = [code for code in rule.codes if code not in given]
    unknown = [code for code in given if code not in rule.codes]
    if missing or unknown:
        raise GroupMissing(
            _("Every group of criteria is needed (rule %(rule)s); missing: %(groups)s."),
            field="criteria",
            article=rule.article,
            rule=rule.key,
            groups=", ".join(word("terms", code).vi for code in missing) or ", ".join(unknown),
        )


def lock_call(session: Session, actor: Actor, call_ref: str) -> OrganisationCall:
    """The call of a reference, locked.

    Raises NotFound.
    """
    found = session.scalar(
        visible_calls(actor).where(OrganisationCall.reference == call_ref).with_for_update()
    )
    if found is None:
        raise no_such_call(call_ref)
    return found


def open_call(session: Session, actor: Actor, call_ref: str) -> OrganisationCall:
    """A call that still takes files and points, locked.

    Raises NotFound, CallClosed.
    """
    call = lock_call(session, actor, call_ref)
    if call.chosen_id is not None or call.cancelled_on is not None or call.used_at is not None:
        raise CallClosed(
            _("Call %(call)s is closed: the choice was made, or it was cancelled."), call=call_ref
        )
    return call


def _applicant(session: Session, call: OrganisationCall, code: str) -> CallApplicant:
    organisation = find_organisation(session, code)
    found = session.scalar(
        select(CallApplicant).where(
            CallApplicant.call_id == call.id, CallApplicant.organisation_id == organisation.id
        )
    )
    if found is None:
        raise no_such_call(f"{call.reference}/{code}")
    return found


def record_call(
    session: Session,
    actor: Actor,
    act: Act,
    call: OrganisationCall,
    data: dict[str, Any],
    *,
    at: datetime,
) -> None:
    """Tell the ledger of an act on a call."""
    subject = audit.Subject("organisation_call", call.id, call.reference, call.office_id)
    audit.record(session, actor, act, subject, data, at=at)
