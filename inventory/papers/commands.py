"""Issuing papers: the only way a paper gets a number."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.models import AuditEntry
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden
from inventory.base.events import publish
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.numbering import ids, next_number, reference
from inventory.base.together import Together
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import Role
from inventory.papers import queries
from inventory.papers.amending import after_passage, changes_money
from inventory.papers.forms import form_of, step_of
from inventory.papers.models import Paper, PaperSubject
from inventory.papers.rules import (
    NOT_WORDED,
    PREFIX,
    RECALLED_BY_ITS_ACT,
    REPLACED_BY_ITS_ACT,
    MatterChanged,
    NothingWordedAnew,
    NotTheSigner,
    PaperIssued,
    PaperKind,
    PaperNotInForce,
    PaperReplaced,
    PaperState,
    PassageNotThere,
    RecallAsked,
    RecalledByItsAct,
    RecallFirst,
    Relation,
    ReplacedByItsAct,
    WordsAsked,
    may_follow,
    state_after,
)
from inventory.papers.schemas import (
    About,
    AmendmentData,
    EarlierPart,
    Issued,
    Letterhead,
    NewAmendment,
    NewPaper,
    NewRecall,
    NewWording,
    PaperData,
    Signature,
)
from inventory.papers.texts import worded_anew

CORRECTED = "paper_replaced"
"""How issued papers are set right."""

SEQUENCE = "paper_id_seq"
NAMED = frozenset({Role.ACCOUNTANT.value, Role.HEAD.value})
"""Posts whose holder is known from the appointments; a keeper is one of a warehouse."""

_ISSUE = Together(add=(Paper, PaperSubject, AuditEntry))
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('kebien.paper'), hashtext(:reference))")


def issue(session: Session, actor: Actor, new: NewPaper, *, at: datetime) -> Issued:
    """Number a paper and freeze its data; from then on it is never changed (C04/23 Art. 36(4)).

    The permission is that of the act the paper belongs to. The number is taken last: an office's
    papers of one kind wait for each other until the act is committed, and none leaves a gap.

    Raises PaperUnknown, PaperNotInForce, FormUnknown, Forbidden.
    """
    office_id = new.office_id or actor.office_id
    if not office_id or not actor.sees(office_id):
        raise Forbidden(_("You are not permitted to do this."))
    on = local_day(at)
    form = form_of(new.kind, new.step_on or on)
    relation, earlier = _earlier(session, actor, new)
    head = queries.letterhead_of(session, office_id, form, on)
    new = msgspec.structs.replace(new, data=_signed(session, office_id, new.data, at=at))
    (paper_id,) = ids.take(session, SEQUENCE)
    serial = next_number(session, office_id, f"{queries.SERIES}{new.kind}", on.year)
    head = msgspec.structs.replace(
        head,
        number=serial,
        follows=earlier,
        demonstration=head.demonstration or new.demonstration,
    )
    issued = Issued(
        id=paper_id,
        reference=reference(PREFIX, paper_id),
        number=f"{serial}/{form.symbol}",
        kind=new.kind,
    )
    row = {
        **msgspec.structs.asdict(issued),
        "office_id": office_id,
        "year": on.year,
        "serial": serial,
        "form_code": form.code,
        "template": form.template,
        **{f"{one}_id": None for one in Relation},
        **relation,
        "dated_on": on,
    }
    _write(session, actor, new, row | _said(actor, new, head, at=at), at=at)
    publish(session, PaperIssued(issued.id, issued.reference, office_id, form.template))
    return issued


def _signed(
    session: Session, office_id: int, data: msgspec.Struct | dict[str, Any], *, at: datetime
) -> msgspec.Struct | dict[str, Any]:
    """The data with the name of who signs in a post that only one person of the office holds."""
    if not isinstance(data, PaperData):
        return data
    blank = {one.post for one in data.signatures if one.name is None} & NAMED
    if not blank:
        return data
    names = {
        post: holders[0].name
        for post in sorted(blank)
        if len(holders := list_staff(session, Role(post), [office_id], local_day(at))) == 1
    }
    signed = tuple(
        msgspec.structs.replace(one, name=one.name or names.get(one.post))
        for one in data.signatures
    )
    return msgspec.structs.replace(data, signatures=signed)


def _said(actor: Actor, new: NewPaper, head: Letterhead, *, at: datetime) -> dict[str, Any]:
    """What stands on the paper, frozen, and who issued it when."""
    letterhead, data = msgspec.to_builtins(head), msgspec.to_builtins(new.data)
    return {
        "title": new.title,
        "subject_kind": new.subject_kind,
        "subject_ref": new.subject_ref,
        "letterhead": letterhead,
        "data": data,
        "data_sha256": queries.digest_of(letterhead, data),
        "issued_at": at,
        "issued_by_id": actor.staff_id,
        "issued_by_name": actor.name,
    }


def recall(session: Session, actor: Actor, named: str, new: NewRecall, *, at: datetime) -> Issued:
    """Recall a paper whose error changes the matter; it may then be replaced (C04/23 Art. 36(4)).

    Raises PaperUnknown, NotTheSigner, RecalledByItsAct, PaperNotInForce.
    """
    paper, signature = to_correct(session, actor, named, at=at)
    if PaperKind(paper.kind) in RECALLED_BY_ITS_ACT:
        raise RecalledByItsAct(
            _("%(order)s is recalled on its own page, so that what it orders ends with it."),
            **ruling(session, CORRECTED, local_day(at)).basis,
            order=paper.subject_ref,
        )
    kind, number, ref = PaperKind(paper.kind), paper.number, paper.subject_ref
    publish(session, RecallAsked(kind, number, ref, signature.post, local_day(at)))
    data = PaperData(note=new.reason, signatures=(signature,))
    about = _about(paper, PaperKind.RECALL, data)
    return issue(session, actor, msgspec.structs.replace(about, recalls=named), at=at)


def amend(session: Session, actor: Actor, named: str, new: NewAmendment, *, at: datetime) -> Issued:
    """Set a small error of a paper right by a further paper (C04/23 Art. 36(4)).

    Raises PaperUnknown, NotTheSigner, PassageNotThere, MatterChanged, PaperNotInForce.
    """
    paper, signature = to_correct(session, actor, named, at=at)
    _refuse_matter(session, paper, new, local_day(at))
    data = AmendmentData(
        passage=new.passage,
        reads=new.reads,
        shall_read=new.shall_read,
        note=new.reason,
        signatures=(signature,),
    )
    about = _about(paper, PaperKind.AMENDMENT, data)
    return issue(session, actor, msgspec.structs.replace(about, amends=named), at=at)


def replace(session: Session, actor: Actor, named: str, new: NewWording, *, at: datetime) -> Issued:
    """Issue a paper in place of a recalled one, some of its passages worded anew.

    By the form of the law of the recalled one's step. Figures and days are those of the record;
    where they are wrong, the act is done anew (C04/23 Art. 36(4)).
    Raises PaperUnknown, NotTheSigner, ReplacedByItsAct, RecallFirst, PaperNotInForce,
    NothingWordedAnew.
    """
    paper, signature = to_correct(session, actor, named, at=at)
    kind = PaperKind(paper.kind)
    if kind in REPLACED_BY_ITS_ACT or kind in NOT_WORDED:
        raise ReplacedByItsAct(
            _("The right paper is issued by the act itself: do it anew on the page of the thing."),
            **ruling(session, CORRECTED, local_day(at)).basis,
        )
    if state_after(queries.done_to(session, paper.id)) in (PaperState.IN_FORCE, PaperState.AMENDED):
        raise RecallFirst(
            _("%(number)s is in force: recall it first, then it is replaced."),
            **ruling(session, CORRECTED, local_day(at)).basis,
            number=paper.number,
        )
    data = worded_anew(kind, paper.data, {one.path: one.text for one in new.passages})
    if data == paper.data:
        raise NothingWordedAnew(
            _("Nothing is worded otherwise than in the recalled paper."),
            field="passages",
            **ruling(session, CORRECTED, local_day(at)).basis,
        )
    data["signatures"] = [
        {**one, "name": signature.name} if one["post"] == signature.post else one
        for one in data.get("signatures", ())
    ]
    subjects = queries.subjects_of(session, paper.id)
    second = NewPaper(
        kind=kind,
        title=paper.title,
        subject_kind=paper.subject_kind,
        subject_ref=paper.subject_ref,
        data=data,
        about=tuple(About(*one) for one in subjects),
        replaces=named,
        office_id=paper.office_id,
        step_on=step_of(kind, paper.template, paper.dated_on),
    )
    issued = issue(session, actor, second, at=at)
    assets = tuple(one.ref for one in second.about if one.kind == "asset")
    publish(session, PaperReplaced(actor, kind, assets, paper.number, issued.number, at))
    return issued


def to_correct(
    session: Session, actor: Actor, named: str, *, at: datetime
) -> tuple[Paper, Signature]:
    """A paper that is to be set right, and the signature under what sets it right.

    Raises PaperUnknown, NotTheSigner.
    """
    paper = queries.get_paper(session, actor, named)
    post = queries.may_correct(session, actor, paper, at=at)
    if post is None:
        raise NotTheSigner(
            _("%(number)s is set right by who issued it, or by the head of the office."),
            number=paper.number,
            **ruling(session, "paper_set_right_by", local_day(at)).basis,
        )
    return paper, Signature(post=post, name=actor.name)


def _refuse_matter(session: Session, paper: Paper, new: NewAmendment, on: date) -> None:
    """An amendment names what stands on the paper, and changes no sum of money on it."""
    asked = WordsAsked(paper.id, [])
    publish(session, asked)
    follows = ""
    if asked.words:
        words = [*asked.words, *queries.amended_words(session, paper.id)]
        found = after_passage(new.reads, words)
        if found is None:
            raise PassageNotThere(
                _(
                    "“%(reads)s” does not stand on %(number)s. Write the passage as it stands"
                    " there, numbers in whole."
                ),
                field="reads",
                reads=new.reads,
                number=paper.number,
            )
        follows = found
    if changes_money(new.reads, new.shall_read, follows):
        raise MatterChanged(
            _(
                "A sum of money is no small error: it changes the matter of %(number)s (rule"
                " %(rule)s). Lawful: recall the document and issue the right one."
            ),
            field="shall_read",
            number=paper.number,
            **ruling(session, CORRECTED, on).basis,
        )


def _about(paper: Paper, kind: PaperKind, data: PaperData) -> NewPaper:
    """A paper about an earlier one belongs to the same thing and comes from the same office."""
    return NewPaper(
        kind=kind,
        title=f"{form_of(kind, paper.dated_on).title}: {paper.number}",
        subject_kind=paper.subject_kind,
        subject_ref=paper.subject_ref,
        data=data,
        about=(About("paper", paper.reference),),
        office_id=paper.office_id,
    )


def _earlier(
    session: Session, actor: Actor, new: NewPaper
) -> tuple[dict[str, int], EarlierPart | None]:
    """The paper that the new one amends, recalls or replaces; acts on one paper wait in a row."""
    wanted = {Relation.AMENDS: new.amends, Relation.RECALLS: new.recalls}
    wanted[Relation.REPLACES] = new.replaces
    for relation, named in wanted.items():
        if named is None:
            continue
        session.execute(_ALONE, {"reference": named})
        paper = queries.get_paper(session, actor, named)
        later = queries.later_papers(session, [paper.id])[paper.id]
        if not may_follow(relation, {one.relation for one in later}):
            raise PaperNotInForce(
                _("The document %(number)s is no longer in force."), number=paper.number
            )
        title = form_of(PaperKind(paper.kind), paper.dated_on).title
        part = EarlierPart(relation=relation, title=title, number=paper.number, on=paper.dated_on)
        return {f"{relation}_id": paper.id}, part
    return {}, None


def _write(
    session: Session, actor: Actor, new: NewPaper, row: dict[str, object], *, at: datetime
) -> None:
    about = {About(new.subject_kind, new.subject_ref), *new.about}
    subjects = [
        {"kind": one.kind, "ref": one.ref, "paper_id": row["id"], "office_id": row["office_id"]}
        for one in sorted(about, key=lambda one: (one.kind, one.ref))
    ]
    facts: dict[str, object] = {
        "kind": new.kind,
        "number": row["number"],
        "subject": new.subject_ref,
        "data_sha256": row["data_sha256"],
        **{str(one): row[f"{one}_id"] for one in Relation if row[f"{one}_id"]},
    }
    subject = audit.Subject("paper", _int(row["id"]), str(row["reference"]), _int(row["office_id"]))
    entry = audit.row_of(actor, Act.PAPER_ISSUED, subject, facts, at=at)
    _ISSUE.write(session, paper=[row], paper_subject=subjects, audit_entry=[entry])


def _int(value: object) -> int:
    return int(str(value))
