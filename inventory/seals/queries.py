"""Reading seals: those of an asset with all that happened, and lists of an office."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Row,
    Select,
    Text,
    case,
    column,
    exists,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.orm import Session, aliased

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.scope import in_sight
from inventory.custody.models import Holding
from inventory.custody.rules import SealState
from inventory.seals.models import Seal, SealCheck, SealDamage, SealOpening, SealPresent
from inventory.seals.rules import Occasion, OpenedFor, PresentAs, SealStanding
from inventory.seals.schemas import (
    CheckOut,
    DamageOut,
    OpeningOut,
    PictureOut,
    Present,
    SealOut,
    SealRow,
)
from inventory.warehouses.models import Place

Pictures = Mapping[str, PictureOut]
MOST_PICTURES = 50
"""Pictures a form offers; an asset seldom has more."""

_AFTER = aliased(Seal)
_BEFORE = aliased(Seal)

_attachment = table(
    "attachment",
    column("id", BigInteger),
    column("asset_id", BigInteger),
    column("sha256", Text),
    column("name", Text),
    column("note", Text),
    column("width", Integer),
    column("added_at", DateTime(timezone=True)),
)
_withdrawal = table("attachment_withdrawal", column("attachment_id", BigInteger))
"""The pictures of an asset; their tables belong to the room beside this one."""

standing_now = case(
    (
        Seal.ended_at.is_(None),
        case(
            (
                exists().where(SealDamage.seal_id == Seal.id, SealDamage.concluded_on.is_(None)),
                literal(SealStanding.DAMAGED.value),
            ),
            else_=literal(SealStanding.IN_FORCE.value),
        ),
    ),
    (exists().where(_AFTER.replaces_id == Seal.id), literal(SealStanding.REPLACED.value)),
    (
        exists().where(
            SealOpening.seal_id == Seal.id, SealOpening.purpose == OpenedFor.DISPOSAL.value
        ),
        literal(SealStanding.ENDED.value),
    ),
    else_=literal(SealStanding.OPEN.value),
)
"""What a seal is now."""


def visible_seals(actor: Actor) -> Select[Seal]:
    """Seals of assets in the actor's sight."""
    return (
        select(Seal).join(Asset, Asset.id == Seal.asset_id).where(in_sight(Asset.office_id, actor))
    )


def list_seals(session: Session, actor: Actor, reference: str) -> list[SealOut]:
    """The seals of an asset with all that happened to them, the newest first."""
    rows = session.execute(
        visible_seals(actor)
        .with_only_columns(
            *Seal.__table__.columns,
            standing_now.label("standing"),
            _BEFORE.number.label("replaces"),
            select(_AFTER.number).where(_AFTER.replaces_id == Seal.id).scalar_subquery(),
        )
        .outerjoin(_BEFORE, _BEFORE.id == Seal.replaces_id)
        .where(Asset.reference == reference)
        .order_by(Seal.id.desc())
    ).all()
    ids = [row.id for row in rows]
    if not ids:
        return []
    present = _present(session, ids)
    checks = _checks(session, ids)
    opened = _opened(session, ids)
    digests = [row.photo_sha256 for row in rows] + [row.photo_sha256 for row in opened]
    pictures = _by_content(session, rows[0].asset_id, digests)
    openings = _openings(opened, present, pictures)
    damages = _damages(session, ids)
    return [
        SealOut(
            id=row.id,
            number=row.number,
            standing=SealStanding(row.standing),
            sealed_on=row.sealed_on,
            sealed_by=row.sealed_by,
            state_before=row.state_before,
            state_after=row.state_after,
            minutes=row.minutes,
            paper=row.paper,
            photo_sha256=row.photo_sha256,
            picture=pictures.get(row.photo_sha256 or ""),
            replaces=row.replaces,
            replaced_by=row[-1],
            present=present[row.id, None],
            checks=checks[row.id],
            opening=openings.get(row.id),
            damages=damages[row.id],
        )
        for row in rows
    ]


def list_pictures(session: Session, asset_id: int) -> list[PictureOut]:
    """The pictures attached to an asset in which a seal may be seen, the newest first."""
    p = _attachment.c
    rows = session.execute(
        _pictures()
        .outerjoin(_withdrawal, _withdrawal.c.attachment_id == p.id)
        .where(p.asset_id == asset_id, _withdrawal.c.attachment_id.is_(None))
        .order_by(p.id.desc())
        .limit(MOST_PICTURES)
    )
    return [PictureOut(*row) for row in rows]


def find_picture(session: Session, asset_id: int, sha256: str) -> PictureOut | None:
    """The picture of an asset with that content, withdrawn or not."""
    p = _attachment.c
    row = session.execute(
        _pictures().where(p.asset_id == asset_id, p.sha256 == sha256).order_by(p.id).limit(1)
    ).first()
    return PictureOut(*row) if row else None


def _pictures() -> Select[int, str, str, str | None, datetime]:
    p = _attachment.c
    return select(p.id, p.sha256, p.name, p.note, p.added_at).where(p.width.is_not(None))


def _by_content(session: Session, asset_id: int, digests: Iterable[str | None]) -> Pictures:
    """The pictures that seals and openings of an asset name, by their content."""
    named = sorted({digest for digest in digests if digest})
    if not named:
        return {}
    p = _attachment.c
    rows = session.execute(
        _pictures().where(p.asset_id == asset_id, p.sha256.in_(named)).order_by(p.id.desc())
    )
    return {row[1]: PictureOut(*row) for row in rows}


