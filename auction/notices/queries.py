"""Notices of a lot, what a round still needs, and from which day on it may open."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Row, Select, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from auction.legal_rules.queries import calendar, rules_in_use
from auction.lots.models import AuctionRound, Lot
from auction.lots.rules import LotStep
from auction.lots.schemas import LotOut
from auction.notices.models import AuctionHalt, DisposalDelegation, LotNotice, SaleWait
from auction.notices.periods import KEYS, earliest_opening, law_of, requirements
from auction.notices.rules import (
    Done,
    NoticeKind,
    NoticeLaw,
    Place,
    Requirement,
    Standing,
)
from auction.notices.schemas import (
    HaltOut,
    NoticeCheck,
    NoticeFault,
    NoticeOut,
    SaleDelegationOut,
    WaitOut,
)
from auction.notices.together import offered_beside
from auction.valuations.queries import valuations_of_lot
from auction.valuations.rules import value_of
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind, scope_of
from inventory.attachments.queries import list_of_many
from inventory.attachments.rules import SubjectKind
from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office

FailedBefore = Callable[[Session, int, int | None], int]
"""How often all assets of a lot have failed in a row, a round of it left out."""

_failures: list[FailedBefore] = []
_NOTICE = tuple(
    getattr(LotNotice, name) for name in NoticeOut.__struct_fields__ if name != "pictures"
)
_DELEGATION = tuple(
    name for name in SaleDelegationOut.__struct_fields__ if name not in {"from_office", "to_office"}
)
_HALT = tuple(getattr(AuctionHalt, name) for name in HaltOut.__struct_fields__)

OF_ROUND = (
    "array(SELECT DISTINCT a.kind FROM asset AS a JOIN lot_asset AS l ON l.asset_id = a.id"
    " WHERE l.lot_id = %(lot)s::bigint)",
    "(SELECT json_agg(json_build_array(kind, place, from_on, until_on) ORDER BY from_on, id)"
    " FROM lot_notice WHERE lot_id = %(lot)s::bigint AND round_number = %(number)s::bigint"
    " AND struck_at IS NULL)",
)
"""What ``of_round`` reads, in SQL: for acts that ask for it with something else."""
_OF_ROUND = Direct(f"SELECT {', '.join(OF_ROUND)}")


def failures_told_by(failed_before: FailedBefore) -> None:
    """Let the room above that counts failures answer; called where the program is put together."""
    _failures[:] = [failed_before]


def failed_before(session: Session, lot_id: int, round_id: int | None = None) -> int:
    """How often a lot's assets have all failed in a row, through every lot, a round left out."""
    return _failures[0](session, lot_id, round_id)


def visible_notices(actor: Actor) -> Select[LotNotice]:
    """Notices of the offices the actor sees."""
    return select(LotNotice).where(in_sight(LotNotice.office_id, actor))


def get_notice(session: Session, actor: Actor, notice_id: int) -> LotNotice:
    """One notice, for acts on it.

    Raises NotFound.
    """
    found = session.scalar(
        visible_notices(actor).where(LotNotice.id == notice_id).with_for_update()
    )
    if found is None:
        raise NotFound(_("There is no such notice."))
    return found


def notices_of_lot(session: Session, actor: Actor, lot_id: int) -> list[NoticeOut]:
    """All notices of a lot, struck ones too, round after round, with their pictures."""
    rows = session.execute(
        select(*_NOTICE)
        .where(LotNotice.lot_id == lot_id, in_sight(LotNotice.office_id, actor))
        .order_by(LotNotice.round_number, LotNotice.from_on, LotNotice.id)
    ).mappings()
    found = [msgspec.convert(dict(row), NoticeOut) for row in rows]
    pictures = list_of_many(session, actor, SubjectKind.NOTICE, [one.id for one in found])
    return [msgspec.structs.replace(one, pictures=pictures.get(one.id, [])) for one in found]


def awaited_number(session: Session, lot: Lot) -> int:
    """The number of the round that notices are recorded for: the open one, else the next."""
    number = session.scalar(
        select(AuctionRound.number)
        .where(AuctionRound.lot_id == lot.id)
        .order_by(AuctionRound.number.desc())
        .limit(1)
    )
    if number is None:
        return 1
    return number if lot.awaits == LotStep.OUTCOME else number + 1


def lot_of_notice(session: Session, actor: Actor, notice_id: int) -> str:
    """The lot that a notice belongs to, by its reference.

    Raises NotFound.
    """
    found = session.scalar(
        select(Lot.reference)
        .join(LotNotice, LotNotice.lot_id == Lot.id)
        .where(LotNotice.id == notice_id, in_sight(LotNotice.office_id, actor))
    )
    if found is None:
        raise NotFound(_("There is no such notice."))
    return found


