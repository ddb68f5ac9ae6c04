"""Makes things kept in a way of their own: sealed, counted, spoiling, with others, not as said."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.models import JobFailure
from inventory.custody.rules import SealState
from inventory.evidence.queries import list_holds
from inventory.evidence.rules import Comparison
from inventory.labels.commands import print_labels
from inventory.labels.queries import mark_of_installation
from inventory.labels.schemas import NewRun
from inventory.outside.commands import check_custody, give_into_custody
from inventory.outside.rules import FoundState
from inventory.outside.schemas import NewContract, NewCustodyCheck
from inventory.seals.commands import check_seal, open_seal, seal
from inventory.seals.rules import OpenedFor
from inventory.seals.schemas import NewCheck
from inventory.specials.commands import count_cash, mark_special
from inventory.specials.rules import SpecialKind
from inventory.specials.schemas import NewCashCount, NewCashLine, NewMark
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm
from tests.make.inventory import make_evidence, take_in_at
from tests.make.seals import new_opening, new_seal

NOTE = Decimal(500_000)


def make_kept(
    session: Session, keeper: Actor, officer: Actor, store: Place, *, at: datetime
) -> dict[str, object]:
    """One of each, by name: torn, opened, cash, spoils, outside, differs, labels and their mark."""
    today = local_day(at)
    names = ("torn", "opened", "cash", "spoils", "outside")
    texts = ("Túi ma túy đá", "Máy tính xách tay", "Tiền Việt Nam", "Hải sản đông lạnh", "Máy xúc")
    made: dict[str, object] = {}
    for name, text in zip(names, texts, strict=True):
        kind = AssetKind.CASH if name == "cash" else AssetKind.MOVABLE
        asset = make_evidence(session, officer, at=at, description=text, kind=kind)
        made[name] = asset.reference
    for name, number in (("torn", "NP-7001"), ("opened", "NP-7002")):
        sealing = new_seal(number, sealed_on=today)
        seal(session, officer, str(made[name]), sealing, at=at)
    torn = NewCheck(number="NP-7001", state=SealState.TORN, note="Rách một góc")
    check_seal(session, keeper, str(made["torn"]), torn, at=at)
    opening = new_opening("NP-7002", opened_on=today, purpose=OpenedFor.EXAMINATION)
    open_seal(session, officer, str(made["opened"]), opening, at=at)
    _count(session, keeper, str(made["cash"]), at)
    spoils = NewMark(kind=SpecialKind.PERISHABLE, perishable_on=today + timedelta(days=2))
    mark_special(session, keeper, str(made["spoils"]), spoils, at=at)
    made["contract"] = _give(session, officer, str(made["outside"]), at)
    return made | _differs(session, officer, at) | _labels(session, keeper, store, at)


def make_failed_job(session: Session, *, at: datetime) -> None:
    """A due thing that failed twice and is tried again."""
    session.add(
        JobFailure(
            job_id="papers.print",
            key="1",
            attempts=2,
            last_error="Unavailable: PDF",
            first_failed_at=at - timedelta(hours=1),
            last_failed_at=at,
            next_try_at=at + timedelta(hours=1),
        )
    )


def _count(session: Session, keeper: Actor, asset: str, at: datetime) -> None:
    mark_special(session, keeper, asset, NewMark(kind=SpecialKind.CASH), at=at)
    counted = NewCashCount(
        currency="VND",
        total=3 * NOTE,
        counted_on=local_day(at),
        counted_by=keeper.name,
        lines=[NewCashLine(denomination=NOTE, pieces=3)],
    )
    count_cash(session, keeper, asset, counted, at=at)


def _give(session: Session, officer: Actor, asset: str, at: datetime) -> int:
    before = local_day(at) - timedelta(days=50)
    contract = NewContract(
        custody_form=CustodyForm.THIRD_PARTY,
        number="7/HĐ-BQ",
        custodian="Công ty Giữ Hộ",
        address="Số 9 đường Giả Định",
        from_on=before,
        monthly_cost=Decimal(2_000_000),
        conditions="Giữ trong bãi có mái che",
    )
    made = give_into_custody(session, officer, asset, contract, at=at)
    check = NewCustodyCheck(
        contract_id=made.id,
        checked_on=before + timedelta(days=10),
        state=FoundState.AS_BEFORE,
        finding="Nguyên trạng",
        checked_by="Trần Văn Chấp",
    )
    check_custody(session, officer, asset, check, at=at)
    return made.id


def _differs(session: Session, officer: Actor, at: datetime) -> dict[str, object]:
    said = {"comparison": Comparison.DIFFERS, "difference": "Thiếu một máy", "letter": "12/CV"}
    asset = make_evidence(session, officer, at=at, **said).reference
    return {"differs": asset, "mismatch": list_holds(session, officer, asset)[0].id}


def _labels(session: Session, keeper: Actor, store: Place, at: datetime) -> dict[str, object]:
    kept = make_evidence(session, keeper, at=at, take_in=take_in_at(store)).reference
    run = print_labels(session, keeper, NewRun(format="a4-24", numbers=[kept]), address="", at=at)
    return {"labelled": kept, "run": run.id, "mark": mark_of_installation(session)}
