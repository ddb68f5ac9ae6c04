"""What is said of a contract of outside custody and its checks, and how both are shown."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, RowId, Said
from inventory.outside.rules import FoundState
from inventory.papers.schemas import PaperData, Party
from inventory.warehouses.rules import CustodyForm

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NewContract(Said, frozen=True, kw_only=True):
    """Who keeps a thing outside and on which terms (D152/26 Art. 24(3), (4))."""

    custody_form: CustodyForm
    number: Number
    custodian: Name
    address: Line | None = None
    identity: Line | None = None
    from_on: date
    until_on: date | None = None
    monthly_cost: Decimal = Decimal(0)
    conditions: Words


class ContractEnd(Said, frozen=True, kw_only=True):
    """When and why a contract ends."""

    contract_id: RowId
    ended_on: date
    end_reason: Words


class NewCustodyCheck(Said, frozen=True, kw_only=True):
    """What a check found; names of who was there, the custodian among them."""

    contract_id: RowId
    checked_on: date
    state: FoundState
    finding: Words
    checked_by: Name


class CustodyCheckOut(msgspec.Struct, frozen=True):
    """A check."""

    checked_on: date
    state: FoundState
    finding: str
    checked_by: str
    minutes: str
    paper: str


class ContractOut(msgspec.Struct, frozen=True, kw_only=True):
    """A contract with its checks, the last one first."""

    id: int
    form: CustodyForm
    number: str
    custodian: str
    address: str | None
    identity: str | None
    from_on: date
    until_on: date | None
    monthly_cost: Decimal
    conditions: str
    check_due_on: date
    article: str
    ended_on: date | None
    end_reason: str | None
    checks: list[CustodyCheckOut]


class ContractRow(msgspec.Struct, frozen=True):
    """A running contract in a list, the one to be checked next first."""

    id: int
    asset: str
    description: str
    form: CustodyForm
    custodian: str
    until_on: date | None
    monthly_cost: Decimal
    check_due_on: date


class CustodyCheckMinutes(PaperData, frozen=True, kw_only=True):
    """Data of the minutes of a check of outside custody (C01/17 Art. 12(2))."""

    on: date
    custodian: Party
    contract_number: str
    state: FoundState
    finding: str
    checked_by: Party
