"""What every act after a sale needs: the locked sale, its lot and assets, its entries."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.rules import Rule
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import assets_of, no_such_sale, visible_sales
from auction.sales.rules import Act, EntryKind, SaleEnded
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount


def lock_sale(session: Session, actor: Actor, sale_id: int, *, ended: bool = False) -> Sale:
    """The sale, locked after its lot: acts on one sale follow each other.

    ``ended`` lets one through that fell away. Raises NotFound, SaleEnded.
    """
    found = session.scalar(visible_sales(actor).where(Sale.id == sale_id))
    if found is None:
        raise no_such_sale()
    session.get_one(Lot, found.lot_id, with_for_update={"key_share": True})
    session.refresh(found, with_for_update={"key_share": True})
    if not ended and (found.defaulted_on or found.cancelled_on):
        raise SaleEnded(_("This sale fell away; nothing more follows from it."))
    return found


def append(
    session: Session,
    actor: Actor,
    sale: Sale,
    kind: EntryKind,
    on: date,
    *,
    at: datetime,
    amount: Decimal | None = None,
    owner: str | None = None,
    document: str | None = None,
    words: str | None = None,
    rule: Rule | None = None,
    reverses_id: int | None = None,
) -> SaleEntry:
    """Write an entry of a sale."""
    entry = SaleEntry(
        sale_id=sale.id,
        office_id=sale.office_id,
        kind=kind.value,
        happened_on=on,
        amount=amount,
        owner=owner,
        document=document,
        words=words,
        rule_id=rule.id if rule else None,
        article=rule.article if rule else None,
        reverses_id=reverses_id,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(entry)
    session.flush()
    return entry


def step(
    session: Session,
    actor: Actor,
    sale: Sale,
    taken: Step,
    on: date,
    *,
    at: datetime,
    document: str | None = None,
) -> None:
    """Take a step with every asset of the sale; its limits are about the lot."""
    lot = session.get_one(Lot, sale.lot_id)
    take_step(
        session,
        actor,
        assets_of(session, lot.id),
        taken,
        on,
        at=at,
        document=document,
        subject=due_subject(lot),
        lot_id=lot.id,
        round_id=sale.round_id,
    )


def references_of(session: Session, sale: Sale) -> list[str]:
    """The assets of a sale as people call them."""
    statement = select(Asset.reference).where(Asset.id.in_(assets_of(session, sale.lot_id)))
    return list(session.scalars(statement.order_by(Asset.id)))


def note(
    session: Session,
    actor: Actor,
    act: Act,
    sale: Sale,
    data: dict[str, object],
    *,
    at: datetime,
) -> None:
    """Tell the audit ledger of an act on a sale, under its lot."""
    lot = session.get_one(Lot, sale.lot_id)
    subject = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    audit.record(session, actor, act, subject, {"sale": sale.id, **data}, at=at)


def check_positive(amount: Decimal, field: str = "amount") -> None:
    """Refuse an amount that is nothing, negative or no whole đồng.

    Raises Invalid.
    """
    check_amount(amount, field=field)
    if not amount:
        raise Invalid(_("The amount must be more than nothing."), field=field)


def check_day(day: date, earliest: date, latest: date, field: str) -> None:
    """Refuse a day before what it follows, or in the future.

    Raises Invalid.
    """
    if not earliest <= day <= latest:
        raise Invalid(
            _("The day must lie between %(first)s and %(last)s."),
            field=field,
            first=earliest,
            last=latest,
        )
