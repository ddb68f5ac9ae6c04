"""Closing a quarter of the register, and signing the closing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from inventory.audit.ledger import Subject, record
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.papers.commands import issue
from inventory.papers.schemas import NewPaper, Signature
from reports.registers import queries
from reports.registers.books import EVIDENCE, Book
from reports.registers.models import RegisterClosing, RegisterLine, RegisterSignature
from reports.registers.rules import (
    EVIDENCE_REGISTER,
    FIRST,
    SIGNERS,
    ClosedAlready,
    EarlierOpen,
    NotAPost,
    QuarterNotOver,
    SignedAlready,
    chained,
    digest_of,
    name_of,
    shown,
)
from reports.registers.schemas import Amendment, Closing, NewClosing

BATCH = 500
PER_PAPER = 600
"""Lines of one paper of a closing: some seconds of printing."""

_FIGURES = ("opening", "came", "went", "sha256", "previous_sha256")
_SAID = ("year", "quarter", "starts_on", "ends_on", "closed_at", *_FIGURES)
"""What the paper of a closing says of it."""


def close_quarter(
    session: Session, actor: Actor, new: NewClosing, book: Book = EVIDENCE, *, at: datetime
) -> Closing:
    """Close a quarter of a register: whatever is new in it or differs from what was closed.

    C04/23 Art. 30(4). Raises Forbidden, QuarterNotOver, ClosedAlready, EarlierOpen.
    """
    actor.require(book.permission)
    if not actor.office_id:
        raise Forbidden(_("You are not permitted to do this."))
    year = queries.get_year(session, new.year)
    starts_on, ends_on = year.quarter(new.quarter)
    if ends_on >= local_day(at):
        raise QuarterNotOver(_("The quarter lasts until %(day)s."), day=ends_on.isoformat())
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("register"), actor.office_id)))
    last = queries.last_closing(session, actor.office_id, book.register)
    if last is not None and last.ends_on >= ends_on:
        raise ClosedAlready(_("The quarter is closed."))
    if last is not None and last.ends_on + timedelta(days=1) != starts_on:
        raise EarlierOpen(_("The quarter before it is not closed."))
    opening, came, went = book.count(session, actor, starts_on, ends_on)
    previous = last.sha256 if last else FIRST
    frozen, entries, sealed = _chain(session, actor, book, (starts_on, ends_on), previous)
    figures = f"{new.year}/{new.quarter}:{opening}:{came}:{went}:{len(frozen)}"
    closing = RegisterClosing(
        office_id=actor.office_id,
        register=book.register,
        year=new.year,
        quarter=new.quarter,
        starts_on=starts_on,
        ends_on=ends_on,
        opening=opening,
        came=came,
        went=went,
        lines=len(frozen),
        previous_sha256=previous,
        sha256=chained(sealed, figures),
        closed_at=at,
        closed_by_id=actor.staff_id,
        closed_by_name=actor.name,
    )
    session.add(closing)
    session.flush()
    _write(session, closing.id, frozen)
    papers = _issue(session, actor, book, closing, entries, at=at)
    facts = {"sha256": closing.sha256, "papers": papers}
    _record(session, actor, Act.REGISTER_CLOSED, closing, facts, at=at)
    return queries.get_closing(session, actor, new.year, new.quarter, book.register)


def sign_closing(
    session: Session,
    actor: Actor,
    year: int,
    quarter: int,
    register: int = EVIDENCE_REGISTER,
    *,
    at: datetime,
) -> Closing:
    """Sign a closing in one's post; those who sign are as many people as there are posts.

    Raises Forbidden, NotFound, NotAPost, SignedAlready.
    """
    actor.require("registers.sign")
    closing = queries.get_closing(session, actor, year, quarter, register)
    posts = [post for post in SIGNERS[register] if post in actor.roles]
    if not posts or actor.staff_id is None:
        raise NotAPost(
            _("Keeper, accountant and head of the office sign.")
            if register == EVIDENCE_REGISTER
            else _("Accountant and head of the office sign.")
        )
    signed = SignedAlready(_("You, or somebody in your post, signed already."))
    post = next((post for post in posts if post in closing.missing), None)
    if post is None:
        raise signed
    row = RegisterSignature(
        closing_id=closing.id,
        post=post.value,
        office_id=actor.office_id,
        staff_id=actor.staff_id,
        name=actor.name,
        signed_at=at,
    )
    with refused_by(session, "uq_register_signature_closing_id_staff_id", signed):
        session.add(row)
        session.flush()
    stored = session.get_one(RegisterClosing, closing.id)
    facts = {"post": post.value, "sha256": closing.sha256}
    _record(session, actor, Act.REGISTER_SIGNED, stored, facts, at=at)
    return queries.get_closing(session, actor, year, quarter, register)


def _chain(
    session: Session, actor: Actor, book: Book, days: tuple[date, date], previous: str
) -> tuple[list[dict[str, Any]], list[msgspec.Struct], str]:
    """The lines to be frozen, each bound to the one before it, and the last of their hashes."""
    rows: list[dict[str, Any]] = []
    entries: list[msgspec.Struct] = []
    sealed = previous
    for found in book.lines(session, actor, *days):
        if found.cells != found.frozen:
            sealed = chained(sealed, digest_of(found.cells))
            rows.append(
                {
                    "position": len(rows) + 1,
                    "office_id": actor.office_id,
                    "kind": found.kind,
                    "ground_id": found.ground_id,
                    "cells": found.cells,
                    "sha256": sealed,
                }
            )
            changed = book.amended(found.frozen, found.cells) if found.frozen else {}
            was = tuple(Amendment(name, shown(said), days[1]) for name, said in changed.items())
            entries.append(found.entry(was))
    return rows, entries, sealed


def _issue(
    session: Session,
    actor: Actor,
    book: Book,
    closing: RegisterClosing,
    entries: Sequence[msgspec.Struct],
    *,
    at: datetime,
) -> list[str]:
    """The paper that is signed by hand; a long one in numbered parts."""
    starts = range(0, max(len(entries), 1), PER_PAPER)
    signed = tuple(
        Signature(post=post, name=actor.name if post in actor.roles else None)
        for post in SIGNERS[book.register]
    )
    facts = {name: getattr(closing, name) for name in _SAID}
    numbers = []
    for part, start in enumerate(starts, start=1):
        data = book.paper(
            **facts,
            entries=tuple(entries[start : start + PER_PAPER]),
            first=start + 1,
            part=part,
            parts=len(starts),
            signatures=signed,
        )
        new = NewPaper(
            kind=book.kind,
            title=f"Khóa sổ Mẫu số {book.register}, quý {closing.quarter}/{closing.year}",
            subject_kind="register_closing",
            subject_ref=name_of(book.register, closing.year, closing.quarter),
            data=data,
        )
        numbers.append(issue(session, actor, new, at=at).number)
    return numbers


def _write(session: Session, closing_id: int, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        batch = [{"closing_id": closing_id, **row} for row in rows[start : start + BATCH]]
        session.execute(insert(RegisterLine), batch)


def _record(
    session: Session,
    actor: Actor,
    act: Act,
    closing: RegisterClosing,
    facts: dict[str, Any],
    *,
    at: datetime,
) -> None:
    name = name_of(closing.register, closing.year, closing.quarter)
    subject = Subject("register_closing", closing.id, name, closing.office_id)
    record(session, actor, act, subject, facts, at=at)
