"""The register of firms, who may be contracted on a day, and how values held at sales."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from auction.firms.models import FirmConflict, FirmMeasure, FirmPerson, ValuationFirm
from auction.firms.rules import (
    MIN_SALES,
    FirmUnknown,
    Measure,
    MeasureSpan,
    Spread,
    Standing,
    standing_on,
)
from auction.firms.schemas import (
    ConflictOut,
    FirmOut,
    FirmRow,
    MeasureOut,
    PersonOut,
    Ratios,
)
from auction.legal_rules.queries import rule_on
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase

_RATIOS = text("""
WITH lots AS (
  SELECT DISTINCT la.lot_id
  FROM valuation v JOIN lot_asset la ON la.asset_id = v.asset_id
  JOIN lot l ON l.id = la.lot_id
  WHERE v.firm_id = ANY (:firms) AND (:sees_all OR l.office_id = ANY (:offices))),
opened AS (
  SELECT r.lot_id, min(coalesce(r.held_on,
      CAST(r.opens_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date))) AS first_on,
    (array_agg(r.starting_price ORDER BY r.number DESC)
      FILTER (WHERE r.starting_price IS NOT NULL))[1] AS last_start,
    (array_agg(o.sale_price ORDER BY r.number)
      FILTER (WHERE o.sale_price IS NOT NULL))[1] AS sale
  FROM lots JOIN auction_round r ON r.lot_id = lots.lot_id
  LEFT JOIN round_outcome o ON o.round_id = r.id
  GROUP BY r.lot_id),
valued AS (
  SELECT la.lot_id, min(v.firm_id) AS firm_id, sum(v.amount) AS amount
  FROM opened JOIN lot_asset la ON la.lot_id = opened.lot_id
  LEFT JOIN LATERAL (
    SELECT firm_id, amount FROM valuation
    WHERE asset_id = la.asset_id AND valued_on <= opened.first_on
    ORDER BY valued_on DESC, id DESC LIMIT 1) AS v ON true
  GROUP BY la.lot_id
  HAVING count(v.firm_id) = count(*) AND min(v.firm_id) = max(v.firm_id) AND sum(v.amount) > 0)
SELECT v.firm_id, count(o.sale) AS sales, count(o.last_start) AS starts,
  count(*) FILTER (WHERE o.sale IS NULL) AS unsold,
  CASE WHEN count(o.sale) >= :least THEN percentile_cont(ARRAY[0.25, 0.5, 0.75])
    WITHIN GROUP (ORDER BY o.sale / v.amount) END AS sale,
  CASE WHEN count(o.last_start) >= :least THEN percentile_cont(ARRAY[0.25, 0.5, 0.75])
    WITHIN GROUP (ORDER BY o.last_start / v.amount) END AS start
FROM valued v JOIN opened o ON o.lot_id = v.lot_id
WHERE v.firm_id = ANY (:firms)
GROUP BY v.firm_id
""").bindparams(
    bindparam("firms", type_=ARRAY(BigInteger)), bindparam("offices", type_=ARRAY(BigInteger))
)
"""Of lots in sight whose assets one firm valued; those tables belong to the rooms above."""

SHORT_FORMS = (
    ("cty", "cong ty"),
    ("c ty", "cong ty"),
    ("tnhh", "trach nhiem huu han"),
    ("mtv", "mot thanh vien"),
    ("ctcp", "cong ty co phan"),
    ("cp", "co phan"),
    ("tdg", "tham dinh gia"),
    ("dv", "dich vu"),
    ("vn", "viet nam"),
)
"""How the parts of a firm's name are shortened, without marks, and what they mean."""
S = TypeVar("S", bound=msgspec.Struct)
NOTHING = Ratios(sale=Spread(count=0), last_start=Spread(count=0))
_FOUR = Decimal("0.0001")


