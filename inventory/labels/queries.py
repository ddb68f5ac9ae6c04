"""Reading labels: what a code stands for, whose labels can be printed, what was printed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import visible_assets
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import Holding
from inventory.labels.models import AssetLabel, LabelMark, LabelRun, PlaceLabel
from inventory.labels.rules import (
    DRAWN_FOR,
    MOST,
    Code,
    LabelKind,
    NeverTakenIn,
    NoLongerDrawn,
    OtherInstallation,
    Reason,
    UnknownCode,
    WrongLabel,
    place_reference,
    read_code,
)
from inventory.labels.schemas import (
    Chosen,
    Found,
    Labelled,
    LabelOut,
    PrintedLabel,
    RunOut,
    RunRow,
    Selection,
    WaitingRow,
    Wanted,
)
from inventory.orders.models import OrderUse, WarehouseOrder
from inventory.orders.queries import find_order
from inventory.orders.rules import Direction
from inventory.organisation.models import Office
from inventory.warehouses.models import Place
from inventory.warehouses.queries import get_place, visible_places
from inventory.warehouses.rules import WAREHOUSE_FORMS

NOTHING = _("Nothing here has the number %(code)s.")


def mark_of_installation(session: Session) -> str:
    """The four digits that are on every label of this installation."""
    return session.execute(select(LabelMark.mark)).scalar_one()


def find_by_code(
    session: Session, actor: Actor, text: str, *, expected: LabelKind | None = None
) -> Found | None:
    """What a scanned or typed code stands for, None where the text is not a code at all.

    Raises MistypedCode, OtherInstallation, UnknownCode, and WrongLabel where it is not what is
    ``expected``.
    """
    code = read_code(text)
    if code is None:
        return None
    if code.mark is not None and code.mark != mark_of_installation(session):
        raise OtherInstallation(
            _("This label was not printed by this installation; its number means nothing here."),
            field="q",
        )
    if expected is not None and code.kind is not expected:
        raise _wrong(code)
    if code.kind is LabelKind.PLACE:
        return _found_place(session, actor, code)
    statement = visible_assets(actor).with_only_columns(Asset.id)
    asset_id = session.scalar(statement.where(Asset.reference == code.reference))
    if asset_id is None:
        raise _unknown(code.reference)
    return Found(code.kind, asset_id, code.reference, f"/assets/{code.reference}")


def _found_place(session: Session, actor: Actor, code: Code) -> Found:
    statement = visible_places(actor).with_only_columns(Place.id)
    if session.scalar(statement.where(Place.id == code.number)) is None:
        raise _unknown(code.reference)
    return Found(code.kind, code.number, code.reference, f"/places/{code.number}")


def _unknown(code: str, field: str = "q") -> UnknownCode:
    return UnknownCode(NOTHING, field=field, code=code)


def _wrong(code: Code) -> WrongLabel:
    if code.kind is LabelKind.PLACE:
        message = _("%(code)s is the label of a place; scan that of an asset.")
    else:
        message = _("%(code)s is the label of an asset; scan that of a place.")
    return WrongLabel(message, field="q", code=code.reference)


def select_labels(session: Session, actor: Actor, chosen: Chosen) -> Selection:
    """The labels of one run for a choice, of the actor's own office, in their numbers' order.

    Raises UnknownCode, MistypedCode, WrongLabel, NeverTakenIn, NotFound, Invalid.
    """
    if chosen.numbers:
        return Selection(_by_number(session, actor, chosen), more=False)
    if chosen.waiting:
        statement, printed = _assets(actor).where(*_UNLABELLED), _ASSET_COUNT
    elif chosen.order is not None:
        statement, printed = _of_order(session, actor, chosen.order), _ASSET_COUNT
    elif chosen.place_id is None:
        raise Invalid(_("Say whose labels: numbers, an order or a place."), field="numbers")
    elif chosen.kind is LabelKind.PLACE:
        inside = _inside(session, actor, chosen.place_id)
        statement, printed = _places(actor).where(inside, Place.closed_on.is_(None)), _PLACE_COUNT
    else:
        inside = _inside(session, actor, chosen.place_id)
        lies = Holding.place_id.in_(visible_places(actor).with_only_columns(Place.id).where(inside))
        statement, printed = _assets(actor).where(lies), _ASSET_COUNT
    if not chosen.again:
        statement = statement.where(printed == 0)
    rows = session.execute(statement.limit(MOST + 1)).all()
    return Selection([_wanted(row) for row in rows[:MOST]], more=len(rows) > MOST)


def count_waiting(session: Session, actor: Actor) -> int:
    """How many things of the actor's office were taken in and have no label, up to a bound."""
    waiting = _waiting(actor).with_only_columns(Holding.asset_id).limit(MOST).subquery()
    return session.execute(select(func.count()).select_from(waiting)).scalar_one()