def count_bare(session: Session, actor: Actor, today: date) -> int:
    """Rounds from today on for which no notice is recorded."""
    r, n = AuctionRound, LotNotice
    noticed = exists().where(
        n.lot_id == r.lot_id, n.round_number == r.number, n.struck_at.is_(None)
    )
    statement = (
        select(func.count())
        .select_from(r)
        .join(Lot, Lot.id == r.lot_id)
        .where(
            in_sight(r.office_id, actor),
            r.held_on >= today,
            Lot.awaits == LotStep.OUTCOME.value,
            ~noticed,
        )
    )
    return session.scalar(statement) or 0


def value_of_lot(session: Session, actor: Actor, lot: LotOut, on: date) -> Decimal:
    """What the next round of a lot without rounds would start at; nothing where no value holds."""
    assets = [one.id for one in lot.assets]
    found = valuations_of_lot(session, actor, lot.id, assets, on)
    return value_of({one.asset_id: one.amount for one in found}, assets) or Decimal(0)


def done_for(session: Session, lot_id: int, number: int) -> list[Done]:
    """The standing notices of a round."""
    return _of_round(session, lot_id, number).done


def law_for(
    session: Session,
    lot_id: int,
    price: Decimal,
    on: date,
    *,
    failed: int,
    simplified: bool = True,
    opening: date | None = None,
) -> NoticeLaw | None:
    """The rows of law for a round of a lot at a price that opens some day, by the law of a day."""
    kinds = _of_round(session, lot_id, 0).kinds
    beside = offered_beside(session, lot_id, opening) if opening else Decimal(0)
    return _law(session, kinds, price, on, failed=failed, simplified=simplified, beside=beside)


class OfRound(NamedTuple):
    """What the things of a round are, and its standing notices."""

    kinds: frozenset[AssetKind]
    done: list[Done]


def of_round(kinds: Sequence[str], notices: Sequence[Sequence[Any]] | None) -> OfRound:
    """What the columns of ``OF_ROUND`` say."""
    return OfRound(
        frozenset(AssetKind(kind) for kind in kinds),
        [
            Done(
                NoticeKind(kind),
                Place(place) if place else None,
                date.fromisoformat(begins),
                date.fromisoformat(until) if until else None,
            )
            for kind, place, begins, until in notices or ()
        ],
    )


def _of_round(session: Session, lot_id: int, number: int) -> OfRound:
    session.flush()
    row = _OF_ROUND.ask(session.connection(), {"lot": lot_id, "number": number})
    return of_round(*(row or ((), None)))


def _law(
    session: Session,
    kinds: frozenset[AssetKind],
    price: Decimal,
    on: date,
    *,
    failed: int,
    simplified: bool = True,
    beside: Decimal = Decimal(0),
) -> NoticeLaw | None:
    return law_of(
        rules_in_use(session, *KEYS),
        scopes=frozenset(scope_of(kind) for kind in kinds) or frozenset({"movable"}),
        price=price,
        failed=failed,
        other_gold=kinds == {AssetKind.GOLD},
        on=on,
        simplified=simplified,
        beside=beside,
    )


def check_round(
    session: Session,
    lot_id: int,
    number: int,
    price: Decimal,
    *,
    opening: date | None,
    on: date,
    more: Sequence[Done] = (),
    round_id: int | None = None,
    simplified: bool = True,
    joined: Decimal = Decimal(0),
) -> NoticeCheck:
    """How the notices of a round stand, and the first day on which it may open.

    ``more`` are notices only thought of, ``joined`` is the price of a round thought of beside it.
    Raises CalendarUnknown.
    """
    failed = failed_before(session, lot_id, round_id)
    kinds, recorded = _of_round(session, lot_id, number)
    beside = joined + (offered_beside(session, lot_id, opening) if opening else 0)
    law = _law(session, kinds, price, on, failed=failed, simplified=simplified, beside=beside)
    done = [*recorded, *more]
    earliest, needed = None, list[Requirement]()
    if law is not None:
        days = calendar(session)
        earliest = earliest_opening(law, done, on, days)
        day = opening or earliest
        needed = requirements(law, day, done, on, days) if day else []
    return NoticeCheck(
        number=number,
        law=law,
        opening_on=opening,
        requirements=needed,
        earliest_on=earliest,
        planned=not done,
        failed=failed,
        price=price,
    )