def list_firms(
    session: Session,
    actor: Actor,
    on: date,
    *,
    words: str = "",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[FirmRow]:
    """Firms in Vietnamese order, those whose name, number or province holds some words."""
    f = ValuationFirm
    key = f.name_key.collate("C")
    statement = select(
        f.id, f.name, f.list_number, f.province, f.listed_from, f.listed_to, f.name_key
    )
    if words:
        statement = statement.where(f.searchable.contains(func.vn_fold(words), autoescape=False))
    if after := decode_cursor(cursor, str, int):
        statement = statement.where(or_(key > after[0], and_(key == after[0], f.id > after[1])))
    found = session.execute(statement.order_by(key, f.id).limit(size + 1)).all()
    ids = [row.id for row in found]
    measures = _measures(session, ids)
    ratios = ratios_of(session, actor, ids, on)
    keys = {row.id: row.name_key for row in found}
    rows = [
        FirmRow(
            id=row.id,
            name=row.name,
            list_number=row.list_number,
            province=row.province,
            standing=_standing(row, measures[row.id], on),
            ratios=ratios.get(row.id, NOTHING),
        )
        for row in found
    ]
    return page_of(rows, size, key=lambda row: (keys[row.id], row.id))


def get_firm(session: Session, actor: Actor, firm_id: int, on: date) -> FirmOut:
    """One firm with its measures, its people, and the ties declared by offices in sight.

    Raises FirmUnknown.
    """
    firm = find_firm(session, firm_id)
    measures = _measures(session, [firm_id])[firm_id]
    people = session.scalars(
        select(FirmPerson).where(FirmPerson.firm_id == firm_id).order_by(FirmPerson.id)
    )
    said = {n: getattr(firm, n) for n in FirmOut.__struct_fields__ if hasattr(firm, n)}
    return FirmOut(
        **said,
        standing=_standing(firm, measures, on),
        measures=measures,
        people=[_told(PersonOut, one) for one in people],
        conflicts=_conflicts(session, actor, firm_id),
        ratios=ratios_of(session, actor, [firm_id], on).get(firm_id, NOTHING),
        least_sales=int(rule_on(session, MIN_SALES, on).number),
    )


def find_firm(session: Session, firm_id: int) -> ValuationFirm:
    """The firm of a number.

    Raises FirmUnknown.
    """
    firm = session.get(ValuationFirm, firm_id)
    if firm is None:
        raise FirmUnknown(_("There is no such valuation firm."), field="firm_id")
    return firm


def standing_of_firm(session: Session, firm: ValuationFirm, on: date) -> Standing:
    """How a firm stands on a day."""
    return _standing(firm, _measures(session, [firm.id])[firm.id], on)


def eligible_firms(session: Session, on: date, *, most: int = 500) -> list[tuple[int, str]]:
    """Firms that may be contracted on a day, by name, with their province: for a form to choose."""
    f, m = ValuationFirm, FirmMeasure
    barred = select(m.id).where(
        m.firm_id == f.id, m.from_on <= on, or_(m.to_on.is_(None), m.to_on >= on)
    )
    rows = session.execute(
        select(f.id, f.name, f.province)
        .where(f.listed_from <= on, or_(f.listed_to.is_(None), f.listed_to >= on), ~barred.exists())
        .order_by(f.name_key.collate("C"), f.id)
        .limit(most)
    )
    return [(row.id, f"{row.name} ({row.province})") for row in rows]


def firm_named(session: Session, name: str | None) -> int | None:
    """The one firm of the register that bears a name, however it is spelt; None where unsure."""
    found = firms_named(session, name)
    return found[0].id if len(found) == 1 else None


def firms_named(session: Session, name: str | None) -> Sequence[ValuationFirm]:
    """The firms of the register that bear a name, however it is spelt, short or written out."""
    if name is None:
        return []
    f = ValuationFirm
    named = select(f).where(_bare(f.name) == _bare(literal(name))).order_by(f.id)
    return session.scalars(named).all()


def _bare(name: SQLColumnExpression[str]) -> ColumnElement[str]:
    """A firm's name without marks, case, dots and further blanks, its usual short forms in full."""
    words = func.regexp_replace(func.vn_fold(name), "[^a-z0-9]+", " ", "g")
    said: ColumnElement[str] = func.concat(" ", words, " ")
    for short, full in SHORT_FORMS:
        said = func.replace(said, f" {short} ", f" {full} ")
    return func.btrim(func.regexp_replace(said, " +", " ", "g"))


def visible_conflicts(actor: Actor) -> Select[FirmConflict]:
    """Ties declared in offices of the actor's sight."""
    return select(FirmConflict).where(in_sight(FirmConflict.office_id, actor))


def conflict_for(
    session: Session,
    actor: Actor,
    firm_id: int,
    *,
    case_id: int | None,
    staff_ids: Collection[int],
    ties: Collection[str],
    on: date,
) -> FirmConflict | None:
    """A tie that stands on a day between a firm and the parties of a case, or its officers."""
    c = FirmConflict
    whom: list[ColumnElement[bool]] = [c.staff_id.in_(sorted(staff_ids))]
    if case_id is not None:
        whom.append(c.case_id == case_id)
    return session.scalar(
        visible_conflicts(actor)
        .where(
            c.firm_id == firm_id,
            or_(*whom),
            c.tie.in_(sorted(ties)),
            c.declared_on <= on,
            or_(c.ended_on.is_(None), c.ended_on >= on),
        )
        .order_by(c.id)
        .limit(1)
    )


def ratios_of(
    session: Session, actor: Actor, firm_ids: Sequence[int], on: date
) -> dict[int, Ratios]:
    """Ratios of some firms over the lots in sight, in one statement.

    With fewer sales than the rule of the day wants there is a count and no figure.
    """
    if not firm_ids:
        return {}
    said = {
        "firms": list(firm_ids),
        "sees_all": actor.sees_all,
        "offices": sorted(actor.office_ids),
        "least": int(rule_on(session, MIN_SALES, on).number),
    }
    return {
        row.firm_id: Ratios(
            sale=_spread(row.sales, row.sale),
            last_start=_spread(row.starts, row.start),
            unsold=row.unsold,
        )
        for row in session.execute(_RATIOS, said)
    }


def _spread(count: int, figures: Sequence[float] | None) -> Spread:
    if figures is None:
        return Spread(count=count)
    lower, median, upper = (Decimal(repr(figure)).quantize(_FOUR) for figure in figures)
    return Spread(count=count, lower=lower, median=median, upper=upper)


def _measures(session: Session, firm_ids: Sequence[int]) -> dict[int, list[MeasureOut]]:
    found: dict[int, list[MeasureOut]] = defaultdict(list)
    rows = session.scalars(
        select(FirmMeasure)
        .where(FirmMeasure.firm_id.in_(firm_ids))
        .order_by(FirmMeasure.from_on, FirmMeasure.id)
    )
    for row in rows:
        found[row.firm_id].append(_told(MeasureOut, row))
    return found


def _standing(
    firm: ValuationFirm | Row[*tuple[Any, ...]], measures: Sequence[MeasureOut], on: date
) -> Standing:
    spans = [MeasureSpan(Measure(m.kind), m.from_on, m.to_on) for m in measures]
    return standing_on(firm.listed_from, firm.listed_to, spans, on)


def _conflicts(session: Session, actor: Actor, firm_id: int) -> list[ConflictOut]:
    c = FirmConflict
    rows = session.execute(
        visible_conflicts(actor)
        .with_only_columns(
            *(getattr(c, n) for n in ConflictOut.__struct_fields__ if hasattr(c, n)),
            EnforcementCase.decision_number.label("case_number"),
        )
        .outerjoin(EnforcementCase, EnforcementCase.id == c.case_id)
        .where(c.firm_id == firm_id)
        .order_by(c.id)
    )
    return [msgspec.convert(dict(row), ConflictOut) for row in rows.mappings()]


def _told(shape: type[S], row: object) -> S:
    return msgspec.convert({n: getattr(row, n) for n in shape.__struct_fields__}, shape)
