"""All that is known of how an asset is priced, what is lawful next, and what waits on the desk."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import Session

from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineOut
from auction.firms.models import ValuationFirm
from auction.legal_rules.queries import rules_in_use
from auction.life.queries import life_began, standing_of
from auction.life.rules import State
from auction.valuations.councils import CouncilOut, FurtherAsset, MemberOut
from auction.valuations.models import (
    CouncilMember,
    CouncilOpinion,
    PriceCouncil,
    PriceKept,
    PriceNotice,
    Revaluation,
    Valuation,
    ValuationContract,
)
from auction.valuations.pricing import lawful_ways, newest_facts
from auction.valuations.queries import list_valuations, rule_serving
from auction.valuations.rules import NextAct, ValuationMethod
from auction.valuations.schemas import (
    ContractOut,
    ExpiringRow,
    FactsOut,
    KeptOut,
    NoticeOut,
    PricingOut,
    ReopenedRow,
    RevaluationOut,
    UntoldRow,
    ValuedAsset,
    WayOut,
)
from auction.valuations.ways import LawfulWays
from inventory.assets.models import Asset
from inventory.assets.queries import visible_assets
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight

S = TypeVar("S", bound=msgspec.Struct)
WARNING = "certificate_expiry_warning"
PRICED = frozenset({State.PRICED, State.PRIORITY_OFFERED})
REOPENED_FROM = frozenset(
    {State.CONTRACTED, State.FAILED, State.REDUCED, State.DEFAULTED, State.RESULT_CANCELLED}
)
"""States in which only a breach or a lapsed certificate reopens the price."""
LIMITS = (
    "valuation_contract_due",
    "price_notice_due",
    "revaluation_start",
    "auction_contract_due",
    "non_auction_sale",
    "gold_bar_sale_due",
)
"""The time limits that the page of a price tells of."""


class Pricing(msgspec.Struct, frozen=True, kw_only=True):
    """The page of an asset's price: what is known, what may come next, what is due."""

    known: PricingOut
    state: State
    next: list[NextAct]
    due: list[DeadlineOut]


def pricing_of(session: Session, actor: Actor, reference: str, on: date) -> PricingOut:
    """How an asset was and is priced.

    Raises NotFound.
    """
    return _pricing(session, actor, _asset(session, actor, reference), on)


def pricing_page_of(session: Session, actor: Actor, reference: str, on: date) -> Pricing:
    """The same with what may come next and by when.

    Raises NotFound.
    """
    asset = _asset(session, actor, reference)
    known = _pricing(session, actor, asset, on)
    state = standing_of(session, [asset.id])[asset.id].state
    due = [
        one
        for one in deadlines_of(session, actor, "asset", asset.reference)
        if one.rule_key in LIMITS and one.met_on is None and one.voided_why is None
    ]
    return Pricing(known=known, state=state, next=next_acts(known, state, on), due=due)


def next_acts(known: PricingOut, state: State, on: date) -> list[NextAct]:
    """The acts that may come next, by what was done."""
    if known.open_contract:
        return [NextAct.CERTIFICATE, NextAct.CONTRACT_END]
    if known.open_council:
        return [NextAct.COUNCIL_DECISION]
    if state in PRICED:
        return _after_price(known, on)
    if state in REOPENED_FROM:
        return [NextAct.GROUND]
    again = known.open_revaluation is not None
    if known.newest is not None and not again:
        return []
    ways = known.lawful.ways if known.lawful else []
    acts = [_BY_WAY[way] for way in ways if not (again and way is ValuationMethod.AGREED)]
    return [*acts, NextAct.FACTS]


_BY_WAY = {
    ValuationMethod.AGREED: NextAct.AGREEMENT,
    ValuationMethod.FIRM: NextAct.CONTRACT,
    ValuationMethod.OFFICER: NextAct.OFFICER_PRICE,
    ValuationMethod.COUNCIL: NextAct.COUNCIL,
    ValuationMethod.POSTED_PRICE: NextAct.POSTED_PRICE,
}


def _after_price(known: PricingOut, on: date) -> list[NextAct]:
    newest, notice = known.newest, known.notice
    if newest is None:
        return []
    acts: list[NextAct] = []
    if notice is None and newest.method is not ValuationMethod.AGREED:
        acts.append(NextAct.NOTICE)
    if notice and notice.window_ends_on and on <= notice.window_ends_on:
        acts.append(NextAct.REQUEST)
    if newest.valid_until and newest.valid_until < on and known.kept_price is None:
        acts.append(NextAct.KEEP)
    return [*acts, NextAct.GROUND]


