"""Valuations somebody may see, the one in force on a day, and the one a contract may stand on."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Row, Select, exists, func, or_, select, text
from sqlalchemy.orm import Session

from auction.legal_rules.rules import Rule
from auction.life.queries import BEGAN, of_this_life
from auction.valuations.certificates import rule_at_contract, runs_out
from auction.valuations.models import PriceKept, PriceNotice, Revaluation, Valuation
from auction.valuations.refusing import priced_again, unpriced
from auction.valuations.rules import (
    CertificateExpired,
    PriceFoundSince,
    holds_on,
)
from auction.valuations.schemas import ValuationOut, ValuationRow, ValuedAsset
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight

_COLUMNS = tuple(getattr(Valuation, name) for name in ValuationRow.__struct_fields__)


def visible_valuations(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Valuations of the offices the actor sees and of assets in sight, whoever valued them."""
    statement: Select[*tuple[Any, ...]] = select(*_COLUMNS)
    own = in_sight(Valuation.office_id, actor)
    if actor.sees_all:
        return statement
    came = select(Asset.id).where(Asset.id == Valuation.asset_id, in_sight(Asset.office_id, actor))
    return statement.where(or_(own, exists(came)))


def get_asset(session: Session, actor: Actor, reference: str) -> ValuedAsset:
    """The asset of a reference.

    Raises NotFound, also where it is another office's.
    """
    row = session.execute(
        select(Asset.id, Asset.reference, Asset.office_id, Asset.kind, Asset.description).where(
            Asset.reference == reference, in_sight(Asset.office_id, actor)
        )
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return ValuedAsset(*row)


def list_valuations(
    session: Session, actor: Actor, asset: ValuedAsset, on: date
) -> list[ValuationOut]:
    """All valuations of an asset, the newest first: a handful in an asset's life."""
    statement = (
        visible_valuations(actor)
        .where(Valuation.asset_id == asset.id)
        .order_by(Valuation.valued_on.desc(), Valuation.id.desc())
    )
    rows = session.execute(statement).mappings()
    return [_out(msgspec.convert(dict(row), ValuationRow), asset.reference, on) for row in rows]


def valuations_in_force(
    session: Session, actor: Actor, asset_ids: Sequence[int], on: date
) -> dict[int, ValuationRow]:
    """The newest valuation in force on a day of each asset that has one.

    What was valued before it was released and seized anew has no price any more.
    """
    statement = _in_force(actor, on).where(
        Valuation.asset_id.in_(asset_ids),
        of_this_life(Valuation.asset_id, Valuation.valued_on, by=on),
    )
    return {row.asset_id: row for row in _rows(session, statement) if row.asset_id is not None}


def newest_values(session: Session, asset_ids: Sequence[int], on: date) -> dict[int, ValuationRow]:
    """The newest valuation of each asset by a day, whether its certificate still holds or not.

    The caller has found out that the assets are in sight.
    """
    statement = (
        select(*_COLUMNS)
        .where(
            Valuation.asset_id.in_(asset_ids),
            Valuation.valued_on <= on,
            of_this_life(Valuation.asset_id, Valuation.valued_on, by=on),
        )
        .order_by(Valuation.asset_id, Valuation.valued_on, Valuation.id)
    )
    return {row.asset_id: row for row in _rows(session, statement) if row.asset_id is not None}


def valuations_of_lot(
    session: Session, actor: Actor, lot_id: int, asset_ids: Sequence[int], on: date
) -> list[ValuationRow]:
    """What holds on a day for a lot: the newest valuation of each asset and of the lot itself."""
    statement = _in_force(actor, on).where(
        or_(Valuation.asset_id.in_(asset_ids), Valuation.lot_id == lot_id)
    )
    newest = {(row.asset_id, row.lot_id): row for row in _rows(session, statement)}
    return list(newest.values())


def valuations_to_offer(
    session: Session,
    actor: Actor,
    lot_id: int,
    asset_ids: Sequence[int],
    on: date,
    *,
    signed_on: date | None,
) -> list[ValuationRow]:
    """What holds for a lot whose first round is fixed on a day, under a contract of another.

    A certificate must be valid when the auction contract is signed (L25 Art. 82(2)b): the price of
    an asset on which it was signed serves on after its certificate ran out.
    """
    found = valuations_of_lot(session, actor, lot_id, asset_ids, on)
    if signed_on is None:
        return found
    held = {one.asset_id for one in found}
    agreed = newest_values(session, asset_ids, signed_on)
    return found + [one for asset_id, one in agreed.items() if asset_id not in held]


_FOR_CONTRACT = text(f"""
SELECT a.id AS asset, a.reference, v.id, v.asset_id, v.lot_id, v.method, v.amount, v.currency,
  v.firm, v.certificate_number, v.valued_on, v.valid_until, v.note, v.anew,
  v.anew_document, v.recorded_at,
  EXISTS (SELECT FROM price_kept k WHERE k.valuation_id = v.id AND k.agreed_on <= :on) AS kept,
  EXISTS (SELECT FROM revaluation r WHERE r.asset_id = a.id AND r.done_on IS NULL) AS reopened,
  (SELECT max(n.valued_on) FROM valuation n
    WHERE n.asset_id = a.id AND n.valued_on > :on) AS found_since
FROM unnest(CAST(:assets AS bigint[])) AS x (id)
JOIN asset a ON a.id = x.id
LEFT JOIN LATERAL (
  SELECT * FROM valuation WHERE asset_id = a.id AND valued_on <= :on
    AND (valued_on < {BEGAN.format(asset="a.id")}) IS NOT TRUE
  ORDER BY valued_on DESC, id DESC LIMIT 1) AS v ON true
ORDER BY a.id
""")  # noqa: S608 - our words


def valuation_in_force_for_contract(
    session: Session, asset_ids: Sequence[int], on: date, *, offered: bool = False
) -> dict[int, ValuationRow]:
    """The price of each asset on which an auction contract may be signed on a day.

    A certificate that ran out before blocks it, unless the parties agreed to keep the price
    (L25 Art. 82(2)b); so does a re-valuation that is still open, and a price that was found anew
    since. Where the law of the day says nothing of expiry (L08), the newest price serves. An asset
    that was ``offered`` before has its price from there, and may be without one here.

    Raises ValuationMissing, RevaluationOpen, CertificateExpired, PriceFoundSince.
    """
    rule = rule_at_contract(session, on)
    found: dict[int, ValuationRow] = {}
    for row in session.execute(_FOR_CONTRACT, {"assets": list(asset_ids), "on": on}):
        if row.id is None and offered and not row.reopened:
            continue
        _refuse_contract(session, row, rule, on)
        said = {name: row._mapping[name] for name in ValuationRow.__struct_fields__}  # noqa: SLF001 - SQLAlchemy's public name
        found[row.asset] = msgspec.convert(said, ValuationRow)
    return found


def _refuse_contract(session: Session, row: Row[Any], rule: Rule | None, on: date) -> None:
    if row.reopened:
        raise priced_again(session, row.reference, on)
    if row.id is None:
        raise unpriced(session, row.reference, on)
    if rule is None:
        return
    if row.found_since is not None:
        raise PriceFoundSince(
            _(
                "The price of %(reference)s was found anew on %(day)s (rule %(rule)s): a contract"
                " of an earlier day does not stand on the old one. Lawful: a contract since, at"
                " the new price."
            ),
            article=rule.article,
            reference=row.reference,
            day=row.found_since,
            rule=rule.key,
        )
    until = runs_out(session, row.method, row.valued_on, row.valid_until)
    if row.kept or until is None or on <= until:
        return
    raise CertificateExpired(
        _(
            "The certificate of %(reference)s ran out on %(day)s; rule %(rule)s: it must be valid"
            " when the auction contract is signed. Lawful: value again, or the parties agree in"
            " writing to keep the price."
        ),
        article=rule.article,
        reference=row.reference,
        day=until,
        rule=rule.key,
    )


def count_requests(session: Session, asset_id: int) -> int:
    """How often the parties asked for the price to be found again, in the asset's present life."""
    asked = select(func.count()).where(
        Revaluation.asset_id == asset_id,
        Revaluation.request_number.is_not(None),
        of_this_life(Revaluation.asset_id, Revaluation.on_day),
    )
    return session.scalar(asked) or 0


def last_request(session: Session, asset_id: int) -> int:
    """The number of the last request, through all lives of an asset; none is given twice."""
    last = select(func.max(Revaluation.request_number)).where(Revaluation.asset_id == asset_id)
    return session.scalar(last) or 0


def notice_of(session: Session, valuation_id: int) -> PriceNotice | None:
    """The notice of a price."""
    return session.scalar(select(PriceNotice).where(PriceNotice.valuation_id == valuation_id))


def is_kept(session: Session, valuation_id: int) -> bool:
    """Whether the parties agreed to keep a price."""
    kept = select(PriceKept.id).where(PriceKept.valuation_id == valuation_id)
    return session.scalar(kept) is not None


def previous_price(session: Session, valuation: Valuation) -> Decimal | None:
    """The price before a price."""
    return session.scalar(
        select(Valuation.amount)
        .where(Valuation.asset_id == valuation.asset_id, Valuation.id < valuation.id)
        .order_by(Valuation.valued_on.desc(), Valuation.id.desc())
        .limit(1)
    )


def rule_serving(
    rules: Sequence[Rule], key: str, on: date, scope: str | None = None
) -> Rule | None:
    """The row of a parameter that serves on a day; None where the law of that day has none."""
    return next((r for r in rules if r.key == key and r.scope == scope and r.serves(on)), None)


def _in_force(actor: Actor, on: date) -> Select[*tuple[Any, ...]]:
    return (
        visible_valuations(actor)
        .where(
            Valuation.valued_on <= on,
            or_(Valuation.valid_until.is_(None), Valuation.valid_until >= on),
        )
        .order_by(Valuation.asset_id, Valuation.valued_on, Valuation.id)
    )


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[ValuationRow]:
    rows = session.execute(statement).mappings()
    return [msgspec.convert(dict(row), ValuationRow) for row in rows]


def _out(said: ValuationRow, asset: str, on: date) -> ValuationOut:
    in_force = holds_on(said.valued_on, said.valid_until, on)
    return ValuationOut(**msgspec.structs.asdict(said), asset=asset, in_force=in_force)
