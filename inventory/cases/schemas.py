"""What is said of a case when it is opened, and how lists and pages show it."""

from datetime import date
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, RowId, Said
from inventory.cases.rules import CaseKind


class NewCase(Said, frozen=True, kw_only=True):
    """An enforcement decision, or a criminal matter whose evidence the office keeps.

    ``notified_on`` is the day the debtor was told of the decision: from it his time to pay runs.
    The head of every paper names the parties with their identity number, or the number of what
    registered them, and their address.
    """

    kind: CaseKind
    decision_number: Number
    decision_on: date
    notified_on: date | None = None
    court: Line | None = None
    judgment: Line | None = None
    debtor_name: Line | None = None
    debtor_identity: Number | None = None
    debtor_address: Line | None = None
    creditor_name: Line | None = None
    creditor_identity: Number | None = None
    creditor_address: Line | None = None
    officer_id: RowId | None = None
    note: Annotated[str, msgspec.Meta(max_length=4000)] | None = None


class CaseNotice(Said, frozen=True):
    """The day on which the debtor was told of the enforcement decision (L25 Art. 36(1))."""

    notified_on: date


class CaseRow(msgspec.Struct, frozen=True):
    """A case in a list."""

    id: int
    kind: CaseKind
    decision_number: str
    decision_on: date | None
    debtor_name: str | None
    closed_on: date | None


class CaseOut(msgspec.Struct, frozen=True, kw_only=True):
    """One case."""

    id: int
    office_id: int
    kind: CaseKind
    decision_number: str
    decision_on: date | None
    notified_on: date | None
    court: str | None
    judgment: str | None
    debtor_name: str | None
    debtor_identity: str | None
    debtor_address: str | None
    creditor_name: str | None
    creditor_identity: str | None
    creditor_address: str | None
    officer_id: int | None
    officer: str | None
    note: str | None
    closed_on: date | None
    source: str | None
    source_ref: str | None