def way_out(lawful: LawfulWays | None) -> WayOut | None:
    """The lawful ways as they are told."""
    if lawful is None:
        return None
    return WayOut(
        price_class=lawful.price_class,
        ways=list(lawful.ways),
        rule_key=lawful.rule.key,
        article=lawful.rule.article,
        confidence=lawful.rule.confidence,
    )


def _asset(session: Session, actor: Actor, reference: str) -> Asset:
    asset = session.scalar(visible_assets(actor).where(Asset.reference == reference))
    if asset is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return asset


def _pricing(session: Session, actor: Actor, asset: Asset, on: date) -> PricingOut:
    said = newest_facts(session, asset.id)
    shown = ValuedAsset(asset.id, asset.reference, asset.office_id, asset.kind, asset.description)
    return PricingOut(
        asset=asset.reference,
        began_on=life_began(session, asset.id),
        facts=_told(FactsOut, said) if said else FactsOut(),
        lawful=way_out(lawful_ways(session, asset, on)),
        contracts=_contracts(session, asset.id),
        councils=_councils(session, asset.id, asset.reference),
        valuations=list_valuations(session, actor, shown, on),
        notices=_rows(session, NoticeOut, PriceNotice, asset.id),
        revaluations=_rows(session, RevaluationOut, Revaluation, asset.id),
        kept=_rows(session, KeptOut, PriceKept, asset.id),
    )


def _contracts(session: Session, asset_id: int) -> list[ContractOut]:
    c = ValuationContract
    own = [getattr(c, n) for n in ContractOut.__struct_fields__ if n != "firm"]
    rows = session.execute(
        select(*own, ValuationFirm.name.label("firm"))
        .join(ValuationFirm, ValuationFirm.id == c.firm_id)
        .where(c.asset_id == asset_id)
        .order_by(c.id.desc())
    )
    return [msgspec.convert(dict(row), ContractOut) for row in rows.mappings()]


def _councils(session: Session, asset_id: int, reference: str) -> list[CouncilOut]:
    m, o = CouncilMember, CouncilOpinion
    councils = session.scalars(
        select(PriceCouncil)
        .where(PriceCouncil.asset_id == asset_id)
        .order_by(PriceCouncil.id.desc())
    ).all()
    if not councils:
        return []
    rows = session.execute(
        select(m.council_id, m.position, m.name, m.post, m.chairs, o.price, o.opinion)
        .outerjoin(o, (o.council_id == m.council_id) & (o.position == m.position))
        .where(m.council_id.in_([council.id for council in councils]))
        .order_by(m.council_id, m.position)
    )
    further = _further(session, councils)
    members: dict[int, list[MemberOut]] = defaultdict(list)
    for row in rows.mappings():
        members[row["council_id"]].append(msgspec.convert(dict(row), MemberOut))
    return [
        CouncilOut(
            id=council.id,
            decision_number=council.decision_number,
            set_up_on=council.set_up_on,
            closed_on=council.closed_on,
            members=members[council.id],
            further=[one for one in further[council.group_id] if one.reference != reference],
        )
        for council in councils
    ]


def _further(
    session: Session, councils: Sequence[PriceCouncil]
) -> defaultdict[int, list[FurtherAsset]]:
    """What each decision lets its council price, by the council of its first asset."""
    c = PriceCouncil
    groups = [council.group_id for council in councils]
    rows = session.execute(
        select(func.coalesce(c.first_id, c.id), Asset.reference, Asset.description, c.closed_on)
        .join(Asset, Asset.id == c.asset_id)
        .where(or_(c.id.in_(groups), c.first_id.in_(groups)))
        .order_by(c.id)
    )
    found: defaultdict[int, list[FurtherAsset]] = defaultdict(list)
    for number, reference, description, closed_on in rows:
        one = FurtherAsset(reference=reference, description=description, closed_on=closed_on)
        found[number].append(one)
    return found


def _rows(session: Session, shape: type[S], model: Any, asset_id: int) -> list[S]:
    found = session.scalars(
        select(model).where(model.asset_id == asset_id).order_by(model.id.desc())
    )
    return [_told(shape, row) for row in found]