def notice_faults_of(
    session: Session,
    held: AuctionRound,
    failed: int | None = None,
    known: OfRound | None = None,
    *,
    several: bool = True,
) -> list[NoticeFault]:
    """What the notices of a round that was held lack by the law of its day, one fault a rule.

    ``failed`` is how often its assets had failed in a row before it, where the caller knows, and
    ``several`` whether other lots of its case were offered that day.
    Raises CalendarUnknown.
    """
    if held.held_on is None or held.starting_price is None:
        return []
    on = held.held_on
    if failed is None:
        failed = failed_before(session, held.lot_id, held.id)
    kinds, done = known or _of_round(session, held.lot_id, held.number)
    beside = offered_beside(session, held.lot_id, on) if several else Decimal(0)
    law = _law(session, kinds, held.starting_price, on, failed=failed, beside=beside)
    if law is None:
        return []
    return faults_in(requirements(law, on, done, on, calendar(session)))


def faults_in(needed: Sequence[Requirement]) -> list[NoticeFault]:
    """The requirements that are not met, gathered by their rule, with what shows it."""
    by_rule: dict[str, list[Requirement]] = {}
    for one in needed:
        by_rule.setdefault(one.rule.key, []).append(one)
    return [
        NoticeFault(rule=group[0].rule, facts=_facts(group))
        for group in by_rule.values()
        if any(one.standing is not Standing.MET for one in group)
    ]


def _facts(group: Sequence[Requirement]) -> dict[str, str | int]:
    late = [one for one in group if one.standing is not Standing.MET]
    facts: dict[str, str | int] = {
        "notices_needed": len(group),
        "notices_in_time": len(group) - len(late),
        "latest_on": min(one.latest_on for one in late).isoformat(),
    }
    done = [one.done_on for one in late if one.done_on is not None]
    return facts | ({"given_on": max(done).isoformat()} if done else {})


def halts_of_lot(session: Session, actor: Actor, lot_id: int) -> list[HaltOut]:
    """The requests to pause or stop rounds of a lot."""
    rows = session.execute(
        select(*_HALT)
        .where(AuctionHalt.lot_id == lot_id, in_sight(AuctionHalt.office_id, actor))
        .order_by(AuctionHalt.id)
    ).mappings()
    return [msgspec.convert(dict(row), HaltOut) for row in rows]


def waits_of(session: Session, asset_ids: Sequence[int]) -> list[WaitOut]:
    """The days before which some assets are not sold; the caller has found them in sight."""
    names = [name for name in WaitOut.__struct_fields__ if name != "asset"]
    rows = session.execute(
        select(*(getattr(SaleWait, name) for name in names), Asset.reference.label("asset"))
        .join(Asset, Asset.id == SaleWait.asset_id)
        .where(SaleWait.asset_id.in_(asset_ids))
        .order_by(SaleWait.id)
    ).mappings()
    return [msgspec.convert(dict(row), WaitOut) for row in rows]


def delegations_of(session: Session, asset_ids: Sequence[int]) -> list[SaleDelegationOut]:
    """The delegations of some assets, for either of their offices."""
    chosen = _delegations().where(DisposalDelegation.asset_id.in_(asset_ids))
    return [_delegation(row) for row in session.execute(chosen.order_by(DisposalDelegation.id))]


def standing_delegations(
    session: Session, asset_ids: Sequence[int]
) -> Sequence[DisposalDelegation]:
    """The newest delegation of each asset that has one."""
    d = DisposalDelegation
    return session.scalars(
        select(d)
        .where(d.asset_id.in_(asset_ids))
        .ext(distinct_on(d.asset_id))
        .order_by(d.asset_id, d.id.desc())
    ).all()


def list_delegations(session: Session, actor: Actor) -> list[SaleDelegationOut]:
    """The open delegations that the actor's offices gave or took: a handful, the newest first."""
    d = DisposalDelegation
    chosen = _delegations().where(
        or_(in_sight(d.from_office_id, actor), in_sight(d.to_office_id, actor)),
        d.ended_on.is_(None),
    )
    rows = session.execute(chosen.order_by(d.id.desc()).limit(PAGE_SIZE))
    return [_delegation(row) for row in rows]


def _delegations() -> Select[*tuple[Any, ...]]:
    giver, taker = aliased(Office), aliased(Office)
    statement: Select[*tuple[Any, ...]] = select(
        *(getattr(DisposalDelegation, name) for name in _DELEGATION),
        giver.name.label("from_office"),
        taker.name.label("to_office"),
    )
    return statement.join(giver, giver.id == DisposalDelegation.from_office_id).join(
        taker, taker.id == DisposalDelegation.to_office_id
    )


def _delegation(row: Row[Any]) -> SaleDelegationOut:
    return SaleDelegationOut(
        **{name: getattr(row, name) for name in SaleDelegationOut.__struct_fields__}
    )
