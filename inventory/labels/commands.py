"""Printing labels. Each print is kept for ever: who, when, and why where there was one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.references import reference
from inventory.labels.models import AssetLabel, LabelRun, PlaceLabel
from inventory.labels.queries import labelled_orders, select_labels
from inventory.labels.rules import JustPrinted, LabelKind, check_start, format_of
from inventory.labels.schemas import Labelled, NewRun, Selection
from inventory.orders.commands.finishing import record_labelled
from inventory.orders.rules import OrderFinished

RUN_PREFIX = "NH"


def print_labels(
    session: Session, actor: Actor, new: NewRun, *, address: str, at: datetime
) -> LabelRun:
    """Record a print of labels; the file is drawn from the record.

    ``address`` is the public address of the installation, empty where it has none. Two people who
    print the same label at once are told apart by the key of its ledger.
    Raises Invalid, UnknownCode, MistypedCode, WrongLabel, NeverTakenIn, NotFound.
    """
    actor.require("labels.print")
    check_start(format_of(new.format), new.start)
    selection = select_labels(session, actor, new)
    _check_reason(new, selection)
    run = LabelRun(
        office_id=actor.office_id,
        kind=new.kind,
        format=new.format,
        start=new.start,
        number=len(selection.items),
        repeated=selection.repeated,
        reason=new.reason,
        note=new.note,
        address=address,
        printed_at=at,
        printed_by_id=actor.staff_id,
        printed_by_name=actor.name,
    )
    session.add(run)
    session.flush()
    ledger = PlaceLabel if new.kind is LabelKind.PLACE else AssetLabel
    every_column = insert(ledger).execution_options(render_nulls=True)
    just_now = JustPrinted(_("Somebody else printed one of these labels just now; look again."))
    with refused_by(session, f"pk_{ledger.__tablename__}", just_now):
        session.execute(every_column, _rows(run, new, selection))
    subject = audit.Subject("label_run", run.id, reference(RUN_PREFIX, run.id), run.office_id)
    data = {"number": run.number, "repeated": run.repeated, "reason": new.reason}
    audit.record(session, actor, Act.LABELS_PRINTED, subject, data, at=at)
    if new.kind is LabelKind.ASSET:
        _take_step(session, labelled_orders(session, run_id=run.id))
    return run


def follow_finished(session: Session, event: OrderFinished) -> None:
    """Labels that were printed before the last paper of their order count when it is written."""
    _take_step(session, labelled_orders(session, order_id=event.order_id))


def _take_step(session: Session, orders: list[Labelled]) -> None:
    for one in orders:
        record_labelled(session, one.order_id, one.by_name, at=one.at)


def _check_reason(new: NewRun, selection: Selection) -> None:
    if not selection.items:
        raise Invalid(_("There is no label to print: all of them have one."), field="numbers")
    if selection.repeated and new.reason is None:
        raise Invalid(
            _("%(n)s of these labels were printed before; say why they are printed again."),
            field="reason",
            n=selection.repeated,
        )


def _rows(run: LabelRun, new: NewRun, selection: Selection) -> list[dict[str, Any]]:
    place = new.kind is LabelKind.PLACE
    key = "place_id" if place else "asset_id"
    office = {"office_id": run.office_id} if place else {}
    return [
        {
            key: item.id,
            "nth": item.printed + 1,
            "run_id": run.id,
            "position": position,
            "reason": new.reason if item.printed else None,
            "note": new.note if item.printed else None,
            "printed_at": run.printed_at,
            "printed_by_name": run.printed_by_name,
            **office,
        }
        for position, item in enumerate(selection.items)
    ]