def numbers_in_force(session: Session, asset_id: int) -> list[str]:
    """The numbers of the seals an asset is under."""
    return list(
        session.scalars(
            select(Seal.number)
            .where(Seal.asset_id == asset_id, Seal.ended_at.is_(None))
            .order_by(Seal.number)
        )
    )


def list_of_office(
    session: Session,
    actor: Actor,
    standing: SealStanding | None = None,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[SealRow]:
    """Seals in sight, the newest first, those of one standing if it is named."""
    last = (
        select(SealCheck.state)
        .where(SealCheck.seal_id == Seal.id)
        .order_by(SealCheck.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        visible_seals(actor)
        .with_only_columns(
            Seal.id,
            Seal.number,
            standing_now,
            Seal.sealed_on,
            Seal.sealed_by,
            Asset.reference,
            Asset.description,
            Place.name,
            last,
        )
        .outerjoin(Holding, Holding.asset_id == Asset.id)
        .outerjoin(Place, Place.id == Holding.place_id)
        .order_by(Seal.id.desc())
        .limit(size + 1)
    )
    if standing is not None:
        statement = _of_standing(statement, standing)
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(Seal.id < after[0])
    rows = [_row(row) for row in session.execute(statement)]
    return page_of(rows, size, key=lambda row: (row.id,))


def count_standing(
    session: Session, actor: Actor, standing: SealStanding, *, most: int = 1000
) -> int:
    """How many seals of the actor's office stand so, counted up to a bound."""
    statement = _of_standing(select(Seal.id).where(Seal.office_id == actor.office_id), standing)
    found = statement.limit(most).subquery()
    return session.execute(select(func.count()).select_from(found)).scalar_one()


def _of_standing(statement: Any, standing: SealStanding) -> Any:
    """Only seals of a standing; what an index can find is said first."""
    if standing in (SealStanding.IN_FORCE, SealStanding.DAMAGED):
        statement = statement.where(Seal.ended_at.is_(None))
    else:
        statement = statement.where(Seal.ended_at.is_not(None))
    if standing is SealStanding.DAMAGED:
        open_ones = select(SealDamage.seal_id).where(SealDamage.concluded_on.is_(None))
        return statement.where(Seal.id.in_(open_ones))
    return statement.where(standing_now == standing.value)


def _row(row: Row[*tuple[Any, ...]]) -> SealRow:
    found = SealRow(*row)
    return msgspec.structs.replace(
        found,
        standing=SealStanding(found.standing),
        last_state=SealState(found.last_state) if found.last_state else None,
    )


def _present(
    session: Session, ids: Iterable[int]
) -> defaultdict[tuple[int, int | None], list[Present]]:
    found: defaultdict[tuple[int, int | None], list[Present]] = defaultdict(list)
    p = SealPresent
    rows = session.execute(
        select(p.seal_id, p.opening_id, p.name, p.role, p.refusal)
        .where(p.seal_id.in_(ids))
        .order_by(p.id)
    )
    for seal_id, opening_id, name, role, refusal in rows:
        one = Present(name=name, role=PresentAs(role), refusal=refusal)
        found[seal_id, opening_id].append(one)
    return found


def _checks(session: Session, ids: Iterable[int]) -> defaultdict[int, list[CheckOut]]:
    found: defaultdict[int, list[CheckOut]] = defaultdict(list)
    c = SealCheck
    rows = session.execute(
        select(c.seal_id, c.occasion, c.state, c.at, c.actor_name, c.note)
        .where(c.seal_id.in_(ids))
        .order_by(c.id)
    )
    for row in rows:
        found[row[0]].append(CheckOut(Occasion(row[1]), SealState(row[2]), *row[3:]))
    return found


def _opened(session: Session, ids: Iterable[int]) -> Sequence[SealOpening]:
    return session.scalars(select(SealOpening).where(SealOpening.seal_id.in_(ids))).all()


def _openings(
    rows: Iterable[SealOpening],
    present: defaultdict[tuple[int, int | None], list[Present]],
    pictures: Pictures,
) -> dict[int, OpeningOut]:
    return {
        row.seal_id: OpeningOut(
            opened_on=row.opened_on,
            opened_by=row.opened_by,
            purpose=OpenedFor(row.purpose),
            reason=row.reason,
            state_found=SealState(row.state_found),
            found=row.found,
            minutes=row.minutes,
            paper=row.paper,
            photo_sha256=row.photo_sha256,
            picture=pictures.get(row.photo_sha256 or ""),
            present=present[row.seal_id, row.id],
        )
        for row in rows
    }


def _damages(session: Session, ids: Iterable[int]) -> defaultdict[int, list[DamageOut]]:
    found: defaultdict[int, list[DamageOut]] = defaultdict(list)
    rows = session.scalars(
        select(SealDamage).where(SealDamage.seal_id.in_(ids)).order_by(SealDamage.id)
    )
    for row in rows:
        found[row.seal_id].append(
            DamageOut(
                state=SealState(row.state),
                occasion=Occasion(row.occasion),
                article=row.article,
                found_at=row.found_at,
                concluded_on=row.concluded_on,
                conclusion_body=row.conclusion_body,
                conclusion_number=row.conclusion_number,
                conclusion=row.conclusion,
            )
        )
    return found
