"""The register of auction organisations, calls with their scores, contracts of a lot."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import RowMapping, Select, func, select, tuple_
from sqlalchemy.orm import Session

from auction.auctioneers.covering import covers
from auction.auctioneers.models import (
    AuctionContract,
    Auctioneer,
    AuctionOrganisation,
    CallApplicant,
    CallCriterion,
    CallScore,
    ContractAppendix,
    OrganisationCall,
    OrganisationSanction,
)
from auction.auctioneers.rules import CallState, Exclusion, tally
from auction.auctioneers.schemas import (
    AppendixOut,
    ApplicantOut,
    AuctioneerRow,
    CallOut,
    CallRow,
    ContractOut,
    CriterionOut,
    OrganisationOut,
    OrganisationRow,
    SanctionRow,
)
from auction.deadlines.models import Deadline
from auction.deadlines.queries import is_open
from auction.deadlines.rules import due_date
from auction.legal_rules.queries import calendar, rule_on
from auction.legal_rules.rules import CalendarUnknown, Rule, RuleUnknown
from auction.lots.models import Lot
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight

S = TypeVar("S", bound=msgspec.Struct)

_ROW = tuple(getattr(AuctionOrganisation, name) for name in OrganisationRow.__struct_fields__)
_FACTS = tuple(
    name
    for name in CallOut.__struct_fields__
    if name
    not in {"lot", "description", "state", "criteria", "applicants", "choice_from", "confidence"}
)
_NOT_STORED = {"organisation", "organisation_address", "appendices"}
_CONTRACT = tuple(
    getattr(AuctionContract, name)
    for name in ContractOut.__struct_fields__
    if name not in _NOT_STORED
)


def list_organisations(
    session: Session, *, words: str = "", cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OrganisationRow]:
    """The register by name; one register serves all offices."""
    o = AuctionOrganisation
    statement = select(*_ROW)
    if words:
        statement = statement.where(func.strpos(func.vn_fold(o.name), func.vn_fold(words)) > 0)
    after = decode_cursor(cursor, str, int)
    if after:
        statement = statement.where(tuple_(o.name, o.id) > (after[0], after[1]))
    rows = session.execute(statement.order_by(o.name, o.id).limit(size + 1)).mappings()
    found = [msgspec.convert(dict(row), OrganisationRow) for row in rows]
    return page_of(found, size, key=lambda row: (row.name, row.id))


def find_organisation(session: Session, code: str) -> AuctionOrganisation:
    """The organisation of a code.

    Raises NotFound.
    """
    found = session.scalar(select(AuctionOrganisation).where(AuctionOrganisation.code == code))
    if found is None:
        raise NotFound(
            _("There is no auction organisation %(code)s."), field="organisation", code=code
        )
    return found


def get_organisation(session: Session, actor: Actor, code: str) -> OrganisationOut:
    """One organisation with its auctioneers and sanctions, and how many contracts in sight it has.

    Raises NotFound.
    """
    found = find_organisation(session, code)
    people = select(*_columns(Auctioneer, AuctioneerRow)).where(
        Auctioneer.organisation_id == found.id
    )
    punished = select(*_columns(OrganisationSanction, SanctionRow)).where(
        OrganisationSanction.organisation_id == found.id
    )
    contracts = select(func.count()).where(
        AuctionContract.organisation_id == found.id, in_sight(AuctionContract.office_id, actor)
    )
    facts = {n: getattr(found, n) for n in OrganisationOut.__struct_fields__ if hasattr(found, n)}
    return msgspec.convert(
        {
            **facts,
            "auctioneers": _rows(session, people.order_by(Auctioneer.name), AuctioneerRow),
            "sanctions": _rows(
                session, punished.order_by(OrganisationSanction.decided_on), SanctionRow
            ),
            "contracts": session.scalar(contracts) or 0,
        },
        OrganisationOut,
    )


def deductions_on(session: Session, organisation_ids: list[int], on: date) -> dict[int, int]:
    """What share of points the sanctions in force on a day cost each organisation: the largest."""
    s = OrganisationSanction
    rows = session.execute(
        select(s.organisation_id, func.max(s.percent))
        .where(
            s.organisation_id.in_(organisation_ids),
            s.decided_on <= on,
            (s.counts_until.is_(None)) | (s.counts_until >= on),
        )
        .group_by(s.organisation_id)
    )
    return {organisation: int(percent) for organisation, percent in rows}


def visible_calls(actor: Actor) -> Select[OrganisationCall]:
    """Calls of the offices the actor sees."""
    return select(OrganisationCall).where(in_sight(OrganisationCall.office_id, actor))


def list_calls(
    session: Session,
    actor: Actor,
    *,
    open_only: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CallRow]:
    """Calls, the newest first."""
    c = OrganisationCall
    columns = [getattr(c, n) for n in CallRow.__struct_fields__ if n not in {"lot", "state"}]
    statement: Select[*tuple[Any, ...]] = (
        select(*columns, c.used_at, Lot.reference.label("lot"))
        .join(Lot, Lot.id == c.lot_id)
        .where(in_sight(c.office_id, actor))
    )
    if open_only:
        statement = statement.where(c.cancelled_on.is_(None), c.used_at.is_(None))
    before = decode_cursor(cursor, int)
    if before:
        statement = statement.where(c.id < before[0])
    rows = session.execute(statement.order_by(c.id.desc()).limit(size + 1)).mappings()
    found = [_call_row(row) for row in rows]
    return page_of(found, size, key=lambda row: (row.id,))


def call_of_lot(session: Session, actor: Actor, lot_id: int) -> str | None:
    """The newest call for a lot that was not cancelled, by its reference."""
    return session.scalar(
        visible_calls(actor)
        .with_only_columns(OrganisationCall.reference)
        .where(OrganisationCall.lot_id == lot_id, OrganisationCall.cancelled_on.is_(None))
        .order_by(OrganisationCall.id.desc())
        .limit(1)
    )


def get_call(session: Session, actor: Actor, reference: str) -> CallOut:
    """One call with its criteria, applicants and scores, in a fixed number of statements.

    Raises NotFound.
    """
    row = session.execute(
        select(OrganisationCall, Lot.reference, Lot.description)
        .join(Lot, Lot.id == OrganisationCall.lot_id)
        .where(in_sight(OrganisationCall.office_id, actor), OrganisationCall.reference == reference)
    ).one_or_none()
    if row is None:
        raise no_such_call(reference)
    call, lot, description = row
    rule, choice_from = choice_opens(session, call)
    facts = {name: getattr(call, name) for name in _FACTS}
    if call.article is None and rule is not None:
        facts["article"] = rule.article
    return CallOut(
        **facts,
        lot=lot,
        description=description,
        choice_from=choice_from,
        confidence=rule.confidence if rule else None,
        state=_state(call.cancelled_on, call.used_at, call.result_on, call.chosen_on),
        criteria=criteria_of(session, call.id),
        applicants=applicants_of(session, call),
    )


def no_such_call(reference: str) -> NotFound:
    """The refusal for a call that is not there or not in sight."""
    return NotFound(_("There is no call %(reference)s."), reference=reference)


def choice_opens(session: Session, call: OrganisationCall) -> tuple[Rule | None, date | None]:
    """From which day on the choice may be made: published so long before, and files are in.

    Raises CalendarUnknown only where the calendar does not reach the publication.
    """
    published = max(call.site_on, call.portal_on)
    with suppress(RuleUnknown, CalendarUnknown):
        rule = rule_on(session, "org_selection_notice", published)
        days = calendar(session)
        day = published
        while due_date(day, rule, days).due_on < published:
            day = _day_after(day)
        return rule, max(day, _day_after(call.files_until))
    return None, _day_after(call.files_until)


def _day_after(day: date) -> date:
    """The first day on which no file is taken any more: the last one counts until its end."""
    return date.fromordinal(day.toordinal() + 1)


def criteria_of(session: Session, call_id: int) -> list[CriterionOut]:
    """The criteria of a call in their order."""
    statement = select(*_columns(CallCriterion, CriterionOut)).where(
        CallCriterion.call_id == call_id
    )
    return _rows(session, statement.order_by(CallCriterion.position), CriterionOut)


def applicants_of(session: Session, call: OrganisationCall) -> list[ApplicantOut]:
    """The applicants of a call with their points, as they stood at the choice once it was made."""
    rows = session.execute(
        select(CallApplicant, AuctionOrganisation.code, AuctionOrganisation.name)
        .join(AuctionOrganisation, AuctionOrganisation.id == CallApplicant.organisation_id)
        .where(CallApplicant.call_id == call.id)
        .order_by(CallApplicant.received_on, CallApplicant.id)
    ).all()
    scores: dict[int, dict[int, Decimal]] = {}
    for one, place, points in session.execute(
        select(CallScore.applicant_id, CallScore.position, CallScore.points)
        .join(CallApplicant, CallApplicant.id == CallScore.applicant_id)
        .where(CallApplicant.call_id == call.id)
    ):
        scores.setdefault(one, {})[place] = points
    wanted = session.scalar(
        select(func.count()).select_from(CallCriterion).where(CallCriterion.call_id == call.id)
    )
    named = [row[0].organisation_id for row in rows]
    costs = deductions_on(session, named, call.chosen_on or call.files_until)
    found = []
    for applicant, code, name in rows:
        own = scores.get(applicant.id, {})
        percent = applicant.deduction
        percent = costs.get(applicant.organisation_id, 0) if percent is None else percent
        counted = tally(list(own.values()), percent)
        found.append(
            ApplicantOut(
                id=applicant.id,
                organisation_id=applicant.organisation_id,
                code=code,
                name=name,
                received_on=applicant.received_on,
                file_note=applicant.file_note,
                fit=applicant.fit,
                excluded_why=Exclusion(applicant.excluded_why) if applicant.excluded_why else None,
                excluded_words=applicant.excluded_words,
                article=applicant.article,
                scores=own,
                given=counted.given,
                deduction=percent,
                points=counted.points if len(own) == wanted else None,
            )
        )
    return found


class Waiting(NamedTuple):
    """How many calls and contracts wait for the office, and how many of them are late."""

    calls: int
    results: int
    results_late: int
    contracts: int
    contracts_late: int


def count_waiting(session: Session, actor: Actor, today: date) -> Waiting:
    """What the desk tells, in two statements."""
    c = OrganisationCall
    unpublished = c.chosen_on.is_not(None) & c.result_on.is_(None)
    called = session.execute(
        select(
            func.count(),
            func.count().filter(unpublished),
            func.count().filter(unpublished & (c.result_due_on < today)),
        ).where(in_sight(c.office_id, actor), c.cancelled_on.is_(None), c.used_at.is_(None))
    ).one()
    due = session.execute(
        select(func.count(), func.count().filter(Deadline.due_on < today)).where(
            Deadline.rule_key == "auction_contract_due",
            is_open(),
            in_sight(Deadline.office_id, actor),
        )
    ).one()
    return Waiting(called[0], called[1], called[2], due[0], due[1])


def contracts_of_lot(session: Session, actor: Actor, lot_id: int) -> list[ContractOut]:
    """Every contract of a lot's life, the newest first, with appendices; two statements.

    After its own come those of the lots it came out of, which still cover its assets.
    """
    statement: Select[*tuple[Any, ...]] = select(
        *_CONTRACT,
        AuctionOrganisation.name.label("organisation"),
        AuctionOrganisation.address.label("organisation_address"),
    )
    rows = (
        session.execute(
            statement.outerjoin(
                AuctionOrganisation, AuctionOrganisation.id == AuctionContract.organisation_id
            )
            .where(covers(lot_id), in_sight(AuctionContract.office_id, actor))
            .order_by((AuctionContract.lot_id == lot_id).desc(), AuctionContract.id.desc())
        )
        .mappings()
        .all()
    )
    appended: dict[int, list[AppendixOut]] = {}
    added = select(*_columns(ContractAppendix, AppendixOut)).where(
        ContractAppendix.contract_id.in_([row["id"] for row in rows])
    )
    for one in _rows(session, added.order_by(ContractAppendix.id), AppendixOut):
        appended.setdefault(one.contract_id, []).append(one)
    return [
        msgspec.convert({**row, "appendices": appended.get(row["id"], [])}, ContractOut)
        for row in rows
    ]


def contract_signed_on(session: Session, lot_id: int) -> date | None:
    """The day of the contract of a lot that has not ended; the caller has the lot in sight."""
    return session.scalar(
        select(AuctionContract.signed_on)
        .where(covers(lot_id), AuctionContract.ended_on.is_(None))
        .order_by(AuctionContract.id.desc())
        .limit(1)
    )


def contract_in_force(session: Session, actor: Actor, lot_id: int) -> ContractOut | None:
    """The contract of a lot that has not ended."""
    found = contracts_of_lot(session, actor, lot_id)
    return next((one for one in found if one.ended_on is None), None)


def _state(
    cancelled: object | None, used: object | None, published: object | None, chosen: object | None
) -> CallState:
    if cancelled is not None:
        return CallState.CANCELLED
    if used is not None:
        return CallState.CONTRACTED
    if published is not None:
        return CallState.PUBLISHED
    return CallState.CHOSEN if chosen is not None else CallState.OPEN


def _call_row(row: RowMapping) -> CallRow:
    state = _state(row["cancelled_on"], row["used_at"], row["result_on"], row["chosen_on"])
    said = {n: row[n] for n in CallRow.__struct_fields__ if n != "state"}
    return CallRow(**said, state=state)


def _columns(model: Any, shape: type[msgspec.Struct]) -> list[Any]:
    return [getattr(model, name) for name in shape.__struct_fields__]


def _rows(session: Session, statement: Any, shape: type[S]) -> list[S]:
    return [msgspec.convert(dict(row), shape) for row in session.execute(statement).mappings()]