def list_waiting(session: Session, actor: Actor, *, n: int = 8) -> list[WaitingRow]:
    """Some things that wait for their label, those first that lie there longest."""
    columns = (Asset.reference, Asset.description, Place.name, Holding.since)
    statement = _waiting(actor).with_only_columns(*columns)
    rows = session.execute(statement.order_by(Holding.since, Holding.asset_id).limit(n))
    return [WaitingRow(*row) for row in rows]


def _waiting(actor: Actor) -> Select[Asset]:
    return (
        visible_assets(actor)
        .join(Holding, Holding.asset_id == Asset.id)
        .join(Place, Place.id == Holding.place_id)
        .where(Asset.office_id == actor.office_id, *_UNLABELLED)
    )


def labelled_orders(
    session: Session, *, order_id: int | None = None, run_id: int | None = None
) -> list[Labelled]:
    """Finished orders in, of all whose things bear a label: who printed the last one, and when.

    Asked of one order, or of those by which the things of a run came.
    """
    use, label, order = OrderUse, AssetLabel, WarehouseOrder
    if run_id is None:
        wanted = use.order_id == order_id
    else:
        just = select(label.asset_id).where(label.run_id == run_id)
        wanted = use.order_id.in_(select(use.order_id).where(use.asset_id.in_(just)))
    newest_first = aggregate_order_by(label.printed_by_name, label.printed_at.desc())
    rows = session.execute(
        select(use.order_id, func.array_agg(newest_first)[1], func.max(label.printed_at))
        .join(order, order.id == use.order_id)
        .outerjoin(label, and_(label.asset_id == use.asset_id, label.nth == 1))
        .where(wanted, order.direction == Direction.IN, order.finished_at.is_not(None))
        .group_by(use.order_id)
        .having(func.bool_and(label.asset_id.is_not(None)))
        .order_by(use.order_id)
    )
    return [Labelled(*row) for row in rows]


def _of_order(session: Session, actor: Actor, said: str) -> Select[*tuple[Any, ...]]:
    order = find_order(session, actor, said.upper())
    if order is None:
        raise NotFound(_("There is no order %(reference)s."), field="order", reference=said)
    came = select(OrderUse.asset_id).where(OrderUse.order_id == order.id)
    return _assets(actor).where(Asset.id.in_(came))


def _inside(session: Session, actor: Actor, place_id: int) -> ColumnElement[bool]:
    path = get_place(session, actor, place_id).path
    return Place.path.startswith(path, autoescape=True)


_ASSET_COUNT: ScalarSelect[int] = (
    select(func.coalesce(func.max(AssetLabel.nth), 0))
    .where(AssetLabel.asset_id == Asset.id)
    .correlate(Asset)
    .scalar_subquery()
)
_PLACE_COUNT: ScalarSelect[int] = (
    select(func.coalesce(func.max(PlaceLabel.nth), 0))
    .where(PlaceLabel.place_id == Place.id)
    .correlate(Place)
    .scalar_subquery()
)


_UNLABELLED: tuple[ColumnElement[bool], ...] = (
    Holding.place_id.in_(select(Place.id).where(Place.custody_form.in_(WAREHOUSE_FORMS))),
    ~exists().where(AssetLabel.asset_id == Holding.asset_id),
)
"""A thing lies in a warehouse of the office and bears no label (C04/23 Art. 11(1))."""


def _assets(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        visible_assets(actor)
        .with_only_columns(
            Asset.id,
            Asset.reference,
            Asset.description,
            _ASSET_COUNT,
            null().label("place_code"),
            Holding.seq.label("seq"),
        )
        .join(Holding, Holding.asset_id == Asset.id)
        .where(Asset.office_id == actor.office_id)
        .order_by(Asset.id)
    )


def _places(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        visible_places(actor)
        .with_only_columns(
            Place.id,
            literal("").label("reference"),
            Place.name,
            _PLACE_COUNT,
            Place.code.label("place_code"),
            literal(1).label("seq"),
        )
        .where(Place.office_id == actor.office_id)
        .order_by(Place.path)
    )


def _wanted(row: Row[*tuple[Any, ...]]) -> Wanted:
    return Wanted(row[0], row[1] or place_reference(row[0]), row[2], row[3], row[4])


