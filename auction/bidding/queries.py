"""Rounds with their outcomes, an asset's history through every lot, the check of the counters."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row, Select, and_, func, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from auction.bidding.models import AssetRound, FailureRun, RoundOutcome, RoundRuling
from auction.bidding.rules import (
    AFTER_DEFAULT,
    Held,
    Meaning,
    Outcome,
    Ruling,
    lets_reduce,
    ruling_on,
    rulings_of,
)
from auction.bidding.schemas import (
    HistoryLine,
    OutcomeOut,
    RoundLine,
    RoundRow,
    RulingOut,
    RunFault,
    RunRow,
)
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.life.queries import BEGAN, of_this_life
from auction.lots.models import AuctionRound, Lot, LotAsset
from auction.lots.queries import breaches_of_lots, day_of_cursor, reductions_of_lots
from auction.lots.rules import reduced_by
from auction.lots.schemas import BreachRow, ReductionOut, RoundOut
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.scope import in_sight

NEVER = 32767
"""The tier of who can reach none: the greatest number its column holds."""

_ROUND = tuple(getattr(AuctionRound, name) for name in RoundOut.__struct_fields__)
_SAID = tuple(name for name in OutcomeOut.__struct_fields__ if name != "held")
_OUTCOME = tuple(getattr(RoundOutcome, name).label(f"o_{name}") for name in _SAID)

_CHECK = text(f"""
WITH anew AS (
  SELECT s.asset_id, (SELECT max(p.seq) FROM asset_round AS p WHERE p.asset_id = s.asset_id
      AND p.held_on < {BEGAN.format(asset="s.asset_id")}) AS past
  FROM asset_step AS s WHERE s.life > 1 GROUP BY s.asset_id)
SELECT coalesce(r.asset_id, f.asset_id) AS asset_id, f.held_rounds, f.failed_in_a_row,
  coalesce(r.held, 0) AS held_rounds_found,
  least(coalesce(r.failed, 0), r.held - n.past) AS failed_in_a_row_found
FROM (SELECT asset_id, max(seq) AS held, count(*) AS rounds,
    max(seq) - coalesce(max(seq) FILTER (WHERE result = 'sold'), 0) AS failed
  FROM asset_round GROUP BY asset_id) AS r
FULL JOIN failure_run AS f ON f.asset_id = r.asset_id
LEFT JOIN anew AS n ON n.asset_id = coalesce(r.asset_id, f.asset_id)
WHERE f.held_rounds IS DISTINCT FROM coalesce(r.held, 0)
  OR f.failed_in_a_row IS DISTINCT FROM least(coalesce(r.failed, 0), r.held - n.past)
  OR r.rounds <> r.held
ORDER BY 1
""")  # noqa: S608 - our words


def visible_rounds(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Rounds that have a day, of the offices the actor sees, with lot and outcome."""
    return (
        select(
            AuctionRound.id,
            Lot.reference.label("lot"),
            AuctionRound.number,
            Lot.description,
            AuctionRound.held_on,
            AuctionRound.opens_at,
            AuctionRound.starting_price,
            Lot.currency,
            AuctionRound.organisation,
            RoundOutcome.code.label("outcome"),
            RoundOutcome.sale_price,
        )
        .join(Lot, Lot.id == AuctionRound.lot_id)
        .outerjoin(RoundOutcome, RoundOutcome.round_id == AuctionRound.id)
        .where(in_sight(AuctionRound.office_id, actor), AuctionRound.held_on.is_not(None))
    )