def _told(shape: type[S], row: object) -> S:
    return msgspec.convert({n: getattr(row, n) for n in shape.__struct_fields__}, shape)


_LAST_STATE = (
    "(SELECT s.state FROM asset_step s WHERE s.asset_id = asset.id ORDER BY s.seq DESC LIMIT 1)"
)
_NEWEST = text(
    "NOT EXISTS (SELECT FROM valuation w WHERE w.asset_id = valuation.asset_id"
    " AND (w.valued_on, w.id) > (valuation.valued_on, valuation.id))"
)
_WAITS = text(f"{_LAST_STATE} IN ('priced', 'priority_offered')")
_UNTOLD = text("NOT EXISTS (SELECT FROM price_notice n WHERE n.valuation_id = valuation.id)")
_UNKEPT = text("NOT EXISTS (SELECT FROM price_kept k WHERE k.valuation_id = valuation.id)")


def list_expiring(
    session: Session, actor: Actor, on: date, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ExpiringRow]:
    """Prices whose certificate ran out or runs out soon, before an auction was contracted."""
    v = Valuation
    statement = (
        _waiting(actor, v.valid_until)
        .where(v.valid_until <= _warned_until(session, on), _UNKEPT)
        .order_by(v.valid_until, v.id)
    )
    found = _page_of(session, statement, v.valid_until, cursor, size)
    rows = [ExpiringRow(asset=r[0], description=r[1], valid_until=r[2]) for r in found]
    ids = {r[0]: r[3] for r in found}
    return page_of(rows, size, key=lambda row: (row.valid_until.isoformat(), ids[row.asset]))


def list_untold(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[UntoldRow]:
    """Prices the parties were not told of yet, the oldest first."""
    v = Valuation
    due = text(
        "(SELECT min(d.due_on) FROM deadline d WHERE d.asset_id = asset.id"
        " AND d.rule_key = 'price_notice_due' AND d.met_on IS NULL) AS due_on"
    )
    statement = (
        _waiting(actor, v.valued_on)
        .add_columns(due)
        .where(v.method.not_in(("agreed", "recorded")), v.source.is_(None), _UNTOLD)
        .order_by(v.valued_on, v.id)
    )
    found = _page_of(session, statement, v.valued_on, cursor, size)
    rows = [UntoldRow(asset=r[0], description=r[1], valued_on=r[2], due_on=r[4]) for r in found]
    ids = {r[0]: r[3] for r in found}
    return page_of(rows, size, key=lambda row: (row.valued_on.isoformat(), ids[row.asset]))


def list_reopened(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ReopenedRow]:
    """Re-valuations in progress, the oldest first."""
    r = Revaluation
    statement = (
        select(
            Asset.reference.label("asset"),
            Asset.description,
            r.ground,
            r.on_day,
            r.start_due_on,
            r.begun_on,
            r.id,
        )
        .join(Asset, Asset.id == r.asset_id)
        .where(r.done_on.is_(None), in_sight(r.office_id, actor))
        .order_by(r.id)
    )
    if after := decode_cursor(cursor, int):
        statement = statement.where(r.id > after[0])
    found = session.execute(statement.limit(size + 1)).mappings().all()
    ids = {row["asset"]: row["id"] for row in found}
    rows = [msgspec.convert(dict(row), ReopenedRow) for row in found]
    return page_of(rows, size, key=lambda row: (ids[row.asset],))


def _waiting(actor: Actor, day: ColumnElement[Any] | Any) -> Select[*tuple[Any, ...]]:
    """The newest price of each asset that waits for its auction contract."""
    return (
        select(Asset.reference, Asset.description, day, Valuation.id)
        .join(Asset, Asset.id == Valuation.asset_id)
        .where(in_sight(Valuation.office_id, actor), _NEWEST, _WAITS)
    )


def _page_of(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    day: Any,
    cursor: str | None,
    size: int,
) -> Sequence[Any]:
    if after := decode_cursor(cursor, str, int):
        key = func.row(day, Valuation.id)
        statement = statement.where(key > func.row(date.fromisoformat(str(after[0])), after[1]))
    return session.execute(statement.limit(size + 1)).all()


def _warned_until(session: Session, on: date) -> date:
    rule = rule_serving(rules_in_use(session, WARNING), WARNING, on)
    return on + timedelta(days=int(rule.number)) if rule else on