def _by_number(session: Session, actor: Actor, chosen: Chosen) -> list[Wanted]:
    """The labels of some numbers, each once, in the order in which they were said."""
    codes = list(dict.fromkeys(_code(text, chosen.kind) for text in chosen.numbers))
    if len(codes) > MOST:
        raise Invalid(_("At most %(n)s labels are printed at once."), field="numbers", n=MOST)
    if chosen.kind is LabelKind.PLACE:
        statement = _places(actor).where(Place.id.in_([code.number for code in codes]))
    else:
        statement = _assets(actor).where(Asset.reference.in_([code.reference for code in codes]))
    found = {row.id: row for row in session.execute(statement)}
    known = {_wanted(row).reference: row for row in found.values()}
    for code in codes:
        if code.reference not in known:
            raise _unknown(code.reference, "numbers")
        if known[code.reference].seq == 0:
            raise NeverTakenIn(
                _("%(reference)s was never taken in; it gets its label when it is."),
                field="numbers",
                reference=code.reference,
            )
    return [_wanted(known[code.reference]) for code in codes]


def _code(text: str, kind: LabelKind) -> Code:
    code = read_code(text)
    if code is None:
        raise _unknown(text[:60], "numbers")
    if code.kind is not kind:
        raise _wrong(code)
    return Code(code.kind, code.number, code.reference)


def visible_runs(actor: Actor) -> Select[LabelRun]:
    """Runs of offices in the actor's sight."""
    return select(LabelRun).where(in_sight(LabelRun.office_id, actor))


def list_runs(session: Session, actor: Actor, *, cursor: str | None = None) -> Page[RunRow]:
    """Runs of labels, the newest first."""
    columns = [getattr(LabelRun, name) for name in RunRow.__struct_fields__]
    statement = visible_runs(actor).with_only_columns(*columns).order_by(LabelRun.id.desc())
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(LabelRun.id < after[0])
    rows = session.execute(statement.limit(PAGE_SIZE + 1)).mappings()
    return page_of([RunRow(**_told(row)) for row in rows], PAGE_SIZE, key=lambda row: (row.id,))


def get_run(session: Session, actor: Actor, run_id: int) -> RunOut:
    """One run with its labels.

    Raises NotFound.
    """
    said = [name for name in RunOut.__struct_fields__ if hasattr(LabelRun, name)]
    found = (
        session.execute(
            visible_runs(actor)
            .with_only_columns(
                *(getattr(LabelRun, name) for name in said), Office.code.label("office_code")
            )
            .join(Office, Office.id == LabelRun.office_id)
            .where(LabelRun.id == run_id)
        )
        .mappings()
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such print of labels."))
    told = _told(found)
    return RunOut(**told, items=_items(session, told["kind"], run_id))


def get_drawable_run(session: Session, actor: Actor, run_id: int, *, at: datetime) -> RunOut:
    """A run whose file may be given now.

    Raises NotFound, NoLongerDrawn.
    """
    run = get_run(session, actor, run_id)
    if at > run.printed_at + DRAWN_FOR:
        raise NoLongerDrawn(
            _("These labels were printed more than an hour ago; print them again, with a reason.")
        )
    return run


def list_labels_of(session: Session, actor: Actor, asset_id: int) -> list[LabelOut]:
    """Every printing of an asset's label, the newest first."""
    columns = [getattr(AssetLabel, name) for name in LabelOut.__struct_fields__]
    rows = session.execute(
        select(*columns)
        .join(Asset, Asset.id == AssetLabel.asset_id)
        .where(in_sight(Asset.office_id, actor), Asset.id == asset_id)
        .order_by(AssetLabel.nth.desc())
    ).mappings()
    return [
        LabelOut(**{**row, "reason": Reason(row["reason"]) if row["reason"] else None})
        for row in rows
    ]


def _items(session: Session, kind: LabelKind, run_id: int) -> list[PrintedLabel]:
    if kind is LabelKind.PLACE:
        rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(
            select(PlaceLabel.place_id, PlaceLabel.nth, Place.code)
            .join(Place, Place.id == PlaceLabel.place_id)
            .where(PlaceLabel.run_id == run_id)
            .order_by(PlaceLabel.position)
        ).all()
        return [PrintedLabel(place_reference(row[0]), row[1], row[2]) for row in rows]
    rows = session.execute(
        select(Asset.reference, AssetLabel.nth)
        .join(Asset, Asset.id == AssetLabel.asset_id)
        .where(AssetLabel.run_id == run_id)
        .order_by(AssetLabel.position)
    ).all()
    return [PrintedLabel(row[0], row[1]) for row in rows]


def _told(row: Any) -> dict[str, Any]:
    """A row with its codes as members of their lists."""
    reason = Reason(row["reason"]) if row["reason"] else None
    return {**row, "kind": LabelKind(row["kind"]), "reason": reason}