def list_rounds(
    session: Session,
    actor: Actor,
    *,
    since: date | None = None,
    until: date | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[RoundRow]:
    """Rounds by their day, the latest first."""
    statement = visible_rounds(actor)
    if since is not None:
        statement = statement.where(AuctionRound.held_on >= since)
    if until is not None:
        statement = statement.where(AuctionRound.held_on <= until)
    before = decode_cursor(cursor, str, int)
    if before:
        key = (day_of_cursor(before[0]), before[1])
        statement = statement.where(tuple_(AuctionRound.held_on, AuctionRound.id) < key)
    statement = statement.order_by(AuctionRound.held_on.desc(), AuctionRound.id.desc())
    rows = session.execute(statement.limit(size + 1)).mappings()
    found = [msgspec.convert(dict(row), RoundRow) for row in rows]
    return page_of(found, size, key=lambda row: (row.held_on.isoformat(), row.id))


def lines_of_lot(session: Session, lot_id: int) -> list[RoundLine]:
    """Every round of a lot with what became of it, in a fixed number of statements."""
    rows = session.execute(
        select(*_ROUND, *_OUTCOME)
        .outerjoin(RoundOutcome, RoundOutcome.round_id == AuctionRound.id)
        .where(AuctionRound.lot_id == lot_id)
        .order_by(AuctionRound.number)
    ).all()
    known = rulings(session)
    reductions = reductions_of_lots(session, [lot_id])
    breaches = breaches_of_lots(session, [lot_id])
    ruled = rulings_on_lot(session, lot_id)
    lines: list[RoundLine] = []
    for row in rows:
        this = _round(row)
        before = lines[-1].round if lines else None
        lines.append(
            RoundLine(
                round=this,
                outcome=_outcome(row, _held_as(row, known, ruled[this.id])),
                cut=_cut(before, this),
                reduction=reductions.get(this.id),
                breaches=breaches.get(this.id, []),
                rulings=ruled[this.id],
            )
        )
    return lines


def asset_history(session: Session, asset_ids: Sequence[int]) -> list[HistoryLine]:
    """Every round of every lot that some assets were in, asset after asset, in three statements.

    The caller has found out that the assets are in sight.
    """
    of_lot = aliased(AuctionRound)
    first_on = select(func.min(of_lot.held_on)).where(of_lot.lot_id == Lot.id).scalar_subquery()
    rows = session.execute(
        select(
            *_ROUND,
            *_OUTCOME,
            LotAsset.asset_id.label("a_id"),
            Lot.reference.label("l_reference"),
            Lot.currency.label("l_currency"),
            AssetRound.result.label("a_result"),
            of_this_life(LotAsset.asset_id, AuctionRound.held_on).label("a_present"),
        )
        .join(Lot, Lot.id == AuctionRound.lot_id)
        .join(LotAsset, LotAsset.lot_id == Lot.id)
        .outerjoin(RoundOutcome, RoundOutcome.round_id == AuctionRound.id)
        .outerjoin(
            AssetRound,
            and_(AssetRound.round_id == AuctionRound.id, AssetRound.asset_id == LotAsset.asset_id),
        )
        .where(LotAsset.asset_id.in_(asset_ids))
        .order_by(LotAsset.asset_id, first_on.nulls_last(), Lot.id, AuctionRound.number)
    ).all()
    lots = sorted({row.lot_id for row in rows})
    reductions, breaches = reductions_of_lots(session, lots), breaches_of_lots(session, lots)
    return list(_history(rows, reductions, breaches))


def runs_of(session: Session, asset_ids: Sequence[int]) -> dict[int, RunRow]:
    """The kept counters of some assets."""
    columns = (getattr(FailureRun, name) for name in RunRow.__struct_fields__)
    rows = session.execute(select(*columns).where(FailureRun.asset_id.in_(asset_ids))).mappings()
    return {row["asset_id"]: RunRow(**row) for row in rows}


def find_outcome(session: Session, round_id: int) -> RoundOutcome | None:
    """The outcome of a round, None where it has none yet."""
    return session.get(RoundOutcome, round_id)


def rulings(session: Session) -> list[Ruling]:
    """What outcomes mean in law, by the spans of days."""
    return rulings_of(rules_in_use(session, "counted_outcomes", "resetting_outcomes"))


def rulings_on_lot(session: Session, lot_id: int) -> defaultdict[int, list[RulingOut]]:
    """What was ruled on the rounds of a lot, by round, the newest first."""
    columns = (getattr(RoundRuling, name) for name in RulingOut.__struct_fields__)
    rows = session.execute(
        select(*columns).where(RoundRuling.lot_id == lot_id).order_by(RoundRuling.id.desc())
    )
    found: defaultdict[int, list[RulingOut]] = defaultdict(list)
    for row in rows.mappings():
        found[row["round_id"]].append(msgspec.convert(dict(row), RulingOut))
    return found


def newest_ruling(session: Session, round_id: int) -> RoundRuling | None:
    """The ruling that serves for a round, None where the dated rules say what it means."""
    return session.scalar(
        select(RoundRuling)
        .where(RoundRuling.round_id == round_id)
        .order_by(RoundRuling.id.desc())
        .limit(1)
    )


def meaning_of(session: Session, held_round: AuctionRound) -> Held | None:
    """What a round means for its assets: as it was ruled, else as the dated rules say."""
    ruled = newest_ruling(session, held_round.id)
    if ruled is not None:
        return Meaning(ruled.meaning).held
    outcome = find_outcome(session, held_round.id)
    on = held_round.held_on or (outcome.notified_on if outcome else None)
    serving = ruling_on(rulings(session), outcome.code, on) if outcome and on else None
    return serving.held if serving else None


def reducible(session: Session, held_round: AuctionRound, on: date) -> bool:
    """Whether a decision of a day may reduce the price after a round.

    It failed; or its sale fell away and the rule of that day lets the price be reduced then.
    """
    meaning = meaning_of(session, held_round)
    if meaning is Held.FAILED:
        return True
    return collapsed(session, held_round) and lets_reduce(rule_on(session, AFTER_DEFAULT, on))


def collapsed(session: Session, held_round: AuctionRound) -> bool:
    """Whether a round was sold and the sale fell away."""
    outcome = find_outcome(session, held_round.id)
    sold = outcome is not None and outcome.code == Outcome.SOLD
    return sold and meaning_of(session, held_round) is None


def first_tier(session: Session, on: date) -> int:
    """The number of failed rounds in a row at which the first flag is due, by the law of a day."""
    tiers = [
        int(rule.number) for rule in rules_in_use(session, "failed_rounds_flag") if rule.serves(on)
    ]
    return min(tiers, default=NEVER)


def check_runs(session: Session) -> list[RunFault]:
    """Recompute every counter from the held rounds; answers the assets where they differ."""
    return [RunFault(**row) for row in session.execute(_CHECK).mappings()]


def _history(
    rows: Iterable[Any],
    reductions: dict[int, ReductionOut],
    breaches: dict[int, list[BreachRow]],
) -> Iterable[HistoryLine]:
    line: HistoryLine | None = None
    present: bool | None = None
    for row in rows:
        this = _round(row)
        same_asset = line is not None and line.asset_id == row.a_id
        before = line if same_asset else None
        failed = before.failed_in_a_row if before and present == row.a_present else 0
        present = row.a_present
        held = Held(row.a_result) if row.a_result else None
        same_lot = before is not None and before.round.lot_id == this.lot_id
        line = HistoryLine(
            asset_id=row.a_id,
            order=before.order + 1 if before else 1,
            lot=row.l_reference,
            currency=row.l_currency,
            round=this,
            outcome=_outcome(row, held),
            cut=_cut(before.round if before and same_lot else None, this),
            reduction=reductions.get(this.id),
            breaches=breaches.get(this.id, []),
            failed_in_a_row=_counted(failed, held),
        )
        yield line


def _counted(failed: int, held: Held | None) -> int:
    if held is None:
        return failed
    return failed + 1 if held is Held.FAILED else 0


def _round(row: Row[Any]) -> RoundOut:
    return RoundOut(**{name: getattr(row, name) for name in RoundOut.__struct_fields__})


def _outcome(row: Row[Any], held: Held | None) -> OutcomeOut | None:
    if row.o_code is None:
        return None
    said = {name: getattr(row, f"o_{name}") for name in _SAID}
    return OutcomeOut(**(said | {"code": Outcome(row.o_code), "held": held}))


def _held_as(row: Row[Any], known: Sequence[Ruling], ruled: Sequence[RulingOut]) -> Held | None:
    if row.o_code is None or row.held_on is None:
        return None
    if ruled:
        return ruled[0].meaning.held
    ruling = ruling_on(known, row.o_code, row.held_on)
    return ruling.held if ruling else None


def _cut(before: RoundOut | None, this: RoundOut) -> Any:
    if before is None or not before.starting_price or this.starting_price is None:
        return None
    return reduced_by(before.starting_price, this.starting_price)
